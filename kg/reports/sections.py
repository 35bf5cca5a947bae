"""Sections: what a report adds to a comparison, and the order of it all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kg import networks, wording
from kg.accounts import Accounts
from kg.comparisons import everyone, page
from kg.comparisons.reading import Reading
from kg.documents import kind_words
from kg.pages.article import Article, Block, Facts, Point, Points, Prose, Section
from kg.reports.pictures import pictures
from kg.tables import Table
from kg.terms import SPARQL_PREFIXES, local_name

if TYPE_CHECKING:
    from kg.comparisons import Comparison
    from kg.pages import Source

OTHERS = 12
"""Ties with actors outside the report that it names, those with the most items."""

_WHO = f"""{SPARQL_PREFIXES}
SELECT DISTINCT ?actor ?what ?value WHERE {{ VALUES ?actor {{ $ACTORS }}
  {{ ?actor a ?value . ?value rdfs:subClassOf* st:Actor BIND ("kind" AS ?what) }}
  UNION {{ ?actor dcterms:description ?value BIND ("description" AS ?what) }}
  UNION {{ ?actor skos:altLabel ?value BIND ("alias" AS ?what) }}
  UNION {{ ?actor st:affiliatedWith ?value BIND ("belongs" AS ?what) }} }}
ORDER BY ?actor ?what ?value"""


def article(comparison: Comparison, title: str, *, figures: bool = False) -> Article:
    """The whole report."""
    drawn = [pictures(comparison)] if figures else []
    made = Section(
        "made", "What it was made from", page.made(comparison, "report", "report.html", ["figures"] * figures)
    )
    if not comparison.named:
        return _of_all(comparison, title, drawn, made)
    told = Reading(comparison)
    between, others, ties = _ties(comparison)
    sections = [
        Section("summary", "Summary", page.summary(told)),
        *drawn,
        Section("actors", "Who they are", _actors(told)),
        *page.positions(told),
        Section("moved", "How it moved", page.moves(told)),
        Section("deeds", "Words and deeds", _deeds(comparison)),
        Section("ties", "How they deal with each other", between),
        Section("others", "With whom else they deal", others),
        Section("sure", "How sure", page.sureness(told)),
        Section("limits", "What is not known", _limits(told.accounts, told.rows)),
        Section("method", "Method", page.method()),
        made,
    ]
    return Article(
        title=title,
        subtitle=page.subtitle("A report on what is coded", comparison.graph),
        actors=told.names,
        sections=[section for section in sections if section.blocks],
        sources=_merged(told.accounts.sources, ties.sources),
    )


def _of_all(comparison: Comparison, title: str, drawn: list[Section], made: Section) -> Article:
    """The report on everybody: the comparison of all pairs, and what is not known."""
    whole = everyone.article(comparison)
    rows = {row["stance"]: row for row in comparison._stances}
    limits = Section("limits", "What is not known", _limits(Accounts(comparison.graph, rows), rows))
    kept = [section for section in whole.sections if section.id not in ("made", "method")]
    method = [section for section in whole.sections if section.id == "method"]
    return replace(whole, title=title, sections=[*kept[:1], *drawn, *kept[1:], limits, *method, made])


# -- who they are --------------------------------------------------------------------


def _actors(told: Reading) -> list[Block]:
    graph = told.c.graph
    listed = " ".join(f"<{actor}>" for actor in told.c.actors)
    known: dict[str, dict[str, list[str]]] = {actor: {} for actor in told.c.actors}
    for row in Table.from_tsv(graph.store.query(_WHO.replace("$ACTORS", listed)).body):
        known[row["actor"]].setdefault(row["what"], []).append(str(row["value"]))
    return [Facts([(told.label(actor), _who(told, actor, known[actor])) for actor in told.c.actors])]


def _who(told: Reading, actor: str, known: dict[str, list[str]]) -> str:
    rows = [row for row in told.rows.values() if row["holder"] == actor]
    days = sorted(wording.known_date(row) for row in rows if wording.known_date(row))
    kinds = [kind_words(local_name(kind)) for kind in known.get("kind", ()) if local_name(kind) not in _PLAIN]
    return wording.who(
        kind=kinds[-1] if kinds else "",
        described=known.get("description", []),
        belongs=[told.label(one) for one in known.get("belongs", [])],
        aliases=sorted(set(known.get("alias", []))),  # stores collate other scripts each in its own way
        stances=len(rows),
        positions=len({row["position"] for row in rows}),
        sources=len(told.accounts.sources_of(row["stance"] for row in rows)),
        dates=wording.period(days[0], days[-1]) if days else "",
    )


_PLAIN = {"Actor", "CollectiveActor"}


# -- words and deeds -----------------------------------------------------------------


def _deeds(comparison: Comparison) -> list[Block]:
    rows = list(comparison.words_and_deeds()) if len(comparison.statements.entries) else []
    if not rows:
        return []
    points = [
        Point(
            wording.deeds(
                row["holder"],
                row["word"],
                row["deed"],
                (row["word: n"], row["deed: n"]),
                row["low"],
                row["high"],
            )
        )
        for row in rows
    ]
    return [Prose(wording.DEEDS, quiet=True), Points(points)]


# -- ties ----------------------------------------------------------------------------


def _ties(comparison: Comparison) -> tuple[list[Block], list[Block], Accounts]:
    """Ties between the actors, ties with others, and the evidence behind both."""
    graph, actors = comparison.graph, set(comparison.named)
    edges = [
        (a, b, edge)
        for a, b, edge in networks.network(graph).nx.edges(data=True)
        if (a in actors or b in actors) and a != b
    ]
    edges.sort(
        key=lambda e: (-e[2]["weight"], graph.names.label(e[0]), e[2]["label"], graph.names.label(e[1]))
    )
    inside = [edge for edge in edges if edge[0] in actors and edge[1] in actors]
    outside = [edge for edge in edges if not (edge[0] in actors and edge[1] in actors)]
    accounts = Accounts(graph, (item for *_, edge in (*inside, *outside[:OTHERS]) for item in edge["items"]))
    between: list[Block] = [Prose(wording.no_ties(len(actors)))]
    if inside:
        between = [Points([_tie(comparison, accounts, *edge) for edge in inside])]
    others: list[Block] = []
    if outside:
        others = [Points([_tie(comparison, accounts, *edge) for edge in outside[:OTHERS]])]
        if len(outside) > OTHERS:
            others.insert(0, Prose(wording.ties_left(OTHERS, len(outside)), quiet=True))
    return between, others, accounts


def _tie(comparison: Comparison, accounts: Accounts, a: str, b: str, edge: dict[str, Any]) -> Point:
    label, dates = comparison.graph.names.label, edge["dates"]
    when = wording.period(dates[0], dates[-1]) if dates else ""
    behind = accounts.of(edge["items"])
    return Point(
        wording.tie(label(a), edge["label"], label(b), edge["weight"], len(edge["sources"]), when),
        accounts=behind,
        behind="Evidence",
    )


# -- what is not known ---------------------------------------------------------------


def _limits(accounts: Accounts, rows: dict[str, dict[str, Any]]) -> list[Block]:
    certainty = [local_name(row["certainty"] or "") for row in rows.values()]
    carried = [accounts.sources_of([stance]) for stance in rows]
    told = wording.limits(
        statements=len(rows),
        sources=len(accounts.sources),
        undated=sum(not wording.known_date(row) for row in rows.values()),
        implied=certainty.count("implied"),
        hedged=certainty.count("hedged"),
        unrated=sum(not source.reliability for source in accounts.sources),
        single=sum(len(sources) == 1 for sources in carried),
    )
    return [Points([Point(text) for text in told])]


def _merged(*lists: list[Source]) -> list[Source]:
    return list({source.id: source for sources in lists for source in sources}.values())
