"""Literals of the store's answers: their parts, whether their datatype admits them, and which is the smaller."""

from __future__ import annotations

import operator as op
from calendar import monthrange
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pyoxigraph as ox
from numpy.typing import NDArray

from kg.tables import decode
from kg.terms import PREFIXES

XSD = PREFIXES["xsd"]
LANG_STRING = f"{PREFIXES['rdf']}langString"

Mask = NDArray[np.bool_]

_YEAR = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12][0-9]|3[01])"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_FLOAT = rf"(?:{_DECIMAL}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN)"
_CLOCK = (
    r"T(?:[0-9]+H(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?|[0-9]+M(?:[0-9]+(?:\.[0-9]+)?S)?|[0-9]+(?:\.[0-9]+)?S)"
)
_INTEGERS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    **{
        name: (-(2 ** (n - 1)), 2 ** (n - 1) - 1)
        for name, n in (("long", 64), ("int", 32), ("short", 16), ("byte", 8))
    },
    **{
        name: (0, 2**n - 1)
        for name, n in (("unsignedLong", 64), ("unsignedInt", 32), ("unsignedShort", 16), ("unsignedByte", 8))
    },
}  # fmt: skip
# Lexical spaces of XML Schema. A datatype that is not here admits every literal.
_LEXICAL = {
    **dict.fromkeys(_INTEGERS, r"[+-]?[0-9]+"),
    "decimal": _DECIMAL,
    "double": _FLOAT,
    "float": _FLOAT,
    "boolean": "true|false|0|1",
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}?",
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}?",
    "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "time": f"{_TIME}{_ZONE}?",
    "gYear": f"{_YEAR}{_ZONE}?",
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}?",
    "gMonth": f"--{_MONTH}{_ZONE}?",
    "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}?",
    "gDay": f"---{_DAY}{_ZONE}?",
    "duration": rf"-?P(?:(?:[0-9]+Y(?:[0-9]+M)?(?:[0-9]+D)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)(?:{_CLOCK})?|{_CLOCK})",
    "dayTimeDuration": rf"-?P(?:[0-9]+D(?:{_CLOCK})?|{_CLOCK})",
    "yearMonthDuration": r"-?P(?:[0-9]+Y(?:[0-9]+M)?|[0-9]+M)",
    "hexBinary": r"(?:[0-9A-Fa-f]{2})*",
}
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {"<": op.lt, "<=": op.le, ">": op.gt, ">=": op.ge}
_WITH_DAYS = {"date", "dateTime", "dateTimeStamp", "gMonthDay"}


def parts(tokens: pl.Series) -> pl.DataFrame:
    """Columns ``text``, ``datatype``, ``language`` (folded; empty where there is none) of literals in TSV."""
    long = r'(?s)^"(.*)"(?:@([\w-]+)|\^\^<([^>]*)>)?$'
    token = pl.col("token")
    frame = tokens.to_frame("token").select(
        token,
        token.str.extract(long, 1).alias("text"),
        token.str.extract(long, 2).fill_null("").str.to_lowercase().alias("language"),
        token.str.extract(long, 3).alias("datatype"),
    )
    short = pl.col("text").is_null()
    number = (
        pl.when(token.is_in(["true", "false"])).then(pl.lit(f"{XSD}boolean"))
        .when(token.str.contains(r"^[+-]?[0-9]+$")).then(pl.lit(f"{XSD}integer"))
        .when(token.str.contains("[eE]")).then(pl.lit(f"{XSD}double"))
        .otherwise(pl.lit(f"{XSD}decimal"))
    )  # fmt: skip
    frame = frame.select(
        pl.when(short).then(token).otherwise(pl.col("text")).alias("text"),
        pl.when(short).then(number).when(pl.col("language") != "").then(pl.lit(LANG_STRING))
        .otherwise(pl.col("datatype").fill_null(f"{XSD}string")).alias("datatype"),
        "language",
    )  # fmt: skip
    escaped = frame["text"].str.contains("\\", literal=True).fill_null(False)
    if escaped.any():
        plain = [getattr(decode(token), "text", "") for token in tokens.filter(escaped)]
        frame = frame.with_columns(text=frame["text"].scatter(escaped.arg_true(), plain))
    return frame


def admitted(texts: pl.Series, datatype: str) -> Mask:
    """Which texts are in the lexical space of a datatype."""
    name = datatype.removeprefix(XSD)
    pattern = _LEXICAL.get(name) if name != datatype else None
    if pattern is None:
        return np.ones(len(texts), dtype=bool)
    fits = texts.str.contains(f"^(?:{pattern})$").to_numpy().copy()
    low, high = _INTEGERS.get(name, (None, None))
    if low is not None or high is not None:
        for at in np.flatnonzero(fits):
            number = int(texts[int(at)])
            fits[at] = (low is None or number >= low) and (high is None or number <= high)
    if name in _WITH_DAYS:
        fits = _days_exist(texts, fits)
    return fits


def _days_exist(texts: pl.Series, among: Mask) -> Mask:
    """Which of the well-formed texts name a day that their month has."""
    found = among.copy()
    late = texts.str.contains(r"-(?:29|30|31)(?:T|Z|[+-]|$)").to_numpy()
    for at in np.flatnonzero(among & late):
        day = str(texts[int(at)]).lstrip("-")
        year, month, number = ("2000", *day.split("-")[:2]) if day[2] == "-" else day.split("-")[:3]
        # The calendar repeats itself after 400 years.
        found[at] = int(number[:2]) <= monthrange(int(year) % 400 + 400, int(month))[1]
    return found


def compare(left: pl.Series, operator: str, right: pl.Series) -> Mask:
    """``left operator right`` for pairs of literals in TSV, as SPARQL compares; False where it cannot.

    Days and integers of usual length are compared here; the engine, whose word is the norm, is asked of the rest.
    """
    found = np.zeros(len(left), dtype=bool)
    left, right = left.rename("left"), right.rename("right")
    day = rf'^"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})"\^\^<{XSD}date>$'
    pairs = pl.DataFrame([left, right]).select(pl.all().str.extract(day, 1))
    known = pl.all().str.to_date("%Y-%m-%d", strict=False).is_not_null()
    both = pairs.select(both=pl.all_horizontal(known))["both"]
    done = both.to_numpy().copy()
    found[done] = _holds(pairs["left"].filter(both), operator, pairs["right"].filter(both))
    short = (left.str.contains(r"^[+-]?[0-9]{1,15}$") & right.str.contains(r"^[+-]?[0-9]{1,15}$")).to_numpy()
    found[short] = _holds(left.filter(short).cast(pl.Int64), operator, right.filter(short).cast(pl.Int64))
    other = np.flatnonzero(~(done | short))
    if len(other):
        rows = enumerate(zip(left.gather(other), right.gather(other), strict=True))
        values = " ".join(f"({n} {a} {b})" for n, (a, b) in rows)
        answer: Any = ox.Store().query(
            f"SELECT ?n WHERE {{ VALUES (?n ?a ?b) {{ {values} }} FILTER (?a {operator} ?b) }}"
        )
        found[other[[int(row["n"].value) for row in answer]]] = True
    return found


def _holds(left: pl.Series, operator: str, right: pl.Series) -> Mask:
    result: pl.Series = _OPERATORS[operator](left, right)
    return result.to_numpy()
