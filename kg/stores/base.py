"""What every store offers, and the shape of its answers."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

import pyoxigraph as ox

Kind = Literal["select", "ask", "graph"]


@dataclass(frozen=True)
class Answer:
    """What a query gave: ``body`` is TSV for ``select``, ``true``/``false`` for ``ask``, N-Triples for ``graph``.

    ``cut`` says that a cap on rows ended it early.
    """

    kind: Kind
    body: bytes
    cut: bool = False


@dataclass(frozen=True)
class Change:
    """What a write changed in the named graphs: the quads that left and those that are new."""

    removed: tuple[ox.Quad, ...] = ()
    added: tuple[ox.Quad, ...] = ()


@contextlib.contextmanager
def unswept() -> Iterator[None]:
    """While millions of objects are made, none of them in a cycle, Python need not look for cycles among them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Store(Protocol):
    """Named graphs plus a default graph that is their merged view, where a triple counts once.

    The merged view is kept by the store itself, on every write: a query that names no graph sees each triple
    once, however many sources hold it, and runs as fast as on a flat graph.

    ``gaps`` names what the engine behind it cannot do; ``revision`` grows with every write, also over the
    processes that share a folder, so that whatever is derived from the data knows when it is stale.
    """

    name: str
    read_only: bool
    gaps: frozenset[str]
    remote: bool  # on a server, perhaps shared with others

    @property
    def revision(self) -> int: ...

    # -- asking

    def query(self, sparql: str, *, timeout: float | None = None, limit: int | None = None) -> Answer:
        """The whole answer; at most ``limit`` rows (or triples), within ``timeout`` seconds or a StoreError."""
        ...

    def stream(
        self, sparql: str, out: BinaryIO, *, timeout: float | None = None, limit: int | None = None
    ) -> Kind:
        """The answer written to ``out`` as it comes, for what does not fit into memory."""
        ...

    # -- writing: each call is all or nothing

    def change(self, *, remove: Iterable[ox.Quad] = (), add: Iterable[ox.Quad] = ()) -> Change:
        """Take out quads of named graphs and put in others, in one step."""
        ...

    def update(self, sparql: str) -> None:
        """Run a SPARQL update as its author means it; the merged view stays right."""
        ...

    def watch(self, watcher: Callable[[Change | None], None]) -> None:
        """Call *watcher* after each write of this store, with what changed; None when that is not known."""
        ...

    def add(self, quads: Iterable[ox.Quad]) -> int: ...

    def remove(self, quads: Iterable[ox.Quad]) -> int: ...

    def drop(self, *graphs: str) -> int: ...

    # -- what rules have not seen yet

    def pending(self) -> frozenset[str] | None:
        """Named graphs changed since :meth:`settle`; None when that is not known."""
        ...

    def mark(self, *graphs: str) -> None:
        """Count graphs as changed."""
        ...

    def settle(self) -> None:
        """Rules have seen everything."""
        ...

    # -- looking

    def graphs(self) -> list[str]: ...

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]: ...

    def holds(self, quad: ox.Quad) -> bool: ...

    def count(self) -> int: ...

    # -- keeping

    def backup(self, path: Path) -> None: ...

    def optimize(self) -> None: ...

    def close(self) -> None: ...
