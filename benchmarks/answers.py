"""Answers of different engines in one form, compared cell by cell as multisets.

What engines may write differently is made alike: numbers (``4.0E0``, ``4``), the order of rows, names of blank
nodes, plain and ``xsd:string`` literals. Everything else must be equal.
"""

from __future__ import annotations

import pickle
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from kg.tables import Table

Row = tuple[str, ...]

_NUMBERS = re.compile(
    r"XMLSchema#(integer|decimal|double|float|int|long|short|byte|nonNegativeInteger|unsignedInt)$"
)


def number(text: str) -> str:
    """A number without the freedom engines have in writing it, to ten digits: sums of doubles depend on order."""
    return format(float(text) + 0.0, ".10g")


def literal(text: str, language: str = "", datatype: str = "") -> str:
    """One literal in the common form."""
    if _NUMBERS.search(datatype):
        return number(text)
    if datatype.endswith("#string"):
        datatype = ""
    return f'"{text}"@{language.lower()}' if language else f'"{text}"^^{datatype}' if datatype else f'"{text}"'


def from_tsv(body: bytes) -> list[Row]:
    """Rows of SPARQL TSV."""
    known: dict[str, str] = {}
    rows = []
    for cells in Table.from_tsv(body).raw:
        for raw in cells:
            if raw not in known:
                known[raw] = _from_raw(raw)
        rows.append(tuple(known[raw] for raw in cells))
    return rows


def _from_raw(raw: str) -> str:
    from kg.tables import decode

    cell = decode(raw)
    if cell is None:
        return ""
    if cell.kind == "iri":
        return f"<{cell.text}>"
    return "_:" if cell.kind == "bnode" else literal(cell.text, cell.language or "", cell.datatype or "")


def from_rdflib(rows: Iterable[Iterable[Any]]) -> list[Row]:
    """Rows of rdflib terms; None is unbound."""
    from rdflib.term import BNode, URIRef

    def cell(term: Any) -> str:
        if term is None:
            return ""
        if isinstance(term, URIRef):
            return f"<{term}>"
        if isinstance(term, BNode):
            return "_:"
        return literal(str(term), term.language or "", str(term.datatype or ""))

    return [tuple(map(cell, row)) for row in rows]


def from_ntriples(body: bytes) -> list[Row]:
    """Triples of a graph as rows."""
    import pyoxigraph as ox

    return [tuple(map(_from_ox, quad.triple)) for quad in ox.parse(body, ox.RdfFormat.N_TRIPLES)]


def _from_ox(term: Any) -> str:
    import pyoxigraph as ox

    if isinstance(term, ox.NamedNode):
        return f"<{term.value}>"
    if isinstance(term, ox.BlankNode):
        return "_:"
    return literal(term.value, term.language or "", term.datatype.value)


def loose(row: Row) -> Row:
    """A row without datatypes and languages, for engines whose answers have lost them."""
    return tuple(re.sub(r'^"(.*)"(@[\w-]+|\^\^\S+)?$', r"\1", cell, flags=re.DOTALL) for cell in row)


@dataclass(frozen=True)
class Digest:
    """An answer to compare: number of rows, digests of its multiset of rows, and where the rows are kept."""

    rows: int
    exact: str
    loose: str
    file: Path

    @classmethod
    def of(cls, rows: list[Row], file: Path) -> Digest:
        """Digest rows and keep them in a file."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pickle.dumps(rows))
        return cls(len(rows), _digest(rows), _digest(list(map(loose, rows))), file)

    def kept(self) -> list[Row]:
        """The rows."""
        found: list[Row] = pickle.loads(self.file.read_bytes())
        return found


def _digest(rows: list[Row]) -> str:
    told = sha256()
    for row in sorted(rows):
        told.update("\t".join(row).encode() + b"\n")
    return told.hexdigest()


def difference(ours: Digest, theirs: Digest, *, typed: bool = True) -> str:
    """What differs between two answers, or nothing: how many rows only one has, and one of each."""
    if (ours.exact == theirs.exact) if typed else (ours.loose == theirs.loose):
        return ""
    form = (lambda row: row) if typed else loose
    mine, other = Counter(map(form, ours.kept())), Counter(map(form, theirs.kept()))
    missing, extra = mine - other, other - mine
    parts = [f"{ours.rows} rows against {theirs.rows}"]
    for what, rows in (("missing", missing), ("extra", extra)):
        if rows:
            parts.append(f"{rows.total()} {what}, such as {' | '.join(_short(c) for c in min(rows))}")
    return "; ".join(parts)


def _short(cell: str) -> str:
    return cell.rsplit("/", 1)[-1].strip("<>")[:40] or "(unbound)"
