"""The library of SPARQL checks: each row of a check's answer is a finding.

A check is a file, ``kg/sparql/checks/*.rq``: its header holds problem, severity, message and cure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from kg.checks.findings import Finding
from kg.graph import KnowledgeGraph
from kg.tables import Table


@dataclass(frozen=True)
class SparqlCheck:
    """A check of the library: its text and what its header says."""

    name: str
    text: str
    problem: str
    why: str
    severity: str
    message: str
    cure: str


@cache
def library() -> dict[str, SparqlCheck]:
    """The shipped SPARQL checks by name."""
    folder = Path(str(resources.files("kg"))) / "sparql" / "checks"
    return {
        file.stem: parse_check(file.stem, file.read_text(encoding="utf-8"))
        for file in sorted(folder.glob("*.rq"))
    }


def parse_check(name: str, text: str) -> SparqlCheck:
    """Read a check and its header."""
    header = [line.lstrip("#").strip() for line in text.splitlines() if line.startswith("#")]
    keys = {"severity": "warning", "message": "", "cure": ""}
    prose: list[str] = []
    for line in header:
        found = re.match(r"(severity|message|cure):\s*(.*)", line)
        if found:
            keys[found[1]] = found[2]
        elif line:
            prose.append(line)
    problem = prose[0] if prose else name
    return SparqlCheck(
        name, text, problem, " ".join(prose[1:]), keys["severity"], keys["message"] or problem, keys["cure"]
    )


def run(graph: KnowledgeGraph) -> Iterator[Finding]:
    """Ask every check of the library."""
    for one in library().values():
        table = Table.from_tsv(graph.store.query(one.text).body)
        table.labels = graph.names.labels
        for row, shown in zip(table.records(), table.display(), strict=True):
            words = dict(zip(table.columns, shown, strict=True))
            message = re.sub(r"\{(\w+)\}", lambda m, w=words: w.get(m[1], m[0]), one.message)  # type: ignore[misc]
            yield Finding(one.severity, one.name, str(row[table.columns[0]]), f"{message} {one.cure}".strip())
