"""Quads and queries on their way to a server: one spelling for each quad, what a text asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import TypeVar

import pyoxigraph as ox

from kg.queries import bare_words
from kg.stores.base import Kind
from kg.stores.http import bad_query
from kg.stores.oxigraph import DEFAULT, UPDATES, data_update

# Blank nodes become IRIs that begin so: over HTTP nobody can name a blank node twice.
GENID = "https://w3id.org/actor-stance/.well-known/genid/"


_T = TypeVar("_T")


def parts(items: list[_T], most: int) -> list[list[_T]]:
    """Items in lists of at most *most*; 0 for one list."""
    step = most or max(1, len(items))
    return [items[start : start + step] for start in range(0, len(items), step)]


def quad_of(row: Sequence[object]) -> ox.Quad:
    """The quad of a row: graph, subject, predicate, object."""
    graph, subject, predicate, value = row
    return ox.Quad(subject, predicate, value, graph)  # type: ignore[arg-type]


def as_kept(quad: ox.Quad) -> ox.Quad:
    """A quad as every store gives it back: numbers in one spelling, IRIs for blank nodes."""
    subject, value, graph = quad.subject, quad.object, quad.graph_name
    if isinstance(subject, ox.BlankNode):
        subject = ox.NamedNode(GENID + subject.value)
    if isinstance(value, ox.BlankNode):
        value = ox.NamedNode(GENID + value.value)
    elif isinstance(value, ox.Literal):
        value = spelled(value)
    if isinstance(graph, ox.BlankNode):
        graph = ox.NamedNode(GENID + graph.value)
    return ox.Quad(subject, quad.predicate, value, graph)


@lru_cache(maxsize=200_000)
def spelled(literal: ox.Literal) -> ox.Literal:
    """A literal as the embedded engine writes it."""
    scratch = ox.Store()
    scratch.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), literal, DEFAULT))
    value = next(iter(scratch)).object
    assert isinstance(value, ox.Literal)
    return value


def leaving(gone: list[ox.Quad], fresh: list[ox.Quad], held: Collection[ox.Quad]) -> list[ox.Triple]:
    """Triples that leave the merged view because their last source does."""
    copies = Counter(q.triple for q in held)
    copies.subtract(q.triple for q in gone)
    kept = {q.triple for q in fresh}
    return [t for t in dict.fromkeys(q.triple for q in gone) if not copies[t] and t not in kept]


def data_subjects(sparql: str) -> list[str] | None:
    """The subjects of a single ``INSERT DATA`` or ``DELETE DATA``; None for any other update."""
    try:
        found = data_update(sparql)
    except (SyntaxError, ValueError):
        return []  # the engine's own judgement of the whole text is clearer
    return None if found is None else list(dict.fromkeys(str(as_kept(q).subject) for q in found[1]))


_FORMS: dict[str, Kind] = {"SELECT": "select", "ASK": "ask", "CONSTRUCT": "graph", "DESCRIBE": "graph"}


def form_of(sparql: str) -> Kind:
    """What form of answer a query asks for. Some servers would run an update that comes as a query."""
    form = next((w for w in bare_words(sparql) if w in _FORMS or w in UPDATES), "SELECT")
    if form in UPDATES:
        raise bad_query(sparql, "it is an update")
    return _FORMS[form]


def is_sparql(text: str) -> bool:
    """Whether a query that a server refused is right."""
    try:
        ox.Store().query(text)
    except (SyntaxError, RuntimeError, ValueError, OSError):
        return False
    return True
