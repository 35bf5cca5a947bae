"""Maps: actors as points, near where they are alike. Multidimensional scaling and correspondence analysis.

Formulas, papers and figures: docs/methods/structure.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.algebra.signed import Floats
from kg.errors import KGError


@dataclass(frozen=True)
class Map:
    """Points (nodes × dimensions, centred, first axis the longest) of a map of distances.

    ``stress`` is Kruskal's stress-1 over the known pairs, √(Σ w (δ − d)² / Σ w d²): 0 perfect, 0.1 fair, 0.2 poor
    by his rule of thumb; NaN where no pair is known. ``shares``: of the classical map, each axis's part of the
    positive eigenvalues, else of the points' variance. ``parts``: numbers the sets of nodes that no known distance
    connects; how these lie to one another means nothing.
    """

    points: Floats
    stress: float
    shares: Floats
    parts: npt.NDArray[np.int64]


def _distances(matrix: Any) -> Floats:
    try:
        found = np.array(matrix, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise KGError("The distances are not a matrix of numbers.", cure="Give actor × actor numbers.") from error
    if found.ndim != 2 or found.shape[0] != found.shape[1]:
        shape = " × ".join(map(str, found.shape))
        raise KGError(f"The distances have the shape {shape}.", cure="Give a square matrix, actor × actor.")
    np.fill_diagonal(found, 0.0)
    if np.isinf(found).any() or (found < 0).any():
        raise KGError("A distance is negative or infinite.", cure="Give numbers from 0 up; NaN where it is not known.")
    gap = np.abs(found - found.T)
    known = ~np.isnan(found)
    if (known != known.T).any() or gap[known].max(initial=0.0) > 1e-9 * found[known].max(initial=0.0):
        raise KGError("The distances are not symmetric.", cure="Give both directions the same number.")
    return (found + found.T) / 2


def _dimensions(dimensions: int) -> int:
    if isinstance(dimensions, bool) or not isinstance(dimensions, (int, np.integer)) or dimensions < 1:
        raise KGError(f"A map cannot have {dimensions} dimensions.", cure="Give 1, 2 or 3.")
    return int(dimensions)


def upright(points: Floats) -> tuple[Floats, Floats]:
    """Points centred and turned to their principal axes, and each axis's share of the variance.

    On every axis the point farthest out is on the positive side (the first of several), so that the same
    distances always give the same picture.
    """
    if not len(points):
        return points, np.zeros(points.shape[1])
    centred = points - points.mean(axis=0)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    turned = np.zeros_like(centred)
    turned[:, : len(axes)] = centred @ axes.T
    spread = np.zeros(points.shape[1])
    spread[: len(sizes)] = sizes**2
    whole = float(spread.sum())
    return _signs(turned), spread / whole if whole else spread


def _signs(points: Floats, also: Floats | None = None) -> Floats:
    """Columns turned so that the entry of largest size is positive; *also* is turned along, in place."""
    points = points.copy()
    for axis in range(points.shape[1] if len(points) else 0):
        size = np.abs(points[:, axis])
        if size.max() > 0 and points[int(np.argmax(size > size.max() * (1 - 1e-9))), axis] < 0:
            points[:, axis] *= -1
            if also is not None:
                also[:, axis] *= -1
    return points


def stress(distances: npt.ArrayLike, points: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Kruskal's stress-1 of points for distances (NaN: not known, takes no part); NaN where nothing is known."""
    wanted, at = _distances(distances), np.asarray(points, dtype=np.float64)
    return _stress(wanted, _weights(wanted, weights), _between(at))


def _between(points: Floats) -> Floats:
    squares = (points**2).sum(axis=1)
    found = squares[:, None] + squares[None, :] - 2 * points @ points.T
    np.fill_diagonal(found, 0.0)
    return np.asarray(np.sqrt(np.maximum(found, 0.0)))


def _stress(wanted: Floats, weights: Floats, lengths: Floats) -> float:
    used = weights > 0
    scale = float((weights[used] * lengths[used] ** 2).sum())
    if not used.any():
        return math.nan
    misfit = float((weights[used] * (wanted[used] - lengths[used]) ** 2).sum())
    return math.sqrt(misfit / scale) if scale else (0.0 if not misfit else 1.0)


def _weights(distances: Floats, weights: npt.ArrayLike | None) -> Floats:
    known = ~np.isnan(distances)
    if weights is None:
        found = known.astype(np.float64)
    else:
        given = np.array(weights, dtype=np.float64)
        if given.shape != distances.shape or not np.isfinite(given).all() or (given < 0).any():
            raise KGError("The weights do not fit the distances.", cure="Give one finite number from 0 up a pair.")
        found = np.where(known, (given + given.T) / 2, 0.0)
    np.fill_diagonal(found, 0.0)
    return found


def classical(distances: npt.ArrayLike, dimensions: int = 2) -> Map:
    """Classical scaling (Torgerson 1952): eigenvectors of −½ J D² J times the roots of their eigenvalues.

    Exact for distances of points in that many dimensions. Every distance must be known; ``smacof`` takes gaps.
    Axes beyond the positive eigenvalues are 0.
    """
    wanted, count = _distances(distances), _dimensions(dimensions)
    if np.isnan(wanted).any():
        missing = int(np.isnan(wanted).sum()) // 2
        raise KGError(f"{missing} distances are not known.", cure="Use smacof, which leaves them out.")
    points, shares = _torgerson(wanted, count)
    known = _weights(wanted, None)
    return Map(points, _stress(wanted, known, _between(points)), shares, np.zeros(len(wanted), dtype=np.int64))


def _torgerson(wanted: Floats, count: int) -> tuple[Floats, Floats]:
    n = len(wanted)
    if not n:
        return np.zeros((0, count)), np.zeros(count)
    square = wanted**2
    double = -0.5 * (square - square.mean(axis=0) - square.mean(axis=1)[:, None] + square.mean())
    values, vectors = np.linalg.eigh(double)
    kept = np.maximum(values[::-1][:count], 0.0)
    kept[kept < 1e-12 * max(float(np.abs(values).max()), 1e-300)] = 0.0
    points = vectors[:, ::-1][:, :count] * np.sqrt(kept)
    whole = float(values[values > 0].sum())
    pad = count - points.shape[1]
    shares = kept / whole if whole else np.zeros(len(kept))
    return _signs(np.pad(points, ((0, 0), (0, max(pad, 0))))), np.pad(shares, (0, max(pad, 0)))


def smacof(
    distances: npt.ArrayLike,
    dimensions: int = 2,
    *,
    weights: npt.ArrayLike | None = None,
    starts: int = 4,
    rounds: int = 500,
    seed: int = 0,
) -> Map:
    """Metric scaling by majorisation (de Leeuw 1977): points that minimise Σ w (δ − d)², the best of several starts.

    A distance that is not known (NaN) has weight 0, so it pulls nowhere; *weights* (pairs, from 0 up) can say how
    well the others are known. The first start is the classical map with gaps filled along shortest known ways, the
    others are seeded. Raises KGError for distances or weights that are negative, infinite or not symmetric.
    """
    wanted, count = _distances(distances), _dimensions(dimensions)
    if starts < 1 or rounds < 1:
        raise KGError("There must be at least one start and one round.", cure="Give starts and rounds of 1 or more.")
    pull = _weights(wanted, weights)
    goal = np.where(pull > 0, wanted, 0.0)
    parts, filled = _filled(wanted, pull)
    first, _ = _torgerson(filled, count)
    rng = np.random.default_rng(seed)
    spread = float(filled.max(initial=0.0)) or 1.0
    laplacian = np.diag(pull.sum(axis=1)) - pull
    inverse: Floats = np.asarray(np.linalg.pinv(laplacian, rcond=1e-11, hermitian=True)) if len(pull) else laplacian
    best, best_loss = first, math.inf
    for attempt in range(starts if len(wanted) > 1 else 1):
        start = first if attempt == 0 else rng.normal(0, spread / 2, (len(wanted), count))
        found, loss = _majorise(start, goal, pull, inverse, rounds)
        if loss < best_loss * (1 - 1e-6) or attempt == 0:
            best, best_loss = found, loss
    points, shares = upright(best)
    return Map(points, _stress(wanted, pull, _between(points)), shares, parts)


def _filled(wanted: Floats, pull: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
    """The connected sets, and distances with gaps filled by shortest ways, or the longest of all across sets."""
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components, shortest_path

    n = len(wanted)
    if not n:
        return np.empty(0, dtype=np.int64), wanted
    rows, columns = np.nonzero(pull > 0)
    # Shifted a little: in a sparse graph an entry of 0 would be no tie.
    floor = 1e-12 * max(float(wanted[rows, columns].max(initial=0.0)), 1e-300)
    known = sparse.csr_array((np.maximum(wanted[rows, columns], floor), (rows, columns)), shape=(n, n))
    parts = connected_components(known, directed=False)[1].astype(np.int64)
    ways = shortest_path(known, directed=False)
    near = np.isfinite(ways)
    filled = np.where(near, ways, float(ways[near].max(initial=0.0)))
    return parts, np.where(pull > 0, wanted, filled)


def _majorise(points: Floats, goal: Floats, pull: Floats, inverse: Floats, rounds: int) -> tuple[Floats, float]:
    """Guttman transforms until the loss falls by less than a billionth of itself."""
    lengths = _between(points)
    loss = float((pull * (goal - lengths) ** 2).sum()) / 2
    for _ in range(rounds):
        ratio = np.divide(pull * goal, lengths, out=np.zeros_like(lengths), where=lengths > 0)
        turn = np.diag(ratio.sum(axis=1)) - ratio
        points = inverse @ (turn @ points)
        lengths = _between(points)
        before, loss = loss, float((pull * (goal - lengths) ** 2).sum()) / 2
        if before - loss <= 1e-9 * before:
            break
    return points, loss


@dataclass(frozen=True)
class Correspondence:
    """Correspondence analysis of a table: ``rows`` and ``columns`` in principal coordinates (items × dimensions).

    ``inertia`` is χ² / n, ``shares`` each axis's part of it. A row or column of zeros has no profile and is NaN.
    """

    rows: Floats
    columns: Floats
    inertia: float
    shares: Floats


def correspondence(counts: npt.ArrayLike, dimensions: int = 2) -> Correspondence:
    """Rows and columns of a two-mode count table on one map (Benzécri 1973; Greenacre 1984).

    The singular vectors of (p_ij − r_i c_j) / √(r_i c_j), over the roots of the masses, times the singular values:
    rows with like profiles are near one another, and distances between rows are χ² distances. A cell that is not
    known counts as 0, because nothing was counted there. On every axis the row farthest out is positive.
    Raises KGError for a table with negative or infinite cells.
    """
    count = _dimensions(dimensions)
    try:
        table = np.array(counts, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise KGError("The counts are not a matrix of numbers.", cure="Give actors × positions.") from error
    if table.ndim != 2:
        raise KGError("The counts are not a matrix.", cure="Give actors × positions.")
    if np.isinf(table).any() or (table < 0).any():
        raise KGError("A count is negative or infinite.", cure="Give counts from 0 up; split for and against first.")
    table = np.nan_to_num(table)
    r, c = np.flatnonzero(table.sum(axis=1)), np.flatnonzero(table.sum(axis=0))
    rows, columns = np.full((table.shape[0], count), np.nan), np.full((table.shape[1], count), np.nan)
    if not len(r):
        return Correspondence(rows, columns, math.nan, np.full(count, np.nan))
    part = table[np.ix_(r, c)] / table.sum()
    here, there = part.sum(axis=1), part.sum(axis=0)
    expected = np.outer(here, there)
    left, sizes, right = np.linalg.svd((part - expected) / np.sqrt(expected), full_matrices=False)
    inertia = float((sizes**2).sum())
    kept = min(count, len(sizes))
    sizes = np.where(sizes < 1e-10, 0.0, sizes)[:kept]
    found_columns = right[:kept].T / np.sqrt(there)[:, None] * sizes
    rows[r], columns[c] = 0.0, 0.0
    rows[np.ix_(r, np.arange(kept))] = _signs(left[:, :kept] / np.sqrt(here)[:, None] * sizes, found_columns)
    columns[np.ix_(c, np.arange(kept))] = found_columns
    shares = np.pad(sizes**2 / inertia if inertia > 1e-15 else np.zeros(kept), (0, count - kept))
    return Correspondence(rows, columns, inertia, shares)
