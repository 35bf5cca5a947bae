"""Small screens, large zoom, colours of the system, less motion and paper: the same page, and nothing lost."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from browser import Opened, opened
from page_examples import ring
from quality_pages import VIEWS, go, link_of

from kg.pages import network_page

pytestmark = pytest.mark.browser

# What sticks out of the window to a side and is not in something that scrolls on its own.
OUTSIDE = """() => {
  const scrolls = node => /auto|scroll|hidden/.test(getComputedStyle(node).overflowX) && node !== document.body;
  const inside = node => { for (let at = node.parentElement; at; at = at.parentElement) if (scrolls(at)) return true; };
  return [...document.querySelectorAll('body *')].filter(node => {
    const box = node.getBoundingClientRect();
    return box.width && (box.right > innerWidth + 1 || box.left < -1) && !node.closest('.unseen') && !inside(node);
  }).map(node => node.outerHTML.slice(0, 90));
}"""
# What can be operated and is smaller than 24 pixels either way; links within a sentence may be as its lines are.
TINY = """() => {
  const parts = 'button, a[href], input, select, textarea, summary, [role=slider], [role=option], .dot .reach';
  const inText = node => getComputedStyle(node).display === 'inline' || (node.matches('.link')
    && [...node.parentElement.childNodes].some(other => other.nodeType === 3 && other.data.trim()));
  const target = node => (node.matches('[type=checkbox], [type=radio]') && node.closest('label')) || node;
  return [...document.querySelectorAll(parts)].map(target).filter(node => {
    const box = node.getBoundingClientRect(), look = getComputedStyle(node);
    return box.width && look.visibility === 'visible' && !node.closest('.unseen, .skip') && !inText(node)
      && Math.min(box.width, box.height) < 23.9;
  }).map(node => `${node.outerHTML.slice(0, 90)} ${Math.round(node.getBoundingClientRect().width)}x${
    Math.round(node.getBoundingClientRect().height)}`);
}"""


def look(seen: Opened, script: str) -> Any:
    return seen.page.evaluate(script)


@pytest.mark.parametrize(("width", "height"), [(320, 640), (320, 256), (390, 844), (1440, 900)])
def test_nothing_sticks_out_and_everything_can_be_hit(browser: Any, debate_page: Path, width: int, height: int) -> None:
    """From 320 pixels, and at four times its size on a desk, no view scrolls sideways; all targets have 24 pixels."""
    with opened(browser, debate_page, width=width, height=height) as seen:
        for view in VIEWS:
            for choice in ("", "actor=north", "pair=north+south"):
                go(seen, link_of(view, choice))
                assert look(seen, "document.documentElement.scrollWidth") <= width, (view, choice)
                assert look(seen, OUTSIDE) == [], (view, choice)
                assert look(seen, TINY) == [], (view, choice)
        go(seen, "")
        for button, part in (("export", "#export-menu"), ("moments-open", "#moments"), ("open-keys", "#keys")):
            seen.page.locator(f"#{button}").scroll_into_view_if_needed()
            seen.page.click(f"#{button}")
            seen.page.wait_for_selector(part)
            assert look(seen, OUTSIDE) == [], part
            assert look(seen, TINY) == [], part
            seen.page.keyboard.press("Escape")


def test_at_four_times_its_size_everything_is_still_there(browser: Any, debate_page: Path) -> None:
    """In a window of 320 by 256 pixels the page scrolls up and down; picture, period and evidence can be used."""
    with opened(browser, debate_page, width=320, height=256) as seen:
        page = seen.page
        assert page.locator("#picture").bounding_box()["height"] > 120
        for part in ("#query", "#tab-table", "#play", "#to", "#zoom-in"):
            page.locator(part).scroll_into_view_if_needed()
            box = page.locator(part).bounding_box()
            assert box["y"] >= -1
            assert box["y"] + box["height"] <= 257, part
        page.focus("#picture")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        seen.until("() => document.activeElement.id === 'panel'")
        sheet = page.locator("#panel").bounding_box()
        assert sheet["height"] > 100
        assert sheet["y"] + sheet["height"] <= 257


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_labels_never_overlap_at_any_zoom(browser: Any, tmp_path: Path, width: int) -> None:
    """Before, after coming nearer and after going far away, no two labels of the picture overlap."""
    crowd = tmp_path / "crowd.html"
    crowd.write_text(network_page(ring(45)), encoding="utf-8", newline="\n")
    with opened(browser, crowd, width=width) as seen:
        for button, times in (("zoom-fit", 1), ("zoom-in", 3), ("zoom-out", 6)):
            for _ in range(times):
                seen.page.click(f"#{button}")
            seen.still()
            shown = seen.labels()
            assert shown
            for one, other in itertools.combinations(shown, 2):
                apart = max(one["left"] - other["right"], other["left"] - one["right"],
                            one["top"] - other["bottom"], other["top"] - one["bottom"])  # fmt: skip
                assert apart >= -0.01, (button, one["id"], other["id"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_of_the_system_keep_what_is_marked(browser: Any, debate_page: Path, scheme: str) -> None:
    """In forced colours the chosen view, the chosen cell and the focus show, and stances keep their own colours."""
    with opened(browser, debate_page, scheme=scheme) as seen:
        page = seen.page
        page.emulate_media(forced_colors="active", color_scheme=scheme)
        style = "([where, what]) => getComputedStyle(document.querySelector(where))[what]"
        go(seen, "view=stances&cell=north+open")
        chosen, other = (page.evaluate(style, [f"#tab-{name}", "backgroundColor"]) for name in ("stances", "table"))
        assert chosen != other
        assert page.evaluate(style, ["td[aria-selected=true] > span", "boxShadow"]) != "none"
        tiles = "[...document.querySelectorAll('#view-stances td > .stance')].map(one => getComputedStyle(one))"
        assert len(set(page.evaluate(f"{tiles}.map(look => look.backgroundColor)"))) >= 3
        assert "gradient" in page.evaluate(style, ["#view-stances .matrix-key .unknown", "backgroundImage"])
        page.focus("#query")
        assert page.evaluate(style, ["#query", "outlineStyle"]) == "solid"
        page.fill("#query", "quay")
        page.wait_for_selector("#found [aria-selected=true]")
        assert page.evaluate(style, ["#found [aria-selected=true]", "outlineStyle"]) == "solid"
        page.keyboard.press("Escape")
        # What is drawn on the canvas has its colours from the theme, so its ground has, too.
        go(seen, "actor=north")
        ground = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--page').trim()")
        red, green, blue = (int(ground[n : n + 2], 16) for n in (1, 3, 5))
        assert page.evaluate(style, ["#view-network", "backgroundColor"]) == f"rgb({red}, {green}, {blue})"
        assert seen.complaints == []


def test_less_motion_means_none(browser: Any, debate_page: Path) -> None:
    """For readers who want less motion what is chosen is there at once: nothing glides, in no view."""
    with opened(browser, debate_page, width=390, height=844) as seen:
        page = seen.page
        assert page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
        places = page.evaluate(
            """async () => {
              const places = new Set(), frame = () => new Promise(requestAnimationFrame);
              document.getElementById('picture').focus();
              document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
              await frame();
              await frame();
              for (let n = 0; n < 8; n += 1) { places.add(JSON.stringify(kgPage.actorPoint('north'))); await frame(); }
              return places.size;
            }"""
        )
        assert places == 1
        for view in VIEWS:
            go(seen, link_of(view, "actor=north"))
            assert page.evaluate("document.getAnimations().length") == 0
        page.evaluate("() => document.getElementById('play').click()")
        assert page.evaluate("document.getAnimations().length") == 0


def test_paper_holds_the_view_and_nothing_to_press(browser: Any, debate_page: Path) -> None:
    """Printed, every view stands on the paper with the evidence of what is chosen, no control, nothing cut off."""
    with opened(browser, debate_page, width=720, height=900, scheme="dark") as seen:
        page = seen.page
        for view in VIEWS:
            page.emulate_media(media="screen")
            seen.until("() => !document.querySelector('.made-of')")
            go(seen, link_of(view, "cell=north+open"))
            page.emulate_media(media="print", reduced_motion="reduce")
            seen.until("() => document.querySelector('.made-of')")
            assert page.locator(f"#view-{view}").bounding_box()["height"] > 80
            assert "Northland" in page.inner_text("#panel")
            assert page.locator(".card:visible").count() > 0
            for gone in (".actions", ".views", ".search", "#rail", "#time", ".zoom", ".skip", "#open-keys", "dialog"):
                assert page.locator(f"{gone}:visible").count() == 0, gone
            assert "A debate about a harbour" in page.inner_text("body")
            assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
