"""What something takes: time on the clock, and time of a processor, which is the same on a machine that is busy."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from .rows import Row, Target


@dataclass(slots=True)
class Spent:
    """Seconds: on the clock, and of all processors in all threads of this process."""

    wall: float = 0.0
    cpu: float = 0.0


@contextmanager
def spent() -> Iterator[Spent]:
    """Measure what happens in the block; known when it ends."""
    told, wall, cpu = Spent(), time.perf_counter(), time.process_time()
    yield told
    told.wall, told.cpu = time.perf_counter() - wall, time.process_time() - cpu


def from_spent(name: str, ours: Sequence[Spent], theirs: Sequence[Spent], target: Target | None = None) -> Row:
    """Return the median of the time on the clock, and its ratio to that of somebody else."""
    own, other = (median(one.wall for one in some) for some in (ours, theirs))
    return Row(name, own, "s", own / other, target)


def cpu_of(name: str, ours: Sequence[Spent], theirs: Sequence[Spent] = ()) -> Row:
    """Return the median of the processor's time, and its ratio to that of somebody else."""
    own = median(one.cpu for one in ours)
    ratio = own / median(one.cpu for one in theirs) if theirs else None
    return Row(f"{name}.cpu", 1000 * own, "ms", ratio)
