// The network on a canvas of our own, for networks too large for the drawing engine. It has the same doors as
// makePicture. What is seen is a bitmap of the network, somewhat larger than the stage: dragging and zooming only
// move it, and once the reader rests it is drawn anew, sharp.

const beyond = 0.3;              // of the stage, drawn ahead on each side; the first drawing has nothing but the stage
const zoomRange = [0.012, 4], rest = 130;

function makeCanvas(onActor, onEdge, onNothing) {
  const frame = byId('view-network'), surface = element('canvas', { class: 'network' }), bitmap = document.createElement('canvas');
  byId('picture').append(surface);
  const front = surface.getContext('2d'), back = bitmap.getContext('2d');
  const nodeList = [...actors.values()], edgeList = [...edges.values()];
  const numberOf = new Map(nodeList.map((node, number) => [node.id, number]));
  const detail = makeDetail(nodeList, edgeList, numberOf);
  const note = makeDetailNote(frame, () => toldAll());
  const loopsBefore = loopCounts(edgeList);

  let portrait = false;           // a tall stage shows small networks in another layout, large ones with their axes swapped
  let worldX, worldY;
  function turnTo(wanted) {
    portrait = wanted;
    worldX = Float64Array.from(nodeList, node => (!wanted ? node.x : node.portrait ? node.portrait[0] : node.y));
    worldY = Float64Array.from(nodeList, node => (!wanted ? node.y : node.portrait ? node.portrait[1] : node.x));
  }
  turnTo(false);

  let camera = { x: 0, y: 0, zoom: 0.5 }, pictured = null, ahead = 0, size = { width: 0, height: 0, ratio: 1 };
  let paint = {}, sizes = [], at = null, scene = null, now = null, placed = [], stances = new Map(), fitted = '';
  let touched = false;            // the camera shows what was asked for: do not take it away again
  let moved = false;              // the reader moved the camera by hand, so it stands in the link
  let awaited = null;             // a camera that waits until the stage has a size

  const positionOf = id => ({ x: worldX[numberOf.get(id)], y: worldY[numberOf.get(id)] });
  const groupCentre = group => (portrait ? { x: group.y, y: group.x } : group);

  // ---- drawing

  const stanceOf = id => {
    if (!stances.has(id)) stances.set(id, stancePaint(id));
    return stances.get(id);
  };

  // Where everything is on a drawing of the given size; lengths in pixels of the screen.
  function placesOn(width, height) {
    const { x: middleX, y: middleY, zoom } = camera, count = nodeList.length;
    const x = new Float64Array(count), y = new Float64Array(count);
    for (let number = 0; number < count; number += 1) {
      x[number] = (worldX[number] - middleX) * zoom + width / 2;
      y[number] = (worldY[number] - middleY) * zoom + height / 2;
    }
    const radius = number => Math.max(sizes[number] * zoom, 2.4 + sizes[number] * 0.17);
    const places = {
      x, y, width, height, zoom, radius, numberOf: id => numberOf.get(id),
      spot: group => (({ x: gx, y: gy }) => ({ x: (gx - middleX) * zoom + width / 2, y: (gy - middleY) * zoom + height / 2 }))(groupCentre(group)),
      inside: number => x[number] > -30 && y[number] > -30 && x[number] < width + 30 && y[number] < height + 30,
      path: tie => pathOf(tie, places),
    };
    return places;
  }
  // A tie from rim to rim; parallel ties keep their distance in pixels, so each bends by its own.
  function pathOf(tie, { x, y, radius, zoom }) {
    const a = detail.from[tie], b = detail.to[tie];
    if (a === b) {
      const own = radius(a), ring = own * 0.7 + 4 + 4 * loopsBefore[tie];
      return { loop: { x: x[a] + (own + ring) * 0.7, y: y[a] - (own + ring) * 0.7, radius: ring } };
    }
    const dx = x[b] - x[a], dy = y[b] - y[a], length = Math.hypot(dx, dy) || 1, offset = lineFor(edgeList[tie].id).offset || 0;
    const aside = Math.max(-length * 0.4, Math.min(length * 0.4, offset * Math.max(0.35, Math.min(1, zoom)))) * 2;
    const bend = aside ? { x: (x[a] + x[b]) / 2 + dy / length * aside, y: (y[a] + y[b]) / 2 - dx / length * aside } : null;
    const rim = (number, toX, toY) => {
      const far = Math.hypot(toX - x[number], toY - y[number]) || 1, share = Math.min(radius(number) + 1.5, far * 0.45) / far;
      return { x: x[number] + (toX - x[number]) * share, y: y[number] + (toY - y[number]) * share };
    };
    return { start: rim(a, bend ? bend.x : x[b], bend ? bend.y : y[b]), bend, end: rim(b, bend ? bend.x : x[a], bend ? bend.y : y[a]) };
  }

  function drawSharp() {
    const { width, height, ratio } = size;
    if (!width || !height) return;
    const wide = width * (1 + 2 * ahead), high = height * (1 + 2 * ahead);
    if (bitmap.width !== Math.round(wide * ratio) || bitmap.height !== Math.round(high * ratio)) {
      bitmap.width = Math.round(wide * ratio);
      bitmap.height = Math.round(high * ratio);
    }
    at = placesOn(wide, high);
    const focus = focusSet(), half = { x: wide / 2 / camera.zoom, y: high / 2 / camera.zoom };
    const bounds = { left: camera.x - half.x, right: camera.x + half.x, top: camera.y - half.y, bottom: camera.y + half.y };
    scene = detail.scene({ zoom: camera.zoom, bounds, x: worldX, y: worldY }, focus);
    if (carried !== null) carried.takeFrom(scene);
    back.setTransform(ratio, 0, 0, ratio, 0, 0);
    back.fillStyle = paint.page;
    back.fillRect(0, 0, wide, high);
    now = { at, scene, lit: focus, paint, stanceOf, nodeList, edgeList, detail };
    paintScene(back, now);
    const corner = { x: ahead * width, y: ahead * height };
    const stage = { left: corner.x, top: corner.y, right: corner.x + width, bottom: corner.y + height };
    note.show(scene);
    placed = placeLabels(back, { ...now, stage, covers: coveredBy(corner) });
    paintLabels(back, placed, paint);
    pictured = { ...camera, wide, high, stage };
    ahead = beyond;
  }
  // What stands on the stage: no label may hide under it.
  function coveredBy(corner) {
    const stage = frame.getBoundingClientRect();
    return [frame.querySelector('.zoom'), byId('focus'), note.note].filter(cover => !cover.hidden).map(cover => {
      const area = cover.getBoundingClientRect();
      return { left: area.left - stage.left + corner.x - 4, right: area.right - stage.left + corner.x + 4,
        top: area.top - stage.top + corner.y - 4, bottom: area.bottom - stage.top + corner.y + 4 };
    });
  }
  // The bitmap, moved and stretched to where the camera is by now.
  function show() {
    const { width, height, ratio } = size;
    if (!pictured) return;
    const grown = camera.zoom / pictured.zoom;
    const left = width / 2 + (pictured.x - camera.x) * camera.zoom - pictured.wide / 2 * grown;
    const top = height / 2 + (pictured.y - camera.y) * camera.zoom - pictured.high / 2 * grown;
    front.setTransform(1, 0, 0, 1, 0, 0);
    front.imageSmoothingEnabled = grown !== 1;
    if (left > 0 || top > 0 || left + pictured.wide * grown < width || top + pictured.high * grown < height) {
      front.fillStyle = paint.page;
      front.fillRect(0, 0, surface.width, surface.height);
    }
    front.drawImage(bitmap, Math.round(left * ratio), Math.round(top * ratio), Math.round(pictured.wide * grown * ratio), Math.round(pictured.high * grown * ratio));
    if (carried === null) return;
    front.setTransform(ratio, 0, 0, ratio, Math.round(left * ratio), Math.round(top * ratio));
    carried.paint();
  }

  // ---- an actor in the reader's hand: while it moves only it and its ties are drawn, over a picture of all others

  let carried = null;
  function takeUp(id) {
    const number = numberOf.get(id), label = placed.find(one => one.id === id), own = { drawnAs: new Uint8Array(nodeList.length), ties: [] };
    own.drawnAs[number] = asShape;
    carried = {
      takeFrom(whole) {
        const touches = tie => detail.from[tie] === number || detail.to[tie] === number;
        own.ties = whole.ties.filter(touches);
        whole.ties = whole.ties.filter(tie => !touches(tie));
        whole.drawnAs[number] = 0;
      },
      moveBy(dx, dy) {
        worldX[number] += dx / camera.zoom;
        worldY[number] += dy / camera.zoom;
        at.x[number] += dx;
        at.y[number] += dy;
        if (label) for (const [side, by] of [['x', dx], ['y', dy], ['top', dy]]) label[side] += by;
      },
      paint() {
        paintHalo(front, { ...now, scene: own });
        paintTies(front, { ...now, scene: own });
        paintActors(front, { ...now, scene: own });
        if (label) paintLabels(front, [label], paint);
      },
    };
    drawSharp();
  }
  let asked = false, sharpAsked = false, restTimer;
  function redraw(sharp = true) {
    sharpAsked = sharpAsked || sharp;
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      const uncovered = pictured && (Math.abs(pictured.x - camera.x) * camera.zoom > (pictured.wide - size.width) * 0.65
        || Math.abs(pictured.y - camera.y) * camera.zoom > (pictured.high - size.height) * 0.65);
      if (sharpAsked || uncovered || !pictured) drawSharp();
      sharpAsked = false;
      show();
    });
  }
  function sharpSoon() {
    redraw(false);
    clearTimeout(restTimer);
    restTimer = setTimeout(() => redraw(true), rest);
  }

  function update() {
    paint = paintsNow();
    sizes = nodeList.map(sizeOf);
    stances = new Map();
    detail.update();
    showFocus(onNothing);
    redraw();
  }
  // Choices of this part concern the picture and the link, nothing else.
  function toldAll() {
    rememberLink();
    update();
  }

  // ---- camera

  function resize() {
    const width = frame.clientWidth, height = frame.clientHeight, ratio = Math.min(3, window.devicePixelRatio || 1);
    if (!width || !height || (width === size.width && height === size.height && ratio === size.ratio)) return;
    size = { width, height, ratio };
    surface.width = Math.round(width * ratio);
    surface.height = Math.round(height * ratio);
    pictured = null;
  }
  const clampZoom = zoom => Math.max(zoomRange[0], Math.min(zoomRange[1], zoom));
  let moving = 0;
  function moveTo(target, animated) {
    cancelAnimationFrame(moving);
    if (!animated || calm() || !pictured) {
      camera = target;
      redraw();
      return;
    }
    const start = { ...camera }, began = performance.now(), length = 300;
    const step = now => {
      const part = Math.min(1, Math.max(0, (now - began) / length)), eased = part * part * (3 - 2 * part);
      const zoom = start.zoom * (target.zoom / start.zoom) ** eased;
      camera = { x: start.x + (target.x - start.x) * eased, y: start.y + (target.y - start.y) * eased, zoom };
      redraw(part === 1);
      if (part < 1) moving = requestAnimationFrame(step);
    };
    moving = requestAnimationFrame(step);
  }
  function cameraFor(box, most) {
    // What is not drawn is told at the bottom.
    const area = freeArea(frame);
    area.bottom += note.note.hidden ? 0 : note.note.offsetHeight;
    const wide = Math.max(40, area.width - area.left - area.right), high = Math.max(40, area.height - area.top - area.bottom);
    const zoom = clampZoom(Math.min(most, wide / Math.max(1, box.right - box.left), high / Math.max(1, box.bottom - box.top)));
    return { zoom, x: (box.left + box.right) / 2 + (area.right - area.left) / 2 / zoom, y: (box.top + box.bottom) / 2 + (area.bottom - area.top) / 2 / zoom };
  }
  const isPortrait = area => area.width < area.height * 0.9;
  function fit(ids = null, animated = false) {
    resize();
    const area = freeArea(frame);
    if (!area.width || !area.height) return;
    if (!ids && portrait !== isPortrait(area)) { turnTo(!portrait); pictured = null; }
    const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
    nodeList.forEach((node, number) => {
      if (detail.hidden[number] || (ids && !ids.has(node.id))) return;
      const room = node.size + (ids ? 60 : 8);
      box.left = Math.min(box.left, worldX[number] - room);
      box.right = Math.max(box.right, worldX[number] + room);
      box.top = Math.min(box.top, worldY[number] - room);
      box.bottom = Math.max(box.bottom, worldY[number] + room);
    });
    if (box.left === Infinity) return;
    moveTo(cameraFor(box, ids ? 1.1 : 1.5), animated);
    touched = Boolean(ids);
    moved = false;
    rememberLink();
  }
  const areaText = () => (area => `${area.width} x ${area.height}`)(freeArea(frame));
  function refit() {
    fitted = areaText();
    fit(onPhone() ? focusSet() : null);
  }
  function byHand() {
    touched = moved = true;
    rememberLink();
  }
  function zoomAround(zoom, point, animated = false) {
    byHand();
    const wanted = clampZoom(zoom), dx = point.x - size.width / 2, dy = point.y - size.height / 2;
    const target = { zoom: wanted, x: camera.x + dx / camera.zoom - dx / wanted, y: camera.y + dy / camera.zoom - dy / wanted };
    if (animated) { moveTo(target, true); return; }
    camera = target;
    sharpSoon();
  }
  const zoomBy = factor => zoomAround(camera.zoom * factor, { x: size.width / 2, y: size.height / 2 }, true);

  // Bring an actor into view, near enough to be told apart; leave the picture alone when it is there already.
  function reveal(id) {
    const area = freeArea(frame), place = positionOf(id), on = onStage(place);
    const inside = on.x > 50 && on.x < area.width - 50 && on.y > area.top + 20 && on.y < area.height - area.bottom - 30;
    if (inside && camera.zoom >= openFrom * 0.6) return;
    const zoom = Math.max(camera.zoom, openFrom);
    byHand();
    moveTo({ zoom, x: place.x, y: place.y + (area.bottom - area.top) / 2 / zoom }, true);
  }
  function setCamera(wanted) {
    const area = freeArea(frame);
    awaited = area.width && area.height ? null : wanted;
    // On a tall stage the same place is elsewhere.
    if (awaited || Boolean(wanted.portrait) !== portrait) return;
    moveTo({ x: wanted.x, y: wanted.y, zoom: clampZoom(wanted.zoom) }, false);
    byHand();
  }
  function adapt() {
    resize();
    if (awaited) { refit(); update(); setCamera(awaited); return; }
    if ((touched && !onPhone()) || (moved && isPortrait(freeArea(frame)) === portrait)) { fitted = areaText(); redraw(); return; }
    refit();
    update();
  }
  let resized;
  new ResizeObserver(() => {
    clearTimeout(resized);
    resized = setTimeout(() => {
      // Also called when the stage is hidden, and when it returns as it was: then nothing may move.
      if (frame.clientWidth && frame.clientHeight && areaText() !== fitted) adapt();
    }, 60);
  }).observe(frame);

  // ---- pointing: only at what is drawn. A pass over plain numbers finds the nearest of 20,000 in a fraction of a millisecond.

  const onStage = point => ({ x: (point.x - camera.x) * camera.zoom + size.width / 2, y: (point.y - camera.y) * camera.zoom + size.height / 2 });
  // From the stage to the drawing and back: equal but for a shift once the picture is sharp.
  const onDrawing = on => ({ x: ((on.x - size.width / 2) / camera.zoom + camera.x - pictured.x) * pictured.zoom + pictured.wide / 2,
    y: ((on.y - size.height / 2) / camera.zoom + camera.y - pictured.y) * pictured.zoom + pictured.high / 2 });
  const fromDrawing = point => onStage({ x: (point.x - pictured.wide / 2) / pictured.zoom + pictured.x, y: (point.y - pictured.high / 2) / pictured.zoom + pictured.y });
  function actorAt(point, tolerance) {
    let best = -1, least = tolerance;
    for (let number = 0; number < nodeList.length; number += 1) {
      if (scene.drawnAs[number] !== asShape) continue;
      const dx = at.x[number] - point.x, dy = at.y[number] - point.y;
      if (dx > 60 || dx < -60 || dy > 60 || dy < -60) continue;
      const distance = Math.hypot(dx, dy) - at.radius(number);
      if (distance < least) [best, least] = [number, distance];
    }
    return best < 0 ? null : nodeList[best].id;
  }
  const labelAt = point => placed.find(box => point.x > box.left && point.x < box.right && point.y > box.top && point.y < box.bottom);
  const pointsOf = ({ start, bend, end, loop }) => (loop
    ? Array.from({ length: 17 }, (_, step) => ({ x: loop.x + loop.radius * Math.cos(step * Math.PI / 8), y: loop.y + loop.radius * Math.sin(step * Math.PI / 8) }))
    : bend ? Array.from({ length: 13 }, (_, step) => curvePoint(start, bend, end, step / 12)) : [start, end]);
  function edgeAt(point, tolerance) {
    let best = null, least = tolerance;
    for (const tie of scene.ties) {
      const a = detail.from[tie], b = detail.to[tie], slack = 90;
      if (Math.min(at.x[a], at.x[b]) - slack > point.x || Math.max(at.x[a], at.x[b]) + slack < point.x
        || Math.min(at.y[a], at.y[b]) - slack > point.y || Math.max(at.y[a], at.y[b]) + slack < point.y) continue;
      const points = pointsOf(at.path(tie));
      for (let step = 1; step < points.length; step += 1) {
        const distance = toSegment(point, points[step - 1], points[step]);
        if (distance <= least) [best, least] = [edgeList[tie].id, distance];
      }
    }
    return best;
  }
  // The group on whose disc the point lies, if it is closed.
  function groupAt(point) {
    const number = groups.findIndex((group, index) => scene.closed[index]
      && Math.hypot(at.spot(group).x - point.x, at.spot(group).y - point.y) < group.radius * at.zoom + rimAround(at.zoom));
    return number < 0 ? null : number;
  }
  function under(on, tolerance) {
    const point = onDrawing(on), label = labelAt(point), named = label && label.group === undefined ? label.id : null;
    const actor = actorAt(point, tolerance / 2) ?? named, edge = actor === null ? edgeAt(point, tolerance) : null;
    const group = actor !== null || edge !== null ? null : label ? label.group : groupAt(point);
    return { actor, edge, group: group !== null && scene.closed[group] ? group : null };
  }
  function openGroup(number) {
    chosen.opened.add(number);
    const group = groups[number], middle = groupCentre(group), room = group.radius * 1.06;
    byHand();
    const target = cameraFor({ left: middle.x - room, right: middle.x + room, top: middle.y - room, bottom: middle.y + room }, 1);
    moveTo(target.zoom > openedFrom ? target : { ...middle, zoom: openedFrom * 1.1 }, true);
    toldAll();
    say(`${group.name}: opened`);
  }
  function choose(on, finger) {
    if (!pictured) return;
    const { actor, edge, group } = under(on, finger ? 14 : 7);
    if (actor !== null) onActor(actor); else if (edge !== null) onEdge(edge); else if (group !== null) openGroup(group); else onNothing();
  }
  canvasPointing(byId('picture'), frame, {
    choose,
    hover(on) {
      const { actor, edge, group } = pictured ? under(on, 6) : { actor: null, edge: null, group: null };
      if (actor !== null || edge !== null) showTip(frame, on, ...tipOf(actor, edge));
      else if (group !== null) showTip(frame, on, groups[group].name, 'Group, closed: click to open');
      else hideTip();
    },
    pan(dx, dy) {
      touched = moved = true;
      cancelAnimationFrame(moving);
      camera = { ...camera, x: camera.x - dx / camera.zoom, y: camera.y - dy / camera.zoom };
      redraw(false);
    },
    panned: () => { carried = null; rememberLink(); redraw(true); },
    grab: on => (pictured ? actorAt(onDrawing(on), 2) : null),
    carry(id, dx, dy) {
      touched = true;
      if (carried === null) takeUp(id);
      carried.moveBy(dx, dy);
      redraw(false);
    },
    zoom: (factor, on) => { cancelAnimationFrame(moving); zoomAround(camera.zoom * factor, on); },
    twice: on => { if (focusSet()) { fit(focusSet(), true); moved = true; } else zoomAround(camera.zoom * 1.8, on, true); },
  });

  const inWindow = on => {
    const stage = frame.getBoundingClientRect();
    return { x: on.x + stage.left, y: on.y + stage.top };
  };
  function edgePoint(id) {
    const here = placesOn(size.width, size.height), points = pointsOf(here.path(detail.tieNumbers.get(lineOfEdge(id) ?? id)));
    const middle = points.length === 2 ? { x: (points[0].x + points[1].x) / 2, y: (points[0].y + points[1].y) / 2 } : points[edges.get(id).from === edges.get(id).to ? 14 : 6];
    return inWindow(middle);
  }
  // What an SVG of the picture is made from (networksvg.js), in pixels from the corner of the stage.
  function drawing() {
    if (!now || sharpAsked) drawSharp();
    const { left, top } = pictured.stage, { width, height } = size;
    const moved = ({ x, y }) => ({ x: x - left, y: y - top }), centre = number => moved({ x: at.x[number], y: at.y[number] });
    const ends = new Set(scene.ties.flatMap(tie => [detail.from[tie], detail.to[tie]]));
    const onIt = number => (({ x, y }) => x > -40 && y > -40 && x < width + 40 && y < height + 40)(centre(number));
    const drawn = [...scene.drawnAs.keys()].filter(number => (scene.drawnAs[number] === asShape && onIt(number)) || ends.has(number));
    const halo = chosen.actor === null ? null : numberOf.get(chosen.actor);
    return {
      width, height,
      halo: halo === null ? null : { ...centre(halo), radius: at.radius(halo) + haloAround },
      groups: groups.map(group => ({ ...moved(at.spot(group)), radius: group.radius * at.zoom + rimAround(at.zoom), text: group.name })).filter((_, number) => scene.closed[number]),
      actors: drawn.map(number => ({ ...actorLook(number, now), id: nodeList[number].id, ...centre(number), radius: at.radius(number) })),
      ties: scene.ties.map(tie => {
        const { both, colour: hue, ...look } = tieLook(tie, now), path = at.path(tie), points = pointsOf(path).map(moved), edge = edgeList[tie];
        return { ...look, colour: hue, from: edge.from, to: edge.to, atEnd: look.mark !== 'none' && !path.loop, atStart: look.mark !== 'none' && both && !path.loop,
          path: path.loop ? points : [centre(detail.from[tie]), ...points, centre(detail.to[tie])] };
      }),
      labels: placed.filter(onStageLabel).map(({ lines, x, y, pixels, weight, alpha }) => ({ ...moved({ x, y }), lines, pixels, weight, opacity: alpha })),
      notDrawn: note.words(),
    };
  }
  const onStageLabel = box => box.right > pictured.stage.left && box.left < pictured.stage.right && box.bottom > pictured.stage.top && box.top < pictured.stage.bottom;
  return {
    update, fit, refit, adapt, zoomBy, reveal, focusSet, positionOf, redraw, edgePoint, drawing, setCamera,
    camera: () => awaited || (moved ? { ...camera, portrait } : null),
    actorPoint: id => inWindow(onStage(positionOf(id))),
    labels: () => (pictured ? placed : []).filter(onStageLabel).map(({ id, left, top, right, bottom }) => {
      const start = inWindow(fromDrawing({ x: left, y: top })), end = inWindow(fromDrawing({ x: right, y: bottom }));
      return { id, left: start.x, top: start.y, right: end.x, bottom: end.y };
    }),
    // For tests: what is drawn, and where the groups are.
    shownParts: () => scene && ({
      ties: scene.ties.map(tie => edgeList[tie].id),
      actors: nodeList.filter((_, number) => scene.drawnAs[number] === asShape).map(node => node.id),
      groups: groups.map((group, number) => ({ name: group.name, closed: scene.closed[number], ...inWindow(onStage(groupCentre(group))), radius: group.radius * camera.zoom })),
    }),
  };
}

const curvePoint = (start, bend, end, part) => ({
  x: (1 - part) ** 2 * start.x + 2 * part * (1 - part) * bend.x + part ** 2 * end.x,
  y: (1 - part) ** 2 * start.y + 2 * part * (1 - part) * bend.y + part ** 2 * end.y,
});
// How many ties an actor has to itself before this one: each gets a larger ring.
function loopCounts(edgeList) {
  const met = new Map();
  return edgeList.map(edge => {
    if (edge.from !== edge.to) return 0;
    met.set(edge.from, (met.get(edge.from) || 0) + 1);
    return met.get(edge.from) - 1;
  });
}
