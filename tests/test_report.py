"""Reports and comparison pages: what they say, that they say it again, and that nothing in them runs."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from article_examples import HOSTILE, SMALL, hostile
from support import PAGE, Done, run

import kg
from kg.errors import KGError, NotFound, StoreError
from kg.pages.article import Article, Figure, Meetings, Points, Prose, Section, Typed
from kg.pages.markdown import article_markdown
from kg.pages.prose import article_page

A, B = "Taliban", "Afghan government"


class Read(HTMLParser):
    """A page as a machine reads it: tags with their attributes, and the text between."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def told(article: Article, *sections: str) -> str:
    """The prose and points of some sections, or of all."""
    found = []
    for section in article.sections:
        for block in section.blocks if section.id in sections or not sections else ():
            if isinstance(block, Prose):
                found.append(block.text)
            elif isinstance(block, Points):
                found += [point.text for point in block.points]
    return "\n".join(found)


@pytest.fixture(scope="module")
def release(corpus: kg.KnowledgeGraph) -> kg.KnowledgeGraph:
    return corpus.where(issues="prisoner release")


@pytest.fixture(scope="module")
def comparison(release: kg.KnowledgeGraph) -> kg.Comparison:
    return kg.compare(release, A, B)


@pytest.fixture(scope="module")
def whole(corpus: kg.KnowledgeGraph) -> kg.Report:
    return kg.report(corpus, A, B)


# ---- what it says


def test_summary_has_the_numbers_of_the_comparison(comparison: kg.Comparison) -> None:
    """The paragraph in plain words says what the table of the comparison says."""
    pair, summary = comparison.pair(), told(comparison.article, "summary")
    cell = comparison.matrix("agreement", sure=True).cell(A, B)
    assert f"coded on {len(pair.shared)} positions" in summary
    assert f"in {cell.n} statements from {cell.sources} sources" in summary
    assert f"on the same side of {len(pair.congruent)}" in summary
    assert f"on opposite sides of {len(pair.conflicting)}" in summary
    assert f"agreement is {pair.agreement:+.2f}".replace("-", "−") in summary
    assert cell.low is not None
    assert f"{cell.low:+.2f} and {cell.high:+.2f} (95 %)".replace("-", "−") in summary


def test_every_position_stands_where_the_table_has_it(comparison: kg.Comparison) -> None:
    """Each position of the table is on the page once, below the heading of how the two meet on it."""
    sections = {"disagree": "disagreements", "rival": "rivals", "agree": "agreements", "only one": "single"}
    where = {
        meeting.position: section.id
        for section in comparison.article.sections
        for block in section.blocks
        if isinstance(block, Meetings)
        for meeting in block.meetings
    }
    table = comparison.positions()
    assert len(where) == len(table) > 5
    for row in table:
        assert where[row["position"]] == sections.get(row["how"], "apart")


def test_every_value_opens_its_evidence_with_a_source(whole: kg.Report) -> None:
    """Each known side has a statement behind it, and each statement words and a source in the numbered list."""
    numbered = {source.id for source in whole.article.numbered()}
    seen = 0
    for section in whole.article.sections:
        for block in section.blocks:
            for meeting in block.meetings if isinstance(block, Meetings) else ():
                for side in meeting.sides:
                    assert bool(side.accounts) == side.known
                    for account in side.accounts:
                        assert account.quotes or account.paraphrase
                        assert {account.source, *account.also_in} <= numbered
                        seen += 1
    assert seen > 50
    page = Read(whole.to_html())
    ids = {found["id"] for _, found in page.tags if found.get("id")}
    targets = {str(found["href"]) for tag, found in page.tags if tag == "a" and str(found["href"]).startswith("#")}
    assert {target[1:] for target in targets} <= ids
    assert sum(target.startswith("#source-") for target in targets) == len(numbered) > 20


def test_report_adds_who_they_are_ties_limits_and_sources(whole: kg.Report) -> None:
    """A report tells who the actors are, how they deal with each other, what is not known and what it rests on."""
    ids = [section.id for section in whole.article.sections]
    for one in ("summary", "actors", "disagreements", "moved", "ties", "others", "sure", "limits", "method", "made"):
        assert one in ids
    page = whole.to_html()
    assert "Armed group" in page
    assert "Afghan government negotiates with Taliban" in re.sub("[\u2066-\u2069]", "", told(whole.article, "ties"))
    assert "Why they did is not coded" in told(whole.article, "limits")
    assert "kg report Taliban &#39;Afghan government&#39; -o report.html" in page
    assert f"kg {kg.__version__}" in page


def test_what_moved_is_told_with_both_statements(whole: kg.Report) -> None:
    """A stance that a later one replaced is told with values, dates and the evidence of both."""
    moved = next(section for section in whole.article.sections if section.id == "moved")
    points = next(block for block in moved.blocks if isinstance(block, Points)).points
    assert points
    for point in points:
        assert re.search(r"coded stance on “.*” went from \w.* to \w", point.text)
        assert {account.earlier for account in point.accounts} == {True, False}


def test_selection_narrows_everything(release: kg.KnowledgeGraph) -> None:
    """A report on a selection has no statement from outside it, and says what was selected."""
    narrow = kg.report(release.where(since="2020-04", until="2020-04"), A, B)
    dates = {
        account.date[:7]
        for section in narrow.article.sections
        for block in section.blocks
        if isinstance(block, Meetings)
        for meeting in block.meetings
        for side in meeting.sides
        for account in side.accounts
    }
    # Undated ones have an end: they are of that time or before.
    assert {"2020-04"} <= dates <= {"2020-04", ""}
    assert "issue prisoner release; since 2020-04; until 2020-04" in narrow.article.subtitle


def test_made_again_by_its_own_call(release: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """The lines of Python that a page prints make the same page again."""
    page = kg.compare(release.where(since="2020-03"), A, B)
    texts = [block.text for block in page.article.sections[-1].blocks if isinstance(block, Typed)]
    typed = next(text for text in texts if text.startswith("import"))
    assert "g.where(issues='prisoner release')" in typed
    exec(typed.replace("'comparison.html'", repr(str(tmp_path / "again.html"))), {})
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == page.to_html()


# ---- other shapes of comparison


def test_three_actors_stand_side_by_side(release: kg.KnowledgeGraph) -> None:
    """With three actors every position has three sides, and the summary names the closest and the farthest pair."""
    article = kg.compare(release, A, B, "United States").article
    meetings = [m for s in article.sections for b in s.blocks if isinstance(b, Meetings) for m in b.meetings]
    assert {len(meeting.sides) for meeting in meetings} == {3}
    assert "Agreement is highest between" in told(article, "summary")
    page = article_page(article)
    assert page.count('<div class="side"') + page.count('<div class="side unknown"') == sum(
        side.known or not block.brief
        for s in article.sections
        for block in s.blocks
        if isinstance(block, Meetings)
        for meeting in block.meetings
        for side in meeting.sides
    )


def test_all_actors_are_a_matrix_with_intervals(release: kg.KnowledgeGraph) -> None:
    """Without names the page has the matrix, the extremes with their evidence, polarisation, and every pair."""
    comparison = kg.compare(release)
    article, page = comparison.article, comparison.to_html()
    assert [section.id for section in article.sections][:2] == ["summary", "matrix"]
    assert "Polarisation is" in told(article, "summary")
    rows = list(comparison.matrix("agreement").edges(zeros=True))
    assert f"{len(rows)} of these share at least one position" in told(article, "summary")
    assert 'class="crosstab"' in page
    assert "Everything" not in page
    assert kg.report(release).article.sections[-3].id == "limits"


def test_nothing_in_common_says_so(article: kg.KnowledgeGraph) -> None:
    """Two actors without a shared position have a page that calls their agreement not known."""
    pairs = kg.compare(article)
    nothing = next(p for p in pairs.pairs.values() if not p.shared and not p.rival)
    page = kg.compare(article, nothing.a, nothing.b).article
    assert "how far they agree is not known" in told(page, "summary")
    assert "Their agreement is" not in told(page)


def test_empty_selection_still_makes_a_page(corpus: kg.KnowledgeGraph) -> None:
    """Where the selection holds nothing, the page says that nothing is known."""
    empty = corpus.where(since="1901", until="1902")
    assert "not known" in told(kg.compare(empty, A, B).article, "summary")
    assert "not known" in told(kg.report(empty, A, B).article, "summary")
    assert "not known" in told(kg.compare(empty).article, "summary")


def test_other_ways_to_count_make_a_matrix(release: kg.KnowledgeGraph) -> None:
    """A comparison that counts statements, or other rows, has a page of its matrix."""
    counted = kg.compare(release, A, B, duplicates="document")
    assert counted.article.sections[1].id == "matrix"
    speakers = kg.compare(release, rows="speaker")
    assert 'class="crosstab"' in speakers.to_html()


# ---- the same again, and safe


def test_equal_graphs_give_equal_bytes(comparison: kg.Comparison, fresh: Callable[[], kg.KnowledgeGraph]) -> None:
    """A page and a report are the same bytes when they are made again, from another graph with the same content."""
    assert comparison.to_html() == kg.compare(comparison.graph, A, B).to_html()
    one, other = (kg.report(fresh(), A, B) for _ in range(2))
    assert one.to_html() == other.to_html()
    assert one.to_markdown() == other.to_markdown()


def test_hostile_text_is_no_markup() -> None:
    """Whatever stands in a field, the page has only our tags, our script and links of the web."""
    page = article_page(hostile())
    read = Read(page)
    assert sum(tag == "script" for tag, _ in read.tags) == 1
    ours = (
        "html head meta title link style body a header h1 p div nav ul li button main section h2 h3 article figure"
        " figcaption svg path circle rect text bdi time span details summary ol blockquote b dl dt dd table caption"
        " thead tbody tr th td small img pre script"
    )
    assert {tag for tag, _ in read.tags} <= set(ours.split())
    for _, attributes in read.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        address = attributes.get("href") or attributes.get("src") or ""
        assert re.match(r"#|https?://|data:,|data:image/svg\+xml;base64,|$", address), address
    assert HOSTILE[0] in html.unescape(page)


def test_hostile_text_is_no_markdown() -> None:
    """In Markdown nothing of a label becomes a link, a picture, a table or a tag."""
    text = article_markdown(hostile())
    bare = re.sub(r"\\.", "", re.sub(r"^(`{3,})\n.*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL))
    assert not re.search(r"<(?!https?:)", bare)
    assert "](javascript" not in bare
    assert "![" not in bare
    for line in article_markdown(replace(SMALL, title="1. # *a* | b")).splitlines()[:1]:
        assert line == "# 1\\. \\# \\*a\\* \\| b"


def test_links_lead_to_the_web_or_nowhere() -> None:
    """A source with an address that is not of the web is text; another is a link that tells the site nothing."""
    links = [found for tag, found in Read(article_page(SMALL)).tags if tag == "a" and found.get("target")]
    assert links
    assert {found["href"] for found in links} == {"https://example.org/gazette"}
    assert {found["rel"] for found in links} == {"noopener noreferrer"}
    assert "javascript:" not in article_page(SMALL)
    assert "(<https://example.org/gazette>)" in article_markdown(SMALL)
    assert "javascript" not in article_markdown(SMALL)


def test_sources_are_numbered_as_they_are_met() -> None:
    """The bibliography has the sources that are cited, in the order of the text, and no others."""
    assert [source.id for source in SMALL.numbered()] == ["gazette", "courier"]
    assert "Never cited" not in article_page(SMALL)


def test_an_article_that_does_not_hold_together_is_refused() -> None:
    """An unknown source, a heading id that stands twice, or a missing side is an error that says which."""
    with pytest.raises(NotFound, match=r'No source "gazete" in the article\. Did you mean "gazette"'):
        article_page(replace(SMALL, sections=[Section("a", "A", [Prose("x", ("gazete",))])]))
    with pytest.raises(KGError, match='Two sections have the id "summary"'):
        article_page(replace(SMALL, sections=[SMALL.sections[0]] * 2))
    with pytest.raises(KGError, match="has 2 sides for 3 actors"):
        article_page(replace(SMALL, actors=("a", "b", "c")))


def test_notebook_gets_a_frame_of_its_own(comparison: kg.Comparison, whole: kg.Report) -> None:
    """In a notebook a comparison and a report show their page in a sandboxed frame, apart from what is around it."""
    for shown, page in ((comparison._repr_html_(), comparison.to_html()), (whole._repr_html_(), whole.to_html())):
        [(tag, attributes)] = Read(shown).tags
        assert tag == "iframe"
        assert attributes["srcdoc"] == page
        assert "allow-same-origin" not in str(attributes["sandbox"])


# ---- files and the command line


def test_report_is_written_by_its_ending(whole: kg.Report, tmp_path: Path) -> None:
    """``.html`` is the page, ``.md`` Markdown; another ending and a folder that is not there are told."""
    assert whole.write(tmp_path / "r.html").read_text(encoding="utf-8") == whole.to_html()
    assert whole.write(tmp_path / "r.txt", "md").read_text(encoding="utf-8") == whole.to_markdown()
    with pytest.raises(KGError, match=r'"docx" is no format of a report\. Use one of html, md'):
        whole.write(tmp_path / "r.docx")
    with pytest.raises(StoreError, match="cannot be written"):
        whole.write(tmp_path / "none" / "r.html")
    with pytest.raises(KGError, match="two different actors"):
        kg.report(whole.comparison.graph, A)
    with pytest.raises(NotFound, match='Did you mean "Taliban"'):
        kg.report(whole.comparison.graph, "Talban", B)


def test_markdown_has_the_same_sections_and_sources(whole: kg.Report) -> None:
    """The Markdown has every heading of the page, its sources under the same numbers."""
    text = whole.to_markdown()
    assert [s.title for s in whole.article.sections] + ["Sources"] == re.findall(r"^## (.*)$", text, re.MULTILINE)
    tail = text.split("\n## Sources\n")[1]
    assert len(re.findall(r"^\d+\. ", tail, re.MULTILINE)) == len(whole.article.numbered())


@pytest.fixture
def my(tmp_path: Path) -> Path:
    """A folder with a tiny graph of its own."""
    (tmp_path / "sheet.csv").write_text(PAGE, encoding="utf-8")
    done = run("load", tmp_path / "sheet.csv", graph=tmp_path / "my.kg")
    assert done.code == 0
    return tmp_path / "my.kg"


def test_command_line_writes_pages_and_reports(my: Path, tmp_path: Path) -> None:
    """``kg compare A B -o page.html`` and ``kg report A B -o r.html`` write pages; without -o a report is Markdown."""

    def call(*args: object) -> Done:
        return run(*args, graph=my)

    both = ("Ferry company", "Fishers")
    page, written = call("compare", *both, "-o", tmp_path / "c.html"), call("report", *both, "-o", tmp_path / "r.html")
    assert (page.code, page.err) == (0, f"Wrote {tmp_path}/c.html.\n")
    assert (written.code, written.err) == (0, f"Wrote {tmp_path}/r.html: 1 source.\n")
    text = (tmp_path / "c.html").read_text(encoding="utf-8")
    assert "There is too little evidence to say how sure that is (2 statements from 1 source)" in text
    assert call("compare", *both, "-f", "html").out == text
    assert call("report", *both).out.startswith("# Ferry company and Fishers\n")
    assert call("report", *both, "--title", "Harbour").out.startswith("# Harbour\n")
    for wrong, message in (
        (("report", *both, "-o", tmp_path / "r.pdf"), '"r.pdf" is no format of a report.'),
        (("report", *both, "-o", tmp_path / "none" / "r.html"), "No folder"),
        (("compare", *both, "-o", tmp_path / "none" / "c.html"), "No folder"),
    ):
        done = call(*wrong)
        assert done.code == 2
        assert message in done.err
    assert call("report", "Ferry company").code == 1


# -- figures -------------------------------------------------------------------------


def test_figures_stand_in_the_page_with_their_captions(release: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """With figures a report shows those that tell something of its actors, and says what they are made of."""
    made = kg.report(release, A, B, figures=True)
    section = next(one for one in made.article.sections if one.id == "figures")
    assert [block.alt.split(":")[0] for block in section.blocks if isinstance(block, Figure)] == [
        "Stances",
        "Agreement over time",
        "Stances over time",
        "Who deals with whom",
    ]
    page = Read(made.to_html())
    pictures = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(pictures) == 4
    for number, one in enumerate(pictures, 1):
        assert str(one["src"]).startswith("data:image/svg+xml")
        assert f"Figure {number}. {one['alt']}." in page.text
    assert page.text.count("selection: issue prisoner release") >= 4
    assert "figures=True" in made.made_from["call"]
    assert "--figures" in page.text
    # The caption stands once: as text of the page, not in the picture as well.
    assert all("Made from" not in words_of(block.svg) for block in section.blocks if isinstance(block, Figure))
    assert "figures" not in [one.id for one in kg.report(release, A, B).article.sections]


def words_of(svg: str) -> str:
    """What is drawn as text in a picture."""
    return " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))


def test_figures_are_files_beside_markdown(release: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """Markdown links to its figures, which are there; equal reports give equal files."""
    made = kg.report(release, A, B, figures=True)
    text = made.write(tmp_path / "on release.md").read_text(encoding="utf-8")
    linked = re.findall(r"!\[[^\]]+\]\(<([^>]+)>\)", text)
    assert linked == [f"on release-figure-{number}.svg" for number in (1, 2, 3, 4)]
    files = {name: (tmp_path / name).read_bytes() for name in linked}
    assert all(data.startswith(b"<?xml") for data in files.values())
    made.write(tmp_path / "on release.md")
    assert {name: (tmp_path / name).read_bytes() for name in linked} == files


def test_figures_without_anything_to_draw_are_left_out(article: kg.KnowledgeGraph) -> None:
    """A kind of figure for which nothing is coded is not there, and the report still is."""
    narrow = article.where(issues="prisoner release", since="2020-04-08", until="2020-04-08")
    section = next(
        one for one in kg.report(narrow, figures=True).article.sections if one.id == "figures"
    )
    assert 0 < len(section.blocks) < 5


def test_figures_from_the_command_line(tmp_path: Path) -> None:
    """The verb draws figures when asked to, and all actors have theirs, too."""
    page = tmp_path / "all.html"
    done = run("report", "--issue", "prisoner release", "--figures", "-o", str(page))
    assert done.code == 0, done.err
    assert page.read_text(encoding="utf-8").count('<figure class="drawing">') == 3
