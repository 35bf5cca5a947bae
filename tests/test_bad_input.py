"""Bad input: a clear sentence, the exit code of the law, no traceback, and the graph exactly as it was."""

from __future__ import annotations

import time
from pathlib import Path

import openpyxl
import pytest
from support import PAGE, SEED, Bad

pytest_plugins = ("failing",)

BROKEN = "@prefix e: <https://e.org/> .\n\ne:a e:b e:c ;\n  e:d .\n"
HEAD = "actor,position,issue,value,summary\n"


# -- files that cannot be read -------------------------------------------------------------------


def test_broken_rdf_is_told_with_file_line_and_column(bad: Bad, tmp_path: Path) -> None:
    """Broken RDF: file, line, column, the line itself, what to do; nothing of the file is loaded."""
    (tmp_path / "broken.ttl").write_text(BROKEN, encoding="utf-8")
    done = bad("load", "broken.ttl", apart=True)

    assert done.err.startswith("kg: broken.ttl, line 4, column 7: the RDF is wrong: ")
    assert "Near: e:d . Mend that line and load again." in done.err


def test_broken_rdf_on_standard_input_is_told(bad: Bad) -> None:
    """Broken RDF on standard input is told like a file called stdin."""
    done = bad("load", "-", "-f", "ttl", stdin=BROKEN)

    assert done.err.startswith("kg: stdin, line 4, column 7: the RDF is wrong: ")


def test_an_undeclared_prefix_in_rdf_is_told(bad: Bad, tmp_path: Path) -> None:
    """An undeclared prefix in RDF: its place and the line to add."""
    (tmp_path / "a.ttl").write_text("<urn:a> a\n  st:State .\n", encoding="utf-8")
    done = bad("load", "a.ttl", apart=True)

    assert done.err == (
        'kg: a.ttl, line 2, column 3: the prefix "st:" is not declared. '
        "Add at the top: @prefix st: <https://w3id.org/actor-stance/ns#> .\n"
    )


def test_a_missing_file_is_told(bad: Bad, tmp_path: Path) -> None:
    """A missing file: its name and the nearest that is there."""
    (tmp_path / "my-sheet.csv").write_text(PAGE, encoding="utf-8")

    assert bad("load", "mysheet.csv", apart=True).err == 'kg: No file "mysheet.csv". Did you mean "my-sheet.csv"?\n'


@pytest.mark.parametrize("name", ["a.ttl", "a.nq", "a.csv", "a.xlsx", "a.jsonld"])
def test_an_empty_file_is_told(bad: Bad, tmp_path: Path, name: str) -> None:
    """An empty file is refused, of whatever kind."""
    (tmp_path / name).touch()

    assert bad("load", name).err == f"kg: {name}: the file is empty. Check that it was saved.\n"


def test_nothing_on_standard_input_is_told(bad: Bad) -> None:
    """Empty standard input is refused like an empty file."""
    assert "the file is empty" in bad("load", "-", apart=True).err


def test_an_unknown_kind_of_file_is_told(bad: Bad, tmp_path: Path) -> None:
    """A file of unknown kind: the endings that are known."""
    (tmp_path / "notes.docx").write_text("x", encoding="utf-8")

    assert 'kg: notes.docx: the ending ".docx" is not known. Use one of .csv,' in bad("load", "notes.docx").err


@pytest.mark.slow
def test_a_file_of_100_mb_in_one_literal_is_refused(bad: Bad, tmp_path: Path) -> None:
    """100 MB of one literal: refused with the bound and the way round it, within seconds."""
    with (tmp_path / "huge.nt").open("w", encoding="utf-8") as out:
        out.write('<urn:a> <urn:b> "')
        for _ in range(100):
            out.write("x" * 1_000_000)
        out.write('" .\n')
    began = time.monotonic()
    done = bad("load", "huge.nt", apart=True)

    assert done.err.startswith("kg: huge.nt: one value is longer than 16 MiB (")
    assert "Keep long texts in files of their own and point to them with a source." in done.err
    assert time.monotonic() - began < 20


@pytest.mark.slow
def test_a_sheet_of_100_mb_in_one_cell_is_refused(bad: Bad, tmp_path: Path) -> None:
    """100 MB in one cell: refused with the bound, within seconds."""
    with (tmp_path / "huge.csv").open("w", encoding="utf-8") as out:
        out.write(f'{HEAD}Ann,It should be closed.,harbour,1,"')
        for _ in range(100):
            out.write("x" * 1_000_000)
        out.write('"\n')
    began = time.monotonic()
    done = bad("load", "huge.csv", apart=True)

    assert done.err.startswith("kg: huge.csv: the CSV is wrong: field larger than field limit")
    assert time.monotonic() - began < 20


# -- coding sheets ---------------------------------------------------------------------------------


def test_a_wrong_cell_is_told_with_its_address(bad: Bad, tmp_path: Path) -> None:
    """A wrong cell: file, address, what stands there, what may stand there."""
    rows = "".join("Ann,It should be closed.,harbour,1,x\n" for _ in range(12))
    last = "Ann,It should be closed.,harbour,agree,x\n"
    (tmp_path / "statements.csv").write_text(HEAD + rows + last, encoding="utf-8")

    assert bad("load", "statements.csv", apart=True).err == (
        'kg: statements.csv, cell D14: value "agree" is not on the scale. '
        "Use -2 … 2, or support, oppose, undetermined.\n"
    )


def test_an_unknown_column_is_told_with_the_nearest(bad: Bad, tmp_path: Path) -> None:
    """An unknown column: its cell and the nearest name."""
    (tmp_path / "page.csv").write_text(HEAD.replace("position", "positon"), encoding="utf-8")

    assert bad("load", "page.csv").err == (
        'kg: page.csv, cell B1: the column "positon" is not known. Did you mean "position"?\n'
    )


@pytest.mark.slow
def test_a_sheet_of_10000_rows_with_50_errors_tells_all_50(bad: Bad, tmp_path: Path) -> None:
    """A sheet of 10,000 rows with 50 errors: all 50 in one run, each with its cell, within seconds."""
    wrong = {n: ("agree", "D") if n % 400 else ("1", "F") for n in range(200, 10_001, 200)}
    with (tmp_path / "big.csv").open("w", encoding="utf-8") as out:
        out.write(HEAD.strip() + ",date\n")
        for n in range(2, 10_002):
            value, _ = wrong.get(n, ("1", ""))
            day = "soon" if n in wrong and wrong[n][1] == "F" else "2024-05-01"
            out.write(f"Actor {n % 50},Position {n % 90} holds.,issue {n % 90},{value},Row {n}.,{day}\n")
    began = time.monotonic()
    said = bad("load", "big.csv", apart=True).err.splitlines()

    assert time.monotonic() - began < 15
    assert said[0] == "kg: 50 problems; nothing was loaded."
    assert [line.split(":")[0] for line in said[1:]] == [f"big.csv, cell {c}{n}" for n, (_, c) in sorted(wrong.items())]


def test_latin_1_is_told(bad: Bad, tmp_path: Path) -> None:
    """A CSV in Latin-1: the line of the first wrong byte, and how to save it."""
    (tmp_path / "page.csv").write_bytes(f"{HEAD}Ann,It should be closed.,harbour,1,Straße\n".encode("latin-1"))

    assert bad("load", "page.csv").err == (
        'kg: page.csv, line 2: this is not UTF-8 (byte 0xdf). Save it as "CSV UTF-8".\n'
    )


@pytest.mark.parametrize("content", [b"actor,summary\n", b"PK\x03\x04 not a workbook"])
def test_an_xlsx_that_is_none_is_told(bad: Bad, tmp_path: Path, content: bytes) -> None:
    """A file that is called .xlsx and is no workbook."""
    (tmp_path / "page.xlsx").write_bytes(content)

    assert bad("load", "page.xlsx").err == "kg: page.xlsx: this is no XLSX workbook. Save it again as .xlsx.\n"


def test_a_wrong_cell_of_a_workbook_is_told_with_its_sheet(bad: Bad, tmp_path: Path) -> None:
    """A wrong cell of a workbook: file, sheet and address."""
    book = openpyxl.Workbook()
    book.active.title = "statements"
    for row in (HEAD.strip().split(","), ["Ann", "It should be closed.", "harbour", 7, "x"]):
        book.active.append(row)
    book.save(tmp_path / "page.xlsx")

    assert 'kg: page.xlsx, sheet statements, cell D2: value "7" is not on the scale.' in bad("load", "page.xlsx").err


def test_problems_of_several_files_are_told_together(bad: Bad, tmp_path: Path) -> None:
    """Several wrong files: all that is wrong in one run; the right one among them is not loaded either."""
    (tmp_path / "good.ttl").write_text("<urn:a> <urn:b> 1 .", encoding="utf-8")
    (tmp_path / "broken.ttl").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "page.csv").write_text(f"{HEAD}Ann,It should be closed.,harbour,agree,x\n", encoding="utf-8")
    said = bad("load", "good.ttl", "broken.ttl", "page.csv", apart=True).err.splitlines()

    assert [line.removeprefix("kg: ").split(",")[0] for line in said] == ["broken.ttl", "page.csv"]


def test_a_good_standard_input_is_not_loaded_beside_a_wrong_file(bad: Bad, tmp_path: Path) -> None:
    """All of it or nothing, standard input included."""
    (tmp_path / "broken.ttl").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "good.ttl").write_text("<urn:a> <urn:b> 1 .", encoding="utf-8")

    assert "broken.ttl, line" in bad("load", "-", "broken.ttl", stdin="<urn:a> <urn:b> 2 .").err
    assert "stdin, line 1" in bad("load", "-", "good.ttl", stdin="<urn:a> <urn:b>").err


def test_a_failed_first_load_leaves_no_folder(bad: Bad, tmp_path: Path) -> None:
    """When the first load into a new graph fails, there is no graph afterwards, as there was none before."""
    (tmp_path / "broken.ttl").write_text(BROKEN, encoding="utf-8")
    bad("load", "broken.ttl", graph="new.kg", apart=True)

    assert not (tmp_path / "new.kg").exists()


# -- questions -------------------------------------------------------------------------------------


def test_an_undeclared_prefix_in_sparql_is_told(bad: Bad, tmp_path: Path) -> None:
    """An undeclared prefix in SPARQL: file, line, and the line to add or the nearest prefix."""
    (tmp_path / "mine.rq").write_text("# Mine\n\nSELECT ?s WHERE { ?s a stnce:Stance }", encoding="utf-8")

    assert bad("query", "SELECT ?s WHERE { ?s a st:Stance }").err == (
        'kg: line 1: the prefix "st:" is not declared. Add at the top: PREFIX st: <https://w3id.org/actor-stance/ns#>\n'
    )
    said = bad("query", "mine.rq", apart=True).err
    assert said.startswith('kg: mine.rq, line 3: the prefix "stnce:" is not declared.')


def test_wrong_sparql_is_told_with_line_and_column(bad: Bad) -> None:
    """SPARQL that cannot be parsed: line, column and the line itself; an update too."""
    assert bad("query", "SELECT ?s WHERE {\n ?s ?p }").err.startswith("kg: line 2, column ")
    assert "the SPARQL is wrong near: " in bad("update", "INSERT DATA { <urn:a> <urn:b> }").err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), 'Query "positions-on-issue" needs the parameter "issue" (issue). Give it with: -p issue VALUE'),
        (("-p", "isue", "talks"), 'Query "positions-on-issue" has no parameter "isue". Did you mean "issue"?'),
        (("-p", "issue"), "Option '-p' requires 2 arguments"),
    ],
)
def test_a_wrong_parameter_is_wrong_usage(bad: Bad, args: tuple[str, ...], said: str) -> None:
    """A missing, unknown or half-given parameter: which one, and how to give it; exit code 2."""
    assert said in bad("query", "positions-on-issue", *args, code=2, apart=not args).err


def test_a_value_of_the_wrong_type_is_wrong_usage(bad: Bad) -> None:
    """A value that is not of its type: an example of one that is; exit code 2."""
    said = bad("query", "timeline", "-p", "since", "yesterday", code=2).err

    assert 'parameter since is a date such as 2020-04-08, not "yesterday"' in said


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("compare", "Talban", "US"), 'No actor "Talban". Did you mean "Taliban"? List them with: kg query actors'),
        (("stances", "--issue", "prisoner relase"),
         'No issue "prisoner relase". Did you mean "prisoner release"? List them with: kg query issues'),
        (("stances", "--source", "CNN"), 'No source "CNN".'),
        (("query", "negotiates-with", "-p", "actor", "Talban"), 'No actor "Talban". Did you mean "Taliban"?'),
        (("query", "negotiates"), 'No query "negotiates". Did you mean "negotiates-with"? List them with: kg query'),
        (("query", "nope.rq"), 'No query file "nope.rq"'),
        (("network", "--tie", "negotiate with"), 'No tie "negotiate with". Did you mean "negotiates with"?'),
        (("withdraw", "CNN"), 'No source "CNN". List them with: kg query sources'),
        (("compare", "Taliban"), "A comparison needs two different actors, or none for all. Name a second one."),
        (("check", "--texts", "nowhere"), 'No folder of texts "nowhere".'),
        (("load", "page.csv", "--reader", "shet"), 'No reader "shet". Did you mean "sheet"?'),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(
    bad: Bad, tmp_path: Path, args: tuple[str, ...], said: str
) -> None:
    """An unknown name: the nearest one and the command that lists all; exit code 1."""
    (tmp_path / "page.csv").write_text(PAGE, encoding="utf-8")

    assert f"kg: {said}" in bad(*args, apart=args[0] == "compare").err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("query", "SELECT * WHERE { SERVICE <http://example.org/sparql> { ?s ?p ?o } }"), "SERVICE would reach out"),
        (("update", "LOAD <http://example.org/x.ttl>"), "LOAD would reach out"),
        (("update", "CREATE GRAPH <https://w3id.org/actor-stance/graph/registry>"), "already exists"),
        (("update", "INSERT DATA { <urn:a> <urn:b> 1 } ; DROP GRAPH <urn:none>"), "does not exist"),
        (("update", "nope.ru"), 'No query file "nope.ru"'),
    ],
)
def test_what_queries_may_not_do_is_refused(bad: Bad, args: tuple[str, ...], said: str) -> None:
    """Reaching out to the network, and updates that cannot be done whole, are refused."""
    assert said in bad(*args, apart=args[0] == "query").err


def test_standard_input_that_is_no_text_is_told(bad: Bad) -> None:
    """A query on standard input in another encoding is refused without a traceback."""
    assert "utf-8" in bad("query", "-", stdin='SELECT ("Straße" AS ?x) {}'.encode("latin-1")).err


# -- wrong usage -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("stances", "-o", "nowhere/s.csv"), 'No folder "nowhere" for s.csv. Make it first.'),
        (("network", "-o", "nowhere/n.html"), 'No folder "nowhere" for n.html.'),
        (("save", "nowhere/all.trig"), 'No folder "nowhere" for all.trig.'),
        (("query", "CONSTRUCT WHERE { ?s ?p ?o }", "-o", "nowhere/t.ttl"), 'No folder "nowhere" for t.ttl.'),
        (("stances", "-f", "exel"), '"exel" is no table format. Use one of table, csv,'),
        (("stances", "-f", "jsn"), 'Did you mean "json"?'),
        (("stances", "-o", "s.xls"), '"s.xls" is no table format.'),
        (("stances", "-f", "parquet"), "Parquet needs a file: add -o FILE.parquet"),
        (("network", "-o", "n.svg"), '"n.svg" is no network format. Use one of html, graphml,'),
        (("save", "all.tttl"), '".tttl" is no RDF format. Did you mean ".ttl"?'),
        (("query", "DESCRIBE <urn:a>", "-f", "csv"), '"csv" is no RDF format.'),
        (("load", "-", "-f", "excel"), '"excel" is no RDF format.'),
        (("stances", "--since", "yesterday"), '"yesterday" is no date for since. Use 2020, 2020-04 or 2020-04-08.'),
        (("stances", "--basis", "words"), "'words' is not one of 'word', 'deed', 'commitment', 'report'"),
        (("load",), "Missing argument 'FILE...'"),
        (("query",), "Which query? Name one (kg query --list), a .rq file, SPARQL text, or - for standard input."),
        (("stances", "--isue", "x"), "No such option"),
        (("stanses",), 'No verb "stanses". Did you mean "stances"?'),
        (("xyz",), 'No verb "xyz". There are: backup, check, compare,'),
    ],
)
def test_wrong_usage_exits_with_2(bad: Bad, tmp_path: Path, args: tuple[str, ...], said: str) -> None:
    """What cannot be meant, whatever the data, is wrong usage: exit code 2, and no file is written."""
    before = sorted(p.name for p in tmp_path.iterdir())

    assert said in bad(*args, code=2, apart="nowhere/s.csv" in args).err
    assert sorted(p.name for p in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "args", [("load", "page.csv"), ("infer",), ("withdraw", SEED), ("update", "CLEAR ALL")], ids=lambda a: a[0]
)
def test_a_verb_that_writes_needs_a_graph(bad: Bad, tmp_path: Path, args: tuple[str, ...]) -> None:
    """Without ``-g`` a verb that writes is refused: the shipped corpus stays as it is. A file does too."""
    (tmp_path / "page.csv").write_text(PAGE, encoding="utf-8")

    said = "This verb changes a graph: name one with -g, as in: kg -g my.kg load FILE"
    assert said in bad(*args, graph=None, code=2).err
    assert '"page.csv" is a file, which stays as it is.' in bad(*args, graph="page.csv", code=2).err
    assert (tmp_path / "page.csv").read_text(encoding="utf-8") == PAGE
