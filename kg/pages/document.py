"""What a network page is made of: plain values, no graph behind them.

Everything a reader will see is text that the caller has already worded; empty text means "not
known" and is left out of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.errors import KGError, NotFound, did_you_mean

Family = Literal["cooperation", "conflict", "other"]


@dataclass(frozen=True, slots=True)
class Node:
    """An actor. ``kind`` is a free word such as "State"; ``aliases`` are found in any script."""

    id: str
    label: str
    kind: str = "Actor"
    description: str = ""
    aliases: Sequence[str] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldStance:
    """What an actor holds towards a position, -2 to 2; ``value`` None is known to be undetermined."""

    holder: str
    position: str
    value: float | None = None
    value_text: str = ""
    date: str = ""
    statements: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A network and the evidence behind it. ``made_from`` tells how it came about, label by label."""

    title: str
    subtitle: str = ""
    made_from: Sequence[tuple[str, str]] = ()
    nodes: Sequence[Node] = ()
    edges: Sequence[Edge] = ()
    relations: Sequence[Relation] = ()
    statements: Sequence[Statement] = ()
    stances: Sequence[HeldStance] = ()

    def check(self) -> None:
        """Raise unless every id is unique and every reference leads somewhere."""
        nodes = _unique("actor", (node.id for node in self.nodes))
        relations = _unique("relation", (relation.key for relation in self.relations))
        statements = _unique("statement", (statement.id for statement in self.statements))
        _unique("edge", (edge.id for edge in self.edges))
        for edge in self.edges:
            where = f'edge "{edge.id}"'
            _known(where, "actor", (edge.source, edge.target), nodes)
            _known(where, "relation", (edge.relation,), relations)
            _known(where, "statement", edge.statements, statements)
        for stance in self.stances:
            where = f'stance on "{stance.position}"'
            _known(where, "actor", (stance.holder,), nodes)
            _known(where, "statement", stance.statements, statements)


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
