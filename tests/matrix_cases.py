"""Matrices that several tests work on: small ones to read, and one with every label that breaks a writer."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from kg.matrices import Matrix, Series
from kg.matrices.formats import FORMATS

NAN = float("nan")
ACTORS = ("Ferry company", "Fishers", "Town council", "Museum")
TIES = np.array([[0, -0.5, NAN, 0], [-0.5, 0, 2.25, 0], [NAN, 2.25, 0, 0], [0, 0, 0, 0]])
IDS = tuple(f"https://w3id.org/actor-stance/id/actor/{name}" for name in ("ferry", "fishers", "council", "museum"))


def harbour(**changes: Any) -> Matrix:
    """Four actors: a quarrel, an alliance, a pair that is not known, and one who has no tie."""
    told: dict[str, Any] = {
        "rows": ACTORS, "columns": ACTORS, "values": TIES, "measure": "net", "row_ids": IDS,
        "made_from": {"graph": "harbour", "selection": "everything"},
        "n": np.array([[0, 2, 0, 0], [2, 0, 3, 0], [0, 3, 0, 0], [0, 0, 0, 0]]),
    }  # fmt: skip
    return Matrix(**{**told, **changes})


def two(**changes: Any) -> Matrix:
    """Two actors and three positions."""
    told: dict[str, Any] = {
        "rows": ("Ferry company", "Fishers"), "columns": ("Close it.", "Dredge it.", "Sell it."),
        "values": [[1, 0, -2], [NAN, 3, 0]], "mode": "two", "measure": "subtract", "made_from": {"graph": "harbour"},
    }  # fmt: skip
    return Matrix(**{**told, **changes})


def thin(matrix: Matrix) -> Matrix:
    """The same matrix with sparse cells."""
    arrays = {name: csr_array(getattr(matrix, name)) for name in ("values", *matrix.extras)}
    return Matrix(**{**vars_of(matrix), **arrays})


def vars_of(matrix: Matrix) -> dict[str, Any]:
    """The fields of a matrix."""
    return {name: getattr(matrix, name) for name in Matrix.__dataclass_fields__}


def dense(values: Any) -> Any:
    """A numpy array, whatever it was."""
    return values.toarray() if hasattr(values, "toarray") else values


def months() -> Series:
    """Two months, the second with another actor."""
    later = Matrix.from_edges([("Fishers", "Divers", 1.5)], measure="net")
    windows = (
        (date(2024, 1, 1), date(2024, 2, 1), harbour()),
        (datetime(2024, 2, 1), datetime(2024, 2, 29, 12), later),
    )
    return Series(windows, {"graph": "harbour"})


# What breaks writers: quotes, separators, markup, breaks, right-to-left, emoji, formulas, length, nothing, twins.
HOSTILE = (
    'a "quoted" one', "semi;colon, comma", "two\nlines\r\nand\ttab", "<b>&amp;</b> ]]>", "جرگهٔ صلح", "😀 emoji 👩‍👩‍👧",
    "=HYPERLINK(\"http://example.org\")", "+1", "-1", "@sum", "x" * 5_000, "", "Council", "Council", "\x00\x1b\x0b",
    "back\\slash\\", "100% $5 #1 _a_ {b} ~c^ |d| *e* [f] `g`", " spaces ",
    "'apostrophe", "half \ud83d", "\u2028sep\x85",
)  # fmt: skip


def hostile(*, mode: str = "one") -> Matrix:
    """A matrix with a tie between neighbours, and a label for each thing that breaks a writer."""
    size = len(HOSTILE)
    values = np.diag(np.arange(1, size) / 7, 1)
    made = {"graph": "a,=1+1", "selec\ntion": 'it said "no" <&>', "call": "x" * 300}
    if mode == "two":
        return Matrix(HOSTILE, HOSTILE, values, "two", "n<e>t", made_from=made)
    return Matrix(HOSTILE, HOSTILE, values + values.T, "one", "n<e>t", made_from=made)


def written(matrix: Matrix, form: str) -> bytes:
    """What a format makes of a matrix."""
    out = io.BytesIO()
    FORMATS[form].write(matrix, out)
    return out.getvalue()


def rows_of(data: bytes, separator: str = ",") -> list[list[str]]:
    """The rows of separated values, remarks apart."""
    text = re.sub(r"\A#[^\n]*\n", "", data.decode())
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
