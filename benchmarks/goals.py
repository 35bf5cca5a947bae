"""The goals: what each measured, beside which peer of the same run, and whether it is met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import exp, log
from statistics import median
from typing import Any

from benchmarks.asking import Asked
from benchmarks.clock import Timing
from benchmarks.loading import Load

SIX = (
    "01-stances-of-an-actor", "02-two-actors", "03-mean-by-actor-and-issue", "04-roll-up", "06-opposite-means",
    "07-weighted-edges",
)  # fmt: skip


@dataclass(frozen=True)
class Goal:
    """One row of the table. ``met`` is None where this run cannot tell, and the note says why."""

    work: str
    ours: str
    peer: str
    ratio: str
    goal: str
    met: bool | None
    note: str = ""


@dataclass
class Run:
    """All that one run at one size has measured."""

    size: int
    limit: float
    asked: Asked | None = None
    loads: dict[str, Load | str] = field(default_factory=dict)
    frame: tuple[Timing, dict[str, tuple[Timing, Any]]] | None = None
    frame_differs: dict[str, str] = field(default_factory=dict)
    rules: dict[str, Any] = field(default_factory=dict)
    reasoners: dict[str, tuple[int, Timing] | str] = field(default_factory=dict)
    shapes: dict[str, Any] = field(default_factory=dict)
    commands: dict[str, Timing] = field(default_factory=dict)
    commands_size: int = 0
    search: tuple[Timing, dict[str, Timing]] | None = None
    failed: dict[str, str] = field(default_factory=dict)


def goals(run: Run) -> list[Goal]:
    """Every goal that the run has measured something for."""
    makers: tuple[Callable[[Run], list[Goal]], ...] = (
        _loading, _asking, _six, _terms, _shapes, _rules, _agreement, _commands, _memory, _search,
    )  # fmt: skip
    return [goal for make in makers for goal in make(run)]


def ms(value: float) -> str:
    """Milliseconds as people read them."""
    return f"{value:,.0f} ms" if value >= 100 else f"{value:.1f} ms" if value >= 1 else f"{value:.2f} ms"


def seconds(value: float) -> str:
    """Seconds as people read them."""
    return f"{value:.1f} s" if value >= 10 else f"{value:.2f} s"


def _loading(run: Run) -> list[Goal]:
    found = []
    for place, ours, same, bare in (
        ("memory", "kg", ("raw-load", "raw-bulk"), "raw-bare"),
        ("disk", "kg-disk", ("raw-disk",), "raw-disk-bare"),
    ):
        mine = run.loads.get(ours)
        peers = [x for way in same if isinstance(x := run.loads.get(way), Load)]
        if not isinstance(mine, Load) or not peers:
            continue
        for what, peer in (
            ("the same quads", min(peers, key=lambda one: one.wall)),
            ("the bare file", run.loads.get(bare)),
        ):
            if isinstance(peer, Load):
                ratio = mine.wall / peer.wall
                found.append(
                    Goal(
                        f"load RDF into {place}",
                        seconds(mine.wall),
                        f"pyoxigraph, {what}: {seconds(peer.wall)}",
                        f"{ratio:.2f} (CPU {mine.cpu / peer.cpu:.2f})",
                        "≤ 1.10" if what == "the same quads" else "–",
                        ratio <= 1.10 if what == "the same quads" else None,
                        "" if what == "the same quads" else "half as many quads: no ontology, no merged view",
                    )
                )
    return found


def _asking(run: Run) -> list[Goal]:
    if run.asked is None:
        return []
    found = []
    for place, ours, peer in (("memory", "kg", "pyoxigraph"), ("disk", "kg, disk", "pyoxigraph, disk")):
        pairs = _pairs(run.asked, ours, peer)
        if not pairs:
            continue
        ratios = {name: (a.wall / b.wall, a.cpu / max(b.cpu, 1e-6)) for name, (a, b) in pairs.items()}
        worst = max(ratios, key=lambda name: ratios[name][0])
        mine, theirs = pairs[worst]
        within = sum(wall <= 1.10 for wall, _ in ratios.values())
        extra = median(a.wall - b.wall for a, b in pairs.values())
        found.append(
            Goal(
                f"`kg query` to a DataFrame, {place}",
                f"worst, {worst}: {ms(mine.wall)}",
                f"pyoxigraph: {ms(theirs.wall)}",
                f"{ratios[worst][0]:.2f} (median {median(w for w, _ in ratios.values()):.2f}, "
                f"CPU {median(c for _, c in ratios.values()):.2f})",
                "≤ 1.10 on each",
                all(wall <= 1.10 for wall, _ in ratios.values()),
                f"{within} of {len(ratios)} within 1.10; median extra {ms(extra)}",
            )
        )
    beside, open_ended = _times_faster(run, "kg", "rdflib")
    if beside:
        found.append(
            Goal(
                "`kg query` to a DataFrame",
                "median of ratios",
                "rdflib in memory",
                f"{median(beside):,.0f} ×",
                "≥ 20 ×",
                median(beside) >= 20,
                f"{open_ended} stopped at {run.limit:.0f} s and count as that" if open_ended else "",
            )
        )
    return found


def _pairs(asked: Asked, ours: str, peer: str) -> dict[str, tuple[Timing, Timing]]:
    found = {}
    for (question, name), mine in asked.cells.items():
        theirs = asked.time(question, peer)
        if name == ours and isinstance(mine, Timing) and theirs is not None:
            found[question] = mine, theirs
    return found


def _times_faster(
    run: Run, ours: str, peer: str, wanted: Mapping[str, float] | None = None
) -> tuple[list[float], int]:
    """How many times longer a peer took, question by question; and how often it was stopped, which counts as then."""
    assert run.asked is not None
    found, stopped = [], 0
    for (question, name), cell in run.asked.cells.items():
        mine = wanted.get(question) if wanted is not None else getattr(run.asked.time(question, ours), "wall", None)
        if name != peer or mine is None:
            continue
        if isinstance(cell, Timing):
            found.append(cell.wall / mine)
        elif cell.startswith(">"):
            stopped += 1
            found.append(run.limit * 1000 / mine)
    return found, stopped


def _six(run: Run) -> list[Goal]:
    if run.frame is None:
        return []
    built, six = run.frame
    worst = max(six, key=lambda name: six[name][0].wall)
    bound = run.size == 100_000
    found = [
        Goal(
            "six stance comparisons from the frame",
            f"worst, {worst}: {ms(six[worst][0].wall)}",
            f"building the frame: {ms(built.wall)}",
            "–",
            "≤ 25 ms each at 100k",
            six[worst][0].wall <= 25 if bound else None,
            ", ".join(ms(six[name][0].wall) for name in SIX),
        )
    ]
    if run.asked is None:
        return found
    times = {name: timing.wall for name, (timing, _) in six.items()}
    for peer, bound_ratio in (("pyoxigraph", 25), ("maplib", 3), ("rdflib", 500)):
        ratios, stopped = _times_faster(run, "", peer, times)
        if ratios:
            mean = exp(sum(map(log, ratios)) / len(ratios))
            found.append(
                Goal(
                    "six stance comparisons, geometric mean",
                    ms(exp(sum(map(log, times.values())) / len(times))),
                    peer,
                    f"{mean:,.1f} ×",
                    f"≥ {bound_ratio} ×",
                    mean >= bound_ratio if bound else None,
                    f"{stopped} of {len(ratios)} stopped at {run.limit:.0f} s and count as that" if stopped else "",
                )
            )
    return found


def _terms(run: Run) -> list[Goal]:
    if run.asked is None:
        return []
    question = "20-the-stance-table"
    mine = run.asked.time(question, "kg, rdflib terms")
    rows = run.asked.rows.get(question, 0)
    found = []
    for peer, text, check in (
        ("pyoxigraph", "≤ 1.6 ×", lambda r: r <= 1.6),
        ("oxrdflib", "≥ 3 × faster", lambda r: 1 / r >= 3),
    ):
        theirs = run.asked.time(question, peer)
        if mine and theirs:
            ratio = mine.wall / theirs.wall
            told = f"{ratio:.2f} (CPU {mine.cpu / theirs.cpu:.2f})"
            found.append(
                Goal(
                    f"rows as rdflib terms, {rows:,} rows",
                    ms(mine.wall),
                    f"{peer}: {ms(theirs.wall)}",
                    f"{1 / ratio:.1f} × faster" if peer == "oxrdflib" else told,
                    text,
                    check(ratio) if rows >= 50_000 else None,
                    "" if rows >= 50_000 else "too few rows to tell",
                )
            )
    return found


def _shapes(run: Run) -> list[Goal]:
    found = []
    for size, pair in run.shapes.items():
        ours = pair.get("ours")
        if ours is None:
            continue
        timing, results, triples = ours
        theirs = pair.get("pyshacl")
        if theirs is None or isinstance(theirs, str):
            found.append(
                Goal(f"plain SHACL, {int(size):,} statements", ms(timing.wall), f"pySHACL: {theirs or 'not asked'}",
                     "–", "≥ 30 ×", None, f"{triples:,} triples, {results.total()} results")
            )  # fmt: skip
            continue
        peer, expected = theirs
        same = Counter(results) == Counter(expected)
        ratio = peer.wall / timing.wall
        note = f"same {results.total()} results" if same else (
            f"{(results - expected).total()} results more, {(expected - results).total()} fewer"
        )
        found.append(
            Goal(f"plain SHACL, {int(size):,} statements", ms(timing.wall), f"pySHACL: {seconds(peer.wall / 1000)}",
                 f"{ratio:,.0f} ×", "≥ 30 ×, same results", ratio >= 30 and same, note)
        )  # fmt: skip
    return found


def _rules(run: Run) -> list[Goal]:
    told = run.rules
    if not told:
        return []
    found = []
    others = "; ".join(
        f"{name}: {seconds(cell[1].wall / 1000)}" if not isinstance(cell, str) else f"{name}: {cell}"
        for name, cell in run.reasoners.items()
    )
    if told.get("closure"):
        wall = told["closure"].wall
        found.append(
            Goal("closure rules of a full infer", ms(wall), others or "–", "–", "≤ 1 s at 100k",
                 wall <= 1000 if run.size == 100_000 else None, f"{told['ties']:,} coded ties; the others flat")
        )  # fmt: skip
    share = told["again"].wall / told["full"].wall
    found += [
        Goal("full infer, all rules", seconds(told["full"].wall / 1000),
             f"first run after loading: {seconds(told['first'].wall / 1000)}", "–", "–", None,
             f"{told['derived']:,} derived triples, most of them who agrees with whom"),
        Goal("re-infer after 100 more statements", ms(told["again"].wall), f"full: {ms(told['full'].wall)}",
             f"{share:.1%}", "≤ 2 % at 100k", share <= 0.02 and told["same"] if run.size == 100_000 else None,
             "leaves what a full run leaves" if told["same"] else "leaves something else than a full run"),
    ]  # fmt: skip
    return found


def _agreement(run: Run) -> list[Goal]:
    if run.asked is None or len({name for _, name in run.asked.cells}) < 2:
        return []
    peers = sorted({name for (_, name), cell in run.asked.cells.items() if isinstance(cell, Timing)})
    compared = sum(isinstance(cell, Timing) for (_, name), cell in run.asked.cells.items() if name != "pyoxigraph")
    unexplained = len(run.asked.unexplained()) + len(run.frame_differs)
    return [
        Goal("agreement on the twenty questions", f"{compared} answers", f"{len(peers)} engines",
             f"{len(run.asked.differences) + len(run.frame_differs)} differ", "0 unexplained", unexplained == 0,
             f"{unexplained} unexplained")
    ]  # fmt: skip


def _commands(run: Run) -> list[Goal]:
    found = []
    base = run.commands.get("python")
    for name, bound, text in (("kg --help", 150, "≤ 150 ms"), ("kg query", 600, "≤ 600 ms")):
        if timing := run.commands.get(name):
            where = " on the shipped corpus" if name == "kg query" else ""
            found.append(
                Goal(f"`{name}`{where}, all in", ms(timing.wall), f"python alone: {ms(base.wall) if base else '–'}",
                     f"CPU {ms(timing.cpu)}", text, timing.wall <= bound)
            )  # fmt: skip
    if cold := run.commands.get("cold look-up"):
        raw = run.commands["cold look-up, raw"]
        found.append(
            Goal(f"open a folder of {run.commands_size:,} statements and look up, cold", ms(cold.wall),
                 f"pyoxigraph in a script: {ms(raw.wall)}", f"CPU {ms(cold.cpu)}", "≤ 300 ms at 1M",
                 cold.wall <= 300 if run.commands_size >= 1_000_000 else None, "a whole command in a new process")
        )  # fmt: skip
    return found


def _memory(run: Run) -> list[Goal]:
    mine, raw = run.loads.get("kg"), run.loads.get("raw-bulk")
    if not isinstance(mine, Load) or not isinstance(raw, Load):
        return []
    ratio = mine.after / raw.after
    store = (mine.after - mine.before) / (raw.after - raw.before)
    return [
        Goal("memory, in-memory store", f"{mine.after:,.0f} MB", f"pyoxigraph, the same quads: {raw.after:,.0f} MB",
             f"{ratio:.2f}", "≤ 1.05", ratio <= 1.05,
             f"resident, whole processes; {store:.2f} without what was there before; at most {mine.peak:,.0f} MB")
    ]  # fmt: skip


def _search(run: Run) -> list[Goal]:
    if run.search is None:
        return []
    made, times = run.search
    told = ", ".join(f"{what} {ms(timing.wall)}" for what, timing in times.items())
    return [Goal("full-text search", told, f"making the index: {seconds(made.wall / 1000)}", "–", "–", None)]
