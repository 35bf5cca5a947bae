"""Texts and numbers as formats need them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import BinaryIO

# Spreadsheets take a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_HIDDEN_FORMULA = re.compile(r"([,;|]\s*)(?=[=+@-])")

# What XML 1.0 cannot hold, not even escaped.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_XML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_XML_TABLE = str.maketrans(_XML)

_SOME = 10_000


def one_line(text: str) -> str:
    """A text without breaks and tabs."""
    return " ".join(text.split())


def said(about: Mapping[str, str]) -> str:
    """What a matrix was made from, on one line."""
    return "; ".join(f"{one_line(k)}: {one_line(v)}" for k, v in about.items())


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before what looks like one."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def remark(about: Mapping[str, str]) -> str:
    """The first line of a separated file, harmless wherever a spreadsheet may split it; empty if nothing is known."""
    told = said(about).replace('"', "'")
    return "# " + _HIDDEN_FORMULA.sub(r"\1'", told) + "\n" if told else ""


def quoted(text: str) -> str:
    """A harmless text in quotation marks, those inside doubled."""
    return '"' + harmless(text).replace('"', '""') + '"'


def legal(text: str) -> str:
    """A text that XML can hold; other control characters become U+FFFD."""
    return _ILLEGAL.sub("\ufffd", text)


def xml(text: str) -> str:
    """A text inside an XML element or attribute."""
    return legal(text).translate(_XML_TABLE)


def number(value: float) -> str:
    """A number in full, as XML Schema writes doubles."""
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    return repr(float(value) + 0.0)


def lexical(value: bool | int | float | str) -> str:
    """A plain value as XML Schema writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return number(value) if isinstance(value, float) else str(value)


def kind(values: Iterable[object]) -> str:
    """The one kind of plain values: boolean, long, double or string; None does not count."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return "boolean"
    if kinds == {int}:
        return "long"
    return "double" if kinds and kinds <= {int, float} else "string"


def put(out: BinaryIO, lines: Iterable[str]) -> None:
    """Write texts, many at a time."""
    rest = iter(lines)
    while some := list(islice(rest, _SOME)):
        out.write("".join(some).encode())
