"""A selection, applied to what was found: evidence and coded items stay when an item fits the whole selection."""

from __future__ import annotations

from collections.abc import Callable

from kg.selection import Selection
from kg.stores.base import Store
from kg.tables import Table
from kg.terms import SPARQL_PREFIXES, expand

_ROLES = (
    *("st:holder", "st:voicedBy", "st:initiator", "st:onBehalfOf", "st:recipient", "st:hasParticipant"),
    *("st:hasParty", "st:incumbent", "st:relationSubject", "st:relationObject"),
)
_DATES = ("start", "end", "notBefore", "notAfter")


def keeper(store: Store, chosen: Selection) -> Callable[[list[str]], set[str]] | None:
    """Says which of some things are in a selection; None when everything is."""
    if chosen == Selection(words=chosen.words):
        return None
    patterns = [
        "{ ?item st:hasEvidence ?thing BIND (?thing AS ?evidence) } "
        "UNION { ?thing st:hasEvidence ?evidence BIND (?thing AS ?item) }"
    ]
    if chosen.sources:
        patterns.append(f"?evidence oa:hasSource ?source VALUES ?source {{ {_iris(chosen.sources)} }}")
    if chosen.actors:
        patterns.append(
            f"VALUES ?role {{ {' '.join(_ROLES)} }} VALUES ?actor {{ {_iris(chosen.actors)} }} ?item ?role ?actor"
        )
    if chosen.issues or chosen.basis:
        patterns.append(
            "{ ?item a st:Stance BIND (?item AS ?stance) } UNION { ?item st:expresses ?stance } "
            "?stance st:towards/st:onIssue ?issue ; st:basis ?basis"
        )
    for name, values in (("issue", chosen.issues), ("basis", chosen.basis)):
        if values:
            patterns.append(f"VALUES ?{name} {{ {_iris(values)} }}")
    if chosen.since or chosen.until:
        dates = zip(("st:startDate", "st:endDate", "st:notBefore", "st:notAfter"), _DATES, strict=True)
        patterns += [f"OPTIONAL {{ ?item {property} ?{name} }}" for property, name in dates]
    body = " ".join(f"{p} ." if not p.endswith("}") else p for p in patterns)

    def keep(things: list[str]) -> set[str]:
        if not things:
            return set()
        found = store.query(
            f"{SPARQL_PREFIXES} SELECT DISTINCT ?thing {' '.join('?' + n for n in _DATES)} WHERE {{ "
            f"VALUES ?thing {{ {_iris(things)} }} {body} }}"
        )
        return {
            row["thing"]
            for row in Table.from_tsv(found.body)
            if chosen.keeps_period(
                row["start"] or row["notBefore"], row["end"] or row["start"] or row["notAfter"]
            )
        }

    return keep


def _iris(names: tuple[str, ...] | list[str]) -> str:
    # A selection that can hold nothing has a word in it that is no IRI.
    return " ".join(f"<{name}>" for name in names if expand(name))
