"""SPARQL through ``g.rdflib``: the store's engine answers, and rdflib's users notice only the speed."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from typing import Any

import pytest
from rdflib import RDF, SKOS, BNode, Dataset, Graph, Literal, Namespace, URIRef, Variable
from rdflib.namespace import XSD
from rdflib.plugins.sparql import prepareQuery
from rdflib.query import Result, ResultRow

import kg
from kg.errors import KGError, QueryError, ReadError
from kg.stores.live import LiveResult, live_dataset
from kg.stores.rewrite import rewritten
from kg.terms import ONTOLOGY_GRAPH, PREFIXES

ST, ACTOR = Namespace(PREFIXES["st"]), Namespace(PREFIXES["actor"])
X = Namespace("urn:x:")
G1, G2 = URIRef("urn:g1"), URIRef("urn:g2")

DATA = """
@prefix x: <urn:x:> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:g1> { x:a x:p 1, "one"@en, "plain" ; x:q x:b ; x:day "2020-01-01"^^xsd:date . x:b x:p 2 . [] x:p 9 . }
<urn:g2> { x:a x:p 1 ; x:q x:c . x:c x:p 3 ; x:name "tab\\there" . }
"""


@pytest.fixture
def g() -> kg.KnowledgeGraph:
    """Two small graphs that share a triple."""
    graph = kg.KnowledgeGraph()
    graph.load_text(DATA, "trig")
    return graph


# -- what an answer is -------------------------------------------------------------------


def test_an_answer_is_rdflibs_own_kind(g: kg.KnowledgeGraph) -> None:
    """Rows are ResultRows: by position, name and attribute, with ``asdict``, ``get`` and ``labels``."""
    found = g.rdflib.query("SELECT ?v ?o ?none { ?v <urn:x:q> ?o } ORDER BY ?o")
    row = next(iter(found))

    assert isinstance(found, Result)
    assert isinstance(row, ResultRow)
    assert found.vars == [Variable("v"), Variable("o"), Variable("none")]
    assert (row[0], row["o"], row.v, row[Variable("o")]) == (X.a, X.b, X.a, X.b)
    assert row.asdict() == {"v": X.a, "o": X.b}
    assert (row.none, row.get("none", 5), row.get("nothing", 5)) == (None, None, 5)
    assert (len(found), bool(found)) == (2, True)
    assert list(found) == list(found), "an answer can be gone through twice"
    assert found.bindings == [{Variable("v"): X.a, Variable("o"): X.b}, {Variable("v"): X.a, Variable("o"): X.c}]
    with pytest.raises(AttributeError):
        _ = row.nothing


def test_an_answer_can_be_written_in_every_format(g: kg.KnowledgeGraph) -> None:
    """CSV, JSON, XML and text out of an answer are read back as the same rows."""
    sparql = "SELECT ?s ?o ?none { ?s <urn:x:p> ?o FILTER (!isBlank(?s)) } ORDER BY ?s ?o"
    found = g.rdflib.query(sparql)
    rows = [tuple(row) for row in found]

    for kind in ("json", "xml"):
        written = found.serialize(format=kind)
        assert written is not None
        assert [tuple(row) for row in Result.parse(io.BytesIO(written), format=kind)] == rows
    assert len(list(csv.reader(io.StringIO((found.serialize(format="csv") or b"").decode())))) == len(rows) + 1
    assert b"plain" in (found.serialize(format="txt") or b"")
    assert json.loads(found.serialize(format="json") or b"")["head"]["vars"] == ["s", "o", "none"]


def test_terms_are_what_went_in(g: kg.KnowledgeGraph) -> None:
    """Literals equal those that were added: plain, tagged and typed, in answers, triples and membership."""
    values = {
        Literal("x"), Literal("x", lang="en"), Literal("7"), Literal(7), Literal(""), Literal(True), Literal(1.5),
        Literal("2020-02-03", datatype=XSD.date), Literal("x", datatype=URIRef("urn:d")), Literal('q"\\\n\t'),
    }
    live = g.rdflib
    for value in values:
        live.add((X.v, X.w, value))

    assert {row[0] for row in live.query("SELECT ?v { <urn:x:v> <urn:x:w> ?v }")} == values
    assert set(live.objects(X.v, X.w)) == values
    assert {o for _, _, o, _ in live.quads((X.v, None, None, None))} == values
    assert all((X.v, X.w, value) in live for value in values)
    assert set(live.query("CONSTRUCT WHERE { <urn:x:v> <urn:x:w> ?v }").graph.objects()) == values


def test_every_form_has_its_answer(g: kg.KnowledgeGraph) -> None:
    """ASK is a truth value, CONSTRUCT and DESCRIBE are graphs, under their own names."""
    live = g.rdflib
    asked, built = live.query("ASK { <urn:x:a> ?p ?o }"), live.query("CONSTRUCT { ?s a ?o } { ?s <urn:x:q> ?o }")

    assert (asked.type, asked.askAnswer, bool(asked), list(asked)) == ("ASK", True, True, [True])
    assert not live.query("ASK { <urn:x:nobody> ?p ?o }")
    assert (built.type, set(built)) == ("CONSTRUCT", {(X.a, RDF.type, X.b), (X.a, RDF.type, X.c)})
    told = live.query("DESCRIBE <urn:x:c>")
    assert (told.type, len(told)) == ("DESCRIBE", 2)


def test_blank_nodes_have_one_name_everywhere(g: kg.KnowledgeGraph) -> None:
    """A blank node is the same in rows, in triples and in constructed graphs, and can be looked up."""
    live = g.rdflib
    (row,) = live.query("SELECT ?s { ?s <urn:x:p> 9 }")

    assert isinstance(row.s, BNode)
    assert list(live.triples((row.s, None, None))) == [(row.s, X.p, Literal(9))]
    assert set(live.query("CONSTRUCT WHERE { ?s <urn:x:p> 9 }").graph.subjects()) == {row.s}


# -- what rdflib gives beside the text ----------------------------------------------------


@pytest.fixture(scope="module")
def pair() -> tuple[Dataset, Dataset]:
    """A live Dataset, and an ordinary copy on which rdflib itself evaluates."""
    graph = kg.KnowledgeGraph()
    graph.load_text(DATA, "trig")
    return graph.rdflib, graph.to_rdflib()


QUERIES = [
    "SELECT ?s { ?s x:p ?v }",
    "SELECT ?s ?who { ?s x:q ?who } ORDER BY ?s",
    "SELECT (COUNT(*) AS ?n) { ?s x:q ?who }",
    "SELECT ?s ?o { { ?s x:q ?o } UNION { ?s x:none ?who } UNION { ?who x:p ?o } }",
    "SELECT ?o ?v { ?s x:q ?o OPTIONAL { ?o x:p ?v FILTER (?o = ?who) } }",
    "SELECT ?o { ?s x:q ?o FILTER NOT EXISTS { ?s x:q ?who FILTER (?who = ?o) } }",
    "SELECT ?s ?n { ?s x:q ?who { SELECT ?who (COUNT(?v) AS ?n) WHERE { ?who x:p ?v } GROUP BY ?who } }",
    "SELECT ?g { GRAPH ?g { ?s x:q ?who } }",
    "SELECT ?v { ?s x:p ?v . # ?who {\n FILTER (str(?v) != '?who } {') VALUES ?s { x:b x:c } FILTER (?s = ?who) }",
    "CONSTRUCT { ?s x:new ?who } WHERE { ?s x:q ?who }",
    "ASK { ?s x:q ?who . ?who x:name ?n }",
    "SELECT ?copy { ?s x:q ?who BIND (?who AS ?copy) }",
]


def told(found: Result) -> Any:
    """An answer without its order."""
    if found.type == "ASK":
        return found.askAnswer
    return Counter(found) if found.type != "SELECT" else Counter(tuple(row) for row in found)


@pytest.mark.parametrize("sparql", QUERIES)
@pytest.mark.parametrize("who", [None, X.b, X.c])
def test_bindings_mean_what_they_mean_in_rdflib(
    pair: tuple[Dataset, Dataset], sparql: str, who: URIRef | None
) -> None:
    """With and without ``initBindings`` the engine answers as rdflib's own evaluation does on a copy."""
    bound = {"who": who} if who else {}
    mine, own = (one.query(sparql, initNs={"x": X}, initBindings=bound) for one in pair)

    assert mine.type != "SELECT" or isinstance(mine, LiveResult)
    assert told(mine) == told(own)


def test_a_prepared_query_runs_on_the_engine(g: kg.KnowledgeGraph) -> None:
    """``prepareQuery`` works, with its namespaces, base and bindings, and is answered by the engine."""
    prepared = prepareQuery("SELECT ?s { ?s y:q ?o ; <p> 1 }", initNs={"y": X}, base="urn:x:p")
    one = prepareQuery("SELECT ?o { ?s <urn:x:q> ?o }")

    assert isinstance(g.rdflib.query(one), LiveResult)
    assert [row.o for row in g.rdflib.query(one, initBindings={"o": X.b})] == [X.b]
    assert isinstance(g.rdflib.query(prepared), LiveResult)


def test_a_blank_node_can_be_bound(g: kg.KnowledgeGraph) -> None:
    """SPARQL cannot name a blank node; rdflib's own evaluation answers such a query, on the same data."""
    live = g.rdflib
    node = next(live.subjects(X.p, Literal(9)))
    found = live.query("SELECT ?v { ?s <urn:x:p> ?v }", initBindings={"s": node})

    assert [tuple(row) for row in found] == [(Literal(9),)]


def test_a_variable_that_is_computed_is_left_to_rdflib(g: kg.KnowledgeGraph) -> None:
    """Where a binding cannot be written into the text, rdflib's own evaluation answers, as it does elsewhere."""
    sparql = "SELECT ?v ?t { ?s <urn:x:p> ?v BIND (STR(?v) AS ?t) FILTER (!isBlank(?s)) }"
    mine = g.rdflib.query(sparql, initBindings={"t": Literal("3")})

    assert not isinstance(mine, LiveResult)
    assert told(mine) == told(g.to_rdflib().query(sparql, initBindings={"t": Literal("3")}))


@pytest.mark.parametrize(
    "sparql",
    ["SELECT ?o { <urn:x:a> <urn:x:q> ?o }", "SELECT ?o WHERE { <urn:x:a> <urn:x:q> ?o } LIMIT 5",
     "CONSTRUCT WHERE { <urn:x:a> <urn:x:q> ?o }", "CONSTRUCT { ?o a ?o } { <urn:x:a> <urn:x:q> ?o }"],
)
def test_a_query_on_a_context_asks_that_graph(g: kg.KnowledgeGraph, sparql: str) -> None:
    """A query called on one graph of the Dataset sees the triples of that graph only."""
    there = g.rdflib.graph(G2).query(sparql)
    terms = {term for row in there for term in row}

    assert X.c in terms
    assert X.b not in terms


@pytest.mark.parametrize("head", ["", "PREFIX x: <urn:x:>\n", "# SELECT {\n"])
def test_an_error_names_the_line_of_the_author(g: kg.KnowledgeGraph, head: str) -> None:
    """Lines count from the text that was given, whatever prefixes were put before it."""
    with pytest.raises(QueryError) as caught:
        g.rdflib.query(f"{head}SELECT ?s\n{{ ?s x:p }}", initNs={"x": X})

    assert caught.value.where.startswith(f"line {2 + head.count(chr(10))}")


def test_only_what_is_used_is_written_into_a_query() -> None:
    """Prefixes that the text uses and does not declare are added; words in strings and comments are no prefixes."""
    text = "PREFIX a: <urn:a:> SELECT * { a:s b:p 'c:d', <e:f> } # g:h"
    known = dict.fromkeys("abcegh", "urn:known:")

    assert rewritten(text, known, {}) == f"PREFIX b: <urn:known:>\n{text}"
    assert rewritten("ASK { a:s b:p 1 }", known, {}).count("\n") == 2
    assert rewritten("ASK { :s _:b ?v }", {"": "urn:e:"}, {}).startswith("PREFIX : <urn:e:>\n")


# -- whole graphs --------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
@pytest.mark.parametrize("format", ["trig", "nquads", "json-ld", "trix", "hext"])
def test_each_triple_is_written_once_a_graph(g: kg.KnowledgeGraph, format: str) -> None:
    """Formats with graphs hold each triple under the graphs it is in, and not in the view of all of them."""
    text = g.rdflib.serialize(format=format)
    read = Dataset()
    read.parse(data=text, format=format)
    quads = Counter((s, p, c) for s, p, _, c in read.quads() if str(s).startswith("urn:x:"))

    assert quads[X.a, X.q, G1] == 1 == quads[X.a, X.q, G2]
    assert {c for _, _, c in quads} == {G1, G2}


@pytest.mark.parametrize("format", ["nt", "turtle", "xml"])
def test_formats_without_graphs_hold_the_merged_view(g: kg.KnowledgeGraph, format: str) -> None:
    """Formats without graphs hold each triple once, however many graphs it is in."""
    text = g.rdflib.serialize(format=format)
    read = Graph().parse(data=text, format=format)

    assert len(read) == g.store.count()
    assert format != "nt" or text.count("<urn:x:a> <urn:x:p> ") == 3


def test_graphs_and_quads_leave_the_view_out(g: kg.KnowledgeGraph) -> None:
    """Going through the graphs or the quads of the Dataset meets each statement of a source once."""
    live = g.rdflib

    assert {str(one.identifier) for one in live.graphs()} == {str(G1), str(G2), ONTOLOGY_GRAPH}
    assert sorted(c for *_, c in live.quads((X.a, X.p, Literal(1), None))) == [G1, G2]
    assert {one.identifier for one in live.graphs((X.a, X.p, Literal(1)))} == {G1, G2}
    assert len(list(live.triples((X.a, X.p, Literal(1))))) == 1


def test_a_copy_is_an_ordinary_dataset(g: kg.KnowledgeGraph) -> None:
    """``to_rdflib`` copies graphs, terms and prefixes; the copy goes its own way."""
    copy = g.to_rdflib()

    assert {str(one.identifier) for one in copy.graphs() if len(one)} == {str(G1), str(G2)}
    assert set(copy.quads((None, X.p, None, None))) == set(g.rdflib.quads((None, X.p, None, None)))
    copy.graph(G1).add((X.z, X.z, X.z))
    assert (X.z, X.z, X.z) not in g.rdflib
    assert len(g.to_rdflib(ontology=True).graph(URIRef(ONTOLOGY_GRAPH))) > 100


def test_an_rdflib_graph_can_be_loaded(g: kg.KnowledgeGraph) -> None:
    """A Graph goes to the graph that is named, to its own IRI, or to ``graph:rdflib``; twice adds nothing."""
    data = Graph()
    data.add((X.a, X.p, Literal("from rdflib", lang="en")))
    data.add((BNode("here"), X.p, BNode("there")))

    assert g.load_rdflib(data) == 2
    assert g.load_rdflib(data) == 0
    assert g.load_rdflib(data, name="My source") == 2
    own = Graph(identifier=URIRef("urn:mine"))
    own += data
    assert g.load_rdflib(own) == 2
    base = PREFIXES["graph"]
    assert {f"{base}rdflib", f"{base}my-source", "urn:mine"} < set(g.store.graphs())
    assert (BNode("here"), X.p, BNode("there")) in g.rdflib


def test_a_dataset_makes_the_round_trip(article: kg.KnowledgeGraph) -> None:
    """Out to rdflib and in again gives the same quads, blank nodes told apart."""
    fresh = kg.KnowledgeGraph()
    fresh.load_rdflib(article.to_rdflib())

    assert set(fresh.store.quads()) == set(article.store.quads())
    again = kg.KnowledgeGraph()
    again.load_rdflib(article.rdflib)
    assert set(again.store.quads()) == set(article.store.quads())


def test_a_source_can_be_replaced_from_rdflib(g: kg.KnowledgeGraph) -> None:
    """With *replace* the graphs that the data name hold afterwards what the data hold."""
    data = Dataset()
    data.graph(G1).add((X.a, X.p, Literal("mended")))
    data.default_graph.add((X.d, X.p, Literal(4)))
    g.load_rdflib(data, name="rest", replace=True)

    assert set(g.rdflib.graph(G1)) == {(X.a, X.p, Literal("mended"))}
    assert set(g.rdflib.graph(URIRef(f"{PREFIXES['graph']}rest"))) == {(X.d, X.p, Literal(4))}
    assert (X.c, X.p, Literal(3)) in g.rdflib


@pytest.mark.parametrize(
    ("triple", "said"),
    [
        ((Literal("x"), X.p, X.a), "a literal stands first"),
        ((X.a, BNode(), X.a), "no IRI second"),
        ((X.a, X.p, Variable("v")), "no RDF term that a graph can hold"),
        ((X.a, X.p, URIRef("no scheme")), "is no RDF term"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_what_is_no_rdf_is_refused_whole(g: kg.KnowledgeGraph, triple: Any, said: str) -> None:
    """rdflib holds more than RDF; a graph with such a triple is refused, every problem named, nothing loaded."""
    data = Graph()
    data.add((X.good, X.p, X.good))
    data.add(triple)

    with pytest.raises(ReadError, match=said):
        g.load_rdflib(data)
    assert (X.good, X.p, X.good) not in g.rdflib
    with pytest.raises(KGError):
        g.rdflib.add(triple)


def test_a_known_vocabulary_needs_no_declaration(article: kg.KnowledgeGraph) -> None:
    """Prefixes bound to the Dataset, the graph's own and rdflib's, can be used as they are."""
    live = article.rdflib
    live.bind("who", ACTOR)

    assert live.query("ASK { who:taliban skos:prefLabel 'Taliban'@en }")
    assert live.query("ASK { who:united-states st:negotiatesWith who:taliban }")
    assert live.value(ACTOR.taliban, SKOS.prefLabel) is not None
    assert live.namespace_manager.curie(str(ST.Stance)) == "st:Stance"


class DoorOnly:
    """A real store of which only the door can be reached, as of one elsewhere."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        if name == "inner":
            raise AttributeError(name)
        return getattr(self._store, name)


def test_patterns_work_through_sparql_alone(g: kg.KnowledgeGraph) -> None:
    """Where there is no engine at hand, triples, quads, graphs and removals are asked for in SPARQL."""
    near, far = g.rdflib, live_dataset(DoorOnly(g.store))
    patterns = [
        (None, X.p, None), (X.a, X.p, Literal(1)), (X.a, X.p, Literal("one", lang="en")), (X.a, None, Literal("plain")),
        (None, None, X.c), (X.c, X.name, None), (X.a, X.q, X.none),
    ]

    for pattern in patterns:
        assert Counter(far.triples(pattern)) == Counter(near.triples(pattern))
        assert Counter(far.quads((*pattern, None))) == Counter(near.quads((*pattern, None)))
        assert Counter(far.graph(G2).triples(pattern)) == Counter(near.graph(G2).triples(pattern))
    assert {one.identifier for one in far.graphs((X.a, X.p, Literal(1)))} == {G1, G2}
    assert len(far) == len(near)
    far.remove((X.a, X.q, None))
    assert (X.a, X.q, None) not in near
