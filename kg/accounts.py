"""Accounts: what sources tell of coded items, worded for a page of prose, with the sources themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from kg import pages, wording
from kg.documents import date_words, value_words
from kg.evidence import conflicts, details
from kg.graph import KnowledgeGraph
from kg.pages.article import Account
from kg.tables import Table
from kg.terms import SPARQL_PREFIXES, compact, local_name


class Accounts:
    """The evidence behind some coded items. ``basis`` maps those that are stances to what they were read from."""

    def __init__(
        self, graph: KnowledgeGraph, items: Iterable[str], basis: Mapping[str, str] | None = None
    ) -> None:
        self.graph = graph
        self.basis = basis or {}
        self._known = details(graph, items)
        self._disputed = conflicts(graph)

    def of(self, items: Iterable[str], earlier: Iterable[str] = ()) -> tuple[Account, ...]:
        """What is told of some items, newest first; *earlier* ones were replaced by others."""
        replaced = set(earlier)
        every = {*items, *replaced}
        found = [one for item in every for one in self._told(item, item in replaced)]
        # Items without a date come last, and equal dates in an order of their own.
        found.sort(key=lambda one: (one.id, one.source))
        return tuple(sorted(found, key=lambda one: one.date, reverse=True))

    def records(self, items: Iterable[str]) -> list[dict[str, Any]]:
        """One record for each piece of evidence behind some items."""
        return [record for item in sorted(set(items)) for record in self._known.get(item, ())]

    def sources_of(self, items: Iterable[str]) -> tuple[str, ...]:
        """The sources that carry some items."""
        return tuple(sorted({record["source"] for record in self.records(items)}))

    @cached_property
    def sources(self) -> list[pages.Source]:
        """Every source behind the items."""
        first = {r["source"]: r for records in self._known.values() for r in records}
        issued = self._issued(first)
        return [
            pages.Source(
                id=source,
                title=str(record["sourceTitle"] or compact(source)),
                publisher=record["publisher"] or "",
                url=record["url"] or "",
                reliability=code(record["reliability"], "reliability-").upper(),
                date=wording.day(issued.get(source, "")),
            )
            for source, record in sorted(first.items())
        ]

    def _issued(self, sources: Iterable[str]) -> dict[str, str]:
        listed = " ".join(f"<{source}>" for source in sorted(sources))
        sparql = (
            f"{SPARQL_PREFIXES} SELECT ?source ?date WHERE {{ VALUES ?source {{ {listed} }} "
            "?source dcterms:issued ?date } ORDER BY ?source ?date"
        )
        found: dict[str, str] = {}
        for row in Table.from_tsv(self.graph.store.query(sparql).body) if listed else ():
            found.setdefault(row["source"], str(row["date"])[:10])
        return found

    def _told(self, item: str, earlier: bool) -> list[Account]:
        """One account for each source with words of its own; those that merely carry the item too are named."""
        by_source: dict[str, list[dict[str, Any]]] = {}
        for record in self._known.get(item, ()):
            by_source.setdefault(record["source"], []).append(record)
        own: dict[tuple[tuple[str, ...], str], list[str]] = {}
        for source, records in by_source.items():
            quotes = tuple(dict.fromkeys(r["quote"] for r in records if r["quote"]))
            paraphrase = " ".join(dict.fromkeys(r["paraphrase"] for r in records if r["paraphrase"]))
            own.setdefault((quotes, paraphrase), []).append(source)
        # Who adds no words to what another tells is named beside it.
        echo = [key for key in own if not key[0] and any(key != one and key[1] in one[1] for one in own)]
        silent = [source for key in echo for source in own.pop(key)]
        found = []
        for number, ((quotes, paraphrase), sources) in enumerate(own.items()):
            also = [*sources[1:], *(() if number else silent)]
            account = self._account(item, by_source[sources[0]][0], quotes, paraphrase, also, earlier)
            # What accounts conflict about is told once.
            found.append(replace(account, conflicts=()) if number else account)
        return found

    def _account(
        self,
        item: str,
        first: dict[str, Any],
        quotes: tuple[str, ...],
        paraphrase: str,
        also: list[str],
        earlier: bool,
    ) -> Account:
        label = self.graph.names.label
        confidence = first["confidence"]
        return Account(
            id=compact(item),
            source=first["source"],
            title=first["itemLabel"] or "",
            date=first["date"] or "",
            date_text=date_words(first),
            speaker=label(first["speaker"]) if first["speaker"] else "",
            on_behalf_of=label(first["onBehalfOf"]) if first["onBehalfOf"] else "",
            basis=code(self.basis.get(item)),
            value_text=value_words(first["value"]) if first["position"] else "",
            quotes=quotes,
            paraphrase=paraphrase,
            certainty=code(first["certainty"]),
            confidence=None if confidence is None or not 0 <= float(confidence) <= 1 else float(confidence),
            second_look=code(first["secondLook"], "look-").replace("-", " "),
            also_in=tuple(sorted(also)),
            conflicts=tuple(
                pages.Conflict(d["title"], d["description"] or "", d["resolution"] or "")
                for d in self._disputed.get(item, ())
            ),
            earlier=earlier,
        )


def code(iri: str | None, prefix: str = "") -> str:
    """The word of a vocabulary: ``…/scheme/reliability-b`` → ``b``."""
    return local_name(iri).removeprefix(prefix) if iri else ""
