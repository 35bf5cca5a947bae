"""What a network page is made of: plain values, no graph behind them.

Everything a reader will see is text that the caller has already worded; empty text means "not
known" and is left out of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kg.errors import KGError, NotFound, did_you_mean

Family = Literal["cooperation", "conflict", "other"]


@dataclass(frozen=True, slots=True)
class Node:
    """An actor. ``kind`` is a free word such as "State"; ``aliases`` are found in any script.

    ``measures`` are numbers from 0 up, by name, that readers may size actors by.
    """

    id: str
    label: str
    kind: str = "Actor"
    description: str = ""
    aliases: Sequence[str] = ()
    measures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Relation:
    """A sort of tie. A relation that is not directed reads the same from both ends."""

    key: str
    label: str
    family: Family = "other"
    directed: bool = True
    sign: int = 0
    description: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """All statements that say one thing of one pair: *source relation target*."""

    id: str
    source: str
    target: str
    relation: str
    statements: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Issue:
    """What positions are about. ``parent`` is the id of the issue that it is part of."""

    id: str
    label: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """What actors hold stances on. ``issue`` is the id of its issue."""

    id: str
    text: str
    issue: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What statements are taken from. A ``url`` that is not http(s) is shown as text."""

    id: str
    title: str
    publisher: str = ""
    url: str = ""
    reliability: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A day (or month, or year) that readers know by name; of those that collide the weightier is named."""

    date: str
    label: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two accounts that cannot both stand, and how (if at all) the coder settled it."""

    title: str
    description: str = ""
    resolution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One coded statement with everything needed to trace it.

    ``date`` is as precise as it is known (``2020``, ``2020-04`` or ``2020-04-10``) and places the
    statement in time; ``date_text`` is what a reader sees, doubt included. ``speaker``,
    ``on_behalf_of`` and ``target`` are the ids of nodes or, for those not drawn, their names.
    ``sources`` and ``issues`` are ids; the first source is the one whose words are shown.
    """

    id: str
    title: str = ""
    date: str = ""
    date_text: str = ""
    speaker: str = ""
    on_behalf_of: str = ""
    target: str = ""
    basis: str = ""
    position: str = ""
    value_text: str = ""
    quote: str = ""
    paraphrase: str = ""
    source_title: str = ""
    source_publisher: str = ""
    source_url: str = ""
    also_in: Sequence[str] = ()
    reliability: str = ""
    second_look: str = ""
    certainty: str = ""
    confidence: float | None = None
    conflicts: Sequence[Conflict] = ()
    sources: Sequence[str] = ()
    issues: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldStance:
    """One coded stance of an actor towards a position, -2 to 2; ``value`` None is known to be undetermined.

    ``holder``, ``position``, ``sources`` and ``statements`` are ids, ``superseded_by`` those of other stances.
    """

    id: str
    holder: str
    position: str
    value: float | None = None
    date: str = ""
    date_text: str = ""
    basis: str = ""
    sources: Sequence[str] = ()
    statements: Sequence[str] = ()
    superseded_by: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A network and the evidence behind it. ``made_from`` tells how it came about, label by label.

    ``engine`` is what draws it: by itself the drawing engine, or our own canvas for large networks.
    """

    title: str
    subtitle: str = ""
    made_from: Sequence[tuple[str, str]] = ()
    nodes: Sequence[Node] = ()
    edges: Sequence[Edge] = ()
    relations: Sequence[Relation] = ()
    statements: Sequence[Statement] = ()
    stances: Sequence[HeldStance] = ()
    positions: Sequence[Position] = ()
    issues: Sequence[Issue] = ()
    sources: Sequence[Source] = ()
    moments: Sequence[Moment] = ()
    engine: Literal["", "vis", "canvas"] = ""

    def check(self) -> None:
        """Raise unless every id is unique and every reference leads somewhere."""
        nodes = _unique("actor", (node.id for node in self.nodes))
        relations = _unique("relation", (relation.key for relation in self.relations))
        statements = _unique("statement", (statement.id for statement in self.statements))
        positions = _unique("position", (position.id for position in self.positions))
        issues = _unique("issue", (issue.id for issue in self.issues))
        sources = _unique("source", (source.id for source in self.sources))
        stances = _unique("stance", (stance.id for stance in self.stances))
        _unique("edge", (edge.id for edge in self.edges))
        for position in self.positions:
            _known(f'position "{position.id}"', "issue", filter(None, (position.issue,)), issues)
        for issue in self.issues:
            _known(f'issue "{issue.id}"', "issue", filter(None, (issue.parent,)), issues)
        for statement in self.statements:
            where = f'statement "{statement.id}"'
            _known(where, "source", statement.sources, sources)
            _known(where, "issue", statement.issues, issues)
        for edge in self.edges:
            where = f'edge "{edge.id}"'
            _known(where, "actor", (edge.source, edge.target), nodes)
            _known(where, "relation", (edge.relation,), relations)
            _known(where, "statement", edge.statements, statements)
        for stance in self.stances:
            where = f'stance "{stance.id}"'
            _known(where, "actor", (stance.holder,), nodes)
            _known(where, "position", (stance.position,), positions)
            _known(where, "source", stance.sources, sources)
            _known(where, "statement", stance.statements, statements)
            _known(where, "stance", stance.superseded_by, stances)


def _unique(what: str, ids: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    for identifier in ids:
        if identifier in seen:
            raise KGError(f'Two {what}s have the id "{identifier}".', cure="Give each its own.")
        seen.add(identifier)
    return seen


def _known(where: str, what: str, ids: Iterable[str], known: set[str]) -> None:
    for identifier in ids:
        if identifier not in known:
            raise NotFound(
                f'No {what} "{identifier}" in the document.',
                cure=did_you_mean(identifier, sorted(known)),
                where=where,
            )
