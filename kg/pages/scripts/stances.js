// Who stands where: actors and positions as a matrix. Where nothing is known a cell is hatched, never neutral.

const movedWords = { up: 'moved toward support', down: 'moved away from support' };
const movedMarks = { up: '▲', down: '▼' };
const stanceMark = found => valueMark(found.value) + (found.moved ? ' ' + movedMarks[found.moved] : '');
const exactly = value => value !== null && !Number.isInteger(value) ? `, mean ${value.toFixed(2).replace('-', '−')}` : '';
// As plural() words it, but thousands of cells are worded at a time, and small numbers need no separators.
const counted = (count, one) => count < 1000 ? `${count} ${one}${count === 1 ? '' : 's'}` : plural(count, one);
const stanceCounts = found => [counted(found.n, 'stance'), found.statements.length ? counted(found.statements.length, 'statement') : '',
  found.sources ? counted(found.sources, 'source') : 'source not given'].filter(Boolean).join(', ');
const toEllipsis = (text, most = 90) => text.length > most ? text.slice(0, most - 1).trimEnd() + '…' : text;

function stanceCell(holder, position) {
  const found = profileOf(holder, position);
  if (!found) return { key: '-', look: 'unknown', mark: '', words: () => `${nameOf(holder)}: nothing known on ${toEllipsis(positionText(position))}` };
  return {
    key: [found.value, found.moved, found.n, found.statements.length, found.sources].join(' '),
    look: 'stance ' + valueClass(found.value), mark: stanceMark(found),
    words: () => `${nameOf(holder)} ${stanceWords(found)} ${toEllipsis(positionText(position))}: ${stanceCounts(found)}`,
  };
}
const stanceWords = found => (found.value === null ? 'is undetermined on' : valueMark(found.value) === '0' ? 'stands at 0, ambivalent, on' : valueText(found.value)) + exactly(found.value)
  + (found.moved ? `, ${movedWords[found.moved]},` : '');

function stanceTip(holder, position) {
  const found = profileOf(holder, position);
  const about = [element('b', {}, isolated(nameOf(holder))), element('span', {}, isolated(toEllipsis(positionText(position), 220)))];
  if (!found) return [...about, element('span', {}, 'Nothing is known in view. That is not the same as neutral.')];
  const dates = found.records.filter(record => record.span);
  return [...about, element('strong', {}, `${valueMark(found.value)} ${valueText(found.value)}${exactly(found.value)}`),
    found.moved && element('span', {}, `${movedMarks[found.moved]} ${movedWords[found.moved]}`),
    element('span', {}, stanceCounts(found)),
    dates.length && element('span', {}, `latest: ${dates[0].date_text || dates[0].date}`)];
}

// Positions that stand under one issue, as long as they stand together.
function issueGroups(columns) {
  if (chosen.positionsBy !== 'issue') return null;
  const groups = [];
  for (const id of columns) {
    const issue = issueOfPosition(id), last = groups[groups.length - 1];
    if (last && last.issue === issue) last.size += 1;
    else groups.push({ issue, size: 1, text: issue === null ? 'No issue' : issues.get(issue).label });
  }
  return groups;
}

const stanceKey = [['against-2', '−−', 'strongly opposes'], ['against-1', '−', 'opposes'], ['between', '0', 'ambivalent'], ['for-1', '+', 'supports'],
  ['for-2', '++', 'strongly supports'], ['unsure', '?', 'undetermined']];
const keyEntry = (look, mark, words) => element('li', {}, element('span', { class: look, 'aria-hidden': 'true' }, mark), words);
const stanceKeyList = () => element('ul', { class: 'matrix-key' },
  stanceKey.map(([look, mark, words]) => keyEntry('stance ' + look, mark, words)), keyEntry('unknown', '', 'nothing known'),
  keyEntry('plain', '▲', 'moved toward support'), keyEntry('plain', '▼', 'moved away'));

// Who passes the filters and what there is without a stance in view, in one sentence.
function withoutStance(things) {
  const holders = new Set(shown.stances.map(stance => stance.holder)), held = new Set(shown.stances.map(stance => stance.position));
  const silent = [...actors.keys()].filter(id => kindShown(id) && !holders.has(id));
  const untouched = things === 'actors' ? [] : [...positions.keys()].filter(id => !held.has(id));
  if (!silent.length && !untouched.length) return [];
  return ['No stance in view: ', ...(silent.length ? ['of ', ...namesInShort(silent, id => isolated(nameOf(id)))] : []),
    silent.length && untouched.length ? '; ' : '',
    ...(untouched.length ? ['on ', ...namesInShort(untouched, id => ['“', isolated(toEllipsis(positionText(id), 60)), '”'])] : []), '.'];
}

function makeStances(frame) {
  const drawn = { actors: mostDrawn, positions: mostDrawn };
  const controls = [orderControl('Actors by', 'actorsBy', rowOrders), orderControl('Positions by', 'positionsBy', columnOrders)];
  const view = makeMatrixView(frame, 'Who stands where', 'A cell is the mean of the stances in the period that none supersedes. '
    + 'Hatched: nothing is known, which is not the same as neutral.', stanceKeyList(), controls);
  const rows = () => orderedIds('actors', chosen.actorsBy, drawn.actors), columns = () => orderedIds('positions', chosen.positionsBy, drawn.positions);
  const matrix = makeMatrix(frame, {
    name: 'stances',
    caption: () => `Stances of ${plural(rows().length, 'actor')} on ${plural(columns().length, 'position')}. Arrow keys move from cell to cell, Enter shows the evidence.`,
    corner: 'Actor', rowText: nameOf, columnText: positionText, rowTip: () => null, columnTip: id => [element('span', {}, isolated(toEllipsis(positionText(id), 400)))],
    onRow: id => chooseActor(id), onColumn: choosePosition, onCell: chooseCell,
    cell: stanceCell, tip: stanceTip, groups: issueGroups, groupTitle: 'Issue', chosen: () => chosen.cell,
  });
  const empty = element('p', { class: 'note' }, 'No stance passes the filters.');
  view.place.append(matrix.node, empty);
  return {
    update() {
      const [down, across] = [rows(), columns()], none = !down.length;
      view.update(withoutStance(), drawMore(drawn, [['actors', 'actor'], ['positions', 'position']]));
      matrix.node.hidden = none;
      empty.hidden = !none;
      if (!none) matrix.show(down, across);
    },
    adapt: matrix.adapt,
    spot: matrix.spot,
    data: () => ({
      columns: ['actor', 'position', 'issue', 'value', 'stance', 'moved', 'standing stances', 'statements', 'sources', 'latest'],
      rows: orderedIds('actors', chosen.actorsBy).flatMap(holder => orderedIds('positions', chosen.positionsBy).flatMap(position => {
        const found = profileOf(holder, position), issue = issueOfPosition(position);
        return found ? [[nameOf(holder), positionText(position), issue === null ? '' : issues.get(issue).label, found.value === null ? '' : found.value,
          valueText(found.value), found.moved ? movedWords[found.moved] : '', found.n, found.statements.length, found.sources,
          (found.records.find(record => record.span) || {}).date || '']] : [];
      })),
    }),
    svg() {
      const [down, across] = [rows(), columns()];
      return matrixSvg({
        title: 'Who stands where', rows: down.map(nameOf), columns: across.map(positionText), groups: issueGroups(across),
        key: [...stanceKey.map(([look, mark, words]) => ({ look, mark, words })), { look: 'unknown', mark: '', words: 'nothing known' },
          { look: 'plain', mark: '▲', words: 'moved toward support' }, { look: 'plain', mark: '▼', words: 'moved away' }],
        cell: (r, c) => {
          const found = profileOf(down[r], across[c]);
          return found ? { look: valueClass(found.value), mark: stanceMark(found), size: 1 } : { look: 'unknown', mark: '', size: 1 };
        },
      });
    },
  };
}
if (theDocument.stances.length) addView({ name: 'stances', title: 'Stances', make: makeStances });
