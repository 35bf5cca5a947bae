"""The embedded engine, in memory or in a folder on disk."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.errors import NotFound, QueryError, StoreError
from kg.queries import explain_syntax_error, refuse_network
from kg.stores.base import Answer

DEFAULT = ox.DefaultGraph()

# Where a SPARQL update that names no graph puts its triples, so that they survive in a graph of their own.
EDITS = ox.NamedNode("https://w3id.org/actor-stance/graph/edits")


def _quad(triple: ox.Triple, graph: ox.NamedNode | ox.DefaultGraph) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def open_store(
    path: str | os.PathLike[str] | None, *, read_only: bool = False, create: bool = True
) -> OxigraphStore:
    """A store in memory (``path`` is None) or in a folder.

    Raises :class:`~kg.errors.NotFound` when the folder is missing and may not be created, and
    :class:`~kg.errors.StoreError` when it is no graph, is locked, or cannot be written.
    """
    if path is None:
        return OxigraphStore(ox.Store(), name="memory", read_only=False)
    folder = Path(path)
    if not folder.exists():
        if read_only or not create:
            raise NotFound(f'No graph at "{folder}".', cure=f"Make one with: kg -g {folder} load FILE")
    elif not folder.is_dir() or (any(folder.iterdir()) and not (folder / "CURRENT").exists()):
        raise StoreError(
            f'"{folder}" is no graph folder.',
            cure="Name an empty or a new folder, or load the files in it with: kg load",
        )
    try:
        inner = ox.Store.read_only(str(folder)) if read_only else ox.Store(str(folder))
    except OSError as error:
        raise _explain_opening(folder, error) from error
    return OxigraphStore(inner, name=str(folder), read_only=read_only)


def _explain_opening(folder: Path, error: OSError) -> StoreError:
    text = str(error)
    if "lock" in text.casefold() and "denied" not in text.casefold():
        return StoreError(
            f'The graph "{folder}" is locked: another program has it open for writing.',
            cure="Close that program, or wait until it ends.",
        )
    if "denied" in text.casefold() or "read-only" in text.casefold():
        return StoreError(
            f'The graph "{folder}" cannot be written: no permission.',
            cure="Copy it to a folder of yours, or only read it.",
        )
    return StoreError(
        f'The graph "{folder}" cannot be opened: {text}.', cure="Restore it from a file saved with: kg save"
    )


class OxigraphStore:
    """Oxigraph behind the :class:`~kg.stores.base.Store` door. ``inner`` is the raw engine."""

    def __init__(self, inner: ox.Store, *, name: str, read_only: bool) -> None:
        self.inner = inner
        self.name = name
        self.read_only = read_only
        self.writes = 0

    # -- asking ---------------------------------------------------------------

    def query(self, sparql: str) -> Answer:
        """Run one SPARQL query on the merged view (``GRAPH`` reaches the named graphs)."""
        refuse_network(sparql)
        try:
            found = self.inner.query(sparql)
            if isinstance(found, ox.QueryBoolean):
                return Answer("ask", b"true" if found else b"false")
            if isinstance(found, ox.QueryTriples):
                return Answer("graph", found.serialize(format=ox.RdfFormat.N_TRIPLES) or b"")
            return Answer("select", found.serialize(format=ox.QueryResultsFormat.TSV) or b"")
        except SyntaxError as error:
            raise explain_syntax_error(sparql, error) from error
        except (RuntimeError, ValueError) as error:
            raise QueryError(
                f"The query failed: {error}.", cure="Check functions and casts in it."
            ) from error
        except OSError as error:
            raise StoreError(f'The graph "{self.name}" cannot be read: {error}.') from error

    # -- writing --------------------------------------------------------------

    def _writable(self) -> None:
        if self.read_only:
            raise StoreError(
                f'The graph "{self.name}" is open for reading only.',
                cure="Name a graph folder to write to: kg -g my.kg …",
            )

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        self._writable()
        self.writes += 1
        try:
            yield
        except OSError as error:
            if isinstance(error, StoreError):
                raise
            raise StoreError(
                f'The graph "{self.name}" cannot be written: {error}.',
                cure="Check free space and permissions.",
            ) from error

    def add(self, quads: Iterable[ox.Quad]) -> int:
        """Add quads of named graphs, all or none; returns how many were new."""
        with self._writing():
            fresh = [q for q in dict.fromkeys(quads) if q not in self.inner]
            merged = [_quad(q.triple, DEFAULT) for q in fresh]
            self.inner.extend(fresh + merged)
        return len(fresh)

    def remove(self, quads: Iterable[ox.Quad]) -> int:
        """Remove quads of named graphs; a triple leaves the merged view with its last source."""
        with self._writing():
            gone = [q for q in dict.fromkeys(quads) if q in self.inner]
            self._delete(gone)
            triples = {q.triple for q in gone}
            self._delete([_quad(t, DEFAULT) for t in triples - self._held(triples)])
        return len(gone)

    def _delete(self, quads: list[ox.Quad]) -> None:
        """Take quads out. One update is far quicker than one call a quad, but it cannot name a blank node."""
        nameless = [q for q in quads if any(isinstance(term, ox.BlankNode) for term in q)]
        for quad in nameless:
            self.inner.remove(quad)
        by_graph: dict[ox.NamedNode | ox.BlankNode | ox.DefaultGraph, list[str]] = {}
        for quad in set(quads).difference(nameless):
            by_graph.setdefault(quad.graph_name, []).append(f"{quad.triple} .")
        blocks = [
            " ".join(lines) if graph == DEFAULT else f"GRAPH {graph} {{ {' '.join(lines)} }}"
            for graph, lines in by_graph.items()
        ]
        if blocks:
            self.inner.update(f"DELETE DATA {{ {' '.join(blocks)} }}")

    def _held(self, triples: set[ox.Triple]) -> set[ox.Triple]:
        """Those of some triples that a named graph holds.

        A look-up by pattern walks along the hub it starts from, which is slow for thousands of triples; one pass
        over the store is then quicker.
        """
        if len(triples) > 200:
            return {q.triple for q in self.quads() if q.triple in triples}
        return {t for t in triples if any(q.graph_name != DEFAULT for q in self._everywhere(t))}

    def _everywhere(self, triple: ox.Triple) -> Iterator[ox.Quad]:
        return self.inner.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)

    def drop(self, *graphs: str) -> int:
        """Remove named graphs; returns how many quads they had."""
        gone = self.remove([q for graph in graphs for q in self.quads(graph)])
        for graph in graphs:
            self.inner.remove_graph(ox.NamedNode(graph))
        return gone

    def update(self, sparql: str) -> None:
        """Run a SPARQL update as its author means it, then renew the merged view.

        Without ``GRAPH`` an insertion goes to the graph ``graph:edits`` and a deletion to every graph that
        holds the triple.
        """
        refuse_network(sparql)
        with self._writing():
            before = {q.triple for q in self.quads_of_default()}
            self.run_update(sparql)
            after = {q.triple for q in self.quads_of_default()}
            self._delete([q for t in before - after for q in self._everywhere(t)])
            added = after - before
            self.inner.extend(_quad(t, EDITS) for t in added - self._held(added))
            self.refresh()

    def run_update(self, sparql: str) -> None:
        """Run an update on the engine as it stands; the caller sees to the merged view."""
        self._writable()
        try:
            self.inner.update(sparql)
        except SyntaxError as error:
            raise explain_syntax_error(sparql, error) from error
        except (RuntimeError, ValueError) as error:
            raise QueryError(f"The update failed: {error}.", cure="Nothing was changed.") from error

    def refresh(self) -> None:
        """Make the merged view anew from the named graphs."""
        want = {q.triple for q in self.inner if q.graph_name != DEFAULT}
        have = {q.triple for q in self.quads_of_default()}
        self._delete([_quad(triple, DEFAULT) for triple in have - want])
        self.inner.extend(_quad(triple, DEFAULT) for triple in want - have)

    def merge(self, *graphs: str) -> None:
        """Copy named graphs into the merged view."""
        self.inner.extend([_quad(q.triple, DEFAULT) for graph in graphs for q in self.quads(graph)])

    # -- looking --------------------------------------------------------------

    def graphs(self) -> list[str]:
        """IRIs of the named graphs, sorted."""
        return sorted(g.value for g in self.inner.named_graphs() if isinstance(g, ox.NamedNode))

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """Quads of one named graph, or of all named graphs."""
        if graph is not None:
            yield from self.inner.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        else:
            yield from (q for q in self.inner if q.graph_name != DEFAULT)

    def quads_of_default(self) -> Iterator[ox.Quad]:
        """Quads of the merged view."""
        return self.inner.quads_for_pattern(None, None, None, DEFAULT)

    def count(self) -> int:
        """Number of distinct triples in the merged view."""
        return sum(1 for _ in self.quads_of_default())

    def close(self) -> None:
        """Release the folder."""
        if not self.read_only and self.name != "memory":
            self.inner.flush()
        del self.inner
