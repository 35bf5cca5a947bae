"""Agreement of actors over shared items: of all pairs at once, and of many on one item."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.algebra import agreement
from kg.algebra.coded import Coded, Scale
from kg.algebra.polarization import polarization
from kg.errors import KGError

Matrix = npt.NDArray[np.float64]
NAN = float("nan")

# Alliance portfolios of two states, 0 none … 3 defence, after the example of Signorino and Ritter (1999); the
# expected values are exact fractions.
TOY = ([3, 0, 0, 2, 1, 0], [3, 0, 1, 0, 1, 0])
TOY_EXPECTED = [
    ("s", "absolute", 2 / 3),
    ("s", "squared", 22 / 27),
    ("kappa", "absolute", 4 / 7),
    ("kappa", "squared", 2 / 3),
    ("pi", "absolute", 47 / 83),
    ("pi", "squared", 119 / 179),
    ("alpha", "squared", 124 / 179),
    ("agreement", "absolute", 5 / 6),
    ("distance", "absolute", 1 / 6),
    ("lijphart", "absolute", 4.5 / 6),
    ("same", "absolute", 4 / 6),
]


def coded(entries: list[tuple[int, int, int]], scale: Scale, shape: tuple[int, int] = (2, 2)) -> Coded:
    """Statements as (row, column, level)."""
    rows, columns, levels = (np.array(part, dtype=np.int32) for part in zip(*entries, strict=True))
    names = tuple(f"Actor {k}" for k in range(shape[0])), tuple(f"Item {k}" for k in range(shape[1]))
    return Coded(rows, columns, levels, *names, scale)


def plainly(x: Matrix, y: Matrix, measure: str, distance: str, weights: Matrix) -> float:
    """The definition of a measure, item by item, on a scale from −2 to 2."""
    there = ~np.isnan(x) & ~np.isnan(y)
    x, y, w, n = x[there], y[there], weights[there], int(there.sum())
    if not n:
        return NAN
    gap = {
        "absolute": lambda a, b: abs(a - b) / 4,
        "squared": lambda a, b: ((a - b) / 4) ** 2,
        "nominal": lambda a, b: float(a != b),
    }[distance]

    def mean(values: list[float], by: list[float]) -> float:
        return sum(v * b for v, b in zip(values, by, strict=True)) / sum(by)

    def expected(first: Matrix, second: Matrix, u: Matrix, v: Matrix) -> float:
        several = [(gap(a, b), p * q) for a, p in zip(first, u, strict=True) for b, q in zip(second, v, strict=True)]
        return mean([g for g, _ in several], [p for _, p in several])

    observed = mean([gap(a, b) for a, b in zip(x, y, strict=True)], list(w))
    same = mean([float(a == b) for a, b in zip(x, y, strict=True)], list(w))
    step = mean([float(abs(a - b) == 1) for a, b in zip(x, y, strict=True)], list(w))
    if measure in ("kappa", "pi", "alpha"):
        both, twice = np.concatenate([x, y]), np.concatenate([w, w])
        chance = expected(x, y, w, w) if measure == "kappa" else expected(both, both, twice, twice)
        if chance < 1e-12:
            return NAN
        return 1 - observed / chance * ((2 * n - 1) / (2 * n) if measure == "alpha" else 1)
    if measure == "cosine":
        size = mean(list(x * x), list(w)) * mean(list(y * y), list(w))
        return mean(list(x * y), list(w)) / size**0.5 if size else NAN
    return {
        "s": 1 - 2 * observed,
        "agreement": 1 - observed,
        "distance": observed,
        "same": same,
        "lijphart": same + step / 2,
    }[measure]


def random_votes(actors: int, items: int, known: float, seed: int) -> Matrix:
    """Values −2 … 2 by chance, so many of them known."""
    rng = np.random.default_rng(seed)
    values = rng.integers(-2, 3, (actors, items)).astype(np.float64)
    return np.where(rng.random((actors, items)) < known, values, np.nan)


matrices = st.builds(
    random_votes, st.integers(2, 6), st.integers(1, 8), st.sampled_from([0.3, 0.7, 1.0]), st.integers(0, 10_000)
).filter(lambda values: not np.isnan(values).all())


@pytest.mark.parametrize(("measure", "distance", "expected"), TOY_EXPECTED)
def test_measures_of_two_have_their_exact_values(measure: str, distance: str, expected: float) -> None:
    """Each measure of two alliance portfolios is the fraction its formula gives."""
    value, n = agreement.between(*TOY, measure, distance=distance, low=0, high=3)

    assert value == pytest.approx(expected, abs=1e-14)
    assert n == 6


def test_the_toy_is_the_one_of_the_oracle(shared: Path) -> None:
    """The portfolios and fractions written down here are those of the file they come from."""
    oracle = pl.read_json(shared / "data/oracles/similarity_toy.json")
    floats = oracle["floats"][0]
    ours = {(m, d): value for m, d, value in TOY_EXPECTED}

    assert (oracle["x"][0].to_list(), oracle["y"][0].to_list()) == TOY
    for name, (measure, distance) in {
        "S_abs": ("s", "absolute"),
        "S_sq": ("s", "squared"),
        "kappa_abs": ("kappa", "absolute"),
        "kappa_sq": ("kappa", "squared"),
        "pi_abs": ("pi", "absolute"),
        "pi_sq": ("pi", "squared"),
        "alpha_interval": ("alpha", "squared"),
    }.items():
        assert floats[name] == pytest.approx(ours[measure, distance], abs=1e-14)


@pytest.mark.parametrize("distance", agreement.DISTANCES)
@pytest.mark.parametrize("measure", sorted(agreement.MEASURES))
@pytest.mark.parametrize("known", [0.05, 0.6, 1.0])
def test_all_pairs_at_once_are_what_each_pair_is(measure: str, distance: str, known: float) -> None:
    """Matrix products, dense or sparse, with weights or without, give for every pair what the definition gives."""
    votes = random_votes(12, 30, known, seed=3)
    weights = np.random.default_rng(4).integers(1, 4, 30).astype(np.float64)
    for given_weights in (None, weights):
        values, n = agreement.pairs(votes, measure, distance=distance, low=-2, high=2, weights=given_weights)

        for a, b in combinations(range(12), 2):
            expected = plainly(votes[a], votes[b], measure, distance, np.ones(30) if given_weights is None else weights)
            assert values[a, b] == pytest.approx(expected, abs=1e-12, nan_ok=True)
            assert n[a, b] == (~np.isnan(votes[a]) & ~np.isnan(votes[b])).sum()


@given(matrices, st.sampled_from(sorted(agreement.MEASURES)), st.sampled_from(agreement.DISTANCES))
@settings(deadline=None, max_examples=150)
def test_agreement_is_symmetric_and_in_its_range(votes: Matrix, measure: str, distance: str) -> None:
    """Agreement is symmetric, NaN exactly where it must be, in its range, and unchanged when the scale is reversed."""
    values, n = agreement.pairs(votes, measure, distance=distance, low=-2, high=2)
    turned, _ = agreement.pairs(-votes, measure, distance=distance, low=-2, high=2)
    least = {"s": -1.0, "cosine": -1.0, "agreement": 0.0, "distance": 0.0, "same": 0.0, "lijphart": 0.0}

    assert np.array_equal(values, values.T, equal_nan=True)
    assert np.array_equal(n, n.T)
    assert np.isnan(values[n == 0]).all()
    if measure in least:
        assert ((values[n > 0] >= least[measure]) | np.isnan(values[n > 0])).all()
    if measure not in ("kappa", "pi", "alpha", "cosine"):
        assert not np.isnan(values[n > 0]).any()
    assert np.nanmax(np.append(values, -9)) <= 1 + 1e-12
    np.testing.assert_allclose(turned, values, atol=1e-12)


@given(matrices, st.sampled_from(sorted(agreement.MEASURES)), st.integers(0, 1000))
@settings(deadline=None, max_examples=80)
def test_a_pair_does_not_depend_on_the_others(votes: Matrix, measure: str, seed: int) -> None:
    """Actors and items can change places, and an actor can be held out, without a change of any other pair."""
    values, n = agreement.pairs(votes, measure, low=-2, high=2)
    rng = np.random.default_rng(seed)
    actors, items = rng.permutation(len(votes)), rng.permutation(votes.shape[1])
    moved = agreement.pairs(votes[actors][:, items], measure, low=-2, high=2)

    np.testing.assert_allclose(moved.values, values[np.ix_(actors, actors)], atol=1e-12)
    assert np.array_equal(moved.n, n[np.ix_(actors, actors)])
    if len(votes) > 2 and not np.isnan(votes[1:]).all():
        held = agreement.pairs(votes[1:], measure, low=-2, high=2)
        np.testing.assert_allclose(held.values, values[1:, 1:], atol=1e-12)


def test_sharing_nothing_is_not_zero() -> None:
    """Two actors who speak to different items have no agreement, and an actor who says nothing has none at all."""
    values, n = agreement.pairs([[1, NAN, NAN], [NAN, 1, -1], [NAN, NAN, 1], [NAN, NAN, NAN]], "s", low=-1, high=1)

    assert np.isnan(values[0, 1:]).all()
    assert values[1, 2] == -1
    assert np.isnan(values[3]).all()
    assert n.tolist() == [[1, 0, 0, 0], [0, 2, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0]]


def test_without_variation_agreement_beyond_chance_is_not_known() -> None:
    """Two actors who both say yes to everything agree wholly, and beyond chance nothing can be said."""
    yes = [1.0] * 5

    assert agreement.between(yes, yes, "agreement", low=-1, high=1)[0] == 1
    for measure in ("kappa", "pi", "alpha"):
        for distance in agreement.DISTANCES:
            assert np.isnan(agreement.between(yes, yes, measure, distance=distance, low=-1, high=1)[0])
    assert agreement.between(yes, [-1.0] * 5, "kappa", low=-1, high=1)[0] == 0
    assert agreement.between(yes, [-1.0] * 5, "pi", low=-1, high=1)[0] == -1
    assert np.isnan(agreement.between(yes, [0.0] * 5, "cosine", low=-1, high=1)[0])


def test_nominal_kappa_is_cohens() -> None:
    """Cohen's κ of 50 proposals read by two (20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no) is .4."""
    first = [1.0] * 25 + [0.0] * 25
    second = [1.0] * 20 + [0.0] * 5 + [1.0] * 10 + [0.0] * 15

    assert agreement.between(first, second, "kappa", distance="nominal", low=0, high=1)[0] == pytest.approx(0.4)
    assert agreement.between(first, second, "pi", distance="nominal", low=0, high=1)[0] == pytest.approx(
        1 - 0.3 / (1 - 0.55**2 - 0.45**2)
    )


def test_the_ends_of_the_scale_are_fixed() -> None:
    """The same values on a longer scale are closer: the range is that of the scale and not the one that occurs."""
    assert agreement.between([1, 1], [-1, 1], "s", low=-1, high=1)[0] == 0
    assert agreement.between([1, 1], [-1, 1], "s", low=-2, high=2)[0] == 0.5
    assert agreement.between([1, 1], [-1, 1], "cosine", low=-2, high=2)[0] == 0


def test_lijphart_gives_half_for_one_step() -> None:
    """A step apart counts half and two steps nothing; with three values it is the agreement 1 − Do."""
    votes = random_votes(6, 40, 0.8, seed=1).clip(-1, 1) + 2

    assert agreement.between([1, 1, 1, 1], [1, 2, 3, 2], "lijphart", low=1, high=3)[0] == 0.5
    assert agreement.between([-2, -2], [-1, 0], "lijphart", low=-2, high=2)[0] == 0.25
    assert agreement.between([0, 1], [1, 1], "lijphart", low=0, high=1, step=0.5)[0] == 0.5
    np.testing.assert_allclose(
        agreement.pairs(votes, "lijphart", low=1, high=3).values, agreement.pairs(votes, low=1, high=3).values
    )


def test_statements_that_cancel_out_are_a_value() -> None:
    """A mean of statements for and against is 0, a value like others, and not a missing one."""
    scale = Scale.interval([-1, 1])
    entries = [(0, 0, 0), (0, 0, 1), (0, 1, 1), (1, 0, 1)]
    values, n = agreement.pairs(coded(entries, scale))

    assert np.array_equal(agreement.matrix(coded(entries, scale)), [[0, 1], [1, NAN]], equal_nan=True)
    assert n[0, 1] == 1
    assert values[0, 1] == 0.5


def test_coded_values_bring_their_scale() -> None:
    """Of coded values the ends are known: levels of an order, ends of an interval when they occur, names as names."""
    entries = [(0, 0, 0), (0, 1, 2), (1, 0, 1), (1, 1, 2)]

    assert agreement.pairs(coded(entries, Scale.ordinal(["low", "middle", "high"]))).values[0, 1] == 0.75
    assert agreement.pairs(coded(entries, Scale.interval([0, 1, 4]))).values[0, 1] == 0.875
    wide = coded(entries, Scale.interval([0, 1, 4], low=0, high=10))
    assert agreement.pairs(wide, low=0, high=10).values[0, 1] == pytest.approx(0.95)
    with pytest.raises(KGError, match="run from 0 to 4 on a scale that is 10 long"):
        agreement.pairs(wide)
    names = coded(entries, Scale.nominal(["north", "south", "west"]))
    assert agreement.pairs(names, "same", distance="nominal").values[0, 1] == 0.5
    with pytest.raises(KGError, match=r'Names have no distance but same or not\. Use distance="nominal"\.'):
        agreement.pairs(names)
    with pytest.raises(KGError, match='"Actor 0" has two values on "Item 0", and names have no mean'):
        agreement.matrix(coded([(0, 0, 0), (0, 0, 1)], Scale.nominal(["north", "south"])))


def test_groups_of_items_are_judged_apart() -> None:
    """Agreement by group is that of the columns of the group, in the order of the groups, over all actors."""
    votes = random_votes(5, 12, 0.8, seed=8)
    votes[:, 3] = np.nan
    groups = ["b", "a", "b", "empty", "a", "a", "b", "b", "a", "a", "b", "b"]
    weights = np.arange(1.0, 13)
    found = list(agreement.by_group(votes, groups, "kappa", low=-2, high=2, weights=weights))

    assert [name for name, _ in found] == ["a", "b", "empty"]
    for name, (values, n) in found[:2]:
        members = np.array(groups) == name
        alone = agreement.pairs(votes[:, members], "kappa", low=-2, high=2, weights=weights[members])
        assert np.array_equal(values, alone.values, equal_nan=True)
        assert np.array_equal(n, alone.n)
    assert np.isnan(found[2][1].values).all()
    assert not found[2][1].n.any()


@pytest.fixture(scope="module")
def assembly(shared: Path) -> tuple[pl.DataFrame, Matrix, list[str], list[int]]:
    """The votes of the UN General Assembly: rows, countries × roll calls, countries, and sessions of the roll calls."""
    folder = shared / "data/unga"
    calls = pl.read_csv(folder / "un_roll_calls.csv.gz", columns=["rcid", "session"], infer_schema_length=10_000)
    rows = pl.read_csv(folder / "un_votes.csv.gz").join(calls, on="rcid")
    rows = rows.with_columns(value=pl.col("vote").replace_strict({"yes": 1.0, "abstain": 2.0, "no": 3.0}))
    countries, row = np.unique(rows["country"].to_numpy(), return_inverse=True)
    items, column = np.unique(rows["rcid"].to_numpy(), return_inverse=True)
    values = np.full((len(countries), len(items)), np.nan)
    values[row, column] = rows["value"].to_numpy()
    session = dict(calls.iter_rows())
    return rows, values, countries.tolist(), [session[item] for item in items.tolist()]


def test_all_sessions_of_the_assembly(assembly: tuple[pl.DataFrame, Matrix, list[str], list[int]]) -> None:
    """Every vote of 74 sessions counts, and in each session all pairs have mean(1 − |Δ| / 2) over what both voted on.

    Three sessions are checked for every pair against a join of the votes. On another scale, with yes 1,
    abstention 0.5 and no 0, it is the same number.
    """
    rows, votes, countries, sessions = assembly
    found = dict(agreement.by_group(votes, sessions, low=1, high=3))

    assert len(rows) == 870_109 == int((~np.isnan(votes)).sum())
    assert len(found) == 74
    checked = 0
    for session in (1, 46, 74):
        values, n = found[session]
        here = rows.filter(session=session).select("rcid", "country", "value")
        both = here.join(here, on="rcid").filter(pl.col("country") != pl.col("country_right"))
        direct = both.group_by("country", "country_right").agg(
            pl.len(), agreement=(1 - (pl.col("value") - pl.col("value_right")).abs() / 2).mean()
        )
        place = {country: k for k, country in enumerate(countries)}
        a, b = ([place[c] for c in direct[name]] for name in ("country", "country_right"))
        np.testing.assert_allclose(values[a, b], direct["agreement"].to_numpy(), atol=1e-12)
        assert np.array_equal(n[a, b], direct["len"].to_numpy())
        assert int((n > 0).sum() - np.count_nonzero(np.diag(n))) == len(direct)
        checked += len(direct)
    assert checked > 60_000
    scores = dict(agreement.by_group((3 - votes) / 2, sessions, low=0, high=1))
    np.testing.assert_allclose(scores[46].values, found[46].values, atol=1e-12)


def test_a_country_can_be_held_out(assembly: tuple[pl.DataFrame, Matrix, list[str], list[int]]) -> None:
    """Without one country the dyads of all others are the same in every measure, and so is its own when it returns."""
    _, votes, countries, sessions = assembly
    here = votes[:, np.array(sessions) == 46]
    out = countries.index("Namibia")
    rest = np.delete(np.arange(len(countries)), out)
    for measure in agreement.MEASURES:
        whole = agreement.pairs(here, measure, low=1, high=3)
        held = agreement.pairs(here[rest], measure, low=1, high=3)
        assert np.array_equal(held.n, whole.n[np.ix_(rest, rest)])
        np.testing.assert_allclose(held.values, whole.values[np.ix_(rest, rest)], atol=1e-12)


@pytest.mark.parametrize(("session", "value", "spread"), [(10, 0.115, 0.374), (46, 0.118, 0.195), (70, 0.182, 0.299)])
def test_the_camps_of_the_assembly(
    assembly: tuple[pl.DataFrame, Matrix, list[str], list[int]], session: int, value: float, spread: float
) -> None:
    """The polarisation of three sessions is what the page on methods says, far above what permutations give."""
    _, votes, countries, sessions = assembly
    found = polarization(votes[:, np.array(sessions) == session], low=1, high=3, permutations=3)

    assert found.value == pytest.approx(value, abs=0.001)
    assert found.dispersion == pytest.approx(spread, abs=0.001)
    assert found.corrected > 0.08
    assert found.camps[countries.index("France")] == found.camps[countries.index("United Kingdom")]
    assert found.camps[countries.index("United States")] != found.camps[countries.index("India")]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([10, 0, 0], 1.0), ([5, 5, 0], 0.25), ([4, 3, 3], 0.1), ([6, 3, 1], 0.4), ([5, 5, 5], 0.0), ([0, 0, 0], NAN)],
)
def test_hix_agreement_index(counts: list[int], expected: float) -> None:
    """AI = [max − ½ (n − max)] / n, as in Hix, Noury and Roland (2005); nobody voting is not known."""
    assert agreement.hix(counts) == pytest.approx(expected, nan_ok=True)


def test_rice_leaves_abstentions_out() -> None:
    """Rice's index is |yes − no| / (yes + no), with the middle of the scale in neither."""
    assert agreement.rice([[10, 0], [5, 5], [6, 3], [0, 0]]).tolist()[:3] == pytest.approx([1, 0, 1 / 3])
    assert np.isnan(agreement.rice([0, 7, 0]))
    assert agreement.rice([6, 50, 3]) == pytest.approx(1 / 3)
    assert agreement.rice([1, 1, 9, 0, 2]) == 0


def test_counts_of_levels() -> None:
    """A tally counts each level on each item, levels that nobody chose included, and refuses others."""
    votes = [[1, 3, NAN], [1, 2, NAN], [3, NAN, NAN]]
    counts, levels = agreement.tally(votes, [1, 2, 3])

    assert counts.tolist() == [[2, 0, 1], [0, 1, 1], [0, 0, 0]]
    assert levels.tolist() == [1, 2, 3]
    assert agreement.tally(votes)[1].tolist() == [1, 2, 3]
    with pytest.raises(KGError, match=r"The value 3 in row 0, column 1 is none of the levels\. They are: 1, 2\."):
        agreement.tally(votes, [1, 2])


BAD: list[tuple[Any, str]] = [
    (lambda: agreement.pairs([[1, 2], [2, 1]], "kapa", low=1, high=3), 'No measure of agreement "kapa"'),
    (lambda: agreement.pairs([[1, 2], [2, 1]], distance="square", low=1, high=3), 'No distance "square"'),
    (lambda: agreement.pairs([[1, 2], [2, 1]]), "The ends of the scale are not given"),
    (lambda: agreement.pairs([[1, 2], [2, 1]], low=3, high=1), "A scale cannot run from 3 to 1"),
    (lambda: agreement.pairs([[1, 2], [2, 4]], low=1, high=3), "The value 4 in row 1, column 1 is not on the scale"),
    (lambda: agreement.pairs([[1, 2], [2, np.inf]], low=1, high=3), "The value in row 1, column 1 is infinite"),
    (lambda: agreement.pairs([[1, 2]], low=1, high=3), "One actor cannot agree with nobody"),
    (lambda: agreement.pairs([[NAN], [NAN]], low=1, high=3), "All values are missing"),
    (lambda: agreement.pairs([], low=1, high=3), r"The values have the shape \(0,\)"),
    (lambda: agreement.pairs([["yes"], ["no"]], low=1, high=3), "The values are no matrix of numbers"),
    (lambda: agreement.pairs([[1], [2]], low=1, high=3, weights=[0]), "The weights must be 1 positive numbers"),
    (lambda: agreement.pairs([[0], [1]], "lijphart", low=0, high=1), "would make opposite ends half agree"),
    (lambda: agreement.between([1, 2], [1], low=1, high=2), "The two actors have different numbers of items"),
    (lambda: list(agreement.by_group([[1, 2], [1, 2]], ["a"], low=1, high=2)), "There are 2 items, and groups of 1"),
    (lambda: agreement.hix([1]), "Counts of fewer than two options say nothing"),
    (lambda: agreement.rice([1, -1]), "A count is missing, infinite or below 0"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_refused_in_a_sentence(call: Any, message: str) -> None:
    """What cannot be judged is refused with one line that says what is wrong and what to do."""
    with pytest.raises(KGError, match=message) as caught:
        call()

    assert caught.value.cure
    assert "\n" not in str(caught.value)


def test_a_misspelt_measure_is_guessed() -> None:
    """An unknown measure is answered with the closest known one, and a quite unknown one with the list."""
    with pytest.raises(KGError, match='Did you mean "lijphart"'):
        agreement.pairs([[1], [2]], "lijphard", low=1, high=2)
    with pytest.raises(KGError, match="There are: agreement, alpha, cosine"):
        agreement.pairs([[1], [2]], "xyzzy", low=1, high=2)


def test_every_measure_says_what_it_is() -> None:
    """Each measure has a docstring with its range and what missing means, and a line in the page on methods."""
    page = (Path(__file__).parents[1] / "docs/methods/agreement.md").read_text(encoding="utf-8")

    assert len(agreement.MEASURES) == 9
    for name, function in agreement.MEASURES.items():
        text = function.__doc__ or ""
        assert "NaN" in text or "Missing as in κ" in text or "missing as in κ" in text, name
        assert f"`{name}`" in page
