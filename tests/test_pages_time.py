"""Time on a page in a real browser: the period and its brush, play and named moments."""

from __future__ import annotations

import itertools
import re

import pytest
from browser import Opened, Opener
from time_examples import dated, spring

from kg.pages import Moment

pytestmark = pytest.mark.browser

DOT = "#view-timeline .dot"
# Every period that the page comes to from now on, as the handles tell it.
WATCH = """() => {
  window.periods = [];
  const handles = [document.getElementById('from'), document.getElementById('to')];
  const note = () => {
    const now = handles.map(handle => Number(handle.getAttribute('aria-valuenow')));
    const last = window.periods[window.periods.length - 1];
    if (!last || last[0] !== now[0] || last[1] !== now[1]) window.periods.push(now);
  };
  note();
  for (const handle of handles) new MutationObserver(note).observe(handle, { attributes: true });
}"""


# How many bars there are: each begins a way of its own on the path of its family.
BARS = """[...document.querySelectorAll('#histogram .bars')]
  .reduce((n, one) => n + one.getAttribute('d').split('M').length - 1, 0)"""


def plain(text: str) -> str:
    return re.sub(r"[\u2066-\u2069]", "", text).strip()


def periods(seen: Opened) -> list[list[int]]:
    found: list[list[int]] = seen.page.evaluate("window.periods")
    return found


def box(seen: Opened, selector: str) -> dict[str, float]:
    found: dict[str, float] = seen.page.locator(selector).first.bounding_box()
    return found


def ticks(seen: Opened) -> tuple[int, int]:
    """First and last tick of the period that is chosen."""
    first, last = (int(seen.page.get_attribute(handle, "aria-valuenow")) for handle in ("#from", "#to"))
    return first, last


def drag(seen: Opened, start: tuple[float, float], way: float) -> None:
    seen.page.mouse.move(*start)
    seen.page.mouse.down()
    # Several moves, as a hand makes them.
    for step in range(1, 6):
        seen.page.mouse.move(start[0] + way * step / 5, start[1])
    seen.page.mouse.up()


def middle(area: dict[str, float]) -> tuple[float, float]:
    return area["x"] + area["width"] / 2, area["y"] + area["height"] / 2


def focused(seen: Opened) -> str:
    return str(seen.page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''"))


# ---- the brush


@pytest.mark.parametrize("width", [320, 390, 820, 1440])
def test_handles_are_big_enough_and_apart(open_page: Opener, width: int) -> None:
    """Two handles of at least 24 pixels stand beside the period, however short, and never cover each other."""
    with open_page(width=width, fragment="from=2019-03&to=2019-03") as seen:
        left, right = box(seen, "#from"), box(seen, "#to")
        assert min(left["width"], left["height"], right["width"], right["height"]) >= 24
        assert left["x"] + left["width"] <= right["x"] + 0.5
        brush = box(seen, "#brush")
        assert brush["x"] - 0.5 <= left["x"]
        assert right["x"] + right["width"] <= brush["x"] + brush["width"] + 0.5
        assert seen.page.locator("#time [role=slider]").count() == 2


def test_keys_move_each_handle_and_they_do_not_pass(open_page: Opener) -> None:
    """Arrows go from month to month, Home and End to the ends; the start never comes after the end."""
    with open_page() as seen:
        seen.page.focus("#to")
        seen.page.keyboard.press("ArrowLeft")
        seen.until("() => document.getElementById('to').getAttribute('aria-valuetext') === 'Dec 2020'")
        seen.page.keyboard.press("PageDown")
        seen.until("() => document.getElementById('to').getAttribute('aria-valuetext') === 'Dec 2019'")
        seen.page.focus("#from")
        seen.page.keyboard.press("ArrowRight")
        seen.until("() => document.getElementById('from').getAttribute('aria-valuetext') === 'Aug 2016'")
        seen.page.keyboard.press("End")
        seen.links("from=2019-12&to=2019-12")
        seen.page.focus("#to")
        seen.page.keyboard.press("Home")
        seen.links("from=2019-12&to=2019-12")
        seen.page.click("#whole")
        seen.links("")
        assert seen.complaints == []


def test_the_end_is_dragged(open_page: Opener) -> None:
    """Dragging a handle narrows the period while it moves, and what is shown follows."""
    with open_page() as seen:
        before = seen.text("#count")
        drag(seen, middle(box(seen, "#to")), -box(seen, "#window")["width"] / 2)
        seen.until("() => kgPage.link().startsWith('to=2018')")
        assert seen.text("#count") != before
        assert "1 undated left out" in seen.text("#period")


def test_the_window_is_dragged_as_a_whole(open_page: Opener) -> None:
    """Dragging what lies between the handles moves the period and keeps its length, up to the ends of the time."""
    with open_page(fragment="from=2018-01&to=2018-12") as seen:
        first, last = ticks(seen)
        window = box(seen, "#window")
        drag(seen, middle(window), window["width"])
        seen.until("() => !kgPage.link().startsWith('from=2018-01')")
        moved = ticks(seen)
        assert moved[1] - moved[0] == last - first
        assert 10 <= moved[0] - first <= 14
        drag(seen, middle(box(seen, "#window")), 2000)
        seen.until("() => kgPage.link().startsWith('from=2020-02') && !kgPage.link().includes('to=')")


def test_a_stretch_beside_the_window_is_drawn_anew(open_page: Opener) -> None:
    """Dragging where no window is makes the period from there to there."""
    with open_page() as seen:
        area = box(seen, "#window")
        drag(seen, (area["x"] + area["width"] * 0.25, area["y"] + 10), area["width"] * 0.5)
        seen.until("() => kgPage.link().includes('from=2017') && kgPage.link().includes('to=2019')")


def test_a_click_on_a_bar_chooses_its_period_and_another_one_takes_it_back(open_page: Opener) -> None:
    """The bar of March 2019 is one click away."""
    with open_page(fragment="from=2019-03&to=2019-03") as seen:
        point = middle(box(seen, "#window"))
        # Of its month nothing else is in view.
        seen.page.mouse.click(*point)
        seen.links("")
        seen.page.mouse.click(*point)
        seen.links("from=2019-03&to=2019-03")
        seen.says("#count", "1 of 7 statements")


def test_bars_count_what_passes_the_filters_and_say_what_they_hold(open_page: Opener) -> None:
    """A filter changes the bars; a bar under the mouse says its period and count."""
    with open_page(spring()) as seen:
        bars = seen.page.evaluate(BARS)
        seen.page.locator("#relations .legend", has_text="disputes").locator("input").uncheck()
        seen.until(f"n => {BARS} < n", bars)
        assert "dated statements" in seen.page.text_content("#time-words")
    with open_page(fragment="from=2019-03&to=2019-03") as seen:
        seen.page.mouse.move(*middle(box(seen, "#window")))
        seen.says(".bar-tip", "Mar 2019, 1 statement")


def test_undated_statements_are_said_to_be_left_out(open_page: Opener) -> None:
    """While the whole period is shown nothing is left out; else the undated are, and it is said."""
    with open_page() as seen:
        assert "undated" not in seen.text("#period")
        seen.page.focus("#to")
        seen.page.keyboard.press("ArrowLeft")
        seen.says("#period", "1 undated left out")


def test_a_step_in_time_changes_the_window_alone(open_page: Opener) -> None:
    """Bars are drawn anew only when what they count changes, so that a step costs next to nothing."""
    with open_page() as seen:
        seen.page.evaluate("() => { window.bar = document.querySelector('#histogram .bars'); }")
        seen.page.click("#step-on")
        seen.until("() => kgPage.link() !== ''")
        assert seen.page.evaluate("window.bar.isConnected")


def test_actors_stay_where_they_are_while_time_moves(open_page: Opener) -> None:
    """No step in time moves an actor in the picture."""
    where = "() => ['north', 'south', 'union', 'envoy', 'alone'].map(id => kgPage.actorPoint(id))"
    with open_page() as seen:
        before = seen.page.evaluate(where)
        for _ in range(4):
            link = seen.link()
            seen.page.click("#step-on")
            seen.until("link => kgPage.link() !== link", link)
            seen.still()
            assert seen.page.evaluate(where) == before


# ---- play


def test_a_window_moves_through_the_time_and_stops_at_its_end(open_page: Opener) -> None:
    """Play moves a window of the same length, always onwards, until the end; then it can start again."""
    with open_page(spring(), fragment="from=2020-04-10&to=2020-04-19&pace=fast") as seen:
        seen.page.evaluate(WATCH)
        seen.page.click("#play")
        seen.until("() => document.getElementById('play').getAttribute('aria-label') === 'Pause'")
        seen.until("() => document.getElementById('play').getAttribute('aria-label') === 'Play'")
        passed = periods(seen)
        assert {last - first for first, last in passed} == {9}
        assert [first for first, _ in passed] == sorted({first for first, _ in passed})
        assert passed[-1][1] == int(seen.page.get_attribute("#to", "aria-valuemax"))
        seen.page.click("#play")
        seen.until("() => window.periods.length && kgPage.link().startsWith('to=2020-03')")
        seen.page.click("#play")
        seen.until("() => document.getElementById('play').getAttribute('aria-label') === 'Play'")


def test_the_period_grows_from_its_start(open_page: Opener) -> None:
    """In the other mode, chosen in a small menu, the start stays and the end moves until all is shown."""
    with open_page(dated("2020-03-01", "2020-03-04", "2020-03-08"), fragment="pace=fast") as seen:
        seen.page.click("#play-menu-open")
        seen.page.get_by_label("The period grows from its start").check()
        seen.page.keyboard.press("Escape")
        assert seen.page.locator("#play-menu").is_hidden()
        assert seen.page.evaluate("document.activeElement.id") == "play-menu-open"
        assert "play=grow" in seen.link()
        seen.page.evaluate(WATCH)
        seen.page.click("#play")
        seen.links("play=grow&pace=fast")
        passed = periods(seen)[1:]
        assert len(passed) == 8
        assert len({first for first, _ in passed}) == 1
        assert [last for _, last in passed] == sorted({last for _, last in passed})


def test_whoever_takes_hold_of_time_stops_it(open_page: Opener) -> None:
    """Play pauses by its button, by a step and by any handle."""
    label = "name => document.getElementById('play').getAttribute('aria-label') === name"
    with open_page(spring(), fragment="pace=slow") as seen:
        for stop in (
            lambda: seen.page.click("#play"),
            lambda: seen.page.click("#step-back"),
            lambda: seen.page.locator("#to").press("ArrowLeft"),
            lambda: seen.page.locator("#play").press("Escape"),
        ):
            seen.page.click("#play")
            seen.until(label, "Pause")
            # The reader of these tests asked for less motion, so the window steps and does not glide.
            assert seen.page.evaluate("getComputedStyle(document.getElementById('window')).transitionDuration") == "0s"
            stop()
            seen.until(label, "Play")


def test_steps_go_forth_and_back(open_page: Opener) -> None:
    """A step on and a step back lead to where one was; at the end it is said that there is no more."""
    with open_page(spring(), fragment="from=2020-03-02&to=2020-03-03") as seen:
        seen.page.click("#step-on")
        seen.links("from=2020-03-03&to=2020-03-04")
        seen.page.click("#step-back")
        seen.links("to=2020-03-03")
        seen.page.click("#step-back")
        seen.says("#live", "start of the time")
        seen.links("to=2020-03-03")


# ---- moments


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_names_of_moments_keep_apart_and_the_weightiest_stays(open_page: Opener, width: int) -> None:
    """Of moments that crowd, names are shown by weight; none overlaps another, and the list holds them all."""
    crowd = tuple(Moment(f"2020-04-{day:02}", f"Something that happened, number {day}", day) for day in range(5, 14))
    with open_page(spring(moments=crowd), width=width) as seen:
        shown = seen.page.locator(".moment:visible")
        boxes = sorted((one.bounding_box() for one in shown.all()), key=lambda area: area["x"])
        assert 1 <= len(boxes) < len(crowd)
        assert all(a["x"] + a["width"] <= b["x"] for a, b in itertools.pairwise(boxes))
        assert all(area["height"] >= 24 for area in boxes)
        assert "Something that happened, number 13" in [plain(text) for text in shown.all_inner_texts()]
        assert seen.page.locator("#histogram .moment-line").count() == len(crowd)
        seen.page.click("#moments-open")
        seen.counts("#moments li", len(crowd))
        assert seen.page.locator("#moments li").first.is_visible()


def test_a_moment_leads_to_the_time_until_then_and_from_then_on(open_page: Opener) -> None:
    """Clicks on a moment go round: until it, from it, all; keys do the same, and the label tells what comes."""
    with open_page(spring()) as seen:
        moment = seen.page.get_by_role("button", name="The exchange, 8 Apr 2020: show the time until then")
        moment.focus()
        seen.page.keyboard.press("Enter")
        seen.links("to=2020-04-08")
        seen.page.keyboard.press("Enter")
        seen.links("from=2020-04-08")
        assert "show the whole period" in focused(seen)
        seen.page.keyboard.press("Enter")
        seen.links("")
        seen.page.click("#moments-open")
        seen.page.get_by_role("button", name="from The exchange").click()
        seen.links("from=2020-04-08")
        assert seen.page.get_by_role("button", name="from The exchange").get_attribute("aria-pressed") == "true"


# ---- dates of all sorts


def test_a_short_time_is_counted_in_days(open_page: Opener) -> None:
    """Where all lies within a spring, a step is a day, and links of months are still understood."""
    with open_page(spring(), fragment="from=2020-04") as seen:
        assert seen.link() == "from=2020-04-01"
        assert seen.page.get_attribute("#from", "aria-valuetext") == "1 Apr 2020"
        assert seen.text("#period").startswith("1 Apr – 20 Apr 2020")
        seen.page.focus("#from")
        seen.page.keyboard.press("ArrowRight")
        seen.links("from=2020-04-02")


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (("", ""), "Nothing here has a date"),
        (("2020-04-08", "2020-04-08", ""), "All of 8 Apr 2020"),
        (("2020-04", "2020-04"), "All of Apr 2020"),
    ],
)
def test_without_a_choice_of_periods_there_is_no_brush(open_page: Opener, dates: tuple[str, ...], said: str) -> None:
    """One date, or none at all: that is said, and there is nothing to move."""
    with open_page(dated(*dates)) as seen:
        assert seen.text("#period").startswith(said)
        assert seen.page.locator("#time button").count() == 0
        seen.page.click("#tab-timeline")
        seen.until("() => !document.getElementById('view-timeline').hidden")
        assert seen.page.locator(DOT).count() == (0 if dates[0] == "" else min(2, len(dates)))
        if "" in dates:
            seen.says("#view-timeline", "Not drawn for want of a date")
        assert seen.complaints == []


@pytest.mark.parametrize(
    ("dates", "first", "last"),
    [
        (("0001-02-03", "0001-03-05", "2020-04-08"), "Feb 1", "Apr 2020"),
        (("1-02", "12020-01-01", "99999-12-31"), "Feb 1", "Dec 99999"),
        (("-0044-03-15", "0014-08-19"), "Mar -44", "Aug 14"),
        (("2020-02-28", "2020-03-01", "2020-13-45"), "Jan 2020", "Mar 2020"),
    ],
)
def test_any_year_has_its_place(open_page: Opener, dates: tuple[str, ...], first: str, last: str) -> None:
    """From the years before the first one to those with five digits: the brush holds them, and plays them."""
    with open_page(dated(*dates)) as seen:
        ends = [seen.page.get_attribute(handle, "aria-valuetext") for handle in ("#from", "#to")]
        assert [re.sub(r"^\d+ (?=[A-Z])", "", end) for end in ends] == [first, last]
        assert seen.page.evaluate(BARS) >= 2
        seen.page.click("#step-on")
        seen.until("() => kgPage.link() !== ''")
        seen.page.click("#tab-timeline")
        seen.until("() => document.querySelectorAll('#view-timeline .dot').length > 0")
        assert seen.complaints == []
