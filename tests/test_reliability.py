"""The reliability of values that several coders gave: Krippendorff's alpha."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.algebra import agreement, reliability
from kg.errors import KGError

Matrix = npt.NDArray[np.float64]
NAN = float("nan")

# Coders × units. The first is the example of Krippendorff (2011), Computing Krippendorff's alpha-reliability, section
# E (published: nominal .743, ordinal .815, interval .849, ratio .797); the second that of the Wikipedia article
# (nominal .691, interval .811); the third has no missing values, where irr::kripp.alpha of R says .6189 instead.
FOUR_CODERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
]
THREE_CODERS = [
    [NAN, NAN, NAN, NAN, NAN, 3, 4, 1, 2, 1, 1, 3, 3, NAN, 3],
    [1, NAN, 2, 1, 3, 3, 4, 3, NAN, NAN, NAN, NAN, NAN, NAN, NAN],
    [NAN, NAN, 2, 1, 3, 4, 4, NAN, 2, 1, 1, 3, 3, NAN, 4],
]
COMPLETE = [[1, 2, 3, 1, 2, 3, 1, 2], [1, 2, 3, 1, 2, 1, 1, 2], [1, 2, 2, 1, 2, 3, 1, 3]]
ALPHAS = [
    (FOUR_CODERS, "nominal", 0.743421052631579),
    (FOUR_CODERS, "ordinal", 0.8153875037548814),
    (FOUR_CODERS, "interval", 0.8491071428571428),
    (FOUR_CODERS, "ratio", 0.7974027747116121),
    (THREE_CODERS, "nominal", 0.691358024691358),
    (THREE_CODERS, "ordinal", 0.8067214199413152),
    (THREE_CODERS, "interval", 0.8108448928121059),
    (THREE_CODERS, "ratio", 0.8089436707842471),
    (COMPLETE, "nominal", 0.6270270270270271),
    (COMPLETE, "ordinal", 0.6442878028404344),
    (COMPLETE, "interval", 0.5880597014925373),
    (COMPLETE, "ratio", 0.6876543209876542),
]


def random_votes(actors: int, items: int, known: float, seed: int) -> Matrix:
    """Values −2 … 2 by chance, so many of them known."""
    rng = np.random.default_rng(seed)
    values = rng.integers(-2, 3, (actors, items)).astype(np.float64)
    return np.where(rng.random((actors, items)) < known, values, np.nan)


matrices = st.builds(
    random_votes, st.integers(2, 6), st.integers(1, 8), st.sampled_from([0.3, 0.7, 1.0]), st.integers(0, 10_000)
).filter(lambda values: not np.isnan(values).all())


@pytest.mark.parametrize(("values", "level", "expected"), ALPHAS)
def test_published_alphas(values: Any, level: str, expected: float) -> None:
    """Krippendorff's alpha has its published values to full precision, at each level of measurement."""
    assert reliability.krippendorff(values, level).value == pytest.approx(expected, abs=1e-14)


def test_published_alphas_are_those_of_the_oracle(shared: Path) -> None:
    """The data and values written down here are those of the file they come from."""
    oracle = json.loads((shared / "data/oracles/krippendorff_alpha.json").read_text(encoding="utf-8"))
    data = {"krippendorff_C_4coders_12units": FOUR_CODERS, "wikipedia_3coders_15units": THREE_CODERS,
            "complete_3coders_8units": COMPLETE}  # fmt: skip
    for name, values in data.items():
        theirs = np.array(oracle[name]["data_rows_are_coders"], dtype=np.float64)
        assert np.array_equal(theirs, values, equal_nan=True)
        for level, value in oracle[name]["values_full_precision"].items():
            assert next(v for d, k, v in ALPHAS if d is values and k == level) == value


def test_what_alpha_rests_on() -> None:
    """Units with one value pair with nothing: alpha counts 40 values in 11 units of the published example."""
    found = reliability.krippendorff(FOUR_CODERS, "nominal")
    sizes = (~np.isnan(np.array(FOUR_CODERS))).sum(axis=0)

    assert (found.n, found.units) == (40, 11)
    assert np.isnan(found.by_unit).tolist() == (sizes < 2).tolist()
    assert np.nansum(found.by_unit * sizes) / 40 == pytest.approx(found.value, abs=1e-14)
    assert np.nanmin(found.by_unit) == found.by_unit[5]


@given(matrices, st.sampled_from(reliability.LEVELS), st.integers(0, 1000))
@settings(deadline=None, max_examples=150)
def test_alpha_is_what_its_definition_says(votes: Matrix, level: str, seed: int) -> None:
    """Alpha of any coders is 1 − Do / De over pairs of values, whatever the order of coders and units."""
    votes = votes + 2
    found = reliability.krippendorff(votes, level)
    units = [column[~np.isnan(column)] for column in votes.T]
    units = [unit for unit in units if len(unit) > 1]
    pool = np.concatenate([*units, []])

    def gap(a: float, b: float) -> float:
        low, high = min(a, b), max(a, b)
        if level == "nominal":
            return float(a != b)
        if level == "ordinal":
            there = ((pool >= low) & (pool <= high)).sum()
            return float(there - ((pool == low).sum() + (pool == high).sum()) / 2) ** 2
        if level == "ratio":
            return ((a - b) / (a + b)) ** 2 if a + b else 0.0
        return (a - b) ** 2

    n = len(pool)
    within = sum(gap(a, b) / (len(u) - 1) for u in units for i, a in enumerate(u) for j, b in enumerate(u) if i != j)
    overall = sum(gap(a, b) for a in pool for b in pool)
    expected = 1 - within / n / (overall / n / (n - 1)) if overall else NAN
    rng = np.random.default_rng(seed)
    mixed = votes[rng.permutation(len(votes))][:, rng.permutation(votes.shape[1])]

    assert found.value == pytest.approx(expected, abs=1e-10, nan_ok=True)
    assert reliability.krippendorff(mixed, level).value == pytest.approx(found.value, abs=1e-10, nan_ok=True)
    assert found.n == n


def test_alpha_of_two_is_the_alpha_of_a_pair() -> None:
    """For two actors the alpha of the pair and the alpha of all are one number, interval and nominal."""
    votes = random_votes(2, 40, 0.8, seed=5)
    shared = votes[:, ~np.isnan(votes).any(axis=0)]

    for distance, level in (("squared", "interval"), ("nominal", "nominal")):
        pair, _ = agreement.between(*votes, "alpha", distance=distance, low=-2, high=2)
        assert pair == pytest.approx(reliability.krippendorff(shared, level).value, abs=1e-12)
    alphas, both = reliability.reliabilities(FOUR_CODERS, "nominal")
    assert alphas[1, 3] == pytest.approx(reliability.krippendorff([FOUR_CODERS[1], FOUR_CODERS[3]], "nominal").value)
    assert both[0].tolist() == [9, 9, 8, 9]
    assert np.isnan(np.diag(alphas)).all()


def test_alpha_is_not_known_without_variation_or_pairs() -> None:
    """All values the same, or no unit with two of them: alpha is NaN and not 1 or 0."""
    assert np.isnan(reliability.krippendorff([[1, 1, 1], [1, 1, 1]], "nominal").value)
    alone = reliability.krippendorff([[1, NAN], [NAN, 2]], "ordinal", bootstrap=5)
    assert np.isnan(alone.value)
    assert (alone.n, alone.units, len(alone.samples)) == (0, 0, 0)
    assert np.isnan(alone.interval()).all()
    assert np.isnan(alone.chance_below(0.8))


def test_far_from_zero_alpha_keeps_its_digits() -> None:
    """Interval alpha does not change when all values are shifted by a million."""
    shifted = np.array(FOUR_CODERS) + 1e6

    assert reliability.krippendorff(shifted, "interval").value == pytest.approx(0.8491071428571428, abs=1e-12)


def test_the_bootstrap_of_alpha_holds_what_is_true() -> None:
    """Intervals from resampled units hold the alpha of the population about as often as they claim, and are seeded."""
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(60):
        truth = rng.integers(0, 4, 60)
        votes = np.array([np.where(rng.random(60) < 0.8, truth, rng.integers(0, 4, 60)) for _ in range(3)], dtype=float)
        low, high = reliability.krippendorff(votes, "nominal", bootstrap=200).interval(0.9)
        held += low <= 0.64 <= high  # both name the truth with a chance of .8², else they are independent
    once = reliability.krippendorff(FOUR_CODERS, "ordinal", bootstrap=50, seed=3)
    again = reliability.krippendorff(FOUR_CODERS, "ordinal", bootstrap=50, seed=3)

    assert 45 <= held <= 60
    assert np.array_equal(once.samples, again.samples)
    assert len(set(once.samples.tolist())) > 10
    assert once.chance_below(-1.0) == 0
    assert once.chance_below(1.1) == 1


BAD: list[tuple[Any, str]] = [
    (lambda: reliability.krippendorff([[1, 2]]), "One coder has nobody to agree with"),
    (lambda: reliability.krippendorff([[1], [2]], "intervall"), 'No level of measurement "intervall"'),
    (lambda: reliability.krippendorff([[-1], [2]], "ratio"), "A ratio scale has no -1"),
    (lambda: reliability.krippendorff([[1], [2]], bootstrap=-1), "There cannot be -1 samples"),
    (lambda: reliability.krippendorff(COMPLETE).interval(1.5), "An interval cannot hold a share of 1.5"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_refused_in_a_sentence(call: Any, message: str) -> None:
    """What cannot be judged is refused with one line that says what is wrong and what to do."""
    with pytest.raises(KGError, match=message) as caught:
        call()

    assert caught.value.cure
    assert "\n" not in str(caught.value)
