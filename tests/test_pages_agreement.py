"""Who agrees with whom, on a page in a real browser: the numbers, how sure they are, and what two share."""

from __future__ import annotations

import itertools
import re
from typing import Any

import numpy as np
import pytest
from browser import Opened, Opener
from matrix_pages import cell, debate, plain, row_names

import kg
from kg.algebra import maps
from kg.comparisons.pairs import Pair

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def corpus_network(corpus: kg.KnowledgeGraph) -> Any:
    return kg.network(corpus)


def agreed(seen: Opened) -> dict[frozenset[str], tuple[Any, ...]]:
    data = seen.page.evaluate("kgPage.data()")
    return {frozenset(row[:2]): tuple(row[2:]) for row in data["rows"]}


def test_agreement_is_that_of_the_comparison(
    open_page: Opener, corpus: kg.KnowledgeGraph, corpus_network: Any
) -> None:
    """For the shipped corpus agreement, shared positions, congruence and conflict are those of kg.compare."""
    compared = kg.compare(corpus)
    label = corpus.names.label
    wanted: dict[frozenset[str], Pair] = {
        frozenset((label(a), label(b))): pair for (a, b), pair in compared.pairs.items() if pair.shared
    }
    with open_page(corpus_network.document(), fragment="view=agreement") as seen:
        found = agreed(seen)
        assert len(wanted) >= 30
        assert set(found) == set(wanted)
        for names, pair in wanted.items():
            agreement, _, _, shared, congruent, conflict, *_ = found[names]
            assert agreement == pytest.approx(pair.agreement, abs=1e-12), names
            wanted_counts = (len(pair.shared), len(pair.congruent), len(pair.conflicting))
            assert (shared, congruent, conflict) == wanted_counts, names
        assert seen.complaints == []


def test_intervals_are_those_of_the_comparison(
    open_page: Opener, corpus: kg.KnowledgeGraph, corpus_network: Any
) -> None:
    """Where the comparison knows how sure it is, so does the page, up to what drawing other sources makes of it."""
    matrix = kg.compare(corpus).matrix("agreement", sure=True)
    at = {name: i for i, name in enumerate(matrix.rows)}
    with open_page(corpus_network.document(), fragment="view=agreement") as seen:
        found = agreed(seen)
    compared = 0
    for names, (_, low, high, shared, *_) in found.items():
        i, j = (at[name] for name in names)
        if shared < 2:
            assert low == "", names
            continue
        assert (low != "") == bool(np.isfinite(matrix.low[i, j])), names
        if low != "":
            compared += 1
            width = matrix.high[i, j] - matrix.low[i, j]
            assert low == pytest.approx(matrix.low[i, j], abs=0.15 * width + 0.02), names
            assert high == pytest.approx(matrix.high[i, j], abs=0.15 * width + 0.02), names
    assert compared > 5


def test_too_little_evidence_is_hollow_and_no_shared_position_is_hatched(open_page: Opener) -> None:
    """With one shared position or one source nothing is stated; without a shared one the cell is hatched."""
    with open_page(fragment="view=agreement") as seen:
        little = cell(seen, "Northland", row_names(seen).index("Southland"))
        said = little.get_attribute("aria-label")
        assert said == "Northland and Southland: too little to say, 1 shared position, 2 sources"
        assert little.inner_text() == ""
        assert little.locator("span").get_attribute("class") == "little"
        none = cell(seen, "Southland", row_names(seen).index("Harbour Union"))
        assert none.get_attribute("aria-label") == "Southland and Harbour Union: no shared position"
        own = cell(seen, "Southland", row_names(seen).index("Southland"))
        assert own.get_attribute("aria-label") == "Southland, itself"
        link = seen.link()
        own.click()
        seen.links(link)


def test_agreement_is_said_with_its_evidence_and_how_sure_it_is(open_page: Opener) -> None:
    """A cell has a sign and a number, is larger with more sources, and its tip gives the interval; it is symmetric."""
    with open_page(debate(), fragment="view=agreement") as seen:
        names = row_names(seen)
        first, second = names[0], names[1]
        said = cell(seen, first, 1).get_attribute("aria-label")
        sentence = rf"{first} and {second}: agreement [+−]?[\d.]+, \d+ shared positions, \d+ sources"
        assert re.fullmatch(sentence, said)
        assert cell(seen, first, 1).inner_text() == cell(seen, second, 0).inner_text()
        assert re.search(r"size-[1-4]", str(cell(seen, first, 1).locator("span").get_attribute("class")))
        cell(seen, first, 1).hover()
        seen.says("#tip-agreement", "95 % interval")


def test_a_pair_shows_where_it_meets(open_page: Opener) -> None:
    """A click on a pair lists what they agree and disagree on, each side's value and words, and leads on."""
    document = debate(4, 6, 72)
    with open_page(document, fragment="view=agreement&actors-by=name") as seen:
        data = agreed(seen)
        names = row_names(seen)
        cell(seen, names[0], 1).click()
        seen.until("() => new URLSearchParams(kgPage.link()).get('pair') === 'a0 a1'")
        panel = plain(seen.text("#panel"))
        agreement, low, high, shared, congruent, conflict, *_ = data[frozenset(names[:2])]
        assert f"{shared} shared positions" in panel
        assert "95 % interval" in panel
        heads = {plain(one.inner_text()).upper() for one in seen.page.locator("#panel .section").all()}
        assert any(re.fullmatch(rf"IN CONFLICT\s*{conflict}", head) for head in heads) or not conflict
        assert any(re.fullmatch(rf"CONGRUENT\s*{congruent}", head) for head in heads) or not congruent
        assert low <= agreement <= high
        seen.counts("#panel .meetings > li", shared)
        seen.page.locator("#panel .meetings .side").first.get_by_role("button", name="Evidence").click()
        seen.until("() => /^a0 p/.test(new URLSearchParams(kgPage.link()).get('cell'))")
    with open_page(document, fragment="view=agreement&pair=a1+a1") as seen:
        seen.says("#panel", "Overview")
    with open_page(fragment="view=agreement&pair=north+union") as seen:
        panel = plain(seen.text("#panel")).upper()
        assert "UNDETERMINED\n1" in panel
        assert "ONLY ONE IS KNOWN TO HAVE A STANCE\n1" in panel
        assert "“WE WILL KEEP THE HARBOUR OPEN.”" in panel


def test_similar_actors_stand_together(open_page: Opener) -> None:
    """By similarity, actors stand in the order of the first axis of classical scaling of their distances."""
    document = debate(14, 9, 14 * 9 * 2)
    values = np.full((14, 9), np.nan)
    for i, p in itertools.product(range(14), range(9)):
        values[i, p] = np.mean(
            [s.value for s in document.stances if (s.holder, s.position) == (f"a{i}", f"p{p}")]
        )
    distances = np.abs(values[:, None, :] - values[None, :, :]).mean(axis=2) / 4
    axis = maps.classical(distances, 1).points[:, 0]
    names = [node.label for node in document.nodes]
    wanted = [names[i] for i in np.argsort(axis)]
    with open_page(document, fragment="view=agreement&actors-by=similarity") as seen:
        assert row_names(seen) in (wanted, wanted[::-1])
