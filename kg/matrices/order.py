"""Orders of rows and columns; a new one is a function and a row of the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.errors import KGError, did_you_mean
from kg.matrices import cells
from kg.terms import fold

if TYPE_CHECKING:
    from kg.matrices.matrix import Matrix

Places = tuple[list[int], list[int]]

# Up to so many nodes all eigenvectors come sooner than the first alone.
_FEW = 300


def order(matrix: Matrix, by: str, camps: Sequence[Any] | None) -> Places:
    """Numbers of the rows and of the columns, in the order wanted."""
    if by not in _ORDERS:
        hint = did_you_mean(by, _ORDERS)
        raise KGError(f'No order "{by}".', cure=f"{hint} Use one of {', '.join(_ORDERS)}.".strip())
    if camps is None:
        return _ORDERS[by](matrix)
    if by != "camps":
        raise KGError(f'Camps are given, but the order is "{by}".', cure='Use by="camps", or give no camps.')
    if len(camps) != len(matrix.rows):
        raise KGError(
            f"There are {len(camps):,} camps for {len(matrix.rows):,} rows.", cure="Give one camp for each row."
        )
    return _by_given(matrix, camps)


def _by_label(matrix: Matrix) -> Places:
    ids = matrix.row_ids or matrix.rows, matrix.column_ids or matrix.columns
    return (
        sorted(range(len(matrix.rows)), key=lambda i: (fold(matrix.rows[i]), matrix.rows[i], ids[0][i])),
        sorted(range(len(matrix.columns)), key=lambda j: (fold(matrix.columns[j]), matrix.columns[j], ids[1][j])),
    )


def _ties(matrix: Matrix) -> cells.Entries:
    """All cells that count, in both directions of a one-mode matrix."""
    found = cells.entries(matrix.values)
    keep = np.isfinite(found.values)
    if matrix.mode == "one":
        keep &= found.rows != found.columns
    return found.where(keep)


def _by_value(matrix: Matrix) -> Places:
    found = _ties(matrix)
    rows = np.bincount(found.rows, weights=found.values, minlength=len(matrix.rows))
    columns = np.bincount(found.columns, weights=found.values, minlength=len(matrix.columns))
    return _falling(rows, matrix.rows), _falling(columns, matrix.columns)


def _falling(scores: Any, labels: Sequence[str]) -> list[int]:
    """The largest first; what is equal, as far as sums of floats can tell, by label."""
    told = np.round(scores, 9)
    return sorted(range(len(labels)), key=lambda i: (-told[i], fold(labels[i]), labels[i]))


def _by_camps(matrix: Matrix) -> Places:
    """By the part of each row and column in the leading eigenvector.

    Of the ties where some are negative, else of their modularity. Newman (2006), Finding community structure in
    networks using the eigenvectors of matrices, Physical Review E 74. The largest part is made positive, so that the
    order does not depend on the sign that was found.
    """
    ties, (rows, columns) = _plain(matrix), matrix.shape
    one = matrix.mode == "one"
    size = rows if one else rows + columns
    if not size or not (abs(ties).max() if 0 not in ties.shape else 0):
        return _by_label(matrix)

    def tied(vector: Any) -> Any:
        return ties @ vector if one else np.concatenate([ties @ vector[rows:], ties.T @ vector[:rows]])

    degrees = np.zeros(size) if ties.min() < 0 else tied(np.ones(size))
    total = degrees.sum() or 1.0
    lean = _leading(lambda vector: tied(vector) - degrees * (degrees @ vector) / total, size)
    first = _falling(lean[:rows], matrix.rows)
    return (first, first) if one else (first, _falling(lean[rows:], matrix.columns))


def _plain(matrix: Matrix) -> Any:
    """The values, with 0 for what is not finite and for the diagonal of a one-mode matrix."""
    values = matrix.values.copy()
    data = values.data if cells.is_sparse(values) else values
    data[~np.isfinite(data)] = 0.0
    if matrix.mode == "one" and cells.is_sparse(values):
        data[np.repeat(np.arange(values.shape[0]), np.diff(values.indptr)) == values.indices] = 0.0
    elif matrix.mode == "one":
        np.fill_diagonal(data, 0.0)
    return values


def _leading(product: Callable[[Any], Any], size: int) -> Any:
    """The eigenvector to the largest eigenvalue of a symmetric matrix that is known by its product with a vector."""
    from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

    if size <= _FEW:
        vector = np.linalg.eigh(np.column_stack([product(unit) for unit in np.eye(size)]))[1][:, -1]
    else:
        operator = LinearOperator((size, size), matvec=lambda v: product(v.ravel()), dtype=np.float64)
        try:
            # An order needs no more digits, and without camps the next eigenvalue is near.
            vector = eigsh(operator, k=1, which="LA", v0=np.cos(np.arange(size)), tol=1e-3)[1][:, 0]
        except ArpackNoConvergence as error:
            vector = error.eigenvectors[:, 0] if error.eigenvectors.size else np.zeros(size)
    largest = vector[np.argmax(np.abs(np.round(vector, 9)))]
    return -vector if largest < 0 else vector


def _by_given(matrix: Matrix, camps: Sequence[Any]) -> Places:
    """Camp by camp, in each the largest sums first; a column goes where most of its values come from."""
    rows, columns = _by_value(matrix)
    known = sorted(set(camps), key=lambda camp: (str(type(camp)), camp))
    camp = np.asarray([known.index(c) for c in camps], dtype=np.int64)
    rows.sort(key=lambda i: int(camp[i]))
    if matrix.mode == "one":
        return rows, rows
    found = _ties(matrix)
    votes = np.zeros((len(known), len(matrix.columns)))
    np.add.at(votes, (camp[found.rows], found.columns), found.values)
    home = votes.argmax(axis=0) if len(known) else np.zeros(len(matrix.columns), dtype=np.int64)
    columns.sort(key=lambda j: int(home[j]))
    return rows, columns


_ORDERS: dict[str, Callable[[Matrix], Places]] = {"label": _by_label, "value": _by_value, "camps": _by_camps}
