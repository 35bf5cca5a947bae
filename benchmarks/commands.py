"""What whole commands cost, from the shell's side: a fresh process each time."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import kg
from benchmarks.clock import Timing
from benchmarks.corpus import SEED, Corpus, Maker

_RAW = """import sys, pyoxigraph
answer = pyoxigraph.Store.read_only(sys.argv[1]).query(open(sys.argv[2]).read())
sys.stdout.buffer.write(answer.serialize(format=pyoxigraph.QueryResultsFormat.TSV))"""


def kg_command() -> str:
    """The installed ``kg``: beside this Python, or on the path."""
    beside = Path(sys.executable).with_name("kg")
    return str(beside) if beside.exists() else shutil.which("kg") or "kg"


def in_turn(commands: dict[str, Sequence[str]], *, runs: int = 7) -> dict[str, Timing]:
    """Wall and CPU times of commands, one after the other; the first round warms up. Raises CalledProcessError."""
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    clean = {k: v for k, v in os.environ.items() if k != "KG_GRAPH"}
    for turn in range(runs + 1):
        for name, command in commands.items():
            before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=clean)
            wall = time.perf_counter() - wall
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            if turn:
                samples[name].append((wall * 1000, cpu * 1000))
    return {name: Timing.of(taken) for name, taken in samples.items()}


def kept_folder(corpus: Corpus) -> tuple[Path, Path]:
    """A graph folder of ours and a folder of the raw engine with the same quads, made once beside the corpus."""
    import pyoxigraph as ox

    ours, raw = corpus.bare.with_name("my.kg"), corpus.bare.with_name("raw.store")
    done = corpus.bare.with_name("folders.txt")
    if not done.is_file():
        for folder in (ours, raw):
            shutil.rmtree(folder, ignore_errors=True)
        with kg.KnowledgeGraph(ours) as graph:
            graph.load(corpus.bare)
            graph.store.optimize()
        store = ox.Store(str(raw))
        store.bulk_load(path=str(corpus.held), format=ox.RdfFormat.N_QUADS)
        store.optimize()
        del store
        done.write_text("made\n", encoding="ascii")
    return ours, raw


def middle_look_up(corpus: Corpus) -> str:
    """The look-up of the twenty questions for an actor of middle rank, as a file: who looks up wants a page of rows."""
    text = (Path(__file__).parent / "ask" / "01-stances-of-an-actor.rq").read_text(encoding="utf-8")
    file = corpus.bare.with_name("look-up.rq")
    file.write_text(text.replace("actor:a7 ", f"actor:a{Maker(corpus.size, SEED).actors // 2} "), encoding="utf-8")
    return str(file)


def whole_commands(corpus: Corpus | None) -> dict[str, Timing]:
    """``kg --help``, a query of the shipped corpus, and a look-up in a big folder, beside what they stand on."""
    command = kg_command()
    commands: dict[str, Sequence[str]] = {
        "python": [sys.executable, "-c", "pass"],
        "kg --help": [command, "--help"],
        "kg query": [command, "query", "positions", "-p", "issue", "prisoner release"],
    }
    if corpus is not None:
        ours, raw = kept_folder(corpus)
        look_up = middle_look_up(corpus)
        commands["cold look-up"] = [command, "-g", str(ours), "query", look_up]
        commands["cold look-up, raw"] = [sys.executable, "-c", _RAW, str(raw), look_up]
    return in_turn(commands)
