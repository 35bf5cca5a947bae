"""From rows to quads: the model of a coding sheet.

A row with a position and a value is a stance; one with an event type and perhaps a target is an event; with
both, the event expresses the stance. Registry entries go to the registry graph, items to the graph of their
source, sources to the provenance graph.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

import pyoxigraph as ox

from kg.errors import did_you_mean
from kg.readers.cells import Problems, Row
from kg.readers.registry import Registry, iri, typed
from kg.readers.vocabulary import BASES, CERTAINTIES, CONFLICTS, LOOKS, PRECISIONS, VALUES, listed
from kg.terms import PREFIXES, PROVENANCE_GRAPH, expand, fold, slug


class Coding(Registry):
    """One run over the sheets: the registry first, then sources, statements and conflicts."""

    def __init__(self, rows: dict[str, list[Row]], problems: Problems, *, name: str, given: set[str]) -> None:
        super().__init__(rows, problems, name=name, given=given)
        self.sources: dict[str, str] = {}
        self.items: dict[str, dict[str, str]] = {}
        self._sources()
        self._index()
        for row in rows["statements"]:
            self._statement(row)
        for row in rows["conflicts"]:
            self._conflict(row)

    # -- sources -------------------------------------------------------------------

    def _sources(self) -> None:
        for row in self.rows["sources"]:
            identifier = slug_id(row.get("id"))
            if not identifier:
                self.problems.add(row.cell("id"), "the source has no id.", "Give it a short one.")
                continue
            if identifier in self.sources:
                self.problems.add(
                    row.cell("id"), f'the source "{row.get("id")}" stands twice.', "Remove one row."
                )
            self.sources[identifier] = row.get("title") or row.get("id")
            me = self._put_source(
                identifier, self.sources[identifier], row.get("url"), row.get("reliability"), row
            )
            self.text(PROVENANCE_GRAPH, me, "dcterms:publisher", row.get("publisher"))
            self.text(PROVENANCE_GRAPH, me, "st:originalAgency", row.get("original_agency"))
            self.text(PROVENANCE_GRAPH, me, "dcterms:language", row.get("language"))
            self.text(PROVENANCE_GRAPH, me, "skos:editorialNote", row.get("note"), "en")
            if row.get("date"):
                issued = self._partial_date(row, "date")
                self.add(PROVENANCE_GRAPH, me, "dcterms:issued", issued)

    def _put_source(self, identifier: str, title: str, url: str, reliability: str, row: Row) -> str:
        me = f"{PREFIXES['src']}{identifier}"
        graph = f"{PREFIXES['graph']}{identifier}"
        coding = f"{PREFIXES['item']}{identifier}/coding"
        self.add(PROVENANCE_GRAPH, me, "rdf:type", iri("st:Source"))
        self.text(PROVENANCE_GRAPH, me, "dcterms:title", title)
        self.text(PROVENANCE_GRAPH, me, "dcterms:identifier", identifier)
        if url:
            if re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", url):
                self.add(PROVENANCE_GRAPH, me, "foaf:page", url)
            else:
                self.problems.add(
                    row.cell("url"), f'"{url}" is no web address.', "It starts with http:// or https://."
                )
        if reliability:
            if reliability.upper() in {"A", "B", "C"}:
                self.add(
                    PROVENANCE_GRAPH, me, "st:reliability", iri(f"stx:reliability-{reliability.lower()}")
                )
            else:
                self.problems.add(
                    row.cell("reliability"), f'"{reliability}" is no reliability.', "Use A, B or C."
                )
        self.add(PROVENANCE_GRAPH, graph, "rdf:type", iri("prov:Entity"))
        self.add(PROVENANCE_GRAPH, graph, "prov:wasDerivedFrom", me)
        self.add(PROVENANCE_GRAPH, graph, "prov:wasGeneratedBy", coding)
        self.add(PROVENANCE_GRAPH, coding, "rdf:type", iri("st:Coding"))
        self.add(PROVENANCE_GRAPH, coding, "prov:used", me)
        coder = slug(row.get("coder") or "sheet")
        self.add(PROVENANCE_GRAPH, coding, "prov:wasAssociatedWith", iri(f"item:coder/{coder}"))
        return me

    def _source_of(self, row: Row) -> str:
        """The source id of a row; a page without a sheet of sources may name them freely."""
        text = row.get("source") or self.name
        identifier = slug_id(text)
        if identifier not in self.sources:
            if self.rows["sources"]:
                self.problems.add(
                    row.cell("source"),
                    f'the source "{text}" is in no row of sources.',
                    did_you_mean(text, self.sources) or "Add it to sources.",
                )
            self.sources[identifier] = text
            self._put_source(identifier, text, row.get("url"), row.get("reliability"), row)
        return identifier

    # -- statements ------------------------------------------------------------------

    def _index(self) -> None:
        """Where each row's items will be, so that rows may refer to each other in any order."""
        for row in self.rows["statements"]:
            identifier = slug_id(row.get("id")) or f"r{row.number}"
            if identifier in self.items:
                self.problems.add(
                    row.cell("id"), f'the id "{identifier}" stands twice.', "Give each row its own."
                )
                continue
            base = f"{PREFIXES['item']}{self._source_of(row)}/"
            # Unnamed rows of two sheets on one source must not fall together.
            local = slug_id(row.get("id")) or f"{slug(self.name)[:40]}-{identifier}"
            has_event = row.get("event_type") or (row.get("relation") and not self._is_relation_node(row))
            self.items[identifier] = {
                "evidence": f"{base}evidence/{local}",
                **({"stance": f"{base}{local}-stance"} if row.get("position") else {}),
                **({"event": f"{base}{local}-event"} if has_event else {}),
                **({"relation": f"{base}{local}-relation"} if row.get("relation") and not has_event else {}),
            }

    def _is_relation_node(self, row: Row) -> bool:
        found = self.words.find(self.words.relations, row.get("relation"))
        return found in self.words.by_relation_node and found not in self.words.event_for

    def _statement(self, row: Row) -> None:
        identifier = slug_id(row.get("id")) or f"r{row.number}"
        items = self.items.get(identifier, {})
        for column in ("actor", "summary"):
            if not row.get(column):
                self.problems.add(row.cell(column), f"the {column} is missing.", "Fill it in.")
        if not row.get("actor"):
            return
        if not items.keys() - {"evidence"}:
            self.problems.add(
                row.cell("position"),
                "the row says neither a stance nor a dealing.",
                "Fill in position and value, or event_type (or relation) and target.",
            )
            return
        if row.get("value") and not row.get("position"):
            self.problems.add(row.cell("value"), "the value has no position.", "Say what it is about.")
        if row.get("target") and not items.keys() & {"event", "relation"}:
            self.problems.add(row.cell("target"), "the target has no relation.", "Fill in relation or event_type.")
        if row.get("relation") and not row.get("event_type") and not row.get("target") and "event" in items:
            self.problems.add(row.cell("target"), "the relation has no target.", "Name the other actor.")
        source = slug_id(row.get("source") or self.name)
        graph = f"{PREFIXES['graph']}{source}"
        actor = self._find(row, "actor", self.actors)
        behalf = self._find(row, "on_behalf_of", self.actors) if row.get("on_behalf_of") else None
        behalf = None if behalf == actor else behalf
        if actor is None:
            return
        first = len(self.quads)
        self._evidence(row, graph, items["evidence"], source, actor)
        for kind in ("stance", "event", "relation"):
            if kind in items:
                self._coded(row, graph, items[kind], items["evidence"], instant=kind != "stance")
        if "stance" in items:
            self._stance(row, graph, items["stance"], actor, behalf)
        if "event" in items:
            self._event(row, graph, items, actor, behalf)
        if "relation" in items:
            self._relation(row, graph, items["relation"], behalf or actor)
        self._links(row, graph, items)
        self._share(first, graph, [source, *map(slug_id, row.parts("also_in"))])

    def _share(self, first: int, graph: str, sources: list[str]) -> None:
        """Put what several sources carry into the graph of each, so that it outlives the withdrawal of one.

        The evidence of each source stays in its own graph.
        """
        made, self.quads[first:] = self.quads[first:], []
        self.quads += [q for q in made if q.graph_name != ox.NamedNode(graph)]
        for source in sources:
            others = tuple(f"<{PREFIXES['item']}{s}/evidence/" for s in sources if s != source)
            self.quads += [
                ox.Quad(q.subject, q.predicate, q.object, iri(f"graph:{source}"))
                for q in made
                if q.graph_name == ox.NamedNode(graph)
                and not any(str(term).startswith(others) for term in (q.subject, q.object))
            ]

    def _evidence(self, row: Row, graph: str, me: str, source: str, actor: str) -> None:
        quote = row.get("quote")
        words = len(quote.split())
        if words > 25:
            self.problems.add(
                row.cell("quote"),
                f"the quote has {words} words; 25 are the most.",
                "Shorten it; the summary says the rest.",
            )
        speaker = self._find(row, "quote_speaker", self.actors) if row.get("quote_speaker") else actor
        said = (row.get("basis") or "word") == "word"
        mode = "direct-speech" if quote else "indirect-speech" if said else "narration"
        also = list(map(slug_id, row.parts("also_in")))
        for number, where in enumerate([source, *also]):
            node = me if number == 0 else f"{PREFIXES['item']}{where}/evidence/{me.rsplit('/', 1)[1]}"
            if where not in self.sources:
                self.problems.add(
                    row.cell("also_in"),
                    f'the source "{where}" is in no row of sources.',
                    did_you_mean(where, self.sources) or "Add it to sources.",
                )
                continue
            own = mode if number == 0 else "indirect-speech" if said else "narration"
            self.add(graph, node, "rdf:type", iri("st:Evidence"))
            self.add(graph, node, "oa:hasSource", iri(f"src:{where}"))
            self.add(graph, node, "st:attributionMode", iri(f"stx:{own}"))
            self.text(graph, node, "st:paraphrase", row.get("summary"))
            if own != "narration":
                self.add(graph, node, "st:utteredBy", speaker if number == 0 else actor)
            if quote and number == 0:
                selector = f"{node}/quote"
                self.add(graph, node, "oa:hasSelector", selector)
                self.add(graph, selector, "rdf:type", iri("oa:TextQuoteSelector"))
                self.text(graph, selector, "oa:exact", quote)

    def _coded(self, row: Row, graph: str, me: str, evidence: str, *, instant: bool) -> None:
        """What every coded item carries: evidence, certainty, confidence, time, second look."""
        self.add(graph, me, "st:hasEvidence", evidence)
        for where in map(slug_id, row.parts("also_in")):
            self.add(
                graph,
                me,
                "st:hasEvidence",
                f"{PREFIXES['item']}{where}/evidence/{evidence.rsplit('/', 1)[1]}",
            )
        certainty = row.get("certainty").casefold() or "stated"
        self.add(graph, me, "st:certainty", self._choice(row, "certainty", certainty, CERTAINTIES))
        confidence = row.get("confidence") or "1.0"
        try:
            if not 0 <= float(confidence) <= 1:
                raise ValueError
            self.add(graph, me, "st:confidence", typed(repr(float(confidence)), "decimal"))
        except ValueError:
            self.problems.add(
                row.cell("confidence"), f'"{confidence}" is no confidence.', "Use a number from 0 to 1."
            )
        if row.get("second_look"):
            look = LOOKS.get(row.get("second_look").casefold().replace("_again", "").replace(" again", ""))
            if look is None:
                self.problems.add(
                    row.cell("second_look"),
                    f'"{row.get("second_look")}" is no second look.',
                    f"Use {listed(LOOKS)}.",
                )
            else:
                self.add(graph, me, "st:secondLook", iri(f"stx:{look}"))
        self._time(row, graph, me, instant=instant)
        self.text(graph, me, "skos:editorialNote", row.get("note"), "en")

    def _choice(
        self, row: Row, column: str, word: str, words: tuple[str, ...], prefix: str = ""
    ) -> ox.NamedNode | None:
        if word in words:
            return iri(f"stx:{prefix}{word}")
        self.problems.add(
            row.cell(column),
            f'"{row.get(column)}" is no {column.replace("_", " ")}.',
            f"{did_you_mean(word, words)} Use {', '.join(words)}.".strip(),
        )
        return None

    def _time(self, row: Row, graph: str, me: str, *, instant: bool) -> None:
        text = row.get("date")
        if not text:
            self.add(graph, me, "st:timeBasis", iri("stx:time-none"))
            self.add(graph, me, "st:datePrecision", iri("stx:precision-none"))
            return
        span = self._span(row, "date")
        if span is None:
            return
        first, last, found = span
        precision = row.get("date_precision").casefold() or found
        self.add(
            graph,
            me,
            "st:datePrecision",
            self._choice(row, "date_precision", precision, PRECISIONS, "precision-"),
        )
        inferred = precision == "inferred"
        self.add(graph, me, "st:timeBasis", iri("stx:time-relative" if inferred else "stx:time-calendar"))
        if found == "day":
            self.add(graph, me, "st:startDate", typed(first.isoformat(), "date"))
            if instant:
                self.add(graph, me, "st:endDate", typed(last.isoformat(), "date"))
        if precision == "month":
            first = first.replace(day=1)
            last = last.replace(day=monthrange(last.year, last.month)[1])
        if not inferred or found != "day":
            self.add(graph, me, "st:notBefore", typed(first.isoformat(), "date"))
            if instant or found != "day":
                self.add(graph, me, "st:notAfter", typed(last.isoformat(), "date"))

    def _span(self, row: Row, column: str) -> tuple[date, date, str] | None:
        """First day, last day and precision of a date that may lack its day or month."""
        found = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", row.get(column))
        try:
            if found is None:
                raise ValueError
            year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
            first = date(year, month, day)
            if found[3]:
                return first, first, "day"
            if found[2]:
                return first, date(year, month, monthrange(year, month)[1]), "month"
            return first, date(year, 12, 31), "year"
        except ValueError:
            self.problems.add(
                row.cell(column), f'"{row.get(column)}" is no date.', "Use 2020-04-08, 2020-04 or 2020."
            )
            return None

    def _partial_date(self, row: Row, column: str) -> ox.Literal | None:
        span = self._span(row, column)
        if span is None:
            return None
        first, _, precision = span
        kind, text = {
            "day": ("date", first.isoformat()),
            "month": ("gYearMonth", first.isoformat()[:7]),
            "year": ("gYear", first.isoformat()[:4]),
        }[precision]
        return typed(text, kind)

    def _stance(self, row: Row, graph: str, me: str, actor: str, behalf: str | None) -> None:
        holder = behalf or actor
        value = VALUES.get(fold(row.get("value")))
        if value is None:
            what = (
                f'value "{row.get("value")}" is not on the scale.'
                if row.get("value")
                else "the position has no value."
            )
            self.problems.add(row.cell("value"), what, "Use -2 … 2, or support, oppose, undetermined.")
        basis = row.get("basis").casefold() or "word"
        self.add(graph, me, "rdf:type", iri("st:Stance"))
        self.add(graph, me, "st:holder", holder)
        self.add(graph, me, "st:towards", self._position_of(row))
        self.add(graph, me, "st:value", iri(f"stx:{value}") if value else None)
        self.add(graph, me, "st:basis", self._choice(row, "basis", basis, BASES))
        if basis == "word" and (actor != holder or actor in self.persons):
            self.add(graph, me, "st:voicedBy", actor)
        self.text(graph, me, "st:conditionNote", row.get("condition"))

    def _position_of(self, row: Row) -> str | None:
        text = row.get("position")
        found = (
            self.positions.get(text)
            or self.positions.get(text.rstrip(".") + ".")
            or self.positions.get(text.rstrip("."))
        )
        if found:
            return found
        if not row.get("issue"):
            if self.positions.closed:
                self._find(row, "position", self.positions)
            else:
                self.problems.add(row.cell("issue"), "the position answers no issue.", "Fill in the issue.")
            return None
        me = PREFIXES["pos"] + slug(text)[:80].rstrip("-")
        self.positions.add(text, me)
        self._put_position(me, text, "policy", self._find(row, "issue", self.issues))
        return me

    def _event(self, row: Row, graph: str, items: dict[str, str], actor: str, behalf: str | None) -> None:
        me = items["event"]
        kind = self._event_type(row)
        target = self._target(row, actor, behalf)
        self.add(
            graph,
            me,
            "rdf:type",
            iri(
                "st:SpeechEvent"
                if row.get("basis").casefold() in {"", "word"} and row.get("event_type")
                else "st:Event"
            ),
        )
        self.add(graph, me, "st:eventType", kind)
        self.add(graph, me, "st:initiator", actor)
        self.add(graph, me, "st:onBehalfOf", behalf)
        self.add(graph, me, "st:recipient", target)
        self.add(graph, me, "st:expresses", items.get("stance"))
        what = self.words.labels.get(kind or "", "act")
        whom = f" → {self.labels.get(target, target)}" if target else ""
        self.text(graph, me, "skos:prefLabel", f"{self.labels.get(actor, actor)}: {what}{whom}", "en")

    def _event_type(self, row: Row) -> str | None:
        column = "event_type" if row.get("event_type") else "relation"
        if column == "event_type":
            found = self.words.find(self.words.event_types, row.get(column))
        else:
            relation = self.words.find(self.words.relations, row.get(column))
            found = self.words.event_for.get(relation or "")
        if found is None:
            ties = {*self.words.event_for, *self.words.by_relation_node}
            known = self.words.event_types if column == "event_type" else [self.words.labels[t] for t in ties]
            self.problems.add(
                row.cell(column),
                f'"{row.get(column)}" is no {column.replace("_", " ")}.',
                did_you_mean(row.get(column), known) or f"There are: {listed(known, 30)}.",
            )
        return found

    def _target(self, row: Row, actor: str, behalf: str | None) -> str | None:
        if not row.get("target"):
            return None
        target = self._find(row, "target", self.actors)
        if target is not None and target in {actor, behalf}:
            self.problems.add(
                row.cell("target"),
                f'"{row.get("target")}" is the target of its own act.',
                "Name the other side, or leave it blank.",
            )
        return target

    def _relation(self, row: Row, graph: str, me: str, subject: str) -> None:
        target = self._target(row, subject, None)
        if target is None and not row.get("target"):
            self.problems.add(row.cell("target"), "the relation has no target.", "Name the other actor.")
        self.add(graph, me, "rdf:type", iri("st:Relation"))
        self.add(graph, me, "st:relationSubject", subject)
        self.add(graph, me, "st:relationType", self.words.find(self.words.relations, row.get("relation")))
        self.add(graph, me, "st:relationObject", target)

    def _links(self, row: Row, graph: str, items: dict[str, str]) -> None:
        for other in row.parts("same_event_as"):
            there = self._other(row, "same_event_as", other)
            for kind in ("event", "stance", "relation"):
                if there and kind in items and kind in there:
                    self.add(graph, items[kind], "st:reportsSameEventAs", there[kind])
                    break
        for other in row.parts("supersedes"):
            there = self._other(row, "supersedes", other)
            if there and "stance" in items and "stance" in there:
                self.add(graph, items["stance"], "st:supersedes", there["stance"])
            elif there:
                self.problems.add(
                    row.cell("supersedes"),
                    f'"{other}" and this row are not both stances.',
                    "Only a stance replaces a stance.",
                )

    def _other(self, row: Row, column: str, identifier: str) -> dict[str, str] | None:
        found = self.items.get(slug_id(identifier))
        if found is None:
            self.problems.add(
                row.cell(column), f'no row has the id "{identifier}".', did_you_mean(identifier, self.items)
            )
        return found

    # -- conflicts between accounts ------------------------------------------------------

    def _conflict(self, row: Row) -> None:
        me = f"{PREFIXES['item']}conflict/{slug_id(row.get('id'))}"
        self.add(PROVENANCE_GRAPH, me, "rdf:type", iri("st:AccountConflict"))
        self.text(PROVENANCE_GRAPH, me, "dcterms:identifier", row.get("id"))
        self.text(PROVENANCE_GRAPH, me, "skos:prefLabel", row.get("title"), "en")
        self.text(PROVENANCE_GRAPH, me, "dcterms:description", row.get("description"), "en")
        self.text(PROVENANCE_GRAPH, me, "st:resolution", row.get("resolution"), "en")
        for kind in filter(None, (k.strip() for k in re.split(r"[/|]", row.get("kind")))):
            self.add(PROVENANCE_GRAPH, me, "st:conflictKind", self._choice(row, "kind", kind, CONFLICTS))
        for account in row.parts("accounts"):
            whole = expand(account)
            if whole:
                self.add(PROVENANCE_GRAPH, me, "st:hasAccount", whole)
                continue
            there = self._other(row, "accounts", account) or {}
            for kind in ("event", "stance", "relation"):
                if kind in there:
                    self.add(PROVENANCE_GRAPH, me, "st:hasAccount", there[kind])


def slug_id(text: str) -> str:
    """An identifier as written, where it can stand in an IRI, else its slug."""
    text = text.strip()
    return text if re.fullmatch(r"[\w.-]*", text) else slug(text)[:60].rstrip("-")
