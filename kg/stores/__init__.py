"""Where quads live. A store moves quads and text and knows no ontology.

One door, :func:`open_store`; every store offers what :class:`Store` describes.
"""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph as ox

from kg.stores.base import Answer, Change, Store
from kg.stores.folder import open_folder
from kg.stores.oxigraph import OxigraphStore

__all__ = ["Answer", "Change", "OxigraphStore", "Store", "open_store"]


def open_store(
    path: str | os.PathLike[str] | None, *, read_only: bool = False, create: bool = True
) -> OxigraphStore:
    """A store in memory (``path`` is None) or in a folder.

    Raises :class:`~kg.errors.NotFound` when the folder is missing and may not be created, and
    :class:`~kg.errors.StoreError` when it is no graph, is locked, or cannot be written.
    """
    if path is None:
        return OxigraphStore(ox.Store(), name="memory")
    return open_folder(Path(path), read_only=read_only, create=create)
