"""How far a signed network is from two camps: the frustration index, exact, with a bound when time runs out.

Formulas, papers and figures: docs/methods/structure.md. For more than two camps see ``kg.algebra.camps``.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from kg.algebra.coded import one_of
from kg.algebra.cycles import Cover, Ties, shortest_cycles, triangles
from kg.algebra.packing import Packing
from kg.algebra.shrink import Shrunk, blocks, frustrated, glue, two_colours
from kg.algebra.signed import Floats, Ints, Signed, by_size, canonical, signed
from kg.errors import KGError

WEIGHTS = ("count", "size")
# A bound this close to the value, as a share of all ties' weight, closes the gap when weights are not whole numbers.
CLOSE = 1e-7
# Partitions that are annealed side by side.
REPLICAS = 48
# A packing that reaches this share of the value is mended before a solver is asked, until so many rounds bring nothing.
NEARLY, PATIENCE = 0.97, 250


@dataclass(frozen=True)
class Frustration:
    """A partition into camps, the ties against it, and how good it can be at most.

    ``value`` is the total of the frustrated ties (ties within a camp below zero, ties between camps above zero),
    ``bound`` what no partition can go below; ``proven`` when the two meet. ``camps`` has the camp of each node,
    −1 for a node without ties; camps of one connected part are numbered by falling size, and the numbers of two
    parts (``parts``) have nothing to do with one another. ``ties`` are the frustrated ties (k × 2 node numbers),
    ``total`` the weight of all ties, ``k`` the most camps allowed (None: any number), ``seconds`` the time it took.
    """

    value: float
    bound: float
    camps: Ints
    ties: Ints
    total: float
    parts: Ints
    k: int | None
    seconds: float

    @property
    def proven(self) -> bool:
        """Whether no partition is better."""
        return self.value - self.bound <= CLOSE * max(self.total, 1e-300)

    @property
    def gap(self) -> float:
        """(value − bound) / value: 0 when proven, at most 1."""
        return 0.0 if self.proven else (self.value - self.bound) / self.value

    @property
    def normalized(self) -> float:
        """The line index 1 − 2 L / m: 1 balanced, 0 the worst there can be for two camps; NaN without ties.

        Aref and Wilson (2018). L ≤ m / 2 always, so it is never below 0; with more camps it can only be larger.
        """
        return 1 - 2 * self.value / self.total if self.total else math.nan

    def __repr__(self) -> str:
        state = "proven" if self.proven else f"at least {self.bound:g}, gap {self.gap:.1%}"
        return f"<Frustration {self.value:g} of {self.total:g} ({state}); {self.seconds:.2f} s>"


def frustration(matrix: Any, *, weights: str = "count", time_limit: float = 60.0, seed: int = 0) -> Frustration:
    """The frustration index L: the fewest ties that have to change sign, or go, for two camps without exception.

    *matrix* is symmetric (array or scipy sparse); the diagonal is ignored; NaN and 0 are no tie and take no part.
    *weights*: "count" counts frustrated ties, "size" adds up their |weight|. The optimum is searched for up to
    *time_limit* seconds; the result always holds the best partition found and a valid bound. Range 0 … m / 2.
    Raises KGError for a matrix that is not square, symmetric and finite, for unknown *weights*, or a bad limit.
    """
    started = time.monotonic()
    network = weighed(matrix, weights, time_limit)
    order = canonical(network)
    plain = network.renumbered(order)
    sides, bound = _solve(plain, started + time_limit, np.random.default_rng(seed))
    back = np.empty(network.n, dtype=np.int64)
    back[order] = sides
    return result(network, back, bound, 2, started)


def weighed(matrix: Any, weights: str, time_limit: float) -> Signed:
    """The network to partition: unit ties for "count", its own weights for "size"."""
    one_of(weights, WEIGHTS, "weights")
    if not time_limit > 0:
        raise KGError(f"The time limit is {time_limit} seconds.", cure="Give a number above 0.")
    network = signed(matrix)
    return network if weights == "size" else Signed(network.n, network.a, network.b, network.signs)


def result(network: Signed, labels: Ints, bound: float, k: int | None, started: float) -> Frustration:
    """The finding, its value counted anew from the partition, its camps in their order."""
    apart = labels[network.a] != labels[network.b]
    wrong = apart == (network.weights > 0)
    sizes = np.abs(network.weights)
    value, total = float(sizes[wrong].sum()), float(sizes.sum())
    parts = network.components()
    camps = np.full(network.n, -1, dtype=np.int64)
    tied = np.zeros(network.n, dtype=bool)
    tied[network.a] = tied[network.b] = True
    for part in np.unique(parts[tied]):
        members = parts == part
        camps[members] = by_size(labels[members])
    low = min(raised(bound, unit_of(network)), value)
    return Frustration(
        value=value,
        bound=value if value - low <= CLOSE * total else low,
        camps=camps,
        ties=np.column_stack([network.a[wrong], network.b[wrong]]),
        total=total,
        parts=parts,
        k=k,
        seconds=time.monotonic() - started,
    )


def unit_of(network: Signed) -> float:
    """The number that every cost is a multiple of; 0 when the weights have none that is worth using."""
    sizes = np.abs(network.weights)
    if not len(sizes):
        return 0.0
    small = float(sizes.min())
    for share in (1, 2, 3, 4, 5, 10):
        ratios = sizes * share / small
        if ratios.max() < 1e6 and np.abs(ratios - np.round(ratios)).max() < 1e-9 * ratios.max():
            return float(np.gcd.reduce(np.round(ratios).astype(np.int64))) * small / share
    return 0.0


def raised(bound: float, unit: float) -> float:
    """The bound, raised to the next cost there can be."""
    return math.ceil(bound / unit - 1e-5) * unit if unit else bound


def _solve(network: Signed, deadline: float, rng: np.random.Generator) -> tuple[Ints, float]:
    """Sides of all nodes and a lower bound: shrink, split into blocks, shrink these, search what is left."""
    shrunk = Shrunk.of(network)
    shrunk.exhaust()
    names, core = shrunk.network()
    bound = shrunk.paid
    parts: list[tuple[Ints, Ints]] = []
    found = list(blocks(core)) if len(core) else []
    # Blocks that are left over share what time there is; the smallest go first, because they are sure to end.
    for members, block in sorted(found, key=lambda p: (len(p[1]), p[0].tolist())):
        sides, _ = two_colours(block)
        low = 0.0
        if frustrated(block, sides).any():
            sides, low = _solve(block, deadline, rng) if len(found) > 1 else search(block, deadline, rng)
        parts.append((members, sides))
        bound += low
    return shrunk.sides(names, glue(core.n, parts), network.n), bound


def search(network: Signed, deadline: float, rng: np.random.Generator) -> tuple[Ints, float]:
    """Sides and a lower bound of one block: descent, packing, cutting planes, then branch and cut."""
    unit, ties = unit_of(network), Ties(network)
    sides = descend(network, ties, leading_sides(network))
    packing = Packing(ties, sides)
    packing.fill()
    value = float(frustrated(network, sides).sum())
    if _closed(value, packing.total, unit):
        return sides, value
    other = anneal(network, ties, rng, deadline)
    if float(frustrated(network, other).sum()) < value * (1 - 1e-12):
        sides, value = other, float(frustrated(network, other).sum())
        packing = Packing(ties, sides)
        packing.fill()
    if packing.total > NEARLY * value:
        packing.mend(rng, deadline, patience=PATIENCE)
        if _closed(value, packing.total, unit):
            return sides, value
    sent, cycles = packing.total, packing.cycles
    cover = Cover(np.abs(network.weights))
    cover.add(cycles)
    cover.bound = sent
    sides = cut(network, ties, cover, sides, deadline, rng)
    value = float(frustrated(network, sides).sum())
    if _closed(value, cover.bound, unit) or time.monotonic() > deadline:
        return sides, min(cover.bound, value)
    smaller = _settled(network, cover, sides, value, unit)
    if len(smaller.joined) * 20 >= network.n:
        return _continue(network, smaller, sides, value, cover.bound, deadline, rng)
    return _branch(network, cover, sides, value, unit, deadline)


def _closed(value: float, bound: float, unit: float) -> bool:
    return value - raised(bound, unit) <= (1e-9 if unit else CLOSE) * value


def cut(
    network: Signed, ties: Ties, cover: Cover, sides: Ints, deadline: float, rng: np.random.Generator
) -> Ints:
    """Raise the bound of *cover* by violated cycles, round by round; the best sides seen on the way."""
    unit = unit_of(network)
    value = float(frustrated(network, sides).sum())
    stalled = 0
    for turn in range(200):
        before = cover.bound
        if not cover.solve(deadline - time.monotonic(), forget=turn % 2 == 1):
            break
        for guess in range(2):
            tried = descend(network, ties, rounded(network, ties, cover.values, rng, guess))
            cost = float(frustrated(network, tried).sum())
            if cost < value * (1 - 1e-12):
                sides, value = tried, cost
        if _closed(value, cover.bound, unit) or time.monotonic() > deadline:
            break
        stalled = stalled + 1 if cover.bound - before < 1e-4 * (value - before) else 0
        new = triangles(ties, cover.values, sides, most=4 if value < 500 * max(unit, 1e-300) else 2)
        if cover.add(new) < max(10, len(cover.rows) // 20):
            more, complete = shortest_cycles(ties, cover.values, sides, deadline, most=max(300, 2 * network.n))
            if not cover.add(more) and not new and complete:
                break
        if stalled >= 8:
            break
    return sides


def leading_sides(network: Signed) -> Ints:
    """Sides by the signs of the eigenvector of the largest eigenvalue: a good start where two camps stand out."""
    from scipy.sparse.linalg import ArpackError, eigsh

    if network.n < 200:
        vector = np.linalg.eigh(network.dense())[1][:, -1]
    else:
        try:
            vector = eigsh(network.matrix(), k=1, which="LA", v0=np.ones(network.n), tol=1e-3)[1][:, 0]
        except ArpackError:
            return two_colours(network)[0]
    return np.where(vector >= 0, 1, -1).astype(np.int64)


def descend(network: Signed, ties: Ties, sides: Ints) -> Ints:
    """Move the node that gains most to the other side, again and again, until none gains."""
    now = sides.copy()
    pulls = network.weights * now[network.a] * now[network.b]
    # What the frustration rises by when a node moves.
    price = np.bincount(network.a, pulls, network.n) + np.bincount(network.b, pulls, network.n)
    tiny = 1e-9 * float(np.abs(network.weights).max(initial=0.0))
    while len(network) and price[node := int(np.argmin(price))] < -tiny:
        others, numbers = ties.of(node)
        price[others] -= 2.0 * now[node] * now[others] * network.weights[numbers]
        price[node] = -price[node]
        now[node] = -now[node]
    return now


def anneal(network: Signed, ties: Ties, rng: np.random.Generator, deadline: float) -> Ints:
    """The best of many partitions that cool down side by side (simulated annealing), each node in its turn.

    Descents and searches from one start are caught in valleys where the ties are few and of one size; this is not.
    """
    n = network.n
    around = [(others, network.weights[numbers]) for others, numbers in (ties.of(v) for v in range(n))]
    sizes = np.abs(network.weights)
    hot = float(np.sqrt(np.mean(np.bincount(network.a, sizes**2, n) + np.bincount(network.b, sizes**2, n))))
    sweeps = int(np.clip(60_000 // n, 12, 100))
    now = np.where(rng.random((n, REPLICAS)) < 0.5, 1.0, -1.0)
    for heat in np.geomspace(hot, 0.15 * float(sizes.mean()), sweeps):
        allowed = -heat * np.log(rng.random((n, REPLICAS)))
        for node, (others, weights) in enumerate(around):
            now[node] = np.where(now[node] * (weights @ now[others]) < allowed[node], -now[node], now[node])
        if time.monotonic() > deadline:
            break
    costs = -(network.weights[:, None] * now[network.a] * now[network.b]).sum(axis=0)
    return descend(network, ties, now[:, int(np.argmin(costs))].astype(np.int64))


def rounded(network: Signed, ties: Ties, values: Floats, rng: np.random.Generator, noise: int) -> Ints:
    """Sides along a spanning tree of the ties that the linear program would rather satisfy."""
    from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

    blurred = values + 0.01 + noise * 0.2 * rng.random(len(values))
    tree = minimum_spanning_tree(network.matrix(blurred))
    order, parent = breadth_first_order(tree, 0, directed=False)
    sides = np.ones(network.n, dtype=np.int64)
    below = order[1:]
    signs = network.signs[ties.numbers(below, parent[below])].astype(np.int64)
    for node, over, sign in zip(below.tolist(), parent[below].tolist(), signs.tolist(), strict=True):
        sides[node] = sign * sides[over]
    return sides


def _settled(network: Signed, cover: Cover, sides: Ints, value: float, unit: float) -> Shrunk:
    """The block with all ties joined that every partition better than *value* must satisfy.

    A tie whose slack in the dual would lift the bound to the value cannot be frustrated in a better partition.
    """
    target = value - unit + 1e-6 * unit if unit else value * (1 - CLOSE)
    sure = np.flatnonzero(cover.bound + cover.slacks > target + 1e-9 * value)
    shrunk = Shrunk.of(network)
    heads = list(range(network.n))
    signs = [1] * network.n

    def top(node: int) -> tuple[int, int]:
        sign = 1
        while heads[node] != node:
            sign, node = sign * signs[node], heads[node]
        return node, sign

    for a, b, s in zip(
        network.a[sure].tolist(), network.b[sure].tolist(), network.signs[sure].astype(int).tolist(), strict=True
    ):
        (u, su), (v, sv) = top(a), top(b)
        if u != v:
            if len(shrunk.around[u]) > len(shrunk.around[v]):
                u, v = v, u
            shrunk.join(u, v, su * sv * s)
            heads[u], signs[u] = v, su * sv * s
    return shrunk


def _continue(
    network: Signed,
    smaller: Shrunk,
    sides: Ints,
    value: float,
    bound: float,
    deadline: float,
    rng: np.random.Generator,
) -> tuple[Ints, float]:
    """Search the smaller network; its optimum, if better, is the block's, and if not, then *sides* are optimal."""
    names, core = smaller.network()
    found, low = _solve(core, deadline, rng)
    whole = smaller.sides(names, found, network.n)
    cost = float(frustrated(network, whole).sum())
    better = (whole, cost) if cost < value * (1 - 1e-12) else (sides, value)
    return better[0], max(bound, min(smaller.paid + low, value))


def _branch(
    network: Signed, cover: Cover, sides: Ints, value: float, unit: float, deadline: float
) -> tuple[Ints, float]:
    """Branch and cut by HiGHS: a side (0, 1) a node and f a tie, with all cycles found so far.

    In the coordinates of *sides*, a node that keeps its side is 0. The search is for something better than
    *sides* only; where there is nothing, they are optimal.
    """
    from scipy import sparse
    from scipy.optimize import Bounds, LinearConstraint, milp

    n, m = network.n, len(network)
    costs = np.abs(network.weights)
    agree = network.weights * sides[network.a] * sides[network.b] > 0
    numbers = np.arange(m)
    eye = sparse.csr_array((np.ones(m), (numbers, numbers)), shape=(m, m))
    at_a = sparse.csr_array((np.ones(m), (numbers, network.a)), shape=(m, n))
    at_b = sparse.csr_array((np.ones(m), (numbers, network.b)), shape=(m, n))
    # Satisfied ties: f ≥ |x_a − x_b|. Frustrated ones: f ≥ |1 − x_a − x_b|.
    flip = sparse.csr_array((np.where(agree, 1.0, -1.0), (numbers, numbers)), shape=(m, m))
    rise = at_a - flip @ at_b
    rows = [sparse.hstack([-rise, eye]), sparse.hstack([rise, eye])]
    lows = [np.where(agree, 0.0, -1.0), np.where(agree, 0.0, 1.0)]
    if cover.rows:
        cycles = cover.matrix()
        rows.append(sparse.hstack([sparse.csr_array((cycles.shape[0], n)), cycles]))
        lows.append(np.ones(cycles.shape[0]))
    target = value - unit + 1e-6 * unit if unit else value * (1 - CLOSE)
    rows.append(sparse.hstack([sparse.csr_array((1, n)), sparse.csr_array(-costs.reshape(1, -1))]))
    lows.append(np.array([-target]))
    top = np.ones(n + m)
    top[int(np.argmax(np.bincount(network.a, minlength=n) + np.bincount(network.b, minlength=n)))] = 0
    found = milp(
        np.concatenate([np.zeros(n), costs]),
        integrality=np.concatenate([np.ones(n), np.zeros(m)]),
        bounds=Bounds(np.zeros(n + m), top),
        constraints=LinearConstraint(sparse.vstack(rows).tocsr(), np.concatenate(lows), np.inf),
        options={"time_limit": max(deadline - time.monotonic(), 0.01), "mip_rel_gap": 0.0},
    )
    if found.status == 2:
        return sides, value
    if found.x is not None:
        other = np.where(found.x[:n] > 0.5, -sides, sides)
        if float(frustrated(network, other).sum()) < value:
            sides = other
    low = found.mip_dual_bound
    reached = cover.bound if low is None or not np.isfinite(low) else max(cover.bound, float(low))
    return sides, min(reached, float(frustrated(network, sides).sum()) if found.status == 0 else value)
