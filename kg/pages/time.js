// The period: a histogram of the statements, and two handles that narrow it.

const families = ['cooperation', 'conflict', 'other'];
const chartHeight = 66, chartTop = 4, chartBase = 40;

function makeTime(onChange) {
  const box = byId('time'), brush = byId('brush'), chart = byId('histogram');
  if (!Number.isFinite(firstMonth) || firstMonth === finalMonth) return { update() {} };
  box.hidden = false;
  const months = finalMonth - firstMonth + 1;
  // Bars stay wide enough to see: months, then quarters, years, decades, centuries …
  const perBar = [1, 3, 12, 120, 1200, 12000].find(size => months / size <= 130) || 120000;
  const firstBar = Math.floor(firstMonth / perBar);
  const barCount = Math.floor(finalMonth / perBar) - firstBar + 1;

  const handles = { from: byId('from'), to: byId('to') };
  const handleWidth = 24;
  const inner = () => Math.max(1, brush.clientWidth - handleWidth);
  const place = month => handleWidth / 2 + (month - firstMonth) / months * inner();

  function familyOf(statement) {
    const tie = edgesOfStatement.get(statement.id)[0];
    return tie ? relations.get(tie.relation).family : 'other';
  }

  function update() {
    const bars = Array.from({ length: barCount }, () => ({ cooperation: 0, conflict: 0, other: 0 }));
    for (const statement of statements.values()) {
      if (!statement.span) continue;
      const ties = edgesOfStatement.get(statement.id);
      if (ties.length && ties.every(edge => chosen.hiddenRelations.has(edge.relation) || !kindShown(edge.from) || !kindShown(edge.to))) continue;
      bars[Math.floor(statement.span[0] / perBar) - firstBar][familyOf(statement)] += 1;
    }
    const most = Math.max(1, ...bars.map(bar => bar.cooperation + bar.conflict + bar.other));
    const width = brush.clientWidth, step = inner() * perBar / months;
    chart.setAttribute('viewBox', `0 0 ${width} ${chartHeight}`);
    const parts = [drawn('line', { x1: place(firstMonth), x2: place(finalMonth + 1), y1: chartBase, y2: chartBase, class: 'rail' }),
      drawn('line', { x1: place(chosen.from), x2: place(chosen.to + 1), y1: chartBase, y2: chartBase, class: 'window' })];
    bars.forEach((bar, index) => {
      const month = Math.max(firstMonth, (firstBar + index) * perBar), next = (firstBar + index + 1) * perBar;
      let top = chartBase - 3;
      for (const family of families) {
        if (!bar[family]) continue;
        const height = Math.max(1.5, bar[family] / most * (chartBase - 3 - chartTop));
        top -= height;
        parts.push(drawn('rect', { x: place(month) + 0.5, y: top, width: Math.max(1.5, Math.min(step, 18) - 1), height: Math.max(1, height - 0.6),
          fill: `var(--${family}-0)`, opacity: next > chosen.from && month <= chosen.to ? 1 : 0.22 }));
      }
    });
    let free = -Infinity;
    const years = Math.ceil(months / monthsPerYear), every = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find(size => inner() / (years / size) >= 46) || 5000;
    for (let year = Math.ceil(yearOf(firstMonth) / every) * every; year * monthsPerYear <= finalMonth; year += every) {
      const x = place(Math.max(firstMonth, year * monthsPerYear));
      if (x < free) continue;
      free = x + 46;
      parts.push(drawn('line', { x1: x, x2: x, y1: chartBase, y2: chartBase + 6, class: 'rail thin' }),
        drawn('text', { x, y: chartHeight - 2, 'text-anchor': x < 20 ? 'start' : x > width - 20 ? 'end' : 'middle' }, String(year)));
    }
    chart.replaceChildren(...parts);
    for (const [name, handle] of Object.entries(handles)) {
      handle.style.left = `${place(name === 'from' ? chosen.from : chosen.to + 1) - handleWidth / 2}px`;
      handle.setAttribute('aria-valuemin', firstMonth);
      handle.setAttribute('aria-valuemax', finalMonth);
      handle.setAttribute('aria-valuenow', chosen[name]);
      handle.setAttribute('aria-valuetext', monthText(chosen[name]));
    }
    const undated = [...statements.values()].filter(statement => !statement.span).length;
    byId('period').replaceChildren(element('b', {}, wholePeriod() ? 'Whole period' : `${monthText(chosen.from)} –`), element('span', {},
      wholePeriod() ? `${monthText(firstMonth)} – ${monthText(finalMonth)}` : monthText(chosen.to)),
    !wholePeriod() && undated ? element('span', {}, `${undated} undated left out`) : '');
  }

  function move(name, month) {
    const wanted = Math.round(month);
    if (name === 'from') chosen.from = Math.max(firstMonth, Math.min(chosen.to, wanted));
    else chosen.to = Math.min(finalMonth, Math.max(chosen.from, wanted));
    onChange();
  }
  for (const [name, handle] of Object.entries(handles)) {
    handle.addEventListener('pointerdown', event => handle.setPointerCapture(event.pointerId));
    handle.addEventListener('pointermove', event => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const share = (event.clientX - brush.getBoundingClientRect().left - handleWidth / 2) / inner();
      move(name, firstMonth + share * months - (name === 'to' ? 1 : 0));
    });
    handle.addEventListener('keydown', event => {
      const far = Math.max(perBar, 12), steps = { ArrowLeft: -perBar, ArrowDown: -perBar, ArrowRight: perBar, ArrowUp: perBar, PageDown: -far, PageUp: far };
      const ends = { Home: firstMonth, End: finalMonth };
      if (event.key in steps) move(name, chosen[name] + steps[event.key]);
      else if (event.key in ends) move(name, ends[event.key]);
      else return;
      event.preventDefault();
    });
  }
  new ResizeObserver(update).observe(brush);
  return { update };
}
