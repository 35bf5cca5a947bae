"""Table: see :mod:`kg.tables`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from kg import files
from kg.errors import KGError, MissingExtra, StoreError, did_you_mean
from kg.tables import render
from kg.tables.cells import Cell, decode, encode
from kg.terms import compact

if TYPE_CHECKING:
    import polars as pl
    import rdflib

FORMATS = ("table", "csv", "tsv", "json", "md", "html", "parquet")

# Up to so many rows Python makes typed columns sooner than polars reads TSV.
_FEW = 1_500

# Bytes of TSV that are split at a time.
_PIECE = 1 << 18


@runtime_checkable
class Fetches(Protocol):
    """Labels that are looked up when they are needed, many in one go."""

    def fetch(self, iris: Iterable[str]) -> None: ...


class Table:
    """Columns and rows of an answer, and what it was made from.

    ``len(table)``, iteration over :meth:`records`, ``bool(table)`` (has rows; for ASK, the answer itself).
    A table from an engine keeps the engine's bytes and splits nothing before it is asked to. ``raw``, a list of
    rows of raw cells, may be changed; from then on the list is the table.
    """

    def __init__(
        self,
        columns: Sequence[str],
        raw: list[tuple[str, ...]] | None = None,
        made_from: dict[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
        is_ask: bool = False,
    ) -> None:
        self.columns = tuple(columns)
        self.made_from: dict[str, str] = {} if made_from is None else made_from
        self.labels: Mapping[str, str] = {} if labels is None else labels
        self.is_ask = is_ask
        self._raw: list[tuple[str, ...]] | None = [] if raw is None else raw
        self._body = b""
        self._rows = 0

    # -- making ------------------------------------------------------------------

    @classmethod
    def from_tsv(cls, body: bytes, made_from: dict[str, str] | None = None) -> Table:
        """A table from SPARQL TSV bytes."""
        if not body.endswith(b"\n"):
            body += b"\n"
        head = body[: body.index(b"\n")].decode("utf-8")
        table = cls(tuple(c.lstrip("?") for c in head.split("\t")) if head else (), None, made_from)
        table._raw, table._body, table._rows = None, body, body.count(b"\n") - 1
        return table

    @classmethod
    def from_records(
        cls,
        columns: Sequence[str],
        records: Iterable[Mapping[str, Any]],
        made_from: dict[str, str] | None = None,
    ) -> Table:
        """A table of computed values: numbers, strings, booleans, None."""
        return cls(columns, [tuple(encode(record.get(c)) for c in columns) for record in records], made_from)

    @classmethod
    def from_polars(cls, frame: pl.DataFrame, made_from: dict[str, str] | None = None) -> Table:
        """A table of a data frame: numbers, booleans, texts; dates as ISO text, web addresses as IRIs."""
        rows = [tuple(encode(_iso(value)) for value in row) for row in frame.iter_rows()]
        return cls(frame.columns, rows, made_from)

    # -- reading -----------------------------------------------------------------

    @property
    def raw(self) -> list[tuple[str, ...]]:
        """Rows of raw cells, as the engine writes them in TSV."""
        if self._raw is None:
            width = len(self.columns)
            flat = chain.from_iterable(self._pieces())
            self._raw = list(zip(*[flat] * width, strict=True)) if width else [()] * self._rows
            self._body = b""
        return self._raw

    @raw.setter
    def raw(self, rows: list[tuple[str, ...]]) -> None:
        self._raw, self._body = rows, b""

    def _pieces(self) -> Iterator[list[str]]:
        """Raw cells, row after row, some at a time."""
        if self._raw is not None:
            yield list(chain.from_iterable(self._raw))
            return
        body, start = self._body, self._body.index(b"\n") + 1
        if body.count(b"\t") != (self._rows + 1) * max(len(self.columns) - 1, 0):
            raise _ragged()
        while start < len(body) and self.columns:
            end = body.find(b"\n", min(start + _PIECE, len(body) - 1))
            yield body[start:end].decode("utf-8").replace("\n", "\t").split("\t")
            start = end + 1

    def raw_records(self) -> Iterator[dict[str, str]]:
        """Rows as dictionaries of raw cells."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.grid(str))

    def grid(self, made: Callable[[str], Any]) -> Iterator[tuple[Any, ...]]:
        """Rows of what *made* gives for each raw cell, one after the other."""
        if not self.columns:
            return iter([()] * len(self))
        each = map(made, chain.from_iterable(self._pieces()))
        return zip(*[each] * len(self.columns), strict=True)

    def __len__(self) -> int:
        return self._rows if self._raw is None else len(self._raw)

    def __bool__(self) -> bool:
        return self.raw[0][0] == "true" if self.is_ask else len(self) > 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self.records()

    def cells(self) -> Iterator[tuple[Cell | None, ...]]:
        """Rows of decoded cells; equal cells are decoded once."""
        return self.grid(_Once(decode).__getitem__)

    def records(self) -> Iterator[dict[str, Any]]:
        """Rows as dictionaries of plain Python values; unbound is None."""
        columns = self.columns
        return (dict(zip(columns, row, strict=True)) for row in self.grid(_Once(_value).__getitem__))

    def column(self, name: str) -> list[Any]:
        """Plain values of one column."""
        if name not in self.columns:
            raise KGError(
                f'No column "{name}".',
                cure=did_you_mean(name, self.columns) or f"There are: {', '.join(self.columns)}.",
            )
        values, width = _Once(_value), len(self.columns)
        flat = chain.from_iterable(self._pieces())
        return [values[raw] for raw in islice(flat, self.columns.index(name), None, width)]

    def rows(self) -> list[tuple[rdflib.term.Identifier | None, ...]]:
        """Rows of exact rdflib terms; unbound is None."""
        from kg.tables.exact import Terms, uncollected

        with uncollected():
            return list(self.grid(Terms().__getitem__))

    def display(self, labels: bool = True, max_rows: int | None = None) -> list[tuple[str, ...]]:
        """Rows as people read them: labels or CURIEs for IRIs, text for literals, empty for unbound."""
        grid = list(islice(self.grid(str), max_rows))
        return [tuple(map(show, row)) for show in (self._shown(grid, labels),) for row in grid]

    def _shown(self, grid: Iterable[tuple[str, ...]], labels: bool) -> Callable[[str], str]:
        """What a raw cell is shown as; labels of the grid's IRIs are looked up in one go."""
        if labels and isinstance(self.labels, Fetches):
            self.labels.fetch({raw[1:-1] for row in grid for raw in row if raw[:1] == "<" != raw[1:2]})

        def show(raw: str) -> str:
            cell = decode(raw)
            if cell is None:
                return ""
            if cell.kind == "iri":
                return (self.labels.get(cell.text) if labels else None) or compact(cell.text)
            return f"_:{cell.text}" if cell.kind == "bnode" else cell.text

        return _Once(show).__getitem__

    # -- leaving -----------------------------------------------------------------

    def __repr__(self) -> str:
        made = "; ".join(f"{k}: {v}" for k, v in self.made_from.items())
        return f"{self.to_text(max_rows=20)}\n{made}".rstrip()

    def _repr_html_(self) -> str:
        return self.to_html(max_rows=50)

    def to_text(self, *, max_rows: int | None = None, width: int | None = None) -> str:
        """A plain table; with *width*, cells wrap so that a line fits."""
        return render.text(self, max_rows, width)

    def to_csv(self, *, labels: bool = False, separator: str = ",") -> str:
        """CSV of plain values: whole IRIs, or labels when asked for."""
        return "".join(render.csv(self, labels, separator))

    def to_tsv(self) -> str:
        """SPARQL 1.1 TSV: exact terms."""
        return self._tsv().decode("utf-8")

    def _tsv(self) -> bytes:
        if self._raw is None:
            return self._body
        head = "\t".join(f"?{c}" for c in self.columns)
        return ("\n".join([head, *("\t".join(row) for row in self._raw)]) + "\n").encode()

    def to_json(self) -> str:
        """SPARQL 1.1 Query Results JSON, with what it was made from under ``made_from``."""
        return "".join(render.json(self))

    def to_markdown(self, *, max_rows: int | None = None) -> str:
        """A Markdown table with labels, and a line on what it was made from."""
        return "".join(render.markdown(self, max_rows))

    def to_html(self, *, max_rows: int | None = None) -> str:
        """An HTML table with labels; IRIs in the title of each cell; everything escaped."""
        return "".join(render.html(self, max_rows))

    def to_polars(self) -> pl.DataFrame:
        """Typed columns; :mod:`kg.tables.columns` has the rules. Unbound is null, apart from the empty text."""
        import polars as pl

        from kg.tables import columns

        if not self.columns:
            return pl.DataFrame()
        if len(self) > _FEW:
            try:
                return columns.read(self._tsv(), self.columns)
            except pl.exceptions.ComputeError as error:
                raise _ragged() from error
        flat = [cell for piece in self._pieces() for cell in piece]
        width = len(self.columns)
        return pl.DataFrame([columns.series(name, flat[at::width]) for at, name in enumerate(self.columns)])

    def to_arrow(self) -> Any:
        """A ``pyarrow.Table`` with the columns of :meth:`to_polars`; needs pyarrow."""
        try:
            return self.to_polars().to_arrow()
        except ImportError as error:
            raise MissingExtra(
                f"An Arrow table needs another package: {error}.", cure="Install: pip install pyarrow"
            ) from error

    def to_pandas(self) -> Any:
        """A pandas DataFrame; needs pandas and pyarrow."""
        try:
            return self.to_polars().to_pandas()
        except ImportError as error:
            raise MissingExtra(
                f"A pandas table needs another package: {error}.", cure="Install: pip install pandas pyarrow"
            ) from error

    def write(self, path: str | Path, format: str | None = None) -> Path:
        """Write to a file; its ending decides the format. Large tables are written row by row."""
        file = Path(path)
        kind = format or kind_of(file)
        texts = () if kind in ("parquet", "tsv") else self._texts(kind, None)
        with files.replacing(file) as out:
            if kind == "parquet":
                self.to_polars().write_parquet(out, metadata={k: str(v) for k, v in self.made_from.items()})
            elif kind == "tsv":
                out.write(self._tsv())
            else:
                out.writelines(text.encode() for text in texts)
        return file

    def render(self, format: str, *, width: int | None = None) -> str:
        """The table as text in one of the text formats."""
        return "".join(self._texts(format, width))

    def _texts(self, format: str, width: int | None) -> Iterable[str]:
        if format not in FORMATS or format == "parquet":
            hint = did_you_mean(format, FORMATS)
            raise KGError(
                f'"{format}" is no table format.', cure=f"{hint} Use one of {', '.join(FORMATS)}.".strip()
            )
        match format:
            case "table":
                return (self.to_text(width=width), "\n")
            case "csv":
                return render.csv(self, False, ",")
            case "tsv":
                return (self.to_tsv(),)
            case "json":
                return render.json(self)
            case "md":
                return render.markdown(self, None)
            case _:
                return render.html(self, None)


class _Once(dict[str, Any]):
    """What a function gives for raw cells, computed once for each distinct one."""

    def __init__(self, made: Callable[[str], Any]) -> None:
        super().__init__()
        self._made = made

    def __missing__(self, raw: str) -> Any:
        value = self[raw] = self._made(raw)
        return value


def _value(raw: str) -> Any:
    if raw[:1] == "<" != raw[1:2]:
        return raw[1:-1]
    cell = decode(raw)
    return None if cell is None else cell.value


def _ragged() -> StoreError:
    return StoreError(
        "The answer is not SPARQL TSV: its rows differ in length.", cure="Check the server that gave it."
    )


def _iso(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def kind_of(file: Path) -> str:
    """The format that a file's ending says."""
    ending = files.suffix(file).lstrip(".")
    return {"markdown": "md", "htm": "html", "txt": "table"}.get(ending, ending)
