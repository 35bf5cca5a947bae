"""Time kg beside the raw engine and rdflib on the same made-up statements, in the same run.

``python -m benchmarks [STATEMENTS]``; medians of five, in milliseconds, and the ratio to the raw engine.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from random import Random

import pyoxigraph as ox
import rdflib

import kg
from kg.queries import named
from kg.terms import PREFIXES


def made_up(count: int) -> str:
    """N-Quads of *count* stances of 200 actors on 100 positions, from one source to each 20 stances."""
    random = Random(7)
    st, stx, rdf, oa = PREFIXES["st"], PREFIXES["stx"], PREFIXES["rdf"], PREFIXES["oa"]
    values = ("strongly-opposes", "opposes", "ambivalent", "supports", "strongly-supports")
    lines: list[str] = []
    registry = f"<{PREFIXES['graph']}registry>"
    for n in range(200):
        lines.append(f"<{PREFIXES['actor']}a{n}> <{rdf}type> <{st}State> {registry} .")
    for n in range(100):
        position = f"<{PREFIXES['pos']}p{n}>"
        lines.append(f"{position} <{rdf}type> <{st}PolicyPosition> {registry} .")
        lines.append(f"{position} <{st}onIssue> <{PREFIXES['issue']}i{n % 10}> {registry} .")
    for n in range(count):
        source = f"s{n // 20}"
        graph, me = f"<{PREFIXES['graph']}{source}>", f"<{PREFIXES['item']}{source}/{n}>"
        evidence = f"<{PREFIXES['item']}{source}/evidence/{n}>"
        day = f"20{random.randrange(10, 25)}-{random.randrange(1, 13):02}-{random.randrange(1, 29):02}"
        for p, o in (
            (f"{rdf}type", f"<{st}Stance>"),
            (f"{st}holder", f"<{PREFIXES['actor']}a{random.randrange(200)}>"),
            (f"{st}towards", f"<{PREFIXES['pos']}p{random.randrange(100)}>"),
            (f"{st}value", f"<{stx}{random.choice(values)}>"),
            (f"{st}basis", f"<{stx}word>"),
            (f"{st}certainty", f"<{stx}stated>"),
            (f"{st}startDate", f'"{day}"^^<http://www.w3.org/2001/XMLSchema#date>'),
            (f"{st}hasEvidence", evidence),
        ):
            lines.append(f"{me} <{p}> {o} {graph} .")
        lines.append(f"{evidence} <{oa}hasSource> <{PREFIXES['src']}{source}> {graph} .")
    return "\n".join(lines)


def median_ms(work: Callable[[], object], runs: int = 5) -> float:
    """Median wall time of a call, in milliseconds, after one call that does not count."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main(count: int) -> None:
    """Print the table."""
    data = made_up(count).encode()
    graph = kg.KnowledgeGraph()
    start = time.perf_counter()
    graph.load_text(data, "nq", name="made-up")
    loading = time.perf_counter() - start
    raw = ox.Store()
    start = time.perf_counter()
    raw.load(data, ox.RdfFormat.N_QUADS)
    raw_loading = time.perf_counter() - start
    flat = rdflib.Graph()
    # Blank nodes in the ontology keep their shape; only the merged view matters for the peers.
    triples = (
        ox.serialize((q.triple for q in graph.store.quads_of_default()), format=ox.RdfFormat.N_TRIPLES) or b""
    )
    flat.parse(data=triples, format="nt")
    view = ox.Store()
    view.load(triples, ox.RdfFormat.N_TRIPLES)
    prefix = f"PREFIX st: <{PREFIXES['st']}> PREFIX actor: <{PREFIXES['actor']}>"
    mean = "?s st:holder ?a ; st:value/st:score ?x"
    asked = {
        "stances of one actor": f"{prefix} SELECT ?p ?v {{ ?s st:holder actor:a7 ; st:towards ?p ; st:value ?v }}",
        "mean value by actor": f"{prefix} SELECT ?a (AVG(?x) AS ?m) {{ {mean} }} GROUP BY ?a",
        "the stance table": named("stances").text,
    }
    print(f"{count} stances, {graph.store.count()} triples")
    print(f"load: kg {loading:.2f} s, raw engine without merged view {raw_loading:.2f} s\n")
    print(f"{'query':<24}{'kg ms':>10}{'raw ms':>10}{'kg/raw':>8}{'rdflib ms':>12}")
    for name, sparql in asked.items():
        ours = median_ms(lambda q=sparql: graph.query(q))  # type: ignore[misc]
        bare = median_ms(lambda q=sparql: view.query(q).serialize(format=ox.QueryResultsFormat.TSV))  # type: ignore[misc]
        slow = median_ms(lambda q=sparql: list(flat.query(q)), runs=1)  # type: ignore[misc]
        print(f"{name:<24}{ours:>10.1f}{bare:>10.1f}{ours / bare:>8.2f}{slow:>12.1f}")
    compared = median_ms(lambda: kg.compare(graph), runs=1)
    derived = median_ms(lambda: kg.infer(graph), runs=1)
    print(f"\ncompare all pairs: {compared:.0f} ms; derive the direct layer: {derived:.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
