"""Full-text search inside SPARQL: ``?thing st:matches "words"``."""

from __future__ import annotations

from pathlib import Path

import pytest
from harbour import harbour as fresh_harbour
from support import ITEM

import kg
from kg.errors import KGError, QueryError
from kg.terms import PREFIXES
from kg.texts import pattern

HEAD = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("st", "oa", "skos", "rdfs"))


@pytest.fixture(name="harbour", scope="module")
def _harbour() -> kg.KnowledgeGraph:
    """The small graph. Not to be changed by a test."""
    return fresh_harbour()


@pytest.mark.parametrize(
    "body",
    [
        '?x st:matches "zanzibar"',
        '?x st:matches "zanzibar" .',
        "?x st:matches 'zanzibar'@en ; a st:Evidence",
        '?x a st:Evidence ; st:matches """zanzibar""" ; st:paraphrase ?p .',
        '?x a st:Evidence ; st:matches "zanzibar" .',
        '?x st:matches "zanzibar" ; st:paraphrase ?p . ?x a st:Evidence .',
        '?x st:paraphrase ?p . ?x st:matches "zanzibar"',
        '?x st:paraphrase ?p FILTER (STRLEN(?p) > 3) ?x st:matches "zanzibar" . ?x a ?t',
        'FILTER (?n > 0) ?x a st:Evidence ; st:matches "zanzibar" BIND (1 AS ?n)',
        'BIND ("x" AS ?y) ?x a st:Evidence ; st:matches "zanzibar" .',
        'OPTIONAL { ?i st:hasEvidence ?x } ?x st:matches "zanzibar"',
        '{ ?x st:matches "zanzibar" } UNION { ?x st:matches "nowhere" }',
        '{ SELECT ?x WHERE { ?x st:matches "zanzibar" } }',
        'GRAPH ?g { ?x st:paraphrase ?p ; st:matches "zanzibar" }',
        '?x st:matches ("zanzibar" "evidence" 5) .',
        '?x st:matches ("zanzibar" 5) .',
        '?x st:matches ("zanzibar") .',
        '(?x ?score) st:matches "zanzibar" . FILTER (?score > 0)',
        '(?x ?score) st:matches ("zanzibar") ; st:paraphrase ?p .',
        '?x <https://w3id.org/actor-stance/ns#matches> "zanzibar"',
        '?x st:matches "zanz*" . ?x st:matches "hear this"',
        '?i st:hasEvidence _:e . _:e st:paraphrase ?p . ?i st:hasEvidence ?x . ?x st:matches "zanzibar"',
        '# ?x st:matches "nowhere"\n ?x st:matches "zanzibar" # ; st:matches "nowhere"\n',
        '?x st:matches "zanzibar" FILTER ("?x st:matches \\"nowhere\\" " != "")',
    ],
)
def test_a_search_stands_in_any_query(harbour: kg.KnowledgeGraph, body: str) -> None:
    """The pattern may stand wherever a pattern may, in the forms of SPARQL, and strings and comments are left alone."""
    body = body.replace("(?n > 0)", "(true)")
    found = harbour.query(f"{HEAD} SELECT DISTINCT ?x WHERE {{ {body} }}").column("x")

    assert found == [f"{ITEM}courier/evidence/s2"]


def test_the_query_stays_standard_sparql() -> None:
    """A parser that knows nothing of us takes a query with a search in it, before and after."""
    from rdflib.plugins.sparql import prepareQuery

    text = f'{HEAD} SELECT ?x ?s WHERE {{ (?x ?s) st:matches ("a b*" "actor" 7) ; a st:Person . FILTER (?s > 1) }}'
    prepareQuery(text)
    asked = []

    def find(words: str, kind: str | None, number: int) -> tuple[list[tuple[str, float]], bool]:
        asked.append((words, kind, number))
        return [("https://w3id.org/actor-stance/id/actor/x", 1.5)], False

    ran, notes = pattern.expand(text, find)
    prepareQuery(ran)
    assert asked == [("a b*", "actor", 7)]
    assert notes == []
    assert "VALUES (?x ?s) { (<https://w3id.org/actor-stance/id/actor/x> 1.5000) }" in ran
    assert ran.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('actor:x st:matches "a"', "subject must be a variable"),
        ('[ st:matches "a" ] st:paraphrase ?p', "subject must be a variable"),
        ('[] a st:Evidence ; st:matches "a"', "subject must be a variable"),
        ('?i st:hasEvidence/st:matches "a"', "subject must be a variable"),
        ("?x st:matches ?words", "must be a text"),
        ('?x st:matches "a" , "b"', "one search text"),
        ('?x st:matches ("a" "actors")', "no kind of thing"),
        ('?x st:matches ("a" 0)', "whole one from 1"),
        ('?x st:matches ("a" 2.5)', "whole one from 1"),
        ('?x st:matches ("a" 1000000)', "whole one from 1"),
        ("?x st:matches (5)", "a list must hold a text"),
        ('(?x ?y ?z) st:matches "a"', "subject must be a variable"),
        ('?x st:matches "!"', "no word to search for"),
    ],
)
def test_a_search_of_another_form_is_explained(harbour: kg.KnowledgeGraph, body: str, problem: str) -> None:
    """What cannot be expanded is refused with a sentence and the line, never sent to the engine."""
    with pytest.raises(QueryError, match=problem):
        harbour.query(f"{HEAD} PREFIX actor: <{PREFIXES['actor']}>\nSELECT * WHERE {{ {body} }}")


def test_a_search_cannot_be_constructed(harbour: kg.KnowledgeGraph) -> None:
    """The pattern asks; it is no statement to be made."""
    with pytest.raises(QueryError, match="nothing can be made of it"):
        harbour.query(f'{HEAD} CONSTRUCT {{ ?x st:matches "a" }} WHERE {{ ?x a st:Evidence }}')


def test_a_search_takes_a_parameter(harbour: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """In a file of one's own the words may be a ``$text``, whatever is in them."""
    file = tmp_path / "find.rq"
    file.write_text(
        f"# Find\n#\n# param words: text\n{HEAD}SELECT ?x WHERE {{ ?x st:matches $words }}", encoding="utf-8"
    )

    assert harbour.query(str(file), words="zanzibar").column("x") == [f"{ITEM}courier/evidence/s2"]
    assert len(harbour.query(str(file), words='"may \\ it" } "')) == 0
    with pytest.raises(KGError, match=r"find\.rq"):
        harbour.query(str(file), words="?!")


def test_a_cut_is_told(corpus: kg.KnowledgeGraph) -> None:
    """An answer made from the best of more says so; the query it shows is the one that was asked."""
    few = corpus.query(f'{HEAD} SELECT ?x WHERE {{ ?x st:matches ("taliban" 5) }}')
    all_of_them = corpus.query(f'{HEAD} SELECT ?x WHERE {{ ?x st:matches ("taliban" 100000) }}')

    assert len(few) == 5
    assert few.made_from["cut"] == 'st:matches "taliban": the best 5 of more'
    assert "VALUES" not in few.made_from["sparql"]
    assert "cut" not in all_of_them.made_from
    assert set(all_of_them.column("x")) == set(kg.search(corpus, "taliban", limit=100_000).column("thing"))


def test_a_search_stands_in_an_update() -> None:
    """What a search finds can be changed: the pattern stands in the WHERE of an update."""
    graph = fresh_harbour()
    graph.update(f'{HEAD} INSERT {{ GRAPH <urn:g> {{ ?x <urn:seen> true }} }} WHERE {{ ?x st:matches "zanzibar" }}')

    assert [q.subject.value for q in graph.store.quads("urn:g")] == [f"{ITEM}courier/evidence/s2"]
    graph.update(f'{HEAD} DELETE {{ ?x <urn:seen> ?y }} WHERE {{ ?x st:matches "zanzibar" ; <urn:seen> ?y }}')
    assert list(graph.store.quads("urn:g")) == []


@pytest.mark.parametrize(
    ("update", "problem"),
    [
        ('INSERT DATA { <urn:x> st:matches "a" }', "subject must be a variable"),
        ('INSERT { ?x st:matches "a" } WHERE { ?x a st:Evidence }', "nothing can be made of it"),
        ('INSERT { GRAPH <urn:g> { ?x st:matches "a" } } WHERE { ?x a st:Evidence }', "nothing can be made of it"),
        ('DELETE { ?x st:matches "a" } WHERE { ?x a st:Evidence }', "nothing can be made of it"),
        ('DELETE WHERE { ?x st:matches "a" }', r"write DELETE { … } WHERE { … }"),
        ('DELETE WHERE { GRAPH <urn:g> { ?x st:matches "a" } }', r"write DELETE { … } WHERE { … }"),
    ],
)
def test_a_search_is_nothing_to_be_written(harbour: kg.KnowledgeGraph, update: str, problem: str) -> None:
    """Where an update says what is to be made or deleted, a search is refused with a sentence, and nothing changes."""
    with pytest.raises(QueryError, match=problem):
        harbour.update(f"{HEAD} {update}")


def test_a_search_stands_in_a_query_through_rdflib(harbour: kg.KnowledgeGraph) -> None:
    """``g.rdflib`` knows the pattern, in text, in a prepared query, with bindings and in an update; lines are right."""
    from rdflib import URIRef
    from rdflib.plugins.sparql import prepareQuery

    text = 'SELECT ?x ?p WHERE { ?x st:matches "zanzibar" ; st:paraphrase ?p }'
    dataset, found = harbour.rdflib, URIRef(f"{ITEM}courier/evidence/s2")
    assert [row.x for row in dataset.query(text)] == [found]
    assert [row.x for row in dataset.query(prepareQuery(f"{HEAD} {text}"))] == [found]
    assert [row.x for row in dataset.query(text, initBindings={"x": found})] == [found]
    assert list(dataset.query(text, initBindings={"x": URIRef("urn:other")})) == []
    with pytest.raises(QueryError, match=r"^line 2: .*must be a text"):
        dataset.query("SELECT ?x WHERE {\n ?x st:matches ?y }")
    graph = fresh_harbour()
    changed = graph.rdflib
    changed.update('INSERT { GRAPH <urn:g> { ?x <urn:seen> 1 } } WHERE { ?x st:matches "zanzibar" }')
    assert [str(s) for s in changed.graph(URIRef("urn:g")).subjects()] == [str(found)]
