"""Files, compressed or not: read whole, written whole or not at all.

``.gz`` and ``.zst`` after the usual ending compress; what is read is known by its first bytes, whatever its name.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import BinaryIO, cast

from kg.errors import KGError, ReadError, did_you_mean, unwritable

COMPRESSED = (".gz", ".zst")

# The most that one compressed file may hold; a small archive can be made to unpack to any size.
LARGEST_GIB = 16

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_PIECE = 1 << 22


def bare(path: Path) -> Path:
    """The path without the ending of its compression: ``a.nq.gz`` → ``a.nq``."""
    return path.with_suffix("") if path.suffix.casefold() in COMPRESSED else path


def suffix(path: str | os.PathLike[str]) -> str:
    """The ending that says what a file holds, in small letters: ``.nq`` for ``a.NQ.gz``."""
    return bare(Path(path)).suffix.casefold()


def format_of(file: Path, format: str | None, formats: Sequence[str], what: str) -> str:
    """The format that is named, or else the one of the file's ending. Raises KGError for one that is no *what*."""
    kind = (format or file.suffix).casefold().lstrip(".")
    if kind not in formats:
        raise KGError(
            f'"{kind or file.name}" is no {what}.',
            cure=f"{did_you_mean(kind, formats)} Use one of {', '.join(formats)}.".strip(),
        )
    return kind


def read(path: Path) -> bytes:
    """The content of a file, unpacked."""
    return unpacked(path.read_bytes(), str(path))


def mapped(path: Path) -> bytes | mmap:
    """The content of a file, unpacked; without taking memory for it where it is as it is on disk."""
    with path.open("rb") as file:
        if file.read(4).startswith((_GZIP, _ZSTD)) or not path.stat().st_size:
            return read(path)
        return mmap(file.fileno(), 0, access=ACCESS_READ)


def unpacked(data: bytes, where: str) -> bytes:
    """Data as they were before compression, if they are compressed. Raises ReadError for a damaged archive."""
    if not data.startswith((_GZIP, _ZSTD)):
        return data
    import zstandard

    pieces: list[bytes] = []
    size = 0
    try:
        for piece in _gunzipped(data) if data.startswith(_GZIP) else _unzstd(data):
            size += len(piece)
            if size > LARGEST_GIB << 30:
                raise ReadError(f"it unpacks to more than {LARGEST_GIB} GiB.", where=where, cure="Split the file.")
            pieces.append(piece)
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        if isinstance(error, ReadError):
            raise
        raise ReadError(
            f"the compressed file is damaged: {error}.", where=where, cure="Fetch or make it again."
        ) from error
    return b"".join(pieces)


def _gunzipped(data: bytes) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _unzstd(data: bytes) -> Iterator[bytes]:
    """Frame by frame; the library's own stream takes a frame that is cut off for a whole one."""
    import zstandard

    rest = memoryview(data)
    while rest:
        frame = zstandard.ZstdDecompressor().decompressobj()
        while rest and not frame.eof:
            yield frame.decompress(rest[:_PIECE])
            rest = rest[_PIECE:]
        if not frame.eof:
            raise EOFError("it ends too early")
        if frame.unused_data:
            rest = memoryview(frame.unused_data + bytes(rest))


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that takes the place of *path* when the block ends well; compressed by its ending.

    The same content gives the same bytes: no time and no name goes into an archive. What is no ordinary file, such
    as a pipe, is written to directly. Raises StoreError for what cannot be written; the old file stays then.
    """
    ordinary = path.is_file() or not path.exists()
    try:
        if not ordinary:
            with open(path, "wb") as out, _packing(out, path) as packed:
                yield packed
            return
        number, draft = tempfile.mkstemp(dir=path.resolve().parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(number, "wb") as out, _packing(out, path) as packed:
                yield packed
            os.chmod(draft, _mode(path))
            os.replace(draft, path.resolve())
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        if isinstance(error, KGError):  # what was to be written could not be had
            raise
        raise unwritable(path, error) from error


@contextlib.contextmanager
def _packing(out: BinaryIO, path: Path) -> Iterator[BinaryIO]:
    kind = path.suffix.casefold()
    if kind == ".gz":
        with gzip.GzipFile(filename="", fileobj=out, mode="wb", mtime=0) as packed:
            yield cast(BinaryIO, packed)
    elif kind == ".zst":
        import zstandard

        with zstandard.ZstdCompressor(level=10).stream_writer(out, closefd=False) as packed:
            yield cast(BinaryIO, packed)
    else:
        yield out


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced, or those of any new file."""
    with contextlib.suppress(OSError):
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
