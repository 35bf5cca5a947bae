"""The layout of large networks: groups apart, nothing on top of each other, the same every time."""

from __future__ import annotations

import itertools
import subprocess
import sys
from random import Random

import numpy as np
import pytest

from kg.pages.groups import levels
from kg.pages.layout import Box, place
from kg.pages.spread import BETWEEN, Spread, spread

Ties = list[tuple[int, int, float]]


def camps(count: int, size: int, seed: int = 3) -> Ties:
    """Camps of ``size`` nodes, ten ties in them for one between them, a hub in each."""
    random = Random(seed)
    ties: Ties = []
    for node in range(count):
        camp = node // size
        ties.append((node, camp * size, 1.0))
        for _ in range(2):
            ties.append((node, camp * size + random.randrange(size), 1.0))
        if random.random() < 0.3:
            ties.append((node, random.randrange(count), 1.0))
    return [(a, min(b, count - 1), w) for a, b, w in ties]


SHAPES: dict[str, tuple[int, Ties]] = {
    "camps": (1_600, camps(1_600, 80)),
    "a star": (900, [(0, node, 1.0) for node in range(1, 900)]),
    "a path": (900, [(node, node + 1, 1.0) for node in range(899)]),
    "a ring with chords": (900, [(node, (node * step + 1) % 900, 1.0) for step in (1, 2) for node in range(900)]),
    "no ties": (400, []),
    "pairs": (400, [(node, node + 1, 1.0) for node in range(0, 400, 2)]),
    "one camp and many loose ends": (700, camps(400, 40) + [(node, node + 1, 2.0) for node in range(400, 600, 5)]),
    "all with all": (310, [(a, b, 1.0) for a in range(310) for b in range(a)]),
    "loops and parallel ties": (320, [(n, n, 1.0) for n in range(320)] + [(n, n // 2, 3.0) for n in range(320)] * 3),
}


@pytest.fixture(scope="module", params=list(SHAPES))
def shape(request: pytest.FixtureRequest) -> tuple[int, Ties, Spread]:
    count, ties = SHAPES[request.param]
    return count, ties, spread([9.0] * count, ties)


def test_every_node_has_a_place_of_its_own(shape: tuple[int, Ties, Spread]) -> None:
    """All positions are finite, and no node covers another."""
    count, _, found = shape
    assert found.positions.shape == (count, 2)
    assert np.isfinite(found.positions).all()
    order = np.argsort(found.positions[:, 0])
    spots = found.positions[order]
    for ahead in range(1, 40):
        apart = np.sqrt(((spots[ahead:] - spots[:-ahead]) ** 2).sum(1))
        assert apart.min() > 2 * 9.0 * 0.9


def test_a_layout_is_no_line(shape: tuple[int, Ties, Spread]) -> None:
    """Whatever the network is like, its drawing is neither flat nor endless."""
    count, _, found = shape
    wide, high = found.positions.max(0) - found.positions.min(0)
    assert 1 / 4 < wide / high < 5
    # Some twenty times the room that the nodes themselves need is the most that is used.
    assert wide * high < 25 * count * (18 + BETWEEN) ** 2


def test_nodes_stay_on_the_disc_of_their_group(shape: tuple[int, Ties, Spread]) -> None:
    """A group is in one place: its members lie around its centre, and discs of one part do not overlap."""
    _, _, found = shape
    away = np.sqrt(((found.positions - found.centres[found.group]) ** 2).sum(1))
    assert (away <= found.radii[found.group] * 1.15 + 40).all()
    between = np.sqrt(((found.centres[:, None] - found.centres[None]) ** 2).sum(2))
    wanted = found.radii[:, None] + found.radii[None]
    np.fill_diagonal(between, np.inf)
    assert (between > wanted * 0.97).all()


def test_camps_are_apart() -> None:
    """Two of one camp are far nearer to each other than two of different camps, and the groups are the camps."""
    count, ties = SHAPES["camps"]
    found = spread([9.0] * count, ties)
    camp = np.arange(count) // 80
    spots = found.positions
    centres = np.array([spots[camp == one].mean(0) for one in range(20)])
    inside = np.sqrt(((spots - centres[camp]) ** 2).sum(1)).mean()
    across = np.sqrt(((centres[:, None] - centres[None]) ** 2).sum(2))
    assert across[across > 0].mean() > 3.5 * inside
    same = [len(set(found.group[camp == one])) for one in range(20)]
    assert np.mean(same) < 2.5


def test_heavier_ties_are_shorter() -> None:
    """In one group, ties that count ten times as much are shorter on average."""
    random = Random(5)
    ties: Ties = [(a, random.randrange(a), random.choice((1.0, 40.0))) for a in range(1, 400) for _ in range(3)]
    found = spread([8.0] * 400, ties)
    length = np.array([np.linalg.norm(found.positions[a] - found.positions[b]) for a, b, _ in ties])
    weight = np.array([w for *_, w in ties])
    assert length[weight > 1].mean() < 0.9 * length[weight == 1].mean()


def test_the_order_and_direction_of_ties_do_not_matter() -> None:
    """The same ties the other way round and in another order give the same positions, to the last bit."""
    count, ties = SHAPES["camps"]
    turned = [(b, a, w) for a, b, w in ties]
    Random(1).shuffle(turned)
    assert spread([9.0] * count, ties).positions.tobytes() == spread([9.0] * count, turned).positions.tobytes()


def test_another_process_finds_the_same_positions() -> None:
    """Nothing depends on the hashes or the memory of a process."""
    script = (
        "import hashlib; from kg.pages.spread import spread; "
        "ties = [(n, (n * s + 1) % 700, 1.0) for s in (1, 3) for n in range(700)]; "
        "print(hashlib.sha256(spread([9.0] * 700, ties).positions.tobytes()).hexdigest())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script], check=True, capture_output=True, text=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1


def test_a_difference_in_the_last_digit_dies_out() -> None:
    """Sizes that differ by a rounding error give the same picture, so that another processor draws the same page."""
    count, ties = SHAPES["camps"]
    one = spread([9.0] * count, ties).positions
    other = spread([9.0 * (1 + 1e-15)] * count, ties).positions
    assert (one == other).mean() > 0.99


def test_levels_nest_from_fine_to_coarse() -> None:
    """Each level of groups is made of whole groups of the level before, and has fewer."""
    ends = np.array(sorted({(min(a, b), max(a, b)) for a, b, _ in SHAPES["camps"][1] if a != b}))
    nested = levels(1_600, ends, np.ones(len(ends)))
    assert len(nested) >= 2
    for fine, coarse in itertools.pairwise(nested):
        assert len(set(coarse.tolist())) < len(set(fine.tolist()))
        assert len(set(zip(fine.tolist(), coarse.tolist(), strict=True))) == len(set(fine.tolist()))
    assert levels(3, np.zeros((0, 2), dtype=np.intp), np.zeros(0)) == []


def test_place_serves_large_networks_in_both_directions() -> None:
    """The door that every page uses gives a wide picture for a wide stage and a tall one for a tall stage."""
    count, ties = SHAPES["a ring with chords"]
    boxes = [Box(9, 60, 16)] * count
    for aspect in (1.2, 0.55):
        spots = np.array(place(boxes, ties, aspect=aspect))
        wide, high = spots.max(0) - spots.min(0)
        assert (wide > high) == (aspect > 1)
        assert len(set(map(tuple, spots.tolist()))) == count


def test_nothing_and_one() -> None:
    """No node and one node are laid out too."""
    assert len(spread([], []).positions) == 0
    assert spread([9.0], [(0, 0, 1.0)]).positions.tolist() == [[0.0, 0.0]]
