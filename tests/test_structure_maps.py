"""Backbones, and maps of actors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.integrate import quad
from signed_networks import Matrix, signed_matrices

from kg.algebra.backbone import backbone
from kg.algebra.maps import classical, correspondence, smacof, stress
from kg.errors import KGError

# A hub with one heavy tie and four light ones, and a ring among its contacts.
HUB = np.array(
    [
        [0, 96.0, -1, 1, 1, 1],
        [96, 0, 2, 0, 0, 2],
        [-1, 2, 0, 2, 0, 0],
        [1, 0, 2, 0, 2, 0],
        [1, 0, 0, 2, 0, 2],
        [1, 2, 0, 0, 2, 0],
    ]
)


def test_the_disparity_filter_keeps_what_chance_would_not_give() -> None:
    """The heavy tie of the hub has (1 − 0.96)^4 of chance at its end, and its light ties are not kept."""
    found = backbone(HUB)
    heavy = int(np.flatnonzero((found.a == 0) & (found.b == 1))[0])

    assert found.score[heavy] == pytest.approx(min(0.04**4, (1 - 96 / 100) ** 2))
    assert found.kept.tolist() == [i == heavy for i in range(len(found.kept))]
    assert found.matrix.toarray()[0, 1] == found.matrix.toarray()[1, 0] == 96
    assert found.share == 1 / len(found.a)


def test_the_significance_is_the_integral_of_the_paper() -> None:
    """α = 1 − (k − 1) ∫₀^p (1 − x)^(k − 2) dx (Serrano, Boguñá and Vespignani 2009, equation 2)."""
    found = backbone(HUB, limit=1.0)
    sizes = np.abs(HUB)
    for a, b, score in zip(found.a, found.b, found.score, strict=True):
        chances = []
        for end in (a, b):
            k = int((sizes[end] > 0).sum())
            share = sizes[a, b] / sizes[end].sum()
            chances.append(1 - (k - 1) * quad(lambda x, k=k: (1 - x) ** (k - 2), 0, share)[0])
        assert score == pytest.approx(min(chances), abs=1e-10)


@given(signed_matrices(8, whole=False), st.floats(0, 1))
def test_backbones_keep_signs_and_nest(matrix: Matrix, limit: float) -> None:
    """Kept ties have their weights and signs; a laxer limit keeps at least as much; scale does not matter."""
    plain = np.nan_to_num(matrix)
    strict, lax = backbone(matrix, limit=limit / 2), backbone(matrix, limit=limit)
    kept = lax.matrix.toarray()

    assert ((kept == 0) | (kept == plain)).all()
    assert (kept == kept.T).all()
    assert (lax.kept | ~strict.kept).all()
    assert ((lax.score >= 0) & (lax.score <= 1)).all()
    assert np.array_equal(backbone(plain * 4, limit=limit).kept, lax.kept)
    assert np.array_equal(backbone(sparse.csr_array(plain), limit=limit).kept, lax.kept)
    assert np.array_equal(backbone(-plain, limit=limit).kept, lax.kept)


def test_a_threshold_cuts_by_size() -> None:
    """Ties of at least the limit stay, whatever their sign."""
    found = backbone(HUB, method="threshold", limit=2)

    assert np.abs(found.matrix.data).min() == 2
    assert found.kept.sum() == (np.abs(np.triu(HUB)) >= 2).sum()


def test_the_noise_corrected_backbone_keeps_what_exceeds_expectation() -> None:
    """Counts of two groups, many ties inside and few between: those inside stay, those between go."""
    inside = np.ones((6, 6)) * 40
    counts = np.block([[inside, np.ones((6, 6))], [np.ones((6, 6)), inside]])
    found = backbone(counts, method="noise-corrected")
    within = (found.a < 6) == (found.b < 6)

    assert np.array_equal(found.kept, within)
    assert (found.score[within] > 0).all()
    assert (found.score[~within] < 0).all()
    # Ten times the evidence for the same lift is ten times the variance: the score grows with its root.
    again = backbone(counts * 10, method="noise-corrected")
    assert again.score[within].mean() / found.score[within].mean() == pytest.approx(math.sqrt(10), rel=0.05)


@pytest.mark.parametrize("matrix", [np.zeros((0, 0)), [[0]], np.zeros((3, 3)), [[0, 2], [2, 0]]])
def test_a_tie_without_others_to_compare_it_with_is_not_significant(matrix: Any) -> None:
    """No ties, or one: nothing stands out among the ties of a node."""
    found = backbone(matrix)

    assert not found.kept.any()
    assert found.matrix.shape == (len(matrix), len(matrix))
    assert backbone(matrix, method="noise-corrected").matrix.shape == found.matrix.shape


def test_bad_backbones_are_refused() -> None:
    """Unknown methods and limits out of range."""
    with pytest.raises(KGError, match=r'No method "disparty". Did you mean "disparity"'):
        backbone(HUB, method="disparty")
    with pytest.raises(KGError, match="needs a limit"):
        backbone(HUB, method="threshold")
    for limit in (-0.1, 1.1, math.nan, math.inf):
        with pytest.raises(KGError, match="from 0 to 1"):
            backbone(HUB, limit=limit)
    with pytest.raises(KGError, match="not symmetric"):
        backbone([[0, 1], [2, 0]])


def distances(points: Matrix) -> Matrix:
    """Euclidean distances, one by one."""
    return np.array([[math.dist(p, q) for q in points] for p in points])


@given(st.integers(0, 2**31), st.integers(2, 12))
@settings(deadline=None)
def test_points_in_a_plane_come_back(seed: int, n: int) -> None:
    """Both maps reproduce distances of points in a plane, with stress 0."""
    points = np.random.default_rng(seed).normal(size=(n, 2))
    wanted = distances(points)
    for found in (classical(wanted), smacof(wanted)):
        assert distances(found.points) == pytest.approx(wanted, abs=1e-3 * wanted.max())
        assert found.stress < 1e-3
        assert found.points.mean(axis=0) == pytest.approx([0, 0], abs=1e-6)
    assert classical(wanted).shares.sum() == pytest.approx(1)


def test_a_map_looks_the_same_however_it_came_about() -> None:
    """Same distances, same picture: rows in another order give the same points, and so does another run."""
    points = np.random.default_rng(3).normal(size=(9, 2)) * (3, 1)
    wanted = distances(points)
    order = np.random.default_rng(4).permutation(9)
    for scale in (classical, smacof):
        first = scale(wanted)
        assert np.array_equal(scale(wanted).points, first.points)
        assert scale(wanted[np.ix_(order, order)]).points == pytest.approx(first.points[order], abs=1e-3)
        assert (np.abs(first.points).max(axis=0) == first.points.max(axis=0)).all()
        assert first.points[:, 0].var() > first.points[:, 1].var()


def test_gaps_are_left_out_and_not_filled() -> None:
    """With a third of the distances unknown a plane still comes back; a wrong distance of weight 0 pulls nowhere."""
    rng = np.random.default_rng(5)
    points = rng.normal(size=(14, 2))
    wanted = distances(points)
    a, b = np.triu_indices(14, 1)
    gone = rng.choice(len(a), len(a) // 3, replace=False)
    gaps, wrong, weights = wanted.copy(), wanted.copy(), np.ones_like(wanted)
    gaps[a[gone], b[gone]] = gaps[b[gone], a[gone]] = np.nan
    wrong[a[gone], b[gone]] = wrong[b[gone], a[gone]] = 99
    weights[a[gone], b[gone]] = weights[b[gone], a[gone]] = 0

    for found in (smacof(gaps, starts=8, rounds=3000), smacof(wrong, weights=weights, starts=8, rounds=3000)):
        assert distances(found.points) == pytest.approx(wanted, abs=0.02)
        assert found.stress < 0.005
        assert set(found.parts.tolist()) == {0}


def test_smacof_is_at_least_as_good_as_the_classical_map() -> None:
    """For distances that no plane holds, majorisation ends with less misfit than it began with."""
    rng = np.random.default_rng(6)
    wanted = distances(rng.normal(size=(20, 6)))
    raw = [((wanted - distances(m.points)) ** 2).sum() for m in (classical(wanted), smacof(wanted))]

    assert raw[1] < raw[0]
    assert smacof(wanted).stress == pytest.approx(stress(wanted, smacof(wanted).points))


def test_stress_is_kruskals() -> None:
    """Points at 0, 1 and 3 for distances 1, 2 and 4: √((4 − 3)² / (1 + 4 + 9))."""
    wanted = [[0, 1, 4], [1, 0, 2], [4, 2, 0]]

    assert stress(wanted, [[0.0], [1.0], [3.0]]) == pytest.approx(math.sqrt(1 / 14))
    assert math.isnan(stress([[0, np.nan], [np.nan, 0]], [[0.0], [1.0]]))


def test_sets_without_a_distance_between_them_are_named() -> None:
    """Two pairs that nothing connects are two parts: how they lie to one another means nothing."""
    wanted = np.full((4, 4), np.nan)
    wanted[0, 1] = wanted[1, 0] = 1
    wanted[2, 3] = wanted[3, 2] = 2
    found = smacof(wanted)

    assert found.parts.tolist() == [0, 0, 1, 1]
    assert distances(found.points)[[0, 2], [1, 3]] == pytest.approx([1, 2], abs=1e-3)
    with pytest.raises(KGError, match=r"4 distances are not known.*smacof"):
        classical(wanted)


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_tiny_maps_do_not_fail(n: int) -> None:
    """Nobody, one actor, two, and three all in one place."""
    wanted = np.zeros((n, n)) if n != 2 else np.array([[0.0, 3], [3, 0]])
    for found in (classical(wanted), smacof(wanted)):
        assert found.points.shape == (n, 2)
        assert np.isfinite(found.points).all()
        if n == 2:
            assert distances(found.points)[0, 1] == pytest.approx(3)
        assert math.isnan(found.stress) if n < 2 else found.stress == pytest.approx(0, abs=1e-6)


def test_bad_distances_are_refused() -> None:
    """Not square, not symmetric, negative, infinite; dimensions and weights that cannot be."""
    good = np.array([[0.0, 1], [1, 0]])
    for bad, words in (
        ([[0, 1, 2], [1, 0, 2]], "shape 2 × 3"),
        ([[0, 1], [2, 0]], "not symmetric"),
        ([[0, 1], [np.nan, 0]], "not symmetric"),
        ([[0, -1], [-1, 0]], "negative"),
        ([[0, np.inf], [np.inf, 0]], "infinite"),
        ([["a"]], "not a matrix of numbers"),
    ):
        for scale in (classical, smacof):
            with pytest.raises(KGError, match=words):
                scale(bad)
    for count in (0, -1, 1.5):
        with pytest.raises(KGError, match="dimensions"):
            classical(good, count)  # type: ignore[arg-type]
    with pytest.raises(KGError, match="weights"):
        smacof(good, weights=-good)
    with pytest.raises(KGError, match="at least one"):
        smacof(good, starts=0)


# Greenacre (1984): smoking among the staff groups of a firm; rows: senior and junior managers, senior and junior
# employees, secretaries; columns: none, light, medium, heavy.
SMOKERS = np.array([[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]])


def test_the_smokers_of_greenacre() -> None:
    """Total inertia 0.08519; 87.76 % and 11.76 % of it on the first two axes (Greenacre 1984; R package ca)."""
    found = correspondence(SMOKERS)

    assert found.inertia == pytest.approx(0.08519, abs=5e-6)
    assert found.shares == pytest.approx([0.8776, 0.1176], abs=5e-5)
    # Principal coordinates as printed, up to the side of an axis.
    first = found.rows[:, 0] * np.sign(found.rows[2, 0])
    assert first == pytest.approx([0.0658, -0.2590, 0.3806, -0.2330, 0.2011], abs=5e-5)
    columns = found.columns[:, 0] * np.sign(found.rows[2, 0])
    assert columns == pytest.approx([0.3933, -0.0995, -0.1963, -0.2938], abs=5e-5)


@given(st.integers(0, 2**31), st.integers(1, 6), st.integers(1, 6))
def test_distances_between_rows_are_those_of_their_profiles(seed: int, n: int, m: int) -> None:
    """In all dimensions, rows are as far apart as their profiles by χ², and inertia is χ² / n."""
    counts = np.random.default_rng(seed).integers(0, 9, (n, m)).astype(float)
    found = correspondence(counts, dimensions=6)
    used_r, used_c = counts.sum(axis=1) > 0, counts.sum(axis=0) > 0

    assert (np.isnan(found.rows[:, 0]) == ~used_r).all()
    assert (np.isnan(found.columns[:, 0]) == ~used_c).all()
    if used_r.any():
        table = counts[np.ix_(used_r, used_c)] / counts.sum()
        masses = table.sum(axis=0)
        profiles = table / table.sum(axis=1, keepdims=True) / np.sqrt(masses)
        assert distances(found.rows[used_r]) == pytest.approx(distances(profiles), abs=1e-6)
        expected = np.outer(table.sum(axis=1), masses)
        assert found.inertia == pytest.approx(((table - expected) ** 2 / expected).sum(), abs=1e-9)
        assert found.shares.sum() == pytest.approx(1 if found.inertia > 1e-9 else 0, abs=1e-6)
    else:
        assert math.isnan(found.inertia)


def test_correspondence_is_the_same_each_time_and_under_gaps() -> None:
    """Nothing counted is nothing: NaN and 0 are alike; the row farthest out is on the positive side."""
    gaps = SMOKERS.astype(float)
    gaps[0, 3] = np.nan
    zero = SMOKERS.copy()
    zero[0, 3] = 0

    assert np.array_equal(correspondence(gaps).rows, correspondence(zero).rows)
    rows = correspondence(SMOKERS).rows
    assert (np.abs(rows).max(axis=0) == rows.max(axis=0)).all()


def test_tables_that_are_no_counts_are_refused() -> None:
    """Negative, infinite, not a table."""
    bad_tables = (([[1, -1]], "negative"), ([[np.inf]], "infinite"), ([1, 2], "not a matrix"), ([["x"]], "numbers"))
    for bad, words in bad_tables:
        with pytest.raises(KGError, match=words):
            correspondence(bad)
