"""A page with something of everything, and how tests lead it from state to state without opening it anew.

:data:`DEBATE` is like a page of the shipped corpus on a small scale: five views, every filter, several scripts,
conflicting accounts, stances that moved, agreement with and without an interval, parallel ties.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser import Opened
from page_examples import SMALL, statement

from kg.pages import Edge, HeldStance, Node, Position, Source, network_page

VIEWS = ("network", "stances", "agreement", "timeline", "table")
CHOICES = {
    "nothing": "",
    "actor": "actor=north",
    "tie": "edge=n-s-disputes",
    "cell": "cell=north+open",
    "pair": "pair=north+south",
    "position": "position=open",
}

_SOURCES = tuple(Source(f"paper{n}", f"Paper {n}", reliability="ABC"[n % 3]) for n in range(3))
_SAID = [
    # holder, position, value, paper
    (holder, position, value, paper)
    for holder, values in (("north", (2, 1, 1)), ("south", (-2, -1, 1)), ("union", (1, 2, -1)))
    for position, value in zip(("open", "fair", "free"), values, strict=True)
    for paper in range(3)
]
DEBATE = replace(
    SMALL,
    title="A debate about a harbour",
    nodes=[
        *(replace(node, measures={"number of neighbours": n}) for n, node in enumerate(SMALL.nodes)),
        Node("quay", "انجمن ماهیگیران", "Organization", "Fishers of the old quay.", ["Association of the Fishers"]),
        Node("council", "Council of the towns and villages around the harbour and its quays", "Public body"),
    ],
    edges=[
        *SMALL.edges,
        Edge("q-n-talks", "quay", "north", "talks", ["t0", "t1"]),
        Edge("c-s-backs", "council", "south", "backs", ["t2"]),
    ],
    statements=[
        *SMALL.statements,
        *(
            statement(
                100 + n,
                id=f"t{n}",
                also_in=["A reprint"] if n == 0 else [],
                date=f"20{16 + n % 5}-{1 + n % 12:02}-{1 + n % 28:02}",
                quote="“The quay is ours.”" if n % 3 == 0 else "",
                basis=("word", "deed", "commitment")[n % 3],
                reliability="ABC"[paper % 3],
                certainty=("stated", "hedged")[n % 2],
                source_title=f"Paper {paper}",
                sources=[f"paper{paper}"],
                issues=[("harbour", "tolls", "tolls")[("open", "fair", "free").index(position)]],
            )
            for n, (_, position, _, paper) in enumerate(_SAID)
        ),
    ],
    stances=[
        *SMALL.stances,
        *(
            HeldStance(
                id=f"g{n}",
                holder=holder,
                position=position,
                value=value,
                date=f"20{16 + n % 5}-{1 + n % 12:02}-{1 + n % 28:02}",
                basis=("word", "deed", "commitment")[n % 3],
                sources=[f"paper{paper}"],
                statements=[f"t{n}"],
            )
            for n, (holder, position, value, paper) in enumerate(_SAID)
        ),
    ],
    positions=[*SMALL.positions, Position("old", "اسکله قدیمی باز بماند.", "harbour", "The old quay stays open.")],
    sources=[*SMALL.sources, *_SOURCES],
)


@pytest.fixture(scope="session")
def debate_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the debate as a file. Not to be changed by a test."""
    file = tmp_path_factory.mktemp("debate") / "page.html"
    file.write_text(network_page(DEBATE), encoding="utf-8", newline="\n")
    return file


# Leads the page to a link as a reader does who follows one, and waits until it is drawn. The page writes its own link
# a little after each change, and may do so between our step and its answer: then the step is made again. Where the
# picture was moved to and whose the timeline is stand in a link without being asked for.
GO = """async link => {
  const frame = () => new Promise(requestAnimationFrame);
  const asked = ([name]) => !/^(camera|timeline-)/.test(name);
  const sorted = text => JSON.stringify([...new URLSearchParams(text)].filter(asked).sort());
  for (let times = 0; sorted(kgPage.link()) !== sorted(link); times += 1) {
    if (times > 9) throw new Error(`The page shows ${kgPage.link()}, not ${link}`);
    history.replaceState(null, '', '#_');
    const heard = new Promise(done => addEventListener('hashchange', done, { once: true }));
    location.hash = link;
    await heard;
  }
  await frame();
  await frame();
}"""


def link_of(view: str, choice: str = "", more: str = "") -> str:
    """The link of a view with something chosen in it, as the page itself writes it."""
    return "&".join(filter(None, [choice, "" if view == "network" else f"view={view}", more]))


def go(seen: Opened, link: str) -> None:
    """Lead the page to a link; fails unless its own link then says the same."""
    seen.page.evaluate(GO, link)


def focused(seen: Opened, what: str = "id") -> Any:
    """A property of what has the focus."""
    return seen.page.evaluate("what => document.activeElement[what]", what)
