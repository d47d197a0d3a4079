"""How a folder looks in the list, so that nobody picks the wrong phone."""

from dataclasses import replace
from pathlib import Path

import pytest
from homeassistant.core import HomeAssistant

from custom_components.immich_syncthing.folder_choice import async_folder_options
from custom_components.immich_syncthing.quantities import counted, sized
from custom_components.immich_syncthing.servers import syncthing_client
from tests.servers.syncthing import NOBODY
from tests.servers.syncthing_pair import SyncthingPair

from .household import Household


async def described(hass: HomeAssistant, household: Household, **changes: str) -> list[str]:
    client = syncthing_client(hass, household.data)
    folders = [replace(folder, **changes) for folder in await client.folders()]  # type: ignore[arg-type]
    return [option["label"] for option in await async_folder_options(hass, client, folders)]


async def test_who_shares_a_folder_is_named(hass: HomeAssistant, household: Household, tmp_path: Path) -> None:
    async with SyncthingPair(tmp_path / "pair") as pair:
        (pair.server_dir / "1.jpg").write_bytes(b"x" * 1234)
        await pair.wait_in_sync()
        data = household.data | {"syncthing_url": pair.server.url, "syncthing_api_key": pair.server.api_key}
        client = syncthing_client(hass, data)
        [option] = await async_folder_options(hass, client, await client.folders())
        assert option["value"] == "photos"
        assert option["label"] == f"Phone Photos (photos) – {pair.server_dir} – phone – 1 file, 1.2 kB"


async def test_a_folder_without_a_name_is_called_by_its_id(hass: HomeAssistant, household: Household) -> None:
    [label] = await described(hass, household, label="")
    assert label.startswith(f"photos (photos) – {household.photos}")


async def test_what_syncthing_does_not_tell_is_left_out(hass: HomeAssistant, household: Household) -> None:
    folders = await syncthing_client(hass, household.data).folders()
    gone = household.data | {"syncthing_url": NOBODY}
    [option] = await async_folder_options(hass, syncthing_client(hass, gone), folders)
    assert option["label"] == f"Phone (photos) – {household.photos}"


async def test_a_folder_that_has_just_gone_is_described_without_its_size(
    hass: HomeAssistant, household: Household
) -> None:
    assert await described(hass, household, id="gone") == [f"Phone (gone) – {household.photos}"]


@pytest.mark.parametrize(
    ("language", "number", "text"),
    [
        ("en", 1_204, "1,204"),
        ("en-GB", 1_204, "1,204"),
        ("de", 1_204_000, "1.204.000"),
        ("fr", 1_204, "1\u202f204"),
        ("pl", 12, "12"),
        ("zh-Hans", 1_204, "1,204"),
    ],
)
def test_numbers_look_as_in_the_language(language: str, number: int, text: str) -> None:
    assert counted(number, language) == text


@pytest.mark.parametrize(
    ("language", "size", "text"),
    [
        ("en", 0, "0 B"),
        ("en", 999, "999 B"),
        ("en", 1_000, "1.0 kB"),
        ("de", 1_234_567_890, "1,2 GB"),
        ("en", 210_400_000, "210 MB"),
        ("en", 999_600, "1.0 MB"),
        ("en", 5 * 10**18, "5,000 PB"),
    ],
)
def test_sizes_have_the_unit_that_fits(language: str, size: int, text: str) -> None:
    assert sized(size, language) == text
