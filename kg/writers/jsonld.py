"""JSON-LD as people read it: one property a line, short names of the published context, graphs kept apart.

Blank nodes that are spoken of once, such as selectors, stand where they are spoken of; lists are lists.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, BinaryIO

import pyoxigraph as ox

from kg import context
from kg.terms import PREFIXES

_RDF, _XSD = PREFIXES["rdf"], PREFIXES["xsd"]
_TYPE, _FIRST, _REST, _NIL = (f"{_RDF}{name}" for name in ("type", "first", "rest", "nil"))
_STRING, _INTEGER, _BOOLEAN = (f"{_XSD}{name}" for name in ("string", "integer", "boolean"))

# Integers that every reader of JSON takes exactly, written as numbers.
_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,14}")

_quote = json.encoder.encode_basestring

Place = tuple[str, str]  # a graph and a blank node in it
Properties = dict[str, list[Any]]  # predicate IRI → objects


def write(quads: list[ox.Quad], out: BinaryIO) -> None:
    """Quads, each graph's together and each subject's together, as JSON-LD text."""
    _Writer(quads).write(out)


class _Writer:
    def __init__(self, quads: list[ox.Quad]) -> None:
        self.names = context.names()
        # An IRI such as <actor:x>, whose scheme is a name of the context, would be read as a short form.
        schemes = {iri.partition(":")[0] for iri in _iris(quads)}
        self.clashing = sorted((schemes & self.names.words) - {"id", "type"})
        self.prefixes = sorted(
            ((ns, p) for p, ns in self.names.prefixes.items() if p not in self.clashing),
            key=lambda pair: -len(pair[0]),
        )
        self.short: dict[str, str] = {}
        # Graph → subject → predicate → objects, in the order of the quads.
        self.graphs: dict[str, dict[str, Properties]] = {}
        for (graph, subject), some in groupby(quads, key=lambda q: (_key(q.graph_name), _key(q.subject))):
            properties: Properties = self.graphs.setdefault(graph, {}).setdefault(subject, {})
            for q in some:
                properties.setdefault(q.predicate.value, []).append(q.object)
        self.lists: dict[Place, list[Any]] = {}
        self.inner: set[Place] = set()  # blank nodes that are written where they are spoken of
        self._fold(quads)

    # -- what stands inside what -------------------------------------------------------

    def _fold(self, quads: list[ox.Quad]) -> None:
        """Find the lists, and the blank nodes that only one triple speaks of and that lead to no other."""
        spoken: Counter[str] = Counter()
        speaker: dict[str, tuple[str, str, str]] = {}
        homes: dict[str, set[str]] = defaultdict(set)
        for q in quads:
            if isinstance(q.graph_name, ox.BlankNode):
                spoken[_key(q.graph_name)] += 2
            if isinstance(q.subject, ox.BlankNode):
                homes[_key(q.subject)].add(_key(q.graph_name))
            if isinstance(q.object, ox.BlankNode):
                spoken[_key(q.object)] += 1
                speaker[_key(q.object)] = _key(q.graph_name), _key(q.subject), q.predicate.value
        once = {
            node: graph
            for node, (graph, _, _) in speaker.items()
            if spoken[node] == 1 and homes[node] == {graph} and speaker[node][2] != _TYPE
        }
        cells = {
            node
            for node, graph in once.items()
            if (here := self.graphs[graph][node]).keys() == {_FIRST, _REST}
            and len(here[_FIRST]) == len(here[_REST]) == 1
        }
        for node, graph in once.items():
            if node in cells and speaker[node][2] not in (_FIRST, _REST):
                self._list(graph, node, cells)
        for node, graph in once.items():
            if (graph, node) in self.inner or speaker[node][2] in (_FIRST, _REST):
                continue
            objects = [o for some in self.graphs[graph][node].values() for o in some]
            if not any(isinstance(o, ox.BlankNode) for o in objects):
                self.inner.add((graph, node))

    def _list(self, graph: str, head: str, cells: set[str]) -> None:
        """Note the list that begins at a node, if it comes to its end."""
        items, node, passed = [], head, []
        while node in cells:
            properties = self.graphs[graph][node]
            passed.append((graph, node))
            items.append(properties[_FIRST][0])
            [rest] = properties[_REST]
            node = _key(rest)
        if node == _NIL:
            self.lists[graph, head] = items
            self.inner.update(passed)

    # -- writing -----------------------------------------------------------------------

    def write(self, out: BinaryIO) -> None:
        """The whole document."""
        named: Any = context.IRI
        if self.clashing:
            named = [context.IRI, dict.fromkeys(self.clashing)]
        out.write(f'{{\n "@context": {json.dumps(named)},\n "@graph": ['.encode())
        mark = "\n"
        for graph, subjects in self.graphs.items():
            if not graph:
                continue
            out.write(f'{mark}  {{\n   "id": {self._id(graph)},\n   "@graph": ['.encode())
            out.write(",".join(self._nodes(graph, subjects, "    ")).encode())
            out.write(b"\n   ]\n  }")
            mark = ",\n"
        # Triples in no graph; a comma after what went before.
        for text in self._nodes("", self.graphs.get("", {}), "  "):
            out.write((text if mark == "\n" else f",{text}").encode())
            mark = ",\n"
        out.write(b"\n ]\n}\n")

    def _nodes(self, graph: str, subjects: dict[str, Properties], indent: str) -> Iterator[str]:
        for subject, properties in subjects.items():
            if (graph, subject) not in self.inner:
                lines = [f'"id": {self._id(subject)}', *self._lines(graph, properties)]
                inner = f",\n{indent} ".join(lines)
                yield f"\n{indent}{{\n{indent} {inner}\n{indent}}}"

    def _lines(self, graph: str, properties: Properties) -> Iterator[str]:
        """``"name": value`` for each property, the types first."""
        types = properties.get(_TYPE, ())
        if named := [self._class(o) for o in types if not isinstance(o, ox.Literal)]:
            yield f'"type": {_one(named)}'
        rows = []
        for predicate, objects in properties.items():
            name, kind = self.names.properties.get(predicate, ("", ""))
            if not name or name in self.clashing:
                name, kind = self._compact(predicate), ""
            if predicate == _TYPE:
                objects = [o for o in objects if isinstance(o, ox.Literal)]
                if not objects:
                    continue
            rows.append((name, self._values(graph, objects, kind)))
        yield from (f"{_quote(name)}: {values}" for name, values in sorted(rows))

    def _values(self, graph: str, objects: list[Any], kind: str) -> str:
        if kind == context.LANGUAGE:
            if all(isinstance(o, ox.Literal) and o.language and not o.direction for o in objects):
                return self._by_language(objects)
            # Anything but an array would be taken for texts by language.
            return f"[{', '.join(self._value(graph, o, kind) for o in objects)}]"
        return _one([self._value(graph, o, kind) for o in objects])

    def _by_language(self, objects: list[Any]) -> str:
        texts: dict[str, list[str]] = defaultdict(list)
        for literal in objects:
            texts[literal.language].append(_quote(literal.value))
        return f"{{{', '.join(f'{_quote(tag)}: {_one(some)}' for tag, some in sorted(texts.items()))}}}"

    def _value(self, graph: str, term: Any, kind: str) -> str:
        if isinstance(term, ox.Literal):
            return self._literal(term, kind)
        key = _key(term)
        if (graph, key) in self.lists:
            items = ", ".join(self._value(graph, item, kind) for item in self.lists[graph, key])
            return f'{{"@list": [{items}]}}'
        if (graph, key) in self.inner:
            return f"{{{', '.join(self._lines(graph, self.graphs[graph][key]))}}}"
        return self._id(key) if kind == "@id" else f'{{"id": {self._id(key)}}}'

    def _literal(self, literal: ox.Literal, kind: str) -> str:
        text, datatype = _quote(literal.value), literal.datatype.value
        if literal.language:
            side = f', "@direction": "{literal.direction.value}"' if literal.direction else ""
            return f'{{"@language": {_quote(literal.language)}, "@value": {text}{side}}}'
        plain = kind in ("", context.LANGUAGE)
        if datatype == _STRING:
            return text if plain else f'{{"@value": {text}}}'
        if datatype == _INTEGER and (plain or kind == _INTEGER) and _NUMBER.fullmatch(literal.value):
            return literal.value
        if datatype == _BOOLEAN and plain and literal.value in ("true", "false"):
            return literal.value
        return text if datatype == kind else f'{{"@type": {self._iri(datatype)}, "@value": {text}}}'

    def _class(self, term: Any) -> str:
        key = _key(term)
        name = self.names.classes.get(key)
        return _quote(name) if name and name not in self.clashing else self._id(key)

    def _id(self, key: str) -> str:
        return _quote(key) if key.startswith("_:") else self._iri(key)

    def _iri(self, iri: str) -> str:
        """An IRI in quotation marks, short where that means the same."""
        found = self.short.get(iri)
        if found is None:
            found = self.short[iri] = _quote(self._compact(iri))
        return found

    def _compact(self, iri: str) -> str:
        for namespace, prefix in self.prefixes:
            if iri.startswith(namespace):
                local = iri[len(namespace) :]
                # What begins with // after a colon is a whole IRI to any reader.
                return f"{prefix}:{local}" if local and not local.startswith("//") else iri
        return iri


def _key(term: Any) -> str:
    """An IRI, ``_:name``, or nothing for the default graph."""
    if isinstance(term, ox.NamedNode):
        return term.value
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else ""


def _one(texts: list[str]) -> str:
    """One value as it is, several as an array."""
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def _iris(quads: Iterable[ox.Quad]) -> Iterator[str]:
    for q in quads:
        yield q.predicate.value
        for term in (q.subject, q.object, q.graph_name):
            if isinstance(term, ox.NamedNode):
                yield term.value
        if isinstance(q.object, ox.Literal):
            yield q.object.datatype.value
