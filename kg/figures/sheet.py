"""Sheet: what is drawn, in points from the top left, before it becomes a matplotlib figure.

matplotlib's axes are not used: every text has a place that was measured, so that none lies on another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from kg.errors import MissingExtra
from kg.figures import words

INK, MUTED, LINE, HAIR = "#1b1f24", "#59626e", "#9aa3ae", "#d9dde2"
HATCH = "//////"

# Latin first; the rest for the scripts of labels, as far as the machine has them.
_FONTS = (
    "DejaVu Sans",
    "Noto Sans Arabic",
    "Noto Naskh Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Sans CJK SC",
    "Noto Sans Symbols2",
    "Noto Emoji",
)

Point = tuple[float, float]


def library() -> Any:
    """matplotlib, or one sentence on how to get it."""
    import logging

    try:
        import matplotlib
    except ImportError as error:
        raise MissingExtra(
            "Figures need matplotlib, which is not installed.", cure='Install: pip install "kg[figures]"'
        ) from error
    # That a font has no bold letters is nothing that a reader could mend.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    return matplotlib


@lru_cache(maxsize=1)
def families() -> list[str]:
    """Fonts to look a letter up in, the first first."""
    library()
    from matplotlib.font_manager import fontManager

    there = {entry.name for entry in fontManager.ttflist}
    return [name for name in _FONTS if name in there]


@lru_cache(maxsize=200)
def font(size: float, bold: bool = False) -> Any:
    """A font of a size in points."""
    library()
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=families(), size=size, weight="bold" if bold else "normal")


@dataclass(frozen=True)
class Text:
    """One line. ``box`` is (left, top, right, bottom) in points, turned ones included."""

    x: float
    y: float
    text: str
    size: float
    across: Literal["left", "center", "right"] = "left"
    color: str = INK
    bold: bool = False
    turned: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The room it takes: from the ascent to the descent of its letters around the baseline."""
        long = words.width(self.text, self.size, self.bold)
        before = {"left": 0.0, "center": long / 2, "right": long}[self.across]
        up, down = 0.78 * self.size, 0.22 * self.size
        if self.turned:  # read upwards
            return self.x - up, self.y - (long - before), self.x + down, self.y + before
        return self.x - before, self.y - up, self.x - before + long, self.y + down


@dataclass
class Sheet:
    """A page ``width`` × ``height`` points that things are put on; later ones lie above earlier ones."""

    width: float
    height: float = 0.0
    texts: list[Text] = field(default_factory=list)
    shapes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    caption_at: tuple[float, int, int] | None = None
    """Where the caption begins: height, texts and shapes before it."""

    # -- what can be put on it ---------------------------------------------------

    def text(self, x: float, y: float, text: str, size: float, **how: Any) -> None:
        """A line of text whose baseline is at y."""
        if text := words.clean(text):
            self.texts.append(Text(x, y, text, size, **how))

    def block(self, x: float, y: float, lines: Iterable[str], size: float, **how: Any) -> float:
        """Lines from the top y downwards; returns where they end."""
        for line in lines:
            self.text(x, y + 0.85 * size, line, size, **how)
            y += 1.25 * size
        return y

    def rect(self, x: float, y: float, wide: float, high: float, **how: Any) -> None:
        """A box; *how*: fill, edge, line (points), hatch."""
        self.path([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)], closed=True, **how)

    def line(self, *points: Point, color: str = LINE, line: float = 0.6, dash: Sequence[float] = ()) -> None:
        """A line through points; dashes in points."""
        self.path(points, edge=color, line=line, dash=dash)

    def path(self, points: Sequence[Point], codes: Sequence[int] | None = None, **how: Any) -> None:
        """Points joined by lines, or by curves where matplotlib's *codes* say so."""
        self.shapes.append(("path", {"points": [*points], "codes": codes, **how}))

    def disc(self, x: float, y: float, radius: float, **how: Any) -> None:
        """A circle."""
        self.mark("circle", x, y, radius, **how)

    def mark(self, form: str, x: float, y: float, radius: float, **how: Any) -> None:
        """A form of about the area of a circle of this radius: circle, square, diamond, up, down, hexagon, star."""
        if form == "circle":
            self.shapes.append(("circle", {"x": x, "y": y, "radius": radius, **how}))
        else:
            self.path(outline(form, x, y, radius), closed=True, **how)

    # -- what becomes of it ------------------------------------------------------

    def uncaptioned(self) -> Sheet:
        """The drawing alone, for where the caption stands as text beside it."""
        if self.caption_at is None:
            return self
        height, texts, shapes = self.caption_at
        return Sheet(self.width, height, self.texts[:texts], self.shapes[:shapes])

    def figure(self, kind: str) -> Any:
        """A matplotlib figure for one kind of file, never known to pyplot."""
        library()
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.patches import Circle, PathPatch
        from matplotlib.path import Path
        from matplotlib.text import Text as Drawn
        from matplotlib.transforms import Affine2D

        made = Figure((self.width / 72, self.height / 72), dpi=72, facecolor="white")
        FigureCanvasAgg(made)
        down = Affine2D().scale(1 / 72, -1 / 72).translate(0, self.height / 72) + made.dpi_scale_trans
        for order, (what, given) in enumerate(self.shapes):
            how = {key: given.get(key) for key in ("fill", "edge", "line", "hatch", "dash")}
            style = {
                "facecolor": how["fill"] or "none",
                "edgecolor": how["edge"] or "none",
                "linewidth": how["line"] or (0.6 if how["edge"] else 0.0),
                "alpha": given.get("alpha"),
                "zorder": order,
                "transform": down,
                "joinstyle": "round",
            }
            if how["dash"]:
                style["linestyle"] = (0, tuple(how["dash"]))
            if what == "circle":
                patch: Any = Circle((given["x"], given["y"]), given["radius"], **style)
            else:
                points, codes = given["points"], given["codes"]
                if given.get("closed"):
                    points = [*points, points[0]]
                    codes = [*(codes or _lines(len(points) - 1)), Path.CLOSEPOLY]
                patch = PathPatch(Path(points, codes), capstyle="butt", **style)
            if how["hatch"]:
                patch.set_hatch(how["hatch"])
                patch.set_hatchcolor(given.get("ink") or LINE)
            made.add_artist(patch)
        for number, one in enumerate(self.texts):
            made.add_artist(
                Drawn(
                    one.x,
                    one.y,
                    # A viewer of SVG takes every line as read from the left unless told to look.
                    f"\u2068{one.text}\u2069" if kind == "svg" and not one.text.isascii() else one.text,
                    color=one.color,
                    fontproperties=font(one.size, one.bold),
                    horizontalalignment=one.across,
                    verticalalignment="baseline",
                    rotation=90 if one.turned else 0,
                    rotation_mode="anchor",
                    parse_math=False,
                    transform=down,
                    zorder=len(self.shapes) + number,
                )
            )
        return made


def _lines(count: int) -> list[int]:
    return [1, *([2] * (count - 1))]


def outline(form: str, x: float, y: float, radius: float) -> list[Point]:
    """Corners of a form."""
    turns = {
        "square": (4, 45.0, 1.2),
        "diamond": (4, 0.0, 1.3),
        "up": (3, -90.0, 1.4),
        "down": (3, 90.0, 1.4),
        "hexagon": (6, 0.0, 1.12),
    }
    if form == "star":
        return [
            (
                x + radius * (1.5 if k % 2 == 0 else 0.65) * math.cos(math.radians(36 * k - 90)),
                y + radius * (1.5 if k % 2 == 0 else 0.65) * math.sin(math.radians(36 * k - 90)),
            )
            for k in range(10)
        ]
    corners, first, grown = turns[form]
    return [
        (
            x + radius * grown * math.cos(math.radians(first + 360 / corners * k)),
            y + radius * grown * math.sin(math.radians(first + 360 / corners * k)),
        )
        for k in range(corners)
    ]


def started(title: str, width_cm: float) -> tuple[Sheet, float]:
    """A sheet with its heading; and where what follows begins."""
    from kg.errors import KGError

    if not 4 <= width_cm <= 120:
        raise KGError(f"A figure {width_cm:g} cm wide cannot be set.", cure="Use 8.5 for one column, 17.5 for two.")
    library()
    sheet = Sheet(width_cm / 2.54 * 72)
    y = sheet.block(
        0, 2, words.wrap(title, 9, sheet.width - 2, 2, bold=True) if title else (), 9, bold=True
    )
    return sheet, y + (5 if title else 0)


def captioned(sheet: Sheet, y: float, caption: str) -> None:
    """The caption under the drawing, and the height that makes."""
    sheet.caption_at = (y, len(sheet.texts), len(sheet.shapes))
    sheet.line((0, y), (sheet.width, y), color=HAIR, line=0.5)
    lines = words.wrap(caption, 6.5, sheet.width - 4, 40)
    sheet.height = sheet.block(0, y + 4, lines, 6.5, color=MUTED) + 3


Sign = Callable[[float, float], None]


def legend(sheet: Sheet, y: float, entries: Iterable[tuple[Sign, str]], room: float = 14.0) -> float:
    """Signs with their words, line after line from the top y; returns where they end.

    Each entry draws its sign from the left top that it is given, *room* points wide and 9 high.
    """
    x = 0.0
    for draw, text in entries:
        wide = room + words.width(text, 6.0) + 8
        if x and x + wide > sheet.width:
            x, y = 0.0, y + 11
        draw(x, y)
        sheet.text(x + room, y + 6.4, text, 6.0, color=MUTED)
        x += wide
    return y + 9
