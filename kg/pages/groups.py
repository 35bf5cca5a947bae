"""Groups of a large network: actors with more ties among themselves than chance would give them.

The greedy search for modularity of Blondel et al. (2008), with a queue of the nodes whose surroundings
changed. Plain Python floats in a fixed order, so that every machine finds the same groups.
"""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.intp]
Weights = npt.NDArray[np.float64]

LEAST_GAIN = 1e-9


def levels(count: int, ends: Numbers, weights: Weights) -> list[Numbers]:
    """For every level from fine to coarse, the group of each of ``count`` nodes; no level without any ties.

    ``ends`` are the two nodes of each pair (shape m × 2, no pair twice, no node with itself), ``weights`` above 0.
    """
    found: list[Numbers] = []
    of_node = np.arange(count, dtype=np.intp)
    inside: Weights = np.zeros(count)
    while len(ends):
        group = _first_seen(_moved(len(inside), ends, weights, inside))
        size = int(group.max()) + 1
        if size == len(inside):
            break
        of_node = group[of_node]
        found.append(of_node)
        ends, weights, inside = _merged(group, size, ends, weights, inside)
    return found


def _moved(count: int, ends: Numbers, weights: Weights, inside: Weights) -> Numbers:
    """Each node moved to the neighbouring group that gains most by it, until nobody gains."""
    first, second = ends.T
    order = np.lexsort((np.concatenate((second, first)), np.concatenate((first, second))))
    starts = np.searchsorted(np.concatenate((first, second))[order], np.arange(count + 1)).tolist()
    near = np.concatenate((second, first))[order].tolist()
    strengths = np.concatenate((weights, weights))[order].tolist()
    degree = (
        2 * inside + np.bincount(first, weights, count) + np.bincount(second, weights, count)
    ).tolist()
    total = sum(degree)
    group, sums = list(range(count)), list(degree)
    waiting, queued = deque(range(count)), [True] * count
    while waiting:
        node = waiting.popleft()
        queued[node] = False
        here, own = group[node], degree[node]
        around = range(starts[node], starts[node + 1])
        ties: dict[int, float] = {}
        for at in around:
            other = group[near[at]]
            ties[other] = ties.get(other, 0.0) + strengths[at]
        sums[here] -= own
        best, most = here, ties.get(here, 0.0) - own * sums[here] / total
        for other, weight in ties.items():
            gain = weight - own * sums[other] / total
            if gain > most + LEAST_GAIN:
                best, most = other, gain
        sums[best] += own
        if best == here:
            continue
        group[node] = best
        for at in around:
            other = near[at]
            if group[other] != best and not queued[other]:
                queued[other] = True
                waiting.append(other)
    return np.array(group, dtype=np.intp)


def _first_seen(labels: Numbers) -> Numbers:
    """The same groups, numbered in the order in which they first occur."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.intp)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]


def _merged(
    group: Numbers, size: int, ends: Numbers, weights: Weights, inside: Weights
) -> tuple[Numbers, Weights, Weights]:
    """The network of the groups: pairs, their weights, and the weight inside each group."""
    pairs = np.sort(group[ends], axis=1)
    within = pairs[:, 0] == pairs[:, 1]
    kept: Weights = np.bincount(group, inside, size).astype(np.float64)
    kept += np.bincount(pairs[within, 0], weights[within], size)
    merged, summed = summed_pairs(pairs[~within], weights[~within], size)
    return merged, summed, kept


def summed_pairs(pairs: Numbers, weights: Weights, count: int) -> tuple[Numbers, Weights]:
    """Each pair once, in order, with the sum of its weights."""
    keys, inverse = np.unique(pairs[:, 0] * count + pairs[:, 1], return_inverse=True)
    summed: Weights = np.bincount(inverse, weights, len(keys)).astype(np.float64)
    return np.column_stack((keys // count, keys % count)).astype(np.intp), summed
