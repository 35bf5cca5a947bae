"""The closure of ties under the ontology's axioms, within each derived graph.

Five axioms make ties out of ties: ``rdfs:subPropertyOf``, ``owl:SymmetricProperty``, ``owl:inverseOf``,
``owl:TransitiveProperty`` and ``owl:propertyChainAxiom``. The first three need one tie and become a table; the
others join two, and run semi-naively: each round joins only what the round before has made.

A tie that is derived stays in the graph of the tie it starts from. The further steps of a chain may come from
anywhere, those of a transitive property from the same graph.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kg.terms import PREFIXES

Triple = tuple[str, str, str]
Step = tuple[str, str]  # a thing and a property that leads on from it

_RDFS, _OWL, _RDF = PREFIXES["rdfs"], PREFIXES["owl"], PREFIXES["rdf"]
TYPE, FIRST, REST, NIL = (f"<{_RDF}{name}>" for name in ("type", "first", "rest", "nil"))
SUB_PROPERTY = f"<{_RDFS}subPropertyOf>"
SYMMETRIC, TRANSITIVE = f"<{_OWL}SymmetricProperty>", f"<{_OWL}TransitiveProperty>"
INVERSE, CHAIN = f"<{_OWL}inverseOf>", f"<{_OWL}propertyChainAxiom>"

AXIOM_PREDICATES = frozenset({SUB_PROPERTY, INVERSE, CHAIN})
AXIOM_CLASSES = frozenset({SYMMETRIC, TRANSITIVE})


@dataclass(frozen=True)
class Join:
    """``left`` then ``right`` makes ``result``; with ``anywhere`` the right step may be in any graph."""

    left: str
    right: str
    result: str
    anywhere: bool


@dataclass(frozen=True)
class Axioms:
    """What ties make what ties. Properties and things are terms as SPARQL writes them: ``<iri>``.

    ``above`` lists for each property what one tie of it makes: properties, and whether subject and object change
    places; the property itself included. ``steps`` are properties that stand for the first part of a chain.
    """

    above: Mapping[str, tuple[tuple[str, bool], ...]]
    joins: tuple[Join, ...]
    steps: frozenset[str] = frozenset()

    @classmethod
    def of(cls, triples: Iterable[Triple], *, inverse_of: Callable[[str], bool] = lambda _: True) -> Axioms:
        """The axioms among some triples; *inverse_of* says of which properties inverses are to be concluded."""
        edges: dict[str, set[tuple[str, bool]]] = defaultdict(set)
        chains: list[tuple[str, str]] = []
        transitive: set[str] = set()
        first: dict[str, str] = {}
        rest: dict[str, str] = {}
        for s, p, o in triples:
            if p == SUB_PROPERTY:
                edges[s].add((o, False))
            elif p == INVERSE:
                for mine, other in ((s, o), (o, s)):
                    if inverse_of(other):
                        edges[mine].add((other, True))
            elif p == CHAIN:
                chains.append((s, o))
            elif p == FIRST:
                first[s] = o
            elif p == REST:
                rest[s] = o
            elif p == TYPE and o == SYMMETRIC:
                edges[s].add((s, True))
            elif p == TYPE and o == TRANSITIVE:
                transitive.add(s)
        joins = [Join(p, p, p, False) for p in sorted(transitive)]
        steps: set[str] = set()
        for number, (whole, node) in enumerate(sorted(chains)):
            links: list[str] = []
            while node != NIL and node in first and len(links) <= len(first):
                links.append(first[node])
                node = rest.get(node, NIL)
            if len(links) == 1:
                edges[links[0]].add((whole, False))
            left = links[0] if links else ""
            for place, right in enumerate(links[1:], 2):
                result = whole if place == len(links) else f"_:chain{number}step{place}"
                steps |= {result} - {whole}
                joins.append(Join(left, right, result, True))
                left = result
        return cls({p: _reached(p, edges) for p in list(edges)}, tuple(joins), frozenset(steps))

    def made_by(self, prop: str) -> tuple[tuple[str, bool], ...]:
        """What one tie of a property makes, itself first."""
        return self.above.get(prop) or ((prop, False),)

    @property
    def sought_anywhere(self) -> frozenset[str]:
        """Properties whose ties, in any graph, let chains of other graphs go on."""
        return frozenset(j.right for j in self.joins if j.anywhere)

    @property
    def crossing(self) -> bool:
        """Whether what a chain makes may let another graph's chain go on, so that graphs rest on each other."""
        made = {p for j in self.joins if j.anywhere for p, _ in self.made_by(j.result)}
        made |= {p for j in self.joins if not j.anywhere and j.left in made for p, _ in self.made_by(j.result)}
        return bool(made & self.sought_anywhere)


def _reached(start: str, edges: Mapping[str, set[tuple[str, bool]]]) -> tuple[tuple[str, bool], ...]:
    found = {(start, False): None}
    todo = [(start, False)]
    while todo:
        prop, turned = todo.pop()
        for other, turns in sorted(edges.get(prop, ())):
            state = (other, turned != turns)
            if state not in found:
                found[state] = None
                todo.append(state)
    return tuple(found)


def close(
    ties: Mapping[str, Iterable[Triple]],
    axioms: Axioms,
    elsewhere: Callable[[set[Step]], Iterable[Triple]] = lambda _: (),
) -> dict[str, set[Triple]]:
    """Each graph's ties with all that follow from them.

    *elsewhere* gives, for things and properties that chains need, the ties of graphs that are not among *ties*.
    """
    return _Closure(axioms, elsewhere).run(ties)


class _Closure:
    def __init__(self, axioms: Axioms, elsewhere: Callable[[set[Step]], Iterable[Triple]]) -> None:
        self.axioms, self.elsewhere = axioms, elsewhere
        self.lefts: dict[str, list[Join]] = defaultdict(list)
        self.rights: dict[str, list[Join]] = defaultdict(list)
        for join in axioms.joins:
            self.lefts[join.left].append(join)
            self.rights[join.right].append(join)
        # Ties that joins need: onward by graph ("" is any graph), property and subject; back by property and object.
        self.onward: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        self.back: dict[Step, set[tuple[str, str]]] = defaultdict(set)
        self.asked: set[Step] = set()

    def run(self, ties: Mapping[str, Iterable[Triple]]) -> dict[str, set[Triple]]:
        closed: dict[str, set[Triple]] = {}
        fresh: list[tuple[str, Triple]] = []
        joined = self.lefts.keys() | self.rights.keys()
        above = self.axioms.above
        for graph, triples in ties.items():
            mine = closed[graph] = set()
            for s, p, o in triples:
                for q, turned in above.get(p) or ((p, False),):
                    # A value such as a number or a text has no ties of its own.
                    if not turned:
                        mine.add((s, q, o))
                    elif o[0] in "<_":
                        mine.add((o, q, s))
            if joined:
                fresh += [(graph, t) for t in mine if t[1] in joined]
        while fresh:
            made = self._round(fresh)
            fresh = []
            for graph, (s, p, o) in made:
                mine = closed[graph]
                for q, turned in self.axioms.made_by(p):
                    tie = (o, q, s) if turned else (s, q, o)
                    if tie not in mine and (not turned or o[0] in "<_"):
                        mine.add(tie)
                        if q in joined:
                            fresh.append((graph, tie))
        if self.axioms.steps:
            return {g: {t for t in mine if t[1] not in self.axioms.steps} for g, mine in closed.items()}
        return closed

    def _round(self, fresh: list[tuple[str, Triple]]) -> list[tuple[str, Triple]]:
        """What new ties make together with each other and with all before."""
        for graph, (s, p, o) in fresh:
            if p in self.rights:
                self.onward[graph, p, s].add(o)
                self.onward["", p, s].add(o)
            if p in self.lefts:
                self.back[p, o].add((graph, s))
        self._ask(fresh)
        made = []
        for graph, (s, p, o) in fresh:
            for join in self.lefts.get(p, ()):
                onward = self.onward.get(("" if join.anywhere else graph, join.right, o), ())
                made += [(graph, (s, join.result, x)) for x in onward]
            for join in self.rights.get(p, ()):
                for home, start in self.back.get((join.left, s), ()):
                    if join.anywhere or home == graph:
                        made.append((home, (start, join.result, o)))
        return made

    def _ask(self, fresh: list[tuple[str, Triple]]) -> None:
        """Look up the next steps of chains in the graphs that are not closed here."""
        wanted = {
            (o, join.right) for _, (_, p, o) in fresh for join in self.lefts.get(p, ()) if join.anywhere
        } - self.asked
        if wanted:
            self.asked |= wanted
            for s, p, o in self.elsewhere(wanted):
                self.onward["", p, s].add(o)
