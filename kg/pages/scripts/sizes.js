// How large an actor is drawn: by the number of its statements, or by a measure that the reader chooses.

const measureNames = [...new Set(theDocument.nodes.flatMap(node => Object.keys(node.measures || {})))];
const statementsMeasure = 'number of statements';
const smallestSize = 7.5, sizeRange = 23;

addChoice({
  fresh: () => ({ sizeBy: null }),
  read(link, choices) {
    if (measureNames.includes(link.get('size'))) choices.sizeBy = link.get('size');
  },
  write(link) {
    if (chosen.sizeBy !== null) link.set('size', chosen.sizeBy);
  },
});

const measureOf = (node, name) => (node.measures || {})[name] || 0;
const mostOf = new Map(measureNames.map(name => [name, theDocument.nodes.reduce((most, node) => Math.max(most, measureOf(node, name)), 0)]));
// The area, not the radius, goes with the measure.
function sizeOf(node) {
  if (chosen.sizeBy === null) return node.size;
  return smallestSize + sizeRange * Math.sqrt(measureOf(node, chosen.sizeBy) / (mostOf.get(chosen.sizeBy) || 1));
}

function makeSizes(box) {
  if (!measureNames.length || actors.size < 2) return { update() {} };
  const select = element('select', { id: 'size-by', onchange: () => {
    chosen.sizeBy = select.value === '' ? null : measureNames[Number(select.value)];
    update();
    say(`Actors are sized by ${chosen.sizeBy || statementsMeasure}`);
  } }, element('option', { value: '' }, statementsMeasure), measureNames.map((name, index) => element('option', { value: index }, name)));
  box.append(element('label', { class: 'key' }, 'Size by ', select));
  return { update() { select.value = chosen.sizeBy === null ? '' : String(measureNames.indexOf(chosen.sizeBy)); } };
}
