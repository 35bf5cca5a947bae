"""Kernels: statements weigh the less the further they lie from the moment that is looked at.

With u = 2 (t − m) / w, the distance of a statement from the middle m in half widths:

============  ========================
kernel        weight K(u)
============  ========================
uniform       1/2 for |u| ≤ 1
triangular    1 − |u| for |u| ≤ 1
epanechnikov  3/4 · (1 − u²), |u| ≤ 1
gaussian      φ(u), everywhere
============  ========================

Silverman (1986), Density Estimation for Statistics and Data Analysis. In a smoothed network a statement weighs
z = K(u) / K(0), so that one at the middle counts as it does without a kernel, and the uniform kernel gives the
network of the window itself; a pair of statements weighs √(z z').
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.algebra import one_mode as ties
from kg.algebra import two_mode as tables
from kg.algebra.coded import Coded, Floats, Scale, one_of
from kg.algebra.two_mode import Cells, room_for, sums, weights_of
from kg.algebra.windows import MOST, Times, positive, shift, span_of, too_long, too_many, unit_of

KERNELS = ("uniform", "triangular", "epanechnikov", "gaussian")
_MIDDLE = {"uniform": 0.5, "triangular": 1.0, "epanechnikov": 0.75, "gaussian": 1.0 / np.sqrt(2.0 * np.pi)}


def weights(
    times: Times,
    middle: datetime,
    width: int,
    unit: str = "days",
    kernel: str = "gaussian",
    *,
    dna_compat: bool = False,
) -> Floats:
    """K(u) of each statement around *middle*, for a kernel *width* units wide; 0 where the time is not known.

    Half a width of months, quarters or years is half of the time from *width* units before the middle to the middle,
    and to *width* units after it, on average. *dna_compat* follows the Discourse Network Analyzer (as of 3.1.2): whole
    units of distance, a width made even, and for the triangular kernel |1 − u| with u counted from the statement to
    the middle, so that statements weigh the more the later they are, up to 2.
    """
    one_of(kernel, KERNELS, "kernel")
    positive(width, "width")
    unit = unit_of(unit)
    known = ~np.isnat(times)
    if dna_compat:
        width += width % 2
        u = 2.0 * _whole_units(times, middle, unit) / width
        inside = _inside(times, middle, width, unit)
    else:
        half = (shift(middle, unit, width) - shift(middle, unit, -width)).total_seconds() / 4.0
        apart = times.astype("datetime64[s]") - np.datetime64(middle, "s")
        u = apart.astype("timedelta64[s]").astype(np.float64) / half
        inside = np.abs(u) <= 1.0
    u = np.where(known, u, np.inf)
    if kernel == "gaussian":
        return np.where(known, np.exp(-0.5 * u**2) * _MIDDLE["gaussian"], 0.0)
    shapes: dict[str, Callable[[Floats], Floats]] = {
        "uniform": lambda x: np.full_like(x, 0.5),
        "triangular": lambda x: np.abs(1.0 - x) if dna_compat else 1.0 - np.abs(x),
        "epanechnikov": lambda x: 0.75 * (1.0 - x**2),
    }
    found = np.zeros(len(times))
    at = known & inside & (np.abs(u) <= 1.0)
    found[at] = shapes[kernel](u[at])
    return found


def middles(
    times: Times,
    width: int,
    unit: str = "days",
    step: int = 1,
    *,
    start: datetime | None = None,
    stop: datetime | None = None,
    indent: bool = True,
    dna_compat: bool = False,
) -> list[datetime]:
    """The moments to look at: from the first time (or *start*) to the last (or *stop*), one every *step* units.

    With *indent* half a width is left at either end, where a kernel would find less to go by. *dna_compat*: a width
    made even. (The program itself gives nothing for seconds, as of 3.1.2.) Raises KGError for a kernel wider than the
    data, and when no time is known.
    """
    unit = unit_of(unit)
    positive(width, "width")
    positive(step, "step")
    first, last = span_of(times, start, stop)
    if dna_compat:
        # The program begins and ends with the statements, whatever wider span is asked for.
        own = span_of(times, None, None)
        first, last = max(first, own[0]), min(last, own[1])
    half = (width + 1) // 2 if indent else 0
    begin, end = shift(first, unit, half), shift(last, unit, -half)
    found: list[datetime] = []
    at = begin
    while at <= end:
        if len(found) == MOST:
            raise too_many(f"{step} {unit}")
        found.append(at)
        # The program walks from date to date, so that the 31st becomes the 28th and stays there.
        at = shift(at, unit, step) if dna_compat else shift(begin, unit, len(found) * step)
    if not found:
        raise too_long(f"{width} {unit}", first, last)
    return found


def one_mode(
    coded: Coded,
    times: Times,
    middle: datetime,
    width: int,
    unit: str = "days",
    kernel: str = "gaussian",
    aggregate: str = "congruence",
    normalize: str = "no",
    *,
    sparse: bool = False,
    dna_compat: bool = False,
    isolates: bool = False,
) -> Any:
    """A one-mode network around *middle*: float64 array of rows × rows, or ``csr_array`` with *sparse*.

    *times* are those of the entries; all else as in :func:`weights` and :mod:`kg.algebra.one_mode`.

    With *dna_compat* as the Discourse Network Analyzer has it (as of 3.1.2): K(u) itself for z; distances between
    numbers are those of the ranks, in the order of their digits as text, of the values that occur (with *isolates* of
    all), NaN if there is one only; names are all alike; the diagonal is not empty; any normalization multiplies by
    Σ_jk 2 / (n_ijk + n_i'jk), n the statements of all times.
    """
    if not dna_compat:
        z = weights(times, middle, width, unit, kernel) / _MIDDLE[kernel]
        return ties.one_mode(_weighted(coded, np.sqrt(z)), aggregate, normalize, sparse=sparse)
    one_of(aggregate, ties.AGGREGATES, "one-mode aggregation")
    one_of(normalize, ties.NORMALIZATIONS, "one-mode normalization")
    z = weights(times, middle, width, unit, kernel, dna_compat=True)
    words, ranks = coded.scale.kind == "nominal", _ranked(coded, isolates)
    found = ties.all_pairs(
        _weighted(ranks, np.sqrt(z)), only_ignore=words or aggregate == "ignore", diagonal=True
    )
    if aggregate == "ignore" or words:
        values = np.zeros_like(found.ignore) if aggregate == "conflict" else found.ignore
    else:
        values = {
            "congruence": found.congruence, "conflict": found.conflict, "subtract": found.congruence - found.conflict
        }[aggregate]  # fmt: skip
        if len(ranks.scale.levels) == 1:
            in_window = kernel == "gaussian" or _inside(times, middle, width + width % 2, unit_of(unit))
            counted = coded.weighted(np.where(in_window, 1.0, 0.0) * np.ones(len(coded)))
            met = ties.all_pairs(counted, only_ignore=True, diagonal=True).ignore > 0
            values = np.where(met, np.nan, values)
    return values if normalize == "no" else values * _over_counts(ranks)


def two_mode(
    coded: Coded,
    times: Times,
    middle: datetime,
    width: int,
    unit: str = "days",
    kernel: str = "gaussian",
    aggregate: str = "subtract",
    normalize: str = "no",
    *,
    sparse: bool = False,
    dna_compat: bool = False,
    isolates: bool = False,
    yes_no: bool | None = None,
) -> Any:
    """A two-mode network around *middle*: float64 array of rows × columns, or ``csr_array`` with *sparse*.

    *times* are those of the entries; all else as in :func:`weights` and :mod:`kg.algebra.two_mode`. With *dna_compat*
    as the Discourse Network Analyzer has it (as of 3.1.2): K(u) itself for z; *subtract* takes the rank of a number,
    from 0, for the number (see :func:`one_mode`), and of a yes-or-no value −1 for the first that occurs, +1 for the
    second; *combine* is *subtract*; there is no normalization. *yes_no* says that the value is one, by default where
    its levels are −1 and 1.
    """
    z = weights(times, middle, width, unit, kernel, dna_compat=dna_compat)
    if not dna_compat:
        return tables.two_mode(_weighted(coded, z / _MIDDLE[kernel]), aggregate, normalize, sparse=sparse)
    one_of(aggregate, tables.AGGREGATES, "two-mode aggregation")
    one_of(normalize, tables.NORMALIZATIONS, "two-mode normalization")
    own = weights_of(coded)
    factor = z if own is None else z * own
    if aggregate != "ignore" and coded.scale.kind != "nominal":
        rank = _ranked(coded, isolates).levels.astype(np.float64)
        plain = coded.scale.levels == (-1.0, 1.0) if yes_no is None else yes_no
        factor = factor * (2.0 * rank - 1.0 if plain else rank)
    return sums(coded, factor, sparse=sparse)


def _weighted(coded: Coded, factor: Floats) -> Coded:
    own = weights_of(coded)
    return coded.weighted(factor if own is None else own * factor)


def _whole_units(times: Times, middle: datetime, unit: str) -> Floats:
    """Whole units from each time to the middle, without what is left over; of months and years by the calendar day."""
    seconds = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "weeks": 604_800}
    known = np.where(np.isnat(times), np.datetime64(middle, "s"), times.astype("datetime64[s]"))
    if unit in seconds:
        apart = (np.datetime64(middle, "s") - known).astype("timedelta64[s]").astype(np.float64)
        return np.trunc(apart / seconds[unit])
    month = known.astype("datetime64[M]")
    day = (known.astype("datetime64[D]") - month.astype("datetime64[D]")).astype(np.int64) + 1
    months = np.datetime64(middle, "M").astype(np.int64) - month.astype(np.int64)
    days = middle.day - day
    months = months - ((months > 0) & (days < 0)) + ((months < 0) & (days > 0))
    return np.trunc(months / {"months": 1, "quarters": 3, "years": 12}[unit])


def _inside(times: Times, middle: datetime, width: int, unit: str) -> npt.NDArray[np.bool_]:
    moments = times.astype("datetime64[s]")
    low, high = (np.datetime64(shift(middle, unit, n), "s") for n in (-(width // 2), width // 2))
    return (moments >= low) & (moments <= high)


def _ranked(coded: Coded, isolates: bool) -> Coded:
    """The values as ranks in the order of their texts, of those that occur or (isolates) of all."""
    levels = coded.scale.levels
    known = range(len(levels)) if isolates else np.unique(coded.levels).tolist()
    texts = {k: str(levels[k]) if coded.scale.kind == "nominal" else f"{levels[k]:.0f}" for k in known}
    ranks = np.zeros(len(levels), dtype=np.int32)
    ordered = sorted(known, key=lambda k: texts[k].encode("utf-16-be"))
    ranks[ordered] = np.arange(len(ordered))
    scale = Scale.ordinal([texts[k] for k in ordered])
    return Coded(
        coded.rows,
        coded.columns,
        ranks[coded.levels],
        coded.row_labels,
        coded.column_labels,
        scale,
        coded.weights,
    )


def _over_counts(coded: Coded) -> Floats:
    """Σ_jk 2 / (n_ijk + n_i'jk) over columns and levels of which either has a statement; 1 where neither has any."""
    rows = len(coded.row_labels)
    room_for(rows, rows)
    counts = Cells.of(coded.weighted(np.ones(len(coded)))).sums.tocsc()
    total = np.zeros((rows, rows))
    for group in range(counts.shape[1]):
        n = counts[:, [group]].toarray().reshape(-1)
        both = n[:, None] + n[None, :]
        total += np.divide(2.0, both, out=np.zeros_like(both), where=both > 0)
    return np.where(total == 0.0, 1.0, total)
