"""Options of readers: what may be said of how a file is to be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg.errors import NotFound, did_you_mean


def refuse_unknown(reader: str, given: Iterable[str], known: Mapping[str, str]) -> None:
    """Raise NotFound for the first option that a reader does not have."""
    for option in given:
        if option not in known:
            there = f"There are: {', '.join(known)}." if known else "It takes none."
            raise NotFound(
                f'The reader "{reader}" has no option "{option}".',
                cure=f"{did_you_mean(option, known)} {there}".strip(),
            )
