// Search: one box over actors, positions, issues, statements and sources. A combobox with a grouped list; what the
// filters hide is found, too, and choosing it shows it.

const atMost = { actors: 6, positions: 4, issues: 3, statements: 7, sources: 3 };
const hiddenNote = 'hidden by the filters; choosing it shows it';

// ---- what stands behind a result, and what choosing it does

let inViewOf = null, inViewIds = null;
function statementInView(statement) {
  if (inViewOf !== shown) [inViewOf, inViewIds] = [shown, new Set(shown.statements.map(one => one.id))];
  return inViewIds.has(statement.id);
}
// The statements by what they belong to, put together when first asked for.
function statementsBy(field) {
  let lists = null;
  return key => {
    if (!lists) {
      lists = new Map();
      for (const statement of statements.values()) {
        for (const one of statement[field] || []) {
          if (!lists.has(one)) lists.set(one, []);
          lists.get(one).push(statement);
        }
      }
    }
    return lists.get(key) || [];
  };
}
const statementsFrom = statementsBy('sources'), statementsOn = statementsBy('issues');
const statementsAbout = issue => [...new Set([...withinIssue(issue)].flatMap(statementsOn))];

const endsOf = statement => [...edgesOfStatement.get(statement.id).flatMap(edge => [edge.from, edge.to]),
  ...(stancesOfStatement.get(statement.id) || []).map(stance => stance.holder)];
function bringIntoView(list) {
  for (const statement of list) {
    unhide(statement, endsOf(statement));
    for (const edge of edgesOfStatement.get(statement.id)) chosen.hiddenRelations.delete(edge.relation);
  }
  if (list.length) chosen.minimum = 1;
}

// Leaves out every other box of a filter, as "only" beside the box does.
function showOnly(filter, keys, name, list) {
  if (!list.some(statementInView)) bringIntoView(list);
  const all = new Set([...statements.values()].flatMap(filter.keysOf));
  chosen[filter.name] = new Set([...all].filter(key => !keys.has(key)));
  Object.assign(chosen, nothingChosen());
  hideSheets();
  update();
  toast(`Only “${toEllipsis(name, 60)}” is in view now. “Show everything” brings back the rest.`);
}
function showPosition(id) {
  const stances = stancesOfPosition.get(id);
  if (!shown.stances.some(stance => stance.position === id)) {
    bringIntoView(stances.flatMap(stance => stance.statements || []).map(one => statements.get(one)));
    for (const stance of stances) unhideActor(stance.holder);
    shown = whatIsShown();
    // Stances without a statement have only the period and the filters as a whole.
    if (!shown.stances.some(stance => stance.position === id)) showEverything();
  }
  choosePosition(id);
}

// ---- results: { title, note, hidden, go }

const alsoNamed = (own, name) => (name === own ? '' : `also ${name}`);
const noted = parts => parts.filter(Boolean).join(' · ');
const resultsOf = {
  actors: ({ thing, name }) => ({ title: [thing.label], note: noted([thing.kind, alsoNamed(thing.label, name)]), hidden: !kindShown(thing.id),
    go: () => { unhideActor(thing.id); chooseActor(thing.id, { reveal: true }); } }),
  positions: ({ thing }) => {
    const stances = stancesOfPosition.get(thing.id);
    return { title: [thing.text], note: noted([plural(new Set(stances.map(stance => stance.holder)).size, 'holder'), issues.has(thing.issue) ? issues.get(thing.issue).label : '']),
      hidden: stances.length > 0 && !shown.stances.some(stance => stance.position === thing.id), go: () => showPosition(thing.id) };
  },
  issues: ({ thing }) => {
    const list = statementsAbout(thing.id);
    return { title: [thing.label], note: noted([plural(list.length, 'statement'), list.length ? 'shows only what is about it' : '']),
      hidden: list.length > 0 && !list.some(statementInView), go: list.length ? () => showOnly(filterNamed('hiddenIssues'), withinIssue(thing.id), thing.label, list) : null };
  },
  sources: ({ thing, name }) => {
    const list = statementsFrom(thing.id);
    return { title: [thing.title], note: noted([name === thing.title ? thing.publisher : name, plural(list.length, 'statement'), list.length ? 'shows only what it says' : '']),
      hidden: list.length > 0 && !list.some(statementInView), go: list.length ? () => showOnly(filterNamed('hiddenSources'), new Set([thing.id]), thing.title, list) : null };
  },
};
function statementResult(statement, words) {
  const text = textWith(statement, words), found = passage(text, words);
  return { title: text && text === statement.quote ? ['“', ...found, '”'] : text ? found : ['Statement'],
    note: noted([statement.date_text || statement.date, nameOf(statement.on_behalf_of || statement.speaker || ''), statement.source_title]),
    hidden: !statementInView(statement), go: () => chooseStatement(statement) };
}

const groupTitles = { actors: 'Actors', positions: 'Positions', issues: 'Issues', statements: 'Statements', sources: 'Sources' };

// [{ name, total, results }], groups in which the words stand as typed before those in which they stand apart.
function groupsFound(wanted, query) {
  const words = wanted.split(' ');
  const groups = Object.keys(resultsOf).map(name => {
    const found = findNames(name, wanted);
    return { name, total: found.length, apart: found.length > 0 && found[0].fit === fits.apart, results: found.slice(0, atMost[name]).map(resultsOf[name]) };
  });
  if (readDone && statements.size) {
    const { total, phrases, first } = findInStatements(wanted, atMost.statements);
    const results = first.map(statement => statementResult(statement, words));
    if (total > results.length) {
      results.push({ title: [`Show all ${total.toLocaleString('en')} in the table`], note: '', hidden: false, all: true, go: () => { showFound(query); } });
    }
    groups.splice(groups.length - 1, 0, { name: 'statements', total, apart: !phrases, results });
  }
  return groups.filter(group => group.total).sort((a, b) => Number(a.apart) - Number(b.apart));
}

// ---- the combobox

const queryBox = byId('query'), foundList = byId('found');
let results = [], marked = -1;
// Enter before the statements are read: the first result is taken as soon as there is one.
let takenEarly = false;

function optionOf(result, index) {
  return element('li', { role: 'option', id: `found-${index}`, 'aria-selected': 'false', 'aria-disabled': result.go ? null : 'true', class: result.all ? 'all' : null,
    // The box keeps the focus; and a finger that scrolls the list chooses nothing.
    onmousedown: event => event.preventDefault(), onclick: () => goTo(index) },
  element('span', { dir: 'auto' }, result.title), result.note || result.hidden ? element('small', { dir: 'auto' }, result.note,
    result.hidden ? element('em', {}, result.note ? ' · ' : '', hiddenNote) : '') : '');
}
function groupOf({ name, total, results: own }, start) {
  const plain = own.filter(result => !result.all).length;
  return element('div', { role: 'group', 'aria-labelledby': `found-${name}` },
    element('div', { id: `found-${name}`, class: 'group' }, groupTitles[name], element('span', { class: 'count' },
      total > plain ? `${plain} of ${total.toLocaleString('en')}` : String(total))),
    element('ul', { role: 'presentation' }, own.map((result, index) => optionOf(result, start + index))));
}
const inWords = groups => listed(groups.map(({ name, total }) => plural(total, groupTitles[name].toLowerCase().slice(0, -1))));

function search() {
  takenEarly = false;
  const query = queryBox.value, wanted = searchable(query), open = Boolean(query.trim());
  if (open && !readDone) whenRead(searchAgain);
  const groups = wanted ? groupsFound(wanted, query.trim()) : [];
  results = groups.flatMap(group => group.results);
  let start = 0;
  foundList.replaceChildren(...groups.map(group => {
    const made = groupOf(group, start);
    start += group.results.length;
    return made;
  }));
  const reading = open && !readDone ? 'Still reading the statements …' : '';
  if (open && !results.length) {
    foundList.append(element('div', { role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false', class: 'none' },
      reading || element('span', {}, 'Nothing found for “', isolated(toEllipsis(query.trim(), 40)), '”'),
      reading ? '' : element('small', {}, 'Searched: names, positions, issues, sources and the words of all statements.')));
  } else if (reading) {
    foundList.append(element('div', { role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false', class: 'none' }, reading));
  }
  showList(open);
  if (results.length) mark(0); else unmark();
  if (open) say(results.length ? `${inWords(groups)} found` : reading || 'Nothing found');
}
// When the statements are read while the list is open, it is made anew under the reader's mark.
function searchAgain() {
  if (foundList.hidden || !queryBox.value.trim()) return;
  const before = marked, taken = takenEarly;
  search();
  if (before > 0 && results[before]) mark(before);
  if (taken) goTo(marked);
}
function showList(open) {
  foundList.hidden = !open;
  queryBox.setAttribute('aria-expanded', String(open));
  if (!open) unmark();
}
function unmark() {
  marked = -1;
  queryBox.removeAttribute('aria-activedescendant');
}
function mark(index) {
  const old = byId(`found-${marked}`);
  if (old) old.setAttribute('aria-selected', 'false');
  marked = (index + results.length) % results.length;
  const item = byId(`found-${marked}`);
  item.setAttribute('aria-selected', 'true');
  item.scrollIntoView({ block: 'nearest' });
  if (marked === 0) foundList.scrollTop = 0;
  queryBox.setAttribute('aria-activedescendant', item.id);
}
function goTo(index) {
  const result = results[index];
  if (!result || !result.go) return;
  queryBox.value = '';
  showList(false);
  result.go();
  // The evidence has the reader's attention now, and the keyboard with it.
  const goal = document.body.classList.contains('choice') ? byId('panel') : frameOf(viewNamed(chosen.view));
  goal.focus({ preventScroll: true });
}

queryBox.addEventListener('input', search);
queryBox.addEventListener('focus', () => { whenRead(searchAgain); if (queryBox.value.trim()) search(); });
queryBox.addEventListener('blur', () => showList(false));
onKeys(queryBox, 'search', {
  walk({ key }) {
    if (foundList.hidden) { if (queryBox.value.trim()) search(); } else if (results.length) mark(marked + (key === 'ArrowDown' ? 1 : -1));
  },
  shut: () => showList(false),
  take() { if (results.length || readDone) goTo(marked); else takenEarly = !foundList.hidden; },
  leave() { if (foundList.hidden) queryBox.value = ''; else showList(false); },
});
