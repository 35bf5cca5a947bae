"""Reports: one document on some actors that a colleague can read without the tool.

    >>> import kg
    >>> kg.report(kg.demo(), "Taliban", "Afghan government").title
    'Taliban and Afghan government'

It says in plain words who agrees with whom on what, how sure that is and how it moved, with every statement behind
it, its sources numbered, and what is not known. :mod:`kg.wording` has the sentences.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kg.comparisons import Comparison, compare
from kg.errors import unwritable
from kg.files import format_of
from kg.graph import KnowledgeGraph

if TYPE_CHECKING:
    from kg.pages.article import Article

__all__ = ["FORMATS", "Report", "report"]

FORMATS = ("html", "md")


@dataclass
class Report:
    """The result of :func:`report`. ``write("r.html")`` or ``write("r.md")``; in a notebook it shows itself."""

    comparison: Comparison
    title: str
    figures: bool = False

    def __repr__(self) -> str:
        made = "; ".join(f"{k}: {v}" for k, v in self.made_from.items())
        return f"<Report on {self.title}; {made}>"

    def _repr_html_(self) -> str:
        from kg.pages.frame import framed

        return framed(self.to_html(), self.title)

    @property
    def made_from(self) -> dict[str, str]:
        """Graph, selection, number of stances and the call."""
        call = self.comparison.call.replace("compare(", "report(", 1)
        return {**self.comparison.made_from, "call": f"{call[:-1]}, figures=True)" if self.figures else call}

    @cached_property
    def article(self) -> Article:
        """The report as plain values: sections, the evidence in them, sources."""
        from kg.reports.sections import article

        return article(self.comparison, self.title, figures=self.figures)

    def to_html(self) -> str:
        """One self-contained page that asks no host for anything and reads without scripts, too."""
        from kg.pages.prose import article_page

        return article_page(self.article)

    def to_markdown(self) -> str:
        """The same as Markdown, to write on in a text of one's own."""
        from kg.pages.markdown import article_markdown

        return article_markdown(self.article)

    def write(self, path: str | Path, format: str | None = None) -> Path:
        """Write ``.html`` or ``.md``; the ending decides, or *format*. Equal graphs give equal bytes.

        Figures stand in the page; beside Markdown they are files of their own, which it links to.
        """
        file = Path(path)
        kind = format_of(file, format, FORMATS, "format of a report")
        texts = {file: self.to_html()} if kind == "html" else self._beside(file)
        for name, text in texts.items():
            try:
                name.write_text(text, encoding="utf-8", newline="\n")
            except OSError as error:
                raise unwritable(name, error) from error
        return file

    def _beside(self, file: Path) -> dict[Path, str]:
        """The files of a report in Markdown: its figures and itself."""
        from kg.pages.article import Figure
        from kg.pages.markdown import article_markdown

        texts: dict[Path, str] = {}
        sections = []
        for section in self.article.sections:
            blocks = []
            for block in section.blocks:
                if isinstance(block, Figure):
                    name = file.with_name(f"{file.stem}-figure-{len(texts) + 1}.svg")
                    texts[name] = block.svg
                    block = replace(block, file=name.name)
                blocks.append(block)
            sections.append(replace(section, blocks=blocks))
        return {**texts, file: article_markdown(replace(self.article, sections=sections))}


def report(
    graph: KnowledgeGraph, *actors: str, title: str | None = None, figures: bool = False
) -> Report:
    """A report on two or more actors, or on all pair by pair, within the graph's selection.

    Names are labels, CURIEs or IRIs. With *figures*, those of :func:`kg.figure` that tell something of these actors
    are part of it. Raises NotFound for an unknown name, KGError for a single actor, MissingExtra for figures without
    matplotlib.
    """
    from kg.wording import listed

    made = compare(graph, *actors)
    names = [graph.names.label(actor) for actor in made.named]
    return Report(made, title or listed(names) or "Who agrees with whom", figures)
