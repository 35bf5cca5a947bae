"""Queries: a SPARQL text with a header that names its parameters.

A query file is standard SPARQL under comments::

    # Positions on an issue
    #
    # Who holds which stance on one issue.
    #
    # param issue: issue
    # param since: date, optional
    SELECT …  WHERE { … FILTER(COALESCE(?date >= $since, true)) }

``$name`` is a parameter, ``?name`` an answer. Binding replaces the token by a typed term, outside strings,
IRIs and comments, so no user's text reaches the query unescaped; an optional parameter that is not given
stays a variable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

from kg.errors import NotFound, ParameterError, QueryError, ReadError, did_you_mean
from kg.terms import PREFIXES

_TOKEN = re.compile(
    r"""(?P<string>\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<iri><[^<>"{}|^`\\\s]*>)
      | (?P<comment>\#[^\n]*)
      | (?P<param>\$[A-Za-z_]\w*)
      | (?P<name>[?\w][\w.\-]*:?[\w.\-%]*)""",
    re.VERBOSE | re.DOTALL,
)
_PARAM = re.compile(r"^#\s*param\s+(\w+)\s*:\s*(\w+)\s*(,\s*optional)?\s*$")

PARAMETER_TYPES = ("actor", "date", "issue", "number", "position", "relation", "source", "term", "text")
_NAMED = {"actor", "issue", "position", "relation", "source", "term"}

Finder = Callable[[str, str], str]


@dataclass(frozen=True)
class Parameter:
    """One ``$name`` of a query, with the kind of value it takes."""

    name: str
    type: str
    optional: bool


@dataclass(frozen=True)
class Query:
    """A named or ad-hoc SPARQL query. ``text`` runs unchanged in any tool."""

    name: str
    text: str
    title: str = ""
    description: str = ""
    parameters: tuple[Parameter, ...] = ()

    @classmethod
    def parse(cls, text: str, name: str = "query") -> Query:
        """Read a query and its header."""
        title, description, parameters = "", [], []
        for line in text.lstrip().splitlines():
            if not line.startswith("#"):
                break
            content = line.lstrip("#").strip()
            if found := _PARAM.match(line):
                if found[2] not in PARAMETER_TYPES:
                    raise ParameterError(
                        f'Query "{name}": parameter {found[1]} has the unknown type "{found[2]}".',
                        cure=f"Use one of: {', '.join(PARAMETER_TYPES)}.",
                    )
                parameters.append(Parameter(found[1], found[2], bool(found[3])))
            elif not title:
                title = content
            else:
                description.append(content)
        declared = {p.name for p in parameters}
        parameters += [Parameter(n, "term", True) for n in _dollar_names(text) if n not in declared]
        return cls(name, text, title, " ".join(" ".join(description).split()), tuple(parameters))

    @classmethod
    def from_file(cls, path: str | Path) -> Query:
        """Read a query from a ``.rq`` file."""
        file = Path(path)
        try:
            return cls.parse(file.read_text(encoding="utf-8"), file.stem)
        except FileNotFoundError as error:
            raise NotFound(f'No query file "{file}".') from error
        except (OSError, UnicodeDecodeError) as error:
            raise ReadError(f"The query file cannot be read: {error}.", where=str(file)) from error

    def bind(self, values: Mapping[str, object], find: Finder) -> str:
        """The SPARQL with each ``$name`` replaced by a typed term.

        *find(name, kind)* turns a person's word into an IRI. Raises ParameterError for a parameter that is
        missing, unknown, or of the wrong type.
        """
        known = {p.name: p for p in self.parameters}
        for given in values:
            if given not in known:
                hint = did_you_mean(given, known)
                listed = ", ".join(known) or "none"
                raise ParameterError(
                    f'Query "{self.name}" has no parameter "{given}".',
                    cure=f"{hint} It takes: {listed}.".strip(),
                )
        terms: dict[str, str] = {}
        for p in self.parameters:
            value = values.get(p.name)
            if value is not None:
                terms[p.name] = _term(p, value, self.name, find)
            elif not p.optional:
                raise ParameterError(
                    f'Query "{self.name}" needs the parameter "{p.name}" ({p.type}).',
                    cure=f"Give it with: -p {p.name} VALUE",
                )

        literal, names = _split(self.text)
        bound = [terms.get(name, f"?{name}") for name in names]
        return "".join(piece for pair in zip(literal, (*bound, ""), strict=True) for piece in pair)


@lru_cache(maxsize=64)
def _split(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What stands before, between and after the ``$names`` of a text, and those names."""
    pieces, names, at = [], [], 0
    for match in _TOKEN.finditer(text) if "$" in text else ():
        if match.lastgroup == "param":
            pieces.append(text[at : match.start()])
            names.append(match[0][1:])
            at = match.end()
    return (*pieces, text[at:]), tuple(names)


def _dollar_names(text: str) -> list[str]:
    return list(dict.fromkeys(_split(text)[1]))


def _term(parameter: Parameter, value: object, query: str, find: Finder) -> str:
    text = str(value).strip()
    kind = parameter.type
    if kind in _NAMED:
        return f"<{find(text, kind)}>"
    if kind == "text":
        return _literal(text)
    if kind == "number":
        if re.fullmatch(r"[+-]?\d+", text):
            return text
        if re.fullmatch(r"[+-]?\d*\.\d+", text):
            return f'"{text}"^^<{PREFIXES["xsd"]}decimal>'
        expected = "a number such as 3 or 0.5"
    else:
        from datetime import date

        try:
            return f'"{date.fromisoformat(text)}"^^<{PREFIXES["xsd"]}date>'
        except ValueError:
            expected = "a date such as 2020-04-08"
    raise ParameterError(
        f'Query "{query}": parameter {parameter.name} is {expected}, not "{text}".', cure="Correct the value."
    )


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


# -- the library ------------------------------------------------------------------


@cache
def library() -> dict[str, Path]:
    """The shipped queries: name → file, sorted by name."""
    folder = Path(str(resources.files("kg"))) / "sparql" / "queries"
    return {file.stem: file for file in sorted(folder.glob("*.rq"))}


def named(name: str) -> Query:
    """A query of the library. Raises NotFound with a suggestion."""
    try:
        return Query.from_file(library()[name])
    except KeyError:
        hint = did_you_mean(name, library())
        raise NotFound(
            f'No query "{name}".', cure=f"{hint} List them with: kg query --list".strip()
        ) from None


def resolve(text: str) -> Query:
    """A query from a library name, a ``.rq`` file, or SPARQL text."""
    stripped = text.strip()
    if stripped in library():
        return named(stripped)
    if re.search(r"\.(rq|sparql)$", stripped) and "\n" not in stripped:
        return Query.from_file(stripped)
    if re.fullmatch(r"[\w-]*", stripped):
        return named(stripped)
    return _adhoc(text) if len(text) < 100_000 else Query.parse(text)


@lru_cache(maxsize=256)
def _adhoc(text: str) -> Query:
    return Query.parse(text)


# -- looking at SPARQL before it runs ------------------------------------------------


def bare_words(sparql: str) -> list[str]:
    """Keywords and other words outside strings, IRIs, comments, variables and prefixed names, in capitals."""
    names = (m[0] for m in _TOKEN.finditer(sparql) if m.lastgroup == "name")
    return [name.upper() for name in names if name[0] != "?" and ":" not in name]


def blanked(sparql: str) -> str:
    """A text with strings, IRIs and comments blanked out, every other character in its place."""
    return _TOKEN.sub(lambda m: " " * len(m[0]) if m.lastgroup in {"string", "iri", "comment"} else m[0], sparql)


def refuse_network(sparql: str) -> None:
    """Refuse ``SERVICE`` and ``LOAD``: asking a graph must not reach out to the network."""
    lower = sparql.lower()
    if "service" not in lower and "load" not in lower:
        return  # nearly always; taking a text apart costs more than a small answer
    for match in _TOKEN.finditer(sparql):
        if match.lastgroup == "name" and match[0].upper() in {"SERVICE", "LOAD"}:
            line = sparql.count("\n", 0, match.start()) + 1
            raise QueryError(
                f"{match[0].upper()} would reach out to the network, which queries may not do.",
                cure="Load the data first with: kg load FILE",
                where=f"line {line}",
            )


def explain_syntax_error(sparql: str, error: SyntaxError) -> QueryError:
    """One clear sentence for what the engine's parser says of a text."""
    report = str(error)
    declared = {m[1] for m in re.finditer(r"(?im)^\s*PREFIX\s+([\w.-]*):", sparql)}
    for match in _TOKEN.finditer(sparql):
        prefix = match[0].split(":")[0]
        used = match.lastgroup == "name" and ":" in match[0] and match[0][0] not in "?_"
        if used and prefix not in declared and not _is_declaration(sparql, match.start()):
            line = sparql.count("\n", 0, match.start()) + 1
            hint = did_you_mean(f"{prefix}:", [f"{p}:" for p in declared | set(PREFIXES)], cutoff=0.5)
            if prefix in PREFIXES:
                hint = f"Add at the top: PREFIX {prefix}: <{PREFIXES[prefix]}>"
            return QueryError(f'the prefix "{prefix}:" is not declared.', cure=hint, where=f"line {line}")
    place = re.search(r"at (\d+):(\d+)", report)
    if place:
        row, column = int(place[1]), int(place[2])
        lines = sparql.splitlines() or [""]
        shown = lines[min(row, len(lines)) - 1].strip()
        expected = re.search(r"expected (.*)", report)
        what = f" Expected {_shorten(expected[1])}." if expected else ""
        return QueryError(
            f"the SPARQL is wrong near: {shown or '(end of text)'}{'' if shown.endswith('.') else '.'}{what}",
            cure="Compare with a query of the library: kg query --list",
            where=f"line {row}, column {column}",
        )
    return QueryError(
        f"the SPARQL is wrong: {report}.", cure="Compare with a query of the library: kg query --list"
    )


def _is_declaration(sparql: str, start: int) -> bool:
    return bool(re.search(r"(?i)PREFIX\s*$", sparql[max(0, start - 12) : start]))


def _shorten(text: str, limit: int = 90) -> str:
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + " …"
