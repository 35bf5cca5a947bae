"""Comparing by script: matrices, intervals, windows, histories, structure, and the choices behind them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import kg
from kg.comparisons import MEASURES
from kg.errors import KGError, NotFound

HEADER = "id,actor,position,issue,value,basis,date,source,summary"


def debate(tmp_path: Path, *rows: str) -> kg.KnowledgeGraph:
    """A graph of a sheet with rows of actor, position, value, basis, date, source."""
    lines = []
    for number, row in enumerate(rows):
        actor, position, value, basis, date, source = row.split(",")
        lines.append(f"r{number},{actor},The {position} should be built.,harbour,{value},{basis},{date},{source},x")
    file = tmp_path / "debate.csv"
    file.write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    graph = kg.KnowledgeGraph()
    graph.load(file)
    return graph


@pytest.fixture
def small(tmp_path: Path) -> kg.KnowledgeGraph:
    """Two actors of one mind on the pier, against each other on the park, in four sources."""
    return debate(
        tmp_path,
        "Guild,pier,2,word,2024-01-10,s1", "Guild,park,-1,deed,2024-01-20,s2", "Guild,pier,1,deed,2024-02-10,s3",
        "Town,pier,1,word,2024-01-12,s1", "Town,park,2,word,2024-02-15,s4", "Crew,park,-2,word,2024-02-16,s4",
    )  # fmt: skip


# -- matrices --------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", MEASURES)
def test_a_matrix_of_profiles_has_the_measure_of_every_pair(corpus: kg.KnowledgeGraph, measure: str) -> None:
    """What a pair says of two actors and what the matrix says is one number, from two ways of counting."""
    everyone = kg.compare(corpus)
    matrix = everyone.matrix(measure)

    assert len(everyone.pairs) > 100
    for (a, b), pair in everyone.pairs.items():
        cell = matrix.cell(a, b).value
        expected = pair.measure(measure) if pair.shared or pair.rival else None
        assert cell == (None if expected is None else pytest.approx(expected))


def test_statements_are_counted_by_hand(small: kg.KnowledgeGraph) -> None:
    """The guild speaks twice for the pier and once against the park, the town once for each: 2 meetings of one mind
    by 3/4 and all of it, one by 3/4 of the scale apart.
    """
    counted = kg.compare(small, duplicates="include")

    cells = {m: counted.matrix(m).cell("Guild", "Town").value for m in ("ignore", "congruence", "conflict", "subtract")}
    assert cells == {"ignore": 3, "congruence": 0.75 + 1 + 0.25, "conflict": 0.25 + 0.75, "subtract": 1}
    assert counted.matrix("ignore").cell("Crew", "Guild").value == 1
    assert counted.two_mode("subtract").cell("Guild", "The pier should be built.").value == 3


@pytest.mark.parametrize(("within", "said"), [("include", 3), ("month", 3), ("year", 3), ("range", 3), ("document", 3)])
def test_different_values_are_no_duplicates(small: kg.KnowledgeGraph, within: str, said: int) -> None:
    """+2 and +1 are two statements, however often one looks."""
    found = kg.compare(small, duplicates=within).two_mode("ignore")

    assert found.values[found.rows.index("Guild")].sum() == said


def test_the_same_said_again_counts_once_in_its_time(tmp_path: Path) -> None:
    """Twice in a month, again in the next, again in the same month of the next year."""
    dates = ("2024-01-10", "2024-01-20", "2024-02-01", "2025-01-15")
    said = [f"Guild,pier,1,word,{day},s{number}" for number, day in enumerate(dates)]
    graph = debate(tmp_path, *said, "Town,pier,1,word,2024-01-01,s9")

    counted = {
        within: kg.compare(graph, duplicates=within).two_mode("ignore").cell("Guild", "The pier should be built.").value
        for within in ("include", "document", "day", "week", "month", "year", "range")
    }
    assert counted == {"include": 4, "document": 4, "day": 4, "week": 4, "month": 3, "year": 2, "range": 1}
    quirk = kg.compare(graph, duplicates="month", dna_compat=True).two_mode("ignore")
    assert quirk.cell("Guild", "The pier should be built.").value == 2


def test_statements_are_left_out_by_any_column(small: kg.KnowledgeGraph) -> None:
    """``exclude`` and ``only`` name columns of the frame and what is in them."""
    without = kg.compare(small, duplicates="include", exclude={"holder": "Crew", "basis": "deed"}).two_mode("ignore")
    words = kg.compare(small, duplicates="include", only={"basis": ["word"]}).two_mode("ignore")

    assert (without.rows, without.values.sum()) == (("Guild", "Town"), 3)
    assert (words.rows, words.values.sum()) == (("Crew", "Guild", "Town"), 4)
    isolates = kg.compare(small, duplicates="include", exclude={"holder": "Crew"}, isolates=True).two_mode("ignore")
    assert isolates.rows == ("Crew", "Guild", "Town")


def test_wider_issues_and_speakers_can_be_compared(corpus: kg.KnowledgeGraph) -> None:
    """Rolled up to the widest issues every statement counts once; by speaker it counts for the one who spoke."""
    by_issue = kg.compare(corpus, duplicates="include", rollup=1)
    flat = kg.compare(corpus, duplicates="include")
    speakers = kg.compare(corpus, duplicates="include", level="speaker")

    assert by_issue.two_mode("ignore").values.sum() == flat.two_mode("ignore").values.sum() > 100
    assert len(by_issue.two_mode("ignore").columns) < len(flat.two_mode("ignore").columns)
    assert "Suhail Shaheen" in speakers.two_mode("ignore").rows
    assert "Suhail Shaheen" not in flat.two_mode("ignore").rows


def test_a_cell_yields_its_statements(corpus: kg.KnowledgeGraph) -> None:
    """Behind a cell stand as many stances as it counts, and the SPARQL beside them gives the same from the store."""
    whole = kg.compare(corpus.where(issues="prisoner release"))
    found = whole.behind("Taliban", "Afghan government")
    stances = set(found.column("stance"))

    assert len(stances) == whole.matrix("agreement").cell("Taliban", "Afghan government").n > 20
    assert set(corpus.query(found.made_from["sparql"]).column("stance")) == stances
    one = whole.behind("Taliban", "The prisoners should be freed slowly and in small lots.")
    assert set(one.column("value")) == {-2.0}
    assert any(one.column("quote"))


# -- how sure --------------------------------------------------------------------------------


def test_cells_know_how_sure_they_are(corpus: kg.KnowledgeGraph) -> None:
    """With enough sources a cell has an interval around its value, within the ends of the measure; else it has none."""
    found = kg.compare(corpus).matrix("agreement", sure=True, replicates=200)
    known = ~np.isnan(found.low)

    assert known.sum() > 10
    assert (np.isnan(found.low) & ~np.isnan(found.values)).any()
    assert ((found.low[known] <= found.values[known]) & (found.values[known] <= found.high[known])).all()
    assert (np.abs(found.low[known]) <= 1).all()
    assert (np.abs(found.high[known]) <= 1).all()
    assert (found.sources[known] > 1).all()
    again = kg.compare(corpus).matrix("agreement", sure=True, replicates=200)
    np.testing.assert_array_equal(found.low, again.low)


def test_two_sources_are_not_enough(small: kg.KnowledgeGraph) -> None:
    """A handful of sources gives no interval, and the matrix says why."""
    found = kg.compare(small).matrix("agreement", sure=True, replicates=50)

    assert np.isnan(found.low).all()
    assert "Not enough evidence" in found.made_from["interval"]


def test_each_source_can_be_left_out(small: kg.KnowledgeGraph) -> None:
    """Without s4 the town says nothing on the park: the conflict with the guild goes, and it agrees by 3/4 with it."""
    rows = {r["source"]: r for r in kg.compare(small).influence("agreement")}

    assert rows["src:s4"]["change"] == pytest.approx(0.75 - (1 - (0.5 + 3) / 4))
    assert rows["src:s4"]["cells lost"] >= 2
    assert len(rows) == 4


def test_ties_are_held_against_chance(corpus: kg.KnowledgeGraph) -> None:
    """Every tie has an expectation, and a chance above 0."""
    rows = list(kg.compare(corpus).against_chance("agreement", permutations=100))

    assert len(rows) > 10
    assert all(0 < r["p"] <= 1 for r in rows)
    assert all(r["q"] >= r["p"] or r["q"] == pytest.approx(r["p"]) for r in rows)
    with pytest.raises(KGError, match="values"):
        kg.compare(corpus).against_chance("agreement", null="valuse")


# -- over time -------------------------------------------------------------------------------


def test_windows_share_the_statements_out(corpus: kg.KnowledgeGraph) -> None:
    """Every dated statement is in one month; the others are counted and named."""
    whole = kg.compare(corpus, duplicates="include")
    months = whole.over("month")

    assert sum(len(part.entries) for part in months.statements) + months.undated == len(whole.statements.entries)
    assert months.undated > 0
    assert "without a date" in months.made_from["undated"]


def test_what_stood_at_the_end_of_a_month_is_what_was_said_until_then(corpus: kg.KnowledgeGraph) -> None:
    """A standing window is the comparison of everything up to its last day."""
    pair = ("Taliban", "Afghan government")
    here = kg.compare(corpus.where(issues="prisoner release"), *pair)
    series = here.over("month", standing=True).matrix("agreement")
    april = next(w for w in series if str(w.start).startswith("2020-04"))
    until = kg.compare(corpus.where(issues="prisoner release", until="2020-04-30"), *pair)

    assert april.matrix.cell(*pair).value == pytest.approx(until.matrix("agreement").cell(*pair).value)
    assert len(series) >= 6


def test_windows_of_statements_are_always_the_same(corpus: kg.KnowledgeGraph) -> None:
    """Windows by number of statements hold that many, and are the same twice."""
    once, again = (kg.compare(corpus, duplicates="include").over("events", width=30, step=30) for _ in range(2))

    assert {len(part.entries) for part in once.statements} == {30}
    assert [w.which.tolist() for w in once.windows] == [w.which.tolist() for w in again.windows]


def test_a_history_tells_what_turned_a_value(tmp_path: Path) -> None:
    """Ten statements against, then ten for: the change is dated, and the first of the new ones is named."""
    rows = [f"Guild,pier,-2,word,2024-{m:02}-01,s{m}" for m in range(1, 11)]
    rows += [f"Guild,pier,2,word,2025-{m:02}-01,t{m}" for m in range(1, 11)]
    graph = debate(tmp_path, *rows, "Town,pier,1,word,2024-01-01,s1")
    found = kg.compare(graph).history("Guild", "The pier should be built.")

    assert len(found) == 20
    assert [r["date"] for r in found if r["turn"]] == ["2025-01-01"]
    assert "2025-01-01" in found.made_from["change points"]
    assert "-2.00 → +2.00" in found.made_from["change points"]


def test_words_are_held_against_deeds(small: kg.KnowledgeGraph) -> None:
    """The guild says +2 and does −1 and +1: its deeds lie 2 below its words. Who did nothing is not in the table."""
    (row,) = kg.compare(small).words_and_deeds()

    assert (row["holder"], row["word"], row["deed"], row["difference"]) == ("Guild", 2.0, 0.0, -2.0)
    assert row["sources"] == "1 + 2"


def test_positions_are_ordered_by_disagreement(small: kg.KnowledgeGraph) -> None:
    """On the park one is for and two against (Hix: (2 − ½) ∕ 3); on the pier all are of one mind."""
    park, pier = kg.compare(small).by_position()

    assert (park["position"], park["for"], park["against"], park["hix"]) == ("The park should be built.", 1, 2, 0.5)
    assert (pier["actors"], pier["hix"]) == (2, 1.0)


def test_two_camps_are_found_when_they_form(tmp_path: Path) -> None:
    """Of one mind in the first year, opposed in everything in the second: polarisation goes from 0 to 1."""
    who = [(name, side) for side, names in ((2, "ABC"), (-2, "DEF")) for name in names]
    rows = [f"{name},{what},2,word,2024-03-01,{name}1" for name, _ in who for what in ("pier", "park")]
    rows += [f"{name},{what},{side},word,2025-03-01,{name}2" for name, side in who for what in ("pier", "park")]
    years = kg.compare(debate(tmp_path, *rows)).over("year")
    first, second = years.polarization(permutations=20)

    assert (first["polarization"], second["polarization"]) == (0.0, 1.0)
    assert {second["camp A"], second["camp B"]} == {"A, B, C", "D, E, F"}
    kept = [(r["start"][:4], r["actor"], r["community"]) for r in years.coalitions()]
    assert len({c for year, _, c in kept if year == "2024"}) == 1
    assert len({c for year, _, c in kept if year == "2025"}) == 2


# -- structure -------------------------------------------------------------------------------


def test_a_comparison_has_a_structure(corpus: kg.KnowledgeGraph) -> None:
    """Camps, communities and coalitions are told by name, and every actor is in one community."""
    everyone = kg.compare(corpus)
    structure = everyone.structure()
    communities = {r["actor"]: r["community"] for r in structure.communities()}
    values = {r["measure"]: r["value"] for r in structure.balance()}
    holding = [r for r in structure.coalitions() if r["does"] == "holds together"]

    assert set(communities) == set(everyone.matrix("net").rows)
    assert 0 <= values["frustration index"] <= values["triangles +++"] + 1000
    assert structure.frustration().proven
    assert {r["position"] for r in holding} <= set(everyone.two_mode("mean").columns)
    assert all(r["who"].count(",") >= 1 for r in holding)
    assert len(structure.map()) == len(structure.centrality()) == len(structure.brokers()) == len(communities)
    assert structure.backbone().values.nnz <= np.count_nonzero(np.nan_to_num(everyone.matrix("net").values))


def test_coded_ties_have_a_structure_too(corpus: kg.KnowledgeGraph) -> None:
    """Cooperation less conflict is a signed network of those who deal with each other."""
    network = kg.network(corpus)
    signed = network.signed()

    assert (signed.values == signed.values.T).all()
    expected = sum(e["sign"] * e["weight"] for a, b, e in network.nx.edges(data=True) if a != b)
    assert np.triu(signed.values, 1).sum() == expected
    assert len(network.structure().camps()) == network.nx.number_of_nodes()


# -- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize(("choices", "message"), [
    ({"duplicate": "include"}, 'knows no choice "duplicate". Did you mean "duplicates"'),
    ({"duplicates": "monthly"}, 'duplicates called "monthly". Did you mean "month"'),
    ({"scale": "ordnal"}, 'No scale "ordnal". Did you mean "ordinal"'),
    ({"rows": "holders"}, 'No column "holders"'),
    ({"level": "organisation"}, "organisation"),
    ({"exclude": {"holder": "Gild"}}, 'No holder "Gild". Did you mean "Guild"'),
])  # fmt: skip
def test_wrong_choices_are_refused(small: kg.KnowledgeGraph, choices: dict[str, object], message: str) -> None:
    """Each with what there is instead."""
    with pytest.raises(KGError) as caught:
        kg.compare(small, **choices).matrix("agreement")

    assert message in str(caught.value)


def test_wrong_measures_and_normalizations_are_refused(small: kg.KnowledgeGraph) -> None:
    """A profile has no normalization; a misspelled one is named."""
    with pytest.raises(KGError, match="Count statements instead"):
        kg.compare(small).matrix("congruence", "jaccard")
    with pytest.raises(KGError, match='Did you mean "jaccard"'):
        kg.compare(small, duplicates="include").matrix("congruence", "jacard")
    with pytest.raises(KGError, match='Did you mean "subtract"'):
        kg.compare(small).two_mode("substract")


def test_windows_that_cannot_be_are_refused(tmp_path: Path, small: kg.KnowledgeGraph) -> None:
    """A window that does not fit, and windows of statements that have no date."""
    with pytest.raises(KGError, match="longer than the data"):
        kg.compare(small).over("events", width=100)
    undated = debate(tmp_path, "Guild,pier,1,word,,s1", "Town,pier,1,word,,s2")
    with pytest.raises(KGError, match="date"):
        kg.compare(undated).over("month")
    with pytest.raises(KGError, match="date"):
        kg.compare(undated).history("Guild", "The pier should be built.")


def test_nothing_to_compare_is_told(small: kg.KnowledgeGraph) -> None:
    """Without statements there are no rows; a name that is not there is not found."""
    nothing = kg.compare(small.where(since="2030"))

    assert nothing.two_mode("ignore").shape == (0, 0)
    with pytest.raises(NotFound):
        kg.compare(small).history("Gild", "The pier should be built.")
