"""JSON: labels, IRIs, and one list a row of each thing that is known; null where it is not known or not finite."""

from __future__ import annotations

import json as _json
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from kg.matrices.cells import blocks
from kg.matrices.formats.text import put

if TYPE_CHECKING:
    from kg.matrices.matrix import Matrix


def json(matrix: Matrix, out: BinaryIO) -> None:
    """One object; a line a row of numbers."""
    put(out, lines(matrix))
    out.write(b"\n")


def lines(matrix: Matrix) -> Iterator[str]:
    """The object of a matrix, in pieces."""
    head = {
        "made_from": matrix.made_from, "measure": matrix.measure, "mode": matrix.mode, "rows": matrix.rows,
        "columns": matrix.columns, "row_ids": matrix.row_ids, "column_ids": matrix.column_ids,
    }  # fmt: skip
    yield dumps(head)[:-1]
    for name in ("values", *matrix.extras):
        yield f',\n"{name}": ['
        joint = "\n"
        for _, block in blocks(getattr(matrix, name)):
            for row in block.tolist():
                yield joint + dumps([value if math.isfinite(value) else None for value in row])
                joint = ",\n"
        yield "\n]"
    yield "}"


def dumps(value: Any) -> str:
    """JSON with every letter as itself."""
    return _json.dumps(value, ensure_ascii=False, allow_nan=False)
