"""Wording: the sentences of comparison pages and reports, made from numbers alone.

All English that is generated stands here, so that it can be read, tested and mended in one place. Its rules: what is
said is said of coded statements and their sources; nothing is said of what anybody wants, means or intends; what is
not known is called not known, and too little evidence is an answer.
"""

from __future__ import annotations

from kg.wording.many import COMMUNITIES, community, drawn, everyone, narrowed, pair, polarized, several, shown
from kg.wording.pieces import (
    behind,
    counted,
    day,
    interval,
    known_date,
    listed,
    name,
    period,
    possessive,
    quoted,
    signed,
    span,
    stance,
)
from kg.wording.reports import DEEDS, deeds, limits, no_ties, tie, ties_left, who
from kg.wording.time import Moment, Move, before, move, moved, trend, undated
from kg.wording.two import (
    FEW,
    WIDE,
    Held,
    Met,
    agreed,
    disputed,
    meeting,
    positions,
    silence,
    sureness,
    without,
)

__all__ = [
    "COMMUNITIES",
    "DEEDS",
    "FEW",
    "WIDE",
    "Held",
    "Met",
    "Moment",
    "Move",
    "agreed",
    "before",
    "behind",
    "community",
    "counted",
    "day",
    "deeds",
    "disputed",
    "drawn",
    "everyone",
    "interval",
    "known_date",
    "limits",
    "listed",
    "meeting",
    "move",
    "moved",
    "name",
    "narrowed",
    "no_ties",
    "pair",
    "period",
    "polarized",
    "positions",
    "possessive",
    "quoted",
    "several",
    "shown",
    "signed",
    "silence",
    "span",
    "stance",
    "sureness",
    "tie",
    "ties_left",
    "trend",
    "undated",
    "who",
    "without",
]
