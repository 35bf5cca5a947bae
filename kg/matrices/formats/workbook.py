"""Excel workbooks: the matrix, what it was made from, and a sheet for each thing counted beside the values."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from kg.errors import KGError
from kg.matrices.cells import blocks, whole
from kg.matrices.formats.text import legal

if TYPE_CHECKING:
    from kg.matrices.matrix import Matrix

# What a sheet can hold.
ROWS, COLUMNS, TEXT = 1_048_576, 16_384, 32_767

# Equal content gives equal bytes, so the time of writing is not told.
_WHEN = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")

Sheet = Iterable[Sequence[Any]]


def xlsx(matrix: Matrix, out: BinaryIO) -> None:
    """Sheets "matrix" and "about", then n, sources, low and high where there are such."""
    sheets: dict[str, Sheet] = {"matrix": _grid(matrix, matrix.values), "about": about(matrix.about)}
    sheets |= {name: _grid(matrix, getattr(matrix, name)) for name in matrix.extras}
    put(out, sheets, len(matrix.rows) + 1, len(matrix.columns) + 1)


def about(told: Mapping[str, str]) -> Sheet:
    """What something was made from, as two columns."""
    return [(k, v) for k, v in told.items()]


def _grid(matrix: Matrix, array: Any) -> Iterator[Sequence[Any]]:
    yield ("", *matrix.columns)
    counts = whole(array)
    for start, block in blocks(array):
        for label, row in zip(matrix.rows[start:], block, strict=False):
            # No cell can hold what is not finite.
            yield (label, *(int(v) if counts and v is not None else v for v in finite(row.tolist())))


def put(out: BinaryIO, sheets: Mapping[str, Sheet], rows: int, columns: int) -> None:
    """Write sheets of texts, numbers and None. Raises KGError for more *rows* or *columns* than a sheet can hold."""
    import openpyxl

    if rows > ROWS or columns > COLUMNS:
        raise KGError(
            f"An Excel sheet holds {ROWS:,} × {COLUMNS:,} cells, not {rows:,} × {columns:,}.",
            cure="Write .csv or .parquet.",
        )
    book = openpyxl.Workbook(write_only=True)
    for name, grid in sheets.items():
        sheet = book.create_sheet(name)
        for row in grid:
            sheet.append([_text(sheet, value) if isinstance(value, str) else value for value in row])
    draft, fixed = io.BytesIO(), io.BytesIO()  # an archive goes back to what it wrote, which not every file can
    book.save(draft)
    with zipfile.ZipFile(draft) as made, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as final:
        for name in made.namelist():
            told = zipfile.ZipInfo(name, _WHEN)
            told.compress_type = zipfile.ZIP_DEFLATED
            final.writestr(told, _STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", made.read(name)))
    out.write(fixed.getvalue())


def finite(row: Sequence[Any]) -> Sequence[Any]:
    """A row in which what is not finite is None."""
    return [None if isinstance(value, float) and not math.isfinite(value) else value for value in row]


def _text(sheet: Any, value: str) -> Any:
    """A cell that is a text, even where it looks like a formula."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, legal(value)[:TEXT])
    cell.data_type = "s"
    return cell
