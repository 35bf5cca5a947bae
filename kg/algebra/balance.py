"""Signed balance: triangles, closed walks, and whether a network falls into camps at all.

Formulas, papers and figures: docs/methods/structure.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from kg.algebra.coded import one_of
from kg.algebra.shrink import frustrated, two_colours
from kg.algebra.signed import Floats, Ints, Signed, by_size, signed
from kg.errors import KGError

# Kinds of triangles by their signs, and the two notions of balance: Cartwright and Harary's, and Davis's weak one.
KINDS = ("+++", "++-", "+--", "---")
BALANCED = {"strong": ("+++", "+--"), "weak": ("+++", "+--", "---")}
WALKS = ("exponential", "resolvent")
# Spectra whose smallest eigenvalue is below this share of the largest count as zero.
ZERO = 1e-9


@dataclass(frozen=True)
class Triads:
    """The signed triangles of a network.

    ``counts`` and ``weights`` have a number a kind (KINDS); the weight of a triangle is the geometric mean of its
    three |weights|. ``per_node`` is nodes × kinds: the triangles each node is in (every triangle appears at three).
    """

    counts: dict[str, int]
    weights: dict[str, float]
    per_node: Ints

    @property
    def total(self) -> int:
        """All triangles."""
        return sum(self.counts.values())

    def share(self, kind: str = "strong", *, weighted: bool = False) -> float:
        """Balanced triangles in all triangles, 0 … 1, by number or by weight; NaN without triangles.

        *kind*: "strong" calls +++ and +−− balanced (Cartwright and Harary 1956), "weak" −−− too (Davis 1967).
        """
        balanced = BALANCED[one_of(kind, BALANCED, "kind of balance")]
        every: dict[str, float] = dict(self.weights) if weighted else {k: float(v) for k, v in self.counts.items()}
        whole = sum(every.values())
        return sum(every[k] for k in balanced) / whole if whole else math.nan

    @property
    def clustering(self) -> float:
        """Relative signed clustering (Kunegis and others 2009): balanced less unbalanced in all, −1 … 1."""
        return 2 * self.share() - 1

    def shares(self, kind: str = "strong") -> Floats:
        """The balanced share of the triangles at each node; NaN for a node in none."""
        which = [KINDS.index(k) for k in BALANCED[one_of(kind, BALANCED, "kind of balance")]]
        whole = self.per_node.sum(axis=1)
        return np.divide(
            self.per_node[:, which].sum(axis=1), whole, out=np.full(len(whole), np.nan), where=whole > 0
        )


def triads(matrix: Any) -> Triads:
    """Count the triangles of a signed network by their signs. Pairs without a tie close no triangle."""
    network = signed(matrix)
    per_node, _ = _triangles(network, np.ones(len(network)))
    _, totals = _triangles(network, np.cbrt(np.abs(network.weights)))
    counted = np.round(per_node).astype(np.int64)
    return Triads(
        counts={kind: int(counted[:, i].sum()) // 3 for i, kind in enumerate(KINDS)},
        weights={kind: float(totals[i]) for i, kind in enumerate(KINDS)},
        per_node=counted,
    )


def _triangles(network: Signed, sizes: Floats) -> tuple[Floats, Floats]:
    """Nodes × kinds, and a total a kind; a triangle counts with the product of the sizes of its ties."""
    if not network.n:
        return np.zeros((0, 4)), np.zeros(4)
    plus = network.products(np.where(network.weights > 0, sizes, 0.0))
    minus = network.products(np.where(network.weights < 0, sizes, 0.0))
    friends, foes, mixed = plus @ plus, minus @ minus, plus @ minus

    def at(paths: Any, ties: Any) -> Floats:
        return np.asarray((paths * ties).sum(axis=1), dtype=np.float64).reshape(-1)

    # A node of a triangle with one odd tie is either an end of that tie, or faces it.
    columns = (
        at(friends, plus) / 2,
        at(friends, minus) + at(mixed, plus) / 2,
        at(foes, plus) + at(mixed.T, minus) / 2,
        at(foes, minus) / 2,
    )
    per_node = np.column_stack(columns)
    return per_node, per_node.sum(axis=0) / 3


@dataclass(frozen=True)
class Walks:
    """Balance by closed walks of all lengths: ``share`` is K in 0 … 1, ``per_node`` the same from each node.

    ``unbalanced`` is Estrada and Benzi's ratio of unbalanced to balanced closed walks, (1 − K) / (1 + K).
    """

    share: float
    per_node: Floats
    parameter: float

    @property
    def unbalanced(self) -> float:
        """0 for a balanced network, at most 1."""
        return (1 - self.share) / (1 + self.share)


def walks(matrix: Any, *, method: str = "exponential", parameter: float | None = None, weighted: bool = False) -> Walks:
    """Closed walks with their sign, over closed walks without: 1 when every cycle is balanced.

    *method* "exponential": K = tr exp(β A) / tr exp(β |A|) (Estrada and Benzi 2014; β = *parameter*, 1 if not given),
    walks of length l weigh β^l / l!. "resolvent": K = tr (I − α A)⁻¹ / tr (I − α |A|)⁻¹, walks of length l weigh
    α^l, 0 < α < 1 / ρ(|A|); *parameter* is α ρ(|A|), ½ if not given. A holds the signs, or with *weighted* the
    weights, whose unit then matters. A pair without a tie carries no walk. A network without ties is balanced: 1.
    Raises KGError for an unknown method or a parameter out of range.
    """
    one_of(method, WALKS, "method")
    network = signed(matrix)
    values = network.weights if weighted else network.signs
    if not network.n:
        return Walks(math.nan, np.empty(0), math.nan if parameter is None else parameter)
    with_sign, without = (np.linalg.eigh(network.dense(v)) for v in (values, np.abs(values)))
    largest = float(without[0][-1])
    if method == "exponential":
        size = 1.0 if parameter is None else float(parameter)
        if not (size > 0 and math.isfinite(size)):
            raise KGError(f"β is {size:g}.", cure="Give a number above 0.")
        # Both traces are divided by exp(β ρ), which would not fit in a number for a large network.
        terms = tuple((np.exp(size * (e - largest)), v) for e, v in (with_sign, without))
    else:
        size = 0.5 if parameter is None else float(parameter)
        if not 0 < size < 1:
            raise KGError(f"The parameter is {size:g}.", cure="Give a share of 1 / ρ(|A|) above 0 and below 1.")
        alpha = size / largest if largest else 0.0
        terms = tuple((1 / (1 - alpha * e), v) for e, v in (with_sign, without))
    (signs, vectors), (plain, others) = terms
    here, there = np.square(vectors) @ signs, np.square(others) @ plain
    share = float(signs.sum() / plain.sum())
    return Walks(share=share, per_node=here / there, parameter=size)


def conflict(matrix: Any, *, weighted: bool = True) -> Floats:
    """Algebraic conflict: the smallest eigenvalue of the signed Laplacian D − A of each connected part, D = Σ |w|.

    0 exactly when the part is balanced (Kunegis and others 2010), larger the farther from it; n λ / 4 is a lower
    bound of its frustration in weights. One number a part of two nodes or more, in the order of their first nodes.
    """
    network = signed(matrix)
    ties = network if weighted else Signed(network.n, network.a, network.b, network.signs)
    parts = network.components()
    found = []
    for part in range(int(parts.max(initial=-1)) + 1):
        members = np.flatnonzero(parts == part)
        if len(members) > 1:
            square = ties.matrix()[members][:, members].toarray()
            spectrum = np.linalg.eigvalsh(np.diag(np.abs(square).sum(axis=1)) - square)
            found.append(0.0 if spectrum[0] < ZERO * spectrum[-1] else float(spectrum[0]))
    return np.array(found, dtype=np.float64)


@dataclass(frozen=True)
class Camps:
    """Whether a network is balanced. ``camps``: the camp of each node (−1 without ties), when it is; ``cycle``: the
    nodes of a cycle that cannot be, in order, when it is not."""

    balanced: bool
    camps: Ints
    cycle: tuple[int, ...]


def balanced(matrix: Any, kind: str = "strong") -> Camps:
    """Whether the nodes fall into camps with positive ties inside and negative ones between, without exception.

    "strong": two camps, every cycle has an even number of negative ties (Cartwright and Harary 1956). "weak": any
    number of camps, no cycle has exactly one negative tie (Davis 1967). Camps are numbered by falling size within
    each connected part. The witness is a cycle of that sort, short but not always the shortest.
    """
    one_of(kind, BALANCED, "kind of balance")
    network = signed(matrix)
    parts = network.components()
    if kind == "strong":
        sides, parent = two_colours(network)
        wrong = np.flatnonzero(frustrated(network, sides))
        labels = (sides < 0).astype(np.int64)
    else:
        friendly = network.positive()
        _, parent = two_colours(friendly)
        labels = friendly.components()
        wrong = np.flatnonzero((network.weights < 0) & (labels[network.a] == labels[network.b]))
    if len(wrong):
        rings = (_ring(int(network.a[t]), int(network.b[t]), parent) for t in wrong[:1000].tolist())
        return Camps(False, np.full(network.n, -1, dtype=np.int64), min(rings, key=lambda r: (len(r), r)))
    camps = np.full(network.n, -1, dtype=np.int64)
    for part in range(int(parts.max(initial=-1)) + 1):
        members = np.flatnonzero(parts == part)
        if len(members) > 1:
            camps[members] = by_size(labels[members])
    return Camps(True, camps, ())


def _ring(first: int, second: int, parent: Ints) -> tuple[int, ...]:
    """The nodes of the cycle that a tie closes in a forest, from the lower of its two nodes to the other."""

    def up(node: int) -> list[int]:
        path = [node]
        while parent[path[-1]] >= 0:
            path.append(int(parent[path[-1]]))
        return path

    left, right = up(first), up(second)
    while len(left) > 1 and len(right) > 1 and left[-2] == right[-2]:
        left.pop()
        right.pop()
    return tuple(left + right[-2::-1])
