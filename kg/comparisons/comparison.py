"""The result of a comparison: what people read, and every number it can give."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.comparisons import shown
from kg.comparisons.choices import Choices
from kg.comparisons.pairs import DEFINITION, Pair, Profiles, incompatible, pair_of
from kg.errors import KGError, unwritable
from kg.frames import profiles, stances
from kg.graph import KnowledgeGraph
from kg.tables import Table

if TYPE_CHECKING:
    from kg.algebra.polarization import Polarization
    from kg.comparisons.over import Over
    from kg.comparisons.statements import Statements
    from kg.matrices import Matrix
    from kg.pages.article import Article
    from kg.structure import Structure


@dataclass
class Comparison:
    """The result of :func:`~kg.comparisons.compare`: ``table()`` shows it, ``evidence(a, b)`` what is behind it."""

    graph: KnowledgeGraph
    named: tuple[str, ...]
    choices: Choices
    call: str

    def __repr__(self) -> str:
        made = "; ".join(f"{k}: {v}" for k, v in self.made_from.items())
        return f"{self.to_text()}\n{self.summary()}\n{made}"

    def _repr_html_(self) -> str:
        from kg.pages.frame import framed

        return framed(self.to_html(), self.article.title)

    @cached_property
    def _stances(self) -> Table:
        return stances(self.graph)

    @cached_property
    def made_from(self) -> dict[str, str]:
        """Graph, selection, number of stances, choices and the call."""
        return {**self._stances.made_from, **self.choices.describe(), "call": self.call}

    # -- profiles and pairs ----------------------------------------------------------

    @cached_property
    def profiles(self) -> Profiles:
        """(actor, position) → what the actor's standing stances add up to."""
        found = profiles(self._stances, narrators=bool(self.named))
        return {key: one for key, one in found.items() if not self.named or key[0] in self.named}

    @cached_property
    def actors(self) -> tuple[str, ...]:
        """IRIs of those compared, in order of their labels, or as they were named."""
        return self.named or tuple(sorted({a for a, _ in self.profiles}, key=self.graph.names.label))

    @cached_property
    def pairs(self) -> dict[tuple[str, str], Pair]:
        """Every two actors."""
        by_position: dict[str, dict[str, Any]] = {}
        for (holder, position), one in self.profiles.items():
            by_position.setdefault(position, {})[holder] = one
        rivals = incompatible(self.graph)
        return {
            (a, b): pair_of(a, b, self.profiles, by_position, rivals) for a, b in combinations(self.actors, 2)
        }

    def pair(self, a: str | None = None, b: str | None = None) -> Pair:
        """The pair of two actors, by name; without names the only pair."""
        if a is None or b is None:
            if len(self.actors) != 2:
                raise KGError("Which two actors?", cure="Name them: pair(a, b).")
            return next(iter(self.pairs.values()))
        ends = (self.graph.find(a, "actor"), self.graph.find(b, "actor"))
        found = self.pairs.get(ends) or self.pairs.get(ends[::-1])
        if found is None:
            raise KGError(f"{a} and {b} were not compared.", cure="Name both in compare().")
        return found

    # -- shown -----------------------------------------------------------------------

    def table(self) -> Table:
        """For two actors a row a position; for more, a row a pair."""
        return self.positions() if len(self.actors) == 2 else self.overview()

    def summary(self) -> str:
        """One sentence with the numbers and what they mean."""
        return shown.summary(self)

    def overview(self) -> Table:
        """A row a pair with shared positions: counts and agreement, most shared first."""
        return shown.overview(self)

    def positions(self) -> Table:
        """A row a position for the only pair: values, how they meet, dates, n, sources and quotations."""
        return shown.positions(self)

    def to_text(self, width: int = 100, *, shared_only: bool = False) -> str:
        """The comparison as people read it in a terminal: for two actors a block a position."""
        return shown.text(self, width, shared_only)

    @cached_property
    def article(self) -> Article:
        """What the page is made of, as plain values: named actors side by side, or all pairs."""
        from kg.comparisons import everyone, page

        # Profiles are what a page can show side by side; any other way to count gives a matrix.
        return (page if self.named and not self.choices.describe() else everyone).article(self)

    def to_html(self) -> str:
        """One self-contained page in plain words, with the evidence behind each value and how sure each number is."""
        from kg.pages.prose import article_page

        return article_page(self.article)

    def write(self, path: str | Path, format: str | None = None) -> Path:
        """Write the page (``.html``), or :meth:`table` in any of its formats; the ending decides, or *format*."""
        file = Path(path)
        if (format or file.suffix).casefold().lstrip(".") != "html":
            return self.table().write(file, format)
        try:
            file.write_text(self.to_html(), encoding="utf-8", newline="\n")
        except OSError as error:
            raise unwritable(file, error) from error
        return file

    def evidence(self, a: str | None = None, b: str | None = None) -> Table:
        """Every piece of evidence behind the shared and rival positions of two actors."""
        return shown.evidence(self, self.pair(a, b))

    def behind(self, a: str, b: str) -> Table:
        """Every statement behind one cell of a matrix: of two rows, or of a row and a column."""
        from kg.comparisons.behind import behind

        return behind(self, a, b)

    # -- numbers ---------------------------------------------------------------------

    @cached_property
    def statements(self) -> Statements:
        """The statements that are counted, as arrays: what every matrix is made of."""
        from kg.comparisons.statements import Statements

        return Statements.of(self)

    def matrix(
        self,
        measure: str = "congruence",
        normalize: str = "no",
        *,
        sure: bool = False,
        sparse: bool = False,
        replicates: int = 1000,
        seed: int = 0,
    ) -> Matrix:
        """Actors × actors (or rows × rows) with one measure; the diagonal and what is not known are empty.

        With *sure* each cell has its number of statements and sources and an interval of 95 %, by a bootstrap over
        sources. Raises KGError for an unknown measure or normalization.
        """
        return self.statements.matrix(
            measure, normalize, sure=sure, sparse=sparse, replicates=replicates, seed=seed
        )

    def two_mode(self, aggregate: str = "subtract", normalize: str = "no", *, sparse: bool = False) -> Matrix:
        """Actors × positions (or rows × columns): ignore, subtract, combine or mean."""
        return self.statements.two_mode(aggregate, normalize, sparse=sparse)

    def over(self, unit: str = "month", width: int = 1, step: int = 1, *, standing: bool = False) -> Over:
        """The comparison in windows of time, or of so many statements (``unit="events"``).

        With *standing* each window has all that stood at its end, instead of what was said within it.
        """
        from kg.comparisons.over import Over

        return Over.of(self, unit, width, step, standing)

    def history(self, row: str, column: str) -> Table:
        """The dated statements of one actor on one position, where the value turned, and what turned it."""
        from kg.comparisons.change import history

        return history(self, row, column)

    def words_and_deeds(self, first: str = "word", second: str = "deed", *, seed: int = 0) -> Table:
        """The mean of each actor's words beside that of its deeds, with an interval for the difference."""
        from kg.comparisons.change import words_and_deeds

        return words_and_deeds(self, first, second, seed=seed)

    def by_position(self) -> Table:
        """How far all actors agree on each position, the least agreed first."""
        from kg.comparisons.many import by_position

        return by_position(self.statements)

    def polarization(self, *, permutations: int = 100, seed: int = 0) -> Polarization:
        """How polarised the debate is, from 0 to 1, and its camps."""
        from kg.comparisons.many import polarized

        return polarized(self.statements, permutations, seed)

    def influence(self, measure: str = "agreement", normalize: str = "no", *, of: str = "source") -> Table:
        """What the matrix owes to each source (or coder, or another column of the frame)."""
        from kg.comparisons.sure import influence

        return influence(self.statements, measure, normalize, of)

    def against_chance(
        self,
        measure: str = "agreement",
        normalize: str = "no",
        *,
        null: str = "values",
        permutations: int = 1000,
        seed: int = 0,
    ) -> Table:
        """Each tie beside a null model: values shuffled within positions, or who speaks on what (``margins``)."""
        from kg.comparisons.sure import against_chance

        return against_chance(self.statements, measure, normalize, null, permutations, seed)

    def structure(self, measure: str = "net", normalize: str = "no", *, seed: int = 0) -> Structure:
        """The network of one measure as a structure: balance, camps, communities, coalitions, brokers, map."""
        from kg.structure import Structure

        profiles = None if self.statements.entries.coded.scale.kind == "nominal" else self.two_mode("mean")
        return Structure(self.matrix(measure, normalize), profiles, seed)


__all__ = ["DEFINITION", "Comparison"]
