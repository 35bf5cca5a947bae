"""Verbs that analyse: compare, network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.cli.options import (
    State,
    check_folder,
    emit,
    output_options,
    pass_state,
    say,
    selection_options,
    terminal_width,
)


@click.command()
@click.argument("actors", nargs=-1, metavar="[A B ...]")
@click.option(
    "--measure", metavar="NAME", help="A matrix of: agreement, congruence, conflict, net or shared."
)
@click.option("--evidence", is_flag=True, help="The evidence behind what two actors share.")
@click.option("--sparql", is_flag=True, help="Print the SPARQL it starts from instead of running it.")
@selection_options
@output_options("table, csv, tsv, json, md, html, parquet")
@pass_state
def compare(
    state: State,
    actors: tuple[str, ...],
    measure: str | None,
    evidence: bool,
    sparql: bool,
    where: dict[str, Any],
    output: str | None,
    fmt: str | None,
) -> None:
    """Compare two actors position by position, or all pair by pair.

    \b
    kg compare Taliban "Afghan government" --issue "prisoner release"
    kg compare --measure agreement -o agreement.csv
    """
    from kg import queries
    from kg.comparisons import compare as run

    if sparql:
        click.echo(queries.named("stances").text)
        return
    result = run(state.read().where(**where), *actors)
    if evidence:
        emit(result.evidence(), output, fmt)
    elif measure:
        emit(result.matrix(measure), output, fmt)
    elif output or (fmt or "table") != "table":
        emit(result.table(), output, fmt)
    else:
        click.echo(result.to_text(terminal_width() or 100))
        say(f"\n{result.summary()}")
        say("; ".join(f"{k}: {v}" for k, v in result.made_from.items()))


@click.command()
@click.option(
    "--tie",
    default="all",
    show_default=True,
    metavar="NAME",
    help='all, cooperation, conflict, or a relation such as "negotiates with".',
)
@click.option("--title", metavar="TEXT", help="Heading of the page.")
@click.option("--sparql", is_flag=True, help="Print the SPARQL it starts from instead of running it.")
@selection_options
@output_options("html, graphml, gexf, net, csv, json; for standard output: table, csv, tsv, json, md, html")
@pass_state
def network(
    state: State,
    tie: str,
    title: str | None,
    sparql: bool,
    where: dict[str, Any],
    output: str | None,
    fmt: str | None,
) -> None:
    """Draw the network of actors, or write its edges.

    \b
    kg network -o net.html
    kg network --tie conflict --since 2020-03 --until 2020-04 -o conflict.html
    kg network -o net.graphml
    """
    from kg import queries
    from kg.networks import FORMATS
    from kg.networks import network as build

    if sparql:
        click.echo(queries.named("ties").text)
        return
    if output and output != "-":
        check_folder(output)
        kind = (fmt or Path(output).suffix).casefold().lstrip(".")
        if kind not in FORMATS:
            raise click.UsageError(
                f'"{fmt or Path(output).name}" is no network format. Use one of {", ".join(FORMATS)}.'
            )
    net = build(state.read().where(**where), tie=tie, title=title)
    if output and output != "-":
        say(
            f"Wrote {net.write(output, kind)}: {net.nx.number_of_nodes()} actors, {net.nx.number_of_edges()} ties."
        )
    else:
        emit(net.edges(), None, fmt)
