"""Ties against chance: what each null deals out, what it keeps, and p values that mean what they say."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.algebra.coded import Coded, Scale
from kg.algebra.nulls import ALTERNATIVES, NULLS, false_discovery_rate, shuffled, tie_test
from kg.algebra.one_mode import one_mode
from kg.errors import KGError

YES_NO = Scale.interval([0, 1])
Cell = tuple[str, str]


def debate(seed: int, statements: int = 60, rows: int = 6, columns: int = 5) -> Coded:
    """Statements at random, each with a weight of its own."""
    random = np.random.default_rng(seed)
    return Coded(
        random.integers(0, rows, statements).astype(np.int32),
        random.integers(0, columns, statements).astype(np.int32),
        random.integers(0, 2, statements).astype(np.int32),
        tuple(f"actor {'fbdace'[i]}" for i in range(rows)),
        tuple(f"position {'caebd'[j]}" for j in range(columns)),
        YES_NO,
        random.integers(1, 4, statements).astype(np.float64),
    )


def moved(coded: Coded, seed: int) -> tuple[Coded, Any]:
    """The same in another order and numbering; the new order of rows."""
    random = np.random.default_rng(seed)
    rows, columns = random.permutation(len(coded.row_labels)), random.permutation(len(coded.column_labels))
    other = coded.take(random.permutation(len(coded)))
    return (
        Coded(
            np.argsort(rows)[other.rows].astype(np.int32), np.argsort(columns)[other.columns].astype(np.int32),
            other.levels, tuple(coded.row_labels[i] for i in rows), tuple(coded.column_labels[j] for j in columns),
            coded.scale, other.weights,
        ),
        rows,
    )


def cells(coded: Coded) -> dict[Cell, list[tuple[int, float]]]:
    """What was said, by actor and position: levels and weights, sorted."""
    weights = np.ones(len(coded)) if coded.weights is None else coded.weights
    found: dict[Cell, list[tuple[int, float]]] = {}
    for r, c, k, w in zip(coded.rows, coded.columns, coded.levels, weights, strict=True):
        found.setdefault((coded.row_labels[r], coded.column_labels[c]), []).append((int(k), float(w)))
    return {cell: sorted(said) for cell, said in found.items()}


def margins(coded: Coded) -> tuple[Counter[str], Counter[str]]:
    """How many positions each actor speaks on, how many actors on each position."""
    found = cells(coded)
    return Counter(row for row, _ in found), Counter(column for _, column in found)


def by_position(coded: Coded, whole: bool) -> dict[str, list[Any]]:
    """What is said on each position, whoever says it: as wholes, or as levels of statements."""
    found: dict[str, list[Any]] = {}
    for (_, column), said in cells(coded).items():
        found.setdefault(column, []).extend([said] if whole else [k for k, _ in said])
    return {column: sorted(said) for column, said in found.items()}


def net(coded: Coded) -> Any:
    """Congruence less conflict."""
    return one_mode(coded, "subtract")


def camps(rows: int = 8, columns: int = 8) -> Coded:
    """Two camps that say the opposite on everything, each actor once a position."""
    row, column = (x.reshape(-1) for x in np.indices((rows, columns)))
    return Coded(
        row.astype(np.int32), column.astype(np.int32), ((row < rows // 2) ^ (column % 2 == 0)).astype(np.int32),
        tuple(f"actor {i}" for i in range(rows)), tuple(f"position {j}" for j in range(columns)), YES_NO,
    )


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_values_stay_on_their_position(seed: int) -> None:
    """The null of values keeps who speaks on what and how often, and the values of each position."""
    coded = debate(seed)
    for drawn in shuffled(coded, "values", 3, seed):
        assert {c: [w for _, w in s] for c, s in _by_weight(drawn).items()} == {
            c: [w for _, w in s] for c, s in _by_weight(coded).items()
        }
        assert by_position(drawn, False) == by_position(coded, False)


def _by_weight(coded: Coded) -> dict[Cell, list[tuple[int, float]]]:
    return {cell: sorted(said, key=lambda x: x[1]) for cell, said in cells(coded).items()}


def test_a_tie_may_be_named() -> None:
    """The name of a tie stands for its network."""
    here, there = (tie_test(debate(2), what, "voices", 20) for what in ("subtract", net))

    np.testing.assert_allclose(here.p, there.p)
    np.testing.assert_allclose(here.expected, there.expected)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_voices_change_hands_as_wholes(seed: int) -> None:
    """The null of voices keeps who speaks on what, and all that one actor says on a position together."""
    coded = debate(seed)
    for drawn in shuffled(coded, "voices", 3, seed):
        assert set(cells(drawn)) == set(cells(coded))
        assert by_position(drawn, True) == by_position(coded, True)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_margins_are_kept_exactly(seed: int) -> None:
    """The null of margins keeps the positions of each actor and the actors of each position in number, and wholes."""
    coded = debate(seed, statements=25)
    for drawn in shuffled(coded, "margins", 3, seed):
        assert margins(drawn) == margins(coded)
        assert by_position(drawn, True) == by_position(coded, True)


def test_margins_do_move() -> None:
    """The null of margins reaches other patterns of who speaks on what; those that it can reach come equally often."""
    # Three actors, one position each, all different: six patterns.
    coded = Coded(
        np.arange(3, dtype=np.int32), np.arange(3, dtype=np.int32), np.zeros(3, np.int32), ("a", "b", "c"),
        ("p", "q", "r"), YES_NO,
    )
    counts = Counter(tuple(sorted(cells(drawn))) for drawn in shuffled(coded, "margins", 3000, 1))

    assert len(counts) == 6
    assert all(400 < count < 600 for count in counts.values())


@pytest.mark.parametrize("null", NULLS)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_order_and_labels_change_no_p(null: str, seed: int) -> None:
    """Neither the order of statements nor the numbering of actors and positions changes p, expectation or z."""
    coded = debate(seed)
    other, rows = moved(coded, seed + 1)
    here, there = (tie_test(c, net, null, 20, seed=7) for c in (coded, other))
    at = np.ix_(rows, rows)

    np.testing.assert_allclose(there.p, here.p[at])
    np.testing.assert_allclose(there.expected, here.expected[at], atol=1e-9)
    np.testing.assert_allclose(there.z, here.z[at])


@pytest.mark.parametrize("null", NULLS)
@pytest.mark.parametrize("alternative", ALTERNATIVES)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_p_is_above_0_and_at_most_1(null: str, alternative: str, seed: int) -> None:
    """p is never 0, whatever is observed, and neither p nor q passes 1; q is at least p."""
    found = tie_test(debate(seed), net, null, 9, seed=seed, alternative=alternative)

    assert (found.p > 0).all()
    assert (found.p <= 1).all()
    assert (found.q <= 1).all()
    assert (found.q >= found.p - 1e-12).all()


@pytest.mark.parametrize("null", ["values", "voices"])
def test_camps_are_no_chance(null: str) -> None:
    """In a debate of two camps every tie within is above chance and every tie between below."""
    found = tie_test(camps(), net, null, 400, seed=1)
    inside = (np.arange(8)[:, None] < 4) == (np.arange(8)[None, :] < 4)
    off = ~np.eye(8, dtype=bool)

    assert (found.z[inside & off] > 1.5).all()
    assert (found.z[~inside] < -1.5).all()
    assert (found.q[off] < 0.1).all()
    assert np.isnan(found.z[~off]).all()
    assert (found.p[~off] == 1).all()


def test_expectation_under_values_is_exact() -> None:
    """Two of four say yes: by chance a pair agrees once in three, so that the expected net tie is −1/3 a position."""
    row, column = (x.reshape(-1) for x in np.indices((4, 3)))
    coded = Coded(
        row.astype(np.int32), column.astype(np.int32), (row < 2).astype(np.int32), ("a", "b", "c", "d"),
        ("p", "q", "r"), YES_NO,
    )
    found = tie_test(coded, net, "values", 1500, seed=3)

    off = ~np.eye(4, dtype=bool)
    np.testing.assert_allclose(found.expected[off], -1, atol=0.15)
    # A pair agrees on all three positions with (1/3)³.
    assert found.observed[0, 1] == 3
    greater = tie_test(coded, net, "values", 1500, seed=3, alternative="greater")
    assert greater.p[0, 1] == pytest.approx(1 / 27, abs=0.015)


@pytest.mark.parametrize("null", NULLS)
def test_p_is_uniform_without_structure(null: str) -> None:
    """Where nothing but chance is at work, p values below 0.1 come about once in ten times and not more."""
    low = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        row, column = np.nonzero(random.random((8, 10)) < 0.6)
        coded = Coded(
            row.astype(np.int32), column.astype(np.int32), random.integers(0, 2, len(row)).astype(np.int32),
            tuple("abcdefgh"), tuple("klmnopqrst"), YES_NO,
        )
        low += tie_test(coded, lambda c: net(c)[0, 1], null, 39, seed=seed).p <= 0.1

    # 15 of 60 would be as rare as 1 in 1,000.
    assert low <= 14


def test_repetition_is_not_agreement() -> None:
    """Two who repeat themselves look agreed when statements are dealt out, and not when voices are."""
    row = np.repeat(np.arange(6), 10)
    coded = Coded(
        row.astype(np.int32), np.zeros(60, np.int32), np.isin(row, [0, 1, 2]).astype(np.int32), tuple("abcdef"), ("p",),
        YES_NO,
    )
    values, voices = (
        tie_test(coded, net, null, 300, seed=1, alternative="greater").p[0, 1] for null in ("values", "voices")
    )

    assert values < 0.01
    assert voices > 0.3


def test_a_missing_number_has_no_p() -> None:
    """A number that is missing is not tested and does not count among the tests."""
    def shy(coded: Coded) -> Any:
        found = net(coded)
        found[0] = np.nan
        return found

    found = tie_test(camps(), shy, "values", 50)

    assert np.isnan(found.p[0]).all()
    assert np.isnan(found.q[0]).all()
    assert not np.isnan(found.p[1, 2])


def test_a_seed_gives_one_result() -> None:
    """The same seed deals out the same, another one something else."""
    one, two, other = (tie_test(debate(1), net, "margins", 20, seed=s).expected for s in (1, 1, 2))

    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)


def test_false_discovery_rate_is_benjamini_and_hochbergs() -> None:
    """The fifteen p values of the example in their paper: at 5 % the first four are found, as printed there."""
    p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298,
        0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1,
    ]  # fmt: skip
    q = false_discovery_rate(p)

    assert int((q <= 0.05).sum()) == 4
    assert q[0] == pytest.approx(0.0015)
    assert q[14] == 1


@given(st.lists(st.floats(0, 1) | st.just(math.nan), max_size=20))
def test_false_discovery_rate_follows_its_formula(p: list[float]) -> None:
    """q is the least of p·m / rank over all p at least as large, in any order; NaN stays."""
    q = false_discovery_rate(p)
    known = [x for x in p if not math.isnan(x)]
    for x, found in zip(p, q, strict=True):
        if math.isnan(x):
            assert math.isnan(found)
        else:
            rates = [y * len(known) / sum(z <= y for z in known) for y in known if y >= x]
            assert found == pytest.approx(min(rates))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: tie_test(camps(), net, "margin"), 'Did you mean "margins"'),
        (lambda: tie_test(camps(), "subtracted"), 'Did you mean "subtract"'),
        (lambda: tie_test(camps(), net, permutations=0), "0 permutations"),
        (lambda: tie_test(camps(), net, alternative="two sided"), 'Did you mean "two-sided"'),
        (lambda: tie_test(camps().take(np.zeros(64, dtype=bool)), net), "no statements"),
        (lambda: false_discovery_rate([0.5, 1.5]), "outside"),
    ],
)
def test_bad_input_is_one_sentence(call: Any, words: str) -> None:
    """What makes no sense is refused with what is wrong and what to do."""
    with pytest.raises(KGError) as caught:
        call()
    assert words in str(caught.value)
    assert caught.value.cure
