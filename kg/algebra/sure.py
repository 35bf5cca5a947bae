"""How sure: intervals for any number made from statements, and what one source or coder does to it.

Sources are drawn anew, not statements, because the statements of one source depend on each other. Percentiles of so
few things are too narrow, so the interval is

    estimate ± t(k − 1) · se · √(k / (k − 1))

with se the standard deviation of the replicates, k the effective number of sources behind that very number
(kg.algebra.sources) and t Student's quantile. Two cases are kept apart. With fewer than three sources, or fewer than
two effective ones, there is *not enough evidence*: the ends are NaN. And where no replicate differs, as when all
sources say the same, se = 0 says nothing of what a further source would say. There the ends are NaN too, unless
*limits* of the number are known: sources that differ can be a share of up to p = 1 − (α / 2)^(1 / k) without one of
them being met, and so the interval reaches p of the way to either limit (the "rule of three": Hanley and Lippman-Hand
1983). benchmarks/coverage.py measures how often such intervals hold what is true; docs/methods/uncertainty.md shows it.

Cameron, Gelbach and Miller (2008) on resampling clusters; Hesterberg (2015) on why percentiles are too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.algebra.coded import Coded, Floats, one_of
from kg.algebra.one_mode import NORMALIZATIONS, one_mode
from kg.algebra.quick import TIES, Ties, own_weights, tie
from kg.algebra.sources import METHODS, PER, Behind, behind, draws, groups
from kg.errors import KGError

LEAST_SOURCES = 3
LEAST_EFFECTIVE = 2.0

# Replicates whose cells are summed at a time.
_BLOCK = 32
# A spread below this share of the number itself is rounding.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Interval:
    """A number, or an array of them, and how sure it is: arrays of one shape.

    ``low`` and ``high`` are NaN where there is not enough evidence, all where the ``estimate`` is missing.
    ``se`` is the standard deviation of the replicates, ``behind`` says how many sources stand behind each number,
    ``sources`` how many there are in all. ``reason`` is a sentence when no number at all has an interval, else "".
    """

    estimate: Floats
    low: Floats
    high: Floats
    se: Floats
    behind: Behind
    replicates: int
    level: float
    sources: int
    reason: str

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Where there is evidence enough for an interval."""
        return ~np.isnan(self.low)

    @property
    def width(self) -> Floats:
        """high − low; NaN where not known."""
        return self.high - self.low


def bootstrap(
    coded: Coded,
    clusters: Any,
    statistic: Callable[[Coded], Any],
    replicates: int = 1000,
    level: float = 0.95,
    seed: int = 0,
    method: str = "poisson",
    *,
    per: str = "all",
    limits: tuple[float, float] | None = None,
) -> Interval:
    """An interval for each number of ``statistic(coded)``, an array of any shape in which NaN means missing.

    *clusters* names the source of each statement. *per* says what one number stands for, so that the sources behind
    that one are counted: "all" statements, "rows", "columns", "cells" (rows × columns) or "pairs" (rows × rows).
    *limits* are the ends the statistic can reach, for example −1 and 1. The *method* is "poisson" (the number of
    sources is itself a matter of chance) or "multinomial" (it is fixed); they differ for counts, not for means.
    The order of statements and of labels changes nothing.

    Raises KGError for no statements, statements without source, weights that are negative or not finite, a statistic
    that gives no numbers or another shape than *per* says, and replicates, level or limits that make no sense.
    """
    own = own_weights(coded)

    def weigh(factor: Floats) -> Any:
        return statistic(coded.weighted(own * factor))

    return resample(
        clusters, weigh, len(coded), behind=behind(coded, clusters, per) if len(coded) else None,
        replicates=replicates, level=level, seed=seed, method=method, limits=limits,
    )


def resample(
    clusters: Any,
    statistic: Callable[[Floats], Any],
    statements: int,
    *,
    behind: Behind | None = None,
    replicates: int = 1000,
    level: float = 0.95,
    seed: int = 0,
    method: str = "poisson",
    limits: tuple[float, float] | None = None,
) -> Interval:
    """The same for a function of factors: float64, one a statement, by which to multiply its weight (1: as it is).

    *behind* counts the sources behind each number; when not given, those of all statements.
    """
    _check(replicates, level, method, limits)
    found = groups(clusters, statements)
    if behind is None:
        sizes = np.bincount(found.index).astype(np.float64)
        behind = Behind(np.array(float(len(found))), np.array(sizes.sum() ** 2 / (sizes**2).sum()))
    estimate = _numbers(statistic(np.ones(statements)))

    def values() -> Iterator[Floats]:
        for weights in draws(len(found), replicates, seed, method):
            if weights.any():
                yield _numbers(statistic(weights[0][found.index]))

    return _interval(estimate, values(), behind, len(found), replicates, level, limits)


def bootstrap_ties(
    coded: Coded,
    clusters: Any,
    aggregate: str = "subtract",
    normalize: str = "no",
    replicates: int = 1000,
    level: float = 0.95,
    seed: int = 0,
    method: str = "poisson",
) -> Interval:
    """Intervals for every tie of a one-mode network: arrays of rows × rows, NaN ends on the diagonal.

    *aggregate* and *normalize* as in kg.algebra.one_mode, or "agreement": subtract / ignore, from −1 (against each
    other in everything) to 1 (of one mind), NaN for two who share no column. Without normalization and for "average"
    each replicate takes one or two matrix products; for the other divisors it takes the whole of one_mode().
    """
    one_of(aggregate, TIES, "tie")
    one_of(normalize, NORMALIZATIONS, "one-mode normalization")
    if aggregate == "agreement" and normalize != "no":
        raise KGError("Agreement is a ratio already.", cure='Use normalize="no".')
    _check(replicates, level, method, None)
    own = own_weights(coded)
    found = groups(clusters, len(coded))
    evidence = behind(coded, clusters, "pairs")
    estimate = _tie(coded, aggregate, normalize)
    if normalize in {"no", "average"}:
        values = Ties(coded, own, found, aggregate, normalize).all(draws(len(found), replicates, seed, method, _BLOCK))
    else:
        rows = (weights[0] for weights in draws(len(found), replicates, seed, method))
        values = (_tie(coded.weighted(own * row[found.index]), aggregate, normalize) for row in rows)
    limits = (-1.0, 1.0) if aggregate == "agreement" else None
    return _interval(estimate, values, evidence, len(found), replicates, level, limits)


def _tie(coded: Coded, aggregate: str, normalize: str) -> Floats:
    return tie(coded, aggregate) if normalize == "no" else _numbers(one_mode(coded, aggregate, normalize))


def _interval(
    estimate: Floats,
    values: Iterable[Floats],
    behind: Behind,
    sources: int,
    replicates: int,
    level: float,
    limits: tuple[float, float] | None,
) -> Interval:
    """Student's interval around each number, from replicates that are looked at once and not kept."""
    from scipy.special import stdtrit

    shape = estimate.shape
    if behind.count.shape not in {(), shape}:
        raise KGError(
            f"The statistic has the shape {shape}, the evidence behind it {behind.count.shape}.",
            cure=f"Say what one number stands for: per= one of {', '.join(PER)}.",
        )
    behind = Behind(np.broadcast_to(behind.count, shape), np.broadcast_to(behind.effective, shape))
    unknown = np.full(shape, np.nan)
    if sources < LEAST_SOURCES:
        reason = f"Not enough evidence: {sources} of at least {LEAST_SOURCES} sources."
        return Interval(estimate, unknown, unknown.copy(), unknown.copy(), behind, replicates, level, sources, reason)
    se = _spread(estimate, values)
    worth = behind.effective
    enough = (behind.count >= LEAST_SOURCES) & (worth >= LEAST_EFFECTIVE) & ~np.isnan(se)
    k = np.where(enough, worth, LEAST_EFFECTIVE)
    half = stdtrit(k - 1.0, (1.0 + level) / 2.0) * se * np.sqrt(k / (k - 1.0))
    low, high = estimate - half, estimate + half
    still = se <= _ROUNDING * np.abs(estimate)
    if limits is None:
        enough &= ~still
    else:
        unmet = 1.0 - ((1.0 - level) / 2.0) ** (1.0 / k)
        low = np.where(still, estimate - unmet * (estimate - limits[0]), np.maximum(low, limits[0]))
        high = np.where(still, estimate + unmet * (limits[1] - estimate), np.minimum(high, limits[1]))
    low, high = np.where(enough, low, np.nan), np.where(enough, high, np.nan)
    reason = "" if enough.any() else "Not enough evidence: too few sources behind each number, or no two that differ."
    return Interval(estimate, low, high, se, behind, replicates, level, sources, reason)


def _spread(estimate: Floats, values: Iterable[Floats]) -> Floats:
    """Standard deviation of replicates; NaN where the estimate is missing, or more than half of the replicates."""
    middle = np.nan_to_num(estimate)
    met, first, second = (np.zeros(estimate.shape) for _ in range(3))
    count = 0
    for value in values:
        if value.shape != estimate.shape:
            raise KGError(
                f"The statistic has the shape {estimate.shape} once and {value.shape} then.",
                cure="Give a function whose result has one shape whatever the weights.",
            )
        count += 1
        away = value - middle
        known = ~np.isnan(away)
        away = np.where(known, away, 0.0)
        met += known
        first += away
        second += away * away
    some = (met >= 2) & (2 * met >= count) & ~np.isnan(estimate)
    size = np.where(some, met, 2.0)
    variance = np.maximum(second - first**2 / size, 0.0) / (size - 1.0)
    return np.where(some, np.sqrt(variance), np.nan)


@dataclass(frozen=True)
class Influence:
    """What a result owes to single sources or coders; ``names`` are sorted, and the arrays of the first four line up.

    For each name: the ``largest`` change (without it − with all, signed), ``where`` that is (index into the flattened
    result, −1 when nothing changes) and how many numbers are ``lost`` without it. For each number of the result: the
    largest ``change``, ``by`` whom (index into names, −1 for nobody), and whether it rests on that one ``alone``:
    then it has no value without, and the change is NaN.
    """

    names: tuple[str, ...]
    largest: Floats
    where: npt.NDArray[np.int64]
    lost: npt.NDArray[np.int64]
    change: Floats
    by: npt.NDArray[np.int64]
    alone: npt.NDArray[np.bool_]

    @property
    def most(self) -> str:
        """Whose absence changes the most; "" when nobody's changes anything. Ties go to the first name."""
        return self.names[int(np.argmax(np.abs(self.largest)))] if np.any(self.largest != 0) else ""


def leave_one_out(
    coded: Coded, clusters: Any, statistic: Callable[[Coded], Any], *, what: str = "source"
) -> Influence:
    """Leave out each group of statements in turn: a source, a coder. The statistic is an array, NaN means missing.

    Raises KGError when there are fewer than two groups, or a statement has none.
    """
    found = groups(clusters, len(coded), what)
    if len(found) < 2:
        raise KGError(
            f'All statements have the same {what}, "{found.names[0]}".', cure="Leaving one out takes two or more."
        )
    whole = _numbers(statistic(coded))
    flat = whole.reshape(-1)
    largest, where = np.zeros(len(found)), np.full(len(found), -1, dtype=np.int64)
    lost = np.zeros(len(found), dtype=np.int64)
    change, by = np.zeros(flat.shape), np.full(flat.shape, -1, dtype=np.int64)
    alone = np.zeros(flat.shape, dtype=bool)
    for k in range(len(found)):
        rest = _numbers(statistic(coded.take(found.index != k)))
        if rest.shape != whole.shape:
            raise KGError(
                f"The statistic has the shape {whole.shape} once and {rest.shape} then.",
                cure="Give a function whose result keeps rows and columns that are empty.",
            )
        gone = np.isnan(rest.reshape(-1)) & ~np.isnan(flat)
        moved = np.nan_to_num(rest.reshape(-1) - flat)
        lost[k] = gone.sum()
        if moved.any():
            where[k] = int(np.argmax(np.abs(moved)))
            largest[k] = moved[where[k]]
        more = (np.abs(moved) > np.abs(change)) & ~alone
        change[more], by[more] = moved[more], k
        change[gone], by[gone], alone[gone] = np.nan, k, True
    shape = whole.shape
    return Influence(
        found.names, largest, where, lost, change.reshape(shape), by.reshape(shape), alone.reshape(shape)
    )


def enough(
    n: Any, sources: Any, width: Any, *, widest: float = 1.0, statements: int = 3, least: int = LEAST_SOURCES
) -> Any:
    """Whether there is evidence enough to state a number: a bool, or an array of them.

    *n* statements (at least *statements*), *sources* (at least *least*) and the *width* of the interval (at most
    *widest*, in the units of the number: a value from −2 to 2 that is known to one step has width 1). A width that
    is NaN is not known, and so not enough.
    """
    if not (math.isfinite(widest) and widest > 0):
        raise KGError(f"The widest interval is {widest:g}.", cure="Use a number above 0.")
    known = np.asarray(width, dtype=np.float64)
    answer = (np.asarray(n) >= statements) & (np.asarray(sources) >= least) & (known <= widest)
    return bool(answer) if answer.ndim == 0 else answer


def _numbers(values: Any) -> Floats:
    try:
        found = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise KGError("The statistic gives no array of numbers.", cure="Let it return a dense array.") from error
    if np.isinf(found).any():
        raise KGError("The statistic gives an infinite number.", cure="Let it return NaN for what is missing.")
    return found


def _check(replicates: int, level: float, method: str, limits: tuple[float, float] | None) -> None:
    one_of(method, METHODS, "way of drawing")
    if replicates < 2:
        raise KGError(f"There are {replicates} replicates to draw.", cure="Ask for two or more; 1000 is usual.")
    if not 0 < level < 1:
        raise KGError(f"The level is {level:g}.", cure="Use a number between 0 and 1, such as 0.95.")
    if limits is not None and not (limits[0] < limits[1] and all(map(math.isfinite, limits))):
        raise KGError(f"The limits are {limits[0]:g} and {limits[1]:g}.", cure="Give the smaller one first.")
