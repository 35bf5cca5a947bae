"""Answers longer than a server gives at once: fetched page by page, whole or not at all."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import BinaryIO

from kg.errors import QueryError, StoreError
from kg.queries import blanked
from kg.stores.http import remaining

# SPARQL and the seconds left → the lines of the answer, its columns first.
Ask = Callable[[str, float | None], list[bytes]]


def pages(
    sparql: str,
    first: list[bytes],
    cap: int,
    ask: Ask,
    out: BinaryIO,
    *,
    limit: int | None,
    timeout: float | None,
    name: str,
) -> bool:
    """Write a SELECT's whole answer, of which *first* is what came at once; says whether ``limit`` cut it.

    The rows are counted on the server and compared: when a row is missing or comes twice because the server
    gave them in another order from page to page, that is a StoreError and not an answer.
    """
    if len(first) - 1 < cap:
        return put(first, out, limit)
    end = None if timeout is None else time.monotonic() + timeout
    start = re.search(r"(?i)\bSELECT\b", blanked(sparql))
    if start is None or re.search(r"(?i)\bFROM\b", blanked(sparql)):
        raise QueryError(
            f'The server "{name}" gives at most {cap} rows at once, and a query with FROM cannot be asked in pages.',
            cure="Use GRAPH instead of FROM, or add LIMIT and OFFSET.",
        )

    def rows_of(text: str) -> list[bytes]:
        return ask(prologue + text, remaining(end))[1:]

    prologue, body = sparql[: start.start()], f"{{ {sparql[start.start() :]}\n }}"
    columns = first[0].decode().split()
    shown = " ".join(columns)

    def fetched(order: str) -> list[bytes]:
        rows: list[bytes] = []
        inner = f"{{ SELECT {shown} WHERE {{ {body} }} {order} }}"
        while limit is None or len(rows) <= limit or len(set(rows)) < len(rows):
            page = rows_of(f"SELECT {shown} WHERE {{ {inner} }} LIMIT {cap} OFFSET {len(rows)}")
            rows += page
            if len(page) < cap:
                break
        return rows

    def complete(rows: list[bytes]) -> bool:
        count = _number(rows_of(f"SELECT (COUNT(*) AS ?n) WHERE {{ {body} }}"))
        distinct = len(set(rows))
        if distinct == len(rows) or len(rows) != count:
            return len(rows) == count
        text = f"SELECT (COUNT(*) AS ?n) WHERE {{ {{ SELECT DISTINCT {shown} WHERE {{ {body} }} }} }}"
        return distinct == _number(rows_of(text))

    # Sorting costs more than all else, and most servers give their rows in one order anyway.
    for order in ("", f"ORDER BY {' '.join(f'STR({column})' for column in columns)}"):
        rows = fetched(order)
        # Any rows of the answer will do when only some are wanted, if none of them comes twice.
        some = limit is not None and len(rows) > limit and len(set(rows)) == len(rows)
        if some or complete(rows):
            return put([first[0], *rows], out, limit)
        if _orders(body):
            break
    raise StoreError(
        f'The server "{name}" gives at most {cap} rows at once, and the pages of this answer do not fit together.',
        cure="Order the query by what tells its rows apart, or have the limit raised (ResultSetMaxRows).",
    )


def put(lines: list[bytes], out: BinaryIO, limit: int | None) -> bool:
    """Write the columns and at most *limit* rows; says whether there were more."""
    out.write(b"".join(lines if limit is None else lines[: limit + 1]))
    return limit is not None and len(lines) > limit + 1


def lines_of(body: bytes) -> list[bytes]:
    """The lines of a TSV text; only a line feed ends one."""
    return [line + b"\n" for line in body.split(b"\n")[:-1]]


def _number(rows: list[bytes]) -> int:
    found = re.search(rb"\d+", rows[0]) if rows else None
    return int(found[0]) if found else -1


def _orders(select: str) -> bool:
    """Whether a query says itself in which order its rows come."""
    return bool(
        re.search(r"(?i)\bORDER\s+BY\b", blanked(select).rstrip().removesuffix("}").rpartition("}")[2])
    )
