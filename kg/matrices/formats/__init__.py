"""Formats: one row each, with the function that writes it. A new format is a function and a row of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kg import files
from kg.errors import KGError, did_you_mean
from kg.matrices.cells import too_many
from kg.matrices.formats import (
    columns,
    gexf,
    graphml,
    json,
    pajek,
    prose,
    separated,
    turtle,
    ucinet,
    visone,
    workbook,
)

if TYPE_CHECKING:
    from kg.matrices.matrix import Matrix


@dataclass(frozen=True)
class Format:
    """How a matrix is written: the function, the endings that stand for it, whether it writes every cell.

    ``about`` is False for a format that cannot say what the matrix was made from.
    """

    write: Callable[[Matrix, BinaryIO], None]
    endings: tuple[str, ...]
    dense: bool = False
    about: bool = True


FORMATS: dict[str, Format] = {
    "csv": Format(separated.csv, ("csv",), dense=True),
    "dna": Format(separated.dna, ("dna.csv",), dense=True, about=False),
    "edges": Format(separated.edges, ("edges.csv",)),
    "dl": Format(ucinet.dl, ("dl",), dense=True, about=False),
    "graphml": Format(graphml.graphml, ("graphml",)),
    "visone": Format(visone.visone, ("visone.graphml",)),
    "gexf": Format(gexf.gexf, ("gexf",)),
    "net": Format(pajek.net, ("net",)),
    "parquet": Format(columns.parquet, ("parquet",), dense=True),
    "edges-parquet": Format(columns.edges, ("edges.parquet",)),
    "xlsx": Format(workbook.xlsx, ("xlsx",), dense=True),
    "tex": Format(prose.latex, ("tex", "latex"), dense=True),
    "md": Format(prose.markdown, ("md", "markdown"), dense=True),
    "html": Format(prose.html, ("html", "htm"), dense=True),
    "json": Format(json.json, ("json",), dense=True),
    "ttl": Format(turtle.ttl, ("ttl", "turtle")),
}

# Longer endings first: ".edges.csv" before ".csv".
_ENDINGS = sorted(
    ((ending, name) for name, form in FORMATS.items() for ending in form.endings), key=lambda e: (-len(e[0]), e)
)


def kind_of(file: Path, format: str | None = None) -> str:
    """The name of the format that is named, or that the file's ending says. Raises KGError for an unknown one."""
    if format is None:
        name = files.bare(file).name.casefold()
        found = next((kind for ending, kind in _ENDINGS if name.endswith(f".{ending}")), None)
        word = files.suffix(file).lstrip(".") or file.name
    else:
        word = format.casefold().lstrip(".")
        found = word if word in FORMATS else dict(_ENDINGS).get(word)
    if found is None:
        hint = did_you_mean(word, [*FORMATS, *dict(_ENDINGS)])
        raise KGError(f'"{word}" is no matrix format.', cure=f"{hint} Use one of {', '.join(FORMATS)}.".strip())
    return found


def write(matrix: Matrix, file: Path, format: str | None = None) -> Path:
    """Write a matrix: see :meth:`kg.matrices.Matrix.write`."""
    chosen = FORMATS[kind_of(file, format)]
    if chosen.dense:
        too_many(matrix.shape)
    with files.replacing(file) as out:
        chosen.write(matrix, out)
    return file
