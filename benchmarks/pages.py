"""The page of a network in a real browser, beside the page that pyvis makes of the same network.

Chromium without a window and without a graphics card, so that what is measured is the work and not the card.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from benchmarks import words
from kg.pages import Document, Edge, Node, Relation, Source, Statement, network_page

SIZES = (20, 200, 1_000, 5_000, 20_000)
TIES = 2.2
"""Ties an actor."""
OPENED, AGAIN_WITHIN = 5, 5.0
"""How often a page is opened for its first picture, whose median counts; once where it takes more seconds than this."""
DRAG = 3.0
"""Seconds of dragging."""
KINDS = ("State", "Government", "Organization", "Armed group", "Person", "Public body")
RELATIONS = (
    Relation("talks", "negotiates with", "cooperation", directed=False, sign=1),
    Relation("backs", "supports", "cooperation", sign=1),
    Relation("aids", "gives aid to", "cooperation", sign=1),
    Relation("disputes", "disputes", "conflict", sign=-1),
    Relation("presses", "pressures", "conflict", sign=-1),
    Relation("attacks", "attacks", "conflict", sign=-1),
    Relation("member", "is a member of", "other"),
)
BASES = ("word", "deed", "commitment", "report")

NEARLY = 0.9
"""Part of its goal from which a number of redraws counts as met: the mouse of the test does not move in every frame."""

GOALS: dict[int, tuple[float, float, int]] = {
    20: (0.5, 60, 550),
    200: (0.5, 60, 600),
    1_000: (1, 50, 1_000),
    5_000: (1, 30, 1_500),
    20_000: (1, 30, 4_000),
}
"""First picture in seconds at most, redraws a second while dragging at least, kilobytes at most."""


def network(count: int, seed: int = 7) -> Document:
    """A made-up network of ``count`` actors with camps of unlike size, hubs in them, and ties between them.

    Every tie rests on one to four statements with a date, a basis and a source. Equal arguments give equal documents.
    """
    random = Random(seed)
    camps = max(2, round(count**0.5 / 2.2))
    camp_of = sorted(words.Zipf(camps, 0.6).pick(random) for _ in range(count))
    members: list[list[int]] = [[] for _ in range(camps)]
    for actor, camp in enumerate(camp_of):
        members[camp].append(actor)
    nodes = [
        Node(f"a{actor}", f"{words.name(actor)} {words.name(count + camp_of[actor])}", KINDS[actor % 6])
        for actor in range(count)
    ]
    # Someone of the same camp, or of any, and rather one of the first few than one of the rest.
    inside = [words.Zipf(max(1, len(camp)), 0.7) for camp in members]
    anyone = words.Zipf(count, 0.7)
    order = list(range(count))
    random.shuffle(order)
    pairs: dict[tuple[int, int], None] = {}
    while len(pairs) < min(round(count * TIES), count * (count - 1) // 2):
        one = random.randrange(count)
        camp = members[camp_of[one]]
        near = random.random() < 0.85 and len(camp) > 1
        other = camp[inside[camp_of[one]].pick(random)] if near else order[anyone.pick(random)]
        if one != other and (other, one) not in pairs:
            pairs[one, other] = None
    sources = [
        Source(f"source{number}", f"{words.name(number)} Gazette", f"{words.name(number % 40)} Press",
               f"https://example.org/{number}", "ABC"[number % 3])
        for number in range(max(2, len(pairs) // 15))
    ]  # fmt: skip
    statements: list[Statement] = []
    edges = []
    for number, (one, other) in enumerate(pairs):
        behind = []
        # Most ties rest on one statement.
        for _ in range(1 + (random.random() < 0.12) * random.randrange(1, 4)):
            source = sources[min(len(sources) - 1, len(statements) // 16)]
            day = f"{2004 + random.randrange(20)}-{1 + random.randrange(12):02}-{1 + random.randrange(28):02}"
            statements.append(
                Statement(
                    id=f"s{len(statements)}", title=words.clause(random).split(",")[0].capitalize() + ".", date=day,
                    date_text=f"{int(day[8:])} {_MONTHS[int(day[5:7]) - 1]} {day[:4]}", speaker=f"a{one}",
                    basis=random.choice(BASES), source_title=source.title, source_publisher=source.publisher,
                    source_url=source.url, reliability=source.reliability, sources=[source.id],
                    confidence=random.choice((0.7, 0.8, 0.9, 1.0)),
                )
            )  # fmt: skip
            behind.append(statements[-1].id)
        edges.append(Edge(f"t{number}", f"a{one}", f"a{other}", random.choice(RELATIONS).key, behind))
    return Document(
        title=f"{count:,} made-up actors", subtitle=f"{len(edges):,} ties, {len(statements):,} statements",
        made_from=[("Seed", str(seed))], nodes=nodes, edges=edges, relations=RELATIONS, statements=statements,
        sources=sources,
    )  # fmt: skip


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


# ---- measuring


@dataclass
class Line:
    """Figures of one page; None where there is nothing to measure or the limit was reached."""

    page: str
    nodes: int
    ties: int
    build: float = 0.0
    layout: float | None = None
    kilobytes: float = 0.0
    first: float | None = None
    redraws: float | None = None
    filter_ms: float | None = None
    step_ms: float | None = None
    notes: list[str] = field(default_factory=list)


def measure(sizes: Sequence[int], *, limit: float, beside: bool, say: Callable[[str], None]) -> list[Line]:
    """Every size once, ours and (``beside``) pyvis's own page, which is given up after ``limit`` seconds."""
    lines = []
    with _chromium() as browser, tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            document = network(size)
            for make, watch in ((_ours, _watch_ours), (_theirs, _watch_theirs))[: 2 if beside else 1]:
                line, page = make(document)
                file = Path(folder) / "page.html"
                file.write_text(page, encoding="utf-8", newline="\n")
                line.kilobytes = file.stat().st_size / 1000
                with _opened(browser, file) as opened:
                    watch(opened, line, limit)
                if line.first is not None and line.first < AGAIN_WITHIN:
                    line.first = median([line.first, *(_first(browser, file, line, limit) for _ in range(OPENED - 1))])
                say(f"{line.page}, {size:,} actors: first picture {_shown(line.first, 's')}")
                lines.append(line)
    return lines


def _ours(document: Document) -> tuple[Line, str]:
    from kg.pages.drawing import drawing

    line = Line("kg", len(document.nodes), len(document.edges))
    started = time.perf_counter()
    drawing(document)
    line.layout = time.perf_counter() - started
    started = time.perf_counter()
    page = network_page(document)
    line.build = time.perf_counter() - started
    return line, page


def _theirs(document: Document) -> tuple[Line, str]:
    from pyvis.network import Network

    line = Line("pyvis default", len(document.nodes), len(document.edges))
    started = time.perf_counter()
    # In line, because otherwise the engine itself comes from another host, and nothing is shown without.
    network = Network(directed=True, cdn_resources="in_line")
    for node in document.nodes:
        network.add_node(node.id, label=node.label)
    for edge in document.edges:
        network.add_edge(edge.source, edge.target)
    page = network.generate_html()
    line.build = time.perf_counter() - started
    return line, page


# Notes when something was first painted, and counts the frames in which anything was.
_COUNTING = """(() => {
  window.painted = 0;
  window.frames_painted = 0;
  let dirty = false;
  for (const name of ['fill', 'stroke', 'drawImage', 'fillRect', 'clearRect']) {
    const before = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...given) {
      if (this.canvas.isConnected) {
        dirty = true;
        if (name !== 'clearRect' && name !== 'fillRect' && !window.painted) {
          window.painted = 1;
          // The frame after the next begins when this one is on the screen.
          requestAnimationFrame(() => requestAnimationFrame(() => { window.painted = performance.now(); }));
        }
      }
      return before.apply(this, given);
    };
  }
  const count = () => { if (dirty) window.frames_painted += 1; dirty = false; requestAnimationFrame(count); };
  requestAnimationFrame(count);
})()"""

_UPDATED = """async () => {
  const took = [];
  for (let turn = 0; turn < 6; turn += 1) {
    await new Promise(done => setTimeout(done, 300));
    const start = performance.now();
    ACT;
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    took.push(performance.now() - start);
  }
  return took.sort((a, b) => a - b)[3];
}"""
_FILTER = "document.querySelector('#relations .legend input').click()"
_STEP = (
    "document.getElementById('from').dispatchEvent("
    "new KeyboardEvent('keydown', { key: 'PageUp', bubbles: true, cancelable: true }))"
)


# When a picture is seen: ours when it is painted; pyvis paints behind a bar that hides the picture until the first
# arrangement is done.
_READY = "() => window.painted > 1 && document.documentElement.dataset.ready"
_BAR = "(bar => !bar || getComputedStyle(bar).display === 'none')(document.getElementById('loadingBar'))"
_SEEN = {
    "kg": (_READY, "window.painted"),
    "pyvis default": (f"() => window.painted > 1 && {_BAR}", "performance.now()"),
}


def _picture(page: Any, line: Line, limit: float) -> float:
    """Seconds from opening the file until its picture is seen."""
    seen, when = _SEEN[line.page]
    page.wait_for_function(seen, timeout=limit * 1000, polling=20)
    return float(page.evaluate(when)) / 1000


def _first(browser: Any, file: Path, line: Line, limit: float) -> float:
    with _opened(browser, file) as page:
        return _picture(page, line, limit)


def _watch_ours(page: Any, line: Line, limit: float) -> None:
    line.first = _picture(page, line, limit)
    line.redraws = _dragging(page)
    line.filter_ms = page.evaluate(_UPDATED.replace("ACT", _FILTER))
    line.step_ms = page.evaluate(_UPDATED.replace("ACT", _STEP))


def _watch_theirs(page: Any, line: Line, limit: float) -> None:
    from playwright.sync_api import Error

    try:
        line.first = _picture(page, line, limit)
        line.redraws = _dragging(page)
    except Error:
        line.notes.append(f"given up after {limit:.0f} s" if line.first is None else "did not answer")


def _dragging(page: Any) -> float:
    """Redraws a second while the mouse pulls the picture about."""
    box = page.locator("canvas").first.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    # Where nothing stands, or an actor would be pulled instead of the picture.
    page.mouse.move(box["x"] + box["width"] * 0.94, box["y"] + box["height"] * 0.08)
    page.mouse.down()
    page.mouse.move(*middle)
    before, started, turn = page.evaluate("window.frames_painted"), time.perf_counter(), 0
    while (spent := time.perf_counter() - started) < DRAG:
        turn += 1
        page.mouse.move(middle[0] + 90 * ((turn % 40) - 20) / 20, middle[1] + 60 * ((turn % 26) - 13) / 13)
    redraws = page.evaluate("window.frames_painted") - before
    page.mouse.up()
    return float(redraws / spent)


@contextmanager
def _chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise SystemExit("No Chromium: the pages are measured in one (Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--headless", "--no-sandbox", "--disable-gpu"], timeout=120_000
        )
        yield browser
        browser.close()


@contextmanager
def _opened(browser: Any, file: Path) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.route("**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort())
    page.add_init_script(_COUNTING)
    page.goto(file.as_uri(), wait_until="commit", timeout=120_000)
    try:
        yield page
    finally:
        context.close()


# ---- telling


def table(lines: Sequence[Line]) -> str:
    """The figures as Markdown; what misses its goal is in bold."""
    rows = [
        "| page | actors | ties | first picture | redraws/s | filter | step in time | file | layout | build |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for line in lines:
        first, redraws, kilobytes = GOALS.get(line.nodes, (float("inf"), 0.0, 10**9))
        ours = line.page == "kg"
        cells = (
            _judged(_shown(line.first, "s") if line.first else "; ".join(line.notes),
                    ours and (line.first or 0) > first),
            _judged(_shown(line.redraws, ""), ours and (line.redraws or 0) < redraws * NEARLY),
            _judged(_shown(line.filter_ms, "ms"), ours and (line.filter_ms or 0) > _update_goal(line.ties)),
            _judged(_shown(line.step_ms, "ms"), ours and (line.step_ms or 0) > _update_goal(line.ties)),
            _judged(f"{line.kilobytes:,.0f} KB", ours and line.kilobytes > kilobytes),
            _judged(_shown(line.layout, "s"), ours and (line.layout or 0) > 10),
            _shown(line.build, "s"),
        )  # fmt: skip
        rows.append(f"| {line.page} | {line.nodes:,} | {line.ties:,} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _update_goal(ties: int) -> float:
    """Milliseconds for a filter or a step: 50 at 1,000 ties, 150 at 20,000, in proportion between and beyond."""
    return 50 + 100 * max(0, ties - 1_000) / 19_000


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    text = f"{value:.2f}" if unit == "s" else f"{value:.0f}"
    return f"{text} {unit}".strip()


def _judged(text: str, missed: bool) -> str:
    return f"**{text}**" if missed else text


def into_docs(text: str, page: Path) -> None:
    """Put a table between the marks of docs/benchmarks.md."""
    start, end = "<!-- pages -->", "<!-- end of pages -->"
    whole = page.read_text(encoding="utf-8")
    before, after = whole.index(start) + len(start), whole.index(end)
    page.write_text(f"{whole[:before]}\n\n{text}\n\n{whole[after:]}", encoding="utf-8")
