"""Cell for cell what Discourse Network Analyzer 3.1.2 computes, from its databases, by the algebra alone."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import dna_oracle
import numpy as np
import polars as pl
import pytest
from dna_oracle import Case

from kg.algebra.coded import Coded, Scale
from kg.algebra.one_mode import one_mode
from kg.algebra.two_mode import counts, two_mode


@pytest.fixture(scope="module")
def dna(shared: Path) -> Path:
    """The databases and answers of the program."""
    return shared / "data" / "dna"


@pytest.fixture(scope="module")
def debates(dna: Path) -> dict[str, pl.DataFrame]:
    """The statements of each database."""
    return {path.name: dna_oracle.statements(path) for path in sorted(dna.glob("*.dna"))}


def sample(debates: dict[str, pl.DataFrame], **parameters: Any) -> tuple[Coded, np.ndarray[Any, Any]]:
    """Entries and network of the sample for some parameters of the program."""
    case = Case("", "sample.dna", "", {"networkType": "onemode", **parameters}, None, None, None)
    entries = dna_oracle.coded(debates["sample.dna"], case)
    return entries, dna_oracle.network(entries, case)


def test_every_case_is_looked_at(dna: Path) -> None:
    """There are 264 networks, six bar plots and an event list, 271 in all."""
    kinds = Counter(case.kind for case in dna_oracle.cases(dna))

    assert kinds == {"onemode": 169, "twomode": 95, "barplot": 6, "eventlist": 1}


def test_every_network_is_the_programs(dna: Path, debates: dict[str, pl.DataFrame]) -> None:
    """Labels, order and every cell of all 264 networks are those that the program computed, to 1e-9."""
    seen = 0
    for case in dna_oracle.cases(dna):
        if case.kind not in {"onemode", "twomode"}:
            continue
        kept = dna_oracle.surviving(debates[case.database], case)
        entries = dna_oracle.coded(debates[case.database], case, kept)
        rows, columns, values = dna_oracle.matrix(dna, case)
        assert len(kept) == case.statements_n, case.id
        assert list(entries.row_labels) == rows, case.id
        assert list(entries.row_labels if case.kind == "onemode" else entries.column_labels) == columns, (
            case.id
        )
        assert (len(rows), len(columns)) == (case.rows_n, case.columns_n), case.id
        np.testing.assert_allclose(
            dna_oracle.network(entries, case), values, rtol=0, atol=1e-9, err_msg=case.id
        )
        seen += 1

    assert seen == 264


def test_sparse_networks_are_the_programs_too(dna: Path, debates: dict[str, pl.DataFrame]) -> None:
    """The same cells come out of the sparse products, for every case that has no quirk that fills the matrix."""
    seen = 0
    for case in dna_oracle.cases(dna):
        if case.kind not in {"onemode", "twomode"} or case.id.endswith("docqualifier"):
            continue
        entries = dna_oracle.coded(debates[case.database], case)
        if entries.scale.kind == "nominal" and case.aggregate != "ignore":
            continue
        function = one_mode if case.kind == "onemode" else two_mode
        values = function(entries, case.aggregate, case.normalize, sparse=True, dna_compat=True)
        np.testing.assert_allclose(
            values.toarray(), dna_oracle.matrix(dna, case)[2], rtol=0, atol=1e-9, err_msg=case.id
        )
        seen += 1

    assert seen >= 260


def test_bar_plots_are_the_programs(dna: Path, debates: dict[str, pl.DataFrame]) -> None:
    """How often each actor, person or concept occurs with each level, in all six cases."""
    found = [case for case in dna_oracle.cases(dna) if case.kind == "barplot"]
    for case in found:
        answer = dna_oracle.other(dna, case)
        data = dna_oracle.surviving(debates[case.database], case)
        labels = dna_oracle.java_order(data[case.rows].to_list())
        rows = np.array([labels.index(label) for label in data[case.rows].to_list()], dtype=np.int32)
        levels = data["agreement"].cast(pl.Int32).to_numpy()
        entries = Coded(
            rows, np.zeros(len(rows), np.int32), levels, tuple(labels), ("",), Scale.interval([0, 1])
        )

        assert labels == answer["values"]
        np.testing.assert_array_equal(np.hstack([x.toarray() for x in counts(entries)]), answer["counts"])
    assert len(found) == 6


def test_the_event_list_has_the_programs_statements(dna: Path, debates: dict[str, pl.DataFrame]) -> None:
    """An event list leaves nothing out, and is in order of time."""
    (case,) = (case for case in dna_oracle.cases(dna) if case.kind == "eventlist")
    kept = dna_oracle.surviving(debates[case.database], case)["statement"].to_list()

    assert kept == dna_oracle.other(dna, case)["filteredStatementIds"]
    assert len(kept) == case.statements_n == 40


def test_published_numbers_hold(dna: Path, debates: dict[str, pl.DataFrame]) -> None:
    """Sums and cells that the program's own tests and manual state."""
    expected = json.loads((dna / "oracle" / "published_expectations.json").read_text(encoding="utf-8"))
    stated = {case["what"]: case["expect"] for case in expected}
    concept = "There should be legislation to regulate emissions."
    plain, ignored = sample(debates)
    _, table = sample(debates, networkType="twomode")
    _, average = sample(debates, qualifierAggregation="congruence", normalization="average")
    _, less = sample(
        debates, qualifierAggregation="congruence", normalization="average",
        excludeVariables=["concept", "organization", "organization"], excludeValues=[concept, "Senate", "Sierra Club"],
    )  # fmt: skip
    _, section = sample(
        debates,
        qualifierAggregation="congruence",
        normalization="average",
        excludeSections=["1"],
        invertSections=True,
    )
    _, subtract = sample(debates, networkType="twomode", qualifierAggregation="subtract")
    refiners = plain.row_labels.index("National Petrochemical & Refiners Association")

    assert len(stated) >= 14
    assert (table.shape, table.sum()) == ((7, 6), 40)
    assert (ignored.shape, ignored.sum()) == ((7, 7), 276)
    assert round(average.sum()) == 26
    assert (less.shape, round(less.sum())) == ((5, 5), 10)
    assert section.shape == (4, 4)
    assert [np.count_nonzero(table), np.count_nonzero(np.triu(ignored))] == [22, 21]
    assert ignored[plain.row_labels.index("Environmental Protection Agency")][:2].tolist() == [10, 2]
    assert table[plain.row_labels.index("Energy and Environmental Analysis, Inc.")][:2].tolist() == [2, 0]
    for name in ("CO2 legislation will not hurt the economy.", concept):
        assert subtract[refiners, plain.column_labels.index(name)] == -2


def test_the_manuals_worked_example(debates: dict[str, pl.DataFrame]) -> None:
    """Senate and Sierra Club: 7 shared, 2 congruent, 5 in conflict, −3 in sum (Leifeld, DNA 2.0 manual)."""
    for aggregate, stated in {"ignore": 7, "congruence": 2, "conflict": 5, "subtract": -3}.items():
        entries, values = sample(debates, qualifierAggregation=aggregate)
        assert values[entries.row_labels.index("Senate"), entries.row_labels.index("Sierra Club")] == stated


def test_the_manuals_integer_example() -> None:
    """On a scale from −5 to 5, −4 twice and +2 three times make 2 · 3 · (1 − 6/10) = 2.4 (Leifeld, DNA 2.0 manual)."""
    levels = np.array([1, 1, 7, 7, 7], dtype=np.int32)
    rows = np.array([0, 0, 1, 1, 1], dtype=np.int32)
    entries = Coded(rows, np.zeros(5, np.int32), levels, ("a", "b"), ("x",), Scale.interval(range(-5, 6)))

    np.testing.assert_allclose(one_mode(entries, "congruence"), [[0, 2.4], [2.4, 0]], rtol=0, atol=1e-12)
