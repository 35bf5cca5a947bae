"""Making an index: its tables, the rows that go into them, and the order that makes finding quick."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from kg.errors import MissingExtra
from kg.stores.base import Store
from kg.terms import BASE
from kg.texts import content, folding
from kg.texts.content import ALL_KINDS, FIELDS

Progress = Callable[[int, int], None]

_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE texts (id INTEGER PRIMARY KEY, thing TEXT, field INTEGER, kind INTEGER, language TEXT, text TEXT);
CREATE VIRTUAL TABLE found USING fts5(words, joined, kind, content='', tokenize='ascii', prefix='1 2');
"""

# An index made with another layout, other fields or other foldings is made anew.
MADE_WITH = repr((_TABLES, folding.VERSION, FIELDS, content.KINDS))

OTHER = len(ALL_KINDS) - 1
FIXED = {i: ALL_KINDS.index(f.kind) for i, f in enumerate(FIELDS) if f.kind}

# id, thing, field, kind, language, text
Row = tuple[int, str, int, int, str, str]

INSERT = "INSERT INTO found (rowid, words, joined, kind) VALUES (?, ?, ?, ?)"


def connect(name: str, *, uri: bool = False) -> sqlite3.Connection:
    """A database by file name; the empty name is a temporary file."""
    db = sqlite3.connect(name, uri=uri, check_same_thread=False, timeout=30)
    # What is deleted is overwritten, so that no text of a withdrawn source stays in the file.
    db.executescript("PRAGMA secure_delete = ON; PRAGMA cache_size = -65536;")
    return db


def fill(db: sqlite3.Connection, store: Store, progress: Progress | None) -> None:
    """Make the index of a whole store in an empty database."""
    revision = store.revision
    try:
        db.executescript(_TABLES)
    except sqlite3.OperationalError as error:
        if "fts5" in str(error):
            raise MissingExtra(
                "The SQLite of this Python has no full-text search (FTS5).",
                cure="Use a Python whose sqlite3 has it, such as those of Debian, conda or python.org.",
            ) from error
        raise
    db.executescript(_DRAFTS)
    db.executemany(
        "INSERT INTO temp.tiers VALUES (?, ?, ?)",
        [(f, k, content.tier(f, kind)) for f in range(len(FIELDS)) for k, kind in enumerate(ALL_KINDS)],
    )
    db.executemany("INSERT INTO temp.fixed VALUES (?, ?)", FIXED.items())
    seen = 0

    def take(batch: list[content.Text]) -> None:
        nonlocal seen
        db.executemany(
            "INSERT INTO temp.raw VALUES (?, ?, ?, ?)", [(short(one[0]), *one[1:]) for one in batch]
        )
        seen += len(batch)
        if progress:
            progress(seen, 0)

    def take_kinds(batch: list[tuple[str, str]]) -> None:
        rows = [(short(thing), ALL_KINDS.index(kind)) for thing, kind in batch]
        db.executemany(
            "INSERT INTO temp.kinds VALUES (?, ?) ON CONFLICT (thing) DO UPDATE SET kind = min(kind, excluded.kind)",
            rows,
        )

    content.texts(store, take)
    content.kinds(store, take_kinds)
    db.execute(_ARRANGE, (OTHER,))
    db.execute("INSERT INTO found (found, rank) VALUES ('hashsize', 67108864)")
    db.executemany(INSERT, _told(db, seen, progress))
    db.execute("INSERT INTO found (found, rank) VALUES ('hashsize', 1048576)")
    db.execute("CREATE INDEX of_thing ON texts (thing)")
    note(db, **{"made with": MADE_WITH, "revision": revision, "next": seen + 1})
    db.commit()
    db.executescript(
        "DROP TABLE temp.raw; DROP TABLE temp.kinds; DROP TABLE temp.tiers; DROP TABLE temp.fixed;"
    )


_DRAFTS = """
CREATE TEMP TABLE raw (thing TEXT, field INTEGER, language TEXT, text TEXT);
CREATE TEMP TABLE kinds (thing TEXT PRIMARY KEY, kind INTEGER) WITHOUT ROWID;
CREATE TEMP TABLE tiers (field INTEGER, kind INTEGER, tier INTEGER, PRIMARY KEY (field, kind)) WITHOUT ROWID;
CREATE TEMP TABLE fixed (field INTEGER PRIMARY KEY, kind INTEGER);
"""

_ARRANGE = """
INSERT INTO texts
SELECT (tier * 65536 + min(length(text), 65535)) * 4294967296 + number, thing, typed.field, typed.kind, language, text
FROM (SELECT raw.rowid AS number, raw.*, coalesce(fixed.kind, kinds.kind, ?) AS kind
      FROM temp.raw LEFT JOIN temp.fixed ON fixed.field = raw.field LEFT JOIN temp.kinds ON kinds.thing = raw.thing)
     AS typed
JOIN temp.tiers ON tiers.field = typed.field AND tiers.kind = typed.kind ORDER BY 1"""


def place(tier: int, length: int, number: int) -> int:
    """The row number of a text, as the statement above has it: what is to be found first has the lowest."""
    return (tier * 65536 + min(length, 65535)) * 4294967296 + number


def _told(
    db: sqlite3.Connection, total: int, progress: Progress | None
) -> Iterator[tuple[int, str, str, str]]:
    # FTS5 is quick only when rows come in the order of their numbers.
    for done, row in enumerate(db.execute("SELECT id, kind, text FROM texts ORDER BY id")):
        if progress and done % 10_000 == 0:
            progress(done, total)
        yield index_row(row)


def index_row(row: tuple[int, int, str]) -> tuple[int, str, str, str]:
    """The number of a text and its words, as FTS5 is given them; the same when they are taken out again."""
    words, joined = folding.spell(row[2])
    return row[0], " ".join(words), " ".join(joined), f"k{row[1]}"


def note(db: sqlite3.Connection, **values: object) -> None:
    """Write down what an index is of."""
    db.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", [(k, str(v)) for k, v in values.items()])


def told(db: sqlite3.Connection, name: str) -> str:
    """What was noted under a name."""
    row = db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def short(iri: str) -> str:
    """Our own IRIs without the part they share."""
    return f"~{iri.removeprefix(BASE)}" if iri.startswith(BASE) else iri


def long(short: str) -> str:
    """The whole IRI again."""
    return f"{BASE}{short[1:]}" if short.startswith("~") else short
