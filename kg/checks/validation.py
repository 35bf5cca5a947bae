"""SHACL validation: columns for what is plain, one query for each SPARQL constraint, a validator for the rest."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kg.checks.findings import Result
from kg.checks.shapes import Shape, Shapes
from kg.errors import ReadError
from kg.tables import decode
from kg.terms import resource

if TYPE_CHECKING:
    from kg.checks.columns import Asked, Columns
    from kg.checks.plain import Hits


class HasStore(Protocol):
    """Anything with a store: a KnowledgeGraph."""

    @property
    def store(self) -> Asked: ...


def validate(graph: HasStore, *, shapes: str | Path | None = None, plain: bool = False) -> list[Result]:
    """Hold the merged view of a graph against SHACL shapes, and return every result, in order, each once.

    *shapes* is a Turtle file, the shipped ``ontology/shapes.ttl`` when None. With *plain*, only plain SHACL core
    is looked at: constraints that need SPARQL, or a validator of the whole language, are left out. The graph is
    asked through the ``query`` of its store alone, so a remote one is checked in the same way.

    Raises :class:`~kg.errors.ReadError` when the file cannot be read.
    """
    from kg.checks.columns import Columns
    from kg.checks.plain import Plain, needs

    read = _read(Path(shapes) if shapes is not None else resource("ontology") / "shapes.ttl")
    simple = [shape for shape in read.targeted if not shape.tricky]
    columns = Columns(graph.store, *needs(simple))
    found: set[Result] = set()
    holder = Plain(columns)
    for shape in simple:
        focus = holder.targets(shape)
        for hits in holder.report(shape, focus):
            found.update(_results(columns, hits))
        if not plain and len(focus):
            found.update(_answers(graph.store, columns, shape))
    if not plain:
        found.update(_remainder(graph.store, read))
    return sorted(found)


def _read(file: Path) -> Shapes:
    try:
        return _shapes(file.read_bytes())
    except OSError as error:
        raise ReadError(
            f"it cannot be read: {error.strerror}.",
            where=str(file),
            cure="Name a Turtle file of SHACL shapes.",
        ) from error
    except SyntaxError as error:
        raise ReadError(f"it is no Turtle: {error}.", where=str(file), cure="Correct it there.") from error


@cache
def _shapes(turtle: bytes) -> Shapes:
    return Shapes(turtle)


def _results(columns: Columns, hits: Hits) -> Iterator[Result]:
    shape, one = hits.shape, hits.constraint
    messages = shape.messages or (f"It breaks sh:{one.kind}.",)
    path = str(shape.path) if shape.path else ""
    focus = columns.tokens.gather(hits.focus).to_list()
    values = [""] * len(focus) if hits.value is None else columns.tokens.gather(hits.value).to_list()
    for node, value in zip(focus, values, strict=True):
        for message in messages:
            yield Result(node, path, one.component, value, shape.name, shape.severity, message)


def _answers(store: Asked, columns: Columns, shape: Shape) -> Iterator[Result]:
    """What the SPARQL constraints of a shape find on its targets."""
    for question in shape.questions:
        lines = store.query(question.of(_targets(columns, shape))).body.decode().split("\n")
        names = [name.lstrip("?$") for name in lines[0].split("\t")]
        for line in filter(None, lines[1:]):
            row = dict(zip(names, line.split("\t"), strict=True))
            words = {name: _word(token) for name, token in row.items() if token}
            node, value = row["this"], row.get("value") or row["this"]
            path = row.get("path", "")
            for message in question.told(words) or (f"It breaks {question.name}.",):
                yield Result(
                    node, path, "SPARQLConstraintComponent", value, question.name, shape.severity, message
                )


def _word(token: str) -> str:
    """A term as it stands in a message."""
    cell = decode(token)
    return cell.text if cell is not None and cell.kind == "literal" else token


def _targets(columns: Columns, shape: Shape) -> str:
    """A condition that holds of the targets of a shape.

    As a condition rather than a pattern, it is looked at last: few solutions are left by then.
    """
    found: list[str] = []
    for kind, term in shape.targets:
        if kind == "targetClass":
            classes = columns.tokens.gather(columns.classes(str(term.value))).to_list()
            found += [f"EXISTS {{ $this a {one} }}" for one in classes]
        elif kind == "targetNode":
            found.append(f"sameTerm($this, {term})")
        else:
            ends = f"$this {term} ?end_" if kind == "targetSubjectsOf" else f"?end_ {term} $this"
            found.append(f"EXISTS {{ {ends} }}")
    return " || ".join(found)


def _remainder(store: Asked, shapes: Shapes) -> Iterator[Result]:
    from kg.checks.rest import remainder, validate_rest

    left, names = remainder(shapes)
    if left:
        yield from validate_rest(store, left, names)
