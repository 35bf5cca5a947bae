// What is known and what is shown: the document, the reader's choices, and what follows from both.

const theDocument = JSON.parse(document.getElementById('data').textContent);
const byId = id => document.getElementById(id);

const actors = new Map(theDocument.nodes.map(node => [node.id, node]));
const edges = new Map(theDocument.edges.map(edge => [edge.id, edge]));
const relations = new Map(theDocument.relations.map(relation => [relation.key, relation]));
const kinds = new Map(theDocument.kinds.map(kind => [kind.name, kind]));
const statements = new Map(theDocument.statements.map(statement => [statement.id, statement]));

const edgesOfActor = new Map(theDocument.nodes.map(node => [node.id, []]));
const edgesOfStatement = new Map(theDocument.statements.map(statement => [statement.id, []]));
for (const edge of edges.values()) {
  for (const end of new Set([edge.from, edge.to])) edgesOfActor.get(end).push(edge);
  for (const id of edge.statements) edgesOfStatement.get(id).push(edge);
}
const usedRelations = [...relations.values()].filter(r => theDocument.edges.some(e => e.relation === r.key));

// ---- dates: as precise as they are known, so each is a span of months

const lastMonth = 12, monthsPerYear = 12;
function span(date) {
  const parts = /^([+-]?\d{1,6})(?:-(\d\d))?/.exec(date || '');
  if (!parts) return null;
  const january = Number(parts[1]) * monthsPerYear;
  return parts[2] ? [january + Number(parts[2]) - 1, january + Number(parts[2]) - 1]
    : [january, january + lastMonth - 1];
}
for (const statement of statements.values()) statement.span = span(statement.date);
const spans = [...statements.values()].map(statement => statement.span).filter(Boolean);
// A year alone ends in December, which would stretch the axis beyond what is really known.
const precise = spans.filter(([start, end]) => start === end);
const firstMonth = spans.reduce((least, [start]) => Math.min(least, start), Infinity);
const finalMonth = Math.max(spans.reduce((most, [start]) => Math.max(most, start), -Infinity),
  (precise.length ? precise : spans).reduce((most, [, end]) => Math.max(most, end), -Infinity));
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const yearOf = month => Math.floor(month / monthsPerYear);
const monthText = month => `${monthNames[month - yearOf(month) * monthsPerYear]} ${yearOf(month)}`;
// Less precise dates come after the precise ones they may contain, and no date comes last.
const newestFirst = (a, b) => {
  if (!a.span || !b.span) return (a.span ? 0 : 1) - (b.span ? 0 : 1);
  return b.span[0] - a.span[0] || (b.date > a.date ? 1 : b.date < a.date ? -1 : 0);
};

// ---- choices, and the link that restores them

const freshChoices = () => ({
  view: 'network', actor: null, edge: null, from: firstMonth, to: finalMonth, theme: null,
  hiddenRelations: new Set(), hiddenKinds: new Set(), sort: 'date', ascending: false,
});
let chosen = freshChoices();

function choicesFromLink() {
  const link = new URLSearchParams(location.hash.slice(1));
  const choices = freshChoices();
  if (link.get('view') === 'table') choices.view = 'table';
  if (['light', 'dark'].includes(link.get('theme'))) choices.theme = link.get('theme');
  if (actors.has(link.get('actor'))) choices.actor = link.get('actor');
  else if (edges.has(link.get('edge'))) choices.edge = link.get('edge');
  for (const key of link.getAll('without')) if (relations.has(key)) choices.hiddenRelations.add(key);
  for (const name of link.getAll('kind')) if (kinds.has(name)) choices.hiddenKinds.add(name);
  const from = link.get('from') && span(link.get('from')), to = link.get('to') && span(link.get('to'));
  if (from && from[0] <= finalMonth) choices.from = Math.max(firstMonth, from[0]);
  if (to && to[1] >= choices.from) choices.to = Math.min(finalMonth, to[1]);
  if (link.get('sort')) [choices.sort, choices.ascending] = [link.get('sort'), link.get('up') === '1'];
  return choices;
}

function linkText() {
  const link = new URLSearchParams(), iso = month =>
    `${yearOf(month)}-${String(month - yearOf(month) * monthsPerYear + 1).padStart(2, '0')}`;
  if (chosen.view !== 'network') link.set('view', chosen.view);
  if (chosen.actor !== null) link.set('actor', chosen.actor);
  if (chosen.edge !== null) link.set('edge', chosen.edge);
  for (const key of chosen.hiddenRelations) link.append('without', key);
  for (const name of chosen.hiddenKinds) link.append('kind', name);
  if (chosen.from > firstMonth) link.set('from', iso(chosen.from));
  if (chosen.to < finalMonth) link.set('to', iso(chosen.to));
  if (chosen.theme) link.set('theme', chosen.theme);
  if (chosen.sort !== 'date' || chosen.ascending) {
    link.set('sort', chosen.sort);
    link.set('up', chosen.ascending ? '1' : '0');
  }
  return link.toString();
}

let linkTimer;
function rememberLink() {
  clearTimeout(linkTimer);
  linkTimer = setTimeout(() => {
    // A sandboxed frame may refuse; the page works without.
    try { history.replaceState(null, '', '#' + linkText()); } catch { /* no address to write to */ }
  }, 120);
}

// ---- what the choices leave in view

const wholePeriod = () => chosen.from === firstMonth && chosen.to === finalMonth;
const inPeriod = statement => wholePeriod()
  || Boolean(statement.span && statement.span[1] >= chosen.from && statement.span[0] <= chosen.to);
const kindShown = id => !chosen.hiddenKinds.has(actors.get(id).kind);
const narrowed = () => !wholePeriod() || chosen.hiddenRelations.size > 0 || chosen.hiddenKinds.size > 0;

// shown.edges: edge id -> ids of its statements in view; shown.weight: actor id -> how many in all.
let shown = { edges: new Map(), weight: new Map(), active: new Set(), statements: [] };

const dated = edge => edge.statements.filter(id => inPeriod(statements.get(id)));
// A tie without statements has no date either: it is in view unless the period is narrowed.
const supported = (edge, ids) => ids.length > 0 || (edge.statements.length === 0 && wholePeriod());

function whatIsShown() {
  const view = { edges: new Map(), weight: new Map(), active: new Set(), statements: [] };
  const evident = new Set(), behind = new Map();
  for (const edge of edges.values()) {
    if (chosen.hiddenRelations.has(edge.relation) || !kindShown(edge.from) || !kindShown(edge.to)) continue;
    const ids = dated(edge);
    if (!supported(edge, ids)) continue;
    view.edges.set(edge.id, ids);
    for (const id of ids) evident.add(id);
    for (const end of new Set([edge.from, edge.to])) {
      view.active.add(end);
      if (!behind.has(end)) behind.set(end, new Set());
      for (const id of ids) behind.get(end).add(id);
    }
  }
  // One statement can stand behind several ties of an actor, and still is one.
  for (const [end, ids] of behind) view.weight.set(end, ids.size);
  for (const node of actors.values()) {
    if (kindShown(node.id) && edgesOfActor.get(node.id).length === 0) view.active.add(node.id);
  }
  view.statements = [...statements.values()].filter(statement =>
    evident.has(statement.id) || (edgesOfStatement.get(statement.id).length === 0 && inPeriod(statement)));
  return view;
}

// How many each box of the legend stands for, given all the other filters.
function legendCounts() {
  const ofRelation = new Map(), ofKind = new Map([...kinds.keys()].map(name => [name, new Set()]));
  for (const relation of usedRelations) ofRelation.set(relation.key, new Set());
  for (const edge of edges.values()) {
    const ids = dated(edge);
    if (!supported(edge, ids)) continue;
    if (kindShown(edge.from) && kindShown(edge.to)) {
      // A tie without statements counts for itself.
      for (const id of ids.length ? ids : [edge]) ofRelation.get(edge.relation).add(id);
    }
    if (chosen.hiddenRelations.has(edge.relation)) continue;
    for (const [end, other] of [[edge.from, edge.to], [edge.to, edge.from]]) {
      const kind = actors.get(end).kind;
      if (actors.get(other).kind === kind || kindShown(other)) ofKind.get(kind).add(end);
    }
  }
  for (const node of actors.values()) if (!edgesOfActor.get(node.id).length) ofKind.get(node.kind).add(node.id);
  return { ofRelation, ofKind };
}

// ---- small tools every part uses

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter(child => child !== null && child !== undefined && child !== ''));
  return made;
}
function drawn(tag, attributes = {}, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.flat());
  return made;
}
// Text of others keeps its own direction without turning ours around.
const isolated = text => element('bdi', {}, text);
const plural = (count, one, many = one + 's') => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
const onPhone = () => matchMedia('(max-width: 820px)').matches;
const nameOf = idOrName => actors.has(idOrName) ? actors.get(idOrName).label : idOrName;

function edgeText(edge) {
  return `${nameOf(edge.from)} ${relations.get(edge.relation).label} ${nameOf(edge.to)}`;
}

let sayTimer;
function say(text) {
  // Emptied first, or a screen reader keeps silent when the same text comes again.
  byId('live').textContent = '';
  clearTimeout(sayTimer);
  sayTimer = setTimeout(() => { byId('live').textContent = text; }, 40);
}
let toastTimer;
function toast(text) {
  byId('toast').textContent = text;
  byId('toast').hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { byId('toast').hidden = true; }, 2600);
}
