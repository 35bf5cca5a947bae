"""How cost grows with size, as one SVG from the kept runs of several sizes: the same runs, the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import exp, log
from pathlib import Path
from typing import Any

Points = dict[str, list[tuple[int, float]]]

_COLOURS = (
    "#005a9c", "#c1440e", "#3c7a2a", "#7b3fa0", "#8a6d00", "#0e7c7b", "#a0224f", "#555555", "#b07020", "#d1495b",
    "#1b1b1b", "#7a9e00", "#4d6fd0",
)  # fmt: skip
_MARKS = "osD^vPX*<>hdp"


def draw(results: list[Path], out: Path) -> Path:
    """Draw three panels: asking, loading, and our own work against the number of statements."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    runs = sorted((json.loads(f.read_text(encoding="utf-8")) for f in results), key=lambda told: told["size"])
    style = {"svg.hashsalt": "kg", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9}
    with plt.rc_context(style):
        figure, panels = plt.subplots(1, 3, figsize=(13, 6), layout="constrained")
        for panel, (title, unit, points) in zip(panels, _panels(runs), strict=True):
            _panel(panel, title, unit, points)
        figure.savefig(out, format="svg", metadata={"Date": None, "Title": "Cost against size"})
        plt.close(figure)
    return out


def _panel(panel: Any, title: str, unit: str, points: Points) -> None:
    for number, (name, line) in enumerate(points.items()):
        mine = name.startswith("kg")
        panel.plot(
            *zip(*line, strict=True),
            label=name,
            color=_COLOURS[number % len(_COLOURS)],
            marker=_MARKS[number % len(_MARKS)],
            linewidth=2.2 if mine else 1.1,
            markersize=5,
        )
    panel.set(xscale="log", yscale="log", title=title, xlabel="statements", ylabel=unit)
    panel.grid(True, which="major", color="#dddddd")
    if points:
        panel.legend(fontsize=7.5, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.13), ncol=2)


def _panels(runs: list[dict[str, Any]]) -> list[tuple[str, str, Points]]:
    return [
        ("Twenty questions, geometric mean", "ms", _asking(runs)),
        ("Loading", "s", _lines(runs, _loads)),
        ("Our own work", "ms", _lines(runs, _own)),
    ]


def _asking(runs: list[dict[str, Any]]) -> Points:
    """Over the questions that a peer answered at every size at which it was asked."""
    found: Points = {}
    asked = [run for run in runs if run.get("questions")]
    for peer in sorted({peer for run in asked for cells in run["questions"].values() for peer in cells}):
        of = {run["size"]: {q: c[peer] for q, c in run["questions"].items() if peer in c} for run in asked}
        of = {size: cells for size, cells in of.items() if any(isinstance(c, dict) for c in cells.values())}
        if not of:
            continue
        common = set.intersection(*({q for q, c in cells.items() if isinstance(c, dict)} for cells in of.values()))
        if common:
            few = f" ({len(common)} of 20)" if len(common) < 20 else ""
            found[peer + few] = [
                (size, exp(sum(log(cells[q]["wall"]) for q in common) / len(common))) for size, cells in of.items()
            ]
    return found


def _lines(runs: list[dict[str, Any]], figures: Callable[[dict[str, Any]], dict[str, float]]) -> Points:
    found: Points = {}
    for run in runs:
        for name, value in figures(run).items():
            found.setdefault(name, []).append((run["size"], value))
    return found


_WAYS = {
    "kg": "kg, memory",
    "kg-disk": "kg, disk",
    "raw-bulk": "pyoxigraph, memory",
    "raw-disk": "pyoxigraph, disk",
    "rdflib": "rdflib",
    "maplib": "maplib",
}


def _loads(run: dict[str, Any]) -> dict[str, float]:
    found = {_WAYS[w]: one["wall"] for w, one in run["loads"].items() if w in _WAYS and isinstance(one, dict)}
    return found | {name: wall for name, (wall, _) in run.get("server_loading", {}).items()}


def _own(run: dict[str, Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    if frame := run.get("frame"):
        found["kg: build the frame"] = frame["build"]["wall"]
        six = [cell["wall"] for cell in frame["six"].values()]
        found["kg: a comparison from it"] = exp(sum(map(log, six)) / len(six))
    if told := run.get("rules"):
        found["kg: full infer"] = told["full"]["wall"]
        found["kg: infer after 100 more"] = told["again"]["wall"]
    if pair := run.get("shapes", {}).get(str(run["size"])):
        found["kg: plain SHACL"] = pair["ours"]["wall"]
        if isinstance(pair["pyshacl"], dict):
            found["pySHACL"] = pair["pyshacl"]["wall"]
    cold = run.get("commands", {}).get("cold look-up")
    if cold and run["commands_size"] == run["size"]:
        found["kg: cold look-up"] = cold["wall"]
    if told := run.get("search"):
        found["kg: search a word"] = told["a word"]["wall"]
    return found
