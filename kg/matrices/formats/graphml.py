"""GraphML without anybody's extensions: Gephi, igraph, Cytoscape and networkx read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO

from kg.matrices.formats.text import kind, lexical, put, xml
from kg.matrices.net import Net, net

if TYPE_CHECKING:
    from kg.matrices.matrix import Matrix

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_EDGE_KINDS = {"weight": "double", "n": "long", "sources": "long", "low": "double", "high": "double"}


def graphml(matrix: Matrix, out: BinaryIO) -> None:
    """Nodes with label, IRI and attributes; edges with weight and what else is known; origins at the graph."""
    put(out, _lines(net(matrix), matrix.about))


def _lines(drawn: Net, about: Mapping[str, str]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="{NAMESPACE}">\n'
    graph, node, edge = (
        _keys("g", dict.fromkeys(about, "string")),
        _keys("v", node_kinds(drawn)),
        _keys("e", edge_kinds(drawn)),
    )
    for level, keys in (("graph", graph), ("node", node), ("edge", edge)):
        for name, (key, what) in keys.items():
            yield f'  <key id="{key}" for="{level}" attr.name="{xml(name)}" attr.type="{what}"/>\n'
    yield '  <graph id="G" edgedefault="undirected">\n'
    for name, text in about.items():
        yield f'    <data key="{graph[name][0]}">{xml(text)}</data>\n'
    for i in range(len(drawn.names)):
        told = "".join(f'<data key="{node[k][0]}">{xml(lexical(v))}</data>' for k, v in drawn.node(i).items())
        yield f'    <node id="n{i}">{told}</node>\n'
    for a, b, tie in drawn.ties():
        told = "".join(f'<data key="{edge[k][0]}">{lexical(v)}</data>' for k, v in tie.items())
        yield f'    <edge source="n{a}" target="n{b}">{told}</edge>\n'
    yield "  </graph>\n</graphml>\n"


def _keys(letter: str, kinds: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {name: (f"{letter}{i}", what) for i, (name, what) in enumerate(kinds.items())}


def node_kinds(drawn: Net) -> dict[str, str]:
    """Kinds of what the nodes have."""
    known = (
        {"label": "string"}
        | ({"iri": "string"} if drawn.iris else {})
        | ({"bipartite": "long"} if drawn.sides else {})
    )
    return known | {name: kind(values) for name, values in drawn.attributes.items()}


def edge_kinds(drawn: Net) -> dict[str, str]:
    """Kinds of what the ties have."""
    return {name: what for name, what in _EDGE_KINDS.items() if name == "weight" or name in drawn.extras}
