"""Bad folders and pipes: no graph, none there, locked, read-only; a reader who leaves early."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import PAGE, SEED, Bad, environment, run

pytest_plugins = ("failing",)


# -- folders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("args", [("info",), ("load", "page.csv"), ("save", "x.nq")], ids=lambda a: a[0])
def test_a_folder_that_is_no_graph_is_told(bad: Bad, tmp_path: Path, args: tuple[str, ...]) -> None:
    """A folder that is no graph: what to name instead; nothing is written into it."""
    (tmp_path / "page.csv").write_text(PAGE, encoding="utf-8")
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "notes.txt").write_text("mine", encoding="utf-8")
    done = bad(*args, graph="papers", apart=args[0] == "load")

    assert done.err.startswith('kg: "papers" is no graph folder. Name an empty or a new folder')
    assert [p.name for p in (tmp_path / "papers").iterdir()] == ["notes.txt"]


def test_a_graph_that_is_not_there_is_told(bad: Bad, tmp_path: Path) -> None:
    """A graph that is not there: how to make one; a verb that reads makes none."""
    done = bad("stances", graph="none.kg", apart=True)

    assert done.err == 'kg: No graph at "none.kg". Make one with: kg -g none.kg load FILE\n'
    assert not (tmp_path / "none.kg").exists()
    assert 'No graph at "none.kg"' in bad("withdraw", SEED, graph="none.kg").err
    assert 'No file "none.ttl"' in bad("info", graph="none.ttl").err


def test_a_locked_folder_is_told(bad: Bad, my: Path, tmp_path: Path) -> None:
    """A folder that another program holds open for writing: a writer waits, a reader may read."""
    (tmp_path / "page.csv").write_text(PAGE, encoding="utf-8")
    code = "import sys, kg; g = kg.KnowledgeGraph(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(my)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(),
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == b"held\n"
        done = bad("load", "page.csv", apart=True)
        reader = run("stances", "-f", "csv", graph=my)
    finally:
        holder.stdin.close()
        holder.wait(timeout=20)
        holder.stdout.close()

    assert done.err == (
        f'kg: The graph "{my}" is locked: another program has it open for writing. '
        "Close that program, or wait until it ends.\n"
    )
    assert (reader.code, len(reader.out.splitlines())) == (0, 33)


@pytest.fixture
def frozen(my: Path) -> Iterator[Path]:
    """A graph folder that may not be written."""
    everything = [my, *my.rglob("*")]
    for path in everything:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield my
    for path in everything:
        path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.mark.skipif(sys.platform != "linux", reason="permissions of root are dropped the Linux way")
@pytest.mark.parametrize(
    "args",
    [("load", "page.csv"), ("withdraw", SEED), ("infer",), ("update", "INSERT DATA { <urn:a> <urn:b> 1 }")],
    ids=lambda a: a[0],
)
def test_a_read_only_folder_is_told(
    bad: Bad, frozen: Path, tmp_path: Path, obeying: Callable[[], None], args: tuple[str, ...]
) -> None:
    """A folder that may not be written: every verb that writes says so."""
    (tmp_path / "page.csv").write_text(PAGE, encoding="utf-8")

    assert bad(*args, before=obeying).err == (
        f'kg: The graph "{frozen}" cannot be written: no permission. Copy it to a folder of yours, or only read it.\n'
    )


@pytest.mark.skipif(sys.platform != "linux", reason="permissions of root are dropped the Linux way")
def test_a_read_only_folder_can_be_read(frozen: Path, obeying: Callable[[], None]) -> None:
    """A folder that may not be written can be asked all the same."""
    done = run("stances", "-f", "csv", graph=frozen, before=obeying)

    assert (done.code, len(done.out.splitlines())) == (0, 33)


@pytest.mark.skipif(sys.platform != "linux", reason="permissions of root are dropped the Linux way")
@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("stances", "-o", "closed/s.csv"), '"closed/s.csv" cannot be written: Permission denied.'),
        (("stances", "-o", "closed/s.parquet"), '"closed/s.parquet" cannot be written: Permission denied.'),
        (("network", "-o", "closed/n.html"), '"closed/n.html" cannot be written: Permission denied.'),
        (("network", "-o", "closed/n.graphml"), '"closed/n.graphml" cannot be written: Permission denied.'),
        (("save", "closed/all.nq"), '"closed/all.nq" cannot be written: Permission denied.'),
        (("query", "DESCRIBE <urn:a>", "-o", "closed/t.ttl"), '"closed/t.ttl"'),
        (("load", "secret.ttl"), "secret.ttl: no permission to read it. Check its permissions."),
        (("load", "secret.csv"), "secret.csv: no permission to read it."),
        (("load", "secret.xlsx"), "secret.xlsx: no permission to read it."),
    ],
)
def test_what_may_not_be_read_or_written_is_told(
    bad: Bad, tmp_path: Path, obeying: Callable[[], None], args: tuple[str, ...], said: str
) -> None:
    """A file that may not be written or read is named with the reason."""
    (tmp_path / "closed").mkdir(mode=0o555)
    for ending in ("ttl", "csv", "xlsx"):
        (tmp_path / f"secret.{ending}").write_text("x", encoding="utf-8")
        (tmp_path / f"secret.{ending}").chmod(0)

    assert said in bad(*args, before=obeying).err


# -- pipes and debugging -----------------------------------------------------------------------------


@pytest.mark.parametrize("args", [
    ("query", "SELECT * WHERE { ?s ?p ?o }", "-f", "csv"), ("query", "SELECT * WHERE { ?s ?p ?o }"),
    ("query", "CONSTRUCT WHERE { ?s ?p ?o }"), ("stances", "-f", "json"),
], ids=["csv", "table", "triples", "json"])
def test_a_reader_who_has_seen_enough_is_no_failure(my: Path, args: tuple[str, ...]) -> None:
    """``kg query … | head -1`` ends quietly: no traceback, exit code 0."""
    child = subprocess.Popen(
        [sys.executable, "-c", "from kg.cli import main; main()", "-g", str(my), *args],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )
    assert child.stdout is not None
    assert child.stderr is not None
    first = child.stdout.read(1)
    child.stdout.close()
    said = child.stderr.read().decode()
    child.stderr.close()

    assert first
    assert (child.wait(timeout=30), "Traceback" in said, "BrokenPipe" in said) == (0, False, False)


def test_debugging_shows_the_traceback(my: Path) -> None:
    """``--debug`` shows where an error came from."""
    plain = run("compare", "Talban", "US", graph=my)
    debug = run("--debug", "compare", "Talban", "US", graph=my)

    assert (plain.code, debug.code) == (1, 1)
    assert "Traceback" not in plain.err
    assert "Traceback (most recent call last)" in debug.err
    assert debug.err.strip().endswith(plain.err.strip().removeprefix("kg: "))
