"""The panel's page: how soon it is seen, and how it bears 5,000 photos. What Home Assistant takes is not in it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.servers.homeassistant import CHECKOUT

from .rows import Bench, Measure, Row, Wish, at_most
from .upload_memory import MIB


@asynccontextmanager
async def _prepared(_: Path, __: Wish) -> AsyncIterator[Measure]:
    async def measure() -> AsyncIterator[Row]:
        python = CHECKOUT / ".venv-e2e" / "bin" / "python"
        page = await asyncio.create_subprocess_exec(
            *(python, "-m", "tests.benchmarks.panel_page"), cwd=CHECKOUT, stdout=asyncio.subprocess.PIPE
        )
        told, _ = await page.communicate()
        found = json.loads(told)
        yield Row("panel.first_view", found["first_view"], "s", target=at_most(1))
        yield Row("panel.longest_task", found["longest_task"], "ms", target=at_most(100))
        yield Row("panel.memory", found["memory"] / MIB, "MiB")
        yield Row("panel.memory.growth", found["growth"] / MIB, "MiB", target=at_most(1))
        yield Row("panel.nodes", found["nodes"], "nodes")

    yield measure


BENCH = Bench("panel", _prepared, by_name=True)
