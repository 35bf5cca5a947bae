"""Intervals from sources drawn anew, what one source or coder does to a result, and when evidence is enough."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.algebra.coded import Coded, Floats, Scale
from kg.algebra.one_mode import one_mode
from kg.algebra.quick import TIES, tie
from kg.algebra.sources import behind, draws, effective, groups
from kg.algebra.sure import bootstrap, bootstrap_ties, enough, leave_one_out, resample
from kg.algebra.two_mode import two_mode
from kg.errors import KGError

FIVE = Scale.interval([-2, -1, 0, 1, 2], -2, 2)
SCALES = (
    FIVE,
    Scale.interval([-1, 0, 2], -2, 2),
    Scale.ordinal(["low", "middle", "high"]),
    Scale.nominal(["harbour", "market", "pier"]),
    Scale.interval([1]),
)


def debate(
    seed: int = 0, statements: int = 240, rows: int = 5, columns: int = 6, sources: int = 20, scale: Scale = FIVE,
    weights: bool = False,
) -> tuple[Coded, Any]:
    """Statements at random, and the source of each."""
    random = np.random.default_rng(seed)
    coded = Coded(
        random.integers(0, rows, statements).astype(np.int32),
        random.integers(0, columns, statements).astype(np.int32),
        random.integers(0, len(scale.levels), statements).astype(np.int32),
        tuple(f"actor {i}" for i in range(rows)),
        tuple(f"position {j}" for j in range(columns)),
        scale,
        random.integers(1, 4, statements).astype(np.float64) if weights else None,
    )
    return coded, np.array([f"source {s:02}" for s in random.integers(0, sources, statements)])


def mean(coded: Coded) -> float:
    """The mean value of all statements."""
    return float(np.average(coded.scale.points[coded.levels], weights=coded.weights))


def means(coded: Coded) -> Any:
    """The mean value of each row, NaN without statements."""
    weights = np.ones(len(coded)) if coded.weights is None else coded.weights
    size = len(coded.row_labels)
    total = np.bincount(coded.rows, weights, size)
    sums = np.bincount(coded.rows, weights * coded.scale.points[coded.levels], size)
    return np.divide(sums, total, out=np.full(size, np.nan), where=total > 0)


def relabelled(coded: Coded, seed: int) -> tuple[Coded, Any, Any]:
    """The same statements in another order with rows and columns numbered anew; the orders of entries and of rows."""
    random = np.random.default_rng(seed)
    sizes = (len(coded), len(coded.row_labels), len(coded.column_labels))
    entries, rows, columns = (random.permutation(k) for k in sizes)
    moved = coded.take(entries)
    return (
        Coded(
            np.argsort(rows)[moved.rows].astype(np.int32), np.argsort(columns)[moved.columns].astype(np.int32),
            moved.levels, tuple(coded.row_labels[i] for i in rows), tuple(coded.column_labels[j] for j in columns),
            coded.scale, moved.weights,
        ),
        entries,
        rows,
    )


def test_standard_error_of_a_mean_of_sources() -> None:
    """With one statement a source the spread of replicates is σ / √K, and the ends lie Student's t away."""
    values = np.array([-2, -1, -1, 0, 0, 0, 1, 1, 2, 2, 2, 1], dtype=np.float64)
    found = resample(
        np.arange(12), lambda f: np.average(values, weights=f), 12, replicates=20_000, method="multinomial"
    )

    assert float(found.estimate) == pytest.approx(values.mean())
    assert float(found.se) == pytest.approx(values.std() / math.sqrt(12), rel=0.03)
    assert float(found.width) / 2 == pytest.approx(2.2010 * float(found.se) * math.sqrt(12 / 11), rel=1e-4)


def test_sources_and_not_statements_are_drawn() -> None:
    """Repeating every statement of every source ten times changes nothing: sources, not statements, are evidence."""
    coded, sources = debate(statements=40)
    again = np.repeat(np.arange(40), 10)
    once, ten = (bootstrap(c, s, mean, 200) for c, s in ((coded, sources), (coded.take(again), sources[again])))

    assert float(ten.low) == pytest.approx(float(once.low))
    assert float(ten.high) == pytest.approx(float(once.high))


@pytest.mark.parametrize("method", ["poisson", "multinomial"])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_order_and_labels_change_no_interval(method: str, seed: int) -> None:
    """The order of statements, and how rows and columns are numbered, change no interval."""
    coded, sources = debate(seed, weights=True)
    other, entries, rows = relabelled(coded, seed + 1)
    here = bootstrap(coded, sources, means, 50, seed=3, method=method, per="rows")
    there = bootstrap(other, sources[entries], means, 50, seed=3, method=method, per="rows")

    np.testing.assert_allclose(there.low, here.low[rows])
    np.testing.assert_allclose(there.high, here.high[rows])
    ties = bootstrap_ties(coded, sources, "subtract", replicates=50, seed=3, method=method)
    moved = bootstrap_ties(other, sources[entries], "subtract", replicates=50, seed=3, method=method)
    np.testing.assert_array_equal(moved.low, ties.low[np.ix_(rows, rows)])
    np.testing.assert_array_equal(moved.se, ties.se[np.ix_(rows, rows)])


def plainly(coded: Coded, aggregate: str, normalize: str = "no") -> Any:
    """A tie by one_mode() alone."""
    if aggregate != "agreement":
        return one_mode(coded, aggregate, normalize)
    both = one_mode(coded, "ignore")
    return np.divide(one_mode(coded, "subtract"), both, out=np.full(both.shape, np.nan), where=both > 0)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("aggregate", TIES)
@given(seed=st.integers(0, 10_000), whole=st.booleans())
@settings(max_examples=15, deadline=None)
def test_a_quick_network_is_the_plain_one(scale: Scale, aggregate: str, seed: int, whole: bool) -> None:
    """The network by one product is that of one_mode(), with whole weights and with others."""
    coded, _ = debate(seed, statements=50, scale=scale, weights=True)
    if not whole and coded.weights is not None:
        coded = coded.weighted(coded.weights / 3)

    np.testing.assert_allclose(tie(coded, aggregate), plainly(coded, aggregate), atol=1e-9)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("aggregate", TIES)
@pytest.mark.parametrize("normalize", ["no", "average"])
def test_the_quick_way_is_the_plain_one(scale: Scale, aggregate: str, normalize: str) -> None:
    """Ties by one product a replicate are those of one_mode(), for every scale, aggregate and weighting."""
    if aggregate == "agreement" and normalize != "no":
        return
    coded, sources = debate(5, scale=scale, weights=True)

    limits = (-1.0, 1.0) if aggregate == "agreement" else None
    plain = bootstrap(
        coded, sources, lambda c: plainly(c, aggregate, normalize), 40, seed=2, per="pairs", limits=limits
    )
    quick = bootstrap_ties(coded, sources, aggregate, normalize, 40, seed=2)

    np.testing.assert_allclose(quick.estimate, plain.estimate)
    np.testing.assert_allclose(quick.se, plain.se, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(quick.low, plain.low, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(quick.high, plain.high, rtol=1e-4, atol=1e-5)


def test_other_divisors_take_the_plain_way() -> None:
    """Ties divided by a Jaccard or cosine divisor have intervals around one_mode()'s number too."""
    coded, sources = debate(1)
    found = bootstrap_ties(coded, sources, "congruence", "cosine", 40)
    off = ~np.eye(5, dtype=bool)

    np.testing.assert_array_equal(found.estimate, one_mode(coded, "congruence", "cosine"))
    assert (found.low[off] < found.estimate[off]).all()
    assert (found.estimate[off] < found.high[off]).all()


def test_few_sources_are_not_enough_evidence() -> None:
    """With two sources there is an estimate and a sentence instead of an interval; with one as well."""
    coded, _ = debate(statements=40)
    for names in (["the Gazette"] * 40, ["the Gazette", "the Courier"] * 20):
        found = bootstrap(coded, names, mean)
        assert not math.isnan(float(found.estimate))
        assert math.isnan(float(found.low))
        assert math.isnan(float(found.high))
        assert found.reason == f"Not enough evidence: {len(set(names))} of at least 3 sources."


def test_one_source_that_says_nearly_all_is_not_enough() -> None:
    """Four sources of which one has 37 of 40 statements are worth little more than one, so there is no interval."""
    coded, _ = debate(statements=40)
    found = bootstrap(coded, ["Gazette"] * 37 + ["Courier", "Herald", "Post"], mean)

    assert float(found.behind.count) == 4
    assert float(found.behind.effective) < 2
    assert not found.known
    assert found.reason.startswith("Not enough evidence")


def test_each_number_counts_its_own_sources() -> None:
    """Of many sources only those behind a number count for it: an actor met in two of them has no interval."""
    coded, sources = debate(2, statements=300, rows=4)
    rows = coded.rows.copy()
    rows[rows == 3] = 2
    rows[:6] = 3
    sources = sources.copy()
    sources[:6] = ["source 00"] * 3 + ["source 01"] * 3
    coded = Coded(rows, coded.columns, coded.levels, coded.row_labels, coded.column_labels, coded.scale)
    found = bootstrap(coded, sources, means, 100, per="rows")

    assert found.known.tolist() == [True, True, True, False]
    assert found.behind.count[3] == 2
    assert found.reason == ""
    ties = bootstrap_ties(coded, sources, "agreement", replicates=100)
    assert not ties.known[3].any()
    assert ties.known[0, 1]


def test_unanimous_sources_are_not_certainty() -> None:
    """When all sources say the same, the interval reaches as far as unmet dissent may; without limits it is unknown."""
    coded = Coded(
        np.zeros(12, np.int32), np.zeros(12, np.int32), np.ones(12, np.int32), ("a",), ("p",), Scale.interval([-1, 1])
    )
    open_ = bootstrap(coded, np.arange(12), mean)
    closed = bootstrap(coded, np.arange(12), mean, limits=(-1, 1))

    assert not open_.known
    assert float(closed.high) == 1.0
    # The share p of dissenters that twelve sources miss with 2.5 %: (1 − p)¹² = 0.025.
    assert float(closed.low) == pytest.approx(1 - 2 * (1 - 0.025 ** (1 / 12)))


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_limits_hold(seed: int) -> None:
    """An interval lies within the limits of its number, and holds the estimate."""
    coded, sources = debate(seed, statements=60, sources=8)
    found = bootstrap_ties(coded, sources, "agreement", replicates=60)
    low, high, at = (x[found.known] for x in (found.low, found.high, found.estimate))

    assert (low >= -1).all()
    assert (high <= 1).all()
    assert (low <= at).all()
    assert (at <= high).all()


def test_a_missing_number_stays_missing() -> None:
    """An actor without statements has no mean and no interval, and leaves the others as they are."""
    coded, sources = debate()
    more = Coded(
        coded.rows, coded.columns, coded.levels, (*coded.row_labels, "nobody"), coded.column_labels, coded.scale
    )
    here, there = (bootstrap(c, sources, means, 60, per="rows") for c in (coded, more))

    assert math.isnan(there.estimate[-1])
    assert not there.known[-1]
    np.testing.assert_array_equal(there.low[:-1], here.low)


def test_a_wider_level_is_wider() -> None:
    """An interval of 99 % holds that of 90 %."""
    coded, sources = debate()
    wide, narrow = (bootstrap(coded, sources, mean, 200, level=level) for level in (0.99, 0.9))

    assert float(wide.low) < float(narrow.low) < float(narrow.high) < float(wide.high)


def test_a_seed_gives_one_result() -> None:
    """The same seed gives the same interval, another one another."""
    coded, sources = debate()
    ends = [float(bootstrap(coded, sources, mean, 100, seed=seed).low) for seed in (1, 1, 2)]

    assert ends[0] == ends[1] != ends[2]


@pytest.mark.parametrize("method", ["poisson", "multinomial"])
def test_draws_do_not_depend_on_blocks(method: str) -> None:
    """Weights come in the same sequence however many are drawn at a time, each source once on average."""
    one = np.concatenate(list(draws(7, 300, 5, method, 1)))
    many = np.concatenate(list(draws(7, 300, 5, method, 64)))

    np.testing.assert_array_equal(one, many)
    assert one.shape == (300, 7)
    assert one.mean() == pytest.approx(1, abs=0.1)
    assert method == "poisson" or (one.sum(axis=1) == 7).all()


def test_effective_sources_are_kishs() -> None:
    """Equal sources count in full, unequal ones less, and none at all as 0."""
    names = groups(["a", "a", "b", "b", "c"], 5)
    found = effective(names, [0, 0, 0, 0, 2], (3,))

    assert found.count.tolist() == [2, 0, 1]
    assert found.effective.tolist() == [2, 0, 1]
    assert float(effective(names, np.zeros(5), ()).effective) == pytest.approx(25 / 9)


def test_sources_behind_a_pair_speak_of_what_both_do() -> None:
    """Behind a pair stand the sources of its weaker side, on shared columns only (the naive count, pair by pair)."""
    coded, sources = debate(8, statements=60, rows=6, columns=9, sources=12)
    found = behind(coded, sources, "pairs")
    for i in range(6):
        for k in range(6):
            shared = set(coded.columns[coded.rows == i]) & set(coded.columns[coded.rows == k])
            sides = []
            for row in (i, k):
                mine = list(sources[(coded.rows == row) & np.isin(coded.columns, list(shared))])
                sizes = np.array([mine.count(s) for s in set(mine)])
                sides.append((len(sizes), sizes.sum() ** 2 / (sizes**2).sum() if len(sizes) else 0))
            assert found.count[i, k] == (min(s[0] for s in sides) if i != k else 0)
            assert found.effective[i, k] == pytest.approx(min(s[1] for s in sides) if i != k else 0)


def test_sources_behind_cells_rows_and_columns() -> None:
    """The counts behind cells, rows and columns are those of their statements."""
    coded, sources = debate(3, statements=50)
    cells, rows, columns, all_ = (behind(coded, sources, per).count for per in ("cells", "rows", "columns", "all"))

    assert cells.shape == (5, 6)
    assert cells[1, 2] == len(set(sources[(coded.rows == 1) & (coded.columns == 2)]))
    assert rows[1] == len(set(sources[coded.rows == 1]))
    assert columns[2] == len(set(sources[coded.columns == 2]))
    assert float(all_) == len(set(sources))


def test_intervals_of_a_two_mode_matrix() -> None:
    """A statistic of rows × columns gets an interval a cell, NaN where nobody spoke."""
    coded, sources = debate(4, statements=200, sources=15)
    found = bootstrap(coded, sources, lambda c: two_mode(c, "mean"), 100, per="cells", limits=(-2, 2))

    assert found.low.shape == (5, 6)
    assert (found.known <= ~np.isnan(found.estimate)).all()
    assert found.known.any()


def test_leave_one_out_finds_who_carries_a_result() -> None:
    """The coder who alone codes the other way is named, with the change and the place."""
    coded = Coded(
        np.array([0, 0, 0, 0, 0, 1, 1], np.int32), np.zeros(7, np.int32), np.array([1, 1, 1, 1, 0, 1, 1], np.int32),
        ("Ferry company", "Fishers"), ("p",), Scale.interval([-1, 1]),
    )
    found = leave_one_out(coded, ["Ann", "Ann", "Bo", "Bo", "Cem", "Ann", "Bo"], means, what="coder")

    assert found.names == ("Ann", "Bo", "Cem")
    assert found.most == "Cem"
    # 4 of 5 say yes: the mean is 0.6, and 1 without Cem.
    assert found.largest[2] == pytest.approx(0.4)
    assert found.where[2] == 0
    assert found.change.tolist() == pytest.approx([0.4, 0.0])
    assert found.by[1] == -1
    assert not found.alone.any()


def test_leave_one_out_says_what_rests_on_one() -> None:
    """A number that has no value without one source rests on that source alone."""
    coded = Coded(
        np.array([0, 0, 1, 1], np.int32), np.zeros(4, np.int32), np.array([1, 0, 1, 1], np.int32), ("a", "b"), ("p",),
        Scale.interval([-1, 1]),
    )
    found = leave_one_out(coded, ["x", "y", "x", "x"], means)

    assert found.alone.tolist() == [False, True]
    assert found.lost.tolist() == [1, 0]
    assert math.isnan(found.change[1])
    assert found.names[found.by[1]] == "x"


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_leave_one_out_is_the_difference(seed: int) -> None:
    """Each change is that between the result with and without the group (recomputed here one by one)."""
    coded, sources = debate(seed, statements=60, sources=6)
    found = leave_one_out(coded, sources, lambda c: one_mode(c, "subtract"))
    whole = one_mode(coded, "subtract")
    changes = np.array([one_mode(coded.take(sources != name), "subtract") - whole for name in found.names])

    np.testing.assert_allclose(np.abs(found.change), np.abs(changes).max(axis=0))
    np.testing.assert_allclose(np.abs(found.largest), np.abs(changes).max(axis=(1, 2)))


def test_enough() -> None:
    """Three statements from three sources and an interval of one step are enough; less of any is not."""
    assert enough(3, 3, 1.0)
    assert not enough(2, 3, 1.0)
    assert not enough(30, 2, 0.1)
    assert not enough(30, 9, 1.01)
    assert not enough(30, 9, math.nan)
    assert enough([30, 2], [9, 2], [0.5, 0.5]).tolist() == [True, False]


CODED, SOURCES = debate(statements=30)
EMPTY = CODED.take(np.zeros(30, dtype=bool))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: bootstrap(EMPTY, [], mean), "no statements"),
        (lambda: bootstrap_ties(EMPTY, []), "no statements"),
        (lambda: bootstrap(CODED, SOURCES[:5], mean), "30 statements, and 5 names"),
        (lambda: bootstrap(CODED, [None, ""] * 15, mean), "30 of 30 statements have no source"),
        (lambda: bootstrap(CODED, np.full(30, np.nan), mean), "30 of 30 statements have no source"),
        (lambda: bootstrap(CODED, SOURCES, mean, 0), "0 replicates"),
        (lambda: bootstrap(CODED, SOURCES, mean, -5), "-5 replicates"),
        (lambda: bootstrap(CODED, SOURCES, mean, level=95), "level is 95"),
        (lambda: bootstrap(CODED, SOURCES, mean, level=math.nan), "level is nan"),
        (lambda: bootstrap(CODED, SOURCES, mean, method="poison"), 'Did you mean "poisson"'),
        (lambda: bootstrap(CODED, SOURCES, mean, per="cell"), 'Did you mean "cells"'),
        (lambda: bootstrap(CODED, SOURCES, mean, limits=(1, -1)), "limits are 1 and -1"),
        (lambda: bootstrap(CODED, SOURCES, mean, per="pairs"), "Say what one number stands for"),
        (lambda: bootstrap(CODED, SOURCES, lambda _: math.inf), "infinite"),
        (lambda: bootstrap(CODED, SOURCES, lambda _: "much"), "no array of numbers"),
        (lambda: bootstrap(CODED.weighted(np.full(30, np.nan)), SOURCES, mean), "not a finite number"),
        (lambda: bootstrap_ties(CODED.weighted(np.full(30, -1.0)), SOURCES), "negative"),
        (lambda: bootstrap_ties(CODED, SOURCES, "subtracted"), 'Did you mean "subtract"'),
        (lambda: bootstrap_ties(CODED, SOURCES, normalize="averaged"), 'Did you mean "average"'),
        (lambda: tie(CODED, "net"), "There are"),
        (lambda: tie(replace(CODED, row_labels=tuple(map(str, range(200_000))))), "200,000 × 200,000"),
        (lambda: bootstrap_ties(CODED, SOURCES, "agreement", "average"), "a ratio already"),
        (lambda: leave_one_out(CODED, ["Ann"] * 30, mean, what="coder"), 'same coder, "Ann"'),
        (lambda: leave_one_out(EMPTY, [], mean), "no statements"),
        (lambda: leave_one_out(CODED, SOURCES, lambda c: np.ones(len(c))), "shape"),
        (lambda: enough(3, 3, 1, widest=0), "widest interval is 0"),
    ],
)
def test_bad_input_is_one_sentence(call: Any, words: str) -> None:
    """What makes no sense is refused with what is wrong and what to do."""
    with pytest.raises(KGError) as caught:
        call()
    assert words in str(caught.value)
    assert caught.value.cure
    assert "\n" not in str(caught.value)


def test_a_statistic_of_changing_shape_is_refused() -> None:
    """A statistic whose shape depends on the weights cannot be drawn anew."""
    def shy(factor: Floats) -> Any:
        return np.zeros(3 if factor.all() else 2)

    with pytest.raises(KGError, match="shape"):
        resample(SOURCES, shy, 30)


def test_coverage_of_the_simulation() -> None:
    """Intervals of 95 % hold the truth about that often in the simulation that the benchmarks run in full."""
    from benchmarks.coverage import measure

    rows = measure(sources=(10, 30), trials=80, replicates=100, seed=4)

    assert {row.what for row in rows} == {"mean value", "agreement", "net tie"}
    assert all(row.covered >= 0.87 for row in rows), rows
    assert all(row.answered >= 0.9 for row in rows), rows
