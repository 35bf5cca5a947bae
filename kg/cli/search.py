"""The verb search, and the index it keeps beside a graph folder."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import State, emit, output_options, pass_state, say, selection_options

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph


class Kind(click.ParamType[str]):
    """A kind of thing; the shell completes them."""

    name = "kind"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Kinds that begin as typed."""
        from click.shell_completion import CompletionItem

        from kg.texts import ALL_KINDS

        return [CompletionItem(kind) for kind in ALL_KINDS if kind.startswith(incomplete)]


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=Kind(),
    metavar="KIND",
    help="Only things of this kind, such as actor, issue, position, source or evidence. Repeatable.",
)
@click.option(
    "--limit",
    default=20,
    show_default=True,
    type=click.IntRange(min=1),
    metavar="N",
    help="At most so many things.",
)
@selection_options
@output_options("table, csv, tsv, json, md, html, parquet")
@pass_state
def search(
    state: State,
    words: tuple[str, ...],
    kinds: tuple[str, ...],
    limit: int,
    where: dict[str, Any],
    output: str | None,
    fmt: str | None,
) -> None:
    """Find WORDS in labels, aliases, paraphrases and quotes, in any script.

    All words must occur in one text. In single quotes: '"a phrase"', 'prison*' for a beginning, 'peace -process'
    for what must not occur, 'truce OR ceasefire'.

    \b
    kg search prisoner release
    kg search '"small lots"' --kind evidence
    kg search طالبان --limit 5
    kg search 'prison* -taliban' --actor "Ashraf Ghani" --since 2020-03
    """
    from kg import texts

    graph = state.read()
    graph = indexed(state, graph).where(**where)
    table = texts.search(graph, " ".join(words), kind=kinds, limit=limit, progress=counter())
    emit(table, output, fmt)
    if not table:
        say(f"Nothing matches: {' '.join(words)}")


def indexed(state: State, graph: KnowledgeGraph) -> KnowledgeGraph:
    """The graph, with its index made in its folder, so that the next search need not make it again.

    A reader writes nothing into the folder; so it is opened once more, as a writer. Where that cannot be, because
    another program writes to it or it is not ours, the search makes an index for itself.
    """
    from kg import texts
    from kg.errors import StoreError
    from kg.graph import KnowledgeGraph

    folder = getattr(graph.store, "folder", None)
    if folder is None or not graph.store.read_only or texts.in_step(graph.store):
        return graph
    name = graph.store.name
    graph.close()
    try:
        with contextlib.closing(KnowledgeGraph(folder, create=False)) as writer:
            texts.make(writer.store, counter())
    except StoreError as error:
        say(f"The index cannot be kept in the folder, so each search makes its own. {error}")
    again = KnowledgeGraph(Path(folder), read_only=True)
    again.store.name = name
    return again


def counter() -> Any:
    """Tells on a terminal how far an index is; nothing while that is soon done."""
    if not sys.stderr.isatty():
        return None

    def count(done: int, total: int) -> None:
        if total > 50_000 or (not total and done > 50_000):
            of = f" of {total:,}" if total else " read"
            end = "\n" if total and total - done <= 10_000 else ""
            click.echo(f"\rIndexing texts: {done:,}{of}  {end}", err=True, nl=False)

    return count
