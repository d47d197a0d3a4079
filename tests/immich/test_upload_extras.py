"""What may go up beside a photo: its sidecar, its moving half, and where it is to be shown."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import NotFoundError
from custom_components.immich_syncthing.immich.models import Visibility
from tests.checksums import sha1
from tests.servers.immich import ImmichStandIn

from .photos import SIDECAR, photo, uploaded
from .things import SOME_ID, upload_of


async def test_a_sidecar_wins_over_the_photo(immich: ImmichStandIn, client: ImmichClient) -> None:
    content = photo(taken="2024:07:01 23:30:00")
    result = await client.upload(replace(upload_of(content), sidecar=SIDECAR))
    await immich.settle()
    assert result.sent_checksum == sha1(content)
    details = await client.details(result.asset_id)
    assert details.asset.checksum == sha1(content)
    assert details.description == "from the sidecar"
    assert details.asset.captured_at == datetime(2019, 9, 9, 9, 9, 9, tzinfo=UTC)


async def test_the_sidecar_of_a_duplicate_changes_nothing(immich: ImmichStandIn, client: ImmichClient) -> None:
    asset_id = await uploaded(immich, client, photo())
    result = await client.upload(replace(upload_of(photo()), sidecar=SIDECAR))
    await immich.settle()
    assert (result.asset_id, result.created) == (asset_id, False)
    assert (await client.details(asset_id)).description == ""


async def test_a_copy_replaces_the_sidecar_unless_told_otherwise(immich: ImmichStandIn, client: ImmichClient) -> None:
    source = (await client.upload(replace(upload_of(photo(1), "1.jpg"), sidecar=SIDECAR))).asset_id
    own = SIDECAR.replace(b"from the sidecar", b"of its own")
    target = (await client.upload(replace(upload_of(photo(2), "2.jpg"), sidecar=own))).asset_id
    await immich.settle()
    await client.copy(source, target, sidecar=False)
    await immich.settle()
    assert (await client.details(target)).description == "of its own"
    await client.copy(source, target)
    await immich.settle()
    assert (await client.details(target)).description == "from the sidecar"


async def test_a_live_photo_goes_up_as_one_thing(immich: ImmichStandIn, client: ImmichClient) -> None:
    film = await uploaded(immich, client, b"a film", "IMG_1.mov")
    result = await client.upload(replace(upload_of(photo(), "IMG_1.heic"), live_photo_video_id=film))
    assert (await client.asset(result.asset_id)).live_photo_video_id == film
    assert (await client.asset(film)).visibility is Visibility.HIDDEN


async def test_a_moving_half_that_is_none_stops_the_still(immich: ImmichStandIn, client: ImmichClient) -> None:
    picture = await uploaded(immich, client, photo(1), "1.jpg")
    for video in (SOME_ID, picture):
        with pytest.raises(NotFoundError, match="Live photo video"):
            await client.upload(replace(upload_of(photo(2), "2.jpg"), live_photo_video_id=video))
    with pytest.raises(NotFoundError):
        await client.upload(replace(upload_of(photo(2), "2.jpg"), live_photo_video_id="no id"))
    assert [asset.id for asset in immich.browser.assets()] == [picture]


@pytest.mark.parametrize("visibility", [Visibility.ARCHIVE, Visibility.HIDDEN])
async def test_a_photo_may_go_elsewhere_than_the_timeline(
    visibility: Visibility, immich: ImmichStandIn, client: ImmichClient
) -> None:
    result = await client.upload(replace(upload_of(photo()), visibility=visibility))
    assert (await client.asset(result.asset_id)).visibility is visibility
