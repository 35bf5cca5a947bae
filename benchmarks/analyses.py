"""What a process of its own does for the goals that are no questions: frames, rules, shapes, search.

Every function gets the peers of its process (see :mod:`benchmarks.workers`) and returns plain figures.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import kg
from benchmarks import clock, corpus, words
from benchmarks.answers import Digest
from benchmarks.clock import Timing
from benchmarks.corpus import Corpus
from benchmarks.peers import Ours, Peer
from kg.terms import DERIVED, PREFIXES, resource

Peers = dict[str, Peer]


def ours_alone() -> list[Peer]:
    """kg in memory."""
    return [Ours()]


class Empty(Peer):
    """A process that loads what it needs itself."""

    name = "empty"

    def load(self, corpus: Corpus) -> None:
        self.corpus = corpus


def nothing() -> list[Peer]:
    """A process for work that brings its own data."""
    return [Empty()]


def _graph(peers: Peers) -> kg.KnowledgeGraph:
    ours = peers["kg"]
    assert isinstance(ours, Ours)
    return ours.graph


def _corpus(peers: Peers) -> Corpus:
    empty = peers["empty"]
    assert isinstance(empty, Empty)
    return empty.corpus


def _timed(work: Callable[[], Any], runs: int) -> tuple[Timing, Any]:
    times, first = clock.in_turn({"it": (work, ())}, runs=runs, seconds=60)
    return times["it"], first["it"]


# -- the frame --------------------------------------------------------------------------


def six_from_the_frame(
    peers: Peers, kept: Path, runs: int = 9
) -> tuple[Timing, dict[str, tuple[Timing, Digest]]]:
    """The time to build the frame, and for each of the six its time and answer."""
    import polars as pl

    from benchmarks.frames import SIX, Frame

    built, frame = clock.once(lambda: Frame.of(_graph(peers)))[::-1]
    found = {}
    for name, work in SIX.items():
        timing, answer = _timed(lambda work=work: work(frame), runs)  # type: ignore[misc]
        if name.startswith("01"):  # the question asks for the value itself, not for its score
            answer = answer.with_columns(pl.col("value").map_elements(_point, pl.String, skip_nulls=False))
        rows = [tuple(map(_cell, row)) for row in answer.iter_rows()]
        found[name] = timing, Digest.of(rows, kept / name / "frame.rows")
    return Timing(*built, 1), found


def _point(score: float | None) -> str:
    return PREFIXES["stx"] + words.VALUES[5 if score is None else int(score) + 2]


def _cell(value: Any) -> str:
    from benchmarks.answers import literal, number

    if value is None:
        return ""
    if isinstance(value, int | float):
        return number(str(value))
    if hasattr(value, "isoformat"):
        return literal(value.isoformat(), "", f"{PREFIXES['xsd']}date")
    return f"<{value}>"


# -- rules --------------------------------------------------------------------------------


def rules(peers: Peers, patches: int) -> dict[str, Any]:
    """Full runs of all rules, their closure alone, and runs after small loads.

    ``first`` is the run after loading; ``full`` are runs that know nothing of the run before; ``again`` runs after
    100 more statements. ``same`` says whether the last of these leaves what a full run leaves.
    """
    graph = _graph(peers)
    told: dict[str, Any] = {}
    derived, took = clock.once(lambda: kg.infer(graph))
    told["derived"], told["first"] = derived, Timing(*took, 1)
    samples = []
    for number in range(patches):
        graph.load_text(corpus.patch(100, number), "nq", name="patch")
        samples.append(clock.once(lambda: kg.infer(graph))[1])
    told["again"] = Timing.of(samples)
    told["ties"], told["closure"] = _closure(graph)
    after = _derived(graph)
    full = []
    for _ in range(2):
        kg.forget(graph)
        graph.store.mark(*graph.store.graphs())
        full.append(clock.once(lambda: kg.infer(graph))[1])
    told["full"] = Timing.of(full)
    told["same"] = after == _derived(graph)
    return told


def _derived(graph: kg.KnowledgeGraph) -> str:
    names = [name for name in graph.store.graphs() if name.startswith(DERIVED)]
    lines = sorted(str(quad) for name in names for quad in graph.store.quads(name))
    return sha256("\n".join(lines).encode()).hexdigest()


def _coded_ties(graph: kg.KnowledgeGraph) -> dict[str, list[tuple[str, str, str]]]:
    """Ties that coded items say themselves, graph by graph: what the closure starts from."""
    sparql = f"""PREFIX st: <{PREFIXES["st"]}>
        SELECT ?g ?a ?p ?b {{
          {{ GRAPH ?g {{ ?r st:relationSubject ?a ; st:relationType ?p ; st:relationObject ?b }} }}
          UNION {{ GRAPH ?g {{ ?e st:initiator ?a ; st:recipient ?b ; st:eventType ?t }} ?t st:impliesRelation ?p }}
          UNION {{ GRAPH ?g {{ ?i st:incumbent ?a ; st:inOrganization ?b }} BIND (st:speaksFor AS ?p) }} }}"""
    ties: dict[str, list[tuple[str, str, str]]] = {}
    for home, a, p, b in graph.query(sparql).raw:
        ties.setdefault(home, []).append((a, p, b))
    return ties


def _closure(graph: kg.KnowledgeGraph) -> tuple[int, Timing | None]:
    """The closure of all coded ties under the ontology's axioms, by the code that rules use."""
    try:
        from kg.rules.closure import Axioms, close
    except ImportError:
        return 0, None
    axioms = Axioms.of([(str(q.subject), str(q.predicate), str(q.object)) for q in _axioms()])
    ties = _coded_ties(graph)
    timing, _ = _timed(lambda: close(ties, axioms), 3)
    return sum(map(len, ties.values())), timing


def _axioms() -> list[Any]:
    import pyoxigraph as ox

    return list(ox.parse((resource("ontology") / "stance.ttl").read_bytes(), ox.RdfFormat.TURTLE))


def _flat_ties(peers: Peers) -> list[tuple[str, str, str]]:
    graph = kg.KnowledgeGraph()
    graph.load(_corpus(peers).bare)
    return sorted({tie for ties in _coded_ties(graph).values() for tie in ties})


def reasonable_rules(peers: Peers) -> tuple[int, Timing]:
    """`reasonable` on the ontology and the coded ties, without graphs: triples in all, and the time to reason."""
    import reasonable

    with tempfile.NamedTemporaryFile("w", suffix=".ttl", encoding="utf-8") as file:
        file.write((resource("ontology") / "stance.ttl").read_text(encoding="utf-8"))
        file.writelines(f"{a} {p} {b} .\n" for a, p, b in _flat_ties(peers))
        file.flush()
        reasoner = reasonable.PyReasoner()
        reasoner.load_file(file.name)
        found, took = clock.once(reasoner.reason)
    return len(found), Timing(*took, 1)


def owlrl_rules(peers: Peers) -> tuple[int, Timing]:
    """owlrl on the same."""
    import owlrl
    import rdflib

    graph = rdflib.Graph().parse(resource("ontology") / "stance.ttl")
    graph.parse(data="\n".join(f"{a} {p} {b} ." for a, p, b in _flat_ties(peers)), format="nt")
    _, took = clock.once(lambda: owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph))
    return len(graph), Timing(*took, 1)


# -- shapes ---------------------------------------------------------------------------------

BROKEN = 200


def shapes_ours(peers: Peers) -> tuple[Timing, Counter[tuple[str, ...]], int]:
    """Plain SHACL by us: the time, the results, and how many triples were looked at."""
    from kg.checks import validate
    from kg.tables import decode

    graph = _graph(peers)
    graph.load_text(corpus.faults(BROKEN), "nt", name="faults")
    timing, results = _timed(lambda: validate(graph, plain=True), 3)

    def text(token: str) -> str:
        cell = decode(token)
        return cell.text if cell else ""

    found = Counter({(text(r.focus), r.component, r.severity.casefold(), r.message) for r in results})
    return timing, found, graph.store.count()


def shapes_pyshacl(peers: Peers) -> tuple[Timing, Counter[tuple[str, ...]]]:
    """The same by pySHACL, which gets the shapes without their SPARQL constraints. Parsing is not counted."""
    import logging

    import pyshacl
    import rdflib

    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    shapes = rdflib.Graph().parse(resource("ontology") / "shapes.ttl")
    shapes.remove((None, sh.sparql, None))
    data = rdflib.Graph().parse(_corpus(peers).view(), format="nt")
    data.parse(data=corpus.faults(BROKEN), format="nt")
    (_, report, _), took = clock.once(lambda: pyshacl.validate(data, shacl_graph=shapes, meta_shacl=False))
    found = {
        (
            str(report.value(result, sh.focusNode)),
            str(report.value(result, sh.sourceConstraintComponent)).rsplit("#", 1)[-1],
            str(report.value(result, sh.resultSeverity)).rsplit("#", 1)[-1].casefold(),
            str(message),
        )
        for result in report.objects(None, sh.result)
        for message in report.objects(result, sh.resultMessage)
    }
    return Timing(*took, 1), Counter(found)


# -- search -----------------------------------------------------------------------------------


def search(peers: Peers) -> tuple[Timing, dict[str, Timing]]:
    """The time to make the index of texts, and of searches for a rare word, a phrase, and a name in Dari."""
    graph = _graph(peers)
    _, first = clock.once(lambda: kg.search(graph, "nobody-says-this"))
    asked = {
        "a word": "ransom",
        "a phrase": '"withdrawal under old conditions"',
        "the beginning of a word": f"{words.name(7)[:3].lower()}*",
        "a name in Arabic script": words.in_arabic_script(words.name(8)),
    }
    times = {}
    for what, wanted in asked.items():
        times[what], found = _timed(lambda wanted=wanted: kg.search(graph, wanted), 5)  # type: ignore[misc]
        assert len(found), wanted
    return Timing(*first, 1), times

