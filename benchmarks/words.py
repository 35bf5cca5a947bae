"""The vocabulary of made-up corpora: names in three scripts, sentences, and the terms that items are coded with."""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate
from random import Random

_ONSETS = ("b", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "q", "r", "s", "sh", "t", "v", "w", "y", "z")
_VOWELS = ("a", "e", "i", "o", "u")
# One letter for each onset and vowel, so that a name in Arabic script is the same name.
_LETTERS = dict(zip(_ONSETS, "بدفگهجکلمنپقرسشتڤوۍز", strict=True))
_SIGNS = {"a": "ا", "e": "ې", "i": "ی", "o": "و", "u": "ۇ"}

_VERBS = (
    "accepts", "rejects", "welcomes", "doubts", "delays", "repeats", "weighs", "links", "limits", "softens", "defends",
)
_NOUNS = (
    "release", "withdrawal", "ceasefire", "election", "border", "prison", "amnesty", "budget", "council", "aid",
    "district", "convoy", "harvest", "school", "court", "police", "army", "river", "road", "refuge", "visa", "mine",
    "dam", "customs", "treaty", "census", "salary", "ration", "permit", "curfew", "patrol", "truce", "ransom", "pardon",
    "inquiry", "verdict", "ballot", "tribunal", "garrison", "province", "pipeline", "railway", "hospital", "vaccine",
)  # fmt: skip
_TAILS = (
    "before the talks", "after the winter", "under old conditions", "without delay", "in small steps", "as agreed",
    "despite the losses", "with outside help", "in the northern provinces", "at a later date", "on its own terms",
)  # fmt: skip

VALUES = ("strongly-opposes", "opposes", "ambivalent", "supports", "strongly-supports", "undetermined")
BASES = ("word", "deed", "commitment", "report")
CONFIDENCE = ("0.6", "0.7", "0.8", "0.9", "1.0")
COOPERATION = ("praise", "offer", "consultation", "visit", "talks", "mediation", "release", "aid", "acceptance")
CONFLICT = ("criticism", "accusation", "dispute", "refusal", "demand", "pressure", "walkout", "sanction", "attack")
TIES = ("negotiatesWith", "isAlliedWith", "supportsActor", "meetsWith", "challenges", "accuses", "disputes")
COLLECTIVE = ("State", "Government", "PublicBody", "ArmedGroup", "Coalition")


def name(number: int) -> str:
    """A name of its own for each number: Latin letters, capital first."""
    syllables = []
    rest = number + 500
    while rest:
        rest, syllable = divmod(rest, 100)
        syllables.append(_ONSETS[syllable % 20] + _VOWELS[syllable // 20])
    return "".join(syllables).capitalize()


def in_arabic_script(latin: str) -> str:
    """The same name in Arabic script."""
    text, at, lower = "", 0, latin.casefold()
    while at < len(lower):
        pair = lower[at : at + 2]
        if pair in _LETTERS:
            text, at = text + _LETTERS[pair], at + 2
        else:
            text, at = text + (_LETTERS.get(lower[at]) or _SIGNS[lower[at]]), at + 1
    return text


def clause(random: Random) -> str:
    """A short claim without its subject. Words follow a steep curve, as in real text."""
    noun = _NOUNS[int(len(_NOUNS) * random.random() ** 2)]
    other = _NOUNS[int(len(_NOUNS) * random.random())]
    verb = _VERBS[int(len(_VERBS) * random.random())]
    tail = _TAILS[int(len(_TAILS) * random.random())]
    return f"{verb} the {noun} {tail}, and with it the {other} of district {int(random.random() ** 3 * 400)}"


class Zipf:
    """Numbers from 0 up to a size, where number n is picked in proportion to 1 / (n + 1) ** exponent."""

    def __init__(self, size: int, exponent: float) -> None:
        self._sums = list(accumulate(1 / (n + 1) ** exponent for n in range(size)))

    def pick(self, random: Random) -> int:
        return bisect(self._sums, random.random() * self._sums[-1])
