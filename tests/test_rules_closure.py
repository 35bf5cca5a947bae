"""The closure of ties under the ontology's axioms, beside a reasoner that knows all of OWL RL."""

from __future__ import annotations

from collections.abc import Iterable

import owlrl
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from rdflib import OWL, RDF, RDFS
from rdflib.collection import Collection

import kg
from kg.rules.asking import asking
from kg.rules.closure import Axioms, close
from kg.rules.renewal import axioms_of
from kg.terms import ST

E = rdflib.Namespace("https://example.org/")
PROPERTIES = [E[f"p{n}"] for n in range(5)]
THINGS = [E[f"t{n}"] for n in range(6)]
Triple = tuple[str, str, str]

prop = some.sampled_from(PROPERTIES)
thing = some.sampled_from(THINGS)


@some.composite
def axioms(draw: some.DrawFn) -> rdflib.Graph:
    """A few axioms of each kind on five properties."""
    graph = rdflib.Graph()
    for p in PROPERTIES:
        graph.add((p, RDF.type, OWL.ObjectProperty))
    for one, other in draw(some.lists(some.tuples(prop, prop), max_size=3)):
        graph.add((one, RDFS.subPropertyOf, other))
    for p in draw(some.lists(prop, max_size=1)):
        graph.add((p, RDF.type, OWL.SymmetricProperty))
    for p in draw(some.lists(prop, max_size=2)):
        graph.add((p, RDF.type, OWL.TransitiveProperty))
    for one, other in draw(some.lists(some.tuples(prop, prop), max_size=1)):
        graph.add((one, OWL.inverseOf, other))
    for whole, *links in draw(
        some.lists(some.tuples(prop, prop, prop) | some.tuples(prop, prop, prop, prop), max_size=2)
    ):
        node = rdflib.BNode()
        Collection(graph, node, links)
        graph.add((whole, OWL.propertyChainAxiom, node))
    return graph


ties = some.lists(some.tuples(thing, prop, thing), max_size=9)


def texts(triples: Iterable[tuple[rdflib.term.Node, ...]]) -> set[Triple]:
    """Triples as the rules have them."""
    return {tuple(term.n3() for term in triple) for triple in triples}  # type: ignore[misc]


@given(axioms(), ties)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_closure_is_that_of_owl_rl(graph: rdflib.Graph, given_ties: list[tuple[rdflib.URIRef, ...]]) -> None:
    """On any axioms and ties the closure holds the ties that an OWL 2 RL reasoner concludes, and no others."""
    mine = close({"g": texts(given_ties)}, Axioms.of(texts(graph)))["g"]
    for tie in given_ties:
        graph.add(tie)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)

    assert mine == texts(t for t in graph if t[1] in PROPERTIES and t[0] in THINGS and t[2] in THINGS)


@given(axioms(), ties, ties)
@settings(max_examples=80, deadline=None)
def test_closing_twice_or_by_parts_changes_nothing(
    graph: rdflib.Graph, some_ties: list[tuple[rdflib.URIRef, ...]], more: list[tuple[rdflib.URIRef, ...]]
) -> None:
    """What is closed stays as it is, and more ties never take any away."""
    rules = Axioms.of(texts(graph))
    first = close({"g": texts(some_ties)}, rules)["g"]

    assert close({"g": first}, rules)["g"] == first
    assert close({"g": first | texts(more)}, rules)["g"] == close({"g": texts([*some_ties, *more])}, rules)["g"]


CHAIN = """\
@prefix : <https://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:voice owl:propertyChainAxiom ( :speaks :body ) . :speaks rdfs:subPropertyOf :voice .
:after a owl:TransitiveProperty . :near a owl:SymmetricProperty .
"""


def names(closed: dict[str, set[Triple]]) -> set[str]:
    """Ties as words: graph, subject, property, object."""
    return {f"{g} " + " ".join(t.strip("<>").rsplit("/", 1)[1] for t in tie) for g, ts in closed.items() for tie in ts}


def tied(*words: str) -> dict[str, set[Triple]]:
    """The reverse of :func:`names`."""
    found: dict[str, set[Triple]] = {}
    for word in words:
        graph, s, p, o = word.split()
        found.setdefault(graph, set()).add((f"<{E}{s}>", f"<{E}{p}>", f"<{E}{o}>"))
    return found


def test_a_chain_goes_on_in_other_graphs() -> None:
    """A tie from a chain stays in the graph of its first step; the second may come from another, closed or not."""
    rules = Axioms.of(texts(rdflib.Graph().parse(data=CHAIN, format="turtle")))
    both = close(tied("one a speaks b", "two b body c"), rules)
    apart = close(tied("one a speaks b"), rules, lambda steps: tied("two b body c")["two"] if steps else ())

    assert names(both) == {"one a speaks b", "one a voice b", "one a voice c", "two b body c"}
    assert names(apart) == names(both) - {"two b body c"}


def test_transitivity_stays_in_its_graph() -> None:
    """Two steps of a transitive tie make a third where one graph holds both."""
    rules = Axioms.of(texts(rdflib.Graph().parse(data=CHAIN, format="turtle")))
    closed = close(tied("one a after b", "one b after c", "two c after d"), rules)

    assert names(closed) == {"one a after b", "one b after c", "one a after c", "two c after d"}


def test_a_value_is_no_subject() -> None:
    """A symmetric tie to a text is not turned round."""
    rules = Axioms.of(texts(rdflib.Graph().parse(data=CHAIN, format="turtle")))
    tie = (f"<{E}a>", f"<{E}near>", '"here"')

    assert close({"g": {tie}}, rules)["g"] == {tie}


def test_the_shipped_axioms_are_seen() -> None:
    """The ontology has axioms of each kind that the closure uses, and none that makes graphs rest on each other."""
    axioms = axioms_of(asking(kg.KnowledgeGraph().store))

    def st(name: str) -> str:
        return f"<{ST}{name}>"

    assert (st("conflictsWith"), False) in axioms.made_by(st("threatens"))
    assert (st("negotiatesWith"), True) in axioms.made_by(st("negotiatesWith"))
    assert (st("cooperatesWith"), True) in axioms.made_by(st("negotiatesWith"))
    assert {(j.left, j.right, j.result, j.anywhere) for j in axioms.joins} >= {
        (st("speaksFor"), st("isBodyOf"), st("isVoiceOf"), True),
        (st("dependsOn"), st("dependsOn"), st("dependsOn"), False),
    }
    assert st("hasParty") not in {p for p, _ in axioms.made_by(st("isPartyTo"))}
    assert not axioms.crossing
    assert not axioms.steps


@pytest.mark.parametrize(("chain", "crossing"), [("( :speaks :body )", False), ("( :voice :voice )", True)])
def test_a_chain_that_feeds_itself_is_told(chain: str, crossing: bool) -> None:
    """Where what a chain makes lets a chain of another graph go on, the closure says so."""
    graph = rdflib.Graph().parse(data=CHAIN.replace("( :speaks :body )", chain), format="turtle")

    assert Axioms.of(texts(graph)).crossing is crossing
