"""A signed network as arrays: every tie once, with its weight. What the measures of structure read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.errors import KGError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# A dense square of this many nodes takes 3.2 GB; several are needed at a time.
MOST_DENSE = 20_000


@dataclass(frozen=True)
class Signed:
    """*n* nodes and their ties: ``a`` < ``b`` (int64, sorted), ``weights`` (float64, finite, none of them 0).

    A node without ties is in *n* all the same. A cell that is NaN or 0 is no tie: nothing is known of the two, or
    as much for as against, and neither has a sign.
    """

    n: int
    a: Ints
    b: Ints
    weights: Floats

    def __len__(self) -> int:
        return len(self.a)

    @cached_property
    def signs(self) -> Floats:
        """+1 or −1 a tie."""
        return np.sign(self.weights)

    def matrix(self, values: Floats | None = None) -> Any:
        """A symmetric ``scipy.sparse.csr_array`` of the weights, or of other *values*, one a tie."""
        from scipy import sparse

        data = self.weights if values is None else values
        both = (np.concatenate([self.a, self.b]), np.concatenate([self.b, self.a]))
        return sparse.csr_array((np.concatenate([data, data]), both), shape=(self.n, self.n))

    def dense(self, values: Floats | None = None) -> Floats:
        """The same as a float64 array. Refuses what would not fit in memory."""
        if self.n > MOST_DENSE:
            raise KGError(
                f"A measure of all pairs of {self.n:,} actors would need {self.n**2 * 8 / 1e9:,.0f} GB a matrix.",
                cure="Select fewer actors, or keep the strongest ties only (backbone).",
            )
        square = np.zeros((self.n, self.n))
        square[self.a, self.b] = square[self.b, self.a] = self.weights if values is None else values
        return square

    def products(self, values: Floats | None = None) -> Any:
        """The matrix in the form whose products are cheap: dense where more than a tenth of the pairs are tied."""
        crowded = self.n <= MOST_DENSE and 20 * len(self) > self.n * self.n
        return self.dense(values) if crowded else self.matrix(values)

    def positive(self) -> Signed:
        """The ties above zero alone."""
        return self.keep(self.weights > 0)

    def keep(self, which: npt.NDArray[np.bool_]) -> Signed:
        """The ties that a mask names; all nodes stay."""
        return Signed(self.n, self.a[which], self.b[which], self.weights[which])

    def renumbered(self, order: Ints) -> Signed:
        """The same network with node ``order[i]`` called *i*."""
        place = np.empty(self.n, dtype=np.int64)
        place[order] = np.arange(self.n)
        low, high = np.minimum(place[self.a], place[self.b]), np.maximum(place[self.a], place[self.b])
        by = np.lexsort((high, low))
        return Signed(self.n, low[by], high[by], self.weights[by])

    def components(self) -> Ints:
        """The number of the connected part that each node is in, counted from 0 in the order of first nodes."""
        from scipy.sparse.csgraph import connected_components

        if self.n == 0:
            return np.empty(0, dtype=np.int64)
        return first_seen(connected_components(self.matrix(np.ones(len(self))), directed=False)[1])


def signed(matrix: Any) -> Signed:
    """Read a symmetric matrix: array, list of lists, or scipy sparse. The diagonal is ignored; NaN and 0 are no tie.

    Raises KGError for what is not numbers, not square, not symmetric (the first such cells are named), or infinite.
    """
    from scipy import sparse

    try:
        if sparse.issparse(matrix):
            found = sparse.coo_array(matrix).astype(np.float64)
        else:
            plain = np.asarray(matrix, dtype=np.float64)
            found = sparse.coo_array(plain if plain.size else np.zeros(plain.shape if plain.ndim == 2 else (0, 0)))
    except (TypeError, ValueError) as error:
        raise KGError("The network is not a matrix of numbers.", cure="Give actor × actor numbers.") from error
    if len(found.shape) != 2 or found.shape[0] != found.shape[1]:
        shape = " × ".join(map(str, found.shape))
        raise KGError(f"The network has the shape {shape}.", cure="Give a square matrix, actor × actor.")
    square = found.tocsr()
    square.sum_duplicates()
    entries = square.tocoo()
    rows, columns, values = entries.row.astype(np.int64), entries.col.astype(np.int64), entries.data
    tied = (rows != columns) & (values != 0) & ~np.isnan(values)
    rows, columns, values = rows[tied], columns[tied], values[tied]
    endless = np.flatnonzero(np.isinf(values))
    if len(endless):
        r, c = rows[endless[0]], columns[endless[0]]
        raise KGError(f"The tie of nodes {r} and {c} is infinite.", cure="Weights are finite; NaN says no tie.")
    _check_symmetry(square.shape[0], rows, columns, values)
    upper = rows < columns
    a, b, weights = rows[upper], columns[upper], values[upper]
    by = np.lexsort((b, a))
    return Signed(int(square.shape[0]), a[by], b[by], np.ascontiguousarray(weights[by]))


def _check_symmetry(n: int, rows: Ints, columns: Ints, values: Floats) -> None:
    from scipy import sparse

    square = sparse.csr_array((values, (rows, columns)), shape=(n, n))
    gap = abs(square - square.T).tocoo()
    largest = float(np.abs(values).max(initial=0.0))
    wrong = np.flatnonzero(gap.data > 1e-9 * largest)
    if len(wrong):
        r, c = sorted((int(gap.row[wrong[0]]), int(gap.col[wrong[0]])))
        there, back = float(square[r, c]), float(square[c, r])
        raise KGError(
            f"The network is not symmetric: cell ({r}, {c}) is {there:g}, cell ({c}, {r}) is {back:g} (0: no tie).",
            cure="Give both directions the same number, for example their mean.",
        )


def first_seen(labels: npt.NDArray[Any]) -> Ints:
    """The same groups numbered from 0 in the order in which they first appear."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[inverse.reshape(-1)]


def by_size(labels: npt.NDArray[Any]) -> Ints:
    """The same groups numbered from 0 by falling size, equal sizes in the order in which they first appear."""
    plain = first_seen(labels)
    counts = np.bincount(plain)
    rank = np.empty(len(counts), dtype=np.int64)
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    return rank[plain]


def canonical(network: Signed) -> Ints:
    """An order of the nodes that follows from their ties and not from their numbers, as far as ties tell them apart.

    Colour refinement (Weisfeiler and Leman 1968): nodes are sorted by degree, then by the colours of their
    neighbours, and again. Nodes that stay alike keep the order they came in. A search that starts from this order
    finds the same whichever way the rows of a matrix were sorted.
    """
    if len(network) == 0:
        return np.arange(network.n, dtype=np.int64)
    scale = float(np.abs(network.weights).max())
    ties = network.matrix(network.weights / scale)
    shade = np.asarray(np.sqrt(abs(ties).sum(axis=1)) + 3.0 * np.asarray(ties.sum(axis=1))).reshape(-1)
    colours, count = _rank(shade), 0
    for _ in range(network.n):
        if colours.max() + 1 == count:
            break
        count = int(colours.max()) + 1
        # A fixed irregular number a colour: sums of them tell multisets of neighbours apart.
        mark = np.mod(np.sin(colours + 1.0) * 43_758.5453, 1.0) + 0.1
        around = np.asarray(ties @ mark) + np.asarray(abs(ties) @ np.square(mark))
        rounded = np.round(around, 7)
        by = np.lexsort((rounded, colours))
        step = (np.diff(colours[by]) != 0) | (np.diff(rounded[by]) > 1e-6)
        colours = np.empty(network.n, dtype=np.int64)
        colours[by] = np.concatenate([[0], np.cumsum(step)])
    return np.argsort(colours, kind="stable")


def _rank(values: Floats) -> Ints:
    by = np.argsort(values, kind="stable")
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[by] = np.concatenate([[0], np.cumsum(np.diff(values[by]) > 1e-7)])
    return ranks
