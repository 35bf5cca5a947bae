"""Readers turn files into quads and know no store. One file a format.

:func:`read` picks the reader by the file's kind, or by name; some readers take options. Readers of large tables also
give their quads as text, in :func:`pieces`, for the engine's own loader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from kg import files
from kg.errors import NotFound, ReadError, did_you_mean
from kg.readers import dna, rdf, sheet, votes
from kg.readers.options import refuse_unknown

Reader = Callable[..., list[ox.Quad]]

READERS: dict[str, Reader] = {"dna": dna.read, "rdf": rdf.read, "sheet": sheet.read, "votes": votes.read}

SUFFIXES: dict[str, str] = (
    dict.fromkeys(rdf.FORMATS, "rdf") | dict.fromkeys((".csv", ".xlsx"), "sheet") | {".dna": "dna"}
)

# What may be said of how a file is to be read: reader → option → what it is for.
OPTIONS: dict[str, dict[str, str]] = {"dna": dna.OPTIONS, "votes": votes.OPTIONS}

_PIECES: dict[str, Callable[..., Iterator[bytes]]] = {"dna": dna.pieces, "votes": votes.pieces}


def files_in(path: Path) -> list[Path]:
    """What to read at a path: itself, a folder of sheets or of votes as one, or the readable files of a folder."""
    if not path.exists():
        near = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise NotFound(f'No file "{path}".', cure=did_you_mean(path.name, near) or "Check the path.")
    if path.is_file():
        return [path]
    found = [p for p in (path, *sorted(path.rglob("*"))) if _is_unit(p)]
    if not found:
        raise ReadError(
            "this folder holds nothing that can be read.",
            where=str(path),
            cure=f"Expected files ending in {', '.join(sorted(SUFFIXES))}.",
        )
    return found


def _is_unit(path: Path) -> bool:
    """Whether a path is read as one: a folder of sheets or votes, or a readable file that is part of no such folder."""
    if path.is_dir():
        return sheet.is_sheet_folder(path) or votes.is_votes(path)
    kind = SUFFIXES.get(files.suffix(path))
    if kind == "sheet" and (sheet.is_sheet_folder(path.parent) or path in votes.parts(path.parent)):
        return False
    return kind is not None


def _kind(path: Path) -> str | None:
    """The reader for a path, by its ending; CSV files of other programs are known by their header or name."""
    if path.is_dir():
        return "votes" if votes.is_votes(path) and not sheet.is_sheet_folder(path) else "sheet"
    kind = SUFFIXES.get(files.suffix(path))
    if kind == "sheet" and files.suffix(path) == ".csv":
        return "votes" if votes.is_votes(path) else "dna" if dna.is_event_list(path) else kind
    return kind


def reader_for(path: Path, reader: str | None = None, options: Iterable[str] = ()) -> str:
    """The name of the reader of a path. Raises ReadError or NotFound where there is none, or it lacks an option."""
    name = reader or _kind(path)
    if name is None:
        raise ReadError(
            f'the ending "{path.suffix}" is not known.',
            where=str(path),
            cure=f"Use one of {', '.join(sorted(SUFFIXES))}, or name a reader with --reader.",
        )
    if name not in READERS:
        hint = did_you_mean(name, READERS)
        raise NotFound(
            f'No reader "{name}".', cure=f"{hint} There are: {', '.join(sorted(READERS))}.".strip()
        )
    refuse_unknown(name, options, OPTIONS.get(name, {}))
    return name


def read(path: Path, reader: str | None = None, /, **options: object) -> list[ox.Quad]:
    """All quads of one file or one folder of sheets, or a ReadError that lists what is wrong.

    *options* are those of the reader, as :data:`OPTIONS` has them.
    """
    name = reader_for(path, reader, options)
    with _legible(path):
        return READERS[name](path, **options)


def pieces(path: Path, reader: str | None = None, /, **options: object) -> Iterator[bytes] | None:
    """The quads of one file as pieces of N-Quads without blank nodes; None where its reader has only quads."""
    name = reader_for(path, reader, options)
    if name not in _PIECES:
        return None
    with _legible(path):
        return _PIECES[name](path, **options)


class _legible:
    """What is the same for all files: an empty one, and one that may not be read, are ReadErrors."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        if self.path.is_file() and self.path.stat().st_size == 0:
            raise ReadError("the file is empty.", where=str(self.path), cure="Check that it was saved.")

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, PermissionError):
            raise ReadError(
                "no permission to read it.", where=str(self.path), cure="Check its permissions."
            ) from error


def read_text(data: bytes, format: str, name: str) -> list[ox.Quad]:
    """All quads of data that are in no file: RDF, or a sheet with the format ``csv`` or ``xlsx``."""
    kind = format.casefold().lstrip(".")
    data = files.unpacked(data, name)
    if SUFFIXES.get(f".{kind}") in (None, "rdf"):
        return rdf.parse(data, rdf.format_for(format), name=name, where=name)
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}.{kind}"
        file.write_bytes(data)
        return read(file)
