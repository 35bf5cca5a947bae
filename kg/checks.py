"""Checks: SHACL shapes, SPARQL checks, and quotations held against their texts.

``ontology/shapes.ttl`` says what each item needs; ``kg/sparql/checks/*.rq`` find what is wrong between items:
each row of their answer is a finding. A check is a file: its header holds problem, severity, message and cure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import CheckFailed, NotFound, ReadError
from kg.graph import KnowledgeGraph
from kg.tables import Table
from kg.terms import PREFIXES, SPARQL_PREFIXES, compact, local_name, resource

SEVERITIES = ("violation", "warning", "info")


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong: on which item, by which check, and what to do."""

    severity: str
    check: str
    item: str
    message: str

    def __str__(self) -> str:
        return f"{self.severity}: {compact(self.item)}: {self.message} [{self.check}]"


@dataclass
class Findings(Sequence[Finding]):
    """Findings, worst first. ``raise_for_errors()`` turns violations into an exception."""

    found: list[Finding] = field(default_factory=list)
    made_from: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.found = sorted(set(self.found), key=lambda f: (SEVERITIES.index(f.severity), f))

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, index: Any) -> Any:
        return self.found[index]

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.found)

    def __repr__(self) -> str:
        return "\n".join([*map(str, self.found), self.summary()])

    def of(self, severity: str) -> list[Finding]:
        """Findings of one severity."""
        return [f for f in self.found if f.severity == severity]

    @property
    def ok(self) -> bool:
        """Whether there is no violation."""
        return not self.of("violation")

    def summary(self) -> str:
        """One line of counts."""
        counts = ", ".join(
            f"{len(self.of(s))} {s}{'' if len(self.of(s)) == 1 else 's'}" for s in SEVERITIES[:2]
        )
        return f"{counts}, {len(self.of('info'))} notes"

    def raise_for_errors(self) -> None:
        """Raise CheckFailed when there is a violation."""
        bad = self.of("violation")
        if bad:
            raise CheckFailed(
                f"{len(bad)} violations; the first: {bad[0]}.", cure="See them all with: kg check"
            )

    def table(self) -> Table:
        """Columns severity, check, item, message."""
        rows = [
            {"severity": f.severity, "check": f.check, "item": f.item, "message": f.message}
            for f in self.found
        ]
        return Table.from_records(("severity", "check", "item", "message"), rows, self.made_from)


@dataclass(frozen=True)
class SparqlCheck:
    """A check of the library: its text and what its header says."""

    name: str
    text: str
    problem: str
    why: str
    severity: str
    message: str
    cure: str


@cache
def library() -> dict[str, SparqlCheck]:
    """The shipped SPARQL checks by name."""
    folder = Path(str(resources.files("kg"))) / "sparql" / "checks"
    return {
        file.stem: parse_check(file.stem, file.read_text(encoding="utf-8"))
        for file in sorted(folder.glob("*.rq"))
    }


def parse_check(name: str, text: str) -> SparqlCheck:
    """Read a check and its header."""
    header = [line.lstrip("#").strip() for line in text.splitlines() if line.startswith("#")]
    keys = {"severity": "warning", "message": "", "cure": ""}
    prose: list[str] = []
    for line in header:
        found = re.match(r"(severity|message|cure):\s*(.*)", line)
        if found:
            keys[found[1]] = found[2]
        elif line:
            prose.append(line)
    problem = prose[0] if prose else name
    return SparqlCheck(
        name, text, problem, " ".join(prose[1:]), keys["severity"], keys["message"] or problem, keys["cure"]
    )


def check(graph: KnowledgeGraph, *, texts: str | Path | None = None) -> Findings:
    """Hold a graph against the shapes, the SPARQL checks and, where *texts* names a folder, the sources' texts.

    A text file is called after its source's identifier, ``<identifier>.txt``, in UTF-8.
    """
    found = [*_shacl(graph), *_sparql(graph)]
    if texts is not None:
        found += _against_texts(graph, Path(texts))
    return Findings(found, {"graph": graph.store.name, "call": "check()"})


def _shacl(graph: KnowledgeGraph) -> Iterator[Finding]:
    import shifty
    from rdflib.query import ResultRow

    triples = (q.triple for q in graph.store.quads_of_default())
    # N-Triples is Turtle, and bytes spare the validator a detour through rdflib.
    body = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    _, report, _ = shifty.validate(body, resource("ontology") / "shapes.ttl", graph_mode="union", infer=False)
    sparql = """
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT ?focus ?message ?severity WHERE {
          ?r a sh:ValidationResult ; sh:focusNode ?focus ; sh:resultMessage ?message ; sh:resultSeverity ?severity }"""
    for row in report.query(sparql):
        assert isinstance(row, ResultRow)
        focus, message, severity = map(str, row)
        yield Finding(local_name(severity).casefold(), shape_of(message), focus, message)


@cache
def _messages() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What each message of the shapes looks like once its variables are filled in, and whose it is."""
    shapes = ox.parse((resource("ontology") / "shapes.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    found = []
    for quad in shapes:
        if quad.predicate.value.endswith("#message") and isinstance(quad.subject, ox.NamedNode):
            parts = re.split(r"\{\?\w+\}", str(getattr(quad.object, "value", "")))
            found.append(
                (re.compile(".+".join(map(re.escape, parts)), re.DOTALL), local_name(quad.subject.value))
            )
    return tuple(found)


def shape_of(message: str) -> str:
    """The shape or constraint a message is of: reports name only the outermost one."""
    return next((name for pattern, name in _messages() if pattern.fullmatch(message)), "shape")


def _sparql(graph: KnowledgeGraph) -> Iterator[Finding]:
    for one in library().values():
        table = Table.from_tsv(graph.store.query(one.text).body)
        table.labels = graph.names.labels
        for row, shown in zip(table.records(), table.display(), strict=True):
            words = dict(zip(table.columns, shown, strict=True))
            message = re.sub(r"\{(\w+)\}", lambda m, w=words: w.get(m[1], m[0]), one.message)  # type: ignore[misc]
            yield Finding(one.severity, one.name, str(row[table.columns[0]]), f"{message} {one.cure}".strip())


_SPANS = f"""{SPARQL_PREFIXES}
SELECT ?evidence ?identifier ?start ?end ?digest ?quote WHERE {{
  ?evidence oa:hasSource ?source ; st:segmentDigest ?digest ; oa:hasSelector ?at .
  ?at oa:start ?start ; oa:end ?end . ?source dcterms:identifier ?identifier .
  OPTIONAL {{ ?evidence oa:hasSelector/oa:exact ?quote }} }}"""


def _against_texts(graph: KnowledgeGraph, folder: Path) -> Iterator[Finding]:
    if not folder.is_dir():
        raise NotFound(f'No folder of texts "{folder}".', cure="Name a folder with <identifier>.txt files.")
    texts: dict[str, str | None] = {}
    for row in Table.from_tsv(graph.store.query(_SPANS).body):
        identifier = row["identifier"]
        if identifier not in texts:
            file = folder / f"{identifier}.txt"
            try:
                texts[identifier] = file.read_bytes().decode("utf-8") if file.is_file() else None
            except (OSError, UnicodeDecodeError) as error:
                raise ReadError(
                    f"it cannot be read: {error}.", where=str(file), cure="Save it in UTF-8."
                ) from error
            if texts[identifier] is None:
                source = f"{PREFIXES['src']}{identifier}"
                yield Finding(
                    "info", "text-missing", source, f"No text {file.name} to hold its evidence against."
                )
        text = texts[identifier]
        if text is None:
            continue
        segment = text[row["start"] : row["end"]]
        if hashlib.sha256(segment.encode()).hexdigest() != row["digest"]:
            yield Finding(
                "violation",
                "segment-digest",
                row["evidence"],
                "The text at its offsets is another than the one coded. Correct the offsets or the digest.",
            )
        elif row["quote"] and row["quote"] not in segment:
            yield Finding(
                "violation",
                "quote-verbatim",
                row["evidence"],
                "The quotation is not in the text at its offsets, letter by letter. Correct it.",
            )
