"""Every verb of the command line on a server: types the same, prints the same, writes the same files as on a folder."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import polars
import pyoxigraph as ox
import pytest
from support import SEED, Done
from test_store_suite import STORES, Servers, opened

import kg
from kg.cli import VERBS, main
from kg.stores.servers import MERGED, SERVERS
from kg.terms import ST, resource

ARTICLE = str(resource("data") / "seed-article")
MATCH = f'PREFIX st: <{ST}> SELECT ?x WHERE {{ ?x st:matches "prisoner" ; a st:Issue }} ORDER BY ?x'
SEEN = (
    f"PREFIX st: <{ST}> INSERT {{ GRAPH <urn:g> {{ ?x <urn:seen> 1 }} }} "
    'WHERE { ?x st:matches "prisoner" ; a st:Issue }'
)
# What is typed after kg -g GRAPH. OUT stands for a folder whose files are compared too.
TYPED: tuple[tuple[str, ...], ...] = (
    ("load", ARTICLE),
    ("load", ARTICLE),
    ("load", ARTICLE, "--replace"),
    ("infer",),
    ("info", "-f", "csv"),
    ("info", "-o", "OUT/about.ttl", "--iri", "https://w3id.org/mine", "--title", "mine"),
    ("check", "--severity", "info", "-f", "csv"),
    ("query", "actors", "-f", "csv"),
    ("query", "actors", "--limit", "2", "-f", "json"),
    ("query", "actors", "--timeout", "60", "-o", "OUT/actors.parquet"),
    ("query", "actors", "--sparql"),
    ("query", MATCH, "-f", "csv"),
    ("query", "DESCRIBE <https://w3id.org/actor-stance/id/actor/taliban>", "-o", "OUT/taliban.nt"),
    ("query", "ASK { ?s ?p ?o }", "-f", "csv"),
    ("query", "SELECT * WHERE { ?s ?p"),
    ("query", "nothing-like-it"),
    ("search", "prisoner", "release", "-f", "csv"),
    ("search", '"small lots"', "--kind", "evidence", "--actor", "Taliban", "-f", "csv"),
    ("stances", "--actor", "Taliban", "--until", "2020-05", "-f", "csv"),
    ("compare", "Taliban", "Afghan government"),
    ("report", "Taliban", "Afghan government", "-o", "OUT/report.md"),
    ("figure", "stances", "Taliban", "-o", "OUT/stances.svg"),
    ("network", "-f", "csv"),
    ("network", "-o", "OUT/net.graphml"),
    ("save", "OUT/all.nq"),
    ("save", "OUT/all.trig.gz"),
    ("save", "--reifiers", "OUT/reified.ttl"),
    ("update", "INSERT DATA { <urn:a> <urn:p> 1 }"),
    ("update", SEEN),
    ("query", "SELECT ?s WHERE { ?s <urn:seen> 1 } ORDER BY ?s", "-f", "csv"),
    ("update", "DELETE WHERE { ?s <urn:seen> ?o }"),
    ("update", "DELETE DATA { <urn:a> <urn:p> 1 }"),
    ("update", "INSERT DATA { <urn:a> <urn:p> }"),
    ("infer", "--forget"),
    ("infer",),
    ("withdraw", SEED),
    ("withdraw", SEED),
    ("save", "OUT/rest.nq"),
)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """The command line, with what it printed; the name of the graph is left out."""
    monkeypatch.delenv("KG_GRAPH", raising=False)

    def calling(graph: str, *words: str) -> Done:
        shown = graph.replace("dba:dba@", "")
        try:
            main(["-g", graph, *words])
        except SystemExit as left:  # kept no longer than this, since its traceback holds the folder
            code = int(left.code or 0)
        out, err = capsys.readouterr()
        assert "dba:dba" not in out + err
        return Done(code, *(text.replace(shown, "GRAPH") for text in (out, err)))

    return calling


def held(file: Path, graph: str) -> list[str]:
    """What a file holds, in any order, without the name of the graph.

    Blank nodes are left out, since they are IRIs on a server (gap "blank nodes"), and so is the server's address.
    """
    if file.suffix == ".parquet":
        return polars.read_parquet(file).write_csv().splitlines()
    if file.suffix in (".graphml", ".md", ".svg"):
        shown = graph.replace("dba:dba@", "")
        text = file.read_text(encoding="utf-8").replace("\\", "")  # with which Markdown escapes the name
        return sorted(text.replace(shown, "GRAPH").splitlines())
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    form = ox.RdfFormat.from_extension(Path(file.name.removesuffix(".gz")).suffix[1:])
    quads = (str(quad) for quad in ox.parse(data, form))
    return sorted(quad for quad in quads if not re.search(r"_:|/\.well-known/genid/|#sparqlEndpoint>", quad))


@pytest.mark.parametrize("kind", STORES[2:])
def test_every_verb_does_on_a_server_what_it_does_on_a_folder(
    kind: str, servers: Servers, tmp_path: Path, call: Callable[..., Done]
) -> None:
    """Exit code, data, words and files are the same after each command, from the first load to the last withdrawal."""
    opened(kind, servers, tmp_path).close()
    done: dict[str, list[tuple[object, ...]]] = {}
    for graph in (str(tmp_path / "my.kg"), servers(kind)):
        out = tmp_path / f"out-{len(done)}"
        out.mkdir()
        done[graph] = []
        for words in TYPED:
            said = call(graph, *(word.replace("OUT", str(out)) for word in words))
            done[graph].append((words, said.code, said.out, said.err.replace(str(out), "OUT")))
        done[graph].append(tuple((file.name, held(file, graph)) for file in sorted(out.iterdir())))
    mine, theirs = done.values()

    for one, other in zip(mine, theirs, strict=True):
        assert one == other, one[0]
    assert [(words[0], code) for words, code, *_ in mine[:-1] if code] == [
        ("query", 1), ("query", 1), ("update", 1), ("withdraw", 1)
    ]  # fmt: skip
    assert len(mine[-1]) == 10
    assert VERBS.keys() - {words[0] for words in TYPED} == {"backup", "completion", "demo", "optimize"}


@pytest.mark.parametrize("kind", STORES[2:])
def test_what_is_for_folders_says_so(kind: str, servers: Servers, tmp_path: Path, call: Callable[..., Done]) -> None:
    """A server is backed up by its keeper; ``optimize`` merges there what came without kg."""
    store = opened(kind, servers, tmp_path)
    store._sender.update("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> 1 } }")  # type: ignore[attr-defined]
    store.close()
    ask = ("query", "ASK { <urn:a> <urn:p> 1 }", "-f", "csv")

    assert call(servers(kind), "backup", str(tmp_path / "b.kg")) == Done(
        1, "", "kg: A graph on a server has no folder to back up. Write it to a file: kg save all.trig\n"
    )
    assert not (tmp_path / "b.kg").exists()
    assert call(servers(kind), "optimize") == Done(0, "", "Merged the graphs of GRAPH.\n")
    assert call(servers(kind), *ask).out.split()[-1] == "true"


@pytest.mark.parametrize("kind", STORES[2:])
def test_a_query_is_explained(kind: str, servers: Servers, tmp_path: Path, call: Callable[..., Done]) -> None:
    """``--explain`` counts the matches of each pattern on the server: they are those of a folder."""
    opened(kind, servers, tmp_path).close()
    places = (str(tmp_path / "my.kg"), servers(kind))
    for graph in places:
        call(graph, "load", ARTICLE)
    told = [call(graph, "query", "actors", "--explain", "-f", "csv") for graph in places]
    matches = [[line.rsplit(",", 3)[:2] for line in one.out.splitlines() if line[:1].isdigit()] for one in told]

    assert [one.code for one in told] == [0, 0]
    assert len(matches[0]) >= 4
    assert matches[0] == matches[1]


@pytest.mark.parametrize("kind", STORES)
def test_a_search_stands_in_sparql_on_every_store(kind: str, servers: Servers, tmp_path: Path) -> None:
    """``st:matches`` works alike in a query, through rdflib and in an update, wherever the graph is."""
    opened(kind, servers, tmp_path).close()
    place = {"memory": None, "folder": tmp_path / "a.kg"}
    with kg.KnowledgeGraph(place[kind] if kind in place else servers(kind)) as graph:
        graph.load(ARTICLE)
        found = set(graph.query(MATCH).column("x"))
        graph.update(SEEN)

        assert len(found) >= 3
        assert {str(row.x) for row in graph.rdflib.query(MATCH)} == found
        assert {q.subject.value for q in graph.store.quads("urn:g")} == found


def test_the_page_on_servers_says_what_the_code_knows() -> None:
    """docs/servers.md has a row for each server, each of its gaps and its time limit, and no gap that there is not."""
    page = (Path(__file__).parents[1] / "docs" / "servers.md").read_text(encoding="utf-8")
    gaps, limits = page.split("\n## What a server cannot do\n")[1], page.split("\n## Patience\n")[1].split("\n## ")[0]
    known = {"blank nodes", "pending"}
    for server in SERVERS:
        known |= {*server.gaps, *(gap for gap, _ in server.troubles)}
        assert f"`{server.name}` | " in page
        if server.timeout:
            unit = {("", 1): "seconds", ("", 1000): "milliseconds", ("s", 1): "as in `30s`"}[server.timeout[:0:-1]]
            row = next(line for line in limits.splitlines() if server.name in line.casefold())
            assert f"| `{server.timeout[0]}`, {unit} |" in row

    assert set(re.findall(r"^\| `([a-z ]+)` \| ", gaps, re.MULTILINE)) == known
    for word in ("KG_USER", "KG_PASSWORD", "KG_TOKEN", "kg-server", "kg-update", "kg-store", MERGED):
        assert f"`{word}" in page or f"?{word}=" in page or f"&{word}=" in page
