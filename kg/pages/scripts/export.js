// Export: the picture in view, the data in view, a link, a snippet for other pages, a citation.

// ---- addresses

const plainChoices = () => {
  const link = new URLSearchParams(linkText());
  link.delete('embed');
  return link.toString();
};
// In a frame made of a string the page has no address of its own.
const addressed = /^(https?|file):$/.test(location.protocol);
const pageAddress = () => location.href.split(/[?#]/)[0];
function viewAddress({ embed = false } = {}) {
  const query = new URLSearchParams(location.search);
  query.delete('embed');
  const rest = query.toString(), choices = plainChoices();
  const asked = [embed ? 'embed' : '', rest].filter(Boolean).join('&');
  return (addressed ? pageAddress() : 'network.html') + (asked ? `?${asked}` : '') + (choices ? `#${choices}` : '');
}
const noAddress = addressed ? '' : 'The page has no address of its own here: put that of the file in the place of “network.html”.';

const attribute = text => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
// The frame may run the page's scripts and open sources in a window of their own, and nothing else.
const embedSnippet = () => `<iframe src="${attribute(viewAddress({ embed: true }))}" title="${attribute(writable(theDocument.title || 'Network'))}" `
  + 'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox" loading="lazy" style="width:100%;height:560px;border:0"></iframe>';

const today = () => new Date().toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
const fullStop = text => (/[.!?…]$/.test(text) ? text : `${text}.`);
const citation = () => [`“${theDocument.title || 'Network'}”`, theDocument.subtitle, noted([periodWords(), countWords()]), madeFromWords(), sourceWords(), filtersInWords(),
  `${viewNamed(chosen.view).title} view, seen on ${today()}`].filter(Boolean).map(fullStop).join(' ') + (addressed ? ` ${viewAddress()}` : '');

// ---- separated values, after RFC 4180

// A cell that a spreadsheet would take for a formula begins with an apostrophe; numbers stay numbers.
const numeral = /^[+-]?\d+([.,]\d+)?$/;
const harmless = text => (/^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) && !numeral.test(text) ? `'${text}` : text);
function csvCell(value) {
  const text = typeof value === 'number' ? String(value) : harmless(String(value ?? ''));
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
const byteOrderMark = '\ufeff';
const csvText = ({ columns, rows }, marked) => (marked ? byteOrderMark : '') + [columns, ...rows].map(row => row.map(csvCell).join(',') + '\r\n').join('');

// ---- everything in view as JSON

const without = (thing, ...fields) => Object.fromEntries(Object.entries(thing).filter(([name]) => !fields.includes(name)));
function dataInView() {
  const inStances = shown.stances.map(stance => without(stance, 'span'));
  // What a stance rests on comes along, also when the tie that it shows is left out.
  const ids = new Set([...shown.statements.map(statement => statement.id), ...inStances.flatMap(stance => stance.statements || []).filter(id => shown.has.has(id))]);
  const held = new Set(inStances.map(stance => stance.position)), cited = new Set([...sourcesInView(), ...inStances.flatMap(stance => stance.sources || [])]);
  const about = new Set([...shown.statements.flatMap(statement => statement.issues || []), ...[...held].map(id => positions.get(id).issue)].filter(Boolean));
  for (const id of about) if (issues.get(id).parent) about.add(issues.get(id).parent);
  return {
    title: theDocument.title, subtitle: theDocument.subtitle, made_from: Object.fromEntries(theDocument.made_from),
    view: chosen.view, link: viewAddress(), left_out: filtersInWords(),
    period: Number.isFinite(firstMonth) ? { from: isoMonth(chosen.from), to: isoMonth(chosen.to), whole: wholePeriod() } : null,
    records: {
      actors: [...actors.values()].filter(node => shown.active.has(node.id)).map(node => ({ ...without(node, 'x', 'y', 'portrait', 'size', 'lines', 'cluster'), statements: shown.weight.get(node.id) || 0 })),
      ties: [...shown.edges].map(([id, behind]) => ({ ...without(edges.get(id), 'offset'), statements: behind })),
      relations: usedRelations.map(relation => without(relation, 'hue', 'dash', 'mark', 'both_ends')),
      statements: [...statements.values()].filter(statement => ids.has(statement.id)).map(statement => without(statement, 'span')),
      stances: inStances,
      positions: [...positions.values()].filter(position => held.has(position.id)),
      issues: [...issues.values()].filter(issue => about.has(issue.id)),
      sources: [...sources.values()].filter(source => cited.has(source.id)),
    },
  };
}

// ---- pictures

const largestSide = 16000, largestArea = 1.2e8;
const svgAddress = text => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
const loaded = address => new Promise((done, failed) => {
  const image = new Image();
  image.onload = () => done(image);
  image.onerror = () => failed(new Error('The picture could not be drawn.'));
  image.src = address;
});
async function pngOf(text, scale) {
  const image = await loaded(svgAddress(text)), { naturalWidth: width, naturalHeight: height } = image;
  const fitting = Math.min(scale, largestSide / Math.max(width, height), Math.sqrt(largestArea / (width * height)));
  const canvas = element('canvas', { width: Math.round(width * fitting), height: Math.round(height * fitting) });
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise(done => { canvas.toBlob(done, 'image/png'); });
  if (!blob) throw new Error('The picture is too large for this browser.');
  return { blob, address: canvas.toDataURL.bind(canvas, 'image/png') };
}
const pictureText = () => {
  const view = viewNamed(chosen.view);
  return view.svg ? view.svg() : null;
};
function exportSvg() {
  saveText(fileName(chosen.view, 'svg'), 'image/svg+xml', `<?xml version="1.0" encoding="UTF-8"?>\n${pictureText()}\n`);
}
async function exportPng(scale) {
  try {
    const { blob, address } = await pngOf(pictureText(), scale);
    savePicture(fileName(chosen.view, 'png'), mayNotSave ? address() : '', blob);
  } catch (problem) {
    toast(`${problem.message} The SVG holds the same.`);
  }
}
function exportCsv(view, what) {
  saveText(fileName(what, 'csv'), 'text/csv', csvText(viewNamed(view).data(), byId('csv-mark').checked));
}
const exportJson = () => saveText(fileName('data', 'json'), 'application/json', JSON.stringify(dataInView(), null, 1) + '\n');

// ---- the menu: a button that opens a list of buttons

function exportMenu() {
  const button = element('button', { id: 'export', 'aria-expanded': 'false', 'aria-controls': 'export-menu' }, 'Export');
  const close = (back = false) => {
    menu.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    if (back) button.focus();
  };
  const act = (name, text, note, run) => element('button', { type: 'button', 'data-export': name, onclick: () => { close(true); run(); } },
    element('span', {}, text), note ? element('small', {}, note) : '');
  const noPicture = element('p', { class: 'note', hidden: true }, 'This view has no picture of its own; its data can be exported.');
  const pictures = [act('svg', 'SVG', 'sharp at any size', exportSvg), act('png', 'PNG', 'twice the size of the screen', () => exportPng(2)),
    act('png-large', 'PNG, large', 'for print', () => exportPng(3))];
  const ofView = act('csv', 'CSV of this view', 'as the view adds it up', () => exportCsv(chosen.view, chosen.view));
  const mark = element('input', { type: 'checkbox', id: 'csv-mark', checked: true });
  const part = (title, ...content) => element('section', {}, element('h2', {}, title), ...content);
  const printing = framed ? [] : [act('print', 'Print', 'the view with its evidence', () => window.print())];
  const menu = element('div', { id: 'export-menu', role: 'group', 'aria-label': 'Export', hidden: true },
    part('Picture of this view', noPicture, element('div', { class: 'choices' }, pictures)),
    part('Data in view', element('div', { class: 'choices' }, ofView, act('csv-statements', 'CSV of the statements', 'a row a statement', () => exportCsv('table', 'statements')),
      act('json', 'JSON of everything', 'with filters, link and what it was made from', exportJson)),
    element('label', { class: 'mark' }, mark, element('span', {}, 'Mark CSV as Unicode', element('small', {}, 'Excel needs the mark to read other scripts; other programs do without.')))),
    part('Share', element('div', { class: 'choices' },
      act('link', 'Copy link', 'to exactly this view', () => copyText(viewAddress(), 'Link to this view', noAddress)),
      act('embed', 'Copy embed snippet', 'a frame for other pages', () => copyText(embedSnippet(), 'Embed snippet', noAddress)),
      act('citation', 'Copy citation', '', () => copyText(citation(), 'Citation')), ...printing)));
  button.addEventListener('click', () => {
    if (!menu.hidden) { close(); return; }
    const drawnView = Boolean(viewNamed(chosen.view).svg);
    for (const one of pictures) one.disabled = !drawnView;
    noPicture.hidden = drawnView;
    ofView.hidden = chosen.view === 'table' || !viewNamed(chosen.view).data;
    menu.hidden = false;
    button.setAttribute('aria-expanded', 'true');
  });
  const box = element('div', { class: 'export' }, button, menu);
  onKeys(box, 'open', { close: () => (menu.hidden ? false : close(true)) });
  box.addEventListener('focusout', event => { if (event.relatedTarget && !box.contains(event.relatedTarget)) close(); });
  document.addEventListener('pointerdown', event => { if (!menu.hidden && !box.contains(event.target)) close(); });
  return box;
}
function makeExport() {
  byId('theme').before(exportMenu());
  byId('copy-link').addEventListener('click', () => copyText(viewAddress(), 'Link to this view', noAddress));
}
