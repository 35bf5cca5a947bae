"""Where quads live. A store moves quads and text and knows no ontology.

One door, :func:`open_store`; every store offers what :class:`Store` describes.
"""

from kg.stores.base import Answer, Store
from kg.stores.oxigraph import OxigraphStore, open_store

__all__ = ["Answer", "OxigraphStore", "Store", "open_store"]
