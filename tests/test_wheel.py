"""The wheel: ontology, data, queries and templates travel inside it."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built as a release would be."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = out.glob("kg-*.whl")
    return built


@pytest.mark.slow
def test_wheel_holds_everything_that_is_shipped(wheel: Path) -> None:
    """Every ontology file, corpus file, query, rule, check and page part is in the wheel."""
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = {
        f"kg/_resources/{file.relative_to(ROOT)}"
        for folder in ("ontology", "data")
        for file in (ROOT / folder).rglob("*")
        if file.is_file()
    }
    shipped |= {
        str(file.relative_to(ROOT))
        for pattern in ("*.py", "*.rq", "*.ru", "*.j2", "*.js", "*.css")
        for file in (ROOT / "kg").rglob(pattern)
        if "_resources" not in file.parts
    }

    assert len(shipped) > 100
    assert shipped - names == set()


@pytest.mark.slow
def test_wheel_runs_the_demo_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """Installed into an empty environment, ``kg demo`` asks, compares and draws without the checkout."""
    home = tmp_path / "env"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", wheel], check=True, capture_output=True
    )
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    # The libraries kg needs are lent from this environment, which spares the test a long download.
    (Path(site) / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    work = tmp_path / "work"
    work.mkdir()
    where = subprocess.run(
        [python, "-c", "import kg; print(kg.__file__)"], cwd=work, capture_output=True, text=True, check=True
    ).stdout
    done = subprocess.run([home / "bin" / "kg", "demo"], cwd=work, capture_output=True, text=True)

    assert str(home) in where
    assert done.returncode == 0, done.stderr
    assert "Compare" in done.stdout
    assert (work / "demo" / "network.html").stat().st_size > 100_000
