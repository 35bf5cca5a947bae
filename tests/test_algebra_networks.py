"""One-mode and two-mode networks: the formulas as they are written, and what no reordering may change."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.algebra import normalize, one_mode, products, two_mode
from kg.algebra.coded import Coded, Scale
from kg.errors import KGError

SCALES = (
    Scale.interval([-2, -1, 0, 1, 2]),
    Scale.interval([0, 1]),
    Scale("interval", (-1.0, 1.0), 2.0),
    Scale.interval([-3, 0, 1, 10], -5, 10),
    Scale.ordinal(["low", "middle", "high"]),
    Scale.nominal(["bridge", "ferry", "tunnel"]),
    Scale.interval([1]),
)
TOO_SHORT = Scale("interval", (0, 1, 2, 3), 2.0)
ONE = [(a, n) for a in one_mode.AGGREGATES for n in one_mode.NORMALIZATIONS]
TWO = [(a, n) for a in ("ignore", "subtract", "combine") for n in two_mode.NORMALIZATIONS]


@st.composite
def debates(draw: st.DrawFn, scales: tuple[Scale, ...] = SCALES, whole: bool = False) -> Coded:
    """A few statements of a few actors, with isolates, weighted or not."""
    rows, columns, n = draw(st.integers(1, 5)), draw(st.integers(1, 4)), draw(st.integers(0, 14))
    scale = draw(st.sampled_from(scales))

    def some(below: int) -> Any:
        return np.array(draw(st.lists(st.integers(0, below - 1), min_size=n, max_size=n)), dtype=np.int32)

    weight = st.sampled_from([1.0, 2.0, 3.0] if whole else [0.0, 0.1, 0.25, 1 / 3, 1.0, 2.0])
    given = None if draw(st.booleans()) else draw(st.lists(weight, min_size=n, max_size=n))
    weights = None if given is None else np.array(given, dtype=np.float64)
    labels = tuple(f"actor {i}" for i in range(rows)), tuple(f"position {j}" for j in range(columns))
    return Coded(some(rows), some(columns), some(len(scale.levels)), *labels, scale, weights)


def cube(coded: Coded) -> Any:
    """x_ijk."""
    x = np.zeros((len(coded.row_labels), len(coded.column_labels), len(coded.scale.levels)))
    weights = np.ones(len(coded)) if coded.weights is None else coded.weights
    np.add.at(x, (coded.rows, coded.columns, coded.levels), weights)
    return x


def by_the_book(coded: Coded, aggregate: str, how: str) -> Any:
    """A one-mode network, sum sign by sum sign."""
    x, d = cube(coded), coded.scale.distance()
    share = {"ignore": np.ones_like(d), "congruence": 1 - d, "conflict": d, "subtract": 1 - 2 * d}[aggregate]
    found = np.einsum("ajk,km,bjm->ab", x, share, x)
    np.fill_diagonal(found, 0.0)
    for a, b in itertools.permutations(range(len(x)), 2):
        only = x[a][x[b] == 0].sum() + x[b][x[a] == 0].sum()
        divisor = {
            "no": 1.0,
            "average": (x[a].sum() + x[b].sum()) / 2,
            "jaccard": only + (x[a] * x[b]).sum(),
            "cosine": math.sqrt((x[a] ** 2).sum()) * math.sqrt((x[b] ** 2).sum()),
            "product": x[a].sum() * x[b].sum(),
        }[how]
        found[a, b] = found[a, b] / divisor if divisor else 0.0
    return found


def table_by_the_book(coded: Coded, aggregate: str, how: str) -> Any:
    """A two-mode network, sum sign by sum sign."""
    x = cube(coded)
    top = x.shape[2] - 1
    values = {
        "ignore": lambda: x.sum(axis=2),
        "subtract": lambda: x @ coded.scale.points,
        "combine": lambda: (x > 0) @ 2.0 ** (top - np.arange(top + 1)),
    }[aggregate]()
    if how == "no":
        return values
    total = x.sum(axis=(1, 2))[:, None] if how == "activity" else x.sum(axis=(0, 2))[None, :]
    return np.divide(values, total, out=np.zeros_like(values), where=total > 0)


@settings(deadline=None, max_examples=50)
@given(debates(), st.sampled_from(ONE), st.booleans())
def test_one_mode_networks_are_their_formulas(coded: Coded, how: tuple[str, str], sparse: bool) -> None:
    """Every aggregation and normalization is the sum it says it is, dense and sparse, on every kind of scale."""
    found = one_mode.one_mode(coded, *how, sparse=sparse)
    found = found.toarray() if sparse else found

    assert found.dtype == np.float64
    np.testing.assert_allclose(found, by_the_book(coded, *how), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found, found.T, rtol=0, atol=1e-12)
    assert not found.diagonal().any()


@settings(deadline=None, max_examples=50)
@given(debates(), st.sampled_from(TWO), st.sampled_from([True, False, None]))
def test_two_mode_networks_are_their_formulas(
    coded: Coded, how: tuple[str, str], sparse: bool | None
) -> None:
    """Every aggregation and normalization is the sum it says it is, dense and sparse."""
    if how[0] == "subtract" and coded.scale.kind == "nominal":
        return
    found = two_mode.two_mode(coded, *how, sparse=sparse)
    found = found.toarray() if sparse else found

    np.testing.assert_allclose(found, table_by_the_book(coded, *how), rtol=1e-9, atol=1e-9)


@pytest.fixture(params=["dense", "sparse"])
def road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to multiply, whatever the size."""
    monkeypatch.setattr(products, "_STEPS", 0.0 if request.param == "sparse" else math.inf)
    return str(request.param)


@pytest.mark.parametrize("scale", SCALES, ids=lambda s: f"{s.kind} {len(s.levels)}")
@pytest.mark.parametrize("weighted", [False, True])
def test_dense_and_sparse_products_agree(road: str, scale: Scale, weighted: bool) -> None:
    """Which way is quicker changes no cell, and a sum of whole numbers is exact on both."""
    random = np.random.default_rng(4)
    n = 400
    rows, columns, levels = (random.integers(0, m, n).astype(np.int32) for m in (30, 20, len(scale.levels)))
    weights = random.choice([0.2, 1 / 3, 1.0], n) if weighted else None
    names = tuple(map(str, range(30)))
    coded = Coded(rows, columns, levels, names, names[:20], scale, weights)
    pairs = one_mode.all_pairs(coded)

    for aggregate, how in ONE:
        found = one_mode.one_mode(coded, aggregate, how)
        expected = by_the_book(coded, aggregate, how)
        np.testing.assert_allclose(
            found, expected, rtol=1e-9, atol=1e-12, err_msg=f"{road} {aggregate} {how}"
        )
    if not weighted:
        np.testing.assert_array_equal(pairs.ignore, by_the_book(coded, "ignore", "no"))
    np.testing.assert_allclose(
        pairs.congruence, by_the_book(coded, "congruence", "no"), rtol=1e-9, atol=1e-12
    )
    np.testing.assert_allclose(pairs.conflict, by_the_book(coded, "conflict", "no"), rtol=1e-9, atol=1e-12)


@settings(deadline=None, max_examples=50)
@given(debates())
def test_congruence_and_conflict_make_ignore(coded: Coded) -> None:
    """Every shared pair of statements is divided between congruence and conflict, for numbers and for names."""
    pairs = one_mode.all_pairs(coded)
    sparse = one_mode.all_pairs(coded, sparse=True)

    np.testing.assert_allclose(pairs.congruence + pairs.conflict, pairs.ignore, rtol=1e-12, atol=1e-12)
    for dense, thin in zip(pairs, sparse, strict=True):
        np.testing.assert_allclose(thin.toarray(), dense, rtol=1e-12, atol=1e-12)
        assert (dense >= 0).all()


@settings(deadline=None, max_examples=50)
@given(debates(), st.sampled_from(ONE), st.randoms())
def test_order_and_names_change_nothing(coded: Coded, how: tuple[str, str], random: Any) -> None:
    """Statements in another order, actors and positions under other numbers: the same ties."""

    def shuffled(size: int) -> Any:
        order = list(range(size))
        random.shuffle(order)
        return np.array(order, dtype=np.int32)

    rows, columns = shuffled(len(coded.row_labels)), shuffled(len(coded.column_labels))
    other = coded.take(shuffled(len(coded)))
    moved = Coded(
        rows[other.rows], columns[other.columns], other.levels, coded.row_labels, coded.column_labels, coded.scale,
        other.weights,
    )  # fmt: skip
    found = one_mode.one_mode(moved, *how)

    np.testing.assert_allclose(
        found[np.ix_(rows, rows)], one_mode.one_mode(coded, *how), rtol=1e-9, atol=1e-12
    )
    np.testing.assert_allclose(
        two_mode.two_mode(moved)[np.ix_(rows, columns)], two_mode.two_mode(coded), rtol=1e-12, atol=1e-12
    )


@settings(deadline=None, max_examples=50)
@given(debates(), st.sampled_from([0.5, 2.0, 3.0]), st.sampled_from(one_mode.AGGREGATES))
def test_weights_scale(coded: Coded, factor: float, aggregate: str) -> None:
    """Weights times c make ties times c², and leave the normalized ones (cosine, product) as they are."""
    own = np.ones(len(coded)) if coded.weights is None else coded.weights
    more = coded.weighted(own * factor)

    for how, power in {"no": 2, "average": 1, "cosine": 0, "product": 0}.items():
        expected = one_mode.one_mode(coded, aggregate, how) * factor**power
        np.testing.assert_allclose(one_mode.one_mode(more, aggregate, how), expected, rtol=1e-9, atol=1e-12)


@settings(deadline=None, max_examples=50)
@given(debates(whole=True))
def test_a_weight_of_two_is_saying_it_twice(coded: Coded) -> None:
    """An entry of weight n counts as n entries."""
    often = np.ones(len(coded), dtype=int) if coded.weights is None else coded.weights.astype(int)
    once = coded.take(np.repeat(np.arange(len(coded)), often)).weighted(np.ones(int(often.sum())))

    for how in ONE:
        np.testing.assert_allclose(
            one_mode.one_mode(once, *how), one_mode.one_mode(coded, *how), rtol=1e-9, atol=1e-12
        )


def small(*said: tuple[int, int, int], scale: Scale = SCALES[1], **more: Any) -> Coded:
    """Statements (actor, position, level) of three actors on two positions."""
    table = np.array(said, dtype=np.int32).reshape(-1, 3)
    return Coded(table[:, 0], table[:, 1], table[:, 2], ("a", "b", "c"), ("x", "y"), scale, **more)


def test_true_cosine_is_at_most_one() -> None:
    """An actor who says the same as another is its like: cosine 1, while the program's product falls as they speak."""
    same = small((0, 0, 1), (0, 0, 1), (0, 1, 0), (1, 0, 1), (1, 0, 1), (1, 1, 0))

    assert one_mode.one_mode(same, "congruence", "cosine")[0, 1] == pytest.approx(1.0)
    assert one_mode.one_mode(same, "congruence", "product")[0, 1] == pytest.approx(5 / 9)
    assert one_mode.one_mode(same, "congruence", "cosine", dna_compat=True)[0, 1] == pytest.approx(5 / 9)


def test_names_conflict_only_where_both_speak() -> None:
    """Conflict over names counts pairs of different names; the program's adds up what the other does not say."""
    names = small((0, 0, 0), (0, 1, 2), (1, 0, 1), (1, 0, 0), scale=SCALES[5])

    assert one_mode.one_mode(names, "conflict")[0, 1] == 1
    assert one_mode.one_mode(names, "congruence")[0, 1] == 1
    assert one_mode.one_mode(names, "conflict", dna_compat=True)[0, 1] == 2
    assert one_mode.one_mode(names, "subtract", dna_compat=True)[0, 1] == -1


def test_one_value_is_no_conflict() -> None:
    """Where only one value occurs all shared pairs are congruent, which a remark says; the program gives NaN."""
    single = small((0, 0, 0), (1, 0, 0), (2, 1, 0), scale=SCALES[6])
    compat = one_mode.one_mode(single, "congruence", dna_compat=True)

    assert one_mode.one_mode(single, "congruence")[0, 1] == 1
    assert not one_mode.one_mode(single, "conflict").any()
    assert "only one value" in one_mode.remark(single)
    assert one_mode.remark(small((0, 0, 1))) == ""
    assert np.isnan(compat[0, 1])
    assert not compat.diagonal().any()


@pytest.mark.parametrize("sparse", [False, True])
def test_nothing_said_is_an_empty_network(sparse: bool) -> None:
    """No statements give zeros of the right shape, whatever is asked for; no actors give no rows."""
    for how in ONE:
        found = one_mode.one_mode(small(), *how, sparse=sparse)
        assert found.shape == (3, 3)
        assert not (found.toarray() if sparse else found).any()
    nobody = Coded(*(np.zeros(0, np.int32) for _ in range(3)), (), (), Scale.interval([]))
    assert one_mode.one_mode(nobody, "conflict", sparse=sparse).shape == (0, 0)
    assert two_mode.two_mode(nobody, "combine", sparse=sparse).shape == (0, 0)


def test_the_mean_of_zero_is_not_no_mean() -> None:
    """One yes and one no are 0 on average, silence is not known."""
    found = two_mode.two_mode(small((0, 0, 0), (0, 0, 1), (1, 1, 1), scale=SCALES[2]), "mean")

    np.testing.assert_array_equal(found, [[0, np.nan], [np.nan, 1], [np.nan, np.nan]])


def test_a_rounding_error_is_no_tie() -> None:
    """Actors who only contradict each other have congruence 0, though thirds do not add up exactly."""
    random = np.random.default_rng(1)
    rows = np.repeat([0, 1], 60).astype(np.int32)
    weights = random.choice([1 / 3, 0.1, 0.7], 120)
    coded = Coded(rows, np.zeros(120, np.int32), rows.copy(), ("a", "b"), ("x",), SCALES[1], weights)

    for steps in (0.0, math.inf):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(products, "_STEPS", steps)
            assert one_mode.one_mode(coded, "congruence")[0, 1] == 0.0
            assert one_mode.all_pairs(coded).conflict[0, 1] > 0


def test_two_hundred_thousand_actors_stay_sparse() -> None:
    """A dense network of 200,000 actors is refused with the way out; the sparse one is made, cell by cell right."""
    n, random = 200_000, np.random.default_rng(2)
    rows = np.arange(n, dtype=np.int32)
    columns = random.permutation(np.repeat(np.arange(n // 4, dtype=np.int32), 4))
    levels = random.integers(0, 2, n).astype(np.int32)
    names = tuple(map(str, range(n)))
    coded = Coded(rows, columns, levels, names, names[: n // 4], SCALES[1])

    for made in (
        lambda: one_mode.one_mode(coded), lambda: one_mode.all_pairs(coded), lambda: two_mode.two_mode(coded)
    ):  # fmt: skip
        with pytest.raises(KGError, match="200,000") as refused:
            made()
        assert "sparse=True" in refused.value.cure
    pairs = one_mode.all_pairs(coded, sparse=True)
    of_each = np.bincount(columns[levels == 1], minlength=n // 4)
    assert pairs.ignore.nnz == 12 * (n // 4)
    assert pairs.conflict.sum() == 2 * (of_each * (4 - of_each)).sum()
    assert pairs.congruence.sum() == pairs.ignore.sum() - pairs.conflict.sum()
    for how in one_mode.NORMALIZATIONS:
        assert one_mode.one_mode(coded, "congruence", how, sparse=True).max() == pytest.approx(1.0)
    assert two_mode.two_mode(coded, "subtract", "activity", sparse=None).sum() == (levels == 1).sum()
    assert len(two_mode.counts(coded)) == 2


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda c: one_mode.one_mode(c, "congruense"), 'Did you mean "congruence"?'),
        (lambda c: one_mode.one_mode(c, "ignore", "jacard"), 'Did you mean "jaccard"?'),
        (lambda c: two_mode.two_mode(c, "substract"), 'Did you mean "subtract"?'),
        (lambda c: two_mode.two_mode(c, "ignore", "xyz"), "activity, prominence"),
        (lambda c: one_mode.one_mode(c.weighted(np.array([1.0, np.nan]))), "1 of 2 weights are no weight, such as nan"),
        (lambda c: two_mode.two_mode(c.weighted(np.array([1.0, np.inf]))), "such as inf"),
        (lambda c: one_mode.all_pairs(c.weighted(np.array([-1.0, 1.0]))), "such as -1"),
        (lambda c: one_mode.one_mode(small((0, 0, 0), (1, 0, 3), scale=TOO_SHORT)), "from 0 to 3"),
        (lambda c: two_mode.two_mode(small((0, 0, 0), scale=SCALES[5]), "subtract"), "Names have no sum"),
        (lambda c: two_mode.two_mode(small((0, 0, 0), scale=SCALES[5]), "mean"), "Names have no mean"),
        (lambda c: two_mode.two_mode(c, "mean", sparse=True), "cannot tell a mean of zero"),
        (lambda c: two_mode.two_mode(small((0, 0, 0), scale=Scale.interval(range(60))), "combine"), "at most 53"),
        (
            lambda c: one_mode.one_mode(small((0, 0, 0), scale=SCALES[5]), "conflict", sparse=True, dna_compat=True),
            "fills every cell",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(call: Any, told: str) -> None:
    """A wrong word, weight, scale or wish is one sentence with a way out."""
    with pytest.raises(KGError) as refused:
        call(small((0, 0, 1), (1, 0, 0)))

    assert told in str(refused.value)
    assert refused.value.cure


def test_combinations_are_exact_up_to_their_limit() -> None:
    """53 levels are told apart; the program counts in 32 bits, where 40 levels are not."""
    scale = Scale.interval(range(53))
    coded = small((0, 0, 0), (0, 0, 52), (1, 0, 52), scale=scale)
    forty = small((0, 0, 0), (1, 0, 1), scale=Scale.interval(range(40)))

    assert two_mode.two_mode(coded, "combine")[0, 0] == 2**52 + 1
    assert two_mode.two_mode(coded, "combine")[1, 0] == 1
    assert two_mode.two_mode(forty, "combine", dna_compat=True)[:2, 0].tolist() == [2**31 - 1] * 2


def test_divisors_have_one_of_each_pair() -> None:
    """Divisors are symmetric and those of some pairs are those of all."""
    coded = small((0, 0, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (2, 1, 0), (2, 1, 0))
    i, j = np.array([0, 2]), np.array([1, 0])

    for how in normalize.NORMALIZATIONS[1:]:
        whole = normalize.divisors(coded, how)
        np.testing.assert_array_equal(whole, whole.T)
        np.testing.assert_allclose(normalize.divisors_at(coded, how, i, j), whole[i, j])
