"""SPARQL constraints of shapes, each asked once of all its focus nodes through the store's door.

SHACL runs such a query once a focus node, with ``$this`` bound beforehand. Where every part of the query binds
``$this`` by itself, one query joined with the targets has the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kg.queries import blanked

_BEYOND = re.compile(
    r"\b(OPTIONAL|MINUS|VALUES|SERVICE|GRAPH|FROM|GROUP|HAVING|ORDER|LIMIT|OFFSET|REDUCED|COUNT|SUM|AVG|MIN|MAX"
    r"|SAMPLE|GROUP_CONCAT)\b|[$?](PATH|shapesGraph|currentShape)\b",
    re.IGNORECASE,
)
_THIS = re.compile(r"[$?]this\b")
_EXPRESSION = re.compile(r"\b(?:FILTER|BIND)\b(?!\s*(?:NOT\s+)?EXISTS\b)[^({]*$", re.IGNORECASE)
_EXISTS = re.compile(r"\bEXISTS\s*$", re.IGNORECASE)
_BOUND_TOO_EARLY = re.compile(r"\bBIND\s*\((?:(?!\bAS\b).)*[$?]this\b", re.IGNORECASE | re.DOTALL)
_VARIABLE = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True)
class Question:
    """A SPARQL constraint: its name, prefix → namespace, its SELECT and its messages."""

    name: str
    prefixes: Mapping[str, str]
    select: str
    messages: tuple[str, ...]

    def of(self, targets: str) -> str:
        """The query that answers for every ``$this`` of which *targets*, a condition, holds."""
        head = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in self.prefixes.items())
        plain = blanked(self.select)
        end = plain.rindex("}")
        start = re.search(r"\bSELECT\b(\s+DISTINCT\b)?", plain, re.IGNORECASE)
        assert start is not None
        before, inside = self.select[: start.start()], self.select[start.end() : end]
        return f"{head}{before}SELECT DISTINCT {inside}\nFILTER ({targets}) }}{self.select[end + 1 :]}"

    def told(self, words: Mapping[str, str]) -> tuple[str, ...]:
        """The messages with the variables of a solution filled in."""
        return tuple(_VARIABLE.sub(lambda m: words.get(m[1], f"?{m[1]}"), text) for text in self.messages)


def at_once(select: str) -> bool:
    """Whether one query for all focus nodes is sure to find what one query for each finds.

    That is so when each group, an EXISTS apart (the engine fills it in anyway), binds ``$this`` in a pattern, and
    nothing counts, cuts or subtracts solutions. Said of fewer queries than it is true of, never of more.
    """
    plain = blanked(select)
    selects = len(re.findall(r"\bSELECT\b", plain, re.IGNORECASE))
    if selects != 1 or "{" not in plain or _BEYOND.search(plain) or _BOUND_TOO_EARLY.search(plain):
        return False
    return _binds(plain[plain.index("{") + 1 : plain.rindex("}")])


def _binds(group: str) -> bool:
    """Whether a group, and each group in it but an EXISTS, mentions ``$this`` outside expressions.

    A group of nothing but groups (a UNION) leaves that to them.
    """
    own, depth, start, skipped = "", 0, 0, False
    expression = 0  # how deep in the parentheses of a FILTER or BIND
    inner: list[str] = []
    for at, letter in enumerate(group):
        if letter == "}":
            depth -= 1
            if depth == 0 and not skipped:
                inner.append(group[start:at])
        elif letter == "{":
            if depth == 0:
                start, skipped = at + 1, expression > 0 or bool(_EXISTS.search(own))
            depth += 1
        elif depth == 0:
            if letter == "(" and (expression or _EXPRESSION.search(own)):
                expression += 1
            elif letter == ")" and expression:
                expression -= 1
            if not expression or letter == "(":
                own += letter
    if not all(map(_binds, inner)):
        return False
    rest = re.sub(r"\bUNION\b|[.\s]", "", own, flags=re.IGNORECASE)
    return bool(_THIS.search(own)) or (bool(inner) and not rest)
