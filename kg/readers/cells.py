"""Spreadsheets as rows that know their cells, so that every complaint can name one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kg import files
from kg.errors import ReadError, did_you_mean


@dataclass
class Problems:
    """What is wrong in the files of one run, all of it, in reading order."""

    found: list[str] = field(default_factory=list)

    def add(self, where: str, message: str, cure: str = "") -> None:
        """Note one problem."""
        self.found.append(f"{where}: {message} {cure}".strip())

    def raise_if_any(self) -> None:
        """Raise one ReadError that lists them all."""
        if self.found:
            first, *rest = self.found
            count = f"{len(self.found)} problems; nothing was loaded.\n" if rest else ""
            raise ReadError(f"{count}{first}", problems=rest)


@dataclass(frozen=True)
class Row:
    """One row: values by column name; ``cell(column)`` is its address such as ``D14``."""

    sheet: str
    number: int
    values: Mapping[str, str]
    letters: Mapping[str, str]

    def get(self, column: str) -> str:
        """The text of a cell, empty when blank or absent."""
        return self.values.get(column, "")

    def parts(self, column: str) -> list[str]:
        """The entries of a cell that holds several, split at ``|``."""
        return [p.strip() for p in self.get(column).split("|") if p.strip()]

    def cell(self, column: str) -> str:
        """File and cell, as people find it in their spreadsheet; the row, where the column is absent."""
        if column not in self.letters:
            return f"{self.sheet}, row {self.number}"
        return f"{self.sheet}, cell {self.letters[column]}{self.number}"


def letter(index: int) -> str:
    """Column 0 is A, 26 is AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def read_grids(path: Path) -> dict[str, list[list[str]]]:
    """The cells of a CSV (one grid) or XLSX file (a grid a worksheet), as text."""
    if files.suffix(path) == ".xlsx":
        return _read_xlsx(path)
    return {files.bare(path).stem: _read_csv(path)}


def _read_csv(path: Path) -> list[list[str]]:
    raw = files.read(path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ReadError(
            f"this is not UTF-8 (byte 0x{raw[error.start]:02x}).",
            where=f"{path.name}, line {line}",
            cure='Save it as "CSV UTF-8".',
        ) from error
    if "\0" in text:
        raise ReadError("this is no text file.", where=path.name, cure="Save the sheet as CSV UTF-8 or XLSX.")
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    csv.field_size_limit(16 * 1024 * 1024)
    try:
        return [
            [c.strip() for c in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise ReadError(
            f"the CSV is wrong: {error}.", where=path.name, cure="Check its quotation marks."
        ) from error


def _read_xlsx(path: Path) -> dict[str, list[list[str]]]:
    import zlib
    from zipfile import BadZipFile

    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(files.read(path)), read_only=True, data_only=True)
        grids = {
            s.title: [[_plain(c) for c in row] for row in s.iter_rows(values_only=True)]
            for s in book.worksheets
        }
    except PermissionError:
        raise
    # A ZIP file may hold XML that is broken or cut off: the parser calls that a SyntaxError.
    except (BadZipFile, KeyError, ValueError, OSError, EOFError, SyntaxError, zlib.error) as error:
        raise ReadError(
            "this is no XLSX workbook.", where=path.name, cure="Save it again as .xlsx."
        ) from error
    book.close()
    return grids


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def rows_of(
    grid: list[list[str]], sheet: str, columns: Iterable[str], required: Iterable[str], problems: Problems
) -> list[Row]:
    """Rows under a checked header; blank rows are passed over."""
    known = list(columns)
    if not grid or not any(grid[0]):
        problems.add(sheet, "it has no header row.", f"Its columns are: {', '.join(known)}.")
        return []
    names = [header_name(c) for c in grid[0]]
    for at, name in enumerate(names):
        where = f"{sheet}, cell {letter(at)}1"
        if name and name not in known:
            problems.add(
                where,
                f'the column "{grid[0][at]}" is not known.',
                did_you_mean(name, known) or f"There are: {', '.join(known)}.",
            )
        elif name and name in names[:at]:
            problems.add(where, f'the column "{name}" stands twice.', "Remove one.")
    for name in required:
        if name not in names:
            problems.add(f"{sheet}, row 1", f'the column "{name}" is missing.', "Add it.")
    letters = {name: letter(at) for at, name in enumerate(names) if name}
    rows = []
    for number, cells in enumerate(grid[1:], start=2):
        values = {name: cells[at] for at, name in enumerate(names) if name and at < len(cells) and cells[at]}
        extra = [at for at, text in enumerate(cells) if text and (at >= len(names) or not names[at])]
        if extra:
            problems.add(
                f"{sheet}, cell {letter(extra[0])}{number}",
                "this cell stands under no column name.",
                "Check for a stray comma.",
            )
        if values:
            rows.append(Row(sheet, number, values, letters))
    return rows


def header_name(text: str) -> str:
    """``On behalf of`` and ``on_behalf_of`` are the same column."""
    return text.strip().casefold().replace(" ", "_").replace("-", "_")
