"""The JSON-LD context: short names for the ontology's terms and those it borrows, under an IRI of its own.

``ontology/context.jsonld`` is made by ``python docs/build.py`` out of the ontology (:func:`generate`). Files refer to
it by :data:`IRI`; nothing is fetched to read them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg.errors import KGError
from kg.terms import BASE, PREFIXES, ST, compact, local_name, resource

IRI = f"{BASE}context.jsonld"

LANGUAGE = "@language"  # the kind of a property whose texts are given by language

# Where a context is named: alone, or in a list after other names. No text can look like this, since quotation marks
# inside a text are escaped.
_NAMED = re.compile(
    rb'("@context"\s*:\s*(?:\[[^\[\]{}]*)?)"' + re.escape(IRI).replace("/", r"\\?/").encode() + b'"'
)

# Borrowed terms: those that coded data use. The kind is what their values mostly are.
_BORROWED: dict[str, dict[str, str]] = {
    "class": {
        "oa": "SpecificResource TextPositionSelector TextQuoteSelector",
        "owl": "Ontology",
        "prov": "Activity Agent Entity Plan",
        "skos": "Concept ConceptScheme",
    },
    "@id": {
        "dcterms": "license source",
        "foaf": "page",
        "oa": "hasSelector hasSource",
        "owl": "sameAs",
        "prov": "used wasAssociatedWith wasAttributedTo wasDerivedFrom wasGeneratedBy",
        "rdfs": "seeAlso subClassOf subPropertyOf",
        "skos": "broadMatch broader closeMatch exactMatch hasTopConcept inScheme narrowMatch narrower related "
        "relatedMatch topConceptOf",
    },
    LANGUAGE: {
        "dcterms": "abstract description",
        "rdfs": "comment label",
        "skos": "altLabel definition editorialNote example hiddenLabel note prefLabel scopeNote",
    },
    "xsd:date": {"dcterms": "created issued modified"},
    "xsd:dateTime": {"prov": "endedAtTime startedAtTime"},
    "xsd:integer": {"oa": "end start"},
    "": {"dcterms": "creator identifier language publisher title", "oa": "exact prefix suffix", "skos": "notation"},
}

# Where the ontology's range does not tell what is mostly written: it gives days none, since OWL 2 DL knows no dates,
# and amounts are mostly whole.
_KINDS = dict.fromkeys(("endDate", "notAfter", "notBefore", "startDate"), "xsd:date") | {"amount": "", "atLeast": ""}


@dataclass(frozen=True)
class Names:
    """What the context says: prefix → namespace; class IRI → name; property IRI → (name, kind).

    A kind is ``@id``, the IRI of a datatype, ``@language``, or empty. ``words`` are all names.
    """

    prefixes: dict[str, str]
    classes: dict[str, str]
    properties: dict[str, tuple[str, str]]
    words: frozenset[str]


@cache
def document() -> dict[str, Any]:
    """The shipped context, as JSON."""
    file = resource("ontology") / "context.jsonld"
    if not file.is_file():
        raise KGError(f'The file "{file}" is missing.', cure="Install kg again.")
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


@cache
def names() -> Names:
    """The shipped context, as tables to write by."""
    entries: dict[str, Any] = document()["@context"]
    prefixes = {k: v for k, v in entries.items() if isinstance(v, str) and "://" in v}

    def whole(name: str) -> str:
        prefix, _, local = name.partition(":")
        return prefixes[prefix] + local if prefix in prefixes else name

    classes: dict[str, str] = {}
    properties: dict[str, tuple[str, str]] = {}
    for name, entry in entries.items():
        if name.startswith("@") or name in prefixes or entry in ("@id", "@type"):
            continue
        if isinstance(entry, dict):
            properties[whole(entry["@id"])] = name, whole(entry.get("@type") or entry.get("@container") or "")
        elif name[0].isupper():
            classes[whole(entry)] = name
        else:
            properties[whole(entry)] = name, ""
    return Names(prefixes, classes, properties, frozenset(name for name in entries if not name.startswith("@")))


def inlined(data: bytes) -> bytes:
    """JSON-LD in which the context stands where it was only named; its lines stay the lines they were."""
    if b"context.jsonld" not in data:
        return data
    text = json.dumps(document()["@context"], ensure_ascii=False).encode()
    return _NAMED.sub(lambda found: found[1] + text, data)


# -- making it ----------------------------------------------------------------------------


def generate() -> str:
    """The text of ``ontology/context.jsonld``, out of the ontology and the borrowed terms."""
    found = dict(_own())
    for kind, spaces in _BORROWED.items():
        for prefix, listed in spaces.items():
            for name in listed.split():
                if found.setdefault(name, (f"{prefix}:{name}", kind)) != (f"{prefix}:{name}", kind):
                    raise KGError(f'Two terms would be called "{name}" in the context.')
    head = {"@version": 1.1, "id": "@id", "type": "@type", **PREFIXES}
    entries: dict[str, Any] = {**head}
    for name in sorted(found, key=lambda n: (n[0].islower(), n)):
        iri, kind = found[name]
        if name in head:
            raise KGError(f'"{name}" cannot be a term of the context: it is a prefix or a keyword there.')
        if kind == LANGUAGE:
            entries[name] = {"@id": iri, "@container": kind}
        else:
            entries[name] = iri if kind in ("", "class") else {"@id": iri, "@type": kind}
    lines = ",\n".join(f"    {json.dumps(k)}: {json.dumps(v)}" for k, v in entries.items())
    return f'{{\n  "@context": {{\n{lines}\n  }}\n}}\n'


def _own() -> Iterator[tuple[str, tuple[str, str]]]:
    """The ontology's own classes and properties: name → (CURIE, kind)."""
    import pyoxigraph as ox

    owl, rdfs = PREFIXES["owl"], PREFIXES["rdfs"]
    kinds: dict[str, set[str]] = {}
    ranges: dict[str, str] = {}
    for quad in ox.parse(path=resource("ontology") / "stance.ttl"):
        subject, value = getattr(quad.subject, "value", ""), getattr(quad.object, "value", "")
        if subject.startswith(ST) and quad.predicate.value == f"{PREFIXES['rdf']}type":
            kinds.setdefault(subject, set()).add(value)
        elif subject.startswith(ST) and quad.predicate.value == f"{rdfs}range":
            ranges[subject] = value
    for iri, types in kinds.items():
        name = local_name(iri)
        if f"{owl}Class" in types:
            kind = "class"
        elif f"{owl}DatatypeProperty" in types:
            datatype = compact(ranges.get(iri, ""))
            kind = _KINDS.get(name, "" if datatype == "xsd:string" else datatype)
        else:
            kind = "@id"
        yield name, (compact(iri), kind)
