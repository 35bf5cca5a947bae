"""Plain SHACL constraints held against columns: whole arrays of focus and value nodes at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyoxigraph as ox

from kg.checks.columns import BLANK, IRI, LITERAL, NOTHING, Columns, Ids, Mask, Pairs, join, once
from kg.checks.literals import admitted, compare
from kg.checks.shapes import SH, Constraint, Shape, Term

_OPERATORS = {
    "minInclusive": ">=", "minExclusive": ">", "maxInclusive": "<=", "maxExclusive": "<",
    "lessThan": "<", "lessThanOrEquals": "<=",
}  # fmt: skip
_NODE_KINDS = {
    "IRI": (IRI,), "BlankNode": (BLANK,), "Literal": (LITERAL,), "BlankNodeOrIRI": (BLANK, IRI),
    "BlankNodeOrLiteral": (BLANK, LITERAL), "IRIOrLiteral": (IRI, LITERAL),
}  # fmt: skip


@dataclass(frozen=True)
class Hits:
    """Where one constraint of a shape is broken: focus nodes and, unless it is the node as a whole, their values."""

    shape: Shape
    constraint: Constraint
    focus: Ids
    value: Ids | None = None


def needs(shapes: list[Shape]) -> tuple[set[str], list[Term]]:
    """The predicates and the terms that :class:`Plain` looks at for some shapes."""
    predicates: set[str] = set()
    terms: list[Term] = []
    for shape in (member for one in shapes for member in one.family()):
        predicates |= shape.path.predicates() if shape.path else set()
        for kind, term in shape.targets:
            if kind in {"targetSubjectsOf", "targetObjectsOf"}:
                predicates.add(str(term.value))
            else:
                terms.append(term)
        for one in shape.constraints:
            if one.kind in {"equals", "disjoint", "lessThan", "lessThanOrEquals"}:
                predicates.add(one.value)
            elif one.kind == "class":
                terms.append(ox.NamedNode(one.value))
            elif one.kind in {"hasValue", "minInclusive", "minExclusive", "maxInclusive", "maxExclusive"}:
                terms.append(one.value)
            elif one.kind == "in":
                terms += one.value
    return predicates, terms


class Plain:
    """Holds shapes against columns."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    def targets(self, shape: Shape) -> Ids:
        """The focus nodes of a shape."""
        found = np.zeros(self.columns.size, dtype=bool)
        for kind, term in shape.targets:
            if kind == "targetClass":
                found |= self.columns.members(str(term.value))
            elif kind == "targetNode":
                found[self.columns.id(term)] = True
            else:
                found[self.columns.edges(str(term.value))[kind == "targetObjectsOf"]] = True
        return np.flatnonzero(found)

    def report(self, shape: Shape, focus: Ids) -> Iterator[Hits]:
        """Everything that is broken on focus nodes, down the property shapes."""
        if shape.deactivated or not len(focus):
            return
        pairs = self._values(shape, focus)
        yield from self._own(shape, focus, pairs)
        for child in shape.properties:
            yield from self.report(child, self.columns.every(pairs[1]))

    def conforms(self, shape: Shape, focus: Ids) -> Mask:
        """Which terms, by id, conform to a shape; only those of *focus* are looked at."""
        found = self.columns.mask(focus)
        if shape.deactivated:
            return found
        pairs = self._values(shape, focus)
        for hits in self._own(shape, focus, pairs):
            found[hits.focus] = False
        for child in shape.properties:
            found[pairs[0][~self.conforms(child, self.columns.every(pairs[1]))[pairs[1]]]] = False
        return found

    def _values(self, shape: Shape, focus: Ids) -> Pairs:
        return (focus, focus) if shape.path is None else self.columns.along(shape.path, focus)

    def _own(self, shape: Shape, focus: Ids, pairs: Pairs) -> Iterator[Hits]:
        for one in shape.constraints:
            if one.kind in _OF_VALUES:
                # Each value is looked at once, however many nodes have it.
                values = self.columns.every(pairs[1])
                good = self.columns.mask(values[_OF_VALUES[one.kind](self, one, values)])
                bad = ~good[pairs[1]]
                hits = Hits(shape, one, pairs[0][bad], pairs[1][bad])
            elif one.kind in _OF_NODES:
                hits = Hits(shape, one, focus[~_OF_NODES[one.kind](self, one, focus, pairs)])
            else:
                hits = Hits(shape, one, *_OF_PAIRS[one.kind](self, one, focus, pairs))
            if len(hits.focus):
                yield hits

    def _are(self, ids: Ids, kind: int) -> Mask:
        return np.asarray(self.columns.kinds[ids] == kind)

    # -- constraints on values: which of them are good ---------------------------------

    def _class(self, one: Constraint, values: Ids) -> Mask:
        return self.columns.members(one.value)[values]

    def _kind(self, one: Constraint, values: Ids) -> Mask:
        return np.isin(self.columns.kinds[values], _NODE_KINDS[one.value.removeprefix(SH)])

    def _datatype(self, one: Constraint, values: Ids) -> Mask:
        good = self._are(values, LITERAL)
        found = self.columns.literals(values[good])
        same = (found["datatype"] == one.value).to_numpy().copy()
        same[same] = admitted(found["text"].filter(same), one.value)
        good[good] = same
        return good

    def _range(self, one: Constraint, values: Ids) -> Mask:
        good = self._are(values, LITERAL)
        tokens = self.columns.tokens.gather(values[good])
        bound = self.columns.tokens.gather([self.columns.id(one.value)] * len(tokens))
        good[good] = compare(tokens, _OPERATORS[one.kind], bound)
        return good

    def _length(self, one: Constraint, values: Ids) -> Mask:
        good = ~self._are(values, BLANK)
        size = self.columns.texts(values[good]).str.len_chars().to_numpy()
        good[good] = size >= one.value if one.kind == "minLength" else size <= one.value
        return good

    def _pattern(self, one: Constraint, values: Ids) -> Mask:
        good = ~self._are(values, BLANK)
        good[good] = self.columns.texts(values[good]).str.contains(one.value).to_numpy()
        return good

    def _language(self, one: Constraint, values: Ids) -> Mask:
        good = self._are(values, LITERAL)
        found = self.columns.literals(values[good])["language"]
        wanted = [str(term.value).lower() for term in one.value]
        mask = np.zeros(len(found), dtype=bool)
        for tag in wanted:
            exact = (found == tag) | found.str.starts_with(f"{tag}-") if tag != "*" else found != ""
            mask |= exact.to_numpy()
        good[good] = mask
        return good

    def _in(self, one: Constraint, values: Ids) -> Mask:
        return np.isin(values, [self.columns.id(term) for term in one.value])

    def _shapes(self, one: Constraint, values: Ids) -> Mask:
        held = np.zeros(len(values), dtype=np.int64)
        for shape in one.value:
            held += self.conforms(shape, values)[values]
        if one.kind == "or":
            return np.asarray(held > 0)
        wanted = {"not": 0, "xone": 1}.get(one.kind, len(one.value))
        return np.asarray(held == wanted)

    # -- constraints on the node as a whole: which of them are good ----------------------

    def _count(self, one: Constraint, focus: Ids, pairs: Pairs) -> Mask:
        count = np.bincount(pairs[0], minlength=self.columns.size)[focus]
        return np.asarray(count >= one.value if one.kind == "minCount" else count <= one.value)

    def _qualified(self, one: Constraint, focus: Ids, pairs: Pairs) -> Mask:
        fit = self.conforms(one.value[0], self.columns.every(pairs[1]))[pairs[1]]
        count = np.bincount(pairs[0][fit], minlength=self.columns.size)[focus]
        return np.asarray(count >= one.count if one.kind == "qualifiedMinCount" else count <= one.count)

    def _has(self, one: Constraint, focus: Ids, pairs: Pairs) -> Mask:
        return self.columns.mask(pairs[0][pairs[1] == self.columns.id(one.value)])[focus]

    def _unique_language(self, one: Constraint, focus: Ids, pairs: Pairs) -> Mask:
        words = self.columns.kinds[pairs[1]] == LITERAL
        language = self.columns.literals(pairs[1][words])["language"]
        told = pl.DataFrame({"focus": pairs[0][words], "language": language}).filter(pl.col("language") != "")
        twice = told.group_by("focus", "language").len().filter(pl.col("len") > 1)["focus"]
        return ~self.columns.mask(twice.to_numpy())[focus]

    # -- constraints between values: those that are bad --------------------------------------

    def _keys(self, pairs: Pairs) -> Ids:
        return pairs[0] * self.columns.size + pairs[1]

    def _other(self, one: Constraint, focus: Ids) -> Pairs:
        subjects, objects = self.columns.edges(one.value)
        keep = self.columns.mask(focus)[subjects]
        return subjects[keep], objects[keep]

    def _equals(self, one: Constraint, focus: Ids, pairs: Pairs) -> Pairs:
        odd = np.setxor1d(self._keys(pairs), self._keys(self._other(one, focus)))
        return odd // self.columns.size, odd % self.columns.size

    def _disjoint(self, one: Constraint, focus: Ids, pairs: Pairs) -> Pairs:
        shared = np.intersect1d(self._keys(pairs), self._keys(self._other(one, focus)))
        return shared // self.columns.size, shared % self.columns.size

    def _less(self, one: Constraint, focus: Ids, pairs: Pairs) -> Pairs:
        # Each position of a pair of values of one node, so that node, value and other value stay together.
        places = np.arange(len(pairs[0]))
        place, other = join((places, pairs[0]), self._other(one, focus))
        if not len(place):
            return NOTHING, NOTHING
        both = self._keys((pairs[1][place], other))
        keys = once(both)
        left, right = keys // self.columns.size, keys % self.columns.size
        good = (self.columns.kinds[left] == LITERAL) & (self.columns.kinds[right] == LITERAL)
        first, second = (self.columns.tokens.gather(side[good]) for side in (left, right))
        good[good] = compare(first, _OPERATORS[one.kind], second)
        bad = once(place[~good[np.searchsorted(keys, both)]])
        return pairs[0][bad], pairs[1][bad]


_OF_VALUES: dict[str, Callable[[Plain, Constraint, Ids], Mask]] = {
    "class": Plain._class,
    "nodeKind": Plain._kind,
    "datatype": Plain._datatype,
    **dict.fromkeys(("minInclusive", "minExclusive", "maxInclusive", "maxExclusive"), Plain._range),
    **dict.fromkeys(("minLength", "maxLength"), Plain._length),
    "pattern": Plain._pattern,
    "languageIn": Plain._language,
    "in": Plain._in,
    **dict.fromkeys(("node", "not", "and", "or", "xone"), Plain._shapes),
}
_OF_NODES: dict[str, Callable[[Plain, Constraint, Ids, Pairs], Mask]] = {
    **dict.fromkeys(("minCount", "maxCount"), Plain._count),
    **dict.fromkeys(("qualifiedMinCount", "qualifiedMaxCount"), Plain._qualified),
    "hasValue": Plain._has,
    "uniqueLang": Plain._unique_language,
}
_OF_PAIRS: dict[str, Callable[[Plain, Constraint, Ids, Pairs], Pairs]] = {
    "equals": Plain._equals,
    "disjoint": Plain._disjoint,
    **dict.fromkeys(("lessThan", "lessThanOrEquals"), Plain._less),
}
