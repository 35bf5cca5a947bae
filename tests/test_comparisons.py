"""Comparisons: the numbers, worked out by hand on the article, and what they may be compared on."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from support import SEED

import kg
from kg.comparisons import DEFINITION, MEASURES, Comparison
from kg.errors import KGError, NotFound
from kg.terms import compact

# Values by hand from the article, on the positions that two actors share:
#   release-prisoners: Taliban +1, government +1, U.S. +2;  implement-deal: Taliban +1, U.S. +1
#   small-lots: Taliban -2, government +1;  free-commanders: Taliban +1, government -1
#   continue-talks: Taliban -2, government +1
#   result-valid: Abdullah -2, commission +1;  ghani-is-president: Abdullah -2, Ghani +1
# agreement = 1 - sum |a - b| / (2 n):
#   Taliban - government: 1 - (0 + 3 + 2 + 3) / 8 = 0        Taliban - U.S.: 1 - (0 + 1) / 4 = 0.75
#   government - U.S.: 1 - 1 / 2 = 0.5                       Abdullah - commission, Abdullah - Ghani: 1 - 3 / 2 = -0.5
PAIRS = {
    # (a, b): shared, congruent, conflicting, rival, agreement
    ("Taliban", "Afghan government"): (4, 1, 3, 1, 0.0),
    ("Taliban", "United States"): (2, 2, 0, 0, 0.75),
    ("Afghan government", "United States"): (1, 1, 0, 0, 0.5),
    ("Abdullah Abdullah", "Independent Election Commission"): (1, 0, 1, 1, -0.5),
    ("Abdullah Abdullah", "Ashraf Ghani"): (1, 0, 1, 1, -0.5),
    ("Taliban", "Ashraf Ghani"): (0, 0, 0, 0, None),
}


@pytest.fixture(scope="module")
def everyone(article: kg.KnowledgeGraph) -> Comparison:
    """All actors of the article, pair by pair."""
    return kg.compare(article)


def local(positions: tuple[str, ...]) -> set[str]:
    """Last parts of IRIs."""
    return {p.rsplit("/", 1)[1] for p in positions}


# -- numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("names", PAIRS, ids=" and ".join)
def test_the_numbers_are_those_worked_out_by_hand(everyone: Comparison, names: tuple[str, str]) -> None:
    """Shared, congruent, conflicting and rival positions and the agreement are those counted by hand."""
    shared, congruent, conflicting, rival, agreement = PAIRS[names]
    pair = everyone.pair(*names)

    assert (len(pair.shared), len(pair.congruent), len(pair.conflicting), len(pair.rival)) == (
        shared, congruent, conflicting, rival,
    )
    assert pair.agreement == agreement
    assert pair.measure("net") == congruent - conflicting - rival


@pytest.mark.parametrize("names", PAIRS, ids=" and ".join)
def test_a_pair_alone_is_the_pair_among_all(
    article: kg.KnowledgeGraph, everyone: Comparison, names: tuple[str, str]
) -> None:
    """Comparing two actors gives the same numbers as comparing all."""
    alone, among = kg.compare(article, *names).pair(), everyone.pair(*names)

    assert all(alone.measure(m) == among.measure(m) for m in MEASURES)


def test_agreement_and_disagreement_are_those_of_the_question(everyone: Comparison) -> None:
    """Who agrees and disagrees on what is the answer to the question "on which positions do which two agree?"."""
    found = set()
    for pair in everyone.pairs.values():
        for how, positions in (("agree", pair.congruent), ("disagree", pair.conflicting)):
            a, b = sorted(x.rsplit("/", 1)[1] for x in (pair.a, pair.b))
            found |= {(a, b, p, how) for p in local(positions)}

    assert found == {
        ("abdullah-abdullah", "afghan-election-commission", "result-valid", "disagree"),
        ("abdullah-abdullah", "ghani", "ghani-is-president", "disagree"),
        ("afghan-government", "taliban", "continue-talks", "disagree"),
        ("afghan-government", "taliban", "free-commanders", "disagree"),
        ("afghan-government", "taliban", "release-in-small-lots", "disagree"),
        ("afghan-government", "taliban", "release-prisoners", "agree"),
        ("afghan-government", "united-states", "release-prisoners", "agree"),
        ("taliban", "united-states", "implement-deal", "agree"),
        ("taliban", "united-states", "release-prisoners", "agree"),
    }


def test_rival_positions_are_those_that_cannot_both_be_had(everyone: Comparison) -> None:
    """An actor rivals another when each supports one of two incompatible positions."""
    rivals = {
        frozenset((compact(pair.a), compact(pair.b))): [tuple(local((p,)) | local((q,))) for p, q in pair.rival]
        for pair in everyone.pairs.values() if pair.rival
    }

    assert {k: [set(v) for v in vs] for k, vs in rivals.items()} == {
        frozenset(("actor:taliban", "actor:afghan-government")): [
            {"select-by-taliban-list", "select-by-government-criteria"}],
        frozenset(("actor:abdullah-abdullah", "actor:ghani")): [{"abdullah-is-president", "ghani-is-president"}],
        frozenset(("actor:abdullah-abdullah", "actor:afghan-election-commission")): [
            {"election-fraudulent", "result-valid"}],
    }


@pytest.mark.parametrize(("mine", "theirs", "expected"), [
    (2, 2, 1.0), (2, -2, -1.0), (1, -1, 0.0), (2, 1, 0.5), (0, 0, 1.0), (0, 2, 0.0), (-1, -2, 0.5),
])
def test_agreement_runs_from_opposite_ends_to_the_same_value(
    tmp_path: Path, mine: int, theirs: int, expected: float
) -> None:
    """Agreement is 1 for the same value and −1 for opposite ends, in between by distance."""
    rows = [f"{who},It should be closed.,harbour,{v},x" for who, v in (("A", mine), ("B", theirs))]
    (tmp_path / "p.csv").write_text("\n".join(["actor,position,issue,value,summary", *rows]), encoding="utf-8")
    pair = kg.compare(kg.KnowledgeGraph(tmp_path / "p.csv"), "A", "B").pair()

    assert pair.agreement == expected


def test_a_mean_of_zero_is_compared_as_zero(tmp_path: Path) -> None:
    """Stances that cancel out are a value of 0 on a shared position, not a missing one: the two are apart."""
    rows = [f"{who},It should be closed.,harbour,{v},x" for who, v in (("A", 1), ("A", -1), ("B", 2))]
    (tmp_path / "p.csv").write_text("\n".join(["actor,position,issue,value,summary", *rows]), encoding="utf-8")
    result = kg.compare(kg.KnowledgeGraph(tmp_path / "p.csv"), "A", "B")
    (shown,) = result.table()

    assert (len(result.pair().shared), result.pair().agreement) == (1, 0.0)
    assert (result.pair().congruent, result.pair().conflicting) == ((), ())
    assert (shown["how"], shown["A"]) == ("apart", "0 (-1 … +1)")


def test_an_undetermined_stance_is_not_compared(tmp_path: Path) -> None:
    """A stance without direction is no shared position: its agreement is not known, which is not zero."""
    rows = [f"{who},It should be closed.,harbour,{v},x" for who, v in (("A", "undetermined"), ("B", 2))]
    (tmp_path / "p.csv").write_text("\n".join(["actor,position,issue,value,summary", *rows]), encoding="utf-8")
    result = kg.compare(kg.KnowledgeGraph(tmp_path / "p.csv"), "A", "B")
    (shown,) = result.table()

    assert (result.pair().shared, result.pair().agreement) == ((), None)
    assert (shown["how"], shown["A"], shown["B"]) == ("undetermined", "undetermined", "+2")
    assert "their agreement is not known" in result.summary()


# -- algebra ---------------------------------------------------------------------------------


def test_comparing_is_symmetric(article: kg.KnowledgeGraph) -> None:
    """Swapping the actors changes no number."""
    for a, b in (("Taliban", "Afghan government"), ("Abdullah", "Ghani"), ("US", "Taliban")):
        one, other = kg.compare(article, a, b).pair(), kg.compare(article, b, a).pair()
        assert [one.measure(m) for m in MEASURES] == [other.measure(m) for m in MEASURES]
        assert {frozenset(r) for r in one.rival} == {frozenset(r) for r in other.rival}


@pytest.mark.parametrize("which", ["article", "corpus"])
def test_shared_positions_are_congruent_conflicting_or_apart(which: str, request: pytest.FixtureRequest) -> None:
    """Each shared position is congruent, conflicting, or apart because one of the two stands at 0; none is two."""
    result = kg.compare(request.getfixturevalue(which))

    for pair in result.pairs.values():
        apart = [p for p in pair.shared if 0 in (result.profiles[pair.a, p].sign, result.profiles[pair.b, p].sign)]
        assert len(pair.congruent) + len(pair.conflicting) + len(apart) == len(pair.shared)
        assert not set(pair.congruent) & set(pair.conflicting)
        assert pair.agreement is None or -1 <= pair.agreement <= 1
        assert (pair.agreement is None) == (not pair.shared)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_matrix_is_symmetric_with_an_empty_diagonal(corpus: kg.KnowledgeGraph, measure: str) -> None:
    """A matrix has the same number both ways, and nothing where an actor meets itself or nothing is shared."""
    result = kg.compare(corpus)
    found = result.matrix(measure)

    assert len(found.rows) == len(result.actors) > 10
    assert all(found.cell(a, b).value == found.cell(b, a).value for a, b in permutations(found.rows, 2))
    assert all(found.cell(a, a).value is None for a in found.rows)
    assert any(found.cell(a, b).value is not None for a, b in permutations(found.rows, 2))


def test_a_matrix_holds_the_numbers_of_the_pairs(everyone: Comparison) -> None:
    """The cell of two actors is the measure of their pair."""
    matrix = everyone.matrix("conflict")

    assert matrix.cell("Taliban", "Afghan government").value == 4
    assert matrix.cell("Afghan government", "United States").value == 0
    assert matrix.cell("Taliban", "Ashraf Ghani").value is None
    assert everyone.matrix("agreement").made_from["measure"] == "agreement"


# -- selections ------------------------------------------------------------------------------


def test_an_issue_narrows_the_comparison(article: kg.KnowledgeGraph) -> None:
    """Within the prisoner release the two share three positions, and the talks are left out."""
    pair = kg.compare(article.where(issues="prisoner release"), "Taliban", "Afghan government").pair()

    assert local(pair.shared) == {"release-prisoners", "release-in-small-lots", "free-commanders"}
    assert pair.agreement == pytest.approx(1 - 5 / 6)
    assert len(pair.rival) == 1


def test_before_the_change_the_two_disagreed_on_the_release(article: kg.KnowledgeGraph) -> None:
    """A comparison in a period takes the stances of that period: before 8 April 2020 the government is against."""
    before = kg.compare(article.where(until="2020-04-07"), "Taliban", "Afghan government")
    after = kg.compare(article.where(since="2020-04-08"), "Taliban", "Afghan government")

    for result, expected in ((before, "-1"), (after, "+1")):
        shown = {r["position"]: r["Afghan government"] for r in result.table()}
        assert shown["The Afghan government should free Taliban prisoners."] == expected


def test_narrators_are_compared_only_when_named(article: kg.KnowledgeGraph, everyone: Comparison) -> None:
    """The voice of the source is left out of all pairs; named, it can be compared."""
    narrator = f"actor:narrator-{SEED}"

    assert not [a for a in everyone.actors if "narrator" in a]
    assert local(kg.compare(article, narrator, "Abdullah").pair().conflicting) == {"result-valid"}


# -- what is shown -----------------------------------------------------------------------------


def test_the_table_of_two_has_a_row_a_position(article: kg.KnowledgeGraph) -> None:
    """For two actors there is a row a position, those in dispute first, each with values, n, dates, sources, quotes."""
    table = kg.compare(article, "Taliban", "Afghan government").table()
    rows = {r["position"]: r for r in table}
    release = rows["The Afghan government should free Taliban prisoners."]
    lots = rows["The prisoners should be freed slowly and in small lots."]

    assert [r["how"] for r in table] == ["disagree"] * 3 + ["rival"] * 2 + ["agree"] + ["only one"] * 4
    assert (lots["Taliban"], lots["Afghan government"], lots["issue"]) == ("-2", "+1", "pace of the prisoner release")
    assert "“This is not part of our process and it is unacceptable to us.”" in lots["Taliban: quotes"]
    assert (release["Afghan government: n"], release["Afghan government: sources"]) == (1, 1)
    assert release["Afghan government: dates"] == "2020-04-08"


def test_a_rival_position_names_the_other(article: kg.KnowledgeGraph) -> None:
    """A row on a rival position names the position that it cannot be had with."""
    rows = {r["position"]: r["against"] for r in kg.compare(article, "Taliban", "Afghan government").table()}

    assert rows["Those freed should be chosen from the Taliban's list."] == (
        "Those freed should be chosen by health, age and remaining sentence."
    )
    assert not rows["The Afghan government should free Taliban prisoners."]


def test_the_table_of_all_has_a_row_a_pair(everyone: Comparison) -> None:
    """For all actors there is a row for each pair with something to compare, most shared first."""
    rows = list(everyone.table())

    assert (rows[0]["a"], rows[0]["b"], rows[0]["shared"]) == ("Afghan government", "Taliban", 4)
    assert len(rows) == 5
    assert len(everyone.pairs) == 15
    assert {(r["a"], r["b"]): r["agreement"] for r in rows}["Abdullah Abdullah", "Ashraf Ghani"] == -0.5


def test_the_summary_says_the_numbers_and_what_they_mean(article: kg.KnowledgeGraph) -> None:
    """One sentence tells shared, congruent, conflicting and rival positions, and the agreement with its definition."""
    said = kg.compare(article, "Taliban", "Afghan government").summary()

    assert said.startswith("Taliban and Afghan government: 4 shared positions, congruent on 1, in conflict on 3")
    assert "incompatible" in said
    assert f"agreement +0.00 ({DEFINITION})" in said


def test_evidence_leads_back_to_the_source(article: kg.KnowledgeGraph) -> None:
    """Every shared position has its evidence: who said it, in which words, in which source."""
    result = kg.compare(article, "Taliban", "Afghan government")
    rows = list(result.evidence())
    quoted = {r["quote"]: r["speaker"] for r in rows if r["quote"]}

    assert {r["holder"] for r in rows} == {"Taliban", "Afghan government"}
    assert quoted["They should be released based on our list"] == "Suhail Shaheen"
    assert all(r["paraphrase"] and r["source"] and r["reliability"] == "C" for r in rows)
    assert {r["stance"] for r in rows} == {
        s for p in (*result.pair().shared, *(x for both in result.pair().rival for x in both))
        for x in (result.pair().a, result.pair().b) if (x, p) in result.profiles for s in result.profiles[x, p].stances
    }


def test_a_comparison_says_what_it_was_made_from(article: kg.KnowledgeGraph) -> None:
    """The result, and every table it gives, names graph, selection, number of stances and the call."""
    result = kg.compare(article.where(since="2020"), "Taliban", "US")

    assert result.made_from["selection"] == "since 2020"
    assert result.made_from["call"] == "compare(Taliban, US)"
    assert result.table().made_from == result.made_from
    assert "selection: since 2020" in repr(result)
    assert "call: compare(Taliban, US)" in result.table().to_markdown()


def test_the_text_shows_a_block_a_position(article: kg.KnowledgeGraph) -> None:
    """In a terminal each position is a block with both sides; what is not known is said."""
    text = kg.compare(article, "Taliban", "Afghan government").to_text(width=80)

    assert text.startswith("DISAGREE  ")
    assert "not known" in text
    assert max(len(line) for line in text.splitlines() if "“" in line) <= 80


# -- what is refused ---------------------------------------------------------------------------


def test_an_unknown_actor_is_answered_with_the_nearest(article: kg.KnowledgeGraph) -> None:
    """An actor that is not in the graph is refused with the nearest name."""
    with pytest.raises(NotFound, match=r'No actor "Afgan goverment"\. Did you mean "Afghan government"\?'):
        kg.compare(article, "Taliban", "Afgan goverment")


@pytest.mark.parametrize("actors", [("Taliban",), ("Taliban", "actor:taliban"), ("Taliban", "گروه طالبان")])
def test_one_actor_is_no_comparison(article: kg.KnowledgeGraph, actors: tuple[str, ...]) -> None:
    """A comparison needs two different actors, however they are called."""
    with pytest.raises(KGError, match=r"needs two different actors, or none for all\. Name a second one\."):
        kg.compare(article, *actors)


def test_a_wrong_measure_or_pair_is_refused(article: kg.KnowledgeGraph, everyone: Comparison) -> None:
    """A measure that does not exist, and a pair that was not compared, are refused with what there is."""
    with pytest.raises(KGError, match=r'No measure "agrement"\. Did you mean "agreement"\?'):
        everyone.matrix("agrement")
    with pytest.raises(KGError, match="There are: agreement, conflict, congruence, net, shared, alpha,"):
        everyone.matrix("xyz")
    with pytest.raises(KGError, match=r"Which two actors\? Name them: pair\(a, b\)\."):
        everyone.pair()
    with pytest.raises(KGError, match="were not compared"):
        kg.compare(article, "Taliban", "US").pair("Taliban", "Ghani")


def test_two_who_share_nothing_are_not_known_to_agree(article: kg.KnowledgeGraph) -> None:
    """Actors without a shared position have no agreement: silence is not a no."""
    result = kg.compare(article, "Taliban", "Ghani")

    assert result.pair().agreement is None
    assert "no shared position, so their agreement is not known" in result.summary()
    assert {r["how"] for r in result.table()} == {"only one"}
