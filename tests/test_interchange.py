"""JSON-LD with the published context: readable, offline, the same triples to every processor."""

from __future__ import annotations

import gzip
import io
import json
import string
import time
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from support import ITEM, lines, run

import kg
from kg import context, writers
from kg.errors import ReadError
from kg.readers import rdf
from kg.stores.exchange import from_ox
from kg.terms import ONTOLOGY_GRAPH, PREFIXES, SPARQL_PREFIXES, ST

RDF, XSD = PREFIXES["rdf"], PREFIXES["xsd"]
GRAPH = ox.NamedNode(f"{PREFIXES['graph']}page")


def written(quads: list[ox.Quad]) -> bytes:
    """Quads as JSON-LD."""
    out = io.BytesIO()
    writers.write(quads, out, ox.RdfFormat.JSON_LD)
    return out.getvalue()


def read(data: bytes) -> list[ox.Quad]:
    """JSON-LD as quads, in canonical order."""
    return rdf.canonical(rdf.parse(data, ox.RdfFormat.JSON_LD, name="page", where="page"))


def page(turtle: str) -> tuple[dict[str, Any], list[ox.Quad]]:
    """Turtle as the JSON-LD document that is written of it, and its quads."""
    heads = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items())
    quads = rdf.parse((heads + turtle).encode(), ox.RdfFormat.TURTLE, name="page", where="page")
    found: dict[str, Any] = json.loads(written(quads))
    return found, quads


def node(document: dict[str, Any], name: str) -> dict[str, Any]:
    """What a document says of one thing in its first graph."""
    found: dict[str, Any] = next(n for n in document["@graph"][0]["@graph"] if n["id"] == name)
    return found


def by_rdflib(data: bytes) -> set[tuple[Any, ...]]:
    """The quads that rdflib reads, given the context document, with names for blank nodes that depend on nothing."""
    document = json.loads(data)
    own = context.document()["@context"]
    named = document["@context"]
    document["@context"] = own if isinstance(named, str) else [own if n == context.IRI else n for n in named]
    found = rdflib.Dataset()
    found.parse(data=json.dumps(document), format="json-ld")
    text = found.serialize(format="nquads").encode()
    return terms(rdf.canonical(ox.parse(text, ox.RdfFormat.N_QUADS)))


def terms(quads: list[ox.Quad]) -> set[tuple[Any, ...]]:
    """Quads as tuples of rdflib's terms."""
    return {tuple(str(from_ox(term).n3()) for term in q) for q in quads}


# -- the context ---------------------------------------------------------------------------


def test_the_context_is_fresh() -> None:
    """``ontology/context.jsonld`` is what the ontology makes it; mend it with ``python docs/build.py``."""
    file = Path(__file__).parents[1] / "ontology" / "context.jsonld"

    assert file.read_text(encoding="utf-8") == context.generate()


def test_every_term_of_the_ontology_has_its_own_name_in_the_context() -> None:
    """Every class and property of the ontology has a short name, and no two have the same."""
    quads = kg.KnowledgeGraph().store.quads(ONTOLOGY_GRAPH)
    kinds = {f"{PREFIXES['owl']}{kind}" for kind in ("Class", "ObjectProperty", "DatatypeProperty")}
    own = {
        q.subject.value: q.object.value
        for q in quads
        if q.predicate.value == f"{RDF}type" and getattr(q.object, "value", "") in kinds
        if isinstance(q.subject, ox.NamedNode) and q.subject.value.startswith(ST)
    }
    names = context.names()

    assert len(own) > 150
    for iri, kind in own.items():
        assert iri in (names.classes if kind.endswith("#Class") else names.properties), iri
    every = [*names.classes.values(), *(name for name, _ in names.properties.values()), *names.prefixes]
    assert len(every) == len(set(every))


def test_rdflib_reads_the_context_as_we_do() -> None:
    """To rdflib each name stands for the IRI and the kind of value that our tables give it."""
    from rdflib.plugins.shared.jsonld.context import Context

    theirs = Context(context.document()["@context"])
    for iri, (name, kind) in context.names().properties.items():
        term = theirs.terms[name]
        assert str(term.id) == iri
        assert kind in {str(term.type or ""), *(term.container or [""])}
    for iri, name in context.names().classes.items():
        assert str(theirs.terms[name].id) == iri


# -- writing -------------------------------------------------------------------------------


def test_jsonld_reads_well() -> None:
    """Short names, dates and numbers as such, texts by language, selectors where they are spoken of."""
    document, _ = page(
        'item:s a st:Stance ; st:holder actor:a ; st:startDate "2020-04-08"^^xsd:date ; st:confidence 0.9 ; '
        'skos:prefLabel "one"@en , "eins"@de , "two"@en ; dcterms:title "A title" ; '
        "oa:hasSelector [ a oa:TextPositionSelector ; oa:start 3 ; oa:end 14 ] ."
    )

    assert document["@context"] == "https://w3id.org/actor-stance/context.jsonld"
    assert document["@graph"][0]["id"] == "graph:page"
    assert node(document, "item:s") == {
        "id": "item:s",
        "type": "Stance",
        "holder": "actor:a",
        "startDate": "2020-04-08",
        "confidence": "0.9",
        "prefLabel": {"de": "eins", "en": ["one", "two"]},
        "title": "A title",
        "hasSelector": {"type": "TextPositionSelector", "start": 3, "end": 14},
    }


def test_what_is_not_of_the_usual_kind_says_so() -> None:
    """A month where days are usual, a text where things are, a text without language: each keeps what it is."""
    document, quads = page(
        'item:s st:startDate "2020-04"^^xsd:gYearMonth ; st:holder "nobody" ; skos:prefLabel "plain" , "x"@en ; '
        'oa:start "07"^^xsd:integer ; st:confidence 1 ; st:timeNote true , 7 , 1.5e0 .'
    )

    assert node(document, "item:s") == {
        "id": "item:s",
        "startDate": {"@type": "xsd:gYearMonth", "@value": "2020-04"},
        "holder": {"@value": "nobody"},
        "prefLabel": ["plain", {"@language": "en", "@value": "x"}],
        "start": "07",
        "confidence": {"@type": "xsd:integer", "@value": "1"},
        "timeNote": [{"@type": "xsd:double", "@value": "1.5e0"}, 7, True],
    }
    assert read(written(quads)) == rdf.canonical(quads)


def test_lists_are_lists() -> None:
    """An RDF list is written as a list; one that is shared, broken or goes in a circle stays as it is."""
    document, quads = page(
        """item:a st:timeNote ( "x" item:y 3 [] ) ; st:holder ( actor:a ) , () .
        item:b st:timeNote _:shared . item:c st:timeNote _:shared . _:shared rdf:first 1 ; rdf:rest () .
        item:d st:timeNote _:open . _:open rdf:first 1 ; rdf:rest _:none .
        item:e st:timeNote _:ring . _:ring rdf:first 1 ; rdf:rest _:round . _:round rdf:first 2 ; rdf:rest _:ring .
        item:f st:timeNote ( ( 1 2 ) 3 ) . item:g st:timeNote [ rdf:first 1 , 2 ; rdf:rest () ] ."""
    )

    [first, thing, number, blank] = node(document, "item:a")["timeNote"]["@list"]
    assert (first, thing, number) == ("x", {"id": "item:y"}, 3)
    assert blank["id"].startswith("_:")
    assert sorted(map(str, node(document, "item:a")["holder"])) == ["rdf:nil", "{'@list': ['actor:a']}"]
    assert json.dumps(document).count("@list") == 3
    assert read(written(quads)) == rdf.canonical(quads)


def test_an_iri_that_looks_short_is_not_taken_for_a_short_form() -> None:
    """An IRI whose scheme is a prefix of the context, such as <actor:x>, comes back as it was."""
    quads = [
        ox.Quad(ox.NamedNode(s), ox.NamedNode(p), ox.NamedNode(o), GRAPH)
        for s, p, o in [
            ("actor:x", "st:y", "xsd:date"), ("id:x", "type:x", "holder:x"), (f"{ITEM}a", f"{ST}holder", f"{ITEM}//b"),
            ("Actor:x", f"{RDF}type", f"{ST}Actor"), ("st://a/b", f"{ST}holder", PREFIXES["item"]),
        ]
    ]  # fmt: skip

    data = written(quads)
    assert json.loads(data)["@context"][1] == dict.fromkeys(["Actor", "actor", "holder", "st", "xsd"])
    assert read(data) == rdf.canonical(quads)


def test_the_shipped_corpora_come_back_from_jsonld(corpus: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """Saved as JSON-LD and loaded again, offline, the shipped corpora are the same, and so are the bytes."""
    file = corpus.save(tmp_path / "all.jsonld")
    again = kg.KnowledgeGraph()
    again.load(file)

    assert rdf.canonical(again.store.quads()) == rdf.canonical(corpus.store.quads())
    assert again.save(tmp_path / "again.jsonld").read_bytes() == file.read_bytes()


def test_rdflib_reads_the_shipped_corpora_alike(article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """rdflib's JSON-LD parser, given the context document, finds the same quads in what is saved."""
    data = article.save(tmp_path / "all.jsonld").read_bytes()
    quads = [q for q in article.store.quads() if q.graph_name != ox.NamedNode(ONTOLOGY_GRAPH)]

    assert by_rdflib(data) == terms(rdf.canonical(quads))
    assert len(quads) > 1_500


# -- any quads -----------------------------------------------------------------------------

# Unsafe in JSON, in Turtle or to look at.
ODD = 'a"\\/\n\r\t<>&{}[]@:,#%\u00a0\u200f\u2028é漢\U0001f600\x7f\x01'
texts = st.text(alphabet=ODD + "xyz ", max_size=8)
ends = st.text(alphabet=string.ascii_letters + "0123456789-._~é漢/?:@!$&'()*+,;=", min_size=1, max_size=8)
SPACES = [*PREFIXES.values(), "http://e.org/"]
CLASHING = ["urn:x:", "mailto:", "actor:", "st:", "holder:", "Actor:", "id:", "type:"]
LEXICAL = ["1", "01", "-5", "1.50", "true", "2020-01-01", "2020", "word", "", "9" * 30, "-0"]
DATATYPES = ["string", "date", "gYear", "integer", "decimal", "boolean", "double", "dateTime"]
CELL = [ox.NamedNode(f"{RDF}{name}") for name in ("first", "rest", "type")]
NIL = ox.NamedNode(f"{RDF}nil")


def graphs(spaces: list[str], typed: list[tuple[str, str]]) -> st.SearchStrategy[list[ox.Quad]]:
    """Lists of quads with IRIs in some namespaces and some typed literals (text, datatype)."""
    nodes = st.builds(lambda space, end: ox.NamedNode(space + end), st.sampled_from(spaces), ends)
    known = st.sampled_from([ox.NamedNode(iri) for iri in [*context.names().properties, *context.names().classes]])
    blank = st.builds(ox.BlankNode, st.sampled_from(["a", "b", "c", "d"]))
    literals = st.one_of(
        st.builds(ox.Literal, texts),
        st.builds(lambda t, tag: ox.Literal(t, language=tag), texts, st.sampled_from(["en", "fa-af", "zh-hant-tw"])),
        st.sampled_from([ox.Literal(t, datatype=ox.NamedNode(XSD + d)) for t, d in typed]),
        st.builds(lambda t, d: ox.Literal(t, datatype=d), texts, nodes),
    )
    objects = st.one_of(nodes, known, blank, blank, literals, st.just(NIL))
    predicates = st.one_of(nodes, known, known, st.sampled_from(CELL))
    homes = st.one_of(st.just(GRAPH), nodes, blank)
    return st.lists(st.builds(ox.Quad, st.one_of(nodes, blank), predicates, objects, homes), max_size=12)


@settings(max_examples=200, deadline=None)
@given(graphs(SPACES + CLASHING, [(text, datatype) for text in LEXICAL for datatype in DATATYPES]))
def test_any_quads_come_back_from_jsonld(quads: list[ox.Quad]) -> None:
    """Whatever the quads, what is written as JSON-LD is read as the same quads, and equal graphs are equal bytes."""
    data = written(quads)

    assert read(data) == rdf.canonical(quads)
    assert written(list(reversed(quads))) == data


# Literals as rdflib would write them itself: it changes others when it reads them, in any format.
PLAIN = [("1", "integer"), ("1.5", "decimal"), ("true", "boolean"), ("2020-01-01", "date"), ("2020", "gYear")]


@settings(max_examples=60, deadline=None)
@given(graphs(SPACES, PLAIN))
def test_rdflib_reads_any_jsonld_alike(quads: list[ox.Quad]) -> None:
    """Whatever the quads, rdflib's parser finds in the JSON-LD what ours finds."""
    assert by_rdflib(written(quads)) == terms(rdf.canonical(quads))


# -- reading -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "named",
    [
        '"https://w3id.org/actor-stance/context.jsonld"',
        '"https:\\/\\/w3id.org\\/actor-stance\\/context.jsonld"',
        '["https://w3id.org/actor-stance/context.jsonld"]',
        '[ "https://w3id.org/actor-stance/context.jsonld" , {"ex": "http://e.org/"} ]',
    ],
)
def test_the_context_is_known_by_its_iri(named: str) -> None:
    """A file that refers to our context is read without a network, alone or beside other contexts."""
    g = kg.KnowledgeGraph()
    g.load_text(
        f'{{"@context" : {named}, "id": "item:s", "type": "Stance", "holder": "actor:a", "prefLabel": {{"en": "x"}}}}',
        "jsonld",
    )

    assert g.ask(
        SPARQL_PREFIXES
        + 'ASK { GRAPH graph:stdin { item:s a st:Stance ; st:holder actor:a ; skos:prefLabel "x"@en } }'
    )


@pytest.mark.parametrize("named", ['"https://schema.org/"', '[{}, "https://e.org/context.jsonld"]'])
def test_any_other_remote_context_is_refused(named: str) -> None:
    """Another web address as context is refused in one sentence that names the one we know; nothing is fetched."""
    with pytest.raises(ReadError) as caught:
        kg.KnowledgeGraph().load_text(f'{{"@context": {named}, "@id": "http://e.org/a"}}', "jsonld")

    assert "its @context is a web address, and loading does not reach out to the network." in str(caught.value)
    assert context.IRI in str(caught.value)


def test_a_text_that_speaks_of_the_context_stays_a_text() -> None:
    """Only a context is put in place: a value that quotes one is left alone."""
    said = f'"@context": "{context.IRI}"'
    quad = ox.Quad(ox.NamedNode(f"{ITEM}a"), ox.NamedNode(f"{ST}timeNote"), ox.Literal(said), GRAPH)

    assert read(written([quad])) == [quad]


def test_lines_of_errors_are_those_of_the_file() -> None:
    """A mistake below the context is told with the line that it has in the file."""
    text = f'{{\n "@context": "{context.IRI}",\n "@graph": [\n  {{"id": "item:a", "holder": }}\n ]\n}}'

    with pytest.raises(ReadError, match=r"stdin, line 4"):
        kg.KnowledgeGraph().load_text(text, "jsonld")


def test_jsonld_of_a_hundred_thousand_quads_takes_seconds(corpus: kg.KnowledgeGraph) -> None:
    """A hundred thousand quads are written and read in seconds of computing, not minutes."""
    quads = [q for q in corpus.store.quads() if q.graph_name != ox.NamedNode(ONTOLOGY_GRAPH)]
    many = [
        ox.Quad(ox.NamedNode(f"{q.subject.value}-{n}"), q.predicate, q.object, q.graph_name)
        for n in range(6)
        for q in quads
        if isinstance(q.subject, ox.NamedNode)
    ]
    start = time.process_time()
    again = rdf.parse(written(many), ox.RdfFormat.JSON_LD, name="page", where="page")

    assert len(again) == len(many) > 100_000
    assert time.process_time() - start < 60


@pytest.mark.parametrize("name", ["x.ttl.gz", "x.jsonld.zst", "x.trig", "x.rdf.gz", "x.nt.zst"])
def test_constructed_triples_go_to_any_file(tmp_path: Path, name: str) -> None:
    """``kg query CONSTRUCT … -o`` writes any RDF format, packed where the name says so, JSON-LD with our context."""
    done = run(
        "query", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o ; a <https://w3id.org/actor-stance/ns#State> }",
        "-o", tmp_path / name,
    )  # fmt: skip
    assert done.code == 0, done.err
    g = kg.KnowledgeGraph()
    packed = (tmp_path / name).read_bytes()
    g.load(tmp_path / name)

    assert len(lines(g)) > 5
    assert packed[:2] == {"gz": b"\x1f\x8b", "zst": b"\x28\xb5"}.get(name.rsplit(".", 1)[-1], packed[:2])
    if "jsonld" in name:
        plain = zstandard.ZstdDecompressor().decompressobj().decompress(packed)
        assert json.loads(plain)["@context"] == context.IRI


@pytest.mark.parametrize("name", ["x.csv", "x.tsv", "x.parquet"])
def test_streamed_tables_are_packed_too(tmp_path: Path, name: str) -> None:
    """A table that is written as it comes is packed by the ending of its file."""
    asked = "SELECT ?s WHERE { ?s a <https://w3id.org/actor-stance/ns#State> } ORDER BY ?s"
    plain, packed = (run("query", asked, "-o", tmp_path / file) for file in (name, f"{name}.gz"))

    assert (plain.code, packed.code) == (0, 0)
    assert gzip.decompress((tmp_path / f"{name}.gz").read_bytes()) == (tmp_path / name).read_bytes()
