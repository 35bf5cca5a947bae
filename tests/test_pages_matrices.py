"""The matrices of a page in a real browser: who stands where, and what both matrices can do."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from browser import Opener
from matrix_pages import CELL, MATRIX, cell, column_of, debate, plain, row_names, words
from page_examples import RELATIONS, SMALL

from kg.pages import Document, HeldStance, Issue, Node, Position, Source, Statement

pytestmark = pytest.mark.browser

HOSTILE = (
    "<img src=x onerror=\"document.title='ran'\"><script>document.title='ran'</script>${document.title='ran'}"
)
# Row and column of the cell that has the focus, and what a screen reader reads there.
FOCUSED = """() => {
  const node = document.activeElement, row = node.closest('tr');
  if (!node.closest('table.matrix')) return null;
  return [row.closest('thead') ? 0 : row.sectionRowIndex + 1, node.closest('td, th').cellIndex,
    node.getAttribute('aria-label') ?? node.innerText];
}"""


# ---- stances


def test_a_cell_says_value_move_and_evidence_in_words_and_signs(open_page: Opener) -> None:
    """A cell shows its value as a sign and says it in words, with the move, the stances and the sources behind it."""
    with open_page(fragment="view=stances") as seen:
        assert words(seen, "Northland", "The harbour stays open.") == (
            "Northland strongly supports, moved toward support, The harbour stays open.: "
            "1 stance, 2 statements, 2 sources"
        )
        assert cell(seen, "Northland", column_of(seen, "The harbour stays open.")).inner_text() == "++ ▲"
        assert cell(seen, "Northland", column_of(seen, "The tolls are fair.")).inner_text() == "?"
        assert cell(seen, "Southland", column_of(seen, "The harbour stays open.")).inner_text() == "−−"
        assert "undetermined" in words(seen, "Northland", "The tolls are fair.")


def test_what_is_not_known_is_hatched_and_said_not_to_be_neutral(open_page: Opener) -> None:
    """A cell without a known stance is hatched, not grey, and page and cell say that nothing is known."""
    with open_page(fragment="view=stances") as seen:
        empty = cell(seen, "Southland", column_of(seen, "The tolls are fair."))
        assert empty.get_attribute("aria-label") == "Southland: nothing known on The tolls are fair."
        assert empty.inner_text() == ""
        hatched = empty.locator("span").evaluate("tile => getComputedStyle(tile).backgroundImage")
        assert "repeating-linear-gradient" in hatched
        assert "not the same as neutral" in seen.text("#view-stances .matrix-legend")
        missing = plain(seen.text("#view-stances .missing"))
        assert missing == "No stance in view: of Ada Envoy and Quiet Island; on “Nobody pays.”."


def test_a_tip_tells_what_a_cell_rests_on(open_page: Opener) -> None:
    """Pointing at a cell, or walking to it, shows its value, counts and latest date; Escape takes the tip away."""
    with open_page(fragment="view=stances") as seen:
        cell(seen, "Northland", column_of(seen, "The harbour stays open.")).hover()
        seen.says("#tip-stances", "++ strongly supports")
        tip = plain(seen.text("#tip-stances"))
        for part in (
            "Northland",
            "The harbour stays open.",
            "▲ moved toward support",
            "2 sources",
            "5 January 2021",
        ):
            assert part in tip
        seen.page.mouse.move(2, 2)
        seen.until("() => document.querySelector('#tip-stances').hidden")
        seen.page.focus(f"{MATRIX} [tabindex='0']")
        seen.page.keyboard.press("ArrowRight")
        seen.until("() => !document.querySelector('#tip-stances').hidden")
        seen.page.keyboard.press("Escape")
        seen.until("() => document.querySelector('#tip-stances').hidden")


def test_cells_names_and_heads_lead_to_their_evidence(open_page: Opener) -> None:
    """A click on a cell, an actor or a position chooses it, and the panel shows what is behind it."""
    with open_page(fragment="view=stances") as seen:
        cell(seen, "Northland", column_of(seen, "The harbour stays open.")).click()
        seen.until("() => new URLSearchParams(kgPage.link()).get('cell') === 'north open'")
        seen.says("#panel", "We will keep the harbour open.")
        seen.counts(f"{CELL}[aria-selected=true]", 1)
        seen.page.get_by_role("rowheader", name="Southland").locator("button").click()
        seen.until("() => new URLSearchParams(kgPage.link()).get('actor') === 'south'")
        seen.says("#panel", "Southland")
        seen.counts(f"{CELL}[aria-selected=true]", 0)
        seen.page.locator(f"{MATRIX} thead button", has_text="The tolls are fair.").click()
        seen.until("() => new URLSearchParams(kgPage.link()).get('position') === 'fair'")
        seen.says("#panel", "The tolls are fair.")


def test_a_choice_changes_no_other_cell(open_page: Opener) -> None:
    """Choosing a cell only marks it: the cells stay the elements that they were, and the focus stays."""
    with open_page(debate(), fragment="view=stances") as seen:
        seen.page.evaluate(f"for (const one of document.querySelectorAll('{CELL}')) one.kept = true")
        seen.page.locator(CELL).nth(7).click()
        seen.counts(f"{CELL}[aria-selected=true]", 1)
        seen.page.locator(CELL).nth(8).press("Enter")
        seen.until(f"() => document.querySelectorAll('{CELL}')[8].getAttribute('aria-selected') === 'true'")
        assert seen.page.evaluate(f"[...document.querySelectorAll('{CELL}')].every(one => one.kept)")
        assert seen.page.evaluate(f"document.activeElement === document.querySelectorAll('{CELL}')[8]")


def test_the_matrix_is_a_table_for_screen_readers(open_page: Opener) -> None:
    """Each matrix is a grid with a caption, and heads that name their rows, columns and groups of columns."""
    with open_page(fragment="view=stances") as seen:
        captions = {
            "stances": "Stances of 3 actors on 2 positions.",
            "agreement": "Agreement between each two of 3 actors.",
        }
        for name, caption in captions.items():
            seen.page.click(f"#tab-{name}")
            seen.says(f"{MATRIX} caption", caption)
            assert seen.page.locator(MATRIX).get_attribute("role") == "grid"
            assert {one.get_attribute("scope") for one in seen.page.locator(f"{MATRIX} tbody th").all()} == {
                "row"
            }
            assert seen.page.locator(f"{MATRIX} thead .heads th[scope=col]").count() == (
                3 if name == "stances" else 4
            )
            seen.counts(f"{MATRIX} [tabindex='0']", 1)
        seen.page.click("#tab-stances")
        assert seen.page.locator(f"{MATRIX} .groups th").all_inner_texts() == ["the harbour", "tolls"]


def test_keys_walk_through_the_cells(open_page: Opener) -> None:
    """Arrows go from cell to cell and into the heads, Home and End along a row, with Ctrl to a corner; pages leap."""
    with open_page(
        debate(12, 8, 96), fragment="view=stances&actors-by=name&positions-by=name", height=700
    ) as seen:
        seen.page.focus("#view-stances select >> nth=1")
        seen.page.keyboard.press("Tab")
        for key, row, column in (
            ("", 1, 1), ("ArrowRight", 1, 2), ("ArrowDown", 2, 2), ("End", 2, 8), ("ArrowRight", 2, 8), ("Home", 2, 0),
            ("ArrowUp", 1, 0), ("ArrowUp", 1, 0), ("ArrowRight", 1, 1), ("ArrowUp", 0, 1), ("End", 0, 8),
            ("Home", 0, 1), ("Control+End", 12, 8), ("Control+Home", 1, 1),
        ):  # fmt: skip
            if key:
                seen.page.keyboard.press(key)
            assert seen.page.evaluate(FOCUSED)[:2] == [row, column], key
            assert seen.page.locator(f"{MATRIX} [tabindex='0']").count() == 1
        seen.page.keyboard.press("PageDown")
        far = seen.page.evaluate(FOCUSED)
        assert far[0] > 3
        assert far[1] == 1
        seen.page.keyboard.press("PageUp")
        assert seen.page.evaluate(FOCUSED)[:2] == [1, 1]
        seen.page.keyboard.press("Enter")
        seen.until("() => new URLSearchParams(kgPage.link()).has('cell')")
        seen.page.keyboard.press("Home")
        seen.page.keyboard.press("Enter")
        seen.until("() => new URLSearchParams(kgPage.link()).get('actor') === 'a0'")


def test_a_cell_walked_to_is_not_hidden_by_heads(open_page: Opener) -> None:
    """In a matrix larger than its window heads stay in sight, and no cell that gets the focus is under them."""
    with open_page(debate(40, 30, 900), fragment="view=stances", width=900, height=600) as seen:
        seen.page.focus(f"{MATRIX} [tabindex='0']")
        for key in ("Control+End", "PageUp", "PageUp", "PageUp", "PageUp", "ArrowLeft", "Control+Home"):
            seen.page.keyboard.press(key)
            assert seen.page.evaluate(
                """() => {
                  const box = document.activeElement.getBoundingClientRect();
                  const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
                  return document.activeElement.contains(hit) || hit.contains(document.activeElement);
                }"""
            ), key
            head = seen.page.locator(f"{MATRIX} thead .heads th:nth-child(3)").bounding_box()
            corner = seen.page.locator(f"{MATRIX} tbody th").first.bounding_box()
            frame = seen.page.locator("#view-stances").bounding_box()
            assert head["y"] >= frame["y"] - 1
            assert corner["x"] >= frame["x"] - 1


def test_positions_stand_under_their_issues(open_page: Opener) -> None:
    """By issue, positions of one issue stand together under its name, in the order of the alphabet."""
    with open_page(debate(6, 8), fragment="view=stances") as seen:
        groups = seen.page.locator(f"{MATRIX} .groups th").all_inner_texts()
        assert groups == ["issue A", "issue B", "issue C", "issue D"]
        heads = [plain(one) for one in seen.page.locator(f"{MATRIX} .heads button").all_inner_texts()]
        found = [int(re.search(r"(\d+) shall", one).group(1)) % 4 for one in heads]  # type: ignore[union-attr]
        assert found == [3, 3, 2, 2, 1, 1, 0, 0]


def test_an_order_is_chosen_and_kept_in_the_link(open_page: Opener) -> None:
    """Rows and columns are ordered by the method the reader names, the link brings it back, and nonsense is refused."""
    with open_page(debate(6, 4), fragment="view=stances") as seen:
        seen.page.locator("#view-stances").get_by_label("Actors by").select_option("name")
        seen.until("() => kgPage.link().includes('actors-by=name')")
        assert row_names(seen) == sorted(row_names(seen))
        seen.page.locator("#view-stances").get_by_label("Positions by").select_option("name")
        heads = [plain(one) for one in seen.page.locator(f"{MATRIX} .heads button").all_inner_texts()]
        assert heads == sorted(heads)
        link = seen.link()
        seen.says("#live", "alphabetical order")
    with open_page(debate(6, 4), fragment=link) as seen:
        assert row_names(seen) == sorted(row_names(seen))
        seen.page.click("#tab-agreement")
        assert row_names(seen) == sorted(row_names(seen))
        seen.page.locator("#view-agreement").get_by_label("Actors by").select_option("statements")
        seen.until("() => !kgPage.link().includes('actors-by')")
    with open_page(debate(6, 4), fragment="view=stances&actors-by=magic&positions-by=%00") as seen:
        seen.links("view=stances")


def test_the_most_documented_come_first_by_statements(open_page: Opener) -> None:
    """By statements, actors with more statements behind their stances stand before those with fewer."""
    document = debate(5, 4, 27)
    count = {node.label: sum(s.holder == node.id for s in document.stances) for node in document.nodes}
    with open_page(document, fragment="view=stances&actors-by=statements") as seen:
        found = [count[name] for name in row_names(seen)]
        assert found == sorted(found, reverse=True)


def test_the_period_changes_cells_and_marks_and_keeps_the_places(open_page: Opener) -> None:
    """A narrower period shows the stances of its time, without a mark where nothing moved; rows keep their places."""
    with open_page(fragment="view=stances") as seen:
        before = row_names(seen)
    with open_page(fragment="view=stances&to=2018-12") as seen:
        assert row_names(seen) == before
        assert cell(seen, "Northland", column_of(seen, "The harbour stays open.")).inner_text() == "−"
        seen.says("#view-stances .missing", "Southland")
        assert "Dec 2018" in seen.text("#view-stances h2")
        seen.page.focus("#to")
        while "to=" in seen.link():
            seen.page.keyboard.press("End")
        assert cell(seen, "Northland", column_of(seen, "The harbour stays open.")).inner_text() == "++ ▲"


def test_filters_take_rows_out(open_page: Opener) -> None:
    """Who is filtered out has no row; what no source in view tells of is not shown as known."""
    with open_page(fragment="view=stances") as seen:
        seen.page.locator("#kinds .legend", has_text="Organization").locator("input").uncheck()
        seen.counts(f"{MATRIX} tbody tr", 2)
        assert "Harbour Union" not in row_names(seen)
        for kind in ("State", "Person"):
            seen.page.locator("#kinds .legend", has_text=kind).locator("input").uncheck()
        seen.says("#view-stances", "No stance passes the filters.")
        seen.page.click("#tab-agreement")
        seen.says("#view-agreement", "Fewer than two actors")
        seen.page.click("#reset")
        seen.counts(f"{MATRIX} tbody tr", 3)
    with open_page(fragment="view=stances&source=weekly") as seen:
        assert "Southland" not in row_names(seen)
        assert words(seen, "Northland", "The harbour stays open.").startswith("Northland strongly supports")


def test_a_page_without_stances_has_no_matrices(open_page: Opener) -> None:
    """Where no stance is known there is no tab that could only be empty, and a link to one leads to the network."""
    document = Document(title="No stances", nodes=SMALL.nodes, relations=RELATIONS)
    with open_page(document, fragment="view=stances") as seen:
        assert "stances" not in seen.page.evaluate("kgPage.views")
        assert not seen.page.locator("#view-network").is_hidden()
        assert seen.complaints == []


def test_one_actor_with_a_stance_agrees_with_nobody(open_page: Opener) -> None:
    """With a single stance the stances view has one cell, and the agreement view says that it takes two actors."""
    with open_page(debate(1, 1, 1), fragment="view=stances") as seen:
        seen.counts(CELL, 1)
        if "agreement" in seen.page.evaluate("kgPage.views"):
            seen.page.click("#tab-agreement")
            seen.says("#view-agreement", "Fewer than two actors")
        assert seen.complaints == []


def test_a_large_debate_is_drawn_in_portions_and_says_so(open_page: Opener) -> None:
    """Of very many actors those with the most statements are drawn, the page says how many, and a button adds more."""
    with open_page(debate(100, 4, 900), fragment="view=stances") as seen:
        seen.counts(f"{MATRIX} tbody tr", 80)
        assert "The 80 actors with the most statements of 100 are drawn." in seen.text("#view-stances")
        seen.page.get_by_text("Draw 20 more actors").click()
        seen.counts(f"{MATRIX} tbody tr", 100)
        seen.page.click("#tab-agreement")
        seen.counts(f"{MATRIX} tbody tr", 80)


@pytest.mark.parametrize("view", ["stances", "agreement"])
def test_a_matrix_fits_a_phone(open_page: Opener, view: str) -> None:
    """At 320 pixels only the matrix scrolls sideways, not the page; its cells are large enough to be touched."""
    with open_page(debate(30, 20, 600), fragment=f"view={view}", width=320, height=640) as seen:
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 320
        box = seen.page.locator(CELL).nth(1).bounding_box()
        assert min(box["width"], box["height"]) >= 24
        seen.page.locator(CELL).nth(5).click()
        seen.until("() => document.body.classList.contains('choice')")
        assert seen.page.locator("#panel").is_visible()


# ---- both


@pytest.mark.parametrize("view", ["stances", "agreement"])
def test_a_matrix_can_be_taken_away(open_page: Opener, view: str) -> None:
    """What is in view can be had as rows and as a standalone picture with names, key and what it was made from."""
    document = debate(6, 5)
    with open_page(document, fragment=f"view={view}") as seen:
        data = seen.page.evaluate("kgPage.data()")
        assert data["rows"]
        assert {len(row) for row in data["rows"]} == {len(data["columns"])}
        text = seen.page.evaluate("kgPage.svg()")
        picture = ElementTree.fromstring(text)
        assert picture.tag == "{http://www.w3.org/2000/svg}svg"
        assert "var(" not in text
        written = " ".join(one.text or "" for one in picture.iter())
        assert all(node.label in written for node in document.nodes)
        assert "Selection: made up" in written
        assert ("nothing known" if view == "stances" else "too little to say") in written
        assert picture.find("{http://www.w3.org/2000/svg}title").text.endswith("A debate")
        if view == "stances":
            known = {(row[0], row[1]): row for row in data["rows"]}
            assert len(known) == len({(s.holder, s.position) for s in document.stances})
            assert set(next(zip(*known, strict=True))) == {node.label for node in document.nodes}


def test_hostile_names_stay_text_in_the_matrices(open_page: Opener) -> None:
    """Names, positions, issues and sources that look like markup or scripts are shown, and execute nothing."""
    base = debate(3, 3, 27)
    document = Document(
        title=HOSTILE,
        nodes=[Node(f"{HOSTILE}{i}", HOSTILE + str(i), HOSTILE) for i in range(3)],
        statements=[
            Statement(
                id=one.id, title=HOSTILE, quote=HOSTILE, date=one.date, sources=one.sources, issues=[HOSTILE]
            )
            for one in base.statements
        ],
        stances=[
            HeldStance(
                id=one.id,
                holder=f"{HOSTILE}{one.holder[1:]}",
                position=HOSTILE + one.position,
                value=one.value,
                date=one.date,
                date_text=HOSTILE,
                sources=one.sources,
                statements=one.statements,
            )
            for one in base.stances
        ],
        positions=[Position(f"{HOSTILE}p{i}", HOSTILE + "\u202e" + "م" * 40, HOSTILE) for i in range(3)],
        issues=[Issue(HOSTILE, HOSTILE)],
        sources=[Source(one.id, HOSTILE) for one in base.sources],
        made_from=[(HOSTILE, HOSTILE)],
    )
    with open_page(document, fragment="view=stances") as seen:
        for view in ("stances", "agreement"):
            seen.page.click(f"#tab-{view}")
            seen.page.locator(CELL).nth(1).hover()
            seen.page.locator(CELL).nth(1).click()
            seen.says("#panel", "onerror")
            ElementTree.fromstring(seen.page.evaluate("kgPage.svg()"))
            seen.page.evaluate("kgPage.data()")
            assert (
                seen.page.locator(f"{MATRIX} img, {MATRIX} script, #panel img, .matrix-tip img").count() == 0
            )
        assert seen.page.title() == HOSTILE
        assert seen.complaints == []
        assert seen.requests == []
        link = seen.link()
    with open_page(document, fragment=link) as seen:
        seen.says("#panel", "onerror")
