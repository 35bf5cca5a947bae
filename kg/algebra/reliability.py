"""How reliable values are that several coders (or sources, or actors) gave to the same units: Krippendorff's alpha."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.algebra.agreement import Values, matrix
from kg.algebra.coded import Floats, one_of
from kg.algebra.two_mode import room_for
from kg.errors import KGError

LEVELS = ("nominal", "ordinal", "interval", "ratio")


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha and what it rests on.

    ``value``: NaN where it is not known. ``by_unit`` (float64, one a unit): 1 − D_u / De, whose mean weighted by
    the number of values in a unit is ``value``; NaN for a unit with fewer than two values. ``n`` is the number of
    values that can be paired, ``units`` that of the units they are in. ``samples`` holds the alphas of the
    bootstrap, empty when none was asked for; a sample without variation is NaN.
    """

    value: float
    by_unit: Floats
    n: int
    units: int
    level: str
    samples: Floats

    def interval(self, share: float = 0.95) -> tuple[float, float]:
        """Percentiles of the bootstrap that hold *share* of it; NaN without one, or where no sample varies.

        Units are taken as independent. Where units come from few documents, draw documents instead
        (kg.algebra.sure).
        """
        known = self.samples[~np.isnan(self.samples)]
        if not 0 < share < 1:
            raise KGError(f"An interval cannot hold a share of {share:g}.", cure="Give a number between 0 and 1.")
        if not len(known):
            return float("nan"), float("nan")
        low, high = np.quantile(known, [(1 - share) / 2, (1 + share) / 2])
        return float(low), float(high)

    def chance_below(self, least: float) -> float:
        """Share of the bootstrap in which alpha is below *least*, such as .667 or .8; NaN without a bootstrap."""
        known = self.samples[~np.isnan(self.samples)]
        return float((known < least).mean()) if len(known) else float("nan")


def krippendorff(values: Values, level: str = "interval", *, bootstrap: int = 0, seed: int = 0) -> Alpha:
    """Krippendorff's α = 1 − Do / De of coders × units, NaN = missing, any number of coders.

    Do = 1/n Σ_u 1/(n_u − 1) Σ_{i≠j in u} δ²(v_i, v_j) over the pairs within units, De = 1/(n (n − 1)) Σ_{i≠j} δ² over
    all pairs, where n_u values of unit u can be paired and n = Σ n_u. Range up to 1: 1 is full agreement, 0 what
    chance gives, below 0 systematic disagreement. δ² by *level* of measurement:

    - nominal: 0 or 1
    - ordinal: (Σ of n_g over the levels g from c to k, less half of n_c and of n_k)²: a difference of mean ranks
    - interval: (c − k)²
    - ratio: ((c − k) / (c + k))², values from 0 up

    Missing: a value alone in its unit is paired with none and left out, as is a unit without values; so coders need
    not code everything. NaN when nothing can be paired, or when all values that can are one and the same (De = 0):
    without variation nothing shows that the coders could tell the values apart.

    *bootstrap*: that many samples of units drawn with replacement (Zapf and others 2016, Measuring inter-rater
    reliability for nominal data, BMC Medical Research Methodology 16: 93), seeded.

    Krippendorff (2004), Content Analysis, 2nd edition, Thousand Oaks: Sage, chapter 11; (2011), Computing
    Krippendorff's alpha-reliability, University of Pennsylvania. Raises KGError for an unknown level, one coder,
    negative values on a ratio scale, or no values.
    """
    one_of(level, LEVELS, "level of measurement")
    if bootstrap < 0:
        raise KGError(f"There cannot be {bootstrap} samples.", cure="Give 0 or more.")
    found = matrix(values)
    if len(found) < 2:
        raise KGError("One coder has nobody to agree with.", cure="Give the values of two or more.")
    if level == "ratio" and (found < 0).any():
        raise KGError(f"A ratio scale has no {np.nanmin(found):g}.", cure='Use level="interval".')
    enough = (~np.isnan(found)).sum(axis=0) > 1
    units = _Units.of(found[:, enough], level)
    every = np.ones(len(units))
    value, within, expected = units.alpha(every)
    by_unit = np.full(found.shape[1], np.nan)
    if expected > 0:
        by_unit[enough] = 1 - within / (units.sizes * expected)
    samples = np.empty(bootstrap if len(units) else 0)
    rng = np.random.default_rng(seed)
    for k in range(len(samples)):
        samples[k] = units.alpha(rng.multinomial(len(units), every / len(units)).astype(np.float64))[0]
    return Alpha(value, by_unit, int(units.sizes.sum()), len(units), level, samples)


@dataclass(frozen=True)
class _Units:
    """How often each value occurs in each unit (units × levels), and the values."""

    counts: Floats
    points: Floats
    sizes: Floats
    level: str
    gaps: Floats | None  # δ² of two levels, where it depends on nothing else

    @classmethod
    def of(cls, cells: Floats, level: str) -> _Units:
        known = ~np.isnan(cells)
        points, index = np.unique(cells[known], return_inverse=True)
        room_for(cells.shape[1], len(points))
        unit = np.broadcast_to(np.arange(cells.shape[1]), cells.shape)[known]
        counts = np.bincount(unit * len(points) + index, minlength=cells.shape[1] * len(points))
        gaps = None
        if level == "ratio":
            room_for(len(points), len(points))
            total = points[:, None] + points[None, :]
            gaps = np.divide(points[:, None] - points, total, out=np.zeros_like(total), where=total > 0) ** 2
        shaped = counts.reshape(cells.shape[1], len(points)).astype(np.float64)
        return cls(shaped, points, shaped.sum(axis=1), level, gaps)

    def __len__(self) -> int:
        return len(self.counts)

    def alpha(self, times: Floats) -> tuple[float, Floats, float]:
        """Alpha with unit u taken *times[u]* times; each unit's sum of δ² / (n_u − 1); De."""
        totals = times @ self.counts
        n = float(totals.sum())
        if n < 2:
            return float("nan"), np.zeros(len(self)), 0.0
        within = self._disagreement(self.counts, totals) / (self.sizes - 1)
        expected = float(self._disagreement(totals[None, :], totals)[0]) / (n - 1) / n
        value = 1 - float(times @ within) / n / expected if expected > 0 else float("nan")
        return value, within, expected

    def _disagreement(self, counts: Floats, totals: Floats) -> Floats:
        """Σ of δ² over the ordered pairs in each row of *counts*."""
        size = counts.sum(axis=1)
        if self.level == "nominal":
            return np.asarray(size**2 - (counts**2).sum(axis=1))
        if self.gaps is not None:
            return np.asarray(((counts @ self.gaps) * counts).sum(axis=1))
        points = np.cumsum(totals) - totals / 2 if self.level == "ordinal" else self.points
        # Of numbers far from 0 the difference of squares would lose the digits that matter.
        points = points - np.average(points, weights=totals)
        found = 2 * (size * (counts @ points**2) - (counts @ points) ** 2)
        return np.asarray(np.where((counts > 0).sum(axis=1) > 1, np.maximum(found, 0.0), 0.0))


def reliabilities(values: Values, level: str = "interval") -> tuple[Floats, npt.NDArray[np.int64]]:
    """Alpha of every pair of coders: (coders × coders, NaN where not known; how many units both coded).

    Each pair is judged with its own expectation, so that their mean is not the alpha of all. Raises as
    :func:`krippendorff`.
    """
    found = matrix(values)
    known = ~np.isnan(found)
    shared = known.astype(np.int64) @ known.T.astype(np.int64)
    size = len(found)
    result = np.full((size, size), np.nan)
    for a in range(size):
        for b in range(a + 1, size):
            if shared[a, b]:
                result[a, b] = result[b, a] = krippendorff(found[[a, b]], level).value
    return result, shared
