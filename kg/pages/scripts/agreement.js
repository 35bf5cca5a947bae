// Who agrees with whom: actors and actors as a matrix, and what two of them agree and disagree on.

const agreementClass = value => value <= -0.6 ? 'against-2' : value < -0.2 ? 'against-1' : value <= 0.2 ? 'between' : value < 0.6 ? 'for-1' : 'for-2';
const signedText = (value, digits) => {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? (digits ? '0' : text) : (value < 0 ? '−' : '+') + text;
};
// One digit, as wide as a cell: +.5, −.3, 0, +1.
const agreementMark = value => signedText(value, 1).replace(/^(.)0\./, '$1.').replace(/\.0$/, '');
const evidenceSize = sources => sources >= 10 ? 4 : sources >= 5 ? 3 : sources >= 3 ? 2 : 1;
const intervalText = interval => `${signedText(interval.low, 2)} to ${signedText(interval.high, 2)}`;
const metWords = met => `${counted(met.shared, 'shared position')}, ${counted(met.sources, 'source')}`;

// The look of a pair, the same from both sides.
function pairLook(met) {
  if (met.agreement === null) return { key: '-', look: 'unknown', mark: '', said: 'no shared position' };
  const key = [met.agreement, met.shared, met.sources].join(' ');
  if (!enoughToSay(met)) return { key, look: 'little', mark: '', said: `too little to say, ${metWords(met)}` };
  return { key, look: `stance ${agreementClass(met.agreement)} size-${evidenceSize(met.sources)}`, mark: agreementMark(met.agreement),
    said: `agreement ${agreementMark(met.agreement)}, ${metWords(met)}` };
}
function agreementCell(a, b) {
  if (a === b) return null;
  const met = meetingOf(a, b);
  if (!met.look) met.look = pairLook(met);
  const { key, look, mark, said } = met.look;
  return { key, look, mark, words: () => `${nameOf(a)} and ${nameOf(b)}: ${said}` };
}
function sureWords(a, b) {
  const met = meetingOf(a, b);
  if (met.agreement === null) return 'No position in view on which both have a value.';
  if (!enoughToSay(met)) return `Too little to say: ${metWords(met)}.`;
  const interval = intervalOf(a, b);
  return interval ? `95 % interval ${intervalText(interval)}` : 'Too few sources for an interval.';
}
function agreementTip(a, b) {
  const met = meetingOf(a, b);
  return [element('b', {}, isolated(nameOf(a)), ' and ', isolated(nameOf(b))),
    enoughToSay(met) && element('strong', {}, `Agreement ${signedText(met.agreement, 2)}`),
    enoughToSay(met) && element('span', {}, metWords(met)), element('span', {}, sureWords(a, b))];
}

const agreementKey = [['against-2', '−1', 'opposite ends'], ['against-1', '−.5', 'more apart than not'], ['between', '0', 'half the scale apart'],
  ['for-1', '+.5', 'nearer than not'], ['for-2', '+1', 'the same']];
const sizeKey = [[1, '2 sources'], [2, '3 or 4'], [3, '5 to 9'], [4, '10 or more']];
const agreementKeyList = () => element('ul', { class: 'matrix-key' }, agreementKey.map(([look, mark, words]) => keyEntry('stance ' + look, mark, words)),
  sizeKey.map(([size, words]) => keyEntry('sized size-' + size, '', words)),
  keyEntry('little', '', 'too little to say'), keyEntry('unknown', '', 'no shared position'));

function makeAgreement(frame) {
  const drawn = { actors: mostDrawn };
  const view = makeMatrixView(frame, 'Who agrees with whom', '1 − mean |a − b| ∕ 2 over the positions on which both have a value (−2 to 2) in the period: '
    + '1 is the same on each, −1 at opposite ends. Larger squares rest on more sources.', agreementKeyList(), [orderControl('Actors by', 'actorsBy', rowOrders)]);
  const rows = () => orderedIds('actors', chosen.actorsBy, drawn.actors);
  const matrix = makeMatrix(frame, {
    name: 'agreement',
    caption: () => `Agreement between each two of ${plural(rows().length, 'actor')}. Arrow keys move from cell to cell, Enter shows what they agree and disagree on.`,
    corner: 'Actor', widest: 44, rowText: nameOf, columnText: nameOf, rowTip: () => null, columnTip: id => [element('span', {}, isolated(nameOf(id)))],
    onRow: id => chooseActor(id), onColumn: id => chooseActor(id), onCell: choosePair,
    cell: agreementCell, tip: agreementTip, chosen: () => chosen.pair,
  });
  const empty = element('p', { class: 'note' }, 'Fewer than two actors have a stance that passes the filters.');
  view.place.append(matrix.node, empty);
  return {
    update() {
      const all = rows(), none = all.length < 2;
      view.update(withoutStance('actors'), drawMore(drawn, [['actors', 'actor']]));
      matrix.node.hidden = none;
      empty.hidden = !none;
      if (!none) matrix.show(all, all);
    },
    adapt: matrix.adapt,
    spot: matrix.spot,
    data: () => ({
      columns: ['actor', 'other actor', 'agreement', 'low (95 %)', 'high (95 %)', 'shared positions', 'congruent', 'in conflict', 'sources', 'enough to say'],
      rows: eachPair(orderedIds('actors', chosen.actorsBy)).filter(([a, b]) => meetingOf(a, b).shared).map(([a, b]) => {
        const met = meetingOf(a, b), interval = intervalOf(a, b), how = meetings(a, b);
        return [nameOf(a), nameOf(b), met.agreement, interval ? interval.low : '', interval ? interval.high : '', met.shared,
          how.congruent.length, how.conflict.length, met.sources, enoughToSay(met) ? 'yes' : 'no'];
      }),
    }),
    svg() {
      const all = rows();
      return all.length < 2 ? null : matrixSvg({
        title: 'Who agrees with whom', rows: all.map(nameOf), columns: all.map(nameOf), groups: null,
        key: [...agreementKey.map(([look, mark, words]) => ({ look, mark, words })), ...sizeKey.map(([size, words]) => ({ look: 'sized', mark: '', size: sizeShare[size], words })),
          { look: 'little', mark: '', words: 'too little to say' }, { look: 'unknown', mark: '', words: 'no shared position' }],
        cell: (r, c) => {
          if (r === c) return null;
          const met = meetingOf(all[r], all[c]);
          if (met.agreement === null) return { look: 'unknown', mark: '', size: 1 };
          return enoughToSay(met) ? { look: agreementClass(met.agreement), mark: agreementMark(met.agreement), size: sizeShare[evidenceSize(met.sources)] }
            : { look: 'little', mark: '', size: sizeShare[1] };
        },
      });
    },
  };
}
const sizeShare = { 1: 0.62, 2: 0.75, 3: 0.87, 4: 1 };
const eachPair = list => list.flatMap((one, index) => list.slice(index + 1).map(other => [one, other]));
if (stancesOfActor.size > 1 && theDocument.stances.length) addView({ name: 'agreement', title: 'Agreement', make: makeAgreement });

// ---- the panel of a pair

function intervalGlyph(value, interval) {
  const width = 300, height = 22, middle = 11, at = x => 10 + (x + 1) / 2 * (width - 20);
  return drawn('svg', { width, height, viewBox: `0 0 ${width} ${height}`, class: 'interval', 'aria-hidden': 'true' },
    drawn('line', { x1: at(-1), x2: at(1), y1: middle, y2: middle, class: 'axis' }),
    [-1, 0, 1].map(x => drawn('line', { x1: at(x), x2: at(x), y1: middle - 4, y2: middle + 4, class: 'axis' })),
    interval ? [drawn('rect', { x: at(interval.low), y: middle - 4, width: Math.max(1, at(interval.high) - at(interval.low)), height: 8, rx: 4, class: 'band' })] : [],
    drawn('circle', { cx: at(value), cy: middle, r: 6, class: value < 0 ? 'against' : value > 0 ? 'for' : 'between' }));
}

// One side of a meeting: value, what it rests on, the newest words, and the way to all of it.
function meetingSide(holder, position) {
  const found = profileOf(holder, position);
  if (!found) return element('div', { class: 'side' }, element('span', { class: 'who' }, isolated(nameOf(holder))), element('span', { class: 'note' }, 'nothing known in view'));
  const dated = found.records.find(record => record.span), said = statementsOf(found.statements).find(statement => statement.quote);
  return element('div', { class: 'side' },
    element('span', { class: 'who' }, isolated(nameOf(holder))),
    element('span', { class: 'tile stance ' + valueClass(found.value), 'aria-hidden': 'true' }, valueMark(found.value)),
    element('span', { class: 'holds' }, valueText(found.value) + exactly(found.value)),
    element('span', { class: 'note' }, [plural(found.n, 'stance'), dated && `latest ${dated.date_text || dated.date}`, found.moved && movedWords[found.moved]]
      .filter(Boolean).join(' · ')),
    said && element('blockquote', { dir: 'auto' }, `“${toEllipsis(said.quote.replace(/^["“]|["”]$/g, ''), 240)}”`),
    element('button', { class: 'link', 'aria-label': `Evidence: ${nameOf(holder)} on ${positionText(position)}`, onclick: () => chooseCell(holder, position) }, 'Evidence'));
}
const meetingRow = (a, b) => position => element('li', {},
  element('button', { class: 'link', onclick: () => choosePosition(position) }, isolated(positionText(position))),
  meetingSide(a, position), meetingSide(b, position));

const meetingHeads = { conflict: 'In conflict', congruent: 'Congruent', apart: 'One is neither for nor against', undetermined: 'Undetermined', only: 'Only one is known to have a stance' };

function pairPanel([a, b]) {
  const met = meetingOf(a, b), how = meetings(a, b), none = Object.values(how).every(list => !list.length);
  return [closeButton(),
    element('h2', {}, actorButton(a), ' and ', actorButton(b)),
    met.agreement === null ? null : element('p', { class: 'verdict' }, element('strong', {}, `Agreement ${signedText(met.agreement, 2)}`), ` from ${metWords(met)}.`),
    met.agreement === null ? null : [intervalGlyph(met.agreement, intervalOf(a, b)), element('div', { class: 'interval-ends', 'aria-hidden': 'true' },
      element('span', {}, '−1 opposite ends'), element('span', {}, 'the same 1'))],
    element('p', { class: 'note' }, sureWords(a, b), met.agreement !== null && intervalOf(a, b) ? ', sources drawn anew.' : ''),
    Object.entries(meetingHeads).map(([name, title]) => how[name].length ? [heading(title, how[name].length),
      folded(how[name].map(meetingRow(a, b)), name === 'only' ? 2 : 6, list => element('ul', { class: 'meetings' }, list))] : null),
    none ? element('p', { class: 'note' }, 'Nothing is known of either in view. That is not the same as being neutral.') : null,
    tiesBetween(a, b)];
}
addPanel({ has: () => chosen.pair !== null && chosen.pair[0] !== chosen.pair[1], parts: () => pairPanel(chosen.pair) });
