"""Exhibits: figures of a graph for papers. ``kg.figure(g, "agreement").write("agreement.pdf")``.

    >>> import kg
    >>> kg.figure(kg.demo(), "stances", "Taliban", "Afghan government").title
    'Stances: Taliban, Afghan government'

A kind is a file of this folder with a function ``draw``, and a row of :data:`KINDS`. :mod:`kg.figures` draws.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from kg.errors import KGError, did_you_mean
from kg.exhibits.asked import Asked
from kg.figures import TWO_COLUMNS

if TYPE_CHECKING:
    from kg.figures import Figure
    from kg.graph import KnowledgeGraph

__all__ = ["KINDS", "figure"]

# Kind → the named query that it starts from.
KINDS = {
    "stances": "stances",
    "agreement": "stances",
    "timeline": "stances",
    "course": "stances",
    "flows": "stances",
    "network": "ties",
}


def figure(
    graph: KnowledgeGraph,
    kind: str,
    *actors: str,
    title: str | None = None,
    width: float = TWO_COLUMNS,
    most: int | None = None,
) -> Figure:
    """A figure of the graph's selection: of the *actors* that are named (labels, CURIEs, IRIs), or of all.

    *kind* is ``stances`` (positions × actors), ``agreement`` (actors × actors, with intervals), ``timeline`` (stances
    of each actor over time), ``course`` (agreement of two or three actors over time), ``flows`` (from actors to
    positions) or ``network``. *width* is in cm: 8.5 for one column, 17.5 for two; *most* says how many positions, lanes
    or actors are drawn (the caption tells of others). ``write(path)`` takes ``.svg``,
    ``.pdf`` and ``.png``. Raises NotFound for an unknown name, KGError for another kind, a width that cannot be set,
    and where there is nothing to draw; MissingExtra without matplotlib.
    """
    if kind not in KINDS:
        hint = did_you_mean(kind, KINDS)
        raise KGError(f'No figure "{kind}".', cure=f"{hint} Use one of {', '.join(KINDS)}.".strip())
    named = tuple(dict.fromkeys(graph.find(actor, "actor") for actor in actors))
    made: Figure = import_module(f"kg.exhibits.{kind}").draw(Asked(graph, kind, named, title, width, most))
    return made
