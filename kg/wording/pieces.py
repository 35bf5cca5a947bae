"""Pieces of sentences: counts, lists, names, numbers, dates, values."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kg.pages.labels import signed

__all__ = ["signed"]

VALUES = {-2: "strongly opposes", -1: "opposes", 0: "is ambivalent", 1: "supports", 2: "strongly supports"}
NOUNS = {
    "strongly opposes": "strong opposition",
    "opposes": "opposition",
    "is ambivalent": "ambivalence",
    "supports": "support",
    "strongly supports": "strong support",
}
_TURNING = {"R", "AL", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI"}


def counted(number: int, one: str, many: str = "") -> str:
    """Such as "1 position", "2 positions", "no positions"."""
    if number == 1:
        return f"1 {one}"
    return f"{f'{number:,}' if number else 'no'} {many or one + 's'}"


def capital(text: str) -> str:
    """The beginning of a sentence; what follows keeps its letters."""
    return text[:1].upper() + text[1:]


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Such as "a, b and c"."""
    return f" {last} ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def name(text: str) -> str:
    """A name inside a sentence; one that is written from right to left is kept from turning the sentence around."""
    turned = any(unicodedata.bidirectional(character) in _TURNING for character in text)
    return f"\u2068{text}\u2069" if turned else text


def quoted(text: str, most: int = 200) -> str:
    """A sentence inside a sentence: in quotation marks, without its full stop, not endless."""
    short = " ".join(text.split()).rstrip(".")
    if len(short) > most:
        short = short[:most].rsplit(" ", 1)[0] + " …"
    return f"“{name(short)}”"


def possessive(text: str) -> str:
    """Such as "the council’s", "the fishers’"."""
    return f"{name(text)}’" if text.endswith("s") else f"{name(text)}’s"


def span(low: float, high: float) -> str:
    """Such as "−0.45 to +0.41"."""
    return f"{signed(low)} to {signed(high)}"


def interval(low: float | None, high: float | None) -> str:
    """An interval in a table."""
    return "too little evidence" if low is None or high is None else span(low, high)


def day(text: str) -> str:
    """Such as "8 April 2020", "April 2020" or "2020" for an ISO date as far as it is known; another text as it is."""
    try:
        parts = [int(part) for part in text.split("-")]
        when = date(*[*parts, 1, 1][:3])
    except (ValueError, TypeError):
        return text
    month = f"{when:%B} {when.year}"
    return {1: f"{when.year}", 2: month}.get(len(parts), f"{when.day} {month}")


def period(first: str, last: str) -> str:
    """Such as "8 April 2020" or "March 2020 to 8 April 2020"; "" without dates."""
    return " to ".join(dict.fromkeys(day(one) for one in (first, last) if one))


def known_date(row: Mapping[str, Any]) -> str:
    """When a stance was shown, as precisely as it is known: 2020, 2020-04 or 2020-04-08; "" where it is not."""
    text = str(row["start"] or row["notBefore"] or "")
    return text[: {"year": 4, "month": 7}.get(str(row["precision"] or "").rsplit("-", 1)[-1], 10)]


def stance(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """What a value on the scale from −2 to 2 says: "supports (+1)", "leans to support (mean +0.33, −1 to +1)"."""
    if value is None:
        return "undetermined"
    ends = "" if low is None or high is None or low == high else f", {_whole(low)} to {_whole(high)}"
    if not ends and value in VALUES:
        return f"{VALUES[int(value)]} ({_whole(value)})"
    if abs(value) >= 0.5:
        said = VALUES[(1 if value > 0 else -1) * (2 if abs(value) >= 1.5 else 1)]
    else:
        said = "leans to support" if value > 0 else "leans to opposition" if value < 0 else "points both ways"
    return f"{said} (mean {signed(value)}{ends})"


def _whole(value: float) -> str:
    return f"{value:+g}".replace("-", "−") if value else "0"


def bare(text: str) -> str:
    """A value in words without its number."""
    return text.split(" (")[0]


def noun(text: str) -> str:
    """A value in words as a noun: "supports (+1)" → "support"."""
    return NOUNS.get(bare(text), bare(text))


def behind(statements: int, sources: int, dates: str = "", earlier: int = 0) -> str:
    """Such as "2 statements, 1 source, March 2020 to 8 April 2020"."""
    more = f"; {earlier:,} earlier, replaced" if earlier else ""
    return (
        f"{counted(statements, 'statement')}, {counted(sources, 'source')}, {dates or 'no date known'}{more}"
    )
