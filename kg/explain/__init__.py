"""Explain: why a query is slow, from what can be seen of it from outside.

The engine tells no plan. What helps instead: how many triples each pattern matches alone, in which order the
patterns are written and which variables each adds, advice on shapes known to be slow, and the time and size of the
whole answer. All of it is asked through the store's own door, so it works for a remote endpoint too.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from kg.errors import StoreError
from kg.explain.advice import ADVICE, name
from kg.explain.shape import Shape, Step, shape
from kg.tables import Table

if TYPE_CHECKING:
    from kg.stores.base import Store

__all__ = ["COLUMNS", "explain"]

COLUMNS = ("part", "what", "matches", "ms", "variables")

# Patterns are counted within this share of the time for the whole.
_SHARE = 0.5


def explain(store: Store, sparql: str, *, seconds: float = 60.0, limit: int | None = None) -> Table:
    """How a query is put together and what it costs, as a table.

    A row a triple pattern, in the order written: ``matches`` is the number of triples that fit it alone (empty when
    it was not counted in time), ``variables`` those it adds, then after ``+`` those it shares with what stands
    before. A row an advice. The last row is the answer: its rows (of triples for a graph) under ``matches``, its
    milliseconds under ``ms``, its bytes in words; or that it was stopped after *seconds*.

    Raises QueryError for a query that is wrong.
    """
    rows: list[dict[str, Any]] = []
    answer = _whole(store, sparql, seconds, limit)
    try:
        found: Shape | None = shape(sparql)
    except Exception as error:  # rdflib's parser has many ways to refuse what the engine reads
        found = None
        rows.append({"part": "advice", "what": f"The patterns could not be taken apart: {_first_line(error)}."})
    if found is not None:
        end = time.monotonic() + seconds * _SHARE
        for step in found.where.steps():
            _count(store, step, end)
            rows.append(
                {
                    "part": str(step.number),
                    "what": _short(step.text),
                    "matches": step.matches,
                    "variables": _variables(step),
                }
            )
        rows += [{"part": "advice", "what": text} for advise in ADVICE for text in dict.fromkeys(advise(found))]
    return Table.from_records(COLUMNS, [*rows, answer], {"graph": store.name, "explains": "a query"})


def _whole(store: Store, sparql: str, seconds: float, limit: int | None) -> dict[str, Any]:
    """The row of the whole answer."""
    # What it takes to start an evaluation that can be stopped is not the query's.
    started = time.perf_counter()
    store.query("ASK {}", timeout=seconds)
    idle = time.perf_counter() - started
    started = time.perf_counter()
    try:
        answer = store.query(sparql, timeout=seconds, limit=limit)
    except StoreError as error:
        return {"part": "answer", "what": error.message, "ms": _ms(time.perf_counter() - started)}
    took = max(0.0, time.perf_counter() - started - idle)
    count = {"select": answer.body.count(b"\n") - 1, "graph": answer.body.count(b"\n")}.get(answer.kind, 1)
    noun = {"select": "row", "graph": "triple"}.get(answer.kind, "answer")
    size = f"{count:,} {noun}{'' if count == 1 else 's'}, {len(answer.body):,} bytes"
    return {
        "part": "answer",
        "what": f"{size}{', cut at the limit' if answer.cut else ''}",
        "matches": count,
        "ms": _ms(took),
    }


def _count(store: Store, step: Step, end: float) -> None:
    """Count what matches a pattern alone, until *end*."""
    left = end - time.monotonic()
    if left <= 0:
        return
    pattern = f"GRAPH {step.graph} {{ {step.text} }}" if step.graph else step.text
    try:
        answer = store.query(f"SELECT (COUNT(*) AS ?matches) {{ {pattern} }}", timeout=left)
    except StoreError:
        return
    step.matches = int(Table.from_tsv(answer.body).column("matches")[0])


def _variables(step: Step) -> str:
    new = [f"?{name}" for name in step.new]
    shared = [f"?{name}" for name in sorted(step.variables - set(step.new))]
    return " ".join(new) + (f" + {' '.join(shared)}" if shared else "")


def _short(text: str) -> str:
    return re.sub(r"<([^<>\s]*)>", lambda m: name(m[1]), text)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
