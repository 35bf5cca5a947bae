"""Between rdflib's terms and graphs and the engine's quads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import pyoxigraph as ox
from rdflib import BNode, Dataset, Literal, URIRef
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID, ConjunctiveGraph, Graph

from kg.errors import ReadError
from kg.tables import Table
from kg.tables.exact import Terms, uncollected
from kg.terms import PREFIXES, expand, slug

_STRING = ox.NamedNode("http://www.w3.org/2001/XMLSchema#string")


def to_ox(term: Any) -> Any:
    """An rdflib term as the engine's. Raises ReadError for what is no RDF: variables, formulae, odd IRIs."""
    try:
        if isinstance(term, Literal):
            if term.language:
                return ox.Literal(str(term), language=term.language)
            return ox.Literal(str(term), datatype=ox.NamedNode(term.datatype) if term.datatype else None)
        if isinstance(term, URIRef):
            return ox.NamedNode(str(term))
        if isinstance(term, BNode):
            return ox.BlankNode(str(term))
    except ValueError as error:
        raise ReadError(f'"{term}" is no RDF term: {error}.') from error
    raise ReadError(f'"{term}" is no RDF term that a graph can hold.', cure="Leave its triples out.")


@lru_cache(maxsize=1 << 16)
def from_ox(term: Any) -> Any:
    """The engine's term as rdflib's: a plain literal has no datatype, a triple term is a tuple."""
    if isinstance(term, ox.NamedNode):
        return str.__new__(URIRef, term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        plain = term.datatype == _STRING
        return Literal(term.value, datatype=None if plain else URIRef(term.datatype.value))
    return from_ox(term.subject), from_ox(term.predicate), from_ox(term.object)


def to_quad(triple: Any, graph: ox.NamedNode) -> ox.Quad:
    """An rdflib triple in a graph."""
    try:
        subject, predicate, obj = map(to_ox, triple)
        return ox.Quad(subject, predicate, obj, graph)
    except TypeError as error:
        shown = " ".join(getattr(term, "n3", lambda t=term: str(t))() for term in triple)
        raise ReadError(
            f"{shown} is no RDF triple: a literal stands first, or no IRI second.", cure="Mend it first."
        ) from error


def target(data: Graph, name: str | None) -> str:
    """The IRI of the graph for triples that no named graph holds."""
    if name is not None:
        return expand(name) or f"{PREFIXES['graph']}{slug(name)}"
    own = None if isinstance(data, ConjunctiveGraph) else data.identifier
    return str(own) if isinstance(own, URIRef) else f"{PREFIXES['graph']}rdflib"


def quads_of(data: Graph, graph: str) -> list[ox.Quad]:
    """The quads of an rdflib Graph or Dataset; *graph* is the IRI for triples that no named graph holds.

    Blank nodes keep their names, so that loading the same twice adds nothing. A graph named by a blank node
    gets an IRI with that name in it.
    """
    target = ox.NamedNode(graph)
    known: dict[object, ox.NamedNode] = {None: target, DATASET_DEFAULT_GRAPH_ID: target}
    if isinstance(data, ConjunctiveGraph):
        default = data.default_graph if isinstance(data, Dataset) else data.default_context
        known[default.identifier] = target
        found: Iterable[Any] = data.quads()
    else:
        found = ((*triple, None) for triple in data)
    quads: list[ox.Quad] = []
    problems: list[str] = []
    for *triple, context in found:
        name = context.identifier if isinstance(context, Graph) else context
        if name not in known:
            local = isinstance(name, BNode)
            known[name] = ox.NamedNode(f"{PREFIXES['graph']}{slug(str(name))}" if local else str(name))
        try:
            quads.append(to_quad(triple, known[name]))
        except ReadError as error:
            problems.append(str(error))
    if problems:
        raise ReadError(problems[0], problems=problems[1:])
    return quads


def copy_of(store: Any, graphs: Iterable[str]) -> Dataset:
    """An ordinary rdflib Dataset with some named graphs of a store; without ``GRAPH`` it asks all of them."""
    copy, terms = Dataset(default_union=True), Terms()
    for prefix, namespace in PREFIXES.items():
        copy.bind(prefix, namespace, override=True)
    add = copy.store.add
    with uncollected():
        for name in graphs:
            context = copy.graph(URIRef(name))
            found = store.query(f"SELECT ?s ?p ?o {{ GRAPH <{name}> {{ ?s ?p ?o }} }}")
            for triple in Table.from_tsv(found.body).grid(terms.__getitem__):
                if isinstance(triple[2], tuple):
                    raise ReadError(
                        f"<{name}> holds a triple about a triple (RDF 1.2), which rdflib cannot.",
                        cure="Save it to a file instead: kg save all.trig",
                    )
                add(triple, context)
    return copy


def matching(store: Any, pattern: Iterable[Any], graph: Any) -> Iterator[ox.Quad]:
    """Quads of a store that fit a pattern of the engine's terms, None for any.

    *graph* is a name, ``ox.DefaultGraph()`` for the merged view, or None for every named graph.
    """
    terms = list(pattern)
    if (inner := getattr(store, "inner", None)) is not None:
        found = inner.quads_for_pattern(*terms, graph)
        everywhere = graph is None
        return (q for q in found if not (everywhere and isinstance(q.graph_name, ox.DefaultGraph)))
    return _asked(store, terms, graph)


def _asked(store: Any, terms: list[Any], graph: Any) -> Iterator[ox.Quad]:
    """The same through SPARQL, for a store elsewhere."""
    if any(isinstance(term, ox.BlankNode) for term in (*terms, graph)):
        return  # no query can name a blank node, and none of another store is ours
    names = ("?s", "?p", "?o")
    triple = " ".join(name if term is None else str(term) for name, term in zip(names, terms, strict=True))
    view = isinstance(graph, ox.DefaultGraph)
    where = triple if view else f"GRAPH {graph or '?g'} {{ {triple} }}"
    for row in Table.from_tsv(store.query(f"SELECT * {{ {where} }}").body).raw_records():
        s, p, o = (row.get(n[1:]) or str(t) for n, t in zip(names, terms, strict=True))
        place = "" if view else row.get("g") or str(graph)
        # Turtle, unlike N-Quads, knows numbers without quotation marks.
        yield from ox.parse(f"{place} {{ {s} {p} {o} }}", ox.RdfFormat.TRIG)
