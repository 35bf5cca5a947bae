"""Readers: a file in, quads out. Each case is a folder: ``readers/<format>/<case>/{input.*,expected.nq}``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import NotFound, ReadError
from kg.readers import READERS, SUFFIXES, files_in, read
from kg.readers.rdf import FORMATS, format_for, parse

CASES = sorted(p.parent for p in (Path(__file__).parent / "readers").glob("*/*/expected.nq"))


def canonical(quads: list[ox.Quad]) -> list[str]:
    """Quads as sorted lines, whatever their blank nodes are called."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(map(str, dataset))


def given(case: Path) -> Path:
    """The input of a case: a file, or a folder of sheets."""
    (found,) = (p for p in case.iterdir() if p.name.split(".")[0] == "input")
    return found


# -- what is read ------------------------------------------------------------------------


def test_every_reader_and_rdf_format_has_a_case() -> None:
    """The cases cover each reader, and each RDF format that people write."""
    assert len(CASES) >= 9
    assert {c.parent.name for c in CASES} == {"ttl", "trig", "nt", "nq", "rdf", "jsonld", "sheet", "dna", "votes"}
    assert set(READERS) == {"dna", "rdf", "sheet", "votes"}


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.parent.name}-{c.name}")
def test_a_file_gives_its_quads(case: Path) -> None:
    """The quads of a file are those written beside it, no more and no fewer."""
    expected = list(ox.parse((case / "expected.nq").read_bytes(), ox.RdfFormat.N_QUADS))

    assert canonical(read(given(case))) == canonical(expected)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.parent.name}-{c.name}")
def test_reading_twice_gives_the_same(case: Path) -> None:
    """A second reading gives the same quads under the same names, nameless nodes included."""
    assert read(given(case)) == read(given(case))


def test_a_sheet_is_the_same_as_csv_and_as_workbook() -> None:
    """A folder of CSV files and a workbook with sheets so named are read alike, dates and numbers too."""
    folder, book = (next(c for c in CASES if c.name == name) for name in ("folder", "workbook"))

    assert canonical(read(given(folder))) == canonical(read(given(book)))


@pytest.mark.parametrize(
    ("ending", "like"),
    [(".owl", "rdf"), (".xml", "rdf"), (".json", "jsonld"), (".n3", "ttl"), (".TTL", "ttl"), (".Nq", "nq")],
)
def test_formats_have_several_endings(tmp_path: Path, ending: str, like: str) -> None:
    """A format is known by each of its endings, in any case."""
    case = next(c for c in CASES if c.parent.name == like)
    shutil.copy(given(case), tmp_path / f"input{ending}")

    assert canonical(read(tmp_path / f"input{ending}")) == canonical(read(given(case)))


def test_formats_are_known_by_name_and_media_type() -> None:
    """A format is named by its ending, with or without dot, or by its media type."""
    assert format_for("ttl") == format_for(".TTL") == format_for("text/turtle") == ox.RdfFormat.TURTLE
    assert format_for("application/n-quads") == ox.RdfFormat.N_QUADS


def test_two_files_do_not_share_nameless_nodes(tmp_path: Path) -> None:
    """Blank nodes of two files are two things, even under one name; of one file and its copy they are one."""
    (tmp_path / "a.nt").write_text('_:x <urn:p> "a" .', encoding="utf-8")
    (tmp_path / "b.nt").write_text('_:x <urn:p> "b" .', encoding="utf-8")
    (tmp_path / "copy.nt").write_text('_:x <urn:p> "a" .', encoding="utf-8")
    a, b, copy = (read(tmp_path / name)[0].subject for name in ("a.nt", "b.nt", "copy.nt"))

    assert a != b
    assert a == copy


@pytest.mark.parametrize("ending", ["ttl", "nt", "rdf"])
def test_a_byte_order_mark_is_passed_over(tmp_path: Path, ending: str) -> None:
    """The mark that some editors put before UTF-8 is no part of the file."""
    case = next(c for c in CASES if c.parent.name == ending)
    (tmp_path / f"input.{ending}").write_bytes(b"\xef\xbb\xbf" + given(case).read_bytes())

    assert canonical(read(tmp_path / f"input.{ending}")) == canonical(read(given(case)))


# -- which files are read -------------------------------------------------------------------


def test_a_folder_of_sheets_is_one_thing(tmp_path: Path) -> None:
    """A folder with a sheet of statements is read as one, beside other files in the tree."""
    case = next(c for c in CASES if c.name == "folder")
    shutil.copytree(given(case), tmp_path / "sheets")
    (tmp_path / "a.ttl").write_text("<urn:a> <urn:b> 1 .", encoding="utf-8")
    (tmp_path / "sheets" / "more.nt").write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("", encoding="utf-8")

    assert [p.name for p in files_in(tmp_path)] == ["a.ttl", "sheets", "more.nt"]
    assert [p.name for p in files_in(tmp_path / "sheets")] == ["sheets", "more.nt"]
    assert files_in(tmp_path / "a.ttl") == [tmp_path / "a.ttl"]


def test_a_missing_file_is_answered_with_the_nearest(tmp_path: Path) -> None:
    """A file that is not there is answered with the nearest name in its folder."""
    (tmp_path / "statements.csv").write_text("x", encoding="utf-8")

    with pytest.raises(NotFound) as caught:
        files_in(tmp_path / "statments.csv")
    assert str(caught.value) == f'No file "{tmp_path}/statments.csv". Did you mean "statements.csv"?'
    with pytest.raises(NotFound, match=r"Check the path\."):
        files_in(tmp_path / "none" / "x.ttl")


def test_a_folder_with_nothing_to_read_is_refused(tmp_path: Path) -> None:
    """A folder without a readable file lists the endings that can be read."""
    (tmp_path / "notes.txt").write_text("words", encoding="utf-8")

    with pytest.raises(ReadError, match=r"holds nothing that can be read\. Expected files ending in \.csv,"):
        files_in(tmp_path)


def test_an_unknown_ending_lists_those_that_are_known(tmp_path: Path) -> None:
    """A file of unknown kind is refused with the endings that are known and the way to name a reader."""
    (tmp_path / "x.doc").write_text("words", encoding="utf-8")

    with pytest.raises(ReadError) as caught:
        read(tmp_path / "x.doc")
    said = f'{tmp_path}/x.doc: the ending ".doc" is not known. Use one of .csv, .dna, .json,'
    assert str(caught.value).startswith(said)
    assert set(SUFFIXES) == {*FORMATS, ".csv", ".dna", ".xlsx"}


def test_an_unknown_reader_lists_those_that_there_are(tmp_path: Path) -> None:
    """A reader that does not exist is answered with the nearest and with all."""
    (tmp_path / "x.csv").write_text("a,b", encoding="utf-8")

    with pytest.raises(NotFound, match=r'No reader "sheets"\. Did you mean "sheet"\? There are: dna, rdf, sheet,'):
        read(tmp_path / "x.csv", "sheets")


@pytest.mark.parametrize("ending", sorted(SUFFIXES))
def test_an_empty_file_is_refused(tmp_path: Path, ending: str) -> None:
    """An empty file is refused, whatever its kind: it was probably not saved."""
    (tmp_path / f"x{ending}").write_bytes(b"")

    with pytest.raises(ReadError, match=r"the file is empty\. Check that it was saved\."):
        read(tmp_path / f"x{ending}")


@pytest.mark.parametrize("content", ["  \n\n", "\ufeff"])
def test_a_file_of_blanks_is_refused(tmp_path: Path, content: str) -> None:
    """A file of nothing but blanks is as good as empty."""
    for name in ("x.ttl", "x.csv"):
        (tmp_path / name).write_text(content, encoding="utf-8")
        with pytest.raises(ReadError, match=r"the file is empty|no header row"):
            read(tmp_path / name)


# -- what is wrong in RDF ----------------------------------------------------------------------

WRONG = {
    "ttl": ("@prefix e: <https://e.org/> .\n\ne:a e:b e:c ; .\ne:a e:b .\n", "line 4, column 9", "Near: e:a e:b ."),
    "trig": ("@prefix e: <https://e.org/> .\ne:g {\n e:a e:b e:c\n", "line 4, column 1", "Unexpected end"),
    "nt": ("<urn:a> <urn:b> <urn:c> .\n<urn:a> 'b' <urn:c> .\n", "line 2, column 9", "Near: <urn:a> 'b' <urn:c> ."),
    "nq": ("<urn:a> <urn:b> <urn:c> <urn:g> .\n<urn:a> <urn:b> .\n", "line 2, column 17", "Near: <urn:a> <urn:b> ."),
    "rdf": (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<r:Description>\n</r:RDF>',
        "line 3, column 3", "Near: </r:RDF>",
    ),
    "jsonld": ('{"@id": "urn:a",\n "urn:b": ]\n}', "line 2, column 11", 'Near: "urn:b": ]'),
}


@pytest.mark.parametrize("ending", sorted(WRONG))
def test_broken_rdf_is_named_with_file_line_and_column(tmp_path: Path, ending: str) -> None:
    """Broken RDF is refused with file, line, column, the line itself and what to do."""
    text, place, near = WRONG[ending]
    file = tmp_path / f"mine.{ending}"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ReadError) as caught:
        read(file)
    assert caught.value.where == f"{file}, {place}"
    assert "the RDF is wrong: " in str(caught.value)
    assert near in str(caught.value)
    assert caught.value.cure == "Mend that line and load again."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("e:a a e:b .\nst:a a e:b .", 'line 1, column 1: the prefix "e:" is not declared.'),
        ("@prefix e: <urn:e> .\ne:a a st:Stance .",
         'line 2, column 7: the prefix "st:" is not declared. Add at the top: '
         "@prefix st: <https://w3id.org/actor-stance/ns#> ."),
        ("@prefix e: <urn:e> .\n\ne:a a dcterm:Agent .",
         'line 3, column 7: the prefix "dcterm:" is not declared. Did you mean "dcterms:"?'),
        (":a a :b .", 'line 1, column 1: the prefix ":" is not declared.'),
        ('<urn:a> <urn:b> "x"^^xsd:date .', 'line 1, column 22: the prefix "xsd:" is not declared. Add at the top:'),
    ],
)
def test_an_undeclared_prefix_is_named(text: str, said: str) -> None:
    """A prefix that is not declared is named with its place, and with the line to add when it is one of ours."""
    with pytest.raises(ReadError) as caught:
        parse(text.encode(), ox.RdfFormat.TURTLE, name="mine", where="mine.ttl")

    assert str(caught.value).startswith(f"mine.ttl, {said}")


@pytest.mark.parametrize("text", ["@prefix e <urn:e> .", "@prefix e: urn:e .", "@prefx e: <urn:e> ."])
def test_a_wrong_declaration_is_not_called_undeclared(text: str) -> None:
    """A mistake in the declaration of a prefix is told as what it is."""
    with pytest.raises(ReadError) as caught:
        parse(text.encode(), ox.RdfFormat.TURTLE, name="mine", where="mine.ttl")

    assert "is not declared" not in str(caught.value)
    assert "mine.ttl, line 1, column " in str(caught.value)


def test_an_undeclared_prefix_in_xml_is_named(tmp_path: Path) -> None:
    """An undeclared prefix in RDF/XML is named with its place too."""
    (tmp_path / "x.rdf").write_text(
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<r:Description e:a="b"/></r:RDF>',
        encoding="utf-8",
    )

    with pytest.raises(ReadError, match=r'x\.rdf, line 2, column 1: the prefix "e:" is not declared'):
        read(tmp_path / "x.rdf")


def test_a_file_that_is_not_utf8_is_named_with_its_place(tmp_path: Path) -> None:
    """RDF in another encoding than UTF-8 is refused with the place of the first wrong byte."""
    (tmp_path / "x.ttl").write_bytes('<urn:a> <urn:b> "ok" .\n<urn:a> <urn:b> "Straße" .\n'.encode("latin-1"))

    with pytest.raises(ReadError, match=r"x\.ttl, line 2, column \d+: the RDF is wrong: Invalid UTF-8"):
        read(tmp_path / "x.ttl")


def test_a_context_on_the_network_is_refused(tmp_path: Path) -> None:
    """JSON-LD whose context is a web address is refused: loading does not reach out to the network."""
    text = '{"@context": "https://schema.org/", "@id": "urn:a", "name": "x"}'
    (tmp_path / "x.jsonld").write_text(text, encoding="utf-8")

    with pytest.raises(ReadError, match=r"its @context is a web address, .* Write the context itself into the file\."):
        read(tmp_path / "x.jsonld")


HUGE = "x" * (17 * 2**20)


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        ("nt", f'<urn:a> <urn:b> "{HUGE}" .'),
        ("ttl", f'<urn:first> <urn:b> 1 .\n<urn:a> <urn:b> """{HUGE}""" .'),
        ("jsonld", f'{{"@id": "urn:a", "urn:b": "{HUGE}"}}'),
        ("rdf", '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:"><r:Description'
                f' r:about="urn:a"><e:b>{HUGE}</e:b></r:Description></r:RDF>'),
    ],
    ids=["nt", "ttl", "jsonld", "rdf"],
)
def test_a_value_that_is_too_long_is_refused(ending: str, text: str) -> None:
    """One value of more than 16 MiB is refused in every format, with what to do instead."""
    with pytest.raises(ReadError) as caught:
        parse(text.encode(), format_for(ending), name="x", where=f"x.{ending}")

    assert str(caught.value).startswith(f"x.{ending}: one value is longer than 16 MiB (")
    assert "Keep long texts in files of their own" in caught.value.cure
