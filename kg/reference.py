"""The reference of the ontology, written out of the ontology itself: docs/ontology.md and docs/ontology.html.

``python -m kg.reference`` writes both. A page is first made as blocks (headings, paragraphs, tables, trees), which
both forms are drawn from, so that they cannot tell different things.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from rdflib import OWL, RDF, RDFS, SKOS, Graph, Namespace, URIRef
from rdflib.term import Literal, Node

from kg.terms import BASE, PREFIXES, STX, compact, resource

ST = Namespace(PREFIXES["st"])
DCTERMS = Namespace(PREFIXES["dcterms"])

INTRO = (
    "Every fact is coded once, as a node that carries its evidence, its time and the coder's confidence. Short "
    "direct triples such as `st:negotiatesWith` are derived from these nodes by rule and never written by hand.",
    "Terms are in the namespace `st:` ("
    + PREFIXES["st"]
    + "), concepts of the vocabularies in `stx:` ("
    + STX
    + ").",
)


@dataclass(frozen=True)
class Heading:
    level: int
    text: str
    anchor: str = ""


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Facts:
    """Name–value pairs of one term."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Tree:
    text: str
    children: tuple[Tree, ...] = field(default=())


Block = Heading | Text | Facts | Table | Tree


@cache
def _graph() -> Graph:
    folder = resource("ontology")
    graph = Graph().parse(folder / "stance.ttl")
    for file in sorted((folder / "schemes").glob("*.ttl")):
        graph.parse(file)
    return graph


def _code(term: Node) -> str:
    return f"`{compact(str(term))}`"


def _codes(terms: Iterable[Node]) -> str:
    return ", ".join(_code(t) for t in sorted(terms, key=str) if isinstance(t, URIRef))


def _literal(term: Node, *predicates: URIRef) -> str:
    for predicate in predicates:
        found = sorted(str(o) for o in _graph().objects(term, predicate) if isinstance(o, Literal))
        if found:
            return " ".join(found)
    return ""


def _label(term: Node) -> str:
    return _literal(term, RDFS.label, SKOS.prefLabel)


def _own(kind: URIRef) -> list[URIRef]:
    """Terms of the ontology's own namespace of one kind, in alphabetical order."""
    return sorted(
        (t for t in _graph().subjects(RDF.type, kind) if isinstance(t, URIRef) and t.startswith(str(ST))),
        key=lambda t: t.casefold(),
    )


def _is_direct(term: URIRef) -> bool:
    """Whether a property belongs to the derived layer."""
    return ST.relatesTo in set(_graph().transitive_objects(term, RDFS.subPropertyOf)) or term in {
        ST.dependsOn,
        ST.isConditionalOn,
        ST.isAvertedBy,
    }


def direct_properties() -> list[URIRef]:
    """The properties of the derived layer, in alphabetical order."""
    return [p for p in _own(OWL.ObjectProperty) if _is_direct(p)]


def _term(term: URIRef, level: int = 3) -> Iterator[Block]:
    graph = _graph()
    yield Heading(level, f"`{compact(str(term))}` {_label(term)}", compact(str(term)))
    yield Text(_literal(term, SKOS.definition))
    kinds = set(graph.objects(term, RDF.type))
    traits = [
        name
        for kind, name in (
            (OWL.SymmetricProperty, "symmetric"),
            (OWL.AsymmetricProperty, "asymmetric"),
            (OWL.IrreflexiveProperty, "irreflexive"),
            (OWL.TransitiveProperty, "transitive"),
        )
        if kind in kinds
    ]
    rows = (
        ("Subclass of", _codes(graph.objects(term, RDFS.subClassOf))),
        ("Disjoint with", _codes(graph.objects(term, OWL.disjointWith))),
        ("Sub-property of", _codes(graph.objects(term, RDFS.subPropertyOf))),
        ("Domain", _codes(graph.objects(term, RDFS.domain))),
        ("Range", _codes(graph.objects(term, RDFS.range))),
        ("Range includes", _codes(graph.objects(term, ST.rangeIncludes))),
        ("Inverse of", _codes(graph.objects(term, OWL.inverseOf))),
        ("Excludes", _codes(graph.objects(term, OWL.propertyDisjointWith))),
        ("Characteristics", ", ".join(traits)),
        ("Qualified by", _codes(graph.objects(term, ST.qualifiedBy))),
        ("Note", _literal(term, SKOS.scopeNote)),
        ("Example", _literal(term, SKOS.example)),
    )
    yield Facts(tuple(row for row in rows if row[1]))


def _tree(term: URIRef, down: URIRef) -> Tree:
    below = sorted(
        (s for s in _graph().subjects(down, term) if isinstance(s, URIRef)), key=lambda t: t.casefold()
    )
    return Tree(f"{_code(term)} {_label(term)}", tuple(_tree(child, down) for child in below))


def _event_tree(term: URIRef) -> Tree:
    graph = _graph()
    facts = [
        *(f"CAMEO {o}" for o in graph.objects(term, ST.cameoCode)),
        *(f"PLOVER {o}" for o in graph.objects(term, ST.ploverCode)),
        *(f"implies {_code(o)}" for o in graph.objects(term, ST.impliesRelation)),
    ]
    below = sorted((s for s in graph.subjects(SKOS.broader, term) if isinstance(s, URIRef)), key=_label)
    codes = f" ({'; '.join(facts)})" if facts else ""
    return Tree(
        f"{_code(term)} {_label(term)}{codes}: {_literal(term, SKOS.definition)}",
        tuple(_event_tree(child) for child in below),
    )


def _tops(scheme: URIRef) -> list[URIRef]:
    return sorted(
        (t for t in _graph().subjects(SKOS.topConceptOf, scheme) if isinstance(t, URIRef)),
        key=lambda t: str(t),
    )


def _scheme(scheme: URIRef) -> Iterator[Block]:
    graph = _graph()
    yield Heading(3, f"`{compact(str(scheme))}` {_label(scheme)}", compact(str(scheme)))
    yield Text(_literal(scheme, SKOS.definition))
    if note := _literal(scheme, SKOS.scopeNote):
        yield Text(note)
    concepts = sorted(
        graph.subjects(SKOS.inScheme, scheme), key=lambda c: (int(_literal(c, ST.score) or "9"), str(c))
    )
    rows = []
    for concept in concepts:
        extra = [
            *(f"score {o}" for o in graph.objects(concept, ST.score)),
            *(f"implies {_code(o)}" for o in graph.objects(concept, ST.impliesRelation)),
            *(f"implies {_code(o)} where only claimed" for o in graph.objects(concept, ST.impliesClaim)),
            _literal(concept, SKOS.scopeNote),
        ]
        rows.append(
            (
                _code(concept),
                _label(concept),
                _literal(concept, SKOS.definition),
                _literal(concept, SKOS.example),
                "; ".join(e for e in extra if e),
            )
        )
    yield Table(("Concept", "Label", "Meaning", "Example", "More"), tuple(rows))


def _cameo() -> Iterator[Block]:
    graph = _graph()
    scheme = URIRef(f"{STX}cameo")
    yield Heading(3, f"`{compact(str(scheme))}` {_label(scheme)}", compact(str(scheme)))
    yield Text(_literal(scheme, SKOS.definition))
    yield Text(
        "Concepts are named `stx:cameo-0841` and so on. Scores are kept apart by authority: `st:goldsteinScore`, "
        "`st:icewsIntensity`, `st:gdeltGoldstein`. They differ for some codes, and none is corrected."
    )
    rows = []
    for top in _tops(scheme):
        below = {s for s in graph.transitive_subjects(SKOS.broader, top) if s != top}
        scores = sorted(float(str(o)) for c in below for o in graph.objects(c, ST.goldsteinScore))
        near = {str(o).rsplit("plover-", 1)[-1] for c in below for o in graph.objects(c, SKOS.closeMatch)}
        plover = sorted({name.split("-")[0] for name in near})
        spread = f"{scores[0]:g} to {scores[-1]:g}" if scores else ""
        rows.append((_literal(top, SKOS.notation), _label(top), str(len(below)), spread, ", ".join(plover)))
    yield Table(("Root", "Label", "Codes below", "Goldstein (CAMEO scale)", "PLOVER"), tuple(rows))


def _plover() -> Iterator[Block]:
    graph = _graph()
    scheme = URIRef(f"{STX}plover")
    yield Heading(3, f"`{compact(str(scheme))}` {_label(scheme)}", compact(str(scheme)))
    yield Text(_literal(scheme, SKOS.definition))
    rows = []
    for top in _tops(scheme):
        modes = sorted(_literal(m, SKOS.notation).split(":")[1] for m in graph.subjects(SKOS.broader, top))
        rows.append(
            (
                _code(top),
                _literal(top, ST.quadClass),
                _literal(top, ST.ploverScore),
                ", ".join(modes),
                _literal(top, SKOS.editorialNote),
            )
        )
    yield Table(("Category", "Quad class", "Score", "Modes", "Note"), tuple(rows))


def blocks() -> list[Block]:
    """The whole reference."""
    graph = _graph()
    me = URIRef(f"{BASE}ontology")
    page: list[Block] = [
        Heading(1, f"{_literal(me, DCTERMS.title)} {_literal(me, OWL.versionInfo)}"),
        Text(_literal(me, DCTERMS.abstract)),
        *map(Text, INTRO),
        Text(
            f"Version IRI: `{graph.value(me, OWL.versionIRI)}`. Licence: {graph.value(me, DCTERMS.license)}. "
            "This page is generated from the ontology (`python -m kg.reference`); change the ontology, not the page."
        ),
    ]
    classes = _own(OWL.Class)
    properties = sorted({*_own(OWL.ObjectProperty), *_own(OWL.DatatypeProperty)}, key=lambda t: t.casefold())
    page += [Heading(2, f"Classes ({len(classes)})", "classes")]
    for cls in classes:
        page += _term(cls)
    node = [p for p in properties if not _is_direct(p)]
    page += [
        Heading(2, f"Properties of nodes ({len(node)})", "properties"),
        Text("What is written when a source is coded, and what vocabularies say about their concepts."),
    ]
    for prop in node:
        page += _term(prop)
    direct = direct_properties()
    page += [
        Heading(2, f"The direct layer ({len(direct)})", "direct"),
        Text(
            "Derived ties, from general to special. They forget time and issue: ask the class behind them, named by "
            "`st:qualifiedBy`, when these matter."
        ),
        _tree(ST.relatesTo, RDFS.subPropertyOf),
        _tree(ST.dependsOn, RDFS.subPropertyOf),
        Tree(f"{_code(ST.isAvertedBy)} {_label(ST.isAvertedBy)}"),
    ]
    for prop in direct:
        page += _term(prop)
    notes = _own(OWL.AnnotationProperty)
    page += [Heading(2, f"Annotation properties ({len(notes)})", "annotations")]
    for prop in notes:
        page += _term(prop)
    page += [Heading(2, "Vocabularies", "vocabularies")]
    apart = {URIRef(f"{STX}{name}") for name in ("event-types", "cameo", "plover")}
    for scheme in sorted(graph.subjects(RDF.type, SKOS.ConceptScheme), key=str):
        if isinstance(scheme, URIRef) and scheme not in apart:
            page += _scheme(scheme)
    types = URIRef(f"{STX}event-types")
    count = sum(1 for _ in graph.subjects(SKOS.inScheme, types))
    page += [
        Heading(3, f"`stx:event-types` {_label(types)} ({count})", "stx:event-types"),
        Text(_literal(types, SKOS.definition)),
        *(_event_tree(top) for top in _tops(types)),
        *_cameo(),
        *_plover(),
    ]
    return page


# -- Markdown --------------------------------------------------------------------------


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _markdown_tree(tree: Tree, depth: int = 0) -> list[str]:
    return [
        f"{'  ' * depth}- {tree.text}",
        *(line for c in tree.children for line in _markdown_tree(c, depth + 1)),
    ]


def _markdown(block: Block) -> list[str]:
    match block:
        case Heading(level, text):
            return [f"{'#' * level} {text}"]
        case Text(text):
            return [text]
        case Facts(rows):
            return [f"- {name}: {value}" for name, value in rows]
        case Table(head, rows):
            lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
            return lines + ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
        case Tree():
            return _markdown_tree(block)


def ontology_markdown() -> str:
    """The reference in Markdown."""
    return "\n\n".join("\n".join(_markdown(block)) for block in blocks()) + "\n"


# -- HTML ------------------------------------------------------------------------------

STYLE = """
:root { color-scheme: light dark; --line: #8886; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
h2 { border-bottom: 1px solid var(--line); margin-top: 3rem; }
h3 { margin: 2rem 0 .25rem; font-size: 1.05rem; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .25rem 0; }
dt { opacity: .75; } dd { margin: 0; }
table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; }
.wide { overflow-x: auto; } :target { outline: 2px solid; outline-offset: .25rem; }
"""


def _inline(text: str, anchors: set[str]) -> str:
    """Escape, and turn backticks into code that leads to the term where the page has it."""

    def code(found: re.Match[str]) -> str:
        name = found[1]
        inner = f"<code>{name}</code>"
        return f'<a href="#{name}">{inner}</a>' if name in anchors else inner

    return re.sub(r"`([^`]+)`", code, html.escape(text, quote=False))


def _html_tree(tree: Tree, anchors: set[str]) -> str:
    inner = "".join(_html_tree(child, anchors) for child in tree.children)
    return f"<li>{_inline(tree.text, anchors)}{f'<ul>{inner}</ul>' if inner else ''}</li>"


def _html(block: Block, anchors: set[str]) -> str:
    match block:
        case Heading(level, text, anchor):
            name = f' id="{html.escape(anchor)}"' if anchor else ""
            return f"<h{level}{name}>{_inline(text, set())}</h{level}>"
        case Text(text):
            return f"<p>{_inline(text, anchors)}</p>"
        case Facts(rows):
            inner = "".join(f"<dt>{html.escape(n)}</dt><dd>{_inline(v, anchors)}</dd>" for n, v in rows)
            return f"<dl>{inner}</dl>"
        case Table(head, rows):
            top = "".join(f'<th scope="col">{html.escape(h)}</th>' for h in head)
            body = "\n".join(
                "<tr>" + "".join(f"<td>{_inline(c, anchors)}</td>" for c in row) + "</tr>" for row in rows
            )
            table = f"<table><thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
            return f'<div class="wide" tabindex="0">{table}</div>'
        case Tree():
            return f"<ul>{_html_tree(block, anchors)}</ul>"


def ontology_html() -> str:
    """The reference as one self-contained page."""
    page = blocks()
    anchors = {block.anchor for block in page if isinstance(block, Heading) and block.anchor}
    sections = [block for block in page if isinstance(block, Heading) and block.level == 2]
    menu = "".join(f'<li><a href="#{b.anchor}">{_inline(b.text, set())}</a></li>' for b in sections)
    first = next(block.text for block in page if isinstance(block, Heading))
    title, *rest = (_html(block, anchors) for block in page)
    main = "\n".join(rest)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(first)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<header>\n{title}\n"
        f'<nav aria-label="Sections"><ul>{menu}</ul></nav>\n</header>\n<main>\n{main}\n</main>\n</body>\n</html>\n'
    )


def write(folder: Path) -> list[Path]:
    """Write both pages into *folder*; returns their paths."""
    written = []
    for name, text in (("ontology.md", ontology_markdown()), ("ontology.html", ontology_html())):
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    return written


if __name__ == "__main__":
    for path in write(Path(__file__).parent.parent / "docs"):
        print(path)
