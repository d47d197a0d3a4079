"""What comes back with an older database of Immich is copied, though nothing new says so."""

from collections.abc import AsyncGenerator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.models import ChangePage
from custom_components.immich_syncthing.replica.listing import EPOCH
from custom_components.immich_syncthing.replica.settings import Originals, ReplicaSettings
from custom_components.immich_syncthing.stores.store import Store
from tests.servers.immich.libraries import scan
from tests.servers.immich.records import Library

from .house import House
from .restored import held, later, restore, run, told, upload
from .test_seldom import LITTLE


@pytest.fixture
def store() -> Store:
    """Memory is enough: it is the library that is odd."""
    return Store.memory()


@pytest.fixture
def anew(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Grows when everything is listed anew."""
    seen: list[datetime] = []
    listing = ImmichClient.listing

    def watched(client: ImmichClient, since: datetime, owner_id: str, **more: Any) -> AsyncGenerator[ChangePage]:
        if since == EPOCH and not more:
            seen.append(since)
        return listing(client, since, owner_id, **more)

    monkeypatch.setattr(ImmichClient, "listing", watched)
    return seen


@pytest.mark.parametrize("newer", [False, True])
async def test_a_photo_that_is_not_in_the_trash_any_more_is_copied(house: House, newer: bool) -> None:
    photo, _ = await upload(house, "photo", "other")
    older = house.server.snapshot()
    later(house)
    house.web.trash(photo)
    await run(house)
    restore(house, older)
    if newer:
        await upload(house, "newer")
    report, figures = await run(house)
    assert told(report) is None, "nothing that is here lacks there"
    assert await held(house) == ["newer"] * newer + ["other", "photo"]
    assert (figures.total_files, figures.behind_files) == (2 + newer, 0)


async def test_a_photo_whose_flag_alone_changed_is_copied(house: House) -> None:
    """Dates tell what to look at, not what is new."""
    photo, _ = await upload(house, "photo", "other")
    house.web.trash(photo)
    await run(house)
    asset = house.server.world.tables.assets[photo]
    changed_at = asset.updated_at
    house.web.restore(photo)
    asset.updated_at = changed_at
    await run(house)
    assert await held(house) == ["other", "photo"]


@pytest.mark.parametrize("newer", [False, True])
async def test_a_photo_that_had_been_deleted_before_it_was_copied_is_copied(house: House, newer: bool) -> None:
    photo, _ = await upload(house, "photo", "other")
    older = house.server.snapshot()
    house.web.purge(photo)
    await run(house)
    restore(house, older)
    if newer:
        await upload(house, "newer")
    report, figures = await run(house)
    assert told(report) is None
    assert await held(house) == ["newer"] * newer + ["other", "photo"]
    assert figures.behind_files == 0


async def test_a_photo_whose_copy_has_left_is_copied_again(house: House) -> None:
    photo, _ = await upload(house, "photo", "other")
    await run(house)
    older = house.server.snapshot()
    house.web.purge(photo)
    await run(house)
    house.clock.days(31)
    assert (await run(house))[0].retired == 1
    restore(house, older)
    await run(house)
    assert await held(house) == ["other", "photo"]


async def test_what_comes_in_while_the_servers_clock_is_behind_is_copied(house: House) -> None:
    photo, other, _ = await upload(house, "photo", "other", "third")
    await run(house)
    house.server.world.clock.jump(-3600)
    await upload(house, "newer")
    house.web.favourite(photo)
    assert (await run(house))[0].copied == 1
    assert (await run(house))[0].copied == 0
    house.server.world.clock.jump(7200)
    third = house.web.find("third.jpg").id
    house.web.favourite(third)
    house.web.purge(other)
    report, figures = await run(house)
    assert (told(report), figures.leaving) == (None, 1), "its dates were odd, and it is the same library"


async def test_a_photo_that_returns_without_its_file_is_counted_as_failing(house: House) -> None:
    """What was deleted for good is not on the server's disk any more, whatever its database says."""
    photo, _ = await upload(house, "photo", "other")
    older = house.server.snapshot()
    house.web.purge(photo)
    await run(house)
    house.server.restore_database(older)
    report, figures = await run(house)
    assert (report.failed, figures.behind_files, figures.failing) == (1, 1, 1)


async def test_what_returns_while_the_newest_goes_is_copied(house: House) -> None:
    photo, _ = await upload(house, "photo", "other")
    older = house.server.snapshot()
    house.web.purge(photo)
    await upload(house, "newest")
    await run(house)
    restore(house, older)
    report, _ = await run(house)
    assert told(report) is None, "one photo that is gone is no older library"
    assert await held(house) == ["newest", "other", "photo"]


async def test_what_returns_while_another_goes_is_found_within_a_day(house: House) -> None:
    """As many as before: neither dates nor counts tell."""
    photo, other, _ = await upload(house, "photo", "other", "third")
    older = house.server.snapshot()
    house.web.purge(photo)
    await run(house)
    restore(house, older)
    house.web.purge(other)
    house.clock.days(1)
    await run(house)
    assert "photo" in await held(house)


async def test_what_returns_is_found_within_a_day_where_nobody_may_count(house: House) -> None:
    house.client = house.with_key(house.server.make_key(*LITTLE))
    photo, _ = await upload(house, "photo", "other")
    older = house.server.snapshot()
    house.web.purge(photo)
    await run(house)
    restore(house, older)
    house.clock.days(1)
    await run(house)
    assert await held(house) == ["other", "photo"]


async def test_what_returns_hidden_is_found_within_a_week(house: House) -> None:
    """No hidden photo is counted."""
    hidden, _ = await upload(house, "hidden", "other")
    house.web.hide(hidden)
    await upload(house, "third")
    older = house.server.snapshot()
    house.web.purge(hidden)
    await run(house)
    restore(house, older)
    house.clock.days(7)
    await run(house)
    assert await held(house) == ["hidden", "other", "third"]


async def test_what_was_locked_and_is_not_any_more_is_copied(house: House) -> None:
    photo, _ = await upload(house, "photo", "other")
    older = house.server.snapshot()
    house.web.lock(photo)
    await run(house)
    house.server.restore_database(older)
    await run(house)
    assert await held(house) == ["other", "photo"]


async def test_a_favourite_that_is_one_again_is_copied(house: House) -> None:
    settings = ReplicaSettings(originals=Originals.FAVORITES)
    photo, _ = await upload(house, "photo", "other")
    house.web.favourite(photo)
    older = house.server.snapshot()
    later(house)
    house.web.favourite(photo, on=False)
    await run(house, settings)
    house.server.restore_database(older)
    await upload(house, "newer")
    report, _ = await run(house, settings)
    assert told(report) is None
    assert await held(house) == ["photo"]


async def test_much_that_moves_at_once_is_no_reason_to_list_everything(house: House, anew: list[datetime]) -> None:
    first, second, third, _ = await upload(house, "first", "second", "third", "fourth")
    await run(house)
    assert len(anew) == 1
    house.web.trash(first)
    await run(house)
    house.web.empty_trash()
    await house.server.settle()
    await run(house)
    house.web.lock(second)
    await run(house)
    house.web.archive(third)
    await upload(house, "fifth")
    await run(house)
    assert len(anew) == 1
    house.clock.days(7)
    await run(house)
    assert len(anew) == 2, "once a week, without a reason"


async def test_counts_that_move_while_it_looks_prove_nothing(
    house: House, anew: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    photo, other, _ = await upload(house, "photo", "other", "third")
    await run(house)
    listing = ImmichClient.listing

    async def meanwhile(client: ImmichClient, *args: Any, **more: Any) -> AsyncGenerator[ChangePage]:
        house.web.trash(photo)
        async for page in listing(client, *args, **more):
            yield page
        house.web.restore(other)

    house.web.trash(other)
    with monkeypatch.context() as patch:
        patch.setattr(ImmichClient, "listing", meanwhile)
        await run(house)
    before = len(anew)
    await run(house)
    assert len(anew) == before


async def test_photos_of_an_external_library_are_counted_and_not_looked_for(
    house: House, anew: list[datetime], tmp_path: Path
) -> None:
    await upload(house, "photo")
    await run(house)
    place = tmp_path / "library"
    place.mkdir()
    now = house.server.world.clock.now()
    library = Library("5a17a1de-0000-4000-8000-000000000001", house.server.admin.id, "Theirs", [str(place)], now, now)
    for number in range(3):
        later(house)
        (place / f"IMG_{number}.jpg").write_bytes(f"theirs {number}".encode())
        scan(house.server.server, library)
        await house.server.settle()
        await run(house)
    assert len(anew) == 1
    assert await held(house) == ["photo"]
