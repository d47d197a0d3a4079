"""Photos that go up into a folder with three rules, beside the same photos without any."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

from custom_components.immich_syncthing.engine.sorting.parsing import parse_rules
from tests.servers.immich.process import ImmichProcess

from . import photos
from .rows import Bench, Measure, Of, Row, Wish, at_most
from .upload import Uploads, alone

RULES: Final[list[dict[str, Any]]] = [
    {"id": "1", "path": "IMG_*.jpg", "album": "Phone", "tags": ["from/{folder}"]},
    {"id": "2", "path": "*1.jpg", "favorite": True, "rating": 4},
    {"id": "3", "path": "*7.jpg", "tags": ["Sevens"], "description": "a seven"},
]
EFFECTS: Final = 6
"""An album, two tags, a favourite, a rating and a description, of one value each."""

PER_REQUEST: Final = 500
BOOKKEEPING: Final = 3
"""Requests whatever the number of photos: which albums there are, one that is made, and the tags."""

_CHANGE: Final = ("PUT", "/api/assets")


@asynccontextmanager
async def _prepared(place: Path, wish: Wish, *, name: str, count: int, size: int) -> AsyncIterator[Measure]:
    uploads = Uploads(place, count, size)
    await asyncio.to_thread(uploads.write)
    await photos.come_to_rest()
    asked: list[int] = []

    async def with_rules(immich: ImmichProcess) -> float:
        seconds = await uploads.ours(immich, parse_rules(RULES, "Phone"))
        log = await immich.log()
        asked.append(sum((one["method"], one["path"]) == _CHANGE or _sorts(one["path"]) for one in log))
        return seconds

    async def measure() -> AsyncIterator[Row]:
        plain = [await alone(place / "immich", count, uploads.ours) for _ in range(wish.rounds)]
        ruled = [await alone(place / "immich", count, with_rules) for _ in range(wish.rounds)]
        yield Row(name, median(ruled), "s", median(ruled) / median(plain), at_most(1.1, Of.RATIO))
        most = EFFECTS * -(-count // PER_REQUEST) + BOOKKEEPING
        yield Row(f"{name}.requests", max(asked), "requests", target=at_most(most))

    yield measure


def _sorts(path: str) -> bool:
    return path.startswith(("/api/albums", "/api/tags"))


def bench(name: str, count: int, size: int, *, quick: bool = False) -> Bench:
    name = f"rules.{name}"
    return Bench(name, partial(_prepared, name=name, count=count, size=size), quick)
