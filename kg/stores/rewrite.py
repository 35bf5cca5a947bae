"""What rdflib gives beside a query (prefixes, a base, bindings, a graph) written into its text.

So every query goes through the one door of a store, which takes text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(
    r"""(?P<string>\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<iri><[^<>"{}|^`\\\s]*>)
      | (?P<comment>\#[^\n]*)
      | (?P<var>[?$]\w+)
      | (?P<name>(?:[^\W\d][\w.\-]*)?:(?:[\w:%]|\\.|[.\-](?=[\w:%\\.\-]))*)
      | (?P<tag>@[A-Za-z-]+)
      | (?P<word>\w+)
      | (?P<mark>[{}()])""",
    re.VERBOSE | re.DOTALL,
)
_FORMS = {"SELECT", "CONSTRUCT", "DESCRIBE", "ASK"}
_AFTER = {"ORDER", "LIMIT", "OFFSET", "GROUP", "HAVING", "VALUES"}


class CannotRewrite(NotImplementedError):
    """Something that no SPARQL text says; rdflib's own evaluation answers then."""


@dataclass(frozen=True)
class Group:
    """One ``{ … }`` that patterns stand in: where it begins, and the variables within."""

    start: int
    variables: frozenset[str]


@dataclass(frozen=True)
class Shape:
    """What has to be known of a query to add to it. Positions are offsets into its text."""

    form: str
    used: frozenset[str]
    groups: tuple[Group, ...]
    where: int
    has_from: bool
    assigned: frozenset[str]
    short: bool


@lru_cache(maxsize=128)
def shape(sparql: str) -> Shape:
    """Take a query apart. A wrong text gives some shape too; the engine says what is wrong with it."""
    tokens = [m for m in _TOKEN.finditer(sparql) if m.lastgroup not in {"comment", "string", "iri", "tag"}]
    words = [m[0].upper() if m.lastgroup in {"word", "mark"} else "" for m in tokens]
    first = next((i for i, word in enumerate(words) if word in _FORMS), len(words))
    form = words[first] if first < len(words) else "SELECT"
    ends = _matching(words)
    start = first + 1
    template = form == "CONSTRUCT" and words[start : start + 1] == ["{"]
    if template:  # which is no pattern
        start = ends.get(start, start) + 1
    main, brackets = None, 0
    for i in range(start, len(words)):
        brackets += {"(": 1, ")": -1}.get(words[i], 0)
        if words[i] == "{" and not brackets:
            main = i
            break
    used = frozenset(m[0].split(":")[0] for m in tokens if m.lastgroup == "name")
    declared = {
        tokens[i + 1][0].split(":")[0]
        for i, word in enumerate(words[:first])
        if word == "PREFIX" and i + 1 < len(tokens)
    }
    if main is None:
        tail = next((tokens[i].start() for i in range(first, len(words)) if words[i] in _AFTER), len(sparql))
        return Shape(form, used - declared, (), tail, "FROM" in words, frozenset(), False)
    before = main - 1 if words[main - 1] == "WHERE" else main
    return Shape(
        form=form,
        used=used - declared,
        groups=tuple(_groups(tokens, words, ends, main)),
        where=tokens[before].start(),
        has_from="FROM" in words[first:main],
        assigned=frozenset(
            tokens[i + 1][0][1:]
            for i, word in enumerate(words[:-1])
            if word == "AS" and tokens[i + 1].lastgroup == "var"
        ),
        short=form == "CONSTRUCT" and not template,
    )


def _matching(words: list[str]) -> dict[int, int]:
    """Opening brace → closing brace, as positions among the tokens."""
    found, open_ = {}, []
    for i, word in enumerate(words):
        if word == "{":
            open_.append(i)
        elif word == "}" and open_:
            found[open_.pop()] = i
    return found


def _groups(tokens: list[re.Match[str]], words: list[str], ends: dict[int, int], main: int) -> list[Group]:
    groups, data = [], False
    for i in range(main, ends.get(main, len(words) - 1) + 1):
        if words[i] == "VALUES":
            data = True
        elif words[i] == "{" and data:
            data = False  # the rows of VALUES are no patterns
        elif words[i] == "{" and words[i + 1 : i + 2] != ["SELECT"]:
            inside = tokens[i : ends.get(i, i)]
            groups.append(Group(tokens[i].end(), frozenset(t[0][1:] for t in inside if t.lastgroup == "var")))
    return groups


def rewritten(
    sparql: str,
    prefixes: Mapping[str, object],
    bindings: Mapping[str, str],
    *,
    base: str | None = None,
    graph: str | None = None,
) -> str:
    """A query with the prefixes that it uses, asking one graph only, its variables bound to terms.

    ``bindings`` are terms as SPARQL writes them. They go as ``VALUES`` into every group that speaks of the
    variable, so that filters see them wherever they stand. Prefixes stand on lines of their own before the text.
    """
    form = shape(sparql)
    added: list[tuple[int, str]] = []
    if graph is not None and not form.has_from:
        added.append((form.where, f" FROM <{graph}> "))
    everywhere = frozenset().union(*(group.variables for group in form.groups))
    wanted = {name: term for name, term in bindings.items() if re.search(rf"[?$]{re.escape(name)}\b", sparql)}
    if wanted.keys() & form.assigned:
        raise CannotRewrite("A variable that the query computes cannot be bound.")
    if wanted and (form.short or not form.groups):
        raise CannotRewrite("A query without a pattern of its own cannot be bound.")
    for at, group in enumerate(form.groups):
        names = [n for n in wanted if n in group.variables or (at == 0 and n not in everywhere)]
        if names:
            listed = " ".join(f"?{name}" for name in names)
            row = " ".join(wanted[name] for name in names)
            added.append((group.start, f" VALUES ({listed}) {{ ({row}) }} "))
    text = sparql
    for position, piece in sorted(added, reverse=True):
        text = text[:position] + piece + text[position:]
    head = [f"BASE <{base}>"] if base else []
    head += [f"PREFIX {name}: <{prefixes[name]}>" for name in sorted(form.used) if name in prefixes]
    return "\n".join((*head, text))
