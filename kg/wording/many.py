"""Many actors: who agrees most and least, who keeps together, how polarised it is."""

from __future__ import annotations

from collections.abc import Sequence

from kg.wording.pieces import capital, counted, listed, name
from kg.wording.two import FEW, Met, pair, placed

__all__ = ["pair"]

COMMUNITIES = (
    "Found from who stands on the same and on opposite sides (congruence less conflict), by signed modularity: "
    "groups that the numbers show, not alliances that anybody declared."
)


def several(mets: Sequence[Met], actors: int) -> list[str]:
    """Who of several named actors agrees most and least, and for whom that is not known."""
    known = sorted(
        (m for m in mets if m.agreement is not None), key=lambda m: (-(m.agreement or 0), m.a, m.b)
    )
    if not known:
        return [
            f"No two of {counted(actors, 'actor')} have a coded stance on the same position, so how far they agree "
            "is not known."
        ]
    unknown = len(mets) - len(known)
    share = (
        f"{len(known):,} of {counted(len(mets), 'pair')}" if unknown else f"all {counted(len(mets), 'pair')}"
    )
    found = [f"{capital(share)} of {actors:,} actors share at least one position."]
    if len(known) > 1:
        found.append(f"Agreement is highest between {placed(known[0])}, lowest between {placed(known[-1])}.")
    else:
        found.append(f"Agreement is known between {placed(known[0])} alone.")
    found.append(_sure(known))
    if unknown:
        other = f"For the other {counted(unknown, 'pair')} it is not known"
        found.append(f"{other}, which is neither agreement nor disagreement.")
    return found


def _sure(known: Sequence[Met]) -> str:
    sure = sum(met.sure for met in known)
    if not sure:
        return "None of these numbers has sources enough for an interval: they describe what is coded, and no more."
    which = (
        "All of these numbers have"
        if sure == len(known)
        else f"{sure:,} of these {len(known):,} numbers have"
    )
    return f"{which} sources enough for an interval."


def everyone(mets: Sequence[Met], pairs: int, actors: int) -> list[str]:
    """Who agrees most and least among all actors; *mets* are the pairs whose agreement is known, highest first."""
    if not mets:
        none = f"Among {counted(actors, 'actor')} no two have a coded stance on the same position"
        return [f"{none}: how far they agree is not known."]
    known = "1 of these shares" if len(mets) == 1 else f"{len(mets):,} of these share"
    found = [
        f"{actors:,} actors make {counted(pairs, 'pair')}. {known} at least one position; how far the others agree "
        "is not known.",
        _sure(mets),
    ]
    telling = [met for met in mets if met.shared >= FEW] or list(mets)
    if len(telling) > 1:
        among = f" among pairs with at least {FEW} shared positions" if telling[0].shared >= FEW else ""
        found.append(
            f"Agreement is highest{among} between {placed(telling[0])}, lowest between {placed(telling[-1])}."
        )
    return found


def polarized(value: float, expected: float, camps: Sequence[Sequence[str]]) -> str:
    """How polarised a debate is, beside what a shuffled one would be, and who is in the camps; NaN: not known."""
    if value != value:
        return "No position is shared, so how polarised the debate is cannot be told."
    told = (
        f"Polarisation is {value:.2f}, on a scale from 0 (everybody holds the same) to 1 (two equal camps opposed on "
        "everything)"
    )
    if expected == expected:
        more = "more than" if value > expected + 0.005 else "no more than"
        told += f", {more} the {expected:.2f} that come about when the same values are dealt out at random"
    named = [_some(camp) for camp in camps if camp]
    if len(named) < 2:
        return f"{told}. No division into camps explains it."
    return f"{told}. The division that explains most of it sets {named[1]} apart from {named[0]}."


def _some(names: Sequence[str], most: int = 6) -> str:
    rest = len(names) - most
    kept = [name(one) for one in (names if rest <= 1 else names[:most])]
    return listed(kept if rest <= 1 else [*kept, f"{rest} others"])


def shown(number: int, whole: int) -> str:
    """How much evidence opens."""
    if number == whole:
        return f"Evidence: {counted(whole, 'account')}"
    return f"Evidence: the newest {number} of {whole:,} accounts"


def community(number: int, names: Sequence[str]) -> str:
    """A group that the numbers show."""
    return f"Group {number}: {listed([name(one) for one in names])}."


def drawn(number: int, whole: int) -> str:
    """Of how many only some are in the picture."""
    return (
        f"The {number} actors with the most statements behind their pairs, of {whole:,} that share a position with "
        "somebody; the others are in the table of pairs below."
    )


def narrowed(number: int, whole: int) -> str:
    """Of how many actors only some were taken in."""
    return (
        f"This page takes in the {number:,} actors with the most statements, of {whole:,}; the whole matrix comes "
        "with kg compare --measure agreement -o FILE."
    )
