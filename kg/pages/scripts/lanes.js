// What the timeline shows: of one actor a lane for each position and one for its acts, of one position a lane for each
// holder; on the lanes what was coded, and where a value changed.

// Lanes stay those of an actor or a position while the reader looks at single stances in them.
addChoice({
  fresh: () => ({ lanesOf: null }),
  read(link, choices) {
    if (actors.has(link.get('timeline-actor'))) choices.lanesOf = ['actor', link.get('timeline-actor')];
    else if (positions.has(link.get('timeline-position'))) choices.lanesOf = ['position', link.get('timeline-position')];
  },
  write(link) {
    if (chosen.lanesOf !== null) link.set('timeline-' + chosen.lanesOf[0], chosen.lanesOf[1]);
  },
});

const recordsOf = { actor: id => stancesOfActor.get(id).length, position: id => stancesOfPosition.get(id).length };
const mostDocumented = (kind, ids) => [...ids].reduce((best, id) => best === null || recordsOf[kind](id) > recordsOf[kind](best) ? id : best, null);
const usualLanes = theDocument.stances.length ? ['position', mostDocumented('position', positions.keys())]
  : actors.size ? ['actor', [...actors.keys()].reduce((best, id) => edgesOfActor.get(id).length > edgesOfActor.get(best).length ? id : best)] : null;

function lanesSubject() {
  if (chosen.actor !== null) return ['actor', chosen.actor];
  if (chosen.position !== null) return ['position', chosen.position];
  return chosen.lanesOf || (chosen.cell !== null ? ['position', chosen.cell[1]] : usualLanes);
}

// ---- one holder on one position, through time

// Several stances of one date count as their mean; what is known only to a longer time stands where that begins.
const oldestFirst = (a, b) => -newestFirst(a, b);
function datesOfLane(records) {
  const dates = new Map();
  for (const record of records.filter(one => one.span && one.value !== undefined).sort(oldestFirst)) {
    if (!dates.has(record.date)) dates.set(record.date, []);
    dates.get(record.date).push(record);
  }
  return [...dates].map(([date, same]) => ({ date, records: same, stretch: stretchOf(date),
    value: same.reduce((sum, record) => sum + record.value, 0) / same.length }));
}
// Where the value is another one than at the date before: [{ holder, position, before, after: dates of the lane, sure }].
// Dates whose stretches overlap may have come the other way round.
function turnsOfLane(records) {
  const dates = datesOfLane(records);
  return dates.slice(1).flatMap((after, index) => {
    const before = dates[index];
    if (Math.abs(after.value - before.value) < 1e-9) return [];
    return [{ holder: records[0].holder, position: records[0].position, before, after, sure: before.stretch[1] <= after.stretch[0] + 1e-9 }];
  });
}

// ---- lanes

// Lanes keep their order while time moves: those with the most records at any time first.
function lanesInView() {
  const subject = lanesSubject();
  if (!subject) return [];
  const [kind, id] = subject, other = kind === 'actor' ? 'position' : 'holder', name = kind === 'actor' ? positionText : nameOf;
  const always = new Map(), inView = new Map(), there = new Set(shown.stances);
  for (const record of (kind === 'actor' ? stancesOfActor : stancesOfPosition).get(id)) {
    always.set(record[other], (always.get(record[other]) || 0) + 1);
    if (!there.has(record)) continue;
    if (!inView.has(record[other])) inView.set(record[other], []);
    inView.get(record[other]).push(record);
  }
  const found = [...inView].sort(([a], [b]) => always.get(b) - always.get(a) || name(a).localeCompare(name(b), 'en'))
    .map(([of, records]) => ({ of, name: name(of), records, acts: [], turns: turnsOfLane(records) }));
  const acts = kind === 'actor' ? actsOf(id) : [];
  return acts.length ? [...found, { of: null, name: 'Acts', records: [], acts, turns: [] }] : found;
}
// What the actor did or said towards others: statements in view behind its ties that are its own.
function actsOf(id) {
  const acts = new Map();
  for (const edge of edgesOfActor.get(id)) {
    for (const one of shown.edges.get(edge.id) || []) {
      const statement = statements.get(one), voices = [statement.speaker, statement.on_behalf_of].filter(Boolean);
      if (!(voices.length ? voices.includes(id) : edge.from === id)) continue;
      if (!acts.has(one)) acts.set(one, { statement, edge, family: relations.get(edge.relation).family });
    }
  }
  return [...acts.values()].sort((a, b) => oldestFirst(a.statement, b.statement));
}

// ---- dots: what stands at one place of a lane, drawn as one

const dotRadius = 8, dotsApart = 13;
const actLevel = { cooperation: 1, other: 0, conflict: -1 };
const earlier = record => (record.superseded_by || []).some(id => shownStanceIds().has(id));
let idsOfView = null, idsView = null;
function shownStanceIds() {
  if (idsView !== shown) [idsView, idsOfView] = [shown, new Set(shown.stances.map(stance => stance.id))];
  return idsOfView;
}

// axis: { from, to (the end, both in ticks), x(tick) -> pixels }. Each dot: { x, level (-2 to 2), look, mark, hollow, act: family | null,
//   whiskers: [x, x] | null, records, acts, turn | null }.
function dotsOfLane(lane, axis) {
  const dots = [], lastOf = new Map(), turned = new Map(lane.turns.map(turn => [turn.after.date, turn]));
  // Things that look the same and would cover each other are one dot, but a turn begins a new one.
  const put = (date, key, level, more, into, thing) => {
    const stretch = onAxis(stretchOf(date), axis), x = axis.x(middleOf(stretch));
    const ends = dateIsSure(date) ? null : stretch.map(axis.x), before = lastOf.get(key);
    if (before && Math.abs(x - before.x) < dotsApart && (!more.turn || before.turn === more.turn)) {
      if (ends) before.whiskers = before.whiskers ? [Math.min(before.whiskers[0], ends[0]), Math.max(before.whiskers[1], ends[1])] : ends;
      before[into].push(thing);
      return;
    }
    const dot = { x, level, whiskers: ends, records: [], acts: [], ...more };
    dot[into].push(thing);
    dots.push(dot);
    lastOf.set(key, dot);
  };
  for (const record of [...lane.records].filter(one => one.span).sort(oldestFirst)) {
    const known = record.value !== undefined, hollow = earlier(record);
    const turn = (known && turned.get(record.date)) || null;
    put(record.date, `${record.value} ${hollow}`, known ? record.value : 0,
      { look: valueClass(record.value), mark: valueMark(record.value), hollow, act: null, turn }, 'records', record);
  }
  for (const { statement, ...act } of lane.acts.filter(one => one.statement.span)) {
    put(statement.date, act.family, actLevel[act.family],
      { look: act.family, mark: '', hollow: false, act: act.family, turn: null }, 'acts', { statement, ...act });
  }
  return dots.sort((a, b) => a.x - b.x || b.level - a.level);
}
const undatedIn = lanes => lanes.reduce((sum, lane) => sum + lane.records.filter(record => !record.span).length
  + lane.acts.filter(({ statement }) => !statement.span).length, 0);

const isDatedLane = lane => lane.records.some(record => record.span) || lane.acts.some(({ statement }) => statement.span);

// ---- words

const undatedWordsOf = lanes => undatedIn(lanes) ? `Not drawn for want of a date: ${undatedIn(lanes).toLocaleString('en')}.` : '';

const recordDate = record => record.date_text || dateInWords(record.date);
const actText = (statement, edge) => statement.title || statement.paraphrase || edgeText(edge);
const changeWords = ({ before, after }) => `${valueText(before.value)}${exactly(before.value)} → ${valueText(after.value)}${exactly(after.value)}`;
const changeDate = ({ after, sure }) => recordDate(after.records[after.records.length - 1])
  + (sure ? '' : ' (which of the two came first is not certain)');
const turnWords = turn => `${nameOf(turn.holder)} on “${positionText(turn.position)}”: ${changeWords(turn)}, ${changeDate(turn)}`;
const sourceName = id => (source => source.publisher || source.title)(sources.get(id));
function sourcesInWords(ids) {
  const names = [...new Set([...ids].map(sourceName))];
  if (!names.length) return 'source not given';
  return names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more sources` : listed(names);
}
// What is known of a dot, as lines, and as one text for those who hear it.
const dotWords = (lane, dot) => dotLines(lane, dot).map(line => line.replace(/[.\s]+$/, '')).join('. ');
function dotLines(lane, dot) {
  if (dot.act) {
    const few = dot.acts.slice(0, 4).map(({ statement, edge }) => `${recordDate(statement)}: ${toEllipsis(actText(statement, edge), 110)}`);
    const kind = dot.act === 'other' ? 'another kind' : dot.act;
    return [`${plural(dot.acts.length, 'act')} of ${kind}`, ...few, dot.acts.length > 4 ? `and ${dot.acts.length - 4} more` : ''].filter(Boolean);
  }
  const { holder, position, value } = dot.records[0], dates = [...new Set(dot.records.map(recordDate))];
  const ids = new Set(dot.records.flatMap(record => record.statements || [])), from = new Set(dot.records.flatMap(record => record.sources || []));
  return [`${nameOf(holder)} ${value === undefined ? 'is undetermined on' : valueText(value)}`, toEllipsis(positionText(position), 160),
    (dates.length > 3 ? `${dates[0]} – ${dates[dates.length - 1]}` : dates.join(', ')) + (dot.whiskers ? ' (no closer)' : ''),
    dot.turn ? `Turning point: ${changeWords(dot.turn)}${dot.turn.sure ? '' : ', if it came after'}` : '',
    dot.hollow ? 'superseded by a later stance' : '',
    `${plural(dot.records.length, 'stance')}${ids.size ? `, ${plural(ids.size, 'statement')}` : ''}; ${sourcesInWords(from)}`].filter(Boolean);
}
