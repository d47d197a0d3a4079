"""Listings that leave nothing out, however many photos changed at once."""

from datetime import UTC, datetime, timedelta

from custom_components.immich_syncthing.immich.client import ImmichClient
from tests.servers.immich import ImmichStandIn

from .test_delta import NOON, add_asset, pages_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def listed(client: ImmichClient, server: ImmichStandIn, album_id: str | None = None) -> tuple[set[str], int]:
    """The ids of a listing, and how many windows hid something."""
    found: set[str] = set()
    cut = 0
    async for page in client.listing(EPOCH, server.admin.id, album_id=album_id):
        found |= {asset.id for asset in page.assets}
        cut += page.cut is not None
    return found, cut


async def test_photos_archived_in_one_go_are_all_listed(immich: ImmichStandIn, client: ImmichClient) -> None:
    everything = {add_asset(immich, NOON, taken=NOON - timedelta(hours=hour)) for hour in range(50)}
    with pages_of(7):
        assert await listed(client, immich) == (everything, 0)


async def test_what_nothing_tells_apart_is_confessed(immich: ImmichStandIn, client: ImmichClient) -> None:
    for _ in range(20):
        add_asset(immich, NOON, taken=NOON)
    with pages_of(7):
        _, cut = await listed(client, immich)
    assert cut


async def test_an_album_lists_its_own_members(immich: ImmichStandIn, client: ImmichClient) -> None:
    inside = {add_asset(immich, NOON + timedelta(minutes=minute)) for minute in range(12)}
    add_asset(immich, NOON)
    album_id = immich.browser.make_album("Bilbao", *inside)
    with pages_of(5):
        assert await listed(client, immich, album_id) == (inside, 0)


async def test_albums_are_told_with_their_counts(immich: ImmichStandIn, client: ImmichClient) -> None:
    album_id = immich.browser.make_album("Bilbao", add_asset(immich, NOON), add_asset(immich, NOON))
    assert [(album.id, album.name, album.asset_count) for album in await client.albums()] == [(album_id, "Bilbao", 2)]


async def test_size_and_clock_on_the_wall_of_a_photo(immich: ImmichStandIn, client: ImmichClient) -> None:
    asset_id = immich.browser.upload(b"twelve bytes", "a.jpg", taken=NOON)
    await immich.settle()
    asset = await client.asset(asset_id)
    assert asset.size == 12
    assert asset.local_time is not None
    assert asset.local_time.year == NOON.year
