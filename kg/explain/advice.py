"""Shapes of queries that are known to be slow, each with what to write instead: one function a shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kg.explain.shape import EXISTS, Group, Shape, Step
from kg.terms import compact

# A pattern that matches so many times more than another is a poor beginning.
_MORE = 10

# Below so many matches nothing is slow.
_FEW = 1_000

Advice = Callable[[Shape], Iterator[str]]


def nothing_matches(shape: Shape) -> Iterator[str]:
    """A pattern that matches nothing empties the answer."""
    for step in shape.where.steps():
        if step.needed and step.matches == 0:
            yield f"Pattern {step.number} matches nothing, so the answer is empty: check how its names are spelled."


def whole_graph(shape: Shape) -> Iterator[str]:
    """A pattern of three unbound variables goes through all there is."""
    for step in shape.where.steps():
        if len(step.new) == 3 and step.matches is not None and step.matches > _FEW:
            yield f"Pattern {step.number} goes through the whole graph: name its property or its class."


def unrelated(shape: Shape) -> Iterator[str]:
    """Patterns that share no variable multiply each other."""
    for group in shape.where.groups():
        parts = _components(group)
        if len(parts) > 1:
            lists = " and ".join(_listed(steps) for steps in parts)
            counts = [min((s.matches for s in steps if s.matches is not None), default=None) for steps in parts]
            times = " × ".join(f"{n:,}" for n in counts if n is not None)
            yield (
                f"{lists} share no variable, so each match of the one meets each of the other"
                f"{f' (about {times})' if times else ''}: link them, or ask two queries. A FILTER that compares them "
                "is checked on every pair."
            )


def _components(group: Group) -> list[list[Step]]:
    """The patterns of a group in sets that no variable links."""
    units: list[tuple[set[str], list[Step]]] = []
    for part in group.parts:
        if isinstance(part, Step):
            units.append((set(part.variables), [part]))
        elif part.kind not in (*EXISTS, "MINUS", "UNION"):
            units.append((set(part.variables), list(part.steps())))
    if (choices := [p for p in group.parts if isinstance(p, Group) and p.kind == "UNION"]):
        steps = [step for choice in choices for step in choice.steps()]
        units.append(({one for choice in choices for one in choice.variables}, steps))
    units += [(set(names), []) for names in group.given]
    if group.seen and group.kind != "MINUS":
        units.append((set(group.seen), []))
    merged: list[tuple[set[str], list[Step]]] = []
    for names, steps in units:
        for other in [one for one in merged if one[0] & names]:
            merged.remove(other)
            names, steps = names | other[0], [*other[1], *steps]
        merged.append((names, steps))
    return [sorted(steps, key=lambda s: s.number) for names, steps in merged if steps and names]


def constant_in_filter(shape: Shape) -> Iterator[str]:
    """``FILTER (?a = iri)`` is checked row by row."""
    for group in shape.where.groups():
        for variable, iri in group.equals:
            yield (
                f"FILTER (?{variable} = {name(iri)}) is checked row by row: write VALUES ?{variable} {{ {name(iri)} }} "
                f"instead, or the name in the place of ?{variable}."
            )


def correlated(shape: Shape) -> Iterator[str]:
    """EXISTS with several patterns, or with a path, is evaluated anew for each row."""
    for group in shape.where.groups():
        steps = list(group.steps())
        if group.kind in EXISTS and (len(steps) > 1 or any(s.unbounded for s in steps)):
            instead = "MINUS { … }" if group.kind == "NOT EXISTS" else "a joined { SELECT DISTINCT … }"
            yield (
                f"{group.kind} around {_listed(steps).lower()} is evaluated anew for each row: let it stand in a part "
                f"with few rows, or write {instead}."
            )


def sorts_all(shape: Shape) -> Iterator[str]:
    """LIMIT does not make ORDER BY cheaper."""
    if shape.ordered and shape.limit is not None:
        yield (
            f"ORDER BY sorts the whole answer before LIMIT {shape.limit} cuts it: narrow what is sorted, or leave "
            "ORDER BY out."
        )


def two_values(shape: Shape) -> Iterator[str]:
    """Two VALUES beside a path are multiplied before the path is followed."""
    for group in shape.where.groups():
        if group.values > 1 and any(s.unbounded for s in group.steps()):
            yield (
                "Two VALUES beside a path of any length are multiplied first, and the path is followed from each pair: "
                "keep one, and write the other as FILTER (?x IN (…))."
            )


def open_path(shape: Shape) -> Iterator[str]:
    """A path of any length between two open ends is followed from everything."""
    for step in shape.where.steps():
        if step.open_ends:
            yield (
                f"The path of pattern {step.number} has any length and two open ends, so it is followed from all "
                "there is: put a pattern before it that binds one end."
            )


def optional_first(shape: Shape) -> Iterator[str]:
    """What is needed should come before what is optional."""
    for group in shape.where.groups():
        seen = False
        for part in group.parts:
            if isinstance(part, Group) and part.kind == "OPTIONAL":
                seen = True
            elif seen and isinstance(part, Step):
                yield f"Pattern {part.number} is needed but stands after an OPTIONAL: put it before."
                break


def poor_start(shape: Shape) -> Iterator[str]:
    """The engine has no statistics; the order in which patterns are written may decide."""
    for group in shape.where.groups():
        steps = [part for part in group.parts if isinstance(part, Step) and part.matches is not None]
        if len(steps) < 2 or group.kind in EXISTS:
            continue
        best = min(steps, key=lambda s: s.matches or 0)
        first = steps[0].matches or 0
        if best is not steps[0] and first > _FEW and first > _MORE * (best.matches or 0):
            yield (
                f"The engine has no statistics: begin with pattern {best.number} ({best.matches:,} matches), not with "
                f"pattern {steps[0].number} ({first:,})."
            )


def name(iri: str) -> str:
    """An IRI as SPARQL has it, with a prefix where there is one."""
    short = compact(iri)
    return f"<{iri}>" if short == iri else short


def _listed(steps: list[Step]) -> str:
    numbers = [str(step.number) for step in steps]
    if len(numbers) == 1:
        return f"Pattern {numbers[0]}"
    return f"Patterns {', '.join(numbers[:-1])} and {numbers[-1]}"


ADVICE: tuple[Advice, ...] = (
    nothing_matches,
    whole_graph,
    unrelated,
    constant_in_filter,
    correlated,
    open_path,
    two_values,
    optional_first,
    poor_start,
    sorts_all,
)
