"""Table: the one shape of every answer.

A table keeps the engine's own TSV, so nothing is lost on the way: :meth:`Table.rows` gives exact rdflib terms,
:meth:`Table.records` plain Python values, :meth:`Table.to_polars` typed columns. An unbound cell is ``None`` and
stays apart from the empty string.
"""

from kg.tables.cells import Cell, decode, encode
from kg.tables.table import FORMATS, Fetches, Table, kind_of

__all__ = ["FORMATS", "Cell", "Fetches", "Table", "decode", "encode", "kind_of"]
