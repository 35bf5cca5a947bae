// The timeline: stances of an actor or on a position as dots on lanes. Arrow keys walk along the dots, Enter opens the
// evidence; below, the turning points in words.

const lanesAtOnce = 24, mostToPick = 300;

function makeTimeline(frame) {
  const paint = name => `var(--${name})`;
  const select = element('select', { id: 'lanes-of', 'aria-label': 'Timeline of', onchange: () => {
    Object.assign(chosen, nothingChosen(), { lanesOf: picked[Number(select.value)] });
    drawnLanes = lanesAtOnce;
    update();
  } });
  const note = element('p', { class: 'note' }), key = element('ul', { class: 'timeline-key' });
  const head = element('div', { class: 'timeline-axis' }), body = element('div', { class: 'lanes' });
  const more = element('button', { class: 'more', onclick: () => { drawnLanes += lanesAtOnce; draw(); } });
  const turnTitle = element('h3', { class: 'section' }), turnList = element('ol', { class: 'turns' });
  const empty = element('p', { class: 'note' }), undated = element('p', { class: 'note' });
  const tip = element('div', { class: 'matrix-tip timeline-tip', 'aria-hidden': 'true', hidden: true });
  // Its width is known also while there is nothing to draw.
  const place = element('div', { class: 'timeline-place' }, head, body);
  frame.append(
    element('div', { class: 'timeline-words' },
      element('h2', {}, 'Stances over time'), element('label', { class: 'order' }, 'of ', select), note, key),
    place, more, element('div', { class: 'timeline-words' }, undated, turnTitle, empty, turnList));
  document.body.append(tip);
  let picked = [], pickedKey = null, drawnLanes = lanesAtOnce, lanes = [], rows = [], current = null, width = 0, quiet = false;

  // ---- whose

  function pick() {
    const subject = lanesSubject();
    // Whoever is looked at stays the subject when one of its stances is opened.
    if (chosen.actor !== null || chosen.position !== null) chosen.lanesOf = subject;
    const now = JSON.stringify(subject);
    if (pickedKey === now) return;
    pickedKey = now;
    if (!subject) { select.closest('label').hidden = true; return; }
    const some = (kind, ids) => {
      const list = [...ids].sort((a, b) => recordsOf[kind](b) - recordsOf[kind](a)), [ofKind, id] = subject;
      const few = list.slice(0, mostToPick);
      return (ofKind === kind && !few.includes(id) ? [id, ...few] : few).map(one => [kind, one]);
    };
    const groups = [['On a position', some('position', [...positions.keys()].filter(recordsOf.position)), positionText],
      ['Of an actor', some('actor', [...actors.keys()].filter(id => recordsOf.actor(id) || edgesOfActor.get(id).length)), nameOf]];
    picked = groups.flatMap(([, entries]) => entries);
    select.replaceChildren(...groups.filter(([, entries]) => entries.length).map(([title, entries, name]) => element('optgroup', { label: title },
      entries.map(entry => element('option', { value: picked.indexOf(entry) }, toEllipsis(name(entry[1]), 110))))));
    select.value = String(picked.findIndex(entry => JSON.stringify(entry) === now));
  }

  // ---- drawing

  function draw() {
    pick();
    lanes = lanesInView();
    const subject = lanesSubject(), drawable = lanes.filter(isDatedLane), drawnNow = drawable.slice(0, drawnLanes);
    const held = document.activeElement && body.contains(document.activeElement);
    note.textContent = !subject ? '' : (subject[0] === 'actor' ? 'A lane for each position, and one for acts.' : 'A lane for each holder.')
      + ' Higher is more in support; the line holds the last coded value until the next. ' + undatedWordsOf(lanes);
    key.replaceChildren(...timelineKey(drawnNow).map(([dot, words]) => element('li', { class: dot.turn ? 'tall' : null },
      drawn('svg', { width: 34, height: dot.turn ? 38 : 24, viewBox: dot.turn ? '0 -7 34 38' : '0 0 34 24', 'aria-hidden': 'true' },
        keyShapes(dot, 17, 12, paint)), words)));
    key.hidden = !drawnNow.length;
    if (width) drawLanes(drawnNow);
    more.hidden = drawable.length <= drawnNow.length;
    more.textContent = `Show more lanes (${(drawable.length - drawnNow.length).toLocaleString('en')} left)`;
    const without = lanes.filter(lane => lane.of !== null && !isDatedLane(lane));
    undated.hidden = !without.length;
    undated.replaceChildren('No dated stance, only undated ones: ', ...namesInShort(without, lane =>
      element('button', { class: 'link', onclick: () => chooseCellOf(lane) }, isolated(toEllipsis(lane.name, 70)))), '.');
    showTurns();
    hideTip();
    // What had the focus before has it again, without a word about it.
    if (held) { quiet = true; focusOn(current, false); quiet = false; }
  }

  function drawLanes(drawnNow) {
    head.hidden = body.hidden = !drawnNow.length;
    if (!drawnNow.length) { [rows, current] = [[], null]; body.replaceChildren(); return; }
    // Beside the lanes while there is room for names; else above them.
    const beside = width >= 560, left = beside ? Math.round(Math.min(230, width * 0.26)) : 0, above = beside ? 0 : 26;
    const axis = timelineAxis(left, width - left), top = axisHeight(axis), step = laneHeight + above;
    frame.classList.toggle('above', !beside);
    head.replaceChildren(drawn('svg', { width, height: top, 'aria-hidden': 'true' }, axisShapes(axis, top, paint)));
    const stood = dotAt(current), kept = stood && newestOf(stood);
    rows = drawnNow.map(lane => ({ lane, dots: dotsOfLane(lane, axis) }));
    const isChosen = ({ holder, position }) => chosen.cell !== null && holder === chosen.cell[0] && position === chosen.cell[1];
    const about = 'Coded stances. Arrow keys walk along the dots, Enter opens the evidence.';
    const picture = drawn('svg', { width, height: rows.length * step, role: 'group', 'aria-label': about },
      rows.map(({ lane, dots }, index) => {
        const y = index * step + above;
        return drawn('g', { role: 'group', 'aria-label': lane.name },
          ...(lane.records.some(isChosen) ? [drawn('rect', { x: 0, y: y - above, width, height: step, fill: paint('hair') })] : []),
          laneGround(lane, axis, y, paint),
          dots.map((dot, number) => {
            dot.node = drawn('g', { class: 'dot', role: 'button', tabindex: -1, 'aria-label': dotWords(lane, dot) },
              dotShapes(dot, dot.x, y + levelY(dot.level), paint),
              drawn('circle', { class: 'reach', cx: dot.x, cy: y + levelY(dot.level), r: 12, fill: 'transparent' }));
            dot.at = [index, number];
            return dot.node;
          }));
      }));
    const names = rows.map(({ lane }, index) => {
      const name = lane.of === null ? element('span', { class: 'lane-name' }, lane.name)
        : element('button', { class: 'lane-name', onclick: () => chooseCellOf(lane) }, isolated(lane.name));
      const size = beside ? { height: `${laneHeight}px`, width: `${left - 8}px` } : { height: `${above}px`, width: '100%' };
      Object.assign(name.style, { top: `${index * step}px`, ...size });
      return name;
    });
    body.replaceChildren(picture, ...names);
    body.style.height = `${rows.length * step}px`;
    const first = rows.findIndex(row => row.dots.length);
    // In another width other stances share a dot, so the reader's place is that of the stance, not of its number.
    const same = kept && rows.flatMap(row => row.dots).find(dot => dot.records.includes(kept) || dot.acts.some(act => act.statement === kept));
    current = same ? same.at : first < 0 ? null : [first, 0];
    if (current) dotAt(current).node.setAttribute('tabindex', 0);
  }
  const newestOf = ({ act, acts, records }) => (act ? acts[acts.length - 1].statement : records[records.length - 1]);
  const dotAt = place => place && rows[place[0]] ? rows[place[0]].dots[place[1]] || null : null;
  const chooseCellOf = ({ records }) => chooseCell(records[0].holder, records[0].position);

  // ---- reading

  function open(place) {
    const dot = dotAt(place);
    if (!dot) return;
    if (chosen.lanesOf === null) chosen.lanesOf = lanesSubject();
    hideTip();
    const newest = dot.records[dot.records.length - 1];
    if (dot.act) chooseStatement(dot.acts[dot.acts.length - 1].statement);
    else openStance(newest.holder, newest.position, newest);
    // The sheet of a phone covers the lower half.
    if (onPhone() && dotAt(place)) dotAt(place).node.scrollIntoView({ block: 'start', inline: 'nearest' });
  }
  function openStance(holder, position, record) {
    chooseCell(holder, position);
    const [id] = record.statements || [];
    if (id !== undefined) revealCard(id);
  }
  function showTurns() {
    const turns = lanes.flatMap(lane => lane.turns).sort((a, b) => a.after.stretch[0] - b.after.stretch[0]);
    turnTitle.replaceChildren('Turning points', element('span', { class: 'count' }, turns.length.toLocaleString('en')));
    turnTitle.hidden = !lanes.length;
    empty.hidden = lanes.length > 0 && turns.length > 0;
    empty.textContent = !lanes.length ? 'No stance or act of it is in view.' : 'No coded value changed within the period.';
    turnList.replaceChildren(...turns.map(turn => element('li', {},
      element('span', {}, isolated(nameOf(turn.holder)), ' on “', isolated(positionText(turn.position)), '”: ',
        element('strong', {}, changeWords(turn)), ', ', isolated(changeDate(turn))),
      element('button', { 'aria-label': 'Evidence: ' + turnWords(turn), onclick: () => {
        if (chosen.lanesOf === null) chosen.lanesOf = lanesSubject();
        openStance(turn.holder, turn.position, turn.after.records[turn.after.records.length - 1]);
      } }, 'Evidence'))));
    turnList.hidden = !turns.length;
  }

  // ---- walking

  function focusOn(place, scroll = true) {
    const dot = dotAt(place);
    if (!dot) return;
    if (dotAt(current)) dotAt(current).node.setAttribute('tabindex', -1);
    current = place;
    dot.node.setAttribute('tabindex', 0);
    dot.node.focus({ preventScroll: true });
    if (scroll) dot.node.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
  const nearestIn = (row, x) => row.dots.reduce((best, dot) => best === null || Math.abs(dot.x - x) < Math.abs(best.x - x) ? dot : best, null);
  const lastIn = row => rows[row].dots.length - 1;
  function along({ key }) {
    const [row, number] = current;
    focusOn([row, key === 'ArrowRight' ? Math.min(lastIn(row), number + 1) : Math.max(0, number - 1)]);
  }
  function across({ key }) {
    const step = key === 'ArrowDown' ? 1 : -1;
    for (let other = current[0] + step; rows[other]; other += step) {
      const dot = nearestIn(rows[other], dotAt(current).x);
      if (dot) { focusOn(dot.at); return; }
    }
  }
  const clear = () => { if (tip.hidden) chooseNothing(); else hideTip(); };
  // The names of lanes are buttons, which have keys of their own.
  const onDot = act => event => (event.target.closest('.dot') ? act(event) : false);
  const dotOf = target => {
    const node = target instanceof Element ? target.closest('.dot') : null;
    return node ? rows.flatMap(row => row.dots).find(dot => dot.node === node) : null;
  };
  function look(dot) {
    if (!dot) { hideTip(); return; }
    const lines = dotLines(rows[dot.at[0]].lane, dot);
    tip.replaceChildren(...lines.map((line, index) => element(index ? 'span' : 'b', { dir: 'auto' }, line)));
    tip.hidden = false;
    const box = dot.node.getBoundingClientRect(), own = tip.getBoundingClientRect(), gap = 6, under = box.bottom + gap + own.height <= innerHeight;
    tip.style.top = `${Math.max(gap, under ? box.bottom + gap : box.top - gap - own.height)}px`;
    tip.style.left = `${Math.max(gap, Math.min(box.left + box.width / 2 - own.width / 2, innerWidth - own.width - gap))}px`;
  }
  function hideTip() { tip.hidden = true; }

  onKeys(body, 'dots', {
    along: onDot(along), across: onDot(across), pick: onDot(() => open(current)), clear: onDot(clear),
    end: onDot(({ key }) => focusOn([current[0], key === 'Home' ? 0 : lastIn(current[0])])),
  });
  body.addEventListener('click', event => {
    const dot = dotOf(event.target);
    if (!dot) return;
    focusOn(dot.at, false);
    open(dot.at);
  });
  body.addEventListener('mouseover', event => look(dotOf(event.target)));
  body.addEventListener('mouseleave', () => hideTip());
  body.addEventListener('focusin', event => {
    const dot = dotOf(event.target);
    if (!dot) return;
    if (dot !== dotAt(current)) { dotAt(current).node.setAttribute('tabindex', -1); dot.node.setAttribute('tabindex', 0); current = dot.at; }
    if (!quiet && dot.node.matches(':focus-visible')) look(dot);
  });
  body.addEventListener('focusout', hideTip);
  frame.addEventListener('scroll', hideTip);
  const measure = () => {
    // Without the width of a scroll bar, which comes and goes with the number of lanes.
    const now = place.clientWidth;
    if (!now || now === width) return;
    width = now;
    draw();
  };
  new ResizeObserver(measure).observe(frame);

  return {
    update() { width = place.clientWidth || width; draw(); },
    adapt: measure,
    spot: () => (dotAt(current) ? dotAt(current).node : null),
    data: () => timelineData(lanesInView()),
    svg: () => lanesInView().some(isDatedLane) ? timelineSvg(subjectText(), lanesInView()) : null,
  };
}
const subjectText = () => (([kind, id]) => kind === 'actor' ? nameOf(id) : positionText(id))(lanesSubject());

// A row a stance or act in view, dated or not.
function timelineData(lanes) {
  return {
    columns: ['actor', 'position', 'date', 'date in words', 'value', 'stance', 'superseded', 'turned from', 'act', 'sources'],
    rows: lanes.flatMap(lane => {
      const turned = new Map(lane.turns.flatMap(turn => turn.after.records.map(record => [record, turn])));
      const before = record => turned.has(record) ? valueText(turned.get(record).before.value) : '';
      const when = dated => [dated.date || '', dated.date_text || ''], from = told => sourcesInWords(told.sources || []);
      return [
        ...lane.records.map(record => [nameOf(record.holder), positionText(record.position), ...when(record), record.value ?? '',
          valueText(record.value), earlier(record) ? 'yes' : '', before(record), '', from(record)]),
        ...lane.acts.map(({ statement, edge }) =>
          [subjectText(), '', ...when(statement), '', '', '', '', actText(statement, edge), from(statement)])];
    }),
  };
}
if (usualLanes !== null && (theDocument.stances.length || theDocument.statements.length)) {
  addView({ name: 'timeline', title: 'Timeline', make: makeTimeline });
}
