"""What tests of bad input share: a graph that must stay as it is, and a call that must fail cleanly."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import Bad, Done, lines, run

import kg
from kg.cli import main
from kg.terms import resource


def state(folder: Path) -> list[str]:
    """The content of a graph folder, as it would be saved."""
    with kg.KnowledgeGraph(folder, read_only=True) as g:
        return lines(g)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph folder with the article, made once."""
    folder = tmp_path_factory.mktemp("bad") / "article.kg"
    with kg.KnowledgeGraph(folder) as g:
        g.load(resource("data") / "seed-article")
        kg.infer(g)
    return folder


@pytest.fixture(scope="session")
def untouched(template: Path) -> list[str]:
    """What the graph folder holds before anything goes wrong."""
    return state(template)


@pytest.fixture
def my(template: Path, tmp_path: Path) -> Path:
    """A graph folder that must be the same after each failure."""
    return Path(shutil.copytree(template, tmp_path / "my.kg"))


@pytest.fixture
def bad(
    untouched: list[str], my: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bad]:
    """A call that must fail without a traceback, without data on standard output and without changing the graph.

    *apart* runs the command in a process of its own; of several cases of a kind, one does.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KG_GRAPH", raising=False)

    def here(*args: object, graph: Path | str | None) -> Done:
        with pytest.raises(SystemExit) as left:
            main([*(["-g", str(graph)] if graph else []), *map(str, args)])
        said = capsys.readouterr()
        return Done(int(left.value.code or 0), said.out, said.err)

    def call(
        *args: object, code: int = 1, graph: Path | str | None = my, apart: bool = False, **more: object
    ) -> Done:
        done = run(*args, graph=graph, **more) if apart or more else here(*args, graph=graph)  # type: ignore[arg-type]
        assert done.code == code, done.err
        assert done.out == ""
        assert "Traceback" not in done.err
        assert done.err.strip(), "a failure says what is wrong"
        return done

    yield call
    assert state(my) == untouched


@pytest.fixture
def obeying() -> Callable[[], None]:
    """What a child must do before it starts so that permissions hold for it, though root runs the tests."""
    libc = ctypes.CDLL(None, use_errno=True)

    def obey() -> None:
        # Root passes over permissions by two capabilities; without them in the bounding set it is like others.
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            if os.geteuid() == 0 and libc.prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP
                raise OSError(ctypes.get_errno(), "cannot drop a capability")

    return obey
