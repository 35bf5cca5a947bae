"""The library of named queries: documented, the same on two engines, and useful on the shipped corpus."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import rdflib
from questions.engines import Rows, ask_oxigraph, ask_rdflib, in_rdflib
from rdflib.plugins.sparql import prepareQuery

import kg
from kg.queries import PARAMETER_TYPES, Query

FOLDER = Path(kg.__file__).parent / "sparql" / "queries"
NAMES = sorted(file.stem for file in FOLDER.glob("*.rq"))

# One value for each parameter name, so that every query can be put to the seed article.
VALUES = {
    "actor": "Taliban",
    "day": "2020-04-09",
    "issue": "release of Taliban prisoners",
    "item": "item:000_300082878ff4a385/e-threat",
    "object": "actor:afghan-government",
    "one": "Taliban",
    "other": "Afghan government",
    "position": "pos:release-prisoners",
    "relation": "st:conflictsWith",
    "since": "2020-04-01",
    "subject": "actor:united-states",
    "until": "2020-12-31",
}

# Queries that rightly give nothing on the shipped corpus, with the reason.
EMPTY = {"undetermined-stances": "every stance of the corpus was coded with a direction"}


@cache
def query(name: str) -> Query:
    """A query of the library."""
    return Query.from_file(FOLDER / f"{name}.rq")


@pytest.fixture(scope="module")
def mirror(article: kg.KnowledgeGraph) -> rdflib.Dataset:
    """The article's graph in rdflib."""
    return in_rdflib(article)


def required(name: str) -> dict[str, str]:
    """Values for the parameters that a query cannot do without."""
    return {p.name: VALUES[p.name] for p in query(name).parameters if not p.optional}


def everything(name: str) -> dict[str, str]:
    """Values for all parameters of a query."""
    return {p.name: VALUES[p.name] for p in query(name).parameters}


def bound(name: str, values: dict[str, str], graph: kg.KnowledgeGraph) -> str:
    """The SPARQL of a query with its parameters filled in."""
    return query(name).bind(values, graph.find)


def rows(graph: kg.KnowledgeGraph, name: str, **values: str) -> Rows:
    """The rows of a query, with the short names of the expected answers."""
    return ask_oxigraph(graph, bound(name, values, graph))[1]


def column(graph: kg.KnowledgeGraph, name: str, wanted: str, **values: str) -> list[str]:
    """One column of a query's answer."""
    columns, answer = ask_oxigraph(graph, bound(name, values, graph))
    return [row[columns.index(wanted)] for row in answer]


def test_the_library_is_large_enough() -> None:
    """There are 62 named queries, with names in lower case and hyphens."""
    assert len(NAMES) == 62
    assert [name for name in NAMES if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_query_is_documented(name: str) -> None:
    """A query has a title without a full stop, a description that ends with one, and only known parameters."""
    one = query(name)

    assert one.title
    assert not one.title.endswith(".")
    assert one.description.endswith(".")
    assert len(one.description) > 40
    assert all(p.type in PARAMETER_TYPES for p in one.parameters)


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_declared_and_used(name: str) -> None:
    """Every $name in the text is declared in the header, and every declared one is in the text."""
    text = query(name).text
    declared = re.findall(r"(?m)^# param (\w+):", text)
    body = re.sub(r"(?m)^\s*#.*$", "", text)

    assert sorted(set(re.findall(r"\$(\w+)", body))) == sorted(declared)


@pytest.mark.parametrize("name", NAMES)
def test_a_query_runs_unchanged_in_any_tool(name: str, article: kg.KnowledgeGraph) -> None:
    """The file as it is, with no parameter filled in, is SPARQL to both engines, and declares every prefix it uses."""
    text = query(name).text
    body = re.sub(r'"[^"\n]*"|<[^<>\s]*>|(?m:^\s*#.*$)', "", text)
    declared = set(re.findall(r"PREFIX (\w+):", body))

    prepareQuery(text)
    article.store.inner.query(text)
    assert set(re.findall(r"(?<![\w:?])(\w+):\w", body)) == declared


@pytest.mark.parametrize("name", NAMES)
def test_a_query_reads_the_merged_view(name: str) -> None:
    """No query names graphs, so a triple found in two sources counts once."""
    body = re.sub(r"(?m)^\s*#.*$", "", query(name).text)

    assert re.search(r"\b(GRAPH|FROM|SERVICE)\b", body) is None


@pytest.mark.parametrize("name", NAMES)
def test_two_engines_give_the_same_rows(
    name: str, article: kg.KnowledgeGraph, mirror: rdflib.Dataset
) -> None:
    """Oxigraph and rdflib agree on the article, with only the needed parameters and with all of them."""
    for values in (required(name), everything(name)):
        sparql = bound(name, values, article)

        assert ask_oxigraph(article, sparql)[0] == ask_rdflib(mirror, sparql)[0]
        assert sorted(ask_oxigraph(article, sparql)[1]) == sorted(ask_rdflib(mirror, sparql)[1])


@pytest.mark.parametrize("name", NAMES)
def test_no_row_comes_twice(name: str, corpus: kg.KnowledgeGraph) -> None:
    """An unset parameter means all, not all several times over: no answer repeats a row."""
    for values in (required(name), everything(name)):
        answer = rows(corpus, name, **values)

        assert len(answer) == len(set(answer))


@pytest.mark.parametrize("name", NAMES)
def test_a_query_answers_on_the_corpus(name: str, corpus: kg.KnowledgeGraph) -> None:
    """On the shipped corpus every query gives a row, except those known to have nothing to tell."""
    found = rows(corpus, name, **required(name))

    assert (not found) == (name in EMPTY)


@pytest.mark.parametrize("name", sorted(n for n in NAMES if any(p.optional for p in query(n).parameters)))
def test_a_parameter_only_narrows(name: str, corpus: kg.KnowledgeGraph) -> None:
    """With an optional parameter given, a listing holds fewer rows or the same ones, and none that was not there."""
    grouped = "GROUP BY" in query(name).text
    whole = rows(corpus, name, **required(name))
    for p in query(name).parameters:
        if p.optional:
            part = rows(corpus, name, **required(name), **{p.name: VALUES[p.name]})
            assert len(part) <= len(whole)
            assert grouped or set(part) <= set(whole)


# -- what single queries promise ----------------------------------------------------------


def test_an_issue_counts_with_narrower_ones(article: kg.KnowledgeGraph) -> None:
    """Positions on the release of prisoners include those on its pace, its choice and its verification."""
    found = set(column(article, "positions", "onIssue", issue="release of Taliban prisoners"))

    assert found == {"prisoner-release", "release-pace", "release-selection", "release-verification"}


def test_fulfilment_counts_leaf_events(article: kg.KnowledgeGraph) -> None:
    """Two hundred of 5,000 prisoners are freed: the programme of releases does not count beside its parts."""
    assert ("u-release-5000", "afghan-government", "5000", "person", "200", "2", "0.04") in rows(article, "fulfilment")
    assert ("u-release-1000", "taliban", "1000", "person", "0", "0", "0") in rows(article, "fulfilment")


def test_fulfilment_counts_one_happening_once() -> None:
    """A release that two sources report is one release, and a share of a third is not lost to division."""
    graph = kg.KnowledgeGraph()
    graph.load_text(
        """
        @prefix st: <https://w3id.org/actor-stance/ns#> . @prefix stx: <https://w3id.org/actor-stance/scheme/> .
        @prefix e: <https://w3id.org/actor-stance/id/gazette/> .
        e:u a st:Undertaking ; st:isStipulatedBy e:deal ; st:obligor e:fishers ;
            st:hasQuantity [ st:amount 3 ; st:unit stx:person ] .
        e:one st:fulfils e:u ; st:hasQuantity [ st:amount 1 ; st:unit stx:person ] .
        e:two st:fulfils e:u ; st:hasQuantity [ st:amount 1 ; st:unit stx:person ] ; st:reportsSameEventAs e:one .
        e:dollars st:fulfils e:u ; st:hasQuantity [ st:amount 500 ; st:unit stx:us-dollar ] .
        """
    )

    (only,) = rows(graph, "fulfilment")

    assert only[4:6] == ("1", "1")
    assert float(only[6]) == pytest.approx(1 / 3)


def test_pressure_shows_its_price(article: kg.KnowledgeGraph) -> None:
    """The one pressure of the article: by whom, for whom, on whom, what harm of what size, for what demand."""
    (only,) = rows(article, "pressures")

    assert only[:8] == (
        "trump", "united-states", "afghan-government", "threatens",
        "u-withhold-aid", "1000000000", "us-dollar", "u-release-5000",
    )  # fmt: skip


def test_disputes_tell_whom_and_on_what(article: kg.KnowledgeGraph) -> None:
    """Abdullah challenges Ghani, and contests two facts against those who accept them."""
    found = {row[:5] for row in rows(article, "disputes")}

    assert found == {
        ("abdullah-abdullah", "challenges", "ghani", "", ""),
        ("abdullah-abdullah", "contests", "afghan-election-commission", "result-valid", "election-2019"),
        ("abdullah-abdullah", "contests", "ghani", "ghani-is-president", "presidency"),
    }


@pytest.mark.parametrize(
    ("subject", "relation", "object_", "items"),
    [
        ("united-states", "st:threatens", "afghan-government", {"e-threat"}),
        ("united-states", "st:conflictsWith", "afghan-government", {"e-threat"}),
        ("taliban", "st:negotiatesWith", "afghan-government", {"e-talks"}),
        ("afghan-government", "st:negotiatesWith", "taliban", {"e-talks"}),
        ("taliban", "st:negotiatesWith", "united-states", {"r-us-taliban-negotiated"}),
        ("united-states", "st:hasAgreementWith", "taliban", {"deal"}),
        ("taliban", "st:cooperatesWith", "united-states", {"deal", "r-us-taliban-negotiated"}),
        ("abdullah-abdullah", "st:disputes", "ghani", {"r-abdullah-challenges-ghani"}),
        ("abdullah-abdullah", "st:claimsToLead", "afghan-government", {"tenure-abdullah"}),
        ("ghani", "st:leads", "afghan-government", {"tenure-ghani"}),
        ("afghan-government", "st:walksOutOn", "taliban", set()),
    ],
)
def test_evidence_is_found_for_an_edge(
    article: kg.KnowledgeGraph, subject: str, relation: str, object_: str, items: set[str]
) -> None:
    """An edge leads to its records, by its own property or a broader one; a symmetric edge from either end."""
    values = {"subject": f"actor:{subject}", "object": f"actor:{object_}", "relation": relation}

    assert set(column(article, "evidence", "item", **values)) == items


@pytest.mark.parametrize(
    ("holder", "relation", "position", "items"),
    [
        ("taliban", "st:opposes", "release-in-small-lots", {"s-taliban-small-lots"}),
        ("taliban", "st:supports", "release-in-small-lots", set()),
        ("abdullah-abdullah", "st:contests", "result-valid", {"s-abdullah-result"}),
        ("abdullah-abdullah", "st:hasStanceOn", "result-valid", {"s-abdullah-result"}),
    ],
)
def test_evidence_is_found_for_a_stance(
    article: kg.KnowledgeGraph, holder: str, relation: str, position: str, items: set[str]
) -> None:
    """An edge to a position leads to the stances of its sign."""
    values = {"subject": f"actor:{holder}", "object": f"pos:{position}", "relation": relation}

    assert set(column(article, "evidence", "item", **values)) == items


@pytest.mark.parametrize(("day", "value"), [("2020-04-01", "opposes"), ("2020-04-09", "supports")])
def test_a_stance_holds_until_superseded(article: kg.KnowledgeGraph, day: str, value: str) -> None:
    """The Afghan government was against the release before 8 April 2020, and for it after."""
    values = {"actor": "Afghan government", "day": day, "position": "pos:release-prisoners"}

    assert column(article, "stance-on-day", "value", **values) == [value]


def test_matrix_and_profile_agree(article: kg.KnowledgeGraph) -> None:
    """The row of the Taliban in the matrix is what the Taliban's own query tells."""
    matrix = {
        (other if one == "taliban" else one): (agree, disagree)
        for one, other, agree, disagree in rows(article, "agreement-matrix")
        if "taliban" in (one, other)
    }

    assert matrix == {"united-states": ("2", "0"), "afghan-government": ("1", "3")}
    assert {row[0]: row[1:] for row in rows(article, "agrees-with", actor="Taliban")} == matrix


def test_a_timeline_is_in_order_and_bounded(article: kg.KnowledgeGraph) -> None:
    """A timeline runs forward, and keeps to its period."""
    dates = column(article, "timeline", "date")

    assert dates == sorted(dates)
    assert dates[0] == "2019-01-01"
    assert set(column(article, "timeline", "date", since="2020-04-01", until="2020-04-08")) == {"2020-04-08"}


def test_ties_leave_out_what_is_hedged_and_reflexive(article: kg.KnowledgeGraph) -> None:
    """Every record behind a direct tie is found once for each of its ends, and no other."""
    records = rows(article, "ties")

    assert len(records) == 28
    assert ("united-states", "threatens", "afghan-government", "e-threat") in {row[:4] for row in records}
    assert ("trump", "threatens", "afghan-government", "e-threat") in {row[:4] for row in records}
    assert {row[6] for row in records if row[3] == "e-threat"} == {"Threat"}
    assert [row for row in records if row[1] == "hasAgreementWith"] == [
        ("taliban", "hasAgreementWith", "united-states", "deal", "", "source/000_300082878ff4a385", "Agreement")
    ]


def test_two_voices_are_one_stance() -> None:
    """A stance voiced by two people is one row, so it does not count twice; superseded and narrator are marked."""
    graph = kg.KnowledgeGraph()
    graph.load_text(
        """
        @prefix st: <https://w3id.org/actor-stance/ns#> . @prefix stx: <https://w3id.org/actor-stance/scheme/> .
        @prefix oa: <http://www.w3.org/ns/oa#> . @prefix e: <https://w3id.org/actor-stance/id/gazette/> .
        e:paper a st:Narrator . e:ev oa:hasSource e:src . e:ev2 oa:hasSource e:src . e:ev3 oa:hasSource e:other .
        e:old a st:Stance ; st:holder e:a ; st:towards e:p ; st:value stx:opposes ; st:hasEvidence e:ev , e:ev2 .
        e:new a st:Stance ; st:holder e:a ; st:towards e:p ; st:value stx:undetermined ; st:voicedBy e:y , e:x ;
            st:supersedes e:old ; st:hasEvidence e:ev , e:ev3 .
        e:told a st:Stance ; st:holder e:paper ; st:towards e:p ; st:value stx:supports ; st:hasEvidence e:ev .
        """
    )
    columns, found = ask_oxigraph(graph, query("stances").text)
    cells = {
        (row[0].rsplit("/")[-1], row[columns.index("source")].rsplit("/")[-1]): dict(zip(columns, row, strict=True))
        for row in found
    }

    assert len(found) == len(cells) == 4
    assert cells["new", "src"]["speaker"].endswith("/x")
    assert cells["new", "other"]["value"] == ""
    assert cells["old", "src"]["value"] == "-1"
    assert [cells[k]["superseded"] for k in (("old", "src"), ("new", "src"))] == ["true", "false"]
    assert [cells[k]["narrator"] for k in (("told", "src"), ("new", "src"))] == ["true", "false"]


def test_details_name_the_one_who_spoke(article: kg.KnowledgeGraph) -> None:
    """Behind a stance stand the words of the one who spoke, and the one spoken for; nobody speaks in narration."""
    columns, found = ask_oxigraph(article, query("statements-details").text)
    told = [dict(zip(columns, row, strict=True)) for row in found]

    by_item = {(t["item"], t["paraphrase"]): t for t in told}
    peace = by_item["s-gov-peace", "The peace process has to be moved ahead."]
    early = next(t for t in told if t["item"] == "s-gov-release-before")
    assert (peace["speaker"], peace["onBehalfOf"], peace["mode"]) == (
        "javid-faisal", "afghan-government", "direct-speech",
    )  # fmt: skip
    assert peace["quote"] == "We need to push the peace process forward."
    assert (early["speaker"], early["onBehalfOf"], early["value"]) == ("", "afghan-government", "-1")
    pairs = "SELECT DISTINCT ?i ?e WHERE { ?i <https://w3id.org/actor-stance/ns#hasEvidence> ?e }"
    assert len(found) == len(ask_oxigraph(article, pairs)[1])
