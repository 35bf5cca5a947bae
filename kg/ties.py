"""Ties: coded relations between actors as a networkx multigraph. Each edge keeps the items behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from kg import queries
from kg.selection import Selection
from kg.stores import Store
from kg.tables import Table
from kg.terms import SPARQL_PREFIXES, ST, Names, local_name

if TYPE_CHECKING:
    import networkx

FAMILIES = {"cooperation": f"{ST}cooperatesWith", "conflict": f"{ST}conflictsWith"}
SIGNS = {"cooperation": 1, "conflict": -1, "other": 0}

_PROPERTIES = f"""{SPARQL_PREFIXES}
SELECT DISTINCT ?relation ?super ?symmetric WHERE {{
  ?relation rdfs:subPropertyOf* ?super ; rdfs:subPropertyOf+ st:relatesTo .
  BIND (EXISTS {{ ?relation a owl:SymmetricProperty }} AS ?symmetric) }}"""

_CONTEXT = f"""{SPARQL_PREFIXES}
SELECT DISTINCT ?item ?issue ?basis WHERE {{
  ?item st:expresses ?stance . ?stance st:towards/st:onIssue ?issue ; st:basis ?basis }}"""

_NODES = f"""{SPARQL_PREFIXES}
SELECT ?node ?kind WHERE {{
  VALUES ?top {{ st:Actor st:PersonGroup }} ?kind rdfs:subClassOf* ?top . ?node a ?kind }}"""


class Asks(Protocol):
    """What ties need of a graph."""

    store: Store
    selection: Selection

    @property
    def names(self) -> Names: ...


def relations(graph: Asks) -> dict[str, dict[str, Any]]:
    """Direct properties: IRI → label, family, sign, directed, and the IRIs of those they fall under."""
    found: dict[str, dict[str, Any]] = {}
    for row in Table.from_tsv(graph.store.query(_PROPERTIES).body):
        entry = found.setdefault(row["relation"], {"supers": set(), "directed": not row["symmetric"]})
        entry["supers"].add(row["super"])
    for iri, entry in found.items():
        entry["label"] = graph.names.label(iri)
        entry["family"] = next((name for name, top in FAMILIES.items() if top in entry["supers"]), "other")
        entry["sign"] = SIGNS[entry["family"]]
    return found


def records(graph: Asks) -> list[dict[str, Any]]:
    """The coded items behind ties, one row an item and source, within the graph's selection.

    A tie has an issue and a basis only through a stance that its event expresses; when the selection asks
    for either, ties without one are left out.
    """
    chosen = graph.selection
    rows = list(Table.from_tsv(graph.store.query(queries.named("ties").bind({}, _no_names)).body))
    if chosen.issues or chosen.basis:
        context = list(Table.from_tsv(graph.store.query(_CONTEXT).body))
        fits = {
            c["item"]
            for c in context
            if (not chosen.issues or c["issue"] in chosen.issues)
            and (not chosen.basis or c["basis"] in chosen.basis)
        }
        rows = [r for r in rows if r["item"] in fits]
    return [
        r
        for r in rows
        if (not chosen.actors or r["from"] in chosen.actors or r["to"] in chosen.actors)
        and (not chosen.sources or r["source"] in chosen.sources)
        and chosen.keeps_period(r["date"], r["date"])
    ]


def kinds_of(graph: Asks) -> dict[str, str]:
    """The class of each actor, by its local name."""
    typed = list(Table.from_tsv(graph.store.query(_NODES).body))
    # Whoever is also typed as plain actor, as by a one-page sheet, is known better elsewhere.
    typed.sort(key=lambda r: (r["kind"] != f"{ST}Actor", r["kind"]))
    return {row["node"]: local_name(row["kind"]) for row in typed}


def multigraph(graph: Asks) -> networkx.MultiDiGraph:
    """See :meth:`kg.KnowledgeGraph.to_networkx`."""
    import networkx

    properties = relations(graph)
    result = networkx.MultiDiGraph(name=graph.store.name, selection=graph.selection.describe())
    kinds = kinds_of(graph)
    for row in sorted(
        records(graph), key=lambda r: (r["from"], r["to"], r["relation"], r["item"], r["source"])
    ):
        relation = properties.get(row["relation"])
        if relation is None:
            continue
        ends = (row["from"], row["to"])
        if not relation["directed"]:
            ends = (min(ends), max(ends))
        for node in ends:
            result.add_node(node, label=graph.names.label(node), kind=kinds.get(node, "Actor"))
        key = local_name(row["relation"])
        if not result.has_edge(*ends, key=key):
            result.add_edge(
                *ends,
                key=key,
                relation=row["relation"],
                label=relation["label"],
                sign=relation["sign"],
                family=relation["family"],
                directed=relation["directed"],
                weight=0,
                dates=[],
                items=[],
                sources=[],
            )
        edge = result.edges[(*ends, key)]
        if row["item"] not in edge["items"]:
            edge["items"].append(row["item"])
            edge["weight"] += 1
        for name, value in (("dates", row["date"]), ("sources", row["source"])):
            if value and value not in edge[name]:
                edge[name].append(value)
    _attach_evidence(graph, result)
    return result


def _attach_evidence(graph: Asks, result: networkx.MultiDiGraph) -> None:
    sparql = f"{SPARQL_PREFIXES} SELECT ?item ?evidence WHERE {{ ?item st:hasEvidence ?evidence }}"
    evidence: dict[str, list[str]] = {}
    for row in Table.from_tsv(graph.store.query(sparql).body):
        evidence.setdefault(row["item"], []).append(row["evidence"])
    for _, _, edge in result.edges(data=True):
        edge["dates"].sort()
        edge["evidence"] = sorted({e for item in edge["items"] for e in evidence.get(item, ())})


def _no_names(name: str, kind: str) -> str:
    raise AssertionError(f"{name}: this query takes no {kind}")
