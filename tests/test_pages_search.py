"""Search and table of a page, in a real browser: what is found, in which spelling, and where it leads."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from browser import Opener
from page_examples import RELATIONS, SMALL, statement

from kg.pages import Document, Edge, Node, Statement

pytestmark = pytest.mark.browser


OPTIONS = """() => [...document.querySelectorAll('#found [role=option]')]
  .map(one => one.querySelector('span')?.innerText)"""
MARKED = """() => {
  const query = document.getElementById('query'), id = query.getAttribute('aria-activedescendant');
  const marked = [...document.querySelectorAll('#found [aria-selected=true]')].map(one => one.id);
  return [id, marked.length === 1 ? marked[0] : marked];
}"""


def titles(seen: Any) -> list[str]:
    return [str(title) for title in seen.page.evaluate(OPTIONS)]


def rows(seen: Any) -> list[str]:
    found: list[str] = seen.page.evaluate(
        "() => [...document.querySelectorAll('tbody tr')].map(row => row.dataset.statement)"
    )
    return found


SPELLINGS = [
    ("Türkiye", "turkiye"),
    ("Łódź Council", "lodz"),
    ("Straße", "strasse"),
    ("al-Qaida", "alqaida"),
    ("al-Qaida", "al qaida"),
    ("U.S. Congress", "us congress"),
    ("Group of 5,000", "5000"),
    ("گروه ۱۳۹۹", "1399"),  # Persian digits
    ("علي", "علی"),  # Arabic yeh, Persian yeh
    ("كابل", "کابل"),  # Arabic kaf, Persian kaf
    ("ناټو ځواکونه", "ناټو"),  # Pashto letters stay themselves
    ("افغانستان ګوند", "گوند"),  # Pashto gaf
    ("طالبان‌ها", "طالبانها"),  # zero-width non-joiner
    ("می‌خواهد", "می خواهد"),
    ("\ufed7\ufe8e\ufe91\ufede", "قابل"),  # presentation forms, with their final letter
    ("שלום", "שלומ"),  # final letter of Hebrew
    ("ΑΘΗΝΑΣ", "αθηνας"),  # final sigma
    ("ﬁnance board", "finance"),
    ("Ｆｕｌｌ Ｗｉｄｔｈ", "full width"),
]


def test_one_spelling_for_what_readers_take_for_the_same_word(open_page: Opener) -> None:
    """Accents, letters with several code points, final forms, digits, joiners and hyphens keep no name from us."""
    nodes = [Node(f"n{number}", name) for number, (name, _) in enumerate(SPELLINGS)]
    with open_page(Document(title="Names", nodes=nodes)) as seen:
        missed = []
        for number, (name, typed) in enumerate(SPELLINGS):
            seen.page.fill("#query", typed)
            if name not in titles(seen):
                missed.append((number, name, typed, titles(seen)))
        assert missed == []
        # Other consonants of Pashto are other letters.
        seen.page.fill("#query", "ناتو")
        seen.says("#found", "Nothing found")


def test_results_come_in_groups_with_counts(open_page: Opener) -> None:
    """One word is looked for in actors, positions, issues, statements and sources; each group says how many it has."""
    with open_page() as seen:
        page = seen.page
        page.fill("#query", "harbour")
        seen.until("() => document.getElementById('found-statements')")
        heads = page.locator("#found .group").all_inner_texts()
        counted = [re.sub(r"\s+", " ", head).casefold() for head in heads]
        assert counted == ["actors 1", "positions 1", "issues 1", "statements 1"]
        page.fill("#query", "made-up")
        seen.until("() => document.getElementById('found-sources')")
        assert "Made-up weekly" in titles(seen)
        seen.says("#live", "statements and 2 sources found")
        # Words that stand as typed come before words that stand apart.
        page.fill("#query", "harbour open")
        seen.until("() => document.getElementById('found-statements')")
        first = page.locator("#found .group").first.inner_text()
        assert first.casefold().startswith("statements")
        assert titles(seen)[0] == "“We will keep the harbour open.”"
        assert page.locator("#found mark").first.inner_text() == "harbour"


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("ada", "actor=envoy"),
        ("tolls are", "position=fair"),
        ("keep the harbour", "edge=n-s-disputes"),
    ],
)
def test_a_result_leads_to_its_evidence(open_page: Opener, typed: str, link: str) -> None:
    """Enter chooses the marked result, the panel shows its evidence and has the keyboard."""
    with open_page() as seen:
        seen.page.keyboard.press("/")
        seen.page.keyboard.type(typed)
        seen.until("() => document.querySelector('#found [role=option]:not([aria-disabled])')")
        seen.page.keyboard.press("Enter")
        seen.links(link)
        seen.until("() => document.activeElement.id === 'panel'")
        assert not seen.page.is_visible("#found")
        assert seen.page.input_value("#query") == ""


def test_issue_and_source_narrow_the_view(open_page: Opener) -> None:
    """Choosing an issue shows only what is about it, with its parts; choosing a source only what it says."""
    with open_page() as seen:
        seen.page.fill("#query", "the harbour")
        seen.page.locator("#found [role=option]", has_text="shows only what is about it").first.click()
        seen.says("#count", "1 of 7 statements")
        seen.says("#left-out", "Left out: issue")
        seen.says("#toast", "the harbour")
        seen.page.click("#reset")
        seen.reads("#count", "7 statements, 6 ties, 5 actors")
        seen.page.fill("#query", "weekly")
        seen.page.locator("#found [role=option]", has_text="shows only what it says").first.click()
        seen.says("#count", "2 of 7 statements")


def test_what_the_filters_hide_is_found_and_told(open_page: Opener) -> None:
    """An actor, a position and a statement behind filters are found, marked as hidden, and shown when chosen."""
    with open_page(fragment="kind=State&without=disputes&from=2022-01") as seen:
        page = seen.page
        page.fill("#query", "northland")
        option = page.locator("#found [role=option]", has_text="Northland").first
        assert "hidden by the filters; choosing it shows it" in option.inner_text()
        option.click()
        seen.until("() => new URLSearchParams(kgPage.link()).get('actor') === 'north'")
        assert "kind=State" not in seen.link()
        page.fill("#query", "keep the harbour")
        seen.until("() => document.querySelector('#found em')")
        page.keyboard.press("Enter")
        seen.says(".card.found", "We will keep the harbour open")
        assert "without=disputes" not in seen.link()
        page.fill("#query", "stays open")
        page.keyboard.press("Enter")
        seen.says("#panel h2", "The harbour stays open.")
        page.fill("#query", "northland")
        assert "hidden" not in page.locator("#found [role=option]").first.inner_text()


def test_search_is_a_combobox(open_page: Opener) -> None:
    """The box keeps the focus, arrows move the mark round the list, Escape closes it and then empties the box."""
    with open_page() as seen:
        page = seen.page
        page.keyboard.press("/")
        assert page.get_attribute("#query", "aria-expanded") == "false"
        page.keyboard.type("harbour")
        seen.until("() => document.getElementById('found-statements')")
        number = page.locator("#found [role=option]").count()
        assert page.get_attribute("#query", "aria-expanded") == "true"
        assert page.evaluate(MARKED) == ["found-0", "found-0"]
        page.keyboard.press("ArrowUp")
        assert page.evaluate(MARKED) == [f"found-{number - 1}"] * 2
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        assert page.evaluate(MARKED) == ["found-1", "found-1"]
        assert page.evaluate("document.activeElement.id") == "query"
        structure = page.evaluate(
            """() => [...document.querySelectorAll('#found [role=option]')].every(one =>
              one.closest('[role=group]').closest('[role=listbox]').id === 'found'
              && document.getElementById(one.closest('[role=group]').getAttribute('aria-labelledby')).innerText)"""
        )
        assert structure
        page.keyboard.press("Escape")
        assert not page.is_visible("#found")
        assert page.input_value("#query") == "harbour"
        assert page.get_attribute("#query", "aria-activedescendant") is None
        page.keyboard.press("ArrowDown")
        assert page.is_visible("#found")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        assert page.input_value("#query") == ""


@pytest.mark.parametrize("typed", ["no such words", "?!", "<script>alert(1)</script>", "\u202e", "\\"])
def test_nothing_found_says_so(open_page: Opener, typed: str) -> None:
    """When nothing is found, list and screen reader say so, whatever was typed."""
    with open_page() as seen:
        seen.page.fill("#query", typed)
        seen.says("#found", "Nothing found")
        seen.says("#live", "Nothing found")
        seen.page.keyboard.press("Enter")
        assert seen.link() == ""
        assert seen.complaints == []


MANY = Document(
    title="Many",
    nodes=[Node("a", "Anna"), Node("b", "Ben"), Node("c", "Carl")],
    edges=[Edge("a-b", "a", "b", "talks", [f"s{number}" for number in range(450)])],
    relations=RELATIONS,
    statements=[
        *(statement(number, title=f"Meeting {number}", paraphrase="", date="2015-03-02") for number in range(450)),
        Statement(id="loose", title="A word of nobody", date="1999", source_title="An old paper"),
    ],
)


def test_many_statements_are_shown_in_the_table(open_page: Opener) -> None:
    """A list longer than the box leads into the table, which has its own search, portions and the rest on request."""
    with open_page(MANY) as seen:
        page = seen.page
        page.fill("#query", "meeting")
        page.locator("#found .all", has_text="Show all 450 in the table").click()
        seen.until("() => new URLSearchParams(kgPage.link()).get('view') === 'table'")
        assert page.input_value("#table-find") == "meeting"
        seen.says(".about", "450 statements with “meeting”")
        seen.counts("tbody tr", 200)
        page.click("#view-table .more")
        seen.counts("tbody tr", 400)
        page.click("#view-table .more")
        seen.counts("tbody tr", 450)
        assert not page.is_visible("#view-table .more")
        page.fill("#table-find", "meeting 44")
        seen.counts("tbody tr", sum("44" in str(n) for n in range(450)))
        seen.until("() => new URLSearchParams(kgPage.link()).get('find') === 'meeting 44'")
        page.fill("#table-find", "nothing like it")
        seen.says("#view-table .note", "No statement in view has these words.")
        page.fill("#table-find", "")
        seen.says(".about", "451 statements")
    with open_page(MANY, fragment="view=table&find=meeting+44") as seen:
        seen.counts("tbody tr", sum("44" in str(n) for n in range(450)))
        assert set(seen.link().split("&")) == {"view=table", "find=meeting+44"}


def test_statement_without_tie_or_stance_is_found_in_its_row(open_page: Opener) -> None:
    """What nobody can be chosen for is shown where it stands: its row in the table comes into view."""
    with open_page(MANY) as seen:
        seen.page.fill("#query", "word of nobody")
        seen.page.keyboard.press("Enter")
        seen.says("tr.found", "A word of nobody")
        box = seen.page.locator("tr.found").bounding_box()
        assert box
        assert 0 < box["y"] < 900


# All in one turn of the browser, so before anything is read.
QUICK = """() => {
  const query = document.getElementById('query');
  query.focus();
  query.value = 'word of nobody';
  query.dispatchEvent(new InputEvent('input', { bubbles: true }));
  query.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  return document.getElementById('found').innerText;
}"""


def test_enter_before_the_statements_are_read_is_not_lost(open_page: Opener) -> None:
    """Whoever types and confirms faster than the page reads is taken to the first result once it is found."""
    with open_page(MANY) as seen:
        assert "Still reading" in seen.page.evaluate(QUICK)
        seen.says("tr.found", "A word of nobody")
        assert seen.page.input_value("#query") == ""


DATED = Document(
    title="Dates",
    nodes=[Node("a", "Anna"), Node("b", "Ben")],
    edges=[Edge("a-b", "a", "b", "talks", ["day", "later", "month", "year", "none", "early"])],
    relations=RELATIONS,
    statements=[
        Statement(id="day", date="2018-05-04", title="e", confidence=0.5),
        Statement(id="later", date="2018-11-30", title="b"),
        Statement(id="month", date="2018-05", title="", confidence=0.9),
        Statement(id="year", date="2018", title="Item 10"),
        Statement(id="none", date="", title="Item 9", confidence=0.1),
        Statement(id="early", date="2017-12-31", title="a"),
    ],
)


def test_table_sorts_by_any_column_and_by_what_is_known_of_a_date(open_page: Opener) -> None:
    """A year stands after the days that it contains, whichever way; what is missing stands last; 9 is before 10."""
    with open_page(DATED, fragment="view=table") as seen:
        assert rows(seen) == ["later", "day", "month", "year", "early", "none"]
        seen.page.click("[data-sort=date]")
        assert rows(seen) == ["early", "day", "month", "later", "year", "none"]
        seen.page.click("[data-sort=statement]")
        assert rows(seen) == ["early", "later", "day", "none", "year", "month"]
        seen.says("#live", "Sorted by Statement, ascending")
        seen.page.keyboard.press("Enter")  # the focus is still on the heading
        assert rows(seen) == ["year", "none", "day", "later", "early", "month"]
        seen.page.click("[data-sort=confidence]")
        assert rows(seen)[:3] == ["month", "day", "none"]


def test_table_row_tells_what_the_statement_rests_on(open_page: Opener) -> None:
    """A row has the date as it is known, who spoke for whom, tie or stance, quote, source and link, and how sure."""
    with open_page(fragment="view=table") as seen:
        row = seen.page.locator("tr[data-statement=s3]")
        cells = {
            cell.get_attribute("data-title"): re.sub(r"[\u2066-\u2069]", "", cell.inner_text())
            for cell in row.locator("td").all()
        }
        assert cells["Date"] == "5 January 2021"
        assert [cells["Actor"], cells["Said by"], cells["Toward"]] == ["Northland", "Ada Envoy", "Southland"]
        assert "disputes" in cells["Tie or stance"]
        assert "strongly supports: The harbour stays open." in cells["Tie or stance"]
        assert "“We will keep the harbour open.”" in cells["Statement"]
        assert [cells["Reliability"], cells["Certainty"], cells["Confidence"]] == ["B", "stated", "90 %"]
        assert row.locator("a").get_attribute("href") == "https://example.org/3"
        row.locator("button", has_text="strongly supports").click()
        seen.until("() => new URLSearchParams(kgPage.link()).get('cell') === 'north open'")
        seen.says(".about", "about Northland on The harbour stays open.")
        seen.page.click(".about button")
        seen.counts("tbody tr", len(SMALL.statements))


def test_table_keeps_the_readers_place(open_page: Opener) -> None:
    """A change that leaves the rows as they are leaves them where they are."""
    with open_page(MANY, fragment="view=table", height=500) as seen:
        seen.page.click("#view-table .more")
        seen.page.evaluate("document.getElementById('view-table').scrollTop = 3000")
        seen.page.click("#theme")
        assert seen.page.evaluate("document.getElementById('view-table').scrollTop") == 3000
        seen.counts("tbody tr", 400)


def test_table_is_cards_on_a_phone(open_page: Opener) -> None:
    """On a phone each row is a card, nothing is wider than the screen, and the roles of a table remain."""
    with open_page(fragment="view=table", width=360, height=740) as seen:
        page = seen.page
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.evaluate("getComputedStyle(document.querySelector('tbody tr')).display") == "block"
        cells = "[...document.querySelectorAll('tbody td')]"
        assert max(page.evaluate(f"() => {cells}.map(cell => cell.getBoundingClientRect().right)")) <= 360
        roles = "[...document.querySelectorAll('#view-table [role]')].map(one => one.getAttribute('role'))"
        assert {"table", "row", "cell", "columnheader", "rowgroup"} <= set(page.evaluate(f"() => {roles}"))
        page.click("[data-sort=source]")
        assert page.get_attribute("th:has([data-sort=source])", "aria-sort") == "ascending"


def test_search_over_many_is_complete_once_read(open_page: Opener) -> None:
    """Statements are read in slices; what is typed before that is answered again when all is read."""
    spoken = [Statement(id=f"s{n}", title=f"Round {n}", quote=f"Wir sprachen über Größe {n}.") for n in range(6000)]
    with open_page(replace(MANY, edges=[], statements=spoken)) as seen:
        # Each but the last narrows the one before; back to fewer letters finds more again.
        for typed in ("59", "599", ""):
            seen.page.fill("#query", f"grosse {typed}")
            number = sum(typed in str(n) for n in range(6000))
            seen.says("#found .all", f"Show all {number:,} in the table")
