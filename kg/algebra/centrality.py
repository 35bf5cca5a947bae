"""Who is central, who stands between groups, and who is on good terms with both sides of a quarrel.

Formulas, papers and figures: docs/methods/structure.md. Every function takes a symmetric matrix (array or scipy
sparse; NaN and 0 are no tie; the diagonal is ignored) and gives an array with a number a node.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.algebra.coded import one_of
from kg.algebra.signed import Floats, Ints, Signed, first_seen, signed
from kg.errors import KGError

PARTS = ("positive", "negative", "any", "signed")
# Eigenvalues closer than this share of the largest are one eigenvalue.
SAME = 1e-9


@dataclass(frozen=True)
class Degrees:
    """Ties of each node by sign: numbers (``positive``, ``negative``) and sums of |weight| (``for_``, ``against``)."""

    positive: Ints
    negative: Ints
    for_: Floats
    against: Floats

    @property
    def total(self) -> Ints:
        """All ties."""
        return self.positive + self.negative

    @property
    def net(self) -> Ints:
        """Positive less negative ties."""
        return self.positive - self.negative

    @property
    def ratio(self) -> Floats:
        """Positive ties in all ties, 0 … 1; NaN for a node without any."""
        return np.divide(self.positive, self.total, out=np.full(len(self.total), np.nan), where=self.total > 0)

    @property
    def strength(self) -> Floats:
        """The sum of the weights with their signs."""
        return self.for_ - self.against


def degrees(matrix: Any) -> Degrees:
    """Degree and strength of each node, positive and negative ties apart. A node without ties has 0."""
    network = signed(matrix)
    plus, minus = network.positive(), network.keep(network.weights < 0)

    def both(part: Signed, weights: Floats | None) -> npt.NDArray[Any]:
        return np.bincount(part.a, weights, network.n) + np.bincount(part.b, weights, network.n)

    return Degrees(
        both(plus, None), both(minus, None), both(plus, plus.weights), both(minus, np.abs(minus.weights))
    )


def _part(network: Signed, part: str) -> Signed:
    """Ties of one sign, or all of them, with |weight|; or as they are for "signed"."""
    one_of(part, PARTS, "part")
    if part == "signed":
        return network
    kept = network if part == "any" else network.keep((network.weights > 0) == (part == "positive"))
    return Signed(kept.n, kept.a, kept.b, np.abs(kept.weights))


def eigenvector(matrix: Any, *, part: str = "positive") -> Floats:
    """The eigenvector of the largest eigenvalue, scaled so that its largest entry is 1 (Bonacich 1972).

    *part*: "positive" ties (0 … 1), "negative", "any" sign by |weight|, or "signed": then entries run from −1 to 1
    and their signs tell two camps apart (Bonacich and Lloyd 2004). The entry of largest size is positive, the
    first of several. Where the largest eigenvalue has several eigenvectors (parts of a network that are equally
    strong), the one nearest to equal entries is taken, so that alike nodes are alike; where that does not exist
    either, NaN: the network has no such ranking. All 0 without ties.
    """
    network = _part(signed(matrix), part)
    if not len(network):
        return np.zeros(network.n)
    values, vectors = np.linalg.eigh(network.dense())
    top = vectors[:, values > values[-1] - SAME * abs(values[-1])]
    vector = top[:, 0] if top.shape[1] == 1 else top @ top.sum(axis=0)
    size = float(np.abs(vector).max())
    if size < 1e-8:
        return np.full(network.n, np.nan)
    vector = np.where(np.abs(vector) < 1e-12 * size, 0.0, vector / size)
    return np.asarray(vector * np.sign(vector[int(np.argmax(np.abs(vector) > 1 - 1e-9))]))


def pn(matrix: Any) -> Floats:
    """PN centrality (Everett and Borgatti 2014): (I − (P − 2 N) / (2 n − 2))⁻¹ 1, P and N the ties by sign.

    A positive tie to a central node adds, a negative one takes away, twice. 1 without ties, at most 2 (all tied
    positively); weights do not count. NaN for a single node, which has nobody to be compared with.
    """
    network = signed(matrix)
    if network.n < 2:
        return np.full(network.n, np.nan)
    square = network.dense(np.where(network.weights > 0, 1.0, -2.0))
    return np.asarray(np.linalg.solve(np.eye(network.n) - square / (2 * network.n - 2), np.ones(network.n)))


def _graph(network: Signed) -> Any:
    import networkx

    graph = networkx.Graph()
    graph.add_nodes_from(range(network.n))
    graph.add_weighted_edges_from(
        zip(network.a.tolist(), network.b.tolist(), network.weights.tolist(), strict=True), weight="weight"
    )
    # The stronger a tie, the nearer its ends.
    for *_, data in graph.edges(data=True):
        data["distance"] = 1 / data["weight"]
    return graph


def betweenness(matrix: Any, *, part: str = "positive", weighted: bool = False) -> Floats:
    """The share of shortest paths between others that pass through a node, 0 … 1 (Freeman 1977), by networkx.

    Paths run over the ties of one *part* ("positive", "negative" or "any"); *weighted* makes a tie 1 / |weight|
    long. Pairs without a path have none to share.
    """
    import networkx

    network = _part(signed(matrix), _unsigned(part))
    found = networkx.betweenness_centrality(_graph(network), weight="distance" if weighted else None)
    return np.array([found[v] for v in range(network.n)], dtype=np.float64)


def closeness(matrix: Any, *, part: str = "positive", weighted: bool = False) -> Floats:
    """How near all others are, 0 … 1, by networkx: (r / (n − 1)) · (r / Σ distances), r the nodes within reach.

    The correction of Wasserman and Faust (1994) for parts that do not reach one another; 0 for a node without
    ties. *part* and *weighted* as in ``betweenness``.
    """
    import networkx

    network = _part(signed(matrix), _unsigned(part))
    found = networkx.closeness_centrality(_graph(network), distance="distance" if weighted else None)
    return np.array([found[v] for v in range(network.n)], dtype=np.float64)


def core(matrix: Any, *, part: str = "positive") -> Ints:
    """The core number (Seidman 1983): the largest k so that the node is in a set where each has k ties or more."""
    import networkx

    network = _part(signed(matrix), _unsigned(part))
    found = networkx.core_number(_graph(network)) if network.n else {}
    return np.array([found[v] for v in range(network.n)], dtype=np.int64)


def _unsigned(part: str) -> str:
    return one_of(part, PARTS[:3], "part")


def constraint(matrix: Any, *, part: str = "positive") -> Floats:
    """Burt's (1992) constraint: Σ_j (p_ij + Σ_q p_iq p_qj)² over the neighbours j of i, p_ij = a_ij / Σ_k a_ik.

    Low where a node's contacts do not know one another, so that it can broker between them; above 1 is possible
    for nodes with few contacts. NaN without ties of the *part*.
    """
    network = _part(signed(matrix), _unsigned(part))
    square = network.products()
    total = np.asarray(square.sum(axis=1), dtype=np.float64).reshape(-1)
    inverse = np.divide(1.0, total, out=np.zeros(network.n), where=total > 0)
    share = square * inverse[:, None]
    through = share + share @ share
    known = square != 0
    found = np.asarray((through * through * known).sum(axis=1), dtype=np.float64).reshape(-1)
    return np.where(total > 0, found, np.nan)


@dataclass(frozen=True)
class Brokerage:
    """How often each node connects two others who are not tied to one another, by the groups of the three.

    ``coordinator``: all of one group. ``consultant``: the two of one group, the broker of another.
    ``gatekeeper``: the broker of the group of one of the two (ties have no direction here, so that gatekeeper and
    representative are one). ``liaison``: three groups. Pairs are counted once.
    """

    coordinator: Ints
    consultant: Ints
    gatekeeper: Ints
    liaison: Ints

    @property
    def total(self) -> Ints:
        """All pairs that a node connects."""
        return self.coordinator + self.consultant + self.gatekeeper + self.liaison


def brokerage(matrix: Any, partition: Sequence[Any] | npt.NDArray[Any], *, part: str = "positive") -> Brokerage:
    """Roles of Gould and Fernandez (1989) in the ties of one *part*, for a partition into groups (a label a node).

    Raises KGError where the partition has another length than the network.
    """
    network = _part(signed(matrix), _unsigned(part))
    labels = np.asarray(partition)
    if labels.shape != (network.n,):
        raise KGError(f"The partition has {labels.size} labels for {network.n} nodes.", cure="Give one a node.")
    roles = np.zeros((network.n, 4), dtype=np.int64)
    if network.n:
        groups = first_seen(labels)
        ties = network.matrix(np.ones(len(network)))
        for node in range(network.n):
            near = ties.indices[ties.indptr[node] : ties.indptr[node + 1]]
            if len(near) > 1:
                roles[node] = _roles(ties[near][:, near], groups[near], int(groups[node]))
    return Brokerage(*(roles[:, i] for i in range(4)))


def _roles(ties: Any, groups: Ints, own: int) -> Ints:
    """Pairs of contacts that are not tied, by role: all pairs of groups less those with a tie."""
    found, inverse = np.unique(groups, return_inverse=True)
    sizes = np.bincount(inverse).astype(np.int64)
    pairs = np.outer(sizes, sizes)
    np.fill_diagonal(pairs, sizes * (sizes - 1))
    tied = ties.tocoo()
    np.subtract.at(pairs, (inverse[tied.row], inverse[tied.col]), 1)
    mine = found == own
    inside = int(pairs[mine][:, mine].sum()) // 2
    same = int(np.diag(pairs)[~mine].sum()) // 2
    mixed = int(pairs[mine][:, ~mine].sum())
    return np.array([inside, same, mixed, int(pairs.sum()) // 2 - inside - same - mixed], dtype=np.int64)


@dataclass(frozen=True)
class Mediators:
    """Nodes with positive ties to both ends of negative ties.

    ``count``: the quarrels a node is on good terms with both sides of; ``share``: of all negative ties that are
    not its own (NaN without any); ``strength``: the sum over these quarrels of |w| of the quarrel times the
    weaker of the node's two ties.
    """

    count: Ints
    share: Floats
    strength: Floats


def mediators(matrix: Any) -> Mediators:
    """M_i = Σ over negative ties (a, b) of [i tied positively to a and to b]; range 0 … the quarrels of others.

    The node that faces the negative tie of a triangle ++−: by balance theory under strain, and so the one with
    something to gain from settling it (Heider 1946; Simmel's third party). A missing tie mediates nothing.
    """
    network = signed(matrix)
    count, strength = np.zeros(network.n, dtype=np.int64), np.zeros(network.n)
    plus = network.positive().matrix()
    quarrels = np.flatnonzero(network.weights < 0)
    for tie in quarrels.tolist():
        common, left, right = _common(plus, int(network.a[tie]), int(network.b[tie]))
        count[common] += 1
        strength[common] += -network.weights[tie] * np.minimum(left, right)
    own = np.bincount(network.a[quarrels], minlength=network.n) + np.bincount(network.b[quarrels], minlength=network.n)
    others = len(quarrels) - own
    share = np.divide(count, others, out=np.full(network.n, np.nan), where=others > 0)
    return Mediators(count, share, strength)


def _common(ties: Any, first: int, second: int) -> tuple[Ints, Floats, Floats]:
    here, there = (slice(ties.indptr[v], ties.indptr[v + 1]) for v in (first, second))
    common, left, right = np.intersect1d(ties.indices[here], ties.indices[there], return_indices=True)
    return common.astype(np.int64), ties.data[here][left], ties.data[there][right]


def mediated(matrix: Any, node: int) -> Ints:
    """The quarrels (k × 2 node numbers) that a node is on good terms with both sides of: the evidence of its count."""
    network = signed(matrix)
    if not 0 <= node < network.n:
        raise KGError(f"There is no node {node} among {network.n}.", cure="Nodes are numbered from 0.")
    friend = np.zeros(network.n, dtype=bool)
    plus = network.positive()
    friend[plus.b[plus.a == node]] = friend[plus.a[plus.b == node]] = True
    which = (network.weights < 0) & friend[network.a] & friend[network.b]
    return np.column_stack([network.a[which], network.b[which]])
