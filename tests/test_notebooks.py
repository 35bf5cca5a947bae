"""The notebooks: each tells its story from the first cell to the last, without an error."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

# Words that a reader has to meet in what the notebook prints.
EXPECTED: dict[str, tuple[str, ...]] = {
    "01-ask": (
        "Zalmay Khalilzad",
        "release of 5,000 Taliban prisoners",
        "Walk-out first",
        "strongly opposes",
    ),
    "02-see": ("network.html is a file of", "Afghan government", "items of cooperation", "'conflict'"),
    "03-compare": ("DISAGREE", "agreement", "shared, ", "United States", "net"),
    "04-import": ("cell D2", "0 violations", "disagree", "no shared position", "True"),
}


def outputs(notebook: Any) -> str:
    """All text that the cells of a notebook put out."""
    found: list[str] = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            found += [
                str(output.get("text", "")),
                *(str(v) for k, v in data.items() if k.startswith("text/")),
            ]
    return "\n".join(found)


def test_there_are_four() -> None:
    """There is a notebook for asking, seeing, comparing and importing."""
    assert [p.stem for p in NOTEBOOKS] == sorted(EXPECTED)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_is_stored_without_output(path: Path) -> None:
    """A notebook in the repository has no outputs and no counts, and a kernel that every Jupyter knows."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = notebook["cells"]

    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert 8 <= len(cells) <= 16
    assert cells[0]["cell_type"] == "markdown"
    assert sum(c["cell_type"] == "markdown" for c in cells) >= 5
    for cell in cells:
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell runs, and what they print holds the words the story is about."""
    pytest.importorskip("ipykernel")
    shutil.copytree(ROOT / "docs" / "examples", tmp_path / "docs" / "examples")
    folder = tmp_path / "notebooks"
    folder.mkdir()
    # The kernel of this very Python, whatever kernels the user has set up; and no settings of the user's.
    kernels = tmp_path / "jupyter" / "kernels" / "python3"
    kernels.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": command, "display_name": "Python 3", "language": "python"}
    (kernels / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.delenv("KG_GRAPH", raising=False)
    notebook = nbformat.read(path, as_version=4)

    NotebookClient(
        notebook, timeout=180, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()

    text = outputs(notebook)
    for words in EXPECTED[path.stem]:
        assert words in text, words
    assert "Traceback" not in text
