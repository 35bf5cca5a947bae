"""Evaluates one query and writes its answer, here or in a process of its own that can be ended at any moment.

It uses nothing of ``kg``, because :mod:`kg.stores.worker` runs this file by its path: a process that loads only the
engine is there after some 50 ms.
"""

from __future__ import annotations

import io
import json
import os
import sys
import threading
import time
from typing import IO, Any, BinaryIO, Literal

import pyoxigraph as ox

Kind = Literal["select", "ask", "graph"]
Results = ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean

# The process was left alone by the one that started it.
ORPHANED = 3

# How long a reader goes on trying to open data that a writer is just changing, and its first pause, in seconds.
_PATIENCE = 1.0
_PAUSE = 0.005


def opened_to_read(path: str) -> ox.Store:
    """The data at *path*, to read.

    While a writer opens or tidies its files, a file of the list that a reader has just seen may be gone, or its last
    line be half there: then the reader looks again.
    """
    end = time.monotonic() + _PATIENCE
    pause = _PAUSE
    while True:
        try:
            return ox.Store.read_only(path)
        except (OSError, RuntimeError):
            if time.monotonic() + pause > end or not os.path.exists(os.path.join(path, "CURRENT")):
                raise
        time.sleep(pause)
        pause *= 2


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
        if seen > self._left or (seen == self._left and not chunk.endswith(b"\n")):
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


# -- in a process of its own ---------------------------------------------------------


class _Pipe(io.RawIOBase):
    """The writing end of a pipe, without a buffer of its own: the engine has one."""

    def __init__(self, number: int) -> None:
        self._number = number

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        left = memoryview(data)  # type: ignore[arg-type]
        total = len(left)
        while left:
            left = left[os.write(self._number, left) :]
        return total


def serve(inner: ox.Store, sparql: str, limit: int | None, body: int, status: int) -> None:
    """Answer through two pipes: the bytes of the answer through *body*, then how it ended through *status*."""
    try:
        kind, cut = write(inner.query(sparql), _Pipe(body), limit)  # type: ignore[arg-type]
        report: dict[str, Any] = {"kind": kind, "cut": cut}
    except BaseException as error:
        report = failure(error)
    os.close(body)
    _Pipe(status).write(json.dumps(report).encode() + b"\n")


def failure(error: BaseException, *, opening: bool = False) -> dict[str, Any]:
    """An error as a report; the other side raises it again."""
    known = (SyntaxError, OSError, MemoryError, ValueError)
    name = next((kind.__name__ for kind in known if isinstance(error, kind)), "RuntimeError")
    return {"error": name, "text": str(error), "opening": opening}


def leave_with(alive: int) -> None:
    """End this process when the other end of the pipe *alive* closes, as it does however its process ends."""

    def watch() -> None:
        while os.read(alive, 1):
            pass
        os._exit(ORPHANED)

    # The engine lets other threads run while it evaluates.
    threading.Thread(target=watch, daemon=True).start()


def main() -> None:
    """Serve one request from standard input: a line of JSON, then the query."""
    source = sys.stdin.buffer.raw if hasattr(sys.stdin.buffer, "raw") else sys.stdin.buffer
    request = json.loads(_take(source, int(_take(source, 20))))
    leave_with(source.fileno())
    body, status = 1, 2
    try:
        if request["dump"]:
            inner = ox.Store()
            inner.bulk_load(path=request["path"], format=ox.RdfFormat.N_QUADS)
        else:
            inner = opened_to_read(request["path"])
    except BaseException as error:
        os.close(body)
        _Pipe(status).write(json.dumps(failure(error, opening=True)).encode() + b"\n")
        return
    _Pipe(status).write(b"ready\n")
    serve(inner, request["sparql"], request["limit"], body, status)


def _take(source: Any, size: int) -> bytes:
    """Exactly so many bytes."""
    taken = b""
    while len(taken) < size:
        more = source.read(size - len(taken))
        if not more:
            os._exit(ORPHANED)
        taken += more
    return taken


if __name__ == "__main__":
    main()
    # Taking the engine apart is of no use to anybody.
    os._exit(0)
