// Choosing: whatever the reader picks, in any view, goes through here, and then every part is told.

let picture, time;

function update() {
  const stood = document.activeElement, inPanel = byId('panel').contains(stood);
  shown = whatIsShown();
  updateRail();
  updatePanel();
  time.update();
  updateView();
  rememberLink();
  // Whoever stood on what is gone now shall not begin again at the top of the page.
  if (!stood.isConnected && document.activeElement === document.body) { if (inPanel || anythingChosen()) toEvidence(); else focusView(); }
}

function choose(what) {
  const again = Object.entries({ ...nothingChosen(), ...what }).every(([name, value]) => JSON.stringify(chosen[name]) === JSON.stringify(value));
  Object.assign(chosen, nothingChosen(), what);
  hideSheets();
  update();
  byId('panel').scrollTop = 0;
  // Whoever chooses the same once more, by the keyboard, wants to read it.
  if (again && document.activeElement.matches(':focus-visible')) toEvidence();
}
// On a phone, and in a frame of another page, the panel covers a part of the picture, so what was chosen moves into the rest.
const panelCovers = () => onPhone() || embedded;
function intoFreeHalf() {
  if (chosen.view === 'network' && panelCovers()) picture.fit(picture.focusSet(), true);
}
function chooseActor(id, { reveal = false } = {}) {
  choose({ actor: id });
  intoFreeHalf();
  say(`${nameOf(id)}, ${actors.get(id).kind}, ${plural(shown.weight.get(id) || 0, 'statement')}`);
  if (chosen.view === 'network' && !panelCovers() && reveal) picture.reveal(id);
}
function chooseEdge(id) {
  choose({ edge: id });
  intoFreeHalf();
  say(`${edgeText(edges.get(id))}, ${plural((shown.edges.get(id) || []).length, 'statement')}`);
}
function chooseCell(holder, position) {
  choose({ cell: [holder, position] });
  const found = profileOf(holder, position);
  say(`${nameOf(holder)} ${found ? valueText(found.value) : 'is not known to have a stance on'} ${positionText(position)}`
    + (found ? `, ${plural(found.n, 'stance')}` : ''));
}
function choosePair(a, b) {
  choose({ pair: [a, b] });
  say(`${nameOf(a)} and ${nameOf(b)}`);
}
function choosePosition(id) {
  choose({ position: id });
  say(positionText(id));
}
function chooseNothing() {
  const chose = anythingChosen();
  Object.assign(chosen, nothingChosen());
  hideSheets();
  update();
  if (!chose) return;
  if (chosen.view === 'network' && panelCovers()) picture.fit(null, true);
  say('Nothing chosen. ' + byId('count').textContent);
}

// What was searched for must not stay hidden behind a filter.
function unhide(statement, ends = []) {
  if (!inPeriod(statement)) [chosen.from, chosen.to] = [firstMonth, finalMonth];
  for (const filter of statementFilters) for (const key of filter.keysOf(statement)) chosen[filter.name].delete(key);
  for (const end of ends) unhideActor(end);
}
function unhideActor(id) {
  for (const filter of actorFilters) for (const key of filter.keysOf(actors.get(id))) chosen[filter.name].delete(key);
}
function chooseStatement(statement) {
  const [tie] = edgesOfStatement.get(statement.id), [stance] = stancesOfStatement.get(statement.id) || [];
  if (tie) {
    unhide(statement, [tie.from, tie.to]);
    chosen.hiddenRelations.delete(tie.relation);
    chosen.minimum = 1;
    chooseEdge(tie.id);
  } else if (stance) {
    unhide(statement, [stance.holder]);
    chooseCell(stance.holder, stance.position);
  } else {
    unhide(statement);
    showInTable(statement);
    return;
  }
  revealCard(statement.id);
}
// The card of a statement in the panel, wherever in its list it is.
function revealCard(id) {
  let found;
  do {
    found = [...byId('panel').querySelectorAll('.card')].find(other => other.dataset.statement === id);
    const more = byId('panel').querySelector('.cards .more');
    if (found || !more) break;
    more.click();
  } while (!found);
  if (!found) return;
  found.classList.add('found');
  found.scrollIntoView({ block: 'center' });
}
