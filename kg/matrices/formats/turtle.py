"""Turtle: inferred ties as RDF, each a node with its measure, value, counts and interval, and where it comes from.

Ties that were worked out are no coded statements, so they are no st:Relation. A file is a data cube (RDF Data Cube
vocabulary) whose observations are the ties; PROV says what the cube was worked out from. Nothing in it depends on the
time or the place of writing, and a tie has the same IRI whenever the same matrix is written.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

from kg.matrices.net import Net, net
from kg.terms import BASE, PREFIXES, expand

if TYPE_CHECKING:
    import pyoxigraph as ox

    from kg.matrices.matrix import Matrix

QB = "http://purl.org/linked-data/cube#"
CUBE = f"{BASE}cube/"

# Dimensions, measures and attributes of every cube: name, kind, what it says.
_COMPONENTS = (
    ("from", "dimension", "The actor, or the row, at which a tie begins; ties of one-mode cubes have no direction."),
    ("to", "dimension", "The actor, or the column, at which a tie ends."),
    ("value", "measure", "The value of the tie by the measure of the cube."),
    ("measure", "attribute", "The measure that the value is of."),
    ("n", "attribute", "The number of statements behind the tie."),
    ("sources", "attribute", "The number of sources behind the tie."),
    ("low", "attribute", "The lower end of the interval around the value."),
    ("high", "attribute", "The upper end of the interval around the value."),
)


def ttl(matrix: Matrix, out: BinaryIO) -> None:
    """The ties that are known and not 0, each once, with what they were made from."""
    import pyoxigraph as ox

    prefixes = {name: PREFIXES[name] for name in ("actor", "pos", "dcterms", "prov", "rdfs", "xsd")}
    prefixes |= {"qb": QB, "cube": CUBE}
    ox.serialize(_Cube(matrix).triples(), out, ox.RdfFormat.TURTLE, prefixes=prefixes)


class _Cube:
    def __init__(self, matrix: Matrix) -> None:
        import pyoxigraph as ox

        self.ox, self.matrix = ox, matrix
        self.net: Net = net(matrix)
        self.iri = f"{BASE}id/matrix/{_mark(matrix, self.net)}"
        graph = _named(matrix.made_from.get("graph", ""))
        self.origin = graph or ox.NamedNode(f"{self.iri}/origin")
        self.nodes = self._nodes()

    def triples(self) -> Iterator[ox.Triple]:
        yield from self._structure()
        yield from self._itself()
        yield from self._labels()
        yield from self._ties()

    def _say(self, subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
        prefix, _, name = predicate.partition(":")
        namespace = {"qb": QB, "cube": CUBE}.get(prefix) or PREFIXES[prefix]
        return self.ox.Triple(subject, self.ox.NamedNode(namespace + name), value)

    def _structure(self) -> Iterator[ox.Triple]:
        """What a cube is made of: the same in every file."""
        node, text = self.ox.NamedNode, self.ox.Literal
        structure = node(f"{CUBE}structure")
        yield self._say(structure, "rdf:type", node(f"{QB}DataStructureDefinition"))
        for name, _, _ in _COMPONENTS:
            yield self._say(structure, "qb:component", node(f"{CUBE}structure/{name}"))
        for name, kind, words in _COMPONENTS:
            component, term = node(f"{CUBE}structure/{name}"), node(CUBE + name)
            yield self._say(component, "rdf:type", node(f"{QB}ComponentSpecification"))
            yield self._say(component, f"qb:{kind}", term)
            if kind == "attribute":
                yield self._say(component, "qb:componentRequired", text(name == "measure"))
            yield self._say(term, "rdf:type", node(f"{QB}{kind.title()}Property"))
            yield self._say(term, "rdfs:label", text(name, language="en"))
            yield self._say(term, "rdfs:comment", text(words, language="en"))

    def _itself(self) -> Iterator[ox.Triple]:
        node, text, matrix = self.ox.NamedNode, self.ox.Literal, self.matrix
        cube, work = node(self.iri), node(f"{self.iri}/calculation")
        yield self._say(cube, "rdf:type", node(f"{QB}DataSet"))
        yield self._say(cube, "rdf:type", node(f"{PREFIXES['prov']}Entity"))
        yield self._say(cube, "dcterms:title", text(f"{matrix.measure or 'Matrix'}, {matrix.mode}-mode"))
        yield self._say(cube, "qb:structure", node(f"{CUBE}structure"))
        yield self._say(cube, "prov:wasDerivedFrom", self.origin)
        yield self._say(cube, "prov:wasGeneratedBy", work)
        yield self._say(work, "rdf:type", node(f"{PREFIXES['prov']}Activity"))
        yield self._say(work, "prov:used", self.origin)
        for name, told in matrix.about.items():
            yield self._say(work, "rdfs:comment", text(f"{name}: {told}"))
        yield self._say(self.origin, "rdf:type", node(f"{PREFIXES['prov']}Entity"))
        if graph := matrix.made_from.get("graph"):
            yield self._say(self.origin, "rdfs:label", text(graph))

    def _nodes(self) -> Sequence[ox.NamedNode]:
        """The IRI of each node: its own, or one of this cube."""
        iris = self.net.iris or ("",) * len(self.net.names)
        own = [_named(iri) for iri in iris]
        return [term or self.ox.NamedNode(f"{self.iri}/node/{i}") for i, term in enumerate(own, 1)]

    def _labels(self) -> Iterator[ox.Triple]:
        for term, label in zip(self.nodes, self.net.labels, strict=True):
            yield self._say(term, "rdfs:label", self.ox.Literal(label))

    def _ties(self) -> Iterator[ox.Triple]:
        ox, cube = self.ox, self.ox.NamedNode(self.iri)
        terms = {name: ox.NamedNode(CUBE + name) for name, _, _ in _COMPONENTS} | {
            "weight": ox.NamedNode(CUBE + "value")
        }
        kind, observation = ox.NamedNode(f"{PREFIXES['rdf']}type"), ox.NamedNode(f"{QB}Observation")
        entity, derived = ox.NamedNode(f"{PREFIXES['prov']}Entity"), ox.NamedNode(f"{PREFIXES['prov']}wasDerivedFrom")
        dataset, measure = ox.NamedNode(f"{QB}dataSet"), ox.Literal(self.matrix.measure)
        for a, b, known in self.net.ties():
            tie = ox.NamedNode(f"{self.iri}/tie/{a + 1}-{b + 1}")
            yield ox.Triple(tie, kind, observation)
            yield ox.Triple(tie, kind, entity)
            yield ox.Triple(tie, dataset, cube)
            yield ox.Triple(tie, terms["from"], self.nodes[a])
            yield ox.Triple(tie, terms["to"], self.nodes[b])
            if self.matrix.measure:
                yield ox.Triple(tie, terms["measure"], measure)
            for name, value in known.items():
                yield ox.Triple(tie, terms[name], _number(value))
            yield ox.Triple(tie, derived, self.origin)


def _number(value: int | float) -> ox.Literal:
    import pyoxigraph as ox

    if isinstance(value, int):
        return ox.Literal(value)
    lexical = repr(value) if math.isfinite(value) else "INF" if value > 0 else "-INF"
    return ox.Literal(lexical, datatype=ox.NamedNode(f"{PREFIXES['xsd']}double"))


def _named(text: str) -> ox.NamedNode | None:
    """The IRI that a text is or abbreviates, or None."""
    import pyoxigraph as ox

    iri = expand(text)
    try:
        return ox.NamedNode(iri) if iri else None
    except ValueError:  # looks like one, and is none
        return None


def _mark(matrix: Matrix, drawn: Net) -> str:
    """A name made of all that a matrix holds, the same however its cells are stored."""
    digest = hashlib.sha256()
    for told in (matrix.mode, matrix.about, drawn.labels, drawn.iris, drawn.sides):
        digest.update(repr(told).encode())
    for listed in (drawn.first, drawn.second, drawn.weights, *drawn.extras.values()):
        digest.update(repr(listed).encode())
    return digest.hexdigest()[:16]
