"""Queries with a deadline: really stopped, in memory and in a folder, and nothing left behind."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import QueryError, StoreError
from kg.stores import OxigraphStore, open_store, worker

P = ox.NamedNode("http://example.org/p")
GRAPH = ox.NamedNode("http://example.org/g")
COUNT = 1_200
# Some 10⁹ rows to count: minutes, and nothing comes out before the end.
HEAVY = f"SELECT (COUNT(*) AS ?n) {{ ?a {P} ?x . ?b {P} ?y . ?c {P} ?z }}"
ALL = f"SELECT ?a ?x {{ ?a {P} ?x }}"
PAIRS = f"SELECT * {{ ?a {P} ?x . ?b {P} ?y }}"


def fill(store: OxigraphStore) -> OxigraphStore:
    store.add(ox.Quad(ox.NamedNode(f"http://example.org/{n}"), P, ox.Literal(n), GRAPH) for n in range(COUNT))
    return store


@pytest.fixture(scope="module", params=["memory", "folder", "reader", "dump"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OxigraphStore]:
    """The store in memory, a folder open for writing, one open for reading, and memory where nothing can fork."""
    patch = pytest.MonkeyPatch()
    if request.param == "dump":
        patch.setattr(worker, "FORKS", False)
    folder = None if request.param in {"memory", "dump"} else tmp_path_factory.mktemp("stores") / "some.kg"
    made = fill(open_store(folder))
    if request.param == "reader":
        made.close()
        made = open_store(folder, read_only=True)
    yield made
    made.close()
    patch.undo()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the processes that queries start."""
    found: list[int] = []
    fork, popen = os.fork, subprocess.Popen.__init__

    def forking() -> int:
        number = fork()
        if number:
            found.append(number)
        return number

    def opening(self: subprocess.Popen[bytes], *args: object, **kwargs: object) -> None:
        popen(self, *args, **kwargs)  # type: ignore[call-overload]
        found.append(self.pid)

    monkeypatch.setattr(os, "fork", forking)
    monkeypatch.setattr(subprocess.Popen, "__init__", opening)
    return found


def gone(number: int) -> bool:
    """Whether no process has this number, not even one that nobody waited for."""
    return not Path(f"/proc/{number}").exists()


def until(condition: Callable[[], bool], seconds: float = 60) -> bool:
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def test_a_query_in_time_is_answered_as_ever(store: OxigraphStore) -> None:
    """With time enough the answer is that of a query without a deadline, of every kind."""
    for sparql in (ALL, f"{ALL} ORDER BY ?x", f"ASK {{ ?a {P} 7 }}", f"CONSTRUCT WHERE {{ ?a {P} ?x }}"):
        plain, timed = store.query(sparql), store.query(sparql, timeout=120)

        assert (timed.kind, timed.cut) == (plain.kind, False)
        assert sorted(timed.body.splitlines()) == sorted(plain.body.splitlines())


def test_an_aggregate_out_of_time_is_stopped(store: OxigraphStore, started: list[int]) -> None:
    """A query that would take minutes ends with its time and says so, its process is gone, the next is answered."""
    began = time.monotonic()
    with pytest.raises(StoreError, match=r"stopped after 0\.5 seconds, without an answer.*--explain") as raised:
        store.query(HEAVY, timeout=0.5)

    assert time.monotonic() - began < 30
    assert isinstance(raised.value, OSError)
    assert len(started) == 1
    assert gone(started[0])
    assert store.query(ALL, timeout=120).body.count(b"\n") == COUNT + 1


def test_the_time_covers_what_is_written(store: OxigraphStore, started: list[int]) -> None:
    """An answer that is being streamed when its time is up is stopped too, however slowly it is taken."""

    class Slow(io.BytesIO):
        def write(self, data: object) -> int:
            time.sleep(0.05)
            return super().write(data)  # type: ignore[arg-type]

    with pytest.raises(StoreError, match=r"stopped after 0\.3 seconds"):
        store.stream(PAIRS, Slow(), timeout=0.3)

    assert all(map(gone, started))


def test_errors_are_those_of_a_plain_query(store: OxigraphStore) -> None:
    """What is wrong with a query is said in the same words with a deadline as without."""
    for sparql in ("SELECT * { ?a ex:p ?b }", "SELECT * {", "SELECT * { SERVICE <http://example.org/> { ?a ?b ?c } }"):
        with pytest.raises(QueryError) as plain:
            store.query(sparql)
        with pytest.raises(QueryError) as timed:
            store.query(sparql, timeout=120)

        assert str(timed.value) == str(plain.value)


def test_rows_are_capped_without_the_rest(store: OxigraphStore) -> None:
    """A cap ends the evaluation: of a million pairs the first five come, and the answer says it was cut."""
    answer = store.query(PAIRS, timeout=120, limit=5)
    graph = store.query(f"CONSTRUCT {{ ?a {P} ?x }} WHERE {{ ?a {P} ?x }}", timeout=120, limit=3)

    assert (answer.body.count(b"\n"), answer.cut) == (6, True)
    assert (graph.body.count(b"\n"), graph.cut) == (3, True)
    assert store.query(ALL, timeout=120, limit=COUNT).cut is False


def test_no_time_is_no_deadline(store: OxigraphStore) -> None:
    """Zero seconds or fewer are refused before anything is started."""
    for seconds in (0, -1.0, float("nan")):
        with pytest.raises(StoreError, match="more than 0"):
            worker.run(store, ALL, seconds)


def test_a_long_query_reaches_the_process(store: OxigraphStore) -> None:
    """The text of a query may be larger than a pipe."""
    listed = " ".join(f"<http://example.org/{n}>" for n in range(20_000))
    found = store.query(f"SELECT (COUNT(*) AS ?n) {{ VALUES ?a {{ {listed} }} ?a {P} ?x }}", timeout=120)

    assert found.body.split() == [b"?n", str(COUNT).encode()]


def test_many_at_once(store: OxigraphStore) -> None:
    """Queries of several threads do not wait for each other's pipes, and those out of time hold up nobody."""
    outcomes: list[str] = []

    def ask(sparql: str, seconds: float) -> None:
        try:
            outcomes.append(str(store.query(sparql, timeout=seconds).body.count(b"\n")))
        except StoreError:
            outcomes.append("stopped")

    calls = [(HEAVY, 1.0), (ALL, 120.0), (HEAVY, 0.5), (ALL, 120.0), (PAIRS, 300.0)]
    threads = [threading.Thread(target=ask, args=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)

    assert sorted(outcomes) == sorted(["stopped", "stopped", str(COUNT + 1), str(COUNT + 1), str(COUNT**2 + 1)])


def test_a_process_that_dies_is_no_answer(store: OxigraphStore, started: list[int]) -> None:
    """When the process is ended from outside, as for want of memory, the query fails with a sentence."""
    failed: list[StoreError] = []

    def ask() -> None:
        try:
            store.query(HEAVY, timeout=300)
        except StoreError as error:
            failed.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    assert until(lambda: bool(started))
    os.kill(started[0], signal.SIGKILL)
    thread.join(120)

    assert "ended without an answer (exit code -9)" in str(failed[0])


@pytest.mark.parametrize("kind", ["memory", "folder"])
def test_no_process_outlives_ours(kind: str, tmp_path: Path) -> None:
    """Even when the program is killed, the process of its query ends."""
    program = f"""
import os, sys, threading
sys.path[:0] = {[str(Path(__file__).parent)]!r}
from test_worker import HEAVY, fill, open_store
store = fill(open_store({None if kind == "memory" else str(tmp_path / "some.kg")!r}))
threading.Thread(target=lambda: store.query(HEAVY, timeout=600), daemon=True).start()
while True:
    found = open(f"/proc/self/task/{{os.getpid()}}/children").read().split()
    found += [c for t in os.listdir("/proc/self/task") for c in open(f"/proc/self/task/{{t}}/children").read().split()]
    if found:
        print(found[0], flush=True)
        break
threading.Event().wait()
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert not gone(child)
        parent.kill()

    assert until(lambda: gone(child) or Path(f"/proc/{child}/stat").read_text().split()[2] == "Z")


def test_a_reader_finds_what_a_writer_has_moved(tmp_path: Path) -> None:
    """When a writer has replaced the files that a reader opened, a query with a deadline reads the new ones."""
    with closing(open_store(tmp_path / "some.kg")) as first:
        fill(first)
    with closing(open_store(tmp_path / "some.kg", read_only=True)) as reader:
        with closing(open_store(tmp_path / "some.kg")) as writer:
            writer._rewrite(lambda: None)

        assert reader.query(ALL, timeout=120).body.count(b"\n") == COUNT + 1
