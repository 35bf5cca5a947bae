// Legend, search, keyboard and buttons; and the start of the page.

let picture, time;

// ---- every change of choice ends here

function update() {
  shown = whatIsShown();
  updateLegend();
  updatePanel();
  updateTable();
  time.update();
  if (chosen.view === 'network') picture.update();
  rememberLink();
}

function chooseActor(id, { reveal = false } = {}) {
  [chosen.actor, chosen.edge] = [id, null];
  afterChoice(`${nameOf(id)}, ${actors.get(id).kind}`, shownCount => `${plural(shownCount, 'statement')}`, () => shown.weight.get(id) || 0);
  if (chosen.view === 'network' && !onPhone() && reveal) picture.reveal(id);
}
function chooseEdge(id) {
  [chosen.actor, chosen.edge] = [null, id];
  afterChoice(edgeText(edges.get(id)), shownCount => plural(shownCount, 'statement'), () => (shown.edges.get(id) || []).length);
}
function afterChoice(name, words, count) {
  hideSheets();
  update();
  byId('panel').scrollTop = 0;
  // On a phone the panel covers half of the picture, so what was chosen moves into the other half.
  if (chosen.view === 'network' && onPhone()) picture.fit(picture.focusSet(), true);
  say(`${name}, ${words(count())}`);
}
function chooseNothing() {
  const chose = chosen.actor !== null || chosen.edge !== null;
  [chosen.actor, chosen.edge] = [null, null];
  hideSheets();
  update();
  if (!chose) return;
  if (chosen.view === 'network' && onPhone()) picture.fit(null, true);
  say('Nothing chosen. ' + byId('count').textContent);
}
function chooseStatement(statement) {
  const [tie] = edgesOfStatement.get(statement.id);
  const holder = theDocument.stances.find(stance => (stance.statements || []).includes(statement.id));
  if (!inPeriod(statement)) [chosen.from, chosen.to] = [firstMonth, finalMonth];
  if (tie) {
    // What was searched for must not stay hidden behind a filter.
    chosen.hiddenRelations.delete(tie.relation);
    for (const end of [tie.from, tie.to]) chosen.hiddenKinds.delete(actors.get(end).kind);
    chooseEdge(tie.id);
  } else if (holder) chooseActor(holder.holder, { reveal: true });
  else { setView('table'); return; }
  let found;
  do {
    found = [...byId('panel').querySelectorAll('.card')].find(other => other.dataset.statement === statement.id);
    const more = byId('panel').querySelector('.cards .more');
    if (found || !more) break;
    more.click();
  } while (!found);
  if (!found) return;
  found.classList.add('found');
  found.scrollIntoView({ block: 'center' });
}

// ---- legend: it explains, filters and counts

function legendRow(glyph, name, title, set, key, onlyThis) {
  const box = element('input', { type: 'checkbox', onchange: () => {
    if (box.checked) set().delete(key); else set().add(key);
    update();
    announceCount();
  } });
  const only = element('button', { class: 'only', 'aria-label': `Only ${name}`, onclick: () => { onlyThis(key); update(); announceCount(); } }, 'only');
  return { key, box, row: element('div', { class: 'legend' },
    element('label', { title }, box, glyph, element('span', { dir: 'auto' }, name), element('span', { class: 'count' })), only) };
}
const announceCount = () => say(byId('count').textContent);

const relationRows = [], kindRows = [], familyBoxes = [];
function makeLegend() {
  const titles = { cooperation: 'Cooperation', conflict: 'Conflict', other: 'Other' };
  const others = (all, key) => new Set(all.filter(other => other !== key));
  for (const family of families) {
    const members = usedRelations.filter(relation => relation.family === family);
    if (!members.length) continue;
    const group = element('div', { role: 'group', 'aria-label': titles[family], class: 'family' });
    const keys = members.map(relation => relation.key);
    const all = element('input', { type: 'checkbox', onchange: () => {
      for (const key of keys) { if (all.checked) chosen.hiddenRelations.delete(key); else chosen.hiddenRelations.add(key); }
      update();
      announceCount();
    } });
    if (members.length > 1) familyBoxes.push({ all, keys });
    group.append(element('h3', {}, members.length > 1 ? element('label', {}, all, titles[family]) : titles[family]));
    for (const relation of members) {
      const row = legendRow(lineGlyph(relation), relation.label, relation.description, () => chosen.hiddenRelations, relation.key,
        key => { chosen.hiddenRelations = others(usedRelations.map(other => other.key), key); });
      relationRows.push(row);
      group.append(row.row);
    }
    byId('relations').append(group);
  }
  for (const kind of kinds.values()) {
    const row = legendRow(kindGlyph(kind), kind.name, null, () => chosen.hiddenKinds, kind.name,
      name => { chosen.hiddenKinds = others([...kinds.keys()], name); });
    kindRows.push(row);
    byId('kinds').append(row.row);
  }
  if (!usedRelations.length) byId('relations').append(element('p', { class: 'note' }, 'No ties.'));
  byId('size-key').textContent = actors.size ? 'Larger actor, thicker line: more statements.' : '';
}

function updateLegend() {
  const counts = legendCounts();
  for (const [rows, hidden, number] of [[relationRows, chosen.hiddenRelations, counts.ofRelation], [kindRows, chosen.hiddenKinds, counts.ofKind]]) {
    for (const { key, box, row } of rows) {
      box.checked = !hidden.has(key);
      row.classList.toggle('off', hidden.has(key));
      row.querySelector('.count').textContent = number.get(key).size.toLocaleString('en');
    }
  }
  for (const { all, keys } of familyBoxes) {
    const hidden = keys.filter(key => chosen.hiddenRelations.has(key)).length;
    all.checked = hidden === 0;
    all.indeterminate = hidden > 0 && hidden < keys.length;
  }
  const all = statements.size, part = shown.statements.length;
  byId('count').textContent = `${part === all ? '' : part.toLocaleString('en') + ' of '}${plural(all, 'statement')}, `
    + `${plural(shown.edges.size, 'tie')}, ${plural(shown.active.size, 'actor')}`;
  byId('reset').hidden = !narrowed();
  byId('open-filters').classList.toggle('active', narrowed());
}

// ---- search: names and aliases in any script first, then the words of the evidence

// Letters that are written in several ways (accents, Arabic and Persian yeh and kaf) count as one.
const searchable = text => text.normalize('NFKD').replace(/[\p{M}\u0640\u200c\u200d]/gu, '').toLowerCase()
  .replace(/[\u064a\u0649]/g, '\u06cc').replace(/\u0643/g, '\u06a9').replace(/\s+/g, ' ').trim();
const actorWords = [...actors.values()].map(node => ({ node, names: [node.label, ...(node.aliases || [])].map(name => [name, searchable(name)]) }));
const statementWords = [...statements.values()].map(statement => [statement, searchable([statement.title, statement.paraphrase,
  statement.quote, statement.position, statement.source_title].filter(Boolean).join(' \n '))]);

let results = [], marked = -1;
function search() {
  const wanted = searchable(byId('query').value);
  results = [];
  if (wanted) {
    for (const { node, names } of actorWords) {
      const hit = names.find(([, name]) => name.startsWith(wanted)) || names.find(([, name]) => name.includes(wanted));
      if (hit) results.push({ title: node.label, note: hit[0] === node.label ? node.kind : `${node.kind}, also ${hit[0]}`,
        early: names.some(([, name]) => name.startsWith(wanted)), go: () => { chosen.hiddenKinds.delete(node.kind); chooseActor(node.id, { reveal: true }); } });
    }
    results.sort((a, b) => Number(b.early) - Number(a.early));
    results.length = Math.min(results.length, 7);
    const texts = statementWords.filter(([, words]) => words.includes(wanted)).map(([statement]) => statement).sort(newestFirst);
    for (const statement of texts.slice(0, 12)) {
      results.push({ title: statement.quote && searchable(statement.quote).includes(wanted) ? `“${statement.quote}”` : statement.title || statement.paraphrase,
        note: [statement.date_text || statement.date, nameOf(statement.on_behalf_of || statement.speaker || ''), statement.source_title].filter(Boolean).join(' · '),
        go: () => chooseStatement(statement) });
    }
    if (texts.length > 12) results.push({ title: `${texts.length - 12} more statements`, note: 'Type more letters to narrow them', go: null });
  }
  const list = byId('found');
  list.replaceChildren(...results.map(({ title, note }, index) => element('li', { role: 'option', id: 'found-' + index, 'aria-selected': 'false',
    onpointerdown: event => { event.preventDefault(); goTo(index); } }, element('span', { dir: 'auto' }, title), element('small', { dir: 'auto' }, note))));
  if (wanted && !results.length) list.append(element('li', { role: 'option', 'aria-disabled': 'true', class: 'none' }, 'Nothing found'));
  list.hidden = !wanted;
  byId('query').setAttribute('aria-expanded', String(Boolean(wanted)));
  marked = -1;
  if (results.length) mark(0);
  else byId('query').removeAttribute('aria-activedescendant');
  if (wanted) say(results.length ? plural(results.length, 'result') : 'Nothing found');
}
function mark(index) {
  marked = (index + results.length) % results.length;
  [...byId('found').children].forEach((item, other) => item.setAttribute('aria-selected', String(other === marked)));
  byId('found').children[marked].scrollIntoView({ block: 'nearest' });
  byId('query').setAttribute('aria-activedescendant', 'found-' + marked);
}
function goTo(index) {
  if (!results[index] || !results[index].go) return;
  const { go } = results[index];
  byId('query').value = '';
  search();
  byId('query').blur();
  go();
}
byId('query').addEventListener('input', search);
byId('query').addEventListener('focus', search);
byId('query').addEventListener('blur', () => { byId('found').hidden = true; byId('query').setAttribute('aria-expanded', 'false'); });
byId('query').addEventListener('keydown', event => {
  if (event.key === 'ArrowDown' && results.length) mark(marked + 1);
  else if (event.key === 'ArrowUp' && results.length) mark(marked - 1);
  else if (event.key === 'Enter') goTo(marked);
  else if (event.key === 'Escape') { byId('query').value = ''; search(); } else return;
  event.preventDefault();
});

// ---- keyboard in the picture: arrows walk to the nearest actor that way, neighbours first

const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
function nearest(from, [wayX, wayY], ids) {
  const start = picture.positionOf(from);
  let best = null, least = Infinity;
  for (const id of ids) {
    if (id === from || !kindShown(id)) continue;
    const at = picture.positionOf(id), dx = at.x - start.x, dy = at.y - start.y, length = Math.hypot(dx, dy) || 1;
    const straight = (dx * wayX + dy * wayY) / length;
    if (straight > 0.38 && length * (2 - straight) < least) [best, least] = [id, length * (2 - straight)];
  }
  return best;
}
byId('picture').addEventListener('keydown', event => {
  if (event.key === 'Escape') chooseNothing();
  else if (event.key === '+' || event.key === '=') picture.zoomBy(1.25);
  else if (event.key === '-') picture.zoomBy(0.8);
  else if (event.key === '0') picture.fit(null, true);
  else if (event.key === 'Enter') byId('panel').focus();
  else if (event.key in ways) {
    event.preventDefault();
    if (chosen.actor === null) {
      const first = chosen.edge !== null ? edges.get(chosen.edge).from
        : [...shown.active].sort((a, b) => (shown.weight.get(b) || 0) - (shown.weight.get(a) || 0))[0];
      if (first !== undefined) chooseActor(first, { reveal: true });
      return;
    }
    const here = chosen.actor, neighbours = picture.focusSet();
    const neighbour = nearest(here, ways[event.key], neighbours);
    const next = neighbour === null ? nearest(here, ways[event.key], actors.keys()) : neighbour;
    if (next === null) { say('No actor that way'); return; }
    chooseActor(next, { reveal: true });
    if (neighbour === null) say(`${nameOf(next)}, no tie with ${nameOf(here)} in view`);
  }
});
byId('panel').addEventListener('keydown', event => {
  if (event.key !== 'Escape') return;
  chooseNothing();
  (chosen.view === 'network' ? byId('picture') : byId('view-table')).focus();
});
document.addEventListener('keydown', event => {
  if (event.key !== '/' || /INPUT|TEXTAREA|SELECT/.test(document.activeElement.tagName)) return;
  event.preventDefault();
  byId('query').focus();
});

// ---- views, sheets of the phone, theme, link

const tabs = ['network', 'table'];
function setView(name) {
  const returns = name === 'network' && byId('view-network').hidden;
  chosen.view = name;
  document.body.classList.toggle('table', name === 'table');
  for (const tab of tabs) {
    byId('view-' + tab).hidden = tab !== name;
    byId('tab-' + tab).setAttribute('aria-selected', String(tab === name));
    byId('tab-' + tab).tabIndex = tab === name ? 0 : -1;
  }
  update();
  // While it was hidden the picture missed every change of size; it is fitted before the reader can point.
  if (returns) picture.adapt();
  else if (name === 'network') picture.redraw();
}
for (const tab of tabs) {
  byId('tab-' + tab).addEventListener('click', () => setView(tab));
  byId('tab-' + tab).addEventListener('keydown', event => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    const other = tabs[(tabs.indexOf(tab) + 1) % tabs.length];
    setView(other);
    byId('tab-' + other).focus();
  });
}

function hideSheets() {
  document.body.classList.remove('filters', 'overview');
  byId('open-filters').setAttribute('aria-expanded', 'false');
}
const hideOverview = hideSheets;
byId('open-filters').addEventListener('click', () => {
  const open = document.body.classList.toggle('filters');
  byId('open-filters').setAttribute('aria-expanded', String(open));
  if (open) byId('rail').focus();
});
byId('close-filters').addEventListener('click', () => { hideSheets(); byId('open-filters').focus(); });
byId('open-overview').addEventListener('click', () => {
  chooseNothing();
  document.body.classList.add('overview');
  byId('panel').scrollTop = 0;
  byId('panel').focus();
});

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const showTheme = () => { document.documentElement.dataset.theme = chosen.theme || (prefersDark.matches ? 'dark' : 'light'); };
prefersDark.addEventListener('change', () => { showTheme(); update(); });
byId('theme').addEventListener('click', () => {
  chosen.theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
  showTheme();
  update();
});

byId('reset').addEventListener('click', () => {
  chosen.hiddenRelations.clear();
  chosen.hiddenKinds.clear();
  [chosen.from, chosen.to] = [firstMonth, finalMonth];
  update();
  announceCount();
});
byId('copy-link').addEventListener('click', async () => {
  const link = location.href.split('#')[0] + '#' + linkText();
  try {
    await navigator.clipboard.writeText(link);
    toast('Link to this view copied');
  } catch {
    // Without leave to use the clipboard the address bar still holds the link.
    location.hash = linkText();
    toast('The link to this view is in the address bar');
  }
});
byId('zoom-in').addEventListener('click', () => picture.zoomBy(1.3));
byId('zoom-out').addEventListener('click', () => picture.zoomBy(1 / 1.3));
byId('zoom-fit').addEventListener('click', () => picture.fit(null, true));

// ---- start

function start() {
  chosen = choicesFromLink();
  showTheme();
  shown = whatIsShown();
  setView(chosen.view);
}
chosen = choicesFromLink();
showTheme();
shown = whatIsShown();
picture = makePicture(id => chooseActor(id), chooseEdge, chooseNothing);
time = makeTime(() => { update(); announceCount(); });
makeLegend();
setView(chosen.view);
picture.fit();
picture.refit();
picture.update();
addEventListener('hashchange', () => { if (location.hash.slice(1) !== linkText()) start(); });

window.kgPage = Object.freeze({
  edgePoint: picture.edgePoint, actorPoint: picture.actorPoint, labels: picture.labels, link: linkText,
});
document.documentElement.dataset.ready = 'yes';
