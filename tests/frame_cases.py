"""What the tests of the frame share: small graphs written as Turtle, and the table of stances made row by row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from support import ITEM, TURTLE

import kg
from kg import queries
from kg.frames import COLUMNS
from kg.tables import Table
from kg.terms import SPARQL_PREFIXES

PEOPLE = """
actor:ann a st:Person ; skos:prefLabel "Ann"@en . actor:bob a st:Person ; skos:prefLabel "Bob"@en .
actor:cem a st:Person ; skos:prefLabel "Cem"@en .
actor:office a st:PublicBody ; skos:prefLabel "Harbour office"@en .
actor:town a st:Government ; skos:prefLabel "Town"@en .
actor:land a st:State ; skos:prefLabel "Land"@en . actor:league a st:Coalition ; skos:prefLabel "League"@en .
actor:guild a st:CollectiveActor ; skos:prefLabel "Guild"@en .
issue:port a st:Issue ; skos:prefLabel "port"@en .
issue:quay a st:Issue ; skos:prefLabel "quay"@en ; skos:broader issue:port .
issue:crane a st:Issue ; skos:prefLabel "crane"@en ; skos:broader issue:quay .
issue:road a st:Issue ; skos:prefLabel "road"@en .
pos:close a st:PolicyPosition ; skos:prefLabel "The crane should go."@en ; st:onIssue issue:crane .
pos:dig a st:PolicyPosition ; skos:prefLabel "The quay should be dug out."@en ; st:onIssue issue:quay .
pos:pave a st:PolicyPosition ; skos:prefLabel "The road should be paved."@en ; st:onIssue issue:road .
"""


def stance(
    name: str, holder: str = "ann", position: str = "close", value: str = "supports", *, day: str = "", more: str = "",
    source: str = "paper", at: tuple[int, int] | None = None,
) -> str:
    """One stance with its evidence, as Turtle."""
    date = f'st:startDate "{day}"^^xsd:date ;' if day else ""
    where = f"oa:hasSelector [ a oa:TextPositionSelector ; oa:start {at[0]} ; oa:end {at[1]} ] ;" if at else ""
    me, evidence = f"<{ITEM}{source}/{name}>", f"<{ITEM}{source}/evidence/{name}>"
    return (
        f"{me} a st:Stance ; st:holder actor:{holder} ; st:towards pos:{position} ; st:value stx:{value} ; {date} "
        f"{more} st:basis stx:word ; st:certainty stx:stated ; st:confidence 0.8 ; st:hasEvidence {evidence} .\n"
        f"{evidence} a st:Evidence ; {where} oa:hasSource src:{source} .\n"
    )


def graph(*texts: str, name: str = "paper") -> kg.KnowledgeGraph:
    """A graph in memory of people, issues, positions, and what is given."""
    g = kg.KnowledgeGraph()
    g.load_text(TURTLE + PEOPLE, "ttl", name="registry")
    if texts:
        g.load_text(TURTLE + "".join(texts), "ttl", name=name)
    return g


def row_by_row(g: kg.KnowledgeGraph) -> list[tuple[str, ...]]:
    """The table of stances as the query in the library gives it, the selection applied to one row after another."""
    chosen = g.selection
    until = replace(chosen, since=None)
    found = Table.from_tsv(g.store.query(queries.named("stances").text).body)
    at = [found.columns.index(name) for name in COLUMNS]
    kept, present = [], set()
    for raw, row in zip(found.raw, found.records(), strict=True):
        period = (row["start"] or row["notBefore"], row["end"] or row["start"] or row["notAfter"])
        if (
            (not chosen.issues or row["issue"] in chosen.issues)
            and (not chosen.actors or row["holder"] in chosen.actors or row["speaker"] in chosen.actors)
            and (not chosen.sources or row["source"] in chosen.sources)
            and (not chosen.basis or row["basis"] in chosen.basis)
            and until.keeps_period(*period)
        ):
            present.add(row["stance"])
            if chosen.keeps_period(*period):
                kept.append([raw[n] for n in at])
    pairs = Table.from_tsv(g.store.query(f"{SPARQL_PREFIXES} SELECT ?new ?old {{ ?new st:supersedes ?old }}").body)
    replaced = {row["old"] for row in pairs if row["new"] in present}
    for cells in kept:
        cells[COLUMNS.index("superseded")] = "true" if cells[0][1:-1] in replaced else "false"
    return sorted(map(tuple, kept))


def folder(path: Path, *texts: str) -> kg.KnowledgeGraph:
    """The same kind of graph in a folder."""
    g = kg.KnowledgeGraph(path)
    g.load_text(TURTLE + PEOPLE, "ttl", name="registry")
    g.load_text(TURTLE + "".join(texts), "ttl", name="paper")
    return g
