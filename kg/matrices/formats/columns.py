"""Parquet: a row a cell, or a row a tie; what it was made from is in the metadata of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from kg.matrices.matrix import Matrix


def parquet(matrix: Matrix, out: BinaryIO) -> None:
    """Every cell: row, column, value, n, sources, low, high; what is not known is null."""
    matrix.to_polars(long=True).write_parquet(out, metadata={**matrix.about, "mode": matrix.mode})


def edges(matrix: Matrix, out: BinaryIO) -> None:
    """Every tie that is known and not 0: from, to, value, n, sources, low, high."""
    matrix.frame().write_parquet(out, metadata={**matrix.about, "mode": matrix.mode})
