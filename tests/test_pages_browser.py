"""A reader at the page, in a real browser: pointing, typing, filtering, following links."""

from __future__ import annotations

import itertools
import re

import pytest
from browser import Opener
from page_examples import SMALL, ring

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_asks_nobody_and_complains_of_nothing(open_page: Opener, scheme: str) -> None:
    """A page makes no request, logs no error, and follows the reader's light or dark preference."""
    with open_page(scheme=scheme) as seen:
        for button in ("#tab-table", "#tab-network", "#zoom-in", "#zoom-fit", "#theme", "#theme"):
            seen.page.click(button)
        seen.still()
        assert seen.page.get_attribute("html", "data-theme") == scheme
        assert seen.page.title() == "A small network"
        assert seen.requests == []
        assert seen.complaints == []


def test_click_on_a_line_shows_its_evidence(open_page: Opener) -> None:
    """A click on a line shows each statement with quote, voices, date, source and how sure it is."""
    with open_page() as seen:
        seen.click_edge("n-s-disputes")
        panel = seen.text("#panel")
        for part in (
            "5 January 2021",
            "“We will keep the harbour open.”",
            "Ada Envoy on behalf of Northland → Southland",
            "supports: The harbour stays open.",
            "Made-up daily 3 · Made-up Press",
            "word",
            "confirmed",
            "stated",
            "90 %",
            "Accounts conflict: Whether it was said",
            "Both accounts kept.",
            "talks with",
        ):
            assert part in re.sub(r"[\u2066-\u2069]", "", panel)
        assert seen.page.get_attribute("#panel .source a", "href") == "https://example.org/3"
        seen.says("#live", "Northland disputes Southland, 1 statement")


def test_parallel_opposite_and_own_ties_are_all_reached(open_page: Opener) -> None:
    """Each of several lines between two actors, and a tie of an actor to itself, has its own place."""
    with open_page() as seen:
        for edge in SMALL.edges:
            seen.click_edge(edge.id)
            seen.page.press("#picture", "Escape")
            seen.links("")


def test_click_on_an_actor_shows_stances_ties_and_statements_newest_first(open_page: Opener) -> None:
    """An actor's panel names it, its stances and its ties, and lists statements from new to old."""
    with open_page() as seen:
        seen.click_actor("north")
        panel = seen.text("#panel")
        assert "Northland" in panel
        assert "A country in the north." in panel
        assert "شمالستان" in panel
        assert "The tolls are fair." in panel
        assert "undetermined" in panel
        dates = [time.strip() for time in seen.page.locator("#panel .card time").all_inner_texts()]
        known = ["5 January 2021", "about April 2020", "2 March 2019", "in 2018, no closer"]
        assert dates == [*known, "No date known"]


def test_legend_filters_and_counts(open_page: Opener) -> None:
    """Clearing a box of the legend takes its ties out of everything, and the counts follow."""
    with open_page() as seen:
        def counted(**expected: str) -> None:
            seen.until(
                """expected => Object.entries(expected).every(([name, number]) =>
                  [...document.querySelectorAll('.legend')].some(row =>
                    row.innerText.includes(name.replaceAll('_', ' '))
                    && row.querySelector('.count').innerText === number))""",
                expected,
            )

        counted(disputes="3", talks_with="2", Organization="1")
        seen.reads("#count", "7 statements, 6 ties, 5 actors")
        seen.page.locator(".legend", has_text="State").locator("input").uncheck()
        counted(disputes="0", talks_with="0", is_a_member_of="1")
        seen.reads("#count", "1 of 7 statements, 1 tie, 2 actors")
        seen.page.click("#reset")
        seen.reads("#count", "7 statements, 6 ties, 5 actors")
        seen.page.locator(".legend", has_text="talks with").locator(".only").click(force=True)
        seen.reads("#count", "2 of 7 statements, 1 tie, 3 actors")
        seen.page.click("#tab-table")
        seen.counts("tbody tr", 2)
        family = seen.page.get_by_label("Cooperation", exact=True).locator("input").first
        assert family.evaluate("box => box.indeterminate")
        family.check()
        seen.counts("tbody tr", 3)


def test_period_narrows_everything(open_page: Opener) -> None:
    """Moving the end of the period hides later statements and says that undated ones are left out."""
    with open_page(fragment="to=2019-12") as seen:
        before = seen.text("#count")
        # Of seven, one is later, one in 2020 and one has no date.
        assert before.startswith("4 of 7 statements")
        assert "1 undated left out" in seen.text("#period")
        seen.page.focus("#to")
        seen.page.keyboard.press("End")
        seen.reads("#count", "7 statements, 6 ties, 5 actors")
        seen.page.keyboard.press("Home")
        seen.until("() => document.getElementById('to').getAttribute('aria-valuetext') === 'Jul 2016'")
        assert seen.text("#count") not in (before, "7 statements, 6 ties, 5 actors")


def test_search_finds_names_in_any_script_and_words_of_the_evidence(open_page: Opener) -> None:
    """An alias in Dari leads to its actor, and a word of a quotation to its statement."""
    with open_page() as seen:
        seen.page.keyboard.press("/")
        seen.page.keyboard.type("شمالستان")
        seen.says("#found li", "Northland")
        seen.page.keyboard.press("Enter")
        seen.links("actor=north")
        seen.page.fill("#query", "harbour open")
        seen.says("#found li", "We will keep the harbour open")
        seen.page.keyboard.press("Enter")
        seen.links("edge=n-s-disputes")
        seen.says(".card.found", "We will keep the harbour open")
        seen.page.fill("#query", "no such words")
        seen.says("#found", "Nothing found")


def test_keyboard_walks_the_network(open_page: Opener) -> None:
    """Tab leads into the picture, arrows to actors, Enter to the evidence, Escape clears."""
    with open_page() as seen:
        page = seen.page
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "picture":
                break
        assert page.evaluate("document.activeElement.id") == "picture"
        page.keyboard.press("ArrowRight")
        seen.until("() => kgPage.link() !== ''")
        first = seen.link()
        assert re.fullmatch(r"actor=(north|south)", first)
        reached = {first}
        for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp") * 4:
            page.keyboard.press(key)
            reached.add(seen.link())
        assert len(reached) >= 3
        seen.until("() => document.getElementById('live').innerText !== ''")
        page.keyboard.press("Enter")
        seen.until("() => document.activeElement.id === 'panel'")
        page.keyboard.press("Escape")
        seen.links("")
        seen.says("#panel", "Overview")


def test_table_holds_every_statement_and_sorts(open_page: Opener) -> None:
    """The table has one row a statement; a click on a heading sorts by it, a second one turns it round."""
    with open_page(fragment="view=table") as seen:
        seen.counts("tbody tr", len(SMALL.statements))
        assert "We will keep the harbour open." in seen.text("#view-table tbody")
        assert seen.page.get_attribute("th:first-child", "aria-sort") == "descending"
        seen.page.click("[data-sort=statement]")
        sorted_by = "way => document.querySelector('th:has([data-sort=statement])').ariaSort === way"
        seen.until(sorted_by, "ascending")
        order = seen.page.locator("td.wide strong").all_inner_texts()
        assert order == sorted(order)
        seen.page.click("[data-sort=statement]")
        seen.until(sorted_by, "descending")
        assert seen.page.locator("td.wide strong").all_inner_texts() == order[::-1]


def test_link_restores_the_view(open_page: Opener) -> None:
    """What the fragment says is what is shown: view, choice, filters, period and theme."""
    link = "actor=north&from=2019-01&to=2020-12&theme=dark&without=disputes&kind=Organization"
    with open_page(fragment=link) as seen:
        assert seen.link() == link
        assert seen.page.get_attribute("html", "data-theme") == "dark"
        assert seen.text("#count") == "2 of 7 statements, 1 tie, 3 actors"
        assert "Northland" in seen.text("#panel h2")
    with open_page(fragment="actor=nobody&without=x&from=junk&view=none&edge=__proto__") as seen:
        assert seen.link() == ""
        assert seen.complaints == []


@pytest.mark.parametrize("width", [390, 820, 1440])
@pytest.mark.parametrize("choice", ["", "actor=n3", "edge=1-2"])
def test_shown_labels_do_not_overlap(open_page: Opener, width: int, choice: str) -> None:
    """At the width of a phone, a tablet and a desk no two labels overlap and most are shown."""
    with open_page(ring(45), width=width, fragment=choice) as seen:
        shown = seen.labels()
        assert len(shown) >= (2 if choice and width < 1000 else 12 if width == 390 else 38)
        for one, other in itertools.combinations(shown, 2):
            assert (
                one["right"] <= other["left"] + 0.01
                or other["right"] <= one["left"] + 0.01
                or one["bottom"] <= other["top"] + 0.01
                or other["bottom"] <= one["top"] + 0.01
            )
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


def test_phone_shows_evidence_and_filters_as_sheets(open_page: Opener) -> None:
    """On a phone the picture has the screen; evidence, filters and overview come and go."""
    with open_page(width=390, height=844) as seen:
        assert not seen.page.is_visible("#panel")
        assert not seen.page.is_visible("#rail")
        seen.page.click("#open-filters")
        seen.page.locator(".legend", has_text="disputes").locator("input").uncheck()
        seen.page.click("#close-filters")
        assert not seen.page.is_visible("#rail")
        seen.page.click("#open-overview")
        assert "issue: harbour" in seen.text("#panel")
        seen.page.click("#panel .close")
        seen.until("() => document.getElementById('panel').getClientRects().length === 0")
        seen.click_actor("north")
        seen.says("#panel h2", "Northland")
        # What was chosen moves into the part of the picture that the evidence leaves free.
        assert seen.point("actor", "north")["y"] < seen.page.locator("#panel").bounding_box()["y"]


def test_picture_stays_where_it_is_under_a_reader_who_chooses(open_page: Opener) -> None:
    """Back from the table the picture is fitted at once: it does not move after the first choice."""
    with open_page(ring(9)) as seen:
        # Choices at once and a little later, so that one of them meets whatever is still on its way.
        for wait in (0, 40):
            moved = seen.page.evaluate(
                """async wait => {
                  const frames = async n => { while (n--) await new Promise(requestAnimationFrame); };
                  const later = time => new Promise(done => setTimeout(done, time));
                  document.getElementById('tab-table').click();
                  await frames(3);
                  document.getElementById('tab-network').click();
                  const before = kgPage.actorPoint('n2');
                  await later(wait);
                  document.querySelector('#panel .row').click();
                  await later(300);
                  await frames(3);
                  const after = kgPage.actorPoint('n2'), link = kgPage.link();
                  document.querySelector('#panel .close').click();
                  return { link, distance: Math.hypot(after.x - before.x, after.y - before.y) };
                }""",
                wait,
            )
            assert moved["link"].startswith("edge=")
            assert moved["distance"] < 0.5


def test_picture_is_fitted_again_when_the_window_changes(open_page: Opener) -> None:
    """A smaller or larger window shows the whole network too, also one that changed behind the table."""
    inside = """() => kgPage.labels().length === 9 && kgPage.labels().every(({ id }) => {
      const at = kgPage.actorPoint(id), stage = document.getElementById('view-network').getBoundingClientRect();
      return at.x > stage.left && at.x < stage.right && at.y > stage.top && at.y < stage.bottom;
    })"""
    with open_page(ring(9)) as seen:
        for behind, width, height in ((False, 900, 500), (True, 1600, 1000), (True, 860, 460), (False, 1440, 900)):
            before = seen.point("actor", "n0")
            if behind:
                seen.page.click("#tab-table")
            seen.page.set_viewport_size({"width": width, "height": height})
            if behind:
                seen.page.click("#tab-network")
            seen.until(
                "({ x, y }) => { const at = kgPage.actorPoint('n0'); return at.x !== x || at.y !== y; }", before
            )
            seen.until(inside)
