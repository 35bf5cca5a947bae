// The network on its canvas, drawn by vis-network. The rest of the page knows only what is returned
// at the end of makePicture, so another engine can take its place for larger networks.
// The engine gets numbers for names: it keeps its objects in plain tables, where a name like
// "__proto__" would do harm, and it never gets a text it could take for markup.

function makePicture(onActor, onEdge, onNothing) {
  const frame = byId('view-network');
  const nodeList = [...actors.values()], edgeList = [...edges.values()];
  const nodeNumber = new Map(nodeList.map((node, index) => [node.id, index]));
  const edgeNumber = new Map(edgeList.map((edge, index) => [edge.id, index]));
  const nodeSet = new vis.DataSet(nodeList.map((node, id) => ({ id, x: node.x, y: node.y, size: node.size })));
  const edgeSet = new vis.DataSet(edgeList.map((edge, id) => ({
    id, from: nodeNumber.get(edge.from), to: nodeNumber.get(edge.to),
  })));
  const engine = new vis.Network(byId('picture'), { nodes: nodeSet, edges: edgeSet }, {
    physics: false,
    layout: { improvedLayout: false },
    interaction: {
      hover: true, hoverConnectedEdges: false, selectConnectedEdges: false, selectable: false,
      tooltipDelay: 1e9, keyboard: false, zoomSpeed: 0.7,
    },
    nodes: { borderWidth: 1.5, chosen: false, opacity: 1 },
    edges: { chosen: false, arrowStrikethrough: false, selectionWidth: 0, hoverWidth: 0 },
  });

  // One stop of the tab key is enough.
  byId('picture').firstElementChild.removeAttribute('tabindex');

  let paint = {};                 // colours of the current theme
  let magnified = 1;              // nodes keep a visible size when a phone shows the whole network
  let portrait = false;
  let touched = false;            // the camera shows what was asked for: do not take it away again
  let moved = false;              // the reader moved the camera by hand, so it stands in the link
  let awaited = null;             // a camera that waits until the stage has a size
  let fitted = '';                // the size of the stage that the camera was last fitted to
  let placedLabels = [];

  const positionOf = id => engine.getPosition(nodeNumber.get(id));
  const radiusOf = node => sizeOf(node) * magnified;

  // ---- looks

  // The engine takes long over each item that it is told of, so it is told only of those that changed.
  function tell(set, items, last) {
    const news = items.filter((item, index) => {
      const text = JSON.stringify(item), same = last[index] === text;
      last[index] = text;
      return !same;
    });
    if (news.length) set.update(news); else engine.redraw();
  }
  const lastNodes = [], lastEdges = [];

  function update() {
    paint = Object.fromEntries(['page', 'ink', 'muted', 'node', 'node-edge', 'accent'].map(name => [name, colour(name)]));
    const hues = huesNow();
    const focus = focusSet(), lines = drawnLines();
    tell(nodeSet, nodeList.map((node, id) => {
      const kind = kinds.get(node.kind), here = node.id === chosen.actor, stance = stancePaint(node.id);
      // Coloured by stance, hollow means "not known"; the kind of actor is still told by the form.
      const background = stance ? (stance.known ? stance.colour : paint.page) : kind.hollow ? paint.page : paint.node;
      const border = stance || kind.hollow ? paint.node : paint['node-edge'];
      const lit = !focus || focus.has(node.id);
      return {
        id, shape: kind.form, size: radiusOf(node), hidden: !kindShown(node.id),
        opacity: lit ? (shown.active.has(node.id) ? 1 : 0.3) : 0.22,
        borderWidth: (kind.hollow && !stance ? 2.4 : 1.5) * Math.sqrt(magnified) + (here ? 1 : 0),
        shapeProperties: { borderDashes: stance && !stance.known ? [3, 3] : false },
        color: { background, border, hover: { background, border: paint.ink }, highlight: { background, border } },
      };
    }), lastNodes);
    tell(edgeSet, edgeList.map((edge, id) => {
      const line = lines.get(edge.id), look = line ? line.look : relations.get(edge.relation);
      const hue = chosen.colourBy === null ? hues.get(look.hue) : paint.muted, lit = lineFocus(edge);
      const width = Math.min(7, 1.1 + 1.5 * Math.sqrt(Math.max(1, line ? line.ids.length : 1))) * Math.sqrt(magnified);
      const end = {
        enabled: look.mark !== 'none', type: look.mark === 'none' ? 'arrow' : look.mark,
        // The engine grows marks with the line; heavy ties would end in giant arrows.
        scaleFactor: (look.mark === 'bar' ? 0.66 : 0.8) * Math.sqrt(magnified) / (1 + width / 9),
      };
      return {
        id, hidden: !line, width, dashes: look.dash && look.dash.length ? look.dash : false,
        arrows: { to: end, from: { ...end, enabled: look.mark !== 'none' && Boolean(look.both_ends || (line && line.bothWays)) } },
        color: { color: hue, hover: hue, highlight: hue, opacity: (lit === 1 ? (focus ? 1 : 0.8) : lit === 2 ? 0.3 : 0.07) * (chosen.colourBy === null ? 1 : 0.5) },
        smooth: bend(edge, line), selfReference: loop(edge),
      };
    }), lastEdges);
    showFocus(onNothing);
  }

  // Parallel ties keep the same distance in pixels whether the two actors are near or far, so the
  // bend, which the engine wants as a share of the length, is worked out from the distance.
  function bend(edge, line = lineFor(edge.id)) {
    if (!line || !line.offset || edge.from === edge.to) return { enabled: false };
    const a = positionOf(edge.from), b = positionOf(edge.to);
    const length = Math.hypot(a.x - b.x, a.y - b.y) || 1;
    const sine = Math.max(-0.9, Math.min(0.9, 2 * line.offset * Math.sqrt(magnified) / length));
    const roundness = Math.max(-0.45, Math.min(0.45, 2 * Math.asin(sine) / Math.PI));
    return { enabled: true, type: roundness > 0 ? 'curvedCW' : 'curvedCCW', roundness: Math.abs(roundness) };
  }
  function loop(edge) {
    const own = edgesOfActor.get(edge.from).filter(other => other.from === other.to);
    return { size: 16 + 9 * own.indexOf(edge), angle: -Math.PI / 4, renderBehindTheNode: false };
  }

  // ---- labels: one size on screen, the important ones first, never over one another or over a node

  const labelFont = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
  function drawLabels(context) {
    const zoom = engine.getScale(), focus = focusSet(), boxes = [];
    const rank = node => (node.id === chosen.actor ? 8 : 0) + (focus && focus.has(node.id) ? 4 : 0)
      + (shown.active.has(node.id) ? 2 : 0);
    const shownNodes = nodeList.filter(node => kindShown(node.id))
      .map(node => ({ node, at: positionOf(node.id), radius: radiusOf(node), rank: rank(node) }))
      .sort((a, b) => b.rank - a.rank || b.radius - a.radius);
    placedLabels = [];
    const corner1 = engine.DOMtoCanvas({ x: 2, y: 2 });
    const corner2 = engine.DOMtoCanvas({ x: frame.clientWidth - 2, y: frame.clientHeight - 2 });
    const cut = box => box.left < corner1.x || box.right > corner2.x || box.top < corner1.y || box.bottom > corner2.y;
    const crowded = onPhone(), stage = frame.getBoundingClientRect();
    for (const cover of [frame.querySelector('.zoom'), byId('focus')]) {
      if (cover.hidden) continue;
      const area = cover.getBoundingClientRect();
      const start = engine.DOMtoCanvas({ x: area.left - stage.left, y: area.top - stage.top });
      const end = engine.DOMtoCanvas({ x: area.right - stage.left, y: area.bottom - stage.top });
      boxes.push({ left: start.x, top: start.y, right: end.x, bottom: end.y });
    }
    context.save();
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
    for (const { node, at, radius } of shownNodes) {
      const heavy = sizeOf(node) > 19 || node.id === chosen.actor, lit = !focus || focus.has(node.id);
      const pixels = heavy ? 14 : 12.5, lineHeight = pixels * 1.22 / zoom, lines = node.lines || [];
      context.font = `${heavy ? 600 : 500} ${pixels / zoom}px ${labelFont}`;
      const width = Math.max(...lines.map(line => context.measureText(line).width)) + 5 / zoom;
      const height = lines.length * lineHeight + 1 / zoom, gap = 3.5 / zoom;
      const below = radius + gap + height / 2, beside = radius + gap + width / 2, corner = radius * 0.7 + gap;
      const spots = [[0, below], [0, -below], [beside, 0], [-beside, 0],
        [corner + width / 2, corner + height / 2], [-corner - width / 2, corner + height / 2],
        [corner + width / 2, -corner - height / 2], [-corner - width / 2, -corner - height / 2]];
      if (!lit && crowded) continue;
      // Who matters is named even over a neighbour, and who was chosen even at the brink, but never
      // over another name.
      const must = node.id === chosen.actor || (chosen.edge !== null && lit);
      const fits = ([dx, dy], { overNodes = false, cutOff = false } = {}) => {
        const box = { left: at.x + dx - width / 2, right: at.x + dx + width / 2, top: at.y + dy - height / 2, bottom: at.y + dy + height / 2 };
        if (boxes.some(other => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top)) return false;
        if (!cutOff && cut(box)) return false;
        if (!overNodes && shownNodes.some(other => other.node !== node && box.left < other.at.x + other.radius && box.right > other.at.x - other.radius
          && box.top < other.at.y + other.radius && box.bottom > other.at.y - other.radius)) return false;
        boxes.push(box);
        placedLabels.push({ id: node.id, ...box });
        return true;
      };
      const spot = spots.find(candidate => fits(candidate))
        || ((heavy || must) && spots.find(candidate => fits(candidate, { overNodes: true })))
        || (must && spots.find(candidate => fits(candidate, { overNodes: true, cutOff: true })));
      if (!spot) continue;
      const opacity = lit ? (shown.active.has(node.id) ? 1 : 0.6) : 0.34;
      Object.assign(placedLabels[placedLabels.length - 1], { lines, pixels, weight: heavy ? 600 : 500, opacity });
      context.globalAlpha = opacity;
      context.strokeStyle = paint.page;
      context.lineWidth = 4 / zoom;
      context.fillStyle = paint.ink;
      lines.forEach((line, index) => {
        const y = at.y + spot[1] - height / 2 + (index + 0.5) * lineHeight;
        context.strokeText(line, at.x + spot[0], y);
        context.fillText(line, at.x + spot[0], y);
      });
    }
    context.restore();
  }

  function drawHalo(context) {
    if (chosen.actor === null || !kindShown(chosen.actor)) return;
    const at = positionOf(chosen.actor), radius = radiusOf(actors.get(chosen.actor));
    context.save();
    context.fillStyle = paint.accent;
    context.globalAlpha = 0.16;
    context.beginPath();
    context.arc(at.x, at.y, radius + 13 / engine.getScale(), 0, 2 * Math.PI);
    context.fill();
    context.globalAlpha = 0.9;
    context.lineWidth = 2 / engine.getScale();
    context.strokeStyle = paint.accent;
    context.stroke();
    context.restore();
  }
  engine.on('beforeDrawing', drawHalo);
  engine.on('afterDrawing', drawLabels);

  // ---- camera

  const stageArea = () => freeArea(frame);
  const stageSize = area => `${area.width} x ${area.height}`;

  const isPortrait = area => area.width < area.height * 0.9;
  function usePortrait(area) {
    const wanted = isPortrait(area);
    if (wanted === portrait) return;
    portrait = wanted;
    nodeSet.update(nodeList.map((node, id) => wanted
      ? { id, x: node.portrait[0], y: node.portrait[1] } : { id, x: node.x, y: node.y }));
  }

  // The engine's own fit knows nothing of our labels (on a narrow screen a long one may go to the
  // other side of its node, so it reserves only part of its width). What a label needs depends on the zoom, and
  // the zoom on the label, so the zoom is searched for.
  function fit(ids = null, animated = false) {
    const area = stageArea();
    if (!area.width || !area.height) return;
    if (!ids) usePortrait(area);
    const within = nodeList.filter(node => kindShown(node.id) && (!ids || ids.has(node.id)));
    if (!within.length) return;
    const spots = within.map(node => ({
      ...positionOf(node.id), radius: sizeOf(node),
      half: Math.min(Math.max(...(node.lines || ['']).map(line => line.length)) * 3.8, area.width / 16), below: (node.lines || []).length * 17 + 4,
    }));
    const extent = zoom => {
      const grown = magnification(zoom), box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
      for (const { x, y, radius, half, below } of spots) {
        const reach = radius * grown * zoom, side = Math.max(reach, half);
        box.left = Math.min(box.left, x * zoom - side);
        box.right = Math.max(box.right, x * zoom + side);
        box.top = Math.min(box.top, y * zoom - reach);
        box.bottom = Math.max(box.bottom, y * zoom + reach + below);
      }
      return box;
    };
    const room = { width: area.width - area.left - area.right, height: area.height - area.top - area.bottom };
    let low = 0.02, high = ids ? 1.15 : 1.5;
    for (let step = 0; step < 24; step += 1) {
      const middle = (low + high) / 2, box = extent(middle);
      if (box.right - box.left <= room.width && box.bottom - box.top <= room.height) low = middle; else high = middle;
    }
    const box = extent(low);
    const centre = {
      x: ((box.left + box.right) / 2 + (area.right - area.left) / 2) / low,
      y: ((box.top + box.bottom) / 2 + (area.bottom - area.top) / 2) / low,
    };
    magnify(low);
    engine.moveTo({ position: centre, scale: low, animation: animated && !calm() ? { duration: 350 } : false });
    touched = Boolean(ids);
    moved = false;
    rememberLink();
  }

  function refit() {
    const area = stageArea();
    if (!area.width || !area.height) return;
    fitted = stageSize(area);
    usePortrait(area);
    fit(onPhone() ? focusSet() : null);
  }
  // In steps, so that the same zoom gives the same sizes whatever came before it.
  function magnification(zoom) { return 1.06 ** Math.round(Math.log(Math.max(1, Math.min(1.6, 0.6 / zoom))) / Math.log(1.06)); }
  function magnify(zoom) {
    const wanted = magnification(zoom);
    if (wanted === magnified) return;
    magnified = wanted;
    update();
  }
  function zoomBy(factor) {
    touched = moved = true;
    const scale = Math.max(0.05, Math.min(4, engine.getScale() * factor));
    magnify(scale);
    engine.moveTo({ scale, animation: calm() ? false : { duration: 140 } });
    rememberLink();
  }
  // Centre and zoom, once the reader moved them; and back to them.
  function camera() {
    return awaited || (moved ? { ...engine.getViewPosition(), zoom: engine.getScale(), portrait } : null);
  }
  function setCamera(wanted) {
    const area = stageArea();
    awaited = area.width && area.height ? null : wanted;
    // Tall screens have another layout, in which the same place is elsewhere.
    if (awaited || Boolean(wanted.portrait) !== portrait) return;
    magnify(wanted.zoom);
    engine.moveTo({ position: { x: wanted.x, y: wanted.y }, scale: wanted.zoom, animation: false });
    touched = moved = true;
    rememberLink();
  }

  // Bring an actor into view, but leave the picture alone when it is there already.
  function reveal(id) {
    const area = stageArea(), at = engine.canvasToDOM(positionOf(id));
    const inside = at.x > 24 && at.x < area.width - 24 && at.y > area.top + 20 && at.y < area.height - area.bottom - 30;
    // A picture that was fitted and left alone shows everybody.
    if (inside || !touched) return;
    moved = true;
    const zoom = engine.getScale(), spot = positionOf(id);
    engine.moveTo({
      position: { x: spot.x, y: spot.y + (area.bottom - area.top) / 2 / zoom },
      animation: calm() ? false : { duration: 300 },
    });
  }

  // A camera that the reader moved stays where it is; it only needs a canvas of the new size.
  function adapt() {
    engine.redraw();
    if (awaited) { refit(); update(); setCamera(awaited); return; }
    if ((touched && !onPhone()) || (moved && isPortrait(stageArea()) === portrait)) { fitted = stageSize(stageArea()); return; }
    refit();
    update();
  }
  let resized;
  new ResizeObserver(() => {
    clearTimeout(resized);
    resized = setTimeout(() => {
      // Also called when the stage is hidden, and when it returns as it was. A picture that moved then,
      // a moment late, would move away under the pointer of a reader who is already choosing.
      const area = stageArea();
      if (area.width && area.height && stageSize(area) !== fitted) adapt();
    }, 60);
  }).observe(frame);

  // ---- pointing

  // Points along the tie, on the canvas. A tie to itself is a circle beside its node.
  function pathOf(edge, steps = 24) {
    const drawnEdge = engine.body.edges[edgeNumber.get(edge.id)];
    if (edge.from === edge.to) {
      const [x, y, radius] = drawnEdge.edgeType._getCircleData();
      return Array.from({ length: 16 }, (_, step) => ({
        x: x + radius * Math.cos(step * Math.PI / 8), y: y + radius * Math.sin(step * Math.PI / 8),
      }));
    }
    return Array.from({ length: steps + 1 }, (_, step) => drawnEdge.edgeType.getPoint(step / steps));
  }
  function edgeAt(point, tolerance) {
    let best = null, least = tolerance / engine.getScale();
    for (const id of drawnLines().keys()) {
      const path = pathOf(edges.get(id));
      for (let step = 1; step < path.length; step += 1) {
        const distance = toSegment(point, path[step - 1], path[step]);
        if (distance < least) [best, least] = [id, distance];
      }
    }
    return best;
  }
  function actorAt(point, tolerance) {
    const label = placedLabels.find(box => point.x > box.left && point.x < box.right && point.y > box.top && point.y < box.bottom);
    const near = nodeList.filter(node => kindShown(node.id)).map(node => {
      const at = positionOf(node.id);
      return [Math.hypot(at.x - point.x, at.y - point.y) - radiusOf(node), node.id];
    }).sort((a, b) => a[0] - b[0])[0];
    if (near && near[0] <= tolerance / engine.getScale()) return near[1];
    return label ? label.id : null;
  }
  engine.on('click', ({ pointer, event }) => {
    const finger = event && event.pointerType === 'touch' ? 14 : 7;
    const actor = actorAt(pointer.canvas, finger / 2);
    const edge = actor === null ? edgeAt(pointer.canvas, finger) : null;
    if (actor !== null) onActor(actor); else if (edge !== null) onEdge(edge); else onNothing();
  });
  engine.on('doubleClick', () => { if (focusSet()) { fit(focusSet(), true); moved = true; } });
  for (const move of ['dragStart', 'zoom']) {
    // An actor that is dragged moves the actor, not the camera.
    engine.on(move, ({ nodes = [] }) => { touched = true; moved = moved || !nodes.length; hideTip(); magnify(engine.getScale()); });
  }
  for (const end of ['dragEnd', 'zoom', 'animationFinished']) engine.on(end, rememberLink);
  // A dragged node changes the length of its ties, and with it how far they must bend.
  engine.on('dragging', ({ nodes }) => {
    for (const number of nodes) {
      const id = nodeList[number].id;
      for (const edge of edgesOfActor.get(id)) delete lastEdges[edgeNumber.get(edge.id)];
      edgeSet.update(edgesOfActor.get(id).map(edge => ({ id: edgeNumber.get(edge.id), smooth: bend(edge) })));
    }
  });

  byId('picture').addEventListener('mousemove', event => {
    if (event.buttons) { hideTip(); return; }
    const stage = frame.getBoundingClientRect();
    const on = { x: event.clientX - stage.left, y: event.clientY - stage.top };
    const point = engine.DOMtoCanvas(on);
    const actor = actorAt(point, 3), edge = actor === null ? edgeAt(point, 6) : null;
    if (actor === null && edge === null) hideTip();
    else showTip(frame, on, ...tipOf(actor, edge));
  });
  byId('picture').addEventListener('mouseleave', hideTip);

  // What is drawn at this moment, in pixels of the stage; networksvg.js says what is what.
  function drawing() {
    update();
    const zoom = engine.getScale(), on = point => engine.canvasToDOM(point), dashed = dash => (dash ? dash.map(part => part * zoom) : null);
    const here = chosen.actor !== null && kindShown(chosen.actor) ? actors.get(chosen.actor) : null;
    return {
      width: frame.clientWidth, height: frame.clientHeight, notDrawn: '',
      halo: here && { ...on(positionOf(here.id)), radius: radiusOf(here) * zoom + 13 },
      actors: nodeList.flatMap((node, index) => {
        const look = JSON.parse(lastNodes[index]);
        return look.hidden ? [] : [{ id: node.id, ...on(positionOf(node.id)), radius: look.size * zoom, form: look.shape, fill: look.color.background,
          stroke: look.color.border, width: look.borderWidth * zoom, dash: dashed(look.shapeProperties.borderDashes), opacity: look.opacity }];
      }),
      ties: edgeList.flatMap((edge, index) => {
        const look = JSON.parse(lastEdges[index]), { to, from } = look.arrows;
        return look.hidden ? [] : [{ from: edge.from, to: edge.to, path: pathOf(edge, 48).map(on), width: look.width * zoom, colour: look.color.color, dash: dashed(look.dashes),
          opacity: look.color.opacity, mark: to.enabled ? to.type : 'none', atStart: from.enabled, atEnd: to.enabled, markSize: (15 * to.scaleFactor + 3 * look.width) * zoom }];
      }),
      labels: placedLabels.map(({ left, right, top, bottom, ...label }) => ({ ...label, ...on({ x: (left + right) / 2, y: (top + bottom) / 2 }) })),
    };
  }

  // In window coordinates, for tests and for whatever wants to point at something in the picture.
  const inWindow = point => {
    const stage = frame.getBoundingClientRect(), at = engine.canvasToDOM(point);
    return { x: at.x + stage.left, y: at.y + stage.top };
  };
  return {
    update, fit, refit, adapt, zoomBy, reveal, focusSet, positionOf, camera, setCamera, drawing,
    redraw: () => engine.redraw(),
    edgePoint: id => inWindow(pathOf(edges.get(lineOfEdge(id) ?? id))[edges.get(id).from === edges.get(id).to ? 14 : 12]),
    actorPoint: id => inWindow(positionOf(id)),
    labels: () => placedLabels.map(({ id, left, top, right, bottom }) => {
      const start = inWindow({ x: left, y: top }), end = inWindow({ x: right, y: bottom });
      return { id, left: start.x, top: start.y, right: end.x, bottom: end.y };
    }),
  };
}
