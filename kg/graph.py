"""KnowledgeGraph: open, load, ask, narrow, withdraw, save.

The graph is the truth; everything else is a view of it. Analysis verbs (stances, compare, network, check)
are functions over it, in rooms of their own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg import queries, readers, rules, texts
from kg.errors import KGError, NotFound, QueryError, ReadError, unwritable
from kg.labels import StoreNames
from kg.readers import rdf
from kg.selection import Selection, iso_day
from kg.stores import Answer, open_store
from kg.tables import Table
from kg.terms import (
    BASE,
    ONTOLOGY_GRAPH,
    PREFIXES,
    PROVENANCE_GRAPH,
    REGISTRY_GRAPH,
    SPARQL_PREFIXES,
    ST,
    compact,
    expand,
    local_name,
    resource,
)

if TYPE_CHECKING:
    import networkx
    import rdflib

def batched(items: list[ox.Quad], size: int) -> Iterator[list[ox.Quad]]:
    """Lists of at most *size* items."""
    return (items[start : start + size] for start in range(0, len(items), size))


Progress = Callable[[Iterable[Path]], Iterable[Path]]


class KnowledgeGraph:
    """A graph of actors, relations and stances, with the ontology always in it.

    ``KnowledgeGraph()`` is in memory; ``KnowledgeGraph("my.kg")`` a folder on disk, made when missing;
    ``KnowledgeGraph("facts.trig")`` a file, read into memory and left as it is.
    """

    def __init__(
        self, path: str | os.PathLike[str] | None = None, *, read_only: bool = False, create: bool = True
    ) -> None:
        file = Path(path) if path is not None else None
        from_file = file is not None and file.suffix.casefold() in readers.SUFFIXES and not file.is_dir()
        self.store = open_store(None if from_file else path, read_only=read_only, create=create)
        texts.attach(self.store)
        self._watch = rules.Watch(self.store)
        self.store.watch(self._watch)
        self.selection = Selection()
        self._names: StoreNames | None = None
        self._names_of = 0
        if not self.store.read_only:
            self._keep_ontology()
        if from_file and file is not None:
            self.load(file)
            rules.infer(self)
            self.store.read_only = True
            self.store.name = str(file)

    def _keep_ontology(self) -> None:
        """Hold the shipped ontology; renew it when its version in the store is another."""
        shipped = _ontology_quads()
        version = next(q for q in shipped if q.predicate.value == f"{PREFIXES['owl']}versionIRI")
        held = list(self.store.quads(ONTOLOGY_GRAPH))
        if not self.store.holds(version) or len(held) != len(set(shipped)):
            self.store.change(remove=held, add=shipped)

    def changed(self) -> None:
        """Forget what was remembered of the content; called after every write."""
        self._names = None

    def __repr__(self) -> str:
        return (
            f"<KnowledgeGraph {self.store.name}: {self.store.count()} triples, {self.selection.describe()}>"
        )

    def __enter__(self) -> KnowledgeGraph:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the folder, so that another program may write to it."""
        texts.release(self.store)
        self.store.close()

    # -- loading -------------------------------------------------------------------

    def load(
        self,
        *paths: str | os.PathLike[str],
        reader: str | None = None,
        replace: bool = False,
        progress: Progress = lambda files: files,
    ) -> int:
        """Load files and folders, all or none; returns the number of new quads.

        RDF files and coding sheets are told apart by their endings; *reader* names one. With *replace* the
        sources in the files are taken out first, so that a mended sheet takes the place of the old one.
        Loading the same file twice adds nothing.
        """
        files = [file for path in paths for file in readers.files_in(Path(path))]
        quads: list[ox.Quad] = []
        problems: list[str] = []
        for file in progress(files):
            try:
                quads += readers.read(file, reader)
            except ReadError as error:
                problems += str(error).splitlines()
        if problems:
            first, *rest = problems
            raise ReadError(first, problems=rest)
        return self._take(quads, replace)

    def load_text(self, data: bytes | str, format: str = "turtle", *, name: str = "stdin") -> int:
        """Load data that are in no file, such as standard input: RDF, or a sheet (``csv``, ``xlsx``).

        *name* names the graph of triples that name none.
        """
        raw = data.encode() if isinstance(data, str) else data
        return self._take(readers.read_text(raw, format, name), replace=False)

    def load_rdflib(self, data: rdflib.Graph, *, name: str | None = None, replace: bool = False) -> int:
        """Load an ``rdflib.Graph`` or ``Dataset``, all or nothing; returns the number of new quads.

        The named graphs of a Dataset stay what they are. Triples in no named graph go to the graph called *name*
        (a word or an IRI), by default the graph's own IRI, or ``graph:rdflib``. Blank nodes keep their names.
        """
        from kg.stores.exchange import quads_of, target

        return self._take(quads_of(data, target(data, name)), replace)

    def _take(self, quads: list[ox.Quad], replace: bool) -> int:
        """Load quads in one step; with *replace*, in place of what their sources held."""
        named = {q.graph_name.value for q in quads if isinstance(q.graph_name, ox.NamedNode)}
        present = named.intersection(self.store.graphs())
        if replace:
            old = self._old_version(present - {ONTOLOGY_GRAPH, REGISTRY_GRAPH, PROVENANCE_GRAPH})
        else:
            old = []
            self._refuse_second_version(quads, present)
        self._watch.before(old, quads)
        count = len(self.store.change(remove=old, add=quads).added)
        self.changed()
        return count

    def _old_version(self, graphs: set[str]) -> list[ox.Quad]:
        """What sources hold, with their provenance."""
        ours = {*graphs, *(f"{PREFIXES['src']}{local_name(graph)}" for graph in graphs)}
        kept = self.store.quads(PROVENANCE_GRAPH) if graphs else ()
        return [
            *(q for graph in sorted(graphs) for q in self.store.quads(graph)),
            *(q for q in kept if getattr(q.subject, "value", "") in ours),
        ]

    def _refuse_second_version(self, quads: list[ox.Quad], present: set[str]) -> None:
        """An item with one value in the graph and another in the file is a mended version of itself."""
        single = {f"{ST}{name}" for name in ("value", "towards", "holder", "eventType")}
        coded = [
            q
            for q in quads
            if q.predicate.value in single
            and isinstance(q.subject, ox.NamedNode)
            and getattr(q.graph_name, "value", "") in present
        ]
        for some in batched(coded, 2_000):
            asked = " ".join(f"({q.graph_name} {q.subject} {q.predicate} {q.object})" for q in some)
            found = self.store.query(
                f"SELECT ?item ?p WHERE {{ VALUES (?g ?item ?p ?new) {{ {asked} }} GRAPH ?g {{ ?item ?p ?old }} "
                f"FILTER (?old != ?new) FILTER NOT EXISTS {{ GRAPH ?g {{ ?item ?p ?new }} }} }} LIMIT 1"
            )
            for item, name in Table.from_tsv(found.body).raw:
                raise ReadError(
                    f"{compact(item[1:-1])} is in the graph already, with another {local_name(name[1:-1])}; "
                    "nothing was loaded.",
                    cure="Load the mended version with replace (--replace), or give the item another id.",
                )

    # -- asking --------------------------------------------------------------------

    @property
    def names(self) -> StoreNames:
        """Labels ↔ IRIs of what the graph holds, looked up when they are needed."""
        # rdflib and narrowed graphs write to the same store.
        if self._names is None or self._names_of != self.store.revision:
            self._names_of = self.store.revision
            store = self.store  # not the graph: a ring would keep the folder open for longer
            self._names = StoreNames(lambda sparql: store.query(sparql).body)
        return self._names

    def find(self, name: str, kind: str = "term") -> str:
        """The IRI for a label in any language, a CURIE or an IRI. Raises NotFound with a suggestion."""
        return expand(name) or self.names.find(name, kind)

    def query(self, text: str | queries.Query, /, **parameters: object) -> Any:
        """Run a named query, a ``.rq`` file or SPARQL text.

        SELECT and ASK give a :class:`~kg.tables.Table` (an ASK table is true or false); CONSTRUCT and DESCRIBE
        an ``rdflib.Graph``. Parameters take labels, CURIEs, IRIs, dates, numbers.
        """
        query = text if isinstance(text, queries.Query) else queries.resolve(text)
        answer, sparql = self.answer(query, parameters)
        if answer.kind == "graph":
            from kg.tables.exact import graph_of

            return graph_of(answer.body)
        return self.table(query, parameters, answer, sparql)

    def table(
        self, query: queries.Query, parameters: dict[str, object], answer: Answer, sparql: str
    ) -> Table:
        """The answer to SELECT or ASK as a table that knows its labels and what it was made from."""
        given = ", ".join(f"{k}={v}" for k, v in parameters.items())
        made = {"graph": self.store.name, "query": f"{query.name}{f' ({given})' if given else ''}"}
        if answer.kind == "ask":
            return Table(("ask",), [(answer.body.decode(),)], made, is_ask=True)
        table = Table.from_tsv(answer.body, {**made, "sparql": sparql} if query.name == "query" else made)
        table.labels = _Lazy(self)
        table.made_from["rows"] = str(len(table))
        table.made_from |= texts.cuts(sparql)
        return table

    def answer(self, query: queries.Query, parameters: dict[str, object]) -> tuple[Answer, str]:
        """The engine's own answer and the SPARQL that was run."""
        sparql = query.bind(parameters, self.find)
        try:
            run, shown = texts.expand(self, sparql)
            return self.store.query(run), shown
        except QueryError as error:
            if query.name != "query":
                file = query.name if query.name == "stdin" else f"{query.name}.rq"
                error.where = f"{file}, {error.where}" if error.where else file
            raise

    def ask(self, text: str, /, **parameters: object) -> bool:
        """The answer to an ASK query."""
        return bool(self.query(text, **parameters))

    def update(self, sparql: str) -> None:
        """Run a SPARQL update; see :meth:`kg.stores.OxigraphStore.update` for what it reaches."""
        self.store.update(sparql)
        self.changed()

    def where(
        self,
        *,
        issues: Iterable[str] | str | None = None,
        actors: Iterable[str] | str | None = None,
        sources: Iterable[str] | str | None = None,
        basis: Iterable[str] | str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> KnowledgeGraph:
        """The same graph, narrowed for every analysis verb, further each time. Issues count with all narrower ones."""
        names = self.names
        given = {
            "issue": issues,
            "actor": actors,
            "source": sources,
            "basis": basis,
            "since": since,
            "until": until,
        }
        words = tuple((k, v if isinstance(v, str) else ", ".join(v)) for k, v in given.items() if v)
        narrowed = object.__new__(KnowledgeGraph)
        narrowed.__dict__.update(self.__dict__)
        narrowed.selection = Selection(
            issues=self._narrower(names.find_all(issues, "issue")),
            actors=names.find_all(actors, "actor"),
            sources=names.find_all(sources, "source"),
            basis=_bases(basis),
            since=iso_day(since, "since") if since else None,
            until=iso_day(until, "until") if until else None,
            words=words,
        ).within(self.selection)
        return narrowed

    def _narrower(self, issues: tuple[str, ...]) -> tuple[str, ...]:
        if not issues:
            return ()
        listed = " ".join(f"<{i}>" for i in issues)
        found = self.store.query(
            f"{SPARQL_PREFIXES} SELECT DISTINCT ?issue WHERE {{ VALUES ?top {{ {listed} }} ?issue skos:broader* ?top }}"
        )
        return tuple(sorted({*issues, *Table.from_tsv(found.body).column("issue")}))

    # -- sources -------------------------------------------------------------------

    def withdraw(self, source: str) -> int:
        """Take out a source with all that follows from it; returns the number of quads that left.

        Its coded items, evidence and provenance go; so does every mention of its items elsewhere, and every
        derived tie that rested on it alone. The registry of actors, issues and positions stays, and so does an
        item that the graph of another source carries with evidence of its own.
        """
        return rules.withdraw(self, self._source_id(source))

    def _source_id(self, source: str) -> str:
        graphs = {local_name(g): g for g in self.store.graphs() if g.startswith(PREFIXES["graph"])}
        for candidate in (source, local_name(source)):
            if candidate in graphs and candidate not in {"registry", "provenance"}:
                return candidate
        return local_name(self.find(source, "source"))

    # -- leaving -------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the whole graph to one file; formats with graphs (trig, nq, jsonld) keep the sources apart."""
        file = Path(path)
        fmt = rdf.format_for(file.suffix or "trig")
        quads = sorted(
            (q for q in self.store.quads() if q.graph_name != ox.NamedNode(ONTOLOGY_GRAPH)), key=str
        )
        triples: list[Any] = quads if fmt.supports_datasets else sorted({q.triple for q in quads}, key=str)
        try:
            with open(file, "wb") as out:
                ox.serialize(triples, out, fmt, prefixes=PREFIXES)
        except OSError as error:
            raise unwritable(file, error) from error
        return file

    def info(self) -> Table:
        """What the graph holds: counts of each kind of thing."""
        table: Table = self.query(_CONTENTS)
        table.made_from = {"graph": self.store.name}
        return table

    def to_rdflib(self, *, ontology: bool = False) -> rdflib.Dataset:
        """An ordinary ``rdflib.Dataset`` with a copy of the data, and with the ontology when asked for."""
        from kg.stores.exchange import copy_of

        return copy_of(self.store, (g for g in self.store.graphs() if ontology or g != ONTOLOGY_GRAPH))

    @property
    def rdflib(self) -> rdflib.Dataset:
        """A live ``rdflib.Dataset`` on the same store, without a copy."""
        from kg.stores.live import live_dataset

        return live_dataset(self.store)

    def to_networkx(self) -> networkx.MultiDiGraph:
        """Actors and their coded ties as a ``MultiDiGraph``.

        Nodes are IRIs with ``label`` and ``kind``; each edge is one relation between two actors, with
        ``relation``, ``label``, ``sign`` (+1 cooperation, −1 conflict, 0 other), ``directed``, ``weight``
        (number of coded items), ``dates`` (sorted ISO days), ``items`` and ``evidence`` (IRIs).
        """
        from kg.ties import multigraph

        return multigraph(self)


_CONTENTS = f"""{SPARQL_PREFIXES}
SELECT ?class (COUNT(DISTINCT ?x) AS ?count) WHERE {{
  VALUES ?class {{ st:Actor st:Issue st:Position st:Source st:Stance st:Event st:Relation st:Agreement
                   st:Undertaking st:Tenure st:Evidence st:AccountConflict }}
  ?type rdfs:subClassOf* ?class . ?x a ?type }} GROUP BY ?class ORDER BY ?class"""


class _Lazy(dict[str, str]):
    """Labels looked up in the graph only when a table is shown, as they are then."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        super().__init__()
        self._graph = graph

    def fetch(self, iris: Iterable[str]) -> None:
        self._graph.names.labels.fetch(iris)

    def get(self, key: str, default: Any = None) -> Any:
        return self._graph.names.labels.get(key, default)


def _bases(basis: Iterable[str] | str | None) -> tuple[str, ...]:
    known = ("word", "deed", "commitment", "report")
    given = [basis] if isinstance(basis, str) else list(basis or ())
    for one in given:
        if one not in known:
            raise NotFound(f'No basis "{one}".', cure=f"Use {', '.join(known)}.")
    return tuple(f"{BASE}scheme/{b}" for b in given)


@cache
def _ontology_quads() -> list[ox.Quad]:
    folder = resource("ontology")
    graph = ox.NamedNode(ONTOLOGY_GRAPH)
    files = [folder / "stance.ttl", *sorted((folder / "schemes").glob("*.ttl"))]
    found: list[ox.Quad] = []
    for file in files:
        if not file.is_file():
            raise KGError(f'The ontology file "{file}" is missing.', cure="Install kg again.")
        found += [ox.Quad(q.subject, q.predicate, q.object, graph) for q in rdf.read(file)]
    return found
