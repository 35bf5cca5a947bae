"""The verb that draws for papers: figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from kg.cli.options import State, form_of, output_options, pass_state, say, selection_options, to_file


@click.command()
@click.argument("kind", metavar="KIND")
@click.argument("actors", nargs=-1, metavar="[A B ...]")
@click.option("--title", metavar="TEXT", help="Heading of the figure.")
@click.option(
    "--width", type=float, default=17.5, show_default=True, metavar="CM", help="8.5 for one column, 17.5 for two."
)
@click.option("--most", type=click.IntRange(1), metavar="N", help="So many positions, lanes or actors at most.")
@click.option("--sparql", is_flag=True, help="Print the SPARQL it starts from instead of running it.")
@selection_options
@output_options("svg, pdf, png")
@pass_state
def figure(
    state: State,
    kind: str,
    actors: tuple[str, ...],
    title: str | None,
    width: float,
    most: int | None,
    sparql: bool,
    where: dict[str, Any],
    output: str | None,
    fmt: str | None,
) -> None:
    """Draw a figure for a paper, with a caption that says what it is made of.

    KIND is stances, agreement, timeline, course, flows or network.

    \b
    kg figure stances Taliban "Afghan government" "United States" -o stances.pdf
    kg figure agreement --issue "prisoner release" -o agreement.svg
    kg figure course Taliban "Afghan government" --width 8.5 -o course.png
    """
    from kg import queries
    from kg.errors import did_you_mean
    from kg.exhibits import KINDS
    from kg.exhibits import figure as draw
    from kg.figures import FORMATS

    if kind not in KINDS:
        hint = f"{did_you_mean(kind, KINDS)} Use one of {', '.join(KINDS)}.".strip()
        raise click.UsageError(f'No figure "{kind}". {hint}')
    if sparql:
        click.echo(queries.named(KINDS[kind]).text)
        return
    form = form_of(output, fmt, FORMATS, "svg", "figures")
    made = draw(state.read().where(**where), kind, *actors, title=title, width=width, most=most)
    if to_file(output):
        say(f"Wrote {made.write(str(output), form)}: {made.width} × {made.height} cm. {made.caption}")
    else:
        makers: dict[str, Callable[[], str | bytes]] = {"svg": made.svg, "pdf": made.pdf, "png": made.png}
        click.echo(makers[form](), nl=False)
