"""Choosing: a graph's selection, applied to columns as :class:`kg.selection.Selection` applies it to one row."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from kg.selection import Selection


def chosen(data: pl.DataFrame, selection: Selection) -> pl.DataFrame:
    """The rows of a selection, with a column ``superseded`` in place of ``later``.

    A stance is superseded only by one that the selection reaches: before the change, the old one stands. One from
    before the period does reach into it.
    """
    reached = data.filter(_within(replace(selection, since=None)))
    rows = reached.filter(_within(selection)) if selection.since else reached
    replaced = pl.lit(False)
    if reached["later"].is_not_null().any():
        pairs = rows.select("stance", "later").filter(pl.col("later").is_not_null()).explode("later")
        gone = pairs.join(reached.select(pl.col("stance").unique()), left_on="later", right_on="stance", how="semi")
        replaced = pl.col("stance").is_in(gone["stance"].implode())
    return rows.with_columns(replaced.alias("superseded")).drop("later")


def _within(selection: Selection) -> pl.Expr:
    fits = pl.lit(True)
    for name, wanted in (("issue", selection.issues), ("source", selection.sources), ("basis", selection.basis)):
        if wanted:
            fits &= pl.col(name).is_in(wanted).fill_null(False)
    if selection.actors:
        actors = selection.actors
        fits &= (pl.col("holder").is_in(actors) | pl.col("speaker").is_in(actors)).fill_null(False)
    if selection.since is None and selection.until is None:
        return fits
    first = pl.coalesce("start", "notBefore")
    last = pl.coalesce("end", "start", "notAfter", first)
    fits &= last.is_not_null()
    if selection.until is not None:
        fits &= first.fill_null("") <= selection.until
    if selection.since is not None:
        fits &= (last >= selection.since).fill_null(False)
    return fits
