"""Structure: what holds a signed network of actors together and what divides it, as tables of names.

The numbers are those of :mod:`kg.algebra`; here they get actors, positions and words. Every result is a
:class:`~kg.tables.Table` that says what it was made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kg.matrices import Matrix
from kg.tables import Table

if TYPE_CHECKING:
    from kg.algebra.communities import Communities
    from kg.algebra.frustration import Frustration

_MAP_STARTS = 4


@dataclass
class Structure:
    """A signed network: ``matrix`` is actors × actors, positive where two are together, negative where against.

    ``profiles``, if given, is actors × positions with the mean value of each (NaN: not known): what coalitions are
    named by. Its rows are those of ``matrix``.
    """

    matrix: Matrix
    profiles: Matrix | None = None
    seed: int = 0

    def __repr__(self) -> str:
        return f"{self.balance()!r}"

    @cached_property
    def _values(self) -> npt.NDArray[np.float64]:
        values = self.matrix.values
        dense = values.toarray() if hasattr(values, "toarray") else np.array(values, dtype=np.float64)
        np.fill_diagonal(dense, np.nan)
        return dense

    def _table(self, columns: list[str], rows: list[dict[str, Any]], **made: object) -> Table:
        return Table.from_records(
            columns, rows, {**self.matrix.made_from, **{k: str(v) for k, v in made.items()}}
        )

    # -- balance -------------------------------------------------------------------

    def balance(self, *, time_limit: float = 60.0) -> Table:
        """A row a measure: triangles by sign, balanced shares, balance by walks, frustration with its bound."""
        from kg.algebra import balance

        triads, walks, best = (
            balance.triads(self._values),
            balance.walks(self._values),
            self.frustration(time_limit=time_limit),
        )
        rows: list[dict[str, Any]] = [
            {"measure": f"triangles {kind}", "value": count, "range": "0 …"}
            for kind, count in triads.counts.items()
        ]
        rows += [
            {"measure": "balanced triangles, strong", "value": _number(triads.share()), "range": "0 … 1"},
            {"measure": "balanced triangles, weak", "value": _number(triads.share("weak")), "range": "0 … 1"},
            {"measure": "balance by walks", "value": _number(walks.share), "range": "0 … 1"},
            {
                "measure": "frustration index",
                "value": best.value,
                "range": f"{best.bound:g} … {best.total / 2:g}",
            },
            {"measure": "line index 1 − 2L/m", "value": _number(best.normalized), "range": "0 … 1"},
        ]
        return self._table(["measure", "value", "range"], rows, proven=best.proven, ties=f"{best.total:g}")

    def frustration(
        self, k: int | None = 2, *, weights: str = "count", time_limit: float = 60.0
    ) -> Frustration:
        """The partition into at most *k* camps with the fewest ties against it; see :mod:`kg.algebra.frustration`."""
        from kg.algebra.camps import camps

        return camps(self._values, k, weights=weights, time_limit=time_limit, seed=self.seed)

    def camps(self, k: int | None = 2, *, weights: str = "count", time_limit: float = 60.0) -> Table:
        """A row an actor: its camp in that partition, and its ties that go against it."""
        best = self.frustration(k, weights=weights, time_limit=time_limit)
        against = np.bincount(best.ties.ravel().astype(np.int64), minlength=len(self.matrix.rows))
        rows = [
            {"actor": name, "camp": int(camp) if camp >= 0 else None, "against": int(n)}
            for name, camp, n in zip(self.matrix.rows, best.camps, against, strict=True)
        ]
        rows.sort(key=lambda r: (r["camp"] is None, r["camp"] or 0, r["actor"]))
        return self._table(
            ["actor", "camp", "against"],
            rows,
            frustration=f"{best.value:g} of {best.total:g}",
            bound=f"{best.bound:g}",
            proven=best.proven,
        )

    # -- groups --------------------------------------------------------------------

    @cached_property
    def _communities(self) -> Communities:
        from kg.algebra.communities import communities

        return communities(self._values, seed=self.seed)

    def communities(self) -> Table:
        """A row an actor: its community by signed modularity."""
        found = self._communities
        rows = [
            {"actor": name, "community": int(label)}
            for name, label in zip(self.matrix.rows, found.labels, strict=True)
        ]
        rows.sort(key=lambda r: (r["community"], r["actor"]))
        return self._table(
            ["actor", "community"], rows, modularity=f"{found.quality:.4f}", communities=found.count
        )

    def coalitions(self) -> Table:
        """The positions that hold each community together, and those that divide two of them."""
        from kg.algebra.communities import coalitions
        from kg.errors import KGError

        if self.profiles is None:
            raise KGError(
                "Nothing is known of what these actors stand for.", cure="Take the structure of a comparison."
            )
        labels = self._communities.labels
        found = coalitions(self.profiles.values, labels)
        members = {int(g): ", ".join(np.array(self.matrix.rows)[labels == g]) for g in np.unique(labels)}
        rows: list[dict[str, Any]] = [
            {
                "does": "holds together",
                "position": self.profiles.columns[h.column],
                "who": members[h.community],
                "value": round(h.mean, 3),
                "known": f"{h.known} of {h.members}",
            }
            for h in found.holding
        ]
        rows += [
            {
                "does": "divides",
                "position": self.profiles.columns[d.column],
                "who": members[d.first],
                "value": round(d.first_mean, 3),
                "known": str(d.first_known),
                "from": members[d.second],
                "other value": round(d.second_mean, 3),
                "overlap": round(d.overlap, 3),
            }
            for d in found.dividing
        ]
        columns = ["does", "position", "who", "value", "known", "from", "other value", "overlap"]
        return self._table(columns, rows)

    # -- places --------------------------------------------------------------------

    def centrality(self) -> Table:
        """A row an actor: ties by sign, net strength, PN and eigenvector centrality, betweenness, core, constraint."""
        from kg.algebra import centrality as c

        degrees = c.degrees(self._values)
        return self._by_actor(
            {
                "positive": degrees.positive,
                "negative": degrees.negative,
                "strength": degrees.strength,
                "pn": c.pn(self._values),
                "eigenvector": c.eigenvector(self._values),
                "betweenness": c.betweenness(self._values),
                "core": c.core(self._values),
                "constraint": c.constraint(self._values),
            }
        )

    def brokers(self) -> Table:
        """A row an actor: pairs it connects by role between communities, and quarrels it stands on both sides of."""
        from kg.algebra import centrality as c

        roles = c.brokerage(self._values, self._communities.labels)
        between = c.mediators(self._values)
        return self._by_actor(
            {
                "mediates": between.count,
                "share of quarrels": between.share,
                "coordinator": roles.coordinator,
                "consultant": roles.consultant,
                "gatekeeper": roles.gatekeeper,
                "liaison": roles.liaison,
            }
        )

    def _by_actor(self, columns: Mapping[str, Any]) -> Table:
        rows: list[dict[str, Any]] = [
            {"actor": name, **{column: _number(values[i]) for column, values in columns.items()}}
            for i, name in enumerate(self.matrix.rows)
        ]
        first = next(iter(columns))
        rows.sort(key=lambda r: (-(r[first] or 0), r["actor"]))
        return self._table(["actor", *columns], rows)

    # -- less, and flat --------------------------------------------------------------

    def backbone(self, *, method: str = "disparity", limit: float | None = None) -> Matrix:
        """Only the ties that weigh more than chance would give them; see :mod:`kg.algebra.backbone`."""
        from dataclasses import replace

        from kg.algebra.backbone import backbone

        found = backbone(self._values, method=method, limit=limit)
        made = {
            **self.matrix.made_from,
            "backbone": f"{found.method}, limit {found.limit:g}, {found.share:.1%} of ties kept",
        }
        return replace(
            self.matrix, values=found.matrix, n=None, sources=None, low=None, high=None, made_from=made
        )

    def map(self) -> Table:
        """A row an actor: two coordinates; alike actors are near one another (distance: 1 − value, from 0 to 1)."""
        from kg.algebra.maps import smacof

        highest = np.nanmax(np.abs(self._values), initial=0.0) or 1.0
        found = smacof((1.0 - self._values / highest) / 2, starts=_MAP_STARTS, seed=self.seed)
        rows = [
            {"actor": name, "x": _number(x), "y": _number(y)}
            for name, (x, y) in zip(self.matrix.rows, found.points, strict=True)
        ]
        return self._table(["actor", "x", "y"], rows, stress=f"{found.stress:.3f}")


def _number(value: Any) -> int | float | None:
    """A plain number rounded to what matters; None for what is not known."""
    number = float(value)
    if number != number:
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else round(number, 6)
