"""What the ontology promises: complete terms, two parsers, a reasoner, and no word used that it does not know."""

import hashlib
import re
from functools import cache
from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
import rdflib
from owlrl.Namespaces import ERRNS
from rdflib import OWL, RDF, RDFS, SKOS, XSD

from kg import reference
from kg.terms import PREFIXES, resource

ONTOLOGY = resource("ontology")
CODE = Path(reference.__file__).parent
DOCS = CODE.parent / "docs"
ST = rdflib.Namespace(PREFIXES["st"])
STX = rdflib.Namespace(PREFIXES["stx"])
SCHEMES = sorted((ONTOLOGY / "schemes").glob("*.ttl"))
FILES = [ONTOLOGY / "stance.ttl", ONTOLOGY / "shapes.ttl", ONTOLOGY / "alignments.ttl", *SCHEMES]
RULES = sorted((CODE / "sparql" / "rules").glob("*.ru"))
# Codes of others: they have their own documentation, so they go without an example of ours.
FOREIGN = {ST.CameoCode, ST.PloverCategory}
DECLARES = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}


@cache
def core() -> rdflib.Graph:
    return rdflib.Graph().parse(ONTOLOGY / "stance.ttl")


@cache
def whole() -> rdflib.Graph:
    graph = rdflib.Graph().parse(ONTOLOGY / "stance.ttl")
    for file in SCHEMES:
        graph.parse(file)
    return graph


def own_terms() -> list[rdflib.URIRef]:
    """Classes and properties of the namespace, and every concept and scheme."""
    graph = whole()
    terms = {t for kind in DECLARES for t in graph.subjects(RDF.type, kind) if str(t).startswith(str(ST))}
    return sorted(terms | {t for t in graph.subjects(RDF.type) if str(t).startswith(str(STX))})


# -- files -------------------------------------------------------------------------------


def test_every_file_is_seen():
    """The ontology is one core, shapes, alignments and four files of vocabularies."""
    assert [file.name for file in FILES] == [
        "stance.ttl", "shapes.ttl", "alignments.ttl", "cameo.ttl", "event-types.ttl", "plover.ttl", "values.ttl",
    ]
    assert len(RULES) == 10


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_two_parsers_read_the_same(file):
    """Each file has as many triples for Oxigraph as for rdflib."""
    count = len(set(ox.parse(path=str(file), format=ox.RdfFormat.TURTLE)))
    assert count == len(rdflib.Graph().parse(file)) > 40


# -- terms -------------------------------------------------------------------------------


def test_every_term_is_explained():
    """Every class, property, concept and scheme has one label, one definition and an example."""
    graph, faults = whole(), []
    terms = own_terms()
    for term in terms:
        labels = [*graph.objects(term, RDFS.label), *graph.objects(term, SKOS.prefLabel)]
        definitions = list(graph.objects(term, SKOS.definition))
        examples = list(graph.objects(term, SKOS.example))
        foreign = FOREIGN & set(graph.objects(term, RDF.type))
        if len(labels) != 1 or len(definitions) != 1 or not (examples or foreign):
            faults.append((str(term), len(labels), len(definitions), len(examples)))
    assert len(terms) > 600
    assert not faults


def test_definitions_are_sentences_and_labels_differ():
    """A definition ends with a full stop; no two terms of one kind have the same label."""
    graph = whole()
    assert all(str(d).endswith(".") for t in own_terms() for d in graph.objects(t, SKOS.definition))
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, ST.EventType, SKOS.ConceptScheme):
        naming = SKOS.prefLabel if kind in (ST.EventType, SKOS.ConceptScheme) else RDFS.label
        terms = set(own_terms()) & set(graph.subjects(RDF.type, kind))
        labels = [str(label).casefold() for term in terms for label in graph.objects(term, naming)]
        assert len(labels) == len(set(labels)) > 10


def test_every_concept_is_in_its_scheme():
    """A concept belongs to one scheme, and its broader concept to the same; a tree has no circle."""
    graph, faults = whole(), []
    schemes = set(graph.subjects(RDF.type, SKOS.ConceptScheme))
    concepts = [term for term in own_terms() if str(term).startswith(str(STX)) and term not in schemes]
    for concept in concepts:
        own = list(graph.objects(concept, SKOS.inScheme))
        above = list(graph.objects(concept, SKOS.broader))
        ancestors = set(graph.transitive_objects(concept, SKOS.broader)) - {concept}
        if (
            len(own) != 1 or len(above) > 1
            or any((a, SKOS.inScheme, own[0]) not in graph for a in above)
            or any((a, SKOS.broader, concept) in graph for a in ancestors)
        ):
            faults.append(concept)
    assert len(concepts) > 450
    assert not faults


def test_version_and_name():
    """The core has an ontology IRI and a version IRI that ends in its version, and imports nothing."""
    graph = core()
    me = rdflib.URIRef("https://w3id.org/actor-stance/ontology")
    version = str(graph.value(me, OWL.versionInfo))
    assert str(graph.value(me, OWL.versionIRI)) == f"{me}/{version}"
    assert (None, OWL.imports, None) not in graph
    assert not list(graph.subjects(RDF.type, OWL.FunctionalProperty))
    assert (None, RDFS.range, XSD.date) not in graph


def test_terms_keep_their_place_in_the_tree():
    """Disputes and challenges lie between actors, contests towards a factual position."""
    graph = core()
    assert (ST.disputes, RDFS.subPropertyOf, ST.conflictsWith) in graph
    assert (ST.disputes, RDFS.range, ST.Actor) in graph
    assert (ST.challenges, RDFS.subPropertyOf, ST.disputes) in graph
    assert (ST.contests, RDFS.subPropertyOf, ST.opposes) in graph
    assert (ST.contests, RDFS.range, ST.FactualPosition) in graph
    for name in ("supportsActor", "mediatesFor", "meetsWith", "negotiatesWith"):
        assert (ST[name], RDFS.subPropertyOf, ST.cooperatesWith) in graph
    for name in ("accuses", "usesForceAgainst", "reducesRelationsWith", "pressures"):
        assert (ST[name], RDFS.subPropertyOf, ST.conflictsWith) in graph


# -- event types and codes -----------------------------------------------------------------


def test_event_types_point_to_codes_and_ties_that_exist():
    """Codes of an event type exist, its quad class is that of its PLOVER category, its implied relation is declared."""
    graph = whole()
    types = set(graph.subjects(RDF.type, ST.EventType))
    notations = {str(o) for o in graph.objects(None, SKOS.notation)}
    quads = {"verbal cooperation", "material cooperation", "verbal conflict", "material conflict"}
    for kind in types:
        assert {str(o) for p in (ST.cameoCode, ST.ploverCode) for o in graph.objects(kind, p)} <= notations
        implied = list(graph.objects(kind, ST.impliesRelation))
        assert len(implied) <= 1
        assert all((p, RDF.type, OWL.ObjectProperty) in graph for p in implied)
        cells = {str(o) for o in graph.objects(kind, ST.quadClass)}
        assert cells <= quads
        for category in (c for code in graph.objects(kind, ST.ploverCode) for c in graph.subjects(SKOS.notation, code)):
            assert {str(o) for o in graph.objects(category, ST.quadClass)} == cells, kind
    assert len(types) == 73


def test_an_event_type_agrees_with_the_family_of_its_tie():
    """What counts as cooperation never implies a conflict, nor the other way round."""
    graph = whole()
    for kind, implied in graph.subject_objects(ST.impliesRelation):
        family = set(graph.transitive_objects(implied, RDFS.subPropertyOf))
        quad = str(graph.value(kind, ST.quadClass) or "")
        assert not ("cooperation" in quad and ST.conflictsWith in family), kind
        assert not ("conflict" in quad and ST.cooperatesWith in family), kind


def test_no_name_stands_for_two_event_types():
    """A preferred or alternative name leads to one event type, so that a sheet can use either."""
    graph = whole()
    owner: dict[str, rdflib.term.Node] = {}
    for kind in graph.subjects(RDF.type, ST.EventType):
        for name in (*graph.objects(kind, SKOS.prefLabel), *graph.objects(kind, SKOS.altLabel)):
            assert owner.setdefault(str(name).casefold(), kind) == kind, name
    assert len(owner) > 130


def test_codes_keep_the_scores_of_their_authorities_apart():
    """Where the authorities disagree on a CAMEO code, each score stands under its own property."""
    graph = whole()
    code = STX["cameo-016"]
    scores = [float(graph.value(code, p)) for p in (ST.goldsteinScore, ST.icewsIntensity, ST.gdeltGoldstein)]
    assert scores == [3.4, -5.0, -2.0]
    assert sum(1 for _ in graph.subjects(RDF.type, ST.CameoCode)) == 313
    assert sum(1 for _ in graph.subjects(SKOS.topConceptOf, STX.cameo)) == 20
    assert graph.value(STX["cameo-0841"], SKOS.broader) == STX["cameo-084"]
    assert sum(1 for _ in graph.subjects(SKOS.topConceptOf, STX.plover)) == 16
    assert float(graph.value(STX["plover-RETREAT-disarm"], ST.ploverScore)) == 10


# -- reasoning -----------------------------------------------------------------------------

HEADER = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())


def errors(data: rdflib.Graph, *schemes: str) -> list[str]:
    """What an OWL 2 RL reasoner finds contradictory in the core with some data; prose and codes only slow it."""
    graph = core() + data
    for name in schemes:
        graph.parse(ONTOLOGY / "schemes" / f"{name}.ttl")
    for triple in list(graph):
        if isinstance(triple[2], rdflib.Literal):
            graph.remove(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    return [str(message) for message in graph.objects(None, ERRNS.error)]


def test_the_seed_article_is_consistent():
    """With the coding of the seed article the ontology has no contradiction."""
    files = sorted((resource("data") / "seed-article").glob("*.trig"))
    assert len(files) >= 1
    dataset = rdflib.Dataset(default_union=True)
    for file in files:
        dataset.parse(file)
    data = rdflib.Graph()
    for triple in dataset.triples((None, None, None)):
        data.add(triple)
    assert len(data) > 1000
    assert errors(data, "values", "event-types") == []


def test_a_sound_coding_is_consistent():
    """Being both conciliatory and hostile, or of two minds over time, is no contradiction."""
    sound = "actor:a st:supports pos:p ; st:opposes pos:p ; st:threatens actor:b ; st:meetsWith actor:b ."
    assert errors(rdflib.Graph().parse(data=HEADER + sound, format="turtle")) == []


@pytest.mark.parametrize(
    "broken",
    [
        "actor:a a st:Person , st:CollectiveActor .",
        "actor:a a st:Person . item:s st:onBehalfOf actor:a .",
        "actor:a st:isPartyTo item:deal ; st:isNotPartyTo item:deal .",
        "item:deal st:hasParty actor:a . actor:a st:isNotPartyTo item:deal .",
        "actor:a st:negotiatesWith actor:a .",
        "actor:a st:disputes actor:a .",
        "actor:a st:holdsCaptive group:g . group:g st:holdsCaptive actor:a .",
        "item:s st:supersedes item:t . item:t st:supersedes item:s .",
        "item:s a st:Stance , st:Event .",
        "pos:p a st:PolicyPosition , st:FactualPosition .",
        "item:s st:towards issue:i . issue:i a st:Issue .",
        "item:c a st:AccountConflict , st:Event .",
        "actor:a st:contests pos:p . pos:p a st:PolicyPosition .",
    ],
)
def test_a_broken_coding_is_inconsistent(broken):
    """A reasoner refuses what the ontology rules out, so the axioms do bite."""
    assert errors(rdflib.Graph().parse(data=HEADER + broken, format="turtle"))


# -- rules ---------------------------------------------------------------------------------

CODED = """
graph:registry { pos:fact a st:FactualPosition . pos:plan a st:PolicyPosition ; st:isIncompatibleWith pos:rival .
  pos:rival a st:PolicyPosition . actor:narrator a st:Narrator . actor:council a st:PublicBody . }
graph:s1 {
  item:s1-r a st:Relation ; st:relationSubject actor:a ; st:relationType st:isAlliedWith ; st:relationObject actor:b ;
    st:certainty stx:stated .
  item:s1-doubt a st:Relation ; st:relationSubject actor:a ; st:relationType st:angers ; st:relationObject actor:b ;
    st:certainty stx:hedged .
  item:s1-threat a st:Threat ; st:eventType stx:threat ; st:initiator actor:p ; st:onBehalfOf actor:a ;
    st:recipient actor:b ; st:certainty stx:stated .
  item:s1-spokes a st:Tenure ; st:incumbent actor:p ; st:inOrganization actor:council ; st:role stx:spokesperson ;
    st:tenureStatus stx:held ; st:certainty stx:stated .
  item:s1-claim a st:Tenure ; st:incumbent actor:q ; st:inOrganization actor:b ; st:role stx:head ;
    st:tenureStatus stx:claimed ; st:certainty stx:stated .
  item:s1-one a st:Stance ; st:holder actor:a ; st:towards pos:plan ; st:value stx:supports ; st:certainty stx:stated .
  item:s1-no a st:Stance ; st:holder actor:a ; st:towards pos:fact ; st:value stx:opposes ; st:certainty stx:stated .
  item:s1-maybe a st:Stance ; st:holder actor:d ; st:towards pos:plan ; st:value stx:supports ;
    st:certainty stx:hedged .
  item:s1-voice a st:Stance ; st:holder actor:narrator ; st:towards pos:plan ; st:value stx:opposes ;
    st:certainty stx:stated .
  item:s1-step1 a st:Relation ; st:relationSubject item:u1 ; st:relationType st:isConditionalOn ;
    st:relationObject item:u2 ; st:certainty stx:stated .
  item:s1-step2 a st:Relation ; st:relationSubject item:u2 ; st:relationType st:isConditionalOn ;
    st:relationObject item:u3 ; st:certainty stx:stated . }
graph:s2 {
  item:s2-body a st:Relation ; st:relationSubject actor:council ; st:relationType st:isBodyOf ;
    st:relationObject actor:b ; st:certainty stx:implied .
  item:s2-old a st:Stance ; st:holder actor:b ; st:towards pos:plan ; st:value stx:supports ; st:certainty stx:stated .
  item:s2-new a st:Stance ; st:holder actor:b ; st:towards pos:plan ; st:value stx:strongly-opposes ;
    st:supersedes item:s2-old ; st:certainty stx:stated .
  item:s2-other a st:Stance ; st:holder actor:c ; st:towards pos:rival ; st:value stx:supports ;
    st:certainty stx:stated .
  item:s2-deal a st:Agreement ; st:hasParty actor:a , actor:c ; st:certainty stx:stated . }
"""


def curie(term: ox.NamedNode) -> str:
    return reference.compact(term.value)


@cache
def derived() -> frozenset[tuple[str, str, str, str]]:
    """What the rules make of the coding above, as CURIEs: graph, subject, property, object."""
    store, merged = ox.Store(), ox.DefaultGraph()
    ontology = ox.NamedNode("https://w3id.org/actor-stance/ontology")
    for name in ("stance.ttl", "schemes/values.ttl", "schemes/event-types.ttl"):
        store.load(path=str(ONTOLOGY / name), format=ox.RdfFormat.TURTLE, to_graph=ontology)
    store.load(HEADER + CODED, format=ox.RdfFormat.TRIG)
    for quad in list(store):
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object, merged))
    for rule in RULES:
        store.update(rule.read_text(encoding="utf-8"))
    place = f"{PREFIXES['graph']}derived/"
    made = [q for q in store if isinstance(q.graph_name, ox.NamedNode) and q.graph_name.value.startswith(place)]
    return frozenset(
        (q.graph_name.value.removeprefix(place), *map(curie, q.triple))
        for q in made
    )


@pytest.mark.parametrize(
    "triple",
    [
        "s1 actor:a st:isAlliedWith actor:b",
        "s1 actor:b st:isAlliedWith actor:a",
        "s1 actor:a st:cooperatesWith actor:b",
        "s1 actor:p st:threatens actor:b",
        "s1 actor:a st:threatens actor:b",
        "s1 actor:a st:pressures actor:b",
        "s1 actor:a st:conflictsWith actor:b",
        "s1 actor:p st:speaksFor actor:council",
        "s1 actor:p st:isVoiceOf actor:b",
        "s1 actor:q st:claimsToLead actor:b",
        "s1 actor:a st:supports pos:plan",
        "s1 actor:a st:opposes pos:fact",
        "s1 actor:a st:contests pos:fact",
        "s1 item:u1 st:isConditionalOn item:u2",
        "s1 item:u1 st:dependsOn item:u3",
        "s2 actor:a st:hasAgreementWith actor:c",
        "s2 actor:c st:hasAgreementWith actor:a",
        "s2 actor:b st:supports pos:plan",
        "s2 actor:b st:opposes pos:plan",
        "comparison actor:a st:disagreesWith actor:b",
        "comparison actor:b st:disagreesWith actor:a",
        "comparison actor:a st:disagreesWith actor:c",
    ],
)
def test_rules_derive(triple):
    """The direct layer holds what the nodes state, in the graph of the source that states it."""
    assert tuple(triple.split()) in derived()


def test_rules_derive_nothing_from_doubt_claims_and_the_past():
    """A hedge yields nothing, a claim no office, a narrator no comparison, a superseded stance no agreement."""
    properties = {(s, p) for _, s, p, _ in derived()}
    assert ("actor:a", "st:angers") not in properties
    assert ("actor:d", "st:supports") not in properties
    assert ("actor:q", "st:leads") not in properties
    assert ("actor:b", "st:contests") not in properties
    assert not [row for row in derived() if row[2] == "st:agreesWith"]
    assert not [row for row in derived() if row[0] == "comparison" and "actor:narrator" in row]


def test_rules_reach_what_a_reasoner_would():
    """Under OWL 2 RL the derived triples entail no further tie between the same things."""
    graph = core() + rdflib.Graph().parse(
        data=HEADER + "\n".join(f"{s} {p} {o} ." for _, s, p, o in derived()), format="turtle"
    )
    layer = set(reference.direct_properties())
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    found = {
        tuple(reference.compact(str(t)) for t in triple)
        for p in layer for triple in graph.triples((None, p, None)) if "/actor/" in str(triple[0])
    }
    assert len(found) > 40
    assert found == {row[1:] for row in derived() if "actor:" in row[1]}


def test_every_rule_says_what_it_derives_and_why():
    """A rule file opens with a sentence on what it derives, and writes to derived graphs only."""
    for rule in RULES:
        text = rule.read_text(encoding="utf-8")
        assert re.match(r"# Derives .+", text), rule.name
        assert "DELETE" not in text
        targets = re.findall(r"INSERT \{ GRAPH (\S+)", text)
        assert targets
        assert all(t in ("?derived", "?g", "<https://w3id.org/actor-stance/graph/derived/comparison>") for t in targets)


# -- words used elsewhere --------------------------------------------------------------------


def declared() -> set[str]:
    return {str(t) for t in own_terms()}


def used_in_rdf(file: Path) -> set[str]:
    """Every term of the two namespaces that a file mentions as subject, predicate or object."""
    found = set()
    for quad in ox.parse(path=str(file)):
        for term in (quad.subject, quad.predicate, quad.object):
            value = term.datatype.value if isinstance(term, ox.Literal) else getattr(term, "value", "")
            if value.startswith((str(ST), str(STX))):
                found.add(value)
    return found


def used_in_sparql(text: str) -> set[str]:
    """Every prefixed name of the two namespaces in a query, outside its comments."""
    plain = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    names = re.findall(r"(?<![\w:/-])(stx?):([A-Za-z][\w-]*)", plain)
    return {PREFIXES[prefix] + local for prefix, local in names}


def test_no_file_uses_an_undeclared_term():
    """Ontology, shapes, alignments, data, queries, checks and rules know only declared terms."""
    known = declared()
    rdf = [*FILES, *sorted(resource("data").rglob("*.trig")), *sorted(resource("data").rglob("*.ttl"))]
    sparql = sorted(file for ending in ("*.rq", "*.ru") for file in (CODE / "sparql").rglob(ending))
    assert len(rdf) >= 8
    assert len(sparql) >= 13
    stray = {file.name: used - known for file in rdf if (used := used_in_rdf(file)) - known}
    stray |= {
        file.name: used - known for file in sparql if (used := used_in_sparql(file.read_text(encoding="utf-8"))) - known
    }
    text = (ONTOLOGY / "shapes.ttl").read_text(encoding="utf-8")
    stray |= {"shapes.ttl": rest} if (rest := used_in_sparql(text) - known) else {}
    assert not stray


def test_an_undeclared_term_would_be_found(tmp_path):
    """The search for undeclared terms sees a misspelt term in data and in a query."""
    file = tmp_path / "x.ttl"
    file.write_text(HEADER + "actor:a st:negotiatesWiht actor:b .")
    assert used_in_rdf(file) - declared() == {f"{ST}negotiatesWiht"}
    assert used_in_sparql("SELECT ?x WHERE { ?x st:negotiatesWiht stx:hegded } # st:no") - declared() >= {
        f"{ST}negotiatesWiht", f"{STX}hegded",
    }


# -- documentation -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"), [("ontology.md", reference.ontology_markdown), ("ontology.html", reference.ontology_html)]
)
def test_the_reference_is_fresh(name, text):
    """docs/ontology.* is what the generator writes; run ``python -m kg.reference`` after a change."""
    written = (DOCS / name).read_text(encoding="utf-8")
    assert hashlib.sha256(written.encode()).hexdigest() == hashlib.sha256(text().encode()).hexdigest()


def test_the_reference_names_every_own_term():
    """Each class, property and concept of ours is in the reference; codes of others are summed up in a table."""
    text, graph = reference.ontology_markdown(), whole()
    terms = [t for t in own_terms() if not FOREIGN & set(graph.objects(t, RDF.type))]
    missing = [t for t in terms if f"`{reference.compact(str(t))}`" not in text]
    assert len(terms) > 300
    assert not missing


def test_links_of_the_html_reference_lead_somewhere():
    """Every inner link of the page has its target, every target is unique, and nothing is fetched from outside."""
    page = reference.ontology_html()
    targets = re.findall(r' id="([^"]+)"', page)
    assert len(targets) == len(set(targets)) > 150
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(targets)
    assert not re.findall(r'(?:src|href)="(?!#)', page)
