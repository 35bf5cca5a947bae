"""Who deals with whom: actors and one line for all ties of a family between two."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from kg.errors import KGError
from kg.exhibits.asked import Asked
from kg.figures import Figure, network
from kg.figures.network import Actor, Tie
from kg.figures.words import made_of, plural
from kg.networks import network as build
from kg.pages import Document, looks
from kg.pages.drawing import drawing, kind_of

MOST = 45
"""Actors on one page."""

_FORMS = {"dot": "circle", "triangle": "up", "triangleDown": "down"}


def draw(asked: Asked) -> Figure:
    """The network that a page draws, in the same places; named actors with all whom they deal with."""
    graph = asked.graph.where(actors=[*asked.actors]) if asked.actors else asked.graph
    whole = build(graph)
    page = whole.document()
    tied = {end for edge in page.edges for end in (edge.source, edge.target)}
    document = replace(page, engine="vis", nodes=[node for node in page.nodes if node.id in tied])
    if not document.edges:
        raise KGError("No ties are in the selection.", cure="Widen it, or load more: kg network")
    document, left = _strongest(document, asked.most or MOST)
    ties = _ties(document)
    made = {
        key: value for key, value in whole.made_from.items() if key in ("dates", "selection", "graph")
    } | {"selection": asked.graph.selection.describe()}
    behind = {one for edge in document.edges for one in edge.statements}
    sources = {source for one in document.statements if one.id in behind for source in one.sources}
    caption = (
        "Lines are all ties of a kind between two actors, the thicker the more statements; arrows lead to whom one "
        f"deals with. Places are those of the page of the network, where near means tied. {left}"
        f"{made_of(made, statements=len(behind), sources=len(sources))}"
    )
    title = asked.heading("Who deals with whom")
    return network(_actors(document), ties, title=title, caption=caption, width=asked.width)


def _strongest(document: Document, most: int) -> tuple[Document, str]:
    """The actors with most statements, where there are more than a page holds."""
    if len(document.nodes) <= most:
        return document, ""
    weight: defaultdict[str, set[str]] = defaultdict(set)
    for edge in document.edges:
        for end in (edge.source, edge.target):
            weight[end].update(edge.statements)
    ranked = sorted(document.nodes, key=lambda node: (-len(weight[node.id]), node.label, node.id))
    kept = {node.id for node in ranked[:most]}
    edges = [edge for edge in document.edges if edge.source in kept and edge.target in kept]
    tied = {end for edge in edges for end in (edge.source, edge.target)}
    nodes = [node for node in document.nodes if node.id in tied]
    left = len(document.nodes) - len(nodes)
    cut = replace(document, nodes=nodes, edges=edges)
    return cut, f"The {plural(len(nodes), 'actor')} with most statements; {left:,} more are not drawn. "


def _actors(document: Document) -> list[Actor]:
    shapes = looks.shapes(map(kind_of, document.nodes))
    found = []
    for node in drawing(document).nodes:
        shape = shapes[node["kind"]]
        form = _FORMS.get(shape.form, shape.form)
        found.append(Actor(node["label"], node["x"], node["y"], node["size"], form, shape.hollow, node["kind"]))
    return found


def _ties(document: Document) -> list[Tie]:
    number = {node.id: place for place, node in enumerate(document.nodes)}
    relations = {relation.key: relation for relation in document.relations}
    statements: defaultdict[tuple[int, int, str], set[str]] = defaultdict(set)
    ways: defaultdict[tuple[int, int, str], set[str]] = defaultdict(set)
    for edge in document.edges:
        relation = relations[edge.relation]
        a, b = number[edge.source], number[edge.target]
        key = (min(a, b), max(a, b), relation.family)
        statements[key].update(edge.statements or (edge.id,))
        forth = "forth" if a <= b else "back"
        if relation.directed:
            ways[key].add(forth)
        elif relation.family == "conflict":
            ways[key] |= {"forth", "back"}
    return [
        Tie(a, b, family, len(found), "forth" in ways[a, b, family], "back" in ways[a, b, family])
        for (a, b, family), found in sorted(statements.items())
    ]
