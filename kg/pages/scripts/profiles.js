// What an actor's stances on a position add up to in view: the mean of those that none in view supersedes.

const valueWords = ['strongly opposes', 'opposes', 'is ambivalent about', 'supports', 'strongly supports'];
const scaleEnd = 2;
// The nearest word of the scale; a mean between two says so by its number.
const valueText = value => value === null || value === undefined ? 'undetermined'
  : valueWords[Math.round(Math.max(-scaleEnd, Math.min(scaleEnd, value))) + scaleEnd];
const valueMark = value => value === null || value === undefined ? '?' : value <= -1.5 ? '−−' : value < -0.25 ? '−' : value <= 0.25 ? '0' : value < 1.5 ? '+' : '++';
const valueClass = value => value === null || value === undefined ? 'unsure' : value <= -1.5 ? 'against-2' : value < -0.25 ? 'against-1'
  : value <= 0.25 ? 'between' : value < 1.5 ? 'for-1' : 'for-2';

let profileCache = new Map(), profilesOf = null;
function profileOf(holder, position) {
  if (profilesOf !== shown) {
    // One pass over the records in view; the cells are then worked out as they are asked for.
    profileCache = new Map();
    for (const stance of shown.stances) {
      const key = JSON.stringify([stance.holder, stance.position]);
      if (!profileCache.has(key)) profileCache.set(key, []);
      profileCache.get(key).push(stance);
    }
    profilesOf = shown;
  }
  const key = JSON.stringify([holder, position]), found = profileCache.get(key);
  if (!found) return null;
  if (Array.isArray(found)) profileCache.set(key, profile(found));
  return profileCache.get(key);
}

function profile(records) {
  const newest = [...records].sort(newestFirst), inView = new Set(records.map(record => record.id));
  // Before the change the old stance stands.
  const standing = newest.filter(record => !(record.superseded_by || []).some(id => inView.has(id)));
  const known = standing.filter(record => record.value !== undefined);
  const value = known.length ? known.reduce((sum, record) => sum + record.value, 0) / known.length : null;
  const ids = new Set(newest.flatMap(record => record.statements || []));
  const from = new Set(standing.flatMap(record => record.sources || []));
  return { value, records: newest, standing, n: standing.length, sources: from.size, moved: moveOf(newest), statements: [...ids].filter(id => shown.has.has(id)) };
}

// Up or down when the newest dated stance differs from the oldest; several of one date count as their mean.
function moveOf(newest) {
  const dated = newest.filter(record => record.span && record.value !== undefined);
  if (dated.length < 2) return null;
  const mean = date => {
    const same = dated.filter(record => record.date === date);
    return same.reduce((sum, record) => sum + record.value, 0) / same.length;
  };
  const first = dated[dated.length - 1].date, last = dated[0].date;
  const change = first === last ? 0 : mean(last) - mean(first);
  return change > 1e-9 ? 'up' : change < -1e-9 ? 'down' : null;
}
