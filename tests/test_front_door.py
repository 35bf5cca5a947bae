"""The front door: what ``import kg`` offers, and that help comes quickly."""

from __future__ import annotations

import subprocess
import sys

import kg

HEAVY = ("polars", "rdflib", "networkx", "pyvis", "shifty", "numpy", "scipy", "openpyxl", "pandas")


def test_front_door_is_sorted_and_whole() -> None:
    """``__all__`` is sorted, and every name in it is there and documented."""
    assert sorted(kg.__all__) == kg.__all__
    for name in kg.__all__:
        assert getattr(kg, name).__doc__, name


def test_help_imports_nothing_heavy() -> None:
    """``kg --help`` answers without loading an analysis library."""
    code = f"import sys, kg.cli; kg.cli.cli.get_help; print([m for m in {HEAVY!r} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert out.strip() == "[]"


def test_importing_changes_nothing_outside() -> None:
    """Importing kg prints nothing and opens no file of the user."""
    done = subprocess.run([sys.executable, "-c", "import kg"], capture_output=True, text=True, check=True)

    assert (done.stdout, done.stderr) == ("", "")


def test_version_stands_in_the_changelog() -> None:
    """The version of the package has a section in the changelog."""
    from pathlib import Path

    changelog = (Path(__file__).parents[1] / "CHANGELOG.md").read_text(encoding="utf-8")

    assert f"## {kg.__version__}" in changelog
