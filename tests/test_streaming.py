"""Answers written as they come: the same files as from a whole table, whole or not at all, in little memory."""

from __future__ import annotations

import gzip
import io
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from support import run

import kg
from kg.errors import KGError, QueryError, StoreError
from kg.tables import Table, stream

XSD = "http://www.w3.org/2001/XMLSchema#"
ROWS = "SELECT ?s ?p ?o { ?s ?p ?o }"


def mixed(rows: int) -> bytes:
    """TSV whose columns keep, widen or lose their type late in the answer."""
    random_ = random.Random(11)
    pick = random_.choice
    cells: dict[str, Callable[[int], str]] = {
        "whole": lambda _: pick(["1", "-5", ""]),
        "widens": lambda n: "2.5" if n == rows - 3 else "7",
        "breaks": lambda n: '"none"' if n == rows - 2 else f'"2020-01-{1 + n % 28:02}"^^<{XSD}date>',
        "zones": lambda n: f'"2020-01-01T00:00:00{"" if n == rows - 5 else "Z"}"^^<{XSD}dateTime>',
        "day": lambda n: f'"2020-02-{1 + n % 28:02}"^^<{XSD}date>' if n % 3 else "",
        "text": lambda _: pick(['"a,b"', '"q\\"x"@en', '"two\\nlines"', '""', '" room "', '"tab\\tx"', '"é’ s"', ""]),
        "any": lambda n: pick([f"<http://example.org/{n}>", '"x"', "_:b1", "5", "true", f'"1.5E0"^^<{XSD}double>']),
        "unbound": lambda _: "",
        "truth": lambda _: pick(["true", "false"]),
        "iri": lambda n: f"<http://example.org/{n % 99}>",
    }
    lines = ["\t".join(f"?{name}" for name in cells)]
    lines += ["\t".join(cell(n) for cell in cells.values()) for n in range(rows)]
    return ("\n".join(lines) + "\n").encode()


def streamed(tsv: bytes, path: Path, piece: int = 777, limit: int | None = None) -> stream.Sink:
    """The TSV through a sink, in pieces."""
    with stream.sink(path, path.suffix[1:], limit=limit) as sink:
        for start in range(0, len(tsv), piece):
            sink.write(tsv[start : start + piece])
    return sink


@pytest.mark.parametrize("kind", ["tsv", "csv"])
@pytest.mark.parametrize("at_once", [1 << 12, 1 << 20])
def test_text_is_that_of_the_whole_table(
    kind: str, at_once: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the pieces and the way through them, the bytes are those that a table writes."""
    monkeypatch.setattr(stream, "_CELLS", at_once)
    tsv = mixed(3_000)
    whole = Table.from_tsv(tsv).write(tmp_path / f"whole.{kind}")

    assert streamed(tsv, tmp_path / f"s.{kind}").rows == 3_000
    assert (tmp_path / f"s.{kind}").read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("tsv", [b"?a\n", b"?a\n1\n\n", b'?a\t?b\n"x\\ry"\t2\n', b"?a\t?b\n1\t2"])
@pytest.mark.parametrize("kind", ["tsv", "csv", "parquet"])
def test_small_answers_too(tsv: bytes, kind: str, tmp_path: Path) -> None:
    """No rows, an unbound cell alone in its row, a bare carriage return, no line end at the end."""
    streamed(tsv, tmp_path / f"s.{kind}", piece=1)
    whole = Table.from_tsv(tsv).write(tmp_path / f"whole.{kind}")

    if kind == "parquet":
        assert pl.read_parquet(tmp_path / "s.parquet").equals(pl.read_parquet(whole))
    else:
        assert (tmp_path / f"s.{kind}").read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("at_once", [2_000, 30_000, 1 << 23])
def test_parquet_has_the_types_of_the_whole_table(at_once: int, tmp_path: Path) -> None:
    """A column becomes what all its cells allow, also when the cell that decides comes last."""
    tsv = mixed(3_000)
    with (tmp_path / "s.parquet").open("wb") as out:
        stream.to_parquet(io.BytesIO(tsv), out, {"graph": "made"}, at_once=at_once)
    found, whole = pl.read_parquet(tmp_path / "s.parquet"), Table.from_tsv(tsv).to_polars()

    assert found.schema == whole.schema
    assert found.equals(whole)
    assert pl.read_parquet_metadata(tmp_path / "s.parquet")["graph"] == "made"


def test_compressed_as_the_name_says(article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """A streamed file whose name ends in .gz is compressed, and holds what the plain one does."""
    article.stream(f"{ROWS} ORDER BY ?s ?p ?o", tmp_path / "s.csv")
    article.stream(f"{ROWS} ORDER BY ?s ?p ?o", tmp_path / "s.csv.gz")

    assert gzip.decompress((tmp_path / "s.csv.gz").read_bytes()) == (tmp_path / "s.csv").read_bytes()


def test_a_cap_is_kept_and_told(tmp_path: Path) -> None:
    """At most so many rows are written, and the sink knows whether there were more."""
    tsv = mixed(50)

    for kind in ("tsv", "csv", "parquet"):
        cut, whole = streamed(tsv, tmp_path / f"c.{kind}", limit=7), streamed(tsv, tmp_path / f"w.{kind}", limit=50)
        assert (cut.rows, cut.cut, whole.rows, whole.cut) == (7, True, 50, False)


def test_a_file_is_whole_or_as_before(tmp_path: Path) -> None:
    """When something fails on the way, the file that was there stays, and nothing else is left behind."""
    (tmp_path / "s.csv").write_text("mine\n")

    def pieces() -> Iterator[bytes]:
        yield mixed(5)
        raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"), stream.sink(tmp_path / "s.csv", "csv") as sink:
        sink.writelines(pieces())

    assert (tmp_path / "s.csv").read_text() == "mine\n"
    assert [file.name for file in tmp_path.iterdir()] == ["s.csv"]
    with pytest.raises(StoreError, match="cannot be written"), stream.sink(tmp_path / "no" / "s.csv", "csv"):
        pass
    with pytest.raises(KGError, match="cannot be streamed"), stream.sink(tmp_path / "s.md", "md"):
        pass


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured as Linux tells it")
def test_memory_stays_low(tmp_path: Path) -> None:
    """A table of 200 MB becomes a file in a process that never holds half of it."""
    program = f"""
from pathlib import Path
from kg.tables.stream import sink
line = b"<http://example.org/%d>\\t%d\\t\\"" + b"x" * 400 + b"\\"\\n"
with sink(Path({str(tmp_path / "big.csv")!r}), "csv") as out:
    out.write(b"?s\\t?n\\t?text\\n")
    for n in range(500_000):
        out.write(line % (n, n))
[most] = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(most) // 1024)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=500)

    assert (tmp_path / "big.csv").stat().st_size > 200_000_000
    assert int(done.stdout) < 250  # MB, of which the libraries take more than a half


# -- through the graph -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["tsv", "csv", "parquet"])
def test_a_graph_streams_what_it_answers(kind: str, article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """``stream`` writes the file that the table of ``query`` writes, in any order of rows."""
    rows = article.stream(ROWS, tmp_path / f"s.{kind}")
    table = article.query(ROWS)
    whole = table.write(tmp_path / f"whole.{kind}")

    assert rows == len(table)
    if kind == "parquet":
        assert pl.read_parquet(tmp_path / "s.parquet").sort("s", "p", "o").equals(
            pl.read_parquet(whole).sort("s", "p", "o")
        )
        assert pl.read_parquet_metadata(tmp_path / "s.parquet")["rows"] == str(rows)
    else:
        assert sorted((tmp_path / f"s.{kind}").read_bytes()) == sorted(whole.read_bytes())


def test_triples_stream_to_lines(article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """CONSTRUCT streams to N-Triples; a table cannot become triples, nor triples a table."""
    import rdflib

    sparql = "CONSTRUCT WHERE { ?s a ?type }"
    rows = article.stream(sparql, tmp_path / "s.nt")

    assert rows == len(rdflib.Graph().parse(tmp_path / "s.nt")) == len(article.query(sparql))
    for text, name in ((sparql, "s.csv"), (ROWS, "t.nt"), ("ASK { ?s ?p ?o }", "s.tsv")):
        with pytest.raises(QueryError, match="cannot be written as"):
            article.stream(text, tmp_path / name)
        assert not (tmp_path / name).exists()


def test_limits_hold_for_every_question(article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """Within some rows a table is cut and says so; the graph itself is as before; a parameter may be called rows."""
    few = article.within(rows=3, seconds=120)

    assert len(few.query(ROWS)) == 3
    assert few.query(ROWS).made_from["rows"] == "3, cut at the limit"
    assert few.stream(ROWS, tmp_path / "s.tsv") == 3
    assert few.explain(ROWS).records()
    assert len(few.where(actors="Taliban").query(ROWS)) == 3
    assert "cut" not in article.query(ROWS).made_from["rows"]
    either = "SELECT ?s { ?s ?p ?o VALUES ?o { $rows $seconds } }"
    assert len(article.query(either, rows="st:Issue", seconds="st:Stance"))
    with pytest.raises(StoreError, match="stopped after"):
        article.within(seconds=0.3).query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")


# -- through the command line ------------------------------------------------------------------


def test_the_command_line_limits_and_explains(tmp_path: Path) -> None:
    """``--limit`` cuts and says so, ``--timeout`` stops with exit code 1, ``--explain`` gives a table."""
    cut = run("query", ROWS, "--limit", "2", "-f", "csv")
    file = run("query", ROWS, "--limit", "2", "-o", tmp_path / "s.csv")
    whole = run("query", "issues", "-o", tmp_path / "issues.parquet")
    late = run("query", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "--timeout", "0.5")
    told = run("query", "ties", "--explain", "-f", "csv")

    assert (cut.code, len(cut.out.splitlines())) == (0, 3)
    assert "The answer was cut after 2; there is more." in cut.err
    assert (tmp_path / "s.csv").read_text().count("\n") == 3
    assert "(2 rows)" in file.err
    assert "cut after 2" in file.err
    assert (whole.code, pl.read_parquet(tmp_path / "issues.parquet").height > 3) == (0, True)
    assert "cut" not in whole.err
    assert late.code == 1
    assert "stopped after 0.5 seconds" in late.err
    assert told.out.startswith("part,what,matches,ms,variables\n")
    assert told.out.splitlines()[-1].startswith("answer,")


def test_a_folder_is_backed_up_and_optimized(tmp_path: Path) -> None:
    """``kg backup`` makes a graph like the one it copies; ``kg optimize`` leaves the graph what it is."""
    with kg.KnowledgeGraph(tmp_path / "my.kg") as graph:
        graph.load_text("@prefix e: <http://example.org/> . e:a e:b e:c .")
    done = run("backup", tmp_path / "copy.kg", graph=tmp_path / "my.kg")
    optimized = run("optimize", graph=tmp_path / "my.kg")

    assert (done.code, done.out, optimized.code) == (0, "", 0)
    for name in ("my.kg", "copy.kg"):
        with kg.KnowledgeGraph(tmp_path / name, read_only=True) as graph:
            assert graph.ask("ASK { <http://example.org/a> ?p <http://example.org/c> }")
    again = run("backup", tmp_path / "copy.kg", graph=tmp_path / "my.kg")
    assert (again.code, "exists already" in again.err) == (1, True)
    assert run("backup", tmp_path / "x.kg").code == 2
    assert run("backup", tmp_path / "x.kg", graph=tmp_path / "none.kg").code == 1
