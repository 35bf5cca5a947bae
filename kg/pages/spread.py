"""Where each node of a large network goes: groups beside each other, each on a disc of its own.

First the groups are found and their discs laid out, linked groups near each other; then the connected
parts are set side by side; then all nodes move at once, on their discs, between the pull of their ties
and the push of their surroundings, which a grid sums up; last, those that still touch are moved apart.

Equal input gives equal positions on every machine: nothing is random, matrix products (whose last digit
depends on the processor) are not used, and positions are rounded after every step, so that a difference
in a last digit dies out before it can grow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kg.pages.groups import Numbers, Weights, levels, summed_pairs

BETWEEN = 30.0
"""Pixels from the rim of a node to the rim of the next."""
FILLED = 0.66
"""Radius of a disc for one unit of room: loose enough for its nodes to find their places."""
CLOSE = 3.0
"""Pixels of that which may be wanting."""
GAP = 46.0
"""Pixels between two discs, and between two connected parts."""
WHOLE = 60
"""Nodes up to which a connected part is one group."""
GOLDEN = math.pi * (3 - math.sqrt(5))
GRAIN = 64.0
"""Positions are rounded to this part of a pixel."""
ROUNDS, APART = 90, 60
"""Steps of the forces, and of moving apart."""
PULL, PUSH = 0.42, 0.14
"""How far a tie pulls of its length, and a node pushes of the usual room: together they fill a disc evenly."""
CELLS, RANGE = 240, 24
"""Cells of the longer side of the grid, and how many of them a push reaches."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Positions of the nodes in pixels around (0, 0), the group of each, and the discs of the groups."""

    positions: Weights
    group: Numbers
    centres: Weights
    radii: Weights


def spread(
    radii: Sequence[float], ties: Sequence[tuple[int, int, float]], *, aspect: float = 1.2
) -> Spread:
    """A layout of nodes with ``radii`` (pixels) and ``ties`` (two nodes and a weight each, in any order)."""
    count = len(radii)
    if not count:
        return Spread(np.zeros((0, 2)), np.zeros(0, np.intp), np.zeros((0, 2)), np.zeros(0))
    room = 2 * np.asarray(radii, dtype=np.float64) + BETWEEN
    listed = np.array([(a, b) if a < b else (b, a) for a, b, _ in ties if a != b], dtype=np.intp)
    strength = np.sqrt(np.array([max(weight, 1e-3) for a, b, weight in ties if a != b], dtype=np.float64))
    # Sums of floats depend on their order, which must not depend on how the ties were listed.
    order = np.lexsort((strength, *listed.reshape(-1, 2).T[::-1]))
    ends, weights = summed_pairs(listed.reshape(-1, 2)[order], strength[order], count)
    part = _parts(count, ends)
    nested = levels(count, ends, weights)
    group = _chosen(nested, part)
    reach = FILLED * np.sqrt(np.bincount(group, room**2))
    centres = _centres(group, part, reach, ends, weights, aspect)
    spots = _inside(nested, group, room, centres, reach)
    if len(ends):
        spots = _settled(spots, group, room, centres, reach, ends, weights)
    spots = _moved_apart(spots, room)
    middle = _grain((spots.max(0) + spots.min(0)) / 2)
    return Spread(spots - middle, group, centres - middle, reach)


def _parts(count: int, ends: Numbers) -> Numbers:
    """The connected part of each node, the largest numbered 0."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    links = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    _, part = connected_components(links, directed=False)
    sizes = np.bincount(part)
    _, first = np.unique(part, return_index=True)
    rank = np.empty(len(sizes), dtype=np.intp)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    return np.asarray(rank[part], dtype=np.intp)


def _chosen(nested: list[Numbers], part: Numbers) -> Numbers:
    """The level with about half as many groups as the root of the number of nodes; a small part is one group."""
    large = np.bincount(part)[part] > WHOLE
    wanted = max(6.0, math.sqrt(int(large.sum())) / 2)
    group = np.zeros(len(part), dtype=np.intp)
    if large.any():
        # A large part has ties, so there is a level.
        group = min(nested, key=lambda level: abs(math.log(len(np.unique(level[large])) / wanted)))
    both = np.where(large, group, -1 - part)
    _, first, inverse = np.unique(both, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.intp)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]


# ---- the discs of the groups


def _centres(
    group: Numbers, part: Numbers, reach: Weights, ends: Numbers, weights: Weights, aspect: float
) -> Weights:
    """Centres of the discs: linked ones near each other in a part, and the parts on shelves."""
    count = len(reach)
    part_of = np.zeros(count, dtype=np.intp)
    part_of[group] = part
    pairs = np.sort(group[ends], axis=1)
    between = pairs[:, 0] != pairs[:, 1]
    links, strength = summed_pairs(pairs[between], weights[between], count)
    centres = np.zeros((count, 2))
    sizes = np.bincount(part_of)
    for number in np.flatnonzero(sizes > 1):
        members = np.flatnonzero(part_of == number)
        local = np.full(count, -1)
        local[members] = np.arange(len(members))
        own = part_of[links[:, 0]] == number
        centres[members] = _discs(reach[members], local[links[own]], strength[own], aspect)
    frames = np.zeros((len(sizes), 4))
    for side, way in ((0, -1.0), (1, 1.0)):
        for axis in (0, 1):
            edge = np.full(len(sizes), -np.inf)
            np.maximum.at(edge, part_of, way * centres[:, axis] + reach)
            frames[:, 2 * side + axis] = way * edge
    return _grain(centres + _shelves(frames, aspect)[part_of])


def _discs(radii: Weights, links: Numbers, strength: Weights, aspect: float) -> Weights:
    """Discs of one connected part: the more their links weigh for their size, the nearer; none on another."""
    count = len(radii)
    apart = radii[:, None] + radii[None] + GAP
    spots = _pivot_start(count, links) * float(np.median(radii)) * 2
    pull = np.zeros((count, count))
    # A tie is worth more between small groups than between large ones, which have many anyway.
    pull[links[:, 0], links[:, 1]] = strength / (radii[links[:, 0]] * radii[links[:, 1]])
    pull = pull + pull.T
    pull = np.sqrt(pull / max(float(pull.max()), 1e-12))
    rounds = max(40, min(300, 12_000_000 // (count * count)))
    widest = math.sqrt(float((radii**2).sum()))
    lean = np.array([1 / aspect, aspect])
    for turn in range(rounds):
        heat = widest * 0.12 * (1 - turn / rounds) + 1
        step = _pushed(spots, apart, pull) - 0.02 * spots * lean
        spots = _grain(spots + _at_most(step, heat))
    # Drawn together towards the middle, and kept off one another: what remains is packed, not scattered.
    for turn in range(2 * rounds):
        if turn < 1.6 * rounds:
            across, down = (spots + radii[:, None]).max(0) - (spots - radii[:, None]).min(0)
            # What is too high is pressed together from above and below, and gives way to the sides.
            excess = min(0.6, max(-0.6, math.log(across / down / aspect))) * 4
            spots = spots * (1 - 0.006 * np.array([1 + excess, 1 - excess]))
        delta = spots[:, None] - spots[None]
        distance = np.sqrt((delta**2).sum(2))
        np.fill_diagonal(distance, np.inf)
        over = np.maximum(apart - distance, 0)
        if turn >= 1.6 * rounds and not over.any():
            break
        spots = _grain(spots + (delta * (over / np.maximum(distance, 1e-6) * 0.36)[:, :, None]).sum(1))
    return spots


def _pushed(spots: Weights, apart: Weights, pull: Weights) -> Weights:
    """All push each other off, linked ones pull; both in proportion to the distance that two discs want."""
    delta = spots[:, None] - spots[None]
    distance = np.sqrt((delta**2).sum(2)) + 1e-6
    share = distance / apart
    force = 0.16 / share**2 - pull * share * 0.12
    np.fill_diagonal(force, 0)
    return np.asarray((delta * force[:, :, None]).sum(1))


def _pivot_start(count: int, links: Numbers) -> Weights:
    """Steps to four far-apart discs as first coordinates: a rough map, but an unfolded one."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    graph = csr_array((np.ones(len(links)), (links[:, 0], links[:, 1])), shape=(count, count))

    def steps(start: int) -> Weights:
        return np.asarray(dijkstra(graph, directed=False, unweighted=True, indices=start))

    left = steps(int(steps(0).argmax()))
    right = steps(int(left.argmax()))
    # Far from both ends of the long axis lies what spans the other one.
    top = steps(int(np.minimum(left, right).argmax()))
    bottom = steps(int((top - np.abs(left - right)).argmax()))
    turn = np.arange(count) * GOLDEN
    spiral = np.column_stack((np.cos(turn), np.sin(turn))) * np.sqrt(np.arange(1, count + 1) / count)[:, None]
    return _grain(np.column_stack((left - right, top - bottom)) + 0.8 * spiral)


def _shelves(frames: Weights, aspect: float) -> Weights:
    """How far each part (left, top, right, bottom) moves so that all stand in rows, the largest first."""
    wide, high = (frames[:, 2:] - frames[:, :2] + GAP).T
    width = max(float(wide[0]), math.sqrt(float((wide * high).sum()) * aspect))
    rows: list[list[int]] = []
    used = math.inf
    for index, own in enumerate(wide.tolist()):
        # Beside a large part the small ones would float; they stand in rows of their own.
        if used + own > width or (index and wide[index - 1] > width / 2 > own):
            rows.append([])
            used = 0.0
        rows[-1].append(index)
        used += own
    moves = np.zeros((len(frames), 2))
    top = 0.0
    for row in rows:
        left, height = -float(wide[row].sum()) / 2, float(high[row].max())
        for index in row:
            moves[index] = left - frames[index, 0], top + (height - high[index]) / 2 - frames[index, 1]
            left += float(wide[index])
        top += height
    return moves


# ---- the nodes on their discs


def _inside(nested: list[Numbers], group: Numbers, room: Weights, centres: Weights, reach: Weights) -> Weights:
    """First places: in each group its subgroups on small discs, and in these the nodes."""
    finer = [level for level in nested if _refines(level, group)]
    parent, middle, radius = group, centres, reach
    for level in (*finer[::-1], np.arange(len(group))):
        count = int(level.max()) + 1
        above = np.zeros(count, dtype=np.intp)
        above[level] = parent
        area = np.bincount(level, room**2, count)
        order = np.lexsort((np.arange(count), -area, above))
        whole = np.bincount(above, area)
        summed = np.cumsum(area[order]) - area[order] / 2
        begin = np.concatenate(([0.0], np.cumsum(whole)[:-1]))
        share = np.clip((summed - begin[above[order]]) / whole[above[order]], 0, 1)
        first = np.concatenate(([0], np.cumsum(np.bincount(above))[:-1]))
        place = np.arange(count) - first[above[order]]
        alone = np.bincount(above)[above[order]] == 1
        away = np.where(alone, 0, radius[above[order]] * np.sqrt(share) * 0.9)
        spots = np.zeros((count, 2))
        turn = place * GOLDEN + above[order]
        spots[order] = middle[above[order]] + np.column_stack((np.cos(turn), np.sin(turn))) * away[:, None]
        parent, middle, radius = level, _grain(spots), FILLED * np.sqrt(area) * 0.9
    return middle


def _refines(level: Numbers, group: Numbers) -> bool:
    """Whether no subgroup reaches into two groups."""
    last = np.zeros(int(level.max()) + 1, dtype=np.intp)
    last[level] = group
    return bool((last[level] == group).all())


def _settled(
    spots: Weights, group: Numbers, room: Weights, centres: Weights, reach: Weights, ends: Numbers, weights: Weights
) -> Weights:
    """Nodes between the pull of their ties and the push of what is near, kept on their discs."""
    count = len(spots)
    usual = float(np.median(room))
    push = _Grid(centres, reach, usual)
    first, second = ends.T
    own = group[first] == group[second]
    total = np.bincount(first, weights, count) + np.bincount(second, weights, count)
    share_a, share_b = weights / total[first], weights / total[second]
    home, rim = centres[group], (reach - usual / 2).clip(0)[group]
    lonely = np.bincount(group)[group] == 1
    for turn in range(ROUNDS):
        heat = usual * (1.4 * (1 - turn / ROUNDS) ** 1.5 + 0.05)
        between = spots[second] - spots[first]
        length = np.sqrt((between**2).sum(1)) + 1e-6
        # Ties to other groups only turn a node towards them; those of its own group place it.
        pull = between * np.where(own, PULL, np.minimum(PULL, usual * 0.8 / length))[:, None]
        step = PUSH * usual * push(spots)
        for axis in (0, 1):
            step[:, axis] += np.bincount(first, share_a * pull[:, axis], count)
            step[:, axis] -= np.bincount(second, share_b * pull[:, axis], count)
        spots = spots + _at_most(step, heat)
        off = spots - home
        away = np.sqrt((off**2).sum(1)) + 1e-9
        spots = _grain(home + off * np.minimum(1, rim / away)[:, None])
    return np.where(lonely[:, None], _grain(home), spots)


class _Grid:
    """The push of all nodes on each, summed over a grid: a node pushes as 1 / distance, up to some cells away."""

    def __init__(self, centres: Weights, reach: Weights, usual: float) -> None:
        from scipy import fft

        low, high = (centres - reach[:, None]).min(0), (centres + reach[:, None]).max(0)
        self.cell = max(float((high - low).max()) / CELLS, usual / 2)
        self.origin = low - 2 * self.cell
        inner = np.ceil((high - low) / self.cell).astype(int) + 5
        self.shape = tuple(fft.next_fast_len(int(side) + RANGE, real=True) for side in inner)
        self.last = inner - 2
        across, down = (np.fft.fftfreq(side) * side for side in self.shape)
        distance2 = across[:, None] ** 2 + down[None] ** 2
        near = np.clip(1 - distance2 / RANGE**2, 0, None) ** 2
        fall = near / (distance2 + 1) * usual / self.cell
        self.waves = [fft.rfft2(fall * way) for way in (across[:, None], down[None])]

    def __call__(self, spots: Weights) -> Weights:
        from scipy import fft

        at = np.clip((spots - self.origin) / self.cell, 0, self.last)
        corner = np.floor(at).astype(np.intp)
        (fx, fy), (rows, columns) = (at - corner).T, self.shape
        index = corner[:, 0] * columns + corner[:, 1]
        corners = (
            (0, (1 - fx) * (1 - fy)), (1, (1 - fx) * fy), (columns, fx * (1 - fy)), (columns + 1, fx * fy),
        )  # fmt: skip
        mass = np.zeros(rows * columns)
        for step, share in corners:
            mass += np.bincount(index + step, share, rows * columns)
        seen = fft.rfft2(mass.reshape(self.shape))
        pushes = np.empty_like(spots)
        for axis, wave in enumerate(self.waves):
            field = fft.irfft2(seen * wave, s=self.shape).ravel()
            pushes[:, axis] = sum(field[index + step] * share for step, share in corners)
        return pushes


def _moved_apart(spots: Weights, room: Weights) -> Weights:
    """Nodes that stand too near each other step aside; only neighbours on the page are looked at."""
    from scipy.spatial import cKDTree

    count = len(spots)
    turn = np.arange(count) * GOLDEN
    # No two on one point, or they would not know which way to go.
    spots = _grain(spots + 0.5 * np.column_stack((np.cos(turn), np.sin(turn))))
    reach = float(room.max()) if count else 0.0
    for _ in range(APART):
        near = cKDTree(spots).query_pairs(reach, output_type="ndarray")
        first, second = near.T
        between = spots[second] - spots[first]
        distance = np.sqrt((between**2).sum(1))
        lack = (room[first] + room[second]) / 2 - distance
        hit = lack > 0
        if not (lack > CLOSE).any():
            break
        first, second, lack = first[hit], second[hit], lack[hit]
        push = between[hit] / np.maximum(distance[hit], 1e-6)[:, None] * (lack * 0.3)[:, None]
        step = np.empty_like(spots)
        for axis in (0, 1):
            step[:, axis] = np.bincount(second, push[:, axis], count) - np.bincount(first, push[:, axis], count)
        spots = _grain(spots + _at_most(step, reach / 2))
    return spots


def _at_most(step: Weights, length: float) -> Weights:
    own = np.sqrt((step**2).sum(1)) + 1e-9
    return np.asarray(step * np.minimum(1, length / own)[:, None])


def _grain(spots: Weights) -> Weights:
    return np.asarray(np.rint(spots * GRAIN) / GRAIN)
