"""kg: the actor-stance knowledge graph. Ask, see, compare, down to the sentence behind an edge.

>>> import kg
>>> g = kg.demo()                                        # the shipped corpus
>>> bool(g.query("negotiates-with", actor="Taliban"))    # ask
True
>>> page = kg.network(g, tie="conflict").to_html()       # see
>>> kg.compare(g, "Taliban", "Afghan government").pair().measure("conflict") > 0   # compare
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.checks import Findings, check
    from kg.comparisons import Comparison, compare
    from kg.corpus import demo
    from kg.errors import KGError
    from kg.exhibits import figure
    from kg.frames import stances
    from kg.graph import KnowledgeGraph
    from kg.networks import Network, network
    from kg.queries import Query
    from kg.reports import Report, report
    from kg.rules import forget, infer
    from kg.tables import Table
    from kg.texts import search

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "Findings",
    "KGError",
    "KnowledgeGraph",
    "Network",
    "Query",
    "Report",
    "Table",
    "check",
    "compare",
    "demo",
    "figure",
    "forget",
    "infer",
    "network",
    "report",
    "search",
    "stances",
]

# Name → room. Opened when first used, so that `kg --help` and `import kg` take no time.
_ROOMS = {
    "Comparison": "comparisons",
    "Findings": "checks",
    "KGError": "errors",
    "KnowledgeGraph": "graph",
    "Network": "networks",
    "Query": "queries",
    "Report": "reports",
    "Table": "tables",
    "check": "checks",
    "compare": "comparisons",
    "demo": "corpus",
    "figure": "exhibits",
    "forget": "rules",
    "infer": "rules",
    "network": "networks",
    "report": "reports",
    "search": "texts",
    "stances": "frames",
}


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(f"kg.{_ROOMS[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
