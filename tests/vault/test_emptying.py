"""A vault is emptied: only what was counted goes, and nothing that something waits for."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.vault.emptying import emptying
from custom_components.immich_syncthing.vault.lived import DAY_SECONDS
from custom_components.immich_syncthing.vault.model import Blocking
from tests.checksums import sha1

from .test_retention import Household, household
from .things import origin_of, pieces


@pytest.fixture
async def home(tmp_path: Path, disk: Blocking) -> Household:
    return await household(tmp_path, disk)


async def test_what_is_counted_goes_and_only_copies_are_told(home: Household) -> None:
    await home.keep(b"copied")
    await home.keep(b"only", found=False)

    going = await emptying(home.vault, home, home.disk)
    assert (going.count, going.bytes, going.only, going.needed) == (2, 10, 1, 0)
    assert await home.kept() == {"copied", "only"}, "nothing goes before somebody says so"

    await going.run()
    assert (going.objects, going.freed) == (2, 10)
    assert (await home.kept(), home.gone) == (set(), ["only"])


async def test_only_what_came_before_a_moment_goes_oldest_first(home: Household) -> None:
    for name in ("c", "a", "b"):
        await home.keep(name.encode())
        home.now += DAY_SECONDS

    going = await emptying(home.vault, home, home.disk, home.now - 1.5 * DAY_SECONDS)

    [page] = [page async for page in going.going.pages(10)]
    assert [one.checksum for one in page] == [sha1(b"c"), sha1(b"a")]
    await going.close()


async def test_what_something_waits_for_is_not_counted(home: Household) -> None:
    await home.keep(b"asked about", found=False)
    home.needed.add(sha1(b"asked about"))

    going = await emptying(home.vault, home, home.disk)

    assert (going.count, going.only, going.needed) == (0, 0, 1)
    await going.close()


async def test_what_something_came_to_wait_for_stays(home: Household) -> None:
    await home.keep(b"asked about")
    going = await emptying(home.vault, home, home.disk)
    home.needed.add(sha1(b"asked about"))

    await going.run()

    assert (going.objects, await home.kept()) == (0, {"asked about"})


async def test_what_was_deleted_again_since_it_was_counted_stays(home: Household) -> None:
    await home.keep(b"photo")
    going = await emptying(home.vault, home, home.disk)
    home.now += 1
    await home.keep(b"photo", path="again")

    await going.run()

    assert (going.objects, await home.kept()) == (0, {"photo", "again"})


async def test_what_others_keep_too_and_what_nobody_can_read_is_not_counted(home: Household) -> None:
    await home.keep(b"shared")
    await home.vault.store_stream(pieces(b"shared"), origin_of(b"shared", "theirs", "their folder"))
    await home.keep(b"unknown")
    [entry] = (home.vault.directory / "entries" / sha1(b"unknown").hex()).glob("*.json")
    entry.write_bytes(b"{")

    going = await emptying(home.vault, home, home.disk)
    assert going.count == 0
    await going.close()
