"""Names: labels, other labels, other languages and scripts, CURIEs and IRIs, both ways."""

from __future__ import annotations

import pytest

import kg
from kg.errors import NotFound
from kg.terms import PREFIXES, Names, compact, expand, fold, local_name, resource, slug

ACTOR = PREFIXES["actor"]


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("Taliban", "taliban"),
        ("taliban", "taliban"),
        ("  TALIBAN ", "taliban"),
        ("actor:taliban", "taliban"),
        (f"{ACTOR}taliban", "taliban"),
        (f"<{ACTOR}taliban>", "taliban"),
        ("گروه طالبان", "taliban"),
        ("حكومت افغانستان", "afghan-government"),  # with the Arabic letter for k
        ("حکومت افغانستان", "afghan-government"),  # with the Persian one
        ("افغان حکومت", "afghan-government"),
        ("شورای امنیت ملی", "afghan-national-security-council"),
        ("د افغانستان د ملي امنیت شورا", "afghan-national-security-council"),
        ("ذبیح الله مجاهد", "zabihullah-mujahid"),
        ("U.S.", "united-states"),
        ("us", "united-states"),
        ("united-states", "united-states"),
        ("Associated Press", "ap"),
        ("Government of the  Islamic Republic of Afghanistan", "afghan-government"),
    ],
)
def test_an_actor_is_found_by_any_of_its_names(article: kg.KnowledgeGraph, name: str, local: str) -> None:
    """A label, another label, a name in Dari or Pashto, a CURIE, an IRI or its last part stand for an actor."""
    assert article.find(name, "actor") == f"{ACTOR}{local}"


def test_accents_do_not_matter(article: kg.KnowledgeGraph) -> None:
    """A name is found with and without accents."""
    assert article.find("Tálibàn", "actor") == article.find("Taliban", "actor")


@pytest.mark.parametrize(
    ("name", "kind", "iri"),
    [
        ("prisoner release", "issue", "issue:prisoner-release"),
        ("Prisoner Swap", "issue", "issue:prisoner-exchange"),
        ("The Afghan government should free Taliban prisoners.", "position", "pos:release-prisoners"),
        ("000_300082878ff4a385", "source", "src:000_300082878ff4a385"),
        ("negotiates with", "relation", "st:negotiatesWith"),
        ("Kabul", "actor", "actor:afghan-government"),
    ],
)
def test_a_name_is_looked_up_among_things_of_its_kind(
    article: kg.KnowledgeGraph, name: str, kind: str, iri: str
) -> None:
    """The kind of thing asked for decides: "Kabul" as an actor is the government, not the town."""
    assert compact(article.find(name, kind)) == iri


def test_an_unknown_name_is_answered_with_the_nearest(article: kg.KnowledgeGraph) -> None:
    """An unknown name is refused with the nearest one and the command that lists all."""
    with pytest.raises(NotFound) as caught:
        article.find("Talban", "actor")

    assert str(caught.value) == 'No actor "Talban". Did you mean "Taliban"? List them with: kg query actors'


def test_a_far_name_gets_no_suggestion(article: kg.KnowledgeGraph) -> None:
    """Where nothing is near, nothing is suggested."""
    with pytest.raises(NotFound) as caught:
        article.find("Martians", "actor")

    assert str(caught.value) == 'No actor "Martians". List them with: kg query actors'


def test_an_ambiguous_name_lists_the_choices() -> None:
    """A name that two things share is refused with the CURIEs of both."""
    names = Names()
    for local in ("mullah-a", "mullah-b"):
        names.add("actor", f"{ACTOR}{local}", "Mullah", preferred=False, english=True)

    with pytest.raises(NotFound) as caught:
        names.find("mullah", "actor")

    assert str(caught.value) == (
        'The actor name "mullah" fits several: actor:mullah-a, actor:mullah-b. Use one of these.'
    )


def test_a_preferred_label_wins_over_another_ones_alias() -> None:
    """The thing that is called so wins over one that is only also called so."""
    names = Names()
    names.add("actor", f"{ACTOR}kabul-team", "Kabul", preferred=True, english=True)
    names.add("actor", f"{ACTOR}government", "Kabul", preferred=False, english=True)

    assert names.find("Kabul", "actor") == f"{ACTOR}kabul-team"


def test_the_english_label_is_shown(article: kg.KnowledgeGraph) -> None:
    """Things with labels in several languages are shown under the English one."""
    assert article.names.label(f"{ACTOR}taliban") == "Taliban"
    assert article.names.label(f"{ACTOR}nobody") == "actor:nobody"


def test_several_names_or_one_or_none(article: kg.KnowledgeGraph) -> None:
    """A filter takes one name, several names, or none."""
    names = article.names

    assert names.find_all(None, "actor") == ()
    assert names.find_all("Taliban", "actor") == (f"{ACTOR}taliban",)
    assert names.find_all(["Taliban", "US"], "actor") == (f"{ACTOR}taliban", f"{ACTOR}united-states")


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("st:Stance", f"{PREFIXES['st']}Stance"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("https://example.org/a", "https://example.org/a"),
        ("urn:x:y", "urn:x:y"),
        ("item:s1/r2-stance", f"{PREFIXES['item']}s1/r2-stance"),
        ("nobody:x", None),
        ("plain words", None),
        ("st:a b", None),
        ("https://example.org/a b", None),
        ('st:a"b', None),
    ],
)
def test_iris_and_curies_are_told_from_words(text: str, iri: str | None) -> None:
    """Only a whole IRI or a CURIE with a known prefix is expanded."""
    assert expand(text) == iri


def test_the_longest_namespace_makes_the_curie() -> None:
    """An IRI under two namespaces gets the prefix of the longer one."""
    assert compact(f"{ACTOR}taliban") == "actor:taliban"
    assert compact(f"{PREFIXES['item']}s1/e1") == "item:s1/e1"
    assert compact("https://example.org/x") == "https://example.org/x"
    assert compact(PREFIXES["st"]) == PREFIXES["st"]


@pytest.mark.parametrize("prefix", sorted(PREFIXES))
def test_compact_and_expand_are_each_others_inverse(prefix: str) -> None:
    """A CURIE of any known prefix survives the way to an IRI and back."""
    assert compact(expand(f"{prefix}:some-thing") or "") == f"{prefix}:some-thing"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Prisoner release!", "prisoner-release"),
        ("  Café – Zürich ", "cafe-zurich"),
        ("a__b--c", "a-b-c"),
        ("طالبان", "طالبان"),
        ("…", "unnamed"),
        ("", "unnamed"),
    ],
)
def test_slugs_are_short_and_readable(text: str, expected: str) -> None:
    """A slug keeps letters and digits of any script and joins them with hyphens."""
    assert slug(text) == expected


def test_folding_is_stable() -> None:
    """Folding a folded name changes nothing."""
    for name in ("Tálibàn", "ذبیح‌الله مجاهد", "كابل", "U.S.–Taliban  deal"):
        assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize(
    ("iri", "local"),
    [("https://x.org/a#b", "b"), ("https://x.org/a/b", "b"), ("https://x.org/a/b/", "b"), ("urn-like", "urn-like")],
)
def test_the_local_name_is_what_follows_the_last_separator(iri: str, local: str) -> None:
    """The last part of an IRI is its local name."""
    assert local_name(iri) == local


def test_shipped_files_are_found() -> None:
    """The ontology and the data are found beside the package or inside it."""
    assert (resource("ontology") / "stance.ttl").is_file()
    assert (resource("data") / "seed-article" / "seed-article.trig").is_file()
