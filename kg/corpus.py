"""The shipped corpus: a news article of April 2020 inside a wider record of the Afghan peace process."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from importlib import resources
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
    _fill(graph)
    graph.store.name = "shipped corpus"
    return graph


def shipped() -> KnowledgeGraph:
    """The shipped corpus for reading, opened from a folder in the user's cache, which is made when it is missing.

    The folder is named after the content of everything it is made from, so it is never out of date.
    """
    from platformdirs import user_cache_path

    place = user_cache_path("kg") / f"corpus-{_digest()}.kg"
    try:
        if not place.exists():
            _build(place)
        graph = KnowledgeGraph(place, read_only=True)
    except (OSError, KGError):
        return demo()  # no room, no permission: a cache is a convenience
    graph.store.name = "shipped corpus"
    return graph


def _fill(graph: KnowledgeGraph) -> None:
    graph.load(*corpus_folders())
    infer(graph)


def _build(place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=place.parent))
    try:
        with KnowledgeGraph(draft) as graph:
            _fill(graph)
        with contextlib.suppress(OSError):  # another process was quicker
            os.rename(draft, place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    for old in place.parent.glob("corpus-*.kg"):
        if old != place:
            shutil.rmtree(old, ignore_errors=True)


def _sources() -> Iterator[Path]:
    package = Path(str(resources.files("kg")))
    for folder in (*corpus_folders(), resource("ontology"), package / "sparql" / "rules"):
        yield from sorted(p for p in folder.rglob("*") if p.is_file())
    for room in ("readers", "rules", "stores"):
        yield from sorted((package / room).rglob("*.py"))
    yield package / "graph.py"


def _digest() -> str:
    found = hashlib.sha256()
    for file in _sources():
        found.update(file.name.encode())
        found.update(file.read_bytes())
    return found.hexdigest()[:16]
