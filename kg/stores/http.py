"""One wire to a SPARQL server: who we are, patience with a busy server, deadlines, and sentences for what fails."""

from __future__ import annotations

import contextlib
import io
import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, MaxRetryError, ResponseError
from urllib3.util.retry import Retry
from urllib3.util.timeout import Timeout

from kg.errors import KGError, NotFound, QueryError, StoreError

# Longer requests go by POST: some servers and proxies refuse longer addresses.
LONGEST_ADDRESS = 2_000

_CONNECT = 15.0
_PIECE = 1 << 16
_TAIL = 300  # bytes at the end of an answer, where servers apologise
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)

Fields = Sequence[tuple[str, str]]


class _Patience(Retry):
    """Waits and asks again when a server is busy, but never past the deadline of the request."""

    def sleep(self, response: Any = None) -> None:
        """Wait as the server asks, or longer each time."""
        deadline = _deadline.get()
        after = (
            self.get_retry_after(response)
            if response is not None and self.respect_retry_after_header
            else None
        )
        wait = self.get_backoff_time() if after is None else after
        if deadline is not None and time.monotonic() + wait >= deadline:
            why = "deadline" if response is None else "asks to wait past the deadline"
            raise MaxRetryError(None, None, ResponseError(why))  # type: ignore[arg-type]
        if wait > _LONGEST_WAIT:
            raise MaxRetryError(None, None, ResponseError(f"the server asks to wait {wait:.0f} seconds"))  # type: ignore[arg-type]
        super().sleep(response)


_LONGEST_WAIT = 120.0


class _Until(Timeout):
    """What is left until a moment, told anew whenever a request is tried again."""

    def __init__(self, deadline: float) -> None:
        super().__init__()
        self._deadline = deadline

    def clone(self) -> Timeout:
        """The time for one try."""
        left = remaining(self._deadline) or 0.0
        return Timeout(connect=min(_CONNECT, left), read=left)


def remaining(end: float | None) -> float | None:
    """Seconds until a moment of the monotonic clock, never quite none."""
    return None if end is None else max(0.001, end - time.monotonic())


def _until(deadline: float | None) -> Any:
    return (_CONNECT, None) if deadline is None else _Until(deadline)


# Everything we send may be sent twice: questions, and blocks of quads to put in or take out.
_RETRY = _Patience(
    total=6,
    connect=2,
    read=1,
    status=6,
    other=0,
    backoff_factor=0.3,
    backoff_max=20,
    redirect=0,
    status_forcelist=(429, 503),
    allowed_methods=None,
    raise_on_status=False,
)


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Notice a server that went away while it was thinking."""
        options["socket_options"] = [
            *HTTPConnection.default_socket_options,
            (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
        ]
        super().init_poolmanager(*args, **options)


class _Bearer(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Broken(StoreError):
    """A server that hung up instead of answering."""


class Wire:
    """Requests to one server. ``name`` is its address as shown to people: without a password."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._session = requests.Session()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(max_retries=_RETRY))
        self._session.headers["User-Agent"] = "kg"

    def sign(self, user: str | None, password: str | None, token: str | None, *, digest: bool) -> None:
        """Say who we are with every request; without a name, ``.netrc`` is looked at."""
        auth: AuthBase | None = None
        if digest and isinstance(self._session.auth, HTTPDigestAuth):
            return  # a second handshake on one connection is more than some servers can bear
        if user is not None:
            auth = (HTTPDigestAuth if digest else HTTPBasicAuth)(user, password or "")
        elif token:
            auth = _Bearer(token)
        self._session.auth = auth

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        fields: Fields = (),
        form: Fields = (),
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        follow: bool = False,
        refuse: bool = True,
        sparql: str = "",
    ) -> Reply:
        """One request; the reply's body is still to be read. Raises StoreError, NotFound or QueryError.

        ``fields`` go into the address, ``form`` or ``body`` along with the request. With *refuse* false a reply
        that is an error comes back like any other.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        data: Any = list(form) if form else body
        token = _deadline.set(deadline)
        try:
            answer = self._session.request(
                method,
                url,
                params=list(fields),
                data=data,
                headers=dict(headers or {}),
                stream=True,
                timeout=_until(deadline),
                allow_redirects=follow,
            )
        except requests.exceptions.RequestException as error:
            raise self.explain(error, timeout) from error
        except (ValueError, UnicodeError) as error:
            raise StoreError(
                f'"{self.name}" is no address of a server: {error}.', cure="Check the address."
            ) from error
        finally:
            _deadline.reset(token)
        reply = Reply(self, answer, timeout, deadline)
        if refuse:
            self.check(reply, sparql, update=bool(form) and form[0][0] == "update")
        return reply

    def check(self, reply: Reply, sparql: str = "", *, update: bool = False) -> None:
        """Raise what a reply with an error stands for."""
        if reply.status not in (200, 201, 202, 204, 206):
            raise self._refused(reply, sparql, update)

    # -- what went wrong, in words ----------------------------------------------

    def explain(self, error: BaseException, timeout: float | None) -> StoreError:
        """A StoreError for an exception of the libraries below."""
        text = str(error)
        kinds = requests.exceptions
        if isinstance(error, kinds.ProxyError):
            return StoreError(
                f'The proxy on the way to "{self.name}" does not answer.',
                cure="Check HTTPS_PROXY and NO_PROXY.",
            )
        if isinstance(error, kinds.SSLError) or "CERTIFICATE_VERIFY_FAILED" in text:
            return StoreError(
                f'The server "{self.name}" shows a certificate that is not trusted.',
                cure="Name the file of your own certificate authority in REQUESTS_CA_BUNDLE.",
            )
        if isinstance(error, kinds.ConnectTimeout):
            return self._unreachable("it does not take the connection")
        if "asks to wait" in text:
            return self._busy()
        if isinstance(error, kinds.Timeout) or "deadline" in text or "Read timed out" in text:
            return self.late(timeout)
        if isinstance(error, kinds.RetryError):
            return self._busy()
        if isinstance(error, kinds.ConnectionError) and "NameResolutionError" in text:
            return self._unreachable("the host is not found")
        if isinstance(error, kinds.ConnectionError) and "NewConnectionError" in text:
            return self._unreachable("nothing listens there" if "refused" in text else "no way leads there")
        if isinstance(error, (kinds.InvalidURL, kinds.MissingSchema, kinds.InvalidSchema)):
            return StoreError(
                f'"{self.name}" is no address of a server.', cure="Write it as https://host/path"
            )
        return Broken(
            f'The server "{self.name}" broke off in the middle of its answer.',
            cure="Ask again; if it stays, ask its keeper.",
        )

    def late(self, timeout: float | None) -> StoreError:
        """What to say when the time is over."""
        return StoreError(
            f'The server "{self.name}" did not answer within {timeout:g} seconds.'
            if timeout is not None
            else f'The server "{self.name}" did not answer in time.',
            cure="Ask for less, or give it more time.",
        )

    def _unreachable(self, why: str) -> StoreError:
        return StoreError(
            f'The server "{self.name}" cannot be reached: {why}.', cure="Check the address and the network."
        )

    def _busy(self) -> StoreError:
        return StoreError(
            f'The server "{self.name}" is busy and asks to come back later.', cure="Try again in a while."
        )

    def _refused(self, answer: Reply, sparql: str, update: bool) -> KGError:
        status, text = answer.status, answer.excerpt()
        said = f" It says: {text}" if text else ""
        if status in (401, 407):
            return StoreError(
                f'The server "{self.name}" wants to know who asks, or does not accept the name and password.{said}',
                cure="Set KG_USER and KG_PASSWORD, or KG_TOKEN.",
            )
        if status == 403:
            return StoreError(
                f'The server "{self.name}" does not allow this.{said}', cure="Ask its keeper for the right."
            )
        if status in (404, 405, 410):
            return NotFound(
                f'There is no SPARQL service at "{_bare(answer.url)}" ({status}).',
                cure="Check the path of the address.",
            )
        if 300 <= status < 400:
            return StoreError(
                f'The server "{self.name}" has moved to "{_bare(answer.headers.get("Location", "?"))}".',
                cure="Name that address instead.",
            )
        if status in (429, 503):
            return self._busy()
        if status in (408, 504) or _is_late(text):
            return StoreError(
                f'The server "{self.name}" gave up: its time limit was reached.{said}', cure="Ask for less."
            )
        if status in (400, 422) or (status == 500 and sparql):
            return bad_query(sparql, text, update=update)
        if status == 413:
            return StoreError(
                f'The server "{self.name}" does not take so much at once.', cure="Load in smaller parts."
            )
        return StoreError(
            f'The server "{self.name}" failed ({status}).{said}', cure="Ask its keeper, or try again later."
        )


class Reply:
    """An answer whose body is still to be read."""

    def __init__(
        self, wire: Wire, answer: requests.Response, timeout: float | None, deadline: float | None
    ) -> None:
        self.headers = answer.headers
        self.status = answer.status_code
        self.url = answer.url
        self.media_type = answer.headers.get("Content-Type", "").split(";")[0].strip().casefold()
        self._body: bytes | None = None
        self._wire, self._answer, self._timeout, self._deadline = wire, answer, timeout, deadline

    def pieces(self) -> Iterator[bytes]:
        """The body as it comes. Raises StoreError when it ends early or the deadline passes."""
        if self._body is not None:
            yield self._body
            return
        raw = self._answer.raw
        over = threading.Event()
        watch: threading.Timer | None = None
        if self._deadline is not None:
            # A server that trickles never lets a single read time out.
            def end() -> None:
                over.set()
                with contextlib.suppress(Exception):
                    raw.shutdown()

            watch = threading.Timer(max(0.0, self._deadline - time.monotonic()), end)
            watch.daemon = True
            watch.start()
        try:
            while piece := raw.read1(_PIECE, decode_content=True):
                yield piece
                if over.is_set():
                    raise self._wire.late(self._timeout)
            if over.is_set():
                raise self._wire.late(self._timeout)
        except (HTTPError, OSError, ValueError) as error:
            if isinstance(error, StoreError):
                raise
            raise (
                self._wire.late(self._timeout) if over.is_set() else self._wire.explain(error, self._timeout)
            ) from error
        finally:
            if watch is not None:
                watch.cancel()
            # Frees the connection when all was read, and stops the server when it was not.
            self._answer.close()

    def read(self) -> bytes:
        """The whole body, which can be read again."""
        self._body = b"".join(self.pieces())
        return self._body

    def close(self) -> None:
        """Let the rest go."""
        self._answer.close()

    def excerpt(self) -> str:
        """The first words of a body that is meant for people, without markup."""
        body = b""
        with contextlib.suppress(StoreError):
            for piece in self.pieces():
                body += piece
                if len(body) > 4_000:
                    break
        text = body.decode("utf-8", "replace")
        if "html" in self.media_type:
            text = re.sub(r"(?s)<(script|style|head).*?</\1>|<[^>]*>", " ", text)
        text = " ".join(re.split(r"SPARQL query:", text)[0].split())
        if len(text) > 300:
            return f"{text[:299].rsplit(' ', 1)[0]} …"
        return text if not text or text.endswith((".", "!", "?")) else f"{text}."


class Source(io.RawIOBase):  # parsers take any file
    """Pieces as a file that parsers read from.

    ``failure`` keeps what went wrong below, which parsers rewrite, and ``tail`` the last that was read.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""
        self.failure: StoreError | None = None
        self.tail = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to *size* bytes; empty at the end."""
        if not self._rest:
            try:
                self._rest = next(self._pieces, b"")
                self.tail = (self.tail + self._rest[-_TAIL:])[-_TAIL:]
            except StoreError as error:
                self.failure = error
                raise
        piece, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return piece


def bad_query(sparql: str, text: str, *, update: bool = False) -> QueryError:
    """What is wrong with a text that a server refused; our own parser says it best."""
    import pyoxigraph as ox

    from kg.queries import explain_syntax_error

    try:
        if update:
            ox.Store().update(sparql)
        else:
            ox.Store().query(sparql)
    except SyntaxError as error:
        return explain_syntax_error(sparql, error)
    except (RuntimeError, ValueError, OSError):
        pass
    return QueryError(
        f"The server refused the query: {text or 'it gives no reason.'}", cure="Say it in other words."
    )


def _is_late(text: str) -> bool:
    return bool(
        re.search(
            r"time[ -]?out|timed out|time limit|cancel+ed|deadline exceeded|Transaction timed out", text, re.I
        )
    )


def _bare(url: str) -> str:
    """An address without a password and without the query."""
    return re.sub(r"//[^/@]*@", "//", url.split("?")[0])
