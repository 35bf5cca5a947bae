"""Who agrees and disagrees with whom: pairs of actors from the cells of a table, holder by position.

A cell is a holder, a position and a sign. It is there while some source states a stance of that sign, without
hedging, that no later stance supersedes; a narrator is the voice of a source and no party. Two holders agree on a
position where their signs are equal, and disagree where they differ or where both support incompatible positions.

All pairs at once are products of sparse matrices. After a small change only pairs that changed cells touch are
looked at: a cell that came makes pairs, and one that went makes its pairs look for another reason to stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.rules.asking import COMPARISON, Ask, Nameless, Row, look_up, sources_of
from kg.stores import Store
from kg.terms import DERIVED, PREFIXES, SPARQL_PREFIXES, ST

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Codes = npt.NDArray[np.int64]

Cell = tuple[str, str, bool]  # holder, position, whether it is supported
Pair = tuple[str, str, str]  # holder, property, other holder

NARRATOR, SUPERSEDES, INCOMPATIBLE, SCORE = (
    f"{ST}{name}" for name in ("Narrator", "supersedes", "isIncompatibleWith", "score")
)
AGREES, DISAGREES = f"<{ST}agreesWith>", f"<{ST}disagreesWith>"
SUPPORTS, OPPOSES = f"<{ST}supports>", f"<{ST}opposes>"

# Whole stances: what a source states of one stance stands in its graph together.
CELLS = f"""{SPARQL_PREFIXES}
SELECT DISTINCT ?holder ?position ?side WHERE {{
  GRAPH ?g {{ ?stance st:holder ?holder ; st:towards ?position ; st:value ?value ; st:certainty ?certainty }}
  ?value st:score ?score .
  FILTER (?score != 0 && ?certainty != stx:hedged)
  FILTER (!STRSTARTS(STR(?g), "{DERIVED}"))
  FILTER NOT EXISTS {{ ?later st:supersedes ?stance }}
  FILTER NOT EXISTS {{ ?holder a st:Narrator }}
  BIND (IF(?score > 0, st:supports, st:opposes) AS ?side) }}"""

# So many columns of the table are read at once when a tie that lost a reason looks for another.
_AT_ONCE = 8
_FEW = 20

_RIVALS = f"{SPARQL_PREFIXES} SELECT ?p ?q WHERE {{ ?p st:isIncompatibleWith ?q }}"


# The same with the stances that the present leaves out.
STATED = f"""{SPARQL_PREFIXES}
SELECT DISTINCT ?stance ?holder ?position ?side WHERE {{
  GRAPH ?g {{ ?stance st:holder ?holder ; st:towards ?position ; st:value ?value ; st:certainty ?certainty }}
  ?value st:score ?score .
  FILTER (?score != 0 && ?certainty != stx:hedged)
  BIND (IF(?score > 0, st:supports, st:opposes) AS ?side) }}"""


def cells(rows: Iterable[Row]) -> set[Cell]:
    """Cells from the rows of :data:`CELLS`."""
    return {(holder, position, side == SUPPORTS) for holder, position, side in rows if holder[0] in "<_"}


def rivals(ask: Ask) -> dict[str, set[str]]:
    """Positions that cannot both be had, each way."""
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in ask(_RIVALS):
        found[one].add(other)
        found[other].add(one)
    return dict(found)


# -- all pairs -------------------------------------------------------------------


@dataclass
class Pairs:
    """Ties between holders as numbers: ``holders[i]`` has the tie to ``holders[j]`` for each code i·n + j, n holders.

    ``codes`` gives, by property, the codes in rising order.
    """

    holders: list[str]
    codes: dict[str, Codes]

    def less(self, held: Iterable[Pair]) -> tuple[Iterator[Pair], list[Pair]]:
        """The ties that are not among those *held*, and those held that are not among these."""
        import numpy as np

        number = {holder: i for i, holder in enumerate(self.holders)}
        size = len(self.holders)
        known: dict[str, list[int]] = defaultdict(list)
        stray: list[Pair] = []
        for one, prop, other in held:
            i, j = number.get(one), number.get(other)
            if i is None or j is None or prop not in self.codes:
                stray.append((one, prop, other))
            else:
                known[prop].append(i * size + j)
        fresh: dict[str, Codes] = {}
        for prop, codes in self.codes.items():
            old = np.array(known.get(prop, ()), dtype=np.int64)
            old.sort()
            fresh[prop] = _without(codes, old)
            stray += self._named(prop, _without(old, codes))
        return (pair for prop, codes in fresh.items() for pair in self._named(prop, codes)), stray

    def _named(self, prop: str, codes: Codes) -> Iterator[Pair]:
        size, holders = len(self.holders), self.holders
        for code in codes.tolist():
            yield holders[code // size], prop, holders[code % size]


def all_pairs(table: Collection[Cell], incompatible: dict[str, set[str]], above: dict[str, tuple[str, ...]]) -> Pairs:
    """Every tie between holders; *above* gives the broader properties of agreeing and of disagreeing."""
    import numpy as np
    from scipy import sparse

    holders = sorted({holder for holder, _, _ in table})
    positions = sorted({position for _, position, _ in table})
    row = {holder: i for i, holder in enumerate(holders)}
    column = {position: i for i, position in enumerate(positions)}
    shape = (len(holders), len(positions))

    def marks(supported: bool) -> sparse.csr_matrix:
        own = [(row[h], column[p]) for h, p, s in table if s is supported]
        at = np.array(own, dtype=np.int64).reshape(-1, 2)
        return sparse.csr_matrix((np.ones(len(own), dtype=np.int32), (at[:, 0], at[:, 1])), shape=shape)

    pro, con = marks(True), marks(False)
    against = [
        (column[p], column[q]) for p in incompatible.keys() & column.keys() for q in incompatible[p] & column.keys()
    ]
    at = np.array(against, dtype=np.int64).reshape(-1, 2)
    rival = sparse.csr_matrix(
        (np.ones(len(against), dtype=np.int32), (at[:, 0], at[:, 1])), shape=(shape[1], shape[1])
    )
    split = pro @ con.T
    found = {AGREES: pro @ pro.T + con @ con.T, DISAGREES: split + split.T + pro @ rival @ pro.T}
    codes: dict[str, Codes] = {}
    for prop, product in found.items():
        product.sort_indices()
        coo = product.tocoo()
        apart = (coo.row != coo.col) & (coo.data != 0)
        code = coo.row[apart].astype(np.int64) * len(holders) + coo.col[apart]
        for broader in (prop, *above.get(prop, ())):
            codes[broader] = _united(codes[broader], code) if broader in codes else code
    return Pairs(holders, codes)


def _united(one: Codes, other: Codes) -> Codes:
    """The union of two rising arrays; ``numpy.union1d`` hashes, which is slow on codes as regular as these."""
    import numpy as np

    both = np.concatenate([one, other])
    both.sort(kind="stable")
    return both[np.concatenate([[True], both[1:] != both[:-1]])] if len(both) else both


def _without(one: Codes, other: Codes) -> Codes:
    """What of a rising array is not in another."""
    import numpy as np

    if not len(other):
        return one
    place = np.minimum(np.searchsorted(other, one), len(other) - 1)
    left: Codes = one[other[place] != one]
    return left


# -- changed pairs ---------------------------------------------------------------

_STATED = f"""{SPARQL_PREFIXES}
SELECT ?holder ?position ?side ?d WHERE {{ VALUES VALUES ?side {{ st:supports st:opposes }}
  GRAPH ?d {{ ?holder ?side ?position }} }}"""

_GRAPHS = "SELECT ?holder ?side ?position ?d WHERE { VALUES GRAPH ?d { ?holder ?side ?position } }"

_PRESENT = f"""{SPARQL_PREFIXES}
SELECT DISTINCT ?holder ?position ?side WHERE {{ VALUES
  GRAPH ?g {{ ?stance st:holder ?holder ; st:towards ?position ; st:value ?value ; st:certainty ?certainty }}
  ?value st:score ?score .
  FILTER (?score != 0 && ?certainty != stx:hedged)
  FILTER NOT EXISTS {{ ?later st:supersedes ?stance }}
  BIND (IF(?score > 0, st:supports, st:opposes) AS ?side) }}"""


@dataclass
class Repair:
    """The pairs that changed cells touch, looked at in a store that still holds what was derived before.

    ``apart`` are the derived graphs of the changed sources; ``touched`` every cell that these sources stated or
    state, whether or not it counts, with those of other sources whose context changed, which are also ``turned``;
    ``present`` are those that count now.
    """

    store: Store
    ask: Ask
    apart: Collection[str]
    touched: Collection[Cell]
    turned: Collection[Cell]
    present: Collection[Cell]
    incompatible: dict[str, set[str]]
    above: dict[str, tuple[str, ...]]
    # Touched cells, by position and by holder.
    _own_by_position: dict[str, set[Cell]] = field(default_factory=dict)
    _own_by_holder: dict[str, set[Cell]] = field(default_factory=dict)
    _columns: dict[str, set[Cell]] = field(default_factory=dict)
    # Cells as the derived graphs outside ``apart`` state them, with those graphs; superseded ones among them.
    _by_position: dict[str, dict[Cell, list[str]]] = field(default_factory=dict)
    _by_holder: dict[str, dict[Cell, list[str]]] = field(default_factory=dict)
    _stated: dict[Cell, list[str]] = field(default_factory=dict)
    _counts: dict[Cell, bool] = field(default_factory=dict)
    _narrator: dict[str, bool] = field(default_factory=dict)
    _nodes: dict[str, ox.NamedNode] = field(default_factory=dict)

    def run(self) -> tuple[set[Pair], set[Pair]]:
        """Ties to remove and ties to add."""
        for cell in self.touched:
            self._own_by_position.setdefault(cell[1], set()).add(cell)
            self._own_by_holder.setdefault(cell[0], set()).add(cell)
        # A cell that another source states too, and that counts there, is as it was: its pairs need no look.
        self._read_stated(self.touched)
        self._settle(self.touched)
        steady = {c for c in self.touched if self._counts[c] and c not in self.turned}
        self._counts.update((cell, True) for cell in self.present)
        came = {c for c in self.touched if self._counts[c] and c not in steady}
        gone = {c for c in self.touched if not self._counts[c]}
        moved = came | gone
        self._read_positions({p for _, p, _ in moved} | {q for _, p, s in moved if s for q in self._rivals(p)})
        add = self._made_by(came)
        remove = self._left_by(gone, add)
        return self._broader(remove, add)

    # -- cells --------------------------------------------------------------------

    def _rivals(self, position: str) -> Collection[str]:
        return self.incompatible.get(position, ())

    def _read_positions(self, positions: Iterable[str]) -> None:
        new = {p for p in positions if p not in self._by_position}
        self._by_position.update((p, {}) for p in new)
        for cell, graph in self._read(("?position",), new):
            self._by_position[cell[1]].setdefault(cell, []).append(graph)

    def _read_holders(self, holders: Iterable[str]) -> None:
        new = {h for h in holders if h not in self._by_holder}
        self._by_holder.update((h, {}) for h in new)
        for cell, graph in self._read(("?holder",), new):
            self._by_holder[cell[0]].setdefault(cell, []).append(graph)

    def _read_stated(self, asked: Collection[Cell]) -> None:
        side = {True: SUPPORTS, False: OPPOSES}
        given = [(h, side[s], p) for h, p, s in asked if self._is_stated(h, side[s], p)]
        for holder, prop, position, graph in look_up(self.ask, _GRAPHS, ("?holder", "?side", "?position"), given):
            if graph[1:].startswith(DERIVED) and graph[1:-1] not in self.apart:
                self._stated.setdefault((holder, position, prop == SUPPORTS), []).append(graph[1:-1])

    def _is_stated(self, holder: str, side: str, position: str) -> bool:
        """Whether the merged view, as it was before, has a tie; asked of the whole triple, which costs least."""
        return self.store.holds(
            ox.Quad(self._node(holder), self._node(side), self._node(position), ox.DefaultGraph())
        )

    def _read(self, variables: tuple[str, ...], given: Collection[str]) -> Iterator[tuple[Cell, str]]:
        for holder, position, side, graph in look_up(self.ask, _STATED, variables, [(g,) for g in given]):
            if graph[1:].startswith(DERIVED) and graph[1:-1] not in self.apart:
                yield (holder, position, side == SUPPORTS), graph[1:-1]

    def _on(self, position: str) -> set[Cell]:
        """Cells on a position that was read which counted or count, some of them perhaps superseded."""
        column = self._columns.get(position)
        if column is None:
            own = self._own_by_position.get(position, set())
            column = self._columns[position] = self._by_position[position].keys() | own
        return column

    def _of(self, holder: str) -> set[Cell]:
        return self._by_holder[holder].keys() | self._own_by_holder.get(holder, set())

    def _settle(self, asked: Iterable[Cell]) -> None:
        """Find out which cells count now, from the sources that state them."""
        todo: dict[Cell, list[str]] = {}
        for cell in asked:
            if cell not in self._counts:
                self._counts[cell] = False
                holder, position, _ = cell
                if not self._is_narrator(holder):
                    known = (self._by_position.get(position, {}), self._by_holder.get(holder, {}), self._stated)
                    todo[cell] = next((found[cell] for found in known if cell in found), [])
        done = 0
        # Many sources may state a cell and one is enough, so the first are asked before the others.
        while todo := {c: graphs for c, graphs in todo.items() if len(graphs) > done and not self._counts[c]}:
            few = done + (2 if done == 0 else 50)
            given = {
                (cell[0], cell[1], f"<{g}>")
                for cell, graphs in todo.items()
                for derived in graphs[done:few]
                for g in sources_of(derived)
            }
            for holder, position, side in look_up(self.ask, _PRESENT, ("?holder", "?position", "?g"), given):
                self._counts[holder, position, side == SUPPORTS] = True
            done = few

    def _is_narrator(self, holder: str) -> bool:
        if holder not in self._narrator:
            kind = ox.Quad(
                self._node(holder), self._node(f"<{PREFIXES['rdf']}type>"), ox.NamedNode(NARRATOR), ox.DefaultGraph()
            )
            self._narrator[holder] = self.store.holds(kind)
        return self._narrator[holder]

    # -- pairs --------------------------------------------------------------------

    def _reasons(self, cell: Cell) -> Iterator[tuple[str, Cell]]:
        """Cells of others that make a tie with one, and the property of that tie."""
        holder, position, side = cell
        for other in self._on(position):
            if other[0] != holder:
                yield (AGREES if other[2] is side else DISAGREES), other
        for rival in self._rivals(position) if side else ():
            for other in self._on(rival):
                if other[2] and other[0] != holder:
                    yield DISAGREES, other

    def _held(self, pair: Pair) -> bool:
        one, prop, other = (self._node(term) for term in pair)
        return self.store.holds(ox.Quad(one, prop, other, ox.NamedNode(COMPARISON)))

    def _node(self, text: str) -> ox.NamedNode:
        node = self._nodes.get(text)
        if node is None:
            if text[0] != "<":
                raise Nameless
            node = self._nodes[text] = ox.NamedNode(text[1:-1])
        return node

    def _made_by(self, came: Collection[Cell]) -> set[Pair]:
        """Ties that present cells make and that are not held yet."""
        reasons: dict[Pair, list[Cell]] = defaultdict(list)
        for cell in came:
            for prop, other in self._reasons(cell):
                reasons[cell[0], prop, other[0]].append(other)
        missing = {pair: others for pair, others in reasons.items() if not self._held(pair)}
        self._settle(cell for others in missing.values() for cell in others)
        found = {pair for pair, others in missing.items() if any(self._counts[c] for c in others)}
        return found | {(b, prop, a) for a, prop, b in found}

    def _left_by(self, gone: Collection[Cell], made: Collection[Pair]) -> set[Pair]:
        """Ties that rested on cells that are gone and that rest on nothing now."""
        doubtful: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for cell in gone:
            for prop, other in self._reasons(cell):
                if (cell[0], prop, other[0]) not in made and self._held((cell[0], prop, other[0])):
                    doubtful[cell[0]].add((prop, other[0]))
        lost: set[Pair] = set()
        for holder, ties in doubtful.items():
            lost |= {(holder, prop, other) for prop, other in ties - self._kept(holder, ties)}
        return lost | {(b, prop, a) for a, prop, b in lost}

    def _kept(self, holder: str, ties: set[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of a holder's ties that present cells give a reason for."""
        left = ties - self._kept_by_what_is_read(holder, ties)
        if not left:
            return ties
        self._read_holders([holder])
        # Positions that many sources link with the holder are likely to be shared, so they come first.
        often = {p: len(graphs) for (_, p, _), graphs in self._by_holder[holder].items()}
        mine = sorted(self._of(holder), key=lambda c: (-often.get(c[1], 0), c))
        for start in range(0, len(mine), _AT_ONCE):
            others = {other for _, other in left}
            some = mine[start : start + _AT_ONCE]
            if len(others) <= _FEW:
                some = [cell for cell in some if self._is_ground(cell, others)]
            grounds = {p for _, p, _ in some} | {q for _, p, s in some if s for q in self._rivals(p)}
            self._read_positions(grounds)
            left -= self._shared(some, {c for p in grounds for c in self._on(p) if c[0] in others}, left)
            if not left:
                break
        return ties - left

    def _kept_by_what_is_read(self, holder: str, ties: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of a holder's ties for which columns that were read already give a reason; mostly all of them."""
        mine = {c for p in self._by_position for c in ((holder, p, True), (holder, p, False)) if c in self._on(p)}
        others = {other for _, other in ties}
        grounds = {p for _, p, _ in mine} | {q for _, p, s in mine if s for q in self._rivals(p)}
        theirs = {c for p in grounds & self._by_position.keys() for c in self._on(p) if c[0] in others}
        return self._shared(mine, theirs, ties)

    def _is_ground(self, cell: Cell, others: Iterable[str]) -> bool:
        """Whether one of some others states anything on a position or its rivals; costs less than reading a column."""
        positions = [cell[1], *(self._rivals(cell[1]) if cell[2] else ())]
        return any(
            self._own_by_holder.get(other, set()) & {(other, p, True), (other, p, False)}
            or any(self._is_stated(other, side, p) for side in (SUPPORTS, OPPOSES))
            for other in others
            for p in positions
        )

    def _shared(
        self, mine: Collection[Cell], theirs: Collection[Cell], ties: Collection[tuple[str, str]]
    ) -> set[tuple[str, str]]:
        """Those of some ties for which a present cell here and a present cell there give a reason."""
        own: dict[str, list[Cell]] = defaultdict(list)
        for cell in mine:
            own[cell[1]].append(cell)
        reasons: dict[tuple[str, str], list[tuple[Cell, Cell]]] = defaultdict(list)
        for cell in theirs:
            other, position, side = cell
            for me in own.get(position, ()):
                reasons[AGREES if me[2] is side else DISAGREES, other].append((me, cell))
            for rival in self._rivals(position) if side else ():
                reasons[DISAGREES, other] += [(me, cell) for me in own.get(rival, ()) if me[2]]
        kept: set[tuple[str, str]] = set()
        wanted = {tie: reasons[tie] for tie in ties if reasons.get(tie)}
        # Most ties have several reasons and need one, so they are looked at one at a time.
        while wanted:
            self._settle(cell for found in wanted.values() for cell in found[-1])
            kept |= {tie for tie, found in wanted.items() if all(self._counts[c] for c in found[-1])}
            wanted = {tie: found[:-1] for tie, found in wanted.items() if tie not in kept and found[:-1]}
        return kept

    def _broader(self, remove: set[Pair], add: set[Pair]) -> tuple[set[Pair], set[Pair]]:
        """The same with the broader ties of each pair, which stay while one of the narrower does."""
        for one, prop, other in list(add):
            add |= {(one, broader, other) for broader in self.above.get(prop, ())}
        for one, prop, other in list(remove):
            for broader in self.above.get(prop, ()):
                others = [(one, p, other) for p, wide in self.above.items() if broader in wide]
                if not any(pair in add or (pair not in remove and self._held(pair)) for pair in others):
                    remove.add((one, broader, other))
        return remove - add, add
