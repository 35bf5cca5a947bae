"""A matrix as nodes and ties, as the network formats want it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.matrices import cells

if TYPE_CHECKING:
    from kg.matrices.matrix import Matrix

_TAKEN = ("label", "iri", "bipartite", "id", "name", "weight")


@dataclass(frozen=True)
class Net:
    """Nodes by number, rows first, and the ties that are known and not 0.

    ``names`` are all different; ``sides`` is 0 for a row and 1 for a column, or empty for a one-mode net;
    ``attributes`` holds one value a node, or None. ``extras`` holds lists as long as the ties.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    iris: tuple[str, ...]
    sides: tuple[int, ...]
    attributes: dict[str, tuple[Any, ...]]
    first: list[int]
    second: list[int]
    weights: list[float]
    extras: dict[str, list[Any]]

    def node(self, number: int) -> dict[str, Any]:
        """What is known of a node."""
        known: dict[str, Any] = {"label": self.labels[number]}
        if self.iris and self.iris[number]:
            known["iri"] = self.iris[number]
        if self.sides:
            known["bipartite"] = self.sides[number]
        return known | {k: v[number] for k, v in self.attributes.items() if v[number] is not None}

    def ties(self) -> Iterator[tuple[int, int, dict[str, Any]]]:
        """Two nodes, and what is known of their tie."""
        names = ("weight", *self.extras)
        told = zip(self.weights, *self.extras.values(), strict=True)
        for a, b, values in zip(self.first, self.second, told, strict=True):
            yield a, b, {k: v for k, v in zip(names, values, strict=True) if v == v}


def net(matrix: Matrix) -> Net:
    """The nodes and ties of a matrix."""
    found = matrix.entries()
    extras = {name: cells.picked(getattr(matrix, name), found.rows, found.columns).tolist() for name in matrix.extras}
    ties = (found.values.tolist(), extras)
    if matrix.mode == "one":
        attributes = _attributes(matrix.row_attributes, len(matrix.rows), {}, 0)
        names, second = matrix.row_names, found.columns
        return Net(names, matrix.rows, matrix.row_ids, (), attributes, found.rows.tolist(), second.tolist(), *ties)
    rows, columns = matrix.shape
    names = (*matrix.row_names, *cells.unique(matrix.columns, taken=matrix.row_names))
    iris = (*(matrix.row_ids or ("",) * rows), *(matrix.column_ids or ("",) * columns))
    return Net(
        names,
        (*matrix.rows, *matrix.columns),
        iris if any(iris) else (),
        (0,) * rows + (1,) * columns,
        _attributes(matrix.row_attributes, rows, matrix.column_attributes, columns),
        found.rows.tolist(),
        (found.columns + rows).tolist(),
        *ties,
    )


def _attributes(of_rows: Any, rows: int, of_columns: Any, columns: int) -> dict[str, tuple[Any, ...]]:
    """Attributes of all nodes, as plain Python values, under names that are not taken."""
    given = list(dict.fromkeys((*of_rows, *of_columns)))
    return {
        name: tuple(
            _plain(value) for value in (*of_rows.get(old, (None,) * rows), *of_columns.get(old, (None,) * columns))
        )
        for old, name in zip(given, cells.unique(given, taken=_TAKEN), strict=True)
    }


def _plain(value: Any) -> Any:
    """A number, truth value or text; None stays None, and so NaN becomes."""
    plain = value.item() if hasattr(value, "item") else value
    if plain is None or plain != plain:
        return None
    return plain if isinstance(plain, bool | int | float) else cells.scrubbed(str(plain))
