"""Coding: the rows of a frame as entries of a two-mode table, which is what the algebra works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import polars as pl

from kg.algebra.coded import Coded, Ints, Kind, Scale
from kg.errors import KGError, did_you_mean
from kg.frames.data import COUNTS, counted

if TYPE_CHECKING:
    from kg.frames.data import Frame

# The points of the stance scale, and its ends.
POINTS = (-2.0, -1.0, 0.0, 1.0, 2.0)

Each = Literal["stance", "source"]


@dataclass(frozen=True, eq=False)
class Entries:
    """Entries and what stands behind each: row *n* of ``data`` is entry *n* of ``coded``.

    ``row_ids`` and ``column_ids`` are the IRIs (or texts) behind the labels of ``coded``, in their order.
    """

    coded: Coded
    data: pl.DataFrame
    row_ids: tuple[str, ...]
    column_ids: tuple[str, ...]
    made_from: dict[str, str]

    def __len__(self) -> int:
        return len(self.coded)

    def take(self, which: Any) -> Entries:
        """Some of the entries, by index; rows and columns keep their labels."""
        return replace(self, coded=self.coded.take(which), data=self.data[which])

    def take_rows(self, row: int) -> Entries:
        """The entries of one row, by its number."""
        return self.take(np.flatnonzero(self.coded.rows == row))

    def clusters(self, column: str = "source") -> Ints:
        """A number for each entry that is equal where the column is: which source it comes from, say."""
        return self.data[column].rank("dense").fill_null(0).cast(pl.Int32).to_numpy()

    def times(self, column: str = "date") -> np.ndarray[Any, np.dtype[np.datetime64]]:
        """The moment of each entry as datetime64[ms], NaT where unknown; ``published`` is that of its source."""
        return self.data[column].cast(pl.Datetime("ms")).to_numpy()


def entries(
    frame: Frame,
    rows: str = "holder",
    columns: str = "position",
    value: str | None = "value",
    *,
    scale: Kind | None = None,
    range: tuple[float, float] | None = None,
    levels: Sequence[Any] | None = None,
    isolates: bool = False,
    narrators: bool = False,
    superseded: bool = False,
    each: Each = "stance",
) -> Entries:
    """One entry for each stance, row, column and value that are different, in the order of the frame.

    *rows*, *columns* and *value* are columns of the frame. A stance that several sources carry is one entry, that of
    the first of them; with ``each="source"`` it is one for each. Without a *value* (None) only presence counts. Left
    out and counted in ``made_from``: rows without a value, row or column; narrators and superseded stances unless
    asked for.

    *scale* is by default ``interval`` for numbers and yes-or-no, ``nominal`` for texts; *range* are the ends of an
    interval scale, by default −2 … 2 for stances, 0 … 1 for yes-or-no and what occurs for other numbers. *levels* are
    the values in ascending order, needed for an ordinal scale of texts. With *isolates* there are labels for all rows
    and columns that occurred before :meth:`Frame.where`. Raises NotFound for an unknown column, KGError for a scale
    that does not fit.
    """
    for name in (rows, columns, *([] if value is None else [value])):
        frame.column(name)
    if each not in get_args(Each):
        raise KGError(f'"{each}" is nothing to count by.', cure=f"Use {' or '.join(get_args(Each))}.")
    left: dict[str, int] = {}
    data, everything = frame.data, frame.unfiltered
    if not narrators:
        data = _without(data, pl.col("narrator"), "narrators left out", left)
        everything = everything.filter(~pl.col("narrator"))
    if not superseded:
        data = _without(data, pl.col("superseded"), "superseded left out", left)
    for name in dict.fromkeys((rows, columns)):
        data = _without(data, _missing(data, name), f"without {name}", left)
    if value is not None:
        data = _without(data, _missing(data, value), "undetermined" if value == "value" else f"without {value}", left)
    kept = ["stance", rows, columns, *([] if value is None else [value]), *(["source"] if each == "source" else [])]
    data = data.unique(list(dict.fromkeys(kept)), keep="first", maintain_order=True)
    row_ids, row_labels, row_codes = _indexed(frame, data, everything if isolates else data, rows)
    column_ids, column_labels, column_codes = _indexed(frame, data, everything if isolates else data, columns)
    fixed, codes = _scaled(frame, data, everything, value, scale, range, levels)
    coded = Coded(row_codes, column_codes, codes, row_labels, column_labels, fixed)
    made = {name: told for name, told in frame.made_from.items() if name not in COUNTS}
    made |= {"rows": rows, "columns": columns, "value": value or "presence", **_counts(data)}
    made |= {name: str(n) for name, n in left.items() if n}
    return Entries(coded, data, row_ids, column_ids, made)


def _without(data: pl.DataFrame, out: pl.Expr, why: str, left: dict[str, int]) -> pl.DataFrame:
    """The rows that stay; how many stances went is noted."""
    stay = data.filter(~out)
    if stay.height < data.height:
        left[why] = data.filter(out)["stance"].n_unique()
    return stay


def _missing(data: pl.DataFrame, name: str) -> pl.Expr:
    it = pl.col(name)
    return it.is_null() | (it == "") if data[name].dtype == pl.String else it.is_null()


def _counts(data: pl.DataFrame) -> dict[str, str]:
    told = {name: n for name, n in counted(data).items() if name != "undetermined"}
    return {"statements": str(data.height), **told}


def _indexed(
    frame: Frame, data: pl.DataFrame, labelled: pl.DataFrame, name: str
) -> tuple[tuple[str, ...], tuple[str, ...], Ints]:
    """The values of a column sorted by their labels, the labels, and where each row of *data* stands in them."""
    ids = labelled[name].cast(pl.String).drop_nulls().unique().to_list()
    shown = frame.labels([one for one in ids if one])
    ordered = sorted(shown, key=lambda one: (shown[one], one))
    return tuple(ordered), tuple(shown[one] for one in ordered), _numbers(data[name].cast(pl.String), ordered)


def _numbers(column: pl.Series, listed: Sequence[Any]) -> Ints:
    """Where each value stands in a list."""
    if not len(column):
        return np.zeros(0, dtype=np.int32)
    found = column.replace_strict(listed, np.arange(len(listed), dtype=np.int32), return_dtype=pl.Int32)
    return found.to_numpy().astype(np.int32)


def _scaled(
    frame: Frame,
    data: pl.DataFrame,
    everything: pl.DataFrame,
    value: str | None,
    scale: Kind | None,
    range: tuple[float, float] | None,
    levels: Sequence[Any] | None,
) -> tuple[Scale, Ints]:
    """The scale of the values and the level of each row."""
    if scale is not None and scale not in get_args(Kind):
        hint = did_you_mean(str(scale), get_args(Kind))
        raise KGError(f'No scale "{scale}".', cure=hint or f"There are: {', '.join(get_args(Kind))}.")
    if value is None:
        return Scale("nominal", ("there",), 0.0), np.zeros(data.height, dtype=np.int32)
    column = data[value]
    words = column.dtype == pl.String
    if words and scale == "interval":
        raise KGError(f'"{value}" holds texts, which have no distance.', cure="Use nominal, or ordinal with levels.")
    if words and scale == "ordinal" and levels is None:
        raise KGError(f'"{value}" holds texts, whose order is not known.', cure="Give the levels in ascending order.")
    column = column if words else column.cast(pl.Float64)
    seen: list[Any] = everything[value].drop_nulls().unique().cast(column.dtype).to_list()
    seen = [one for one in seen if one != ""]
    if words:
        names = frame.labels(seen)
        column = column.replace_strict(names, return_dtype=pl.String) if len(column) else column
        seen = list(names.values())
    given: list[Any] | None = None if levels is None else [str(one) if words else float(one) for one in levels]
    if given is not None and (missing := sorted({*column.unique().to_list()} - {*given}, key=str)):
        raise KGError(f'"{value}" has values that are not among the levels: {", ".join(map(str, missing))}.')
    known = (0.0, 1.0) if data[value].dtype == pl.Boolean else POINTS if value == "value" else ()
    listed = given if given is not None else sorted({*known, *seen})
    kind = scale or ("nominal" if words else "interval")
    if kind == "nominal":
        fixed = Scale.nominal(listed)
    elif kind == "ordinal":
        fixed = Scale.ordinal(listed)
    else:
        low, high = range or ((known[0], known[-1]) if known else (None, None))
        if low is not None and high is not None and not low < high:
            raise KGError(f"A scale from {low:g} to {high:g} has no length.", cure="Give the lower end first.")
        fixed = Scale.interval(listed, low, high)
    return fixed, _numbers(column, fixed.levels)
