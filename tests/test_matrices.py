"""Matrices: what they are, what forms they take, and what is wrong with some."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import networkx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matrix_cases import ACTORS, IDS, NAN, TIES, dense, harbour, thin, two
from scipy.sparse import csr_array

from kg.errors import KGError, MissingExtra, NotFound
from kg.matrices import Cell, Matrix
from kg.matrices.cells import MOST_CELLS, Entries, entries, lopsided, picked, scrubbed, unique
from kg.tables import Table

# -- what it is ------------------------------------------------------------------------------


def test_it_says_what_it_was_made_from() -> None:
    """The repr names measure, size, mode, and what the matrix was made from."""
    assert repr(harbour()) == "<Matrix of net, 4 × 4, one-mode; graph: harbour; selection: everything>"
    assert repr(Matrix((), (), [])) == "<Matrix of 0 × 0, one-mode>"


def test_a_notebook_shows_a_table() -> None:
    """A notebook shows labels, values and origins, with what is beside a value in its title, and says what it cut."""
    shown = two(rows=("<b>Ferry</b>", "Fishers"), n=[[1, 2, 3], [4, 5, 6]])._repr_html_()
    many = tuple(f"actor {i}" for i in range(60))

    assert "&lt;b&gt;Ferry&lt;/b&gt;" in shown
    assert '<td title="n 3">-2</td>' in shown
    assert "<caption>measure: subtract; graph: harbour</caption>" in shown
    cut = Matrix(many, many, np.zeros((60, 60)))._repr_html_()
    assert "the first 50 of 60 rows and 20 of 60 columns" in cut
    assert cut.count("<tr>") == 51
    assert cut.count("<td>") == 50 * 20


@pytest.mark.parametrize("made", [harbour, lambda: thin(harbour())])
@pytest.mark.parametrize(
    "names", [("Fishers", "Town council"), ("actor:fishers", IDS[2]), ("fishers", "TOWN COUNCIL")]
)
def test_a_cell_is_found_by_label_and_iri(made: Any, names: tuple[str, str]) -> None:
    """A cell is found by labels, CURIEs and IRIs, and has its value and what is beside it."""
    assert made().cell(*names) == Cell("Fishers", "Town council", 2.25, n=3)


def test_a_cell_that_is_not_known_is_none() -> None:
    """What is not known is None, and apart from 0."""
    assert harbour().cell("Ferry company", "Town council").value is None
    assert harbour().cell("Ferry company", "Museum").value == 0


def test_a_wrong_name_is_refused() -> None:
    """A name of no row, and one of several, are refused with a way out."""
    doubled = harbour(rows=("Fishers",) * 2 + ACTORS[2:], columns=("Fishers",) * 2 + ACTORS[2:])

    with pytest.raises(NotFound, match=r'No column "Fisher"\. Did you mean "Fishers"'):
        harbour().cell("Museum", "Fisher")
    with pytest.raises(NotFound, match=r"of several rows: actor:ferry, actor:fishers\. Use an IRI"):
        doubled.cell("Fishers", "Museum")
    assert doubled.cell("actor:fishers", "Town council").value == 2.25


# -- what is wrong with some -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"values": np.zeros((4, 3))}, "The values have 4 × 3 cells, but there are 4 rows and 4 columns"),
        ({"values": csr_array((2, 4))}, "The values have 2 × 4 cells"),
        ({"values": [1.0, 2.0]}, "The values have 2 cells"),
        ({"values": [["a"] * 4] * 4}, "The values are no numbers"),
        ({"n": np.zeros((3, 4))}, 'The cells of "n" have 3 × 4 cells'),
        ({"n": np.full((4, 4), NAN)}, 'The cells of "n" are no whole numbers'),
        ({"sources": [[0.5] * 4] * 4}, 'The cells of "sources" are no whole numbers'),
        ({"low": np.zeros(4)}, 'The cells of "low" have 4 cells'),
        ({"mode": "tow"}, 'No mode "tow". Did you mean "two"?'),
        ({"columns": ("a", "b", "c", "d")}, "The rows and columns of a one-mode matrix differ"),
        ({"row_ids": ("a",)}, "There are 1 row ids for 4 labels"),
        ({"column_ids": ("a", "b")}, "There are 2 column ids for 4 labels"),
        ({"row_attributes": {"color": ("#ff0000",)}}, 'There are 1 row values of "color" for 4 labels'),
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, Any], words: str) -> None:
    """Arrays, labels and IRIs that do not fit each other are refused with sizes."""
    with pytest.raises(KGError) as caught:
        harbour(**fields)

    assert words in str(caught.value)
    assert caught.value.cure


@pytest.mark.parametrize("sparse", [False, True])
def test_a_lopsided_one_mode_matrix_is_refused(sparse: bool) -> None:
    """Ties of a one-mode matrix that differ by direction are not halved in silence."""
    values = TIES.copy()
    values[1, 3] = 1.0
    matrix = harbour(values=csr_array(values) if sparse else values)

    with pytest.raises(KGError, match='"Fishers" – "Museum" is not the same both ways'):
        matrix.edges()


def test_rounding_is_not_lopsided() -> None:
    """Sums of floats in another order do not make a matrix lopsided, sparse or not."""
    values = np.array([[0.0, 0.1 + 0.2], [0.3, 0.0]])

    assert lopsided(values) is None
    assert lopsided(csr_array(values)) is None


def test_an_interval_upside_down_is_refused() -> None:
    """An interval has its lower end first."""
    with pytest.raises(KGError, match=r'The interval of "Ferry company" – "Close it\." ends below its beginning'):
        two().with_intervals(np.ones((2, 3)), np.zeros((2, 3)))


@pytest.mark.parametrize("form", ["csv", "dna", "dl", "parquet", "xlsx", "tex", "md", "html", "json"])
def test_too_many_cells_are_refused(form: str, tmp_path: Path) -> None:
    """A format that writes every cell refuses a very large sparse matrix and names the formats that do not."""
    side = int(MOST_CELLS**0.5) + 1
    labels = tuple(map(str, range(side)))
    matrix = Matrix(labels, labels, csr_array((side, side)))

    with pytest.raises(KGError, match=r"10,001 × 10,001 cells are too many .* Take the ties alone \(\.edges\.csv"):
        matrix.write(tmp_path / "x", form)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ask", ["to_table", "to_polars"])
def test_too_many_cells_make_no_table(ask: str) -> None:
    """A very large sparse matrix is not made dense by the way."""
    labels = tuple(map(str, range(20_000)))

    with pytest.raises(KGError, match="too many"):
        getattr(Matrix(labels, labels, csr_array((20_000, 20_000))), ask)()


# -- ties --------------------------------------------------------------------------------------


@pytest.mark.parametrize("made", [harbour, lambda: thin(harbour())])
def test_edges_are_the_ties_once(made: Any) -> None:
    """A one-mode tie stands once; cells of 0 and cells that are not known are left out; the origins stay."""
    table = made().edges()

    assert isinstance(table, Table)
    assert list(table) == [
        {"from": "Ferry company", "to": "Fishers", "value": -0.5, "n": 2, "sources": None, "low": None, "high": None},
        {"from": "Fishers", "to": "Town council", "value": 2.25, "n": 3, "sources": None, "low": None, "high": None},
    ]
    assert table.made_from == {"measure": "net", "graph": "harbour", "selection": "everything"}


@pytest.mark.parametrize("made", [harbour, lambda: thin(harbour())])
def test_edges_of_nothing_are_there_when_asked_for(made: Any) -> None:
    """Zeros and unknown cells come when asked for, and then apart."""
    assert len(made().edges(zeros=True)) == 5
    assert made().edges(missing=True).column("value") == [-0.5, None, 2.25]
    assert made().edges(zeros=True, missing=True).column("value") == [-0.5, None, 0, 2.25, 0, 0]
    assert made().edges(1.0).column("to") == ["Town council"]
    assert made().edges(0.5).column("value") == [-0.5, 2.25]


def test_two_mode_edges_are_all_cells() -> None:
    """In a two-mode matrix every cell is a tie of its own, above a diagonal or below."""
    assert [(r["from"], r["to"], r["value"]) for r in two().edges()] == [
        ("Ferry company", "Close it.", 1),
        ("Ferry company", "Sell it.", -2),
        ("Fishers", "Dredge it.", 3),
    ]


def test_equal_labels_stay_apart() -> None:
    """Labels that occur twice are numbered, and an empty one gets a word, so that no tie goes astray."""
    doubled = Matrix(
        ("Council", "Council", "", "Council (2)"), ("Council", "Council", "", "Council (2)"), np.ones((4, 4))
    )

    assert doubled.row_names == ("Council", "Council (2)", "unnamed", "Council (2) (2)")
    assert len({(r["from"], r["to"]) for r in doubled.edges()}) == 6
    assert doubled.to_networkx().number_of_nodes() == 4


@given(
    st.lists(st.sampled_from(["", "a", "a (2)", "b", "a (2) (2)", "unnamed"])), st.sets(st.sampled_from(["a", "b"]))
)
def test_unique_names_are_unique(labels: list[str], taken: set[str]) -> None:
    """Whatever the labels, names differ from each other and from those that are taken."""
    made = unique(labels, taken)

    assert len({*made, *taken}) == len(made) + len(taken)
    assert [name for name, label in zip(made, labels, strict=True) if label and not name.startswith(label)] == []


_CELLS = st.sampled_from([0.0, 1.0, -2.0, 0.5, NAN, float("inf")])


@settings(deadline=None)
@given(
    st.integers(0, 5).flatmap(
        lambda rows: st.integers(0, 5).flatmap(
            lambda columns: st.lists(_CELLS, min_size=rows * columns, max_size=rows * columns).map(
                lambda cells: np.array(cells, dtype=np.float64).reshape(rows, columns)
            )
        )
    ),
    st.booleans(), st.booleans(), st.booleans(), st.sampled_from([None, 0.0, 1.0]),
)  # fmt: skip
def test_sparse_and_dense_have_the_same_entries(
    values: Any, upper: bool, zeros: bool, missing: bool, threshold: float | None
) -> None:
    """However cells are stored, the same ones are found, in the same order, and picked up again."""
    which = {"upper": upper, "zeros": zeros, "missing": missing, "threshold": threshold}
    thick, lean = entries(values, **which), entries(csr_array(values), **which)
    expected = [
        (i, j)
        for i in range(values.shape[0])
        for j in range(values.shape[1])
        if (not upper or j > i)
        and (zeros or values[i, j] != 0)
        and (missing or values[i, j] == values[i, j])
        and (threshold is None or not abs(values[i, j]) < threshold)
    ]

    assert list(zip(thick.rows.tolist(), thick.columns.tolist(), strict=True)) == expected
    for one, other in zip(thick, lean, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(picked(csr_array(values), thick.rows, thick.columns), thick.values)


def test_sparse_cells_that_are_given_twice_are_added() -> None:
    """A sparse array with the same place twice counts as their sum, and is left as it was."""
    given = csr_array((np.array([1.0, 2.0, 5.0]), np.array([1, 1, 0]), np.array([0, 2, 3])), shape=(2, 2))
    matrix = Matrix(("a", "b"), ("x", "y"), given, "two")

    assert matrix.cell("a", "y").value == 3
    assert given.nnz == 3


# -- other forms -------------------------------------------------------------------------------


def test_a_table_has_labels_and_cells() -> None:
    """As a table, rows have their label first; whole numbers stay whole; what is not known is unbound."""
    assert list(two().to_table()) == [
        {"row": "Ferry company", "Close it.": 1, "Dredge it.": 0, "Sell it.": -2},
        {"row": "Fishers", "Close it.": None, "Dredge it.": 3, "Sell it.": 0},
    ]
    assert two().to_table().made_from == {"measure": "subtract", "graph": "harbour"}
    assert harbour().to_table().column("Fishers") == [-0.5, 0.0, 2.25, 0.0]


def test_a_table_survives_odd_labels() -> None:
    """Labels with tabs and breaks, and one called like the first column, make a table that can be read back."""
    table = two(columns=("row", "a\tb\nc", "a b c")).to_table()

    assert table.columns == ("row (2)", "row", "a b c", "a b c (2)")
    assert list(Table.from_tsv(table.to_tsv().encode())) == list(table)


def test_polars_wide_and_long() -> None:
    """Wide frames have a column a column, long ones a row a cell but the diagonal; what is not known is null."""
    wide, long = harbour().to_polars(), harbour().to_polars(long=True)

    assert wide.columns == ["row", *ACTORS]
    assert wide["Town council"].to_list() == [None, 2.25, 0.0, 0.0]
    assert len(long) == 12
    assert long.columns == ["row", "column", "value", "n", "sources", "low", "high"]
    assert long.filter(pl.col("value").is_null())["row"].to_list() == ["Ferry company", "Town council"]
    assert len(two().to_polars(long=True)) == 6
    assert thin(harbour()).to_polars(long=True).equals(long)
    assert thin(harbour()).to_polars().equals(wide)


def test_nothing_makes_empty_frames() -> None:
    """A matrix without rows, and one without columns, go through every form."""
    for matrix in (Matrix((), (), []), Matrix(("a",), (), np.zeros((1, 0)), "two"), Matrix((), ("b",), [], "two")):
        assert len(matrix.to_polars()) == len(matrix.rows)
        assert len(matrix.to_polars(long=True)) == len(matrix.edges()) == 0
        assert len(matrix.to_table()) == len(matrix.rows)
        assert matrix.without_isolates().shape == (0, 0)
        assert matrix.ordered("camps").shape == matrix.shape
        assert matrix.to_networkx().number_of_edges() == 0
        assert "</table>" in matrix._repr_html_()


def test_pandas_has_the_labels_as_index() -> None:
    """A pandas frame is indexed by labels; without pandas, the error says what to install."""
    if find_spec("pandas") is None:
        with pytest.raises(MissingExtra, match="pip install pandas pyarrow"):
            harbour().to_pandas()
    else:
        assert harbour().to_pandas().loc["Fishers", "Town council"] == 2.25


@pytest.mark.parametrize("made", [harbour, lambda: thin(harbour())])
def test_networkx_has_ties_and_isolates(made: Any) -> None:
    """A graph has every label as a node, known ties as weighted edges, and says what it was made from."""
    graph = made().to_networkx()

    assert type(graph) is networkx.Graph
    assert set(graph) == set(ACTORS)
    assert sorted(graph.edges(data=True)) == [
        ("Ferry company", "Fishers", {"weight": -0.5, "n": 2}),
        ("Fishers", "Town council", {"weight": 2.25, "n": 3}),
    ]
    assert graph.nodes["Museum"] == {"label": "Museum", "iri": IDS[3]}
    assert graph.graph == {"measure": "net", "graph": "harbour", "selection": "everything"}


def test_a_two_mode_graph_is_bipartite() -> None:
    """Rows and columns are nodes of two sides, apart even where they are called the same."""
    graph = two(columns=("Fishers", "Dredge it.", "Sell it."), row_attributes={"size": (3, None)}).to_networkx()

    assert {n: d["bipartite"] for n, d in graph.nodes(data=True)} == {
        "Ferry company": 0, "Fishers": 0, "Fishers (2)": 1, "Dredge it.": 1, "Sell it.": 1,
    }  # fmt: skip
    assert networkx.is_bipartite(graph)
    assert graph.edges["Ferry company", "Fishers (2)"]["weight"] == 1
    assert graph.nodes["Ferry company"]["size"] == 3
    assert "size" not in graph.nodes["Fishers"]


def test_a_matrix_can_be_made_of_ties() -> None:
    """Ties make a sparse matrix, both ways in one mode; isolates can be named."""
    made = Matrix.from_edges([("b", "a", 2.0), ("a", "c", -1.0)], rows=("a", "b", "c", "d"), measure="net")
    bare = Matrix.from_edges([("b", "x", 2.0), ("a", "y", 1.0)], mode="two")

    np.testing.assert_array_equal(dense(made.values)[:3, :3], [[0, 2, -1], [2, 0, 0], [-1, 0, 0]])
    assert made.rows == ("a", "b", "c", "d")
    assert (bare.rows, bare.columns) == (("a", "b"), ("x", "y"))
    assert Matrix.from_edges([]).shape == (0, 0)
    with pytest.raises(KGError, match='"b" – "a" is given twice'):
        Matrix.from_edges([("a", "b", 1.0), ("b", "a", 1.0)])
    with pytest.raises(NotFound, match='"a" – "z" is of no row and column'):
        Matrix.from_edges([("a", "z", 1.0)], rows=("a",))


def test_half_a_letter_does_no_harm() -> None:
    """Half a surrogate pair, which no file can hold, becomes the replacement character; two halves become a letter."""
    assert scrubbed("a\ud83d") == "a\ufffd"
    assert scrubbed("\ud83d\ude00") == "😀"
    assert harbour(rows=("a\udc00", "b", "c", "d"), columns=("a\udc00", "b", "c", "d")).rows[0] == "a\ufffd"


def test_entries_are_plain_arrays() -> None:
    """The ties of a matrix are three arrays of one length."""
    found = harbour().entries()

    assert isinstance(found, Entries)
    assert (found.rows.tolist(), found.columns.tolist(), found.values.tolist()) == ([0, 1], [1, 2], [-0.5, 2.25])
