"""Coding sheets: CSV or XLSX, a folder of them or a single page.

The kinds of sheet and their columns are in ``COLUMNS``; ``docs/sheets.md`` explains each. Only ``statements``
is needed: a page with ``actor``, ``position``, ``issue``, ``value`` and ``summary`` is a whole graph. Every
problem of a run is reported with its cell, and nothing is loaded while one is left.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from kg import files
from kg.errors import ReadError, did_you_mean
from kg.readers.cells import Problems, Row, header_name, read_grids, rows_of
from kg.readers.coding import Coding

COLUMNS: dict[str, tuple[str, ...]] = {
    "actors": (
        "id",
        "label",
        "type",
        "alt_labels",
        "label_fa",
        "label_ps",
        "affiliation",
        "role",
        "wikidata",
    ),
    "issues": ("id", "label", "broader", "alt_labels", "definition"),
    "positions": ("id", "sentence", "issue", "kind", "incompatible_with", "in_tension_with", "note"),
    "sources": (
        "id",
        "title",
        "publisher",
        "original_agency",
        "url",
        "date",
        "reliability",
        "language",
        "note",
    ),
    "statements": (
        "id",
        "source",
        "date",
        "date_precision",
        "actor",
        "on_behalf_of",
        "event_type",
        "relation",
        "target",
        "position",
        "issue",
        "value",
        "basis",
        "certainty",
        "confidence",
        "condition",
        "quote",
        "quote_speaker",
        "summary",
        "second_look",
        "same_event_as",
        "supersedes",
        "also_in",
        "url",
        "reliability",
        "coder",
        "note",
    ),
    "conflicts": ("id", "title", "kind", "accounts", "description", "resolution"),
}
REQUIRED: dict[str, tuple[str, ...]] = {
    "actors": ("label",),
    "issues": ("label",),
    "positions": ("sentence", "issue"),
    "sources": ("id",),
    "statements": ("actor", "summary"),
    "conflicts": ("id", "title", "kind", "accounts"),
}


def is_sheet_folder(path: Path) -> bool:
    """Whether a folder holds coding sheets: a file called ``statements``."""
    return any((path / f"statements{suffix}").is_file() for suffix in (".csv", ".xlsx"))


def read(path: Path) -> list[ox.Quad]:
    """All quads of one sheet, one workbook, or one folder of sheets."""
    problems = Problems()
    grids = _grids(path)
    rows: dict[str, list[Row]] = {kind: [] for kind in COLUMNS}
    for kind, (sheet, grid) in grids.items():
        rows[kind] = rows_of(grid, sheet, COLUMNS[kind], REQUIRED[kind], problems)
    problems.raise_if_any()
    if not any(rows.values()):
        raise ReadError(
            "the sheet has a header but no rows.", where=path.name, cure="Fill in at least one row."
        )
    coding = Coding(rows, problems, name=files.bare(path).stem, given=set(grids))
    problems.raise_if_any()
    return coding.quads


def _grids(path: Path) -> dict[str, tuple[str, list[list[str]]]]:
    """Kind of sheet → (name to show, cells)."""
    if path.is_dir():
        found = {}
        for kind in COLUMNS:
            for suffix in (".csv", ".xlsx"):
                file = path / f"{kind}{suffix}"
                if file.is_file():
                    found[kind] = (file.name, next(iter(read_grids(file).values())))
        return found
    grids = {name: grid for name, grid in read_grids(path).items() if any(any(row) for row in grid)}
    if not grids:
        raise ReadError("the file is empty.", where=path.name, cure="Check that it was saved.")
    by_name = {
        kind: (path.name if files.suffix(path) == ".csv" else f"{path.name}, sheet {name}", grid)
        for name, grid in grids.items()
        for kind in COLUMNS
        if header_name(name) == kind
    }
    if "statements" in by_name:
        return by_name
    grid = next(iter(grids.values()))
    kind = (by_name and next(iter(by_name))) or _kind_by_header(path, grid[0])
    return {kind: (path.name, grid)}


def _kind_by_header(path: Path, header: list[str]) -> str:
    """Which kind of sheet a header belongs to; a page of statements unless it fits another kind better."""
    if header_name(files.bare(path).stem) in COLUMNS:
        return header_name(files.bare(path).stem)
    names = {header_name(c) for c in header if c}
    if "actor" in names or not names:
        return "statements"
    fitting = [
        kind for kind, columns in COLUMNS.items() if names <= set(columns) and set(REQUIRED[kind]) <= names
    ]
    if fitting:
        return fitting[0]
    everything = {c for columns in COLUMNS.values() for c in columns}
    stranger = next((n for n in names if n not in everything), "")
    raise ReadError(
        'this sheet is no coding sheet: it has no column "actor".',
        where=f"{path.name}, row 1",
        cure=f"{did_you_mean(stranger, everything)} Columns of statements: {', '.join(COLUMNS['statements'])}.".strip(),
    )
