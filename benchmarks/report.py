"""A run as Markdown for people and as JSON for programs."""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.asking import GROUPS, questions
from benchmarks.clock import Timing
from benchmarks.goals import Goal, Run, goals, ms
from benchmarks.loading import Load
from benchmarks.runs import timing_of

_PACKAGES = ("pyoxigraph", "rdflib", "oxrdflib", "maplib", "polars", "pyshacl", "reasonable", "owlrl")


def machine() -> dict[str, Any]:
    """What the run ran on: processor, cores, load, and versions."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [x.split(":", 1)[1].strip() for x in info.read_text().splitlines() if x.startswith("model name")]
        model = names[0] if names else model
    found: dict[str, Any] = {
        "processor": model,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
    }
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def as_json(run: Run, on: dict[str, Any]) -> dict[str, Any]:
    """Everything a run measured, for plots and for comparing runs. Milliseconds; loading in seconds and MB."""
    told: dict[str, Any] = {"size": run.size, "limit": run.limit, "machine": on}
    told["goals"] = [asdict(goal) for goal in goals(run)]
    told["failed"] = run.failed
    told["loads"] = {way: asdict(one) if isinstance(one, Load) else one for way, one in run.loads.items()}
    if run.asked is not None:
        cells: dict[str, dict[str, Any]] = {}
        for (question, peer), cell in run.asked.cells.items():
            cells.setdefault(question, {})[peer] = timing_of(cell)
        told["questions"] = cells
        told["rows"] = run.asked.rows
        told["differences"] = [
            {"question": q, "peer": p, "difference": what, "reason": why}
            for (q, p), (what, why) in run.asked.differences.items()
        ]
        told["missing"] = run.asked.missing
        told["server_loading"] = run.asked.loading
        told["versions"] = run.asked.versions
    if run.frame is not None:
        told["frame"] = {
            "build": timing_of(run.frame[0]),
            "six": {name: timing_of(timing) for name, (timing, _) in run.frame[1].items()},
            "differences": run.frame_differs,
        }
    if run.rules:
        told["rules"] = {k: timing_of(v) if isinstance(v, Timing) else v for k, v in run.rules.items()}
        told["reasoners"] = {
            name: cell if isinstance(cell, str) else timing_of(cell[1]) for name, cell in run.reasoners.items()
        }
    told["shapes"] = {
        size: {
            "ours": timing_of(pair["ours"][0]),
            "pyshacl": pair["pyshacl"] if isinstance(pair["pyshacl"], str) else timing_of(pair["pyshacl"][0]),
        }
        for size, pair in run.shapes.items()
    }
    told["commands"] = {name: timing_of(timing) for name, timing in run.commands.items()}
    told["commands_size"] = run.commands_size
    if run.search is not None:
        told["search"] = {
            "index": timing_of(run.search[0]),
            **{what: timing_of(timing) for what, timing in run.search[1].items()},
        }
    return told


def write(run: Run, folder: Path) -> tuple[Path, Path]:
    """Write ``<size>.md`` and ``<size>.json``; returns both."""
    folder.mkdir(parents=True, exist_ok=True)
    on = machine()
    told = as_json(run, on)
    page, data = folder / f"{run.size}.md", folder / f"{run.size}.json"
    data.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page.write_text(as_markdown(told), encoding="utf-8")
    return page, data


# -- Markdown, made from the JSON, so that a kept run can be shown again ------------------


def as_markdown(told: dict[str, Any]) -> str:
    """The tables of one run."""
    on = told["machine"]
    packages = ", ".join(f"{name} {on[name]}" for name in _PACKAGES)
    servers = "".join(f", {name} ({text})" for name, text in told.get("versions", {}).items())
    lines = [
        f"## {told['size']:,} statements",
        "",
        f"{on['processor']}, {on['cores']} cores, load average {on['load']}; {on['system']}, Python {on['python']}; "
        f"{packages}{servers}.",
        f"Wall times are medians; a question was stopped after {told['limit']:.0f} s.",
        "",
        *_goal_table([Goal(**goal) for goal in told["goals"]]),
    ]
    for part, why in told["failed"].items():
        lines += ["", f"The part *{part}* failed: {why}"]
    if "questions" in told:
        lines += ["", f"### The twenty questions, {told['size']:,} statements, wall ms", "", *_question_table(told)]
        lines += ["", *_differences(told)]
    if told["loads"]:
        lines += ["", f"### Loading, {told['size']:,} statements", "", *_load_table(told)]
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _goal_table(found: list[Goal]) -> list[str]:
    verdict = {True: "met", False: "**missed**", None: "–"}
    lines = [_row("work", "ours", "peer", "ratio", "goal", "met", "note"), "|---|---|---|---|---|---|---|"]
    return lines + [_row(g.work, g.ours, g.peer, g.ratio, g.goal, verdict[g.met], g.note) for g in found]


def _question_table(told: dict[str, Any]) -> list[str]:
    peers = dict.fromkeys(name for names in GROUPS.values() for name in names)
    there = [p for p in peers if any(p in cells for cells in told["questions"].values())]
    kinds = {q.name: q.kind for q in questions()}
    lines = [_row("question", "kind", "rows", *there), f"|---|---|{'---:|' * (len(there) + 1)}"]
    for name, cells in told["questions"].items():
        rows = f"{told['rows'][name]:,}" if name in told["rows"] else "–"
        lines.append(_row(name, kinds.get(name, ""), rows, *(_short(cells.get(p)) for p in there)))
    return lines


def _short(cell: Any) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return "fails" if cell.startswith("fails") else cell
    return ms(cell["wall"]).removesuffix(" ms")


def _differences(told: dict[str, Any]) -> list[str]:
    lines = []
    for group, why in told["missing"].items():
        lines.append(f"- *{group}* is missing: {why}")
    failures: dict[tuple[str, str], list[str]] = {}
    for name, cells in told["questions"].items():
        for peer, cell in cells.items():
            if isinstance(cell, str) and cell.startswith("fails"):
                failures.setdefault((peer, cell), []).append(name)
    for (peer, cell), names in failures.items():
        lines.append(f"- *{peer}* on {names[0] if len(names) == 1 else f'{len(names)} questions'} {cell[:160]}")
    for one in told["differences"]:
        reason = one["reason"] or "**unexplained**"
        lines.append(f"- *{one['peer']}* on {one['question']} differs: {one['difference']}. {reason}")
    for name, what in told.get("frame", {}).get("differences", {}).items():
        lines.append(f"- the frame on {name} differs: {what}. **unexplained**")
    alone = len({peer for cells in told["questions"].values() for peer in cells}) < 2
    return lines or ([] if alone else ["Every engine answered, and all answers are equal, cell by cell."])


def _load_table(told: dict[str, Any]) -> list[str]:
    lines = [_row("way", "wall s", "CPU s", "MB after", "MB at most"), "|---|---:|---:|---:|---:|"]
    for way, one in told["loads"].items():
        if isinstance(one, str):
            lines.append(_row(way, one, "–", "–", "–"))
        else:
            lines.append(_row(way, *(f"{one[k]:,.1f}" for k in ("wall", "cpu", "after", "peak"))))
    for name, (wall, cpu) in told.get("server_loading", {}).items():
        lines.append(_row(f"{name}, its own loader", f"{wall:,.1f}", f"{cpu:,.1f}", "–", "–"))
    return lines


def into_docs(results: list[Path], page: Path) -> None:
    """Put the tables of kept runs into a page, between its two marks."""
    start, end = "<!-- runs -->\n", "<!-- end of runs -->\n"
    text = page.read_text(encoding="utf-8")
    if start not in text or end not in text:
        sys.exit(f"{page} has no marks {start.strip()} and {end.strip()}")
    runs = sorted((json.loads(file.read_text(encoding="utf-8")) for file in results), key=lambda told: -told["size"])
    body = "\n".join(as_markdown(told) for told in runs)
    before, rest = text.split(start)
    page.write_text(f"{before}{start}{body}{end}{rest.split(end)[1]}", encoding="utf-8")
