"""What is neither plain SHACL nor asked at once: a validator of the whole language holds the graph against it.

A shape that mixes both is split. Its plain part is held against columns; the rest goes, as a shape of its own with
the same targets, path and severity, to the validator.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.checks.columns import Asked
from kg.checks.findings import Result
from kg.checks.shapes import CLASSES, SH, TYPE, Shape, Shapes, Term
from kg.terms import local_name

_SPLIT = "urn:kg:rest:"
_KEPT = {f"{SH}path", f"{SH}severity", f"{SH}message"}
_EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_REPORT = f"""PREFIX sh: <{SH}>
SELECT * WHERE {{
  ?r a sh:ValidationResult ; sh:focusNode ?focus ; sh:resultSeverity ?severity ; sh:sourceConstraintComponent ?component
  OPTIONAL {{ ?r sh:resultMessage ?message }} OPTIONAL {{ ?r sh:value ?value }} OPTIONAL {{ ?r sh:resultPath ?path }}
  OPTIONAL {{ ?r sh:sourceShape ?shape }} OPTIONAL {{ ?r sh:sourceConstraint ?constraint }} }}"""


def remainder(shapes: Shapes) -> tuple[bytes, dict[str, str]]:
    """The shapes left to the validator, as N-Triples, and the names of those made by splitting; empty for none."""
    made: list[ox.Triple] = []
    names: dict[str, str] = {}
    whole: set[Term] = set()
    for shape in shapes.targeted:
        if shape.tricky:
            whole.add(shape.node)
            continue
        node = _split(shape, shapes, made, names)
        if node is not None:
            made += [ox.Triple(node, _sh(kind), term) for kind, term in shape.targets]
    if not made and not whole:
        return b"", {}
    # The others stay, for what is left may refer to them, but aim at nothing.
    kept = [
        triple
        for triple in shapes.triples
        if triple.subject in whole
        or not (
            triple.predicate.value.startswith(f"{SH}target")
            or (triple.predicate.value == TYPE and getattr(triple.object, "value", "") in CLASSES)
        )
    ]
    return ox.serialize([*kept, *made], format=ox.RdfFormat.N_TRIPLES) or b"", names


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{SH}{name}")


def _split(shape: Shape, shapes: Shapes, made: list[ox.Triple], names: dict[str, str]) -> ox.NamedNode | None:
    """A shape of what is left of a shape and its property shapes; None when nothing is."""
    if shape.deactivated:
        return None
    parts = [_split(child, shapes, made, names) for child in shape.properties]
    children = [part for part in parts if part is not None]
    if not shape.rest and not children:
        return None
    node = ox.NamedNode(f"{_SPLIT}{len(names)}")
    names[node.value] = shape.name
    for triple in shapes.triples:
        if triple.subject == shape.node and triple.predicate.value in _KEPT:
            made.append(ox.Triple(node, triple.predicate, triple.object))
    kind = "NodeShape" if shape.path is None else "PropertyShape"
    made.append(ox.Triple(node, ox.NamedNode(TYPE), _sh(kind)))
    made += [ox.Triple(node, ox.NamedNode(predicate), value) for predicate, value in shape.rest]
    made += [ox.Triple(node, _sh("property"), child) for child in children]
    return node


def validate_rest(store: Asked, shapes: bytes, names: dict[str, str]) -> Iterator[Result]:
    """What the validator says of the merged view."""
    import shifty
    from rdflib.query import ResultRow
    from rdflib.term import BNode, Identifier, Literal

    def written(term: Identifier | None) -> str:
        if isinstance(term, Literal):
            if term.language or term.datatype is None:
                return str(ox.Literal(str(term), language=term.language))
            return str(ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))))
        return "" if term is None else f"_:{term}" if isinstance(term, BNode) else f"<{term}>"

    data = store.query(_EVERYTHING).body
    _, report, _ = shifty.validate(data, shapes, graph_mode="union", infer=False)
    for row in report.query(_REPORT):
        assert isinstance(row, ResultRow)
        at = {str(name): term for name, term in row.asdict().items()}
        source = next((t for name in ("constraint", "shape") if (t := at.get(name)) is not None), None)
        named = str(source) if source is not None and not isinstance(source, BNode) else ""
        yield Result(
            focus=written(at["focus"]),
            path=written(at.get("path")),
            component=local_name(str(at["component"])),
            value=written(at.get("value")),
            shape=names.get(named) or local_name(named) or "shape",
            severity=local_name(str(at["severity"])).casefold(),
            message=str(at.get("message", "")),
        )
