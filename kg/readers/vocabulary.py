"""The shipped vocabularies, as far as coding sheets need them: words people write → IRIs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

import pyoxigraph as ox

from kg.terms import PREFIXES, ST, STX, expand, fold, local_name, resource

_SKOS = PREFIXES["skos"]
_RDF_TYPE = f"{PREFIXES['rdf']}type"
_LABELS = {f"{_SKOS}prefLabel", f"{_SKOS}altLabel", f"{PREFIXES['rdfs']}label"}

VALUES: dict[str, str] = {
    **{
        f"{n}": s
        for n, s in zip(
            ("-2", "-1", "0", "1", "2"),
            ("strongly-opposes", "opposes", "ambivalent", "supports", "strongly-supports"),
            strict=True,
        )
    },
    **{
        w: w.replace(" ", "-")
        for w in (
            "strongly opposes",
            "opposes",
            "ambivalent",
            "supports",
            "strongly supports",
            "undetermined",
        )
    },
    "+1": "supports",
    "+2": "strongly-supports",
    "oppose": "opposes",
    "support": "supports",
    "strongly oppose": "strongly-opposes",
    "strongly support": "strongly-supports",
    "mixed": "ambivalent",
    "−1": "opposes",
    "−2": "strongly-opposes",
}
BASES = ("word", "deed", "commitment", "report")
CERTAINTIES = ("stated", "hedged", "implied")
PRECISIONS = ("day", "month", "year", "inferred")
LOOKS = {
    "confirmed": "look-confirmed",
    "corrected": "look-corrected",
    "not found": "look-not-found",
    "not_found": "look-not-found",
    "none": "look-none",
}
CONFLICTS = (
    "source-conflict",
    "actor-dispute",
    "stance-shift",
    "words-against-deeds",
    "promise-against-timing",
    "framing",
)


@dataclass
class Vocabulary:
    """Names of classes, event types and direct relations, and what an event type or relation implies."""

    actor_types: dict[str, str] = field(default_factory=dict)
    event_types: dict[str, str] = field(default_factory=dict)
    relations: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    event_for: dict[str, str] = field(default_factory=dict)
    by_relation_node: set[str] = field(default_factory=set)

    def find(self, names: dict[str, str], text: str) -> str | None:
        """The IRI for a label, a slug, a CURIE or an IRI of one of *names*."""
        whole = expand(text)
        if whole in names.values():
            return whole
        return names.get(fold(text)) or names.get(fold(text.replace("-", " ").replace("_", " ")))


@cache
def vocabulary() -> Vocabulary:
    """Read once from the shipped ontology."""
    folder = resource("ontology")
    quads: list[ox.Quad] = []
    for file in (folder / "stance.ttl", folder / "schemes" / "event-types.ttl"):
        quads += ox.parse(file.read_bytes(), ox.RdfFormat.TURTLE)
    triples = [
        (q.subject.value, q.predicate.value, q.object.value)
        for q in quads
        if isinstance(q.subject, ox.NamedNode) and not isinstance(q.object, ox.Triple)
    ]
    parents: dict[str, set[str]] = {}
    for s, p, o in triples:
        if p.endswith("subClassOf"):
            parents.setdefault(s, set()).add(o)
    types: dict[str, set[str]] = {}
    for s, p, o in triples:
        if p == _RDF_TYPE:
            types.setdefault(s, set()).add(o)
    found = Vocabulary()
    actors = {c for c in types if _descends(c, f"{ST}Actor", parents)} | {f"{ST}PersonGroup"}
    for s, p, o in triples:
        if p in _LABELS:
            if s in actors:
                _name(found.actor_types, s, o)
            elif f"{ST}EventType" in types.get(s, ()):
                _name(found.event_types, s, o)
            elif s.startswith(ST) and f"{PREFIXES['owl']}ObjectProperty" in types.get(s, ()):
                _name(found.relations, s, o)
            if not p.endswith("altLabel"):
                found.labels.setdefault(s, o)
        elif p == f"{ST}qualifiedBy" and o == f"{ST}Relation":
            found.by_relation_node.add(s)
    for s, p, o in sorted(triples):
        if p == f"{ST}typicalEventType":
            found.event_for[s] = o
        elif p == f"{ST}impliesRelation" and s.startswith(STX):
            found.event_for.setdefault(o, s)
    found.actor_types.setdefault("organization", f"{ST}CollectiveActor")
    found.actor_types.setdefault("organisation", f"{ST}CollectiveActor")
    return found


def _descends(cls: str, ancestor: str, parents: dict[str, set[str]]) -> bool:
    return cls == ancestor or any(_descends(p, ancestor, parents) for p in parents.get(cls, ()))


def _name(names: dict[str, str], iri: str, label: str) -> None:
    names[fold(label)] = iri
    names.setdefault(fold(local_name(iri)), iri)
    names.setdefault(fold(local_name(iri).replace("-", " ")), iri)


def listed(words: Iterable[str], limit: int = 12) -> str:
    """A readable list that does not run on."""
    all_words = sorted(set(words))
    return ", ".join(all_words[:limit]) + (" …" if len(all_words) > limit else "")
