"""The figures of a report: drawn of the same actors and selection, with their captions as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import KGError
from kg.exhibits import figure
from kg.pages.article import Block, Figure, Section

if TYPE_CHECKING:
    from kg.comparisons import Comparison

# Kind → the numbers of named actors of which it tells something; none are named where all are meant.
_TELLING = {
    "stances": range(9),
    "agreement": (0, *range(3, 41)),
    "course": (2, 3),
    "timeline": range(1, 9),
    "network": range(41),
}


def pictures(comparison: Comparison) -> Section:
    """All figures that say something of these actors. Raises MissingExtra without matplotlib."""
    blocks: list[Block] = []
    for kind, counts in _TELLING.items():
        if len(comparison.named) not in counts:
            continue
        try:
            made = figure(comparison.graph, kind, *comparison.named)
        except KGError as error:
            # Plain where nothing of that kind is coded, which the text says; a store that fails has a class of its own.
            if type(error) is not KGError:
                raise
            continue
        caption = f"Figure {len(blocks) + 1}. {made.title}. {made.caption}"
        blocks.append(Figure(made.svg(caption_below=False), made.title, caption))
    return Section("figures", "In pictures", blocks)
