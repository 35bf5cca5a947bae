"""The data of a page in few bytes: columns for records, numbers for references, nothing said twice.

``scripts/unpack.js`` turns it back, value for value. Each column takes the shortest of a few forms:

==============================  =========================================================================
``[…]``                         the values themselves
``{"all": value}``              one value for every record
``{"at": n, "values": c}``      only the records numbered *n* have one
``{"kinds": […], "which": n}``  few different values
``{"prefix": "…", "rest": n}``  text that ends in a number
``{"lengths": n, "items": c}``  lists
``{"fields": {name: c}}``       tables of named values
==============================  =========================================================================

Here *c* is a column and *n* are whole numbers: ``[…]``, ``{"runs": [value, times, …]}`` or ``{"steps": n}``,
the differences from one to the next.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

PLAIN = 600
"""Records up to which the data stays as it is, for people to read."""

TABLES = ("nodes", "edges", "statements", "stances", "positions", "issues", "sources")
"""What is packed; the rest is short."""

REFERENCES = {
    "edges": {"from": "nodes", "to": "nodes", "statements": "statements"},
    "statements": {
        "speaker": "nodes", "on_behalf_of": "nodes", "target": "nodes", "sources": "sources", "issues": "issues",
    },
    "stances": {
        "holder": "nodes", "position": "positions", "sources": "sources", "statements": "statements",
        "superseded_by": "stances",
    },
    "positions": {"issue": "issues"},
    "issues": {"parent": "issues"},
}  # fmt: skip

FROM_SOURCE = {
    "source_title": "title", "source_publisher": "publisher", "source_url": "url", "reliability": "reliability",
}  # fmt: skip
"""What a statement mostly repeats of its first source."""

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ABSENT: Any = object()


def pack(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same data for fewer bytes; what is small already stays as it is."""
    if sum(len(data.get(name, ())) for name in TABLES) < PLAIN:
        return dict(data)
    tables = {name: data[name] for name in TABLES if data.get(name)}
    numbers = {name: {record["id"]: n for n, record in enumerate(records)} for name, records in tables.items()}
    relations = {relation["key"]: n for n, relation in enumerate(data.get("relations", ()))}
    sources = {source["id"]: source for source in data.get("sources", ())}
    packed = {name: value for name, value in data.items() if name not in tables}
    packed["packed"] = {}
    for name, records in tables.items():
        if name == "nodes":
            short = [_short_node(record) for record in records]
        elif name == "statements":
            short = [_short_statement(record, sources) for record in records]
        else:
            short = [dict(record) for record in records]
        if name == "edges":
            for record in short:
                record["relation"] = relations[record["relation"]]
            _without_ids(short, records, packed)
        for field, table in REFERENCES.get(name, {}).items():
            _number(short, field, numbers.get(table, {}))
        fields = sorted({field for record in short for field in record})
        columns = {field: _column([record.get(field, _ABSENT) for record in short]) for field in fields}
        packed["packed"][name] = {"count": len(records), "columns": columns}
    return packed


# ---- what follows from other values


def _short_node(record: Mapping[str, Any]) -> dict[str, Any]:
    """``lines`` as the place where the label is broken: 0 for a label on one line."""
    label, lines = record.get("label"), record.get("lines")
    if lines == [label]:
        return {**record, "lines": 0}
    if isinstance(lines, list) and len(lines) == 2 and f"{lines[0]} {lines[1]}" == label:
        return {**record, "lines": len(lines[0])}
    return dict(record)


def _short_statement(record: Mapping[str, Any], sources: Mapping[str, Any]) -> dict[str, Any]:
    """Without what the first source says too, and with the date in words as the number of its form."""
    short = dict(record)
    first = sources.get(next(iter(record.get("sources") or ()), ""), {})
    for field, same in FROM_SOURCE.items():
        # 0 stands for "as the source has it", so that nothing at all can still mean nothing.
        if field in record and record[field] == first.get(same):
            short[field] = 0
    forms = date_forms(record.get("date", ""))
    if record.get("date_text") in forms:
        short["date_text"] = forms.index(record["date_text"])
    return short


def date_forms(day: str) -> list[str]:
    """The usual ways to write a date out: "8 April 2020", "about 8 April 2020", "April 2020", "2020"."""
    parts = re.fullmatch(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?", day, re.ASCII)
    if not parts:
        return []
    year, month, number = parts.groups()
    name = f"{MONTHS[int(month) - 1]} {year}" if month else ""
    whole = f"{int(number)} {name}" if number else ""
    return [whole, whole and f"about {whole}", name, year]


def _without_ids(short: list[dict[str, Any]], records: Sequence[Mapping[str, Any]], packed: dict[str, Any]) -> None:
    """Drop the ids of ties where all follow from their ends and relation, and say how they do."""
    first = records[0]
    for cut in range(len(first["from"]) + 1):
        # "x:Ada|talks|x:Bo" for the tie of "https://…/Ada" and "https://…/Bo".
        rest, (head, *_) = first["from"][cut:], first["id"].partition(f"|{first['relation']}|")
        if head.endswith(rest):
            start, begin = head[: len(head) - len(rest)], first["from"][:cut]
            break
    else:  # pragma: no cover  (the empty rest fits every head)
        return

    def made(record: Mapping[str, Any]) -> str:
        ends = (start + record[end][len(begin) :] for end in ("from", "to"))
        return f"|{record['relation']}|".join(ends)

    every = (end for record in records for end in (record["from"], record["to"]))
    if all(end.startswith(begin) for end in every) and all(made(record) == record["id"] for record in records):
        packed["tie_ids"] = [len(begin), start]
        for record in short:
            del record["id"]


def _number(records: list[dict[str, Any]], field: str, known: Mapping[str, int]) -> None:
    """Put numbers of records for their ids; a text that is no id stays text."""
    for record in records:
        value = record.get(field)
        if isinstance(value, str):
            record[field] = known.get(value, value)
        elif isinstance(value, list | tuple):
            record[field] = [known.get(item, item) for item in value]


# ---- columns


def _column(values: list[Any]) -> Any:
    present = [value for value in values if value is not _ABSENT]
    if len(present) < len(values):
        at = [number for number, value in enumerate(values) if value is not _ABSENT]
        return {"at": _numbers(at), "values": _column(present)}
    if not values:
        return []
    if all(type(value) is type(values[0]) and value == values[0] for value in values):
        return {"all": values[0]}
    if all(isinstance(value, list | tuple) for value in values):
        return {"lengths": _numbers([len(value) for value in values]), "items": _column([i for v in values for i in v])}
    if all(isinstance(value, dict) for value in values):
        names = sorted({name for value in values for name in value})
        return {"fields": {name: _column([value.get(name, _ABSENT) for value in values]) for name in names}}
    if not all(isinstance(value, str | int | float) for value in values):
        return values
    values = [int(v) if isinstance(v, float) and v.is_integer() else v for v in values]
    forms = [values, _kinds(values)]
    if all(type(value) is int for value in values):
        forms.append(_numbers(values))
    elif all(isinstance(value, str) for value in values):
        forms.append(_prefixed(values))
    return min((form for form in forms if form is not None), key=_length)


def _kinds(values: list[Any]) -> Any:
    """Different values, the most frequent first, and which of them each is; None if most differ."""
    count = Counter((type(value), value) for value in values)
    if len(count) > len(values) / 2:
        return None
    order = {key: number for number, (key, _) in enumerate(count.most_common())}
    return {"kinds": [value for _, value in order], "which": _numbers([order[type(v), v] for v in values])}


def _prefixed(values: list[str]) -> Any:
    """``s1, s2, …`` as a prefix and numbers; None if they are not of that form."""
    prefix = re.sub(r"\d+\Z", "", values[0], flags=re.ASCII)
    rests = [value[len(prefix) :] for value in values]
    plain = all(value.startswith(prefix) for value in values) and all(
        re.fullmatch(r"0|[1-9]\d{0,14}", rest, re.ASCII) for rest in rests
    )
    return {"prefix": prefix, "rest": _numbers([int(rest) for rest in rests])} if plain else None


def _numbers(values: list[int]) -> Any:
    steps = [after - before for before, after in pairwise((0, *values))]
    return min((values, _runs(values), {"steps": steps}, {"steps": _runs(steps)}), key=_length)


def _runs(values: list[int]) -> Any:
    return {"runs": [n for value, group in groupby(values) for n in (value, sum(1 for _ in group))]}


def _length(form: Any) -> int:
    return len(json.dumps(form, ensure_ascii=False, separators=(",", ":")))
