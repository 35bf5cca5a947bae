"""Comparisons: who agrees with whom, on what, when, how surely, and why one may say so.

Two actors are compared on the same position, or on positions coded as incompatible; never across unrelated
ones. :mod:`kg.comparisons.pairs` has the formulas for two actors, :mod:`kg.algebra` those of matrices.
"""

from __future__ import annotations

from typing import Any

from kg.comparisons.choices import DUPLICATES, Choices
from kg.comparisons.comparison import Comparison
from kg.comparisons.pairs import DEFINITION, HOW, MEASURES, Pair
from kg.errors import KGError
from kg.graph import KnowledgeGraph

__all__ = ["DEFINITION", "DUPLICATES", "HOW", "MEASURES", "Choices", "Comparison", "Pair", "compare"]


def compare(graph: KnowledgeGraph, *actors: str, **choices: Any) -> Comparison:
    """Compare two actors position by position, or all actors pair by pair, within the graph's selection.

    Narrators are left out unless named. Names are labels, CURIEs or IRIs. The *choices* are those of
    :class:`~kg.comparisons.choices.Choices`: rows, columns, value, duplicates, scale, ends, exclude, only, level,
    rollup, isolates, dna_compat. Raises NotFound for an unknown name, KGError for an unknown choice.
    """
    made = Choices.of(choices)
    named = tuple(dict.fromkeys(actors))
    if made.rows == "holder":
        named = tuple(dict.fromkeys(graph.find(a, "actor") for a in actors))
    if len(actors) == 1 or (actors and len(named) < 2):
        raise KGError("A comparison needs two different actors, or none for all.", cure="Name a second one.")
    given = ", ".join([*actors, *(f"{k}={v!r}" for k, v in choices.items())])
    return Comparison(graph, named, made, f"compare({given})")
