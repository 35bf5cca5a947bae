"""Writers turn quads into files: any RDF format, in an order that depends on nothing but the graph.

:func:`write` is the one way out for triples and quads; a format that the engine does not write well has a file here
and a row in the table below.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from kg.errors import KGError
from kg.files import replacing, suffix
from kg.readers import rdf
from kg.stores import Store
from kg.terms import ONTOLOGY_GRAPH, PREFIXES
from kg.writers import jsonld
from kg.writers.about import VOCABULARIES, Given, describe
from kg.writers.reifiers import reifying

__all__ = ["Given", "describe", "encode", "save", "write"]

_OWN: dict[ox.RdfFormat, Callable[[list[ox.Quad], BinaryIO], None]] = {ox.RdfFormat.JSON_LD: jsonld.write}

# Formats in which a triple can be spoken about (RDF 1.2).
_REIFYING = (ox.RdfFormat.TRIG, ox.RdfFormat.N_QUADS, ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES)


def save(store: Store, file: Path, *, reifiers: bool = False) -> Path:
    """Write all that a store holds, the ontology apart; with *reifiers*, with the items that each tie rests on.

    Formats without graphs hold the merged view. Raises KGError for a format that cannot hold what there is.
    """
    fmt = rdf.format_for(suffix(file) or "trig")
    if reifiers and fmt not in _REIFYING:
        raise KGError(
            f"{fmt.name} cannot hold triples about triples (RDF 1.2).",
            cure="Save with reifiers to .trig, .nq, .ttl or .nt.",
        )
    ontology = ox.NamedNode(ONTOLOGY_GRAPH)
    quads = [q for q in store.quads() if q.graph_name != ontology]
    if reifiers:
        quads += reifying(store)
    with replacing(file) as out:
        write(quads, out, fmt)
    return file


def write(
    quads: Iterable[ox.Quad], out: BinaryIO, fmt: ox.RdfFormat, prefixes: Mapping[str, str] = PREFIXES
) -> None:
    """Quads as RDF text. Equal graphs give equal bytes; where graphs cannot be told apart, equal merged views."""
    if not fmt.supports_datasets:
        quads = (ox.Quad(q.subject, q.predicate, q.object) for q in quads)
    ordered = rdf.canonical(quads)
    if fmt not in _REIFYING and any(isinstance(q.object, ox.Triple) for q in ordered):
        raise KGError(
            f"There is a triple about a triple (RDF 1.2), which {fmt.name} cannot hold.",
            cure="Use .trig, .nq, .ttl or .nt.",
        )
    if own := _OWN.get(fmt):
        own(ordered, out)
    elif fmt.supports_datasets:
        ox.serialize(ordered, out, fmt, prefixes=dict(prefixes))
    else:
        ox.serialize((q.triple for q in ordered), out, fmt, prefixes=dict(prefixes))


def encode(triples: Iterable[ox.Triple], fmt: ox.RdfFormat) -> bytes:
    """Triples of no graph as RDF text, with no more prefixes than they use."""
    quads = [ox.Quad(t.subject, t.predicate, t.object) for t in triples]
    text = " ".join(map(str, quads))
    used = {name: iri for name, iri in {**PREFIXES, **VOCABULARIES}.items() if f"<{iri}" in text}
    out = io.BytesIO()
    write(quads, out, fmt, used)
    return out.getvalue()
