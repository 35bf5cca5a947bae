"""Matrix: see :mod:`kg.matrices`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.errors import KGError, MissingExtra, NotFound, did_you_mean
from kg.matrices import cells
from kg.tables import Table
from kg.terms import compact, fold

if TYPE_CHECKING:
    import networkx
    import polars as pl

MODES = ("one", "two")

# The columns of every list of ties.
COLUMNS = ("from", "to", "value", "n", "sources", "low", "high")

_EXTRAS: dict[str, type] = {"n": np.int64, "sources": np.int64, "low": np.float64, "high": np.float64}


@dataclass(frozen=True)
class Cell:
    """One cell. ``value`` is None where it is not known; so are ``n`` and the others where they were not counted."""

    row: str
    column: str
    value: float | None
    n: int | None = None
    sources: int | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Matrix:
    """Rows × columns of one measure. A cell that is not known is NaN.

    ``values`` is a float64 array (rows × columns) or a ``scipy.sparse.csr_array`` of that shape; ``row_ids`` and
    ``column_ids`` are IRIs or codes in the order of the labels; ``n``, ``sources``, ``low`` and ``high``, where
    given, have the shape of ``values``: statements and sources behind a cell, and its interval. ``mode`` is "one"
    for actor × actor (symmetric, the diagonal means nothing) or "two" for actor × position. ``row_attributes`` and
    ``column_attributes`` are further things known of rows and columns, each a name and one value a row; "frequency"
    and "color" (``#rrggbb``) are drawn by the formats that draw. Raises KGError for shapes that do not fit.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: Any
    mode: str = "one"
    measure: str = ""
    row_ids: tuple[str, ...] = ()
    column_ids: tuple[str, ...] = ()
    n: Any = None
    sources: Any = None
    low: Any = None
    high: Any = None
    made_from: dict[str, str] = field(default_factory=dict)
    row_attributes: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    column_attributes: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            hint = did_you_mean(self.mode, MODES)
            raise KGError(f'No mode "{self.mode}".', cure=f'{hint} Use "one" or "two".'.strip())
        for name in ("rows", "columns", "row_ids", "column_ids"):
            object.__setattr__(self, name, tuple(cells.scrubbed(str(text)) for text in getattr(self, name)))
        made = {cells.scrubbed(str(k)): cells.scrubbed(str(v)) for k, v in self.made_from.items()}
        object.__setattr__(self, "made_from", made)
        object.__setattr__(self, "values", cells.settled(self.values, self.shape, "The values", np.float64))
        for name, dtype in _EXTRAS.items():
            if (given := getattr(self, name)) is not None:
                object.__setattr__(self, name, cells.settled(given, self.shape, f'The cells of "{name}"', dtype))
        if self.mode == "one":
            if self.rows != self.columns:
                raise KGError(
                    "The rows and columns of a one-mode matrix differ.", cure='Give the same labels, or mode="two".'
                )
            if self.row_ids and not self.column_ids:
                object.__setattr__(self, "column_ids", self.row_ids)
            if self.row_attributes and not self.column_attributes:
                object.__setattr__(self, "column_attributes", self.row_attributes)
        for what, given, size in self._sides():
            if given and len(given) != size:
                raise KGError(
                    f"There are {len(given):,} {what} for {size:,} labels.", cure="Give one for each label."
                )

    def _sides(self) -> Iterable[tuple[str, Sequence[Any], int]]:
        for side, size in (("row", len(self.rows)), ("column", len(self.columns))):
            yield f"{side} ids", getattr(self, f"{side}_ids"), size
            for name, given in getattr(self, f"{side}_attributes").items():
                yield f'{side} values of "{name}"', given, size

    @classmethod
    def from_edges(
        cls,
        edges: Iterable[tuple[str, str, float]],
        *,
        mode: str = "one",
        rows: Sequence[str] = (),
        columns: Sequence[str] = (),
        **more: Any,
    ) -> Matrix:
        """A sparse matrix of ties (from, to, value); what is not named is 0.

        *rows* and *columns* fix labels and their order, isolates included; otherwise they are those of the ties, by
        the alphabet. A tie of a one-mode matrix counts for both directions. Raises KGError for a tie given twice.
        """
        from scipy.sparse import csr_array

        listed = list(edges)
        first, second = [a for a, _, _ in listed], [b for _, b, _ in listed]
        if mode == "one":
            columns = rows = rows or sorted({*first, *second})
        rows, columns = rows or sorted(set(first)), columns or sorted(set(second))
        places: dict[tuple[int, int], float] = {}
        at, to = ({label: i for i, label in enumerate(side)} for side in (rows, columns))
        for a, b, value in listed:
            if a not in at or b not in to:
                raise NotFound(f'The tie "{a}" – "{b}" is of no row and column.', cure="Name all rows and columns.")
            for place in {(at[a], to[b]), (to[b], at[a])} if mode == "one" else {(at[a], to[b])}:
                if place in places:
                    raise KGError(f'The tie "{a}" – "{b}" is given twice.', cure="Add the values up first.")
                places[place] = value
        where = (list(zip(*places, strict=True))) if places else [(), ()]
        values = csr_array((list(places.values()), where), shape=(len(rows), len(columns)), dtype=np.float64)
        return cls(tuple(rows), tuple(columns), values, mode, **more)

    # -- what it is --------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and columns."""
        return len(self.rows), len(self.columns)

    @cached_property
    def row_names(self) -> tuple[str, ...]:
        """The labels of the rows, made different where they are not: "Council", "Council (2)"."""
        return cells.unique(self.rows)

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        """The labels of the columns, made different where they are not."""
        return cells.unique(self.columns)

    @cached_property
    def about(self) -> dict[str, str]:
        """What every file says of the matrix: its measure, and what it was made from."""
        return {k: v for k, v in {"measure": self.measure, **self.made_from}.items() if v}

    def __repr__(self) -> str:
        made = "; ".join(f"{k}: {v}" for k, v in self.made_from.items())
        size = f"{self.shape[0]:,} × {self.shape[1]:,}, {self.mode}-mode"
        return f"<Matrix of {', '.join(filter(None, (self.measure, size)))}; {made}".rstrip("; ") + ">"

    def _repr_html_(self) -> str:
        from kg.matrices.formats.prose import html_table

        return "".join(html_table(self, 50, 20))

    def cell(self, a: str, b: str) -> Cell:
        """The cell of a row and a column, each by label, IRI or CURIE. Raises NotFound for another name."""
        i = _place(a, self.rows, self.row_ids, "row")
        j = _place(b, self.columns, self.column_ids, "column")
        row, column = np.asarray([i]), np.asarray([j])
        value = _known(cells.picked(self.values, row, column)[0])
        rest = {name: _known(cells.picked(getattr(self, name), row, column)[0]) for name in self.extras}
        return Cell(self.rows[i], self.columns[j], value, **rest)

    @property
    def extras(self) -> tuple[str, ...]:
        """Which of ``n``, ``sources``, ``low`` and ``high`` there are."""
        return tuple(name for name in _EXTRAS if getattr(self, name) is not None)

    def entries(self, **which: Any) -> cells.Entries:
        """Places and values of the ties, each once: see :func:`kg.matrices.cells.entries`.

        Raises KGError when a one-mode matrix is not symmetric.
        """
        if self.mode == "two":
            return cells.entries(self.values, **which)
        if place := self._lopsided:
            a, b = self.rows[place[0]], self.rows[place[1]]
            raise KGError(
                f'A one-mode matrix is symmetric, but "{a}" – "{b}" is not the same both ways.',
                cure='Use mode="two".',
            )
        return cells.entries(self.values, upper=True, **which)

    @cached_property
    def _lopsided(self) -> tuple[int, int] | None:
        return cells.lopsided(self.values)

    # -- other forms -------------------------------------------------------------

    def edges(self, threshold: float | None = None, *, zeros: bool = False, missing: bool = False) -> Table:
        """A row a tie: from, to, value, n, sources, low, high; those of a one-mode matrix once.

        Left out are cells of 0 and cells that are not known, unless asked for, and with *threshold* those whose value
        is nearer to 0.
        """
        return Table.from_polars(self.frame(threshold=threshold, zeros=zeros, missing=missing), dict(self.about))

    def frame(self, **which: Any) -> pl.DataFrame:
        """:meth:`edges` as a polars frame; labels that occur twice are numbered."""
        return self._listed(self.entries(**which), COLUMNS[:2])

    def _listed(self, found: cells.Entries, heads: Sequence[str]) -> pl.DataFrame:
        import polars as pl

        listed = {
            heads[0]: pl.Series(self.row_names, dtype=pl.String).gather(found.rows),
            heads[1]: pl.Series(self.column_names, dtype=pl.String).gather(found.columns),
            "value": pl.Series(found.values, dtype=pl.Float64).fill_nan(None),
        }
        for name, dtype in _EXTRAS.items():
            kind = pl.Int64 if dtype is np.int64 else pl.Float64
            if (array := getattr(self, name)) is None:
                listed[name] = pl.repeat(None, len(found.rows), dtype=kind, eager=True)
            else:
                column = pl.Series(cells.picked(array, found.rows, found.columns), dtype=kind)
                listed[name] = column.fill_nan(None) if kind == pl.Float64 else column
        return pl.DataFrame(listed)

    def to_table(self) -> Table:
        """Rows × columns with the labels in the first column; whole numbers as such, what is not known unbound."""
        head, *names = self._heads()
        cast = int if cells.whole(self.values) else float
        body = cells.dense(self.values)
        records = (
            {head: label, **{c: None if v != v else cast(v) for c, v in zip(names, row, strict=True)}}
            for label, row in zip(self.rows, body.tolist(), strict=True)
        )
        return Table.from_records((head, *names), records, dict(self.about))

    def _heads(self) -> tuple[str, ...]:
        names = cells.unique(" ".join(label.split()) for label in self.columns)
        return (*cells.unique(["row"], taken=names), *names)

    def to_polars(self, long: bool = False) -> pl.DataFrame:
        """A frame with a column for each column, or *long*, with a row a cell (row, column, value, n, sources, low,
        high), the diagonal of a one-mode matrix apart. What is not known is null. Raises KGError for too many cells.
        """
        import polars as pl

        if long:
            found = cells.entries(self.values, zeros=True, missing=True)
            if self.mode == "one":
                found = found.where(found.rows != found.columns)
            return self._listed(found, ("row", "column"))
        head, *names = self._heads()
        labels = pl.Series(head, self.rows, dtype=pl.String)
        if not names:
            return pl.DataFrame([labels])
        body = pl.from_numpy(cells.dense(self.values), schema=names, orient="row").with_columns(
            pl.all().fill_nan(None)
        )
        return body.insert_column(0, labels)

    def to_pandas(self, long: bool = False) -> Any:
        """:meth:`to_polars` as a pandas frame, the wide one with the labels as index; needs pandas and pyarrow."""
        frame = self.to_polars(long)
        try:
            made = frame.to_pandas()
        except ImportError as error:
            raise MissingExtra(
                f"A pandas table needs another package: {error}.", cure="Install: pip install pandas pyarrow"
            ) from error
        return made if long else made.set_index(frame.columns[0])

    def to_networkx(self) -> networkx.Graph:
        """An undirected graph with the ties that are known and not 0, isolates included.

        A node is named by its label and has ``label``, ``iri`` and its attributes, in a two-mode graph ``bipartite``
        (0 rows, 1 columns) too; an edge has ``weight`` and what else is known: n, sources, low, high.
        """
        import networkx

        from kg.matrices.net import net

        drawn = net(self)
        graph = networkx.Graph()
        graph.graph.update(self.about)
        graph.add_nodes_from((name, drawn.node(i)) for i, name in enumerate(drawn.names))
        graph.add_edges_from((drawn.names[a], drawn.names[b], tie) for a, b, tie in drawn.ties())
        return graph

    def write(self, path: str | Path, format: str | None = None) -> Path:
        """Write to a file; its ending decides the format, or *format*. Equal matrices give equal bytes.

        Raises KGError for an unknown format or a matrix that the format cannot hold, StoreError for a file that
        cannot be written; the old file stays then.
        """
        from kg.matrices.formats import write

        return write(self, Path(path), format)

    # -- others made of it -------------------------------------------------------

    def take(self, rows: Sequence[int], columns: Sequence[int] | None = None) -> Matrix:
        """Some rows and columns, by number, in the order given; those of a one-mode matrix are the same."""
        chosen = {"row": [int(i) for i in rows]}
        chosen["column"] = chosen["row"] if columns is None or self.mode == "one" else [int(j) for j in columns]
        arrays = {
            name: cells.part(getattr(self, name), chosen["row"], chosen["column"])
            for name in ("values", *self.extras)
        }
        sides: dict[str, Any] = {}
        for side, places in chosen.items():
            for name in (f"{side}s", f"{side}_ids"):
                old = getattr(self, name)
                sides[name] = tuple(old[i] for i in places) if old else ()
            old = getattr(self, f"{side}_attributes")
            sides[f"{side}_attributes"] = {name: tuple(given[i] for i in places) for name, given in old.items()}
        return replace(self, **arrays, **sides)

    def without_isolates(self) -> Matrix:
        """Only rows and columns that have a tie: a known value other than 0 off the diagonal."""
        found = cells.entries(self.values)
        if self.mode == "one":
            off = found.rows != found.columns
            kept = np.union1d(found.rows[off], found.columns[off]).tolist()
            return self.take(kept)
        return self.take(np.unique(found.rows).tolist(), np.unique(found.columns).tolist())

    def ordered(self, by: str = "label", camps: Sequence[Any] | None = None) -> Matrix:
        """Rows and columns in another order.

        ``label``: by the alphabet. ``value``: by the sum of a row or column, the largest first. ``camps``: those that
        stand together side by side, by *camps* (one for each row) or, without, by the leading eigenvector of the ties
        where some are negative, else of their modularity (Newman 2006). Raises KGError for another word.
        """
        from kg.matrices.order import order

        rows, columns = order(self, by, camps)
        return self.take(rows, columns)

    def with_intervals(self, low: Any, high: Any) -> Matrix:
        """The same with an interval around each cell: two arrays in the shape of the values."""
        made = replace(self, low=low, high=high)
        if not cells.is_sparse(made.low) and not cells.is_sparse(made.high) and np.any(made.low > made.high):
            i, j = np.argwhere(made.low > made.high)[0]
            raise KGError(
                f'The interval of "{self.rows[i]}" – "{self.columns[j]}" ends below its beginning.',
                cure="Give the lower ends first.",
            )
        return made


def _place(name: str, labels: tuple[str, ...], ids: tuple[str, ...], side: str) -> int:
    """The number of the row or column that a name stands for."""
    for hits in (
        [i for i, label in enumerate(labels) if label == name],
        [i for i, iri in enumerate(ids) if name in (iri, compact(iri))],
        [i for i, label in enumerate(labels) if fold(label) == fold(name)],
    ):
        if len(hits) == 1:
            return hits[0]
        if hits:
            choices = ", ".join(compact(ids[i]) for i in hits) if ids else f"numbers {hits}"
            raise NotFound(f'The label "{name}" is of several {side}s: {choices}.', cure="Use an IRI.")
    raise NotFound(f'No {side} "{name}".', cure=did_you_mean(name, labels))


def _known(value: Any) -> Any:
    """A plain Python number, or None for NaN."""
    plain = value.item()
    return None if plain != plain else plain
