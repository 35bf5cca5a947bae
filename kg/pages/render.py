"""From a document to the bytes of a page.

The page is one file that asks no host for anything. A content security policy allows exactly the
two scripts and the one style sheet written here, known by their hashes; the data is JSON that no
browser runs. So a label that looks like a script stays a label.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from kg.pages import labels, looks
from kg.pages.document import Document, Edge, Node, Statement

if TYPE_CHECKING:
    from pyvis.network import Network

SCRIPTS = ("state.js", "look.js", "picture.js", "panel.js", "table.js", "time.js", "controls.js")
"""In the order in which they use each other; together they are one script."""

BETWEEN_LINES, WIDEST_FAN = 22.0, 170.0
"""Pixels between two ties of the same pair, and across all of them together."""


def network_page(document: Document) -> str:
    """One self-contained HTML file; equal documents give equal text."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    document.check()
    style, engine, program = _shipped("page.css"), _engine(), _program()
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.from_string(_shipped("network.html.j2")).render(
        title=labels.clean(document.title) or "Network",
        subtitle=labels.clean(document.subtitle),
        policy=_policy(style, engine, program),
        # These four are our own files or escaped below; everything else goes through autoescape.
        style=Markup(style),
        engine=Markup(engine),
        program=Markup(program),
        data=Markup(script_json(_data(document))),
    )
    return page if page.endswith("\n") else page + "\n"


def pyvis_network(document: Document) -> Network:
    """The drawing as pyvis holds it: nodes in place, ties with their line, mark and offset."""
    from pyvis.network import Network

    from kg.pages import layout

    # One statement can stand behind several ties of an actor, and still is one.
    behind: defaultdict[str, set[str]] = defaultdict(set)
    for edge in document.edges:
        for end in (edge.source, edge.target):
            behind[end].update(edge.statements or (f"tie {edge.id}",))
    weight = {node.id: len(behind[node.id]) for node in document.nodes}
    step = min(3.4, 23 / math.sqrt(max([1, *weight.values()])))
    radii = [round(7.5 + step * math.sqrt(weight[node.id]), 1) for node in document.nodes]
    wrapped = [labels.wrap(node.label) for node in document.nodes]
    boxes = [
        layout.Box(radius, *labels.size(lines)) for radius, lines in zip(radii, wrapped, strict=True)
    ]
    number = {node.id: index for index, node in enumerate(document.nodes)}
    ties = [(number[e.source], number[e.target], max(1.0, len(e.statements))) for e in document.edges]
    landscape = layout.place(boxes, ties, aspect=1.2)
    portrait = layout.place(boxes, ties, aspect=0.55)
    shapes = looks.shapes(map(_kind, document.nodes))

    # Directed, so that pyvis keeps parallel ties; which ties have a direction is the line's mark.
    network = Network(directed=True, cdn_resources="in_line")
    network.toggle_physics(False)
    for index, node in enumerate(document.nodes):
        network.add_node(
            node.id,
            label=labels.clean(node.label) or node.id,
            shape=shapes[_kind(node)].form,
            size=radii[index],
            x=landscape[index][0],
            y=landscape[index][1],
            portrait=portrait[index],
            lines=wrapped[index],
            kind=_kind(node),
            description=node.description,
            aliases=list(node.aliases),
        )
    lines = looks.lines(document.relations)
    offsets = _offsets(document)
    for edge in document.edges:
        line = lines[edge.relation]
        network.add_edge(
            edge.source,
            edge.target,
            id=edge.id,
            relation=edge.relation,
            statements=list(edge.statements),
            offset=offsets[edge.id],
            dashes=list(line.dash) or False,
        )
    return network


def _kind(node: Node) -> str:
    return node.kind or "Actor"


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


NODE_FIELDS = ("id", "label", "lines", "kind", "description", "aliases", "x", "y", "portrait", "size")
EDGE_FIELDS = ("id", "from", "to", "relation", "statements", "offset")


def _data(document: Document) -> dict[str, Any]:
    """What the page's script reads. Empty values are left out: it takes absence for "not known"."""
    nodes, edges, *_ = pyvis_network(document).get_network_data()
    lines = looks.lines(document.relations)
    shapes = looks.shapes(map(_kind, document.nodes))
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "made_from": [list(pair) for pair in document.made_from],
        "nodes": [_given({field: node.get(field) for field in NODE_FIELDS}) for node in nodes],
        "edges": [{field: edge.get(field) for field in EDGE_FIELDS} for edge in edges],
        "relations": [
            _given({**asdict(relation), **asdict(lines[relation.key])}) for relation in document.relations
        ],
        "kinds": [{"name": kind, **asdict(shape)} for kind, shape in shapes.items()],
        "statements": [_statement(statement) for statement in document.statements],
        "stances": [_given(asdict(stance)) for stance in document.stances],
    }


def _statement(statement: Statement) -> dict[str, Any]:
    values = _given(asdict(statement))
    # A link is followed with one click, so only addresses of the web pass; the rest stays text.
    if not re.match(r"https?://[^\s<>\"]+$", statement.source_url, re.IGNORECASE):
        values.pop("source_url", None)
    if statement.confidence is not None and not 0 <= statement.confidence <= 1:
        values.pop("confidence")
    return values


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in ("", None, (), [])}


def script_json(value: object) -> str:
    """JSON that can stand inside a script element: no character in it can end that element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
    for character in "&<>\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    # Half of a surrogate pair cannot be written as UTF-8.
    return text.encode("utf-8", "replace").decode("utf-8")


def _policy(style: str, *scripts: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(_hash, scripts))}",
            f"style-src {_hash(style)}",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
            # Nothing on the page may turn a string into markup, whoever wrote the string.
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _shipped(name: str) -> str:
    return resources.files("kg.pages").joinpath(name).read_text("utf-8")


def _program() -> str:
    return "(() => {\n'use strict';\n" + "\n".join(map(_shipped, SCRIPTS)) + "})();\n"


@cache
def _engine() -> str:
    """The drawing engine out of the installed pyvis, without the link to a file that is not there."""
    lib = resources.files("pyvis").joinpath("templates", "lib")
    versions = [folder for folder in lib.iterdir() if folder.name.startswith("vis-")]
    newest = max(versions, key=lambda folder: [int(part) for part in re.findall(r"\d+", folder.name)])
    source = newest.joinpath("vis-network.min.js").read_text("utf-8")
    return re.sub(r"\n?//# sourceMappingURL=\S+", "", source).replace("</script", "<\\/script")
