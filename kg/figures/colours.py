"""Colours and signs of values: orange against, blue for; told apart with every common colour blindness."""

from __future__ import annotations

import math

_AGAINST, _FOR = ((250, 236, 221), (236, 150, 70), (158, 66, 4)), ((226, 236, 246), (106, 165, 214), (18, 78, 142))
_MIDDLE = (240, 240, 238)

SIGNS = {2: "++", 1: "+", 0: "0", -1: "−", -2: "−−"}
VALUES = {2: "strongly supports", 1: "supports", 0: "ambivalent", -1: "opposes", -2: "strongly opposes"}


def diverging(value: float, limit: float) -> str:
    """From orange at −limit over light grey at 0 to blue at +limit."""
    part = max(-1.0, min(1.0, value / limit)) if limit else 0.0
    if abs(part) < 1e-9:
        return _hex(_MIDDLE)
    return _along(_FOR if part > 0 else _AGAINST, abs(part))


def sequential(value: float, limit: float) -> str:
    """From near white at 0 to blue at the limit."""
    return _along(_FOR, max(0.0, min(1.0, value / limit)) if limit else 0.0)


def on(colour: str) -> str:
    """Ink that can be read on a colour."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#1b1f24" if (light + 0.05) / 0.062 > 1.05 / (light + 0.05) else "#ffffff"


def sign(value: float) -> str:
    """A stance as a sign; the mean of several as the nearest, and ± where it is neither."""
    return SIGNS[max(-2, min(2, math.floor(value + 0.5) if value >= 0 else -math.floor(-value + 0.5)))]


def number(value: float, digits: int = 1) -> str:
    """A number as short as it can be told: "−.33", "+1", "12"."""
    if value == round(value):
        return f"{value:.0f}".replace("-", "−")
    text = f"{abs(value):.{digits}f}".rstrip("0").rstrip(".")
    return ("−" if value < 0 and text != "0" else "") + (text[1:] if text.startswith("0.") else text)


def _along(stops: tuple[tuple[int, int, int], ...], part: float) -> str:
    place = part * (len(stops) - 1)
    at = min(int(place), len(stops) - 2)
    a, b, rest = stops[at], stops[at + 1], place - at
    return _hex(tuple(round(x + (y - x) * rest) for x, y in zip(a, b, strict=True)))


def _hex(rgb: tuple[int, ...]) -> str:
    return "#" + "".join(f"{c:02x}" for c in rgb)
