"""Stores: named graphs, and one merged view of them in which a triple counts once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import KGError, NotFound, QueryError, StoreError
from kg.stores import OxigraphStore, open_store
from kg.tables import Table

EDITS = "https://w3id.org/actor-stance/graph/edits"
G1, G2 = "urn:g1", "urn:g2"


def quad(subject: str, value: object, graph: str = G1) -> ox.Quad:
    """A quad with a plain value."""
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode("urn:p"), ox.Literal(value), ox.NamedNode(graph))


def merged(store: OxigraphStore) -> list[str]:
    """The merged view as lines."""
    return sorted(str(q.triple) for q in store.quads_of_default())


def right(store: OxigraphStore) -> bool:
    """Whether the merged view is exactly the triples of the named graphs."""
    return merged(store) == sorted({str(q.triple) for q in store.quads()})


def total(store: OxigraphStore) -> tuple[int, int]:
    """COUNT and SUM of all values, as a query that names no graph sees them."""
    body = store.query("SELECT (COUNT(*) AS ?n) (SUM(?v) AS ?sum) WHERE { ?s <urn:p> ?v }").body
    row = next(iter(Table.from_tsv(body)))
    return row["n"], row["sum"]


@pytest.fixture(params=["memory", "folder"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OxigraphStore]:
    """An empty store, in memory and on disk."""
    opened = open_store(None if request.param == "memory" else tmp_path / "a.kg")
    yield opened
    opened.close()


# -- the merged view -------------------------------------------------------------------


def test_a_triple_in_two_graphs_counts_once(store: OxigraphStore) -> None:
    """COUNT and SUM see a triple once, however many graphs hold it."""
    store.add([quad("urn:a", 10), quad("urn:a", 10, G2), quad("urn:b", 1, G2)])

    assert total(store) == (2, 11)
    assert right(store)


def test_a_triple_stays_while_one_graph_holds_it(store: OxigraphStore) -> None:
    """Taking a triple out of one graph leaves it in the view while another graph holds it."""
    store.add([quad("urn:a", 10), quad("urn:a", 10, G2)])

    assert store.remove([quad("urn:a", 10)]) == 1
    assert total(store) == (1, 10)
    assert store.remove([quad("urn:a", 10, G2)]) == 1
    assert total(store) == (0, 0)
    assert merged(store) == []


def test_adding_twice_adds_nothing(store: OxigraphStore) -> None:
    """``add`` counts what was new: nothing the second time."""
    quads = [quad("urn:a", 1), quad("urn:b", 2), quad("urn:a", 1)]

    assert store.add(quads) == 2
    assert store.add(quads) == 0
    assert total(store) == (2, 3)


def test_removing_what_is_not_there_removes_nothing(store: OxigraphStore) -> None:
    """``remove`` counts what went: not what was never there."""
    store.add([quad("urn:a", 1)])

    assert store.remove([quad("urn:b", 1), quad("urn:a", 1, G2)]) == 0
    assert total(store) == (1, 1)


def test_a_graph_is_dropped_whole(store: OxigraphStore) -> None:
    """Dropping a graph takes its quads and its name, and nothing of another graph."""
    store.add([quad("urn:a", 1), quad("urn:b", 2), quad("urn:a", 1, G2)])

    assert store.graphs() == [G1, G2]
    assert store.drop(G1) == 2
    assert store.graphs() == [G2]
    assert merged(store) == ['<urn:a> <urn:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer>']
    assert store.drop("urn:none") == 0


def test_many_quads_leave_as_few_do(store: OxigraphStore) -> None:
    """Taking out thousands of quads keeps those that another graph still holds."""
    store.add([quad(f"urn:{n}", n) for n in range(1000)] + [quad(f"urn:{n}", n, G2) for n in range(0, 1000, 2)])

    assert store.drop(G1) == 1000
    assert total(store) == (500, sum(range(0, 1000, 2)))
    assert right(store)


@pytest.mark.parametrize("node", [ox.BlankNode("b"), ox.NamedNode("urn:x")], ids=["blank", "named"])
@pytest.mark.parametrize("value", ['a "b" \\ c\n\r\t\x01', "", "جواب", "1e0"])
def test_any_term_can_leave_again(store: OxigraphStore, node: ox.NamedNode | ox.BlankNode, value: str) -> None:
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


def test_an_insertion_without_graph_gets_a_graph_of_its_own(store: OxigraphStore) -> None:
    """What an update inserts without naming a graph is kept in ``graph:edits``."""
    store.add([quad("urn:a", 1)])
    store.update("INSERT DATA { <urn:b> <urn:p> 2 . <urn:a> <urn:p> 1 }")

    assert [str(q.subject) for q in store.quads(EDITS)] == ["<urn:b>"]
    assert total(store) == (2, 3)
    assert right(store)


def test_a_deletion_without_graph_reaches_every_graph(store: OxigraphStore) -> None:
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
    store: OxigraphStore, update: str, expected: tuple[int, int]
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
    store: OxigraphStore, update: str, kind: type[KGError], said: str
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
def test_each_form_of_query_has_its_answer(store: OxigraphStore, sparql: str, kind: str) -> None:
    """SELECT gives a table, ASK a truth value, CONSTRUCT and DESCRIBE triples."""
    assert store.query(sparql).kind == kind


@pytest.mark.parametrize(
    ("sparql", "said"),
    [
        ("SELECT * WHERE { ?s ?p", "the SPARQL is wrong near"),
        ("INSERT DATA { <urn:a> <urn:p> 1 }", "the SPARQL is wrong near"),
        ("SELECT (<urn:nofunction>(1) AS ?x) {}", "The query failed"),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "SERVICE would reach out"),
    ],
)
def test_every_exception_of_the_engine_becomes_ours(store: OxigraphStore, sparql: str, said: str) -> None:
    """A query that the engine refuses is a QueryError with a sentence, whatever the engine raised."""
    with pytest.raises(QueryError, match=said):
        store.query(sparql)


# -- folders -----------------------------------------------------------------------------


def test_a_folder_keeps_what_was_put_in(tmp_path: Path) -> None:
    """What was added is there when the folder is opened again; the merged view too."""
    first = open_store(tmp_path / "a.kg")
    first.add([quad("urn:a", 1), quad("urn:a", 1, G2)])
    first.close()
    second = open_store(tmp_path / "a.kg", read_only=True)

    assert total(second) == (1, 1)
    assert second.graphs() == [G1, G2]
    second.close()


def test_a_missing_folder_is_named_with_the_way_to_make_it(tmp_path: Path) -> None:
    """Reading a folder that is not there says so and how to make one; nothing is made."""
    for options in ({"read_only": True}, {"create": False}):
        with pytest.raises(NotFound, match=r'No graph at ".*none.kg"\. Make one with: kg -g .*none.kg load FILE'):
            open_store(tmp_path / "none.kg", **options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("read_only", [True, False])
def test_a_folder_that_is_no_graph_is_left_alone(tmp_path: Path, read_only: bool) -> None:
    """A folder with other files, or a file, is no graph; nothing is written into it."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine", encoding="utf-8")

    for path in (tmp_path / "other", tmp_path / "other" / "notes.txt"):
        with pytest.raises(StoreError, match="is no graph folder"):
            open_store(path, read_only=read_only)
    assert [p.name for p in (tmp_path / "other").iterdir()] == ["notes.txt"]


def test_a_damaged_folder_is_refused_with_a_cure(tmp_path: Path) -> None:
    """A graph folder whose files are damaged is refused with the way back."""
    open_store(tmp_path / "a.kg").close()
    for file in (tmp_path / "a.kg").rglob("MANIFEST-*"):
        file.unlink()

    with pytest.raises(StoreError, match=r"cannot be opened: .*Restore it from a file saved with: kg save"):
        open_store(tmp_path / "a.kg")


def test_one_program_writes_and_many_read(tmp_path: Path) -> None:
    """A folder open for writing is locked for a second writer, not for a reader."""
    first = open_store(tmp_path / "a.kg")
    first.add([quad("urn:a", 1)])
    first.inner.flush()

    with pytest.raises(StoreError, match="is locked: another program has it open for writing"):
        open_store(tmp_path / "a.kg")
    reader = open_store(tmp_path / "a.kg", read_only=True)
    assert total(reader) == (1, 1)
    reader.close()
    first.close()
    open_store(tmp_path / "a.kg").close()


def test_a_store_for_reading_refuses_every_write(tmp_path: Path) -> None:
    """A store that is open for reading refuses to add, remove, drop and update, and says why."""
    writer = open_store(tmp_path / "a.kg")
    writer.add([quad("urn:a", 1)])
    writer.close()
    reader = open_store(tmp_path / "a.kg", read_only=True)

    for write in (
        lambda: reader.add([quad("urn:b", 2)]), lambda: reader.remove([quad("urn:a", 1)]),
        lambda: reader.drop(G1), lambda: reader.update("INSERT DATA { <urn:b> <urn:p> 1 }"),
    ):
        with pytest.raises(StoreError, match=r"is open for reading only\. Name a graph folder to write to"):
            write()
    assert total(reader) == (1, 1)
    reader.close()


def test_a_graph_folder_can_be_copied(tmp_path: Path) -> None:
    """A closed graph folder is a folder like any other: a copy is the same graph."""
    original = open_store(tmp_path / "a.kg")
    original.add([quad("urn:a", 1)])
    original.close()
    shutil.copytree(tmp_path / "a.kg", tmp_path / "b.kg")
    copy = open_store(tmp_path / "b.kg")

    assert total(copy) == (1, 1)
    copy.close()
