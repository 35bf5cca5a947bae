"""Kinds of SPARQL servers: where each takes queries, updates and graphs, and what is special about it.

A kind of server is a row of :data:`SERVERS`; nothing else in the house knows their names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from kg.errors import StoreError, did_you_mean

# The merged view on servers whose default graph is a union that nobody can write to.
MERGED = "https://w3id.org/actor-stance/graph/merged"

_TABLES = (
    "text/tab-separated-values, application/sparql-results+json;q=0.8, application/sparql-results+xml;q=0.6"
)
_JSON = "application/sparql-results+json"
_XML = "application/sparql-results+xml"


@dataclass(frozen=True)
class Server:
    """One kind of server.

    ``address`` recognises it by its URL, ``banner`` by the ``Server`` header of an answer. ``tail`` is the end of
    the path that names one of its services; what is before it is ``{base}`` in the addresses of the services.
    ``{url}`` stands for the address as given, for those who name a service of their own.
    """

    name: str
    address: str = ""
    banner: str = ""
    tail: str = ""
    ask: str = "{url}"
    write: str = "{url}"
    # Graph Store Protocol; empty where there is none. ``quads`` takes N-Quads for many graphs in one step.
    store: str = ""
    quads: str = ""
    reads_store: bool = True
    # The IRI that stands for the merged view in a query; empty where it is the server's own default graph.
    view: str = ""
    # Whether the view is a named graph to those who write; else it is what an update writes without GRAPH.
    view_is_named: bool = False
    tables: str = _TABLES
    # What the bytes of such a table must not hold, since it does not survive there: JSON is asked for then.
    garbled: bytes = b""
    second: str = _JSON
    # Whether TSV and N-Triples come as the embedded engine writes them, and need no second look.
    exact: bool = False
    digest: bool = False
    # The parameter for a time limit, how many of its units are a second, and how the unit is written.
    timeout: tuple[str, float, str] | None = None
    # Triples one request may carry, and one block of DATA; 0 for as many as there are.
    most: int = 0
    block: int = 0
    # Whether one block of DATA may speak of one graph only.
    one_graph: bool = False
    # Whether a request is done whole or not at all.
    atomic: bool = True
    # What finds the named graphs, ``?g``, that hold something.
    lists: str = "GRAPH ?g { ?s ?p ?o }"
    # The header that tells that an answer was cut at a number of rows.
    capped: str = ""
    # Headers that tell that an answer is incomplete, with the value that says so.
    partial: tuple[tuple[str, str], ...] = ()
    # Graphs of the server's own.
    own: tuple[str, ...] = ()
    # What its JSON needs before a parser of the standard takes it.
    mend: tuple[tuple[bytes, bytes], ...] = ()
    gaps: tuple[str, ...] = ()
    # SPARQL that it understands better when it is said otherwise.
    rewrites: tuple[tuple[str, str], ...] = ()
    # SPARQL that it answers wrongly without saying so: a gap, and a pattern over the text without its strings.
    troubles: tuple[tuple[str, str], ...] = ()
    # Whether it refuses SPARQL that is right, or breaks down over it.
    refuses: bool = False
    # Whether DISTINCT tells rows apart that are equal.
    repeats: bool = False

    def time_limit(self, seconds: float | None) -> list[tuple[str, str]]:
        """What tells it to stop after so many seconds."""
        if seconds is None or self.timeout is None:
            return []
        name, units, unit = self.timeout
        # A moment more than we wait: it then stops soon after us, and never answers with a part.
        return [(name, f"{max(1, round((seconds + 1) * units))}{unit}")]


_VIRTUOSO_REWRITES = (
    # It describes a thing by what is said of others too, unless told.
    (r"(?is)\A(?=.*\bDESCRIBE\b)", 'define sql:describe-mode "CBD" '),
    # Its own truth values are the numbers 1 and 0.
    (
        r"(?i)\bBIND\s*\(\s*BOUND\s*\(\s*(\?\w+)\s*\)\s+AS\s+(\?\w+)\s*\)",
        r'BIND (STRDT(IF(BOUND(\1), "true", "false"), <http://www.w3.org/2001/XMLSchema#boolean>) AS \2)',
    ),
)
# Seen with 7.2.5; some depend on the plan of the day, so the same query is right once and wrong another time.
_VIRTUOSO_TROUBLES = (
    ("exists", r"(?i)\bEXISTS\s*\{[^{}]*\w[*+](?=[\s)])"),
    ("exists", r"(?is)\w:\w+[*+](?=[\s)/|]).*\bEXISTS\b|\bEXISTS\b.*\w:\w+[*+](?=[\s)/|])"),
    ("exists", r"(?i)\|\|\s*(NOT\s+)?EXISTS\b|\bEXISTS\s*\{[^{}]*\}\s*\|\|"),
    ("exists", r"(?i)\bMINUS\s*\{[^{}]*\bOPTIONAL\b"),
    ("integer division", r"\?\w+\s*/\s*[?(\d]|[\d)]\s*/\s*[?(\d]"),
    ("nested union", r"(?i)\bUNION\s*\{[^{}]*\}(\s*OPTIONAL\s*\{[^{}]*\})+\s*\}\s*UNION\b"),
    ("nested replace", r"(?i)\bREPLACE\s*\(\s*REPLACE\b"),
    (
        "truth values",
        r"(?i)\(\s*((NOT\s+)?EXISTS\b|(true|false)\s+AS\b|[^(){}]*[^(){}]\s*[=<>][^(){}]*\sAS\s)",
    ),
    ("two transitive paths", r"(?s)\w[*+]\s+\w*:\w.*\w[*+]\s+\w*:\w"),
    ("values in optional", r"(?i)\bOPTIONAL\s*\{\s*VALUES\b"),
)

SERVERS: tuple[Server, ...] = (
    Server(
        "oxigraph",
        banner=r"^Oxigraph",
        tail=r"/(query|update|store)/?$|/$",
        ask="{base}/query",
        write="{base}/update",
        store="{base}/store",
        quads="{base}/store",
        exact=True,
        # It keeps the names of empty graphs, and knows all names at once.
        lists="GRAPH ?g { } FILTER EXISTS { GRAPH ?g { ?s ?p ?o } }",
    ),
    Server(
        "virtuoso",
        address=r"/sparql-auth/?$",
        banner=r"^Virtuoso",
        tail=r"/sparql(-auth|-graph-crud(-auth)?)?/?$|/$",
        ask="{base}/sparql",
        write="{base}/sparql-auth",
        store="{base}/sparql-graph-crud-auth",
        reads_store=False,
        view=MERGED,
        view_is_named=True,
        tables=_XML,
        digest=True,
        timeout=("timeout", 1000, ""),
        most=10_000,
        block=800,
        one_graph=True,
        atomic=False,
        capped="X-SPARQL-MaxRows",
        partial=(("X-SQL-State", "S1TAT"),),
        own=(
            "http://www.openlinksw.com/",
            "http://localuriqaserver/",
            "http://www.w3.org/ns/ldp#",
            "http://www.w3.org/2002/07/owl#",
            "urn:rules.skos",
            "urn:virtuoso:",
            "urn:activitystreams-owl:map",
            "urn:core:services:sparql",
            "virtrdf-label",
            "facets",
        ),
        mend=(
            (rb'"value": "nodeID://', rb'"value": "'),
            (rb"<bnode>nodeID://", rb"<bnode>"),
            (rb'(#boolean", "value": )"1"', rb'\1"true"'),
            (rb'(#boolean", "value": )"0"', rb'\1"false"'),
            (rb'(#boolean">)1<', rb"\1true<"),
            (rb'(#boolean">)0<', rb"\1false<"),
        ),
        # Its XML comes five times as fast as its JSON.
        garbled=rb"[\x00-\x08\x0b-\x1f]",
        rewrites=_VIRTUOSO_REWRITES,
        gaps=(
            "atomic",
            "capped graphs",
            "distinct",
            "durations",
            "empty sum",
            "equal values",
            "large integers",
            "plans",
            "refuses",
        ),
        troubles=_VIRTUOSO_TROUBLES,
        refuses=True,
        repeats=True,
    ),
    Server(
        "fuseki",
        banner=r"Fuseki|Jetty.*Fuseki",
        tail=r"/(query|sparql|update|data|get)/?$|/$",
        ask="{base}/sparql",
        write="{base}/update",
        store="{base}/data",
        quads="{base}/data",
        timeout=("timeout", 1, ""),
    ),
    Server(
        "graphdb",
        address=r"/repositories/[^/]+(/statements|/rdf-graphs/service)?/?$",
        banner=r"^(GraphDB|RDF4J)",
        tail=r"/(statements|rdf-graphs/service)/?$|/$",
        ask="{base}",
        write="{base}/statements",
        store="{base}/rdf-graphs/service",
        quads="{base}/statements",
        view="http://www.openrdf.org/schema/sesame#nil",
        timeout=("timeout", 1, ""),
    ),
    Server(
        "stardog",
        address=r":5820/",
        banner=r"^Stardog",
        tail=r"/(query|update)/?$|/$",
        ask="{base}/query",
        write="{base}/update",
        store="{base}",
        timeout=("timeout", 1000, ""),
    ),
    Server(
        "neptune",
        address=r"\.neptune\.amazonaws\.com",
        tail=r"(/sparql)?(/gsp)?/?$",
        ask="{base}/sparql",
        write="{base}/sparql",
        store="{base}/sparql/gsp/",
        view=MERGED,
        view_is_named=True,
    ),
    Server(
        "qlever",
        banner=r"QLever",
        tail=r"/$",
        ask="{base}",
        write="{base}",
        store="{base}",
        view="http://qlever.cs.uni-freiburg.de/builtin-functions/default-graph",
        timeout=("timeout", 1, "s"),
    ),
    # Anything that speaks the protocol: the default graph is taken for one that an update can write to.
    Server("generic"),
)

_NAMES = {server.name: server for server in SERVERS}


@dataclass(frozen=True)
class Address:
    """An endpoint's address, taken apart: ``url`` holds no password and none of our own parameters."""

    url: str
    user: str | None = None
    password: str | None = None
    kind: str | None = None
    update: str | None = None
    store: str | None = None

    @classmethod
    def parse(cls, text: str) -> Address:
        """Take an address apart. ``kg-server``, ``kg-update`` and ``kg-store`` in its query are for us."""
        from urllib.parse import unquote

        try:
            parts = urlsplit(text.strip())
            host = f"{parts.hostname or ''}{'' if parts.port is None else f':{parts.port}'}"
        except ValueError as error:
            raise StoreError(
                "The host or the port in the address is none.", cure="Write it as https://host:port/path"
            ) from error
        if not parts.hostname:
            raise StoreError("The address names no host.", cure="Write it as https://host/path")
        if ":" in parts.hostname:
            host = host.replace(parts.hostname, f"[{parts.hostname}]", 1)
        given = parse_qsl(parts.query, keep_blank_values=True)
        ours = {key: value for key, value in given if key in {"kg-server", "kg-update", "kg-store"}}
        rest = urlencode([(key, value) for key, value in given if key not in ours])
        url = urlunsplit((parts.scheme, host, parts.path, rest, ""))
        kind = ours.get("kg-server")
        if kind is not None and kind not in _NAMES:
            hint = did_you_mean(kind, _NAMES)
            raise StoreError(
                f'No kind of server is called "{kind}".',
                cure=f"{hint} Use one of {', '.join(_NAMES)}.".strip(),
            )
        place = {key: urljoin(url, ours[f"kg-{key}"]) for key in ("update", "store") if f"kg-{key}" in ours}
        return cls(
            url,
            None if parts.username is None else unquote(parts.username),
            None if parts.password is None else unquote(parts.password),
            kind,
            place.get("update"),
            place.get("store"),
        )


def server_for(address: Address, banner: str) -> Server:
    """The kind of server at an address: as named there, by the URL, by what the server calls itself."""
    if address.kind is not None:
        return _NAMES[address.kind]
    path = address.url.split("?")[0]
    by_address = (s for s in SERVERS if s.address and re.search(s.address, path))
    by_banner = (s for s in SERVERS if s.banner and re.search(s.banner, banner))
    return next(by_address, None) or next(by_banner, None) or _NAMES["generic"]


def placed(server: Server, address: Address) -> Server:
    """The same server with the addresses of its services filled in."""
    parts = urlsplit(address.url)
    base = urlunsplit(
        (
            parts.scheme,
            parts.netloc,
            re.sub(server.tail, "", parts.path) if server.tail else parts.path,
            "",
            "",
        )
    )
    asks_there = re.search(r"/(query|sparql|sparql-auth)/?$", parts.path)

    def fill(place: str) -> str:
        return place.format(base=base, url=address.url)

    return replace(
        server,
        ask=address.url if asks_there else fill(server.ask),
        write=address.update or fill(server.write),
        store=address.store or fill(server.store),
        quads="" if address.store else fill(server.quads),
    )
