"""An album comes to the phone through a real Syncthing, and nothing that happens there is felt in Immich."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.homeassistant import FlowError

from .photos import photo
from .sides import sha1
from .stage import FOLDER_FLOW, Stage

ROLL = {f"DCIM/IMG_{number}.jpg": photo(number) for number in range(4)}
WHAT = {"source": "albums", "quality": "original", "videos": True, "on_deleted_here": "stay_away"}
NAMES = [f"IMG_{number}.jpg" for number in range(4)]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with Stage(tmp_path) as stage:
        await stage.phone_takes_photos(ROLL)
        await stage.agree()
        yield stage
    assert stage.complaints() == []


async def share_a_tablet(stage: Stage) -> tuple[Path, Path]:
    """Make a second folder that both Syncthings share; return its directories, here and there."""
    here, there = stage.share / "tablet", stage.root / "tablet"
    sides = (stage.pair.server, stage.pair.phone, here), (stage.pair.phone, stage.pair.server, there)
    for own, peer, directory in sides:
        directory.mkdir()
        await own.add_folder("tablet", "Tablet", directory, (own, peer), fsWatcherDelayS=1)
    return here, there


def seen(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.glob("*.jpg") if not path.name.startswith(".")}


async def holds(stage: Stage, directory: Path, *names: str) -> None:
    """Press the button, and wait until the directory holds these photos of the roll and nothing else."""
    wanted = {name: ROLL[f"DCIM/{name}"] for name in names}
    await press(stage)

    async def as_wanted() -> bool:
        return seen(directory) == wanted

    await stage.until(as_wanted, f"{directory} holds {names}")


async def press(stage: Stage) -> None:
    await stage.home.action("button", "press", {"entity_id": stage.entity("album_sync_now")})


async def test_an_album_comes_to_the_phone_and_deleting_it_there_deletes_nothing_in_immich(stage: Stage) -> None:
    here, there = await share_a_tablet(stage)
    ids = {asset["checksum"]: asset["id"] for asset in await stage.immich.assets()}
    of = {name: ids[sha1(ROLL[f"DCIM/{name}"])] for name in NAMES}
    album = (await stage.immich.do("make_album", name="Summer", ids=[of[name] for name in NAMES[:3]]))["id"]
    answers: tuple[dict[str, Any], ...] = ({"folder_id": "tablet"}, {"path": str(here)}, WHAT, {"albums": [album]}, {})
    added = await stage.home.flow(FOLDER_FLOW, [stage.entry_id, "album_folder"], *answers)
    if added["type"] != "create_entry":
        raise FlowError(added)
    await stage.find_entities("album_photos")
    await holds(stage, there, *NAMES[:3])
    await stage.shows(album_status="up_to_date", album_photos="3")

    await stage.immich.do("put_into_album", album=album, ids=[of[NAMES[3]]])
    await stage.immich.do("take_from_album", album=album, ids=[of[NAMES[0]]])
    await holds(stage, there, *NAMES[1:])

    (there / NAMES[1]).unlink()
    await stage.pair.phone.scan("tablet")
    await holds(stage, here, *NAMES[2:])
    await stage.home.restart()
    await holds(stage, here, *NAMES[2:])
    await holds(stage, there, *NAMES[2:])
    await stage.shows(album_status="up_to_date", album_photos="2")

    assert {asset["checksum"] for asset in await stage.immich.assets()} == {sha1(content) for content in ROLL.values()}
    assert await stage.immich.assets(trashed=True) == []
    assert seen(stage.phone_dir / "DCIM") == {name: ROLL[f"DCIM/{name}"] for name in NAMES}
