// Named moments: the weightier ones stand over the time bar, and a list holds them all. A click shows the time until
// then, another the time from then on, a third one all of it.

const spanOfMoment = ({ span: [first, last] }) => [Math.max(firstMonth, first), Math.min(finalMonth, last)];
const untilMoment = moment => [firstMonth, spanOfMoment(moment)[1]], sinceMoment = moment => [spanOfMoment(moment)[0], finalMonth];
const isPeriod = ([from, to]) => chosen.from === from && chosen.to === to;

// setPeriod(from, to, done)
function makeMoments(brush, setPeriod) {
  const none = { opener: null, lines: () => [], layOut() {}, update() {} };
  if (!namedMoments.length) return none;
  const steps = moment => [untilMoment(moment), sinceMoment(moment), [firstMonth, finalMonth]];
  // What a click leads to: the next of the three that is not what is shown now.
  const nextStep = moment => {
    const periods = steps(moment), here = wholePeriod() ? 2 : periods.findIndex(isPeriod);
    return [1, 2, 3].map(by => (here + by + 3) % 3).find(step => !isPeriod(periods[step])) ?? 2;
  };
  const stepWords = ['show the time until then', 'show the time from then on', 'show the whole period'];
  const flags = namedMoments.map(moment => element('button', { class: isMainMoment(moment) ? 'moment main' : 'moment',
    onclick: () => setPeriod(...steps(moment)[nextStep(moment)], true) }, isolated(moment.label)));
  brush.append(...flags);

  const periodFrom = { until: untilMoment, from: sinceMoment };
  const rowOf = moment => element('li', { class: isMainMoment(moment) ? 'main' : null },
    element('span', {}, isolated(moment.label), element('small', {}, dateInWords(moment.date))),
    Object.keys(periodFrom).map(word => element('button', { 'data-period': word, 'aria-label': `${word} ${moment.label}`, onclick: () => {
      setPeriod(...periodFrom[word](moment), true);
      mark();
    } }, word)));
  const list = popup('moments', 'Named moments', 'Moments', () => [element('ul', {}, namedMoments.map(rowOf))], mark);
  function mark() {
    list.node.querySelectorAll('li').forEach((row, index) => {
      for (const button of row.querySelectorAll('button')) {
        button.setAttribute('aria-pressed', String(isPeriod(periodFrom[button.dataset.period](namedMoments[index]))));
      }
    });
  }
  return {
    opener: element('span', { class: 'moments' }, list.opener, list.node),
    // Every moment has its line, also where its name has no room.
    lines: (place, base, top) => namedMoments.map((moment, index) => {
      const x = place(moment.at);
      return drawn('line', { x1: x, x2: x, y1: flags[index].hidden ? top + 8 : top - 3, y2: base, class: 'moment-line' });
    }),
    layOut(place, width) {
      for (const flag of flags) flag.hidden = false;
      const wanted = namedMoments.map((moment, index) => ({ x: place(moment.at), width: flags[index].offsetWidth, weight: moment.weight }));
      const lefts = roomFor(wanted, 0, width, 4);
      flags.forEach((flag, index) => {
        flag.hidden = lefts[index] === null;
        flag.style.left = `${lefts[index] || 0}px`;
      });
    },
    update() {
      flags.forEach((flag, index) => {
        const moment = namedMoments[index], words = `${moment.label}, ${dateInWords(moment.date)}: ${stepWords[nextStep(moment)]}`;
        flag.setAttribute('aria-label', words);
        flag.title = words;
        flag.classList.toggle('on', isPeriod(untilMoment(moment)) || isPeriod(sinceMoment(moment)));
      });
    },
  };
}
