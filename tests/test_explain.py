"""Explaining a query: what its patterns match, what may be slow, what the whole costs."""

from __future__ import annotations

import pytest

import kg
from kg.errors import QueryError
from kg.explain import COLUMNS
from kg.explain.advice import ADVICE
from kg.explain.shape import shape
from kg.queries import library, named

ST = "PREFIX st: <https://w3id.org/actor-stance/ns#> PREFIX stx: <https://w3id.org/actor-stance/scheme/> "

# A query for each advice, and the same question asked better, which gets none of that kind.
SLOW = {
    "nothing_matches": ("?a st:holderr ?b", "?a st:holder ?b", "Pattern 1 matches nothing"),
    "whole_graph": ("?a ?b ?c", "?a st:holder ?c", "whole graph"),
    "unrelated": ("?a st:holder ?b . ?c st:towards ?d", "?a st:holder ?b . ?a st:towards ?d", "share no variable"),
    "constant_in_filter": (
        "?a st:basis ?b FILTER (?b = stx:word)", "VALUES ?b { stx:word } ?a st:basis ?b", "VALUES ?b { stx:word }",
    ),
    "correlated": (
        "?a st:holder ?b FILTER NOT EXISTS { ?c st:supersedes ?a . ?c st:holder ?b }",
        "?a st:holder ?b MINUS { ?c st:supersedes ?a . ?c st:holder ?b }",
        "NOT EXISTS around patterns 2 and 3",
    ),
    "open_path": (
        "?a st:supersedes* ?b . ?a st:holder ?c", "?a st:holder ?c . ?a st:supersedes* ?b", "two open ends",
    ),
    "two_values": (
        "VALUES ?b { stx:word } VALUES ?c { stx:a } ?a st:basis ?b . ?a st:supersedes* ?c",
        "VALUES ?b { stx:word } ?a st:basis ?b . ?a st:supersedes* ?c FILTER (?c IN (stx:a))",
        "Two VALUES",
    ),
    "optional_first": (
        "?a st:holder ?b OPTIONAL { ?a st:basis ?c } ?a st:towards ?d",
        "?a st:holder ?b . ?a st:towards ?d OPTIONAL { ?a st:basis ?c }",
        "Pattern 3 is needed but stands after an OPTIONAL",
    ),
    "poor_start": ("?x a ?t . ?x st:supersedes ?y", "?x st:supersedes ?y . ?x a ?t", "begin with pattern 2"),
    "sorts_all": ("?a st:holder ?b } ORDER BY ?a LIMIT 3 #", "?a st:holder ?b } LIMIT 3 #", "before LIMIT 3"),
}  # fmt: skip


def advice(graph: kg.KnowledgeGraph, pattern: str) -> list[str]:
    """What is advised on a pattern."""
    table = graph.explain(f"{ST}SELECT * {{ {pattern} \n}}".replace("#  \n}", "#").replace("# \n}", "#"))
    return [row["what"] for row in table if row["part"] == "advice"]


def test_patterns_are_counted_in_the_order_written(article: kg.KnowledgeGraph) -> None:
    """A row a pattern, with its own matches, the variables it adds and, after +, those it shares."""
    sparql = f"{ST}SELECT * {{ ?s st:holder ?who ; st:value/st:score ?x OPTIONAL {{ ?n st:supersedes ?s }} }}"
    table = article.explain(sparql)
    rows = list(table)
    stances = len(article.query(f"{ST}SELECT ?s {{ ?s st:holder ?who }}"))

    assert table.columns == COLUMNS
    assert [row["part"] for row in rows] == ["1", "2", "3", "answer"]
    assert [row["what"] for row in rows[:3]] == ["?s st:holder ?who", "?s st:value/st:score ?x", "?n st:supersedes ?s"]
    assert [row["variables"] for row in rows[:3]] == ["?s ?who", "?x + ?s", "?n + ?s"]
    assert rows[0]["matches"] == stances == rows[3]["matches"]
    assert rows[2]["matches"] == len(article.query(f"{ST}SELECT ?s {{ ?n st:supersedes ?s }}"))
    assert rows[3]["what"].startswith(f"{stances} rows, ")
    assert rows[3]["ms"] >= 0


def test_every_advice_has_an_example() -> None:
    """Each piece of advice is tried out below."""
    assert {one.__name__ for one in ADVICE} == set(SLOW)


@pytest.mark.parametrize("name", SLOW)
def test_advice_is_given_where_it_helps(name: str, article: kg.KnowledgeGraph) -> None:
    """A slow shape is named with its cure; the same question asked better is not."""
    slow, better, said = SLOW[name]

    assert any(said in text for text in advice(article, slow))
    assert not any(said in text for text in advice(article, better))


def test_what_need_not_match_may_be_empty(article: kg.KnowledgeGraph) -> None:
    """Nothing is said of a pattern without matches that stands in OPTIONAL, UNION, MINUS or NOT EXISTS."""
    empty = "?a st:nowhere ?z"
    for pattern in (f"OPTIONAL {{ {empty} }}", f"MINUS {{ {empty} }}", f"FILTER NOT EXISTS {{ {empty} }}",
                    f"{{ ?a st:basis ?z }} UNION {{ {empty} }}"):  # fmt: skip
        assert advice(article, f"?a st:holder ?b {pattern}") == []


def test_links_through_bind_values_and_filters_count(article: kg.KnowledgeGraph) -> None:
    """Patterns that BIND or VALUES put together are not called unrelated, nor is NOT EXISTS on its own variable."""
    for pattern in (
        "?a st:holder ?b BIND (?b AS ?c) ?d st:voicedBy ?c",
        "VALUES (?b ?c) { (1 2) } ?a st:holder ?b . ?d st:voicedBy ?c",
        "?a st:holder ?b . FILTER NOT EXISTS { ?b a st:Narrator }",
        "{ ?a st:holder ?b } UNION { ?a st:voicedBy ?b } ?a st:towards ?c",
    ):
        assert not any("share no variable" in text for text in advice(article, pattern))


def test_patterns_in_graphs_are_counted_there(article: kg.KnowledgeGraph) -> None:
    """A pattern under GRAPH is counted in the named graphs."""
    inside = next(iter(article.explain("SELECT * { GRAPH ?g { ?a a ?b } }")))
    plain = article.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a a ?b } }").column("n")

    assert [inside["matches"]] == plain


def test_out_of_time_is_a_row(article: kg.KnowledgeGraph) -> None:
    """A query that cannot be ended in its time is explained all the same."""
    heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    rows = list(article.within(seconds=3).explain(heavy))

    assert "stopped after 3 seconds" in rows[-1]["what"]
    assert any("share no variable" in row["what"] for row in rows)


def test_what_rdflib_cannot_read_is_measured(article: kg.KnowledgeGraph) -> None:
    """A query of RDF 1.2 has no rows for patterns, and a last row as ever."""
    reifies = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies>"
    rows = list(article.explain(f"SELECT * {{ ?r {reifies} <<( ?a ?b ?c )>> }}"))

    assert "could not be taken apart" in rows[0]["what"]
    assert rows[-1]["what"].startswith("0 rows")


def test_a_wrong_query_is_not_explained(article: kg.KnowledgeGraph) -> None:
    """An error of the query is what it is without explaining."""
    with pytest.raises(QueryError, match="line 1"):
        article.explain("SELECT * { ?a")


@pytest.mark.parametrize("name", library())
def test_every_query_of_the_library_can_be_taken_apart(name: str) -> None:
    """The library is read by the same parser, and none of its queries pairs patterns that share nothing."""
    found = shape(named(name).text.replace("$", "?"))

    assert list(found.where.steps())
    assert [text for one in ADVICE if one.__name__ in {"unrelated", "two_values"} for text in one(found)] == []
