"""Each SPARQL check finds its own fault, and stays silent where the fault is mended."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from questions.engines import ask_oxigraph, ask_rdflib, in_rdflib, short

import kg
from kg.checks import SEVERITIES, SparqlCheck, library
from kg.terms import expand

FOLDER = Path(__file__).parent / "checks"
NAMES = sorted(file.stem for file in (Path(kg.__file__).parent / "sparql" / "checks").glob("*.rq"))


def loaded(file: Path) -> kg.KnowledgeGraph:
    """A graph with one example in it and nothing derived."""
    graph = kg.KnowledgeGraph()
    graph.load(file)
    return graph


def wanted(file: Path) -> set[str]:
    """The items an example says are found, from its ``# finds:`` lines."""
    named = re.findall(r"(?m)^# finds: (\S+)$", file.read_text(encoding="utf-8"))
    return {short(expand(name) or name) for name in named}


def test_every_check_has_examples() -> None:
    """There are 17 checks, and each has one example with its fault and one without."""
    assert len(NAMES) == 17
    assert sorted(folder.name for folder in FOLDER.iterdir()) == NAMES
    for name in NAMES:
        assert sorted(file.name for file in (FOLDER / name).iterdir()) == ["clean.trig", "found.trig"]


@pytest.mark.parametrize("name", NAMES)
def test_a_check_finds_its_fault(name: str) -> None:
    """The example with the fault gives the items it names, and the same rows on both engines."""
    file = FOLDER / name / "found.trig"
    graph, text = loaded(file), library()[name].text

    columns, rows = ask_oxigraph(graph, text)

    assert columns[0] == "item"
    assert wanted(file)
    assert {row[0] for row in rows} == wanted(file)
    assert sorted(ask_rdflib(in_rdflib(graph), text)[1]) == sorted(rows)


@pytest.mark.parametrize("name", NAMES)
def test_a_check_is_silent_on_clean_data(name: str) -> None:
    """The mended example gives no row on either engine."""
    graph, text = loaded(FOLDER / name / "clean.trig"), library()[name].text

    assert ask_oxigraph(graph, text)[1] == []
    assert ask_rdflib(in_rdflib(graph), text)[1] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_header_says_problem_why_and_cure(name: str) -> None:
    """A check's header gives the problem, why it matters, a known severity, a message and a cure."""
    check = library()[name]

    assert check.severity in SEVERITIES
    assert check.problem
    assert check.why.endswith(".")
    assert check.message.endswith((".", '"'))
    assert check.cure


@pytest.mark.parametrize("name", NAMES)
def test_the_message_names_only_columns(name: str) -> None:
    """Whatever a message puts in braces is a column of the check, and is filled in when it is told."""
    check = library()[name]
    graph = loaded(FOLDER / name / "found.trig")
    columns, _ = ask_oxigraph(graph, check.text)

    assert set(re.findall(r"\{(\w+)\}", check.message)) <= set(columns)
    told = [finding.message for finding in kg.check(graph) if finding.check == name]
    assert told
    assert not any(re.search(r"\{\w+\}", message) for message in told)


def test_the_article_has_no_violation(article: kg.KnowledgeGraph) -> None:
    """The seed article, coded by hand, breaks none of the checks whose severity is violation."""
    grave: list[SparqlCheck] = [check for check in library().values() if check.severity == "violation"]

    assert len(grave) == 7
    for check in grave:
        assert ask_oxigraph(article, check.text)[1] == []
