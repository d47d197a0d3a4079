"""A story: a world and its steps, told once from a seed, and told again from its list."""

import asyncio
import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import pytest

from custom_components.immich_syncthing.engine import under_way

from . import acts_far, acts_faults, acts_immich, acts_owner, acts_phone, deeds, leaving, promises, quiescence
from .clock import VirtualLoop
from .drawing import Drawer, draw_setup
from .faults import Points, patched_system
from .steps import Step
from .world import Setup, World

__all__ = [
    "acts_far",
    "acts_faults",
    "acts_immich",
    "acts_owner",
    "acts_phone",
    "deeds",
    "leaving",
    "promises",
    "quiescence",
]

STEPS = 120
"""Steps of one story; each ends at rest."""

REST = Step("comes_to_rest")


@dataclass(slots=True)
class Told:
    """What became of a story. ``violation``: the promise that was broken after the last of ``steps``."""

    setup: Setup
    steps: list[Step] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    faults: int = 0
    cycles: int = 0
    violation: str | None = None


def from_seed(seed: int, steps: int = STEPS, *, far: bool = False, films: bool = False) -> Told:
    """Tell the story of a seed. ``far``: with the vault and a replica in stores that fail; ``films``: see ``Setup``."""
    random = Random(seed)
    told = Told(replace(draw_setup(random), far=far, films=films))

    async def live(world: World) -> None:
        draw = Drawer(random, world)
        for step in draw.first():
            await _take(step, world, told)
        while len(told.steps) < steps - 1:
            await _take(draw.next(), world, told)
        await _take(REST, world, told)

    return _tell(told, live)


def again(setup: Setup, steps: Sequence[Step]) -> Told:
    """Tell a story from its list."""
    told = Told(setup)

    async def live(world: World) -> None:
        for step in steps:
            await _take(step, world, told)

    return _tell(told, live)


async def _take(step: Step, world: World, told: Told) -> None:
    told.steps.append(step)
    await step.take(world)


def _tell(told: Told, live: object) -> Told:
    points = Points()

    async def life(place: Path) -> None:
        world = await World.begin(place, told.setup, points)
        try:
            await live(world)  # type: ignore[operator]
        except Exception as error:
            told.violation = f"{type(error).__name__}: {error}"
            if not isinstance(error, AssertionError):
                logging.getLogger(__name__).exception("The simulation itself failed")
        finally:
            told.trace, told.faults, told.cycles = world.trace, world.faults, world.cycles
            points.revive()
            await world.end()

    logger = logging.getLogger("custom_components.immich_syncthing")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    loop = VirtualLoop()
    try:
        with patched_system(points), _sizes_as_in(told.setup):
            loop.run_until_complete(life(Path(tempfile.mkdtemp(prefix="story-", dir=memory()))))
    finally:
        logger.setLevel(level)
        loop.close()
    return told


@contextmanager
def _sizes_as_in(setup: Setup) -> Iterator[None]:
    """Let every file pass for a film, or none: in memory, none is as large as one."""
    with pytest.MonkeyPatch.context() as patch:
        if setup.films:
            patch.setattr(under_way, "BIG", 1)
        yield


def memory() -> Path | None:
    """Return where files are in memory, ``None`` where no such place is known."""
    place = Path("/dev/shm")  # noqa: S108 - made by the system, and left clean
    return place if place.is_dir() else None


_ = asyncio
