"""What a write bears on beside the graphs that it writes to, so that the next run of the rules sees it.

Rules read a source and a little about the things in it that stands elsewhere: what an event type implies, whether
a position is factual, which stance supersedes which. When such context changes, the things that it is about are
marked, and the next run looks at the sources that speak of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import pyoxigraph as ox

from kg.rules import comparison
from kg.rules.asking import ABOUT, COMPARISON, asking
from kg.rules.closure import AXIOM_CLASSES, AXIOM_PREDICATES
from kg.rules.files import TYPE, shipped_rules
from kg.rules.renewal import axioms_of
from kg.stores import Store
from kg.stores.base import Change
from kg.terms import ONTOLOGY_GRAPH


class Reach:
    """The context of the rules in one store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        context = [c for rule in shipped_rules() for c in rule.context]
        self._predicates = {p for c in context for p in c.predicates if not c.kind}
        self._predicates |= {comparison.SUPERSEDES, comparison.INCOMPATIBLE, comparison.SCORE, TYPE}
        self._predicates |= {p[1:-1] for p in AXIOM_PREDICATES}
        self._kinds = {c.kind for c in context if c.kind} | {comparison.NARRATOR}
        self._kinds |= {kind[1:-1] for kind in AXIOM_CLASSES}
        self._sought: set[str] | None = None

    def of(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> set[str]:
        """Marks for :meth:`~kg.stores.Store.mark`: things that quads say something about which rules read elsewhere.

        Among them may be the graph of the ontology, which stands for everything, and that of comparisons.
        """
        if self._sought is None:
            self._sought = {p[1:-1] for p in axioms_of(asking(self.store)).sought_anywhere}
        predicates = self._predicates | self._sought
        found: set[str] = set()
        things: set[str] = set()
        for quads, leaving in ((removed, True), (added, False)):
            for q in quads:
                predicate = q.predicate.value
                if predicate not in predicates:
                    continue
                kind = getattr(q.object, "value", "") if predicate == TYPE else ""
                if predicate == TYPE and kind not in self._kinds:
                    continue
                if f"<{predicate}>" in AXIOM_PREDICATES or f"<{kind}>" in AXIOM_CLASSES:
                    found.add(ONTOLOGY_GRAPH)
                    self._sought = None
                elif predicate == comparison.SCORE or not isinstance(q.subject, ox.NamedNode):
                    found.add(ONTOLOGY_GRAPH)
                elif predicate == comparison.INCOMPATIBLE and leaving:
                    found.add(COMPARISON)
                else:
                    things.add(q.subject.value)
                    if predicate in (comparison.INCOMPATIBLE, comparison.SUPERSEDES):
                        if isinstance(q.object, ox.NamedNode):
                            things.add(q.object.value)
                        else:
                            found.add(ONTOLOGY_GRAPH)
        return found | {ABOUT + thing for thing in things}


class Watch:
    """Marks, on each write to a store, what it bears on."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._told = False

    @cached_property
    def reach(self) -> Reach:
        """Made with the first write: most programs only read."""
        return Reach(self.store)

    def before(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> None:
        """Mark what a write is about to bear on, so that no kill at any moment leaves it unmarked."""
        if self.store.pending() is not None:
            self.store.mark(*self.reach.of(removed, added))
        self._told = True

    def __call__(self, change: Change | None) -> None:
        """Mark what a write bore on, unless it was told before."""
        if not self._told and change is not None and self.store.pending() is not None:
            self.store.mark(*self.reach.of(change.removed, change.added))
        self._told = False
