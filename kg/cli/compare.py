"""Verbs that analyse: compare, network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import (
    State,
    check_folder,
    choice_options,
    emit,
    emit_matrix,
    emit_page,
    is_page,
    output_options,
    pass_state,
    say,
    selection_options,
    terminal_width,
)

if TYPE_CHECKING:
    from kg.comparisons import Comparison

STRUCTURE = ["balance", "camps", "communities", "coalitions", "centrality", "brokers", "backbone", "map"]


@click.command()
@click.argument("actors", nargs=-1, metavar="[A B ...]")
@click.option(
    "--measure",
    metavar="NAME",
    help="A matrix: agreement, conflict, congruence, net, shared, kappa, pi, alpha …",
)
@click.option(
    "--two-mode",
    "two_mode",
    metavar="NAME",
    help="A matrix of actors by positions: ignore, subtract, combine or mean.",
)
@click.option(
    "--normalize",
    default="no",
    show_default=True,
    metavar="NAME",
    help="no, average, jaccard, cosine or product; activity or prominence with --two-mode.",
)
@click.option("--sure", is_flag=True, help="With intervals, and the numbers of statements and sources.")
@click.option(
    "--by", metavar="UNIT", help="In windows of day, week, month, quarter, year, or of so many events."
)
@click.option("--width", type=click.IntRange(1), default=1, show_default=True, help="Units in a window.")
@click.option("--standing", is_flag=True, help="Windows hold all that stood at their end.")
@click.option(
    "--history", metavar="POSITION", help="The statements of one actor on a position, and what turned it."
)
@click.option("--positions", is_flag=True, help="How far all agree on each position.")
@click.option("--polarization", is_flag=True, help="How polarised the debate is in each window of --by.")
@click.option("--coalitions", is_flag=True, help="Who keeps together, window after window of --by.")
@click.option("--deeds", is_flag=True, help="Words beside deeds.")
@click.option(
    "--structure", type=click.Choice(STRUCTURE), help="The network of the measure: what holds it together."
)
@click.option("--against-chance", "chance", is_flag=True, help="Each tie beside what chance would give.")
@click.option("--influence", is_flag=True, help="What the matrix owes to each source.")
@click.option("--evidence", is_flag=True, help="The evidence behind what two actors share.")
@click.option("--sparql", is_flag=True, help="Print the SPARQL it starts from instead of running it.")
@choice_options
@selection_options
@output_options(
    "table, csv, tsv, json, md, html (a page), parquet; for a matrix also xlsx, tex, dl, graphml, gexf, net, ttl"
)
@pass_state
def compare(
    state: State,
    /,
    actors: tuple[str, ...],
    where: dict[str, Any],
    choices: dict[str, Any],
    output: str | None,
    fmt: str | None,
    **asked: Any,
) -> None:
    """Compare two actors position by position, or all pair by pair.

    \b
    kg compare Taliban "Afghan government" --issue "prisoner release"
    kg compare Taliban "Afghan government" -o page.html
    kg compare --measure agreement --sure -o agreement.csv
    kg compare Taliban "Afghan government" --by month --standing
    """
    from kg import queries
    from kg.comparisons import compare as run

    if asked["sparql"]:
        click.echo(queries.named("stances").text)
        return
    graph = state.read().where(**where)
    if asked["history"]:
        if len(actors) != 1:
            raise click.UsageError("--history is of one actor: kg compare ACTOR --history POSITION")
        emit(run(graph, **choices).history(actors[0], asked["history"]), output, fmt)
        return
    result = run(graph, *actors, **choices)
    found = _asked(result, asked)
    if found is not None:
        emit_matrix(found, output, fmt) if hasattr(found, "values") else emit(found, output, fmt)
    elif is_page(output, fmt):
        emit_page(result, output)
    elif output or (fmt or "table") != "table":
        emit(result.table(), output, fmt)
    else:
        click.echo(result.to_text(terminal_width() or 100))
        say(f"\n{result.summary()}")
        say("; ".join(f"{k}: {v}" for k, v in result.made_from.items()))


def _asked(result: Comparison, asked: dict[str, Any]) -> Any:
    """The matrix or table that the options ask for; None for the comparison itself."""
    measure, normalize = asked["measure"] or "agreement", asked["normalize"]
    if asked["evidence"]:
        return result.evidence()
    if asked["deeds"]:
        return result.words_and_deeds()
    if asked["positions"]:
        return result.by_position()
    if (asked["polarization"] or asked["coalitions"]) and not asked["by"]:
        raise click.UsageError("Over which time? Add --by month, quarter or year.")
    if asked["by"]:
        windows = result.over(asked["by"], asked["width"], standing=asked["standing"])
        if asked["polarization"]:
            return windows.polarization()
        if asked["coalitions"]:
            return windows.coalitions(asked["measure"] or "net")
        return windows.table(measure, normalize)
    if asked["influence"]:
        return result.influence(measure, normalize)
    if asked["chance"]:
        return result.against_chance(measure, normalize)
    if asked["structure"]:
        return getattr(result.structure(asked["measure"] or "net", normalize), asked["structure"])()
    if asked["two_mode"]:
        return result.two_mode(asked["two_mode"], normalize)
    if not asked["measure"] and not asked["sure"]:
        return None
    matrix = result.matrix(measure, normalize, sure=asked["sure"])
    return matrix.edges(zeros=True) if asked["sure"] else matrix


@click.command()
@click.option(
    "--tie",
    default="all",
    show_default=True,
    metavar="NAME",
    help='all, cooperation, conflict, or a relation such as "negotiates with".',
)
@click.option("--title", metavar="TEXT", help="Heading of the page.")
@click.option(
    "--structure",
    type=click.Choice(STRUCTURE[:3] + STRUCTURE[4:]),
    help="What holds the network together and divides it.",
)
@click.option("--sparql", is_flag=True, help="Print the SPARQL it starts from instead of running it.")
@selection_options
@output_options("html, graphml, gexf, net, csv, json; for standard output: table, csv, tsv, json, md, html")
@pass_state
def network(
    state: State,
    tie: str,
    title: str | None,
    structure: str | None,
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
    if structure:
        found = getattr(build(state.read().where(**where), tie=tie, title=title).structure(), structure)()
        emit_matrix(found, output, fmt) if hasattr(found, "values") else emit(found, output, fmt)
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
