"""Documents: a network and the evidence behind it, worded for a page."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import TYPE_CHECKING, Any

from kg import pages
from kg.evidence import conflicts, details, expressed
from kg.frames import stances
from kg.graph import KnowledgeGraph
from kg.tables import Table
from kg.terms import SPARQL_PREFIXES, compact, local_name
from kg.ties import kinds_of

if TYPE_CHECKING:
    import networkx

VALUE_WORDS = {-2: "strongly opposes", -1: "opposes", 0: "ambivalent", 1: "supports", 2: "strongly supports"}

BETWEENNESS = 600
"""Actors up to which betweenness is worked out for a page."""

NOTABLE, MOMENTS = 3, 16
"""Sources that must tell of an event to make its day a named moment, and how many of those are named at most."""

_POSITIONS = f"""{SPARQL_PREFIXES}
SELECT DISTINCT ?position ?issue WHERE {{ ?position st:onIssue ?issue }} ORDER BY ?position ?issue"""
_BROADER = f"""{SPARQL_PREFIXES}
SELECT DISTINCT ?issue ?broader WHERE {{ ?issue a st:Issue ; skos:broader ?broader }} ORDER BY ?issue ?broader"""
_LATER = f"""{SPARQL_PREFIXES}
SELECT DISTINCT ?stance ?later WHERE {{ ?later st:supersedes ?stance }} ORDER BY ?stance ?later"""

Records = dict[str, list[dict[str, Any]]]


def network_document(
    graph: KnowledgeGraph, nx: networkx.MultiDiGraph, title: str, made_from: dict[str, str]
) -> pages.Document:
    """Actors, ties, stances, and every coded statement behind them; nothing that cannot be traced.

    Who holds a stance and has no tie is there, too, unless ties of one kind were asked for.
    """
    label = graph.names.label
    kinds = {n: str(kind) for n, kind in nx.nodes(data="kind")}
    told = stances(graph)
    if made_from.get("tie", "all") == "all":
        known_kinds = kinds_of(graph)
        holders = {row["holder"] for row in told if not row["narrator"]}
        kinds = {holder: known_kinds.get(holder, "Actor") for holder in holders} | kinds
    rows: Records = {}
    for row in told:
        if row["holder"] in kinds:
            rows.setdefault(row["stance"], []).append(row)
    items = {i for *_, edge in nx.edges(data=True) for i in edge["items"]} | set(rows)
    known, disputed, shows = details(graph, items), conflicts(graph), expressed(graph)
    about = _pairs(graph, _POSITIONS)
    statements = [
        _statement(graph, kinds, i, known[i], disputed.get(i, []), shows.get(i, []), about) for i in sorted(known)
    ]
    edges, used = [], {}
    for a, b, key, edge in sorted(nx.edges(data=True, keys=True), key=lambda e: e[:3]):
        used[key] = edge
        behind = [i for i in edge["items"] if i in known]
        edges.append(pages.Edge(f"{compact(a)}|{key}|{compact(b)}", a, b, key, behind))
    aliases, described = _texts(graph, "skos:altLabel"), _texts(graph, "dcterms:description")
    measures = _measures(nx)
    nodes = [
        pages.Node(
            n,
            label(n),
            kind_words(kinds[n]),
            "; ".join(described.get(n, [])),
            aliases.get(n, []),
            {name: of.get(n, 0.0) for name, of in measures.items()},
        )
        for n in sorted(kinds)
    ]
    relations = [
        pages.Relation(k, e["label"], family=e["family"], directed=e["directed"], sign=e["sign"])
        for k, e in sorted(used.items())
    ]
    held = _held(graph, rows, known)
    alone = len(nodes) - len(nx)
    untied = f" ({alone} without a tie)" if alone else ""
    return pages.Document(
        title=title,
        subtitle=f"{len(nodes)} actors{untied}, {len(edges)} ties, {len(statements)} coded statements",
        made_from=list(made_from.items()),
        nodes=nodes,
        edges=edges,
        relations=relations,
        statements=statements,
        stances=held,
        positions=[
            pages.Position(p, label(p), next(iter(about.get(p, [])), ""), "; ".join(described.get(p, [])))
            for p in sorted({one.position for one in held})
        ],
        issues=_issues(graph, {i for one in statements for i in one.issues} | {about[p][0] for p in about}),
        sources=_sources(known),
        moments=_moments(known),
    )


def _measures(nx: networkx.MultiDiGraph) -> dict[str, dict[str, float]]:
    """What actors can be sized by, beside the number of statements; paths only where they take a moment."""
    import networkx

    simple = networkx.Graph()
    simple.add_nodes_from(sorted(nx))
    simple.add_edges_from(sorted((min(a, b), max(a, b)) for a, b in nx.edges() if a != b))
    found = {"number of neighbours": {n: float(d) for n, d in simple.degree()}}
    if len(simple) <= BETWEENNESS:
        found["betweenness: share of shortest paths that pass"] = networkx.betweenness_centrality(simple)
    return found


def _held(graph: KnowledgeGraph, rows: Records, known: Records) -> list[pages.HeldStance]:
    later = _pairs(graph, _LATER)
    return [
        pages.HeldStance(
            id=iri,
            holder=told[0]["holder"],
            position=told[0]["position"],
            value=told[0]["value"],
            date=known_date(told[0]["start"] or told[0]["notBefore"], told[0]["precision"]),
            date_text=date_words(known[iri][0]) if iri in known else "",
            basis=local_name(told[0]["basis"]) if told[0]["basis"] else "",
            sources=sorted({record["source"] for record in known.get(iri, [])}),
            statements=[iri] if iri in known else [],
            superseded_by=[one for one in later.get(iri, []) if one in rows],
        )
        for iri, told in sorted(rows.items())
    ]


def _issues(graph: KnowledgeGraph, wanted: set[str]) -> list[pages.Issue]:
    """The issues and all that they are part of; of several broader ones, the first by name."""
    broader = {issue: sorted(found, key=graph.names.label)[0] for issue, found in _pairs(graph, _BROADER).items()}
    needed: set[str] = set()
    for issue in wanted:
        while issue not in needed:
            needed.add(issue)
            issue = broader.get(issue, issue)
    return [pages.Issue(i, graph.names.label(i), broader.get(i, "")) for i in sorted(needed)]


def _sources(known: Records) -> list[pages.Source]:
    first = {record["source"]: record for records in known.values() for record in records}
    return [
        pages.Source(
            source,
            str(record["sourceTitle"] or compact(source)),
            record["publisher"] or "",
            record["url"] or "",
            _code(record["reliability"], "reliability-").upper(),
        )
        for source, record in sorted(first.items())
    ]


def _moments(known: Records) -> list[pages.Moment]:
    """Days of acts that several sources tell of, those of the most sources."""
    told: dict[tuple[str, str], set[str]] = {}
    for records in known.values():
        first = records[0]
        if first["date"] and first["itemLabel"] and first["position"] is None:
            day = known_date(first["date"], first["precision"])
            told.setdefault((day, first["itemLabel"]), set()).update(r["source"] for r in records)
    found = sorted((-len(sources), *key) for key, sources in told.items() if len(sources) >= NOTABLE)
    return sorted((pages.Moment(day, name, -n) for n, day, name in found[:MOMENTS]), key=lambda m: m.date)


def _statement(
    graph: KnowledgeGraph,
    actors: Container[str],
    item: str,
    records: list[dict[str, Any]],
    disputed: list[dict[str, Any]],
    shows: list[dict[str, Any]],
    about: dict[str, list[str]],
) -> pages.Statement:
    first, label = records[0], graph.names.label

    def who(column: str) -> str:
        actor = first[column]
        return "" if not actor else actor if actor in actors else label(actor)

    def title_of(record: dict[str, Any]) -> str:
        return str(record["sourceTitle"] or compact(record["source"]))

    own = [r for r in records if r["source"] == first["source"]]
    also = sorted({title_of(r) for r in records} - {title_of(first)})
    return pages.Statement(
        id=item,
        title=first["itemLabel"] or "",
        date=known_date(first["date"], first["precision"]),
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
        sources=list(dict.fromkeys(r["source"] for r in records)),
        issues=sorted({issue for s in shows for issue in about.get(s["position"], [])}),
    )


def value_words(value: int | None) -> str:
    """A point of the stance scale in words."""
    return "undetermined" if value is None else VALUE_WORDS[value]


def known_date(day: str | None, precision: str | None) -> str:
    """As much of a day as is known: 2020-04 where only the month is."""
    unsure = {"year": 2, "month": 1}.get(_code(precision, "precision-"), 0)
    return (day or "").rsplit("-", unsure)[0] if unsure else day or ""


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
    sparql = f"{SPARQL_PREFIXES} SELECT ?thing ?text WHERE {{ ?thing {path} ?text }}"
    for row in Table.from_tsv(graph.store.query(sparql).body):
        found.setdefault(row["thing"], []).append(str(row["text"]))
    return {thing: sorted(texts) for thing, texts in found.items()}  # stores collate each in its own way


def _pairs(graph: KnowledgeGraph, sparql: str) -> dict[str, list[str]]:
    """First column → all of the second."""
    found: dict[str, list[str]] = {}
    for row in Table.from_tsv(graph.store.query(sparql).body):
        one, other = row.values()
        found.setdefault(one, []).append(other)
    return found
