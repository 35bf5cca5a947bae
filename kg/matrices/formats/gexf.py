"""GEXF 1.2, the format of Gephi; without the date of writing, so that equal matrices give equal bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from kg.matrices.formats.graphml import edge_kinds, node_kinds
from kg.matrices.formats.text import lexical, put, said, xml
from kg.matrices.net import Net, net

if TYPE_CHECKING:
    from kg.matrices.matrix import Matrix

NAMESPACE = "http://www.gexf.net/1.2draft"


def gexf(matrix: Matrix, out: BinaryIO) -> None:
    """Nodes with label, IRI and attributes; edges with weight and what else is known; origins in the description."""
    put(out, _lines(net(matrix), matrix.about))


def _lines(drawn: Net, about: Mapping[str, str]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="{NAMESPACE}" version="1.2">\n'
    yield f"  <meta>\n    <creator>kg</creator>\n    <description>{xml(said(about))}</description>\n  </meta>\n"
    yield '  <graph mode="static" defaultedgetype="undirected">\n'
    # Labels and weights are attributes of the elements themselves.
    nodes, edges = _numbered(node_kinds(drawn), "label"), _numbered(edge_kinds(drawn), "weight")
    for level, columns in (("node", nodes), ("edge", edges)):
        if columns:
            yield f'    <attributes class="{level}">\n'
            for name, (number, what) in columns.items():
                yield f'      <attribute id="{number}" title="{xml(name)}" type="{what}"/>\n'
            yield "    </attributes>\n"
    yield "    <nodes>\n"
    for i in range(len(drawn.names)):
        known = drawn.node(i)
        yield f'      <node id="{i}" label="{xml(known.pop("label"))}">{_values(known, nodes)}</node>\n'
    yield "    </nodes>\n    <edges>\n"
    for i, (a, b, tie) in enumerate(drawn.ties()):
        weight = lexical(tie.pop("weight"))
        yield f'      <edge id="{i}" source="{a}" target="{b}" weight="{weight}">{_values(tie, edges)}</edge>\n'
    yield "    </edges>\n  </graph>\n</gexf>\n"


def _numbered(kinds: Mapping[str, str], but: str) -> dict[str, tuple[int, str]]:
    return {name: (i, what) for i, (name, what) in enumerate((k, v) for k, v in kinds.items() if k != but)}


def _values(known: Mapping[str, Any], columns: Mapping[str, tuple[int, str]]) -> str:
    told = "".join(f'<attvalue for="{columns[k][0]}" value="{xml(lexical(v))}"/>' for k, v in known.items())
    return f"<attvalues>{told}</attvalues>" if told else ""
