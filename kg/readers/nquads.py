"""N-Quads as text: how the readers of large tables write what they read, without an object for each quad.

A piece of such text goes to the engine's own loader as it is, or through its parser.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from hashlib import sha256

import pyoxigraph as ox

from kg.terms import PREFIXES, PROVENANCE_GRAPH, REGISTRY_GRAPH, slug

# N-Triples has no other characters that must be written in another way.
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


@cache
def node(curie: str) -> str:
    """``st:holder`` → ``<https://…#holder>``."""
    prefix, _, local = curie.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"


def literal(text: str, datatype: str = "") -> str:
    """A plain text, or one with a datatype of XML Schema."""
    quoted = f'"{text.translate(_ESCAPES)}"'
    return f"{quoted}^^<{PREFIXES['xsd']}{datatype}>" if datatype else quoted


def named(space: str, kind: str, label: str, folder: str = "") -> str:
    """A node whose IRI depends on the exact label and on what kind of thing it names, and on nothing else.

    Labels that differ in a capital or a comma are different things, and so are a person and an organization of one
    name; the same label of the same kind is the same thing in every file.
    """
    digest = sha256(f"{kind}\0{label}".encode()).hexdigest()[:12]
    return f"<{PREFIXES[space]}{folder}{slug(label)[:48].strip('-')}-{digest}>"


def variable(label: str) -> str:
    """The node of a coded variable: readable where the label is plain words in small letters."""
    name = slug(label)
    if name.replace("-", " ") != label:
        name = f"{name[:48]}-{sha256(label.encode()).hexdigest()[:8]}"
    return f"<{PREFIXES['item']}variable/{name}>"


class Registered:
    """Lines for the registry and the provenance graph, each thing described once."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._seen: set[str] = set()
        self._variables: dict[tuple[str, str], str] = {}

    def new(self, thing: str) -> bool:
        """Whether a node is met for the first time."""
        if thing in self._seen:
            return False
        self._seen.add(thing)
        return True

    def registry(self, thing: str, *pairs: tuple[str, str]) -> None:
        """Write property–value pairs of a thing to the registry; an empty value is passed over."""
        self._write(thing, pairs, REGISTRY_GRAPH)

    def provenance(self, thing: str, *pairs: tuple[str, str]) -> None:
        """Write property–value pairs of a thing to the provenance graph."""
        self._write(thing, pairs, PROVENANCE_GRAPH)

    def _write(self, thing: str, pairs: Iterable[tuple[str, str]], graph: str) -> None:
        for prop, value in pairs:
            if value and value != '""':
                prop = prop if prop.startswith("<") else node(prop)
                self.lines.append(f"{thing} {prop} {value} <{graph}> .\n")

    def variable(self, label: str, scale: str) -> str:
        """The property for a coded variable; declared on the way."""
        if (label, scale) in self._variables:
            return self._variables[label, scale]
        me = self._variables[label, scale] = variable(label)
        if self.new(me):
            self.registry(
                me,
                ("rdf:type", node("st:CodedVariable")),
                ("rdf:type", node("owl:AnnotationProperty")),
                ("rdfs:label", literal(label)),
                ("st:scale", literal(scale)),
            )
        return me

    def issue(self, me: str, label: str, broader: str = "") -> str:
        """An issue of the issue scheme, declared once."""
        scheme = node("issue:scheme")
        if self.new(scheme):
            self.registry(scheme, ("rdf:type", node("skos:ConceptScheme")), ("skos:prefLabel", '"Issues"@en'))
        if self.new(me):
            self.registry(
                me,
                ("rdf:type", node("st:Issue")),
                ("skos:prefLabel", literal(label)),
                ("skos:inScheme", scheme),
                ("skos:broader", broader) if broader else ("skos:topConceptOf", scheme),
            )
        return me

    def text(self) -> str:
        """All lines so far."""
        return "".join(self.lines)


def sentence(text: str) -> str:
    """A text that ends like a sentence."""
    return text if text[-1:] in (".", "!", "?") else f"{text}."


def quads(pieces: Iterable[bytes]) -> list[ox.Quad]:
    """The quads of some text."""
    return [quad for piece in pieces for quad in ox.parse(piece, ox.RdfFormat.N_QUADS)]
