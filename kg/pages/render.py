"""From a document to the bytes of a page.

The page is one file that asks no host for anything. A content security policy allows exactly the
scripts and the one style sheet written here, known by their hashes; the data is JSON that no
browser runs. So a label that looks like a script stays a label. Engine, program and the data of
large networks are carried compressed, and a few lines unpack them; the hashes of scripts stay those
of the plain text.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from kg.pages import labels, looks, packing, parts
from kg.pages.document import Document, Statement
from kg.pages.drawing import Drawing, drawing, kind_of

if TYPE_CHECKING:
    from pyvis.network import Network

NONE = "'none'"


def network_page(document: Document) -> str:
    """One self-contained HTML file; equal documents give equal text."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    document.check()
    picture = drawing(document)
    style, program = parts.style(), parts.script(parts.scripts_for(picture.engine))
    programs = [*([_engine()] if picture.engine == "vis" else []), program]
    boot = parts.shipped("scripts/boot.js")
    data = packing.pack(_data(document, picture))
    large, text = "packed" in data, script_json(data)
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.from_string(parts.shipped("network.html.j2")).render(
        title=labels.clean(document.title) or "Network",
        subtitle=labels.clean(document.subtitle),
        policy=policy(style, boot, *programs, unpacking=True),
        # These are our own files or escaped below; everything else goes through autoescape.
        style=Markup(style),
        programs=[Markup(_packed(one)) for one in programs],
        boot=Markup(boot),
        large=large,
        data=Markup(_compressed(text, 6) if large else text),
    )
    return page if page.endswith("\n") else page + "\n"


def pyvis_network(document: Document) -> Network:
    """The drawing as pyvis holds it: nodes in place, ties with their line, mark and offset."""
    from pyvis.network import Network

    found, shapes = drawing(document), looks.shapes(map(kind_of, document.nodes))

    # Directed, so that pyvis keeps parallel ties; which ties have a direction is the line's mark.
    network = Network(directed=True, cdn_resources="in_line")
    network.toggle_physics(False)
    for node in found.nodes:
        network.add_node(node["id"], shape=shapes[node["kind"]].form, **{k: v for k, v in node.items() if k != "id"})
    lines = looks.lines(document.relations)
    for edge in found.edges:
        given = {name: value for name, value in edge.items() if name not in ("from", "to")}
        network.add_edge(edge["from"], edge["to"], dashes=list(lines[edge["relation"]].dash) or False, **given)
    return network


def _data(document: Document, picture: Drawing) -> dict[str, Any]:
    """What the page's script reads. Empty values are left out: it takes absence for "not known"."""
    lines = looks.lines(document.relations)
    shapes = looks.shapes(map(kind_of, document.nodes))
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "made_from": [list(pair) for pair in document.made_from],
        "nodes": [_given(node) for node in picture.nodes],
        "edges": picture.edges,
        "relations": [
            _given({**asdict(relation), **asdict(lines[relation.key])}) for relation in document.relations
        ],
        "kinds": [{"name": kind, **asdict(shape)} for kind, shape in shapes.items()],
        "statements": [_statement(statement) for statement in document.statements],
        "stances": [_given(asdict(stance)) for stance in document.stances],
        "positions": [_given(asdict(position)) for position in document.positions],
        "issues": [_given(asdict(issue)) for issue in document.issues],
        "sources": [_web_only(_given(asdict(source)), "url") for source in document.sources],
        "moments": [_given(asdict(moment)) for moment in document.moments],
        "engine": picture.engine,
        "clusters": picture.clusters,
    }


def _statement(statement: Statement) -> dict[str, Any]:
    # Field by field: asdict copies all that is inside, which takes seconds for fifty thousand statements.
    values = _web_only(_given({name: getattr(statement, name) for name in statement.__slots__}), "source_url")
    if statement.conflicts:
        values["conflicts"] = [asdict(conflict) for conflict in statement.conflicts]
    if statement.confidence is not None and not 0 <= statement.confidence <= 1:
        values.pop("confidence")
    return values


def _web_only(values: dict[str, Any], field: str) -> dict[str, Any]:
    # A link is followed with one click, so only addresses of the web pass; the rest stays text.
    if not labels.web_address(values.get(field, "")):
        values.pop(field, None)
    return values


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in ("", None, (), [], {})}


def script_json(value: object) -> str:
    """JSON that can stand inside a script element: no character in it can end that element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
    for character in "&<>\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    # Half of a surrogate pair cannot be written as UTF-8.
    return text.encode("utf-8", "replace").decode("utf-8")


def policy(style: str, *scripts: str, unpacking: bool = False) -> str:
    """The content security policy of a page with this style sheet and these scripts.

    ``unpacking``: one of the scripts makes the others out of text. Their hashes still decide what runs.
    """
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
            f"trusted-types {'kg' if unpacking else NONE}",
        )
    )


@cache
def _packed(text: str) -> str:
    return _compressed(text, 9)


def _compressed(text: str, level: int) -> str:
    return base64.b64encode(zlib.compress(text.encode(), level)).decode()


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _engine() -> str:
    """The drawing engine out of the installed pyvis, without the link to a file that is not there."""
    lib = resources.files("pyvis").joinpath("templates", "lib")
    versions = [folder for folder in lib.iterdir() if folder.name.startswith("vis-")]
    newest = max(versions, key=lambda folder: [int(part) for part in re.findall(r"\d+", folder.name)])
    source = newest.joinpath("vis-network.min.js").read_text("utf-8")
    return re.sub(r"\n?//# sourceMappingURL=\S+", "", source).replace("</script", "<\\/script")
