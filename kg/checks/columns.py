"""The part of a graph that shapes look at, as columns of numbers: one number a term, two arrays a predicate."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import polars as pl
import pyoxigraph as ox
from numpy.typing import NDArray

from kg.checks import literals
from kg.checks.shapes import SUBCLASS, TYPE, Path, Term
from kg.stores import Answer

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]
Pairs = tuple[Ids, Ids]

NOTHING: Ids = np.zeros(0, dtype=np.int64)
IRI, BLANK, LITERAL = 0, 1, 2


class Asked(Protocol):
    """The door of a store as far as it is used here."""

    def query(self, sparql: str) -> Answer: ...


class Columns:
    """Triples of some predicates in the merged view of a store, by one query, so that blank nodes stay the same.

    ``tokens[id]`` is a term as the store's TSV writes it. *terms* are the terms that shapes name: each has an
    id, in the data or not, and literals among them go through the store too, which may write them its own way.
    """

    def __init__(self, store: Asked, predicates: Collection[str], terms: Collection[Term]) -> None:
        wanted = sorted({TYPE, SUBCLASS, *predicates})
        named = list(dict.fromkeys(terms))
        values = " ".join(f"(<{predicate}> {k})" for k, predicate in enumerate(wanted))
        body = f"{{ VALUES (?p ?k) {{ {values} }} ?s ?p ?o }}"
        echo = " ".join(f"({-1 - n} {term})" for n, term in enumerate(named) if isinstance(term, ox.Literal))
        if echo:
            body += f" UNION {{ VALUES (?k ?o) {{ {echo} }} }}"
        frame = _read(store.query(f"SELECT ?k ?s ?o WHERE {{ {body} }}").body)
        back = frame.filter(pl.col("k") < 0)
        echoed = dict(zip(back["k"], back["o"], strict=True))
        if echo:
            frame = frame.filter(pl.col("k") >= 0)
        own = [echoed.get(-1 - n, str(term)) for n, term in enumerate(named)]
        every = pl.concat([pl.Series("s", own, dtype=pl.String), frame["s"], frame["o"]], rechunk=True)
        codes = every.cast(pl.Categorical(pl.Categories.random())).to_physical().to_numpy().astype(np.int64)
        self.size = int(codes.max()) + 1 if len(codes) else 0
        first = np.empty(self.size, dtype=np.int64)
        first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
        self.tokens: pl.Series = every.gather(first)
        self._ids = dict(zip(named, codes[: len(own)].tolist(), strict=True))
        subjects, objects = np.split(codes[len(own) :], 2)
        self._edges = self._by_predicate(wanted, frame["k"].to_numpy(), subjects, objects)
        self._members: dict[str, Mask] = {}

    def _by_predicate(self, wanted: list[str], keys: Ids, subjects: Ids, objects: Ids) -> dict[str, Pairs]:
        # An endpoint whose default graph is a union may tell a triple once for each source.
        order = np.argsort(keys, kind="stable")
        bounds = np.searchsorted(keys[order], np.arange(len(wanted) + 1))
        found: dict[str, Pairs] = {}
        for k, predicate in enumerate(wanted):
            rows = order[bounds[k] : bounds[k + 1]]
            found[predicate] = self.distinct(subjects[rows], objects[rows])
        return found

    def distinct(self, subjects: Ids, objects: Ids) -> Pairs:
        """Pairs in order, each once."""
        keys = once(subjects * self.size + objects)
        return keys // max(self.size, 1), keys % max(self.size, 1)

    def id(self, term: Term) -> int:
        """The number of a term that shapes name."""
        return int(self._ids[term])

    def mask(self, ids: Ids) -> Mask:
        """True at some ids."""
        found = np.zeros(self.size, dtype=bool)
        found[ids] = True
        return found

    def every(self, ids: Ids) -> Ids:
        """Ids in order, each once."""
        return np.flatnonzero(self.mask(ids))

    # -- terms ---------------------------------------------------------------------

    @cached_property
    def kinds(self) -> NDArray[np.uint8]:
        """IRI, BLANK or LITERAL of each term."""
        found = np.full(self.size, LITERAL, dtype=np.uint8)
        found[self.tokens.str.starts_with("<").to_numpy()] = IRI
        found[self.tokens.str.starts_with("_:").to_numpy()] = BLANK
        return found

    def literals(self, ids: Ids) -> pl.DataFrame:
        """Columns text, datatype, language of literals."""
        return literals.parts(self.tokens.gather(ids))

    def texts(self, ids: Ids) -> pl.Series:
        """``STR()`` of IRIs and literals."""
        iris = self.kinds[ids] == IRI
        found = np.empty(len(ids), dtype=object)
        found[iris] = self.tokens.gather(ids[iris]).str.slice(1).str.head(-1).to_numpy()
        found[~iris] = self.literals(ids[~iris])["text"].to_numpy()
        return pl.Series("text", found, dtype=pl.String)

    # -- classes -------------------------------------------------------------------

    def classes(self, iri: str) -> Ids:
        """A class and the classes below it."""
        below, above = self._edges[SUBCLASS]
        found = self.mask(np.array([self.id(ox.NamedNode(iri))]))
        while True:
            more = below[found[above] & ~found[below]]
            if not len(more):
                return np.flatnonzero(found)
            found[more] = True

    def members(self, iri: str) -> Mask:
        """Which terms are instances of a class, or of one below it."""
        if iri not in self._members:
            things, types = self._edges[TYPE]
            self._members[iri] = self.mask(things[self.mask(self.classes(iri))[types]])
        return self._members[iri]

    # -- paths ---------------------------------------------------------------------

    def edges(self, predicate: str) -> Pairs:
        """Subjects and objects of a predicate, sorted, each pair once."""
        return self._edges[predicate]

    def along(self, path: Path, starts: Ids) -> Pairs:
        """What a path leads to from some nodes: (start, end), each pair once."""
        if path.kind == "predicate":
            return _from(self._edges[path.iri], self.mask(starts))
        if path.kind == "inverse" and path.parts[0].kind == "predicate":
            objects, subjects = self._edges[path.parts[0].iri]
            return self.distinct(*_from((subjects, objects), self.mask(starts)))
        if path.kind == "inverse":
            ends, begins = self.along(path.parts[0], np.arange(self.size))
            return self.distinct(*_from((begins, ends), self.mask(starts)))
        if path.kind == "sequence":
            pairs = (starts, starts)
            for part in path.parts:
                pairs = self._onward(pairs, part)
            return pairs
        if path.kind == "alternative":
            every = [self.along(part, starts) for part in path.parts]
            return self.distinct(np.concatenate([a for a, _ in every]), np.concatenate([b for _, b in every]))
        return self._repeated(path, starts)

    def _repeated(self, path: Path, starts: Ids) -> Pairs:
        inner = path.parts[0]
        here = (starts, starts)
        found = self.along(inner, starts) if path.kind == "oneOrMore" else self.distinct(*here)
        if path.kind == "zeroOrOne":
            return self._joined(found, self.along(inner, starts))
        size = -1
        while size != len(found[0]):
            size = len(found[0])
            found = self._joined(found, self._onward(found, inner))
        return found

    def _joined(self, left: Pairs, right: Pairs) -> Pairs:
        return self.distinct(np.concatenate([left[0], right[0]]), np.concatenate([left[1], right[1]]))

    def _onward(self, pairs: Pairs, path: Path) -> Pairs:
        """Each pair's end replaced by what the path leads to from it."""
        starts, ends = join(pairs, self.along(path, self.every(pairs[1])))
        return self.distinct(starts, ends)


def once(keys: Ids) -> Ids:
    """Keys in order, each once: np.unique hashes, which takes many times longer."""
    keys = np.sort(keys)
    return keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if len(keys) else keys


def _from(pairs: Pairs, starts: Mask) -> Pairs:
    keep = starts[pairs[0]]
    return pairs[0][keep], pairs[1][keep]


def join(left: Pairs, right: Pairs) -> Pairs:
    """(a, c) for every (a, b) on the left and (b, c) on the right, whose first column is in order."""
    low = np.searchsorted(right[0], left[1], "left")
    count = np.searchsorted(right[0], left[1], "right") - low
    # Positions on the right: a run of ``count`` from ``low`` for each pair on the left.
    runs = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(left[0], count), right[1][np.repeat(low, count) + runs]


def _read(body: bytes) -> pl.DataFrame:
    """Columns k (a number), s and o (terms) of an answer in TSV."""

    def read(numbers: Any) -> pl.DataFrame:
        columns = {"k": numbers, "s": pl.String, "o": pl.String}
        return pl.read_csv(
            body, separator="\t", quote_char=None, has_header=False, skip_rows=1, schema=columns, raise_if_empty=False
        )  # fmt: skip

    try:
        return read(pl.Int32)
    except pl.exceptions.ComputeError:
        # Some stores write the datatype of a number.
        return read(pl.String).with_columns(pl.col("k").str.extract(r"^\"?(-?\d+)").cast(pl.Int32))
