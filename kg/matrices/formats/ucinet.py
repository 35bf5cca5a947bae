"""DL, the text format of UCINET: a full matrix with labels, in the layout that Discourse Network Analyzer gives it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

from kg.matrices.cells import blocks, unique, whole
from kg.matrices.formats.separated import halves_up, numbers
from kg.matrices.formats.text import one_line

if TYPE_CHECKING:
    from kg.matrices.matrix import Matrix


def dl(matrix: Matrix, out: BinaryIO) -> None:
    """Six decimals unless all are whole. Labels are made different, as UCINET wants them."""
    rows, columns = matrix.shape
    if matrix.mode == "one":
        head = [f"dl n = {rows}, format = fullmatrix", "labels:", *_labels(matrix.rows)]
    else:
        head = [f"dl nr = {rows}, nc = {columns}, format = fullmatrix", "row labels:", *_labels(matrix.rows)]
        head += ["col labels:", *_labels(matrix.columns)]
    out.write("\n".join([*head, "data:"]).encode())
    decimals = 0 if whole(matrix.values) else 6
    for _, block in blocks(matrix.values):
        out.write(b"".join(b"\n " + row for row in numbers(halves_up(block, decimals), " ", decimals)))


def _labels(labels: Iterable[str]) -> list[str]:
    """Labels in quotation marks. There is no way to write one inside, so it becomes an apostrophe."""
    return [f'"{label}"' for label in unique(one_line(label).replace('"', "'") for label in labels)]
