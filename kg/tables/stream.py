"""Answers too large for the memory: TSV or N-Triples bytes, as they come, into a file of some format.

A file is there whole or not at all: :mod:`kg.files` writes it, compressed where its name says so.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from kg import files
from kg.errors import KGError
from kg.tables import columns as typed
from kg.tables import render
from kg.tables.table import Table

if TYPE_CHECKING:
    import polars as pl

# Formats that need only a part of an answer at a time.
STREAMED = ("csv", "nt", "parquet", "tsv")

# Bytes of TSV that become cells or columns at a time.
_CELLS = 1 << 20
_COLUMNS = 1 << 23


class Sink(io.RawIOBase):
    """Takes bytes of SPARQL TSV (N-Triples for ``nt``); ``rows`` are those written, ``cut`` whether there were more."""

    def __init__(self, out: BinaryIO, limit: int | None, *, head: bool) -> None:
        self._out = out
        self._left = limit
        self._open = b""
        self._waiting: list[bytes] = []
        self._size = 0
        self._head: bytes | None = None if head else b""
        self.rows = 0
        self.cut = False

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        chunk = bytes(data)
        end = chunk.rfind(b"\n") + 1
        if not end:
            self._open += chunk
            return len(chunk)
        self._waiting += (self._open, chunk[:end])
        self._open = chunk[end:]
        self._size += end
        if self._size >= _CELLS:
            self._pass_on()
        return len(chunk)

    def finish(self) -> None:
        """Write what is left."""
        if self._open:
            self._waiting += (self._open, b"\n")
            self._open = b""
        self._pass_on()

    def _pass_on(self) -> None:
        lines = b"".join(self._waiting)
        self._waiting, self._size = [], 0
        if self._head is None and lines:
            end = lines.index(b"\n") + 1
            self._head, lines = lines[:end], lines[end:]
            self._begin(self._head)
        count = lines.count(b"\n")
        if self._left is not None:
            if count > self._left:
                self.cut = True
                lines, count = b"".join(lines.splitlines(keepends=True)[: self._left]), self._left
            self._left -= count
        self.rows += count
        if lines:
            self._put(lines)

    def _begin(self, head: bytes) -> None:
        self._out.write(head)

    def _put(self, lines: bytes) -> None:
        self._out.write(lines)


class _Csv(Sink):
    def _begin(self, head: bytes) -> None:
        self._out.write("".join(render.csv(Table.from_tsv(head), False, ",")).encode())

    def _put(self, lines: bytes) -> None:
        assert self._head is not None
        # Where many rows need no care, polars is quicker; a lone carriage return and empty lines need some.
        if len(lines) >= _CELLS and b"\\r" not in lines and b"\t" in self._head:
            self._out.write(_plain(self._head + lines))
            return
        pieces = iter(render.csv(Table.from_tsv(self._head + lines), False, ","))
        self._out.write(next(pieces).partition("\n")[2].encode())
        self._out.writelines(piece.encode() for piece in pieces)


def _plain(tsv: bytes) -> bytes:
    """The rows of SPARQL TSV as CSV of plain values."""
    import polars as pl

    raw = pl.read_csv(tsv, separator="\t", quote_char=None, infer_schema=False)
    frame = pl.DataFrame([typed._text(raw[name]).replace("", None) for name in raw.columns])
    return frame.write_csv(include_header=False, quote_style="necessary").encode()


@contextlib.contextmanager
def sink(
    path: Path, kind: str, *, limit: int | None = None, made_from: dict[str, str] | None = None
) -> Iterator[Sink]:
    """A sink that has become the file at *path* when the block ends well; StoreError when it cannot be written.

    At most *limit* rows are written. *kind* is one of :data:`STREAMED`.
    """
    if kind not in STREAMED:
        raise KGError(f'"{kind}" cannot be streamed.', cure=f"Use one of {', '.join(STREAMED)}.")
    with files.replacing(path) as out:
        if kind != "parquet":
            filled = (_Csv if kind == "csv" else Sink)(out, limit, head=kind != "nt")
            yield filled
            filled.finish()
            return
        # Beside the file, where there is room for it.
        with tempfile.TemporaryFile(dir=path.resolve().parent if path.is_file() or not path.exists() else None) as tsv:
            filled = Sink(cast(BinaryIO, tsv), limit, head=True)
            yield filled
            filled.finish()
            to_parquet(cast(BinaryIO, tsv), out, {**(made_from or {}), "rows": str(filled.rows)})


# -- Parquet --------------------------------------------------------------------------


def to_parquet(tsv: BinaryIO, out: BinaryIO, made_from: dict[str, str], *, at_once: int = _COLUMNS) -> None:
    """A file of SPARQL TSV as Parquet, typed as :mod:`kg.tables.columns` types a whole table, a part at a time.

    The file is read twice: what a column becomes is decided by all its cells.
    """
    import polars as pl
    from polars.io.plugins import register_io_source

    tsv.seek(0)
    names = [name.lstrip("?") for name in tsv.readline().rstrip(b"\n").decode().split("\t")]
    if names == [""]:
        pl.DataFrame().write_parquet(out, metadata=made_from)
        return
    schema = _schema(tsv, names, at_once)

    def frames(
        with_columns: list[str] | None, predicate: Any, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        for raw in _parts(tsv, names, at_once):
            frame = pl.DataFrame([_as(raw[name], schema[name]) for name in names])
            frame = frame if with_columns is None else frame.select(with_columns)
            yield frame if predicate is None else frame.filter(predicate)

    register_io_source(frames, schema=schema).sink_parquet(out, metadata=made_from)


def _parts(tsv: BinaryIO, names: Sequence[str], at_once: int) -> Iterable[pl.DataFrame]:
    """Frames of raw cells, some rows each."""
    import polars as pl

    tsv.seek(0)
    head = tsv.readline()
    while block := tsv.read(at_once):
        block += tsv.readline()
        yield pl.read_csv(
            head + block, separator="\t", quote_char=None, infer_schema=False, new_columns=list(names)
        )


def _schema(tsv: BinaryIO, names: Sequence[str], at_once: int) -> pl.Schema:
    """What each column becomes when all its cells are looked at."""
    import polars as pl

    found: dict[str, pl.DataType | None] = dict.fromkeys(names)
    for raw in _parts(tsv, names, at_once):
        for name in names:
            if raw[name].null_count() < len(raw):
                here = typed._column(raw[name]).dtype
                found[name] = _both(found[name], here)
    return pl.Schema({name: kind if kind is not None else pl.String() for name, kind in found.items()})


def _both(one: pl.DataType | None, other: pl.DataType) -> pl.DataType:
    import polars as pl

    if one is None or one == other:
        return other
    return pl.Float64() if {one, other} == {pl.Int64(), pl.Float64()} else pl.String()


def _as(raw: pl.Series, kind: pl.DataType) -> pl.Series:
    import polars as pl

    if raw.null_count() == len(raw):
        return raw.cast(kind)
    series = typed._column(raw)
    if series.dtype == kind:
        return series
    return series.cast(kind) if kind == pl.Float64() and series.dtype == pl.Int64() else typed._text(raw)
