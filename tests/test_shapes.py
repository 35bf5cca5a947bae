"""What the shapes say: every message has an example that raises it and one that does not."""

import re
from functools import cache
from pathlib import Path

import pytest
import rdflib
import shifty

from kg.terms import resource

SHACL = rdflib.Namespace("http://www.w3.org/ns/shacl#")
SHAPES = "https://w3id.org/actor-stance/shapes#"
CASES = sorted(folder for folder in (Path(__file__).parent / "shapes").iterdir() if folder.is_dir())


@cache
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(resource("ontology") / "shapes.ttl")


@cache
def ontology() -> rdflib.Graph:
    folder = resource("ontology")
    graph = rdflib.Graph().parse(folder / "stance.ttl")
    for name in ("values", "event-types"):
        graph.parse(folder / "schemes" / f"{name}.ttl")
    return graph


@cache
def axioms() -> rdflib.Graph:
    """The ontology without its prose, which no shape reads: that makes 180 validations quick."""
    few = rdflib.Graph()
    for triple in ontology():
        if not isinstance(triple[2], rdflib.Literal):
            few.add(triple)
    return few


@cache
def validator() -> shifty.PreparedValidator:
    return shifty.PreparedValidator(shapes())


@cache
def messages() -> dict[str, str]:
    """The message of each shape or constraint, by its local name."""
    return {str(node).removeprefix(SHAPES): str(text) for node, text in shapes().subject_objects(SHACL.message)}


def raised(file: Path) -> list[tuple[str, str]]:
    """Severity and message of everything a file raises."""
    _, report, _ = validator().validate([axioms(), rdflib.Graph().parse(file)], graph_mode="union", infer=False)
    return [
        (str(report.value(result, SHACL.resultSeverity)).removeprefix(str(SHACL)), str(text))
        for result, text in report.subject_objects(SHACL.resultMessage)
    ]


def pattern(name: str) -> re.Pattern[str]:
    """What a message looks like once its variables are filled in."""
    parts = re.split(r"\{\?\w+\}", messages()[name])
    return re.compile("[^{}]+".join(map(re.escape, parts)) + "$")


def test_every_message_has_examples():
    """Each message of the shapes has a folder of its name with a good and a bad example, and no folder is stray."""
    assert len(CASES) == 91
    assert {folder.name for folder in CASES} == set(messages())
    assert all({f.name for f in folder.iterdir()} == {"good.ttl", "bad.ttl"} for folder in CASES)


def test_every_message_is_of_its_own():
    """No two shapes share a message, so that a message leads to one rule; and each names something to do."""
    texts = list(messages().values())
    assert len(set(texts)) == len(texts)
    assert all(text.endswith(".") and len(text) > 25 for text in texts)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_bad_raises_its_message_and_good_does_not(folder):
    """What the shape forbids raises its message, with the variables filled in; what it asks for does not."""
    expected = pattern(folder.name)
    assert [text for _, text in raised(folder / "bad.ttl") if expected.match(text)]
    assert not [text for _, text in raised(folder / "good.ttl") if expected.match(text)]


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("Stance-holder", "Violation"),
        ("Evidence-long-quotation", "Violation"),
        ("Stance-word-without-voice", "Warning"),
        ("Event-no-recipient", "Warning"),
        ("Threat-demand", "Warning"),
        ("Source-no-reliability", "Warning"),
        ("Evidence-unlocated", "Info"),
    ],
)
def test_severity_says_what_is_at_stake(name, severity):
    """What would make answers wrong is a violation, what makes them fewer a warning, what is good to know a note."""
    bad = next(folder for folder in CASES if folder.name == name) / "bad.ttl"
    assert {found for found, text in raised(bad) if pattern(name).match(text)} == {severity}


def test_the_shipped_article_raises_no_violation():
    """The coding of the seed article breaks no shape."""
    file = resource("data") / "seed-article" / "seed-article.trig"
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(file)
    data = ontology() + rdflib.Graph()
    for triple in dataset.triples((None, None, None)):
        data.add(triple)
    _, report, _ = shifty.validate(data, shapes(), graph_mode="union", infer=False)
    assert len(dataset) > 1000
    assert not list(report.subjects(SHACL.resultSeverity, SHACL.Violation))
