"""Matrices: labelled numbers with what they were made from, and every format people take them away in.

:class:`Matrix` is rows × columns of one measure, :class:`Series` one matrix a window of time. Both know how to write
themselves; :data:`kg.matrices.formats.FORMATS` has a row for each format.
"""

from kg.matrices.matrix import Cell, Matrix
from kg.matrices.series import Series, Window

__all__ = ["Cell", "Matrix", "Series", "Window"]
