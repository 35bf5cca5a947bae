"""Votes: files of who voted how, as stances in a graph and as columns."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from support import lines

import kg
from kg.errors import NotFound, ReadError
from kg.readers import files_in, votes
from kg.terms import PREFIXES, SPARQL_PREFIXES

VOTES = """rcid,country,country_code,vote
1,Aland,AL,yes
1,Bergia,NA,no
1,Old Bergia,,abstain
2,Aland,AL,abstain
2,Bergia,NA,yes
"""
CALLS = """rcid,session,importantvote,date,unres,amend,para,short,descr
1,46,0,1991-10-02,R/46/1,0,0,FISHING RIGHTS,"TO ADOPT A PROPOSAL ON ""FISHING"", AND ICE"
2,47,0,,R/47/9,0,0,,
"""
TOPICS = """rcid,short_name,issue
1,ec,Economic development
1,hr,Human rights
3,hr,Human rights
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five votes on two roll calls, in the files and columns of the UN data."""
    made = tmp_path / "assembly"
    made.mkdir()
    (made / "un_votes.csv").write_text(VOTES, encoding="utf-8")
    (made / "un_roll_calls.csv.gz").write_bytes(gzip.compress(CALLS.encode()))
    (made / "un_roll_call_issues.csv").write_text(TOPICS, encoding="utf-8")
    return made


def loaded(path: Path, **options: Any) -> kg.KnowledgeGraph:
    graph = kg.KnowledgeGraph()
    graph.load(path, **options)
    return graph


def rows(graph: kg.KnowledgeGraph, select: str) -> list[tuple[Any, ...]]:
    table = graph.query(f"{SPARQL_PREFIXES} {select}")
    return sorted((tuple(row.values()) for row in table), key=str)


# -- in a graph -----------------------------------------------------------------------------


def test_a_vote_is_a_stance_by_deed(folder: Path) -> None:
    """Yes supports, no opposes, an abstention is ambivalent; the day is that of the roll call, if it has one."""
    found = rows(
        loaded(folder),
        """SELECT ?who ?value ?vote ?day ?basis { ?s a st:Stance ; st:value/st:score ?value ;
        st:holder/skos:prefLabel ?who ; st:basis ?b BIND (REPLACE(STR(?b), "^.*/", "") AS ?basis)
        ?p a st:CodedVariable ; rdfs:label "vote" . ?s ?p ?vote
        OPTIONAL { ?s st:startDate ?d BIND (STR(?d) AS ?day) } }""",
    )

    assert found == [
        ("Aland", 0, 2, None, "deed"),
        ("Aland", 1, 1, "1991-10-02", "deed"),
        ("Bergia", -1, 3, "1991-10-02", "deed"),
        ("Bergia", 1, 1, None, "deed"),
        ("Old Bergia", 0, 2, "1991-10-02", "deed"),
    ]


def test_no_vote_breaks_a_shape(folder: Path) -> None:
    """What is read has no violation."""
    assert [f.message for f in kg.check(loaded(folder)) if f.severity == "violation"] == []


def test_na_is_a_country_and_a_blank_code_is_none(folder: Path) -> None:
    """The code NA is a name like any other; countries without a code stay apart."""
    graph = loaded(folder)

    assert graph.find("NA", "actor") == graph.find("Bergia", "actor")
    assert len(rows(graph, "SELECT ?a { ?a a st:State }")) == 3


def test_a_roll_call_is_a_position_under_its_rarest_topic(folder: Path) -> None:
    """A roll call with several topics answers the rarest; all of them stand with the source, as does the session."""
    graph = loaded(folder)

    assert rows(graph, "SELECT ?p ?i { ?x st:onIssue/skos:prefLabel ?i ; skos:prefLabel ?p }") == [
        ("R/46/1, FISHING RIGHTS should be adopted (roll call 1).", "Economic development"),
        ("R/47/9 should be adopted (roll call 2).", "No topic given"),
    ]
    assert rows(
        graph,
        """SELECT ?id ?label ?v { ?p a st:CodedVariable ; rdfs:label ?label . ?s a st:Source ; ?p ?v ;
        dcterms:identifier ?id }""",
    ) == [
        ("assembly-1", "issues", "Economic development; Human rights"),
        ("assembly-1", "roll call", "1"),
        ("assembly-1", "session", 46),
        ("assembly-2", "roll call", "2"),
        ("assembly-2", "session", 47),
    ]
    graph.withdraw("assembly-1")
    assert len(rows(graph, "SELECT ?s { ?s a st:Stance }")) == 2


def test_sessions_can_be_chosen(folder: Path) -> None:
    """An option narrows what is read to some sessions."""
    assert len(votes.table(folder, sessions="47")) == 2
    assert len(votes.table(folder, sessions="40-46,47")) == 5
    with pytest.raises(ReadError, match="there is no vote of the sessions 12"):
        votes.table(folder, sessions="12")
    with pytest.raises(ReadError, match='"x" is no session'):
        votes.table(folder, sessions="x")


def test_loading_twice_adds_nothing(folder: Path) -> None:
    """The folder is read as one thing, in the same way into an empty graph and beside other data."""
    graph, beside = loaded(folder), kg.KnowledgeGraph()
    beside.load_text("<urn:a> <urn:b> <urn:c> .", name="scribble")
    beside.load(folder)

    assert files_in(folder) == [folder]
    assert graph.load(folder) == 0
    assert [line for line in lines(beside) if "urn:a" not in line] == lines(graph)
    assert lines(loaded(folder / "un_votes.csv", name="assembly")) == lines(graph)


# -- in columns ---------------------------------------------------------------------------------


def test_the_table_is_what_the_graph_holds(folder: Path) -> None:
    """Each row of the table is a stance of the graph, with the same IRIs and the same values."""
    table = votes.table(folder)
    graph = loaded(folder)

    assert rows(
        graph,
        """SELECT ?s ?holder ?position ?issue ?value ?source { ?s st:holder ?holder ; st:towards ?position ;
        st:value/st:score ?value ; st:hasEvidence/oa:hasSource ?source . ?position st:onIssue ?issue }""",
    ) == sorted(
        table.select("stance", "holder", "position", "issue", pl.col("value").cast(pl.Int64), "source").rows(),
        key=str,
    )
    assert table.schema == {
        "stance": pl.String,
        "holder": pl.String,
        "position": pl.String,
        "issue": pl.String,
        "value": pl.Float64,
        "vote": pl.Int64,
        "session": pl.Int64,
        "date": pl.Datetime("ms"),
        "source": pl.String,
        "unit": pl.String,
        "code": pl.String,
        "item": pl.String,
        "issues": pl.String,
    }
    assert table.select("unit", "code", "item", "vote", "session", "date").rows()[:2] == [
        ("Aland", "AL", "1", 1, 46, datetime(1991, 10, 2)),
        ("Bergia", "NA", "1", 3, 46, datetime(1991, 10, 2)),
    ]


def test_other_files_are_read_by_naming_their_columns(tmp_path: Path) -> None:
    """A parliament's votes in one file, with other columns and words, are read when they are named."""
    path = tmp_path / "chamber.csv"
    path.write_text(
        "bill;member;how;day\nB-1;Ada Berg;aye;2024-05-01\nB-1;Bo Lund;nay;2024-05-01\nB-1;Cy Dahl;left;2024-05-01\n"
    )
    options = {
        "unit": "member",
        "item": "bill",
        "vote": "how",
        "date": "day",
        "absent": ["left"],
        "kind": "Person",
    }
    table = votes.table(path, **options)

    assert table.select("unit", "item", "vote", "date").rows() == [
        ("Ada Berg", "B-1", 1, datetime(2024, 5, 1)),
        ("Bo Lund", "B-1", 3, datetime(2024, 5, 1)),
    ]
    graph = loaded(path, reader="votes", **options)
    assert len(rows(graph, "SELECT ?a { ?s st:holder ?a . ?a a st:Person }")) == 2


# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "2,Bergia,NA,yes",
            "2,Bergia,NA,perhaps",
            'line 6: "perhaps" is no vote. Say what it means with the option',
        ),
        ("2,Bergia,NA,yes", "1,Bergia,NA,yes", "Bergia has two different votes in roll call 1."),
        ("2,Bergia,NA,yes", "2,,NA,yes", "line 6: the country is blank."),
        ("country,", "nation,", 'there is no column "country" for unit.'),
        (VOTES, "rcid,country,vote\n1,Aland,absent\n", "there is no vote in it."),
        (VOTES, "rcid,country,vote\n1,Aland,yes,more,cells\n", "the CSV is wrong:"),
        (VOTES, " \n", "the file is empty."),
    ],
)
def test_what_is_wrong_in_the_votes_is_named(folder: Path, old: str, new: str, said: str) -> None:
    """Each fault is one sentence with the file and, where there is one, the line."""
    file = folder / "un_votes.csv"
    file.write_text(VOTES.replace(old, new), encoding="utf-8")

    for read in (votes.table, loaded):
        with pytest.raises(ReadError) as caught:
            read(folder)
        assert said in str(caught.value)
        assert str(caught.value).startswith(str(file))


def test_a_repeated_row_counts_once(folder: Path) -> None:
    """The same vote told twice is one vote."""
    (folder / "un_votes.csv").write_text(VOTES + "2,Bergia,NA,yes\n", encoding="utf-8")

    assert len(votes.table(folder)) == 5


def test_a_wrong_date_is_named(folder: Path) -> None:
    """A date in another way of writing is refused, not dropped."""
    (folder / "un_roll_calls.csv.gz").write_bytes(CALLS.replace("1991-10-02", "2 Oct 1991").encode())

    with pytest.raises(ReadError, match='the date "2 Oct 1991" of 1 is not written as 2019-12-12'):
        votes.table(folder)


def test_names_that_are_not_there(folder: Path, tmp_path: Path) -> None:
    """Unknown options, kinds and files are answered."""
    with pytest.raises(NotFound, match=r'The reader "votes" has no option "untis"\. Did you mean "unit"\?'):
        loaded(folder, untis="x")
    with pytest.raises(NotFound, match='No kind of actor "Planet"'):
        loaded(folder, kind="Planet")
    with pytest.raises(NotFound, match="No file"):
        votes.table(folder, items=folder / "calls.csv")
    with pytest.raises(ReadError, match="there is no file of votes in this folder"):
        votes.table(tmp_path)


# -- the General Assembly ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def assembly(shared: Path) -> pl.DataFrame:
    """All votes of the UN General Assembly, as a table."""
    return votes.table(shared / "data" / "unga")


def test_all_votes_of_the_assembly_are_read(assembly: pl.DataFrame) -> None:
    """870,109 votes of 200 countries; Namibia is one of them, and countries without a code are three."""
    assert len(assembly) == 870_109
    assert dict(assembly["vote"].value_counts().iter_rows()) == {1: 693_664, 2: 110_897, 3: 65_548}
    assert assembly["holder"].n_unique() == assembly["unit"].n_unique() == 200
    assert assembly["stance"].n_unique() == len(assembly)
    assert set(assembly.filter(pl.col("code") == "NA")["unit"]) == {"Namibia"}
    assert assembly.filter(pl.col("code") == "")["unit"].n_unique() == 3
    assert assembly["date"].null_count() == 0
    assert assembly["session"].null_count() == 0


def test_agreement_of_two_countries_needs_no_graph(assembly: pl.DataFrame) -> None:
    """The published measure, the mean of 1 − |Δ|/2, is computed from the table alone."""
    some = assembly.filter(pl.col("session") == 40, pl.col("code").is_in(["US", "GB"]))
    wide = some.pivot("code", index="item", values="vote").drop_nulls()
    us, gb = (wide[code].to_numpy().astype(np.float64) for code in ("US", "GB"))

    assert len(wide) > 100
    assert 0.5 < float(np.mean(1 - np.abs(us - gb) / 2)) < 1


def test_a_session_of_the_assembly_goes_into_a_graph(shared: Path) -> None:
    """One session is read into a graph, one source a roll call, with as many stances as the table has rows."""
    graph = loaded(shared / "data" / "unga", sessions="3")
    table = votes.table(shared / "data" / "unga", sessions="3")

    assert len(rows(graph, "SELECT ?s { ?s a st:Stance }")) == len(table) > 1000
    assert len(rows(graph, "SELECT ?s { ?s a st:Source }")) == table["source"].n_unique()
    assert set(graph.store.graphs()) >= {f"{PREFIXES['graph']}unga-{i}" for i in table["item"].unique()}
