"""Wall and CPU time of calls, taken in turn so that a busy machine slows every contender alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_MANY, _QUICK = 40, 1.0  # rounds at most; seconds up to which there are more rounds than asked for


@dataclass(frozen=True)
class Timing:
    """Medians of some runs, in milliseconds. ``cpu`` counts all threads, and a server's process with its client's."""

    wall: float
    cpu: float
    runs: int

    @classmethod
    def of(cls, samples: Sequence[tuple[float, float]]) -> Timing:
        """The medians of (wall, CPU) samples in milliseconds."""
        return cls(
            statistics.median(wall for wall, _ in samples),
            statistics.median(cpu for _, cpu in samples),
            len(samples),
        )


def cpu_of(pids: Sequence[int]) -> float:
    """CPU seconds that this process and others have used so far."""
    total = time.process_time()
    for pid in pids:
        import psutil  # only servers need it

        used = psutil.Process(pid).cpu_times()
        total += used.user + used.system
    return total


def once(work: Callable[[], Any], pids: Sequence[int] = ()) -> tuple[Any, tuple[float, float]]:
    """The result of one call and its (wall, CPU) in milliseconds."""
    cpu, wall = cpu_of(pids), time.perf_counter()
    result = work()
    wall = time.perf_counter() - wall
    return result, (wall * 1000, (cpu_of(pids) - cpu) * 1000)


def in_turn(
    works: Mapping[str, tuple[Callable[[], Any], Sequence[int]]], *, runs: int = 5, seconds: float = 20.0
) -> tuple[dict[str, Timing], dict[str, Any]]:
    """Times of several works, one run of each after the other, and what each gave at first.

    There are *runs* rounds, more of what is quick, so that a slice of time that another program took does not
    pass for the work's own. The first round warms up and counts only where it was long. Rounds stop when *seconds*
    are spent, but not before each work was timed once.
    """
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    first: dict[str, Any] = {}
    gc.collect()
    gc.disable()
    try:
        started = time.perf_counter()
        for turn in range(_MANY + 1):
            order = list(works.items())
            # The one that goes second finds warmer caches: take turns.
            for name, (work, pids) in order if turn % 2 else reversed(order):
                result, took = once(work, pids)
                first.setdefault(name, result)
                if turn or took[0] > 2000:
                    samples[name].append(took)
                del result
            spent = time.perf_counter() - started
            if all(samples.values()) and (spent > seconds or (turn >= runs and spent > _QUICK)):
                break
    finally:
        gc.enable()
    return {name: Timing.of(taken) for name, taken in samples.items()}, first
