"""``g.rdflib``: the same data as an rdflib Dataset, without a copy, both ways."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import RDF, SKOS, BNode, Dataset, Graph, Literal, Namespace, URIRef
from support import consistent, lines

import kg
from kg.errors import KGError, NotFound, QueryError, StoreError
from kg.terms import PREFIXES

ST, ACTOR = Namespace(PREFIXES["st"]), Namespace(PREFIXES["actor"])
EDITS = URIRef("https://w3id.org/actor-stance/graph/edits")
A, P = URIRef("urn:a"), URIRef("urn:p")
G1, G2 = URIRef("urn:g1"), URIRef("urn:g2")

Fresh = Callable[[], kg.KnowledgeGraph]


def total(graph: kg.KnowledgeGraph) -> tuple[int, int]:
    """COUNT and SUM of the values of urn:p, as a query without GRAPH sees them."""
    row = next(iter(graph.query("SELECT (COUNT(*) AS ?n) (SUM(?v) AS ?sum) WHERE { ?s <urn:p> ?v }")))
    return row["n"], row["sum"]


@pytest.fixture
def g() -> kg.KnowledgeGraph:
    """An empty graph in memory."""
    return kg.KnowledgeGraph()


# -- reading ---------------------------------------------------------------------------


def test_it_is_a_dataset_on_the_same_data(article: kg.KnowledgeGraph) -> None:
    """The Dataset has as many triples as the graph, under the same prefixes."""
    dataset = article.rdflib

    assert isinstance(dataset, Dataset)
    assert len(dataset) == article.store.count()
    assert dict(dataset.namespaces())["actor"] == ACTOR[""]
    assert (ACTOR.taliban, SKOS.prefLabel, Literal("Taliban", lang="en")) in dataset


def test_both_give_the_same_answers(article: kg.KnowledgeGraph) -> None:
    """A query has the same rows through rdflib as through the graph, term for term."""
    sparql = """PREFIX st: <https://w3id.org/actor-stance/ns#> PREFIX stx: <https://w3id.org/actor-stance/scheme/>
        SELECT ?a ?b ?date WHERE { ?a st:negotiatesWith ?b OPTIONAL { ?a st:startDate ?date } } ORDER BY ?a ?b"""

    assert [tuple(row) for row in article.rdflib.query(sparql)] == article.query(sparql).rows()
    assert len(article.query(sparql)) > 0


def test_prefixes_need_no_declaration_through_rdflib(article: kg.KnowledgeGraph) -> None:
    """The prefixes of the graph are bound, so rdflib queries may use them as they are."""
    assert bool(article.rdflib.query("ASK { actor:united-states st:negotiatesWith actor:taliban }").askAnswer)


def test_construct_gives_a_graph(article: kg.KnowledgeGraph) -> None:
    """CONSTRUCT gives an rdflib Graph from either side."""
    sparql = "CONSTRUCT { ?a <urn:with> ?b } WHERE { ?a <https://w3id.org/actor-stance/ns#negotiatesWith> ?b }"
    ours = article.query(sparql)

    assert isinstance(ours, Graph)
    assert set(ours) == set(article.rdflib.query(sparql).graph)


def test_variables_can_be_bound(article: kg.KnowledgeGraph) -> None:
    """``initBindings`` restricts a query, also for a variable that is not selected."""
    rows = article.rdflib.query(
        "SELECT ?name WHERE { ?who skos:prefLabel ?name FILTER (LANG(?name) = 'en') }",
        initBindings={"who": ACTOR.taliban},
    )

    assert [str(row[0]) for row in rows] == ["Taliban"]


def test_named_graphs_are_contexts(article: kg.KnowledgeGraph) -> None:
    """Each named graph of the store is a graph of the Dataset with its own triples."""
    name = URIRef("https://w3id.org/actor-stance/graph/000_300082878ff4a385")

    assert len(article.rdflib.graph(name)) == sum(1 for _ in article.store.quads(str(name)))


# -- writing ---------------------------------------------------------------------------


def test_what_rdflib_adds_is_asked_at_once(g: kg.KnowledgeGraph) -> None:
    """A triple added through rdflib is in the next answer."""
    g.rdflib.graph(G1).add((A, P, Literal(10)))

    assert total(g) == (1, 10)
    assert consistent(g)


def test_what_the_graph_gets_is_seen_by_rdflib(g: kg.KnowledgeGraph) -> None:
    """A Dataset that was opened before sees what is loaded, updated and dropped after."""
    dataset = g.rdflib
    before = len(dataset)
    g.load_text("<urn:a> <urn:p> 1 .", name="one")
    g.update("INSERT DATA { <urn:b> <urn:p> 2 }")

    assert len(dataset) == before + 2
    g.store.drop("https://w3id.org/actor-stance/graph/one")
    assert list(dataset.subjects(P)) == [URIRef("urn:b")]


def test_a_triple_in_two_contexts_counts_once(g: kg.KnowledgeGraph) -> None:
    """A triple that rdflib adds to two graphs counts once, and stays until the last of them gives it up."""
    dataset = g.rdflib
    dataset.addN([(A, P, Literal(10), dataset.graph(G1)), (A, P, Literal(10), dataset.graph(G2))])

    assert total(g) == (1, 10)
    dataset.graph(G1).remove((A, None, None))
    assert total(g) == (1, 10)
    dataset.graph(G2).remove((A, None, None))
    assert total(g) == (0, 0)
    assert consistent(g)


def test_a_triple_without_context_goes_to_the_edits(g: kg.KnowledgeGraph) -> None:
    """The default graph is a view: what is added to it is kept in ``graph:edits``."""
    g.rdflib.add((A, P, Literal(1)))

    assert {q.graph_name.value for q in g.store.quads() if str(q.subject) == "<urn:a>"} == {str(EDITS)}
    assert consistent(g)


def test_a_removal_without_context_reaches_every_graph(g: kg.KnowledgeGraph) -> None:
    """What is removed from the Dataset leaves every graph that holds it."""
    dataset = g.rdflib
    for name in (G1, G2):
        dataset.graph(name).add((A, P, Literal(1)))
    dataset.remove((A, None, None))

    assert total(g) == (0, 0)
    assert consistent(g)


def test_a_whole_context_can_be_removed(g: kg.KnowledgeGraph) -> None:
    """Removing a graph from the Dataset takes its triples out of the merged view."""
    dataset = g.rdflib
    dataset.graph(G1).add((A, P, Literal(1)))
    dataset.remove_graph(dataset.graph(G1))

    assert total(g) == (0, 0)
    assert consistent(g)


def test_rdflib_can_parse_into_it(g: kg.KnowledgeGraph) -> None:
    """``parse`` puts triples into the edits and quads into their own graphs, blank nodes and all."""
    dataset = g.rdflib
    dataset.parse(data="<urn:a> <urn:p> 1 .", format="turtle")
    dataset.parse(data="<urn:g1> { <urn:a> <urn:p> 1 . [] <urn:p> 5 }", format="trig")

    assert total(g) == (2, 6)
    assert {str(EDITS), str(G1)} <= set(g.store.graphs())
    assert consistent(g)


def test_set_replaces_a_value(g: kg.KnowledgeGraph) -> None:
    """``set`` leaves one value, wherever the old one stood."""
    dataset = g.rdflib
    dataset.graph(G1).add((A, P, Literal(1)))
    dataset.set((A, P, Literal(7)))

    assert total(g) == (1, 7)
    assert consistent(g)


def test_blank_nodes_leave_as_they_came(g: kg.KnowledgeGraph) -> None:
    """A triple on a blank node is added and removed like any other."""
    node = BNode()
    g.rdflib.graph(G1).add((node, P, Literal(3)))

    assert total(g) == (1, 3)
    g.rdflib.graph(G1).remove((node, None, None))
    assert total(g) == (0, 0)
    assert consistent(g)


def test_a_new_actor_is_known_by_name(fresh: Fresh) -> None:
    """An actor that rdflib adds is found by its name at once, also in a graph narrowed before."""
    g = fresh()
    narrowed = g.where(issues="prisoner release")
    with pytest.raises(NotFound):
        g.find("Harbour master", "actor")
    with pytest.raises(NotFound):
        narrowed.find("Harbour master", "actor")
    g.rdflib.add((ACTOR.harbour, RDF.type, ST.Person))
    g.rdflib.add((ACTOR.harbour, SKOS.prefLabel, Literal("Harbour master", lang="en")))

    assert g.find("Harbour master", "actor") == str(ACTOR.harbour)
    assert narrowed.find("Harbour master", "actor") == str(ACTOR.harbour)


# -- SPARQL updates through rdflib -------------------------------------------------------


def test_updates_go_through_the_store(g: kg.KnowledgeGraph) -> None:
    """An update through rdflib is the graph's update: edits for insertions, every graph for deletions."""
    dataset = g.rdflib
    dataset.bind("x", "urn:x:")
    dataset.update("INSERT DATA { <urn:a> <urn:p> 1 . x:b <urn:p> 2 . GRAPH <urn:g1> { <urn:a> <urn:p> 1 } }")

    assert total(g) == (2, 3)
    assert URIRef("urn:x:b") in set(dataset.subjects(P))
    dataset.update("DELETE WHERE { <urn:a> ?p ?o }")
    assert total(g) == (1, 2)
    assert consistent(g)


def test_an_update_can_be_bound(g: kg.KnowledgeGraph) -> None:
    """``initBindings`` restricts an update to what is bound, and touches nothing else."""
    dataset = g.rdflib
    dataset.update("INSERT DATA { <urn:a> <urn:p> 1 . <urn:b> <urn:p> 2 }")
    dataset.update("INSERT { ?s <urn:q> true } WHERE { ?s <urn:p> ?v }", initBindings={"s": A})

    assert list(dataset.subjects(URIRef("urn:q"))) == [A]
    assert consistent(g)


def test_an_update_on_a_context_stays_in_it(g: kg.KnowledgeGraph) -> None:
    """An update called on one graph of the Dataset writes to that graph."""
    g.rdflib.graph(G1).update("INSERT DATA { <urn:a> <urn:p> 1 }")

    assert [q.graph_name.value for q in g.store.quads() if str(q.subject) == "<urn:a>"] == [str(G1)]
    assert consistent(g)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda d: d.query("SELECT * WHERE { ?s ?p"), "line 1, column .*the SPARQL is wrong near"),
        (lambda d: d.query("SELECT * WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }"), "SERVICE would reach out"),
        (lambda d: d.update("INSERT DATA { <urn:a> }"), "line 1, column .*the SPARQL is wrong near"),
        (lambda d: d.update("LOAD <http://example.org/x.ttl>"), "line 1: LOAD would reach out"),
        (lambda d: d.graph(G1).update("LOAD <http://example.org/x.ttl>"), "line 1: LOAD would reach out"),
    ],
)
def test_wrong_sparql_is_our_error(g: kg.KnowledgeGraph, call: Callable[[Dataset], object], said: str) -> None:
    """SPARQL that is wrong or reaches out is refused through rdflib as it is by the graph, and changes nothing."""
    before = lines(g)

    with pytest.raises(QueryError, match=said):
        call(g.rdflib)
    assert lines(g) == before


def test_a_graph_for_reading_stays_as_it_is(tmp_path: Path) -> None:
    """rdflib cannot write to a graph that is open for reading."""
    file = tmp_path / "one.ttl"
    file.write_text("<urn:a> <urn:p> 1 .", encoding="utf-8")
    g = kg.KnowledgeGraph(file)

    for write in (
        lambda: g.rdflib.add((A, P, Literal(2))), lambda: g.rdflib.remove((A, None, None)),
        lambda: g.rdflib.update("CLEAR ALL"), lambda: g.rdflib.parse(data="<urn:b> <urn:p> 1 ."),
    ):
        with pytest.raises(StoreError, match="open for reading only"):
            write()
    assert total(g) == (1, 1)


def test_every_error_through_rdflib_is_ours(g: kg.KnowledgeGraph) -> None:
    """Someone who catches KGError catches what goes wrong through rdflib too."""
    with pytest.raises(KGError):
        g.rdflib.query("SELEKT")
