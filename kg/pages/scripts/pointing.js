// What every picture of the network shares, whichever engine draws it: who is in focus, the tip under the pointer,
// the bar that names the focus, and the part of the stage that nothing covers.

// The actors in focus; null when nothing is, so that all are.
function focusSet() {
  if (chosen.edge !== null) return new Set([edges.get(chosen.edge).from, edges.get(chosen.edge).to]);
  if (chosen.pair !== null) return new Set(chosen.pair);
  if (chosen.cell !== null) return new Set([chosen.cell[0]]);
  if (chosen.actor === null) return null;
  const near = new Set([chosen.actor]);
  for (const edge of edgesOfActor.get(chosen.actor)) {
    if (shown.edges.has(edge.id)) near.add(edge.from).add(edge.to);
  }
  return near;
}
const joins = (edge, a, b) => (edge.from === a && edge.to === b) || (edge.from === b && edge.to === a);

// 1: in focus, 2: between the same two actors as the chosen tie, 0: out of focus.
function edgeFocus(edge) {
  if (chosen.actor !== null) return edge.from === chosen.actor || edge.to === chosen.actor ? 1 : 0;
  if (chosen.cell !== null) return edge.from === chosen.cell[0] || edge.to === chosen.cell[0] ? 1 : 0;
  if (chosen.pair !== null) return joins(edge, ...chosen.pair) ? 1 : 0;
  if (chosen.edge === null || chosen.edge === edge.id) return 1;
  const { from, to } = edges.get(chosen.edge);
  return joins(edge, from, to) ? 2 : 0;
}

// The same for a line, which may stand for several ties.
const lineFocus = edge => (chosen.edge !== null && lineOfEdge(chosen.edge) === edge.id ? 1 : edgeFocus(edge));

// On a phone the panel comes up from below, in a frame of another page it lies over the right.
function freeArea(frame) {
  const stage = frame.getBoundingClientRect(), sheet = byId('panel').getBoundingClientRect();
  const covered = onPhone() && sheet.height ? Math.max(0, stage.bottom - sheet.top) : 0;
  const beside = embedded && !onPhone() && sheet.width ? Math.max(0, stage.right - sheet.left) : 0;
  return { width: stage.width, height: stage.height, left: 14, right: beside + 14, top: byId('focus').hidden ? 14 : 50, bottom: covered + 14 };
}

function showFocus(onNothing) {
  const bar = byId('focus');
  bar.hidden = focusSet() === null;
  if (bar.hidden) return;
  const text = chosen.edge !== null ? edgeText(edges.get(chosen.edge)) : chosen.pair !== null ? chosen.pair.map(nameOf).join(' and ')
    : `Neighbours of ${nameOf(chosen.actor === null ? chosen.cell[0] : chosen.actor)}`;
  bar.replaceChildren(element('span', { dir: 'auto' }, text),
    element('button', { 'aria-label': 'Clear focus', onclick: () => { onNothing(); focusView(); } }, '×'));
}

const hideTip = () => { byId('tip').hidden = true; byId('picture').style.cursor = ''; };
// A name and what is to be known of it, beside the point (in pixels from the corner of the stage).
function showTip(frame, on, title, note) {
  const tip = byId('tip');
  tip.replaceChildren(element('b', { dir: 'auto' }, title), note);
  tip.hidden = false;
  byId('picture').style.cursor = 'pointer';
  tip.style.left = `${Math.max(4, Math.min(on.x + 14, frame.clientWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${Math.max(4, Math.min(on.y + 14, frame.clientHeight - tip.offsetHeight - 8))}px`;
}
function tipOf(actor, edge) {
  if (actor === null) return [lineText(edge), plural(lineFor(edge).ids.length, 'statement')];
  const stance = stancePaint(actor);
  return [nameOf(actor), `${actors.get(actor).kind} · ${plural(shown.weight.get(actor) || 0, 'statement')}${stance ? ' · ' + stance.words : ''}`];
}

function toSegment(point, a, b) {
  const squared = (b.x - a.x) ** 2 + (b.y - a.y) ** 2 || 1;
  const along = Math.max(0, Math.min(1, ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / squared));
  return Math.hypot(point.x - a.x - along * (b.x - a.x), point.y - a.y - along * (b.y - a.y));
}
