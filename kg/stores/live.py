"""``rdflib`` on the same data: no copy, SPARQL on the store's own engine, writes through the store.

:class:`LiveStore` is a plain rdflib store over the door of :mod:`kg.stores`. The default graph of its Dataset is
the merged view, so it takes no triples of its own: they go to ``graph:edits``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import pyoxigraph as ox
from rdflib import Dataset, URIRef, Variable
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID, Graph
from rdflib.query import Result, ResultRow
from rdflib.store import Store as RdflibStore

from kg.errors import QueryError, ReadError
from kg.queries import refuse_network
from kg.stores.exchange import from_ox, matching, to_ox, to_quad
from kg.stores.rewrite import rewritten, shape
from kg.tables import Table
from kg.tables.exact import Terms, graph_of, uncollected
from kg.terms import PREFIXES

DEFAULT = ox.DefaultGraph()
EDITS = ox.NamedNode("https://w3id.org/actor-stance/graph/edits")

# Rows made at a time: few enough to come at once, enough to be quick.
_SOME = 4_096

# Formats that keep graphs apart; in all others the merged view is written.
_QUADS = re.compile(r"trig|trix|n-?quads|^nq$|hext|json-?ld|ld\+json|patch", re.IGNORECASE)


# SPARQL → SPARQL without ``st:matches``.
Search = Callable[[str], str]


class LiveResult(Result):
    """The answer to a SELECT, out of the engine's TSV: rows are made as they are asked for."""

    def __init__(self, body: bytes) -> None:
        super().__init__("SELECT")
        self._table = Table.from_tsv(body)
        self._terms = Terms()
        self.vars = [Variable(name) for name in self._table.columns]

    @property
    def bindings(self) -> Any:
        """Rows as dictionaries of what is bound."""
        if self._bindings is None:
            names = self.vars or []
            self._bindings = [
                {name: term for name, term in zip(names, row, strict=True) if term is not None}
                for row in self._table.grid(self._terms.__getitem__)
            ]
        return self._bindings

    @bindings.setter
    def bindings(self, found: Any) -> None:
        self._bindings = found

    def __iter__(self) -> Iterator[Any]:
        new, labels = tuple.__new__, {name: at for at, name in enumerate(self._table.columns)}

        def row(terms: Iterable[Any]) -> ResultRow:
            made: ResultRow = new(ResultRow, terms)
            made.labels = labels
            return made

        rows = self._table.grid(self._terms.__getitem__)
        while True:
            with uncollected():
                some = [row(terms) for terms in islice(rows, _SOME)]
            if not some:
                return
            yield from some

    def __len__(self) -> int:
        return len(self._table)


class LiveStore(RdflibStore):
    """An rdflib store over one of ours. Without *view* its default graph is empty.

    *search* puts what a full-text search finds in place of each ``st:matches`` in a text of SPARQL.
    """

    context_aware = True
    formula_aware = False
    transaction_aware = False
    graph_aware = True

    def __init__(self, store: Any, *, view: bool = True, search: Search | None = None) -> None:
        super().__init__()
        self._ours = store
        self._view = view
        self._search = search
        self._namespaces: dict[str, URIRef] = {}
        self._prefixes: dict[URIRef, str] = {}

    # -- reading -------------------------------------------------------------------

    def _find(self, triple: Any, context: Any) -> Iterator[ox.Quad]:
        name = getattr(context, "identifier", context)
        is_default = name == DATASET_DEFAULT_GRAPH_ID
        if is_default and not self._view:
            return iter(())
        graph = DEFAULT if is_default else None if name is None else to_ox(name)
        try:
            return matching(self._ours, [None if term is None else to_ox(term) for term in triple], graph)
        except (ReadError, TypeError, ValueError):
            return iter(())  # nothing in the store is like that

    def triples(self, triple_pattern: Any, context: Any = None) -> Iterator[Any]:
        """Triples that fit, each with its graph; without *context* those of every named graph."""
        places: dict[Any, Graph] = {}
        for q in self._find(triple_pattern, context):
            place = places.get(q.graph_name)
            if place is None:
                place = places[q.graph_name] = self._graph(q.graph_name)
            yield (from_ox(q.subject), from_ox(q.predicate), from_ox(q.object)), iter((place,))

    def _graph(self, name: Any) -> Graph:
        known = DATASET_DEFAULT_GRAPH_ID if isinstance(name, ox.DefaultGraph) else from_ox(name)
        return Graph(store=self, identifier=known)

    def __len__(self, context: Any = None) -> int:
        name = getattr(context, "identifier", context)
        if name is None or name == DATASET_DEFAULT_GRAPH_ID:
            return int(self._ours.count())
        return sum(1 for _ in self._find((None, None, None), context))

    def contexts(self, triple: Any = None) -> Iterator[Graph]:  # type: ignore[override]
        """The named graphs; those that hold a triple, when one is given."""
        if triple is None:
            names: Iterable[Any] = map(ox.NamedNode, self._ours.graphs())
        else:
            names = dict.fromkeys(q.graph_name for q in self._find(triple, None))
        return map(self._graph, names)

    # -- writing -------------------------------------------------------------------

    def _quad(self, triple: Any, context: Any) -> ox.Quad:
        name = getattr(context, "identifier", context)
        return to_quad(triple, EDITS if name in (None, DATASET_DEFAULT_GRAPH_ID) else to_ox(name))

    def add(self, triple: Any, context: Any, quoted: bool = False) -> None:
        """Add one triple."""
        if quoted:
            raise ValueError("Quoted graphs are not supported.")
        self._ours.add([self._quad(triple, context)])

    def addN(self, quads: Iterable[Any]) -> None:
        """Add many quads at once."""
        self._ours.add([self._quad(triple, context) for *triple, context in quads])

    def remove(self, triple: Any, context: Any = None) -> None:
        """Remove what matches: from one named graph, or, without one, from all."""
        if getattr(context, "identifier", context) == DATASET_DEFAULT_GRAPH_ID:
            context = None
        self._ours.remove(list(self._find(triple, context)))

    def add_graph(self, graph: Graph) -> None:
        """Nothing to do: a graph is there when it holds a triple."""

    def remove_graph(self, graph: Graph) -> None:
        """Remove one graph of the dataset; what no other graph holds leaves the merged view."""
        self.remove((None, None, None), graph)
        self._ours.drop(str(graph.identifier))

    # -- SPARQL --------------------------------------------------------------------

    def query(
        self,
        query: Any,
        initNs: Mapping[str, Any],
        initBindings: Mapping[str, Any],
        queryGraph: Any,
        **kwargs: Any,
    ) -> Result:
        """Run a SPARQL query, also a prepared one, on the store's engine.

        Bindings of blank nodes and a graph named by one cannot be said in SPARQL: rdflib's own evaluation,
        its answer to NotImplementedError, takes these.
        """
        if kwargs:
            raise NotImplementedError(f"{', '.join(kwargs)} is for rdflib's own evaluation.")
        text, prefixes, base = self._text(query, initNs)
        bindings = {str(name).lstrip("?$"): str(_constant(term)) for name, term in initBindings.items()}
        graph = None
        if queryGraph not in ("__UNION__", DATASET_DEFAULT_GRAPH_ID):
            graph = str(_constant(queryGraph).value)
        run = rewritten(text, prefixes, bindings, base=base, graph=graph)
        if self._search is not None:
            run = self._run(self._search, text, run)
        answer = self._run(self._ours.query, text, run)
        if answer.kind == "select":
            return LiveResult(answer.body)
        if answer.kind == "ask":
            found = Result("ASK")
            found.askAnswer = answer.body == b"true"
            return found
        found = Result("DESCRIBE" if shape(text).form == "DESCRIBE" else "CONSTRUCT")
        found.graph = graph_of(answer.body)
        return found

    def update(self, update: Any, initNs: Any, initBindings: Any, queryGraph: Any, **_: Any) -> None:
        """Run a SPARQL update through the store, which renews the merged view."""
        text, prefixes, base = self._text(update, initNs)
        refuse_network(text)
        if initBindings or queryGraph != DATASET_DEFAULT_GRAPH_ID:
            raise NotImplementedError("rdflib's own evaluation, its answer to this, binds and keeps to a graph")
        run = rewritten(text, prefixes, {}, base=base)
        if self._search is not None:
            run = self._run(self._search, text, run)
        self._run(self._ours.update, text, run)

    def _text(self, asked: Any, namespaces: Mapping[str, Any]) -> tuple[str, dict[str, Any], str | None]:
        """Text, prefixes and base of what rdflib hands over, a prepared query included."""
        known = {**self._namespaces, **namespaces}
        if isinstance(asked, str):
            return asked, known, None
        given = getattr(asked, "_original_args", None)
        if given is None:
            raise NotImplementedError("Only rdflib's own evaluation runs algebra that has no text.")
        text, own, base = given
        return text, {**known, **(own or {})}, base

    @staticmethod
    def _run(work: Any, given: str, text: str) -> Any:
        try:
            return work(text)
        except QueryError as error:
            added = text.count("\n") - given.count("\n")  # lines of prefixes that are ours
            error.where = re.sub(r"^line (\d+)", lambda m: f"line {max(int(m[1]) - added, 1)}", error.where)
            raise

    # -- prefixes ------------------------------------------------------------------

    def bind(self, prefix: str, namespace: URIRef, override: bool = True) -> None:
        """Give a namespace a prefix; one of each."""
        if not override and (prefix in self._namespaces or namespace in self._prefixes):
            return
        self._prefixes.pop(self._namespaces.pop(prefix, URIRef("")), None)
        self._namespaces.pop(self._prefixes.pop(namespace, ""), None)
        self._namespaces[prefix], self._prefixes[namespace] = namespace, prefix

    def namespace(self, prefix: str) -> URIRef | None:
        """The namespace of a prefix."""
        return self._namespaces.get(prefix)

    def prefix(self, namespace: URIRef) -> str | None:
        """The prefix of a namespace."""
        return self._prefixes.get(namespace)

    def namespaces(self) -> Iterator[tuple[str, URIRef]]:
        """Prefixes and namespaces."""
        return iter(list(self._namespaces.items()))


def _constant(term: Any) -> Any:
    """A term that a query can name."""
    found = to_ox(term)
    if isinstance(found, ox.BlankNode):
        raise NotImplementedError("SPARQL cannot name a blank node; rdflib's own evaluation can.")
    return found


class LiveDataset(Dataset):
    """A Dataset whose default graph is the merged view of the others, and so no graph of its own."""

    def contexts(self, triple: Any = None) -> Any:
        """The named graphs, without the view."""
        return self.store.contexts(triple)

    graphs = contexts

    def namespaces(self) -> Any:
        """Prefixes and namespaces, as they were bound."""
        return self.store.namespaces()

    def serialize(
        self, destination: Any = None, format: str = "trig", base: str | None = None, encoding: str | None = None,
        **args: Any,
    ) -> Any:
        """Write each triple once: under its graphs where the format has graphs, else from the merged view."""
        source: Graph = self.default_graph
        if _QUADS.search(format):
            source = Dataset(store=LiveStore(self.store._ours, view=False))  # type: ignore[attr-defined]
            for prefix, namespace in self.namespaces():
                source.bind(prefix, namespace, override=True)
        written = source.serialize(destination=destination, format=format, base=base, encoding=encoding, **args)
        return written if destination is None else self


def live_dataset(store: Any, search: Search | None = None) -> Dataset:
    """A live ``rdflib.Dataset`` over a store; its default graph is the merged view."""
    dataset = LiveDataset(store=LiveStore(store, search=search), default_union=False)
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace, override=True)
    return dataset
