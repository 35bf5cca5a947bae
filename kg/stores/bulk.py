"""N-Triples and N-Quads for the engine's own loaders, without a Python object for each quad."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyoxigraph as ox


class NoGraph(Exception):
    """A line names no graph."""


class Doubled(io.RawIOBase):
    """Reads as N-Quads lines, each followed by its copy for the merged view.

    *graph* (an IRI) is put on lines of N-Triples; without it the lines are N-Quads, and one that names no graph
    raises :class:`NoGraph`.
    """

    def __init__(self, data: bytes, graph: str | None) -> None:
        self._chunks = self._doubled(data, f" <{graph}> .\n".encode() if graph else b"")
        self._chunk = io.BytesIO()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return self._chunk.read() + b"".join(self._chunks)
        while not (got := self._chunk.read(size)) and size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._chunk = io.BytesIO(chunk)
        return got

    @staticmethod
    def _doubled(data: bytes, ending: bytes, at_once: int = 500) -> Iterator[bytes]:
        out: list[bytes] = []
        for raw in io.BytesIO(data):
            line = raw.rstrip()
            if not line or line.startswith(b"#"):
                continue
            if ending:
                bare = line[:-1].rstrip() if line.endswith(b".") else _parsed(line)[0]
                out += (bare, ending, bare, b" .\n")
            else:
                bare, graph, tail = line.rpartition(b" <")
                # Any other shape, such as tabs or a comment at the end, is left to the parser.
                if not (tail.endswith(b"> .") and tail.find(b" ") == len(tail) - 2 and bare.count(b" ") > 1):
                    bare, name = _parsed(line)
                    out += (bare, b" ", name, b" .\n", bare, b" .\n")
                    continue
                out += (line, b"\n", bare, b" .\n")
            if len(out) > 4 * at_once:
                yield b"".join(out)
                out.clear()
        yield b"".join(out)


def _parsed(line: bytes) -> tuple[bytes, bytes]:
    quad = next(iter(ox.parse(line, ox.RdfFormat.N_QUADS)))
    if isinstance(quad.graph_name, ox.DefaultGraph):
        raise NoGraph
    return str(quad.triple).encode(), str(quad.graph_name).encode()
