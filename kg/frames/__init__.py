"""Frames: the table of stances that every comparison starts from, and the profile of each actor.

:func:`stances` is the table that people read. :func:`frame` gives the same as columns, for many stances at once: made
once for each state of the graph and kept beside it, narrowed by any column, rolled up to larger actors or broader
issues, and coded for :mod:`kg.algebra`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kg.frames.profiles import Profile, profiles
from kg.graph import KnowledgeGraph
from kg.stores import Store
from kg.tables import Table

if TYPE_CHECKING:  # polars is loaded when a frame is made
    from kg.frames.coding import Entries
    from kg.frames.data import Frame
    from kg.frames.extraction import Variable

__all__ = [
    "COLUMNS",
    "Entries",
    "Frame",
    "Profile",
    "Variable",
    "frame",
    "in_step",
    "keep",
    "profiles",
    "stances",
]

COLUMNS = (
    "stance",
    "holder",
    "speaker",
    "position",
    "issue",
    "value",
    "basis",
    "start",
    "end",
    "notBefore",
    "notAfter",
    "precision",
    "certainty",
    "confidence",
    "source",
    "reliability",
    "secondLook",
    "superseded",
    "narrator",
)


def stances(graph: KnowledgeGraph) -> Table:
    """Every stance in the graph's selection, one row a stance and source.

    ``value`` is −2 … 2 and empty where the direction is undetermined; dates are ISO days; ``superseded`` is
    true when, within the selection, a later stance of the same holder replaces this one (one from before the
    period does so too); ``narrator`` marks the voice of a source. Coded variables follow, where there are any.
    """
    from kg.frames import choosing, keeping, view

    whole = keeping.whole(graph.store)
    rows = choosing.chosen(whole.data, graph.selection)
    made = {
        "graph": graph.store.name,
        "selection": graph.selection.describe(),
        "stances": str(rows["stance"].n_unique()),
    }
    table = Table.from_tsv(view.tsv(rows, (*COLUMNS, *(v.name for v in whole.variables))), made)
    table.labels = graph.names.labels
    return table


def frame(
    graph: KnowledgeGraph, *, level: str = "holder", issue_level: int | str | Iterable[str] | None = None
) -> Frame:
    """The stances of the graph's selection as columns.

    *level* is whose stance each counts as: ``holder``, ``speaker``, ``onBehalfOf``, or the ``organization``,
    ``party``, ``state`` or ``coalition`` that the holder belonged to at the date; who belongs to none stays as it is.
    *issue_level* rolls issues up: to a depth (1 for the broadest), or to the nearest of some issues by name.
    docs/stances.md has the rules. Raises NotFound for an unknown level or issue.
    """
    from kg.frames.making import made

    return made(graph, level, issue_level)


def in_step(store: Store) -> bool:
    """Whether a frame can be had without asking the store for all its stances."""
    from kg.frames import keeping

    return keeping.in_step(store)


def keep(store: Store) -> None:
    """Make the columns of a store now, unless they are there; the writer of a graph folder keeps them in it."""
    from kg.frames import keeping

    keeping.whole(store)


def __getattr__(name: str) -> object:
    if name in ("Entries", "Frame", "Variable"):
        from kg.frames import coding, data, extraction

        return {"Entries": coding.Entries, "Frame": data.Frame, "Variable": extraction.Variable}[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
