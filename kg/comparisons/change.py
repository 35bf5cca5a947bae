"""Change: how the value of a row moved in time, which statements moved it, and words beside deeds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.algebra import change, deeds
from kg.errors import KGError, NotFound, did_you_mean
from kg.evidence import details, quotes
from kg.tables import Table
from kg.terms import compact, local_name

if TYPE_CHECKING:
    from kg.comparisons.comparison import Comparison
    from kg.frames import Entries


def history(comparison: Comparison, row: str, column: str) -> Table:
    """A row for each dated statement of one actor on one position, oldest first; and where the value turned.

    Superseded ones are in it: they are what was before. Values of different positions have no common sign, so there
    is no history of several.

    Columns: date, value, mean (of all up to here), turn ("change" from a change point on, "turned first"),
    share (of the difference that a statement after the last change makes), basis, quote, source, stance.
    """
    each = replace(comparison, choices=replace(comparison.choices, duplicates="include"))
    entries = _of(each, row, column)
    data, coded = entries.data, entries.coded
    times, values = entries.times("date"), coded.scale.points[coded.levels]
    dated = np.flatnonzero(~np.isnat(times))
    if not len(data):
        raise KGError(f"{row} says nothing on that.", cure="See what it speaks on with: kg stances --actor …")
    if not len(dated):
        raise KGError(f"No statement of {row} has a date.", cure="Without dates there is no history.")
    order = dated[np.argsort(times[dated], kind="stable")]
    weights = np.ones(len(coded)) if coded.weights is None else coded.weights
    marks, share, told = _turns(values, times, weights)
    running = np.cumsum((values * weights)[order]) / np.cumsum(weights[order])
    known = details(comparison.graph, data["stance"].to_list())
    label = comparison.graph.names.label
    rows = []
    for place, at in enumerate(order.tolist()):
        records = [r for r in known.get(data["stance"][at], ()) if r["source"] == data["source"][at]]
        rows.append(
            {
                "date": str(times[at].astype("datetime64[D]")),
                "value": float(values[at]),
                "mean": round(float(running[place]), 4),
                "turn": marks.get(at, ""),
                "share": None if np.isnan(share[at]) else round(float(share[at]), 4),
                "basis": local_name(data["basis"][at] or ""),
                "quote": "\n".join(quotes(comparison.graph, records)),
                "source": label(data["source"][at]),
                "stance": compact(data["stance"][at]),
            }
        )
    columns = ["date", "value", "mean", "turn", "share", "basis", "quote", "source", "stance"]
    undated = len(data) - len(dated)
    made = {**each.statements.made_from, "history": f"{row}: {column}", **told}
    return Table.from_records(columns, rows, made | ({"undated": str(undated)} if undated else {}))


def _turns(values: Any, times: Any, weights: Any) -> tuple[dict[int, str], Any, dict[str, str]]:
    """What is told of some statements, the share of each in the last change, and the changes in words."""
    found = change.change_points(values, times, weights=weights)
    if not len(found.at):
        return {}, np.full(len(values), np.nan), {"change points": f"none (p {found.p:.3f})"}
    last = found.at[-1]
    since = found.at[-2] if len(found.at) > 1 else None
    turn = change.turning(values, times, last, weights=weights, since=since)
    marks = {int(i): "turned first" for i in turn.first}
    for moment in found.at:
        for i in np.flatnonzero(times == moment):
            marks.setdefault(int(i), "change")
    days = ", ".join(str(np.datetime64(moment, "D")) for moment in found.at)
    means = " → ".join(f"{mean:+.2f}" for mean in found.means)
    return marks, turn.share, {"change points": f"{days} (p {found.p:.3f}), means {means}"}


def words_and_deeds(
    comparison: Comparison, first: str = "word", second: str = "deed", *, seed: int = 0
) -> Table:
    """A row for each actor that has both: mean of its words, of its deeds, the difference and its interval of 95 %."""
    whole = comparison.statements.entries
    rows: list[dict[str, Any]] = []
    for number, name in enumerate(whole.coded.row_labels):
        mine = whole.take_rows(number)
        basis = np.array([local_name(b or "") for b in mine.data["basis"]])
        if not {first, second} <= {*basis.tolist()}:
            continue
        found = deeds.contrast(
            mine.coded.scale.points[mine.coded.levels],
            basis,
            mine.data["source"].to_numpy(),
            first,
            second,
            weights=mine.coded.weights,
            seed=seed,
        )
        low, high = float(found.interval.low), float(found.interval.high)
        rows.append(
            {
                comparison.choices.rows: name,
                first: round(found.first, 4),
                second: round(found.second, 4),
                "difference": round(found.difference, 4),
                "low": None if np.isnan(low) else round(low, 4),
                "high": None if np.isnan(high) else round(high, 4),
                f"{first}: n": found.n[0],
                f"{second}: n": found.n[1],
                "sources": " + ".join(map(str, found.sources)),
            }
        )
    rows.sort(key=lambda r: -abs(r["difference"]))
    columns = [
        comparison.choices.rows,
        first,
        second,
        "difference",
        "low",
        "high",
        f"{first}: n",
        f"{second}: n",
        "sources",
    ]
    return Table.from_records(
        columns, rows, {**comparison.statements.made_from, "contrast": f"{second} − {first}"}
    )


def _of(comparison: Comparison, row: str, column: str) -> Entries:
    """The entries of one row, on one column."""
    entries = comparison.statements.entries
    rows = place(row, entries.coded.row_labels, entries.row_ids, comparison, comparison.choices.rows)
    at = place(
        column, entries.coded.column_labels, entries.column_ids, comparison, comparison.choices.columns
    )
    return entries.take(np.flatnonzero((entries.coded.rows == rows) & (entries.coded.columns == at)))


def place(name: str, labels: tuple[str, ...], ids: tuple[str, ...], comparison: Comparison, kind: str) -> int:
    """Where a label, an IRI or another name stands among some labels."""
    from kg.terms import fold

    folded = [fold(label) for label in labels]
    if fold(name) in folded:
        return folded.index(fold(name))
    kinds = {
        "holder": "actor",
        "speaker": "actor",
        "position": "position",
        "issue": "issue",
        "source": "source",
    }
    if name in ids:
        return ids.index(name)
    if kind in kinds:
        iri = comparison.graph.find(name, kinds[kind])
        if iri in ids:
            return ids.index(iri)
    raise NotFound(f'No {kind} "{name}" among those compared.', cure=did_you_mean(name, labels))
