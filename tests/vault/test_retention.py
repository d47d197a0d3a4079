"""What a vault keeps no longer: by age and by size, and never an only copy that nobody was told of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from custom_components.immich_syncthing.vault.directory import DirectoryVault
from custom_components.immich_syncthing.vault.model import Blocking, VaultEntry
from custom_components.immich_syncthing.vault.retention import (
    AT_ONCE,
    DAY_SECONDS,
    NOTICE_SECONDS,
    Elsewhere,
    Retention,
    Sweep,
    Swept,
)

from .things import origin_of, pieces, sha1

START = 1_763_700_000.0


class UnreachableError(Exception):
    """Immich does not answer."""


@dataclass
class Household:
    """A vault, its clock, and where else its contents are."""

    vault: DirectoryVault
    now: float = START
    elsewhere: set[bytes] = field(default_factory=set)
    needed: set[bytes] = field(default_factory=set)
    gone: list[str] = field(default_factory=list)
    announced: dict[bytes, float] = field(default_factory=dict)
    unreachable: bool = False
    steps: int = 1_000_000

    async def keep(self, content: bytes, *, found: bool = True, path: str = "") -> None:
        await self.vault.store_stream(pieces(content), origin_of(content, path or content.decode()))
        if found:
            self.elsewhere.add(sha1(content))

    async def sweep(self, days: int | None = None, limit: int | None = None) -> Swept:
        swept = await Sweep(
            self.vault, Retention(days, limit), self, dict(self.announced), lambda: self.now, self._rest
        ).run()
        self.announced = dict(swept.announced)
        return swept

    async def kept(self) -> set[str]:
        return {entry.origin.path async for page in self.vault.entries() for entry in page}

    async def look(self, checksums: Sequence[bytes]) -> Elsewhere:
        if self.unreachable:
            raise UnreachableError
        return Elsewhere(frozenset(self.elsewhere), frozenset(self.needed))

    def owns(self, entries: Sequence[VaultEntry]) -> bool:
        return bool(entries) and all(one.origin.folder_id == "camera" for one in entries)

    async def removed(self, entry: VaultEntry) -> None:
        self.gone.append(entry.origin.path)

    async def _rest(self) -> bool:
        self.steps -= 1
        return self.steps > 0


@pytest.fixture
async def home(tmp_path: Path, disk: Blocking) -> Household:
    made = Household(DirectoryVault(tmp_path / "vault", disk, lambda: made.now))
    await made.vault.prepare()
    return made


def test_without_a_figure_everything_is_kept() -> None:
    assert Retention().keeps_everything
    assert not Retention(days=1).keeps_everything
    assert not Retention(limit=0).keeps_everything


async def test_what_is_too_old_goes(home: Household) -> None:
    await home.keep(b"old")
    home.now += 20 * DAY_SECONDS
    await home.keep(b"young")
    home.now += 11 * DAY_SECONDS

    swept = await home.sweep(days=30)

    assert (swept.objects, swept.freed, swept.announced) == (1, 3, {})
    assert await home.kept() == {"young"}
    assert home.gone == [], "other bytes of it are elsewhere"


async def test_what_was_deleted_again_is_as_young_as_that(home: Household) -> None:
    await home.keep(b"old")
    home.now += 20 * DAY_SECONDS
    await home.keep(b"old", path="again")
    home.now += 20 * DAY_SECONDS

    assert (await home.sweep(days=30)).objects == 0
    assert await home.kept() == {"old", "again"}


async def test_the_oldest_make_room(home: Household) -> None:
    for number in range(6):
        await home.keep(f"photo {number}".encode())
        home.now += 1

    swept = await home.sweep(limit=4 * len(b"photo 0"))

    assert swept.objects == 2
    assert await home.kept() == {f"photo {number}" for number in range(2, 6)}


async def test_an_only_copy_goes_a_week_after_it_was_announced(home: Household) -> None:
    await home.keep(b"only", found=False)
    await home.keep(b"copied")
    home.now += 31 * DAY_SECONDS

    swept = await home.sweep(days=30)
    assert swept.objects == 1
    assert swept.announced == {sha1(b"only"): home.now}
    since = home.now

    home.now += NOTICE_SECONDS - 1
    assert (await home.sweep(days=30)).announced == {sha1(b"only"): since}
    assert await home.kept() == {"only"}

    home.now += 1
    swept = await home.sweep(days=30)
    assert (swept.objects, swept.announced) == (1, {})
    assert home.gone == ["only"]
    assert await home.kept() == set()


async def test_what_came_again_after_it_was_announced_is_announced_anew(home: Household) -> None:
    await home.keep(b"only", found=False)
    home.now += 31 * DAY_SECONDS
    await home.sweep(days=30)
    home.now += DAY_SECONDS
    await home.keep(b"only", found=False, path="again")

    home.now += 31 * DAY_SECONDS
    assert (await home.sweep(days=30)).announced == {sha1(b"only"): home.now}
    assert await home.kept() == {"only", "again"}


async def test_a_clock_that_was_ahead_shortens_no_notice(home: Household) -> None:
    await home.keep(b"only", found=False)
    home.now += 31 * DAY_SECONDS
    home.announced = {sha1(b"only"): home.now + 400 * DAY_SECONDS}

    assert (await home.sweep(days=30)).objects == 0
    assert home.announced == {sha1(b"only"): home.now}


async def test_only_copies_that_wait_for_their_week_spare_the_others(home: Household) -> None:
    await home.keep(b"only", found=False)
    home.now += 1
    await home.keep(b"copy")

    swept = await home.sweep(limit=4)

    assert (swept.objects, set(swept.announced)) == (0, {sha1(b"only")})
    assert await home.kept() == {"only", "copy"}


async def test_what_something_waits_for_stays(home: Household) -> None:
    await home.keep(b"asked about")
    home.needed.add(sha1(b"asked about"))
    home.now += 31 * DAY_SECONDS

    assert await home.sweep(days=30) == Swept(0, 0, {})
    assert await home.kept() == {"asked about"}


async def test_what_belongs_to_somebody_else_too_stays(home: Household) -> None:
    await home.keep(b"shared")
    await home.vault.store_stream(pieces(b"shared"), origin_of(b"shared", "theirs", "their folder"))
    home.now += 31 * DAY_SECONDS

    assert (await home.sweep(days=30)).objects == 0
    assert await home.kept() == {"shared", "theirs"}


async def test_what_nobody_can_tell_the_origin_of_stays(home: Household) -> None:
    await home.keep(b"unknown")
    [entry] = (home.vault.directory / "entries").glob("*/*.json")
    entry.write_bytes(b"{")
    home.now += 31 * DAY_SECONDS

    assert (await home.sweep(days=30)).objects == 0
    assert [one.checksum async for page in home.vault.contents() for one in page] == [sha1(b"unknown")]


async def test_while_immich_cannot_tell_nothing_goes(home: Household) -> None:
    await home.keep(b"old")
    home.now += 31 * DAY_SECONDS
    home.unreachable = True

    with pytest.raises(UnreachableError):
        await home.sweep(days=30)

    assert await home.kept() == {"old"}


async def test_a_sweep_that_is_stopped_forgets_no_announcement(home: Household) -> None:
    for number in range(AT_ONCE + 10):
        await home.keep(f"photo {number:03}".encode())
    await home.keep(b"only", found=False)
    home.now += 31 * DAY_SECONDS
    home.announced, home.steps = {sha1(b"only"): home.now - 1}, 1

    swept = await home.sweep(days=30)

    assert (swept.objects, swept.whole) == (AT_ONCE, False)
    assert home.announced == {sha1(b"only"): home.now - 1}
    assert len(await home.kept()) == 11
