"""Changes on their way to a server: as few requests as it takes, undone when one of them fails."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from kg.errors import KGError, QueryError
from kg.stores.http import Wire
from kg.stores.oxigraph import DEFAULT, in_graph
from kg.stores.servers import Server
from kg.stores.spelling import parts

# From so many quads of one graph on, the Graph Store Protocol is quicker than an update.
_BULK = 1_000
_POSTED = 50_000  # triples in one such request
_DROPPED = 25  # graphs that one request drops, where requests have a size


class Sender:
    """Writes quads of named graphs and of the merged view (quads of the default graph) to a server."""

    def __init__(self, wire: Wire, server: Server) -> None:
        self._wire, self._server = wire, server
        self._view = f"<{server.view}>" if server.view_is_named else ""

    def change(self, remove: list[ox.Quad], add: list[ox.Quad]) -> None:
        """Make one change: all or nothing where the server takes a request whole, else undone when it fails."""
        steps = list(self._steps(remove, add))
        try:
            for step in steps:
                step()
        except KGError as error:
            if not (self._server.atomic and len(steps) == 1):
                self._undo(remove, add, error)
            raise

    def update(self, text: str) -> None:
        """One SPARQL update."""
        self._wire.send("POST", self._server.write, form=[("update", text)], sparql=text).read()

    def drop(self, graphs: list[str]) -> None:
        """Take graphs away, and out of the merged view what no other graph holds."""
        for some in parts(graphs, _DROPPED if self._server.most else 0):
            self.update(" ; ".join(map(self._drop_text, some)))

    def merge(self, graphs: list[str]) -> None:
        """Put into the merged view what graphs hold."""
        for some in parts(graphs, _DROPPED if self._server.most else 0):
            texts = (f"INSERT {{ {self._triple()} }} WHERE {{ GRAPH <{g}> {{ ?s ?p ?o }} }}" for g in some)
            self.update(" ; ".join(texts))

    # -- how ----------------------------------------------------------------------

    def _steps(self, remove: list[ox.Quad], add: list[ox.Quad]) -> Iterator[Callable[[], None]]:
        server = self._server
        if add and not remove and server.quads and len(add) > _BULK:
            yield lambda: self._post(server.quads, ox.RdfFormat.N_QUADS, add)
            return
        if server.most and server.store and not server.quads:
            few = []
            for graph, quads in _by_graph(add).items():
                if len(quads) < _BULK:
                    few += quads
                for some in parts(quads, _POSTED) if len(quads) >= _BULK else ():
                    yield lambda graph=graph, some=some: self._post_graph(graph, some)  # type: ignore[misc]
            add = few
        pairs = [("DELETE", some) for some in parts(remove, server.most)]
        pairs += [("INSERT", some) for some in parts(add, server.most)]
        groups = (
            [pairs]
            if not server.most or len(remove) + len(add) <= server.most
            else [[pair] for pair in pairs]
        )
        for group in groups:
            text = " ; ".join(block for verb, quads in group for block in self._blocks(verb, quads))
            if text:
                yield lambda text=text: self.update(text)  # type: ignore[misc]

    def _undo(self, remove: list[ox.Quad], add: list[ox.Quad], error: KGError) -> None:
        try:
            for verb, quads in (("DELETE", add), ("INSERT", remove)):
                for some in parts(quads, self._server.block):
                    self._take_back(verb, some)
        except KGError:
            error.cure = f"{error.cure} A part of the change may have been made: load again.".strip()
        else:
            error.cure = f"{error.cure} Nothing was changed.".strip()

    def _take_back(self, verb: str, quads: list[ox.Quad]) -> None:
        """Undo a block; what the server does not understand now, it did not understand before either."""
        for block in self._blocks(verb, quads):
            try:
                self.update(block)
            except QueryError:
                for quad in quads if verb == "DELETE" else ():
                    with contextlib.suppress(QueryError):
                        self.update(next(self._blocks(verb, [quad])))
                if verb == "INSERT":
                    raise

    def _post(self, url: str, form: ox.RdfFormat, quads: Iterable[Any], graph: str = "") -> None:
        body = ox.serialize(quads, format=form) or b""
        fields = [("graph", graph)] if graph else []
        self._wire.send(
            "POST", url, fields=fields, body=body, headers={"Content-Type": form.media_type}
        ).read()

    def _post_graph(self, graph: str, quads: list[ox.Quad]) -> None:
        self._post(
            self._server.store, ox.RdfFormat.TURTLE, (q.triple for q in quads), graph or self._server.view
        )

    def _blocks(self, verb: str, quads: list[ox.Quad]) -> Iterator[str]:
        """``DELETE DATA`` or ``INSERT DATA`` texts, no longer than the server takes."""
        for some in parts(quads, self._server.block):
            groups = []
            for graph, held in _by_graph(some).items():
                lines = " ".join(f"{q.triple} ." for q in held)
                name = f"<{graph}>" if graph else self._view
                groups.append(f"GRAPH {name} {{ {lines} }}" if name else lines)
            if self._server.one_graph:
                yield from (f"{verb} DATA {{ {group} }}" for group in groups)
            else:
                yield f"{verb} DATA {{ {' '.join(groups)} }}"

    def _drop_text(self, graph: str) -> str:
        view = f", <{self._server.view}>" if self._server.view else ""
        apart = f"FILTER (?g NOT IN (<{graph}>{view}))"
        return (
            f"DELETE {{ {self._triple()} }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} "
            f"FILTER NOT EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} {apart} }} }} ; DROP SILENT GRAPH <{graph}>"
        )

    def _triple(self) -> str:
        return f"GRAPH {self._view} {{ ?s ?p ?o }}" if self._view else "?s ?p ?o"


def merged(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The quads of the merged view that belong to some, each once."""
    return list(dict.fromkeys(map(in_graph, quads)))


def _by_graph(quads: Iterable[ox.Quad]) -> dict[str, list[ox.Quad]]:
    """Quads by the IRI of their graph; the empty text for the merged view."""
    found: dict[str, list[ox.Quad]] = {}
    for quad in quads:
        name = "" if quad.graph_name == DEFAULT else quad.graph_name.value  # type: ignore[union-attr]
        found.setdefault(name, []).append(quad)
    return found
