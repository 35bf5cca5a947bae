"""The command line: data to standard output, words to standard error, exit codes by the law."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import networkx
import polars
import pyoxigraph as ox
import pytest
from support import PAGE, SEED, Done, lines, run

import kg
from kg.cli import VERBS, main
from kg.context import inlined

Call = Callable[..., Done]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph folder with the article, made once and copied for each test."""
    from kg.terms import resource

    folder = tmp_path_factory.mktemp("graphs") / "article.kg"
    with kg.KnowledgeGraph(folder) as g:
        g.load(resource("data") / "seed-article")
        kg.infer(g)
    return folder


@pytest.fixture
def my(made: Path, tmp_path: Path) -> Path:
    """A graph folder with the article that a test may change."""
    return Path(shutil.copytree(made, tmp_path / "my.kg"))


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """The command line in this process, where nothing depends on a process of its own."""
    monkeypatch.delenv("KG_GRAPH", raising=False)

    def calling(*args: object, graph: Path | None = None) -> Done:
        with pytest.raises(SystemExit) as left:
            main([*(["-g", str(graph)] if graph else []), *map(str, args)])
        said = capsys.readouterr()
        return Done(int(left.value.code or 0), said.out, said.err)

    return calling


def table(text: str) -> list[dict[str, str]]:
    """CSV as records."""
    return list(csv.DictReader(io.StringIO(text)))


# -- help --------------------------------------------------------------------------------------


def test_help_lists_every_verb(call: Call) -> None:
    """``kg``, ``kg -h`` and ``kg --help`` show the verbs, each with a line."""
    for option in ("-h", "--help"):
        done = call(option)
        assert done.code == 0
        assert all(f"\n  {verb} " in done.out for verb in VERBS)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_helps(call: Call, verb: str) -> None:
    """Every verb explains itself, its options and, in most cases, an example."""
    done = call(verb, "-h")

    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: kg {verb}")
    assert len(done.out.splitlines()[2].strip()) > 20


def test_the_version_is_told(call: Call) -> None:
    """``kg --version`` tells the version of the package."""
    assert call("--version").out.strip() == f"kg, version {kg.__version__}"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_get_a_completion_script(call: Call, shell: str) -> None:
    """``kg completion`` prints a script for the shell."""
    done = call("completion", shell)

    assert done.code == 0
    assert "_KG_COMPLETE" in done.out


def test_names_of_queries_are_completed() -> None:
    """The shell completes verbs and the names of queries."""
    done = run(_KG_COMPLETE="bash_complete", COMP_WORDS="kg query stances-of", COMP_CWORD="2")

    assert "plain,stances-of-actor" in done.out.splitlines()


# -- where the graph comes from ------------------------------------------------------------------


def test_without_a_graph_the_shipped_corpus_is_read(call: Call) -> None:
    """A verb that reads takes the shipped corpus when no graph is named, and says so."""
    done = call("query", "negotiates-with", "-p", "actor", "Taliban", "-f", "csv")

    assert done.code == 0
    assert "Using the shipped corpus; name another graph with -g." in done.err
    assert len(table(done.out)) > 0


def test_the_environment_names_a_graph(my: Path) -> None:
    """``KG_GRAPH`` names the graph for every verb; ``-g`` overrides it."""
    done = run("info", "-f", "csv", KG_GRAPH=str(my))

    assert (done.code, done.err) == (0, "")
    assert any(row["count"] == "32" for row in table(done.out))
    assert run("info", graph="none.kg", KG_GRAPH=str(my)).code == 1


def test_a_file_is_a_graph_to_read(call: Call, tmp_path: Path) -> None:
    """A file is read as a graph for one call, with its direct ties."""
    (tmp_path / "page.csv").write_text(PAGE, encoding="utf-8")
    done = call("compare", "Fishers", "Ferry company", graph=tmp_path / "page.csv")

    assert done.code == 0
    assert "in conflict on 1" in done.err


# -- asking ------------------------------------------------------------------------------------


def test_the_library_is_listed(call: Call) -> None:
    """``kg query --list`` lists every query with its parameters."""
    rows = {row["query"]: row for row in table(call("query", "--list", "-f", "csv").out)}

    assert len(rows) >= 30
    assert all(row["answers"] for row in rows.values())
    assert "actor" in rows["negotiates-with"]["parameters"]


def test_a_query_is_a_name_a_text_a_file_or_standard_input(call: Call, my: Path, tmp_path: Path) -> None:
    """The same query as text, as file and on standard input gives the same answer."""
    sparql = "SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/actor-stance/ns#Stance> }"
    (tmp_path / "q.rq").write_text(sparql, encoding="utf-8")
    text, file = (call("query", q, "-f", "csv", graph=my).out for q in (sparql, tmp_path / "q.rq"))
    stdin = run("query", "-", "-f", "csv", graph=my, stdin=sparql)

    assert text == file == stdin.out == "n\n32\n"


@pytest.mark.parametrize(
    ("kind", "begins"),
    [("csv", "who\n"), ("tsv", "?who\n"), ("json", "{"), ("md", "| who |"), ("html", "<table>"), ("table", "who"),
     (".CSV", "who\n")],
)
def test_the_format_of_standard_output_is_chosen(call: Call, my: Path, kind: str, begins: str) -> None:
    """``-f`` chooses the format of what goes to standard output; only a plain table is followed by words."""
    query = "SELECT ?who WHERE { ?who a <https://w3id.org/actor-stance/ns#ArmedGroup> }"
    done = call("query", query, "-f", kind, graph=my)

    assert done.code == 0
    assert done.out.startswith(begins)
    assert (done.err == "") == (kind != "table")


@pytest.mark.parametrize("ending", ["csv", "tsv", "json", "md", "html", "parquet"])
def test_the_ending_of_a_file_decides_the_format(call: Call, my: Path, tmp_path: Path, ending: str) -> None:
    """``-o`` writes to a file in the format of its ending, and says what it wrote."""
    done = call("stances", "-o", tmp_path / f"s.{ending}", graph=my)

    assert (done.code, done.out) == (0, "")
    assert done.err == f"Wrote {tmp_path}/s.{ending} (32 rows).\n"
    assert (tmp_path / f"s.{ending}").stat().st_size > 1000


def test_a_named_format_overrides_the_ending(call: Call, my: Path, tmp_path: Path) -> None:
    """``-f`` beats the ending of ``-o``, for tables and for networks."""
    call("stances", "-o", tmp_path / "s.dat", "-f", "json", graph=my)
    call("network", "-o", tmp_path / "n.dat", "-f", "graphml", graph=my)

    assert len(json.loads((tmp_path / "s.dat").read_text(encoding="utf-8"))["results"]["bindings"]) == 32
    assert networkx.read_graphml(tmp_path / "n.dat").number_of_nodes() > 10


def test_a_dash_is_standard_output(call: Call, my: Path) -> None:
    """``-o -`` is standard output."""
    assert call("info", "-o", "-", "-f", "csv", graph=my).out == call("info", "-f", "csv", graph=my).out


@pytest.mark.parametrize("kind", ["ttl", "nt", "nq", "trig", "jsonld", "rdf"])
def test_triples_come_in_rdf_formats(call: Call, my: Path, tmp_path: Path, kind: str) -> None:
    """CONSTRUCT and DESCRIBE give triples, to standard output or a file, in any RDF format."""
    query = "DESCRIBE <https://w3id.org/actor-stance/id/actor/taliban>"
    out = call("query", query, "-f", kind, graph=my).out
    call("query", query, "-o", tmp_path / f"t.{kind}", graph=my)
    form = ox.RdfFormat.from_extension(kind)

    assert form is not None
    assert len({str(q.triple) for q in ox.parse(inlined(out.encode()), form)}) >= 4
    written = (tmp_path / f"t.{kind}").read_text(encoding="utf-8")
    # Lines go to a file as they come.
    assert sorted(written.splitlines()) == sorted(out.splitlines()) if kind == "nt" else written == out


def test_ask_is_answered(call: Call, my: Path) -> None:
    """ASK prints true or false."""
    query = "ASK { ?s a <https://w3id.org/actor-stance/ns#Stance> }"

    assert "true" in call("query", query, graph=my).out
    assert json.loads(call("query", query, "-f", "json", graph=my).out)["boolean"] is True


@pytest.mark.parametrize("verb", ["stances", "compare", "network"])
def test_the_sparql_of_a_verb_is_shown(call: Call, my: Path, verb: str) -> None:
    """``--sparql`` prints the query that a verb starts from, and it runs."""
    done = call(verb, "--sparql", graph=my)

    assert done.code == 0
    assert "PREFIX st:" in done.out
    assert len(table(run("query", "-", "-f", "csv", graph=my, stdin=done.out).out)) >= 20


def test_the_sparql_of_a_query_is_shown_with_its_parameters(call: Call, my: Path) -> None:
    """``kg query --sparql`` prints what it would run, names already replaced by IRIs."""
    done = call("query", "negotiates-with", "-p", "actor", "Taliban", "--sparql", graph=my)

    assert "<https://w3id.org/actor-stance/id/actor/taliban>" in done.out
    assert "$actor" not in [line for line in done.out.splitlines() if not line.startswith("#")]


# -- analysing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--issue", "prisoner release"], 13), (["--actor", "Taliban"], 8),
        (["--basis", "deed", "--basis", "report"], 10),
        (["--source", SEED], 32), (["--until", "2020-04-07"], 1), (["--since", "2020-04-08", "--until", "2020"], 2),
        (["--issue", "talks", "--issue", "Afghan presidency"], 5),
    ],
)
def test_every_verb_can_be_narrowed(call: Call, my: Path, options: list[str], expected: int) -> None:
    """Issue, actor, source, basis and period narrow what a verb looks at; repeated, they add up."""
    assert len(table(call("stances", *options, "-f", "csv", graph=my).out)) == expected


def test_two_actors_are_compared(call: Call, my: Path) -> None:
    """``kg compare A B`` shows a block a position, and says the numbers on standard error."""
    done = call("compare", "Taliban", "Afghan government", "--issue", "prisoner release", graph=my)

    assert done.code == 0
    assert "The prisoners should be freed slowly and in small lots." in done.out
    assert "3 shared positions, congruent on 1, in conflict on 2" in done.err


def test_a_comparison_is_a_table_a_matrix_or_its_evidence(call: Call, my: Path, tmp_path: Path) -> None:
    """A comparison comes as table, as matrix of a measure, or with the evidence behind it."""
    rows = table(call("compare", "Taliban", "Afghan government", "-f", "csv", graph=my).out)
    matrix = table(call("compare", "--measure", "conflict", "-f", "csv", graph=my).out)
    proof = table(call("compare", "Taliban", "Afghan government", "--evidence", "-f", "csv", graph=my).out)
    call("compare", "-o", tmp_path / "c.parquet", graph=my)

    assert len(rows) == 10
    assert float(next(r for r in matrix if r["row"] == "Taliban")["Afghan government"]) == 4
    assert "They should be released based on our list" in {r["quote"] for r in proof}
    assert polars.read_parquet(tmp_path / "c.parquet")["shared"].dtype == polars.Int64


@pytest.mark.parametrize("ending", ["html", "graphml", "gexf", "net", "csv", "json"])
def test_a_network_is_written(call: Call, my: Path, tmp_path: Path, ending: str) -> None:
    """``kg network -o`` writes every format and says how much is in it."""
    done = call("network", "--tie", "conflict", "-o", tmp_path / f"n.{ending}", graph=my)

    assert (done.code, done.out) == (0, "")
    assert done.err == f"Wrote {tmp_path}/n.{ending}: 8 actors, 9 ties.\n"
    assert (tmp_path / f"n.{ending}").stat().st_size > 500


def test_ties_are_listed_on_standard_output(call: Call, my: Path) -> None:
    """``kg network`` without a file lists the ties."""
    rows = table(call("network", "--tie", "disputes", "-f", "csv", graph=my).out)

    assert [(r["from"], r["relation"], r["to"]) for r in rows] == [("Abdullah Abdullah", "challenges", "Ashraf Ghani")]


# -- changing ------------------------------------------------------------------------------------


def test_data_is_loaded_and_ties_are_derived(call: Call, tmp_path: Path) -> None:
    """``kg load`` makes the folder, loads, derives, and says how much; a second time nothing is new."""
    (tmp_path / "page.csv").write_text(PAGE, encoding="utf-8")
    first = call("load", tmp_path / "page.csv", graph=tmp_path / "new.kg")
    second = call("load", tmp_path / "page.csv", graph=tmp_path / "new.kg")

    assert (first.code, first.out) == (0, "")
    assert first.err.startswith("Loaded ")
    assert f"Loaded 0 new quads into {tmp_path}/new.kg." in second.err
    assert len(table(call("query", "SELECT ?a { ?a <https://w3id.org/actor-stance/ns#disagreesWith> ?b }", "-f", "csv",
                          graph=tmp_path / "new.kg").out)) == 2


def test_data_is_loaded_from_standard_input_and_files_at_once(tmp_path: Path) -> None:
    """``-`` is RDF on standard input, in the format that ``-f`` names, beside files."""
    (tmp_path / "page.csv").write_text(PAGE, encoding="utf-8")
    triple = '{"@id": "urn:a", "urn:b": 1}'
    options = ("-f", "jsonld", "--no-infer")
    done = run("load", "-", tmp_path / "page.csv", *options, graph=tmp_path / "new.kg", stdin=triple)

    assert done.code == 0
    assert "Derived" not in done.err
    with kg.KnowledgeGraph(tmp_path / "new.kg", read_only=True) as g:
        assert g.ask("ASK { <urn:a> <urn:b> 1 }")
        assert len(kg.stances(g)) == 2


def test_a_sheet_is_loaded_from_standard_input(tmp_path: Path) -> None:
    """A coding sheet may come on standard input too."""
    done = run("load", "-", "-f", "csv", graph=tmp_path / "new.kg", stdin=PAGE)

    assert done.code == 0
    with kg.KnowledgeGraph(tmp_path / "new.kg", read_only=True) as g:
        assert sorted(kg.stances(g).column("value")) == [-2, 1]


def test_a_mended_sheet_replaces_the_old_one(call: Call, my: Path, tmp_path: Path) -> None:
    """``kg load --replace`` takes the old version of the sources out first."""
    file = tmp_path / "page.csv"
    for text in (PAGE, PAGE.replace("strongly oppose", "support")):
        file.write_text(text, encoding="utf-8")
        assert call("load", "--replace", file, graph=my).code == 0

    rows = table(call("stances", "--issue", "old harbour", "-f", "csv", graph=my).out)
    assert [r["value"] for r in rows] == ["1", "1"]


def test_ties_are_forgotten_and_derived(call: Call, my: Path) -> None:
    """``kg infer --forget`` takes out as many triples as ``kg infer`` puts in."""
    forgotten = call("infer", "--forget", graph=my)
    derived = call("infer", graph=my)

    assert forgotten.code == derived.code == 0
    assert forgotten.err.split()[1] == derived.err.split()[1]
    assert int(derived.err.split()[1]) > 100


def test_a_source_is_withdrawn(call: Call, my: Path) -> None:
    """``kg withdraw`` takes out a source and says how much left."""
    done = call("withdraw", SEED, graph=my)

    assert done.code == 0
    assert done.err.startswith(f'Withdrew "{SEED}": ')
    assert table(call("stances", "-f", "csv", graph=my).out) == []


def test_a_graph_is_updated_by_text_file_and_standard_input(call: Call, my: Path, tmp_path: Path) -> None:
    """``kg update`` takes SPARQL as text, as a .ru file, or on standard input."""
    (tmp_path / "two.ru").write_text("INSERT DATA { <urn:a> <urn:b> 2 }", encoding="utf-8")
    assert call("update", "INSERT DATA { <urn:a> <urn:b> 1 }", graph=my).err == "Updated.\n"
    assert call("update", tmp_path / "two.ru", graph=my).code == 0
    assert run("update", "-", graph=my, stdin="INSERT DATA { <urn:a> <urn:b> 3 }").code == 0

    assert call("query", "SELECT ?n { <urn:a> <urn:b> ?n } ORDER BY ?n", "-f", "csv", graph=my).out == "n\n1\n2\n3\n"


@pytest.mark.parametrize("ending", ["trig", "nq", "ttl", "nt", "jsonld", "rdf"])
def test_a_graph_is_saved(call: Call, my: Path, tmp_path: Path, ending: str) -> None:
    """``kg save`` writes the graph to a file that can be opened as a graph."""
    done = call("save", tmp_path / f"all.{ending}", graph=my)

    assert (done.code, done.err) == (0, f"Wrote {tmp_path}/all.{ending}.\n")
    assert len(kg.stances(kg.KnowledgeGraph(tmp_path / f"all.{ending}"))) == 32


def test_what_is_saved_and_loaded_is_the_same_graph(call: Call, made: Path, my: Path, tmp_path: Path) -> None:
    """Saving to N-Quads and loading into a new folder gives the same ties and stances."""
    call("save", tmp_path / "all.nq", graph=my)
    call("load", "--no-infer", tmp_path / "all.nq", graph=tmp_path / "copy.kg")

    with kg.KnowledgeGraph(made, read_only=True) as one, kg.KnowledgeGraph(tmp_path / "copy.kg", read_only=True) as two:
        assert len(lines(one)) == len(lines(two))
        assert kg.stances(one).raw == kg.stances(two).raw


def test_a_check_with_a_violation_exits_with_1(call: Call, my: Path) -> None:
    """``kg check`` exits 0 without a violation, 1 with one, and lists it."""
    good = call("check", graph=my)
    call("update", "INSERT DATA { <urn:half> a <https://w3id.org/actor-stance/ns#Stance> }", graph=my)
    bad = call("check", "-f", "csv", graph=my)

    assert good.code == 0
    assert good.err.splitlines()[-1].startswith("0 violations, ")
    assert bad.code == 1
    assert "urn:half" in {row["item"] for row in table(bad.out)}
    assert {row["severity"] for row in table(bad.out)} <= {"violation", "warning"}


def test_a_check_shows_as_much_as_is_asked(call: Call, my: Path, tmp_path: Path) -> None:
    """``--severity`` sets the least severity shown; ``-o`` writes the findings."""
    everything = table(call("check", "--severity", "info", "-f", "csv", graph=my).out)
    call("check", "--severity", "violation", "-o", tmp_path / "f.csv", graph=my)

    assert {row["severity"] for row in everything} <= {"violation", "warning", "info"}
    assert (tmp_path / "f.csv").read_text(encoding="utf-8") == "severity,check,item,message\n"


# -- the law -------------------------------------------------------------------------------------


def test_reading_leaves_a_graph_as_it_was(call: Call, made: Path, my: Path) -> None:
    """No verb that reads changes a byte of the graph folder's data."""
    with kg.KnowledgeGraph(my, read_only=True) as g:
        before = lines(g)
    for args in (["info"], ["stances"], ["compare"], ["network"], ["check"], ["query", "actors"], ["query", "--list"]):
        assert call(*args, graph=my).code == 0
    with kg.KnowledgeGraph(my, read_only=True) as g:
        assert lines(g) == before


def test_no_word_goes_to_standard_output(call: Call, my: Path) -> None:
    """Standard output is data alone: what is piped on needs no cleaning."""
    out = call("query", "actors", "-f", "csv", graph=my).out

    assert len(table(out)) == len(out.strip().splitlines()) - 1
    assert call("query", "actors", "-f", "csv", graph=my).err == ""


def test_the_command_is_installed() -> None:
    """The package installs the command ``kg``."""
    command = Path(sys.executable).with_name("kg")
    if not command.exists():
        pytest.skip("kg is run from its source here, without being installed")
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)

    assert done.stdout == f"kg, version {kg.__version__}\n"
