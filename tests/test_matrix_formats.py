"""Files of matrices: bytes as written by hand, endings, places, sizes.

The files in ``matrices/`` were written by hand before the first run.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest
from matrix_cases import TIES, dense, harbour, hostile, rows_of, thin, two, written
from scipy.sparse import csr_array

from kg import files
from kg.errors import KGError, StoreError
from kg.matrices import Matrix
from kg.matrices.formats import FORMATS, kind_of
from kg.matrices.formats.workbook import COLUMNS

EXPECTED = Path(__file__).parent / "matrices"

# -- as expected -------------------------------------------------------------------------------

NAMES = sorted(file.name for file in EXPECTED.iterdir() if file.suffix != ".ttl")


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_as_expected(tmp_path: Path, name: str) -> None:
    """Each format writes the bytes that were written by hand; the ending of the file decides."""
    matrix = harbour() if name.startswith("harbour") else two()

    assert matrix.write(tmp_path / name).read_bytes() == (EXPECTED / name).read_bytes()


def test_all_expected_files_were_seen() -> None:
    """There is a file for every format whose bytes can be written by hand."""
    kinds = {kind_of(EXPECTED / name) for name in NAMES}

    assert kinds == set(FORMATS) - {"parquet", "edges-parquet", "xlsx", "visone", "html", "ttl"}


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("made", [harbour, two, hostile, lambda: harbour(values=csr_array((4, 4)))])
def test_equal_matrices_give_equal_bytes(form: str, made: Callable[[], Matrix]) -> None:
    """Written twice, and from sparse cells, a matrix gives the same bytes, whatever the format and the time."""
    assert written(made(), form) == written(made(), form) == written(thin(made()), form)


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize(
    "matrix",
    [
        Matrix((), (), []), Matrix(("a",), ("a",), [[0]]),
        Matrix(("a",), (), np.zeros((1, 0)), "two"), Matrix((), ("b",), [], "two"),
    ],
    ids=["nothing", "one", "no columns", "no rows"],
)  # fmt: skip
def test_small_matrices_are_written_too(tmp_path: Path, form: str, matrix: Matrix) -> None:
    """A matrix without rows, without columns, or with one actor alone, goes into every format."""
    assert matrix.write(tmp_path / f"x.{FORMATS[form].endings[0]}").stat().st_size > 0 or form in ("dna", "csv")


@pytest.mark.parametrize("form", sorted(name for name, chosen in FORMATS.items() if chosen.about))
def test_a_file_says_what_it_was_made_from(tmp_path: Path, form: str) -> None:
    """Every format that can says measure, graph and selection; the others are known."""
    made = {"graph": "harbour of Saltmere", "selection": "issue: dredging", "call": "compare()"}
    file = harbour(made_from=made).write(tmp_path / f"x.{FORMATS[form].endings[0]}")

    if form == "xlsx":
        book = openpyxl.load_workbook(file)
        assert dict(book["about"].iter_rows(values_only=True)) == {"measure": "net", **made}
    elif "parquet" in form:
        assert pl.read_parquet_metadata(file).items() >= {"measure": "net", **made}.items()
    else:
        text = file.read_text(encoding="utf-8")
        assert all(value in text for value in ("net", *made.values()))
    assert {name for name, chosen in FORMATS.items() if not chosen.about} == {"dna", "dl"}


# -- names and places ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.csv", "csv"), ("a.edges.csv", "edges"), ("a.DNA.CSV", "dna"), ("a.csv.gz", "csv"), ("edges.csv", "csv"),
        ("a.edges.csv.zst", "edges"), ("a.graphml", "graphml"), ("a.visone.graphml", "visone"), ("a.latex", "tex"),
        ("a.markdown", "md"), ("a.htm", "html"), ("a.b.net", "net"),
        ("a.edges.parquet", "edges-parquet"), ("a.turtle", "ttl"),
    ],
)  # fmt: skip
def test_the_ending_decides(name: str, kind: str) -> None:
    """The longest ending that stands for a format decides, whatever its case, with or without compression."""
    assert kind_of(Path("folder.net") / name) == kind


def test_a_format_may_be_named(tmp_path: Path) -> None:
    """A format that is named, by name or ending, overrides the ending of the file."""
    assert harbour().write(tmp_path / "x.csv", "dl").read_bytes().startswith(b"dl n = 4")
    assert harbour().write(tmp_path / "y", ".edges.csv").read_bytes().startswith(b"# measure: net")


@pytest.mark.parametrize(
    ("name", "form", "words"),
    [
        ("x.grapml", None, '"grapml" is no matrix format. Did you mean "graphml"?'),
        ("x.csv", "dnaa", '"dnaa" is no matrix format. Did you mean "dna"?'),
        ("x", None, '"x" is no matrix format.'),
        ("x.docx", None, '"docx" is no matrix format.'),
    ],
)
def test_an_unknown_format_is_refused(tmp_path: Path, name: str, form: str | None, words: str) -> None:
    """An unknown format is refused with the ones there are, and nothing is written."""
    with pytest.raises(KGError) as caught:
        harbour().write(tmp_path / name, form)

    assert words in str(caught.value)
    assert "Use one of csv, dna, edges, dl, graphml, visone, gexf, net, parquet" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_a_file_in_no_folder_is_refused(tmp_path: Path, form: str) -> None:
    """A file that cannot be written is an error of ours in every format."""
    with pytest.raises(StoreError, match="cannot be written: No such file or directory"):
        harbour().write(tmp_path / "none" / "x", form)


def test_a_failure_keeps_the_old_file(tmp_path: Path) -> None:
    """What cannot be written leaves the file that was there, and no draft beside it."""
    values = TIES.copy()
    values[0, 1] = 7.0
    (tmp_path / "x.graphml").write_text("old")

    with pytest.raises(KGError, match="not the same both ways"):
        harbour(values=values).write(tmp_path / "x.graphml")
    assert [(f.name, f.read_text()) for f in tmp_path.iterdir()] == [("x.graphml", "old")]


@pytest.mark.parametrize("ending", [".gz", ".zst"])
@pytest.mark.parametrize("form", sorted(FORMATS))
def test_files_are_compressed_by_their_ending(tmp_path: Path, form: str, ending: str) -> None:
    """A compressed file holds the bytes of the plain one."""
    ends = FORMATS[form].endings[0]
    packed, plain = harbour().write(tmp_path / f"x.{ends}{ending}"), harbour().write(tmp_path / f"x.{ends}")

    assert files.read(packed) == plain.read_bytes()


def test_a_sheet_that_is_too_wide_is_refused(tmp_path: Path) -> None:
    """More columns than a sheet can hold are refused before anything is written."""
    matrix = Matrix(("a",), tuple(map(str, range(COLUMNS))), np.zeros((1, COLUMNS)), "two")

    with pytest.raises(KGError, match=r"An Excel sheet holds 1,048,576 × 16,384 cells, not 2 × 16,385"):
        matrix.write(tmp_path / "x.xlsx")
    assert list(tmp_path.iterdir()) == []


# -- large ones ----------------------------------------------------------------------------------


def test_a_large_sparse_matrix_stays_sparse(tmp_path: Path) -> None:
    """A hundred thousand actors with few ties go into every format that lists ties, and nothing becomes dense."""
    size = 100_000
    labels = tuple(f"actor {i}" for i in range(size))
    at = np.arange(size - 1)
    half = csr_array((np.full(size - 1, 0.5), (at, at + 1)), shape=(size, size))
    matrix = Matrix(labels, labels, csr_array(half + half.T))

    for name, lines in (("x.edges.csv", size), ("x.net", 2 * size + 1)):
        assert len(matrix.write(tmp_path / name).read_text(encoding="utf-8").splitlines()) == lines
    assert len(pl.read_parquet(matrix.write(tmp_path / "x.edges.parquet"))) == size - 1
    assert matrix.take(range(10)).shape == (10, 10)
    assert matrix.ordered("value").rows[-2:] == ("actor 0", "actor 99999")
    assert dense(matrix.take([1, 0]).values).tolist() == [[0, 0.5], [0.5, 0]]


def test_a_large_dense_matrix_is_written_block_by_block(tmp_path: Path) -> None:
    """A matrix of several blocks is written like a small one, every cell at its place."""
    size = 1_500
    values = np.arange(size * size, dtype=np.float64).reshape(size, size) / 3
    labels = tuple(map(str, range(size)))
    matrix = Matrix(labels, labels, values, "two")
    body = rows_of(matrix.write(tmp_path / "x.csv").read_bytes())[1:]

    assert len(body) == size
    assert [row[0] for row in body] == list(labels)
    np.testing.assert_array_equal(np.array([row[1:] for row in body], dtype=np.float64), values)
