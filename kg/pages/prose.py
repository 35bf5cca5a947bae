"""From an article to the bytes of a page: one file that asks no host for anything and can be read without scripts.

As with network pages, the content security policy allows exactly the style and the script written here, by their
hashes. Every text goes through autoescape, so that a label that looks like a script stays a label.
"""

from __future__ import annotations

import base64
import re
from functools import cache

from kg.pages import labels, parts, render
from kg.pages.article import Account, Article
from kg.pages.labels import signed, web_address

MARKS = ("circle", "square", "diamond", "triangle")
"""How actors are told apart on a scale, in the order in which they are named; beyond these a letter does."""

WIDTH, EDGE = 176.0, 10.0
"""Pixels of a scale, and how far its ends keep from the border."""


def article_page(article: Article) -> str:
    """One self-contained HTML file; equal articles give equal text."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    article.check()
    style, program = _style(), parts.script(("article.js",))
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "words": words,
        "link": web_address,
        "at": place,
        "voices": voices,
        "signed": signed,
        "picture": _picture,
    }
    sources = article.numbered()
    page = environment.from_string(parts.shipped("article.html.j2")).render(
        article=article,
        title=words(article.title) or "Report",
        policy=render.policy(style, program),
        # Our own files; everything else is escaped.
        style=Markup(style),
        program=Markup(program),
        sources=sources,
        number={source.id: n for n, source in enumerate(sources, 1)},
        marks=[MARKS[n] if n < len(MARKS) else chr(ord("A") + n % 26) for n in range(len(article.actors))],
        width=WIDTH,
        edge=EDGE,
    )
    # Half of a surrogate pair cannot be written as UTF-8.
    page = page.encode("utf-8", "replace").decode("utf-8")
    return page if page.endswith("\n") else page + "\n"


def words(text: str) -> str:
    """Text without characters that have no picture; lines stay, and a percent sign stays with its number."""
    return re.sub(r"(?<=\d) %", "\u00a0%", "\n".join(labels.clean(line) for line in text.splitlines()))


def place(value: float) -> float:
    """Where on the scale a value from −2 to 2 stands, in pixels."""
    return round(EDGE + (max(-2.0, min(2.0, value)) + 2) / 4 * (WIDTH - 2 * EDGE), 1)


def voices(account: Account) -> str:
    """Who speaks, and on whose behalf."""
    if account.speaker and account.on_behalf_of:
        return f"{account.speaker}, on behalf of {account.on_behalf_of}"
    return account.speaker or (
        f"of {account.on_behalf_of}, as the source tells it" if account.on_behalf_of else ""
    )


def _picture(svg: str) -> str:
    # As a picture a drawing can neither run anything nor touch the styles of the page.
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


@cache
def _style() -> str:
    """The colours of all pages, the dark ones for readers whose device asks for them, and the style of prose."""
    css = parts.shipped("styles/page.css")
    light, dark = (
        re.search(rf"^{re.escape(selector)} \{{(.*?)^\}}", css, re.MULTILINE | re.DOTALL)
        for selector in (":root", "[data-theme=dark]")
    )
    assert light is not None
    assert dark is not None
    return (
        f":root {{{light[1]}}}\n@media screen and (prefers-color-scheme: dark) {{ :root {{{dark[1]}}} }}\n"
        f"{parts.shipped('styles/article.css')}"
    )
