"""View: columns as a :class:`~kg.tables.Table`, written as the engine would write them."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from kg.frames.extraction import DAYS, EXACT, IRIS
from kg.tables.cells import XSD

# Columns whose texts are IRIs, where they are neither blank nodes nor literals.
NODES = (*IRIS, "heldBy", "onIssue")


def tsv(data: pl.DataFrame, names: Iterable[str]) -> bytes:
    """Some columns as SPARQL TSV, the rows sorted by their cells."""
    cells = pl.DataFrame([_cells(data, name) for name in names])
    by_stance = "stance" in cells.columns and cells["stance"].is_unique().all()
    cells = cells.sort("stance" if by_stance else cells.columns)
    head = "\t".join(f"?{name}" for name in cells.columns)
    body = cells.write_csv(include_header=False, separator="\t", quote_style="never", null_value="")
    return f"{head}\n{body}".encode()


def _cells(data: pl.DataFrame, name: str) -> pl.Series:
    """The cells of one column; the exact ones where they were kept."""
    exact = f"raw {name}"
    if exact in EXACT and exact in data.columns:
        return data[exact].alias(name)
    column = data[name]
    if column.dtype == pl.Float64:
        whole = column.cast(pl.Int64, strict=False)
        column = whole if (whole.cast(pl.Float64) == column).all() else column
    kind = column.dtype
    texts = column.dt.strftime("%Y-%m-%dT%H:%M:%S%.3f") if kind == pl.Datetime else column.cast(pl.String)
    it = pl.col(name)
    if kind == pl.String:
        shown = _nodes(it) if name in NODES else _days(it) if name in DAYS else _words(it)
    elif kind == pl.Float64:
        shown = pl.format('"{}"^^<{}double>', it, pl.lit(XSD))
    elif kind in (pl.Datetime, pl.Date):
        shown = pl.format('"{}"^^<{}{}>', it, pl.lit(XSD), pl.lit("date" if kind == pl.Date else "dateTime"))
    else:
        shown = it  # whole numbers and yes or no stand bare
    return texts.to_frame(name).select(shown.alias(name))[name]


def _nodes(it: pl.Expr) -> pl.Expr:
    """Blank nodes and literals in the place of an IRI were left as they are."""
    bare = it.str.starts_with("_:") | it.str.starts_with('"')
    return pl.when(bare).then(it).otherwise(pl.format("<{}>", it))


def _days(it: pl.Expr) -> pl.Expr:
    day = it.str.contains(r"^\d{4}-\d\d-\d\d$")
    return pl.when(day).then(pl.format('"{}"^^<{}date>', it, pl.lit(XSD))).otherwise(_quoted(it))


def _words(it: pl.Expr) -> pl.Expr:
    """Texts; those that are web addresses are IRIs, as :func:`kg.tables.cells.encode` has it."""
    address = it.str.contains(r'^https?://[^\s<>"{}|\\^`]+$')
    return pl.when(address).then(pl.format("<{}>", it)).otherwise(_quoted(it))


def _quoted(it: pl.Expr) -> pl.Expr:
    for char, code in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        it = it.str.replace_all(char, code, literal=True)
    return pl.format('"{}"', it)
