"""Measures how long the event loop is kept from all else: by each callback, and by all of them together."""

import asyncio
import asyncio.events
import gc
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

LONG_S = 0.02
"""What takes longer is named."""


@dataclass(slots=True)
class Metered:
    """What happened in one loop while it was metered, in milliseconds.

    ``busy``: all callbacks together, ``busy_cpu``: as far as they really computed and did not wait for a processor or
    for Python's lock. ``longest`` and ``longest_cpu``: of a single callback. ``collecting``: in callbacks, by Python's
    garbage collector, which now and then looks at all objects of the process, whoever made them; ``longest_cpu`` is
    without that. ``long``: what took longer than 20 ms.
    """

    wall: float = 0.0
    busy: float = 0.0
    busy_cpu: float = 0.0
    longest: float = 0.0
    longest_cpu: float = 0.0
    collecting: float = 0.0
    long: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """Return it as rounded values."""
        return {name: round(value, 1) if isinstance(value, float) else value for name, value in asdict(self).items()}


@contextmanager
def metered() -> Iterator[Metered]:
    """Meter the loop of this thread. What is under way in it now counts from its next step on."""
    meter, thread, run = Metered(), threading.get_ident(), asyncio.events.Handle._run  # noqa: SLF001 - only there
    collected = [0.0]

    def collecting(phase: str, _: dict[str, int]) -> None:
        if threading.get_ident() == thread:
            collected[0] += time.thread_time() * (1000 if phase == "stop" else -1000)

    def timed(handle: asyncio.Handle) -> None:
        if threading.get_ident() != thread:
            run(handle)
            return
        name = _name(handle)
        collected[0] = 0.0
        wall, cpu = time.perf_counter(), time.thread_time()
        run(handle)
        wall, cpu = (time.perf_counter() - wall) * 1000, (time.thread_time() - cpu) * 1000
        meter.busy += wall
        meter.busy_cpu += cpu
        meter.collecting += collected[0]
        cpu -= collected[0]
        meter.longest, meter.longest_cpu = max(meter.longest, wall), max(meter.longest_cpu, cpu)
        if cpu > LONG_S * 1000:
            meter.long.append(f"{cpu:.0f} of {wall:.0f} ms: {name[:200]}")
        if collected[0] > LONG_S * 1000:
            meter.long.append(f"{collected[0]:.0f} of {wall:.0f} ms: the garbage collector")

    began = time.perf_counter()
    gc.callbacks.append(collecting)
    asyncio.events.Handle._run = timed  # type: ignore[assignment, method-assign]  # noqa: SLF001
    try:
        yield meter
    finally:
        gc.callbacks.remove(collecting)
        asyncio.events.Handle._run = run  # type: ignore[method-assign]  # noqa: SLF001
        meter.wall = (time.perf_counter() - began) * 1000


def _name(handle: asyncio.Handle) -> str:
    """Return what is called; of a task's step, the innermost function that waits in it."""
    callback = handle._callback  # type: ignore[attr-defined]  # noqa: SLF001
    task = getattr(callback, "__self__", None)
    if not isinstance(task, asyncio.Task) or not (stack := task.get_stack(limit=1)):
        return repr(handle)
    waiting: Any = task.get_coro()
    while (inner := getattr(waiting, "cr_await", None)) is not None and hasattr(inner, "cr_frame"):
        waiting = inner
    return f"{task.get_name()}: {stack[0].f_code.co_qualname} … {waiting.__qualname__}"
