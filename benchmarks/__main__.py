"""kg beside its peers, in one run: ``python -m benchmarks ask --size 10k``."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click

from benchmarks import corpus

SIZES = tuple(corpus.SIZES)
DOCS = Path(__file__).parents[1] / "docs"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Measure kg beside the raw engine, rdflib, oxrdflib, maplib and two servers."""
    # So that servers and workers are ended when this is.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


@main.command()
@click.option("--size", "sizes", multiple=True, type=click.Choice(SIZES), default=("10k",), show_default=True,
              help="Statements. Repeatable; with several sizes a plot is drawn too.")  # fmt: skip
@click.option("--peers", default="memory,disk,rdflib,maplib,oxigraph,virtuoso", show_default=True,
              help="Groups of engines to ask.")  # fmt: skip
@click.option("--parts", default="load,ask,frame,rules,shapes,search,commands", show_default=True, help="What to do.")
@click.option("--only", default="", help="Only questions whose name holds this.")
@click.option("--limit", default=60.0, show_default=True, help="Seconds that one question may take.")
@click.option("--patience", default=900.0, show_default=True, help="Seconds that other work may take.")
@click.option("--cold", type=click.Choice(SIZES), help="Size of the folder for the cold look-up, if another.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder for tables, figures and plot.")
def ask(
    sizes: tuple[str, ...], peers: str, parts: str, only: str, limit: float, patience: float, cold: str | None,
    output: Path | None,
) -> None:  # fmt: skip
    """Run the benchmarks and write a table for each size, as Markdown and JSON."""
    from benchmarks import asking, report, runs

    groups = _among(peers, tuple(asking.GROUPS), "--peers")
    wanted = _among(parts, runs.PARTS, "--parts")
    folder = output or corpus.folder() / "results"
    written = []
    for size in sizes:
        run = runs.run_at(
            corpus.SIZES[size], parts=wanted, groups=groups, only=only, limit=limit, patience=patience,
            cold=corpus.SIZES[cold] if cold else 0, say=lambda text: click.echo(text, err=True),
        )  # fmt: skip
        page, data = report.write(run, folder)
        written.append(data)
        click.echo(page.read_text(encoding="utf-8"))
        click.echo(f"Written to {page} and {data.name}.", err=True)
    if len(written) > 1:
        from benchmarks import plot

        click.echo(f"Drawn: {plot.draw(written, folder / 'benchmarks.svg')}", err=True)


@main.command()
@click.option("--parts", default="pairs,months,bootstrap,frame,votes,frustration", help="What to do.")
@click.option("--coverage", is_flag=True, help="Also whether intervals hold what they promise: takes some minutes.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File for the table.")
def compare(parts: str, coverage: bool, output: Path | None) -> None:
    """Measure the algebra beside its peers, and print one table."""
    from benchmarks import comparing

    wanted = _among(parts, tuple(comparing.PARTS), "--parts")
    lines = comparing.measure(wanted, lambda text: click.echo(text, err=True))
    text = comparing.table(lines)
    if coverage:
        from benchmarks import coverage as simulation

        text += "\n\n" + simulation.table(simulation.measure(say=lambda line: click.echo(line, err=True)))
    click.echo(text)
    if output:
        output.write_text(f"{text}\n", encoding="utf-8")


@main.command()
@click.option("--size", "sizes", multiple=True, type=int, help="Actors. Repeatable; 20 to 20,000 unless given.")
@click.option("--limit", default=60.0, show_default=True, help="Seconds after which a page is given up.")
@click.option("--alone", is_flag=True, help="Without pyvis's own page beside ours.")
@click.option("--docs", "into_docs", is_flag=True, help="Put the table into docs/benchmarks.md.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File for the table.")
def pages(sizes: tuple[int, ...], limit: float, alone: bool, into_docs: bool, output: Path | None) -> None:
    """Measure the page of a network in Chromium, beside the page that pyvis makes, and print one table."""
    from benchmarks import pages as measuring

    lines = measuring.measure(
        sizes or measuring.SIZES, limit=limit, beside=not alone, say=lambda text: click.echo(text, err=True)
    )
    text = measuring.table(lines)
    click.echo(text)
    if output:
        output.write_text(f"{text}\n", encoding="utf-8")
    if into_docs:
        measuring.into_docs(text, DOCS / "benchmarks.md")


@main.command()
@click.argument("results", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def docs(results: tuple[Path, ...]) -> None:
    """Put kept RESULTS (JSON files) into docs/benchmarks.md and draw docs/benchmarks.svg."""
    from benchmarks import plot, report

    report.into_docs(list(results), DOCS / "benchmarks.md")
    plot.draw(list(results), DOCS / "benchmarks.svg")


@main.command()
@click.option("--size", type=click.Choice(SIZES), default="10k", show_default=True, help="Statements.")
@click.option("--seed", type=int, default=corpus.SEED, show_default=True, help="Another seed, another corpus.")
def make(size: str, seed: int) -> None:
    """Make a corpus and print the path of its N-Quads."""
    click.echo(corpus.made(corpus.SIZES[size], seed=seed).bare)


def _among(text: str, known: tuple[str, ...], option: str) -> tuple[str, ...]:
    given = tuple(filter(None, text.split(",")))
    for one in given:
        if one not in known:
            raise click.UsageError(f"{option}: {one} is none of {', '.join(known)}.")
    return tuple(one for one in known if one in given)


if __name__ == "__main__":
    main()
