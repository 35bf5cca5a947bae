"""Who stands behind a number: statements grouped by source (or coder), counted, weighted and drawn anew.

A number rests on sources, not on statements: ten statements of one article are one opinion reported ten times.
The *effective* number of sources is Kish's (Σ n_s)² / Σ n_s², with n_s the weight of the statements of source s: as
many as there are when they say equally much, close to 1 when one of them says nearly all (Kish 1965, Survey Sampling).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.algebra.coded import Coded, Floats, one_of
from kg.algebra.two_mode import room_for
from kg.errors import KGError

METHODS = ("poisson", "multinomial")
PER = ("all", "rows", "columns", "cells", "pairs")
Whole = npt.NDArray[np.int64]

# Cells of a dense piece that is worked on at a time: 8 bytes each.
_PIECE = 4_000_000


@dataclass(frozen=True)
class Groups:
    """Statements by group: sorted ``names``, and for each statement the ``index`` of its group (int64)."""

    names: tuple[str, ...]
    index: Whole

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class Behind:
    """Sources behind each number: how many (``count``) and Kish's ``effective`` number (0 where there are none)."""

    count: Floats
    effective: Floats


def groups(names: Any, statements: int, what: str = "source") -> Groups:
    """Group statements by name: any sequence of texts or numbers, one a statement.

    Raises KGError when there are no statements, when the lengths differ, or when a name is missing (None, "" or NaN).
    """
    if not statements:
        raise KGError("There are no statements.", cure="Select more.")
    plain = names if isinstance(names, np.ndarray) else np.array([*names, None], dtype=object)[:-1]
    if plain.shape != (statements,):
        raise KGError(
            f"There are {statements} statements, and {plain.size} names of a {what}.", cure=f"Give each its {what}."
        )
    if plain.dtype.kind == "O":
        missing = sum(name is None or name != name or name == "" for name in plain)
    else:
        missing = int((plain == "").sum() if plain.dtype.kind == "U" else (plain != plain).sum())
    if missing:
        raise KGError(f"{missing} of {statements} statements have no {what}.", cure="Leave them out, or name it.")
    labels, index = np.unique(plain.astype(str) if plain.dtype.kind == "O" else plain, return_inverse=True)
    return Groups(tuple(map(str, labels)), index.reshape(-1).astype(np.int64))


def draws(sources: int, replicates: int, seed: int, method: str = "poisson", block: int = 1) -> Iterator[Floats]:
    """Weights of sources, drawn anew: arrays of at most *block* replicates × sources, always the same for one seed.

    "poisson": each source comes 0, 1, 2 … times, independently, once on average (Hanley and MacGibbon 2006): another
    search might have found more or fewer. "multinomial": as many sources as there are, with replacement (Efron 1979).
    """
    one_of(method, METHODS, "way of drawing")
    random = np.random.default_rng(seed)
    for start in range(0, replicates, block):
        size = min(block, replicates - start)
        if method == "poisson":
            yield random.poisson(1.0, (size, sources)).astype(np.float64)
        else:
            yield random.multinomial(sources, np.full(sources, 1.0 / sources), size).astype(np.float64)


def behind(coded: Coded, clusters: Any, per: str = "all") -> Behind:
    """The sources behind all statements, each row, each column, each cell (rows × columns) or each pair of rows.

    For a pair only statements on columns that both speak on count, and of the two the one with fewer effective
    sources decides: what it says is the less certain part. Arrays of the shape of that, () for "all".
    """
    one_of(per, PER, "unit of evidence")
    found = groups(clusters, len(coded))
    rows, columns = len(coded.row_labels), len(coded.column_labels)
    if per == "pairs":
        return _behind_pairs(coded, found)
    cells = {
        "all": (np.zeros(len(coded), dtype=np.int64), ()),
        "rows": (coded.rows, (rows,)),
        "columns": (coded.columns, (columns,)),
        "cells": (coded.rows.astype(np.int64) * columns + coded.columns, (rows, columns)),
    }
    at, shape = cells[per]
    return effective(found, at, shape, coded.weights)


def effective(found: Groups, at: Any, shape: Sequence[int], weights: Floats | None = None) -> Behind:
    """Sources behind the numbers of an array of some *shape*; *at* is where in it each statement enters (flat)."""
    size = int(np.prod(shape, dtype=np.int64))
    keys, each = np.unique(np.asarray(at, dtype=np.int64) * len(found) + found.index, return_inverse=True)
    weight = np.bincount(each.reshape(-1), weights, len(keys)).astype(np.float64)
    place = (keys // len(found))[weight > 0]
    weight = weight[weight > 0]
    count = np.bincount(place, minlength=size).astype(np.float64)
    worth = _kish(np.bincount(place, weight, size), np.bincount(place, weight**2, size))
    return Behind(count.reshape(shape), worth.reshape(shape))


def _kish(total: Any, squares: Any) -> Floats:
    found = np.zeros(np.shape(total))
    np.divide(total**2, squares, out=found, where=squares > 0)
    return found


def _behind_pairs(coded: Coded, found: Groups) -> Behind:
    from scipy.sparse import csr_array

    rows, columns = len(coded.row_labels), len(coded.column_labels)
    room_for(rows, rows)
    weights = np.ones(len(coded)) if coded.weights is None else coded.weights
    # One line a row and source: what it says there on each column.
    lines, line = np.unique(coded.rows.astype(np.int64) * len(found) + found.index, return_inverse=True)
    said = csr_array((weights, (line.reshape(-1), coded.columns)), shape=(len(lines), columns))
    said.sum_duplicates()
    speaks = np.zeros((columns, rows))
    speaks[coded.columns[weights > 0], coded.rows[weights > 0]] = 1.0
    owner = lines // len(found)
    count, total, squares = (np.zeros((rows, rows)) for _ in range(3))
    step = max(1, _PIECE // max(rows, 1))
    for start in range(0, len(lines), step):
        piece = said[start : start + step] @ speaks
        mine = owner[start : start + step]
        gather = csr_array((np.ones(len(mine)), (mine, np.arange(len(mine)))), shape=(rows, len(mine)))
        count += gather @ (piece > 0).astype(np.float64)
        total += gather @ piece
        squares += gather @ piece**2
    worth = _kish(total, squares)
    np.fill_diagonal(count, 0.0)
    np.fill_diagonal(worth, 0.0)
    return Behind(np.minimum(count, count.T), np.minimum(worth, worth.T))
