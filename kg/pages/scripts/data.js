// What is known: the document of this page and the ways through it. Nothing here changes later.

const theDocument = unpacked(JSON.parse(document.getElementById('data').textContent));

// Large networks have a hundred thousand of these, so nothing is made here that is thrown away again.
function byKey(list, key) {
  const found = new Map();
  for (const one of list) found.set(one[key], one);
  return found;
}
const actors = byKey(theDocument.nodes, 'id');
const edges = byKey(theDocument.edges, 'id');
const relations = byKey(theDocument.relations, 'key');
const kinds = byKey(theDocument.kinds, 'name');
const statements = byKey(theDocument.statements, 'id');
const positions = byKey(theDocument.positions, 'id');
const issues = byKey(theDocument.issues, 'id');
const sources = byKey(theDocument.sources, 'id');

// Lists of what belongs to each of some things; most have none or one.
const noneOf = Object.freeze([]);
function listsFor(things) {
  const lists = new Map();
  for (const { id } of things) lists.set(id, noneOf);
  return lists;
}
function putInto(lists, id, thing) {
  const list = lists.get(id);
  if (list === noneOf) lists.set(id, [thing]); else list.push(thing);
}
const edgesOfActor = listsFor(theDocument.nodes), edgesOfStatement = listsFor(theDocument.statements);
for (const edge of edges.values()) {
  putInto(edgesOfActor, edge.from, edge);
  if (edge.to !== edge.from) putInto(edgesOfActor, edge.to, edge);
  for (const id of edge.statements) putInto(edgesOfStatement, id, edge);
}
const stancesOfActor = listsFor(theDocument.nodes), stancesOfPosition = listsFor(theDocument.positions);
const stancesOfStatement = new Map();
for (const stance of theDocument.stances) {
  putInto(stancesOfActor, stance.holder, stance);
  putInto(stancesOfPosition, stance.position, stance);
  for (const id of stance.statements || []) {
    if (!stancesOfStatement.has(id)) stancesOfStatement.set(id, []);
    stancesOfStatement.get(id).push(stance);
  }
}
const usedRelations = (used => [...relations.values()].filter(relation => used.has(relation.key)))(
  new Set(theDocument.edges.map(edge => edge.relation)));

const families = ['cooperation', 'conflict', 'other'];
const familyTitles = { cooperation: 'Cooperation', conflict: 'Conflict', other: 'Other' };

const nameOf = idOrName => actors.has(idOrName) ? actors.get(idOrName).label : idOrName;
const positionText = id => positions.has(id) ? positions.get(id).text : id;
function edgeText(edge) {
  return `${nameOf(edge.from)} ${relations.get(edge.relation).label} ${nameOf(edge.to)}`;
}

// An issue and all that is part of it.
function withinIssue(id) {
  const found = new Set([id]);
  for (const issue of found) {
    for (const other of issues.values()) if (other.parent === issue) found.add(other.id);
  }
  return found;
}

// ---- time: months, or days where all lies within a short time; each date is a span of those, as precise as it is known

const unit = unitFor([theDocument.statements, theDocument.stances]);
const span = remembered(date => (parts => parts && unit.span(parts))(dateParts(date)));
// The span of the unit that everything lies within. A year alone ends in December, which would stretch the axis beyond
// what is really known, so where something is known more closely that alone says where it ends.
const [firstMonth, finalMonth] = (() => {
  let first = Infinity, lastStart = -Infinity, lastPrecise = -Infinity, lastEnd = -Infinity;
  for (const list of [theDocument.statements, theDocument.stances]) {
    for (const dated of list) {
      const when = dated.span = span(dated.date);
      if (!when) continue;
      first = Math.min(first, when[0]);
      lastStart = Math.max(lastStart, when[0]);
      lastEnd = Math.max(lastEnd, when[1]);
      if (when[0] === when[1]) lastPrecise = Math.max(lastPrecise, when[1]);
    }
  }
  return [first, Math.max(lastStart, lastPrecise === -Infinity ? lastEnd : lastPrecise)];
})();
const moments = theDocument.moments.map(moment => ({ ...moment, span: span(moment.date) }));
const yearOf = tick => unit.parts(tick).year;
const monthText = tick => unit.text(unit.parts(tick));
const isoMonth = tick => unit.iso(unit.parts(tick));
// Less precise dates come after the precise ones they may contain, and no date comes last.
const newestFirst = (a, b) => {
  if (!a.span || !b.span) return (a.span ? 0 : 1) - (b.span ? 0 : 1);
  return b.span[0] - a.span[0] || (b.date > a.date ? 1 : b.date < a.date ? -1 : 0);
};
