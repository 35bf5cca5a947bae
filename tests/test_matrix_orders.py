"""Orders of rows and columns, isolates, intervals: what moves, and what stays with its cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matrix_cases import ACTORS, IDS, NAN, TIES, dense, harbour, thin, two

from kg.errors import KGError
from kg.matrices import Cell, Matrix


@pytest.mark.parametrize("sparse", [False, True])
def test_isolates_can_be_left_out(sparse: bool) -> None:
    """Who has no known tie is left out, whatever stands on the diagonal, with all that belongs to the row."""
    values = TIES.copy()
    values[3, 3] = 9.0
    matrix = harbour(values=values, row_attributes={"color": ("red", "green", "blue", "grey")})
    smaller = (thin(matrix) if sparse else matrix).without_isolates()

    assert smaller.rows == smaller.columns == ACTORS[:3]
    assert smaller.row_ids == IDS[:3]
    assert smaller.row_attributes == {"color": ("red", "green", "blue")}
    np.testing.assert_array_equal(dense(smaller.values), TIES[:3, :3])
    np.testing.assert_array_equal(dense(smaller.n), harbour().n[:3, :3])
    assert smaller.made_from == harbour().made_from


def test_isolates_of_two_modes_are_rows_and_columns() -> None:
    """In a two-mode matrix rows and columns are left out by themselves."""
    smaller = two(values=[[0, 0, -2], [NAN, 0, 0]]).without_isolates()

    assert (smaller.rows, smaller.columns) == (("Ferry company",), ("Sell it.",))


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("by", ["label", "value", "camps"])
def test_order_moves_everything_along(by: str, sparse: bool) -> None:
    """Whatever the order, a cell keeps its value, count and IRIs."""
    matrix = thin(harbour()) if sparse else harbour()
    moved = matrix.ordered(by)

    assert sorted(moved.rows) == sorted(ACTORS)
    assert moved.rows == moved.columns
    for a in ACTORS:
        for b in ACTORS:
            assert moved.cell(a, b) == matrix.cell(a, b)
            assert moved.row_ids[moved.rows.index(a)] == IDS[ACTORS.index(a)]


def test_order_by_label_and_value() -> None:
    """By label is the alphabet without regard to case and accents; by value the largest sum comes first."""
    letters = Matrix(("b", "É", "a", "e"), ("b", "É", "a", "e"), np.zeros((4, 4)))

    assert letters.ordered("label").rows == ("a", "b", "e", "É")
    assert harbour().ordered("value").rows == ("Town council", "Fishers", "Museum", "Ferry company")
    assert two().ordered("value").columns == ("Dredge it.", "Close it.", "Sell it.")


def camps(size: int, within: float, between: float) -> Matrix:
    """Two camps whose members alternate."""
    same = np.add.outer(np.arange(size), np.arange(size)) % 2 == 0
    labels = tuple(f"actor {i:03d}" for i in range(size))
    return Matrix(labels, labels, np.where(same, within, between))


@pytest.mark.parametrize("size", [6, 400])
@pytest.mark.parametrize(("within", "between"), [(1.0, -1.0), (1.0, 0.0), (3.0, 1.0)])
@pytest.mark.parametrize("sparse", [False, True])
def test_order_by_camps_puts_camps_together(size: int, within: float, between: float, sparse: bool) -> None:
    """Two camps are found from conflict, from absence of ties and from weaker ones, in small matrices and large."""
    matrix = camps(size, within, between)
    rows = (thin(matrix) if sparse else matrix).ordered("camps").rows
    halves = [{int(name[6:]) % 2 for name in half} for half in (rows[: size // 2], rows[size // 2 :])]

    assert sorted(map(sorted, halves)) == [[0], [1]]


def test_given_camps_are_kept() -> None:
    """Camps that are given stand one after the other, the most tied first, and columns where most of theirs is."""
    values = [[0, 2, 0], [5, 0, 0], [0, 1, 1]]
    matrix = Matrix(("a", "b", "c"), ("x", "y", "z"), values, "two").ordered("camps", camps=[1, 0, 1])

    assert matrix.rows == ("b", "a", "c")
    assert matrix.columns == ("x", "y", "z")
    one = harbour().ordered("camps", camps=["north", "south", "north", "south"])
    assert one.rows == ("Town council", "Ferry company", "Fishers", "Museum")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"by": "camp"}, 'No order "camp". Did you mean "camps"?'),
        ({"by": "label", "camps": [0] * 4}, 'the order is "label"'),
        ({"by": "camps", "camps": [0]}, "There are 1 camps for 4 rows"),
    ],
)
def test_a_wrong_order_is_refused(how: dict[str, Any], words: str) -> None:
    """Unknown orders, and camps that do not fit, are refused."""
    with pytest.raises(KGError, match=words.replace("?", r"\?")):
        harbour().ordered(**how)


def test_intervals_are_added() -> None:
    """Intervals go with the cells from then on; the old matrix stays as it was."""
    matrix = two()
    with_them = matrix.with_intervals(matrix.values - 1, matrix.values + 1)

    assert with_them.cell("Fishers", "Dredge it.") == Cell("Fishers", "Dredge it.", 3, low=2, high=4)
    assert with_them.cell("Fishers", "Close it.").low is None
    assert matrix.low is None
