"""The wire to a SPARQL server: who asks, what goes wrong on the way, and what is said of it.

A real Oxigraph server answers; a real HTTP server before it (``fronts.py``) asks for passwords, is busy, breaks off,
trickles, cuts and lies as real ones do.
"""

from __future__ import annotations

import base64
import gzip
import os
import random
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fronts import JSON, LINES, ROWS, TSV, Call, Front, asking, count, front
from servers import free_port
from test_store_suite import quad

import kg
from kg.errors import KGError, NotFound, QueryError, StoreError
from kg.stores import open_store
from kg.stores.http import LONGEST_ADDRESS

TRIPLES = "CONSTRUCT WHERE { ?s <urn:p> ?v }"
# Longer than any answer here takes, shorter than a server that never ends.
SOON = 60.0


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine's own: no proxies, certificates, names or passwords."""
    for name in list(os.environ):
        if name.upper() in {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE",
                            "CURL_CA_BUNDLE", "KG_USER", "KG_PASSWORD", "KG_TOKEN"}:  # fmt: skip
            monkeypatch.delenv(name)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))


# -- who asks ----------------------------------------------------------------------------


def guarded(*allowed: str) -> Callable[[Call], object]:
    """Let those in who say one of these things."""

    def act(call: Call) -> bool:
        if call.seen.headers.get("Authorization") in allowed:
            return False
        call.answer(401, b"who are you?", WWW_Authenticate='Basic realm="graphs"')
        return True

    return act


def basic(user: str, password: str) -> str:
    """What a name and a password become on the wire."""
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def test_a_name_and_a_password_in_the_address(before: Front) -> None:
    """They go with every request, spelled as in addresses; the store's name does not show them."""
    before.act = guarded(basic("ann", "se/cr@t"))
    store = open_store(f"{before.address}/query".replace("//", "//ann:se%2Fcr%40t@"))

    assert count(store) == 30
    assert store.name == f"{before.address}/query"
    assert {seen.headers.get("Authorization") for seen in before.seen} == {basic("ann", "se/cr@t")}


@pytest.mark.parametrize(
    ("settings", "sent"),
    [
        ({"KG_USER": "ann", "KG_PASSWORD": "secret"}, basic("ann", "secret")),
        ({"KG_TOKEN": "t0ken"}, "Bearer t0ken"),
        ({"KG_USER": "ann", "KG_PASSWORD": "secret", "KG_TOKEN": "t0ken"}, basic("ann", "secret")),
    ],
    ids=["name", "token", "both"],
)
def test_a_name_or_a_token_in_the_environment(
    settings: dict[str, str], sent: str, before: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    """KG_USER and KG_PASSWORD are a name and a password, KG_TOKEN is a bearer token."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    before.act = guarded(sent)

    assert count(open_store(f"{before.address}/query")) == 30


def test_a_name_and_a_password_in_netrc(before: Front, tmp_path: Path) -> None:
    """Without any of these, the file that other tools read names who asks."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login ann password secret\n", encoding="utf-8")
    before.act = guarded(basic("ann", "secret"))

    assert count(open_store(f"{before.address}/query")) == 30


def test_a_password_is_never_told(before: Front) -> None:
    """Whatever goes wrong: no message of ours holds the password of the address."""
    said: list[str] = []
    dead = f"http://ann:s3cret@127.0.0.1:{free_port()}/query"
    for status in (0, 200, 302, 400, 401, 403, 404, 413, 500, 503):
        before.act = lambda call, status=status: call.answer(
            status, b"no", Location=f"http://ann:s3cret@{call.headers['Host']}/", Retry_After="7200"
        ) or True
        address = f"{before.address}/query".replace("//", "//ann:s3cret@") if status else dead
        with pytest.raises(KGError) as caught:
            open_store(address)
        said.append(f"{caught.value} {caught.value.__cause__}")
    for address in ("http://ann:s3cret@/query", "http://ann:s3cret@host:port/", f"{dead}?kg-server=graphbd"):
        with pytest.raises(KGError) as caught:
            open_store(address)
        said.append(f"{caught.value} {caught.value.__cause__}")

    assert len(said) == 13
    assert "s3cret" not in " ".join(said)


# -- what a server refuses ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (400, QueryError, "The server refused the query: because."),
        (401, StoreError, 'The server "{name}" wants to know who asks, or does not accept the name and password. '
         "It says: because. Set KG_USER and KG_PASSWORD, or KG_TOKEN."),
        (403, StoreError, 'The server "{name}" does not allow this. It says: because. Ask its keeper for the right.'),
        (404, NotFound, 'There is no SPARQL service at "{name}" (404). Check the path of the address.'),
        (413, StoreError, 'The server "{name}" does not take so much at once. Load in smaller parts.'),
        (500, QueryError, "The server refused the query: because. Say it in other words."),
        (502, StoreError, 'The server "{name}" failed (502). It says: because. Ask its keeper, or try again later.'),
        (504, StoreError, 'The server "{name}" gave up: its time limit was reached. It says: because. Ask for less.'),
    ],
)  # fmt: skip
def test_each_refusal_is_one_sentence(before: Front, status: int, kind: type[KGError], said: str) -> None:
    """Each status is an error of its own kind, which says what happened, what the server says, and what to do."""
    store = asking(before)
    before.act = lambda call: call.answer(status, b"<p>because</p>", Content_Type="text/html") or True

    with pytest.raises(kind) as caught:
        store.query(ROWS)
    assert type(caught.value) is kind
    assert str(caught.value).startswith(said.format(name=store.name))


@pytest.mark.parametrize("sparql", ["SELECT * { ?s ?p ", "SELECT ?s { ?s st:holder ?o }"])
def test_a_slip_is_explained_by_our_own_parser(before: Front, sparql: str) -> None:
    """What is wrong with a query is told as it is told of a graph in memory, whatever the server says."""
    store = asking(before)
    with pytest.raises(QueryError) as mine:
        open_store(None).query(sparql)
    with pytest.raises(QueryError) as theirs:
        store.query(sparql)

    assert str(theirs.value) == str(mine.value)


def test_a_page_for_people_is_no_answer(before: Front) -> None:
    """A login page comes with 200 OK: the reader is told what came and what to name instead."""
    page = b"<html><head><title>x</title></head><body><h1>Please log in</h1></body></html>"
    before.act = lambda call: call.answer(200, page, Content_Type="text/html; charset=utf-8") or True

    with pytest.raises(StoreError, match=r"answers with text/html, not with SPARQL results\. It says: Please log in"):
        open_store(f"{before.address}/query")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_server_that_moved_is_found(before: Front, status: int) -> None:
    """The greeting follows where the server sends it, and all that comes after goes straight there."""

    def act(call: Call) -> bool:
        if call.seen.path != "/old":
            return False
        call.answer(status, Location=call.seen.target.replace("/old", "/query"))
        return True

    before.act = act
    store = open_store(f"{before.address}/old")
    before.seen.clear()

    assert count(store) == 30
    assert {seen.path for seen in before.seen} == {"/query"}


def test_a_later_redirect_is_told(before: Front) -> None:
    """A question that is sent elsewhere, to a login page for example, is not followed."""
    store = asking(before)
    before.act = lambda call: call.answer(302, Location="https://login.example.org/?back=1") or True

    with pytest.raises(StoreError, match=r'has moved to "https://login\.example\.org/"\. Name that address'):
        store.query(ROWS)


# -- certificates and proxies ------------------------------------------------------------------


def test_a_certificate_of_ones_own(behind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A certificate that nobody vouches for is refused; with its authority in REQUESTS_CA_BUNDLE it is taken."""
    import trustme

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ours.pem")
    with front(behind, context) as one:
        with pytest.raises(StoreError, match=r"shows a certificate that is not trusted\. Name the file"):
            open_store(f"{one.address}/query")
        assert one.seen == []
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ours.pem"))

        assert one.address.startswith("https://")
        store = asking(one)
        assert count(store) == 30
        one.on_questions(slow)
        with pytest.raises(StoreError, match=r"did not answer within 0\.5 seconds"):
            store.query(ROWS, timeout=0.5)


def test_a_proxy_is_used(before: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    """With HTTP_PROXY the proxy is asked for a host that only it knows; NO_PROXY goes past it."""
    asked: list[str] = []

    def act(call: Call) -> bool:
        asked.append(call.path)
        return False

    before.act = act
    monkeypatch.setenv("HTTP_PROXY", before.address)

    assert count(open_store("http://graph.invalid/query")) == 30
    assert len(asked) >= 2
    assert all(target.startswith("http://graph.invalid/query?query=") for target in asked)
    monkeypatch.setenv("NO_PROXY", "graph.invalid")
    with pytest.raises(StoreError, match="cannot be reached: the host is not found"):
        open_store("http://graph.invalid/query")


def test_a_dead_proxy_is_told(before: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the proxy is gone the message speaks of the proxy, not of the server."""
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")

    with pytest.raises(StoreError, match=r"The proxy on the way to .* does not answer\. Check HTTPS_PROXY"):
        open_store(f"{before.address}/query")
    assert before.seen == []


def test_nobody_there_is_told() -> None:
    """A port that nobody listens on, a host that does not exist, and no address at all."""
    with pytest.raises(StoreError, match="cannot be reached: nothing listens there"):
        open_store(f"http://127.0.0.1:{free_port()}/query")
    for address in ("http://", "https://host:none/", "http://[::1/"):
        with pytest.raises(StoreError, match="Write it as https://"):
            open_store(address)


# -- patience ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [503, 429])
def test_a_busy_server_is_asked_again(before: Front, status: int) -> None:
    """A server that asks to come back is asked again, after the time it names or longer each time."""
    store = asking(before)
    answers = [{"Retry_After": "1"}, {}, {}]
    began = time.monotonic()
    before.act = lambda call: bool(answers) and (call.answer(status, b"busy", **answers.pop(0)) or True)

    assert count(store) == 30
    assert len(before.seen) == 4
    assert time.monotonic() - began >= 1.0


def test_a_server_that_stays_busy_is_given_up(before: Front) -> None:
    """After some tries, at the deadline, or at once when it asks to wait for hours, the server is called busy."""
    store = asking(before)
    for wait, seconds, tries in (("1", None, 7), ("1", 1.5, 2), ("7200", None, 1)):
        before.seen.clear()
        before.act = lambda call, wait=wait: call.answer(503, b"busy", Retry_After=wait) or True
        with pytest.raises(StoreError, match=r"is busy and asks to come back later\. Try again in a while"):
            store.query(ROWS, timeout=seconds)
        assert len(before.seen) <= tries
        assert len(before.seen) == tries or seconds


def silent(call: Call) -> None:
    """Do not answer until the other side is gone."""
    call.connection.settimeout(SOON)
    call.rfile.read(1)
    call.close_connection = True


def slow(call: Call) -> None:
    """Rows without end, a few at a time."""
    call.begin(Content_Type=TSV, Transfer_Encoding="chunked", Server="Oxigraph")
    call.chunk(b"?s\t?v\n")
    call.trickle(b"<urn:x>\t1\n")


def slow_head(call: Call) -> None:
    """Busy first, silent then."""
    if len(call.server.front.seen) == 1:
        call.answer(503)
    else:
        silent(call)


@pytest.mark.parametrize("act", [silent, slow, slow_head])
def test_a_deadline_is_kept(before: Front, act: Callable[[Call], None]) -> None:
    """``timeout`` ends a question to a server that says nothing, and to one that never stops talking."""
    store = asking(before)
    before.on_questions(act)
    began = time.monotonic()

    with pytest.raises(StoreError, match=r"did not answer within 0\.5 seconds\. Ask for less, or give it more time"):
        store.query(ROWS, timeout=0.5)
    assert 0.5 <= time.monotonic() - began < SOON
    before.act = None
    assert count(store) == 30


def test_what_is_cut_is_not_waited_for(before: Front) -> None:
    """When a limit cuts an answer the connection is closed, so that the server can stop."""
    store = asking(before)
    before.on_questions(slow)
    answer = store.query(ROWS, limit=3)

    assert answer.cut
    assert answer.body == b"?s\t?v\n" + 3 * b"<urn:x>\t1\n"
    assert before.left.wait(SOON)


# -- answers that are none -----------------------------------------------------------------------


HEAD = b'{"head": {"vars": ["s", "v"]}, "results": {"bindings": ['
ROW = b'{"s": {"type": "uri", "value": "urn:a"}, "v": {"type": "literal", "value": "1"}}'
SAID = b"Query cancelled: time limit exceeded"
SPOILED = {
    "tsv, end": (TSV, b"?s\t?v\n<urn:a>\t1\n" + SAID),
    "tsv, last line": (TSV, b"?s\t?v\n<urn:a>\t1\n" + SAID + b"\n"),
    "tsv, middle": (TSV, b"?s\t?v\n<urn:a>\t1\n" + SAID + b"\n<urn:b>\t2\n"),
    "tsv, in a row": (TSV, b"?s\t?v\n<urn:a>\t1\n<urn:b>\t" + SAID),
    "tsv, no row": (TSV, SAID),
    "json, end": (JSON, HEAD + ROW + b"]}}\n" + SAID),
    "json, middle": (JSON, HEAD + ROW + b", " + SAID),
    "json, stops": (JSON, HEAD + ROW + b","),
    "lines, end": (LINES, b"<urn:a> <urn:p> <urn:b> .\n# " + SAID),
    "lines, last line": (LINES, b"<urn:a> <urn:p> <urn:b> .\n" + SAID + b"\n"),
    "lines, middle": (LINES, b"<urn:a> <urn:p> <urn:b> .\n" + SAID + b"\n<urn:b> <urn:p> <urn:b> .\n"),
    "lines, in a triple": (LINES, b"<urn:a> <urn:p> <urn:b> .\n<urn:a> <urn:p> " + SAID),
}


@pytest.mark.parametrize("server", ["generic", "oxigraph"])
@pytest.mark.parametrize("case", SPOILED)
def test_an_apology_in_an_answer_is_no_answer(before: Front, case: str, server: str, tmp_path: Path) -> None:
    """A server that begins with 200 OK and ends with an excuse has failed; nothing of it is left in a file."""
    media, body = SPOILED[case]
    graph = kg.KnowledgeGraph(f"{before.address}/query?kg-server={server}")
    before.on_questions(lambda call: call.answer(200, body, Content_Type=media))
    sparql, file = (TRIPLES, "out.nt") if media == LINES else (ROWS, "out.tsv")

    with pytest.raises(StoreError, match="did not finish its answer") as caught:
        graph.store.query(sparql)
    assert "stops" in case or "cancelled" in str(caught.value)
    with pytest.raises(StoreError, match="did not finish its answer"):
        graph.stream(sparql, tmp_path / file)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("framed", [True, False], ids=["length", "chunks"])
@pytest.mark.parametrize("whole", [True, False], ids=["lines", "half a line"])
def test_a_server_that_hangs_up(before: Front, framed: bool, whole: bool, tmp_path: Path) -> None:
    """An answer that breaks off is no answer, also where it breaks off between two lines."""
    graph = kg.KnowledgeGraph(f"{before.address}/query")
    body = b"?s\t?v\n" + 1_000 * b"<urn:a>\t1\n" + (b"" if whole else b"<urn:")

    def act(call: Call) -> None:
        if framed:
            call.begin(Content_Type=TSV, Content_Length=str(len(body) + 9))
            call.wfile.write(body)
        else:
            call.begin(Content_Type=TSV, Transfer_Encoding="chunked")
            call.chunk(body)
        call.hang_up()

    before.on_questions(act)
    with pytest.raises(StoreError, match="broke off in the middle of its answer"):
        graph.store.query(ROWS)
    with pytest.raises(StoreError, match="broke off in the middle of its answer"):
        graph.stream(ROWS, tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_connection_that_was_closed_meanwhile_is_made_again(before: Front) -> None:
    """A server that closes idle connections is connected to once more, without a word."""
    store = asking(before)
    times: list[int] = []

    def act(call: Call) -> bool:
        times.append(1)
        if len(times) % 2:
            call.hang_up()
        return bool(len(times) % 2)

    before.act = act
    assert [count(store) for _ in range(3)] == [30, 30, 30]
    assert len(times) == 6


# -- long questions, long answers ------------------------------------------------------------------


def test_a_long_question_goes_by_post(before: Front) -> None:
    """Up to a length a question stands in the address, where caches see it; a longer one goes in the request."""
    store = asking(before)
    for listed in (1, 1_000):
        terms = " ".join(f"<urn:{n:02}>" for n in range(listed))
        body = store.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ VALUES ?s {{ {terms} }} ?s <urn:p> ?v }}").body
        assert body == b"?n\n%d\n" % min(30, listed)

    assert [seen.method for seen in before.seen] == ["GET", "POST"]
    assert len(before.seen[0].target) < 2 * LONGEST_ADDRESS
    assert before.seen[1].target == "/query"
    assert before.seen[1].headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_compressed_answers_are_read(before: Front) -> None:
    """gzip on the way, also when it comes in pieces that hold no whole line."""
    store = asking(before)
    rows = b"?s\t?v\n" + b"".join(b"<urn:%x>\t1\n" % random.Random(1).getrandbits(200) for _ in range(5_000))
    packed = gzip.compress(rows)

    def act(call: Call) -> None:
        assert "gzip" in call.seen.headers["Accept-Encoding"]
        call.begin(Content_Type=TSV, Content_Encoding="gzip", Transfer_Encoding="chunked")
        for start in range(0, 60, 3):
            call.chunk(packed[start : start + 3])
        call.chunk(packed[60:])
        call.chunk(b"")

    before.on_questions(act)
    assert store.query(ROWS).body == rows


# -- where each kind of server listens ---------------------------------------------------------------

# Its address, where it takes questions, updates and many quads at once, and what tells it to stop after five seconds.
PLACES = {
    "oxigraph": ("", "/query", "/update", "/store", None),
    "virtuoso": ("/sparql-auth", "/sparql-auth", "/sparql-auth", "/sparql-graph-crud-auth", "6000"),
    "fuseki": ("/ds", "/ds/sparql", "/ds/update", "/ds/data", "6"),
    "graphdb": ("/repositories/x", "/repositories/x", "/repositories/x/statements", "/repositories/x/statements", "6"),
    "stardog": ("/db", "/db/query", "/db/update", "/db/update", "6000"),
    "neptune": ("/sparql", "/sparql", "/sparql", "/sparql", None),
    "qlever": ("/", "/", "/", "/", "6s"),
    "generic": ("/a/sparql", "/a/sparql", "/a/sparql", "/a/sparql", None),
    "generic with services": ("/ask?kg-update=/change&kg-store=keep", "/ask", "/change", "/change", None),
}


@pytest.mark.parametrize("kind", PLACES)
def test_each_server_is_asked_where_it_listens(kind: str, before: Front) -> None:
    """Questions, updates, graphs and time limits go where the server's documentation says."""
    address, asks, updates, loads, limit = PLACES[kind]
    joint = "&" if "?" in address else "?"
    store = asking(before, f"{address}{joint}kg-server={kind.split()[0]}")

    store.query(ROWS, timeout=5)
    assert (before.seen[-1].path, before.seen[-1].fields.get("timeout")) == (asks, limit)
    store._sender.update("INSERT DATA { GRAPH <urn:one> { <urn:a> <urn:p> 1 } }")
    assert before.seen[-1].path == updates
    try:
        before.seen.clear()
        assert store.add(quad(f"urn:many{n}", n, "urn:many") for n in range(1_100)) == 1_100
        assert {seen.path for seen in before.seen if seen.method == "POST"} - {asks} == {loads} - {asks}
        assert store.drop("urn:one", "urn:many") == 1_101
        assert "urn:many" not in store.graphs()
    finally:
        for graph in ("urn:one", "urn:many", store.server.view or "urn:none"):
            store._sender.update(f"DROP SILENT GRAPH <{graph}>")


def test_a_question_is_one_request(before: Front) -> None:
    """Asking costs one request, on a server with a named view two more in half a minute."""
    for path, most in (("/query", 1), ("/sparql?kg-server=neptune", 3)):
        store = asking(before, path)
        for sparql in (ROWS, "SELECT ?g WHERE { GRAPH ?g { ?s <urn:p> 3 } }"):
            store.query(sparql)
            store.query(sparql)
        assert 4 <= len(before.seen) < 4 + most
