"""Tables to read: LaTeX, Markdown, HTML. Three decimals unless all are whole; every label is escaped."""

from __future__ import annotations

import html as _html
import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, BinaryIO

from kg.matrices.cells import blocks, whole
from kg.matrices.formats.text import legal, one_line, put, said

if TYPE_CHECKING:
    from kg.matrices.matrix import Matrix

_LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    '"': r"\textquotedbl{}", "|": r"\textbar{}", "[": "{[}", "]": "{]}", "*": "{*}",
}  # fmt: skip
_LATEX_TABLE = str.maketrans(_LATEX)
_MARKED = re.compile(r"([\\`*_\[\]|~#])")
_STYLE = (
    "body{font:14px sans-serif}td{text-align:right;padding:2px 6px}th{padding:2px 6px}th[scope=row]{text-align:left}"
)


def _numbers(matrix: Matrix) -> Callable[[float], str]:
    """How the numbers of a matrix are shown; what is not known is empty."""
    if whole(matrix.values):
        return lambda value: "" if value != value else str(int(value))
    return lambda value: "" if value != value else f"{value:.3f}".replace("-0.000", "0.000")


def _rows(matrix: Matrix) -> Iterator[tuple[str, list[float]]]:
    return zip(matrix.rows, _lists(matrix.values), strict=True)


# -- LaTeX -------------------------------------------------------------------------------------


def latex(matrix: Matrix, out: BinaryIO) -> None:
    """A ``tabular`` with rules of booktabs, origins in a remark. Letters stay as they are: use LuaLaTeX or XeLaTeX."""
    put(out, _latex(matrix))


def _latex(matrix: Matrix) -> Iterator[str]:
    shown = _numbers(matrix)

    def cell(value: float) -> str:
        text = shown(value)
        return f"$-${text[1:]}" if text.startswith("-") else text or "--"

    yield (
        f"% {said(matrix.about)}\n% needs \\usepackage{{booktabs}}\n"
        if matrix.about
        else "% needs \\usepackage{booktabs}\n"
    )
    yield f"\\begin{{tabular}}{{l{'r' * len(matrix.columns)}}}\n\\toprule\n"
    yield " & ".join(["", *map(_tex, matrix.columns)]) + " \\\\\n\\midrule\n"
    for label, row in _rows(matrix):
        yield " & ".join([_tex(label), *map(cell, row)]) + " \\\\\n"
    yield "\\bottomrule\n\\end{tabular}\n"


def _tex(label: str) -> str:
    return legal(one_line(label)).translate(_LATEX_TABLE)


# -- Markdown ----------------------------------------------------------------------------------


def markdown(matrix: Matrix, out: BinaryIO) -> None:
    """A table, and a line on what it was made from."""
    put(out, _markdown(matrix))


def _markdown(matrix: Matrix) -> Iterator[str]:
    shown = _numbers(matrix)
    yield "| " + " | ".join(["", *map(_mark, matrix.columns)]) + " |\n"
    yield "| --- |" + " ---: |" * len(matrix.columns) + "\n"
    for label, row in _rows(matrix):
        yield "| " + " | ".join([_mark(label), *map(shown, row)]) + " |\n"
    if matrix.about:
        yield f"\n*{_mark(said(matrix.about))}*\n"


def _mark(label: str) -> str:
    return _MARKED.sub(r"\\\1", _html.escape(one_line(label), quote=False))


# -- HTML --------------------------------------------------------------------------------------


def html(matrix: Matrix, out: BinaryIO) -> None:
    """A page of one table; what is known beside a value is in the title of its cell."""
    title = _html.escape(matrix.measure or "Matrix")
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    first, last = f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>\n', "</body></html>\n"
    put(out, chain([first], html_table(matrix), [last]))


def html_table(matrix: Matrix, max_rows: int | None = None, max_columns: int | None = None) -> Iterator[str]:
    """A table, of the first rows and columns where it is shortened, which it says."""
    shown, (rows, columns) = _numbers(matrix), matrix.shape
    high, wide = min(rows, max_rows or rows), min(columns, max_columns or columns)
    more = (high, wide) != (rows, columns)
    first = f"the first {high:,} of {rows:,} rows and {wide:,} of {columns:,} columns" if more else ""
    caption = "; ".join(filter(None, (said(matrix.about), first)))
    yield f"<table>{f'<caption>{_text(caption)}</caption>' if caption else ''}\n<thead><tr><th></th>"
    yield from (f'<th scope="col" dir="auto">{_text(label)}</th>' for label in matrix.columns[:wide])
    yield "</tr></thead>\n<tbody>\n"
    arrays = [getattr(matrix, name) for name in ("values", *matrix.extras)]
    for label, row, *beside in islice(zip(matrix.rows, *map(_lists, arrays), strict=True), high):
        yield f'<tr><th scope="row" dir="auto">{_text(label)}</th>'
        for value, *known in islice(zip(row, *beside, strict=True), wide):
            told = ", ".join(f"{n} {k:g}" for n, k in zip(matrix.extras, known, strict=True) if k == k)
            yield f'<td title="{told}">{shown(value)}</td>' if told else f"<td>{shown(value)}</td>"
        yield "</tr>\n"
    yield "</tbody></table>\n"


def _lists(array: Any) -> Iterator[list[Any]]:
    """Rows of numbers, one after the other."""
    return (row for _, block in blocks(array) for row in block.tolist())


def _text(label: str) -> str:
    return _html.escape(legal(label))
