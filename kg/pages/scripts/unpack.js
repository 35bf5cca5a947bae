// The data as the page carries it becomes the objects that every other part reads. Large pages carry columns with
// numbers for references (kg/pages/packing.py tells the forms); small ones carry the objects themselves.

const unpacked = packed => {
  if (!packed.packed) return packed;
  const { packed: tables, tie_ids: tieIds, ...data } = packed;
  const columns = Object.fromEntries(Object.entries(tables).map(([name, { count, columns: coded }]) =>
    [name, Object.fromEntries(Object.entries(coded).map(([field, code]) => [field, columnFrom(code, count)]))]));
  const ids = Object.fromEntries(Object.entries(columns).map(([name, { id }]) => [name, id]));
  for (const [name, fields] of Object.entries(referenceFields)) {
    for (const [field, table] of Object.entries(fields)) {
      const column = (columns[name] || {})[field], known = ids[table];
      if (column && known) column.forEach((value, index) => { if (value !== undefined) column[index] = namedAgain(value, known); });
    }
  }
  if (columns.edges) {
    const { from, to, relation } = columns.edges;
    relation.forEach((number, index) => { relation[index] = data.relations[number].key; });
    const end = id => tieIds[1] + id.slice(tieIds[0]);
    if (tieIds) columns.edges.id = from.map((id, index) => `${end(id)}|${relation[index]}|${end(to[index])}`);
  }
  for (const [name, { count }] of Object.entries(tables)) data[name] = recordsFrom(columns[name], count);
  for (const node of data.nodes || []) restoreLines(node);
  const sourceOf = new Map((data.sources || []).map(source => [source.id, source]));
  for (const statement of data.statements || []) restoreStatement(statement, sourceOf);
  return data;
};

const referenceFields = {
  edges: { from: 'nodes', to: 'nodes', statements: 'statements' },
  statements: { speaker: 'nodes', on_behalf_of: 'nodes', target: 'nodes', sources: 'sources', issues: 'issues' },
  stances: { holder: 'nodes', position: 'positions', sources: 'sources', statements: 'statements', superseded_by: 'stances' },
  positions: { issue: 'issues' },
  issues: { parent: 'issues' },
};
// A number stands for an id; a text is whatever it says.
function namedAgain(value, known) {
  if (Array.isArray(value)) return value.map(one => typeof one === 'number' ? known[one] : one);
  return typeof value === 'number' ? known[value] : value;
}

function columnFrom(code, count) {
  if (Array.isArray(code)) return code;
  if ('all' in code) return new Array(count).fill(code.all);
  if ('at' in code) {
    const at = numbersFrom(code.at), values = columnFrom(code.values, at.length), column = new Array(count).fill(undefined);
    at.forEach((number, index) => { column[number] = values[index]; });
    return column;
  }
  if ('kinds' in code) return numbersFrom(code.which).map(number => code.kinds[number]);
  if ('prefix' in code) return numbersFrom(code.rest).map(number => code.prefix + number);
  if ('lengths' in code) {
    const lengths = numbersFrom(code.lengths), items = columnFrom(code.items, lengths.reduce((sum, one) => sum + one, 0));
    let start = 0;
    return lengths.map(length => items.slice(start, start += length));
  }
  if ('fields' in code) {
    const fields = Object.entries(code.fields).map(([name, one]) => [name, columnFrom(one, count)]);
    // Names are free here, and an entry named __proto__ must stay an entry.
    return Array.from({ length: count }, (_, index) =>
      Object.fromEntries(fields.filter(([, column]) => column[index] !== undefined).map(([name, column]) => [name, column[index]])));
  }
  return numbersFrom(code);
}
function numbersFrom(code) {
  if (Array.isArray(code)) return code;
  if ('steps' in code) {
    let sum = 0;
    return numbersFrom(code.steps).map(step => sum += step);
  }
  const numbers = [];
  for (let at = 0; at < code.runs.length; at += 2) {
    for (let times = code.runs[at + 1]; times > 0; times -= 1) numbers.push(code.runs[at]);
  }
  return numbers;
}
function recordsFrom(columns, count) {
  const records = Array.from({ length: count }, () => ({}));
  for (const [name, column] of Object.entries(columns)) {
    for (let index = 0; index < count; index += 1) if (column[index] !== undefined) records[index][name] = column[index];
  }
  return records;
}

function restoreLines(node) {
  if (typeof node.lines !== 'number') return;
  node.lines = node.lines === 0 ? [node.label] : [node.label.slice(0, node.lines), node.label.slice(node.lines + 1)];
}

const repeatedOfSource = { source_title: 'title', source_publisher: 'publisher', source_url: 'url', reliability: 'reliability' };
function restoreStatement(statement, sourceOf) {
  for (const field in repeatedOfSource) {
    if (statement[field] === 0) statement[field] = sourceOf.get(statement.sources[0])[repeatedOfSource[field]];
  }
  if (typeof statement.date_text === 'number') statement.date_text = dateForms(statement.date)[statement.date_text];
}
const fullMonths = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
function dateForms(date) {
  const [year, month, day] = date.split('-'), name = month ? `${fullMonths[Number(month) - 1]} ${year}` : '';
  const whole = day ? `${Number(day)} ${name}` : '';
  return [whole, `about ${whole}`, name, year];
}
