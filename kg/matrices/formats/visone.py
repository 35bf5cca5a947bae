"""GraphML as visone reads it, with what Discourse Network Analyzer writes there: colours, attributes, frequency.

Nodes stand on a circle, those of a two-mode network in two columns; edges are green above 0 and red below, the wider
the stronger.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from kg.matrices.formats.graphml import NAMESPACE
from kg.matrices.formats.text import kind, lexical, number, put, xml
from kg.matrices.net import Net, net

if TYPE_CHECKING:
    from kg.matrices.matrix import Matrix

_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="{NAMESPACE}" xmlns:visone="http://visone.info/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
  <key id="d0" for="node" yfiles.type="nodegraphics"/>
  <key id="e0" for="edge" yfiles.type="edgegraphics"/>
  <key id="prop" for="graph" visone.type="properties"/>
"""
_LABELS = '    <data key="prop"><visone:labelAttribute edgeLabel="weight" nodeLabel="name"/></data>\n'
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_PLAIN, _ABOVE, _BELOW = "#C0C0C0", "#00FF00", "#FF0000"
_RADIUS = 300.0


def visone(matrix: Matrix, out: BinaryIO) -> None:
    """Nodes with id, name, variable, frequency (where there is one) and attributes, drawn; edges with weight, drawn."""
    drawn = net(matrix)
    sides = matrix.made_from.get("rows", "row"), matrix.made_from.get("columns", "column")
    put(out, _lines(drawn, matrix.about, sides))


def _lines(drawn: Net, about: dict[str, str], variables: tuple[str, str]) -> Iterator[str]:
    attributes = {name: values for name, values in drawn.attributes.items() if name != "color"}
    kinds = {"id": "string", "name": "string", "variable": "string"}
    kinds |= {name: "int" if name == "frequency" else kind(values) for name, values in attributes.items()}
    # Names of attributes are free text, so their keys are numbered; DNA's own have their names for keys.
    keys = {
        name: name if name in ("id", "name", "variable", "frequency") else f"a{i}" for i, name in enumerate(kinds)
    }
    yield _HEAD
    for name, what in kinds.items():
        yield f'  <key id="{keys[name]}" for="node" attr.name="{xml(name)}" attr.type="{what}"/>\n'
    yield '  <key id="weight" for="edge" attr.name="weight" attr.type="double"/>\n'
    for i, name in enumerate(about):
        yield f'  <key id="g{i}" for="graph" attr.name="{xml(name)}" attr.type="string"/>\n'
    counts = f'parse.nodes="{len(drawn.names)}" parse.edges="{len(drawn.weights)}" parse.order="free"'
    yield f'  <graph id="kg" edgedefault="undirected" {counts}>\n{_LABELS}'
    for i, text in enumerate(about.values()):
        yield f'    <data key="g{i}">{xml(text)}</data>\n'
    colours = drawn.attributes.get("color", (None,) * len(drawn.names))
    for i, (x, y) in enumerate(_places(drawn)):
        variable = variables[drawn.sides[i] if drawn.sides else 0]
        known = {"id": drawn.iris[i] if drawn.iris and drawn.iris[i] else str(i), "name": drawn.labels[i]}
        known |= {"variable": variable} | {k: v[i] for k, v in attributes.items() if v[i] is not None}
        yield f'    <node id="n{i}">\n'
        for name, value in known.items():
            yield f'      <data key="{keys[name]}">{xml(lexical(value))}</data>\n'
        square = bool(drawn.sides and drawn.sides[i])
        yield f'      <data key="d0">{_shape(drawn.labels[i], x, y, colours[i], square)}</data>\n    </node>\n'
    largest = max(map(abs, filter(math.isfinite, drawn.weights)), default=1.0)
    for a, b, weight in zip(drawn.first, drawn.second, drawn.weights, strict=True):
        yield f'    <edge source="n{a}" target="n{b}">\n      <data key="weight">{number(weight)}</data>\n'
        yield f'      <data key="e0">{_line(weight, largest)}</data>\n    </edge>\n'
    yield "  </graph>\n</graphml>\n"


def _places(drawn: Net) -> Iterator[tuple[float, float]]:
    """Where nodes stand: the same for the same number of nodes."""
    if not drawn.sides:
        size = max(len(drawn.names), 1)
        for i in range(len(drawn.names)):
            turn = 2 * math.pi * i / size
            yield _RADIUS * (1 + math.sin(turn)), _RADIUS * (1 - math.cos(turn))
        return
    rows = drawn.sides.count(0)
    for count, x in ((rows, 0.0), (len(drawn.names) - rows, 2 * _RADIUS)):
        for i in range(count):
            yield x, 2 * _RADIUS * (i + 0.5) / count


def _shape(label: str, x: float, y: float, colour: Any, square: bool) -> str:
    fill = colour if isinstance(colour, str) and _COLOUR.fullmatch(colour) else _PLAIN
    return (
        f'<visone:shapeNode><y:ShapeNode><y:Geometry height="20.0" width="20.0" x="{x:.2f}" y="{y:.2f}"/>'
        f'<y:Fill color="{fill}" transparent="false"/><y:BorderStyle color="#000000" type="line" width="1.0"/>'
        f'<y:NodeLabel modelName="eight_pos" modelPosition="n" textColor="#000000" visible="true">{xml(label)}'
        f'</y:NodeLabel><y:Shape type="{"rectangle" if square else "ellipse"}"/></y:ShapeNode></visone:shapeNode>'
    )


def _line(weight: float, largest: float) -> str:
    colour = _ABOVE if weight > 0 else _BELOW
    width = 1 + 4 * min(abs(weight) / largest, 1.0)
    return (
        f'<visone:polyLineEdge><y:PolyLineEdge><y:LineStyle color="{colour}" type="line" width="{width:.2f}"/>'
        f"</y:PolyLineEdge></visone:polyLineEdge>"
    )
