"""Real HTTP servers that stand before a SPARQL server and misbehave as told: what networks do to answers."""

from __future__ import annotations

import contextlib
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pyoxigraph as ox
import pytest
import requests

from kg.stores import open_store
from kg.stores.endpoint import EndpointStore

ROWS = "SELECT ?s ?v WHERE { ?s <urn:p> ?v }"
TSV, JSON, LINES = "text/tab-separated-values", "application/sparql-results+json", "application/n-triples"


@dataclass(frozen=True)
class Seen:
    """A request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    fields: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path without the query."""
        return urlsplit(self.target).path

    @property
    def sparql(self) -> str:
        """The query or update it carries."""
        return self.fields.get("query") or self.fields.get("update") or ""

    @property
    def greets(self) -> bool:
        """Whether it is the store's first question, which every front lets pass unless told otherwise."""
        return self.sparql == "ASK {}"


class Call(BaseHTTPRequestHandler):
    """One request on its way."""

    protocol_version = "HTTP/1.1"
    server: Any
    seen: Seen

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Note the request; do as told, or pass it on."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fields = dict(parse_qsl(urlsplit(self.path).query))
        if "urlencoded" in self.headers.get("Content-Type", ""):
            fields |= dict(parse_qsl(body.decode()))
        self.seen = Seen(self.command, self.path, {k.title(): v for k, v in self.headers.items()}, fields, body)
        front: Front = self.server.front
        front.seen.append(self.seen)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
            if front.act is None or not front.act(self):
                self.send(self.passed_on())
            self.wfile.flush()

    do_POST = do_PUT = do_DELETE = do_GET

    def passed_on(self, fields: dict[str, str] | None = None) -> requests.Response:
        """The answer of the server behind; with *fields*, to a query in place of the one that came."""
        parts = urlsplit(self.path)
        asks = [service for service in ("query", "update") if service in self.seen.fields]
        service = asks[0] if asks else "store"
        headers = {k: v for k, v in self.seen.headers.items() if k in {"Accept", "Content-Type"}}
        url = f"{self.server.front.behind}/{service}"
        if fields is not None:
            return self.server.onward.post(url, data=fields, headers={"Accept": headers["Accept"]}, timeout=60)
        return self.server.onward.request(
            self.command, f"{url}?{parts.query}", data=self.seen.body, headers=headers, timeout=60
        )

    def send(self, answer: requests.Response) -> None:
        """Hand an answer on."""
        kept = {k.title(): v for k, v in answer.headers.items() if k.title() in {"Content-Type", "Server"}}
        self.answer(answer.status_code, answer.content, **kept)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """A whole answer. Underscores in the names of headers stand for hyphens."""
        self.begin(status, Content_Length=str(len(body)), **headers)
        self.wfile.write(body)

    def begin(self, status: int = 200, **headers: str) -> None:
        """The head of an answer."""
        self.send_response_only(status)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in ({"Content-Type": "text/plain"} | given).items():
            self.send_header(name, value)
        self.end_headers()

    def chunk(self, piece: bytes) -> None:
        """A piece of an answer that was begun with ``Transfer_Encoding="chunked"``; an empty one ends it."""
        self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        self.wfile.flush()

    def hang_up(self) -> None:
        """Break off."""
        self.close_connection = True
        self.wfile.flush()
        with contextlib.suppress(OSError):
            self.connection.shutdown(2)

    def trickle(self, piece: bytes, seconds: float = 300.0) -> None:
        """Pieces without end, until the other side hangs up; that is noted in ``front.left``."""
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end:
                self.chunk(piece)
                time.sleep(0.01)
        except OSError:
            self.close_connection = True
            self.server.front.left.set()


Act = Callable[[Call], object]


class Front:
    """A server before another. ``act`` answers a request and says so, or leaves it to the server behind."""

    def __init__(self, behind: str) -> None:
        self.behind = behind
        self.seen: list[Seen] = []
        self.act: Act | None = None
        self.left = threading.Event()
        self.address = ""

    def on_questions(self, act: Act) -> None:
        """Do this with every request but the greeting."""
        self.act = lambda call: not call.seen.greets and (act(call) or True)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    front: Front
    onward: requests.Session

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up, or do not trust us, are what the tests are about."""


@contextlib.contextmanager
def front(behind: str, tls: ssl.SSLContext | None = None) -> Iterator[Front]:
    """A front before a server, with TLS where a context is given."""
    server = _Server(("127.0.0.1", 0), Call)
    server.front = one = Front(behind)
    server.onward = requests.Session()
    server.onward.trust_env = False  # proxies and passwords are for the way to the front
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    one.address = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
        server.onward.close()
        thread.join()


@pytest.fixture(scope="session")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An Oxigraph server of its own with thirty numbers in it."""
    from servers import oxigraph

    with oxigraph(tmp_path_factory.mktemp("behind")) as address:
        store = open_store(address)
        p, g = ox.NamedNode("urn:p"), ox.NamedNode("urn:g1")
        store.add(ox.Quad(ox.NamedNode(f"urn:{n:02}"), p, ox.Literal(n), g) for n in range(30))
        store.close()
        yield address


@pytest.fixture
def before(behind: str) -> Iterator[Front]:
    """A front that passes everything on until it is told otherwise."""
    with front(behind) as one:
        yield one


def asking(one: Front, path: str = "/query") -> EndpointStore:
    """A store at a front; its greeting is not counted."""
    store = open_store(f"{one.address}{path}")
    assert isinstance(store, EndpointStore)
    one.seen.clear()
    return store


def count(store: Any) -> int:
    """The rows of an answer."""
    return len(store.query(ROWS).body.splitlines()) - 1
