"""The figures of a report: drawn of the same actors and selection, with their captions as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import KGError, MissingExtra
from kg.exhibits import figure
from kg.pages.article import Block, Figure, Section

if TYPE_CHECKING:
    from kg.comparisons import Comparison

# Kind → from how many and up to how many named actors it tells something.
_TELLING = {
    "stances": (0, 8),
    "agreement": (3, 40),
    "course": (2, 3),
    "timeline": (1, 8),
    "network": (0, 40),
}


def pictures(comparison: Comparison) -> Section:
    """All figures that say something of these actors. Raises MissingExtra without matplotlib."""
    blocks: list[Block] = []
    for kind, (least, most) in _TELLING.items():
        if not least <= len(comparison.named) <= most and not (kind == "agreement" and not comparison.named):
            continue
        try:
            made = figure(comparison.graph, kind, *comparison.named)
        except MissingExtra:
            raise
        except KGError:
            continue  # nothing of that kind is coded, which the text says
        caption = f"Figure {len(blocks) + 1}. {made.title}. {made.caption}"
        blocks.append(Figure(made.svg(caption_below=False), made.title, caption))
    return Section("figures", "In pictures", blocks)
