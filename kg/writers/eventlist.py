"""Event lists as Discourse Network Analyzer exports them: one statement a row, semicolons between the cells.

:func:`event_list` makes the columns, from a graph or from a frame; :func:`write` writes them. What the program loses on
the way (it turns quotation marks into apostrophes and semicolons into commas) is kept here, unless that is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KGError, did_you_mean
from kg.files import replacing
from kg.stores import Store
from kg.tables import Table
from kg.terms import SPARQL_PREFIXES, local_name

if TYPE_CHECKING:
    import polars as pl

# Coded variables that have a column of their own in the list.
_OWN = ("coder", "statement id", "statement type", "text")
_DOCUMENT = ("title", "author", "source", "section", "type")

# Columns of a frame that are no coded variables.
_FRAME = (
    "stance", "holder", "onBehalfOf", "speaker", "position", "issue", "value", "basis", "start", "end", "notBefore",
    "notAfter", "precision", "certainty", "confidence", "source", "reliability", "secondLook", "superseded", "narrator",
    "published", "date", "begins", "ends", "heldBy", "onIssue", "later",
)  # fmt: skip
_FIRST = ("person", "organization", "concept")

_STANCES = f"""{SPARQL_PREFIXES}
SELECT DISTINCT ?stance ?holder ?speaker ?position ?value ?source ?title ?issued ?day ?begins ?ends ?words WHERE {{
  ?stance a st:Stance ; st:holder ?holder ; st:towards ?position ; st:value ?point ; st:hasEvidence ?evidence .
  ?evidence oa:hasSource ?source .
  OPTIONAL {{ ?point st:score ?value }}
  OPTIONAL {{
    ?stance st:voicedBy ?speaker
    FILTER NOT EXISTS {{ ?stance st:voicedBy ?earlier FILTER (STR(?earlier) < STR(?speaker)) }} }}
  OPTIONAL {{ ?source dcterms:title ?title }}
  OPTIONAL {{ ?source dcterms:issued ?published BIND (STR(?published) AS ?issued) }}
  OPTIONAL {{ ?stance st:startDate|st:notBefore ?first BIND (STR(?first) AS ?day) }}
  OPTIONAL {{ ?evidence oa:hasSelector ?span . ?span oa:start ?begins ; oa:end ?ends }}
  OPTIONAL {{ ?evidence oa:hasSelector/oa:exact ?quote }}
  OPTIONAL {{ ?evidence st:paraphrase ?paraphrase }}
  BIND (STR(COALESCE(?quote, ?paraphrase, "")) AS ?words)
}}"""
_VARIABLES = f"""{SPARQL_PREFIXES}
SELECT DISTINCT ?variable ?label WHERE {{ ?variable a st:CodedVariable ; rdfs:label ?label }} ORDER BY ?label"""
_LABELS = f"""{SPARQL_PREFIXES}
SELECT ?thing (STR(MIN(?name)) AS ?label) WHERE {{ VALUES ?thing {{ %s }} ?thing skos:prefLabel|rdfs:label ?name }}
GROUP BY ?thing"""
_NUMBERS = f"""{SPARQL_PREFIXES}
SELECT ?thing (STR(?number) AS ?label) WHERE {{ VALUES ?thing {{ %s }} ?thing dcterms:identifier ?number }}"""


def event_list(
    data: Store | pl.DataFrame, *, type: str | None = None, labels: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """The event list of a store, or of a frame with the names of its things in *labels* (IRI → label).

    The columns are those of DNA: ``statement_id``, ``time``, the coded variables, ``start_position``,
    ``stop_position``, ``text``, ``coder``, ``document_id`` and five more on the document, in the order of time. Stances
    that were not coded with variables have person, organization, concept and agreement, made of speaker, holder,
    position and value (empty where it is 0 or undetermined), and numbers given here. *type* names the statement type
    where there are several. Raises KGError for what has no stances, or none of the type.
    """
    import polars as pl

    frame = data if isinstance(data, pl.DataFrame) else _frame(data)
    names = dict(labels or {})
    if not isinstance(data, pl.DataFrame):
        iris = {iri for c in ("holder", "speaker", "position") for iri in frame[c].drop_nulls().unique()}
        names |= _looked_up(data, _LABELS, iris)
        if "coder" in frame.columns:
            names |= _looked_up(data, _NUMBERS, set(frame["coder"].drop_nulls().unique()))
    frame = _of_type(frame, type)
    if not len(frame):
        raise KGError("There is no stance to list.", cure="Load some, or widen the selection.")
    return _listed(frame, names)


def write(table: pl.DataFrame, path: str | os.PathLike[str], *, dna_compat: bool = False) -> Path:
    """Write an event list: texts in quotation marks, numbers and times without.

    A quotation mark inside a text is doubled, so that nothing is lost. With *dna_compat* the bytes are those that DNA
    writes: quotation marks become apostrophes, semicolons commas, and the last line does not end.
    """
    import polars as pl

    def cell(name: str) -> pl.Expr:
        column = pl.col(name)
        if table.schema[name] == pl.String:
            text = column.fill_null("")
            if dna_compat:
                text = text.str.replace_all('"', "'", literal=True).str.replace_all(";", ",", literal=True)
            else:
                text = text.str.replace_all('"', '""', literal=True)
            return pl.concat_str(pl.lit('"'), text, pl.lit('"'))
        if table.schema[name] == pl.Boolean:
            column = column.cast(pl.Int8)
        elif table.schema[name].is_temporal():
            column = column.cast(pl.Datetime("ms")).dt.strftime("%Y-%m-%d %H:%M:%S")
        return column.cast(pl.String).fill_null("")

    rows = table.select(pl.concat_str([cell(name) for name in table.columns], separator=";")).to_series().to_list()
    head = ";".join(f'"{name}"' for name in table.columns)
    file = Path(path)
    with replacing(file) as out:
        out.write("\n".join([head, *rows]).encode() + (b"" if dna_compat else b"\n"))
    return file


# -- from a store ------------------------------------------------------------------------------


def _ask(store: Store, sparql: str) -> pl.DataFrame:
    return Table.from_tsv(store.query(sparql).body).to_polars()


def _frame(store: Store) -> pl.DataFrame:
    """The columns of a frame that an event list needs, with every coded variable."""
    import polars as pl

    frame = _ask(store, _STANCES)
    if not len(frame):
        return frame.rename({"issued": "published", "day": "date"})
    moments = [
        pl.col(name).cast(pl.String).map_elements(_moment, return_dtype=pl.String) for name in ("issued", "day")
    ]
    frame = frame.with_columns(*(m.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="ms") for m in moments))
    frame = frame.rename({"issued": "published", "day": "date"})
    frame = frame.sort("stance", "source", "begins", nulls_last=True).unique(["stance", "source"], keep="first")
    for row in Table.from_tsv(store.query(_VARIABLES).body):
        found = _ask(store, f"SELECT ?thing ?found WHERE {{ ?thing <{row['variable']}> ?found }}")
        if not len(found):
            continue
        name = f"{row['label']} (coded)" if row["label"] in {*_FRAME, *frame.columns, "time", "place"} else row["label"]
        found = found.unique("thing", keep="first", maintain_order=True).rename({"found": name})
        key = "stance" if found["thing"].is_in(frame["stance"].implode()).any() else "source"
        frame = frame.join(found, left_on=key, right_on="thing", how="left")
    return frame


def _moment(text: str) -> str:
    """A day, a month, a year or a moment, as the moment it begins."""
    day, _, clock = text.partition("T")
    day += "-01" * (2 - day.count("-"))
    return f"{day} {clock[:8] or '00:00:00'}"


def _looked_up(store: Store, query: str, iris: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    listed = sorted(iris)
    for start in range(0, len(listed), 1_000):
        some = " ".join(f"<{iri}>" for iri in listed[start : start + 1_000])
        found |= dict(_ask(store, query % some).iter_rows())
    return found


# -- from a frame ------------------------------------------------------------------------------


def _of_type(frame: pl.DataFrame, wanted: str | None) -> pl.DataFrame:
    """The stances of one statement type; the columns that only others have are left out."""
    import polars as pl

    types = sorted(frame["statement type"].drop_nulls().unique()) if "statement type" in frame.columns else []
    listed = ", ".join(f'"{name}"' for name in types)
    if wanted is not None and wanted not in types:
        hint = did_you_mean(wanted, types)
        raise KGError(f'No statement type "{wanted}".', cure=f"{hint} There are: {listed or 'none'}.".strip())
    if wanted is None and len(types) > 1:
        raise KGError(
            f"There are several statement types, and an event list is of one: {listed}.", cure="Name one of them."
        )
    if types:
        frame = frame.filter(pl.col("statement type") == (wanted or types[0]))
    kept = [name for name in frame.columns if name in _FRAME or frame[name].null_count() < len(frame)]
    return frame.select(kept)


def _listed(frame: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    import polars as pl

    def have(name: str) -> pl.Expr:
        return pl.col(name) if name in frame.columns else pl.lit(None)

    def shown(name: str) -> pl.Expr:
        iris = frame[name].drop_nulls().unique().to_list() if name in frame.columns else []
        texts = {iri: names.get(iri) or local_name(iri) for iri in iris}
        return have(name).cast(pl.String).replace_strict(texts, default=None, return_dtype=pl.String)

    moment = pl.coalesce(have("published").cast(pl.Datetime("ms")), have("date").cast(pl.Datetime("ms")))
    numbered = "document id" in frame.columns and not frame["document id"].null_count()
    frame = frame.with_columns(moment.alias("time"), pl.col("source").rank("dense").cast(pl.Int64).alias("place"))
    order = ["time", "document id" if numbered else "place", "begins", "ends", "stance"]
    has_id = "statement id" in frame.columns and not frame["statement id"].null_count()
    has_id = has_id and frame["statement id"].n_unique() == len(frame)
    order.insert(4, "statement id" if has_id else "stance")
    frame = frame.sort([c for c in dict.fromkeys(order) if c in frame.columns], nulls_last=True)
    coded = _coded(frame)
    if not any(frame.schema[name] == pl.String for name in coded):
        speaker, holder = shown("speaker"), shown("holder")
        value = have("value").cast(pl.Float64)
        frame = frame.with_columns(
            pl.coalesce(speaker, pl.lit("")).alias("person"),
            pl.when(holder == speaker).then(pl.lit("")).otherwise(holder).alias("organization"),
            shown("position").alias("concept"),
            pl.when(value != 0).then(value > 0).alias("agreement"),
        )
        coded = ["person", "organization", "concept", "agreement", *coded]
    coder = have("coder").cast(pl.String)
    if "coder" in frame.columns:
        coder = shown("coder")
        if all((names.get(c) or local_name(c)).isdigit() for c in frame["coder"].drop_nulls().unique()):
            coder = coder.cast(pl.Int64)
    text = [have(name).cast(pl.String) for name in ("text", "words") if name in frame.columns]
    title = pl.coalesce(have("document title"), have("title"), shown("source")).cast(pl.String)
    of = {name: have(f"document {name}").cast(pl.String).fill_null("") for name in _DOCUMENT} | {"title": title}
    number = pl.col("statement id") if has_id else pl.int_range(1, pl.len() + 1)
    return frame.select(
        number.cast(pl.Int64).alias("statement_id"),
        "time",
        *(pl.col(name).alias(name.removesuffix(" (coded)")) for name in coded),
        have("begins").cast(pl.Int64).alias("start_position"),
        have("ends").cast(pl.Int64).alias("stop_position"),
        pl.coalesce(*text, pl.lit("")).alias("text"),
        coder.alias("coder"),
        pl.col("document id" if numbered else "place").cast(pl.Int64).alias("document_id"),
        *(column.alias(f"document_{name}") for name, column in of.items()),
    )


def _coded(frame: pl.DataFrame) -> list[str]:
    """Coded variables in the order of DNA's own type; then other texts, yes or no, and numbers, by name."""
    import polars as pl

    known = {*_FRAME, *_OWN, "document id", *(f"document {name}" for name in _DOCUMENT)}
    known |= {"time", "place", "title", "words", "session", "issues", "roll call"}
    found = [name for name in frame.columns if name not in known and not name.startswith("raw ")]

    def rank(name: str) -> tuple[int, str]:
        if name in _FIRST:
            return _FIRST.index(name), name
        kind = frame.schema[name]
        return (3 if kind == pl.String else 4 if kind == pl.Boolean else 5), name

    return sorted(found, key=rank)
