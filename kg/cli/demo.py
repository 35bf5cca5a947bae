"""The demo, and shell completion."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import say, terminal_width


@click.command()
@click.option(
    "-o", "--output", default="demo", show_default=True, metavar="FOLDER", help="Where the pages go."
)
def demo(output: str) -> None:
    """All three jobs on the shipped corpus: ask, compare, see."""
    import kg
    from kg.corpus import corpus_folders

    graph = kg.KnowledgeGraph()
    quads = graph.load(*corpus_folders())
    graph.store.name = "shipped corpus"
    say(f"Loaded {quads} quads from {', '.join(f.name for f in corpus_folders())}.")
    say(f"Derived {kg.infer(graph)} direct triples.")
    say(f"Checked: {kg.check(graph).summary()}.")

    width = terminal_width() or 110
    asked: tuple[tuple[str, dict[str, str]], ...] = (
        ("negotiates-with", {"actor": "Taliban"}),
        ("pressures", {}),
        ("stance-changes", {"actor": "Afghan government"}),
    )
    for name, given in asked:
        shown = " ".join(f'-p {k} "{v}"' for k, v in given.items())
        click.echo(f"\n── Ask: kg query {name} {shown}".rstrip())
        click.echo(graph.query(name, **given).to_text(max_rows=5, width=width))

    click.echo('\n── Compare: kg compare Taliban "Afghan government" --issue "prisoner release"')
    result = kg.compare(graph.where(issues="prisoner release"), "Taliban", "Afghan government")
    click.echo(result.to_text(width, shared_only=True))
    click.echo(result.summary())

    folder = Path(output)
    folder.mkdir(parents=True, exist_ok=True)
    click.echo("\n── See: open these pages in a browser")
    pages = (
        ("network.html", kg.network(graph, title="The Afghan peace process: who deals with whom")),
        (
            "conflict.html",
            kg.network(graph, tie="conflict", title="The Afghan peace process: who is in conflict with whom"),
        ),
        (
            "april-2020.html",
            kg.network(
                graph.where(since="2020-03", until="2020-04"),
                title="March and April 2020: the deal and the prisoners",
            ),
        ),
    )
    for name, net in pages:
        click.echo(
            f"{net.write(folder / name)}  ({net.nx.number_of_nodes()} actors, {net.nx.number_of_edges()} ties)"
        )
    result.table().write(folder / "comparison.md")
    click.echo(f"{folder / 'comparison.md'}")


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a SHELL, as in: eval "$(kg completion bash)"."""
    from click.shell_completion import get_completion_class

    from kg.cli import cli

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(cli, {}, "kg", "_KG_COMPLETE").source())
