"""What a network page is put together from: scripts and styles, in the order in which they use each other."""

from __future__ import annotations

from importlib import resources

SCRIPTS = (
    "tools.js",
    "unpack.js",
    "keys.js",
    "letters.js",
    "dates.js",
    "data.js",
    "axis.js",
    "choices.js",
    "filters.js",
    "shown.js",
    "profiles.js",
    "look.js",
    "sizes.js",
    "choosing.js",
    "views.js",
    "colouring.js",
    "panel.js",
    "panels.js",
    "rail.js",
    "bundles.js",
    "pointing.js",
    "picture.js",
    "detail.js",
    "canvaspaint.js",
    "canvaspointing.js",
    "canvas.js",
    "camera.js",
    "keyboard.js",
    "finding.js",
    "search.js",
    "orders.js",
    "matrix.js",
    "matrixpicture.js",
    "pairs.js",
    "stances.js",
    "agreement.js",
    "lanes.js",
    "timelinepicture.js",
    "timeline.js",
    "table.js",
    "moments.js",
    "playing.js",
    "time.js",
    "networksvg.js",
    "embed.js",
    "handing.js",
    "export.js",
    "print.js",
    "start.js",
)
"""Together they are one script, so that they share their names and nobody else does."""

DRAW = {
    "vis": ("picture.js",),
    "canvas": ("detail.js", "canvaspaint.js", "canvaspointing.js", "canvas.js"),
}
"""What only the pages of one drawing engine carry."""

STYLES = (
    "page.css",
    "rail.css",
    "panel.css",
    "search.css",
    "table.css",
    "export.css",
    "matrices.css",
    "time.css",
    "timeline.css",
    "canvas.css",
    "keys.css",
    "narrow.css",
    "embed.css",
    "print.css",
    "contrast.css",
)


def scripts_for(engine: str) -> tuple[str, ...]:
    """The scripts of a page that draws with ``vis`` or on its own ``canvas``."""
    foreign = {name for other, names in DRAW.items() if other != engine for name in names}
    return tuple(name for name in SCRIPTS if name not in foreign)


def script(names: tuple[str, ...] = SCRIPTS) -> str:
    """The program of a page."""
    files = "\n".join(shipped(f"scripts/{name}") for name in names)
    return f"(() => {{\n'use strict';\n{files}}})();\n"


def style(names: tuple[str, ...] = STYLES) -> str:
    """The style sheet of a page."""
    return "\n".join(shipped(f"styles/{name}") for name in names)


def shipped(name: str) -> str:
    """A file of this room."""
    return resources.files("kg.pages").joinpath(name).read_text("utf-8")
