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

__all__ = ["Answer", "Change", "OxigraphStore", "Store", "is_address", "open_store"]


def is_address(path: object) -> bool:
    """Whether a graph's name is the address of a server."""
    return isinstance(path, str) and path.lstrip().casefold().startswith(("http://", "https://"))


def open_store(path: str | os.PathLike[str] | None, *, read_only: bool = False, create: bool = True) -> Store:
    """A store in memory (``path`` is None), in a folder, or on the server with that address.

    Raises :class:`~kg.errors.NotFound` when the folder is missing and may not be created, and
    :class:`~kg.errors.StoreError` when it is no graph, is locked, or cannot be written.
    """
    if is_address(path):
        from kg.stores.endpoint import EndpointStore

        return EndpointStore(str(path), read_only=read_only)
    if path is None:
        return OxigraphStore(ox.Store(), name="memory")
    return open_folder(Path(path), read_only=read_only, create=create)
