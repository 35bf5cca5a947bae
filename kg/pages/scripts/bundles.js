// Which lines are drawn: one for each tie, or one for all ties of a family between two actors.

const betweenLines = 22;
const pairKey = edge => JSON.stringify(edge.from < edge.to ? [edge.from, edge.to] : [edge.to, edge.from]);

// A network with groups is thinned in its own way.
const bundles = !(theDocument.clusters || []).length;
const pairCounts = new Map();
if (bundles) for (const edge of edges.values()) pairCounts.set(pairKey(edge), (pairCounts.get(pairKey(edge)) || 0) + 1);
const crowdedPair = 5;
const bundledAtFirst = [...pairCounts.values()].some(count => count > crowdedPair);

addChoice({
  // Many ties of one pair hide each other and all that is behind them.
  fresh: () => ({ bundled: bundledAtFirst }),
  read(link, choices) {
    if (bundles && ['0', '1'].includes(link.get('bundled'))) choices.bundled = link.get('bundled') === '1';
  },
  write(link) {
    if (chosen.bundled !== bundledAtFirst) link.set('bundled', chosen.bundled ? '1' : '0');
  },
});

// How a line looks that stands for several ties of a family.
const familyLooks = {
  cooperation: { hue: 'cooperation-0', dash: [], mark: 'arrow', both_ends: false },
  conflict: { hue: 'conflict-0', dash: [7, 5], mark: 'bar', both_ends: false },
  other: { hue: 'other-0', dash: [3, 3], mark: 'vee', both_ends: false },
};
const huesNow = () => new Map([...relations.values(), ...Object.values(familyLooks)].map(({ hue }) => [hue, colour(hue)]));

// Edge id → what its line stands for: { members: edge ids, ids: statements behind them, offset, look, bothWays }.
// A bundle goes by the id of the tie with most statements.
let linesOf = null, lineCache = new Map();
function drawnLines() {
  if (linesOf === shown && lineCache.bundled === chosen.bundled) return lineCache;
  linesOf = shown;
  lineCache = new Map(chosen.bundled ? bundledLines()
    : [...shown.edges].map(([id, ids]) => [id, lineOf(edges.get(id), ids)]));
  lineCache.bundled = chosen.bundled;
  lineCache.leads = new Map(chosen.bundled ? [...lineCache].flatMap(([lead, line]) => line.members.map(id => [id, lead])) : []);
  return lineCache;
}
const lineOf = (edge, ids) => ({ members: [edge.id], ids, offset: edge.offset, look: relations.get(edge.relation), bothWays: false });
function bundledLines() {
  const pairs = new Map();
  for (const id of shown.edges.keys()) {
    const edge = edges.get(id), key = pairKey(edge), family = relations.get(edge.relation).family;
    if (!pairs.has(key)) pairs.set(key, new Map());
    if (!pairs.get(key).has(family)) pairs.get(key).set(family, []);
    pairs.get(key).get(family).push(edge);
  }
  const count = edge => shown.edges.get(edge.id).length;
  return [...pairs.values()].flatMap(byFamily => families.filter(family => byFamily.has(family)).map((family, index, present) => {
    const members = byFamily.get(family), lead = members.reduce((best, edge) => count(edge) > count(best) ? edge : best);
    const side = lead.from < lead.to ? 1 : -1;
    return [lead.id, {
      members: members.map(edge => edge.id),
      ids: [...new Set(members.flatMap(edge => shown.edges.get(edge.id)))],
      look: members.length > 1 ? familyLooks[family] : relations.get(lead.relation),
      offset: (index - (present.length - 1) / 2) * betweenLines * side,
      bothWays: lead.from !== lead.to && members.some(edge => edge.from !== lead.from || !relations.get(edge.relation).directed),
    }];
  }));
}
// One of them, without making all where each tie has its own. A tie that leads no bundle has none.
const lineFor = id => (chosen.bundled ? drawnLines().get(id) : shown.edges.has(id) ? lineOf(edges.get(id), shown.edges.get(id)) : undefined);
const statementsOfLine = id => (chosen.bundled ? (lineFor(id) || { ids: null }).ids : shown.edges.get(id) || null);
// The line on which a tie is drawn.
const lineOfEdge = id => (chosen.bundled ? drawnLines().leads.get(id) ?? null : shown.edges.has(id) ? id : null);
function lineText(id) {
  const edge = edges.get(id), line = lineFor(id);
  if (!line || line.members.length < 2) return edgeText(edge);
  return `${nameOf(edge.from)} and ${nameOf(edge.to)}: ${familyTitles[relations.get(edge.relation).family].toLowerCase()}, ${plural(line.members.length, 'tie')}`;
}
// A line that stands for several ties opens all that is between the two.
function chooseLine(id) {
  const line = lineFor(id), edge = edges.get(id);
  if (line && line.members.length > 1 && edge.from !== edge.to) choosePair(edge.from, edge.to);
  else chooseEdge(id);
}

function makeBundling(box) {
  if (![...pairCounts.values()].some(count => count > 1)) return { update() {} };
  const tick = element('input', { type: 'checkbox', id: 'bundled', onchange: () => { chosen.bundled = tick.checked; update(); } });
  box.append(element('label', { class: 'bundling' }, tick, element('span', {}, 'One line for all ties of a kind between two')));
  return { update() { tick.checked = chosen.bundled; } };
}
