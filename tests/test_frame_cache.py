"""The frame is kept: one for each state of a graph, never an older one, whoever wrote in between."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from frame_cases import folder, stance
from rdflib import URIRef
from support import ITEM, TURTLE, run

import kg
from kg.frames import extraction, frame, in_step, keep
from kg.stores import open_store
from kg.terms import ST


def held(g: kg.KnowledgeGraph) -> set[str]:
    """The last parts of the names of all stances in the frame."""
    return {one.rsplit("/", 1)[1] for one in frame(g).data["stance"]}


def kept(path: Path) -> list[Path]:
    """The files in which a frame is kept beside a graph."""
    return sorted((path / "derived").glob("stances-*.parquet"))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often a store was asked for all its stances."""
    count: list[int] = []
    read = extraction.read

    def counting(store: object) -> extraction.Whole:
        count.append(1)
        return read(store)  # type: ignore[arg-type]

    monkeypatch.setattr(extraction, "read", counting)
    return count


def test_a_graph_is_asked_once_for_each_of_its_states(asked: list[int], fresh: Callable[[], kg.KnowledgeGraph]) -> None:
    """Frames, tables and narrowed graphs of one state share one extraction."""
    g = fresh()
    assert not in_step(g.store)
    frame(g), frame(g.where(since="2020")), kg.stances(g), kg.compare(g)

    assert len(asked) == 1
    assert in_step(g.store)


@pytest.mark.parametrize("place", ["memory", "folder"])
def test_every_way_to_write_is_seen(place: str, tmp_path: Path, asked: list[int]) -> None:
    """After load, update, infer, withdrawal and a change through rdflib the frame is that of the graph as it is."""
    g = kg.KnowledgeGraph(None if place == "memory" else tmp_path / "g.kg")
    g.load_text(TURTLE + stance("a"), "ttl", name="paper")
    assert held(g) == {"a"}
    g.load_text(TURTLE + stance("b", source="other"), "ttl", name="other")
    assert held(g) == {"a", "b"}
    more = stance("c", source="third").replace("\n", " ")
    prefixes = TURTLE.replace("@prefix", "PREFIX").replace("> .", ">")
    g.update(f"{prefixes} INSERT DATA {{ {more} }}")
    assert held(g) == {"a", "b", "c"}
    before = len(asked)
    kg.infer(g)
    assert held(g) == {"a", "b", "c"}
    assert len(asked) == before + 1
    g.withdraw("other")
    assert held(g) == {"a", "c"}
    g.rdflib.remove((URIRef(f"{ITEM}paper/a"), URIRef(f"{ST}holder"), None))
    assert held(g) == {"c"}


def test_a_folder_keeps_its_frame_for_the_next_process(tmp_path: Path, asked: list[int]) -> None:
    """What a writer made is beside the graph; the next to open it, writer or reader, need not ask the engine."""
    with folder(tmp_path / "g.kg", stance("a", more='st:conditionNote "x" ;')) as g:
        first = frame(g).data
    assert len(kept(tmp_path / "g.kg")) == 1
    for read_only in (True, False):
        with kg.KnowledgeGraph(tmp_path / "g.kg", read_only=read_only) as again:
            assert in_step(again.store)
            assert frame(again).data.equals(first)
            assert kg.stances(again).raw
    assert len(asked) == 1


def test_a_reader_writes_nothing(tmp_path: Path, asked: list[int]) -> None:
    """A reader makes its own frame, and leaves the folder as it was."""
    folder(tmp_path / "g.kg", stance("a")).close()
    with kg.KnowledgeGraph(tmp_path / "g.kg", read_only=True) as g:
        assert held(g) == {"a"}
        assert held(g) == {"a"}
    assert kept(tmp_path / "g.kg") == []
    assert len(asked) == 1


def test_a_write_by_another_process_is_seen(tmp_path: Path) -> None:
    """What another process loads or withdraws is in the frame of whoever opens the graph after it."""
    path = tmp_path / "g.kg"
    with folder(path, stance("a")) as g:
        assert held(g) == {"a"}
    assert len(kept(path)) == 1
    (tmp_path / "other.ttl").write_text(TURTLE + stance("b", source="other"), encoding="utf-8")
    assert run("load", tmp_path / "other.ttl", graph=path).code == 0
    assert kept(path) == []
    for read_only in (True, False):
        with kg.KnowledgeGraph(path, read_only=read_only) as g:
            assert held(g) == {"a", "b"}
    assert len(kept(path)) == 1
    assert run("withdraw", "other", graph=path).code == 0
    assert kept(path) == []
    with kg.KnowledgeGraph(path) as g:
        assert held(g) == {"a"}


def test_a_reader_keeps_to_the_state_it_opened(tmp_path: Path) -> None:
    """A reader that was open before a write goes on seeing one state, in the engine and in the frame."""
    path = tmp_path / "g.kg"
    folder(path, stance("a")).close()
    with kg.KnowledgeGraph(path, read_only=True) as reader:
        with kg.KnowledgeGraph(path) as writer:
            writer.load_text(TURTLE + stance("b", source="other"), "ttl", name="other")
            assert held(writer) == {"a", "b"}
        assert held(reader) == {"a"}


def test_withdrawing_leaves_no_trace_in_the_folder(tmp_path: Path) -> None:
    """Not a byte of what was withdrawn stays in what is kept beside the graph, and the frame is as if it never was."""
    path = tmp_path / "g.kg"
    with folder(path, stance("a")) as g:
        never = frame(g).data
        g.load_text(TURTLE + stance("secret-one", source="other"), "ttl", name="other")
        keep(g.store)
        assert b"secret-one" in kept(path)[0].read_bytes()
        g.withdraw("other")
        assert kept(path) == []
        assert frame(g).data.equals(never)
    assert b"secret-one" not in kept(path)[0].read_bytes()


@pytest.mark.parametrize("harm", ["cut", "garbled", "empty", "other"])
def test_a_damaged_file_is_made_anew(harm: str, tmp_path: Path, asked: list[int]) -> None:
    """A file that was cut, garbled, emptied or is something else is not believed, and is made again in silence."""
    path = tmp_path / "g.kg"
    with folder(path, stance("a"), stance("b", value="opposes")) as g:
        right = frame(g).data
    (file,) = kept(path)
    body = file.read_bytes()
    middle = len(body) // 2
    file.write_bytes({
        "cut": body[:middle], "garbled": body[:middle] + bytes([body[middle] ^ 255]) + body[middle + 1 :], "empty": b"",
        "other": b"PAR1 not a table PAR1",
    }[harm])
    (path / "derived" / ".stances-1-9.parquet.half").write_bytes(b"half")
    for read_only in (True, False):
        with kg.KnowledgeGraph(path, read_only=read_only) as g:
            assert frame(g).data.equals(right)
    assert len(asked) == 3
    assert [one.name for one in (path / "derived").iterdir()] == [kept(path)[0].name]
    with kg.KnowledgeGraph(path, read_only=True) as g:
        assert frame(g).data.equals(right)
    assert len(asked) == 3


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_folder_that_may_not_be_written_is_read(tmp_path: Path) -> None:
    """Where nothing can be kept, the frame is made in memory."""
    path = tmp_path / "g.kg"
    folder(path, stance("a")).close()
    path.chmod(stat.S_IREAD | stat.S_IEXEC)
    try:
        with kg.KnowledgeGraph(path, read_only=True) as g:
            assert held(g) == {"a"}
    finally:
        path.chmod(stat.S_IRWXU)


def test_a_disk_that_refuses_is_no_obstacle(tmp_path: Path) -> None:
    """A file where the folder of what is derived should be keeps nobody from having a frame."""
    with folder(tmp_path / "g.kg", stance("a")) as g:
        g.store.derived.write_text("in the way", encoding="utf-8")  # type: ignore[attr-defined]
        assert held(g) == {"a"}


def test_of_a_server_nothing_is_kept(asked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Others may write to a server unseen, so it is asked for each frame."""
    g = kg.KnowledgeGraph()
    g.load_text(TURTLE + stance("a"), "ttl", name="paper")
    monkeypatch.setattr(type(g.store), "remote", True)
    assert held(g) == {"a"}
    assert held(g) == {"a"}

    assert len(asked) == 2
    assert not in_step(g.store)


def test_a_write_while_stances_are_read_begins_the_reading_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame is of one state: what a thread writes between two questions is in all columns or in none."""
    store = open_store(None)
    g = kg.KnowledgeGraph()
    g.store = store
    g.load_text(TURTLE + stance("a"), "ttl", name="paper")
    query = store.query
    late = [stance("b", source="other")]

    def interrupted(sparql: str, **how: object) -> object:
        if late and "st:basis" in sparql:
            g.load_text(TURTLE + late.pop(), "ttl", name="other")
        return query(sparql, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "query", interrupted)

    assert held(g) == {"a", "b"}
    assert frame(g).data["basis"].null_count() == 0
