"""Agreement of actors over shared items, and the reliability of values that several coders gave."""

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

from kg.algebra import agreement, reliability
from kg.algebra.coded import Coded, Scale
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

    Three sessions are checked for every pair against a join of the votes. The other way of publishing it, yes 1,
    abstention 0.5 and no 0, is the same number.
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


@pytest.mark.parametrize(("values", "level", "expected"), ALPHAS)
def test_published_alphas(values: Any, level: str, expected: float) -> None:
    """Krippendorff's alpha has its published values to full precision, at each level of measurement."""
    assert reliability.krippendorff(values, level).value == pytest.approx(expected, abs=1e-14)


def test_published_alphas_are_those_of_the_oracle(shared: Path) -> None:
    """The data and values written down here are those of the file they come from."""
    import json

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
    assert both[0].tolist() == [9, 9, 7, 9]
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
