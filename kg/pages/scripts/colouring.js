// Actors coloured by their stance on one position. One meaning a channel: the ties turn grey meanwhile.

addChoice({
  fresh: () => ({ colourBy: null }),
  read(link, choices) {
    if (positions.has(link.get('colour'))) choices.colourBy = link.get('colour');
  },
  write(link) {
    if (chosen.colourBy !== null) link.set('colour', chosen.colourBy);
  },
});

// What an actor's stance on the chosen position looks like; null when actors are not coloured.
// An actor without a known stance stays hollow with a broken border: not known is not neutral.
function stancePaint(id) {
  if (chosen.colourBy === null) return null;
  const found = profileOf(id, chosen.colourBy);
  if (!found) return { known: false, colour: null, mark: '', words: 'no stance known in view' };
  const name = valueClass(found.value);
  return { known: true, colour: colour('stance-' + name), mark: valueMark(found.value), words: valueText(found.value) };
}

const stanceSteps = [['against-2', '−−'], ['against-1', '−'], ['between', '0'], ['for-1', '+'], ['for-2', '++'], ['unsure', '?']];

function makeColouring(box) {
  const held = [...positions.values()].filter(position => stancesOfPosition.get(position.id).length);
  if (!held.length) return { update() {} };
  const select = element('select', { id: 'colour-by', 'aria-label': 'Colour actors by their stance on', onchange: () => {
    chosen.colourBy = select.value === '' ? null : held[Number(select.value)].id;
    update();
    say(chosen.colourBy === null ? 'Actors are not coloured by stance' : `Actors are coloured by their stance on: ${positionText(chosen.colourBy)}`);
  } }, element('option', { value: '' }, 'Not coloured'));
  const options = held.map((position, index) => element('option', { value: index }));
  const groups = new Map();
  held.forEach((position, index) => {
    const name = issues.has(position.issue) ? issues.get(position.issue).label : '';
    if (!groups.has(name)) groups.set(name, name ? element('optgroup', { label: name }) : select);
    groups.get(name).append(options[index]);
  });
  select.append(...[...groups.values()].filter(group => group !== select));
  const key = element('div', { class: 'stance-key', hidden: true },
    element('div', { class: 'steps', 'aria-hidden': 'true' }, stanceSteps.map(([name, mark]) => element('span', { class: 'stance ' + name }, mark))),
    element('div', { class: 'ends-of', 'aria-hidden': 'true' }, element('span', {}, 'opposes'), element('span', {}, 'supports'), element('span', {}, 'undetermined')),
    element('p', { class: 'note' }, 'Hollow with a broken border: no stance known in view. That is not the same as neutral.'));
  box.append(select, key);
  box.closest('section').hidden = false;
  const known = position => new Set(shown.stances.filter(stance => stance.position === position.id).map(stance => stance.holder)).size;
  return {
    update() {
      select.value = chosen.colourBy === null ? '' : String(held.findIndex(position => position.id === chosen.colourBy));
      key.hidden = chosen.colourBy === null;
      held.forEach((position, index) => { options[index].textContent = `${position.text} (${known(position)})`; });
    },
  };
}
