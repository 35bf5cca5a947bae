"""The twenty questions, put to every peer that is there."""

from __future__ import annotations

import contextlib
import importlib.util
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import peers, servers
from benchmarks.answers import Digest, difference
from benchmarks.clock import Timing
from benchmarks.corpus import Corpus
from benchmarks.servers import Missing, Running
from benchmarks.workers import Failed, OutOfTime, Worker, time_and_keep

Say = Callable[[str], None]

# One process each. The first peer of the first group has the answers that all others are held against.
GROUPS: dict[str, tuple[str, ...]] = {
    "memory": ("pyoxigraph", "kg", "kg, rdflib terms", "oxrdflib"),
    "disk": ("pyoxigraph, disk", "kg, disk"),
    "own": ("kg, disk",),
    "rdflib": ("rdflib",),
    "maplib": ("maplib",),
    "oxigraph": ("oxigraph server", "kg, oxigraph server"),
    "virtuoso": ("virtuoso", "kg, virtuoso"),
}
REFERENCE = "pyoxigraph"

# Why an engine may answer otherwise: (peer, query) → the reason. A difference that is not here is unexplained.
_LOST = (
    "It loses a few of the 30,000 groups, other ones each time it is started; asked for these pairs alone it has them."
)
REASONS: dict[tuple[str, str], str] = {
    ("virtuoso", "07-weighted-edges"): _LOST,
    ("kg, virtuoso", "07-weighted-edges"): _LOST,
    ("virtuoso", "17-stances-by-source"): (
        "Its default graph can hold no triples of its own, so the merged view is one more named graph there."
    ),
}


@dataclass(frozen=True)
class Question:
    """A file of ``benchmarks/ask``: SPARQL that every engine gets unchanged."""

    name: str
    title: str
    kind: str
    text: str


def questions() -> list[Question]:
    """The twenty, in the order of their names."""
    found = []
    for file in sorted((Path(__file__).parent / "ask").glob("*.rq")):
        text = file.read_text(encoding="utf-8")
        kind = re.search(r"^# kind: (.*)$", text, re.MULTILINE)
        assert kind, file
        found.append(Question(file.stem, text[2 : text.index("\n")], kind[1], text))
    return found


@dataclass
class Asked:
    """What became of the questions at one size.

    ``cells``: (question, peer) → a time, or why there is none. ``differences``: (question, peer) → what differs from
    the reference, with the reason where one is known. ``missing``: group → why its peers are not there.
    """

    cells: dict[tuple[str, str], Timing | str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    differences: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    loading: dict[str, tuple[float, float]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    def time(self, question: str, peer: str) -> Timing | None:
        """A time, where there is one."""
        cell = self.cells.get((question, peer))
        return cell if isinstance(cell, Timing) else None

    def unexplained(self) -> list[tuple[str, str]]:
        """Differences nobody has explained."""
        return [key for key, (_, why) in self.differences.items() if not why]


@contextlib.contextmanager
def group_of(
    name: str, corpus: Corpus, folder: Path, asked: Asked
) -> Iterator[tuple[Callable[..., Any], tuple[Any, ...]]]:
    """What makes a group's peers, with its server running; raises Missing."""
    if name in {"oxigraph", "virtuoso"}:
        started: AbstractContextManager[Running]
        home = folder / name
        started = servers.oxigraph(corpus, home) if name == "oxigraph" else servers.virtuoso(corpus, home)
        with started as server:
            asked.versions[server.name] = server.version
            asked.loading[server.name] = server.loading
            yield peers.at_server, (server,)
        return
    for module in GROUPS[name]:
        if module in {"maplib", "rdflib", "oxrdflib"} and importlib.util.find_spec(module) is None:
            raise Missing(f"not installed: pip install {module}")
    yield {
        "memory": peers.in_memory,
        "disk": peers.on_disk,
        "own": peers.own,
        "rdflib": peers.rdflib_alone,
        "maplib": peers.maplib_alone,
    }[name], ()


def ask_all(
    corpus: Corpus,
    folder: Path,
    *,
    groups: tuple[str, ...],
    only: str = "",
    limit: float = 30.0,
    runs: int = 5,
    seconds: float = 15.0,
    say: Say = print,
) -> Asked:
    """Put the questions whose names hold *only* to the peers of *groups*, each within *limit* seconds."""
    asked = Asked()
    wanted = [q for q in questions() if only in q.name]
    kept: dict[tuple[str, str], Digest] = {}
    for group in groups:
        try:
            with group_of(group, corpus, folder, asked) as (make, args), Worker(make, args, corpus, 3600) as worker:
                say(f"{group}: loading {corpus.size:,} statements")
                worker.start()
                for question in wanted:
                    for names in _together(group):
                        _one(worker, group, names, question, asked, kept, folder, limit, runs, seconds)
                        say(_line(question, names, asked))
        except Missing as error:
            asked.missing[group] = str(error)
        except (Failed, OutOfTime, RuntimeError) as error:
            asked.missing[group] = f"{error or 'too slow to load'}"
        if group in asked.missing:
            say(f"{group}: {asked.missing[group]}")
    _compare(asked, kept)
    return asked


def _together(group: str) -> list[list[str]]:
    """Peers timed in turn. One that may fail where the other does not goes by itself."""
    names = list(GROUPS[group])
    return [names] if group in {"memory", "disk"} else [[name] for name in names]


def _one(
    worker: Worker,
    group: str,
    names: list[str],
    question: Question,
    asked: Asked,
    kept: dict[tuple[str, str], Digest],
    folder: Path,
    limit: float,
    runs: int,
    seconds: float,
) -> None:
    try:
        # A question is timed several times, and its answer brought into the common form.
        over = limit * (len(names) * 3 + 2) + seconds
        given = (names, question.text, folder / "answers" / question.name, limit, runs, seconds)
        slow = limit if group not in {"memory", "disk"} else over
        found = worker.call(max(slow * 3, over), time_and_keep, *given)
    except OutOfTime:
        for name in names:
            asked.cells[question.name, name] = f"> {limit:.0f} s"
    except Failed as error:
        for name in names:
            asked.cells[question.name, name] = f"fails: {error}"
    else:
        for name, (time, digest) in found.items():
            asked.cells[question.name, name] = time if time.wall <= limit * 1000 else f"> {limit:.0f} s"
            kept[question.name, name] = digest


def _compare(asked: Asked, kept: dict[tuple[str, str], Digest]) -> None:
    for (question, name), digest in kept.items():
        reference = kept.get((question, REFERENCE))
        asked.rows.setdefault(question, digest.rows)
        if name == REFERENCE:
            asked.rows[question] = digest.rows
        elif reference and (told := difference(reference, digest, typed=name != "maplib")):
            asked.differences[question, name] = told, REASONS.get((name, question), "")


def _line(question: Question, names: list[str], asked: Asked) -> str:
    cells = (asked.cells[question.name, name] for name in names)
    told = (f"{c.wall:,.1f} ms" if isinstance(c, Timing) else c[:60] for c in cells)
    return f"  {question.name}: " + ", ".join(f"{n} {t}" for n, t in zip(names, told, strict=True))
