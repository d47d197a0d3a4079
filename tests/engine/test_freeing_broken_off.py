"""What was to be freed and stayed after all is its owner's to delete: nobody takes its absence for ours."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.rules import Rules
from tests.servers.immich import FaultKind

from .living import Life, living, ten_photos
from .test_age import HOUR, aged
from .test_freed_votes import ALL, PATH, PHOTO, in_ledger, life

__all__ = ["life"]

pytestmark = pytest.mark.usefixtures("socket_enabled")

OLD = ["IMG_3.jpg", "IMG_4.jpg", "IMG_5.jpg"]


async def soon_freed(life: Life) -> dict[str, bytes]:
    """Have the three old ones of ten photos be the next cycle's to free."""
    photos = await ten_photos(life)
    for number, name in enumerate(OLD):
        aged(life, 400 + number, name)
    await life.restart(rules=Rules(free_after_days=365))
    life.clock.skip(2 * HOUR)
    return {f"Camera/{name}": photos[f"Camera/{name}"] for name in OLD}


async def owner_deletes(life: Life, photos: dict[str, bytes]) -> None:
    for path in photos:
        assert (life.root / path).exists()
        life.phone_deletes(path)
    await life.settle()
    assert life.in_immich(trashed=True) == set(photos.values())


async def test_immich_goes_away_before_any_of_them_goes(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        photos = await soon_freed(life)
        life.syncthing.meanwhile.append(lambda: life.server.faults.add(FaultKind.RESET_BEFORE, "."))
        report = await life.cycle()
        assert report.problem is not None
        life.server.faults.clear()
        await owner_deletes(life, photos)


async def test_syncthing_is_at_work_on_all_of_them(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        photos = await soon_freed(life)
        life.syncthing.on_its_way.update(photos)
        await life.cycle()
        life.syncthing.on_its_way.clear()
        await owner_deletes(life, photos)


async def test_another_folder_has_the_photo_too(life: Life) -> None:
    asset_id = life.web.find("IMG_1.jpg").id
    life.folder.free(ALL, await life.folder.to_free(ALL, 9))
    life.syncthing.meanwhile.append(
        lambda: life.server.faults.add(FaultKind.STATUS, f"/assets/{asset_id}$", status=500)
    )
    assert (await life.cycle()).failed == 1
    assert not (await in_ledger(life)).freed
    life.server.faults.clear()
    life.phone_deletes(PATH)
    life.tablet_deletes("copy.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == {PHOTO}
