"""Two-mode networks: rows × columns, such as actors × positions.

With x_ijk the sum of weights of the entries of row i and column j at level k, and a_i = Σ_jk x_ijk:

==========  ============================  ===============================================
aggregate   cell                          meaning
==========  ============================  ===============================================
ignore      Σ_k x_ijk                     how often i speaks on j
subtract    Σ_k p_k · x_ijk               p_k the value of the level (ordinal: its rank,
                                          from 0): support − opposition
combine     Σ_k [x_ijk > 0] · 2^(L−1−k)   which of the L levels occur, as a code (boolean:
                                          0 none, 1 only yes, 2 only no, 3 both)
mean        Σ_k p_k x_ijk / Σ_k x_ijk     mean value; NaN where i says nothing on j
==========  ============================  ===============================================

Normalization divides a row by a_i (*activity*) or a column by Σ_i Σ_k x_ijk (*prominence*); 0 where there is
nothing to divide by. Leifeld (2017), Discourse network analysis, in: The Oxford Handbook of Political Networks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.algebra.coded import Coded, Floats, one_of
from kg.errors import KGError

AGGREGATES = ("ignore", "subtract", "combine", "mean")
NORMALIZATIONS = ("no", "activity", "prominence")

# A dense result above this many cells is refused: 8 bytes each.
MOST_CELLS = 125_000_000
# Unasked (sparse=None), a result of fewer cells is dense whatever it holds.
_FEW_CELLS = 4_000_000
# Codes of "combine" beyond this many levels are no longer exact in a float64.
_MOST_LEVELS = 53


def room_for(rows: int, columns: int) -> None:
    """Refuse a dense array that would not fit."""
    if rows * columns > MOST_CELLS:
        raise KGError(
            f"A dense matrix of {rows:,} × {columns:,} would take {rows * columns * 8 / 1e9:,.0f} GB.",
            cure="Ask for a sparse one (sparse=True), or select fewer actors.",
        )


def weights_of(coded: Coded) -> Floats | None:
    """The weights of the entries, None for 1 each. Raises KGError for one that is negative, NaN or infinite."""
    weights = coded.weights
    if weights is not None and len(weights) and not (weights.min() >= 0 and weights.max() < np.inf):
        bad = weights[~((weights >= 0) & (weights < np.inf))]
        raise KGError(
            f"{len(bad)} of {len(weights)} weights are no weight, such as {bad[0]:g}.",
            cure="Use numbers from 0 up.",
        )
    return weights


@dataclass(frozen=True)
class Cells:
    """Every x_ijk above 0: ``sums`` is a csr array of rows × groups, one group for each (column, level) that occurs.

    Groups are in order of their ``column``, then of their ``level``.
    """

    sums: Any
    column: npt.NDArray[np.int64]
    level: npt.NDArray[np.int64]

    @classmethod
    def of(cls, coded: Coded) -> Cells:
        """The cells of some entries; those that weigh nothing are none."""
        from scipy.sparse import csr_array

        weights, levels = weights_of(coded), max(len(coded.scale.levels), 1)
        key = coded.columns.astype(np.int64) * levels + coded.levels
        groups, group = np.unique(key, return_inverse=True)
        data = np.ones(len(coded)) if weights is None else weights
        sums = csr_array((data, (coded.rows, group.reshape(-1))), shape=(len(coded.row_labels), len(groups)))
        sums.sum_duplicates()
        sums.eliminate_zeros()
        return cls(sums, groups // levels, groups % levels)


def sums(coded: Coded, weights: Floats | None = None, *, sparse: bool = False) -> Any:
    """Σ of weights by row and column: float64 array, or ``scipy.sparse.csr_array``; *weights* instead of its own."""
    weight = weights_of(coded) if weights is None else weights
    shape = (len(coded.row_labels), len(coded.column_labels))
    if sparse:
        from scipy.sparse import csr_array

        data = np.ones(len(coded)) if weight is None else weight
        found = csr_array((data, (coded.rows, coded.columns)), shape=shape)
        found.sum_duplicates()
        return found
    room_for(*shape)
    at = coded.rows.astype(np.int64) * shape[1] + coded.columns
    return np.bincount(at, weight, shape[0] * shape[1]).astype(np.float64).reshape(shape)


def counts(coded: Coded, *, sparse: bool = True) -> list[Any]:
    """x_ijk: one csr array (or array) of rows × columns for each level of the scale, in its order."""
    return [sums(coded.take(coded.levels == k), sparse=sparse) for k in range(len(coded.scale.levels))]


def two_mode(
    coded: Coded,
    aggregate: str = "ignore",
    normalize: str = "no",
    *,
    sparse: bool | None = False,
    dna_compat: bool = False,
) -> Any:
    """A two-mode network: float64 array of rows × columns, or ``csr_array`` with *sparse* (None: as fits better).

    With *dna_compat* as the Discourse Network Analyzer has it (as of 3.1.2): *subtract* over names counts them,
    *combine* is a whole number of 32 bits and is normalized by the number of its non-zero cells. Raises KGError for an
    unknown word, a sum or mean of names, weights that are none, and a dense result that would not fit into memory.
    """
    one_of(aggregate, AGGREGATES, "two-mode aggregation")
    one_of(normalize, NORMALIZATIONS, "two-mode normalization")
    thin = _sparse_fits_better(coded, aggregate) if sparse is None else sparse
    cells = _cells(coded, aggregate, thin, dna_compat)
    if normalize == "no":
        return cells
    by_cell = dna_compat and aggregate == "combine"
    total = (abs(cells) > 0).astype(np.float64) if by_cell else sums(coded, sparse=thin)
    axis = 1 if normalize == "activity" else 0
    divisor = np.asarray(total.sum(axis=axis), dtype=np.float64)
    factor = np.divide(1.0, divisor, out=np.zeros_like(divisor), where=divisor != 0)
    if not thin:
        return cells * (factor[:, None] if axis == 1 else factor[None, :])
    from scipy.sparse import diags_array

    return (diags_array(factor) @ cells if axis == 1 else cells @ diags_array(factor)).tocsr()


def _sparse_fits_better(coded: Coded, aggregate: str) -> bool:
    cells = len(coded.row_labels) * len(coded.column_labels)
    return aggregate != "mean" and cells > _FEW_CELLS and (cells > MOST_CELLS or len(coded) * 10 < cells)


def _cells(coded: Coded, aggregate: str, sparse: bool, dna_compat: bool) -> Any:
    if aggregate == "ignore":
        return sums(coded, sparse=sparse)
    if aggregate == "combine":
        return _combined(coded, sparse, dna_compat)
    if coded.scale.kind == "nominal":
        if aggregate == "subtract" and dna_compat:
            return sums(coded, sparse=sparse)
        what = "mean" if aggregate == "mean" else "sum"
        raise KGError(f"Names have no {what}.", cure='Use "ignore" or "combine", or a value on a scale.')
    own = weights_of(coded)
    points = coded.scale.points[coded.levels]
    total = sums(coded, points if own is None else points * own, sparse=sparse)
    if aggregate == "subtract":
        return total
    if sparse:
        raise KGError("A sparse matrix cannot tell a mean of zero from no mean.", cure="Ask for a dense one.")
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / sums(coded)


def _combined(coded: Coded, sparse: bool, dna_compat: bool) -> Any:
    """The code of the levels that occur: entries of one cell and level count once."""
    count = len(coded.scale.levels)
    if count > _MOST_LEVELS and not dna_compat:
        raise KGError(
            f"{count} levels have more combinations than a number can tell apart.",
            cure=f"Use a value of at most {_MOST_LEVELS} levels.",
        )
    found = Cells.of(coded)
    code = 2.0 ** (count - 1 - found.level.astype(np.float64))
    if dna_compat:
        # A power that does not fit into 32 bits becomes the largest whole number that does, and their sum wraps.
        code = np.minimum(code, 2.0**31 - 1)
    from scipy.sparse import csr_array

    at = found.sums.tocoo()
    shape = (len(coded.row_labels), len(coded.column_labels))
    cells = csr_array((code[at.col], (at.row, found.column[at.col])), shape=shape)
    cells.sum_duplicates()
    if dna_compat:
        cells.data = cells.data.astype(np.int64).astype(np.int32).astype(np.float64)
    if sparse:
        return cells
    room_for(*shape)
    return cells.toarray()
