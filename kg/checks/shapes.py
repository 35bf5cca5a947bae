"""SHACL shapes, read into what the other modules of this room can run.

Every constraint of a shape goes one of three ways: *plain* SHACL core becomes a :class:`Constraint`, held against
columns; a SPARQL constraint that can be asked of all focus nodes at once becomes a :class:`Question`; whatever else
is left in ``rest`` for a validator of the whole language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from kg.checks.questions import Question, at_once
from kg.terms import PREFIXES, local_name

SH = "http://www.w3.org/ns/shacl#"
RDF = PREFIXES["rdf"]
TYPE, SUBCLASS = f"{RDF}type", f"{PREFIXES['rdfs']}subClassOf"
CLASSES = frozenset({f"{PREFIXES['rdfs']}Class", f"{PREFIXES['owl']}Class"})

Term = ox.NamedNode | ox.BlankNode | ox.Literal


class _NotPlain(Exception):
    """A constraint that is not held against columns."""


@dataclass(frozen=True)
class Path:
    """A property path: ``predicate`` (``iri``), or an operator over ``parts``."""

    kind: str
    iri: str = ""
    parts: tuple[Path, ...] = ()

    def predicates(self) -> set[str]:
        """IRIs of the predicates on it."""
        return {self.iri} if self.iri else set().union(*(part.predicates() for part in self.parts))

    def __str__(self) -> str:
        if self.kind == "predicate":
            return f"<{self.iri}>"
        inner = [str(part) for part in self.parts]
        if self.kind == "inverse":
            return f"^{inner[0]}"
        if self.kind in {"sequence", "alternative"}:
            return f"({('/' if self.kind == 'sequence' else '|').join(inner)})"
        return f"{inner[0]}{ {'zeroOrMore': '*', 'oneOrMore': '+', 'zeroOrOne': '?'}[self.kind] }"


@dataclass(frozen=True)
class Constraint:
    """One constraint: ``kind`` is its parameter's name, ``value`` what the parameter says."""

    kind: str
    value: Any
    count: int = 0  # how many values are to fit an sh:qualifiedValueShape

    @property
    def component(self) -> str:
        """The name of its constraint component in a validation report."""
        return f"{self.kind[0].upper()}{self.kind[1:]}ConstraintComponent"


@dataclass
class Shape:
    """A node shape (``path`` is None) or a property shape.

    ``name`` is its own local name, or that of the shape around it; ``tricky`` says that neither it nor what refers
    to it may be taken apart; ``whole`` that its constraints are all plain.
    """

    node: ox.NamedNode | ox.BlankNode
    name: str
    path: Path | None = None
    severity: str = "violation"
    messages: tuple[str, ...] = ()
    deactivated: bool = False
    targets: list[tuple[str, Term]] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    properties: list[Shape] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    rest: list[tuple[str, Term]] = field(default_factory=list)
    tricky: bool = False

    @property
    def whole(self) -> bool:
        return not (self.tricky or self.rest or self.questions) and all(p.whole for p in self.properties)

    def family(self) -> Iterator[Shape]:
        """The shape and all that its constraints refer to."""
        yield self
        for child in self.properties:
            yield from child.family()
        for one in self.constraints:
            if one.kind in _OF_SHAPES:
                for child in one.value:
                    yield from child.family()


_TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_OF_SHAPES = {"node", "not", "and", "or", "xone", "qualifiedMinCount", "qualifiedMaxCount"}
# What a parameter needs beside it; without the parameter it says nothing.
COMPANIONS = {
    "pattern": ("flags",),
    "qualifiedValueShape": ("qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint"),
}
_SILENT = {
    "ignoredProperties",
    *("path", "severity", "message", "deactivated", "name", "description", "order", "group", "defaultValue"),
    *(*_TARGETS, "property", "sparql", "declare", "prefixes", "shapesGraph", "entailment", "rule"),
    *(name for names in COMPANIONS.values() for name in names),
}
_PATHS = {
    "inversePath": "inverse", "alternativePath": "alternative", "zeroOrMorePath": "zeroOrMore",
    "oneOrMorePath": "oneOrMore", "zeroOrOnePath": "zeroOrOne",
}  # fmt: skip


class Shapes:
    """The shapes of a Turtle file that have targets: ``targeted``. ``triples`` is the file itself."""

    def __init__(self, turtle: bytes) -> None:
        self.triples = [quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]
        self._of: dict[Any, dict[str, list[Any]]] = {}
        for s, p, o in self.triples:
            self._of.setdefault(s, {}).setdefault(p.value, []).append(o)
        self._read: dict[Any, Shape] = {}
        self._open: set[Any] = set()
        # The parameters of constraint components that the file itself declares.
        self._custom = {
            path.value
            for component in self._of
            for parameter in self._all(component, "parameter")
            for path in self._all(parameter, "path")
        }
        targeted = [self.shape(node, "") for node in self._of if self._is_targeted(node)]
        self.targeted = [shape for shape in targeted if not shape.deactivated]

    # -- the graph -----------------------------------------------------------------

    def _all(self, node: Any, name: str) -> list[Any]:
        return self._of.get(node, {}).get(f"{SH}{name}", [])

    def _one(self, node: Any, name: str) -> Any:
        return next(iter(self._all(node, name)), None)

    def _true(self, node: Any, name: str) -> bool:
        return any(value.value in {"true", "1"} for value in self._all(node, name))

    def _list(self, node: Any) -> list[Any]:
        found: list[Any] = []
        while isinstance(node, ox.BlankNode | ox.NamedNode) and node.value != f"{RDF}nil":
            known = self._of.get(node, {})
            if not known.get(f"{RDF}first"):
                raise _NotPlain
            found += known[f"{RDF}first"]
            node = known[f"{RDF}rest"][0]
        return found

    def _is_class(self, node: Any) -> bool:
        types = {getattr(t, "value", "") for t in self._of.get(node, {}).get(TYPE, [])}
        return bool(types & CLASSES) and bool(types & {f"{SH}NodeShape", f"{SH}PropertyShape"})

    def _is_targeted(self, node: Any) -> bool:
        names = (*_TARGETS, "target", "targetWhere")
        return any(self._all(node, name) for name in names) or self._is_class(node)

    # -- shapes --------------------------------------------------------------------

    def shape(self, node: Any, around: str) -> Shape:
        """A shape, read once; one that refers to itself is tricky."""
        if node in self._read:
            return self._read[node]
        name = local_name(node.value) if isinstance(node, ox.NamedNode) else around
        if node in self._open:
            return Shape(node, name, tricky=True)
        self._open.add(node)
        shape = self._shape(node, name)
        self._open.discard(node)
        self._read[node] = shape
        return shape

    def _shape(self, node: Any, name: str) -> Shape:
        severity = self._one(node, "severity")
        shape = Shape(
            node,
            name,
            severity=local_name(severity.value).casefold() if severity is not None else "violation",
            messages=tuple(str(m.value) for m in self._all(node, "message")),
            deactivated=self._true(node, "deactivated"),
        )
        shape.targets = [(kind, term) for kind in _TARGETS for term in self._all(node, kind)]
        if self._is_class(node):
            shape.targets.append(("targetClass", node))
        if any(self._all(node, name) for name in ("target", "targetWhere", "qualifiedValueShapesDisjoint")):
            shape.tricky = True
        try:
            if path := self._one(node, "path"):
                shape.path = self._path(path)
        except _NotPlain:
            shape.tricky = True
        for predicate, objects in self._of.get(node, {}).items():
            kind = predicate.removeprefix(SH)
            for value in objects:
                if predicate in self._custom:
                    shape.rest.append((predicate, value))
                elif kind == predicate or kind in _SILENT:
                    continue
                else:
                    self._constrain(shape, kind, value)
        shape.properties = [self.shape(child, name) for child in self._all(node, "property")]
        for value in self._all(node, "sparql"):
            self._question(shape, value)
        shape.tricky |= any(child.tricky for child in shape.properties)
        return shape

    def _constrain(self, shape: Shape, kind: str, value: Any) -> None:
        try:
            if kind not in _READERS:
                raise _NotPlain
            shape.constraints += _READERS[kind](self, shape, kind, value)
        except (_NotPlain, ValueError):
            companions = [(f"{SH}{n}", v) for n in COMPANIONS.get(kind, ()) for v in self._all(shape.node, n)]
            shape.rest += [(f"{SH}{kind}", value), *companions]

    def _question(self, shape: Shape, node: Any) -> None:
        select = self._one(node, "select")
        if select is None or shape.path is not None or not at_once(select.value):
            shape.rest.append((f"{SH}sparql", node))
            return
        if self._true(node, "deactivated"):
            return
        declared = {
            self._one(entry, "prefix").value: self._one(entry, "namespace").value
            for graph in self._all(node, "prefixes")
            for entry in self._all(graph, "declare")
        }
        name = local_name(node.value) if isinstance(node, ox.NamedNode) else shape.name
        messages = tuple(str(m.value) for m in self._all(node, "message")) or shape.messages
        shape.questions.append(Question(name, declared, select.value, messages))

    def _path(self, node: Any) -> Path:
        if isinstance(node, ox.NamedNode):
            return Path("predicate", node.value)
        known = self._of.get(node, {})
        if f"{RDF}first" in known:
            return Path("sequence", parts=tuple(self._path(part) for part in self._list(node)))
        for name, kind in _PATHS.items():
            for inner in known.get(f"{SH}{name}", []):
                parts = self._list(inner) if kind == "alternative" else [inner]
                return Path(kind, parts=tuple(self._path(part) for part in parts))
        raise _NotPlain

    def others(self, shape: Shape, nodes: list[Any]) -> tuple[Shape, ...]:
        """Shapes that a constraint refers to; each must be plain itself."""
        found = tuple(self.shape(node, shape.name) for node in nodes)
        shape.tricky |= any(other.tricky for other in found)
        if not all(other.whole for other in found):
            raise _NotPlain
        return found

    # -- parameters ----------------------------------------------------------------

    def _term(self, shape: Shape, kind: str, value: Any) -> list[Constraint]:
        if isinstance(value, ox.BlankNode):
            raise _NotPlain
        return [Constraint(kind, value)]

    def _iri(self, shape: Shape, kind: str, value: Any) -> list[Constraint]:
        if not isinstance(value, ox.NamedNode):
            raise _NotPlain
        return [Constraint(kind, value.value)]

    def _number(self, shape: Shape, kind: str, value: Any) -> list[Constraint]:
        return [Constraint(kind, int(value.value))]

    def _flag(self, shape: Shape, kind: str, value: Any) -> list[Constraint]:
        return [Constraint(kind, True)] if value.value in {"true", "1"} else []

    def _closed(self, shape: Shape, kind: str, value: Any) -> list[Constraint]:
        # What is allowed depends on the property shapes beside it.
        shape.tricky |= value.value in {"true", "1"}
        return []

    def _bound(self, shape: Shape, kind: str, value: Any) -> list[Constraint]:
        if not isinstance(value, ox.Literal):
            raise _NotPlain
        return [Constraint(kind, value)]

    def _pattern(self, shape: Shape, kind: str, value: Any) -> list[Constraint]:
        import polars as pl

        flags = "".join(flag.value for flag in self._all(shape.node, "flags"))
        if set(flags) - set("ismx"):
            raise _NotPlain
        text = f"(?{flags}){value.value}" if flags else value.value
        try:
            pl.Series([""]).str.contains(text)
        except pl.exceptions.ComputeError as error:
            raise _NotPlain from error
        return [Constraint(kind, text)]

    def _terms(self, shape: Shape, kind: str, value: Any) -> list[Constraint]:
        terms = self._list(value)
        if any(isinstance(term, ox.BlankNode) for term in terms):
            raise _NotPlain
        return [Constraint(kind, tuple(terms))]

    def _shape_of(self, shape: Shape, kind: str, value: Any) -> list[Constraint]:
        return [Constraint(kind, self.others(shape, [value]))]

    def _shapes_of(self, shape: Shape, kind: str, value: Any) -> list[Constraint]:
        return [Constraint(kind, self.others(shape, self._list(value)))]

    def _qualified(self, shape: Shape, kind: str, value: Any) -> list[Constraint]:
        if len(self._all(shape.node, kind)) > 1 or shape.path is None:
            raise _NotPlain
        others = self.others(shape, [value])
        kinds = ("qualifiedMinCount", "qualifiedMaxCount")
        return [Constraint(k, others, int(n.value)) for k in kinds for n in self._all(shape.node, k)]


_Reader = Callable[[Shapes, Shape, str, Any], list[Constraint]]
_READERS: dict[str, _Reader] = {
    **dict.fromkeys(("class", "datatype", "nodeKind", "equals", "disjoint"), Shapes._iri),
    **dict.fromkeys(("lessThan", "lessThanOrEquals"), Shapes._iri),
    **dict.fromkeys(("minCount", "maxCount", "minLength", "maxLength"), Shapes._number),
    **dict.fromkeys(("minInclusive", "minExclusive", "maxInclusive", "maxExclusive"), Shapes._bound),
    **dict.fromkeys(("node", "not"), Shapes._shape_of),
    **dict.fromkeys(("and", "or", "xone"), Shapes._shapes_of),
    **dict.fromkeys(("in", "languageIn"), Shapes._terms),
    "hasValue": Shapes._term,
    "pattern": Shapes._pattern,
    "uniqueLang": Shapes._flag,
    "closed": Shapes._closed,
    "qualifiedValueShape": Shapes._qualified,
}
