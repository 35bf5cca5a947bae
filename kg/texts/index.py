"""The index: an SQLite file with FTS5, one row a text, beside a graph folder or as a temporary file.

Why SQLite and not tantivy, the Rust engine for the same task (measured on 1,333,000 texts of 90 letters, two busy
cores): SQLite comes with Python, while tantivy is a wheel of 5 MB; it builds the same index in 6.4 s of CPU time
against 15.1, and changes 100 texts in milliseconds against 1.3 s, in one transaction with the revision of the store
that it stands for, which is what makes a kill at any moment harmless. Tantivy is smaller (143 MB against 306) and
ranks a word of every second text in 13 ms where FTS5's own BM25, which weighs every match, takes 1.4 s. That one
weakness is met by the row numbers: they begin with the importance and the length of the text, so FTS5, which
walks in the order of row numbers, yields names first and then the shortest texts, and stops early. A thousand of
these are weighed by BM25 in :mod:`kg.texts.words`. Where every word must occur, and texts are single sentences, few
texts outside them could weigh more. So at a million statements (1,333,000 texts, 485 MB, 78 s of CPU time to make,
the store's answers included) each of twelve kinds of search took 20 to 81 ms on a machine busy with other work, a
change of 100 texts 30 to 63 ms, and the same question as a FILTER over all paraphrases 14 s.

The index knows nothing of scripts: FTS5's ASCII tokenizer parts at the blanks that :func:`kg.texts.folding.spell`
puts between words.
"""

from __future__ import annotations

import contextlib
import math
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from kg.errors import KGError, StoreError
from kg.stores.base import Change, Store
from kg.texts import content, making
from kg.texts.content import ALL_KINDS, FIELDS
from kg.texts.words import Wanted

# A word of so many texts is as common as any.
_COMMON = 5_000

# How many texts are weighed, at least; how many a selection looks at, at most.
_WEIGHED = 1_000
_REACH = 20_000


class Moved(sqlite3.DatabaseError):
    """The file is of another revision than when it was opened."""


class Hit(NamedTuple):
    """One text that fits: of which thing, where, how well."""

    thing: str
    kind: str
    field: str
    language: str
    text: str
    score: float


class Index:
    """The texts of one store. Calls may come from any thread; one is served at a time.

    With a graph folder of which the store is the writer, the index is a file in it. A reader takes that file as it
    is or, when it is of another revision, makes its own; that one, like the index of a graph in memory or of an
    endpoint, is a temporary file which leaves with the process.
    """

    def __init__(self, file: Path | None, *, writer: bool) -> None:
        self._file = file
        self._writer = writer
        self._lock = threading.RLock()
        self._db: sqlite3.Connection | None = None
        self._kept = False
        self._revision = -1

    # -- in step with the store --------------------------------------------------

    def in_step(self, store: Store) -> bool:
        """Whether the index stands for the store as it is; looks at the file beside it if there is one."""
        with self._lock:
            if self._db is not None and self._kept and self._revision != store.revision:
                self.close()  # perhaps the file is another by now
            if self._db is None and self._file and self._file.exists():
                self._open(self._file)
            return self._db is not None and self._revision == store.revision

    def bring_in_step(self, store: Store, progress: making.Progress | None = None) -> None:
        """Build the index unless it stands for the store as it is."""
        with self._lock:
            if not self.in_step(store):
                self.empty()
                self._build(store, progress)

    def follow(self, store: Store, change: Change | None) -> None:
        """Take over what a write changed; called after each write.

        When much changed, or it is not known what, the index is emptied at once and made anew at the next search.
        """
        with self._lock:
            if self._db is None:
                return
            try:
                if change is not None and self._revision == store.revision - 1:
                    touched = content.touched(store, change)
                    if touched is not None and len(touched) <= max(20_000, self._size() // 4):
                        self._renew(store, sorted(touched))
                        return
            except (sqlite3.Error, OSError, KGError):
                pass  # the write itself has succeeded
            self.empty()

    def empty(self) -> None:
        """Let go of all texts: nothing of a source that was withdrawn stays."""
        with self._lock:
            self.close()
            if self._writer and self._file:
                with contextlib.suppress(OSError):
                    self._unlink(self._file)

    @staticmethod
    def _unlink(file: Path) -> None:
        # The journal of a process that was killed would be played back into the next file of this name.
        file.unlink(missing_ok=True)
        file.with_name(f"{file.name}-journal").unlink(missing_ok=True)

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            if self._db is not None:
                self._db.close()
            self._db, self._revision = None, -1

    def _open(self, file: Path) -> None:
        """Open an index that is there, unless it is damaged or of another making."""
        db = None
        try:
            mode = "rw" if self._writer else "ro"
            db = making.connect(f"{file.absolute().as_uri()}?mode={mode}", uri=True)
            if making.told(db, "made with") == making.MADE_WITH:
                self._db, self._kept, self._revision = db, True, _revision(db)
                return
        except (sqlite3.Error, ValueError):
            pass
        if db is not None:
            db.close()

    # -- making -------------------------------------------------------------------

    def _build(self, store: Store, progress: making.Progress | None) -> None:
        if self._writer and self._file:
            draft = self._file.with_suffix(".new")
            try:
                self._unlink(self._file)
                draft.unlink(missing_ok=True)
                with contextlib.closing(making.connect(str(draft))) as db:
                    db.execute("PRAGMA journal_mode = OFF")
                    making.fill(db, store, progress)
                with draft.open("rb") as written:
                    os.fsync(written.fileno())
                os.replace(draft, self._file)
                self._open(self._file)
                if self._db is not None:
                    return
            except (sqlite3.Error, OSError) as error:
                if isinstance(error, KGError):
                    raise
                # A full disk or a folder that is not ours: search all the same.
            finally:
                with contextlib.suppress(OSError):
                    draft.unlink(missing_ok=True)
        db = making.connect("")
        try:
            making.fill(db, store, progress)
        except sqlite3.Error as error:
            db.close()
            raise StoreError(
                f"The texts cannot be indexed: {error}.",
                cure="Make room in the folder for temporary files, or name another with TMPDIR.",
            ) from error
        except BaseException:
            db.close()
            raise
        self._db, self._kept, self._revision = db, False, _revision(db)

    def _renew(self, store: Store, touched: list[str]) -> None:
        """Replace the texts of some things, and the revision, in one transaction."""
        assert self._db is not None
        db = self._db
        with db:
            old: list[tuple[int, int, str]] = []
            for start in range(0, len(touched), 500):
                some = [making.short(thing) for thing in touched[start : start + 500]]
                marks = ", ".join("?" * len(some))
                old += db.execute(f"SELECT id, kind, text FROM texts WHERE thing IN ({marks})", some)
            db.executemany(
                "INSERT INTO found (found, rowid, words, joined, kind) VALUES ('delete', ?, ?, ?, ?)",
                map(making.index_row, sorted(old)),
            )
            db.executemany("DELETE FROM texts WHERE id = ?", [(row[0],) for row in old])
            fresh: list[content.Text] = []
            kinds: dict[str, int] = {}

            def take(batch: list[tuple[str, str]]) -> None:
                for thing, kind in batch:
                    kinds[thing] = min(ALL_KINDS.index(kind), kinds.get(thing, making.OTHER))

            if touched:
                content.texts(store, fresh.extend, touched)
                content.kinds(store, take, touched)
            rows = []
            free = self._size()
            for number, one in enumerate(fresh, free):
                kind = making.FIXED.get(one.field, kinds.get(one.subject, making.OTHER))
                key = making.place(content.tier(one.field, ALL_KINDS[kind]), len(one.text), number)
                rows.append((key, making.short(one.subject), one.field, kind, one.language, one.text))
            rows.sort()
            db.executemany("INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?)", rows)
            db.executemany(making.INSERT, (making.index_row((row[0], row[3], row[5])) for row in rows))
            making.note(db, next=free + len(fresh), revision=store.revision)
        self._revision = store.revision

    # -- finding ------------------------------------------------------------------

    def _size(self) -> int:
        """How many texts were ever put in: the number of the next."""
        assert self._db is not None
        return int(making.told(self._db, "next"))

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """See one state of the file throughout; raises Moved when its writer has changed it."""
        assert self._db is not None
        db = self._db
        db.execute("BEGIN")
        try:
            if _revision(db) != self._revision:
                raise Moved
            yield
        finally:
            db.rollback()

    def find(
        self,
        wanted: Wanted,
        *,
        kinds: Iterable[str] = (),
        limit: int,
        keep: Callable[[list[str]], set[str]] | None = None,
    ) -> tuple[list[Hit], bool]:
        """The best matches, one a thing, best first, and whether there are more.

        *keep* says which of some things may be shown; it is asked about at most some ten thousand.
        """
        size = max(_WEIGHED, 2 * limit)
        picked: dict[int, making.Row] = {}
        with self._lock, self._reading():
            for every in (True, False) if wanted.has_choice else (False,):
                expression = _within(wanted.expression(every=every), kinds)
                last = looked = 0
                whole = False
                while len(picked) < size and not whole and looked < _REACH:
                    page = self._page(expression, last, size)
                    whole = len(page) < size
                    allowed = keep(sorted({making.long(row[1]) for row in page})) if keep else None
                    picked |= {
                        row[0]: row for row in page if allowed is None or making.long(row[1]) in allowed
                    }
                    last, looked = page[-1][0] if page else 0, looked + len(page)
            rarity = self._rarity(wanted)
        best: dict[str, tuple[float, int, str, int]] = {}
        for key, row in picked.items():
            score = content.weight(row[2], ALL_KINDS[row[3]]) * wanted.score(row[5], rarity)
            # What is equal stands in an order of its own: that in which texts came is another in each store.
            one = (-score, len(row[5]), row[5], key)
            best[row[1]] = min(one, best.get(row[1], one))
        ranked = sorted(best.items(), key=lambda found: (*found[1][:2], found[0]))
        hits = [_hit(picked[key], -score) for _, (score, _, _, key) in ranked[:limit]]
        return hits, not whole or len(ranked) > limit

    def _page(self, expression: str, after: int, size: int) -> list[making.Row]:
        assert self._db is not None
        return self._db.execute(
            "SELECT texts.* FROM (SELECT rowid AS id FROM found WHERE found MATCH ? AND rowid > ? ORDER BY rowid "
            "LIMIT ?) AS hits CROSS JOIN texts ON texts.id = hits.id",
            (expression, after, size),
        ).fetchall()

    def _count(self, expression: str, most: int) -> int:
        assert self._db is not None
        sparing = "SELECT count(*) FROM (SELECT 1 FROM found WHERE found MATCH ? LIMIT ?)"
        (number,) = self._db.execute(sparing, (expression, most)).fetchone()
        return int(number)

    def _rarity(self, wanted: Wanted) -> list[float]:
        """The weight of each term: the fewer texts have it, the more it says."""
        if len(wanted.terms) == 1:
            return [1.0]
        texts = max(self._size(), 2 * _COMMON)
        often = [self._count(f"{{words joined}} : ({t.expression()})", _COMMON) for t in wanted.terms]
        return [math.log(1 + (texts - n + 0.5) / (n + 0.5)) for n in often]


def _revision(db: sqlite3.Connection) -> int:
    return int(making.told(db, "revision"))


def _within(expression: str, kinds: Iterable[str]) -> str:
    wanted = " OR ".join(f"k{ALL_KINDS.index(kind)}" for kind in kinds)
    return f"({expression}) AND kind : ({wanted})" if wanted else expression


def _hit(row: making.Row, score: float) -> Hit:
    return Hit(making.long(row[1]), ALL_KINDS[row[3]], FIELDS[row[2]].name, row[4], row[5], score)
