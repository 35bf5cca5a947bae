// What the reader leaves out. A filter says what a statement, a tie or an actor belongs to; the reader hides some
// of those. One more filter is one more entry in the list below.

// of: what is filtered. keysOf: to which of the filter's boxes it belongs; it is out when all of them are hidden.
// Ties without statements have no basis, source or issue: only what filters ties or actors hides them.
const filters = [
  { name: 'hiddenRelations', link: 'without', title: 'relation', of: 'edge', keysOf: edge => [edge.relation],
    known: key => relations.has(key), label: key => relations.get(key).label },
  { name: 'hiddenKinds', link: 'kind', title: 'type of actor', of: 'actor', keysOf: node => [node.kind],
    known: key => kinds.has(key), label: key => key },
  { name: 'hiddenActors', link: 'not', title: 'actor', of: 'actor', keysOf: node => [node.id],
    known: key => actors.has(key), label: nameOf },
  { name: 'hiddenIssues', link: 'issue', title: 'issue', of: 'statement', keysOf: statement => statement.issues || [''],
    known: key => key === '' || issues.has(key), label: key => key === '' ? 'no issue' : issues.get(key).label },
  { name: 'hiddenBases', link: 'basis', title: 'basis', of: 'statement',
    keysOf: statement => statement.basis ? statement.basis.split(', ') : [''],
    known: () => true, label: key => key || 'no basis given' },
  { name: 'hiddenSources', link: 'source', title: 'source', of: 'statement', keysOf: statement => statement.sources || [''],
    known: key => key === '' || sources.has(key), label: key => key === '' ? 'no source' : sources.get(key).title },
  { name: 'hiddenReliabilities', link: 'reliability', title: 'reliability', of: 'statement',
    keysOf: statement => [statement.reliability || ''], known: () => true, label: key => key || 'not rated' },
  { name: 'hiddenCertainties', link: 'certainty', title: 'certainty', of: 'statement',
    keysOf: statement => [statement.certainty || ''], known: () => true, label: key => key || 'not said' },
];
const filterNamed = name => filters.find(filter => filter.name === name);

addChoice({
  fresh: () => ({ ...Object.fromEntries(filters.map(filter => [filter.name, new Set()])), minimum: 1 }),
  read(link, choices) {
    for (const filter of filters) {
      for (const key of link.getAll(filter.link)) if (filter.known(key)) choices[filter.name].add(key);
    }
    const least = Number(link.get('least'));
    if (Number.isInteger(least) && least > 1 && least <= mostBehindOne) choices.minimum = least;
  },
  write(link) {
    for (const filter of filters) for (const key of chosen[filter.name]) link.append(filter.link, key);
    if (chosen.minimum > 1) link.set('least', chosen.minimum);
  },
});
const mostBehindOne = theDocument.edges.reduce((most, edge) => Math.max(most, edge.statements.length), 1);

const passes = (filter, thing) => !chosen[filter.name].size || filter.keysOf(thing).some(key => !chosen[filter.name].has(key));
const filtersOf = kind => filters.filter(filter => filter.of === kind);
const [edgeFilters, actorFilters, statementFilters] = ['edge', 'actor', 'statement'].map(filtersOf);

const wholePeriod = () => chosen.from === firstMonth && chosen.to === finalMonth;
const inPeriod = dated => wholePeriod()
  || Boolean(dated.span && dated.span[1] >= chosen.from && dated.span[0] <= chosen.to);
const kindShown = id => actorFilters.every(filter => passes(filter, actors.get(id)));
const statementsFiltered = () => statementFilters.some(filter => chosen[filter.name].size);
const filtered = () => chosen.minimum > 1 || filters.some(filter => chosen[filter.name].size);
const narrowed = () => !wholePeriod() || filtered();

// What is filtered out, as a sentence; empty when nothing is.
function filtersInWords() {
  const parts = [];
  for (const filter of filters) {
    const names = [...chosen[filter.name]].map(filter.label);
    if (names.length) parts.push(`${filter.title}: ${names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : listed(names)}`);
  }
  if (chosen.minimum > 1) parts.push(`ties with fewer than ${chosen.minimum} statements`);
  const period = wholePeriod() ? '' : `Only ${monthText(chosen.from)} to ${monthText(chosen.to)}.`;
  return [period, parts.length ? `Left out: ${parts.join('; ')}.` : ''].filter(Boolean).join(' ');
}

function showEverything() {
  const fresh = freshChoices();
  for (const name of ['from', 'to', 'minimum', ...filters.map(filter => filter.name)]) chosen[name] = fresh[name];
}
