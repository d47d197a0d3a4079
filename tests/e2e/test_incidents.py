"""How others lost photos, with all the real parts. The names are those of the gallery of incidents.

These stories have a stage of their own: what they break takes the guard's numbers with it.
"""

import asyncio
import os
import random
from collections.abc import AsyncIterator

import pytest

from .cast import NEW
from .photos import photo
from .sides import photos, sha1
from .stage import Stage

KILLS = range(int(os.environ.get("KILLS_FROM", "0")), int(os.environ.get("KILLS_TO", "5")))
"""Seeds of the kills: five in an ordinary run, more in ``scripts/soak-kills``."""

ROLL = range(40)


@pytest.fixture(scope="module")
async def troubled(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    root = tmp_path_factory.mktemp("troubled")
    async with Stage(root, syncthing=NEW.syncthing, immich=NEW.immich, debug=True) as stage:
        await stage.phone_takes_photos({f"Before/IMG_{number}.jpg": photo(20_000 + number) for number in ROLL})
        await stage.agree()
        yield stage
    assert stage.complaints() == []


@pytest.mark.parametrize("seed", KILLS)
async def test_kill_anywhere(troubled: Stage, seed: int) -> None:
    """Home Assistant dies at a random moment of a busy time: what each owner did still happens, and nothing else."""
    chance = random.Random(seed)
    old = {f"Killed {seed}/old {number}.jpg": photo(21_000 + seed * 100 + number) for number in range(12)}
    await troubled.phone_takes_photos(old)
    await troubled.agree()
    new = {f"Killed {seed}/new {number}.jpg": photo(21_050 + seed * 100 + number) for number in range(15)}
    gone = chance.sample(sorted(old), 4)

    await troubled.phone_takes_photos(new)
    await troubled.phone_deletes(*gone[:2])
    await troubled.immich_changes_many([sha1(old[path]) for path in gone[2:]], "trashed")
    await asyncio.sleep(chance.uniform(0, 12))
    await troubled.home.kill()
    await troubled.home.start()

    for path in gone[:2]:
        await troubled.trashed(sha1(old[path]))
    for path in gone[2:]:
        await troubled.on_phone(path, there=False)
    for content in new.values():
        await troubled.active(sha1(content))
    sides = await troubled.agree()
    kept = {sha1(content) for path, content in {**old, **new}.items() if path not in gone}
    assert kept <= sides.assets
    assert kept <= photos(sides.phone)


async def test_unmounted_disk(troubled: Stage) -> None:
    """The disk goes away under Syncthing and Home Assistant: nothing is deleted, and it is said."""
    before = await troubled.agree()
    unplugged = troubled.share / "unplugged"
    troubled.server_dir.rename(unplugged)
    troubled.server_dir.mkdir()
    await troubled.shows(problem="on")
    await troubled.phone_takes_photo("Unmounted/new.jpg", photo(22_000))
    await asyncio.sleep(5)
    assert (await troubled.sides()).assets == before.assets
    assert before.phone.items() <= (await troubled.sides()).phone.items()

    troubled.server_dir.rmdir()
    unplugged.rename(troubled.server_dir)
    await troubled.pair.server.restart()
    await troubled.active(sha1(photo(22_000)))
    after = await troubled.agree()
    assert after.assets == before.assets | {sha1(photo(22_000))}
    await troubled.shows(problem="off")


async def test_restored_server(troubled: Stage) -> None:
    """Immich comes back as of last night: what it lost stays on the phone, and its owner is asked."""
    await troubled.agree()
    await troubled.immich.do("snapshot", name="last night")
    lost = {f"Restored/IMG_{number}.jpg": photo(23_000 + number) for number in range(8)}
    await troubled.phone_takes_photos(lost)
    before = await troubled.agree()
    trash = await troubled.immich.assets(trashed=True)

    await troubled.immich.do("restore_database", name="last night")
    question = await troubled.asked("vanished", len(lost))
    assert (await troubled.sides()).phone == before.phone
    assert await troubled.immich.assets(trashed=True) == trash

    await troubled.decide(question, "undo")
    after = await troubled.agree()
    assert after == before
