"""Text of a figure: cleaned, measured, wrapped."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LONGEST = 600
"""Letters of a label that are looked at; what is longer ends in an ellipsis anyway."""


def clean(text: str) -> str:
    """One line without control characters and half surrogates, which no XML and no font can hold."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join("".join(c for c in kept if c not in "\ufffe\uffff").split())


@lru_cache(maxsize=20_000)
def width(text: str, size: float, bold: bool = False) -> float:
    """Width of a line in points."""
    return _width(text, bold) * size / 10


@lru_cache(maxsize=20_000)
def _width(text: str, bold: bool) -> float:
    import warnings

    from matplotlib.backends.backend_agg import RendererAgg

    from kg.figures.sheet import font

    if not text:
        return 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Measured large, so that hinting does not round.
        measure = RendererAgg(1, 1, 720).get_text_width_height_descent
        return float(measure(text, font(10, bold), False)[0]) / 10


def wrap(text: str, size: float, room: float, lines: int = 3, *, bold: bool = False) -> list[str]:
    """At most so many lines, each within *room* points; what does not fit ends in an ellipsis."""
    whole = clean(text)
    words = whole[:LONGEST].split()
    cut = len(whole) > LONGEST
    made: list[str] = []
    while words and len(made) < lines:
        line = words.pop(0)
        if width(line, size, bold) > room:
            fits = _fitting(line, size, room, bold)
            if rest := line[fits:]:
                words.insert(0, rest)
            line = line[:fits]
        else:
            while words and width(f"{line} {words[0]}", size, bold) <= room:
                line += f" {words.pop(0)}"
        made.append(line)
    if (words or cut) and made:
        made[-1] = _shortened(made[-1], size, room, bold)
    return made or [""]


def _fitting(word: str, size: float, room: float, bold: bool) -> int:
    """How many letters of a word fit, one at least."""
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(word[:middle], size, bold) <= room else (low, middle - 1)
    while low < len(word) and low > 1 and unicodedata.combining(word[low]):
        low -= 1
    return low


def _shortened(line: str, size: float, room: float, bold: bool) -> str:
    while line and width(f"{line}…", size, bold) > room:
        line = line[:-1].rstrip()
    return f"{line}…"


def plural(number: int, one: str, many: str = "") -> str:
    """"1 source", "1,200 sources"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def made_of(made_from: dict[str, str], **counted: int) -> str:
    """The sentence every caption ends in: selection, statements, sources, dates, graph.

    What was *counted* in the very things that are drawn goes before what the whole was made from.
    """
    parts = [plural(n, name.removesuffix("s")) for name, n in counted.items()]
    for key in ("statements", "stances", "sources"):
        if key not in counted and made_from.get(key, "").isdecimal():
            parts.append(plural(int(made_from[key]), key.removesuffix("s")))
    told = ["Made from " + ", ".join(parts)] if parts else []
    if (dates := made_from.get("dates")) and dates != "none":
        told.append(f"dated {dates}")
    if undated := made_from.get("undated"):
        told.append(f"{undated.split()[0]} undated")
    selection = made_from.get("selection", "")
    if selection:
        told.append(f"selection: {selection}")
    if graph := made_from.get("graph"):
        told.append(f"graph: {graph}")
    text = "; ".join(told)
    return f"{text[:1].upper()}{text[1:]}." if text else ""
