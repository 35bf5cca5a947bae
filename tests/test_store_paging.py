"""Answers longer than a server gives at once, from a server that says so and from one that loses its place."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

import pytest
from fronts import ROWS, Call, Front, asking, count

from kg.errors import StoreError
from kg.stores.endpoint import EndpointStore


def capped(cap: int, shuffled: Callable[[str], bool]) -> Callable[[Call], bool]:
    """Give at most so many rows, and say so; in another order each time where *shuffled* says so of the query."""
    turns = iter(range(1_000_000))

    def act(call: Call) -> bool:
        sparql = call.seen.sparql
        if not sparql.startswith("SELECT"):
            return False
        page = re.search(r" LIMIT \d+ OFFSET (\d+)$", sparql)
        fields = {**call.seen.fields, "query": sparql[: page.start()] if page else sparql}
        answer = call.passed_on({k: v for k, v in fields.items() if k in {"query", "default-graph-uri"}})
        head, *rows = re.split(rb"(?=<result>)", answer.content.replace(b"</results></sparql>", b""))
        if shuffled(sparql):
            random.Random(next(turns)).shuffle(rows)
        rows = rows[int(page[1]) if page else 0 :][:cap]
        call.answer(
            200,
            head + b"".join(rows) + b"</results></sparql>",
            Content_Type="application/sparql-results+xml",
            X_SPARQL_MaxRows=str(cap),
        )
        return True

    return act


@pytest.fixture
def virtuous(before: Front) -> Iterator[EndpointStore]:
    """A store that takes a front for Virtuoso, which cuts answers; with the thirty numbers."""
    store = asking(before, "/sparql?kg-server=virtuoso")
    store.optimize()
    assert count(store) == 30
    before.seen.clear()
    yield store
    store._sender.update(f"DROP GRAPH <{store.server.view}>")


@pytest.mark.parametrize("shuffled", [lambda _: False, lambda text: "ORDER BY" not in text], ids=["same", "sorted"])
def test_an_answer_that_is_cut_comes_whole(
    before: Front, virtuous: EndpointStore, shuffled: Callable[[str], bool]
) -> None:
    """Rows beyond a server's cap are fetched page by page, in an order of ours where the server keeps none."""
    before.act = capped(7, shuffled)
    whole, few = virtuous.query(ROWS), virtuous.query(ROWS, limit=10)
    ordered = virtuous.query(f"{ROWS} ORDER BY DESC(?v)") if not shuffled("") else None

    assert sorted(whole.body.splitlines()[1:]) == [b"<urn:%02d>\t%d" % (n, n) for n in range(30)]
    assert (few.cut, len(set(few.body.splitlines()))) == (True, 11)
    if ordered is not None:
        assert ordered.body.splitlines()[1:] == [b"<urn:%02d>\t%d" % (n, n) for n in reversed(range(30))]


def test_pages_in_another_order_each_time_are_refused(before: Front, virtuous: EndpointStore) -> None:
    """Where pages overlap whatever one asks, rows would be missing: that is told, and no part is given."""
    before.act = capped(7, lambda _: True)

    with pytest.raises(StoreError, match="gives at most 7 rows at once, and the pages of this answer do not fit"):
        virtuous.query(ROWS)
