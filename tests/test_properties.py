"""What holds for any data, not only for the examples: hypothesis looks for the exception."""

from __future__ import annotations

import csv
import io
import json
import string
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import canonical, consistent, lines

import kg
from kg.comparisons import MEASURES
from kg.frames import profiles
from kg.queries import Query
from kg.readers.cells import letter
from kg.selection import Selection, iso_day
from kg.stores import open_store
from kg.tables import Table
from kg.terms import PREFIXES, Names, compact, expand, fold, slug

quick = settings(max_examples=100, deadline=None)
graphs = settings(max_examples=8, deadline=None)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
words = st.text(string.ascii_letters + "éüñ طالبان", min_size=1, max_size=12).filter(lambda t: t.strip())

ACTORS = ("Ann", "Bob", "Cem", "Dua")
POSITIONS = ("The bridge should be built.", "The harbour should be closed.", "The market should move.")
VALUES = ("-2", "-1", "0", "1", "2", "undetermined")

coded = st.lists(
    st.fixed_dictionaries({
        "source": st.sampled_from(["one", "two", "three"]), "actor": st.sampled_from(ACTORS),
        "position": st.sampled_from(POSITIONS), "issue": st.just("town"), "value": st.sampled_from(VALUES),
        "date": st.sampled_from(["", "2024", "2024-03", "2024-03-09", "2023-12-31"]),
        "certainty": st.sampled_from(["stated", "hedged", "implied"]), "summary": st.just("x"),
    }),
    min_size=1, max_size=12,
)


def sheets(rows: list[dict[str, str]], *, order: list[int] | None = None) -> kg.KnowledgeGraph:
    """A graph of coded rows, a sheet for each source, loaded in this order, with the direct layer."""
    g = kg.KnowledgeGraph()
    by_source: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_source.setdefault(row["source"], []).append(row)
    names = list(by_source)
    with TemporaryDirectory() as folder:
        for name, own in by_source.items():
            with (Path(folder) / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
                writer = csv.DictWriter(out, list(own[0]))
                writer.writeheader()
                writer.writerows(own)
        for n in order or range(len(names)):
            g.load(Path(folder) / f"{names[n]}.csv")
    kg.infer(g)
    return g


# -- stores ------------------------------------------------------------------------------------

triples = st.builds(
    lambda s, o, g: ox.Quad(ox.NamedNode(f"urn:{s}"), ox.NamedNode("urn:p"), ox.Literal(o), ox.NamedNode(f"urn:g{g}")),
    st.sampled_from("ab"), st.sampled_from(["x", "y\n", '"']), st.integers(1, 3),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(triples, max_size=4)),
        st.tuples(st.just("remove"), st.lists(triples, max_size=4)),
        st.tuples(st.just("drop"), st.integers(1, 3)),
        st.tuples(st.just("update"), st.sampled_from([
            'INSERT DATA { <urn:a> <urn:p> "x" }', "DELETE WHERE { <urn:a> ?p ?o }", "CLEAR SILENT GRAPH <urn:g1>",
            'INSERT DATA { GRAPH <urn:g2> { <urn:b> <urn:p> "x" } }', "MOVE SILENT <urn:g1> TO <urn:g3>",
        ])),
    ),
    max_size=8,
)


@quick
@given(steps)
def test_the_merged_view_is_always_the_union(todo: list[tuple[str, object]]) -> None:
    """Whatever is added, removed, dropped or updated, the view holds each triple of the named graphs once."""
    store = open_store(None)
    for verb, what in todo:
        if verb == "drop":
            store.drop(f"urn:g{what}")
        else:
            getattr(store, verb)(what)
        seen = [q.triple for q in store.quads_of_default()]
        assert len(seen) == len(set(seen))
        assert set(seen) == {q.triple for q in store.quads()}


# -- tables and queries ------------------------------------------------------------------------

numbers = st.one_of(st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False))
values = st.one_of(st.none(), st.booleans(), numbers, texts)
records = st.lists(st.fixed_dictionaries({"a": values, "b": values}), max_size=5)


@quick
@given(records)
def test_a_table_of_anything_survives_tsv(rows: list[dict[str, object]]) -> None:
    """A table of any values is the same after being written as TSV and read again."""
    table = Table.from_records(("a", "b"), rows)

    assert list(table) == rows
    assert list(Table.from_tsv(table.to_tsv().encode())) == rows


@quick
@given(records)
def test_json_and_csv_keep_rows_and_texts(rows: list[dict[str, object]]) -> None:
    """JSON leaves out what is unbound and keeps every text; CSV has a row a row, whatever the texts hold."""
    table = Table.from_records(("a", "b"), rows)
    bindings = json.loads(table.to_json())["results"]["bindings"]
    cells = list(csv.reader(io.StringIO(table.to_csv(), newline="")))

    assert [set(b) for b in bindings] == [{k for k, v in row.items() if v is not None} for row in rows]
    assert len(cells) == len(rows) + 1
    for binding, line, row in zip(bindings, cells[1:], rows, strict=True):
        for n, name in enumerate("ab"):
            if isinstance(row[name], str):
                assert binding[name]["value"] == line[n] == row[name]


@quick
@given(texts)
def test_no_text_leaves_its_literal(text: str) -> None:
    """Any text given as a parameter comes back as that text: none can become a part of the query."""
    query = Query.parse("# T\n#\n# param x: text\nSELECT (STR($x) AS ?said) WHERE {}")
    (row,) = Table.from_tsv(open_store(None).query(query.bind({"x": text}, lambda name, kind: name)).body)

    assert row == {"said": text.strip()}


# -- names -------------------------------------------------------------------------------------


@quick
@given(texts)
def test_folding_and_slugs_are_stable(text: str) -> None:
    """Folding twice is folding once; a slug is its own slug and can stand in an IRI."""
    assert fold(fold(text)) == fold(text)
    assert slug(slug(text)) == slug(text)
    ox.NamedNode(f"{PREFIXES['actor']}{slug(text)}")


@quick
@given(words)
def test_a_name_is_found_in_any_case(name: str) -> None:
    """A registered name is found in capitals, in small letters and with blanks around it."""
    names = Names()
    names.add("actor", "urn:x:it", name, preferred=True, english=True)

    for written in (name, name.upper(), name.lower(), f"  {name} "):
        assert names.find(written, "actor") == "urn:x:it"


@quick
@given(st.sampled_from(sorted(PREFIXES)), st.from_regex(r"[a-z][a-z0-9-]{0,10}", fullmatch=True))
def test_a_curie_is_its_iri(prefix: str, local: str) -> None:
    """Any CURIE of a known prefix comes back from its IRI."""
    assert expand(compact(PREFIXES[prefix] + local)) == PREFIXES[prefix] + local


@quick
@given(st.integers(0, 20_000))
def test_every_column_has_its_own_letters(n: int) -> None:
    """The letters of a column stand for its number, as in a spreadsheet."""
    value = 0
    for character in letter(n):
        value = value * 26 + ord(character) - 64
    assert value == n + 1


# -- periods -----------------------------------------------------------------------------------

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@quick
@given(days)
def test_a_period_holds_each_of_its_days(day: date) -> None:
    """Year, month and day begin no later and end no earlier than any day in them."""
    for text in (f"{day:%Y}", f"{day:%Y-%m}", f"{day:%Y-%m-%d}"):
        assert iso_day(text, "since") <= day.isoformat() <= iso_day(text, "until")
    assert Selection(since=iso_day(f"{day:%Y-%m}", "since"), until=iso_day(f"{day:%Y-%m}", "until")).keeps_period(
        day.isoformat(), None
    )


@quick
@given(days, days, days, st.integers(0, 400))
def test_a_narrower_period_keeps_no_more(a: date, b: date, start: date, length: int) -> None:
    """What a period within another keeps, the other keeps too; a thing is kept when it touches the period."""
    since, until = sorted((a, b))
    begin, end = start.isoformat(), (start + timedelta(days=length)).isoformat()
    inner = Selection(since=since.isoformat(), until=until.isoformat())
    outer = Selection(since=(since - timedelta(days=9)).isoformat(), until=(until + timedelta(days=9)).isoformat())

    assert not inner.keeps_period(begin, end) or outer.keeps_period(begin, end)
    assert inner.keeps_period(begin, end) == (start <= until and start + timedelta(days=length) >= since)
    assert inner.within(outer) == Selection(since=inner.since, until=inner.until)


# -- graphs ------------------------------------------------------------------------------------


@pytest.mark.slow
@graphs
@given(coded)
def test_comparing_is_symmetric_and_adds_up(rows: list[dict[str, str]]) -> None:
    """For any coding, swapping changes nothing, and congruent, conflicting and apart make up the shared positions."""
    g = sheets(rows)
    result = kg.compare(g)

    for (a, b), pair in result.pairs.items():
        other = kg.compare(g, b, a).pair()
        assert [pair.measure(m) for m in MEASURES] == [other.measure(m) for m in MEASURES]
        apart = [p for p in pair.shared if 0 in (result.profiles[a, p].sign, result.profiles[b, p].sign)]
        assert len(pair.congruent) + len(pair.conflicting) + len(apart) == len(pair.shared)
        assert pair.agreement is None or -1 <= pair.agreement <= 1
        assert pair.agreement != 1 or all(
            result.profiles[a, p].value == result.profiles[b, p].value for p in pair.shared
        )


@pytest.mark.slow
@graphs
@given(coded)
def test_a_mean_lies_within_its_range(rows: list[dict[str, str]]) -> None:
    """A profile's value lies between its extremes, and is known exactly when one of its stances has a direction."""
    table = kg.stances(sheets(rows))

    for one in profiles(table).values():
        known = {r["value"] for r in table if (r["holder"], r["position"]) == (one.holder, one.position)} - {None}
        assert (one.value is None) == (not known)
        assert one.value is None or (min(known) == one.low <= one.value <= one.high == max(known))
        assert len(one.stances) == sum(r["holder"] == one.holder and r["position"] == one.position for r in table)


@pytest.mark.slow
@graphs
@given(coded, st.randoms(use_true_random=False))
def test_the_order_of_loading_does_not_matter(rows: list[dict[str, str]], chance: object) -> None:
    """Sheets loaded in any order give the same graph, derived ties included."""
    order = list(range(len({row["source"] for row in rows})))
    chance.shuffle(order)  # type: ignore[attr-defined]

    assert lines(sheets(rows, order=order)) == lines(sheets(rows))


@pytest.mark.slow
@graphs
@given(coded)
def test_withdrawing_a_source_is_never_having_loaded_it(rows: list[dict[str, str]]) -> None:
    """A graph without a source is the graph that was made without it, the registry apart; the view stays right."""
    g = sheets(rows)
    gone = rows[-1]["source"]
    g.withdraw(gone)

    assert lines(g, registry=False) == lines(sheets([r for r in rows if r["source"] != gone]), registry=False)
    assert consistent(g)


@pytest.mark.slow
@graphs
@given(
    st.lists(st.tuples(texts, st.sampled_from(["", "@fa-AF", "^^<urn:t>"]), st.integers(1, 2)), min_size=1, max_size=6),
    st.sampled_from(["nq", "trig", "jsonld"]),
)
def test_saving_and_loading_is_the_identity(items: list[tuple[str, str, int]], ending: str) -> None:
    """Any text, with any language or type, in any graph, on blank nodes too, is the same after save and load."""
    g = kg.KnowledgeGraph()
    for n, (text, kind, graph) in enumerate(items):
        literal = ox.Literal(text, language="fa-AF") if kind == "@fa-AF" else ox.Literal(
            text, datatype=ox.NamedNode("urn:t") if kind else None)
        subject = ox.BlankNode(f"b{n}") if n % 2 else ox.NamedNode(f"urn:s{n}")
        g.store.add([ox.Quad(subject, ox.NamedNode("urn:p"), literal, ox.NamedNode(f"urn:g{graph}"))])
    with TemporaryDirectory() as folder:
        again = kg.KnowledgeGraph()
        again.load(g.save(Path(folder) / f"all.{ending}"))

    assert canonical(again) == canonical(g)
