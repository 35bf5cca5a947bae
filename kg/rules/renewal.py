"""Bring the derived graphs into step with the sources: all of them, or those that changed and what they touch.

Whatever is derived is worked out first, as sets, and then put in with one :meth:`~kg.stores.Store.change`, so a run
that is killed leaves the graph before or the graph after.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.rules import comparison
from kg.rules.asking import (
    ABOUT,
    COMPARISON,
    Ask,
    Nameless,
    Row,
    Terms,
    asking,
    derived_name,
    look_up,
    sources_of,
)
from kg.rules.closure import (
    AXIOM_CLASSES,
    AXIOM_PREDICATES,
    FIRST,
    REST,
    TYPE,
    Axioms,
    Step,
    Triple,
    close,
)
from kg.rules.files import Rule, shipped_rules
from kg.stores import Store
from kg.terms import DERIVED, ONTOLOGY_GRAPH, SPARQL_PREFIXES, ST

# Where more sources, or more of their quads, have changed than this, starting afresh costs less.
_MANY_GRAPHS = 500
_MANY_ROWS = 60_000
_MANY_THINGS = 1_000

_STANCE = frozenset(f"{ST}{name}" for name in ("holder", "towards", "value", "certainty"))

_AXIOMS = f"""{SPARQL_PREFIXES}
SELECT ?s ?p ?o WHERE {{
  {{ VALUES ?p {{ {" ".join(sorted({*AXIOM_PREDICATES, FIRST, REST}))} }} ?s ?p ?o }} UNION
  {{ VALUES (?p ?o) {{ {" ".join(f"({TYPE} {kind})" for kind in sorted(AXIOM_CLASSES))} }} ?s ?p ?o }} }}"""
_DIRECT = f"{SPARQL_PREFIXES} SELECT DISTINCT ?p WHERE {{ ?p st:qualifiedBy ?class }}"
# Asked by graph and not by stance, because a stance may have no IRI.
_SUPERSEDED = f"""SELECT DISTINCT ?later (<{comparison.SUPERSEDES}> AS ?p) ?stance WHERE {{ VALUES
  GRAPH ?g {{ ?stance <{ST}value> ?value }} ?later <{comparison.SUPERSEDES}> ?stance }}"""
_IN_GRAPHS = "SELECT ?g ?s ?p ?o WHERE { VALUES GRAPH ?g { ?s ?p ?o } }"


def axioms_of(ask: Ask) -> Axioms:
    """The axioms of a graph that make ties out of ties.

    An inverse is concluded only for a tie of the direct layer, one that some class of coded items qualifies: what a
    coded item says of itself, such as the parties of an agreement, is stated by its source.
    """
    direct = {p for (p,) in ask(_DIRECT)}
    return Axioms.of(((s, p, o) for s, p, o in ask(_AXIOMS)), inverse_of=direct.__contains__)


def broader(axioms: Axioms) -> dict[str, tuple[str, ...]]:
    """The broader properties of agreeing and of disagreeing."""
    return {
        prop: tuple(sorted({p for p, _ in axioms.made_by(prop)} - {prop}))
        for prop in (comparison.AGREES, comparison.DISAGREES)
    }


@dataclass
class Work:
    """What a run has to take out of derived graphs and to put in."""

    remove: list[ox.Quad]
    add: list[ox.Quad]


def work_out(store: Store, without: Collection[ox.Quad] = (), also: Iterable[str] = ()) -> Work:
    """What has to change in the derived graphs.

    *without* are quads that are about to be removed in the same step, *also* graphs that this touches.
    """
    gone = frozenset(without)
    pending = store.pending()
    if pending is not None:
        changed = {*pending, *also}
        with contextlib.suppress(Nameless):
            part = None if ONTOLOGY_GRAPH in changed else _Part(store, gone, changed).run()
            if part is not None:
                return part
    return _whole(store, gone)


def derived_graphs(store: Store) -> list[str]:
    """The named graphs that hold derived triples."""
    return [g for g in store.graphs() if g.startswith(DERIVED)]


# -- everything ------------------------------------------------------------------


def _whole(store: Store, gone: frozenset[ox.Quad]) -> Work:
    ask = asking(_copy(store, gone) if gone else store)
    ties: dict[str, set[Triple]] = defaultdict(set)
    for rule in shipped_rules():
        for graph, s, p, o in ask(rule.select):
            if graph and s[0] in "<_" and p[0] == "<":
                ties[graph[1:-1]].add((s, p, o))
    axioms = axioms_of(ask)
    background: dict[Step, set[Triple]] = defaultdict(set)
    for graph, s, p, o in look_up(ask, _IN_GRAPHS, ("?p",), [(p,) for p in axioms.sought_anywhere]):
        if not graph[1:].startswith(DERIVED):
            background[s, p].add((s, p, o))
    new = close(ties, axioms, lambda steps: (t for step in steps for t in background.get(step, ())))
    pairs = comparison.all_pairs(comparison.cells(ask(comparison.CELLS)), comparison.rivals(ask), broader(axioms))

    old: dict[str, set[Triple]] = defaultdict(set)
    for graph, s, p, o in _rows_of(asking(store), derived_graphs(store)):
        old[graph].add((s, p, o))
    terms = Terms()
    fresh, stray = pairs.less(old.pop(COMPARISON, ()))
    work = Work([], [*terms.quads(COMPARISON, fresh)])
    work.remove += terms.quads(COMPARISON, stray)
    for graph in new.keys() | old.keys():
        mine, held = new.get(graph, set()), old.get(graph, set())
        work.add += terms.quads(graph, mine - held)
        work.remove += terms.quads(graph, held - mine)
    return work


def _rows_of(ask: Ask, graphs: Collection[str]) -> Iterator[Row]:
    """Graph (a plain IRI), subject, predicate, object of all quads of some graphs."""
    for graph, s, p, o in look_up(ask, _IN_GRAPHS, ("?g",), [(f"<{g}>",) for g in graphs]):
        yield graph[1:-1], s, p, o


def _copy(store: Store, gone: frozenset[ox.Quad]) -> ox.Store:
    """What the store will hold without some quads."""
    copy = ox.Store()
    quads = [q for q in store.quads() if q not in gone]
    copy.bulk_extend(quads)
    copy.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
    return copy


# -- what changed ----------------------------------------------------------------


class _Part:
    """The changed sources, taken out of the store and worked on apart."""

    def __init__(self, store: Store, gone: frozenset[ox.Quad], changed: set[str]) -> None:
        self.store, self.gone = store, gone
        self.gone_triples = {q.triple for q in gone}
        self.ask = asking(store)
        self.terms = Terms()
        self.afresh = COMPARISON in changed
        self.things = {name.removeprefix(ABOUT) for name in changed if name.startswith(ABOUT)}
        graphs = {name for name in changed if not name.startswith(ABOUT)}
        self.changed = {g for g in graphs if not g.startswith(DERIVED)}
        self.changed |= {s for g in graphs - {COMPARISON} if g.startswith(DERIVED) for s in sources_of(g)}
        self.sources = set(self.changed)

    @property
    def apart(self) -> set[str]:
        """The derived graphs that are worked out anew."""
        return {derived_name(g) for g in self.sources}

    def run(self) -> Work | None:
        """The work; None where starting afresh costs less."""
        axioms = axioms_of(self.ask)
        # Ties that hold each other up across graphs, and chains of more than two steps, are not followed backwards.
        if axioms.crossing or axioms.steps:
            return None
        if len(self.things) > _MANY_THINGS or (self.afresh and self.gone):
            return None
        reach: set[str] | None = self._speaking_of_things()
        while reach is not None:
            self.sources |= reach
            if len(self.sources) > _MANY_GRAPHS:
                return None
            quads = self._quads()
            if len(quads) > _MANY_ROWS:
                return None
            part = self._extract(quads)
            ties: dict[str, set[Triple]] = {g: set() for g in self.apart}
            for rule in shipped_rules() if quads else ():
                for graph, s, p, o in asking(part)(rule.select):
                    if graph[1:-1] in ties and s[0] in "<_" and p[0] == "<":
                        ties[graph[1:-1]].add((s, p, o))
            old: dict[str, set[Triple]] = {g: set() for g in ties}
            for graph, s, p, o in _rows_of(self.ask, sorted(ties)):
                old[graph].add((s, p, o))
            new = close(ties, axioms, self._elsewhere)
            reach = self._reached(axioms, old, new)
        work = Work([], [])
        for graph, mine in new.items():
            work.add += self.terms.quads(graph, mine - old[graph])
            work.remove += self.terms.quads(graph, old[graph] - mine)
        remove, add = self._pairs(part, axioms, old, new)
        work.remove += self.terms.quads(COMPARISON, remove)
        work.add += self.terms.quads(COMPARISON, add)
        return work

    def _quads(self) -> list[ox.Quad]:
        """What rules read of the changed sources, without what is about to go."""
        every = [_STANCE, *(rule.reads for rule in shipped_rules())]
        graphs = sorted(self.sources)
        if common := sorted(frozenset.intersection(*every)):
            # What every rule reads tells cheaply which graphs, unlike a registry, have anything for them.
            probe = f"SELECT DISTINCT ?g WHERE {{ VALUES GRAPH ?g {{ ?item <{common[0]}> ?value }} }}"
            graphs = [g[1:-1] for (g,) in look_up(self.ask, probe, ("?g",), [(f"<{g}>",) for g in graphs])]
        reads = sorted(frozenset.union(*every))
        # Graph and predicate together: the engine takes two lists apart for a reason to read all of a predicate.
        given = [(f"<{g}>", f"<{p}>") for g in graphs for p in reads]
        found = (
            ox.Quad(self.terms[s], self.terms[p], self.terms[o], self.terms[g])  # type: ignore[arg-type]
            for g, s, p, o in look_up(self.ask, _IN_GRAPHS, ("?g", "?p"), given)
        )
        return [q for q in found if q not in self.gone]

    def _speaking_of_things(self) -> set[str]:
        """Sources, beside those that changed, which speak of things whose context changed."""
        found: set[str] = set()
        for pattern in ("?thing ?p ?o", "?s ?p ?thing"):
            query = f"SELECT DISTINCT ?g WHERE {{ VALUES GRAPH ?g {{ {pattern} }} }}"
            for (graph,) in look_up(self.ask, query, ("?thing",), [(f"<{t}>",) for t in sorted(self.things)]):
                name = graph[1:-1]
                if name not in (COMPARISON, ONTOLOGY_GRAPH):
                    found |= {*sources_of(name)} if name.startswith(DERIVED) else {name}
        return found

    def _extract(self, quads: list[ox.Quad]) -> ox.Store:
        """A small store with the changed sources, and with the context that rules need for them as its default."""
        part = ox.Store()
        part.extend(quads)
        if not quads:
            return part
        ask = asking(part)
        kinds: set[tuple[str, str]] = set()
        steps: set[Step] = set()
        for rule in shipped_rules():
            for variable, values in _named(ask, rule):
                for context in rule.context:
                    if context.variable == variable and context.kind:
                        kinds |= {(value, context.kind) for value in values}
                    elif context.variable == variable:
                        steps |= {(value, f"<{p}>") for value in values for p in context.predicates}
        stances = ask(f"SELECT ?holder ?value WHERE {{ GRAPH ?g {{ ?s <{ST}holder> ?holder ; <{ST}value> ?value }} }}")
        kinds |= {(holder, comparison.NARRATOR) for holder, _ in stances if holder[0] in "<_"}
        steps |= {(value, f"<{comparison.SCORE}>") for _, value in stances}
        context_rows = [
            *look_up(self.ask, "SELECT ?s ?p ?o WHERE { VALUES ?s ?p ?o }", ("?s", "?p"), steps),
            *look_up(self.ask, _SUPERSEDED, ("?g",), {(str(q.graph_name),) for q in quads}),
        ]
        known = [ox.Triple(*(self.terms[t] for t in row)) for row in context_rows]  # type: ignore[arg-type]
        for thing, kind in kinds:
            if thing[0] not in "<_":
                continue
            triple = ox.Triple(self.terms[thing], self.terms[TYPE], ox.NamedNode(kind))  # type: ignore[arg-type]
            # A look-up of the whole triple, unlike a query, does not walk along everything that is said of an actor.
            if self.store.holds(ox.Quad(triple.subject, triple.predicate, triple.object, ox.DefaultGraph())):
                known.append(triple)
        part.extend(ox.Quad(t.subject, t.predicate, t.object) for t in known if self._stays(t))
        return part

    def _stays(self, triple: ox.Triple) -> bool:
        """Whether a triple will still be in some graph."""
        if triple not in self.gone_triples:
            return True
        rows = self.ask(f"SELECT ?g WHERE {{ GRAPH ?g {{ {triple} }} }}")
        quads = (ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(g[1:-1])) for (g,) in rows)
        return any(q not in self.gone for q in quads)

    def _elsewhere(self, steps: set[Step]) -> Iterator[Triple]:
        """Ties of other graphs, coded or derived, that chains need."""
        apart = self.apart
        for graph, s, p, o in look_up(self.ask, _IN_GRAPHS, ("?s", "?p"), steps):
            if graph[1:-1] not in apart and not (self.gone and self._is_gone(graph, s, p, o)):
                yield s, p, o

    def _is_gone(self, graph: str, s: str, p: str, o: str) -> bool:
        return next(self.terms.quads(graph[1:-1], [(s, p, o)])) in self.gone

    def _reached(
        self, axioms: Axioms, old: dict[str, set[Triple]], new: dict[str, set[Triple]]
    ) -> set[str] | None:
        """Other sources whose chains go on by ties that came or went here; None when there are none."""
        sought = axioms.sought_anywhere
        moved = {t for graph in new for t in new[graph] ^ old[graph] if t[1] in sought}
        if not moved:
            return None
        lefts: dict[str, set[str]] = defaultdict(set)
        for join in axioms.joins:
            if join.anywhere:
                lefts[join.right].add(join.left)
        steps = {(left, s) for s, p, _ in moved for left in lefts[p]}
        apart = self.apart
        found = {
            source
            for graph, *_ in look_up(self.ask, _IN_GRAPHS, ("?p", "?o"), steps)
            if graph[1:].startswith(DERIVED) and graph[1:-1] not in apart
            for source in sources_of(graph[1:-1])
        }
        return found or None

    def _pairs(
        self, part: ox.Store, axioms: Axioms, old: dict[str, set[Triple]], new: dict[str, set[Triple]]
    ) -> tuple[Iterable[Triple], Iterable[Triple]]:
        incompatible = self._rivals()
        if self.afresh:
            pairs = comparison.all_pairs(
                comparison.cells(self.ask(comparison.CELLS)), incompatible, broader(axioms)
            )
            add, remove = pairs.less((s, p, o) for _, s, p, o in _rows_of(self.ask, [COMPARISON]))
            return remove, add
        sides = {comparison.SUPPORTS: True, comparison.OPPOSES: False}
        changed = {derived_name(g) for g in self.changed}
        touched = {
            (s, o, sides[p]) for g in new.keys() & changed for s, p, o in new[g] | old[g] if p in sides
        }
        # Of sources that did not change themselves, what they state about the things whose context did.
        things = {f"<{thing}>" for thing in self.things}
        turned = {
            (holder, position, sides[side])
            for stance, holder, position, side in asking(part)(comparison.STATED)
            if holder[0] in "<_" and things & {stance, holder, position}
        }
        touched |= turned
        if not touched:
            return (), ()
        present = comparison.cells(asking(part)(comparison.CELLS))
        return comparison.Repair(
            self.store, self.ask, changed, touched, turned, present, incompatible, broader(axioms)
        ).run()

    def _rivals(self) -> dict[str, set[str]]:
        found = comparison.rivals(self.ask)
        for triple in self.gone_triples:
            if triple.predicate.value == comparison.INCOMPATIBLE and not self._stays(triple):
                one, other = str(triple.subject), str(triple.object)
                back = ox.Triple(triple.object, triple.predicate, triple.subject)  # type: ignore[arg-type]
                if not self.store.holds(ox.Quad(back.subject, back.predicate, back.object, ox.DefaultGraph())):
                    found[one].discard(other)
                    found[other].discard(one)
        return found


def _named(ask: Ask, rule: Rule) -> Iterator[tuple[str, set[str]]]:
    """The variables of a rule's context, and what the sources put there."""
    if rule.names:
        rows = ask(rule.names)
        for place, variable in enumerate(sorted({c.variable for c in rule.context})):
            yield variable, {row[place] for row in rows if row[place]}
