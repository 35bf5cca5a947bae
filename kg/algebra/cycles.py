"""Lower bounds on frustration from negative cycles: each of them has a frustrated tie, whatever the partition."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.algebra.signed import Floats, Ints, Signed

# A cycle whose values sum to less than 1 by this much is worth a row.
VIOLATED = 1e-4
# Values below this count as 0 in shortest paths, so that short cycles win over long ones of equal value.
STEP = 1e-5
# Up to so many nodes, shortest cycles are looked for from all of them.
EVERYWHERE = 600


class Ties:
    """Looks up the number of a tie by its two nodes, and the ties of a node."""

    def __init__(self, network: Signed) -> None:
        self.network = network
        self._keys = network.a * network.n + network.b
        ends = np.concatenate([network.a, network.b])
        by = np.argsort(ends, kind="stable")
        self.starts = np.searchsorted(ends[by], np.arange(network.n + 1))
        self._others = np.concatenate([network.b, network.a])[by]
        self._numbers = np.concatenate([np.arange(len(network))] * 2)[by]

    def of(self, node: int) -> tuple[Ints, Ints]:
        """Neighbours of a node, and the numbers of the ties to them."""
        part = slice(self.starts[node], self.starts[node + 1])
        return self._others[part], self._numbers[part]

    def numbers(self, first: npt.NDArray[Any], second: npt.NDArray[Any]) -> Ints:
        """Numbers of the ties between *first* and *second*, element by element; they must be there."""
        low, high = np.minimum(first, second), np.maximum(first, second)
        return np.searchsorted(self._keys, low.astype(np.int64) * self.network.n + high)


@dataclass
class Cover:
    """The linear program: minimise Σ |w| f over ties, f ≥ 0, Σ f ≥ 1 over every cycle known so far.

    Its optimum bounds the frustration from below. ``solve()`` gives a bound that holds even where the solver's
    numbers are off by their tolerance: it is made from the dual alone, scaled to be feasible.
    """

    costs: Floats
    rows: list[Ints] = field(default_factory=list)
    values: Floats = field(init=False)
    slacks: Floats = field(init=False)
    bound: float = 0.0
    _known: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.values, self.slacks = np.zeros(len(self.costs)), np.zeros(len(self.costs))

    def add(self, cycles: list[Ints]) -> int:
        """Add the cycles (numbers of ties) that are new; how many were."""
        before = len(self.rows)
        for cycle in cycles:
            row = np.sort(cycle)
            key = row.astype(np.int32).tobytes()
            if key not in self._known:
                self._known.add(key)
                self.rows.append(row)
        return len(self.rows) - before

    def pack(self) -> None:
        """A bound without a solver: cycles one after the other take what is left of their ties."""
        left, total = self.costs.copy(), 0.0
        for row in self.rows:
            taken = float(left[row].min())
            left[row] -= taken
            total += taken
        self.bound = max(self.bound, total * (1 - 1e-12))

    def matrix(self) -> Any:
        """Cycles × ties, 1 where a tie lies on a cycle."""
        from scipy import sparse

        sizes = np.array([len(r) for r in self.rows], dtype=np.int64)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        ties = np.concatenate(self.rows) if self.rows else np.empty(0, dtype=np.int64)
        return sparse.csr_array((np.ones(len(ties)), ties, starts), shape=(len(self.rows), len(self.costs)))

    def solve(self, seconds: float, *, forget: bool = False) -> bool:
        """Solve, and set ``values``, ``slacks`` and ``bound`` (never lowered). False where time ran out.

        With *forget*, cycles that the optimum is far from are dropped afterwards; they can come back.
        """
        from scipy.optimize import linprog

        if not self.rows:
            return True
        square = self.matrix()
        used = np.unique(square.indices)
        small = square[:, used]
        found = linprog(
            self.costs[used],
            A_ub=-small,
            b_ub=-np.ones(len(self.rows)),
            bounds=(0, None),
            method="highs-ds",
            options={"time_limit": max(seconds, 0.01)},
        )
        if found.status != 0:
            return False
        duals = np.maximum(-found.ineqlin.marginals, 0.0)
        load = square.T @ duals
        excess = float(np.max(load / self.costs, initial=1.0))
        bound = float(duals.sum()) / excess
        self.values = np.zeros(len(self.costs))
        self.values[used] = np.maximum(found.x, 0.0)
        if bound >= self.bound:
            self.bound, self.slacks = bound, np.maximum(self.costs - load / excess, 0.0)
        if forget:
            tight = (duals > 1e-9) | (small @ found.x < 1.3)
            self.rows = [row for row, stays in zip(self.rows, tight, strict=True) if stays]
            self._known = {row.astype(np.int32).tobytes() for row in self.rows}
        return True


def triangles(ties: Ties, values: Floats, sides: Ints, most: int) -> list[Ints]:
    """Negative triangles whose values sum to less than 1: up to *most* a tie that *sides* frustrate, worst first."""
    network = ties.network
    bad = np.flatnonzero(network.weights * sides[network.a] * sides[network.b] < 0)
    # Under the sides, a third node closes a negative triangle when its two ties are both satisfied or both not.
    kind = network.matrix(network.signs * sides[network.a] * sides[network.b])
    # Shifted by one, so that a value of 0 is still an entry.
    shifted = network.matrix(values + 1.0)
    found: list[Ints] = []
    chunk = max(1, 4_000_000 // max(network.n, 1))
    for start in range(0, len(bad), chunk):
        some = bad[start : start + chunk]
        u, v = network.a[some], network.b[some]
        first, second = shifted[u].toarray(), shifted[v].toarray()
        both = kind[u].toarray() * kind[v].toarray() > 0
        sums = np.where(both, first + second - 2.0 + values[some][:, None], np.inf)
        width = min(most, network.n)
        worst = np.argpartition(sums, width - 1, axis=1)[:, :width]
        at, place = np.nonzero(np.take_along_axis(sums, worst, axis=1) < 1.0 - VIOLATED)
        third = worst[at, place]
        found.extend(
            np.column_stack([some[at], ties.numbers(u[at], third), ties.numbers(v[at], third)])
        )
    return found


def shortest_cycles(ties: Ties, values: Floats, sides: Ints, deadline: float, most: int) -> tuple[list[Ints], bool]:
    """Negative cycles whose values sum to less than 1: the shortest through each tie at a start, worst first.

    In the double cover (two copies of each node; satisfied ties run within a copy, frustrated ones across) a
    negative cycle through a node is a path between its two copies. Every negative cycle has a frustrated tie, so
    starts that touch all of these miss none; a small network is started from everywhere, which finds more cycles at
    a time. Gives up to *most* cycles, and whether all starts were tried: none left then means that every cycle is
    satisfied.
    """
    from scipy import sparse
    from scipy.sparse.csgraph import dijkstra

    network = ties.network
    n = network.n
    across = network.weights * sides[network.a] * sides[network.b] < 0
    a, b = network.a, network.b
    tails = np.concatenate([a, a + n])
    heads = np.concatenate([np.where(across, b + n, b), np.where(across, b, b + n)])
    lengths = np.concatenate([values, values]) + STEP
    cover = sparse.csr_array((lengths, (tails, heads)), shape=(2 * n, 2 * n))
    cover = (cover + cover.T).tocsr()
    starts = np.arange(n) if n <= EVERYWHERE else vertex_cover(a[across], b[across], n)
    found: list[tuple[float, Ints]] = []
    chunk = max(1, 2_000_000 // (2 * n))
    complete = True
    for begin in range(0, len(starts), chunk):
        some = starts[begin : begin + chunk]
        distance, before = dijkstra(cover, indices=some, return_predecessors=True, limit=1.0)
        for i, start in enumerate(some.tolist()):
            others, numbers = ties.of(start)
            ends = np.where(across[numbers], others, others + n)
            sums = distance[i, ends] + values[numbers]
            for place in np.flatnonzero((sums < 1.0 - VIOLATED) & ((others > start) | (n > EVERYWHERE))).tolist():
                cycle = _simple(ties, before[i], start, int(ends[place]), n)
                found.append((float(values[cycle].sum()), cycle))
        if len(found) >= 4 * most or time.monotonic() > deadline:
            complete = begin + chunk >= len(starts)
            break
    found.sort(key=lambda c: (c[0], len(c[1]), c[1].tolist()))
    return [cycle for _, cycle in found[:most]], complete


def _simple(ties: Ties, before: npt.NDArray[Any], start: int, end: int, n: int) -> Ints:
    """The innermost negative cycle on the walk from one copy of *start* to *end* and on to its other copy."""
    walk = [start + n, end]
    while walk[-1] != start:
        walk.append(int(before[walk[-1]]))
    seen: dict[int, int] = {}
    for place, node in enumerate(walk):
        here = node % n
        if here in seen and walk[seen[here]] != node:
            ring = np.array(walk[seen[here] : place + 1], dtype=np.int64) % n
            return ties.numbers(ring[:-1], ring[1:])
        if here in seen:
            # The same copy again: what lies between is no negative cycle, what follows still is.
            seen = {}
        seen[here] = place
    raise AssertionError("a walk between two copies of a node comes back to it")


def vertex_cover(a: Ints, b: Ints, n: int) -> Ints:
    """Nodes, few of them, that touch every tie (a, b): the busiest one first, again and again."""
    left = np.ones(len(a), dtype=bool)
    chosen: list[int] = []
    while left.any():
        busy = int(np.argmax(np.bincount(a[left], minlength=n) + np.bincount(b[left], minlength=n)))
        chosen.append(busy)
        left &= (a != busy) & (b != busy)
    return np.array(sorted(chosen), dtype=np.int64)
