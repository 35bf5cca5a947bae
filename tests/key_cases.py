"""For every row of the page's help on keys: where one stands, what is pressed, and what then holds."""

from __future__ import annotations

CELL = "[role=tabpanel]:not([hidden]) table.matrix tbody td"
SPOTS = {
    "network": "#picture",
    "stances": "#view-stances td[tabindex='0']",
    "agreement": "#view-agreement td[tabindex='0']",
    "timeline": ".dot[tabindex='0']",
    "table": "#view-table",
}
HAS_CELL = "new URLSearchParams(kgPage.link()).has('cell')"
PERIOD = "(() => ['from', 'to'].map(id => Number(document.getElementById(id).ariaValueNow)))()"
FOCUS = "document.activeElement"
# "before" is what the script gave before the key. Of several keys one leads on, as the layout has it.
CASES: dict[tuple[str, str], tuple[str, str, tuple[str, ...], str, str, str]] = {
    # (place, does): (link, focus, keys before, key, script, condition)
    ("Anywhere", "go to the search"): ("", "#theme", (), "/", "0", f"{FOCUS}.id === 'query'"),
    ("Anywhere", "show these keys"): ("", "#theme", (), "?", "0", "document.getElementById('keys').open"),
    ("Names of the views", "open the view before or after"): (
        "", "#tab-network", (), "ArrowRight", "0", f"{FOCUS}.id === 'tab-stances' && kgPage.link() === 'view=stances'"),
    ("Names of the views", "open the first or the last view"): (
        "", "#tab-network", (), "End", "0", f"{FOCUS}.id === 'tab-table' && kgPage.link() === 'view=table'"),
    ("Network", "go to the nearest actor that way, neighbours first"): (
        "actor=north", "#picture", (), "ArrowDown|ArrowUp|ArrowLeft|ArrowRight", "kgPage.link()",
        "before !== kgPage.link() && kgPage.link().startsWith('actor=')"),
    ("Network", "go to the evidence"): ("actor=north", "#picture", (), "Enter", "0", f"{FOCUS}.id === 'panel'"),
    ("Network", "zoom in"): ("", "#picture", (), "+", "0", "/camera=/.test(kgPage.link())"),
    ("Network", "zoom out"): ("", "#picture", (), "-", "0", "/camera=/.test(kgPage.link())"),
    ("Network", "show the whole network"): ("", "#picture", ("+",), "0", "0", "kgPage.link() === ''"),
    ("Network", "choose nothing"): ("actor=north", "#picture", (), "Escape", "0", "kgPage.link() === ''"),
    ("Stances and agreement", "go to the first or the last cell"): (
        "view=stances", SPOTS["stances"], (), "Control+End", "0",
        f"{FOCUS} === [...document.querySelectorAll('{CELL}')].at(-1)"),
    ("Stances and agreement", "go to the next cell or name"): (
        "view=stances", SPOTS["stances"], ("Control+Home",), "ArrowRight", "0",
        f"{FOCUS} === document.querySelectorAll('{CELL}')[1]"),
    ("Stances and agreement", "go to the start or the end of the row"): (
        "view=agreement", SPOTS["agreement"], ("Control+Home",), "Home", "0", f"{FOCUS}.matches('tbody th button')"),
    ("Stances and agreement", "go up or down by a window"): (
        "view=stances", SPOTS["stances"], ("Control+Home",), "PageDown", "0",
        f"{FOCUS}.closest('tr').rowIndex > document.querySelector('{CELL}').closest('tr').rowIndex"),
    ("Stances and agreement", "open the evidence; once more: go to it"): (
        "view=stances", SPOTS["stances"], ("Control+Home", "Enter"), "Enter", "0",
        f"{FOCUS}.id === 'panel' && {HAS_CELL}"),
    ("Stances and agreement", "close the tip, then choose nothing"): (
        "view=stances&cell=north+open", SPOTS["stances"], ("ArrowRight", "Escape"), "Escape", "0",
        "kgPage.link() === 'view=stances' && document.getElementById('tip-stances').hidden"),
    ("Timeline", "go to the dot before or after"): (
        "view=timeline", SPOTS["timeline"], ("Home",), "ArrowRight", f"{FOCUS}.ariaLabel",
        f"before !== {FOCUS}.ariaLabel && {FOCUS}.matches('.dot')"),
    ("Timeline", "go to the nearest dot of the next lane"): (
        "view=timeline", SPOTS["timeline"], (), "ArrowDown|ArrowUp", f"{FOCUS}.parentNode.ariaLabel",
        f"before !== {FOCUS}.parentNode.ariaLabel"),
    ("Timeline", "go to the first or the last dot of the lane"): (
        "view=timeline", SPOTS["timeline"], (), "End", "0", f"!{FOCUS}.nextElementSibling?.matches('.dot')"),
    ("Timeline", "open the evidence; once more: go to it"): (
        "view=timeline", SPOTS["timeline"], ("Enter",), "Enter", "0", f"{FOCUS}.id === 'panel' && {HAS_CELL}"),
    ("Timeline", "close the tip, then choose nothing"): (
        "view=timeline&cell=north+open", SPOTS["timeline"], ("Escape",), "Escape", "0",
        "!kgPage.link().includes('cell')"),
    ("Evidence", "choose nothing, and go back to the view"): (
        "actor=north", "#panel", (), "Escape", "0", f"kgPage.link() === '' && {FOCUS}.id === 'picture'"),
    ("Ends of the period", "move by the smallest step"): (
        "", "#to", (), "Shift+ArrowLeft", PERIOD, f"before[1] - {PERIOD}[1] === 1"),
    ("Ends of the period", "move by a bar"): ("", "#to", (), "ArrowLeft", PERIOD, f"before[1] > {PERIOD}[1]"),
    ("Ends of the period", "move by a year, or by thirty days where time is counted in days"): (
        "", "#to", (), "PageDown", PERIOD, f"before[1] - {PERIOD}[1] === 12"),
    ("Ends of the period", "move as far as it goes"): (
        "", "#to", (), "Home", PERIOD, f"{PERIOD}[1] === {PERIOD}[0]"),
    ("Playing", "pause"): (
        "pace=slow", "#play", ("Enter",), "Escape", f"{FOCUS}.ariaLabel",
        f"before === 'Pause' && {FOCUS}.ariaLabel === 'Play'"),
    ("Search", "close the list"): (
        "", "#query", tuple("quay"), "Alt+ArrowUp", "document.getElementById('found').hidden",
        "!before && document.getElementById('found').hidden && document.getElementById('query').value === 'quay'"),
    ("Search", "go through what was found"): (
        "", "#query", tuple("quay"), "ArrowDown", "document.querySelector('#found [aria-selected=true]').id",
        "before !== document.querySelector('#found [aria-selected=true]').id"),
    ("Search", "open it"): ("", "#query", tuple("envoy"), "Enter", "0", "kgPage.link() === 'actor=envoy'"),
    ("Search", "close the list, then empty the box"): (
        "", "#query", (*"quay", "Escape"), "Escape", "document.getElementById('query').value",
        "before === 'quay' && document.getElementById('query').value === ''"),
    ("Menus, lists and sheets", "close, and go back to the button"): (
        "", "#export", ("Enter", "Tab"), "Escape", "document.getElementById('export-menu').hidden",
        f"!before && document.getElementById('export-menu').hidden && {FOCUS}.id === 'export'"),
}  # fmt: skip
