"""The documents: complete, fresh, linked, and every example in them run.

Blocks fenced as ``console`` are run in a shell, line by line, in an empty folder that holds the example sheets;
what they print must be what the page shows. A ``…`` in a page stands for any text, on a line of its own for any
lines. A command that is meant to fail ends in ``# exit 1``. Blocks fenced as ``python`` are run too, those fenced
as ``pycon`` with their output compared.
"""

from __future__ import annotations

import contextlib
import doctest
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

from kg import errors
from kg.cli import VERBS
from kg.readers.sheet import COLUMNS, REQUIRED

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
GENERATED = {"checks.md", "cli.md", "ontology.md", "queries.md"}
PAGES = sorted(DOCS.glob("*.md"))
WRITTEN = [README, *(p for p in PAGES if p.name not in GENERATED)]
MARKDOWN = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md")), *sorted((ROOT / "data").rglob("*.md"))]

# Whom a reader may be sent to. Anything else in a page is a slip.
HOSTS = {
    "creativecommons.org",
    "keepachangelog.com",
    "purl.org",
    "semver.org",
    "w3id.org",
    "www.w3.org",
    "xmlns.com",
}

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    language: str
    text: str
    line: int


@dataclass(frozen=True)
class Command:
    """One line to type, the exit code it should end with, and what it should print."""

    line: str
    code: int
    shown: str


def blocks(path: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = path.read_text(encoding="utf-8")
    return [Block(m[1], m[2], text.count("\n", 0, m.start()) + 1) for m in FENCE.finditer(text)]


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block, each with the output shown below it."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        line, _, shown = part.partition("\n")
        code = re.search(r"  # exit (\d)$", line)
        yield Command(line, int(code[1]) if code else 0, shown)


def fits(shown: str, printed: str) -> bool:
    """Whether a page shows what was printed; ``…`` stands for anything, alone on a line for any lines."""

    def trim(text: str) -> list[str]:
        return [line.rstrip() for line in text.strip().splitlines()]

    pattern = ""
    for line in trim(shown):
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += r"[^\n]*?".join(map(re.escape, line.split("…"))) + r"\n"
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in trim(printed))) is not None


class Same(doctest.OutputChecker):
    """Output of a Python session, compared as :func:`fits` does."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        """Whether the page shows what was printed."""
        return fits(want, got)


def run_console(block: Block, folder: Path, page: str) -> None:
    """Run the commands of a block and hold what they print against the page."""
    # The program under test comes first; a narrow terminal or a graph named outside must not change the answers.
    environment = {k: v for k, v in os.environ.items() if k not in {"KG_GRAPH", "COLUMNS"}}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', '')}"
    environment["PYTHONUTF8"] = "1"
    for command in commands(block):
        done = subprocess.run(
            ["bash", "-c", command.line],
            cwd=folder,
            env=environment,
            text=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=120,
        )
        where = f"{page}, line {block.line}: {command.line}"

        assert done.returncode == command.code, f"{where}\n{done.stdout}"
        assert fits(command.shown, done.stdout), f"{where}\nprinted:\n{done.stdout}\nshown:\n{command.shown}"


def run_session(block: Block, names: dict[str, Any], page: str) -> None:
    """Run a Python session and hold what it prints against the page."""
    test = doctest.DocTestParser().get_doctest(block.text, names, page, page, block.line)
    report: list[str] = []
    runner = doctest.DocTestRunner(checker=Same(), verbose=False)
    runner.run(test, out=report.append, clear_globs=False)
    names.update(test.globs)

    assert test.examples, f"{page}, line {block.line}: no example in this block"
    assert not report, "".join(report)


def run_page(path: Path, folder: Path) -> dict[str, int]:
    """Run all examples of a page, in order; returns how many blocks of each language were run."""
    names: dict[str, Any] = {"__name__": "__main__"}
    ran = {"console": 0, "pycon": 0, "python": 0}
    with contextlib.chdir(folder):
        for block in blocks(path):
            if block.language == "console":
                run_console(block, folder, path.name)
            elif block.language == "pycon":
                run_session(block, names, path.name)
            elif block.language == "python":
                exec(compile(block.text, f"{path.name}, line {block.line}", "exec"), names)
            else:
                continue
            ran[block.language] += 1
    return ran


# -- the examples --------------------------------------------------------------------


def test_readme_alone_is_enough(tmp_path: Path) -> None:
    """Whoever types the sheet of the README into an empty folder gets what the README shows, in all three jobs."""
    sheets = [b for b in blocks(README) if b.language == "csv"]

    assert len(sheets) == 1
    (tmp_path / "my-sheet.csv").write_text(sheets[0].text, encoding="utf-8")
    ran = run_page(README, tmp_path)
    assert ran["console"] >= 4
    assert ran["python"] + ran["pycon"] >= 1
    assert (tmp_path / "net.html").stat().st_size > 100_000


def test_sheet_of_the_readme_is_the_example() -> None:
    """The sheet that the pages of docs/ work on is the one that the README prints."""
    printed = next(b.text for b in blocks(README) if b.language == "csv")

    assert printed == (DOCS / "examples" / "my-sheet.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [p for p in WRITTEN if p != README], ids=lambda p: p.name)
def test_examples_of_the_page_run(path: Path, tmp_path: Path) -> None:
    """Each example on the page runs, in order, and prints what the page shows."""
    shutil.copytree(DOCS / "examples", tmp_path, dirs_exist_ok=True)
    expected = {k: sum(b.language == k for b in blocks(path)) for k in ("console", "pycon", "python")}

    assert run_page(path, tmp_path) == expected


def test_enough_examples_were_seen() -> None:
    """The pages hold examples in numbers; a change of fences cannot silence them."""
    seen = [b for path in WRITTEN for b in blocks(path)]

    assert sum(b.language == "console" for b in seen) >= 40
    assert sum(b.language in {"python", "pycon"} for b in seen) >= 20
    assert sum(len(list(commands(b))) for b in seen if b.language == "console") >= 60


@pytest.mark.parametrize("path", WRITTEN, ids=lambda p: p.name)
def test_commands_stand_in_blocks_that_are_run(path: Path) -> None:
    """A block that shows a prompt is a console block, and each console block has a prompt."""
    for block in blocks(path):
        prompts = len(re.findall(r"^\$ ", block.text, flags=re.MULTILINE))

        assert (prompts > 0) == (block.language == "console"), f"{path.name}, line {block.line}"


def test_wildcard_is_not_a_blank_cheque() -> None:
    """Outside a wildcard the page has to show what was printed."""
    assert fits("a\n…\nz", "a\nb\nc\nz")
    assert fits("one … three", "one two three")
    assert not fits("a\n…\nz", "a\nb\nc")
    assert not fits("one … three", "one two four")
    assert not fits("", "something")


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_examples_in_the_help_can_be_typed(verb: str) -> None:
    """Each example in the help of a verb is accepted by its command line."""
    import shlex

    from kg.queries import library, named

    text = build().verb(verb).help or ""
    examples = re.findall(r"^\s*kg (?:-g \S+ )?(.*)$", text, flags=re.MULTILINE)
    for example in examples:
        name, *rest = shlex.split(example)
        given = build().verb(name).make_context(name, rest, resilient_parsing=False, obj=None).params
        assert name == verb
        if name == "query" and given["query"] in library():
            assert {p for p, _ in given["params"]} <= {p.name for p in named(given["query"]).parameters}
    assert examples or verb in {"completion", "demo", "info", "infer", "save", "update", "withdraw"}


# -- completeness ----------------------------------------------------------------------


def build() -> ModuleType:
    """The script that writes the generated pages."""
    spec = importlib.util.spec_from_file_location("docs_build", DOCS / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", sorted(GENERATED))
def test_generated_page_is_fresh(name: str) -> None:
    """The page in docs/ is what the code says now; ``make docs`` renews it."""
    written = (DOCS / name).read_text(encoding="utf-8")

    assert build().PAGES[name]() == written, "run: make docs"


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_verb_has_its_page(verb: str) -> None:
    """Every verb has a page with both ways to call it, that the index and the other pages can reach."""
    page = (DOCS / f"{verb}.md").read_text(encoding="utf-8")

    assert page.startswith(f"# {verb}\n")
    assert "\n## On the command line\n" in page
    assert "\n## In Python\n" in page
    assert f"(cli.md#kg-{verb})" in page
    assert f"({verb}.md)" in (DOCS / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_option_is_in_the_reference(verb: str) -> None:
    """Every option of a verb stands in the section of that verb in docs/cli.md."""
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    section = text.split(f"\n## kg {verb}\n")[1].split("\n## ")[0]
    options = [o for o in build().verb(verb).params if isinstance(o, click.Option)]

    for option in options:
        for name in option.opts:
            assert re.search(rf"`[^`]*{re.escape(name)}\b[^`]*`", section), name


def test_every_query_and_check_is_documented() -> None:
    """Every query and check of the library has a heading, a title and a description in the reference."""
    from kg import checks, queries

    page = (DOCS / "queries.md").read_text(encoding="utf-8")
    for name in queries.library():
        one = queries.named(name)
        assert f"\n## {name}\n" in page
        assert one.title, name
        assert one.description, name
    page = (DOCS / "checks.md").read_text(encoding="utf-8")
    for check in checks.library().values():
        assert f"\n### {check.name}\n" in page
        assert check.problem, check.name
        assert check.cure, check.name
    assert len(queries.library()) >= 30
    assert len(checks.library()) >= 3


@pytest.mark.parametrize("kind", sorted(COLUMNS))
def test_every_column_is_documented(kind: str) -> None:
    """docs/sheets.md explains each column of each sheet, marks those that are needed, and no others."""
    page = (DOCS / "sheets.md").read_text(encoding="utf-8")
    section = page.split(f"\n## {kind}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)`( \*)? \| (.+) \|$", section, flags=re.MULTILINE)

    assert sorted(name for name, _, _ in rows) == sorted(COLUMNS[kind])
    assert {name for name, star, _ in rows if star} == set(REQUIRED[kind])


def test_every_error_is_documented() -> None:
    """docs/errors.md has a section for each class of error."""
    page = (DOCS / "errors.md").read_text(encoding="utf-8")
    classes = [
        c.__name__ for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.KGError)
    ]

    assert len(classes) >= 8
    for name in classes:
        assert f"\n## {name}\n" in page, name


def test_front_door_is_documented() -> None:
    """Every name that ``import kg`` offers is used or explained in docs/."""
    import kg

    text = "\n".join(p.read_text(encoding="utf-8") for p in WRITTEN)
    for name in kg.__all__:
        assert re.search(rf"\b{name}\b", text), name


# -- links and wording -------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    """The anchors that the headings of a page make."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    found = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.casefold()).replace(" ", "-") for h in found}


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_resolve(path: Path) -> None:
    """Each link to a file of the repository leads to a file, and each anchor to a heading."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), link


@pytest.mark.parametrize("path", [README, *PAGES], ids=lambda p: p.name)
def test_only_known_hosts(path: Path) -> None:
    """A page names no web address but those of vocabularies and licences."""
    found = set(re.findall(r"https?://([\w.-]+)", path.read_text(encoding="utf-8")))

    assert found <= HOSTS


def test_pages_were_seen() -> None:
    """The tests above looked at the pages: the README, one a verb, and the rest."""
    assert len(WRITTEN) >= len(VERBS) + 6
    assert {p.name for p in PAGES} >= GENERATED
    assert len(MARKDOWN) >= len(WRITTEN) + 4


@pytest.mark.parametrize("path", WRITTEN, ids=lambda p: p.name)
def test_one_sentence_a_line(path: Path) -> None:
    """Running text has one sentence a line, tables and lists apart, so that a change shows as one sentence."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    for line in text.splitlines():
        if not line.startswith(("|", "- ")):
            assert not re.search(r"[a-z)`]\. [A-Z]", line), line
