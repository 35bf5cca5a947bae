// Two actors held against each other, by what is in view: agreement, what it rests on, and how sure it is.
//
// agreement = 1 − mean |a − b| / 2 over the positions on which both have a value (−2 … 2): 1 the same on each, −1 at
// opposite ends of each. How sure: sources are drawn anew, not statements (poisson bootstrap), and the interval is
// Student's with the effective number of sources of the side that has fewer.

const halfScale = scaleEnd, sureReplicates = 400, sureLevel = 0.95, leastSources = 3, leastEffective = 2;

const sourceNumbers = new Map([...sources.keys()].map((id, number) => [id, number]));
const positionNumbers = new Map([...positions.keys()].map((id, number) => [id, number]));
let sidesOf = null, sidesInView = new Map(), foundPairs = new Map(), metTimes = 0;
const metWhen = new Int32Array(sourceNumbers.size);
// What each actor holds in view: position -> profile with a value or without. Worked out once for a view.
function sideOf(actor) {
  if (sidesOf !== shown) {
    [sidesOf, sidesInView, foundPairs] = [shown, new Map(), new Map()];
    for (const { holder, position } of shown.stances) {
      if (!sidesInView.has(holder)) sidesInView.set(holder, new Map());
      if (!sidesInView.get(holder).has(position)) sidesInView.get(holder).set(position, profileOf(holder, position));
    }
  }
  return sidesInView.get(actor) || new Map();
}
const sourcesOfRecord = record => record.sources || [''];
const valued = found => found.standing.filter(record => record.value !== undefined);
// The sources behind the value of a profile, as numbers.
const sourcesBehind = found => [...new Set(valued(found).flatMap(record => record.sources || []))].map(id => sourceNumbers.get(id));

// { agreement (null without a shared position), shared: number, sources: number }; the same both ways round.
function meetingOf(a, b) {
  const one = valuesOf(a), two = valuesOf(b), [first, second] = a < b ? [a, b] : [b, a];
  if (!foundPairs.has(first)) foundPairs.set(first, new Map());
  const found = foundPairs.get(first);
  if (!found.has(second)) found.set(second, meetingOfValues(one, two));
  return found.get(second);
}
// What an actor has a value on, in the order of the positions, so that two of them are walked side by side.
function valuesOf(actor) {
  const side = sideOf(actor);
  if (!side.inOrder) {
    side.inOrder = [...side].filter(([, found]) => found.value !== null)
      .map(([position, found]) => ({ at: positionNumbers.get(position), value: found.value, from: sourcesBehind(found) })).sort((x, y) => x.at - y.at);
  }
  return side.inOrder;
}
function meetingOfValues(one, two) {
  let sum = 0, shared = 0, from = 0;
  // A source that was met in this pair bears its number; so nothing need be emptied between thousands of pairs.
  metTimes += 1;
  for (let i = 0, j = 0; i < one.length && j < two.length;) {
    const mine = one[i], theirs = two[j];
    if (mine.at === theirs.at) {
      sum += Math.abs(mine.value - theirs.value);
      shared += 1;
      for (const side of [mine.from, theirs.from]) {
        for (const source of side) {
          if (metWhen[source] !== metTimes) from += 1;
          metWhen[source] = metTimes;
        }
      }
    }
    if (mine.at <= theirs.at) i += 1;
    if (theirs.at <= mine.at) j += 1;
  }
  return { agreement: shared ? 1 - sum / (halfScale * shared) : null, shared, sources: from };
}
const enoughToSay = met => met.shared >= 2 && met.sources >= 2;

// How two actors meet, position by position, in the order of the positions.
function meetings(a, b) {
  const one = sideOf(a), two = sideOf(b), how = { conflict: [], congruent: [], apart: [], undetermined: [], only: [] };
  for (const position of positions.keys()) {
    const [mine, theirs] = [one.get(position), two.get(position)];
    if (!mine && !theirs) continue;
    if (!mine || !theirs) how.only.push(position);
    else if (mine.value === null || theirs.value === null) how.undetermined.push(position);
    else how[mine.value * theirs.value > 0 ? 'congruent' : mine.value * theirs.value < 0 ? 'conflict' : 'apart'].push(position);
  }
  return how;
}

// ---- how sure

// Numbers from 0 to 1, always the same for one seed.
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
// How often something comes that comes once on average.
function poisson(random) {
  let count = 0;
  for (let left = random(); left > Math.exp(-1); left *= random()) count += 1;
  return count;
}

// The quantile of Student's distribution between whose ±values `sureLevel` lies. With t = √ν tan θ its density is that of
// cos^(ν − 1) θ, which needs no gamma function.
const studentsFound = new Map();
function students(freedom) {
  if (studentsFound.has(freedom)) return studentsFound.get(freedom);
  const steps = 4000, step = Math.PI / 2 / steps, parts = [];
  let whole = 0;
  for (let i = 0; i < steps; i += 1) {
    parts.push(Math.cos((i + 0.5) * step) ** (freedom - 1));
    whole += parts[i];
  }
  let sum = 0, at = 0;
  while (sum + parts[at] < sureLevel * whole) { sum += parts[at]; at += 1; }
  const found = Math.sqrt(freedom) * Math.tan((at + (sureLevel * whole - sum) / parts[at]) * step);
  studentsFound.set(freedom, found);
  return found;
}

// What the two say on shared positions, as arrays for drawing: a stance of several sources is one part from each.
function partsOf(a, b) {
  const one = sideOf(a), two = sideOf(b), cell = [], value = [], weight = [], source = [], names = new Map();
  const shared = [...one.keys()].filter(position => two.has(position) && one.get(position).value !== null && two.get(position).value !== null);
  const known = [...new Set(shared.flatMap(position => [one, two].flatMap(side => valued(side.get(position)).flatMap(sourcesOfRecord))))].sort();
  known.forEach((id, index) => names.set(id, index));
  shared.forEach((position, at) => [one, two].forEach((side, half) => {
    for (const record of valued(side.get(position))) {
      const from = sourcesOfRecord(record);
      for (const id of from) {
        cell.push(2 * at + half);
        value.push(record.value);
        weight.push(1 / from.length);
        source.push(names.get(id));
      }
    }
  }));
  return { shared: shared.length, sources: known.length, cell, value, weight, source };
}
// Sources behind the side that has fewer, and Kish's effective number of them.
function behindSides({ sources, cell, weight, source }) {
  const said = [new Float64Array(sources), new Float64Array(sources)];
  cell.forEach((at, i) => { said[at % 2][source[i]] += weight[i]; });
  const count = said.map(side => side.filter(x => x > 0).length);
  const effective = said.map(side => side.reduce((sum, x) => sum + x, 0) ** 2 / (side.reduce((sum, x) => sum + x * x, 0) || 1));
  return { count: Math.min(...count), effective: Math.min(...effective) };
}

// { low, high } of 95 %, or null where there are too few sources.
function intervalOf(a, b) {
  const met = meetingOf(a, b);
  if (met.interval === undefined) met.interval = enoughToSay(met) ? drawnInterval(met.agreement, partsOf(a, b)) : null;
  return met.interval;
}
function drawnInterval(estimate, parts) {
  const { count, effective } = behindSides(parts);
  if (count < leastSources || effective < leastEffective) return null;
  const spread = spreadOf(estimate, parts);
  if (spread === null) return null;
  if (spread <= 1e-6 * Math.abs(estimate)) {
    // No source says otherwise; those that would can be a share that is not met by chance.
    const unmet = 1 - ((1 - sureLevel) / 2) ** (1 / effective);
    return { low: estimate - unmet * (estimate + 1), high: estimate + unmet * (1 - estimate) };
  }
  const half = students(effective - 1) * spread * Math.sqrt(effective / (effective - 1));
  return { low: Math.max(-1, estimate - half), high: Math.min(1, estimate + half) };
}
function spreadOf(estimate, { shared, sources, cell, value, weight, source }) {
  const random = randomNumbers(1), often = new Float64Array(sources), sums = new Float64Array(2 * shared), weights = new Float64Array(2 * shared);
  let met = 0, first = 0, second = 0;
  for (let round = 0; round < sureReplicates; round += 1) {
    for (let i = 0; i < sources; i += 1) often[i] = poisson(random);
    sums.fill(0);
    weights.fill(0);
    for (let i = 0; i < cell.length; i += 1) {
      const counts = weight[i] * often[source[i]];
      sums[cell[i]] += counts * value[i];
      weights[cell[i]] += counts;
    }
    let apart = 0, both = 0;
    for (let at = 0; at < 2 * shared; at += 2) {
      if (!weights[at] || !weights[at + 1]) continue;
      apart += Math.abs(sums[at] / weights[at] - sums[at + 1] / weights[at + 1]);
      both += 1;
    }
    if (!both) continue;
    const away = 1 - apart / (halfScale * both) - estimate;
    met += 1;
    first += away;
    second += away * away;
  }
  return met < 2 || 2 * met < sureReplicates ? null : Math.sqrt(Math.max(second - first * first / met, 0) / (met - 1));
}
