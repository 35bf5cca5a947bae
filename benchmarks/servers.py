"""Real SPARQL servers beside us: started for a run on a free port, ended with it."""

from __future__ import annotations

import contextlib
import resource
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import Corpus

# Where the merged view is on a server whose default graph cannot hold triples of its own.
MERGED = "https://w3id.org/actor-stance/graph/merged"

_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
Striping = 0
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
MaxCheckpointRemap = 2000
Striping = 0
[Parameters]
ServerPort = {sql}
ServerThreads = 10
DirsAllowed = {folder}, {data}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
CheckpointInterval = 0
SafeExecutables = 0
[HTTPServer]
ServerPort = {port}
ServerRoot = {folder}
ServerThreads = 5
DefaultMailServer =
EnabledDavVSP = 0
[SPARQL]
ResultSetMaxRows = 10000000
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 0
[Client]
SQL_PREFETCH_ROWS = 100
[Replication]
ServerName = kg-benchmarks
ServerEnable = 0
QueueMax = 50000
"""


class Missing(Exception):
    """A peer is not installed; the message says what would install it."""


@dataclass(frozen=True)
class Running:
    """A server at work: where it is asked, its process, and the seconds (wall, CPU) its own loader took."""

    name: str
    url: str
    pid: int
    version: str
    loading: tuple[float, float]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@contextlib.contextmanager
def oxigraph(corpus: Corpus, folder: Path) -> Iterator[Running]:
    """``oxigraph serve`` over a folder that ``oxigraph load`` filled with the quads we hold."""
    beside = Path(sys.executable).with_name("oxigraph")
    binary = str(beside) if beside.exists() else shutil.which("oxigraph")
    if not binary:
        raise Missing("not installed: pip install oxigraph")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(
        [binary, "load", "--location", folder, "--file", corpus.held], check=True, capture_output=True, timeout=3600
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = time.perf_counter() - started, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    port = free_port()
    command = [binary, "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    with _running(command, folder) as process:
        url = f"http://127.0.0.1:{port}"
        _wait(f"{url}/query?query=ASK%7B%7D", process)
        yield Running("oxigraph server", f"{url}/query", process.pid, version, took)


@contextlib.contextmanager
def virtuoso(corpus: Corpus, folder: Path) -> Iterator[Running]:
    """Virtuoso 7, unprivileged, with the named graphs we hold and the merged view as one graph more."""
    binary, shell = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if not binary or not shell:
        raise Missing("not installed: apt-get install virtuoso-opensource-7-bin")
    folder.mkdir(parents=True, exist_ok=True)
    sql, port = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    data = folder / "data"
    data.mkdir()
    # Its loader takes what it finds in a folder.
    for name, file in (("named.nq", corpus.bare), ("ontology.nq", corpus.ontology()), ("view.nt", corpus.view())):
        (data / name).symlink_to(file)
    allowed = f"{data}, {corpus.bare.parent}"
    ini.write_text(_INI.format(folder=folder, data=allowed, sql=sql, port=port), encoding="utf-8")
    command = [binary, "+foreground", "+configfile", str(ini), "+wait"]
    with _running(command, folder) as process:
        url = f"http://127.0.0.1:{port}/sparql"
        _wait(f"{url}?query=ASK%7B%7D", process, 300)
        import psutil

        def run(statement: str) -> None:
            done = subprocess.run(
                [shell, str(sql), "dba", "dba", f"exec={statement}"], capture_output=True, text=True, timeout=7200
            )
            if done.returncode or "Error" in done.stdout + done.stderr:
                raise RuntimeError(f"Virtuoso: {done.stdout[-400:]} {done.stderr[-400:]}")

        used = psutil.Process(process.pid).cpu_times()
        started = time.perf_counter()
        run("log_enable(2,1);")
        run(f"ld_dir('{data}', '*.nq', 'urn:nowhere');")
        run(f"ld_dir('{data}', 'view.nt', '{MERGED}');")
        run("rdf_loader_run();")
        run("checkpoint;")
        took = time.perf_counter() - started
        after = psutil.Process(process.pid).cpu_times()
        cpu = after.user + after.system - used.user - used.system
        told = subprocess.run([binary, "--help"], capture_output=True, text=True)
        version = next((x for x in (told.stdout + told.stderr).splitlines() if "Version" in x), "")
        yield Running("virtuoso", url, process.pid, version.split(" as of")[0], (took, cpu))


@contextlib.contextmanager
def _running(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with open(folder.parent / f"{folder.name}.log", "wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Until a server answers."""
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            if process.poll() is not None:
                raise RuntimeError(f"{process.args!r} ended at once") from None
            if time.monotonic() > end:
                raise RuntimeError(f"{url} does not answer") from None
            time.sleep(0.1)
