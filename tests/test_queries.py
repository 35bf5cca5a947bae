"""Queries: a header names the parameters; binding never lets a person's text into the SPARQL."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg
from kg.errors import NotFound, ParameterError, QueryError, ReadError
from kg.queries import Query, library, named, refuse_network, resolve
from kg.terms import PREFIXES

HEADER = """\
# Positions on an issue
#
# Who holds which stance
# on one issue.
#
# param issue: issue
# param since: date, optional
# param n: number, optional
# param words: text, optional
PREFIX st: <https://w3id.org/actor-stance/ns#>
SELECT ?position WHERE { ?position st:onIssue $issue
  FILTER (COALESCE("2020-04-08" >= STR($since), true)) FILTER (COALESCE($n > 0, true)) }
"""


def find(name: str, kind: str) -> str:
    """A finder that makes an IRI of anything."""
    return f"https://example.org/{kind}/{name.replace(' ', '-')}"


def bound(text: str, header: str = "# T\n#\n# param x: text, optional\n", **values: object) -> str:
    """The last line of a query after binding."""
    return Query.parse(header + text).bind(values, find).splitlines()[-1]


# -- the header ------------------------------------------------------------------------


def test_the_header_is_title_description_and_parameters() -> None:
    """The first comment line is the title, the prose after it the description, ``# param`` lines the parameters."""
    query = Query.parse(HEADER, "positions")

    assert query.title == "Positions on an issue"
    assert query.description == "Who holds which stance on one issue."
    assert [(p.name, p.type, p.optional) for p in query.parameters] == [
        ("issue", "issue", False), ("since", "date", True), ("n", "number", True), ("words", "text", True),
    ]


def test_a_dollar_name_without_a_header_line_is_a_term() -> None:
    """A ``$name`` that the header does not declare takes any term and may be left out."""
    query = Query.parse("SELECT ?s WHERE { ?s ?p $what }")

    assert [(p.name, p.type, p.optional) for p in query.parameters] == [("what", "term", True)]


def test_a_wrong_type_in_a_header_is_refused() -> None:
    """A header line with a type that does not exist lists those that do."""
    with pytest.raises(ParameterError) as caught:
        Query.parse("# T\n#\n# param x: actr\nSELECT * {}", "mine")

    assert str(caught.value).startswith('Query "mine": parameter x has the unknown type "actr". Use one of: actor,')


# -- binding -----------------------------------------------------------------------------


def test_names_become_iris() -> None:
    """A name is looked up as the kind of thing that the header says."""
    sparql = Query.parse(HEADER).bind({"issue": "prisoner release"}, find)

    assert "st:onIssue <https://example.org/issue/prisoner-release>" in sparql


def test_an_optional_parameter_that_is_not_given_stays_a_variable() -> None:
    """``$since`` without a value becomes ``?since``, so the filter around it lets everything through."""
    assert "STR(?since)" in Query.parse(HEADER).bind({"issue": "x"}, find)


@pytest.mark.parametrize(
    ("kind", "value", "term"),
    [
        ("date", "2020-04-08", f'"2020-04-08"^^<{PREFIXES["xsd"]}date>'),
        ("number", "3", "3"),
        ("number", -2, "-2"),
        ("number", "0.5", f'"0.5"^^<{PREFIXES["xsd"]}decimal>'),
        ("text", "plain", '"plain"'),
        ("text", 'a "b" \\ c\nd', '"a \\"b\\" \\\\ c\\nd"'),
        ("actor", "Taliban", "<https://example.org/actor/Taliban>"),
        ("term", "st:Stance", "<https://example.org/term/st:Stance>"),
    ],
)
def test_values_become_typed_terms(kind: str, value: object, term: str) -> None:
    """A value becomes a term of the type in the header."""
    query = Query.parse(f"# T\n#\n# param x: {kind}\nSELECT * WHERE {{ ?s ?p $x }}")

    assert query.bind({"x": value}, find).splitlines()[-1] == f"SELECT * WHERE {{ ?s ?p {term} }}"


def test_no_text_escapes_from_its_literal(article: kg.KnowledgeGraph) -> None:
    """A text that looks like SPARQL is compared as a text and changes nothing of the query."""
    evil = '" } ; DROP ALL # \\" ?x'
    query = Query.parse("# T\n#\n# param x: text\nSELECT (STR($x) AS ?said) WHERE {}", "echo")

    assert article.query(query, x=evil).column("said") == [evil]


@pytest.mark.parametrize(
    "text",
    ['SELECT ("$x" AS ?a) {}', "SELECT ('$x' AS ?a) {}", 'SELECT ("""a "$x" b""" AS ?a) {}',
     "SELECT ('''$x''' AS ?a) {}", "SELECT * { <http://e.org/$x> ?p ?o }",
     'SELECT ("a\\"$x" AS ?a) {}', "SELECT * {} # $x"],
)
def test_only_parameters_are_replaced(text: str) -> None:
    """A ``$x`` inside a string, an IRI or a comment is no parameter."""
    assert bound(text, x="value") == text


def test_a_number_sign_in_an_iri_begins_no_comment() -> None:
    """The ``#`` of an IRI does not hide the rest of the line."""
    assert bound("SELECT * { <http://e.org/a#b> ?p $x }", x="v") == 'SELECT * { <http://e.org/a#b> ?p "v" }'


def test_comparison_signs_are_no_iris() -> None:
    """``?a < $x && ?b > 3`` is a comparison, not an IRI."""
    assert bound("SELECT * { FILTER (?a < $x && ?b > 3) }", x="v") == 'SELECT * { FILTER (?a < "v" && ?b > 3) }'


def test_a_missing_parameter_is_named() -> None:
    """A query that lacks a parameter says which, of what kind, and how to give it."""
    with pytest.raises(ParameterError) as caught:
        Query.parse(HEADER, "positions").bind({}, find)

    assert str(caught.value) == 'Query "positions" needs the parameter "issue" (issue). Give it with: -p issue VALUE'


def test_an_unknown_parameter_is_answered_with_the_nearest() -> None:
    """A parameter that the query does not take is answered with the nearest, and with all."""
    with pytest.raises(ParameterError) as caught:
        Query.parse(HEADER, "positions").bind({"isue": "x"}, find)

    assert str(caught.value) == (
        'Query "positions" has no parameter "isue". Did you mean "issue"? It takes: issue, since, n, words.'
    )


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [("since", "yesterday", "a date such as 2020-04-08"), ("since", "2020-13-01", "a date such as 2020-04-08"),
     ("n", "many", "a number such as 3 or 0.5"), ("n", "1 } #", "a number such as 3 or 0.5")],
)
def test_a_value_of_the_wrong_type_is_refused(name: str, value: str, expected: str) -> None:
    """A value that is not of its type is refused with an example of one that is."""
    with pytest.raises(ParameterError) as caught:
        Query.parse(HEADER, "positions").bind({"issue": "x", name: value}, find)

    assert str(caught.value) == (
        f'Query "positions": parameter {name} is {expected}, not "{value}". Correct the value.'
    )


# -- finding a query -----------------------------------------------------------------------


def test_the_library_is_found_by_name() -> None:
    """Every file of the library is found by its name and has a title."""
    assert len(library()) >= 30
    for name in library():
        assert named(name).title, name


def test_an_unknown_query_is_answered_with_the_nearest() -> None:
    """A query that is not in the library is answered with the nearest one."""
    with pytest.raises(NotFound) as caught:
        resolve("stance")

    assert str(caught.value) == 'No query "stance". Did you mean "stances"? List them with: kg query --list'


def test_text_a_file_and_a_name_are_told_apart(tmp_path: Path) -> None:
    """One argument may be a name of the library, a file or the SPARQL itself."""
    file = tmp_path / "mine.rq"
    file.write_text("# Mine\nSELECT * {}", encoding="utf-8")

    assert resolve("stances").name == "stances"
    assert (resolve(str(file)).name, resolve(str(file)).title) == ("mine", "Mine")
    assert resolve("ASK {}").text == "ASK {}"


def test_a_missing_query_file_is_named(tmp_path: Path) -> None:
    """A query file that is not there is named."""
    with pytest.raises(NotFound, match=r'No query file ".*nope.rq"'):
        resolve(str(tmp_path / "nope.rq"))


def test_a_query_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """A query file in another encoding is refused with its name."""
    file = tmp_path / "latin.rq"
    file.write_bytes('SELECT ("Straße" AS ?x) {}'.encode("latin-1"))

    with pytest.raises(ReadError, match=r"latin\.rq: The query file cannot be read"):
        Query.from_file(file)


# -- SPARQL that is wrong -------------------------------------------------------------------


def test_an_undeclared_prefix_of_ours_is_answered_with_its_line(article: kg.KnowledgeGraph) -> None:
    """An undeclared prefix that we know is answered with the line to add."""
    with pytest.raises(QueryError) as caught:
        article.query("SELECT ?s WHERE {\n ?s a st:Stance }")

    assert str(caught.value) == (
        'line 2: the prefix "st:" is not declared. Add at the top: PREFIX st: <https://w3id.org/actor-stance/ns#>'
    )


def test_an_undeclared_prefix_is_answered_with_the_nearest(article: kg.KnowledgeGraph) -> None:
    """An undeclared prefix that nobody knows is answered with the nearest one."""
    with pytest.raises(QueryError) as caught:
        article.query("PREFIX stance: <urn:s:>\nSELECT ?s WHERE { ?s a stnce:Stance ; stance:x ?y }")

    assert str(caught.value) == 'line 2: the prefix "stnce:" is not declared. Did you mean "stance:"?'


def test_a_prefix_in_a_string_or_a_comment_is_not_missed(article: kg.KnowledgeGraph) -> None:
    """The word before a colon in a string or a comment is not taken for a prefix."""
    with pytest.raises(QueryError) as caught:
        article.query('# note: x\nSELECT ("a:b" AS ?c) WHERE { ?s ?p }')

    assert "prefix" not in str(caught.value)
    assert caught.value.where == "line 2, column 37"


def test_an_error_shows_line_column_and_text(article: kg.KnowledgeGraph) -> None:
    """SPARQL that cannot be parsed is answered with line, column and the line itself."""
    with pytest.raises(QueryError) as caught:
        article.query("SELECT ?s WHERE {\n  ?s ?p\n}")

    assert caught.value.where.startswith("line 3, column ")
    assert "the SPARQL is wrong near: }. Expected" in str(caught.value)
    assert "kg query --list" in caught.value.cure


def test_an_error_in_a_file_names_the_file(article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """An error in a query file names the file beside the line."""
    file = tmp_path / "stances-of-mine.rq"
    file.write_text("# Mine\n\nSELECT ?s WHERE { ?s a stnce:Stance }", encoding="utf-8")

    with pytest.raises(QueryError) as caught:
        article.query(str(file))

    assert str(caught.value).startswith('stances-of-mine.rq, line 3: the prefix "stnce:" is not declared.')


@pytest.mark.parametrize("sparql", ["", "   "])
def test_no_query_is_no_query(article: kg.KnowledgeGraph, sparql: str) -> None:
    """An empty text is answered like an unknown name."""
    with pytest.raises(NotFound, match="No query"):
        article.query(sparql)


@pytest.mark.parametrize(
    ("sparql", "word"),
    [
        ("SELECT * WHERE { SERVICE <http://example.org/sparql> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * WHERE { service silent <http://example.org/sparql> { ?s ?p ?o } }", "SERVICE"),
        ("LOAD <http://example.org/x.ttl>", "LOAD"),
        ("INSERT DATA { <urn:a> <urn:b> 1 } ;\nload <http://example.org/x.ttl> INTO GRAPH <urn:g>", "LOAD"),
    ],
)
def test_nothing_reaches_out_to_the_network(sparql: str, word: str) -> None:
    """``SERVICE`` and ``LOAD`` are refused, in any case and place."""
    with pytest.raises(QueryError, match=f"{word} would reach out to the network"):
        refuse_network(sparql)


@pytest.mark.parametrize(
    "sparql",
    ['SELECT ("SERVICE" AS ?x) {}', "# LOAD\nSELECT * {}", "SELECT ?service { ?service ?load ?x }",
     "SELECT * { ?s <urn:load> ?x }", "PREFIX load: <urn:l:>\nSELECT * { ?s load:service ?o }"],
)
def test_the_words_themselves_may_be_used(sparql: str) -> None:
    """A string, a comment, a variable or an IRI that holds one of these words is no request."""
    assert refuse_network(sparql) is None
