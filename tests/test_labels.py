"""Names and labels are looked up when they are needed: a few cost little, however many there are."""

from __future__ import annotations

import pytest

import kg
from kg.errors import NotFound
from kg.labels import StoreNames
from kg.terms import PREFIXES, compact

ACTOR = PREFIXES["actor"]

PEOPLE = """
@prefix st: <https://w3id.org/actor-stance/ns#> . @prefix actor: <https://w3id.org/actor-stance/id/actor/> .
@prefix issue: <https://w3id.org/actor-stance/id/issue/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix dcterms: <http://purl.org/dc/terms/> .
actor:a a st:Person ; skos:prefLabel "Mullah"@fa, "Ada \\"Q\\""@en ; skos:altLabel "Harbour" .
actor:b a st:Person ; skos:prefLabel "Harbour"@en .
actor:c a st:State ; rdfs:label "Second" ; dcterms:title "Third"@en .
actor:d a st:Person ; skos:prefLabel "TWIN"@en . actor:e a st:Person ; skos:prefLabel "twin"@en .
actor:f a st:Person ; skos:prefLabel "ملا"@ps . actor:g a st:Person .
issue:h a st:Issue ; skos:prefLabel "Harbour"@en .
"""


class Counted:
    """A graph whose every query is kept, with the number of its rows."""

    def __init__(self, graph: kg.KnowledgeGraph) -> None:
        self.graph = graph
        self.rows: list[int] = []

    def __call__(self, sparql: str) -> bytes:
        body = self.graph.store.query(sparql).body
        self.rows.append(body.count(b"\n") - 1)
        return body


@pytest.fixture(scope="module")
def people() -> kg.KnowledgeGraph:
    """A few people, a state and an issue, beside the ontology."""
    graph = kg.KnowledgeGraph()
    graph.load_text(PEOPLE)
    return graph


def test_a_name_is_found_without_reading_all_names(people: kg.KnowledgeGraph) -> None:
    """A preferred label, as it is written or in other capitals, is looked up; nothing else is read."""
    for typed in ("Harbour", "harbour", " HARBOUR "):
        counted = Counted(people)

        assert StoreNames(counted).find(typed, "actor") == f"{ACTOR}b"
        assert sum(counted.rows) < 8


def test_a_label_of_its_own_wins_over_anothers_alias(people: kg.KnowledgeGraph) -> None:
    """"Harbour" is the actor called so, not the one also called so, and among issues the issue."""
    names = people.names

    assert names.find("Harbour", "actor") == f"{ACTOR}b"
    assert compact(names.find("Harbour", "issue")) == "issue:h"


def test_names_that_differ_in_capitals_are_ambiguous(people: kg.KnowledgeGraph) -> None:
    """Two things that are called alike but for capitals are both named, whichever way it is typed."""
    for typed in ("TWIN", "twin", "Twin"):
        with pytest.raises(NotFound, match="fits several: actor:d, actor:e"):
            people.names.find(typed, "actor")


@pytest.mark.parametrize(
    ("typed", "local"), [('Ada "Q"', "a"), ("Múllah", "a"), ("b", "b"), ("ملا", "f"), ("Second", "c"), ("third", "c")]
)
def test_any_other_way_to_name_still_works(people: kg.KnowledgeGraph, typed: str, local: str) -> None:
    """Quotation marks, accents, the end of an IRI, and other languages lead to the thing."""
    assert people.names.find(typed, "actor") == f"{ACTOR}{local}"


def test_the_names_of_one_kind_are_read_for_a_suggestion(people: kg.KnowledgeGraph) -> None:
    """A slip reads the names of its kind alone, and only once."""
    counted = Counted(people)
    names = StoreNames(counted)
    for _ in range(2):
        with pytest.raises(NotFound, match='Did you mean "Harbour"'):
            names.find("Harbur", "actor")

    assert max(counted.rows) < 30


def test_english_and_preferred_labels_come_first(people: kg.KnowledgeGraph) -> None:
    """A thing is shown under its English label; a label before a title; in another language if there is no English."""
    label = people.names.label

    assert [label(f"{ACTOR}{c}") for c in "abcfg"] == ['Ada "Q"', "Harbour", "Second", "ملا", "actor:g"]
    assert label("no iri at all <>") == "no iri at all <>"


def test_showing_a_table_looks_up_the_labels_in_it(people: kg.KnowledgeGraph) -> None:
    """The labels of all things in a table come with one query, and no others."""
    counted = Counted(people)
    labels = StoreNames(counted).labels
    table = people.query("SELECT ?a ?n { ?a a st:Person OPTIONAL { ?a skos:altLabel ?n } }".replace(
        "SELECT", "PREFIX st: <https://w3id.org/actor-stance/ns#> "
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT"))
    table.labels = labels

    assert sorted(row[0] for row in table.display()) == ['Ada "Q"', "Harbour", "TWIN", "actor:g", "twin", "ملا"]
    assert len(counted.rows) == 1
    assert counted.rows[0] == 6
    table.display()
    assert len(counted.rows) == 1


def test_asking_one_by_one_does_not_go_on_for_ever(corpus: kg.KnowledgeGraph) -> None:
    """Whoever asks for many labels singly gets them from a few queries."""
    counted = Counted(corpus)
    labels = StoreNames(counted).labels
    things = corpus.query(
        "PREFIX st: <https://w3id.org/actor-stance/ns#> SELECT DISTINCT ?t { ?x st:holder|st:towards ?t }"
    ).column("t")
    shown = {iri: labels.get(iri) for iri in things}

    assert len(things) > 60
    assert len(counted.rows) <= 40
    assert shown == {iri: corpus.names.labels.get(iri) for iri in things}


def test_a_label_that_changes_is_shown_as_it_is() -> None:
    """A table is shown with the labels that hold when it is shown, also after a write."""
    graph = kg.KnowledgeGraph()
    graph.load_text(PEOPLE)
    table = graph.query(f"SELECT ?a {{ VALUES ?a {{ <{ACTOR}b> }} }}")

    assert table.display() == [("Harbour",)]
    graph.update(f"DELETE WHERE {{ <{ACTOR}b> <http://www.w3.org/2004/02/skos/core#prefLabel> ?l }}")
    assert table.display() == [("actor:b",)]
    graph.load_text(f'<{ACTOR}b> <http://www.w3.org/2004/02/skos/core#prefLabel> "Quay"@en .', name="later")
    assert table.display() == [("Quay",)]
