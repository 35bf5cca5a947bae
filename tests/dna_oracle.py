"""The matrices that Discourse Network Analyzer 3.1.2 computed itself, and its filters in our words.

A case is what the program was asked for (:class:`Case`); :func:`statements` reads a database without any of our
readers, :func:`selected` and :func:`surviving` are the program's filters, :func:`coded` turns what is left into
entries, and :func:`network` is the matrix. ``Case.rows``, ``columns``, ``value``, ``duplicates``, ``exclude``,
``only``, ``documents``, ``start``, ``stop`` say the same in the words of kg.
"""

from __future__ import annotations

import csv
import gzip
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from kg.algebra import duplicates
from kg.algebra.coded import Coded, Scale
from kg.algebra.one_mode import one_mode
from kg.algebra.two_mode import two_mode

DOCUMENT = ("author", "source", "section", "type", "id", "title")
TABLES = {"short text": "DATASHORTTEXT", "boolean": "DATABOOLEAN", "integer": "DATAINTEGER"}


@dataclass(frozen=True)
class Case:
    """One case of the oracle: the program's parameters, and where its answer is."""

    id: str
    database: str
    file: str
    parameters: Mapping[str, Any]
    rows_n: int | None
    columns_n: int | None
    statements_n: int | None

    def _get(self, name: str, usual: Any) -> Any:
        return self.parameters.get(name, usual)

    @property
    def kind(self) -> str:
        """onemode, twomode, eventlist or barplot."""
        return str(self._get("fn", self._get("networkType", "twomode")))

    @property
    def rows(self) -> str:
        """The column of :func:`statements` that makes rows; that of a document begins with "document "."""
        return self._variable("variable1", "organization")

    @property
    def columns(self) -> str:
        """The column that makes columns."""
        return self._variable("variable2", "concept")

    @property
    def value(self) -> str | None:
        """The column of the qualifier."""
        return (
            None if self._get("qualifier", "agreement") is None else self._variable("qualifier", "agreement")
        )

    def _variable(self, name: str, usual: str) -> str:
        found = str(self._get(name, usual))
        return f"document {found}" if self._get(f"{name}Document", False) else found

    @property
    def aggregate(self) -> str:
        """ignore, congruence, conflict, subtract or combine."""
        return str(self._get("qualifierAggregation", "ignore"))

    @property
    def normalize(self) -> str:
        """As the program calls it."""
        return str(self._get("normalization", "no"))

    @property
    def duplicates(self) -> str:
        """In our words."""
        found = str(self._get("duplicates", "include"))
        return "range" if found == "acrossrange" else found

    @property
    def isolates(self) -> bool:
        """Whether labels come from before the exclusion of values."""
        return bool(self._get("isolates", False))

    @property
    def values(self) -> dict[str, list[str]]:
        """Excluded (or, inverted, required) texts of each variable of statements."""
        found: dict[str, list[str]] = {}
        for variable, value in zip(
            self._get("excludeVariables", []), self._get("excludeValues", []), strict=True
        ):
            found.setdefault(variable, []).append(value)
        return found

    @property
    def exclude(self) -> dict[str, list[str]]:
        """What must not be there, of statements and documents."""
        kept = {} if self._get("invertValues", False) else self.values
        return kept | self._documents(inverted=False)

    @property
    def only(self) -> dict[str, list[str]]:
        """What must be there, of statements and documents."""
        kept = self.values if self._get("invertValues", False) else {}
        return kept | self._documents(inverted=True)

    def _documents(self, inverted: bool) -> dict[str, list[str]]:
        names = {"Authors": "author", "Sources": "source", "Sections": "section", "Types": "type"}
        return {
            f"document {field}": list(self.parameters[f"exclude{plural}"])
            for plural, field in names.items()
            if f"exclude{plural}" in self.parameters and bool(self._get(f"invert{plural}", False)) is inverted
        }

    @property
    def start(self) -> datetime | None:
        """The first moment, from the beginning of its day."""
        return self._moment("start.date", time())

    @property
    def stop(self) -> datetime | None:
        """The last moment, to the last second of its day."""
        return self._moment("stop.date", time(23, 59, 59))

    def _moment(self, name: str, at: time) -> datetime | None:
        found = self.parameters.get(name)
        return None if found is None else datetime.combine(datetime.strptime(found, "%d.%m.%Y"), at)


def cases(folder: Path) -> list[Case]:
    """All cases of ``index.csv``."""
    with (folder / "oracle" / "index.csv").open(encoding="utf-8", newline="") as file:
        return [
            Case(
                row["id"], row["database"], row["file"], json.loads(row["parameters"]),
                *(int(row[name]) if row[name] else None for name in ("rows", "cols", "n_filtered_statements")),
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def matrix(folder: Path, case: Case) -> tuple[list[str], list[str], np.ndarray[Any, Any]]:
    """Rows, columns and values as the program wrote them."""
    with (folder / "oracle" / case.file).open(encoding="utf-8", newline="") as file:
        head, *lines = list(csv.reader(file)) or [[""]]
    values = np.array([[float(cell) for cell in line[1:]] for line in lines]).reshape(
        len(lines), len(head) - 1
    )
    return [line[0] for line in lines], head[1:], values


def other(folder: Path, case: Case) -> dict[str, Any]:
    """An answer that is no matrix."""
    with gzip.open(folder / "oracle" / case.file, "rt", encoding="utf-8") as file:
        found: dict[str, Any] = json.load(file)
    return found


def statements(database: Path, kind: str = "DNA Statement") -> pl.DataFrame:
    """All statements of a type in the program's order: a column for each variable and each field of the document."""
    db = sqlite3.connect(f"{database.as_uri()}?immutable=1", uri=True)
    try:
        types = {label: number for number, label in db.execute("SELECT ID, Label FROM STATEMENTTYPES")}
        number = types.get(kind, min(types.values()))
        data = pl.DataFrame(
            db.execute(
                "SELECT s.ID, d.ID, s.Start, s.Stop, d.Date, d.Author, d.Source, d.Section, d.Type, d.ID, d.Title"
                " FROM STATEMENTS s JOIN DOCUMENTS d ON d.ID = s.DocumentId WHERE s.StatementTypeId = ?",
                (number,),
            ).fetchall(),
            schema={
                "statement": pl.Int64, "document": pl.Int64, "begins": pl.Int64, "ends": pl.Int64, "seconds": pl.Int64,
                **{f"document {name}": pl.String for name in DOCUMENT},
            },
            orient="row",
            strict=False,
        )  # fmt: skip
        variables = "SELECT ID, Variable, DataType FROM VARIABLES WHERE StatementTypeId = ?"
        for variable, name, type_ in db.execute(variables, (number,)).fetchall():
            if type_ not in TABLES:
                continue
            query = f"SELECT StatementId, Value FROM {TABLES[type_]} WHERE VariableId = ?"
            if type_ == "short text":
                query = (
                    "SELECT x.StatementId, e.Value FROM DATASHORTTEXT x JOIN ENTITIES e ON e.ID = x.Entity"
                    " WHERE x.VariableId = ?"
                )
            held = pl.String if type_ == "short text" else pl.Int64
            found = pl.DataFrame(
                db.execute(query, (variable,)).fetchall(),
                schema={"statement": pl.Int64, name: held},
                orient="row",
            )
            found = found.with_columns(pl.col(name).cast(pl.Boolean)) if type_ == "boolean" else found
            data = data.join(found, on="statement", how="left")
    finally:
        db.close()
    date = pl.from_epoch(pl.col("seconds"), "s").cast(pl.Datetime("ms")).alias("date")
    return data.with_columns(date).sort("seconds", "document", "begins", "ends", "statement")


def _text(data: pl.DataFrame, name: str) -> pl.Expr:
    """A variable as the program writes it: 0 and 1 for no and yes."""
    it = pl.col(name)
    return (it.cast(pl.Int64) if data.schema[name] == pl.Boolean else it).cast(pl.String)


def selected(data: pl.DataFrame, case: Case) -> pl.DataFrame:
    """The statements before any value is excluded: within the dates, of the documents asked for."""
    if case.start is not None:
        data = data.filter(pl.col("date") >= case.start)
    if case.stop is not None:
        data = data.filter(pl.col("date") <= case.stop)
    for name, listed in case.exclude.items():
        if name.startswith("document "):
            data = data.filter(~pl.col(name).is_in(listed))
    for name, listed in case.only.items():
        if name.startswith("document "):
            data = data.filter(pl.col(name).is_in(listed))
    return data


def surviving(data: pl.DataFrame, case: Case) -> pl.DataFrame:
    """The statements that count."""
    data = selected(data, case)
    for name, listed in case.exclude.items():
        if not name.startswith("document "):
            data = data.filter(~_text(data, name).is_in(listed))
    for name, listed in case.only.items():
        if not name.startswith("document "):
            data = data.filter(_text(data, name).is_in(listed))
    if case.kind == "eventlist":
        return data
    named = [case.rows] if case.kind == "barplot" else [case.rows, case.columns]
    value = case.value if case.kind == "barplot" or case.aggregate != "ignore" else None
    if value is not None and data.schema[value] == pl.String:
        named.append(value)
    data = data.filter(pl.all_horizontal(pl.col(name) != "" for name in named))
    return duplicates.keep(
        data, case.rows, case.rows if case.kind == "barplot" else case.columns, value, case.duplicates,
        document="document", time="date", dna_compat=True,
    )  # fmt: skip


def java_order(labels: Iterable[str]) -> list[str]:
    """Labels by UTF-16 code units."""
    return sorted(set(labels) - {""}, key=lambda label: label.encode("utf-16-be"))


def coded(data: pl.DataFrame, case: Case, kept: pl.DataFrame | None = None) -> Coded:
    """Entries of a case (or of some of its statements), with labels and levels as the program takes them."""
    everything, kept = selected(data, case), surviving(data, case) if kept is None else kept
    labelled = everything if case.isolates else kept
    rows, columns = (java_order(labelled[name].to_list()) for name in (case.rows, case.columns))
    scale, levels = _scale(everything, kept, case.value)

    def at(name: str, known: list[Any]) -> Any:
        places = {label: n for n, label in enumerate(known)}
        return np.array([places[label] for label in kept[name].to_list()], dtype=np.int32)

    level = np.zeros(len(kept), dtype=np.int32) if case.value is None else at(case.value, levels)
    return Coded(at(case.rows, rows), at(case.columns, columns), level, tuple(rows), tuple(columns), scale)


def _scale(everything: pl.DataFrame, kept: pl.DataFrame, value: str | None) -> tuple[Scale, list[Any]]:
    if value is None:
        return Scale.nominal(["there"]), []
    if everything.schema[value] == pl.Boolean:
        return Scale.interval([-1.0, 1.0]), [False, True]
    if everything.schema[value] == pl.Int64:
        levels = sorted(everything[value].unique().to_list())
        return Scale.interval(levels), levels
    # The program takes those of a document from the statements that count.
    levels = java_order((kept if value.startswith("document ") else everything)[value].to_list())
    return Scale("nominal", tuple(levels), float(len(levels) > 1)), levels


def network(entries: Coded, case: Case) -> np.ndarray[Any, Any]:
    """The matrix of a case."""
    function = one_mode if case.kind == "onemode" else two_mode
    return np.asarray(function(entries, case.aggregate, case.normalize, dna_compat=True))
