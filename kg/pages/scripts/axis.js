// Along an axis of time: where its marks stand, where an exact date is, and which names have room.

const inDaySteps = [1, 2, daysPerWeek, 2 * daysPerWeek];
// Months between two marks: of a year, or 1, 2 or 5 times a power of ten of years.
function monthsApart(least) {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(least / monthsPerYear)));
  return [1, 3, 6, ...[1, 2, 5, 10].map(times => times * power * monthsPerYear)].find(months => months >= least);
}

// Marks from one tick up to another, at least so many pixels apart: [{ tick, at: where its name
// belongs, text }]. The first also tells the year.
function axisMarks(from, to, pixelsPerTick, apart = 62) {
  const least = apart / pixelsPerTick, marks = [];
  const days = unit === inDays && inDaySteps.find(step => step >= least);
  if (days) {
    for (let tick = Math.ceil(from / days) * days; tick <= to; tick += days) marks.push(tick);
  } else {
    const months = monthsApart(unit === inDays ? least / 30 : least), start = unit.parts(from);
    for (let month = Math.floor((start.year * monthsPerYear + start.month) / months) * months; ; month += months) {
      const year = Math.floor(month / monthsPerYear), tick = unit.tick(year, month - year * monthsPerYear, 1);
      if (tick > to) break;
      if (tick >= from) marks.push(tick);
    }
  }
  return marks.map((tick, index) => {
    const { year, month, day } = unit.parts(tick), first = index === 0 ? ` ${year}` : '';
    // A day that is marked by itself has its name in its middle, where what happened on it is.
    const text = days ? `${day} ${monthNames[month]}${first}` : month === 0 ? String(year) : monthNames[month] + first;
    return { tick, at: tick + (days === 1 ? 0.5 : 0), text };
  });
}

// The exact part of the axis in which a date lies, in fractions of a tick; null without a date.
const stretchOf = date => (parts => parts && unit.stretch(parts))(dateParts(date));
const middleOf = ([start, end]) => (start + end) / 2;
// What is known to more than a day lies somewhere in its stretch.
const dateIsSure = date => (parts => Boolean(parts && parts.day !== null))(dateParts(date));

// Named moments on the axis, oldest first; the weight of each tells which name goes first where there is little room.
const namedMoments = moments.filter(moment => moment.span && moment.span[1] >= firstMonth && moment.span[0] <= finalMonth)
  .map(moment => ({ ...moment, at: middleOf(stretchOf(moment.date)), weight: moment.weight ?? 1 }))
  .sort((a, b) => a.at - b.at);
const heaviestMoment = namedMoments.reduce((most, moment) => Math.max(most, moment.weight), 0);
const isMainMoment = moment => moment.weight > heaviestMoment / 2 && namedMoments.some(other => other.weight < moment.weight);

// Room for names: wanted = [{ x, width, weight }] in pixels; gives the left edge of each, or null where a weightier one
// stands. A name stands over its place, or begins or ends there, and never leaves the axis.
function roomFor(wanted, left, right, gap = 8) {
  const taken = [], edges = wanted.map(() => null);
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[b].weight - wanted[a].weight || a - b);
  for (const index of order) {
    const { x, width } = wanted[index];
    if (width > right - left) continue;
    const free = [x - width / 2, x - 10, x - width + 10].map(edge => Math.max(left, Math.min(right - width, edge)))
      .find(edge => taken.every(([start, end]) => edge + width + gap <= start || edge >= end + gap));
    if (free === undefined) continue;
    edges[index] = free;
    taken.push([free, free + width]);
  }
  return edges;
}
