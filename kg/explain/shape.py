"""A query taken apart as it is written: its patterns in order, the groups they stand in, filters and modifiers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

# Groups that a row of the answer needs; a pattern anywhere else may match nothing without harm.
_NEEDED = ("WHERE", "GROUP", "GRAPH")

# Groups whose patterns see one row of those around them at a time.
EXISTS = ("EXISTS", "NOT EXISTS")


@dataclass
class Step:
    """One triple pattern: its SPARQL, its variables, and how many triples match it alone (None: not counted)."""

    number: int
    text: str
    variables: frozenset[str]
    needed: bool
    unbounded: bool
    open_ends: bool
    graph: str = ""
    new: tuple[str, ...] = ()
    matches: int | None = None


@dataclass
class Group:
    """One ``{ … }`` and what stands in it, in order. ``given``: sets of variables that BIND and VALUES put together."""

    kind: str
    parts: list[Step | Group] = field(default_factory=list)
    given: list[frozenset[str]] = field(default_factory=list)
    values: int = 0
    equals: list[tuple[str, str]] = field(default_factory=list)
    seen: frozenset[str] = frozenset()

    @property
    def variables(self) -> frozenset[str]:
        """All variables within."""
        return frozenset().union(*(part.variables for part in self.parts), *self.given)

    def steps(self) -> Iterator[Step]:
        """All patterns within, in order."""
        for part in self.parts:
            if isinstance(part, Step):
                yield part
            else:
                yield from part.steps()

    def groups(self) -> Iterator[Group]:
        """This group and all within."""
        yield self
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.groups()


@dataclass
class Shape:
    """A query taken apart."""

    form: str
    where: Group
    ordered: bool
    limit: int | None


def shape(sparql: str) -> Shape:
    """Take a query apart. Raises an exception of rdflib's for what only other engines can read."""
    from rdflib.plugins.sparql.algebra import translatePath, translatePName, translatePrologue, traverse
    from rdflib.plugins.sparql.parser import parseQuery

    parsed: Any = parseQuery(sparql)
    body = traverse(parsed[1], visitPost=partial(translatePName, prologue=translatePrologue(parsed[0], None)))
    body = traverse(body, visitPost=translatePath)
    taker = _Taker()
    where = taker.group(body.where, "WHERE", True, "", frozenset()) if body.where else Group("WHERE")
    for key in ("projection", "having", "groupby", "orderby"):
        taker.nested(body.get(key), where, "")
    limit = body.limitoffset.limit if body.limitoffset and body.limitoffset.limit is not None else None
    form = {"SelectQuery": "SELECT", "AskQuery": "ASK", "ConstructQuery": "CONSTRUCT"}.get(body.name, "DESCRIBE")
    return Shape(form, where, bool(body.orderby), None if limit is None else int(limit))


class _Taker:
    def __init__(self) -> None:
        self.count = 0

    def group(self, node: Any, kind: str, needed: bool, graph: str, seen: frozenset[str]) -> Group:
        """One group; *seen* are the variables that stand before it."""
        made = Group(kind, seen=seen)
        if node.name == "SubSelect":
            inner = self.group(node.where, "GROUP", needed and not node.groupby, graph, frozenset())
            made.parts.append(inner)
            return made
        if node.name == "GroupGraphPatternSub":
            for part in node.part or ():
                self.part(part, made, needed, graph)
        else:
            self.part(node, made, needed, graph)
        return made

    def part(self, node: Any, made: Group, needed: bool, graph: str) -> None:
        """One part of a group."""
        seen = made.seen | made.variables

        def add(inner: Any, kind: str, of: str = graph) -> None:
            made.parts.append(self.group(inner, kind, needed and kind in _NEEDED, of, seen))

        match node.name:
            case "TriplesBlock":
                flat = [term for block in node.triples for term in block]
                for start in range(0, len(flat), 3):
                    made.parts.append(self.step(flat[start : start + 3], needed, graph, made))
            case "OptionalGraphPattern":
                add(node.graph, "OPTIONAL")
            case "MinusGraphPattern":
                add(node.graph, "MINUS")
            case "GraphGraphPattern":
                add(node.graph, "GRAPH", _text(node.term))
            case "GroupOrUnionGraphPattern":
                alternatives = list(node.graph)
                for one in alternatives:
                    add(one, "UNION" if len(alternatives) > 1 else "GROUP")
            case "Filter":
                made.equals += _equalities(node.expr)
                self.nested(node.expr, made, graph)
            case "Bind":
                made.given.append(frozenset({_name(node.var), *_variables(node.expr)}))
                self.nested(node.expr, made, graph)
            case "InlineData":
                made.values += 1
                made.given.append(frozenset(map(_name, node.var)))

    def step(self, terms: list[Any], needed: bool, graph: str, made: Group) -> Step:
        """One triple pattern."""
        self.count += 1
        subject, predicate, object_ = terms
        variables = frozenset(name for term in terms if (name := _name(term)))
        before = made.seen | made.variables
        unbounded = _unbounded(predicate)
        return Step(
            number=self.count,
            text=" ".join(map(_text, terms)),
            variables=variables,
            needed=needed,
            unbounded=unbounded,
            open_ends=unbounded and all((name := _name(end)) and name not in before for end in (subject, object_)),
            graph=graph,
            new=tuple(name for term in terms if (name := _name(term)) and name not in before),
        )

    def nested(self, node: Any, made: Group, graph: str) -> None:
        """EXISTS and NOT EXISTS in an expression."""
        from rdflib.plugins.sparql.parserutils import CompValue

        if isinstance(node, CompValue):
            kind = {"Builtin_EXISTS": "EXISTS", "Builtin_NOTEXISTS": "NOT EXISTS"}.get(node.name)
            if kind:
                made.parts.append(self.group(node.graph, kind, False, graph, made.seen | made.variables))
                return
            for value in node.values():
                self.nested(value, made, graph)
        elif isinstance(node, list):
            for value in node:
                self.nested(value, made, graph)


def _name(term: Any) -> str:
    """The name of a variable or of a blank node, which is one; nothing for other terms."""
    from rdflib.term import BNode, Variable

    return f"b{term}" if isinstance(term, BNode) else str(term) if isinstance(term, Variable) else ""


def _text(term: Any) -> str:
    name = _name(term)
    return f"?{name}" if name else str(term.n3())


def _unbounded(predicate: Any) -> bool:
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    if isinstance(predicate, MulPath):
        return predicate.mod != "?" or _unbounded(predicate.path)
    if isinstance(predicate, InvPath):
        return _unbounded(predicate.arg)
    return isinstance(predicate, AlternativePath | SequencePath) and any(map(_unbounded, predicate.args))


def _bare(node: Any) -> Any:
    """An expression without the shells that the grammar puts around a single term."""
    from rdflib.plugins.sparql.parserutils import CompValue

    while isinstance(node, CompValue) and set(node.keys()) == {"expr"} and "Expression" in node.name:
        node = node.expr
    return node


def _equalities(node: Any) -> Iterator[tuple[str, str]]:
    """``?variable = <IRI>`` among what a filter asks for in any case, as name and IRI."""
    from rdflib.plugins.sparql.parserutils import CompValue
    from rdflib.term import URIRef

    node = _bare(node)
    if not isinstance(node, CompValue):
        return
    if node.name == "ConditionalAndExpression":
        for one in (node.expr, *node.other):
            yield from _equalities(one)
    elif node.name == "RelationalExpression" and node.get("op") == "=":
        sides = (_bare(node.expr), _bare(node.other))
        for one, other in (sides, sides[::-1]):
            if _name(one) and isinstance(other, URIRef):
                yield _name(one), str(other)


def _variables(node: Any) -> Iterator[str]:
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(node, CompValue):
        for value in node.values():
            yield from _variables(value)
    elif isinstance(node, list):
        for value in node:
            yield from _variables(value)
    elif _name(node):
        yield _name(node)
