"""What every kind of figure is asked for, and the sentences that every caption ends in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from kg.comparisons import Comparison, compare
from kg.errors import KGError
from kg.figures.colours import VALUES
from kg.figures.words import made_of, plural
from kg.frames import profiles, stances
from kg.wording import known_date

if TYPE_CHECKING:
    from kg.frames import Profile
    from kg.graph import KnowledgeGraph
    from kg.tables import Table

T = TypeVar("T")

LEGEND = tuple(VALUES.items())
"""Values of stances with their words."""


@dataclass(frozen=True)
class Asked:
    """The graph with its selection, the IRIs of the actors that were named, title and most rows if given."""

    graph: KnowledgeGraph
    kind: str
    actors: tuple[str, ...]
    title: str | None
    width: float
    most: int | None

    def label(self, iri: str) -> str:
        """The name of anything."""
        return self.graph.names.label(iri)

    def heading(self, subject: str) -> str:
        """The title that was given, or one made from the subject and the actors."""
        named = ", ".join(self.label(actor) for actor in self.actors)
        return self.title or (f"{subject}: {named}" if named else subject)

    @cached_property
    def table(self) -> Table:
        """A row for each stance and source, in the selection."""
        return stances(self.graph)

    @cached_property
    def rows(self) -> dict[str, Mapping[str, Any]]:
        """Each stance of the actors (narrators only if named): its first row."""
        found: dict[str, Mapping[str, Any]] = {}
        for row in self.table:
            if row["holder"] in self.actors if self.actors else not row["narrator"]:
                found.setdefault(row["stance"], row)
        return found

    @cached_property
    def profiles(self) -> dict[tuple[str, str], Profile]:
        """(actor, position) → what the actor's standing stances add up to."""
        found = profiles(self.table, narrators=bool(self.actors))
        kept = {key: one for key, one in found.items() if not self.actors or key[0] in self.actors}
        if not kept:
            who = " and ".join(self.label(actor) for actor in self.actors)
            of = f" of {who}" if who else ""
            raise KGError(f"No stance{of} is in the selection.", cure="Widen it, or name other actors: kg stances")
        return kept

    def comparison(self) -> Comparison:
        """The comparison of the actors, or of all pair by pair."""
        return compare(self.graph, *self.actors)

    def source_note(self, found: Iterable[str]) -> str:
        """What was drawn, of how many sources and which dates, in which selection of which graph."""
        drawn = set(found)
        sources = {row["source"] for row in self.table if row["stance"] in drawn}
        days = sorted(day for stance in drawn if (day := known_date(self.rows[stance])))
        undated = len(drawn) - len(days)
        made = {
            "dates": f"{days[0]} to {days[-1]}" if days else "none",
            "undated": str(undated) if undated else "",
            "selection": self.graph.selection.describe(),
            "graph": self.graph.store.name,
        }
        return made_of(made, stances=len(drawn), sources=len(sources))


def first(items: Sequence[T], most: int, what: str) -> tuple[list[T], str]:
    """The first *most* of some, and a sentence on the others (empty where there are none)."""
    if len(items) <= most:
        return list(items), ""
    left = len(items) - most
    are = "is" if left == 1 else "are"
    return list(items[:most]), f"The {plural(most, what)} with most stances; {left:,} more {are} not drawn."
