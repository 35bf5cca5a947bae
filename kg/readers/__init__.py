"""Readers turn files into quads and know no store. One file a format.

:func:`read` picks the reader by the file's kind, or by name.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from kg import files
from kg.errors import NotFound, ReadError, did_you_mean
from kg.readers import rdf, sheet

Reader = Callable[[Path], list[ox.Quad]]

READERS: dict[str, Reader] = {"rdf": rdf.read, "sheet": sheet.read}

SUFFIXES: dict[str, str] = dict.fromkeys(rdf.FORMATS, "rdf") | dict.fromkeys((".csv", ".xlsx"), "sheet")


def files_in(path: Path) -> list[Path]:
    """What to read at a path: itself, a folder of sheets as one, or the readable files of a folder."""
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
    """Whether a path is read as one: a folder of sheets, or a readable file that is no part of such a folder."""
    if path.is_dir():
        return sheet.is_sheet_folder(path)
    kind = SUFFIXES.get(files.suffix(path))
    return kind is not None and not (kind == "sheet" and sheet.is_sheet_folder(path.parent))


def read(path: Path, reader: str | None = None) -> list[ox.Quad]:
    """All quads of one file or one folder of sheets, or a ReadError that lists what is wrong."""
    name = reader or ("sheet" if path.is_dir() else SUFFIXES.get(files.suffix(path)))
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
    if path.is_file() and path.stat().st_size == 0:
        raise ReadError("the file is empty.", where=str(path), cure="Check that it was saved.")
    try:
        return READERS[name](path)
    except PermissionError as error:
        raise ReadError(
            "no permission to read it.", where=str(path), cure="Check its permissions."
        ) from error


def read_text(data: bytes, format: str, name: str) -> list[ox.Quad]:
    """All quads of data that are in no file: RDF, or a sheet with the format ``csv`` or ``xlsx``."""
    kind = format.casefold().lstrip(".")
    data = files.unpacked(data, name)
    if SUFFIXES.get(f".{kind}") != "sheet":
        return rdf.parse(data, rdf.format_for(format), name=name, where=name)
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}.{kind}"
        file.write_bytes(data)
        return read(file)
