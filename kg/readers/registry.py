"""The registry of a coding sheet: actors, issues and positions, named once for all sources.

A name may be an id, a label or another name. Where the sheets hold no register of a kind, as on a one-page
sheet, a new name makes a new entry.
"""

from __future__ import annotations

import re

import pyoxigraph as ox

from kg.errors import did_you_mean
from kg.readers.cells import Problems, Row
from kg.readers.vocabulary import listed, vocabulary
from kg.terms import PREFIXES, REGISTRY_GRAPH, expand, fold, slug

XSD = PREFIXES["xsd"]
Term = ox.NamedNode | ox.BlankNode | ox.Literal


def iri(curie: str) -> ox.NamedNode:
    """The node for a CURIE of ours."""
    prefix, _, local = curie.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def typed(text: str, kind: str) -> ox.Literal:
    """A typed literal."""
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


class Names:
    """Names of one kind of thing in the sheets of one run: id, label, other labels → IRI."""

    def __init__(self, kind: str, closed: bool) -> None:
        self.kind = kind
        self.closed = closed
        self.iris: dict[str, str] = {}
        self.shown: list[str] = []

    def add(self, name: str, value: str) -> None:
        """Register a name; the first owner keeps it."""
        if name:
            self.iris.setdefault(fold(name), value)
            self.shown.append(name)

    def get(self, name: str) -> str | None:
        """The IRI, or None."""
        return self.iris.get(fold(name)) or expand(name)


class Registry:
    """Actors, issues and positions of one run; ``quads`` holds what is written, ``problems`` what is wrong."""

    def __init__(self, rows: dict[str, list[Row]], problems: Problems, *, name: str, given: set[str]) -> None:
        self.rows = rows
        self.problems = problems
        self.name = name
        self.quads: list[ox.Quad] = []
        self.words = vocabulary()
        self.actors = Names("actor", "actors" in given)
        self.issues = Names("issue", "issues" in given)
        self.positions = Names("position", "positions" in given)
        self.labels: dict[str, str] = {}
        self.persons: set[str] = set()
        self._registry()

    # -- writing -------------------------------------------------------------------

    def add(self, graph: str, s: str, p: str, *objects: Term | str | None) -> None:
        """Triples s p o… in a graph; a str is an IRI, None is passed over."""
        for o in objects:
            if o is not None and o != "":
                node = ox.NamedNode(o) if isinstance(o, str) else o
                self.quads.append(ox.Quad(ox.NamedNode(s), iri(p), node, ox.NamedNode(graph)))

    def text(self, graph: str, s: str, p: str, text: str, language: str | None = None) -> None:
        """One text, with or without a language, when there is one."""
        if text:
            self.add(graph, s, p, ox.Literal(text, language=language) if language else ox.Literal(text))

    # -- registry ------------------------------------------------------------------

    def _registry(self) -> None:
        for row in self.rows["actors"]:
            self._register(row, self.actors, "actor", row.get("label"))
        for row in self.rows["actors"]:
            self._actor(row)
        for row in self.rows["issues"]:
            self._register(row, self.issues, "issue", row.get("label"))
        for row in self.rows["issues"]:
            self._issue(row)
        for row in self.rows["positions"]:
            self._register(row, self.positions, "pos", row.get("sentence"))
        for row in self.rows["positions"]:
            self._position(row)

    def _register(self, row: Row, names: Names, prefix: str, label: str) -> None:
        """Names first, so that rows may refer to later ones."""
        if not label:
            return
        local = row.get("id") or slug(label)[:80]
        value = (
            expand(local)
            or (PREFIXES["group"] if fold(row.get("type")) == "person group" else PREFIXES[prefix]) + local
        )
        owner = names.iris.get(fold(label))
        if owner and owner != value:
            self.problems.add(
                row.cell("label"),
                f'the {names.kind} "{label}" stands twice.',
                "Merge the rows, or tell the names apart.",
            )
        for name in (
            label,
            row.get("id"),
            *row.parts("alt_labels"),
            *row.parts("label_fa"),
            *row.parts("label_ps"),
        ):
            names.add(name, value)
        self.labels[value] = label

    def _own(self, row: Row, names: Names, label_column: str) -> str | None:
        label = row.get(label_column)
        if not label:
            self.problems.add(
                row.cell(label_column), f"the {names.kind} has no {label_column}.", "Fill it in."
            )
            return None
        return names.get(row.get("id") or label)

    def _actor(self, row: Row) -> None:
        me = self._own(row, self.actors, "label")
        if me is None:
            return
        kind = self.words.find(self.words.actor_types, row.get("type") or "actor")
        if kind is None:
            hint = did_you_mean(row.get("type"), self.words.actor_types)
            cure = f"{hint} There are: {listed(self.words.actor_types, 20)}.".strip()
            self.problems.add(row.cell("type"), f'"{row.get("type")}" is no kind of actor.', cure)
            return
        if kind.endswith("#Person"):
            self.persons.add(me)
        self.add(REGISTRY_GRAPH, me, "rdf:type", kind)
        self.text(REGISTRY_GRAPH, me, "skos:prefLabel", row.get("label"), "en")
        for name in row.parts("alt_labels"):
            self.text(REGISTRY_GRAPH, me, "skos:altLabel", name, "en")
        for column, language in (("label_fa", "fa-AF"), ("label_ps", "ps")):
            for name in row.parts(column):
                self.text(REGISTRY_GRAPH, me, "skos:altLabel", name, language)
        self.text(REGISTRY_GRAPH, me, "dcterms:description", row.get("role"), "en")
        if row.get("affiliation"):
            self.add(REGISTRY_GRAPH, me, "st:affiliatedWith", self._find(row, "affiliation", self.actors))
        if re.fullmatch(r"Q\d+", row.get("wikidata")):
            self.add(
                REGISTRY_GRAPH, me, "skos:exactMatch", f"http://www.wikidata.org/entity/{row.get('wikidata')}"
            )

    def _issue(self, row: Row) -> None:
        me = self._own(row, self.issues, "label")
        if me is None:
            return
        self._put_issue(me, row.get("label"))
        for name in row.parts("alt_labels"):
            self.text(REGISTRY_GRAPH, me, "skos:altLabel", name, "en")
        self.text(REGISTRY_GRAPH, me, "skos:definition", row.get("definition"), "en")
        if row.get("broader"):
            self.add(REGISTRY_GRAPH, me, "skos:broader", self._find(row, "broader", self.issues))
        else:
            self.add(REGISTRY_GRAPH, me, "skos:topConceptOf", iri("issue:scheme"))

    def _put_issue(self, me: str, label: str) -> None:
        scheme = iri("issue:scheme")
        self.add(REGISTRY_GRAPH, scheme.value, "rdf:type", iri("skos:ConceptScheme"))
        self.text(REGISTRY_GRAPH, scheme.value, "skos:prefLabel", "Issues", "en")
        self.add(REGISTRY_GRAPH, me, "rdf:type", iri("st:Issue"))
        self.text(REGISTRY_GRAPH, me, "skos:prefLabel", label, "en")
        self.add(REGISTRY_GRAPH, me, "skos:inScheme", scheme)

    def _position(self, row: Row) -> None:
        me = self._own(row, self.positions, "sentence")
        issue = self._find(row, "issue", self.issues) if row.get("issue") else None
        if me is None:
            return
        if not row.get("issue"):
            self.problems.add(row.cell("issue"), "the position answers no issue.", "Fill in the issue.")
        kind = row.get("kind").casefold() or "policy"
        if kind not in {"policy", "factual"}:
            self.problems.add(
                row.cell("kind"),
                f'"{row.get("kind")}" is no kind of position.',
                "Use policy (should be) or factual (is).",
            )
            return
        self._put_position(me, row.get("sentence"), kind, issue)
        for column, prop in (
            ("incompatible_with", "st:isIncompatibleWith"),
            ("in_tension_with", "st:isInTensionWith"),
        ):
            for part in row.parts(column):
                self.add(REGISTRY_GRAPH, me, prop, self._find(row, column, self.positions, part))
        self.text(REGISTRY_GRAPH, me, "skos:editorialNote", row.get("note"), "en")

    def _put_position(self, me: str, sentence: str, kind: str, issue: str | None) -> None:
        self.add(
            REGISTRY_GRAPH,
            me,
            "rdf:type",
            iri("st:PolicyPosition" if kind == "policy" else "st:FactualPosition"),
        )
        self.text(
            REGISTRY_GRAPH, me, "skos:prefLabel", sentence if sentence[-1] in ".!?" else sentence + ".", "en"
        )
        self.add(REGISTRY_GRAPH, me, "st:onIssue", issue)

    def _find(self, row: Row, column: str, names: Names, text: str | None = None) -> str | None:
        """The IRI a cell names. Where the sheets hold no register of its kind, a new name makes a new entry."""
        name = text if text is not None else row.get(column)
        found = names.get(name)
        if found:
            return found
        if names.closed or names is self.positions:
            self.problems.add(
                row.cell(column),
                f'the {names.kind} "{name}" is in no row of its sheet.',
                did_you_mean(name, names.shown) or f"Add it to {names.kind}s.",
            )
            return None
        prefix = {"actor": "actor", "issue": "issue"}[names.kind]
        me = PREFIXES[prefix] + slug(name)
        names.add(name, me)
        self.labels[me] = name
        if names is self.issues:
            self._put_issue(me, name)
        else:
            self.add(REGISTRY_GRAPH, me, "rdf:type", iri("st:Actor"))
            self.text(REGISTRY_GRAPH, me, "skos:prefLabel", name, "en")
        return me
