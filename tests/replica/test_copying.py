"""Copies that do not come about at once: a store that forgets, a name that cannot be one, a wish taken back."""

from dataclasses import dataclass
from typing import override

from custom_components.immich_syncthing.replica.model import Ending
from custom_components.immich_syncthing.replica.settings import Originals, ReplicaSettings
from custom_components.immich_syncthing.stores.model import Stored

from .faulty import FaultyStore
from .house import House

PLACE = "originals/undated/IMG_1.jpg"


@dataclass
class Forgetful(FaultyStore):
    """A store that thanks for an object and then does not know it."""

    forgets: bool = True

    @override
    async def head(self, key: str) -> Stored | None:
        return None if self.forgets and key == PLACE else await super().head(key)


async def test_what_the_store_took_and_does_not_know_is_no_copy(house: House) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    await house.upload(b"other", "IMG_2.jpg")
    store = Forgetful(house.store)
    house.store = store
    replica = await house.open()
    report = await replica.run()
    assert (report.copied, report.failed, report.ending) == (1, 1, Ending.COMPLETE)
    assert [line["key"] for line in (await house.lines()).values()] == ["originals/undated/IMG_2.jpg"]
    store.forgets = False
    house.clock.days(2)
    report = await replica.run()
    assert (report.copied, report.reused, report.failed) == (0, 1, 0)
    await replica.close()
    assert len(await house.lines()) == 2


async def test_a_name_that_no_file_can_have_is_no_copy_and_stops_nobody(house: House) -> None:
    asset_id = await house.upload(b"odd", "IMG_1.jpg")
    await house.upload(b"photo", "IMG_2.jpg")
    house.server.world.tables.assets[asset_id].name = "IMG\0.jpg"
    replica = await house.open()
    report = await replica.run()
    assert (report.copied, report.failed, report.ending) == (1, 1, Ending.COMPLETE)
    await replica.close()
    assert await house.contents() == {"originals/undated/IMG_2.jpg": b"photo"}


async def test_what_was_begun_and_is_wanted_no_more_is_not_sent_and_not_told(house: House) -> None:
    settings = ReplicaSettings(originals=Originals.FAVORITES)
    asset_id = await house.upload(b"photo", "IMG_1.jpg")
    house.web.favourite(asset_id)
    broken = FaultyStore(house.store, failing=PLACE)
    house.store = broken
    replica = await house.open(settings)
    assert (await replica.run()).ending is Ending.PROBLEM
    await replica.close()
    house.web.favourite(asset_id, on=False)
    broken.failing = None
    house.clock.days(2)
    report = await house.run(settings)
    assert (report.copied, report.described) == (0, 0)
    assert await house.contents() == {}
    assert await house.lines() == {}
    house.web.favourite(asset_id)
    assert (await house.run(settings)).copied == 1
    assert await house.contents() == {PLACE: b"photo"}
