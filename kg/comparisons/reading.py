"""Reading: the numbers of a comparison of named actors as the values that sentences and pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

from kg import wording
from kg.accounts import Accounts, code
from kg.comparisons.pairs import HOW, how
from kg.pages.article import Meeting, Side
from kg.tables import Table
from kg.terms import SPARQL_PREFIXES, expand

if TYPE_CHECKING:
    from kg.comparisons.comparison import Comparison
    from kg.frames import Profile
    from kg.matrices import Cell
    from kg.pages.article import Account

_LATER = f"""{SPARQL_PREFIXES}
SELECT DISTINCT ?stance ?later WHERE {{ ?later st:supersedes ?stance }} ORDER BY ?stance ?later"""

MOST = 24
"""Windows of time that a table of agreement over time holds at most: months, or else quarters, or else years."""

REPLICATES = 300
"""Of each interval in that table; one asks no more of them than whether they overlap."""

WINDOWS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Moved:
    """A stance that another of a different value replaced, with the evidence of both."""

    move: wording.Move
    holder: str
    position: str
    accounts: tuple[Account, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Meets:
    """A position and how the actors meet on it: a word of :data:`kg.comparisons.pairs.HOW`."""

    how: str
    position: str
    statements: int
    meeting: Meeting


class Reading:
    """What can be said of named actors; everything is worked out when it is asked for, once."""

    def __init__(self, comparison: Comparison) -> None:
        self.c = comparison
        self.label = comparison.graph.names.label
        self.names = tuple(self.label(actor) for actor in comparison.actors)

    # -- what it rests on ------------------------------------------------------------

    @cached_property
    def rows(self) -> dict[str, dict[str, Any]]:
        """Each stance of the actors: its first row in the table of stances."""
        found: dict[str, dict[str, Any]] = {}
        for row in self.c._stances:
            if row["holder"] in self.c.actors:
                found.setdefault(row["stance"], row)
        return found

    @cached_property
    def accounts(self) -> Accounts:
        """The evidence behind all of them, superseded ones too."""
        return Accounts(self.c.graph, self.rows, {iri: code(row["basis"]) for iri, row in self.rows.items()})

    # -- pairs -----------------------------------------------------------------------

    @cached_property
    def mets(self) -> list[wording.Met]:
        """Every two of the actors, in numbers."""
        known = any(pair.agreement is not None for pair in self.c.pairs.values())
        matrix = self.c.matrix("agreement", sure=True) if known else None
        found = []
        for a, b in combinations(self.c.actors, 2):
            pair = self.c.pairs[a, b]
            mine, theirs = ({p for x, p in self.c.profiles if x == one} for one in (a, b))
            cell = matrix.cell(a, b) if matrix and pair.agreement is not None else None
            found.append(
                wording.Met(
                    a=self.label(a),
                    b=self.label(b),
                    shared=len(pair.shared),
                    same=len(pair.congruent),
                    opposite=len(pair.conflicting),
                    rival=len(pair.rival),
                    agreement=pair.agreement,
                    low=cell.low if cell else None,
                    high=cell.high if cell else None,
                    n=(cell.n or 0) if cell else 0,
                    sources=(cell.sources or 0) if cell else 0,
                    only_a=len(mine - theirs),
                    only_b=len(theirs - mine),
                )
            )
        return found

    # -- positions -------------------------------------------------------------------

    @cached_property
    def meets(self) -> list[Meets]:
        """Every position that one of the actors has a stance on, those of most statements first in each way to meet."""
        found = [self._meets(position) for position in sorted({p for _, p in self.c.profiles})]
        found.sort(key=lambda m: (HOW.index(m.how), -m.statements, m.meeting.position, m.position))
        return found

    def those(self, *ways: str) -> list[Meets]:
        """The positions on which the actors meet in one of some ways."""
        return [one for one in self.meets if one.how in ways]

    def _meets(self, position: str) -> Meets:
        sides = {actor: self.c.profiles.get((actor, position)) for actor in self.c.actors}
        ways, against = set(), set()
        for (a, b), pair in self.c.pairs.items():
            rivals = dict(pair.rival) | {q: p for p, q in pair.rival}
            ways.add(how(pair, position, [sides[a], sides[b]], rivals))
            against |= {rivals[position]} if position in rivals else set()
        way = self._way(ways, [side for side in sides.values() if side])
        issue = next((side.issue for side in sides.values() if side and side.issue), "")
        rivals_named = " and ".join(
            wording.quoted(self.label(one)) for one in sorted(against, key=self.label)
        )
        meeting = Meeting(
            position=self.label(position),
            issue=self.label(issue) if issue else "",
            note=f"Cannot be had together with {rivals_named}." if rivals_named else "",
            sides=tuple(self._side(actor, position, side) for actor, side in sides.items()),
        )
        return Meets(way, position, sum(len(side.stances) for side in sides.values() if side), meeting)

    @staticmethod
    def _way(ways: set[str], sides: Sequence[Profile]) -> str:
        """How several meet, from how every two of them do."""
        for way in ("disagree", "rival"):
            if way in ways:
                return way
        signs = {side.sign for side in sides if side.value is not None}
        if len(sides) > 1 and len(signs) == 1 and 0 not in signs and "agree" in ways:
            return "agree"
        return next(
            (way for way in ("apart", "agree", "undetermined", "only one") if way in ways), "only one"
        )

    def _side(self, actor: str, position: str, side: Profile | None) -> Side:
        name = self.label(actor)
        if side is None:
            return Side(actor=name)
        dates = wording.period(side.dates[0], side.dates[-1]) if side.dates else ""
        last = [one for one in self.moves if (one.holder, one.position) == (actor, position)]
        return Side(
            actor=name,
            known=True,
            value=side.value,
            low=side.low,
            high=side.high,
            value_text=wording.stance(side.value, side.low, side.high),
            facts=wording.behind(len(side.stances), len(side.sources), dates, len(side.earlier)),
            moved=wording.before(last[-1].move) if last else "",
            accounts=self.accounts.of(side.stances, side.earlier),
        )

    # -- time ------------------------------------------------------------------------

    @cached_property
    def moves(self) -> list[Moved]:
        """Stances that later ones of another value replaced, latest change first."""
        found = []
        for row in Table.from_tsv(self.c.graph.store.query(_LATER).body):
            before, after = self.rows.get(row["stance"]), self.rows.get(row["later"])
            if before is None or after is None or None in (before["value"], after["value"]):
                continue
            same = all(before[key] == after[key] for key in ("holder", "position"))
            if same and before["value"] != after["value"]:
                found.append(self._moved(before, after))
        found.sort(key=lambda one: (one.move.actor, one.move.position))
        found.sort(key=lambda one: self._when(one.accounts), reverse=True)
        return found

    @staticmethod
    def _when(accounts: Iterable[Account]) -> str:
        return max((one.date for one in accounts), default="")

    def _moved(self, before: dict[str, Any], after: dict[str, Any]) -> Moved:
        old, new = (self.accounts.of((row["stance"],)) for row in (before, after))
        move = wording.Move(
            actor=self.label(before["holder"]),
            position=self.label(before["position"]),
            before=wording.stance(before["value"]),
            after=wording.stance(after["value"]),
            before_when=old[0].date_text if old else "",
            after_when=new[0].date_text if new else "",
        )
        both = (before["stance"], after["stance"])
        behind, sources = self.accounts.of(both[1:], both[:1]), self.accounts.sources_of(both)
        return Moved(move, before["holder"], before["position"], behind, sources)

    @cached_property
    def unit(self) -> str:
        """The windows that the dates of the actors fall into: month, quarter or year."""
        days = sorted(filter(None, (row["start"] or row["notBefore"] for row in self.rows.values())))
        if not days:
            return "month"
        first, last = (int(day[:4]) * 12 + int(day[5:7]) for day in (days[0], days[-1]))
        return next((unit for unit, width in WINDOWS.items() if (last - first) / width < MOST), "year")

    @cached_property
    def course(self) -> dict[tuple[str, str], list[tuple[str, Cell]]]:
        """Of every two actors: the first day of each window of time, and their agreement on what stood at its end."""
        found: dict[tuple[str, str], list[tuple[str, Cell]]] = {pair: [] for pair in self.c.pairs}
        if self.undated == len(self.rows):
            return found
        over = self.c.over(self.unit, standing=True)
        for start, _, matrix in over.matrix("agreement", sure=True, replicates=REPLICATES):
            for (a, b), cells in found.items():
                if a in matrix.row_ids and b in matrix.row_ids and (cell := matrix.cell(a, b)).value is not None:
                    cells.append((str(start)[:10], cell))
        return found

    @cached_property
    def series(self) -> dict[tuple[str, str], list[wording.Moment]]:
        """The course in words: only the windows in which the agreement changed."""
        found: dict[tuple[str, str], list[wording.Moment]] = {pair: [] for pair in self.c.pairs}
        for pair, cells in self.course.items():
            for start, cell in cells:
                assert cell.value is not None
                moment = wording.Moment(
                    label=self._window(start),
                    agreement=cell.value,
                    low=cell.low,
                    high=cell.high,
                    n=cell.n or 0,
                    sources=cell.sources or 0,
                )
                moments = found[pair]
                if not moments or replace(moments[-1], label=moment.label) != moment:
                    moments.append(moment)
        return found

    def _window(self, start: str) -> str:
        if self.unit == "quarter":
            which = ("first", "second", "third", "fourth")[(int(start[5:7]) - 1) // 3]
            return f"the {which} quarter of {start[:4]}"
        return wording.day(start[:7] if self.unit == "month" else start[:4])

    @property
    def undated(self) -> int:
        """Stances without any date, which stand in no window."""
        return sum(not (row["start"] or row["notBefore"]) for row in self.rows.values())

    # -- sources ---------------------------------------------------------------------

    def influence(self, most: int = 3) -> list[tuple[str, float, bool]]:
        """The sources that the agreement of two owes most to: IRI, change without it, whether nothing is left then."""
        if len(self.c.actors) != 2 or self.mets[0].agreement is None or self.mets[0].sources < 2:
            return []
        rows = [r for r in self.c.influence("agreement") if r["change"] or r["cells lost"]]
        return [
            (expand(r["source"]) or r["source"], float(r["change"]), bool(r["cells lost"]))
            for r in rows[:most]
        ]
