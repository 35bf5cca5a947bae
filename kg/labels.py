"""Names looked up in a store when they are needed: never all labels for the few that are asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import pyoxigraph as ox

from kg.tables import Cell, Table
from kg.terms import SPARQL_PREFIXES, Names, compact, expand

# Properties whose values are a thing's own name, the best first, and those that only also name it.
_PREFERRED = ("skos:prefLabel", "rdfs:label", "dcterms:title")
_OTHER = ("skos:altLabel", "dcterms:identifier")

KINDS: dict[str, tuple[str, ...]] = {
    "actor": ("st:Actor", "st:PersonGroup"),
    "issue": ("st:Issue",),
    "position": ("st:Position",),
    "source": ("st:Source",),
    "event type": ("st:EventType",),
    "relation": ("owl:ObjectProperty",),
}

# Languages in which a name is tried as it was typed; a name in another is found among all names of its kind.
_TAGS = ("", "@en", "@fa", "@ps", "@ar", "@ur", "@de", "@es", "@fr", "@ru", "@uk", "@zh", "@tr")

_MANY = 1_000
_ONE_BY_ONE = 32
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*")

# SPARQL text → TSV bytes.
Ask = Callable[[str], bytes]


def _cells(ask: Ask, pattern: str) -> list[tuple[Cell | None, ...]]:
    return list(Table.from_tsv(ask(f"{SPARQL_PREFIXES} SELECT {pattern}")).cells())


def _classes(ask: Ask, kinds: Iterable[str]) -> str:
    """The classes of some kinds of things, with all narrower ones, as a list for VALUES."""
    tops = " ".join(name for kind in kinds for name in KINDS[kind])
    found = _cells(ask, f"DISTINCT ?type {{ VALUES ?top {{ {tops} }} ?type rdfs:subClassOf* ?top }}")
    return " ".join(f"<{cell.text}>" for (cell,) in found if cell and cell.kind == "iri")


# A second VALUES for the properties would make engines without statistics go through all labels there are.
def _named(properties: Iterable[str]) -> str:
    return f"?thing ?p ?name FILTER (?p IN ({', '.join(properties)}))"


class Labels(dict[str, str]):
    """IRI → the label it is shown under: English before other languages, a preferred label before a title.

    What is not there is looked up when it is asked for, with :meth:`fetch` many at a time.
    """

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self._ask = ask
        self._asked: set[str] = set()
        self._singly = 0

    def fetch(self, iris: Iterable[str]) -> None:
        """Look up the labels of some IRIs, those not known yet."""
        wanted = sorted(iri for iri in {*iris} - self._asked if _IRI.fullmatch(iri))
        for start in range(0, len(wanted), _MANY):
            listed = " ".join(f"<{iri}>" for iri in wanted[start : start + _MANY])
            self._keep(f"?thing ?p ?name {{ VALUES ?thing {{ {listed} }} {_named(_PREFERRED)} }}")
        self._asked.update(iris)

    def _keep(self, pattern: str) -> None:
        best: dict[str, tuple[bool, int, str]] = {}
        for thing, p, name in _cells(self._ask, pattern):
            if thing and p and name:
                rank = (not _english(name), _PREFERRED.index(compact(p.text)), name.text)
                best[thing.text] = min(rank, best.get(thing.text, rank))
        self.update({iri: rank[2] for iri, rank in best.items()})
        self._asked.update(best)

    def __missing__(self, iri: str) -> str:
        if iri not in self._asked:
            self._singly += 1
            if self._singly == _ONE_BY_ONE:
                # Whoever asks for this many one by one goes through the actors, issues and the like.
                classes = _classes(self._ask, KINDS)
                self._keep(f"?thing ?p ?name {{ VALUES ?t {{ {classes} }} ?thing a ?t . {_named(_PREFERRED)} }}")
            self.fetch((iri,))
            if iri in self:
                return self[iri]
        raise KeyError(iri)

    def get(self, iri: str, default: Any = None) -> Any:
        """The label of a thing, or *default*."""
        try:
            return self[iri]
        except KeyError:
            return default


class StoreNames(Names):
    """:class:`~kg.terms.Names` of a store: labels on demand, and the names of one kind of thing at a time.

    A name that is spelled like the preferred label of one thing, but for capitals, is that thing's. Any other
    name is compared with all names of its kind, without regard to case and accents.
    """

    labels: Labels

    def __init__(self, ask: Ask) -> None:
        super().__init__(labels=Labels(ask))
        self._ask = ask

    def find(self, name: str, kind: str) -> str:
        """The IRI a name stands for; see :meth:`kg.terms.Names.find`."""
        if iri := expand(name):
            return iri
        exact = self._exact(name.strip(), kind)
        if len(exact) == 1:
            return exact.pop()
        if kind not in self.names:
            self._read(kind)
        return super().find(name, kind)

    def _exact(self, name: str, kind: str) -> set[str]:
        """Things of a kind with a preferred label spelled like this, or with capitals where one puts them."""
        spelled = dict.fromkeys((name, name.lower(), name.upper(), name.capitalize(), name.title()))
        texts = [str(ox.Literal(text)) for text in spelled]
        listed = " ".join(f"{text}{tag}" for text in texts for tag in _TAGS)
        found = _cells(self._ask, f"?thing ?p {{ VALUES ?name {{ {listed} }} ?thing ?p ?name }}")
        things = {
            thing.text
            for thing, p in found
            if thing and thing.kind == "iri" and p and compact(p.text) in _PREFERRED
        }
        if not things or kind not in KINDS:
            return things
        iris, tops = " ".join(f"<{thing}>" for thing in things), " ".join(KINDS[kind])
        fitting = _cells(
            self._ask,
            f"DISTINCT ?thing {{ VALUES ?thing {{ {iris} }} ?thing a ?type . ?type rdfs:subClassOf* ?top "
            f"VALUES ?top {{ {tops} }} }}",
        )
        return {thing.text for (thing,) in fitting if thing}

    def _read(self, kind: str) -> None:
        """Take in all names of one kind of thing."""
        things = f"VALUES ?t {{ {_classes(self._ask, [kind])} }} ?thing a ?t ." if kind in KINDS else ""
        rows = _cells(self._ask, f"DISTINCT ?thing ?p ?name {{ {things} {_named((*_PREFERRED, *_OTHER))} }}")
        index = Names()
        for thing, p, name in rows:
            if thing and p and name:
                preferred = compact(p.text) in _PREFERRED
                index.add(kind, thing.text, name.text, preferred=preferred, english=True)
        self.names |= {kind: {}} | index.names
        self.shown |= index.shown


def _english(name: Cell) -> bool:
    return not name.language or name.language.casefold().startswith("en")
