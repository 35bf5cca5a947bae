"""The sentences of comparison pages and reports: true to the numbers, and silent where nothing is known."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kg import wording
from kg.wording import Held, Met, Moment, Move

USUAL = Met(
    a="Town council",
    b="Fishers",
    shared=6,
    same=2,
    opposite=3,
    agreement=-0.4,
    low=-0.7,
    high=-0.1,
    n=14,
    sources=9,
    only_a=4,
    only_b=1,
)

# Words that would say what somebody wants, thinks or means: no sentence of ours may.
INTENT = r"\b(wants?|tr(?:y|ies)|intends?|hopes?|refuses?|because of|in order to|believes?|thinks?|likely|probably)\b"


# ---- two actors


def test_meeting_counts_what_is_shared_and_how() -> None:
    """Two actors are told apart by shared positions, same side, opposite sides and ambivalence, with what is behind."""
    assert wording.meeting(USUAL) == [
        "Stances of both Town council and Fishers are coded on 6 positions, in 14 statements from 9 sources.",
        "They stand on the same side of 2 and on opposite sides of 3.",
        "On 1 at least one of them is ambivalent.",
    ]


def test_meeting_on_everything_says_all_or_both() -> None:
    """Where all shared positions are alike the sentence says so; a single one is "it"."""
    assert wording.meeting(replace(USUAL, same=6, opposite=0))[1] == "They stand on the same side of all 6."
    assert wording.meeting(replace(USUAL, shared=2, same=0, opposite=2))[1] == "They stand on opposite sides of both."
    one = wording.meeting(replace(USUAL, shared=1, same=1, opposite=0, n=1, sources=1))
    assert one == [
        "Stances of both Town council and Fishers are coded on 1 position, in 1 statement from 1 source.",
        "They stand on the same side of it.",
    ]


def test_nothing_shared_is_not_known() -> None:
    """Without a shared position nothing is said but that it is not known."""
    nothing = Met(a="Town council", b="Fishers", only_a=3)
    first, second = wording.meeting(nothing)
    assert first == (
        "No position is known on which stances of both Town council and Fishers are coded, so how far they agree is "
        "not known."
    )
    assert second == "That is neither agreement nor disagreement."
    assert wording.sureness(nothing) == []


def test_rivals_are_told_even_when_nothing_is_shared() -> None:
    """Positions that cannot both be had set two actors against each other without a shared one."""
    told = wording.meeting(Met(a="Town council", b="Fishers", rival=1))
    assert told[1] == (
        "But 1 pair of positions cannot both be had, and one actor supports the one, the other the other."
    )
    assert wording.meeting(replace(USUAL, rival=2))[-1].startswith("2 pairs of positions cannot both be had")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.7, -0.1, "between −0.70 and −0.10 (95 %), so disagreement prevails."),
        (0.1, 0.6, "so agreement prevails."),
        (-0.3, 0.4, "so neither agreement nor disagreement prevails beyond doubt."),
        (-0.8, 0.7, "too wide a range to tell agreement from disagreement."),
        (-1.0, -0.0001, "so disagreement prevails."),
        (-1.2, -0.1, "disagreement prevails, but how strongly, so wide a range leaves open."),
        (None, None, "There is too little evidence to say how sure that is (14 statements from 9 sources)"),
    ],
)
def test_sureness_follows_the_interval(low: float | None, high: float | None, said: str) -> None:
    """An interval that holds zero, is wide, or is not there changes what may be said of the agreement."""
    told = wording.sureness(replace(USUAL, low=low, high=high))
    assert told[0].startswith("Their agreement is −0.40, on a scale from −1 ")
    assert said in told[1]


def test_few_shared_positions_are_pointed_out() -> None:
    """With one or two shared positions the reader is told that one more can move the number a lot."""
    assert wording.sureness(replace(USUAL, shared=2))[-1] == (
        "With only 2 shared positions, one more can move it a lot."
    )
    assert len(wording.sureness(USUAL)) == 2


def test_silence_is_neither_yes_nor_no() -> None:
    """What is known of one actor only is counted, and called neither; without any nothing is said."""
    assert wording.silence(USUAL) == (
        "Only one of them is known elsewhere: Town council on 4 positions and Fishers on 1 position. What nobody "
        "coded is neither a yes nor a no."
    )
    assert wording.silence(replace(USUAL, only_a=0, only_b=2)).count("positions") == 1
    assert wording.silence(replace(USUAL, only_a=0, only_b=0)) == ""


def test_positions_are_named_with_both_stances() -> None:
    """What two agree or disagree on is named as coded, with each one's stance, and says when it is a selection."""
    held = [Held("The quay closes.", "supports (+1)", "strongly opposes (−2)")]
    assert wording.disputed(("Town council", "Fishers"), held, 1) == (
        "On opposite sides, as coded: “The quay closes” (Town council supports, Fishers strongly opposes)."
    )
    same = [Held("Boats run all year.", "supports (+1)", "supports (+1)")]
    assert wording.agreed(("Town council", "Fishers"), same, 3) == (
        "On the same side, as coded, among others: “Boats run all year” (both support)."
    )
    assert wording.agreed(("a", "b"), [], 0) == ""


# ---- time


MOVE = Move(
    actor="Fishers",
    position="The quay closes.",
    before="opposes (−1)",
    after="supports (+1)",
    before_when="March 2020",
    after_when="8 April 2020",
)


def test_a_move_says_from_what_to_what_and_when() -> None:
    """A stance that moved is told with both values and both dates."""
    assert wording.move(MOVE) == (
        "Fishers’ coded stance on “The quay closes” went from opposition (March 2020) to support (8 April 2020)."
    )
    assert wording.moved([MOVE] * 4).endswith(" 2 more changes of a stance are coded.")
    assert wording.before(MOVE) == "Earlier: opposes, March 2020"


def test_nothing_moved_is_only_nothing_recorded() -> None:
    """Without a change the sentence says that none is recorded, and not that there was none."""
    assert "does not show that nothing changed" in wording.moved([])


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (Moment(label="May 2020", agreement=0.5), "higher by 0.75; there is too little evidence"),
        (Moment(label="May 2020", agreement=0.5, low=0.1, high=0.9), "their intervals do not overlap"),
        (Moment(label="May 2020", agreement=0.5, low=-0.2, high=0.9), "so it may be no change at all"),
        (Moment(label="May 2020", agreement=-0.25, low=-0.5, high=0.0), "−0.25 at the end of May 2020."),
    ],
)
def test_trend_says_whether_a_change_is_beyond_doubt(last: Moment, said: str) -> None:
    """Agreement at the first and last moment is compared with their intervals in mind."""
    first = Moment(label="March 2020", agreement=-0.25, low=-0.5, high=0.0)
    assert said in wording.trend([first, last])


def test_trend_of_nothing_or_one_moment() -> None:
    """Without dates the trend is not known; with one moment there is none."""
    assert "not known" in wording.trend([])
    assert "stays as it is: +0.50" in wording.trend([Moment(label="2020", agreement=0.5)])


# ---- many


def test_several_actors_name_the_highest_and_the_lowest() -> None:
    """Of several pairs the extremes are named, and those of which nothing is known are counted."""
    other = Met(a="Town council", b="Ferry", shared=2, agreement=0.5, n=4, sources=2)
    unknown = Met(a="Ferry", b="Fishers")
    told = " ".join(wording.several([USUAL, other, unknown], 3))
    assert "2 of 3 pairs of 3 actors share at least one position." in told
    assert "highest between Town council and Ferry (+0.50; 2 shared positions)" in told
    assert "lowest between Town council and Fishers (−0.40, −0.70 to −0.10; 6 shared positions)" in told
    assert "1 of these 2 numbers have sources enough" in told.replace("has", "have")
    assert "For the other 1 pair it is not known, which is neither agreement nor disagreement." in told
    assert "No two of 3 actors" in wording.several([unknown], 3)[0]


def test_everyone_looks_first_at_pairs_that_share_enough() -> None:
    """A pair with a single shared position is not named as the one that agrees most while others share more."""
    lucky = Met(a="A", b="B", shared=1, agreement=1.0, n=2, sources=1)
    better = Met(a="C", b="D", shared=5, agreement=0.4, n=12, sources=6)
    told = " ".join(wording.everyone([lucky, better, USUAL], 10, 5))
    assert "5 actors make 10 pairs. 3 of these share at least one position" in told
    assert "highest among pairs with at least 3 shared positions between C and D" in told
    assert "A and B" not in told


def test_polarisation_beside_chance() -> None:
    """Polarisation comes with what shuffled values give, and names camps only where there are two."""
    assert "more than the 0.20" in wording.polarized(0.4, 0.2, [["A", "B"], ["C"]])
    assert "no more than the 0.40" in wording.polarized(0.4, 0.4, [["A", "B"], ["C"]])
    assert wording.polarized(0.4, 0.2, [["A", "B"], ["C"]]).endswith("sets C apart from A and B.")
    assert "No division" in wording.polarized(0.4, float("nan"), [["A"], []])
    assert "cannot be told" in wording.polarized(float("nan"), 0.0, [])


# ---- reports


def test_deeds_beside_words() -> None:
    """The difference of words and deeds is only called one where its interval says so."""
    assert "so the two differ" in wording.deeds("Fishers", 1.0, -1.0, (4, 3), -2.5, -1.5)
    assert "so they may not differ" in wording.deeds("Fishers", 1.0, -1.0, (4, 3), -2.5, 0.5)
    assert "too little evidence" in wording.deeds("Fishers", 1.0, -1.0, (4, 1), None, None)
    assert wording.deeds("Fishers", 1.0, -1.0, (4, 1), None, None).startswith(
        "Fishers: read from words the mean value is +1.00 (4 statements), from deeds −1.00 (1 statement), a difference"
    )


def test_limits_count_what_is_weak() -> None:
    """The limits of a report come with numbers, and only with those that are not zero."""
    told = wording.limits(statements=9, sources=4, undated=1, implied=2, hedged=0, unrated=3, single=8)
    assert "1 of the 9 coded stances has no date and stands in no period." in told
    assert "2 of the 9 coded stances are not said outright but implied, as the coder reads them." in told
    assert not any("hedged" in one for one in told)
    assert "3 of the 4 sources are not rated for reliability." in told
    assert len(wording.limits(statements=9, sources=4, undated=0, implied=0, hedged=0, unrated=0, single=0)) == 4


def test_what_one_source_does_is_named() -> None:
    """The source that an agreement owes most to is named with what changes without it."""
    assert wording.without("Gazette", -0.07, False) == "Without “Gazette” agreement changes by −0.07."
    assert wording.without("Gazette", 0.0, True) == "Without “Gazette” they share no position."


def test_no_tie_is_no_finding() -> None:
    """That no tie is coded does not say that there was none."""
    assert "does not say that there was none" in wording.no_ties(2)


# ---- pieces and rules


def test_values_in_words() -> None:
    """A point of the scale has its word and number; a mean says that it is one, and between what."""
    assert wording.stance(2.0, 2.0, 2.0) == "strongly supports (+2)"
    assert wording.stance(-1) == "opposes (−1)"
    assert wording.stance(0.0) == "is ambivalent (0)"
    assert wording.stance(1.5, 1, 2) == "strongly supports (mean +1.50, +1 to +2)"
    assert wording.stance(-1 / 3, -1, 0) == "leans to opposition (mean −0.33, −1 to 0)"
    assert wording.stance(0.0, -2, 2) == "points both ways (mean 0, −2 to +2)"
    assert wording.stance(None) == "undetermined"


def test_dates_are_as_precise_as_they_are_known() -> None:
    """A year stays a year and a month a month; what is no date stays as it is."""
    assert [wording.day(text) for text in ("2020", "2020-04", "2020-04-08", "0001-01-01", "soon", "")] == [
        "2020",
        "April 2020",
        "8 April 2020",
        "1 January 1",
        "soon",
        "",
    ]
    assert wording.period("2020-03", "2020-04-08") == "March 2020 to 8 April 2020"
    assert wording.period("2020", "2020") == "2020"


def test_names_from_right_to_left_are_isolated() -> None:
    """A name in Dari keeps its place in an English sentence; one in Latin letters stays as it is."""
    assert wording.name("شورا") == "\u2068شورا\u2069"
    assert wording.name("Town council") == "Town council"
    assert wording.possessive("Fishers") == "Fishers’"
    assert wording.possessive("Ada") == "Ada’s"


def test_long_positions_are_cut_and_names_keep_their_letters() -> None:
    """A position inside a sentence is not endless, and capitals of names survive the start of a sentence."""
    assert len(wording.quoted("word " * 200)) < 220
    assert "Town council" in wording.silence(USUAL)


def test_no_sentence_infers_intent() -> None:
    """No generated sentence says what anybody wants, thinks or means, or guesses."""
    held = [Held("The quay closes.", "supports (+1)", "opposes (−1)")]
    sentences = [
        *wording.meeting(USUAL),
        *wording.meeting(Met(a="A", b="B", rival=1)),
        *(one for low, high in ((None, None), (-1, 1), (-0.2, 0.2), (0.1, 0.3))
          for one in wording.sureness(replace(USUAL, low=low, high=high))),
        wording.silence(USUAL),
        wording.agreed(("A", "B"), held, 2),
        wording.moved([MOVE]),
        wording.moved([]),
        wording.trend([Moment(label="2019", agreement=0.1), Moment(label="2020", agreement=0.4)]),
        *wording.several([USUAL], 2),
        *wording.everyone([USUAL], 3, 3),
        wording.polarized(0.4, 0.2, [["A"], ["B"]]),
        wording.deeds("A", 1, -1, (2, 2), None, None),
        *wording.limits(statements=9, sources=4, undated=1, implied=2, hedged=3, unrated=3, single=8),
    ]
    assert len(sentences) > 25
    for sentence in sentences:
        assert not re.search(INTENT, sentence, re.IGNORECASE), sentence
        assert re.fullmatch(r"[A-Z0-9\u2068].*[.:]", sentence), sentence
        assert "  " not in sentence
