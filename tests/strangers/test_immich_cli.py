"""Immich's own command line client, 3.2.2."""

from collections.abc import Callable
from pathlib import Path

from tests.servers.immich import ImmichStandIn

from .conftest import Run


async def test_it_uploads_a_tree_once_and_nothing_the_second_time(
    v3: ImmichStandIn, run: Run, program: Callable[[str], str], tree: Path
) -> None:
    upload = (program("IMMICH_CLI"), "-u", f"{v3.url}/api", "-k", v3.key, "upload", "-r", "--no-progress", str(tree))

    first = await run(*upload)
    assert "Found 5 new files and 0 duplicates" in first
    assert {asset.name for asset in v3.browser.assets()} >= {"0.jpg", "1.jpg", "2.jpg"}
    assert len(v3.browser.assets()) == 4

    second = await run(*upload)
    assert "Found 0 new files and 5 duplicates" in second
    assert len(v3.requests_of("POST", "/api/assets")) == 5
    assert v3.server.crashes == []


async def test_it_makes_albums_of_folders(
    v3: ImmichStandIn, run: Run, program: Callable[[str], str], tree: Path
) -> None:
    await run(program("IMMICH_CLI"), "-u", f"{v3.url}/api", "-k", v3.key, "upload", "-r", "--album", str(tree))
    members = {album.name: len(album.asset_ids) for album in v3.world.tables.albums.values()}
    assert members["photos"] == 3
    assert v3.server.crashes == []


async def test_it_finds_the_server_by_its_plain_address_and_tells_about_it(
    v3: ImmichStandIn, run: Run, program: Callable[[str], str]
) -> None:
    told = await run(program("IMMICH_CLI"), "-u", v3.url, "-k", v3.key, "server-info")
    assert f"Discovered API at {v3.url}/api" in told
    assert "Version: 3.2.2" in told
    assert "admin@example.com" in told


async def test_a_2_7_server_wants_the_device_fields_that_it_no_longer_sends(
    v2: ImmichStandIn, run: Run, program: Callable[[str], str], tree: Path
) -> None:
    told = await run(program("IMMICH_CLI"), "-u", f"{v2.url}/api", "-k", v2.key, "upload", "-r", str(tree))
    assert "deviceAssetId should not be empty" in told
    assert v2.browser.assets() == []
