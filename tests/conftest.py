"""Shared fixtures: the shipped corpora, opened once, and the optional folder of outside data."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from browser import browser, open_page  # noqa: F401  (fixtures)
from fronts import before, behind  # noqa: F401  (fixtures)
from hypothesis import settings
from quality_pages import debate_page  # noqa: F401  (a fixture)
from servers import servers  # noqa: F401  (a fixture)
from support import SHARED

import kg
from kg.terms import resource

# Who changes nothing gets the same examples each time; EXPLORE=1 looks for others.
settings.register_profile("steady", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile("explore" if os.environ.get("EXPLORE") else "steady")


@pytest.fixture(scope="session")
def article() -> kg.KnowledgeGraph:
    """The seed article alone, with its direct layer. Not to be changed by a test."""
    graph = kg.KnowledgeGraph()
    graph.load(resource("data") / "seed-article")
    kg.infer(graph)
    return graph


@pytest.fixture(scope="session")
def corpus() -> kg.KnowledgeGraph:
    """Both shipped corpora, with their direct layer. Not to be changed by a test."""
    return kg.demo()


@pytest.fixture
def fresh() -> Callable[[], kg.KnowledgeGraph]:
    """A maker of graphs with the seed article that a test may change."""

    def make() -> kg.KnowledgeGraph:
        graph = kg.KnowledgeGraph()
        graph.load(resource("data") / "seed-article")
        kg.infer(graph)
        return graph

    return make


@pytest.fixture(scope="session")
def shared() -> Path:
    """Outside data that the project may not hold; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"outside data not found at {SHARED}; set KG_SHARED to its folder")
    return SHARED
