"""A description of what a graph holds, for catalogues: DCAT and VoID, counted by the store itself.

The dataset is all named graphs but the ontology's; each of them is a subset of it. All counts come from SPARQL
through the store's door, so a graph on a server is described there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from kg.errors import KGError
from kg.files import COMPRESSED, suffix
from kg.readers import rdf
from kg.stores import Store, is_address
from kg.tables import Table, decode
from kg.terms import (
    BASE,
    DERIVED,
    ONTOLOGY_GRAPH,
    PREFIXES,
    SPARQL_PREFIXES,
    compact,
    expand,
    local_name,
    slug,
)

VOCABULARIES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": PREFIXES["dcterms"],
    "foaf": PREFIXES["foaf"],
    "void": "http://rdfs.org/ns/void#",
    "xsd": PREFIXES["xsd"],
}

_MEDIA = "https://www.iana.org/assignments/media-types/"

# Links that say that two things are one, or near to it.
_LINKS = "owl:sameAs skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch rdfs:seeAlso"

# A thing with a name of its own. A server may keep blank nodes as IRIs of this kind (RDF 1.1 Concepts, 3.5).
_NAMED = 'FILTER (isIRI(?s) && !CONTAINS(STR(?s), "/.well-known/genid/"))'

# Types and predicates of a description that the graph itself may hold.
_TOLD = ("title", "description", "license", "creator", "publisher")


@dataclass(frozen=True)
class Given:
    """What only people can tell of a dataset. ``saved`` are files that hold the data, or their web addresses."""

    iri: str = ""
    title: str = ""
    description: str = ""
    license: str = ""
    saved: tuple[str, ...] = ()


def describe(store: Store, given: Given) -> list[ox.Triple]:
    """The description of a store, as triples; the same for the same content."""
    return _Description(store, given).triples()


class _Description:
    def __init__(self, store: Store, given: Given) -> None:
        self.store, self.given = store, given
        self.graphs = [name for name in store.graphs() if name != ONTOLOGY_GRAPH]
        # The graphs of a server that are not ours do not count, so ours are named.
        self.ours = f"VALUES ?g {{ {' '.join(f'<{name}>' for name in self.graphs)} }}"
        self.whole = f"{{ SELECT DISTINCT ?s ?p ?o {{ {self.ours} GRAPH ?g {{ ?s ?p ?o }} }} }}"
        word = re.split(r"[?#]", store.name.rstrip("/"))[0].rsplit("/", 1)[-1]
        self.name = word.split(".")[0] or "dataset"
        self.iri = given.iri or f"{BASE}dataset/{slug(self.name)}"
        if expand(self.iri) != self.iri:
            raise KGError(f'"{self.iri}" is no IRI.', cure="Name the dataset like this: https://example.org/my-data")
        self.found: list[ox.Triple] = []

    def triples(self) -> list[ox.Triple]:
        self._itself()
        self._counts()
        self._partitions()
        self._times()
        self._links()
        self._sources()
        for number, file in enumerate(self.given.saved, 1):
            self._file(file, f"{self.iri}/distribution/{number}")
        return list(dict.fromkeys(self.found))

    # -- asking and saying -------------------------------------------------------------

    def _rows(self, query: str) -> Iterator[list[str]]:
        """Rows of plain texts, in order of the raw cells."""
        for row in sorted(Table.from_tsv(self.store.query(f"{SPARQL_PREFIXES} {query}").body).raw):
            yield [cell.text if (cell := decode(raw)) else "" for raw in row]

    def _say(self, subject: str, predicate: str, value: str | int | ox.Literal | ox.NamedNode) -> None:
        """One triple; a text that is an IRI becomes one."""
        prefix, _, name = predicate.partition(":")
        term: ox.Literal | ox.NamedNode
        if isinstance(value, int):
            term = ox.Literal(value)
        elif isinstance(value, str):
            term = ox.NamedNode(value) if re.match(r"https?://[^\s<>\"{}|\\^`]+$", value) else ox.Literal(value)
        else:
            term = value
        namespace = PREFIXES.get(prefix) or VOCABULARIES[prefix]
        self.found.append(ox.Triple(ox.NamedNode(subject), ox.NamedNode(namespace + name), term))

    def _typed(self, subject: str, *kinds: str) -> None:
        for kind in kinds:
            prefix, _, name = kind.partition(":")
            self._say(subject, "rdf:type", ox.NamedNode(VOCABULARIES[prefix] + name))

    # -- the parts ---------------------------------------------------------------------

    def _itself(self) -> None:
        given = self.given
        self._typed(self.iri, "dcat:Dataset", "void:Dataset")
        told: dict[str, list[str]] = {}
        asked = ", ".join(f"dcterms:{name}" for name in _TOLD)
        for predicate, value in self._rows(
            f"SELECT DISTINCT ?p ?o {{ {self.ours} GRAPH ?g {{ ?d a ?kind ; ?p ?o }} FILTER (?p IN ({asked})) "
            f"FILTER (?kind IN (<{VOCABULARIES['dcat']}Dataset>, <{VOCABULARIES['void']}Dataset>)) }}"
        ):
            told.setdefault(local_name(predicate), []).append(value)
        told.setdefault("title", [self.name])
        for name, text in (("title", given.title), ("description", given.description), ("license", given.license)):
            if text:
                told[name] = [text]
        for name, values in sorted(told.items()):
            for value in values:
                words = name in ("title", "description")
                self._say(self.iri, f"dcterms:{name}", ox.Literal(value) if words else value)
        ontology = self._rows(f"SELECT ?v {{ GRAPH <{ONTOLOGY_GRAPH}> {{ <{ONTOLOGY_GRAPH}> owl:versionIRI ?v }} }}")
        for (version,) in ontology:
            self._say(self.iri, "dcterms:conformsTo", version)
        if is_address(self.store.name):
            self._say(self.iri, "void:sparqlEndpoint", self.store.name)

    def _counts(self) -> None:
        """Sizes of the whole, in which a triple of two graphs counts once, and of each graph."""
        counted = "(COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
        for triples, subjects, objects in self._rows(f"SELECT {counted} {{ {self.whole} }}"):
            self._say(self.iri, "void:triples", int(triples))
            self._say(self.iri, "void:distinctSubjects", int(subjects))
            self._say(self.iri, "void:distinctObjects", int(objects))
        for (entities,) in self._rows(
            f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {self.ours} GRAPH ?g {{ ?s ?p ?o }} {_NAMED} }}"
        ):
            self._say(self.iri, "void:entities", int(entities))
        in_each = f"{{ {self.ours} GRAPH ?g {{ ?s ?p ?o }}"
        for graph, triples in self._rows(f"SELECT ?g (COUNT(*) AS ?n) {in_each} }} GROUP BY ?g"):
            self._say(self.iri, "void:subset", graph)
            self._typed(graph, "void:Dataset")
            self._say(graph, "void:triples", int(triples))
        for graph, entities in self._rows(
            f"SELECT ?g (COUNT(DISTINCT ?s) AS ?n) {in_each} {_NAMED} }} GROUP BY ?g"
        ):
            self._say(graph, "void:entities", int(entities))

    def _partitions(self) -> None:
        spaces: set[str] = set()
        for kind, count in self._rows(
            f"SELECT ?class (COUNT(DISTINCT ?x) AS ?n) {{ {self.ours} GRAPH ?g {{ ?x a ?class }} }} GROUP BY ?class"
        ):
            part = self._part("class", kind)
            self._say(self.iri, "void:classPartition", part)
            self._say(part, "void:class", kind)
            self._say(part, "void:entities", int(count))
            spaces.add(_namespace(kind))
        for kind, count in self._rows(
            f"SELECT ?p (COUNT(*) AS ?n) {{ {self.whole} }} GROUP BY ?p"
        ):
            part = self._part("property", kind)
            self._say(self.iri, "void:propertyPartition", part)
            self._say(part, "void:property", kind)
            self._say(part, "void:triples", int(count))
            spaces.add(_namespace(kind))
        for space in sorted(spaces):
            self._say(self.iri, "void:vocabulary", space)

    def _times(self) -> None:
        """From the first to the last day that coded items name."""
        [(first, last)] = self._rows(
            "SELECT (MIN(STR(?day)) AS ?first) (MAX(STR(?day)) AS ?last) "
            f"{{ {self.ours} GRAPH ?g {{ ?item st:startDate|st:endDate|st:notBefore|st:notAfter ?day }} }}"
        )
        if not first:
            return
        period = f"{self.iri}/period"
        self._say(self.iri, "dcterms:temporal", period)
        self._typed(period, "dcterms:PeriodOfTime")
        for name, day in (("startDate", first), ("endDate", last)):
            kind = {4: "gYear", 7: "gYearMonth"}.get(len(day), "date")
            self._say(period, f"dcat:{name}", ox.Literal(day, datatype=ox.NamedNode(f"{PREFIXES['xsd']}{kind}")))

    def _links(self) -> None:
        """What leads to other datasets, by the property and the place it leads to."""
        found: dict[tuple[str, str], int] = {}
        for predicate, _, target in self._rows(
            f"SELECT DISTINCT ?p ?s ?o {{ {self.ours} VALUES ?p {{ {_LINKS} }} GRAPH ?g {{ ?s ?p ?o }} "
            f'FILTER (isIRI(?o) && !STRSTARTS(STR(?o), "{BASE}")) }}'
        ):
            key = predicate, _namespace(target)
            found[key] = found.get(key, 0) + 1
        for (predicate, space), count in sorted(found.items()):
            links = self._part("links", f"{compact(predicate)}/{space}")
            there = self._part("to", space)
            self._say(self.iri, "void:subset", links)
            self._typed(links, "void:Linkset")
            self._say(links, "void:subjectsTarget", self.iri)
            self._say(links, "void:objectsTarget", there)
            self._say(links, "void:linkPredicate", predicate)
            self._say(links, "void:triples", count)
            self._typed(there, "void:Dataset")
            self._say(there, "void:uriSpace", ox.Literal(space))

    def _sources(self) -> None:
        known = set(self.graphs)
        for source, title in self._rows(
            f"SELECT DISTINCT ?source ?title {{ {self.ours} GRAPH ?g {{ ?source a st:Source }} "
            "OPTIONAL { ?source dcterms:title ?title } }"
        ):
            self._say(self.iri, "dcterms:source", source)
            for graph in (f"{PREFIXES['graph']}{local_name(source)}", f"{DERIVED}{local_name(source)}"):
                if graph in known:
                    self._say(graph, "dcterms:source", source)
                    if title and not graph.startswith(DERIVED):
                        self._say(graph, "dcterms:title", ox.Literal(title))

    def _file(self, file: str, part: str) -> None:
        """One saved file, or the address that it is found at."""
        self._say(self.iri, "dcat:distribution", part)
        self._typed(part, "dcat:Distribution")
        name = re.split(r"[?#]", file)[0].rsplit("/", 1)[-1] if is_address(file) else Path(file).name
        self._say(part, "dcterms:title", ox.Literal(name))
        if known := rdf.FORMATS.get(suffix(name)):
            self._say(part, "dcat:mediaType", ox.NamedNode(_MEDIA + known.media_type))
        packing = Path(name).suffix.casefold()
        if packing in COMPRESSED:
            kind = {".gz": "gzip", ".zst": "zstd"}[packing]
            self._say(part, "dcat:compressFormat", ox.NamedNode(f"{_MEDIA}application/{kind}"))
        if is_address(file):
            self._say(part, "dcat:downloadURL", ox.NamedNode(file))
            self._say(self.iri, "void:dataDump", ox.NamedNode(file))
        elif Path(file).is_file():
            size, integer = Path(file).stat().st_size, f"{PREFIXES['xsd']}nonNegativeInteger"
            self._say(part, "dcat:byteSize", ox.Literal(str(size), datatype=ox.NamedNode(integer)))

    def _part(self, kind: str, name: str) -> str:
        return f"{self.iri}/{kind}/{quote(compact(name), safe=':')}"


def _namespace(iri: str) -> str:
    """An IRI up to its last ``#`` or ``/``."""
    return re.sub(r"[^#/]*$", "", iri)
