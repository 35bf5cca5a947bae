"""Genuine exports of Discourse Network Analyzer beside ours. They are outside data: skipped where that is absent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matrix_cases import harbour, hostile, two, written

from kg.matrices import Matrix

DRAWN = "{http://graphml.graphdrawing.org/xmlns}"
YFILES = "{http://www.yworks.com/xml/graphml}"


def genuine(file: Path) -> Matrix:
    """The matrix that a visone file of DNA holds, with what it says of its nodes."""
    graph = ElementTree.parse(file).getroot().find(f"{DRAWN}graph")
    assert graph is not None
    nodes: dict[str, dict[str, str]] = {}
    for node in graph.findall(f"{DRAWN}node"):
        known = {d.get("key", ""): d.text or "" for d in node.findall(f"{DRAWN}data")}
        fill = node.find(f".//{YFILES}Fill")
        nodes[node.get("id", "")] = known | {"color": fill.get("color", "") if fill is not None else ""}
    sides: dict[str, list[str]] = {}
    for key, known in nodes.items():
        sides.setdefault(known["variable"], []).append(key)
    rows, columns = (list(sides.values()) * 2)[:2]
    values = np.zeros((len(rows), len(columns)))
    for edge in graph.findall(f"{DRAWN}edge"):
        a, b = edge.get("source", ""), edge.get("target", "")
        weight = float(edge.findtext(f"{DRAWN}data[@key='weight']") or "nan")
        for first, second in {(a, b), (b, a)}:
            if first in rows and second in columns:
                values[rows.index(first), columns.index(second)] = weight

    def told(keys: list[str]) -> dict[str, Any]:
        kept = {name: tuple(nodes[k][name] for k in keys) for name in ("Alias", "Notes", "Type", "color")}
        return {**kept, "frequency": tuple(int(nodes[k]["frequency"]) for k in keys)}

    return Matrix(
        tuple(nodes[k]["name"] for k in rows), tuple(nodes[k]["name"] for k in columns), values,
        "one" if len(sides) == 1 else "two", row_ids=tuple(nodes[k]["id"] for k in rows),
        column_ids=tuple(nodes[k]["id"] for k in columns),
        made_from=dict(zip(("rows", "columns"), sides, strict=False)),
        row_attributes=told(rows), column_attributes=told(columns),
    )  # fmt: skip


@pytest.fixture(params=["onemode_subtract_average", "twomode_subtract"])
def sample(request: pytest.FixtureRequest, shared: Path) -> Path:
    """A genuine export, without its ending."""
    return shared / "data" / "dna" / "export_samples" / f"sample_{request.param}"


@pytest.mark.parametrize("form", ["csv", "dl"])
def test_dna_writes_the_same(sample: Path, form: str) -> None:
    """From the weights of its GraphML we write the CSV and DL of Discourse Network Analyzer, byte by byte."""
    matrix = genuine(sample.with_suffix(".graphml"))

    assert written(matrix, "dna" if form == "csv" else form) == sample.with_suffix(f".{form}").read_bytes()


def test_visone_finds_the_same(sample: Path, tmp_path: Path) -> None:
    """Our visone file has the nodes, attributes, colours and weights of the genuine one, in our own layout."""
    theirs = genuine(sample.with_suffix(".graphml"))
    file = theirs.write(tmp_path / "x.visone.graphml")
    keys = ("id", "name", "variable", "frequency", "weight", "d0", "e0", "prop")
    ours = genuine_again(file)

    np.testing.assert_array_equal(ours.values, theirs.values)
    assert (ours.rows, ours.columns, ours.row_ids) == (theirs.rows, theirs.columns, theirs.row_ids)
    assert ours.row_attributes == theirs.row_attributes
    assert ours.column_attributes == theirs.column_attributes
    for place in (file, sample.with_suffix(".graphml")):
        found = {key.get("id") for key in ElementTree.parse(place).getroot().findall(f"{DRAWN}key")}
        assert set(keys) <= found
    signs = [(float(w or 0), c) for w, c in lines_of(file)]
    assert signs
    assert signs == [(float(w or 0), c.upper()) for w, c in lines_of(sample.with_suffix(".graphml"))]


def lines_of(file: Path) -> list[tuple[str | None, str]]:
    """The weight and colour of each edge of a visone file."""
    edges = ElementTree.parse(file).getroot().iter(f"{DRAWN}edge")
    told = [(e.findtext(f"{DRAWN}data[@key='weight']"), e.find(f".//{YFILES}LineStyle")) for e in edges]
    return sorted((w, line.get("color", "").upper()) for w, line in told if line is not None)


def genuine_again(file: Path) -> Matrix:
    """:func:`genuine` for a file of ours, whose keys of free attributes are numbered."""
    text = file.read_text(encoding="utf-8")
    for key, name in re.findall(r'<key id="(a\d+)" for="node" attr.name="([^"]+)"', text):
        text = text.replace(f'key="{key}"', f'key="{name}"')
    named = file.with_name("named.graphml")
    named.write_text(text, encoding="utf-8")
    return genuine(named)


def test_visone_gives_each_node_its_place_and_name() -> None:
    """No two nodes of a visone file stand on one place, whatever their labels, and each is named by its label."""
    for matrix in (harbour(), two(), hostile(), hostile(mode="two")):
        root = ElementTree.fromstring(written(matrix, "visone"))
        places = [(g.get("x"), g.get("y")) for g in root.iter(f"{YFILES}Geometry")]
        names = [data.text or "" for data in root.iter(f"{DRAWN}data") if data.get("key") == "name"]
        shown = [label.text or "" for label in root.iter(f"{YFILES}NodeLabel")]
        assert len(set(places)) == len(places) == len(names) >= 4
        assert shown == names
        assert names[1] == matrix.rows[1]
