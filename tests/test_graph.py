"""KnowledgeGraph: open, load, ask, narrow, save."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import networkx
import pytest
from support import PAGE, SEED, TURTLE, canonical, consistent, lines

import kg
from kg.errors import KGError, NotFound, ParameterError, ReadError, StoreError
from kg.terms import PREFIXES, compact, resource

Fresh = Callable[[], kg.KnowledgeGraph]
ARTICLE = resource("data") / "seed-article"
SHEETS = resource("data") / "afghan-peace-process"

ONE = TURTLE + "graph:one { actor:a st:supportsActor actor:b } graph:two { actor:a st:supportsActor actor:b }"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?a <https://w3id.org/actor-stance/ns#supportsActor> ?b }"


def stance_of(graph: kg.KnowledgeGraph, holder: str, position: str) -> list[tuple[int, bool]]:
    """Value and whether it is superseded, of the stances of one holder on one position."""
    return sorted(
        (row["value"], row["superseded"]) for row in kg.stances(graph)
        if compact(row["holder"]) == holder and compact(row["position"]) == position
    )


# -- opening -----------------------------------------------------------------------------


def test_a_new_graph_holds_the_ontology() -> None:
    """Every graph holds the ontology, so questions may use its terms and labels from the start."""
    g = kg.KnowledgeGraph()

    assert g.ask("ASK { <https://w3id.org/actor-stance/ns#Stance> a <http://www.w3.org/2002/07/owl#Class> }")
    assert g.find("negotiates with", "relation") == f"{PREFIXES['st']}negotiatesWith"
    assert lines(g) == []


def test_a_folder_is_made_and_kept(tmp_path: Path) -> None:
    """A folder graph is made when it is missing and holds its content when it is opened again."""
    with kg.KnowledgeGraph(tmp_path / "my.kg") as g:
        g.load(ARTICLE)
        before = lines(g)
    with kg.KnowledgeGraph(tmp_path / "my.kg", read_only=True) as again:
        assert lines(again) == before
        assert again.find("Taliban", "actor") == f"{PREFIXES['actor']}taliban"


def test_the_ontology_of_a_folder_is_renewed(tmp_path: Path) -> None:
    """A graph made with another version of the ontology gets the present one when it is opened for writing."""
    with kg.KnowledgeGraph(tmp_path / "my.kg") as g:
        whole = sum(1 for _ in g.store.quads("https://w3id.org/actor-stance/ontology"))
        g.store.remove(list(g.store.quads("https://w3id.org/actor-stance/ontology"))[:50])
    with kg.KnowledgeGraph(tmp_path / "my.kg") as g:
        assert sum(1 for _ in g.store.quads("https://w3id.org/actor-stance/ontology")) == whole


def test_a_file_is_opened_to_read(tmp_path: Path) -> None:
    """A file is read into memory with its direct ties, and stays as it is."""
    file = tmp_path / "page.csv"
    file.write_text(PAGE, encoding="utf-8")
    g = kg.KnowledgeGraph(file)

    assert g.ask("ASK { ?a <https://w3id.org/actor-stance/ns#disagreesWith> ?b }")
    with pytest.raises(StoreError, match="open for reading only"):
        g.load(file)
    assert file.read_text(encoding="utf-8") == PAGE


def test_a_graph_says_what_it_is(article: kg.KnowledgeGraph) -> None:
    """The repr of a graph tells store, size and selection."""
    shown = repr(article.where(issues="prisoner release", since="2020"))

    assert shown.startswith(f"<KnowledgeGraph memory: {article.store.count()} triples, issue prisoner release")
    assert "since 2020" in shown


def test_info_counts_each_kind_of_thing(article: kg.KnowledgeGraph) -> None:
    """``info`` counts actors, stances, events and the rest, subclasses included."""
    counts = {compact(row["class"]) if "class" in row else None: row["count"] for row in article.info()}

    assert counts["st:Stance"] == 32
    assert counts["st:Event"] == 21
    assert counts["st:Source"] == 1


# -- loading -----------------------------------------------------------------------------


def test_a_triple_in_two_sources_counts_once() -> None:
    """A triple that two sources hold is one row of an answer, and the quads are two."""
    g = kg.KnowledgeGraph()

    assert g.load_text(ONE, "trig") == 2
    assert g.query(COUNT).column("n") == [1]
    assert len(lines(g)) == 2


@pytest.mark.parametrize("what", [[ARTICLE], [SHEETS], [ARTICLE, SHEETS]], ids=["rdf", "sheets", "both"])
def test_loading_twice_adds_nothing(what: list[Path]) -> None:
    """The second load of the same files finds nothing new, and changes nothing."""
    g = kg.KnowledgeGraph()

    assert g.load(*what) > 1000
    before = lines(g)
    assert g.load(*what) == 0
    assert lines(g) == before
    assert consistent(g)


def test_the_order_of_loading_does_not_matter() -> None:
    """Two corpora give the same graph and the same derived ties in either order."""
    first, second = kg.KnowledgeGraph(), kg.KnowledgeGraph()
    first.load(ARTICLE)
    first.load(SHEETS)
    second.load(SHEETS, ARTICLE)

    assert kg.infer(first) == kg.infer(second)
    assert lines(first) == lines(second)


def test_triples_without_a_graph_are_named_after_their_file(tmp_path: Path) -> None:
    """Triples that name no graph go to a graph called after the file, so that it can be withdrawn."""
    (tmp_path / "My notes.ttl").write_text("<urn:a> <urn:b> 1 .", encoding="utf-8")
    g = kg.KnowledgeGraph()
    g.load(tmp_path / "My notes.ttl")

    assert "https://w3id.org/actor-stance/graph/my-notes" in g.store.graphs()
    assert g.withdraw("my-notes") == 1


def test_a_folder_is_loaded_whole(tmp_path: Path) -> None:
    """A folder is loaded with all RDF files and sheets in it and below it; other files are passed over."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.ttl").write_text("<urn:a> <urn:b> 1 .", encoding="utf-8")
    (tmp_path / "deep" / "b.nt").write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    (tmp_path / "deep" / "page.csv").write_text(PAGE, encoding="utf-8")
    (tmp_path / "README.md").write_text("words", encoding="utf-8")
    g = kg.KnowledgeGraph()
    g.load(tmp_path)

    assert g.query("SELECT ?o WHERE { <urn:a> <urn:b> ?o } ORDER BY ?o").column("o") == ["urn:c", 1]
    assert len(kg.stances(g)) == 2


def test_text_can_be_loaded() -> None:
    """RDF text is loaded like a file, into a graph of the name given."""
    g = kg.KnowledgeGraph()

    assert g.load_text("<urn:a> <urn:b> 1 .", name="note one") == 1
    assert g.load_text(b'{"@id": "urn:a", "urn:b": 2}', "jsonld", name="note two") == 1
    assert {f"{PREFIXES['graph']}note-one", f"{PREFIXES['graph']}note-two"} <= set(g.store.graphs())


def test_all_or_nothing_is_loaded(tmp_path: Path) -> None:
    """When one of several files is wrong, nothing is loaded, and all that is wrong is told together."""
    (tmp_path / "a.ttl").write_text("<urn:a> <urn:b> 1 .", encoding="utf-8")
    (tmp_path / "b.ttl").write_text("<urn:a> <urn:b> .", encoding="utf-8")
    (tmp_path / "c.nt").write_text("<urn:a> x .", encoding="utf-8")
    (tmp_path / "d.csv").write_text("actor,summary,wrong\nA,b,c\n", encoding="utf-8")
    g = kg.KnowledgeGraph()

    with pytest.raises(ReadError) as caught:
        g.load(*sorted(tmp_path.iterdir()))
    said = str(caught.value).splitlines()
    assert [next(n for n in ("b.ttl", "c.nt", "d.csv") if n in line) for line in said] == ["b.ttl", "c.nt", "d.csv"]
    assert lines(g) == []


def test_a_mended_sheet_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    """With ``replace`` a new version of a sheet leaves the graph as if the old one had never been loaded."""
    file = tmp_path / "page.csv"
    file.write_text(PAGE, encoding="utf-8")
    g, fresh = kg.KnowledgeGraph(), kg.KnowledgeGraph()
    g.load(file)
    file.write_text(PAGE.replace("strongly oppose", "support").replace("Gazette", "GAZETTE", 1), encoding="utf-8")
    g.load(file, replace=True)
    fresh.load(file)

    assert lines(g, registry=False) == lines(fresh, registry=False)
    assert {row["value"] for row in kg.stances(g)} == {1}


# -- saving ------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "ending"), [(ARTICLE, "trig"), (ARTICLE, "nq"), (ARTICLE, "jsonld"), (SHEETS, "trig"), (SHEETS, "nq")]
)
def test_what_is_saved_can_be_loaded_as_it_was(tmp_path: Path, what: Path, ending: str) -> None:
    """Saving to a format with graphs and loading the file gives the same graph, derived ties included."""
    g, again = kg.KnowledgeGraph(), kg.KnowledgeGraph()
    g.load(what)
    kg.infer(g)
    again.load(g.save(tmp_path / f"all.{ending}"))

    assert canonical(again) == canonical(g)


@pytest.mark.parametrize("ending", ["ttl", "nt", "rdf"])
def test_formats_without_graphs_hold_each_triple_once(tmp_path: Path, ending: str) -> None:
    """Turtle, N-Triples and RDF/XML get the merged triples, without the sources they come from."""
    g, again = kg.KnowledgeGraph(), kg.KnowledgeGraph()
    g.load_text(ONE, "trig")
    again.load(g.save(tmp_path / f"all.{ending}"))

    assert len(lines(again)) == 1
    assert again.query(COUNT).column("n") == [1]


def test_saving_twice_gives_the_same_bytes(fresh: Fresh, tmp_path: Path) -> None:
    """The same content is the same file, so that it can be kept under version control."""
    for ending in ("trig", "nq"):
        one = fresh().save(tmp_path / f"one.{ending}").read_bytes()
        assert one == fresh().save(tmp_path / f"two.{ending}").read_bytes()


def test_the_ontology_is_not_saved(article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """A saved file holds what was loaded and derived, not the ontology that every graph has anyway."""
    text = article.save(tmp_path / "a.nq").read_text(encoding="utf-8")

    assert "<https://w3id.org/actor-stance/ontology> ." not in text
    assert f"<{PREFIXES['graph']}derived/{SEED}> ." in text


def test_a_wrong_place_or_format_is_refused(article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """A file in no folder, or with an ending that is no RDF format, is refused with what to do."""
    with pytest.raises(StoreError, match=r"cannot be written: No such file or directory\. Check the folder"):
        article.save(tmp_path / "none" / "a.nq")
    with pytest.raises(ReadError, match=r'"\.tttl" is no RDF format\. Did you mean "\.ttl"\? Use one of ttl, trig,'):
        article.save(tmp_path / "a.tttl")
    assert list(tmp_path.iterdir()) == []


# -- asking ------------------------------------------------------------------------------


def test_an_answer_says_what_it_was_made_from(article: kg.KnowledgeGraph) -> None:
    """A table names the graph, the query with its parameters, and the number of rows."""
    table = article.query("negotiates-with", actor="Taliban")

    assert table.made_from == {"graph": "memory", "query": "negotiates-with (actor=Taliban)", "rows": str(len(table))}
    assert len(table) > 0


def test_a_parameter_may_have_any_name(article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """No name of a parameter is taken by the method itself."""
    (tmp_path / "q.rq").write_text("# T\n#\n# param text: text\nSELECT ($text AS ?x) {}", encoding="utf-8")

    assert article.query(str(tmp_path / "q.rq"), text="hello").column("x") == ["hello"]


def test_answers_are_shown_with_labels(article: kg.KnowledgeGraph) -> None:
    """IRIs in an answer are shown under their labels."""
    shown = article.query("SELECT ?b WHERE { <https://w3id.org/actor-stance/id/actor/united-states> "
                          "<https://w3id.org/actor-stance/ns#negotiatesWith> ?b }").to_text()

    assert "Taliban" in shown


def test_ask_is_a_truth_value(article: kg.KnowledgeGraph) -> None:
    """``ask`` gives true or false; parameters take names."""
    sparql = "PREFIX st: <https://w3id.org/actor-stance/ns#>\nASK { $who st:negotiatesWith ?b }"

    assert article.ask(sparql, who="actor:taliban") is True
    assert article.ask(sparql, who="actor:nobody") is False


# -- narrowing ---------------------------------------------------------------------------


def positions(graph: kg.KnowledgeGraph) -> set[str]:
    """Local names of the positions in the stances of a graph."""
    return {row["position"].rsplit("/", 1)[1] for row in kg.stances(graph)}


def test_an_issue_counts_with_all_narrower_ones(article: kg.KnowledgeGraph) -> None:
    """Narrowing to an issue keeps the stances on issues below it, at any depth."""
    assert positions(article.where(issues="pace of the prisoner release")) == {
        "release-in-small-lots", "hundreds-freed-daily",
    }
    assert positions(article.where(issues="prisoner exchange")) == {
        "release-prisoners", "release-in-small-lots", "hundreds-freed-daily", "select-by-government-criteria",
        "select-by-taliban-list", "free-commanders", "second-release-conciliatory", "release-captives",
        "exchange-collapsed", "release-cannot-be-verified",
    }
    assert positions(article.where(issues=["talks", "Afghan presidency"])) == {
        "continue-talks", "abdullah-is-president", "ghani-is-president",
    }


def test_actors_are_holders_or_speakers(article: kg.KnowledgeGraph) -> None:
    """Narrowing to an actor keeps what it holds and what it voices for another."""
    holders = {compact(row["holder"]) for row in kg.stances(article.where(actors="Javid Faisal"))}

    assert holders == {"actor:afghan-government"}


def test_a_basis_is_word_deed_commitment_or_report(article: kg.KnowledgeGraph) -> None:
    """Narrowing to a basis keeps the stances read from it; another word is refused."""
    assert {compact(r["basis"]) for r in kg.stances(article.where(basis=["deed", "report"]))} == {
        "stx:deed", "stx:report",
    }
    with pytest.raises(NotFound, match=r'No basis "words"\. Use word, deed, commitment, report\.'):
        article.where(basis="words")


def test_a_source_is_a_title_an_identifier_or_an_iri(corpus: kg.KnowledgeGraph) -> None:
    """Narrowing to a source keeps its stances only."""
    narrowed = corpus.where(sources=SEED)

    assert {compact(row["source"]) for row in kg.stances(narrowed)} == {f"src:{SEED}"}
    assert len(kg.stances(narrowed)) < len(kg.stances(corpus))


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ({}, [(-1, True), (1, False)]),
        ({"until": "2020-04-07"}, [(-1, False)]),
        ({"until": "2020-03"}, [(-1, False)]),
        ({"until": "2020-04-08"}, [(-1, True), (1, False)]),
        ({"since": "2020-04-08"}, [(-1, True), (1, False)]),
        ({"since": "2020-04-08", "until": "2020-04-08"}, [(-1, True), (1, False)]),
        ({"since": "2020-04-09"}, [(-1, True)]),
        ({"since": "2020-05"}, []),
    ],
)
def test_a_stance_stands_until_it_is_replaced(
    article: kg.KnowledgeGraph, period: dict[str, str], expected: list[tuple[int, bool]]
) -> None:
    """Before the change of 8 April 2020 the government's old stance stands; from that day on it is superseded."""
    assert stance_of(article.where(**period), "actor:afghan-government", "pos:release-prisoners") == expected


def test_a_period_leaves_out_what_has_no_date(article: kg.KnowledgeGraph) -> None:
    """When a period is asked for, items without any date are left out: silence about time is not a date."""
    narrowed = article.where(since="2000", until="2030")

    assert 0 < len(kg.stances(narrowed)) < len(kg.stances(article))
    assert all(row["start"] or row["notBefore"] or row["notAfter"] for row in kg.stances(narrowed))


def test_years_and_months_are_whole(corpus: kg.KnowledgeGraph) -> None:
    """A year or a month stands for its first day in ``since`` and for its last in ``until``."""
    chosen = corpus.where(since="2020-02", until="2020").selection

    assert (chosen.since, chosen.until) == ("2020-02-01", "2020-12-31")
    assert corpus.where(until="2020-02").selection.until == "2020-02-29"
    assert corpus.where(until="2020-12").selection.until == "2020-12-31"


@pytest.mark.parametrize("text", ["soon", "2020-13", "2020-02-30", "20-4", "2020-04-08-1", ""])
def test_a_wrong_date_is_refused(article: kg.KnowledgeGraph, text: str) -> None:
    """A date that is none is refused with examples; an empty one is no filter."""
    if not text:
        assert article.where(since=text).selection.since is None
        return
    with pytest.raises(ParameterError, match=rf'"{text}" is no date for since\. Use 2020, 2020-04 or 2020-04-08\.'):
        article.where(since=text)


def test_narrowing_twice_narrows_further(article: kg.KnowledgeGraph) -> None:
    """A graph that was narrowed can be narrowed again; both filters hold."""
    once = article.where(issues="prisoner exchange", since="2020-04-01")
    twice = once.where(issues="prisoner release", actors="Afghan government", since="2020-03")

    assert positions(twice) == {"release-prisoners"}
    assert twice.selection.since == "2020-04-01"
    assert len(kg.stances(once.where(issues="Afghan presidency"))) == 0
    assert "issue prisoner exchange" in twice.selection.describe()
    assert "actor Afghan government" in twice.selection.describe()


def test_narrowing_leaves_the_graph_as_it_is(article: kg.KnowledgeGraph) -> None:
    """``where`` gives another graph; the one it is called on still holds everything."""
    before = len(kg.stances(article))
    article.where(issues="Afghan presidency")

    assert len(kg.stances(article)) == before
    assert article.selection.describe() == "everything"


def test_an_unknown_name_in_a_filter_is_refused(article: kg.KnowledgeGraph) -> None:
    """A filter with a name that stands for nothing is refused with the nearest."""
    with pytest.raises(NotFound, match=r'No issue "prisoner relase"\. Did you mean "prisoner release"\?'):
        article.where(issues="prisoner relase")
    with pytest.raises(NotFound, match=r'No source "CNN"'):
        article.where(sources="CNN")


# -- as a networkx graph -------------------------------------------------------------------


def test_it_becomes_a_networkx_multigraph(article: kg.KnowledgeGraph) -> None:
    """``to_networkx`` has labels and kinds on nodes; relation, sign, dates, items and evidence on edges."""
    nx = article.to_networkx()
    edge = nx.edges[f"{PREFIXES['actor']}trump", f"{PREFIXES['actor']}afghan-government", "threatens"]

    assert isinstance(nx, networkx.MultiDiGraph)
    assert nx.nodes[f"{PREFIXES['actor']}taliban"] == {"label": "Taliban", "kind": "ArmedGroup"}
    assert (edge["relation"], edge["label"], edge["sign"], edge["family"], edge["directed"], edge["weight"]) == (
        f"{PREFIXES['st']}threatens", "threatens", -1, "conflict", True, 1,
    )
    assert [compact(i) for i in edge["items"]] == [f"item:{SEED}/e-threat"]
    assert [compact(e) for e in edge["evidence"]] == [f"item:{SEED}/evidence/e15"]


def test_a_closed_graph_frees_its_folder(tmp_path: Path) -> None:
    """After ``close`` another graph may write to the folder."""
    g = kg.KnowledgeGraph(tmp_path / "my.kg")
    with pytest.raises(StoreError, match="locked"):
        kg.KnowledgeGraph(tmp_path / "my.kg")
    g.close()
    kg.KnowledgeGraph(tmp_path / "my.kg").close()


def test_every_failure_is_one_family(article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """Someone who catches KGError catches every failure of a graph."""
    for fail in (
        lambda: article.find("nobody", "actor"), lambda: article.query("SELEKT"), lambda: article.load("none.ttl"),
        lambda: article.save(tmp_path), lambda: article.where(since="x"), lambda: article.update("x"),
        lambda: kg.KnowledgeGraph(tmp_path / "none.kg", create=False),
        lambda: kg.KnowledgeGraph().load_text("x"), lambda: kg.KnowledgeGraph().load_text("", "turtle"),
        lambda: kg.KnowledgeGraph().load_text("<urn:a> <urn:b> 1 .", "excel"),
    ):
        with pytest.raises(KGError):
            fail()
