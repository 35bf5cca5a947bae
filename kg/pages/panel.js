// The evidence: every statement behind a tie or an actor, newest first, each with what it takes to
// trace it. Text only ever enters as text nodes.

const cardsAtOnce = 40;

function actorButton(id) {
  return element('button', { class: 'link', onclick: () => chooseActor(id, { reveal: true }) }, isolated(nameOf(id)));
}
// Statements name nodes by id; whoever is not drawn is only a name.
const actorName = idOrName => actors.has(idOrName) ? actorButton(idOrName) : isolated(idOrName);
const spaced = parts => parts.filter(Boolean).flatMap((part, index) => index ? [' ', part] : [part]);

function relationTag(key) {
  const relation = relations.get(key);
  return element('span', { class: 'tag', title: relation.description }, lineGlyph(relation, 28), isolated(relation.label));
}

function tieTitle(edge) {
  const arrow = relations.get(edge.relation).directed ? '→' : '↔';
  return [isolated(nameOf(edge.from)), ` ${arrow} `, isolated(nameOf(edge.to))];
}

function tieRow(edge, label = [element('span', {}, tieTitle(edge)), element('small', {}, isolated(relations.get(edge.relation).label))]) {
  const count = shown.edges.has(edge.id) ? shown.edges.get(edge.id).length : 0;
  return element('button', { class: 'row', onclick: () => chooseEdge(edge.id) },
    lineGlyph(relations.get(edge.relation), 28), element('span', {}, label),
    element('span', { class: 'count', 'aria-label': plural(count, 'statement') }, String(count)));
}

function sourceLine(statement) {
  const title = statement.source_title || statement.source_url;
  if (!title && !statement.source_publisher) return null;
  const others = statement.also_in || [];
  const publisher = statement.source_publisher === title ? '' : statement.source_publisher;
  return element('p', { class: 'source' },
    title && (statement.source_url
      ? element('a', { href: statement.source_url, target: '_blank', rel: 'noopener noreferrer', dir: 'auto' }, title)
      : isolated(title)),
    title && publisher ? ' · ' : '', publisher ? isolated(publisher) : '',
    others.length ? element('small', { dir: 'auto' }, ` · also in: ${others.join('; ')}`) : '');
}

const explained = {
  Basis: 'Whether this is a word, a deed, a commitment or a report',
  Reliability: 'How reliable the source is held to be',
  'Second look': 'What a second reading of the source found',
  Certainty: 'How firmly the source puts it',
  Confidence: 'How sure the coder is of the coding',
};
function sureness(statement) {
  const confidence = statement.confidence === undefined ? '' : `${Math.round(statement.confidence * 100)} %`;
  const facts = [['Basis', statement.basis], ['Reliability', statement.reliability],
    ['Second look', statement.second_look], ['Certainty', statement.certainty],
    ['Confidence', confidence]].filter(([, value]) => value);
  if (!facts.length) return null;
  return element('dl', { class: 'sure' }, facts.map(([name, value]) =>
    element('div', { title: explained[name] }, element('dt', {}, name), element('dd', { dir: 'auto' }, value))));
}

function voices(statement) {
  const { speaker, on_behalf_of: principal, target } = statement;
  if (!speaker && !principal && !target) return null;
  const spoken = speaker || principal;
  return element('p', { class: 'voices' }, spaced([
    spoken && actorName(spoken),
    speaker && principal && speaker !== principal && element('span', {}, 'on behalf of ', actorName(principal)),
    target && element('span', {}, spoken ? '→ ' : 'toward ', actorName(target))]));
}

function conflictNote(conflict) {
  return element('div', { class: 'conflict' },
    element('strong', {}, 'Accounts conflict: ', isolated(conflict.title)),
    conflict.description && element('p', { dir: 'auto' }, conflict.description),
    conflict.resolution && element('p', { dir: 'auto' }, element('em', {}, 'How it was settled: '), conflict.resolution));
}

function card(statement, tags = []) {
  const { title, paraphrase, quote, position, value_text: value } = statement;
  return element('article', { class: 'card', 'data-statement': statement.id },
    element('div', { class: 'when' }, element('time', {}, statement.date_text || statement.date || 'No date known'), tags),
    title && element('h3', { dir: 'auto' }, title),
    voices(statement),
    paraphrase && paraphrase !== title && element('p', { dir: 'auto' }, paraphrase),
    quote && element('blockquote', { dir: 'auto' }, `“${quote.replace(/^["“]|["”]$/g, '')}”`),
    (position || value) && element('p', { class: 'position' },
      value && element('strong', {}, isolated(value)), value && position ? ': ' : '', position && isolated(position)),
    sourceLine(statement),
    sureness(statement),
    (statement.conflicts || []).map(conflictNote));
}

// One tie can rest on ten thousand statements; they come in portions.
function cards(list, tagsOf = () => []) {
  const box = element('div', { class: 'cards' });
  const showMore = () => {
    const start = box.querySelectorAll('.card').length;
    const more = box.querySelector('.more');
    if (more) more.remove();
    box.append(...list.slice(start, start + cardsAtOnce).map(statement => card(statement, tagsOf(statement))));
    const left = list.length - start - cardsAtOnce;
    if (left > 0) box.append(element('button', { class: 'more', onclick: showMore }, `Show more (${left.toLocaleString('en')} left)`));
  };
  showMore();
  return box;
}

const heading = (text, count) => element('h3', { class: 'section' }, text,
  count === undefined ? '' : element('span', { class: 'count' }, count.toLocaleString('en')));
const closeButton = () => element('button', { class: 'close', 'aria-label': 'Close', onclick: chooseNothing }, '×');
const statementsOf = ids => ids.map(id => statements.get(id)).sort(newestFirst);

function leftOut(total, seen) {
  return total > seen ? element('p', { class: 'note' }, `${plural(total - seen, 'more statement')} left out by the filters.`) : null;
}

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

// ---- an actor

function stanceRow(stance) {
  const words = stance.value_text || (stance.value === undefined ? 'undetermined' : String(stance.value));
  return element('li', {},
    element('span', { class: 'said', dir: 'auto' }, stance.position),
    stanceGlyph(stance.value),
    element('span', { class: 'note' }, isolated(words), stance.date ? ` · ${stance.date}` : '',
      (stance.statements || []).length ? ` · ${plural(stance.statements.length, 'statement')}` : ''));
}

function actorPanel(node) {
  const ties = edgesOfActor.get(node.id).filter(edge => shown.edges.has(edge.id))
    .sort((a, b) => shown.edges.get(b.id).length - shown.edges.get(a.id).length);
  const held = theDocument.stances.filter(stance => stance.holder === node.id);
  const ids = new Set([...ties.flatMap(edge => shown.edges.get(edge.id)),
    ...held.flatMap(stance => stance.statements || []).filter(id => inPeriod(statements.get(id)))]);
  const everything = new Set([...edgesOfActor.get(node.id).flatMap(edge => edge.statements), ...held.flatMap(s => s.statements || [])]);
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
    held.length ? [heading('Stances', held.length), element('div', { class: 'ends', 'aria-hidden': 'true' }, 'opposes', element('i'), 'supports'),
      folded(held.map(stanceRow), 5, list => element('ul', { class: 'stances' }, list))] : null,
    ties.length ? [heading('Ties', ties.length), folded(ties.map(edge => tieRow(edge, other(edge))), 8)] : null,
    heading('Statements, newest first', list.length),
    leftOut(everything.size, list.length),
    list.length ? cards(list, tagsOf) : element('p', { class: 'note' },
      everything.size ? 'None in view.' : 'No statement names this actor yet. That says nothing about what it holds.')];
}

// The first few rows, and a button for the rest.
function folded(rows, visible, wrap = list => element('div', {}, list)) {
  if (rows.length <= visible + 2) return [wrap(rows)];
  const rest = wrap(rows.slice(visible));
  rest.hidden = true;
  const button = element('button', { class: 'more', onclick: () => { rest.hidden = false; button.remove(); } },
    `Show all ${rows.length}`);
  return [wrap(rows.slice(0, visible)), rest, button];
}

// ---- nothing chosen: what is this, how was it made, where to start

function overviewPanel() {
  const ties = [...shown.edges.keys()].map(id => edges.get(id))
    .sort((a, b) => shown.edges.get(b.id).length - shown.edges.get(a.id).length);
  const busiest = [...shown.weight].sort((a, b) => b[1] - a[1]).slice(0, 5);
  const disputed = new Map(shown.statements.flatMap(statement =>
    (statement.conflicts || []).map(conflict => [conflict.title, statement])));
  const latest = [...shown.statements].sort(newestFirst).slice(0, 5);
  return [element('button', { class: 'close narrow', 'aria-label': 'Close', onclick: hideOverview }, '×'),
    element('h2', {}, 'Overview'),
    element('p', { class: 'note' }, actors.size
      ? `${plural(shown.active.size, 'actor')}, ${plural(shown.edges.size, 'tie')}, ${plural(shown.statements.length, 'statement')} in view. Choose an actor or a line to read its evidence.`
      : 'This network has no actors. The selection it was made from found nothing.'),
    ties.length ? [heading('Most documented ties'), ties.slice(0, 6).map(edge => tieRow(edge))] : null,
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

function updatePanel() {
  const panel = byId('panel');
  const parts = chosen.edge !== null ? tiePanel(edges.get(chosen.edge))
    : chosen.actor !== null ? actorPanel(actors.get(chosen.actor)) : overviewPanel();
  panel.replaceChildren(...parts.flat(3).filter(Boolean));
  document.body.classList.toggle('choice', chosen.edge !== null || chosen.actor !== null);
}
