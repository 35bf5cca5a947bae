// Every key of the page, in one table. The handlers look a key up in it and the help lists it, so neither can know a
// key that the other does not.

// keys: any of them does it; with: what is held down meanwhile (Control is ⌘, too); act: what the handler of the place
// calls it; words: what the help says.
const keyPlaces = {
  page: { title: 'Anywhere', rows: [
    { keys: ['/'], act: 'search', words: 'go to the search' },
    { keys: ['?'], act: 'help', words: 'show these keys' },
  ] },
  tabs: { title: 'Names of the views', rows: [
    { keys: ['ArrowLeft', 'ArrowRight'], act: 'step', words: 'open the view before or after' },
    { keys: ['Home', 'End'], act: 'end', words: 'open the first or the last view' },
  ] },
  picture: { title: 'Network', rows: [
    { keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'], act: 'walk', words: 'go to the nearest actor that way, neighbours first' },
    { keys: ['Enter'], act: 'read', words: 'go to the evidence' },
    { keys: ['+', '='], act: 'nearer', words: 'zoom in' },
    { keys: ['-'], act: 'farther', words: 'zoom out' },
    { keys: ['0'], act: 'whole', words: 'show the whole network' },
    { keys: ['Escape'], act: 'clear', words: 'choose nothing' },
  ] },
  matrix: { title: 'Stances and agreement', rows: [
    { keys: ['Home', 'End'], with: 'Control', act: 'corner', words: 'go to the first or the last cell' },
    { keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'], act: 'walk', words: 'go to the next cell or name' },
    { keys: ['Home', 'End'], act: 'end', words: 'go to the start or the end of the row' },
    { keys: ['PageUp', 'PageDown'], act: 'page', words: 'go up or down by a window' },
    { keys: ['Enter', ' '], act: 'pick', words: 'open the evidence; once more: go to it' },
    { keys: ['Escape'], act: 'clear', words: 'close the tip, then choose nothing' },
  ] },
  dots: { title: 'Timeline', rows: [
    { keys: ['ArrowLeft', 'ArrowRight'], act: 'along', words: 'go to the dot before or after' },
    { keys: ['ArrowUp', 'ArrowDown'], act: 'across', words: 'go to the nearest dot of the next lane' },
    { keys: ['Home', 'End'], act: 'end', words: 'go to the first or the last dot of the lane' },
    { keys: ['Enter', ' '], act: 'pick', words: 'open the evidence; once more: go to it' },
    { keys: ['Escape'], act: 'clear', words: 'close the tip, then choose nothing' },
  ] },
  panel: { title: 'Evidence', rows: [
    { keys: ['Escape'], act: 'clear', words: 'choose nothing, and go back to the view' },
  ] },
  handle: { title: 'Ends of the period', rows: [
    { keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'], with: 'Shift', act: 'least', words: 'move by the smallest step' },
    { keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'], act: 'step', words: 'move by a bar' },
    { keys: ['PageUp', 'PageDown'], act: 'leap', words: 'move by a year, or by thirty days where time is counted in days' },
    { keys: ['Home', 'End'], act: 'end', words: 'move as far as it goes' },
  ] },
  player: { title: 'Playing', rows: [
    { keys: ['Escape'], act: 'pause', words: 'pause' },
  ] },
  search: { title: 'Search', rows: [
    { keys: ['ArrowUp'], with: 'Alt', act: 'shut', words: 'close the list' },
    { keys: ['ArrowUp', 'ArrowDown'], act: 'walk', words: 'go through what was found' },
    { keys: ['Enter'], act: 'take', words: 'open it' },
    { keys: ['Escape'], act: 'leave', words: 'close the list, then empty the box' },
  ] },
  open: { title: 'Menus, lists and sheets', rows: [
    { keys: ['Escape'], act: 'close', words: 'close, and go back to the button' },
  ] },
};
// A capital, a plus or a question mark may need Shift, so Shift alone makes no other key of it.
const heldRight = (row, event) => (event.ctrlKey || event.metaKey) === (row.with === 'Control')
  && event.altKey === (row.with === 'Alt') && (row.with !== 'Shift' || event.shiftKey);
const rowOf = (place, event) => keyPlaces[place].rows.find(row => row.keys.includes(event.key) && heldRight(row, event));

// Listens for the keys of a place. acts: act -> function(event); one that gives false leaves the key to others.
const placesInUse = new Set();
function onKeys(node, place, acts) {
  const known = keyPlaces[place].rows.map(row => row.act);
  const odd = [...known.filter(act => !acts[act]), ...Object.keys(acts).filter(act => !known.includes(act))];
  if (odd.length) throw new Error(`Keys of ${place} without a handler, or handlers without a key: ${odd.join(', ')}`);
  placesInUse.add(place);
  node.addEventListener('keydown', event => {
    const row = event.isComposing ? undefined : rowOf(place, event);
    if (!row || acts[row.act](event) === false) return;
    event.preventDefault();
    event.stopPropagation();
  });
}

// ---- keys that hold anywhere: whoever dictates or types by accident can switch them off (WCAG 2.1.4)

const pageKeysKept = 'kg.page-keys';
let pageKeys = true;
// A frame without rights of its own may keep nothing; then the choice holds until the page is left.
try { pageKeys = localStorage.getItem(pageKeysKept) !== 'off'; } catch { /* as at first */ }
function setPageKeys(on) {
  pageKeys = on;
  try { localStorage.setItem(pageKeysKept, on ? 'on' : 'off'); } catch { /* not kept */ }
}
const typing = node => node.matches('textarea, select, input:not([type=checkbox], [type=radio])');
const heard = event => pageKeys && !typing(event.target) && !document.querySelector('dialog[open]');

// ---- the help

const keyNames = { ArrowLeft: ['←', 'left'], ArrowRight: ['→', 'right'], ArrowUp: ['↑', 'up'], ArrowDown: ['↓', 'down'],
  ' ': 'Space', Escape: 'Esc', Control: 'Ctrl', PageUp: 'Page up', PageDown: 'Page down' };
// An arrow is read out by its name.
function keyCap(key) {
  const name = keyNames[key] || key;
  return typeof name === 'string' ? element('kbd', {}, name)
    : element('kbd', {}, element('span', { 'aria-hidden': 'true' }, name[0]), element('span', { class: 'unseen' }, name[1]));
}
const keyRow = row => element('div', {},
  element('dt', {}, row.with ? [keyCap(row.with), ' + '] : '', row.keys.flatMap((key, index) => index ? [' ', keyCap(key)] : [keyCap(key)])),
  element('dd', {}, row.words));

function makeKeys() {
  if (embedded) return;
  const box = element('dialog', { id: 'keys', 'aria-labelledby': 'keys-title' });
  const close = element('button', { class: 'close', 'aria-label': 'Close', onclick: () => box.close() }, '×');
  const tick = element('input', { type: 'checkbox', id: 'page-keys', onchange: () => setPageKeys(tick.checked) });
  const open = () => {
    tick.checked = pageKeys;
    box.showModal();
    box.scrollTop = 0;
  };
  onKeys(document, 'page', {
    search: event => heard(event) && byId('query').focus(),
    help: event => heard(event) && open(),
  });
  const places = Object.keys(keyPlaces).filter(place => placesInUse.has(place)).map(place => keyPlaces[place]);
  box.append(close, element('h2', { id: 'keys-title' }, 'Keys'),
    element('p', { class: 'note' }, 'Tab goes from one part of the page to the next, Shift and Tab back; inside a part these keys lead on.'),
    element('div', { class: 'places' }, places.map(({ title, rows }) => element('section', {}, element('h3', {}, title), element('dl', {}, rows.map(keyRow))))),
    element('label', { class: 'page-keys' }, tick, element('span', {}, '/ and ? work anywhere on the page')));
  document.body.append(box);
  byId('theme').after(element('button', { id: 'open-keys', 'aria-label': 'Keys', 'aria-haspopup': 'dialog', title: 'Keys (?)', onclick: open }, '?'));
}
