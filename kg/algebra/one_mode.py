"""One-mode networks: rows × rows by what they say on shared columns.

With x_ijk the sum of weights of row i, column j, level k; d_kk' the distance of two levels in 0 … 1:

==========  ===================================================
aggregate   tie of i and i'
==========  ===================================================
ignore      Σ_j (Σ_k x_ijk)(Σ_k x_i'jk)
congruence  Σ_j Σ_k Σ_k' x_ijk x_i'jk' (1 − d_kk')
conflict    Σ_j Σ_k Σ_k' x_ijk x_i'jk' d_kk'
subtract    congruence − conflict
==========  ===================================================

So congruence + conflict = ignore on every scale. The diagonal is 0. What ties are divided by is in
:mod:`kg.algebra.normalize`. Leifeld (2017), Discourse network analysis, in: The Oxford Handbook of Political Networks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from kg.algebra.coded import Coded, Floats, one_of
from kg.algebra.normalize import NORMALIZATIONS, divide
from kg.algebra.products import by_levels, by_two_levels, gram, met, thin
from kg.algebra.two_mode import Cells, room_for, sums
from kg.errors import KGError

AGGREGATES = ("ignore", "congruence", "conflict", "subtract")
__all__ = ["AGGREGATES", "NORMALIZATIONS", "Pairs", "all_pairs", "many", "one_mode", "remark"]


class Pairs(NamedTuple):
    """All three counts of every pair: arrays (or csr arrays) of rows × rows."""

    ignore: Any
    congruence: Any
    conflict: Any


def one_mode(
    coded: Coded,
    aggregate: str = "congruence",
    normalize: str = "no",
    *,
    sparse: bool = False,
    dna_compat: bool = False,
) -> Any:
    """A one-mode network: float64 array of rows × rows, or ``csr_array`` with *sparse*.

    With *dna_compat* as the Discourse Network Analyzer has it (as of 3.1.2): *cosine* divides by a_i · a_i', conflict
    over names adds up what either says that the other does not, and a scale of one level gives NaN. Raises KGError
    for an unknown word, values off their scale, weights that are none, and a result that would not fit into memory.
    """
    return many(coded, (aggregate,), normalize, sparse=sparse, dna_compat=dna_compat)[aggregate]


def many(
    coded: Coded,
    aggregates: Sequence[str] = AGGREGATES,
    normalize: str = "no",
    *,
    sparse: bool = False,
    dna_compat: bool = False,
) -> dict[str, Any]:
    """Several aggregations of :func:`one_mode` at once, which take little more time than one of them."""
    for aggregate in aggregates:
        one_of(aggregate, AGGREGATES, "one-mode aggregation")
    one_of(normalize, NORMALIZATIONS, "one-mode normalization")
    if not sparse:
        room_for(len(coded.row_labels), len(coded.row_labels))
    odd = dna_compat and (coded.scale.kind == "nominal" or not coded.scale.span)
    quirks = [a for a in aggregates if odd and a != "ignore"]
    found = _compat(coded, quirks, sparse) if quirks else {}
    found |= _counted(coded, [a for a in aggregates if a not in found], sparse)
    if normalize == "no":
        return found
    how = "product" if dna_compat and normalize == "cosine" else normalize
    return {name: divide(values, coded, how) for name, values in found.items()}


def all_pairs(
    coded: Coded, *, sparse: bool = False, only_ignore: bool = False, diagonal: bool = False
) -> Pairs:
    """Ignore, congruence and conflict of every pair.

    The diagonal is 0, or with *diagonal* what each row makes with itself. With *only_ignore* the others are None.
    Raises KGError for values off their scale, weights that are none, and a result that would not fit into memory.
    """
    if not sparse:
        room_for(len(coded.row_labels), len(coded.row_labels))
    wanted = ["ignore"] if only_ignore else ["ignore", "congruence", "conflict"]
    found = _counted(coded, wanted, sparse, diagonal)
    return Pairs(found["ignore"], found.get("congruence"), found.get("conflict"))


def remark(coded: Coded) -> str:
    """What to say under a congruence or conflict of these entries, "" if nothing."""
    if coded.scale.span or (coded.scale.kind == "nominal" and len(coded.scale.levels) > 1) or not len(coded):
        return ""
    return "There is only one value, so that nothing conflicts and congruence counts every pair."


def _gaps(coded: Coded) -> tuple[Floats, float]:
    """The distance of any two levels, not yet divided by the largest there can be; and that."""
    scale = coded.scale
    if scale.kind == "nominal":
        return 1.0 - np.eye(len(scale.levels)), 1.0
    points = scale.points
    used = points[np.unique(coded.levels)] if len(coded) else points[:0]
    reach = float(used.max() - used.min()) if len(used) else 0.0
    if not np.isfinite(reach) or reach > scale.span * (1 + 1e-9):
        raise KGError(
            f"The values reach from {used.min():g} to {used.max():g}, but the scale spans {scale.span:g} only.",
            cure="Give the ends of the scale so that all values lie between them.",
        )
    return np.abs(points[:, None] - points[None, :]), scale.span or 1.0


def _counted(coded: Coded, wanted: Sequence[str], sparse: bool, diagonal: bool = False) -> dict[str, Any]:
    """The aggregates that are asked for, by as few products as there can be.

    Distances are not divided by the span before the end, so that whole numbers stay whole.
    """
    if not wanted:
        return {}
    if list(wanted) == ["ignore"]:
        total = sums(coded, sparse=True)
        return {"ignore": _finished(total @ total.T if sparse else gram(total), sparse, diagonal)}
    gaps, span = _gaps(coded)
    cells = Cells.of(coded)
    if not (sparse or thin(cells.sums, times=2.0)):
        return {name: _finished(x, False, diagonal) for name, x in _dense(coded, cells, span, wanted).items()}
    if len(wanted) == 1:
        factors = {"congruence": span - gaps, "conflict": gaps, "subtract": span - 2 * gaps}
        pairs = by_levels(cells, factors[wanted[0]])
        pairs.data /= span
        return {wanted[0]: _finished(pairs, sparse, diagonal)}
    if bool(((gaps == 0) | (gaps == span))[np.ix_(used := np.unique(coded.levels), used)].all()):
        # No pair of statements is in both, so that each has a product of its own, which together take as long as one.
        near, far = (_finished(by_levels(cells, x / span), sparse, diagonal) for x in (span - gaps, gaps))
        return {name: _made(name, near, far) for name in wanted}
    pairs, near, far = by_two_levels(cells, span - gaps, gaps)
    if not diagonal:
        own = _diagonal(pairs)
        near[own] = far[own] = 0.0
    both = {"ignore": (near + far) / span} if "ignore" in wanted else {}
    near /= span
    far /= span
    found = {name: both[name] if name in both else _made(name, near, far) for name in wanted}
    return {name: _finished(_like(pairs, x, sparse), sparse, diagonal=True) for name, x in found.items()}


def _made(aggregate: str, near: Any, far: Any) -> Any:
    if aggregate == "ignore":
        return near + far
    return {"congruence": near, "conflict": far}[aggregate] if aggregate != "subtract" else near - far


def _like(pairs: Any, data: Floats, apart: bool) -> Any:
    """A csr array with other entries in the same places, which it may keep to itself (*apart*)."""
    from scipy.sparse import csr_array

    return csr_array((data, pairs.indices, pairs.indptr), shape=pairs.shape, copy=apart)


def _diagonal(pairs: Any) -> Any:
    """Where the entries of a csr array on its diagonal are."""
    return np.flatnonzero(np.repeat(np.arange(pairs.shape[0]), np.diff(pairs.indptr)) == pairs.indices)


def _dense(coded: Coded, cells: Cells, span: float, wanted: Sequence[str]) -> dict[str, Floats]:
    both = gram(sums(coded))
    far = _apart(coded, cells, both)
    made = {
        "ignore": lambda: both.copy(), "congruence": lambda: both * span - far, "conflict": lambda: far.copy(),
        "subtract": lambda: both * span - 2 * far,
    }  # fmt: skip
    found = {}
    for name in wanted:
        values = made[name]()
        if coded.weights is not None:
            # Rounding must not leave a trace of a tie, or of a conflict, where there is none.
            values[np.abs(values) < both * (span * 1e-13)] = 0.0
        if span != 1.0 and name != "ignore":
            values /= span
        found[name] = values
    return found


def _apart(coded: Coded, cells: Cells, both: Floats) -> Floats:
    """Σ of gaps over the entries of each pair, by dense products.

    |k − k'| is a sum over the gaps g_t between neighbouring levels of g_t (1 − s_t s'_t) / 2, where s_t is +1 above
    the gap and −1 below: one symmetric product for all gaps of one size, its factors side by side.
    """
    if coded.scale.kind == "nominal":
        return np.asarray(both - gram(cells.sums.toarray()))
    points = coded.scale.points
    used = np.unique(coded.levels)
    steps = np.diff(points[used])
    own = np.ones(len(coded)) if coded.weights is None else coded.weights
    twice = both * float(steps.sum())
    for size in np.unique(steps):
        sides = [
            sums(coded, np.where(coded.levels >= used[t + 1], own, -own))
            for t in np.flatnonzero(steps == size)
        ]
        product = gram(np.hstack(sides))
        product *= float(size)
        twice -= product
    twice /= 2.0
    return np.asarray(twice)


def _finished(values: Any, sparse: bool, diagonal: bool) -> Any:
    """Dense or sparse as asked for, and with an empty diagonal unless it is wanted."""
    if not sparse:
        values = values if isinstance(values, np.ndarray) else values.toarray()
        if not diagonal:
            np.fill_diagonal(values, 0.0)
        return values
    if not diagonal:
        values.data[_diagonal(values)] = 0.0
    values.eliminate_zeros()
    return values


def _compat(coded: Coded, wanted: Sequence[str], sparse: bool) -> dict[str, Any]:
    if sparse:
        raise KGError(
            "The reference program's conflict over names, or over one value, fills every cell.",
            cure="Ask for a dense matrix, or leave out dna_compat.",
        )
    if coded.scale.kind != "nominal":
        made = {name: np.full((len(coded.row_labels),) * 2, np.nan) for name in wanted}
    else:
        x = Cells.of(coded).sums
        own = np.asarray(x.sum(axis=1), dtype=np.float64)
        same = gram(x)
        rest = own[:, None] + own[None, :] - met(x)
        made = {"congruence": same, "conflict": rest, "subtract": same - rest}
    return {name: _finished(made[name], False, False) for name in wanted}
