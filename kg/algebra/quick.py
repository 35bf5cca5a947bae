"""One-mode networks again and again: the same ties of many weightings or many permutations, with little work each.

Every aggregate of kg.algebra.one_mode is α · ignore + β · Q, with Q = Σ_t S_t S_tᵀ, where S_t are the sums of weights
by row and column, those below gap t of the scale taken negative and scaled by √(gap_t); for names one S for each name.
So Q is one product of the S_t side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from kg.algebra.coded import Coded, Floats, one_of
from kg.algebra.sources import Groups
from kg.algebra.two_mode import room_for
from kg.errors import KGError

TIES = ("ignore", "congruence", "conflict", "subtract", "agreement")

# Whole numbers up to this are exact in single precision, which multiplies twice as fast.
_EXACT = 2.0**24


def tie(coded: Coded, aggregate: str = "subtract") -> Floats:
    """A one-mode network without normalization, float64 of rows × rows, or "agreement": subtract / ignore.

    The same numbers as one_mode(), only quicker where few columns are empty. The diagonal is 0; of agreement NaN, as is
    a pair that shares no column. Raises KGError for an unknown aggregate.
    """
    one_of(aggregate, TIES, "tie")
    own = own_weights(coded)
    room_for(len(coded.row_labels), len(coded.row_labels))
    signs, share, factor = _recipe(coded, aggregate)
    ignore = _plain(coded, own, np.ones((1, signs.shape[1]))) if share or aggregate == "agreement" else None
    quadratic = _plain(coded, own, signs) if factor and len(signs) else None
    return _assembled(len(coded.row_labels), aggregate, ignore, quadratic, share, factor)


def own_weights(coded: Coded) -> Floats:
    """The weights of the statements themselves, 1 each where there are none; KGError for one that is no weight."""
    if coded.weights is None:
        return np.ones(len(coded))
    if not np.isfinite(coded.weights).all() or (coded.weights < 0).any():
        raise KGError("A weight is negative or not a finite number.", cure="Use weights of 0 or more.")
    return coded.weights


def ratio(above: Floats, below: Floats) -> Floats:
    """above / below; NaN where there is nothing to divide by."""
    found = np.full(above.shape, np.nan)
    np.divide(above, below, out=found, where=below > 0)
    return found


def _plain(coded: Coded, own: Floats, forms: Floats) -> Floats:
    """F · Fᵀ, with F the sums of all forms side by side."""
    rows, columns, count = len(coded.row_labels), len(coded.column_labels), len(forms)
    at = coded.rows.astype(np.int64) * (columns * count) + coded.columns
    room_for(rows, columns * count)
    places = (at + np.arange(count)[:, None] * columns).reshape(-1)
    sums = np.bincount(places, (forms[:, coded.levels] * own).reshape(-1), rows * columns * count)
    wide: Any = sums.reshape(rows, columns * count)
    if (wide == np.rint(wide)).all() and float(np.einsum("ij,ij->i", wide, wide).max(initial=0.0)) < _EXACT:
        wide = wide.astype(np.float32)
    return np.asarray(wide @ wide.T, dtype=np.float64)


def _assembled(
    rows: int, aggregate: str, ignore: Floats | None, quadratic: Floats | None, share: float, factor: float
) -> Floats:
    value = np.zeros((rows, rows))
    if quadratic is not None:
        value += quadratic * factor
    if ignore is not None:
        value += ignore * share
        value = ratio(value, ignore) if aggregate == "agreement" else value
    np.fill_diagonal(value, np.nan if aggregate == "agreement" else 0.0)
    return value


class Ties:
    """The same for many weightings of the sources, with what does not depend on the weights done once.

    *own* are the weights of the statements, *found* their sources. *normalize* is "no" or "average".
    """

    def __init__(self, coded: Coded, own: Floats, found: Groups, aggregate: str, normalize: str) -> None:
        from scipy.sparse import csr_array

        self.rows, self.aggregate = len(coded.row_labels), aggregate
        signs, self.share, self.factor = _recipe(coded, aggregate)
        plain = np.ones((1, len(coded.scale.levels)))
        self.quadratic = _Gram(coded, own, found, signs) if self.factor and len(signs) else None
        self.ignore = _Gram(coded, own, found, plain) if self.share or aggregate == "agreement" else None
        totals = csr_array((own, (coded.rows, found.index)), shape=(self.rows, len(found)))
        self.totals = totals if normalize == "average" else None

    def all(self, blocks: Iterable[Floats]) -> Iterator[Floats]:
        """The network of each replicate: float64, rows × rows. A replicate that drew no source is left out."""
        for block in blocks:
            quadratic = () if self.quadratic is None else self.quadratic.sums(block)
            ignore = () if self.ignore is None else self.ignore.sums(block)
            totals = None if self.totals is None else np.asarray(self.totals @ block.T).T
            for k in np.flatnonzero(block.any(axis=1)):
                value = _assembled(
                    self.rows,
                    self.aggregate,
                    None if self.ignore is None else self.ignore.product(ignore[k]),
                    None if self.quadratic is None else self.quadratic.product(quadratic[k]),
                    self.share,
                    self.factor,
                )
                if totals is not None:
                    divisor = (totals[k][:, None] + totals[k][None, :]) / 2
                    value = np.divide(value, divisor, out=np.zeros_like(value), where=divisor != 0)
                yield value


class _Gram:
    """F · Fᵀ for many weightings of the sources: F is rows × (forms · columns), the sums of each form side by side.

    *forms* (forms × levels) say what a statement of a level counts for.
    """

    def __init__(self, coded: Coded, own: Floats, found: Groups, forms: Floats) -> None:
        from scipy.sparse import csr_array

        rows, count = len(coded.row_labels), len(forms)
        # A column that one row alone speaks on makes no tie.
        spoken = np.unique(coded.columns.astype(np.int64) * rows + coded.rows) // rows
        shared = np.bincount(spoken, minlength=len(coded.column_labels)) >= 2
        width, kept = int(shared.sum()), shared[coded.columns]
        room_for(rows, rows)
        room_for(rows, width * count)
        column = (np.cumsum(shared) - 1)[coded.columns[kept]]
        at = coded.rows[kept].astype(np.int64) * width + column
        source, levels, weights = found.index[kept], coded.levels[kept], own[kept]
        # The order of statements must not reach the sums, not even by rounding.
        order = np.lexsort((weights, levels, source, at))
        at, source, levels, weights = at[order], source[order], levels[order], weights[order]
        places, place = np.unique(at, return_inverse=True)
        lines = (np.arange(count)[:, None] * len(places) + place.reshape(-1)).reshape(-1)
        data = (forms[:, levels] * weights).reshape(-1)
        shape = (count * len(places), len(found))
        # In single precision, twice as fast: whole numbers of this size are exact, and no interval needs eight digits.
        self.to_sums = csr_array((data, (lines, np.tile(source, count))), shape=shape).astype(np.float32)
        row, column = np.divmod(places, max(width, 1))
        self.at = (row * (width * count) + np.arange(count)[:, None] * width + column).reshape(-1)
        self.wide = np.zeros((rows, width * count), dtype=np.float32)

    def sums(self, block: Floats) -> Any:
        """Replicates × sums, from replicates × sources."""
        return np.ascontiguousarray((self.to_sums @ block.astype(np.float32).T).T)

    def product(self, sums: Any) -> Floats:
        """F · Fᵀ of one replicate."""
        self.wide.reshape(-1)[self.at] = sums
        return (self.wide @ self.wide.T).astype(np.float64)


def _recipe(coded: Coded, aggregate: str) -> tuple[Floats, float, float]:
    """Forms × levels: what a level counts for in each sum; and the factors α of ignore, β of Q."""
    scale, count = coded.scale, len(coded.scale.levels)
    if aggregate == "ignore":
        return np.empty((0, count)), 1.0, 0.0
    if scale.kind == "nominal":
        # congruence = Q, conflict = ignore − Q
        signs, own, quadratic = np.eye(count), 0.0, 1.0
    elif not scale.span or count < 2:
        signs, own, quadratic = np.empty((0, count)), 1.0, 0.0
    else:
        # conflict = (reach · ignore − Q) / (2 · span), and Q keeps to whole numbers where all gaps are alike.
        gaps = np.diff(scale.points)
        above = np.arange(count)[None, :] > np.arange(count - 1)[:, None]
        signs = np.where(above, 1.0, -1.0) * np.sqrt(gaps / gaps.max())[:, None]
        own = 1.0 - float(scale.points[-1] - scale.points[0]) / (2.0 * scale.span)
        quadratic = float(gaps.max()) / (2.0 * scale.span)
    if aggregate == "conflict":
        return signs, 1.0 - own, -quadratic
    if aggregate == "congruence":
        return signs, own, quadratic
    own = 2.0 * own - 1.0
    return signs, own if abs(own) > 1e-12 else 0.0, 2.0 * quadratic


