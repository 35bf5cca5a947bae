"""Corpora broken at random, the same way for the same seed."""

from __future__ import annotations

from random import Random

import pyoxigraph as ox

import kg
from kg.terms import ONTOLOGY_GRAPH, PREFIXES

XSD = PREFIXES["xsd"]
TYPE = ox.NamedNode(f"{PREFIXES['rdf']}type")
# Right, wrong and odd literals of the datatypes that the shapes ask for.
LITERALS = [
    *(ox.Literal(text, datatype=ox.NamedNode(f"{XSD}{name}")) for name, text in (
        ("date", "2020-13-45"), ("date", "2020-02-30"), ("date", "2019-02-28"), ("date", "2020-03-01Z"),
        ("date", "yesterday"), ("dateTime", "2020-01-01T10:00:00"), ("gYear", "2020"), ("gYearMonth", "2020-13"),
        ("integer", "abc"), ("integer", "-7"), ("integer", "250"), ("int", "3"), ("decimal", "1.5"),
        ("decimal", "0.5"), ("decimal", "half"), ("double", "0.5"), ("boolean", "true"), ("anyURI", "x:y"),
    )),
    *map(ox.Literal, ("", "x", "0.7", "2020-01-01", "no full stop", "A full stop.", "a" * 64, "tab\tand \"quote\"\n")),
    *(ox.Literal(text, language=tag) for text, tag in (("Wort", "de"), ("word", "en"), ("other word", "en"))),
]  # fmt: skip


def sound(graph: kg.KnowledgeGraph) -> list[ox.Quad]:
    """What a graph holds besides the ontology, in an order that does not depend on the engine."""
    names = [name for name in graph.store.graphs() if name != ONTOLOGY_GRAPH]
    return sorted((quad for name in names for quad in graph.store.quads(name)), key=str)


def broken(quads: list[ox.Quad], seed: int, faults: int) -> kg.KnowledgeGraph:
    """A graph of the quads after so many random faults."""
    random = Random(seed)
    quads = list(quads)
    for _ in range(faults):
        at = random.randrange(len(quads))
        quad, other = quads[at], random.choice(quads)
        subject, predicate, obj, graph = quad.subject, quad.predicate, quad.object, quad.graph_name
        fault = random.choice(("drop", "double", "retarget", "literal", "literal", "class", "nameless", "swap"))
        if fault == "drop":
            quads[at] = other
        elif fault == "double":
            quads.append(ox.Quad(subject, other.predicate, other.object, graph))
        elif fault == "retarget":
            quads[at] = ox.Quad(subject, predicate, other.subject, graph)
        elif fault == "literal":
            change = random.choice((quads.append, lambda new, at=at: quads.__setitem__(at, new)))  # type: ignore[misc]
            change(ox.Quad(subject, _literal_of(quads, random, predicate), random.choice(LITERALS), graph))
        elif fault == "class":
            types = [q.object for q in random.sample(quads, 300) if q.predicate == TYPE]
            quads.append(ox.Quad(subject, TYPE, random.choice(types), graph))
        elif fault == "nameless":
            quads[at] = ox.Quad(ox.BlankNode(f"n{random.randrange(5)}"), predicate, obj, graph)
        else:
            quads[at] = ox.Quad(other.subject, predicate, obj, graph)
    result = kg.KnowledgeGraph()
    result.store.add(quads)
    return result


def _literal_of(quads: list[ox.Quad], random: Random, predicate: ox.NamedNode) -> ox.NamedNode:
    """A predicate that has literals somewhere, or, now and then, the one at hand."""
    literal = [q.predicate for q in random.sample(quads, 100) if isinstance(q.object, ox.Literal)]
    return random.choice([predicate, *literal])
