"""The benchmarks: their corpora are seeded and valid, and the engines they time give the same answers.

Nothing here is timed: a busy machine must not fail a test.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from benchmarks import answers, corpus, goals, pages, peers, report
from benchmarks.asking import GROUPS, REASONS, Asked, Question, questions
from benchmarks.clock import Timing
from benchmarks.corpus import Corpus
from benchmarks.frames import SIX, Frame
from benchmarks.goals import Run
from benchmarks.loading import Load
from kg.terms import PREFIXES

QUESTIONS = questions()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A corpus of 400 statements."""
    return corpus.made(400, where=tmp_path_factory.mktemp("corpora"))


@pytest.fixture(scope="module")
def engines(small: Corpus) -> dict[str, peers.Peer]:
    """The raw engine, us and rdflib, each with the same content."""
    found: dict[str, peers.Peer] = {}
    for peer in (peers.Raw(), peers.Ours(), peers.Rdflib()):
        peer.load(small)
        found[peer.name] = peer
    assert isinstance(found["rdflib"], peers.Rdflib)
    found["rdflib"].limit = 600
    return found


# -- corpora ----------------------------------------------------------------------------


def test_a_seed_makes_the_same_bytes_again_and_another_seed_others(small: Corpus, tmp_path: Path) -> None:
    """A corpus is made from its size and its seed, and from nothing else."""
    again = corpus.made(400, where=tmp_path)
    other = corpus.made(400, seed=1, where=tmp_path)
    assert again.bare.read_bytes() == small.bare.read_bytes()
    assert again.held.read_bytes() == small.held.read_bytes()
    assert again.view().read_bytes() == small.view().read_bytes()
    assert other.bare.read_bytes() != small.bare.read_bytes()


def test_a_corpus_is_kept_and_found_again(small: Corpus) -> None:
    """The second call reads what the first one wrote."""
    before = small.bare.stat().st_mtime_ns
    assert corpus.made(400, where=small.bare.parents[1]) == small
    assert small.bare.stat().st_mtime_ns == before


def test_checks_find_no_error_in_a_corpus(small: Corpus) -> None:
    """Made-up statements keep every rule of coding, so that checks have nothing to find but notes."""
    graph = kg.KnowledgeGraph()
    graph.load(small.bare)
    found = kg.check(graph)
    assert [str(f) for f in found if f.severity != "info"] == []


def test_a_corpus_has_the_size_and_the_shape_it_says(small: Corpus) -> None:
    """So many coded items in sources of ten to twenty, some actors heard far more often than most."""
    graph = kg.KnowledgeGraph()
    graph.load(small.bare)
    head = f"PREFIX st: <{PREFIXES['st']}>"
    items = graph.query(f"{head} SELECT ?g (COUNT(?i) AS ?n) {{ GRAPH ?g {{ ?i st:certainty ?c }} }} GROUP BY ?g")
    sizes = items.column("n")
    assert sum(sizes) == 400
    # The last source has what is left.
    assert sorted(sizes)[1] >= 10
    assert max(sizes) <= 20
    heard = Counter(graph.query(f"{head} SELECT ?a {{ ?s st:holder ?a }}").column("a"))
    assert heard.most_common(1)[0][1] > 5 * heard.total() / len(heard)
    for needed in ("st:supersedes", "st:isIncompatibleWith", "st:isStipulatedBy", "st:utteredBy"):
        assert graph.ask(f"{head} ASK {{ ?a {needed} ?b }}"), needed
    languages = set(graph.query("SELECT DISTINCT (LANG(?o) AS ?l) { ?s ?p ?o FILTER ISLITERAL(?o) }").column("l"))
    assert {"en", "fa-af", "ps"} <= languages


def test_the_held_file_is_what_a_graph_holds_after_loading(small: Corpus) -> None:
    """Peers get the same quads as we hold: ontology, sources, and the merged view with each triple once."""
    graph = kg.KnowledgeGraph()
    graph.load(small.bare)
    held = ox.Store()
    held.bulk_load(path=str(small.held), format=ox.RdfFormat.N_QUADS)

    def named(quads: object) -> set[str]:
        return {str(q) for q in quads if "_:" not in str(q)}  # type: ignore[attr-defined]

    ours = graph.query("SELECT ?s ?p ?o { ?s ?p ?o }")
    view = held.query("SELECT ?s ?p ?o { ?s ?p ?o }").serialize(format=ox.QueryResultsFormat.TSV)  # type: ignore[union-attr]
    assert Counter(answers.from_tsv(view)) == Counter(answers.from_tsv(ours.to_tsv().encode()))
    in_graphs = [q for q in held if not isinstance(q.graph_name, ox.DefaultGraph)]
    assert named(graph.store.quads()) == named(in_graphs)
    assert len(in_graphs) == sum(1 for _ in graph.store.quads())
    # At least one triple stands in two graphs, or merging would not be put to work.
    assert len({q.triple for q in in_graphs}) < len(in_graphs)


def test_a_patch_adds_new_sources_on_known_actors(small: Corpus) -> None:
    """What is loaded on top of a corpus speaks of its actors, under names of its own."""
    graph = kg.KnowledgeGraph()
    graph.load(small.bare)
    known = set(graph.store.graphs())
    graph.load_text(corpus.patch(30, 0), "nq", name="patch")
    graph.load_text(corpus.patch(30, 1), "nq", name="patch")
    new = set(graph.store.graphs()) - known
    assert len(new) >= 4
    assert [str(f) for f in kg.check(graph).of("violation")] == []


def test_faults_are_found(small: Corpus) -> None:
    """The broken stances that validators are compared on break several kinds of constraint."""
    graph = kg.KnowledgeGraph()
    graph.load(small.bare)
    graph.load_text(corpus.faults(40), "nt", name="faults")
    found = Counter(f.check for f in kg.check(graph).of("violation"))
    assert len(found) >= 8
    assert found["CodedItem-evidence"] == 40


# -- questions -----------------------------------------------------------------------------


def test_there_are_twenty_questions_of_many_kinds() -> None:
    """Every question is a file that says what it asks and of what kind it is."""
    assert len(QUESTIONS) == 20
    assert len({q.kind for q in QUESTIONS}) >= 15
    assert all(q.title and "$" not in q.text for q in QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
def test_engines_agree_cell_by_cell(question: Question, engines: dict[str, peers.Peer], tmp_path: Path) -> None:
    """The raw engine, rdflib and we give equal answers to each question, as multisets of rows."""
    digests = {}
    for name, peer in engines.items():
        rows = peer.rows(question.text, peer.ask(question.text))
        digests[name] = answers.Digest.of(rows, tmp_path / f"{name}.rows")
    told = {n: answers.difference(digests["pyoxigraph"], d) for n, d in digests.items() if n != "pyoxigraph"}
    assert told == {"kg": "", "rdflib": ""}
    assert digests["kg"].rows > 0 or question.name == "18-what-must-come-first"


def test_the_frame_gives_what_sparql_gives(engines: dict[str, peers.Peer], tmp_path: Path) -> None:
    """Each of the six comparisons from columns is the same as the one by SPARQL."""
    from benchmarks.analyses import six_from_the_frame

    _, six = six_from_the_frame(engines, tmp_path, runs=1)
    assert set(six) == set(SIX) <= {q.name for q in QUESTIONS}
    texts = {q.name: q.text for q in QUESTIONS}
    for name, (_, digest) in six.items():
        rows = engines["kg"].rows(texts[name], engines["kg"].ask(texts[name]))
        assert answers.difference(answers.Digest.of(rows, tmp_path / f"{name}.rows"), digest) == "", name


def test_promises_are_fulfilled_and_follow_each_other() -> None:
    """In a corpus of some thousand statements there are chains of conditions to follow, and deeds that fulfil."""
    triples = [t for _, own, _ in corpus.Maker(4000, corpus.SEED).graphs() for t in own]
    assert sum(t.endswith("isConditionalOn>") for t in triples) > 5
    assert sum("#fulfils>" in t for t in triples) > 5


# -- comparing -----------------------------------------------------------------------------


def test_differences_are_told_row_by_row(tmp_path: Path) -> None:
    """What one engine misses and what it has beyond the others are both told, with an example."""
    ours = answers.Digest.of([("<a>", "1"), ("<b>", "2"), ("<b>", "2")], tmp_path / "a")
    theirs = answers.Digest.of([("<a>", "1"), ("<b>", "2"), ("<c>", "")], tmp_path / "b")
    told = answers.difference(ours, theirs)
    assert told == "3 rows against 3; 1 missing, such as b | 2; 1 extra, such as c | (unbound)"
    assert answers.difference(ours, ours) == ""


def test_only_the_freedom_of_writing_is_forgiven() -> None:
    """Numbers and plain strings may be written in several ways; other values, languages and types may not differ."""
    xsd = PREFIXES["xsd"]
    same = answers.literal
    assert same("4.0E0", "", f"{xsd}double") == same("4", "", f"{xsd}integer") == same("4.00", "", f"{xsd}decimal")
    assert same("a", "", f"{xsd}string") == same("a") != same("a", "en")
    assert same("4") != same("4", "", f"{xsd}integer")
    assert same("2020-01-01", "", f"{xsd}date") != same("2020-01-01")
    assert answers.loose((same("x", "en"), "<i>", same("2020-01-01", "", f"{xsd}date"))) == ("x", "<i>", "2020-01-01")


def test_every_reason_is_for_a_known_question_and_peer() -> None:
    """A reason for a difference cannot outlive the question or the peer it was written for."""
    known = {(peer, q.name) for names in GROUPS.values() for peer in names for q in QUESTIONS}
    assert set(REASONS) <= known


# -- reporting ------------------------------------------------------------------------------


def _run() -> Run:
    run = Run(100_000, 60.0)
    asked = Asked()
    for number, question in enumerate(QUESTIONS):
        for peer, wall in (("pyoxigraph", 100.0), ("kg", 105.0 + number), ("rdflib", 5000.0)):
            asked.cells[question.name, peer] = Timing(wall, wall, 5)
        asked.rows[question.name] = 60_000
    asked.cells["06-opposite-means", "rdflib"] = "> 60 s"
    asked.cells["20-the-stance-table", "kg, rdflib terms"] = Timing(150, 150, 5)
    asked.differences["17-stances-by-source", "kg"] = "1 rows against 2", ""
    run.asked = asked
    run.loads = {"kg": Load(2, 2, 40, 104, 200), "raw-bulk": Load(2, 2, 40, 100, 150), "rdflib": "> 60 s"}
    return run


def test_goals_are_met_or_missed_by_what_was_measured() -> None:
    """Each goal is held against the figures of the run, and a question stopped early counts as that long."""
    found = {goal.work + goal.peer.split(":")[0]: goal for goal in goals.goals(_run())}
    asked = found["`kg query` to a DataFrame, memorypyoxigraph"]
    assert (asked.met, asked.ratio[:4]) == (False, "1.24")
    assert "6 of 20 within 1.10" in asked.note
    beside = found["`kg query` to a DataFramerdflib in memory"]
    assert (beside.met, beside.note) == (True, "1 stopped at 60 s and count as that")
    assert found["memory, in-memory storepyoxigraph, the same quads"].met is True
    assert found["load RDF into memorypyoxigraph, the same quads"].met is True
    assert found["agreement on the twenty questions4 engines"].met is False
    assert found["rows as rdflib terms, 60,000 rowspyoxigraph"].met is True


def test_a_run_is_written_as_json_and_as_tables(tmp_path: Path) -> None:
    """The page is made from the JSON alone, so that kept runs can be shown again."""
    page, data = report.write(_run(), tmp_path)
    told = json.loads(data.read_text(encoding="utf-8"))
    text = page.read_text(encoding="utf-8")
    assert report.as_markdown(told) == text
    assert "| 06-opposite-means | self-join | 60,000 | 100 | 110 |" in text
    assert "> 60 s" in text
    assert "**unexplained**" in text


def test_a_plot_of_equal_runs_is_equal_bytes(tmp_path: Path) -> None:
    """No date and no chance in the drawing."""
    pytest.importorskip("matplotlib")
    from benchmarks import plot

    small_run, big_run = _run(), _run()
    small_run.size = 1_000
    files = [report.write(run, tmp_path)[1] for run in (small_run, big_run)]
    first = plot.draw(files, tmp_path / "a.svg").read_bytes()
    assert plot.draw(files, tmp_path / "b.svg").read_bytes() == first
    assert b"kg" in first


def test_the_frame_is_made_of_every_stance(engines: dict[str, peers.Peer]) -> None:
    """One row a stance, as the question for the whole table has."""
    ours = engines["kg"]
    assert isinstance(ours, peers.Ours)
    table = next(q.text for q in QUESTIONS if q.kind == "export")
    assert len(Frame.of(ours.graph).stances) == len(ours.ask(table))


# -- pages ------------------------------------------------------------------------------


def test_a_made_up_network_is_the_same_each_time_and_has_its_size() -> None:
    """The network whose page is measured has so many actors, 2.2 ties an actor, and evidence behind every tie."""
    document = pages.network(300)
    assert document == pages.network(300)
    assert document != pages.network(300, seed=8)
    assert [len(document.nodes), len(document.edges)] == [300, 660]
    assert all(edge.statements for edge in document.edges)
    assert len({(edge.source, edge.target) for edge in document.edges}) == 660
    document.check()


def test_the_table_of_pages_tells_what_misses_its_goal(tmp_path: Path) -> None:
    """A figure beyond its goal is bold, a page that was given up says so, and the table goes between its marks."""
    ours = pages.Line("kg", 20, 44, 0.5, 0.1, 560.0, 0.2, 60.0, 51.0, 20.0)
    theirs = pages.Line("pyvis default", 20, 44, 0.1, None, 700.0, notes=["given up after 60 s"])
    text = pages.table([ours, theirs])
    assert "| kg | 20 | 44 | 0.20 s | 60 | **51 ms** | 20 ms | **560 KB** | 0.10 s | 0.50 s |" in text
    assert "| pyvis default | 20 | 44 | given up after 60 s | – | – | – | 700 KB | – | 0.10 s |" in text
    page = tmp_path / "benchmarks.md"
    page.write_text("Before\n<!-- pages -->\nold\n<!-- end of pages -->\nAfter\n", encoding="utf-8")
    pages.into_docs(text, page)
    assert page.read_text(encoding="utf-8") == f"Before\n<!-- pages -->\n\n{text}\n\n<!-- end of pages -->\nAfter\n"
