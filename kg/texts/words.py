"""What people type into a search: words, "phrases", prefix*, -not, OR. Any text is a search; none is a syntax error."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kg.errors import ParameterError
from kg.texts.folding import Place, places, spell

_QUOTES = str.maketrans("“”„‟«»＂", '"""""""')
_PIECE = re.compile(r'(?P<no>-)?(?:"(?P<phrase>[^"]*)"?(?P<open>\*)?|(?P<word>[^\s"]+))')
_ARABIC = re.compile(r"[\u0620-\u06ff]{3,}")
_LATIN = re.compile(r"[a-z]{3,}")
_HISSES = ("s", "x", "z", "ch", "sh")

# The texts are labels and single sentences; how far a length is from this decides little.
_USUAL_LENGTH = 15
_SATURATION, _BY_LENGTH = 1.2, 0.75
_NEXT_TO_EACH_OTHER = 1.5
_OTHER_FORM = 0.5

MARK = "**"


class Form(NamedTuple):
    """One spelling of a term: a word, or several that stand in this order; with *open*, the last goes on."""

    words: tuple[str, ...]
    open: bool = False
    weight: float = 1.0

    def expression(self) -> str:
        """The form in the language of FTS5."""
        return f'"{" ".join(self.words)}"' + (" *" if self.open else "")

    def count(self, words: Sequence[str]) -> int:
        """How often the form stands in a list of words."""
        if len(self.words) > 1:
            return sum(1 for _ in self.found(words))
        if self.open:
            return sum(1 for word in words if word.startswith(self.words[0]))
        return words.count(self.words[0])

    def found(self, words: Sequence[str]) -> Iterator[int]:
        """Where in a list of words the form begins."""
        *body, last = self.words
        for at in range(len(words) - len(body)):
            word = words[at + len(body)]
            fits = word.startswith(last) if self.open else word == last
            if fits and list(words[at : at + len(body)]) == body:
                yield at


@dataclass(frozen=True)
class Term:
    """One thing to find, in any of its forms."""

    forms: tuple[Form, ...]

    @classmethod
    def parse(cls, text: str, *, whole: bool, open: bool) -> Term | None:
        """A word or, with *whole*, a phrase; None when there is no letter or digit in it."""
        words, joined = spell(text)
        if not words:
            return None
        forms = [Form(tuple(words), open)]
        if not whole and len(words) > 1 and joined:
            forms.append(Form((joined[-1],), open))
        elif not whole and not open and len(words) == 1:
            forms += [Form((other,), weight=_OTHER_FORM) for other in inflected(words[0])]
        return cls(tuple(forms))

    def expression(self) -> str:
        """The term in the language of FTS5."""
        return " OR ".join(form.expression() for form in self.forms)

    def count(self, words: Sequence[str], joined: Sequence[str]) -> float:
        """How often a text has the term; another form than the one asked for counts half."""
        return sum(form.weight * (form.count(words) + form.count(joined)) for form in self.forms)


def inflected(word: str) -> list[str]:
    """Other forms of a folded word by rule: the English plural, plurals of Dari, and Pashto nouns in -a and -e.

    The rules know no dictionary: what they make that is no word finds nothing.
    """
    if _LATIN.fullmatch(word):
        if word.endswith("ies"):
            return [word[:-3] + "y"]
        if word.endswith("es") and word[:-2].endswith(_HISSES):
            return [word[:-2], word[:-1]]
        if word.endswith("s"):
            return [] if word.endswith(("ss", "us", "is")) else [word[:-1]]
        if word.endswith("y") and word[-2] not in "aeou":
            return [word[:-1] + "ies"]
        return [word + ("es" if word.endswith(_HISSES) else "s")]
    if _ARABIC.fullmatch(word):
        endings = ("های", "ها", "ان")
        for ending in endings:
            if word.endswith(ending) and len(word) > len(ending) + 1:
                return [word.removesuffix(ending)]
        if word.endswith("ه"):
            return [word[:-1] + "ی", *(word + e for e in endings[:2])]
        return [*(word + e for e in endings), *([word[:-1] + "ه"] if word.endswith("ی") else [])]
    return []


@dataclass(frozen=True)
class Wanted:
    """A parsed search: every group must be met by one of its terms, and no term of ``without`` may occur."""

    text: str
    groups: tuple[tuple[Term, ...], ...]
    without: tuple[Term, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Wanted:
        """Read what was typed. Raises ParameterError when there is no word to find in it."""
        groups: list[list[Term]] = []
        without: list[Term] = []
        either = False
        for piece in _PIECE.finditer(text.translate(_QUOTES)):
            word = piece["word"]
            if word in {"OR", "AND"} and not piece["no"]:
                either = word == "OR" and bool(groups)
                continue
            body = piece["phrase"] if word is None else word
            open = bool(piece["open"]) if word is None else word.endswith("*")
            term = Term.parse(body, whole=word is None, open=open)
            if term is None:
                continue
            # A hyphen inside a word, as in al-Qaida, never comes here: words are read to the next space.
            if piece["no"]:
                without.append(term)
            elif either:
                groups[-1].append(term)
            else:
                groups.append([term])
            either = False
        if not groups:
            raise ParameterError(
                f'"{text}" holds no word to search for.',
                cure='Give words, a "phrase", a beginning such as prison*, and -word for what must not occur.',
            )
        return cls(text, tuple(map(tuple, groups)), tuple(without))

    @property
    def terms(self) -> list[Term]:
        """Everything that may be found."""
        return [term for group in self.groups for term in group]

    def expression(self, *, every: bool = False) -> str:
        """The search in the language of FTS5; with *every*, alternatives must all be there."""
        link = " AND " if every else " OR "
        parts = [f"({link.join(f'({t.expression()})' for t in group)})" for group in self.groups]
        text = f"{{words joined}} : ({' AND '.join(parts)})"
        if self.without:
            text = f"({text}) NOT {{words joined}} : ({' OR '.join(t.expression() for t in self.without)})"
        return text

    @property
    def has_choice(self) -> bool:
        """Whether some words may be missing."""
        return any(len(group) > 1 for group in self.groups)

    # -- judging a text ---------------------------------------------------------

    def score(self, text: str, rarity: Sequence[float]) -> float:
        """BM25 of a text: *rarity* is the weight of each of :attr:`terms`. Words side by side count more."""
        words, joined = spell(text)
        damp = _SATURATION * (1 - _BY_LENGTH + _BY_LENGTH * len(words) / _USUAL_LENGTH)
        total = 0.0
        for term, weight in zip(self.terms, rarity, strict=True):
            often = term.count(words, joined)
            total += weight * often * (_SATURATION + 1) / (often + damp)
        if len(self.groups) > 1 and any(True for _ in self._in_a_row().found(words)):
            total *= _NEXT_TO_EACH_OTHER
        return total

    def _in_a_row(self) -> Form:
        first = [group[0].forms[0] for group in self.groups]
        return Form(tuple(w for form in first for w in form.words), first[-1].open)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the text has what was asked for, in order and without overlaps."""
        words, joined = places(text)
        hits = sorted(
            (part[at].start, part[at + len(form.words) - 1].end)
            for term in self.terms
            for form in term.forms
            for part in (words, joined)
            for at in form.found(_bare(part))
        )
        merged: list[tuple[int, int]] = []
        for start, end in hits:
            if merged and start < merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged

    def excerpt(self, text: str, width: int = 160) -> str:
        """At most some *width* characters of a text around what was found, which is put between ``**``."""
        spans = self.spans(text)
        start, end = 0, len(text)
        if end > width and spans:
            # The window that shows most: each begins a little before a hit.
            starts = [max(0, min(s - width // 4, len(text) - width)) for s, _ in spans]
            start = max(starts, key=lambda at: sum(1 for s, e in spans if s >= at and e <= at + width))
            start = text.rfind(" ", 0, start + 1) + 1
        if end - start > width:
            cut = text.rfind(" ", start, start + width)
            end = max(cut if cut > start else start + width, next((e for s, e in spans if s >= start), 0))
        out, at = ["… " if start else ""], start
        for s, e in spans:
            if s >= start and e <= end:
                out += [text[at:s], MARK, text[s:e], MARK]
                at = e
        return "".join([*out, text[at:end].rstrip(), " …" if end < len(text) else ""])


def _bare(found: Sequence[Place]) -> list[str]:
    return [place.word for place in found]
