"""Tables: nothing is lost or added on the way from the engine to a file."""

from __future__ import annotations

import csv
import html.parser
import io
import json
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.query import Result

import kg
from kg.errors import KGError, MissingExtra, StoreError
from kg.tables import Table, decode

ODD = 'tab\there, "quoted" \\ back, line\nbreak, return\r, sep\u2028arator, \x85 and | pipe <b>&'

QUERY = """
SELECT ?a ?b ?n ?d ?f ?t ?day WHERE { VALUES (?a ?b ?n ?d ?f ?t ?day) {
  (<https://example.org/x> "" 5 1.5 2e0 true "2020-04-08"^^<http://www.w3.org/2001/XMLSchema#date>)
  (UNDEF "جواب"@fa-AF UNDEF UNDEF UNDEF UNDEF UNDEF)
} }"""


def ask(text: str) -> Table:
    """A table from the bare engine."""
    body = ox.Store().query(text).serialize(format=ox.QueryResultsFormat.TSV)  # type: ignore[union-attr]
    assert body is not None
    return Table.from_tsv(body)


def odd() -> Table:
    """A table of one cell that holds every character which formats trip over."""
    text = ODD.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return ask(f'SELECT ?text WHERE {{ VALUES ?text {{ "{text}" }} }}')


class Cells(html.parser.HTMLParser):
    """The text of each cell of an HTML table, and the tags that there are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag in {"td", "th"}:
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


# -- reading -------------------------------------------------------------------------


def test_unbound_is_not_the_empty_string() -> None:
    """An unbound cell is None, an empty text is "", in records, terms, JSON and TSV."""
    table = ask('SELECT ?x ?y WHERE { VALUES (?x ?y) { (UNDEF "") ("" UNDEF) } }')

    assert list(table) == [{"x": None, "y": ""}, {"x": "", "y": None}]
    assert table.rows() == [(None, Literal("")), (Literal(""), None)]
    assert [sorted(b) for b in json.loads(table.to_json())["results"]["bindings"]] == [["y"], ["x"]]
    assert table.to_tsv() == '?x\t?y\n\t""\n""\t\n'
    assert table.to_polars().to_dicts() == [{"x": None, "y": ""}, {"x": "", "y": None}]


def test_values_are_python_values() -> None:
    """Numbers, booleans and texts come as Python's own; dates stay ISO text in records."""
    first, second = ask(QUERY)

    assert first == {"a": "https://example.org/x", "b": "", "n": 5, "d": 1.5, "f": 2.0, "t": True, "day": "2020-04-08"}
    assert isinstance(first["n"], int)
    assert second == {"a": None, "b": "جواب", "n": None, "d": None, "f": None, "t": None, "day": None}


def test_rows_are_exact_terms() -> None:
    """``rows()`` gives rdflib terms with language and datatype."""
    first, second = ask(QUERY).rows()

    assert first[0] == URIRef("https://example.org/x")
    assert first[2:6] == (
        Literal("5", datatype=XSD.integer), Literal("1.5", datatype=XSD.decimal),
        Literal("2e0", datatype=XSD.double), Literal("true", datatype=XSD.boolean),
    )
    assert first[6] == Literal("2020-04-08", datatype=XSD.date)
    assert second[1] == Literal("جواب", lang="fa-AF")


def test_blank_nodes_are_told_apart() -> None:
    """A blank node is a blank node in terms, JSON and display."""
    table = Table(("x",), [("_:b1",)])

    assert table.rows() == [(BNode("b1"),)]
    assert json.loads(table.to_json())["results"]["bindings"] == [{"x": {"type": "bnode", "value": "b1"}}]
    assert table.display() == [("_:b1",)]


def test_odd_characters_survive() -> None:
    """Tabs, quotation marks, backslashes and every kind of line separator come through unchanged."""
    table = odd()

    assert len(table) == 1
    assert table.column("text") == [ODD]
    assert table.rows() == [(Literal(ODD),)]
    assert list(csv.reader(io.StringIO(table.to_csv(), newline=""))) == [["text"], [ODD]]
    assert json.loads(table.to_json())["results"]["bindings"][0]["text"]["value"] == ODD
    assert table.to_polars()["text"].to_list() == [ODD]


def test_a_lone_carriage_return_breaks_no_row() -> None:
    """A carriage return alone in a cell is quoted, so that the row stays one row."""
    table = Table.from_records(("a", "b"), [{"a": "x\ry", "b": "z"}])

    assert list(csv.reader(io.StringIO(table.to_csv(), newline=""))) == [["a", "b"], ["x\ry", "z"]]


def test_escapes_of_other_engines_are_read() -> None:
    r"""Code points written as ``\u`` and ``\U`` are decoded."""
    assert decode('"\\u0041\\U0001F54A\\b"').text == "A\N{DOVE OF PEACE}\b"  # type: ignore[union-attr]


def test_a_wrong_number_stays_text() -> None:
    """A value that is not of its declared type is shown as it stands."""
    cell = decode('"abc"^^<http://www.w3.org/2001/XMLSchema#integer>')

    assert cell is not None
    assert cell.value == "abc"


@pytest.mark.parametrize("pattern", ["SELECT * WHERE {}", "SELECT * WHERE { <urn:a> <urn:b> <urn:c> }"])
def test_a_table_may_have_no_columns(pattern: str) -> None:
    """A query without variables gives a table without columns that every format can write."""
    table = ask(pattern)

    assert table.columns == ()
    assert list(table) == [{}] * len(table)
    for kind in ("table", "csv", "tsv", "json", "md", "html"):
        assert isinstance(table.render(kind), str)


def test_a_table_is_true_when_it_has_rows() -> None:
    """An empty table is false; the answer to ASK is its truth, not its one row."""
    g = kg.KnowledgeGraph()

    assert not ask("SELECT ?x WHERE { <urn:a> ?x <urn:b> }")
    assert ask("SELECT ?x WHERE { BIND (1 AS ?x) }")
    assert not g.query("ASK { <urn:a> <urn:b> <urn:c> }")
    assert json.loads(g.query("ASK {}").to_json())["boolean"] is True


def test_an_unknown_column_is_answered_with_the_nearest() -> None:
    """Asking for a column that is not there names the nearest one."""
    with pytest.raises(KGError, match=r'No column "holdr"\. Did you mean "holder"\?'):
        Table(("holder", "value"), []).column("holdr")


# -- leaving -------------------------------------------------------------------------


def test_tsv_is_what_the_engine_wrote() -> None:
    """The TSV of a table is the engine's, byte for byte."""
    body = ox.Store().query(QUERY).serialize(format=ox.QueryResultsFormat.TSV)  # type: ignore[union-attr]

    assert body is not None
    assert Table.from_tsv(body).to_tsv().encode() == body


@pytest.mark.parametrize("make", [lambda: ask(QUERY), odd], ids=["types", "odd characters"])
def test_json_is_sparql_results_json(make: object) -> None:
    """The JSON of a table is read by another tool as SPARQL 1.1 Query Results JSON, term for term."""
    table = make()  # type: ignore[operator]
    read = Result.parse(io.BytesIO(table.to_json().encode()), format="json")

    assert [str(v) for v in read.vars or ()] == list(table.columns)
    assert [tuple(row) for row in read] == table.rows()


def test_json_says_what_it_was_made_from(article: kg.KnowledgeGraph) -> None:
    """A JSON file names the graph, the query and the number of rows."""
    document = json.loads(article.query("SELECT ?a WHERE { ?a a <urn:none> }").to_json())

    assert document["made_from"]["graph"] == article.store.name
    assert document["made_from"]["rows"] == "0"
    assert "urn:none" in document["made_from"]["sparql"]


def test_csv_has_whole_iris_or_labels(article: kg.KnowledgeGraph) -> None:
    """CSV holds whole IRIs, so that other tools can join on them; labels on request."""
    table = article.query(
        "SELECT ?a WHERE { VALUES ?a { <https://w3id.org/actor-stance/id/actor/taliban> } }"
    )

    assert table.to_csv() == "a\nhttps://w3id.org/actor-stance/id/actor/taliban\n"
    assert table.to_csv(labels=True) == "a\nTaliban\n"


def test_markdown_escapes_its_own_signs() -> None:
    """A pipe or a line break in a cell does not break a Markdown table."""
    table = Table.from_records(("a|b", "c"), [{"a|b": "x|y\\z\nw", "c": None}])
    head, rule, row = table.to_markdown().splitlines()[:3]

    assert row == r"| x\|y\\z w |  |"
    assert rule == "| --- | --- |"
    assert head == r"| a\|b | c |"


def test_html_escapes_everything() -> None:
    """No text of the data becomes markup: not in cells, heads, titles or the caption."""
    evil = '<script>alert(1)</script>"&'
    table = Table.from_records((evil,), [{evil: evil}], {"graph": evil})
    table.raw.append(("<https://example.org/'><script>>",))
    page = Cells(table.to_html())

    assert "script" not in page.tags
    assert page.cells[:2] == [evil, evil]


def test_html_shows_labels_and_keeps_iris(article: kg.KnowledgeGraph) -> None:
    """An HTML table shows the label and keeps the IRI in the title of the cell."""
    page = article.query(
        "SELECT ?a WHERE { VALUES ?a { <https://w3id.org/actor-stance/id/actor/taliban> } }"
    ).to_html()

    assert '<td title="https://w3id.org/actor-stance/id/actor/taliban">Taliban</td>' in page


def test_columns_are_typed() -> None:
    """Whole columns of numbers, truth values and dates get their type; mixed ones are text."""
    frame = ask(QUERY).to_polars()

    assert dict(frame.schema) == {
        "a": pl.String, "b": pl.String, "n": pl.Int64, "d": pl.Float64, "f": pl.Float64, "t": pl.Boolean,
        "day": pl.Date,
    }
    assert frame["day"].to_list() == [date(2020, 4, 8), None]
    assert ask('SELECT ?x WHERE { VALUES ?x { 1 "a" } }').to_polars()["x"].to_list() == ["1", "a"]
    assert ask("SELECT ?x WHERE { VALUES ?x { 1 2.5 } }").to_polars()["x"].to_list() == [1.0, 2.5]


def test_parquet_keeps_types_and_origin(tmp_path: Path) -> None:
    """A Parquet file has typed columns, and says in its metadata what it was made from."""
    table = ask(QUERY)
    table.made_from = {"graph": "memory", "query": "q"}
    file = table.write(tmp_path / "x.parquet")

    assert pl.read_parquet(file).equals(table.to_polars())
    assert pl.read_parquet_metadata(file)["graph"] == "memory"


@pytest.mark.parametrize(
    ("ending", "begins"),
    [("csv", "a,b,"), ("tsv", "?a\t?b"), ("json", "{"), ("md", "| a |"), ("markdown", "| a |"), ("html", "<table>"),
     ("htm", "<table>"), ("txt", "a  "), ("CSV", "a,b,")],
)
def test_the_ending_decides_the_format(tmp_path: Path, ending: str, begins: str) -> None:
    """A file is written in the format that its ending says."""
    file = ask(QUERY).write(tmp_path / f"x.{ending}")

    assert file.read_text(encoding="utf-8").startswith(begins)


def test_the_format_may_be_named(tmp_path: Path) -> None:
    """A format that is named overrides the ending."""
    assert ask(QUERY).write(tmp_path / "x.dat", "csv").read_text(encoding="utf-8").startswith("a,b,")


@pytest.mark.parametrize(("ending", "hint"), [("jsn", 'Did you mean "json"?'), ("xyz", ""), ("", "")])
def test_an_unknown_ending_is_refused(tmp_path: Path, ending: str, hint: str) -> None:
    """An ending that says no format is refused with those that do, and nothing is written."""
    with pytest.raises(KGError) as caught:
        ask(QUERY).write(tmp_path / f"x.{ending}".rstrip("."))

    assert f'"{ending}" is no table format. {hint}'.strip() in str(caught.value)
    assert "Use one of table, csv, tsv, json, md, html, parquet." in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["x.csv", "x.parquet"])
def test_a_file_in_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    """A file in a folder that is not there is an error of ours, for every format."""
    with pytest.raises(StoreError, match="cannot be written: No such file or directory"):
        ask(QUERY).write(tmp_path / "none" / name)


@pytest.mark.skipif(find_spec("pandas") is not None, reason="pandas is installed here")
def test_a_missing_package_is_named() -> None:
    """A format that needs a package which is not installed says what to install."""
    with pytest.raises(MissingExtra, match="Install: pip install pandas pyarrow"):
        ask(QUERY).to_pandas()


def test_the_same_table_gives_the_same_bytes(article: kg.KnowledgeGraph) -> None:
    """Writing twice gives the same text in every format."""
    table = kg.stances(article)

    for kind in ("table", "csv", "tsv", "json", "md", "html"):
        assert table.render(kind) == kg.stances(article).render(kind)


def test_a_wide_table_wraps_to_the_line() -> None:
    """Wide cells wrap so that no line is longer than asked; no word is lost and narrow columns stay whole."""
    table = Table.from_records(("id", "text"), [{"id": 1, "text": "word " * 40}, {"id": 2, "text": "last"}])
    shown = table.to_text(width=40).splitlines()

    assert max(map(len, shown)) <= 40
    assert shown[2].startswith("1 ")
    assert " ".join(shown).count("word") == 40
    assert shown[-1].split() == ["2", "last"]


def test_a_long_table_says_how_much_is_left_out() -> None:
    """A shortened table tells the number of rows that are not shown."""
    table = Table.from_records(("n",), [{"n": n} for n in range(30)])

    assert table.to_text(max_rows=3).splitlines()[-1] == "… 27 more rows"
    assert "… 10 more rows" in repr(table)


def test_computed_values_come_back_as_they_were() -> None:
    """A table of computed values keeps None, "", truth values, numbers and texts."""
    record = {"a": None, "b": "", "c": True, "d": 3, "e": -0.125, "f": 'x "y"\n\t\\', "g": "https://example.org/a"}
    table = Table.from_records(tuple(record), [record])

    assert list(table) == [record]
    assert table.rows()[0][6] == URIRef("https://example.org/a")
    assert Table.from_tsv(table.to_tsv().encode()).raw == table.raw
