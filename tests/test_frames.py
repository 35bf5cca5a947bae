"""Frames: the table of stances, and what an actor's stances on one position add up to."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from frame_cases import row_by_row
from support import PAGE

import kg
from benchmarks.corpus import made
from kg.frames import COLUMNS, Profile, profiles
from kg.terms import compact


def frame(graph: kg.KnowledgeGraph) -> dict[tuple[str, str], Profile]:
    """Profiles by CURIE of holder and position."""
    return {(compact(a), compact(p)): one for (a, p), one in profiles(kg.stances(graph)).items()}


def row(**given: Any) -> dict[str, Any]:
    """A row of the frame with what matters here."""
    return {**dict.fromkeys(COLUMNS), "holder": "a", "position": "p", "stance": "s1", "superseded": False,
            "narrator": False, "source": "x", "basis": "urn:/word", "value": 1, **given}


def page(tmp_path: Path, *values: str) -> kg.KnowledgeGraph:
    """A graph in which one actor holds these values on one position."""
    lines = ["actor,position,issue,value,summary", *(f"Town,It should be closed.,harbour,{v},x" for v in values)]
    (tmp_path / "page.csv").write_text("\n".join(lines), encoding="utf-8")
    g = kg.KnowledgeGraph()
    g.load(tmp_path / "page.csv")
    return g


# -- the table of stances --------------------------------------------------------------------


def test_there_is_a_row_for_each_stance_and_source(article: kg.KnowledgeGraph) -> None:
    """The article's 32 stances are 32 rows: each has one source, one position, one holder."""
    table = kg.stances(article)

    assert table.columns == COLUMNS
    assert len(table) == len(set(table.column("stance"))) == 32
    assert all(r["holder"] and r["position"] and r["issue"] and r["source"] for r in table)


def test_a_row_has_all_that_a_comparison_needs(article: kg.KnowledgeGraph) -> None:
    """Value, basis, voice, dates, certainty, confidence and reliability are in the row."""
    (found,) = (r for r in kg.stances(article) if r["stance"].endswith("s-gov-release-now"))

    assert found["value"] == 1
    assert (found["start"], found["notBefore"]) == ("2020-04-08", "2020-03-25")
    assert [compact(found[c]) for c in ("basis", "certainty", "reliability")] == [
        "stx:deed", "stx:stated", "stx:reliability-c",
    ]
    assert (found["confidence"], found["speaker"], found["superseded"], found["narrator"]) == (0.9, None, False, False)


def test_the_voice_of_the_source_is_marked(article: kg.KnowledgeGraph) -> None:
    """What the source says in its own name is marked as the narrator's."""
    marked = [r["stance"].rsplit("/", 1)[1] for r in kg.stances(article) if r["narrator"]]

    assert len(marked) == 7
    assert all(name.startswith("s-narrator-") for name in marked)


def test_superseded_stances_are_marked_and_kept(article: kg.KnowledgeGraph) -> None:
    """A stance that a later one replaced is in the table, marked."""
    assert [r["stance"].rsplit("/", 1)[1] for r in kg.stances(article) if r["superseded"]] == ["s-gov-release-before"]


def test_a_stance_in_two_sources_is_two_rows_and_one_stance(tmp_path: Path) -> None:
    """A stance that two sources carry has a row a source; it counts once."""
    for name, text in (("statements", "id,source,actor,position,value,summary,also_in\nr,s1,Town,close,2,x,s2\n"),
                       ("positions", "id,sentence,issue\nclose,It should be closed.,harbour\n"),
                       ("sources", "id\ns1\ns2\n")):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    g = kg.KnowledgeGraph()
    g.load(tmp_path)

    assert [compact(s) for s in kg.stances(g).column("source")] == ["src:s1", "src:s2"]
    (one,) = frame(g).values()
    assert (one.value, len(one.stances), len(one.sources)) == (2.0, 1, 2)


def test_the_table_says_what_it_was_made_from(article: kg.KnowledgeGraph) -> None:
    """The frame names graph, selection and number of stances."""
    table = kg.stances(article.where(issues="Afghan presidency", since="2019"))

    assert table.made_from == {"graph": "memory", "selection": "issue Afghan presidency; since 2019", "stances": "0"}


def test_the_order_is_stable(article: kg.KnowledgeGraph, corpus: kg.KnowledgeGraph) -> None:
    """The rows come in the same order each time."""
    assert kg.stances(article).raw == sorted(kg.stances(article).raw)
    assert kg.stances(corpus).raw == sorted(kg.stances(corpus).raw)


def test_all_stances_of_the_corpus_are_in_the_frame(corpus: kg.KnowledgeGraph) -> None:
    """No stance with evidence is lost on the way to the frame, and none is doubled."""
    count = "PREFIX st: <https://w3id.org/actor-stance/ns#>\nSELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a st:Stance }"
    table = kg.stances(corpus)

    assert len(set(table.column("stance"))) == corpus.query(count).column("n")[0]
    assert max(Counter((r["stance"], r["source"]) for r in table).values()) == 1


# -- profiles --------------------------------------------------------------------------------


def test_a_profile_is_the_mean_of_standing_stances(tmp_path: Path) -> None:
    """Several stances on one position add up to their mean, with the range they span."""
    (one,) = frame(page(tmp_path, "2", "1", "-1")).values()

    assert one.value == pytest.approx(2 / 3)
    assert (one.low, one.high, one.sign, one.mixed, len(one.stances)) == (-1.0, 2.0, 1, True, 3)


def test_a_sum_of_zero_is_zero(tmp_path: Path) -> None:
    """Stances that cancel out give 0, a known value: neither for nor against, and mixed."""
    for values in (("1", "-1"), ("2", "-1", "-1"), ("0",), ("0", "0")):
        (one,) = frame(page(tmp_path, *values)).values()
        assert one.value == 0.0
        assert one.sign == 0


def test_an_undetermined_stance_has_no_value(tmp_path: Path) -> None:
    """Stances without direction give no value, which is not zero; beside others they do not count."""
    (alone,) = frame(page(tmp_path, "undetermined")).values()
    (beside,) = frame(page(tmp_path, "undetermined", "2")).values()

    assert (alone.value, alone.low, alone.sign, alone.mixed, len(alone.stances)) == (None, None, 0, False, 1)
    assert (beside.value, len(beside.stances)) == (2.0, 2)


def test_superseded_stances_are_earlier_ones(article: kg.KnowledgeGraph) -> None:
    """A superseded stance does not count; it is kept as an earlier one."""
    one = frame(article)["actor:afghan-government", "pos:release-prisoners"]

    assert (one.value, one.bases, one.dates) == (1.0, ("deed",), ("2020-04-08",))
    assert [s.rsplit("/", 1)[1] for s in one.stances] == ["s-gov-release-now"]
    assert [s.rsplit("/", 1)[1] for s in one.earlier] == ["s-gov-release-before"]


def test_before_the_change_the_old_stance_counts(article: kg.KnowledgeGraph) -> None:
    """In a selection that ends before the change, the earlier stance is the one that stands."""
    one = frame(article.where(until="2020-04-07"))["actor:afghan-government", "pos:release-prisoners"]

    assert (one.value, one.earlier) == (-1.0, ())


def test_narrators_are_left_out_unless_asked_for(article: kg.KnowledgeGraph) -> None:
    """The voice of a source is no party; it is in the profiles only when it is asked for."""
    parties = {holder for holder, _ in profiles(kg.stances(article))}
    everyone = {holder for holder, _ in profiles(kg.stances(article), narrators=True)}

    assert len(parties) == 6
    assert {compact(x) for x in everyone - parties} == {"actor:narrator-000_300082878ff4a385"}


def test_dates_sources_and_bases_are_those_of_standing_stances() -> None:
    """Dates come sorted, sources and bases once each, and only from stances that stand."""
    (one,) = profiles([
        row(stance="s1", start="2024-03-01", source="x"), row(stance="s2", notBefore="2024-01-01", source="y"),
        row(stance="s2", notBefore="2024-01-01", source="x", basis="urn:/deed"),
        row(stance="s0", start="2023-01-01", source="z", superseded=True),
    ]).values()

    assert one.dates == ("2024-01-01", "2024-03-01")
    assert one.sources == ("x", "y")
    assert one.bases == ("deed", "word")
    assert (one.stances, one.earlier) == (("s1", "s2"), ("s0",))


def test_a_holder_whose_stances_are_all_superseded_has_no_value() -> None:
    """Where nothing stands any more, nothing is known."""
    (one,) = profiles([row(superseded=True)]).values()

    assert (one.value, one.stances, one.earlier) == (None, (), ("s1",))


def test_a_page_gives_its_profiles(tmp_path: Path) -> None:
    """Two actors on one page have a profile each."""
    (tmp_path / "page.csv").write_text(PAGE, encoding="utf-8")
    g = kg.KnowledgeGraph(tmp_path / "page.csv")

    assert {a: one.value for (a, _), one in frame(g).items()} == {"actor:ferry-company": 1.0, "actor:fishers": -2.0}


# -- the same as row by row --------------------------------------------------------------------


SELECTIONS: list[dict[str, Any]] = [
    {}, {"since": "2020"}, {"until": "2020-03"}, {"since": "2020-02-10", "until": "2020-03-15"}, {"until": "2018"},
    {"actors": "Taliban"}, {"basis": ["word", "deed"]}, {"issues": "peace process", "since": "2020-03"},
    {"actors": ["Taliban", "Ashraf Ghani"], "basis": "word", "until": "2020-09"},
]


@pytest.mark.parametrize("where", SELECTIONS, ids=str)
def test_the_table_is_that_of_the_query_row_by_row(corpus: kg.KnowledgeGraph, where: dict[str, Any]) -> None:
    """Columns joined and selected outside the engine hold, cell for cell, what the query in the library says."""
    g = corpus.where(**where)

    assert kg.stances(g).raw == row_by_row(g)


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> kg.KnowledgeGraph:
    """A thousand made-up statements."""
    g = kg.KnowledgeGraph()
    g.load(made(1_000, where=tmp_path_factory.mktemp("corpora")).bare)
    return g


@pytest.mark.parametrize("where", [
    {}, {"since": "2019-06-02"}, {"until": "2018-02"}, {"since": "2017", "until": "2018", "basis": "deed"},
    {"actors": "actor:a1"}, {"issues": "issue:i1", "since": "2016-03"}, {"sources": "src:s3"},
], ids=str)
def test_a_made_up_corpus_gives_the_same_table_too(made_up: kg.KnowledgeGraph, where: dict[str, Any]) -> None:
    """So do a thousand made-up statements, with narrators, months, replaced stances and voices."""
    g = made_up.where(**where)
    table = kg.stances(g)

    assert table.raw == row_by_row(g)
    assert bool(table)
    if not where:
        assert {True, False} == set(table.column("superseded")) == set(table.column("narrator"))
