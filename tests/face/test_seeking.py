"""Who jumps in a film that lies in a bucket waits for no more of it than is played."""

from http import HTTPStatus

import pytest
from homeassistant.components.media_source import async_browse_media
from homeassistant.components.media_source.const import URI_SCHEME
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.media_view import Part, Size, address
from tests.checksums import sha1
from tests.servers.s3 import S3Kind, S3Server, moto, s3rver
from tests.servers.troubled_line import Trouble, troubled_line

from .household import Household
from .migrating import bucket

__all__ = ["moto", "s3rver"]

FILM = b"".join(number.to_bytes(16) for number in range(2**20))
"""16 MiB in which no two blocks are alike."""


@pytest.mark.parametrize("kind", S3Kind)
async def test_of_a_film_in_a_bucket_no_more_is_fetched_than_is_played(
    hass: HomeAssistant,
    household: Household,
    hass_client: ClientSessionGenerator,
    request: pytest.FixtureRequest,
    kind: S3Kind,
) -> None:
    server: S3Server = request.getfixturevalue(kind)
    assert await async_setup_component(hass, "media_source", {})
    async with troubled_line(server.url) as line:
        entry = household.make_entry()
        vault = bucket(server, server.new_bucket()) | {"endpoint": line.url}
        server.client.put_object(Bucket=vault["bucket"], Key=f"{vault['prefix']}/README.txt", Body=b"It is a vault.")
        hass.config_entries.async_update_entry(entry, data={**entry.data, "vault": vault})
        (household.photos / "film.mp4").write_bytes(FILM)
        await household.load()
        await household.notice()
        await household.immich.settle()
        (household.photos / "film.mp4").unlink()
        await household.notice()
        await async_browse_media(hass, f"{URI_SCHEME}{DOMAIN}/{entry.entry_id}/vault")
        client, url = await hass_client(), address(entry.entry_id, Part.VAULT, sha1(FILM).hex(), Size.FULL)
        before = line.received

        for wanted, start, end in (("bytes=16000000-16000999", 16_000_000, 16_001_000), ("bytes=-9", -9, None)):
            response = await client.get(url, headers={"Range": wanted})
            assert response.status == HTTPStatus.PARTIAL_CONTENT
            assert await response.read() == FILM[start:end]

        assert 1000 < line.received - before < len(FILM) // 100
        beyond = await client.get(url, headers={"Range": f"bytes={len(FILM)}-"})
        assert beyond.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        assert await (await client.get(url)).read() == FILM

        broken = line.trouble(Trouble("GET", received=3_000_000))
        response = await client.get(url, headers={"Range": "bytes=1000000-"})
        assert await response.read() == FILM[1_000_000:]
        assert broken.hits == 1
