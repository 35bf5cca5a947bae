"""Rules: what follows from coded items, kept beside them and in step with them.

Ties that follow from one source go to ``graph:derived/<source>``, so they leave with the source; ties that rest on
several sources go to ``graph:derived/comparison``. Three kinds of rules make them:

- ``kg/sparql/rules/NN-name.ru``: what the items of one source say, a file a rule;
- the ontology's axioms on properties: broader, symmetric, transitive ties and chains of them;
- the comparison of stances: who agrees and disagrees with whom.

A run looks at the sources that changed since the run before and at what they bear on, and costs in proportion to
these. Its result is that of a run on everything: nothing outlives its reasons.
"""

from __future__ import annotations

import re
from typing import Protocol
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from kg.rules.asking import asking
from kg.rules.files import parse, rule_files
from kg.rules.reach import Reach, Watch
from kg.rules.renewal import derived_graphs, work_out
from kg.rules.withdrawal import resting_on
from kg.stores import Store
from kg.stores.base import Change, unswept
from kg.terms import DERIVED, PREFIXES

__all__ = ["Watch", "derived_graphs", "forget", "infer", "parse", "renew", "rule_files", "withdraw"]


class HasStore(Protocol):
    """Anything with a store: a KnowledgeGraph."""

    @property
    def store(self) -> Store: ...


# How many derived triples a store holds, as long as nobody but the rules writes there.
_totals: WeakKeyDictionary[Store, int] = WeakKeyDictionary()


def infer(graph: HasStore) -> int:
    """Bring the direct layer up to date; returns the number of derived triples that there are now.

    Costs in proportion to what changed since the last run; where that is not known, everything is derived anew.
    """
    store = graph.store
    if _written_by_others(store):
        _totals.pop(store, None)
    renew(graph)
    if store not in _totals:
        _totals[store] = _count(store)
    return _totals[store]


def renew(graph: HasStore) -> Change:
    """Bring the direct layer up to date; returns the derived quads that came and went."""
    store = graph.store
    if store.pending() == frozenset():
        return Change()
    with unswept():
        work = work_out(store)
        change = store.change(remove=work.remove, add=work.add)
        _done(store, change)
    _changed(graph)
    return change


def forget(graph: HasStore) -> int:
    """Remove every derived triple; returns how many there were."""
    count = graph.store.drop(*derived_graphs(graph.store))
    _totals.pop(graph.store, None)
    _changed(graph)
    return count


def withdraw(graph: HasStore, identifier: str) -> int:
    """Take a source out, with what follows from it, in one step; returns the number of quads that left.

    In a graph without derived ties none are made.
    """
    store = graph.store
    gone = resting_on(store, identifier)
    touched = {q.graph_name.value for q in gone if isinstance(q.graph_name, ox.NamedNode)}
    if store.pending() is not None:
        touched |= Reach(store).of(gone, ())
    if not derived_graphs(store):
        store.mark(*touched)
        change = store.change(remove=gone)
        store.drop(f"{PREFIXES['graph']}{identifier}")
    elif store.remote:
        # A server: working on a copy of all it holds, so as to do this in one step, would mean to fetch it.
        change = store.change(remove=gone)
        later = renew(graph)
        change = Change((*change.removed, *later.removed), (*change.added, *later.added))
    else:
        work = work_out(store, gone, touched)
        change = store.change(remove=[*gone, *work.remove], add=work.add)
        _done(store, change)
    _changed(graph)
    return len(change.removed) - len(change.added)


def _done(store: Store, change: Change) -> None:
    """Everything is derived; keep count."""
    store.settle()
    if store in _totals:
        for quads, sign in ((change.added, 1), (change.removed, -1)):
            _totals[store] += sign * sum(1 for q in quads if str(q.graph_name).startswith(f"<{DERIVED}"))


def _written_by_others(store: Store) -> bool:
    """Whether somebody may have written to derived graphs since the last run."""
    pending = store.pending()
    return pending is None or any(name.startswith(DERIVED) for name in pending)


def _count(store: Store) -> int:
    [(count,)] = asking(store)(
        f'SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER (STRSTARTS(STR(?g), "{DERIVED}")) }}'
    )
    return int("".join(re.findall(r"\d+", count.split("^^")[0])))


def _changed(graph: HasStore) -> None:
    renew_names = getattr(graph, "changed", None)
    if renew_names:
        renew_names()
