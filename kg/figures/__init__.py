"""Figures: matrix, timeline, course, flows and network for papers, as SVG, PDF and PNG.

The room draws plain values and knows no graph::

    from kg.figures import Lane, Mark, timeline
    timeline([Lane("Ferry to the north", [Mark("2025-05", 1.0)])], title="Harbour").write("t.pdf")

Each figure has a caption under it that says what it is made of. A column of a journal is 8.5 cm wide,
two are 17.5 cm. Needs matplotlib: ``pip install "kg[figures]"``.
"""

from __future__ import annotations

from kg.figures.course import Curve, Moment, course
from kg.figures.figure import FORMATS, ONE_COLUMN, TWO_COLUMNS, Figure
from kg.figures.flows import Flow, flows
from kg.figures.matrix import matrix
from kg.figures.network import network
from kg.figures.timeline import Lane, Mark, timeline

__all__ = [
    "FORMATS",
    "ONE_COLUMN",
    "TWO_COLUMNS",
    "Curve",
    "Figure",
    "Flow",
    "Lane",
    "Mark",
    "Moment",
    "course",
    "flows",
    "matrix",
    "network",
    "timeline",
]
