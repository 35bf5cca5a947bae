"""The page without a mouse: every key that the help names, every stop of the tab key, what screen readers are told."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser import PATIENCE, Opened, Opener, opened
from key_cases import CASES, SPOTS
from page_examples import SMALL, statement
from quality_pages import VIEWS, focused, go, link_of

from kg.pages import Edge, network_page, parts

pytestmark = pytest.mark.browser

DOCS = Path(__file__).parents[1] / "docs" / "page.md"
# What has the focus: how it is called, whether a frame of two pixels and enough contrast shows that, and whether it is
# in sight at any of five points.
STAND = """() => {
  const node = document.activeElement, look = getComputedStyle(node), box = node.getBoundingClientRect();
  const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = text => { paint.clearRect(0, 0, 1, 1); paint.fillStyle = text; paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data]; };
  const light = colour => rgba(colour).slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = from => { for (let at = from; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor; if (rgba(colour)[3] === 255) return colour; } return '#fff'; };
  const ring = node.matches('.dot') ? getComputedStyle(node.querySelector('.reach')) : null;
  const colour = ring ? ring.stroke : look.outlineColor;
  const wide = ring ? (ring.stroke === 'none' ? 0 : parseFloat(ring.strokeWidth))
    : look.outlineStyle === 'none' ? 0 : parseFloat(look.outlineWidth);
  const inside = !ring && parseFloat(look.outlineOffset) < 0;
  const [a, b] = [light(colour), light(ground(inside ? node : node.parentElement))];
  const middle = (from, to, part) => from + (to - from) * part;
  const left = Math.max(0, box.left), right = Math.min(innerWidth, box.right);
  const top = Math.max(0, box.top), bottom = Math.min(innerHeight, box.bottom);
  const seen = [[.5, .5], [.15, .5], [.85, .5], [.5, .15], [.5, .85]].some(([x, y]) => {
    const hit = document.elementFromPoint(middle(left, right, x), middle(top, bottom, y));
    return hit && (node.contains(hit) || hit.contains(node) && hit.matches('label, label *'));
  });
  const words = (node.getAttribute('aria-label') || node.textContent).slice(0, 30);
  return {
    number: [...document.querySelectorAll('*')].indexOf(node), body: node === document.body,
    name: `${node.id || node.getAttribute('class') || node.tagName} ${words}`,
    wide, contrast: (Math.max(a, b) + .05) / (Math.min(a, b) + .05), seen,
  };
}"""
# What a reader without a mouse has to come to.
STOPS = """() => {
  const all = [...document.querySelectorAll('*')];
  const stop = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const reachable = node => node.tabIndex >= 0 && !node.disabled && node.getClientRects().length
    && getComputedStyle(node).visibility === 'visible' && !(node.type === 'radio' && !node.checked);
  return all.filter(node => node.matches(stop) && reachable(node))
    .map(node => [all.indexOf(node), node.outerHTML.slice(0, 80)]);
}"""


def told(seen: Opened) -> list[tuple[str, str, str]]:
    """What the help on the page tells: place, keys, what they do."""
    found: list[list[str]] = seen.page.evaluate(
        """() => [...document.querySelectorAll('#keys dl div')].map(row => {
          const caps = [...row.querySelectorAll('kbd')].map(one => one.querySelector('[aria-hidden]') || one);
          return [row.closest('section').querySelector('h3').textContent, caps.map(cap => cap.textContent).join(' '),
            row.querySelector('dd').textContent];
        })"""
    )
    return [(place, keys, does) for place, keys, does in found]


# ---- the help


def test_the_help_and_the_manual_list_the_same_keys(browser: Any, debate_page: Path) -> None:
    """A question mark, or its button, opens the list of keys; the table in docs/page.md is the same, row for row."""
    with opened(browser, debate_page) as seen:
        seen.page.keyboard.press("?")
        seen.until("() => document.getElementById('keys').open")
        rows = re.findall(r"^\| (.+?) \| (`.+?`) \| (.+?) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
        plain = [(place, " ".join(re.findall(r"`(.+?)`", keys)), does) for place, keys, does in rows]
        assert told(seen) == plain
        assert len(plain) > 25
        seen.page.keyboard.press("Escape")
        seen.until("() => !document.getElementById('keys').open")
        seen.page.click("#open-keys")
        assert seen.page.locator("#keys").is_visible()
        box = seen.page.locator("#open-keys").bounding_box()
        assert min(box["width"], box["height"]) >= 24
        seen.page.keyboard.press("Escape")
        seen.until("() => document.activeElement.id === 'open-keys'")
        assert seen.complaints == []


def test_a_key_that_nothing_listens_to_stops_the_page(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table of keys cannot name a key without a handler: such a page does not start."""
    shipped, row = parts.shipped, "{ keys: ['-'], act: 'farther'"
    monkeypatch.setattr(
        parts,
        "shipped",
        lambda name: shipped(name).replace(row, "{ keys: ['!'], act: 'shout', words: 'shout' }, " + row),
    )
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    (tmp_path / "page.html").write_text(network_page(SMALL), encoding="utf-8", newline="\n")
    with page.expect_event("pageerror", timeout=PATIENCE):
        page.goto((tmp_path / "page.html").as_uri())
    assert page.get_attribute("html", "data-ready") is None
    assert "Keys of picture without a handler, or handlers without a key: shout" in errors[0]
    page.close()


def test_keys_that_hold_anywhere_can_be_switched_off(browser: Any, debate_page: Path) -> None:
    """Without the tick "/" and "?" do nothing, also after the page was opened again; with it they are back."""
    with opened(browser, debate_page) as seen:
        for on in (False, True):
            seen.page.click("#open-keys")
            seen.page.set_checked("#page-keys", on)
            seen.page.keyboard.press("Escape")
            seen.page.reload()
            seen.page.wait_for_selector("html[data-ready=yes]")
            seen.page.focus("#theme")
            seen.page.keyboard.press("/")
            assert (focused(seen) == "query") is on
            seen.page.focus("#theme")
            seen.page.keyboard.press("?")
            assert seen.page.locator("#keys").is_visible() is on
            seen.page.keyboard.press("Escape")


def test_an_embedded_page_has_no_keys_of_its_own(browser: Any, debate_page: Path) -> None:
    """Within another page "/" and "?" belong to that page, and there is no button for the help."""
    page = browser.new_page(reduced_motion="reduce")
    page.goto(f"{debate_page.as_uri()}?embed")
    page.wait_for_selector("html[data-ready=yes]", timeout=PATIENCE)
    page.focus("#picture")
    taken = """key => !document.activeElement.dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))"""
    assert [page.evaluate(taken, key) for key in ("/", "?", "+")] == [False, False, True]
    assert page.locator("#keys, #open-keys").count() == 0
    page.close()


def test_every_key_does_what_the_help_says(browser: Any, debate_page: Path) -> None:
    """Each row of the help, tried: the key is pressed where it holds, and what the row says happens."""
    with opened(browser, debate_page) as seen:
        seen.page.click("#open-keys")
        assert {(place, does) for place, _, does in told(seen)} == CASES.keys()
        seen.page.keyboard.press("Escape")
        for (place, does), (link, stand, before, key, script, condition) in CASES.items():
            go(seen, "")
            go(seen, link)
            seen.page.focus(stand)
            for one in before:
                seen.page.keyboard.press(one)
            was = seen.page.evaluate(script)
            for one in key.split("|"):
                seen.page.keyboard.press(one)
                if len(key.split("|")) > 1 and seen.page.evaluate(f"before => {condition}", was):
                    break
            seen.until(f"before => {{ /* {place}: {does} */ return {condition}; }}", was)
            seen.page.keyboard.press("Escape")
            seen.page.fill("#query", "")
            seen.page.evaluate("() => document.activeElement.blur()")
        assert seen.complaints == []


# ---- the tab key


def stops_of(seen: Opened) -> list[dict[str, Any]]:
    """Every stop of the tab key from the top of the page until it begins again."""
    seen.page.evaluate("() => { document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0); }")
    found: list[dict[str, Any]] = []
    for _ in range(400):
        seen.page.keyboard.press("Tab")
        now = seen.page.evaluate(STAND)
        if now["body"] or now["number"] in [one["number"] for one in found]:
            return found
        found.append(now)
    pytest.fail("The tab key does not come to the end of the page.")


@pytest.mark.parametrize(("view", "scheme"), [*((view, "light") for view in VIEWS), ("stances", "dark")])
def test_the_tab_key_comes_everywhere_and_shows_where(open_page: Opener, view: str, scheme: str) -> None:
    """Tab reaches all that can be operated, once each, in the order of the page; a frame shows where one is."""
    choice = "actor=north" if view in ("network", "stances") else ""
    with open_page(fragment=link_of(view, choice), scheme=scheme) as seen:
        wanted: dict[int, str] = dict(seen.page.evaluate(STOPS))
        found = stops_of(seen)
        assert {name for number, name in wanted.items() if number not in {one["number"] for one in found}} == set()
        assert [one["number"] for one in found] == sorted(one["number"] for one in found)
        faint = [one for one in found if one["wide"] < 2 or one["contrast"] < 3]
        assert [(one["name"], one["wide"], one["contrast"]) for one in faint] == []
        assert [one["name"] for one in found if not one["seen"]] == []


@pytest.mark.parametrize("choice", ["", "cell=north+open"])
def test_nothing_that_has_the_focus_lies_under_a_sheet(browser: Any, debate_page: Path, choice: str) -> None:
    """On a phone the evidence lies over the view; what has the focus is never hidden by it."""
    with opened(browser, debate_page, width=390, height=844) as seen:
        for view in ("network", "stances"):
            go(seen, link_of(view, choice))
            assert [one["name"] for one in stops_of(seen) if not one["seen"]] == []
        seen.page.focus(SPOTS["stances"])
        for key in ("Control+End", "Control+Home", "PageDown"):
            seen.page.keyboard.press(key)
            assert seen.page.evaluate(STAND)["seen"], key


def test_the_first_stops_skip_to_view_and_evidence(browser: Any, debate_page: Path) -> None:
    """The links at the top lead into the view and to the evidence, and leave the reader's choices as they are."""
    with opened(browser, debate_page) as seen:
        for view in VIEWS:
            for presses, goal in ((1, SPOTS[view]), (2, "#panel")):
                go(seen, link_of(view, "actor=north"))
                seen.page.evaluate("() => { document.activeElement.blur(); }")
                link = seen.link()
                seen.page.focus("#skip-view" if presses == 1 else "#skip-panel")
                seen.page.keyboard.press("Enter")
                seen.until("goal => document.activeElement.matches(goal)", goal)
                assert seen.link() == link


# ---- where one stands when something closes


def test_closing_leads_back(browser: Any, debate_page: Path) -> None:
    """Whatever is closed by Escape or its button, the focus goes back to where it came from, never to nowhere."""
    with opened(browser, debate_page) as seen:
        page = seen.page
        for opener_id, inside in (
            ("export", "#export-menu button"),
            ("moments-open", "#moments button"),
            ("play-menu-open", "#play-menu input:checked"),
            ("open-keys", "#keys .close"),
        ):
            page.focus(f"#{opener_id}")
            page.keyboard.press("Enter")
            page.locator(inside).first.wait_for()
            page.locator(inside).first.focus()
            page.keyboard.press("Escape")
            seen.until("id => document.activeElement.id === id", opener_id)
            assert not page.locator(inside).first.is_visible()
        # The keys' own button, too.
        page.keyboard.press("Enter")
        page.locator("#keys .close").press("Enter")
        seen.until("() => document.activeElement.id === 'open-keys'")
        for view in VIEWS:
            for close in ("#panel .close", "Escape"):
                go(seen, link_of(view, "cell=north+open"))
                if close == "Escape":
                    page.focus("#panel")
                    page.keyboard.press("Escape")
                else:
                    page.locator(close).press("Enter")
                seen.until("spot => document.activeElement.matches(spot)", SPOTS[view])
        go(seen, "actor=north")
        page.locator("#focus button").press("Enter")
        seen.until("() => document.activeElement.id === 'picture' && kgPage.link() === ''")
        go(seen, "without=disputes")
        page.locator("#reset").press("Enter")
        seen.until("() => document.activeElement.id === 'rail' && kgPage.link() === ''")


def test_what_vanishes_under_the_focus_hands_it_on(browser: Any, debate_page: Path, open_page: Opener) -> None:
    """A row that opens something, a button that shows more: the focus goes to what came in their place."""
    with opened(browser, debate_page) as seen:
        page = seen.page
        page.locator("#panel .row").first.press("Enter")
        seen.until("() => document.activeElement.id === 'panel' && kgPage.link().startsWith('edge=')")
        go(seen, "view=table")
        page.locator("#view-table td .tag").first.press("Enter")
        seen.until("() => document.activeElement.id === 'panel' && kgPage.link().includes('edge=')")
        page.locator("#view-table .about .link").press("Enter")
        seen.until("() => document.activeElement.id === 'view-table' && !kgPage.link().includes('edge=')")
    many = [statement(n, id=f"m{n}") for n in range(43)]
    tie = Edge("e", "north", "south", "talks", [one.id for one in many])
    crowd = replace(SMALL, statements=many, stances=[], edges=[tie])
    with open_page(crowd, fragment="edge=e") as seen:
        page = seen.page
        seen.counts("#panel .card", 40)
        page.locator("#panel .cards .more").press("Enter")
        seen.until("() => document.activeElement === document.querySelectorAll('#panel .card')[40]")


def test_sheets_of_a_phone_open_and_close_by_keys(browser: Any, debate_page: Path) -> None:
    """Filters and overview take the focus when they open and give it back when they close; going on closes them."""
    with opened(browser, debate_page, width=390, height=844) as seen:
        page = seen.page
        for button, sheet in (("open-filters", "rail"), ("open-overview", "panel")):
            for close in ("Escape", f"#{sheet} .close"):
                page.locator(f"#{button}").press("Enter")
                seen.until("id => document.activeElement.id === id", sheet)
                if close == "Escape":
                    page.keyboard.press("Escape")
                else:
                    page.locator(close).press("Enter")
                seen.until("id => document.activeElement.id === id", button)
                assert not page.is_visible(f"#{sheet}")
        page.locator("#open-filters").press("Enter")
        page.keyboard.press("Shift+Tab")
        seen.until("() => !document.body.classList.contains('filters')")


# ---- what screen readers are told

# Roles that are operated: none of them may be without a name.
OPERATED = {
    *("button", "link", "checkbox", "radio", "tab", "slider", "searchbox", "textbox", "combobox", "spinbutton"),
    *("gridcell", "option", "tabpanel", "dialog", "application", "columnheader", "rowheader"),
}


def heard(seen: Opened) -> list[tuple[str, str, dict[str, Any]]]:
    """Chromium's accessibility tree: role, name and properties of all that is not ignored."""
    session = seen.page.context.new_cdp_session(seen.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        (
            node["role"]["value"],
            re.sub(r"[\u2066-\u2069]", "", node.get("name", {}).get("value", "")).strip(),
            {one["name"]: one["value"].get("value") for one in node.get("properties", [])},
        )
        for node in nodes
        if not node["ignored"]
    ]


TOLD = {
    "network": [("application", "Network of actors."), ("button", "Zoom in"), ("heading", "Overview")],
    "stances": [
        ("grid", "Stances of 3 actors on 3 positions."), ("columnheader", "The harbour stays open."),
        ("rowheader", "Northland"), ("gridcell", "Northland supports"), ("combobox", "Actors by"),
    ],
    "agreement": [
        ("grid", "Agreement between each two of 3 actors."), ("gridcell", "Northland and Southland: agreement 0"),
        ("gridcell", "Northland, itself"),
    ],
    "timeline": [
        ("combobox", "Timeline of"), ("group", "Coded stances. Arrow keys walk along the dots"),
        ("button", "Northland "), ("heading", "Turning points"), ("button", "Evidence: "),
    ],
    "table": [
        ("table", "Statements in view"), ("columnheader", "Date"), ("searchbox", "Find in the table"),
        ("button", "Evidence for: Northland disputes Southland"),
    ],
}  # fmt: skip


def test_every_view_has_names_and_roles(browser: Any, debate_page: Path) -> None:
    """In Chromium's accessibility tree each view has its tab, its panel and its parts by name; nothing is nameless."""
    with opened(browser, debate_page) as seen:
        for view in VIEWS:
            go(seen, link_of(view))
            tree = heard(seen)
            for role, name in TOLD[view]:
                assert any(r == role and n.lower().startswith(name.lower()) for r, n, _ in tree), (view, role, name)
            assert [(role, name) for role, name, _ in tree if role in OPERATED and not name] == []
            assert [name for role, name, rest in tree if role == "tab" and rest.get("selected")] == [view.title()]
            assert [name for role, name, _ in tree if role == "tabpanel"] == [view.title()]
            landmarks = {("complementary", "Legend and filters"), ("search", ""), ("tablist", "View"), ("main", "")}
            assert landmarks - {(role, name) for role, name, _ in tree} == set()
            assert [name for role, name, _ in tree if role == "slider"] == ["Start of period", "End of period"]
        assert seen.complaints == []


def test_a_choice_is_announced(browser: Any, debate_page: Path) -> None:
    """What is chosen, how much is in view and what was found is said in a live region, in each view."""
    with opened(browser, debate_page) as seen:
        assert any(role == "status" and rest.get("live") == "polite" for role, _, rest in heard(seen))
        seen.page.focus("#picture")
        seen.page.keyboard.press("ArrowRight")
        seen.says("#live", "statement")
        go(seen, "view=stances")
        seen.page.focus(SPOTS["stances"])
        seen.page.keyboard.press("Control+Home")
        seen.page.keyboard.press("Enter")
        seen.says("#live", "stance")
        seen.page.locator("#relations input").nth(1).press("Space")
        seen.says("#live", "of 34 statements")
        seen.page.fill("#query", "quay")
        seen.says("#live", "found")
