"""From the engine's bytes to values, terms and columns: all ways give the same, and each gives it exactly."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from polars.testing import assert_frame_equal, assert_series_equal
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD

from kg.errors import StoreError
from kg.tables import Table, columns, decode
from kg.tables.exact import graph_of, triples

X = str(XSD)
TSV = ox.QueryResultsFormat.TSV


def typed(text: str, name: str) -> str:
    """A raw cell with a datatype of XML Schema."""
    return f'"{text}"^^<{X}{name}>'


def both(*cells: str) -> pl.Series:
    """The column of some raw cells, after both ways of making it gave the same."""
    body = "\n".join(["?x", *cells, ""]).encode()
    few, many = Table.from_tsv(body).to_polars(), columns.read(body, ["x"])

    assert_frame_equal(few, many)
    return few["x"]


@pytest.mark.parametrize(
    ("cells", "dtype", "values"),
    [
        (["5", "", "-7", "+3"], pl.Int64, [5, None, -7, 3]),
        ([typed("08", "int"), "1"], pl.Int64, [8, 1]),
        (["9223372036854775807"], pl.Int64, [2**63 - 1]),
        (["9223372036854775808", "1"], pl.String, ["9223372036854775808", "1"]),
        (["9223372036854775808", "0.5"], pl.Float64, [2.0**63, 0.5]),
        (["1.50", typed("1", "decimal"), "2"], pl.Float64, [1.5, 1.0, 2.0]),
        ([typed("INF", "double"), typed("-INF", "float"), "1e3"], pl.Float64, [math.inf, -math.inf, 1000.0]),
        (["true", "", typed("0", "boolean")], pl.Boolean, [True, None, False]),
        ([typed("2020-02-29", "date"), ""], pl.Date, [date(2020, 2, 29), None]),
        ([typed("1066-10-14T09:00:00.25", "dateTime")], pl.Datetime("us"), [datetime(1066, 10, 14, 9, 0, 0, 250_000)]),
        (
            [typed("2020-01-01T00:30:00+04:30", "dateTime"), typed("2020-01-01T00:00:00Z", "dateTime")],
            pl.Datetime("us", "UTC"),
            [datetime(2019, 12, 31, 20, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)],
        ),
        (['"a"@en', '"ب"@fa-AF', '"c"'], pl.String, ["a", "ب", "c"]),
        (["<urn:é>", "_:b1", '"x"^^<urn:d>', "5", "true"], pl.String, ["urn:é", "_:b1", "x", "5", "true"]),
        (["", ""], pl.String, [None, None]),
        (["", '""'], pl.String, [None, ""]),
    ],
)
def test_a_column_has_the_type_of_all_its_cells(cells: list[str], dtype: Any, values: list[Any]) -> None:
    """Numbers, truth values, days and moments are typed when every cell is one; anything else is text."""
    column = both(*cells)

    assert column.dtype == dtype
    assert column.to_list() == values


@pytest.mark.parametrize(
    "cell",
    [
        typed("abc", "integer"), typed("5.0", "integer"), typed(" 5 ", "integer"), typed("1_0", "int"),
        typed("٥", "integer"), typed("1e5", "decimal"), typed("infinity", "double"), typed("nan", "float"),
        typed("yes", "boolean"), typed("", "decimal"),
        typed("2020-13-01", "date"), typed("2021-02-29", "date"), typed("2020-01-01Z", "date"),
        typed("0000-01-01", "date"), typed("-0044-03-15", "date"), typed("2020-1-1", "date"),
        typed("2020-01-01T24:00:00", "dateTime"), typed("2020-01-01T00:00:60Z", "dateTime"),
        typed("2020-01-01T00:00:00.1234567", "dateTime"), typed("0001-01-01T00:00:00+14:00", "dateTime"),
        typed("2020-01-01T00:00:00+15:99", "dateTime"),
    ],
)
def test_a_wrong_or_finer_value_keeps_its_text(cell: str) -> None:
    """What a type cannot hold makes the column text, beside good values too: nothing becomes null or rounded."""
    text = cell[1 : cell.rindex('"')]
    good = {"date": "2020-01-01", "dateTime": "2020-01-01T00:00:00", "boolean": "true"}
    name = cell[cell.rindex("#") + 1 : -1]

    assert both(cell).to_list() == [text]
    assert both(typed(good.get(name, "1"), name), cell).to_list() == [good.get(name, "1"), text]
    assert Table(("x",), [(cell,)]).column("x") == [text]


def test_moments_with_and_without_zone_do_not_mix() -> None:
    """A column of moments of which only some have a time zone stays text."""
    cells = [typed("2020-01-01T00:00:00", "dateTime"), typed("2020-01-01T00:00:00Z", "dateTime")]

    assert both(*cells).to_list() == ["2020-01-01T00:00:00", "2020-01-01T00:00:00Z"]


def test_minus_zero_and_not_a_number_stay() -> None:
    """The sign of zero and NaN survive."""
    zero, none = both(typed("-0", "double"), typed("NaN", "double"))

    assert math.copysign(1, zero) == -1
    assert math.isnan(none)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r'"tab\tline\nreturn\rquote\"slash\\end"', 'tab\tline\nreturn\rquote"slash\\end'),
        (r'"\\n is no line\\\\"@en', "\\n is no line\\\\"),
        (r'"\u0041\U0001F54A\b\f\'"', "A\N{DOVE OF PEACE}\b\f'"),
        (r'"ends with \""', 'ends with "'),
        (r'"\"@en"', '"@en'),
        ('"\u2028\x85\x0b\x00|"@fa', "\u2028\x85\x0b\x00|"),
        ('"?x"', "?x"), ('"<x>"', "<x>"), ('"12"', "12"),
    ],
)
def test_escapes_are_taken_back(raw: str, text: str) -> None:
    """Tabs, line ends, quotation marks and backslashes come back, alone, beside others, and in a mixed column."""
    assert both(raw).to_list() == [text]
    assert both('"plain"', raw, "").to_list() == ["plain", text, None]
    assert both("<urn:a>", raw, '"q\\"q"').to_list() == ["urn:a", text, 'q"q']


def test_triples_about_triples() -> None:
    """A triple term of RDF 1.2 is N-Triples text as a value, a tuple as a term, and a triple in JSON."""
    store = ox.Store()
    term = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c\td", language="en"))
    store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), term))
    table = Table.from_tsv(store.query("SELECT ?o { ?s ?p ?o }").serialize(format=TSV) or b"")  # type: ignore[union-attr]

    assert table.column("o") == ['<<( <urn:a> <urn:b> "c\\td"@en )>>'] == table.to_polars()["o"].to_list()
    assert table.rows() == [((URIRef("urn:a"), URIRef("urn:b"), Literal("c\td", lang="en")),)]
    assert '"type": "triple"' in table.to_json()


def test_the_direction_of_a_text_is_no_part_of_its_language() -> None:
    """A text with a direction (RDF 1.2) has its language in rdflib, and both in JSON."""
    table = Table(("x",), [('"سلام"@fa--rtl',)])

    assert table.rows() == [(Literal("سلام", lang="fa"),)]
    assert '"its:dir": "rtl"' in table.to_json()


def test_the_two_ways_to_write_a_plain_text_are_one_term() -> None:
    """``"x"^^xsd:string`` of another server is the plain literal."""
    assert Table(("x",), [(typed("x", "string"),)]).rows() == [(Literal("x"),)]
    assert decode(typed("x", "string")) == decode('"x"')


@pytest.mark.parametrize("rows", [["<a>\t<b>", "<c>"], ["<a>\t<b>\t<c>"], ["<a>"]])
def test_rows_of_different_length_are_refused(rows: list[str]) -> None:
    """Bytes whose rows have too many or too few cells are an error of the server that sent them."""
    table = Table.from_tsv("\n".join(["?a\t?b", *rows, ""]).encode())

    with pytest.raises(StoreError, match="not SPARQL TSV"):
        table.rows()


def test_a_table_splits_nothing_before_it_is_asked() -> None:
    """Length, truth and TSV come from the engine's bytes; ``raw`` is the table once it was taken out."""
    table = Table.from_tsv(b"?x\n<urn:a>\n\n")

    assert (len(table), bool(table), table.to_tsv()) == (2, True, "?x\n<urn:a>\n\n")
    table.raw.append(('"new"',))
    assert table.column("x") == ["urn:a", None, "new"]
    assert (len(table), table.to_tsv()) == (3, '?x\n<urn:a>\n\n"new"\n')
    assert table.to_polars()["x"].to_list() == ["urn:a", None, "new"]
    table.raw = []
    assert not table


def test_a_large_table_is_like_a_small_one() -> None:
    """Above the size where polars reads the bytes, and across the pieces that are split at a time, nothing changes."""
    rows = [(f"<urn:s{n}>", f'"no {n}\\t\\"q\\""@en', str(n), "" if n % 3 else typed(f"{n}.5", "decimal"))
            for n in range(20_000)]
    table = Table.from_tsv(Table(("s", "t", "n", "d"), rows).to_tsv().encode())
    frame = table.to_polars()

    assert frame.rows() == [
        (f"urn:s{n}", f'no {n}\t"q"', n, None if n % 3 else n + 0.5) for n in range(20_000)
    ]
    assert [tuple(row.values()) for row in table.records()] == frame.rows()
    assert table.rows()[-1][:2] == (URIRef("urn:s19999"), Literal('no 19999\t"q"', lang="en"))
    assert table.raw == rows


def test_frames_come_and_go() -> None:
    """A data frame becomes a table with equal values, and a table goes to Arrow with its types."""
    frame = pl.DataFrame({"n": [1, None], "f": [0.5, math.inf], "b": [True, None], "t": ["a\t", ""],
                          "d": [date(2020, 1, 1), None]})
    table = Table.from_polars(frame, {"graph": "none"})

    assert_frame_equal(table.to_polars().drop("d"), frame.drop("d"))
    assert table.column("d") == ["2020-01-01", None]
    assert table.to_arrow().column("n").to_pylist() == [1, None]


def test_triples_are_read_with_their_blank_nodes() -> None:
    """N-Triples of the engine become an rdflib graph in which blank nodes keep their names."""
    body = b'<urn:a> <urn:p> _:b1 .\n_:b1 <urn:p> "x y \\" . z" .\n'

    assert next(iter(triples(body))) == (URIRef("urn:a"), URIRef("urn:p"), BNode("b1"))
    assert (BNode("b1"), URIRef("urn:p"), Literal('x y " . z')) in graph_of(body)
    assert len(graph_of(body)) == 2


# -- all ways agree ------------------------------------------------------------------

_TEXT = some.text(max_size=8) | some.sampled_from(['\\', '"', '\\"@en', "a\tb\n\r", "0", "true", "1e5", "2020-01-01"])
_IRI = some.sampled_from(["urn:a", "https://example.org/é#x", "http://example.org/a,b;c=(d)?e=f&g"]).map(ox.NamedNode)
_NAMES = some.sampled_from(["integer", "int", "decimal", "double", "float", "boolean", "date", "dateTime", "gYear"])
_LEXICAL = _TEXT | some.sampled_from(["-0", "INF", "NaN", "007", "1.50", "9" * 25, "2020-02-30"])
_LITERAL = some.one_of(
    _TEXT.map(ox.Literal),
    some.tuples(_TEXT, some.sampled_from(["en", "fa-af", "ps"])).map(lambda t: ox.Literal(t[0], language=t[1])),
    some.tuples(_LEXICAL, _NAMES).map(lambda t: ox.Literal(t[0], datatype=ox.NamedNode(X + t[1]))),
    some.integers().map(ox.Literal), some.floats().map(ox.Literal), some.booleans().map(ox.Literal),
)
_TERM = some.one_of(_IRI, _LITERAL, some.sampled_from(["b1", "x-y"]).map(ox.BlankNode))


def exact(term: Any) -> Any:
    """An engine's term as rdflib itself would make it."""
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    plain = term.language or term.datatype.value == X + "string"
    return Literal(term.value, lang=term.language, datatype=None if plain else URIRef(term.datatype.value))


@settings(max_examples=150, deadline=None)
@given(rows=some.lists(some.tuples(_TERM, _TERM), max_size=12), homogeneous=some.lists(_LITERAL, max_size=4))
@pytest.mark.filterwarnings("ignore")
def test_values_terms_and_columns_agree_with_the_engine(rows: list[Any], homogeneous: list[Any]) -> None:
    """For any terms, rows(), records(), both ways into columns and the engine's own solutions say the same."""
    store = ox.Store()
    place = ox.NamedNode("urn:p")
    for n, (left, right) in enumerate([*rows, *((one, one) for one in homogeneous)]):
        store.add(ox.Quad(ox.NamedNode(f"urn:{n}"), place, left))
        if n % 3:
            store.add(ox.Quad(ox.NamedNode(f"urn:{n}"), ox.NamedNode("urn:q"), right))
    sparql = "SELECT ?l ?r { ?s <urn:p> ?l OPTIONAL { ?s <urn:q> ?r } } ORDER BY ?s"
    body = store.query(sparql).serialize(format=TSV) or b""  # type: ignore[union-attr]
    told = [(solution["l"], solution["r"]) for solution in store.query(sparql)]  # type: ignore[union-attr]
    table = Table.from_tsv(body)

    assert table.rows() == [tuple(map(exact, row)) for row in told]
    assert table.to_tsv().encode() == body
    few, many = table.to_polars(), columns.read(body, table.columns) if told else table.to_polars()
    assert_frame_equal(few, many)
    for name in table.columns:
        values = table.column(name)
        assert str(values) == str([record[name] for record in table.records()])
        assert_series_equal(few[name], columns.series(name, [row[table.columns.index(name)] for row in table.raw]))
        if few[name].dtype == pl.String:
            assert few[name].to_list() == [
                None if cell is None else f"_:{cell.text}" if cell.kind == "bnode" else cell.text
                for (cell,) in Table((name,), [(row[table.columns.index(name)],) for row in table.raw]).cells()
            ]
        elif few[name].dtype in (pl.Int64, pl.Boolean):
            assert few[name].to_list() == values
        elif few[name].dtype == pl.Float64:
            assert str(few[name].to_list()) == str([None if v is None else float(v) for v in values])
