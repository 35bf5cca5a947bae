"""Names: namespaces, IRIs, and the shipped files that go with them.

People type "Taliban", ``actor:taliban`` or a whole IRI; the graph knows only IRIs. The class
:class:`Names` translates both ways and says "did you mean" where it cannot.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from kg.errors import NotFound, did_you_mean

BASE = "https://w3id.org/actor-stance/"

PREFIXES: dict[str, str] = {
    "st": f"{BASE}ns#",
    "stx": f"{BASE}scheme/",
    "actor": f"{BASE}id/actor/",
    "group": f"{BASE}id/group/",
    "place": f"{BASE}id/place/",
    "issue": f"{BASE}id/issue/",
    "pos": f"{BASE}id/position/",
    "src": f"{BASE}id/source/",
    "item": f"{BASE}id/",
    "graph": f"{BASE}graph/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

ST = PREFIXES["st"]
STX = PREFIXES["stx"]

ONTOLOGY_GRAPH = f"{BASE}ontology"
REGISTRY_GRAPH = f"{BASE}graph/registry"
PROVENANCE_GRAPH = f"{BASE}graph/provenance"
DERIVED = f"{BASE}graph/derived/"

SPARQL_PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())

_CURIE = re.compile(r"^([A-Za-z][\w.-]*):([^\s<>\"{}|\\^`]*)$")
_ABSOLUTE = re.compile(r"^<?(https?://[^\s<>\"{}|\\^`]+|urn:[^\s<>\"{}|\\^`]+)>?$")


def resource(name: str) -> Path:
    """Folder of shipped files, ``"ontology"`` or ``"data"``: inside the wheel, or in a checkout beside kg/."""
    packaged = Path(str(resources.files("kg"))) / "_resources" / name
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / name


def slug(text: str) -> str:
    """A short readable identifier: lower-case letters, digits and hyphens; other scripts keep their letters."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return re.sub(r"[\W_]+", "-", plain).strip("-") or "unnamed"


def expand(name: str, prefixes: Mapping[str, str] = PREFIXES) -> str | None:
    """The IRI for an IRI or a CURIE, or None when the text is neither."""
    text = name.strip()
    if whole := _ABSOLUTE.match(text):
        return whole[1]
    curie = _CURIE.match(text)
    if curie and curie[1] in prefixes:
        return prefixes[curie[1]] + curie[2]
    return None


def compact(iri: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """The CURIE with the longest matching namespace, or the IRI itself."""
    best = max(
        ((ns, p) for p, ns in prefixes.items() if iri.startswith(ns) and len(iri) > len(ns)),
        default=None,
        key=lambda pair: len(pair[0]),
    )
    return f"{best[1]}:{iri[len(best[0]) :]}" if best else iri


def local_name(iri: str) -> str:
    """What follows the last ``#`` or ``/``."""
    return re.split(r"[#/]", iri.rstrip("#/"))[-1]


def fold(text: str) -> str:
    """The form in which names are compared: no case, no accents, no vowel points, Arabic and Persian letters alike."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c) and c not in "\u200c\u200d\u200e\u200f")
    plain = plain.translate(str.maketrans("يىكۀ’‘ٔ", "ییکه''ه"))
    return re.sub(r"\s+", " ", plain).strip().casefold()


@dataclass
class Names:
    """Labels ↔ IRIs of one graph, by kind of thing (``actor``, ``issue``, ``position``, ``source``, ``relation``).

    ``labels`` maps an IRI to its preferred label; ``names`` maps, kind by kind, a folded name to the IRIs it
    may stand for. A preferred label wins over an alternative one.
    """

    labels: dict[str, str] = field(default_factory=dict)
    names: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    shown: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: str, iri: str, name: str, *, preferred: bool, english: bool) -> None:
        """Register one name of one thing. Lower rank wins: preferred before alternative."""
        rank = 0 if preferred else 1
        slot = self.names.setdefault(kind, {}).setdefault(fold(name), {})
        slot[iri] = min(rank, slot.get(iri, rank))
        self.shown.setdefault(kind, []).append(name)
        if preferred and (english or iri not in self.labels):
            self.labels[iri] = name

    def label(self, iri: str) -> str:
        """The preferred label of a thing, or a readable form of its IRI."""
        return self.labels.get(iri) or compact(iri)

    def find(self, name: str, kind: str) -> str:
        """The IRI a name stands for.

        Accepts an IRI, a CURIE, a preferred or alternative label in any language, or the local part of the
        IRI (``taliban``). Raises :class:`~kg.errors.NotFound` with a suggestion, or when a name fits several.
        """
        if iri := expand(name):
            return iri
        known = self.names.get(kind, {})
        hits = known.get(fold(name), {})
        if not hits:
            wanted = slug(name)
            hits = {iri: 0 for by_name in known.values() for iri in by_name if local_name(iri) == wanted}
        best = [iri for iri, rank in hits.items() if rank == min(hits.values())]
        if len(best) == 1:
            return best[0]
        plural = {"query": "queries"}.get(kind, kind + "s")
        if best:
            choices = ", ".join(sorted(compact(iri) for iri in best))
            raise NotFound(f'The {kind} name "{name}" fits several: {choices}.', cure="Use one of these.")
        hint = did_you_mean(name, self.shown.get(kind, ()))
        listing = (
            f"List them with: kg query {plural}" if kind in {"actor", "issue", "position", "source"} else ""
        )
        raise NotFound(f'No {kind} "{name}".', cure=f"{hint} {listing}".strip())

    def find_all(self, names: Iterable[str] | str | None, kind: str) -> tuple[str, ...]:
        """IRIs for one name, several, or none."""
        if names is None:
            return ()
        return tuple(self.find(n, kind) for n in ([names] if isinstance(names, str) else names))
