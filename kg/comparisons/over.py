"""Over time: the same comparison in one window after another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from kg.algebra import windows
from kg.algebra.windows import Window
from kg.errors import KGError
from kg.matrices import Series
from kg.matrices import Window as Dated
from kg.tables import Table

if TYPE_CHECKING:
    from kg.comparisons.comparison import Comparison
    from kg.comparisons.statements import Statements


@dataclass(frozen=True)
class Over:
    """A comparison in windows, each with its statements. ``undated`` ones are in none, which every result tells."""

    windows: list[Window]
    statements: list[Statements]
    undated: int
    made_from: dict[str, str]

    @classmethod
    def of(cls, comparison: Comparison, unit: str, width: int, step: int, standing: bool) -> Over:
        """Windows of *width* units of time, or of so many statements (*unit* ``events``), one every *step*.

        With *standing* each has all that stood at its end, however old, instead of what was said within it.
        """
        whole = comparison.statements
        times, compat = whole.entries.times(), comparison.choices.dna_compat
        if unit in ("event", "events"):
            found = windows.by_events(times, width, step, dna_compat=compat)
        else:
            found = windows.by_time(times, unit, width, step, dna_compat=compat)
        if standing:
            parts = [_standing(comparison, window) for window in found]
        else:
            parts = [whole.take(window.which) for window in found]
        undated = windows.undated(times)
        kind = "what stood at the end of each" if standing else f"one every {step}"
        made = {**whole.made_from, "windows": f"{len(found)} of {width} {unit}, {kind}"}
        if undated:
            made["undated"] = f"{undated} statements without a date, in no window"
        return cls(found, parts, undated, made)

    def __len__(self) -> int:
        return len(self.windows)

    def matrix(
        self,
        measure: str = "agreement",
        normalize: str = "no",
        *,
        sure: bool = False,
        replicates: int = 1000,
        seed: int = 0,
    ) -> Series:
        """The matrix of each window that has two rows with something in it."""
        found = []
        for window, part in zip(self.windows, self.statements, strict=True):
            if len(part.entries) and len(np.unique(part.entries.coded.rows)) > 1:
                matrix = part.matrix(
                    measure, normalize, sure=sure, sparse=False, replicates=replicates, seed=seed
                )
                found.append(Dated(window.start, window.end, matrix))
        return Series(tuple(found), {**self.made_from, "measure": measure, "normalize": normalize})

    def table(
        self, measure: str = "agreement", normalize: str = "no", *, sure: bool = True, **how: int
    ) -> Table:
        """A row for each window and pair that shares something: the measure, n, sources and interval."""
        return self.matrix(measure, normalize, sure=sure, **how).to_table(zeros=True)

    def coalitions(self, measure: str = "net", *, seed: int = 0) -> Table:
        """Who keeps together with whom from window to window, and how persistent that is."""
        from kg.comparisons.many import tracked

        return tracked(self, measure, seed)

    def polarization(self, *, permutations: int = 100, seed: int = 0) -> Table:
        """How polarised the debate is in each window: 0 everybody agrees, 1 two equal camps opposed on everything."""
        from kg.comparisons.many import polarized_over

        return polarized_over(self, permutations, seed)


def _standing(comparison: Comparison, window: Window) -> Statements:
    """The statements of a comparison made at the end of a window."""
    last = (window.end - timedelta(seconds=1)).date().isoformat()
    try:
        return replace(comparison, graph=comparison.graph.where(until=last)).statements
    except KGError:  # a name that nobody bears yet
        return comparison.statements.take(np.empty(0, dtype=np.intp))
