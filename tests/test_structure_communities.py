"""Communities of signed networks, and the positions that hold them together or divide them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signed_networks import Matrix, against, chamber, fewest, signed_matrices, tribes, two_camps

from kg.algebra.communities import Coalitions, coalitions, communities, modularity
from kg.errors import KGError

NAN = math.nan


def quality(matrix: Matrix, labels: Any, positive: float = 1.0, negative: float = 1.0) -> float:
    """The formula of the paper, pair by pair, the pairs of a node with itself included."""
    matrix = np.nan_to_num(matrix * (1 - np.eye(len(matrix))))
    plus, minus = np.maximum(matrix, 0), np.maximum(-matrix, 0)
    total = 0.0
    for i in range(len(matrix)):
        for j in range(len(matrix)):
            if labels[i] == labels[j]:
                total += matrix[i, j]
                total -= positive * plus[i].sum() * plus[j].sum() / plus.sum() if plus.sum() else 0
                total += negative * minus[i].sum() * minus[j].sum() / minus.sum() if minus.sum() else 0
    return total / (plus.sum() + minus.sum()) if plus.sum() + minus.sum() else NAN


@given(signed_matrices(8, whole=False), st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_modularity_is_the_formula(matrix: Matrix, labels: list[int]) -> None:
    """The signed modularity of any partition is that of the formula, at any resolution."""
    mine = labels[: len(matrix)]

    assert modularity(matrix, mine) == pytest.approx(quality(matrix, mine), nan_ok=True)
    assert modularity(matrix, mine, positive=0.5, negative=2) == pytest.approx(
        quality(matrix, mine, 0.5, 2), nan_ok=True
    )


def test_without_foes_it_is_newmans_modularity() -> None:
    """On positive ties the quality is networkx's, and Zachary's club splits as well as its Louvain does."""
    import networkx

    club = networkx.karate_club_graph()
    matrix = networkx.to_numpy_array(club)
    found = communities(matrix)
    groups = [set(np.flatnonzero(found.labels == c)) for c in range(found.count)]
    theirs = networkx.community.louvain_communities(club, seed=1)

    assert found.quality == pytest.approx(networkx.community.modularity(club, groups))
    assert found.quality >= networkx.community.modularity(club, theirs) - 1e-9


@given(signed_matrices(8, whole=False))
@settings(deadline=None)
def test_communities_report_the_quality_they_have(matrix: Matrix) -> None:
    """The reported quality is that of the labels; no single node can move and gain."""
    found = communities(matrix)

    assert found.quality == pytest.approx(quality(matrix, found.labels), nan_ok=True)
    assert sorted(set(found.labels.tolist())) == list(range(found.count))
    if not math.isnan(found.quality):
        for node in range(len(matrix)):
            for goal in range(found.count + 1):
                other = found.labels.copy()
                other[node] = goal
                assert quality(matrix, other) <= found.quality + 1e-8


def test_communities_do_not_hang_on_the_order_of_rows(shared: Path) -> None:
    """The same groups however the rows are sorted, and the same again with the same seed."""
    for matrix in (tribes(shared)[0], two_camps(80, 0.3, 0.1, 2), chamber(60, 40, 2.0, 3)):
        first = communities(matrix)
        order = np.random.default_rng(4).permutation(len(matrix))
        again = communities(matrix[np.ix_(order, order)])

        assert again.quality == pytest.approx(first.quality)
        assert ((again.labels[:, None] == again.labels) == (first.labels[order][:, None] == first.labels[order])).all()
        assert np.array_equal(communities(matrix).labels, first.labels)


def test_two_camps_and_three_tribes_are_found(shared: Path) -> None:
    """Planted camps come back; the highland tribes fall into the three alliances of Read and of Hage and Harary."""
    planted = two_camps(80, 0.5, 0.0, 7)
    matrix, oracle = tribes(shared)
    three = np.array(oracle["computed"]["k_partition_line_index"]["3"]["partition"])

    found = communities(planted)
    assert found.count == 2
    assert against(planted, found.labels) == 0
    alliances = communities(matrix)
    assert alliances.count == 3
    assert ((alliances.labels[:, None] == alliances.labels) == (three[:, None] == three)).all()


@given(signed_matrices(7))
@settings(max_examples=60, deadline=None)
def test_the_constant_model_at_zero_is_weak_balance(matrix: Matrix) -> None:
    """With γ = 0 the quality is 1 − (positive ties' share of all...) counted from what is against the partition."""
    found = communities(matrix, method="constant", positive=0.0, starts=30)
    whole = np.nansum(np.abs(matrix)) / 2
    plus = np.nansum(np.maximum(matrix, 0)) / 2

    if whole:
        # Σ within = positive ties − all that is against.
        assert found.quality * whole == pytest.approx(plus - against(matrix, found.labels))
        assert against(matrix, found.labels) >= fewest(matrix, len(matrix))


def test_a_higher_constant_makes_smaller_groups() -> None:
    """Two cliques of friends joined by one tie: one group at γ = 0, the cliques at ½, loners above 1."""
    matrix = np.zeros((8, 8))
    matrix[:4, :4] = matrix[4:, 4:] = 1
    matrix[3, 4] = matrix[4, 3] = 1

    counts = [communities(matrix, method="constant", positive=g).count for g in (0.0, 0.5, 1.5)]

    assert counts == [1, 2, 8]


@pytest.mark.parametrize("matrix", [np.zeros((0, 0)), [[0]], np.zeros((3, 3))])
def test_without_ties_everybody_is_alone(matrix: Any) -> None:
    """No ties, no quality, one community a node."""
    found = communities(matrix)

    assert math.isnan(found.quality)
    assert found.count == len(matrix)


def test_bad_calls_are_refused() -> None:
    """An unknown method, a resolution below 0, no starts, a partition of another size."""
    with pytest.raises(KGError, match=r'No method "modularty". Did you mean "modularity"'):
        communities(np.zeros((2, 2)), method="modularty")
    with pytest.raises(KGError, match="resolutions are -1 and 1"):
        communities(np.zeros((2, 2)), positive=-1)
    with pytest.raises(KGError, match="starts"):
        communities(np.zeros((2, 2)), starts=0)
    with pytest.raises(KGError, match="one label a node"):
        modularity(np.zeros((2, 2)), [0, 1, 2])
    with pytest.raises(KGError, match="not symmetric"):
        communities([[0, 1], [0, 0]])


# Actors × positions: two camps of three and two, and one who stands alone. NaN: no stance known.
VALUES = np.array(
    [
        [2.0, 1.0, NAN, 1.0, -1.0],
        [1.0, 2.0, 1.0, -1.0, NAN],
        [2.0, NAN, NAN, 1.0, -1.0],
        [-2.0, 1.0, NAN, 1.0, -2.0],
        [-1.0, 1.0, NAN, NAN, 1.0],
        [NAN, -1.0, NAN, NAN, NAN],
    ]
)
CAMPS = [0, 0, 0, 1, 1, 2]


def test_positions_that_hold_a_community_together() -> None:
    """What enough members are known to stand behind with one sign, the strongest first, with the numbers."""
    found = coalitions(VALUES, CAMPS)

    assert [(h.community, h.column) for h in found.holding] == [(0, 0), (0, 1), (0, 4), (1, 0), (1, 1)]
    first, second = found.holding[:2]
    assert (first.mean, first.known, first.members, first.same) == (pytest.approx(5 / 3), 3, 3, 1)
    assert (second.mean, second.known, second.same) == (1.5, 2, 1)
    assert second.strength == pytest.approx(1.5 * 2 / 3)


def test_a_community_may_stand_together_against_a_position() -> None:
    """A shared no holds together as a shared yes does; the mean says which."""
    assert [h.mean for h in coalitions(VALUES, CAMPS).holding if h.column == 4] == [-1.0]
    split = coalitions(VALUES, CAMPS, same=1.0, known=0.9)
    assert [(h.community, h.column) for h in split.holding] == [(0, 0), (1, 0), (1, 1)]


def test_positions_that_divide_communities() -> None:
    """Opposite means on what enough members of both are known for; the one actor of a community is enough for it."""
    found = coalitions(VALUES, CAMPS)

    assert [(d.first, d.second, d.column) for d in found.dividing] == [(0, 1, 0), (0, 2, 1), (1, 2, 1)]
    first = found.dividing[0]
    assert (first.first_mean, first.second_mean) == (pytest.approx(5 / 3), -1.5)
    assert first.gap == pytest.approx(5 / 3 + 1.5)
    assert first.overlap == 0
    assert (first.first_known, first.second_known) == (3, 2)


def test_overlap_is_the_chance_of_being_on_the_wrong_side() -> None:
    """Of the four pairs of (1, −1) and (−1, −2) one is tied: an overlap of one half in four."""
    found = coalitions([[1.0], [-0.5], [-0.5], [-2.0]], [0, 0, 1, 1])

    assert [d.overlap for d in found.dividing] == [pytest.approx(0.125)]


@given(st.integers(0, 2**31), st.integers(1, 6), st.integers(1, 6))
def test_turning_all_signs_turns_the_means(seed: int, n: int, m: int) -> None:
    """Positions put the other way round hold together and divide the same, with means of the other sign."""
    rng = np.random.default_rng(seed)
    values = np.where(rng.random((n, m)) < 0.3, NAN, rng.integers(-2, 3, (n, m)))
    groups = rng.integers(-1, 2, n)

    here, there = coalitions(values, groups), coalitions(-values, groups)

    assert [(h.community, h.column, h.mean) for h in here.holding] == [
        (h.community, h.column, -h.mean) for h in there.holding
    ]
    assert [(d.column, d.gap) for d in here.dividing] == [(d.column, -d.gap) for d in there.dividing]
    assert all(h.community >= 0 for h in here.holding)


def test_empty_tables_have_no_positions_and_misfits_are_refused() -> None:
    """Nobody and nothing: no records. Another number of labels, or an infinite value: an error."""
    assert coalitions(np.zeros((0, 0)), []) == Coalitions((), ())
    assert coalitions(np.full((3, 2), NAN), [0, 0, 1]) == Coalitions((), ())
    with pytest.raises(KGError, match="2 labels for 3 actors"):
        coalitions(np.zeros((3, 2)), [0, 1])
    with pytest.raises(KGError, match="infinite"):
        coalitions([[np.inf]], [0])
    with pytest.raises(KGError, match="actors × positions"):
        coalitions([1.0, 2.0], [0, 1])
