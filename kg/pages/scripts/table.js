// Every statement in view as a row: the text alternative to the picture, to sort by any column and to search.

const rowsAtOnce = 200, rowsBeforePainting = 50;
const tableCollator = new Intl.Collator('en', { numeric: true });

const principalOf = statement => statement.on_behalf_of || statement.speaker || '';
const spokenBy = statement => (statement.speaker && statement.speaker !== principalOf(statement) ? statement.speaker : '');
const standsOf = statement => stancesOfStatement.get(statement.id) || [];
const relationText = statement => edgesOfStatement.get(statement.id).map(edge => relations.get(edge.relation).label).join(', ');
const stanceText = statement => standsOf(statement).map(stance => `${valueText(stance.value)}: ${positionText(stance.position)}`).join('; ')
  || [statement.value_text, statement.position].filter(Boolean).join(': ');
const unquoted = quote => quote.replace(/^["“]|["”]$/g, '');

// ---- columns: what stands in a cell, and what it is sorted by ('' and null stand at the end whichever way)

const possibleColumns = [
  { key: 'date', title: 'Date', kind: 'date', value: statement => statement.span, cell: statement => [statement.date_text || statement.date || '–'] },
  { key: 'actor', title: 'Actor', value: statement => nameOf(principalOf(statement)), cell: statement => [principalOf(statement) ? actorName(principalOf(statement)) : '–'] },
  { key: 'speaker', title: 'Said by', value: statement => nameOf(spokenBy(statement)), cell: statement => (spokenBy(statement) ? [actorName(spokenBy(statement))] : []) },
  { key: 'tie', title: 'Tie or stance', kind: 'held', value: statement => relationText(statement) || stanceText(statement), cell: heldCell },
  { key: 'target', title: 'Toward', value: statement => nameOf(statement.target || ''), cell: statement => (statement.target ? [actorName(statement.target)] : []) },
  { key: 'statement', title: 'Statement', kind: 'wide', value: statement => statement.title || statement.paraphrase || statement.quote || '', cell: statement => [
    statement.title && element('strong', { dir: 'auto' }, statement.title),
    statement.paraphrase && statement.paraphrase !== statement.title && element('p', { dir: 'auto' }, statement.paraphrase),
    statement.quote && element('p', { class: 'quote', dir: 'auto' }, `“${unquoted(statement.quote)}”`)] },
  { key: 'source', title: 'Source', kind: 'from', value: statement => statement.source_title || statement.source_url || '', cell: statement => [sourceLine(statement)] },
  { key: 'basis', title: 'Basis', value: statement => statement.basis || '', cell: statement => [statement.basis && isolated(statement.basis)] },
  { key: 'reliability', title: 'Reliability', value: statement => statement.reliability || '', cell: statement => [statement.reliability && isolated(statement.reliability)] },
  { key: 'certainty', title: 'Certainty', value: statement => statement.certainty || '', cell: statement => [statement.certainty && isolated(statement.certainty)] },
  { key: 'confidence', title: 'Confidence', kind: 'number', value: statement => statement.confidence ?? null,
    cell: statement => (statement.confidence === undefined ? [] : [`${Math.round(statement.confidence * 100)} %`]) },
];
// A column in which nothing stands takes the place of those in which something does.
const tableColumns = (made => () => (made = made || possibleColumns.filter(({ key, value }) =>
  ['date', 'actor', 'tie', 'statement', 'source'].includes(key) || theDocument.statements.some(one => !['', null].includes(value(one))))))(null);

function heldCell(statement) {
  const ties = edgesOfStatement.get(statement.id).map(edge => element('button', { class: 'link tag', 'aria-label': 'Evidence for: ' + edgeText(edge), onclick: () => chooseEdge(edge.id) },
    lineGlyph(relations.get(edge.relation), 26), isolated(relations.get(edge.relation).label)));
  const stands = standsOf(statement).map(stance => element('button', { class: 'link stand', onclick: () => chooseCell(stance.holder, stance.position) },
    element('b', {}, valueText(stance.value), ': '), isolated(positionText(stance.position))));
  if (stands.length) return [...ties, ...stands];
  return [...ties, (statement.value_text || statement.position) && element('small', {}, isolated([statement.value_text, statement.position].filter(Boolean).join(': ')))];
}

// ---- order: worked out once a column and direction; what is in view is then picked out of it

const daysIn = 32;
const dayOf = date => Number((/^[+-]?\d{1,6}-\d\d-(\d\d)/.exec(date) || [])[1] || 0);
// A year may mean any of its days: going up it stands after the days that it contains, going down, too.
const edgeOfDate = (statement, turn) => (turn > 0 ? statement.span[1] * daysIn + (dayOf(statement.date) || daysIn) : statement.span[0] * daysIn + dayOf(statement.date));
const comparisons = {
  date: turn => (a, b) => turn * (edgeOfDate(a, turn) - edgeOfDate(b, turn)) || (a.span[1] - a.span[0]) - (b.span[1] - b.span[0]),
  number: (turn, value) => (a, b) => turn * (value(a) - value(b)),
  text: (turn, value, ranks) => (a, b) => turn * (ranks.get(value(a)) - ranks.get(value(b))),
};
// To compare texts as people do takes long, so each text that occurs gets its place once.
const madeRanks = new Map();
function ranksOf({ key, value }) {
  if (!madeRanks.has(key)) {
    const texts = [...new Set(Array.from(statements.values(), value))].sort(tableCollator.compare);
    let rank = 0;
    madeRanks.set(key, new Map(texts.map((text, index) => [text, index && tableCollator.compare(texts[index - 1], text) ? rank += 1 : rank])));
  }
  return madeRanks.get(key);
}
const madeOrders = new Map();
function orderBy(key, ascending) {
  const name = `${key} ${ascending}`;
  if (!madeOrders.has(name)) {
    const column = tableColumns().find(one => one.key === key), { kind, value } = column, turn = ascending ? 1 : -1;
    const all = [...statements.values()].sort(newestFirst), given = [], missing = [];
    for (const statement of all) (['', null].includes(value(statement)) ? missing : given).push(statement);
    const compare = comparisons[kind] ? comparisons[kind](turn, value) : comparisons.text(turn, value, ranksOf(column));
    madeOrders.set(name, [...given.sort(compare), ...missing]);
  }
  return madeOrders.get(name);
}

// ---- what is in the table

// The statements of what the reader chose, and its name; null for everything.
function aboutChoice() {
  const of = list => new Set(list.flatMap(stance => stance.statements || []));
  if (chosen.edge !== null) return { ids: new Set(edges.get(chosen.edge).statements), name: edgeText(edges.get(chosen.edge)) };
  if (chosen.actor !== null) {
    return { ids: new Set([...edgesOfActor.get(chosen.actor).flatMap(edge => edge.statements), ...of(stancesOfActor.get(chosen.actor))]), name: nameOf(chosen.actor) };
  }
  if (chosen.cell !== null) {
    const [holder, position] = chosen.cell;
    return { ids: of(stancesOfActor.get(holder).filter(stance => stance.position === position)), name: `${nameOf(holder)} on ${positionText(position)}` };
  }
  if (chosen.position !== null) return { ids: of(stancesOfPosition.get(chosen.position)), name: positionText(chosen.position) };
  return null;
}
function tableList() {
  const about = aboutChoice();
  const wanted = searchable(chosen.find) && readDone ? idsFound(chosen.find) : null;
  return orderBy(chosen.sort, chosen.ascending).filter(statement => statementInView(statement)
    && (!about || about.ids.has(statement.id)) && (!wanted || wanted.has(statement.id)));
}
const sameList = (one, other) => one.length === other.length && one.every((thing, index) => thing === other[index]);

function tableRow(statement) {
  return element('tr', { role: 'row', 'data-statement': statement.id }, tableColumns().map(({ key, title, kind, cell }) => {
    const content = cell(statement).filter(Boolean);
    return element('td', { role: 'cell', class: [kind || key, content.length ? '' : 'empty'].filter(Boolean).join(' '), 'data-title': title }, content);
  }));
}

let tableParts = null;
function makeTable(frame) {
  let list = [], headOf = '', restOfPortion;
  const about = element('p', { class: 'about' });
  const find = element('input', { type: 'search', id: 'table-find', 'aria-label': 'Find in the table', placeholder: 'Find in the table…', autocomplete: 'off', spellcheck: 'false',
    oninput: () => { chosen.find = find.value; show(); rememberLink(); say(about.textContent); } });
  const head = element('tr', { role: 'row' }), body = element('tbody', { role: 'rowgroup' });
  const table = element('table', { role: 'table' }, element('caption', { class: 'unseen' }, 'Statements in view'), element('thead', { role: 'rowgroup' }, head), body);
  const none = element('p', { class: 'note' });
  const more = element('button', { class: 'more', onclick: () => addRows(rowsAtOnce) });
  frame.append(element('div', { class: 'table-page' }, element('div', { class: 'table-bar' }, about, find), table, none, more));

  // What is seen first comes at once, so that moving through time stays smooth.
  function firstPortion() {
    body.replaceChildren();
    addRows(rowsBeforePainting);
    clearTimeout(restOfPortion);
    restOfPortion = setTimeout(() => addRows(Math.max(0, rowsAtOnce - body.rows.length)));
  }
  function addRows(count) {
    const start = body.rows.length;
    body.append(...list.slice(start, start + count).map(tableRow));
    const left = list.length - body.rows.length;
    more.hidden = left <= 0;
    more.textContent = `Show ${Math.min(left, rowsAtOnce).toLocaleString('en')} more of ${list.length.toLocaleString('en')}`;
  }
  function showHead() {
    const now = `${chosen.sort} ${chosen.ascending}`;
    if (now === headOf) return;
    headOf = now;
    head.replaceChildren(...tableColumns().map(({ key, title, kind }) => {
      const here = chosen.sort === key;
      return element('th', { role: 'columnheader', scope: 'col', class: kind || key, 'aria-sort': here ? (chosen.ascending ? 'ascending' : 'descending') : null },
        element('button', { 'data-sort': key, onclick: () => sortBy(key) }, title,
          here ? element('span', { class: 'direction', 'aria-hidden': 'true' }, chosen.ascending ? '↑' : '↓') : ''));
    }));
  }
  function show() {
    if (chosen.find && !readDone) whenRead(showAgain);
    if (find.value !== chosen.find) find.value = chosen.find;
    const choice = aboutChoice(), now = tableList();
    showHead();
    about.replaceChildren(...[plural(now.length, 'statement'), choice && ' about ', choice && isolated(toEllipsis(choice.name, 80)),
      choice && ' ', choice && element('button', { class: 'link', onclick: chooseNothing }, 'show all'),
      searchable(chosen.find) && (readDone ? ` with “${toEllipsis(chosen.find.trim(), 40)}”` : ' – still reading them to find words …')].filter(Boolean));
    none.hidden = now.length > 0;
    none.textContent = chosen.find ? 'No statement in view has these words.' : 'No statement is in view.';
    table.hidden = !now.length;
    // A table that stays the same keeps its rows, and with them the reader's place.
    if (sameList(now, list)) { more.hidden = body.rows.length >= list.length; return; }
    list = now;
    firstPortion();
    frame.scrollTop = 0;
  }
  const showAgain = () => { if (!frame.hidden) show(); };
  function sortBy(key) {
    chosen.ascending = chosen.sort === key ? !chosen.ascending : !['date', 'confidence'].includes(key);
    chosen.sort = key;
    show();
    rememberLink();
    const button = [...head.querySelectorAll('[data-sort]')].find(other => other.dataset.sort === key);
    if (button) button.focus();
    say(`Sorted by ${tableColumns().find(column => column.key === key).title}, ${chosen.ascending ? 'ascending' : 'descending'}`);
  }
  // Brings the row of a statement before the reader.
  function reveal(id) {
    const at = list.findIndex(statement => statement.id === id);
    if (at < 0) return;
    if (at >= body.rows.length) addRows(at + rowsAtOnce - body.rows.length);
    for (const row of body.querySelectorAll('.found')) row.classList.remove('found');
    body.rows[at].classList.add('found');
    body.rows[at].scrollIntoView({ block: 'center' });
  }
  tableParts = { reveal };
  return { update: show, data: tableData };
}
// What was found has no tie and no stance to choose: its row is the place where it stands.
function showInTable(statement) {
  chosen.find = '';
  Object.assign(chosen, nothingChosen());
  setView('table');
  tableParts.reveal(statement.id);
}
// Everything that holds these words, as rows.
function showFound(query) {
  chosen.find = query;
  Object.assign(chosen, nothingChosen());
  setView('table');
}

// ---- the same for export, with whatever the cells leave to the panel

const precisionOf = statement => (!statement.span ? 'not known' : statement.span[0] !== statement.span[1] ? 'year' : dayOf(statement.date) ? 'day' : 'month');
const dataColumns = ['date', 'date as told', 'date known to the', 'actor', 'said by', 'ties', 'toward', 'stance', 'position', 'title', 'paraphrase', 'quote', 'basis',
  'source', 'publisher', 'address', 'also in', 'reliability', 'second look', 'certainty', 'confidence', 'id'];
const statementData = statement => [statement.date || '', statement.date_text || '', precisionOf(statement), nameOf(principalOf(statement)), nameOf(spokenBy(statement)),
  relationText(statement), nameOf(statement.target || ''), statement.value_text || '', statement.position || '', statement.title || '', statement.paraphrase || '',
  statement.quote || '', statement.basis || '', statement.source_title || '', statement.source_publisher || '', statement.source_url || '', (statement.also_in || []).join('; '),
  statement.reliability || '', statement.second_look || '', statement.certainty || '', statement.confidence ?? '', statement.id];
const tableData = () => ({ columns: dataColumns, rows: tableList().map(statementData) });

addChoice({
  fresh: () => ({ sort: 'date', ascending: false, find: '' }),
  read(link, choices) {
    if (link.has('sort') && tableColumns().some(column => column.key === link.get('sort'))) [choices.sort, choices.ascending] = [link.get('sort'), link.get('up') === '1'];
    choices.find = (link.get('find') || '').slice(0, 200);
  },
  write(link) {
    if (chosen.find) link.set('find', chosen.find);
    if (chosen.sort === 'date' && !chosen.ascending) return;
    link.set('sort', chosen.sort);
    link.set('up', chosen.ascending ? '1' : '0');
  },
});
addView({ name: 'table', title: 'Table', make: makeTable });
