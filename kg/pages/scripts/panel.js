// The evidence: every statement behind a tie or an actor, newest first, each with what it takes to
// trace it. Text only ever enters as text nodes.

const cardsAtOnce = 40;

// What is shown for each thing that can be chosen: the first panel that has something to show.
const panels = [];
function addPanel(panel) {
  panels.push(panel);
}

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
    const news = list.slice(start, start + cardsAtOnce).map(statement => card(statement, tagsOf(statement)));
    if (more) more.remove();
    box.append(...news);
    const left = list.length - start - cardsAtOnce;
    if (left > 0) box.append(element('button', { class: 'more', onclick: showMore }, `Show more (${left.toLocaleString('en')} left)`));
    if (more && news.length) standOn(news[0]);
  };
  showMore();
  return box;
}

const heading = (text, count) => element('h3', { class: 'section' }, text,
  count === undefined ? '' : element('span', { class: 'count' }, count.toLocaleString('en')));
const closeButton = () => element('button', { class: 'close', 'aria-label': 'Close', onclick: leavePanel }, '×');
// The button that showed more is gone; the reader stands on the first of what it showed.
function standOn(node) {
  if (node.tabIndex < 0) node.setAttribute('tabindex', -1);
  node.focus({ preventScroll: true });
}
const statementsOf = ids => ids.map(id => statements.get(id)).sort(newestFirst);

function leftOut(total, seen) {
  return total > seen ? element('p', { class: 'note' }, `${plural(total - seen, 'more statement')} left out by the filters.`) : null;
}

// The first few rows, and a button for the rest.
function folded(rows, visible, wrap = list => element('div', {}, list)) {
  if (rows.length <= visible + 2) return [wrap(rows)];
  const rest = wrap(rows.slice(visible));
  rest.hidden = true;
  const button = element('button', { class: 'more', onclick: () => {
    rest.hidden = false;
    button.remove();
    standOn(rest.firstChild);
  } }, `Show all ${rows.length}`);
  return [wrap(rows.slice(0, visible)), rest, button];
}

function updatePanel() {
  const panel = byId('panel'), found = panels.find(one => one.has());
  panel.replaceChildren(...(found ? found.parts() : overviewPanel()).flat(3).filter(Boolean));
  document.body.classList.toggle('choice', Boolean(found));
}
