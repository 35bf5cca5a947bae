// How much of a large network is drawn: like a map, which names the places that matter and shows more as one comes
// nearer. Actors stand in groups; a closed group is a disc that names its heaviest actor and shows those that
// matter most, an open one shows everybody. Ties are drawn with the strongest first, as many as can be told apart.
// What is not drawn is always said.

const groups = theDocument.clusters || [];
const openFrom = 0.42;           // at this zoom actors stand some twenty pixels apart
const openedFrom = 0.17;         // one group that the reader opened may be denser; from farther off it is closed again
const fewestTies = 120, mostTies = 700, tiesPerActor = 1.5;   // of the actors in view
const perGroup = 26;             // pixels of radius for one more actor shown of a closed group
const fewestRoads = 90, roadsPerGroup = 5, mostRoads = 160;   // ties that touch a closed group

addChoice({
  fresh: () => ({ drawAll: false, opened: new Set() }),
  read(link, choices) {
    choices.drawAll = link.get('draw') === 'all';
    for (const text of link.getAll('open')) if (/^\d+$/.test(text) && Number(text) < groups.length) choices.opened.add(Number(text));
  },
  write(link) {
    if (chosen.drawAll) link.set('draw', 'all');
    for (const number of chosen.opened) link.append('open', number);
  },
});

const asDot = 1, asShape = 2;

function makeDetail(nodeList, edgeList, numberOf) {
  const groupOf = Int32Array.from(nodeList, node => node.cluster === undefined ? -1 : node.cluster);
  const bySize = heaviestFirst(nodeList.length, number => nodeList[number].size);
  const members = groups.map(() => []);
  for (const number of bySize) if (groupOf[number] >= 0) members[groupOf[number]].push(number);
  const from = Uint32Array.from(edgeList, edge => numberOf.get(edge.from)), to = Uint32Array.from(edgeList, edge => numberOf.get(edge.to));
  // Of ties with as many statements, those between heavier actors come first.
  const usual = heaviestFirst(edgeList.length, tie => Math.min(nodeList[from[tie]].size, nodeList[to[tie]].size));

  const hidden = new Uint8Array(nodeList.length);      // left out by a filter
  const counts = new Int32Array(edgeList.length);      // statements in view; -1: the tie is left out
  let strongest = usual;

  // Called after every change of choices: which actors and ties there are to draw from, and in which order.
  function update() {
    const whole = !actorFilters.some(filter => chosen[filter.name].size);
    if (whole) hidden.fill(0); else nodeList.forEach((node, number) => { hidden[number] = kindShown(node.id) ? 0 : 1; });
    let most = 0;
    edgeList.forEach((edge, tie) => {
      const ids = statementsOfLine(edge.id);
      counts[tie] = ids ? ids.length : -1;
      most = Math.max(most, counts[tie]);
    });
    const buckets = Array.from({ length: Math.min(most, 200) + 1 }, () => []);
    for (const tie of usual) if (counts[tie] >= 0) buckets[Math.min(counts[tie], 200)].push(tie);
    strongest = buckets.reverse().flat();
  }

  const isOpen = (number, zoom) => chosen.drawAll || zoom >= openFrom || (zoom >= openedFrom && chosen.opened.has(number));

  // What to draw at a zoom, within bounds of the network; x and y are where the nodes stand.
  function scene({ zoom, bounds, x, y }, focus) {
    const drawnAs = new Uint8Array(nodeList.length).fill(asShape);
    const closed = groups.map((group, number) => !isOpen(number, zoom));
    closed.forEach((shut, number) => {
      if (!shut) return;
      let named = Math.max(1, Math.min(7, Math.round(groups[number].radius * zoom / perGroup)));
      for (const member of members[number]) {
        const whole = !hidden[member] && named > 0 && shown.active.has(nodeList[member].id);
        if (whole) named -= 1;
        drawnAs[member] = whole ? asShape : asDot;
      }
    });
    // Who is in no group has hardly any ties; from afar a dot tells as much.
    const far = !chosen.drawAll && groups.length > 0 && zoom < openFrom / 2;
    for (let number = 0; number < hidden.length; number += 1) {
      if (hidden[number]) drawnAs[number] = 0; else if (far && groupOf[number] < 0) drawnAs[number] = asDot;
    }
    if (focus) for (const id of focus) if (drawnAs[numberOf.get(id)] === asDot) drawnAs[numberOf.get(id)] = asShape;
    // What only crosses the view, from nowhere to nowhere, tells nothing.
    const within = number => x[number] > bounds.left && x[number] < bounds.right && y[number] > bounds.top && y[number] < bounds.bottom;
    const inView = tie => within(from[tie]) || within(to[tie]);
    const seen = drawnAs.reduce((sum, as, number) => sum + (as === asShape && within(number) ? 1 : 0), 0);
    const budget = chosen.drawAll ? Infinity : !groups.length ? mostTies : Math.min(mostTies, Math.max(fewestTies, Math.round(tiesPerActor * seen)));
    const ties = [], taken = new Set();
    if (focus) {
      for (const edge of focusTies()) {
        const tie = tieNumbers.get(edge.id);
        if (counts[tie] >= 0 && inView(tie)) { ties.push(tie); taken.add(tie); }
      }
    }
    const isShut = number => (groupOf[number] < 0 ? far : closed[groupOf[number]]);
    let here = 0, roads = Math.min(mostRoads, Math.max(fewestRoads, roadsPerGroup * closed.filter(Boolean).length));
    for (const tie of strongest) {
      if (!inView(tie)) continue;
      here += 1;
      if (ties.length >= budget || taken.has(tie)) continue;
      if (isShut(from[tie]) || isShut(to[tie])) {
        if (roads <= 0) continue;
        roads -= 1;
      }
      drawnAs[from[tie]] = drawnAs[to[tie]] = asShape;
      ties.push(tie);
    }
    // The strongest come last, on top of the others.
    return { drawnAs, closed, ties: ties.reverse(), here };
  }
  const tieNumbers = new Map(edgeList.map((edge, tie) => [edge.id, tie]));
  function focusTies() {
    const one = chosen.actor ?? (chosen.cell ? chosen.cell[0] : null);
    if (one !== null) return edgesOfActor.get(one).slice(0, mostTies);
    const [a, b] = chosen.pair || [edges.get(chosen.edge).from, edges.get(chosen.edge).to];
    return edgesOfActor.get(a).filter(edge => joins(edge, a, b));
  }

  return { update, scene, isOpen, groupOf, members, from, to, counts, hidden, bySize, tieNumbers };
}

// The numbers up to count, those of the greatest weight first, else in order. Weight (which has one decimal) and number
// make one key, since plain numbers are sorted many times faster than by a function.
function heaviestFirst(count, weightOf) {
  const keys = new Float64Array(count);
  for (let number = 0; number < count; number += 1) keys[number] = number - Math.round(weightOf(number) * 10) * count;
  return Uint32Array.from(keys.sort(), key => ((key % count) + count) % count);
}

// ---- what is not drawn, in words, and the way to draw it

function makeDetailNote(frame, onChange) {
  const words = element('span', { id: 'not-drawn' }), button = element('button', { type: 'button', onclick: () => {
    chosen.drawAll = !chosen.drawAll;
    if (!chosen.drawAll) chosen.opened.clear();
    onChange();
    say(words.textContent);
  } });
  const note = element('p', { class: 'detail' }, words, button);
  frame.append(note);
  return {
    note,
    words: () => words.textContent,
    show({ ties, here, closed }) {
      const [all, one] = chosen.bundled ? [drawnLines().size, 'line'] : [shown.edges.size, 'tie'];
      const shut = closed.filter(Boolean).length, some = here < all ? ' in view' : '';
      const told = ties.length >= here ? `All ${plural(here, one)}${some} drawn.`
        : `${ties.length.toLocaleString('en')} of ${plural(here, one)}${some} drawn: the strongest. Zoom in for more.`;
      words.textContent = (here ? told : `No ${one} in view.`) + (shut ? ` ${plural(shut, 'group')} closed: click to open.` : '');
      button.textContent = chosen.drawAll ? 'Draw less' : 'Draw all';
      button.hidden = !chosen.drawAll && !shut && ties.length >= here && here === all;
    },
  };
}
