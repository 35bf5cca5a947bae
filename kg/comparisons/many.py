"""Many at once: how far all agree on each position, how polarised a debate is, and who keeps together in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kg.algebra import agreement, persistence, polarization, reliability, two_mode
from kg.errors import KGError
from kg.tables import Table

if TYPE_CHECKING:
    from kg.comparisons.over import Over
    from kg.comparisons.statements import Statements


def by_position(statements: Statements) -> Table:
    """A row for each position that two actors or more have a value on: who stands where, and how far they agree.

    ``for``, ``against`` and ``neither`` count actors by the sign of their mean value; ``hix`` is the agreement index of
    Hix, Noury and Roland over the three; ``van der Eijk`` the agreement of the rounded values on the scale. The line
    below has Krippendorff's alpha of all positions together: actors as coders of positions.
    """
    coded = statements.entries.coded
    _on_a_scale(statements)
    means = two_mode.two_mode(coded, "mean")
    points = coded.scale.points
    rows: list[dict[str, Any]] = []
    for number, label in enumerate(coded.column_labels):
        known = means[:, number][~np.isnan(means[:, number])]
        if len(known) < 2:
            continue
        signs = [int((known > 0).sum()), int((known < 0).sum()), int((known == 0).sum())]
        nearest = np.abs(known[:, None] - points[None, :]).argmin(axis=1)
        counts = np.bincount(nearest, minlength=len(points))
        rows.append(
            {
                statements.choices.columns: label,
                "actors": len(known),
                "for": signs[0],
                "against": signs[1],
                "neither": signs[2],
                "hix": round(float(agreement.hix([signs])[0]), 4),
                "van der Eijk": round(float(polarization.ordinal(counts)), 4) if len(points) > 2 else None,
            }
        )
    rows.sort(key=lambda r: (r["hix"], -r["actors"], r[statements.choices.columns]))
    alpha = reliability.krippendorff(means).value if rows else float("nan")
    made = {**statements.made_from, "Krippendorff's alpha": f"{alpha:.4f}, actors as coders, interval"}
    columns = [statements.choices.columns, "actors", "for", "against", "neither", "hix", "van der Eijk"]
    return Table.from_records(columns, rows, made)


def polarized(statements: Statements, permutations: int, seed: int) -> polarization.Polarization:
    """How polarised the debate is, and its camps: see :mod:`kg.algebra.polarization`."""
    coded = statements.entries.coded
    _on_a_scale(statements)
    low = float(coded.scale.points[0])
    means = two_mode.two_mode(coded, "mean")
    return polarization.polarization(
        means, low=low, high=low + coded.scale.span, permutations=permutations, seed=seed
    )


def polarized_over(over: Over, permutations: int, seed: int) -> Table:
    """A row for each window in which two actors share a position: polarisation, what chance gives, camps."""
    rows = []
    for window, part in zip(over.windows, over.statements, strict=True):
        if len(part.entries) == 0 or len(np.unique(part.entries.coded.rows)) < 2:
            continue
        found = polarized(part, permutations, seed)
        labels = np.array(part.entries.coded.row_labels)
        rows.append(
            {
                "start": f"{window.start:%Y-%m-%d}",
                "end": f"{window.end:%Y-%m-%d}",
                "polarization": _rounded(found.value),
                "corrected": _rounded(found.corrected),
                "dispersion": _rounded(found.dispersion),
                "camp A": ", ".join(labels[found.camps == 0]),
                "camp B": ", ".join(labels[found.camps == 1]),
            }
        )
    columns = ["start", "end", "polarization", "corrected", "dispersion", "camp A", "camp B"]
    made = {**over.made_from, "corrected": f"for {permutations} permutations, seed {seed}"}
    return Table.from_records(columns, rows, made)


def _rounded(number: float) -> float | None:
    return None if np.isnan(number) else round(float(number), 4)


def _on_a_scale(statements: Statements) -> None:
    if statements.entries.coded.scale.kind == "nominal":
        raise KGError(
            "Names have no distance, so nobody is nearer or farther.", cure="Take a value on a scale."
        )


def tracked(over: Over, measure: str, seed: int) -> Table:
    """A row for each window and actor: the community it is in, recognised from window to window by its members.

    ``community`` numbers communities by their first appearance, over all windows; the line below tells how alike
    successive windows are (adjusted Rand index: 1 the same, 0 as by chance).
    """
    from kg.algebra.communities import communities

    windows = over.matrix(measure)
    actors = sorted({name for window in windows for name in window.matrix.rows})
    at = {name: i for i, name in enumerate(actors)}
    partitions = []
    for window in windows:
        labels = np.full(len(actors), -1, dtype=np.int64)
        values = np.array(window.matrix.values, dtype=np.float64)
        there = (np.nan_to_num(values) != 0).any(axis=1)
        found = communities(values, seed=seed).labels
        for name, label, tied in zip(window.matrix.rows, found, there, strict=True):
            labels[at[name]] = label if tied else -1
        partitions.append(labels)
    if not partitions:
        raise KGError("No window has two actors with something in common.", cure="Use longer windows.")
    track = persistence.follow(partitions).track
    rows = [
        {
            "start": str(window.start)[:10],
            "end": str(window.end)[:10],
            "actor": name,
            "community": int(track[w, i]),
        }
        for w, window in enumerate(windows)
        for i, name in enumerate(actors)
        if track[w, i] >= 0
    ]
    made = {**over.made_from, "measure": measure}
    if len(partitions) > 1:
        rand = persistence.persistence(partitions).rand
        made["persistence"] = ", ".join("–" if np.isnan(r) else f"{r:.2f}" for r in rand)
    return Table.from_records(["start", "end", "actor", "community"], rows, made)
