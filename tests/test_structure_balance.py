"""Balance: triangles, closed walks, camps without exception."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from signed_networks import Matrix, bitcoin, chamber, fewest, signed_matrices, switched, tribes, two_camps

from kg.algebra.balance import KINDS, Triads, balanced, conflict, triads, walks
from kg.errors import KGError

LINE = np.array([[0.0, 1, 0], [1, 0, -1], [0, -1, 0]])


def by_hand(matrix: Matrix) -> tuple[dict[str, int], dict[str, float], np.ndarray[Any, Any]]:
    """Triangles counted one by one."""
    counts, weights = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0.0)
    per_node = np.zeros((len(matrix), 4), dtype=int)
    for three in combinations(range(len(matrix)), 3):
        ties = np.array([matrix[i, j] for i, j in combinations(three, 2)])
        if np.isnan(ties).any() or (ties == 0).any():
            continue
        kind = KINDS[int((ties < 0).sum())]
        counts[kind] += 1
        weights[kind] += float(np.abs(ties).prod() ** (1 / 3))
        per_node[list(three), KINDS.index(kind)] += 1
    return counts, weights, per_node


def test_the_highland_tribes_are_counted_as_published(shared: Path) -> None:
    """Of 68 triangles 59 are balanced: 0.8676471 (signnet, JOSS; data Read 1954)."""
    matrix, oracle = tribes(shared)

    found = triads(matrix)

    assert found.counts == {"+++": 19, "++-": 2, "+--": 40, "---": 7}
    assert (found.total, round(found.share() * 68)) == (68, 59)
    assert found.share() == pytest.approx(oracle["published"]["balance_triangles"], abs=5e-8)
    assert found.share("weak") == pytest.approx(66 / 68)
    assert found.clustering == pytest.approx(2 * 59 / 68 - 1)


def test_the_walks_of_the_tribes_are_as_published(shared: Path) -> None:
    """The walk-based balance of the highland tribes is 0.3575761 (Estrada 2019, by signnet)."""
    matrix, oracle = tribes(shared)

    assert walks(matrix).share == pytest.approx(oracle["published"]["balance_walk_estrada"], abs=5e-8)
    assert walks(matrix).share == pytest.approx(oracle["computed"]["walk"], rel=1e-12)


@given(signed_matrices(8, whole=False))
def test_triangles_are_those_counted_by_hand(matrix: Matrix) -> None:
    """Products of matrices find the triangles that a look at every three nodes finds, by kind, weight and node."""
    counts, weights, per_node = by_hand(matrix)

    found = triads(matrix)

    assert found.counts == counts
    assert found.weights == pytest.approx(weights)
    assert np.array_equal(found.per_node, per_node)


@given(signed_matrices(8), st.randoms(use_true_random=False), st.integers(0, 255))
def test_balance_does_not_hang_on_names_or_switching(matrix: Matrix, random: Any, which: int) -> None:
    """Renumbering changes nothing; turning the signs around a set of nodes keeps balanced triangles and walks."""
    order = random.sample(range(len(matrix)), len(matrix))
    turned = switched(matrix, np.array([which >> i & 1 for i in range(len(matrix))], dtype=bool))
    renamed = matrix[np.ix_(order, order)]

    assert triads(renamed).counts == triads(matrix).counts
    for other in (renamed, turned):
        assert triads(other).share() == pytest.approx(triads(matrix).share(), nan_ok=True)
        assert walks(other).share == pytest.approx(walks(matrix).share, nan_ok=True)
        assert walks(other, method="resolvent").share == pytest.approx(
            walks(matrix, method="resolvent").share, nan_ok=True
        )
        assert balanced(other).balanced == balanced(matrix).balanced


@given(signed_matrices(8))
def test_walks_are_all_balanced_exactly_when_the_network_is(matrix: Matrix) -> None:
    """K is 1 where the network is balanced and below 1 where it is not, by either weighing of lengths."""
    for method in ("exponential", "resolvent"):
        found = walks(matrix, method=method)
        if len(matrix):
            assert 0 < found.share <= 1 + 1e-12
            assert (found.share > 1 - 1e-10) == balanced(matrix).balanced
            assert 0 <= found.unbalanced + 1e-12 < 1
        assert len(found.per_node) == len(matrix)


def test_closed_walks_are_those_of_the_series() -> None:
    """exp and the resolvent agree with their power series, on one network with weights."""
    matrix = np.array([[0, 1.5, -0.5], [1.5, 0, 0.25], [-0.5, 0.25, 0]])
    sizes, share = np.abs(matrix), 0.3
    alpha = share / np.linalg.eigvalsh(sizes)[-1]
    term, other, series, plain = np.eye(3), np.eye(3), 0.0, 0.0
    geometric = [0.0, 0.0]
    for length in range(80):
        series, plain = series + np.trace(term), plain + np.trace(other)
        geometric[0] += alpha**length * np.trace(np.linalg.matrix_power(matrix, length))
        geometric[1] += alpha**length * np.trace(np.linalg.matrix_power(sizes, length))
        term, other = 2 * term @ matrix / (length + 1), 2 * other @ sizes / (length + 1)

    assert walks(matrix, parameter=2.0, weighted=True).share == pytest.approx(series / plain)
    found = walks(matrix, method="resolvent", parameter=share, weighted=True)
    assert found.share == pytest.approx(geometric[0] / geometric[1])


def test_walks_of_a_large_network_do_not_overflow() -> None:
    """A network whose exp would have some 340 digits has a balance between 0 and 1."""
    found = walks(two_camps(400, 1.0, 0.02, 1), parameter=2.0)

    assert 0 < found.share < 1
    assert np.isfinite(found.per_node).all()


@given(signed_matrices(8))
def test_camps_or_a_cycle_that_has_none(matrix: Matrix) -> None:
    """Balance comes with camps without exception; its absence with a cycle that rules them out."""
    for kind, wrong in (("strong", lambda n: n % 2 == 1), ("weak", lambda n: n == 1)):
        found = balanced(matrix, kind)
        if found.balanced:
            for i, j in combinations(range(len(matrix)), 2):
                if matrix[i, j] > 0 or matrix[i, j] < 0:
                    assert (found.camps[i] == found.camps[j]) == (matrix[i, j] > 0)
        else:
            ring = [matrix[i, j] for i, j in zip(found.cycle, (*found.cycle[1:], found.cycle[0]), strict=True)]
            assert len(set(found.cycle)) == len(found.cycle) >= 3
            assert all(v != 0 and not np.isnan(v) for v in ring)
            assert wrong(sum(v < 0 for v in ring))


def test_three_hostile_camps_are_balanced_only_in_the_weak_sense() -> None:
    """Three nodes, all foes: no two camps, three camps."""
    foes = -(np.ones((3, 3)) - np.eye(3))

    assert not balanced(foes).balanced
    assert balanced(foes, "weak").balanced
    assert sorted(balanced(foes, "weak").camps) == [0, 1, 2]
    assert (triads(foes).share(), triads(foes).share("weak")) == (0, 1)


def test_balanced_shares_by_node_and_by_weight() -> None:
    """A heavy balanced triangle and a light unbalanced one that share a tie."""
    matrix = np.zeros((4, 4))
    for i, j, w in ((0, 1, 8.0), (0, 2, 8.0), (1, 2, 8.0), (1, 3, 1.0), (2, 3, -1.0)):
        matrix[i, j] = matrix[j, i] = w
    found = triads(matrix)

    assert found.share() == 0.5
    assert found.share(weighted=True) == pytest.approx(8 / 10)
    assert found.shares().tolist() == [1.0, 0.5, 0.5, 0.0]


@given(signed_matrices(7, whole=False))
@settings(max_examples=60)
def test_algebraic_conflict_is_a_bound(matrix: Matrix) -> None:
    """n λ / 4, summed over the parts, is never above the frustration; it is 0 exactly in balance."""
    found = conflict(matrix)
    sizes = [s for s in np.bincount(triads_parts(matrix)) if s > 1] if len(matrix) else []

    assert len(found) == len(sizes)
    assert sum(n * v / 4 for n, v in zip(sizes, found, strict=True)) <= fewest(matrix, 2, size=True) + 1e-9
    assert (found.max(initial=0.0) == 0) == balanced(matrix).balanced


def triads_parts(matrix: Matrix) -> Any:
    """Connected parts in the order of their first nodes, by networkx."""
    import networkx

    graph = networkx.from_numpy_array((np.nan_to_num(matrix) != 0).astype(int))
    labels = np.empty(len(matrix), dtype=int)
    for number, part in enumerate(sorted(networkx.connected_components(graph), key=min)):
        labels[list(part)] = number
    return labels


def test_sparse_and_dense_say_the_same(shared: Path) -> None:
    """A scipy matrix gives what an array gives, and Bitcoin-alpha (14,081 ties, 1,312 below zero) is counted."""
    matrix = chamber(40, 30, 2.0, 1)
    for form in (sparse.csr_array, sparse.coo_matrix, sparse.csc_matrix):
        assert triads(form(matrix)).counts == triads(matrix).counts

    found = triads(bitcoin(shared))

    assert found.total == sum(found.counts.values()) > 10_000
    assert np.array_equal(found.per_node.sum(axis=0), [3 * found.counts[k] for k in KINDS])


@pytest.mark.parametrize("matrix", [[], np.zeros((0, 0)), [[0]], [[5.0]], [[np.nan]], np.zeros((3, 3))])
def test_nothing_to_count_is_not_a_balance_of_nothing(matrix: Any) -> None:
    """Without triangles there is no share of them: not known, rather than 0 or 1."""
    found = triads(matrix)

    assert isinstance(found, Triads)
    assert found.total == 0
    assert np.isnan(found.share())
    assert np.isnan(found.shares()).all()
    assert balanced(matrix).balanced
    assert set(balanced(matrix).camps.tolist()) <= {-1}
    assert len(conflict(matrix)) == 0


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        ([[0, 1], [2, 0]], r"not symmetric: cell \(0, 1\) is 1, cell \(1, 0\) is 2"),
        ([[0, 1], [np.nan, 0]], r"not symmetric: cell \(0, 1\) is 1, cell \(1, 0\) is 0 \(0: no tie\)"),
        (sparse.csr_array([[0, 1], [-1, 0]]), "not symmetric"),
        ([[0, np.inf], [np.inf, 0]], "nodes 0 and 1 is infinite"),
        ([[0, 1, 1], [1, 0, 1]], "shape 2 × 3"),
        ([1, 2, 3], "shape 3"),
        ([["a", "b"], ["b", "a"]], "not a matrix of numbers"),
        ([[0, 1], [1]], "not a matrix of numbers"),
    ],
)
def test_what_is_no_signed_network_is_refused(matrix: Any, words: str) -> None:
    """One clear sentence, with the cell, for what is not square, symmetric and finite."""
    for measure in (triads, walks, balanced, conflict):
        with pytest.raises(KGError, match=words):
            measure(matrix)


def test_unknown_names_are_met_with_the_nearest() -> None:
    """A misspelled method is named, with the one that was meant."""
    with pytest.raises(KGError, match=r'No method "exponental". Did you mean "exponential"'):
        walks(LINE, method="exponental")
    with pytest.raises(KGError, match=r'No kind of balance "week". Did you mean "weak"'):
        balanced(LINE, "week")
    with pytest.raises(KGError, match=r'No kind of balance "both". There are: strong, weak'):
        triads(LINE).share("both")
    for method, value in (("exponential", 0.0), ("exponential", np.inf), ("resolvent", 1.0), ("resolvent", 0.0)):
        with pytest.raises(KGError, match="Give a"):
            walks(LINE, method=method, parameter=value)


def test_a_network_too_large_for_dense_measures_is_refused() -> None:
    """Two hundred thousand actors are told what a dense matrix would need, before it is tried."""
    n = 200_000
    ring = sparse.csr_array((np.ones(n), (np.arange(n), (np.arange(n) + 1) % n)), shape=(n, n))

    with pytest.raises(KGError, match=r"200,000 actors would need 320 GB.*backbone"):
        walks(ring + ring.T)
    assert triads(ring + ring.T).total == 0
