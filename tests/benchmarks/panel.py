"""The panel: its page alone, how soon it is seen and how it bears 5,000 photos; and how soon in a Home Assistant."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.servers.homeassistant import CHECKOUT

from .rows import Bench, Measure, Row, Wish, at_most
from .upload_memory import MIB


async def _told_by(module: str) -> Any:
    """Run a module where a browser can be had, and return what it prints."""
    python = CHECKOUT / ".venv-e2e" / "bin" / "python"
    program = await asyncio.create_subprocess_exec(
        *(python, "-m", f"tests.benchmarks.{module}"), cwd=CHECKOUT, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await program.communicate()
    return json.loads(told)


@asynccontextmanager
async def _page(_: Path, __: Wish) -> AsyncIterator[Measure]:
    async def measure() -> AsyncIterator[Row]:
        found = await _told_by("panel_page")
        yield Row("panel.first_view", found["first_view"], "s", target=at_most(1))
        yield Row("panel.longest_task", found["longest_task"], "ms", target=at_most(100))
        yield Row("panel.memory", found["memory"] / MIB, "MiB")
        yield Row("panel.memory.growth", found["growth"] / MIB, "MiB", target=at_most(1))
        yield Row("panel.nodes", found["nodes"], "nodes")

    yield measure


@asynccontextmanager
async def _home(_: Path, __: Wish) -> AsyncIterator[Measure]:
    async def measure() -> AsyncIterator[Row]:
        found = await _told_by("panel_home")
        yield Row("panel.home.first_view", found["first_view"], "s", target=at_most(1))
        yield Row("panel.home.slowest", found["slowest"], "s")
        yield Row("panel.home.whole_page", found["whole_page"], "s")

    yield measure


BENCHES = (Bench("panel", _page, by_name=True), Bench("panel.home", _home, by_name=True))
