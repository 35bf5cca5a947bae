"""Communities of a signed network, and what holds them together or divides them.

Formulas, papers and figures: docs/methods/structure.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.algebra.coded import one_of
from kg.algebra.signed import Floats, Ints, Signed, by_size, canonical, first_seen, signed
from kg.errors import KGError

METHODS = ("modularity", "constant")
# Up to so many groups, a node is tried in each of them.
MOST_GROUPS = 2_000


@dataclass(frozen=True)
class Communities:
    """``labels``: the community of each node, numbered by falling size; a node without ties is alone.

    ``quality`` is what was maximised; ``count`` the number of communities.
    """

    labels: Ints
    quality: float
    method: str

    @property
    def count(self) -> int:
        """How many there are, single nodes included."""
        return int(self.labels.max(initial=-1)) + 1


def modularity(
    matrix: Any, labels: Sequence[int] | npt.NDArray[Any], *, positive: float = 1.0, negative: float = 1.0
) -> float:
    """Signed modularity of a partition (Gómez, Jensen and Arenas 2009), weights counted.

    Q = 1 / (2w⁺ + 2w⁻) Σ_ij [w_ij − (γ⁺ s⁺_i s⁺_j / 2w⁺ − γ⁻ s⁻_i s⁻_j / 2w⁻)] δ(c_i, c_j), with s± the strengths in
    positive and negative ties and γ± the resolutions *positive* and *negative* (Traag and Bruggeman 2009). Without
    negative ties it is Newman's; −1 … 1; NaN without ties. Pairs without a tie count as 0, as in Newman's.
    """
    network = signed(matrix)
    groups = _labels(labels, network.n)
    return _quality(network, groups, "modularity", *_pulls(network, "modularity", positive, negative))


def communities(
    matrix: Any,
    *,
    method: str = "modularity",
    positive: float = 1.0,
    negative: float = 1.0,
    starts: int = 12,
    seed: int = 0,
) -> Communities:
    """Groups with more positive and fewer negative ties inside than expected, the best of several searches.

    *method* "modularity": the signed modularity above. "constant": the same with a constant in place of the
    expectation (constant Potts model, Traag, Van Dooren and Nesterov 2011): Σ over pairs within of w_ij − γ⁺, as a
    share of all |w|; *positive* is γ⁺ there, in the unit of the weights, and *negative* has no effect. γ⁺ = 0 is
    the weak balance of ``kg.algebra.camps`` with weights.
    Each search moves nodes between neighbouring groups while the quality rises, joins groups into nodes, and
    begins again (Blondel and others 2008), then moves single nodes once more. The first starts from an order that
    depends on the ties only, the others from seeded shuffles of it, so that the order of rows does not matter
    unless two nodes cannot be told apart. Missing ties are pairs without a tie. Raises KGError for an unknown
    method, a resolution below 0 or fewer than one start.
    """
    one_of(method, METHODS, "method")
    if not (positive >= 0 and negative >= 0) or math.isinf(positive + negative):
        raise KGError(f"The resolutions are {positive:g} and {negative:g}.", cure="Give numbers from 0 up.")
    if starts < 1:
        raise KGError(f"There cannot be {starts} starts.", cure="Give 1 or more.")
    network = signed(matrix)
    order = canonical(network)
    plain = network.renumbered(order)
    rng = np.random.default_rng(seed)
    pulls = _pulls(plain, method, positive, negative)
    best, best_quality = np.arange(plain.n), -math.inf
    for attempt in range(starts if len(plain) else 0):
        sequence = np.arange(plain.n) if attempt == 0 else rng.permutation(plain.n)
        found = _louvain(plain, pulls, sequence)
        quality = _quality(plain, found, method, *pulls)
        if quality > best_quality + 1e-12:
            best, best_quality = found, quality
    labels = np.empty(network.n, dtype=np.int64)
    labels[order] = best
    quality = _quality(plain, best, method, *pulls) if len(plain) else math.nan
    return Communities(by_size(labels) if network.n else labels, quality, method)


def _labels(labels: Sequence[int] | npt.NDArray[Any], n: int) -> Ints:
    found = np.asarray(labels)
    if found.shape != (n,):
        raise KGError(f"The partition has the shape {found.shape} for {n} nodes.", cure="Give one label a node.")
    return first_seen(found) if n else np.empty(0, dtype=np.int64)


def _pulls(network: Signed, method: str, positive: float, negative: float) -> tuple[Floats, float]:
    """The expected weight of a pair as u_i u_j − v_i v_j: columns u and v, and the divisor of the quality."""
    whole = float(np.abs(network.weights).sum())
    if method == "constant":
        return np.column_stack([np.full(network.n, math.sqrt(positive)), np.zeros(network.n)]), whole
    columns = []
    for part, share in ((network.weights > 0, positive), (network.weights < 0, negative)):
        sizes = np.where(part, np.abs(network.weights), 0.0)
        strength = np.bincount(network.a, sizes, network.n) + np.bincount(network.b, sizes, network.n)
        double = 2 * float(sizes.sum())
        columns.append(strength * math.sqrt(share / double) if double else strength)
    return np.column_stack(columns), whole


def _quality(network: Signed, labels: Ints, method: str, vectors: Floats, whole: float) -> float:
    """Σ over pairs within groups of w − expectation; in modularity the diagonal is expected too, as in Newman's."""
    if not whole:
        return math.nan
    inside = float(network.weights[labels[network.a] == labels[network.b]].sum())
    sums = np.zeros((int(labels.max()) + 1, 2))
    np.add.at(sums, labels, vectors)
    expected = float((sums[:, 0] ** 2 - sums[:, 1] ** 2).sum()) / 2
    if method == "constant":
        expected -= float((vectors[:, 0] ** 2).sum()) / 2
    return (inside - expected) / whole


def _louvain(network: Signed, pulls: tuple[Floats, float], sequence: Ints) -> Ints:
    ties, (vectors, _) = network.matrix(), pulls
    labels = np.arange(network.n)
    while True:
        moved = _move(ties, vectors, np.arange(ties.shape[0]), sequence)
        merged = first_seen(moved)
        labels = merged[labels]
        count = int(merged.max()) + 1
        if count == ties.shape[0]:
            break
        ties, vectors = _joined(ties, vectors, merged, count)
        # Groups are visited in the order of their first members, which the shuffle has set.
        first = np.full(count, len(sequence))
        np.minimum.at(first, merged[sequence], np.arange(len(sequence)))
        sequence = np.argsort(first, kind="stable")
    return first_seen(_move(network.matrix(), pulls[0], labels, np.arange(network.n)))


def _joined(ties: Any, vectors: Floats, groups: Ints, count: int) -> tuple[Any, Floats]:
    from scipy import sparse

    n = len(groups)
    member = sparse.csr_array((np.ones(n), (np.arange(n), groups)), shape=(n, count))
    return (member.T @ ties @ member).tocsr(), np.asarray(member.T @ vectors)


def _move(ties: Any, vectors: Floats, labels: Ints, sequence: Ints) -> Ints:
    """Move nodes one by one to the group where the quality rises most, until none does; a new group is a choice.

    With negative ties two nodes without a tie may belong together, so all groups are tried, as long as they are not
    too many; then those of the neighbours.
    """
    labels = first_seen(labels)
    used = int(labels.max()) + 1
    room = 2 * used + 1
    sums = np.zeros((room, 2))
    np.add.at(sums, labels, vectors)
    sizes = np.bincount(labels, minlength=room)
    tiny = 1e-10 * max(float(np.abs(ties.data).max(initial=0.0)), 1e-300)
    signs = np.array([1.0, -1.0])
    moved = True
    while moved:
        moved = False
        for node in sequence.tolist():
            own = int(labels[node])
            start, end = ties.indptr[node], ties.indptr[node + 1]
            others, weights = ties.indices[start:end], ties.data[start:end]
            outside = others != node
            near, here = labels[others[outside]], vectors[node] * signs
            sums[own] -= vectors[node]
            if used <= MOST_GROUPS:
                # One more than are used: the first that is empty.
                groups = np.arange(used + 1)
                gains = np.bincount(near, weights[outside], used + 1) - sums[: used + 1] @ here
                gains[(sizes[: used + 1] == 0) | ((sizes[: used + 1] == 1) & (groups == own))] = 0.0
            else:
                groups, inverse = np.unique(np.concatenate([near, [own, used]]), return_inverse=True)
                gains = np.bincount(inverse[:-2], weights[outside], len(groups)) - sums[groups] @ here
                gains[groups == used] = 0.0
            sums[own] += vectors[node]
            best = int(np.argmax(gains))
            goal = int(groups[best])
            if gains[best] > float(gains[groups == own][0]) + tiny:
                sums[own] -= vectors[node]
                sums[goal] += vectors[node]
                sizes[own] -= 1
                sizes[goal] += 1
                labels[node], moved = goal, True
                used = max(used, goal + 1)
                if used + 1 >= room:
                    sums, sizes = np.concatenate([sums, np.zeros_like(sums)]), np.concatenate([sizes, 0 * sizes])
                    room *= 2
        labels = first_seen(labels)
        used = int(labels.max()) + 1
        sums[:] = 0.0
        np.add.at(sums, labels, vectors)
        sizes = np.bincount(labels, minlength=room)
    return labels


@dataclass(frozen=True)
class Holding:
    """A position that holds a community together: ``column`` by number, ``mean`` of the known values.

    ``known`` members of ``members`` have a value, ``same`` is the share of these with the sign of the mean (values
    of 0 count as against), ``strength`` = |mean| · same · known / members, by which positions are ranked.
    """

    community: int
    column: int
    mean: float
    known: int
    members: int
    same: float
    strength: float


@dataclass(frozen=True)
class Dividing:
    """A position that divides two communities: means of opposite signs.

    ``gap`` is the difference of the means, ``overlap`` the chance that a random known member of the one is not on
    the farther side of a random known member of the other (0: no overlap at all; ties count half).
    """

    first: int
    second: int
    column: int
    first_mean: float
    second_mean: float
    first_known: int
    second_known: int
    gap: float
    overlap: float


@dataclass(frozen=True)
class Coalitions:
    """What holds communities together and what divides them, each list by falling strength or gap."""

    holding: tuple[Holding, ...]
    dividing: tuple[Dividing, ...]


def coalitions(
    values: npt.ArrayLike,
    partition: Sequence[int] | npt.NDArray[Any],
    *,
    known: float = 0.5,
    same: float = 0.75,
    least: int = 2,
) -> Coalitions:
    """The positions behind a partition of actors.

    *values* is actors × positions, NaN where no stance is known, which takes part in nothing; sign and size count.
    A position holds a community together when at least *least* members and a share of at least *known* of them
    have a value, and at least *same* of these have the sign of the mean. It divides two communities when in each
    at least *least* members (or all of a smaller one) have a value and the means have opposite signs. Communities
    with a negative label, and those of one actor, hold nothing together.
    Raises KGError where the shapes do not fit or a value is infinite.
    """
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2:
        raise KGError("The values are not actors × positions.", cure="Give a two-mode matrix.")
    if np.isinf(table).any():
        raise KGError("A value is infinite.", cure="Values are finite; NaN says that no stance is known.")
    labels = np.asarray(partition)
    if labels.shape != (len(table),):
        raise KGError(f"The partition has {labels.size} labels for {len(table)} actors.", cure="Give one an actor.")
    groups = {int(g): table[labels == g] for g in np.unique(labels) if g >= 0}
    numbers = {g: np.sum(~np.isnan(rows), axis=0) for g, rows in groups.items()}
    means = {
        g: np.divide(np.nansum(rows, axis=0), numbers[g], out=np.full(table.shape[1], np.nan), where=numbers[g] > 0)
        for g, rows in groups.items()
    }
    holding = []
    for g, rows in groups.items():
        if len(rows) < 2:
            continue
        for column in np.flatnonzero((numbers[g] >= least) & (numbers[g] >= known * len(rows)) & (means[g] != 0)):
            mean, count = float(means[g][column]), int(numbers[g][column])
            alike = float(np.sum(np.sign(rows[:, column]) == np.sign(mean))) / count
            if alike >= same:
                strength = abs(mean) * alike * count / len(rows)
                holding.append(Holding(g, int(column), mean, count, len(rows), alike, strength))
    dividing = []
    for first, second in combinations(sorted(groups), 2):
        enough = np.ones(table.shape[1], dtype=bool)
        for g in (first, second):
            enough &= numbers[g] >= min(least, len(groups[g]))
        for column in np.flatnonzero(enough & (means[first] * means[second] < 0)):
            dividing.append(_dividing(first, second, int(column), groups[first], groups[second]))
    holding.sort(key=lambda h: (h.community, -h.strength, h.column))
    dividing.sort(key=lambda d: (-abs(d.gap), d.overlap, d.first, d.second, d.column))
    return Coalitions(tuple(holding), tuple(dividing))


def _dividing(first: int, second: int, column: int, here: Floats, there: Floats) -> Dividing:
    left, right = (rows[~np.isnan(rows[:, column]), column] for rows in (here, there))
    low, high = float(left.mean()), float(right.mean())
    order = np.sign(left[:, None] - right[None, :]) * np.sign(low - high)
    overlap = float(np.mean(np.where(order == 0, 0.5, order < 0)))
    return Dividing(first, second, column, low, high, len(left), len(right), low - high, overlap)
