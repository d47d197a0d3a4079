"""A folder whose photos are in Immich already: they are recognised by their bytes, and nothing is sent."""

import re
from pathlib import Path

import pytest

from custom_components.immich_syncthing.immich.client import ImmichClient

from .living import Life, living

pytestmark = pytest.mark.usefixtures("socket_enabled")

PHOTOS = 40
LOCKED, TRASHED = 7, 8


async def first_link(life: Life) -> int:
    """Link photos, of which one is locked and one trashed; return how many assets were asked for one by one."""
    ids = []
    for number in range(PHOTOS):
        content = life.phone_adds(f"Camera/IMG_{number}.jpg")
        ids.append(life.web.upload(content, f"IMG_{number}.jpg"))
    life.web.lock(ids[LOCKED])
    life.web.trash(ids[TRASHED])
    client = life.folder._context.immich  # noqa: SLF001 - the coordinator asks its version
    assert isinstance(client, ImmichClient)
    await client.version()
    before = len(life.server.log)
    report = await life.settle()
    assert (report.counts.linked, report.counts.held) == (PHOTOS - 2, 1)
    asked = [one for one in life.server.log[before:] if re.fullmatch("/api/assets/[0-9a-f-]{36}", one.path)]
    assert not any(one.method == "POST" and one.path == "/api/assets" for one in life.server.log[before:])
    return len(asked)


async def test_many_are_looked_at_together_where_immich_can(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        # What is locked never shows, and has to be asked for by itself.
        assert await first_link(life) == 1


async def test_each_is_looked_at_where_immich_cannot(tmp_path: Path) -> None:
    async with living(tmp_path, version="2.7.5") as life:
        assert await first_link(life) == PHOTOS
