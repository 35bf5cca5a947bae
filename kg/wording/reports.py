"""Reports: who actors are, their deeds and ties, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence

from kg.wording.pieces import behind, counted, listed, name, signed, span

DEEDS = (
    "Values of all positions together, read from what an actor said and from what it did. Words and deeds may be "
    "about different positions, so a difference is a place to look at, not a finding of its own."
)


def who(
    *,
    kind: str,
    described: Sequence[str],
    belongs: Sequence[str],
    aliases: Sequence[str],
    stances: int,
    positions: int,
    sources: int,
    dates: str,
) -> str:
    """Who an actor is, as far as the graph says, and how much of it is coded."""
    parts = ["; ".join(filter(None, (kind, *described)))]
    if belongs:
        parts.append(f"Affiliated with {listed([name(one) for one in belongs])}")
    if aliases:
        parts.append(f"Also: {', '.join(name(one) for one in aliases)}")
    coded = (
        f"{counted(stances, 'stance')} on {counted(positions, 'position')}, from {counted(sources, 'source')}"
    )
    parts.append(f"Coded here: {coded}{f', {dates}' if dates else ''}")
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def deeds(
    actor: str, words: float, acts: float, n: tuple[int, int], low: float | None, high: float | None
) -> str:
    """The mean value of an actor's words beside that of its deeds; *n* counts both."""
    told = (
        f"{name(actor)}: read from words the mean value is {signed(words)} ({counted(n[0], 'statement')}), from "
        f"deeds {signed(acts)} ({counted(n[1], 'statement')}), a difference of {signed(acts - words)}"
    )
    if low is None or high is None:
        return f"{told}; there is too little evidence to say how sure that is."
    holds = "so they may not differ" if low <= 0 <= high else "so the two differ"
    return f"{told} ({span(low, high)}, 95 %), {holds}."


def tie(a: str, relation: str, b: str, items: int, sources: int, dates: str) -> str:
    """One tie in words, with what it rests on."""
    return f"{name(a)} {relation} {name(b)}: {behind(items, sources, dates)}."


def no_ties(actors: int) -> str:
    """Said where no tie is coded."""
    among = "the two" if actors == 2 else "them"
    return (
        f"No direct tie between {among} is coded in this selection, which does not say that there was none."
    )


def ties_left(number: int, whole: int) -> str:
    """Of how many ties only some are listed."""
    return f"The {number} ties with the most coded items, of {whole:,}."


def limits(
    *, statements: int, sources: int, undated: int, implied: int, hedged: int, unrated: int, single: int
) -> list[str]:
    """What the numbers cannot tell, with the numbers that say how much that is."""
    found = [
        f"This rests on {counted(statements, 'coded stance')} from {counted(sources, 'source')}: not on all that was "
        "said or done, nor on sources that nobody coded.",
        "A position on which an actor has no coded stance is not known for that actor and takes no part in any "
        "number. It is neither a yes nor a no.",
        "A tie or line that is not there means that nothing was coded, not that there was nothing.",
        "Coded is what actors said, did, undertook or were reported to hold. Why they did is not coded, and nothing "
        "here says it.",
    ]
    counts = (
        (undated, "has no date and stands in no period", "have no date and stand in no period"),
        (
            implied,
            "is not said outright but implied, as the coder reads it",
            "are not said outright but implied, as the coder reads them",
        ),
        (hedged, "is hedged by its source (may, apparently)", "are hedged by their source (may, apparently)"),
        (single, "rests on one source only", "rest on one source only"),
    )
    found += [
        f"{number:,} of the {counted(statements, 'coded stance')} {one if number == 1 else many}."
        for number, one, many in counts
        if number
    ]
    if unrated:
        rated = "is not rated" if unrated == 1 else "are not rated"
        found.append(f"{unrated:,} of the {counted(sources, 'source')} {rated} for reliability.")
    return found
