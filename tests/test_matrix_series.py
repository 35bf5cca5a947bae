"""Series of matrices: one a window of time, as a long table, as one file, as a folder of files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest
from matrix_cases import harbour, months

from kg.errors import KGError, StoreError
from kg.matrices import Series
from kg.matrices.formats import FORMATS


def test_a_series_is_windows_in_order() -> None:
    """A series counts, gives and shows its windows."""
    series = months()

    assert len(series) == len(list(series)) == 2
    assert series[1].matrix.rows == ("Divers", "Fishers")
    assert repr(series) == "<Series of 2 windows, 2024-01-01 to 2024-02-29T12:00:00; graph: harbour>"
    numbered = Series(((np.datetime64("2024-01-01T00", "ns"), np.datetime64("2024-02"), harbour()),))
    assert repr(numbered) == "<Series of 1 windows, 2024-01-01 to 2024-02-01>"
    assert repr(Series(())) == "<Series of 0 windows>"


def test_a_series_is_a_long_table() -> None:
    """A row a window and tie, with the time of the window; zeros when asked for; unknown cells never."""
    frame = months().to_polars()

    assert frame.columns == ["start", "end", "row", "column", "value", "n", "sources", "low", "high"]
    assert frame.select("start", "end", "row", "column", "value").rows() == [
        ("2024-01-01", "2024-02-01", "Ferry company", "Fishers", -0.5),
        ("2024-01-01", "2024-02-01", "Fishers", "Town council", 2.25),
        ("2024-02-01", "2024-02-29T12:00:00", "Divers", "Fishers", 1.5),
    ]
    assert len(months().to_polars(zeros=True)) == 6
    assert Series(()).to_polars().schema == frame.schema
    assert months().to_table().made_from == {"measure": "net", "graph": "harbour", "windows": "2"}


@pytest.mark.parametrize(("name", "form"), [("x.graphml", None), ("x.csv", "dl"), ("x.jsn", None), ("x", None)])
def test_a_series_is_not_squeezed_into_one_matrix(tmp_path: Path, name: str, form: str | None) -> None:
    """A format of one matrix is refused for a series, with the way to write a folder."""
    with pytest.raises(KGError, match=r"cannot hold several matrices\. .*write_each"):
        months().write(tmp_path / name, form)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["csv", "dna", "graphml", "visone", "xlsx", "ttl", "edges"])
def test_a_folder_has_a_file_a_window(tmp_path: Path, form: str) -> None:
    """A folder of matrices has one file a window, named by number and time, each with the window it is of."""
    written = months().write_each(tmp_path / "deep" / "windows", form)

    ending = FORMATS[form].endings[0]
    assert [file.name for file in written] == [
        f"0001-2024-01-01-2024-02-01.{ending}", f"0002-2024-02-01-2024-02-29t12-00-00.{ending}",
    ]  # fmt: skip
    if form in ("csv", "graphml", "ttl", "edges"):
        assert "2024-02-29T12:00:00" in written[1].read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_made_is_an_error_of_ours(tmp_path: Path) -> None:
    """A file in the place of the folder, and an unknown format, are refused."""
    (tmp_path / "taken").write_text("")

    with pytest.raises(StoreError, match="cannot be written"):
        months().write_each(tmp_path / "taken")
    with pytest.raises(KGError, match='"gml" is no matrix format'):
        months().write_each(tmp_path / "new", "gml")
    assert not (tmp_path / "new").exists()


def test_a_series_is_read_back(tmp_path: Path) -> None:
    """CSV, Parquet and Excel hold the long table of a series; JSON holds its matrices."""
    series = months()
    frame = series.to_polars()

    assert pl.read_csv(series.write(tmp_path / "x.csv"), comment_prefix="#", schema=frame.schema).equals(frame)
    assert pl.read_parquet(series.write(tmp_path / "x.parquet")).equals(frame)
    book = openpyxl.load_workbook(series.write(tmp_path / "x.xlsx"))
    head, *body = book["windows"].iter_rows(values_only=True)
    assert list(head) == frame.columns
    assert body == frame.rows()
    assert dict(book["about"].iter_rows(values_only=True)) == {"measure": "net", "graph": "harbour", "windows": "2"}
    told = json.loads(series.write(tmp_path / "x.json").read_text(encoding="utf-8"))
    assert [(w["start"], w["end"]) for w in told["windows"]] == [
        ("2024-01-01", "2024-02-01"), ("2024-02-01", "2024-02-29T12:00:00"),
    ]  # fmt: skip
    assert told["windows"][1]["matrix"]["values"] == [[0, 1.5], [1.5, 0]]


@pytest.mark.parametrize("name", ["x.csv", "x.parquet", "x.json", "x.xlsx"])
def test_an_empty_series_is_written(tmp_path: Path, name: str) -> None:
    """A series without windows goes into every format, and equal ones give equal bytes."""
    empty = Series(()).write(tmp_path / name)
    assert empty.stat().st_size > 0
    first = months().write(tmp_path / f"1{name}").read_bytes()
    assert months().write(tmp_path / f"2{name}").read_bytes() == first
