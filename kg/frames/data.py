"""Frame: the stances of a selection as columns, narrowed, rolled up, and coded for the algebra."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from kg.errors import NotFound, did_you_mean
from kg.frames.extraction import Variable
from kg.graph import KnowledgeGraph
from kg.labels import StoreNames
from kg.tables import Table
from kg.terms import compact, expand, fold

if TYPE_CHECKING:
    from kg.algebra.coded import Coded, Kind
    from kg.frames.coding import Entries

Given = Mapping[str, object]

# Which kind of thing the names in a column are names of.
KINDS = {
    **dict.fromkeys(("holder", "heldBy", "speaker", "onBehalfOf"), "actor"),
    **dict.fromkeys(("issue", "onIssue"), "issue"),
    "position": "position",
    "source": "source",
}

# What made_from tells of the rows themselves.
COUNTS = ("stances", "sources", "dates", "undated", "undetermined")


@dataclass(frozen=True, eq=False)
class Frame:
    """The stances of a graph's selection, one row a stance and source, in the order in which they were taken.

    ``data`` has the columns that :data:`kg.frames.COLUMNS` names and ``onBehalfOf``, ``published``, ``date``,
    ``begins``, ``ends``, ``heldBy``, ``onIssue``, and one for each of ``variables``; docs/stances.md tells what they
    hold. ``unfiltered`` is the same before :meth:`where`. The order is that of date, moment of publication, source,
    place in the source, and stance; what has no date comes last.
    """

    graph: KnowledgeGraph
    data: pl.DataFrame
    unfiltered: pl.DataFrame
    variables: tuple[Variable, ...] = ()
    made_from: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.data.height

    def __repr__(self) -> str:
        made = "; ".join(f"{k}: {v}" for k, v in self.made_from.items())
        return f"<Frame: {self.data.height} rows, {self.data.width} columns; {made}>"

    @property
    def names(self) -> StoreNames:
        """Labels ↔ IRIs."""
        return self.graph.names

    def column(self, name: str) -> str:
        """The name of a column, if it is there; raises NotFound with a suggestion."""
        if name not in self.data.columns:
            hint = did_you_mean(name, self.data.columns) or f"There are: {', '.join(self.data.columns)}."
            raise NotFound(f'No column "{name}" in the frame.', cure=hint)
        return name

    # -- narrowing ------------------------------------------------------------------

    def where(self, *, exclude: Given | None = None, only: Given | None = None) -> Frame:
        """The frame without rows that have one of some values, or with only those that have one of them.

        Both are ``{column: value or list of values}``: labels, CURIEs or IRIs of things, texts, numbers, True or
        False. Several columns of *only* must all fit; one of *exclude* is enough to leave a row out. An issue stands
        for all narrower ones too. A row without a value is not one of the values. Raises NotFound for a column or a
        value that is not there.
        """
        keep, words = pl.lit(True), []
        for how, given in (("only", only or {}), ("without", exclude or {})):
            for name, listed in given.items():
                values = self._values(self.column(name), listed)
                has = pl.col(name).is_in(values).fill_null(False)
                keep &= has if how == "only" else ~has
                words.append(f"{how} {name} {', '.join(map(str, _listed(listed)))}")
        if not words:
            return self
        data = self.data.filter(keep)
        before = {name: told for name, told in self.made_from.items() if name not in COUNTS}
        told = "; ".join(filter(None, [before.get("where", ""), *words]))
        return replace(self, data=data, made_from={**before, "where": told, **counted(data)})

    def _values(self, column: str, listed: object) -> list[Any]:
        """What some words stand for in a column."""
        kind = self.unfiltered[column].dtype
        words = _listed(listed)
        if kind == pl.String:
            return self._texts(column, [str(word) for word in words])
        there = {_key(value): value for value in self.unfiltered[column].drop_nulls().unique().sort().to_list()}
        if kind == pl.Boolean:
            there |= {"yes": True, "no": False, "true": True, "false": False}
        for word in words:
            if _key(word) not in there:
                some = ", ".join([*there][:12])
                raise NotFound(f'No {column} "{word}".', cure=f"There are: {some}." if some else "It has no values.")
        return [there[_key(word)] for word in words]

    def _texts(self, column: str, words: list[str]) -> list[str]:
        there = set(self.unfiltered[column].drop_nulls().unique().to_list())
        found: list[str] = []
        shown: dict[str, list[str]] | None = None
        for word in words:
            iri = expand(word)
            if word in there or iri in there:
                found.append(word if word in there else str(iri))
                continue
            if shown is None:
                shown = {}
                for one, label in self.labels(sorted(there)).items():
                    for name in {fold(label), fold(self.names.labels.get(one, label))}:
                        shown.setdefault(name, []).append(one)
            hits = shown.get(fold(word), []) or self._named(column, word)
            if len(hits) > 1:
                choices = ", ".join(sorted(map(compact, hits)))
                raise NotFound(f'The {column} "{word}" fits several: {choices}.', cure="Use one of these.")
            if not hits:
                hint = did_you_mean(word, self.labels(sorted(there)).values())
                raise NotFound(f'No {column} "{word}".', cure=hint or "It has to be spelled as in the frame.")
            found += hits
        if KINDS.get(column) == "issue" and found:
            from kg.frames.levels import narrower

            found = narrower(self.graph.store, found)
        return found

    def _named(self, column: str, word: str) -> list[str]:
        """What a word names in the graph, though it may not be in the column."""
        if iri := expand(word):
            return [iri] if self.names.labels.get(iri) else []
        try:
            return [self.names.find(word, KINDS[column])] if column in KINDS else []
        except NotFound:
            return []

    def labels(self, ids: Sequence[str]) -> dict[str, str]:
        """What each of some values is shown as: labels of IRIs, texts as they are.

        Where two IRIs have one label, each has its CURIE beside it in brackets.
        """
        iris = [one for one in ids if expand(one)]
        self.names.labels.fetch(iris)
        shown = {one: one for one in ids} | {iri: self.names.label(iri) for iri in iris}
        often: dict[str, int] = {}
        for label in shown.values():
            often[label] = often.get(label, 0) + 1
        for iri in iris:
            if often[shown[iri]] > 1:
                shown[iri] = f"{shown[iri]} ({compact(iri)})"
        return shown

    # -- leaving --------------------------------------------------------------------

    def entries(
        self, rows: str = "holder", columns: str = "position", value: str | None = "value", **how: Any
    ) -> Entries:
        """The entries of a two-mode table, for the algebra; see :func:`kg.frames.coding.entries`."""
        from kg.frames import coding

        return coding.entries(self, rows, columns, value, **how)

    def coded(
        self,
        rows: str = "holder",
        columns: str = "position",
        value: str | None = "value",
        *,
        scale: Kind | None = None,
        **how: Any,
    ) -> Coded:
        """The same without what stands behind it: ``entries(…).coded``."""
        return self.entries(rows, columns, value, scale=scale, **how).coded

    def table(self) -> Table:
        """All columns as a table, those of ``kg.stances`` first; rows sorted as there."""
        from kg.frames import view

        table = Table.from_tsv(view.tsv(self.data, self.data.columns), dict(self.made_from))
        table.labels = self.names.labels
        return table


def _listed(given: object) -> list[object]:
    return list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]


def _key(value: object) -> str:
    """How a number, a moment, or yes and no is recognized, whether given as such or written."""
    if isinstance(value, datetime):
        return value.isoformat().removesuffix("T00:00:00").casefold()
    try:
        return f"{float(str(value).replace('−', '-')):g}"
    except ValueError:
        return str(value).strip().casefold()


def counted(data: pl.DataFrame) -> dict[str, str]:
    """How much a frame holds, and what of it lacks something."""
    stances = data.select("stance", "date", "value").unique("stance")
    told = {"stances": str(stances.height), "sources": str(data["source"].n_unique()), **span(stances["date"])}
    for name, column in (("undated", "date"), ("undetermined", "value")):
        if missing := stances[column].null_count():
            told[name] = str(missing)
    return told


def span(moments: pl.Series) -> dict[str, str]:
    """The first and the last day, where there are any."""
    days = moments.drop_nulls().dt.strftime("%Y-%m-%d").sort().to_list()
    return {"dates": f"{days[0]} to {days[-1]}"} if days else {}
