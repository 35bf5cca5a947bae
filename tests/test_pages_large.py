"""The page of a large network, in a real browser: its own canvas, never a hairball, and told what is not drawn."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser import Opened, Opener, opened
from page_examples import SMALL

from benchmarks.pages import network
from kg.errors import KGError
from kg.pages import Document, network_page

pytestmark = pytest.mark.browser
COUNT = 1_700


@pytest.fixture(scope="module")
def document() -> Document:
    return network(COUNT)


@pytest.fixture(scope="module")
def file(document: Document, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("large") / "page.html"
    file.write_text(network_page(document), encoding="utf-8", newline="\n")
    return file


def parts(seen: Opened) -> dict[str, Any]:
    """What is drawn at the moment: ids of ties and actors, and the groups."""
    found: dict[str, Any] = seen.page.evaluate("kgPage.shownParts()")
    return found


def silent(seen: Opened) -> bool:
    return seen.requests == [] and seen.complaints == []


def zoom_in(seen: Opened, times: int) -> None:
    for _ in range(times):
        seen.page.click("#zoom-in")
    seen.still()


def test_large_pages_carry_no_foreign_engine(file: Path, browser: Any) -> None:
    """The page draws by itself: no vis-network in it, and all its scripts are allowed by their hashes."""
    text = file.read_text(encoding="utf-8")
    assert text.count('<script type="text/plain" class="packed"') == 1
    with opened(browser, file) as seen:
        assert seen.page.evaluate("typeof vis") == "undefined"
        assert seen.page.locator("#picture canvas").count() == 1
        assert silent(seen)


def test_the_first_picture_is_no_hairball_and_says_so(file: Path, browser: Any, document: Document) -> None:
    """At first only some ties are drawn, between some actors; how many of how many is said."""
    with opened(browser, file) as seen:
        found = parts(seen)
        assert 0 < len(found["ties"]) < len(document.edges) / 2
        assert 20 < len(found["actors"]) < COUNT
        assert sum(group["closed"] for group in found["groups"]) >= 5
        seen.says("#not-drawn", f"{len(found['ties']):,} of {len(document.edges):,} ties drawn: the strongest")
        seen.says("#not-drawn", "groups closed: click to open")
        weight = {edge.id: len(edge.statements) for edge in document.edges}
        assert max(weight.values()) in {weight[tie] for tie in found["ties"]}


def test_everything_can_be_drawn(file: Path, browser: Any, document: Document) -> None:
    """One button draws every tie and every actor, and takes it back; the link remembers."""
    with opened(browser, file) as seen:
        seen.page.click(".detail button")
        seen.says("#not-drawn", f"All {len(document.edges):,} ties drawn.")
        found = parts(seen)
        assert len(found["ties"]) == len(document.edges)
        assert len(found["actors"]) == COUNT
        seen.until("() => kgPage.link().includes('draw=all')")
        seen.page.click(".detail button")
        seen.says("#not-drawn", "the strongest")
        assert silent(seen)
    with opened(browser, file, fragment="draw=all") as seen:
        seen.says("#not-drawn", f"All {len(document.edges):,} ties drawn.")


def test_a_closed_group_opens_on_a_click(file: Path, browser: Any) -> None:
    """A click on the disc of a group comes nearer and shows everybody in it."""
    with opened(browser, file) as seen:
        before = parts(seen)
        number = next(i for i, group in enumerate(before["groups"]) if group["closed"] and group["radius"] > 25)
        seen.until("() => kgPage.labels().length > 3")
        # Anywhere on the disc that is no actor and no line.
        group = before["groups"][number]
        for across, down in itertools.product((0.8, -0.8, 0.55, -0.55, 0.3), (0.05, 0.4, -0.4, 0.55, -0.55)):
            seen.click_at({"x": group["x"] + across * group["radius"], "y": group["y"] + down * group["radius"]})
            if f"open={number}" in seen.link():
                break
        seen.until("number => kgPage.link().split('&').includes('open=' + number)", number)
        seen.until("number => !kgPage.shownParts().groups[number].closed", number)
        seen.still()
        assert parts(seen)["groups"][number]["radius"] > group["radius"]
        assert silent(seen)


def test_groups_open_when_one_comes_near(file: Path, browser: Any) -> None:
    """Zooming in opens the groups and draws all that is in view; zooming out closes them again."""
    with opened(browser, file) as seen:
        closed = sum(group["closed"] for group in parts(seen)["groups"])
        zoom_in(seen, 7)
        seen.until("() => kgPage.shownParts().groups.every(group => !group.closed)")
        seen.says("#not-drawn", "in view")
        seen.page.click("#zoom-fit")
        seen.still()
        assert sum(group["closed"] for group in parts(seen)["groups"]) == closed


def pulled(seen: Opened, start: tuple[float, float], actor: str) -> tuple[float, float]:
    """How far an actor goes when the mouse pulls from ``start`` by 60 pixels to the right and 40 down."""
    before = seen.page.evaluate("id => kgPage.actorPoint(id)", actor)
    seen.page.mouse.move(*start)
    seen.page.mouse.down()
    seen.page.mouse.move(start[0] + 60, start[1] + 40, steps=6)
    seen.page.mouse.up()
    seen.still()
    after = seen.page.evaluate("id => kgPage.actorPoint(id)", actor)
    return after["x"] - before["x"], after["y"] - before["y"]


def empty_spot(seen: Opened) -> tuple[float, float]:
    """The point of a grid over the picture that is farthest from every actor."""
    box = seen.page.locator("#picture").bounding_box()
    actors = seen.page.evaluate("ids => ids.map(id => kgPage.actorPoint(id))", parts(seen)["actors"])
    grid = [
        (box["x"] + box["width"] * across / 10, box["y"] + box["height"] * down / 10)
        for across in range(2, 8)
        for down in range(2, 8)
    ]
    return max(grid, key=lambda at: min((a["x"] - at[0]) ** 2 + (a["y"] - at[1]) ** 2 for a in actors))


def test_wheel_and_drag_move_the_picture(file: Path, browser: Any) -> None:
    """The wheel zooms about the pointer, and a drag carries the picture along."""
    with opened(browser, file) as seen:
        actor = parts(seen)["actors"][0]
        seen.page.mouse.move(700, 400)
        seen.page.mouse.wheel(0, -600)
        seen.until("() => kgPage.link().includes('camera=')")
        seen.still()
        assert pulled(seen, empty_spot(seen), actor) == (pytest.approx(60, abs=12), pytest.approx(40, abs=10))
        assert silent(seen)


@pytest.mark.parametrize("engine", ["vis", "canvas"])
def test_an_actor_can_be_pulled_elsewhere(engine: str, open_page: Opener) -> None:
    """A drag that begins on an actor takes it along with its ties; nothing is chosen, the others and the link stay."""
    with open_page(replace(SMALL, engine=engine)) as seen:  # type: ignore[arg-type]
        one, other = SMALL.nodes[0].id, SMALL.nodes[1].id
        tie = next(edge.id for edge in SMALL.edges if {edge.source, edge.target} == {one, other})
        still = seen.page.evaluate("id => kgPage.actorPoint(id)", other)
        middle = seen.page.evaluate("id => kgPage.edgePoint(id)", tie)
        at = seen.point("actor", one)
        assert pulled(seen, (at["x"], at["y"]), one) == (pytest.approx(60, abs=12), pytest.approx(40, abs=10))
        assert seen.page.evaluate("id => kgPage.actorPoint(id)", other) == pytest.approx(still, abs=1)
        assert seen.page.evaluate("id => kgPage.edgePoint(id)", tie) != pytest.approx(middle, abs=10)
        seen.links("")
        seen.click_actor(one)
        assert silent(seen)


def in_the_middle(seen: Opened, kind: str, ids: list[str]) -> str:
    """One of the things drawn that a pointer reaches, well inside the stage, with no other thing near it."""
    box = seen.page.locator("#picture").bounding_box()
    find = f"ids => ids.map(id => [id, kgPage.{kind}Point(id)])"
    spots = {id: (point["x"], point["y"]) for id, point in seen.page.evaluate(find, ids)}
    inside = {
        id: (x, y) for id, (x, y) in spots.items()
        if box["x"] + 60 < x < box["x"] + box["width"] - 80 and box["y"] + 80 < y < box["y"] + box["height"] - 90
    }  # fmt: skip
    others = seen.page.evaluate("ids => ids.map(id => kgPage.actorPoint(id))", parts(seen)["actors"])

    def free(id: str) -> float:
        x, y = inside[id]
        gaps = sorted((point["x"] - x) ** 2 + (point["y"] - y) ** 2 for point in others)
        return gaps[1] if kind == "actor" else gaps[0]

    return max(inside, key=free)


def test_an_actor_and_a_tie_show_their_evidence(file: Path, browser: Any, document: Document) -> None:
    """A click on an actor shows its neighbours and statements, a click on a line those of the tie."""
    by_id = {node.id: node for node in document.nodes}
    with opened(browser, file) as seen:
        zoom_in(seen, 7)
        actor = in_the_middle(seen, "actor", parts(seen)["actors"])
        seen.click_actor(actor)
        seen.says("#panel h2", by_id[actor].label)
        seen.says("#focus", f"Neighbours of {by_id[actor].label}")
        own = {edge.id for edge in document.edges if actor in (edge.source, edge.target)}
        seen.until("ids => ids.some(id => kgPage.shownParts().ties.includes(id))", sorted(own))
        seen.page.press("#picture", "Escape")
        seen.page.click("#zoom-fit")
        zoom_in(seen, 7)
        tie = in_the_middle(seen, "edge", parts(seen)["ties"][-40:])
        seen.click_edge(tie)
        edge = next(edge for edge in document.edges if edge.id == tie)
        seen.counts("#panel .card", len(edge.statements))
        seen.page.hover("#picture", position={"x": 5, "y": 5})
        assert silent(seen)


def test_a_chosen_actor_of_a_closed_group_is_drawn(file: Path, browser: Any, document: Document) -> None:
    """Whoever is searched for is drawn with all neighbours, wherever the picture stood and whatever is closed."""
    least = document.nodes[-1]
    ends = [{edge.source, edge.target} for edge in document.edges]
    near = set().union(*(pair for pair in ends if least.id in pair))
    with opened(browser, file) as seen:
        seen.page.fill("#query", least.label)
        seen.says("#found", least.label)
        seen.page.press("#query", "Enter")
        seen.until("id => kgPage.shownParts().actors.includes(id)", least.id)
        seen.still()
        assert near <= set(parts(seen)["actors"])
        point = seen.point("actor", least.id)
        box = seen.page.locator("#picture").bounding_box()
        assert box["x"] < point["x"] < box["x"] + box["width"]
        assert box["y"] < point["y"] < box["y"] + box["height"]


def test_filters_and_time_change_what_is_drawn(file: Path, browser: Any, document: Document) -> None:
    """A relation left out is drawn no more; a shorter period leaves fewer ties; the words follow."""
    with opened(browser, file) as seen:
        relation = {edge.id: edge.relation for edge in document.edges}
        seen.page.locator("#relations .legend input").first.click()
        hidden = seen.page.evaluate("new URLSearchParams(kgPage.link()).get('without')")
        left = sum(edge.relation != hidden for edge in document.edges)
        seen.says("#not-drawn", f"of {left:,} ties drawn")
        assert hidden not in {relation[tie] for tie in parts(seen)["ties"]}
        seen.page.click("#reset")
        seen.says("#not-drawn", f"of {len(document.edges):,} ties drawn")
        point = seen.page.evaluate("kgPage.actorPoint('a0')")
        for _ in range(3):
            seen.page.press("#to", "PageDown")
        seen.until("all => { const found = /of ([\\d,]+) ties/.exec(document.getElementById('not-drawn').innerText);"
                   " return found && Number(found[1].replaceAll(',', '')) < all; }", len(document.edges))  # fmt: skip
        assert seen.page.evaluate("kgPage.actorPoint('a0')") == point
        assert silent(seen)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (820, 1180), (1440, 900)])
@pytest.mark.parametrize("nearer", [0, 5])
def test_labels_never_overlap(file: Path, browser: Any, width: int, height: int, nearer: int) -> None:
    """No two names on the stage touch, at any width and zoom, and none runs out of it."""
    with opened(browser, file, width=width, height=height) as seen:
        zoom_in(seen, nearer)
        seen.until("() => kgPage.labels().length > 3")
        found = seen.labels()
        for one, other in itertools.combinations(found, 2):
            apart = (
                one["right"] <= other["left"] + 0.5
                or other["right"] <= one["left"] + 0.5
                or one["bottom"] <= other["top"] + 0.5
                or other["bottom"] <= one["top"] + 0.5
            )
            assert apart, (one, other)
        box = seen.page.locator("#picture").bounding_box()
        for label in found:
            assert label["left"] >= box["x"] - 1
            assert label["right"] <= box["x"] + box["width"] + 1
        assert silent(seen)


def test_the_canvas_serves_small_networks_when_asked(open_page: Opener) -> None:
    """A document can ask for the canvas: ties, loops, opposite ties and isolates are all there to be clicked."""
    with open_page(replace(SMALL, engine="canvas")) as seen:
        seen.reads("#not-drawn", "All 6 ties drawn.")
        for edge in SMALL.edges:
            seen.click_edge(edge.id)
        for node in SMALL.nodes:
            seen.click_actor(node.id)
        seen.page.press("#picture", "Escape")
        seen.page.press("#picture", "ArrowRight")
        seen.until("() => new URLSearchParams(kgPage.link()).has('actor')")
        assert silent(seen)


def test_an_unknown_engine_is_refused() -> None:
    """A document that asks for an engine that does not exist is told which there are."""
    with pytest.raises(KGError, match=r'No drawing engine "webgl"\. Take one of: vis, canvas\.'):
        network_page(replace(SMALL, engine="webgl"))  # type: ignore[arg-type]


def test_dark_mode_and_stance_colours_draw(open_page: Opener) -> None:
    """The canvas follows the theme, and actors coloured by stance stand out from those without one."""
    inks = """() => { const canvas = document.querySelector('canvas.network'), { width, height } = canvas;
      // Read from a copy: a canvas that is read again and again would rather not be one of the screen.
      const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, width, height), met = new Set();
      for (let at = 0; at < data.length; at += 4) met.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
      return [[data[0], data[1], data[2]], [...met]]; }"""
    with open_page(replace(SMALL, engine="canvas"), fragment="colour=open") as seen:
        corner, met = seen.page.evaluate(inks)
        assert corner == [250, 249, 246]
        assert {"8,82,156", "140,45,4"} <= set(met)
        seen.page.click("#theme")
        seen.until(f"() => ({inks})()[0][0] < 40")
        assert silent(seen)
