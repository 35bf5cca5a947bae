"""Ties with what they rest on (RDF 1.2), descriptions for catalogues (DCAT, VoID), and loading from a pipe."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import DCAT, DCTERMS, RDF, VOID, XSD, Literal, URIRef
from support import PAGE, SEED, TURTLE, lines, run

import kg
from kg.errors import KGError, ReadError, StoreError
from kg.readers import rdf
from kg.terms import DERIVED, ONTOLOGY_GRAPH, PREFIXES, PROVENANCE_GRAPH, SPARQL_PREFIXES, ST
from kg.writers.reifiers import reifying

Fresh = Callable[[], kg.KnowledgeGraph]
REIFIES = ox.NamedNode(f"{PREFIXES['rdf']}reifies")
ACTOR = PREFIXES["actor"]


def ties(graph: kg.KnowledgeGraph) -> set[ox.Triple]:
    """The derived triples of a graph."""
    return {q.triple for q in graph.store.quads() if q.graph_name.value.startswith(DERIVED)}


def reifiers(graph: kg.KnowledgeGraph) -> list[ox.Quad]:
    """What a graph says of triples."""
    return [q for q in graph.store.quads() if q.predicate == REIFIES]


# -- reifiers ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reified(corpus: kg.KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped corpora, saved with reifiers."""
    return corpus.save(tmp_path_factory.mktemp("reified") / "all.trig", reifiers=True)


def test_every_tie_is_reified_by_coded_items(corpus: kg.KnowledgeGraph, reified: Path) -> None:
    """Each derived tie has at least one reifier, each reifier is an item with evidence, and nothing else is reified."""
    again = kg.KnowledgeGraph()
    again.load(reified)
    found = reifiers(again)
    backed = {q.subject for q in again.store.quads() if q.predicate.value == f"{ST}hasEvidence"}

    assert {q.object for q in found} == ties(corpus) == ties(again)
    assert len(ties(corpus)) > 800
    assert {q.subject for q in found} <= backed
    # Each in the graph of its source, beside its evidence.
    homes = {(q.graph_name, q.subject) for q in again.store.quads() if q.predicate.value == f"{ST}hasEvidence"}
    assert {(q.graph_name, q.subject) for q in found} <= homes


def test_sparql_finds_the_evidence_of_a_tie(reified: Path) -> None:
    """In the saved file, a SPARQL 1.2 query goes from a tie to its items, their dates, evidence and source."""
    g = kg.KnowledgeGraph(reified)
    asked = """SELECT DISTINCT ?item ?date ?paraphrase ?source WHERE {
        ?item rdf:reifies <<( actor:taliban st:negotiatesWith ?other )>> ; st:hasEvidence ?evidence .
        ?evidence oa:hasSource ?source .
        OPTIONAL { ?item st:startDate ?date } OPTIONAL { ?evidence st:paraphrase ?paraphrase } }"""
    found = g.query(SPARQL_PREFIXES + asked)
    known = {
        item
        for other in g.query(SPARQL_PREFIXES + "SELECT ?o { actor:taliban st:negotiatesWith ?o }").column("o")
        for item in g.query("evidence", subject="Taliban", object=other, relation="negotiates with").column("item")
    }

    assert set(found.column("item")) == known
    assert len(known) > 3
    assert all(source.startswith(PREFIXES["src"]) for source in found.column("source"))
    assert any(found.column("date"))
    assert any("talks" in (text or "") for text in found.column("paraphrase"))


def test_a_tie_of_several_items_is_reified_by_each(article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """Who agrees, by stances on both sides; whose voice somebody is, by the office and by what the body belongs to."""
    again = kg.KnowledgeGraph()
    again.load(article.save(tmp_path / "all.nq", reifiers=True))

    def items(subject: str, name: str, obj: str) -> set[str]:
        tie = ox.Triple(*(ox.NamedNode(iri) for iri in (ACTOR + subject, ST + name, ACTOR + obj)))
        return {str(q.subject)[1:-1].rsplit("/", 1)[-1] for q in reifiers(again) if q.object == tie}

    voice = items("javid-faisal", "isVoiceOf", "afghan-government")
    assert len(voice) >= 2
    assert voice > items("javid-faisal", "speaksFor", "afghan-national-security-council") != set()
    held = {row["holder"]: set() for row in again.query("stances")}
    for row in again.query("stances"):
        held[row["holder"]].add(row["stance"].rsplit("/", 1)[-1])
    pair = next(t for t in ties(article) if t.predicate.value == f"{ST}disagreesWith")
    ends = [pair.subject.value, pair.object.value]
    behind = items(ends[0][len(ACTOR) :], "disagreesWith", ends[1][len(ACTOR) :])
    assert all(behind & held[end] for end in ends)
    assert behind <= held[ends[0]] | held[ends[1]]


@pytest.mark.parametrize("ending", ["trig", "nq", "ttl", "nt", "trig.gz"])
def test_reifiers_survive_every_format_that_has_them(article: kg.KnowledgeGraph, tmp_path: Path, ending: str) -> None:
    """Saved, loaded, derived anew and saved again, a graph with reifiers is the same bytes."""
    first = article.save(tmp_path / f"first.{ending}", reifiers=True)
    again = kg.KnowledgeGraph(tmp_path / "my.kg")
    again.load(first)
    if "trig" in ending or ending == "nq":
        assert kg.infer(again) == len([q for q in article.store.quads() if q.graph_name.value.startswith(DERIVED)])
    second = again.save(tmp_path / f"second.{ending}")
    again.close()

    assert second.read_bytes() == first.read_bytes()
    assert len(reifiers(kg.KnowledgeGraph(first))) > 300


def test_a_graph_with_reifiers_answers_like_any_other(article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """Checks, stances, networks, search and withdrawal do not mind triples about triples."""
    g = kg.KnowledgeGraph()
    g.load(article.save(tmp_path / "all.trig", reifiers=True))

    assert [str(f) for f in kg.check(g)] == [str(f) for f in kg.check(article)]
    assert kg.stances(g).raw == kg.stances(article).raw
    assert set(g.to_networkx().edges) == set(article.to_networkx().edges)
    assert kg.search(g, "prisoners").raw == kg.search(article, "prisoners").raw
    g.withdraw(SEED)
    assert reifiers(g) == []


def test_blank_nodes_inside_triple_terms_keep_their_identity(tmp_path: Path) -> None:
    """A blank node that a triple term speaks of is the one that the rest of the file speaks of, whatever its name."""
    saved = []
    for name in ("a", "zz"):
        g = kg.KnowledgeGraph()
        text = f"item:i rdf:reifies <<( _:{name} st:holder actor:x )>> . _:{name} a st:Person . [] st:holder [] ."
        assert g.load_text(TURTLE + text) == 3
        assert g.load_text(TURTLE + text) == 0
        [[same]] = g.query(
            SPARQL_PREFIXES + "SELECT ?b { item:i rdf:reifies <<( ?b st:holder actor:x )>> . ?b a st:Person }"
        ).raw
        assert same.startswith("_:")
        saved.append(g.save(tmp_path / f"{name}.nq").read_bytes())

    assert saved[0] == saved[1]


@pytest.mark.parametrize("ending", ["jsonld", "rdf", "jsonld.gz"])
def test_formats_of_rdf_1_1_refuse_reifiers(
    article: kg.KnowledgeGraph, reified: Path, tmp_path: Path, ending: str
) -> None:
    """What cannot hold triples about triples says so in one sentence, and no file is written."""
    with pytest.raises(KGError, match=r"triples? about (a )?triples? \(RDF 1\.2\).* \.trig, \.nq, \.ttl or \.nt"):
        article.save(tmp_path / f"x.{ending}", reifiers=True)
    with pytest.raises(KGError, match=r"triples? about (a )?triples? \(RDF 1\.2\)"):
        kg.KnowledgeGraph(reified).save(tmp_path / f"x.{ending}")
    with pytest.raises(ReadError, match=r"RDF 1\.2.*rdflib cannot"):
        kg.KnowledgeGraph(reified).to_rdflib()

    assert list(tmp_path.iterdir()) == []


def test_reifiers_on_the_command_line(tmp_path: Path) -> None:
    """``kg save --reifiers`` writes them; a wrong format is a clear failure."""
    done = run("save", "--reifiers", tmp_path / "all.nt")
    bad = run("save", "--reifiers", tmp_path / "all.rdf")

    assert (done.code, bad.code) == (0, 1), done.err
    assert "<<( <https://w3id.org/actor-stance/id/" in (tmp_path / "all.nt").read_text(encoding="utf-8")
    assert "RDF/XML cannot hold triples about triples" in bad.err


# -- descriptions --------------------------------------------------------------------------

IRI = URIRef("https://example.org/peace")


@pytest.fixture(scope="module")
def described(corpus: kg.KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> rdflib.Graph:
    """The description of the shipped corpora, as rdflib reads it."""
    folder = tmp_path_factory.mktemp("about")
    corpus.save(folder / "all.trig.gz")
    file = corpus.describe(
        folder / "about.ttl", iri=str(IRI), title="Peace", description="Who wants what.",
        license="https://creativecommons.org/licenses/by/4.0/",
        saved=[str(folder / "all.trig.gz"), "https://example.org/all.nq"],
    )  # fmt: skip
    return rdflib.Graph().parse(file)


@pytest.fixture(scope="module")
def quads(corpus: kg.KnowledgeGraph) -> list[ox.Quad]:
    """The quads of the shipped corpora without the ontology, to count by hand."""
    return [q for q in corpus.store.quads() if q.graph_name.value != ONTOLOGY_GRAPH]


def number(graph: rdflib.Graph, subject: object, predicate: URIRef) -> int:
    """The one number that a description gives."""
    [value] = graph.objects(subject, predicate)  # type: ignore[arg-type]
    return int(value)


def test_a_description_counts_the_whole(described: rdflib.Graph, quads: list[ox.Quad]) -> None:
    """Triples of two graphs count once; entities are things with an IRI; the ontology is not part of it."""
    triples = {q.triple for q in quads}

    assert number(described, IRI, VOID.triples) == len(triples) < len(quads)
    assert number(described, IRI, VOID.distinctSubjects) == len({t.subject for t in triples})
    assert number(described, IRI, VOID.distinctObjects) == len({t.object for t in triples})
    assert number(described, IRI, VOID.entities) == len(
        {t.subject for t in triples if isinstance(t.subject, ox.NamedNode)}
    )


def test_a_description_counts_classes_and_properties(described: rdflib.Graph, quads: list[ox.Quad]) -> None:
    """Each class with its things, each property with its triples."""
    things = {(q.subject, q.object.value) for q in quads if q.predicate.value == str(RDF.type)}
    classes = {str(described.value(p, VOID["class"])): p for p in described.objects(IRI, VOID.classPartition)}
    properties = {str(described.value(p, VOID.property)): p for p in described.objects(IRI, VOID.propertyPartition)}

    assert {k: number(described, p, VOID.entities) for k, p in classes.items()} == Counter(c for _, c in things)
    assert {k: number(described, p, VOID.triples) for k, p in properties.items()} == Counter(
        t.predicate.value for t in {q.triple for q in quads}
    )
    spaces = {re.sub(r"[^/#]*$", "", iri) for iri in [*classes, *properties]}
    assert {str(o) for o in described.objects(IRI, VOID.vocabulary)} == spaces >= {ST, PREFIXES["oa"]}


def test_each_graph_is_a_subset(described: rdflib.Graph, quads: list[ox.Quad], corpus: kg.KnowledgeGraph) -> None:
    """Every named graph is a subset with its counts; that of a source has the source and its title."""
    subsets = {s for s in described.objects(IRI, VOID.subset) if (s, RDF.type, VOID.Dataset) in described}

    assert {str(s): number(described, s, VOID.triples) for s in subsets} == Counter(q.graph_name.value for q in quads)
    seed = URIRef(f"{PREFIXES['graph']}{SEED}")
    entities = {q.subject for q in quads if q.graph_name.value == str(seed) and isinstance(q.subject, ox.NamedNode)}
    assert number(described, seed, VOID.entities) == len(entities)
    assert described.value(seed, DCTERMS.source) == URIRef(f"{PREFIXES['src']}{SEED}")
    assert "prisoner release" in str(described.value(seed, DCTERMS.title))
    assert {str(s) for s in described.objects(IRI, DCTERMS.source)} == set(corpus.query("sources").column("source"))


def test_a_description_tells_what_people_know(described: rdflib.Graph) -> None:
    """Title, description and licence as given; the version of the ontology; the period that items cover."""
    assert {DCAT.Dataset, VOID.Dataset} <= set(described.objects(IRI, RDF.type))
    assert described.value(IRI, DCTERMS.title) == Literal("Peace")
    assert described.value(IRI, DCTERMS.description) == Literal("Who wants what.")
    assert described.value(IRI, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert str(described.value(IRI, DCTERMS.conformsTo)).startswith("https://w3id.org/actor-stance/ontology/")


def test_the_period_is_that_of_the_items(described: rdflib.Graph, quads: list[ox.Quad]) -> None:
    """From the first to the last day named by any coded item."""
    dates = {f"{ST}{name}" for name in ("startDate", "endDate", "notBefore", "notAfter")}
    days = sorted(q.object.value for q in quads if q.predicate.value in dates)
    period = described.value(IRI, DCTERMS.temporal)

    assert described.value(period, DCAT.startDate) == Literal(days[0], datatype=XSD.date)
    assert described.value(period, DCAT.endDate) == Literal(days[-1], datatype=XSD.date)


def test_links_to_other_datasets_are_linksets(described: rdflib.Graph, quads: list[ox.Quad]) -> None:
    """Links to Wikidata are a linkset, with their property and number."""
    [links] = described.subjects(RDF.type, VOID.Linkset)
    there = described.value(links, VOID.objectsTarget)
    leading = {q.triple for q in quads if getattr(q.object, "value", "").startswith("http://www.wikidata.org/entity/")}

    assert str(described.value(there, VOID.uriSpace)) == "http://www.wikidata.org/entity/"
    assert described.value(links, VOID.linkPredicate) == URIRef(f"{PREFIXES['skos']}exactMatch")
    assert number(described, links, VOID.triples) == len(leading) > 0


def test_saved_files_are_distributions(described: rdflib.Graph) -> None:
    """A saved file is a distribution with media type, packing and size; one on the web has its address."""
    local, web = sorted(described.objects(IRI, DCAT.distribution))

    assert described.value(local, DCTERMS.title) == Literal("all.trig.gz")
    assert str(described.value(local, DCAT.mediaType)).endswith("/application/trig")
    assert str(described.value(local, DCAT.compressFormat)).endswith("/application/gzip")
    assert number(described, local, DCAT.byteSize) > 50_000
    assert described.value(web, DCAT.downloadURL) == URIRef("https://example.org/all.nq")
    assert (IRI, VOID.dataDump, URIRef("https://example.org/all.nq")) in described


def test_a_description_in_the_graph_is_used(tmp_path: Path, fresh: Fresh) -> None:
    """What the graph itself says of its dataset goes into the description; what is given at the door goes first."""
    g = fresh()
    g.load_text(
        TURTLE + "@prefix dcat: <http://www.w3.org/ns/dcat#> . item:all a dcat:Dataset ; dcterms:title 'Told' ; "
        "dcterms:license <https://example.org/free> ; dcterms:publisher 'A desk' ."
    )
    told = rdflib.Graph().parse(g.describe(tmp_path / "a.ttl"))
    given = rdflib.Graph().parse(g.describe(tmp_path / "b.ttl", title="Given"))
    [me] = told.subjects(RDF.type, DCAT.Dataset)

    assert str(me) == "https://w3id.org/actor-stance/dataset/memory"
    assert told.value(me, DCTERMS.title) == Literal("Told")
    assert told.value(me, DCTERMS.license) == URIRef("https://example.org/free")
    assert told.value(me, DCTERMS.publisher) == Literal("A desk")
    assert list(given.objects(me, DCTERMS.title)) == [Literal("Given")]


def test_equal_graphs_have_equal_descriptions(article: kg.KnowledgeGraph, fresh: Fresh, tmp_path: Path) -> None:
    """The description depends on the content alone, not on order or blank nodes; an empty graph has one too."""
    other = kg.KnowledgeGraph()
    other.load_text("\n".join(reversed(lines(fresh()))), "nq")
    empty = rdflib.Graph().parse(kg.KnowledgeGraph().describe(tmp_path / "empty.ttl"))

    for ending in ("ttl", "jsonld", "nt.gz"):
        first, second = (g.describe(tmp_path / f"{n}.{ending}") for n, g in enumerate((article, other)))
        assert first.read_bytes() == second.read_bytes()
    assert [int(n) for n in empty.objects(None, VOID.triples)] == [0]


@pytest.mark.parametrize("iri", ["no iri", "https://e.org/a b", "my-data"])
def test_a_dataset_needs_an_iri(article: kg.KnowledgeGraph, tmp_path: Path, iri: str) -> None:
    """A name that is no IRI is refused."""
    with pytest.raises(KGError, match="is no IRI"):
        article.describe(tmp_path / "a.ttl", iri=iri)

    assert list(tmp_path.iterdir()) == []


def test_info_describes_on_the_command_line(tmp_path: Path) -> None:
    """``kg info -o about.ttl`` and ``-f`` describe; a table has no title, and says so."""
    file = run("info", "-o", tmp_path / "about.ttl", "--title", "Mine", "--iri", IRI)
    shown = run("info", "-f", "nt", "--title", "Mine", "--iri", IRI)
    table = run("info", "-f", "json")
    wrong = run("info", "--title", "Mine")

    assert (file.code, shown.code, table.code, wrong.code) == (0, 0, 0, 2), file.err
    assert set(rdflib.Graph().parse(tmp_path / "about.ttl")) == set(rdflib.Graph().parse(data=shown.out, format="nt"))
    assert '"bindings"' in table.out
    assert "--title goes into a description: add -o about.ttl, or -f ttl." in wrong.err


# -- on a server ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["oxigraph", "virtuoso"])
def test_a_graph_on_a_server_is_described_and_reified_there(
    article: kg.KnowledgeGraph, servers: Callable[[str], str], tmp_path: Path, kind: str
) -> None:
    """The counts and the items behind ties come from the server by SPARQL, and are those of the graph in memory."""
    with kg.KnowledgeGraph(servers(kind)) as g:
        address = g.store.name  # without user and password
        g.store.drop(*g.store.graphs())
        g.load_text("\n".join(lines(article)), "nq")
        there = rdflib.Graph().parse(g.describe(tmp_path / "there.ttl", iri=str(IRI), title="Peace"))
        behind = {(q.subject, q.object) for q in reifying(g.store)}
        g.store.drop(*g.store.graphs())
    here = rdflib.Graph().parse(article.describe(tmp_path / "here.ttl", iri=str(IRI), title="Peace"))

    assert set(there) - set(here) == {(IRI, VOID.sparqlEndpoint, URIRef(address))}
    assert set(here) <= set(there)
    assert behind == {(q.subject, q.object) for q in reifying(article.store)}
    assert len(behind) > 300


def test_a_server_takes_reifiers_or_says_that_it_cannot(
    article: kg.KnowledgeGraph, servers: Callable[[str], str], tmp_path: Path
) -> None:
    """A file with reifiers loads into a server of RDF 1.2; another refuses it, says why, and is left as it was."""
    file = article.save(tmp_path / "all.trig", reifiers=True)
    with kg.KnowledgeGraph(servers("oxigraph")) as g:
        g.store.drop(*g.store.graphs())
        g.load(file)
        count = len(reifiers(g))
        g.store.drop(*g.store.graphs())
    with kg.KnowledgeGraph(servers("virtuoso")) as g:
        g.store.drop(*g.store.graphs())
        with pytest.raises(StoreError, match=r"triples about triples \(RDF 1\.2\), which this server may not know"):
            g.load(file)
        left = [q for q in g.store.quads() if q.graph_name.value != ONTOLOGY_GRAPH]
        g.store.drop(*g.store.graphs())

    assert count == len(reifiers(kg.KnowledgeGraph(file)))
    assert left == []


# -- from a pipe ---------------------------------------------------------------------------


def test_standard_input_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``kg load -`` parses what comes in one time, however it is loaded."""
    from click.testing import CliRunner

    from kg.cli import cli

    seen = []
    parse = rdf.parse

    def counting(data: bytes, fmt: ox.RdfFormat, *, name: str, where: str) -> list[ox.Quad]:
        seen.append(where)
        return parse(data, fmt, name=name, where=where)

    monkeypatch.setattr(rdf, "parse", counting)
    kg.KnowledgeGraph()  # reads the ontology
    seen.clear()
    done = CliRunner().invoke(cli, ["-g", str(tmp_path / "my.kg"), "load", "-"], input="<urn:a> <urn:b> 1 .")

    assert done.exit_code == 0, done.output
    assert seen.count("stdin") == 1


def test_standard_input_and_files_go_in_together(tmp_path: Path) -> None:
    """Files and standard input are one load: all of it, with --replace too, or nothing."""
    (tmp_path / "page.csv").write_text(PAGE, encoding="utf-8")
    mended = PAGE.replace(",support,", ",oppose,")
    first = run("load", "-", "-f", "csv", graph=tmp_path / "my.kg", stdin=PAGE)
    clash = run("load", "-", tmp_path / "page.csv", "-f", "csv", graph=tmp_path / "my.kg", stdin=mended)
    assert (first.code, clash.code) == (0, 1), clash.err
    before = lines(kg.KnowledgeGraph(tmp_path / "my.kg", read_only=True))
    done = run("load", "--replace", "-", "-f", "csv", graph=tmp_path / "my.kg", stdin=mended)
    assert done.code == 0, done.err
    with kg.KnowledgeGraph(tmp_path / "my.kg", read_only=True) as g:
        values = g.query("stances").column("value")
        after = lines(g)

    assert sorted(values) == [-2, -1]
    assert before != after
    assert not any(PROVENANCE_GRAPH in line and "supports" in line for line in after)
