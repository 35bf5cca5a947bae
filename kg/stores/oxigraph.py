"""The embedded engine, in memory; :mod:`kg.stores.folder` keeps it on disk."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

import pyoxigraph as ox

from kg.errors import QueryError, StoreError
from kg.queries import bare_words, blanked, explain_syntax_error, refuse_network
from kg.stores import answers
from kg.stores.base import Answer, Change, Kind, unswept

DEFAULT = ox.DefaultGraph()

if TYPE_CHECKING:
    from kg.stores.bulk import Doubled, Lines

# Where a SPARQL update that names no graph puts its triples, so that they survive in a graph of their own.
EDITS = ox.NamedNode("https://w3id.org/actor-stance/graph/edits")

# Beyond so many quads one update text costs more than separate calls.
_ONE_TEXT = 50_000

# Beyond so many subjects one pass over everything costs less than a look at each.
_MANY_SUBJECTS = 20_000

# Words that begin an update.
UPDATES = frozenset({"INSERT", "DELETE", "WITH", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD"})


def in_graph(triple: ox.Triple | ox.Quad, graph: ox.NamedNode | ox.DefaultGraph = DEFAULT) -> ox.Quad:
    """A triple in a graph, by default in the merged view."""
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


class OxigraphStore:
    """Oxigraph in memory behind the :class:`~kg.stores.base.Store` door. ``inner`` is the raw engine."""

    gaps: frozenset[str] = frozenset()
    remote = False

    def __init__(self, inner: ox.Store, *, name: str, read_only: bool = False) -> None:
        self.inner = inner
        self.name = name
        self.read_only = read_only
        self._revision = 0
        self._pending: set[str] | None = set()
        self._watchers: list[Callable[[Change | None], None]] = []

    @property
    def revision(self) -> int:
        """Grows with every write."""
        return self._revision

    def watch(self, watcher: Callable[[Change | None], None]) -> None:
        """Call *watcher* after each write, with what changed; None when that is not known."""
        self._watchers.append(watcher)

    # -- asking ---------------------------------------------------------------

    def query(self, sparql: str, *, timeout: float | None = None, limit: int | None = None) -> Answer:
        """Run one SPARQL query on the merged view (``GRAPH`` reaches the named graphs)."""
        refuse_network(sparql)
        if timeout is not None:
            from kg.stores import worker

            return worker.run(self, sparql, timeout, limit)
        with self._asking(sparql):
            return answers.whole(self._evaluate(sparql), limit)

    def stream(
        self, sparql: str, out: BinaryIO, *, timeout: float | None = None, limit: int | None = None
    ) -> Kind:
        """Write the answer to ``out`` as the engine yields it."""
        refuse_network(sparql)
        if timeout is not None:
            from kg.stores import worker

            return worker.stream(self, sparql, out, timeout, limit)[0]
        with self._asking(sparql):
            return answers.write(self._evaluate(sparql), out, limit)[0]

    def _evaluate(self, sparql: str) -> answers.Results:
        return self.inner.query(sparql)

    @contextlib.contextmanager
    def _asking(self, sparql: str) -> Iterator[None]:
        try:
            yield
        except SyntaxError as error:
            raise explain_syntax_error(sparql, error) from error
        except (RuntimeError, ValueError) as error:
            raise QueryError(
                f"The query failed: {error}.", cure="Check functions and casts in it."
            ) from error
        except OSError as error:
            if isinstance(error, StoreError):
                raise
            raise StoreError(f'The graph "{self.name}" cannot be read: {error}.') from error

    # -- writing --------------------------------------------------------------

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        if self.read_only:
            raise StoreError(
                f'The graph "{self.name}" is open for reading only.',
                cure="Name a graph folder to write to: kg -g my.kg …",
            )
        try:
            yield
        except OSError as error:
            if isinstance(error, StoreError):
                raise
            raise StoreError(
                f'The graph "{self.name}" cannot be written: {error}.',
                cure="Check free space and permissions; nothing was changed.",
            ) from error

    def change(self, *, remove: Iterable[ox.Quad] = (), add: Iterable[ox.Quad] = ()) -> Change:
        """Take out quads of named graphs and put in others, all or nothing; says what really changed.

        What is both removed and added stays. A triple leaves the merged view with its last source.
        """
        with self._writing(), unswept():
            unwanted = self._as_kept(dict.fromkeys(remove))
            wanted = self._as_kept(dict.fromkeys(add), many=not unwanted)
            stays = set(wanted)
            gone = [q for q in unwanted if q in self.inner and q not in stays]
            fresh = [q for q in wanted if q not in self.inner]
            if gone or fresh:
                lost = self._leaving(gone, fresh)
                self._begin({q.graph_name.value for q in (*gone, *fresh) if isinstance(q.graph_name, ox.NamedNode)})
                self._commit([*gone, *lost], [*fresh, *map(in_graph, fresh)])
                self._forget_empty({q.graph_name for q in gone})
        changed = Change(tuple(gone), tuple(fresh))
        if gone or fresh:
            self._tell(changed)
        return changed

    def _forget_empty(self, names: Iterable[Any]) -> None:
        for name in names:
            if next(self.inner.quads_for_pattern(None, None, None, name), None) is None:
                self.inner.remove_graph(name)

    def load_lines(self, lines: Lines) -> int:
        """Load N-Triples or N-Quads by the engine's own loader, all or nothing; returns how many were new.

        For a store that holds none of the data's graphs yet. Raises :class:`~kg.stores.bulk.NoGraph` when N-Quads
        hold a triple without a graph, and SyntaxError for what the engine cannot read; nothing is changed then.
        """
        from kg.stores.bulk import Doubled

        with self._writing():
            before = self._named()
            self._begin(None)
            self._load_all(Doubled(lines))
            count = self._named() - before
        self._tell(None)
        return count

    def _named(self) -> int:
        return int(self.query("SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }").body.split()[1])

    def _load_all(self, lines: Doubled) -> None:
        self._load_lines(lines)

    def _load_lines(self, lines: Doubled, beside: Iterable[ox.Quad] = ()) -> None:
        try:
            self._load(lines)
            self._extend(chain(beside, ox.parse(bytes(lines.apart), ox.RdfFormat.N_QUADS)))
        except (OSError, SyntaxError):
            if lines.failure is not None:
                raise lines.failure from None
            raise

    def _load(self, lines: Doubled) -> None:
        self.inner.load(cast(IO[bytes], lines), ox.RdfFormat.N_QUADS)

    def _extend(self, quads: Iterable[ox.Quad]) -> None:
        self.inner.extend(quads)

    def _as_kept(self, quads: Collection[ox.Quad], *, many: bool = False) -> list[ox.Quad]:
        """Quads as the engine gives them back: it writes numbers its own way, and 0.50 is 0.5 to it.

        Nothing has to be told apart when *many* are only added; then they are left as they are.
        """
        if many and len(quads) > _ONE_TEXT:
            return list(quads)
        scratch = ox.Store()
        scratch.extend(quads)
        return list(scratch)

    def _begin(self, graphs: Iterable[str] | None) -> None:
        """Note, before it happens, that a write touches graphs; None when it is not known which."""
        self._revision += 1
        if graphs is None:
            self._pending = None
        elif self._pending is not None:
            self._pending.update(graphs)

    def _tell(self, changed: Change | None) -> None:
        for watcher in self._watchers:
            watcher(changed)

    # -- the merged view --------------------------------------------------------

    def _leaving(self, gone: list[ox.Quad], fresh: list[ox.Quad]) -> list[ox.Quad]:
        """Quads of the merged view that leave it because their last source does.

        Looking a triple up in all graphs walks along a hub of the engine in memory, so all that is said of its
        subject is read, once for all triples about it.
        """
        leaves = dict.fromkeys(q.triple for q in gone)
        for quad in fresh:
            leaves.pop(quad.triple, None)
        out = set(gone)
        for quad in self._about({triple.subject for triple in leaves}):
            if quad.graph_name != DEFAULT and quad not in out:
                leaves.pop(quad.triple, None)
        return [*map(in_graph, leaves)]

    def _about(self, subjects: Collection[object]) -> Iterator[ox.Quad]:
        """All quads of some subjects, and others where these are many."""
        if len(subjects) > _MANY_SUBJECTS:
            yield from self.inner
        for subject in subjects if len(subjects) <= _MANY_SUBJECTS else ():
            yield from self.inner.quads_for_pattern(subject, None, None, None)  # type: ignore[arg-type]

    def _commit(self, remove: list[ox.Quad], add: list[ox.Quad]) -> None:
        """Make one change to the engine, the merged view's copies included."""
        nameless = [q for q in remove if any(isinstance(term, ox.BlankNode) for term in q)]
        for quad in nameless:  # an update cannot name a blank node
            self.inner.remove(quad)
        named = [q for q in remove if q not in set(nameless)] if nameless else remove
        if named and len(add) <= _ONE_TEXT and not any(isinstance(t, ox.BlankNode) for q in add for t in q):
            self.inner.update(f"{data_block('DELETE', named)} ; {data_block('INSERT', add)}")
            return
        if named:
            self.inner.update(data_block("DELETE", named))
        if add:
            self.inner.extend(add)

    def _refresh(self) -> None:
        """Make the merged view anew from the named graphs."""
        want = {in_graph(q) for q in self.quads()}
        have = set(self.quads_of_default())
        self._commit(list(have - want), list(want - have))

    # -- other writes -----------------------------------------------------------

    def add(self, quads: Iterable[ox.Quad]) -> int:
        """Add quads of named graphs, all or none; returns how many were new."""
        return len(self.change(add=quads).added)

    def remove(self, quads: Iterable[ox.Quad]) -> int:
        """Remove quads of named graphs; returns how many there were."""
        return len(self.change(remove=quads).removed)

    def drop(self, *graphs: str) -> int:
        """Remove named graphs; returns how many quads they had."""
        names = [ox.NamedNode(graph) for graph in dict.fromkeys(graphs)]
        gone = [q for name in names for q in self.quads(name.value)]
        if self._better_anew(len(gone)):
            with self._writing():
                self._begin(graphs)
                self.inner.clear_graph(DEFAULT)
                for name in names:
                    self.inner.clear_graph(name)
                self.inner.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
            self._tell(Change(tuple(gone)))
        else:
            self.remove(gone)
        if not self.read_only:
            for name in names:
                self.inner.remove_graph(name)
        return len(gone)

    def _better_anew(self, leaving: int) -> bool:
        """Whether so much leaves that making the merged view anew from what stays costs less."""
        return leaving > _ONE_TEXT and leaving * 5 > len(self.inner)

    def update(self, sparql: str) -> None:
        """Run a SPARQL update as its author means it, all or nothing, and keep the merged view right.

        Without ``GRAPH`` an insertion goes to the graph ``graph:edits`` and a deletion to every graph that
        holds the triple. ``INSERT DATA`` and ``DELETE DATA`` cost what they change; any other update also a
        pass over the graph.
        """
        refuse_network(sparql)
        data = self._data_only(sparql)
        if data is not None:
            self.change(**data)
            return
        with self._writing():
            self._begin(None)
            self._rewrite(lambda: self._update_and_renew(sparql))
        self._tell(None)

    def _data_only(self, sparql: str) -> dict[str, list[ox.Quad]] | None:
        """What a single ``INSERT DATA`` or ``DELETE DATA`` changes; None for any other update."""
        try:
            found = data_update(sparql)
        except (SyntaxError, ValueError):
            return None  # the engine's own judgement of the whole text is clearer
        if found is None:
            return None
        verb, quads = found
        if verb == "INSERT":
            new = (q for q in quads if q not in self.inner)
            return {"add": [in_graph(q, EDITS) if q.graph_name == DEFAULT else q for q in new]}
        if any(isinstance(term, ox.BlankNode) for q in quads for term in q):
            return None
        everywhere = {q.triple for q in quads if q.graph_name == DEFAULT}
        held = [q for t in everywhere for q in self.inner.quads_for_pattern(t.subject, t.predicate, t.object, None)]
        return {"remove": [q for q in (*held, *quads) if q.graph_name != DEFAULT]}

    def _update_and_renew(self, sparql: str) -> None:
        before = {q.triple for q in self.quads_of_default()}
        try:
            self.inner.update(sparql)
        except SyntaxError as error:
            raise explain_syntax_error(sparql, error) from error
        except (RuntimeError, ValueError) as error:
            raise QueryError(f"The update failed: {error}.", cure="Nothing was changed.") from error
        after = {q.triple for q in self.quads_of_default()}
        gone, new = before - after, after - before
        held = {q.triple for q in self.quads() if q.triple in new or q.triple in gone}
        self._commit(
            [q for q in self.quads() if q.triple in gone] if held & gone else [],
            [in_graph(triple, EDITS) for triple in new - held],
        )
        self._refresh()

    def _rewrite(self, work: Callable[[], None]) -> None:
        """Do work of several steps so that it is done whole or not at all."""
        work()

    # -- what rules have not seen yet ---------------------------------------------

    def pending(self) -> frozenset[str] | None:
        """Named graphs changed since :meth:`settle`; None when that is not known."""
        return None if self._pending is None else frozenset(self._pending)

    def mark(self, *graphs: str) -> None:
        """Count graphs as changed."""
        if self._pending is not None:
            self._pending.update(graphs)

    def settle(self) -> None:
        """Rules have seen everything."""
        self._pending = set()

    # -- looking ------------------------------------------------------------------

    def graphs(self) -> list[str]:
        """IRIs of the named graphs, sorted."""
        return sorted(g.value for g in self.inner.named_graphs() if isinstance(g, ox.NamedNode))

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """Quads of one named graph, or of all named graphs."""
        if graph is not None:
            yield from self.inner.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        else:
            yield from (q for q in self.inner if q.graph_name != DEFAULT)

    def quads_of_default(self) -> Iterator[ox.Quad]:
        """Quads of the merged view."""
        return self.inner.quads_for_pattern(None, None, None, DEFAULT)

    def holds(self, quad: ox.Quad) -> bool:
        """Whether a named graph holds a triple."""
        return quad in self.inner

    def count(self) -> int:
        """Number of distinct triples in the merged view."""
        return sum(1 for _ in self.quads_of_default())

    # -- keeping --------------------------------------------------------------------

    def backup(self, path: Path) -> None:
        """Copy the whole store to a new folder; a graph in memory is saved to a file instead."""
        raise StoreError("A graph in memory has no folder to back up.", cure="Write it to a file: kg save all.trig")

    def optimize(self) -> None:
        """Compact what is on disk; nothing to do in memory."""

    def close(self) -> None:
        """Let go of the engine."""
        del self.inner


def data_update(sparql: str) -> tuple[str, list[ox.Quad]] | None:
    """``INSERT`` or ``DELETE``, and the quads, of a text that is one such ``DATA`` block; None for any other update.

    Raises SyntaxError or ValueError for what the engine cannot read.
    """
    words = [word for word in bare_words(sparql) if word in UPDATES or word in ("WHERE", "USING")]
    start = re.search(r"(?i)\b(INSERT|DELETE)\s+DATA\b", blanked(sparql))
    if len(words) != 1 or not start:
        return None
    scratch = ox.Store()
    scratch.update(f"{sparql[: start.start(1)]}INSERT{sparql[start.end(1) :]}")
    return words[0], list(scratch)


def data_block(verb: str, quads: Iterable[ox.Quad]) -> str:
    """``INSERT DATA`` or ``DELETE DATA`` of quads, grouped by graph."""
    by_graph: dict[object, list[str]] = {}
    for quad in quads:
        by_graph.setdefault(quad.graph_name, []).append(f"{quad.triple} .")
    blocks = (
        " ".join(lines) if graph == DEFAULT else f"GRAPH {graph} {{ {' '.join(lines)} }}"
        for graph, lines in by_graph.items()
    )
    return f"{verb} DATA {{ {' '.join(blocks)} }}"
