"""Databases of Discourse Network Analyzer that cannot be read: each is refused with one clear sentence."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from dna_files import Debate, pier, story

import kg
from kg.errors import NotFound, ReadError

Save = Callable[[Debate], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """A maker of databases called pier.dna."""
    return lambda debate: debate.save(tmp_path / "pier.dna")


def refused(path: Path, **options: object) -> str:
    with pytest.raises((ReadError, NotFound)) as caught:
        kg.KnowledgeGraph().load(path, **options)
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith(f"{path}: ")
    return text.removeprefix(f"{path}: ")


def test_a_file_that_is_no_sqlite(tmp_path: Path) -> None:
    """Any other file under the ending is refused for what it is."""
    (tmp_path / "x.dna").write_text("not a database at all", encoding="utf-8")

    assert refused(tmp_path / "x.dna").startswith("this is no SQLite file, as databases of DNA are.")


def test_a_database_of_another_program(tmp_path: Path) -> None:
    """An SQLite file that is not DNA's is told apart."""
    with sqlite3.connect(tmp_path / "x.dna") as db:
        db.execute("CREATE TABLE BIRDS (Name TEXT)")
    db.close()

    assert refused(tmp_path / "x.dna").startswith(
        "this is an SQLite file, but no database of Discourse Network Analyzer."
    )


def test_a_database_of_dna_2(tmp_path: Path) -> None:
    """The layout of version 2, with values where version 3 has entities, is named, with the way out."""
    with sqlite3.connect(tmp_path / "x.dna") as db:
        for table, columns in {
            "DOCUMENTS": "ID, Title, Text, Coder, Author, Source, Section, Notes, Type, Date",
            "STATEMENTS": "ID, StatementTypeId, DocumentId, Start, Stop, Coder",
            "STATEMENTTYPES": "ID, Label",
            "VARIABLES": "ID, Variable, DataType, StatementTypeId",
            "DATASHORTTEXT": "ID, StatementId, VariableId, Value",
            "ATTRIBUTES": "ID, VariableId, Value, Type, Alias, Notes, ChildOf",
        }.items():
            db.execute(f"CREATE TABLE {table} ({columns})")
    db.close()

    assert refused(tmp_path / "x.dna") == (
        "this database was made by DNA 2; databases of DNA 3 are read. "
        "Import it into a new database in DNA 3, save that, and load it."
    )


def test_a_database_of_a_version_to_come(save: Save) -> None:
    """A layout that lacks something is refused with what it lacks."""
    path = save(pier())
    with sqlite3.connect(path) as db:
        db.execute("ALTER TABLE DATASHORTTEXT RENAME COLUMN VariableId TO RoleId")
    db.close()

    assert "a version of DNA other than 3 (it lacks DATASHORTTEXT.VariableId)" in refused(path)


def test_a_locked_database(save: Save) -> None:
    """While another program writes, the file is refused; afterwards it is read."""
    path = save(pier())
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        assert refused(path).startswith("another program is writing to this database.")
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert kg.KnowledgeGraph().load(path) > 50


def test_a_database_that_is_cut_off(save: Save) -> None:
    """A file that ends too early is refused before anything is read from it."""
    path = save(pier())
    path.write_bytes(path.read_bytes()[:-5000])

    assert refused(path).startswith("the database is cut off: it is shorter than it says.")


def test_a_damaged_database(save: Save) -> None:
    """Pages that were written over are noticed."""
    path = save(pier())
    data = bytearray(path.read_bytes())
    data[4096:] = b"\x99" * (len(data) - 4096)
    path.write_bytes(bytes(data))

    assert refused(path).startswith("the database is damaged (")


def test_a_text_that_is_not_utf8(save: Save) -> None:
    """A text in another encoding is told as such."""
    path = save(pier())
    with sqlite3.connect(path) as db:
        db.execute("UPDATE DOCUMENTS SET Author = CAST(x'C5E9' AS TEXT)")
    db.close()

    assert refused(path).startswith("a text in it is not UTF-8.")


def test_names_that_are_not_there(save: Save) -> None:
    """Unknown types and variables are answered with the nearest; a type that is too poor is refused."""
    path = save(story())

    assert 'No statement type "DNA Statment". Did you mean "DNA Statement"?' in refused(path, types="DNA Statment")
    assert refused(path, types="Annotation").startswith(
        'the statement type "Annotation" has fewer than two short text'
    )
    assert 'No short text variable "organisation" for holder. Did you mean "organization"?' in refused(
        path, holder="organisation"
    )
    assert 'No yes-or-no variable "concept" for value.' in refused(path, value="concept")


def test_an_empty_database(save: Save, tmp_path: Path) -> None:
    """Without statements, and without a type that could have stances, there is nothing to load."""
    assert refused(save(Debate())).startswith('there is no statement of the type "DNA Statement".')
    poor = Debate(types={"Annotation": {"note": "long text"}}).save(tmp_path / "poor.dna")
    assert refused(poor).startswith("no statement type in it has two short text variables")


def test_a_date_that_is_none(save: Save) -> None:
    """A date outside of the calendar is told with its document."""
    debate = pier()
    debate.documents[0]["Date"] = 10**15

    assert refused(save(debate)).startswith(
        "document 1 has the date 1000000000000000, which is no second of the years"
    )
