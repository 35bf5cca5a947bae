"""A small graph in four scripts, for the tests of full-text search."""

from __future__ import annotations

import re

from support import ITEM, TURTLE

import kg

HARBOUR = re.sub(
    r"item:([\w/]+)",
    rf"<{ITEM}\1>",
    f"""{TURTLE.replace("item:", "i:")}
graph:registry {{
  actor:ferry a st:CollectiveActor ; skos:prefLabel "Ferry company"@en ; skos:altLabel "شرکت کشتی‌رانی"@fa .
  actor:obrien a st:Person ; skos:prefLabel "Róisín O’Brien"@en .
  issue:peace a st:Issue ; skos:prefLabel "peace in the harbour"@en , "سوله په بندر کې"@ps , "صلح در بندر كابل"@fa-AF .
  pos:close a st:Position ; skos:prefLabel "The old harbour should be closed."@en ; st:onIssue issue:peace . }}
graph:gazette {{
  src:gazette a st:Source ; dcterms:title "Harbour Gazette" .
  item:gazette/s1 a st:Stance ; st:holder actor:ferry ; st:towards pos:close ; st:value stx:supports ;
    st:basis stx:word ; st:startDate "2024-05-01"^^xsd:date ; st:hasEvidence item:gazette/evidence/s1 .
  item:gazette/evidence/s1 a st:Evidence ; oa:hasSource src:gazette ; st:paraphrase "The company asks for closure." ;
    oa:hasSelector item:gazette/evidence/s1/quote .
  item:gazette/evidence/s1/quote a oa:TextQuoteSelector ; oa:exact "Close the harbour, and close it by May." . }}
graph:courier {{
  src:courier a st:Source ; dcterms:title "Courier" .
  item:courier/s2 a st:Stance ; st:holder actor:obrien ; st:towards pos:close ; st:value stx:opposes ;
    st:basis stx:deed ; st:startDate "2024-07-01"^^xsd:date ; st:hasEvidence item:courier/evidence/s2 .
  item:courier/evidence/s2 a st:Evidence ; oa:hasSource src:courier ;
    st:paraphrase "O'Brien keeps 5,000 boats moored." ;
    oa:hasSelector [ a oa:TextQuoteSelector ; oa:exact "Zanzibar will hear of this." ] . }}
""",
)


def harbour() -> kg.KnowledgeGraph:
    """The small graph, in memory."""
    graph = kg.KnowledgeGraph()
    graph.load_text(HARBOUR, "trig")
    return graph


def named(name: str) -> str:
    """A Turtle text that gives one new actor a name."""
    return f'{TURTLE} actor:new a st:Person ; skos:prefLabel "{name}"@en .'


def things(graph: kg.KnowledgeGraph, words: str, **options: object) -> list[str]:
    """What is found, as short names."""
    found = kg.search(graph, words, **options).column("thing")  # type: ignore[arg-type]
    return [iri.removeprefix(ITEM) for iri in found]
