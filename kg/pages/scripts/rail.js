// The rail: a legend that explains, filters and counts; what else can be left out; and what is.

let railParts = [];
const announceCount = () => say(byId('count').textContent);
const others = (all, key) => new Set(all.filter(other => other !== key));
const changed = () => { update(); announceCount(); };

// A box of a filter. What is unticked is left out; "only" leaves out all the others.
function filterRow(filter, key, glyph, title, allKeys) {
  const name = filter.label(key);
  const box = element('input', { type: 'checkbox', onchange: () => {
    if (box.checked) chosen[filter.name].delete(key); else chosen[filter.name].add(key);
    changed();
  } });
  const count = element('span', { class: 'count' });
  const only = element('button', { class: 'only', 'aria-label': `Only ${name}`, onclick: () => {
    chosen[filter.name] = others(allKeys(), key);
    changed();
  } }, 'only');
  const row = element('div', { class: 'legend' },
    element('label', { title }, box, glyph, element('span', { class: 'name', dir: 'auto' }, name), count), only);
  return { key, row, update(counts) {
    box.checked = !chosen[filter.name].has(key);
    row.classList.toggle('off', !box.checked);
    count.textContent = (counts.get(key) || 0).toLocaleString('en');
  } };
}

// ---- ties by family, actors by type: always open, they are the legend of the picture

function relationLegend(box) {
  const filter = filterNamed('hiddenRelations'), rows = [], groups = [], glyphs = [];
  const all = usedRelations.map(relation => relation.key);
  for (const family of families) {
    const members = usedRelations.filter(relation => relation.family === family);
    if (!members.length) continue;
    const keys = members.map(relation => relation.key);
    const whole = element('input', { type: 'checkbox', onchange: () => {
      for (const key of keys) { if (whole.checked) chosen.hiddenRelations.delete(key); else chosen.hiddenRelations.add(key); }
      changed();
    } });
    if (members.length > 1) groups.push({ whole, keys });
    const glyph = element('span', { class: 'bundle' }, lineGlyph(familyLooks[family], 28));
    glyphs.push(glyph);
    const made = members.map(relation => filterRow(filter, relation.key, lineGlyph(relation), relation.description, () => all));
    rows.push(...made);
    box.append(element('div', { role: 'group', 'aria-label': familyTitles[family], class: 'family' },
      element('h3', {}, members.length > 1 ? element('label', {}, whole, familyTitles[family], glyph) : familyTitles[family]),
      made.map(one => one.row)));
  }
  if (!usedRelations.length) box.append(element('p', { class: 'note' }, 'No ties.'));
  return { update() {
    const counts = countsOf(filter);
    for (const row of rows) row.update(counts);
    for (const glyph of glyphs) glyph.hidden = !chosen.bundled;
    for (const { whole, keys } of groups) {
      const hidden = keys.filter(key => chosen.hiddenRelations.has(key)).length;
      whole.checked = hidden === 0;
      whole.indeterminate = hidden > 0 && hidden < keys.length;
    }
  } };
}
function kindLegend(box) {
  const filter = filterNamed('hiddenKinds');
  const rows = [...kinds.values()].map(kind => filterRow(filter, kind.name, kindGlyph(kind), null, () => [...kinds.keys()]));
  box.append(...rows.map(one => one.row));
  return { update() {
    const counts = countsOf(filter);
    for (const row of rows) row.update(counts);
  } };
}

// ---- the other filters: closed at first, and counted only while open

const boxesAtOnce = 10, searchFrom = 15;

// The keys of a filter, most often met first; an issue stands under the one it is part of.
function keysOfFilter(filter) {
  const counts = countsOf(filter);
  const met = new Set([...(filter.of === 'actor' ? actors : statements).values()].flatMap(filter.keysOf));
  if (filter.name === 'hiddenIssues') return issueOrder(met);
  return [...met].sort((a, b) => (counts.get(b) || 0) - (counts.get(a) || 0) || filter.label(a).localeCompare(filter.label(b), 'en'))
    .map(key => ({ key, depth: 0 }));
}
function issueOrder(met) {
  const needed = new Set();
  for (let id of met) for (; id && !needed.has(id); id = issues.get(id).parent) needed.add(id);
  const under = (parent, depth) => [...issues.values()].filter(issue => needed.has(issue.id) && (issue.parent || null) === parent)
    .sort((a, b) => a.label.localeCompare(b.label, 'en'))
    .flatMap(issue => [{ key: issue.id, depth }, ...under(issue.id, depth + 1)]);
  return [...under(null, 0), ...(met.has('') ? [{ key: '', depth: 0 }] : [])];
}
// Unticking an issue leaves out its parts, too.
function issueRow(filter, key, depth, allKeys) {
  const parts = [...withinIssue(key)], name = filter.label(key);
  const box = element('input', { type: 'checkbox', onchange: () => {
    for (const part of parts) { if (box.checked) chosen[filter.name].delete(part); else chosen[filter.name].add(part); }
    changed();
  } });
  const count = element('span', { class: 'count' });
  const only = element('button', { class: 'only', 'aria-label': `Only ${name}`, onclick: () => {
    chosen[filter.name] = new Set(allKeys().filter(other => !parts.includes(other)));
    changed();
  } }, 'only');
  const row = element('div', { class: 'legend depth-' + Math.min(depth, 4) },
    element('label', {}, box, element('span', { class: 'name', dir: 'auto' }, name), count), only);
  return { key, row, update(counts) {
    const hidden = parts.filter(part => chosen[filter.name].has(part)).length;
    box.checked = hidden < parts.length && !chosen[filter.name].has(key);
    box.indeterminate = hidden > 0 && !chosen[filter.name].has(key);
    row.classList.toggle('off', !box.checked);
    count.textContent = parts.reduce((sum, part) => sum + (counts.get(part) || 0), 0).toLocaleString('en');
  } };
}

function moreFilter(box, filter) {
  let rows = null;
  const body = element('div', { class: 'boxes' });
  const state = element('span', { class: 'count' });
  const details = element('details', { ontoggle: () => { if (details.open) refresh(); } },
    element('summary', {}, filter.title[0].toUpperCase() + filter.title.slice(1), state), body);
  box.append(details);
  function make() {
    const keys = keysOfFilter(filter), all = keys.map(({ key }) => key);
    rows = keys.map(({ key, depth }) => filter.name === 'hiddenIssues' && key !== '' ? issueRow(filter, key, depth, () => all)
      : filterRow(filter, key, null, null, () => all));
    const list = element('div', {}, rows.slice(0, boxesAtOnce).map(one => one.row));
    const rest = rows.length > boxesAtOnce + 2 ? element('button', { class: 'more', onclick: () => {
      list.append(...rows.map(one => one.row));
      rest.remove();
      if (!find || document.activeElement !== find) standOn(rows[boxesAtOnce].row.querySelector('input'));
    } }, `Show all ${rows.length.toLocaleString('en')}`) : null;
    if (!rest) list.append(...rows.map(one => one.row));
    const find = rows.length > searchFrom ? element('input', { type: 'search', class: 'find', placeholder: 'Find…',
      'aria-label': `Find among: ${filter.title}`, oninput: () => {
        const wanted = searchable(find.value);
        if (rest && rest.isConnected) rest.click();
        for (const one of rows) one.row.hidden = !searchable(filter.label(one.key)).includes(wanted);
      } }) : null;
    body.append(...[find, list, rest].filter(Boolean));
  }
  function refresh() {
    if (!rows) make();
    const counts = countsOf(filter);
    for (const row of rows) row.update(counts);
  }
  return { update() {
    const hidden = chosen[filter.name].size;
    state.textContent = hidden ? `${hidden.toLocaleString('en')} left out` : '';
    if (details.open) refresh();
  } };
}

function minimumFilter(box) {
  const field = element('input', { type: 'number', min: 1, max: mostBehindOne, id: 'minimum', onchange: () => {
    const wanted = Math.round(Number(field.value));
    chosen.minimum = Number.isFinite(wanted) ? Math.max(1, Math.min(mostBehindOne, wanted)) : 1;
    changed();
  } });
  box.append(element('label', { class: 'least' }, element('span', {}, 'Statements behind a tie, at least'), field));
  return { update() { field.value = chosen.minimum; } };
}

// Only filters that tell things apart are worth a place.
function divides(filter) {
  const met = new Set();
  for (const thing of (filter.of === 'actor' ? actors : statements).values()) {
    for (const key of filter.keysOf(thing)) met.add(key);
    if (met.size > 1) return true;
  }
  return false;
}

function makeRail() {
  railParts = [makeBundling(byId('relations')), relationLegend(byId('relations')), kindLegend(byId('kinds')), makeSizes(byId('kinds')), makeColouring(byId('colouring'))];
  byId('size-key').textContent = actors.size ? 'Thicker line: more statements.' : '';
  const more = byId('more-filters');
  for (const filter of filters) {
    if (['hiddenRelations', 'hiddenKinds'].includes(filter.name) || !divides(filter)) continue;
    railParts.push(moreFilter(more, filter));
  }
  if (mostBehindOne > 1) railParts.push(minimumFilter(more));
  more.closest('section').hidden = !more.children.length;
  byId('reset').addEventListener('click', () => {
    showEverything();
    changed();
    byId('rail').focus({ preventScroll: true });
  });
}

function updateRail() {
  for (const part of railParts) part.update();
  const all = statements.size, part = shown.statements.length;
  byId('count').textContent = `${part === all ? '' : part.toLocaleString('en') + ' of '}${plural(all, 'statement')}, `
    + `${plural(shown.edges.size, 'tie')}, ${plural(shown.active.size, 'actor')}`;
  byId('left-out').textContent = filtersInWords();
  byId('left-out').hidden = !narrowed();
  byId('reset').hidden = !narrowed();
  byId('open-filters').classList.toggle('active', narrowed());
}
