"""How a comparison is shown: the sentence, the tables, the text for a terminal, the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kg.comparisons.pairs import DEFINITION, HOW, Pair, how, words
from kg.evidence import details, quotes, told
from kg.frames import Profile
from kg.tables import Table

# The columns of a table of evidence, after those that say what it is behind.
BEHIND = ("value", "date", "speaker", "quote", "paraphrase", "source", "reliability", "stance")

if TYPE_CHECKING:
    from kg.comparisons.comparison import Comparison


def summary(c: Comparison) -> str:
    """One sentence with the numbers and what they mean."""
    label = c.graph.names.label
    if len(c.actors) != 2:
        return f"{len(c.pairs)} pairs of {len(c.actors)} actors; {DEFINITION}."
    pair = c.pair()
    shared = f"{len(pair.shared)} shared position{'' if len(pair.shared) == 1 else 's'}"
    rival = f", and on {len(pair.rival)} pair of incompatible ones" if pair.rival else ""
    rival = rival.replace("pair of", "pairs of") if len(pair.rival) > 1 else rival
    if pair.agreement is None:
        score = "no shared position, so their agreement is not known"
    else:
        score = f"agreement {pair.agreement:+.2f} ({DEFINITION})"
    return (
        f"{label(pair.a)} and {label(pair.b)}: {shared}, congruent on "
        f"{len(pair.congruent)}, in conflict on {len(pair.conflicting)}{rival}; {score}."
    )


def overview(c: Comparison) -> Table:
    """A row a pair with shared positions: counts and agreement, most shared first."""
    label = c.graph.names.label
    rows = [
        {
            "a": label(p.a),
            "b": label(p.b),
            **{m: p.measure(m) for m in ("shared", "congruence", "conflict", "net")},
            "rival": len(p.rival),
            "agreement": None if p.agreement is None else round(p.agreement, 4),
        }
        for p in c.pairs.values()
        if p.shared or p.rival
    ]
    rows.sort(key=lambda r: (-int(r["shared"] or 0), str(r["a"]), str(r["b"])))
    columns = ("a", "b", "shared", "congruence", "conflict", "rival", "net", "agreement")
    return Table.from_records(columns, rows, {**c.made_from, "agreement": DEFINITION})


def positions(c: Comparison) -> Table:
    """A row a position for the only pair: values, how they meet, dates, n, sources and quotations."""
    pair = c.pair()
    label = c.graph.names.label
    rivals = dict(pair.rival) | {q: p for p, q in pair.rival}
    mine = {p for holder, p in c.profiles if holder in (pair.a, pair.b)}
    behind = [one for (x, p), one in c.profiles.items() if x in (pair.a, pair.b) and p in mine]
    known = details(c.graph, (stance for one in behind for stance in one.stances))
    rows = []
    for position in mine:
        sides = [c.profiles.get((x, position)) for x in (pair.a, pair.b)]
        issue = next(side.issue for side in sides if side)
        met = how(pair, position, sides, rivals)
        row = {
            "how": met,
            "issue": label(issue) if issue else "",
            "position": label(position),
            "against": label(rivals[position]) if met == "rival" else "",
        }
        for actor, side in zip((pair.a, pair.b), sides, strict=True):
            row |= _side(c, label(actor), side, known)
        rows.append(row)
    rows.sort(key=lambda r: (HOW.index(r["how"]), r["issue"], r["position"]))
    a, b = label(pair.a), label(pair.b)
    more = [f"{x}: {what}" for what in ("n", "dates", "sources", "quotes") for x in (a, b)]
    return Table.from_records(["how", "issue", "position", "against", a, b, *more], rows, c.made_from)


def _side(
    c: Comparison, name: str, side: Profile | None, known: Mapping[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    """The columns of one actor: value, number of stances, first and last date, sources, quotations."""
    if side is None:
        return {name: None, f"{name}: n": 0, f"{name}: sources": 0}
    span = dict.fromkeys((side.dates[0], side.dates[-1])) if side.dates else ()
    records = [r for stance in side.stances for r in known.get(stance, ())]
    return {
        name: words(side),
        f"{name}: n": len(side.stances),
        f"{name}: dates": " … ".join(span),
        f"{name}: sources": len(side.sources),
        f"{name}: quotes": "\n".join(quotes(c.graph, records)),
    }


def text(c: Comparison, width: int, shared_only: bool) -> str:
    """The comparison as people read it in a terminal: for two actors a block a position."""
    import textwrap

    if len(c.actors) != 2:
        return c.table().to_text(width=width)
    table, lines = c.positions(), []
    names = [c.graph.names.label(x) for x in c.actors]
    column = max(map(len, names))
    for row in table:
        if shared_only and row["how"] == "only one":
            continue
        lines.append(f"{row['how'].upper()}  {row['position']}  [{row['issue']}]")
        if row["against"]:
            lines.append(f"  cannot be had with: {row['against']}")
        for name in names:
            if row[name] is None:
                lines.append(f"  {name:<{column}}  not known")
                continue
            counts = f"n={row[f'{name}: n']}, sources={row[f'{name}: sources']}"
            dates = row[f"{name}: dates"] or "undated"
            lines.append(f"  {name:<{column}}  {row[name]:<14} {counts}, {dates}")
            indent = " " * (column + 4)
            for quote in (row[f"{name}: quotes"] or "").splitlines():
                lines += textwrap.wrap(quote, width, initial_indent=indent, subsequent_indent=indent + "  ")
        lines.append("")
    return "\n".join(lines).rstrip()


def evidence(c: Comparison, pair: Pair) -> Table:
    """Every piece of evidence behind the shared and rival positions of two actors."""
    wanted = {*pair.shared, *(p for both in pair.rival for p in both)}
    behind = {
        s: (x, p)
        for (x, p), one in c.profiles.items()
        if x in (pair.a, pair.b) and p in wanted
        for s in one.stances
    }
    label = c.graph.names.label
    rows = [
        {
            "position": label(behind[item][1]),
            "holder": label(behind[item][0]),
            "value": r["value"],
            **told(c.graph, r),
            "stance": item,
        }
        for item, records in details(c.graph, behind).items()
        for r in records
    ]
    rows.sort(key=lambda r: (r["position"], r["holder"], str(r["date"]), r["stance"], r["source"]))
    return Table.from_records(("position", "holder", *BEHIND), rows, c.made_from)
