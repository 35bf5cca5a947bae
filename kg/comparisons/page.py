"""Page: a comparison of named actors as an article, section by section; reports take the sections over."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kg import __version__, wording
from kg.comparisons.pairs import DEFINITION
from kg.comparisons.reading import Meets, Moved, Reading
from kg.pages.article import (
    Article,
    Block,
    Cell,
    Facts,
    Gauge,
    Grid,
    Meetings,
    Point,
    Points,
    Prose,
    Section,
    Typed,
)

if TYPE_CHECKING:
    from kg.comparisons.comparison import Comparison
    from kg.graph import KnowledgeGraph

# Positions named in the summary, and moves.
NAMED = 2

_NOUNS = {"compare": "comparison", "report": "report"}

METHOD = (
    "Each coded stance has a value: strongly opposes −2, opposes −1, ambivalent 0, supports 1, strongly supports 2. "
    "What an actor holds on a position is the mean of its standing stances, those that no later one replaced. Two "
    "actors are compared on the same position, or on positions that were coded as impossible to have together; never "
    "across unrelated ones.",
    "On the same side are values of one sign, on opposite sides values of opposite signs. "
    f"{DEFINITION[0].upper()}{DEFINITION[1:]} (Signorino and Ritter 1999).",
    "The interval says how much the number would differ with other sources of the same kind: sources, not "
    "statements, are drawn anew 1,000 times (300 in tables over time and of all pairs), because statements of one "
    "article depend on each other. With fewer than three sources, or fewer than two that weigh, there is none.",
)


def article(comparison: Comparison) -> Article:
    """Two or more named actors side by side."""
    told = Reading(comparison)
    sections = [
        Section("summary", "In short", summary(told)),
        *positions(told),
        Section("moved", "What moved", moves(told)),
        Section("sure", "How sure", sureness(told)),
        Section("method", "How it is measured", method()),
        Section("made", "What it was made from", made(comparison, "compare", "comparison.html")),
    ]
    return Article(
        title=wording.listed(told.names),
        subtitle=subtitle("Compared position by position", comparison.graph),
        actors=told.names,
        sections=[section for section in sections if section.blocks],
        sources=told.accounts.sources,
    )


def subtitle(what: str, graph: KnowledgeGraph) -> str:
    """What a page is, and of what."""
    return " · ".join((what, graph.selection.describe(), graph.store.name))


# -- in short ------------------------------------------------------------------------


def summary(told: Reading) -> list[Block]:
    """The result in plain words, every sentence from the numbers."""
    if len(told.mets) > 1:
        first = wording.several(told.mets, len(told.names))
        second = [wording.moved([one.move for one in told.moves], NAMED)]
        return [Prose(" ".join(first)), _gauge(told), Prose(" ".join(second), _sources(told.moves[:NAMED]))]
    met = told.mets[0]
    blocks: list[Block] = [Prose(" ".join(wording.meeting(met)))]
    if met.agreement is not None:
        blocks += [_gauge(told), Prose(" ".join(wording.sureness(met)))]
    for way, sentence in (("agree", wording.agreed), ("disagree", wording.disputed)):
        those = told.those(way)
        if those:
            text = sentence(told.names, [_held(one) for one in those[:NAMED]], len(those))
            blocks.append(Prose(text, _cited(those[:NAMED])))
    if met.shared or told.moves:
        blocks.append(
            Prose(wording.moved([one.move for one in told.moves], NAMED), _sources(told.moves[:NAMED]))
        )
    silence = wording.silence(met)
    return [*blocks, Prose(silence, quiet=True)] if silence else blocks


def _held(one: Meets) -> wording.Held:
    first, second = one.meeting.sides
    return wording.Held(one.meeting.position, first.value_text, second.value_text)


def _cited(those: Iterable[Meets]) -> tuple[str, ...]:
    """A source for each value named, one with a quotation where there is one; the others stand at the position."""
    sides = [side for one in those for side in one.meeting.sides]
    told = [side.accounts for side in sides if side.accounts]
    first = (next((one for one in each if one.quotes and not one.earlier), each[0]) for each in told)
    return tuple(dict.fromkeys(account.source for account in first))


def _gauge(told: Reading) -> Gauge:
    rows = [(met.names, Cell(met.agreement, met.low, met.high, met.n, met.sources)) for met in told.mets]
    return Gauge("Agreement, with its interval of 95 %", rows)


def _sources(moves: Iterable[Moved]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(account.source for one in moves for account in one.accounts[:1] + one.accounts[-1:]))


# -- positions -----------------------------------------------------------------------


def positions(told: Reading) -> list[Section]:
    """The positions by how the actors meet on them; empty ways are left out."""
    many = len(told.names) > 2
    sections = [
        ("disagreements", "Where they disagree", ("disagree",), ""),
        (
            "rivals",
            "Positions that cannot both be had",
            ("rival",),
            "One supports one of them, another supports the other. Neither need have spoken of the other’s.",
        ),
        ("agreements", "Where they agree", ("agree",), ""),
        (
            "apart",
            "Where not all take a side" if many else "Where one of them is ambivalent",
            ("apart", "undetermined"),
            "All have a coded stance, but not all of these are for or against; undetermined ones have no value.",
        ),
        (
            "single",
            "Known of one only",
            ("only one",),
            "Nobody coded a stance of another actor on these. That is not known, and neither agreement nor "
            "disagreement.",
        ),
    ]
    found = []
    for id, title, ways, intro in sections:
        those = told.those(*ways)
        if those:
            blocks: list[Block] = [Prose(intro, quiet=True)] if intro else []
            blocks.append(Meetings([one.meeting for one in those], brief=id == "single"))
            found.append(Section(id, f"{title} ({len(those)})", blocks))
    return found


# -- what moved ----------------------------------------------------------------------


def moves(told: Reading, intro: bool = False) -> list[Block]:
    """Stances that later ones replaced, and agreement as it stood through time."""
    blocks: list[Block] = []
    if told.moves:
        blocks.append(Points([_point(one) for one in told.moves]))
    else:
        blocks.append(Prose(wording.moved([])))
    for (a, b), moments in told.series.items():
        names = (told.label(a), told.label(b))
        if not moments:
            continue
        lead = f"{wording.listed(names)}: " if len(told.mets) > 1 else ""
        blocks.append(Prose(f"{lead}{wording.trend(moments)}"))
        if len(moments) > 1:
            blocks.append(_through_time(names, moments, told.unit))
    if told.undated and any(told.series.values()):
        blocks.append(Prose(wording.undated(told.undated), quiet=True))
    return blocks


def _point(one: Moved) -> Point:
    return Point(wording.move(one.move), one.sources, (), one.accounts, "Evidence before and after")


def _through_time(names: Sequence[str], moments: Sequence[wording.Moment], unit: str) -> Gauge:
    caption = (
        f"Agreement of {wording.listed(names)} on what stood at the end of each {unit}, with intervals of 95 %; left "
        "out are those in which nothing was added"
    )
    rows = [(m.label, Cell(m.agreement, m.low, m.high, m.n, m.sources)) for m in moments]
    return Gauge(caption, rows, close=True)


# -- how sure ------------------------------------------------------------------------


def sureness(told: Reading) -> list[Block]:
    """The measures of every two actors with their intervals, and what they owe to single sources."""
    rows = [
        (
            met.names,
            "not known" if met.agreement is None else wording.signed(met.agreement),
            "" if met.agreement is None else wording.interval(met.low, met.high),
            *(f"{n:,}" for n in (met.shared, met.same, met.opposite, met.rival, met.n, met.sources)),
        )
        for met in told.mets
    ]
    head = (
        "actors",
        "agreement",
        "interval (95 %)",
        "shared positions",
        "same side",
        "opposite sides",
        "rival",
        "statements",
        "sources",
    )
    blocks: list[Block] = [Grid("Agreement and what it rests on", head, rows, numbers=range(1, 9))]
    owed = told.influence()
    if owed:
        titles = {source.id: source.title for source in told.accounts.sources}
        blocks.append(Prose("What the agreement owes most to, one source left out at a time:"))
        blocks.append(
            Points([Point(wording.without(titles[one], change, lost), (one,)) for one, change, lost in owed])
        )
    return blocks


# -- how it came about ---------------------------------------------------------------


def method() -> list[Block]:
    """The formulas in words."""
    return [Prose(text) for text in METHOD]


def made(comparison: Comparison, verb: str, file: str, flags: Sequence[str] = ()) -> list[Block]:
    """What a page was made from, how to make it again (*flags*: what was switched on), and how to cite it."""
    graph = comparison.graph
    known = comparison.choices.rows == "holder"
    names = [graph.names.label(actor) if known else actor for actor in comparison.named]
    typed = command(graph, verb, names, comparison.choices.describe(), file, flags)
    cite = (
        f"{wording.listed(names) or 'All actors'}: {_NOUNS[verb]} made with kg {__version__} from "
        f"{graph.store.name} ({graph.selection.describe()}; {comparison.made_from['stances']} stances)."
    )
    blocks: list[Block] = [Facts(list({**comparison.made_from, "version": f"kg {__version__}"}.items()))]
    if typed:
        blocks.append(Typed(typed, "To make it again, on the command line:"))
    blocks.append(Typed(python(comparison, verb, names, file, flags), "To make it again, in Python:"))
    return [*blocks, Typed(cite, "To cite it:")]


def command(
    graph: KnowledgeGraph,
    verb: str,
    names: Sequence[str],
    choices: dict[str, str],
    file: str,
    flags: Sequence[str] = (),
) -> str:
    """The command that makes a page again; "" when the command line cannot say it."""
    words = graph.selection.words
    if graph.store.name == "memory" or choices or len({key for key, _ in words}) < len(words):
        return ""
    place = [] if graph.store.name == "shipped corpus" else ["-g", graph.store.name]
    options = [part for key, text in words for one in _names(graph, key, text) for part in (f"--{key}", one)]
    return shlex.join(["kg", *place, verb, *names, *options, *(f"--{flag}" for flag in flags), "-o", file])


def python(
    comparison: Comparison, verb: str, names: Sequence[str], file: str, flags: Sequence[str] = ()
) -> str:
    """The lines of Python that make a page again."""
    graph = comparison.graph
    place = graph.store.name
    opened = {"shipped corpus": "kg.demo()", "memory": "kg.KnowledgeGraph()  # and load your data"}
    lines = ["import kg", f"g = {opened.get(place, f'kg.KnowledgeGraph({place!r})')}"]
    keys = {"issue": "issues", "actor": "actors", "source": "sources"}
    for key, text in graph.selection.words:
        given = _names(graph, key, text)
        lines.append(f"g = g.where({keys.get(key, key)}={(given[0] if len(given) == 1 else given)!r})")
    arguments = ", ".join(["g", *(repr(name) for name in names)])
    chosen = {name: getattr(comparison.choices, name) for name in comparison.choices.describe()}
    arguments += "".join(f", {name}={value!r}" for name, value in chosen.items())
    arguments += "".join(f", {flag}=True" for flag in flags)
    return "\n".join([*lines, f"kg.{verb}({arguments}).write({file!r})"])


def _names(graph: KnowledgeGraph, key: str, text: str) -> list[str]:
    """The names in a filter, which are kept with commas between them."""
    from kg.errors import KGError

    parts = text.split(", ")
    if key in ("issue", "actor", "source") and len(parts) > 1:
        try:
            for part in parts:
                graph.find(part, key)
        except KGError:
            return [text]
    return parts
