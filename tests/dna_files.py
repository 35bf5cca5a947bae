"""Databases as Discourse Network Analyzer 3 keeps them, made for the tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

TABLES = {
    "SETTINGS": "Property TEXT PRIMARY KEY, Value TEXT NOT NULL",
    "CODERS": "ID INTEGER PRIMARY KEY, Name TEXT NOT NULL",
    "DOCUMENTS": "ID INTEGER PRIMARY KEY, Title TEXT NOT NULL, Text TEXT NOT NULL, Coder INTEGER, "
    "Author TEXT NOT NULL, Source TEXT NOT NULL, Section TEXT NOT NULL, "
    "Notes TEXT NOT NULL, Type TEXT NOT NULL, Date INTEGER NOT NULL",
    "STATEMENTTYPES": "ID INTEGER PRIMARY KEY, Label TEXT NOT NULL",
    "VARIABLES": "ID INTEGER PRIMARY KEY, Variable TEXT NOT NULL, DataType TEXT NOT NULL, StatementTypeId INTEGER",
    "VARIABLELINKS": "ID INTEGER PRIMARY KEY, SourceVariableId INTEGER, TargetVariableId INTEGER",
    "STATEMENTS": "ID INTEGER PRIMARY KEY, StatementTypeId INTEGER, DocumentId INTEGER, Start INTEGER NOT NULL, "
    "Stop INTEGER NOT NULL, Coder INTEGER",
    "DATABOOLEAN": "ID INTEGER PRIMARY KEY, StatementId INTEGER, VariableId INTEGER, Value INTEGER NOT NULL DEFAULT 1",
    "DATAINTEGER": "ID INTEGER PRIMARY KEY, StatementId INTEGER, VariableId INTEGER, Value INTEGER NOT NULL DEFAULT 0",
    "DATASHORTTEXT": "ID INTEGER PRIMARY KEY, StatementId INTEGER, VariableId INTEGER, Entity INTEGER NOT NULL",
    "DATALONGTEXT": "ID INTEGER PRIMARY KEY, StatementId INTEGER, VariableId INTEGER, Value TEXT DEFAULT ''",
    "ENTITIES": "ID INTEGER PRIMARY KEY, VariableId INTEGER NOT NULL, Value TEXT NOT NULL DEFAULT '', "
    "ChildOf INTEGER, UNIQUE (VariableId, Value)",
    "ATTRIBUTEVARIABLES": "ID INTEGER PRIMARY KEY, VariableId INTEGER NOT NULL, AttributeVariable TEXT NOT NULL",
    "ATTRIBUTEVALUES": "ID INTEGER PRIMARY KEY, EntityId INTEGER, AttributeVariableId INTEGER, AttributeValue TEXT",
}
KINDS = {
    "short text": "DATASHORTTEXT",
    "long text": "DATALONGTEXT",
    "boolean": "DATABOOLEAN",
    "integer": "DATAINTEGER",
}
USUAL = {"person": "short text", "organization": "short text", "concept": "short text", "agreement": "boolean"}
TEXT = "The council met. We must rebuild the pier, said Ada Berg. No, said the harbour board. It was late."


@dataclass
class Debate:
    """What to put into a database: types, documents (title, text, date, more), statements, attributes, parents."""

    types: dict[str, dict[str, str]] = field(default_factory=lambda: {"DNA Statement": dict(USUAL)})
    documents: list[dict[str, Any]] = field(default_factory=list)
    statements: list[tuple[str, int, int, int, dict[str, Any]]] = field(default_factory=list)
    attributes: list[tuple[str, str, str, str]] = field(default_factory=list)  # variable, value, attribute, text
    parents: list[tuple[str, str, str]] = field(default_factory=list)  # variable, value, parent
    coders: Sequence[str] = ("Admin", "Coder One")

    def document(
        self, title: str = "Minutes", text: str = TEXT, date: str = "2024-05-01 10:30:00", **more: Any
    ) -> int:
        """Add a document; returns its number."""
        self.documents.append({"Title": title, "Text": text, "Date": date, **more})
        return len(self.documents)

    def say(
        self, document: int = 1, start: int = 17, stop: int = 42, *, type: str = "DNA Statement", **values: Any
    ) -> int:
        """Add a statement; returns its number. Underscores in names of variables stand for spaces."""
        named = {name.replace("_", " "): value for name, value in values.items()}
        self.statements.append((type, document, start, stop, named))
        return len(self.statements)

    def save(self, path: Path) -> Path:
        """Write the database."""
        with sqlite3.connect(path) as db:
            for table, columns in TABLES.items():
                db.execute(f"CREATE TABLE {table} ({columns})")
            db.executemany("INSERT INTO CODERS (Name) VALUES (?)", [(name,) for name in self.coders])
            for one in self.documents:
                whole = {"Coder": 1, "Author": "", "Source": "", "Section": "", "Notes": "", "Type": "", **one}
                if isinstance(whole["Date"], str):
                    moment = datetime.fromisoformat(whole["Date"])
                    whole["Date"] = int((moment - datetime(1970, 1, 1)).total_seconds())
                marks = ", ".join("?" * len(whole))
                db.execute(f"INSERT INTO DOCUMENTS ({', '.join(whole)}) VALUES ({marks})", list(whole.values()))
            self._types(db)
            for number, (kind, document, start, stop, values) in enumerate(self.statements, 1):
                type_id = list(self.types).index(kind) + 1
                db.execute(
                    "INSERT INTO STATEMENTS VALUES (?, ?, ?, ?, ?, ?)", (number, type_id, document, start, stop, 2)
                )
                for name, value in values.items():
                    self._value(db, number, type_id, name, self.types[kind][name], value)
            for variable, value, attribute, text in self.attributes:
                number, entity = self._entity(db, variable, value)
                made = db.execute(
                    "INSERT INTO ATTRIBUTEVARIABLES (VariableId, AttributeVariable) VALUES (?, ?)",
                    (number, attribute),
                ).lastrowid
                db.execute(
                    "INSERT INTO ATTRIBUTEVALUES (EntityId, AttributeVariableId, AttributeValue) VALUES (?, ?, ?)",
                    (entity, made, text),
                )
            for variable, value, parent in self.parents:
                above, below = self._entity(db, variable, parent)[1], self._entity(db, variable, value)[1]
                db.execute("UPDATE ENTITIES SET ChildOf = ? WHERE ID = ?", (above, below))
        db.close()
        return path

    def _types(self, db: sqlite3.Connection) -> None:
        for type_id, (label, variables) in enumerate(self.types.items(), 1):
            db.execute("INSERT INTO STATEMENTTYPES VALUES (?, ?)", (type_id, label))
            for name, data_type in variables.items():
                made = db.execute(
                    "INSERT INTO VARIABLES (Variable, DataType, StatementTypeId) VALUES (?, ?, ?)",
                    (name, data_type, type_id),
                ).lastrowid
                if data_type == "short text":  # the program makes an empty entity for each
                    db.execute("INSERT INTO ENTITIES (VariableId, Value) VALUES (?, '')", (made,))

    def _entity(self, db: sqlite3.Connection, variable: str, value: str, type_id: int = 1) -> tuple[int, int]:
        (number,) = db.execute(
            "SELECT ID FROM VARIABLES WHERE Variable = ? AND StatementTypeId = ?", (variable, type_id)
        ).fetchone()
        db.execute("INSERT OR IGNORE INTO ENTITIES (VariableId, Value) VALUES (?, ?)", (number, value))
        (entity,) = db.execute(
            "SELECT ID FROM ENTITIES WHERE VariableId = ? AND Value = ?", (number, value)
        ).fetchone()
        return number, entity

    def _value(
        self, db: sqlite3.Connection, statement: int, type_id: int, name: str, data_type: str, value: Any
    ) -> None:
        if data_type == "short text":
            number, stored = self._entity(db, name, value, type_id)
        else:
            (number,) = db.execute(
                "SELECT ID FROM VARIABLES WHERE Variable = ? AND StatementTypeId = ?", (name, type_id)
            ).fetchone()
            stored = value
        column = "Entity" if data_type == "short text" else "Value"
        db.execute(
            f"INSERT INTO {KINDS[data_type]} (StatementId, VariableId, {column}) VALUES (?, ?, ?)",
            (statement, number, stored),
        )


def pier() -> Debate:
    """Two persons of two organizations on one concept, in one document."""
    debate = Debate()
    debate.document(Author="A. Clerk", Source="Harbour Gazette", Section="Town", Type="minutes", Notes="signed")
    debate.say(
        person="Ada Berg", organization="Friends of the Pier", concept="The pier should be rebuilt.", agreement=1
    )
    debate.say(
        1,
        59,
        85,
        person="Bo Lund",
        organization="Harbour Board",
        concept="The pier should be rebuilt.",
        agreement=0,
    )
    return debate


def story() -> Debate:
    """The same, with a statement of a type of its own, and an annotation, which says nothing of anybody."""
    debate = pier()
    names = ("narrator", "victim", "plot", "hero")
    debate.types |= {"Story": dict.fromkeys(names, "short text"), "Annotation": {"note": "long text"}}
    debate.say(type="Story", narrator="Gazette", victim="Town", plot="Decline", hero="Ada Berg")
    debate.say(type="Annotation", note="nothing to do with it")
    return debate
