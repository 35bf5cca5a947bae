"""Pages: a document of nodes and edges becomes one self-contained interactive HTML file.

The room draws what it is told and knows no graph and no stances::

    from kg.pages import Document, Edge, Node, Relation, network_page
    html = network_page(Document(title="Who talks to whom", nodes=[...], edges=[...]))

``pyvis`` brings the drawing engine; its own page is never used, because that asks other hosts for
its styles and lets a label run as script. Larger networks are drawn on a canvas of our own.
"""

from __future__ import annotations

from kg.pages.document import (
    Conflict,
    Document,
    Edge,
    Family,
    HeldStance,
    Issue,
    Moment,
    Node,
    Position,
    Relation,
    Source,
    Statement,
)
from kg.pages.render import network_page

__all__ = [
    "Conflict",
    "Document",
    "Edge",
    "Family",
    "HeldStance",
    "Issue",
    "Moment",
    "Node",
    "Position",
    "Relation",
    "Source",
    "Statement",
    "network_page",
]
