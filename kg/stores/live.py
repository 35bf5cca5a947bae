"""``rdflib`` on the same data: no copy, and the merged view stays right when rdflib writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox
from oxrdflib._converter import to_ox, to_ox_quad_pattern
from oxrdflib.store import OxigraphStore as _OxrdflibStore
from rdflib import Dataset
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID, Graph

from kg.queries import explain_syntax_error, refuse_network
from kg.stores.oxigraph import EDITS, OxigraphStore
from kg.terms import PREFIXES


class LiveStore(_OxrdflibStore):
    """oxrdflib's store with writes sent through ours.

    A triple added to the default graph goes to ``graph:edits``, because the default graph is a view.
    """

    def __init__(self, store: OxigraphStore) -> None:
        super().__init__(store=store.inner)
        self._ours = store

    @staticmethod
    def _named(quad: Any) -> ox.Quad:
        if isinstance(quad.graph_name, ox.DefaultGraph):
            return ox.Quad(quad.subject, quad.predicate, quad.object, EDITS)
        assert isinstance(quad, ox.Quad)
        return quad

    def add(self, triple: Any, context: Graph, quoted: bool = False) -> None:
        """Add one triple."""
        if quoted:
            raise ValueError("Quoted graphs are not supported.")
        self._ours.add([self._named(to_ox(triple, context))])

    def addN(self, quads: Iterable[Any]) -> None:
        """Add many quads at once."""
        self._ours.add([self._named(to_ox(quad)) for quad in quads])

    def remove(self, triple: Any, context: Graph | None = None) -> None:
        """Remove what matches: from one named graph, or, without one, from all."""
        if context is not None and context.identifier == DATASET_DEFAULT_GRAPH_ID:
            context = None
        pattern = to_ox_quad_pattern(triple, context)
        found = self._ours.inner.quads_for_pattern(*pattern)
        self._ours.remove([q for q in found if not isinstance(q.graph_name, ox.DefaultGraph)])

    def remove_graph(self, graph: Graph) -> None:
        """Remove one graph of the dataset; what no other graph holds leaves the merged view."""
        self.remove((None, None, None), graph)
        self._ours.drop(str(graph.identifier))

    def query(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a SPARQL query on the merged view."""
        refuse_network(str(query))
        try:
            return super().query(query, *args, **kwargs)
        except SyntaxError as error:
            raise explain_syntax_error(str(query), error) from error
        except RuntimeError as error:
            # The engine refuses to bind what is not selected; rdflib's own evaluation, its answer to this, can.
            raise NotImplementedError(str(error)) from error

    def update(self, update: Any, initNs: Any, initBindings: Any, queryGraph: Any, **_: Any) -> None:
        """Run a SPARQL update through the store, which renews the merged view."""
        refuse_network(str(update))
        if initBindings or queryGraph != DATASET_DEFAULT_GRAPH_ID:
            raise NotImplementedError(
                "rdflib's own evaluation, its answer to this, binds and keeps to a graph"
            )
        known = {**self._namespace_for_prefix, **initNs}
        # On one line, so that an error names the line the author sees.
        head = " ".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in known.items())
        self._ours.update(f"{head} {update}")


def live_dataset(store: OxigraphStore) -> Dataset:
    """A live ``rdflib.Dataset`` over a store; its default graph is the merged view."""
    dataset = Dataset(store=LiveStore(store), default_union=False)
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace, override=True)
    return dataset
