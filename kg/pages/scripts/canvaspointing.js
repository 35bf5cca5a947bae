// Mouse, fingers and wheel on a canvas of our own: a click chooses, a drag pulls the actor
// under it or else the whole picture, two fingers or the wheel zoom.

const clickSlack = 5, twiceWithin = 320;

function canvasPointing(target, frame, { choose, hover, pan, panned, grab, carry, zoom, twice }) {
  const fingers = new Map();
  let travelled = 0, several = false, last = null, held = null;
  const on = event => {
    const stage = frame.getBoundingClientRect();
    return { x: event.clientX - stage.left, y: event.clientY - stage.top };
  };
  const spreadOf = () => (([a, b]) => ({ length: Math.hypot(a.x - b.x, a.y - b.y) || 1, middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } }))([...fingers.values()]);

  target.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    target.setPointerCapture(event.pointerId);
    if (!fingers.size) { travelled = 0; several = false; held = grab(on(event)); }
    fingers.set(event.pointerId, on(event));
    if (fingers.size > 1) { several = true; held = null; }
    hideTip();
  });
  target.addEventListener('pointermove', event => {
    const here = on(event), before = fingers.get(event.pointerId);
    if (!before) { hover(here); return; }
    if (fingers.size === 2) {
      const old = spreadOf();
      fingers.set(event.pointerId, here);
      const now = spreadOf();
      pan(now.middle.x - old.middle.x, now.middle.y - old.middle.y);
      zoom(now.length / old.length, now.middle);
      return;
    }
    fingers.set(event.pointerId, here);
    travelled += Math.hypot(here.x - before.x, here.y - before.y);
    // A hand that clicks trembles: below the slack nothing moves.
    if (travelled <= clickSlack) return;
    if (held === null) pan(here.x - before.x, here.y - before.y); else carry(held, here.x - before.x, here.y - before.y);
  });
  const up = event => {
    if (!fingers.delete(event.pointerId) || fingers.size) return;
    if (event.type === 'pointercancel' || several || travelled > clickSlack) { panned(); return; }
    const here = on(event);
    const again = last && event.timeStamp - last.time < twiceWithin && Math.hypot(here.x - last.x, here.y - last.y) < 12;
    last = again ? null : { ...here, time: event.timeStamp };
    if (again) twice(here); else choose(here, event.pointerType === 'touch');
  };
  target.addEventListener('pointerup', up);
  target.addEventListener('pointercancel', up);
  target.addEventListener('pointerleave', hideTip);
  target.addEventListener('wheel', event => {
    event.preventDefault();
    hideTip();
    // Lines and pages count as pixels; a pinch on a touchpad comes as a wheel with the control key, in small steps.
    const pixels = event.deltaY * [1, 16, 400][event.deltaMode];
    zoom(Math.exp(-Math.max(-240, Math.min(240, pixels)) * (event.ctrlKey ? 0.01 : 0.0016)), on(event));
  }, { passive: false });
}
