"""Coding sheets: what each cell becomes, and how a wrong one is told."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from support import PAGE

import kg
from kg.errors import ReadError
from kg.readers import read
from kg.readers.cells import letter
from kg.terms import PREFIXES, compact

ACTORS = [["id", "label", "type"], ["ann", "Ann", "Person"], ["town", "Town", "Government"]]
ISSUES = [["id", "label", "broader"], ["harbour", "old harbour", ""]]
POSITIONS = [["id", "sentence", "issue"], ["close", "The harbour should be closed.", "old harbour"]]
SOURCES = [["id", "title", "url", "reliability", "date"], ["s1", "Gazette", "https://example.org/1", "A", "2024"]]
STATEMENTS = [
    ["id", "source", "date", "actor", "event_type", "target", "position", "value", "summary"],
    ["a", "s1", "2024-05-01", "Ann", "criticism", "Town", "close", "1", "She is for it."],
    ["b", "s1", "2024-05-02", "Town", "", "", "close", "-1", "It is against it."],
]
CONFLICTS = [["id", "title", "kind", "accounts"], ["C1", "Who began", "framing", "a|b"]]
FOLDER = {
    "actors": ACTORS, "issues": ISSUES, "positions": POSITIONS, "sources": SOURCES, "statements": STATEMENTS,
    "conflicts": CONFLICTS,
}
ST = "PREFIX st: <https://w3id.org/actor-stance/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"


def write(path: Path, rows: list[list[str]]) -> Path:
    """A CSV file of rows."""
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    return path


def folder(tmp_path: Path, **sheets: list[list[str]]) -> Path:
    """A folder of sheets: the good ones, some replaced."""
    for kind, rows in {**FOLDER, **sheets}.items():
        write(tmp_path / f"{kind}.csv", rows)
    return tmp_path


def changed(rows: list[list[str]], row: int, column: str, value: str) -> list[list[str]]:
    """Rows with one cell changed; the column is added when it is new."""
    head = rows[0] if column in rows[0] else [*rows[0], column]
    grid = [head, *([*r, ""][: len(head)] for r in rows[1:])]
    at = head.index(column)
    return [[value if (n, i) == (row - 1, at) else cell for i, cell in enumerate(r)] for n, r in enumerate(grid)]


def loaded(path: Path) -> kg.KnowledgeGraph:
    """A graph with the sheets of a folder or file."""
    g = kg.KnowledgeGraph()
    g.load(path)
    return g


def page(tmp_path: Path, *rows: dict[str, str]) -> kg.KnowledgeGraph:
    """A graph made of one page with these rows, on top of what every row needs."""
    whole = [{"actor": "Ann", "summary": "Words.", "source": "Gazette", **row} for row in rows]
    columns = list(dict.fromkeys(c for row in whole for c in row))
    return loaded(write(tmp_path / "page.csv", [columns, *([row.get(c, "") for c in columns] for row in whole)]))


STANCE = {"position": "It should be closed.", "issue": "harbour", "value": "1"}


# -- what a row becomes ----------------------------------------------------------------------


def test_one_page_is_a_whole_graph(tmp_path: Path) -> None:
    """A page with actor, position, issue, value and summary is enough to compare two actors."""
    (tmp_path / "page.csv").write_text(PAGE, encoding="utf-8")
    pair = kg.compare(loaded(tmp_path / "page.csv"), "Ferry company", "Fishers").pair()

    assert (len(pair.shared), len(pair.conflicting), pair.agreement) == (1, 1, -0.5)


def test_a_good_folder_is_read_without_complaint(tmp_path: Path) -> None:
    """The folder that the wrong ones below are made of is right."""
    g = loaded(folder(tmp_path))

    assert [row["value"] for row in kg.stances(g)] == [1, -1]
    assert len(g.query(ST + "SELECT ?a WHERE { ?c a st:AccountConflict ; st:hasAccount ?a }")) == 3


@pytest.mark.parametrize(
    ("written", "score"),
    [("2", 2), ("+2", 2), ("strongly supports", 2), ("Strongly support", 2), ("1", 1), ("support", 1), ("0", 0),
     ("ambivalent", 0), ("mixed", 0), ("-1", -1), ("−1", -1), ("oppose", -1), ("OPPOSES", -1), ("-2", -2),
     ("strongly oppose", -2), ("undetermined", None)],
)
def test_a_value_is_a_number_or_a_word(tmp_path: Path, written: str, score: int | None) -> None:
    """A value is written as a number from −2 to 2 or as its word; an undetermined one has no score."""
    g = page(tmp_path, {**STANCE, "value": written})

    assert kg.stances(g).column("value") == [score]


@pytest.mark.parametrize(
    ("date", "precision", "expected"),
    [
        ("2024-05-02", "", ("2024-05-02", "2024-05-02", None, "precision-day")),
        ("2024-5-2", "", ("2024-05-02", "2024-05-02", None, "precision-day")),
        ("2024-02", "", (None, "2024-02-01", "2024-02-29", "precision-month")),
        ("2024", "", (None, "2024-01-01", "2024-12-31", "precision-year")),
        ("2024-05-02", "month", ("2024-05-02", "2024-05-01", "2024-05-31", "precision-month")),
        ("2024-05-02", "inferred", ("2024-05-02", None, None, "precision-inferred")),
        ("2024-05", "inferred", (None, "2024-05-01", "2024-05-31", "precision-inferred")),
        ("", "", (None, None, None, "precision-none")),
    ],
)
def test_a_date_keeps_its_precision(
    tmp_path: Path, date: str, precision: str, expected: tuple[str | None, ...]
) -> None:
    """A day, a month and a year are kept as exact as they are; an inferred date bounds nothing."""
    g = page(tmp_path, {**STANCE, "date": date, "date_precision": precision})
    (row,) = kg.stances(g)
    start, first, last, known = expected

    assert (row["start"], row["notBefore"]) == (start, first)
    assert row["notAfter"] == last or (precision == "month" and start)
    assert compact(row["precision"]) == f"stx:{known}"


def test_who_speaks_for_another_is_the_voice(tmp_path: Path) -> None:
    """With ``on_behalf_of`` the stance is that one's, and the actor its voice."""
    (row,) = kg.stances(page(tmp_path, {**STANCE, "on_behalf_of": "Fishers", "basis": "word"}))

    assert (compact(row["holder"]), compact(row["speaker"])) == ("actor:fishers", "actor:ann")


def test_a_deed_has_no_voice(tmp_path: Path) -> None:
    """A stance read from a deed is nobody's words."""
    (row,) = kg.stances(page(tmp_path, {**STANCE, "on_behalf_of": "Fishers", "basis": "deed"}))

    assert (compact(row["holder"]), row["speaker"]) == ("actor:fishers", None)


def test_a_row_may_be_act_and_stance_at_once(tmp_path: Path) -> None:
    """A row with event type and position gives an event that expresses the stance."""
    g = page(tmp_path, {**STANCE, "event_type": "criticism", "target": "Town"})
    kg.infer(g)

    assert g.ask(ST + "ASK { ?e st:expresses ?s ; st:recipient ?t . ?s a st:Stance . ?a st:criticizes ?t }")


@pytest.mark.parametrize(
    ("relation", "tie"),
    [("negotiates with", "negotiatesWith"), ("holds captive", "holdsCaptive"), ("backs", "supportsActor")],
)
def test_a_relation_may_be_named_by_its_label(tmp_path: Path, relation: str, tie: str) -> None:
    """A dealing may be named by the tie it amounts to, and gives that tie."""
    g = page(tmp_path, {"relation": relation, "target": "Town", "basis": "report"})
    kg.infer(g)

    assert g.ask(ST + f"PREFIX actor: <{PREFIXES['actor']}>\nASK {{ actor:ann st:{tie} actor:town }}")


def test_a_quote_is_direct_speech(tmp_path: Path) -> None:
    """A row with a quote has direct speech as evidence, without one reported speech or narration."""
    g = page(
        tmp_path, {**STANCE, "id": "q", "quote": "Close it", "quote_speaker": "Bob"},
        {**STANCE, "id": "w", "value": "2"}, {**STANCE, "id": "d", "basis": "deed"},
    )
    rows = g.query(
        ST + "PREFIX oa: <http://www.w3.org/ns/oa#>\nSELECT ?e ?mode ?who ?quote WHERE { ?e st:attributionMode ?mode "
        "OPTIONAL { ?e st:utteredBy ?who } OPTIONAL { ?e oa:hasSelector/oa:exact ?quote } }"
    )
    found = {
        r["e"].rsplit("/", 1)[1]: (compact(r["mode"]), r["who"] and compact(r["who"]), r["quote"]) for r in rows
    }

    assert found == {
        "q": ("stx:direct-speech", "actor:bob", "Close it"),
        "w": ("stx:indirect-speech", "actor:ann", None),
        "d": ("stx:narration", None, None),
    }


def test_names_in_any_language_are_the_same_actor(tmp_path: Path) -> None:
    """An actor is named in a row by label, id, alias or its name in Dari or Pashto."""
    actors = [["id", "label", "alt_labels", "label_fa", "label_ps"],
              ["fishers", "Fishers", "Boat owners|Crews", "ماهیگیران", "کب نیوونکي"]]
    names = ["Fishers", "fishers", "boat owners", "Crews", "ماهیگیران", "کب نیوونکي", "actor:fishers"]
    rows = [STATEMENTS[0], *([f"r{n}", "s1", "", name, "", "", "close", "1", "x"] for n, name in enumerate(names))]
    g = loaded(folder(tmp_path, actors=actors, statements=rows, conflicts=[CONFLICTS[0]]))

    assert {compact(row["holder"]) for row in kg.stances(g)} == {"actor:fishers"}
    assert len(kg.stances(g)) == len(names)
    assert g.find("ماهیگیران", "actor") == f"{PREFIXES['actor']}fishers"


def test_two_pages_on_one_source_do_not_fall_together(tmp_path: Path) -> None:
    """Rows without an id of two files on one source are different statements."""
    for name, value in (("one", "1"), ("two", "-1")):
        write(tmp_path / f"{name}.csv", [["actor", "position", "issue", "value", "source", "summary"],
                                         ["Ann", "It should be closed.", "harbour", value, "Gazette", "x"]])
    g = kg.KnowledgeGraph()
    g.load(tmp_path / "one.csv", tmp_path / "two.csv")

    assert sorted(kg.stances(g).column("value")) == [-1, 1]


@pytest.mark.parametrize(
    "text",
    [
        "actor;position;issue;value;summary\nAnn;It should be closed.;harbour;1;She, too.\n",
        "actor\tposition\tissue\tvalue\tsummary\nAnn\tIt should be closed.\tharbour\t1\tx\n",
        "\ufeffACTOR,Position, Issue ,VALUE,Summary\r\nAnn,It should be closed.,harbour,1,x\r\n\r\n",
        'actor,position,issue,value,summary\n"Ann","It should be closed.","harbour",1,"two\nlines"\n',
        "actor,position,issue,value,summary,,\nAnn,It should be closed.,harbour,1,x,,\n",
        "actor,position,issue,value,summary\nAnn,It should be closed.,harbour,1,x\n,,,,\n",
    ],
    ids=["semicolons", "tabs", "mark and capitals", "line break in a cell", "empty columns", "empty row"],
)
def test_csv_is_read_as_programs_write_it(tmp_path: Path, text: str) -> None:
    """Commas, semicolons or tabs, capitals and blanks in the header, empty rows and columns are all fine."""
    (tmp_path / "page.csv").write_bytes(text.encode())

    assert kg.stances(loaded(tmp_path / "page.csv")).column("value") == [1]


def test_a_workbook_of_one_sheet_is_a_page(tmp_path: Path) -> None:
    """An XLSX file with a single sheet of any name is a one-page sheet; its numbers and dates are understood."""
    from datetime import datetime

    book = openpyxl.Workbook()
    book.active.title = "My notes"
    for row in (["Actor", "Position", "Issue", "Value", "Date", "Confidence", "Summary"],
                ["Ann", "It should be closed.", "harbour", -2, datetime(2024, 5, 2), 0.5, "x"]):
        book.active.append(row)
    book.save(tmp_path / "page.xlsx")
    (row,) = kg.stances(loaded(tmp_path / "page.xlsx"))

    assert (row["value"], row["start"], row["confidence"]) == (-2, "2024-05-02", 0.5)


@pytest.mark.parametrize(
    ("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_are_lettered_as_in_a_spreadsheet(index: int, name: str) -> None:
    """Columns are called A to Z, then AA and so on."""
    assert letter(index) == name


# -- what is wrong -----------------------------------------------------------------------------

CELLS = [
    ("actors", 2, "type", "Persn", "C2", '"Persn" is no kind of actor. Did you mean "person"?'),
    ("actors", 2, "label", "", "B2", "the actor has no label. Fill it in."),
    ("actors", 3, "label", "Ann", "B3", 'the actor "Ann" stands twice.'),
    ("actors", 3, "affiliation", "Nobody", "D3", 'the actor "Nobody" is in no row of its sheet. Add it to actors.'),
    ("issues", 2, "broader", "peace", "C2", 'the issue "peace" is in no row of its sheet.'),
    ("positions", 2, "sentence", "", "B2", "the position has no sentence."),
    ("positions", 2, "issue", "", "C2", "the position answers no issue."),
    ("positions", 2, "issue", "old harbor", "C2",
     'the issue "old harbor" is in no row of its sheet. Did you mean "old harbour"?'),
    ("positions", 2, "kind", "wish", "D2", '"wish" is no kind of position. Use policy (should be) or factual (is).'),
    ("positions", 2, "incompatible_with", "open", "D2", 'the position "open" is in no row of its sheet.'),
    ("sources", 2, "id", "", "A2", "the source has no id. Give it a short one."),
    ("sources", 2, "url", "www.example.org", "C2", '"www.example.org" is no web address.'),
    ("sources", 2, "reliability", "D", "D2", '"D" is no reliability. Use A, B or C.'),
    ("sources", 2, "date", "May 2024", "E2", '"May 2024" is no date. Use 2020-04-08, 2020-04 or 2020.'),
    ("statements", 3, "value", "agree", "H3",
     'value "agree" is not on the scale. Use -2 … 2, or support, oppose, undetermined.'),
    ("statements", 3, "value", "3", "H3", 'value "3" is not on the scale.'),
    ("statements", 3, "value", "", "H3", "the position has no value."),
    ("statements", 3, "position", "", "G3", "the row says neither a stance nor a dealing."),
    ("statements", 2, "position", "", "H2", "the value has no position."),
    ("statements", 2, "actor", "Anna", "D2", 'the actor "Anna" is in no row of its sheet. Did you mean "Ann"?'),
    ("statements", 2, "actor", "", "D2", "the actor is missing. Fill it in."),
    ("statements", 2, "summary", "", "I2", "the summary is missing. Fill it in."),
    ("statements", 2, "target", "Ann", "F2", '"Ann" is the target of its own act.'),
    ("statements", 2, "target", "Twon", "F2", 'the actor "Twon" is in no row of its sheet. Did you mean "Town"?'),
    ("statements", 2, "event_type", "critcism", "E2", '"critcism" is no event type. Did you mean "criticism"?'),
    ("statements", 2, "position", "closed", "G2",
     'the position "closed" is in no row of its sheet. Did you mean "close"?'),
    ("statements", 2, "source", "s2", "B2", 'the source "s2" is in no row of sources. Add it to sources.'),
    ("statements", 2, "date", "2024-02-30", "C2", '"2024-02-30" is no date.'),
    ("statements", 2, "date", "1 May", "C2", '"1 May" is no date. Use 2020-04-08, 2020-04 or 2020.'),
    ("statements", 3, "id", "a", "A3", 'the id "a" stands twice. Give each row its own.'),
    ("statements", 2, "basis", "words", "J2",
     '"words" is no basis. Did you mean "word"? Use word, deed, commitment, report.'),
    ("statements", 2, "certainty", "sure", "J2", '"sure" is no certainty. Use stated, hedged, implied.'),
    ("statements", 2, "confidence", "high", "J2", '"high" is no confidence. Use a number from 0 to 1.'),
    ("statements", 2, "confidence", "90", "J2", '"90" is no confidence.'),
    ("statements", 2, "date_precision", "week", "J2", '"week" is no date precision. Use day, month, year, inferred.'),
    ("statements", 2, "quote", "word " * 26, "J2", "the quote has 26 words; 25 are the most."),
    ("statements", 2, "second_look", "maybe", "J2", '"maybe" is no second look.'),
    ("statements", 2, "same_event_as", "c", "J2", 'no row has the id "c".'),
    ("statements", 2, "supersedes", "bb", "J2", 'no row has the id "bb". Did you mean "b"?'),
    ("statements", 2, "also_in", "s9", "J2", 'the source "s9" is in no row of sources. Add it to sources.'),
    ("conflicts", 2, "kind", "quarrel", "C2", '"quarrel" is no kind. Use source-conflict, actor-dispute,'),
    ("conflicts", 2, "accounts", "a|zz", "D2", 'no row has the id "zz".'),
]


@pytest.mark.parametrize(("kind", "row", "column", "value", "cell", "said"), CELLS, ids=lambda x: str(x)[:24])
def test_a_wrong_cell_is_named(
    tmp_path: Path, kind: str, row: int, column: str, value: str, cell: str, said: str
) -> None:
    """Each wrong cell is named by file and address, with what stands in it and what may stand there."""
    with pytest.raises(ReadError) as caught:
        read(folder(tmp_path, **{kind: changed(FOLDER[kind], row, column, value)}))

    assert f"{kind}.csv, cell {cell}: {said}" in str(caught.value)


def test_a_superseded_act_is_refused(tmp_path: Path) -> None:
    """Only a stance can replace a stance."""
    rows = [*STATEMENTS, ["c", "s1", "", "Town", "criticism", "Ann", "", "", "It answers."]]
    with pytest.raises(ReadError, match=r'cell J4: "a" and this row are not both stances'):
        read(folder(tmp_path, statements=changed(rows, 4, "supersedes", "a")))


def test_an_unknown_column_is_answered_with_the_nearest(tmp_path: Path) -> None:
    """A column that is not known is named with its cell and the nearest one."""
    with pytest.raises(ReadError, match=r'J1: the column "On behalf" is not known\. Did you mean "on_behalf_of"'):
        read(folder(tmp_path, statements=changed(STATEMENTS, 2, "On behalf", "Town")))


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """Two columns of one name would hide one another."""
    rows = [[*r, r[3]] for r in STATEMENTS]
    with pytest.raises(ReadError, match=r'statements\.csv, cell J1: the column "actor" stands twice'):
        read(folder(tmp_path, statements=rows))


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    """A column that is needed and not there is named."""
    with pytest.raises(ReadError, match=r'statements\.csv, row 1: the column "summary" is missing\. Add it\.'):
        read(folder(tmp_path, statements=[r[:-1] for r in STATEMENTS]))


def test_a_cell_without_a_column_is_refused(tmp_path: Path) -> None:
    """A cell that stands under no name is probably a stray comma."""
    rows = [*STATEMENTS[:2], [*STATEMENTS[2], "", "stray"]]
    with pytest.raises(ReadError, match=r"statements\.csv, cell K3: this cell stands under no column name"):
        read(folder(tmp_path, statements=rows))


def test_a_problem_without_a_column_names_the_row(tmp_path: Path) -> None:
    """What is missing together with its whole column is told with its row."""
    write(tmp_path / "page.csv", [["actor", "position", "summary"], ["Ann", "It should be closed.", "x"]])
    with pytest.raises(ReadError) as caught:
        read(tmp_path / "page.csv")

    assert "page.csv, row 2: the position has no value." in str(caught.value)
    assert "page.csv, row 2: the position answers no issue." in str(caught.value)


def test_all_problems_of_all_sheets_are_told_together(tmp_path: Path) -> None:
    """Every problem of every sheet is told in one run, in reading order, with their number."""
    sheets = {
        "actors": changed(ACTORS, 2, "type", "Persn"), "sources": changed(SOURCES, 2, "url", "x"),
        "statements": changed(changed(STATEMENTS, 2, "value", "yes"), 3, "date", "soon"),
    }
    with pytest.raises(ReadError) as caught:
        read(folder(tmp_path, **sheets))
    said = str(caught.value).splitlines()

    assert said[0] == "4 problems; nothing was loaded."
    assert [line.split(":")[0] for line in said[1:]] == [
        "actors.csv, cell C2", "sources.csv, cell C2", "statements.csv, cell H2", "statements.csv, cell C3",
    ]


def test_a_workbook_names_the_sheet(tmp_path: Path) -> None:
    """In a workbook a wrong cell is named with its sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for kind, rows in {**FOLDER, "statements": changed(STATEMENTS, 3, "value", "agree")}.items():
        sheet = book.create_sheet(kind.title())
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "coding.xlsx")

    with pytest.raises(ReadError, match=r'coding\.xlsx, sheet Statements, cell H3: value "agree" is not on the scale'):
        read(tmp_path / "coding.xlsx")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.csv", b"actor,position,issue,value,summary\n", "the sheet has a header but no rows"),
        ("page.csv", b"Taliban,P.,i,1,x\n", 'this sheet is no coding sheet: it has no column "actor"'),
        ("page.csv", "actor,summary\nAnn,Straße\n".encode("latin-1"), "line 2: this is not UTF-8 (byte 0xdf)"),
        ("page.csv", "actor,summary\n".encode("utf-16"), "this is not UTF-8"),
        ("page.csv", b"actor,summary\nAnn,\0\n", "this is no text file"),
        ("page.xlsx", b"actor,summary\n", "this is no XLSX workbook. Save it again as .xlsx."),
        ("page.xlsx", b"PK\x03\x04 no archive", "this is no XLSX workbook"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    """A file that is no coding sheet is refused with what it seems to be and what to do."""
    (tmp_path / name).write_bytes(content)

    with pytest.raises(ReadError) as caught:
        read(tmp_path / name)
    assert said in str(caught.value)
    assert name in str(caught.value)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
def test_a_damaged_workbook_is_refused(tmp_path: Path, part: str) -> None:
    """A workbook with a damaged part is no workbook, whichever part it is."""
    import zipfile

    openpyxl.Workbook().save(tmp_path / "good.xlsx")
    with zipfile.ZipFile(tmp_path / "good.xlsx") as good, zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as bad:
        for name in good.namelist():
            bad.writestr(name, b"<cut" if name == part else good.read(name))

    with pytest.raises(ReadError, match=r"bad\.xlsx: this is no XLSX workbook"):
        read(tmp_path / "bad.xlsx")
