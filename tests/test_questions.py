"""Questions about the seed article, with answers written down by hand before they were first asked."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import rdflib
from questions.engines import Rows, ask_oxigraph, ask_rdflib, in_rdflib, plain

import kg

FOLDER = Path(__file__).parent / "questions"
QUESTIONS = sorted(FOLDER.glob("q*.rq"))


@pytest.fixture(scope="module")
def mirror(article: kg.KnowledgeGraph) -> rdflib.Dataset:
    """The article's graph in rdflib."""
    return in_rdflib(article)


def expected(question: Path) -> tuple[list[str], Rows]:
    """The answer written beside a question."""
    with question.with_suffix(".expected.csv").open(encoding="utf-8", newline="") as file:
        columns, *rows = csv.reader(file)
    return columns, [tuple(plain(cell) for cell in row) for row in rows]


def test_all_questions_are_seen() -> None:
    """There are 48 questions, each with an answer, and no answer without a question."""
    answers = {file.name.removesuffix(".expected.csv") for file in FOLDER.glob("*.expected.csv")}

    assert len(QUESTIONS) == 48
    assert answers == {question.stem for question in QUESTIONS}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.stem)
def test_oxigraph_answers_as_written(question: Path, article: kg.KnowledgeGraph) -> None:
    """Oxigraph gives the rows that were worked out from the article, in any order, each as often."""
    columns, rows = ask_oxigraph(article, question.read_text(encoding="utf-8"))
    wanted, answer = expected(question)

    assert columns == wanted
    assert sorted(rows) == sorted(answer)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.stem)
def test_rdflib_answers_as_written(question: Path, mirror: rdflib.Dataset) -> None:
    """rdflib gives the same rows, so an answer does not hang on one engine."""
    columns, rows = ask_rdflib(mirror, question.read_text(encoding="utf-8"))
    wanted, answer = expected(question)

    assert columns == wanted
    assert sorted(rows) == sorted(answer)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.stem)
def test_a_question_says_what_it_asks(question: Path) -> None:
    """Each question opens with one sentence that asks it, and with its level."""
    first, second, *_ = question.read_text(encoding="utf-8").splitlines()

    assert first.startswith("# ")
    assert "?" in first
    assert second in {"# level: easy", "# level: medium", "# level: hard"}
