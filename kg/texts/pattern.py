"""``?thing st:matches "words"`` inside SPARQL: replaced, before the query runs, by the things that the index finds.

The syntax is plain SPARQL, so editors and parsers take it. The pattern becomes ``VALUES ?thing { … }``, or with a
score ``VALUES (?thing ?score) { … }``, put at the beginning of its group where that changes nothing: engines that
plan from the top then start from the few things found. Only tokens count; strings, IRIs and comments are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from kg.errors import QueryError, did_you_mean
from kg.terms import ST
from kg.texts.content import ALL_KINDS

NAME = "matches"
MATCHES = f"{ST}{NAME}"

# How many things a pattern stands for unless it names a number, and the most it may name.
USUAL, MOST = 1_000, 100_000

_TOKEN = re.compile(
    r"""(?P<string>\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<iri><[^<>"{}|^`\\\s]*>)
      | (?P<comment>\#[^\n]*)
      | (?P<var>[?$]\w+)
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<name>[^\W\d][\w\-]*(?:\.+[\w\-]+)*:?(?:[\w\-:%]+(?:\.+[\w\-:%]+)*)?|:(?:[\w\-:%]+(?:\.+[\w\-:%]+)*)?)
      | (?P<sign>\^\^|&&|\|\||[{}()\[\].;,@/|^*+!=<>-])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_LETTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_OPEN, _CLOSE = {"(": ")", "[": "]", "{": "}"}, {")": "(", "]": "[", "}": "{"}

# Finds things: words, kind or None, number → (IRI, score) best first, and whether there are more.
Find = Callable[[str, str | None, int], tuple[list[tuple[str, float]], bool]]


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def mentions(sparql: str) -> bool:
    """Whether a query may search texts, at a glance."""
    return NAME in sparql


def expand(sparql: str, find: Find) -> tuple[str, list[str]]:
    """The query with what was found in place of each search, and a note on each that found more than it shows.

    Raises QueryError for a search that is not of the form ``?thing st:matches "words"``.
    """
    if not mentions(sparql):
        return sparql, []
    notes: list[str] = []
    while found := _next(sparql):
        sparql, note = _Search(sparql, *found).expanded(find)
        notes += [note] if note else []
    return sparql, notes


def _next(sparql: str) -> tuple[list[_Token], int] | None:
    """The tokens of a query, and which of them is the first search."""
    tokens = [
        _Token(m.lastgroup or "", m[0], m.start(), m.end())
        for m in _TOKEN.finditer(sparql)
        if m.lastgroup != "comment"
    ]
    prefixes = {
        tokens[i + 1].text: tokens[i + 2].text[1:-1]
        for i, t in enumerate(tokens[:-2])
        if t.kind == "name" and t.text.upper() == "PREFIX"
    }
    at = next((i for i, token in enumerate(tokens) if _is_matches(token, prefixes)), None)
    return None if at is None else (tokens, at)


def _is_matches(token: _Token, prefixes: dict[str, str]) -> bool:
    if token.kind == "iri":
        return token.text == f"<{MATCHES}>"
    prefix, colon, local = token.text.partition(":")
    return token.kind == "name" and bool(colon) and local == NAME and prefixes.get(f"{prefix}:") == ST


class _Search:
    """One ``st:matches`` in a query: what stands around it."""

    def __init__(self, sparql: str, tokens: list[_Token], at: int) -> None:
        self.sparql, self.tokens, self.at = sparql, tokens, at

    def expanded(self, find: Find) -> tuple[str, str]:
        """The query without this search, and a note or ""."""
        words, kind, number, last = self._object()
        first, thing, score, heads = self._subject()
        hits, more = find(words, kind, number)
        if score:
            rows = " ".join(f"(<{iri}> {value:.4f})" for iri, value in hits)
            values = f"VALUES ({thing} {score}) {{ {rows} }} "
        else:
            values = f"VALUES {thing} {{ {' '.join(f'<{iri}>' for iri, _ in hits)} }} "
        cut, end, keep = self.tokens[first].start, self.tokens[last].end, ""
        if not heads:
            # In the middle of what is said of the subject: an empty place between semicolons is good SPARQL.
            cut = self.tokens[self.at].start
        else:
            rest = last + 1
            while rest < len(self.tokens) and self.tokens[rest].text == ";":
                rest += 1
            following = self._token(rest)
            if rest > last + 1 and following.text not in {".", "}", ""}:
                keep, end = f"{thing} ", following.start
            elif following.text == ".":
                end = following.end
        place = self._group_start(first)
        text = f"{self.sparql[:place]} {values}{self.sparql[place:cut]}{keep}{self.sparql[end:]}"
        kinds = f" ({kind})" if kind else ""
        note = f'st:matches "{words}"{kinds}: the best {len(hits)} of more' if more else ""
        return text, note

    # -- the object ---------------------------------------------------------------

    def _object(self) -> tuple[str, str | None, int, int]:
        """Words, kind, number, and the token at which the object ends."""
        at = self.at + 1
        first = self._token(at)
        if first.kind == "string":
            last = at
            if self._token(at + 1).text in {"@", "^^"}:  # a language or a datatype changes nothing
                last = at + 2
            if self._token(last + 1).text == ",":
                raise self._wrong("one pattern has one search text")
            return _value(first.text), None, USUAL, last
        if first.text != "(":
            raise self._wrong("what follows must be a text")
        inside: list[_Token] = []
        while self._token(at + 1).text not in {")", ""}:
            at += 1
            inside.append(self._token(at))
        shapes = [t.kind for t in inside]
        if (
            not inside
            or shapes[0] != "string"
            or shapes[1:] not in ([], ["number"], ["string"], ["string", "number"])
        ):
            raise self._wrong("a list must hold a text, then perhaps a kind, then perhaps a number")
        kind = _value(inside[1].text) if shapes[1:2] == ["string"] else None
        if kind is not None and kind not in ALL_KINDS:
            hint = did_you_mean(kind, ALL_KINDS)
            raise QueryError(
                f'st:matches: "{kind}" is no kind of thing.',
                cure=f"{hint} Use one of {', '.join(ALL_KINDS)}.".strip(),
                where=self._where(),
            )
        number = inside[-1].text if shapes[-1] == "number" else str(USUAL)
        if not number.isdecimal() or not 0 < int(number) <= MOST:
            raise self._wrong(f"the number must be a whole one from 1 to {MOST}")
        return _value(inside[0].text), kind, int(number), at + 1

    # -- the subject --------------------------------------------------------------

    def _subject(self) -> tuple[int, str, str, bool]:
        """The token where the statement begins, the variables, and whether the search is the first thing said."""
        before = self._token(self.at - 1)
        heads = before.text != ";"
        start = self.at - 1
        if not heads:
            start = self._statement_start(self.at - 1)
        elif before.text == ")":
            start = self._opening(self.at - 1)
        elif before.kind == "var" and self._token(start - 1).text not in {"{", "}", ".", ")", ""}:
            raise self._wrong("it must stand by itself, not after another pattern without a full stop")
        first = self._token(start)
        if first.kind == "var":
            return start, first.text, "", heads
        if first.text == "(":
            inside = [self._token(start + k) for k in (1, 2, 3)]
            if heads and [t.kind for t in inside[:2]] == ["var", "var"] and inside[2].text == ")":
                return start, inside[0].text, inside[1].text, heads
            if not heads:
                raise self._wrong("with a score it must be the first thing said of its subject")
        raise self._wrong("its subject must be a variable, or two: (?thing ?score)")

    def _statement_start(self, at: int) -> int:
        """The first token of the statement that a semicolon belongs to."""
        k = at - 1
        while (text := self._token(k).text) not in {"{", "}", ".", ""}:
            if text == "[":
                raise self._wrong("its subject must be a variable")
            k = self._opening(k) - 1 if text in _CLOSE else k - 1
        k += 1
        # Constraints need no full stop.
        while self._token(k).kind == "name" and self._token(k).text.upper() in {"FILTER", "BIND"}:
            while self._token(k).text not in {"(", ""}:
                k += 1
            k = self._closing(k) + 1
        return k

    def _group_start(self, first: int) -> int:
        """Where the values may stand: at the beginning of the group, unless something before depends on order."""
        k = first - 1
        while (text := self._token(k).text) not in {"{", ""}:
            if text == "}" or text.upper() == "BIND":
                return self.tokens[first].start
            k = self._opening(k) - 1 if text in {")", "]"} else k - 1
        self._refuse_templates(k)
        return self._token(k).end if text else self.tokens[first].start

    def _refuse_templates(self, group: int) -> None:
        """What is to be made, or to be deleted as it stands, is no place for a search."""
        if self._token(group - 2).text.upper() == "GRAPH":  # which may stand in a template
            group = next((k for k in range(group - 1, -1, -1) if self._opens(k, group)), 0)
        before = [self._token(group - k).text.upper() for k in (2, 1)]
        if before == ["DELETE", "WHERE"]:
            raise self._wrong("it cannot stand in DELETE WHERE; write DELETE { … } WHERE { … }")
        if before[1] in {"CONSTRUCT", "INSERT", "DELETE", "DATA"}:
            raise self._wrong("it asks; nothing can be made of it")

    def _opens(self, at: int, inner: int) -> bool:
        """Whether the group that begins at a token holds another."""
        return self.tokens[at].text == "{" and self._closing(at) > inner

    # -- tokens -------------------------------------------------------------------

    def _token(self, at: int) -> _Token:
        return self.tokens[at] if 0 <= at < len(self.tokens) else _Token("", "", 0, 0)

    def _opening(self, at: int) -> int:
        depth = 0
        while at >= 0:
            depth += (self.tokens[at].text in _CLOSE) - (self.tokens[at].text in _OPEN)
            if not depth:
                return at
            at -= 1
        return 0

    def _closing(self, at: int) -> int:
        depth = 0
        while at < len(self.tokens):
            depth += (self.tokens[at].text in _OPEN) - (self.tokens[at].text in _CLOSE)
            if not depth:
                return at
            at += 1
        return at

    def _where(self) -> str:
        return f"line {self.sparql.count(chr(10), 0, self.tokens[self.at].start) + 1}"

    def _wrong(self, what: str) -> QueryError:
        return QueryError(
            f"st:matches: {what}.",
            cure='Write it as: ?thing st:matches "words" or (?thing ?score) st:matches ("words" "evidence" 50)',
            where=self._where(),
        )


def _value(string: str) -> str:
    """The text of a SPARQL string."""
    quotes = 3 if string[:3] in {'"""', "'''"} else 1
    return _ESCAPE.sub(
        lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _LETTERS.get(m[3], m[3]),
        string[quotes:-quotes],
    )
