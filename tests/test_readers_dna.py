"""Databases of Discourse Network Analyzer: what each of their parts becomes, and what is refused."""

from __future__ import annotations

import gzip
import hashlib
import logging
import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from dna_files import TEXT, Debate, pier, story
from support import lines, run

import kg
from kg.errors import NotFound
from kg.readers import OPTIONS, read
from kg.terms import PREFIXES, SPARQL_PREFIXES

Save = Callable[[Debate], Path]
DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """A maker of databases called pier.dna."""
    return lambda debate: debate.save(tmp_path / "pier.dna")


def loaded(path: Path, **options: object) -> kg.KnowledgeGraph:
    graph = kg.KnowledgeGraph()
    graph.load(path, **options)
    return graph


def rows(graph: kg.KnowledgeGraph, select: str) -> list[tuple[object, ...]]:
    """The answer to a SELECT as sorted tuples; IRIs as text."""
    table = graph.query(f"{SPARQL_PREFIXES} {select}")
    return sorted((tuple(row.values()) for row in table), key=str)


def said(graph: kg.KnowledgeGraph) -> list[tuple[object, ...]]:
    """Holder, speaker, position and value of each stance, by their labels."""
    return rows(
        graph,
        """SELECT ?holder ?speaker ?position ?value {
        ?s a st:Stance ; st:holder/skos:prefLabel ?holder ; st:towards/skos:prefLabel ?position ; st:value ?point .
        OPTIONAL { ?s st:voicedBy/skos:prefLabel ?speaker } OPTIONAL { ?point st:score ?value } }""",
    )


def coded(graph: kg.KnowledgeGraph, label: str) -> list[object]:
    """The values of one coded variable."""
    return [v for (v,) in rows(graph, f'SELECT ?v {{ ?p a st:CodedVariable ; rdfs:label "{label}" . ?x ?p ?v }}')]


# -- what becomes of what ---------------------------------------------------------------------


def test_a_statement_is_a_stance(save: Save) -> None:
    """The organization holds it, the person speaks, the concept is the position, agreement the value."""
    concept = "The pier should be rebuilt."

    assert said(loaded(save(pier()))) == [
        ("Friends of the Pier", "Ada Berg", concept, 1),
        ("Harbour Board", "Bo Lund", concept, -1),
    ]


def test_what_is_read_breaks_no_shape_and_no_check(save: Save) -> None:
    """Nothing that a database holds becomes a violation."""
    findings = kg.check(loaded(save(pier())))

    assert [f for f in findings if f.severity == "violation"] == []


def test_every_variable_is_there_as_it_was_coded(save: Save) -> None:
    """Each variable has a property of its own: yes or no, numbers, names and texts."""
    debate = pier()
    debate.types["DNA Statement"] |= {"intensity": "integer", "channel": "short text", "remark": "long text"}
    debate.say(person="Ada Berg", concept="c", agreement=1, intensity=-3, channel="radio", remark='a "b"\nc\\d')
    graph = loaded(save(debate))

    assert coded(graph, "intensity") == [-3]
    assert coded(graph, "agreement") == [False, True, True]
    assert coded(graph, "channel") == ["radio"]
    assert coded(graph, "remark") == ['a "b"\nc\\d']
    assert coded(graph, "person") == ["Ada Berg", "Ada Berg", "Bo Lund"]
    assert coded(graph, "concept") == ["The pier should be rebuilt.", "The pier should be rebuilt.", "c"]
    assert coded(graph, "statement id") == [1, 2, 3]
    scales = dict(
        rows(graph, "SELECT ?label ?scale { ?p a st:CodedVariable ; rdfs:label ?label ; st:scale ?scale }")
    )
    assert {k: scales[k] for k in ("agreement", "intensity", "channel", "remark", "text", "document id")} == {
        "agreement": "boolean",
        "intensity": "integer",
        "channel": "entity",
        "remark": "text",
        "text": "text",
        "document id": "integer",
    }


def test_a_document_is_a_source_with_a_graph_of_its_own(save: Save) -> None:
    """Title, moment, author and the rest stand with the source; withdrawing it takes its statements out."""
    debate = pier()
    debate.document("Later", date="2024-05-02 00:00:00")
    debate.say(2, organization="Harbour Board", concept="The pier should be rebuilt.", agreement=1)
    graph = loaded(save(debate))

    assert rows(
        graph,
        """SELECT ?id ?title ?when ?publisher ?creator ?note { ?s a st:Source ; dcterms:title ?title ;
        dcterms:identifier ?id ; dcterms:issued ?d BIND (STR(?d) AS ?when) OPTIONAL { ?s dcterms:publisher ?publisher }
        OPTIONAL { ?s dcterms:creator ?creator } OPTIONAL { ?s skos:editorialNote ?note } }""",
    ) == [
        ("pier-1", "Minutes", "2024-05-01T10:30:00", "Harbour Gazette", "A. Clerk", "signed"),
        ("pier-2", "Later", "2024-05-02T00:00:00", None, None, None),
    ]
    assert coded(graph, "document section") == ["Town"]
    assert coded(graph, "document id") == [1, 2]
    graph.withdraw("pier-1")
    assert [holder for holder, *_ in said(graph)] == ["Harbour Board"]
    assert coded(graph, "document section") == []


def test_evidence_is_a_span_with_its_digest(save: Save) -> None:
    """The place of the words is kept with their digest, the words as a coded variable, unless told not to."""
    path = save(pier())
    graph = loaded(path)

    select = """SELECT ?start ?end ?digest { ?e oa:hasSource ?s ; st:segmentDigest ?digest ; oa:hasSelector ?at .
        ?at a oa:TextPositionSelector ; oa:start ?start ; oa:end ?end }"""
    found = rows(graph, select)
    assert [row[:2] for row in found] == [(17, 42), (59, 85)]
    assert found[0][2] == hashlib.sha256(TEXT[17:42].encode()).hexdigest()
    assert coded(graph, "text") == sorted([TEXT[17:42], TEXT[59:85]])
    without = loaded(path, text="no")
    assert rows(without, select) == found
    assert coded(without, "text") == []


def test_offsets_count_characters(save: Save) -> None:
    """DNA counts a character outside the basic plane twice; here it counts once."""
    debate = Debate()
    debate.document(text="🚢🚢 The pier stays. 🚢 Yes.")
    debate.say(1, 5, 20, organization="Board", concept="c", agreement=1)
    debate.say(1, 24, 28, organization="Board", concept="c", agreement=1)
    graph = loaded(save(debate))

    assert coded(graph, "text") == ["The pier stays.", "Yes."]
    assert rows(graph, "SELECT ?start ?end { ?at oa:start ?start ; oa:end ?end }") == [(21, 25), (3, 18)]


def test_the_coder_is_remembered(save: Save) -> None:
    """Who coded is in the provenance, by name, and a coded variable of the stance."""
    graph = loaded(save(pier()))

    assert rows(graph, "SELECT ?g ?name { ?g prov:wasGeneratedBy/prov:wasAssociatedWith/rdfs:label ?name }") == [
        (f"{PREFIXES['graph']}pier-1", "Coder One")
    ]
    assert {graph.names.label(str(iri)) for iri in coded(graph, "coder")} == {"Coder One"}


def test_attributes_say_more_of_an_entity(save: Save) -> None:
    """Aliases are other names, notes notes, a type that names a class of ours is that class, and the rest is kept."""
    debate = pier()
    debate.attributes += [
        ("organization", "Harbour Board", "Type", "Public body"),
        ("organization", "Friends of the Pier", "Type", "Government"),
        ("organization", "Harbour Board", "Alias", "HB; the board"),
        ("organization", "Harbour Board", "Notes", "since 1901"),
        ("person", "Ada Berg", "Party", "Blue"),
    ]
    graph = loaded(save(debate))

    assert rows(
        graph, "SELECT DISTINCT ?name ?type { ?s st:holder|st:voicedBy ?a . ?a skos:prefLabel ?name ; a ?type }"
    ) == [
        ("Ada Berg", f"{PREFIXES['st']}Person"),
        ("Bo Lund", f"{PREFIXES['st']}Person"),
        ("Friends of the Pier", f"{PREFIXES['st']}CollectiveActor"),
        ("Harbour Board", f"{PREFIXES['st']}PublicBody"),
    ]
    assert graph.find("HB", "actor") == graph.find("the board", "actor") == graph.find("Harbour Board", "actor")
    assert rows(graph, "SELECT ?note { ?a a st:PublicBody ; skos:editorialNote ?note }") == [("since 1901",)]
    assert rows(graph, 'SELECT ?v { ?p rdfs:label "person Party" . ?a ?p ?v }') == [("Blue",)]


def test_labels_that_nearly_agree_stay_apart(save: Save) -> None:
    """A capital, a comma or a full stop makes another actor and another position."""
    debate = Debate()
    debate.document()
    for name in ("Green Club", "green club", "Green, Club"):
        for concept in ("Ban coal", "Ban coal.", "ban coal"):
            debate.say(organization=name, concept=concept, agreement=1)
    graph = loaded(save(debate))

    assert len({iri for (iri,) in rows(graph, "SELECT ?h { ?s st:holder ?h }")}) == 3
    assert len({iri for (iri,) in rows(graph, "SELECT ?p { ?s st:towards ?p }")}) == 3
    assert {p[-1] for _, _, p, _ in said(graph)} == {"."}


def test_a_person_and_an_organization_of_one_name_are_two(save: Save) -> None:
    """No actor is both, which the ontology rules out; a check tells of the name they share."""
    debate = Debate()
    debate.document()
    debate.say(person="Mercer", concept="c", agreement=1)
    debate.say(organization="Mercer", concept="c", agreement=0)
    graph = loaded(save(debate))

    found = rows(graph, "SELECT ?a ?t { ?s st:holder ?a . ?a a ?t }")
    assert len({actor for actor, _ in found}) == len(found) == 2
    assert {kind for _, kind in found} == {f"{PREFIXES['st']}Person", f"{PREFIXES['st']}CollectiveActor"}
    assert "Mercer" in str([f.message for f in kg.check(graph)])


def test_an_actor_is_the_same_in_two_databases(tmp_path: Path) -> None:
    """Two databases share their actors; their positions only where they are read under one issue."""
    for name in ("east", "west"):
        pier().save(tmp_path / f"{name}.dna")
    apart, together = kg.KnowledgeGraph(), kg.KnowledgeGraph()
    apart.load(tmp_path / "east.dna", tmp_path / "west.dna")
    together.load(tmp_path / "east.dna", tmp_path / "west.dna", issue="the pier")

    for graph, positions in ((apart, 2), (together, 1)):
        assert len(rows(graph, "SELECT DISTINCT ?a { ?s st:holder ?a }")) == 2
        assert len(rows(graph, "SELECT DISTINCT ?p { ?s st:towards ?p }")) == positions
        assert len(said(graph)) == 4


def test_a_concept_above_others_is_an_issue(save: Save) -> None:
    """Concepts below another answer the issue of that name, which is narrower than the issue of the database."""
    debate = pier()
    debate.say(organization="Harbour Board", concept="The pier should be of stone.", agreement=1)
    debate.parents += [("concept", "The pier should be of stone.", "Pier works")]
    debate.parents += [("organization", "Harbour Board", "Town Council")]
    graph = loaded(save(debate))

    assert rows(
        graph,
        """SELECT ?p ?issue ?broader { ?x st:onIssue ?i ; skos:prefLabel ?p . ?i skos:prefLabel ?issue
        OPTIONAL { ?i skos:broader/skos:prefLabel ?broader } }""",
    ) == [
        ("The pier should be of stone.", "Pier works", "pier"),
        ("The pier should be rebuilt.", "pier", None),
    ]
    assert rows(
        graph, "SELECT ?a ?b { ?x st:affiliatedWith ?y . ?x skos:prefLabel ?a . ?y skos:prefLabel ?b }"
    ) == [("Harbour Board", "Town Council")]


def test_concepts_in_a_circle_are_no_trap(save: Save) -> None:
    """Concepts that stand above each other end up under issues without a circle."""
    debate = Debate()
    debate.document()
    for concept in ("a", "b"):
        debate.say(organization="x", concept=concept, agreement=1)
    debate.parents += [("concept", "a", "b"), ("concept", "b", "a")]
    graph = loaded(save(debate))

    assert len(said(graph)) == 2
    assert not graph.ask(f"{SPARQL_PREFIXES} ASK {{ ?i skos:broader+ ?i }}")


# -- statement types and variables -----------------------------------------------------------------


def test_types_with_two_names_are_read_and_others_told(save: Save, caplog: pytest.LogCaptureFixture) -> None:
    """Every type with two short text variables is read; what is passed over is told, with its number of statements."""
    graph = loaded(save(story()))

    assert ("Gazette", None, "Decline.", None) in said(graph)
    assert coded(graph, "victim") == ["Town"]
    assert coded(graph, "statement type") == ["DNA Statement", "DNA Statement", "Story"]
    assert [r.getMessage().split(": ", 1)[1] for r in caplog.records] == [
        'the statement type "Annotation" (1 statement) was passed over: it has fewer than two short text variables.'
    ]


def test_types_and_parts_are_chosen_by_name(save: Save) -> None:
    """Options name the statement types and which variable plays which part."""
    path = save(story())

    assert len(said(loaded(path, types="DNA Statement"))) == 2
    assert len(said(loaded(path, types=["Story", "DNA Statement"]))) == 3
    assert said(loaded(path, types="Story", holder="hero", position="victim")) == [
        ("Ada Berg", None, "Town.", None)
    ]
    assert said(loaded(path, types="DNA Statement", holder="person"))[0][0] == "Ada Berg"


def test_the_yes_or_no_variable_is_chosen(save: Save) -> None:
    """Agreement gives the value; another yes-or-no variable does where it is named, or the only one."""
    debate = Debate(
        types={
            "T": {"organization": "short text", "topic": "short text", "sure": "boolean", "agreement": "boolean"}
        }
    )
    debate.document()
    debate.say(type="T", organization="x", topic="t", sure=1, agreement=0)
    path = save(debate)

    assert said(loaded(path)) == [("x", None, "t.", -1)]
    assert said(loaded(path, value="sure")) == [("x", None, "t.", 1)]


def test_one_name_on_two_scales_is_two_variables(save: Save) -> None:
    """Where two types use one name for a yes-or-no and for a number, each stays what it is."""
    debate = pier()
    debate.types["Other"] = {"organization": "short text", "concept": "short text", "agreement": "integer"}
    debate.say(type="Other", organization="x", concept="c", agreement=4)
    graph = loaded(save(debate))

    assert coded(graph, "agreement") == [False, True]
    assert coded(graph, "agreement (Other)") == [4]


def test_a_statement_without_holder_or_position_is_told(save: Save, caplog: pytest.LogCaptureFixture) -> None:
    """Such statements are no stances; they are counted, and the rest is read."""
    debate = pier()
    debate.say(concept="c", agreement=1)
    debate.say(organization="x", concept="", agreement=1)
    graph = loaded(save(debate))

    assert len(said(graph)) == 2
    assert "2 statements without a holder, a position or a document left out." in caplog.text


# -- how it is read ----------------------------------------------------------------------------------


def test_loading_twice_adds_nothing(save: Save) -> None:
    """The road for large files into an empty graph and the road beside other data lead to the same."""
    path = save(pier())
    graph, beside = loaded(path), kg.KnowledgeGraph()
    beside.load_text("<urn:a> <urn:b> <urn:c> .", name="scribble")
    beside.load(path)

    assert graph.load(path) == 0
    assert [line for line in lines(beside) if "urn:a" not in line] == lines(graph)
    assert len(read(path)) == len(set(read(path))) == len(lines(graph))


def test_reading_leaves_the_file_as_it_is(save: Save, tmp_path: Path) -> None:
    """Nothing is written to the database nor beside it, in either of the ways SQLite keeps a file."""
    path = save(pier())
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("UPDATE DOCUMENTS SET Notes = 'x'")
    db.commit()
    db.close()
    before = path.read_bytes()
    os.chmod(path, 0o444)
    loaded(path)

    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["pier.dna"]


def test_a_compressed_database_is_read(save: Save, tmp_path: Path) -> None:
    """A database may be packed; its name is that of the file inside."""
    path = save(pier())
    (tmp_path / "packed").mkdir()
    packed = tmp_path / "packed" / "pier.dna.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))

    assert lines(loaded(packed)) == lines(loaded(path))


def test_the_command_line_takes_options(save: Save, tmp_path: Path) -> None:
    """An option is passed to the reader; one that it does not have is answered with the nearest."""
    path = save(story())
    done = run("load", path, "--no-infer", "--option", "types=Story", graph=tmp_path / "g.kg")

    assert done.code == 0, done.err
    assert (
        run(
            "query", "SELECT ?s { ?s a <" + PREFIXES["st"] + "Stance> }", "-f", "csv", graph=tmp_path / "g.kg"
        ).out.count("\n")
        == 2
    )
    wrong = run("load", path, "--option", "tpyes=Story", graph=tmp_path / "h.kg")
    assert wrong.code == 1
    assert 'The reader "dna" has no option "tpyes". Did you mean "types"?' in wrong.err
    assert run("load", path, "--option", "types", graph=tmp_path / "h.kg").code == 2
    assert not (tmp_path / "h.kg").exists()


def test_a_reader_without_options_says_so(tmp_path: Path) -> None:
    """An option for a reader that has none is refused."""
    (tmp_path / "x.ttl").write_text("<urn:a> <urn:b> 1 .", encoding="utf-8")

    with pytest.raises(NotFound, match=r'The reader "rdf" has no option "types"\. It takes none\.'):
        kg.KnowledgeGraph().load(tmp_path / "x.ttl", types="x")
    with pytest.raises(NotFound, match=r'has no option "path"'):
        kg.KnowledgeGraph().load(tmp_path / "x.ttl", path="x")


def test_every_option_is_documented() -> None:
    """docs/dna.md and docs/votes.md have a row for each option of their readers."""
    for name, options in OPTIONS.items():
        page = (DOCS / f"{name}.md").read_text(encoding="utf-8")
        assert set(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE)) >= set(options)
    assert set(OPTIONS) == {"dna", "votes"}


# -- the program's own sample -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample(shared: Path) -> Path:
    return shared / "data" / "dna" / "sample.dna"


def test_the_sample_is_read_whole(sample: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Forty statements of seven organizations on six concepts, in six of seven documents, and no violation."""
    caplog.set_level(logging.WARNING)
    graph = loaded(sample)

    assert len(said(graph)) == 40
    assert {
        key: len(rows(graph, f"SELECT DISTINCT ?x {{ {pattern} }}"))
        for key, pattern in {
            "holders": "?s st:holder ?x",
            "speakers": "?s st:voicedBy ?x",
            "positions": "?s st:towards ?x",
            "sources": "?x a st:Source",
            "spans": "?x a oa:TextPositionSelector",
        }.items()
    } == {"holders": 7, "speakers": 7, "positions": 6, "sources": 7, "spans": 40}
    assert '"Annotation" (1 statement) was passed over' in caplog.text
    assert [f.message for f in kg.check(graph) if f.severity == "violation"] == []


@pytest.mark.parametrize("name", ["unique", "wideint", "bipolar"])
def test_databases_with_numbers_are_read(shared: Path, name: str) -> None:
    """Databases with an intensity and a channel are read with every statement."""
    path = shared / "data" / "dna" / f"synth_{name}.dna"
    with sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True) as db:
        expected = sorted(v for (v,) in db.execute("SELECT Value FROM DATAINTEGER"))
    db.close()
    graph = loaded(path)

    assert sorted(coded(graph, "intensity"), key=int) == expected  # type: ignore[call-overload]
    assert len(expected) >= 40
    assert len(set(coded(graph, "channel"))) == 3


def test_a_copy_under_another_name_is_another_database(sample: Path, tmp_path: Path) -> None:
    """The name of the file goes into the names of its sources, unless the option name says otherwise."""
    shutil.copyfile(sample, tmp_path / "copy.dna")

    assert lines(loaded(tmp_path / "copy.dna", name="sample")) == lines(loaded(sample))
    assert lines(loaded(tmp_path / "copy.dna")) != lines(loaded(sample))
