"""Seeded corpora of any size: one named graph a source, a registry, provenance, as N-Quads.

``made(size)`` writes two files once and keeps them: the *bare* corpus as somebody would load it, and the quads that
a graph holds once it has loaded it (the ontology, and the merged view as default graph), so that every engine can
be given exactly the same content. A file is written as it is made, so that memory does not grow with the size.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from io import BufferedWriter
from pathlib import Path
from random import Random

import pyoxigraph as ox

from benchmarks import words
from benchmarks.words import Zipf
from kg.terms import ONTOLOGY_GRAPH, PREFIXES, PROVENANCE_GRAPH, REGISTRY_GRAPH, resource

SEED = 20_200_408

# Part of the name of the folder: a change of the generator makes new files.
EDITION = 2

SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1M": 1_000_000}

_FIRST, _LAST = date(2015, 1, 1), date(2024, 12, 31)
_DAYS = [(_FIRST + timedelta(days=n)).isoformat() for n in range((_LAST - _FIRST).days + 1)]

_P = {key: PREFIXES[key] for key in ("st", "stx", "actor", "issue", "pos", "src", "item", "graph", "skos", "oa")}
_TYPE = f"<{PREFIXES['rdf']}type>"
_LABEL, _ALIAS = f"<{_P['skos']}prefLabel>", f"<{_P['skos']}altLabel>"
_XSD = PREFIXES["xsd"]


def _st(term: str) -> str:
    return f"<{_P['st']}{term}>"


def _stx(term: str) -> str:
    return f"<{_P['stx']}{term}>"


def _day(day: str) -> str:
    return f'"{day}"^^<{_XSD}date>'


@dataclass(frozen=True)
class Corpus:
    """Files of one made-up corpus: ``bare`` to load, ``held`` as a graph holds it; ``quads`` in the bare file."""

    size: int
    bare: Path
    held: Path
    quads: int
    seed: int

    def view(self) -> Path:
        """The merged view alone, as N-Triples, for engines that know no named graphs."""
        file = self.held.with_name("view.nt")
        if not file.is_file():
            part = file.with_suffix(".part")
            with open(part, "wb") as out:
                out.writelines(f"{line} .\n".encode() for line in _ontology())
                for _, lines, _ in Maker(self.size, self.seed).graphs():
                    out.write("".join(f"{line} .\n" for line in lines).encode())
            part.replace(file)
        return file

    def ontology(self) -> Path:
        """The ontology alone, in its graph, as N-Quads."""
        file = self.held.with_name("ontology.nq")
        file.write_text("".join(f"{line} <{ONTOLOGY_GRAPH}> .\n" for line in _ontology()), encoding="utf-8")
        return file


def folder() -> Path:
    """Where made corpora are kept: ``KG_BENCHMARKS``, or a folder for temporary files."""
    return Path(os.environ.get("KG_BENCHMARKS") or Path(tempfile.gettempdir()) / "kg-benchmarks")


def made(size: int, *, seed: int = SEED, where: Path | None = None) -> Corpus:
    """The corpus of a size (in statements), made at the first call and found again later."""
    home = (where or folder()) / f"{size}-{seed}-{EDITION}"
    bare, held, count = home / "bare.nq", home / "held.nq", home / "quads.txt"
    if not count.is_file():
        home.mkdir(parents=True, exist_ok=True)
        with open(bare, "wb") as out, open(held, "wb") as doubled:
            quads = _write(Maker(size, seed), out, doubled)
        count.write_text(str(quads), encoding="ascii")
    return Corpus(size, bare, held, int(count.read_text(encoding="ascii")), seed)


def patch(size: int, number: int, *, seed: int = SEED) -> bytes:
    """A small load on top of a corpus, as N-Quads: new sources on actors and positions that are there already."""
    lines = []
    for graph, own, repeated in Maker(size, seed + 1 + number, f"patch{number}-").graphs():
        if graph != REGISTRY_GRAPH:
            lines += [f"{line} <{graph}> .\n" for line in own + repeated]
    return "".join(lines).encode()


def faults(count: int) -> bytes:
    """Broken stances, as N-Triples: each lacks something, has too much of something, or has it of the wrong kind."""
    lines = []
    for n in range(count):
        me = f"<{_P['item']}broken/{n}>"
        lines += [f"{me} {_TYPE} {_st('Stance')}", f"{me} {_st('holder')} <{_P['actor']}a{n % 40}>"]
        lines.append(f'{me} {_st("confidence")} "{n % 3}.5"^^<{_XSD}decimal>')
        lines.append(f"{me} {_st('towards')} <{_P['pos' if n % 2 else 'issue']}{'p' if n % 2 else 'i'}{n % 10}>")
        if n % 4:
            lines += [f"{me} {_st('value')} {_stx(value)}" for value in words.VALUES[: n % 4]]
        if n % 5:
            lines.append(f'{me} {_st("startDate")} "2020-04-0{n % 9 + 1}"^^<{_XSD}{"date" if n % 5 > 1 else "string"}>')
            lines.append(f"{me} {_st('endDate')} {_day('2020-04-05')}")
    return "".join(f"{line} .\n" for line in lines).encode()


def _write(maker: Maker, bare: BufferedWriter, held: BufferedWriter) -> int:
    """Both files at once; returns the number of quads in the bare one."""
    for line in _ontology():
        held.write(f"{line} <{ONTOLOGY_GRAPH}> .\n{line} .\n".encode())
    quads = 0
    for graph, lines, repeated in maker.graphs():
        ending = f" <{graph}> .\n"
        bare.write((ending.join(lines + repeated) + ending).encode())
        # What another graph says too stands in the merged view once, and is there already.
        both = [f"{line}{ending}{line} .\n" for line in lines] + [line + ending for line in repeated]
        held.write("".join(both).encode())
        quads += len(lines) + len(repeated)
    return quads


def _ontology() -> list[str]:
    """The triples of the shipped ontology as N-Triples without the final stop, blank nodes numbered."""
    home = resource("ontology")
    numbers: dict[str, str] = {}
    found: dict[str, None] = {}
    for file in (home / "stance.ttl", *sorted((home / "schemes").glob("*.ttl"))):
        for quad in ox.parse(file.read_bytes(), ox.RdfFormat.TURTLE, base_iri=ONTOLOGY_GRAPH):
            terms = [
                numbers.setdefault(term.value, f"_:o{len(numbers)}") if isinstance(term, ox.BlankNode) else str(term)
                for term in quad.triple
            ]
            found[" ".join(terms)] = None
    return list(found)


class Maker:
    """Makes the statements of a corpus, source after source."""

    def __init__(self, size: int, seed: int, prefix: str = "s") -> None:
        self.random = Random(seed)
        self.size = size
        self.prefix = prefix
        self.actors = max(60, round(3.2 * size**0.5))
        self.positions = max(40, round(1.3 * size**0.5))
        self.issues = max(13, self.positions // 4)
        self.people = self.actors * 2 // 5
        self._zipf_actor = Zipf(self.actors, 0.9)
        self._zipf_position = Zipf(self.positions, 0.7)
        self._focus = [self._focus_of(actor) for actor in range(self.actors)]
        self._last: dict[tuple[int, int], tuple[str, str, int]] = {}
        self._promises: tuple[str, ...] = ()
        self._promised = 0
        self._linked = ""
        self._agreement = ""

    def _focus_of(self, actor: int) -> range:
        """Neighbouring positions that an actor mostly speaks to: many for those most often heard."""
        width = 3 + 40 * self.positions // (100 * (1 + actor))
        return range(start := self.random.randrange(self.positions), start + min(width, self.positions))

    # -- who and what ------------------------------------------------------------------

    def is_person(self, actor: int) -> bool:
        """Two actors in five are people; the rest are collective."""
        return actor % 5 in (1, 3)

    def spokesperson(self, actor: int) -> int:
        """A person who speaks for a collective actor."""
        return min(actor - actor % 5 + 1, self.actors - 1) if self.actors > actor - actor % 5 + 1 else 1

    def side(self, actor: int, position: int) -> int:
        """Which side of a position an actor is on: camps differ from one part of the issue tree to another."""
        camp = (actor * 7919 + (position // 16) * 104_729) % 7
        return 1 if (camp < 4) ^ (position % 3 == 0) else -1

    def position_of(self, actor: int) -> int:
        """A position this actor speaks to."""
        if self.random.random() < 0.8:
            focus = self._focus[actor]
            return focus[int(len(focus) * self.random.random())] % self.positions
        return self._zipf_position.pick(self.random)

    # -- graphs --------------------------------------------------------------------------

    def graphs(self) -> Iterator[tuple[str, list[str], list[str]]]:
        """Graph by graph: its IRI, its triples, and those that another graph has too."""
        yield REGISTRY_GRAPH, self._registry(), []
        # The statements of a source: 10 to 20.
        done, number = 0, 0
        while done < self.size:
            count = min(10 + int(11 * self.random.random()), self.size - done)
            source = f"{self.prefix}{number}"
            day = int((len(_DAYS) - 40) * (done / self.size)) + int(40 * self.random.random())
            lines = list(self._source(source, count, day))
            repeated = []
            if number % 20 == 0:
                actor = self._zipf_actor.pick(self.random)
                repeated = [self._kind(actor)]
            yield f"{_P['graph']}{source}", lines, repeated
            yield PROVENANCE_GRAPH, self._provenance(source, day), []
            done, number = done + count, number + 1

    def _kind(self, actor: int) -> str:
        kind = "Person" if self.is_person(actor) else words.COLLECTIVE[actor // 5 % len(words.COLLECTIVE)]
        return f"<{_P['actor']}a{actor}> {_TYPE} {_st(kind)}"

    def _registry(self) -> list[str]:
        lines = []
        for n in range(self.actors):
            me, label = f"<{_P['actor']}a{n}>", words.name(n)
            lines += [self._kind(n), f'{me} {_LABEL} "{label}"@en']
            if n % 3 == 0:
                lines.append(f'{me} {_ALIAS} "{label} of {words.name(n + 40_000)}"@en')
            if n % 4 == 0:
                lines.append(f'{me} {_ALIAS} "{words.in_arabic_script(label)}"@fa-AF')
            if n % 7 == 0:
                lines.append(f'{me} {_ALIAS} "د {words.in_arabic_script(label)}"@ps')
        scheme = f"<{_P['issue']}scheme>"
        skos = _P["skos"]
        lines += [f"{scheme} {_TYPE} <{skos}ConceptScheme>", f'{scheme} {_LABEL} "Issues"@en']
        for n in range(self.issues):
            me = f"<{_P['issue']}i{n}>"
            lines += [f"{me} {_TYPE} {_st('Issue')}", f'{me} {_LABEL} "{words.name(n)} question"@en']
            lines.append(f"{me} <{skos}inScheme> {scheme}")
            # A tree whose branches fork in four.
            above = f"<{_P['issue']}i{(n - 1) // 4}>"
            lines.append(f"{me} <{skos}broader> {above}" if n else f"{me} <{skos}topConceptOf> {scheme}")
        for n in range(self.positions):
            me = f"<{_P['pos']}p{n}>"
            kind = "FactualPosition" if n % 4 == 3 else "PolicyPosition"
            issue = n if n < self.issues else self.random.randrange(self.issues)
            sentence = f"{words.name(n + 9_000)} {words.clause(self.random)}."
            lines += [f"{me} {_TYPE} {_st(kind)}", f"{me} {_st('onIssue')} <{_P['issue']}i{issue}>"]
            lines.append(f'{me} {_LABEL} "{sentence}"@en')
            if n % 6 == 5:
                lines.append(f"{me} {_st('isIncompatibleWith')} <{_P['pos']}p{n - 1}>")
        return lines

    def _provenance(self, source: str, day: int) -> list[str]:
        me, terms = f"<{_P['src']}{source}>", PREFIXES["dcterms"]
        level = "abc"[int(3 * self.random.random())]
        graph = f"<{_P['graph']}{source}>"
        return [
            f"{me} {_TYPE} {_st('Source')}",
            f'{me} <{terms}identifier> "{source}"',
            f'{me} <{terms}title> "Report {source} {words.clause(self.random)}"@en',
            f"{me} <{terms}issued> {_day(_DAYS[day])}",
            f"{me} {_st('reliability')} {_stx(f'reliability-{level}')}",
            f"{graph} {_TYPE} <{PREFIXES['prov']}Entity>",
            f"{graph} <{PREFIXES['prov']}wasDerivedFrom> {me}",
        ]

    # -- one source ------------------------------------------------------------------------

    def _source(self, source: str, count: int, day: int) -> Iterator[str]:
        random = self.random
        evidence, left, speaker = "", 0, -1
        self._said: dict[tuple[str, int, int], int] = {}
        for n in range(count):
            me = f"{_P['item']}{source}/{n}"
            choice = random.random()
            actor = self._zipf_actor.pick(random)
            if left == 0:
                evidence, left = f"<{_P['item']}{source}/evidence/{n}>", 1 + int(8 * random.random())
                speaker = actor if self.is_person(actor) else self.spokesperson(actor)
                yield from self._evidence(evidence, source, speaker, actor)
            left -= 1
            certainty = "hedged" if (chance := random.random()) < 0.08 else "implied" if chance < 0.25 else "stated"
            confidence = words.CONFIDENCE[int(5 * random.random() ** 0.5)]
            yield f"<{me}> {_st('hasEvidence')} {evidence}"
            yield f"<{me}> {_st('certainty')} {_stx(certainty)}"
            yield f'<{me}> {_st("confidence")} "{confidence}"^^<{_XSD}decimal>'
            when = max(0, day - int(30 * random.random()))
            yield from self._dates(me, when)
            if choice < 0.80:
                yield from self._stance(me, actor, speaker, when if self._dated else -1, source, n)
            elif choice < 0.93:
                yield from self._event(me, actor)
            elif choice < 0.965:
                yield from self._relation(me, actor)
            elif choice < 0.97:
                yield from self._tenure(me, actor)
            elif choice < 0.98 or not self._agreement:
                self._agreement = f"<{me}>"
                other = self._other(actor)
                yield f"<{me}> {_TYPE} {_st('Agreement')}"
                yield f'<{me}> {_LABEL} "agreement of {words.name(actor)} and {words.name(other)}"@en'
                yield f"<{me}> {_st('hasParty')} <{_P['actor']}a{actor}>"
                yield f"<{me}> {_st('hasParty')} <{_P['actor']}a{other}>"
            else:
                yield from self._promise(me, actor)

    def _other(self, actor: int) -> int:
        other = self._zipf_actor.pick(self.random)
        return other if other != actor else (actor + 1) % self.actors

    def _dates(self, me: str, when: int) -> Iterator[str]:
        """Four in five dated to the day, one in eight to the month, the rest not."""
        chance = self.random.random()
        self._dated = chance < 0.8
        basis = "time-calendar" if chance < 0.925 else "time-none"
        yield f"<{me}> {_st('timeBasis')} {_stx(basis)}"
        if self._dated:
            yield f"<{me}> {_st('startDate')} {_day(_DAYS[when])}"
        elif chance < 0.925:
            month = _DAYS[when][:8]
            yield f"<{me}> {_st('notBefore')} {_day(month + '01')}"
            yield f"<{me}> {_st('notAfter')} {_day(month + '28')}"
            yield f"<{me}> {_st('datePrecision')} {_stx('precision-month')}"

    def _evidence(self, me: str, source: str, speaker: int, actor: int) -> Iterator[str]:
        random, oa = self.random, _P["oa"]
        chance = random.random()
        mode = "direct-speech" if chance < 0.25 else "indirect-speech" if chance < 0.45 else "narration"
        yield f"{me} {_TYPE} {_st('Evidence')}"
        yield f"{me} <{oa}hasSource> <{_P['src']}{source}>"
        yield f"{me} {_st('attributionMode')} {_stx(mode)}"
        yield f'{me} {_st("paraphrase")} "{words.name(actor)} {words.clause(random)}."'
        if chance < 0.45:
            yield f"{me} {_st('utteredBy')} <{_P['actor']}a{speaker}>"
        if chance > 0.7:
            return
        # Where the segment lies; of direct speech also the words.
        start = int(4000 * random.random())
        text = " ".join(words.clause(random).split()[:12]) if chance < 0.25 else ""
        length = len(text) or 40 + int(200 * random.random())
        digest = sha256(text.encode()).hexdigest() if text else f"{random.getrandbits(256):064x}"
        key = me[len(_P["item"]) + 1 : -1].replace("/evidence/", "e")
        yield f'{me} {_st("segmentDigest")} "{digest}"'
        yield f"{me} <{oa}hasSelector> _:{key}p"
        yield f"_:{key}p {_TYPE} <{oa}TextPositionSelector>"
        yield f'_:{key}p <{oa}start> "{start}"^^<{_XSD}integer>'
        yield f'_:{key}p <{oa}end> "{start + length}"^^<{_XSD}integer>'
        if text:
            yield f"{me} <{oa}hasSelector> _:{key}q"
            yield f"_:{key}q {_TYPE} <{oa}TextQuoteSelector>"
            yield f'_:{key}q <{oa}exact> "{text}"@en'

    def _stance(self, me: str, actor: int, speaker: int, when: int, source: str, n: int) -> Iterator[str]:
        random = self.random
        position = self.position_of(actor)
        strength = random.random()
        side = self.side(actor, position)
        if strength < 0.12:  # now and then somebody changes sides
            side = -side
        step = 0 if strength > 0.93 else side * (2 if strength > 0.6 else 1)
        holder = f"<{_P['actor']}a{actor}>"
        narrated = random.random() < 0.03
        if narrated:
            holder = f"<{_P['actor']}narrator-{source}>"
            yield f"{holder} {_TYPE} {_st('Narrator')}"
            yield f'{holder} {_LABEL} "narrator of source {source}"@en'
        # No source shows a holder on both sides on one day.
        if self._said.setdefault((holder, position, when), step) * step < 0:
            step = -step
        when = -1 if narrated else when
        value = "undetermined" if strength > 0.97 else words.VALUES[step + 2]
        basis = words.BASES[int(4 * random.random() ** 1.5)]
        yield f"<{me}> {_TYPE} {_st('Stance')}"
        yield f"<{me}> {_st('holder')} {holder}"
        yield f"<{me}> {_st('towards')} <{_P['pos']}p{position}>"
        yield f"<{me}> {_st('value')} {_stx(value)}"
        yield f"<{me}> {_st('basis')} {_stx(basis)}"
        if basis == "word":
            yield f"<{me}> {_st('voicedBy')} <{_P['actor']}a{speaker}>"
        if when >= 0 and step:
            before = self._last.get((actor, position))
            if before and before[1] < _DAYS[when] and before[2] * step < 0:
                yield f"<{me}> {_st('supersedes')} <{before[0]}>"
            self._last[actor, position] = (me, _DAYS[when], step)

    def _event(self, me: str, actor: int) -> Iterator[str]:
        random = self.random
        other = self._other(actor)
        kinds = words.COOPERATION if self.side(actor, other) > 0 else words.CONFLICT
        kind = kinds[int(len(kinds) * random.random())]
        yield f"<{me}> {_TYPE} {_st('Event')}"
        yield f"<{me}> {_st('eventType')} {_stx(kind)}"
        yield f'<{me}> {_LABEL} "{kind} of {words.name(actor)} towards {words.name(other)}"@en'
        yield f"<{me}> {_st('initiator')} <{_P['actor']}a{actor}>"
        yield f"<{me}> {_st('recipient')} <{_P['actor']}a{other}>"
        if self._promises and random.random() < 0.1:
            yield f"<{me}> {_st('fulfils')} <{self._promises[-1]}>"

    def _relation(self, me: str, actor: int) -> Iterator[str]:
        yield f"<{me}> {_TYPE} {_st('Relation')}"
        if len(self._promises) == 2 and self._promises[1] != self._linked:
            # Chains of what must come first: each undertaking waits for the one before it.
            self._linked = self._promises[1]
            yield f"<{me}> {_st('relationSubject')} <{self._promises[1]}>"
            yield f"<{me}> {_st('relationType')} {_st('isConditionalOn')}"
            yield f"<{me}> {_st('relationObject')} <{self._promises[0]}>"
            return
        yield f"<{me}> {_st('relationSubject')} <{_P['actor']}a{actor}>"
        yield f"<{me}> {_st('relationType')} {_st(words.TIES[int(len(words.TIES) * self.random.random())])}"
        yield f"<{me}> {_st('relationObject')} <{_P['actor']}a{self._other(actor)}>"

    def _tenure(self, me: str, actor: int) -> Iterator[str]:
        body = actor if not self.is_person(actor) else actor - 1
        yield f"<{me}> {_TYPE} {_st('Tenure')}"
        yield f"<{me}> {_st('incumbent')} <{_P['actor']}a{self.spokesperson(body)}>"
        yield f"<{me}> {_st('inOrganization')} <{_P['actor']}a{body}>"
        yield f"<{me}> {_st('role')} {_stx('spokesperson')}"
        yield f"<{me}> {_st('tenureStatus')} {_stx('held')}"

    def _promise(self, me: str, actor: int) -> Iterator[str]:
        yield f"<{me}> {_TYPE} {_st('Undertaking')}"
        yield f'<{me}> {_LABEL} "{words.name(actor)} {words.clause(self.random)}"@en'
        yield f"<{me}> {_st('obligor')} <{_P['actor']}a{actor}>"
        yield f"<{me}> {_st('undertakingMode')} {_stx('stipulated')}"
        yield f"<{me}> {_st('isStipulatedBy')} {self._agreement}"
        self._promised += 1
        self._promises = (*self._promises[-1:], me) if self._promised % 8 else (me,)
