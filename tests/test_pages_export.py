"""What leaves a page, in a real browser: pictures, data, links, snippets."""

from __future__ import annotations

import base64
import csv
import html
import io
import json
import re
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from browser import PATIENCE, Opened, Opener
from page_examples import SMALL, ring, statement

from kg.pages import Document, Statement

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"


def exported(seen: Opened, name: str) -> tuple[str, bytes]:
    """The file that one entry of the export menu gives: its name and its bytes."""
    seen.page.click("#export")
    with seen.page.expect_download(timeout=PATIENCE) as download:
        seen.page.click(f"[data-export={name}]")
    assert not seen.page.is_visible("#export-menu")
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def drawing(seen: Opened) -> ElementTree.Element:
    _, data = exported(seen, "svg")
    return ElementTree.fromstring(data)


def words(tree: ElementTree.Element) -> str:
    """All text of a drawing as a reader sees it, without the marks that keep directions apart."""
    return re.sub("[\u2066-\u2069]", "", " ".join(text.text or "" for text in tree.iter(f"{SVG}text")))


def copied(seen: Opened, name: str) -> str:
    """What an entry of the export menu puts into the clipboard, read by pasting it."""
    seen.page.click("#export")
    seen.page.click(f"[data-export={name}]")
    seen.says("#toast", "copied")
    seen.page.click("#query")
    seen.page.keyboard.press("ControlOrMeta+v")
    text = seen.page.input_value("#query")
    seen.page.fill("#query", "")
    return str(text)


def test_svg_holds_the_picture_and_what_it_means(open_page: Opener) -> None:
    """The SVG has title, description, every actor, legend with counts, period, sources and what it is made of."""
    with open_page() as seen:
        name, data = exported(seen, "svg")
        assert name == "a-small-network-network.svg"
        tree = ElementTree.fromstring(data)
        assert tree.findtext(f"{SVG}title") == "A small network"
        assert "5 actors, 6 ties, 7 statements" in (tree.findtext(f"{SVG}desc") or "")
        said = words(tree)
        for part in (
            *(node.label for node in SMALL.nodes),
            *("talks with (2)", "disputes (3)", "backs (1)", "is a member of (1)"),
            *("State", "Organization", "Person"),
            "Selection: issue: harbour",
            "Jul 2016 – ",
            "Thicker line: more statements.",
            "Sources: Made-up Press and Made-up weekly.",
        ):
            assert part in said, part
        text = data.decode()
        assert "var(--" not in text
        assert not {element.tag.removeprefix(SVG) for element in tree.iter()} - {
            *("svg", "title", "desc", "rect", "g", "path", "line", "circle", "polygon", "text"),
        }
        assert seen.requests == []
        assert seen.complaints == []


def test_svg_is_what_the_reader_sees(open_page: Opener) -> None:
    """Actors stand in the SVG as they stand on the screen, labelled ones are labelled, and colours follow the theme."""
    for scheme in ("light", "dark"):
        with open_page(ring(12), scheme=scheme) as seen:
            seen.page.click("#zoom-in")
            seen.still()
            tree = drawing(seen)
            stage = tree.find(f"{SVG}svg")
            assert stage is not None
            circles = [(float(c.get("cx", 0)), float(c.get("cy", 0))) for c in stage.findall(f"{SVG}circle")]
            frame = seen.page.locator("#view-network").bounding_box()
            on_screen = [
                (point["x"] - frame["x"], point["y"] - frame["y"])
                for point in (seen.page.evaluate("id => kgPage.actorPoint(id)", f"n{n}") for n in range(12))
            ]
            assert len(circles) == 12
            for drawn, seen_at in zip(circles, on_screen, strict=True):
                assert abs(drawn[0] - seen_at[0]) < 0.6
                assert abs(drawn[1] - seen_at[1]) < 0.6
            groups = [g for g in stage.findall(f"{SVG}g") if g.get("text-anchor") == "middle"]
            assert len(groups) == len(seen.labels())
            page = next(tree.iter(f"{SVG}rect"))
            assert page.get("fill") == seen.page.evaluate(
                "getComputedStyle(document.documentElement).getPropertyValue('--page').trim()"
            )


def test_svg_says_what_is_filtered_and_in_focus(open_page: Opener) -> None:
    """What is left out is not drawn and is said; the focus, and what colours mean, are said, too."""
    with open_page(fragment="without=disputes&kind=Person&actor=north&colour=open&from=2018-01") as seen:
        said = words(drawing(seen))
        assert "Left out: relation: disputes; type of actor: Person." in said
        assert "Only Jan 2018 to " in said
        assert "In focus: neighbours of Northland." in said
        assert "Coloured by stance on “The harbour stays open”." in said
        assert "strongly supports" in said
        assert "Ada Envoy" not in said
        assert "disputes (" not in said


@pytest.mark.parametrize(("entry", "times"), [("png", 2), ("png-large", 3)])
def test_png_is_the_same_picture_in_dots(open_page: Opener, entry: str, times: int) -> None:
    """The PNG is twice or three times as wide as the SVG, and holds more than a page of one colour."""
    with open_page() as seen:
        tree = drawing(seen)
        name, data = exported(seen, entry)
        assert name == "a-small-network-network.png"
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        width, height = struct.unpack(">II", data[16:24])
        assert abs(width - times * float(tree.get("width", 0))) <= 1
        assert abs(height - times * float(tree.get("height", 0))) <= 1
        colours = seen.page.context.new_page().evaluate(
            """async data => {
              const bitmap = await createImageBitmap(await (await fetch('data:image/png;base64,' + data)).blob());
              const canvas = new OffscreenCanvas(bitmap.width, bitmap.height), pen = canvas.getContext('2d');
              pen.drawImage(bitmap, 0, 0);
              const dots = new Uint32Array(pen.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer);
              return new Set(dots).size;
            }""",
            base64.b64encode(data).decode(),
        )
        assert colours > 20
        assert seen.complaints == []


def test_views_without_a_picture_say_so(open_page: Opener) -> None:
    """The table has no picture of its own: the entries are off, and a sentence tells it."""
    with open_page(fragment="view=table") as seen:
        seen.page.click("#export")
        assert seen.page.is_disabled("[data-export=svg]")
        assert "no picture of its own" in seen.text("#export-menu")


def test_matrices_are_exported_as_pictures_and_data(open_page: Opener) -> None:
    """A matrix gives its own SVG and PNG, and its cells as CSV."""
    with open_page(fragment="view=stances") as seen:
        name, data = exported(seen, "svg")
        assert name == "a-small-network-stances.svg"
        assert "Who stands where" in words(ElementTree.fromstring(data))
        _, png = exported(seen, "png")
        assert png.startswith(b"\x89PNG")
        name, data = exported(seen, "csv")
        assert name == "a-small-network-stances.csv"
        table = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
        cell = next(row for row in table if row["actor"] == "Southland")
        assert cell["position"] == "The harbour stays open."
        assert [cell["value"], cell["stance"]] == ["-2", "strongly opposes"]


def test_csv_is_plain_rfc_4180(open_page: Opener) -> None:
    """Lines end in CR LF, the first names the columns, a byte order mark stands there if wanted, and filters hold."""
    with open_page(fragment="without=disputes") as seen:
        name, data = exported(seen, "csv")
        assert name == "a-small-network-network.csv"
        assert data.startswith(b"\xef\xbb\xbf")
        lines = data.decode("utf-8-sig").split("\r\n")
        assert lines[0].startswith("from,relation,to")
        assert lines[-1] == ""
        assert "\n" not in "".join(lines)
        assert len(lines) == 5
        name, data = exported(seen, "csv-statements")
        assert name == "a-small-network-statements.csv"
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        assert {row["id"] for row in rows} == {"s1", "s2", "s5", "s6"}
        seen.page.click("#export")
        seen.page.uncheck("#csv-mark")
        seen.page.keyboard.press("Escape")
        _, plain = exported(seen, "csv-statements")
        assert plain == data.removeprefix(b"\xef\xbb\xbf")


def test_csv_of_the_statements_has_all_that_is_known(open_page: Opener) -> None:
    """A row has who spoke for whom, the words, the date as told and how sure it is, and numbers as numbers."""
    with open_page() as seen:
        _, data = exported(seen, "csv-statements")
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        first = next(row for row in rows if row["id"] == "s3")
        assert first["quote"] == "We will keep the harbour open."
        assert [first["actor"], first["said by"], first["confidence"]] == ["Northland", "Ada Envoy", "0.9"]
        dates = [first["date"], first["date as told"], first["date known to the"]]
        assert dates == ["2021-01-05", "5 January 2021", "day"]


FORMULAS = {
    "=1+1": "'=1+1",
    "+SUM(A1)": "'+SUM(A1)",
    "-cmd": "'-cmd",
    "@import": "'@import",
    "\tindented": "'\tindented",
    "＝1": "'＝1",
    "-12.5": "-12.5",
    "+3": "+3",
    "a,b": "a,b",
    'say "yes"': 'say "yes"',
    "two\nlines": "two\nlines",
    " spaced ": " spaced ",
    "'already": "'already",
}


def test_formulas_are_neutralised_and_numbers_stay_numbers(open_page: Opener) -> None:
    """A cell that a spreadsheet would take for a formula begins with an apostrophe; everything else is as it was."""
    texts = list(FORMULAS)
    document = replace(
        SMALL,
        edges=[replace(SMALL.edges[0], statements=[f"s{n}" for n in range(len(texts))])],
        stances=[],
        statements=[statement(n, title=text, date="", date_text="") for n, text in enumerate(texts)],
    )
    with open_page(document) as seen:
        _, data = exported(seen, "csv-statements")
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        assert {row["id"]: row["title"] for row in rows} == {
            f"s{n}": FORMULAS[text] for n, text in enumerate(texts)
        }


def test_json_has_the_records_in_view_with_what_they_were_made_from(open_page: Opener) -> None:
    """The JSON holds the records in view, all of them whole, the filters, the link and what all was made from."""
    with open_page(fragment="actor=north&without=disputes&to=2020-12") as seen:
        name, data = exported(seen, "json")
        assert name == "a-small-network-data.json"
        told = json.loads(data)
        assert told["title"] == "A small network"
        assert told["made_from"] == {"Selection": "issue: harbour"}
        assert told["left_out"].endswith("Left out: relation: disputes.")
        assert told["period"] == {"from": "2016-07", "to": "2020-12", "whole": False}
        assert urlsplit(told["link"]).fragment == seen.link()
        records = told["records"]
        assert {tie["id"] for tie in records["ties"]} == {"n-s-talks", "e-u-member"}
        ids = {one["id"] for one in records["statements"]}
        assert ids == {one for tie in records["ties"] for one in tie["statements"]} | {
            one for stance in records["stances"] for one in stance.get("statements", [])
        }
        assert "s3" not in ids
        second = next(one for one in records["statements"] if one["id"] == "s2")
        assert second["date_text"] == "about April 2020"
        assert not {"span", "x", "offset"} & {field for group in records.values() for one in group for field in one}


HOSTILE = (
    "<script>window.harmed=1</script>",
    "]]></svg><script>window.harmed=1</script>",
    '"><img src=x onerror="window.harmed=1">',
    "javascript:window.harmed=1",
    "&lt;b&gt; &amp; &#x0;",
    "\u202eevil\u202c \u2028\u2029",
    "שלום مرحبا",
    "👩‍👩‍👧‍👦",
    "\x01\x0b\ufffe",
    "=HYPERLINK(\"x\")",
)


def hostile() -> Document:
    """A small document in which every text is hostile; ids stay, so that parts find each other."""
    bad = dict(zip("abcdefghij", HOSTILE, strict=True))
    text = " ".join(HOSTILE)
    return replace(
        SMALL,
        title=text,
        subtitle=text,
        made_from=[(text, text)],
        nodes=[replace(node, label=text, kind=text, aliases=[text]) for node in SMALL.nodes],
        relations=[replace(relation, label=text) for relation in SMALL.relations],
        statements=[
            *(
                Statement(id=f"s{n + 1}", title=one, paraphrase=one, quote=one, source_title=one, speaker=one,
                          date=f"201{n % 9}", date_text=one, sources=["daily"], value_text=one, position=one)
                for n, one in enumerate([*bad.values()][:7])
            ),
        ],
        positions=[replace(position, text=text) for position in SMALL.positions],
        sources=[replace(source, title=text, publisher=text) for source in SMALL.sources],
    )  # fmt: skip


def test_hostile_text_does_nothing_and_survives(open_page: Opener) -> None:
    """Hostile strings stay text in SVG, PNG, CSV and JSON, and come out of CSV and JSON as they went in."""
    document = hostile()
    with open_page(document) as seen:
        for fragment in ("", "view=stances", "view=agreement"):
            seen.page.evaluate("link => { location.hash = link; }", fragment)
            seen.until("view => !document.getElementById('view-' + view).hidden", fragment[5:] or "network")
            name, data = exported(seen, "svg")
            assert re.fullmatch(r"[\w\-.]+", name)
            tree = ElementTree.fromstring(data)
            assert {element.tag.removeprefix(SVG) for element in tree.iter()} <= {
                *("svg", "title", "desc", "defs", "pattern", "rect", "g", "path", "line", "circle", "polygon", "text"),
            }
            assert exported(seen, "png")[1].startswith(b"\x89PNG")
            # The file itself, opened in a browser, runs nothing either.
            other = seen.page.context.new_page()
            other.goto("data:image/svg+xml;base64," + base64.b64encode(data).decode())
            assert other.evaluate("window.harmed") is None
            other.close()
        _, data = exported(seen, "csv-statements")
        rows = {row["id"]: row for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))}
        told = {one["id"]: one for one in json.loads(exported(seen, "json")[1])["records"]["statements"]}
        assert rows.keys() == told.keys() == {one.id for one in document.statements}
        for one in document.statements:
            for field in ("title", "paraphrase", "quote"):
                assert rows[one.id][field].removeprefix("'") == getattr(one, field).removeprefix("'")
                assert told[one.id][field] == getattr(one, field)
        assert seen.page.evaluate("window.harmed") is None
        assert seen.complaints == []


def test_link_restores_the_view_to_the_pixel(browser: Any, open_page: Opener, tmp_path: Path) -> None:
    """A copied link opens the same: view, choice, filters, period, theme, order, search, camera, labels in place."""
    with open_page(ring(30), fragment="actor=n3&without=disputes&theme=dark") as seen:
        seen.page.click("#zoom-in")
        seen.page.click("#zoom-in")
        box = seen.page.locator("#picture").bounding_box()
        corner = {"x": box["x"] + 40, "y": box["y"] + box["height"] - 40}
        seen.page.mouse.move(**corner)
        seen.page.mouse.down()
        seen.page.mouse.move(corner["x"] + 90, corner["y"] - 70, steps=5)
        seen.page.mouse.up()
        seen.still()
        link, labels = seen.link(), seen.labels()
        assert "camera=" in link
        address = copied(seen, "link")
        assert urlsplit(address).fragment == link
        assert labels
        other = browser.new_context(
            viewport={"width": 1440, "height": 900}, color_scheme="light", reduced_motion="reduce"
        ).new_page()
        other.goto(address)
        other.wait_for_selector("html[data-ready=yes]", timeout=PATIENCE)
        again = Opened(other)
        again.still()
        again.links(link)
        assert [label["id"] for label in again.labels()] == [label["id"] for label in labels]
        for one, two in zip(labels, again.labels(), strict=True):
            assert all(abs(one[side] - two[side]) < 2 for side in ("left", "top", "right", "bottom"))
        other.context.close()
        # Showing everything again takes the camera out of the link.
        seen.page.click("#zoom-fit")
        seen.until("() => !kgPage.link().includes('camera')")


def test_link_keeps_the_camera_behind_another_view(open_page: Opener) -> None:
    """A link into the table restores order and search there, and the camera of the picture behind it."""
    link = "view=table&sort=source&up=1&find=daily&camera=12.5%2C-40%2C1.25"
    with open_page(ring(9), fragment=link) as seen:
        assert dict(part.split("=") for part in seen.link().split("&")) == dict(p.split("=") for p in link.split("&"))
        seen.page.click("#tab-network")
        seen.still()
        assert "camera=12.5%2C-40%2C1.25" in seen.link()
    for nonsense in ("a,b,c", "1,2,1e99", "1,2,0", "1,2,3,landscape"):
        with open_page(ring(5), fragment=f"camera={nonsense}") as seen:
            assert seen.link() == ""
            assert seen.complaints == []


def test_menu_is_a_disclosure(open_page: Opener) -> None:
    """The export menu opens from its button, is walked by Tab, and Escape or a click elsewhere closes it."""
    with open_page() as seen:
        page = seen.page
        page.focus("#export")
        page.keyboard.press("Enter")
        assert page.get_attribute("#export", "aria-expanded") == "true"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.export") == "svg"
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.id") == "export"
        assert not page.is_visible("#export-menu")
        page.click("#export")
        page.mouse.click(300, 600)
        assert page.get_attribute("#export", "aria-expanded") == "false"


def test_snippet_and_citation_can_be_pasted(open_page: Opener) -> None:
    """The snippet is one frame with a title that leads back here; the citation says what, of what, and where."""
    document = replace(SMALL, title='Harbour "talks" & <tolls>')
    with open_page(document, fragment="actor=north") as seen:
        snippet = copied(seen, "embed")
        found = re.fullmatch(
            r'<iframe src="([^"<>]*)" title="([^"<>]*)" sandbox="([^"]*)" loading="lazy" style="[^"]*"></iframe>',
            snippet,
        )
        assert found, snippet
        address, title, sandbox = map(html.unescape, found.groups())
        assert title == document.title
        assert urlsplit(address)._replace(query="").geturl() == seen.page.url.split("#")[0] + "#actor=north"
        assert urlsplit(address).query == "embed"
        assert "allow-scripts" in sandbox
        assert "allow-same-origin" not in sandbox
        citation = copied(seen, "citation")
        for part in ('“Harbour "talks" & <tolls>”', "7 statements", "issue: harbour", "seen on", "#actor=north"):
            assert part in citation
