"""Measures: from entries to numbers between rows, or between rows and columns.

Two families, and nothing else knows which is which:

* of *profiles*, in which a row has one mean value on a column: shared, congruence, conflict (rival positions added),
  net, and every measure of agreement in :mod:`kg.algebra.agreement`;
* of *statements*, in which each counts: ignore, congruence, conflict, subtract, with a normalization.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.algebra import agreement, one_mode, two_mode
from kg.algebra.coded import Coded, Floats
from kg.errors import KGError, did_you_mean

Rivals = npt.NDArray[np.intp]

PROFILE = ("agreement", "conflict", "congruence", "net", "shared")
STATEMENT = (*one_mode.AGGREGATES, "net")
# Other words for the same thing.
_SAME = {"net": "subtract"}
# Our words for measures of agreement: in this field "agreement" runs from −1 to 1.
_AGREEMENT = {**{m: m for m in agreement.MEASURES}, "agreement": "s", "similarity": "agreement"}


def names(profiles: bool) -> tuple[str, ...]:
    """The measures there are."""
    return tuple(dict.fromkeys((*(PROFILE if profiles else STATEMENT), *sorted(_AGREEMENT))))


def matrix(
    coded: Coded, name: str, normalize: str, rivals: Rivals | None, *, sparse: bool, dna_compat: bool
) -> Any:
    """One measure for all pairs: rows × rows. *rivals* (pairs of columns, n × 2) asks for profiles, else statements.

    NaN where two rows share nothing, but 0 in networks of statements, which count.
    """
    if name not in names(rivals is not None):
        known = names(rivals is not None)
        raise KGError(
            f'No measure "{name}".', cure=did_you_mean(name, known) or f"There are: {', '.join(known)}."
        )
    if rivals is None and name in STATEMENT:
        return one_mode.one_mode(
            coded, _SAME.get(name, name), normalize, sparse=sparse, dna_compat=dna_compat
        )
    if normalize != "no":
        raise KGError(
            f'"{name}" of {"profiles" if rivals is not None else "means"} has no normalization.',
            cure='Count statements instead: duplicates="include" (or document, day, week, month, year, range).',
        )
    if coded.scale.kind == "nominal":
        raise KGError(
            f'"{name}" needs values on a scale, and these are names.', cure="Count statements instead."
        )
    means = two_mode.two_mode(coded, "mean")
    # What adds up to zero is zero, whatever the rounding of its parts.
    means[np.abs(means) < 1e-12] = 0.0
    lowest = float(coded.scale.points.min(initial=0.0))
    return _of_profiles(means, name, rivals, (lowest, lowest + coded.scale.span))


def _of_profiles(means: Floats, name: str, rivals: Rivals | None, ends: tuple[float, float]) -> Floats:
    known = ~np.isnan(means)
    shared = known.astype(np.float64) @ known.T.astype(np.float64)
    plus, minus = (means > 0).astype(np.float64), (means < 0).astype(np.float64)
    rival = np.zeros_like(shared)
    if rivals is not None and len(rivals):
        rival = plus[:, rivals[:, 0]] @ plus[:, rivals[:, 1]].T
    made: dict[str, Callable[[], Floats]] = {
        "shared": lambda: shared,
        "congruence": lambda: plus @ plus.T + minus @ minus.T,
        "conflict": lambda: plus @ minus.T + minus @ plus.T + rival,
        "net": lambda: made["congruence"]() - made["conflict"](),
    }
    values = made[name]() if name in made else _agreement(means, name, *ends)
    values = np.where((shared > 0) | (rival > 0), values, np.nan)
    np.fill_diagonal(values, np.nan)
    return values


def _agreement(means: Floats, name: str, low: float, high: float) -> Floats:
    """A measure of agreement; nothing is known where nobody says anything."""
    if np.isnan(means).all():
        return np.full((len(means), len(means)), np.nan)
    return agreement.pairs(means, _AGREEMENT[name], low=low, high=high).values


def behind(coded: Coded) -> npt.NDArray[np.int64]:
    """How many statements stand behind each pair, rows × rows: those of either on columns on which both have one."""
    counts = two_mode.sums(coded)
    met = counts @ (counts > 0).astype(np.float64).T
    found = np.rint(met + met.T).astype(np.int64)
    np.fill_diagonal(found, 0)
    return found
