"""Where each node goes: computed beforehand, so the same network looks the same every time.

Up to :data:`SMALL` nodes each component is laid out by stress majorisation (SMACOF), where distance on
the page follows distance in the network. Then nodes are pushed off lines that are not theirs, the boxes
of the labels are moved apart, and components are set beside each other, the largest first. Larger
networks go to :mod:`kg.pages.spread`. Nothing here is random.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Tie = tuple[int, int, float]
Pairs = Mapping[tuple[int, int], list[float]]

SMALL = 300
UNIT = 165.0
"""Pixels between two neighbours."""
GAP = 46.0
"""Pixels between two components."""


@dataclass(frozen=True, slots=True)
class Box:
    """The room a node needs: a disc of ``radius`` with a label of the given size below."""

    radius: float
    width: float
    height: float


def place(boxes: Sequence[Box], ties: Sequence[Tie], *, aspect: float = 1.45) -> list[tuple[float, float]]:
    """Centres of the nodes, in pixels around (0, 0), for a picture about ``aspect`` times as wide as high."""
    count = len(boxes)
    if not count:
        return []
    if count > SMALL:
        from kg.pages.spread import spread

        spots = spread([box.radius for box in boxes], ties, aspect=max(aspect, 1 / aspect)).positions
        return [(float(x), float(y)) for x, y in np.round(spots if aspect >= 1 else spots[:, ::-1], 1) + 0.0]
    pairs: defaultdict[tuple[int, int], list[float]] = defaultdict(list)
    for source, target, weight in ties:
        if source != target:
            pairs[min(source, target), max(source, target)].append(weight)
    positions = np.zeros((count, 2))
    parts: list[list[int]] = []
    for members in _components(count, pairs):
        parts.append(members)
        if len(members) > 1:
            positions[members] = _component(members, boxes, pairs, aspect)
    _pack(positions, parts, boxes, aspect)
    centre = (positions.max(0) + positions.min(0)) / 2
    return [(round(float(x), 1) + 0.0, round(float(y), 1) + 0.0) for x, y in positions - centre]


def _components(count: int, pairs: Pairs) -> list[list[int]]:
    """Connected parts, the largest first; their order never depends on how ties were listed."""
    neighbours: list[list[int]] = [[] for _ in range(count)]
    for source, target in pairs:
        neighbours[source].append(target)
        neighbours[target].append(source)
    seen = [False] * count
    parts: list[list[int]] = []
    for start in range(count):
        if seen[start]:
            continue
        seen[start] = True
        members = [start]
        for node in members:
            for neighbour in neighbours[node]:
                if not seen[neighbour]:
                    seen[neighbour] = True
                    members.append(neighbour)
        parts.append(sorted(members))
    return sorted(parts, key=lambda members: (-len(members), members[0]))


def _component(
    members: list[int], boxes: Sequence[Box], pairs: Pairs, aspect: float
) -> Array:
    local = {node: index for index, node in enumerate(members)}
    inside = sorted(
        (local[a], local[b], sum(each), len(each)) for (a, b), each in pairs.items() if a in local
    )
    ends = np.array([(a, b) for a, b, _, _ in inside], dtype=np.intp)
    weights = np.array([weight for _, _, weight, _ in inside])
    parallel = np.array([lines for _, _, _, lines in inside], dtype=np.float64)
    radii = np.array([boxes[node].radius for node in members])
    spots = _upright(_stress(len(members), ends, weights, parallel), wide=aspect >= 1) * UNIT * 1.05
    # Lean towards the shape of the page, but not so far that distances stop meaning anything.
    across, down = np.maximum(spots.std(0), UNIT / 4)
    lean = float(np.clip(math.sqrt(aspect * down / across), 0.72, 1.4))
    spots *= (lean, 1 / lean)
    wide = np.array([max(2 * boxes[node].radius, boxes[node].width) + 16 for node in members])
    high = np.array([2 * boxes[node].radius + boxes[node].height + 14 for node in members])
    shift = np.array([(boxes[node].height + 4) / 2 for node in members])  # the label hangs below
    for _ in range(3):  # one correction can undo another; a few rounds settle
        _off_lines(spots, ends, weights, radii)
        _apart(spots, wide, high, shift, sideways=1.2 if aspect >= 1 else 0.4)
    return spots


def _stress(count: int, ends: npt.NDArray[np.intp], weights: Array, parallel: Array) -> Array:
    """SMACOF: move all nodes at once to where their ideal distances are met best, until they rest."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(map(tuple, ends.tolist()))
    hops = np.zeros((count, count))
    for node, lengths in nx.all_pairs_shortest_path_length(graph):
        hops[node, list(lengths)] = list(lengths.values())
    strength = np.zeros(count)
    np.add.at(strength, ends[:, 0], weights)
    np.add.at(strength, ends[:, 1], weights)
    hub = np.sqrt(strength / strength.max()) if strength.max() > 0 else np.ones(count)
    # Two hubs share many neighbours and many lines: they need more room between them.
    ideal = hops * (0.85 + 1.5 * hub[:, None] * hub[None, :])
    # So do two actors with many ties between them: the lines fan out, and their ends carry marks.
    fan = np.minimum(0.85 + 0.34 * (parallel - 1), 2.6)
    for one, other in (ends.T, ends.T[::-1]):
        ideal[one, other] = np.maximum(ideal[one, other], fan)
    off_diagonal = ~np.eye(count, dtype=bool)
    importance = np.zeros_like(ideal)
    importance[off_diagonal] = ideal[off_diagonal] ** -2
    laplacian = np.diag(importance.sum(1)) - importance
    inverse = np.linalg.pinv(laplacian)
    spots = _outline(ideal)
    for _ in range(400):
        across, down = (spots[:, axis, None] - spots[None, :, axis] for axis in (0, 1))
        distance = np.sqrt(across * across + down * down)
        ratio = -importance * ideal / np.maximum(distance, 1e-9)
        np.fill_diagonal(ratio, 0)
        np.fill_diagonal(ratio, -ratio.sum(1))
        moved = inverse @ (ratio @ spots)
        rest = float(np.abs(moved - spots).max()) < 2e-4
        spots = moved
        if rest:
            break
    return spots


def _outline(distances: Array) -> Array:
    """Classical scaling of a distance table, with a spiral added so that no two nodes coincide."""
    squared = distances**2
    centred = -0.5 * (squared - squared.mean(0) - squared.mean(1)[:, None] + squared.mean())
    values, vectors = np.linalg.eigh(centred)
    spots = vectors[:, [-1, -2]] * np.sqrt(np.maximum(values[[-1, -2]], 0)) if len(distances) > 1 else centred
    turn = np.arange(len(distances)) * (math.pi * (3 - math.sqrt(5)))
    return np.asarray(_one_sign(spots) + 0.15 * np.column_stack((np.cos(turn), np.sin(turn))))


def _upright(spots: Array, *, wide: bool) -> Array:
    """Turn the longest axis of the drawing along the longest side of the page."""
    centred = spots - spots.mean(0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    turned = _one_sign(centred @ axes.T) if len(spots) > 1 else centred
    return turned if wide else np.ascontiguousarray(turned[:, ::-1])


def _one_sign(spots: Array) -> Array:
    """Mirror so that the first far-out node is on the left and on top: an axis has no sign of its own."""
    signs = []
    for column in spots.T:
        far = np.flatnonzero(np.abs(column) > 0.5 * max(float(np.abs(column).max()), 1e-12))
        signs.append(-1.0 if len(far) and column[far[0]] > 0 else 1.0)
    return np.asarray(spots * np.array(signs))


def _off_lines(
    spots: Array, ends: npt.NDArray[np.intp], weights: Array, radii: Array, rounds: int = 40
) -> None:
    """A node on a foreign line reads as part of that tie: move it aside, further from thicker lines."""
    nodes = np.arange(len(spots))
    own = (nodes[None] == ends[:, :1]) | (nodes[None] == ends[:, 1:])
    need = radii[None] + 12 + 3 * np.minimum(weights, 6)[:, None]
    for _ in range(rounds):
        start, line = spots[ends[:, 0]], spots[ends[:, 1]] - spots[ends[:, 0]]
        length = np.maximum(np.sqrt((line**2).sum(1)), 1e-9)
        x, y = (line / length[:, None]).T[:, :, None]
        right, low = (spots[None, :, axis] - start[:, axis, None] for axis in (0, 1))
        along = (right * x + low * y) / length[:, None]
        aside = low * x - right * y
        lack = np.where(own | (along < 0.06) | (along > 0.94), 0, need - np.abs(aside)).clip(0)
        if lack.max(initial=0) < 1:
            return
        signed: Any = lack * np.where(aside >= 0, 0.35, -0.35)
        push = np.column_stack(((signed * -y).sum(0), (signed * x).sum(0)))
        spots += np.clip(push, -12, 12)


def _apart(
    spots: Array, wide: Array, high: Array, shift: Array, *, sideways: float, rounds: int = 250
) -> None:
    """Move overlapping boxes apart where they overlap least; ``sideways`` above 1 prefers left and right."""
    first, second = np.triu_indices(len(spots), 1)
    need_x, need_y = (wide[first] + wide[second]) / 2, (high[first] + high[second]) / 2
    for _ in range(rounds):
        dx = spots[second, 0] - spots[first, 0]
        dy = spots[second, 1] + shift[second] - spots[first, 1] - shift[first]
        over_x, over_y = need_x - np.abs(dx), need_y - np.abs(dy)
        hit = (over_x > 0.5) & (over_y > 0.5)
        if not hit.any():
            return
        across = hit & (over_x < over_y * sideways)
        upward = hit & ~across
        step = np.zeros_like(spots)
        for axis, chosen, over, delta in ((0, across, over_x, dx), (1, upward, over_y, dy)):
            push = over[chosen] * np.where(delta[chosen] >= 0, 0.3, -0.3)
            np.add.at(step[:, axis], first[chosen], -push)
            np.add.at(step[:, axis], second[chosen], push)
        spots += np.clip(step, -40, 40)


def _pack(positions: Array, parts: list[list[int]], boxes: Sequence[Box], aspect: float) -> None:
    """Set components on shelves, the largest on top; actors without ties end up in tidy rows below."""
    frames = []
    for members in parts:
        left = min(positions[n, 0] - max(boxes[n].radius, boxes[n].width / 2) for n in members)
        right = max(positions[n, 0] + max(boxes[n].radius, boxes[n].width / 2) for n in members)
        top = min(positions[n, 1] - boxes[n].radius for n in members)
        bottom = max(positions[n, 1] + boxes[n].radius + boxes[n].height + 6 for n in members)
        frames.append((left, top, right - left, bottom - top))
    area = sum((width + GAP) * (height + GAP) for _, _, width, height in frames)
    shelf = max(frames[0][2], math.sqrt(area * aspect))
    rows: list[list[int]] = []
    used = math.inf
    for index, (_, _, width, _) in enumerate(frames):
        if used + width > shelf:
            rows.append([])
            used = 0.0
        rows[-1].append(index)
        used += width + GAP
    top = 0.0
    for row in rows:
        left = -(sum(frames[index][2] for index in row) + GAP * (len(row) - 1)) / 2
        height = max(frames[index][3] for index in row)
        for index in row:
            x, y, width, own = frames[index]
            # Single nodes stand on one line; larger parts are centred on their shelf.
            lower = 0.0 if len(parts[index]) == 1 else (height - own) / 2
            positions[parts[index]] += (left - x, top + lower - y)
            left += width + GAP
        top += height + GAP
