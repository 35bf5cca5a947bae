"""Checks: SHACL shapes, SPARQL checks, and quotations held against their texts.

``ontology/shapes.ttl`` says what each item needs; ``kg/sparql/checks/*.rq`` find what is wrong between items.
"""

from __future__ import annotations

from pathlib import Path

from kg.checks import sparql
from kg.checks.findings import SEVERITIES, Finding, Findings, Result
from kg.checks.sparql import SparqlCheck, library, parse_check
from kg.checks.validation import validate
from kg.graph import KnowledgeGraph

__all__ = [
    "SEVERITIES",
    "Finding",
    "Findings",
    "Result",
    "SparqlCheck",
    "check",
    "library",
    "parse_check",
    "validate",
]


def check(graph: KnowledgeGraph, *, texts: str | Path | None = None) -> Findings:
    """Hold a graph against the shapes, the SPARQL checks and, where *texts* names a folder, the sources' texts.

    A text file is called after its source's identifier, ``<identifier>.txt``, in UTF-8.
    """
    found = [result.finding() for result in validate(graph)]
    found += sparql.run(graph)
    if texts is not None:
        from kg.checks.texts import against

        found += against(graph, Path(texts))
    return Findings(found, {"graph": graph.store.name, "call": "check()"})
