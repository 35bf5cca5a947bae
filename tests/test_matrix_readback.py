"""Files of matrices as other programs read them: nothing is lost, and no label does harm."""

from __future__ import annotations

import json
import re
import shlex
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import networkx
import numpy as np
import openpyxl
import polars as pl
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from matrix_cases import HOSTILE, NAN, TIES, harbour, hostile, rows_of, two, written
from rdflib.compare import isomorphic

from kg.matrices import Matrix

EXPECTED = Path(__file__).parent / "matrices"


def weights(graph: networkx.Graph, name: Callable[[Any], Any] = str) -> dict[frozenset[Any], float]:
    """The weights of a graph's edges, by what *name* gives for their ends."""
    return {frozenset((name(a), name(b))): w for a, b, w in graph.edges(data="weight")}


@pytest.mark.parametrize("form", ["graphml", "gexf"])
@pytest.mark.parametrize("mode", ["one", "two"])
def test_networkx_reads_it_back(tmp_path: Path, form: str, mode: str) -> None:
    """networkx finds equal weights between equal labels, and every node, whatever the labels."""
    matrix = hostile(mode=mode)
    file = matrix.write(tmp_path / f"x.{form}")
    back = networkx.read_graphml(file) if form == "graphml" else networkx.read_gexf(file)
    shown = [re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "\ufffd", label) for label in matrix.rows]
    nodes = list(back)

    assert [back.nodes[n]["label"] for n in nodes] == shown * (2 if mode == "two" else 1)
    size, offset = len(shown), len(shown) if mode == "two" else 0
    assert weights(back) == {frozenset((nodes[i], nodes[offset + i + 1])): (i + 1) / 7 for i in range(size - 1)}


def test_networkx_reads_types_back(tmp_path: Path) -> None:
    """Numbers, truth values and texts come back as such from GraphML and GEXF; origins from GraphML."""
    matrix = harbour(
        row_attributes={"size": (3, 4, None, 5), "share": (0.5, 1, 2, NAN), "new": (True, False, None, True)}
    )

    for read, name in ((networkx.read_graphml, "x.graphml"), (networkx.read_gexf, "x.gexf")):
        back = read(matrix.write(tmp_path / name))
        first, third, last = (list(back.nodes(data=True))[i][1] for i in (0, 2, 3))
        assert (first["size"], first["share"], first["new"]) == (3, 0.5, True)
        assert "size" not in third
        assert "share" not in last
        assert [d["n"] for *_, d in back.edges(data=True)] == [2, 3]
    graph = networkx.read_graphml(tmp_path / "x.graphml").graph
    assert graph.items() >= {"measure": "net", "graph": "harbour", "selection": "everything"}.items()


def test_infinity_comes_back(tmp_path: Path) -> None:
    """An infinite weight goes through GraphML and GEXF, and is left out of Pajek."""
    matrix = Matrix(("a", "b"), ("a", "b"), [[0, -np.inf], [-np.inf, 0]])

    assert weights(networkx.read_graphml(matrix.write(tmp_path / "x.graphml"))) == {frozenset(("n0", "n1")): -np.inf}
    assert weights(networkx.read_gexf(matrix.write(tmp_path / "x.gexf"))) == {frozenset(("0", "1")): -np.inf}
    assert "inf" not in matrix.write(tmp_path / "x.net").read_text().casefold()


@pytest.mark.parametrize("mode", ["one", "two"])
def test_pajek_is_read_back(tmp_path: Path, mode: str) -> None:
    """networkx finds every vertex and equal weights in a Pajek file.

    Pajek wants the number of rows behind that of all vertices, which networkx cannot read, so it is cut off first.
    """
    matrix = hostile(mode=mode)
    text = matrix.write(tmp_path / "x.net").read_text(encoding="utf-8")
    size = len(HOSTILE)
    if mode == "two":
        text, cut = re.subn(rf"^(\*Vertices {2 * size}) {size}$", r"\1", text, flags=re.MULTILINE)
        assert cut == 1
    back = networkx.parse_pajek(text)
    nodes = list(back)

    assert len(nodes) == size * (2 if mode == "two" else 1)
    assert nodes[0] == "a 'quoted' one"
    assert nodes[4] == "جرگهٔ صلح"
    offset = size if mode == "two" else 0
    assert weights(back) == {frozenset((nodes[i], nodes[offset + i + 1])): (i + 1) / 7 for i in range(size - 1)}


@pytest.mark.parametrize("mode", ["one", "two"])
def test_dl_is_read_back(mode: str) -> None:
    """A DL file holds the numbers of rows and columns, as many labels, all different, and every cell."""
    matrix = hostile(mode=mode)
    text = written(matrix, "dl").decode()
    head, body = text.split("\ndata:\n")
    size = len(HOSTILE)
    labels = shlex.split(head.split("abels:\n", 1)[1].replace("\ncol labels:\n", "\n").replace("\\", "/"), posix=True)
    cells = np.array([line.split() for line in body.split("\n")], dtype=np.float64)

    assert head.startswith("dl n = 21," if mode == "one" else "dl nr = 21, nc = 21,")
    assert len(labels) == size * (2 if mode == "two" else 1)
    assert len(set(labels)) == size
    np.testing.assert_allclose(cells, matrix.values, atol=5e-7)


@pytest.mark.parametrize(("form", "separator"), [("csv", ","), ("dna", ";")])
def test_csv_is_read_back(form: str, separator: str) -> None:
    """Both kinds of CSV hold every label and number, and nothing that a spreadsheet takes for a formula."""
    matrix = hostile()
    head, *body = rows_of(written(matrix, form), separator)
    labels = matrix.row_names if form == "csv" else matrix.rows
    shown = [f"'{label}" if label[:1] in ("=", "+", "-", "@") and label else label for label in labels]

    assert head == ["", *shown]
    assert [row[0] for row in body] == shown
    assert not any(cell[:1] in ("=", "+", "@", "-") for row in (head, [r[0] for r in body]) for cell in row if cell)
    np.testing.assert_allclose(np.array([row[1:] for row in body], dtype=np.float64), matrix.values, atol=5e-7)
    if form == "csv":
        assert np.array_equal(np.array([row[1:] for row in body], dtype=np.float64), matrix.values)


@settings(deadline=None)
@given(st.lists(st.floats(allow_infinity=False), min_size=1, max_size=6))
def test_csv_holds_numbers_in_full(numbers: list[float]) -> None:
    """Any number, the smallest and the largest too, comes back from CSV as it was; what is not known is empty."""
    matrix = Matrix(("a",), tuple(map(str, range(len(numbers)))), [numbers], "two")
    (row,) = rows_of(written(matrix, "csv"))[1:]

    assert [cell and float(cell) for cell in row[1:]] == ["" if n != n else n for n in numbers]


def test_dna_rounds_halves_up() -> None:
    """A 5 behind the sixth decimal goes away from 0, whatever the number is in binary; what is below stays below."""
    odd = [1 / 128, -1 / 128, 0.0000005, 1.0000025, 0.00000049999, 0.1 + 0.2, 1e15 + 0.5, 123456.0000015]
    (row,) = rows_of(written(Matrix(("a",), tuple("abcdefgh"), [odd], "two"), "dna"), ";")[1:]

    assert row[1:] == [
        "0.007813", "-0.007813", "0.000001", "1.000003", "0.000000", "0.300000", "1000000000000000.500000",
        "123456.000002",
    ]  # fmt: skip


def test_a_remark_is_one_harmless_line() -> None:
    """What a matrix was made from is one line, and no part of it that a spreadsheet splits off is a formula."""
    first = written(hostile(), "csv").decode().split("\n")[0]

    assert first.startswith("# measure: n<e>t; graph: a,'=1+1; selec tion: it said 'no' <&>; call: xxx")
    assert not written(harbour(made_from={}, measure=""), "csv").startswith(b"#")


def test_polars_reads_csv_and_edges_back(tmp_path: Path) -> None:
    """polars reads a matrix and a list of ties as they were, with the remark skipped."""
    wide = pl.read_csv(harbour().write(tmp_path / "x.csv"), comment_prefix="#")
    ties = pl.read_csv(hostile().write(tmp_path / "x.edges.csv"), comment_prefix="#")

    assert wide["Town council"].to_list() == [None, 2.25, 0, 0]
    assert ties["value"].to_list() == [(i + 1) / 7 for i in range(len(HOSTILE) - 1)]
    assert ties["from"].to_list()[7:9] == ["'+1", "'-1"]
    assert ties["to"].to_list()[:2] == ["semi;colon, comma", "two\nlines\r\nand\ttab"]
    assert ties.columns == ["from", "to", "value", "n", "sources", "low", "high"]


def test_parquet_is_read_back(tmp_path: Path) -> None:
    """Parquet holds every cell with its labels, unknown ones as null; or every tie."""
    matrix = hostile(mode="two").with_intervals(hostile(mode="two").values - 1, hostile(mode="two").values + 1)
    cells = pl.read_parquet(matrix.write(tmp_path / "x.parquet"))

    assert cells.equals(matrix.to_polars(long=True))
    assert len(cells) == len(HOSTILE) ** 2
    assert pl.read_parquet(harbour().write(tmp_path / "h.parquet"))["value"].null_count() == 2
    assert pl.read_parquet(harbour().write(tmp_path / "h.edges.parquet")).equals(harbour().frame())
    assert pl.read_parquet_metadata(tmp_path / "x.parquet")["selec\ntion"] == 'it said "no" <&>'


def test_excel_is_read_back(tmp_path: Path) -> None:
    """A workbook holds labels as texts, never as formulas, numbers as numbers, further things on sheets of theirs."""
    matrix = hostile().with_intervals(np.full((len(HOSTILE),) * 2, -np.inf), np.full((len(HOSTILE),) * 2, 9))
    book = openpyxl.load_workbook(matrix.write(tmp_path / "x.xlsx"))
    head, *body = book["matrix"].iter_rows()
    shown = [re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "\ufffd", label).replace("\r\n", "\n") for label in matrix.rows]

    assert book.sheetnames == ["matrix", "about", "low", "high"]
    assert [cell.value or "" for cell in head] == ["", *shown]
    assert [row[0].value or "" for row in body] == shown
    assert {cell.data_type for row in (head, *body) for cell in row} <= {"inlineStr", "s", "n"}
    assert {row[0].data_type for row in body if row[0].value} <= {"inlineStr", "s"}
    # Workbooks hold sixteen digits.
    np.testing.assert_allclose([[cell.value for cell in row[1:]] for row in body], matrix.values, rtol=1e-15)
    assert book["low"]["B2"].value is None
    assert book["high"]["B2"].value == 9
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        assert {told.date_time[0] for told in archive.infolist()} == {1980}
        assert archive.read("docProps/core.xml").count(b"1980-01-01T00:00:00Z") == 2
    assert openpyxl.load_workbook(harbour().write(tmp_path / "h.xlsx"))["matrix"]["D2"].value is None


def test_json_is_read_back() -> None:
    """JSON holds labels and values as they are; what is not known or not finite is null."""
    told = json.loads(written(hostile(), "json"))
    odd = json.loads(written(harbour(values=np.where(TIES == 2.25, np.inf, TIES)), "json"))

    assert tuple(told["rows"]) == hostile().rows
    np.testing.assert_array_equal(told["values"], hostile().values)
    assert odd["values"][1] == [-0.5, 0, None, 0]
    assert odd["n"][1] == [2, 0, 3, 0]


class Cells(HTMLParser):
    """The text of each cell of a page, and the tags there are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag in {"td", "th", "caption"}:
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells and data.strip():
            self.cells[-1] += data


def test_html_escapes_all_labels() -> None:
    """A page has a cell for each value and label; no label becomes markup."""
    page = Cells(written(hostile(), "html").decode())

    assert page.tags == {
        "html", "head", "meta", "title", "style", "body", "table", "caption", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    assert len(page.cells) == 1 + (len(HOSTILE) + 1) ** 2
    assert "<b>&amp;</b> ]]>" in page.cells


def test_markdown_keeps_its_columns() -> None:
    """No label of a Markdown table breaks a row, opens a cell or becomes markup."""
    lines = written(hostile(), "md").decode().split("\n")

    assert len(lines) == 2 + len(HOSTILE) + 3
    for line in lines[: 2 + len(HOSTILE)]:
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == len(HOSTILE) + 2
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt; \\]\\]&gt;" in lines[0]
    assert "<" not in "".join(lines)


def test_latex_escapes_all_labels() -> None:
    """No label of a LaTeX table is a command, a comment or a new cell."""
    lines = written(hostile(), "tex").decode().split("\n")
    rows = [line for line in lines if line.endswith(r" \\")]

    assert len(rows) == len(HOSTILE) + 1
    for row in rows:
        assert len(re.findall(r"(?<!\\)&", row)) == len(HOSTILE)
        bare = re.sub(r"\\text\w+\{\}|\\[%$#_{}&]|\$-\$|\{[\[\]*]\}| \\\\$", "", row).replace("&", "")
        assert re.findall(r"[\\%$#_{}~^<>|*\[\]]", bare) == []
    assert r"100\% \$5 \#1 \_a\_ \{b\} \textasciitilde{}c" in rows[0]


# -- RDF -----------------------------------------------------------------------------------------


def test_turtle_is_as_expected() -> None:
    """The ties, the cube they belong to, and where it comes from are the triples that were written by hand."""
    text = written(harbour(), "ttl").decode()
    marks = set(re.findall(r"id/matrix/([0-9a-f]{16})", text))
    expected = (EXPECTED / "harbour.ttl").read_text(encoding="utf-8").replace("MARK", marks.pop())

    assert not marks
    assert isomorphic(
        rdflib.Graph().parse(data=text, format="turtle"), rdflib.Graph().parse(data=expected, format="turtle")
    )


@pytest.mark.parametrize("made", [harbour, two, hostile, lambda: hostile(mode="two")])
def test_turtle_is_read_by_two_engines(made: Callable[[], Matrix]) -> None:
    """Two engines find equal numbers of triples, every label, and equal values of ties."""
    matrix, data = made(), written(made(), "ttl")
    first = rdflib.Graph().parse(data=data, format="turtle")
    store = ox.Store()
    store.load(data, format=ox.RdfFormat.TURTLE)
    query = """PREFIX cube: <https://w3id.org/actor-stance/cube/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?a ?b ?v { ?t cube:from/rdfs:label ?a ; cube:to/rdfs:label ?b ; cube:value ?v }"""
    here = sorted((str(a), str(b), v.toPython()) for a, b, v in first.query(query))  # type: ignore[misc, union-attr]
    there = sorted((s["a"].value, s["b"].value, float(s["v"].value)) for s in store.query(query))  # type: ignore[union-attr]
    found = matrix.entries()

    assert len(first) == len(store) > 40
    assert here == there
    assert here == sorted(
        (matrix.rows[i], matrix.columns[j], v) for i, j, v in zip(*(part.tolist() for part in found), strict=True)
    )


def test_turtle_names_what_it_is_derived_from() -> None:
    """A graph with an IRI is what a cube is derived from; a label that looks like one, and is none, is not taken."""
    named = written(harbour(made_from={"graph": "https://example.org/harbour"}), "ttl").decode()
    odd = harbour(row_ids=("http://[", "urn:x y", "actor:ferry", "https://example.org/a"))

    assert "prov:wasDerivedFrom <https://example.org/harbour>" in named
    text = written(odd, "ttl").decode()
    assert len(set(re.findall(r"matrix/\w+/node/\d", text))) == 2
    assert "actor:ferry" in text


def test_other_ties_have_other_iris() -> None:
    """Cubes with different values, or made from something else, may be loaded side by side."""
    other = TIES.copy()
    other[0, 1] = other[1, 0] = 0.75
    renamed = harbour(rows=tuple("abcd"), columns=tuple("abcd"))
    marks = {
        re.search(r"id/matrix/([0-9a-f]+)", written(m, "ttl").decode())[1]  # type: ignore[index]
        for m in (harbour(), harbour(values=other), harbour(made_from={"graph": "town"}), renamed)
    }

    assert len(marks) == 4
