"""What tests of several rooms share: the command line as a user meets it, and graphs as plain lines."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

import kg
from kg.terms import ONTOLOGY_GRAPH, PREFIXES, REGISTRY_GRAPH

TURTLE = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
ITEM = PREFIXES["item"]
# Other people's data, which stay outside; tests that need them are skipped where they are absent.
SHARED = Path(os.environ.get("KG_SHARED") or Path(__file__).parents[2] / "shared")
SEED = "000_300082878ff4a385"

# The smallest coding sheet that two actors can be compared on.
PAGE = """\
actor,position,issue,value,basis,date,source,summary
Ferry company,The old harbour should be closed.,old harbour,support,word,2024-05-01,Gazette,It asks for the closure.
Fishers,The old harbour should be closed.,old harbour,strongly oppose,word,2024-05-02,Gazette,They reject the closure.
"""


@dataclass(frozen=True)
class Done:
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


# A call of the command line that must fail, as the fixture ``bad`` makes it.
Bad = Callable[..., Done]


def environment(**extra: str) -> dict[str, str]:
    """The environment of a user: no graph chosen, no debugging switches of Python."""
    env = {k: v for k, v in os.environ.items() if k not in {"KG_GRAPH", "PYTHONUNBUFFERED"}}
    return {**env, "PYTHONUTF8": "1", **extra}


def run(
    *args: object, graph: Path | str | None = None, stdin: str | bytes = "", cwd: Path | None = None,
    before: Callable[[], None] | None = None, **extra: str,
) -> Done:
    """The command line in a process of its own."""
    chosen = ["-g", str(graph)] if graph is not None else []
    done = subprocess.run(
        [sys.executable, "-c", "from kg.cli import main; main()", *chosen, *map(str, args)],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True, cwd=cwd, env=environment(**extra), preexec_fn=before, timeout=120,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def lines(graph: kg.KnowledgeGraph, *, registry: bool = True) -> list[str]:
    """The quads of a graph as sorted N-Quads lines, the ontology apart."""
    apart = {ONTOLOGY_GRAPH} if registry else {ONTOLOGY_GRAPH, REGISTRY_GRAPH}
    quads = [q for name in graph.store.graphs() if name not in apart for q in graph.store.quads(name)]
    return sorted((ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode().splitlines())


def merged(graph: kg.KnowledgeGraph) -> list[str]:
    """The triples of the merged view, the default graph, as sorted lines."""
    return sorted(str(q.triple) for q in graph.store.quads_of_default())


def consistent(graph: kg.KnowledgeGraph) -> bool:
    """Whether the merged view holds exactly the triples of the named graphs, each once."""
    return merged(graph) == sorted({str(q.triple) for q in graph.store.quads()})


def canonical(graph: kg.KnowledgeGraph) -> list[str]:
    """The quads of a graph, the ontology apart, under names for blank nodes that do not depend on the file."""
    names = [name for name in graph.store.graphs() if name != ONTOLOGY_GRAPH]
    dataset = ox.Dataset(q for name in names for q in graph.store.quads(name))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(map(str, dataset))
