"""What can be found: the properties whose texts are searched, and the kinds of things they belong to.

A new searchable property is a row of FIELDS, a new kind a row of KINDS. The texts come through the store's own
door, as one pass of SPARQL over everything or over the few things that a change touched.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import pyoxigraph as ox

from kg.stores.base import Change, Store
from kg.tables import Table, decode
from kg.terms import SPARQL_PREFIXES, expand


class Field(NamedTuple):
    """A searchable property: its name in answers, how to reach it, what a match in it weighs."""

    name: str
    property: str
    weight: float = 1.0
    via: str = ""
    kind: str = ""


# In the order of their numbers in an index. *via* is a node between the thing and its text; *kind* is the kind of
# every thing that has the property, where there is but one.
FIELDS = (
    Field("label", "skos:prefLabel", 1.5),
    Field("label", "rdfs:label", 1.5),
    Field("alias", "skos:altLabel", 1.4),
    Field("title", "dcterms:title", 1.2),
    Field("paraphrase", "st:paraphrase", kind="evidence"),
    Field("quote", "oa:exact", via="oa:hasSelector", kind="evidence"),
    Field("condition", "st:conditionNote"),
    Field("description", "dcterms:description", 0.9),
    Field("definition", "skos:definition", 0.8),
)

# Kind → class, the first that fits counts. What is of none of them is a term of the vocabulary.
KINDS = {
    "actor": "st:Actor",
    "group": "st:PersonGroup",
    "place": "st:Place",
    "issue": "st:Issue",
    "position": "st:Position",
    "source": "st:Source",
    "stance": "st:Stance",
    "event": "st:Event",
    "coded relation": "st:Relation",
    "agreement": "st:Agreement",
    "undertaking": "st:Undertaking",
    "tenure": "st:Tenure",
    "conflict": "st:AccountConflict",
    "evidence": "st:Evidence",
    "event type": "st:EventType",
    "relation": "owl:ObjectProperty",
}
OTHER = "term"
ALL_KINDS = (*KINDS, OTHER)

# Names of what stances are about come first, then what was said, then the vocabulary.
_FIRST = {"actor", "group", "place", "issue", "position", "source"}
_LAST = {"event type", "relation", OTHER}
_NAMES = {"label", "alias", "title"}

_SELECTOR = expand("oa:hasSelector") or ""
_TYPE = expand("rdf:type") or ""
_SUBCLASS = expand("rdfs:subClassOf") or ""
_VIA = {expand(f.property) for f in FIELDS if f.via}
_DIRECT = {expand(f.property) for f in FIELDS if not f.via}


class Text(NamedTuple):
    """One text of one thing; ``field`` is a number into FIELDS."""

    subject: str
    field: int
    language: str
    text: str


def tier(field: int, kind: str) -> int:
    """0 for names of actors, issues and the like, 1 for what was coded, 2 for the vocabulary."""
    return 2 if kind in _LAST else 0 if kind in _FIRST and FIELDS[field].name in _NAMES else 1


def weight(field: int, kind: str) -> float:
    """What a match in a field of a thing weighs. The label of a coded item is made from its parts and says little."""
    return {0: FIELDS[field].weight, 1: min(FIELDS[field].weight, 1.0), 2: 0.5}[tier(field, kind)]


def texts(store: Store, take: Callable[[list[Text]], object], only: Sequence[str] = ()) -> None:
    """Hand on all searchable texts of a store, or those of some things, in batches."""
    number = {f"<{expand(f.property)}>": i for i, f in enumerate(FIELDS)}

    def read(rows: list[list[str]], property: str | None = None) -> None:
        found = ((row[0], _literal(row[1]), property or row[2]) for row in rows)
        take(
            [
                Text(thing[1:-1], number[name], *literal)
                for thing, literal, name in found
                if thing.startswith("<") and literal and not literal[1].isspace()
            ]
        )

    direct = [f.property for f in FIELDS if not f.via]
    if only:
        # From the things: two lists of values before one pattern would be joined by a pass over the store.
        listed = f"?thing ?p ?text FILTER (?p IN ({', '.join(direct)}))"
    else:
        listed = f"VALUES ?p {{ {' '.join(direct)} }} ?thing ?p ?text"
    _ask(store, "?thing ?text ?p", listed, only, read)
    for field in (f for f in FIELDS if f.via):
        pattern = f"?thing {field.via} ?node . ?node {field.property} ?text"
        _ask(store, "?thing ?text", pattern, only, partial(read, property=f"<{expand(field.property)}>"))


def _literal(raw: str) -> tuple[str, str] | None:
    """Language and text of a raw cell; None for what is no text."""
    text, quote, tag = raw[1:].rpartition('"')
    if raw.startswith('"') and "\\" not in raw and quote and (not tag or tag.startswith("@")):
        return tag[1:], text  # as nearly all are
    cell = decode(raw)
    return (cell.language, cell.text) if cell and cell.kind == "literal" else None


def kinds(store: Store, take: Callable[[list[tuple[str, str]]], object], only: Sequence[str] = ()) -> None:
    """Hand on things and their kinds, in batches; a thing of several kinds comes several times."""
    values = " ".join(f'({c} "{kind}")' for kind, c in KINDS.items())
    known: dict[str, str] = {}
    order = list(KINDS)
    sparql = (
        f"{SPARQL_PREFIXES} SELECT ?class ?kind WHERE {{ VALUES (?top ?kind) {{ {values} }} "
        "?class rdfs:subClassOf* ?top }"
    )
    for name, kind in (row for row in Table.from_tsv(store.query(sparql).body).raw):
        plain = kind.strip('"')
        known[name] = min(plain, known.get(name, plain), key=order.index)

    def read(rows: list[list[str]]) -> None:
        take([(thing[1:-1], known[name]) for thing, name in rows if name in known and thing.startswith("<")])

    if only:
        _ask(store, "?thing ?class", "?thing a ?class", only, read)
        return
    for field in (f for f in FIELDS if not f.kind):
        _ask(store, "DISTINCT ?thing ?class", f"?thing {field.property} ?text ; a ?class", (), read)


def touched(store: Store, change: Change) -> set[str] | None:
    """The things whose texts or kinds a change may have altered; None when that cannot be told."""
    found: set[str] = set()
    nodes: set[ox.NamedNode | ox.BlankNode | ox.Triple] = set()
    holders: set[object] = set()
    for quad in (*change.removed, *change.added):
        name = quad.predicate.value
        if name == _SUBCLASS:
            return None
        if name in _VIA:
            nodes.add(quad.subject)
        elif name in _DIRECT or name in {_SELECTOR, _TYPE}:
            if name == _SELECTOR:
                holders.add(quad.object)
            if isinstance(quad.subject, ox.NamedNode):
                found.add(quad.subject.value)
    left = nodes - holders
    if any(not isinstance(node, ox.NamedNode) for node in left):
        return None  # no query can ask for a blank node by its name
    named = [node.value for node in left if isinstance(node, ox.NamedNode)]
    if named:

        def add(rows: list[list[str]]) -> None:
            found.update(thing[1:-1] for thing, _ in rows if thing.startswith("<"))

        _ask(store, "?thing ?node", "?thing oa:hasSelector ?node", named, add, by="?node")
    return found


def _ask(
    store: Store,
    select: str,
    pattern: str,
    only: Sequence[str],
    take: Callable[[list[list[str]]], object],
    by: str = "?thing",
) -> None:
    """Hand on rows of raw TSV cells, in batches: all, or those of some things."""
    if not only:
        out = _Rows(take)
        store.stream(f"{SPARQL_PREFIXES} SELECT {select} WHERE {{ {pattern} }}", out)  # type: ignore[arg-type]
        out.rest()
    for start in range(0, len(only), 500):
        listed = " ".join(f"<{iri}>" for iri in only[start : start + 500])
        sparql = f"{SPARQL_PREFIXES} SELECT {select} WHERE {{ VALUES {by} {{ {listed} }} {pattern} }}"
        body = store.query(sparql).body.decode()
        take([line.split("\t") for line in body.split("\n")[1:] if line])


class _Rows(io.RawIOBase):
    """Takes TSV as it is written and hands on rows of cells, many at a time, without the header."""

    def __init__(self, take: Callable[[list[list[str]]], object]) -> None:
        self._take = take
        self._chunks: list[bytes] = []
        self._size = 0
        self._header = True

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        chunk = bytes(data)  # type: ignore[call-overload]
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._size > 1_000_000:
            whole, _, rest = b"".join(self._chunks).rpartition(b"\n")
            self._chunks, self._size = [rest], len(rest)
            self._hand_on(whole)
        return len(chunk)

    def rest(self) -> None:
        """Hand on what is left."""
        whole, self._chunks = b"".join(self._chunks), []
        self._hand_on(whole)

    def _hand_on(self, whole: bytes) -> None:
        lines = whole.decode().split("\n")
        if self._header and lines[0]:
            del lines[0]
            self._header = False
        self._take([line.split("\t") for line in lines if line])
