"""From an article to Markdown, for those who write on in a text of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from kg.pages.article import (
    Account,
    Article,
    Block,
    Crosstab,
    Facts,
    Figure,
    Gauge,
    Grid,
    Meetings,
    Points,
    Prose,
    Side,
    Typed,
)
from kg.pages.document import Source
from kg.pages.labels import signed, web_address
from kg.pages.prose import voices, words

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$])")
_STARTS = re.compile(r"^(\d*)([-+.)](?=\s|$)|[-=]{2})")


def article_markdown(article: Article) -> str:
    """The article as Markdown, sources numbered as on the page; equal articles give equal text."""
    article.check()
    sources = article.numbered()
    number = {source.id: n for n, source in enumerate(sources, 1)}
    lines = [f"# {plain(article.title) or 'Report'}", ""]
    if article.subtitle:
        lines += [plain(article.subtitle), ""]
    for section in article.sections:
        lines += [f"## {plain(section.title)}", ""]
        for block in section.blocks:
            lines += [*_block(block, number), ""]
    if sources:
        lines += [f"## {plain(article.sources_title)}", ""]
        lines += [f"{n}. {_source(source)}" for n, source in enumerate(sources, 1)]
    text = "\n".join(lines).rstrip() + "\n"
    return text.encode("utf-8", "replace").decode("utf-8")


def plain(text: str) -> str:
    """Text on one line in which nothing is markup."""
    one = _SPECIAL.sub(r"\\\1", " ".join(words(text).split()))
    return _STARTS.sub(r"\1\\\2", one)


def _block(block: Block, number: Mapping[str, int]) -> Iterator[str]:
    yield from _BLOCKS[block.kind](block, number)


def _prose(block: Prose, number: Mapping[str, int]) -> Iterator[str]:
    yield plain(block.text) + _refs(block.sources, number)


def _facts(block: Facts, number: Mapping[str, int]) -> Iterator[str]:
    yield from (f"- {plain(word)}: {plain(what)}" for word, what in block.rows)


def _grid(block: Grid, number: Mapping[str, int]) -> Iterator[str]:
    yield from (f"*{plain(block.caption)}*", "")
    yield from _table(block.head, block.rows, set(block.numbers))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: set[int]) -> Iterator[str]:
    yield f"| {' | '.join(map(plain, head))} |"
    yield f"| {' | '.join('---:' if n in numbers else '---' for n in range(len(head)))} |"
    yield from (f"| {' | '.join(map(plain, row))} |" for row in rows)


def _crosstab(block: Crosstab, number: Mapping[str, int]) -> Iterator[str]:
    yield from (f"*{plain(block.caption)}*", "")
    rows = []
    for i, (label, cells) in enumerate(zip(block.labels, block.cells, strict=True)):
        shown = []
        for j, cell in enumerate(cells):
            ends = (
                ""
                if cell.low is None or cell.high is None
                else f" ({signed(cell.low)} to {signed(cell.high)})"
            )
            shown.append("" if i == j or cell.value is None else f"{signed(cell.value)}{ends}")
        rows.append((label, *shown))
    yield from _table(("", *block.labels), rows, set())


def _gauge(block: Gauge, number: Mapping[str, int]) -> Iterator[str]:
    yield from (f"*{plain(block.caption)}*", "")
    for label, cell in block.rows:
        ends = "" if cell.low is None or cell.high is None else f" ({signed(cell.low)} to {signed(cell.high)})"
        value = "not known" if cell.value is None else f"{signed(cell.value)}{ends}"
        told = f"; {cell.n:,} statements from {cell.sources:,} sources" if block.close else ""
        yield f"- {plain(label)}: {value}{told}"


def _points(block: Points, number: Mapping[str, int]) -> Iterator[str]:
    for point in block.points:
        yield f"- {plain(point.text)}{_refs(point.sources, number)}"
        yield from (f"  - {plain(note)}" for note in point.notes)
        yield from _accounts(point.accounts, number, "  ")


def _meetings(block: Meetings, number: Mapping[str, int]) -> Iterator[str]:
    for meeting in block.meetings:
        yield from (f"### {plain(meeting.position)}", "")
        about = ". ".join(
            filter(None, (plain(meeting.how), plain(meeting.issue), plain(meeting.note).rstrip(".")))
        )
        if about:
            yield from (f"{about}.", "")
        for side in meeting.sides:
            if side.known or not block.brief:
                yield from _side(side, number)
        yield ""


def _side(side: Side, number: Mapping[str, int]) -> Iterator[str]:
    if not side.known:
        yield f"- **{plain(side.actor)}**: not known"
        return
    moved = f". {plain(side.moved)}" if side.moved else ""
    yield f"- **{plain(side.actor)}** {plain(side.value_text)} ({plain(side.facts)}){moved}"
    yield from _accounts(side.accounts, number, "  ")


def _accounts(accounts: Sequence[Account], number: Mapping[str, int], indent: str) -> Iterator[str]:
    for one in accounts:
        head = [one.date_text or "date not known", one.basis, one.value_text, voices(one)]
        said = [f"“{plain(quote)}”" for quote in one.quotes] + (
            [plain(one.paraphrase)] if one.paraphrase else []
        )
        earlier = " (replaced by a later stance)" if one.earlier else ""
        told = f"{plain(', '.join(filter(None, head)))}{earlier}: {' '.join(said) or plain(one.title)}"
        yield f"{indent}- {told}{_refs((one.source, *one.also_in), number)}"
        for conflict in one.conflicts:
            settled = (
                f"Settled by the coder: {conflict.resolution}" if conflict.resolution else "Not settled."
            )
            yield f"{indent}  - Accounts conflict: {plain(f'{conflict.title}. {conflict.description} {settled}')}"


def _figure(block: Figure, number: Mapping[str, int]) -> Iterator[str]:
    if block.file:
        yield from (f"![{plain(block.alt)}](<{block.file}>)", "")
    yield f"*{plain(block.caption)}*" + ("" if block.file else f" {plain(block.alt)}")


def _typed(block: Typed, number: Mapping[str, int]) -> Iterator[str]:
    if block.label:
        yield from (plain(block.label), "")
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", block.text)), 3)
    yield from (fence, words(block.text), fence)


def _refs(sources: Sequence[str], number: Mapping[str, int]) -> str:
    return "".join(f" \\[{number[source]}\\]" for source in dict.fromkeys(sources))


def _source(source: Source) -> str:
    title = plain(source.title or source.url or source.id)
    address = web_address(source.url)
    # Between angle brackets an address may hold round ones.
    linked = f"[{title}](<{address.replace('>', '%3E')}>)" if address else title
    rated = f"(reliability {plain(source.reliability)})" if source.reliability else ""
    told = ", ".join(filter(None, (linked, plain(source.publisher), plain(source.date))))
    return f"{told} {rated}".strip()


_BLOCKS: dict[str, Callable[..., Iterator[str]]] = {
    "prose": _prose,
    "facts": _facts,
    "grid": _grid,
    "crosstab": _crosstab,
    "gauge": _gauge,
    "points": _points,
    "meetings": _meetings,
    "figure": _figure,
    "typed": _typed,
}
