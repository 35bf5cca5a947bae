"""One run at one size: every part in turn, each in processes of its own with a time limit."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import analyses, asking, commands
from benchmarks.answers import Digest, difference
from benchmarks.clock import Timing
from benchmarks.corpus import Corpus, made
from benchmarks.goals import Run
from benchmarks.loading import WAYS, load_all
from benchmarks.workers import Failed, OutOfTime, Worker

PARTS = ("load", "ask", "frame", "rules", "shapes", "search", "commands")

Say = Callable[[str], None]


def run_at(
    size: int,
    *,
    parts: tuple[str, ...] = PARTS,
    groups: tuple[str, ...] = tuple(name for name in asking.GROUPS if name != "own"),
    only: str = "",
    limit: float = 60,
    patience: float = 900,
    cold: int = 0,
    say: Say = print,
) -> Run:
    """Measure the *parts* at a size in statements.

    A question may take *limit* seconds, other work *patience* seconds. *cold* is the size of the folder that is
    opened for the cold look-up, by default this size.
    """
    say(f"{size:,} statements")
    corpus = made(size)
    run = Run(size, limit)
    with tempfile.TemporaryDirectory(prefix="kg-benchmarks-") as name:
        work = Path(name)
        for part in parts:
            say(f"-- {part}")
            with _noting(run, part, say):
                match part:
                    case "load":
                        ways = tuple(way for way in WAYS if _wanted(way, groups))
                        run.loads = load_all(ways, corpus, limit=patience)
                    case "ask":
                        seconds = 6.0 if size <= 10_000 else 15.0
                        run.asked = asking.ask_all(
                            corpus, work, groups=groups, only=only, limit=limit, seconds=seconds, say=say
                        )
                    case "frame":
                        run.frame = _in_process(
                            analyses.ours_alone, corpus, patience, analyses.six_from_the_frame, work / "answers"
                        )
                    case "rules":
                        run.rules = _in_process(analyses.ours_alone, corpus, patience, analyses.rules, 5)
                        for peer, method in (
                            ("reasonable", analyses.reasonable_rules),
                            ("owlrl", analyses.owlrl_rules),
                        ):
                            run.reasoners[peer] = _or_reason(
                                lambda m=method: _in_process(analyses.nothing, corpus, patience, m), patience
                            )
                    case "shapes":
                        _shapes(run, corpus, patience, say)
                    case "search":
                        run.search = _in_process(analyses.ours_alone, corpus, patience, analyses.search)
                    case "commands":
                        run.commands_size = cold or size
                        run.commands = commands.whole_commands(made(run.commands_size))
        _compare_frame(run, work)
    return run


def _wanted(way: str, groups: tuple[str, ...]) -> bool:
    if "own" in groups and way == "kg-disk":
        return True
    needs = {"rdflib": "rdflib", "maplib": "maplib", "oxrdflib": "memory"}
    return needs.get(way, "disk" if "disk" in way else "memory") in groups


def _in_process(make: Any, corpus: Corpus, limit: float, work: Any, *args: Any) -> Any:
    with Worker(make, (), corpus, limit) as worker:
        return worker.call(limit, work, *args)


@contextmanager
def _noting(run: Run, part: str, say: Say) -> Iterator[None]:
    """A part that fails does not end the run: what it said stands in the report."""
    try:
        yield
    except OutOfTime:
        run.failed[part] = "out of time"
    except (Failed, OSError, RuntimeError, ValueError) as error:
        run.failed[part] = f"{type(error).__name__}: {error}"
    if part in run.failed:
        say(f"{part}: {run.failed[part]}")


def _or_reason(work: Callable[[], Any], patience: float) -> Any:
    try:
        return work()
    except OutOfTime:
        return f"> {patience:.0f} s"
    except Failed as error:
        return str(error)


def _shapes(run: Run, corpus: Corpus, patience: float, say: Say) -> None:
    """Ours at this size, and both at the greatest size at which pySHACL ends in time."""
    size = corpus.size
    while True:
        at = corpus if size == corpus.size else made(size)
        ours = _in_process(analyses.ours_alone, at, patience, analyses.shapes_ours)
        theirs = _or_reason(lambda a=at: _in_process(analyses.nothing, a, patience, analyses.shapes_pyshacl), patience)
        run.shapes[str(size)] = {"ours": ours, "pyshacl": theirs}
        told = theirs if isinstance(theirs, str) else f"{theirs[0].wall:,.0f} ms"
        say(f"  plain SHACL at {size:,}: {ours[0].wall:,.0f} ms, pySHACL {told}")
        if not isinstance(theirs, str) or size <= 1_000:
            return
        size //= 10


def _compare_frame(run: Run, work: Path) -> None:
    """Hold the six answers from the frame against those of the raw engine."""
    if run.frame is None or run.asked is None:
        return
    for name, (_, digest) in run.frame[1].items():
        kept = work / "answers" / name / f"{asking.REFERENCE}.rows"
        if kept.is_file():
            import pickle

            reference = Digest.of(pickle.loads(kept.read_bytes()), kept)
            if told := difference(reference, digest):
                run.frame_differs[name] = told


def timing_of(cell: Any) -> dict[str, float] | str:
    """A cell for JSON."""
    if isinstance(cell, Timing):
        return {"wall": round(cell.wall, 3), "cpu": round(cell.cpu, 3), "runs": cell.runs}
    return str(cell)
