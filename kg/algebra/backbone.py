"""The ties that matter: by weight, or because they weigh more than chance would give them.

Formulas, papers and figures: docs/methods/structure.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from kg.algebra.coded import one_of
from kg.algebra.signed import Floats, Ints, signed
from kg.errors import KGError

METHODS = ("disparity", "noise-corrected", "threshold")


@dataclass(frozen=True)
class Backbone:
    """Ties kept. ``matrix`` is a symmetric ``csr_array`` of their weights with their signs.

    For every tie of the whole network: its two nodes ``a`` < ``b``, whether it is ``kept``, and its ``score``:
    the significance (disparity: small is kept), the number of standard deviations above expectation
    (noise-corrected: large is kept) or its |weight| (threshold).
    """

    matrix: Any
    a: Ints
    b: Ints
    kept: Any
    score: Floats
    method: str
    limit: float

    @property
    def share(self) -> float:
        """Ties kept in all ties; NaN without any."""
        return float(np.mean(self.kept)) if len(self.kept) else math.nan


def backbone(matrix: Any, *, method: str = "disparity", limit: float | None = None) -> Backbone:
    """Thin a network out. The weights' signs are set aside for the test and kept in the result.

    "disparity" (Serrano, Boguñá and Vespignani 2009): a node of k ties and strength s spreads it at random; the
    chance that a tie gets w or more is (1 − w / s)^(k − 1). Kept when that is below *limit* (0.05 if not given) at
    either end; a node with one tie says nothing of it (1).
    "noise-corrected" (Coscia and Neffke 2017): for counts, a tie is kept when its lift over the product of its
    ends' strengths is *limit* (1.64 if not given) standard deviations above none, with a Bayesian estimate of the
    chance of the tie. "threshold": |w| of at least *limit*, which must be given.
    A missing tie is not tested and counts in no strength. Raises KGError for an unknown method or a bad limit.
    """
    one_of(method, METHODS, "method")
    network = signed(matrix)
    sizes = np.abs(network.weights)
    if limit is None:
        if method == "threshold":
            raise KGError("A threshold needs a limit.", cure="Give the smallest |weight| to keep.")
        limit = 0.05 if method == "disparity" else 1.64
    if not math.isfinite(limit) or limit < 0 or (method == "disparity" and limit > 1):
        allowed = "from 0 to 1" if method == "disparity" else "from 0 up"
        raise KGError(f"The limit is {limit:g}.", cure=f"Give a number {allowed}.")
    both = np.bincount(network.a, sizes, network.n) + np.bincount(network.b, sizes, network.n)
    strength = np.asarray(both, dtype=np.float64)
    if method == "disparity":
        degree = np.bincount(network.a, minlength=network.n) + np.bincount(network.b, minlength=network.n)
        chances = [np.maximum(1 - sizes / strength[e], 0.0) ** (degree[e] - 1) for e in (network.a, network.b)]
        score = np.minimum(*chances)
        kept = score < limit
    elif method == "noise-corrected":
        score = _lift(sizes, strength[network.a], strength[network.b], float(strength.sum()))
        kept = score > limit
    else:
        score, kept = sizes, sizes >= limit
    return Backbone(network.keep(kept).matrix(), network.a, network.b, kept, score, method, float(limit))


def _lift(sizes: Floats, here: Floats, there: Floats, whole: float) -> Floats:
    """Standard deviations of the transformed lift (κw − 1) / (κw + 1) above 0, κ = whole / (here · there).

    The chance of a tie has a Beta prior with the mean and variance of a hypergeometric draw, so that the variance
    is not 0 for small counts. *whole* counts every tie from both its ends.
    """
    if not len(sizes):
        return np.empty(0)
    product = here * there
    mean = product / whole**2
    # Draws without replacement have a variance only when there are two or more.
    variance = product * (whole - here) * (whole - there) / (whole**4 * max(whole - 1, 1e-300))
    with np.errstate(divide="ignore", invalid="ignore"):
        # The Beta with this mean and variance: alpha = mean · size, beta = (1 − mean) · size.
        size = mean * (1 - mean) / variance - 1
        chance = (mean * size + sizes) / (size + whole)
        spread = chance * (1 - chance) * whole
        kappa = whole / product
        slope = 1 / product - whole * (here + there) / product**2
        deviation = np.sqrt(spread) * np.abs(2 * (kappa + sizes * slope) / (kappa * sizes + 1) ** 2)
        score = (kappa * sizes - 1) / (kappa * sizes + 1) / deviation
    # Without any variance to compare with (all weight on one tie) nothing is above chance.
    return np.where(np.isfinite(score), score, 0.0)
