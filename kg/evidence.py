"""Evidence: what stands behind a coded item, down to quotation, source and conflicting accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kg import queries
from kg.graph import KnowledgeGraph
from kg.tables import Table
from kg.terms import SPARQL_PREFIXES

_CONFLICTS = f"""{SPARQL_PREFIXES}
SELECT DISTINCT ?item ?conflict ?title ?description ?resolution WHERE {{
  ?conflict a st:AccountConflict ; st:hasAccount ?item ; skos:prefLabel ?title .
  OPTIONAL {{ ?conflict dcterms:description ?description }}
  OPTIONAL {{ ?conflict st:resolution ?resolution }} }}"""


def details(graph: KnowledgeGraph, items: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Item IRI → one record for each piece of evidence, in the columns of the query ``statements-details``."""
    wanted = sorted(set(items))
    if not wanted:
        return {}
    text = queries.named("statements-details").text
    # The engine plans from the top: naming the items first keeps it from visiting every other one.
    listed = " ".join(f"<{item}>" for item in wanted)
    text = text.replace("WHERE {", f"WHERE {{ VALUES ?item {{ {listed} }}", 1)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in Table.from_tsv(graph.store.query(text).body):
        found.setdefault(row["item"], []).append(row)
    for rows in found.values():
        rows.sort(key=lambda r: (r["quote"] is None, str(r["source"]), str(r["paraphrase"])))
    return found


def conflicts(graph: KnowledgeGraph) -> dict[str, list[dict[str, Any]]]:
    """Item IRI → the documented conflicts between accounts it takes part in."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in Table.from_tsv(graph.store.query(_CONFLICTS).body):
        found.setdefault(row["item"], []).append(row)
    for rows in found.values():
        rows.sort(key=lambda r: str(r["title"]))
    return found


_EXPRESSED = f"""{SPARQL_PREFIXES}
SELECT DISTINCT ?item ?holder ?position ?value ?basis WHERE {{
  {{ ?item st:expresses ?stance }} UNION {{ ?item a st:Stance BIND (?item AS ?stance) }}
  ?stance st:holder ?holder ; st:towards ?position ; st:value ?point ; st:basis ?basis .
  OPTIONAL {{ ?point st:score ?value }} }}"""


def expressed(graph: KnowledgeGraph) -> dict[str, list[dict[str, Any]]]:
    """Item IRI → the stances it shows: holder, position, value, basis. A stance shows itself."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in Table.from_tsv(graph.store.query(_EXPRESSED).body):
        found.setdefault(row["item"], []).append(row)
    for rows in found.values():
        rows.sort(key=lambda r: (str(r["holder"]), str(r["position"])))
    return found


def told(graph: KnowledgeGraph, record: dict[str, Any]) -> dict[str, Any]:
    """What a table of evidence shows of one record: date, speaker, quote, paraphrase, source, reliability."""
    return {
        "date": record["date"],
        "speaker": graph.names.label(record["speaker"]) if record["speaker"] else "",
        "quote": record["quote"] or "",
        "paraphrase": record["paraphrase"],
        "source": record["sourceTitle"] or record["source"],
        "reliability": (record["reliability"] or "").rsplit("-", 1)[-1].upper(),
    }


def quotes(graph: KnowledgeGraph, records: Iterable[dict[str, Any]]) -> list[str]:
    """The quotations among evidence records, each once, with speaker and source."""
    shown: dict[str, None] = {}
    for record in records:
        if record["quote"]:
            speaker = f"{graph.names.label(record['speaker'])}, in: " if record["speaker"] else ""
            shown[f"“{record['quote']}” ({speaker}{record['sourceTitle'] or record['source']})"] = None
    return list(shown)
