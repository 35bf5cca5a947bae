// Time on its own: a window that moves along, or a period that grows; step by step, at the reader's pace.

const playModes = { move: 'A window moves along', grow: 'The period grows from its start' };
const playPaces = { slow: 1600, normal: 800, fast: 300 };
addChoice({
  fresh: () => ({ playMode: 'move', playPace: 'normal' }),
  read(link, choices) {
    if (Object.hasOwn(playModes, link.get('play'))) choices.playMode = link.get('play');
    if (Object.hasOwn(playPaces, link.get('pace'))) choices.playPace = link.get('pace');
  },
  write(link) {
    if (chosen.playMode !== 'move') link.set('play', chosen.playMode);
    if (chosen.playPace !== 'normal') link.set('pace', chosen.playPace);
  },
});

const icons = {
  play: 'M5 3L14 8.5L5 14z', pause: 'M4 3H7V14H4zM10 3H13V14H10z', back: 'M3 3H5V14H3zM14 3L6 8.5L14 14z', on: 'M12 3H14V14H12zM3 3L11 8.5L3 14z',
};
const icon = name => drawn('svg', { width: 17, height: 17, viewBox: '0 0 17 17', 'aria-hidden': 'true' },
  drawn('path', { d: icons[name], fill: 'currentColor' }));

// The next period that way; null at the end. Nothing chosen yet means a window of an eighth of the time.
function nextPeriod(way) {
  const { from, to } = chosen, step = ticksPerBar;
  if (chosen.playMode === 'grow') {
    if (wholePeriod()) return [firstMonth, way > 0 ? Math.min(finalMonth, firstMonth + step - 1) : Math.max(firstMonth, finalMonth - step)];
    if (way > 0 ? to >= finalMonth : to - from < step) return null;
    return [from, Math.min(finalMonth, to + way * step)];
  }
  if (wholePeriod()) {
    const width = Math.min(ticksInAll, Math.max(1, Math.round(ticksInAll / 8 / step)) * step);
    return way > 0 ? [firstMonth, firstMonth + width - 1] : [finalMonth - width + 1, finalMonth];
  }
  const by = way > 0 ? Math.min(step, finalMonth - to) : -Math.min(step, from - firstMonth);
  return by ? [from + by, to + by] : null;
}
// What plays on from the end plays from the start again.
function periodToStart() {
  const { from, to } = chosen;
  if (wholePeriod() || to < finalMonth) return null;
  return chosen.playMode === 'grow' ? [from, Math.min(finalMonth, from + ticksPerBar - 1)] : [firstMonth, firstMonth + to - from];
}

function makePlayer(box, setPeriod, onChange) {
  let timer = null;
  const playing = () => timer !== null;
  const button = (id, name, label, onclick) => element('button', { id, 'aria-label': label, title: label, onclick }, icon(name));
  const play = button('play', 'play', 'Play', () => { if (playing()) pause(true); else start(); });
  const step = way => {
    pause();
    const next = nextPeriod(way);
    if (next) setPeriod(...next, true); else say(way > 0 ? 'This is the end of the time' : 'This is the start of the time');
  };
  const back = button('step-back', 'back', 'One step back', () => step(-1)), on = button('step-on', 'on', 'One step on', () => step(1));

  function show() {
    play.replaceChildren(icon(playing() ? 'pause' : 'play'));
    play.setAttribute('aria-label', playing() ? 'Pause' : 'Play');
    play.title = playing() ? 'Pause' : 'Play';
    // Only then does the window glide; readers who want no motion see it step.
    box.classList.toggle('playing', playing());
  }
  function start() {
    const first = periodToStart() || nextPeriod(1);
    if (!first) return;
    timer = setTimeout(go, playPaces[chosen.playPace]);
    show();
    setPeriod(...first);
  }
  function go() {
    const next = nextPeriod(1), last = !next || next[1] >= finalMonth;
    if (next) setPeriod(...next);
    if (last) pause(true); else timer = setTimeout(go, playPaces[chosen.playPace]);
  }
  // told: whether the reader shall hear where it came to rest.
  function pause(told = false) {
    if (!playing()) return;
    clearTimeout(timer);
    timer = null;
    show();
    if (told) onChange();
  }
  document.addEventListener('visibilitychange', () => { if (document.hidden) pause(); });
  onKeys(box, 'player', { pause: () => (playing() ? pause(true) : false) });

  const group = (title, name, entries, choice) => element('fieldset', {}, element('legend', {}, title), entries.map(([value, words]) =>
    element('label', {}, element('input', { type: 'radio', name, value, onchange: () => { chosen[choice] = value; rememberLink(); } }), words)));
  const menu = popup('play-menu', 'How time plays', '⋯', () => [
    group('When it plays', 'play-mode', Object.entries(playModes), 'playMode'),
    group('Pace', 'play-pace', Object.keys(playPaces).map(pace => [pace, pace]), 'playPace')], node => {
    for (const [name, choice] of [['play-mode', 'playMode'], ['play-pace', 'playPace']]) {
      for (const input of node.querySelectorAll(`input[name=${name}]`)) input.checked = input.value === chosen[choice];
    }
  });
  menu.opener.setAttribute('aria-label', 'How time plays');
  return { node: element('div', { class: 'player' }, back, play, on, menu.opener, menu.node), pause: () => pause() };
}

// A small pane that a button opens over the time bar; Escape and a click elsewhere close it. text is on the button,
// refresh(node) is told before it opens.
function popup(id, title, text, make, refresh) {
  const node = element('div', { id, class: 'popup', role: 'group', 'aria-label': title, hidden: true }, make());
  const opener = element('button', { id: id + '-open', 'aria-expanded': 'false', 'aria-controls': id, title, onclick: () => {
    if (node.hidden) open(); else close();
  } }, text);
  function open() {
    refresh(node);
    node.hidden = false;
    opener.setAttribute('aria-expanded', 'true');
    const first = node.querySelector('input:checked, button');
    if (first) first.focus();
  }
  function close(back = true) {
    if (node.hidden) return;
    node.hidden = true;
    opener.setAttribute('aria-expanded', 'false');
    if (back) opener.focus();
  }
  onKeys(node, 'open', { close: () => close() });
  document.addEventListener('pointerdown', event => { if (!node.contains(event.target) && !opener.contains(event.target)) close(false); });
  node.addEventListener('focusout', ({ relatedTarget: to }) => { if (to && !node.contains(to) && to !== opener) close(false); });
  return { node, opener, close };
}
