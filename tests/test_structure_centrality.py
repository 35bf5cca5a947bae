"""Centralities, brokers and mediators."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from signed_networks import Matrix, signed_matrices

from kg.algebra.centrality import (
    betweenness,
    brokerage,
    closeness,
    constraint,
    core,
    degrees,
    eigenvector,
    mediated,
    mediators,
    pn,
)
from kg.errors import KGError

# The network of the vignette of signnet (Schoch) in which signed degree tells no two nodes apart.
SAME_DEGREE = np.array(
    [
        [0, 1, 0, 1, 0, 0, 0, -1, -1, 0],
        [1, 0, 1, -1, 1, -1, -1, 0, 0, 0],
        [0, 1, 0, 1, -1, 0, 0, 0, -1, 0],
        [1, -1, 1, 0, 1, -1, -1, 0, 0, 0],
        [0, 1, -1, 1, 0, 1, 0, -1, 0, -1],
        [0, -1, 0, -1, 1, 0, 1, 0, 1, -1],
        [0, -1, 0, -1, 0, 1, 0, 1, -1, 1],
        [-1, 0, 0, 0, -1, 0, 1, 0, 1, 0],
        [-1, 0, -1, 0, 0, 1, -1, 1, 0, 1],
        [0, 0, 0, 0, -1, -1, 1, 0, 1, 0],
    ],
    dtype=float,
)
# A dominant eigenvalue of this one has two eigenvectors (same vignette).
REPEATED = np.array(
    [
        [0, 1, 1, -1, 0, 0, -1, 0, 0],
        [1, 0, 1, 0, -1, 0, 0, -1, 0],
        [1, 1, 0, 0, 0, -1, 0, 0, -1],
        [-1, 0, 0, 0, 1, 1, -1, 0, 0],
        [0, -1, 0, 1, 0, 1, 0, -1, 0],
        [0, 0, -1, 1, 1, 0, 0, 0, -1],
        [-1, 0, 0, -1, 0, 0, 0, 1, 1],
        [0, -1, 0, 0, -1, 0, 1, 0, 1],
        [0, 0, -1, 0, 0, -1, 1, 1, 0],
    ],
    dtype=float,
)


def friends(matrix: Matrix) -> Any:
    """The positive ties as networkx, all nodes kept."""
    return networkx.from_numpy_array(np.nan_to_num(np.where(matrix > 0, matrix, 0) * (1 - np.eye(len(matrix)))))


def test_the_published_pn_and_eigenvector_centralities() -> None:
    """The printed numbers of signnet's vignette on centrality (PN: Everett and Borgatti 2014), to every digit."""
    assert degrees(SAME_DEGREE).ratio.tolist() == [0.5] * 10
    assert pn(SAME_DEGREE) == pytest.approx(
        [0.9009747, 0.8613482, 0.9076997, 0.8613482, 0.8410658, 0.8496558, 0.8617321, 0.9015909, 0.8509848, 0.9072930],
        abs=5e-8,
    )
    # The printed vector belongs to the eigenvalue of largest size, which is below 0; that is our largest of −A.
    values = np.linalg.eigvalsh(SAME_DEGREE)
    assert -values[0] > values[-1]
    assert eigenvector(-SAME_DEGREE, part="signed") == pytest.approx(
        [-0.62214960, 1, -0.74518850, 1, -0.89990041, 0.64289592, 0.35828159, -0.37471921, -0.28087411, -0.07834568],
        abs=5e-9,
    )


def test_pn_is_two_among_friends_only() -> None:
    """All tied positively: 2 for each (the expectation of signnet's own test)."""
    assert pn(np.ones((5, 5))) == pytest.approx([2.0] * 5)
    assert pn(np.zeros((3, 3))).tolist() == [1, 1, 1]
    assert np.isnan(pn([[0]])).all()


@given(signed_matrices(8, whole=False))
def test_degrees_count_by_sign(matrix: Matrix) -> None:
    """Numbers and sums of positive and of negative ties, the diagonal left out."""
    plain = np.nan_to_num(matrix)
    found = degrees(matrix + np.eye(len(matrix)) * 7)

    assert found.positive.tolist() == (plain > 0).sum(axis=1).tolist()
    assert found.negative.tolist() == (plain < 0).sum(axis=1).tolist()
    assert found.strength == pytest.approx(plain.sum(axis=1))
    assert found.total.tolist() == (found.net + 2 * found.negative).tolist()
    assert np.isnan(found.ratio[found.total == 0]).all()


@given(signed_matrices(8, whole=False))
@settings(deadline=None)
def test_paths_and_cores_are_those_of_networkx(matrix: Matrix) -> None:
    """Betweenness, closeness, core and constraint of the positive ties are networkx's."""
    graph = friends(matrix)
    n = len(matrix)
    for a, b, data in graph.edges(data=True):
        data["distance"] = 1 / matrix[a, b]

    assert betweenness(matrix) == pytest.approx([networkx.betweenness_centrality(graph)[v] for v in range(n)])
    assert closeness(matrix, weighted=True) == pytest.approx(
        [networkx.closeness_centrality(graph, distance="distance")[v] for v in range(n)]
    )
    assert core(matrix).tolist() == [networkx.core_number(graph)[v] for v in range(n)] if n else True
    theirs = networkx.constraint(graph, weight="weight") if n else {}
    assert constraint(matrix) == pytest.approx([theirs[v] for v in range(n)], nan_ok=True)


@given(signed_matrices(7))
@settings(deadline=None)
def test_the_eigenvector_is_one(matrix: Matrix) -> None:
    """A x = λ x with the largest λ, the largest entry 1; nothing but 0 without ties."""
    for part, square in (
        ("signed", np.nan_to_num(matrix)),
        ("positive", np.maximum(np.nan_to_num(matrix), 0)),
        ("negative", np.maximum(np.nan_to_num(-matrix), 0)),
        ("any", np.abs(np.nan_to_num(matrix))),
    ):
        found = eigenvector(matrix, part=part)
        if not square.any():
            assert not found.any()
        elif not np.isnan(found).any():
            assert square @ found == pytest.approx(np.linalg.eigvalsh(square)[-1] * found, abs=1e-7)
            assert found.max() == pytest.approx(1)
            assert found.min() >= (-1 - 1e-9 if part == "signed" else -1e-9)
        else:
            assert part == "signed"


def test_an_eigenvector_that_is_not_one_but_many_gives_no_ranking() -> None:
    """Where two eigenvectors share the largest eigenvalue and none is near equal entries, the answer is not known."""
    assert np.isnan(eigenvector(REPEATED, part="signed")).all()


def test_equal_parts_are_equally_central() -> None:
    """Two stars of the same size: hubs alike, leaves alike, whatever a solver makes of the shared eigenvalue."""
    star = np.zeros((8, 8))
    for hub in (0, 4):
        star[hub, hub + 1 : hub + 4] = star[hub + 1 : hub + 4, hub] = 1
    found = eigenvector(star)

    assert found[[0, 4]] == pytest.approx([1, 1])
    assert found[[1, 2, 3, 5, 6, 7]] == pytest.approx([3**-0.5] * 6)


@given(signed_matrices(7), st.lists(st.sampled_from("ABC"), min_size=7, max_size=7))
def test_brokerage_is_counted_pair_by_pair(matrix: Matrix, labels: list[str]) -> None:
    """A look at every pair of friends who are not friends finds the same roles."""
    n = len(matrix)
    tied = np.nan_to_num(matrix) > 0
    expected = np.zeros((n, 4), dtype=int)
    for broker in range(n):
        for a, b in combinations(range(n), 2):
            if broker not in (a, b) and tied[broker, a] and tied[broker, b] and not tied[a, b]:
                kinds = (labels[a] == labels[broker], labels[b] == labels[broker], labels[a] == labels[b])
                role = {(True, True, True): 0, (False, False, True): 1}.get(kinds, 2 if kinds[0] or kinds[1] else 3)
                expected[broker, role] += 1

    found = brokerage(matrix, labels[:n])

    assert np.column_stack([found.coordinator, found.consultant, found.gatekeeper, found.liaison]).tolist() == (
        expected.tolist()
    )
    assert found.total.tolist() == expected.sum(axis=1).tolist()


@given(signed_matrices(8, whole=False))
def test_mediators_are_counted_quarrel_by_quarrel(matrix: Matrix) -> None:
    """A look at every negative tie finds the same friends of both sides, and they are the evidence."""
    n = len(matrix)
    plain = np.nan_to_num(matrix)
    quarrels = [(a, b) for a, b in combinations(range(n), 2) if plain[a, b] < 0]
    found = mediators(matrix)
    for node in range(n):
        mine = [(a, b) for a, b in quarrels if plain[node, a] > 0 and plain[node, b] > 0]
        others = [q for q in quarrels if node not in q]
        assert found.count[node] == len(mine)
        assert found.share[node] == pytest.approx(len(mine) / len(others) if others else np.nan, nan_ok=True)
        assert found.strength[node] == pytest.approx(
            sum(-plain[a, b] * min(plain[node, a], plain[node, b]) for a, b in mine)
        )
        assert mediated(matrix, node).tolist() == [list(q) for q in mine]


def test_a_friend_of_both_sides_mediates() -> None:
    """One quarrel, one friend of both, one friend of one: only the first mediates; sparse says the same."""
    matrix = np.zeros((4, 4))
    for a, b, w in ((0, 1, -2.0), (0, 2, 3.0), (1, 2, 1.0), (1, 3, 1.0)):
        matrix[a, b] = matrix[b, a] = w
    for form in (matrix, sparse.csr_array(matrix)):
        found = mediators(form)
        assert found.count.tolist() == [0, 0, 1, 0]
        assert found.share.tolist()[2:] == [1, 0]
        assert found.strength.tolist() == [0, 0, 2, 0]


@pytest.mark.parametrize("matrix", [np.zeros((0, 0)), [[0]], np.zeros((3, 3))])
def test_without_ties_numbers_are_zero_or_not_known(matrix: Any) -> None:
    """Nobody is central where nobody is tied."""
    n = len(matrix)

    assert betweenness(matrix).tolist() == closeness(matrix).tolist() == eigenvector(matrix).tolist() == [0.0] * n
    assert core(matrix).tolist() == degrees(matrix).total.tolist() == [0] * n
    assert np.isnan(constraint(matrix)).all()
    assert brokerage(matrix, range(n)).total.tolist() == mediators(matrix).count.tolist() == [0] * n
    assert np.isnan(mediators(matrix).share).all()
    assert len(pn(matrix)) == n


def test_bad_calls_are_refused() -> None:
    """Unknown parts, partitions that do not fit, nodes that are not there, matrices that are none."""
    two = np.array([[0.0, 1], [1, 0]])
    with pytest.raises(KGError, match=r'No part "positve". Did you mean "positive"'):
        eigenvector(two, part="positve")
    with pytest.raises(KGError, match=r'No part "signed". There are: positive, negative, any'):
        betweenness(two, part="signed")
    with pytest.raises(KGError, match="3 labels for 2 nodes"):
        brokerage(two, [0, 1, 2])
    for node in (-1, 2):
        with pytest.raises(KGError, match=f"no node {node} among 2"):
            mediated(two, node)
    for measure in (degrees, eigenvector, pn, betweenness, closeness, core, constraint, mediators):
        with pytest.raises(KGError, match="not symmetric"):
            measure(np.array([[0, 1], [2, 0]]))
