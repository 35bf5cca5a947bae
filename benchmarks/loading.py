"""Load one corpus into one store in a process of its own, and say what it cost: ``python -m benchmarks.loading``.

A process of its own, because memory that was used once is not given back, and because whoever comes second finds
everything warm.
"""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.corpus import Corpus, made

# What is loaded how: the peer first, so that ratios read "ours to theirs".
WAYS = (
    "raw-load", "raw-bulk", "raw-bare", "kg", "rdflib", "oxrdflib", "maplib", "raw-disk", "raw-disk-bare", "kg-disk",
)  # fmt: skip


@dataclass(frozen=True)
class Load:
    """Medians of some loads: seconds wall and CPU, and MB of resident memory before, after and at most."""

    wall: float
    cpu: float
    before: float
    after: float
    peak: float


def load_all(ways: tuple[str, ...], corpus: Corpus, *, times: int = 3, limit: float = 900) -> dict[str, Load | str]:
    """Load a corpus each way in fresh processes, one way after the other, and that several times over.

    What takes minutes is loaded once. A way that fails or takes longer than *limit* seconds has its reason instead.
    """
    told: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    failed: dict[str, str] = {}
    for turn in range(times):
        for way in ways:
            # What takes minutes hardly varies between rounds, and three of them would take most of an hour.
            if way in failed or (turn and told[way][0]["wall"] > (60 if way in {"rdflib", "maplib"} else 120)):
                continue
            command = [sys.executable, "-m", "benchmarks.loading", way, str(corpus.size), str(corpus.seed)]
            home = Path(__file__).parents[1]
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=True, cwd=home)
                told[way].append(json.loads(done.stdout))
            except subprocess.TimeoutExpired:
                failed[way] = f"> {limit:.0f} s"
            except subprocess.CalledProcessError as error:
                failed[way] = f"fails: {(error.stderr.strip().splitlines() or [str(error)])[-1][:200]}"
    found: dict[str, Load | str] = dict(failed)
    for way in ways:
        if way not in failed:
            found[way] = Load(**{key: median(one[key] for one in told[way]) for key in told[way][0]})
    return found


def _resident() -> float:
    import psutil

    return float(psutil.Process().memory_info().rss) / 1e6


def _work(way: str, corpus: Corpus, folder: Path) -> Any:
    """The call that loads; what it needs is imported before."""
    import pyoxigraph as ox

    nquads = ox.RdfFormat.N_QUADS
    match way:
        case "raw-load" | "raw-bulk" | "raw-bare" | "raw-disk" | "raw-disk-bare":
            store = ox.Store(str(folder / "raw")) if "disk" in way else ox.Store()
            file = corpus.bare if way.endswith("bare") else corpus.held
            take = store.load if way == "raw-load" else store.bulk_load

            def raw() -> Any:
                take(path=str(file), format=nquads)
                store.flush()
                return store

            return raw
        case "kg" | "kg-disk":
            import polars  # noqa: F401  (it doubles the lines)

            import kg

            graph = kg.KnowledgeGraph(folder / "my.kg" if way == "kg-disk" else None)

            def ours() -> Any:
                graph.load(corpus.bare)
                return graph

            return ours
        case "rdflib":
            import rdflib

            dataset = rdflib.Dataset(default_union=True)
            return lambda: dataset.parse(corpus.bare, format="nquads")
        case "oxrdflib":
            import rdflib

            live = rdflib.Dataset(store="Oxigraph")
            return lambda: live.parse(corpus.held, format="ox-nquads")
        case "maplib":
            import maplib

            model = maplib.Model()
            return lambda: model.read(str(corpus.view()), format="ntriples")
        case _:
            raise ValueError(way)


def main(way: str, size: int, seed: int) -> None:
    """Load and print what it cost as JSON."""
    corpus = made(size, seed=seed)
    with tempfile.TemporaryDirectory(prefix="kg-bench-", ignore_cleanup_errors=True) as folder:
        work = _work(way, corpus, Path(folder))
        gc.collect()
        before = _resident()
        cpu, wall = time.process_time(), time.perf_counter()
        held = work()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        gc.collect()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        told = {"wall": wall, "cpu": cpu, "before": before, "after": _resident(), "peak": peak}
        del held, work
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
