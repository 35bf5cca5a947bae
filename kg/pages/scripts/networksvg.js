// The network as SVG of its own: what the picture shows at this moment, as lines, shapes and names that stay sharp,
// with title, legend and what it was made from. It is drawn from what the engine that is at work tells of its picture:
//
// { width, height                  of the stage, in pixels; everything else is in pixels from its corner, too
//   halo: { x, y, radius } | null,
//   groups: [{ x, y, radius, text }]                   closed groups, where the engine has any
//   actors: [{ id, x, y, radius, form, fill, stroke, width, dash: [..] | null, opacity }],
//   ties: [{ from, to (ids), path: [{ x, y }], width, colour, dash, opacity, mark, atStart, atEnd, markSize }],
//   labels: [{ x, y, lines, pixels, weight, opacity }],
//   notDrawn: sentence | '' }

// The glyphs of the legend name their colours by variables, which a file of its own does not have.
function inked(node) {
  for (const one of [node, ...node.querySelectorAll('*')]) {
    for (const { name, value } of [...one.attributes]) {
      const named = value.replace(/var\(--([\w-]+)\)/g, (_, which) => colour(which));
      if (named !== value) one.setAttribute(name, named);
      if (name === 'class' || name === 'aria-hidden') one.removeAttribute(name);
    }
  }
  return node;
}
const at2 = number => Number(number.toFixed(2));

// ---- the forms of actors, as wide as they are high about a circle of radius 1

const ringOf = (count, turn, radius = () => 1) => Array.from({ length: count }, (_, step) => {
  const angle = turn + 2 * Math.PI * step / count;
  return [radius(step) * Math.cos(angle), radius(step) * Math.sin(angle)];
});
const upright = -Math.PI / 2;
const formCorners = {
  square: [[-1, -1], [1, -1], [1, 1], [-1, 1]],
  diamond: ringOf(4, 0),
  hexagon: ringOf(6, 0),
  triangle: [[0, -1.01], [1.15, 0.98], [-1.15, 0.98]],
  triangleDown: [[0, 1.01], [1.15, -0.98], [-1.15, -0.98]],
  star: ringOf(10, upright, step => (step % 2 ? 0.41 : 1.07)).map(([x, y]) => [x, y + 0.08]),
};
// How far the border of a form is from its middle, in the direction of an angle.
function reachOf(form, angle) {
  const corners = formCorners[form];
  if (!corners) return 1;
  const [wayX, wayY] = [Math.cos(angle), Math.sin(angle)];
  let farthest = 0;
  corners.forEach(([x, y], index) => {
    const [nextX, nextY] = corners[(index + 1) % corners.length], sideX = nextX - x, sideY = nextY - y;
    const turned = wayX * sideY - wayY * sideX;
    if (Math.abs(turned) < 1e-9) return;
    const out = (x * sideY - y * sideX) / turned, along = (x * wayY - y * wayX) / turned;
    if (out > 0 && along >= 0 && along <= 1) farthest = Math.max(farthest, out);
  });
  return farthest || 1;
}
const insideOf = (actor, point) => {
  const x = point.x - actor.x, y = point.y - actor.y;
  return Math.hypot(x, y) < actor.radius * reachOf(actor.form, Math.atan2(y, x)) + actor.width / 2;
};

// ---- ties: the part of the way between the two borders, and the marks where it ends

const between = (a, b, share) => ({ x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share });
// The point between two on the way at which something begins to hold.
function turningPoint(a, b, holds) {
  let [low, high] = [0, 1];
  for (let step = 0; step < 12; step += 1) {
    const middle = (low + high) / 2;
    if (holds(between(a, b, middle))) high = middle; else low = middle;
  }
  return between(a, b, high);
}
function outsidePart(path, first, last) {
  const outside = point => !insideOf(first, point) && !insideOf(last, point);
  const kept = [];
  path.forEach((point, index) => {
    const here = outside(point), next = path[index + 1];
    if (here) kept.push(point);
    if (next && here !== outside(next)) kept.push(here ? turningPoint(next, point, outside) : turningPoint(point, next, outside));
  });
  return kept;
}
// A tie to itself goes once round; it begins, and ends, inside its actor.
function fromWithin(path, actor) {
  const away = path.map(point => Math.hypot(point.x - actor.x, point.y - actor.y)), start = away.indexOf(Math.min(...away));
  return [...path.slice(start), ...path.slice(0, start), path[start]];
}
// Without its last stretch, which the mark takes.
function shortened(path, length) {
  const kept = [...path];
  let left = length;
  while (kept.length > 1 && left > 0) {
    const end = kept[kept.length - 1], before = kept[kept.length - 2], piece = Math.hypot(end.x - before.x, end.y - before.y);
    if (piece > left) { kept[kept.length - 1] = between(end, before, left / piece); return kept; }
    kept.pop();
    left -= piece;
  }
  return kept;
}
// Corners of a mark whose tip is at the origin and which points to the right, and how much of the line it takes.
const markForms = {
  arrow: { corners: [[0, 0], [-1, 0.3], [-0.9, 0], [-1, -0.3]], takes: 0.9 },
  vee: { corners: [[0, 0], [-1, 0.3], [-0.5, 0], [-1, -0.3]], takes: 0.5 },
  bar: { corners: [[0, 0.5], [0, -0.5], [-0.15, -0.5], [-0.15, 0.5]], takes: 0.1 },
};
function markShape(path, { mark, markSize, colour: fill }) {
  const tip = path[path.length - 1], stem = shortened(path, markSize * 0.6), from = stem[stem.length - 1];
  const angle = Math.atan2(tip.y - from.y, tip.x - from.x), cos = Math.cos(angle), sin = Math.sin(angle);
  const points = markForms[mark].corners.map(([x, y]) => `${at2(tip.x + (x * cos - y * sin) * markSize)},${at2(tip.y + (x * sin + y * cos) * markSize)}`);
  return drawn('polygon', { points: points.join(' '), fill });
}
const wayOf = path => `M${path.map(({ x, y }) => `${at2(x)} ${at2(y)}`).join('L')}`;
function tieShape(tie, actorOf) {
  const first = actorOf.get(tie.from), last = actorOf.get(tie.to);
  // Engines end their lines before a mark; it is the two middles that the tie is between.
  let path = outsidePart(first === last ? fromWithin(tie.path, first) : [first, ...tie.path, last], first, last);
  if (path.length < 2) return null;
  const parts = [], takes = tie.mark === 'none' ? 0 : markForms[tie.mark].takes * tie.markSize;
  if (tie.atEnd) { parts.push(markShape(path, tie)); path = shortened(path, takes); }
  if (tie.atStart) { path.reverse(); parts.push(markShape(path, tie)); path = shortened(path, takes).reverse(); }
  if (path.length > 1) {
    parts.unshift(drawn('path', { d: wayOf(path), fill: 'none', stroke: tie.colour, 'stroke-width': at2(tie.width),
      ...(tie.dash ? { 'stroke-dasharray': tie.dash.map(at2).join(' ') } : {}) }));
  }
  return drawn('g', tie.opacity < 1 ? { opacity: at2(tie.opacity) } : {}, parts);
}

function actorShape({ x, y, radius, form, fill, stroke, width, dash, opacity }) {
  const look = { fill, stroke, 'stroke-width': at2(width), ...(dash ? { 'stroke-dasharray': dash.map(at2).join(' ') } : {}), ...(opacity < 1 ? { opacity: at2(opacity) } : {}) };
  const corners = formCorners[form];
  return corners ? drawn('polygon', { points: corners.map(([a, b]) => `${at2(x + a * radius)},${at2(y + b * radius)}`).join(' '), 'stroke-linejoin': 'round', ...look })
    : drawn('circle', { cx: at2(x), cy: at2(y), r: at2(radius), ...look });
}
// The name once in the colour of the page, so that lines end before it, and then in ink.
function labelShape({ x, y, lines, pixels, weight, opacity }) {
  const step = pixels * 1.22, top = y - (lines.length - 1) / 2 * step + pixels * 0.35;
  const rows = more => lines.map((line, index) => drawn('text', { x: at2(x), y: at2(top + index * step), ...more }, ownDirection(writable(line))));
  return drawn('g', { 'font-size': pixels, 'font-weight': weight, 'text-anchor': 'middle', ...(opacity < 1 ? { opacity: at2(opacity) } : {}) },
    rows({ fill: colour('page'), stroke: colour('page'), 'stroke-width': 4, 'stroke-linejoin': 'round', 'aria-hidden': 'true' }), rows({ fill: colour('ink') }));
}

function stageShapes(now) {
  const actorOf = new Map(now.actors.map(actor => [actor.id, actor]));
  const { halo } = now;
  return [
    ...(halo ? [drawn('circle', { cx: at2(halo.x), cy: at2(halo.y), r: at2(halo.radius), fill: colour('accent'), 'fill-opacity': 0.16, stroke: colour('accent'), 'stroke-width': 2 })] : []),
    ...(now.groups || []).map(({ x, y, radius }) => drawn('circle', { cx: at2(x), cy: at2(y), r: at2(radius), fill: colour('hair'), stroke: colour('line') })),
    ...now.ties.map(tie => tieShape(tie, actorOf)).filter(Boolean),
    ...now.actors.map(actorShape), ...now.labels.map(labelShape)];
}

// ---- legend and words around the stage

const svgFont = 'system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, sans-serif';
const textMeasure = (pen => (text, pixels, weight = 400) => {
  pen.font = `${weight} ${pixels}px ${svgFont}`;
  return pen.measureText(text).width;
})(document.createElement('canvas').getContext('2d'));

function legendEntries() {
  const usedKinds = new Set([...actors.values()].filter(node => kindShown(node.id)).map(node => node.kind));
  const behind = new Map();
  for (const [id, ids] of shown.edges) {
    const key = edges.get(id).relation;
    if (!behind.has(key)) behind.set(key, new Set());
    for (const one of ids.length ? ids : [edges.get(id)]) behind.get(key).add(one);
  }
  const glyphOf = (glyph, width, height) => (x, y) => {
    glyph.setAttribute('x', x);
    glyph.setAttribute('y', y - height / 2);
    return [inked(glyph)];
  };
  // Colour has one meaning: while it tells stances, lines are grey.
  const inPicture = look => (chosen.colourBy === null ? look : { ...look, hue: 'muted' });
  const bundles = families.filter(family => [...drawnLines()].some(([id, line]) => line.members.length > 1 && relations.get(edges.get(id).relation).family === family))
    .map(family => ({ width: 34, words: `${familyTitles[family].toLowerCase()}: several ties`, shape: glyphOf(lineGlyph(inPicture(familyLooks[family])), 34, 12) }));
  const ties = usedRelations.filter(relation => behind.has(relation.key)).map(relation => ({
    width: 34, words: `${relation.label} (${behind.get(relation.key).size.toLocaleString('en')})`, shape: glyphOf(lineGlyph(inPicture(relation)), 34, 12) }));
  const forms = [...kinds.values()].filter(kind => usedKinds.has(kind.name)).map(kind => ({ width: 18, words: kind.name, shape: glyphOf(kindGlyph(kind), 18, 18) }));
  return [ties, bundles, forms, ...(chosen.colourBy === null ? [] : [stanceEntries()])].filter(row => row.length);
}
const stanceStepWords = { 'against-2': 'strongly opposes', 'against-1': 'opposes', between: 'ambivalent', 'for-1': 'supports', 'for-2': 'strongly supports', unsure: 'undetermined' };
const stanceEntries = () => [
  ...stanceSteps.map(([name]) => ({ width: 16, words: stanceStepWords[name],
    shape: (x, y) => [drawn('circle', { cx: x + 8, cy: y, r: 7, fill: colour('stance-' + name), stroke: colour('node') })] })),
  { width: 16, words: 'no stance known', shape: (x, y) => [drawn('circle', { cx: x + 8, cy: y, r: 7, fill: colour('page'), stroke: colour('node'), 'stroke-width': 1.5, 'stroke-dasharray': '3 3' })] }];

const periodWords = () => (!Number.isFinite(firstMonth) ? '' : chosen.from === chosen.to ? monthText(chosen.from) : `${monthText(chosen.from)} – ${monthText(chosen.to)}`);
const sourcesInView = () => [...new Set(shown.statements.flatMap(statement => statement.sources || []))];
const countWords = () => [plural(shown.active.size, 'actor'), plural(shown.edges.size, 'tie'), plural(shown.statements.length, 'statement'),
  ...(sourcesInView().length ? [plural(sourcesInView().length, 'source')] : [])].join(', ');
function sourceWords(most = 6) {
  const titles = [...new Set(sourcesInView().map(id => sources.get(id)).map(source => source.publisher || source.title))];
  return titles.length ? `Sources: ${titles.length > most ? `${titles.slice(0, most - 1).join(', ')} and ${titles.length - most + 1} more` : listed(titles)}.` : '';
}
const madeFromWords = () => theDocument.made_from.map(([name, value]) => `${name}: ${value}`).join(' · ');
const focusWords = () => (chosen.edge !== null ? `In focus: ${edgeText(edges.get(chosen.edge))}.` : chosen.actor !== null ? `In focus: neighbours of ${nameOf(chosen.actor)}.` : '');

// All that has to be read under a picture of the network, in this order.
const networkNotes = now => [
  `Thicker line: more statements. Larger: ${chosen.sizeBy === null ? 'more statements' : chosen.sizeBy}.`
    + (chosen.colourBy === null ? '' : ` Coloured by stance on “${positionText(chosen.colourBy).replace(/[.]$/, '')}”.`),
  // On paper nothing can be clicked.
  [focusWords(), now.notDrawn.replace(/ Zoom in for more\.|: click to open/g, ''), (now.groups || []).length ? 'A disc is a closed group; most of its actors are not drawn.' : '',
    filtersInWords()].filter(Boolean).join(' '),
  'No line between two actors means that nothing was coded, not that nothing happened.',
  madeFromWords(), sourceWords(),
].filter(Boolean);

// The stage without what is empty above and below.
function usedHeight(now) {
  const air = 22, tops = [], bottoms = [];
  for (const { y, radius } of [...now.actors, ...(now.groups || []), ...(now.halo ? [now.halo] : [])]) { tops.push(y - radius); bottoms.push(y + radius); }
  for (const { y, lines, pixels } of now.labels) { tops.push(y - lines.length * pixels * 0.65); bottoms.push(y + lines.length * pixels * 0.65); }
  for (const { path } of now.ties) for (const { y } of path) { tops.push(y); bottoms.push(y); }
  const least = tops.reduce((a, b) => Math.min(a, b), now.height), most = bottoms.reduce((a, b) => Math.max(a, b), 0);
  const start = Math.max(0, Math.floor(least - air)), end = Math.min(now.height, Math.ceil(most + air));
  return end > start ? [start, end] : [0, now.height];
}

// With words around the picture: without, the page on which it stands has to say them.
function networkDrawing(now, worded = true) {
  const margin = 24, width = Math.max(now.width, 340) + 2 * margin, room = width - 2 * margin;
  const text = (content, x, y, more = {}) => drawn('text', { x, y, fill: colour('ink'), 'font-size': 12.5, ...more }, ownDirection(writable(content)));
  const muted = { fill: colour('muted') }, letters = pixels => Math.max(20, Math.floor(room / (pixels * 0.53)));
  const parts = [];
  let y = worded ? margin : 0;
  for (const line of worded ? wrappedLines(theDocument.title || 'Network', letters(21), 2) : []) parts.push(text(line, margin, y += 22, { 'font-size': 20, 'font-weight': 600 }));
  const counts = narrowed() || !theDocument.subtitle ? countWords() : plural(sourcesInView().length, 'source');
  for (const line of (worded ? [theDocument.subtitle, noted([periodWords(), counts])] : []).filter(Boolean).flatMap(one => wrappedLines(one, letters(13), 2))) {
    parts.push(text(line, margin, y += 19, { 'font-size': 13, ...muted }));
  }
  const top = y += worded ? 16 : 0, [start, end] = usedHeight(now);
  y += end - start + 26;
  for (const row of legendEntries()) {
    let x = margin;
    for (const { width: wide, words, shape } of row) {
      const said = toEllipsis(words, letters(12.5) - 8), long = wide + 8 + textMeasure(said, 12.5) + 20;
      if (x > margin && x + long > width - margin) { x = margin; y += 23; }
      parts.push(...shape(x, y - 4), text(said, x + wide + 8, y));
      x += long;
    }
    y += 25;
  }
  for (const line of (worded ? networkNotes(now) : []).flatMap(one => wrappedLines(one, letters(11.5), 5))) { parts.push(text(line, margin, y, { 'font-size': 11.5, ...muted })); y += 16.5; }
  const height = Math.ceil(y - 16.5 + margin);
  // A nested picture cuts off what the stage cuts off, too.
  const stage = drawn('svg', { x: margin + (room - now.width) / 2, y: top, width: now.width, height: end - start, viewBox: `0 ${start} ${now.width} ${end - start}`, overflow: 'hidden' },
    stageShapes(now));
  return drawn('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'font-family': svgFont },
    drawn('title', {}, writable(theDocument.title || 'Network')), drawn('desc', {}, writable([`A network of ${countWords()}.`, ...networkNotes(now)].join(' '))),
    drawn('rect', { width: '100%', height: '100%', fill: colour('page') }), stage, parts);
}
const networkSvg = () => new XMLSerializer().serializeToString(networkDrawing(picture.drawing()));
