"""The shipped corpora: what their quotes, names, values and conflicts must satisfy."""

import csv
import hashlib
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from support import SHARED

from kg.readers import sheet

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
SEED = DATA / "seed-article" / "seed-article.trig"
SHEETS = DATA / "afghan-peace-process"
ARTICLE = SHARED / "data" / "seed-article.txt"

SOURCE = "000_300082878ff4a385"
BASE = "https://w3id.org/actor-stance/"
ST = f"{BASE}ns#"
STX = f"{BASE}scheme/"
OA = "http://www.w3.org/ns/oa#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
A = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

KNOWN_ERRORS = {
    "C01": "u-withdrawal",  # 13 or 14 months
    "C02": "e-walkout",  # order of walk-out and release
    "C06": "e-swearing-in-abdullah",  # the building
    "C07": "e-threat",  # who threatened the aid cut, and why
}

needs_article = pytest.mark.skipif(
    not ARTICLE.is_file(),
    reason=f"the article's text is not here ({ARTICLE}); set KG_SHARED to the folder that has it",
)


@cache
def triples() -> frozenset[tuple[str, str, str]]:
    quads = ox.parse(SEED.read_bytes(), ox.RdfFormat.TRIG)
    return frozenset((_text(q.subject), q.predicate.value, _text(q.object)) for q in quads)


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def objects(subject: str, predicate: str) -> list[str]:
    return sorted(o for s, p, o in triples() if s == subject and p == predicate)


def instances(cls: str) -> list[str]:
    return sorted(s for s, p, o in triples() if p == A and o == cls)


@cache
def table(name: str) -> list[dict[str, str]]:
    with open(SHEETS / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parts(cell: str) -> list[str]:
    return [p.strip() for p in cell.split("|") if p.strip()]


def selectors(evidence: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for selector in objects(evidence, f"{OA}hasSelector"):
        found |= {p.removeprefix(OA): o for s, p, o in triples() if s == selector and p.startswith(OA)}
    return found


def seed_quotes() -> dict[str, str]:
    return {e: s["exact"] for e in instances(f"{ST}Evidence") if "exact" in (s := selectors(e))}


def digest(text: str) -> list[str]:
    return [hashlib.sha256(text.encode()).hexdigest()]


def holder(row: dict[str, str]) -> str:
    return row["on_behalf_of"] or row["actor"]


def sign(row: dict[str, str]) -> int:
    value = int(row["value"])
    return (value > 0) - (value < 0)


# -- the seed article ------------------------------------------------------------------------


def test_the_coding_of_the_article_keeps_its_size() -> None:
    """The article is coded in 33 segments, of which 8 are direct speech, and in 32 stances."""
    modes = Counter(mode for e in instances(f"{ST}Evidence") for mode in objects(e, f"{ST}attributionMode"))
    expected = {"direct-speech": 8, "evaluation": 7, "indirect-speech": 3, "narration": 15}
    assert modes == {f"{STX}{mode}": n for mode, n in expected.items()}
    assert len(instances(f"{ST}Stance")) == 32


def test_quotes_are_short_and_only_of_direct_speech() -> None:
    """A quote has at most 25 words and stands only on direct speech whose speaker is named."""
    quotes = seed_quotes()
    assert len(quotes) == 8
    for evidence, quote in quotes.items():
        assert len(quote.split()) <= 25, evidence
        assert objects(evidence, f"{ST}attributionMode") == [f"{STX}direct-speech"], evidence
        assert objects(evidence, f"{ST}utteredBy"), evidence


def test_a_quote_is_its_whole_segment() -> None:
    """A quoted segment's digest is the SHA-256 of the quote, so a quote can be checked without the text."""
    for evidence, quote in seed_quotes().items():
        assert objects(evidence, f"{ST}segmentDigest") == digest(quote), evidence
        place = selectors(evidence)
        assert int(place["end"]) - int(place["start"]) == len(quote), evidence


@needs_article
def test_every_segment_is_where_its_offsets_say() -> None:
    """Every segment's digest is the SHA-256 of exactly the characters between its offsets."""
    text = ARTICLE.read_bytes().decode("utf-8")
    for evidence in instances(f"{ST}Evidence"):
        place = selectors(evidence)
        segment = text[int(place["start"]) : int(place["end"])]
        assert objects(evidence, f"{ST}segmentDigest") == digest(segment), evidence
        assert place.get("exact", segment) == segment, evidence


@needs_article
def test_the_article_itself_is_not_shipped() -> None:
    """Outside the quotes no file of data/ shares eight words in a row with the article."""
    article = _words(ARTICLE.read_text(encoding="utf-8"))
    runs = {tuple(article[i : i + 8]) for i in range(len(article) - 7)}
    quotes = [*seed_quotes().values(), *(r["quote"] for r in table("statements") if r["quote"])]
    files = [f for f in DATA.rglob("*") if f.is_file()]
    assert len(files) >= 9
    for file in files:
        text = file.read_text(encoding="utf-8")
        for quote in sorted(quotes, key=len, reverse=True):
            text = text.replace(quote, " ¶ ")
        words = _words(text)
        shared = [run for i in range(len(words) - 7) if (run := tuple(words[i : i + 8])) in runs]
        assert not shared, f"{file.name}: {shared[:3]}"


def _words(text: str) -> list[str]:
    return re.findall(r"[\w$’']+|¶", text.casefold())


# -- the sheets --------------------------------------------------------------------------------


def test_the_sheets_load() -> None:
    """The reader takes the folder of sheets without one complaint, and codes every row."""
    kind = ox.NamedNode(f"{ST}Evidence")
    evidence = {_text(q.subject) for q in sheet.read(SHEETS) if q.predicate.value == A and q.object == kind}
    assert {e.rsplit("/", 1)[1] for e in evidence} == {r["id"] for r in table("statements")}


def test_every_reference_has_its_row() -> None:
    """Every actor, issue, position, source and row that a sheet refers to exists."""
    actors = {r["label"] for r in table("actors")}
    issues = {r["id"] for r in table("issues")}
    positions = {r["id"] for r in table("positions")}
    sources = {r["id"] for r in table("sources")}
    rows = {r["id"] for r in table("statements")}
    assert {r["affiliation"] for r in table("actors")} - {""} <= actors
    assert {r["broader"] for r in table("issues")} - {""} <= issues
    for r in table("positions"):
        assert r["issue"] in issues, r["id"]
        others = {*parts(r["incompatible_with"]), *parts(r["in_tension_with"])}
        assert others <= positions - {r["id"]}, r["id"]
    for r in table("statements"):
        assert {r["actor"], r["on_behalf_of"], r["target"], r["quote_speaker"]} - {""} <= actors, r["id"]
        assert r["target"] not in {r["actor"], r["on_behalf_of"]} or not r["target"], r["id"]
        assert {r["position"]} - {""} <= positions, r["id"]
        assert {r["source"], *parts(r["also_in"])} <= sources, r["id"]
        assert {*parts(r["same_event_as"]), *parts(r["supersedes"])} <= rows - {r["id"]}, r["id"]
    used = {s for r in table("statements") for s in (r["source"], *parts(r["also_in"]))}
    assert used == sources, "a source is listed that no row uses"


def test_ids_are_unique_and_there_are_171_rows() -> None:
    """No id stands twice in a sheet; the 171 checked facts are all there."""
    for name in ("actors", "issues", "positions", "sources", "statements", "conflicts"):
        ids = [r["id"] for r in table(name)]
        assert len(ids) == len(set(ids)), name
    assert len(table("statements")) == 171


def test_no_name_belongs_to_two_actors() -> None:
    """A label or other name, whatever its case, leads to one actor over both corpora."""
    owners: dict[str, set[str]] = defaultdict(set)
    for r in table("actors"):
        for name in (r["label"], *parts(r["alt_labels"]), *parts(r["label_fa"]), *parts(r["label_ps"])):
            owners[name.casefold()].add(f"{BASE}id/actor/{r['id']}")
    for s, p, o in triples():
        if s.startswith(f"{BASE}id/actor/") and p in {f"{SKOS}prefLabel", f"{SKOS}altLabel"}:
            owners[o.casefold()].add(s)
    assert not {name: who for name, who in owners.items() if len(who) > 1}


def test_both_corpora_call_the_same_thing_by_the_same_name() -> None:
    """What is found in both corpora has the same label in both, and the same place among the issues."""
    shared = 0
    for name, kind, column in (
        ("actors", "actor", "label"),
        ("issues", "issue", "label"),
        ("positions", "position", "sentence"),
    ):
        for r in table(name):
            iri = f"{BASE}id/{kind}/{r['id']}"
            labels = objects(iri, f"{SKOS}prefLabel")
            if not labels:
                continue
            shared += 1
            assert labels == [r[column]], r["id"]
            if kind == "issue":
                broader = [f"{BASE}id/issue/{r['broader']}"] if r["broader"] else []
                assert objects(iri, f"{SKOS}broader") == broader, r["id"]
            if kind == "position":
                assert objects(iri, f"{ST}onIssue") == [f"{BASE}id/issue/{r['issue']}"], r["id"]
                assert objects(iri, A) == [f"{ST}{r['kind'].capitalize()}Position"], r["id"]
    assert shared >= 40


def test_a_position_is_a_sentence_on_one_issue() -> None:
    """A position is a sentence with a full stop, policy or factual; incompatible ones answer one issue."""
    issue = {r["id"]: r["issue"] for r in table("positions")}
    sentences = [r["sentence"] for r in table("positions")]
    assert len(sentences) == len(set(sentences))
    for r in table("positions"):
        assert re.fullmatch(r"[A-Z]\S*( \S+){3,}\.", r["sentence"]), r["id"]
        assert r["kind"] in {"policy", "factual"}, r["id"]
        assert all(issue[other] == r["issue"] for other in parts(r["incompatible_with"])), r["id"]


def test_every_row_is_coded_on_the_scales() -> None:
    """A row has an event, or a position with a value, or both; everything coded is on its scale."""
    for r in table("statements"):
        assert bool(r["position"]) == bool(r["value"]), r["id"]
        assert r["position"] or r["event_type"], r["id"]
        assert r["value"] in {"", "-2", "-1", "0", "1", "2"}, r["id"]
        assert r["basis"] in {"word", "deed", "commitment", "report"}, r["id"]
        assert r["certainty"] in {"stated", "hedged", "implied"}, r["id"]
        assert 0.6 <= float(r["confidence"]) <= 0.9, r["id"]
        assert r["date_precision"] in {"day", "month", "inferred"}, r["id"]
        assert r["summary"].endswith("."), r["id"]


def test_quotes_of_the_sheets_are_confirmed_and_spoken_by_a_person() -> None:
    """A quote has at most 25 words, was found in the second look, and is a person's, never a document's."""
    persons = {r["label"] for r in table("actors") if r["type"] == "Person"}
    quoted = [r for r in table("statements") if r["quote"]]
    assert len(quoted) > 90
    for r in quoted:
        assert len(r["quote"].split()) <= 25, r["id"]
        assert r["second_look"] in {"confirmed", "corrected"}, r["id"]
        assert r["quote_speaker"] in persons, r["id"]
    assert not any(r["quote_speaker"] for r in table("statements") if not r["quote"])


def test_the_quote_that_was_not_found_again_is_not_shipped() -> None:
    """F154, whose wording the second look did not find, has no quote and says why."""
    (row,) = [r for r in table("statements") if r["second_look"] == "not_found"]
    assert (row["id"], row["quote"]) == ("F154", "")
    assert "not found" in row["note"]


def test_the_second_look_is_kept() -> None:
    """The second look confirmed 161 rows, corrected 9 and missed one; corrected rows have it in a note."""
    looks = Counter(r["second_look"] for r in table("statements"))
    assert looks == {"confirmed": 161, "corrected": 9, "not_found": 1}
    for r in table("statements"):
        if r["second_look"] == "corrected":
            assert "second look" in r["note"], r["id"]


def test_a_stance_replaces_an_earlier_one_of_the_same_holder() -> None:
    """A row supersedes a row of the same holder and position that is not later than itself."""
    rows = {r["id"]: r for r in table("statements")}
    changes = [(r, rows[old]) for r in rows.values() for old in parts(r["supersedes"])]
    assert len(changes) >= 8
    for new, old in changes:
        assert (holder(new), new["position"]) == (holder(old), old["position"]), new["id"]
        assert old["date"] <= new["date"], new["id"]
    assert any(sign(new) != sign(old) for new, old in changes)


def test_nobody_is_left_on_both_sides_of_a_position() -> None:
    """Among the stances of one holder on one position that nothing supersedes, all have the same sign."""
    replaced = {old for r in table("statements") for old in parts(r["supersedes"])}
    signs: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for r in table("statements"):
        if r["position"] and r["id"] not in replaced:
            signs[holder(r), r["position"]][sign(r)] = r["id"]
    assert not {who: found for who, found in signs.items() if len(found) > 1}


def test_actors_can_be_compared() -> None:
    """Fifteen positions or more have several holders, and on ten of them or more these are at odds."""
    sides: dict[str, dict[str, int]] = defaultdict(dict)
    for r in table("statements"):
        if r["position"]:
            sides[r["position"]][holder(r)] = sign(r)
    assert sum(len(who) > 1 for who in sides.values()) >= 15
    assert sum({1, -1} <= set(who.values()) for who in sides.values()) >= 10


# -- conflicts -----------------------------------------------------------------------------------


def test_all_documented_conflicts_are_there() -> None:
    """The 63 documented conflicts are kept; an account is a row of the sheet or an item of the article."""
    rows = {r["id"] for r in table("statements")}
    items = {s for s, _, _ in triples()}
    assert [r["id"] for r in table("conflicts")] == [f"C{n:02}" for n in range(1, 64)]
    for r in table("conflicts"):
        for account in parts(r["accounts"]):
            assert account in rows or account.replace("item:", f"{BASE}id/") in items, (r["id"], account)
        assert all(r[column] for column in ("title", "kind", "description")), r["id"]
        if not r["accounts"]:
            assert "None of these accounts is among the coded rows." in r["description"], r["id"]


@pytest.mark.parametrize(("conflict", "item"), KNOWN_ERRORS.items())
def test_known_errors_of_the_article_are_conflicts(conflict: str, item: str) -> None:
    """Each known error of the article is a conflict between its coded item and at least one checked row."""
    (row,) = [r for r in table("conflicts") if r["id"] == conflict]
    accounts = parts(row["accounts"])
    assert f"item:{SOURCE}/{item}" in accounts
    assert any(re.fullmatch(r"F\d{3}", a) for a in accounts)
    assert objects(f"{BASE}id/{SOURCE}/{item}", f"{ST}hasEvidence")
    assert any(conflict in note for note in objects(f"{BASE}id/{SOURCE}/{item}", f"{SKOS}editorialNote"))


# -- how the files look ----------------------------------------------------------------------------


def test_files_are_plain() -> None:
    """Files of data/ are UTF-8 without a byte-order mark, with plain line ends and at most 500 lines."""
    for file in (f for f in DATA.rglob("*") if f.is_file()):
        raw = file.read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf"), file.name
        assert b"\r" not in raw, file.name
        assert raw.endswith(b"\n"), file.name
        assert raw.decode("utf-8").count("\n") <= 500, file.name


def test_names_carry_no_loaded_words() -> None:
    """No actor is called insurgent, militant or terrorist, and no name carries a remark in brackets."""
    for r in table("actors"):
        names = f"{r['label']}|{r['alt_labels']}"
        assert not re.search(r"insurgent|militant|terrorist|regime|puppet|\(", names, re.IGNORECASE), r["id"]
