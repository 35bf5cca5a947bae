"""Rules: SPARQL updates that derive the direct layer from coded items.

``kg/sparql/rules/NN-name.ru`` run in the order of their names. What they derive from a source goes to
``graph:derived/<source>``, so it leaves with the source; ties that rest on several sources go to
``graph:derived/comparison``. Every run starts afresh, so nothing outlives its reasons.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Protocol

from kg.stores import OxigraphStore
from kg.terms import DERIVED


class HasStore(Protocol):
    """Anything with a store: a KnowledgeGraph."""

    @property
    def store(self) -> OxigraphStore: ...


@cache
def rule_files() -> tuple[Path, ...]:
    """The shipped rules, in the order they run."""
    folder = Path(str(resources.files("kg"))) / "sparql" / "rules"
    return tuple(sorted(folder.glob("*.ru")))


def derived_graphs(store: OxigraphStore) -> list[str]:
    """The named graphs that hold derived triples."""
    return [g for g in store.graphs() if g.startswith(DERIVED)]


def infer(graph: HasStore) -> int:
    """Derive the direct layer anew; returns the number of derived triples."""
    store = graph.store
    forget(graph)
    for file in rule_files():
        store.run_update(file.read_text(encoding="utf-8"))
    derived = derived_graphs(store)
    store.merge(*derived)
    _changed(graph)
    return sum(1 for name in derived for _ in store.quads(name))


def forget(graph: HasStore) -> int:
    """Remove every derived triple; returns how many there were."""
    count = graph.store.drop(*derived_graphs(graph.store))
    _changed(graph)
    return count


def _changed(graph: HasStore) -> None:
    renew = getattr(graph, "changed", None)
    if renew:
        renew()
