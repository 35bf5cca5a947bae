"""Peers in processes of their own, which end when their time is over: engines offer no way to stop a question."""

from __future__ import annotations

import multiprocessing
import os
import traceback
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks import clock
from benchmarks.answers import Digest
from benchmarks.corpus import Corpus
from benchmarks.peers import Peer, Rdflib, TooSlow, Unloaded


class OutOfTime(Exception):
    """A peer did not answer within its time."""


class Failed(Exception):
    """A peer failed; the message is its own."""


class Worker:
    """A process that holds some peers, loaded with one corpus; it is started anew after a failure."""

    def __init__(self, make: Callable[..., list[Peer]], args: tuple[Any, ...], corpus: Corpus, loading: float) -> None:
        self._made = (make, args, corpus)
        self._loading = loading
        self._process: Any = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self) -> None:
        """Start and load, unless done."""
        if self._process is not None:
            return
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, *self._made), daemon=True)
        self._process.start()
        theirs.close()
        self._wait(self._loading)

    def end(self) -> None:
        """End the process and all it holds."""
        if self._process is None:
            return
        assert self._pipe is not None
        self._pipe.close()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process = self._pipe = None

    def kill(self) -> None:
        """End the process at once."""
        if self._process is not None:
            self._process.kill()
        self.end()

    def call(self, limit: float, work: Callable[..., Any], *args: Any) -> Any:
        """What ``work(peers, *args)`` gives in the process, within *limit* seconds."""
        self.start()
        assert self._pipe is not None
        self._pipe.send((work, args))
        return self._wait(limit)

    def _wait(self, limit: float) -> Any:
        assert self._pipe is not None
        try:
            if not self._pipe.poll(limit):
                self.kill()
                raise OutOfTime
            kind, value = self._pipe.recv()
        except (EOFError, ConnectionError) as error:
            self.end()
            raise Failed("the process died, probably for want of memory") from error
        if kind == "slow":
            raise OutOfTime
        if kind == "failed":
            # Some engines are of no use after they failed once.
            self.kill()
            raise Failed(value)
        return value


def _serve(pipe: Connection, make: Callable[..., list[Peer]], args: tuple[Any, ...], corpus: Corpus) -> None:
    os.environ["RUST_BACKTRACE"] = "0"
    peers: dict[str, Peer] = {}

    def load() -> None:
        for peer in make(*args):
            try:
                peer.load(corpus)
            except Exception as error:  # the others can still be asked
                peer = Unloaded(peer.name, f"{type(error).__name__}: {error}")
            peers[peer.name] = peer
        if all(isinstance(peer, Unloaded) for peer in peers.values()):
            next(iter(peers.values())).ask("")

    work: Callable[..., Any] | None = None
    given: tuple[Any, ...] = ()
    while True:
        try:
            result = load() if work is None else work(peers, *given)
            pipe.send(("done", result))
        except TooSlow:
            pipe.send(("slow", None))
        except BaseException as error:  # what Rust code raises when it panics is no Exception
            lines = str(error).strip().splitlines() or [type(error).__name__]
            if os.environ.get("KG_BENCHMARKS_DEBUG"):
                traceback.print_exc()
            pipe.send(("failed", f"{type(error).__name__}: {lines[0][:300]}"))
        try:
            work, given = pipe.recv()
        except (EOFError, OSError):
            for peer in peers.values():
                peer.close()
            return


def time_and_keep(
    peers: dict[str, Peer], names: list[str], sparql: str, kept: Path, limit: float, runs: int, seconds: float
) -> dict[str, tuple[clock.Timing, Digest | str]]:
    """Times of a question to some peers of one process, in turn, and a digest of each one's answer."""
    for name in names:
        peer = peers[name]
        if isinstance(peer, Rdflib):
            peer.limit = limit
    works = {name: (partial(peers[name].ask, sparql), peers[name].pids) for name in names}
    times, answers = clock.in_turn(works, runs=runs, seconds=seconds)
    found: dict[str, tuple[clock.Timing, Digest | str]] = {}
    for name in names:
        rows = peers[name].rows(sparql, answers[name])
        found[name] = times[name], Digest.of(rows, kept / f"{name.replace(' ', '-').replace(',', '')}.rows")
    return found
