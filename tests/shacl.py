"""What other SHACL validators say of a graph, in a form that can be laid beside ours."""

from __future__ import annotations

import logging
import re
from collections import Counter
from typing import Any

import rdflib
from rdflib.term import BNode, Identifier, Literal

import kg
from kg.checks import Result
from kg.tables import decode

SHACL = rdflib.Namespace("http://www.w3.org/ns/shacl#")

# Focus node, path, component, value, severity, message; blank nodes without their names.
Row = tuple[str, str, str, str, str, str]


_PREPARED: dict[bytes, Any] = {}


def triples(graph: kg.KnowledgeGraph) -> bytes:
    """The merged view as N-Triples."""
    return graph.store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }").body


def plain_part(shapes: bytes) -> bytes:
    """Shapes without their SPARQL constraints."""
    graph = rdflib.Graph().parse(data=shapes, format="turtle")
    graph.remove((None, SHACL.sparql, None))
    return graph.serialize(format="turtle").encode()


def by_shifty(data: bytes, shapes: bytes) -> Counter[Row]:
    """Results of pyshifty."""
    import shifty

    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # ill-typed literals are what we look for
    if shapes not in _PREPARED:
        _PREPARED[shapes] = shifty.PreparedValidator(shapes)
    return rows(_PREPARED[shapes].validate(data, graph_mode="union", infer=False)[1])


def by_pyshacl(data: bytes, shapes: bytes) -> Counter[Row]:
    """Results of pySHACL."""
    import pyshacl

    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    graph = rdflib.Graph().parse(data=data, format="nt")
    graph.parse(data=shapes, format="turtle")
    return rows(pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(data=shapes, format="turtle"))[1])


def ours(results: list[Result]) -> Counter[Row]:
    """Our results in the same form."""
    found = {(r.focus, r.path, r.component, r.value, r.severity, r.message) for r in results}
    return Counter(
        (_cell(focus), _path(path), component, _cell(value), severity, message)
        for focus, path, component, value, severity, message in found
    )


def rows(report: rdflib.Graph) -> Counter[Row]:
    """The results of a report, each once."""
    found = set()
    for result in report.objects(None, SHACL.result):
        focus, path, value = (report.value(result, SHACL[p]) for p in ("focusNode", "resultPath", "value"))
        component, severity = (report.value(result, SHACL[p]) for p in ("sourceConstraintComponent", "resultSeverity"))
        for message in report.objects(result, SHACL.resultMessage):
            found.add((focus, path, str(component), value, str(severity), str(message)))
    return Counter(
        (
            _term(focus), "(path)" if isinstance(path, BNode) else str(path or ""), component.removeprefix(str(SHACL)),
            _term(value), severity.removeprefix(str(SHACL)).casefold(), message,
        )
        for focus, path, component, value, severity, message in found
    )  # fmt: skip


def _path(path: str) -> str:
    return path[1:-1] if re.fullmatch("<[^<>]*>", path) else path and "(path)"


def _cell(token: str) -> str:
    cell = decode(token)
    if cell is None or cell.kind == "iri":
        return cell.text if cell else ""
    if cell.kind == "bnode":
        return "_:"
    # Reports pass through rdflib, which writes some literals its own way.
    datatype = rdflib.URIRef(cell.datatype) if cell.datatype else None
    return _term(Literal(cell.text, lang=cell.language or None, datatype=datatype))


def _term(term: Identifier | None) -> str:
    if term is None:
        return ""
    if isinstance(term, Literal):
        datatype = term.datatype if term.datatype and not str(term.datatype).endswith("#string") else "string"
        return f'"{term}"^^{datatype}@{term.language or ""}'
    return "_:" if isinstance(term, BNode) else str(term)


def ordered(rows: Counter[Row]) -> Counter[Row]:
    """The results of constraints that compare values."""
    return Counter({row: n for row, n in rows.items() if re.match("(Min|Max)(In|Ex)clusive|LessThan", row[2])})


def nameless(rows: Counter[Row]) -> Counter[Row]:
    """The results of SPARQL constraints on blank nodes, which pyshifty takes for variables."""
    return Counter({row: n for row, n in rows.items() if row[2].startswith("SPARQL") and row[0] == "_:"})
