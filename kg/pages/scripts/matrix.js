// A matrix: a real table that is walked with the arrow keys. Its cells are made once and then only changed where
// they differ, so that time can move through thousands of them.

const mostDrawn = 80;
const widestCell = 100, leastUpright = 76, narrowCell = 36, groupGap = 6;

// what: { name: of its view; caption, corner: texts; rowText(id), columnText(id), rowTip(id), columnTip(id): names and tips of heads;
//   onRow(id), onColumn(id), onCell(row, column): what choosing does;
//   cell(row, column) -> { key, look, mark, words() }: key tells whether a cell changed, look is the class of its
//   tile, mark its text, words() its accessible name; null for a cell that holds nothing (the diagonal);
//   tip(row, column) -> elements; groups(columns) -> [{ text, size }] or null, groupTitle: what
//   they are; chosen() -> [row, column] or null }
function makeMatrix(frame, what) {
  const caption = element('caption', { class: 'unseen' }), columns = element('colgroup'), head = element('thead'), body = element('tbody');
  const table = element('table', { class: 'matrix', role: 'grid' }, caption, columns, head, body);
  const tip = element('div', { class: 'matrix-tip', id: 'tip-' + what.name, 'aria-hidden': 'true', hidden: true });
  let starts = new Set(), shape = '', named = '', drawnView = '', rowIds = [], columnIds = [], grid = [], places = new Map(), drawnCells = [];
  let current = [1, 1], pointed = [], selected = null;

  // ---- making: only when there are more or fewer rows or columns; another order only names them anew

  function make(rowCount, columnCount, groups) {
    places = new Map();
    const at = (node, r, c) => { places.set(node, [r, c]); return node; };
    const button = () => element('button', { tabindex: -1 }, element('bdi'));
    starts = new Set(groups ? groups.map((_, index) => groups.slice(0, index).reduce((sum, group) => sum + group.size, 0)) : []);
    const startClass = c => starts.has(c) ? 'starts' : null, numbers = Array.from({ length: columnCount }, (_, c) => c);
    const sample = element('tr', {}, element('th', { scope: 'row' }, button()),
      numbers.map(c => element('td', { tabindex: -1, class: startClass(c) }, element('span', { 'aria-hidden': 'true' }))));
    body.replaceChildren(...Array.from({ length: rowCount }, () => sample.cloneNode(true)));
    grid = [[null, ...numbers.map(c => at(button(), 0, c + 1))],
      ...[...body.rows].map((row, r) => [...row.cells].map((cell, c) => at(c ? cell : cell.firstChild, r + 1, c)))];
    head.replaceChildren(...[
      groups ? element('tr', { class: 'groups' }, element('td', {}, element('span', { class: 'unseen' }, what.groupTitle)), groups.map(group =>
        element('th', { colspan: group.size, scope: 'colgroup', class: 'starts' }, element('span', {}, element('bdi'))))) : null,
      element('tr', { class: 'heads' }, element('th', { scope: 'col', class: 'corner' }, what.corner),
        numbers.map(c => element('th', { scope: 'col', class: startClass(c) }, grid[0][c + 1]))),
    ].filter(Boolean));
    columns.replaceChildren(...[null, ...numbers].map(() => element('col')));
    table.classList.toggle('grouped', Boolean(groups));
    [current, pointed, selected] = [[0, 0], [], null];
  }
  // The focus stays with the row and the column that had it.
  function name(rows, cols, groups) {
    const held = placeIds(), before = nodeAt(...current), focused = before && before === document.activeElement;
    [rowIds, columnIds] = [rows, cols];
    rows.forEach((id, r) => { grid[r + 1][0].firstChild.textContent = what.rowText(id); });
    cols.forEach((id, c) => { grid[0][c + 1].firstChild.textContent = what.columnText(id); });
    (groups || []).forEach((group, index) => {
      const box = head.rows[0].cells[index + 1].firstChild;
      box.firstChild.textContent = group.text;
      box.title = group.text;
    });
    drawnCells = rows.map(() => cols.map(() => null));
    const [r, c] = [rows.indexOf(held[0]) + 1, cols.indexOf(held[1]) + 1];
    if (before) before.tabIndex = -1;
    current = r + c ? [r, c] : [rows.length ? 1 : 0, cols.length ? 1 : 0];
    const node = nodeAt(...current);
    if (node) node.tabIndex = 0;
    if (node && focused) node.focus();
  }
  const placeIds = () => [rowIds[current[0] - 1], columnIds[current[1] - 1]];
  const nodeAt = (r, c) => grid[r] ? grid[r][c] : null;

  // Wide columns with names across while there is room beside the panel; else narrow ones with names along.
  function measure() {
    const width = frame.clientWidth, count = columnIds.length;
    if (!width || !count) return;
    const panelRoom = onPhone() || document.body.classList.contains('choice') ? 0 : matchMedia('(max-width: 1240px)').matches ? 320 : 372;
    const names = Math.round(Math.max(92, Math.min(190, (width - panelRoom) * 0.3)));
    const room = (width - panelRoom - names - 48 - starts.size * groupGap) / count - 2;
    const upright = room >= leastUpright;
    const cell = Math.floor(upright ? Math.min(widestCell, room) : Math.max(narrowCell, Math.min(what.widest || 46, room)));
    table.classList.toggle('along', !upright);
    [...columns.children].forEach((column, index) => { column.style.width = `${index ? cell + (starts.has(index - 1) ? groupGap : 0) : names}px`; });
    table.style.width = `${names + count * (cell + 2) + starts.size * groupGap + 4}px`;
    frame.style.scrollPaddingTop = `${head.offsetHeight + 8}px`;
    frame.style.scrollPaddingLeft = `${names + 8}px`;
  }

  // ---- changing: cells whose key is another than before

  function show(rows, cols) {
    const groups = what.groups ? what.groups(cols) : null, now = JSON.stringify([rows, cols, groups]);
    const form = JSON.stringify([rows.length, cols.length, groups && groups.map(group => group.size)]), view = stancesKey();
    if (now === named && view === drawnView) {
      markChosen();
      return;
    }
    if (form !== shape) make(rows.length, cols.length, groups);
    if (now !== named) name(rows, cols, groups);
    if (form !== shape) measure();
    [shape, named, drawnView] = [form, now, view];
    caption.textContent = what.caption();
    rows.forEach((row, r) => cols.forEach((column, c) => {
      const cell = what.cell(row, column), key = cell ? cell.key : '';
      if (drawnCells[r][c] === key) return;
      drawnCells[r][c] = key;
      const node = grid[r + 1][c + 1], tile = node.firstChild;
      tile.className = cell ? cell.look : 'nothing';
      tile.textContent = cell ? cell.mark : '';
      node.setAttribute('aria-label', cell ? cell.words() : `${what.rowText(row)}, itself`);
    }));
    markChosen();
    hideTip();
  }
  function markChosen() {
    const chosenNode = what.chosen() ? (([row, column]) => nodeAt(rowIds.indexOf(row) + 1, columnIds.indexOf(column) + 1))(what.chosen()) : null;
    const node = chosenNode && chosenNode.tagName === 'TD' ? chosenNode : null;
    if (node === selected) return;
    if (selected) selected.removeAttribute('aria-selected');
    selected = node;
    if (!node) return;
    node.setAttribute('aria-selected', 'true');
    // The sheet of a phone covers the lower half.
    node.scrollIntoView({ block: onPhone() ? 'start' : 'nearest', inline: 'nearest' });
  }

  // ---- walking, choosing, looking

  function goTo(r, c) {
    const node = nodeAt(r, c);
    if (!node) return;
    nodeAt(...current).tabIndex = -1;
    current = [r, c];
    node.tabIndex = 0;
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
  const pageOfRows = () => Math.max(1, Math.floor((frame.clientHeight - head.offsetHeight) / (body.rows[0].offsetHeight + 2)) - 1);
  function walk({ key }) {
    const [r, c] = current, rows = rowIds.length, cols = columnIds.length;
    goTo(...{ ArrowRight: [r, Math.min(c + 1, cols)], ArrowLeft: [r, Math.max(c - 1, 0)], ArrowDown: [Math.min(r + 1, rows), c], ArrowUp: [Math.max(r - 1, 0), c] }[key]);
  }
  function leap({ key }) {
    const [r, c] = current, rows = rowIds.length, by = rows ? pageOfRows() : 0;
    goTo(key === 'PageDown' ? Math.min(r + by, rows) : Math.max(r - by, Math.min(r, 1)), c);
  }
  const clear = () => { if (tip.hidden) chooseNothing(); else hideTip(); };
  // The names are buttons, which the browser itself clicks.
  const choose = ({ target }) => (target.tagName === 'TD' ? pick(target) : false);
  const placed = target => {
    const node = target instanceof Element ? target.closest('td, button') : null;
    return node && places.has(node) ? node : null;
  };
  function pick(node) {
    const [r, c] = places.get(node), [row, column] = [rowIds[r - 1], columnIds[c - 1]];
    nodeAt(...current).tabIndex = -1;
    current = [r, c];
    node.tabIndex = 0;
    hideTip();
    if (!c) what.onRow(row);
    else if (!r) what.onColumn(column);
    else if (what.cell(row, column)) what.onCell(row, column);
  }
  function look(node) {
    for (const other of pointed) other.classList.remove('pointed');
    pointed = [];
    if (!node) { hideTip(); return; }
    const [r, c] = places.get(node), [row, column] = [rowIds[r - 1], columnIds[c - 1]];
    pointed = [nodeAt(r, 0), nodeAt(0, c)].filter(Boolean);
    for (const other of pointed) other.classList.add('pointed');
    const parts = !c ? what.rowTip(row) : !r ? what.columnTip(column) : what.cell(row, column) ? what.tip(row, column) : null;
    if (!parts) { hideTip(); return; }
    tip.replaceChildren(...parts.flat().filter(Boolean));
    tip.hidden = false;
    const box = node.getBoundingClientRect(), own = tip.getBoundingClientRect(), gap = 6;
    const under = box.bottom + gap + own.height <= innerHeight;
    tip.style.top = `${Math.max(gap, under ? box.bottom + gap : box.top - gap - own.height)}px`;
    tip.style.left = `${Math.max(gap, Math.min(box.left + box.width / 2 - own.width / 2, innerWidth - own.width - gap))}px`;
  }
  function hideTip() { tip.hidden = true; }

  onKeys(table, 'matrix', {
    walk, page: leap, pick: choose, clear,
    corner: ({ key }) => (key === 'Home' ? goTo(1, 1) : goTo(rowIds.length, columnIds.length)),
    end: ({ key }) => goTo(current[0], key === 'End' ? columnIds.length : current[0] ? 0 : 1),
  });
  table.addEventListener('click', event => { const node = placed(event.target); if (node) pick(node); });
  table.addEventListener('mouseover', event => look(placed(event.target)));
  table.addEventListener('mouseleave', () => look(null));
  table.addEventListener('focusin', event => {
    const node = placed(event.target);
    if (!node) return;
    if (node !== nodeAt(...current)) {
      nodeAt(...current).tabIndex = -1;
      current = places.get(node);
      node.tabIndex = 0;
    }
    if (node.matches(':focus-visible')) look(node);
  });
  table.addEventListener('focusout', () => look(null));
  frame.addEventListener('scroll', hideTip);
  addEventListener('resize', measure);
  // Inside of the frame it would be cut off where the frame ends.
  document.body.append(tip);
  return { node: table, show, adapt: measure, spot: () => nodeAt(...current) };
}

// The frame around a matrix: title, what it shows, key, orders, and what is not in it. The words take the width of
// the window and stay while the matrix scrolls sideways.
function makeMatrixView(frame, title, note, key, controls) {
  frame.classList.add('matrix-view');
  const heading = element('h2'), missing = element('p', { class: 'note missing' }), more = element('div', { class: 'matrix-words drawn' });
  const place = element('div');
  frame.append(element('div', { class: 'wide-enough' },
    element('div', { class: 'matrix-words matrix-bar' }, heading, controls.map(control => control.node)),
    element('div', { class: 'matrix-words matrix-legend' }, key, element('p', { class: 'note' }, note), missing), place, more));
  return { place, update(sentence, limits) {
    const period = wholePeriod() || !Number.isFinite(chosen.from) ? '' : `, ${monthText(chosen.from)} to ${monthText(chosen.to)}`;
    heading.textContent = title + period;
    missing.replaceChildren(...sentence);
    missing.hidden = !sentence.length;
    more.replaceChildren(...limits);
    for (const control of controls) control.update();
  } };
}
// A button that draws more, when not all are drawn. drawn: { actors: number, positions: number }, changed by it.
function drawMore(drawn, kinds) {
  return kinds.flatMap(([kind, word]) => {
    const all = lastingFacts()[kind].size;
    return all <= drawn[kind] ? [] : [element('p', { class: 'note' }, `The ${drawn[kind].toLocaleString('en')} ${word}s with the most statements of ${all.toLocaleString('en')} are drawn. `,
      element('button', { class: 'link', onclick: () => { drawn[kind] += mostDrawn; update(); } }, `Draw ${Math.min(mostDrawn, all - drawn[kind])} more ${word}s`))];
  });
}
// Names in a sentence; of many only the first few.
function namesInShort(ids, nodeOf) {
  const few = 3, some = ids.length > few + 1 ? ids.slice(0, few) : ids, left = ids.length - some.length;
  const nodes = some.flatMap((id, index) => [index ? (index === some.length - 1 && !left ? ' and ' : ', ') : '', nodeOf(id)].flat());
  return left ? [...nodes, ` and ${left.toLocaleString('en')} more`] : nodes;
}
