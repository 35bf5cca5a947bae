"""Extraction: all stances of a store as columns.

The engine answers simple questions, each a scan over one property, and the answers are joined here: that costs less
than one query for all columns, and there is nothing in it to plan wrongly. (Measured at 80,000 stances, seconds of CPU
time: holder, position and value as one query 0.6 in memory and 2.8 on disk, as four scans 0.6 and 1.5; all columns as
one query with OPTIONAL 3.5 and 18, here 2.4 and 5.4.) Nothing passes through Python objects: TSV becomes columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from kg.stores import Store
from kg.tables import Table, columns
from kg.terms import SPARQL_PREFIXES, compact

IRIS = (
    *("stance", "holder", "onBehalfOf", "speaker", "position", "issue", "basis", "precision", "certainty"),
    *("source", "reliability", "secondLook"),
)
NUMBERS = ("value", "confidence")
DAYS = ("start", "end", "notBefore", "notAfter")

# The exact cells of the columns that become numbers and texts stand beside them, under these names.
EXACT = {f"raw {name}": name for name in (*NUMBERS, *DAYS)}

_OF_STANCE = {
    "basis": "st:basis",
    "start": "st:startDate",
    "end": "st:endDate",
    "notBefore": "st:notBefore",
    "notAfter": "st:notAfter",
    "precision": "st:datePrecision",
    "certainty": "st:certainty",
    "confidence": "st:confidence",
    "secondLook": "st:secondLook",
}
_VARIABLES = """SELECT DISTINCT ?variable ?label ?scale WHERE {
  ?variable a st:CodedVariable ; rdfs:label ?label OPTIONAL { ?variable st:scale ?scale } }"""


@dataclass(frozen=True)
class Variable:
    """A coded variable: the ``name`` of its column, its IRI, and its scale (boolean, integer, entity, text)."""

    name: str
    iri: str
    scale: str


@dataclass(frozen=True)
class Whole:
    """All stances of a store: one row a stance and source (and issue, where a position answers several), in order."""

    data: pl.DataFrame
    variables: tuple[Variable, ...]


def read(store: Store) -> Whole:
    """Every stance with a holder, a position, a value and a source. A write in between begins it anew."""
    while True:
        revision = store.revision
        frame = _stances(store)
        taken = {*frame.columns, *EXACT, "date", "superseded", "heldBy", "onIssue", "rolled"}
        frame, variables = _with_variables(store, frame, taken)
        if store.revision == revision:
            return Whole(_ordered(_typed(frame)), variables)


def _ask(store: Store, names: str, pattern: str) -> pl.DataFrame:
    """The answer to one question as raw cells, each row once."""
    listed = names.split()
    asked = f"{SPARQL_PREFIXES}SELECT {' '.join('?' + name for name in listed)} WHERE {{ {pattern} }}"
    frame = columns.raw(store.query(asked).body, listed)
    # A server may give what stands in two of its graphs twice.
    return frame if frame[listed[0]].is_unique().all() else frame.unique()


def _inner(cell: str) -> pl.Expr:
    return pl.col(cell).str.slice(1).str.head(-1)


def _stances(store: Store) -> pl.DataFrame:
    """Raw cells of what the ontology says of a stance."""
    frame = _ask(store, "stance holder", "?stance st:holder ?holder")
    frame = frame.join(_ask(store, "stance", "?stance a st:Stance"), on="stance", how="semi")
    frame = frame.join(_ask(store, "stance position", "?stance st:towards ?position"), on="stance")
    frame = frame.join(_ask(store, "stance point", "?stance st:value ?point"), on="stance")
    frame = frame.join(_ask(store, "point value", "?point st:score ?value"), on="point", how="left").drop("point")
    for name, property in _OF_STANCE.items():
        frame = _beside(frame, "stance", _ask(store, f"stance {name}", f"?stance {property} ?{name}"))
    behalf = "?event st:expresses ?stance ; st:onBehalfOf ?onBehalfOf"
    # Two voices for one stance would be two rows: the first in the order of IRIs stands.
    frame = _beside(frame, "stance", _first(_ask(store, "stance speaker", "?stance st:voicedBy ?speaker")))
    frame = _beside(frame, "stance", _first(_ask(store, "stance onBehalfOf", behalf)))
    frame = _beside(frame, "position", _ask(store, "position issue", "?position st:onIssue ?issue"))
    frame = frame.join(_sources(store), on="stance", how="inner")
    if frame.select("stance", "source").is_duplicated().any():
        frame = frame.unique(maintain_order=True)
    narrators = _ask(store, "holder", "?holder a st:Narrator")["holder"]
    replaced = _ask(store, "later stance", "?later st:supersedes ?stance").with_columns(_inner("later"))
    replaced = replaced.group_by("stance").agg(pl.col("later").sort())
    frame = frame.join(replaced, on="stance", how="left")
    return frame.with_columns(pl.col("holder").is_in(narrators.implode()).alias("narrator"))


def _beside(frame: pl.DataFrame, key: str, part: pl.DataFrame) -> pl.DataFrame:
    """A frame with what was found for a key beside it."""
    if not part.height:
        return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in part.columns if name != key)
    return frame.join(part, on=key, how="left")


def _first(part: pl.DataFrame) -> pl.DataFrame:
    """One row for each cell of the first column: that with the first IRI in the second."""
    key, name = part.columns
    if part[key].is_unique().all():
        return part
    return part.sort(pl.col(name).str.strip_chars("<>")).unique(key, keep="first", maintain_order=True)


def _sources(store: Store) -> pl.DataFrame:
    """Stance, source, what is said of the source, and where in it the first segment lies."""
    about = _ask(store, "evidence source", "?evidence oa:hasSource ?source")
    spans = "?evidence oa:hasSelector ?span . ?span oa:start ?begins ; oa:end ?ends"
    about = _beside(about, "evidence", _ask(store, "evidence begins ends", spans))
    about = about.with_columns(_whole_number("begins", about), _whole_number("ends", about))
    found = _ask(store, "stance evidence", "?stance st:hasEvidence ?evidence").join(about, on="evidence")
    found = found.drop("evidence")
    if found.select("stance", "source").is_duplicated().any():
        found = found.sort("begins", "ends", nulls_last=True)
        found = found.unique(["stance", "source"], keep="first", maintain_order=True)
    found = _beside(found, "source", _ask(store, "source reliability", "?source st:reliability ?reliability"))
    issued = _ask(store, "source published", "?source dcterms:issued ?published")
    issued = issued.with_columns(moments(columns.text(issued["published"])).alias("published"))
    if not issued["source"].is_unique().all():
        issued = issued.group_by("source").agg(pl.col("published").min())
    return found.join(issued, on="source", how="left")


def _whole_number(name: str, frame: pl.DataFrame) -> pl.Series:
    return columns.typed(frame[name]).cast(pl.Int64, strict=False)


def moments(text: pl.Series) -> pl.Series:
    """The first moment of a year, month, day or moment in ISO text, in UTC; null where it is none of these."""
    day = text.str.extract(r"^(\d{4}(?:-\d\d(?:-\d\d)?)?)", 1)
    padded = day + pl.Series(["", "-01", "-01-01"]).gather(2 - day.str.count_matches("-", literal=True).cast(pl.Int64))
    found = padded.str.to_datetime("%Y-%m-%d", time_unit="ms", strict=False)
    timed = text.str.contains("T", literal=True).fill_null(False)
    if not timed.any():
        return found.alias(text.name)
    exact = text.filter(timed).str.replace("Z$", "+00:00")
    form = "%Y-%m-%dT%H:%M:%S%.f"
    plain = exact.str.to_datetime(form, time_unit="ms", strict=False)
    zoned = exact.str.to_datetime(f"{form}%z", time_unit="ms", time_zone="UTC", strict=False)
    best = plain.zip_with(plain.is_not_null(), zoned.dt.replace_time_zone(None))
    best = best.zip_with(best.is_not_null(), found.filter(timed))
    return found.scatter(timed.arg_true(), best).alias(text.name)


def _with_variables(
    store: Store, frame: pl.DataFrame, taken: set[str]
) -> tuple[pl.DataFrame, tuple[Variable, ...]]:
    """The frame with a column for each coded variable, of the stance or of its source."""
    told = list(Table.from_tsv(store.query(SPARQL_PREFIXES + _VARIABLES).body))
    found = []
    for row in sorted(told, key=lambda r: (str(r["label"]), r["variable"])):
        name = str(row["label"])
        name = f"{name} (coded)" if name in taken else name
        name = f"{name} ({compact(row['variable'])})" if name in taken else name
        taken.add(name)
        part = _ask(store, "thing coded", f"?thing <{row['variable']}> ?coded")
        frame = _beside_either(frame, part.with_columns(columns.typed(part["coded"])), name)
        found.append(Variable(name, row["variable"], str(row["scale"] or "text")))
    return frame, tuple(found)


def _beside_either(frame: pl.DataFrame, part: pl.DataFrame, name: str) -> pl.DataFrame:
    """A frame with what was coded of the stance, or else of its source."""
    own = part.join(frame.select(pl.col("stance").unique()), left_on="thing", right_on="stance", how="semi")
    of_source = part.join(frame.select(pl.col("source").unique()), left_on="thing", right_on="source", how="semi")
    frame = frame.join(own.rename({"thing": "stance", "coded": name}), on="stance", how="left")
    if not of_source.height:
        return frame
    frame = frame.join(of_source.rename({"thing": "source", "coded": "rolled"}), on="source", how="left")
    return frame.with_columns(pl.coalesce(name, "rolled").alias(name)).drop("rolled")


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    """Raw cells as IRIs, numbers and texts; IRIs without brackets, anything else in their place as it was."""
    done = {name: _iri(frame[name]) for name in IRIS}
    exact = [frame[name].alias(raw) for raw, name in EXACT.items()]
    for name in NUMBERS:
        done[name] = columns.typed(frame[name]).cast(pl.Float64, strict=False)
    for name in DAYS:
        done[name] = columns.text(frame[name]).replace("", None)
    begun = done["start"].zip_with(done["start"].is_not_null(), done["notBefore"])
    first = moments(begun).alias("date")
    rest = [frame[name] for name in frame.columns if name not in done]
    return pl.DataFrame([*done.values(), *rest, first, *exact])


def _iri(raw: pl.Series) -> pl.Series:
    plain = raw.str.starts_with("<") & ~raw.str.starts_with("<<")
    inner = raw.str.slice(1).str.head(-1)
    return inner if plain.all() else inner.zip_with(plain.fill_null(False), raw)


def _ordered(data: pl.DataFrame) -> pl.DataFrame:
    """Rows in the order in which the stances were taken, as far as that is known; "s2" comes before "s10"."""
    keys = data.select(
        "date",
        "published",
        *_natural("source"),
        "begins",
        "ends",
        *_natural("stance"),
        "issue",
    )
    return data.select(pl.all().gather(keys.select(pl.arg_sort_by(keys.columns, nulls_last=True)).to_series()))


def _natural(name: str) -> tuple[pl.Expr, pl.Expr]:
    """A name without the number at its end, and that number."""
    number = pl.col(name).str.extract(r"(\d{1,18})$").cast(pl.Int64, strict=False)
    return pl.col(name).str.replace(r"\d{1,18}$", ""), number.alias(f"{name} number")
