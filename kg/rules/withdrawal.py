"""What leaves a graph with a source: found by looking up what the source speaks of, not by reading all."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pyoxigraph as ox

from kg.rules.asking import Terms, asking, look_up
from kg.stores import Store
from kg.terms import DERIVED, ONTOLOGY_GRAPH, PREFIXES, ST

_CONFLICT = f"""SELECT DISTINCT ?conflict ?g ?p ?o WHERE {{ VALUES
  ?conflict <{ST}hasAccount> ?account . GRAPH ?g {{ ?conflict ?p ?o }} }}"""
_EVIDENCE, _ACCOUNT = f"{ST}hasEvidence", f"{ST}hasAccount"


def resting_on(store: Store, identifier: str) -> list[ox.Quad]:
    """The quads of a source's own graph, and those elsewhere that speak of the source or of its items.

    An item that another source carries too, with evidence of its own, stays there. A conflict between accounts goes
    with the last of its accounts.
    """
    return _Leaving(store, identifier).quads()


class _Leaving:
    def __init__(self, store: Store, identifier: str) -> None:
        self.store, self.ask, self.terms = store, asking(store), Terms()
        self.home = f"{PREFIXES['graph']}{identifier}"
        self.own = f"<{PREFIXES['item']}{identifier}/"
        self.about = {
            f"<{PREFIXES[space]}{name}>"
            for space, name in (("src", identifier), ("graph", identifier), ("actor", f"narrator-{identifier}"))
        }

    def quads(self) -> list[ox.Quad]:
        mine = list(self.store.quads(self.home))
        seen: dict[str, set[ox.Quad]] = {}
        # What speaks of an item of the source may lead to others, such as the coding that the record of it names.
        todo = {*self.about, *self._own(mine)}
        while todo:
            for thing, quad in self._speaking_of(todo):
                seen.setdefault(thing, set()).add(quad)
            seen.update((thing, set()) for thing in todo if thing not in seen)
            todo = {t for quads in seen.values() for t in self._own(quads)} - seen.keys()
        shared = {thing for thing, quads in seen.items() if thing not in self.about and self._is_shared(thing, quads)}
        gone = {q for thing, quads in seen.items() if thing not in shared for q in quads}
        conflicts: dict[str, set[ox.Quad]] = {}
        accounts = (q.object for q in gone if q.predicate.value == _ACCOUNT)
        for account in {str(account) for account in accounts if isinstance(account, ox.NamedNode)}:
            for conflict, graph, p, o in look_up(self.ask, _CONFLICT, ("?account",), [(account,)]):
                if self._is_elsewhere(graph[1:-1]):
                    conflicts.setdefault(conflict, set()).update(self.terms.quads(graph[1:-1], [(conflict, p, o)]))
        for quads in conflicts.values():
            if not any(q.predicate.value == _ACCOUNT and q not in gone for q in quads):
                gone |= quads
        return [*mine, *sorted(gone.difference(mine), key=str)]

    def _own(self, quads: Iterable[ox.Quad]) -> set[str]:
        terms = {str(t) for q in quads for t in (q.subject, q.object) if isinstance(t, ox.NamedNode)}
        return {t for t in terms if t.startswith(self.own)}

    def _is_shared(self, thing: str, quads: Collection[ox.Quad]) -> bool:
        """Whether another source has evidence of its own for an item."""
        return any(
            q.predicate.value == _EVIDENCE
            and str(q.subject) == thing
            and not thing.startswith(f"{self.own}evidence/")
            and not str(q.object).startswith(f"{self.own}evidence/")
            and str(q.object) not in self.about
            for q in quads
        )

    def _speaking_of(self, things: Collection[str]) -> Iterable[tuple[str, ox.Quad]]:
        """Quads about some things, each with its thing, in graphs other than the source's own."""
        given = [(thing,) for thing in sorted(things)]
        for place, pattern in ((0, "?thing ?p ?other"), (2, "?other ?p ?thing")):
            query = f"SELECT ?thing ?g ?p ?other WHERE {{ VALUES GRAPH ?g {{ {pattern} }} }}"
            for thing, graph, p, other in look_up(self.ask, query, ("?thing",), given):
                if self._is_elsewhere(graph[1:-1]):
                    triple = (thing, p, other) if place == 0 else (other, p, thing)
                    yield thing, next(self.terms.quads(graph[1:-1], [triple]))

    def _is_elsewhere(self, graph: str) -> bool:
        """Whether a graph is neither the source's own, nor derived, nor the ontology's."""
        return graph not in (self.home, ONTOLOGY_GRAPH) and not graph.startswith(DERIVED)
