"""Verbs that keep a graph folder: backup, optimize."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import State, pass_state, say

if TYPE_CHECKING:
    from kg.stores import Store


@contextlib.contextmanager
def _store(state: State) -> Iterator[Store]:
    """The store of the named folder, for writing, as it is."""
    from kg.stores import open_store

    if state.path is None:
        raise click.UsageError("This verb works on a graph folder: name it with -g, as in: kg -g my.kg backup DIR")
    with contextlib.closing(open_store(state.path, create=False)) as store:
        yield store


@click.command()
@click.argument("folder", metavar="DIR")
@pass_state
def backup(state: State, folder: str) -> None:
    """Copy the graph, as it is now, to a new folder DIR, which is a graph like it.

    \b
    kg -g my.kg backup my-backup.kg
    """
    with _store(state) as store:
        store.backup(Path(folder))
        say(f"Copied {store.name} to {folder}.")


@click.command()
@pass_state
def optimize(state: State) -> None:
    """Compact the files of a graph folder, so that it needs less room and answers sooner.

    On a server: put into the merged view what came to its graphs without kg.

    \b
    kg -g my.kg optimize
    """
    with _store(state) as store:
        store.optimize()
        say(f"Merged the graphs of {store.name}." if store.remote else f"Compacted {store.name}.")
