"""When a value moved and which statements moved it; words and deeds; promises; coalitions that last."""

from __future__ import annotations

import json
import math
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.algebra.change import change_points, decay, over, profile, turning
from kg.algebra.deeds import contrast, fulfilment
from kg.algebra.persistence import compare, follow, persistence
from kg.algebra.windows import by_time
from kg.errors import KGError

NAN = math.nan
# Annual flow of the Nile at Aswan, 1871–1970, in 10⁸ m³ (Cobb 1978, Biometrika 65, table 1).
FLOWS = [
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
    1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
    831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759,
    781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
    744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
]  # fmt: skip

series = st.lists(st.integers(-2, 2), min_size=2, max_size=11)


def days(*offsets: float) -> Any:
    """Dates so many days after the first of March 2024."""
    return np.datetime64("2024-03-01", "D") + np.array(offsets, dtype="timedelta64[D]")


def cost(values: Any, cuts: tuple[int, ...]) -> float:
    """Squares around the means of the stretches between cuts."""
    return float(sum(((part - part.mean()) ** 2).sum() for part in np.split(np.asarray(values, dtype=float), cuts)))


def test_the_nile_changed_in_1899() -> None:
    """The one change of mean in the Nile series comes after 28 years, as published (Cobb 1978), with its two means."""
    found = change_points(FLOWS, np.arange(1871, 1971))

    assert found.index.tolist() == [28]
    assert found.at.tolist() == [1899]
    assert found.p == 0.001
    assert found.means.tolist() == pytest.approx([np.mean(FLOWS[:28]), np.mean(FLOWS[28:])])
    assert found.n.tolist() == [28, 72]


def test_the_series_is_the_published_one(shared: Path) -> None:
    """The series above is the one in the collection of oracles, and so is its change point."""
    oracle = json.loads((shared / "data/oracles/changepoint_nile.json").read_text(encoding="utf-8"))

    assert oracle["data"] == FLOWS
    assert change_points(oracle["data"]).index.tolist() == [oracle["published_changepoint_index"]]


@given(series, st.integers(1, 3), st.floats(0.1, 6))
@settings(max_examples=60, deadline=None)
def test_the_partition_is_the_cheapest(values: list[int], least: int, penalty: float) -> None:
    """No set of changes, tried one by one, costs less than the one found; no stretch is too short."""
    found = change_points(values, penalty=penalty, least=least, alpha=1.0, permutations=1)
    n = len(values)
    possible = [
        cuts
        for k in range(n)
        for cuts in combinations(range(1, n), k)
        if all(b - a >= least for a, b in zip((0, *cuts), (*cuts, n), strict=True)) or not cuts
    ]
    cheapest = min(cost(values, cuts) + penalty * len(cuts) for cuts in possible)
    cuts = tuple(found.index.tolist())

    assert cuts in possible
    assert cost(values, cuts) + penalty * len(cuts) == pytest.approx(cheapest, abs=1e-6)


def test_steps_up_and_down_are_found() -> None:
    """A series that goes up and comes back has two changes, at the right places."""
    random = np.random.default_rng(1)
    values = np.repeat([0.0, 1.5, 0.0], [40, 30, 50]) + random.normal(0, 0.4, 120)
    found = change_points(values)

    assert found.index.tolist() == [40, 70]
    assert found.means == pytest.approx([0, 1.5, 0], abs=0.2)


@given(st.floats(-1e6, 1e6, allow_subnormal=False), st.integers(1, 30), st.integers(0, 100))
def test_a_constant_series_has_no_change(value: float, size: int, seed: int) -> None:
    """What never varies never changes, whatever its level, its times and its weights."""
    random = np.random.default_rng(seed)
    found = change_points(
        np.full(size, value), random.integers(0, 10, size), weights=random.random(size) + 0.1, permutations=9
    )

    assert len(found.at) == 0
    assert found.p == 1
    assert found.means.tolist() == pytest.approx([value])


def test_chance_alone_seldom_changes() -> None:
    """Of 200 series without any change about one in twenty passes the screen, and hardly more has changes."""
    found = [
        change_points(np.random.default_rng(seed).normal(size=50), permutations=99, seed=seed) for seed in range(200)
    ]

    assert sum(x.p <= 0.05 for x in found) <= 20
    assert sum(len(x.at) > 0 for x in found) <= 10


@given(series, st.integers(-1000, 1000), st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_shifting_time_or_order_changes_nothing(values: list[int], offset: int, seed: int) -> None:
    """A series that is moved in time, or whose statements come in another order, has the same changes."""
    random = np.random.default_rng(seed)
    offsets = np.sort(random.integers(0, 20, len(values)))
    order = random.permutation(len(values))
    plain = change_points(values, days(*offsets), penalty=1.0, alpha=1.0, permutations=19)
    later = change_points(values, days(*(offsets + offset)), penalty=1.0, alpha=1.0, permutations=19)
    mixed = change_points(
        np.array(values)[order], days(*offsets[order]), penalty=1.0, alpha=1.0, permutations=19
    )

    for other in (later, mixed):
        assert other.index.tolist() == plain.index.tolist()
        assert other.p == plain.p
        assert other.means.tolist() == pytest.approx(plain.means.tolist())
    assert (later.at - plain.at == np.timedelta64(offset, "D")).all()


def test_no_change_within_a_moment() -> None:
    """Statements of one day are one observation: no change falls between them, in whatever order they come."""
    offsets = [0] * 5 + [3] * 5 + [4] * 5 + [9] * 5
    found = change_points([-1] * 7 + [1] * 13, days(*offsets), least=1, penalty=0.5)

    assert set(found.index.tolist()) <= {5, 10, 15}


def test_one_source_of_a_moment_has_one_vote() -> None:
    """Ten statements of one source on one day weigh as much as one, so that they cannot make a change by themselves."""
    values = [0, 1, 0, 1, 0, 1, *[2] * 10, 0, 1, 0, 1]
    times = days(*range(6), *[6] * 10, *range(7, 11))
    sources = [*"abcdef", *"g" * 10, *"hijk"]
    plain, voted = (change_points(values, times, sources=s, alpha=1, least=1) for s in (None, sources))

    assert len(plain.at) > 0
    assert len(voted.at) == 0
    assert voted.n.sum() == 20
    assert voted.means.tolist() == pytest.approx([(3 + 2 + 2) / 11])


def test_weights_are_repetitions() -> None:
    """A value of weight three is as good as three of the same moment."""
    values, weights = np.array([0, 1, 0, 4, 5, 4.0]), np.array([3, 1, 1, 2, 1, 1.0])
    repeated = np.repeat(np.arange(6), weights.astype(int))
    one = change_points(values, np.arange(6), weights=weights, penalty=2, alpha=1)
    three = change_points(values[repeated], repeated, penalty=2, alpha=1)

    assert one.at.tolist() == three.at.tolist() == [3]
    assert one.means.tolist() == pytest.approx(three.means.tolist())


def test_undated_and_unknown_are_counted() -> None:
    """Statements without time or value are left out of the search, and their number is told."""
    values = [0, 0, 0, NAN, 3, 3, 3, 3]
    times = np.array(["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "NaT", "2024-01-05", "2024-01-06",
                      "2024-01-07"], dtype="datetime64[D]")  # fmt: skip
    found = change_points(values, times, alpha=1, penalty=1)

    assert found.left_out == 2
    assert found.index.tolist() == [3]
    assert found.at.tolist() == [datetime(2024, 1, 5).date()]


def test_long_series_are_searched_whole() -> None:
    """Five thousand days with four changes are searched exactly."""
    random = np.random.default_rng(3)
    values = np.repeat([0.0, 1.0, -1.0, 0.5, 2.0], 1000) + random.normal(size=5000)
    found = change_points(values, permutations=19, alpha=0.1)

    assert len(found.at) == 4
    assert np.abs(found.index - [1000, 2000, 3000, 4000]).max() <= 20


def test_turning_statements() -> None:
    """The first statement on the new side is named; what each adds sums to the difference."""
    values = [-2, -1, NAN, -1, 0, 2, 1, -1]
    found = turning(values, days(0, 1, 2, 3, 5, 6, 6, 9), days(5)[0])

    assert found.before == pytest.approx(-4 / 3)
    assert found.after == pytest.approx(0.5)
    # Both statements of the sixth day are of the sign of the new mean; the 0 before them is not.
    assert found.first.tolist() == [5, 6]
    assert found.order.tolist() == [5, 6, 4, 7]
    assert np.nansum(found.share) == pytest.approx(found.difference)
    assert np.isnan(found.share[:4]).all()
    # Without the strongest statement the mean after is 0.
    assert found.influence[5] == pytest.approx(0.5)
    assert math.isnan(found.influence[2])


def test_turning_within_one_sign() -> None:
    """From weak to strong support, the first statement nearer to the new mean than to the old turned."""
    found = turning([1, 0.5, 1, 1, 2, 2], np.arange(6), 3)

    assert found.first.tolist() == [4]


@given(series, st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_influence_is_leaving_one_out(values: list[int], seed: int) -> None:
    """The influence of a statement is the difference with it less the difference without, for every statement."""
    random = np.random.default_rng(seed)
    weights = random.integers(1, 4, len(values)).astype(float)
    at = len(values) // 2
    found = turning(values, np.arange(len(values)), at, weights=weights)
    x = np.array(values, dtype=float)
    for k in range(len(values)):
        rest = np.arange(len(values)) != k
        sides = (rest & (np.arange(len(values)) < at), rest & (np.arange(len(values)) >= at))
        if all(side.any() for side in sides):
            old, new = (np.average(x[side], weights=weights[side]) for side in sides)
            assert found.influence[k] == pytest.approx(found.difference - (new - old), abs=1e-9)
        else:
            assert math.isnan(found.influence[k])


def test_stretches_of_turning_end() -> None:
    """Only statements between the two ends count for a change that has neighbours."""
    found = turning([5, -1, -1, 1, 1, 9], np.arange(6), 3, since=1, until=5)

    assert (found.before, found.after) == (-1, 1)
    assert np.isnan(found.share[[0, 5]]).all()


def test_half_life() -> None:
    """A statement weighs half after each half-life, nothing before it was made, and nothing when undated."""
    times = np.array(["2024-03-31", "2024-03-01", "2024-01-31", "2024-04-01", "NaT"], dtype="datetime64[D]")

    assert decay(times, datetime(2024, 3, 31), 30).tolist() == pytest.approx([1, 0.5, 0.25, 0, 0])
    assert decay([3.0, 1.0, 4.0, NAN], 3, 2).tolist() == pytest.approx([1, 0.5, 0, 0])


def test_profile_by_month() -> None:
    """Each month has its mean and its number; a month without statements has none, and the undated are counted."""
    times = np.array(["2024-01-05", "2024-01-25", "2024-03-01", "NaT", "2024-03-02"], dtype="datetime64[D]")
    found = profile(times, [1, 2, -1, 2, NAN], weights=[1, 3, 1, 1, 1])

    assert [w.start.month for w in found.windows] == [1, 2, 3]
    assert found.mean.tolist() == pytest.approx([1.75, NAN, -1], nan_ok=True)
    assert found.n.tolist() == [2, 0, 1]
    assert found.weight.tolist() == [4, 0, 1]
    assert (found.undated, found.unknown) == (1, 1)
    assert found.interval is None


def test_profile_has_intervals_where_sources_allow() -> None:
    """A month with four sources has an interval that holds its mean, one with two has not enough evidence."""
    times = days(0, 1, 2, 3, 4, 35, 36)
    found = profile(times, [1, 2, 0, 2, 1, -1, -2], sources=[*"abcda", *"ab"], limits=(-2, 2))

    assert found.interval is not None
    assert found.interval.known.tolist() == [True, False]
    assert found.interval.low[0] < found.mean[0] < found.interval.high[0]


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(-2, 2)), min_size=1, max_size=30))
@settings(max_examples=30, deadline=None)
def test_profile_loses_nothing(said: list[tuple[int, int]]) -> None:
    """The numbers of all periods add up to all statements, and their weighted means to the mean of all."""
    times, values = days(*(t for t, _ in said)), np.array([v for _, v in said])
    found = profile(times, values)

    assert found.n.sum() == len(said)
    assert np.nansum(found.n * found.mean) == pytest.approx(values.sum())


def test_over_maps_windows() -> None:
    """A function is asked for each window that holds something, NaN stands for the others."""
    windows = by_time(days(0, 1, 70).astype("datetime64[s]"), "months")
    found, n = over(windows, lambda which: float(which.sum()))

    assert found.tolist() == pytest.approx([1, NAN, 2], nan_ok=True)
    assert n.tolist() == [2, 0, 1]


def test_words_against_deeds() -> None:
    """The difference of means by basis comes with its interval; other bases and unknown values do not count."""
    values = [2, 2, 1, 2, -1, 0, -1, -2, NAN, 2]
    basis = ["word"] * 4 + ["deed"] * 4 + ["deed", "report"]
    found = contrast(values, basis, list("abcdabcdee"), limits=(-2, 2))

    assert (found.first, found.second) == (1.75, -1)
    assert found.difference == -2.75
    assert found.n == (4, 4)
    assert found.sources == (4, 4)
    assert -4 <= float(found.interval.low) < -2.75 < float(found.interval.high) < 0


def test_what_a_source_shares_cancels() -> None:
    """Sources that all see deeds one step below words differ in level and not in the difference: it is narrow."""
    level = np.array([-1, 0, 1, -1, 0, 1, 0, 1, -1, 0.0])
    noise = np.tile([0.1, -0.1], 5)
    values = np.concatenate([level, level - 1 + noise])
    basis = ["word"] * 10 + ["deed"] * 10
    paired = contrast(values, basis, [*range(10), *range(10)])
    apart = contrast(values, basis, [*range(10), *range(10, 20)])

    assert float(paired.interval.width) < 0.5 * float(apart.interval.width)


def test_two_hundred_of_five_thousand() -> None:
    """A promise of five thousand of which two hundred came is kept in part: a share of four in a hundred."""
    found = fulfilment([5000], [200])

    assert (found.partly, found.rate, found.share) == (1, 0.0, 0.04)
    assert found.status == ("partly",)


def test_what_became_of_promises() -> None:
    """Each promise gets its word; pending ones count in no rate, unknown ones in the bounds."""
    due = np.array(["2024-01-31", "2024-01-31", "2024-01-31", "2024-12-31", "NaT", "2024-02-10"], dtype="datetime64[D]")
    done = np.array(["2024-01-30", "2024-02-10", "NaT", "NaT", "NaT", "NaT"], dtype="datetime64[D]")
    found = fulfilment([1, 10, 4, 1, 1, 1], [1, 12, 1, 0, NAN, 0], due, done, np.datetime64("2024-06-30"))

    assert found.status == ("kept", "kept", "partly", "pending", "unknown", "unmet")
    assert (found.kept, found.partly, found.unmet, found.pending, found.unknown) == (2, 1, 1, 1, 1)
    assert found.rate == 0.5
    assert (found.lowest, found.highest) == (0.4, 0.6)
    assert found.share == pytest.approx(12 / 16)
    assert found.on_time == 0.5
    assert found.delay == 4.5


def test_promises_that_are_all_pending() -> None:
    """When nothing is due yet there is no rate."""
    found = fulfilment([1], [0], np.array(["2030-01-01"], dtype="datetime64[D]"), at="2024-01-01")

    assert found.pending == 1
    assert math.isnan(found.rate)
    assert math.isnan(found.share)


partitions = st.integers(2, 12).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(-1, 3), min_size=n, max_size=n)] * 2)
)


@given(partitions, st.permutations(range(4)))
def test_names_of_communities_mean_nothing(both: tuple[list[int], list[int]], names: list[int]) -> None:
    """Likeness is symmetric, and unchanged when communities are renamed or called by texts."""
    a, b = both
    plain, back = compare(a, b), compare(b, a)
    renamed = compare(["" if x < 0 else f"camp {names[x]}" for x in a], b)
    for other in (back, renamed):
        assert other.actors == plain.actors
        assert [other.jaccard, other.rand, other.nmi] == pytest.approx(
            [plain.jaccard, plain.rand, plain.nmi], nan_ok=True
        )


@given(partitions)
def test_likeness_counts_pairs(both: tuple[list[int], list[int]]) -> None:
    """Jaccard and adjusted Rand are what counting pairs of actors gives; all lie in their range."""
    a, b = both
    found = compare(a, b)
    pairs = [
        (a[i] == a[k], b[i] == b[k])
        for i, k in combinations([i for i in range(len(a)) if a[i] >= 0 and b[i] >= 0], 2)
    ]
    if not pairs:
        assert math.isnan(found.rand)
        return
    n, x, y, z = len(pairs), sum(p for p, _ in pairs), sum(q for _, q in pairs), sum(p and q for p, q in pairs)
    either = x + y - z
    assert found.jaccard == pytest.approx(z / either if either else NAN, nan_ok=True)
    chance = x * y / n
    rand = 1.0 if x == y == z else (z - chance) / ((x + y) / 2 - chance)
    assert found.rand == pytest.approx(rand)
    assert 0 <= found.nmi <= 1 + 1e-12


def test_likeness_of_a_worked_example() -> None:
    """Six actors, three and three against two, two and two: counted by hand."""
    found = compare([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2])

    # 6 pairs in the one, 3 in the other, 2 in both: 2 of 7; by chance 6 · 3 / 15 = 1.2.
    assert found.jaccard == pytest.approx(2 / 7)
    assert found.rand == pytest.approx((2 - 1.2) / (4.5 - 1.2))
    # Entropies ln 2 and ln 3; together cells of 2, 1, 1 and 2 of 6.
    both = 2 / 3 * math.log(3) + 1 / 3 * math.log(6)
    assert found.nmi == pytest.approx(2 * (math.log(6) - both) / math.log(6))


def test_the_same_partition_is_all_alike() -> None:
    """A partition is fully like itself, one of singletons too (whose pairs nobody forms)."""
    assert compare([0, 0, 1], [5, 5, 2]) == compare([1, 1, 0], [0, 0, 1])
    assert compare([0, 0, 1], [5, 5, 2]).rand == 1
    alone = compare([0, 1, 2], [0, 1, 2])
    assert (alone.rand, alone.nmi) == (1, 1)
    assert math.isnan(alone.jaccard)


def test_persistence_compares_neighbours() -> None:
    """Each window is compared with the one before it, over the actors that are in both."""
    found = persistence([[0, 0, 1, 1], [0, 0, 1, 1], [0, 1, 0, -1]])

    assert found.rand[0] == 1
    assert found.actors.tolist() == [4, 3]
    assert found.jaccard.tolist() == pytest.approx([1, 0])


def test_communities_are_followed() -> None:
    """A community that loses one member stays itself, one that is gone for a window comes back if memory allows."""
    windows = [
        ["a", "a", "a", "b", "b", None],
        ["x", "x", "y", "y", "y", None],
        [1, 1, -1, -1, -1, 1],
        [None, None, 3, 3, 3, 7],
    ]
    short, long = follow(windows), follow(windows, memory=2)

    assert short.track.tolist() == [
        [0, 0, 0, 1, 1, -1], [0, 0, 1, 1, 1, -1], [0, 0, -1, -1, -1, 0], [-1, -1, 2, 2, 2, 0]
    ]
    assert long.track[3].tolist() == [-1, -1, 1, 1, 1, 0]
    assert long.born.tolist() == [0, 0]
    assert long.last.tolist() == [3, 3]
    assert long.lifetime.tolist() == [4, 3]
    assert long.sizes.tolist() == [[3, 2, 3, 1], [2, 3, 0, 3]]


@given(st.lists(st.lists(st.integers(-1, 3), min_size=6, max_size=6), min_size=1, max_size=5))
def test_following_keeps_partitions(windows: list[list[int]]) -> None:
    """Tracks only rename: in each window those are together who were, and renaming communities changes nothing."""
    found = follow(windows)
    for labels, row in zip(windows, found.track, strict=True):
        assert [x < 0 for x in labels] == (row < 0).tolist()
        for i, k in combinations(range(6), 2):
            if labels[i] >= 0 and labels[k] >= 0:
                assert (labels[i] == labels[k]) == (row[i] == row[k])
    renamed = follow([[{-1: -1, 0: 2, 1: 0, 2: 3, 3: 1}[x] for x in labels] for labels in windows])
    np.testing.assert_array_equal(renamed.track, found.track)
    assert (found.lifetime >= 1).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: change_points([]), "No statement has both"),
        (lambda: change_points([NAN, NAN]), "No statement has both"),
        (lambda: change_points([1, 2], [1]), "2 values for 1 statements"),
        (lambda: change_points([1, math.inf]), "infinite"),
        (lambda: change_points([1, 2], weights=[1, -1]), "negative"),
        (lambda: change_points([1, 2], alpha=5), "level of significance is 5"),
        (lambda: change_points([1, 2], permutations=0), "1 or more"),
        (lambda: change_points([1, 2], penalty=-1), "penalty is -1"),
        (lambda: change_points(np.arange(60_000)), "60,000 different times"),
        (lambda: turning([1, 2], [0, 1], 5), "comes after"),
        (lambda: turning([1, 2], [0, 1], -5), "comes before"),
        (lambda: decay([1.0], 1, 0), "half-life is 0"),
        (lambda: decay([1.0], 1, NAN), "half-life is nan"),
        (lambda: profile([1.0], [1]), "Periods need dates"),
        (lambda: profile(days(0), [1], "fortnights"), "fortnights"),
        (lambda: contrast([1, 2], ["word", "word"], ["a", "b"]), "There are: word"),
        (lambda: contrast([1, 2], ["words", "deed"], ["a", "b"]), 'Did you mean "words"'),
        (lambda: contrast([1, 2], ["word", "deed"], ["a", None]), "no source"),
        (lambda: fulfilment([], []), "no promises"),
        (lambda: fulfilment([0], [1]), "above 0"),
        (lambda: fulfilment([1], [-1]), "below 0"),
        (lambda: compare([0, 1], [0]), "2 and 1 actors"),
        (lambda: persistence([[0, 1]]), "1 partitions"),
        (lambda: follow([]), "no partitions"),
        (lambda: follow([[0], [0, 1]]), "from 1 to 2 actors"),
        (lambda: follow([[0]], least=0), "least likeness is 0"),
        (lambda: follow([[0]], memory=0), "memory is 0"),
    ],
)
def test_bad_input_is_one_sentence(call: Any, words: str) -> None:
    """What makes no sense is refused with what is wrong and what to do."""
    with pytest.raises(KGError) as caught:
        call()
    assert words in str(caught.value)
    assert caught.value.cure
