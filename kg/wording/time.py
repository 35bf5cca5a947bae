"""Time: which stances moved, and how agreement went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.wording.pieces import bare, capital, counted, noun, possessive, quoted, signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A stance that a later one of another value replaced: values in words, and when each was taken."""

    actor: str
    position: str
    before: str
    after: str
    before_when: str = ""
    after_when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Agreement on what stood at the end of a period."""

    label: str
    agreement: float
    low: float | None = None
    high: float | None = None
    n: int = 0
    sources: int = 0


def move(one: Move) -> str:
    """One stance that moved."""
    first, then = (_when(text) for text in (one.before_when, one.after_when))
    return (
        f"{possessive(one.actor)} coded stance on {quoted(one.position)} went from {noun(one.before)}{first} to "
        f"{noun(one.after)}{then}."
    )


def _when(text: str) -> str:
    """A date in brackets; what stood in brackets itself stands after a comma."""
    plain = text.replace(" (", ", ").removesuffix(")") if " (" in text else text
    return f" ({plain})" if plain else ""


def before(one: Move) -> str:
    """What was there before, beside what is now."""
    when = f", {one.before_when}" if one.before_when else ""
    return f"Earlier: {bare(one.before)}{when}"


def moved(moves: Sequence[Move], most: int = 2) -> str:
    """What moved among the stances compared; said, too, when nothing is recorded."""
    if not moves:
        return (
            "No coded stance was replaced by a later one of another value. No change is recorded, which does not "
            "show that nothing changed."
        )
    rest = len(moves) - most
    more = (
        f" {capital(counted(rest, 'more change'))} of a stance {'is' if rest == 1 else 'are'} coded."
        if rest > 0
        else ""
    )
    return " ".join(move(one) for one in moves[:most]) + more


def trend(moments: Sequence[Moment]) -> str:
    """How agreement went from the first period to the last, and whether that is beyond doubt."""
    if not moments:
        return "There are no dated stances of both, so how their agreement moved is not known."
    first, last = moments[0], moments[-1]
    if len(moments) == 1:
        return (
            f"From the end of {first.label} on, as far as stances are dated, agreement stays as it is: "
            f"{signed(first.agreement)}."
        )
    told = (
        f"Counting at each time the dated stances that stood then, agreement was {signed(first.agreement)} at the "
        f"end of {first.label} and {signed(last.agreement)} at the end of {last.label}"
    )
    change = round(last.agreement, 2) - round(first.agreement, 2)
    if abs(change) < 0.005:
        return f"{told}."
    way = f"{'higher' if change > 0 else 'lower'} by {abs(change):.2f}"
    if first.low is None or first.high is None or last.low is None or last.high is None:
        return f"{told}, {way}; there is too little evidence to say how sure that is."
    apart = first.high < last.low or last.high < first.low
    doubt = (
        "their intervals do not overlap"
        if apart
        else "their intervals overlap, so it may be no change at all"
    )
    return f"{told}, {way}; {doubt}."


def undated(number: int) -> str:
    """How many stances stand in no period."""
    return (
        f"{capital(counted(number, 'stance'))} without a date {'is' if number == 1 else 'are'} in no period."
    )
