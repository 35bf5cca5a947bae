"""Full-text search: what is found, in which spelling, and how it is shown."""

from __future__ import annotations

import sqlite3

import pyoxigraph as ox
import pytest
from harbour import harbour, things
from hypothesis import given, settings
from hypothesis import strategies as some
from support import ITEM

import kg
from kg import texts
from kg.errors import NotFound, ParameterError
from kg.terms import PREFIXES
from kg.texts.folding import places, spell
from kg.texts.words import Wanted


@pytest.fixture(name="harbour", scope="module")
def _harbour() -> kg.KnowledgeGraph:
    """The small graph. Not to be changed by a test."""
    return harbour()


# -- spelling --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("كابل", "کابل"),  # Arabic and Persian kaf
        ("طالبان", "طـالـبان"),  # tatweel
        ("افغانستان", "اَفغانِستان"),  # vowel points
        ("صُلح", "صلح"),
        ("زلمي خلیلزاد", "زلمی خليلزاد"),  # Pashto, Persian and Arabic yeh
        ("سولې", "سولی"),
        ("نړۍ", "نړی"),
        ("ننګرهار", "ننگرهار"),  # Pashto and Persian gaf
        ("رئیس", "رییس"),
        ("مؤسسه", "موسسه"),
        ("آمریکا", "امریکا"),
        ("خانۀ", "خانه"),
        ("هٔ", "ه"),
        ("مدرسة", "مدرسه"),
        ("جزء", "جز"),
        ("\ufefb", "لا"),  # a presentation form
        ("۱۳۹۹", "1399"),
        ("١٣٩٩", "1399"),
        ("می\u200dرود", "میرود"),
        ("Róisín", "ROISIN"),
        ("Łódź", "lodz"),
        ("Straße", "STRASSE"),
        ("ﬁnal", "final"),
        ("Ｔａｌｋｓ", "talks"),
        ("Ёлка", "елка"),
        ("शांति", "शांति"),
    ],
)
def test_spellings_of_one_word_are_one(one: str, other: str) -> None:
    """Variants of a letter, points, case, accents and digits of another script make no difference."""
    assert spell(one) == spell(other)
    assert spell(one)[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ښار", "شار"),
        ("ټول", "تول"),
        ("ډېر", "دېر"),
        ("ځان", "زان"),
        ("گور", "کور"),
        ("पिता", "पता"),
        ("war", "was"),
    ],
)
def test_different_words_stay_apart(one: str, other: str) -> None:
    """Letters of other sounds are no spellings of each other, the retroflexes of Pashto among them."""
    assert spell(one) != spell(other)


@pytest.mark.parametrize(
    ("text", "words", "joined"),
    [
        ("U.S.-Taliban", ["u", "s", "taliban"], ["us", "ustaliban"]),
        ("al-Qaida’s", ["al", "qaida", "s"], ["alqaidas"]),
        ("O’Brien's deal.", ["o", "brien", "s", "deal"], ["obrien"]),
        ("5,000 ‘hostages’", ["5", "000", "hostages"], ["5000"]),
        ("طالبان‌ها", ["طالبان", "ها"], ["طالبانها"]),
        ("北京会谈", ["北", "京", "会", "谈"], ["北京会谈"]),
        ("— … !", [], []),
    ],
)
def test_a_compound_is_its_parts_and_itself(text: str, words: list[str], joined: list[str]) -> None:
    """What a hyphen, an apostrophe, a dot or a zero-width non-joiner links is kept both ways."""
    assert spell(text) == (words, joined)


@given(some.text(max_size=60))
def test_places_agree_with_words(text: str) -> None:
    """Each word is found where :func:`places` says, in every script."""
    found, joined = places(text)

    assert ([p.word for p in found], [p.word for p in joined]) == spell(text)
    assert all(0 <= p.start < p.end <= len(text) for p in (*found, *joined))


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("كابل", "issue/peace"),
        ("کابل", "issue/peace"),
        ("سوله", "issue/peace"),
        ("سولې", "issue/peace"),  # the other case of the Pashto noun
        ("کشتی", "actor/ferry"),  # a part of a word with a zero-width non-joiner
        ("کشتیرانی", "actor/ferry"),
        ("شرکت ها", None),
        ("شرکتها", "actor/ferry"),  # the plural of Dari
        ("obrien", "actor/obrien"),
        ("O'Brien", "actor/obrien"),
        ("roisin", "actor/obrien"),
        ("companies", "actor/ferry"),
        ("ferries", "actor/ferry"),
    ],
)
def test_scripts_and_forms_find_each_other(
    harbour: kg.KnowledgeGraph, words: str, wanted: str | None
) -> None:
    """A word is found under another spelling and by rule in another form."""
    assert (things(harbour, words) or [None])[0] == wanted


# -- what is typed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("close harbour", {"gazette/evidence/s1"}),
        ("harbour closed", {"position/close"}),
        ('"the harbour"', {"gazette/evidence/s1", "issue/peace"}),
        ("“close the harbour”", {"gazette/evidence/s1"}),
        ('"harbour the"', set()),
        ("clos*", {"gazette/evidence/s1", "position/close"}),
        ('"close it by ma"*', {"gazette/evidence/s1"}),
        ("harbour -close*", {"issue/peace", "source/gazette"}),
        ('harbour -"the harbour"', {"position/close", "source/gazette"}),
        ("zanzibar OR closure", {"courier/evidence/s2", "gazette/evidence/s1"}),
        ("zanzibar AND hear", {"courier/evidence/s2"}),
        ("5000", {"courier/evidence/s2"}),
        ("5,000 boats", {"courier/evidence/s2"}),
        ("harbour -harbour", set()),
        ("OR zanzibar OR", {"courier/evidence/s2"}),
    ],
)
def test_words_phrases_beginnings_and_exclusions(
    harbour: kg.KnowledgeGraph, words: str, wanted: set[str]
) -> None:
    """All words must occur in one text; quotes, ``*``, ``-`` and OR say otherwise."""
    apart = {"event type", "relation", "term"}
    found = kg.search(harbour, words, kind=[k for k in texts.ALL_KINDS if k not in apart])

    assert {iri.removeprefix(ITEM) for iri in found.column("thing")} == wanted


@pytest.mark.parametrize("words", ["", "  ", "!!!", "*", '"', "-closed", "- -", "OR", "\u200c"])
def test_a_search_without_a_word_is_wrong_usage(harbour: kg.KnowledgeGraph, words: str) -> None:
    """One clear sentence says what can be typed."""
    with pytest.raises(ParameterError, match="holds no word to search for"):
        kg.search(harbour, words)


@settings(max_examples=150, deadline=None)
@given(
    some.text(alphabet=some.sampled_from(list("ab*\"'()-^:{}+.,&|\\/ %;~ا‌ORNEAD")), max_size=25)
    | some.text(max_size=25)
)
def test_no_text_is_a_syntax_error(typed: str) -> None:
    """Whatever is typed is either searched for or has no word in it; FTS5's own syntax never shows."""
    db = _fts()
    try:
        wanted = Wanted.parse(typed)
    except ParameterError:
        return
    for every in (True, False):
        assert db.execute(
            "SELECT count(*) FROM found WHERE found MATCH ?", (wanted.expression(every=every),)
        ).fetchone()
    assert wanted.score("some text", [1.0] * len(wanted.terms)) >= 0


def _fts(cache: list[sqlite3.Connection] = []) -> sqlite3.Connection:  # noqa: B006
    if not cache:
        cache.append(sqlite3.connect(":memory:"))
        cache[0].execute(
            "CREATE VIRTUAL TABLE found USING fts5(words, joined, kind, content='', tokenize='ascii')"
        )
    return cache[0]


# -- what is found ---------------------------------------------------------------------------------


def test_a_match_says_what_where_and_from_which_source(harbour: kg.KnowledgeGraph) -> None:
    """For evidence: the quotation with the match marked, the item that rests on it, and its source."""
    (row,) = kg.search(harbour, "zanzibar")

    assert row["thing"] == f"{ITEM}courier/evidence/s2"
    assert (row["kind"], row["field"], row["language"]) == ("evidence", "quote", None)
    assert row["text"] == "**Zanzibar** will hear of this."
    assert row["item"] == f"{ITEM}courier/s2"
    assert row["source"] == f"{PREFIXES['src']}courier"
    assert row["score"] > 0


def test_marks_stand_around_the_word_as_written(harbour: kg.KnowledgeGraph) -> None:
    """Points, accents and apostrophes of the text stay in the excerpt."""
    assert [r["text"] for r in kg.search(harbour, "roisin obrien")] == ["**Róisín** **O’Brien**"]
    assert [r["text"] for r in kg.search(harbour, "کابل")] == ["صلح در بندر **كابل**"]


def test_a_long_text_is_cut_around_the_match() -> None:
    """An excerpt keeps to about its width, between words, and shows a match wherever it stands."""
    text = " ".join(["filler"] * 200 + ["needle"] + ["filler"] * 200)
    shown = Wanted.parse("needle").excerpt(text, 80)

    assert "**needle**" in shown
    assert len(shown) < 100
    assert shown.startswith("… filler")
    assert shown.endswith("filler …")
    assert Wanted.parse("needle").excerpt("needle", 80) == "**needle**"


def test_names_come_before_what_was_said(corpus: kg.KnowledgeGraph) -> None:
    """The best match for a name is the thing of that name; each thing comes once."""
    for name, wanted in (
        ("taliban", "/taliban"),
        ("طالبان", "/taliban"),
        ("ghani", "/ghani"),
        ("U.S.", "/united-states"),
    ):
        found = kg.search(corpus, name, kind="actor").column("thing")
        assert found[0].endswith(wanted), name
        assert len(found) == len(set(found))


def test_words_side_by_side_weigh_more() -> None:
    """A text with the words in a row is before one with the same words apart; a rare word counts more."""
    wanted = Wanted.parse("prisoner release")

    assert wanted.score("the prisoner release today", [1, 1]) > wanted.score(
        "the release, today, of a prisoner", [1, 1]
    )
    either = Wanted.parse("common OR rare")
    assert either.score("a rare one", [0.1, 2]) > either.score("a common one", [0.1, 2])


def _scan(graph: kg.KnowledgeGraph, words: list[str]) -> set[str]:
    """The oracle: things one of whose texts has all words, by a plain pass over all quads."""
    direct = {f"{PREFIXES['skos']}prefLabel", f"{PREFIXES['skos']}altLabel", f"{PREFIXES['st']}paraphrase"}
    direct |= {f"{PREFIXES['dcterms']}title", f"{PREFIXES['dcterms']}description", f"{PREFIXES['rdfs']}label"}
    direct |= {f"{PREFIXES['skos']}definition", f"{PREFIXES['st']}conditionNote"}
    quads = list(graph.store.quads())
    owner = {q.object: q.subject for q in quads if q.predicate.value == f"{PREFIXES['oa']}hasSelector"}
    found = set()
    for q in quads:
        quote = q.predicate.value == f"{PREFIXES['oa']}exact"
        thing = owner[q.subject] if quote else q.subject
        if (quote or q.predicate.value in direct) and isinstance(thing, ox.NamedNode):
            have, joined = spell(q.object.value)
            if all(word in have or word in joined for word in words):
                found.add(thing.value)
    return found


@pytest.mark.parametrize(
    "words", [["the"], ["taliban"], ["prisoners", "release"], ["طالبان"], ["peace", "the", "of"]]
)
def test_a_search_finds_all_and_only_what_a_scan_finds(corpus: kg.KnowledgeGraph, words: list[str]) -> None:
    """The index gives the things that a pass over every text of the corpus gives."""
    exact = " ".join(f'"{word}"' for word in words)
    found = kg.search(corpus, exact, limit=100_000).column("thing")

    assert set(found) == _scan(corpus, words)
    assert len(found) > 1


def test_the_limit_and_what_is_left_are_told(corpus: kg.KnowledgeGraph) -> None:
    """A table says when more would match than it shows."""
    short = kg.search(corpus, "taliban", limit=3)

    assert len(short) == 3
    assert short.made_from["found"] == "3, the best of more"
    assert "more" not in kg.search(corpus, "taliban", limit=100_000).made_from["found"]
    with pytest.raises(ParameterError):
        kg.search(corpus, "taliban", limit=0)


def test_only_things_of_a_kind(corpus: kg.KnowledgeGraph) -> None:
    """``kind`` narrows to one kind or several; an unknown one is met with the nearest."""
    assert set(kg.search(corpus, "taliban", kind="issue").column("kind")) == {"issue"}
    assert set(kg.search(corpus, "taliban", kind=("actor", "position")).column("kind")) == {
        "actor",
        "position",
    }
    with pytest.raises(NotFound, match='Did you mean "actor"'):
        kg.search(corpus, "taliban", kind="actors")


@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        ({"sources": "Courier"}, {"courier/evidence/s2"}),
        ({"actors": "Ferry company"}, {"gazette/evidence/s1"}),
        ({"basis": "deed"}, {"courier/evidence/s2"}),
        ({"since": "2024-06"}, {"courier/evidence/s2"}),
        ({"until": "2024-06"}, {"gazette/evidence/s1"}),
        ({"issues": "peace in the harbour"}, {"courier/evidence/s2", "gazette/evidence/s1"}),
        ({"actors": "Ferry company", "sources": "Courier"}, set()),
    ],
)
def test_a_selection_keeps_what_was_said_in_it(
    harbour: kg.KnowledgeGraph, where: dict[str, str], wanted: set[str]
) -> None:
    """In a narrowed graph evidence is found whose item fits the whole selection; names are not what was said."""
    assert set(things(harbour.where(**where), "closure OR boats OR harbour")) == wanted
