"""The engines that are asked: each loads what a graph of ours holds and gives an answer as its users get it.

``ask`` is what is timed: for the raw engine evaluation and its own serialiser, for us a data frame, for rdflib a
list of rows, for a server the body of its answer. ``rows`` then brings an answer into the common form.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox

import kg
from benchmarks import answers
from benchmarks.answers import Row
from benchmarks.corpus import Corpus
from benchmarks.servers import MERGED, Running

# How maplib writes decimals.
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")


class Peer:
    """One engine in this process, or the client of one elsewhere."""

    name = ""
    # False where answers carry no datatypes to compare.
    typed = True
    pids: Sequence[int] = ()

    def load(self, corpus: Corpus) -> None:
        """Take in what a graph of ours holds once it has loaded a corpus."""
        raise NotImplementedError

    def ask(self, sparql: str) -> Any:
        """The answer as this engine's users get it."""
        raise NotImplementedError

    def rows(self, sparql: str, answer: Any) -> list[Row]:
        """An answer in the common form."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of files."""


class Raw(Peer):
    """pyoxigraph in memory: evaluation and TSV (or N-Triples) by the engine itself."""

    name = "pyoxigraph"

    def load(self, corpus: Corpus) -> None:
        self.store = ox.Store()
        self.store.bulk_load(path=str(corpus.held), format=ox.RdfFormat.N_QUADS)

    def ask(self, sparql: str) -> Any:
        answer = self.store.query(sparql)
        if isinstance(answer, ox.QuerySolutions):
            return answer.serialize(format=ox.QueryResultsFormat.TSV)
        if isinstance(answer, ox.QueryTriples):
            return answer.serialize(format=ox.RdfFormat.N_TRIPLES)
        return b"true" if answer else b"false"

    def rows(self, sparql: str, answer: Any) -> list[Row]:
        return _of_body(sparql, answer)


class RawOnDisk(Raw):
    """pyoxigraph on disk, filled by its own bulk loader."""

    name = "pyoxigraph, disk"

    def load(self, corpus: Corpus) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kg-bench-raw-"))
        self.store = ox.Store(str(self.folder))
        self.store.bulk_load(path=str(corpus.held), format=ox.RdfFormat.N_QUADS)
        self.store.flush()

    def close(self) -> None:
        del self.store
        shutil.rmtree(self.folder, ignore_errors=True)


class Ours(Peer):
    """kg in memory: ``g.query(q).to_polars()``; a graph for CONSTRUCT."""

    name = "kg"

    def load(self, corpus: Corpus) -> None:
        self.graph = kg.KnowledgeGraph()
        self.graph.load(corpus.bare)

    def ask(self, sparql: str) -> Any:
        answer = self.graph.query(sparql)
        return answer.to_polars() if isinstance(answer, kg.Table) else answer

    def rows(self, sparql: str, answer: Any) -> list[Row]:
        found = self.graph.query(sparql)
        if not isinstance(found, kg.Table):
            return answers.from_rdflib(found)
        if found.is_ask:
            return [(str(bool(found)).lower(),)]
        # The frame has lost no row on the way.
        assert len(found) == len(answer)
        return answers.from_rdflib(found.rows())


class OursOnDisk(Ours):
    """kg in a folder."""

    name = "kg, disk"

    def load(self, corpus: Corpus) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kg-bench-"))
        self.graph = kg.KnowledgeGraph(self.folder / "my.kg")
        self.graph.load(corpus.bare)

    def close(self) -> None:
        self.graph.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class OursAtServer(Ours):
    """kg with its graph on a server that was filled before."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.name = f"kg, {server.name}"
        self.pids = (server.pid,)

    def load(self, corpus: Corpus) -> None:
        self.graph = kg.KnowledgeGraph(self.server.url, read_only=True)


class OurTerms(Peer):
    """Rows of rdflib terms through ``g.rdflib.query``, on the graph that another peer holds."""

    name = "kg, rdflib terms"

    def __init__(self, ours: Ours) -> None:
        self._ours = ours

    def load(self, corpus: Corpus) -> None:
        self.dataset = self._ours.graph.rdflib

    def ask(self, sparql: str) -> Any:
        found = self.dataset.query(sparql)
        return bool(found.askAnswer) if found.type == "ASK" else list(found)

    def rows(self, sparql: str, answer: Any) -> list[Row]:
        return [(str(answer).lower(),)] if isinstance(answer, bool) else answers.from_rdflib(answer)


class Unloaded(Peer):
    """Stands for a peer that could not be loaded, and says why to whoever asks it."""

    def __init__(self, name: str, reason: str) -> None:
        self.name, self._reason = name, reason

    def ask(self, sparql: str) -> Any:
        raise RuntimeError(self._reason)


class TooSlow(BaseException):
    """The time for a question is over. No error, so that no engine takes it for a failed expression."""


def _too_slow(*_: object) -> None:
    raise TooSlow


class Rdflib(Peer):
    """rdflib in memory, by its own parser and its own evaluation; its default graph is the union of all."""

    name = "rdflib"
    limit = 0.0

    def load(self, corpus: Corpus) -> None:
        import rdflib

        self.dataset = rdflib.Dataset(default_union=True)
        self.dataset.parse(corpus.ontology(), format="nquads")
        self.dataset.parse(corpus.bare, format="nquads")

    def ask(self, sparql: str) -> Any:
        # Python's own work can be interrupted, which spares loading everything again.
        signal.signal(signal.SIGALRM, _too_slow)
        signal.setitimer(signal.ITIMER_REAL, self.limit)
        try:
            return self.answer(sparql)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def answer(self, sparql: str) -> Any:
        found = self.dataset.query(sparql)
        return bool(found.askAnswer) if found.type == "ASK" else list(found)

    def rows(self, sparql: str, answer: Any) -> list[Row]:
        return [(str(answer).lower(),)] if isinstance(answer, bool) else answers.from_rdflib(answer)


class Oxrdflib(Rdflib):
    """oxrdflib: rdflib's objects over Oxigraph, here over the store that the raw engine filled."""

    name = "oxrdflib"

    def __init__(self, raw: Raw) -> None:
        self._raw = raw

    def load(self, corpus: Corpus) -> None:
        import rdflib
        from oxrdflib.store import OxigraphStore

        self.dataset = rdflib.Dataset(store=OxigraphStore(store=self._raw.store), default_union=False)

    def ask(self, sparql: str) -> Any:
        return self.answer(sparql)


class Maplib(Peer):
    """maplib: SPARQL over columns. It knows no N-Quads, so it holds the merged view alone."""

    name = "maplib"
    typed = False

    def load(self, corpus: Corpus) -> None:
        import maplib

        self.model = maplib.Model()
        self.model.read(str(corpus.view()), format="ntriples")

    def ask(self, sparql: str) -> Any:
        return self.model.query(sparql)

    def rows(self, sparql: str, answer: Any) -> list[Row]:
        if isinstance(answer, list):
            return [row for frame in answer for row in self.rows(sparql, frame)]
        return [tuple(map(_of_value, row)) for row in answer.iter_rows()]


def _of_value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        # A literal with a language, or a column of several kinds: one of its parts is there.
        return _of_value(next((part for part in value.values() if part is not None), None))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | Decimal):
        return answers.number(str(value))
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return answers.number(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


class Server(Peer):
    """A SPARQL server, asked over HTTP for TSV (N-Triples for CONSTRUCT); the body of the answer."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.name = server.name
        self.pids = (server.pid,)

    def load(self, corpus: Corpus) -> None:
        pass

    def ask(self, sparql: str) -> Any:
        fields = {"query": sparql}
        head = {"Accept": _accepted(sparql)}
        if self.name == "virtuoso":
            # Its own default graph is a union that counts a triple in two graphs twice. A data set named in the
            # request hides the named graphs, so a query for these goes without.
            if "GRAPH" not in sparql:
                fields["default-graph-uri"] = MERGED
            if "SELECT" in sparql:
                head = {"Accept": "text/tab-separated-values"}
        request = urllib.request.Request(self.server.url, urllib.parse.urlencode(fields).encode(), head)
        try:
            with urllib.request.urlopen(request) as reply:
                return reply.read()
        except urllib.error.HTTPError as error:
            raise RuntimeError(" ".join(error.read().decode(errors="replace").split())[:200]) from None

    def rows(self, sparql: str, answer: Any) -> list[Row]:
        if self.name != "virtuoso" or "SELECT" not in sparql:
            return _of_body(sparql, answer)
        # What it calls TSV has lost the kinds of terms; its JSON keeps them.
        form = {"query": sparql, "format": "application/sparql-results+json"}
        if "GRAPH" not in sparql:
            form["default-graph-uri"] = MERGED
        with urllib.request.urlopen(self.server.url, urllib.parse.urlencode(form).encode()) as reply:
            return _of_json(json.load(reply))


def _accepted(sparql: str) -> str:
    if "CONSTRUCT" in sparql:
        return "application/n-triples"
    return "application/sparql-results+json" if "ASK" in sparql else "text/tab-separated-values"


def _of_json(told: Any) -> list[Row]:
    columns = told["head"]["vars"]

    def cell(term: Any) -> str:
        if term is None:
            return ""
        if term["type"] == "uri":
            return f"<{term['value']}>"
        if term["type"] == "bnode":
            return "_:"
        return answers.literal(term["value"], term.get("xml:lang", ""), term.get("datatype", ""))

    return [tuple(cell(row.get(column)) for column in columns) for row in told["results"]["bindings"]]


def _of_body(sparql: str, body: bytes) -> list[Row]:
    if "CONSTRUCT" in sparql:
        return answers.from_ntriples(body)
    if "SELECT" in sparql:
        return answers.from_tsv(body)
    if b"{" not in body:
        return [(body.decode(),)]
    told = json.loads(body)
    # Virtuoso says yes with a table that holds a one.
    yes = told["boolean"] if "boolean" in told else bool(told["results"]["bindings"])
    return [(str(yes).lower(),)]


# -- which peers share a process: they take turns, so that what slows one slows the other


def in_memory() -> list[Peer]:
    """The embedded engines in memory."""
    raw, ours = Raw(), Ours()
    return [raw, ours, Oxrdflib(raw), OurTerms(ours)]


def on_disk() -> list[Peer]:
    """The embedded engines on disk."""
    return [RawOnDisk(), OursOnDisk()]


def own() -> list[Peer]:
    """Our own rows alone, for sizes at which the others would take hours."""
    return [OursOnDisk()]


def rdflib_alone() -> list[Peer]:
    """rdflib."""
    return [Rdflib()]


def maplib_alone() -> list[Peer]:
    """maplib."""
    return [Maplib()]


def at_server(server: Running) -> list[Peer]:
    """A server, asked directly and through us."""
    return [Server(server), OursAtServer(server)]
