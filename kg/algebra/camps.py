"""Partitions of a signed network into more than two camps: weak balance, with at most k camps or any number.

Formulas, papers and figures: docs/methods/structure.md.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from kg.algebra.cycles import Cover, Ties
from kg.algebra.frustration import (
    CLOSE,
    Frustration,
    frustration,
    raised,
    result,
    unit_of,
    weighed,
)
from kg.algebra.shrink import blocks
from kg.algebra.signed import Floats, Ints, Signed, canonical, first_seen
from kg.errors import KGError


def camps(
    matrix: Any, k: int | None = None, *, weights: str = "count", time_limit: float = 60.0, seed: int = 0
) -> Frustration:
    """The partition into at most *k* camps with the fewest ties against it; None: as many camps as it takes.

    A tie is against a partition when it is positive between camps or negative within one (Davis 1967; the
    criterion of Doreian and Mrvar 1996 at α = ½, times two). k = 2 is the frustration index, k = 1 the negative
    ties. *weights*, *time_limit*, missing cells and errors as in ``frustration``.
    """
    if k is not None and (isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 1):
        raise KGError(f"There cannot be {k} camps.", cure="Give k = 1, 2, 3 …, or None for any number.")
    if k == 2:
        return frustration(matrix, weights=weights, time_limit=time_limit, seed=seed)
    started = time.monotonic()
    network = weighed(matrix, weights, time_limit)
    if k == 1:
        against = float(np.abs(network.weights[network.weights < 0]).sum())
        return result(network, np.zeros(network.n, dtype=np.int64), against, 1, started)
    order = canonical(network)
    plain = network.renumbered(order)
    rng = np.random.default_rng(seed)
    bound = 0.0
    most = plain.n if k is None else min(int(k), max(plain.n, 1))
    found = sorted(blocks(plain), key=lambda p: (len(p[1]), p[0].tolist())) if len(plain) else []
    parts = []
    for members, block in found:
        own, low = _block(block, min(most, block.n), k is None, started + time_limit, rng)
        parts.append((members, own))
        bound += low
    labels = _glued(plain.n, parts)
    back = np.empty(network.n, dtype=np.int64)
    back[order] = labels
    return result(network, back, bound, k, started)


def _glued(n: int, parts: list[tuple[Ints, Ints]]) -> Ints:
    """Camps of all nodes from those within each block. Blocks meet in one node and form no ring, so each is renamed
    to agree, at the node where it is reached, with what is there."""
    labels = np.full(n, -1, dtype=np.int64)
    meeting: dict[int, list[int]] = {}
    for number, (members, _) in enumerate(parts):
        for node in members.tolist():
            meeting.setdefault(node, []).append(number)
    done = [False] * len(parts)
    for first in range(len(parts)):
        queue = [(first, int(parts[first][0][0]))]
        for number, node in queue:
            if done[number]:
                continue
            done[number] = True
            members, own = parts[number]
            old = int(own[np.searchsorted(members, node)])
            new = old if labels[node] < 0 else int(labels[node])
            labels[members] = np.where(own == old, new, np.where(own == new, old, own))
            queue.extend((other, m) for m in members.tolist() for other in meeting[m] if not done[other])
    return np.maximum(labels, 0)


def _against(network: Signed, labels: Ints) -> Floats:
    apart = labels[network.a] != labels[network.b]
    return np.where(apart == (network.weights > 0), np.abs(network.weights), 0.0)


def _block(
    network: Signed, most: int, any_number: bool, deadline: float, rng: np.random.Generator
) -> tuple[Ints, float]:
    """Camps of one block and a lower bound: descent, cycles with one negative tie, then the assignment program."""
    unit = unit_of(network)
    labels = _descend(network, most, rng, deadline)
    value = float(_against(network, labels).sum())
    if value == 0:
        return labels, 0.0
    cover = Cover(np.abs(network.weights))
    labels, bound, done = _cluster(network, most, labels, cover, deadline, complete=any_number)
    value = float(_against(network, labels).sum())
    if done or value - raised(bound, unit) <= (1e-9 if unit else CLOSE) * value or any_number:
        return labels, min(bound, value)
    return _assign(network, most, labels, cover, bound, unit, deadline)


def _descend(network: Signed, most: int, rng: np.random.Generator, deadline: float) -> Ints:
    """The best of several descents: move one node to its best camp until none gains, shake, and again."""
    ties = Ties(network)
    around = [ties.of(v) for v in range(network.n)]
    pulls = [(others, network.weights[numbers]) for others, numbers in around]
    tiny = 1e-9 * float(np.abs(network.weights).max())
    rooms = min(most, network.n)
    best, best_cost = np.zeros(network.n, dtype=np.int64), np.inf
    labels = np.zeros(network.n, dtype=np.int64)
    for attempt in range(120):
        if attempt % 12 == 1:
            labels = rng.integers(0, rooms, network.n)
        elif attempt:
            labels = best.copy()
            shaken = rng.choice(network.n, max(1, network.n // 6), replace=False)
            labels[shaken] = rng.integers(0, rooms, len(shaken))
        moved = True
        while moved:
            moved = False
            for node in rng.permutation(network.n).tolist():
                others, weights = pulls[node]
                # What a camp offers: ties above zero kept inside less ties below zero taken in.
                offer = np.bincount(labels[others], weights, rooms)
                goal = int(np.argmax(offer))
                if offer[goal] > offer[labels[node]] + tiny:
                    labels[node], moved = goal, True
        cost = float(_against(network, labels).sum())
        if cost < best_cost - tiny:
            best, best_cost = labels.copy(), cost
        if best_cost <= tiny or time.monotonic() > deadline:
            break
    return first_seen(best)


def _cluster(
    network: Signed, most: int, labels: Ints, cover: Cover, deadline: float, *, complete: bool
) -> tuple[Ints, float, bool]:
    """The bound for any number of camps: every cycle with exactly one negative tie has a tie against.

    First the linear program; with *complete*, whole numbers too, until what is left connected by positive ties
    that stay holds no negative tie. Gives the best labels of at most *most* camps, the bound, and whether proven.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    costs, unit = np.abs(network.weights), unit_of(network)
    ties = Ties(network)
    value = float(_against(network, labels).sum())
    cover.add(_one_negative(network, ties, np.zeros(len(network))))
    cover.pack()
    for _ in range(200):
        if not cover.solve(deadline - time.monotonic()):
            return labels, cover.bound, False
        if value - raised(cover.bound, unit) <= (1e-9 if unit else CLOSE) * value:
            return labels, value, True
        if time.monotonic() > deadline or not cover.add(_one_negative(network, ties, cover.values)):
            break
    bound = cover.bound
    if not complete and most < network.n:
        # For few camps this is only one bound of two; the assignment program goes on from here.
        deadline = min(deadline, time.monotonic() + 0.25 * max(deadline - time.monotonic(), 0.0))
    while cover.rows and time.monotonic() < deadline:
        found = milp(
            costs,
            integrality=np.ones(len(network)),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(cover.matrix(), 1, np.inf),
            options={"time_limit": max(deadline - time.monotonic(), 0.01), "mip_rel_gap": 0.0},
        )
        if found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound):
            bound = max(bound, float(found.mip_dual_bound))
        if found.x is None:
            break
        gone = np.round(found.x)
        own = _merged(network, network.keep((network.weights > 0) & (gone < 0.5)).components())
        cost = float(_against(network, own).sum())
        if own.max() < most and cost < value - 1e-9 * value:
            labels, value = own, cost
        if value - raised(bound, unit) <= (1e-9 if unit else CLOSE) * value:
            return labels, value, True
        if not cover.add(_one_negative(network, ties, gone)):
            break
    return labels, min(bound, value), False


def _one_negative(network: Signed, ties: Ties, values: Floats) -> list[Ints]:
    """For each negative tie, the shortest way round by positive ties, where the ring's values sum to less than 1."""
    from scipy import sparse
    from scipy.sparse.csgraph import dijkstra

    negative = np.flatnonzero(network.weights < 0)
    kept = network.weights > 0
    a, b = network.a[kept], network.b[kept]
    paths = sparse.csr_array((values[kept] + 1e-5, (a, b)), shape=(network.n, network.n))
    starts = np.unique(network.a[negative])
    if not len(starts) or not len(a):
        return []
    distance, before = dijkstra(paths + paths.T, indices=starts, return_predecessors=True, limit=1.0)
    found = []
    for tie in negative.tolist():
        start, node = int(network.a[tie]), int(network.b[tie])
        row = int(np.searchsorted(starts, start))
        if distance[row, node] + values[tie] >= 1.0:
            continue
        walk = [node]
        while walk[-1] != start:
            walk.append(int(before[row, walk[-1]]))
        nodes = np.array(walk)
        ring = np.append(ties.numbers(nodes[:-1], nodes[1:]), tie)
        if values[ring].sum() < 1 - 1e-4:
            found.append(ring)
    return found


def _merged(network: Signed, labels: Ints) -> Ints:
    """Camps merged, the heaviest positive pair first, as long as no pair of camps is better together than apart."""
    labels = first_seen(labels)
    while True:
        n = int(labels.max()) + 1
        between = np.zeros((n, n))
        u, v = labels[network.a], labels[network.b]
        np.add.at(between, (np.minimum(u, v), np.maximum(u, v)), network.weights)
        opposed = np.zeros((n, n), dtype=bool)
        np.logical_or.at(opposed, (np.minimum(u, v), np.maximum(u, v)), network.weights < 0)
        np.fill_diagonal(between, -np.inf)
        between[np.tril_indices(n)] = -np.inf
        # Camps without a negative tie between them can be one at no cost.
        open_ = np.where((between > 0) | (~opposed & np.isfinite(between)), between, -np.inf)
        if n == 1 or not np.isfinite(open_.max()):
            return labels
        first, second = np.unravel_index(int(np.argmax(open_)), open_.shape)
        labels = first_seen(np.where(labels == second, first, labels))


def _assign(
    network: Signed, k: int, labels: Ints, cover: Cover, bound: float, unit: float, deadline: float
) -> tuple[Ints, float]:
    """Integer program: z[node, camp], one camp a node; f a tie, at least what the camps of its ends make it.

    Camps can be renamed at will, so nodes are taken in the order of their negative ties, and a node may open camp
    c only when an earlier one is in camp c − 1. The search is for something better than *labels*.
    """
    from scipy import sparse
    from scipy.optimize import Bounds, LinearConstraint, milp

    n, m = network.n, len(network)
    costs = np.abs(network.weights)
    value = float(_against(network, labels).sum())
    order = _opponents_first(network)
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    rows: list[Any] = []
    lows: list[Floats] = []

    def add(entries: list[tuple[Any, Any]], size: int, low: float) -> None:
        """Rows of −1, 0, 1: each entry gives one column a row, and its coefficient."""
        if not size:
            return
        at = np.tile(np.arange(size), len(entries))
        columns = np.concatenate([np.broadcast_to(c, size) for c, _ in entries])
        data = np.concatenate([np.full(size, float(v)) for _, v in entries])
        rows.append(sparse.csr_array((data, (at, columns)), shape=(size, n * k + m)))
        lows.append(np.full(size, low))

    positive, negative = np.flatnonzero(network.weights > 0), np.flatnonzero(network.weights < 0)
    for c in range(k):
        for group, sign, low in ((positive, -1, 0.0), (negative, 1, -1.0)):
            u, v, f = network.a[group] * k + c, network.b[group] * k + c, n * k + group
            add([(f, 1), (u, -1), (v, -sign)], len(group), low)
            if sign < 0:
                add([(f, 1), (u, 1), (v, -1)], len(group), low)
    for position in range(1, n):
        for c in range(1, min(k, position + 1)):
            earlier = [(np.array([order[p] * k + c - 1]), 1) for p in range(position)]
            add([(np.array([order[position] * k + c]), -1), *earlier], 1, 0.0)
    if cover.rows:
        cycles = cover.matrix()
        rows.append(sparse.hstack([sparse.csr_array((cycles.shape[0], n * k)), cycles]))
        lows.append(np.ones(cycles.shape[0]))
    target = value - unit + 1e-6 * unit if unit else value * (1 - CLOSE)
    whole = np.concatenate([np.zeros(n * k), costs])
    rows.append(sparse.csr_array(np.vstack([-whole, whole])))
    lows.append(np.array([-target, bound - 1e-6 * max(bound, 1.0)]))
    once = sparse.csr_array(
        (np.ones(n * k), (np.repeat(np.arange(n), k), np.arange(n * k))), shape=(n, n * k + m)
    )
    top = np.ones(n * k + m)
    for node in range(n):
        top[node * k + place[node] + 1 : (node + 1) * k] = 0
    found = milp(
        whole,
        integrality=np.concatenate([np.ones(n * k), np.zeros(m)]),
        bounds=Bounds(np.zeros(n * k + m), top),
        constraints=[
            LinearConstraint(sparse.vstack(rows).tocsr(), np.concatenate(lows), np.inf),
            LinearConstraint(once, 1, 1),
        ],
        options={"time_limit": max(deadline - time.monotonic(), 0.01), "mip_rel_gap": 0.0},
    )
    if found.status == 2:
        return labels, value
    if found.x is not None:
        own = first_seen(np.argmax(found.x[: n * k].reshape(n, k), axis=1))
        if float(_against(network, own).sum()) < value:
            labels = own
    reached = float(_against(network, labels).sum())
    if found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound):
        bound = max(bound, min(float(found.mip_dual_bound), value))
    return labels, min(bound, reached)


def _opponents_first(network: Signed) -> Ints:
    """Nodes so that each has as much against those before it as can be: their camps differ, which breaks ties."""
    against = network.keep(network.weights < 0)
    square = against.matrix(np.abs(against.weights))
    left = np.ones(network.n, dtype=bool)
    pressure = np.zeros(network.n)
    total = np.asarray(square.sum(axis=1)).reshape(-1)
    order: list[int] = []
    for _ in range(network.n):
        score = np.where(left, pressure + 1e-6 * total, -1.0)
        node = int(np.argmax(score))
        order.append(node)
        left[node] = False
        pressure[square.indices[square.indptr[node] : square.indptr[node + 1]]] += 1.0
    return np.array(order, dtype=np.int64)
