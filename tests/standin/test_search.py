"""Searching: filters, what moves updatedAt, and the paging that loses photos."""

from datetime import timedelta
from typing import Any

import pytest

from tests.servers.immich.dates import milliseconds

from .asking import Asker, jpeg

LONG_AGO = "1970-01-01T00:00:00Z"


async def names(asker: Asker, **filters: Any) -> list[str]:
    found = (await asker.ask("POST", "/search/metadata", filters))[1]["assets"]["items"]
    return sorted(asset["originalFileName"] for asset in found)


async def pages(asker: Asker, size: int) -> list[str]:
    """Every id that walking the pages brings, in order, as often as it comes."""
    ids: list[str] = []
    page: str | None = "1"
    while page:
        found = (await asker.ask("POST", "/search/metadata", {"size": size, "page": int(page)}))[1]["assets"]
        ids += [asset["id"] for asset in found["items"]]
        page = found["nextPage"]
    return ids


async def test_pages_of_equal_dates_bring_every_row_but_not_every_asset(asker: Asker) -> None:
    for number in range(71):
        await asker.upload(jpeg(number))
    found = await pages(asker, 10)
    assert len(found) == 71
    assert len(set(found)) < 71
    assert len(set(await pages(asker, 100))) == 71


async def test_the_lucky_case_brings_all(asker: Asker) -> None:
    asker.server.quirks.shuffle_ties = False
    for number in range(30):
        await asker.upload(jpeg(number))
    assert len(set(await pages(asker, 10))) == 30


async def test_trashing_between_two_pages_skips_rows(asker: Asker) -> None:
    asker.server.quirks.shuffle_ties = False
    for number in range(30):
        taken = f"2026-01-{number + 1:02d}T00:00:00.000Z"
        await asker.upload(jpeg(number), fields={"fileCreatedAt": taken, "fileModifiedAt": taken})
    first = (await asker.ask("POST", "/search/metadata", {"size": 10}))[1]["assets"]["items"]
    await asker.ask("DELETE", "/assets", {"ids": [asset["id"] for asset in first[:5]]})
    second = (await asker.ask("POST", "/search/metadata", {"size": 10, "page": 2}))[1]["assets"]["items"]
    assert second[0]["fileCreatedAt"] == "2026-01-15T00:00:00.000Z"


@pytest.fixture
async def eight(asker: Asker) -> dict[str, str]:
    """One asset of each kind, named after it."""
    ids = {}
    for number, name in enumerate(["plain", "favourite", "archived", "hidden", "trashed", "albumed", "tagged"]):
        taken = f"2024-0{number + 1}-15T00:00:00.000Z"
        fields: dict[str, str | None] = {"fileCreatedAt": taken, "fileModifiedAt": taken}
        ids[name] = (await asker.upload(jpeg(number), f"{name}.jpg", fields=fields))[1]["id"]
    ids["video"] = (await asker.upload(b"a video", "video.mp4"))[1]["id"]
    await asker.server.settle()
    browser = asker.server.browser
    browser.favourite(ids["favourite"])
    browser.archive(ids["archived"])
    browser.hide(ids["hidden"])
    browser.trash(ids["trashed"])
    album = (await asker.ask("POST", "/albums", {"albumName": "x", "assetIds": [ids["albumed"]]}))[1]
    tag = (await asker.ask("PUT", "/tags", {"tags": ["x"]}))[1][0]
    await asker.ask("PUT", f"/tags/{tag['id']}/assets", {"ids": [ids["tagged"]]})
    return ids | {"album id": album["id"], "tag id": tag["id"]}


async def test_what_each_filter_selects(asker: Asker, eight: dict[str, str]) -> None:
    shown = {"visibility": "timeline"}
    on_show = ["albumed.jpg", "favourite.jpg", "plain.jpg", "tagged.jpg", "video.mp4"]
    assert await names(asker, **shown) == on_show
    assert await names(asker, withDeleted=True, **shown) == sorted([*on_show, "trashed.jpg"])
    assert await names(asker, trashedAfter=LONG_AGO, **shown) == ["trashed.jpg"]
    assert await names(asker, visibility="archive") == ["archived.jpg"]
    assert await names(asker, visibility="hidden") == ["hidden.jpg"]
    assert await names(asker, isFavorite=True) == ["favourite.jpg"]
    assert await names(asker, type="VIDEO") == ["video.mp4"]
    assert await names(asker, albumIds=[eight["album id"]]) == ["albumed.jpg"]
    assert await names(asker, tagIds=[eight["tag id"]]) == ["tagged.jpg"]
    assert "albumed.jpg" not in await names(asker, isNotInAlbum=True)
    assert await names(asker, originalFileName="LAI", **shown) == ["plain.jpg"]
    assert await names(asker, id=eight["plain"]) == ["plain.jpg"]
    assert await names(asker, bogusField=1, isArchived=True, **shown) == on_show
    between = {"takenAfter": "2024-01-01T00:00:00Z", "takenBefore": "2024-01-31T00:00:00Z"}
    assert await names(asker, **between) == ["plain.jpg"]
    assert await names(asker, isOffline=True) == []
    assert await names(asker, libraryId=None, **shown) == on_show


async def test_without_a_visibility_2_7_shows_the_timeline(asker2: Asker) -> None:
    asker2.server.browser.archive(asker2.server.browser.upload(jpeg(1), "archived.jpg"))
    asker2.server.browser.upload(jpeg(2), "plain.jpg")
    assert await names(asker2) == ["plain.jpg"]
    assert (await asker2.ask("POST", "/search/statistics", {}))[1] == {"total": 1}


async def test_without_a_visibility_3_x_shows_all_but_the_locked(asker3: Asker) -> None:
    browser = asker3.server.browser
    browser.archive(browser.upload(jpeg(1), "archived.jpg"))
    browser.hide(browser.upload(jpeg(2), "hidden.jpg"))
    browser.lock(browser.upload(jpeg(3), "locked.jpg"))
    assert await names(asker3) == ["archived.jpg", "hidden.jpg"]


async def test_a_shown_millisecond_finds_its_row_as_after_but_not_as_before(asker: Asker) -> None:
    asset = asker.server.world.tables.assets[(await asker.upload(jpeg(1)))[1]["id"]]
    await asker.server.settle()
    asset.updated_at = asset.updated_at.replace(microsecond=138_500)
    shown = milliseconds(asset.updated_at)
    assert await names(asker, updatedAfter=shown) == ["a.jpg"]
    assert await names(asker, updatedBefore=shown) == []


async def test_what_moves_updated_at_and_what_does_not(asker: Asker) -> None:
    asset_id = (await asker.upload(jpeg(1)))[1]["id"]
    await asker.server.settle()
    album = (await asker.ask("POST", "/albums", {"albumName": "x"}))[1]["id"]
    tag = (await asker.ask("PUT", "/tags", {"tags": ["x"]}))[1][0]["id"]
    asset = asker.server.world.tables.assets[asset_id]
    one = {"ids": [asset_id]}
    acts: list[tuple[bool, str, str, Any]] = [
        (True, "PUT", f"/assets/{asset_id}", {"isFavorite": True}),
        (True, "PUT", f"/assets/{asset_id}", {"isFavorite": True}),
        (True, "PUT", "/assets", one | {"visibility": "archive"}),
        (True, "PUT", f"/assets/{asset_id}", {"description": "x"}),
        (False, "PUT", f"/albums/{album}/assets", one),
        (True, "PUT", f"/tags/{tag}/assets", one),
        (False, "PUT", f"/assets/{asset_id}/metadata", {"items": [{"key": "k", "value": 1}]}),
        (True, "DELETE", "/assets", one),
        (True, "DELETE", "/assets", one),
        (True, "POST", "/trash/restore/assets", one),
        (False, "GET", f"/assets/{asset_id}/original", None),
        (True, "POST", "/assets/jobs", {"assetIds": [asset_id], "name": "refresh-metadata"}),
    ]
    for moves, method, path, body in acts:
        await asker.server.settle()
        before = asset.updated_at
        status, told = await asker.ask(method, path, body)
        await asker.server.settle()
        assert status < 300, told
        assert (asset.updated_at > before) is moves, (method, path, body)


async def test_a_clock_that_jumps_back_stamps_the_past(asker: Asker) -> None:
    asset = asker.server.world.tables.assets[(await asker.upload(jpeg(1)))[1]["id"]]
    await asker.server.settle()
    before = asset.updated_at
    asker.server.world.clock.jump(-3600)
    asker.server.browser.favourite(asset.id)
    assert asset.updated_at < before - timedelta(minutes=59)
