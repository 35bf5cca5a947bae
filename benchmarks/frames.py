"""Six comparisons of stances from the frame: columns made once, then asked without an engine.

Each gives the same rows as the question of the same name in ``benchmarks/ask``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

import kg
from kg.terms import PREFIXES

_ACTOR = PREFIXES["actor"]


@dataclass(frozen=True)
class Frame:
    """The stances of a graph as columns, and each issue with every broader one, itself included."""

    stances: pl.DataFrame
    above: pl.DataFrame

    @classmethod
    def of(cls, graph: kg.KnowledgeGraph) -> Frame:
        """Make the frame; IRIs that recur become categories."""
        rows = kg.stances(graph).to_polars()
        names = ("holder", "position", "issue")
        rows = rows.with_columns(pl.col(names).cast(pl.Categorical), pl.col("value").cast(pl.Float64))
        tree = graph.query(
            f"PREFIX skos: <{PREFIXES['skos']}> PREFIX st: <{PREFIXES['st']}> "
            "SELECT ?issue ?above { ?p st:onIssue ?issue . ?issue skos:broader* ?above }"
        )
        above = tree.to_polars().unique().with_columns(pl.all().cast(pl.Categorical))
        return cls(rows.select("stance", *names, "value", "start"), above)


def look_up(frame: Frame) -> pl.DataFrame:
    """What one actor stands for and against."""
    return frame.stances.filter(pl.col("holder") == f"{_ACTOR}a7").select("stance", "position", "value", "start")


def two_actors(frame: Frame) -> pl.DataFrame:
    """Pairs of stances of two actors on one position."""
    scored = frame.stances.filter(pl.col("value").is_not_null())
    mine = scored.filter(pl.col("holder") == f"{_ACTOR}a2").select("position", "stance", "value")
    theirs = scored.filter(pl.col("holder") == f"{_ACTOR}a5").select("position", "stance", "value")
    return mine.join(theirs, on="position").select("position", "stance", "value", "stance_right", "value_right")


def actor_issue_means(frame: Frame) -> pl.DataFrame:
    """Mean value of each actor on each issue."""
    scored = frame.stances.filter(pl.col("value").is_not_null())
    return scored.group_by("holder", "issue").agg(pl.col("value").mean().alias("mean"), pl.len())


def roll_up(frame: Frame) -> pl.DataFrame:
    """Mean value on each issue with all narrower ones: sums by issue first, then up the tree."""
    scored = frame.stances.filter(pl.col("value").is_not_null())
    sums = scored.group_by("issue").agg(pl.col("value").sum().alias("total"), pl.len().alias("n"))
    up = frame.above.join(sums, on="issue").group_by("above").agg(pl.col("total").sum(), pl.col("n").sum())
    return up.select("above", (pl.col("total") / pl.col("n")).alias("mean"), "n")


def opposite_means(frame: Frame) -> pl.DataFrame:
    """Two actors on opposite sides of a position by their means."""
    scored = frame.stances.filter(pl.col("value").is_not_null())
    means = scored.group_by("holder", "position").agg(pl.col("value").mean().alias("mean"))
    plus = means.filter(pl.col("mean") >= 1.5)
    minus = means.filter(pl.col("mean") <= -1.5)
    return plus.join(minus, on="position").select("holder", "holder_right", "position", "mean", "mean_right")


def weighted_edges(frame: Frame) -> pl.DataFrame:
    """For each two actors the number of positions that both strongly support."""
    strong = frame.stances.filter(pl.col("value") == 2).select("holder", "position").unique()
    # Texts are compared once for each actor, not once for each pair.
    actors = strong.get_column("holder").unique().cast(pl.String).sort()
    number = pl.DataFrame({"holder": actors}).with_row_index("n").with_columns(pl.col("holder").cast(pl.Categorical))
    numbered = strong.join(number, on="holder").select("n", "position")
    pairs = numbered.join(numbered, on="position").filter(pl.col("n") < pl.col("n_right"))
    counted = pairs.group_by("n", "n_right").len()
    other = number.rename({"n": "n_right", "holder": "other"})
    return counted.join(number, on="n").join(other, on="n_right").select("holder", "other", "len")


SIX: dict[str, Callable[[Frame], pl.DataFrame]] = {
    "01-stances-of-an-actor": look_up,
    "02-two-actors": two_actors,
    "03-mean-by-actor-and-issue": actor_issue_means,
    "04-roll-up": roll_up,
    "06-opposite-means": opposite_means,
    "07-weighted-edges": weighted_edges,
}
