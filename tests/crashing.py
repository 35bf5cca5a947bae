"""A process to be killed: it waits warm, and for each order forks a child that works on a graph folder.

Started as ``python crashing.py``; an order is one line ``VERB FOLDER FILE``. It answers ``PID``, and
``done CODE SECONDS`` when the child has ended.
"""

from __future__ import annotations

import os
import sys
import time

import kg
from kg.stores import folder


def work(verb: str, path: str, file: str) -> None:
    """One verb on the graph at *path*."""
    # With little data the road of much data has to be forced.
    if verb.endswith("-much"):
        verb = verb.removesuffix("-much")
        folder._MUCH = 10
    with kg.KnowledgeGraph(path) as g:
        if verb == "load":
            g.load(file)
        elif verb == "replace":
            g.load(file, replace=True)
        elif verb == "infer":
            kg.infer(g)
        elif verb == "forget":
            kg.forget(g)
        elif verb == "withdraw":
            g.withdraw(file)
        elif verb == "update":
            g.update("DELETE { ?s ?p ?o } INSERT { ?s <urn:was> ?o } WHERE { ?s ?p ?o . ?s a ?c FILTER (isIRI(?o)) }")
        else:
            raise ValueError(verb)


def main() -> None:
    """Serve orders until standard input ends."""
    for line in sys.stdin:
        verb, path, file = line.rstrip("\n").split("\t")
        start = time.monotonic()
        child = os.fork()
        if not child:
            try:
                work(verb, path, file)
            except BaseException as error:
                print(f"{verb}: {error!r}", file=sys.stderr, flush=True)
                os._exit(1)
            os._exit(0)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print("done", os.waitstatus_to_exitcode(status), time.monotonic() - start, flush=True)


if __name__ == "__main__":
    main()
