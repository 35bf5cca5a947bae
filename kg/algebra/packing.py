"""A lower bound on frustration without a solver: negative cycles that share no more of a tie than it weighs."""

from __future__ import annotations

import time
from collections import deque

import numpy as np
import numpy.typing as npt

from kg.algebra.cycles import Ties
from kg.algebra.signed import Ints

# What counts as nothing, as a share of a tie's weight.
CRUMB = 1e-9
# Ways that are taken up at a time when one more is to be fitted in.
REROUTED = 60


class Packing:
    """Every tie that *sides* leave frustrated sends its weight over ways of satisfied ties, from end to end.

    A tie and its way are a negative cycle, and no partition satisfies all of it; so what arrives bounds the
    frustration from below, and where all of it arrives, the partition is optimal. (It is a flow of many goods, at
    its best the dual of the linear program over negative cycles.) ``left`` is the room on each tie, ``owed`` what has
    not been sent, ``ways`` the ways of each tie with their amounts.
    """

    def __init__(self, ties: Ties, sides: Ints) -> None:
        network = ties.network
        self.ties = ties
        self.sizes = np.abs(network.weights)
        bad = network.weights * sides[network.a] * sides[network.b] < 0
        self.left = np.where(bad, 0.0, self.sizes)
        self.owed = np.where(bad, self.sizes, 0.0)
        self.ways: dict[int, list[tuple[Ints, float]]] = {int(t): [] for t in np.flatnonzero(bad)}
        self._users: dict[int, set[int]] = {}
        self._common: dict[int, tuple[Ints, Ints, Ints]] = {}
        wanted = np.bincount(network.a, self.owed, network.n) + np.bincount(network.b, self.owed, network.n)
        # Ties near many frustrated ones are wanted by many; the others are used first.
        self._calm = 1.0 / (1.0 + wanted / max(float(wanted.max(initial=0.0)), 1e-300))

    @property
    def total(self) -> float:
        """What has arrived: the bound."""
        return float(sum(amount for ways in self.ways.values() for _, amount in ways))

    @property
    def cycles(self) -> list[Ints]:
        """The cycles in use, as numbers of ties."""
        return [np.append(way, tie) for tie, ways in self.ways.items() for way, _ in ways]

    def fill(self) -> None:
        """Send what can be sent: in two halves over common neighbours, then over the shortest ways there are."""
        degree = np.diff(self.ties.starts)
        network = self.ties.network
        order = sorted(self.ways, key=lambda t: (min(degree[network.a[t]], degree[network.b[t]]), t))
        for tie in order:
            for _ in range(2):
                self._near(tie, self.sizes[tie] / 2)
        for tie in order:
            self._far(tie)

    def mend(self, rng: np.random.Generator, deadline: float, patience: int) -> None:
        """Take up ways around a tie that still owes, send it first and them again, and keep what is no worse.

        Ends when nothing is owed, at the deadline, or after *patience* rounds without gain.
        """
        network = self.ties.network
        turn = last = 0
        while turn - last < patience:
            turn += 1
            late = np.flatnonzero(self.owed > CRUMB * self.sizes)
            if not len(late) or time.monotonic() > deadline:
                return
            tie = int(rng.choice(late))
            near = np.concatenate([self.ties.of(int(end))[1] for end in (network.a[tie], network.b[tie])])
            full = near[self.left[near] <= CRUMB * self.sizes[near]]
            users = sorted(set().union(*(self._users.get(e, set()) for e in full.tolist())) - {tie})
            taken = [tie, *(int(t) for t in rng.permutation(np.array(users, dtype=np.int64))[:REROUTED])]
            before = (self.left.copy(), self.owed.copy(), {t: list(self.ways[t]) for t in taken})
            for other in taken:
                self._take_up(other)
            # Whole ways at one time, halves at another: some packings need halves, and more fit in whole.
            pieces = 1 + turn % 2
            for other in taken * pieces:
                self._near(other, self.sizes[other] / pieces, rng)
            for other in taken:
                self._far(other)
            if self.owed.sum() > before[1].sum() * (1 + 1e-12):
                for other in taken:
                    self._take_up(other)
                self.left, self.owed = before[0], before[1]
                for other, ways in before[2].items():
                    for way, amount in ways:
                        self._note(other, way, amount)
            elif self.owed.sum() < before[1].sum() * (1 - 1e-12):
                last = turn

    def _note(self, tie: int, way: Ints, amount: float) -> None:
        self.ways[tie].append((way, amount))
        for step in way.tolist():
            self._users.setdefault(step, set()).add(tie)

    def _send(self, tie: int, way: Ints, amount: float) -> None:
        self.left[way] -= amount
        self.owed[tie] -= amount
        self._note(tie, way, amount)

    def _take_up(self, tie: int) -> None:
        for way, amount in self.ways[tie]:
            self.left[way] += amount
            self.owed[tie] += amount
            for step in way.tolist():
                self._users[step].discard(tie)
        self.ways[tie] = []

    def _near(self, tie: int, most: float, rng: np.random.Generator | None = None) -> None:
        """Send up to *most* over common neighbours of the two ends, where there is most room first."""
        if tie not in self._common:
            (near_a, by_a), (near_b, by_b) = (
                self.ties.of(int(end)) for end in (self.ties.network.a[tie], self.ties.network.b[tie])
            )
            common, at_a, at_b = np.intersect1d(near_a, near_b, assume_unique=True, return_indices=True)
            self._common[tie] = common, by_a[at_a], by_b[at_b]
        common, first, second = self._common[tie]
        goal = min(most, float(self.owed[tie]))
        if not len(common) or goal <= CRUMB * self.sizes[tie]:
            return
        room = np.minimum(self.left[first], self.left[second])
        taste = self._calm[common] if rng is None else rng.random(len(common)) + 0.2
        while goal > CRUMB * self.sizes[tie]:
            best = int(np.argmax(np.minimum(room, goal) * taste))
            part = min(float(room[best]), goal)
            if part <= CRUMB * self.sizes[tie]:
                return
            self._send(tie, np.array([first[best], second[best]]), part)
            room[best] -= part
            goal -= part

    def _far(self, tie: int) -> None:
        network = self.ties.network
        while self.owed[tie] > CRUMB * self.sizes[tie]:
            way = self._shortest(int(network.a[tie]), int(network.b[tie]), self.left > CRUMB * self.sizes)
            if way is None:
                return
            self._send(tie, way, min(float(self.owed[tie]), float(self.left[way].min())))

    def _shortest(self, start: int, end: int, open_: npt.NDArray[np.bool_]) -> Ints | None:
        """The ties of a shortest way with room, or None."""
        came: dict[int, tuple[int, int]] = {start: (-1, -1)}
        queue = deque([start])
        while queue:
            node = queue.popleft()
            others, numbers = self.ties.of(node)
            free = open_[numbers]
            for other, number in zip(others[free].tolist(), numbers[free].tolist(), strict=True):
                if other not in came:
                    came[other] = (node, number)
                    if other == end:
                        way = []
                        while other != start:
                            other, number = came[other]
                            way.append(number)
                        return np.array(way, dtype=np.int64)
                    queue.append(other)
        return None
