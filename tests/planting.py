"""Hostile texts, and a planter that puts one into every text field that the types of a document have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from types import ModuleType
from typing import Any, Literal, get_origin, get_type_hints

HIT = "window.hit=1"
TEXTS = {
    "handler": f'"><img src=x onerror="{HIT}"><svg onload={HIT}>',
    "script": f"<script>{HIT}</script>",
    "end of script": f"</script></style></title><script>{HIT};alert(1)</script><!--<script>",
    "attribute": f"' autofocus onfocus={HIT} onmouseover='{HIT}",
    "template": "{{ 7*7 }} {% raw %} ${window.hit=1} #{1} %(x)s {0}",
    "script address": f"javascript:{HIT}",
    "data address": f"data:text/html,<script>parent.{HIT}</script>",
    "right to left": "\u202eevil\u202c \u2067שלום مرحبا\u2069 \u200f\u2028\u2029",
    "control": "\x00\x07\x1b[31m\x7f\r\n\t\ud83d half \ufeff\ufffe",
    "emoji": "👩‍👩‍👧‍👦" * 12,
    "long": "x" * 5000,
}
# What every object of JavaScript has already.
INBORN = (
    *("__proto__", "constructor", "toString", "valueOf", "hasOwnProperty", "__defineGetter__", "isPrototypeOf"),
    *("length", "prototype", "then", "toJSON", "entries"),
)

# Where an id stands for something else: the field that it is an id of.
REFERENCES = {
    "Edge.source": "Node.id",
    "Edge.target": "Node.id",
    "Edge.relation": "Relation.key",
    "Edge.statements": "Statement.id",
    "Issue.parent": "Issue.id",
    "Position.issue": "Issue.id",
    "Statement.sources": "Source.id",
    "Statement.issues": "Issue.id",
    "HeldStance.holder": "Node.id",
    "HeldStance.position": "Position.id",
    "HeldStance.sources": "Source.id",
    "HeldStance.statements": "Statement.id",
    "HeldStance.superseded_by": "HeldStance.id",
    "Account.source": "Source.id",
    "Account.also_in": "Source.id",
    "Prose.sources": "Source.id",
    "Point.sources": "Source.id",
}
# An id, or else the name of somebody who is not drawn.
NAMES = {"Statement.speaker": "Node.id", "Statement.on_behalf_of": "Node.id", "Statement.target": "Node.id"}
NAMED_BY_ID = REFERENCES.keys()
# A date gives a thing its place in time, so only every fifth is replaced.
DATES = {"Statement.date", "HeldStance.date", "Moment.date", "Account.date"}
# What only we ourselves write.
OURS = {"Document.engine", "Figure.svg", "Section.id"}


def tag(name: str) -> str:
    return f"⟦{name}⟧"


@dataclass
class Planter:
    """``plant`` gives a copy of a document with ``text`` in every field of text, after a tag that names the field.

    With ``inborn`` ids and texts are instead exactly the names that JavaScript's own objects have.
    """

    text: str = ""
    inborn: bool = False
    planted: set[str] = field(default_factory=set)
    _ids: dict[tuple[str, str], str] = field(default_factory=dict)
    _dates: int = 0
    _names: int = 0

    def plant(self, thing: Any) -> Any:
        kind = type(thing).__name__
        values = {
            item.name: self._value(f"{kind}.{item.name}", getattr(thing, item.name))
            for item in fields(thing)
            if f"{kind}.{item.name}" in text_fields(type(thing)) or holds_things(getattr(thing, item.name))
        }
        return replace(thing, **values)

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(name, value)
        if is_dataclass(value):
            return self.plant(value)
        if isinstance(value, Mapping):
            return {self._text(name, key): one for key, one in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self._value(name, one) for one in value)
        return value

    def _text(self, name: str, value: str) -> str:
        self.planted.add(name)
        if name in REFERENCES or name.endswith((".id", ".key")) or (name in NAMES and value):
            return self._id(REFERENCES.get(name) or NAMES.get(name) or name, value) if value else ""
        if name in DATES:
            self._dates += 1
            return value if self._dates % 5 else self.text
        if name.endswith("url"):
            # Where a link leads is told by how it begins.
            return self.text or f"javascript:{HIT}"
        if self.inborn:
            self._names += 1
            return INBORN[self._names % len(INBORN)]
        return f"{tag(name)} {self.text} {value}"

    def _id(self, name: str, value: str) -> str:
        if (name, value) not in self._ids:
            given = sum(1 for kind, _ in self._ids if kind == name)
            exact = self.inborn and given < len(INBORN)
            self._ids[name, value] = INBORN[given] if exact else f"{self.text}{value}"
        return self._ids[name, value]


def holds_things(value: Any) -> bool:
    """Whether a value is, or has in it, something with fields of its own."""
    return is_dataclass(value) or (isinstance(value, list | tuple) and any(map(holds_things, value)))


def text_fields(kind: type) -> set[str]:
    """The fields of a class that hold text, by its types; not those whose texts are given beforehand."""
    hints = get_type_hints(kind)
    return {
        name
        for item in fields(kind)
        if (name := f"{kind.__name__}.{item.name}") not in OURS
        and "str" in str(hints[item.name]).replace("<class 'str'>", "str")
        and get_origin(hints[item.name]) is not Literal
    }


def all_text_fields(*modules: ModuleType) -> set[str]:
    """Every field of text of every class of a module: what no planter may leave out."""

    def found() -> Iterator[set[str]]:
        for module in modules:
            for kind in vars(module).values():
                if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == module.__name__:
                    yield text_fields(kind)

    return set().union(*found())
