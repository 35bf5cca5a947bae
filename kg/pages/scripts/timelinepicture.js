// The picture of the timeline: the same drawing for the page, where it is walked and read, and for a file of its own.
// paint(name) gives a colour: a variable of the style sheet there, its value here.

const laneStep = 9, lanePad = 18, laneHeight = 4 * laneStep + 2 * lanePad, axisFoot = 20, namesRow = 20;
const levelY = level => lanePad + (2 - level) * laneStep;
const dotInk = { 'against-2': 'on-strong', 'for-2': 'on-strong' };
const actFill = { cooperation: 'cooperation-0', conflict: 'conflict-0', other: 'other-0' };

const upright2 = (x, from, to, more) => drawn('line', { x1: at2(x), x2: at2(x), y1: from, y2: to, ...more });
const level2 = (y, from, to, more) => drawn('line', { x1: from, x2: to, y1: y, y2: y, ...more });
const svgText = (content, x, y, more) => drawn('text', { x: at2(x), y, ...more }, ownDirection(writable(content)));

// An axis of so many pixels over the period, with room at both ends for half a dot.
function timelineAxis(left, width) {
  const from = chosen.from, to = chosen.to + 1, side = dotRadius + 6, room = Math.max(1, width - 2 * side);
  return { from, to, left, width, right: left + width, perTick: room / (to - from), x: tick => left + side + (tick - from) / (to - from) * room };
}
const onAxis = (stretch, axis) => stretch.map(tick => Math.max(axis.from, Math.min(axis.to, tick)));
const momentsOnAxis = axis => namedMoments.filter(({ at }) => at >= axis.from && at <= axis.to);
const axisHeight = axis => axisFoot + (momentsOnAxis(axis).length ? namesRow : 0);

// Years and months, and the named moments above them as far as their names have room.
function axisShapes(axis, height, paint) {
  const muted = paint('muted');
  const marks = axisMarks(Math.ceil(axis.from), axis.to - 1, axis.perTick, 70);
  const places = roomFor(marks.map(mark => ({ x: axis.x(mark.at), width: textMeasure(mark.text, 11.5) + 2, weight: 1 })), axis.left, axis.right);
  const names = momentsOnAxis(axis).map(moment => {
    const words = toEllipsis(moment.label, 44), bold = isMainMoment(moment) ? 600 : 400;
    return { words, bold, x: axis.x(moment.at), width: textMeasure(words, 12, bold) + 6, weight: moment.weight };
  });
  const lefts = roomFor(names, axis.left, axis.right);
  const nameShapes = ({ words, bold, x }, left) => [
    upright2(x, namesRow - 3, namesRow + 3, { stroke: muted }),
    svgText(words, left + 3, namesRow - 7, { 'font-size': 12, 'font-weight': bold, fill: bold > 400 ? paint('ink') : muted })];
  return [
    // Not through the names of the months.
    ...names.map(({ x }) => upright2(x, height - 6, height, { stroke: muted, 'stroke-dasharray': '2 2' })),
    ...names.flatMap((name, index) => lefts[index] === null ? [] : nameShapes(name, lefts[index])),
    level2(height - 0.5, axis.left, axis.right, { stroke: muted }),
    ...marks.map(mark => upright2(axis.x(mark.tick), height - 5, height, { stroke: muted })),
    ...marks.flatMap((mark, index) => places[index] === null ? []
      : [svgText(mark.text, places[index], height - 8, { 'font-size': 11.5, fill: muted })])];
}

// What lies behind the dots of a lane: its middle, the moments, and the way from value to value.
function laneGround(lane, axis, top, paint) {
  const steps = datesOfLane(lane.records).map(({ stretch, value }) =>
    ({ x: at2(axis.x(middleOf(onAxis(stretch, axis)))), y: at2(top + levelY(value)) }));
  const way = steps.map(({ x, y }, index) => index ? `H${x}V${y}` : `M${x} ${y}`).join('') + (steps.length ? `H${axis.right}` : '');
  const dotted = moment => ({ stroke: paint('muted'), 'stroke-dasharray': '2 3', opacity: isMainMoment(moment) ? 0.6 : 0.25 });
  return [
    level2(top + levelY(0), axis.left, axis.right, { stroke: paint('line') }),
    level2(top + laneHeight - 0.5, 0, axis.right, { stroke: paint('hair') }),
    ...momentsOnAxis(axis).map(moment => upright2(axis.x(moment.at), top, top + laneHeight, dotted(moment))),
    ...(way ? [drawn('path', { d: way, fill: 'none', stroke: paint('muted'), 'stroke-width': 1.6, opacity: 0.75 })] : [])];
}

// ---- one dot: its stretch of time, its form, its mark, how many it stands for; a ring and an arrow for a turning point

const dotForms = {
  conflict: (x, y, size) => drawn('path', { d: `M${x} ${y - size - 1}L${x + size + 1} ${y}L${x} ${y + size + 1}L${x - size - 1} ${y}z` }),
  other: (x, y, size) => drawn('rect', { x: x - size + 0.5, y: y - size + 0.5, width: 2 * size - 1, height: 2 * size - 1 }),
  round: (x, y, size) => drawn('circle', { cx: x, cy: y, r: size }),
};
function dotShapes(dot, wantedX, y, paint) {
  const x = at2(wantedX), many = dot.records.length + dot.acts.length, parts = [];
  const fill = paint(dot.act ? actFill[dot.act] : 'stance-' + dot.look);
  if (dot.whiskers && dot.whiskers[1] - dot.whiskers[0] > 2) {
    const [from, to] = dot.whiskers;
    parts.push(drawn('rect', { x: at2(from), y: y - 3, width: at2(to - from), height: 6, rx: 3, fill: paint('muted'), opacity: 0.4 }));
  }
  const form = (dotForms[dot.act] || dotForms.round)(x, y, dot.act ? 5.5 : dotRadius);
  const look = dot.hollow ? { fill: paint('page'), stroke: fill, 'stroke-width': 2.4 }
    : { fill, stroke: paint(dot.act ? 'page' : 'muted'), 'stroke-width': 1 };
  for (const [name, value] of Object.entries(look)) form.setAttribute(name, value);
  if (dot.look === 'unsure') form.setAttribute('stroke-dasharray', '3 2');
  parts.push(form);
  if (dot.mark) {
    parts.push(svgText(dot.mark, x, y + 3.8, { 'text-anchor': 'middle', 'font-size': dot.mark.length > 1 ? 9 : 12, 'font-weight': 700,
      fill: paint(dot.hollow ? 'ink' : dotInk[dot.look] || 'on-weak') }));
  }
  if (many > 1) {
    const halo = { stroke: paint('page'), 'stroke-width': 3, 'paint-order': 'stroke' };
    parts.push(svgText(`×${many}`, x + (dot.turn ? 12 : 8), y - 6, { 'font-size': 9.5, fill: paint('muted'), ...halo }));
  }
  if (dot.turn) {
    const way = dot.turn.after.value > dot.turn.before.value ? -1 : 1, foot = y + way * 12.5;
    parts.push(drawn('circle', { cx: x, cy: y, r: dotRadius + 3, fill: 'none', stroke: paint('ink'), 'stroke-width': 1.8 }),
      drawn('path', { d: `M${x} ${foot + way * 5.5}L${x + 4.5} ${foot}H${x - 4.5}z`, fill: paint('ink') }));
  }
  return parts;
}

// ---- the key, on the page and in the file: [[dot, words]]

const keyDot = (look, mark, more = {}) =>
  ({ act: null, look, mark, hollow: false, whiskers: null, turn: null, records: [], acts: [], ...more });
const keyTurn = { before: { value: 0 }, after: { value: 1 } };
const keyShapes = (dot, x, y, paint) => dotShapes({ ...dot, whiskers: dot.whiskers && dot.whiskers.map(by => x + by) }, x, y, paint);
// Only what there is to see, but the whole scale of values.
function timelineKey(lanes) {
  const records = lanes.flatMap(lane => lane.records), unsure = records.some(one => one.value === undefined);
  const entries = stanceKey.filter(([look]) => look !== 'unsure' || unsure).map(([look, mark, words]) => [keyDot(look, mark), words]);
  if (records.some(earlier)) entries.push([keyDot('for-1', '+', { hollow: true }), 'superseded']);
  if (lanes.some(lane => lane.turns.length)) entries.push([keyDot('for-1', '+', { turn: keyTurn }), 'turning point']);
  if (records.some(one => one.span && !dateIsSure(one.date))) {
    entries.push([keyDot('between', '', { whiskers: [-15, 15] }), 'date known only to a month or a year']);
  }
  const acts = new Set(lanes.flatMap(lane => lane.acts.map(act => act.family)));
  for (const family of families.filter(one => acts.has(one))) {
    entries.push([keyDot('', '', { act: family }), family === 'other' ? 'other act' : `act of ${family}`]);
  }
  return entries;
}

// ---- a file of its own

const timelineSvgWidth = 1100, namesWidth = 230, svgMargin = 24;
function timelineSvg(title, lanes) {
  const paint = colour, axis = timelineAxis(svgMargin + namesWidth, timelineSvgWidth - 2 * svgMargin - namesWidth), parts = [];
  const text = (content, x, y, more = {}) => { parts.push(svgText(content, x, y, { fill: paint('ink'), 'font-size': 12.5, ...more })); };
  // The next line after a text of at most three lines.
  const paragraph = (content, y, letters, more) => {
    const lines = wrappedLines(content, letters, 3);
    lines.forEach((line, index) => text(line, svgMargin, y + index * 17, more));
    return y + lines.length * 17;
  };
  text('Stances over time', svgMargin, svgMargin + 12, { 'font-size': 20, 'font-weight': 600 });
  let y = paragraph(title, svgMargin + 34, 130, { 'font-size': 14 });
  y = paragraph(theDocument.title, y, 150, { fill: paint('muted') });
  const head = axisHeight(axis);
  parts.push(drawn('g', { transform: `translate(0 ${y})` }, axisShapes(axis, head, paint)));
  y += head;
  for (const lane of lanes.filter(isDatedLane)) {
    const lines = wrappedLines(lane.name, 34, 3);
    lines.forEach((line, index) => text(line, svgMargin, y + laneHeight / 2 + 4 + (index - (lines.length - 1) / 2) * 15));
    parts.push(...laneGround(lane, axis, y, paint), ...dotsOfLane(lane, axis).flatMap(dot => dotShapes(dot, dot.x, y + levelY(dot.level), paint)));
    y += laneHeight;
  }
  let x = svgMargin;
  y += 34;
  for (const [dot, words] of timelineKey(lanes)) {
    const room = 34 + textMeasure(words, 12.5) + 18;
    if (x + room > timelineSvgWidth - svgMargin) [x, y] = [svgMargin, y + 30];
    parts.push(...keyShapes(dot, x + 14, y - 4, paint));
    text(words, x + 34, y);
    x += room;
  }
  y += 30;
  const turns = lanes.flatMap(lane => lane.turns).map(turn => 'Turning point: ' + turnWords(turn));
  const notes = [...turns, undatedWordsOf(lanes), filtersInWords(), madeFromWords()].filter(Boolean);
  for (const note of notes) y = paragraph(note, y, 165, { 'font-size': 11.5, fill: paint('muted') });
  const height = Math.ceil(y + svgMargin / 2);
  const frame = { width: timelineSvgWidth, height, viewBox: `0 0 ${timelineSvgWidth} ${height}`, role: 'img', 'font-family': svgFont };
  return new XMLSerializer().serializeToString(drawn('svg', frame,
    drawn('title', {}, writable(`Stances over time: ${title}`)), drawn('desc', {}, writable(notes.join(' '))),
    drawn('rect', { width: '100%', height: '100%', fill: paint('page') }), parts));
}
