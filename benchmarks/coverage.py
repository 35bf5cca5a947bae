"""Do intervals hold what they promise? Simulated debates in which the truth is known.

A source is favourable, neutral or hostile to what it reports, and long or short; so its statements depend on each
other, and sources weigh unequally. Two actors speak on four positions, on a scale from −2 to 2. The truth follows from
the probabilities alone: of the mean value and of agreement what endless sources would give, of the net tie (a count)
what so many sources give on average. Every interval of the product is compared with it, and so is the plain percentile
interval of the same draws, which is what is usually done.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.algebra.coded import Coded, Scale
from kg.algebra.sources import draws
from kg.algebra.sure import Interval, bootstrap, bootstrap_ties

Floats = npt.NDArray[np.float64]

LEVELS = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
SCALE = Scale.interval(LEVELS.tolist(), -2, 2)
# Share and leaning of each kind of source.
_KINDS = ((0.25, -0.8), (0.5, 0.0), (0.25, 0.8))
# What the actors mean on each position, and how many statements of each a source of mean length has.
_MEANS = np.array([[1.0, -0.5, 0.8, 0.0], [0.6, 0.7, -1.0, 0.3]])
_OFTEN = np.array([[0.6, 0.3, 0.4, 0.2], [0.5, 0.4, 0.2, 0.3]])
# Lengths are Gamma(2) with mean 1: the mean of their squares is 1.5.
_SHAPE = 2.0
_NEAR = 1.0 - 2.0 * SCALE.distance()


@dataclass(frozen=True)
class Covered:
    """One line of the table. Shares of the trials: ``answered`` (there was an interval), ``covered`` of those (it held
    the truth), ``percentile`` the same of the plain percentile interval. ``width`` is the median of the intervals.
    """

    what: str
    sources: int
    method: str
    varying: bool
    trials: int
    covered: float
    percentile: float
    answered: float
    width: float

    @property
    def doubt(self) -> float:
        """Standard error of ``covered``."""
        return math.sqrt(self.covered * (1 - self.covered) / self.trials)


def measure(
    sources: Sequence[int] = (10, 30, 100),
    trials: int = 500,
    replicates: int = 400,
    level: float = 0.95,
    method: str = "poisson",
    seed: int = 0,
    varying: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> list[Covered]:
    """The share of intervals that hold the truth, by number of sources and by what is estimated.

    *varying*: the number of sources of a debate is a matter of chance too (Poisson, three at least).
    """
    found = []
    for number in sources:
        truth = _truth(number, varying)
        hits = {what: np.zeros(3) for what in truth}
        widths: dict[str, list[float]] = {what: [] for what in truth}
        random = np.random.default_rng([seed, number])
        for trial in range(trials):
            size = max(int(random.poisson(number)), 3) if varying else number
            counts = _debate(random, size)
            drawn = np.concatenate(list(draws(size, replicates, trial, method, replicates)))
            for what, plain in _numbers(np.einsum("rs,saju->raju", drawn, counts)).items():
                interval = _interval(what, counts, replicates, level, trial, method)
                if interval is None or np.isnan(plain).all():
                    continue
                low, high = np.nanquantile(plain, [(1 - level) / 2, (1 + level) / 2])
                inside = bool(interval.low <= truth[what] <= interval.high)
                hits[what] += (bool(interval.known), inside, bool(low <= truth[what] <= high))
                if interval.known:
                    widths[what].append(float(interval.width))
            if trial % 100 == 99:
                say(f"{number} sources: {trial + 1} of {trials} debates")
        for what, (answered, inside, plain_inside) in hits.items():
            found.append(
                Covered(
                    what, number, method, varying, trials,
                    float(inside / max(answered, 1)), float(plain_inside / trials),
                    float(answered / trials), float(np.median(widths[what])) if widths[what] else math.nan,
                )
            )  # fmt: skip
    return found


def table(rows: Sequence[Covered]) -> str:
    """The same as Markdown."""
    lines = [
        "| number | sources | drawn | number of sources | intervals that hold the truth | plain percentiles "
        "| answered | median width |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {r.what} | {r.sources} | {r.method} | {'varying' if r.varying else 'fixed'} "
        f"| {r.covered:.1%} ± {1.96 * r.doubt:.1%} | {r.percentile:.1%} "
        f"| {r.answered:.1%} | {r.width:.3g} |"
        for r in rows
    ]
    return "\n".join(lines)


def _chances() -> Floats:
    """Kinds of sources × actors × positions × levels: a discretised normal distribution around what is meant."""
    leaning = np.array([lean for _, lean in _KINDS])
    away = LEVELS[None, None, None, :] - (_MEANS[None, :, :, None] + leaning[:, None, None, None])
    density = np.exp(-0.5 * away**2)
    return np.asarray(density / density.sum(axis=-1, keepdims=True), dtype=np.float64)


def _debate(random: np.random.Generator, sources: int) -> Floats:
    """Numbers of statements: sources × actors × positions × levels."""
    kind = random.choice(len(_KINDS), sources, p=[share for share, _ in _KINDS])
    length = random.gamma(_SHAPE, 1.0 / _SHAPE, sources)
    rate = length[:, None, None, None] * _OFTEN[None, :, :, None] * _chances()[kind]
    return random.poisson(rate).astype(np.float64)


def _net(first: Floats, second: Floats) -> Floats:
    """Congruence − conflict of counts: … × positions × levels each."""
    return np.asarray(np.einsum("...ju,uv,...jv->...", first, _NEAR, second), dtype=np.float64)


def _numbers(counts: Floats) -> dict[str, Floats]:
    """What is estimated, from replicates × actors × positions × levels: an array of one a replicate."""
    one, two = counts[:, 0], counts[:, 1]
    net = _net(one, two)
    both = (one.sum(axis=2) * two.sum(axis=2)).sum(axis=1)
    said = one.sum(axis=(1, 2))
    return {
        "mean value": np.divide((one @ LEVELS).sum(axis=1), said, out=np.full(len(said), np.nan), where=said > 0),
        "agreement": np.divide(net, both, out=np.full(len(both), np.nan), where=both > 0),
        "net tie": net,
    }


def _truth(sources: int, varying: bool = False) -> dict[str, float]:
    """The same from the probabilities."""
    shares = np.array([share for share, _ in _KINDS])
    by_kind = _OFTEN[None, :, :, None] * _chances()
    expected = np.einsum("k,kaju->aju", shares, by_kind)
    found = {what: float(value[0]) for what, value in _numbers(expected[None]).items()}
    squares = 1.0 + 1.0 / _SHAPE
    within = float(shares @ _net(by_kind[:, 0], by_kind[:, 1])) * squares
    # The mean number of ordered pairs of sources.
    pairs = sources * (sources if varying else sources - 1)
    return {**found, "net tie": pairs * found["net tie"] + sources * within}


def _interval(what: str, counts: Floats, replicates: int, level: float, seed: int, method: str) -> Interval | None:
    """The product's own interval of one number; None where nobody said anything."""
    source, actor, position, degree = np.nonzero(counts)
    if not len(source):
        return None
    coded = Coded(
        actor.astype(np.int32), position.astype(np.int32), degree.astype(np.int32), ("Ferry company", "Fishers"),
        tuple("abcd"), SCALE, counts[source, actor, position, degree],
    )  # fmt: skip
    if what == "mean value":
        mine = actor == 0
        if not mine.any():
            return None

        def mean(some: Coded) -> float:
            weights = some.weights if some.weights is not None else np.ones(len(some))
            return float(weights @ LEVELS[some.levels] / weights.sum()) if weights.any() else math.nan

        return bootstrap(
            coded.take(mine), source[mine], mean, replicates, level, seed, method, limits=(-2.0, 2.0)
        )  # fmt: skip
    aggregate = "agreement" if what == "agreement" else "subtract"
    ties = bootstrap_ties(coded, source, aggregate, "no", replicates, level, seed, method)
    return _pick(ties, 0, 1)


def _pick(found: Interval, i: int, k: int) -> Interval:
    """One number of an array of them."""
    from dataclasses import replace

    from kg.algebra.sources import Behind

    at = (i, k)
    only: dict[str, Any] = {name: np.asarray(getattr(found, name)[at]) for name in ("estimate", "low", "high", "se")}
    behind = Behind(np.asarray(found.behind.count[at]), np.asarray(found.behind.effective[at]))
    return replace(found, **only, behind=behind)


if __name__ == "__main__":
    for way, chance in (("poisson", False), ("multinomial", False), ("poisson", True)):
        print(table(measure(method=way, varying=chance, say=lambda text: print(text, file=sys.stderr))))
