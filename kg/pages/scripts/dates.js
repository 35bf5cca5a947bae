// The calendar: dates of any year as whole numbers and back, by the Gregorian rules also before they were in use.

const monthsPerYear = 12, daysPerWeek = 7;
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// ---- days: counted from a Monday, so that a week is a whole multiple of seven

const daysPerEra = 146097, yearsPerEra = 400, fromMonday = 5;
// Years are taken to begin in March: the day that only some of them have is then the last one.
function dayNumber(year, month, day) {
  const shifted = month < 2 ? year - 1 : year, era = Math.floor(shifted / yearsPerEra), ofEra = shifted - era * yearsPerEra;
  const ofYear = Math.floor((153 * ((month + 10) % monthsPerYear) + 2) / 5) + day - 1;
  return era * daysPerEra + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - fromMonday;
}
function dayParts(number) {
  const days = number + fromMonday, era = Math.floor(days / daysPerEra), ofEra = days - era * daysPerEra;
  const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36524) - Math.floor(ofEra / 146096)) / 365);
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153), month = (fromMarch + 2) % monthsPerYear;
  return { year: yearOfEra + era * yearsPerEra + (month < 2 ? 1 : 0), month, day: ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1 };
}
const daysInMonth = (year, month) => dayNumber(year, month + 1, 1) - dayNumber(year, month, 1);

// ---- dates: as precise as they are known

// { year, month: 0 to 11 or null, day or null }; null for what is no date.
const dateParts = remembered(date => {
  const found = /^([+-]?\d{1,6})(?:-(\d\d)(?:-(\d\d))?)?/.exec(date || '');
  if (!found) return null;
  const year = Number(found[1]), month = Number(found[2]) - 1, day = Number(found[3]);
  if (!(month >= 0 && month < monthsPerYear)) return { year, month: null, day: null };
  return { year, month, day: day >= 1 && day <= daysInMonth(year, month) ? day : null };
});
const dateInWords = date => (({ year, month, day }) =>
  [day, month === null ? null : monthNames[month], year].filter(part => part !== null).join(' '))(dateParts(date));
const firstDayOf = ({ year, month, day }) => dayNumber(year, month ?? 0, day ?? 1);
const lastDayOf = ({ year, month, day }) => month === null ? dayNumber(year, monthsPerYear - 1, 31)
  : dayNumber(year, month, day ?? daysInMonth(year, month));

// ---- units: what a period is counted in. parts(tick) is where a tick begins, tick(year, month, day) the way back.

const inMonths = {
  name: 'month',
  span: ({ year, month }) => [year * monthsPerYear + (month ?? 0), year * monthsPerYear + (month ?? monthsPerYear - 1)],
  // The exact part of the axis that a date takes, in fractions of a tick.
  stretch({ year, month, day }) {
    if (day === null) return (([first, last]) => [first, last + 1])(inMonths.span({ year, month }));
    const days = daysInMonth(year, month), start = year * monthsPerYear + month;
    return [start + (day - 1) / days, start + day / days];
  },
  parts: tick => (year => ({ year, month: tick - year * monthsPerYear, day: 1 }))(Math.floor(tick / monthsPerYear)),
  tick: (year, month) => year * monthsPerYear + month,
  text: ({ year, month }) => `${monthNames[month]} ${year}`,
  iso: ({ year, month }) => `${year}-${String(month + 1).padStart(2, '0')}`,
};
const inDays = {
  name: 'day',
  span: parts => [firstDayOf(parts), lastDayOf(parts)],
  stretch: parts => [firstDayOf(parts), lastDayOf(parts) + 1],
  parts: dayParts,
  tick: dayNumber,
  text: ({ year, month, day }) => `${day} ${monthNames[month]} ${year}`,
  iso: ({ year, month, day }) => `${year}-${String(month + 1).padStart(2, '0')}-${String(day).padStart(2, '0')}`,
};

// Bars that still can be told apart beside each other.
const mostBars = 130;
// A short time is counted in days, as long as each of its weeks can have a bar; a longer one in months. What is known
// only to the month or the year says nothing about days.
function unitFor(lists) {
  let known = 0, exact = 0, least = Infinity, most = -Infinity;
  for (const list of lists) {
    for (const { date } of list) {
      const parts = dateParts(date);
      if (!parts) continue;
      known += 1;
      if (parts.day !== null) exact += 1;
      const day = firstDayOf(parts);
      least = Math.min(least, day);
      most = Math.max(most, day);
    }
  }
  return exact && exact * 2 >= known && most - least < mostBars * daysPerWeek ? inDays : inMonths;
}
