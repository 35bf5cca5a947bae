"""Validation against shapes finds what pyshifty and pySHACL find, no more and no less."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from broken import broken, sound
from shacl import Row, by_pyshacl, by_shifty, nameless, ordered, ours, plain_part, triples

import kg
from kg.checks import Result, validate
from kg.checks.shapes import Constraint, Shape, Shapes
from kg.terms import ONTOLOGY_GRAPH, PREFIXES, resource

SHAPES = (resource("ontology") / "shapes.ttl").read_bytes()
PLAIN = plain_part(SHAPES)
FOLDERS = sorted(folder for folder in (Path(__file__).parent / "shapes").iterdir() if folder.is_dir())


def as_shifty(graph: kg.KnowledgeGraph) -> Counter[Row]:
    """Our results, after they were found equal to pyshifty's."""
    mine, theirs = ours(validate(graph)), by_shifty(triples(graph), SHAPES)
    assert mine - nameless(mine) == theirs - nameless(theirs)
    return mine


def as_pyshacl(graph: kg.KnowledgeGraph, *, sane: bool = True) -> Counter[Row]:
    """Our plain results, after they were found equal to pySHACL's.

    Unless values are *sane*, those of order are left out: pySHACL orders a day and a number, and texts that are
    no days, where SPARQL, and so SHACL, cannot.
    """
    mine, theirs = ours(validate(graph, plain=True)), by_pyshacl(triples(graph), PLAIN)
    assert mine == theirs if sane else mine - ordered(mine) == theirs - ordered(theirs)
    return mine


def everything_bad() -> kg.KnowledgeGraph:
    """One graph of all the bad examples of shapes."""
    graph = kg.KnowledgeGraph()
    for folder in FOLDERS:
        graph.load_text((folder / "bad.ttl").read_bytes(), "turtle", name=folder.name)
    return graph


# -- the examples and the corpus ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["good", "bad"])
def test_every_example_is_judged_as_by_pyshifty(name: str) -> None:
    """Every good and every bad example of shapes has the results that pyshifty gives it."""
    seen: Counter[str] = Counter()
    graph = kg.KnowledgeGraph()
    for folder in FOLDERS:
        graph.load(folder / f"{name}.ttl")
        seen.update(row[2] for row in as_shifty(graph).elements())
        graph.store.drop(*(g for g in graph.store.graphs() if g != ONTOLOGY_GRAPH))
    assert len(FOLDERS) >= 91
    assert seen.total() > 300
    assert name == "good" or {"Class", "Xone", "UniqueLang", "QualifiedMaxCount", "NodeKind", "SPARQL"} <= {
        component.removesuffix("ConstraintComponent").removesuffix("Constraint") for component in seen
    }


def test_the_examples_together_are_judged_as_by_pyshacl() -> None:
    """All bad examples in one graph have the plain results that pySHACL gives them, of every kind there is."""
    found = as_pyshacl(everything_bad(), sane=False)

    kinds = {one.component for shape in Shapes(SHAPES).targeted for one in _reported(shape)}
    assert {row[2] for row in found} == kinds
    assert found.total() > 100


def _reported(shape: Shape) -> list[Constraint]:
    """Constraints of a shape that are reported, down the property shapes."""
    return [*shape.constraints, *(one for child in shape.properties for one in _reported(child))]


def test_the_corpus_is_judged_as_by_both(corpus: kg.KnowledgeGraph) -> None:
    """The shipped corpus has the results that pyshifty and pySHACL give it."""
    assert as_shifty(corpus).total() > 100
    assert as_pyshacl(corpus).total() > 5


# -- corpora broken at random ----------------------------------------------------------------


@pytest.fixture(scope="module")
def parts(article: kg.KnowledgeGraph) -> list[ox.Quad]:
    """The quads of the seed article."""
    return sound(article)


@pytest.mark.parametrize("seeds", [range(8), range(8, 16)], ids=str)
def test_a_broken_corpus_is_judged_as_by_pyshifty(parts: list[ox.Quad], seeds: range) -> None:
    """An article with 150 random faults has the results that pyshifty gives it: hundreds, of a dozen kinds."""
    seen: Counter[str] = Counter()
    for seed in seeds:
        seen.update(row[2] for row in as_shifty(broken(parts, seed, 150)).elements())
    assert seen.total() > 500
    assert len(seen) >= 11
    often = ("MinCount", "Class", "Datatype", "Pattern", "SPARQL")
    assert min(seen[f"{kind}ConstraintComponent"] for kind in often) > 5


@pytest.mark.parametrize("seed", range(100, 104))
def test_a_broken_corpus_is_judged_as_by_pyshacl(parts: list[ox.Quad], seed: int) -> None:
    """An article with 150 random faults has the plain results that pySHACL gives it."""
    assert as_pyshacl(broken(parts, seed, 150), sane=False).total() > 80


def test_the_comparison_sees_a_missing_result(parts: list[ox.Quad], monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison with the others fails as soon as one result is missing or has another value."""
    graph = broken(parts, 1, 50)
    found = [r for r in validate(graph) if r.focus.startswith("<")]
    assert len(found) > 30
    monkeypatch.setattr("test_shacl.validate", lambda graph, **_: found[1:])
    with pytest.raises(AssertionError):
        as_shifty(graph)
    monkeypatch.setattr("test_shacl.validate", lambda graph, **_: [found[0]._replace(value="<urn:x>"), *found[1:]])
    with pytest.raises(AssertionError):
        as_shifty(graph)


def test_order_is_judged_as_by_both() -> None:
    """Days and numbers that are what they say are held against bounds and each other as by pyshifty and pySHACL."""
    xsd = f"@prefix xsd: <{PREFIXES['xsd']}> . @prefix st: <{PREFIXES['st']}> ."
    days = ["2020-02-28", "2020-02-29", "0999-12-31", "2021-01-01"]
    values = ["0.0", "1.0", "1.01", "-0.1", "0.999999999999999999"]
    lines = [
        f"<urn:{i}{j}> a st:Stance ; st:confidence {values[i]} ;"
        f' st:startDate "{a}"^^xsd:date ; st:endDate "{b}"^^xsd:date .'
        for i, a in enumerate(days)
        for j, b in enumerate(days)
    ]
    graph = kg.KnowledgeGraph()
    lines.append("<urn:c> a st:Stance ; st:confidence 0.999999999999999999 , 1.5e0 , 7 .")
    graph.load_text(f"{xsd} {' '.join(lines)}", "turtle")

    assert as_shifty(graph).total() > 100
    found = ordered(as_pyshacl(graph))
    assert Counter(row[2] for row in found.elements()) == {
        "LessThanOrEqualsConstraintComponent": 6,
        "MaxInclusiveConstraintComponent": 6,
        "MinInclusiveConstraintComponent": 4,
    }


# -- through the store's door alone ----------------------------------------------------------


class Door:
    """A store as another program would be: a query and an answer, in another order and spelling."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.asked = 0

    def query(self, sparql: str) -> Any:
        """The answer with its rows upside down, each twice, and numbers written with their datatype."""
        self.asked += 1
        answer = self._inner.query(sparql)
        head, *rows = answer.body.decode().splitlines()
        if answer.kind == "graph":
            return answer
        cells = [[_long(cell) for cell in row.split("\t")] for row in reversed(rows)]
        text = "\n".join([head, *("\t".join(row) for row in cells for _ in range(2))]) + "\n"
        return type(answer)(answer.kind, text.encode())


def _long(cell: str) -> str:
    return f'"{cell}"^^<{PREFIXES["xsd"]}integer>' if cell.lstrip("-").isdigit() else cell


def test_only_the_door_of_the_store_is_used(parts: list[ox.Quad]) -> None:
    """Anything that answers queries can be validated, in whatever order and spelling it answers."""
    graph = broken(parts, 5, 150)
    door = Door(graph.store)
    holder = type("Remote", (), {"store": door})()
    found = validate(holder)

    assert ours(found) == ours(validate(graph))
    assert len(found) > 100
    assert 10 < door.asked < 40


# -- results ------------------------------------------------------------------------------------


def test_results_say_where_what_and_which(article: kg.KnowledgeGraph) -> None:
    """A result names focus node, path, component, value, shape, severity and message, and is a finding to people."""
    graph = kg.KnowledgeGraph()
    graph.load_text(f'@prefix st: <{PREFIXES["st"]}> . <urn:a> a st:Source ; st:reliability "high" .', "turtle")
    (found,) = (r for r in validate(graph, plain=True) if r.component == "ClassConstraintComponent")

    message = "st:reliability is one of stx:reliability-a, -b, -c."
    assert found == Result(
        "<urn:a>", f"<{PREFIXES['st']}reliability>", "ClassConstraintComponent", '"high"', "Source-reliability",
        "violation", message,
    )  # fmt: skip
    assert str(found.finding()) == f"violation: urn:a: {message} [Source-reliability]"


def test_plain_leaves_sparql_out(article: kg.KnowledgeGraph) -> None:
    """``plain=True`` gives the results of plain SHACL, which are those that no SPARQL constraint gave."""
    every = validate(article)

    assert validate(article, plain=True) == [r for r in every if not r.component.startswith("SPARQL")]
    assert any(r.component.startswith("SPARQL") for r in every)


def test_an_empty_graph_has_no_results() -> None:
    """Nothing at all, not even the ontology, is no fault."""
    graph = kg.KnowledgeGraph()
    graph.store.drop(ONTOLOGY_GRAPH)

    assert validate(graph) == []
