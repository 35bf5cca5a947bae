"""Levels: stances counted under larger actors or broader issues, each once.

Who an actor belongs to is told by coded relations and tenures with their dates, and by the ties of the registry, which
have none: ``st:isBodyOf``, ``st:leads``, ``st:isOfficialOf``, ``st:speaksFor``, ``st:affiliatedWith``. What is hedged
or only claimed does not count, as in the rules.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from kg.errors import KGError, NotFound, did_you_mean
from kg.stores import Store
from kg.tables import Table
from kg.terms import SPARQL_PREFIXES, ST

LEVELS = ("holder", "speaker", "onBehalfOf", "organization", "party", "state", "coalition")

# The closest bond first: it decides between several that hold at a time.
_TIES = ("isBodyOf", "leads", "isOfficialOf", "speaksFor", "affiliatedWith")
_LISTED = " ".join(f"st:{tie}" for tie in _TIES)
_CERTAIN = "OPTIONAL { ?node st:certainty ?certainty } FILTER (!BOUND(?certainty) || ?certainty != stx:hedged)"
_DATES = "OPTIONAL { ?node st:startDate ?start } OPTIONAL { ?node st:endDate ?end }"

_DIRECT = f"SELECT DISTINCT ?actor ?above ?tie WHERE {{ VALUES ?tie {{ {_LISTED} }} ?actor ?tie ?above }}"
_RELATIONS = f"""SELECT DISTINCT ?actor ?above ?tie ?start ?end WHERE {{ VALUES ?tie {{ {_LISTED} }}
  ?node st:relationType ?tie ; st:relationSubject ?actor ; st:relationObject ?above {_CERTAIN} {_DATES} }}"""
_TENURES = f"""SELECT DISTINCT ?actor ?above ?tie ?start ?end WHERE {{
  ?node a st:Tenure ; st:incumbent ?actor ; st:inOrganization ?above
  OPTIONAL {{ ?node st:role/st:impliesRelation ?tie }}
  FILTER NOT EXISTS {{ ?node st:tenureStatus stx:claimed }} {_CERTAIN} {_DATES} }}"""
_KINDS = """SELECT DISTINCT ?actor ?top WHERE { VALUES ?top { st:CollectiveActor st:State st:Coalition st:Person }
  ?kind rdfs:subClassOf* ?top . ?actor a ?kind }"""
_TREE = "SELECT DISTINCT ?issue ?above WHERE { ?issue skos:broader ?above }"


def _ask(store: Store, sparql: str) -> Table:
    return Table.from_tsv(store.query(SPARQL_PREFIXES + sparql).body)


# -- actors ----------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class Bond:
    """An actor's place below another; the order is that in which bonds are preferred.

    *undated* bonds come after dated ones, of which the latest begun comes first.
    """

    undated: bool
    age: int  # days from the start to the end of time: less for a later start
    rank: int
    above: str
    start: str = ""
    end: str = "~"  # after any digit, so that a year or a month ends with its last day

    def holds(self, day: str | None) -> bool:
        """Whether it holds on a day; on a day that is not known any does."""
        return day is None or self.start <= day <= self.end


class Bonds:
    """Who belongs to whom, and when."""

    def __init__(self, store: Store) -> None:
        above: dict[str, set[Bond]] = defaultdict(set)
        told: set[tuple[str, str]] = set()
        for row in (*_ask(store, _RELATIONS), *_ask(store, _TENURES)):
            told.add((row["actor"], row["above"]))
            above[row["actor"]].add(_bond(row["above"], row["tie"], row["start"], row["end"]))
        for row in _ask(store, _DIRECT):
            # A tie that rules derived from a coded item holds when that item does.
            if (row["actor"], row["above"]) not in told:
                above[row["actor"]].add(_bond(row["above"], row["tie"], None, None))
        self.above = {actor: sorted(bonds) for actor, bonds in above.items()}
        self.kinds: dict[str, set[str]] = defaultdict(set)
        for row in _ask(store, _KINDS):
            self.kinds[row["actor"]].add(row["top"].removeprefix(ST))
        self._larger = {bond.above for bonds in above.values() for bond in bonds}
        days = {day for bonds in above.values() for bond in bonds for day in (bond.start, bond.end)}
        self.days = sorted(days - {"", "~"})

    def collective(self, actor: str) -> bool:
        """Whether an actor is a collective one, by its class or because others belong to it."""
        kinds = self.kinds.get(actor, set())
        return "CollectiveActor" in kinds or (actor in self._larger and "Person" not in kinds)

    def is_a(self, actor: str, kind: str) -> bool:
        """Whether an actor is of a class."""
        return kind in self.kinds.get(actor, set())

    def larger(self, actor: str, day: str | None) -> list[str]:
        """The collective actors directly above one on a day, the preferred one first."""
        found = (bond.above for bond in self.above.get(actor, ()) if bond.holds(day))
        return [one for one in dict.fromkeys(found) if one != actor and self.collective(one)]

    def at(self, level: str, actor: str, day: str | None) -> str:
        """The actor at a level that one belongs to on a day; itself where there is none."""
        if level == "party":
            return self._party(actor, day)
        seen, row = {actor}, [actor]
        while row:
            for one in row:
                if self.collective(one) if level == "organization" else self.is_a(one, level.capitalize()):
                    return one
            row = [one for one in dict.fromkeys(o for a in row for o in self.larger(a, day)) if one not in seen]
            seen.update(row)
        return actor

    def _party(self, actor: str, day: str | None) -> str:
        """The largest actor that one belongs to, coalitions apart, always by the preferred bond."""
        seen = {actor}
        while True:
            above = [o for o in self.larger(actor, day) if o not in seen and not self.is_a(o, "Coalition")]
            if not above:
                return actor
            actor = above[0]
            seen.add(actor)


def _bond(above: str, tie: str | None, start: str | None, end: str | None) -> Bond:
    name = (tie or "").removeprefix(ST)
    rank = _TIES.index(name) if name in _TIES else len(_TIES)
    first, last = str(start or ""), f"{end or ''}~"
    digits = f"{first[:10]:0<10}".replace("-", "0")
    age = 10**10 - int(digits) if first and digits.isdecimal() else 10**10
    return Bond(not (start or end), age, rank, above, first, last)


def known(level: str) -> str:
    """A level, if there is one of this name; raises NotFound with a suggestion."""
    if level not in LEVELS:
        hint = did_you_mean(level, LEVELS)
        raise NotFound(f'No level "{level}".', cure=hint or f"There are: {', '.join(LEVELS)}.")
    return level


def at_level(store: Store, data: pl.DataFrame, level: str) -> tuple[pl.DataFrame, int]:
    """The frame with the holder at a level, and how many of its stances have another holder by that."""
    if level == "holder":
        return data, 0
    if level in ("speaker", "onBehalfOf"):
        data = data.with_columns(pl.coalesce(level, "holder").alias("holder"))
    else:
        data = _climbed(Bonds(store), data, level)
    return data, data.filter(pl.col("holder") != pl.col("heldBy"))["stance"].n_unique()


def _climbed(bonds: Bonds, data: pl.DataFrame, level: str) -> pl.DataFrame:
    """The frame with each holder at a level, found once for each stretch of time in which no bond begins or ends."""
    day = data["date"].dt.strftime("%Y-%m-%d").alias("day")
    stretches = {one: bisect_left(bonds.days, one) + bisect_right(bonds.days, one) for one in day.drop_nulls().unique()}
    stretch = day.replace_strict(stretches, return_dtype=pl.Int64) if stretches else day.cast(pl.Int64, strict=False)
    keys = data.select("holder", "onBehalfOf").with_columns(day, stretch.alias("stretch"))
    by = ["holder", "onBehalfOf", "stretch"]
    firsts = keys.group_by(by).agg(pl.col("day").min())
    found = [
        bonds.at(level, behalf if behalf and not bonds.collective(holder) else holder, when)
        for holder, behalf, when in firsts.select("holder", "onBehalfOf", "day").iter_rows()
    ]
    firsts = firsts.drop("day").with_columns(pl.Series("rolled", found, dtype=pl.String))
    joined = keys.join(firsts, on=by, how="left", nulls_equal=True, maintain_order="left")
    return data.with_columns(joined["rolled"].alias("holder"))


# -- issues ----------------------------------------------------------------------------


def tree(store: Store) -> dict[str, list[str]]:
    """Each issue with those directly above it, in the order of their IRIs."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in _ask(store, _TREE):
        found[row["issue"]].append(row["above"])
    return {issue: sorted(above) for issue, above in found.items()}


def narrower(store: Store, issues: Iterable[str]) -> list[str]:
    """Issues with all narrower ones."""
    below: dict[str, list[str]] = defaultdict(list)
    for issue, above in tree(store).items():
        for one in above:
            below[one].append(issue)
    found = dict.fromkeys(issues)
    waiting = list(found)
    while waiting:
        fresh = [one for one in below.get(waiting.pop(), ()) if one not in found]
        found |= dict.fromkeys(fresh)
        waiting += fresh
    return list(found)


def rolled_issues(
    above: Mapping[str, list[str]], issues: Iterable[str], to: int | Iterable[str]
) -> dict[str, list[str]]:
    """For each issue those that it counts under: the nearest of some named ones, or those at a depth.

    The broadest issues have the depth 1. An issue that is at a smaller depth, or under no named one, stays itself.
    In a tree each issue counts under one; where an issue has two broader ones it may count under several.
    """
    if isinstance(to, int):
        if to < 1:
            raise KGError(f"No issue has the depth {to}.", cure="The broadest have 1.")
        depths: dict[str, int] = {}
        return {issue: _up(above, issue, lambda one: _depth(above, one, depths) <= to) for issue in issues}
    named = {*to}
    return {issue: _up(above, issue, named.__contains__) for issue in issues}


def _depth(above: Mapping[str, list[str]], issue: str, known: dict[str, int]) -> int:
    """1 for the broadest; by the shortest way up where there are several."""
    if issue not in known:
        seen, row, steps = {issue}, [issue], 1
        while not any(not above.get(one) for one in row):
            row = [one for one in dict.fromkeys(o for a in row for o in above[a]) if one not in seen]
            if not row:  # a circle: none of it is broader than the rest
                break
            seen.update(row)
            steps += 1
        known[issue] = steps
    return known[issue]


def _up(above: Mapping[str, list[str]], issue: str, wanted: Callable[[str], bool]) -> list[str]:
    """The first issues that are wanted on each way up; the issue itself where no way has one."""
    found: dict[str, None] = {}
    seen, row = {issue}, [issue]
    while row:
        found |= dict.fromkeys(one for one in row if wanted(one))
        row = [o for a in row if not wanted(a) for o in above.get(a, ()) if o not in seen]
        row = list(dict.fromkeys(row))
        seen.update(row)
    return list(found) or [issue]


def at_issues(above: Mapping[str, list[str]], data: pl.DataFrame, to: int | Iterable[str]) -> pl.DataFrame:
    """The frame with broader issues; a stance has one row a source and issue then."""
    there = data["issue"].drop_nulls().unique().to_list()
    pairs = [(issue, one) for issue, found in rolled_issues(above, there, to).items() for one in found]
    broad = pl.DataFrame(pairs, schema={"issue": pl.String, "rolled": pl.String}, orient="row")
    joined = data.join(broad, on="issue", how="left", maintain_order="left")
    joined = joined.with_columns(pl.col("rolled").alias("issue")).drop("rolled")
    apart = [name for name in joined.columns if name != "onIssue"]
    return joined.unique(apart, keep="first", maintain_order=True)
