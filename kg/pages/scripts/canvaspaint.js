// Painting a large network on a canvas: everything that looks alike goes into one path, so that thousands of ties
// and actors cost a few dozen strokes.

const labelFont = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
const fontOf = ({ weight, pixels }) => `${weight} ${pixels}px ${labelFont}`, leading = 1.22;
const widthSteps = [[1, 1.1], [3, 1.8], [9, 2.8], [Infinity, 4.2]];  // up to so many statements: so many pixels
const dashesUpTo = 5000, marksUpTo = 4000;   // ties: beyond, a picture of all ties would take seconds

function traceForm(context, form, x, y, radius) {
  const corners = formCorners[form];
  if (!corners) {
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  corners.forEach(([dx, dy], index) => (index ? context.lineTo(x + dx * radius, y + dy * radius) : context.moveTo(x + dx * radius, y + dy * radius)));
  context.closePath();
}

const paintNames = ['page', 'pane', 'ink', 'muted', 'line', 'node', 'node-edge', 'accent'];
const paintsNow = () => ({
  ...Object.fromEntries(paintNames.map(name => [name, colour(name)])),
  hues: huesNow(),
});

// Things that are drawn alike, under one key.
function batched(things, keyOf) {
  const batches = new Map();
  for (const thing of things) {
    const key = keyOf(thing);
    if (!batches.has(key)) batches.set(key, []);
    batches.get(key).push(thing);
  }
  return batches;
}

// now: everything that a drawing takes: at (where things are, from makeCanvas), scene and detail (from makeDetail),
// lit (the actors in focus, or null), paint (colours), stanceOf, nodeList, edgeList.
function paintScene(context, now) {
  paintGroups(context, now);
  paintDots(context, now);
  paintHalo(context, now);
  paintTies(context, now);
  paintActors(context, now);
}

// Discs are drawn a little larger than what is on them, but not over one another.
const rimAround = zoom => Math.min(6, 20 * zoom);
function paintGroups(context, { at, scene, paint, lit }) {
  groups.forEach((group, number) => {
    const { x, y } = at.spot(group), radius = group.radius * at.zoom + rimAround(at.zoom);
    if (x + radius < 0 || y + radius < 0 || x - radius > at.width || y - radius > at.height) return;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = paint.node;
    context.globalAlpha = (scene.closed[number] ? 0.09 : 0.035) * (lit ? 0.6 : 1);
    context.fill();
    context.globalAlpha = (scene.closed[number] ? 0.4 : 0.2) * (lit ? 0.6 : 1);
    context.strokeStyle = paint.node;
    context.lineWidth = 1;
    context.stroke();
  });
  context.globalAlpha = 1;
}

function paintDots(context, { at, scene, paint, lit }) {
  const side = Math.max(1.6, Math.min(4, 9 * at.zoom));
  context.beginPath();
  scene.drawnAs.forEach((as, number) => {
    if (as === asDot && at.inside(number)) context.rect(at.x[number] - side / 2, at.y[number] - side / 2, side, side);
  });
  context.globalAlpha = lit ? 0.2 : 0.5;
  context.fillStyle = paint.node;
  context.fill();
  context.globalAlpha = 1;
}

// How ties and actors look; what looks alike has an equal key. The picture and its SVG both go by this.

const crowd = 250;
const focusOpacity = [0.07, 0.8, 0.3];
function tieLook(tie, { at, scene, lit, paint, edgeList, detail }) {
  const edge = edgeList[tie], { look, bothWays } = lineFor(edge.id), both = look.both_ends || bothWays;
  const focus = lit ? lineFocus(edge) : 1, step = widthSteps.findIndex(([most]) => Math.max(1, detail.counts[tie]) <= most);
  const many = scene.ties.length > dashesUpTo, grey = chosen.colourBy !== null, order = focus === 1 ? 2 : focus === 2 ? 1 : 0;
  const width = Math.max(widthSteps[step][1] * Math.max(0.7, Math.min(1.25, at.zoom * 1.5)), lit && focus === 1 ? 1.7 : 0);
  return {
    key: `${order} ${step} ${look.hue} ${look.mark} ${look.dash} ${both}`, both, width, colour: grey ? paint.muted : paint.hues.get(look.hue),
    opacity: (focus === 1 && lit ? 1 : focusOpacity[focus] * (scene.ties.length > crowd && step === 0 ? 0.7 : 1)) * (grey ? 0.5 : 1) * (many ? 0.35 : 1),
    dash: many || !(look.dash || []).length ? null : look.dash.map(part => part * Math.max(0.6, Math.min(1, at.zoom * 1.6))),
    mark: scene.ties.length > marksUpTo ? 'none' : look.mark, markSize: Math.max(5.5, Math.min(10, 17 * at.zoom)) + width * 0.6,
  };
}
function actorLook(number, { lit, paint, nodeList, stanceOf }) {
  const node = nodeList[number], kind = kinds.get(node.kind), stance = stanceOf(node.id), inFocus = !lit || lit.has(node.id);
  // Coloured by stance, hollow means "not known"; the kind of actor is still told by the form.
  const hollow = stance ? !stance.known : kind.hollow, opacity = !inFocus ? 0.2 : shown.active.has(node.id) ? 1 : 0.3;
  const fill = hollow ? paint.page : stance ? stance.colour : paint.node, stroke = stance || kind.hollow ? paint.node : paint['node-edge'];
  return { key: `${opacity.toFixed(1)} ${kind.form} ${fill} ${stroke}`, form: kind.form, fill, stroke, opacity,
    width: kind.hollow && !stance ? 1.8 : 1.2, dash: stance && !stance.known ? [3, 3] : null };
}

function paintTies(context, now) {
  const { at, scene } = now, looks = new Map(scene.ties.map(tie => [tie, tieLook(tie, now)]));
  for (const [, ties] of [...batched(scene.ties, tie => looks.get(tie).key)].sort(([a], [b]) => a.localeCompare(b, 'en'))) {
    const { both, width, colour: hue, opacity, dash, mark, markSize } = looks.get(ties[0]);
    const paths = ties.map(at.path);
    context.strokeStyle = context.fillStyle = hue;
    context.globalAlpha = opacity;
    context.lineWidth = width;
    context.setLineDash(dash || []);
    context.beginPath();
    for (const path of paths) traceTie(context, path);
    context.stroke();
    context.setLineDash([]);
    if (mark === 'none') continue;
    context.beginPath();
    for (const path of paths) {
      traceMark(context, mark, path, markSize);
      if (both && !path.loop) traceMark(context, mark, backwards(path), markSize);
    }
    context.lineWidth = mark === 'bar' ? Math.max(2, width) : 1.6;
    if (mark === 'arrow') context.fill(); else context.stroke();
  }
  context.globalAlpha = 1;
}
// A path starts and ends at the rim of its actors: start, control point of the bend, end; or a circle.
function traceTie(context, { start, bend, end, loop }) {
  if (loop) {
    context.moveTo(loop.x + loop.radius, loop.y);
    context.arc(loop.x, loop.y, loop.radius, 0, 2 * Math.PI);
    return;
  }
  context.moveTo(start.x, start.y);
  if (bend) context.quadraticCurveTo(bend.x, bend.y, end.x, end.y); else context.lineTo(end.x, end.y);
}
const backwards = ({ start, bend, end }) => ({ start: end, bend, end: start });
function traceMark(context, mark, { start, bend, end, loop }, size) {
  if (loop) return;
  const before = bend || start, length = Math.hypot(end.x - before.x, end.y - before.y) || 1;
  const x = (end.x - before.x) / length, y = (end.y - before.y) / length, half = size * 0.42;
  if (mark === 'bar') {
    context.moveTo(end.x - y * half, end.y + x * half);
    context.lineTo(end.x + y * half, end.y - x * half);
    return;
  }
  context.moveTo(end.x - x * size - y * half, end.y - y * size + x * half);
  context.lineTo(end.x, end.y);
  context.lineTo(end.x - x * size + y * half, end.y - y * size - x * half);
  if (mark === 'arrow') context.closePath();
}

function paintActors(context, now) {
  const { at, scene } = now, drawn = [], looks = new Map();
  scene.drawnAs.forEach((as, number) => {
    if (as !== asShape || !at.inside(number)) return;
    drawn.push(number);
    looks.set(number, actorLook(number, now));
  });
  for (const [, numbers] of [...batched(drawn, number => looks.get(number).key)].sort(([a], [b]) => a.localeCompare(b, 'en'))) {
    const { form, fill, stroke, width, dash, opacity } = looks.get(numbers[0]);
    context.beginPath();
    for (const number of numbers) traceForm(context, form, at.x[number], at.y[number], at.radius(number));
    context.fillStyle = fill;
    context.strokeStyle = stroke;
    context.globalAlpha = opacity;
    context.lineWidth = width;
    context.setLineDash(dash || []);
    context.fill();
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}
const haloAround = 8;
function paintHalo(context, { at, scene, paint }) {
  const number = chosen.actor === null ? -1 : at.numberOf(chosen.actor);
  if (number < 0 || !scene.drawnAs[number]) return;
  context.beginPath();
  context.arc(at.x[number], at.y[number], at.radius(number) + haloAround, 0, 2 * Math.PI);
  context.fillStyle = context.strokeStyle = paint.accent;
  context.globalAlpha = 0.16;
  context.fill();
  context.globalAlpha = 0.9;
  context.lineWidth = 2;
  context.stroke();
  context.globalAlpha = 1;
}

// ---- labels: groups first, then actors by weight; none over another, and none cut off by the edge of the stage

const mostLabels = 260, labelTries = 900, mustName = 14;
function placeLabels(context, { at, scene, lit, nodeList, detail, stage, covers }) {
  const placed = [], taken = new Map(), cell = 90;
  const cellsOf = function* (box) {
    for (let column = Math.floor(box.left / cell); column <= Math.floor(box.right / cell); column += 1) {
      for (let row = Math.floor(box.top / cell); row <= Math.floor(box.bottom / cell); row += 1) yield `${column} ${row}`;
    }
  };
  const touches = (a, b) => a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
  const isFree = (box, soft) => [...cellsOf(box)].every(key => (taken.get(key) || []).every(other => (soft && other.soft) || !touches(box, other)));
  const take = box => { for (const key of cellsOf(box)) { if (!taken.has(key)) taken.set(key, []); taken.get(key).push(box); } };
  // Wholly on the stage or wholly off it, where a drag will bring it.
  const whole = box => !touches(box, stage) || (box.left > stage.left + 2 && box.right < stage.right - 2 && box.top > stage.top + 2 && box.bottom < stage.bottom - 2);
  covers.forEach(take);
  const put = (label, spots, soft) => {
    context.font = fontOf(label);
    const width = Math.max(...label.lines.map(line => context.measureText(line).width)) + 5, height = label.lines.length * label.pixels * leading + 1;
    for (const [dx, dy] of spots(width, height)) {
      const x = label.x + dx, y = label.y + dy, box = { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
      if (!whole(box) || !isFree(box, soft)) continue;
      take(box);
      placed.push({ ...label, ...box, x, y });
      return true;
    }
    return false;
  };
  const near = [];
  for (const number of detail.bySize) {
    if (scene.drawnAs[number] !== asShape || !at.inside(number)) continue;
    const radius = at.radius(number), x = at.x[number], y = at.y[number];
    near.push(number);
    // Over an actor only those names may stand that matter more: what is asked for, and groups.
    if (near.length < 2500) take({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius, soft: true });
  }
  const rank = number => (nodeList[number].id === chosen.actor ? 8 : 0) + (lit && lit.has(nodeList[number].id) ? 4 : 0) + (shown.active.has(nodeList[number].id) ? 2 : 0);
  const first = near.filter(number => rank(number) >= 4).sort((a, b) => rank(b) - rank(a));
  const actorLabel = number => {
    const node = nodeList[number], heavy = at.radius(number) > 15 || node.id === chosen.actor, pixels = heavy ? 14 : 12.5;
    return { id: node.id, lines: node.lines || [], x: at.x[number], y: at.y[number], pixels, weight: heavy ? 600 : 500,
      alpha: lit && !lit.has(node.id) ? 0.34 : shown.active.has(node.id) ? 1 : 0.6, ink: 'ink' };
  };
  const aroundActor = number => (width, height) => {
    const radius = at.radius(number) + 3.5, below = radius + height / 2, beside = radius + width / 2;
    return [[0, below], [0, -below], [beside, 0], [-beside, 0]];
  };
  for (const number of first) put(actorLabel(number), aroundActor(number), rank(number) >= 8 || first.length < 40);
  const captions = groups.map((group, number) => ({ group, number })).filter(({ number }) => detail.members[number].some(member => !detail.hidden[member]))
    .sort((a, b) => b.group.radius - a.group.radius);
  const captioned = new Set();
  for (const { group, number } of captions) {
    const { x, y } = at.spot(group), radius = group.radius * at.zoom;
    if (x < -radius || y < -radius || x > at.width + radius || y > at.height + radius || radius < 16) continue;
    const cut = group.name.lastIndexOf(' and '), lines = [group.name.slice(0, cut), group.name.slice(cut + 1)];
    const label = { id: `group ${number}`, group: number, lines, x, y, pixels: 12.5, weight: 600, alpha: lit ? 0.4 : scene.closed[number] ? 1 : 0.7,
      ink: scene.closed[number] ? 'ink' : 'muted' };
    // Inside, where the disc is still as wide as the name. Too small a disc tells its name to the pointer.
    const spots = (width, height) => {
      const deep = Math.sqrt(Math.max(0, (radius + 4) ** 2 - (width / 2) ** 2)) - height / 2 - 2;
      return deep >= 0 ? [[0, deep], [0, -deep], [0, deep * 0.5], [0, -deep * 0.5], [0, 0]] : radius > width * 0.36 ? [[0, radius], [0, -radius], [0, 0]] : [];
    };
    if (put(label, spots, true)) captioned.add(number);
  }
  let tries = 0;
  const most = scene.closed.some(Boolean) ? mostLabels / 3 : mostLabels;
  for (const number of near) {
    if (placed.length >= most || tries > labelTries) break;
    if (rank(number) >= 4 || (lit && onPhone())) continue;
    // The caption of its group names it already.
    const group = detail.groupOf[number];
    if (group >= 0 && scene.closed[group] && captioned.has(group) && detail.members[group][0] === number) continue;
    tries += 1;
    // The heaviest are named even over their neighbours.
    put(actorLabel(number), aroundActor(number), tries <= mustName);
  }
  return placed;
}

function paintLabels(context, placed, paint) {
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = 4;
  context.strokeStyle = paint.page;
  for (const label of placed) {
    context.font = fontOf(label);
    context.globalAlpha = label.alpha;
    context.fillStyle = paint[label.ink];
    label.lines.forEach((line, index) => {
      const y = label.top + (index + 0.5) * label.pixels * leading;
      context.strokeText(line, label.x, y);
      context.fillText(line, label.x, y);
    });
  }
  context.globalAlpha = 1;
}
