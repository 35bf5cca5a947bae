// The small drawings of legend, panel and table: the same line and shape as in the picture.

const markLength = 9;

function lineGlyph(relation, width = 34) {
  const stroke = `var(--${relation.hue})`, height = 12, middle = height / 2;
  const right = width - (relation.mark === 'none' ? 1 : relation.mark === 'bar' ? 3 : markLength - 2);
  const glyph = drawn('svg', { width, height, viewBox: `0 0 ${width} ${height}`, class: 'line', 'aria-hidden': 'true' });
  const line = drawn('line', {
    x1: relation.both_ends ? 3 : 1, y1: middle, x2: right, y2: middle, stroke, 'stroke-width': 2.4,
  });
  // The legend is shorter than a tie, so its dashes are too.
  if (relation.dash && relation.dash.length) line.setAttribute('stroke-dasharray', relation.dash.map(part => part * 0.7).join(' '));
  glyph.append(line);
  const bar = x => drawn('rect', { x, y: 0.5, width: 2.6, height: height - 1, fill: stroke });
  if (relation.mark === 'bar') glyph.append(bar(width - 3));
  if (relation.both_ends) glyph.append(bar(0));
  if (relation.mark === 'arrow') {
    glyph.append(drawn('path', { d: `M${width - markLength} 1.2L${width} 6L${width - markLength} 10.8z`, fill: stroke }));
  }
  if (relation.mark === 'vee') {
    glyph.append(drawn('path', {
      d: `M${width - 7} 1.5L${width - 1} 6L${width - 7} 10.5`, fill: 'none', stroke, 'stroke-width': 2,
    }));
  }
  return glyph;
}

const outlines = {
  square: 'M-.8 -.8H.8V.8H-.8z',
  diamond: 'M0 -1L1 0L0 1L-1 0z',
  hexagon: 'M-1 0L-.5 -.87H.5L1 0L.5 .87H-.5z',
  triangle: 'M0 -1L.95 .75H-.95z',
  triangleDown: 'M0 1L.95 -.75H-.95z',
  star: 'M0 -1L.25 -.34L.95 -.31L.4 .13L.59 .81L0 .42L-.59 .81L-.4 .13L-.95 -.31L-.25 -.34z',
};

function kindGlyph(kind, size = 18) {
  const radius = size / 2 - 2;
  const attributes = kind.hollow
    ? { fill: 'none', stroke: 'var(--node)', 'stroke-width': 2 / radius }
    : { fill: 'var(--node)' };
  const shape = kind.form === 'dot'
    ? drawn('circle', { r: 0.9, ...attributes })
    : drawn('path', { d: outlines[kind.form], 'stroke-linejoin': 'round', ...attributes });
  return drawn('svg', { width: size, height: size, viewBox: `0 0 ${size} ${size}`, class: 'shape', 'aria-hidden': 'true' },
    drawn('g', { transform: `translate(${size / 2} ${size / 2}) scale(${radius})` }, shape));
}

// Where a stance stands between opposing (left) and supporting (right).
function stanceGlyph(value) {
  const width = 92, at = step => width / 2 + step * 20;
  const glyph = drawn('svg', { width, height: 16, viewBox: `0 0 ${width} 16`, class: 'scale', 'aria-hidden': 'true' },
    drawn('line', { x1: at(-2), x2: at(2), y1: 8, y2: 8, class: 'axis' }),
    drawn('line', { x1: at(0), x2: at(0), y1: 4, y2: 12, class: 'axis' }));
  const radius = 5;
  if (value === undefined) glyph.append(drawn('circle', { cx: at(0), cy: 8, r: radius, class: 'unknown' }));
  else glyph.append(drawn('circle', { cx: at(value), cy: 8, r: radius, class: value < 0 ? 'against' : value > 0 ? 'for' : 'between' }));
  return glyph;
}
