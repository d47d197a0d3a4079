"""Half an hour at rest: what Home Assistant takes of processor and memory with the integration, beside one without it.

Both run at the same time on the same machine, each with nothing else to do. A thousand photos are in agreement.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.photos import photo
from tests.e2e.stage import Stage
from tests.servers.homeassistant import HomeAssistantProcess

from .rows import Bench, Measure, Row, Wish, at_most
from .upload_memory import MIB

PHOTOS = 1_000
PATIENCE_S = 600.0
WARM_SECONDS = 60.0
"""After a start, Home Assistant has things to do for a while."""


@dataclass(frozen=True, slots=True)
class Used:
    """What a process has used so far: seconds of processor time, and bytes resident now."""

    cpu: float
    resident: int

    @classmethod
    def by(cls, pid: int) -> Used:
        """Look at a process and all its threads."""
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks, pages = int(fields[11]) + int(fields[12]), int(fields[21])
        return cls(ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE"))


@asynccontextmanager
async def _prepared(place: Path, wish: Wish) -> AsyncIterator[Measure]:
    bare = HomeAssistantProcess(place / "bare")
    async with Stage(place / "with") as stage, bare:
        await stage.phone_takes_photos({f"Before/IMG_{number}.jpg": photo(number) for number in range(PHOTOS)})
        await stage.agree(PATIENCE_S)
        await asyncio.sleep(WARM_SECONDS)

        async def measure() -> AsyncIterator[Row]:
            before, before_bare = Used.by(stage.home.pid), Used.by(bare.pid)
            asked = len(await stage.immich.log())
            seconds = 60 * wish.minutes
            await asyncio.sleep(seconds)
            after, after_bare = Used.by(stage.home.pid), Used.by(bare.pid)
            own, alone = after.cpu - before.cpu, after_bare.cpu - before_bare.cpu
            yield Row(
                "home.cpu", 100 * (own - alone) / seconds, "% of a core", own / alone if alone else None, at_most(0.5)
            )
            yield Row("home.cpu.without", 100 * alone / seconds, "% of a core")
            more = (after.resident - after_bare.resident) / MIB
            yield Row("home.memory", more, "MiB", after.resident / after_bare.resident)
            yield Row("home.memory.growth", (after.resident - before.resident) / MIB, "MiB")
            yield Row("home.immich", (len(await stage.immich.log()) - asked) / wish.minutes, "requests/min")

        yield measure


BENCH = Bench("home", _prepared, by_name=True)
