"""Rule files: SPARQL of one form, and a clear sentence for whatever is not."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.errors import QueryError
from kg.rules import parse, rule_files
from kg.rules.files import TYPE, shipped_rules
from kg.terms import ST

DERIVED = "https://w3id.org/actor-stance/graph/derived/"
TAIL = f"""  FILTER (!STRSTARTS(STR(?g), "{DERIVED}"))
  BIND (IRI(CONCAT("{DERIVED}", REPLACE(STR(?g), "^https://w3id.org/actor-stance/graph/", ""))) AS ?derived)
"""
RULE = f"""\
# Derives a tie, so that it can be asked for.
PREFIX st: <{ST}>
INSERT {{ GRAPH ?derived {{ ?a st:accuses ?b }} }}
WHERE {{
  GRAPH ?g {{ ?e st:eventType ?kind ; st:initiator|st:onBehalfOf ?a ; st:recipient ?b }} # who and whom
  ?kind a st:EventType .
  VALUES ?p {{ st:impliesRelation st:impliesClaim }}
  ?kind ?p ?property .
{TAIL}}}
"""


def test_a_rule_is_taken_apart() -> None:
    """A rule is known by its rows, by what it reads of a source, and by what it asks about things in it."""
    [rule] = parse(RULE, "x.ru")

    assert rule.reads == {f"{ST}{name}" for name in ("eventType", "initiator", "onBehalfOf", "recipient")}
    assert {(c.variable, *sorted(c.predicates), c.kind) for c in rule.context} == {
        ("?kind", TYPE, f"{ST}EventType"), ("?kind", f"{ST}impliesClaim", f"{ST}impliesRelation", None),
    }
    store = ox.Store()
    assert list(store.query(rule.select)) == []
    assert list(store.query(rule.names or "")) == []


def test_several_updates_may_stand_in_one_file() -> None:
    """Each update of a file is a rule."""
    update = RULE[RULE.index("INSERT") :]

    assert len(parse(f"{RULE} ;\n{update} ;", "x.ru")) == 2


def test_the_shipped_files_are_of_the_form_or_native() -> None:
    """Seven updates in five files are run as they stand; the other files say that kg has code of its own for them."""
    native = [f.name for f in rule_files() if "\n# native: " in f.read_text(encoding="utf-8")]

    assert len(rule_files()) == 10
    assert [name[:2] for name in native] == ["06", "07", "08", "09", "10"]
    assert [rule.file[:2] for rule in shipped_rules()] == ["01", "02", "03", "04", "04", "05", "05"]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("INSERT {", "DELETE {", 3, 'a rule has "INSERT" where "DELETE" stands'),
        ("GRAPH ?derived", "GRAPH ?g", 3, 'a rule has "?derived" where "?g" stands'),
        ("?a st:accuses ?b }", "?a st:accuses ?b . ?b st:accuses ?a }", 3, 'a rule has "}" where "?b" stands'),
        ("WHERE {", "USING <x:y> WHERE {", 4, 'a rule has "WHERE" where "USING" stands'),
        ("  ?kind a st:EventType .", "  OPTIONAL { ?kind a st:EventType }", 6, 'cannot have "OPTIONAL"'),
        ("  ?kind a st:EventType .", "  FILTER NOT EXISTS { ?kind a st:EventType }", 6, 'cannot have "FILTER"'),
        ("  ?kind a st:EventType .", "  ?other a st:EventType .", 6, "?other is asked about beside GRAPH ?g"),
        ("  ?kind a st:EventType .", "  ?kind ?any st:EventType .", 6, "the predicate ?any may be anything"),
        ("  ?kind a st:EventType .", "  ?kind st:x/st:y ?z .", 6, "a path beside GRAPH ?g cannot be traced"),
        ("  ?kind a st:EventType .", "  ?kind stt:x ?z .", 6, 'the prefix "stt:" is not declared'),
        ("  ?kind a st:EventType .", "  ?kind a .", 6, "a triple pattern is not complete"),
        ("st:recipient ?b }", "?how ?b }", 5, "the predicate ?how in GRAPH ?g may be anything"),
        ("st:recipient ?b }", "st:recipient ?b . OPTIONAL { ?e st:venue ?v } }", 5, "a triple pattern should end"),
        ("GRAPH ?g {", "GRAPH ?h {", 5, 'a rule has "?g" where "?h" stands'),
        (TAIL.splitlines()[0], "", 4, "the line that keeps derived graphs out of ?g is missing"),
        (TAIL.splitlines()[1], "", 4, "the line that names the graph ?derived is missing"),
        ("}\n", "", None, 'a "{" is never closed'),
    ],
)
def test_another_form_is_refused(old: str, new: str, line: int | None, message: str) -> None:
    """What rules cannot do is refused with the file, the line and what to write instead."""
    assert old in RULE
    text = RULE[: RULE.rindex(old)] if line is None else RULE.replace(old, new)
    with pytest.raises(QueryError) as caught:
        parse(text, "x.ru")

    assert message in str(caught.value)
    assert caught.value.cure
    assert caught.value.where.startswith("x.ru, line ")
    assert line is None or caught.value.where == f"x.ru, line {line}"
