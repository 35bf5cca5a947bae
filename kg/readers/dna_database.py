"""What is in a database of Discourse Network Analyzer, as plain Python: no RDF, no judgement on what it means.

The same shape is made of a ``.dna`` file (SQLite, version 3) and of an event list (:mod:`kg.readers.dna_events`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import files
from kg.errors import ReadError

if TYPE_CHECKING:
    import sqlite3

# What a data type of DNA is called as the scale of a coded variable.
SCALES = {"short text": "entity", "long text": "text", "boolean": "boolean", "integer": "integer"}

# What version 3 keeps: table → columns that are read.
TABLES: dict[str, tuple[str, ...]] = {
    "DOCUMENTS": ("ID", "Title", "Text", "Coder", "Author", "Source", "Section", "Notes", "Type", "Date"),
    "STATEMENTS": ("ID", "StatementTypeId", "DocumentId", "Start", "Stop", "Coder"),
    "STATEMENTTYPES": ("ID", "Label"),
    "VARIABLES": ("ID", "Variable", "DataType", "StatementTypeId"),
    "ENTITIES": ("ID", "VariableId", "Value", "ChildOf"),
    "DATASHORTTEXT": ("StatementId", "VariableId", "Entity"),
    "DATALONGTEXT": ("StatementId", "VariableId", "Value"),
    "DATABOOLEAN": ("StatementId", "VariableId", "Value"),
    "DATAINTEGER": ("StatementId", "VariableId", "Value"),
    "ATTRIBUTEVARIABLES": ("ID", "VariableId", "AttributeVariable"),
    "ATTRIBUTEVALUES": ("EntityId", "AttributeVariableId", "AttributeValue"),
    "CODERS": ("ID", "Name"),
}

_MAGIC = b"SQLite format 3\0"
_WAIT = 2.0  # seconds for another program to finish what it writes


@dataclass(frozen=True)
class Document:
    """One document; ``text`` is None where only excerpts are known."""

    id: int
    title: str
    date: datetime
    text: str | None = None
    coder: int | None = None
    author: str = ""
    source: str = ""
    section: str = ""
    notes: str = ""
    type: str = ""


@dataclass(frozen=True)
class Entity:
    """One value of a short text variable, with its attributes and the value above it."""

    value: str
    parent: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """Where one statement stands; offsets count as DNA does, in UTF-16 units."""

    id: int
    document: int
    start: int
    stop: int
    coder: int | None
    excerpt: str | None = None


@dataclass
class StatementType:
    """One statement type: variable → scale in the order of DNA, variable → statement → value, and the statements."""

    label: str
    scales: dict[str, str]
    values: dict[str, dict[int, Any]] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    entities: dict[str, dict[str, Entity]] = field(default_factory=dict)

    def of_scale(self, scale: str) -> list[str]:
        """The variables on one scale."""
        return [name for name, its in self.scales.items() if its == scale]


@dataclass
class Database:
    """All of one database, by the numbers that DNA gives."""

    types: list[StatementType]
    documents: dict[int, Document]
    coders: dict[int, str]


def read(path: Path) -> Database:
    """The content of a ``.dna`` file of version 3, as of one moment. Raises ReadError for any other file."""
    with _opened(path) as db:
        _refuse_others(db, path)
        types: dict[int, StatementType] = {}
        for number, label in db.execute("SELECT ID, Label FROM STATEMENTTYPES ORDER BY ID").fetchall():
            taken = label in {kind.label for kind in types.values()}
            types[number] = StatementType(f"{label} ({number})" if taken else str(label), {})
        for statement_type, names in _variables(db, types).items():
            kind = types[statement_type]
            kind.scales = {name: SCALES[data_type] for name, data_type in names.values()}
            for number, (name, data_type) in names.items():
                kind.values[name] = _values(db, number, data_type)
                if data_type == "short text":
                    kind.entities[name] = _entities(db, number)
        listed = db.execute(
            "SELECT ID, DocumentId, Start, Stop, Coder, StatementTypeId FROM STATEMENTS ORDER BY ID"
        )
        for number, document, start, stop, coder, statement_type in listed:
            if statement_type in types:
                types[statement_type].statements.append(Statement(number, document, int(start), int(stop), coder))
        return Database(
            list(types.values()), _documents(db, path), dict(db.execute("SELECT ID, Name FROM CODERS"))
        )


# -- opening ---------------------------------------------------------------------------------


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, read-only, within one transaction; every failure is a ReadError."""
    import sqlite3

    where = str(path)
    try:
        db = _connect(path)
        try:
            db.execute("BEGIN")
            if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("its pages do not fit together")
            yield db
        finally:
            db.close()
    except sqlite3.Error as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            raise ReadError(
                "another program is writing to this database.",
                where=where,
                cure="Close it there, then load again.",
            ) from error
        if "readonly" in text or "unable to open" in text:
            raise ReadError(
                f"the database cannot be opened as it lies here ({text}).",
                where=where,
                cure="If a -journal or -wal file lies beside it, open and close it in DNA once; or load a copy.",
            ) from error
        if "UTF-8" in text:
            raise ReadError(
                "a text in it is not UTF-8.", where=where, cure="Mend that text in DNA, then load again."
            ) from error
        raise ReadError(
            f"the database is damaged ({text}).",
            where=where,
            cure="Take a copy of before, or save it anew in DNA.",
        ) from error


def _connect(path: Path) -> sqlite3.Connection:
    import sqlite3

    with path.open("rb") as file:
        head = file.read(100)
    packed = path.suffix.casefold() in files.COMPRESSED
    data = files.read(path) if packed else b""
    head = data[:100] if packed else head
    if not head.startswith(_MAGIC):
        raise ReadError(
            "this is no SQLite file, as databases of DNA are.",
            where=str(path),
            cure="Choose the file that DNA saved, which ends in .dna.",
        )
    size = len(data) if packed else path.stat().st_size
    _refuse_cut(head, size, path)
    if packed:
        db = sqlite3.connect(":memory:", isolation_level=None)
        db.deserialize(data)
        return db
    # In the mode with a log beside the file, even a reader would leave files there; without a log nobody has it open.
    logged = head[18] == 2 and not path.with_name(f"{path.name}-wal").exists()
    address = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if logged else ''}"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=_WAIT)


def _refuse_cut(head: bytes, size: int, path: Path) -> None:
    """A file that is shorter than its first page says was cut off; the engine itself would notice only on its way."""
    page = int.from_bytes(head[16:18], "big") if len(head) == 100 else 0
    page = 65536 if page == 1 else page
    known = head[24:28] == head[92:96]  # else the number of pages was left as it was by an old program
    if not page or (known and size < page * int.from_bytes(head[28:32], "big")):
        raise ReadError(
            "the database is cut off: it is shorter than it says.", where=str(path), cure="Copy it again, whole."
        )


def _refuse_others(db: sqlite3.Connection, path: Path) -> None:
    """Tell a database of DNA 3 from one of DNA 2, of another version, and of another program."""
    found = {
        name: _columns(db, name) for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    tables = {name.upper(): columns for name, columns in found.items()}
    lacking = [
        f"{table}.{column}" if table in tables else table
        for table, columns in TABLES.items()
        for column in columns
        if column.upper() not in tables.get(table, ())
    ]
    if not lacking:
        return
    if "DOCUMENTS" not in tables or "STATEMENTS" not in tables:
        raise ReadError(
            "this is an SQLite file, but no database of Discourse Network Analyzer.",
            where=str(path),
            cure="Choose the file that DNA saved, which ends in .dna.",
        )
    old = "ENTITIES" not in tables and (
        "ATTRIBUTES" in tables or "STATEMENTLINKS" in tables or "AGREEMENT" in tables
    )
    which = "by DNA 2" if old else f"by a version of DNA other than 3 (it lacks {lacking[0]})"
    raise ReadError(
        f"this database was made {which}; databases of DNA 3 are read.",
        where=str(path),
        cure="Import it into a new database in DNA 3, save that, and load it.",
    )


def _columns(db: sqlite3.Connection, table: str) -> set[str]:
    return {row[1].upper() for row in db.execute("SELECT * FROM pragma_table_info(?)", (table,)).fetchall()}


# -- reading ---------------------------------------------------------------------------------


def _variables(db: sqlite3.Connection, types: dict[int, StatementType]) -> dict[int, dict[int, tuple[str, str]]]:
    """Statement type → number of a variable → (name, data type), in the order in which they were made."""
    found: dict[int, dict[int, tuple[str, str]]] = {number: {} for number in types}
    for number, name, data_type, owner in db.execute(
        "SELECT ID, Variable, DataType, StatementTypeId FROM VARIABLES ORDER BY ID"
    ):
        if owner in found and data_type in SCALES:
            found[owner][number] = name, data_type
    return found


def _values(db: sqlite3.Connection, variable: int, data_type: str) -> dict[int, Any]:
    """Statement → value of one variable, without what was left blank."""
    if data_type == "short text":
        rows = db.execute(
            "SELECT d.StatementId, e.Value FROM DATASHORTTEXT d JOIN ENTITIES e ON e.ID = d.Entity "
            "WHERE d.VariableId = ? AND e.Value <> ''",
            (variable,),
        )
        return {statement: str(value) for statement, value in rows}
    table = {"long text": "DATALONGTEXT", "boolean": "DATABOOLEAN", "integer": "DATAINTEGER"}[data_type]
    value = "Value" if data_type == "long text" else "CAST(Value AS INTEGER)"
    rows = db.execute(f"SELECT StatementId, {value} FROM {table} WHERE VariableId = ?", (variable,))
    if data_type == "long text":
        return {statement: str(value) for statement, value in rows if value}
    make = bool if data_type == "boolean" else int
    return {statement: make(value) for statement, value in rows if value is not None}


def _entities(db: sqlite3.Connection, variable: int) -> dict[str, Entity]:
    """Value → entity of one variable."""
    attributes: dict[int, dict[str, str]] = {}
    for entity, name, value in db.execute(
        "SELECT v.EntityId, a.AttributeVariable, v.AttributeValue FROM ATTRIBUTEVALUES v "
        "JOIN ATTRIBUTEVARIABLES a ON a.ID = v.AttributeVariableId WHERE a.VariableId = ? AND v.AttributeValue <> '' "
        "ORDER BY a.ID",
        (variable,),
    ):
        attributes.setdefault(entity, {})[name] = str(value)
    rows = db.execute(
        "SELECT e.ID, e.Value, p.Value FROM ENTITIES e LEFT JOIN ENTITIES p ON p.ID = e.ChildOf AND p.ID <> e.ID "
        "WHERE e.VariableId = ?",
        (variable,),
    )
    return {
        str(value): Entity(str(value), str(parent or ""), attributes.get(number, {}))
        for number, value, parent in rows
    }


def _documents(db: sqlite3.Connection, path: Path) -> dict[int, Document]:
    found = {}
    rows = db.execute(
        "SELECT ID, Title, Text, Coder, Author, Source, Section, Notes, Type, Date FROM DOCUMENTS ORDER BY ID"
    )
    for number, title, text, coder, author, source, section, notes, kind, seconds in rows:
        try:
            date = datetime(1970, 1, 1) + timedelta(seconds=int(seconds))
        except (OverflowError, TypeError, ValueError) as error:
            raise ReadError(
                f"document {number} has the date {seconds}, which is no second of the years 1 to 9999.",
                where=str(path),
                cure="Give the document a date in DNA.",
            ) from error
        found[number] = Document(
            number,
            title or "",
            date,
            text or "",
            coder,
            author or "",
            source or "",
            section or "",
            notes or "",
            kind or "",
        )
    return found
