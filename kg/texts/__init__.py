"""Texts: full-text search over labels, aliases, paraphrases and quotes.

``search`` finds things by words; ``expand`` lets SPARQL do the same with ``?thing st:matches "words"``. Each store
has one index (:mod:`kg.texts.index`), made at the first search and kept in step with every write after it.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kg.errors import NotFound, ParameterError, StoreError, did_you_mean
from kg.labels import Labels
from kg.selection import Selection
from kg.stores.base import Change, Store
from kg.tables import Table
from kg.terms import SPARQL_PREFIXES
from kg.texts import pattern
from kg.texts.content import ALL_KINDS
from kg.texts.pattern import mentions
from kg.texts.selecting import keeper
from kg.texts.words import Wanted

if TYPE_CHECKING:  # SQLite is loaded by the first search
    from kg.texts.index import Hit, Index

__all__ = [
    "ALL_KINDS",
    "COLUMNS",
    "Progress",
    "attach",
    "cuts",
    "expand",
    "in_step",
    "make",
    "mentions",
    "release",
    "search",
]

COLUMNS = ("thing", "kind", "field", "text", "language", "item", "source", "score")

FILE = "search.sqlite"

# Told how many texts are done, of how many; of 0 while that is not known.
Progress = Callable[[int, int], None]

_CUT = "\n# cut: "

# Two queries: the engine would make a pass over the store for a union of the two.
_CONTEXT = (
    "?thing oa:hasSource ?source OPTIONAL { ?item st:hasEvidence ?thing }",
    "?thing st:hasEvidence/oa:hasSource ?source",
)


class Searched(Protocol):
    """What a search needs of a graph."""

    @property
    def store(self) -> Store: ...

    @property
    def selection(self) -> Selection: ...


def search(
    graph: Searched,
    words: str,
    *,
    kind: str | Iterable[str] = (),
    limit: int = 20,
    progress: Progress | None = None,
) -> Table:
    """Things whose texts have these words, best first: at most *limit* rows, one a thing.

    *words*: all must occur in one text, in any order; ``"a phrase"``, ``prison*``, ``-not``, ``this OR that``.
    Case, accents, and spelling variants of Arabic script do not matter. *kind*: one or several of ``actor``,
    ``issue``, ``position``, ``source``, ``stance``, ``event``, ``evidence`` and the others in ``ALL_KINDS``. In a
    narrowed graph only evidence and coded items of the selection are found.

    Columns: ``thing``, its ``kind``, the ``field`` and the ``text`` that match (an excerpt, with what was found
    between ``**``), its ``language``; for evidence the ``item`` that rests on it; ``source``; ``score``.
    The first search in a graph makes the index; *progress(done, total)* is told how far it is, with the total 0
    while that is not known. Raises ParameterError when there is no word in *words*, NotFound for an unknown kind.
    """
    wanted = Wanted.parse(words)
    kinds = _kinds(kind)
    if limit < 1:
        raise ParameterError(f"A search for {limit} things finds none.", cure="Use a limit of 1 or more.")
    hits, more = _find(
        graph.store, wanted, kinds, limit, keep=keeper(graph.store, graph.selection), progress=progress
    )
    context = _context(graph.store, hits)
    rows = []
    for hit in hits:
        item, source = context.get(hit.thing, (None, None))
        rows.append(
            {
                "thing": hit.thing,
                "kind": hit.kind,
                "field": hit.field,
                "text": wanted.excerpt(hit.text),
                "language": hit.language or None,
                "item": item,
                "source": source,
                "score": round(hit.score, 3),
            }
        )
    shown = f"{len(hits)}, the best of more" if more else str(len(hits))
    made = {
        "graph": graph.store.name,
        "selection": graph.selection.describe(),
        "search": words + (f" ({', '.join(kinds)})" if kinds else ""),
        "found": shown,
    }
    table = Table.from_records(COLUMNS, rows, made)
    table.labels = Labels(lambda sparql: graph.store.query(sparql).body)
    return table


def expand(graph: Searched, sparql: str) -> tuple[str, str]:
    """SPARQL to run, with what was found in place of every ``?thing st:matches "words"``, and SPARQL to show.

    The latter is the query as written; a comment after it tells of each search that found more than it gave, for
    :func:`cuts` to read. Raises QueryError for a pattern that cannot be read.
    """

    def find(words: str, kind: str | None, number: int) -> tuple[list[tuple[str, float]], bool]:
        kinds = (kind,) if kind else ()
        hits, more = _find(graph.store, Wanted.parse(words), kinds, number)
        return [(hit.thing, hit.score) for hit in hits], more

    run, notes = pattern.expand(sparql, find)
    return run, sparql + "".join(f"{_CUT}{note}" for note in notes)


def cuts(sparql: str) -> dict[str, str]:
    """What an answer is to say of searches that were cut: an entry for ``made_from``, or none."""
    notes = sparql.split(_CUT)[1:]
    return {"cut": "; ".join(notes)} if notes else {}


# -- one index a store --------------------------------------------------------------

_INDEXES: weakref.WeakKeyDictionary[Store, Index] = weakref.WeakKeyDictionary()
_FOLLOWED: weakref.WeakSet[Store] = weakref.WeakSet()
_LOCK = threading.Lock()


def attach(store: Store) -> None:
    """Keep the index beside a folder in step from now on, if there is one; called when a store is opened."""
    folder = _folder(store)
    if folder is not None and not store.read_only and (folder / FILE).exists():
        index = _index(store)
        if index.in_step(store):
            _follow(store, index)


def in_step(store: Store) -> bool:
    """Whether a search can begin without making the index first."""
    return _index(store).in_step(store)


def make(store: Store, progress: Progress | None = None) -> None:
    """Make the index of a store now, unless it is there and in step."""
    index = _index(store)
    index.bring_in_step(store, progress)
    _follow(store, index)


def release(store: Store) -> None:
    """Close the index of a store."""
    index = _INDEXES.pop(store, None)
    if index is not None:
        index.close()


def _folder(store: Store) -> Path | None:
    return getattr(store, "folder", None)


def _index(store: Store) -> Index:
    from kg.texts.index import Index

    with _LOCK:
        index = _INDEXES.get(store)
        if index is None:
            folder = _folder(store)
            file = folder / FILE if folder else None
            index = _INDEXES[store] = Index(file, writer=not store.read_only)
            weakref.finalize(store, index.close)
        return index


def _follow(store: Store, index: Index) -> None:
    """Hear of every write from now on. A store that tells of none is asked for its revision at each search."""
    watch = getattr(store, "watch", None)
    if watch is None or store in _FOLLOWED:
        return
    _FOLLOWED.add(store)
    me = weakref.ref(store)

    def changed(change: Change | None) -> None:
        alive = me()
        if alive is not None:
            _index(alive).follow(alive, change)

    watch(changed)


def _find(
    store: Store,
    wanted: Wanted,
    kinds: tuple[str, ...],
    limit: int,
    *,
    keep: Callable[[list[str]], set[str]] | None = None,
    progress: Progress | None = None,
) -> tuple[list[Hit], bool]:
    import sqlite3

    index = _index(store)
    for attempt in (1, 2):
        index.bring_in_step(store, progress)
        _follow(store, index)
        try:
            return index.find(wanted, kinds=kinds, limit=limit, keep=keep)
        except sqlite3.DatabaseError as error:
            index.empty()  # a damaged file; what is derived can be made again
            if attempt == 2:
                raise StoreError(
                    f'The index of "{store.name}" cannot be read: {error}.', cure="Check the disk."
                ) from error
    raise AssertionError


# -- what is shown beside a match -----------------------------------------------------


def _kinds(kind: str | Iterable[str]) -> tuple[str, ...]:
    kinds = (kind,) if isinstance(kind, str) else tuple(kind)
    for one in kinds:
        if one not in ALL_KINDS:
            raise NotFound(
                f'No kind "{one}".',
                cure=f"{did_you_mean(one, ALL_KINDS)} Use one of {', '.join(ALL_KINDS)}.".strip(),
            )
    return kinds


def _context(store: Store, hits: list[Hit]) -> dict[str, tuple[str | None, str | None]]:
    """Thing → the item that rests on it, and its source; the first of several in the order of IRIs."""
    found: dict[str, tuple[str | None, str | None]] = {}
    listed = " ".join(f"<{hit.thing}>" for hit in hits)
    for about in _CONTEXT if hits else ():
        asked = f"SELECT DISTINCT ?thing ?item ?source WHERE {{ VALUES ?thing {{ {listed} }} {about} }}"
        for row in Table.from_tsv(store.query(f"{SPARQL_PREFIXES} {asked}").body):
            item, source = found.get(row["thing"], (None, None))
            found[row["thing"]] = (
                min(filter(None, (item, row["item"])), default=None),
                min(filter(None, (source, row["source"])), default=None),
            )
    return found
