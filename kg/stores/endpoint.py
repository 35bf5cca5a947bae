"""Any SPARQL 1.1 server behind the store's door: asking goes there as SPARQL, only the answer comes back."""

from __future__ import annotations

import io
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

import pyoxigraph as ox

from kg.errors import NotFound, QueryError, StoreError
from kg.queries import bare_words, blanked, refuse_network
from kg.stores import bodies
from kg.stores.base import Answer, Change, Kind
from kg.stores.http import LONGEST_ADDRESS, Broken, Fields, Reply, Wire, remaining
from kg.stores.oxigraph import DEFAULT, OxigraphStore, in_graph
from kg.stores.paging import lines_of, pages, put
from kg.stores.sending import Sender, merged
from kg.stores.servers import Address, Server, placed, server_for
from kg.stores.spelling import as_kept, data_subjects, form_of, is_sparql, leaving, quad_of

_SUBJECTS = 400  # subjects one look-up names
_WHOLE_GRAPH = 3_000  # so many quads of one graph are looked up by reading the graph
_MIRROR = 3_000_000  # quads that are fetched at most to do here what a server cannot
_FRESH = 30.0  # seconds for which what was fetched counts as what the server holds
_ALL = "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } "

T = TypeVar("T")


class EndpointStore:
    """A graph on a SPARQL server, behind the :class:`~kg.stores.base.Store` door.

    What the server cannot do is named in ``gaps``. Who asks is taken from the address, from KG_USER and
    KG_PASSWORD, from KG_TOKEN, or from ``.netrc``; proxies and certificates from the environment.
    """

    remote = True

    def __init__(self, address: str, *, read_only: bool = False) -> None:
        at = Address.parse(address)
        self.name = at.url
        self.read_only = read_only
        self._revision = 0
        self._watchers: list[Callable[[Change | None], None]] = []
        self._cap: int | None = None
        self._not_ours: frozenset[str] | None = None
        self._lately: dict[str, tuple[float, Any]] = {}
        self._copy: tuple[float, OxigraphStore] | None = None
        self.wire = Wire(at.url)
        self.server = self._greet(at)
        self._sender = Sender(self.wire, self.server)
        self.gaps = frozenset(
            {"blank nodes", "pending", *self.server.gaps, *(gap for gap, _ in self.server.troubles)}
        )

    def _greet(self, at: Address) -> Server:
        """Find out who is there, and that it speaks SPARQL."""
        user = at.user if at.user is not None else os.environ.get("KG_USER")
        password = at.password if at.user is not None else os.environ.get("KG_PASSWORD")
        token = os.environ.get("KG_TOKEN")
        guess = placed(server_for(at, ""), at)
        self.wire.sign(user, password, token, digest=guess.digest)
        asked: dict[str, Any] = {
            "fields": [("query", "ASK {}")],
            "headers": {"Accept": bodies.TRUTH},
            "follow": True,
        }
        reply = self.wire.send("GET", guess.ask, refuse=False, **asked)
        server = placed(server_for(at, reply.headers.get("Server", "")), at)
        if not bodies.is_table(reply) and server.ask != guess.ask:
            # The address of the server, not of its SPARQL service.
            reply.close()
            self.wire.sign(user, password, token, digest=server.digest)
            reply = self.wire.send("GET", server.ask, refuse=False, **asked)
        self.wire.check(reply)
        moved = reply.url.split("?")[0]
        if moved != server.ask.split("?")[0] and bodies.is_table(reply):
            server = placed(server, replace(at, url=moved))
        bodies.write(reply, "ask", server, self.name, io.BytesIO(), None)
        self.wire.sign(user, password, token, digest=server.digest)
        return server

    @property
    def revision(self) -> int:
        """Grows with every write of ours; writes of others are not known."""
        return self._revision

    def watch(self, watcher: Callable[[Change | None], None]) -> None:
        """Call *watcher* after each write of ours, with what changed."""
        self._watchers.append(watcher)

    # -- asking ---------------------------------------------------------------

    def query(self, sparql: str, *, timeout: float | None = None, limit: int | None = None) -> Answer:
        """Run one SPARQL query there, on the merged view (``GRAPH`` reaches the named graphs)."""
        out = io.BytesIO()
        kind, cut = self._answer(sparql, out, timeout, limit)
        return Answer(kind, out.getvalue(), cut)

    def stream(
        self, sparql: str, out: BinaryIO, *, timeout: float | None = None, limit: int | None = None
    ) -> Kind:
        """Write the answer to ``out`` as the server sends it."""
        return self._answer(sparql, out, timeout, limit)[0]

    def _answer(
        self, sparql: str, out: BinaryIO, timeout: float | None, limit: int | None
    ) -> tuple[Kind, bool]:
        refuse_network(sparql)
        kind = form_of(sparql)
        end = None if timeout is None else time.monotonic() + timeout
        here = self._trouble(sparql) is not None
        if not here:
            start = out.tell() if self.server.refuses and out.seekable() else -1
            try:
                asked = self._put_well(sparql)
                return kind, self._fetch(asked, kind, out, timeout, limit, self._dataset(sparql))
            except (QueryError, Broken):
                if start < 0 or out.tell() != start or not is_sparql(sparql):
                    raise
        gap = self._trouble(sparql) or "refuses"
        if not self._fits():
            raise QueryError(
                f'The server "{self.name}" cannot answer this kind of query (gap "{gap}"), and its graph is too large '
                "to be fetched.",
                cure="Say the query in other words; docs/servers.md lists what servers cannot do.",
            )
        answer = self._mirror(remaining(end)).query(sparql, timeout=remaining(end), limit=limit)
        out.write(answer.body)
        return answer.kind, answer.cut

    def _put_well(self, sparql: str) -> str:
        """A query in the words that the server understands best."""
        for pattern, words in self.server.rewrites:
            sparql = re.sub(pattern, words, sparql)
        return sparql

    def _fetch(
        self,
        sparql: str,
        kind: Kind,
        out: BinaryIO,
        timeout: float | None,
        limit: int | None,
        dataset: Fields,
    ) -> bool:
        end = None if timeout is None else time.monotonic() + timeout
        reply = self._ask(sparql, kind, timeout, dataset)
        cap = reply.headers.get(self.server.capped) if self.server.capped else None
        if kind == "select" and cap is not None:
            self._cap = int(cap)
            first = self._lines_of(reply)
            return pages(
                sparql,
                first,
                self._cap,
                lambda text, seconds: self._lines_of(self._ask(text, "select", seconds, dataset)),
                out,
                limit=limit,
                timeout=remaining(end),
                name=self.name,
            )
        if kind == "graph" and self.server.capped:
            return self._capped_graph(reply, out, limit)
        if kind == "select" and self.server.repeats and re.search(r"(?i)\bSELECT\s+DISTINCT\b", sparql):
            return put(list(dict.fromkeys(self._lines_of(reply))), out, limit)
        return bodies.write(reply, kind, self.server, self.name, out, limit)

    def _ask(self, sparql: str, kind: Kind, timeout: float | None, dataset: Fields) -> Reply:
        server = self.server
        fields = [("query", sparql), *dataset, *server.time_limit(timeout)]
        accept = {"select": server.tables, "ask": bodies.TRUTH, "graph": bodies.GRAPHS}[kind]
        reply = self._send(fields, accept, sparql, timeout)
        if kind == "select" and server.garbled and re.search(server.garbled, reply.read()):
            reply = self._send(fields, server.second, sparql, timeout)
        partial = any(reply.headers.get(name) == value for name, value in server.partial)
        if reply.status != 200 or partial:
            reply.close()
            raise bodies.incomplete(self.name, b"Returning incomplete results: time limit reached, cancelled")
        return reply

    def _send(self, fields: Fields, accept: str, sparql: str, timeout: float | None) -> Reply:
        short = sum(len(name) + len(value.encode()) for name, value in fields) <= LONGEST_ADDRESS
        return self.wire.send(
            "GET" if short else "POST",
            self.server.ask,
            fields=fields if short else (),
            form=() if short else fields,
            headers={"Accept": accept},
            sparql=sparql,
            timeout=timeout,
        )

    def _dataset(self, sparql: str) -> list[tuple[str, str]]:
        """The dataset of a query, for servers whose default graph is not the merged view."""
        words = bare_words(sparql)
        if not self.server.view or "FROM" in words or not self._has_view():
            return []
        named = [("named-graph-uri", g) for g in self._known("graphs", self.graphs)] if "GRAPH" in words else []
        return [("default-graph-uri", self.server.view), *named]

    def _known(self, what: str, find: Callable[[], T]) -> T:
        """What was found in the last half minute; found anew after a write of ours."""
        known = self._lately.get(what)
        if known is None or known[0] + _FRESH <= time.monotonic():
            known = self._lately[what] = (time.monotonic(), find())
        return cast(T, known[1])

    def _has_view(self) -> bool:
        """Whether the merged view is kept on the server; where not, its own default graph is asked."""
        text = f"SELECT ?s WHERE {{ GRAPH <{self.server.view}> {{ ?s ?p ?o }} }} LIMIT 1"
        # Where nothing is, the view is empty and not what the server takes for its default graph.
        return not self.server.view_is_named or self._known(
            "view", lambda: bool(self._fetch_table(text)) or not self.graphs()
        )

    def _fetch_table(self, sparql: str, timeout: float | None = None) -> list[list[bodies.Term]]:
        """Rows of a query on the named graphs, as terms."""
        out = io.BytesIO()
        self._fetch(sparql, "select", out, timeout, None, [])
        return bodies.rows_of(out.getvalue())

    def _lines_of(self, reply: Reply) -> list[bytes]:
        page = io.BytesIO()
        bodies.write(reply, "select", self.server, self.name, page, None)
        return lines_of(page.getvalue())

    def _capped_graph(self, reply: Reply, out: BinaryIO, limit: int | None) -> bool:
        """Triples from a server that cuts answers without saying so; refuse what may have been cut."""
        body = io.BytesIO()
        cut = bodies.write(reply, "graph", self.server, self.name, body, limit)
        lines = body.getvalue().count(b"\n")
        if lines >= 1_000 and not cut:
            if self._cap is None:
                wide = "SELECT (1 AS ?n) WHERE { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } } LIMIT 100001"
                probe = self._ask(wide, "select", None, ())
                self._cap = int(probe.headers.get(self.server.capped, "0"))
                probe.close()
            if 0 < self._cap <= lines:
                raise StoreError(
                    f'The server "{self.name}" gives at most {self._cap} triples at once, and may have left some out.',
                    cure="Ask with SELECT, which is fetched in pages, or have the limit raised (ResultSetMaxRows).",
                )
        out.write(body.getvalue())
        return cut

    # -- what is done here, with a copy of the graph ---------------------------------

    def _trouble(self, sparql: str) -> str | None:
        """The gap that keeps the server from answering a query rightly, if any."""
        text = blanked(sparql)
        return next((gap for gap, pattern in self.server.troubles if re.search(pattern, text)), None)

    def _fits(self) -> bool:
        """Whether a copy is at hand, or the graph small enough to be fetched."""
        if self._copy is not None and self._copy[0] + _FRESH > time.monotonic():
            return True
        count = f"GRAPH ?g {{ ?s ?p ?o }} {self._filter()}"
        return self._known("size", lambda: self._number(count)) <= _MIRROR

    def _number(self, pattern: str) -> int:
        return int(self._fetch_table(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")[0][0].value)

    def _mirror(self, timeout: float | None = None) -> OxigraphStore:
        """The whole graph in memory, as it was at most half a minute ago."""
        if self._copy is None or self._copy[0] + _FRESH <= time.monotonic():
            copy = OxigraphStore(ox.Store(), name=self.name)
            copy.add(self._everything(timeout))
            self._copy = (time.monotonic(), copy)
        return self._copy[1]

    # -- writing ----------------------------------------------------------------

    def change(self, *, remove: Iterable[ox.Quad] = (), add: Iterable[ox.Quad] = ()) -> Change:
        """Take out quads of named graphs and put in others; says what really changed.

        All or nothing where the server takes a request whole (see the gap "atomic"); else a failure is undone.
        """
        self._writable()
        unwanted = dict.fromkeys(map(as_kept, remove))
        wanted = dict.fromkeys(map(as_kept, add))
        held = self._held([*unwanted, *wanted], everywhere=bool(unwanted))
        gone = [q for q in unwanted if q in held and q not in wanted]
        fresh = [q for q in wanted if q not in held]
        if gone or fresh:
            lost = set(leaving(gone, fresh, held))
            kept = [raw for q in gone for raw in held[q]]
            views = merged(raw for q in gone if q.triple in lost for raw in held[q])
            if any(isinstance(term, ox.BlankNode) for q in kept for term in (q.subject, q.object)):
                raise StoreError(
                    f'The server "{self.name}" holds blank nodes here, which nobody can name over HTTP.',
                    cure="Drop the whole graph, or mend it with an update on the server.",
                )
            self._sender.change([*kept, *views], [*fresh, *merged(fresh)])
            self._changed(Change(tuple(gone), tuple(fresh)))
        return Change(tuple(gone), tuple(fresh))

    def _writable(self) -> None:
        if self.read_only:
            raise StoreError(
                f'The graph "{self.name}" is open for reading only.',
                cure="Name a graph to write to: kg -g my.kg …",
            )

    def _changed(self, change: Change | None) -> None:
        self._revision += 1
        self._lately.clear()
        if self._copy is not None and change is not None:
            self._copy[1].change(remove=change.removed, add=change.added)
        else:
            self._copy = None
        for watcher in self._watchers:
            watcher(change)

    def _held(self, quads: Collection[ox.Quad], *, everywhere: bool) -> dict[ox.Quad, list[ox.Quad]]:
        """Quads on the server that have to do with some: as we write them → as the server does.

        With *everywhere*, all quads of their subjects in all graphs; else at least those in the same graphs.
        """
        there = set(self.graphs())
        by_graph = Counter(q.graph_name.value for q in quads if isinstance(q.graph_name, ox.NamedNode))
        found: list[ox.Quad] = []
        whole = (
            {g for g, n in by_graph.items() if n >= _WHOLE_GRAPH and g in there} if not everywhere else set()
        )
        for graph in whole:
            found += self.quads(graph)
        subjects = {
            str(q.subject): None
            for q in quads
            if everywhere or (q.graph_name.value in there and q.graph_name.value not in whole)  # type: ignore[union-attr]
        }
        if len(subjects) > 50 * _SUBJECTS:
            found = list(self.quads())
        else:
            listed = list(subjects)
            for start in range(0, len(listed), _SUBJECTS):
                found += self._about(listed[start : start + _SUBJECTS])
        held: dict[ox.Quad, list[ox.Quad]] = {}
        for raw in found:
            held.setdefault(as_kept(raw), []).append(raw)
        return held

    def _about(self, subjects: list[str]) -> Iterator[ox.Quad]:
        listed = " ".join(subjects)
        text = f"{_ALL} VALUES ?s {{ {listed} }} {self._filter()} }}"
        return map(quad_of, self._fetch_table(text))

    def add(self, quads: Iterable[ox.Quad]) -> int:
        """Add quads of named graphs; returns how many were new."""
        return len(self.change(add=quads).added)

    def remove(self, quads: Iterable[ox.Quad]) -> int:
        """Remove quads of named graphs; returns how many there were."""
        return len(self.change(remove=quads).removed)

    def drop(self, *graphs: str) -> int:
        """Remove named graphs; returns how many quads they had."""
        self._writable()
        there = set(self.graphs())
        gone = [graph for graph in dict.fromkeys(graphs) if graph in there]
        if not gone:
            return 0
        count = sum(self._number(f"GRAPH <{graph}> {{ ?s ?p ?o }}") for graph in gone)
        self._sender.drop(gone)
        self._changed(None)
        return count

    def update(self, sparql: str) -> None:
        """Run a SPARQL update as on a graph of one's own: see :meth:`kg.stores.OxigraphStore.update`.

        ``INSERT DATA`` and ``DELETE DATA`` cost what they change. Any other update is worked out on a copy of the
        graph, because servers disagree on what it means without ``GRAPH``; what it changes is then sent.
        """
        refuse_network(sparql)
        self._writable()
        subjects = data_subjects(sparql)
        if subjects is None:
            if not self._fits():
                raise QueryError(
                    f"The graph has more than {_MIRROR} quads, too many to work out this update here.",
                    cure="Use INSERT DATA and DELETE DATA, or load a file.",
                )
            copy = self._mirror()
            self._copy = None
        else:
            copy = OxigraphStore(ox.Store(), name=self.name)
            for start in range(0, len(subjects), _SUBJECTS):
                copy.add(self._about(subjects[start : start + _SUBJECTS]))
        before = set(copy.quads())
        copy.update(sparql)
        after = set(copy.quads())
        self.change(remove=before - after, add=after - before)

    # -- what rules have not seen yet: others may have written, so it is never known ----

    def pending(self) -> frozenset[str] | None:
        """None: what others changed on the server is not known, so rules look at everything."""
        return None

    def mark(self, *graphs: str) -> None:
        """Everything counts as changed already."""

    def settle(self) -> None:
        """Nothing is kept of it."""

    # -- looking ------------------------------------------------------------------

    def graphs(self) -> list[str]:
        """IRIs of the named graphs, sorted; without those of the server's own and the merged view."""
        apart = self._apart()
        return [graph for graph in self._all_graphs() if graph not in apart]

    def _all_graphs(self) -> list[str]:
        rows = self._fetch_table(f"SELECT ?g WHERE {{ {self.server.lists} }} GROUP BY ?g")
        return sorted(row[0].value for row in rows if isinstance(row[0], ox.NamedNode))

    def _apart(self) -> frozenset[str]:
        """Graphs that are not ours: those of the server's own, and the merged view where it is a named graph."""
        if self._not_ours is None:
            own = {g for g in self._all_graphs() if g.startswith(self.server.own)} if self.server.own else set()
            self._not_ours = frozenset({*own, self.server.view} - {""})
        return self._not_ours

    def _filter(self) -> str:
        """What leaves out the graphs that are not ours, called ``?g``."""
        return f"FILTER (?g NOT IN (<{'>, <'.join(sorted(self._apart()))}>))" if self._apart() else ""

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """Quads of one named graph, or of all named graphs."""
        if graph is None:
            yield from self._everything()
        elif self.server.store and self.server.reads_store:
            name = ox.NamedNode(graph)
            for triple in self._read_graph(graph):
                yield in_graph(triple, name)
        else:
            name = ox.NamedNode(graph)
            for row in self._fetch_table(f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"):
                yield quad_of([name, *row])

    def _everything(self, timeout: float | None = None) -> Iterator[ox.Quad]:
        return map(quad_of, self._fetch_table(f"{_ALL} {self._filter()} }}", timeout))

    def _read_graph(self, graph: str) -> Iterator[ox.Quad]:
        """One graph by the Graph Store Protocol."""
        out = io.BytesIO()
        try:
            reply = self.wire.send(
                "GET", self.server.store, fields=[("graph", graph)], headers={"Accept": bodies.GRAPHS}
            )
        except NotFound:
            return
        bodies.write(reply, "graph", self.server, self.name, out, None)
        yield from ox.parse(out.getvalue(), ox.RdfFormat.N_TRIPLES)

    def quads_of_default(self) -> Iterator[ox.Quad]:
        """Quads of the merged view."""
        out = io.BytesIO()
        self._fetch("SELECT ?s ?p ?o WHERE { ?s ?p ?o }", "select", out, None, None, self._dataset("SELECT"))
        for row in bodies.rows_of(out.getvalue()):
            yield quad_of([DEFAULT, *row])

    def holds(self, quad: ox.Quad) -> bool:
        """Whether a graph holds a triple; the default graph stands for the merged view."""
        kept = as_kept(quad)
        found = map(as_kept, self._about([str(kept.subject)]))
        return any(q.triple == kept.triple and kept.graph_name in (DEFAULT, q.graph_name) for q in found)

    def count(self) -> int:
        """Number of distinct triples in the merged view."""
        body = self.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }").body
        return int(bodies.rows_of(body)[0][0].value)

    # -- keeping --------------------------------------------------------------------

    def backup(self, path: Path) -> None:
        """Refused: the keeper of a server backs it up."""
        raise StoreError(
            "A graph on a server has no folder to back up.", cure="Write it to a file: kg save all.trig"
        )

    def optimize(self) -> None:
        """Put into the merged view what came to the named graphs without kg, by the server's own loader for example."""
        self._writable()
        self._sender.merge(self.graphs())
        self._changed(None)

    def close(self) -> None:
        """Let go of the connections."""
        self.wire.close()
