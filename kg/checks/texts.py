"""Quotations and digests of evidence, held against the texts of the sources."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from kg.checks.findings import Finding
from kg.errors import NotFound, ReadError
from kg.graph import KnowledgeGraph
from kg.tables import Table
from kg.terms import PREFIXES, SPARQL_PREFIXES

_SPANS = f"""{SPARQL_PREFIXES}
SELECT ?evidence ?identifier ?start ?end ?digest ?quote WHERE {{
  ?evidence oa:hasSource ?source ; st:segmentDigest ?digest ; oa:hasSelector ?at .
  ?at oa:start ?start ; oa:end ?end . ?source dcterms:identifier ?identifier .
  OPTIONAL {{ ?evidence oa:hasSelector/oa:exact ?quote }} }}"""


def against(graph: KnowledgeGraph, folder: Path) -> Iterator[Finding]:
    """Hold all evidence that says where in its text it lies against ``<identifier>.txt`` in a folder."""
    if not folder.is_dir():
        raise NotFound(f'No folder of texts "{folder}".', cure="Name a folder with <identifier>.txt files.")
    texts: dict[str, str | None] = {}
    for row in Table.from_tsv(graph.store.query(_SPANS).body):
        identifier = row["identifier"]
        if identifier not in texts:
            file = folder / f"{identifier}.txt"
            try:
                texts[identifier] = file.read_bytes().decode("utf-8") if file.is_file() else None
            except (OSError, UnicodeDecodeError) as error:
                raise ReadError(
                    f"it cannot be read: {error}.", where=str(file), cure="Save it in UTF-8."
                ) from error
            if texts[identifier] is None:
                source = f"{PREFIXES['src']}{identifier}"
                yield Finding(
                    "info", "text-missing", source, f"No text {file.name} to hold its evidence against."
                )
        text = texts[identifier]
        if text is None:
            continue
        segment = text[row["start"] : row["end"]]
        if hashlib.sha256(segment.encode()).hexdigest() != row["digest"]:
            yield Finding(
                "violation",
                "segment-digest",
                row["evidence"],
                "The text at its offsets is another than the one coded. Correct the offsets or the digest.",
            )
        elif row["quote"] and row["quote"] not in segment:
            yield Finding(
                "violation",
                "quote-verbatim",
                row["evidence"],
                "The quotation is not in the text at its offsets, letter by letter. Correct it.",
            )
