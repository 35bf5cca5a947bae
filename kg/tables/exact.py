"""Exact rdflib terms out of raw cells and N-Triples, each distinct cell made once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import starmap
from typing import TYPE_CHECKING, Any

from kg.errors import KGError
from kg.tables.cells import decode, parts, unescape

if TYPE_CHECKING:
    import rdflib


class Terms(dict[str, Any]):
    """Raw cell → rdflib term, filled as it is asked. Unbound is None; a triple term is a tuple of its terms.

    The terms equal those that rdflib makes itself, lexical forms of numbers and dates included.
    """

    def __init__(self) -> None:
        super().__init__({"": None})
        from rdflib import BNode, Literal, URIRef

        self._iri, self._bnode, self._literal, self._plain = URIRef, BNode, Literal, _plain_maker()

    def __missing__(self, raw: str) -> Any:
        # The common kinds first, without a Cell; the engine has looked at IRIs and language tags already.
        term: Any
        if raw[0] == "<" != raw[1]:
            term = str.__new__(self._iri, raw[1:-1])
        elif raw[-1] == '"':
            term = self._plain(unescape(raw[1:-1]), None)
        elif raw[0] == '"' and raw[(end := raw.rindex('"')) + 1] == "@" and "--" not in raw[end:]:
            term = self._plain(unescape(raw[1:end]), raw[end + 2 :])
        else:
            term = self._rarer(raw)
        self[raw] = term
        return term

    def _rarer(self, raw: str) -> Any:
        cell = decode(raw)
        assert cell is not None
        if cell.kind == "bnode":
            return self._bnode(cell.text)
        if cell.kind == "triple":
            return tuple(self[part] for part in parts(cell.text))
        if cell.datatype:
            return self._literal(cell.text, datatype=self[f"<{cell.datatype}>"])
        return self._plain(cell.text, cell.language or None)


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: rows hold no cycles, yet it would look through all of them many times."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


@cache
def _plain_maker() -> Any:
    """A quick maker of literals without a datatype, or rdflib's own where its literals are built otherwise."""
    from rdflib import Literal

    def quick(text: str, language: str | None) -> Any:
        made: Any = str.__new__(Literal, text)
        made._language, made._datatype, made._value, made._ill_typed = language, None, text, None
        return made

    slots = tuple(getattr(Literal, "__slots__", ()))
    if set(slots) == {"_language", "_datatype", "_value", "_ill_typed"}:
        for text, language in (("x y", None), ("x y", "fa-AF")):
            own, mine = Literal(text, lang=language), quick(text, language)
            if any(getattr(own, slot) != getattr(mine, slot) for slot in slots):
                break
        else:
            return quick
    return lambda text, language: Literal(text, lang=language)


def triples(body: bytes, terms: Terms | None = None) -> Iterator[tuple[Any, Any, Any]]:
    """The triples of N-Triples as the engine writes them, blank nodes under the names they have there."""
    known = Terms() if terms is None else terms
    # The splits must not use str.splitlines, which breaks at separators inside texts.
    lines = body.decode("utf-8").split("\n")
    split = (line[:-2].split(" ", 2) for line in lines if line)
    return starmap(lambda s, p, o: (known[s], known[p], known[o]), split)


def graph_of(body: bytes) -> rdflib.Graph:
    """An ``rdflib.Graph`` of N-Triples as the engine writes them."""
    import rdflib

    graph = rdflib.Graph()
    add = graph.store.add
    for triple in triples(body):
        if isinstance(triple[2], tuple):
            raise KGError(
                "The answer holds a triple about a triple (RDF 1.2), which rdflib cannot.",
                cure="Leave such triples out of the answer, or write it with: kg query … -f nt",
            )
        add(triple, graph)
    return graph
