// A matrix as a picture of its own: SVG with its colours, names, key and what it was made from written in.

const tileInks = { 'against-2': 'on-strong', 'for-2': 'on-strong' };
const writable = text => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '');
// Text that runs the other way keeps to itself.
const ownDirection = text => /[\u0590-\u08ff\ufb1d-\ufefc]/.test(text) ? `\u2068${text}\u2069` : text;

// Lines of at most so many letters, the last one cut when there are more.
function wrappedLines(text, letters, most) {
  const lines = [''];
  for (const word of writable(text).split(/\s+/).flatMap(one => one.match(new RegExp(`.{1,${letters}}`, 'gu')) || [])) {
    const last = lines[lines.length - 1];
    if (!last) lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= letters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), toEllipsis(lines.slice(most - 1).join(' '), letters)];
}

// what: { title, rows, columns: names, groups: [{ text, size }] | null, key: [{ look, mark, size?, words }],
//   cell(r, c) -> { look, mark, size (share of the cell) } | null }
function matrixSvg(what) {
  const cell = 38, gap = 2, left = 210, margin = 24, headLines = 2, headLetters = 28;
  const heads = what.columns.map(name => wrappedLines(name, headLetters, headLines));
  const headHeight = 20 + 6.2 * heads.flat().reduce((most, line) => Math.max(most, line.length), 0);
  const foot = [theDocument.made_from.map(([name, value]) => `${name}: ${value}`).join(' · '), filtersInWords(), `Rows by ${orderings[chosen.actorsBy].title}.`]
    .filter(Boolean), width = Math.max(720, margin * 2 + left + what.columns.length * cell);
  const subtitle = wrappedLines(theDocument.title, Math.floor(width / 8), 2);
  const top = margin + 30 + subtitle.length * 17, groupHeight = what.groups ? 22 : 0, body = top + groupHeight + headHeight;
  const text = (content, x, y, more = {}) => drawn('text', { x, y, fill: colour('ink'), 'font-size': 12, ...more }, ownDirection(writable(content)));
  const tile = ({ look, mark, size = 1 }, x, y, side) => {
    const inner = (side - gap) * size, at = (side - inner) / 2, box = { x: x + at, y: y + at, width: inner, height: inner, rx: 3 };
    const fill = look === 'unknown' ? 'url(#hatched)' : look === 'little' || look === 'plain' ? 'none' : look === 'sized' ? colour('muted') : colour('stance-' + look);
    return [drawn('rect', { ...box, fill, ...(look === 'little' ? { stroke: colour('muted'), 'stroke-dasharray': '3 2' } : {}) }),
      ...(mark ? [text(mark, x + side / 2, y + side / 2 + 4, { 'text-anchor': 'middle', 'font-weight': 600, fill: colour(look === 'plain' ? 'ink' : tileInks[look] || 'on-weak') })] : [])];
  };
  const parts = [drawn('rect', { width: '100%', height: '100%', fill: colour('page') }),
    text(what.title, margin, margin + 12, { 'font-size': 20, 'font-weight': 600 }),
    ...subtitle.map((line, index) => text(line, margin, margin + 34 + index * 17, { fill: colour('muted'), 'font-size': 13 }))];
  if (what.groups) {
    what.groups.reduce((start, group) => {
      const x = margin + left + start * cell;
      parts.push(drawn('line', { x1: x + 2, x2: x + group.size * cell - 2, y1: top + groupHeight - 2, y2: top + groupHeight - 2, stroke: colour('muted') }),
        text(toEllipsis(group.text, Math.max(3, Math.floor(group.size * cell / 7))), x + 3, top + 13, { 'font-size': 11, fill: colour('muted') }));
      return start + group.size;
    }, 0);
  }
  heads.forEach((lines, c) => {
    const x = margin + left + c * cell + cell / 2;
    lines.forEach((line, index) => parts.push(text(line, 0, 0, { 'font-size': 11,
      transform: `translate(${x + 4 + (index - (lines.length - 1) / 2) * 13} ${body - 8}) rotate(-90)` })));
  });
  what.rows.forEach((name, r) => {
    const y = body + r * cell, lines = wrappedLines(name, headLetters, 2);
    lines.forEach((line, index) => parts.push(text(line, margin, y + cell / 2 + 4 + (index - (lines.length - 1) / 2) * 14)));
    what.columns.forEach((_, c) => {
      const found = what.cell(r, c);
      if (found) parts.push(...tile(found, margin + left + c * cell, y, cell));
    });
  });
  let y = body + what.rows.length * cell + 26, x = margin;
  for (const entry of what.key) {
    const room = 32 + entry.words.length * 6.6 + 18;
    if (x + room > width - margin && x > margin) [x, y] = [margin, y + 28];
    parts.push(...tile(entry, x, y - 15, 24), text(entry.words, x + 30, y + 1));
    x += room;
  }
  for (const line of foot.flatMap(one => wrappedLines(one, Math.floor((width - 2 * margin) / 6), 4))) parts.push(text(line, margin, y += 20, { 'font-size': 11, fill: colour('muted') }));
  const height = y + margin;
  const hatch = drawn('pattern', { id: 'hatched', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    drawn('rect', { width: 6, height: 6, fill: colour('page') }), drawn('line', { x1: 0, x2: 0, y1: 0, y2: 6, stroke: colour('line'), 'stroke-width': 2.4 }));
  const described = `${plural(what.rows.length, 'row')}, ${plural(what.columns.length, 'column')}. ${foot.join(' ')}`;
  const picture = drawn('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'font-family': 'system-ui, Segoe UI, Roboto, Noto Sans, sans-serif' },
    drawn('title', {}, writable(`${what.title}: ${theDocument.title}`)), drawn('desc', {}, writable(described)), drawn('defs', {}, hatch), ...parts);
  return new XMLSerializer().serializeToString(picture);
}
