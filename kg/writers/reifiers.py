"""Ties with what they rest on, as RDF 1.2 says it: ``item rdf:reifies <<( actor property actor )>>``.

Every coded item that a tie rests on reifies it, in the graph of the item's source, so that dates, evidence and source
are one step from the tie. A tie that rests on several items, such as an agreement of two stances, is reified by each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.stores import Store
from kg.tables import Table
from kg.terms import DERIVED, PREFIXES, SPARQL_PREFIXES, ST

REIFIES = ox.NamedNode(f"{PREFIXES['rdf']}reifies")

Row = tuple[str, ...]
Tie = tuple[str, str, str]  # raw cells: subject, property, object
Item = tuple[str, str]  # raw cells: graph, coded item

_OWN = f'FILTER (!STRSTARTS(STR(?g), "{DERIVED}"))'

# What each coded item states by itself, as the rules have it; hedged items state nothing.
_STATED = f"""{SPARQL_PREFIXES}
SELECT DISTINCT ?g ?item ?s ?p ?o WHERE {{
  {{
    GRAPH ?g {{ ?item st:relationSubject ?s ; st:relationType ?p ; st:relationObject ?o ; st:certainty ?certainty }}
  }} UNION {{
    GRAPH ?g {{
      ?item st:eventType ?kind ; st:recipient ?o ; st:certainty ?certainty ; st:initiator|st:onBehalfOf ?s }}
    ?kind st:impliesRelation ?p .
    FILTER (?s != ?o)
  }} UNION {{
    GRAPH ?g {{
      ?item st:incumbent ?s ; st:inOrganization ?o ; st:role ?role ; st:tenureStatus ?status ;
            st:certainty ?certainty }}
    VALUES (?status ?implies) {{
      (stx:held st:impliesRelation) (stx:challenged st:impliesRelation) (stx:claimed st:impliesClaim) }}
    ?role ?implies ?p .
  }} UNION {{
    GRAPH ?g {{ ?item st:hasParty ?s ; st:certainty ?certainty }}
    BIND (?item AS ?o)
    BIND (st:isPartyTo AS ?p)
  }} UNION {{
    GRAPH ?g {{ ?item st:hasParty ?s , ?o ; st:certainty ?certainty }}
    FILTER (?s != ?o)
    BIND (st:hasAgreementWith AS ?p)
  }} UNION {{
    GRAPH ?g {{ ?item st:holder ?s ; st:towards ?o ; st:value ?value ; st:certainty ?certainty }}
    ?value st:score ?score .
    BIND (IF(?score > 0, st:supports, IF(?score < 0, st:opposes, st:hasStanceOn)) AS ?p)
  }} UNION {{
    GRAPH ?g {{ ?item st:holder ?s ; st:towards ?o ; st:value ?value ; st:certainty ?certainty }}
    ?value st:score ?score .
    ?o a st:FactualPosition .
    FILTER (?score < 0)
    BIND (st:contests AS ?p)
  }}
  FILTER (?certainty != stx:hedged)
  {_OWN} }}"""

# Present stances, as the comparison of stances takes them.
_STANCES = f"""{SPARQL_PREFIXES}
SELECT DISTINCT ?g ?item ?holder ?position ?side WHERE {{
  GRAPH ?g {{ ?item st:holder ?holder ; st:towards ?position ; st:value ?value ; st:certainty ?certainty }}
  ?value st:score ?score .
  FILTER (?score != 0 && ?certainty != stx:hedged)
  FILTER NOT EXISTS {{ ?later st:supersedes ?item }}
  {_OWN}
  BIND (?score > 0 AS ?side) }}"""

_RIVALS = f"{SPARQL_PREFIXES} SELECT ?a ?b WHERE {{ ?a st:isIncompatibleWith ?b }}"
_BROADER = f"{SPARQL_PREFIXES} SELECT ?p ?broader WHERE {{ ?p rdfs:subPropertyOf+ ?broader }}"
_SYMMETRIC = f"{SPARQL_PREFIXES} SELECT ?p WHERE {{ ?p a owl:SymmetricProperty }}"
_CHAINS = f"""{SPARQL_PREFIXES} SELECT ?first ?second ?p WHERE {{
  ?p owl:propertyChainAxiom ?list . ?list rdf:first ?first ; rdf:rest ?rest . ?rest rdf:first ?second }}"""
_TIES = f'SELECT DISTINCT ?s ?p ?o WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER (STRSTARTS(STR(?g), "{DERIVED}")) }}'

_AGREES, _DISAGREES = f"<{ST}agreesWith>", f"<{ST}disagreesWith>"


def reifying(store: Store) -> list[ox.Quad]:
    """For each derived tie of a store, the quads that say which coded items reify it."""

    def rows(query: str) -> list[Row]:
        return Table.from_tsv(store.query(query).body).raw

    ties: set[Tie] = {(s, p, o) for s, p, o in rows(_TIES)}
    if not ties:
        return []
    found: dict[Tie, set[Item]] = defaultdict(set)
    for graph, item, s, p, o in rows(_STATED):
        found[s, p, o].add((graph, item))
    for tie, behind in _compared(ties, rows(_STANCES), rows(_RIVALS)):
        found[tie] |= behind
    _follow(found, rows(_BROADER), {p for (p,) in rows(_SYMMETRIC)}, rows(_CHAINS))
    lines = (
        f"{item} {REIFIES} <<( {s} {p} {o} )>> {graph} .\n"
        for (s, p, o), items in found.items()
        if (s, p, o) in ties
        for graph, item in items
    )
    return list(ox.parse("".join(lines), ox.RdfFormat.N_QUADS))


def _compared(
    ties: Iterable[Tie], stances: Iterable[Row], rivals: Iterable[Row]
) -> Iterator[tuple[Tie, set[Item]]]:
    """Who agrees and disagrees, with the stances on both sides."""
    held: dict[str, dict[tuple[str, bool], set[Item]]] = defaultdict(lambda: defaultdict(set))
    for graph, item, holder, position, side in stances:
        held[holder][position, side == "true"].add((graph, item))
    against: dict[str, set[str]] = defaultdict(set)
    for one, other in rivals:
        against[one].add(other)
        against[other].add(one)
    for s, p, o in ties:
        if p not in (_AGREES, _DISAGREES):
            continue
        for (position, supported), mine in held[s].items():
            if p == _AGREES:
                theirs = set(held[o].get((position, supported), ()))
            else:
                theirs = set(held[o].get((position, not supported), ()))
                if supported:
                    theirs.update(*(held[o].get((rival, True), ()) for rival in against[position]))
            if theirs:
                yield (s, p, o), mine | theirs


def _follow(
    found: dict[Tie, set[Item]],
    broader: Iterable[Row],
    symmetric: set[str],
    chains: Iterable[Row],
) -> None:
    """Carry items to the ties that follow by the ontology's axioms: both ways, at the end of chains, broader."""
    above: dict[str, set[str]] = defaultdict(set)
    for p, wider in broader:
        above[p].add(wider)

    def widen(tie: Tie, items: set[Item]) -> None:
        s, p, o = tie
        for wider in {p, *above[p]}:
            found[s, wider, o] |= items
            if wider in symmetric:
                for both in {wider, *above[wider]}:
                    found[o, both, s] |= items

    for tie, items in list(found.items()):
        widen(tie, items)
    for first, second, p in chains:
        onward: dict[str, list[tuple[str, set[Item]]]] = defaultdict(list)
        for (s, prop, o), items in list(found.items()):
            if prop == second:
                onward[s].append((o, items))
        for (s, prop, o), items in list(found.items()):
            if prop == first:
                for end, more in onward[o]:
                    widen((s, p, end), items | more)
