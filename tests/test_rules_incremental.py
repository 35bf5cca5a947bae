"""Rules in step with a graph that changes: whatever happened before, a run gives what a run on everything gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from support import TURTLE, consistent, lines

import kg
from kg import rules
from kg.rules import derived_graphs, renewal, rule_files
from kg.stores.base import Change
from kg.terms import DERIVED, PREFIXES, SPARQL_PREFIXES

GRAPH, ITEM = PREFIXES["graph"], PREFIXES["item"]
SOURCES = ("s1", "s2", "s3", "s4")
ACTORS = ("a", "b", "c", "d")
POSITIONS = ("p", "q", "f")

STANCES = [
    f"graph:{s} {{ <{ITEM}{s}/st{n}> st:holder actor:{ACTORS[(i + n) % 4]} ; st:towards pos:{POSITIONS[n % 3]} ;"
    f" st:value stx:{'supports' if (i + n) % 3 else 'opposes'} ; st:certainty stx:{'hedged' if n == 5 else 'stated'} }}"
    for i, s in enumerate(SOURCES)
    for n in range(6)
]
LINKS = [
    f"graph:{s} {{ <{ITEM}{s}/st{n}> st:supersedes <{ITEM}{t}/st{m}> }}"
    for s, n, t, m in (
        ("s1", 0, "s2", 0), ("s2", 1, "s1", 1), ("s3", 2, "s4", 2), ("s4", 3, "s4", 0), ("s1", 2, "s1", 5)
    )
]
TIES = [
    f"graph:{s} {{ <{ITEM}{s}/r{n}> st:relationSubject {one} ; st:relationType st:{kind} ; st:relationObject {other} ;"
    f" st:certainty stx:stated }}"
    for n, (s, one, kind, other) in enumerate((
        ("s1", "actor:a", "isAlliedWith", "actor:b"), ("s2", "actor:a", "isAlliedWith", "actor:b"),
        ("s2", "actor:c", "isBodyOf", "actor:d"), ("s3", "actor:b", "isBodyOf", "actor:d"),
        ("s1", f"<{ITEM}s1/u1>", "isConditionalOn", f"<{ITEM}s2/u2>"),
        ("s1", f"<{ITEM}s2/u2>", "isConditionalOn", f"<{ITEM}s1/u3>"),
        ("s4", f"<{ITEM}s1/u3>", "isConditionalOn", f"<{ITEM}s1/u1>"), ("s3", "actor:d", "threatens", "actor:a"),
    ))
]
DEEDS = [
    f"graph:s{n} {{ <{ITEM}s{n}/t> st:incumbent actor:a ; st:inOrganization actor:{body} ; st:role stx:{role} ;"
    f" st:tenureStatus stx:held ; st:certainty stx:stated }}"
    for n, body, role in ((1, "c", "spokesperson"), (2, "b", "spokesperson"), (4, "c", "head"))
] + [
    f"graph:s3 {{ <{ITEM}s3/e> st:eventType stx:made-up ; st:initiator actor:a ; st:onBehalfOf actor:c ;"
    f" st:recipient actor:b ; st:certainty stx:stated }}",
    f"graph:s4 {{ <{ITEM}s4/d> st:hasParty actor:a , actor:d ; st:certainty stx:stated }}",
    f"graph:s2 {{ <{ITEM}s2/link> st:concerns <{ITEM}s1/st0> . <{ITEM}s3/st0> st:hasEvidence <{ITEM}s2/ev> }}",
]
CONTEXT = [
    "graph:registry { actor:c a st:Narrator }", "graph:s4 { actor:b a st:Narrator }",
    "graph:registry { pos:f a st:FactualPosition }", "graph:registry { pos:p st:isIncompatibleWith pos:q }",
    "graph:registry { pos:f st:isIncompatibleWith pos:p }",
    "graph:registry { stx:made-up st:impliesRelation st:accuses }",
    "graph:registry { actor:c st:isBodyOf actor:b }", "graph:s3 { stx:made-up st:impliesRelation st:pressures }",
    "graph:registry { stx:ambivalent st:score 1 }",
    "graph:s1 { st:meetsWith rdfs:subPropertyOf st:supportsActor }",
    "graph:s2 { [] st:holder actor:d ; st:towards pos:p ; st:value stx:opposes ; st:certainty stx:stated }",
]
FACTS = [
    tuple(ox.parse(TURTLE + text, ox.RdfFormat.TRIG)) for text in (*STANCES, *LINKS, *TIES, *DEEDS, *CONTEXT)
]  # fmt: skip

# A fact comes or goes by its number; a source is withdrawn; rules are run; derived ties are forgotten.
steps = some.lists(
    some.one_of(
        some.integers(0, len(FACTS) - 1), some.sampled_from(SOURCES), some.sampled_from(["infer", "infer", "forget"])
    ),
    max_size=14,
)


def derived(graph: kg.KnowledgeGraph) -> set[str]:
    """Every derived quad."""
    return {str(q) for name in derived_graphs(graph.store) for q in graph.store.quads(name)}


def by_sparql(graph: kg.KnowledgeGraph) -> set[str]:
    """What the rule files make of the loaded quads in a bare engine, one after the other."""
    bare = ox.Store()
    loaded = [q for q in graph.store.quads() if not q.graph_name.value.startswith(DERIVED)]
    bare.extend(loaded)
    bare.extend(ox.Quad(*q.triple) for q in loaded)
    for file in rule_files():
        bare.update(file.read_text(encoding="utf-8"))
    quads = (q for q in bare if isinstance(q.graph_name, ox.NamedNode))
    return {str(q) for q in quads if q.graph_name.value.startswith(DERIVED)}


def toggle(graph: kg.KnowledgeGraph, fact: tuple[ox.Quad, ...]) -> None:
    """Put a fact in, or take it out when it is there."""
    if all(map(graph.store.holds, fact)):
        graph.store.change(remove=fact)
    else:
        graph.store.change(add=fact)


@given(some.sets(some.integers(0, len(FACTS) - 1), min_size=20), steps)
@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_history_leads_to_the_same_ties(begin: set[int], history: list[int | str]) -> None:
    """After any loads, removals, withdrawals and runs, the ties are those that the rule files give at once."""
    g = kg.KnowledgeGraph()
    g.store.change(add=[q for n in begin for q in FACTS[n]])
    kg.infer(g)
    assert derived(g) == by_sparql(g)
    for step in history:
        if isinstance(step, int):
            toggle(g, FACTS[step])
        elif step == "infer":
            kg.infer(g)
        elif step == "forget":
            kg.forget(g)
        elif f"{GRAPH}{step}" in g.store.graphs():
            was_inferred = bool(derived_graphs(g.store))
            g.withdraw(step)
            assert not was_inferred or derived(g) == by_sparql(g)
    total = kg.infer(g)

    assert derived(g) == by_sparql(g)
    assert total == len(derived(g))
    assert consistent(g)


def test_the_facts_bear_on_ties_of_every_kind() -> None:
    """The histories above are about ties from every rule, so that a rule that is out of step would show."""
    g = kg.KnowledgeGraph()
    g.store.change(add=[q for fact in FACTS for q in fact])
    kg.infer(g)
    kinds = {text.split()[1].rsplit("#", 1)[1].rstrip(">") for text in derived(g)}

    assert len(FACTS) > 45
    assert kinds >= {
        "agreesWith", "disagreesWith", "contests", "supports", "opposes", "isVoiceOf", "speaksFor", "leads",
        "dependsOn", "isConditionalOn", "isBodyOf", "isAlliedWith", "accuses", "pressures", "conflictsWith",
        "cooperatesWith",
        "isPartyTo", "hasAgreementWith", "relatesTo", "interactsWith",
    }  # fmt: skip


@pytest.fixture
def afresh(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows with each run on everything."""
    runs: list[str] = []
    whole = renewal._whole
    monkeypatch.setattr(renewal, "_whole", lambda *args: runs.append("whole") or whole(*args))
    return runs


@pytest.fixture
def town(afresh: list[str]) -> kg.KnowledgeGraph:
    """Every made-up fact but the last three, with ties."""
    g = kg.KnowledgeGraph()
    g.store.change(add=[q for fact in FACTS[:-3] for q in fact])
    kg.infer(g)
    assert afresh.pop() == "whole"
    return g


LATER = (
    f"{TURTLE} graph:s9 {{ <{ITEM}s9/x> st:holder actor:a ; st:towards pos:q ; st:value stx:opposes ;"
    f" st:certainty stx:stated ; st:supersedes <{ITEM}s1/st1> }}"
)


def empty_through_rdflib(graph: kg.KnowledgeGraph) -> None:
    """Take all triples out of one source, as a user of rdflib would."""
    data = graph.rdflib
    data.remove((None, None, None, data.graph(f"{GRAPH}s3")))


@pytest.mark.parametrize("change", [
    lambda g: g.load_text(LATER, "trig"),
    lambda g: g.update(f"{SPARQL_PREFIXES} INSERT DATA {{ GRAPH graph:registry {{ actor:d a st:Narrator }} }}"),
    lambda g: g.update(f"{SPARQL_PREFIXES} DELETE DATA {{ GRAPH graph:s4 {{ actor:b a st:Narrator }} }}"),
    lambda g: g.update(f"{SPARQL_PREFIXES} DELETE DATA {{ GRAPH graph:s1 "
                       f"{{ <{ITEM}s1/st0> st:supersedes <{ITEM}s2/st0> }} }}"),
    lambda g: g.withdraw("s2"),
    lambda g: g.withdraw("s4"),
    empty_through_rdflib,
], ids=["load", "a narrator more", "a narrator less", "a stance no longer past", "withdraw", "withdraw who narrates",
        "through rdflib"])
def test_a_small_change_is_not_a_reason_to_start_afresh(
    town: kg.KnowledgeGraph, afresh: list[str], change: Callable[[kg.KnowledgeGraph], object]
) -> None:
    """After a load, an edit or a withdrawal only what changed is looked at, with the result of a run on everything."""
    change(town)
    kg.infer(town)

    assert not afresh
    assert derived(town) == by_sparql(town)


def test_what_axioms_change_is_derived_afresh(town: kg.KnowledgeGraph, afresh: list[str]) -> None:
    """A new axiom bears on every source."""
    town.load_text(f"{TURTLE} graph:own {{ st:isAlliedWith rdfs:subPropertyOf st:meetsWith }}", "trig")
    kg.infer(town)

    assert afresh
    assert derived(town) == by_sparql(town)
    assert [q for q in derived(town) if "meetsWith" in q]


def test_a_run_with_nothing_to_do_writes_nothing(town: kg.KnowledgeGraph) -> None:
    """A second run leaves the store untouched and says the same number."""
    revision, total = town.store.revision, len(derived(town))

    assert kg.infer(town) == total
    assert town.store.revision == revision
    assert rules.renew(town) == Change()


def test_a_run_says_what_came_and_went(town: kg.KnowledgeGraph) -> None:
    """``renew`` gives the derived quads that a run took out and put in."""
    before = derived(town)
    town.withdraw("s1")
    toggle(town, FACTS[1])
    left = derived(town)
    change = rules.renew(town)

    assert before > left
    assert change.added
    assert {str(q) for q in change.added} == derived(town) - left
    assert {str(q) for q in change.removed} == left - derived(town)


def test_a_run_is_one_write(town: kg.KnowledgeGraph) -> None:
    """A run, and a withdrawal with the run it needs, are each one step of the store: all of it or nothing."""
    seen: list[object] = []
    town.store.watch(seen.append)
    town.withdraw("s1")
    toggle(town, FACTS[0])
    kg.infer(town)

    assert len([change for change in seen if change is not None and (change.added or change.removed)]) == 3


def test_a_folder_remembers_what_rules_have_not_seen(tmp_path: Path, afresh: list[str]) -> None:
    """What is loaded in one process is derived in the next, without starting afresh."""
    with kg.KnowledgeGraph(tmp_path / "my.kg") as g:
        g.store.change(add=[q for fact in FACTS[:-3] for q in fact if "registry" not in q.graph_name.value])
        kg.infer(g)
    afresh.clear()
    with kg.KnowledgeGraph(tmp_path / "my.kg") as g:
        g.load_text(f"{TURTLE} graph:registry {{ actor:c a st:Narrator . pos:f a st:FactualPosition }}", "trig")
    with kg.KnowledgeGraph(tmp_path / "my.kg") as g:
        kg.infer(g)
        assert not afresh
        assert derived(g) == by_sparql(g)


@pytest.mark.parametrize("name", ["https://example.org/graph/x", "https://example.org/x", "urn:x:y"])
def test_a_graph_with_a_foreign_name_has_its_ties_too(name: str) -> None:
    """What follows from a graph that is not named after our pattern stands among the derived graphs, and leaves."""
    g = kg.KnowledgeGraph()
    g.store.change(add=[ox.Quad(*q.triple, ox.NamedNode(name)) for fact in FACTS[:9] for q in fact])
    before = lines(g)
    kg.infer(g)

    assert f"{DERIVED}{name}" in derived_graphs(g.store)
    assert derived(g) == by_sparql(g)
    g.store.change(remove=[q for q in g.store.quads(name) if "st1" in str(q)])
    kg.infer(g)
    assert derived(g) == by_sparql(g)
    kg.forget(g)
    assert set(lines(g)) < set(before)


def stance(source: str, holder: str, position: str, value: str) -> str:
    """A coded stance, in the graph of its source."""
    return (
        f"graph:{source} {{ <{ITEM}{source}/{holder}-{position}> st:holder actor:{holder} ; st:towards pos:{position} ;"
        f" st:value stx:{value} ; st:certainty stx:stated }}"
    )


@pytest.mark.parametrize("others", [1, 30])
@pytest.mark.parametrize(
    ("reason", "tie"),
    [
        ((("a", "p", "supports"), ("b", "q", "supports")), "disagreesWith"),
        ((("a", "r", "opposes"), ("b", "r", "supports")), "disagreesWith"),
        ((("a", "r", "supports"), ("b", "r", "supports")), "agreesWith"),
    ],
    ids=["rivals", "opposite signs", "equal signs"],
)
def test_a_tie_stays_while_any_reason_does(
    afresh: list[str], reason: tuple[tuple[str, str, str], ...], tie: str, others: int
) -> None:
    """When one reason for a tie goes, it stays for another, be the other a shared position or a pair of rivals."""
    first = [("a", "f", "supports"), ("b", "f", "supports" if tie == "agreesWith" else "opposes")]
    crowd = [(f"x{n}", "f", "opposes") for n in range(others)]
    g = kg.KnowledgeGraph()
    texts = [
        "graph:registry { pos:p st:isIncompatibleWith pos:q }",
        *(stance(f"one{n}", *what) for n, what in enumerate(first)),
        *(stance(f"two{n}", *what) for n, what in enumerate(reason)),
        *(stance("crowd", *what) for what in crowd),
    ]
    g.load_text(TURTLE + "\n".join(texts), "trig")
    kg.infer(g)
    afresh.clear()
    both = f"ASK {{ <{PREFIXES['actor']}a> <{PREFIXES['st']}{tie}> <{PREFIXES['actor']}b> }}"

    assert g.ask(both)
    g.withdraw("one0")
    assert g.ask(both)
    assert derived(g) == by_sparql(g)
    g.withdraw("two1")
    assert not g.ask(both)
    assert derived(g) == by_sparql(g)
    assert not afresh
