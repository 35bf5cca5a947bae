"""The shipped corpus: a news article of April 2020 inside a wider record of the Afghan peace process."""

from __future__ import annotations

from pathlib import Path

from kg.errors import KGError
from kg.graph import KnowledgeGraph
from kg.rules import infer
from kg.terms import resource

CORPORA = ("seed-article", "afghan-peace-process")


def corpus_folders() -> list[Path]:
    """The folders of the shipped corpora."""
    folders = [resource("data") / name for name in CORPORA]
    missing = [f for f in folders if not f.is_dir()]
    if missing:
        raise KGError(f'The shipped corpus "{missing[0]}" is missing.', cure="Install kg again.")
    return folders


def demo() -> KnowledgeGraph:
    """A graph in memory with the shipped corpus, its direct layer derived."""
    graph = KnowledgeGraph()
    graph.load(*corpus_folders())
    infer(graph)
    graph.store.name = "shipped corpus"
    return graph
