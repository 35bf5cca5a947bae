"""Every state of every page is accessible as far as axe can tell: WCAG 2.2 AA and its best practices, no exception."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from article_examples import SMALL as ARTICLE
from browser import PATIENCE, Opened, Opener, opened
from quality_pages import CHOICES, DEBATE, GO, VIEWS, link_of

from kg.pages.prose import article_page

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = {"desk": 1440, "phone": 390}
# Opens one of the things that lie over a view, as a click does; the second part says that it is open.
OVER = {
    "": ("", "true"),
    "filters": (
        "for (const fold of document.querySelectorAll('#more-filters details')) fold.open = true;"
        "if (innerWidth < 821) document.getElementById('open-filters').click();",
        "document.querySelectorAll('#more-filters .boxes .legend').length > 10"
        " && document.getElementById('rail').getClientRects().length > 0",
    ),
    "search": (
        "const box = document.getElementById('query'); box.focus(); box.value = 'harbour';"
        "box.dispatchEvent(new InputEvent('input', { bubbles: true }));",
        "document.querySelectorAll('#found [role=option]').length > 3",
    ),
    "export": ("document.getElementById('export').click();", "!document.getElementById('export-menu').hidden"),
    "keys": ("document.getElementById('open-keys').click();", "document.getElementById('keys').open"),
    "moments": ("document.getElementById('moments-open').click();", "!document.getElementById('moments').hidden"),
    "playing": ("document.getElementById('play-menu-open').click();", "!document.getElementById('play-menu').hidden"),
}
CLOSE = """() => {
  document.getElementById('keys')?.close();
  document.getElementById('close-filters')?.click();
  const box = document.getElementById('query');
  if (box) { box.value = ''; box.blur(); }
  const openers = { 'export-menu': 'export', moments: 'moments-open', 'play-menu': 'play-menu-open' };
  for (const [menu, opener] of Object.entries(openers)) {
    if (document.getElementById(menu)?.hidden === false) document.getElementById(opener).click();
  }
}"""
# A part that reads and looks as it did when axe last saw it needs no second look.
RUN = """async ([tags, rules, whole, without]) => {
  const asked = rules ? { type: 'rule', values: rules } : { type: 'tag', values: tags };
  const parts = '.top, #rail, [role=tabpanel], #time, #panel, .export, #keys, #found, .credits';
  const checked = window.checked ??= new Set();
  const news = [...document.querySelectorAll(parts)].filter(part => part.getClientRects().length).filter(part => {
    const text = `${rules} ${document.documentElement.dataset.theme} ${part.outerHTML}`;
    return checked.has(text) ? false : checked.add(text);
  });
  if (!whole && !news.length) return [];
  const off = Object.fromEntries(without.map(rule => [rule, { enabled: false }]));
  const options = { runOnly: asked, rules: off, resultTypes: ['violations'], preload: false };
  const found = await axe.run(whole ? document : { include: news }, options);
  const place = node => node.target.join(' ') + ': ' + node.failureSummary;
  return found.violations.map(one => [one.id, one.nodes.map(place)]);
}"""
# What has to do with colours takes axe most of its time; so it is looked at once for each part and theme.
COLOURS = ("color-contrast", "link-in-text-block")


def axe_script() -> str:
    """The axe engine out of the installed package, which is only there for tests."""
    text = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    assert text.startswith("/*! axe v4.")
    return text


def faults(
    page: Any, *rules: str, whole: bool = True, without: tuple[str, ...] = ()
) -> dict[str, list[str]]:
    """What axe finds on the page: rule -> places. ``rules``: only these; not ``whole``: only in what is new."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe_script())
    return dict(page.evaluate(RUN, [TAGS, list(rules) or None, whole, list(without)]))


def go(seen: Opened, link: str, over: str = "") -> None:
    """Lead the page to a state, with something open over it, and make sure that it is there."""
    seen.page.evaluate(CLOSE)
    seen.page.evaluate(GO, link)
    if over:
        steps, is_open = OVER[over]
        seen.page.evaluate(f"() => {{ {steps} }}")
        seen.until(f"() => {is_open}")


# What lies over a view is the same over each.
STATES = [
    *((view, choice, "") for view in VIEWS for choice in CHOICES),
    *(("network", "nothing", over) for over in OVER if over),
]


def at(seen: Opened, view: str, choice: str, over: str, theme: str = "light") -> None:
    go(seen, link_of(view, CHOICES[choice], f"theme={theme}"), over)
    assert seen.page.is_visible(f"#view-{view}")
    assert seen.page.evaluate("document.body.classList.contains('choice')") is (choice != "nothing")


@pytest.mark.parametrize("screen", WIDTHS)
def test_no_view_has_a_fault_in_any_state(browser: Any, debate_page: Path, screen: str) -> None:
    """Each view, with nothing or anything chosen, with filters, search, export, keys or a menu open, has no fault."""
    found = {}
    with opened(browser, debate_page, width=WIDTHS[screen], height=900) as seen:
        for view, choice, over in STATES:
            # On a phone a sheet with the evidence covers the view, whichever it is.
            if screen == "phone" and view != "network" and choice not in ("nothing", "cell"):
                continue
            at(seen, view, choice, over)
            whole = choice == "nothing" and not over
            if wrong := faults(seen.page, whole=whole, without=COLOURS):
                found[view, choice, over] = wrong
        assert found == {}
        assert seen.requests == []
        assert seen.complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_texts_stand_out(browser: Any, debate_page: Path, theme: str) -> None:
    """In each view, in the evidence of everything that can be chosen and in every menu the contrast suffices."""
    found = {}
    with opened(browser, debate_page) as seen:
        for view, choice, over in STATES:
            # Evidence and menus are the same in each view.
            if view != "network" and (choice not in ("nothing", "cell") or over):
                continue
            at(seen, view, choice, over, theme)
            if wrong := faults(seen.page, *COLOURS, whole=False):
                found[view, choice, over] = wrong
        assert found == {}


def test_a_broken_page_is_found_guilty(browser: Any, debate_page: Path) -> None:
    """Axe sees a fault of each kind that it is asked for: without this, finding nothing would mean nothing."""
    with opened(browser, debate_page) as seen:
        seen.page.evaluate(
            """() => {
              const theme = document.getElementById('theme'), one = id => document.getElementById(id);
              theme.removeAttribute('aria-label');
              theme.textContent = '';
              document.getElementById('count').style.color = '#bbbbbb';
              document.querySelector('h1').setAttribute('role', 'presentation');
              one('zoom-in').style.cssText = one('zoom-out').style.cssText = 'width:9px;height:9px;min-height:0';
              one('time-words').style.setProperty('letter-spacing', '2px', 'important');
            }"""
        )
        assert {"button-name", "color-contrast", "target-size", "page-has-heading-one"} <= faults(seen.page).keys()


@pytest.mark.parametrize("screen", WIDTHS)
def test_a_large_network_has_no_fault(open_page: Opener, screen: str) -> None:
    """The canvas that draws large networks, and what it says of what it does not draw, have no fault."""
    with open_page(replace(DEBATE, engine="canvas"), width=WIDTHS[screen]) as seen:
        for choice in ("nothing", "actor", "tie"):
            go(seen, link_of("network", CHOICES[choice]))
            assert faults(seen.page) == {}, choice
        seen.page.evaluate("() => document.getElementById('theme').click()")
        assert faults(seen.page, "color-contrast") == {}


def test_an_embedded_page_has_no_fault(browser: Any, debate_page: Path) -> None:
    """As a part of another page, with nothing and with an actor chosen, the page has no fault."""
    context = browser.new_context(viewport={"width": 900, "height": 560}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{debate_page.as_uri()}?embed=time")
    page.wait_for_selector("html[data-ready=yes]", timeout=PATIENCE)
    for choice in ("nothing", "actor"):
        page.evaluate(GO, CHOICES[choice])
        assert faults(page) == {}, choice
    context.close()


@pytest.mark.parametrize("screen", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_prose_has_a_fault(browser: Any, tmp_path: Path, scheme: str, screen: str) -> None:
    """A page of prose with every kind of block, all evidence open, has no fault, in the light and in the dark."""
    page = tmp_path / "page.html"
    page.write_text(article_page(ARTICLE), encoding="utf-8", newline="\n")
    context = browser.new_context(viewport={"width": WIDTHS[screen], "height": 900}, color_scheme=scheme)
    tab = context.new_page()
    tab.goto(page.as_uri())
    tab.click("#open")
    assert faults(tab) == {}
    context.close()
