"""Rule files: standard SPARQL updates of one form, so that they can be run whole or for some sources only.

A rule writes, source by source, what follows from coded items::

    # Derives … so that ….
    PREFIX st: <https://w3id.org/actor-stance/ns#>
    INSERT { GRAPH ?derived { ?subject ?type ?object } }
    WHERE {
      GRAPH ?g { ?item st:relationSubject ?subject ; st:relationType ?type ; st:relationObject ?object }
      FILTER (!STRSTARTS(STR(?g), "https://w3id.org/actor-stance/graph/derived/"))
      BIND (IRI(CONCAT("https://w3id.org/actor-stance/graph/derived/",
                       REPLACE(STR(?g), "^https://w3id.org/actor-stance/graph/", ""))) AS ?derived)
    }

A file that says ``# native: closure`` or ``# native: comparison`` states for other tools, in SPARQL, what kg works
out with code of its own and with the same result. Several updates may stand in one file, with ``;`` between them.
Beside ``GRAPH ?g`` a rule may read *context*, one triple pattern at a time, about things that ``GRAPH ?g`` names:
``?kind st:impliesRelation ?property .``
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NoReturn

from kg.errors import QueryError
from kg.terms import DERIVED, PREFIXES

TYPE = f"{PREFIXES['rdf']}type"

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
      | (?P<string>\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<iri><[^<>"{}|^`\\\s]*>)
      | (?P<name>[?$]\w+ | [\w.-]*:[\w%-](?:[\w.%-]*[\w%-])? | [\w.-]*: | [\w.-]*\w)
      | (?P<mark>[^\s])""",
    re.VERBOSE | re.DOTALL,
)

_NATIVE = re.compile(r"^# native: (?:closure|comparison)$", re.MULTILINE)

# What keeps derived graphs out of ?g, and names the graph for what follows from ?g: token by token.
_GUARD = ["FILTER", "(", "!", "STRSTARTS", "(", "STR", "(", "?g", ")", ",", f'"{DERIVED}"', ")", ")"]
_NAMING = [
    "BIND", "(", "IRI", "(", "CONCAT", "(", f'"{DERIVED}"', ",", "REPLACE", "(", "STR", "(", "?g", ")", ",",
    f'"^{PREFIXES["graph"]}"', ",", '""', ")", ")", ")", "AS", "?derived", ")",
]  # fmt: skip


@dataclass(frozen=True)
class Token:
    """One word of SPARQL and where it ends and begins."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Context:
    """A pattern outside ``GRAPH ?g``: a variable of ``GRAPH ?g`` and what is asked of it.

    ``predicates`` are IRIs; with ``kind`` the pattern is ``?variable a <kind>``.
    """

    variable: str
    predicates: frozenset[str]
    kind: str | None = None


@dataclass(frozen=True)
class Rule:
    """One ``INSERT … WHERE`` of a rule file.

    ``select`` gives rows of derived graph, subject, property, object. ``names`` gives, for the variables of the
    context, what ``GRAPH ?g`` puts there; None without context. ``reads`` are the predicates inside ``GRAPH ?g``.
    """

    file: str
    select: str
    names: str | None
    context: tuple[Context, ...]
    reads: frozenset[str]


def rule_files() -> tuple[Path, ...]:
    """The shipped rules, in the order of their names."""
    folder = Path(str(resources.files("kg"))) / "sparql" / "rules"
    return tuple(sorted(folder.glob("*.ru")))


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """The rules of the shipped files that are run as they stand."""
    texts = ((file.name, file.read_text(encoding="utf-8")) for file in rule_files())
    return tuple(rule for name, text in texts if not _NATIVE.search(text) for rule in parse(text, name))


def parse(text: str, file: str = "rule") -> tuple[Rule, ...]:
    """The rules of a file. Raises QueryError, with the line, for whatever is not of the form above."""
    tokens = [Token(m[0], *m.span()) for m in _TOKEN.finditer(text) if m.lastgroup != "comment"]
    return tuple(_Parser(text, file, tokens).rules())


class _Parser:
    def __init__(self, text: str, file: str, tokens: list[Token]) -> None:
        self.text, self.file, self.tokens, self.at = text, file, tokens, 0
        self.prefixes: dict[str, str] = {}

    # -- moving ---------------------------------------------------------------

    def fail(self, message: str, cure: str, token: Token | None = None) -> NoReturn:
        start = token.start if token else len(self.text)
        line = self.text.count("\n", 0, start) + 1
        raise QueryError(message, cure=cure, where=f"{self.file}, line {line}")

    def peek(self, ahead: int = 0) -> str:
        spot = self.at + ahead
        return self.tokens[spot].text if spot < len(self.tokens) else ""

    def here(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def expect(self, *words: str) -> None:
        for word in words:
            if self.peek().upper() != word.upper():
                self.fail(
                    f'a rule has "{word}" where "{self.peek() or "its end"}" stands.',
                    "Write it as INSERT { GRAPH ?derived { … } } WHERE { GRAPH ?g { … } … }.",
                    self.here(),
                )
            self.at += 1

    def enclosed(self, opening: str, closing: str) -> list[Token]:
        """The tokens between a bracket, where we stand, and its partner; we stand behind that afterwards."""
        self.expect(opening)
        first, depth = self.at, 1
        while depth:
            token = self.here()
            if token is None:
                self.fail(f'a "{opening}" is never closed.', f'Add the missing "{closing}".')
            depth += (token.text == opening) - (token.text == closing)
            self.at += 1
        return self.tokens[first : self.at - 1]

    # -- the form ---------------------------------------------------------------

    def rules(self) -> Iterator[Rule]:
        while self.peek().upper() == "PREFIX":
            self.prefixes[self.peek(1).rstrip(":")] = self.peek(2)[1:-1]
            self.at += 3
        start = self.tokens[self.at].start if self.here() else 0
        prologue = self.text[:start]
        while True:
            yield self.rule(prologue)
            if self.here() is None:
                return
            self.expect(";")
            if self.here() is None:
                return

    def rule(self, prologue: str) -> Rule:
        self.expect("INSERT", "{", "GRAPH", "?derived", "{")
        head = [self.peek(i) for i in range(3)]
        self.at += 3
        if self.peek() == ".":
            self.at += 1
        self.expect("}", "}", "WHERE")
        opening = self.here()
        body = self.enclosed("{", "}")
        inner = _Parser(self.text, self.file, body)
        inner.prefixes = self.prefixes
        blocks, reads, context = inner.body(opening)
        terms = " ".join(
            f"({'<' + TYPE + '>' if term == 'a' else term} AS ?rule_{name})"
            for term, name in zip(head, "spo", strict=True)
        )
        inside = self.text[body[0].start : body[-1].end]
        asked = sorted({pattern.variable for pattern in context})
        return Rule(
            self.file,
            f"{prologue}SELECT DISTINCT ?derived {terms} WHERE {{ {inside} }}",
            f"{prologue}SELECT DISTINCT {' '.join(asked)} WHERE {{ {' '.join(blocks)} }}" if asked else None,
            tuple(context),
            frozenset(reads),
        )

    def body(self, opening: Token | None) -> tuple[list[str], set[str], list[Context]]:
        """Blocks ``GRAPH ?g`` as text, predicates in them, and the context beside them."""
        blocks: list[str] = []
        reads: set[str] = set()
        bound: set[str] = set()
        listed: dict[str, set[str]] = {}
        patterns: list[tuple[Token, list[Token], Token]] = []
        parts: list[list[str]] = []
        while token := self.here():
            word, first = token.text.upper(), self.at
            if word == "GRAPH":
                self.expect("GRAPH", "?g")
                inside = self.enclosed("{", "}")
                blocks.append(self.text[token.start : self.tokens[self.at - 1].end])
                for subject, verb, thing in self.triples(inside):
                    bound |= {t.text for t in (subject, thing) if t.text[0] in "?$"}
                    if any(t.text[0] in "?$" for t in verb):
                        self.fail(
                            f"the predicate {verb[0].text} in GRAPH ?g may be anything.", "Name it.", verb[0]
                        )
                    reads |= {self.iri(t) for t in verb if t.text not in "|/^()+*?"}
            elif word in ("FILTER", "BIND") and self.peek(1) == "(":
                self.at += 1
                self.enclosed("(", ")")
                parts.append([t.text for t in self.tokens[first : self.at]])
            elif word == "VALUES":
                self.at += 1
                if self.peek() == "(":
                    names = self.enclosed("(", ")")
                else:
                    names = self.tokens[self.at : self.at + 1]
                    self.at += 1
                given = {self.iri(t) for t in self.enclosed("{", "}") if t.text[0] not in '()"'}
                for name in names:
                    listed[name.text] = given
            elif word == ".":
                self.at += 1
            elif word[0] in "?$<" or ":" in word:
                end = next(
                    (i for i in range(self.at, len(self.tokens)) if self.tokens[i].text == "."), len(self.tokens)
                )
                patterns += self.triples(self.tokens[self.at : end])
                self.at = end
            else:
                self.fail(
                    f'a rule cannot have "{token.text}" beside GRAPH ?g.',
                    "Use triple patterns, VALUES, FILTER (…) and BIND only.",
                    token,
                )
        for needed, what in ((_GUARD, "keeps derived graphs out of ?g"), (_NAMING, "names the graph ?derived")):
            if needed not in parts:
                self.fail(f"the line that {what} is missing.", "Copy it from another rule.", opening)
        if not blocks:
            self.fail("a rule reads no GRAPH ?g.", "Put the patterns of a coded item into GRAPH ?g { … }.", opening)
        return blocks, reads, [self.context(p, bound, listed) for p in patterns]

    def context(
        self, pattern: tuple[Token, list[Token], Token], bound: set[str], listed: dict[str, set[str]]
    ) -> Context:
        subject, verb, thing = pattern
        if subject.text not in bound:
            self.fail(
                f"{subject.text} is asked about beside GRAPH ?g and does not stand in it.",
                "Ask only about what GRAPH ?g names, so that a change is traced back to its sources.",
                subject,
            )
        if len(verb) > 1:
            self.fail("a path beside GRAPH ?g cannot be traced.", "Write single steps.", verb[0])
        if verb[0].text in listed:
            return Context(subject.text, frozenset(listed[verb[0].text]))
        if verb[0].text[0] in "?$":
            self.fail(f"the predicate {verb[0].text} may be anything.", "List it with VALUES.", verb[0])
        if self.iri(verb[0]) == TYPE:
            return Context(subject.text, frozenset({TYPE}), self.iri(thing))
        return Context(subject.text, frozenset({self.iri(verb[0])}))

    def triples(self, tokens: Sequence[Token]) -> list[tuple[Token, list[Token], Token]]:
        """Subject, verb (a name, or the words of a path) and object of each triple pattern."""
        found = []
        spot = 0
        subject: Token | None = None
        verb: list[Token] | None = None
        while spot < len(tokens):
            if subject is None:
                subject = tokens[spot]
                spot += 1
            if verb is None:
                verb, before = [], False
                # A path goes on while marks of paths join its names.
                while spot < len(tokens) and (tokens[spot].text in "|/^()+*?" or not before):
                    verb.append(tokens[spot])
                    before = tokens[spot].text not in "|/^("
                    spot += 1
            if spot >= len(tokens) or tokens[spot].text in "{}[].;,":
                at = tokens[min(spot, len(tokens) - 1)]
                self.fail("a triple pattern is not complete, or not plain.", "Write subject, predicate, object.", at)
            found.append((subject, verb, tokens[spot]))
            spot += 1
            separator = tokens[spot].text if spot < len(tokens) else "."
            if separator not in ".;,":
                self.fail(
                    f'"{separator}" stands where a triple pattern should end.',
                    "Write plain triple patterns with . ; and , between them.",
                    tokens[spot],
                )
            spot += 1
            if separator != ",":
                verb = None
            if separator == ".":
                subject = None
            while spot < len(tokens) and separator == ";" and tokens[spot].text in ".;":
                if tokens[spot].text == ".":
                    subject = None
                spot += 1
        return found

    def iri(self, token: Token) -> str:
        if token.text == "a":
            return TYPE
        if token.text.startswith("<"):
            return token.text[1:-1]
        prefix, _, local = token.text.partition(":")
        if prefix not in self.prefixes:
            self.fail(f'the prefix "{prefix}:" is not declared.', f"Add at the top: PREFIX {prefix}: <…>", token)
        return self.prefixes[prefix] + local
