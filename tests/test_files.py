"""Files: compressed ones read and written like the others, written whole or not at all, equal graphs equal bytes."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest
import zstandard
from support import PAGE, lines, run

import kg
from kg import files
from kg.errors import ReadError, StoreError
from kg.readers import rdf
from kg.terms import resource

FORMATS = ("trig", "nq", "jsonld", "ttl", "nt", "rdf")


@pytest.mark.parametrize("packed", ["", ".gz", ".zst"])
@pytest.mark.parametrize("fmt", FORMATS)
def test_two_saves_of_equal_graphs_are_equal_bytes(
    article: kg.KnowledgeGraph, tmp_path: Path, fmt: str, packed: str
) -> None:
    """Equal graphs save to equal bytes, whatever the order of loading, the store and the names of blank nodes."""
    article.save(tmp_path / "plain.nq")
    rows = (tmp_path / "plain.nq").read_text(encoding="utf-8").splitlines()
    random.Random(7).shuffle(rows)
    (tmp_path / "shuffled.nq").write_text("\n".join(rows).replace("_:c14n", "_:other"), encoding="utf-8")
    with kg.KnowledgeGraph(tmp_path / "my.kg") as other:
        other.load(tmp_path / "shuffled.nq")
        first = article.save(tmp_path / f"first.{fmt}{packed}").read_bytes()
        second = other.save(tmp_path / f"second.{fmt}{packed}").read_bytes()

    assert first == second
    assert first.startswith({"": b"", ".gz": b"\x1f\x8b", ".zst": b"\x28\xb5\x2f\xfd"}[packed])


@pytest.mark.parametrize("packed", ["", ".gz", ".zst"])
@pytest.mark.parametrize("fmt", ["trig", "nq", "jsonld"])
def test_what_is_saved_and_loaded_is_the_same(
    article: kg.KnowledgeGraph, tmp_path: Path, fmt: str, packed: str
) -> None:
    """A graph that is saved, packed or not, and loaded again holds the same quads."""
    file = article.save(tmp_path / f"all.{fmt}{packed}")
    again = kg.KnowledgeGraph()
    again.load(file)

    assert rdf.canonical(again.store.quads()) == rdf.canonical(article.store.quads())


@pytest.mark.parametrize("packing", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_a_packed_sheet_is_a_sheet(tmp_path: Path, packing: object) -> None:
    """A packed sheet loads like the plain one, from a file, from a folder and from standard input."""
    plain, packed = kg.KnowledgeGraph(), kg.KnowledgeGraph()
    (tmp_path / "plain").mkdir()
    (tmp_path / "packed").mkdir()
    (tmp_path / "plain" / "page.csv").write_text(PAGE, encoding="utf-8")
    ending = "gz" if packing is gzip.compress else "zst"
    (tmp_path / "packed" / f"page.csv.{ending}").write_bytes(packing(PAGE.encode()))  # type: ignore[operator]
    plain.load(tmp_path / "plain")
    packed.load(tmp_path / "packed")

    assert lines(packed) == lines(plain)
    done = run(
        "load",
        "-f",
        "csv",
        "-",
        graph=tmp_path / "my.kg",
        stdin=packing(PAGE.encode()),  # type: ignore[operator]
    )
    assert done.code == 0, done.err


def test_a_packed_file_opens_as_a_graph(tmp_path: Path) -> None:
    """``kg -g facts.trig.gz`` reads a packed file as it reads a plain one."""
    text = next((resource("data") / "seed-article").glob("*.trig")).read_bytes()
    (tmp_path / "facts.trig.gz").write_bytes(gzip.compress(text))
    done = run("stances", "-f", "csv", graph=tmp_path / "facts.trig.gz")

    assert (done.code, len(done.out.splitlines())) == (0, 33)


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "md", "html", "parquet"])
def test_a_packed_table_is_the_table(tmp_path: Path, kind: str) -> None:
    """Tables are packed by the ending of their file."""
    plain = run("stances", "-o", tmp_path / f"s.{kind}")
    packed = run("stances", "-o", tmp_path / f"s.{kind}.gz")

    assert (plain.code, packed.code) == (0, 0)
    assert gzip.decompress((tmp_path / f"s.{kind}.gz").read_bytes()) == (tmp_path / f"s.{kind}").read_bytes()


@pytest.mark.parametrize("packing", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
@pytest.mark.parametrize("cut", [8, 60])
def test_a_damaged_archive_is_told(tmp_path: Path, packing: object, cut: int) -> None:
    """A packed file that is cut off says that it is damaged; nothing is loaded."""
    whole: bytes = packing(PAGE.encode() * 20)  # type: ignore[operator]
    (tmp_path / "page.csv.gz").write_bytes(whole[:-cut])

    with pytest.raises(
        ReadError, match=r"page\.csv\.gz: the compressed file is damaged: .* Fetch or make it again"
    ):
        kg.KnowledgeGraph().load(tmp_path / "page.csv.gz")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    """When writing fails midway the old file is as it was, and nothing else is left beside it."""
    file = tmp_path / "all.nq"
    file.write_bytes(b"old")
    half = (n / 0 for n in [1])
    with pytest.raises(ZeroDivisionError), files.replacing(file) as out:
        out.writelines(b"half %d" % n for n in half)
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]
    with files.replacing(file) as out:
        out.write(b"new")
    assert file.read_bytes() == b"new"
    with pytest.raises(StoreError, match="cannot be written"), files.replacing(tmp_path / "none" / "a.nq"):
        pass


def test_permissions_of_a_replaced_file_stay(tmp_path: Path) -> None:
    """A file that is replaced keeps its permissions; a new one gets those of any new file."""
    old, new, usual = tmp_path / "old", tmp_path / "new", tmp_path / "usual"
    old.write_bytes(b"")
    old.chmod(0o640)
    usual.write_bytes(b"")
    for file in (old, new):
        with files.replacing(file) as out:
            out.write(b"x")

    assert old.stat().st_mode & 0o777 == 0o640
    assert new.stat().st_mode == usual.stat().st_mode
