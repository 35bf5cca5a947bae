"""Queries with a deadline: evaluated in a process of their own, which is ended when the time is up.

The engine cannot be told to stop. So a store in a folder is opened for reading by a second process; a store in
memory is evaluated by a fork, which shares its memory as it was at that moment. Where processes cannot fork (as on
Windows and macOS) the store is written to a temporary file and loaded by a second process; neither counts as time
of the query there. Everything else does: starting the process, evaluating, writing and reading the answer.

No such process outlives the one that started it, however that ends, and each is waited for.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

import pyoxigraph as ox

from kg.errors import StoreError
from kg.stores import child
from kg.stores.base import Answer, Kind

if TYPE_CHECKING:
    from kg.stores.oxigraph import OxigraphStore

# Elsewhere a process that forks may meet libraries that do not bear it.
FORKS = sys.platform == "linux" and hasattr(os, "fork")

_PIECE = 1 << 20

_RAISED: dict[str, type[Exception]] = {
    error.__name__: error for error in (SyntaxError, OSError, MemoryError, ValueError, RuntimeError)
}

# While a pipe is open at both ends here, no fork may inherit it: nobody would ever read its end.
_forking = threading.Lock()


def run(store: OxigraphStore, sparql: str, seconds: float, limit: int | None = None) -> Answer:
    """The answer to a query, at most *limit* rows, or StoreError after *seconds*."""
    out = io.BytesIO()
    kind, cut = stream(store, sparql, out, seconds, limit)
    return Answer(kind, out.getvalue(), cut)


def stream(
    store: OxigraphStore, sparql: str, out: BinaryIO, seconds: float, limit: int | None = None
) -> tuple[Kind, bool]:
    """Write the answer to *out* as it comes; returns its kind and whether *limit* cut it, or StoreError in the end."""
    if not seconds > 0:
        raise StoreError(f"No query can be answered in {seconds:g} seconds.", cure="Give more than 0 seconds.")
    end = time.monotonic() + seconds
    with store._asking(sparql):
        for _ in range(2):
            with _started(store, sparql, limit) as process:
                report = _received(process, out, end if process.at_once else time.monotonic() + seconds)
            if report.get("opening") and store.read_only:
                _look_again(store)  # a writer has tidied away what this reader had opened
                continue
            break
        if report.get("late"):
            raise _late(seconds)
        if error := report.get("error"):
            raise _RAISED[error](report["text"])
    return report["kind"], report["cut"]


def _late(seconds: float) -> StoreError:
    return StoreError(
        f"The query was stopped after {seconds:g} second{'' if seconds == 1 else 's'}, without an answer.",
        cure="Give it more time, ask for less, or see what is slow with: kg query … --explain",
    )


def _look_again(store: OxigraphStore) -> None:
    from kg.stores.folder import FolderStore, State

    if isinstance(store, FolderStore):
        store._state = State.read(store.folder) or store._state


# -- talking to the process ------------------------------------------------------------


class Process(Protocol):
    """A process that answers through two pipes, file numbers here."""

    body: int
    status: int
    at_once: bool

    def kill(self) -> None: ...

    def wait(self) -> int: ...


def _received(process: Process, out: BinaryIO, end: float) -> dict[str, Any]:
    """Pass the answer on; how it ended, as the process reports it, or ``late``."""
    if not process.at_once:
        # Its interpreter may have something to say before.
        while (first := _line(process.status)) and first != b"ready":
            if first.startswith(b"{"):
                return _report(first, process)
        end = max(end, time.monotonic())
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(max(0.0, end - time.monotonic()), stop)
    timer.daemon = True
    timer.start()
    try:
        while piece := os.read(process.body, _PIECE):
            out.write(piece)
        lines = _rest(process.status).split(b"\n")
    finally:
        timer.cancel()
    last = next((line for line in reversed(lines) if line and line != b"ready"), b"")
    return {"late": True} if not last and late.is_set() else _report(last, process)


def _report(line: bytes, process: Process) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(line)
        if isinstance(found, dict):
            return found
    except ValueError:
        pass
    process.kill()
    raise StoreError(
        f"The process of the query ended without an answer (exit code {process.wait()}).",
        cure="Its answer may be too large for the memory: ask for less, or set a limit.",
    )


def _line(number: int) -> bytes:
    """The next line that is not empty; nothing at the end."""
    got = b""
    while byte := os.read(number, 1):
        if byte != b"\n":
            got += byte
        elif got:
            break
    return got


def _rest(number: int) -> bytes:
    got = b""
    while piece := os.read(number, 4096):
        got += piece
    return got


@contextlib.contextmanager
def _started(store: OxigraphStore, sparql: str, limit: int | None) -> Iterator[Process]:
    """The process that answers; ended and waited for, whatever happens."""
    with contextlib.ExitStack() as stack:
        folder = getattr(store, "data_folder", None)
        process: Process
        if folder is None and FORKS:
            process = _Fork(store.inner, sparql, limit)
        elif folder is not None:
            process = _Fresh(Path(folder), sparql, limit, dump=False)
        else:
            place = stack.enter_context(tempfile.TemporaryDirectory(prefix="kg-"))
            dump = Path(place) / "store.nq"
            store.inner.dump(str(dump), ox.RdfFormat.N_QUADS)
            process = _Fresh(dump, sparql, limit, dump=True)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


class _Fork:
    """A fork of this process, which evaluates on the store in memory as it is now."""

    at_once = True

    def __init__(self, inner: ox.Store, sparql: str, limit: int | None) -> None:
        self._ended: int | None = None
        self._guard = threading.Lock()
        with _forking, warnings.catch_warnings():
            # Python warns of locks that other threads hold; the fork takes none of theirs.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.body, body = os.pipe()
            self.status, status = os.pipe()
            alive, self._alive = os.pipe()
            self._pid = os.fork()
            if self._pid == 0:
                try:
                    for here in (self.body, self.status, self._alive):
                        os.close(here)
                    for name in (signal.SIGINT, signal.SIGTERM):
                        signal.signal(name, signal.SIG_DFL)
                    child.leave_with(alive)
                    child.serve(inner, sparql, limit, body, status)
                finally:
                    os._exit(0)
            for there in (body, status, alive):
                os.close(there)

    def kill(self) -> None:
        with self._guard:  # a number of a process that was waited for may be another's
            if self._ended is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> int:
        if self._ended is None:
            # It was killed or is about to leave; waiting does not keep the guard from the one who kills it.
            os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOWAIT)
            with self._guard:
                _, status = os.waitpid(self._pid, 0)
                self._ended = os.waitstatus_to_exitcode(status)
            for number in (self.body, self.status, self._alive):
                os.close(number)
        return self._ended


class _Fresh:
    """A new interpreter that opens a store's files for reading, or loads a dump of one."""

    def __init__(self, path: Path, sparql: str, limit: int | None, *, dump: bool) -> None:
        self.at_once = not dump
        request = {"path": str(path), "dump": dump, "sparql": sparql, "limit": limit}
        with _forking:
            self._process = subprocess.Popen(
                # -P: the folder of the file is no place to import from.
                [sys.executable, "-P", child.__file__],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
            )  # fmt: skip
        pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        request_pipe, self.body, self.status = (pipe.fileno() for pipe in pipes if pipe is not None)
        text = json.dumps(request).encode()
        with contextlib.suppress(BrokenPipeError):  # it ended at once; its status says nothing either
            left = memoryview(b"%020d" % len(text) + text)
            while left:
                left = left[os.write(request_pipe, left) :]

    def kill(self) -> None:
        self._process.kill()

    def wait(self) -> int:
        code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        return code
