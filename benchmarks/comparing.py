"""The algebra beside its peers: ``python -m benchmarks compare``. One table, each part in a process of its own."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from kg.algebra.coded import Coded, Scale

SHARED = Path(__file__).parents[2] / "shared" / "data"
ACTORS, POSITIONS, STATEMENTS = 5_000, 1_000, 83_000


@dataclass(frozen=True)
class Line:
    """One line of the table; ``ours`` and ``peer`` in seconds, a peer of 0 for none."""

    work: str
    ours: float
    peer: float
    beside: str
    goal: str
    note: str = ""

    @property
    def ratio(self) -> str:
        """How many times the peer's time is ours, or ours the peer's, whichever is above 1."""
        if not self.peer:
            return "–"
        times = self.peer / self.ours
        return f"{times:.0f} × faster" if times >= 2 else f"{self.ours / self.peer:.2f} ×"


def best(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """The shortest of some runs, and what the last gave."""
    took, found = [], None
    for _ in range(times):
        start = time.perf_counter()
        found = work()
        took.append(time.perf_counter() - start)
    return min(took), found


def debate(actors: int = ACTORS, positions: int = POSITIONS, statements: int = STATEMENTS, seed: int = 1) -> Coded:
    """Yes-or-no statements, actors and positions drawn with Zipf weights."""
    random = np.random.default_rng(seed)

    def drawn(size: int) -> Any:
        weights = 1.0 / np.arange(1, size + 1) ** 0.7
        return random.choice(size, statements, p=weights / weights.sum()).astype(np.int32)

    return Coded(
        drawn(actors), drawn(positions), random.integers(0, 2, statements).astype(np.int32),
        tuple(f"a{i}" for i in range(actors)), tuple(f"p{j}" for j in range(positions)), Scale.interval((-1.0, 1.0)),
    )  # fmt: skip


# -- the lines ---------------------------------------------------------------------------


def all_pairs() -> Iterator[Line]:
    """Congruence, conflict and subtract of all pairs in one month."""
    from kg.algebra import one_mode
    from kg.algebra.two_mode import sums

    coded = debate()
    ours, found = best(lambda: one_mode.all_pairs(coded))
    signed = sums(coded, coded.scale.points[coded.levels], sparse=True)
    dense = signed.toarray().astype(np.float32)
    bare, _ = best(lambda: (signed @ signed.T).toarray())
    blas, _ = best(lambda: dense @ dense.T)
    work = f"all pairs, {ACTORS:,} × {POSITIONS:,}, {STATEMENTS:,} statements, three measures"
    nearest = min(bare, blas)
    name = "one bare sparse product" if bare < blas else "one bare dense product"
    yield Line(work, ours, nearest, name, "≤ 3 ×", f"sparse {bare:.2f} s, dense {blas:.2f} s")
    took, net = best(lambda: _pandas(coded), 1)
    same = np.allclose(net, found.congruence - found.conflict)
    yield Line(work, ours, took, "pandas", "≥ 20 × faster", "same numbers" if same else "OTHER NUMBERS")
    took, total = best(lambda: _loops(coded), 1)
    same = total == round(float(np.triu(found.congruence - found.conflict, 1).sum()))
    yield Line(work, ours, took, "networkx and dict loops", "≥ 50 × faster", "same sum" if same else "ANOTHER SUM")


def _pandas(coded: Coded) -> Any:
    import pandas as pd

    table = pd.DataFrame({"row": coded.rows, "column": coded.columns, "value": coded.levels})
    counts = table.groupby(["row", "column", "value"]).size().reset_index(name="n")
    met = counts.merge(counts, on="column")
    met["net"] = met["n_x"] * met["n_y"] * np.where(met["value_x"] == met["value_y"], 1, -1)
    net = met.groupby(["row_x", "row_y"])["net"].sum().reset_index()
    found = np.zeros((ACTORS, ACTORS))
    found[net["row_x"], net["row_y"]] = net["net"]
    np.fill_diagonal(found, 0)
    return found


def _loops(coded: Coded) -> int:
    import networkx

    said: dict[int, dict[int, list[int]]] = {}
    for row, column, level in zip(coded.rows.tolist(), coded.columns.tolist(), coded.levels.tolist(), strict=True):
        said.setdefault(column, {}).setdefault(row, [0, 0])[level] += 1
    net: dict[tuple[int, int], int] = {}
    for holders in said.values():
        listed = sorted(holders.items())
        for i, (a, (no, yes)) in enumerate(listed):
            for b, (against, for_) in listed[i + 1 :]:
                net[a, b] = net.get((a, b), 0) + (yes - no) * (for_ - against)
    graph = networkx.Graph()
    graph.add_weighted_edges_from((a, b, n) for (a, b), n in net.items())
    return int(graph.size("weight"))


def months() -> Iterator[Line]:
    """The same for 120 months of ten million statements, from a Parquet file."""
    import polars as pl

    from kg.algebra import one_mode

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "statements.parquet"
        _ten_million(file)
        start = time.perf_counter()
        labels = tuple(map(str, range(ACTORS))), tuple(map(str, range(POSITIONS)))
        total = 0.0
        for month in range(120):
            data = pl.scan_parquet(file).filter(pl.col("month") == month).collect()
            coded = Coded(
                *(data[c].to_numpy() for c in ("row", "column", "level")), *labels, Scale.interval((-1.0, 1.0))
            )
            found = one_mode.all_pairs(coded)
            total += float(found.congruence.sum() - found.conflict.sum())
        took = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    work = "all pairs of 120 months, 10 million statements"
    yield Line(work, took, 0, "", "≤ 60 s, ≤ 2 GB", f"{peak:.1f} GB at most")


def _ten_million(file: Path) -> None:
    import polars as pl
    import pyarrow.parquet as pq

    writer = None
    for month in range(120):
        coded = debate(statements=10_000_000 // 120, seed=month)
        data = pl.DataFrame({"row": coded.rows, "column": coded.columns, "level": coded.levels})
        table = data.with_columns(pl.lit(month, dtype=pl.Int16).alias("month")).to_arrow()
        writer = writer or pq.ParquetWriter(file, table.schema)
        writer.write_table(table)
    if writer:
        writer.close()


def bootstrap() -> Iterator[Line]:
    """A thousand networks of 200 actors, drawn anew by source."""
    from kg.algebra.sure import bootstrap_ties

    coded = debate(200, 500, 50_000)
    sources = np.random.default_rng(3).integers(0, 2_000, len(coded))
    took, found = best(lambda: bootstrap_ties(coded, sources, "subtract", replicates=1000), 1)
    known = f"{found.known.mean():.0%} of ties have an interval"
    yield Line("1,000 replicates, 200 actors, 50,000 statements, 2,000 sources", took, 0, "", "≤ 10 s", known)


def frames(size: str = "100k") -> Iterator[Line]:
    """The frame of a graph, beside the raw engine's export of the same columns."""
    import pyoxigraph as ox

    import kg
    from benchmarks import corpus
    from kg import queries
    from kg.frames import frame, keeping

    graph = kg.KnowledgeGraph()
    graph.load(corpus.made(corpus.SIZES[size]).bare)
    text = queries.named("stances").text
    start = time.perf_counter()
    graph.store.inner.query(text).serialize(format=ox.QueryResultsFormat.CSV)
    raw = time.perf_counter() - start
    start = time.perf_counter()
    made = frame(graph)
    ours = time.perf_counter() - start
    again, _ = best(lambda: frame(graph))
    assert keeping.in_step(graph.store)
    note = f"{len(made):,} rows; kept and asked for again: {again * 1000:.0f} ms"
    yield Line(f"frame of {size} statements", ours, raw, "raw engine, the same query as CSV", "≤ 1.3 ×", note)


def votes() -> Iterator[Line]:
    """Votes of the General Assembly: agreement of all pairs of countries, session by session."""
    from kg.algebra import agreement
    from kg.readers import votes as reader

    if not (SHARED / "unga").is_dir():
        return
    start = time.perf_counter()
    table = reader.table(SHARED / "unga")
    loaded = time.perf_counter() - start
    start = time.perf_counter()
    sessions = 0
    for _, part in table.group_by("session", maintain_order=True):
        who, what = (part[c].cast(str).rank("dense").to_numpy() - 1 for c in ("holder", "position"))
        values = np.full((int(who.max()) + 1, int(what.max()) + 1), np.nan)
        values[who, what] = part["value"].to_numpy()
        agreement.pairs(values, "agreement", low=-1, high=1)
        sessions += 1
    took = time.perf_counter() - start
    note = f"{len(table):,} votes read in {loaded:.1f} s, {sessions} sessions"
    yield Line("agreement of all pairs of countries, every session", took, 0, "", "seconds", note)


def frustration() -> Iterator[Line]:
    """The frustration index of published networks, and of others of 60 to 180 nodes."""
    from kg.algebra.camps import camps

    for name, file, goal in (
        ("highland tribes", "highland_tribes.tsv", "7"), ("Bitcoin-alpha", "bitcoin_alpha_sgcn.csv", "819, minutes"),
    ):  # fmt: skip
        path = SHARED / "signed" / file
        if path.is_file():
            matrix = _signed(path)
            took, found = best(lambda m=matrix: camps(m, 2, time_limit=600), 1)  # type: ignore[misc]
            yield Line(f"frustration, {name}", took, 0, "", goal, _told(found))
            if len(matrix.indptr) < 30:
                took, found = best(lambda m=matrix: camps(m, 3), 1)  # type: ignore[misc]
                yield Line(f"three camps, {name}", took, 0, "", "2", _told(found))
    random = np.random.default_rng(5)
    for nodes in (60, 120, 180):
        sides = random.integers(0, 2, nodes)
        ties = np.triu(random.random((nodes, nodes)) < 6 / nodes, 1)
        signs = np.where(sides[:, None] == sides[None, :], 1.0, -1.0)
        noisy = np.where(random.random((nodes, nodes)) < 0.1, -signs, signs)
        matrix = np.where(ties, noisy, 0.0)
        took, found = best(lambda m=matrix + matrix.T: camps(m, 2, time_limit=60), 1)  # type: ignore[misc]
        yield Line(f"frustration, two camps with 10 % noise, {nodes} nodes", took, 0, "", "proven, < 2 s", _told(found))


def _signed(path: Path) -> Any:
    """A symmetric matrix of signs; pairs that are given with both signs have no tie."""
    from scipy.sparse import csr_array

    lines = [line.replace(",", "\t").split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [line for line in lines if len(line) >= 3 and line[2].lstrip("-").replace(".", "").isdigit()]
    names = sorted({name for line in rows for name in line[:2]})
    at = {name: i for i, name in enumerate(names)}
    signs: dict[tuple[int, int], set[float]] = {}
    for a, b, sign, *_ in rows:
        if a != b:
            pair = (min(at[a], at[b]), max(at[a], at[b]))
            signs.setdefault(pair, set()).add(float(np.sign(float(sign))))
    kept = [(i, j, next(iter(found))) for (i, j), found in signs.items() if len(found) == 1]
    i, j, value = (np.array(column) for column in zip(*kept, strict=True))
    half = csr_array((value, (i, j)), shape=(len(names), len(names)))
    return (half + half.T).tocsr()


PARTS: dict[str, Callable[[], Iterator[Line]]] = {
    "pairs": all_pairs,
    "months": months,
    "bootstrap": bootstrap,
    "frame": frames,
    "votes": votes,
    "frustration": frustration,
}


def measure(parts: tuple[str, ...], say: Callable[[str], None]) -> list[Line]:
    """The lines of some parts, each part in a new process so that memory is its own."""
    found: list[Line] = []
    for part in parts:
        say(part)
        with get_context("spawn").Pool(1) as pool:
            found += pool.apply(_part, (part,))
    return found


def _part(name: str) -> list[Line]:
    return list(PARTS[name]())


def table(lines: list[Line]) -> str:
    """The lines as Markdown."""
    head = ["| work | ours | peer | ratio | goal | note |", "|---|---|---|---|---|---|"]
    rows = [
        f"| {x.work} | {_seconds(x.ours)} | {f'{x.beside}: {_seconds(x.peer)}' if x.peer else '–'} | {x.ratio} "
        f"| {x.goal} | {x.note} |"
        for x in lines
    ]
    return "\n".join([*head, *rows, "", f"Python {sys.version.split()[0]}, numpy {np.__version__}."])


def _seconds(number: float) -> str:
    return f"{number * 1000:.0f} ms" if number < 1 else f"{number:.1f} s"


def _told(found: object) -> str:
    """What was found, without the time that another column tells."""
    return repr(found).strip("<>").split(";")[0]
