"""What a page of prose is made of: sections of blocks, the evidence behind them, and numbered sources.

Plain values, no graph behind them. Every text is already worded; empty text means "not known" and is left out.
A source is known by an id; readers see its number, which is its place among those that the article cites.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from kg.errors import KGError, NotFound, did_you_mean
from kg.pages.document import Conflict, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one source tells of one coded statement; ``sources`` has the others that carry the same.

    ``quotes`` are verbatim. ``earlier`` marks a stance that a later one replaced.
    """

    id: str
    source: str
    title: str = ""
    date: str = ""
    date_text: str = ""
    speaker: str = ""
    on_behalf_of: str = ""
    basis: str = ""
    value_text: str = ""
    quotes: Sequence[str] = ()
    paraphrase: str = ""
    certainty: str = ""
    confidence: float | None = None
    second_look: str = ""
    also_in: Sequence[str] = ()
    conflicts: Sequence[Conflict] = ()
    earlier: bool = False

    @property
    def cited(self) -> Iterator[str]:
        yield from (self.source, *self.also_in)


class _Block:
    """A block; ``cited`` are the sources that it points to, in the order in which a reader meets them."""

    __slots__ = ()

    @property
    def cited(self) -> Iterator[str]:
        yield from ()


@dataclass(frozen=True, slots=True)
class Prose(_Block):
    """A paragraph, with the sources it rests on."""

    kind: ClassVar[str] = "prose"
    text: str
    sources: Sequence[str] = ()
    quiet: bool = False

    @property
    def cited(self) -> Iterator[str]:
        yield from self.sources


@dataclass(frozen=True, slots=True)
class Facts(_Block):
    """Words and what they stand for."""

    kind: ClassVar[str] = "facts"
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Grid(_Block):
    """A table with a caption; the first column names the row. ``numbers`` are the columns set as numbers."""

    kind: ClassVar[str] = "grid"
    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """An entry of a list: a sentence with its sources; notes and the evidence open below it."""

    text: str
    sources: Sequence[str] = ()
    notes: Sequence[str] = ()
    accounts: Sequence[Account] = ()
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Points(_Block):
    """A list of :class:`Point`."""

    kind: ClassVar[str] = "points"
    points: Sequence[Point]

    @property
    def cited(self) -> Iterator[str]:
        for point in self.points:
            yield from point.sources
            for account in point.accounts:
                yield from account.cited


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One actor on one position. ``value`` is -2 … 2, None where undetermined or, without ``known``, not known."""

    actor: str
    known: bool = False
    value: float | None = None
    low: float | None = None
    high: float | None = None
    value_text: str = ""
    facts: str = ""
    moved: str = ""
    accounts: Sequence[Account] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """How actors meet on a position: ``how`` in words, and a side for each actor, always in the same order."""

    position: str
    issue: str = ""
    how: str = ""
    note: str = ""
    sides: Sequence[Side] = ()


@dataclass(frozen=True, slots=True)
class Meetings(_Block):
    """Positions with what each actor holds on them, side by side. ``brief`` ones open as a whole."""

    kind: ClassVar[str] = "meetings"
    meetings: Sequence[Meeting]
    brief: bool = False

    @property
    def cited(self) -> Iterator[str]:
        for meeting in self.meetings:
            for side in meeting.sides:
                for account in side.accounts:
                    yield from account.cited


@dataclass(frozen=True, slots=True)
class Cell:
    """A number between two actors with its interval and what it rests on; None: not known."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    sources: int = 0


@dataclass(frozen=True, slots=True)
class Crosstab(_Block):
    """Actors × actors; ``cells[i][j]`` is the cell of two labels, the diagonal means nothing."""

    kind: ClassVar[str] = "crosstab"
    caption: str
    labels: Sequence[str]
    cells: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Gauge(_Block):
    """Numbers from −1 to 1 on a line each, with their intervals: label and cell; ``close`` for many of them."""

    kind: ClassVar[str] = "gauge"
    caption: str
    rows: Sequence[tuple[str, Cell]]
    close: bool = False


@dataclass(frozen=True, slots=True)
class Figure(_Block):
    """A picture as SVG of its own, with what it shows in words (``alt``) and what it is made of (``caption``).

    ``file`` is the name of the file that holds it beside a page which cannot hold pictures.
    """

    kind: ClassVar[str] = "figure"
    svg: str
    alt: str
    caption: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Typed(_Block):
    """Something to type, as it stands."""

    kind: ClassVar[str] = "typed"
    text: str
    label: str = ""


Block = Prose | Facts | Grid | Points | Meetings | Crosstab | Gauge | Figure | Typed


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with blocks below it; ``id`` is where links lead."""

    id: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A page of prose. ``actors`` are the names of those side by side, in the order of every meeting's sides."""

    title: str
    subtitle: str = ""
    actors: Sequence[str] = ()
    sections: Sequence[Section] = ()
    sources: Sequence[Source] = ()
    sources_title: str = "Sources"

    def numbered(self) -> list[Source]:
        """The sources that are cited, in the order in which a reader meets them. Raises NotFound for an unknown one."""
        known = {source.id: source for source in self.sources}
        cited = (one for section in self.sections for block in section.blocks for one in block.cited)
        return [_known(one, known) for one in dict.fromkeys(cited)]

    def check(self) -> None:
        """Raise unless every section has an id of its own and every meeting a side for each actor."""
        _unique(section.id for section in self.sections)
        for section in self.sections:
            for block in section.blocks:
                for meeting in block.meetings if isinstance(block, Meetings) else ():
                    if len(meeting.sides) != len(self.actors):
                        raise KGError(
                            f'"{meeting.position}" has {len(meeting.sides)} sides for {len(self.actors)} actors.',
                            cure="Give one for each actor, known or not.",
                        )


def _known(identifier: str, known: dict[str, Source]) -> Source:
    if identifier not in known:
        raise NotFound(f'No source "{identifier}" in the article.', cure=did_you_mean(identifier, known))
    return known[identifier]


def _unique(ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for identifier in ids:
        if identifier in seen:
            raise KGError(f'Two sections have the id "{identifier}".', cure="Give each its own.")
        seen.add(identifier)
