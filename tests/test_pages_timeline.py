"""The timeline of a page in a real browser: dots that are walked and read, and turning points."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from xml.etree import ElementTree

import pytest
from browser import Opened, Opener
from page_examples import RELATIONS, SMALL, statement
from time_examples import HOSTILE, dated, spring

import kg
from kg.pages import Document, Edge, HeldStance, Moment, Node, Position, Source, Statement

pytestmark = pytest.mark.browser

WORDS = {-2: "strongly opposes", -1: "opposes", 0: "is ambivalent about", 1: "supports", 2: "strongly supports"}
DOT = "#view-timeline .dot"


def turning_points(document: Document) -> list[tuple[str, str, str, str, str]]:
    """Holder, position, value before, value after, date of the change: in order, from the plain records."""
    lanes: defaultdict[tuple[str, str], defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in document.stances:
        if one.date and one.value is not None:
            lanes[one.holder, one.position][one.date].append(one.value)
    name = {node.id: node.label for node in document.nodes}
    text = {position.id: position.text for position in document.positions}
    words = {(one.holder, one.position, one.date): one.date_text for one in document.stances}
    found = []
    for (holder, position), dates in lanes.items():
        # A year or month alone stands where it begins, before the days in it.
        means = [(date, sum(values) / len(values)) for date, values in sorted(dates.items())]
        for (_, before), (date, after) in itertools.pairwise(means):
            if before != after:
                found.append((name[holder], text[position], _near(before), _near(after), words[holder, position, date]))
    return found


def in_words(turn: tuple[str, str, str, str, str]) -> str:
    return "{} on “{}”: {} → {}, {}".format(*turn)


def _near(value: float) -> str:
    # The page rounds a half upwards, and tells the mean where it is not a whole number.
    word = WORDS[int((value + 2.5) // 1) - 2]
    return word if value == int(value) else f"{word}, mean {value:.2f}".replace("-", "−")


def plain(text: str) -> str:
    return re.sub(r"[\u2066-\u2069]", "", text).strip()


def turns_told(seen: Opened) -> list[str]:
    return [plain(one) for one in seen.page.locator(".turns li > span").all_inner_texts()]


def focused(seen: Opened) -> str:
    return str(seen.page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''"))


def test_dots_are_clicked_and_read(open_page: Opener) -> None:
    """Each stance is a dot that says who, what, when, from where; a click opens its evidence and keeps the lanes."""
    with open_page(spring(), fragment="view=timeline") as seen:
        labels = [plain(one.get_attribute("aria-label")) for one in seen.page.locator(DOT).all()]
        assert len(labels) == 6
        assert labels[1] == (
            "Northland supports. The prisoners are released. 8 April 2020. "
            "Turning point: opposes → supports. 1 stance, 1 statement; Made-up Press"
        )
        assert "superseded by a later stance" in labels[0]
        assert "April 2020 (no closer)" in labels[5]
        seen.page.locator(DOT).nth(3).click()
        seen.says("#panel h2", "Southland")
        seen.until("() => new URLSearchParams(kgPage.link()).get('cell') === 'south release'")
        assert "s3" in seen.page.locator("#panel .card.found").get_attribute("data-statement")
        seen.counts(DOT, 6)
        seen.page.locator(DOT).nth(0).hover()
        seen.says(".timeline-tip", "Northland opposes")


def test_arrows_walk_along_the_dots(open_page: Opener) -> None:
    """Right and left along a lane, up and down to the nearest of another; Enter opens the evidence."""
    with open_page(spring(), fragment="view=timeline") as seen:
        seen.page.locator(f"{DOT}[tabindex='0']").focus()
        assert focused(seen).startswith("Northland opposes")
        seen.page.keyboard.press("ArrowRight")
        assert focused(seen).startswith("Northland supports")
        assert seen.page.locator(".timeline-tip").is_visible()
        seen.page.keyboard.press("ArrowDown")
        assert focused(seen).startswith("Southland strongly opposes")
        seen.page.keyboard.press("Home")
        assert "23 March 2020" in focused(seen)
        seen.page.keyboard.press("ArrowUp")
        seen.page.keyboard.press("End")
        assert focused(seen).startswith("Northland strongly supports")
        seen.page.keyboard.press("Enter")
        seen.until("() => new URLSearchParams(kgPage.link()).get('cell') === 'north release'")
        # What was walked to keeps the focus, although all is drawn anew.
        assert focused(seen).startswith("Northland strongly supports")
        seen.page.keyboard.press("Escape")
        seen.until("() => !kgPage.link().includes('cell')")


def test_turning_points_are_those_of_the_records(open_page: Opener) -> None:
    """What the page lists is what Python finds in the same document."""
    document = spring()
    expected = [in_words(turn) for turn in turning_points(document)]
    assert len(expected) == 2
    with open_page(document, fragment="view=timeline") as seen:
        assert turns_told(seen) == expected
        seen.page.locator(".turns button").first.click()
        seen.until("() => new URLSearchParams(kgPage.link()).get('cell') === 'north release'")
        assert seen.page.locator("#panel .card.found").get_attribute("data-statement") == "s1"
        # With the start of April, what came before is not in view, and no longer a turn.
        seen.page.focus("#from")
        for _ in range(33):
            seen.page.keyboard.press("ArrowRight")
        seen.until("() => document.querySelectorAll('.turns li').length === 1")
        assert turns_told(seen) == expected[1:]


def test_turning_points_of_the_corpus_are_those_of_its_records(corpus: kg.KnowledgeGraph, open_page: Opener) -> None:
    """On every position of the shipped corpus the page finds the same changes as Python."""
    document = kg.network(corpus).document()
    expected = defaultdict(set)
    for turn in turning_points(document):
        expected[turn[1]].add(in_words(turn))
    assert sum(map(len, expected.values())) >= 5
    with open_page(document, fragment="view=timeline") as seen:
        options = seen.page.locator("#lanes-of optgroup").first.locator("option")
        assert options.count() == len({one.position for one in document.stances})
        for position in document.positions:
            if not expected[position.text]:
                continue
            seen.page.evaluate("link => { location.hash = link; }", f"view=timeline&timeline-position={position.id}")
            seen.until("id => new URLSearchParams(kgPage.link()).get('timeline-position') === id", position.id)
            told = {re.sub(r" \(which of the two.*\)$", "", one) for one in turns_told(seen)}
            assert told == expected[position.text]


def test_the_order_of_dates_that_overlap_is_not_claimed(open_page: Opener) -> None:
    """A year and a day in it may have come either way round: the turn is told with that doubt."""
    with open_page(dated("2020", "2020-04-08", "2018-01-01"), fragment="view=timeline") as seen:
        told = turns_told(seen)
        assert len(told) == 2
        assert "not certain" in told[1]
        assert "not certain" not in told[0]


def test_lanes_are_those_of_the_actor_or_position_that_is_chosen(open_page: Opener) -> None:
    """Of an actor a lane for each position and one for its acts; of a position one for each holder."""
    names = "#view-timeline .lane-name"
    with open_page(spring(), fragment="view=timeline&actor=north") as seen:
        lanes = [plain(one) for one in seen.page.locator(names).all_inner_texts()]
        assert lanes == ["The prisoners are released.", "Acts"]
        acts = seen.page.locator("#view-timeline g[aria-label=Acts] .dot")
        assert acts.count() >= 1
        acts.last.click()
        seen.until("() => new URLSearchParams(kgPage.link()).has('edge')")
        assert "timeline-actor=north" in seen.link()
        seen.page.select_option("#lanes-of", label="Southland")
        seen.until("() => kgPage.link().includes('timeline-actor=south')")
        link = seen.link()
    with open_page(spring(), fragment=link) as seen:
        assert seen.link() == link
        assert seen.page.locator("#lanes-of option:checked").inner_text() == "Southland"
        seen.page.select_option("#lanes-of", label="The prisoners are released.")
        seen.counts(names, 3)
        seen.page.locator(names).nth(1).click()
        seen.until("() => new URLSearchParams(kgPage.link()).get('cell') === 'south release'")
    for nonsense in ("timeline-actor=nobody", "timeline-position=", "play=dance&pace=9", "from=x", "pace=__proto__"):
        with open_page(spring(), fragment="view=timeline&" + nonsense) as seen:
            assert seen.link() == "view=timeline"
            seen.counts(DOT, 6)


def test_filters_and_period_hold_for_the_timeline(open_page: Opener) -> None:
    """What the period or a filter leaves out has no dot."""
    with open_page(spring(), fragment="view=timeline&from=2020-04-08&to=2020-04-09") as seen:
        # One of each, and one that may lie anywhere in April.
        seen.counts(DOT, 3)
        seen.page.locator("#kinds .legend", has_text="State").locator("input").uncheck()
        seen.counts(DOT, 1)
        seen.page.locator("#kinds .legend", has_text="Actor").locator("input").uncheck()
        seen.counts(DOT, 0)
        seen.says("#view-timeline", "No stance or act of it is in view.")
        seen.page.click("#reset")
        seen.counts(DOT, 6)


def test_a_phone_has_the_names_above_the_lanes(open_page: Opener) -> None:
    """On a narrow screen no name lies over a lane, and nothing is wider than the screen."""
    with open_page(spring(), fragment="view=timeline", width=320, height=640) as seen:
        tops = [one.bounding_box() for one in seen.page.locator("#view-timeline .lane-name").all()]
        dots = [one.bounding_box() for one in seen.page.locator(f"{DOT} .reach").all()]
        assert not any(
            name["y"] + name["height"] - 2 > dot["y"] + 2 and dot["y"] + dot["height"] > name["y"] + 2
            for name, dot in itertools.product(tops, dots)
        )
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 320
        assert seen.page.evaluate("document.getElementById('view-timeline').scrollWidth") <= 320


def test_picture_and_data_are_handed_out(open_page: Opener) -> None:
    """The picture is SVG of its own without classes or variables; the data has a row for each record in view."""
    with open_page(spring(), fragment="view=timeline") as seen:
        text = seen.page.evaluate("kgPage.svg()")
        root = ElementTree.fromstring(text)
        words = " ".join(root.itertext())
        assert "var(" not in text
        assert root.find("{*}title") is not None
        wanted = ("Northland", "The prisoners are released.", "The exchange", "opposes → supports", "made up")
        assert all(one in words for one in wanted), words
        data = seen.page.evaluate("kgPage.data()")
        assert len(data["rows"]) == 6
        row = dict(zip(data["columns"], data["rows"][1], strict=True))
        assert row["actor"] == "Northland"
        assert (row["date"], row["value"], row["turned from"]) == ("2020-04-08", 1, "opposes")


def test_hostile_words_stay_words(open_page: Opener) -> None:
    """Markup in names, positions, moments and sources is text in bar and timeline, and in the files made from them."""
    document = Document(
        title=HOSTILE,
        nodes=[Node("a", HOSTILE, HOSTILE), Node("b", "‏שלום " + HOSTILE)],
        edges=[Edge("tie", "a", "b", "talks", ["s0", "s1"])],
        relations=RELATIONS,
        statements=[
            statement(n, title=HOSTILE, date=f"2020-04-1{n}", date_text=HOSTILE, sources=["x"]) for n in range(2)
        ],
        stances=[
            HeldStance(
                id=f"h{n}", holder="a", position="p", value=n, date=f"2020-04-1{n}", date_text=HOSTILE, sources=["x"],
                statements=[f"s{n}"],
            )
            for n in range(2)
        ],
        positions=[Position("p", HOSTILE * 20)],
        sources=[Source("x", HOSTILE, HOSTILE)],
        moments=[Moment("2020-04-10", HOSTILE)],
    )  # fmt: skip
    with open_page(document, fragment="view=timeline") as seen:
        seen.page.click("#moments-open")
        seen.page.locator(DOT).first.hover()
        ElementTree.fromstring(seen.page.evaluate("kgPage.svg()"))
        seen.page.locator(DOT).first.click()
        seen.page.select_option("#lanes-of", index=1)
        acts = seen.page.locator("#view-timeline g[aria-label=Acts] .dot").first
        assert "<script>" in acts.get_attribute("aria-label")
        assert seen.page.locator("#time img, #view-timeline img, #time script, #view-timeline script").count() == 0
        assert seen.page.title() != "ran"
        assert seen.complaints == []
        assert seen.requests == []


def test_many_stances_make_few_dots(open_page: Opener) -> None:
    """Stances that fall on one place are one dot that counts them, so that thousands can be drawn and walked."""
    many = [f"20{10 + n % 10}-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(3000)]
    document = Document(
        title="Many",
        nodes=[Node("a", "A")],
        statements=[Statement(id=f"s{n}", title=f"S {n}", date=date) for n, date in enumerate(many)],
        stances=[
            HeldStance(id=f"h{n}", holder="a", position="p", value=n % 5 - 2, date=date, statements=[f"s{n}"])
            for n, date in enumerate(many)
        ],
        positions=[Position("p", "So be it.")],
    )
    with open_page(document, fragment="view=timeline") as seen:
        seen.until("() => document.querySelectorAll('#view-timeline .dot').length > 20")
        assert seen.page.locator(DOT).count() < 1000
        counts = [
            int(found[1].replace(",", ""))
            for one in seen.page.locator(DOT).all()
            if (found := re.search(r"([\d,]+) stances?\b", one.get_attribute("aria-label")))
        ]
        assert sum(counts) == 3000


def test_small_page_has_no_complaints_anywhere(open_page: Opener) -> None:
    """Bar and timeline of the small example work without a complaint, in dark as in light."""
    for scheme in ("light", "dark"):
        with open_page(SMALL, fragment="view=timeline", scheme=scheme) as seen:
            assert seen.page.locator(DOT).count() >= 3
            assert seen.complaints == []
