"""How much rules ask of Immich: next to nothing for each photo, and nothing at all where there are none."""

from collections import Counter
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.apply.sorting_look import FEW, JUST_NOW_SECONDS
from custom_components.immich_syncthing.engine.observe_immich import OVERLAP

from .idleness import counted
from .living import Life, living
from .rule_life import Stored, albums, at_rest, with_rules

pytestmark = pytest.mark.usefixtures("socket_enabled")

PHOTOS = 600
THREE_RULES: list[Stored] = [
    {"id": "1", "path": "*/IMG_*.jpg", "album": "Site {1}", "tags": ["Sites/{1}"]},
    {"id": "2", "path": "*1.jpg", "favorite": True, "rating": 4},
    {"id": "3", "path": "*7.jpg", "tags": ["Sevens"], "description": "a seven"},
]
WORDS = {"PUT /assets": 3, "POST /albums": 2, "GET /albums": 1, "PUT /tags": 1, "albums": 2, "tags": 3}
"""Requests there may be: one for each effect and value, as none is for more than 1,000 photos."""


async def gone_up(life: Life, count: int) -> None:
    """Let so many photos go up, and then Immich read all of them at once."""
    for number in range(count):
        life.phone_adds(f"{'AB'[number % 2]}/IMG_{number}.jpg")
    life.server.server.jobs.pause("metadataExtraction")
    while len(life.web.assets()) < count:
        await life.cycle()
    life.server.server.jobs.resume("metadataExtraction")
    await life.server.server.jobs.settle()


@pytest.mark.parametrize("version", ["2.7.5", "3.2.2"])
async def test_many_photos_are_told_of_together(tmp_path: Path, version: str) -> None:
    async with living(tmp_path, version=version) as life:
        await with_rules(life, *THREE_RULES)
        await gone_up(life, PHOTOS)
        async with counted(life) as cost:
            await at_rest(life)
        asked: Counter[str] = Counter()
        for request in cost.immich:
            path = request.partition(" ")[2]
            inside = path.split("/")[1] if path.endswith("/assets") and path.count("/") > 1 else None
            asked[inside or request.split("?", maxsplit=1)[0]] += 1
        assert {word: asked[word] for word in WORDS} == WORDS
        assert {name: len(photos) for name, photos in albums(life).items()} == {"Site A": 300, "Site B": 300}


@pytest.mark.parametrize(("version", "listing"), [("2.7.5", 3), ("3.2.2", 1)])
async def test_what_immich_has_just_shown_is_not_listed_again(tmp_path: Path, version: str, listing: int) -> None:
    async with living(tmp_path, version=version) as life:
        await with_rules(life, *THREE_RULES)
        await gone_up(life, FEW + 1)
        async with counted(life) as cost:
            await life.cycle()
        assert cost.immich.count("POST /search/metadata") == listing
        assert len(albums(life)["Site A"]) > FEW / 2


async def test_photos_that_waited_for_another_one_are_not_listed_again(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, *THREE_RULES)
        await gone_up(life, 2 * FEW)
        life.phone_adds("A/unread.jpg")
        life.server.server.jobs.pause("metadataExtraction")
        for favourite in (True, False, True):
            await life.cycle()
            life.clock.skip(2 * JUST_NOW_SECONDS)
            life.server.world.clock.jump(2 * OVERLAP.total_seconds())
            life.web.favourite(life.web.find("IMG_0.jpg").id, on=favourite)
        assert albums(life) == {}
        life.server.server.jobs.resume("metadataExtraction")
        await life.server.server.jobs.settle()
        async with counted(life) as cost:
            await life.cycle()
        assert cost.immich.count("POST /search/metadata") == 1
        assert len(albums(life)["Site A"]) == FEW


async def test_an_idle_cycle_with_rules_asks_nothing_more(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, *THREE_RULES)
        life.phone_adds("A/IMG_1.jpg")
        await at_rest(life)
        await life.cycle()
        async with counted(life) as cost:
            await life.cycle()
        assert cost.immich == ["POST /search/metadata", "GET /assets/statistics"]
        assert cost.writes == 0
