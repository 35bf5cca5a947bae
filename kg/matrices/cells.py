"""Cells as arrays, whether a matrix is dense or sparse; nothing here makes a sparse matrix dense unasked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kg.errors import KGError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# The most cells that are written out one by one.
MOST_CELLS = 100_000_000

# Cells of a dense block that is worked on at a time.
_BLOCK = 2_000_000


class Entries(NamedTuple):
    """Cells one after the other, row by row: three arrays of one length."""

    rows: Ints
    columns: Ints
    values: Floats

    def where(self, keep: Any) -> Entries:
        """Those that a mask keeps."""
        return Entries(self.rows[keep], self.columns[keep], self.values[keep])


def is_sparse(array: Any) -> bool:
    """Whether an array is one of scipy's sparse ones."""
    return hasattr(array, "tocsr")


def settled(array: Any, shape: tuple[int, int], what: str, dtype: type) -> Any:
    """The array as numpy or ``csr_array`` of the type. Raises KGError for another shape or for what are no numbers."""
    if is_sparse(array):
        from scipy.sparse import csr_array

        made = csr_array(array, dtype=dtype)
        if not made.has_canonical_format:
            made = made.copy()
            made.sum_duplicates()
    else:
        try:
            made = np.asarray(array)
            if dtype is np.int64 and made.dtype.kind == "f" and not (np.isfinite(made).all() and whole(made)):
                raise KGError(f"{what} are no whole numbers.", cure="Count statements or sources; 0 for none.")
            made = made.astype(dtype, copy=False)
        except (TypeError, ValueError) as error:
            raise KGError(
                f"{what} are no numbers: {error}.", cure="Give numbers; NaN where one is not known."
            ) from error
        if not made.size and made.ndim < 3 and 0 in shape:
            made = made.reshape(shape)
    if made.shape != shape:
        found = " × ".join(f"{n:,}" for n in made.shape) or "no"
        raise KGError(
            f"{what} have {found} cells, but there are {shape[0]:,} rows and {shape[1]:,} columns.",
            cure="Give one label for each row and column, and each array in the shape of the values.",
        )
    return made


def too_many(shape: tuple[int, int]) -> None:
    """Raise KGError when the cells are too many to write out one by one."""
    if shape[0] * shape[1] > MOST_CELLS:
        raise KGError(
            f"{shape[0]:,} × {shape[1]:,} cells are too many to write one by one.",
            cure="Take the ties alone (.edges.csv, .edges.parquet, .graphml, .gexf, .net, .ttl), or select less.",
        )


def dense(array: Any) -> Any:
    """A numpy array of all cells. Raises KGError when they are too many."""
    too_many(array.shape)
    return array.toarray() if is_sparse(array) else array


def blocks(array: Any) -> Iterator[tuple[int, Any]]:
    """Some rows at a time as numpy arrays, each with the number of its first row."""
    rows, columns = array.shape
    step = max(1, _BLOCK // max(columns, 1))
    for start in range(0, rows, step):
        some = array[start : start + step]
        yield start, some.toarray() if is_sparse(some) else some


def entries(
    values: Any, *, upper: bool = False, zeros: bool = False, missing: bool = False, threshold: float | None = None
) -> Entries:
    """The cells that are known and not 0, row by row.

    With *zeros* those of 0 too, with *missing* those that are not known (NaN); with *upper* only those above the
    diagonal; *threshold* leaves out what is nearer to 0.
    """
    if is_sparse(values) and not zeros:
        return _stored(values, upper, missing, threshold)
    if zeros:
        too_many(values.shape)
    found = [_kept(block, start, upper, zeros, missing, threshold) for start, block in blocks(values)]
    if not found:
        return Entries(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    return Entries(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _stored(values: Any, upper: bool, missing: bool, threshold: float | None) -> Entries:
    rows = np.repeat(np.arange(values.shape[0], dtype=np.int64), np.diff(values.indptr))
    columns, data = values.indices.astype(np.int64), np.asarray(values.data, dtype=np.float64)
    keep = _wanted(data, False, missing, threshold)
    if upper:
        keep &= columns > rows
    return Entries(rows[keep], columns[keep], data[keep])


def _kept(block: Any, start: int, upper: bool, zeros: bool, missing: bool, threshold: float | None) -> Entries:
    keep = _wanted(block, zeros, missing, threshold)
    if upper:
        keep = np.triu(keep, 1 + start)
    rows, columns = np.nonzero(keep)
    return Entries(rows.astype(np.int64) + start, columns.astype(np.int64), block[rows, columns])


def _wanted(data: Floats, zeros: bool, missing: bool, threshold: float | None) -> Any:
    keep = np.ones(data.shape, dtype=bool) if missing else ~np.isnan(data)
    if not zeros:
        keep &= data != 0
    if threshold is not None:
        keep &= ~(np.abs(data) < threshold)
    return keep


def picked(array: Any, rows: Ints, columns: Ints) -> Any:
    """The cells of an array at some places; 0 where a sparse one stores nothing."""
    if not is_sparse(array):
        return array[rows, columns]
    width = array.shape[1]
    keys = np.repeat(np.arange(array.shape[0], dtype=np.int64), np.diff(array.indptr)) * width + array.indices
    wanted = rows * width + columns
    if not len(keys):
        return np.zeros(len(wanted), dtype=array.dtype)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, array.data[at], 0).astype(array.dtype)


def part(array: Any, rows: Any, columns: Any) -> Any:
    """Some rows and columns of an array, in the order given."""
    return array[np.asarray(rows, dtype=np.int64)][:, np.asarray(columns, dtype=np.int64)]


def lopsided(values: Any) -> tuple[int, int] | None:
    """A cell that differs from its mirror image, or None."""
    if is_sparse(values):
        from scipy.sparse import csr_array

        differs = csr_array(abs(values - values.T))
        size = max(1.0, float(np.nanmax(np.abs(values.data), initial=0.0)))
        bad = np.flatnonzero(differs.data > 1e-9 * size)
        if not len(bad):
            return None
        return int(np.searchsorted(differs.indptr, bad[0], side="right")) - 1, int(differs.indices[bad[0]])
    for start, block in blocks(values):
        mirror = values[:, start : start + len(block)].T
        same = np.isclose(block, mirror, rtol=1e-9, atol=1e-9, equal_nan=True)
        if not same.all():
            row, column = np.argwhere(~same)[0]
            return int(row) + start, int(column)
    return None


def whole(values: Any) -> bool:
    """Whether every known cell is a whole number that stays one."""
    flat = (values.data if is_sparse(values) else values).ravel()
    return all(_whole(flat[start : start + _BLOCK]) for start in range(0, len(flat), _BLOCK))


def _whole(data: Any) -> bool:
    known = data[~np.isnan(data)]
    return bool(np.all(known == np.rint(known)) and np.all(np.abs(known) < 2**53))


def unique(labels: Iterable[str], taken: Iterable[str] = ()) -> tuple[str, ...]:
    """Names that differ: what occurs again, or is *taken*, gets a number, and what is empty a word."""
    used, numbers, made = set(taken), dict[str, int](), list[str]()
    for label in labels:
        name = stem = label or "unnamed"
        while name in used:
            numbers[stem] = numbers.get(stem, 1) + 1
            name = f"{stem} ({numbers[stem]})"
        used.add(name)
        made.append(name)
    return tuple(made)


def scrubbed(text: str) -> str:
    """A text that every encoding can hold: halves of surrogate pairs are joined, or replaced where one stands alone."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
