"""Real SPARQL servers for the tests: started in a folder of their own, and always stopped."""

from __future__ import annotations

import contextlib
import ctypes
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

PATIENCE = 120.0  # seconds a server may take to start on a busy machine

_VIRTUOSO_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 100
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 10
NumberOfBuffers = 4000
MaxDirtyBuffers = 3000
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = 10000
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _die_with_us() -> None:
    """Ask Linux to end this process when the tests end, however they do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


@contextlib.contextmanager
def running(command: list[str], folder: Path, address: str) -> Iterator[None]:
    """A server process, ready to answer at an address."""
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, preexec_fn=_die_with_us
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(requests.RequestException):
                if requests.get(address, params={"query": "ASK {}"}, timeout=10).status_code < 500:
                    break
            said = (folder / "output.txt").read_text(errors="replace")[-500:]
            assert process.poll() is None, f"{command[0]} ended: {said}"
            assert time.monotonic() < deadline, f"{command[0]} does not answer: {said}"
            time.sleep(0.1)
        yield
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def oxigraph(folder: Path, *options: str) -> Iterator[str]:
    """``oxigraph serve`` in memory; gives its address."""
    program = Path(sys.executable).with_name("oxigraph")
    address = f"http://127.0.0.1:{free_port()}"
    command = [str(program), "serve", "--bind", address.removeprefix("http://"), *options]
    with running(command, folder, f"{address}/query"):
        yield address


def has_virtuoso() -> bool:
    """Whether Virtuoso is installed here."""
    return shutil.which("virtuoso-t") is not None


@contextlib.contextmanager
def virtuoso(folder: Path) -> Iterator[str]:
    """Virtuoso 7 with an empty database; gives the address for those who may write."""
    http = free_port()
    (folder / "virtuoso.ini").write_text(_VIRTUOSO_INI.format(sql=free_port(), http=http), encoding="utf-8")
    with running(["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"], folder, f"http://127.0.0.1:{http}/sparql"):
        yield f"http://dba:dba@127.0.0.1:{http}/sparql-auth"


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """The address of a server by its name; each is started once, when first asked for, and stopped at the end."""
    makers = {"oxigraph": oxigraph, "virtuoso": virtuoso}
    addresses: dict[str, str] = {}
    with contextlib.ExitStack() as stack:

        def address(kind: str) -> str:
            if kind == "virtuoso" and not has_virtuoso():
                pytest.skip("NO VIRTUOSO: this is not tried there (apt-get install virtuoso-opensource-7-bin)")
            if kind not in addresses:
                addresses[kind] = stack.enter_context(makers[kind](tmp_path_factory.mktemp(kind)))
            return addresses[kind]

        yield address
