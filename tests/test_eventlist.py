"""Event lists of Discourse Network Analyzer: read as its databases are, and written so that nothing is lost."""

from __future__ import annotations

import csv
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import polars as pl
import pytest
from dna_files import Debate, pier, story
from support import PAGE, lines, run

import kg
from kg.errors import KGError, ReadError
from kg.readers import dna
from kg.terms import SPARQL_PREFIXES
from kg.writers import eventlist

HEAD = (
    '"statement_id";"time";"person";"organization";"concept";"agreement";"start_position";"stop_position";"text";"coder";'
    '"document_id";"document_title";"document_author";"document_source";"document_section";"document_type"'
)
ROW = '{id};2024-05-01 10:30:00;"Ada Berg";"Friends";"Rebuild it.";1;17;42;"We must rebuild.";2;1;"Minutes";"";"";"";""'


def graph_of(path: Path, **options: object) -> kg.KnowledgeGraph:
    graph = kg.KnowledgeGraph()
    graph.load(path, **options)
    return graph


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """A maker of event lists."""

    def make(*rows: str, head: str = HEAD) -> Path:
        (tmp_path / "list.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
        return tmp_path / "list.csv"

    return make


# -- reading --------------------------------------------------------------------------------------


def test_a_list_is_known_by_its_header(write: Callable[..., Path]) -> None:
    """A CSV file with the columns of an event list is one; a coding sheet is not."""
    assert dna.is_event_list(write(ROW.format(id=1)))
    assert dna.is_event_list(write(HEAD.replace('"', "")))
    assert not dna.is_event_list(write("actor;position;value", head="x;y"))


def test_a_list_gives_what_its_database_gives(tmp_path: Path) -> None:
    """But for the names of coders, notes, and documents without statements, a list is as good as its database."""
    debate = pier()
    debate.types["DNA Statement"] |= {"intensity": "integer", "channel": "short text"}
    debate.say(person="Ada Berg", concept="Paint it.", agreement=1, intensity=4, channel="7")
    debate.documents[0]["Notes"] = ""
    path = debate.save(tmp_path / "pier.dna")
    whole = graph_of(path)
    listed = eventlist.write(eventlist.event_list(whole.store), tmp_path / "pier.csv")

    own = [line for line in lines(whole) if '"Coder One"' not in line]
    assert [line for line in lines(graph_of(listed)) if '"coder 2"' not in line] == own
    assert len(own) > 100


def test_scales_follow_from_quotation_marks(write: Callable[..., Path]) -> None:
    """Texts are quoted and numbers not: a code in quotation marks stays text, 0 and 1 without them say yes or no."""
    head = HEAD.replace('"agreement"', '"agreement";"intensity";"code"')
    path = write(*(ROW.format(id=n).replace(";1;17", f';{n % 2};{n};"00{n}";17') for n in (1, 2, 3)), head=head)
    graph = graph_of(path)
    table = graph.query(
        SPARQL_PREFIXES
        + "SELECT ?label ?scale ?v { ?p st:scale ?scale ; rdfs:label ?label . ?s a st:Stance ; ?p ?v }"
    )
    found = {(row["label"], row["scale"], row["v"]) for row in table}

    assert {row for row in found if row[0] in ("agreement", "intensity", "code")} == {
        ("agreement", "boolean", True),
        ("agreement", "boolean", False),
        *(("intensity", "integer", n) for n in (1, 2, 3)),
        *(("code", "entity", f"00{n}") for n in (1, 2, 3)),
    }


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([ROW.format(id="one")], 'line 2: statement_id "one" is no whole number.'),
        ([ROW.format(id=1), ROW.format(id=1)], "a statement_id stands twice."),
        ([ROW.format(id=1).replace("2024-05-01 10:30:00", "May")], 'line 2: the time "May" is not written as'),
        ([ROW.format(id=1), ROW.format(id=2) + ";more"], "line 3: there are 17 cells, but 16 columns."),
        ([ROW.format(id=1) + '"x'], "line 2: the CSV is wrong:"),
        ([], 'there is no statement of the type "DNA Statement".'),
    ],
)
def test_what_is_wrong_in_a_list_is_named_with_its_line(
    write: Callable[..., Path], rows: list[str], said: str
) -> None:
    """A list that was damaged is refused with the line."""
    path = write(*rows)

    with pytest.raises(ReadError) as caught:
        kg.KnowledgeGraph().load(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(path))


def test_a_list_without_a_column_names_it(write: Callable[..., Path]) -> None:
    """The columns that place a statement must be there."""
    head = HEAD.replace('"stop_position"', '"stop"')

    with pytest.raises(ReadError, match='the column "stop_position" is missing'):
        kg.KnowledgeGraph().load(write(ROW.format(id=1), head=head), reader="dna")


# -- writing ---------------------------------------------------------------------------------------


def test_nothing_is_lost_in_writing(tmp_path: Path) -> None:
    """Quotation marks, semicolons and line ends come back as they were; in the way of DNA they are replaced."""
    debate = Debate()
    debate.document(title='A "b"; c', text='He said: "no; never".\nThe end.')
    debate.say(1, 9, 22, person='Al "Bo"', organization="x;y", concept="c\\d", agreement=0)
    table = eventlist.event_list(graph_of(debate.save(tmp_path / "a.dna")).store)
    eventlist.write(table, tmp_path / "kept.csv")
    eventlist.write(table, tmp_path / "lost.csv", dna_compat=True)

    head, row = cells(tmp_path / "kept.csv")
    found = dict(zip(head, row, strict=True))
    assert found["person"] == 'Al "Bo"'
    assert found["organization"] == "x;y"
    assert found["concept"] == "c\\d"
    assert found["text"] == '"no; never".\n'
    assert found["document_title"] == 'A "b"; c'
    assert (found["agreement"], found["start_position"], found["coder"]) == ("0", "9", "2")
    assert "Al 'Bo'\";\"x,y" in (tmp_path / "lost.csv").read_text(encoding="utf-8")


def test_the_order_is_that_of_time_document_and_place(tmp_path: Path) -> None:
    """Statements stand by the moment of their document, its number, their place, and their own number."""
    debate = Debate()
    for number in range(1, 12):
        debate.document(f"D{number}", date="2024-05-01 00:00:00" if number > 1 else "2024-06-01 00:00:00")
    for document, start in ((1, 5), (11, 9), (11, 2), (3, 4), (3, 4)):
        debate.say(document, start, 15, organization="x", concept="c", agreement=1)
    table = eventlist.event_list(graph_of(debate.save(tmp_path / "a.dna")).store)

    assert table["statement_id"].to_list() == [4, 5, 3, 2, 1]
    assert table["document_id"].to_list() == [3, 3, 11, 11, 1]


def test_one_statement_type_at_a_time(tmp_path: Path) -> None:
    """A list is of one type, which is named where there are several; it has the variables of that type alone."""
    store = graph_of(story().save(tmp_path / "a.dna")).store

    with pytest.raises(KGError, match=r'several statement types.*"DNA Statement", "Story"\. Name one'):
        eventlist.event_list(store)
    with pytest.raises(KGError, match=r'No statement type "Stroy"\. Did you mean "Story"\?'):
        eventlist.event_list(store, type="Stroy")
    assert eventlist.event_list(store, type="Story").columns[2:6] == ["hero", "narrator", "plot", "victim"]
    assert eventlist.event_list(store, type="DNA Statement").columns == HEAD.replace('"', "").split(";")


def test_any_graph_can_be_listed(tmp_path: Path) -> None:
    """Stances that were not coded in DNA become person, organization, concept and agreement, and can be read again."""
    (tmp_path / "page.csv").write_text(PAGE, encoding="utf-8")
    table = eventlist.event_list(graph_of(tmp_path / "page.csv").store)

    assert table.columns == HEAD.replace('"', "").split(";")
    assert table.select("organization", "concept", "agreement", "text").rows() == [
        ("Ferry company", "The old harbour should be closed.", True, "It asks for the closure."),
        ("Fishers", "The old harbour should be closed.", False, "They reject the closure."),
    ]
    again = graph_of(eventlist.write(table.with_columns(start_position=0, stop_position=9), tmp_path / "list.csv"))
    assert again.ask(f"{SPARQL_PREFIXES} ASK {{ ?s st:holder/skos:prefLabel 'Fishers' ; st:value stx:opposes }}")


def test_a_frame_can_be_listed() -> None:
    """Columns in the shape of the frame are enough, with the names of what they hold."""
    frame = pl.DataFrame({
        "stance": ["urn:1", "urn:2"], "holder": ["urn:a", "urn:b"], "speaker": [None, "urn:b"],
        "position": ["urn:p", "urn:p"], "value": [2.0, 0.0], "source": ["urn:s", "urn:s"], "intensity": [3, None],
    })  # fmt: skip
    table = eventlist.event_list(frame, labels={"urn:a": "A", "urn:b": "B", "urn:p": "P."})

    assert table.select("statement_id", "person", "organization", "concept", "agreement", "intensity").rows() == [
        (1, "", "A", "P.", True, 3),
        (2, "B", "", "P.", None, None),
    ]


def test_a_graph_without_stances_cannot_be_listed() -> None:
    """There must be a stance to list."""
    with pytest.raises(KGError, match="There is no stance to list"):
        eventlist.event_list(kg.KnowledgeGraph().store)


# -- the program's own list --------------------------------------------------------------------------


def test_the_sample_gives_the_list_that_dna_gives(shared: Path, tmp_path: Path) -> None:
    """Out of the sample database comes the list that the program exported itself: cell by cell, and to the byte."""
    genuine = shared / "data" / "dna" / "export_samples" / "sample_eventlist.csv"
    table = eventlist.event_list(graph_of(shared / "data" / "dna" / "sample.dna").store)
    ours = eventlist.write(table, tmp_path / "ours.csv")
    same = eventlist.write(table, tmp_path / "same.csv", dna_compat=True)

    assert len(cells(genuine)) == 41
    replaced = [[cell.replace('"', "'").replace(";", ",") for cell in row] for row in cells(ours)]
    assert replaced == cells(genuine)
    pairs = zip(chain.from_iterable(cells(ours)), chain.from_iterable(cells(genuine)), strict=True)
    assert 0 < sum(one != other for one, other in pairs) < 10
    assert same.read_bytes() == genuine.read_bytes()


def test_the_genuine_list_is_read_like_its_database(shared: Path) -> None:
    """The list and the database of the sample differ only in what the list lacks."""
    folder = shared / "data" / "dna"
    listed = graph_of(folder / "export_samples" / "sample_eventlist.csv", name="sample")
    whole = graph_of(folder / "sample.dna")
    missing, more = set(lines(whole)) - set(lines(listed)), set(lines(listed)) - set(lines(whole))

    def properties(some: set[str]) -> set[str]:
        named = (line.split()[1].strip("<>") for line in some if "/attribute/" not in line)
        return {iri.replace("#", "/").rsplit("/", 1)[-1] for iri in named}

    # Names of coders; and, in some texts, semicolons and quotation marks.
    assert properties(more) == {"label", "text", "segmentDigest"}
    assert properties(missing) == {*properties(more), "description"}
    assert len(lines(listed)) > 1000


def test_a_list_is_loaded_on_the_command_line(write: Callable[..., Path], tmp_path: Path) -> None:
    """A list needs no reader's name, neither as a file nor on standard input."""
    path = write(ROW.format(id=1))

    assert run("load", path, graph=tmp_path / "a.kg").code == 0
    assert run("load", "-", "-f", "csv", graph=tmp_path / "b.kg", stdin=path.read_bytes()).code == 0
    select = f"{SPARQL_PREFIXES} SELECT ?x {{ ?s st:voicedBy/skos:prefLabel ?x }}"
    asked = run("query", select, "-f", "csv", graph=tmp_path / "b.kg")
    assert "Ada Berg" in asked.out
