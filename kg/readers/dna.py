"""Databases of Discourse Network Analyzer (``.dna``, version 3) and its event lists (CSV), as stances.

A statement is a stance: its organization, or else its person, is the holder, the person the speaker, the concept the
position, and the yes-or-no variable the value. Every variable is there a second time as it was coded, as a coded
variable of the stance; what the document tells is a coded variable of the source. ``docs/dna.md`` has the whole table.
"""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import files
from kg.errors import NotFound, ReadError, did_you_mean
from kg.readers import dna_events, nquads
from kg.readers.dna_database import Database, Document, Entity, Statement, StatementType
from kg.readers.dna_database import read as read_database
from kg.readers.nquads import literal, named, node
from kg.readers.options import refuse_unknown
from kg.readers.vocabulary import vocabulary
from kg.terms import PREFIXES, slug

OPTIONS: dict[str, str] = {
    "types": "Statement types to read, separated by commas. Otherwise all with two short text variables or more.",
    "holder": "The variable that names the holder. Otherwise organization, and person where that is blank.",
    "speaker": "The variable that names who speaks. Otherwise person.",
    "position": "The variable that names the position. Otherwise concept, position, claim or plot, or the last one.",
    "value": "The yes-or-no variable that gives the value. Otherwise agreement, or the first one.",
    "issue": "The issue that all positions answer. Otherwise one for the database, called like it.",
    "name": "What the database is called in the names of its sources. Otherwise the name of the file.",
    "text": "no, to leave the words of the statements out.",
}

_POSITIONS = ("concept", "position", "claim", "plot")
_ORGANIZATIONS = ("organization", "organisation", "organizations", "organisations")
_PERSONS = ("person", "persons")
_CLASSES = {"person": "st:Person", "organization": "st:CollectiveActor", "actor": "st:Actor"}
# Words of the attribute Type that name a class of ours. Government and Coalition mostly name a sector or a camp.
_KINDS = ("state", "public body", "armed group", "media organization")
_PIECE = 2_000  # statements


def is_event_list(path: Path) -> bool:
    """Whether a CSV file is an event list of DNA."""
    return dna_events.is_event_list(path)


def read(path: Path, **options: object) -> list[ox.Quad]:
    """All quads of a ``.dna`` file or an event list; the keywords are those of :data:`OPTIONS`."""
    return nquads.quads(pieces(path, **options))


def pieces(path: Path, **options: object) -> Iterator[bytes]:
    """The same as N-Quads text. Raises ReadError for a file that is none, NotFound for a name that is not in it."""
    refuse_unknown("dna", options, OPTIONS)
    given = {name: ",".join(map(str, v)) if isinstance(v, list | tuple) else str(v) for name, v in options.items()}
    listed = dna_events.is_event_list(path) or files.suffix(path) == ".csv"
    db = dna_events.read(path, given.get("types") or dna_events.TYPE) if listed else read_database(path)
    return _Mapping(db, given, path).pieces()


@dataclass(frozen=True)
class _Roles:
    """Which variable of a statement type plays which part."""

    holders: tuple[str, ...]
    speaker: str | None
    position: str
    value: str | None


class _Mapping:
    """One run over a database."""

    def __init__(self, db: Database, given: dict[str, str], path: Path) -> None:
        self.db, self.given, self.path = db, given, path
        self.name = given.get("name") or files.bare(path).stem
        self.short = slug(self.name)[:60]
        self.out = nquads.Registered()
        self.words = given.get("text", "yes").casefold() not in ("no", "false", "0")
        self.types = self._chosen(db.types)
        self._refuse_unknown_variables()
        self.roles = {kind.label: self._roles(kind) for kind in self.types}
        self.scales = _consistent(self.types)
        self.coded = {kind.label: self._variables(kind) for kind in self.types}
        self.sources = {number: f"{self.short}-{number}" for number in db.documents}
        self.shift = {n: _astral(d.text) for n, d in db.documents.items() if d.text and _has_astral(d.text)}
        self.left_out = 0
        self.actors: dict[tuple[str, str], str] = {}
        self.positions: dict[tuple[str, str], str] = {}

    # -- what is read ------------------------------------------------------------------------

    def _chosen(self, types: list[StatementType]) -> list[StatementType]:
        known = {kind.label: kind for kind in types}
        wanted = self.given.get("types", "")
        if wanted:
            names = [wanted] if wanted in known else [part.strip() for part in wanted.split(",") if part.strip()]
            chosen = [known[name] if name in known else self._unknown(name, known) for name in names]
            for kind in chosen:
                if len(kind.of_scale("entity")) < 2:
                    raise ReadError(
                        f'the statement type "{kind.label}" has fewer than two short text variables, '
                        "so there is no holder or no position.",
                        where=str(self.path),
                        cure="Name another one in the option types.",
                    )
        else:
            chosen = [kind for kind in types if len(kind.of_scale("entity")) >= 2]
            for kind in types:
                if kind not in chosen:
                    self._tell(
                        f'the statement type "{kind.label}" ({_counted(len(kind.statements))}) was passed over: '
                        "it has fewer than two short text variables."
                    )
        if not chosen:
            raise ReadError(
                "no statement type in it has two short text variables, for a holder and a position.",
                where=str(self.path),
                cure="Add them in DNA.",
            )
        if not any(kind.statements for kind in chosen):
            listed = ", ".join(f'"{kind.label}"' for kind in chosen)
            raise ReadError(
                f"there is no statement of the type {listed}.", where=str(self.path), cure="Code some in DNA."
            )
        return [kind for kind in chosen if kind.statements]

    def _unknown(self, name: str, known: dict[str, StatementType]) -> StatementType:
        cure = f"{did_you_mean(name, known)} There are: {', '.join(known)}.".strip()
        raise NotFound(f'No statement type "{name}".', where=str(self.path), cure=cure)

    def _refuse_unknown_variables(self) -> None:
        for role in ("holder", "speaker", "position", "value"):
            scale = "boolean" if role == "value" else "entity"
            there = {name for kind in self.types for name in kind.of_scale(scale)}
            name = self.given.get(role)
            if name and name not in there:
                what = "yes-or-no" if role == "value" else "short text"
                cure = f"{did_you_mean(name, there)} There are: {', '.join(sorted(there)) or 'none'}.".strip()
                raise NotFound(f'No {what} variable "{name}" for {role}.', where=str(self.path), cure=cure)

    def _roles(self, kind: StatementType) -> _Roles:
        entities, booleans = kind.of_scale("entity"), kind.of_scale("boolean")

        def given(role: str, among: list[str]) -> str | None:
            return self.given[role] if self.given.get(role) in among else None

        def called(names: tuple[str, ...], among: list[str]) -> list[str]:
            return sorted((v for v in among if v.casefold() in names), key=lambda v: names.index(v.casefold()))

        holder = given("holder", entities)
        free = [v for v in entities if v != holder]
        position = given("position", entities) or next(iter(called(_POSITIONS, free)), free[-1])
        free = [v for v in entities if v != position]
        speaker = given("speaker", entities) or next(iter(called(_PERSONS, free)), None)
        holders = [holder] if holder else called(_ORGANIZATIONS, free)
        holders += [speaker] if speaker and speaker not in holders else []
        value = given("value", booleans) or next(iter([*called(("agreement",), booleans), *booleans]), None)
        return _Roles(tuple(holders) or (free[0],), speaker, position, value)

    def _tell(self, words: str) -> None:
        logging.getLogger("kg").warning("%s: %s", self.path, words)

    # -- what is written ---------------------------------------------------------------------

    def pieces(self) -> Iterator[bytes]:
        """Statements first, since they say which actors and positions there are."""
        coders: dict[int, set[int | None]] = {}
        for kind in self.types:
            for start in range(0, len(kind.statements), _PIECE):
                some = kind.statements[start : start + _PIECE]
                lines = [self._statement(kind, statement, coders) for statement in some]
                yield "".join(lines).encode()
        if self.left_out:
            self._tell(
                f"{_counted(self.left_out)} without a holder, a position or a document left out."
            )
        for document in self.db.documents.values():
            self._source(document, coders.get(document.id, set()))
        yield self.out.text().encode()

    def _statement(self, kind: StatementType, at: Statement, coders: dict[int, set[int | None]]) -> str:
        roles, values, number = self.roles[kind.label], kind.values, at.id
        held = next(((v, values[v][number]) for v in roles.holders if number in values[v]), None)
        position = values[roles.position].get(number)
        document = self.db.documents.get(at.document)
        if held is None or position is None or document is None:
            self.left_out += 1
            return ""
        coders.setdefault(at.document, set()).add(at.coder)
        spoken = values[roles.speaker].get(number) if roles.speaker else None
        holder = self._actor(kind, *held)
        speaker = self._actor(kind, roles.speaker, spoken) if roles.speaker and spoken else None
        agreed = values[roles.value].get(number) if roles.value else None
        source = self.sources[at.document]
        g = f" <{PREFIXES['graph']}{source}> .\n"
        me = f"<{PREFIXES['item']}{source}/statement-{number}>"
        evidence = f"<{PREFIXES['item']}{source}/evidence/statement-{number}>"
        where, words = self._segment(at, document, evidence, g)
        verb, point = _SIDES[agreed]
        by = f", by {spoken}," if spoken and spoken != held[1] else ""
        told = literal(nquads.sentence(f"{held[1]}{by} {verb}: {position}"))
        voice = f"{me} {_VOICED} {speaker}{g}{evidence} {_UTTERED} {speaker}{g}" if speaker else ""
        basis, mode = (_WORD, _SPEECH) if speaker else (_REPORT, _NARRATION)
        coded = [f"{me} {prop} {write(its[number])}{g}" for its, prop, write in self.coded[kind.label] if number in its]
        coded.append(f"{me} {self.out.variable('statement id', 'integer')} {literal(str(number), 'integer')}{g}")
        coded.append(f"{me} {self.out.variable('statement type', 'entity')} {literal(kind.label)}{g}")
        if at.coder is not None:
            coded.append(f"{me} {self.out.variable('coder', 'entity')} {self._coder(at.coder)}{g}")
        if self.words and words:
            coded.append(f"{me} {self.out.variable('text', 'text')} {literal(words)}{g}")
        return (
            f"{me} {_A} {_STANCE}{g}{me} {_HOLDER} {holder}{g}{me} {_TOWARDS} {self._position(kind, position)}{g}"
            f"{me} {_VALUE} {point}{g}{me} {_BASIS} {basis}{g}{me} {_CERTAINTY} {_STATED}{g}"
            f"{me} {_CONFIDENCE} {_SURE}{g}"
            f"{me} {_TIME_BASIS} {_RELATIVE}{g}{me} {_PRECISION} {_DAY}{g}"
            f"{me} {_START} {literal(document.date.date().isoformat(), 'date')}{g}{me} {_HAS_EVIDENCE} {evidence}{g}"
            f"{evidence} {_A} {_EVIDENCE}{g}{evidence} {_SOURCE} <{PREFIXES['src']}{source}>{g}"
            f"{evidence} {_MODE} {mode}{g}{evidence} {_PARAPHRASE} {told}{g}{voice}{where}{''.join(coded)}"
        )

    def _segment(self, at: Statement, document: Document, evidence: str, g: str) -> tuple[str, str]:
        """Where the words of a statement stand, and the words; offsets count characters."""
        begins, ends = at.start, at.stop
        if shift := self.shift.get(document.id):
            begins, ends = begins - bisect_left(shift, begins), ends - bisect_left(shift, ends)
        words = at.excerpt or "" if document.text is None else document.text[begins:ends]
        if not words:
            return "", ""
        selector = f"{evidence[:-1]}/span>"
        digest = sha256(words.encode()).hexdigest()
        return (
            f'{evidence} {_DIGEST} "{digest}"{g}{evidence} {_SELECTOR} {selector}{g}{selector} {_A} {_SPAN}{g}'
            f"{selector} {_BEGINS} {literal(str(begins), 'integer')}{g}"
            f"{selector} {_ENDS} {literal(str(ends), 'integer')}{g}"
        ), words

    def _variables(self, kind: StatementType) -> list[tuple[dict[int, Any], str, Callable[[Any], str]]]:
        """Values of each variable, its property, and what makes a literal of a value."""
        return [
            (its, self.out.variable(*self.scales[kind.label, name]), _WRITERS[kind.scales[name]] or cache(literal))
            for name, its in kind.values.items()
        ]

    # -- actors and positions ------------------------------------------------------------------

    def _actor(self, kind: StatementType, variable: str, label: str) -> str:
        if known := self.actors.get((variable, label)):
            return known
        word = variable.casefold()
        sort = "person" if word in _PERSONS else "organization" if word in _ORGANIZATIONS else "actor"
        me = self.actors[variable, label] = named("actor", sort, label)
        if self.out.new(me):
            entity = kind.entities.get(variable, {}).get(label, Entity(label))
            found = {name.casefold(): text for name, text in entity.attributes.items()}
            class_ = node(_CLASSES[sort])
            if sort == "organization" and found.get("type", "").casefold() in _KINDS:
                class_ = f"<{vocabulary().actor_types[found['type'].casefold()]}>"
            above = entity.parent and sort == "organization" and self._actor(kind, variable, entity.parent)
            self.out.registry(
                me,
                ("rdf:type", class_),
                ("skos:prefLabel", literal(label)),
                ("st:affiliatedWith", above if above and above != me else ""),
                ("dcterms:description", literal(found.get("type", ""))),
                *self._attributes(entity, sort),
            )
        return me

    def _position(self, kind: StatementType, label: str) -> str:
        if known := self.positions.get((kind.label, label)):
            return known
        variable = self.roles[kind.label].position
        entities = kind.entities.get(variable, {})
        issue = self._issue(variable, self._above(entities, label))
        me = self.positions[kind.label, label] = named("pos", issue, label)
        if self.out.new(me):
            told = nquads.sentence(label)
            self.out.registry(
                me,
                ("rdf:type", node("st:PolicyPosition")),
                ("skos:prefLabel", literal(told)),
                ("skos:altLabel", literal(label) if told != label else ""),
                ("st:onIssue", issue),
                *self._attributes(entities.get(label, Entity(label)), "position"),
            )
        return me

    def _above(self, entities: dict[str, Entity], label: str) -> list[str]:
        """The concepts above one, the nearest last, and itself where it has others below."""
        path: list[str] = []
        at = label if any(e.parent == label for e in entities.values()) else entities.get(label, Entity("")).parent
        while at and at not in path:
            path.insert(0, at)
            at = entities.get(at, Entity("")).parent
        return path

    def _issue(self, variable: str, path: list[str]) -> str:
        """The issue of the database, of one of its position variables, or of a concept with others below it."""
        main = self.given.get("issue") or self.name
        several = len({roles.position for roles in self.roles.values()}) > 1
        label = f"{main}: {variable}" if several and not self.given.get("issue") else main
        issue = self.out.issue(named("issue", "issue", label), label)
        for step in path:
            issue = self.out.issue(named("issue", issue, step), step, broader=issue)
        return issue

    def _attributes(self, entity: Entity, sort: str) -> Iterator[tuple[str, str]]:
        """Alias and Notes as other names and notes; each other attribute as a property of its own."""
        for name, text in entity.attributes.items():
            if name.casefold() == "alias":
                yield from (("skos:altLabel", literal(part.strip())) for part in text.split(";") if part.strip())
            elif name.casefold() == "notes":
                yield "skos:editorialNote", literal(text)
            else:
                me = named("item", "attribute", f"{sort} {name}", "attribute/")
                if self.out.new(me):
                    kind = node("owl:AnnotationProperty")
                    self.out.registry(me, ("rdf:type", kind), ("rdfs:label", literal(f"{sort} {name}")))
                yield me, literal(text)

    # -- documents and coders --------------------------------------------------------------------

    def _source(self, document: Document, coders: set[int | None]) -> None:
        source = self.sources[document.id]
        me, graph = f"<{PREFIXES['src']}{source}>", f"<{PREFIXES['graph']}{source}>"
        of = {
            "document title": document.title,
            "document author": document.author,
            "document source": document.source,
            "document section": document.section,
            "document type": document.type,
        }
        self.out.provenance(
            me,
            ("rdf:type", node("st:Source")),
            ("dcterms:title", literal(document.title or f"Document {document.id}")),
            ("dcterms:identifier", literal(source)),
            ("dcterms:issued", literal(document.date.isoformat(), "dateTime")),
            ("dcterms:creator", literal(document.author)),
            ("dcterms:publisher", literal(document.source)),
            ("skos:editorialNote", literal(document.notes)),
            (self.out.variable("document id", "integer"), literal(str(document.id), "integer")),
            *((self.out.variable(label, "entity"), literal(text)) for label, text in of.items()),
        )
        if coders:
            self.out.provenance(graph, ("rdf:type", node("prov:Entity")), ("prov:wasDerivedFrom", me))
        for coder in sorted(c for c in coders if c is not None):
            coding = f"<{PREFIXES['item']}{source}/coding-{coder}>"
            self.out.provenance(graph, ("prov:wasGeneratedBy", coding))
            self.out.provenance(
                coding,
                ("rdf:type", node("st:Coding")),
                ("prov:used", me),
                ("prov:wasAssociatedWith", self._coder(coder)),
            )

    def _coder(self, number: int) -> str:
        me = f"<{PREFIXES['item']}coder/{self.short}-{number}>"
        if self.out.new(me):
            self.out.provenance(
                me,
                ("rdf:type", node("prov:Agent")),
                ("rdfs:label", literal(self.db.coders.get(number) or f"coder {number}")),
                ("dcterms:identifier", literal(str(number))),
            )
        return me


def _counted(number: int) -> str:
    return "1 statement" if number == 1 else f"{number} statements"


def _consistent(types: list[StatementType]) -> dict[tuple[str, str], tuple[str, str]]:
    """(type, variable) → (label, scale); a name that stands for two scales is told apart by its statement type."""
    reserved = {"coder": "entity", "statement id": "integer", "statement type": "entity", "text": "text"}
    owner: dict[str, str | None] = dict.fromkeys(reserved)
    owner |= dict.fromkeys(f"document {w}" for w in ("id", "title", "author", "source", "section", "type"))
    found = {}
    for kind in types:
        for name, scale in kind.scales.items():
            label = name if owner.setdefault(name, scale) == scale else f"{name} ({kind.label})"
            found[kind.label, name] = label, scale
    return found


def _has_astral(text: str) -> bool:
    """Whether some character takes two UTF-16 units."""
    return not text.isascii() and len(text.encode("utf-16-le")) > 2 * len(text)


def _astral(text: str) -> list[int]:
    """Where, in UTF-16 units, the characters begin that take two of them."""
    places = [at for at, c in enumerate(text) if c > "\uffff"]
    return [at + before for before, at in enumerate(places)]


_WRITERS: dict[str, Callable[[Any], str] | None] = {
    "boolean": {True: literal("true", "boolean"), False: literal("false", "boolean")}.__getitem__,
    "integer": lambda value: literal(str(value), "integer"),
    "text": literal,
    "entity": None,  # few values, which are remembered
}

_A, _STANCE, _EVIDENCE = node("rdf:type"), node("st:Stance"), node("st:Evidence")
_HOLDER, _TOWARDS, _VALUE, _BASIS = node("st:holder"), node("st:towards"), node("st:value"), node("st:basis")
_WORD, _REPORT = node("stx:word"), node("stx:report")
_SIDES = {
    True: ("supports", node("stx:supports")),
    False: ("opposes", node("stx:opposes")),
    None: ("speaks on", node("stx:undetermined")),
}
_CERTAINTY, _STATED = node("st:certainty"), node("stx:stated")
_CONFIDENCE, _SURE = node("st:confidence"), literal("1.0", "decimal")
_TIME_BASIS, _RELATIVE = node("st:timeBasis"), node("stx:time-relative")
_PRECISION, _DAY, _START = node("st:datePrecision"), node("stx:precision-day"), node("st:startDate")
_HAS_EVIDENCE, _SOURCE, _PARAPHRASE = node("st:hasEvidence"), node("oa:hasSource"), node("st:paraphrase")
_MODE, _SPEECH, _NARRATION = node("st:attributionMode"), node("stx:indirect-speech"), node("stx:narration")
_VOICED, _UTTERED = node("st:voicedBy"), node("st:utteredBy")
_DIGEST, _SELECTOR = node("st:segmentDigest"), node("oa:hasSelector")
_SPAN, _BEGINS, _ENDS = node("oa:TextPositionSelector"), node("oa:start"), node("oa:end")
