"""Many stories: counted, told in parallel, and the first that breaks a promise told in short.

python -m tests.simulation.run [--steps N] [--seed S] [--jobs N]
"""

import argparse
import itertools
import os
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context

from .minimise import as_text, minimise
from .story import STEPS, from_seed

AT_ONCE = 8
"""Stories that a process is given at once."""

REPORT_SECONDS = 15.0
"""How often a long run says how far it is."""


@dataclass(slots=True)
class Tally:
    """What was done. ``first_violation``: the seed and the short story."""

    seeds: int = 0
    steps: int = 0
    cycles: int = 0
    faults: int = 0
    violations: int = 0
    first_violation: str | None = None

    def add(self, other: Tally) -> None:
        self.seeds += other.seeds
        self.steps += other.steps
        self.cycles += other.cycles
        self.faults += other.faults
        self.violations += other.violations
        self.first_violation = self.first_violation or other.first_violation

    def __str__(self) -> str:
        """Return the numbers in one line."""
        return (
            f"{self.steps:,} steps ({self.cycles:,} of them or within them cycles) over {self.seeds:,} seeds, "
            f"{self.faults:,} faults injected, {self.violations} violations"
        )


def tell(seeds: Iterable[int], steps: int = STEPS) -> Tally:
    """Tell the stories of some seeds, until one breaks a promise."""
    tally = Tally()
    for seed in seeds:
        told = from_seed(seed, steps)
        tally.add(Tally(1, len(told.steps), told.cycles, told.faults, told.violation is not None))
        if told.violation is not None:
            tally.first_violation = as_text(seed, minimise(told))
            break
    return tally


def soak(steps: int | None, first_seed: int, jobs: int) -> Tally:
    """Tell stories until there were so many steps (the last story is told to its end), or a promise was broken."""
    total = Tally()
    started = said = time.monotonic()
    end = None if steps is None else first_seed + -(-steps // STEPS)
    seeds = itertools.islice(itertools.count(), first_seed, end)
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        running = {pool.submit(tell, some) for some in map(list, _batches(seeds, 2 * jobs)) if some}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for one in done:
                total.add(one.result())
            if total.first_violation is None:
                running |= {pool.submit(tell, some) for some in map(list, _batches(seeds, len(done))) if some}
            now = time.monotonic()
            if now - said >= REPORT_SECONDS:
                said = now
                _say(f"{now - started:,.0f} s: {total}; {total.steps / (now - started):,.0f} steps/s")
    return total


def _batches(seeds: Iterator[int], count: int) -> Iterator[Iterator[int]]:
    return (itertools.islice(seeds, AT_ONCE) for _ in range(count))


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/soak", description="Simulate lives of folders until one is lost.")
    parser.add_argument("--steps", type=int, default=None, help="end after so many steps (default: never)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed (default: 0)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    given = parser.parse_args()
    started = time.monotonic()
    total = soak(given.steps, given.seed, given.jobs)
    _say(f"{time.monotonic() - started:,.0f} s: {total}")
    if total.first_violation is not None:
        _say(f"\n{total.first_violation}")
        return 1
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
