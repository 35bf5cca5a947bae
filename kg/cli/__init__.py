"""The command line: one command a verb, the Python API spoken aloud.

Data goes to standard output, words to standard error. ``-o FILE`` decides the format, ``-f`` overrides it,
``-`` is standard input. Exit codes: 0 clean, 1 findings or failure, 2 wrong usage.
"""

from __future__ import annotations

import os
import sys

import click

from kg.cli.options import State
from kg.errors import KGError, ParameterError

# Verb → module that holds it. Loaded only when called, so that help is quick.
VERBS: dict[str, str] = {
    "load": "edit",
    "check": "edit",
    "infer": "edit",
    "withdraw": "edit",
    "save": "edit",
    "update": "edit",
    "backup": "keep",
    "optimize": "keep",
    "query": "ask",
    "info": "ask",
    "search": "search",
    "stances": "ask",
    "compare": "compare",
    "network": "compare",
    "report": "report",
    "figure": "figure",
    "demo": "demo",
    "completion": "demo",
}


class LazyGroup(click.Group):
    """Commands by name; a mistyped one is answered with the nearest."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        from importlib import import_module

        found = getattr(import_module(f"kg.cli.{VERBS[cmd_name]}"), cmd_name)
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from kg.errors import did_you_mean

            hint = did_you_mean(args[0], VERBS) or f"There are: {', '.join(sorted(VERBS))}."
            raise click.UsageError(f'No verb "{args[0]}". {hint}', ctx) from error

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader of our output has seen enough, as in: kg query … | head. Click calls that a failure.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-g",
    "--graph",
    envvar="KG_GRAPH",
    metavar="GRAPH",
    help="A graph folder, the address of a SPARQL server, or a file to read. Without it: the shipped corpus, to read. "
    "[env: KG_GRAPH]",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="kg", prog_name="kg")
@click.pass_context
def cli(ctx: click.Context, graph: str | None, debug: bool) -> None:
    """Ask, see and compare who deals with whom and who holds which stance, down to the evidence.

    \b
    kg demo                                     all three jobs on the shipped corpus
    kg query --list                             the questions it can answer
    kg compare Taliban "Afghan government"      position by position
    kg network -o net.html                      a page that explains every edge
    kg report Taliban Pakistan -o report.html   one document to hand on
    kg -g my.kg load my-sheet.csv               your own data
    """
    ctx.obj = State(path=graph, debug=debug)


def main(args: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    debug = "--debug" in (sys.argv if args is None else args)
    try:
        code = cli.main(args=args, prog_name="kg", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        sys.exit(1)
    except KGError as error:
        if debug:
            raise
        click.echo(f"kg: {error}", err=True)
        sys.exit(2 if isinstance(error, ParameterError) else 1)
    except (OSError, MemoryError, UnicodeError) as error:
        if debug:
            raise
        place = error.filename if isinstance(error, OSError) else None
        what = f'"{place}": {error.strerror}' if isinstance(error, OSError) and place else error
        click.echo(f"kg: {what}. See the details with --debug.", err=True)
        sys.exit(1)
