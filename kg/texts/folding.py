"""One spelling for what readers take for the same word: the index and the question go through it alike.

What is folded, character by character:

- Unicode compatibility forms (NFKD: ligatures, full width, Arabic presentation forms), case, and the accents and
  vowel points of Latin, Greek, Cyrillic, Hebrew and Arabic script. Vowel signs of Indic scripts stay: they are
  letters there, though Unicode calls them marks.
- Letters without a decomposition that other keyboards lack: ø ł đ ð þ æ œ ı.
- Digits of all scripts become ASCII: ۱۳۹۹ and ١٣٩٩ are 1399.
- Arabic script, where one letter has several code points, or is written with or without its hamza: the Arabic,
  Persian and Pashto yehs (ي ى ې ۍ ئ ے), kafs (ك ڪ ک), hehs (ه ة ۀ ە ہ ھ), alefs (ا أ إ آ ٱ), waws (و ؤ ۇ) and the
  two gafs (گ ګ). The yehs of Pashto are different vowels, but keyboards of Dari and Arabic lack ې and ۍ, and
  writers mix them. Letters for other consonants stay apart: ټ ډ ړ ڼ ښ ږ ځ څ are no spellings of ت د ر ن ش ژ ز س.
- Tatweel, bidirectional marks, soft hyphens and the zero-width joiner vanish.

A word with a hyphen, an apostrophe, a dot, a comma or a zero-width non-joiner inside is kept twice, as its parts
and as one: "al-Qaida" is found by qaida, al-qaida and alqaida; "U.S." by US; "5,000" by 5000; طالبان‌ها by طالبان.
Chinese, Japanese and Thai, written without spaces, are kept sign by sign, so that any stretch of them is a phrase.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

# Grows when any text would be folded to something else: an index made before is made anew.
VERSION = 1

HYPHEN = "-"
TIGHT = "'"

_HYPHENS = "-\u2010\u2011\u2012\u2013\u2212\u058a\u05be\u30fb\ufe63\uff0d"
_TIGHT = "'’‘ʼʻ`´.,_\u200c\u066b\u066c\uff07\uff0e"
_LETTERS = {
    **dict.fromkeys("ي\u0649ېۍےۓۑ", "ی"),
    **dict.fromkeys("كڪ", "ک"),
    **dict.fromkeys("ةەہھۀۂۃ", "ه"),
    **dict.fromkeys("ٱٲٳ", "ا"),
    **dict.fromkeys("ۇۆۈ", "و"),
    "ګ": "گ",
    "ء": "",
    "\u0640": "",
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i",
}  # fmt: skip

# Combining classes of marks that make another letter: nukta, kana voicing, virama.
_LETTER_MARKS = {0, 7, 8, 9}
_UNSPACED = re.compile(
    r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_WORD = re.compile(rf"[^\s{TIGHT}{HYPHEN}]+")
_RUN = re.compile(r"\S+")
_PART = re.compile(rf"[^{HYPHEN}]+")
_JOINS = re.compile(rf"[{TIGHT}{HYPHEN}]+")
_LONGEST_JOINED = 40


class _Table(dict[int, str]):
    """Code point → what it is folded to, worked out when first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


def _fold(sign: str) -> str:
    if sign in _HYPHENS:
        return HYPHEN
    if sign in _TIGHT:
        return TIGHT
    if unicodedata.category(sign) == "Cf":
        return ""
    if "\uac00" <= sign <= "\ud7a3":
        return sign  # a Hangul syllable is a letter to its readers, not three
    out = ""
    pieces = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", sign).casefold())
    for piece in pieces:
        digit = unicodedata.decimal(piece, None)
        if digit is not None:
            out += str(digit)
        elif piece in _LETTERS:
            out += _LETTERS[piece]
        elif unicodedata.combining(piece) not in _LETTER_MARKS:
            continue
        elif piece.isalnum() or unicodedata.category(piece)[0] == "M":
            out += piece
        else:
            out += " "
    return f"{HYPHEN}{out}{HYPHEN}" if _UNSPACED.match(sign) and out.strip() else out


_TABLE = _Table()


class Place(NamedTuple):
    """A folded word and where it stands in the text as written."""

    word: str
    start: int
    end: int


def spell(text: str) -> tuple[list[str], list[str]]:
    """The folded words of a text in their order, and the compounds among them written as one."""
    plain = text.translate(_TABLE).replace(f"{TIGHT} ", " ").rstrip(TIGHT)
    if TIGHT not in plain and HYPHEN not in plain:
        return plain.split(), []
    compounds = [run for run in plain.split() if TIGHT in run or HYPHEN in run]
    words = plain.replace(TIGHT, " ").replace(HYPHEN, " ").split()
    return words, [one for run in compounds for one, _, _ in _compounds(run)]


def _compounds(run: str) -> list[tuple[str, int, int]]:
    """A run as one word, and each of its hyphenated parts that is one: U.S.-Taliban gives us and ustaliban."""
    if not _JOINS.search(run.strip(TIGHT + HYPHEN)):
        return []
    made = []
    for part in _PART.finditer(run):
        bare = part[0].removesuffix(f"{TIGHT}s").strip(TIGHT)
        if TIGHT in bare:
            start = part.start() + part[0].index(bare)
            made.append((bare.replace(TIGHT, ""), start, start + len(bare)))
    bare = run.strip(TIGHT + HYPHEN)
    if HYPHEN in bare:
        start = run.index(bare)
        made.append((_JOINS.sub("", bare), start, start + len(bare)))
    return [m for m in made if len(m[0]) <= _LONGEST_JOINED]


def places(text: str) -> tuple[list[Place], list[Place]]:
    """The same as :func:`spell`, with where each word stands in the text as written."""
    at: list[int] = []
    folded = []
    for i, sign in enumerate(text):
        piece = _TABLE[ord(sign)]
        folded.append(piece)
        at += [i] * len(piece)
    plain = "".join(folded)

    def place(word: str, start: int, end: int) -> Place:
        last = at[end - 1] + 1
        # Marks that were folded away belong to the letter before them.
        while last < len(text) and not _TABLE[ord(text[last])] and unicodedata.category(text[last])[0] == "M":
            last += 1
        return Place(word, at[start], last)

    words = [place(m[0], m.start(), m.end()) for m in _WORD.finditer(plain)]
    joined = [
        place(word, run.start() + start, run.start() + end)
        for run in _RUN.finditer(plain)
        for word, start, end in _compounds(run[0])
    ]
    return words, joined
