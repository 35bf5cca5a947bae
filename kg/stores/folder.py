"""The embedded engine in a folder: atomic writes, one writer, many readers.

A graph folder holds::

    state.json   the layout's version, which data folder is current, a revision, graphs that rules have not seen
    data-N/      the engine's files
    derived/     what others made from the data and can make again; emptied before each write
    lock         held by the one writer

Small writes are one transaction of the engine. What takes several steps, or much, is done on a copy of the data
folder (hard links, so it costs milliseconds), and ``state.json`` then names the copy: whoever is killed at any
moment leaves the state before or the state after. ``state.json`` counts a write before it happens, so what
is derived from the data may be thought stale when it is not, never the other way round.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import pyoxigraph as ox

from kg.errors import NotFound, StoreError, unwritable
from kg.stores import answers
from kg.stores.child import opened_to_read
from kg.stores.oxigraph import DEFAULT, OxigraphStore, in_graph

if TYPE_CHECKING:
    from filelock import BaseFileLock

    from kg.stores.bulk import Doubled

# The layout of the folder. 1: the engine's files at the top, no state.json. 2: as above.
SCHEMA = 2

_STATE = "state.json"

# From so many quads on, writing new files for the engine is quicker than its transactions.
_MUCH = 20_000


@dataclass(frozen=True)
class State:
    """What ``state.json`` says."""

    schema: int = SCHEMA
    data: str = "data-1"
    revision: int = 0
    pending: tuple[str, ...] | None = ()

    @classmethod
    def read(cls, folder: Path) -> State | None:
        """The state of a graph folder; None for a folder that never became one."""
        try:
            found = json.loads((folder / _STATE).read_text(encoding="utf-8"))
            pending = found["pending"]
            state = cls(
                int(found["schema"]), str(found["data"]), int(found["revision"]),
                None if pending is None else tuple(pending),
            )
        except FileNotFoundError:
            return cls(1, ".", 0, None) if (folder / "CURRENT").exists() else None
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f'"{folder / _STATE}" is damaged: {error}.',
                cure="Restore the folder from a backup, or from a file saved with: kg save",
            ) from error
        if state.schema > SCHEMA:
            raise StoreError(
                f'The graph "{folder}" was written by a newer kg (layout {state.schema}, this one knows {SCHEMA}).',
                cure="Update kg, or have the graph saved to a file with the newer one: kg save all.trig",
            )
        return state

    def write(self, folder: Path) -> None:
        """Put the state in force, at once and whole."""
        draft = folder / f"{_STATE}.new"
        draft.write_text(json.dumps(self.__dict__, indent=1), encoding="utf-8")
        os.replace(draft, folder / _STATE)


def open_folder(folder: Path, *, read_only: bool = False, create: bool = True) -> FolderStore:
    """The store in a folder; see :func:`kg.stores.open_store`."""
    if not folder.exists() and (read_only or not create):
        raise NotFound(f'No graph at "{folder}".', cure=f"Make one with: kg -g {folder} load FILE")
    if folder.exists() and not folder.is_dir():
        raise _no_graph(folder)
    state = State.read(folder) if folder.exists() else None
    if state is None:
        ours = {"lock", f"{_STATE}.new", "data-1"}
        if folder.exists() and not {p.name for p in folder.iterdir()} <= ours:
            raise _no_graph(folder)
        if read_only:
            raise StoreError(f'"{folder}" holds no graph yet.', cure=f"Load something: kg -g {folder} load FILE")
    return FolderStore(folder, state, read_only=read_only)


def _no_graph(folder: Path) -> StoreError:
    return StoreError(
        f'"{folder}" is no graph folder.',
        cure="Name an empty or a new folder, or load the files in it with: kg load",
    )


class FolderStore(OxigraphStore):
    """Oxigraph on disk. One process writes; any number read what was there when they opened it."""

    def __init__(self, folder: Path, state: State | None, *, read_only: bool) -> None:
        self.folder = folder
        self._lock = None if read_only else _lock(folder)
        try:
            # Another writer may have ended between the look and the lock.
            self._state = (State.read(folder) if self._lock else state) or self._begin_folder()
            super().__init__(self._open(read_only), name=str(folder), read_only=read_only)
        except BaseException:
            if self._lock:
                self._lock.release()
            raise
        self._drafting = False
        if not read_only:
            self._tidy()

    def _begin_folder(self) -> State:
        shutil.rmtree(self.folder / "data-1", ignore_errors=True)
        return State()

    def _open(self, read_only: bool) -> ox.Store:
        data = self.folder / self._state.data
        try:
            if read_only:
                return opened_to_read(str(data))
            inner = ox.Store(str(data))
            if not (self.folder / _STATE).exists():
                self._state.write(self.folder)
            return inner
        except (OSError, RuntimeError) as error:
            raise _explain_opening(self.folder, error) from error

    def _tidy(self) -> None:
        """Remove data folders that a killed writer left, and those that are no longer current."""
        for old in self.folder.glob("data-*"):
            if old.name != self._state.data:
                shutil.rmtree(old, ignore_errors=True)
        if self._state.data != "." and (self.folder / "CURRENT").exists():
            keep = {self._state.data, _STATE, "lock"}
            for old in self.folder.iterdir():
                if old.is_file() and old.name not in keep and _is_engine_file(old.name):
                    old.unlink(missing_ok=True)

    # -- state ------------------------------------------------------------------

    @property
    def data_folder(self) -> Path:
        """Where the engine's current files are; a reader in another process opens this."""
        return self.folder / self._state.data

    @property
    def derived(self) -> Path:
        """Where others keep what they made from the data, under the revision it was made from."""
        return self.folder / "derived"

    @property
    def revision(self) -> int:
        """Grows with every write, over all processes."""
        return self._state.revision

    def _put(self, state: State) -> None:
        try:
            state.write(self.folder)
        except OSError as error:
            raise unwritable(self.folder / _STATE, error) from error
        self._state = state

    def _begin(self, graphs: Iterable[str] | None) -> None:
        known = self._state.pending
        pending = None if graphs is None or known is None else tuple(sorted({*known, *graphs}))
        self._put(replace(self._state, schema=SCHEMA, revision=self._state.revision + 1, pending=pending))
        # Nothing of a source that is withdrawn may stay in what was made from it.
        shutil.rmtree(self.derived, ignore_errors=True)

    def pending(self) -> frozenset[str] | None:
        """Named graphs changed since :meth:`settle`, over all processes; None when that is not known."""
        return None if self._state.pending is None else frozenset(self._state.pending)

    def mark(self, *graphs: str) -> None:
        """Count graphs as changed."""
        if self._state.pending is not None and not {*graphs} <= {*self._state.pending}:
            self._put(replace(self._state, pending=tuple(sorted({*self._state.pending, *graphs}))))

    def settle(self) -> None:
        """Rules have seen everything."""
        if self._state.pending != ():
            self._put(replace(self._state, pending=()))

    # -- asking -----------------------------------------------------------------

    def _evaluate(self, sparql: str) -> answers.Results:
        try:
            return self.inner.query(sparql)
        except OSError:
            if not self.read_only:
                raise
            # A writer may have tidied files away since this reader opened them.
            self._state = State.read(self.folder) or self._state
            self.inner = self._open(True)
            return self.inner.query(sparql)

    # -- writing ----------------------------------------------------------------

    def _leaving(self, gone: list[ox.Quad], fresh: list[ox.Quad]) -> list[ox.Quad]:
        out = set(gone)
        kept = {q.triple for q in fresh}
        triples = dict.fromkeys(q.triple for q in gone)
        return [in_graph(t) for t in triples if t not in kept and not self._held_elsewhere(t, out)]

    def _better_anew(self, leaving: int) -> bool:
        return False

    def _held_elsewhere(self, triple: ox.Triple, apart: set[ox.Quad]) -> bool:
        found = self.inner.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        return any(q.graph_name != DEFAULT and q not in apart for q in found)

    def _commit(self, remove: list[ox.Quad], add: list[ox.Quad]) -> None:
        """One transaction of the engine where that does, else the same on a copy of the files."""
        if not remove and len(add) <= _MUCH:
            self.inner.extend(add)
        elif len(remove) + len(add) <= _MUCH and not any(isinstance(t, ox.BlankNode) for q in remove + add for t in q):
            super()._commit(remove, add)
        else:
            self._rewrite(lambda: self._write_much(remove, add))

    def _write_much(self, remove: list[ox.Quad], add: list[ox.Quad]) -> None:
        super()._commit(remove, [])
        self.inner.bulk_extend(add)

    def _load_all(self, lines: Doubled) -> None:
        held = list(self.inner)

        def work() -> None:
            self._load_lines(lines, held)
            # Quads that came by two ways lie in two layers of files, through both of which every question goes.
            self.inner.optimize()

        self._rewrite(work, anew=True)

    def _load(self, lines: Doubled) -> None:
        self.inner.bulk_load(cast(IO[bytes], lines), ox.RdfFormat.N_QUADS)

    def _extend(self, quads: Iterable[ox.Quad]) -> None:
        self.inner.bulk_extend(quads)

    def _rewrite(self, work: Callable[[], None], *, anew: bool = False) -> None:
        """Work on a copy of the data folder, or on an empty one, which then takes the place of the present one."""
        if self._drafting:
            work()
            return
        number = 1 + max((int(p.name[5:]) for p in self.folder.glob("data-*") if p.name[5:].isdecimal()), default=0)
        draft = self.folder / f"data-{number}"
        present = self.inner
        self._drafting = True
        try:
            if not anew:
                present.flush()
                present.backup(str(draft))
            self.inner = ox.Store(str(draft))
            work()
            self.inner.flush()
            self._put(replace(self._state, schema=SCHEMA, data=draft.name))
        except BaseException:
            self.inner = present
            del present  # a traceback that is kept must not keep the folder locked
            with contextlib.suppress(OSError):
                shutil.rmtree(draft, ignore_errors=True)
            raise
        finally:
            self._drafting = False
        del present
        self._tidy()

    # -- keeping ----------------------------------------------------------------

    def backup(self, path: Path) -> None:
        """Copy the graph to a new folder, as it is now; hard links where the disk allows, so it costs little."""
        if path.exists():
            raise StoreError(f'"{path}" exists already.', cure="Name a new folder.")
        try:
            path.mkdir(parents=True)
            if self.read_only:
                shutil.copytree(self.data_folder, path / "data-1", ignore=shutil.ignore_patterns("LOCK"))
            else:
                self.inner.backup(str(path / "data-1"))
            replace(self._state, schema=SCHEMA, data="data-1").write(path)
        except OSError as error:
            shutil.rmtree(path, ignore_errors=True)
            raise unwritable(path, error) from error

    def optimize(self) -> None:
        """Compact the engine's files."""
        with self._writing():
            self.inner.optimize()

    def close(self) -> None:
        """Write out what the engine holds back and let the next writer in."""
        if not self.read_only:
            with contextlib.suppress(OSError):
                self.inner.flush()
        super().close()
        if self._lock:
            self._lock.release()


def _lock(folder: Path) -> BaseFileLock:
    """The right to write, held until released or until the process ends."""
    from filelock import FileLock, Timeout

    lock = FileLock(str(folder / "lock"), thread_local=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise StoreError(
            f'The graph "{folder}" is locked: another program has it open for writing.',
            cure="Close that program, or wait until it ends.",
        ) from error
    except OSError as error:
        raise _explain_opening(folder, error) from error
    return lock


def _is_engine_file(name: str) -> bool:
    return name in {"CURRENT", "IDENTITY", "LOCK", "LOG"} or name.startswith(("MANIFEST-", "OPTIONS-", "LOG.old")) or (
        name.endswith((".sst", ".log")) and name.split(".")[0].isdecimal()
    )


def _explain_opening(folder: Path, error: OSError | RuntimeError) -> StoreError:
    text = str(error)
    if "no space" in text.casefold():
        return StoreError(
            f'The graph "{folder}" cannot be written: the disk is full.',
            cure="Make room and try again; nothing was changed.",
        )
    if "lock" in text.casefold() and "denied" not in text.casefold():
        return StoreError(
            f'The graph "{folder}" is locked: another program has it open for writing.',
            cure="Close that program, or wait until it ends.",
        )
    if "denied" in text.casefold() or "read-only" in text.casefold():
        return StoreError(
            f'The graph "{folder}" cannot be written: no permission.',
            cure="Copy it to a folder of yours, or only read it.",
        )
    return StoreError(
        f'The graph "{folder}" cannot be opened: {text}.', cure="Restore it from a file saved with: kg save"
    )
