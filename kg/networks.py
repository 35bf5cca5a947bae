"""Networks: actors and their ties, as networkx, as files, as a page that explains every edge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import KGError, NotFound, did_you_mean
from kg.evidence import conflicts, details
from kg.frames import stances
from kg.graph import KnowledgeGraph
from kg.tables import Table
from kg.terms import compact, local_name
from kg.ties import multigraph, relations

if TYPE_CHECKING:
    import networkx

    from kg.pages import Document

FORMATS = ("html", "graphml", "gexf", "net", "csv", "json")
VALUE_WORDS = {-2: "strongly opposes", -1: "opposes", 0: "ambivalent", 1: "supports", 2: "strongly supports"}


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

    def to_html(self) -> str:
        """One self-contained page; every edge and actor opens its evidence."""
        from kg.pages import network_page

        return network_page(self.document())

    def document(self) -> Document:
        """What the page is made of, as plain values."""
        from kg import pages

        graph, label = self.graph, self.graph.names.label
        nodes = set(self.nx.nodes)
        rows = list(stances(graph))
        items = {i for *_, edge in self.nx.edges(data=True) for i in edge["items"]}
        items |= {row["stance"] for row in rows if row["holder"] in nodes}
        known, disputes = details(graph, items), conflicts(graph)
        statements = [self._statement(item, known[item], disputes.get(item, [])) for item in sorted(known)]
        shown = {s.id for s in statements}
        edges, used = [], {}
        for a, b, key, edge in sorted(self.nx.edges(data=True, keys=True), key=lambda e: e[:3]):
            used[key] = edge
            edges.append(
                pages.Edge(
                    f"{compact(a)}|{key}|{compact(b)}", a, b, key, [i for i in edge["items"] if i in shown]
                )
            )
        kinds = [
            pages.Relation(
                key=key,
                label=edge["label"],
                family=edge["family"],
                directed=edge["directed"],
                sign=edge["sign"],
            )
            for key, edge in sorted(used.items())
        ]
        aliases = _aliases(graph, nodes)
        actors = [
            pages.Node(
                n,
                label(n),
                _kind_words(self.nx.nodes[n]["kind"]),
                aliases["about"].get(n, [""])[0],
                aliases["names"].get(n, []),
            )
            for n in sorted(nodes)
        ]
        held = [
            pages.HeldStance(
                holder=r["holder"],
                position=label(r["position"]),
                value=r["value"],
                value_text=VALUE_WORDS.get(r["value"], "undetermined")
                + (" (earlier)" if r["superseded"] else ""),
                date=r["start"] or r["notBefore"] or "",
                statements=[r["stance"]] if r["stance"] in shown else [],
            )
            for r in {row["stance"]: row for row in rows}.values()
            if r["holder"] in nodes
        ]
        return pages.Document(
            title=self.title,
            subtitle=f"{len(actors)} actors, {len(edges)} ties, {len(statements)} coded statements",
            made_from=list(self.made_from.items()),
            nodes=actors,
            edges=edges,
            relations=kinds,
            statements=statements,
            stances=held,
        )

    def _statement(self, item: str, records: list[dict[str, Any]], disputed: list[dict[str, Any]]) -> Any:
        from kg import pages

        first, label, nodes = records[0], self.graph.names.label, self.nx.nodes
        who = {
            k: (first[k] if first[k] in nodes else label(first[k])) if first[k] else ""
            for k in ("speaker", "onBehalfOf")
        }
        others = [r for r in records[1:] if r["source"] != first["source"]]
        also = (
            "; also in " + ", ".join(sorted({str(r["sourceTitle"] or compact(r["source"])) for r in others}))
            if others
            else ""
        )
        more = [
            r["paraphrase"]
            for r in records[1:]
            if r["source"] == first["source"] and r["paraphrase"] != first["paraphrase"]
        ]
        return pages.Statement(
            id=item,
            title=first["itemLabel"] or "",
            date=first["date"] or "",
            date_text=date_words(first),
            speaker=who["speaker"],
            on_behalf_of=who["onBehalfOf"],
            basis=_kind_words(first["kind"]),
            position=label(first["position"]) if first["position"] else "",
            value_text=VALUE_WORDS.get(first["value"], "undetermined") if first["position"] else "",
            quote=" … ".join(dict.fromkeys(r["quote"] for r in records if r["quote"])),
            paraphrase=" ".join(dict.fromkeys([first["paraphrase"] or "", *more])).strip(),
            source_title=f"{first['sourceTitle'] or compact(first['source'])}{also}",
            source_publisher=first["publisher"] or "",
            source_url=first["url"] or "",
            reliability=_code(first["reliability"]).upper(),
            second_look=_code(first["secondLook"], "look-").replace("-", " "),
            certainty=_code(first["certainty"], ""),
            confidence=first["confidence"],
            conflicts=[
                pages.Conflict(d["title"], d["description"] or "", d["resolution"] or "") for d in disputed
            ],
        )

    def write(self, path: str | Path) -> Path:
        """Write the network: ``.html .graphml .gexf .net .csv .json``; the ending decides."""
        import networkx

        file = Path(path)
        kind = file.suffix.casefold().lstrip(".")
        flat = self._flat
        writers: dict[str, Callable[[], object]] = {
            "html": lambda: file.write_text(self.to_html(), encoding="utf-8", newline="\n"),
            "graphml": lambda: networkx.write_graphml(flat(), file),
            "gexf": lambda: networkx.write_gexf(flat(), file),
            "net": lambda: networkx.write_pajek(flat(text=True), file),
            "csv": lambda: self.edges().write(file),
            "json": lambda: self.edges().write(file),
        }
        if kind not in writers:
            raise KGError(
                f'"{file.suffix}" is no network format.',
                cure=f"{did_you_mean(kind, FORMATS)} Use one of {', '.join(FORMATS)}.".strip(),
            )
        writers[kind]()
        return file

    def _flat(self, *, text: bool = False) -> networkx.MultiDiGraph:
        """Lists as text, for formats that hold only plain values; what it was made from at the graph."""
        import networkx

        def plain(value: Any) -> Any:
            value = " ".join(map(str, value)) if isinstance(value, list) else value
            return str(value) if text else value

        flat = networkx.MultiDiGraph(**{k: plain(v) for k, v in {**self.nx.graph, **self.made_from}.items()})
        for node, data in self.nx.nodes(data=True):
            flat.add_node(compact(node), **{k: plain(v) for k, v in data.items()})
        for a, b, data in self.nx.edges(data=True):
            flat.add_edge(compact(a), compact(b), **{k: plain(v) for k, v in data.items()})
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


def date_words(record: dict[str, Any]) -> str:
    """A date as it is known: "8 April 2020", "April 2020", "about 10 April 2020", or the coder's note."""
    text, precision = record["date"], _code(record["precision"], "precision-")
    if not text:
        return record["timeNote"] or "date not known"
    day = date.fromisoformat(text)
    words = {"year": f"{day:%Y}", "month": f"{day:%B %Y}"}.get(precision, f"{day.day} {day:%B %Y}")
    if precision == "inferred":
        return f"about {words}"
    return f"{words} ({record['timeNote']})" if record["timeNote"] else words


def _code(iri: str | None, prefix: str = "reliability-") -> str:
    return local_name(iri).removeprefix(prefix) if iri else ""


def _kind_words(name: str) -> str:
    """``ArmedGroup`` → "Armed group"."""
    spaced = "".join(f" {c.lower()}" if c.isupper() and i else c for i, c in enumerate(name))
    return spaced[:1].upper() + spaced[1:]


def _aliases(graph: KnowledgeGraph, nodes: set[str]) -> dict[str, dict[str, list[str]]]:
    from kg.terms import SPARQL_PREFIXES

    found: dict[str, dict[str, list[str]]] = {"names": {}, "about": {}}
    for which, path in (("names", "skos:altLabel"), ("about", "dcterms:description")):
        table = Table.from_tsv(
            graph.store.query(f"{SPARQL_PREFIXES} SELECT ?n ?text WHERE {{ ?n {path} ?text }}").body
        )
        for row in table:
            if row["n"] in nodes:
                found[which].setdefault(row["n"], []).append(str(row["text"]))
        for names in found[which].values():
            names.sort()
    return found
