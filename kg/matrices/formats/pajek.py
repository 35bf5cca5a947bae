"""Pajek's .net. A two-mode network says how many of its vertices are rows, as Pajek wants it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO

from kg.matrices.cells import unique
from kg.matrices.formats.text import number, one_line, put, said
from kg.matrices.net import Net
from kg.matrices.net import net as netted

if TYPE_CHECKING:
    from kg.matrices.matrix import Matrix


def net(matrix: Matrix, out: BinaryIO) -> None:
    """Vertices with labels that differ, edges with weights; origins in a remark. Infinite weights are left out."""
    put(out, _lines(netted(matrix), matrix.about, len(matrix.rows)))


def _lines(drawn: Net, about: Mapping[str, str], rows: int) -> Iterator[str]:
    if about:
        yield f"% {said(about)}\n"
    yield f"*Vertices {len(drawn.names)}" + (f" {rows}" if drawn.sides else "") + "\n"
    # Inside quotation marks there is no way to write one, and readers take a backslash for an escape.
    names = unique(one_line(name).replace('"', "'").replace("\\", "/") for name in drawn.labels)
    for i, name in enumerate(names, 1):
        yield f'{i} "{name}"\n'
    yield "*Edges\n"
    for a, b, weight in zip(drawn.first, drawn.second, drawn.weights, strict=True):
        if math.isfinite(weight):
            yield f"{a + 1} {b + 1} {number(weight)}\n"
