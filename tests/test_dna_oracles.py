"""Matrices that the Discourse Network Analyzer itself computed, version 3.1.2: every cell of ours is equal to 1e-9.

Each case goes the whole way: database → graph → frame → comparison → matrix.
"""

from __future__ import annotations

import csv
import gzip
import json
from functools import cache
from typing import Any

import numpy as np
import pytest
from support import SHARED

import kg
from kg.comparisons import Comparison
from kg.matrices import Matrix

FOLDER = SHARED / "data" / "dna"
if not FOLDER.is_dir():
    pytest.skip(f"the reference matrices are not at {FOLDER}", allow_module_level=True)

CASES = list(csv.DictReader((FOLDER / "oracle" / "index.csv").read_text(encoding="utf-8").splitlines()))
NETWORKS = [case for case in CASES if case["fn"] == "network" and "eventlist" not in case["parameters"]]
BARS = [case for case in CASES if case["fn"] == "barplot"]
DUPLICATES = {"acrossrange": "range"}


@cache
def database(name: str) -> kg.KnowledgeGraph:
    """A database of the program as a graph."""
    graph = kg.KnowledgeGraph()
    graph.load(FOLDER / name)
    return graph


def variable(given: dict[str, Any], name: str, usual: str) -> str | None:
    """The column that a parameter of the program names; those of documents have names of their own here."""
    column = given.get(name, usual)
    return f"document {column}" if given.get(f"{name}Document") else column


def comparison(case: dict[str, str]) -> Comparison:
    """The comparison that the parameters of a case describe."""
    given = json.loads(case["parameters"])
    graph = database(case["database"])
    if "start.date" in given:
        since, until = ("-".join(reversed(given[end].split("."))) for end in ("start.date", "stop.date"))
        graph = graph.where(since=since, until=until)
    out: dict[str, list[str]] = {}
    for column, value in zip(given.get("excludeVariables", []), given.get("excludeValues", []), strict=True):
        out.setdefault(column, []).append(value)
    only: dict[str, list[str]] = {}
    if given.get("invertValues"):
        only, out = out, {}
    for name in ("Source", "Section", "Author", "Type"):
        if values := given.get(f"exclude{name}s"):
            (only if given.get(f"invert{name}s") else out)[f"document {name.lower()}"] = values
    within = given.get("duplicates", "include")
    return kg.compare(
        graph,
        rows=variable(given, "variable1", "organization"),
        columns=variable(given, "variable2", "concept"),
        value=variable(given, "qualifier", "agreement"),
        duplicates=DUPLICATES.get(within, within),
        exclude=out,
        only=only,
        isolates=bool(given.get("isolates")),
        dna_compat=True,
    )


def matrix(case: dict[str, str]) -> Matrix:
    """The matrix that a case asks for."""
    given = json.loads(case["parameters"])
    how = given.get("qualifierAggregation", "ignore"), given.get("normalization", "no")
    found = comparison(case)
    return found.matrix(*how) if given.get("networkType") == "onemode" else found.two_mode(*how)


def test_all_cases_are_there() -> None:
    """Of the 271 cases 264 are networks, 6 counts of values, and one is a list of statements."""
    assert (len(CASES), len(NETWORKS), len(BARS)) == (271, 264, 6)


@pytest.mark.parametrize("case", NETWORKS, ids=lambda c: c["id"])
def test_a_network_is_equal_cell_by_cell(case: dict[str, str]) -> None:
    """A network has the program's rows, columns and numbers."""
    header, *lines = csv.reader((FOLDER / "oracle" / case["file"]).read_text(encoding="utf-8").splitlines())
    expected = np.array([[float(cell) for cell in line[1:]] for line in lines]).reshape(len(lines), len(header) - 1)
    found = matrix(case)

    assert sorted(found.rows) == sorted(line[0] for line in lines)
    assert sorted(found.columns) == sorted(header[1:])
    values = found.values[
        np.ix_([found.rows.index(line[0]) for line in lines], [found.columns.index(name) for name in header[1:]])
    ]
    np.testing.assert_allclose(values, expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("case", BARS, ids=lambda c: c["id"])
def test_counts_by_value_are_equal(case: dict[str, str]) -> None:
    """How often each row has each value, as the program counts for its bars."""
    expected = json.loads(gzip.decompress((FOLDER / "oracle" / case["file"]).read_bytes()))
    given = json.loads(case["parameters"])
    found = kg.compare(
        database(case["database"]),
        rows=given["variable1"],
        columns="agreement",
        value=None,
        duplicates=given["duplicates"],
        dna_compat=True,
    ).two_mode("ignore")

    assert list(found.rows) == expected["values"]
    assert found.values.tolist() == expected["counts"]


# -- what its makers expect ------------------------------------------------------------------


def sample(**choices: Any) -> Comparison:
    """Organizations and concepts of the sample."""
    usual = {"rows": "organization", "columns": "concept", "value": "agreement", "duplicates": "include"}
    return kg.compare(database("sample.dna"), **usual | choices, dna_compat=True)


def test_the_published_sums_hold() -> None:
    """The sums and sizes in the program's own tests: 40 statements, 276 meetings, 26 congruences on average."""
    two, one = sample().two_mode("ignore"), sample().matrix("ignore")
    average = sample().matrix("congruence", "average")

    assert (two.shape, two.values.sum()) == ((7, 6), 40)
    assert (one.shape, one.values.sum()) == ((7, 7), 276)
    assert round(average.values.sum()) == 26
    assert (np.count_nonzero(two.values), np.count_nonzero(np.triu(one.values))) == (22, 21)


def test_the_worked_example_of_the_manual_holds() -> None:
    """Senate and Sierra Club: 7 meetings, 2 congruent, 5 in conflict, net −3 (manual of DNA 2.0)."""
    expected = {"ignore": 7, "congruence": 2, "conflict": 5, "subtract": -3}

    assert {m: sample().matrix(m).cell("Senate", "Sierra Club").value for m in expected} == expected


def test_the_two_mode_example_of_the_manual_holds() -> None:
    """The refiners' association speaks twice against two concepts each (manual of DNA 2.0)."""
    found, who = sample().two_mode("subtract"), "National Petrochemical & Refiners Association"

    for concept in ("CO2 legislation will not hurt the economy.", "There should be legislation to regulate emissions."):
        assert found.cell(who, concept).value == -2
