"""Series: one matrix a window of time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from kg import files
from kg.errors import KGError, did_you_mean, unwritable
from kg.matrices.matrix import Matrix
from kg.tables import Table
from kg.terms import slug

if TYPE_CHECKING:
    import polars as pl


class Window(NamedTuple):
    """A matrix and the time it is of; each end a date, a datetime or ISO text, or None where it is open."""

    start: Any
    end: Any
    matrix: Matrix


@dataclass(frozen=True, eq=False, repr=False)
class Series:
    """Matrices of one measure, window after window. ``len(series)``, iteration over windows, ``series[0]``."""

    windows: tuple[Window, ...]
    made_from: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "windows", tuple(Window(*window) for window in self.windows))

    def __len__(self) -> int:
        return len(self.windows)

    def __iter__(self) -> Iterator[Window]:
        return iter(self.windows)

    def __getitem__(self, number: int) -> Window:
        return self.windows[number]

    @property
    def about(self) -> dict[str, str]:
        """What every file says: the measure, the windows, and what the series was made from."""
        measure = self.windows[0].matrix.measure if self.windows else ""
        told = {"measure": measure, **self.made_from, "windows": str(len(self.windows))}
        return {k: v for k, v in told.items() if v}

    def __repr__(self) -> str:
        made = "; ".join(f"{k}: {v}" for k, v in self.made_from.items())
        span = f", {_iso(self.windows[0].start)} to {_iso(self.windows[-1].end)}" if self.windows else ""
        return f"<Series of {len(self.windows)} windows{span}; {made}".rstrip("; ") + ">"

    def to_polars(self, *, zeros: bool = False) -> pl.DataFrame:
        """A row a window and tie: start, end, row, column, value, n, sources, low, high.

        Cells that are not known are left out, and those of 0 unless asked for.
        """
        import polars as pl

        parts = []
        for start, end, matrix in self.windows:
            frame = matrix.frame(zeros=zeros).rename({"from": "row", "to": "column"})
            moments = [pl.lit(_iso(t), dtype=pl.String).alias(n) for n, t in (("start", start), ("end", end))]
            parts.append(frame.select(*moments, pl.all()))
        if parts:
            return pl.concat(parts)
        kinds = {"start": pl.String, "end": pl.String, "row": pl.String, "column": pl.String, "value": pl.Float64}
        return pl.DataFrame(
            schema={**kinds, "n": pl.Int64, "sources": pl.Int64, "low": pl.Float64, "high": pl.Float64}
        )

    def to_table(self, *, zeros: bool = False) -> Table:
        """:meth:`to_polars` as a Table."""
        return Table.from_polars(self.to_polars(zeros=zeros), dict(self.about))

    def write(self, path: str | Path, format: str | None = None) -> Path:
        """Write all windows to one file: ``.csv .parquet .json .xlsx``; the ending decides, or *format*.

        Raises KGError for a format that holds one matrix only: see :meth:`write_each`.
        """
        file = Path(path)
        kind = (format or files.suffix(file) or file.name).casefold().lstrip(".")
        if kind not in WRITERS:
            hint = did_you_mean(kind, WRITERS)
            raise KGError(
                f'"{kind}" cannot hold several matrices.',
                cure=f"{hint} Use one of {', '.join(WRITERS)}, or write a folder of files with write_each.".strip(),
            )
        with files.replacing(file) as out:
            WRITERS[kind](self, out)
        return file

    def write_each(self, folder: str | Path, format: str = "csv") -> list[Path]:
        """Write each window to a file of its own in a folder, which is made if it is not there.

        Any format of a matrix will do. A file is named by its number and time: ``0001-2020-01-01-2020-02-01.csv``.
        Raises KGError for an unknown format, StoreError for what cannot be written.
        """
        from kg.matrices.formats import FORMATS, kind_of

        kind = kind_of(Path(f"x.{format}"), format)
        place = Path(folder)
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(place, error) from error
        digits = max(4, len(str(len(self.windows))))
        made = []
        for number, (start, end, matrix) in enumerate(self.windows, 1):
            times = {name: text for name, time in (("start", start), ("end", end)) if (text := _iso(time))}
            told = replace(matrix, made_from={**self.made_from, **matrix.made_from, **times})
            name = "-".join([f"{number:0{digits}}", *map(slug, times.values())])
            made.append(told.write(place / f"{name}.{FORMATS[kind].endings[0]}", kind))
        return made


def _iso(time: Any) -> str | None:
    """A moment as text; a day where it is the first moment of one."""
    if time is None or isinstance(time, str):
        return time
    if not isinstance(time, date):  # a numpy moment
        time = time.astype("datetime64[us]").item()
    text: str = time.isoformat()
    return text.removesuffix("T00:00:00")


# -- files of several matrices -------------------------------------------------------------------


def _csv(series: Series, out: BinaryIO) -> None:
    from kg.matrices.formats.separated import listed

    listed(series.to_polars(), series.about, out)


def _parquet(series: Series, out: BinaryIO) -> None:
    series.to_polars().write_parquet(out, metadata=series.about)


def _json(series: Series, out: BinaryIO) -> None:
    from kg.matrices.cells import too_many
    from kg.matrices.formats.json import dumps, lines
    from kg.matrices.formats.text import put

    for window in series:
        too_many(window.matrix.shape)

    def pieces() -> Iterable[str]:
        yield f'{{"made_from": {dumps(series.made_from)},\n"windows": ['
        for number, (start, end, matrix) in enumerate(series):
            yield ",\n" if number else "\n"
            yield f'{{"start": {dumps(_iso(start))}, "end": {dumps(_iso(end))}, "matrix": '
            yield from lines(matrix)
            yield "}"
        yield "\n]}\n"

    put(out, pieces())


def _xlsx(series: Series, out: BinaryIO) -> None:
    from kg.matrices.formats.workbook import about, finite, put

    frame = series.to_polars()
    rows = [frame.columns, *(finite(row) for row in frame.iter_rows())] if len(frame) < 1 << 20 else []
    put(out, {"windows": rows, "about": about(series.about)}, len(frame) + 1, len(frame.columns))


WRITERS: dict[str, Callable[[Series, BinaryIO], None]] = {
    "csv": _csv, "parquet": _parquet, "json": _json, "xlsx": _xlsx,
}  # fmt: skip
