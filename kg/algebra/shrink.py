"""A signed network made smaller without changing its frustration: what the search for the optimum starts with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from kg.algebra.signed import Floats, Ints, Signed

# Ties of a node that cancel up to rounding leave no tie.
NOTHING = 1e-12


@dataclass
class Shrunk:
    """Nodes joined to a neighbour whose side they share (or oppose) in some optimal partition.

    ``around`` is node → neighbour → signed weight of what is left, ``paid`` the frustration that every partition
    has by now, ``joined`` the steps (node, other, sign) in their order: node is on *sign* × the side of other.
    """

    around: dict[int, dict[int, float]]
    paid: float = 0.0
    joined: list[tuple[int, int, int]] = field(default_factory=list)

    @classmethod
    def of(cls, network: Signed) -> Shrunk:
        """All of a network, its isolated nodes included."""
        around: dict[int, dict[int, float]] = {v: {} for v in range(network.n)}
        for a, b, w in zip(network.a.tolist(), network.b.tolist(), network.weights.tolist(), strict=True):
            around[a][b] = around[b][a] = w
        return cls(around)

    def join(self, node: int, other: int, sign: int) -> None:
        """Put *node* on *sign* × the side of *other*; parallel ties merge, and opposite ones cost the smaller."""
        for third, weight in self.around.pop(node).items():
            del self.around[third][node]
            moved = sign * weight
            if third == other:
                self.paid += max(-moved, 0.0)
                continue
            old = self.around[other].get(third, 0.0)
            if old * moved < 0:
                self.paid += min(abs(old), abs(moved))
            left = old + moved
            if abs(left) <= NOTHING * max(abs(old), abs(moved)):
                del self.around[other][third], self.around[third][other]
            else:
                self.around[other][third] = self.around[third][other] = left
        self.joined.append((node, other, sign))

    def exhaust(self) -> None:
        """Join every node to a neighbour that weighs at least as much as all its other ties together.

        Some optimal partition keeps such a tie satisfied: where it is not, moving the node to the other side costs
        no more than it saves. Leaves, bridges and nodes of degree two go this way, and what merging makes heavy.
        """
        waiting = dict.fromkeys(sorted(self.around))
        while waiting:
            node = next(iter(waiting))
            del waiting[node]
            ties = self.around.get(node)
            if not ties:
                continue
            other = min(ties, key=lambda v: (-abs(ties[v]), v))
            if 2 * abs(ties[other]) >= sum(abs(w) for w in ties.values()) * (1 - NOTHING):
                sign = 1 if ties[other] > 0 else -1
                waiting.update(dict.fromkeys(v for v in ties if v != other))
                self.join(node, other, sign)
                waiting[other] = None

    def network(self) -> tuple[Ints, Signed]:
        """What is left: the names of its nodes, and the network renumbered."""
        names = np.array(sorted(v for v, ties in self.around.items() if ties), dtype=np.int64)
        place = {v: i for i, v in enumerate(names.tolist())}
        ties = [
            (i, place[u], w) for v, i in place.items() for u, w in sorted(self.around[v].items()) if i < place[u]
        ]
        a, b, weights = zip(*ties, strict=True) if ties else ((), (), ())
        return names, Signed(
            len(names), np.array(a, dtype=np.int64), np.array(b, dtype=np.int64), np.array(weights, dtype=np.float64)
        )

    def sides(self, names: Ints, found: Ints, n: int) -> Ints:
        """Sides (±1) of all *n* nodes from those *found* for the nodes that were left."""
        side = np.ones(n, dtype=np.int64)
        side[names] = found
        for node, other, sign in reversed(self.joined):
            side[node] = sign * side[other]
        return side


def blocks(network: Signed) -> Iterator[tuple[Ints, Signed]]:
    """The biconnected blocks: frustration adds up over them, because every cycle lies in one.

    Yields the names of the nodes and the block renumbered, in the order of their smallest nodes.
    """
    import networkx

    graph = networkx.Graph()
    graph.add_edges_from(zip(network.a.tolist(), network.b.tolist(), strict=True))
    ties = {
        (a, b): w for a, b, w in zip(network.a.tolist(), network.b.tolist(), network.weights.tolist(), strict=True)
    }
    for found in sorted(
        sorted((min(e), max(e)) for e in block) for block in networkx.biconnected_component_edges(graph)
    ):
        names = np.unique(np.array(found, dtype=np.int64))
        pairs = np.searchsorted(names, np.array(found, dtype=np.int64).reshape(-1, 2))
        weights = np.array([ties[e] for e in found], dtype=np.float64)
        yield names, Signed(len(names), pairs[:, 0], pairs[:, 1], weights)


def glue(n: int, parts: list[tuple[Ints, Ints]]) -> Ints:
    """Sides of *n* nodes from the sides within each block, which share at most one node and form no ring."""
    leader = np.arange(n)
    relation = np.ones(n, dtype=np.int64)

    def top(node: int) -> tuple[int, int]:
        sign, path = 1, []
        while leader[node] != node:
            path.append(node)
            node = int(leader[node])
        for step in reversed(path):
            sign *= int(relation[step])
            leader[step], relation[step] = node, sign
        return node, sign

    for names, sides in parts:
        first, here = top(int(names[0]))
        for node, side in zip(names[1:].tolist(), sides[1:].tolist(), strict=True):
            root, sign = top(node)
            if root != first:
                leader[root], relation[root] = first, here * sign * side * int(sides[0])
    return np.array([top(v)[1] for v in range(n)], dtype=np.int64)


def two_colours(network: Signed) -> tuple[Ints, Ints]:
    """Sides (±1) along a spanning forest found breadth first, and each node's parent in it (−1 for a root).

    In a balanced network no tie is frustrated under these sides, and in an unbalanced one some tie is.
    """
    ties = network.matrix()
    side = np.zeros(network.n, dtype=np.int64)
    parent = np.full(network.n, -1, dtype=np.int64)
    for root in range(network.n):
        if side[root]:
            continue
        side[root] = 1
        queue = [root]
        for node in queue:
            start, end = ties.indptr[node], ties.indptr[node + 1]
            for other, weight in zip(ties.indices[start:end].tolist(), ties.data[start:end].tolist(), strict=True):
                if not side[other]:
                    side[other] = side[node] if weight > 0 else -side[node]
                    parent[other] = node
                    queue.append(other)
    return side, parent


def frustrated(network: Signed, sides: Ints) -> Floats:
    """|weight| of each tie that the sides leave frustrated, 0 of the others."""
    return np.where(network.weights * sides[network.a] * sides[network.b] < 0, np.abs(network.weights), 0.0)
