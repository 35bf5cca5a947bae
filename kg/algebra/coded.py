"""Coded statements as arrays: who, towards what, with which value. All that the algebra works on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from kg.errors import KGError, did_you_mean

Kind = Literal["interval", "ordinal", "nominal"]
Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


def one_of(name: str, known: Iterable[str], what: str) -> str:
    """The name, or KGError with the nearest known one; *what* it is: "measure", "method"."""
    words = tuple(known)
    if name not in words:
        raise KGError(f'No {what} "{name}".', cure=did_you_mean(str(name), words) or f"There are: {', '.join(words)}.")
    return name


@dataclass(frozen=True)
class Scale:
    """How two values compare.

    ``levels`` are in ascending order. On an *interval* scale the distance of two levels is their difference, on
    an *ordinal* one the difference of their ranks, on a *nominal* one 0 or 1. A yes-or-no variable is an interval
    of two levels. ``span`` is the largest distance there can be (for an interval the fixed range of the scale,
    which the observed levels need not reach); a scale without two different ends has span 0.
    """

    kind: Kind
    levels: tuple[Any, ...]
    span: float

    @classmethod
    def interval(cls, levels: Sequence[float], low: float | None = None, high: float | None = None) -> Scale:
        """A scale whose differences mean something; *low* and *high* are its fixed ends, else those observed."""
        ordered = tuple(sorted(set(levels)))
        ends = (ordered[0] if low is None else low, ordered[-1] if high is None else high) if ordered else (0, 0)
        return cls("interval", ordered, float(ends[1] - ends[0]))

    @classmethod
    def ordinal(cls, levels: Sequence[Any]) -> Scale:
        """Levels in the order given, of which only the order means something."""
        return cls("ordinal", tuple(levels), float(max(len(levels) - 1, 0)))

    @classmethod
    def nominal(cls, levels: Sequence[Any]) -> Scale:
        """Levels that are the same or not."""
        return cls("nominal", tuple(sorted(set(levels))), float(len(set(levels)) > 1))

    @property
    def points(self) -> Floats:
        """The number of each level: its value, its rank, or (nominal) 1."""
        if self.kind == "interval":
            return np.asarray(self.levels, dtype=np.float64)
        return np.arange(len(self.levels), dtype=np.float64) if self.kind == "ordinal" else np.ones(len(self.levels))

    def distance(self) -> Floats:
        """Levels × levels, each in 0 … 1; all zero where the span is."""
        if self.kind == "nominal":
            return 1.0 - np.eye(len(self.levels))
        gaps = np.abs(self.points[:, None] - self.points[None, :])
        return gaps / self.span if self.span else np.zeros_like(gaps)


@dataclass(frozen=True)
class Coded:
    """One entry a statement: index of its row, of its column, of its level. Arrays of one length *n*, int32.

    ``weights`` (float64, or None for 1 each) multiply an entry; ``row_labels`` and ``column_labels`` may hold
    more labels than entries name, which are isolates.
    """

    rows: Ints
    columns: Ints
    levels: Ints
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    scale: Scale
    weights: Floats | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, which: npt.NDArray[Any]) -> Coded:
        """The entries that a mask or an index names; labels and scale stay, so that results line up."""
        weights = None if self.weights is None else self.weights[which]
        return replace(
            self, rows=self.rows[which], columns=self.columns[which], levels=self.levels[which], weights=weights
        )

    def weighted(self, weights: Floats) -> Coded:
        """The same entries with other weights."""
        return replace(self, weights=weights)
