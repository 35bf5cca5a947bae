"""Networks: actors and their ties, as networkx, as files, as a page that explains every edge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import NotFound, StoreError, did_you_mean, unwritable
from kg.files import format_of
from kg.graph import KnowledgeGraph
from kg.tables import Table
from kg.terms import compact, local_name
from kg.ties import multigraph, relations

if TYPE_CHECKING:
    import networkx

    from kg.matrices import Matrix
    from kg.pages import Document
    from kg.structure import Structure

FORMATS = ("html", "graphml", "gexf", "net", "csv", "json")


@dataclass
class Network:
    """Actors and ties. ``nx`` is a ``networkx.MultiDiGraph``; ``write()`` picks the format by the ending."""

    graph: KnowledgeGraph
    nx: networkx.MultiDiGraph
    title: str
    made_from: dict[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        made = "; ".join(f"{k}: {v}" for k, v in self.made_from.items())
        return f"<Network of {self.nx.number_of_nodes()} actors and {self.nx.number_of_edges()} ties; {made}>"

    def _repr_html_(self) -> str:
        import html

        page, title = html.escape(self.to_html()), html.escape(self.title)
        # A frame of its own keeps the notebook's styles out of the page, and the page's scripts out of the notebook.
        style = "width:100%;height:640px;border:0"
        return f'<iframe title="{title}" style="{style}" sandbox="allow-scripts" srcdoc="{page}"></iframe>'

    def edges(self) -> Table:
        """A row a tie: from, relation, to, sign, weight, first and last date, number of sources, items."""
        label = self.graph.names.label
        rows = [
            {
                "from": label(a),
                "relation": edge["label"],
                "to": label(b),
                "directed": edge["directed"],
                "sign": edge["sign"],
                "weight": edge["weight"],
                "first": edge["dates"][0] if edge["dates"] else None,
                "last": edge["dates"][-1] if edge["dates"] else None,
                "sources": len(edge["sources"]),
                "items": " ".join(compact(i) for i in edge["items"]),
            }
            for a, b, edge in sorted(
                self.nx.edges(data=True),
                key=lambda e: (-e[2]["weight"], label(e[0]), label(e[1]), e[2]["label"]),
            )
        ]
        columns = (
            "from",
            "relation",
            "to",
            "directed",
            "sign",
            "weight",
            "first",
            "last",
            "sources",
            "items",
        )
        return Table.from_records(columns, rows, self.made_from)

    def structure(self, *, seed: int = 0) -> Structure:
        """The ties as one signed network: cooperation less conflict, each tie with its weight.

        What it can tell: balance, camps, communities, centrality, brokers, backbone, a map. Ties of neither family
        count for nothing.
        """
        from kg.structure import Structure

        return Structure(self.signed(), None, seed)

    def signed(self) -> Matrix:
        """Actors × actors: Σ of sign · weight of the ties between two, both directions together."""
        import numpy as np

        from kg.matrices import Matrix

        nodes = sorted(self.nx, key=lambda n: (self.graph.names.label(n), n))
        at = {node: i for i, node in enumerate(nodes)}
        values = np.zeros((len(nodes), len(nodes)))
        for a, b, edge in self.nx.edges(data=True):
            if a != b:
                values[at[a], at[b]] += edge["sign"] * edge["weight"]
        labels = tuple(self.graph.names.label(n) for n in nodes)
        return Matrix(
            labels,
            labels,
            values + values.T,
            "one",
            "cooperation − conflict",
            tuple(nodes),
            made_from=self.made_from,
        )

    def to_html(self) -> str:
        """One self-contained page; every edge and actor opens its evidence."""
        from kg.pages import network_page

        return network_page(self.document())

    def to_pyvis(self) -> Any:
        """The drawing as a ``pyvis.network.Network``, for those who want to go on by hand.

        Nodes are in place and ties have their line; pyvis's own page asks other hosts for its styles.
        """
        from kg.pages.render import pyvis_network

        return pyvis_network(self.document())

    def document(self) -> Document:
        """What the page is made of, as plain values."""
        from kg.documents import network_document

        return network_document(self.graph, self.nx, self.title, self.made_from)

    def write(self, path: str | Path, format: str | None = None) -> Path:
        """Write the network: ``.html .graphml .gexf .net .csv .json``; the ending decides, or *format*."""
        import networkx

        file = Path(path)
        kind = format_of(file, format, FORMATS, "network format")
        flat = self._flat
        writers: dict[str, Callable[[], object]] = {
            "html": lambda: file.write_text(self.to_html(), encoding="utf-8", newline="\n"),
            "graphml": lambda: networkx.write_graphml(flat(), file),
            "gexf": lambda: networkx.write_gexf(flat(), file),
            "net": lambda: networkx.write_pajek(flat(text=True), file),
            "csv": lambda: self.edges().write(file, "csv"),
            "json": lambda: self.edges().write(file, "json"),
        }
        try:
            writers[kind]()
        except StoreError:
            raise
        except OSError as error:
            raise unwritable(file, error) from error
        return file

    def _flat(self, *, text: bool = False) -> networkx.MultiDiGraph:
        """Lists as text, for formats that hold only plain values; what it was made from at the graph."""
        import networkx

        def plain(data: dict[str, Any]) -> dict[str, Any]:
            values = {k: " ".join(map(str, v)) if isinstance(v, list) else v for k, v in data.items()}
            # Pajek cannot hold an empty attribute.
            return {k: str(v) for k, v in values.items() if v != ""} if text else values

        flat = networkx.MultiDiGraph(**plain({**self.nx.graph, **self.made_from}))
        for node, data in self.nx.nodes(data=True):
            flat.add_node(compact(node), **plain(data))
        for a, b, data in self.nx.edges(data=True):
            flat.add_edge(compact(a), compact(b), **plain(data))
        return flat


def network(graph: KnowledgeGraph, *, tie: str = "all", title: str | None = None) -> Network:
    """The network of actors in the graph's selection.

    *tie* is ``all``, ``cooperation``, ``conflict``, or the label of one direct relation such as "negotiates
    with", narrower ones included. Raises NotFound for another word.
    """
    full = multigraph(graph)
    properties = relations(graph)
    wanted = _wanted(tie, properties)
    if wanted is not None:
        full.remove_edges_from(
            [(a, b, k) for a, b, k, e in full.edges(keys=True, data=True) if e["relation"] not in wanted]
        )
        full.remove_nodes_from([n for n in list(full) if full.degree(n) == 0])
    dates = sorted(d for *_, e in full.edges(data=True) for d in e["dates"])
    made = {
        "graph": graph.store.name,
        "selection": graph.selection.describe(),
        "tie": tie,
        "statements": str(len({i for *_, e in full.edges(data=True) for i in e["items"]})),
        "dates": f"{dates[0]} to {dates[-1]}" if dates else "none",
        "call": f'network(tie="{tie}")',
    }
    return Network(graph, full, title or "Who deals with whom", made)


def _wanted(tie: str, properties: dict[str, dict[str, Any]]) -> set[str] | None:
    if tie == "all":
        return None
    words = {"cooperation", "conflict"}
    if tie in words:
        return {iri for iri, p in properties.items() if p["family"] == tie}
    by_name = {p["label"].casefold(): iri for iri, p in properties.items()} | {
        local_name(i).casefold(): i for i in properties
    }
    top = by_name.get(tie.casefold()) or by_name.get(compact(tie).split(":")[-1].casefold())
    if top is None:
        known = [*words, "all", *(p["label"] for p in properties.values())]
        raise NotFound(
            f'No tie "{tie}".',
            cure=f"{did_you_mean(tie, known)} Use all, cooperation, conflict or a relation.".strip(),
        )
    return {iri for iri, p in properties.items() if top in p["supers"]}
