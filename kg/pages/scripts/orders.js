// Orders of rows and columns of the matrices: by methods that have a name, chosen by the reader. They are worked out
// from all that passes the filters, whatever the period, so that rows keep their places while time moves.

const positionsHaveIssues = theDocument.positions.some(position => issues.has(position.issue));
const orderings = {
  similarity: { title: 'similarity', words: 'who (or what) has similar values stands together: the first axis of a classical scaling of their distances' },
  statements: { title: 'statements', words: 'the most statements first' },
  name: { title: 'name', words: 'in alphabetical order' },
  issue: { title: 'issue', words: 'grouped by issue, in alphabetical order' },
};
const rowOrders = ['statements', 'similarity', 'name'];
const columnOrders = positionsHaveIssues ? ['issue', ...rowOrders] : rowOrders;

addChoice({
  fresh: () => ({ actorsBy: rowOrders[0], positionsBy: columnOrders[0] }),
  read(link, choices) {
    if (rowOrders.includes(link.get('actors-by'))) choices.actorsBy = link.get('actors-by');
    if (columnOrders.includes(link.get('positions-by'))) choices.positionsBy = link.get('positions-by');
  },
  write(link) {
    if (chosen.actorsBy !== rowOrders[0]) link.set('actors-by', chosen.actorsBy);
    if (chosen.positionsBy !== columnOrders[0]) link.set('positions-by', chosen.positionsBy);
  },
});

// ---- what there is to order

// What decides on the stances in view; while it stays, no cell of a matrix changes.
const filtersKey = () => JSON.stringify(filters.map(filter => [...chosen[filter.name]]));
const stancesKey = () => `${chosen.from} ${chosen.to} ${filtersKey()}`;

let lastingKey = null, lasting = null;
// Per actor and per position: what it is known by at any time, and the statements behind it.
function lastingFacts() {
  const key = filtersKey();
  if (key === lastingKey) return lasting;
  const passing = new Map();
  const statementPasses = id => {
    if (!passing.has(id)) passing.set(id, statementFilters.every(filter => passes(filter, statements.get(id))));
    return passing.get(id);
  };
  const cells = new Map(), made = { actors: new Map(), positions: new Map(), orders: new Map() };
  for (const stance of theDocument.stances) {
    const ids = stance.statements || [];
    if (!kindShown(stance.holder) || !(ids.length ? ids.some(statementPasses) : !statementsFiltered())) continue;
    const cell = JSON.stringify([stance.holder, stance.position]);
    if (!cells.has(cell)) cells.set(cell, []);
    cells.get(cell).push(stance);
  }
  for (const records of cells.values()) {
    const { holder, position } = records[0], { value } = profile(records);
    for (const [facts, id, other] of [[made.actors, holder, position], [made.positions, position, holder]]) {
      if (!facts.has(id)) facts.set(id, { id, values: new Map(), behind: new Set() });
      if (value !== null) facts.get(id).values.set(other, value);
      for (const record of records) for (const one of record.statements || [record]) facts.get(id).behind.add(one);
    }
  }
  [lastingKey, lasting] = [key, made];
  return made;
}

// ---- the orders

const mostFirst = (a, b) => b.behind.size - a.behind.size;
const byName = textOf => (a, b) => textOf(a.id).localeCompare(textOf(b.id), 'en') || (a.id < b.id ? -1 : 1);
// Names along the way from the root of the issue tree: what belongs together stands together.
function issuePath(id) {
  const path = [];
  for (let issue = issues.get(id); issue && path.length < issues.size; issue = issues.get(issue.parent)) path.unshift(issue.label);
  return path;
}
const issueOfPosition = id => issues.has(positions.get(id).issue) ? positions.get(id).issue : null;
function byIssue(a, b) {
  const [one, two] = [a, b].map(facts => issueOfPosition(facts.id));
  if (one === two) return 0;
  if (one === null || two === null) return one === null ? 1 : -1;
  const [first, second] = [one, two].map(issuePath);
  for (let step = 0; step < Math.min(first.length, second.length); step += 1) {
    const found = first[step].localeCompare(second[step], 'en');
    if (found) return found;
  }
  return first.length - second.length || (one < two ? -1 : 1);
}

// Ids in the order asked for; of more than `most` those with the most statements. kind: 'actors' or 'positions'.
function orderedIds(kind, by, most = Infinity) {
  const facts = lastingFacts(), key = JSON.stringify([kind, by, most]);
  if (!facts.orders.has(key)) {
    const textOf = kind === 'actors' ? nameOf : positionText, named = byName(textOf);
    const found = [...facts[kind].values()].sort((a, b) => mostFirst(a, b) || named(a, b)).slice(0, most);
    const places = by === 'similarity' ? similarity(found) : null;
    const compare = {
      name: named, statements: () => 0, issue: (a, b) => byIssue(a, b) || named(a, b),
      similarity: (a, b) => places.get(b.id) - places.get(a.id),
    }[by];
    // What is equal keeps the order by statements.
    facts.orders.set(key, found.sort(compare).map(one => one.id));
  }
  return facts.orders.get(key);
}

// ---- similarity: classical scaling (Torgerson) of distances, one axis

const wholeScale = 2 * scaleEnd;
function distanceOf(one, two) {
  let sum = 0, shared = 0;
  for (const [key, value] of one.values) {
    if (!two.values.has(key)) continue;
    sum += Math.abs(value - two.values.get(key));
    shared += 1;
  }
  return shared ? sum / shared / wholeScale : null;
}

// Places on the axis, by id, rounded to what sums of floats can tell. Who shares nothing with anybody comes last. Two
// who share nothing are as far apart as two usually are. The one with the most statements is on the upper half.
function similarity(facts) {
  const apart = facts.map(one => facts.map(two => distanceOf(one, two)));
  const met = facts.map((_, i) => apart[i].some((d, j) => i !== j && d !== null));
  const members = facts.flatMap((_, i) => met[i] ? [i] : []), size = members.length;
  const known = members.flatMap(i => members.flatMap(j => i < j && apart[i][j] !== null ? [apart[i][j]] : []));
  const usual = known.reduce((sum, d) => sum + d, 0) / (known.length || 1);
  const squares = members.map(i => members.map(j => i === j ? 0 : (apart[i][j] ?? usual) ** 2));
  const axis = firstAxis(squares), turn = size && axis[0] < 0 ? -1 : 1;
  const places = new Map(facts.map(one => [one.id, -Infinity]));
  members.forEach((i, at) => places.set(facts[i].id, Math.round(turn * axis[at] * 1e9) / 1e9));
  return places;
}

// The eigenvector to the largest eigenvalue of −½ J D² J. Squaring a matrix again and again leaves only that one;
// it is first made positive definite, since distances with gaps are not those of points.
function firstAxis(squares) {
  const size = squares.length;
  if (!size) return [];
  const means = squares.map(row => row.reduce((sum, d) => sum + d, 0) / size);
  const whole = means.reduce((sum, d) => sum + d, 0) / size;
  let matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) for (let j = 0; j < size; j += 1) matrix[i * size + j] = -0.5 * (squares[i][j] - means[i] - means[j] + whole);
  const norm = Math.sqrt(matrix.reduce((sum, x) => sum + x * x, 0));
  if (norm < 1e-12) return new Array(size).fill(0);
  for (let i = 0; i < size; i += 1) matrix[i * size + i] += norm;
  for (let round = 0; round < 40; round += 1) {
    const squared = timesItself(matrix, size);
    const change = squared.reduce((most, x, i) => Math.max(most, Math.abs(x - matrix[i])), 0);
    matrix = squared;
    if (change < 1e-13) break;
  }
  let best = 0;
  for (let i = 1; i < size; i += 1) if (matrix[i * size + i] > matrix[best * size + best] + 1e-12) best = i;
  return Array.from({ length: size }, (_, i) => matrix[i * size + best]);
}
// The square of a symmetric matrix, scaled to trace 1.
function timesItself(matrix, size) {
  const result = new Float64Array(size * size);
  let trace = 0;
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = 0;
      for (let k = 0, a = i * size, b = j * size; k < size; k += 1) sum += matrix[a + k] * matrix[b + k];
      result[i * size + j] = sum;
      result[j * size + i] = sum;
      if (i === j) trace += sum;
    }
  }
  return result.map(x => x / trace);
}

// ---- the reader's choice of an order

function orderControl(label, name, names) {
  const select = element('select', { onchange: () => {
    chosen[name] = select.value;
    update();
    say(`${label} ${orderings[select.value].title}: ${orderings[select.value].words}`);
  } }, names.map(one => element('option', { value: one }, orderings[one].title)));
  return { node: element('label', { class: 'order' }, label, ' ', select), update() {
    select.value = chosen[name];
    select.title = orderings[chosen[name]].words;
  } };
}
