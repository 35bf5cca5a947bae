"""Separated values: a matrix, the same as Discourse Network Analyzer writes it, and a list of ties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

from kg.matrices.cells import blocks, whole
from kg.matrices.formats.text import quoted, remark

if TYPE_CHECKING:
    import polars as pl

    from kg.matrices.matrix import Matrix

_SOME = 200_000


def csv(matrix: Matrix, out: BinaryIO) -> None:
    """Commas, numbers in full, what is not known empty; the first line is a remark."""
    out.write(remark(matrix.about).encode())
    out.write((",".join(map(quoted, ("", *matrix.column_names))) + "\n").encode())
    labels, decimals = [quoted(name) for name in matrix.row_names], 0 if whole(matrix.values) else None
    for start, block in blocks(matrix.values):
        for label, row in _labelled(labels[start:], block, ",", decimals):
            out.write(label + row.replace(b"NaN", b"") + b"\n")


def dna(matrix: Matrix, out: BinaryIO) -> None:
    """Semicolons, six decimals unless all are whole; no remark, and no break after the last line, as there."""
    out.write(";".join(map(quoted, ("", *matrix.columns))).encode())
    labels, decimals = [quoted(label) for label in matrix.rows], 0 if whole(matrix.values) else 6
    for start, block in blocks(matrix.values):
        for label, row in _labelled(labels[start:], halves_up(block, decimals), ";", decimals):
            out.write(b"\n" + label + row)


def edges(matrix: Matrix, out: BinaryIO) -> None:
    """A row a tie; the first line is a remark."""
    listed(matrix.frame(), matrix.about, out)


def listed(frame: pl.DataFrame, about: Mapping[str, str], out: BinaryIO) -> None:
    """A frame of texts and numbers; the first line is a remark."""
    import polars as pl

    texts = [_quoted(name) for name, kind in frame.schema.items() if kind == pl.String]
    out.write((remark(about) + ",".join(frame.columns) + "\n").encode())
    for start in range(0, len(frame), _SOME):
        some = frame.slice(start, _SOME).with_columns(texts)
        out.write(some.write_csv(include_header=False, quote_style="never").encode())


def numbers(block: Any, separator: str, decimals: int | None) -> list[bytes]:
    """Rows of a dense block as text: numbers with so many decimals, or None for all that are needed; NaN as such.

    The cells go through polars as one column, since a frame of thousands of columns takes four times as long.
    """
    import numpy as np
    import polars as pl

    rows, columns = block.shape
    ended = np.zeros((rows, columns + 1))
    ended[:, :columns] = block + 0.0  # no negative zeros
    cells = pl.Series(ended.ravel()).scatter(np.arange(1, rows + 1) * (columns + 1) - 1, None)
    text = cells.to_frame().write_csv(
        include_header=False, line_terminator=separator, float_precision=decimals, null_value="\n", quote_style="never"
    )
    mark = f"\n{separator}".encode()
    return [row.removesuffix(separator.encode()) for row in text.encode().split(mark)[:-1]]


def _labelled(labels: list[str], block: Any, separator: str, decimals: int | None) -> Iterator[tuple[bytes, bytes]]:
    """Each row with its label, ready quoted, and the separator before it."""
    between = separator.encode() if block.shape[1] else b""
    for label, row in zip(labels, numbers(block, separator, decimals), strict=False):
        yield label.encode() + between, row


def halves_up(block: Any, decimals: int) -> Any:
    """Numbers whose digits end in a 5 just behind the last decimal, rounded away from 0.

    So does Java, in which Discourse Network Analyzer is written; polars rounds what the number is in binary.
    """
    import numpy as np

    with np.errstate(invalid="ignore"):
        behind = np.abs(block) * 10.0 ** (decimals + 1)
        ends = np.rint(behind)
        at = np.argwhere((np.abs(behind - ends) < 1e-3) & (ends % 10 == 5))
    if decimals and len(at):
        block, unit = block.copy(), Decimal(1).scaleb(-decimals)
        for i, j in at:
            if abs(block[i, j]) < 2**53:
                block[i, j] = float(Decimal(repr(float(block[i, j]))).quantize(unit, ROUND_HALF_UP))
    return block


def _quoted(name: str) -> pl.Expr:
    """:func:`kg.matrices.formats.text.quoted` for a column; null stays null."""
    import polars as pl

    column = pl.col(name)
    mark = pl.when(column.str.contains(r"^[=+\-@\t\r\n]")).then(pl.lit("'")).otherwise(pl.lit(""))
    return pl.concat_str(pl.lit('"'), mark, column.str.replace_all('"', '""', literal=True), pl.lit('"')).alias(name)


