"""The frame as columns: what it holds, how it is narrowed, and how it becomes entries for the algebra."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from frame_cases import graph, stance
from support import ITEM

import kg
from kg.errors import KGError, NotFound
from kg.frames import COLUMNS, frame

VARIABLES = f"""
<{ITEM}variable/strength> a st:CodedVariable ; rdfs:label "strength" ; st:scale "integer" .
<{ITEM}variable/agreement> a st:CodedVariable ; rdfs:label "agreement" ; st:scale "boolean" .
<{ITEM}variable/person> a st:CodedVariable ; rdfs:label "person" ; st:scale "entity" .
<{ITEM}variable/section> a st:CodedVariable ; rdfs:label "document section" ; st:scale "entity" .
<{ITEM}variable/position> a st:CodedVariable ; rdfs:label "position" ; st:scale "entity" .
src:paper <{ITEM}variable/section> "Harbour news" ; dcterms:issued "2020-05-06T14:30:00"^^xsd:dateTime .
"""


def coded(strength: int, agreement: bool, person: str) -> str:
    """Coded variables of a stance."""
    return (
        f'<{ITEM}variable/strength> {strength} ; <{ITEM}variable/agreement> {str(agreement).lower()} ; '
        f'<{ITEM}variable/person> "{person}" ; <{ITEM}variable/position> "It is \\"so\\", they say." ;'
    )


@pytest.fixture(scope="module")
def small() -> kg.KnowledgeGraph:
    """Six stances of three actors on three positions, with coded variables on four of them."""
    return graph(
        VARIABLES,
        stance("s10", "ann", "close", "supports", day="2020-05-01", more=coded(4, True, "Ann A."), at=(40, 50)),
        stance("s2", "ann", "close", "opposes", day="2020-05-01", more=coded(1, False, "Ann A."), at=(7, 9)),
        stance("s3", "bob", "dig", "strongly-supports", day="2020-04-01", more=coded(4, True, "")),
        stance("s4", "bob", "pave", "undetermined", more=f'<{ITEM}variable/strength> 9 ;'),
        stance("s5", "cem", "pave", "ambivalent", more="st:notBefore \"2020-06-01\"^^xsd:date ;"),
        stance("s6", "cem", "pave", "opposes", more=f"st:supersedes <{ITEM}paper/s5> ;"),
    )


def names(ids: object) -> list[str]:
    """The last parts of some IRIs."""
    return [str(one).rsplit("/", 1)[1] for one in ids]  # type: ignore[attr-defined]


# -- columns ---------------------------------------------------------------------------


def test_the_frame_has_a_column_for_everything(small: kg.KnowledgeGraph) -> None:
    """The columns of the table come first, then what only the frame has, then coded variables under their labels."""
    data = frame(small).data

    assert tuple(data.columns[: len(COLUMNS)]) == COLUMNS
    assert data.columns[len(COLUMNS) :] == [
        "onBehalfOf", "heldBy", "onIssue", "published", "date", "begins", "ends",
        "agreement", "document section", "person", "position (coded)", "strength",
    ]
    typed = ("value", "confidence", "strength", "agreement", "superseded", "start")
    kinds = [pl.Float64, pl.Float64, pl.Int64, pl.Boolean, pl.Boolean, pl.String]
    assert [data.schema[name] for name in typed] == kinds
    assert (data.schema["published"], data.schema["date"]) == (pl.Datetime("ms"), pl.Datetime("ms"))


def test_rows_are_in_the_order_in_which_they_were_taken(small: kg.KnowledgeGraph) -> None:
    """By date, then by the place in the source; where there is no date, by the number at the end of the name."""
    assert names(frame(small).data["stance"]) == ["s3", "s2", "s10", "s5", "s4", "s6"]


def test_a_row_has_what_was_coded(small: kg.KnowledgeGraph) -> None:
    """Spans, moments and coded variables of the stance and of its source are in the row; what is not known is null."""
    (row,) = (r for r in frame(small).data.iter_rows(named=True) if r["stance"].endswith("s10"))
    (other,) = (r for r in frame(small).data.iter_rows(named=True) if r["stance"].endswith("s4"))

    assert (row["begins"], row["ends"], row["value"], row["confidence"]) == (40, 50, 1.0, 0.8)
    assert (row["published"].isoformat(), row["date"].isoformat()) == ("2020-05-06T14:30:00", "2020-05-01T00:00:00")
    assert (row["strength"], row["agreement"], row["document section"]) == (4, True, "Harbour news")
    assert row["position (coded)"] == 'It is "so", they say.'
    assert [other[c] for c in ("begins", "value", "date", "agreement", "person")] == [None] * 5
    assert other["document section"] == "Harbour news"


@pytest.mark.parametrize(("written", "moment"), [
    ('"2020"^^xsd:gYear', "2020-01-01T00:00:00"), ('"2020-04"^^xsd:gYearMonth', "2020-04-01T00:00:00"),
    ('"2020-04-08"^^xsd:date', "2020-04-08T00:00:00"), ('"2020-04-08Z"^^xsd:date', "2020-04-08T00:00:00"),
    ('"2020-04-08T23:30:00-02:00"^^xsd:dateTime', "2020-04-09T01:30:00"),
    ('"2020-04-08T23:30:00.250Z"^^xsd:dateTime', "2020-04-08T23:30:00.250000"), ('"in spring"', None),
    ('"2020-13-40"^^xsd:date', None),
])
def test_moments_of_sources(written: str, moment: str | None) -> None:
    """A source's year, month, day or moment is its first moment, in UTC; what is no date is not known."""
    found = frame(graph(stance("a"), f"src:paper dcterms:issued {written} .")).data["published"].to_list()

    assert [None if one is None else one.isoformat() for one in found] == [moment]


def test_the_table_of_the_frame_is_exact(small: kg.KnowledgeGraph) -> None:
    """As a table it keeps IRIs, numbers, days and texts with quotation marks; coded variables are in both tables."""
    table = frame(small).table()
    (row,) = (r for r in table if r["stance"].endswith("s10"))

    assert table.columns == tuple(frame(small).data.columns)
    assert (row["value"], row["strength"], row["agreement"], row["start"]) == (1, 4, True, "2020-05-01")
    assert row["position (coded)"] == 'It is "so", they say.'
    assert row["published"] == "2020-05-06T14:30:00.000"
    assert kg.stances(small).columns == (
        *COLUMNS, "agreement", "document section", "person", "position (coded)", "strength",
    )
    assert kg.stances(small).column("strength") == table.column("strength")
    assert table.to_polars().height == 6


# -- narrowing -------------------------------------------------------------------------


def test_rows_are_left_out_by_any_column(small: kg.KnowledgeGraph) -> None:
    """Labels, IRIs, numbers, yes and no, and moments are all values; several are any of them."""
    whole = frame(small)

    def left(**given: object) -> list[str]:
        return names(whole.where(exclude=given).data["stance"])

    assert left(holder="Ann") == ["s3", "s5", "s4", "s6"]
    assert left(holder=["ann", "actor:bob"]) == ["s5", "s6"]
    assert left(strength=4) == ["s2", "s5", "s4", "s6"]
    assert left(value=[-1, "0"]) == ["s3", "s10", "s4"]
    assert left(agreement=True) == left(agreement="yes") == ["s2", "s5", "s4", "s6"]
    assert left(date="2020-05-01") == ["s3", "s5", "s4", "s6"]
    assert left(person="Ann A.", superseded="no") == ["s5"]
    assert names(whole.where(only={"issue": "port"}).data["stance"]) == ["s3", "s2", "s10"]
    assert names(whole.where(only={"holder": "Ann"}).where(exclude={"agreement": "no"}).data["stance"]) == ["s10"]


def test_a_narrowed_frame_says_so(small: kg.KnowledgeGraph) -> None:
    """What was left out, and how much is left, stands in ``made_from``."""
    made = frame(small).where(exclude={"holder": "Ann"}).where(only={"strength": [4, 9]}).made_from

    assert made["where"] == "without holder Ann; only strength 4, 9"
    assert (made["stances"], made["undated"], made["undetermined"]) == ("2", "1", "1")
    assert frame(small).made_from["dates"] == "2020-04-01 to 2020-06-01"


@pytest.mark.parametrize(("given", "message"), [
    ({"holders": "Ann"}, 'No column "holders" in the frame. Did you mean "holder"?'),
    ({"holder": "Anne"}, 'No holder "Anne". Did you mean "Ann"?'),
    ({"holder": "actor:nobody"}, 'No holder "actor:nobody"'),
    ({"strength": 5}, 'No strength "5". There are: 1, 4, 9.'),
    ({"agreement": "perhaps"}, 'No agreement "perhaps"'),
    ({"date": "2019-01-01"}, 'No date "2019-01-01"'),
])
def test_unknown_columns_and_values_are_refused(
    small: kg.KnowledgeGraph, given: dict[str, object], message: str
) -> None:
    """A column or a value that is not there is named, with the nearest one or with those there are."""
    with pytest.raises(NotFound) as caught:
        frame(small).where(exclude=given)

    assert message in str(caught.value)


def test_what_the_graph_knows_may_be_left_out_though_it_is_absent(small: kg.KnowledgeGraph) -> None:
    """An actor without a stance in the selection is no mistake; there is nothing of it to leave out."""
    assert len(frame(small).where(exclude={"holder": "Guild"})) == 6
    assert len(frame(small).where(only={"holder": "Guild"})) == 0


# -- entries ---------------------------------------------------------------------------


def test_stances_become_entries(small: kg.KnowledgeGraph) -> None:
    """Each stance that stands and has a value is an entry: its row, its column, its level on the scale −2 … 2."""
    found = frame(small).entries()
    coded = found.coded

    assert coded.row_labels == ("Ann", "Bob", "Cem")
    assert coded.column_labels == ("The crane should go.", "The quay should be dug out.", "The road should be paved.")
    assert [(coded.row_labels[r], coded.scale.levels[v]) for r, v in zip(coded.rows, coded.levels, strict=True)] == [
        ("Bob", 2.0), ("Ann", -1.0), ("Ann", 1.0), ("Cem", -1.0),
    ]
    assert (coded.scale.kind, coded.scale.levels, coded.scale.span) == ("interval", (-2.0, -1.0, 0.0, 1.0, 2.0), 4.0)
    assert names(found.data["stance"]) == ["s3", "s2", "s10", "s6"]
    assert names(found.row_ids) == ["ann", "bob", "cem"]
    assert {k: found.made_from[k] for k in ("statements", "undetermined", "superseded left out", "undated")} == {
        "statements": "4", "undetermined": "1", "superseded left out": "1", "undated": "1",
    }
    assert coded.rows.dtype == coded.columns.dtype == coded.levels.dtype == np.int32
    assert np.isnat(found.times()).tolist() == [False, False, False, True]
    assert found.times("published").dtype == np.dtype("datetime64[ms]")
    assert len(set(found.clusters().tolist())) == 1


def test_any_columns_make_entries(small: kg.KnowledgeGraph) -> None:
    """Coded variables and fields of the source can be rows, columns or value, each with a scale that fits it."""
    whole = frame(small)
    by_person = whole.coded("person", "position", "agreement")
    strength = whole.coded(value="strength", superseded=True)
    section = whole.coded("holder", "document section", None)

    assert by_person.row_labels == ("Ann A.",)
    assert (by_person.scale.levels, by_person.scale.span, by_person.levels.tolist()) == ((0.0, 1.0), 1.0, [0, 1])
    assert (strength.scale.levels, strength.scale.span) == ((1.0, 4.0, 9.0), 8.0)
    assert whole.coded(value="strength", range=(0, 10)).scale.span == 10.0
    assert whole.coded(value="strength", scale="ordinal").scale.span == 2.0
    assert whole.coded(value="strength", scale="nominal").scale.kind == "nominal"
    assert whole.coded("holder", "position", "position (coded)").scale.kind == "nominal"
    assert (len(section), section.column_labels, section.scale.span) == (5, ("Harbour news",), 0.0)
    ordered = whole.coded(value="basis", scale="ordinal", levels=["deed", "word"])
    assert (ordered.scale.levels, set(ordered.levels.tolist())) == (("deed", "word"), {1})


def test_levels_and_labels_are_those_before_narrowing(small: kg.KnowledgeGraph) -> None:
    """What was left out still counts for the observed scale, and with isolates for the labels."""
    narrowed = frame(small).where(exclude={"strength": 9, "holder": "Ann"})

    assert narrowed.coded(value="strength").scale.levels == (1.0, 4.0, 9.0)
    assert narrowed.coded().row_labels == ("Bob", "Cem")
    isolates = narrowed.coded(isolates=True)
    assert isolates.row_labels == ("Ann", "Bob", "Cem")
    assert [isolates.row_labels[r] for r in isolates.rows] == ["Bob", "Cem"]


def test_a_stance_in_two_sources_is_one_entry() -> None:
    """It counts once, or once for each source when asked; where the source is a column it is in both."""
    second = f"<{ITEM}paper/a> st:hasEvidence <{ITEM}other/e> . <{ITEM}other/e> oa:hasSource src:other ."
    whole = frame(graph(stance("a", at=(3, 4)), second))

    assert len(whole) == 2
    assert len(whole.entries()) == 1
    assert len(whole.entries(each="source")) == 2
    assert whole.coded(columns="source").column_labels == ("src:other", "src:paper")
    with pytest.raises(KGError, match="Use stance or source"):
        whole.entries(each="document")  # type: ignore[arg-type]


def test_one_label_for_two_things_is_told_apart() -> None:
    """Two actors of one name are two rows, each with its CURIE in brackets; the name alone means neither."""
    whole = frame(graph('actor:ann2 a st:Person ; skos:prefLabel "Ann"@en .', stance("a"), stance("b", "ann2")))

    assert whole.coded().row_labels == ("Ann (actor:ann)", "Ann (actor:ann2)")
    with pytest.raises(NotFound, match="fits several: actor:ann, actor:ann2"):
        whole.where(exclude={"holder": "Ann"})
    assert len(whole.where(exclude={"holder": "Ann (actor:ann2)"})) == 1


@pytest.mark.parametrize(("how", "message"), [
    ({"rows": "holdr"}, 'No column "holdr" in the frame. Did you mean "holder"?'),
    ({"scale": "ordnal"}, 'No scale "ordnal". Did you mean "ordinal"?'),
    ({"value": "person", "scale": "interval"}, "texts, which have no distance"),
    ({"value": "person", "scale": "ordinal"}, "Give the levels in ascending order"),
    ({"value": "strength", "levels": [1, 2]}, "not among the levels: 4.0"),
    ({"value": "strength", "range": (4, 4)}, "has no length"),
])
def test_what_cannot_be_coded_is_refused(small: kg.KnowledgeGraph, how: dict[str, object], message: str) -> None:
    """Unknown columns and scales, and scales that do not fit, are one clear sentence."""
    with pytest.raises(KGError) as caught:
        frame(small).entries(**how)  # type: ignore[arg-type]

    assert message in str(caught.value)


def test_an_empty_frame_has_no_entries(small: kg.KnowledgeGraph) -> None:
    """Where nothing is selected there are no entries, no labels, and no error; an empty graph is no exception."""
    for g in (small.where(until="1999"), kg.KnowledgeGraph()):
        found = frame(g).entries()
        assert len(found) == len(found.data) == 0
        assert (found.coded.row_labels, found.coded.column_labels) == ((), ())
        assert found.made_from["statements"] == "0"
        assert len(frame(g, level="party", issue_level=1)) == 0
        assert len(frame(g).table()) == len(kg.stances(g)) == 0


def test_narrators_are_left_out_and_counted(article: kg.KnowledgeGraph) -> None:
    """The voice of a source is no party; with narrators it is a row like any other."""
    without, everyone = frame(article).entries(), frame(article).entries(narrators=True)

    assert without.made_from["narrators left out"] == "7"
    assert len(everyone.coded.row_labels) == len(without.coded.row_labels) + 1
