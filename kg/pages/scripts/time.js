// The period: a histogram of the statements, two handles that narrow it, and the stretch between them that moves as a
// whole. What plays it is in playing.js, the moments above it in moments.js.

const handleWidth = 24, barFoot = 28, railHeight = 4, mostBarHeight = 40, momentRow = 27;
const barSizes = unit === inDays ? [1, daysPerWeek] : [1, 3, ...[1, 10, 100, 1000, 10000, 100000].map(years => years * monthsPerYear)];
const ticksInAll = finalMonth - firstMonth + 1;
// Ticks to a bar: as few as leave the bars wide enough to see.
const ticksPerBar = barSizes.find(size => ticksInAll / size <= mostBars) || barSizes[barSizes.length - 1];
const firstBar = Math.floor(firstMonth / ticksPerBar), lastBar = Math.floor(finalMonth / ticksPerBar);
const barOf = tick => Math.floor(tick / ticksPerBar);
const barSpan = bar => [Math.max(firstMonth, bar * ticksPerBar), Math.min(finalMonth, (bar + 1) * ticksPerBar - 1)];
const spanText = ([from, to]) => {
  const last = monthText(to), year = ` ${yearOf(to)}`, first = monthText(from);
  return from === to ? last : `${yearOf(from) === yearOf(to) ? first.slice(0, -year.length) : first} – ${last}`;
};

// ---- what the bars count: statements that pass all filters but the period

let barsKey = null, barsMade = null;
function timeBars() {
  const key = `${chosen.minimum} ${filtersKey()}`;
  if (key === barsKey) return barsMade;
  const found = familiesInView();
  const bars = Array.from({ length: lastBar - firstBar + 1 }, () => ({ cooperation: 0, conflict: 0, other: 0, sure: 0, maybe: 0 }));
  let undated = 0;
  const place = tick => Math.max(firstBar, Math.min(lastBar, barOf(tick))) - firstBar;
  for (const [id, family] of found) {
    const { span: when } = statements.get(id);
    if (!when) { undated += 1; continue; }
    const first = place(when[0]), last = place(when[1]);
    // What is known to the year alone adds a little to each of its months, so that January does not look busy.
    for (let bar = first; bar <= last; bar += 1) {
      bars[bar][family] += 1 / (last - first + 1);
      bars[bar][first === last ? 'sure' : 'maybe'] += 1;
    }
  }
  [barsKey, barsMade] = [key, { bars, undated, dated: found.size - undated }];
  return barsMade;
}
// Statement id -> family of the first of its ties in view.
function familiesInView() {
  const found = new Map(), passing = new Set(), [ofStatements, ofEdges, ofActors] = [statementFilters, edgeFilters, actorFilters].map(inUse);
  for (const statement of statements.values()) if (ofStatements.every(filter => passes(filter, statement))) passing.add(statement.id);
  for (const edge of edges.values()) {
    if ((ofActors.length && !(kindShown(edge.from) && kindShown(edge.to))) || !ofEdges.every(filter => passes(filter, edge))) continue;
    const ids = ofStatements.length ? edge.statements.filter(id => passing.has(id)) : edge.statements, { family } = relations.get(edge.relation);
    if (ids.length < chosen.minimum) continue;
    for (const id of ids) if (!found.has(id)) found.set(id, family);
  }
  for (const id of passing) {
    if (found.has(id)) continue;
    const stances = stancesOfStatement.get(id);
    if (stances ? stances.some(stance => kindShown(stance.holder)) : !edgesOfStatement.get(id).length) found.set(id, 'other');
  }
  return found;
}
const barWords = (bar, { cooperation, conflict, other, sure, maybe }) => {
  const parts = [[cooperation, 'cooperation'], [conflict, 'conflict'], [other, 'other']].filter(([count]) => count && sure && !maybe)
    .map(([count, name]) => `${count} ${name}`);
  return [spanText(barSpan(bar)), sure || maybe ? plural(sure, 'statement') + (parts.length > 1 ? ` (${parts.join(', ')})` : '') : 'no statement',
    maybe ? `${sure ? maybe : `${maybe} more`} dated less closely` : ''].filter(Boolean).join(', ');
};

// All bars of a family are one path: hundreds of shapes would cost the browser more than everything else of a step.
const barPaths = ways => families.filter(family => ways[family]).map(family => drawn('path', { class: 'bars', d: ways[family], fill: `var(--${family}-0)` }));
const tenth = length => Math.round(length * 10) / 10;

// ---- the bar itself

// onChange is told when the reader has set another period, not for every step on the way there.
function makeTime(onChange) {
  const box = byId('time');
  if (!theDocument.statements.length && !theDocument.stances.length) return { update() {} };
  box.hidden = false;
  const words = element('div', { id: 'period' });
  if (!Number.isFinite(firstMonth) || firstMonth === finalMonth) {
    box.classList.add('still');
    box.replaceChildren(words);
    return { update() { words.replaceChildren(...stillWords()); } };
  }
  const bars = drawn('svg', { id: 'histogram', 'aria-hidden': 'true' }), lit = drawn('svg', { class: 'lit', 'aria-hidden': 'true' });
  const pane = element('div', { id: 'window' });
  const handles = Object.fromEntries([['from', 'Start of period'], ['to', 'End of period']].map(([name, title]) =>
    [name, element('button', { id: name, role: 'slider', 'aria-label': title, 'aria-describedby': 'time-words' })]));
  const summary = element('p', { id: 'time-words', class: 'unseen' });
  const tip = element('div', { class: 'bar-tip', hidden: true, 'aria-hidden': 'true' });
  const brush = element('div', { id: 'brush' }, bars, lit, pane, handles.from, handles.to, tip);
  const whole = element('button', { id: 'whole', class: 'link', onclick: () => {
    setPeriod(firstMonth, finalMonth, true);
    handles.from.focus();
  } }, 'Whole period');
  const player = makePlayer(box, setPeriod, onChange), names = makeMoments(brush, setPeriod);
  const tools = element('div', { class: 'period-tools' }, names.opener, whole);
  box.replaceChildren(player.node, brush, element('div', { class: 'period' }, words, tools), summary);
  box.classList.toggle('with-moments', namedMoments.length > 0);

  const top = namedMoments.length ? momentRow : 4, base = top + mostBarHeight, height = base + barFoot;
  brush.style.height = `${height}px`;
  for (const handle of Object.values(handles)) handle.style.top = `${base - 12}px`;
  Object.assign(pane.style, { top: `${top}px`, height: `${mostBarHeight + railHeight}px` });
  let width = 0;
  const inner = () => Math.max(1, width - 2 * handleWidth);
  const place = tick => handleWidth + (tick - firstMonth) / ticksInAll * inner();
  const tickAt = clientX => firstMonth + (clientX - brush.getBoundingClientRect().left - handleWidth) / inner() * ticksInAll;

  function setPeriod(from, to, done) {
    chosen.from = Math.max(firstMonth, Math.min(finalMonth, Math.round(from)));
    chosen.to = Math.max(chosen.from, Math.min(finalMonth, Math.round(to)));
    if (done) onChange(); else update();
  }

  // ---- drawing: the bars when what they count or their width changes, else only the window over them

  let drawnKey = null, begun = false;
  function drawBars() {
    const found = timeBars(), key = `${barsKey} ${width}`;
    if (key === drawnKey) return;
    drawnKey = key;
    names.layOut(place, width);
    const most = Math.max(1, ...found.bars.map(bar => bar.cooperation + bar.conflict + bar.other));
    const step = inner() * ticksPerBar / ticksInAll, ways = Object.fromEntries(families.map(family => [family, ''])), busiest = { bar: 0, sum: 0 };
    found.bars.forEach((bar, index) => {
      const [from, to] = barSpan(firstBar + index), start = place(from), room = place(to + 1) - start;
      const wide = Math.max(1.5, Math.min(room, 22) - (step > 3 ? 1 : 0));
      let y = base - 1;
      for (const family of families) {
        if (!bar[family]) continue;
        const tall = Math.max(1, bar[family] / most * (mostBarHeight - 6));
        y -= tall;
        ways[family] += `M${tenth(start + (room - wide) / 2)} ${tenth(y)}h${tenth(wide)}v${tenth(Math.max(0.8, tall - 0.6))}h${-tenth(wide)}z`;
      }
      if (bar.sure + bar.maybe > busiest.sum) Object.assign(busiest, { bar: firstBar + index, sum: bar.sure + bar.maybe });
    });
    const marks = axisMarks(firstMonth, finalMonth, inner() / ticksInAll), texts = marks.map(({ text }) => text.length * 6.4);
    const lefts = roomFor(marks.map(({ at }, index) => ({ x: place(at), width: texts[index], weight: 1 })), 2, width - 2, 6);
    bars.replaceChildren(...names.lines(place, base, top), ...barPaths(ways),
      drawn('line', { x1: place(firstMonth), x2: place(finalMonth + 1), y1: base + railHeight / 2, y2: base + railHeight / 2, class: 'rail' }),
      ...marks.flatMap(({ tick, text }, index) => lefts[index] === null ? [] : [
        drawn('line', { x1: place(tick), x2: place(tick), y1: base + railHeight, y2: base + railHeight + 5, class: 'mark' }),
        drawn('text', { x: lefts[index] + texts[index] / 2, y: height - 3, 'text-anchor': 'middle' }, text)]));
    lit.replaceChildren(...barPaths(ways));
    for (const chart of [bars, lit]) chart.setAttribute('viewBox', `0 0 ${width} ${height}`);
    summary.textContent = `${plural(found.dated, 'dated statement')}, ${monthText(firstMonth)} to ${monthText(finalMonth)}`
      + (busiest.sum ? `; the most, ${busiest.sum}, in ${spanText(barSpan(busiest.bar))}.` : '.');
  }
  function draw() {
    width = width || brush.clientWidth;
    if (!width) return;
    drawBars();
    const left = place(chosen.from), right = place(chosen.to + 1);
    Object.assign(pane.style, { left: `${left}px`, width: `${right - left}px` });
    lit.style.clipPath = `inset(0 ${width - right}px 0 ${left}px)`;
    // Beside the window, not over its ends: so the two never cover each other.
    handles.from.style.left = `${left - handleWidth}px`;
    handles.to.style.left = `${right}px`;
    for (const [name, handle] of Object.entries(handles)) {
      handle.setAttribute('aria-valuemin', name === 'from' ? firstMonth : chosen.from);
      handle.setAttribute('aria-valuemax', name === 'to' ? finalMonth : chosen.to);
      handle.setAttribute('aria-valuenow', chosen[name]);
      handle.setAttribute('aria-valuetext', monthText(chosen[name]));
    }
    brush.classList.toggle('narrowed', !wholePeriod());
    words.replaceChildren(...periodParts(timeBars().undated));
    whole.hidden = wholePeriod();
    names.update();
  }

  // ---- handles

  // Many moves may come between two pictures; only the last of them counts.
  let asked = null;
  const moveNow = () => { const move = asked; asked = null; if (move) move(); };
  const soon = move => {
    if (asked === null) requestAnimationFrame(moveNow);
    asked = move;
  };
  const settle = () => { moveNow(); onChange(); };
  for (const [name, handle] of Object.entries(handles)) {
    const edge = () => name === 'from' ? chosen.from : chosen.to + 1;
    const move = (tick, done) => name === 'from' ? setPeriod(Math.min(Math.round(tick), chosen.to), chosen.to, done)
      : setPeriod(chosen.from, Math.max(Math.round(tick) - 1, chosen.from), done);
    let held = null;
    handle.addEventListener('pointerdown', event => {
      if (event.button !== 0) return;
      player.pause();
      handle.setPointerCapture(event.pointerId);
      held = tickAt(event.clientX) - edge();
    });
    handle.addEventListener('pointermove', event => {
      if (held === null) return;
      const to = tickAt(event.clientX) - held;
      soon(() => move(to));
    });
    for (const end of ['pointerup', 'pointercancel']) handle.addEventListener(end, () => { if (held !== null) { held = null; settle(); } });
    const moveTo = tick => { player.pause(); move(tick, true); };
    // From border to border of the bars; the smallest step is a tick.
    const step = ({ key }, size) => moveTo(['ArrowLeft', 'ArrowDown'].includes(key) ? (Math.ceil(edge() / size) - 1) * size : (Math.floor(edge() / size) + 1) * size);
    const far = Math.max(ticksPerBar, unit === inDays ? 30 : monthsPerYear);
    onKeys(handle, 'handle', {
      least: event => step(event, 1), step: event => step(event, ticksPerBar),
      leap: ({ key }) => moveTo(edge() + (key === 'PageUp' ? far : -far)),
      end: ({ key }) => moveTo(key === 'Home' ? firstMonth : finalMonth + 1),
    });
  }

  // ---- the window and the bars: drag it as a whole, drag beside it for another one, click on a bar for its period

  let drag = null;
  brush.addEventListener('pointerdown', event => {
    if (event.button !== 0 || event.target.closest('button')) return;
    player.pause();
    brush.setPointerCapture(event.pointerId);
    const at = tickAt(event.clientX);
    const inside = !wholePeriod() && at >= chosen.from && at < chosen.to + 1;
    drag = { x: event.clientX, at, inside, from: chosen.from, to: chosen.to, moved: false };
    hideTip();
  });
  brush.addEventListener('pointermove', event => {
    if (drag === null) { showTip(event); return; }
    if (!drag.moved && Math.abs(event.clientX - drag.x) < 4) return;
    drag.moved = true;
    const { from, to, at, inside } = drag, now = tickAt(event.clientX);
    brush.classList.toggle('dragging', inside);
    soon(() => {
      if (inside) {
        const by = Math.round(Math.max(firstMonth - from, Math.min(finalMonth - to, now - at)));
        setPeriod(from + by, to + by);
      } else setPeriod(Math.floor(Math.min(at, now)), Math.ceil(Math.max(at, now)) - 1);
    });
  });
  brush.addEventListener('pointerup', () => {
    if (drag === null) return;
    const { moved, at } = drag;
    endDrag();
    if (moved) settle(); else chooseBar(barOf(at));
  });
  brush.addEventListener('pointercancel', () => endDrag());
  brush.addEventListener('pointerleave', () => hideTip());
  function endDrag() {
    drag = null;
    brush.classList.remove('dragging');
  }
  function chooseBar(bar) {
    const found = timeBars().bars[bar - firstBar];
    if (!found || !(found.sure + found.maybe)) return;
    const [from, to] = barSpan(bar);
    // A second click on the same bar takes it back.
    if (chosen.from === from && chosen.to === to) setPeriod(firstMonth, finalMonth, true);
    else setPeriod(from, to, true);
  }
  function showTip(event) {
    const bar = barOf(tickAt(event.clientX)), found = timeBars().bars[bar - firstBar];
    const over = event.pointerType === 'mouse' && !event.target.closest('button') && found && found.sure + found.maybe;
    if (!over) { hideTip(); return; }
    tip.textContent = barWords(bar, found);
    tip.hidden = false;
    const middle = place((([from, to]) => (from + to + 1) / 2)(barSpan(bar)));
    tip.style.left = `${Math.max(0, Math.min(width - tip.offsetWidth, middle - tip.offsetWidth / 2))}px`;
  }
  function hideTip() { tip.hidden = true; }

  new ResizeObserver(() => {
    if (brush.clientWidth === width) return;
    width = brush.clientWidth;
    if (begun) draw();
  }).observe(brush);
  return { update() { begun = true; draw(); } };
}

// ---- words

const undatedWords = undated => undated ? `${undated.toLocaleString('en')} undated left out` : '';
function periodParts(undated) {
  const left = wholePeriod() ? '' : undatedWords(undated);
  return [element('b', {}, wholePeriod() ? 'Whole period' : spanText([chosen.from, chosen.to])),
    wholePeriod() ? element('span', {}, spanText([firstMonth, finalMonth])) : '', left ? element('span', {}, left) : ''].filter(Boolean);
}
// Where there is no period to choose.
function stillWords() {
  const dated = Number.isFinite(firstMonth), undated = [...statements.values()].filter(statement => !statement.span).length;
  return [element('b', {}, dated ? `All of ${monthText(firstMonth)}` : 'Nothing here has a date'),
    dated && undated ? element('span', {}, `${undated.toLocaleString('en')} undated`) : ''].filter(Boolean);
}
