// What the reader chose, and the link that restores it. Parts of the page add choices of their own.

const choiceParts = [];
// fresh() gives the values at the start; read(link, choices) takes what it understands from the parameters of a
// link; write(link, chosen) puts down what differs from the start.
function addChoice(part) {
  choiceParts.push(part);
}
const freshChoices = () => Object.assign({}, ...choiceParts.map(part => part.fresh()));
let chosen = {};

function choicesFromLink() {
  const link = new URLSearchParams(location.hash.slice(1)), choices = freshChoices();
  for (const part of choiceParts) part.read(link, choices);
  return choices;
}
function linkText() {
  const link = new URLSearchParams();
  for (const part of choiceParts) part.write(link, chosen);
  return link.toString();
}

let linkTimer;
function rememberLink() {
  clearTimeout(linkTimer);
  linkTimer = setTimeout(() => {
    // A sandboxed frame may refuse; the page works without.
    try { history.replaceState(null, '', '#' + linkText()); } catch { /* no address to write to */ }
  }, 120);
}

// ---- what is looked at: one of these, or nothing

const nothingChosen = () => ({ actor: null, edge: null, cell: null, pair: null, position: null });
const anythingChosen = () => Object.keys(nothingChosen()).some(name => chosen[name] !== null);
// Ids may hold blanks, so two of them stand in a link percent-encoded, with a blank between.
function twoIds(text, first, second) {
  try {
    const [one, two, ...more] = (text || '').split(' ').map(decodeURIComponent);
    return !more.length && first.has(one) && second.has(two) ? [one, two] : null;
  } catch {
    return null;  // a percent sign that encodes nothing
  }
}
addChoice({
  fresh: nothingChosen,
  read(link, choices) {
    if (actors.has(link.get('actor'))) choices.actor = link.get('actor');
    else if (edges.has(link.get('edge'))) choices.edge = link.get('edge');
    else if (positions.has(link.get('position'))) choices.position = link.get('position');
    else if (twoIds(link.get('cell'), actors, positions)) choices.cell = twoIds(link.get('cell'), actors, positions);
    else choices.pair = twoIds(link.get('pair'), actors, actors);
  },
  write(link) {
    for (const name of ['actor', 'edge', 'position']) if (chosen[name] !== null) link.set(name, chosen[name]);
    for (const name of ['cell', 'pair']) if (chosen[name] !== null) link.set(name, chosen[name].map(encodeURIComponent).join(' '));
  },
});

// ---- the period

addChoice({
  fresh: () => ({ from: firstMonth, to: finalMonth }),
  read(link, choices) {
    const from = link.get('from') && span(link.get('from')), to = link.get('to') && span(link.get('to'));
    if (from && from[0] <= finalMonth) choices.from = Math.max(firstMonth, from[0]);
    if (to && to[1] >= choices.from) choices.to = Math.min(finalMonth, to[1]);
  },
  write(link) {
    if (chosen.from > firstMonth) link.set('from', isoMonth(chosen.from));
    if (chosen.to < finalMonth) link.set('to', isoMonth(chosen.to));
  },
});

// ---- light or dark; null follows the system

addChoice({
  fresh: () => ({ theme: null }),
  read(link, choices) {
    if (['light', 'dark'].includes(link.get('theme'))) choices.theme = link.get('theme');
  },
  write(link) {
    if (chosen.theme) link.set('theme', chosen.theme);
  },
});
