"""Products of all pairs of rows, dense or sparse, whichever takes less time, and exact for whole numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from kg.algebra.coded import Floats
from kg.algebra.two_mode import Cells

# Whole numbers up to this are exact in single precision, which multiplies twice as fast.
_EXACT = 2**24
# Two whole numbers below this fit into one of double precision.
_HALF = 2.0**26
# A step of a sparse product takes as long as so many of a dense one (measured: 300 to 600).
_STEPS = 400.0


def thin(x: Any, times: float = 1.0) -> bool:
    """Whether X · Xᵀ of a csr array takes less time as a sparse product, when the dense one is made *times* over."""
    each = np.bincount(x.indices, minlength=x.shape[1]).astype(np.float64)
    return float((each**2).sum()) * _STEPS < float(x.shape[0]) ** 2 * x.shape[1] * times


def gram(x: Any) -> Floats:
    """X · Xᵀ of an array or a csr array, as a float64 array."""
    if not isinstance(x, np.ndarray):
        if thin(x):
            return np.asarray((x @ x.T).toarray())
        x = x.toarray()
    if x.size and bool((x == np.rint(x)).all()) and float(np.einsum("ij,ij->i", x, x).max()) < _EXACT:
        x = x.astype(np.float32)
    return np.asarray(x @ x.T, dtype=np.float64)


def met(x: Any) -> Floats:
    """Σ x_ig [x_i'g > 0] + x_i'g [x_ig > 0] of a csr array: what either says on which the other speaks too."""
    marks = (x != 0).astype(np.float64)
    # From products of a thing with itself, which are the quick ones; x − marks is mostly empty.
    return gram(x) + gram(marks) - gram((x - marks).tocsr())


def by_levels(cells: Cells, factors: Any) -> Any:
    """Σ_j Σ_kk' x_ijk f_kk' x_i'jk' of all pairs, as a csr array; *factors* is levels × levels.

    One product: its right side holds, for each (column, level), every entry of that column times its factor. So it
    takes no more steps than counting the pairs, however many levels there are.
    """
    from scipy.sparse import csr_array

    at = cells.sums.tocoo()
    columns = cells.column[at.col]
    # The groups of a column stand side by side: from begin, so many.
    begin = np.searchsorted(cells.column, columns)
    many = np.searchsorted(cells.column, columns, "right") - begin
    entry = np.repeat(np.arange(len(columns)), many)
    group = np.arange(len(entry)) - np.repeat(np.cumsum(many) - many - begin, many)
    factor = factors[cells.level[group], cells.level[at.col[entry]]]
    kept = factor != 0
    entry, group = entry[kept], group[kept]
    right = csr_array((at.data[entry] * factor[kept], (group, at.row[entry])), shape=cells.sums.shape[::-1])
    return cells.sums @ right


def by_two_levels(cells: Cells, one: Floats, other: Floats) -> tuple[Any, Floats, Floats]:
    """:func:`by_levels` for two factors at once: a csr array of the pairs, and the two sums for its entries.

    Whole numbers travel together in the two halves of one float64, others as the two parts of a complex number.
    """
    data, rows = cells.sums.data, cells.sums.indptr
    whole = all(bool((x == np.rint(x)).all()) for x in (data, one, other))
    # No sum is larger than that of the row that says most with itself. (An empty row gets a wrong, smaller one.)
    most = np.add.reduceat(np.append(data**2, 0.0), rows[:-1]).max(initial=0.0) if len(data) else 0.0
    if whole and float(most) * max(one.max(initial=0.0), other.max(initial=0.0)) < _HALF:
        pairs = by_levels(cells, one + other * _HALF)
        high = pairs.data / _HALF
        np.floor(high, out=high)
        pairs.data -= high * _HALF
        return pairs, pairs.data, high
    pairs = by_levels(cells, one + 1j * other)
    return pairs, pairs.data.real.astype(np.float64), pairs.data.imag.astype(np.float64)
