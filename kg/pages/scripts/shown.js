// What the choices leave in view, worked out once for all parts after every change.

// edges: edge id -> ids of its statements in view; weight: actor id -> how many in all; has: the ids of statements
// that pass period and filters, whether or not a tie rests on them; stances: records that pass.
const emptyView = () => ({ edges: new Map(), weight: new Map(), active: new Set(), statements: [], has: new Set(), stances: [] });
let shown = emptyView();

const statementShown = statement => inPeriod(statement) && statementFilters.every(filter => passes(filter, statement));
// A tie without statements has no date, basis or source: it is in view unless one of these is asked for.
const supported = (edge, ids) => ids.length >= chosen.minimum
  || (edge.statements.length === 0 && chosen.minimum === 1 && wholePeriod() && !statementsFiltered());

// A statement behind one tie alone is met once; only of the others must be remembered whom they were counted for.
const soleTie = id => edgesOfStatement.get(id).length === 1;
const inUse = list => list.filter(filter => chosen[filter.name].size);

// Choosing an actor or a tie changes nothing of it, so it is kept until period or filters change.
let viewKey = null, viewMade = null;
function whatIsShown() {
  const key = `${chosen.minimum} ${stancesKey()}`;
  if (key !== viewKey) [viewKey, viewMade] = [key, viewOfChoices()];
  return viewMade;
}
function viewOfChoices() {
  const view = emptyView(), shared = new Map(), evident = new Set();
  const whole = wholePeriod() && !statementsFiltered(), ofEdges = inUse(edgeFilters), ofActors = inUse(actorFilters);
  if (whole) view.has = new Set(statements.keys());
  else for (const statement of statements.values()) if (statementShown(statement)) view.has.add(statement.id);
  const actorShown = new Set(ofActors.length ? [...actors.keys()].filter(kindShown) : actors.keys());
  for (const edge of edges.values()) {
    if (!actorShown.has(edge.from) || !actorShown.has(edge.to)) continue;
    if (!ofEdges.every(filter => passes(filter, edge))) continue;
    const ids = whole ? edge.statements : edge.statements.filter(id => view.has.has(id));
    if (!supported(edge, ids)) continue;
    view.edges.set(edge.id, ids);
    let alone = 0;
    for (const id of ids) {
      evident.add(id);
      if (soleTie(id)) alone += 1;
    }
    for (const end of edge.from === edge.to ? [edge.from] : [edge.from, edge.to]) {
      view.active.add(end);
      view.weight.set(end, (view.weight.get(end) || 0) + alone);
      if (alone === ids.length) continue;
      if (!shared.has(end)) shared.set(end, new Set());
      for (const id of ids) if (!soleTie(id)) shared.get(end).add(id);
    }
  }
  // One statement can stand behind several ties of an actor, and still is one.
  for (const [end, ids] of shared) view.weight.set(end, view.weight.get(end) + ids.size);
  for (const id of actorShown) if (edgesOfActor.get(id).length === 0) view.active.add(id);
  view.stances = theDocument.stances.filter(stance => actorShown.has(stance.holder) && stanceShown(stance, view.has));
  // A statement that ties rest on comes and goes with them; what only shows a stance, with that.
  for (const stance of view.stances) {
    for (const id of stance.statements || []) if (view.has.has(id) && !edgesOfStatement.get(id).length) evident.add(id);
  }
  view.statements = [...statements.values()].filter(statement => evident.has(statement.id)
    || (view.has.has(statement.id) && !edgesOfStatement.get(statement.id).length && !stancesOfStatement.has(statement.id)));
  return view;
}

// A record follows the statements that it comes from; one without any follows the period alone.
function stanceShown(stance, has) {
  const ids = stance.statements || [];
  return ids.length ? ids.some(id => has.has(id)) : inPeriod(stance) && !statementsFiltered();
}

// How many each box stands for, given all the other filters: statements for ties and what statements belong to,
// actors for what actors belong to.
let countsFor = null, countsMade = new Map();
function countsOf(filter) {
  if (countsFor !== shown) [countsFor, countsMade] = [shown, new Map()];
  if (!countsMade.has(filter)) countsMade.set(filter, countedBy(filter));
  return countsMade.get(filter);
}
function countedBy(filter) {
  const counts = new Map(), met = new Map(), count = key => counts.set(key, (counts.get(key) || 0) + 1);
  const put = (key, thing) => {
    if (!met.has(key)) met.set(key, new Set());
    if (met.get(key).has(thing)) return;
    met.get(key).add(thing);
    count(key);
  };
  const putStatement = (key, id) => { if (soleTie(id) && !stancesOfStatement.has(id)) count(key); else put(key, id); };
  const others = inUse(filters).filter(other => other !== filter);
  const edgeOthers = others.filter(other => other.of === 'edge'), actorOthers = others.filter(other => other.of === 'actor');
  const statementOthers = others.filter(other => other.of === 'statement');
  const has = filter.of === 'statement'
    ? new Set([...statements.values()].filter(statement => inPeriod(statement) && statementOthers.every(other => passes(other, statement))).map(s => s.id))
    : shown.has;
  const whole = has.size === statements.size;
  const actorPasses = id => actorOthers.every(other => passes(other, actors.get(id)));
  for (const edge of edges.values()) {
    if (!edgeOthers.every(other => passes(other, edge)) || !actorPasses(edge.from) || !actorPasses(edge.to)) continue;
    const ids = whole ? edge.statements : edge.statements.filter(id => has.has(id));
    if (!supported(edge, ids)) continue;
    if (filter.of === 'edge') {
      for (const key of filter.keysOf(edge)) {
        // A tie without statements counts for itself.
        if (ids.length) for (const id of ids) putStatement(key, id); else count(key);
      }
    } else if (filter.of === 'actor') {
      for (const [end, other] of [[edge.from, edge.to], [edge.to, edge.from]]) {
        const mine = filter.keysOf(actors.get(end)), theirs = filter.keysOf(actors.get(other));
        const same = mine.every(key => theirs.includes(key));
        if (same || passes(filter, actors.get(other))) for (const key of mine) put(key, end);
      }
    } else {
      for (const id of ids) for (const key of filter.keysOf(statements.get(id))) putStatement(key, id);
    }
  }
  if (filter.of === 'actor') {
    for (const node of actors.values()) {
      if (!edgesOfActor.get(node.id).length && actorPasses(node.id)) for (const key of filter.keysOf(node)) put(key, node.id);
    }
  }
  if (filter.of === 'statement') {
    // Stances without a tie rest on statements, too.
    for (const id of stancesOfStatement.keys()) if (has.has(id)) for (const key of filter.keysOf(statements.get(id))) put(key, id);
  }
  return counts;
}
