"""An engine's results as bytes: TSV for SELECT, N-Triples for graphs, at most so many rows."""

from __future__ import annotations

import io

import pyoxigraph as ox

from kg.stores.base import Answer
from kg.stores.child import Results, write

__all__ = ["Results", "whole", "write"]


def whole(found: Results, limit: int | None = None) -> Answer:
    """Results as one :class:`~kg.stores.base.Answer`."""
    if limit is None and isinstance(found, ox.QuerySolutions):
        return Answer("select", found.serialize(format=ox.QueryResultsFormat.TSV) or b"")
    out = io.BytesIO()
    kind, cut = write(found, out, limit)
    return Answer(kind, out.getvalue(), cut)
