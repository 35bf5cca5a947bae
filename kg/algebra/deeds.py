"""Words against deeds, and promises against what became of them. Formulas and papers: docs/methods/change.md."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from kg.algebra.change import DAY, column, group_means, weights_of
from kg.algebra.coded import Floats
from kg.algebra.sources import Behind, effective, groups
from kg.algebra.sure import Interval, resample
from kg.errors import KGError, did_you_mean


@dataclass(frozen=True)
class Contrast:
    """Two means and their ``difference`` (second − first), whose ``interval`` comes from drawing sources anew.

    ``n`` and ``sources`` (pairs) say how many statements and sources stand behind each of the two.
    """

    first: float
    second: float
    difference: float
    interval: Interval
    n: tuple[int, int]
    sources: tuple[int, int]


def contrast(
    values: Any,
    basis: Any,
    sources: Any,
    first: str = "word",
    second: str = "deed",
    *,
    weights: Any = None,
    limits: tuple[float, float] | None = None,
    replicates: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Contrast:
    """Words against deeds: the mean of the statements of one basis less that of another, with an interval.

    *limits* are the ends of the scale of values. A source that reports both is drawn with both, so that what its
    reports share cancels. Statements without value are left out. Raises KGError for a basis no statement has.
    """
    x = column(values, None, "values").astype(np.float64)
    names = column(basis, len(x), "bases").astype(str)
    w = weights_of(weights, len(x))
    kept = ~np.isnan(x) & (w > 0)
    for name in (first, second):
        if not (names[kept] == name).any():
            there = sorted(set(names[kept].tolist()))
            cure = did_you_mean(name, there) or (f"There are: {', '.join(there)}." if there else "Select more.")
            raise KGError(f'No statement with a value has the basis "{name}".', cure=cure)
    kept &= (names == first) | (names == second)
    side, x, w = (names[kept] == second).astype(np.int64), x[kept], w[kept]
    whose = column(sources, len(kept), "sources")[kept]

    def means(factor: Floats) -> Floats:
        return group_means(side, x, w * factor, 2)

    def gap(factor: Floats) -> float:
        both = means(factor)
        return float(both[1] - both[0])

    evidence = effective(groups(whose, len(x)), side, (2,), w)
    # The side that fewer sources stand behind is the less certain one.
    least = int(np.argmin(evidence.effective))
    fewest = Behind(np.asarray(evidence.count[least]), np.asarray(evidence.effective[least]))
    reach = None if limits is None else (limits[0] - limits[1], limits[1] - limits[0])
    interval = resample(
        whose, gap, len(x), behind=fewest, replicates=replicates, level=level, seed=seed, limits=reach
    )
    both, n = means(np.ones(len(x))), np.bincount(side, minlength=2)
    return Contrast(
        float(both[0]), float(both[1]), float(both[1] - both[0]), interval,
        (int(n[0]), int(n[1])), (int(evidence.count[0]), int(evidence.count[1])),
    )


@dataclass(frozen=True)
class Fulfilment:
    """What became of promises. Numbers of promises ``kept``, ``partly`` kept, ``unmet``, ``pending``, ``unknown``.

    Of those due whose outcome is known: ``rate`` = kept / all, ``share`` of what was promised that was delivered.
    With the unknown ones taken for unmet and for kept, the rate lies from ``lowest`` to ``highest``. ``on_time`` of
    those kept whose dates are known, ``delay`` their median days late (negative: early). NaN where there is nothing to
    divide by. ``status`` has the word of each promise.
    """

    kept: int
    partly: int
    unmet: int
    pending: int
    unknown: int
    rate: float
    lowest: float
    highest: float
    share: float
    on_time: float
    delay: float
    status: tuple[str, ...]


def fulfilment(promised: Any, fulfilled: Any, due: Any = None, done: Any = None, at: Any = None) -> Fulfilment:
    """Promise and fulfilment: quantities promised (above 0; 1 for yes or no) and delivered (NaN: not known).

    *due* and *done* are dates (NaT: not known), *at* the day of the reckoning. What is not delivered in full and is due
    after *at* is pending and counts in no rate; a promise without a due date counts as due. More than was promised
    counts as kept, no more. Raises KGError for promises that are not above 0 and deliveries below 0.
    """
    p = column(promised, None, "promises").astype(np.float64)
    f = column(fulfilled, len(p), "deliveries").astype(np.float64)
    if not len(p):
        raise KGError("There are no promises.", cure="Select more.")
    if not (np.isfinite(p).all() and (p > 0).all()):
        raise KGError("A promise is not a number above 0.", cure="Give the quantity, or 1 for yes or no.")
    if (f < 0).any() or np.isinf(f).any():
        raise KGError("A delivery is below 0 or infinite.", cure="Give the quantity, NaN where it is not known.")
    days = [
        np.full(len(p), np.datetime64("NaT"), dtype="datetime64[s]")
        if dates is None
        else column(dates, len(p), "dates").astype("datetime64[s]")
        for dates in (due, done)
    ]
    later = np.zeros(len(p), dtype=bool) if at is None else days[0] > np.datetime64(at, "s")
    whole = f >= p
    status = np.where(
        whole, "kept", np.where(later, "pending", np.where(np.isnan(f), "unknown", np.where(f > 0, "partly", "unmet")))
    )
    count = {word: int((status == word).sum()) for word in ("kept", "partly", "unmet", "pending", "unknown")}
    known = (status != "pending") & (status != "unknown")
    decided, asked = int(known.sum()), int(known.sum()) + count["unknown"]
    late = (days[1] - days[0])[whole] / DAY
    late = late[~np.isnan(late)]
    return Fulfilment(
        **count,
        rate=_part(count["kept"], decided),
        lowest=_part(count["kept"], asked),
        highest=_part(count["kept"] + count["unknown"], asked),
        share=_part(float(np.minimum(f, p)[known].sum()), float(p[known].sum())),
        on_time=_part(int((late <= 0).sum()), len(late)),
        delay=float(np.median(late)) if len(late) else math.nan,
        status=tuple(status.tolist()),
    )


def _part(above: float, below: float) -> float:
    return above / below if below else math.nan


