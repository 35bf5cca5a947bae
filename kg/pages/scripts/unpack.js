// The data as the page carries it becomes the objects that every other part reads. Large pages carry columns with
// numbers for references (kg/pages/packing.py tells the forms); small ones carry the objects themselves.

const unpacked = packed => {
  if (!packed.packed) return packed;
  const { packed: tables, tie_ids: tieIds, ...data } = packed;
  // Ids first: the references of other columns lead to them.
  const ids = Object.fromEntries(Object.entries(tables).filter(([, { columns }]) => columns.id)
    .map(([name, { count, columns }]) => [name, columnFrom(columns.id, count)]));
  // Statements repeat what their sources say, so sources come first.
  for (const name of Object.keys(tables).sort((a, b) => Number(b === 'sources') - Number(a === 'sources'))) {
    const { count, columns: coded } = tables[name];
    const references = referenceFields[name] || {};
    const columns = Object.fromEntries(Object.entries(coded).map(([field, code]) =>
      [field, field === 'id' ? ids[name] : columnFrom(code, count, ids[references[field]])]));
    if (putBack[name]) putBack[name](columns, data, tieIds);
    data[name] = recordsFrom(columns, count);
  }
  return data;
};

const referenceFields = {
  edges: { from: 'nodes', to: 'nodes', statements: 'statements' },
  statements: { speaker: 'nodes', on_behalf_of: 'nodes', target: 'nodes', sources: 'sources', issues: 'issues' },
  stances: { holder: 'nodes', position: 'positions', sources: 'sources', statements: 'statements', superseded_by: 'stances' },
  positions: { issue: 'issues' },
  issues: { parent: 'issues' },
};

// known: the ids that numbers stand for, in a column of references; a text there is whatever it says.
function columnFrom(code, count, known = null) {
  if (Array.isArray(code)) return known ? code.map(one => referred(one, known)) : code;
  if ('all' in code) return new Array(count).fill(referred(code.all, known));
  if ('at' in code) {
    const at = numbersFrom(code.at), values = columnFrom(code.values, at.length, known), column = new Array(count).fill(undefined);
    at.forEach((number, index) => { column[number] = values[index]; });
    return column;
  }
  if ('kinds' in code) {
    const values = code.kinds.map(one => referred(one, known));
    return numbersFrom(code.which).map(number => values[number]);
  }
  if ('prefix' in code) return numbersFrom(code.rest).map(number => code.prefix + number);
  if ('lengths' in code) {
    const lengths = numbersFrom(code.lengths), items = columnFrom(code.items, lengths.reduce((sum, one) => sum + one, 0), known);
    return listsFrom(lengths, items);
  }
  if ('fields' in code) {
    const fields = Object.entries(code.fields).map(([name, one]) => [name, columnFrom(one, count)]);
    // Names are free here, and an entry named __proto__ must stay an entry.
    return Array.from({ length: count }, (_, index) =>
      Object.fromEntries(fields.filter(([, column]) => column[index] !== undefined).map(([name, column]) => [name, column[index]])));
  }
  const numbers = numbersFrom(code);
  return known ? numbers.map(number => known[number]) : numbers;
}
const referred = (value, known) => (!known ? value : Array.isArray(value) ? value.map(one => referred(one, known)) : typeof value === 'number' ? known[value] : value);
function listsFrom(lengths, items) {
  let start = 0;
  return lengths.map(length => {
    const list = length === 1 ? [items[start]] : items.slice(start, start + length);
    start += length;
    return list;
  });
}
function numbersFrom(code) {
  if (Array.isArray(code)) return code;
  if ('steps' in code) {
    let sum = 0;
    return numbersFrom(code.steps).map(step => sum += step);
  }
  const { runs } = code, numbers = [];
  for (let at = 0; at < runs.length; at += 2) {
    for (let times = runs[at + 1], number = runs[at]; times > 0; times -= 1) numbers.push(number);
  }
  return numbers;
}
function recordsFrom(columns, count) {
  const fields = Object.entries(columns), records = new Array(count);
  for (let index = 0; index < count; index += 1) {
    const record = {};
    for (let at = 0; at < fields.length; at += 1) {
      const value = fields[at][1][index];
      if (value !== undefined) record[fields[at][0]] = value;
    }
    records[index] = record;
  }
  return records;
}

// What follows from other values is put back into the columns: a record whose number became a text would be slow for good.
const repeatedOfSource = { source_title: 'title', source_publisher: 'publisher', source_url: 'url', reliability: 'reliability' };
const putBack = {
  nodes(columns) {
    const { label } = columns;
    restoreColumn(columns, 'lines', (at, index) => (at === 0 ? [label[index]] : [label[index].slice(0, at), label[index].slice(at + 1)]));
  },
  edges(columns, data, tieIds) {
    const { from, to } = columns, keys = data.relations.map(one => one.key), end = id => tieIds[1] + id.slice(tieIds[0]);
    restoreColumn(columns, 'relation', number => keys[number]);
    if (tieIds) columns.id = from.map((id, index) => `${end(id)}|${columns.relation[index]}|${end(to[index])}`);
  },
  statements(columns, data) {
    const sourceOf = new Map((data.sources || []).map(source => [source.id, source]));
    const first = (columns.sources || []).map(list => list && sourceOf.get(list[0]));
    for (const [field, same] of Object.entries(repeatedOfSource)) restoreColumn(columns, field, (_, index) => first[index][same]);
    restoreColumn(columns, 'date_text', (form, index) => dateForms(columns.date[index])[form]);
  },
};
function restoreColumn(columns, field, valueOf) {
  if (columns[field]) columns[field] = columns[field].map((value, index) => (typeof value === 'number' ? valueOf(value, index) : value));
}
const fullMonths = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const dateForms = remembered(date => {
  const [year, month, day] = date.split('-'), name = month ? `${fullMonths[Number(month) - 1]} ${year}` : '';
  const whole = day ? `${Number(day)} ${name}` : '';
  return [whole, `about ${whole}`, name, year];
});
