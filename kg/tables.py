"""Table: the one shape of every answer.

A table keeps the engine's own TSV cells, so nothing is lost on the way: :meth:`Table.rows` gives exact rdflib
terms, :meth:`Table.records` plain Python values, :meth:`Table.to_polars` typed columns. An unbound cell is
``None`` and stays apart from the empty string.
"""

from __future__ import annotations

import html
import io
import json
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kg.errors import KGError, MissingExtra, did_you_mean, unwritable
from kg.terms import compact

if TYPE_CHECKING:
    import polars as pl
    import rdflib

XSD = "http://www.w3.org/2001/XMLSchema#"
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_LITERAL = re.compile(r'^"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?$', re.DOTALL)
_CASTS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("integer", "int", "long", "nonNegativeInteger"), int),
    **dict.fromkeys(("decimal", "double", "float"), float),
    "boolean": lambda text: text in {"true", "1"},
}

FORMATS = ("table", "csv", "tsv", "json", "md", "html", "parquet")


@dataclass(frozen=True)
class Cell:
    """One term, decoded: ``kind`` is iri, bnode or literal."""

    kind: Literal["iri", "bnode", "literal"]
    text: str
    datatype: str = ""
    language: str = ""

    @property
    def value(self) -> Any:
        """The plain Python value: int, float, bool or str."""
        if self.kind == "literal" and self.datatype.startswith(XSD):
            cast = _CASTS.get(self.datatype[len(XSD) :])
            if cast:
                try:
                    return cast(self.text)
                except ValueError:
                    return self.text
        return self.text


def decode(raw: str) -> Cell | None:
    """One TSV cell (SPARQL 1.1 Query Results TSV, §4) as a Cell; None when unbound."""
    if not raw:
        return None
    if raw[0] == "<":
        return Cell("iri", raw[1:-1])
    if raw.startswith("_:"):
        return Cell("bnode", raw[2:])
    if found := _LITERAL.match(raw):
        text = _ESCAPE.sub(_unescape, found[1]) if "\\" in found[1] else found[1]
        return Cell("literal", text, found[3] or "", found[2] or "")
    if raw in {"true", "false"}:
        return Cell("literal", raw, XSD + "boolean")
    kind = "integer" if re.fullmatch(r"[+-]?\d+", raw) else "double" if "e" in raw.casefold() else "decimal"
    return Cell("literal", raw, XSD + kind)


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPES.get(match[3], match[3])


@dataclass
class Table:
    """Columns and rows of an answer, and what it was made from.

    ``len(table)``, iteration over :meth:`records`, ``bool(table)`` (has rows; for ASK, the answer itself).
    """

    columns: tuple[str, ...]
    raw: list[tuple[str, ...]]
    made_from: dict[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_ask: bool = False

    # -- making ------------------------------------------------------------------

    @classmethod
    def from_tsv(cls, body: bytes, made_from: dict[str, str] | None = None) -> Table:
        """A table from SPARQL TSV bytes."""
        lines = body.decode("utf-8").split("\n")
        if lines and not lines[-1]:
            lines.pop()
        head = lines[0] if lines else ""
        columns = tuple(c.lstrip("?") for c in head.split("\t")) if head else ()
        rows = [tuple(line.split("\t")) if columns else () for line in lines[1:]]
        return cls(columns, rows, made_from or {})

    @classmethod
    def from_records(
        cls,
        columns: Sequence[str],
        records: Sequence[Mapping[str, Any]],
        made_from: dict[str, str] | None = None,
    ) -> Table:
        """A table of computed values: numbers, strings, booleans, None."""
        rows = [tuple(_encode(record.get(c)) for c in columns) for record in records]
        return cls(tuple(columns), rows, made_from or {})

    # -- reading -----------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.raw)

    def __bool__(self) -> bool:
        return self.raw[0][0] == "true" if self.is_ask else bool(self.raw)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self.records()

    def cells(self) -> Iterator[tuple[Cell | None, ...]]:
        """Rows of decoded cells; equal cells are decoded once."""
        cache: dict[str, Cell | None] = {}

        def cell(raw: str) -> Cell | None:
            if raw not in cache:
                cache[raw] = decode(raw)
            return cache[raw]

        return (tuple(cell(c) for c in row) for row in self.raw)

    def records(self) -> Iterator[dict[str, Any]]:
        """Rows as dictionaries of plain Python values; unbound is None."""
        for row in self.cells():
            yield {c: None if v is None else v.value for c, v in zip(self.columns, row, strict=True)}

    def column(self, name: str) -> list[Any]:
        """Plain values of one column."""
        if name not in self.columns:
            raise KGError(
                f'No column "{name}".',
                cure=did_you_mean(name, self.columns) or f"There are: {', '.join(self.columns)}.",
            )
        at = self.columns.index(name)
        return [None if row[at] is None else row[at].value for row in self.cells()]  # type: ignore[union-attr]

    def rows(self) -> list[tuple[rdflib.term.Identifier | None, ...]]:
        """Rows of exact rdflib terms; unbound is None."""
        from rdflib import BNode, Literal, URIRef

        cache: dict[Cell, Any] = {}

        def term(cell: Cell | None) -> Any:
            if cell is None:
                return None
            if cell not in cache:
                if cell.kind == "iri":
                    cache[cell] = URIRef(cell.text)
                elif cell.kind == "bnode":
                    cache[cell] = BNode(cell.text)
                else:
                    datatype = URIRef(cell.datatype) if cell.datatype else None
                    cache[cell] = Literal(cell.text, lang=cell.language or None, datatype=datatype)
            return cache[cell]

        return [tuple(term(c) for c in row) for row in self.cells()]

    def display(self, labels: bool = True) -> list[tuple[str, ...]]:
        """Rows as people read them: labels or CURIEs for IRIs, text for literals, empty for unbound."""

        def show(cell: Cell | None) -> str:
            if cell is None:
                return ""
            if cell.kind == "iri":
                return (self.labels.get(cell.text) if labels else None) or compact(cell.text)
            return f"_:{cell.text}" if cell.kind == "bnode" else cell.text

        return [tuple(show(c) for c in row) for row in self.cells()]

    # -- leaving -----------------------------------------------------------------

    def __repr__(self) -> str:
        made = "; ".join(f"{k}: {v}" for k, v in self.made_from.items())
        return f"{self.to_text(max_rows=20)}\n{made}".rstrip()

    def _repr_html_(self) -> str:
        return self.to_html(max_rows=50)

    def to_text(self, *, max_rows: int | None = None, width: int | None = None) -> str:
        """A plain table; with *width*, cells wrap so that a line fits."""
        if not self.columns:
            return "(no columns)"
        grid = [
            [cell.replace("\n", " ") for cell in row] for row in (self.columns, *self.display()[:max_rows])
        ]
        wide = [max(len(row[i]) for row in grid) for i in range(len(self.columns))]
        wide = _fit(wide, (width - 2 * (len(wide) - 1)) if width else None)
        lines = [line for row in grid for line in _wrapped(row, wide)]
        lines.insert(len(_wrapped(grid[0], wide)), "  ".join("─" * w for w in wide))
        if max_rows is not None and len(self) > max_rows:
            lines.append(f"… {len(self) - max_rows} more rows")
        return "\n".join(lines)

    def to_csv(self, *, labels: bool = False, separator: str = ",") -> str:
        """CSV of plain values: whole IRIs, or labels when asked for."""
        import csv

        out = io.StringIO()
        writer = csv.writer(out, delimiter=separator, lineterminator="\n")
        writer.writerow(self.columns)
        # The writer leaves a lone carriage return bare, which readers take for the end of the row.
        careful = csv.writer(out, delimiter=separator, lineterminator="\n", quoting=csv.QUOTE_ALL)
        rows = (
            self.display() if labels else (["" if c is None else c.text for c in row] for row in self.cells())
        )
        for row in rows:
            (careful if any("\r" in text for text in row) else writer).writerow(row)
        return out.getvalue()

    def to_tsv(self) -> str:
        """SPARQL 1.1 TSV: exact terms."""
        head = "\t".join(f"?{c}" for c in self.columns)
        return "\n".join([head, *("\t".join(row) for row in self.raw)]) + "\n"

    def to_json(self) -> str:
        """SPARQL 1.1 Query Results JSON, with what it was made from under ``made_from``."""
        if self.is_ask:
            return json.dumps({"head": {}, "boolean": bool(self), "made_from": self.made_from}) + "\n"
        bindings = [
            {c: _json_term(v) for c, v in zip(self.columns, row, strict=True) if v is not None}
            for row in self.cells()
        ]
        document = {
            "head": {"vars": list(self.columns)},
            "results": {"bindings": bindings},
            "made_from": self.made_from,
        }
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def to_markdown(self, *, max_rows: int | None = None) -> str:
        """A Markdown table with labels, and a line on what it was made from."""

        def clean(text: str) -> str:
            return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")

        lines = ["| " + " | ".join(map(clean, self.columns)) + " |", "|" + " --- |" * len(self.columns)]
        lines += ["| " + " | ".join(clean(c) for c in row) + " |" for row in self.display()[:max_rows]]
        made = "; ".join(f"{k}: {v}" for k, v in self.made_from.items())
        return "\n".join(lines) + (f"\n\n*{clean(made)}*\n" if made else "\n")

    def to_html(self, *, max_rows: int | None = None) -> str:
        """An HTML table with labels; IRIs in the title of each cell; everything escaped."""
        head = "".join(f'<th scope="col">{html.escape(c)}</th>' for c in self.columns)
        body = []
        for row, shown in zip(list(self.cells())[:max_rows], self.display()[:max_rows], strict=True):
            cells = "".join(
                f'<td title="{html.escape(c.text)}">{html.escape(s)}</td>'
                if c and c.kind == "iri"
                else f"<td>{html.escape(s)}</td>"
                for c, s in zip(row, shown, strict=True)
            )
            body.append(f"<tr>{cells}</tr>")
        made = html.escape("; ".join(f"{k}: {v}" for k, v in self.made_from.items()))
        caption = f"<caption>{made}</caption>" if made else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>\n"

    def to_polars(self) -> pl.DataFrame:
        """Typed columns: integers, floats, booleans and dates where a whole column is of that kind, else text."""
        import polars as pl

        rows = list(self.cells())
        data: dict[str, pl.Series] = {}
        for at, name in enumerate(self.columns):
            cells = [row[at] for row in rows]
            kinds = {type(c.value) for c in cells if c is not None}
            if kinds <= {int, float} and kinds:
                kind: Any = pl.Float64 if float in kinds else pl.Int64
                data[name] = pl.Series(name, [None if c is None else c.value for c in cells], dtype=kind)
            elif kinds == {bool}:
                data[name] = pl.Series(
                    name, [None if c is None else c.value for c in cells], dtype=pl.Boolean
                )
            else:
                data[name] = pl.Series(name, [None if c is None else c.text for c in cells], dtype=pl.String)
                if {c.datatype for c in cells if c is not None} == {XSD + "date"}:
                    data[name] = data[name].str.to_date("%Y-%m-%d", strict=False)
        return pl.DataFrame(list(data.values()))

    def to_pandas(self) -> Any:
        """A pandas DataFrame; needs pandas and pyarrow."""
        try:
            return self.to_polars().to_pandas()
        except ImportError as error:
            raise MissingExtra(
                f"A pandas table needs another package: {error}.", cure="Install: pip install pandas pyarrow"
            ) from error

    def write(self, path: str | Path, format: str | None = None) -> Path:
        """Write to a file; its ending decides the format."""
        file = Path(path)
        kind = format or kind_of(file)
        try:
            if kind == "parquet":
                self.to_polars().write_parquet(file, metadata={k: str(v) for k, v in self.made_from.items()})
            else:
                file.write_text(self.render(kind), encoding="utf-8", newline="\n")
        except OSError as error:
            raise unwritable(file, error) from error
        return file

    def render(self, format: str, *, width: int | None = None) -> str:
        """The table as text in one of the text formats."""
        renderers: dict[str, Callable[[], str]] = {
            "table": lambda: self.to_text(width=width) + "\n",
            "csv": self.to_csv,
            "tsv": self.to_tsv,
            "json": self.to_json,
            "md": self.to_markdown,
            "html": self.to_html,
        }
        if format not in renderers:
            hint = did_you_mean(format, FORMATS)
            raise KGError(
                f'"{format}" is no table format.', cure=f"{hint} Use one of {', '.join(FORMATS)}.".strip()
            )
        return renderers[format]()


def kind_of(file: Path) -> str:
    """The format that a file's ending says."""
    ending = file.suffix.casefold().lstrip(".")
    return {"markdown": "md", "htm": "html", "txt": "table"}.get(ending, ending)


def _encode(value: Any) -> str:
    if value is None or value == "":
        return "" if value is None else '""'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f'"{value!r}"^^<{XSD}double>'
    text = str(value)
    if re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", text):
        return f"<{text}>"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'


def _json_term(cell: Cell) -> dict[str, str]:
    if cell.kind != "literal":
        return {"type": "uri" if cell.kind == "iri" else "bnode", "value": cell.text}
    term = {"type": "literal", "value": cell.text}
    if cell.language:
        term["xml:lang"] = cell.language
    elif cell.datatype:
        term["datatype"] = cell.datatype
    return term


def _fit(wide: list[int], room: int | None) -> list[int]:
    """Shrink the widest columns first until the row fits; none below ten characters."""
    wide = list(wide)
    while room is not None and sum(wide) > room and max(wide) > 10:
        widest = max(range(len(wide)), key=lambda i: wide[i])
        wide[widest] -= 1
    return wide


def _wrapped(row: Sequence[str], wide: Sequence[int]) -> list[str]:
    """One row as the lines it takes, each cell within its column."""
    cells = [textwrap.wrap(cell, w) or [""] for cell, w in zip(row, wide, strict=True)]
    return [
        "  ".join(part.ljust(w) for part, w in zip(line, wide, strict=True)).rstrip()
        for line in zip_longest(*cells, fillvalue="")
    ]
