"""Checks: findings, worst first; texts held against their evidence, letter by letter."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from support import SEED, TURTLE, lines

import kg
from kg.checks import SEVERITIES, Finding, Findings, library, parse_check
from kg.errors import CheckFailed, NotFound, ReadError

Fresh = Callable[[], kg.KnowledgeGraph]

TEXT = "At first nothing happened. “We stay,” said Ann. The end.\n"
START, END = 27, 47  # “We stay,” said Ann.

EVIDENCE = """
@prefix i: <https://w3id.org/actor-stance/id/s/> .
graph:provenance { src:s a st:Source ; dcterms:identifier "s" ; dcterms:title "A paper" }
graph:s { i:e a st:Evidence ; oa:hasSource src:s ; st:attributionMode stx:direct-speech ; st:paraphrase "They stay." ;
  st:segmentDigest "%s" ; oa:hasSelector [ a oa:TextPositionSelector ; oa:start %d ; oa:end %d ] ,
  [ a oa:TextQuoteSelector ; oa:exact "%s" ] }
"""


def text_findings(
    tmp_path: Path, *, start: int = START, end: int = END, quote: str = "We stay,", text: str = TEXT
) -> list[str]:
    """Names of the checks that a piece of evidence fails when it is held against its text."""
    (tmp_path / "s.txt").write_bytes(text.encode())
    digest = hashlib.sha256(TEXT[START:END].encode()).hexdigest()
    g = kg.KnowledgeGraph()
    g.load_text(TURTLE + EVIDENCE % (digest, start, end, quote), "trig")
    names = {"segment-digest", "quote-verbatim", "text-missing"}
    return [f.check for f in kg.check(g, texts=tmp_path) if f.check in names]


# -- findings --------------------------------------------------------------------------------


def test_findings_come_worst_first_and_once() -> None:
    """Findings are sorted by severity, then by check and item; the same finding is told once."""
    a, b = Finding("info", "a", "urn:1", "x"), Finding("violation", "z", "urn:2", "y")
    found = Findings([a, b, Finding("warning", "m", "urn:3", "w"), a])

    assert [f.severity for f in found] == list(SEVERITIES)
    assert (found[0], len(found), found.of("info")) == (b, 3, [a])


def test_findings_are_summed_up() -> None:
    """The summary counts by severity; ``ok`` is the absence of violations."""
    none, one = Findings([]), Findings([Finding("violation", "c", "urn:1", "x")])

    assert (none.summary(), none.ok) == ("0 violations, 0 warnings, 0 notes", True)
    assert (one.summary(), one.ok) == ("1 violation, 0 warnings, 0 notes", False)
    assert Findings([Finding("warning", "c", "urn:1", "x")]).ok


def test_violations_can_be_raised() -> None:
    """``raise_for_errors`` raises on a violation only, with the first one and the way to see all."""
    Findings([Finding("warning", "c", "urn:1", "x")]).raise_for_errors()

    with pytest.raises(CheckFailed) as caught:
        Findings([Finding("violation", "no-holder", "urn:1", "There is no holder.")] * 2).raise_for_errors()
    assert "violation: urn:1: There is no holder. [no-holder]" in str(caught.value)
    assert str(caught.value).endswith("See them all with: kg check")


def test_findings_are_a_table() -> None:
    """Findings are a table with severity, check, item and message."""
    (row,) = Findings([Finding("violation", "c", "https://example.org/1", "x | y")], {"graph": "g"}).table()

    assert row == {"severity": "violation", "check": "c", "item": "https://example.org/1", "message": "x | y"}


# -- a graph ---------------------------------------------------------------------------------


def test_the_article_and_the_corpus_have_no_violation(article: kg.KnowledgeGraph, corpus: kg.KnowledgeGraph) -> None:
    """What is shipped stands up to its own shapes and checks."""
    for graph in (article, corpus):
        findings = kg.check(graph)
        assert findings.of("violation") == []
        assert findings.made_from["graph"] == graph.store.name


def test_a_stance_without_its_parts_is_found(fresh: Fresh) -> None:
    """A stance without holder, position or evidence is a violation on that item, with what to do."""
    g = fresh()
    g.load_text(TURTLE + f"graph:{SEED} {{ item:half a st:Stance ; st:value stx:supports }}", "trig")
    findings = kg.check(g)
    found = [f for f in findings if f.item.endswith("/id/half")]

    assert not findings.ok
    assert len([f for f in found if f.severity == "violation"]) >= 3
    assert all(f.check != "shape" and f.message for f in found)
    with pytest.raises(CheckFailed):
        findings.raise_for_errors()


def test_checking_changes_nothing(fresh: Fresh) -> None:
    """A check reads the graph and writes nothing, and gives the same findings again."""
    g = fresh()
    before = lines(g)

    assert kg.check(g).found == kg.check(g).found
    assert lines(g) == before


def test_an_empty_graph_is_fine() -> None:
    """A graph with nothing but the ontology has no violation."""
    assert kg.check(kg.KnowledgeGraph()).ok


def test_a_check_is_a_file_with_a_header() -> None:
    """A check's header holds problem, why, severity, message and cure; what is left out has a default."""
    header = "# Problem\n#\n# why it\n# matters\n# severity: info\n# message: {item} is odd.\n# cure: Mend.\n"
    full = parse_check("x", f"{header}SELECT")
    bare = parse_check("x", "# Problem\nSELECT")

    assert (full.problem, full.why, full.severity, full.message, full.cure) == (
        "Problem", "why it matters", "info", "{item} is odd.", "Mend.",
    )
    assert (bare.severity, bare.message, bare.cure) == ("warning", "Problem", "")


def test_every_shipped_check_is_complete() -> None:
    """Each check of the library has a problem, a reason, a known severity and a cure."""
    assert len(library()) >= 10
    for one in library().values():
        assert one.severity in SEVERITIES, one.name
        assert one.problem, one.name
        assert one.why, one.name
        assert one.cure, one.name


# -- texts -----------------------------------------------------------------------------------


def test_evidence_that_is_in_the_text_is_silent(tmp_path: Path) -> None:
    """Evidence whose span and quotation are in the text gives no finding."""
    assert text_findings(tmp_path) == []


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [(START + 1, END, TEXT), (0, 5, TEXT), (900, 999, TEXT), (START, END, TEXT.replace("stay", "Stay"))],
)
def test_a_text_that_is_another_is_found(tmp_path: Path, start: int, end: int, text: str) -> None:
    """Offsets that point elsewhere, or beyond the text, or a text that was changed, are violations."""
    assert text_findings(tmp_path, start=start, end=end, text=text) == ["segment-digest"]


@pytest.mark.parametrize("quote", ["we stay", "We  stay,", "We leave"])
def test_a_quotation_is_verbatim(tmp_path: Path, quote: str) -> None:
    """A quotation that is not in its span letter by letter is a violation."""
    assert text_findings(tmp_path, quote=quote) == ["quote-verbatim"]


def test_a_text_that_is_not_there_is_a_note(tmp_path: Path) -> None:
    """A source whose text is not in the folder is noted, not condemned."""
    (tmp_path / "texts").mkdir()
    g = kg.KnowledgeGraph()
    g.load_text(TURTLE + EVIDENCE % ("0" * 64, START, END, "We stay,"), "trig")
    (found,) = (f for f in kg.check(g, texts=tmp_path / "texts") if f.check == "text-missing")

    assert (found.severity, found.message) == ("info", "No text s.txt to hold its evidence against.")


def test_a_wrong_folder_or_text_is_refused(tmp_path: Path) -> None:
    """A folder that is not there, and a text in another encoding, are refused with the way out."""
    with pytest.raises(NotFound, match=r"No folder of texts .* Name a folder with <identifier>\.txt files\."):
        kg.check(kg.KnowledgeGraph(), texts=tmp_path / "none")
    (tmp_path / "s.txt").write_bytes("Straße".encode("latin-1"))
    g = kg.KnowledgeGraph()
    g.load_text(TURTLE + EVIDENCE % ("0" * 64, START, END, "We stay,"), "trig")
    with pytest.raises(ReadError, match=r"s\.txt: it cannot be read: .*Save it in UTF-8\."):
        kg.check(g, texts=tmp_path)


def test_the_article_is_coded_letter_by_letter(article: kg.KnowledgeGraph, shared: Path, tmp_path: Path) -> None:
    """Every span and every quotation of the article is in its text, character for character."""
    (tmp_path / f"{SEED}.txt").write_bytes((shared / "data" / "seed-article.txt").read_bytes())
    findings = kg.check(article, texts=tmp_path)

    assert [f for f in findings if f.check in {"segment-digest", "quote-verbatim", "text-missing"}] == []
