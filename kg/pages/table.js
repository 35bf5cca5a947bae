// Every statement in view as a row: the text alternative to the picture, sortable by any column.

const rowsAtOnce = 200;

const relationText = statement => edgesOfStatement.get(statement.id).map(edge => relations.get(edge.relation).label).join(', ');
const actorText = statement => nameOf(statement.on_behalf_of || statement.speaker || '');
const columns = [
  { key: 'date', title: 'Date', value: statement => statement.span ? statement.date : '' },
  { key: 'actor', title: 'Actor', value: actorText },
  { key: 'tie', title: 'Tie', value: relationText },
  { key: 'target', title: 'Toward', value: statement => nameOf(statement.target || '') },
  { key: 'statement', title: 'Statement', value: statement => statement.title || statement.paraphrase || '' },
  { key: 'source', title: 'Source', value: statement => statement.source_title || '' },
  { key: 'confidence', title: 'Sure', value: statement => statement.confidence ?? -1 },
];

function sorted(list) {
  const column = columns.find(other => other.key === chosen.sort) || columns[0];
  const turn = chosen.ascending ? 1 : -1;
  if (column.key === 'date') {
    // Undated statements stay at the end whichever way the dates run.
    return [...list].sort((a, b) => a.span && b.span ? -newestFirst(a, b) * turn : newestFirst(a, b));
  }
  return [...list].sort((a, b) => {
    const one = column.value(a), two = column.value(b);
    return turn * (typeof one === 'number' ? one - two : one.localeCompare(two)) || newestFirst(a, b);
  });
}

function tableRow(statement) {
  const principal = statement.on_behalf_of || statement.speaker;
  const speaker = statement.speaker && statement.speaker !== principal ? statement.speaker : null;
  const ties = edgesOfStatement.get(statement.id);
  const cell = (attributes, ...children) => element('td', { role: 'cell', ...attributes }, ...children);
  return element('tr', { role: 'row', 'data-statement': statement.id },
    cell({ class: 'date' }, statement.date_text || statement.date || '–'),
    cell({}, principal ? actorName(principal) : '–', speaker && element('small', {}, 'by ', isolated(nameOf(speaker)))),
    cell({}, ties.map(edge => element('button', { class: 'link tag', 'aria-label': 'Evidence for: ' + edgeText(edge), onclick: () => chooseEdge(edge.id) },
      lineGlyph(relations.get(edge.relation), 26), isolated(relations.get(edge.relation).label))),
    statement.value_text && element('small', {}, isolated(statement.value_text))),
    cell({}, statement.target ? actorName(statement.target) : statement.position ? isolated(statement.position) : '–'),
    cell({ class: 'wide' },
      statement.title && element('strong', { dir: 'auto' }, statement.title),
      statement.paraphrase && statement.paraphrase !== statement.title && element('p', { dir: 'auto' }, statement.paraphrase),
      statement.quote && element('p', { class: 'quote', dir: 'auto' }, `“${statement.quote.replace(/^["“]|["”]$/g, '')}”`)),
    cell({}, sourceLine(statement), statement.reliability && element('small', { dir: 'auto' }, statement.reliability)),
    cell({ class: 'number' }, statement.confidence === undefined ? '–' : `${Math.round(statement.confidence * 100)} %`));
}

function updateTable() {
  const view = byId('view-table');
  if (chosen.view !== 'table') { view.replaceChildren(); return; }
  const ofChoice = chosen.edge !== null ? new Set(edges.get(chosen.edge).statements)
    : chosen.actor !== null ? new Set([...edgesOfActor.get(chosen.actor).flatMap(edge => edge.statements),
      ...theDocument.stances.filter(s => s.holder === chosen.actor).flatMap(s => s.statements || [])]) : null;
  const list = sorted(shown.statements.filter(statement => !ofChoice || ofChoice.has(statement.id)));
  const about = chosen.edge !== null ? edgeText(edges.get(chosen.edge)) : chosen.actor !== null ? nameOf(chosen.actor) : '';
  const body = element('tbody', { role: 'rowgroup' }, list.slice(0, rowsAtOnce).map(tableRow));
  const head = columns.map(({ key, title }) => {
    const here = chosen.sort === key;
    return element('th', { role: 'columnheader', scope: 'col', 'aria-sort': here ? (chosen.ascending ? 'ascending' : 'descending') : null },
      element('button', { 'data-sort': key, onclick: () => sortBy(key) }, title,
        element('span', { class: 'direction', 'aria-hidden': 'true' }, here ? (chosen.ascending ? '↑' : '↓') : '')));
  });
  const more = element('button', { class: 'more', hidden: list.length <= rowsAtOnce, onclick: () => {
    body.append(...list.slice(body.rows.length, body.rows.length + rowsAtOnce).map(tableRow));
    more.hidden = body.rows.length >= list.length;
  } }, `Show more of ${list.length.toLocaleString('en')}`);
  view.replaceChildren(
    element('p', { class: 'about' }, plural(list.length, 'statement'), about ? ' about ' : '', about ? isolated(about) : '',
      about ? [' ', element('button', { class: 'link', onclick: chooseNothing }, 'show all')] : null),
    list.length ? element('table', { role: 'table' }, element('caption', { class: 'unseen' }, 'Statements in view'),
      element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, head)), body) : element('p', { class: 'note' }, 'No statement is in view.'),
    more);
}

function sortBy(key) {
  chosen.ascending = chosen.sort === key ? !chosen.ascending : key !== 'date' && key !== 'confidence';
  chosen.sort = key;
  updateTable();
  rememberLink();
  const button = [...byId('view-table').querySelectorAll('[data-sort]')].find(other => other.dataset.sort === key);
  if (button) button.focus();
  say(`Sorted by ${columns.find(column => column.key === key).title}, ${chosen.ascending ? 'ascending' : 'descending'}`);
}
