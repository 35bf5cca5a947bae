"""The verb that tells it all in one document: report."""

from __future__ import annotations

from typing import Any

import click

from kg.cli.options import State, form_of, output_options, pass_state, say, selection_options, to_file


@click.command()
@click.argument("actors", nargs=-1, metavar="[A B ...]")
@click.option("--title", metavar="TEXT", help="Heading of the report.")
@click.option("--figures", is_flag=True, help="Draw figures into it, too.")
@click.option("--sparql", is_flag=True, help="Print the SPARQL it starts from instead of running it.")
@selection_options
@output_options("html, md")
@pass_state
def report(
    state: State,
    actors: tuple[str, ...],
    title: str | None,
    figures: bool,
    sparql: bool,
    where: dict[str, Any],
    output: str | None,
    fmt: str | None,
) -> None:
    """Write one document on some actors that a colleague can read without kg.

    \b
    kg report Taliban "Afghan government" -o report.html
    kg report Taliban "Afghan government" --issue "prisoner release" -o report.md
    kg report Taliban "Afghan government" --figures -o report.html
    """
    from kg import queries
    from kg.reports import FORMATS
    from kg.reports import report as run
    from kg.wording import counted

    if sparql:
        click.echo(queries.named("stances").text)
        return
    kind = form_of(output, fmt, FORMATS, "md", "a report")
    made = run(state.read().where(**where), *actors, title=title, figures=figures)
    if to_file(output):
        say(f"Wrote {made.write(str(output), kind)}: {counted(len(made.article.numbered()), 'source')}.")
    else:
        click.echo(made.to_html() if kind == "html" else made.to_markdown(), nl=False)
