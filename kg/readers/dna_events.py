"""DNA's event lists: one statement a row in a CSV file, as the program exports them.

The list holds the words of each statement but no whole document, the number of a coder but no name, no attributes, no
notes, and not the name of the statement type. The variables are the columns between ``time`` and ``start_position``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from kg import files
from kg.errors import ReadError
from kg.readers.dna_database import Database, Document, Entity, Statement, StatementType

FIRST = ("statement_id", "time")
LAST = (
    "start_position",
    "stop_position",
    "text",
    "coder",
    "document_id",
    "document_title",
    "document_author",
    "document_source",
    "document_section",
    "document_type",
)
TIME = "%Y-%m-%d %H:%M:%S"
TYPE = "DNA Statement"  # what the program calls its own statement type

_CELL = re.compile(r'"(?:[^"]|"")*"|[^;\r\n"]*')
_WHOLE = re.compile(r"[+-]?\d+")


def is_event_list(path: Path) -> bool:
    """Whether a CSV file opens with the columns of an event list."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
        head = files.read(path)[:4096] if path.suffix.casefold() in files.COMPRESSED else head
    except (OSError, ReadError):  # whoever reads it will say so
        return False
    line = head.split(b"\n", 1)[0].decode("utf-8-sig", "replace")
    names = [cell.strip('"\r ') for cell in line.split(";")]
    return names[:2] == list(FIRST) and "start_position" in names and "document_id" in names


def read(path: Path, label: str = TYPE) -> Database:
    """The statements of an event list under a statement type of this name. Raises ReadError with the line."""
    try:
        text = files.read(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError("this is not UTF-8.", where=str(path), cure='Save it as "CSV UTF-8".') from error
    rows = _rows(text, path)
    first = next(rows, None)
    if first is None:
        raise ReadError("the file is empty.", where=str(path), cure="Check that it was saved.")
    header = first[1]
    where = {name: at for at, name in enumerate(header)}
    lacking = [name for name in (*FIRST, *LAST[:2], "document_id") if name not in where]
    if lacking:
        raise ReadError(f'the column "{lacking[0]}" is missing.', where=f"{path}, line 1", cure="Export it again.")
    names = header[2 : where["start_position"]]
    listed = list(rows)
    kind = StatementType(label, _scales(names, listed, _quoted(text, len(header))))
    kind.values = {name: {} for name in names}
    documents: dict[int, Document] = {}
    coders: dict[int, str] = {}
    for line, cells in listed:
        row = dict(zip(header, cells, strict=True))
        place = f"{path}, line {line}"
        number, document = (_whole(row, name, place) for name in ("statement_id", "document_id"))
        coder = _whole(row, "coder", place) if row.get("coder") else None
        if coder is not None:
            coders.setdefault(coder, "")
        if document not in documents:
            of = {
                name: row.get(f"document_{name}", "") for name in ("title", "author", "source", "section", "type")
            }
            documents[document] = Document(document, of.pop("title"), _time(row["time"], place), None, None, **of)
        start, stop = (_whole(row, name, place) for name in LAST[:2])
        kind.statements.append(Statement(number, document, start, stop, coder, row.get("text", "")))
        for name in names:
            if row[name] != "":
                kind.values[name][number] = _value(row[name], kind.scales[name])
    if len({s.id for s in kind.statements}) < len(kind.statements):
        raise ReadError("a statement_id stands twice.", where=str(path), cure="Export the list again.")
    for name in kind.of_scale("entity"):
        kind.entities[name] = {value: Entity(value) for value in kind.values[name].values()}
    return Database([kind], documents, coders)


def _rows(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each record, the header first; each as long as the header."""
    csv.field_size_limit(16 * 1024 * 1024)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    width = 0
    try:
        for cells in reader:
            if not cells:
                continue
            width = width or len(cells)
            if len(cells) != width:
                raise ReadError(
                    f"there are {len(cells)} cells, but {width} columns.",
                    where=f"{path}, line {reader.line_num}",
                    cure="A semicolon or quotation mark inside a text was not quoted; export the list again.",
                )
            yield reader.line_num, cells
    except csv.Error as error:
        raise ReadError(
            f"the CSV is wrong: {error}.",
            where=f"{path}, line {reader.line_num}",
            cure="Check its quotation marks.",
        ) from error


def _quoted(text: str, width: int) -> list[bool] | None:
    """Which columns of the first record stand in quotation marks; None where the header has none either."""
    if not text.lstrip().startswith('"'):
        return None
    cells: list[str] = []
    at = text.index("\n") + 1 if "\n" in text else len(text)
    while len(cells) < width and (found := _CELL.match(text, at)) is not None:
        cells.append(found[0])
        at = found.end() + 1
    return [cell.startswith('"') for cell in cells]


def _scales(names: list[str], rows: list[tuple[int, list[str]]], quoted: list[bool] | None) -> dict[str, str]:
    """Scale of each variable: DNA puts texts in quotation marks, and numbers not.

    A number variable of which only 0 and 1 occur is taken for yes and no.
    """
    scales = {}
    for at, name in enumerate(names, start=len(FIRST)):
        found = {cells[at] for _, cells in rows} - {""}
        if (quoted and quoted[at]) or not found or not all(map(_WHOLE.fullmatch, found)):
            scales[name] = "entity"
        else:
            scales[name] = "boolean" if found <= {"0", "1"} else "integer"
    return scales


def _value(text: str, scale: str) -> str | int | bool:
    return text if scale == "entity" else text == "1" if scale == "boolean" else int(text)


def _whole(row: dict[str, str], name: str, place: str) -> int:
    if _WHOLE.fullmatch(row[name]):
        return int(row[name])
    raise ReadError(f'{name} "{row[name]}" is no whole number.', where=place, cure="Export the list again.")


def _time(text: str, place: str) -> datetime:
    try:
        return datetime.strptime(text, TIME)
    except ValueError as error:
        raise ReadError(
            f'the time "{text}" is not written as 2005-01-26 00:00:00.', where=place, cure="Export the list again."
        ) from error
