"""Names as they stand beside their node: cleaned of control characters, wrapped, not endless."""

from __future__ import annotations

import re
import textwrap
import unicodedata

LINE = 24
LINES = 2
CHARACTER = 7.2
"""Mean width of a letter in the page's label font; wide scripts and emoji count double."""
LINE_HEIGHT = 16.0


def clean(text: str) -> str:
    """``text`` on one line, without characters that have no picture or cannot be written out."""
    kept = (" " if character.isspace() else character for character in text)
    return " ".join("".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cs")).split())


def web_address(text: str) -> str:
    """``text`` if it is an address of the web, which one click may follow, else ""."""
    return text if re.fullmatch(r"https?://[^\s<>\"]+", text, re.IGNORECASE) else ""


def signed(number: float) -> str:
    """ "+0.50", "−0.25", "0": with a sign, and none for zero."""
    return "0" if abs(number) < 0.005 else f"{number:+.2f}".replace("-", "−")


def wrap(label: str) -> list[str]:
    """At most two short lines; the panel and the table always show the whole name."""
    name = clean(label)
    if len(name) <= LINE:
        return [name]
    return textwrap.wrap(name, LINE, max_lines=LINES, placeholder="…") or [name[: LINE - 1] + "…"]


def size(lines: list[str]) -> tuple[float, float]:
    """Width and height of the wrapped label, near enough to keep it clear of its neighbours."""
    widest = max((sum(map(_width, line)) for line in lines), default=0)
    return widest * CHARACTER, len(lines) * LINE_HEIGHT


def _width(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    return 2.0 if unicodedata.east_asian_width(character) in "WF" else 1.0
