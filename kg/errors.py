"""Every way kg can fail.

::

    KGError(Exception)            .message  .cure  .where
    ├── NotFound(LookupError)     an actor, issue, query, reader or graph that is not there
    ├── ReadError(ValueError)     a file that cannot be read: file, line, column or cell
    ├── QueryError(SyntaxError)   SPARQL that is wrong: line, column, the line itself
    │   └── ParameterError        a missing, unknown or ill-typed $parameter
    ├── StoreError(OSError)       a folder locked, read-only or no graph; a disk that refuses
    ├── CheckFailed(ValueError)   only from Findings.raise_for_errors()
    └── MissingExtra(ImportError) an optional package that is not installed

Each message says what is wrong, with the value, and where; the cure says what to do.
Errors also descend from the built-in kind a Python programmer would catch.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class KGError(Exception):
    """Base of all errors. ``str(error)`` is the whole sentence: where, message, cure."""

    def __init__(self, message: str, *, cure: str = "", where: str = "") -> None:
        self.message = message
        self.cure = cure
        self.where = where
        super().__init__(message)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        cure = f" {self.cure}" if self.cure else ""
        return f"{place}{self.message}{cure}"


class NotFound(KGError, LookupError):
    """A name that stands for nothing in the graph, the library or the file system."""


class ReadError(KGError, ValueError):
    """A file that cannot be read. ``problems`` lists every place that is wrong, first one first."""

    def __init__(
        self, message: str, *, cure: str = "", where: str = "", problems: Iterable[str] = ()
    ) -> None:
        super().__init__(message, cure=cure, where=where)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join((super().__str__(), *self.problems))


class QueryError(KGError, SyntaxError):
    """SPARQL that cannot be parsed or run."""


class ParameterError(QueryError):
    """A query parameter that is missing, unknown or of the wrong type."""


class StoreError(KGError, OSError):
    """A store that cannot be opened, read or written."""

    # OSError.__new__ would otherwise turn the message into errno handling.
    def __new__(cls, *args: object, **kwargs: object) -> StoreError:
        return super().__new__(cls)


class CheckFailed(KGError, ValueError):
    """Findings of severity *violation*, raised on request."""


class MissingExtra(KGError, ImportError):
    """An optional package is needed and not installed."""


def unwritable(file: object, error: OSError) -> StoreError:
    """What to say when a file cannot be written."""
    reason = error.strerror or str(error).split(" (os error")[0]
    return StoreError(f'"{file}" cannot be written: {reason}.', cure="Check the folder and its permissions.")


def did_you_mean(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """``Did you mean "x"?`` for the closest known word, or the empty string."""
    folded: dict[str, str] = {}
    for candidate in known:
        folded.setdefault(candidate.casefold(), candidate)
    close = get_close_matches(word.casefold(), folded, n=1, cutoff=cutoff)
    return f'Did you mean "{folded[close[0]]}"?' if close else ""
