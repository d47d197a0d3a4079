"""Runs a benchmark in a process of its own: what one leaves in memory is not the next one's."""

import asyncio
import logging
import multiprocessing
import signal
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from .rows import Bench, Row, Wish

END_PATIENCE_S = 60.0
"""How long a benchmark that was broken off may take to end its servers."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The benchmark is set up, and begins to measure."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Ended:
    """It has measured for so long. ``failure``: why that was not all, in words."""

    seconds: float
    failure: str | None = None


type Told = Ready | Row | Ended


def run(bench: Bench, wish: Wish, within: float | None = None) -> Iterator[Told]:
    """Yield what a benchmark tells; the last is ``Ended``. ``within``: seconds that it may measure."""
    context = multiprocessing.get_context("fork")
    listening, speaking = context.Pipe(duplex=False)
    process = context.Process(target=_live, args=(bench, wish, speaking))
    process.start()
    speaking.close()
    began: float | None = None
    try:
        while True:
            left = None if within is None or began is None else max(0.0, within - (time.monotonic() - began))
            if not listening.poll(left):
                yield Ended(within or 0.0, f"not within {within:.0f} s")
                return
            try:
                told: Told = listening.recv()
            except EOFError:
                process.join()
                yield Ended(0.0, f"its process ended with {process.exitcode}")
                return
            if isinstance(told, Ready):
                began = time.monotonic()
            yield told
            if isinstance(told, Ended):
                return
    finally:
        if process.is_alive():
            process.terminate()
        process.join(END_PATIENCE_S)
        process.kill()


def _live(bench: Bench, wish: Wish, speaking: Connection) -> None:
    logging.basicConfig(level=logging.ERROR)
    try:
        asyncio.run(_measure(bench, wish, speaking))
    except BaseException:  # noqa: BLE001 - the parent tells it
        speaking.send(Ended(0.0, traceback.format_exc()))


async def _measure(bench: Bench, wish: Wish, speaking: Connection) -> None:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with tempfile.TemporaryDirectory(prefix="immich-syncthing-bench-") as place:
        began = time.monotonic()
        async with bench.prepare(Path(place), wish) as measure:
            speaking.send(Ready(time.monotonic() - began))
            began = time.monotonic()
            async for row in measure():
                speaking.send(row)
            seconds = time.monotonic() - began
    speaking.send(Ended(seconds))
