"""N-Triples and N-Quads for the engine's own loaders, without a Python object for each quad."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from mmap import mmap
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    import polars as pl

_PIECE = 1 << 22
_SMALL = 1 << 20  # bytes below which columns do not pay

# A line in which a blank node can only be the subject, or an object before the end or the graph.
_PLAIN = r'^(?:_:[^\s"<>]+|<[^\s"<>]*>) <[^\s"<>]*> (?:_:[^\s"<>]+(?: <[^\s"<>]*>)? \.|"|<[^<])'


class NoGraph(Exception):
    """A line names no graph."""


@dataclass(frozen=True)
class Lines:
    """N-Triples that go to *graph* (an IRI), or N-Quads where it is None.

    *blank* stands before the label of each blank node, so that two files share none.
    """

    data: bytes | mmap
    graph: str | None
    blank: str


class Doubled(io.RawIOBase):
    """Reads as N-Quads: each quad, and its copy for the merged view.

    The engine's loader gives blank nodes names of its own, so quads with them are left out; ``apart`` has them, and
    their copies, as N-Quads with the names they have here. ``failure`` keeps a NoGraph on its way through the engine.
    """

    def __init__(self, lines: Lines) -> None:
        self._pieces = _ahead(map(self._doubled, _pieces(lines.data)))
        self._lines = lines
        self._piece = io.BytesIO()
        self.apart = bytearray()
        self.failure: NoGraph | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return self._piece.read() + b"".join(self._pieces)
        while not (got := self._piece.read(size)) and size:
            try:
                piece = next(self._pieces, None)
            except NoGraph as failure:
                self.failure = failure
                raise
            if piece is None:
                break
            self._piece = io.BytesIO(piece)
        return got

    def _doubled(self, piece: bytes) -> bytes:
        made = _by_columns(piece, self._lines, self.apart) if len(piece) >= _SMALL else None
        return _by_parser(piece, self._lines, self.apart) if made is None else made


def _ahead(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, the next made while the engine takes the last: neither holds up the other."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, pieces, None)
        while (piece := coming.result()) is not None:
            coming = pool.submit(next, pieces, None)
            yield piece


def _pieces(data: bytes | mmap) -> Iterator[bytes]:
    """Whole lines, some megabytes at once."""
    start = 0
    while start < len(data):
        end = data.rfind(b"\n", start, start + _PIECE) + 1 or data.find(b"\n", start) + 1 or len(data)
        yield bytes(data[start:end])
        start = end


def _by_columns(piece: bytes, lines: Lines, apart: bytearray) -> bytes | None:
    """A piece doubled as columns of text; None for one with lines of an unusual shape.

    A cut at a wrong place leaves what the engine's parser refuses: the part of a quad before its last " <" is a
    triple only where a graph follows.
    """
    import polars as pl

    try:
        rows = pl.read_csv(piece, separator="\x01", has_header=False, quote_char=None, schema={"line": pl.String})
    except pl.exceptions.PolarsError:
        return None
    full = same = rows["line"]
    if full.null_count():
        return None
    nameless = full.str.contains("_:", literal=True)
    few = None
    if nameless.any():
        few, full = full.filter(nameless), full.filter(~nameless)
    doubled = _doubled(full, lines.graph)
    named = None
    if few is not None and few.str.contains(_PLAIN).all():
        named = _doubled(_renamed(few, lines.blank), lines.graph)
    if doubled is None or (few is not None and named is None):
        return None
    out = io.BytesIO()
    for column in doubled:
        if column is same:
            out.write(piece if piece.endswith(b"\n") else piece + b"\n")
        else:
            _write(column, out)
    if named is not None:
        beside = io.BytesIO()
        for column in named:
            _write(column, beside)
        apart += beside.getbuffer()
    return out.getvalue()


def _doubled(full: pl.Series, graph: str | None) -> tuple[pl.Series, pl.Series] | None:
    """Lines as quads, and as triples for the merged view; None where one of them is not as they usually are."""
    # Behind a comment a quad would stay a quad, and a triple without graph.
    if not full.str.ends_with(".").all() or full.str.contains(r"\.\s*#").any():
        return None
    if graph is None:
        view = full.str.replace(r" <[^ <>]*> \.$", " .")
    else:
        view = full
        full = view.str.replace(r"\s*\.$", f" <{graph.replace('$', '$$')}> .")
    return None if (full.str.len_bytes() == view.str.len_bytes()).any() else (full, view)


def _renamed(lines: pl.Series, blank: str) -> pl.Series:
    """Lines with other names for their blank nodes: at the beginning, and where an object ends without a quote."""
    begun = lines.str.replace(r"^_:", f"_:{blank}")
    return begun.str.replace(r" _:([^\s\"<>]+)((?: <[^ <>]*>)? \.)$", f" _:{blank}${{1}}${{2}}")


def _write(column: pl.Series, out: io.BytesIO) -> None:
    column.to_frame().write_csv(out, include_header=False, quote_style="never")


def _by_parser(piece: bytes, lines: Lines, apart: bytearray) -> bytes:
    """A piece doubled quad by quad, whatever its lines look like."""
    out: list[str] = []
    for raw in ox.parse(piece, ox.RdfFormat.N_QUADS):
        quad = _placed(raw, lines)
        both = f"{quad.triple} {quad.graph_name} .\n{quad.triple} .\n"
        if any(isinstance(term, ox.BlankNode) for term in quad):
            apart += both.encode()
        else:
            out.append(both)
    return "".join(out).encode()


def _placed(quad: ox.Quad, lines: Lines) -> ox.Quad:
    """A quad in its graph, with blank nodes as they are called here."""
    graph = quad.graph_name if lines.graph is None else ox.NamedNode(lines.graph)
    if isinstance(graph, ox.DefaultGraph):
        raise NoGraph
    terms = (
        ox.BlankNode(lines.blank + term.value) if isinstance(term, ox.BlankNode) else term
        for term in (quad.subject, quad.predicate, quad.object, graph)
    )
    return ox.Quad(*terms)  # type: ignore[arg-type]
