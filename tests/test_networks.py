"""Networks: actors and ties, what each rests on, and the files they are written to."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import networkx
import pytest
from support import SEED

import kg
from kg.errors import KGError, NotFound, StoreError
from kg.networks import FORMATS, Network
from kg.terms import compact, local_name

Fresh = Callable[[], kg.KnowledgeGraph]

# The ties of the article, read off its coded relations, events, agreement and offices by hand.
CONFLICT = {
    ("trump", "threatens", "afghan-government"): 1,
    ("united-states", "threatens", "afghan-government"): 1,
    ("taliban", "walksOutOn", "afghan-government"): 1,
    ("zabihullah-mujahid", "criticizes", "afghan-government"): 2,
    ("taliban", "criticizes", "afghan-government"): 2,
    ("suhail-shaheen", "makesDemandOf", "afghan-government"): 1,
    ("taliban", "makesDemandOf", "afghan-government"): 1,
    ("afghan-government", "angers", "taliban"): 1,
    ("abdullah-abdullah", "challenges", "ghani"): 1,
}
COOPERATION = {
    ("afghan-government", "makesConcessionTo", "taliban"): 3,
    ("afghan-government", "negotiatesWith", "taliban"): 1,
    ("taliban", "negotiatesWith", "united-states"): 1,
    ("taliban", "hasAgreementWith", "united-states"): 1,
    ("coalition-forces", "isAlliedWith", "united-states"): 1,
}


def weights(net: Network) -> dict[tuple[str, str, str], int]:
    """Weight by (from, relation, to), in local names."""
    return {(local_name(a), key, local_name(b)): e["weight"] for a, b, key, e in net.nx.edges(keys=True, data=True)}


# -- which ties ------------------------------------------------------------------------------


@pytest.mark.parametrize(("tie", "expected"), [("conflict", CONFLICT), ("cooperation", COOPERATION)])
def test_ties_are_those_of_the_coded_items(
    article: kg.KnowledgeGraph, tie: str, expected: dict[tuple[str, str, str], int]
) -> None:
    """Each family of ties has the ties of the article's coded items, each with the number of items behind it."""
    assert weights(kg.network(article, tie=tie)) == expected


def test_all_ties_are_cooperation_conflict_and_others(article: kg.KnowledgeGraph) -> None:
    """All ties are the two families and those of neither, such as offices and captives."""
    everything = kg.network(article)
    signs = {e["family"]: e["sign"] for *_, e in everything.nx.edges(data=True)}

    assert signs == {"cooperation": 1, "conflict": -1, "other": 0}
    assert set(CONFLICT) | set(COOPERATION) < set(weights(everything))
    assert ("afghan-government", "holdsCaptive", "taliban-prisoners") in weights(everything)
    assert ("abdullah-abdullah", "claimsToLead", "afghan-government") in weights(everything)


@pytest.mark.parametrize("name", ["negotiates with", "Negotiates With", "negotiatesWith", "st:negotiatesWith"])
def test_one_relation_is_named_by_label_or_curie(article: kg.KnowledgeGraph, name: str) -> None:
    """A single relation is named by its label, its last part or its CURIE."""
    assert {r for _, r, _ in weights(kg.network(article, tie=name))} == {"negotiatesWith"}


def test_a_relation_includes_narrower_ones(article: kg.KnowledgeGraph) -> None:
    """Pressure includes threats, and disputes include challenges."""
    assert {r for _, r, _ in weights(kg.network(article, tie="pressures"))} == {"threatens"}
    assert {r for _, r, _ in weights(kg.network(article, tie="disputes"))} == {"challenges"}


def test_only_actors_with_a_tie_are_drawn(article: kg.KnowledgeGraph) -> None:
    """A network of some ties has no actor without one."""
    net = kg.network(article, tie="disputes")

    assert {local_name(n) for n in net.nx} == {"abdullah-abdullah", "ghani"}


def test_an_unknown_tie_is_answered_with_the_nearest(article: kg.KnowledgeGraph) -> None:
    """A tie that does not exist is refused with the nearest one."""
    with pytest.raises(NotFound, match=r'No tie "negotiate with"\. Did you mean "negotiates with"\? Use all,'):
        kg.network(article, tie="negotiate with")
    with pytest.raises(NotFound, match=r'No tie "xyz"\. Use all, cooperation, conflict or a relation\.'):
        kg.network(article, tie="xyz")


def test_hedged_items_make_no_tie(fresh: Fresh) -> None:
    """What the source hedges is no tie of the network, as it is no direct triple."""
    g = fresh()
    threat = f"<https://w3id.org/actor-stance/id/{SEED}/e-threat>"
    prefix = "PREFIX st: <https://w3id.org/actor-stance/ns#> PREFIX stx: <https://w3id.org/actor-stance/scheme/>\n"
    g.update(prefix + f"DELETE WHERE {{ {threat} st:certainty ?c }}")
    g.update(prefix + f"INSERT DATA {{ {threat} st:certainty stx:hedged }}")

    assert not [t for t in weights(kg.network(g)) if t[1] == "threatens"]


def test_the_network_has_the_ties_that_rules_derive(corpus: kg.KnowledgeGraph) -> None:
    """Every tie drawn is a direct triple of the graph: the page and SPARQL tell the same story."""
    triples = {(str(q.subject.value), q.predicate.value, q.object.value) for q in corpus.store.quads_of_default()
               if not q.predicate.value.endswith(("#type", "Label"))}

    net = kg.network(corpus)
    assert net.nx.number_of_edges() > 100
    for a, b, edge in net.nx.edges(data=True):
        assert (a, edge["relation"], b) in triples or (b, edge["relation"], a) in triples


# -- what is on nodes and edges ----------------------------------------------------------------


def test_an_edge_tells_all_it_rests_on(article: kg.KnowledgeGraph) -> None:
    """An edge has relation, label, sign, direction, weight, dates, items, sources and evidence."""
    net = kg.network(article, tie="cooperation")
    edge = next(e for *_, key, e in net.nx.edges(keys=True, data=True) if key == "makesConcessionTo")

    assert (edge["label"], edge["sign"], edge["family"], edge["directed"]) == (
        "makes concession to", 1, "cooperation", True,
    )
    assert edge["weight"] == len(edge["items"]) == 3
    assert edge["dates"] == ["2020-04-08", "2020-04-09"]
    assert [compact(s) for s in edge["sources"]] == [f"src:{SEED}"]
    assert {compact(e).rsplit("/", 1)[1] for e in edge["evidence"]} == {"e03", "e05", "e16", "e17", "e20"}


def test_a_symmetric_tie_is_drawn_once(article: kg.KnowledgeGraph) -> None:
    """A tie without direction is one edge, from the first to the second in the order of their IRIs."""
    edges = kg.network(article).nx.edges(keys=True)

    drawn = sorted((local_name(a), local_name(b)) for a, b, k in edges if k == "negotiatesWith")
    assert drawn == [("afghan-government", "taliban"), ("taliban", "united-states")]


def test_a_node_has_label_and_kind(article: kg.KnowledgeGraph) -> None:
    """A node has the English label of its actor and its kind."""
    nodes = {local_name(n): (d["label"], d["kind"]) for n, d in kg.network(article).nx.nodes(data=True)}

    assert nodes["taliban"] == ("Taliban", "ArmedGroup")
    assert nodes["ghani"] == ("Ashraf Ghani", "Person")
    assert nodes["taliban-prisoners"] == ("Taliban prisoners in Afghan prisons", "PersonGroup")


def test_the_better_known_kind_wins(fresh: Fresh, tmp_path: Path) -> None:
    """An actor that a one-page sheet names only as an actor keeps the kind it has in the registry."""
    (tmp_path / "p.csv").write_text(
        "actor,event_type,target,basis,summary\nTaliban,criticism,United States,word,x\n", encoding="utf-8"
    )
    g = fresh()
    g.load(tmp_path / "p.csv")
    nodes = {local_name(n): d["kind"] for n, d in kg.network(g).nx.nodes(data=True)}

    assert (nodes["taliban"], nodes["united-states"]) == ("ArmedGroup", "State")


def test_edges_are_a_table(article: kg.KnowledgeGraph) -> None:
    """The ties are a table too, strongest first, with first and last date and the items as CURIEs."""
    rows = list(kg.network(article, tie="cooperation").edges())

    assert [r["weight"] for r in rows] == sorted((r["weight"] for r in rows), reverse=True)
    assert rows[0] == {
        "from": "Afghan government", "relation": "makes concession to", "to": "Taliban", "directed": True, "sign": 1,
        "weight": 3, "first": "2020-04-08", "last": "2020-04-09", "sources": 1,
        "items": " ".join(f"item:{SEED}/{e}" for e in ("e-release-1", "e-release-2", "e-release-programme")),
    }


# -- selections ------------------------------------------------------------------------------


def test_a_period_keeps_the_ties_of_that_time(article: kg.KnowledgeGraph) -> None:
    """Within a period only ties with a date in it are drawn, with the items of that time."""
    net = kg.network(article.where(since="2020-04-09", until="2020-04-09"))

    assert weights(net) == {("afghan-government", "makesConcessionTo", "taliban"): 1}
    assert net.made_from["dates"] == "2020-04-09 to 2020-04-09"


def test_an_issue_keeps_the_ties_that_express_a_stance_on_it(article: kg.KnowledgeGraph) -> None:
    """Within an issue only dealings that express a stance on it are ties."""
    assert set(weights(kg.network(article.where(issues="talks")))) == {("taliban", "walksOutOn", "afghan-government")}


def test_an_actor_keeps_its_own_ties(article: kg.KnowledgeGraph) -> None:
    """Narrowed to an actor, the network is that actor with those it deals with."""
    net = kg.network(article.where(actors="Ghani"))

    assert set(weights(net)) == {("abdullah-abdullah", "challenges", "ghani"), ("ghani", "leads", "afghan-government")}


def test_a_source_keeps_what_it_tells(corpus: kg.KnowledgeGraph, article: kg.KnowledgeGraph) -> None:
    """Narrowed to the article, the network of the corpus is that of the article alone."""
    assert weights(kg.network(corpus.where(sources=SEED))) == weights(kg.network(article))


# -- files -----------------------------------------------------------------------------------


def test_a_network_says_what_it_was_made_from(article: kg.KnowledgeGraph) -> None:
    """The network names graph, selection, tie, statements, dates and the call."""
    net = kg.network(article.where(since="2020"), tie="cooperation")

    assert net.made_from == {
        "graph": "memory", "selection": "since 2020", "tie": "cooperation", "statements": "2",
        "dates": "2020-04-08 to 2020-04-09", "call": 'network(tie="cooperation")',
    }
    assert repr(net).startswith("<Network of 2 actors and 1 ties; graph: memory; selection: since 2020")


@pytest.mark.parametrize(("ending", "reader"), [("graphml", networkx.read_graphml), ("gexf", networkx.read_gexf)])
def test_xml_formats_are_read_back(article: kg.KnowledgeGraph, tmp_path: Path, ending: str, reader: object) -> None:
    """GraphML and GEXF hold every actor and tie with label, sign, weight, dates and items."""
    net = kg.network(article)
    again = reader(net.write(tmp_path / f"n.{ending}"))  # type: ignore[operator]
    edge = next(e for a, b, e in again.edges(data=True) if e.get("relation", "").endswith("#makesConcessionTo"))

    assert (again.number_of_nodes(), again.number_of_edges()) == (net.nx.number_of_nodes(), net.nx.number_of_edges())
    assert again.nodes["actor:taliban"]["label"] == "Taliban"
    assert (edge["sign"], edge["weight"], edge["dates"]) == (1, 3, "2020-04-08 2020-04-09")
    assert f"{SEED}/e-release-1" in edge["items"]


def test_graphml_says_what_it_was_made_from(article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """A file of a network carries the selection and the call it came from."""
    again = networkx.read_graphml(kg.network(article.where(since="2020")).write(tmp_path / "n.graphml"))

    assert again.graph["selection"] == "since 2020"
    assert again.graph["call"] == 'network(tie="all")'


def test_pajek_is_read_back(article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """A Pajek file holds every actor and tie."""
    net = kg.network(article)
    again = networkx.read_pajek(net.write(tmp_path / "n.net"))

    assert (again.number_of_nodes(), again.number_of_edges()) == (net.nx.number_of_nodes(), net.nx.number_of_edges())


def test_csv_and_json_are_the_table_of_edges(article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """CSV and JSON hold a row a tie."""
    net = kg.network(article, tie="conflict")
    rows = list(csv.DictReader(net.write(tmp_path / "n.csv").open(encoding="utf-8")))
    document = json.loads(net.write(tmp_path / "n.json").read_text(encoding="utf-8"))

    assert len(rows) == len(document["results"]["bindings"]) == len(CONFLICT)
    assert document["made_from"]["tie"] == "conflict"


def test_html_is_one_page_with_every_tie(article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """The page holds the actors, the statements behind the ties and their quotations, and asks no other host."""
    page = kg.network(article, title="Who deals with whom & why").write(tmp_path / "n.html").read_text(encoding="utf-8")

    assert page.lower().startswith("<!doctype html>")
    assert "Who deals with whom &amp; why" in page
    assert "This is not part of our process and it is unacceptable to us." in page
    for outside in ('src="http', "src='http", '<link rel="stylesheet" href="http', "@import", "fetch("):
        assert outside not in page


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_graph_gives_the_same_bytes(fresh: Fresh, tmp_path: Path, ending: str) -> None:
    """Two graphs with the same content, built apart, are written to the same bytes."""
    one, two = (kg.network(fresh()).write(tmp_path / f"{n}.{ending}").read_bytes() for n in "ab")

    assert one == two


def test_the_format_may_be_named(article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """A format that is named overrides the ending."""
    file = kg.network(article).write(tmp_path / "n.dat", "graphml")

    assert networkx.read_graphml(file).number_of_nodes() > 5


@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_in_no_folder_is_refused(article: kg.KnowledgeGraph, tmp_path: Path, ending: str) -> None:
    """A file in a folder that is not there is refused with the reason, whatever the format."""
    with pytest.raises(StoreError, match="cannot be written: No such file or directory"):
        kg.network(article).write(tmp_path / "none" / f"n.{ending}")


def test_an_unknown_format_is_refused(article: kg.KnowledgeGraph, tmp_path: Path) -> None:
    """A format that does not exist is refused with the nearest one, and nothing is written."""
    with pytest.raises(KGError, match=r'"graphm" is no network format\. Did you mean "graphml"\? Use one of html,'):
        kg.network(article).write(tmp_path / "n.graphm")
    assert list(tmp_path.iterdir()) == []


def test_a_network_of_nothing_is_a_network() -> None:
    """A graph without ties gives an empty network that can be drawn and listed."""
    net = kg.network(kg.KnowledgeGraph())

    assert net.nx.number_of_nodes() == 0
    assert net.made_from["dates"] == "none"
    assert list(net.edges()) == []
    assert net.to_html().lower().startswith("<!doctype html>")


def test_a_page_holds_everyone_with_a_stance(corpus: kg.KnowledgeGraph) -> None:
    """Who holds a stance and has no tie is on the page, too; not where ties of one kind were asked for."""
    whole = kg.network(corpus)
    page = whole.document()
    told = {row["stance"]: row["holder"] for row in corpus.query("stances") if not row["narrator"]}
    assert {one.id for one in page.stances} >= told.keys()
    alone = {node.id for node in page.nodes} - set(whole.nx)
    assert alone == set(told.values()) - set(whole.nx) != set()
    assert page.subtitle.startswith(f"{len(page.nodes)} actors ({len(alone)} without a tie), ")
    assert not alone & {node.id for node in kg.network(corpus, tie="conflict").document().nodes}
