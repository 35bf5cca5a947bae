"""Time in the algebra: repeated statements, windows of the calendar and of statements, kernels."""

from __future__ import annotations

import itertools
import math
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.algebra import duplicates, kernels, one_mode, two_mode, windows
from kg.algebra.coded import Coded, Scale
from kg.errors import KGError

YES_NO = Scale("interval", (-1.0, 1.0), 2.0)
MOMENTS = st.datetimes(datetime(1995, 1, 1), datetime(2012, 12, 31)).map(lambda t: t.replace(microsecond=0))


def times(*moments: datetime | str | None) -> Any:
    """An array of moments, None for an unknown one."""
    return np.array(
        ["NaT" if m is None else str(m).replace(" ", "T") for m in moments], dtype="datetime64[s]"
    )


# -- duplicates ------------------------------------------------------------------------


def said(*rows: tuple[str | None, str | None, Any], of: str = "a", on: str = "x") -> pl.DataFrame:
    """Statements (source, date, value) of one actor on one position, in this order."""
    data = pl.DataFrame(rows, schema=["source", "date", "value"], orient="row")
    date = pl.col("date").str.to_datetime("%Y-%m-%d", time_unit="ms")
    return data.with_columns(date, pl.lit(of).alias("row"), pl.lit(on).alias("column")).with_row_index("n")


def kept(data: pl.DataFrame, within: str, value: str | None = "value", **more: Any) -> list[int]:
    """Which statements stay."""
    return duplicates.keep(data, "row", "column", value, within, **more)["n"].to_list()


DEBATE = said(
    ("s1", "2019-12-30", True), ("s1", "2019-12-30", True), ("s1", "2019-12-30", False), ("s2", "2020-01-02", True),
    ("s3", "2020-01-30", True), ("s4", "2021-01-05", True), ("s5", "2021-01-05", True),
)  # fmt: skip


@pytest.mark.parametrize(
    ("within", "stay"),
    [
        ("include", [0, 1, 2, 3, 4, 5, 6]),
        ("document", [0, 2, 3, 4, 5, 6]),
        ("day", [0, 2, 3, 4, 5]),
        ("week", [0, 2, 4, 5]),  # 30 December 2019 and 2 January 2020 lie in week 1 of 2020
        ("month", [0, 2, 3, 5]),  # January 2021 is not January 2020
        ("year", [0, 2, 3, 5]),
        ("range", [0, 2]),
    ],
)
def test_the_first_of_equal_statements_stays(within: str, stay: list[int]) -> None:
    """Within a document, a day, an ISO week, a month of a year, a year or all the data the first is kept."""
    assert kept(DEBATE, within) == stay


def test_without_a_value_any_repetition_is_one() -> None:
    """Where values do not count, a yes repeats a no; other actors and positions never repeat."""
    other = pl.concat(
        [DEBATE, said(("s1", "2019-12-30", True), of="b"), said(("s1", "2019-12-30", True), on="y")]
    )

    assert kept(DEBATE, "range", None) == [0]
    assert duplicates.keep(other, "row", "column", None, "range").height == 3


def test_the_program_forgets_the_year() -> None:
    """DNA 3.1.2 takes January for January and week 1 for week 1, of whatever year."""
    assert kept(DEBATE, "month", dna_compat=True) == [0, 2, 3]
    assert kept(DEBATE, "week", dna_compat=True) == [0, 2, 4]


def test_the_programs_numbers_are_like_up_to_127() -> None:
    """DNA 3.1.2 never finds two equal whole numbers beyond −128 … 127 alike; we do."""
    data = said(*[("s1", "2020-01-01", value) for value in (127, 127, 128, 128, -128, -128, -129, -129)])

    assert kept(data, "document", dna_compat=True) == [0, 2, 3, 4, 6, 7]
    assert kept(data, "document") == [0, 2, 4, 6]


def test_what_is_not_known_repeats_nothing() -> None:
    """Undated statements are no repetitions within a time, nor statements without source within a document."""
    data = said(("s1", None, 1), ("s1", None, 1), (None, "2020-01-01", 1), (None, "2020-01-01", 1))

    assert kept(data, "month") == [0, 1, 2]
    assert kept(data, "document") == [0, 2, 3]
    assert kept(data, "range") == [0]
    assert kept(data.clear(), "month") == []


def test_an_unknown_way_is_corrected() -> None:
    """The words for duplicates are listed, and the nearest is proposed."""
    with pytest.raises(KGError, match='Did you mean "month"') as refused:
        kept(DEBATE, "moth")
    assert "way to count duplicates" in refused.value.message


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), MOMENTS, st.booleans()), max_size=25),
    st.sampled_from(duplicates.WITHIN),
)
def test_duplicates_are_found_as_one_would_by_hand(
    rows: list[tuple[str, datetime, bool]], within: str
) -> None:
    """A statement stays if no earlier one has its source or time, and value; keeping twice changes nothing."""
    data = said(*[(s, f"{t:%Y-%m-%d}", v) for s, t, v in rows]) if rows else DEBATE.clear()
    keys = {
        "include": lambda n, s, t: n, "document": lambda n, s, t: s, "day": lambda n, s, t: t.date(),
        "week": lambda n, s, t: t.isocalendar()[:2], "month": lambda n, s, t: (t.year, t.month),
        "year": lambda n, s, t: t.year, "range": lambda n, s, t: 0,
    }  # fmt: skip
    seen, expected = set(), []
    for n, (source, moment, value) in enumerate(rows):
        key = (keys[within](n, source, moment), value)
        if key not in seen:
            expected.append(n)
        seen.add(key)

    assert kept(data, within) == expected
    once = duplicates.keep(data, "row", "column", "value", within)
    assert duplicates.keep(once, "row", "column", "value", within).equals(once)


# -- windows ---------------------------------------------------------------------------


def spans(found: list[windows.Window]) -> list[str]:
    """Beginning, end and statements of each window."""
    return [f"{w.start:%Y-%m-%d} {w.end:%Y-%m-%d} {w.which.tolist()}" for w in found]


YEAR = times("2020-01-15", "2020-03-31 23:59:59", None, "2020-02-29", "2020-04-01")


def test_windows_are_whole_units_of_the_calendar() -> None:
    """Months begin on the first and end before the next; an unknown time is in none and is counted."""
    assert spans(windows.by_time(YEAR, "month")) == [
        "2020-01-01 2020-02-01 [0]",
        "2020-02-01 2020-03-01 [3]",
        "2020-03-01 2020-04-01 [1]",
        "2020-04-01 2020-05-01 [4]",
    ]
    assert spans(windows.by_time(YEAR, "quarters")) == [
        "2020-01-01 2020-04-01 [0, 1, 3]",
        "2020-04-01 2020-07-01 [4]",
    ]
    assert windows.by_time(YEAR, "weeks")[0].start == datetime(2020, 1, 13)  # a Monday
    assert windows.undated(YEAR) == 1


def test_windows_that_overlap_are_whole() -> None:
    """Two months at a time, every month: three windows, none of which reaches beyond the data."""
    assert spans(windows.by_time(YEAR, "months", 2)) == [
        "2020-01-01 2020-03-01 [0, 3]",
        "2020-02-01 2020-04-01 [1, 3]",
        "2020-03-01 2020-05-01 [1, 4]",
    ]


def test_given_ends_are_taken() -> None:
    """Windows begin and end where they are asked to, with statements or without."""
    found = windows.by_time(YEAR, "years", start=datetime(2019, 5, 1), stop=datetime(2021, 5, 1))

    assert spans(found) == [
        "2019-01-01 2020-01-01 []",
        "2020-01-01 2021-01-01 [0, 1, 3, 4]",
        "2021-01-01 2022-01-01 []",
    ]
    assert next(windows.periods(found)) == "2019-01-01 … 2019-12-31"


@settings(deadline=None, max_examples=60)
@given(
    st.lists(MOMENTS, min_size=1, max_size=30), st.sampled_from(["days", "weeks", "months", "quarters", "years"]),
    st.integers(1, 4), st.integers(0, 3), st.randoms(),
)  # fmt: skip
def test_windows_partition(moments: list[datetime], unit: str, width: int, more: int, random: Any) -> None:
    """With a step of the width every dated statement is in one window; with a longer step in one at most."""
    step, array = width + more, times(*moments, None)
    covered = len(windows.by_time(array, unit))
    if width > covered:
        with pytest.raises(KGError, match="longer than the data"):
            windows.by_time(array, unit, width, step)
        return
    found = windows.by_time(array, unit, width, step)
    everywhere = np.concatenate([w.which for w in found]).tolist()

    assert len(set(everywhere)) == len(everywhere)
    if not more:
        assert sorted(everywhere) == list(range(len(moments)))
        assert all(a.end == b.start for a, b in itertools.pairwise(found))
    for window in found:
        assert all(window.start <= moments[n] < window.end for n in window.which)
    order = random.sample(range(len(array)), len(array))
    again = windows.by_time(array[order], unit, width, step)
    assert [sorted(order[n] for n in w.which) for w in again] == [w.which.tolist() for w in found]


def test_the_programs_windows_are_closed_and_even() -> None:
    """DNA 3.1.2: t − h to t + h with h = (w − 1)/2 rounded up; 2 and 3 days are the same, 1 keeps the very second."""
    days = times(*(datetime(2020, 3, 1) + timedelta(days=n) for n in range(5)), datetime(2020, 3, 5, 12))

    assert spans(windows.by_time(days, "days", 3, dna_compat=True)) == [
        "2020-03-01 2020-03-03 [0, 1, 2]",
        "2020-03-02 2020-03-04 [1, 2, 3]",
        "2020-03-03 2020-03-05 [2, 3, 4]",
    ]
    assert spans(windows.by_time(days, "days", 2, dna_compat=True)) == spans(
        windows.by_time(days, "days", 3, dna_compat=True)
    )
    assert [len(w.which) for w in windows.by_time(days, "days", 1, dna_compat=True)] == [1] * 5


def test_the_programs_months_keep_to_the_shorter_day() -> None:
    """DNA 3.1.2 goes from 31 January to 29 February and on from the 29th."""
    ends = times("2020-01-31", "2020-05-15")
    middles = [w.middle for w in windows.by_time(ends, "months", 1, dna_compat=True)]

    assert middles == [datetime(2020, 1, 31), *(datetime(2020, m, 29) for m in (2, 3, 4))]


def test_windows_of_statements_follow_the_frame() -> None:
    """Three at a time; of two statements of one moment the one that stands first in the frame comes first."""
    moments = times("2020-01-02", "2020-01-01", "2020-01-02", None, "2020-01-03")

    assert [w.which.tolist() for w in windows.by_events(moments, 3)] == [[0, 1, 2], [0, 2, 4]]
    assert [w.which.tolist() for w in windows.by_events(moments, 2, 2)] == [[0, 1], [2, 4]]
    assert [len(w.which) for w in windows.by_events(moments, 2, dna_compat=True)] == [3, 3]
    assert windows.by_events(moments, 2, dna_compat=True)[0].middle == datetime(2020, 1, 2)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: windows.by_time(YEAR, "months", 5), "longer than the data, from 2020-01-15 to 2020-04-01"),
        (lambda: windows.by_time(YEAR, "months", 5, 5), "longer than the data"),
        (lambda: windows.by_time(YEAR, "days", 99, dna_compat=True), "longer than the data"),
        (lambda: windows.by_events(YEAR, 5), "have 4 with a date"),
        (lambda: windows.by_time(times(None), "months"), "No statement has a date"),
        (lambda: windows.by_time(times(), "months"), "No statement has a date"),
        (lambda: windows.by_time(YEAR, "moths"), 'Did you mean "months"'),
        (lambda: windows.by_time(YEAR, "months", 0), "The width of a window is 0"),
        (lambda: windows.by_time(YEAR, "months", 1, -1), "The step of a window is -1"),
        (lambda: windows.by_events(YEAR, 0), "The width of a window is 0"),
        (lambda: windows.by_time(YEAR, "seconds"), "More than 100,000 windows"),
        (lambda: windows.by_time(YEAR, "days", stop=datetime(2019, 1, 1)), "would end, 2019-01-01, before"),
        (lambda: windows.by_time(times("9999-12-31"), "years"), "there is no date"),
        (lambda: kernels.middles(YEAR, 400), "A window of 400 days is longer"),
        (
            lambda: kernels.weights(YEAR, datetime(2020, 1, 1), 3, "days", "gausian"),
            'Did you mean "gaussian"',
        ),
        (lambda: kernels.weights(YEAR, datetime(2020, 1, 1), 0), "The width of a window is 0"),
        (lambda: kernels.middles(YEAR, 2, "seconds"), "More than 100,000 windows"),
    ],
)
def test_windows_that_cannot_be_are_refused(call: Any, told: str) -> None:
    """Too long, too many, without dates, of an unknown unit: one sentence with a way out."""
    with pytest.raises(KGError) as refused:
        call()

    assert told in str(refused.value)
    assert refused.value.cure


# -- kernels ---------------------------------------------------------------------------

NOON = datetime(2020, 6, 15, 12)
AROUND = times(*(NOON + timedelta(days=n) for n in (-5, -4, -2, 0, 2, 4, 5)), None)


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [
        ("uniform", [0, 0.5, 0.5, 0.5, 0.5, 0.5, 0, 0]),
        ("triangular", [0, 0, 0.5, 1, 0.5, 0, 0, 0]),
        ("epanechnikov", [0, 0, 0.5625, 0.75, 0.5625, 0, 0, 0]),
        (
            "gaussian",
            [
                *(math.exp(-(u**2) / 2) / math.sqrt(2 * math.pi) for u in (-1.25, -1, -0.5, 0, 0.5, 1, 1.25)),
                0,
            ],
        ),
    ],
)
def test_kernels_are_their_formulas(kernel: str, expected: list[float]) -> None:
    """A kernel 8 days wide, at −5, −4, −2, 0, 2, 4, 5 days; a statement without a date weighs nothing."""
    np.testing.assert_allclose(kernels.weights(AROUND, NOON, 8, "days", kernel), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("kernel", kernels.KERNELS)
def test_kernels_integrate_to_one(kernel: str) -> None:
    """Half a width is the unit of u, in which every kernel has the area 1."""
    minutes = np.arange(-60 * 24 * 40, 60 * 24 * 40).astype("timedelta64[m]") + np.datetime64(NOON, "s")

    area = kernels.weights(minutes, NOON, 10, "days", kernel).sum() / (5 * 24 * 60)
    assert area == pytest.approx(1.0, abs=1e-3)


def test_the_programs_triangle_leans() -> None:
    """DNA 3.1.2 weighs statements from 0, half a width before the middle, to 2 half a width after it."""
    found = kernels.weights(AROUND, NOON, 7, "days", "triangular", dna_compat=True)

    np.testing.assert_allclose(found, [0, 0, 0.5, 1, 1.5, 2, 0, 0])


@pytest.mark.parametrize(
    ("unit", "moments", "units"),
    [
        ("days", ["2020-06-14 13:00:00", "2020-06-16 11:00:00", "2020-06-17 12:00:00"], [0, 0, -2]),
        ("weeks", ["2020-06-02", "2020-06-29 11:00:00"], [1, -1]),
        (
            "months",
            ["2020-05-15 23:00:00", "2020-05-16", "2020-07-14", "2020-08-15", "2019-06-16"],
            [1, 0, 0, -2, 11],
        ),
        ("years", ["2019-06-16", "2019-06-15", "2022-06-16"], [0, 1, -2]),
    ],
)
def test_the_program_counts_whole_units(unit: str, moments: list[str], units: list[int]) -> None:
    """DNA 3.1.2 cuts a distance to whole units, of months and years by the day of the month."""
    u = np.array(units) * 2 / 4
    expected = np.exp(-0.5 * u**2) / math.sqrt(2 * math.pi)

    found = kernels.weights(times(*moments), NOON, 4, unit, "gaussian", dna_compat=True)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_middles_leave_room_at_both_ends() -> None:
    """From half a width after the first statement to half a width before the last, one a unit."""
    days = times("2020-01-01", "2020-01-09")

    assert [m.day for m in kernels.middles(days, 4)] == [3, 4, 5, 6, 7]
    assert [m.day for m in kernels.middles(days, 4, step=3, indent=False)] == [1, 4, 7]
    assert [m.day for m in kernels.middles(days, 3, dna_compat=True)] == [3, 4, 5, 6, 7]
    wide = kernels.middles(days, 4, start=datetime(2019, 1, 1), stop=datetime(2021, 1, 1), dna_compat=True)
    assert (wide[0], wide[-1]) == (datetime(2020, 1, 3), datetime(2020, 1, 7))
    ends = kernels.middles(times("2020-01-31", "2020-04-30"), 1, "months", indent=False)
    assert [m.month for m in ends] == [1, 2, 3, 4]


def debate(scale: Scale, n: int = 40, seed: int = 3) -> tuple[Coded, Any]:
    """Statements of five actors over a month, and their times."""
    random = np.random.default_rng(seed)
    rows, columns, levels = (random.integers(0, m, n).astype(np.int32) for m in (5, 3, len(scale.levels)))
    moments = np.datetime64("2020-06-01", "s") + np.sort(random.integers(0, 30 * 86_400, n)).astype(
        "timedelta64[s]"
    )
    return Coded(rows, columns, levels, tuple("abcde"), tuple("xyz"), scale), moments


@pytest.mark.parametrize("aggregate", one_mode.AGGREGATES)
@pytest.mark.parametrize("how", one_mode.NORMALIZATIONS)
def test_a_uniform_kernel_is_a_window(aggregate: str, how: str) -> None:
    """A kernel that weighs all alike gives the network of the statements within it, normalized or not."""
    coded, moments = debate(Scale.interval([-2, -1, 0, 1, 2]))
    inside = np.abs((moments - np.datetime64(NOON, "s")).astype(np.int64)) <= 5 * 86_400
    part = coded.take(inside)

    found = kernels.one_mode(coded, moments, NOON, 10, "days", "uniform", aggregate, how)
    np.testing.assert_allclose(found, one_mode.one_mode(part, aggregate, how), rtol=1e-9, atol=1e-12)
    table = kernels.two_mode(coded, moments, NOON, 10, "days", "uniform", "subtract", "activity")
    np.testing.assert_allclose(table, two_mode.two_mode(part, "subtract", "activity"), rtol=1e-9, atol=1e-12)
    assert 5 < inside.sum() < 35


@pytest.mark.parametrize("kernel", kernels.KERNELS)
def test_smoothed_pairs_weigh_by_both(kernel: str) -> None:
    """A pair of statements weighs √(z z'), z = K(u) / K(0), shared out by the true distance of their values."""
    coded, moments = debate(Scale.interval([-2, 0, 5]), n=15)
    z = kernels.weights(moments, NOON, 12, "days", kernel) / kernels.weights(
        times(NOON), NOON, 12, "days", kernel
    )
    points, expected = coded.scale.points, np.zeros((5, 5))
    for s, t in itertools.product(range(len(coded)), repeat=2):
        i, j = coded.rows[s], coded.rows[t]
        if i != j and coded.columns[s] == coded.columns[t]:
            expected[i, j] += (
                math.sqrt(z[s] * z[t]) * abs(points[coded.levels[s]] - points[coded.levels[t]]) / 7
            )

    np.testing.assert_allclose(
        kernels.one_mode(coded, moments, NOON, 12, "days", kernel, "conflict"),
        expected,
        rtol=1e-9,
        atol=1e-12,
    )


def slow(coded: Coded, moments: Any, kernel: str, aggregate: str, how: str, words: bool) -> Any:
    """A smoothed network of DNA 3.1.2, pair by pair as it is described."""
    z = kernels.weights(moments, NOON, 10, "days", kernel, dna_compat=True)
    apart = np.abs((moments - np.datetime64(NOON, "s")).astype(np.int64))
    inside = np.ones(len(coded), bool) if kernel == "gaussian" else apart <= 5 * 86_400
    names = sorted({f"{coded.scale.levels[k]}" for k in coded.levels})
    rank = [names.index(f"{coded.scale.levels[k]}") for k in coded.levels]
    found, n = np.zeros((5, 5)), np.zeros((5, 3, len(names)))
    for s in range(len(coded)):
        n[coded.rows[s], coded.columns[s], rank[s]] += 1
    for s, t in itertools.product(range(len(coded)), repeat=2):
        if coded.columns[s] == coded.columns[t] and inside[s] and inside[t]:
            gap = math.nan if len(names) == 1 else abs(rank[s] - rank[t]) / (len(names) - 1)
            like = 1.0 if words else 1.0 - gap
            share = {"ignore": 1.0, "congruence": like, "conflict": 1.0 - like, "subtract": 2 * like - 1}[
                aggregate
            ]
            found[coded.rows[s], coded.rows[t]] += share * math.sqrt(z[s] * z[t])
    if how != "no":
        for i, j in itertools.product(range(5), repeat=2):
            both = n[i] + n[j]
            found[i, j] *= (2.0 / both[both > 0]).sum() or 1.0
    return found


@pytest.mark.parametrize("kernel", kernels.KERNELS)
@pytest.mark.parametrize(
    "scale", [YES_NO, Scale.interval([-10, -2, 3, 20]), Scale.nominal(["bridge", "ferry"]), Scale.interval([4])],
    ids=["yes or no", "numbers", "names", "one number"],
)  # fmt: skip
def test_the_programs_smoothed_networks(kernel: str, scale: Scale) -> None:
    """DNA 3.1.2: ranks of numbers in the order of their digits, names all alike, diagonal kept, its own average."""
    levels = tuple(int(x) if scale.kind == "interval" else x for x in scale.levels)
    coded, moments = debate(Scale(scale.kind, levels, scale.span))

    for aggregate, how in itertools.product(one_mode.AGGREGATES, ("no", "average", "jaccard")):
        found = kernels.one_mode(coded, moments, NOON, 10, "days", kernel, aggregate, how, dna_compat=True)
        expected = slow(coded, moments, kernel, aggregate, how, scale.kind == "nominal")
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12, err_msg=f"{aggregate} {how}")


def test_the_programs_smoothed_tables() -> None:
    """DNA 3.1.2 adds ranks, not numbers: 20 before 3; a debate with yes only counts against, as its first level."""
    moments = times(NOON, NOON, NOON)
    rows, columns = np.zeros(3, np.int32), np.array([0, 1, 2], np.int32)
    numbers = Coded(
        rows, columns, np.array([0, 1, 2], np.int32), ("a",), tuple("xyz"), Scale.interval([-10, 3, 20])
    )
    yes = Coded(rows, columns, np.ones(3, np.int32), ("a",), tuple("xyz"), YES_NO)

    def table(coded: Coded, **more: Any) -> list[float]:
        return list(kernels.two_mode(coded, moments, NOON, 4, "days", "uniform", dna_compat=True, **more)[0])

    assert table(numbers) == [0, 1.0, 0.5]
    assert table(numbers, aggregate="ignore", normalize="activity") == [0.5] * 3
    assert table(yes) == [-0.5] * 3
    assert table(yes, isolates=True) == [0.5] * 3
    assert table(yes, yes_no=False, isolates=True) == [0.5] * 3
    assert table(yes, yes_no=False) == [0.0] * 3
    assert kernels.two_mode(yes, moments, NOON, 4)[0].tolist() == [1.0] * 3
