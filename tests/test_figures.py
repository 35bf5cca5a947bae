"""Figures for papers: what they show is what the comparison says, nothing overlaps, and equal input is equal bytes."""

from __future__ import annotations

import hashlib
import itertools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from support import environment

import kg
from kg.cli import main
from kg.errors import KGError, MissingExtra, NotFound
from kg.exhibits import KINDS
from kg.figures import Curve, Figure, Flow, Lane, Mark, Moment, course, flows, matrix, network, timeline
from kg.figures.colours import number, sign
from kg.figures.matrix import Cell
from kg.figures.network import Actor, Tie
from kg.terms import resource

ARTICLE = str(resource("data") / "seed-article")
PAIR = ("Taliban", "Afghan government")
OF = {kind: PAIR if kind == "course" else () for kind in KINDS}
HOSTILE = (
    "<script>alert(1)</script>",
    "$\\frac{1}{2}$ & <b>bold</b>",
    "طالبان و دولت افغانستان",
    "\u202egnirts desrever",
    "🕊️ doves 🕊️",
    "a\x00b\x07c\ud800d",
    "word " * 1000,
    "w" * 5000,
    "",
)


@pytest.fixture(scope="module")
def drawn(corpus: kg.KnowledgeGraph) -> dict[str, Figure]:
    """Every kind of figure of the shipped corpus."""
    return {kind: kg.figure(corpus, kind, *OF[kind]) for kind in KINDS}


def assert_tidy(figure: Figure) -> None:
    """No text leaves the sheet, and none lies on another."""
    sheet = figure.sheet
    boxes = [(text.text, text.box) for text in sheet.texts]
    for text, (left, top, right, bottom) in boxes:
        assert left >= -0.5, text
        assert top >= -0.5, text
        assert right <= sheet.width + 0.5, text
        assert bottom <= sheet.height + 0.5, text
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        across = min(a[2], b[2]) - max(a[0], b[0])
        down = min(a[3], b[3]) - max(a[1], b[1])
        assert across <= 0.4 or down <= 0.4, (one, other)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_becomes_every_format(drawn: dict[str, Figure], kind: str, tmp_path: Path) -> None:
    """SVG whose text is text, PDF with its fonts, PNG of 300 dots an inch; the ending decides."""
    figure = drawn[kind]
    svg, pdf, png = (figure.write(tmp_path / f"f.{form}").read_bytes() for form in ("svg", "pdf", "png"))

    root = ElementTree.fromstring(svg)
    words = " ".join("".join(element.itertext()) for element in root.iter() if element.tag.endswith("}text"))
    assert root.get("role") == "img"
    assert {"title", "desc"} <= {element.tag.partition("}")[2] for element in root}
    for word in figure.caption.split():
        assert word in words
    assert pdf.startswith(b"%PDF")
    assert b"/FontFile2" in pdf
    assert b"CreationDate" not in pdf
    assert png.startswith(b"\x89PNG")
    assert abs(int.from_bytes(png[16:20], "big") - figure.width / 2.54 * 300) <= 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [8.5, 17.5])
def test_nothing_overlaps(corpus: kg.KnowledgeGraph, drawn: dict[str, Figure], kind: str, width: float) -> None:
    """In one column and in two, every text has a place of its own on the sheet."""
    figure = drawn[kind] if width == 17.5 else kg.figure(corpus, kind, *OF[kind], width=width)

    assert figure.width == width
    assert_tidy(figure)


def test_captions_say_what_is_drawn(corpus: kg.KnowledgeGraph, drawn: dict[str, Figure]) -> None:
    """Statements, sources, dates, selection, graph, and what is left out."""
    for kind, figure in drawn.items():
        assert "selection: everything; graph: shipped corpus." in figure.caption, kind
        assert "dated 20" in figure.caption, kind
    assert "more are not drawn" in drawn["stances"].caption
    own = {stance for one in kg.compare(corpus, *PAIR).profiles.values() for stance in one.stances}
    whole = kg.figure(corpus, "stances", *PAIR, most=500).caption
    assert f"Made from {len(own)} stances" in whole
    assert "not drawn" not in whole


def in_reading_order(figure: Figure, wanted: Callable[[str], bool]) -> list[str]:
    """Texts inside cells, row by row, from left to right."""
    found = [text for text in figure.sheet.texts if text.across == "center" and wanted(text.text)]
    return [text.text for text in sorted(found, key=lambda text: (round(text.y), text.x))]


def test_agreement_is_that_of_the_comparison(corpus: kg.KnowledgeGraph) -> None:
    """Each cell has the number of the comparison's matrix and its interval, or n; the others are hatched."""
    names = ("Taliban", "Afghan government", "United States", "NATO", "Mitch McConnell")
    figure = kg.figure(corpus, "agreement", *names)
    found = kg.compare(corpus, *names).matrix("agreement", sure=True)
    values, below = [], []
    actors = [corpus.find(name, "actor") for name in names]
    for a in actors:
        cells = [found.cell(a, b) for b in actors if b != a]
        known = [cell for cell in cells if cell.value is not None]
        values += [number(cell.value or 0.0, 2) for cell in known]
        below += [
            f"n {cell.n}" if cell.low is None or cell.high is None else f"{number(cell.low)}, {number(cell.high)}"
            for cell in known
        ]
    numbers = in_reading_order(figure, lambda text: not text.startswith("n ") and "," not in text)
    hatched = sum(1 for _, shape in figure.sheet.shapes if shape.get("hatch"))

    assert numbers == [*"12345", *values]
    assert in_reading_order(figure, lambda text: text.startswith("n ") or "," in text) == below
    assert len(values) >= 8
    assert hatched == 20 - len(values) + 1  # and one in the legend


def test_stances_are_those_of_the_profiles(corpus: kg.KnowledgeGraph) -> None:
    """Each cell has the sign of the mean of the standing stances; ± and ? where there is none to tell."""
    figure = kg.figure(corpus, "stances", *PAIR, most=500)
    comparison, label = kg.compare(corpus, *PAIR), corpus.names.label
    profiles = comparison.profiles
    issue = {one.position: label(one.issue) if one.issue else "" for one in profiles.values()}
    signs = [
        "?" if one.value is None else "±" if one.mixed else sign(one.value)
        for position in sorted({p for _, p in profiles}, key=lambda p: (issue[p], label(p), p))
        for actor in comparison.actors
        if (one := profiles.get((actor, position)))
    ]
    each_row = in_reading_order(figure, lambda text: text in {"++", "+", "0", "−", "−−", "±", "?"})

    assert sorted(each_row) == sorted(signs)
    assert [text.text for text in figure.sheet.texts if text.across == "center" and text.text in signs] == signs
    assert len(signs) > 50
    assert_tidy(figure)


def test_flows_carry_every_standing_stance(corpus: kg.KnowledgeGraph) -> None:
    """Bands and bars of both sides add up to the same number of stances."""
    figure = kg.figure(corpus, "flows", *PAIR, most=500)
    standing = {r["stance"] for r in kg.stances(corpus.where(actors=[*PAIR])) if not r["superseded"]}
    own = {s for p in kg.compare(corpus, *PAIR).profiles.values() for s in p.stances}
    bars = [shape["points"] for what, shape in figure.sheet.shapes if what == "path" and shape.get("fill") == "#1b1f24"]
    tall = sorted((max(y for _, y in bar) - min(y for _, y in bar), bar[0][0]) for bar in bars)
    sides = {round(x): sum(high for high, at in tall if round(at) == round(x)) for _, x in tall}

    assert own <= standing
    assert f"{len(own)} stances" in figure.caption
    left, right = sides.values()
    assert left == pytest.approx(right)
    assert_tidy(figure)


def test_timeline_has_a_mark_for_each_dated_stance(corpus: kg.KnowledgeGraph) -> None:
    """Every dated stance is a mark, what has no date is told."""
    figure = kg.figure(corpus, "timeline", "Taliban", most=500)
    rows = {r["stance"]: r for r in kg.stances(corpus) if corpus.names.label(r["holder"]) == "Taliban"}
    dated = [r for r in rows.values() if r["start"] or r["notBefore"] or r["notAfter"]]
    discs = [shape for what, shape in figure.sheet.shapes if what == "circle"]

    assert len(discs) == len(dated) + 5  # the legend
    assert f"{len(rows) - len(dated)} without a date" in figure.caption
    assert_tidy(figure)


def test_equal_input_is_equal_bytes(corpus: kg.KnowledgeGraph, drawn: dict[str, Figure]) -> None:
    """Also in another process whose sets have another order."""
    again = kg.figure(corpus, "course", *PAIR)
    program = (
        "import hashlib, kg\n"
        "from kg.exhibits import KINDS\n"
        f"of = {OF!r}\n"
        "g = kg.KnowledgeGraph()\n"
        f"g.load({ARTICLE!r})\n"
        "for kind in KINDS.keys() - {'course'}:\n"
        "    f = kg.figure(g, kind, *of[kind])\n"
        "    print(kind, *(hashlib.sha256(x).hexdigest() for x in (f.svg().encode(), f.pdf(), f.png())))\n"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**environment(), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert sorted(said[0].splitlines()) == sorted(said[1].splitlines())
    assert len(said[0].splitlines()) == len(KINDS) - 1
    assert [again.svg(), again.pdf()] == [drawn["course"].svg(), drawn["course"].pdf()]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text(text: str) -> None:
    """Markup, formulas, other scripts, control characters and endless labels do no harm in any figure."""
    given = {"title": text, "caption": text}
    legend = ((2.0, "in favour"),)
    figures = (
        matrix([text, "b"], [text, "c"], {(0, 0): Cell(1.0, "+")}, limit=2, legend=legend, heads={0: text}, **given),
        timeline([Lane(text, [Mark("2020", 1.0), Mark("2020-04", None)])], legend=legend, **given),
        course([Curve(text, [Moment("2020-04", 0.5, 0.1, 0.9, 3)])], unit=text, **given),
        flows([Flow(text, "b", 2, 1), Flow("a", text, 1, None)], legend=legend, left="From", right="To", **given),
        network([Actor(text, 0, 0, 9), Actor("b", 90, 5, 9, "star")], [Tie(0, 1, "conflict", 2, True, False)], **given),
    )
    for figure in figures:
        root = ElementTree.fromstring(figure.svg().encode())
        assert {element.tag.partition("}")[2] for element in root.iter()}.isdisjoint({"script", "b", "image", "a"})
        assert figure.png().startswith(b"\x89PNG")
        for words in figure.sheet.texts:
            assert words.box[2] <= figure.sheet.width + 0.5


def test_vague_dates_are_wide() -> None:
    """A year is a line from January to December with its mark in the middle; a day is a mark alone."""
    figure = timeline(
        [Lane("A", [Mark("2020", 1.0)]), Lane("B", [Mark("2020-07-01", 1.0)])], title="T", caption="C", legend=()
    )
    year, day = (shape for what, shape in figure.sheet.shapes if what == "circle")
    lines = [shape["points"] for what, shape in figure.sheet.shapes if what == "path" and shape.get("line") == 1.2]

    assert abs(year["x"] - day["x"]) < 2
    assert len([points for points in lines if points[0][1] == year["y"]]) == 1
    assert not [points for points in lines if points[0][1] == day["y"]]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("stanzas",), 'No figure "stanzas". Did you mean "stances"?'),
        (("course", "Taliban"), "two or three actors, not of 1"),
        (("course",), "two or three actors, not of 0"),
    ],
)
def test_what_cannot_be_drawn_is_told(corpus: kg.KnowledgeGraph, asked: tuple[str, ...], sentence: str) -> None:
    """One sentence says what is wrong and what to do."""
    with pytest.raises(KGError, match=sentence.replace("?", r"\?")):
        kg.figure(corpus, *asked)


def test_nothing_to_draw_is_told(corpus: kg.KnowledgeGraph) -> None:
    """A selection without stances or ties makes no empty figure."""
    nothing = kg.KnowledgeGraph()
    for kind in KINDS:
        with pytest.raises(KGError):
            kg.figure(nothing, kind, *OF[kind])
    with pytest.raises(NotFound):
        kg.figure(corpus, "stances", "Nobody of that name")
    with pytest.raises(KGError, match=r"3 cm wide cannot be set"):
        kg.figure(corpus, "stances", width=3)


def test_without_matplotlib_it_says_what_to_install(corpus: kg.KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of kg works without it."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match=r'pip install "kg\[figures\]"'):
        kg.figure(corpus, "stances")


def test_command_line_draws(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """Files by their ending, standard output as SVG, wrong words as wrong usage."""

    def call(*words: str) -> tuple[int, bytes, str]:
        with pytest.raises(SystemExit) as left:
            main([*words])
        out, err = capsysbinary.readouterr()
        return int(left.value.code or 0), out, err.decode()

    code, out, err = call("figure", "course", *PAIR, "--width", "8.5", "-o", str(tmp_path / "c.pdf"))
    assert (code, out) == (0, b"")
    assert "c.pdf: 8.5 ×" in err
    assert (tmp_path / "c.pdf").read_bytes().startswith(b"%PDF")
    code, out, _ = call("figure", "stances", *PAIR, "--most", "3", "--title", "Two sides")
    assert code == 0
    assert b"Two sides" in out
    assert ElementTree.fromstring(out).get("role") == "img"
    code, out, _ = call("figure", "network", "--sparql")
    assert b"SELECT" in out
    for words, sentence in (
        (("figure", "flow"), 'Did you mean "flows"?'),
        (("figure", "flows", "-o", str(tmp_path / "f.gif")), '"f.gif" is no format of figures.'),
        (("figure", "flows", "-o", str(tmp_path / "none" / "f.svg")), "No folder"),
    ):
        code, out, err = call(*words)
        assert (code, out) == (2, b""), words
        assert sentence in err
    assert call("figure", "course", "Taliban")[0] == 1


def test_digest_is_of_what_is_written(drawn: dict[str, Figure], tmp_path: Path) -> None:
    """What a notebook shows is what a file holds."""
    figure = drawn["course"]
    file = figure.write(tmp_path / "c", "svg")

    assert hashlib.sha256(file.read_bytes()).digest() == hashlib.sha256(figure._repr_svg_().encode()).digest()
    assert figure.caption in repr(figure)
