"""What one-mode ties are divided by, so that those who speak much and little compare.

==========  ===================================================================================================
no          1
average     (a_i + a_i') / 2, with a_i = Σ_jk x_ijk
jaccard     Σ_jk x_ijk [x_i'jk = 0] + Σ_jk x_i'jk [x_ijk = 0] + Σ_jk x_ijk x_i'jk
cosine      sqrt(Σ_jk x_ijk²) · sqrt(Σ_jk x_i'jk²)
product     a_i · a_i', which the Discourse Network Analyzer calls cosine (as of 3.1.2)
==========  ===================================================================================================

A tie whose divisor is 0 is 0. Leifeld (2017); the divisors after the program's own documentation, version 3.1.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kg.algebra.coded import Coded, Floats
from kg.algebra.products import gram, met
from kg.algebra.two_mode import Cells

NORMALIZATIONS = ("no", "average", "jaccard", "cosine", "product")


def divide(values: Any, coded: Coded, normalize: str) -> Any:
    """Values (array or csr array of rows × rows) over the divisors of their pairs."""
    if isinstance(values, np.ndarray):
        divisor = divisors(coded, normalize)
        return np.divide(values, divisor, out=np.zeros_like(values), where=divisor != 0)
    cells = values.tocoo()
    divisor = divisors_at(coded, normalize, cells.row, cells.col)
    cells.data = np.divide(cells.data, divisor, out=np.zeros_like(cells.data), where=divisor != 0)
    return cells.tocsr()


def divisors(coded: Coded, normalize: str) -> Floats:
    """The divisor of every pair: float64, rows × rows."""
    if normalize == "jaccard":
        return _union(Cells.of(coded).sums)
    one = _of_each(coded, normalize)
    if normalize == "average":
        return (one[:, None] + one[None, :]) / 2
    return one[:, None] * one[None, :]


def divisors_at(coded: Coded, normalize: str, i: Any, j: Any) -> Floats:
    """The divisors of some pairs only: i and j are their rows."""
    if normalize == "jaccard":
        x = Cells.of(coded).sums
        own = np.asarray(x.sum(axis=1), dtype=np.float64)
        marks = (x != 0).astype(np.float64)
        shared = x @ marks.T
        rest = (x @ x.T - shared - shared.T).tocsr()[i, j] if len(i) else np.zeros(0)
        return np.asarray(own[i] + own[j] + rest)
    one = _of_each(coded, normalize)
    return (one[i] + one[j]) / 2 if normalize == "average" else one[i] * one[j]


def _of_each(coded: Coded, normalize: str) -> Floats:
    """What each row brings to the divisor: its length (cosine) or how much it says."""
    x = Cells.of(coded).sums
    if normalize == "cosine":
        return np.sqrt(np.asarray((x * x).sum(axis=1), dtype=np.float64))
    return np.asarray(x.sum(axis=1), dtype=np.float64)


def _union(x: Any) -> Floats:
    own = np.asarray(x.sum(axis=1), dtype=np.float64)
    return np.asarray(own[:, None] + own[None, :] - met(x) + gram(x))
