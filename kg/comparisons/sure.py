"""How sure: intervals around the cells of a matrix, what chance would give, and what one source changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.algebra import nulls, sure
from kg.matrices import Matrix
from kg.tables import Table
from kg.terms import compact

if TYPE_CHECKING:
    from kg.comparisons.statements import Statements

# The ends that a measure can reach, which its interval does not pass.
_LIMITS = {
    **dict.fromkeys(("agreement", "s"), (-1.0, 1.0)),
    **dict.fromkeys(("similarity", "same", "lijphart"), (0.0, 1.0)),
}


def with_intervals(
    statements: Statements, found: Matrix, normalize: str, replicates: int, seed: int
) -> Matrix:
    """The matrix with an interval of 95 % in each cell, by a bootstrap over sources; empty where they are too few."""
    coded, measure = statements.entries.coded, found.measure
    words = "subtract" if measure == "net" else measure
    if statements.rivals is None and words in ("ignore", "congruence", "conflict", "subtract"):
        interval = sure.bootstrap_ties(
            coded, statements.clusters, words, normalize, replicates=replicates, seed=seed
        )
    else:
        interval = sure.bootstrap(
            coded,
            statements.clusters,
            statements.statistic(measure, normalize),
            replicates=replicates,
            seed=seed,
            per="pairs",
            limits=_LIMITS.get(measure),
        )
    made = {
        **found.made_from,
        "interval": f"95 %, bootstrap over sources, {replicates} replicates, seed {seed}",
    }
    if interval.reason:
        made["interval"] = interval.reason
    return replace(found, low=interval.low, high=interval.high, made_from=made)


def influence(statements: Statements, measure: str, normalize: str, column: str) -> Table:
    """A row for each source (or other *column*): the largest change of any cell when it is left out, and where."""
    statistic = statements.statistic(measure, normalize)
    groups = statements.entries.data[column].to_numpy()
    found = sure.leave_one_out(statements.entries.coded, groups, statistic, what=column)
    labels = statements.entries.coded.row_labels
    rows: list[dict[str, Any]] = []
    for k, name in enumerate(found.names):
        a, b = divmod(int(found.where[k]), len(labels)) if found.where[k] >= 0 else (None, None)
        rows.append(
            {
                column: compact(name),
                "change": round(float(found.largest[k]), 4),
                "from": labels[a] if a is not None else None,
                "to": labels[b] if b is not None else None,
                "cells lost": int(found.lost[k]),
            }
        )
    rows.sort(key=lambda r: (-abs(r["change"]), -r["cells lost"], r[column]))
    made = {
        **statements.made_from,
        "measure": measure,
        "normalize": normalize,
        "left out": f"one {column} at a time",
    }
    return Table.from_records([column, "change", "from", "to", "cells lost"], rows, made)


def against_chance(
    statements: Statements, measure: str, normalize: str, null: str, permutations: int, seed: int
) -> Table:
    """A row a tie: what it is, what the null model expects, z, p, and the false discovery rate q."""
    coded = statements.entries.coded
    found = nulls.tie_test(coded, statements.statistic(measure, normalize), null, permutations, seed)
    rows = [
        {
            "from": coded.row_labels[i],
            "to": coded.row_labels[j],
            **{
                name: None if np.isnan(value[i, j]) else round(float(value[i, j]), 4)
                for name, value in (
                    ("value", found.observed),
                    ("expected", found.expected),
                    ("z", found.z),
                    ("p", found.p),
                    ("q", found.q),
                )
            },
        }
        for i, j in zip(*np.triu_indices(len(coded.row_labels), 1), strict=True)
        if not np.isnan(found.observed[i, j])
    ]
    rows.sort(key=lambda r: (r["p"] is None, r["p"], r["from"], r["to"]))
    made = {
        **statements.made_from,
        "measure": measure,
        "normalize": normalize,
        "null": f"{null}, {permutations} permutations, seed {seed}",
    }
    return Table.from_records(["from", "to", "value", "expected", "z", "p", "q"], rows, made)
