"""Signed networks for the tests of structure: oracles from files, makers of several kinds, and exhaustive search."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from scipy import sparse

Matrix = npt.NDArray[np.float64]


def tribes(shared: Path) -> tuple[Matrix, dict[str, Any]]:
    """The highland tribes (Read 1954) and what is known of them."""
    oracle = json.loads((shared / "data/oracles/signed_tribes.json").read_text(encoding="utf-8"))
    matrix = np.zeros((oracle["n"], oracle["n"]))
    for a, b, sign in oracle["edges"]:
        matrix[a, b] = matrix[b, a] = sign
    return matrix, oracle


def bitcoin(shared: Path) -> Any:
    """Bitcoin-alpha. The file holds each pair once; 43 pairs, rated with both signs, have none and are no tie."""
    with (shared / "data/signed/bitcoin_alpha_sgcn.csv").open(encoding="utf-8", newline="") as file:
        rows = [(int(r["id1"]), int(r["id2"]), float(r["sign"] or "nan")) for r in csv.DictReader(file)]
    a, b, sign = (np.array(column) for column in zip(*rows, strict=True))
    n = int(max(a.max(), b.max())) + 1
    assert len({(min(i, j), max(i, j)) for i, j, _ in rows}) == len(rows)
    half = sparse.coo_array((sign, (a, b)), shape=(n, n))
    return (half + half.T).tocsr()


def symmetric(n: int, a: npt.NDArray[Any], b: npt.NDArray[Any], values: npt.NDArray[Any]) -> Matrix:
    """A matrix from its ties."""
    matrix = np.zeros((n, n))
    matrix[a, b] = matrix[b, a] = values
    return matrix


def random_signed(n: int, ties: int, negative: float, seed: int) -> Matrix:
    """So many ties between random pairs, each negative with one chance."""
    rng = np.random.default_rng(seed)
    a, b = np.triu_indices(n, 1)
    chosen = rng.choice(len(a), min(ties, len(a)), replace=False)
    return symmetric(n, a[chosen], b[chosen], np.where(rng.random(len(chosen)) < negative, -1.0, 1.0))


def two_camps(n: int, density: float, noise: float, seed: int) -> Matrix:
    """Two camps, friends inside and foes between, with a share of the ties turned round."""
    rng = np.random.default_rng(seed)
    side = np.where(rng.random(n) < 0.45, 1, -1)
    a, b = np.triu_indices(n, 1)
    there = rng.random(len(a)) < density
    a, b = a[there], b[there]
    return symmetric(n, a, b, side[a] * side[b] * np.where(rng.random(len(a)) < noise, -1.0, 1.0))


def chamber(n: int, votes: int, discipline: float, seed: int) -> Matrix:
    """A dense network of members who vote: the sign of the agreement of each pair above chance, unless it is near 0."""
    rng = np.random.default_rng(seed)
    party = np.where(rng.random(n) < 0.52, 1, -1)
    line = rng.choice([-1, 1], votes)
    loyal = rng.beta(discipline, 1.2, n)[:, None]
    cast = np.where(rng.random((n, votes)) < loyal, party[:, None] * line, rng.choice([-1, 1], (n, votes)))
    agreement = cast @ cast.T / votes
    np.fill_diagonal(agreement, 0)
    return np.where(np.abs(agreement) > 0.15, np.sign(agreement), 0.0)


def lattice(rows: int, columns: int, negative: float, seed: int) -> Matrix:
    """A triangulated grid, which is planar."""
    rng = np.random.default_rng(seed)
    at = np.arange(rows * columns).reshape(rows, columns)
    pairs = [(at[:, :-1], at[:, 1:]), (at[:-1], at[1:]), (at[:-1, :-1], at[1:, 1:])]
    a = np.concatenate([p.ravel() for p, _ in pairs])
    b = np.concatenate([q.ravel() for _, q in pairs])
    return symmetric(rows * columns, a, b, np.where(rng.random(len(a)) < negative, -1.0, 1.0))


def scale_free(n: int, each: int, negative: float, seed: int) -> Matrix:
    """A network of hubs: every new node ties to *each* old ones, the busier the likelier."""
    import networkx

    graph = networkx.barabasi_albert_graph(n, each, seed=seed)
    rng = np.random.default_rng(seed)
    a, b = np.array(graph.edges).T
    return symmetric(n, a, b, np.where(rng.random(len(a)) < negative, -1.0, 1.0))


def signed_matrices(most: int = 9, *, whole: bool = True) -> st.SearchStrategy[Matrix]:
    """Small signed matrices, with NaN and 0 among their cells."""
    values = st.sampled_from([0.0, 0.0, np.nan, 1.0, 1.0, -1.0, -1.0]) if whole else st.one_of(
        st.sampled_from([0.0, np.nan]),
        st.integers(1, 40).map(lambda v: v / 8),
        st.integers(1, 40).map(lambda v: -v / 8),
    )

    @st.composite
    def made(draw: st.DrawFn) -> Matrix:
        n = draw(st.integers(0, most))
        matrix = np.zeros((n, n))
        for i in range(n):
            for j in range(i):
                matrix[i, j] = matrix[j, i] = draw(values)
        return matrix

    return made()


def against(matrix: Matrix, labels: npt.NDArray[Any], *, size: bool = False) -> float:
    """What a partition leaves against it, counted cell by cell."""
    total = 0.0
    for i in range(len(matrix)):
        for j in range(i):
            value = matrix[i, j]
            if not np.isnan(value) and value != 0 and (labels[i] == labels[j]) != (value > 0):
                total += abs(value) if size else 1
    return total


def partitions(n: int, k: int) -> Iterator[tuple[int, ...]]:
    """Every partition of *n* nodes into at most *k* camps once: a camp is opened only after those before it."""
    if n == 0:
        yield ()
        return
    for first in partitions(n - 1, k):
        for camp in range(min(max(first, default=-1) + 2, k)):
            yield (*first, camp)


def fewest(matrix: Matrix, k: int, *, size: bool = False) -> float:
    """The best of all partitions into at most *k* camps, by trying every one."""
    ties = [
        (i, j, value > 0, abs(value) if size else 1.0)
        for i in range(len(matrix))
        for j in range(i)
        if (value := float(matrix[i, j])) > 0 or value < 0
    ]
    return min(
        sum(w for i, j, friends, w in ties if (labels[i] == labels[j]) != friends)
        for labels in partitions(len(matrix), max(k, 1))
    )


def switched(matrix: Matrix, which: npt.NDArray[Any]) -> Matrix:
    """The matrix with the signs between *which* nodes and the others turned round."""
    flip = np.where(which, -1.0, 1.0)
    return matrix * flip[:, None] * flip[None, :]
