// What the panel tells about a tie, an actor, a stance, a position, or about the whole when nothing is chosen.

// ---- a tie

function tiePanel(edge) {
  const relation = relations.get(edge.relation), list = statementsOf(shown.edges.get(edge.id) || []);
  const siblings = edgesOfActor.get(edge.from).filter(other => other !== edge && shown.edges.has(other.id)
    && (edge.from === edge.to ? other.from === other.to : other.from === edge.to || other.to === edge.to)
    && (other.from === edge.from || other.to === edge.from));
  const sources = new Set(list.flatMap(statement =>
    [statement.source_title || statement.source_url, ...(statement.also_in || [])]).filter(Boolean));
  return [closeButton(),
    element('h2', {}, actorButton(edge.from), relation.directed ? ' → ' : ' ↔ ', actorButton(edge.to)),
    element('p', { class: 'kind' }, relationTag(relation.key)),
    relation.description && element('p', { class: 'note', dir: 'auto' }, relation.description),
    element('p', { class: 'note' }, edge.statements.length
      ? `${plural(list.length, 'statement')}${sources.size ? ' from ' + plural(sources.size, 'source') : ''}, newest first`
      : 'No statement is given for this tie.'),
    leftOut(edge.statements.length, list.length),
    cards(list),
    siblings.length ? [heading('Same pair, other ties'), siblings.map(other => tieRow(other))] : null];
}

// What is between two actors, either way: a row a tie, and all the statements behind them.
function tiesBetween(a, b) {
  const ties = edgesOfActor.get(a).filter(edge => shown.edges.has(edge.id) && joins(edge, a, b))
    .sort((one, two) => shown.edges.get(two.id).length - shown.edges.get(one.id).length);
  if (!ties.length) return [];
  const ids = [...new Set(ties.flatMap(edge => shown.edges.get(edge.id)))];
  const tagsOf = statement => [...new Set(edgesOfStatement.get(statement.id).filter(edge => ties.includes(edge)).map(edge => edge.relation))].map(relationTag);
  return [heading('Ties between them', ties.length), folded(ties.map(edge => tieRow(edge)), 8),
    heading('Statements behind these ties, newest first', ids.length), cards(statementsOf(ids), tagsOf)];
}

// ---- an actor

function stanceRow(holder, position, name) {
  const found = profileOf(holder, position);
  const moved = { up: 'moved toward support', down: 'moved away from support' }[found.moved];
  return element('li', {},
    element('button', { class: 'link said', onclick: () => chooseCell(holder, position) }, isolated(name)),
    stanceGlyph(found.value === null ? undefined : found.value),
    element('span', { class: 'note' }, [valueText(found.value), plural(found.n, 'stance'), plural(found.sources, 'source'), moved].filter(Boolean).join(' · ')));
}
const scaleHead = () => element('div', { class: 'ends', 'aria-hidden': 'true' }, 'opposes', element('i'), 'supports');
const stanceList = rows => folded(rows, 5, list => element('ul', { class: 'stances' }, list));

function actorPanel(node) {
  const ties = edgesOfActor.get(node.id).filter(edge => shown.edges.has(edge.id))
    .sort((a, b) => shown.edges.get(b.id).length - shown.edges.get(a.id).length);
  const records = stancesOfActor.get(node.id), inView = new Set(shown.stances);
  const held = [...new Set(records.filter(record => inView.has(record)).map(record => record.position))];
  const ids = new Set([...ties.flatMap(edge => shown.edges.get(edge.id)),
    ...records.flatMap(record => record.statements || []).filter(id => shown.has.has(id))]);
  const everything = new Set([...edgesOfActor.get(node.id).flatMap(edge => edge.statements), ...records.flatMap(record => record.statements || [])]);
  const list = statementsOf([...ids]);
  const tagsOf = statement => [...new Set(edgesOfStatement.get(statement.id)
    .filter(edge => shown.edges.has(edge.id) && (edge.from === node.id || edge.to === node.id)).map(edge => edge.relation))]
    .map(relationTag);
  const other = edge => {
    const directed = relations.get(edge.relation).directed;
    const name = isolated(edge.from === node.id ? nameOf(edge.to) : nameOf(edge.from));
    return [isolated(relations.get(edge.relation).label), !directed ? ' ↔ ' : edge.from === node.id ? ' → ' : ' ← ', name];
  };
  return [closeButton(),
    element('h2', { dir: 'auto' }, node.label),
    element('p', { class: 'kind' }, kindGlyph(kinds.get(node.kind), 15), ' ', isolated(node.kind)),
    node.description && element('p', { dir: 'auto' }, node.description),
    (node.aliases || []).length ? element('p', { class: 'note' }, 'Also: ',
      node.aliases.flatMap((alias, index) => index ? [', ', isolated(alias)] : [isolated(alias)])) : null,
    held.length ? [heading('Stances', held.length), scaleHead(),
      stanceList(held.map(position => stanceRow(node.id, position, positionText(position))))] : null,
    ties.length ? [heading('Ties', ties.length), folded(ties.map(edge => tieRow(edge, other(edge))), 8)] : null,
    heading('Statements, newest first', list.length),
    leftOut(everything.size, list.length),
    list.length ? cards(list, tagsOf) : element('p', { class: 'note' },
      everything.size ? 'None in view.' : 'No statement names this actor yet. That says nothing about what it holds.')];
}

// ---- a stance: one actor on one position

// The coded values of this stance, so that a statement that shows several is read for the right one.
const recordNote = record => element('li', {}, [record.date_text || record.date || 'no date known', valueText(record.value), record.basis,
  record.superseded_by ? 'superseded' : ''].filter(Boolean).join(' · '));

function cellPanel([holder, position]) {
  const found = profileOf(holder, position), all = stancesOfActor.get(holder).filter(record => record.position === position);
  const everything = new Set(all.flatMap(record => record.statements || []));
  const moved = found && found.moved && `It moved ${found.moved === 'up' ? 'toward support' : 'away from support'} within the period.`;
  return [closeButton(),
    element('h2', {}, actorButton(holder)),
    element('p', { class: 'note' }, 'on ', element('button', { class: 'link', onclick: () => choosePosition(position) }, isolated(positionText(position)))),
    found ? [element('p', { class: 'verdict' }, stanceGlyph(found.value === null ? undefined : found.value), element('strong', {}, valueText(found.value)),
      found.value !== null && !Number.isInteger(found.value) ? ` (mean ${found.value.toFixed(2)})` : ''),
    element('p', { class: 'note' }, `${plural(found.n, 'standing stance')} from ${plural(found.sources, 'source')}. `, moved || ''),
    heading('Coded stances, newest first', found.records.length), element('ul', { class: 'records' }, found.records.map(recordNote))]
      : element('p', { class: 'note' }, 'No stance is known in view. That is not the same as a neutral one.'),
    heading('Statements, newest first', found ? found.statements.length : 0),
    leftOut(everything.size, found ? found.statements.length : 0),
    found ? cards(statementsOf(found.statements)) : null];
}

// ---- a position: who holds what

function positionPanel(id) {
  const position = positions.get(id), inView = new Set(shown.stances);
  const holders = [...new Set(stancesOfPosition.get(id).filter(record => inView.has(record)).map(record => record.holder))]
    .map(holder => [holder, profileOf(holder, id).value]).sort((a, b) => (b[1] ?? -9) - (a[1] ?? -9) || nameOf(a[0]).localeCompare(nameOf(b[0]), 'en'));
  const ids = [...new Set(holders.flatMap(([holder]) => profileOf(holder, id).statements))];
  const everything = new Set(stancesOfPosition.get(id).flatMap(record => record.statements || []));
  return [closeButton(),
    element('h2', { dir: 'auto' }, position.text),
    issues.has(position.issue) ? element('p', { class: 'kind' }, 'Issue: ', isolated(issues.get(position.issue).label)) : null,
    position.description && element('p', { dir: 'auto' }, position.description),
    chosen.view === 'network' ? element('button', { onclick: () => { chosen.colourBy = chosen.colourBy === id ? null : id; update(); } },
      chosen.colourBy === id ? 'Stop colouring actors by it' : 'Colour actors by it') : null,
    heading('Who holds which stance', holders.length),
    holders.length ? [scaleHead(), element('ul', { class: 'stances' }, holders.map(([holder]) => stanceRow(holder, id, nameOf(holder))))]
      : element('p', { class: 'note' }, 'No stance on it is known in view.'),
    heading('Statements, newest first', ids.length),
    leftOut(everything.size, ids.length), cards(statementsOf(ids))];
}

addPanel({ has: () => chosen.edge !== null, parts: () => tiePanel(edges.get(chosen.edge)) });
addPanel({ has: () => chosen.actor !== null, parts: () => actorPanel(actors.get(chosen.actor)) });
addPanel({ has: () => chosen.cell !== null, parts: () => cellPanel(chosen.cell) });
addPanel({ has: () => chosen.position !== null, parts: () => positionPanel(chosen.position) });

// ---- nothing chosen: what is this, how was it made, where to start

function overviewPanel() {
  const ties = foremost(shown.edges, (a, b) => b[1].length - a[1].length, 6).map(([id]) => edges.get(id));
  const busiest = foremost(shown.weight, (a, b) => b[1] - a[1], 5);
  const disputed = new Map(shown.statements.flatMap(statement =>
    (statement.conflicts || []).map(conflict => [conflict.title, statement])));
  const latest = foremost(shown.statements, newestFirst, 5);
  return [element('button', { class: 'close narrow', 'aria-label': 'Close', onclick: leavePanel }, '×'),
    element('h2', {}, 'Overview'),
    element('p', { class: 'note' }, actors.size
      ? `${plural(shown.active.size, 'actor')}, ${plural(shown.edges.size, 'tie')}, ${plural(shown.statements.length, 'statement')} in view. Choose an actor or a line to read its evidence.`
      : 'This network has no actors. The selection it was made from found nothing.'),
    ties.length ? [heading('Most documented ties'), ties.map(edge => tieRow(edge))] : null,
    busiest.length ? [heading('Most often named'), busiest.map(([id, count]) => element('button', { class: 'row', onclick: () => chooseActor(id, { reveal: true }) },
      kindGlyph(kinds.get(actors.get(id).kind), 16), element('span', {}, isolated(nameOf(id))), element('span', { class: 'count' }, String(count))))] : null,
    disputed.size ? [heading('Conflicting accounts', disputed.size), folded([...disputed].map(([title, statement]) =>
      element('button', { class: 'row', onclick: () => chooseStatement(statement) }, element('span', { class: 'warn', 'aria-hidden': 'true' }, '≠'),
        element('span', {}, isolated(title)))), 4)] : null,
    latest.length ? [heading('Latest statements'), cards(latest, statement =>
      edgesOfStatement.get(statement.id).slice(0, 2).map(edge => relationTag(edge.relation)))] : null,
    theDocument.made_from.length ? [heading('Made from'), element('dl', { class: 'made' },
      theDocument.made_from.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', { dir: 'auto' }, value))))] : null,
    element('p', { class: 'note' }, 'No line between two actors means that nothing was coded, not that nothing happened.')];
}

