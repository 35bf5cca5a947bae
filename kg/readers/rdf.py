"""RDF files: Turtle, TriG, N-Triples, N-Quads, RDF/XML, JSON-LD, N3.

Triples that name no graph go to a graph named after the file, so that a file can be withdrawn. Blank nodes
are named after the file's content: reading the same file twice adds nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from mmap import mmap
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import context, files
from kg.errors import ReadError, did_you_mean
from kg.terms import PREFIXES, slug

FORMATS: dict[str, ox.RdfFormat] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
    ".n3": ox.RdfFormat.N3,
}

# The parser's own bound on one token; named here because users are told it.
LONGEST_LITERAL_MIB = 16

# Other names of the formats, as rdflib has them.
NAMES = {"turtle": ".ttl", "json-ld": ".jsonld", "ntriples": ".nt", "nquads": ".nq", "rdfxml": ".rdf"}

# The mark that some editors put before UTF-8.
_MARK = b"\xef\xbb\xbf"

_UNDECLARED = re.compile(r"(?:The|Unknown) prefix ([\w.-]*):")


def format_for(name: str) -> ox.RdfFormat:
    """The RDF format for an ending (``ttl``, ``.ttl``) or a media type."""
    word = name.casefold().lstrip(".")
    known = FORMATS.get(NAMES.get(word, "." + word)) or ox.RdfFormat.from_media_type(name)
    if known is None:
        listed = ", ".join(suffix[1:] for suffix in FORMATS)
        raise ReadError(
            f'"{name}" is no RDF format.', cure=f"{did_you_mean(name, FORMATS)} Use one of {listed}.".strip()
        )
    return known


def read(path: Path) -> list[ox.Quad]:
    """All quads of one RDF file."""
    return parse(files.read(path), format_for(files.suffix(path)), name=files.bare(path).stem, where=str(path))


def bulk(path: Path) -> tuple[bytes | mmap, str | None, str] | None:
    """What the engine's own loader takes of a file of lines: text, graph and what stands before labels of blank nodes.

    The text is N-Triples where a graph is named, and else N-Quads. None for any other file.
    """
    kind = files.suffix(path)
    if kind not in (".nt", ".nq") or not path.is_file():
        return None
    data = files.mapped(path)
    nameless = data.find(b"_:") >= 0
    # A mark at the start is not for that loader, nor can it look for blank nodes inside of a triple term.
    if not data[:1000].strip() or data[:3] == _MARK or (nameless and data.find(b"<<") >= 0):
        return None
    graph = f"{PREFIXES['graph']}{slug(files.bare(path).stem)}" if kind == ".nt" else None
    return data, graph, _blank(data) if nameless else ""


def _blank(data: bytes | mmap) -> str:
    """What stands before the label of each blank node of a file, so that two files share none."""
    return f"b{hashlib.sha256(data).hexdigest()[:16]}n"


def parse(data: bytes, fmt: ox.RdfFormat, *, name: str, where: str) -> list[ox.Quad]:
    """All quads of RDF text; *name* names the graph of triples that name none."""
    data = data.removeprefix(_MARK)
    if not data.strip():
        raise ReadError("the file is empty.", where=where, cure="Check that it was saved.")
    graph = ox.NamedNode(f"{PREFIXES['graph']}{slug(name)}")
    # Sources may relate documents to each other by relative links; the base only has to be stable.
    text = context.inlined(data) if fmt == ox.RdfFormat.JSON_LD else data
    parser = ox.parse(text, fmt, base_iri=f"{PREFIXES['item']}{slug(name)}/")
    renamed: dict[ox.BlankNode, ox.BlankNode] = {}
    blank = _blank(data)
    labelled = fmt in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)

    def stable(term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            label = term.value if labelled else len(renamed)
            return renamed.setdefault(term, ox.BlankNode(f"{blank}{label}"))
        if isinstance(term, ox.Triple):
            return ox.Triple(stable(term.subject), term.predicate, stable(term.object))
        return term

    quads: list[ox.Quad] = []
    try:
        for q in parser:
            # The RDF/XML parser knows no bound of its own.
            if isinstance(q.object, ox.Literal) and len(q.object.value) > LONGEST_LITERAL_MIB * 2**20:
                raise MemoryError
            target = graph if isinstance(q.graph_name, ox.DefaultGraph) else stable(q.graph_name)
            quads.append(ox.Quad(stable(q.subject), q.predicate, stable(q.object), target))
    except SyntaxError as error:
        raise _explain(error, data, where) from error
    except MemoryError as error:
        line = (quads[-1:] and "after " + str(quads[-1].subject)) or "at its start"
        raise ReadError(
            f"one value is longer than {LONGEST_LITERAL_MIB} MiB ({line}).",
            where=where,
            cure="Keep long texts in files of their own and point to them with a source.",
        ) from error
    except (ValueError, OSError) as error:
        raise ReadError(f"it cannot be read: {error}.", where=where) from error
    return quads


def canonical(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Quads in an order, and with names of blank nodes, that depend on nothing but the graph (RDFC-1.0, W3C 2024)."""
    plain: set[ox.Quad] = set()
    nameless = ox.Dataset()
    for q in quads:
        if any(map(_nameless, q)):
            nameless.add(q)
        else:
            plain.add(q)
    nameless.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted([*plain, *nameless], key=lambda q: (str(q.graph_name), str(q.triple)))


def _nameless(term: Any) -> bool:
    return isinstance(term, ox.BlankNode) or (isinstance(term, ox.Triple) and any(map(_nameless, term)))


def _explain(error: SyntaxError, data: bytes, where: str) -> ReadError:
    text = str(error)
    row, column = (error.lineno, error.offset) if error.lineno else _xml_place(data)
    place = f"{where}, line {row}, column {column}" if row else where
    if undeclared := _UNDECLARED.search(text):
        prefix = undeclared[1]
        hint = did_you_mean(f"{prefix}:", [f"{p}:" for p in PREFIXES], cutoff=0.5)
        if prefix in PREFIXES:
            hint = f"Add at the top: @prefix {prefix}: <{PREFIXES[prefix]}> ."
        return ReadError(f'the prefix "{prefix}:" is not declared.', where=place, cure=hint)
    if "LoadDocumentCallback" in text:
        return ReadError(
            "its @context is a web address, and loading does not reach out to the network.",
            where=place,
            cure=f"Write the context itself into the file. Only {context.IRI} is at hand.",
        )
    reason = text.split(": ", 1)[-1].rstrip(".")
    lines = data.decode("utf-8", "replace").splitlines()
    shown = lines[row - 1].strip()[:80] if 0 < row <= len(lines) else ""
    near = f" Near: {shown}" if shown else ""
    return ReadError(f"the RDF is wrong: {reason}.{near}", where=place, cure="Mend that line and load again.")


def _xml_place(data: bytes) -> tuple[int, int]:
    """Line and column where XML is not well formed, which the RDF/XML parser does not tell; 0, 0 otherwise."""
    from xml.parsers import expat

    try:
        if data.lstrip().startswith(b"<"):
            expat.ParserCreate(namespace_separator=" ").Parse(data, True)
    except expat.ExpatError as error:
        return error.lineno, error.offset + 1
    return 0, 0
