"""Behind a number: the statements that a cell of a matrix was made of, with their evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kg.comparisons.change import place
from kg.comparisons.shown import BEHIND
from kg.errors import NotFound
from kg.evidence import details, told
from kg.tables import Table
from kg.terms import SPARQL_PREFIXES

if TYPE_CHECKING:
    from kg.comparisons.comparison import Comparison


def behind(comparison: Comparison, a: str, b: str) -> Table:
    """A row for each statement and source behind the cell of *a* and *b*: two rows, or a row and a column.

    Behind two rows stand the statements of either on what both speak on. The SPARQL that gives the same statements from
    any store is in ``made_from["sparql"]``. Raises NotFound for a name that is neither.
    """
    statements = comparison.statements
    entries, coded = statements.entries, statements.entries.coded
    rows, columns = comparison.choices.rows, comparison.choices.columns
    first = place(a, coded.row_labels, entries.row_ids, comparison, rows)
    try:
        second = place(b, coded.row_labels, entries.row_ids, comparison, rows)
        mine, theirs = (set(coded.columns[coded.rows == at].tolist()) for at in (first, second))
        which = np.isin(coded.rows, (first, second)) & np.isin(coded.columns, sorted(mine & theirs))
    except NotFound:
        at = place(b, coded.column_labels, entries.column_ids, comparison, columns)
        which = (coded.rows == first) & (coded.columns == at)
    found = entries.take(np.flatnonzero(which))
    known = details(comparison.graph, found.data["stance"].to_list())
    listed: list[dict[str, Any]] = []
    for number, stance in enumerate(found.data["stance"].to_list()):
        for r in known.get(stance, ()):
            listed.append(
                {
                    "row": coded.row_labels[found.coded.rows[number]],
                    "column": coded.column_labels[found.coded.columns[number]],
                    "value": coded.scale.levels[found.coded.levels[number]],
                    **told(comparison.graph, r),
                    "stance": stance,
                }
            )
    unique = {tuple(map(str, one.values())): one for one in listed}
    ordered = sorted(
        unique.values(), key=lambda r: (r["column"], r["row"], str(r["date"]), r["stance"], r["source"])
    )
    stances = " ".join(f"<{iri}>" for iri in sorted(set(found.data["stance"].to_list())))
    sparql = (
        f"{SPARQL_PREFIXES} SELECT * {{ VALUES ?stance {{ {stances} }} "
        "?stance st:holder ?holder ; st:towards ?position ; st:value ?value ; st:hasEvidence ?evidence . "
        "?evidence oa:hasSource ?source }"
    )
    return Table.from_records(
        ("row", "column", *BEHIND), ordered, {**statements.made_from, "cell": f"{a}, {b}", "sparql": sparql}
    )
