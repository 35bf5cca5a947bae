"""The floors of the house: a room uses only rooms below it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "kg"

# Lowest floor first; rooms of one floor may not use each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("terms", "files"),
    ("context", "tables", "pages", "selection", "reference"),
    ("algebra",),
    ("figures", "labels", "matrices", "queries", "wording"),
    ("readers", "stores"),
    ("explain", "loading", "rules", "texts", "ties", "writers"),
    ("graph",),
    ("corpus", "frames", "evidence", "checks"),
    ("documents", "structure"),
    ("accounts",),
    ("comparisons",),
    ("networks",),
    ("exhibits",),
    ("reports",),
    ("cli",),
)
LEVEL = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}


def room_of(path: Path) -> str:
    """The room a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """Rooms that a file imports anywhere, in functions too; typing-only imports count as well."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "kg":
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("kg.")}
    return found & LEVEL.keys()


FILES = sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py" and "_resources" not in p.parts)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_uses_only_rooms_below(path: Path) -> None:
    """No file imports a room on its own floor or above."""
    room = room_of(path)

    assert room in LEVEL, f"{room} has no floor yet"
    for other in imported_rooms(path) - {room}:
        assert LEVEL[other] < LEVEL[room], f"{room} must not use {other}"


def test_every_room_is_there() -> None:
    """Each room of the plan exists, and enough files were looked at for the plan to mean something."""
    rooms = {room_of(p) for p in FILES}

    assert rooms == set(LEVEL)
    assert len(FILES) >= 25


def test_no_file_is_too_long() -> None:
    """Every Python, JavaScript and CSS file stays within 500 lines."""
    sources = [p for suffix in ("py", "js", "css") for p in PACKAGE.rglob(f"*.{suffix}") if "_resources" not in p.parts]
    sources += (PACKAGE.parent / "tests").rglob("*.py")

    assert len(sources) > 30
    assert {p.name: n for p in sources if (n := len(p.read_text(encoding="utf-8").splitlines())) > 500} == {}
