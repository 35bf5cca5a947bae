"""Duplicates: the same statement of the same actor, made again within a document or a span of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.algebra.coded import one_of

if TYPE_CHECKING:
    import polars as pl

WITHIN = ("include", "document", "day", "week", "month", "year", "range")
_BY_TIME = ("day", "week", "month", "year")


def keep(
    data: pl.DataFrame,
    rows: str,
    columns: str,
    value: str | None,
    within: str = "include",
    *,
    document: str = "source",
    time: str = "date",
    dna_compat: bool = False,
) -> pl.DataFrame:
    """The entries without those that repeat an earlier one of the same row, column and value (None: any value).

    *data* is in the order in which statements count; the first is kept. *within* is ``include`` (all stay),
    ``document``, ``day``, ``week`` (ISO week of the ISO year), ``month`` (of the year), ``year`` or ``range`` (all the
    data). A statement whose document or time is not known repeats none by it. *dna_compat* follows the Discourse
    Network Analyzer 3.1.2: months of different years are the same, so are ISO weeks of the same number (which is how
    the program numbers weeks on a British or German computer, not on an American one), and whole numbers outside
    −128 … 127 never repeat each other. Raises KGError for another word.
    """
    import polars as pl

    one_of(within, WITHIN, "way to count duplicates")
    if within == "include" or data.is_empty():
        return data
    when = pl.col(time).dt
    periods: dict[str, list[pl.Expr]] = {
        "document": [pl.col(document)],
        "day": [when.date()],
        "week": [when.week()] if dna_compat else [when.iso_year(), when.week()],
        "month": [when.month()] if dna_compat else [when.year(), when.month()],
        "year": [when.year()],
        "range": [],
    }
    unlike = pl.lit(False)
    if within in _BY_TIME or within == "document":
        unlike = pl.col(document if within == "document" else time).is_null()
    if dna_compat and value and data.schema[value].is_integer():
        unlike = unlike | ~pl.col(value).is_between(-128, 127)
    # What is like no other gets a number of its own.
    alone = pl.when(unlike).then(pl.int_range(pl.len()))
    keys = [pl.col(rows), pl.col(columns), *([pl.col(value)] if value else []), *periods[within], alone]
    return data.filter(pl.struct([key.alias(str(n)) for n, key in enumerate(keys)]).is_first_distinct())
