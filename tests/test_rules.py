"""Rules: the direct layer is derived, never written by hand, and outlives none of its reasons."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import SEED, TURTLE, consistent, lines, merged

import kg
from kg.rules import derived_graphs, rule_files
from kg.terms import PREFIXES, ST, resource

Fresh = Callable[[], kg.KnowledgeGraph]

CODED = "st:certainty stx:%s ; st:confidence 1.0 ; st:hasEvidence i:e ."
REGISTRY = """
graph:registry { actor:a a st:State . actor:b a st:State . actor:c a st:Person . actor:n a st:Narrator .
  pos:p a st:PolicyPosition . pos:f a st:FactualPosition . pos:q a st:PolicyPosition ; st:isIncompatibleWith pos:p }
"""


def derive(items: str, certainty: str = "stated") -> set[str]:
    """The direct ties that items of one source give, as local names, families above them left out."""
    g = kg.KnowledgeGraph()
    coded = items.replace("CODED", CODED % certainty)
    g.load_text(f"{TURTLE}@prefix i: <{PREFIXES['item']}s/> .{REGISTRY} graph:s {{ {coded} }}", "trig")
    kg.infer(g)
    assert consistent(g)
    above = ("relatesTo", "interactsWith", "conflictsWith", "cooperatesWith", "hasStanceOn")
    names = set()
    for name in derived_graphs(g.store):
        for q in g.store.quads(name):
            s, p, o = (t.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1] for t in q.triple)
            if p not in above:
                names.add(f"{s} {p} {o}")
    return names


RELATION = (
    "i:r a st:Relation ; st:relationSubject actor:a ; st:relationType st:%s ; st:relationObject actor:b ; CODED"
)
STANCE = "i:%s a st:Stance ; st:holder actor:%s ; st:towards pos:%s ; st:value stx:%s ; CODED"


def test_there_are_rules_and_each_says_what_it_derives() -> None:
    """Every rule is a file that begins with a comment on what it derives and why."""
    assert len(rule_files()) >= 8
    for file in rule_files():
        assert file.read_text(encoding="utf-8").startswith("# Derives "), file.name


def test_a_relation_becomes_a_direct_tie() -> None:
    """A coded relation gives the tie of its type."""
    assert derive(RELATION % "makesConcessionTo") == {"a makesConcessionTo b"}


def test_a_symmetric_relation_goes_both_ways() -> None:
    """A tie that is symmetric is derived in both directions."""
    assert derive(RELATION % "negotiatesWith") == {"a negotiatesWith b", "b negotiatesWith a"}


@pytest.mark.parametrize("what", [
    RELATION % "negotiatesWith",
    "i:e a st:Event ; st:eventType stx:walkout ; st:initiator actor:a ; st:recipient actor:b ; CODED",
    "i:t a st:Tenure ; st:incumbent actor:c ; st:inOrganization actor:a ; st:role stx:head ;"
    " st:tenureStatus stx:held ; CODED",
    "i:d a st:Agreement ; st:hasParty actor:a , actor:b ; CODED",
    STANCE % ("s1", "a", "p", "supports") + STANCE % ("s2", "b", "p", "supports"),
])
def test_a_doubt_does_not_become_a_fact(what: str) -> None:
    """What the source hedges yields no direct tie, whatever kind of item it is; stated, it does."""
    assert derive(what, "hedged") == set()
    assert derive(what, "stated") != set()


def test_an_event_ties_actor_and_principal_to_the_target() -> None:
    """An act gives a tie from whoever acts and from whom it is done for, of the relation its type implies."""
    event = ("i:e a st:Event ; st:eventType stx:walkout ; st:initiator actor:c ; st:onBehalfOf actor:a ;"
             " st:recipient actor:b ; CODED")

    assert derive(event) == {"c walksOutOn b", "a walksOutOn b"}


def test_an_event_without_target_ties_nobody() -> None:
    """An act towards nobody gives no tie."""
    assert derive("i:e a st:Event ; st:eventType stx:walkout ; st:initiator actor:a ; CODED") == set()


@pytest.mark.parametrize(
    ("status", "expected"),
    [("held", {"c leads a"}), ("challenged", {"c leads a"}), ("claimed", {"c claimsToLead a"})],
)
def test_a_claimed_office_is_a_claim(status: str, expected: set[str]) -> None:
    """An office that is held gives the office; one that is only claimed gives the claim."""
    tenure = ("i:t a st:Tenure ; st:incumbent actor:c ; st:inOrganization actor:a ; st:role stx:head ;"
              f" st:tenureStatus stx:{status} ; CODED")

    assert derive(tenure) == expected


def test_parties_to_an_agreement_are_tied() -> None:
    """Parties are tied to the agreement and to each other."""
    assert derive("i:d a st:Agreement ; st:hasParty actor:a , actor:b ; CODED") == {
        "a isPartyTo d", "b isPartyTo d", "a hasAgreementWith b", "b hasAgreementWith a",
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [("strongly-supports", {"a supports p"}), ("supports", {"a supports p"}), ("ambivalent", set()),
     ("opposes", {"a opposes p"}), ("strongly-opposes", {"a opposes p"}), ("undetermined", set())],
)
def test_a_stance_gives_its_sign(value: str, expected: set[str]) -> None:
    """A stance becomes support or opposition by its sign; one without direction becomes neither."""
    assert derive(STANCE % ("s1", "a", "p", value)) == expected


def test_rejecting_a_factual_position_contests_it() -> None:
    """Whoever rejects what is said to be a fact contests it."""
    assert derive(STANCE % ("s1", "a", "f", "opposes")) == {"a opposes f", "a contests f"}


@pytest.mark.parametrize(
    ("mine", "theirs", "tie"),
    [("supports", "strongly-supports", "agreesWith"), ("opposes", "opposes", "agreesWith"),
     ("supports", "opposes", "disagreesWith"), ("supports", "ambivalent", None), ("supports", "undetermined", None)],
)
def test_actors_agree_on_the_same_position(mine: str, theirs: str, tie: str | None) -> None:
    """Two actors agree or disagree by the signs of their stances on one position, in both directions."""
    found = derive(STANCE % ("s1", "a", "p", mine) + STANCE % ("s2", "b", "p", theirs))

    assert {t for t in found if "agreesWith" in t} == ({f"a {tie} b", f"b {tie} a"} if tie else set())


def test_supporters_of_incompatible_positions_disagree() -> None:
    """Whoever supports one of two positions that cannot both be had disagrees with whoever supports the other."""
    found = derive(STANCE % ("s1", "a", "p", "supports") + STANCE % ("s2", "b", "q", "supports"))

    assert {t for t in found if "agreesWith" in t} == {"a disagreesWith b", "b disagreesWith a"}


def test_opponents_of_incompatible_positions_do_not_disagree() -> None:
    """Rejecting two positions that cannot both be had is no disagreement."""
    found = derive(STANCE % ("s1", "a", "p", "opposes") + STANCE % ("s2", "b", "q", "opposes"))

    assert not {t for t in found if "agreesWith" in t}


def test_a_superseded_stance_and_a_narrator_agree_with_nobody() -> None:
    """A stance that a later one replaced is past, and a narrator is no party."""
    both = STANCE % ("s1", "a", "p", "opposes") + STANCE % ("s2", "a", "p", "supports")
    found = derive(both + STANCE % ("s3", "b", "p", "supports") + " i:s2 st:supersedes i:s1 .")
    narrator = derive(STANCE % ("s1", "a", "p", "supports") + STANCE % ("s2", "n", "p", "supports"))

    assert {t for t in found if "agreesWith" in t} == {"a agreesWith b", "b agreesWith a"}
    assert not {t for t in narrator if "agreesWith" in t}


def test_a_spokesperson_of_a_body_is_a_voice_of_the_whole(article: kg.KnowledgeGraph) -> None:
    """Who speaks for an organ of a government is a voice of that government."""
    assert article.ask(
        "PREFIX st: <https://w3id.org/actor-stance/ns#> PREFIX actor: <https://w3id.org/actor-stance/id/actor/>\n"
        "ASK { actor:javid-faisal st:speaksFor actor:afghan-national-security-council ;"
        " st:isVoiceOf actor:afghan-government }"
    )


def test_broader_ties_follow(article: kg.KnowledgeGraph) -> None:
    """A threat is pressure and conflict too, so families of ties can be asked for without a reasoner."""
    assert article.ask(
        "PREFIX st: <https://w3id.org/actor-stance/ns#> PREFIX actor: <https://w3id.org/actor-stance/id/actor/>\n"
        "ASK { actor:trump st:threatens actor:afghan-government ; st:pressures actor:afghan-government ;"
        " st:conflictsWith actor:afghan-government }"
    )


# -- the derived graphs ------------------------------------------------------------------


def test_what_a_source_gives_is_kept_apart(article: kg.KnowledgeGraph) -> None:
    """Ties from one source are in its derived graph; ties from several in the graph of comparisons."""
    assert derived_graphs(article.store) == [
        f"{PREFIXES['graph']}derived/{SEED}", f"{PREFIXES['graph']}derived/comparison",
    ]


def test_inferring_twice_is_inferring_once(fresh: Fresh) -> None:
    """A second run gives the same triples and the same number."""
    g = fresh()
    before = lines(g)

    assert kg.infer(g) == kg.infer(g)
    assert lines(g) == before
    assert consistent(g)


def test_forgetting_leaves_what_was_loaded(fresh: Fresh) -> None:
    """``forget`` takes out every derived triple, says how many, and leaves what was coded."""
    g, plain = fresh(), kg.KnowledgeGraph()
    plain.load(resource("data") / "seed-article")
    derived = kg.infer(g)

    assert kg.forget(g) == derived
    assert lines(g) == lines(plain)
    assert merged(g) == merged(plain)
    assert kg.forget(g) == 0


def test_a_tie_goes_with_its_reason(fresh: Fresh) -> None:
    """When a coded item is deleted, the next run no longer gives its tie."""
    g = fresh()
    threat = "PREFIX st: <https://w3id.org/actor-stance/ns#>\nASK { ?a st:threatens ?b }"
    assert g.ask(threat)
    g.update(f"DELETE WHERE {{ <{PREFIXES['item']}{SEED}/e-threat> ?p ?o }}")
    kg.infer(g)

    assert not g.ask(threat)


def test_no_direct_tie_is_written_by_hand(tmp_path: Path) -> None:
    """What is loaded from the corpora holds no direct tie that a rule would derive."""
    g = kg.KnowledgeGraph()
    g.load(resource("data") / "seed-article", resource("data") / "afghan-peace-process")
    loaded = {str(q.predicate) for q in g.store.quads() if "/graph/" in q.graph_name.value}
    kg.infer(g)
    derived = {str(q.predicate) for name in derived_graphs(g.store) for q in g.store.quads(name)}

    assert len(derived) > 20
    assert loaded & derived <= {f"<{ST}affiliatedWith>"}
