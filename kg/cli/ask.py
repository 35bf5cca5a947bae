"""Verbs that ask: query, stances, info."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

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
@output_options("table, csv, tsv, json, md, html, parquet; ttl, nt, trig, jsonld, rdf for triples")
@pass_state
def query(
    state: State,
    query: str | None,
    params: tuple[tuple[str, str], ...],
    listing: bool,
    sparql: bool,
    output: str | None,
    fmt: str | None,
) -> None:
    """Run a named QUERY, a .rq file, SPARQL text, or - for standard input.

    \b
    kg query positions -p issue "prisoner release"
    kg query "SELECT ?a WHERE { ?a a <https://w3id.org/actor-stance/ns#State> }"
    kg query my.rq -o answer.csv
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
    answer, ran = graph.answer(one, given)
    if answer.kind == "graph":
        _emit_triples(answer.body, output, fmt)
        return
    emit(graph.table(one, given, answer, ran), output, fmt)


def _emit_triples(body: bytes, output: str | None, fmt: str | None) -> None:
    import pyoxigraph as ox

    from kg.terms import PREFIXES

    kind = rdf_format(fmt or (Path(output).suffix if output and output != "-" else "") or "ttl")
    # In order, so that what is said of one thing stands together.
    triples = sorted((q.triple for q in ox.parse(body, ox.RdfFormat.N_TRIPLES)), key=str)
    used = {prefix: iri for prefix, iri in PREFIXES.items() if iri.encode() in body}
    text = ox.serialize(triples, format=kind, prefixes=used) or b""
    if output and output != "-":
        check_folder(output)
        Path(output).write_bytes(text)
        say(f"Wrote {output}.")
    else:
        click.echo(text.decode(), nl=False)


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
@output_options("table, csv, tsv, json, md, html, parquet")
@pass_state
def info(state: State, output: str | None, fmt: str | None) -> None:
    """What the graph holds, in numbers."""
    emit(state.read().info(), output, fmt)
