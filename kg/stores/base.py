"""What every store offers, and the shape of its answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

import pyoxigraph as ox


@dataclass(frozen=True)
class Answer:
    """What a query gave: ``body`` is TSV for ``select``, ``true``/``false`` for ``ask``, N-Triples for ``graph``."""

    kind: Literal["select", "ask", "graph"]
    body: bytes


class Store(Protocol):
    """Named graphs plus a default graph that is their merged view, where a triple counts once.

    The merged view is kept by the store itself, on every write: a query that names no graph sees each triple
    once, however many sources hold it, and runs as fast as on a flat graph.
    """

    name: str
    read_only: bool

    def query(self, sparql: str) -> Answer: ...

    def update(self, sparql: str) -> None: ...

    def add(self, quads: Iterable[ox.Quad]) -> int: ...

    def remove(self, quads: Iterable[ox.Quad]) -> int: ...

    def drop(self, *graphs: str) -> int: ...

    def graphs(self) -> list[str]: ...

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]: ...

    def count(self) -> int: ...

    def close(self) -> None: ...
