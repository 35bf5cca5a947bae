"""Keeping: the stances of a store, made once for each of its revisions.

They stay in memory with the store. The writer of a graph folder also keeps them in it as Parquet, in the folder that
the store empties before each write; a reader takes that file when it is of the revision it reads, and else makes its
own in memory. Of a server nothing is kept: others write to it unseen.
"""

from __future__ import annotations

import contextlib
import io
import json
import threading
import weakref
from hashlib import blake2b
from pathlib import Path

import polars as pl

from kg import files
from kg.errors import KGError
from kg.frames import extraction
from kg.frames.extraction import Variable, Whole
from kg.stores import Store

# What is written in another way than this is not read.
LAYOUT = 1

_HELD: weakref.WeakKeyDictionary[Store, tuple[int, Whole]] = weakref.WeakKeyDictionary()
_LOCK = threading.Lock()


def whole(store: Store) -> Whole:
    """All stances of a store as it is now."""
    if store.remote:
        return extraction.read(store)
    revision = store.revision
    with _LOCK:
        held = _HELD.get(store)
    if held is not None and held[0] == revision:
        return held[1]
    found = _load(store, revision)
    if found is None:
        found = extraction.read(store)
        if store.revision == revision:
            _save(store, revision, found)
    with _LOCK:
        _HELD[store] = (revision, found)
    return found


def in_step(store: Store) -> bool:
    """Whether stances are at hand without asking the store for all of them."""
    if store.remote:
        return False
    with _LOCK:
        held = _HELD.get(store)
    return (held is not None and held[0] == store.revision) or bool(_files(store, store.revision))


def _folder(store: Store) -> Path | None:
    """Where what is derived from a store is kept; None for one that is in no folder."""
    return getattr(store, "derived", None)


def _files(store: Store, revision: int) -> list[Path]:
    folder = _folder(store)
    return sorted(folder.glob(f"stances-{LAYOUT}-{revision}-*.parquet")) if folder else []


def _load(store: Store, revision: int) -> Whole | None:
    """What was kept for a revision, if it is whole: its name ends in the digest of its bytes."""
    for file in _files(store, revision):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
            body = file.read_bytes()
            if file.stem.endswith(f"-{_digest(body)}"):
                told = json.loads(pl.read_parquet_metadata(io.BytesIO(body))["variables"])
                return Whole(pl.read_parquet(io.BytesIO(body)), tuple(Variable(*one) for one in told))
    return None


def _save(store: Store, revision: int, found: Whole) -> None:
    """Keep what was made, where that can be; whoever cannot write there makes it anew the next time."""
    folder = _folder(store)
    if folder is None or store.read_only:
        return
    out = io.BytesIO()
    told = json.dumps([(v.name, v.iri, v.scale) for v in found.variables])
    found.data.write_parquet(out, compression="lz4", metadata={"variables": told})
    body = out.getvalue()
    file = folder / f"stances-{LAYOUT}-{revision}-{_digest(body)}.parquet"
    with contextlib.suppress(OSError, KGError):
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        with files.replacing(file) as target:
            target.write(body)
        if store.revision != revision:  # a write in another thread came between
            file.unlink()


def _digest(body: bytes) -> str:
    return blake2b(body, digest_size=8).hexdigest()
