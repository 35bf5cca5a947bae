// The picture without a mouse: arrows walk to the nearest actor that way, neighbours first.

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
function walkTo(way) {
  if (chosen.actor === null) {
    const first = chosen.edge !== null ? edges.get(chosen.edge).from
      : [...shown.active].sort((a, b) => (shown.weight.get(b) || 0) - (shown.weight.get(a) || 0))[0];
    if (first !== undefined) chooseActor(first, { reveal: true });
    return;
  }
  const here = chosen.actor, neighbours = picture.focusSet();
  const neighbour = nearest(here, way, neighbours);
  const next = neighbour === null ? nearest(here, way, actors.keys()) : neighbour;
  if (next === null) { say('No actor that way'); return; }
  chooseActor(next, { reveal: true });
  if (neighbour === null) say(`${nameOf(next)}, no tie with ${nameOf(here)} in view`);
}
onKeys(byId('picture'), 'picture', {
  walk: event => walkTo(ways[event.key]),
  read: toEvidence,
  nearer: () => picture.zoomBy(1.25),
  farther: () => picture.zoomBy(0.8),
  whole: () => picture.fit(null, true),
  clear: chooseNothing,
});

