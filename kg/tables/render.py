"""Tables as text, in pieces, so that a large one need not be in memory as text too."""

from __future__ import annotations

import csv as _csv
import html as _html
import io
import json as _json
import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from kg.tables.cells import Cell, decode, parts

if TYPE_CHECKING:
    from kg.tables.table import Table

# Rows that become text at a time.
_SOME = 1_000


def _made(table: Table) -> str:
    return "; ".join(f"{k}: {v}" for k, v in table.made_from.items())


def text(table: Table, max_rows: int | None, width: int | None) -> str:
    """A plain table; with *width*, cells wrap so that a line fits."""
    if not table.columns:
        return "(no columns)"
    shown = table.display(max_rows=max_rows)
    grid = [[cell.replace("\n", " ") for cell in row] for row in (table.columns, *shown)]
    wide = [max(len(row[i]) for row in grid) for i in range(len(table.columns))]
    wide = _fit(wide, (width - 2 * (len(wide) - 1)) if width else None)
    lines = [line for row in grid for line in _wrapped(row, wide)]
    lines.insert(len(_wrapped(grid[0], wide)), "  ".join("─" * w for w in wide))
    if max_rows is not None and len(table) > max_rows:
        lines.append(f"… {len(table) - max_rows} more rows")
    return "\n".join(lines)


def csv(table: Table, labels: bool, separator: str) -> Iterator[str]:
    """CSV of plain values: whole IRIs, or labels."""
    out = io.StringIO()
    writer = _csv.writer(out, delimiter=separator, lineterminator="\n")
    # The writer leaves a lone carriage return bare, which readers take for the end of the row.
    careful = _csv.writer(out, delimiter=separator, lineterminator="\n", quoting=_csv.QUOTE_ALL)
    writer.writerow(table.columns)
    rows = iter(table.display()) if labels else table.grid(_Plain().__getitem__)
    while some := list(islice(rows, _SOME)):
        for row in some:
            (careful if any("\r" in cell for cell in row) else writer).writerow(row)
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


class _Plain(dict[str, str]):
    """The text of raw cells, as CSV has it."""

    def __missing__(self, raw: str) -> str:
        cell = decode(raw)
        value = "" if cell is None else f"_:{cell.text}" if cell.kind == "bnode" else cell.text
        self[raw] = value
        return value


def json(table: Table) -> Iterator[str]:
    """SPARQL Query Results JSON (RDF 1.2 terms as its draft has them)."""
    made = table.made_from
    if table.is_ask:
        yield _json.dumps({"head": {}, "boolean": bool(table), "made_from": made}) + "\n"
        return
    names = [_json.dumps(c, ensure_ascii=False) for c in table.columns]
    start = _json.dumps({"head": {"vars": list(table.columns)}}, ensure_ascii=False, indent=1)
    yield start[:-2] + ',\n "results": {\n  "bindings": ['
    cells = _Bindings()
    joint = "\n   "
    for row in table.grid(cells.__getitem__):
        bound = ",".join(f"\n    {n}: {term}" for n, term in zip(names, row, strict=True) if term)
        yield f"{joint}{{{bound}\n   }}" if bound else f"{joint}{{}}"
        joint = ",\n   "
    end = _json.dumps({"made_from": made}, ensure_ascii=False, indent=1)
    yield ("\n  ]" if len(table) else "]") + "\n }," + end[1:] + "\n"


class _Bindings(dict[str, str]):
    """Raw cells as they stand in a JSON file."""

    def __missing__(self, raw: str) -> str:
        cell = decode(raw)
        term = "" if cell is None else _json.dumps(_term(cell), ensure_ascii=False, indent=1)
        self[raw] = term.replace("\n", "\n    ")
        return self[raw]


def _term(cell: Cell) -> dict[str, object]:
    if cell.kind == "triple":
        names = ("subject", "predicate", "object")
        told = {n: _term(c) for n, p in zip(names, parts(cell.text), strict=True) if (c := decode(p))}
        return {"type": "triple", "value": told}
    if cell.kind != "literal":
        return {"type": "uri" if cell.kind == "iri" else "bnode", "value": cell.text}
    term: dict[str, object] = {"type": "literal", "value": cell.text}
    if cell.language:
        term["xml:lang"] = cell.language
        if cell.direction:
            term["its:dir"] = cell.direction
    elif cell.datatype:
        term["datatype"] = cell.datatype
    return term


def markdown(table: Table, max_rows: int | None) -> Iterator[str]:
    """A Markdown table with labels, and a line on what it was made from."""

    def clean(cell: str) -> str:
        return cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")

    yield "| " + " | ".join(map(clean, table.columns)) + " |\n|" + " --- |" * len(table.columns)
    for row in table.display(max_rows=max_rows):
        yield "\n| " + " | ".join(map(clean, row)) + " |"
    made = _made(table)
    yield f"\n\n*{clean(made)}*\n" if made else "\n"


def html(table: Table, max_rows: int | None) -> Iterator[str]:
    """An HTML table with labels; IRIs in the title of each cell; everything escaped."""
    made = _html.escape(_made(table))
    head = "".join(f'<th scope="col">{_html.escape(c)}</th>' for c in table.columns)
    caption = f"<caption>{made}</caption>" if made else ""
    yield f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>"
    shown = table.display(max_rows=max_rows)
    for row, texts in zip(islice(table.cells(), max_rows), shown, strict=True):
        cells = "".join(
            f'<td title="{_html.escape(c.text)}">{_html.escape(s)}</td>'
            if c and c.kind == "iri"
            else f"<td>{_html.escape(s)}</td>"
            for c, s in zip(row, texts, strict=True)
        )
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table>\n"


def _fit(wide: list[int], room: int | None) -> list[int]:
    """Shrink the widest columns first until the row fits; none below ten characters."""
    wide = list(wide)
    while room is not None and sum(wide) > room and max(wide) > 10:
        widest = max(range(len(wide)), key=lambda i: wide[i])
        wide[widest] -= 1
    return wide


# What wrapping changes even in a cell that fits.
_SPACES = re.compile(r"^\s|\s$|[^\S ]")


def _wrapped(row: Sequence[str], wide: Sequence[int]) -> list[str]:
    """One row as the lines it takes, each cell within its column."""
    if all(len(cell) <= w and not _SPACES.search(cell) for cell, w in zip(row, wide, strict=True)):
        return ["  ".join(cell.ljust(w) for cell, w in zip(row, wide, strict=True)).rstrip()]
    cells = [textwrap.wrap(cell, w) or [""] for cell, w in zip(row, wide, strict=True)]
    return [
        "  ".join(part.ljust(w) for part, w in zip(line, wide, strict=True)).rstrip()
        for line in zip_longest(*cells, fillvalue="")
    ]
