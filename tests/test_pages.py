"""A network document becomes the text of a page: complete, safe, and laid out beforehand."""

from __future__ import annotations

import itertools
import json
import re
import time
from dataclasses import replace

import pytest
from page_examples import SMALL

from kg.errors import KGError, NotFound
from kg.pages import Family, Relation, network_page
from kg.pages import labels as label_text
from kg.pages.layout import Box, place
from kg.pages.looks import lines, shapes

# ---- the document and the text of the page


def test_equal_documents_give_equal_bytes() -> None:
    """Building a page twice gives the same bytes."""
    assert network_page(SMALL) == network_page(replace(SMALL))


def test_page_names_no_host_to_load_from() -> None:
    """Nothing in the page's own markup has an address that a browser would load."""
    markup = re.sub(r"<script.*?</script>|<style>.*?</style>", "", network_page(SMALL), flags=re.DOTALL)
    assert "default-src &#39;none&#39;" in markup
    assert re.findall(r'(?:src|href|action)="(?!#|data:)[^"]*"', markup) == []
    assert markup.count("<script") == 0


def test_reference_to_nothing_is_refused() -> None:
    """A tie to an actor, relation or statement that the document lacks is an error that says which."""
    edge = SMALL.edges[0]
    for broken, missing in (
        (replace(edge, target="soth"), 'No actor "soth" in the document. Did you mean "south"?'),
        (replace(edge, relation="talk"), 'Did you mean "talks"?'),
        (replace(edge, statements=["none"]), 'No statement "none"'),
    ):
        with pytest.raises(NotFound) as error:
            network_page(replace(SMALL, edges=[broken]))
        assert missing in str(error.value)
    with pytest.raises(KGError, match='Two actors have the id "north"'):
        network_page(replace(SMALL, nodes=[SMALL.nodes[0], SMALL.nodes[0]], edges=[], stances=[]))


def test_relations_differ_without_colour() -> None:
    """Nine relations of one page have nine different pairs of dash and end mark."""
    groups: list[tuple[Family, bool, int]] = [
        ("cooperation", True, 3),
        ("cooperation", False, 2),
        ("conflict", True, 4),
    ]
    relations = [
        Relation(f"{family} {directed} {number}", "", family, directed=directed)
        for family, directed, count in groups
        for number in range(count)
    ]
    looks = lines(relations).values()
    assert len(relations) == 9
    assert len({(look.dash, look.mark, look.both_ends) for look in looks}) == 9


def test_kinds_have_their_own_shape() -> None:
    """Every usual kind of actor and two unheard-of ones have different shapes."""
    usual = ["State", "Person", "Armed group", "Organization", "Public body", "Coalition"]
    kinds = [*usual, "Sea power", "Guild"]
    assert len(set(shapes(kinds).values())) == len(kinds)


def test_labels_are_wrapped_and_cleaned() -> None:
    """A label takes at most two lines and never holds control characters or half a character."""
    assert label_text.wrap("A\n\tname\x00") == ["A name"]
    assert label_text.clean("half \ud83d") == "half"
    long = label_text.wrap("word " * 1000)
    assert len(long) == 2
    assert long[-1].endswith("…")
    assert all(len(line) <= label_text.LINE for line in label_text.wrap("x" * 5000))


# ---- the layout


@pytest.mark.parametrize("aspect", [1.2, 0.55])
def test_boxes_do_not_overlap(aspect: float) -> None:
    """Nodes with their labels below stand clear of one another."""
    boxes = [Box(12, 110, 16) for _ in range(40)]
    ties = [(i, (i * 7 + 3) % 36, 1.0) for i in range(36)]
    spots = place(boxes, ties, aspect=aspect)
    for (ax, ay), (bx, by) in itertools.combinations(spots, 2):
        assert abs(ax - bx) > 100 or abs(ay - by) > 38


def test_layout_does_not_depend_on_the_order_of_ties() -> None:
    """The same ties in another order give the same picture."""
    boxes = [Box(10, 60, 16) for _ in range(12)]
    ties = [(i, (i + 1) % 12, 1.0) for i in range(12)] + [(0, 6, 2.0)]
    assert place(boxes, ties) == place(boxes, ties[::-1])


def test_layout_of_little() -> None:
    """Nothing, one node, a node with a tie to itself and two nodes are laid out too."""
    box = Box(10, 50, 16)
    assert place([], []) == []
    assert place([box], [(0, 0, 1.0)]) == [(0.0, 0.0)]
    (ax, ay), (bx, by) = place([box, box], [(0, 1, 1.0)])
    assert (ax - bx) ** 2 + (ay - by) ** 2 > 60**2


def test_layout_is_fast() -> None:
    """Sixty nodes take less than three seconds of a busy processor, a thousand less than six."""
    for count, limit in ((60, 3.0), (1000, 6.0)):
        boxes = [Box(10, 80, 16) for _ in range(count)]
        ties = [(i, (i * step + 1) % count, 1.0) for step in (1, 3) for i in range(count)]
        start = time.process_time()
        spots = place(boxes, ties)
        assert time.process_time() - start < limit
        assert len(set(spots)) == count


def test_data_can_be_read_back_from_the_page() -> None:
    """The JSON block of a page holds every statement, so that a page is also a record."""
    page = network_page(SMALL)
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert block
    data = json.loads(block.group(1))
    assert [item["id"] for item in data["statements"]] == [item.id for item in SMALL.statements]
    assert {node["label"] for node in data["nodes"]} == {node.label for node in SMALL.nodes}
