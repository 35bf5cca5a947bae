"""What the verbs share: opening the graph, the filter, the output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from kg.errors import did_you_mean

if TYPE_CHECKING:
    import pyoxigraph as ox

    from kg.graph import KnowledgeGraph
    from kg.matrices import Matrix
    from kg.tables import Table

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def say(text: str) -> None:
    """Words for the person, on standard error."""
    click.echo(text, err=True)


@dataclass
class State:
    """The graph the user named, opened when a verb needs it."""

    path: str | None
    debug: bool = False

    def read(self) -> KnowledgeGraph:
        """The named graph, for reading; without a name the shipped corpus."""
        from kg.graph import KnowledgeGraph

        if self.path is None:
            from kg.corpus import shipped

            say("Using the shipped corpus; name another graph with -g.")
            return shipped()
        folder = Path(self.path)
        return KnowledgeGraph(self.path, read_only=folder.is_dir(), create=False)

    def write(self, *, create: bool = False) -> KnowledgeGraph:
        """The named graph folder, for writing."""
        from kg import files, readers
        from kg.graph import KnowledgeGraph
        from kg.stores import is_address

        if self.path is None:
            raise click.UsageError(
                "This verb changes a graph: name one with -g, as in: kg -g my.kg load FILE"
            )
        file = not is_address(self.path) and files.suffix(self.path) in readers.SUFFIXES
        if file and not Path(self.path).is_dir():
            raise click.UsageError(
                f'"{self.path}" is a file, which stays as it is. Load it into a folder: kg -g my.kg load {self.path}'
            )
        return KnowledgeGraph(self.path, create=create)


pass_state = click.make_pass_decorator(State)


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--issue --actor --since --until --source --basis``, gathered into one keyword *where*."""
    import functools

    @functools.wraps(command)
    def gathered(*args: Any, **kwargs: Any) -> Any:
        where = {
            "issues": kwargs.pop("issue"),
            "actors": kwargs.pop("actor"),
            "sources": kwargs.pop("source"),
            "basis": kwargs.pop("basis"),
            "since": kwargs.pop("since"),
            "until": kwargs.pop("until"),
        }
        return command(*args, where={k: v for k, v in where.items() if v}, **kwargs)

    options = [
        click.option(
            "--issue", multiple=True, metavar="NAME", help="Only this issue and narrower ones. Repeatable."
        ),
        click.option("--actor", multiple=True, metavar="NAME", help="Only this actor. Repeatable."),
        click.option("--source", multiple=True, metavar="NAME", help="Only from this source. Repeatable."),
        click.option(
            "--basis",
            multiple=True,
            type=click.Choice(["word", "deed", "commitment", "report"]),
            help="Only stances read from this. Repeatable.",
        ),
        click.option("--since", metavar="DATE", help="From this day, month or year on."),
        click.option("--until", metavar="DATE", help="Up to this day, month or year."),
    ]
    wrapped: Callable[..., Any] = gathered
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped


def choice_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """How stances become rows, columns and values, gathered into one keyword *choices*."""
    import functools

    names = ("rows", "columns", "value", "duplicates", "scale", "level", "rollup", "isolates", "dna_compat")

    @functools.wraps(command)
    def gathered(*args: Any, **kwargs: Any) -> Any:
        choices = {name: given for name in names if (given := kwargs.pop(name)) not in (None, False)}
        for name in ("exclude", "only"):
            if pairs := kwargs.pop(name):
                choices[name] = _by_column(pairs, name)
        if str(choices.get("rollup", "")).isdecimal():
            choices["rollup"] = int(choices["rollup"])
        return command(*args, choices=choices, **kwargs)

    options = [
        click.option(
            "--rows", metavar="COLUMN", help="What is compared: holder, speaker, or a coded variable."
        ),
        click.option("--columns", metavar="COLUMN", help="On what: position, issue, or a coded variable."),
        click.option("--value", metavar="COLUMN", help="By which value: value, or a coded variable."),
        click.option(
            "--duplicates",
            metavar="NAME",
            help="profile, include, document, day, week, month, year or range.",
        ),
        click.option("--scale", metavar="NAME", help="interval, ordinal or nominal."),
        click.option(
            "--level", metavar="NAME", help="holder, speaker, organization, party, state or coalition."
        ),
        click.option(
            "--rollup", metavar="ISSUE", help="Count narrower issues under this one, or at a depth."
        ),
        click.option("--exclude", multiple=True, metavar="COLUMN=NAME", help="Without these. Repeatable."),
        click.option("--only", multiple=True, metavar="COLUMN=NAME", help="Only these. Repeatable."),
        click.option("--isolates", is_flag=True, help="Keep rows and columns that nothing is left of."),
        click.option(
            "--dna-compat", is_flag=True, help="As the Discourse Network Analyzer has it, version 3.1.2."
        ),
    ]
    wrapped: Callable[..., Any] = gathered
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped


def _by_column(pairs: tuple[str, ...], option: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        column, sign, name = pair.partition("=")
        if not sign:
            raise click.UsageError(f'"{pair}" names no column. Write it as --{option} COLUMN=NAME.')
        found.setdefault(column, []).append(name)
    return found


def output_options(formats: str) -> Decorator:
    """``-o FILE`` and ``-f FORMAT``."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        command = click.option("-f", "--format", "fmt", metavar="FORMAT", help=f"One of: {formats}.")(command)
        return click.option(
            "-o", "--output", metavar="FILE", help="Write to a file; its ending decides the format."
        )(command)

    return decorate


def to_file(output: str | None) -> bool:
    """Whether ``-o`` names a file; ``-`` is standard output."""
    return output is not None and output != "-"


def form_of(output: str | None, fmt: str | None, formats: Sequence[str], usual: str, what: str) -> str:
    """The format that ``-f`` or else the file's ending asks for, *usual* on standard output; others are wrong usage.

    A folder that is not there is refused, too, before any work is done for it.
    """
    kind = (fmt or (Path(output or "").suffix if to_file(output) else usual)).casefold().lstrip(".")
    if kind not in formats:
        hint = f"{did_you_mean(kind, formats)} Use one of {', '.join(formats)}.".strip()
        raise click.UsageError(f'"{fmt or Path(output or "").name}" is no format of {what}. {hint}')
    if to_file(output):
        check_folder(str(output))
    return kind


def emit(table: Table, output: str | None, fmt: str | None) -> None:
    """A table to a file, or to standard output."""
    from kg.tables import FORMATS, kind_of

    kind = fmt.lstrip(".").casefold() if fmt else None
    if kind is None and output and output != "-":
        kind = kind_of(Path(output))
    if kind is not None and kind not in FORMATS:
        named = fmt or Path(output or "").name
        hint = f"{did_you_mean(kind, FORMATS)} Use one of {', '.join(FORMATS)}.".strip()
        raise click.UsageError(f'"{named}" is no table format. {hint}')
    if output and output != "-":
        check_folder(output)
        say(f"Wrote {table.write(output, kind)} ({len(table)} rows).")
        return
    if kind == "parquet":
        raise click.UsageError("Parquet needs a file: add -o FILE.parquet")
    width = terminal_width() if (kind or "table") == "table" else None
    click.echo(table.render(kind or "table", width=width), nl=False)
    if (kind or "table") == "table":
        made = "; ".join(f"{k}: {v}" for k, v in table.made_from.items() if k != "sparql")
        say(made)


def emit_matrix(matrix: Matrix, output: str | None, fmt: str | None) -> None:
    """A matrix to a file in any of its formats, or to standard output."""
    if output and output != "-":
        check_folder(output)
        say(f"Wrote {matrix.write(output, fmt)} ({len(matrix.rows)} × {len(matrix.columns)}).")
    else:
        emit(matrix.to_table(), None, fmt)


class Page(Protocol):
    """What writes itself as a page."""

    def to_html(self) -> str: ...
    def write(self, path: str | Path, format: str | None = None) -> Path: ...


def is_page(output: str | None, fmt: str | None) -> bool:
    """Whether a page is asked for."""
    return (fmt or Path(output or "").suffix).casefold().lstrip(".") == "html"


def emit_page(page: Page, output: str | None) -> None:
    """A page to a file, or to standard output."""
    if output and output != "-":
        check_folder(output)
        say(f"Wrote {page.write(output, 'html')}.")
    else:
        click.echo(page.to_html(), nl=False)


def terminal_width() -> int | None:
    """Columns of the terminal; None when output goes to a file or a pipe."""
    import shutil

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def rdf_format(name: str) -> ox.RdfFormat:
    """An RDF format by name or ending; another word is wrong usage."""
    from kg.errors import ReadError
    from kg.readers.rdf import format_for

    try:
        return format_for(name)
    except ReadError as error:
        raise click.UsageError(str(error)) from error


def check_folder(output: str) -> None:
    """Refuse a file in a folder that is not there."""
    folder = Path(output).parent
    if not folder.is_dir():
        raise click.UsageError(f'No folder "{folder}" for {Path(output).name}. Make it first.')
