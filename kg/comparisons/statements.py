"""Statements: the entries that a comparison counts, and the matrices made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kg.algebra import duplicates, two_mode
from kg.algebra.coded import Coded, Scale
from kg.algebra.sources import behind
from kg.comparisons import measures
from kg.comparisons.choices import Choices
from kg.comparisons.pairs import incompatible
from kg.frames import Entries, frame
from kg.matrices import Matrix

if TYPE_CHECKING:
    from kg.comparisons.comparison import Comparison
    from kg.frames import Frame

# Above so many rows, what stands behind each cell is not counted unasked: it takes longer than the measure.
_COUNTED = 400


@dataclass(frozen=True)
class Statements:
    """Entries of a comparison, duplicates taken out, and ``all`` before that.

    ``rivals`` are pairs of columns that cannot both be had (profiles only).
    """

    entries: Entries
    choices: Choices
    rivals: npt.NDArray[np.intp] | None
    made_from: dict[str, str]
    all: Entries | None = None

    @classmethod
    def of(cls, comparison: Comparison) -> Statements:
        """The statements that the choices of a comparison ask for."""
        choices, graph = comparison.choices, comparison.graph
        profiles = choices.duplicates == "profile"
        found = _chosen(frame(graph, level=choices.level, issue_level=choices.rollup), choices)
        if comparison.named:
            found = found.where(only={choices.rows: list(comparison.named)})
        entries = found.entries(
            choices.rows,
            choices.columns,
            choices.value,
            scale=choices.scale,
            range=choices.ends,
            isolates=choices.isolates,
            narrators=bool(comparison.named),
            superseded=not profiles,
            each="source" if choices.duplicates in ("profile", "document") else "stance",
        )
        entries = replace(entries, coded=_yes_and_no(entries, choices))
        if profiles:
            # A stance counts once, however many sources carry it.
            often = entries.data.select(_one_over_its_rows())["each"].to_numpy()
            entries = replace(entries, coded=entries.coded.weighted(often))
        made = {**entries.made_from, **choices.describe(), "call": comparison.call}
        rivals = _rivals(comparison, entries) if profiles else None
        whole = cls(entries, choices, rivals, made)
        return (
            whole
            if profiles
            else replace(whole, entries=_without_duplicates(entries, choices, choices.value), all=entries)
        )

    def counting(self, measure: str) -> Statements:
        """The statements that a measure counts: the reference program leaves values aside where a measure does."""
        if not (self.choices.dna_compat and measure == "ignore" and self.all is not None):
            return self
        return replace(self, entries=_without_duplicates(self.all, self.choices, None))

    @property
    def clusters(self) -> npt.NDArray[Any]:
        """The source of each entry."""
        return self.entries.data["source"].to_numpy()

    def take(self, which: npt.NDArray[Any]) -> Statements:
        """Some of the entries; rows and columns stay."""
        return replace(self, entries=self.entries.take(which))

    # -- matrices --------------------------------------------------------------------

    def statistic(
        self, measure: str, normalize: str = "no", *, sparse: bool = False
    ) -> Callable[[Coded], Any]:
        """The function from entries to the matrix of a measure."""

        def values(coded: Coded) -> Any:
            return measures.matrix(
                coded, measure, normalize, self.rivals, sparse=sparse, dna_compat=self.choices.dna_compat
            )

        return values

    def matrix(
        self, measure: str, normalize: str, *, sure: bool, sparse: bool, replicates: int, seed: int
    ) -> Matrix:
        """Rows × rows; see :meth:`kg.comparisons.Comparison.matrix`."""
        self = self.counting(measure)
        coded = self.entries.coded
        values = self.statistic(measure, normalize, sparse=sparse)(coded)
        labels, ids = coded.row_labels, self.entries.row_ids
        made = {**self.made_from, "measure": measure, "normalize": normalize}
        found = Matrix(labels, labels, values, "one", measure, ids, ids, made_from=made)
        if sparse or (len(labels) > _COUNTED and not sure):
            return found
        found = replace(found, n=measures.behind(coded), sources=behind(coded, self.clusters, "pairs").count)
        if not sure:
            return found
        from kg.comparisons.sure import with_intervals

        return with_intervals(self, found, normalize, replicates, seed)

    def two_mode(self, aggregate: str, normalize: str, *, sparse: bool) -> Matrix:
        """Rows × columns; see :meth:`kg.comparisons.Comparison.two_mode`."""
        self = self.counting(aggregate)
        coded = self.entries.coded
        values = two_mode.two_mode(
            coded, aggregate, normalize, sparse=sparse, dna_compat=self.choices.dna_compat
        )
        made = {**self.made_from, "measure": aggregate, "normalize": normalize}
        n = None if sparse else np.rint(two_mode.sums(replace(coded, weights=None))).astype(np.int64)
        return Matrix(
            coded.row_labels,
            coded.column_labels,
            values,
            "two",
            aggregate,
            self.entries.row_ids,
            self.entries.column_ids,
            n=n,
            made_from=made,
        )


def _chosen(found: Frame, choices: Choices) -> Frame:
    """What the choices leave in; with *dna_compat*, what is known of a document narrows what isolates may be too."""
    if not choices.dna_compat:
        return found.where(only=choices.only, exclude=choices.exclude)
    documents = {v for v in found.data.columns if v.startswith("document ")}

    def part(given: Any, of_documents: bool) -> dict[str, Any]:
        return {k: v for k, v in given.items() if (k in documents) == of_documents}

    first = found.where(only=part(choices.only, True), exclude=part(choices.exclude, True))
    return replace(first, unfiltered=first.data).where(
        only=part(choices.only, False), exclude=part(choices.exclude, False)
    )


def _yes_and_no(entries: Entries, choices: Choices) -> Coded:
    """Yes counts as +1 and no as −1, so that they cancel."""
    import polars as pl

    coded = entries.coded
    if (
        choices.value is None
        or entries.data[choices.value].dtype != pl.Boolean
        or coded.scale.kind == "nominal"
    ):
        return coded
    return replace(coded, scale=Scale("interval", (-1.0, 1.0), 2.0))


def _one_over_its_rows() -> Any:
    import polars as pl

    return (1.0 / pl.len().over("stance").cast(pl.Float64)).alias("each")


def _without_duplicates(entries: Entries, choices: Choices, value: str | None) -> Entries:
    data = entries.data.with_row_index("_entry")
    kept = duplicates.keep(
        data, choices.rows, choices.columns, value, choices.duplicates, dna_compat=choices.dna_compat
    )
    if len(kept) == len(data):
        return entries
    which = kept["_entry"].to_numpy()
    return replace(entries, coded=entries.coded.take(which), data=kept.drop("_entry"))


def _rivals(comparison: Comparison, entries: Entries) -> npt.NDArray[np.intp]:
    at = {column: number for number, column in enumerate(entries.column_ids)}
    found = sorted((at[p], at[q]) for p, q in incompatible(comparison.graph) if p in at and q in at)
    return np.array(found, dtype=np.intp).reshape(-1, 2)
