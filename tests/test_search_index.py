"""The index of full-text search never lags behind the graph: after any write, in any process, after a kill."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from harbour import HARBOUR, named, things
from support import ITEM, environment, run

import kg
from kg import texts
from kg.terms import PREFIXES, resource

HEAD = f"PREFIX st: <{PREFIXES['st']}>"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small graph in a folder, with its index, made once."""
    place = tmp_path_factory.mktemp("search") / "h.kg"
    with kg.KnowledgeGraph(place) as graph:
        graph.load_text(HARBOUR, "trig")
        kg.search(graph, "harbour")
    return place


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """The small graph in a folder, with its index, for a test to change."""
    return Path(shutil.copytree(made, tmp_path / "h.kg"))


# -- in step with the graph ------------------------------------------------------------------------


def _index(path: Path) -> dict[str, object]:
    """What the file of an index says of itself."""
    with sqlite3.connect(f"file:{path / 'search.sqlite'}?mode=ro", uri=True) as db:
        about = dict(db.execute("SELECT name, value FROM about"))
    db.close()
    return about


@pytest.fixture(params=["memory", "folder"])
def kept(request: pytest.FixtureRequest) -> Iterator[kg.KnowledgeGraph]:
    """The small graph, its index made, in memory and in a folder."""
    with kg.KnowledgeGraph(request.getfixturevalue("folder") if request.param == "folder" else None) as graph:
        graph.load_text(HARBOUR, "trig")
        kg.search(graph, "harbour")
        yield graph


def test_every_way_to_write_is_followed(kept: kg.KnowledgeGraph) -> None:
    """What load, update and rdflib change is found, or no longer found, by the next search."""
    import rdflib

    kept.load_text(named("Quincunx"))
    assert things(kept, "quincunx", kind="actor") == ["actor/new"]
    kept.update(f"PREFIX skos: <{PREFIXES['skos']}> DELETE {{ ?a skos:prefLabel ?l }} INSERT {{ ?a skos:prefLabel "
                f'"Rhombus"@en }} WHERE {{ ?a skos:prefLabel ?l FILTER (STR(?l) = "Quincunx") }}')  # fmt: skip
    assert things(kept, "quincunx") == []
    assert things(kept, "rhombus") == ["actor/new"]
    subject = rdflib.URIRef(f"{ITEM}actor/new")
    kept.rdflib.add(
        (subject, rdflib.URIRef(f"{PREFIXES['skos']}altLabel"), rdflib.Literal("Trapeze", lang="fr"))
    )
    assert things(kept, "trapeze") == ["actor/new"]
    kept.rdflib.remove((subject, None, None))
    assert things(kept, "trapeze OR rhombus") == []
    kg.infer(kept)
    assert things(kept, "zanzibar") == ["courier/evidence/s2"]


def test_a_kind_that_changes_is_followed(kept: kg.KnowledgeGraph) -> None:
    """A thing that is typed otherwise is found under its new kind."""
    here, graph = ox.NamedNode(f"{ITEM}issue/peace"), ox.NamedNode(PREFIXES["graph"] + "registry")
    typed = ox.NamedNode(PREFIXES["rdf"] + "type")
    before, after = (
        ox.Quad(here, typed, ox.NamedNode(PREFIXES["st"] + c), graph) for c in ("Issue", "Place")
    )
    kept.store.change(remove=[before], add=[after])

    assert things(kept, "peace", kind="place") == ["issue/peace"]
    assert "issue/peace" not in things(kept, "peace", kind="issue")


def test_a_quotation_whose_selector_changes_is_followed(kept: kg.KnowledgeGraph) -> None:
    """A text that hangs on a node between, named or not, is renewed when only that node changes."""
    for old, new in (
        ("Close the harbour, and close it by May.", "Quagga"),
        ("Zanzibar will hear of this.", "Okapi"),
    ):
        (quad,) = [
            q for q in kept.store.quads() if isinstance(q.object, ox.Literal) and q.object.value == old
        ]
        kept.store.change(
            remove=[quad], add=[ox.Quad(quad.subject, quad.predicate, ox.Literal(new), quad.graph_name)]
        )
        assert len(things(kept, new)) == 1
        assert things(kept, f'"{old}"') == []


def test_a_withdrawn_source_leaves_no_text(folder: Path) -> None:
    """After ``withdraw`` no search finds the source's texts, and the file does not hold them."""
    assert b"Zanzibar" in (folder / "search.sqlite").read_bytes()
    with kg.KnowledgeGraph(folder) as graph:
        graph.withdraw("courier")
        left = b"".join(p.read_bytes() for p in folder.glob("search.sqlite*"))
        assert b"Zanzibar" not in left
        assert things(graph, "zanzibar") == []
        assert things(graph, "closure") == ["gazette/evidence/s1"]


def test_a_text_that_another_source_holds_stays(kept: kg.KnowledgeGraph) -> None:
    """A triple in two sources is found once, and as long as one of them is there."""
    here, alias = ox.NamedNode(f"{ITEM}actor/ferry"), ox.NamedNode(PREFIXES["skos"] + "altLabel")
    graphs = [ox.NamedNode(PREFIXES["graph"] + name) for name in ("gazette", "courier")]
    quads = [ox.Quad(here, alias, ox.Literal("Obelisk"), graph) for graph in graphs]
    kept.store.change(add=quads)
    for quad in quads:
        assert things(kept, "obelisk") == ["actor/ferry"]
        kept.store.change(remove=[quad])
    assert things(kept, "obelisk") == []


@pytest.mark.parametrize("seed", range(2))
def test_following_changes_is_the_same_as_starting_afresh(kept: kg.KnowledgeGraph, seed: int) -> None:
    """After any series of changes the index gives what a new index of the same graph gives."""
    dice = random.Random(seed)
    words = ["anchor", "buoy", "crane", "dock", "کابل", "سوله", "O'Neill", "half-mast"]
    nodes = [ox.NamedNode(f"{ITEM}actor/a{i}") for i in range(8)]
    names = [ox.NamedNode(PREFIXES["skos"] + n) for n in ("prefLabel", "altLabel", "definition")]
    graphs = [ox.NamedNode(PREFIXES["graph"] + n) for n in ("one", "two")]

    def quad() -> ox.Quad:
        if dice.random() < 0.2:
            kind = ox.NamedNode(PREFIXES["st"] + dice.choice(("Person", "Issue")))
            return ox.Quad(
                dice.choice(nodes), ox.NamedNode(PREFIXES["rdf"] + "type"), kind, dice.choice(graphs)
            )
        text = ox.Literal(" ".join(dice.choices(words, k=2)), language=dice.choice(("en", "ps")))
        return ox.Quad(dice.choice(nodes), dice.choice(names), text, dice.choice(graphs))

    for _ in range(25):
        there = [q for q in kept.store.quads() if q.graph_name in graphs]
        gone = dice.sample(there, min(len(there), dice.randrange(4)))
        kept.store.change(remove=gone, add=[quad() for _ in range(dice.randrange(5))])
    other = kg.KnowledgeGraph()
    other.store.change(add=list(kept.store.quads()))
    for word in (*words, "anchor dock", "anchor -buoy", "crane OR dock"):
        mine, fresh = (
            sorted((r["thing"], r["kind"], r["score"]) for r in kg.search(g, word)) for g in (kept, other)
        )
        assert mine == fresh


def test_an_index_is_kept_from_one_process_to_the_next(folder: Path) -> None:
    """What another process loads is in the index when it ends; nobody builds it again."""
    made = (folder / "search.sqlite").stat().st_ino
    sheet = folder.parent / "more.ttl"
    sheet.write_text(named("Quincunx"), encoding="utf-8")
    assert run("load", sheet, graph=folder).code == 0

    found = run("search", "quincunx", "-f", "csv", graph=folder)
    assert "actor/new" in found.out
    assert (folder / "search.sqlite").stat().st_ino == made
    assert _index(folder)["revision"] == str(kg.KnowledgeGraph(folder, read_only=True).store.revision)


def test_a_reader_writes_nothing(folder: Path) -> None:
    """An opener for reading uses an index that is in step, and makes its own, elsewhere, when there is none."""
    for action in (
        lambda: None,
        (folder / "search.sqlite").unlink,
        lambda: (folder / "search.sqlite").write_bytes(b"x" * 99),
    ):
        action()
        before = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
        with kg.KnowledgeGraph(folder, read_only=True) as graph:
            assert things(graph, "zanzibar") == ["courier/evidence/s2"]
        assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == before


def test_a_reader_keeps_to_what_it_opened(folder: Path) -> None:
    """While another writes, a reader's search agrees with the reader's graph."""
    with kg.KnowledgeGraph(folder, read_only=True) as reader:
        assert things(reader, "quincunx") == []
        with kg.KnowledgeGraph(folder) as writer:
            writer.load_text(named("Quincunx"))
            assert things(writer, "quincunx") == ["actor/new"]
            held = bool(reader.ask(f'ASK {{ ?x <{PREFIXES["skos"]}prefLabel> "Quincunx"@en }}'))
            assert bool(things(reader, "quincunx")) == held
            assert things(reader, "zanzibar") == ["courier/evidence/s2"]


@pytest.mark.parametrize("damage", [b"", b"nonsense" * 600, None])
def test_a_damaged_index_is_made_anew(folder: Path, damage: bytes | None) -> None:
    """An index that is empty, nonsense, or broken in the middle is replaced; nobody sees an error."""
    file = folder / "search.sqlite"
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096) if damage is None else damage)
    with kg.KnowledgeGraph(folder) as graph:
        assert things(graph, "zanzibar") == ["courier/evidence/s2"]


def test_an_index_of_another_making_is_made_anew(folder: Path) -> None:
    """An index from a version with other fields or foldings is not trusted."""
    with sqlite3.connect(folder / "search.sqlite") as db:
        db.execute("UPDATE about SET value = 'older' WHERE name = 'made with'")
        db.execute("DELETE FROM texts")
    db.close()
    with kg.KnowledgeGraph(folder) as graph:
        assert things(graph, "zanzibar") == ["courier/evidence/s2"]


_DIE = """
import os, signal, sys, kg
from kg.texts import index, making
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
graph = kg.KnowledgeGraph(sys.argv[1])
{before}
{how}
graph.load_text(sys.argv[2])
kg.search(graph, "quincunx")
print("survived")
"""
_MOMENTS = {
    "before the index hears of it": ("", "index.Index.follow = die"),
    "in the middle of its transaction": ("", "making.note = die"),
    "while it is built": ("os.remove(sys.argv[1] + '/search.sqlite')", "making.index_row = die"),
    "before it is put in place": ("os.remove(sys.argv[1] + '/search.sqlite')", "os.fsync = die"),
}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize("moment", sorted(_MOMENTS))
def test_a_kill_at_any_moment_does_no_harm(folder: Path, moment: str) -> None:
    """Killed between the store's write and the index's, or in the index's own, the next search is right."""
    before, how = _MOMENTS[moment]
    code = _DIE.format(before=before, how=how)
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), named("Quincunx")],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    with kg.KnowledgeGraph(folder, read_only=True) as graph:
        assert things(graph, "quincunx") == ["actor/new"]
    with kg.KnowledgeGraph(folder) as graph:
        assert things(graph, "quincunx") == ["actor/new"]
        assert things(graph, "zanzibar") == ["courier/evidence/s2"]
    assert {p.name for p in folder.glob("search*")} == {"search.sqlite"}


def test_an_index_that_cannot_be_kept_is_a_temporary_file(folder: Path) -> None:
    """Where the file cannot be put in the folder, as on a full disk, a search works all the same."""
    (folder / "search.sqlite").unlink()
    (folder / "search.new").mkdir()  # in the place of the draft
    with kg.KnowledgeGraph(folder) as graph:
        assert things(graph, "zanzibar") == ["courier/evidence/s2"]
        graph.load_text(named("Quincunx"))
        assert things(graph, "quincunx") == ["actor/new"]
    assert not (folder / "search.sqlite").exists()


def test_much_at_once_empties_the_index_and_the_next_search_fills_it(kept: kg.KnowledgeGraph) -> None:
    """A change of more texts than are worth following leaves no stale text and no missing one."""
    label, graph = ox.NamedNode(PREFIXES["skos"] + "prefLabel"), ox.NamedNode(PREFIXES["graph"] + "many")
    kept.store.change(
        add=[
            ox.Quad(ox.NamedNode(f"{ITEM}actor/m{i}"), label, ox.Literal(f"mooring m{i}x"), graph)
            for i in range(20_050)
        ]
    )
    assert things(kept, "m20049x") == ["actor/m20049"]
    assert len(things(kept, "mooring", limit=200)) == 200


# -- on the command line ---------------------------------------------------------------------------


def test_the_verb_finds_and_keeps_the_index(folder: Path) -> None:
    """``kg search`` prints what it found and leaves the index in the folder for the next time."""
    (folder / "search.sqlite").unlink()
    done = run("search", "zanzibar", "-f", "csv", graph=folder)

    assert done.code == 0
    assert done.out.splitlines()[1].startswith(
        f"{ITEM}courier/evidence/s2,evidence,quote,**Zanzibar** will hear"
    )
    made = (folder / "search.sqlite").stat().st_mtime_ns
    ask = f'{HEAD} SELECT ?x WHERE {{ ?x st:matches "zanzibar" }}'
    assert f"{ITEM}courier/evidence/s2" in run("query", ask, "-f", "csv", graph=folder).out
    assert (folder / "search.sqlite").stat().st_mtime_ns == made


def test_a_search_in_a_query_makes_the_index_too(folder: Path) -> None:
    """``kg query`` with a search in it keeps the index as ``kg search`` does."""
    (folder / "search.sqlite").unlink()

    assert run(
        "query", f'{HEAD} ASK {{ ?x st:matches "zanzibar" }}', "-f", "csv", graph=folder
    ).out.split() == ["ask", "true"]
    assert (folder / "search.sqlite").exists()


def test_a_folder_that_another_writes_to_is_searched(folder: Path) -> None:
    """While a writer has the folder, a search without an index in step makes its own and says so."""
    with kg.KnowledgeGraph(folder) as writer:
        (folder / "search.sqlite").unlink()
        done = run("search", "zanzibar", "-f", "csv", graph=folder)
        assert writer.store.revision

    assert done.code == 0
    assert f"{ITEM}courier/evidence/s2" in done.out
    assert "each search makes its own" in done.err


def test_nothing_found_is_an_answer(folder: Path) -> None:
    """As with a query that has no rows, the table is empty, the exit code 0, and a sentence says it."""
    done = run("search", "nowhere", "at", "all", graph=folder)

    assert done.code == 0
    assert "Nothing matches: nowhere at all" in done.err


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("!!!",), 2, "holds no word to search for"),
        ((), 2, "WORDS"),
        (("boat", "--kind", "actr"), 1, 'Did you mean "actor"?'),
        (("boat", "--limit", "0"), 2, "limit"),
        (("boat", "--actor", "Fery company"), 1, 'Did you mean "Ferry company"?'),
    ],
)
def test_wrong_usage_is_one_sentence(folder: Path, args: tuple[str, ...], code: int, said: str) -> None:
    """A slip ends with a sentence and the exit code of its kind."""
    done = run("search", *args, graph=folder)

    assert done.code == code
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_selection_on_the_command_line(folder: Path) -> None:
    """The options of the analysis verbs narrow a search too."""
    done = run("search", "harbour OR boats", "--since", "2024-06", "-f", "csv", graph=folder)

    assert [line.split(",")[0] for line in done.out.splitlines()[1:]] == [f"{ITEM}courier/evidence/s2"]


def test_the_shipped_corpus_can_be_copied_with_its_index(tmp_path: Path) -> None:
    """A folder that was copied whole is searched with the index that came along."""
    with kg.KnowledgeGraph(tmp_path / "a.kg") as graph:
        graph.load(resource("data") / "seed-article")
        kg.search(graph, "prisoners")
    shutil.copytree(tmp_path / "a.kg", tmp_path / "b.kg")
    with kg.KnowledgeGraph(tmp_path / "b.kg") as graph:
        assert texts.in_step(graph.store)
        assert things(graph, '"small lots"')
