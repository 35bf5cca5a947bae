// What can be found: every name and text once in the one spelling. It is made when first needed and in slices, so
// that a page with fifty thousand statements opens at once and nobody's typing waits for it.

const sliceTime = 10;

const wordsFrom = query => searchable(query).split(' ').filter(Boolean);

// How well a name fits: 0 begins with what is wanted, 1 a word of it does, 2 it is inside, 3 the words stand apart.
const fits = { begins: 0, word: 1, inside: 2, apart: 3 };
function fitOf(name, wanted, words) {
  const at = name.indexOf(wanted);
  if (at === 0) return fits.begins;
  if (at > 0) return name.includes(' ' + wanted) ? fits.word : fits.inside;
  return words.length > 1 && words.every(word => name.includes(word)) ? fits.apart : null;
}

// A name with hyphens is found as one word, too.
const spellings = name => [...new Set([searchable(name), ...(/\p{Pd}/u.test(name) ? [searchable(name.replace(/\p{Pd}/gu, ''))] : [])])];
const named = (thing, names) => ({ thing, names: names.filter(Boolean).flatMap(name => spellings(name).map(spelling => [name, spelling])) });

// The weightiest first, so that they also come first among those that fit equally well.
const byNumber = (list, number) => list.map(one => [number(one), one]).sort((a, b) => b[0] - a[0]).map(([, one]) => one);
const nameLists = {
  actors: () => byNumber([...actors.values()], node => node.size || 0).map(node => named(node, [node.label, ...(node.aliases || [])])),
  positions: () => byNumber([...positions.values()], position => stancesOfPosition.get(position.id).length).map(position => named(position, [position.text])),
  issues: () => [...issues.values()].map(issue => named(issue, [issue.label])),
  sources: () => [...sources.values()].map(source => named(source, [source.title, source.publisher])),
};
const madeLists = new Map();
function namesOfAll(group) {
  if (!madeLists.has(group)) madeLists.set(group, nameLists[group]());
  return madeLists.get(group);
}

// Those of a group whose name holds what is wanted, best first: [{ thing, name, fit }]. Whoever types on narrows the
// last answer down.
const lastNames = new Map();
function findNames(group, wanted) {
  const words = wanted.split(' '), found = [[], [], [], []], kept = [], last = lastNames.get(group);
  for (const entry of last && wanted.startsWith(last.wanted) ? last.kept : namesOfAll(group)) {
    let best = null, by = null;
    for (const [name, spelling] of entry.names) {
      const fit = fitOf(spelling, wanted, words);
      if (fit !== null && (best === null || fit < best)) [best, by] = [fit, name];
    }
    if (best === null) continue;
    found[best].push({ thing: entry.thing, name: by, fit: best });
    kept.push(entry);
  }
  lastNames.set(group, { wanted, kept });
  return found.flat();
}

// ---- statements: all their words, newest first

const boundary = ' | ';
const wordsOfStatement = statement => [statement.title, statement.paraphrase, statement.quote, statement.position, statement.value_text,
  statement.source_title, statement.source_publisher, ...(statement.also_in || []), statement.date_text,
  ...[statement.speaker, statement.on_behalf_of, statement.target].filter(Boolean).map(nameOf),
  ...edgesOfStatement.get(statement.id).map(edge => relations.get(edge.relation).label)].filter(Boolean).join(boundary);

let readStatements = null, readWords = [], readDone = statements.size === 0, readWaiting = [];
function readSlice() {
  if (!readStatements) readStatements = [...statements.values()].sort(newestFirst);
  const until = performance.now() + sliceTime;
  while (readWords.length < readStatements.length && performance.now() < until) {
    for (const statement of readStatements.slice(readWords.length, readWords.length + 50)) readWords.push(searchable(wordsOfStatement(statement)));
  }
  if (readWords.length < readStatements.length) { setTimeout(readSlice, 0); return; }
  readDone = true;
  for (const then of readWaiting.splice(0)) then();
}
// Calls back at once when everything is read, and otherwise once it is. Asking twice with the same function asks once.
function whenRead(then) {
  if (readDone) { then(); return; }
  const begun = readStatements !== null;
  if (!readWaiting.includes(then)) readWaiting.push(then);
  if (!begun) { readStatements = [...statements.values()].sort(newestFirst); setTimeout(readSlice, 0); }
}

// A finder remembers its last answer: whoever types on narrows it down, and need not search everything again.
function makeFinder() {
  let last = '', hits = null;
  return wanted => {
    if (hits === null || !wanted.startsWith(last)) hits = readWords.keys();
    if (wanted !== last || !Array.isArray(hits)) {
      const words = wanted.split(' '), kept = [];
      for (const index of hits) {
        const text = readWords[index];
        if (words.length === 1 ? text.includes(wanted) : words.every(word => text.includes(word))) kept.push(index);
      }
      hits = kept;
    }
    last = wanted;
    return hits;
  };
}
// The first statements that hold the words, those that hold them as they stand first: { total, phrases, first }.
const findInStatements = (finder => (wanted, most) => {
  const hits = finder(wanted), first = [], apart = [];
  for (const index of hits) {
    if (readWords[index].includes(wanted)) first.push(index);
    else if (apart.length < most) apart.push(index);
    if (first.length === most) break;
  }
  return { total: hits.length, phrases: first.length > 0, first: [...first, ...apart].slice(0, most).map(index => readStatements[index]) };
})(makeFinder());
// The ids of all statements that hold the words.
const idsFound = (finder => query => {
  const wanted = searchable(query);
  return wanted ? new Set(finder(wanted).map(index => readStatements[index].id)) : new Set();
})(makeFinder());

// ---- the place in a text

// The words around the first of those wanted; each that holds one of them is marked. Words stay as they are written.
function passage(text, words, most = 28) {
  const written = text.split(/\s+/).filter(Boolean), holds = written.map(one => one.length < 60 && words.some(word => searchable(one).includes(word)));
  const hit = holds.indexOf(true), start = hit < 10 ? 0 : hit - 5;
  const shown = written.slice(start, start + most).map((one, index) => (holds[start + index] ? element('mark', {}, one) : one));
  return [start ? '… ' : '', ...shown.flatMap((one, index) => (index ? [' ', one] : [one])), start + most < written.length ? ' …' : ''];
}
// The text of a statement in which the words are found, if they are.
const textWith = (statement, words) => [statement.quote, statement.title, statement.paraphrase, statement.position].filter(Boolean)
  .map(text => [text, words.filter(word => searchable(text).includes(word)).length]).sort((a, b) => b[1] - a[1]).map(([text]) => text)[0] || '';
