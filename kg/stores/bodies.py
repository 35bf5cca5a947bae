"""Answers of servers made into ours: TSV, N-Triples, true or false, whole or not at all."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

import pyoxigraph as ox

from kg.errors import StoreError
from kg.stores import answers
from kg.stores.base import Kind
from kg.stores.http import Reply, Source
from kg.stores.servers import Server
from kg.stores.spelling import spelled

Term = ox.NamedNode | ox.BlankNode | ox.Literal

GRAPHS = "application/n-triples, text/turtle;q=0.7, application/rdf+xml;q=0.5"
TRUTH = "application/sparql-results+json, application/sparql-results+xml;q=0.8"

# What servers write into an answer that they began with "200 OK" and could not finish.
_APOLOGY = re.compile(rb"cancel+ed|time[ -]?out|timed out|terminated|exception|error", re.IGNORECASE)


def write(reply: Reply, kind: Kind, server: Server, name: str, out: BinaryIO, limit: int | None) -> bool:
    """Write an answer of a server into ``out`` as ours; says whether ``limit`` rows (or triples) cut it.

    Raises StoreError for an answer that is incomplete, or is none.
    """
    pieces = _mended(reply.pieces(), server)
    media = reply.media_type
    if kind == "graph":
        rdf = ox.RdfFormat.from_media_type(media) or (
            ox.RdfFormat.N_TRIPLES if media == "text/plain" else None
        )
        if rdf is None:
            raise _no_answer(reply, name)
        if server.exact and rdf == ox.RdfFormat.N_TRIPLES:
            return _copy(pieces, out, limit, name)
        return _parsed_graph(pieces, rdf, out, limit, name)
    table = _table_format(media)
    if table is None:
        raise _no_answer(reply, name)
    if kind == "select" and server.exact and table == ox.QueryResultsFormat.TSV:
        return _copy(pieces, out, None if limit is None else limit + 1, name)
    if not server.mend:
        return _parsed_table(pieces, table, kind, out, limit, name)
    draft = io.BytesIO()
    cut = _parsed_table(pieces, table, kind, draft, limit, name)
    out.write(_NUMBERS.sub(_spelled, draft.getvalue()))
    return cut


# Quotation marks inside a text have a backslash before them, so this is a whole cell.
_NUMBERS = re.compile(rb'"([^"\\]*)"\^\^<(http://www\.w3\.org/2001/XMLSchema#(?:double|float))>')


def _spelled(cell: re.Match[bytes]) -> bytes:
    """A number as the embedded engine writes it."""
    return str(spelled(ox.Literal(cell[1].decode(), datatype=ox.NamedNode(cell[2].decode())))).encode()


def rows_of(body: bytes) -> list[list[Term]]:
    """The rows of a TSV answer as terms; all cells are taken to be bound."""
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.TSV)
    assert isinstance(found, ox.QuerySolutions)
    return [list(row) for row in found]


def is_table(reply: Reply) -> bool:
    """Whether a reply carries results of a SPARQL query."""
    return reply.status == 200 and _table_format(reply.media_type) is not None


def _table_format(media: str) -> ox.QueryResultsFormat | None:
    form = ox.QueryResultsFormat.from_media_type(media)
    # Bare values, which is also what the engine takes plain text for.
    return None if form == ox.QueryResultsFormat.CSV else form


def _mended(pieces: Iterator[bytes], server: Server) -> Iterator[bytes]:
    if not server.mend:
        return pieces
    body = b"".join(pieces)
    for wrong, right in server.mend:
        body = re.sub(wrong, right, body)
    return iter((body,))


# No line of TSV or N-Triples begins so, but for truth values.
_WORDS = re.compile(rb"\n(?!true|false)[A-Za-z#{]")


def _copy(pieces: Iterator[bytes], out: BinaryIO, limit: int | None, name: str) -> bool:
    """Pass whole lines on; a line of words, or one without an end, is a server's apology."""
    rest, left = b"", limit
    for piece in pieces:
        end = piece.rfind(b"\n") + 1
        lines, rest = (rest + piece[:end], piece[end:]) if end else (b"", rest + piece)
        said = _WORDS.search(b"\n" + lines)
        if said:
            lines = lines[: said.start()]
        if left is not None:
            seen = lines.count(b"\n")
            if seen > left or (left == 0 and (lines or rest)):
                out.write(b"".join(line + b"\n" for line in lines.split(b"\n")[:left]))
                return True
            left -= seen
        if said:
            raise incomplete(name, piece)
        out.write(lines)
    if rest:
        raise incomplete(name, rest)
    return False


def _parsed_table(
    pieces: Iterator[bytes],
    form: ox.QueryResultsFormat,
    kind: Kind,
    out: BinaryIO,
    limit: int | None,
    name: str,
) -> bool:
    source = Source(pieces)
    try:
        found = ox.parse_query_results(cast(IO[bytes], source), format=form)
        if kind == "ask":
            # Some servers answer ASK with a table: a row is yes.
            truth = bool(found) if isinstance(found, ox.QueryBoolean) else bool(list(found))
            out.write(b"true" if truth else b"false")
            return False
        if isinstance(found, ox.QueryBoolean):
            raise StoreError(f'The server "{name}" answers with yes or no where a table was asked for.')
        return answers.write(found, out, limit)[1]
    except (SyntaxError, ValueError, OSError) as error:
        raise _explained(error, source, name) from error


def _parsed_graph(
    pieces: Iterator[bytes], form: ox.RdfFormat, out: BinaryIO, limit: int | None, name: str
) -> bool:
    source = Source(pieces)
    try:
        for number, quad in enumerate(ox.parse(cast(IO[bytes], source), form)):
            if number == limit:
                return True
            out.write(f"{quad.triple} .\n".encode())
        last = source.tail.rstrip().rpartition(b"\n")[2]
        if last.startswith(b"#") and _APOLOGY.search(last):
            raise incomplete(name, last)
        return False
    except (SyntaxError, ValueError, OSError) as error:
        raise _explained(error, source, name) from error


def _explained(error: Exception, source: Source, name: str) -> StoreError:
    if source.failure is not None:
        return source.failure
    if isinstance(error, StoreError):
        return error
    if isinstance(error, OSError):
        raise error
    return incomplete(name, source.tail)


def incomplete(name: str, said: bytes = b"") -> StoreError:
    """What to say of an answer that stops before its end."""
    words = " ".join(said.decode("utf-8", "replace").split())[-150:]
    told = f' It ends with: "{words}".' if _APOLOGY.search(words.encode()) else ""
    return StoreError(
        f'The server "{name}" did not finish its answer.{told}',
        cure="Ask for less, or have its time limit raised.",
    )


def _no_answer(reply: Reply, name: str) -> StoreError:
    text = reply.excerpt()
    said = f" It says: {text}" if text else ""
    return StoreError(
        f'"{name}" answers with {reply.media_type or "nothing"}, not with SPARQL results.{said}',
        cure="Name the address of the SPARQL service itself, often one that ends with /sparql or /query.",
    )
