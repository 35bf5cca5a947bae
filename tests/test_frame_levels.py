"""Levels: stances counted under larger actors and broader issues, each once."""

from __future__ import annotations

from collections import Counter

import pytest
from frame_cases import graph, stance
from hypothesis import given, settings
from hypothesis import strategies as st
from support import ITEM, TURTLE

import kg
from kg.errors import KGError, NotFound
from kg.frames import frame
from kg.frames.levels import LEVELS, rolled_issues
from kg.terms import compact

TIES = """
actor:office st:isBodyOf actor:town . actor:ann st:affiliatedWith actor:office .
actor:town st:affiliatedWith actor:league . actor:guild st:affiliatedWith actor:league .
"""


def tenure(
    name: str, person: str, body: str, start: str = "", end: str = "", *, more: str = "st:tenureStatus stx:held"
) -> str:
    """A tenure as Turtle."""
    given = {"startDate": start, "endDate": end}
    kinds = {4: "gYear", 10: "date"}
    dates = "".join(f'st:{p} "{day}"^^xsd:{kinds[len(day)]} ;' for p, day in given.items() if day)
    return (
        f"<{ITEM}paper/{name}> a st:Tenure ; st:incumbent actor:{person} ; st:inOrganization actor:{body} ; {dates} "
        f"st:role stx:head ; st:certainty stx:stated ; {more} .\n"
    )


def holders(g: kg.KnowledgeGraph, level: str) -> dict[str, str]:
    """Last part of a stance → CURIE of its holder at a level."""
    data = frame(g, level=level).data
    return {s.rsplit("/", 1)[1]: compact(h).split(":")[1] for s, h in data.select("stance", "holder").iter_rows()}


# -- actors ----------------------------------------------------------------------------


def test_a_person_counts_as_the_organization_and_this_as_its_party() -> None:
    """A person is rolled up to the office, the office to the government whose body it is, and no further than asked."""
    g = graph(TIES + stance("a", "ann") + stance("o", "office") + stance("b", "bob") + stance("l", "league"))

    assert holders(g, "holder") == {"a": "ann", "o": "office", "b": "bob", "l": "league"}
    assert holders(g, "organization") == {"a": "office", "o": "office", "b": "bob", "l": "league"}
    assert holders(g, "party") == {"a": "town", "o": "town", "b": "bob", "l": "league"}
    assert holders(g, "coalition") == {"a": "league", "o": "league", "b": "bob", "l": "league"}
    assert holders(g, "state") == {"a": "ann", "o": "office", "b": "bob", "l": "league"}


def test_the_state_is_found_at_any_distance() -> None:
    """A state above a government above an office is the state of all three, and the largest party."""
    g = graph(TIES + "actor:town st:isBodyOf actor:land ." + stance("a", "ann") + stance("t", "town"))

    assert holders(g, "state") == {"a": "land", "t": "land"}
    assert holders(g, "party") == {"a": "land", "t": "land"}


def test_an_actor_belongs_where_it_did_at_the_date() -> None:
    """Who changes sides counts with the office on one day and with the guild on the next; a year has all its days."""
    moves = tenure("t1", "ann", "office", "2020-01-01", "2020-06-30")
    moves += tenure("t2", "ann", "guild", "2020-07-01", "2021")
    days = ["2019-12-31", "2020-01-01", "2020-03-05", "2020-06-30", "2020-07-01", "2021-12-31", "2022-01-01"]
    g = graph(moves + "".join(stance(day, "ann", day=day) for day in days))

    assert list(holders(g, "organization").values()) == ["ann", "office", "office", "office", "guild", "guild", "ann"]
    kg.infer(g)
    assert list(holders(g, "organization").values()) == ["ann", "office", "office", "office", "guild", "guild", "ann"]


def test_an_undated_stance_takes_the_latest_place() -> None:
    """Of several places a stance without date counts under that which was taken last."""
    moves = tenure("t1", "ann", "office", "2020-01-01", "2020-06-30")
    moves += tenure("t2", "ann", "guild", "2020-07-01", "2020-12-31")
    g = graph(moves + stance("a", "ann"))

    assert holders(g, "organization") == {"a": "guild"}


def test_of_several_places_at_a_time_one_counts() -> None:
    """A dated place goes before an undated one, a later before an earlier, leading before being counted to."""
    both = "actor:ann st:affiliatedWith actor:guild ; st:leads actor:office . actor:bob st:affiliatedWith actor:guild ."
    dated = tenure("t", "bob", "town", "2020-01-01")
    g = graph(both + dated + stance("a", "ann", day="2020-02-02") + stance("b", "bob", day="2020-02-02"))

    assert holders(g, "organization") == {"a": "office", "b": "town"}


def test_what_is_claimed_or_hedged_is_no_place() -> None:
    """A claimed office and a tie that its source hedges roll nothing up."""
    claimed = tenure("t", "ann", "office", more="st:tenureStatus stx:claimed")
    hedged = (
        f"<{ITEM}paper/r> a st:Relation ; st:relationSubject actor:bob ; st:relationType st:affiliatedWith ; "
        "st:relationObject actor:guild ; st:certainty stx:hedged .\n"
    )
    g = graph(claimed + hedged + stance("a", "ann") + stance("b", "bob"))

    assert holders(g, "party") == {"a": "ann", "b": "bob"}


def test_a_circle_of_actors_ends() -> None:
    """Bodies of each other do not send the search round for ever."""
    g = graph("actor:office st:isBodyOf actor:town . actor:town st:isBodyOf actor:office ." + stance("a", "office"))

    for level in LEVELS:
        assert holders(g, level)["a"] in {"office", "town"}


def test_whoever_speaks_or_acts_for_another() -> None:
    """At these levels the stance is that of who voiced it, or of whom its event was done for, where that is known."""
    said = stance("a", "town", more="st:voicedBy actor:ann ;") + stance("b", "bob")
    visit = f"<{ITEM}paper/visit> a st:Event ; st:expresses <{ITEM}paper/b> ; st:onBehalfOf actor:office .\n"
    g = graph(TIES + said + visit)

    assert holders(g, "speaker") == {"a": "ann", "b": "bob"}
    assert holders(g, "onBehalfOf") == {"a": "town", "b": "office"}
    assert holders(g, "party") == {"a": "town", "b": "town"}
    assert frame(g, level="party").data["heldBy"].to_list() == frame(g).data["holder"].to_list()


def test_the_frame_says_what_was_rolled_up(article: kg.KnowledgeGraph) -> None:
    """Level and number of stances are in ``made_from``; in the article the president's stances are the government's.

    Whoever only claims the office stays himself there.
    """
    found = frame(article, level="party")
    moved = found.data.filter(found.data["holder"] != found.data["heldBy"])

    assert {(compact(a), compact(b)) for a, b in moved.select("heldBy", "holder").iter_rows()} == {
        ("actor:ghani", "actor:afghan-government")
    }
    assert found.made_from["level"] == f"party, for {moved.height} stances another than the holder"


def test_an_unknown_level_is_refused(article: kg.KnowledgeGraph) -> None:
    """A level that is none is named, with the nearest one."""
    with pytest.raises(NotFound, match=r'No level "organisation"\. Did you mean "organization"\?'):
        frame(article, level="organisation")


people = ("ann", "bob", "cem")
bodies = ("office", "town", "land", "league", "guild")
bonds = st.lists(
    st.tuples(
        st.sampled_from([*people, *bodies]), st.sampled_from(bodies),
        st.sampled_from(["", "2020-01-01", "2020-05-01"]), st.sampled_from(["", "2020-04-30", "2020-08-31"]),
    ),
    max_size=8,
)
takes = st.lists(
    st.tuples(
        st.sampled_from([*people, *bodies]),
        st.sampled_from(["", "2019-12-31", "2020-04-30", "2020-05-01", "2021-01-01"]),
    ),
    min_size=1, max_size=8,
)


@settings(max_examples=12, deadline=None)
@given(bonds, takes)
def test_every_stance_is_counted_once_at_every_level(ties: list[tuple[str, ...]], said: list[tuple[str, str]]) -> None:
    """Whoever belongs to whom when: rolling up neither loses a stance nor doubles one."""
    related = "".join(
        f"<{ITEM}paper/r{n}> a st:Relation ; st:relationSubject actor:{a} ; st:relationType st:affiliatedWith ; "
        + (f'st:startDate "{start}"^^xsd:date ; ' if start else "")
        + (f'st:endDate "{end}"^^xsd:date ; ' if end else "")
        + f"st:relationObject actor:{b} ; st:certainty stx:stated .\n"
        for n, (a, b, start, end) in enumerate(ties) if a != b
    )
    g = graph(related + "".join(stance(f"s{n}", holder, day=day) for n, (holder, day) in enumerate(said)))
    for level in LEVELS:
        data = frame(g, level=level).data
        assert Counter(data["stance"]) == Counter(frame(g).data["stance"])
        assert data["heldBy"].to_list() == frame(g).data["holder"].to_list()


# -- issues ----------------------------------------------------------------------------


def issues(g: kg.KnowledgeGraph, to: object) -> list[str]:
    """Labels of the issues of all rows, in the order of the stances' names."""
    data = frame(g, issue_level=to).data.sort("stance")  # type: ignore[arg-type]
    return [g.names.label(issue) for issue in data["issue"]]


def test_issues_are_rolled_up_to_a_depth_or_to_names() -> None:
    """A narrower issue counts under the one at the depth asked for, or under the nearest of those named."""
    g = graph(stance("1", position="close") + stance("2", position="dig") + stance("3", position="pave"))

    assert issues(g, None) == ["crane", "quay", "road"]
    assert issues(g, 1) == ["port", "port", "road"]
    assert issues(g, 2) == ["quay", "quay", "road"]
    assert issues(g, 9) == ["crane", "quay", "road"]
    assert issues(g, "port") == ["port", "port", "road"]
    assert issues(g, ["port", "quay"]) == ["quay", "quay", "road"]
    assert frame(g, issue_level=1).data["onIssue"].to_list() == frame(g).data["issue"].to_list()
    assert frame(g, issue_level=["port"]).made_from["issues"] == "under port"


def test_a_stance_counts_once_under_an_issue_and_once_under_each_of_two() -> None:
    """Two narrower issues of a position are one broader issue; two broad ones are two rows, and an entry for each."""
    g = graph("pos:close st:onIssue issue:quay , issue:road ." + stance("1", position="close"))

    assert issues(g, None) == ["crane", "quay", "road"]
    assert sorted(issues(g, 1)) == ["port", "road"]
    found = frame(g, issue_level=1)
    assert len(found.entries(columns="issue")) == 2
    assert len(found.entries(columns="position")) == 1


def test_a_depth_or_an_issue_that_is_none_is_refused(article: kg.KnowledgeGraph) -> None:
    """There is no depth 0, and no issue of a name that nobody gave."""
    with pytest.raises(KGError, match="The broadest have 1"):
        frame(article, issue_level=0)
    with pytest.raises(NotFound, match="Did you mean"):
        frame(article, issue_level=["prisoner relase"])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 11), min_size=11, max_size=11), st.integers(1, 5), st.sets(st.integers(0, 11), max_size=4)
)
def test_in_a_tree_every_issue_counts_under_one(parents: list[int], depth: int, named: set[int]) -> None:
    """In any tree, at any depth and under any names, each issue has exactly one place, and that place is its own."""
    above = {f"i{n + 1}": [f"i{parent % (n + 1)}"] for n, parent in enumerate(parents)}
    everything = [f"i{n}" for n in range(12)]
    for to in (depth, [f"i{n}" for n in named]):
        found = rolled_issues(above, everything, to)
        assert {len(places) for places in found.values()} == {1}
        assert all(rolled_issues(above, places, to) == {places[0]: places} for places in found.values())


def test_a_circle_of_issues_ends() -> None:
    """Issues that are broader than each other stay what they are, or count under one that is named."""
    above = {"a": ["b"], "b": ["a"], "c": ["a"]}

    assert rolled_issues(above, "abc", 1) == {"a": ["a"], "b": ["b"], "c": ["c"]}
    assert rolled_issues(above, "abc", ["b"]) == {"a": ["b"], "b": ["b"], "c": ["b"]}


@settings(max_examples=8, deadline=None)
@given(st.permutations(range(4)))
def test_the_order_of_loading_does_not_matter(order: list[int]) -> None:
    """The frame, its entries and their order are the same however the sources were loaded."""
    day = "2020-01-01"
    texts = [
        stance(f"s{n}", ("ann", "bob")[n % 2], ("close", "dig")[n // 2], source=f"p{n}", day=day, at=(n, n + 5))
        for n in range(4)
    ]

    def loaded(numbers: list[int]) -> kg.frames.Frame:
        g = graph()
        for n in numbers:
            g.load_text(TURTLE + texts[n], "ttl", name=f"p{n}")
        return frame(g)

    one, other = loaded(list(range(4))), loaded(order)
    assert one.data.equals(other.data)
    assert one.coded().row_labels == other.coded().row_labels
    assert one.coded().rows.tolist() == other.coded().rows.tolist()
