"""Votes: who voted how on what, as the files of the UN General Assembly have it, or any like them.

A vote is a stance of a country towards the position that what was voted on should be adopted. There are two ways in:
:func:`read` makes quads for a graph, and :func:`table` makes columns, for those who only want to compare.
``docs/votes.md`` has the files, the columns and the options.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg import files
from kg.errors import NotFound, ReadError, did_you_mean
from kg.readers import nquads
from kg.readers.nquads import literal, named, node
from kg.readers.options import refuse_unknown
from kg.readers.vocabulary import VALUES, vocabulary
from kg.terms import PREFIXES, fold, local_name, slug

if TYPE_CHECKING:
    import polars as pl

OPTIONS: dict[str, str] = {
    "unit": "Column of who votes: country.",
    "code": "Column of a short name of who votes, another name of it: country_code.",
    "item": "Column of the number of a roll call, in all three files: rcid.",
    "vote": "Column of the vote: vote.",
    "session": "Column of the session: session.",
    "date": "Column of the day, as 2019-12-12: date.",
    "reference": "Column of the mark of what was voted on: unres.",
    "title": "Column of its title: short.",
    "description": "Column of a longer text on it: descr.",
    "topic": "Column of the topics of a roll call: issue.",
    "items": "File of the roll calls; otherwise un_roll_calls beside the votes.",
    "issues": "File of their topics; otherwise un_roll_call_issues beside the votes.",
    "yes": "Words for a yes, separated by |.",
    "abstain": "Words for an abstention, separated by |.",
    "no": "Words for a no, separated by |.",
    "absent": "Words for having no vote, separated by |.",
    "sessions": "Sessions to read, as 46 or 46-48,70. Otherwise all.",
    "kind": "What kind of actor votes: State, Person or another of the actor types. Otherwise State.",
    "name": "What the votes are called in the names of sources. Otherwise the name of the folder or file.",
}

_COLUMNS = {
    "unit": "country",
    "code": "country_code",
    "item": "rcid",
    "vote": "vote",
    "session": "session",
    "date": "date",
    "reference": "unres",
    "title": "short",
    "description": "descr",
    "topic": "issue",
}
_ABOUT = ("session", "date", "reference", "title", "description")
_FILES = {"votes": "un_votes", "items": "un_roll_calls", "issues": "un_roll_call_issues"}
_ENDINGS = (".csv", ".csv.gz", ".csv.zst")

# Ranks as published measures have them: yes 1, abstention 2, no 3.
YES, ABSTAIN, NO = 1, 2, 3
SCORES = {YES: 1.0, ABSTAIN: 0.0, NO: -1.0}
_WORDS: dict[str, tuple[str, ...]] = {
    "yes": ("yes", "y", "yea", "aye", "for", "1"),
    "abstain": ("abstain", "abstained", "abstention", "2"),
    "no": ("no", "n", "nay", "against", "3"),
    "absent": ("", "absent", "not present", "not a member", "8", "9"),
}
_RANKS: dict[str, int | None] = {"yes": YES, "abstain": ABSTAIN, "no": NO, "absent": None}
_NO_TOPIC = "No topic given"
_PIECE = 10_000  # votes


def is_votes(path: Path) -> bool:
    """Whether a folder or a file holds votes under the names that the UN data have."""
    if path.is_dir():
        return _find(path, "votes") is not None
    return files.bare(path).name == f"{_FILES['votes']}.csv"


def parts(path: Path) -> set[Path]:
    """The files of a folder of votes."""
    return {file for kind in _FILES if (file := _find(path, kind))}


def read(path: Path, **options: object) -> list[ox.Quad]:
    """All quads of a folder of votes, or of one file; the keywords are those of :data:`OPTIONS`."""
    return nquads.quads(pieces(path, **options))


def pieces(path: Path, **options: object) -> Iterator[bytes]:
    """The same as N-Quads text, some ten thousand votes at once. Raises ReadError for what is wrong in the files."""
    return _lines(_Votes(path, options))


def table(path: Path | str, **options: object) -> pl.DataFrame:
    """One row a vote, without a graph: what comparisons need, in the columns of the frame.

    ``stance``, ``holder``, ``position``, ``issue`` and ``source`` are IRIs, the same as in a graph; ``value`` is +1
    for yes, 0 for an abstention, −1 for no; ``vote`` is 1, 2, 3; ``session`` a number, or text where it is none;
    ``date`` a Datetime, null where unknown. ``unit``, ``code``, ``item`` and ``issues`` are the words of the files
    (all topics of a roll call, separated by "; "). An absence is no row.
    """
    import polars as pl

    votes = _Votes(Path(path), options)
    return votes.joined().select(
        pl.concat_str(pl.lit(PREFIXES["item"]), "sid", pl.lit("/vote-"), "local").alias("stance"),
        "holder",
        "position",
        "issue",
        pl.col("vote").replace_strict(SCORES, return_dtype=pl.Float64).alias("value"),
        "vote",
        "session",
        "date",
        pl.concat_str(pl.lit(PREFIXES["src"]), "sid").alias("source"),
        "unit",
        "code",
        "item",
        "issues",
    )


# -- files -------------------------------------------------------------------------------------


def _find(folder: Path, kind: str) -> Path | None:
    return next((f for ending in _ENDINGS if (f := folder / f"{_FILES[kind]}{ending}").is_file()), None)


class _Votes:
    """The three files as columns: ``votes`` (item, unit, code, vote), ``items`` and ``units`` with their IRIs."""

    def __init__(self, path: Path, options: dict[str, object]) -> None:
        refuse_unknown("votes", options, OPTIONS)
        self.given = {
            k: "|".join(map(str, v)) if isinstance(v, list | tuple) else str(v) for k, v in options.items()
        }
        file = _find(path, "votes") if path.is_dir() else path
        if file is None:
            raise ReadError(
                "there is no file of votes in this folder.",
                where=str(path),
                cure="Name the file itself, or un_votes.csv.",
            )
        self.file, self.folder = file, file.parent
        self.name = self.given.get("name") or (path.resolve().name if path.is_dir() else files.bare(path).stem)
        self.columns = {role: self.given.get(role, default) for role, default in _COLUMNS.items()}
        self.kind = self._actor_kind()
        grid = _grid(file)
        for role in ("item", "unit", "vote"):
            self._need(grid, role, file)
        self.votes = self._ranked(grid)
        self.items = self._items(grid)
        self._narrow()
        self.units = self._units()

    def _actor_kind(self) -> str:
        words = vocabulary()
        name = self.given.get("kind", "State")
        found = words.find(words.actor_types, name)
        if found is None or local_name(found) == "PersonGroup":
            raise NotFound(f'No kind of actor "{name}".', cure=did_you_mean(name, words.actor_types))
        return found

    def _need(self, grid: pl.DataFrame, role: str, file: Path) -> None:
        column = self.columns[role]
        if column not in grid.columns:
            hint = did_you_mean(column, grid.columns) or f"There are: {', '.join(grid.columns[:12])}."
            raise ReadError(
                f'there is no column "{column}" for {role}.',
                where=str(file),
                cure=f"{hint} Name it with the option {role}.",
            )

    def _ranked(self, grid: pl.DataFrame) -> pl.DataFrame:
        """Votes with their ranks, absences and repetitions left out."""
        import polars as pl

        code = self.columns["code"]
        votes = grid.select(
            pl.col(self.columns["item"]).alias("item"),
            pl.col(self.columns["unit"]).alias("unit"),
            (pl.col(code) if code in grid.columns else pl.lit("")).alias("code"),
            pl.col(self.columns["vote"]).alias("word"),
        ).with_row_index("line", offset=2)
        for role in ("item", "unit"):
            blank = votes.filter(pl.col(role) == "")
            if len(blank):
                raise ReadError(
                    f"the {self.columns[role]} is blank.", where=f"{self.file}, line {blank['line'][0]}"
                )
        ranks = self._ranks(votes)
        votes = votes.with_columns(pl.col("word").replace_strict(ranks, return_dtype=pl.Int64).alias("vote"))
        votes = votes.filter(pl.col("vote").is_not_null()).drop("word")
        if not len(votes):
            raise ReadError("there is no vote in it.", where=str(self.file), cure="Check the option vote.")
        twice = votes.select("item", "unit").is_duplicated()
        if twice.any():
            votes = votes.unique(["item", "unit", "vote"], keep="first", maintain_order=True)
            two = votes.filter(votes.select("item", "unit").is_duplicated())
            if len(two):
                raise ReadError(
                    f"{two['unit'][0]} has two different votes in roll call {two['item'][0]}.",
                    where=f"{self.file}, line {two['line'][0]}",
                    cure="Remove one of the rows.",
                )
        return votes.drop("line")

    def _ranks(self, votes: pl.DataFrame) -> dict[str, int | None]:
        import polars as pl

        named_ = {
            fold(word): rank
            for side, rank in _RANKS.items()
            for word in (self.given[side].split("|") if side in self.given else _WORDS[side])
        }
        found = votes["word"].unique(maintain_order=True).to_list()
        strange = [word for word in found if fold(word) not in named_]
        if strange:
            line = votes.filter(pl.col("word") == strange[0])["line"][0]
            raise ReadError(
                f'"{strange[0]}" is no vote.',
                where=f"{self.file}, line {line}",
                cure="Say what it means with the option yes, abstain, no or absent.",
            )
        return {word: named_[fold(word)] for word in found}

    def _items(self, grid: pl.DataFrame) -> pl.DataFrame:
        """One row a roll call: item, sid, session, date, what, description, issue (IRI), topic, issues."""
        import polars as pl

        file = Path(self.given["items"]) if "items" in self.given else _find(self.folder, "items")
        about = _grid(file) if file else grid
        where = file or self.file
        self._need(about, "item", where)
        items = about.select(
            pl.col(self.columns["item"]).alias("item"),
            *(
                (
                    pl.col(self.columns[role]).str.strip_chars()
                    if self.columns[role] in about.columns
                    else pl.lit("")
                ).alias(role)
                for role in _ABOUT
            ),
        ).unique("item", keep="first", maintain_order=True)
        items = (
            self.votes.select("item")
            .unique(maintain_order=True)
            .join(items, on="item", how="left", maintain_order="left")
        )
        items = items.with_columns(pl.col(_ABOUT).fill_null(""))
        dates = items["date"].str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("ms"))
        wrong = items.filter(dates.is_null() & (pl.col("date") != ""))
        if len(wrong):
            raise ReadError(
                f'the date "{wrong["date"][0]}" of {wrong["item"][0]} is not written as 2019-12-12.',
                where=str(where),
            )
        numbers = items["session"].cast(pl.Int64, strict=False)
        whole = numbers.null_count() == (items["session"] == "").sum()
        what = pl.concat_str("reference", "title", separator=", ").str.strip_chars(" ,.")
        short = slug(self.name)[:60]
        items = items.with_columns(
            dates.alias("date"),
            numbers if whole else items["session"],
            pl.when(what == "")
            .then(pl.concat_str(pl.lit("What roll call "), "item", pl.lit(" was on")))
            .otherwise(what)
            .alias("what"),
            pl.Series("sid", [f"{short}-{_local(item)}" for item in items["item"]], dtype=pl.String),
        )
        items = items.join(self._topics(), on="item", how="left", maintain_order="left")
        items = items.with_columns(pl.col("topic").fill_null(_NO_TOPIC), pl.col("issues").fill_null(""))
        topics = {
            topic: named("issue", "issue", f"{self.name}\0{topic}")[1:-1] for topic in items["topic"].unique()
        }
        places = [named("pos", f"roll call of {self.name}", item)[1:-1] for item in items["item"]]
        return items.with_columns(
            pl.col("topic").replace_strict(topics, return_dtype=pl.String).alias("issue"),
            pl.Series("position", places, dtype=pl.String),
        )

    def _topics(self) -> pl.DataFrame:
        """Item → its rarest topic, which says most about it, and all of them."""
        import polars as pl

        file = Path(self.given["issues"]) if "issues" in self.given else _find(self.folder, "issues")
        if file is None:
            return pl.DataFrame(schema={"item": pl.String, "topic": pl.String, "issues": pl.String})
        grid = _grid(file)
        for role in ("item", "topic"):
            self._need(grid, role, file)
        pairs = grid.select(
            pl.col(self.columns["item"]).alias("item"), pl.col(self.columns["topic"]).alias("topic")
        )
        pairs = pairs.filter(pl.col("topic") != "").unique()
        ranked = pairs.with_columns(pl.len().over("topic").alias("often")).sort("often", "topic")
        return ranked.group_by("item").agg(
            pl.col("topic").first(), pl.col("topic").sort().str.join("; ").alias("issues")
        )

    def _narrow(self) -> None:
        """Keep the sessions that are asked for."""
        import polars as pl

        asked = self.given.get("sessions")
        if asked is None:
            return
        wanted: list[int] = []
        for part in filter(None, re.split(r"[,|]", asked)):
            ends = re.fullmatch(r"\s*(\d+)(?:\s*-\s*(\d+))?\s*", part)
            if ends is None:
                raise ReadError(f'"{part}" is no session.', cure="Write the option sessions as 46 or 46-48,70.")
            wanted += range(int(ends[1]), int(ends[2] or ends[1]) + 1)
        self.items = self.items.filter(pl.col("session").cast(pl.String).is_in([str(n) for n in wanted]))
        self.votes = self.votes.join(self.items, on="item", how="semi")
        if not len(self.votes):
            raise ReadError(f"there is no vote of the sessions {asked}.", where=str(self.file))

    def _units(self) -> pl.DataFrame:
        """One row for each who votes: unit, holder (IRI), local (its last part)."""
        import polars as pl

        kind = local_name(self.kind)
        names = self.votes["unit"].unique(maintain_order=True)
        holders = [named("actor", kind, name)[1:-1] for name in names]
        return pl.DataFrame(
            {"unit": names, "holder": holders, "local": list(map(local_name, holders))},
            schema={"unit": pl.String, "holder": pl.String, "local": pl.String},
        )

    def joined(self) -> pl.DataFrame:
        """Each vote with all that is known of its item and of who cast it."""
        votes = self.votes.join(self.units, on="unit", how="left", maintain_order="left")
        return votes.join(self.items, on="item", how="left", maintain_order="left")


def _grid(file: Path) -> pl.DataFrame:
    """A CSV file as text columns; what looks like a missing value to others, such as NA, is a word here."""
    import polars as pl

    if not file.is_file():
        raise NotFound(f'No file "{file}".', cure="Check the path.")
    data = files.read(file)
    if not data.strip():
        raise ReadError("the file is empty.", where=str(file), cure="Check that it was saved.")
    head = data.split(b"\n", 1)[0]
    separator = max(",;\t", key=lambda mark: head.count(mark.encode()))
    try:
        return pl.read_csv(data, infer_schema=False, separator=separator).with_columns(pl.all().fill_null(""))
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise ReadError(
            f"the CSV is wrong: {reason}.", where=str(file), cure="Check its quotation marks."
        ) from error


def _local(item: str) -> str:
    """An item's number as part of an IRI."""
    return (
        item if re.fullmatch(r"[A-Za-z0-9.-]+", item) else named("item", "roll call", item).rsplit("/", 1)[1][:-1]
    )


# -- quads -------------------------------------------------------------------------------------

_POINTS = {rank: node(f"stx:{VALUES[str(int(score))]}") for rank, score in SCORES.items()}
_TEMPLATE = "".join(
    f"{{me}} {node(prop)} {value} {{graph}} .\n"
    for prop, value in (
        ("rdf:type", node("st:Stance")),
        ("st:holder", "<{holder}>"),
        ("st:towards", "<{position}>"),
        ("st:value", "{point}"),
        ("st:basis", node("stx:deed")),
        ("st:certainty", node("stx:stated")),
        ("st:confidence", literal("1.0", "decimal")),
        ("st:hasEvidence", "{evidence}"),
        ("item:variable/vote", "{rank}"),
    )
)
_DATED = _TEMPLATE + "".join(
    f"{{me}} {node(prop)} {value} {{graph}} .\n"
    for prop, value in (
        ("st:timeBasis", node("stx:time-calendar")),
        ("st:datePrecision", node("stx:precision-day")),
        ("st:startDate", literal("{day}", "date")),
    )
)
_UNDATED = _TEMPLATE + "".join(
    f"{{me}} {node(prop)} {value} {{graph}} .\n"
    for prop, value in (("st:timeBasis", node("stx:time-none")), ("st:datePrecision", node("stx:precision-none")))
)


def _lines(votes: _Votes) -> Iterator[bytes]:
    import polars as pl

    yield _registry(votes).encode()
    whole = votes.joined()
    for start in range(0, len(whole), _PIECE):
        base = PREFIXES["item"]
        some = whole.slice(start, _PIECE).select(
            pl.concat_str(pl.lit(f"<{base}"), "sid", pl.lit("/vote-"), "local", pl.lit(">")).alias("me"),
            pl.concat_str(pl.lit(f"<{PREFIXES['graph']}"), "sid", pl.lit(">")).alias("graph"),
            pl.concat_str(pl.lit(f"<{base}"), "sid", pl.lit("/evidence/record>")).alias("evidence"),
            pl.col("vote").replace_strict(_POINTS, return_dtype=pl.String).alias("point"),
            pl.col("vote")
            .replace_strict({r: literal(str(r), "integer") for r in _POINTS}, return_dtype=pl.String)
            .alias("rank"),
            pl.col("date").dt.strftime("%Y-%m-%d").alias("day"),
            "holder",
            "position",
        )
        for template, those in (
            (_DATED, some.drop_nulls("day")),
            (_UNDATED, some.filter(pl.col("day").is_null())),
        ):
            if len(those):
                yield "".join(those.select(_filled(template)).to_series().to_list()).encode()


def _filled(template: str) -> pl.Expr:
    """A template with a column's text in each pair of braces."""
    import polars as pl

    cut = re.split(r"\{(\w+)\}", template)
    return pl.concat_str([pl.col(part) if at % 2 else pl.lit(part) for at, part in enumerate(cut) if part])


def _registry(votes: _Votes) -> str:
    """Who votes, on what, and the records: the registry, the provenance, and the evidence of each roll call."""
    out = nquads.Registered()
    out.variable("vote", "integer")
    codes = (
        votes.votes.unique(["unit", "code"], maintain_order=True).group_by("unit", maintain_order=True).agg("code")
    )
    also = dict(codes.iter_rows())
    for name, holder, _ in votes.units.iter_rows():
        others = (("skos:altLabel", literal(code)) for code in also[name] if code and code != name)
        out.registry(f"<{holder}>", ("rdf:type", f"<{votes.kind}>"), ("skos:prefLabel", literal(name)), *others)
    top = out.issue(named("issue", "issue", votes.name), votes.name)
    evidence: list[str] = []
    for row in votes.items.iter_rows(named=True):
        _item(row, out, top, evidence)
    return out.text() + "".join(evidence)


def _item(row: dict[str, object], out: nquads.Registered, top: str, evidence: list[str]) -> None:
    """One roll call: position, source, and the record of the vote that all its stances rest on."""
    sid, what = row["sid"], str(row["what"])
    issue = out.issue(f"<{row['issue']}>", str(row["topic"]), broader=top)
    sentence = f"{what} should be adopted (roll call {row['item']})."
    position, source = f"<{row['position']}>", f"<{PREFIXES['src']}{sid}>"
    kind = ("rdf:type", node("st:PolicyPosition"))
    out.registry(position, kind, ("skos:prefLabel", literal(sentence)), ("st:onIssue", issue))
    day = row["date"]
    whole = isinstance(row["session"], int)
    session = "" if row["session"] in (None, "") else literal(str(row["session"]), "integer" if whole else "")
    out.provenance(
        source,
        ("rdf:type", node("st:Source")),
        ("dcterms:title", literal(f"Vote on {what} (roll call {row['item']})")),
        ("dcterms:identifier", literal(str(sid))),
        ("dcterms:issued", literal(day.date().isoformat(), "date") if isinstance(day, datetime) else ""),
        ("dcterms:description", literal(str(row["description"]))),
        (out.variable("session", "integer" if whole else "entity"), session),
        (out.variable("issues", "entity"), literal(str(row["issues"]))),
        (out.variable("roll call", "entity"), literal(str(row["item"]))),
    )
    graph = f"<{PREFIXES['graph']}{sid}>"
    out.provenance(graph, ("rdf:type", node("prov:Entity")), ("prov:wasDerivedFrom", source))
    me = f"<{PREFIXES['item']}{sid}/evidence/record>"
    evidence += (
        f"{me} {node(prop)} {value} {graph} .\n"
        for prop, value in (
            ("rdf:type", node("st:Evidence")),
            ("oa:hasSource", source),
            ("st:attributionMode", node("stx:narration")),
            ("st:paraphrase", literal(f"The record of who voted how on {what}.")),
        )
    )
