"""The two engines every question is put to, over one and the same graph, and their answers as plain rows."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pyoxigraph as ox
import rdflib

import kg
from kg.terms import BASE, PREFIXES

Rows = list[tuple[str, ...]]

SEED = f"{BASE}id/000_300082878ff4a385/"

# What the expected rows leave out: a name is enough where the question says what kind of thing it is. Sources and
# coders keep their folder, since a source and its graph bear the same name.
_SHORT = sorted(
    (SEED, PREFIXES["item"], *(PREFIXES[p] for p in ("st", "stx", "actor", "group", "place", "issue", "pos", "graph"))),
    key=len,
    reverse=True,
)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def in_rdflib(graph: kg.KnowledgeGraph) -> rdflib.Dataset:
    """The same quads in rdflib's own store: the merged view as default graph, the named graphs beside it."""
    copy = rdflib.Dataset(default_union=False)
    body = graph.store.inner.dump(format=ox.RdfFormat.N_QUADS) or b""
    copy.parse(data=body.decode(), format="nquads")
    return copy


def short(text: str) -> str:
    """An IRI as the expected rows show it."""
    return next((text[len(n) :] for n in _SHORT if text.startswith(n)), text)


def plain(text: str) -> str:
    """A literal without the freedom engines have in writing it: 4.0E-2 is 0.04, Z is +00:00."""
    if _NUMBER.fullmatch(text) and not re.fullmatch(r"0\d+", text):
        return format(float(text), ".12g")
    return re.sub(r"(T\d\d:\d\d:\d\d)(Z|\+00:00)$", r"\1Z", text)


def ask_oxigraph(graph: kg.KnowledgeGraph, sparql: str) -> tuple[list[str], Rows]:
    """Columns and rows of a SELECT or ASK, from Oxigraph."""
    answer = graph.store.inner.query(sparql)
    if isinstance(answer, ox.QueryBoolean):
        return ["ask"], [(str(bool(answer)).lower(),)]
    assert isinstance(answer, ox.QuerySolutions)
    columns = [v.value for v in answer.variables]
    return columns, [tuple(_from_oxigraph(one[c]) for c in columns) for one in answer]


def _from_oxigraph(term: object) -> str:
    if term is None:
        return ""
    assert isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode)
    return plain(term.value) if isinstance(term, ox.Literal) else short(term.value)


def ask_rdflib(dataset: rdflib.Dataset, sparql: str) -> tuple[list[str], Rows]:
    """Columns and rows of a SELECT or ASK, from rdflib."""
    answer = dataset.query(sparql)
    if answer.type == "ASK":
        return ["ask"], [(str(bool(answer.askAnswer)).lower(),)]
    columns = [str(v) for v in answer.vars or ()]
    return columns, [tuple(map(_from_rdflib, row)) for row in _rows(answer)]


def _rows(answer: Iterable[object]) -> Iterable[tuple[object, ...]]:
    for row in answer:
        assert isinstance(row, tuple)
        yield row


def _from_rdflib(term: object) -> str:
    if term is None:
        return ""
    return plain(str(term)) if isinstance(term, rdflib.Literal) else short(str(term))
