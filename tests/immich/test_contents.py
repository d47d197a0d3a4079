"""Many contents looked for in one search, where Immich can: since 3.2."""

import hashlib

from custom_components.immich_syncthing.immich.client import ImmichClient
from tests.servers.immich import FaultKind, ImmichStandIn
from tests.servers.immich.records import Visibility as Shown

from .test_delta import NOON, add_asset


async def test_contents_are_found_whatever_became_of_their_assets(immich: ImmichStandIn, client: ImmichClient) -> None:
    shown = [add_asset(immich, NOON, visibility=one) for one in Shown if one is not Shown.LOCKED]
    trashed = add_asset(immich, NOON, trashed=True)
    locked = add_asset(immich, NOON, visibility=Shown.LOCKED)
    other = add_asset(immich, NOON)
    rows = {asset.id: asset.checksum for asset in immich.world.assets_of(immich.admin.id)}
    assert await client.assets_with([rows[trashed]]) == (), "of a version that nobody knows"
    version = await client.version()
    unknown = hashlib.sha1(b"nobody has it", usedforsecurity=False).digest()
    found = await client.assets_with([*(rows[one] for one in (*shown, trashed, locked)), unknown])
    expected = {*shown, trashed} if (version.major, version.minor) >= (3, 2) else set()
    assert {asset.id: asset.checksum for asset in found} == {one: rows[one] for one in expected}
    assert {asset.id for asset in found if asset.is_trashed} == expected & {trashed}
    assert other not in expected


async def test_a_server_that_refuses_such_a_search_shows_nothing(immich: ImmichStandIn, client: ImmichClient) -> None:
    add_asset(immich, NOON)
    (asset,) = immich.world.assets_of(immich.admin.id)
    await client.version()
    immich.faults.add(FaultKind.STATUS, "/search/metadata", status=400)
    assert await client.assets_with([asset.checksum]) == ()
