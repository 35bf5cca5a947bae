"""Do coalitions last? Partitions of the same actors, one a window: how alike two are, and communities followed.

A partition is a sequence with the community of each actor, any number or text; None, "", NaN and −1 say that the actor
is in none (absent). What communities are called means nothing. Formulas and papers: docs/methods/change.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.algebra.coded import Floats
from kg.errors import KGError

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Likeness:
    """Of two partitions, over the ``actors`` that are in both.

    ``jaccard``: pairs together in both / pairs together in one or both, 0 … 1. ``rand``: the adjusted Rand index, 1 for
    the same partition, 0 on average by chance, below 0 for less. ``nmi``: mutual information over the mean of the
    entropies, 0 … 1 (not corrected for chance: many small communities make it large). NaN with fewer than two actors;
    jaccard also when nobody is together with anybody.
    """

    jaccard: float
    rand: float
    nmi: float
    actors: int


def compare(first: Sequence[Any] | Whole, second: Sequence[Any] | Whole) -> Likeness:
    """How alike two partitions of the same actors are (Hubert and Arabie 1985; Strehl and Ghosh 2002)."""
    a, b = _communities(first), _communities(second)
    if len(a) != len(b):
        raise KGError(f"The partitions have {len(a)} and {len(b)} actors.", cure="Give both for the same actors.")
    both = (a >= 0) & (b >= 0)
    n = int(both.sum())
    if n < 2:
        return Likeness(math.nan, math.nan, math.nan, n)
    _, x = np.unique(a[both], return_inverse=True)
    _, y = np.unique(b[both], return_inverse=True)
    table = np.zeros((int(x.max()) + 1, int(y.max()) + 1))
    np.add.at(table, (x.reshape(-1), y.reshape(-1)), 1.0)
    together, here, there = (float((t * (t - 1)).sum() / 2) for t in (table, table.sum(axis=1), table.sum(axis=0)))
    either = here + there - together
    pairs = n * (n - 1) / 2
    expected, most = here * there / pairs, (here + there) / 2
    same = together == here == there
    rand = 1.0 if same else (together - expected) / (most - expected)
    entropies = _entropy(table.sum(axis=1)) + _entropy(table.sum(axis=0))
    # Rounding aside, information is not negative.
    shared = max(entropies - _entropy(table.reshape(-1)), 0.0)
    nmi = 1.0 if same else 2.0 * shared / entropies
    return Likeness(together / either if either else math.nan, rand, nmi, n)


def _entropy(counts: Floats) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log(shares)).sum())


@dataclass(frozen=True)
class Persistence:
    """Each window beside the one before it: arrays of one entry fewer than there are windows. See Likeness."""

    jaccard: Floats
    rand: Floats
    nmi: Floats
    actors: Whole


def persistence(partitions: Sequence[Sequence[Any] | Whole]) -> Persistence:
    """How alike successive partitions are. Raises KGError when there are fewer than two, or of different actors."""
    if len(partitions) < 2:
        raise KGError(f"There are {len(partitions)} partitions.", cure="Persistence takes two windows or more.")
    found = [compare(a, b) for a, b in pairwise(partitions)]
    jaccard, rand, nmi = (np.array([getattr(x, name) for x in found]) for name in ("jaccard", "rand", "nmi"))
    return Persistence(jaccard, rand, nmi, np.array([x.actors for x in found], dtype=np.int64))


@dataclass(frozen=True)
class Tracks:
    """Communities over time. ``track`` (windows × actors) numbers the community each actor is in, −1 for none.

    For each number, from 0 in the order in which they appear: the first window (``born``), the last one (``last``), in
    how many it was there (``lifetime``), and its ``sizes`` (numbers × windows).
    """

    track: Whole
    born: Whole
    last: Whole
    lifetime: Whole
    sizes: Whole


def follow(partitions: Sequence[Sequence[Any] | Whole], *, least: float = 0.3, memory: int = 1) -> Tracks:
    """Recognise communities from window to window by their members.

    Two are the same when they are matched with each other in the assignment that makes the sum of the Jaccard
    coefficients of their members largest (Kuhn 1955), and theirs is at least *least*. A community is compared as it
    was when last seen, which may be up to *memory* windows ago (Greene, Doyle and Cunningham 2010). Raises KGError for
    no partitions, partitions of different actors, *least* outside 0 … 1 and a memory below 1.
    """
    from scipy.optimize import linear_sum_assignment

    if not len(partitions):
        raise KGError("There are no partitions.", cure="Give one a window.")
    if not 0 < least <= 1:
        raise KGError(f"The least likeness is {least:g}.", cure="Use a number above 0, up to 1.")
    if memory < 1:
        raise KGError(f"The memory is {memory} windows.", cure="Use 1 or more.")
    labels = [_communities(p) for p in partitions]
    sizes = {len(x) for x in labels}
    if len(sizes) > 1:
        low, high = min(sizes), max(sizes)
        raise KGError(f"The partitions have from {low} to {high} actors.", cure="Give each for the same actors.")
    track = np.full((len(labels), len(labels[0])), -1, dtype=np.int64)
    seen: list[tuple[int, npt.NDArray[np.bool_]]] = []
    for window, communities in enumerate(labels):
        members = [communities == c for c in range(int(communities.max(initial=-1)) + 1)]
        # The largest first, so that numbers do not depend on what communities are called.
        members.sort(key=lambda m: (-int(m.sum()), int(np.argmax(m))))
        fresh = [k for k, (when, _) in enumerate(seen) if window - when <= memory]
        likeness = np.array([[_jaccard(m, seen[k][1]) for k in fresh] for m in members])
        likeness = np.where(likeness < least, 0.0, likeness).reshape(len(members), len(fresh))
        matched = zip(*linear_sum_assignment(likeness, maximize=True), strict=True)
        taken = {int(i): fresh[j] for i, j in matched if likeness[i, j]}
        for i, mine in enumerate(members):
            number = taken.get(i, len(seen))
            if number == len(seen):
                seen.append((window, mine))
            seen[number] = (window, mine)
            track[window, mine] = number
    counts = np.array([[int((row == k).sum()) for row in track] for k in range(len(seen))], dtype=np.int64)
    counts = counts.reshape(len(seen), len(labels))
    there = counts > 0
    born = np.array([int(np.flatnonzero(row)[0]) for row in there], dtype=np.int64)
    last = np.array([int(np.flatnonzero(row)[-1]) for row in there], dtype=np.int64)
    return Tracks(track, born, last, there.sum(axis=1).astype(np.int64), counts)


def _jaccard(a: npt.NDArray[np.bool_], b: npt.NDArray[np.bool_]) -> float:
    return float((a & b).sum() / (a | b).sum())


def _communities(labels: Sequence[Any] | Whole) -> Whole:
    """Communities numbered from 0 in the order in which they first appear, −1 for absent."""
    plain = labels.tolist() if isinstance(labels, np.ndarray) else list(labels)
    numbers: dict[Any, int] = {}
    absent = {None, "", -1}
    return np.array(
        [-1 if x in absent or x != x else numbers.setdefault(x, len(numbers)) for x in plain], dtype=np.int64
    )
