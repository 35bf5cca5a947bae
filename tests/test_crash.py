"""Whoever is killed while writing leaves the state before or the state after; full and read-only disks too."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from support import PAGE, SEED, environment, run

import kg
from kg.stores import open_store
from kg.stores.folder import State
from kg.terms import resource

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills and mounts are made the Linux way")

# How often each verb is killed. Those that end in -much take the road of much data: a copy that is swapped in.
KILLS = {
    "load": 40, "load-much": 40, "replace": 20, "infer": 30, "infer-much": 20,
    "withdraw": 30, "withdraw-much": 20, "update": 20,
}


class Victim:
    """The process whose children are killed."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("crashing.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), text=True,
        )

    def order(self, verb: str, folder: Path, file: object, *, kill_after: float | None = None) -> tuple[int, float]:
        """Have a verb done, or begun and killed; its exit code (negative: the signal) and seconds."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{verb}\t{folder}\t{file}\n")
        self.process.stdin.flush()
        child = int(self.process.stdout.readline())
        if kill_after is not None:
            time.sleep(kill_after)
            with contextlib.suppress(ProcessLookupError):  # it may have ended by itself
                os.kill(child, signal.SIGKILL)
        _, code, seconds = self.process.stdout.readline().split()
        return int(code), float(seconds)

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def victim() -> Iterator[Victim]:
    """One warm process for all kills."""
    started = Victim()
    yield started
    started.close()


def content(folder: Path) -> str:
    """A digest of every quad, the merged view's too, as a reader of the folder finds it."""
    with contextlib.closing(open_store(folder, read_only=True)) as store:
        return digest(store.inner)


def digest(inner: ox.Store) -> str:
    """A digest that does not depend on order."""
    lines = sorted(inner.dump(format=ox.RdfFormat.N_QUADS).splitlines())
    return hashlib.blake2b(b"\n".join(lines)).hexdigest()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    """For each verb a graph folder to start from and the file or source it takes."""
    home = tmp_path_factory.mktemp("crash")
    page = home / "page.csv"
    page.write_text(PAGE, encoding="utf-8")
    mended = home / "mended" / "page.csv"
    mended.parent.mkdir()
    mended.write_text(PAGE.replace("strongly oppose", "support"), encoding="utf-8")
    article = resource("data") / "seed-article"
    plain, derived = home / "plain.kg", home / "derived.kg"
    with kg.KnowledgeGraph(plain) as g:
        g.load(page)
    with kg.KnowledgeGraph(derived) as g:
        g.load(page, article)
        kg.infer(g)
    loaded = home / "loaded.kg"
    with kg.KnowledgeGraph(loaded) as g:
        g.load(page, article)
    return {
        "load": (plain, str(article)), "replace": (derived, str(mended)), "infer": (loaded, "-"),
        "withdraw": (derived, SEED), "update": (plain, "-"),
    }


@pytest.mark.slow
@pytest.mark.parametrize("verb", KILLS)
def test_a_kill_leaves_the_state_before_or_after(
    victim: Victim, scene: dict[str, tuple[Path, str]], tmp_path: Path, verb: str
) -> None:
    """Killed at a random moment of a write, a folder opens again and holds exactly the state before or after it."""
    origin, file = scene[verb.removesuffix("-much")]
    before = content(origin)
    whole = tmp_path / "whole.kg"
    shutil.copytree(origin, whole)
    code, seconds = victim.order(verb, whole, file)
    assert code == 0
    after = content(whole)
    assert after != before

    moments = random.Random(verb)
    found = {before: 0, after: 0}
    killed = 0
    for number in range(5 * KILLS[verb]):
        if killed == KILLS[verb]:
            break
        folder = tmp_path / f"{number}.kg"
        shutil.copytree(origin, folder)
        code, took = victim.order(verb, folder, file, kill_after=moments.uniform(0, seconds * 1.05))
        killed += code == -signal.SIGKILL
        seconds = seconds if code == -signal.SIGKILL else took  # a machine that has become quicker
        left = content(folder)
        assert left in found, f"kill {number} left something in between"
        found[left] += 1
        # And it can be gone on from there; what has left cannot be withdrawn again.
        if number % 10 == 0 and not (left == after and verb.startswith("withdraw")):
            assert victim.order(verb, folder, file)[0] == 0
            assert content(folder) == after
            assert [p.name for p in folder.glob("data-*")] == [State.read(folder).data]  # type: ignore[union-attr]
        shutil.rmtree(folder)
    assert killed == KILLS[verb]
    assert found[before]


@pytest.fixture
def little_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], capture_output=True)
    if made.returncode:
        pytest.skip("a little disk cannot be mounted here: only root may")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("room", [0, 40, 400])
def test_a_full_disk_is_told_and_nothing_is_lost(little_disk: Path, tmp_path: Path, room: int) -> None:
    """When the disk is full, a load says so, exits with 1, and the graph is as it was; with room it goes on."""
    (tmp_path / "page.csv").write_text(PAGE, encoding="utf-8")
    rows = [f'<urn:s{n}> <urn:p> "{n} {"x" * 60}" .' for n in range(60_000)]
    (tmp_path / "big.nt").write_text("\n".join(rows), encoding="utf-8")
    graph = little_disk / "my.kg"
    assert run("load", tmp_path / "page.csv", graph=graph).code == 0
    before = content(graph)
    with open(little_disk / "ballast", "wb") as ballast:
        free = shutil.disk_usage(little_disk).free
        ballast.write(bytes(max(0, free - room * 1024)))
    done = run("load", tmp_path / "big.nt", graph=graph)

    assert done.code == 1
    assert "cannot be written" in done.err
    assert "Traceback" not in done.err
    assert content(graph) == before
    (little_disk / "ballast").unlink()
    assert run("load", "--no-infer", tmp_path / "page.csv", graph=graph).code == 0
    assert content(graph) == before


def test_a_folder_of_the_older_layout_opens_and_is_renewed(tmp_path: Path) -> None:
    """A folder whose engine files lie at the top, as the first version wrote it, is read and written on."""
    old = tmp_path / "old.kg"
    inner = ox.Store(str(old))
    triple = (ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.Literal("x"))
    inner.extend([ox.Quad(*triple, ox.NamedNode("urn:g")), ox.Quad(*triple, ox.DefaultGraph())])
    inner.flush()
    del inner
    with contextlib.closing(open_store(old, read_only=True)) as reader:
        assert (reader.count(), reader.pending(), reader.revision) == (1, None, 0)
    with kg.KnowledgeGraph(old) as g:
        g.update("INSERT { ?s <urn:q> ?o } WHERE { ?s <urn:p> ?o }")
        assert g.ask("ASK { <urn:a> <urn:p> 'x' ; <urn:q> 'x' }")
    assert {p.name for p in old.iterdir()} == {"state.json", "lock", "data-1"}
    with kg.KnowledgeGraph(old, read_only=True) as g:
        assert g.ask("ASK { <urn:a> <urn:q> 'x' }")


def test_a_folder_of_a_newer_layout_says_what_to_do(tmp_path: Path) -> None:
    """A folder that a newer kg wrote is refused with the way out."""
    kg.KnowledgeGraph(tmp_path / "my.kg").close()
    State(schema=99).write(tmp_path / "my.kg")
    done = run("info", graph=tmp_path / "my.kg")

    assert done.code == 1
    assert "was written by a newer kg (layout 99, this one knows 2). Update kg" in done.err
