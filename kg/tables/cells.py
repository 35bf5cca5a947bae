"""One cell: a term as the engine writes it in TSV, and what it means.

A *raw* cell is text such as ``<https://…>``, ``"word"@en`` or ``5``; the empty text is unbound.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

XSD = "http://www.w3.org/2001/XMLSchema#"

INTEGERS = (
    *("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"),
    *("negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
)

# Lexical forms by the letter of XML Schema: Python and polars take more, such as "1_000" or "infinity".
INTEGER = r"[+-]?[0-9]+"
DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
DOUBLE = rf"(?:{DECIMAL}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN)"

_LEXICAL: dict[str, tuple[re.Pattern[str], type]] = {
    **dict.fromkeys((XSD + name for name in INTEGERS), (re.compile(INTEGER), int)),
    XSD + "decimal": (re.compile(DECIMAL), float),
    **dict.fromkeys((XSD + "double", XSD + "float"), (re.compile(DOUBLE), float)),
}
_BOOLEAN = {"true": True, "1": True, "false": False, "0": False}

_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_TAG = re.compile(r"@([A-Za-z]+(?:-[A-Za-z0-9]+)*)(?:--(ltr|rtl))?|\^\^<([^>]*)>")
_IRI = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """One term, decoded. ``direction`` (ltr, rtl) is RDF 1.2's; so is a ``triple``, whose text is N-Triples."""

    kind: Literal["iri", "bnode", "literal", "triple"]
    text: str
    datatype: str = ""
    language: str = ""
    direction: str = ""

    @property
    def value(self) -> Any:
        """The plain Python value: int, float, bool or str.

        A literal whose text is no number of its datatype is text. A blank node is ``_:name``.
        """
        if self.kind == "literal":
            if not self.datatype:
                return self.text
            if known := _LEXICAL.get(self.datatype):
                pattern, cast = known
                try:
                    return cast(self.text) if pattern.fullmatch(self.text) else self.text
                except ValueError:  # Python reads no integer of more than 4,300 digits
                    return self.text
            if self.datatype == XSD + "boolean":
                return _BOOLEAN.get(self.text, self.text)
        return f"_:{self.text}" if self.kind == "bnode" else self.text


def decode(raw: str) -> Cell | None:
    """A raw cell (SPARQL 1.1 Query Results TSV, §4; RDF 1.2 terms too) as a Cell; None when unbound."""
    if not raw:
        return None
    if raw[0] == "<":
        return Cell("triple", raw) if raw.startswith("<<(") else Cell("iri", raw[1:-1])
    if raw[0] == '"':
        end = raw.rfind('"')
        text = unescape(raw[1:end])
        if end == len(raw) - 1:
            return Cell("literal", text)
        if tag := _TAG.fullmatch(raw, end + 1):
            # The two ways of writing a plain string are one term.
            datatype = "" if tag[3] == XSD + "string" else tag[3] or ""
            return Cell("literal", text, datatype, tag[1] or "", tag[2] or "")
        return Cell("literal", raw)
    if raw.startswith("_:"):
        return Cell("bnode", raw[2:])
    if raw in _BOOLEAN and raw[0] in "tf":
        return Cell("literal", raw, XSD + "boolean")
    kind = "integer" if re.fullmatch(INTEGER, raw) else "double" if "e" in raw.casefold() else "decimal"
    return Cell("literal", raw, XSD + kind)


def unescape(text: str) -> str:
    """Backslash escapes of TSV and N-Triples taken back."""
    return _ESCAPE.sub(_unescape, text) if "\\" in text else text


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPES.get(match[3], match[3])


def encode(value: Any) -> str:
    """The raw cell of a plain Python value; a text that is a web address becomes an IRI."""
    if value is None or value == "":
        return "" if value is None else '""'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        lexical = {"inf": "INF", "-inf": "-INF", "nan": "NaN"}.get(repr(value), repr(value))
        return f'"{lexical}"^^<{XSD}double>'
    text = str(value)
    if _IRI.fullmatch(text):
        return f"<{text}>"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'


def parts(triple: str) -> tuple[str, str, str]:
    """Subject, predicate and object of a triple term, as raw cells."""
    subject, predicate, rest = triple[3:-3].strip().split(" ", 2)
    return subject, predicate, rest
