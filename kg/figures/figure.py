"""Figure: a drawing with its caption, and the files it becomes."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import unwritable
from kg.figures.sheet import Sheet, families, library
from kg.figures.words import clean
from kg.files import format_of

FORMATS = ("svg", "pdf", "png")
ONE_COLUMN, TWO_COLUMNS = 8.5, 17.5
"""Widths in cm of one column and of two."""

DPI = 300


@dataclass(frozen=True, repr=False, eq=False)
class Figure:
    """A figure: ``write(path)``, or ``svg()``, ``pdf()``, ``png()``; equal input gives equal bytes.

    ``caption`` says in plain sentences what is drawn, of what, and how to read it; it stands under the figure and in
    the file. ``width`` and ``height`` are in cm. Letters of scripts that no font of the machine has are drawn as
    boxes in PDF and PNG; in SVG, text is text, which the viewer shapes.
    """

    sheet: Sheet
    title: str
    caption: str

    @property
    def width(self) -> float:
        """In cm."""
        return round(self.sheet.width / 72 * 2.54, 2)

    @property
    def height(self) -> float:
        """In cm."""
        return round(self.sheet.height / 72 * 2.54, 2)

    def __repr__(self) -> str:
        return f"<Figure, {self.width} × {self.height} cm. {self.caption}>"

    def _repr_svg_(self) -> str:
        return self.svg()

    def _repr_png_(self) -> bytes:
        return self.png()

    def svg(self, *, caption_below: bool = True) -> str:
        """A vector drawing whose text can be searched and edited; the caption is told to screen readers in any case."""
        sheet = self.sheet if caption_below else self.sheet.uncaptioned()
        title, caption = clean(self.title), clean(self.caption)
        told = {"Title": title, "Description": caption, "Creator": "kg", "Date": None}
        text = self._drawn(sheet, "svg", told).decode()
        head, sign, rest = text.partition("<metadata>")
        # The metadata block is for catalogues; these two are what screen readers say.
        spoken = f'<title id="title">{_escaped(title)}</title>\n <desc id="desc">{_escaped(caption)}</desc>\n '
        return head.replace("<svg ", '<svg role="img" aria-labelledby="title desc" ', 1) + spoken + sign + rest

    def pdf(self) -> bytes:
        """A vector drawing with its fonts in it."""
        told = {"Title": clean(self.title), "Subject": clean(self.caption), "Creator": "kg", "CreationDate": None}
        return self._drawn(self.sheet, "pdf", told)

    def png(self) -> bytes:
        """An image of 300 dots an inch."""
        told = {"Title": clean(self.title), "Description": clean(self.caption), "Software": "kg"}
        return self._drawn(self.sheet, "png", told)

    def write(self, path: str | Path, format: str | None = None) -> Path:
        """Write the figure: ``.svg .pdf .png``; the ending decides, or *format*."""
        file = Path(path)
        kind = format_of(file, format, FORMATS, "format of figures")
        data = self.svg().encode() if kind == "svg" else self.pdf() if kind == "pdf" else self.png()
        try:
            file.write_bytes(data)
        except OSError as error:
            raise unwritable(file, error) from error
        return file

    @staticmethod
    def _drawn(sheet: Sheet, kind: str, metadata: dict[str, Any]) -> bytes:
        matplotlib = library()
        settings = {
            # Text stays text: the viewer shapes it, and it can be searched.
            "svg.fonttype": "none",
            "svg.hashsalt": "kg",
            "svg.id": None,
            "pdf.fonttype": 42,
            "hatch.linewidth": 0.5,
            "font.family": families(),
            "path.simplify": False,
            # Letters keep the widths they were measured with.
            "text.hinting": "none",
        }
        out = io.BytesIO()
        with matplotlib.rc_context(settings), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a letter that no font has is a box, not a warning
            made = sheet.figure(kind)
            made.savefig(out, format=kind, dpi=DPI if kind == "png" else 72, metadata=metadata)
        return out.getvalue()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
