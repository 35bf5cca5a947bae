"""Making a frame: the stances of a graph, its selection, an order, and the levels asked for."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from kg.frames import COLUMNS, choosing, keeping, levels
from kg.frames.data import Frame, counted
from kg.frames.extraction import EXACT
from kg.graph import KnowledgeGraph

MORE = ("onBehalfOf", "heldBy", "onIssue", "published", "date", "begins", "ends")


def made(graph: KnowledgeGraph, level: str, issue_level: int | str | Iterable[str] | None) -> Frame:
    """See :func:`kg.frames.frame`."""
    levels.known(level)
    whole = keeping.whole(graph.store)
    data = choosing.chosen(whole.data.drop(*EXACT), graph.selection)
    data = data.with_columns(pl.col("holder").alias("heldBy"), pl.col("issue").alias("onIssue"))
    data = data.select(*COLUMNS, *MORE, *(v.name for v in whole.variables))
    words = {"graph": graph.store.name, "selection": graph.selection.describe(), "call": "frame"}
    if level != "holder":
        data, moved = levels.at_level(graph.store, data, level)
        words["level"] = f"{level}, for {moved} stances another than the holder"
    if issue_level is not None:
        to, told = _broad(graph, issue_level)
        data = levels.at_issues(levels.tree(graph.store), data, to)
        words["issues"] = told
    return Frame(graph, data, data, whole.variables, {**words, **counted(data)})


def _broad(graph: KnowledgeGraph, issue_level: int | str | Iterable[str]) -> tuple[int | tuple[str, ...], str]:
    """What issues are rolled up to, and in words."""
    if isinstance(issue_level, int):
        return issue_level, f"at depth {issue_level}"
    named = (issue_level,) if isinstance(issue_level, str) else tuple(issue_level)
    return graph.names.find_all(named, "issue"), f"under {', '.join(named)}"
