"""Cases for SPARQL 1.1, one for each thing the recommendation says, in our own words and on our own data.

A case is a query and the rows it must give as plain values; ``ordered`` where the order is part of the answer.
The sections of the recommendation (SPARQL 1.1 Query Language, W3C 2013) are named by number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PREFIXES = """\
PREFIX : <https://example.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
"""

E = "https://example.org/"

DATA = """\
@prefix : <https://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:daily { :ana :says "yes", "oui"@fr ; :score 2 ; :born "1970-05-01"^^xsd:date ; :meets :ben .
         :ben :says "no" ; :score -1 ; :meets :cleo . }
:weekly { :ana :meets :ben ; :age 50 .
          :cleo :score 0.5 ; :meets :dora ; :list ( 1 2 3 ) .
          :dora :meets :ana ; :says "" ; :score "high" . }
:tree { :gas :partOf :energy . :coal :partOf :energy . :energy :partOf :economy . :lng :partOf :gas . }
"""


@dataclass(frozen=True)
class Case:
    """One query with its answer: rows, true or false, or a number of triples."""

    section: str
    name: str
    query: str
    expected: Any
    ordered: bool = False
    engine_gives: str = ""  # how the engine itself departs from the recommendation


def iris(*names: str) -> list[tuple[str, ...]]:
    """Rows of one IRI each."""
    return [(E + name,) for name in names]


CASES = [
    # -- 2-5 graph patterns
    Case("2.3", "a literal with a language is another literal", 'SELECT ?s { ?s :says "oui" }', []),
    Case("2.3", "a literal matches with its language", 'SELECT ?s { ?s :says "oui"@fr }', iris("ana")),
    Case("2.3", "a number matches its value", "SELECT ?s { ?s :score 2 }", iris("ana")),
    Case("5.1", "patterns of a group are joined", "SELECT ?a ?c { ?a :meets ?b . ?b :meets ?c }",
         [(E + a, E + c) for a, c in (("ana", "cleo"), ("ben", "dora"), ("cleo", "ana"), ("dora", "ben"))]),
    Case("5.2", "the empty group has one empty row", "SELECT ?x { }", [(None,)]),
    Case("5.2", "a filter holds for the whole group wherever it stands",
         "SELECT ?s { FILTER (?n > 0) ?s :score ?n }", iris("ana", "cleo")),
    Case("5", "what two graphs state is one triple of the merged view", "SELECT ?b { :ana :meets ?b }", iris("ben")),
    Case("4.1", "a, for type, and lists are short for triples",
         "SELECT ?x { :cleo :list ( ?x ?y ?z ) }", [(1,)]),
    # -- 6 optional
    Case("6.1", "what is not there stays unbound", "SELECT ?s ?age { ?s :score ?n OPTIONAL { ?s :age ?age } }",
         [(E + "ana", 50), (E + "ben", None), (E + "cleo", None), (E + "dora", None)]),
    Case("6.2", "a filter in an optional part rules that part only",
         "SELECT ?s ?m { ?s :score ?n OPTIONAL { ?s :says ?m FILTER (LANG(?m) = 'fr') } FILTER isNumeric(?n) }",
         [(E + "ana", "oui"), (E + "ben", None), (E + "cleo", None)]),
    Case("6.3", "several optional parts", "SELECT ?s ?a ?b { ?s :partOf :energy OPTIONAL { ?s :x ?a } OPTIONAL { ?b :partOf ?s } }",
         [(E + "gas", None, E + "lng"), (E + "coal", None, None)]),
    Case("6.1", "the empty string is a value, not a gap",
         "SELECT ?m { :dora :says ?m }", [("",)]),
    # -- 7 union
    Case("7", "either pattern", "SELECT ?s { { ?s :age 50 } UNION { ?s :score -1 } }", iris("ana", "ben")),
    Case("7", "a row of each side, though equal", "SELECT ?s { { ?s :age 50 } UNION { ?s :score 2 } }", iris("ana", "ana")),
    Case("7", "sides bind what they know", "SELECT ?a ?b { { :ana :age ?a } UNION { :ben :score ?b } }",
         [(50, None), (None, -1)]),
    # -- 8 negation
    Case("8.1", "not exists", "SELECT ?s { ?s :score ?n FILTER NOT EXISTS { ?s :says ?m } }", iris("cleo")),
    Case("8.1", "exists", "SELECT ?s { ?s :score ?n FILTER EXISTS { ?s :age ?m } }", iris("ana")),
    Case("8.2", "minus", "SELECT ?s { ?s :score ?n MINUS { ?s :says ?m } }", iris("cleo")),
    Case("8.3", "minus without a shared variable takes nothing away",
         "SELECT ?s { ?s :age ?n MINUS { ?x :says ?m } }", iris("ana")),
    Case("8.3", "not exists without a shared variable takes all away",
         "SELECT ?s { ?s :age ?n FILTER NOT EXISTS { ?x :says ?m } }", []),
    Case("8.3", "a filter inside not exists sees the outside",
         "SELECT ?s { ?s :score ?n FILTER NOT EXISTS { ?t :score ?m FILTER (?m > ?n) } FILTER isNumeric(?n) }", iris("ana")),
    # -- 9 property paths
    Case("9.1", "a sequence", "SELECT ?x { :lng :partOf/:partOf ?x }", iris("energy")),
    Case("9.1", "the inverse", "SELECT ?x { :energy ^:partOf ?x }", iris("gas", "coal")),
    Case("9.1", "alternatives keep a row for each way", "SELECT ?x { :ana :says|:says ?x FILTER (LANG(?x) = '') }",
         [("yes",), ("yes",)], engine_gives="one row for two equal ways"),
    Case("9.1", "one or more", "SELECT ?x { :lng :partOf+ ?x }", iris("gas", "energy", "economy")),
    Case("9.1", "zero or more", "SELECT ?x { :lng :partOf* ?x }", iris("lng", "gas", "energy", "economy")),
    Case("9.1", "zero or one", "SELECT ?x { :lng :partOf? ?x }", iris("lng", "gas")),
    Case("9.1", "anything but", "SELECT DISTINCT ?x { :ben !(:says|:score) ?x }", iris("cleo")),
    Case("9.1", "anything but, backwards", "SELECT ?x { :gas !^:meets ?x }", iris("lng")),
    Case("9.3", "a cycle ends", "SELECT ?x { :ana :meets+ ?x }", iris("ana", "ben", "cleo", "dora")),
    Case("9.3", "a path gives each end once", "SELECT (COUNT(*) AS ?n) { ?x :meets* ?y . ?x :score ?any . ?y :score ?too }", [(16,)]),
    Case("9.1", "zero steps from a term that no triple has", "SELECT ?x { :nobody :meets* ?x }", iris("nobody"),
         engine_gives="no row for a term that no triple has"),
    Case("9.1", "alternatives that differ keep a row for each", "SELECT ?x { :ana :meets|:knows|:meets/:meets ?x }", iris("ben", "cleo")),
    Case("9.1", "zero or one, both ways unbound ends", "SELECT ?x { ?x :partOf? :gas }", iris("gas", "lng")),
    Case("9.1", "a path in brackets", "SELECT ?x { :lng (:partOf/:partOf)+ ?x }", iris("energy")),
    # -- 10 assignment
    Case("10.1", "bind", "SELECT ?n { :ana :score ?s BIND (?s * 10 AS ?n) }", [(20,)]),
    Case("10.1", "bind of an error leaves a gap", "SELECT ?n { :dora :score ?s BIND (?s * 10 AS ?n) }", [(None,)]),
    Case("10.2", "values in the group", "SELECT ?s ?n { VALUES ?s { :ana :ben } ?s :score ?n }", [(E + "ana", 2), (E + "ben", -1)]),
    Case("10.2", "values after the query", "SELECT ?s ?n { ?s :score ?n } VALUES (?s ?n) { (:ana 2) (:ben 7) }", [(E + "ana", 2)]),
    Case("10.2", "UNDEF matches anything", "SELECT ?s ?n { ?s :score ?n } VALUES (?s ?n) { (:ana UNDEF) (UNDEF -1) }",
         [(E + "ana", 2), (E + "ben", -1)]),
    # -- 11 aggregates
    Case("11.1", "count of rows and of values", "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?p) AS ?m) { :ana ?p ?o }", [(6, 5)]),
    Case("11.1", "sum, average, least and greatest",
         "SELECT (SUM(?n) AS ?a) (AVG(?n) AS ?b) (MIN(?n) AS ?c) (MAX(?n) AS ?d) { ?s :score ?n FILTER isNumeric(?n) }",
         [(1.5, 0.5, -1, 2)]),
    Case("11.1", "the sum of nothing is nought and its count too", "SELECT (SUM(?n) AS ?a) (COUNT(?n) AS ?b) { ?s :none ?n }", [(0, 0)]),
    Case("11.1", "an error spoils the sum, not the row", "SELECT (SUM(?n) AS ?a) (COUNT(?n) AS ?b) { ?s :score ?n }", [(None, 4)]),
    Case("11.2", "grouped", "SELECT ?top (COUNT(?x) AS ?n) { ?x :partOf ?top } GROUP BY ?top",
         [(E + "energy", 2), (E + "economy", 1), (E + "gas", 1)]),
    Case("11.2", "grouped by an expression", "SELECT ?k (COUNT(*) AS ?n) { ?s :score ?v } GROUP BY (isNumeric(?v) AS ?k)", [(True, 3), (False, 1)]),
    Case("11.2", "no group, no row", "SELECT ?x (COUNT(*) AS ?n) { ?x :none ?y } GROUP BY ?x", []),
    Case("11.3", "having", "SELECT ?top { ?x :partOf ?top } GROUP BY ?top HAVING (COUNT(*) > 1)", iris("energy")),
    Case("18.5.1", "group concat with a separator", "SELECT (GROUP_CONCAT(?m; separator='|') AS ?t) { :ben :says ?m }", [("no",)]),
    Case("18.5.1", "sample", "SELECT (SAMPLE(?m) AS ?t) { :ben :says ?m }", [("no",)]),
    # -- 12 subqueries
    Case("12", "a subquery is evaluated first", "SELECT ?s ?n { { SELECT (MAX(?v) AS ?n) { ?x :score ?v FILTER isNumeric(?v) } } ?s :score ?n }",
         [(E + "ana", 2)]),
    Case("12", "what it does not select stays inside", "SELECT ?s { ?s :age 50 { SELECT ?x { ?s :score ?x } LIMIT 1 } }", iris("ana")),
    # -- 13 datasets
    Case("13.3", "graph by name", "SELECT ?b { GRAPH :weekly { :ana :meets ?b } }", iris("ben")),
    Case("13.3", "graph by variable", "SELECT ?g { GRAPH ?g { :ana :meets :ben } }", iris("daily", "weekly")),
    Case("13.3", "patterns in one graph do not join across", "SELECT ?x { GRAPH :tree { :ana :meets ?x } }", []),
    Case("13.2", "FROM names the default graph", "SELECT ?n FROM :daily { ?s :score ?n }", [(2,), (-1,)]),
    Case("13.2", "FROM NAMED names the graphs", "SELECT ?g FROM NAMED :daily { GRAPH ?g { ?s :meets :ben } }", iris("daily")),
    # -- 15 solution modifiers
    Case("15.1", "numbers are ordered by value", "SELECT ?n { ?s :score ?n FILTER isNumeric(?n) } ORDER BY ?n", [(-1,), (0.5,), (2,)], True),
    Case("15.1", "downwards, then by a second key", "SELECT ?t ?x { ?x :partOf ?t } ORDER BY DESC(?t) ?x",
         [(E + "gas", E + "lng"), (E + "energy", E + "coal"), (E + "energy", E + "gas"), (E + "economy", E + "energy")], True),
    Case("15.1", "a gap comes first", "SELECT ?a { ?s :score ?n OPTIONAL { ?s :age ?a } } ORDER BY ?a LIMIT 4", [(None,), (None,), (None,), (50,)], True),
    Case("15.3", "distinct", "SELECT DISTINCT ?t { ?x :partOf ?t }", iris("energy", "economy", "gas")),
    Case("15.4", "offset and limit", "SELECT ?x { ?x :partOf ?t } ORDER BY ?x OFFSET 1 LIMIT 2", iris("energy", "gas"), True),
    Case("15.5", "limit nought", "SELECT ?x { ?x :partOf ?t } LIMIT 0", []),
    Case("16.1", "select all", "SELECT * { :ana :age ?a }", [(50,)]),
    Case("16.1", "an expression may use the one before", "SELECT (?a + 1 AS ?b) (?b * 2 AS ?c) { :ana :age ?a }", [(51, 102)]),
    # -- 16 other forms
    Case("16.3", "ask, yes", "ASK { :ana :age 50 }", True),
    Case("16.3", "ask, no", "ASK { :ana :age 51 }", False),
    Case("16.2", "construct", "CONSTRUCT { ?b :metBy ?a } { ?a :meets ?b }", 4),
    Case("16.2", "construct where", "CONSTRUCT WHERE { ?a :partOf ?b }", 4),
    Case("16.2", "construct leaves out what is no triple", "CONSTRUCT { ?m :of ?s } { ?s :says ?m }", 0),
    Case("16.4", "describe", "DESCRIBE :coal", 1),
    # -- 17 expressions
    Case("17.2", "an error or true is true", "SELECT ?s { ?s :score ?n FILTER (?n > 1 || ?s = :dora) }", iris("ana", "dora")),
    Case("17.2", "an error and false is false", "SELECT ?s { ?s :score ?n FILTER (!(?n > 1 && ?s = :ana)) }", iris("ben", "cleo", "dora")),
    Case("17.4.1", "bound", "SELECT ?s { ?s :score ?n OPTIONAL { ?s :age ?a } FILTER (!BOUND(?a)) }", iris("ben", "cleo", "dora")),
    Case("17.4.1", "if and coalesce", "SELECT (IF(?a > 40, 'old', 'young') AS ?x) (COALESCE(?none, 1/0, 7) AS ?y) { :ana :age ?a }", [("old", 7)]),
    Case("17.4.1", "in and not in", "SELECT ?s { ?s :score ?n FILTER (?n IN (2, -1)) FILTER (?s NOT IN (:ben)) }", iris("ana")),
    Case("17.4.1", "equal values of different types", "SELECT ?s { ?s :score ?n FILTER (?n = 2.0) }", iris("ana")),
    Case("17.4.1", "the same term", "SELECT ?s { ?s :score ?n FILTER sameTerm(?n, 2.0) }", []),
    Case("17.4.2", "kinds of terms", "SELECT (isIRI(:a) AS ?a) (isLiteral('x') AS ?b) (isBlank(:a) AS ?c) (isNumeric('1') AS ?d) {}", [(True, True, False, False)]),
    Case("17.4.2", "str, lang, datatype", "SELECT (STR(:a) AS ?a) (LANG('x'@fr) AS ?b) (DATATYPE(1.5) AS ?c) {}",
         [(E + "a", "fr", "http://www.w3.org/2001/XMLSchema#decimal")]),
    Case("17.4.2", "iri, strdt, strlang", "SELECT (IRI('https://example.org/x') AS ?a) (STRDT('1', xsd:integer) + 1 AS ?b) (LANG(STRLANG('x', 'ps')) AS ?c) {}",
         [(E + "x", 2, "ps")]),
    Case("17.4.3", "strings", "SELECT (STRLEN('صلح') AS ?a) (UCASE('éa') AS ?b) (SUBSTR('abcdef', 3, 2) AS ?c) (CONCAT('a', 'b') AS ?d) {}", [(3, "ÉA", "cd", "ab")]),
    Case("17.4.3", "parts of strings", "SELECT (STRSTARTS('abc', 'a') AS ?a) (STRENDS('abc', 'b') AS ?b) (CONTAINS('abc', 'b') AS ?c) (STRBEFORE('a-b', '-') AS ?d) (STRAFTER('a-b', '-') AS ?e) {}",
         [(True, False, True, "a", "b")]),
    Case("17.4.3", "a language is kept", "SELECT (LANG(UCASE('x'@fr)) AS ?a) (LANG(CONCAT('x'@fr, 'y')) AS ?b) {}", [("fr", "")]),
    Case("17.4.3", "patterns", "SELECT (REGEX('Taliban', '^tal', 'i') AS ?a) (REPLACE('abcb', 'b', 'x') AS ?b) (ENCODE_FOR_URI('a b') AS ?c) {}", [(True, "axcx", "a%20b")]),
    Case("17.4.3", "langMatches", "SELECT (LANGMATCHES('fr-BE', 'FR') AS ?a) (LANGMATCHES('', '*') AS ?b) {}", [(True, False)]),
    Case("17.4.4", "numbers", "SELECT (ABS(-2) AS ?a) (ROUND(2.5) AS ?b) (CEIL(1.2) AS ?c) (FLOOR(-1.2) AS ?d) {}", [(2, 3, 2, -2)]),
    Case("17.4.5", "dates", "SELECT (YEAR(?d) AS ?a) (MONTH(?d) AS ?b) (HOURS('2020-04-07T13:05:00Z'^^xsd:dateTime) AS ?c) { :ana :born ?d }", [(1970, 5, 13)]),
    Case("17.3", "dates are ordered", "SELECT ?s { ?s :born ?d FILTER (?d < '1980-01-01'^^xsd:date) }", iris("ana")),
    Case("17.4.6", "digests", "SELECT (MD5('kg') AS ?a) (SUBSTR(SHA256('kg'), 1, 8) AS ?b) {}", [("ebe86682666f2ab3da0843ed3097e4b3", "131ed734")]),
    Case("17.5", "casts", "SELECT (xsd:integer('7') AS ?a) (xsd:double('1e1') AS ?b) (xsd:boolean('1') AS ?c) (xsd:string(7) AS ?d) {}", [(7, 10.0, True, "7")]),
    Case("17.5", "a cast that fails is an error", "SELECT (COALESCE(xsd:integer('x'), -1) AS ?a) {}", [(-1,)]),
    Case("17.3", "an integer through an integer is a decimal", "SELECT (1/2 AS ?a) (DATATYPE(1/2) AS ?b) {}",
         [(0.5, "http://www.w3.org/2001/XMLSchema#decimal")]),
    Case("17.3", "division by nought is an error", "SELECT (COALESCE(1/0, 'error') AS ?a) {}", [("error",)]),
    Case("17.4.1", "exists inside an expression", "SELECT ?s (EXISTS { ?s :age ?a } AS ?b) { ?s :score ?n FILTER (?n IN (2, -1)) }",
         [(E + "ana", True), (E + "ben", False)]),
    Case("17.4.2", "a blank node for each row", "SELECT (COUNT(DISTINCT ?b) AS ?n) { ?s :score ?x BIND (BNODE() AS ?b) }", [(4,)]),
    Case("17.4.5", "time zones", "SELECT (TZ('2020-04-07T13:05:00+04:30'^^xsd:dateTime) AS ?a) {}", [("+04:30",)]),
    # -- 19 syntax
    Case("19.7", "escapes in strings", r"SELECT ('a\tb\n\"c\"\\' AS ?a) {}", [('a\tb\n"c"\\',)]),
    Case("19.2", "escapes of code points", r"SELECT ('\u0635' AS ?a) {}", [("ص",)]),
    Case("4.1.2", "long strings", 'SELECT ("""two\nlines""" AS ?a) {}', [("two\nlines",)]),
    Case("19.8", "$x and ?x are one variable", "SELECT $a { :ana :age ?a }", [(50,)]),
    Case("4.2", "predicate and object lists", "SELECT ?n { ?s :says 'yes', 'oui'@fr ; :score ?n }", [(2,)]),
    Case("4.1.4", "a blank node in a query is a variable", "SELECT ?n { [] :age ?n }", [(50,)]),
]
