"""Rows out of engines, and terms as SPARQL writes them: ``<iri>``, ``_:b``, ``"text"@en``, ``5``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import pyoxigraph as ox

from kg.stores import Store
from kg.terms import DERIVED, PREFIXES

Row = tuple[str, ...]
Ask = Callable[[str], list[Row]]

COMPARISON = f"{DERIVED}comparison"
GRAPHS = PREFIXES["graph"]

# Beside changed graphs, a store may be told of things whose context changed, by names that begin so.
ABOUT = "about "

# So many terms in one query: more cost the parser more than another query does.
_BATCH = 2_000


def asking(source: Store | ox.Store) -> Ask:
    """A function from SELECT to rows of terms; an unbound variable is the empty text."""

    def ask(sparql: str) -> list[Row]:
        if isinstance(source, ox.Store):
            found = source.query(sparql)
            assert isinstance(found, ox.QuerySolutions)
            body = found.serialize(format=ox.QueryResultsFormat.TSV) or b""
        else:
            body = source.query(sparql).body
        lines = body.decode("utf-8").split("\n")
        return [tuple(line.split("\t")) for line in lines[1:-1]]

    return ask


class Nameless(Exception):
    """Something to be looked up has no IRI, and a query cannot name it."""


def look_up(ask: Ask, pattern: str, variables: Sequence[str], given: Collection[Sequence[str]]) -> Iterator[Row]:
    """Rows of ``SELECT … WHERE { VALUES (variables) { given } … }``, in batches.

    *pattern* has ``VALUES`` where they go. Raises Nameless for a blank node.
    """
    if any(term.startswith("_:") for row in given for term in row):
        raise Nameless
    rows = [" ".join(row) for row in given]
    for start in range(0, len(rows), _BATCH):
        listed = ") (".join(rows[start : start + _BATCH])
        yield from ask(pattern.replace("VALUES", f"VALUES ({' '.join(variables)}) {{ ({listed}) }}", 1))


def derived_name(graph: str) -> str:
    """The graph for what follows from a graph."""
    return DERIVED + graph.removeprefix(GRAPHS)


def sources_of(derived: str) -> tuple[str, ...]:
    """The graphs that a derived graph may follow from: one of ours, or one with a name of its own."""
    rest = derived.removeprefix(DERIVED)
    return (GRAPHS + rest, rest) if ":" in rest else (GRAPHS + rest,)


class Terms:
    """Quads from terms as SPARQL writes them, each term made once."""

    def __init__(self) -> None:
        self._made: dict[str, ox.NamedNode | ox.BlankNode | ox.Literal] = {}

    def __getitem__(self, text: str) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        term = self._made.get(text)
        if term is None:
            term = self._made[text] = _term(text)
        return term

    def quads(self, graph: str, triples: Iterable[tuple[str, str, str]]) -> Iterator[ox.Quad]:
        """Quads of one graph (a plain IRI)."""
        name = ox.NamedNode(graph)
        for s, p, o in triples:
            yield ox.Quad(self[s], self[p], self[o], name)  # type: ignore[arg-type]


def _term(text: str) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if text[0] == "<":
        return ox.NamedNode(text[1:-1])
    if text.startswith("_:"):
        return ox.BlankNode(text[2:])
    [quad] = ox.parse(f"<a:a> <a:a> {text} .", ox.RdfFormat.TURTLE)
    assert isinstance(quad.object, ox.Literal)
    return quad.object
