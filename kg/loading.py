"""What loading asks of a store: the old version of a source, a second version of an item, the road for large files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from tempfile import TemporaryFile

import pyoxigraph as ox

from kg import readers
from kg.errors import KGError, ReadError, StoreError
from kg.readers import rdf
from kg.stores import Change, OxigraphStore, Store
from kg.stores.bulk import Lines, NoGraph
from kg.tables import Table
from kg.terms import ONTOLOGY_GRAPH, PREFIXES, PROVENANCE_GRAPH, ST, compact, local_name, resource


def bulk(
    store: Store, file: Path, reader: str | None = None, options: Mapping[str, object] | None = None
) -> int | None:
    """Load one large file into a graph that is still empty by the engine's own loader, if that can be.

    Files of lines of RDF are loaded as they are; what readers of tables write as text goes through a file.
    """
    if not isinstance(store, OxigraphStore) or store.read_only or set(store.graphs()) - {ONTOLOGY_GRAPH}:
        return None
    if (pieces := readers.pieces(file, reader, **(options or {}))) is not None:
        return _spooled(store, pieces)
    taken = rdf.bulk(file) if reader in (None, "rdf") else None
    if taken is None:
        return None
    try:
        return store.load_lines(Lines(*taken))
    except (SyntaxError, NoGraph):
        return None  # the other road says what is wrong, and where


def _spooled(store: OxigraphStore, pieces: Iterator[bytes]) -> int:
    """Load pieces of N-Quads from a file on disk: some tables are larger as text than memory is."""
    with TemporaryFile() as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            return store.load_lines(Lines(data, None, ""))


def old_version(store: Store, graphs: set[str]) -> list[ox.Quad]:
    """What sources hold, with their provenance."""
    ours = {*graphs, *(f"{PREFIXES['src']}{local_name(graph)}" for graph in graphs)}
    kept = store.quads(PROVENANCE_GRAPH) if graphs else ()
    return [
        *(q for graph in sorted(graphs) for q in store.quads(graph)),
        *(q for q in kept if getattr(q.subject, "value", "") in ours),
    ]


def exchange(store: Store, old: list[ox.Quad], new: list[ox.Quad]) -> Change:
    """Put quads in place of others, in one step; says so when a server may have stumbled over triples about triples."""
    try:
        return store.change(remove=old, add=new)
    except StoreError as error:
        if store.remote and any(isinstance(q.object, ox.Triple) for q in new):
            error.cure = (
                "The data hold triples about triples (RDF 1.2), which this server may not know: "
                "load a file that was saved without reifiers."
            )
        raise


def refuse_second_version(store: Store, quads: list[ox.Quad], present: set[str]) -> None:
    """An item with one value in the graph and another in the file is a mended version of itself."""
    single = {f"{ST}{name}" for name in ("value", "towards", "holder", "eventType")}
    coded = [
        q
        for q in quads
        if q.predicate.value in single
        and isinstance(q.subject, ox.NamedNode)
        and getattr(q.graph_name, "value", "") in present
    ]
    for some in _batched(coded, 2_000):
        asked = " ".join(f"({q.graph_name} {q.subject} {q.predicate} {q.object})" for q in some)
        found = store.query(
            f"SELECT ?item ?p WHERE {{ VALUES (?g ?item ?p ?new) {{ {asked} }} GRAPH ?g {{ ?item ?p ?old }} "
            f"FILTER (?old != ?new) FILTER NOT EXISTS {{ GRAPH ?g {{ ?item ?p ?new }} }} }} LIMIT 1"
        )
        for item, name in Table.from_tsv(found.body).raw:
            raise ReadError(
                f"{compact(item[1:-1])} is in the graph already, with another {local_name(name[1:-1])}; "
                "nothing was loaded.",
                cure="Load the mended version with replace (--replace), or give the item another id.",
            )


def _batched(items: list[ox.Quad], size: int) -> Iterator[list[ox.Quad]]:
    """Lists of at most *size* items."""
    return (items[start : start + size] for start in range(0, len(items), size))


@cache
def ontology() -> list[ox.Quad]:
    """The shipped ontology, in its graph."""
    folder = resource("ontology")
    graph = ox.NamedNode(ONTOLOGY_GRAPH)
    files = [folder / "stance.ttl", *sorted((folder / "schemes").glob("*.ttl"))]
    found: list[ox.Quad] = []
    for file in files:
        if not file.is_file():
            raise KGError(f'The ontology file "{file}" is missing.', cure="Install kg again.")
        found += [ox.Quad(q.subject, q.predicate, q.object, graph) for q in rdf.read(file)]
    return found
