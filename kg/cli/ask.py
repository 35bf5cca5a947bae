"""Verbs that ask: query, stances, info."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import (
    State,
    check_folder,
    emit,
    output_options,
    pass_state,
    rdf_format,
    say,
    selection_options,
)

if TYPE_CHECKING:
    import pyoxigraph as ox

    from kg.queries import Query

_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}


class QueryName(click.ParamType[str]):
    """A library query, a file or SPARQL; the shell completes library names."""

    name = "query"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Library names that begin as typed."""
        from click.shell_completion import CompletionItem

        from kg.queries import library

        return [CompletionItem(n) for n in library() if n.startswith(incomplete)]


@click.command()
@click.argument("query", required=False, type=QueryName())
@click.option(
    "-p",
    "--param",
    "params",
    multiple=True,
    nargs=2,
    metavar="NAME VALUE",
    help="A parameter of the query. Repeatable.",
)
@click.option("--list", "listing", is_flag=True, help="List the library, with what each query answers.")
@click.option("--sparql", is_flag=True, help="Print the SPARQL instead of running it.")
@click.option("--explain", is_flag=True, help="Tell what its patterns match, what may be slow, and what it costs.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Stop it after so many seconds."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N rows or triples.")
@output_options("table, csv, tsv, json, md, html, parquet; ttl, nt, trig, jsonld, rdf for triples")
@pass_state
def query(
    state: State,
    query: str | None,
    params: tuple[tuple[str, str], ...],
    listing: bool,
    sparql: bool,
    explain: bool,
    timeout: float | None,
    limit: int | None,
    output: str | None,
    fmt: str | None,
) -> None:
    """Run a named QUERY, a .rq file, SPARQL text, or - for standard input.

    \b
    kg query positions -p issue "prisoner release"
    kg query "SELECT ?a WHERE { ?a a <https://w3id.org/actor-stance/ns#State> }"
    kg query my.rq -o answer.csv
    kg query stances --limit 1000 --timeout 10
    kg query ties --explain
    """
    from kg import queries
    from kg.tables import Table

    if listing:
        rows = []
        for name in queries.library():
            one = queries.named(name)
            takes = ", ".join(p.name + ("?" if p.optional else "") for p in one.parameters)
            rows.append({"query": name, "answers": one.title, "parameters": takes})
        emit(Table.from_records(("query", "answers", "parameters"), rows), output, fmt)
        return
    if query is None:
        raise click.UsageError(
            "Which query? Name one (kg query --list), a .rq file, SPARQL text, or - for standard input."
        )
    one = queries.Query.parse(sys.stdin.read(), "stdin") if query == "-" else queries.resolve(query)
    given: dict[str, object] = dict(params)
    graph = state.read()
    if sparql:
        click.echo(one.bind(given, graph.find))
        return
    if "matches" in one.text:
        from kg.cli.search import indexed
        from kg.texts import mentions

        graph = indexed(state, graph) if mentions(one.text) else graph
    graph = graph.within(seconds=timeout, rows=limit)
    if explain:
        emit(graph.explain(one, **given), output, fmt)
        return
    if output and output != "-" and (kind := _streamed(one, output, fmt)):
        check_folder(output)
        written = graph.stream_to(one, given, Path(output), kind)
        say(f"Wrote {output} ({written.rows} {'triples' if kind == 'nt' else 'rows'}).")
        _tell_cut(written.cut, limit)
        return
    answer, ran = graph.answer(one, given)
    if answer.kind == "graph":
        _emit_triples(answer.body, output, fmt)
    else:
        emit(graph.table(one, given, answer, ran), output, fmt)
    _tell_cut(answer.cut, limit)


def _tell_cut(cut: bool, limit: int | None) -> None:
    if cut:
        say(f"The answer was cut after {limit}; there is more.")


def _streamed(query: Query, output: str, fmt: str | None) -> str | None:
    """The format when an answer can be written as it comes: one that needs no labels and no order."""
    from kg.queries import bare_words
    from kg.tables import kind_of
    from kg.tables.stream import STREAMED

    kind = (fmt or kind_of(Path(output))).lstrip(".").casefold()
    form = next((word for word in bare_words(query.text) if word in _FORMS), "")
    return kind if kind in STREAMED and form in ({"CONSTRUCT", "DESCRIBE"} if kind == "nt" else {"SELECT"}) else None


def _emit_triples(body: bytes, output: str | None, fmt: str | None) -> None:
    import pyoxigraph as ox

    _emit_rdf((q.triple for q in ox.parse(body, ox.RdfFormat.N_TRIPLES)), output, fmt)


def _emit_rdf(triples: Iterable[ox.Triple], output: str | None, fmt: str | None) -> None:
    """Triples to a file, or to standard output."""
    from kg import files, writers

    file = Path(output) if output and output != "-" else None
    text = writers.encode(triples, rdf_format(fmt or (files.suffix(file) if file else "") or "ttl"))
    if file is None:
        click.echo(text.decode(), nl=False)
        return
    check_folder(str(file))
    with files.replacing(file) as out:
        out.write(text)
    say(f"Wrote {file}.")


@click.command()
@click.option("--sparql", is_flag=True, help="Print the SPARQL instead of running it.")
@selection_options
@output_options("table, csv, tsv, json, md, html, parquet")
@pass_state
def stances(state: State, where: dict[str, Any], sparql: bool, output: str | None, fmt: str | None) -> None:
    """The table of stances: holder, position, value, basis, dates, source.

    \b
    kg stances --actor Taliban --until 2020-04
    kg stances -o stances.parquet
    """
    from kg import frames, queries

    if sparql:
        click.echo(queries.named("stances").text)
        return
    emit(frames.stances(state.read().where(**where)), output, fmt)


@click.command()
@click.option("--title", metavar="TEXT", help="Title in the description.")
@click.option("--description", metavar="TEXT", help="What the data are, in a sentence or two.")
@click.option("--license", metavar="IRI", help="Licence in the description.")
@click.option("--iri", metavar="IRI", help="The name of the dataset in the description.")
@click.option(
    "--saved", multiple=True, metavar="FILE", help="A file, or its web address, that holds the data. Repeatable."
)
@output_options("table, csv, tsv, json, md, html, parquet; ttl, nt, trig, jsonld, rdf for a description")
@pass_state
def info(
    state: State, /, output: str | None, fmt: str | None, saved: tuple[str, ...], **told: str | None
) -> None:
    """What the graph holds: in numbers, or, as RDF, described for catalogues (DCAT and VoID).

    \b
    kg -g my.kg info
    kg -g my.kg info -o about.ttl --title "My coding" --saved all.trig
    """
    from kg import writers
    from kg.readers.rdf import FORMATS, NAMES
    from kg.tables import FORMATS as TABLES
    from kg.tables import kind_of

    kind = (fmt or (kind_of(Path(output)) if output and output != "-" else "table")).lstrip(".").casefold()
    known = {name: text for name, text in told.items() if text}
    if kind not in TABLES and (f".{kind}" in FORMATS or kind in NAMES):
        given = writers.Given(**known, saved=saved)
        _emit_rdf(writers.describe(state.read().store, given), output, kind)
        return
    if known or saved:
        name = f"--{[*known, 'saved'][0]}"
        raise click.UsageError(f"{name} goes into a description: add -o about.ttl, or -f ttl.")
    emit(state.read().info(), output, fmt)
