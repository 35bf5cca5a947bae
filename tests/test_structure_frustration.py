"""Frustration and camps: exact, bounded, the same whatever the nodes are called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signed_networks import (
    Matrix,
    against,
    bitcoin,
    chamber,
    fewest,
    lattice,
    random_signed,
    scale_free,
    signed_matrices,
    switched,
    tribes,
    two_camps,
)

from kg.algebra.camps import camps
from kg.algebra.cycles import Cover, Ties, shortest_cycles, triangles
from kg.algebra.frustration import Frustration, frustration, raised, unit_of
from kg.algebra.packing import Packing
from kg.algebra.shrink import Shrunk, blocks
from kg.algebra.signed import signed
from kg.errors import KGError

FOES = -(np.ones((3, 3)) - np.eye(3))


def check(found: Frustration, matrix: Any, *, size: bool = False) -> None:
    """A finding holds together: its value is that of its camps, its ties are these, its bound is below."""
    dense = matrix if isinstance(matrix, np.ndarray) else matrix.toarray()
    labels = np.where(found.camps < 0, 10**6 + np.arange(len(dense)), found.camps)
    assert against(dense, labels, size=size) == pytest.approx(found.value)
    weights = [abs(dense[a, b]) if size else 1 for a, b in found.ties]
    assert sum(weights) == pytest.approx(found.value)
    assert 0 <= found.bound <= found.value
    assert found.proven == (found.gap == 0)
    tied = (np.nan_to_num(dense) != 0) & ~np.eye(len(dense), dtype=bool)
    assert np.array_equal(found.camps >= 0, tied.any(axis=1))


def test_the_highland_tribes_are_seven_ties_from_two_camps(shared: Path) -> None:
    """L = 7, proven, by the one partition there is: Gavev, Kotun, Nagad and Gama against the rest."""
    matrix, oracle = tribes(shared)

    found = frustration(matrix)

    assert (found.value, found.bound, found.proven) == (7, 7, True)
    assert found.value == oracle["published"]["frustration_index"]
    assert found.normalized == pytest.approx(oracle["published"]["normalized_frustration_1_minus_2L_over_m"], abs=5e-8)
    assert {oracle["names"][i] for i in np.flatnonzero(found.camps == 1)} == {"Gavev", "Kotun", "Nagad", "Gama"}
    check(found, matrix)


def test_three_camps_of_tribes_leave_two_ties(shared: Path) -> None:
    """With k = 3 two ties are against (the criterion of the published blockmodel at α = ½), and no k does better."""
    matrix, oracle = tribes(shared)
    partition = np.array(oracle["computed"]["k_partition_line_index"]["3"]["partition"])

    found = camps(matrix, 3)

    assert (found.value, found.proven) == (oracle["published"]["blockmodel_k3_alpha.5_criterion"], True)
    assert len(set(found.camps)) == 3
    assert {frozenset(np.flatnonzero(found.camps == c)) for c in range(3)} == {
        frozenset(np.flatnonzero(partition == c)) for c in range(3)
    }
    check(found, matrix)
    for k in (4, None):
        more = camps(matrix, k)
        assert (more.value, more.proven) == (2, True)
    assert camps(matrix, 1).value == oracle["m_neg"]
    assert camps(matrix, 2).value == 7


@pytest.mark.slow
def test_bitcoin_alpha_is_proven(shared: Path) -> None:
    """L = 819 of 14,081 ties, proven. Each pair is one tie; the 43 pairs rated with both signs are none."""
    matrix = bitcoin(shared)

    found = frustration(matrix, time_limit=900)

    assert (found.total, found.value, found.bound, found.proven) == (14_081, 819, 819, True)
    network = signed(matrix)
    wrong = (network.weights > 0) != (found.camps[network.a] == found.camps[network.b])
    assert int(wrong.sum()) == 819


@given(signed_matrices(9))
@settings(max_examples=150, deadline=None)
def test_the_index_is_that_of_the_best_of_all_partitions(matrix: Matrix) -> None:
    """The optimum is the one that trying every partition finds, and at most half of the ties."""
    found = frustration(matrix)

    assert found.proven
    assert found.value == fewest(matrix, 2)
    assert found.value <= found.total / 2
    check(found, matrix)


@given(signed_matrices(8, whole=False))
@settings(max_examples=100, deadline=None)
def test_weights_are_minimised_when_asked_for(matrix: Matrix) -> None:
    """With weights="size" the frustrated |weight| is the least there is."""
    found = frustration(matrix, weights="size")

    assert found.proven
    assert found.value == pytest.approx(fewest(matrix, 2, size=True))
    check(found, matrix, size=True)


@given(signed_matrices(7), st.integers(3, 5))
@settings(max_examples=100, deadline=None)
def test_camps_are_the_best_of_all_partitions_too(matrix: Matrix, k: int) -> None:
    """At most k camps, and any number of them, are as good as trying every partition."""
    found, free = camps(matrix, k), camps(matrix)

    assert found.proven
    assert found.value == fewest(matrix, k)
    assert found.camps.max(initial=0) < k
    assert free.proven
    assert free.value == fewest(matrix, len(matrix))
    check(found, matrix)
    check(free, matrix)


@given(signed_matrices(7, whole=False), st.sampled_from([3, None]))
@settings(max_examples=60, deadline=None)
def test_camps_by_weight(matrix: Matrix, k: int | None) -> None:
    """The same with weights."""
    found = camps(matrix, k, weights="size")

    assert found.proven
    assert found.value == pytest.approx(fewest(matrix, k or len(matrix), size=True))


@given(signed_matrices(12), st.randoms(use_true_random=False), st.integers(0, 4095))
@settings(max_examples=60, deadline=None)
def test_names_and_switching_change_nothing(matrix: Matrix, random: Any, which: int) -> None:
    """Renumbered nodes, and signs turned around a set of nodes, have the same index."""
    order = random.sample(range(len(matrix)), len(matrix))
    turned = switched(matrix, np.array([which >> i & 1 for i in range(len(matrix))], dtype=bool))

    assert frustration(matrix[np.ix_(order, order)]).value == frustration(matrix).value
    assert frustration(turned).value == frustration(matrix).value
    assert camps(matrix[np.ix_(order, order)], 3).value == camps(matrix, 3).value


def test_the_partition_does_not_hang_on_the_order_of_rows(shared: Path) -> None:
    """The same camps of the same nodes, however the rows are sorted, where nodes can be told apart."""
    networks = [tribes(shared)[0], two_camps(60, 0.2, 0.15, 3), random_signed(40, 120, 0.4, 5)]
    for matrix in networks:
        first, grouped = frustration(matrix), camps(matrix, 3)
        order = np.random.default_rng(1).permutation(len(matrix))
        again = frustration(matrix[np.ix_(order, order)])
        regrouped = camps(matrix[np.ix_(order, order)], 3)

        assert (again.camps[:, None] == again.camps).tolist() == (
            first.camps[order][:, None] == first.camps[order]
        ).tolist()
        assert regrouped.value == grouped.value
        assert np.array_equal(frustration(matrix, seed=0).camps, first.camps)


KINDS = {
    "random, sparse": lambda: random_signed(120, 240, 0.4, 1),
    "random, some foes": lambda: random_signed(90, 360, 0.15, 2),
    "two camps, sparse": lambda: two_camps(150, 0.06, 0.1, 3),
    "two camps, half": lambda: two_camps(100, 0.5, 0.12, 4),
    "two camps, complete": lambda: two_camps(120, 1.0, 0.1, 5),
    "chamber": lambda: chamber(100, 60, 2.5, 6),
    "planar": lambda: lattice(12, 14, 0.3, 7),
    "hubs": lambda: scale_free(180, 3, 0.25, 8),
}


@pytest.mark.parametrize("kind", KINDS)
def test_networks_of_the_size_of_a_parliament_are_proven(kind: str) -> None:
    """Networks of 60 to 180 nodes of many kinds: an optimum, and a proof of it."""
    matrix = KINDS[kind]()

    found = frustration(matrix, time_limit=300)

    assert found.proven
    assert found.value > 0
    check(found, matrix)


def test_planted_camps_are_found() -> None:
    """With little noise the optimum is what was planted: the frustrated ties are those turned round."""
    clean, noisy = two_camps(100, 0.5, 0.0, 9), two_camps(100, 0.5, 0.03, 9)

    assert frustration(clean).value == 0
    assert frustration(clean).normalized == 1
    assert frustration(noisy).value == ((clean * noisy) < 0).sum() / 2


def test_when_time_runs_out_there_is_a_bound_and_a_gap() -> None:
    """A network that cannot be solved at once still gives a partition, a bound below it, and the gap between."""
    matrix = random_signed(150, 3000, 0.5, 1)

    found = frustration(matrix, time_limit=0.2)

    assert not found.proven
    assert 0 < found.bound < found.value
    assert 0 < found.gap < 1
    assert "gap" in repr(found)
    check(found, matrix)


def test_when_time_runs_out_for_camps_too() -> None:
    """The same for three camps."""
    matrix = random_signed(80, 1200, 0.5, 1)

    found = camps(matrix, 3, time_limit=0.3)

    assert not found.proven
    assert 0 < found.bound < found.value
    check(found, matrix)


@given(signed_matrices(9, whole=False))
@settings(max_examples=80, deadline=None)
def test_shrinking_keeps_the_optimum(matrix: Matrix) -> None:
    """What reductions pay, and the optima of the blocks they leave, add up to the optimum."""
    shrunk = Shrunk.of(signed(matrix))
    shrunk.exhaust()
    _, core = shrunk.network()

    rest = sum(fewest(block.dense(), 2, size=True) for _, block in blocks(core))
    assert shrunk.paid + rest == pytest.approx(fewest(matrix, 2, size=True))


@given(signed_matrices(9, whole=False), st.integers(0, 511), st.integers(0, 99))
@settings(deadline=None)
def test_packed_cycles_are_a_proof_that_can_be_checked(matrix: Matrix, which: int, seed: int) -> None:
    """Whatever the sides: every cycle is one, and negative; no tie is used beyond its weight; the sum is a bound."""
    network = signed(matrix)
    sides = np.array([1 - 2 * (which >> i & 1) for i in range(len(matrix))], dtype=np.int64)
    packing = Packing(Ties(network), sides)
    packing.fill()
    first = packing.total
    packing.mend(np.random.default_rng(seed), np.inf, patience=10)

    load = np.zeros(len(network))
    for tie, ways in packing.ways.items():
        for way, amount in ways:
            cycle = np.append(way, tie)
            load[cycle] += amount
            ends = np.concatenate([network.a[cycle], network.b[cycle]])
            assert set(np.bincount(ends)) <= {0, 2}
            assert network.signs[cycle].prod() == -1
    assert (load <= np.abs(network.weights) * (1 + 1e-6)).all()
    assert packing.total == pytest.approx(sum(a for ways in packing.ways.values() for _, a in ways))
    assert first - 1e-9 <= packing.total <= fewest(matrix, 2, size=True) + 1e-6


@given(signed_matrices(9, whole=False))
@settings(deadline=None)
def test_the_linear_program_over_negative_cycles_is_a_bound(matrix: Matrix) -> None:
    """Each round adds negative cycles only, raises the bound, and never lifts it above the optimum."""
    network = signed(matrix)
    if not len(network):
        return
    ties, cover = Ties(network), Cover(np.abs(network.weights))
    sides = np.ones(network.n, dtype=np.int64)
    for _ in range(20):
        before = cover.bound
        assert cover.solve(60.0)
        assert cover.bound >= before
        new, complete = shortest_cycles(ties, cover.values, sides, np.inf, most=50)
        assert complete
        assert all(network.signs[c].prod() == -1 for c in [*new, *triangles(ties, cover.values, sides, 2)])
        if not cover.add(new):
            break
    best = fewest(matrix, 2, size=True)
    assert cover.bound <= best + 1e-6
    assert (cover.bound > 1e-9) == (best > 0)


def test_trees_and_rings_need_no_search() -> None:
    """A tree is balanced; a ring with one foe costs its lightest tie. Both shrink to nothing."""
    ring = np.zeros((5, 5))
    for i, w in enumerate((4.0, 3.0, -2.5, 6.0, 3.5)):
        ring[i, (i + 1) % 5] = ring[(i + 1) % 5, i] = w
    shrunk = Shrunk.of(signed(ring))
    shrunk.exhaust()

    assert len(shrunk.network()[1]) == 0
    assert frustration(ring, weights="size").value == 2.5
    assert frustration(ring).value == 1
    ring[0, 1] = ring[1, 0] = 0
    assert frustration(ring).value == 0


def test_parts_that_are_not_connected_have_camps_of_their_own() -> None:
    """Two triangles of foes and a loner: one tie against in each, the loner in no camp."""
    matrix = np.zeros((7, 7))
    matrix[:3, :3] = matrix[4:, 4:] = FOES

    found = frustration(matrix)

    assert (found.value, found.proven) == (2, True)
    assert found.camps[3] == -1
    assert sorted(found.camps[:3]) == sorted(found.camps[4:]) == [0, 0, 1]
    assert found.parts.tolist() == [0, 0, 0, 1, 2, 2, 2]


@pytest.mark.parametrize("matrix", [np.zeros((0, 0)), [[0]], [[np.nan]], np.zeros((4, 4)), np.eye(2)])
def test_without_ties_nothing_is_frustrated_and_nothing_known(matrix: Any) -> None:
    """An empty network has index 0, and no line index."""
    for found in (frustration(matrix), camps(matrix, 3), camps(matrix), camps(matrix, 1)):
        assert (found.value, found.bound, found.total, found.proven, found.gap) == (0, 0, 0, True, 0)
        assert np.isnan(found.normalized)
        assert set(found.camps.tolist()) <= {-1}
        assert found.ties.shape == (0, 2)


def test_bad_calls_are_refused_with_a_cure() -> None:
    """Unknown weights, no time, no camps, and matrices that are not symmetric or finite."""
    with pytest.raises(KGError, match=r'No weights "counts". Did you mean "count"'):
        frustration(FOES, weights="counts")
    for limit in (0, -1, float("nan")):
        with pytest.raises(KGError, match="The time limit is"):
            frustration(FOES, time_limit=limit)
    for k in (0, -2, 2.5, True):
        with pytest.raises(KGError, match="There cannot be"):
            camps(FOES, k)  # type: ignore[arg-type]
    for solve in (frustration, camps):
        with pytest.raises(KGError, match="not symmetric"):
            solve(np.array([[0, 1], [-1, 0]]))
        with pytest.raises(KGError, match="infinite"):
            solve(np.array([[0, np.inf], [np.inf, 0]]))


def test_bounds_rise_to_the_next_cost_there_can_be() -> None:
    """Costs are multiples of a unit where the weights are; a bound of 6.2 on counts is one of 7."""
    assert unit_of(signed(2.0 * FOES)) == 2
    assert unit_of(signed(np.array([[0, 1.5, -1], [1.5, 0, 1], [-1, 1, 0]]))) == pytest.approx(0.5)
    assert unit_of(signed(np.array([[0, np.pi, -1], [np.pi, 0, 1], [-1, 1, 0]]))) == 0
    assert (raised(6.2, 1.0), raised(6.0000000001, 1.0), raised(6.2, 0.0)) == (7, 6, 6.2)
