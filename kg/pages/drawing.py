"""What is drawn of a document: each actor with its place, size and lines of text, each tie with its bend.

Up to :data:`CANVAS_ABOVE` actors the page draws with the engine that pyvis brings, beyond with a canvas of
our own, which needs positions for one direction only and the groups of the layout.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from kg.errors import KGError
from kg.pages import labels
from kg.pages.document import Document, Edge, Node

ENGINES = ("vis", "canvas")
CANVAS_ABOVE = 100
"""Actors beyond which a page draws on its own canvas: of 200, it redraws 60 a second and the engine 27."""
NAMED_GROUP = 5
"""Members from which a group of the layout is one that opens and closes."""
BETWEEN_LINES, WIDEST_FAN = 22.0, 170.0
"""Pixels between two ties of the same pair, and across all of them together."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Plain values, as the page's script reads them. ``engine`` is ``vis`` or ``canvas``."""

    engine: str
    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]
    clusters: list[dict[str, Any]]


def drawing(document: Document) -> Drawing:
    """The drawing of a document; equal documents give equal drawings."""
    from kg.pages import layout

    engine = document.engine or ("canvas" if len(document.nodes) > CANVAS_ABOVE else "vis")
    if engine not in ENGINES:
        raise KGError(f'No drawing engine "{engine}".', cure=f"Take one of: {', '.join(ENGINES)}.")
    radii = _radii(document)
    number = {node.id: index for index, node in enumerate(document.nodes)}
    ties = [(number[e.source], number[e.target], max(1.0, len(e.statements))) for e in document.edges]
    wrapped = [labels.wrap(node.label) for node in document.nodes]
    clusters: list[dict[str, Any]] = []
    if engine == "canvas" and len(document.nodes) > layout.SMALL:
        places, clusters = _on_canvas(document, radii, ties)
    else:
        places = _by_engine(radii, wrapped, ties)
    nodes = [
        {
            "id": node.id,
            "label": labels.clean(node.label) or node.id,
            "lines": wrapped[index],
            "kind": kind_of(node),
            "description": node.description,
            "aliases": list(node.aliases),
            "measures": {name: float(f"{value:.4g}") for name, value in node.measures.items() if value > 0},
            "size": radii[index],
            **places[index],
        }
        for index, node in enumerate(document.nodes)
    ]
    offsets = _offsets(document)
    edges = [
        {
            "id": edge.id,
            "from": edge.source,
            "to": edge.target,
            "relation": edge.relation,
            "statements": list(edge.statements),
            "offset": offsets[edge.id],
        }
        for edge in document.edges
    ]
    return Drawing(engine, nodes, edges, clusters)


def kind_of(node: Node) -> str:
    """A word for the kind of an actor, whatever is known of it."""
    return node.kind or "Actor"


def _radii(document: Document) -> list[float]:
    """The area of an actor goes with its statements. One can stand behind several ties, and still is one.

    Who has no tie goes by the statements of its stances.
    """
    behind: defaultdict[str, set[str]] = defaultdict(set)
    for edge in document.edges:
        for end in (edge.source, edge.target):
            behind[end].update(edge.statements or (f"tie {edge.id}",))
    tied = set(behind)
    for stance in document.stances:
        if stance.holder not in tied:
            behind[stance.holder].update(stance.statements)
    weights = [len(behind[node.id]) for node in document.nodes]
    step = min(3.4, 23 / math.sqrt(max([1, *weights])))
    return [round(7.5 + step * math.sqrt(weight), 1) for weight in weights]


def _by_engine(
    radii: list[float], wrapped: list[list[str]], ties: list[tuple[int, int, float]]
) -> list[dict[str, Any]]:
    from kg.pages import layout

    boxes = [layout.Box(radius, *labels.size(lines)) for radius, lines in zip(radii, wrapped, strict=True)]
    landscape, portrait = (layout.place(boxes, ties, aspect=aspect) for aspect in (1.2, 0.55))
    return [
        {"x": x, "y": y, "portrait": list(spot)}
        for (x, y), spot in zip(landscape, portrait, strict=True)
    ]  # fmt: skip


def _on_canvas(
    document: Document, radii: list[float], ties: list[tuple[int, int, float]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Places in whole pixels, and the groups: named after the actor with the most statements."""
    from kg.pages.spread import spread

    found = spread(radii, ties)
    members: defaultdict[int, list[int]] = defaultdict(list)
    for index, group in enumerate(found.group.tolist()):
        members[group].append(index)
    kept = [group for group in sorted(members) if len(members[group]) >= NAMED_GROUP]
    clusters = []
    for group in kept:
        heaviest = min(members[group], key=lambda index: (-radii[index], index))
        x, y = found.centres[group].tolist()
        name = labels.wrap(document.nodes[heaviest].label)[0] or document.nodes[heaviest].id
        clusters.append(
            {
                "name": f"{name} and {len(members[group]) - 1:,} others",
                "x": round(x),
                "y": round(y),
                "radius": round(float(found.radii[group])),
            }
        )
    at = {group: place for place, group in enumerate(kept)}
    places: list[dict[str, Any]] = []
    for (x, y), group in zip(found.positions.tolist(), found.group.tolist(), strict=True):
        places.append({"x": round(x), "y": round(y)} | ({"cluster": at[group]} if group in at else {}))
    return places, clusters


def _offsets(document: Document) -> dict[str, float]:
    """How far each tie of a pair keeps from the straight line, so that none hides another.

    Measured to the left of the way from source to target, hence the sign of opposite ties.
    """
    order = {relation.key: index for index, relation in enumerate(document.relations)}
    of_pair: defaultdict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in document.edges:
        of_pair[min(edge.source, edge.target), max(edge.source, edge.target)].append(edge)
    offsets: dict[str, float] = {}
    for (first, _), edges in of_pair.items():
        edges.sort(key=lambda edge: (edge.source, order[edge.relation], edge.id))
        gap = min(BETWEEN_LINES, WIDEST_FAN / len(edges))
        for index, edge in enumerate(edges):
            side = 1 if edge.source == first else -1
            offsets[edge.id] = round((index - (len(edges) - 1) / 2) * gap * side, 1) + 0.0
    return offsets
