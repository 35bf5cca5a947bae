"""Graphs in folders; what every store has in common is in test_store_suite.py."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import KGError, NotFound, StoreError
from kg.stores import Store, open_store
from kg.tables import Table

G1, G2 = "urn:g1", "urn:g2"


def quad(subject: str, value: object, graph: str = G1) -> ox.Quad:
    """A quad with a plain value."""
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode("urn:p"), ox.Literal(value), ox.NamedNode(graph))


def total(store: Store) -> tuple[int, int]:
    """COUNT and SUM of all values, as a query that names no graph sees them."""
    body = store.query("SELECT (COUNT(*) AS ?n) (SUM(?v) AS ?sum) WHERE { ?s <urn:p> ?v }").body
    row = next(iter(Table.from_tsv(body)))
    return row["n"], row["sum"]


# -- folders -----------------------------------------------------------------------------


def test_a_folder_keeps_what_was_put_in(tmp_path: Path) -> None:
    """What was added is there when the folder is opened again; the merged view too."""
    first = open_store(tmp_path / "a.kg")
    first.add([quad("urn:a", 1), quad("urn:a", 1, G2)])
    first.close()
    second = open_store(tmp_path / "a.kg", read_only=True)

    assert total(second) == (1, 1)
    assert second.graphs() == [G1, G2]
    second.close()


def test_a_missing_folder_is_named_with_the_way_to_make_it(tmp_path: Path) -> None:
    """Reading a folder that is not there says so and how to make one; nothing is made."""
    for options in ({"read_only": True}, {"create": False}):
        with pytest.raises(NotFound, match=r'No graph at ".*none.kg"\. Make one with: kg -g .*none.kg load FILE'):
            open_store(tmp_path / "none.kg", **options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("read_only", [True, False])
def test_a_folder_that_is_no_graph_is_left_alone(tmp_path: Path, read_only: bool) -> None:
    """A folder with other files, or a file, is no graph; nothing is written into it."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine", encoding="utf-8")

    for path in (tmp_path / "other", tmp_path / "other" / "notes.txt"):
        with pytest.raises(StoreError, match="is no graph folder"):
            open_store(path, read_only=read_only)
    assert [p.name for p in (tmp_path / "other").iterdir()] == ["notes.txt"]


def test_a_damaged_folder_is_refused_with_a_cure(tmp_path: Path) -> None:
    """A graph folder whose files are damaged is refused with the way back."""
    open_store(tmp_path / "a.kg").close()
    for file in (tmp_path / "a.kg").rglob("MANIFEST-*"):
        file.unlink()

    with pytest.raises(StoreError, match=r"cannot be opened: .*Restore it from a file saved with: kg save"):
        open_store(tmp_path / "a.kg")


def test_one_program_writes_and_many_read(tmp_path: Path) -> None:
    """A folder open for writing is locked for a second writer, not for a reader."""
    first = open_store(tmp_path / "a.kg")
    first.add([quad("urn:a", 1)])
    first.inner.flush()

    with pytest.raises(StoreError, match="is locked: another program has it open for writing"):
        open_store(tmp_path / "a.kg")
    reader = open_store(tmp_path / "a.kg", read_only=True)
    assert total(reader) == (1, 1)
    reader.close()
    first.close()
    open_store(tmp_path / "a.kg").close()


REOPENED = """
import sys
from pathlib import Path
from kg.stores.folder import open_folder
while not Path(sys.argv[2]).exists():
    open_folder(Path(sys.argv[1])).close()
"""


def test_a_reader_gets_in_while_a_writer_opens(tmp_path: Path) -> None:
    """A writer that opens a folder puts new files in place of old ones; whoever reads meanwhile still gets in."""
    folder, enough = tmp_path / "a.kg", tmp_path / "enough"
    with contextlib.closing(open_store(folder)) as store:
        store.add([quad("urn:a", 1)])
    busy = subprocess.Popen([sys.executable, "-c", REOPENED, str(folder), str(enough)])
    try:
        for _ in range(300):
            with contextlib.closing(open_store(folder, read_only=True)) as reader:
                assert total(reader) == (1, 1)
        assert busy.poll() is None
    finally:
        enough.touch()
        assert busy.wait(60) == 0


def test_a_store_for_reading_refuses_every_write(tmp_path: Path) -> None:
    """A store that is open for reading refuses to add, remove, drop and update, and says why."""
    writer = open_store(tmp_path / "a.kg")
    writer.add([quad("urn:a", 1)])
    writer.close()
    reader = open_store(tmp_path / "a.kg", read_only=True)

    for write in (
        lambda: reader.add([quad("urn:b", 2)]), lambda: reader.remove([quad("urn:a", 1)]),
        lambda: reader.drop(G1), lambda: reader.update("INSERT DATA { <urn:b> <urn:p> 1 }"),
    ):
        with pytest.raises(StoreError, match=r"is open for reading only\. Name a graph folder to write to"):
            write()
    assert total(reader) == (1, 1)
    reader.close()


def test_a_graph_folder_can_be_copied(tmp_path: Path) -> None:
    """A closed graph folder is a folder like any other: a copy is the same graph."""
    original = open_store(tmp_path / "a.kg")
    original.add([quad("urn:a", 1)])
    original.close()
    shutil.copytree(tmp_path / "a.kg", tmp_path / "b.kg")
    copy = open_store(tmp_path / "b.kg")

    assert total(copy) == (1, 1)
    copy.close()


def test_an_update_that_failed_does_not_keep_the_folder(tmp_path: Path) -> None:
    """Once closed, a folder opens again, even while somebody still holds the error of an update, as a notebook does."""
    store = open_store(tmp_path / "a.kg")
    with pytest.raises(KGError) as held:
        store.update("INSERT DATA { <urn:b> <urn:p> 2 } ; DROP GRAPH <urn:none>")
    store.close()

    open_store(tmp_path / "a.kg").close()
    assert held.value
