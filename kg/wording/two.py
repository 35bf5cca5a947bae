"""Two actors: on how much they can be compared, how far they agree, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.wording.pieces import bare, capital, counted, interval, listed, name, quoted, signed, span

WIDE = 1.0
"""Width from which an interval of agreement says too little: kg.algebra.sure.enough has the same."""

FEW = 3
"""Shared positions below which each of them moves the agreement of a pair a lot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """How two actors meet, in numbers. ``low`` and ``high`` are the ends of an interval of 95 %, or None.

    ``n`` and ``sources`` are the statements behind the agreement and where they are from; ``only_a`` and ``only_b``
    count positions on which only one of them is known.
    """

    a: str
    b: str
    shared: int = 0
    same: int = 0
    opposite: int = 0
    rival: int = 0
    agreement: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    sources: int = 0
    only_a: int = 0
    only_b: int = 0

    @property
    def apart(self) -> int:
        """Shared positions on which at least one of them is neither for nor against."""
        return self.shared - self.same - self.opposite

    @property
    def names(self) -> str:
        """Both in a sentence."""
        return f"{name(self.a)} and {name(self.b)}"

    @property
    def sure(self) -> bool:
        """Whether there is evidence enough for an interval."""
        return self.low is not None and self.high is not None


@dataclass(frozen=True, slots=True)
class Held:
    """A position and what each of two actors holds on it, in words."""

    position: str
    a: str
    b: str


def meeting(met: Met) -> list[str]:
    """On how much two actors can be compared, and on how much of it they stand together."""
    rival = ""
    if met.rival:
        rival = (
            f"{counted(met.rival, 'pair')} of positions cannot both be had, and one actor supports the one, the "
            "other the other."
        )
    if not met.shared:
        return [
            f"No position is known on which stances of both {met.names} are coded, so how far they agree is not "
            "known.",
            f"But {rival}" if rival else "That is neither agreement nor disagreement.",
        ]
    found = [
        f"Stances of both {met.names} are coded on {counted(met.shared, 'position')}, in "
        f"{counted(met.n, 'statement')} from {counted(met.sources, 'source')}."
    ]
    sides = [
        f"on {words} of {_of(number, met.shared)}"
        for words, number in (("the same side", met.same), ("opposite sides", met.opposite))
        if number
    ]
    if sides:
        found.append(f"They stand {listed(sides)}.")
    if met.apart:
        found.append(f"On {_of(met.apart, met.shared)} at least one of them is ambivalent.")
    return [*found, capital(rival)] if rival else found


def _of(part: int, whole: int) -> str:
    if part == whole:
        return "it" if whole == 1 else "both" if whole == 2 else f"all {whole}"
    return str(part)


def agreed(names: Sequence[str], held: Sequence[Held], total: int) -> str:
    """What two actors agree on, named; *total* is on how much in all. "" without any."""
    return _named("On the same side", names, held, total)


def disputed(names: Sequence[str], held: Sequence[Held], total: int) -> str:
    """What two actors stand against each other on, named; *total* is on how much in all. "" without any."""
    return _named("On opposite sides", names, held, total)


def _named(way: str, names: Sequence[str], held: Sequence[Held], total: int) -> str:
    if not held:
        return ""
    each = []
    for one in held:
        first, second = bare(one.a), bare(one.b)
        who = f"both {first}" if first == second else f"{name(names[0])} {first}, {name(names[1])} {second}"
        each.append(f"{quoted(one.position)} ({_plural(who) if first == second else who})")
    among = ", among others" if total > len(held) else ""
    return f"{way}, as coded{among}: {'; '.join(each)}."


def _plural(text: str) -> str:
    for one, many in (("opposes", "oppose"), ("supports", "support"), ("leans", "lean"), ("points", "point")):
        text = text.replace(one, many)
    return text


def sureness(met: Met) -> list[str]:
    """The agreement of two actors, and how far it can be trusted."""
    if met.agreement is None:
        return []
    found = [
        f"Their agreement is {signed(met.agreement)}, on a scale from −1 (opposite ends on every shared position) to "
        "+1 (the same value on every one)."
    ]
    if met.low is None or met.high is None:
        found.append(
            f"There is too little evidence to say how sure that is ({counted(met.n, 'statement')} from "
            f"{counted(met.sources, 'source')}): the number describes what is coded here, and other sources may give "
            "another."
        )
    else:
        found.append(_within(met.low, met.high))
    if met.shared < FEW:
        found.append(f"With only {counted(met.shared, 'shared position')}, one more can move it a lot.")
    return found


def _within(low: float, high: float) -> str:
    lies = f"With other sources of the same kind it would lie between {signed(low)} and {signed(high)} (95 %)"
    wide = high - low > WIDE
    if low <= 0 <= high:
        if wide:
            return f"{lies}: too wide a range to tell agreement from disagreement."
        return f"{lies}, so neither agreement nor disagreement prevails beyond doubt."
    which = "agreement" if low > 0 else "disagreement"
    if wide:
        return f"{lies}: {which} prevails, but how strongly, so wide a range leaves open."
    return f"{lies}, so {which} prevails."


def silence(met: Met) -> str:
    """On what only one of the two is known; "" when there is nothing of the kind."""
    known = [(met.a, met.only_a), (met.b, met.only_b)]
    parts = [f"{name(who)} on {counted(n, 'position')}" for who, n in known if n]
    if not parts:
        return ""
    return (
        f"Only one of them is known elsewhere: {listed(parts)}. What nobody coded is neither a yes nor a no."
    )


def without(source: str, change: float, lost: bool) -> str:
    """What the agreement would be without one source."""
    if lost:
        return f"Without {quoted(source)} they share no position."
    return f"Without {quoted(source)} agreement changes by {signed(change)}."


def rests_on(met: Met) -> str:
    """What the agreement of a pair rests on."""
    said = f"{counted(met.n, 'statement')} from {counted(met.sources, 'source')}"
    return f"{counted(met.shared, 'shared position')}, {said}"


def placed(met: Met) -> str:
    """A pair with its agreement, inside a sentence."""
    ends = f", {span(met.low, met.high)}" if met.low is not None and met.high is not None else ""
    shared = f"; {counted(met.shared, 'shared position')}" if met.shared else ""
    return f"{met.names} ({signed(met.agreement or 0)}{ends}{shared})"


def pair(met: Met) -> str:
    """One pair in a list."""
    return f"{met.names}: agreement {signed(met.agreement or 0)} ({interval(met.low, met.high)}); {rests_on(met)}."


def positions(names: Sequence[str], held: Sequence[Held]) -> list[str]:
    """What two actors hold on what they share, a sentence each."""
    return [f"{quoted(one.position)}: {name(names[0])} {one.a}, {name(names[1])} {one.b}." for one in held]
