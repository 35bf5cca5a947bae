"""All of plain SHACL that is held against columns, and what is left to SPARQL and to a validator of the whole."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import polars as pl
import pyoxigraph as ox
import pytest
from shacl import Row, by_pyshacl, by_shifty, ours, triples

import kg
from kg.checks import validate
from kg.checks.literals import admitted, compare, parts
from kg.checks.questions import at_once
from kg.checks.rest import remainder
from kg.checks.shapes import Shapes
from kg.errors import ReadError
from kg.terms import ONTOLOGY_GRAPH, PREFIXES, resource

XSD = PREFIXES["xsd"]
HEAD = f"""
@prefix : <urn:t:> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <{XSD}> .
@prefix rdf: <{PREFIXES["rdf"]}> . @prefix rdfs: <{PREFIXES["rdfs"]}> .
"""
TARGETS = (
    "sh:targetClass :C", "sh:targetNode :n0 , :n1 , :absent", "sh:targetSubjectsOf :p", "sh:targetObjectsOf :q",
    "sh:targetClass :D ; sh:targetObjectsOf :p",
)  # fmt: skip
PATHS = (
    ":p", "[ sh:inversePath :p ]", "( :p :q )", "[ sh:alternativePath ( :p :q ) ]", "( :q [ sh:inversePath :q ] )",
    "[ sh:zeroOrMorePath :p ]", "[ sh:oneOrMorePath :q ]", "[ sh:zeroOrOnePath :p ]",
    "[ sh:inversePath ( :p :q ) ]", "[ sh:oneOrMorePath [ sh:alternativePath ( :p [ sh:inversePath :q ] ) ] ]",
)  # fmt: skip
# One for each parameter of SHACL core, and more than one where it can be said in more than one way.
CONSTRAINTS = (
    "sh:minCount 2", "sh:maxCount 1", "sh:class :C", "sh:class :D", "sh:datatype xsd:integer", "sh:datatype xsd:string",
    "sh:datatype rdf:langString", "sh:nodeKind sh:IRI", "sh:nodeKind sh:Literal", "sh:nodeKind sh:BlankNode",
    "sh:nodeKind sh:BlankNodeOrIRI", "sh:nodeKind sh:BlankNodeOrLiteral", "sh:nodeKind sh:IRIOrLiteral",
    "sh:minInclusive 2", "sh:minExclusive 2", "sh:maxInclusive 3", "sh:maxExclusive 3", "sh:minLength 2",
    "sh:maxLength 3", 'sh:pattern "^A"', 'sh:pattern "^a" ; sh:flags "i"', 'sh:pattern "n[0-2]$"',
    'sh:languageIn ( "en" "de" )', "sh:uniqueLang true", "sh:equals :q", "sh:disjoint :q",
    "sh:in ( :n1 :n2 3 \"a\"@en )",
    "sh:hasValue :n3", "sh:hasValue 3", "sh:node :Small", "sh:node [ sh:property [ sh:path :q ; sh:minCount 1 ] ]",
    "sh:not [ sh:class :C ]", "sh:and ( [ sh:nodeKind sh:IRI ] :Small )",
    "sh:or ( [ sh:datatype xsd:integer ] [ sh:class :C ] )",
    "sh:xone ( [ sh:class :C ] [ sh:class :D ] [ sh:nodeKind sh:Literal ] )", "sh:closed false",
    "sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1",
    "sh:qualifiedValueShape :Small ; sh:qualifiedMinCount 2",
    "sh:property [ sh:path :q ; sh:maxCount 1 ; sh:message \"deep\" ]",
    "sh:deactivated true ; sh:minCount 99", "sh:severity sh:Warning ; sh:minCount 3", "sh:lessThan :r",
    "sh:lessThanOrEquals :r",
)  # fmt: skip
VALUES = (
    *(f":n{n}" for n in range(6)), ":C", "_:b1", "_:b2", "1", "2", "3", "4", '"A"', '"abcd"', '"a"@en', '"b"@en',
    '"c"@de',
    '"d"@en-GB', '"x"^^xsd:integer', '"A b\\n\\"c\\""',
)  # fmt: skip
NUMBERS = ("1", "2", "2.5", "3", "4")
SMALL = f"""{HEAD}
:Small a sh:NodeShape ; sh:or ( [ sh:maxInclusive 2 ] [ sh:property [ sh:path :p ; sh:maxCount 1 ] ] ) .
:E rdfs:subClassOf :D . :D rdfs:subClassOf :C . """


def made_up(seed: int, *, values: tuple[str, ...] = VALUES, blank: bool = True) -> kg.KnowledgeGraph:
    """A small graph of everything a shape can meet."""
    random = Random(seed)
    subjects = [f":n{n}" for n in range(6)] + (["_:b1", "_:b2"] if blank else [])
    lines = [f"{s} a {random.choice((':C', ':D', ':E', ':F'))} ." for s in subjects if random.random() < 0.7]
    for _ in range(30):
        lines.append(f"{random.choice(subjects)} {random.choice((':p', ':q'))} {random.choice(values)} .")
    for _ in range(8):
        lines.append(f"{random.choice(subjects)} {random.choice((':p', ':r'))} {random.choice(NUMBERS)} .")
    return loaded(f"{HEAD} :E rdfs:subClassOf :D . :D rdfs:subClassOf :C . {' '.join(lines)}")


def loaded(turtle: str) -> kg.KnowledgeGraph:
    """A graph of a text, without the ontology."""
    graph = kg.KnowledgeGraph()
    graph.store.drop(ONTOLOGY_GRAPH)
    graph.load_text(turtle, "turtle")
    return graph


def file(folder: Path, text: str) -> Path:
    """A file of shapes."""
    path = folder / "shapes.ttl"
    path.write_text(text, encoding="utf-8")
    return path


def agreed(graph: kg.KnowledgeGraph, shapes: str, folder: Path) -> Counter[Row]:
    """Our results, after they were found equal to pyshifty's."""
    mine = ours(validate(graph, shapes=file(folder, shapes)))
    assert mine == by_shifty(triples(graph), shapes.encode())
    return mine


def all_shapes(paths: tuple[str, ...] = PATHS) -> str:
    """A shape for each constraint on each path and on the node itself, with the targets in turn."""
    found = [SMALL]
    for n, constraint in enumerate(CONSTRAINTS):
        for k, path in enumerate(paths):
            target = TARGETS[(n + k) % len(TARGETS)]
            found.append(
                f":S{n}x{k} a sh:NodeShape ; {target} ; "
                f'sh:property [ sh:path {path} ; {constraint} ; sh:message "{n} on {k}" ] .'
            )
        if not any(word in constraint for word in ("Count", "unique", "qualified", "lessThan")):
            target = TARGETS[n % len(TARGETS)]
            found.append(f':S{n} a sh:NodeShape ; {target} ; {constraint} ; sh:message "{n} on node" .')
    return "\n".join(found)


# -- plain SHACL ---------------------------------------------------------------------------------


def test_nothing_of_this_is_left_to_a_validator() -> None:
    """Each constraint, path and target here is held against columns."""
    for text in (all_shapes(), (resource("ontology") / "shapes.ttl").read_text(encoding="utf-8")):
        shapes = Shapes(text.encode())
        assert len(shapes.targeted) > 15
        assert remainder(shapes) == (b"", {})


@pytest.mark.parametrize("seed", range(6))
def test_every_constraint_on_every_path_is_judged_as_by_pyshifty(tmp_path: Path, seed: int) -> None:
    """On a graph of everything, every core constraint on every kind of path has the results of pyshifty."""
    found = agreed(made_up(seed), all_shapes(), tmp_path)

    assert len({row[2] for row in found}) >= 25
    assert found.total() > 1000


@pytest.mark.parametrize("seed", range(6, 9))
def test_every_constraint_on_every_path_is_judged_as_by_pyshacl(tmp_path: Path, seed: int) -> None:
    """On a graph of nodes and numbers, every core constraint on every kind of path has the results of pySHACL.

    All but the inverse of a sequence, whose parts pySHACL inverts and leaves in their order.
    """
    graph = made_up(seed, values=(*(f":n{n}" for n in range(6)), *NUMBERS), blank=False)
    shapes = all_shapes(tuple(path for path in PATHS if path != "[ sh:inversePath ( :p :q ) ]"))
    mine = ours(validate(graph, shapes=file(tmp_path, shapes)))

    assert mine == by_pyshacl(triples(graph), shapes.encode())
    assert mine.total() > 1000


def test_a_shape_without_a_message_has_one_of_ours(tmp_path: Path) -> None:
    """Where a shape has no message, the result says which constraint is broken; several messages give several."""
    graph = loaded(f"{HEAD} :a a :C .")
    bare = f"{HEAD} :S a sh:PropertyShape ; sh:targetClass :C ; sh:path :p ; sh:minCount 1 ."
    (found,) = validate(graph, shapes=file(tmp_path, bare))
    assert (found.shape, found.message) == ("urn:t:S", "It breaks sh:minCount.")
    assert len(agreed(graph, f'{bare} :S sh:message "one"@en , "eins"@de .', tmp_path)) == 2


def test_a_constant_is_found_as_the_store_writes_it(tmp_path: Path) -> None:
    """A value that shapes spell in another way than the store is still the same value."""
    graph = loaded(f'{HEAD} :a a :C ; :p "01"^^xsd:integer . :b a :C ; :p 1.50 .')
    shapes = f"{HEAD} :S sh:targetClass :C ; sh:property [ sh:path :p ; sh:in ( 001 1.5 ) ; sh:message \"in\" ] ."
    assert validate(graph, shapes=file(tmp_path, shapes)) == []
    assert len(validate(graph, shapes=file(tmp_path, shapes.replace("001", "2")))) == 1


# -- literals ------------------------------------------------------------------------------------

WELL = {
    "integer": ["0", "-5", "+5", "123456789012345678"], "decimal": ["1", "1.5", "-.5", "1."], "double": ["1e5",
    "INF", "NaN"],
    "boolean": ["true", "0"], "date": ["2020-02-29", "2000-02-29", "2020-01-01Z", "2020-01-01-05:00", "12020-01-01"],
    "dateTime": ["2020-01-01T00:00:00", "2020-01-01T24:00:00", "2020-12-31T23:59:59.5+14:00"], "gYear": ["2020",
    "-0044"],
    "gYearMonth": ["2020-12"], "gMonthDay": ["--02-29"], "time": ["10:00:00"], "byte": ["-128", "127"],
    "nonNegativeInteger": ["0"], "unsignedByte": ["255"], "duration": ["P1Y2M3DT4H5M6S", "-PT1S"], "string": ["",
    "any"],
}  # fmt: skip
ILL = {
    "integer": ["", "1.0", "abc", " 1", "1 ", "1_000", "٣"], "decimal": ["1e5", ".", "1,5"], "double": ["inf", "1e",
    "x"],
    "boolean": ["yes", "TRUE"], "date": ["2020-13-01", "2020-00-10", "2020-02-30", "1900-02-29", "2020-04-31",
    "20-01-01",
    "2020-1-1", "2020-01-01T00:00:00", "yesterday", "2020-01-01+15:00"], "dateTime": ["2020-01-01",
    "2020-01-01T25:00:00",
    "2021-02-29T00:00:00"], "gYear": ["20", "2020-01"], "gYearMonth": ["2020-13"], "gMonthDay": ["--02-30"],
    "time": ["24:00:01"],
    "byte": ["128", "-129"], "nonNegativeInteger": ["-1"], "positiveInteger": ["0"], "unsignedByte": ["256"],
    "duration": ["P", "1Y", "PT"],
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(WELL))
def test_ill_typed_literals_are_told_from_well_typed(name: str) -> None:
    """A datatype admits what XML Schema says it does and nothing else."""
    assert admitted(pl.Series(WELL[name], dtype=pl.String), XSD + name).all()
    assert not admitted(pl.Series(ILL.get(name, []), dtype=pl.String), XSD + name).any()


def test_an_ill_typed_literal_breaks_its_datatype(tmp_path: Path) -> None:
    """``sh:datatype`` finds a literal that its datatype does not admit, as pyshifty and pySHACL do."""
    names = ("integer", "decimal", "date", "dateTime", "double")
    # The store reads "inf" as INF; the others differ on spaces, and on years of five digits.
    odd = {"inf", "12020-01-01", " 1", "1 ", "٣"}
    texts = [(n, t) for n in names for t in (*WELL[n], *ILL[n]) if t not in odd]
    lines = " ".join(f':{n}{at} a :C ; :{n} "{text}"^^xsd:{n} .' for at, (n, text) in enumerate(texts))
    shapes = " ".join(
        f':S{n} sh:targetClass :C ; sh:property [ sh:path :{n} ; sh:datatype xsd:{n} ; sh:message "{n}" ] .'
        for n in names
    )
    found = agreed(loaded(f"{HEAD} {lines}"), f"{HEAD} {shapes}", tmp_path)

    assert found.total() == sum(text in ILL[n] for n, text in texts) > 20


def test_a_literal_is_read_from_its_parts() -> None:
    """Text, datatype and language of a literal are those that the answer of a store says."""
    tokens = ['"a"', '"b"@EN-gb', f'"c"^^<{XSD}date>', "5", "-1.5", "1e3", "true", '"q\\"\\t\\\\"', '""', '"@en"',
    '"\\u00e9"']
    found = parts(pl.Series(tokens))

    assert found["text"].to_list() == ["a", "b", "c", "5", "-1.5", "1e3", "true", 'q"\t\\', "", "@en", "é"]
    assert [t.rpartition("#")[2] for t in found["datatype"]] == [
        "string", "langString", "date", "integer", "decimal", "double", "boolean", *["string"] * 4,
    ]  # fmt: skip
    assert found["language"].to_list() == ["", "en-gb", *[""] * 9]


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">="])
def test_the_quick_comparison_is_the_engine_s(sign: str) -> None:
    """Days and integers, which are compared without the engine, compare as they do within it."""
    days = [f'"{day}"^^<{XSD}date>' for day in ("2020-02-28", "2020-03-01", "2020-02-30", "0001-01-01", "2020-02-28Z")]
    values = [*days, "5", "-5", "12", "1234567890123456", "5.0", '"5"', '"x"@en', f'"x"^^<{XSD}integer>']
    left, right = zip(*((a, b) for a in values for b in values), strict=True)
    found = compare(pl.Series(left), sign, pl.Series(right)).tolist()
    asked = [_asked(a, sign, b) for a, b in zip(left, right, strict=True)]

    assert found == asked
    assert 12 < sum(found) < len(found) - 60


def _asked(left: str, sign: str, right: str) -> bool:
    return bool(ox.Store().query(f"ASK {{ FILTER ({left} {sign} {right}) }}"))


# -- questions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "SELECT $this WHERE { $this :p ?x }",
        "SELECT DISTINCT $this (STR(?x) AS ?y) WHERE { ?x :p $this FILTER (STR($this) < STR(?x)) }",
        "SELECT $this WHERE { { $this :p ?x } UNION { $this :q ?x FILTER (?x > 1) } }",
        "SELECT $this WHERE { $this :p ?x FILTER NOT EXISTS { ?x :q ?y FILTER EXISTS { ?y :r ?z } } }",
        'SELECT $this WHERE { $this :p ?x . BIND (STR(?x) AS ?y) FILTER (?y != "} OPTIONAL {") # MINUS {\n }',
    ],
)
def test_a_query_that_binds_its_focus_is_asked_once(text: str) -> None:
    """A query each of whose groups binds ``$this`` is asked of all focus nodes at once."""
    assert at_once(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT $this WHERE { FILTER (STRLEN(STR($this)) > 3) }",
        "SELECT $this WHERE { ?x :p ?y FILTER (?x = $this) }",
        "SELECT $this WHERE { BIND ($this AS ?x) ?x :p ?y . $this :q ?y }",
        "SELECT $this WHERE { { $this :p ?x } UNION { ?x :q ?y FILTER (?y = $this) } }",
        "SELECT $this WHERE { $this :p ?x OPTIONAL { $this :q ?y } FILTER (!BOUND(?y)) }",
        "SELECT $this WHERE { $this :p ?x MINUS { $this :q ?x } }",
        "SELECT $this (COUNT(?x) AS ?n) WHERE { $this :p ?x } GROUP BY $this HAVING (COUNT(?x) > 1)",
        "SELECT $this WHERE { $this :p ?x { SELECT ?x WHERE { ?x :q ?y } } }",
        "SELECT $this WHERE { $this :p ?x { ?x :q ?y FILTER (?y != $this) } }",
        "SELECT $this WHERE { $this $PATH ?x }",
        "SELECT $this WHERE { $this :p ?x } LIMIT 1",
    ],
)
def test_a_query_that_needs_its_focus_beforehand_is_not(text: str) -> None:
    """A query that only mentions ``$this`` somewhere, or that counts or cuts, is left to a validator."""
    assert not at_once(text)


MIXED = f"""{HEAD}
<urn:p> sh:declare [ sh:prefix "" ; sh:namespace "urn:t:"^^xsd:anyURI ] .
:Mixed a sh:NodeShape ; sh:targetClass :C ; sh:targetSubjectsOf :r ; sh:severity sh:Warning ; sh:message "mixed" ;
  sh:nodeKind sh:IRI ; sh:not :Many ; sh:sparql :Same , :Many-query ;
  sh:property [ sh:path :p ; sh:maxCount 1 ; sh:message "at most one" ] ,
    [ sh:path ( :q :p ) ; sh:message "path" ; sh:minCount 1 ; sh:pattern "(a)\\\\1" ; sh:flags "q" ] ,
    [ sh:path :q ; sh:message "asked" ; sh:sparql [ sh:select "SELECT $this ?value WHERE {{ $this $PATH ?value }}" ] ] .
:Same sh:prefixes <urn:p> ; sh:message "same {{?x}}" ; sh:select "SELECT $this ?x WHERE {{ $this :p ?x ; :q ?x }}" .
:Many-query sh:prefixes <urn:p> ; sh:message "many" ;
  sh:select "SELECT $this WHERE {{ $this :p ?x }} GROUP BY $this HAVING (COUNT(?x) > 1)" .
:Many sh:sparql :Many-query .
:Sees a sh:NodeShape ; sh:targetObjectsOf :p ; sh:message "sees" ; sh:not :Many ; sh:nodeKind sh:IRI .
:Shut a sh:NodeShape ; sh:targetClass :D ; sh:message "shut" ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
  sh:property [ sh:path :p ; sh:minCount 3 ; sh:message "shut p" ] .
"""


def test_what_is_not_plain_goes_to_a_validator(tmp_path: Path) -> None:
    """A shape that mixes plain and other constraints is split, and has the results that pyshifty gives the whole."""
    seen: Counter[str] = Counter()
    for seed in range(6):
        graph = made_up(seed, blank=False)
        seen.update(row[2].removesuffix("ConstraintComponent") for row in agreed(graph, MIXED, tmp_path))
        plain = {r.message for r in validate(graph, shapes=tmp_path / "shapes.ttl", plain=True)}
        assert plain <= {"mixed", "sees", "at most one", "path"}

    assert set(seen) == {"Closed", "SPARQL", "MaxCount", "MinCount", "Not", "NodeKind", "Pattern"}
    left, names = remainder(Shapes(MIXED.encode()))
    assert sorted(names.values()) == [*["urn:t:Mixed"] * 3, "urn:t:Sees"]
    assert b"<urn:t:Shut> <http://www.w3.org/ns/shacl#targetClass>" in left
    assert b"<urn:t:Mixed> <http://www.w3.org/ns/shacl#targetClass>" not in left


@pytest.mark.parametrize(
    "shapes",
    [
        ":S sh:targetClass :C ; sh:property [ sh:path :p ; sh:node :S ] ; sh:nodeKind sh:IRI ; sh:message \"self\" .",
        ":S sh:targetClass :C ; sh:property :A , :B ."
        " :A sh:path :p ; sh:qualifiedValueShape [ sh:class :C ] ; sh:message \"a\" ;"
        " sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true ."
        " :B sh:path :p ; sh:qualifiedValueShape [ sh:class :D ] ; sh:message \"b\" ;"
        " sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true .",
    ],
    ids=["a shape that refers to itself", "qualified shapes that exclude each other"],
)
def test_what_cannot_be_split_goes_as_a_whole(tmp_path: Path, shapes: str) -> None:
    """A shape that cannot be taken apart is left to a validator with its targets, and the others are not."""
    other = ':T sh:targetClass :C ; sh:property [ sh:path :q ; sh:maxCount 1 ; sh:message "other" ] .'
    text = f"{HEAD} {shapes} {other}"
    for seed in range(4):
        graph = made_up(seed, blank=False)
        if "self" not in shapes:
            assert agreed(graph, text, tmp_path).total() > 0
        rest, names = remainder(Shapes(text.encode()))
        assert b"<urn:t:S> <http://www.w3.org/ns/shacl#targetClass>" in rest
        assert b"<urn:t:T> <http://www.w3.org/ns/shacl#targetClass>" not in rest
        assert names == {}


def test_a_file_that_is_no_shapes_is_refused(tmp_path: Path) -> None:
    """A file of shapes that is missing or no Turtle is refused by name, with what to do."""
    graph = kg.KnowledgeGraph()
    with pytest.raises(ReadError, match=r"none\.ttl: it cannot be read: .* Name a Turtle file of SHACL shapes\."):
        validate(graph, shapes=tmp_path / "none.ttl")
    with pytest.raises(ReadError, match=r"shapes\.ttl: it is no Turtle: .* Correct it there\."):
        validate(graph, shapes=file(tmp_path, "shapes are no prose"))
