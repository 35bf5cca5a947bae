"""Documents: a network and the evidence behind it, worded for a page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kg import pages
from kg.evidence import conflicts, details, expressed
from kg.frames import stances
from kg.graph import KnowledgeGraph
from kg.tables import Table
from kg.terms import SPARQL_PREFIXES, compact, local_name

if TYPE_CHECKING:
    import networkx

VALUE_WORDS = {-2: "strongly opposes", -1: "opposes", 0: "ambivalent", 1: "supports", 2: "strongly supports"}


def network_document(
    graph: KnowledgeGraph, nx: networkx.MultiDiGraph, title: str, made_from: dict[str, str]
) -> pages.Document:
    """Actors, ties, and every coded statement behind either; nothing that cannot be traced."""
    label = graph.names.label
    rows = {row["stance"]: row for row in stances(graph) if row["holder"] in nx}
    items = {i for *_, edge in nx.edges(data=True) for i in edge["items"]} | set(rows)
    known, disputed, shows = details(graph, items), conflicts(graph), expressed(graph)
    statements = [
        _statement(graph, nx, i, known[i], disputed.get(i, []), shows.get(i, [])) for i in sorted(known)
    ]
    edges, used = [], {}
    for a, b, key, edge in sorted(nx.edges(data=True, keys=True), key=lambda e: e[:3]):
        used[key] = edge
        behind = [i for i in edge["items"] if i in known]
        edges.append(pages.Edge(f"{compact(a)}|{key}|{compact(b)}", a, b, key, behind))
    aliases, about = _texts(graph, "skos:altLabel"), _texts(graph, "dcterms:description")
    nodes = [
        pages.Node(
            n, label(n), kind_words(nx.nodes[n]["kind"]), "; ".join(about.get(n, [])), aliases.get(n, [])
        )
        for n in sorted(nx.nodes)
    ]
    held = [
        pages.HeldStance(
            holder=row["holder"],
            position=label(row["position"]),
            value=row["value"],
            value_text=value_words(row["value"]) + (" (earlier)" if row["superseded"] else ""),
            date=row["start"] or row["notBefore"] or "",
            statements=[iri] if iri in known else [],
        )
        for iri, row in sorted(rows.items())
    ]
    relations = [
        pages.Relation(k, e["label"], family=e["family"], directed=e["directed"], sign=e["sign"])
        for k, e in sorted(used.items())
    ]
    return pages.Document(
        title=title,
        subtitle=f"{len(nodes)} actors, {len(edges)} ties, {len(statements)} coded statements",
        made_from=list(made_from.items()),
        nodes=nodes,
        edges=edges,
        relations=relations,
        statements=statements,
        stances=held,
    )


def _statement(
    graph: KnowledgeGraph,
    nx: networkx.MultiDiGraph,
    item: str,
    records: list[dict[str, Any]],
    disputed: list[dict[str, Any]],
    shows: list[dict[str, Any]],
) -> pages.Statement:
    first, label = records[0], graph.names.label

    def who(column: str) -> str:
        actor = first[column]
        return "" if not actor else actor if actor in nx else label(actor)

    def title_of(record: dict[str, Any]) -> str:
        return str(record["sourceTitle"] or compact(record["source"]))

    own = [r for r in records if r["source"] == first["source"]]
    also = sorted({title_of(r) for r in records} - {title_of(first)})
    return pages.Statement(
        id=item,
        title=first["itemLabel"] or "",
        date=first["date"] or "",
        date_text=date_words(first),
        speaker=who("speaker"),
        on_behalf_of=who("onBehalfOf"),
        basis=", ".join(sorted({local_name(s["basis"]) for s in shows})),
        position=" / ".join(label(s["position"]) for s in shows),
        value_text=" / ".join(value_words(s["value"]) for s in shows),
        # Each quotation keeps its own marks: the page sets the outer ones.
        quote="” “".join(dict.fromkeys(r["quote"] for r in records if r["quote"])),
        paraphrase=" ".join(dict.fromkeys(r["paraphrase"] for r in own if r["paraphrase"])),
        source_title=title_of(first),
        source_publisher=first["publisher"] or "",
        source_url=first["url"] or "",
        also_in=also,
        reliability=_code(first["reliability"], "reliability-").upper(),
        second_look=_code(first["secondLook"], "look-").replace("-", " "),
        certainty=_code(first["certainty"]),
        confidence=first["confidence"],
        conflicts=[
            pages.Conflict(d["title"], d["description"] or "", d["resolution"] or "") for d in disputed
        ],
    )


def value_words(value: int | None) -> str:
    """A point of the stance scale in words."""
    return "undetermined" if value is None else VALUE_WORDS[value]


def date_words(record: dict[str, Any]) -> str:
    """A date as it is known: "8 April 2020", "April 2020", "about 10 April 2020", or the coder's note."""
    text, precision, note = record["date"], _code(record["precision"], "precision-"), record["timeNote"]
    if not text:
        return note or "date not known"
    day = date.fromisoformat(text)
    if precision == "year":
        return f"{day:%Y}"
    if precision == "month":
        return f"{day:%B %Y}"
    words = f"{day.day} {day:%B %Y}"
    if precision == "inferred":
        return f"about {words}"
    return f"{words} ({note})" if note else words


def kind_words(name: str) -> str:
    """``ArmedGroup`` → "Armed group"."""
    spaced = "".join(f" {c.lower()}" if c.isupper() and i else c for i, c in enumerate(name))
    return spaced[:1].upper() + spaced[1:]


def _code(iri: str | None, prefix: str = "") -> str:
    return local_name(iri).removeprefix(prefix) if iri else ""


def _texts(graph: KnowledgeGraph, path: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    sparql = f"{SPARQL_PREFIXES} SELECT ?thing ?text WHERE {{ ?thing {path} ?text }} ORDER BY ?thing ?text"
    for row in Table.from_tsv(graph.store.query(sparql).body):
        found.setdefault(row["thing"], []).append(str(row["text"]))
    return found
