"""Findings: what checks found, worst first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kg.errors import CheckFailed
from kg.tables import Table, decode
from kg.terms import compact

SEVERITIES = ("violation", "warning", "info")


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong: on which item, by which check, and what to do."""

    severity: str
    check: str
    item: str
    message: str

    def __str__(self) -> str:
        return f"{self.severity}: {compact(self.item)}: {self.message} [{self.check}]"


class Result(NamedTuple):
    """One result of validating against shapes, as SHACL reports it; terms are as in N-Triples or TSV.

    ``path`` and ``value`` are empty where there is none; ``component`` is the local name of the constraint
    component, ``shape`` that of the shape or SPARQL constraint that is broken.
    """

    focus: str
    path: str
    component: str
    value: str
    shape: str
    severity: str
    message: str

    def finding(self) -> Finding:
        """The result as people read it."""
        cell = decode(self.focus)
        return Finding(self.severity, self.shape, cell.text if cell else "", self.message)


@dataclass
class Findings(Sequence[Finding]):
    """Findings, worst first. ``raise_for_errors()`` turns violations into an exception."""

    found: list[Finding] = field(default_factory=list)
    made_from: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.found = sorted(set(self.found), key=lambda f: (SEVERITIES.index(f.severity), f))

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, index: Any) -> Any:
        return self.found[index]

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.found)

    def __repr__(self) -> str:
        return "\n".join([*map(str, self.found), self.summary()])

    def of(self, severity: str) -> list[Finding]:
        """Findings of one severity."""
        return [f for f in self.found if f.severity == severity]

    @property
    def ok(self) -> bool:
        """Whether there is no violation."""
        return not self.of("violation")

    def summary(self) -> str:
        """One line of counts."""
        counts = ", ".join(
            f"{len(self.of(s))} {s}{'' if len(self.of(s)) == 1 else 's'}" for s in SEVERITIES[:2]
        )
        return f"{counts}, {len(self.of('info'))} notes"

    def raise_for_errors(self) -> None:
        """Raise CheckFailed when there is a violation."""
        bad = self.of("violation")
        if bad:
            raise CheckFailed(
                f"{len(bad)} violations; the first: {bad[0]}.", cure="See them all with: kg check"
            )

    def table(self) -> Table:
        """Columns severity, check, item, message."""
        rows = [
            {"severity": f.severity, "check": f.check, "item": f.item, "message": f.message}
            for f in self.found
        ]
        return Table.from_records(("severity", "check", "item", "message"), rows, self.made_from)
