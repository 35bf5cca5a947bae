"""Withdrawing: a source leaves with all that follows from it, and with nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from support import PAGE, SEED, canonical, consistent, lines

import kg
from kg.errors import NotFound
from kg.terms import PREFIXES, compact

Fresh = Callable[[], kg.KnowledgeGraph]

# The mayor's accusation is in two papers; that of the company in the second alone; they agree on the harbour
# only by putting one paper beside the other.
PAPERS = """\
id,source,date,actor,event_type,target,position,issue,value,basis,summary,same_event_as
r1,First paper,2024-05-01,Mayor,accusation,Fishers,,,,word,The mayor accuses the fishers.,
r2,Second paper,2024-05-02,Mayor,accusation,Fishers,,,,word,The mayor accuses the fishers.,r1
r3,Second paper,2024-05-02,Ferry company,accusation,Mayor,,,,word,The company accuses the mayor.,
r4,First paper,2024-05-03,Mayor,,,The harbour should be closed.,harbour,support,word,The mayor is for it.,
r5,Second paper,2024-05-03,Ferry company,,,The harbour should be closed.,harbour,support,word,So is the company.,
"""


def papers(tmp_path: Path, text: str = PAPERS) -> kg.KnowledgeGraph:
    """Two papers, with the direct layer."""
    (tmp_path / "papers.csv").write_text(text, encoding="utf-8")
    g = kg.KnowledgeGraph()
    g.load(tmp_path / "papers.csv")
    kg.infer(g)
    return g


def ties(graph: kg.KnowledgeGraph) -> set[tuple[str, str, str]]:
    """The direct ties of the graph without the families above them."""
    rows = graph.query(
        "PREFIX st: <https://w3id.org/actor-stance/ns#>\nSELECT ?a ?r ?b WHERE { ?a ?r ?b "
        "VALUES ?r { st:accuses st:agreesWith st:disagreesWith st:negotiatesWith st:threatens } }"
    )
    local = [tuple(compact(row[c]).split(":")[1] for c in "arb") for row in rows]
    return {(a, r, b) for a, r, b in local}


def test_a_tie_that_two_sources_report_stays(tmp_path: Path) -> None:
    """A derived tie goes with the only source it rests on, and stays while another reports it."""
    g = papers(tmp_path)
    assert ties(g) == {
        ("mayor", "accuses", "fishers"), ("ferry-company", "accuses", "mayor"),
        ("mayor", "agreesWith", "ferry-company"), ("ferry-company", "agreesWith", "mayor"),
    }

    g.withdraw("Second paper")
    assert ties(g) == {("mayor", "accuses", "fishers")}
    g.withdraw("First paper")
    assert ties(g) == set()
    assert consistent(g)


def test_a_tie_between_sources_needs_both(tmp_path: Path) -> None:
    """Agreement that shows only when two sources are put together goes with either of them."""
    for paper in ("First paper", "Second paper"):
        g = papers(tmp_path)
        g.withdraw(paper)
        assert not [t for t in ties(g) if t[1] == "agreesWith"]


def test_what_is_left_is_what_the_others_say(tmp_path: Path) -> None:
    """After withdrawing one paper the graph is that of the other paper alone, the registry apart."""
    g = papers(tmp_path)
    g.withdraw("Second paper")
    kept = [row.rsplit(",", 1)[0] + "," for row in PAPERS.splitlines()[1:] if "First" in row]
    alone = papers(tmp_path, "\n".join([PAPERS.splitlines()[0], *kept]) + "\n")

    assert lines(g, registry=False) == lines(alone, registry=False)


def test_no_trace_is_left(corpus: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """Nothing mentions a withdrawn source, its graph, its coding, its narrator or any of its items."""
    g = kg.KnowledgeGraph()
    g.store.add(corpus.store.quads())
    before = sum(1 for _ in g.store.quads())
    left = g.withdraw(SEED)

    assert left == before - sum(1 for _ in g.store.quads())
    assert left > 1000
    assert not [line for line in lines(g) if SEED in line]
    assert consistent(g)


def test_the_registry_stays(fresh: Fresh) -> None:
    """Actors, issues and positions stay when a source goes: they are named once for all sources."""
    g = fresh()
    g.withdraw(SEED)

    assert g.find("Taliban", "actor") == f"{PREFIXES['actor']}taliban"
    assert g.find("The Afghan government should free Taliban prisoners.", "position")
    assert len(kg.stances(g)) == 0


def test_conflicts_leave_with_their_last_account(corpus: kg.KnowledgeGraph) -> None:
    """A documented conflict stays while one account is left, without those that went."""
    accounts = "PREFIX st: <https://w3id.org/actor-stance/ns#>\nSELECT ?c ?a WHERE { ?c st:hasAccount ?a }"
    g = kg.KnowledgeGraph()
    g.store.add(corpus.store.quads())
    before = {(row["c"], row["a"]) for row in g.query(accounts)}
    g.withdraw(SEED)
    after = {(row["c"], row["a"]) for row in g.query(accounts)}

    assert after == {(c, a) for c, a in before if f"/{SEED}/" not in a}
    assert len(after) < len(before)
    kinds = "PREFIX st: <https://w3id.org/actor-stance/ns#>\nSELECT ?c WHERE { ?c a st:AccountConflict }"
    emptied = {c for c, _ in before} - {c for c, _ in after}
    assert {row["c"] for row in corpus.query(kinds)} - {row["c"] for row in g.query(kinds)} == emptied


@pytest.mark.parametrize("was_inferred", [True, False])
def test_loading_and_withdrawing_restores_the_graph(fresh: Fresh, tmp_path: Path, was_inferred: bool) -> None:
    """A source that is loaded and withdrawn leaves the graph as it was, the registry apart."""
    (tmp_path / "page.csv").write_text(PAGE, encoding="utf-8")
    g = fresh()
    if not was_inferred:
        kg.forget(g)
    before = lines(g, registry=False)
    g.load(tmp_path / "page.csv")
    if was_inferred:
        kg.infer(g)
    assert lines(g, registry=False) != before
    g.withdraw("Gazette")

    assert lines(g, registry=False) == before
    assert consistent(g)


def test_the_article_withdrawn_and_loaded_again_is_the_article(fresh: Fresh) -> None:
    """A withdrawn source can be loaded again, and the graph is as before."""
    from kg.terms import resource

    g = fresh()
    before = canonical(g)
    g.withdraw(SEED)
    g.load(resource("data") / "seed-article")
    kg.infer(g)

    assert canonical(g) == before


@pytest.mark.parametrize(
    "name",
    [SEED, f"src:{SEED}", f"graph:{SEED}", f"https://w3id.org/actor-stance/graph/{SEED}",
     "Untitled news article on the prisoner release, April 2020"],
)
def test_a_source_has_many_names(fresh: Fresh, name: str) -> None:
    """A source is named by identifier, title, CURIE or IRI, its own or that of its graph."""
    g = fresh()
    g.withdraw(name)

    assert not [line for line in lines(g) if SEED in line]


@pytest.mark.parametrize("name", ["CNN", "registry", "provenance", "Taliban"])
def test_what_is_no_source_cannot_be_withdrawn(fresh: Fresh, name: str) -> None:
    """A name that is no source is refused, and nothing changes."""
    g = fresh()
    before = lines(g)

    with pytest.raises(NotFound, match=f'No source "{name}"'):
        g.withdraw(name)
    assert lines(g) == before


def test_nothing_is_withdrawn_twice(fresh: Fresh) -> None:
    """A source that is gone is not there to be withdrawn."""
    g = fresh()
    g.withdraw(SEED)

    with pytest.raises(NotFound, match=f'No source "{SEED}"'):
        g.withdraw(SEED)


def test_a_link_from_another_source_goes_too(tmp_path: Path) -> None:
    """"The same event as" a withdrawn one is no longer said by the source that stays."""
    g = papers(tmp_path)
    said = "PREFIX st: <https://w3id.org/actor-stance/ns#>\nASK { ?a st:reportsSameEventAs ?b }"
    assert g.ask(said)
    g.withdraw("First paper")

    assert not g.ask(said)
    assert ties(g) == {("mayor", "accuses", "fishers"), ("ferry-company", "accuses", "mayor")}


def test_the_ties_that_are_left_rest_on_other_sources(corpus: kg.KnowledgeGraph) -> None:
    """Taking out a source leaves exactly the ties of the network that rest on another source too."""
    g = kg.KnowledgeGraph()
    g.store.add(corpus.store.quads())
    for _ in range(2):
        nx = g.to_networkx()
        behind = Counter(s for *_, edge in nx.edges(data=True) for s in edge["sources"])
        source = min(behind, key=lambda s: (-behind[s], s))
        kept = {(a, b, k) for a, b, k, e in nx.edges(keys=True, data=True) if set(e["sources"]) - {source}}
        g.withdraw(source)
        assert set(g.to_networkx().edges(keys=True)) == kept, source


def test_a_statement_that_two_sources_carry_outlives_either(tmp_path: Path) -> None:
    """A statement that is also in another source stays, with its tie, on the evidence that is left."""
    rows = "id,source,actor,event_type,target,basis,summary,also_in\n" \
        "r1,first,Mayor,accusation,Fishers,word,The mayor accuses the fishers.,second\n"
    folder = tmp_path / "sheets"
    folder.mkdir()
    (folder / "statements.csv").write_text(rows, encoding="utf-8")
    (folder / "sources.csv").write_text("id,title\nfirst,First paper\nsecond,Second paper\n", encoding="utf-8")
    for paper in ("first", "second"):
        g = kg.KnowledgeGraph()
        g.load(folder)
        kg.infer(g)
        g.withdraw(paper)
        assert ties(g) == {("mayor", "accuses", "fishers")}, paper
