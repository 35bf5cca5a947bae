"""An engine's results as bytes: TSV for SELECT, N-Triples for graphs, at most so many rows."""

from __future__ import annotations

import io
from typing import IO, BinaryIO

import pyoxigraph as ox

from kg.stores.base import Answer, Kind

Results = ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean


class _Full(Exception):
    """The cap on lines is reached."""


class _Capped(io.RawIOBase):
    """Passes whole lines on and ends the engine's serialiser at the cap.

    A line of TSV or N-Triples is a row: both escape line ends inside values.
    """

    def __init__(self, out: BinaryIO, lines: int) -> None:
        self._out = out
        self._left = lines
        self.full = False

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        chunk = bytes(data)  # type: ignore[call-overload]
        if self.full:  # the engine empties its buffer once more on its way out
            return len(chunk)
        seen = chunk.count(b"\n")
        if seen > self._left:
            self._out.write(b"".join(chunk.splitlines(keepends=True)[: self._left]))
            self.full = True
            raise _Full
        self._left -= seen
        self._out.write(chunk)
        return len(chunk)


def write(found: Results, out: BinaryIO, limit: int | None = None) -> tuple[Kind, bool]:
    """Serialise results into ``out``; says their kind and whether ``limit`` (rows or triples) cut them."""
    if isinstance(found, ox.QueryBoolean):
        out.write(b"true" if found else b"false")
        return "ask", False
    kind: Kind = "graph" if isinstance(found, ox.QueryTriples) else "select"
    capped = None if limit is None else _Capped(out, limit + (kind == "select"))
    sink: IO[bytes] = out if capped is None else capped  # type: ignore[assignment]
    try:
        if isinstance(found, ox.QueryTriples):
            found.serialize(sink, format=ox.RdfFormat.N_TRIPLES)
        else:
            found.serialize(sink, format=ox.QueryResultsFormat.TSV)
    except (_Full, OSError):
        if capped is None or not capped.full:
            raise
    return kind, bool(capped and capped.full)


def whole(found: Results, limit: int | None = None) -> Answer:
    """Results as one :class:`~kg.stores.base.Answer`."""
    if limit is None and isinstance(found, ox.QuerySolutions):
        return Answer("select", found.serialize(format=ox.QueryResultsFormat.TSV) or b"")
    out = io.BytesIO()
    kind, cut = write(found, out, limit)
    return Answer(kind, out.getvalue(), cut)
