"""Typed polars columns out of TSV, without a Python object a cell.

What a column becomes, decided by all its cells; unbound is null everywhere:

=====================================================  ==================================
cells                                                  column
=====================================================  ==================================
integers that fit 64 bits                              Int64
numbers, one of them decimal, double or float          Float64
``xsd:boolean``                                        Boolean
``xsd:date`` without time zone                         Date
``xsd:dateTime``, all without time zone                Datetime, microseconds
``xsd:dateTime``, all with a time zone                 Datetime, microseconds, in UTC
anything else, or mixed, or wrong in one cell          String: IRIs in full, ``_:`` before
                                                       blank nodes, the text of literals
=====================================================  ==================================

A type is only given when it loses nothing: larger integers, impossible dates, and finer fractions of seconds
leave their column text. Small tables go through Python, which is quicker there; the rules are the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from kg.tables.cells import DECIMAL, DOUBLE, INTEGER, INTEGERS, XSD, Cell, decode, unescape

if TYPE_CHECKING:
    import polars as pl

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_A_DAY = re.compile(_DAY)
_TIME = rf"{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{{1,6}})?"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_ENDS = {name: f'"^^<{XSD}{name}>' for name in ("date", "dateTime", "boolean", "string")}
_ANY_END = r'"[^"]*$'


def _typed(names: Sequence[str]) -> str:
    return rf'"\^\^<{re.escape(XSD)}(?:{"|".join(names)})>'


_NUMBER = (
    rf'^"(?:{INTEGER}{_typed(INTEGERS)}|{DECIMAL}{_typed(["decimal"])}|{DOUBLE}{_typed(["double", "float"])})$'
)
_REAL = _typed(["decimal", "double", "float"]) + "$"
_BARE = rf"^{DECIMAL}(?:[eE][+-]?[0-9]+)?$"


# -- many rows -----------------------------------------------------------------------


def read(body: bytes, columns: Sequence[str]) -> pl.DataFrame:
    """The typed columns of SPARQL TSV with a header and at least one column."""
    import polars as pl

    frame = raw(body, columns)
    quick = _at_once(frame)
    return pl.DataFrame([quick[name] if name in quick else _column(frame[name]) for name in columns])


def raw(body: bytes, columns: Sequence[str]) -> pl.DataFrame:
    """The cells of SPARQL TSV as the engine wrote them, unbound ones null."""
    import polars as pl

    return pl.read_csv(body, separator="\t", quote_char=None, infer_schema=False, new_columns=list(columns))


def typed(raw: pl.Series) -> pl.Series:
    """One column of raw cells, typed as above."""
    return _column(raw)


def text(raw: pl.Series) -> pl.Series:
    """One column of raw cells as text: IRIs in full, ``_:`` before blank nodes, the text of literals."""
    return _text(raw)


def _at_once(frame: pl.DataFrame) -> dict[str, pl.Series]:
    """The columns that are what their first cell says, cell by cell, by name.

    Each call of polars takes a tenth of a millisecond, whatever is in it; here all columns are tried in one.
    """
    first = frame.row(0) if len(frame) else ()
    tried = [one for name, cell in zip(frame.columns, first, strict=False) for one in _try(name, cell)]
    if not tried:
        return {}
    # Eagerly: for so little, planning takes longer than the work.
    found = frame.select(tried)
    return {
        name.removeprefix("="): found[name].alias(name.removeprefix("="))
        for name in found.columns
        if name.startswith("=") and found["?" + name[1:]][0]
    }


def _try(name: str, cell: str | None) -> list[pl.Expr]:
    """The column that the first cell promises, as ``=name``, and whether every cell keeps it, as ``?name``."""
    import polars as pl

    column = pl.col(name)
    if cell is None or cell.startswith(("_:", "<<")):
        return []
    if cell[0] == "<":
        fits = column.str.starts_with("<").all() & ~column.str.starts_with("<<").any()
        return [_inner_of(column, 1).alias(f"={name}"), fits.alias(f"?{name}")]
    if cell[0] == '"':
        end = cell[cell.rfind('"') :]
        if end.startswith('"^^') and end not in (_ENDS["date"], _ENDS["string"]):
            return []
        text = _inner_of(column, len(end))
        fits = column.str.starts_with('"').all() & column.str.ends_with(end).all()
        if end == _ENDS["date"]:
            days = text.str.to_date("%Y-%m-%d", strict=False)
            fits &= text.str.contains(f"^{_DAY}$").all() & (text.min() > "0001")
            return [days.alias(f"={name}"), (fits & (days.null_count() == column.null_count())).alias(f"?{name}")]
        return [text.alias(f"={name}"), (fits & ~column.str.contains("\\", literal=True).any()).alias(f"?{name}")]
    if not re.fullmatch(_BARE, cell):
        return []
    real = not cell.lstrip("+-").isdecimal()
    number = column.cast(pl.Float64 if real else pl.Int64, strict=False)
    fits = number.null_count() == column.null_count()
    if real:
        fits &= column.str.contains(_BARE).all()
    return [number.alias(f"={name}"), fits.alias(f"?{name}")]


def _inner_of(column: pl.Expr, end: int) -> pl.Expr:
    return column.str.slice(1).str.head(-end)


def _column(raw: pl.Series) -> pl.Series:
    """One column of raw cells, typed. The first cell says what to try; every cell must agree."""
    bound = _first(raw)
    if bound is None:
        return raw
    if bound[0] == "<":
        return _iris(raw) if not bound.startswith("<<(") else _text(raw)
    if bound[0] == '"':
        for name, read in (("date", _dates), ("dateTime", _moments), ("boolean", _booleans)):
            if bound.endswith(_ENDS[name]):
                typed = read(raw)
                return _text(raw) if typed is None else typed
        number = _numbers(raw) if bound.endswith(">") and bound.startswith(XSD, bound.rfind('"') + 4) else None
        return _text(raw) if number is None else number
    if bound.startswith("_:"):
        return _text(raw)
    typed = _booleans(raw) if bound in {"true", "false"} else _numbers(raw)
    return _text(raw) if typed is None else typed


def _first(raw: pl.Series) -> str | None:
    """The first bound cell; None when there is none."""
    at = raw.is_not_null().arg_max()
    found: str | None = None if at is None else raw[at]
    return found


def _iris(raw: pl.Series) -> pl.Series:
    if not raw.str.starts_with("<").all() or raw.str.starts_with("<<").any():
        return _text(raw)
    return _inner(raw)


def _inner(raw: pl.Series) -> pl.Series:
    """All but the first and the last sign of each cell; unlike stripping, this copies no text."""
    return raw.str.slice(1).str.head(-1)


def _text(raw: pl.Series) -> pl.Series:
    """Cells of any kind as text."""
    literal = raw.str.starts_with('"')
    if literal.all():
        return _literals(raw)
    texts = _inner(raw).zip_with(raw.str.starts_with("<") & ~raw.str.starts_with("<<"), raw)
    if literal.any():
        texts = texts.scatter(literal.arg_true(), _literals(raw.filter(literal)))
    return texts


def _literals(raw: pl.Series) -> pl.Series:
    """The text of literals, whatever their language and datatype."""
    first = _first(raw)
    if first is None:
        return raw
    end = first[first.rfind('"') :]
    # Nothing that follows a closing quotation mark has another in it.
    same = raw.str.ends_with(end).all()
    text = raw.str.slice(1)
    text = text.str.head(-len(end)) if same else text.str.replace(_ANY_END, "")
    escaped = text.str.contains("\\", literal=True).arg_true()
    if len(escaped) == 0:
        return text
    some = text.gather(escaped)
    if some.str.contains(r'\\[^"nrt]').any():
        import polars as pl

        some = pl.Series(some.name, [unescape(one) for one in some], dtype=pl.String)
    else:
        for code, char in (('\\"', '"'), ("\\n", "\n"), ("\\r", "\r"), ("\\t", "\t")):
            some = some.str.replace_all(code, char, literal=True)
    return some if len(escaped) == len(text) else text.scatter(escaped, some)


def _numbers(raw: pl.Series) -> pl.Series | None:
    import polars as pl

    missing = raw.null_count()
    whole = raw.cast(pl.Int64, strict=False)
    if whole.null_count() == missing:
        return whole
    quoted = raw.str.starts_with('"')
    lexical, bare, real = raw, raw, False
    if quoted.any():
        typed, bare = raw.filter(quoted), raw.filter(~quoted)
        if not typed.str.contains(_NUMBER).all():
            return None
        lexical = raw.str.strip_prefix('"').str.replace(_ANY_END, "")
        real = bool(typed.str.contains(_REAL).any())
    if not bare.str.contains(_BARE).all():
        return None
    real = real or bool(bare.str.contains("[.eE]").any())
    number = lexical.cast(pl.Float64 if real else pl.Int64, strict=False)
    return number if number.null_count() == missing else None


def _booleans(raw: pl.Series) -> pl.Series | None:
    end = _ENDS["boolean"]
    yes = raw.is_in(["true", f'"true{end}', f'"1{end}'])
    no = raw.is_in(["false", f'"false{end}', f'"0{end}'])
    return yes if (yes | no).all() else None


def _lexical(raw: pl.Series, end: str, pattern: str) -> pl.Series | None:
    """The texts of literals of one datatype, when they all match."""
    if not raw.str.ends_with(end).all():
        return None
    text = raw.str.slice(1).str.head(-len(end))
    return text if text.str.contains(f"^{pattern}$").all() and str(text.min()) > "0001" else None


def _dates(raw: pl.Series) -> pl.Series | None:
    text = _lexical(raw, _ENDS["date"], _DAY)
    days = None if text is None else text.str.to_date("%Y-%m-%d", strict=False)
    return days if days is not None and days.null_count() == raw.null_count() else None


def _moments(raw: pl.Series) -> pl.Series | None:
    for zone in ("", _ZONE):
        text = _lexical(raw, _ENDS["dateTime"], _TIME + zone)
        if text is None:
            continue
        if zone:
            text = text.str.replace("Z$", "+00:00")
        form = f"%Y-%m-%dT%H:%M:%S%.f{'%z' if zone else ''}"
        moments = text.str.to_datetime(
            form, time_unit="us", time_zone="UTC" if zone else None, strict=False
        )
        years = moments.dt.year()
        fits = moments.null_count() == raw.null_count() and years.is_between(1, 9999).all()
        return moments if fits else None
    return None


# -- few rows ------------------------------------------------------------------------


def series(name: str, raw: Sequence[str]) -> pl.Series:
    """One typed column of raw cells."""
    import polars as pl

    begin = {cell[:2] for cell in raw} - {""}
    marks = {two[0] for two in begin}
    if marks <= {"<"} and "<<" not in begin:
        return pl.Series(name, [cell[1:-1] or None for cell in raw], dtype=pl.String)
    if marks == {'"'}:
        ends = {cell[cell.rfind('"') :] for cell in raw if cell}
        if len(ends) == 1 and (alike := _alike(name, raw, ends.pop())) is not None:
            return alike
    elif all(cell.isascii() and cell.isdecimal() and len(cell) < 19 for cell in raw if cell):
        return pl.Series(name, [int(cell) if cell else None for cell in raw], dtype=pl.Int64)
    known = {cell: decode(cell) for cell in set(raw)}
    return _typed_series(name, [known[cell] for cell in raw])


def _alike(name: str, raw: Sequence[str], end: str) -> pl.Series | None:
    """A column of literals of one language or of one datatype that is often met."""
    import polars as pl

    cut = -len(end)
    if end == '"' or end.startswith('"@'):
        return pl.Series(name, [unescape(cell[1:cut]) if cell else None for cell in raw], dtype=pl.String)
    if end == _ENDS["date"]:
        days = [_day(cell[1:cut]) if cell else None for cell in raw]
        if sum(day is None for day in days) == sum(not cell for cell in raw):
            return pl.Series(name, days, dtype=pl.Date)
    return None


def _typed_series(name: str, cells: Sequence[Cell | None]) -> pl.Series:
    import polars as pl

    bound = [cell for cell in cells if cell is not None]
    values = [cell.value for cell in bound]
    kinds = set(map(type, values))
    if kinds == {int} and all(-(2**63) <= value < 2**63 for value in values):
        return pl.Series(name, _spread(cells, values), dtype=pl.Int64)
    if kinds == {float} or kinds == {int, float}:
        return pl.Series(name, _spread(cells, [float(c.text) for c in bound]), dtype=pl.Float64)
    if kinds == {bool}:
        return pl.Series(name, _spread(cells, values), dtype=pl.Boolean)
    if {cell.datatype for cell in bound} == {XSD + "date"}:
        days = [_day(cell.text) for cell in bound]
        if None not in days:
            return pl.Series(name, _spread(cells, days), dtype=pl.Date)
    if {cell.datatype for cell in bound} == {XSD + "dateTime"}:
        moments = [_moment(cell.text) for cell in bound]
        zones = {moment.tzinfo for moment in moments if moment}
        if None not in moments and len(zones) == 1:
            zone = "UTC" if None not in zones else None
            return pl.Series(name, _spread(cells, moments), dtype=pl.Datetime("us", zone))
    texts = [f"_:{cell.text}" if cell.kind == "bnode" else cell.text for cell in bound]
    return pl.Series(name, _spread(cells, texts), dtype=pl.String)


def _spread(cells: Sequence[Cell | None], values: Sequence[Any]) -> list[Any]:
    rest = iter(values)
    return [None if cell is None else next(rest) for cell in cells]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _A_DAY.fullmatch(text) else None
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    if not re.fullmatch(_TIME + f"{_ZONE}?", text):
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found
    except (ValueError, OverflowError):
        return None
