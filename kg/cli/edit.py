"""Verbs that change a graph or hold it against rules: load, check, infer, withdraw, update, save."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from kg.cli.options import State, check_folder, emit, output_options, pass_state, rdf_format, say


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--reader", metavar="NAME", help="dna, rdf, sheet or votes; otherwise the ending decides.")
@click.option(
    "--option",
    "options",
    metavar="NAME=VALUE",
    multiple=True,
    help="How the reader is to read, see its page. Repeatable.",
)
@click.option(
    "-f",
    "--format",
    "fmt",
    default="ttl",
    show_default=True,
    help="Format of standard input (-): an RDF format, or csv.",
)
@click.option(
    "--replace", is_flag=True, help="Take out the sources in these files first, to load a mended version."
)
@click.option("--no-infer", is_flag=True, help="Do not derive the direct ties afterwards.")
@pass_state
def load(
    state: State,
    files: tuple[str, ...],
    reader: str | None,
    options: tuple[str, ...],
    fmt: str,
    replace: bool,
    no_infer: bool,
) -> None:
    """Load RDF files, coding sheets (CSV, XLSX), databases of DNA, votes, folders of them, or - for standard input.

    All of it or, when anything is wrong, nothing. Loading the same file twice adds nothing.

    \b
    kg -g my.kg load my-sheet.csv
    kg -g my.kg load data/seed-article more.ttl
    kg -g my.kg load debate.dna --option types="DNA Statement"
    """
    from kg import readers
    from kg.rules import infer as derive
    from kg.stores import is_address

    if readers.SUFFIXES.get(f".{fmt.casefold()}") != "sheet":
        rdf_format(fmt)
    chosen: dict[str, Any] = dict(map(_option, options))
    # Read first: what is wrong with it is told before a folder is made.
    given = readers.read_text(sys.stdin.buffer.read(), fmt, "stdin") if "-" in files else []
    new = not is_address(state.path) and not Path(state.path or "").exists()
    graph, done = state.write(create=True), False
    try:
        named = [f for f in files if f != "-"]
        count = graph.load(*named, reader=reader, replace=replace, progress=_progress, quads=given, **chosen)
        done = True
        say(f"Loaded {count} new quads into {graph.store.name}.")
        if not no_infer:
            say(f"Derived {derive(graph)} direct triples.")
    finally:
        graph.close()
        if new and not done:
            shutil.rmtree(graph.store.name, ignore_errors=True)


def _option(text: str) -> tuple[str, str]:
    """``types=DNA Statement`` as a name and a value."""
    name, sign, value = text.partition("=")
    if not sign or not name.isidentifier() or name in ("reader", "replace", "progress", "quads"):
        raise click.UsageError(f'"{text}" is no option of a reader. Write it as NAME=VALUE.')
    return name, value


def _progress(files: Iterable[Path]) -> Iterator[Path]:
    """A bar on standard error when that is a terminal and there is something to wait for."""
    listed = list(files)
    if len(listed) < 2 or not sys.stderr.isatty():
        yield from listed
        return
    with click.progressbar(listed, label="Reading", file=sys.stderr) as bar:
        yield from bar


@click.command()
@click.option(
    "--texts", metavar="FOLDER", help="Hold evidence against texts in this folder, <source identifier>.txt."
)
@click.option(
    "--severity",
    type=click.Choice(["violation", "warning", "info"]),
    default="warning",
    show_default=True,
    help="Show findings of this severity and worse.",
)
@output_options("table, csv, tsv, json, md, html, parquet")
@pass_state
def check(state: State, texts: str | None, severity: str, output: str | None, fmt: str | None) -> None:
    """Hold the graph against shapes and checks; exit 1 when there is a violation.

    \b
    kg -g my.kg check
    kg -g my.kg check --severity info -o findings.csv
    """
    from kg.checks import SEVERITIES
    from kg.checks import check as hold

    findings = hold(state.read(), texts=texts)
    table = findings.table()
    keep = SEVERITIES[: SEVERITIES.index(severity) + 1]
    table.raw = [row for row, f in zip(table.raw, findings, strict=True) if f.severity in keep]
    if table.raw or output:
        emit(table, output, fmt)
    say(findings.summary() + ".")
    if not findings.ok:
        sys.exit(1)


@click.command()
@click.option("--forget", is_flag=True, help="Remove the derived triples instead.")
@pass_state
def infer(state: State, forget: bool) -> None:
    """Derive the direct ties (who negotiates with, disputes, supports …) from the coded items."""
    from kg import rules

    with contextlib.closing(state.write()) as graph:
        if forget:
            say(f"Removed {rules.forget(graph)} derived triples.")
        else:
            say(f"Derived {rules.infer(graph)} direct triples.")


@click.command()
@click.argument("source")
@pass_state
def withdraw(state: State, source: str) -> None:
    """Take out a SOURCE with everything that rests on it alone."""
    with contextlib.closing(state.write()) as graph:
        say(f'Withdrew "{source}": {graph.withdraw(source)} quads left the graph.')


@click.command()
@click.argument("sparql")
@pass_state
def update(state: State, sparql: str) -> None:
    """Run a SPARQL update given as text, a .ru file, or - for standard input."""
    from kg.queries import Query

    if sparql == "-":
        text = sys.stdin.read()
    else:
        text = Query.from_file(sparql).text if Path(sparql).suffix == ".ru" else sparql
    with contextlib.closing(state.write()) as graph:
        graph.update(text)
        say("Updated.")


@click.command()
@click.argument("file")
@click.option(
    "--reifiers", is_flag=True, help="Tell with each tie which coded items it rests on (RDF 1.2: trig, nq, ttl, nt)."
)
@pass_state
def save(state: State, file: str, reifiers: bool) -> None:
    """Write the graph to a FILE: .trig, .nq or .jsonld keep the sources apart; also .ttl .nt .rdf.

    \b
    kg -g my.kg save all.trig
    kg -g my.kg save all.jsonld.gz
    kg -g my.kg save --reifiers all.trig
    """
    from kg.files import suffix as ending

    check_folder(file)
    rdf_format(ending(file) or "trig")
    say(f"Wrote {state.read().save(file, reifiers=reifiers)}.")
