"""The road for large files of lines: the engine's own loader, with the same result as the road for all others."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kg
from kg import loading
from kg.errors import ReadError
from kg.readers import rdf
from kg.stores import bulk, open_store

G = "<urn:g>"
UGLY = (
    "plain", "", "a <b> c", "ends with <urn:x> .", "a _:b c", ". # no comment", "# hash", 'quo"te', "back\\slash",
    "tab\there", "line\nbreak", "return\r", "\x01", "جواب", "$1 ${1} \\1",
)  # fmt: skip
names = st.sampled_from(["urn:a", "urn:b#c", "http://example.org/x?y=_:z", "urn:$1"]).map(ox.NamedNode)
blanks = st.sampled_from(["b0", "b.1", "é-2"]).map(ox.BlankNode)
literals = st.one_of(
    st.sampled_from(UGLY).map(ox.Literal),
    st.sampled_from(UGLY).map(lambda text: ox.Literal(text, language="fa-AF")),
    st.integers().map(ox.Literal),
    st.text(max_size=8).map(lambda text: ox.Literal(text, datatype=ox.NamedNode("urn:type"))),
)
triples = st.builds(ox.Triple, names | blanks, names, names | blanks | literals)


def both(folder: Path, name: str, text: str) -> tuple[set[str], set[str], list[str]]:
    """Quads by the one road and by the other, and the merged view of the first."""
    file = folder / name
    file.write_bytes(text.encode())
    quick, slow = open_store(None), open_store(None)
    assert loading.bulk(quick, file) is not None, "the file did not take the quick road"
    slow.add(rdf.read(file))
    return set(map(str, quick.quads())), set(map(str, slow.quads())), [str(q.triple) for q in quick.quads_of_default()]


@pytest.fixture(params=["columns", "parser"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of doubling lines, whatever the size; and pieces so small that a file has several."""
    monkeypatch.setattr(bulk, "_SMALL", 0 if request.param == "columns" else 1 << 60)
    monkeypatch.setattr(bulk, "_PIECE", 200)


@pytest.mark.usefixtures("way")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(triples, min_size=1, max_size=12), st.booleans())
def test_two_roads_lead_to_the_same_quads(tmp_path: Path, content: list[ox.Triple], quads: bool) -> None:
    """Whatever lines hold, the quick road gives the quads of the other one, blank nodes by the same names."""
    lines = [f"{triple} {G} ." if quads else f"{triple} ." for triple in content]
    quick, slow, view = both(tmp_path, "x.nq" if quads else "x.nt", "\n".join(lines) + "\n")

    assert quick == slow
    assert len(view) == len(set(view)) == len({str(triple) for triple in content})


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    "line",
    [
        "<urn:a> <urn:p> <urn:b> <urn:g> . # a comment <urn:x> .",
        "# a comment with <urn:x> .",
        "<urn:a>\t<urn:p>\t\"x\"\t<urn:g>\t.",
        '<urn:a> <urn:p> "x"<urn:g>.',
        '<urn:a> <urn:p> "x\\u0041" <urn:g> .\r',
        "",
        "<urn:a> <urn:p> <urn:b> _:g .",
        '<urn:a> <urn:p> <<( <urn:s> <urn:p> "o" )>> <urn:g> .',
    ],
)
def test_lines_of_any_shape_are_taken(tmp_path: Path, line: str) -> None:
    """Comments, tabs, missing spaces and empty lines are read as the parser reads them."""
    usual = [f'<urn:s> <urn:p> "{number}" <urn:g> .' for number in range(9)]
    quick, slow, view = both(tmp_path, "x.nq", "\n".join([*usual, line, *usual]))

    assert quick == slow
    assert len(view) == len(quick) == 9 + (not line.startswith("#") and line != "")


@pytest.mark.parametrize("kind", [None, "a.kg"])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [('<urn:a> <urn:p> "open <urn:g> .', "line 30001"), ("<urn:a> <urn:p> .", "line 30001")],
)
def test_a_wrong_line_is_named_and_nothing_is_loaded(
    tmp_path: Path, kind: str | None, wrong: str, said: str
) -> None:
    """The sentence names the line, as for any file, and the graph is as it was."""
    file = tmp_path / "big.nq"
    usual = "".join(f'<urn:s{n}> <urn:p> "{n} and some more words to fill the line" {G} .\n' for n in range(30_000))
    file.write_text(f"{usual}{wrong}\n", encoding="utf-8")
    with kg.KnowledgeGraph(None if kind is None else tmp_path / kind) as graph:
        before = graph.store.count()
        with pytest.raises(ReadError, match=said):
            graph.load(file)

        assert graph.store.count() == before
        assert "urn:g" not in graph.store.graphs()


@pytest.mark.parametrize("kind", [None, "a.kg"])
def test_a_large_file_is_loaded_once(tmp_path: Path, kind: str | None) -> None:
    """What comes by the quick road is counted rightly, and adds nothing when it comes again by the other."""
    numbers = list(range(20_000))
    random.Random(1).shuffle(numbers)
    lines = [f'_:b{n % 50} <urn:p> "{n} and some more words to fill the line"@en {G} .\n' for n in numbers]
    lines += [f"<urn:x> <urn:p> _:b{n} {G} .\n" for n in range(50)]
    file = tmp_path / "big.nq"
    file.write_text("".join([*lines, *lines[:10]]), encoding="utf-8")
    with kg.KnowledgeGraph(None if kind is None else tmp_path / kind) as graph:
        assert graph.load(file) == 20_050
        assert graph.load(file) == 0
        joined = graph.query("SELECT (COUNT(*) AS ?n) { <urn:x> <urn:p> ?b . ?b <urn:p> ?v }")

    assert next(iter(joined))["n"] == 20_000


def test_a_triple_without_graph_goes_the_other_road(tmp_path: Path) -> None:
    """N-Quads that name no graph get one named after the file, so that it can be withdrawn."""
    file = tmp_path / "some.nq"
    file.write_text(f'<urn:a> <urn:p> "1" {G} .\n<urn:a> <urn:p> "2" .\n', encoding="utf-8")
    graph = kg.KnowledgeGraph()

    assert graph.load(file) == 2
    assert {"urn:g", "https://w3id.org/actor-stance/graph/some"} < set(graph.store.graphs())
