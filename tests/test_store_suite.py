"""What every store does alike: in memory, in a folder, on an Oxigraph server, on Virtuoso.

The servers are real and started by these tests. What a server cannot do is a gap: declared by the store, and shown
here to be there, so that it is noticed when a new version of the server closes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import KGError, QueryError
from kg.stores import Store, open_store
from kg.stores.endpoint import EndpointStore
from kg.tables import Table

EDITS = "https://w3id.org/actor-stance/graph/edits"
G1, G2 = "urn:g1", "urn:g2"
STORES = ("memory", "folder", "oxigraph", "virtuoso")
Servers = Callable[[str], str]


def quad(subject: str, value: object, graph: str = G1) -> ox.Quad:
    """A quad with a plain value."""
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode("urn:p"), ox.Literal(value), ox.NamedNode(graph))  # type: ignore[call-overload]


def merged(store: Store) -> list[str]:
    """The merged view as lines, as a CONSTRUCT that names no graph sees it."""
    body = store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }").body
    return sorted(str(q.triple) for q in ox.parse(body, ox.RdfFormat.N_TRIPLES))


def right(store: Store) -> bool:
    """Whether the merged view is exactly the triples of the named graphs."""
    return merged(store) == sorted({str(q.triple) for q in store.quads()})


def total(store: Store) -> tuple[int, int]:
    """COUNT and SUM of all values, as a query that names no graph sees them."""
    body = store.query("SELECT (COUNT(*) AS ?n) (SUM(?v) AS ?sum) WHERE { ?s <urn:p> ?v }").body
    row = next(iter(Table.from_tsv(body)))
    return row["n"], row["sum"] or 0  # the gap "empty sum": unbound instead of 0


def opened(kind: str, servers: Servers, folder: Path) -> Store:
    """An empty store of one kind."""
    if kind == "memory":
        return open_store(None)
    if kind == "folder":
        return open_store(folder / "a.kg")
    store = open_store(servers(kind))
    store.drop(*store.graphs())
    return store


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, servers: Servers, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    one = opened(request.param, servers, tmp_path)
    yield one
    one.close()


@pytest.fixture
def virtuoso(servers: Servers, tmp_path: Path) -> Iterator[EndpointStore]:
    """An empty store on Virtuoso."""
    one = opened("virtuoso", servers, tmp_path)
    assert isinstance(one, EndpointStore)
    yield one
    one.close()


# -- the merged view -------------------------------------------------------------------


def test_a_triple_in_two_graphs_counts_once(store: Store) -> None:
    """COUNT and SUM see a triple once, however many graphs hold it."""
    store.add([quad("urn:a", 10), quad("urn:a", 10, G2), quad("urn:b", 1, G2)])

    assert total(store) == (2, 11)
    assert right(store)


def test_a_triple_stays_while_one_graph_holds_it(store: Store) -> None:
    """Taking a triple out of one graph leaves it in the view while another graph holds it."""
    store.add([quad("urn:a", 10), quad("urn:a", 10, G2)])

    assert store.remove([quad("urn:a", 10)]) == 1
    assert total(store) == (1, 10)
    assert store.remove([quad("urn:a", 10, G2)]) == 1
    assert total(store) == (0, 0)
    assert merged(store) == []


def test_adding_twice_adds_nothing(store: Store) -> None:
    """``add`` counts what was new: nothing the second time."""
    quads = [quad("urn:a", 1), quad("urn:b", 2), quad("urn:a", 1)]

    assert store.add(quads) == 2
    assert store.add(quads) == 0
    assert total(store) == (2, 3)


def test_removing_what_is_not_there_removes_nothing(store: Store) -> None:
    """``remove`` counts what went: not what was never there."""
    store.add([quad("urn:a", 1)])

    assert store.remove([quad("urn:b", 1), quad("urn:a", 1, G2)]) == 0
    assert total(store) == (1, 1)


def test_a_graph_is_dropped_whole(store: Store) -> None:
    """Dropping a graph takes its quads and its name, and nothing of another graph."""
    store.add([quad("urn:a", 1), quad("urn:b", 2), quad("urn:a", 1, G2)])

    assert store.graphs() == [G1, G2]
    assert store.drop(G1) == 2
    assert store.graphs() == [G2]
    assert merged(store) == ['<urn:a> <urn:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer>']
    assert store.drop("urn:none") == 0


def test_an_empty_graph_is_no_graph(store: Store) -> None:
    """A graph whose last quad left is not listed any more, also where the engine would keep its name."""
    store.add([quad("urn:a", 1), quad("urn:b", 2, G2)])
    store.remove([quad("urn:a", 1)])

    assert store.graphs() == [G2]


def test_many_quads_leave_as_few_do(store: Store) -> None:
    """Taking out thousands of quads keeps those that another graph still holds."""
    store.add([quad(f"urn:{n}", n) for n in range(1000)] + [quad(f"urn:{n}", n, G2) for n in range(0, 1000, 2)])

    assert store.drop(G1) == 1000
    assert total(store) == (500, sum(range(0, 1000, 2)))
    assert right(store)


@pytest.mark.parametrize("node", [ox.BlankNode("b"), ox.NamedNode("urn:x")], ids=["blank", "named"])
@pytest.mark.parametrize("value", ['a "b" \\ c\n\r\t\x01', "", "جواب", "1e0"])
def test_any_term_can_leave_again(store: Store, node: ox.NamedNode | ox.BlankNode, value: str) -> None:
    """Blank nodes, odd characters and empty texts are taken out as they were put in."""
    quads = [
        ox.Quad(node, ox.NamedNode("urn:p"), literal, graph)
        for literal in (ox.Literal(value), ox.Literal(value, language="fa-AF"))
        for graph in (ox.NamedNode(G1), ox.BlankNode("g"))
    ]

    assert store.add(quads) == 4
    assert store.remove(quads[::2]) == 2
    assert right(store)
    assert len(merged(store)) == 2
    assert store.remove(quads) == 2
    assert merged(store) == []


# -- SPARQL updates ----------------------------------------------------------------------


def test_an_insertion_without_graph_gets_a_graph_of_its_own(store: Store) -> None:
    """What an update inserts without naming a graph is kept in ``graph:edits``."""
    store.add([quad("urn:a", 1)])
    store.update("INSERT DATA { <urn:b> <urn:p> 2 . <urn:a> <urn:p> 1 }")

    assert [str(q.subject) for q in store.quads(EDITS)] == ["<urn:b>"]
    assert total(store) == (2, 3)
    assert right(store)


def test_a_deletion_without_graph_reaches_every_graph(store: Store) -> None:
    """What an update deletes without naming a graph leaves every graph that holds it."""
    store.add([quad("urn:a", 1), quad("urn:a", 1, G2), quad("urn:b", 2, G2)])
    store.update("DELETE WHERE { <urn:a> ?p ?o }")

    assert [str(q.subject) for q in store.quads()] == ["<urn:b>"]
    assert right(store)


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ("INSERT DATA { GRAPH <urn:g2> { <urn:a> <urn:p> 1 } }", (1, 1)),
        ("INSERT DATA { GRAPH <urn:g3> { <urn:a> <urn:p> 5 } }", (2, 6)),
        ("DELETE DATA { GRAPH <urn:g1> { <urn:a> <urn:p> 1 } }", (0, 0)),
        ("DELETE DATA { GRAPH <urn:none> { <urn:a> <urn:p> 1 } }", (1, 1)),
        ("COPY <urn:g1> TO <urn:g2>", (1, 1)),
        ("MOVE <urn:g1> TO <urn:g2>", (1, 1)),
        ("ADD <urn:g1> TO <urn:g2>", (1, 1)),
        ("DROP GRAPH <urn:g1>", (0, 0)),
        ("CLEAR GRAPH <urn:g1>", (0, 0)),
        ("CLEAR NAMED", (0, 0)),
        ("CLEAR ALL", (0, 0)),
        ("DROP DEFAULT", (0, 0)),
        ("WITH <urn:g1> DELETE { ?s ?p ?o } INSERT { ?s ?p 7 } WHERE { ?s ?p ?o }", (1, 7)),
        ("DELETE { ?s ?p ?o } INSERT { ?s ?p 7 } WHERE { ?s ?p ?o }", (1, 7)),
        ("INSERT { GRAPH <urn:g2> { ?s ?p 2 } } WHERE { GRAPH <urn:g1> { ?s ?p ?o } }", (2, 3)),
    ],
)
def test_the_merged_view_is_right_after_any_update(
    store: Store, update: str, expected: tuple[int, int]
) -> None:
    """After every kind of update the merged view holds what the named graphs hold, once."""
    store.add([quad("urn:a", 1)])
    store.update(update)

    assert total(store) == expected
    assert right(store)


@pytest.mark.parametrize(
    ("update", "kind", "said"),
    [
        ("INSERT DATA { <urn:b> <urn:p> }", QueryError, "the SPARQL is wrong near"),
        ("INSERT DATA { <urn:b> st:holder 2 }", QueryError, 'the prefix "st:" is not declared'),
        ("INSERT DATA { <urn:b> <urn:p> 2 } ; DROP GRAPH <urn:none>", QueryError, "<urn:none> does not exist"),
        ("CREATE GRAPH <urn:g1>", QueryError, "<urn:g1> already exists"),
        ("INSERT DATA { <urn:b> <urn:p> 2 } ; LOAD <http://example.org/x.ttl>", QueryError, "LOAD would reach out"),
    ],
)
def test_an_update_that_fails_changes_nothing(
    store: Store, update: str, kind: type[KGError], said: str
) -> None:
    """All steps of an update are done or none; the engine's exception becomes ours."""
    store.add([quad("urn:a", 1)])

    with pytest.raises(kind, match=said):
        store.update(update)
    assert total(store) == (1, 1)
    assert right(store)


# -- asking ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sparql", "kind"),
    [("SELECT * { ?s ?p ?o }", "select"), ("ASK {}", "ask"), ("CONSTRUCT WHERE { ?s ?p ?o }", "graph"),
     ("DESCRIBE <urn:a>", "graph")],
)
def test_each_form_of_query_has_its_answer(store: Store, sparql: str, kind: str) -> None:
    """SELECT gives a table, ASK a truth value, CONSTRUCT and DESCRIBE triples."""
    assert store.query(sparql).kind == kind


@pytest.mark.parametrize(
    ("sparql", "said"),
    [
        ("SELECT * WHERE { ?s ?p", "the SPARQL is wrong near"),
        ("INSERT DATA { <urn:a> <urn:p> 1 }", "the SPARQL is wrong near"),
        ("SELECT (<urn:nofunction>(1) AS ?x) {}", "failed|refused"),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "SERVICE would reach out"),
    ],
)
def test_every_exception_of_the_engine_becomes_ours(store: Store, sparql: str, said: str) -> None:
    """A query that the engine refuses is a QueryError with a sentence, whatever the engine raised."""
    with pytest.raises(QueryError, match=said):
        store.query(sparql)


# -- looking and writing -----------------------------------------------------------------


def test_a_change_removes_and_adds_in_one_step(store: Store) -> None:
    """``change`` says what really left and came; what is both removed and added stays."""
    store.add([quad("urn:a", 1), quad("urn:b", 2)])
    change = store.change(
        remove=[quad("urn:a", 1), quad("urn:b", 2), quad("urn:none", 0)], add=[quad("urn:b", 2), quad("urn:c", 3, G2)]
    )

    assert change.removed == (quad("urn:a", 1),)
    assert change.added == (quad("urn:c", 3, G2),)
    assert total(store) == (2, 5)
    assert right(store)


def test_quads_are_found_again(store: Store) -> None:
    """``quads`` gives one graph or all, ``holds`` looks one up, ``count`` counts a triple in two graphs once."""
    quads = [quad("urn:a", 1), quad("urn:a", 1, G2), quad("urn:b", "x y", G2)]
    store.add(quads)

    assert set(store.quads()) == set(quads)
    assert set(store.quads(G2)) == set(quads[1:])
    assert list(store.quads("urn:none")) == []
    assert [store.holds(q) for q in (*quads, quad("urn:b", "x y"))] == [True, True, True, False]
    assert store.count() == 2


def test_every_write_is_told(store: Store) -> None:
    """Each write raises the revision and is told to those who watch; a write that changes nothing is not."""
    told: list[object] = []
    store.watch(told.append)
    before = store.revision
    store.add([quad("urn:a", 1)])
    store.add([quad("urn:a", 1)])

    assert store.revision == before + 1
    assert [change.added for change in told] == [(quad("urn:a", 1),)]  # type: ignore[attr-defined]


def test_what_is_not_known_to_be_seen_is_pending(store: Store) -> None:
    """A store says which graphs rules have not seen; a server, where others write too, cannot (gap "pending")."""
    store.settle()
    store.add([quad("urn:a", 1)])

    assert store.pending() == (None if "pending" in store.gaps else {G1})


def test_a_blank_node_keeps_its_place(store: Store) -> None:
    """What hangs on a blank node hangs together; over HTTP it becomes an IRI (gap "blank nodes")."""
    node, p = ox.BlankNode("b"), ox.NamedNode("urn:p")
    g = ox.NamedNode(G1)
    store.add([ox.Quad(ox.NamedNode("urn:a"), p, node, g), ox.Quad(node, p, ox.Literal("x"), g)])
    body = store.query("SELECT (isBlank(?b) AS ?blank) ?v WHERE { <urn:a> <urn:p> ?b . ?b <urn:p> ?v }").body

    [row] = Table.from_tsv(body)
    assert row["v"] == "x"
    assert bool(row["blank"]) is ("blank nodes" not in store.gaps)
