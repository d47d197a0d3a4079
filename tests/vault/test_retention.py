"""What a vault keeps no longer: by age and by size, and never an only copy that nobody was told of."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from custom_components.immich_syncthing.vault.directory import DirectoryVault
from custom_components.immich_syncthing.vault.errors import VaultUnavailableError
from custom_components.immich_syncthing.vault.lived import DAY_SECONDS, LEAP_SECONDS
from custom_components.immich_syncthing.vault.model import Blocking, VaultEntry
from custom_components.immich_syncthing.vault.notices import NOTICE_SECONDS, Notices
from custom_components.immich_syncthing.vault.retention import AT_ONCE, Elsewhere, Retention, Sweep, Swept
from tests.checksums import sha1

from .things import origin_of, pieces

START = 1_763_700_000.0
YEAR = 365 * DAY_SECONDS


class UnreachableError(Exception):
    """Immich does not answer."""


@dataclass
class Household:
    """A vault, its clock, and where else its contents are.

    While it is ``on``, somebody could see what was announced.
    """

    vault: DirectoryVault
    disk: Blocking
    place: Path
    now: float = START
    shown: bool = False
    elsewhere: set[bytes] = field(default_factory=set)
    needed: set[bytes] = field(default_factory=set)
    gone: list[str] = field(default_factory=list)
    unreachable: bool = False
    steps: int = 1_000_000

    def __post_init__(self) -> None:
        self.notices = Notices(self.place / "notices.sqlite", self.disk)

    async def wait(self, seconds: float) -> None:
        """Let time pass, as it does while Home Assistant runs."""
        await self.notices.live(0, self.now, shown=self.shown)
        while seconds > 0:
            step = min(seconds, DAY_SECONDS)
            self.now, seconds = self.now + step, seconds - step
            await self.notices.live(step, self.now, shown=self.shown)

    async def restart(self, off: float = 0.0) -> None:
        """End Home Assistant, and begin again after so long."""
        await self.notices.keep()
        await self.notices.close()
        self.notices = Notices(self.place / "notices.sqlite", self.disk)
        self.now += off
        self.shown = False

    async def announced(self) -> int:
        return (await self.notices.coming())[0]

    async def keep(self, content: bytes, *, found: bool = True, path: str = "") -> None:
        await self.vault.store_stream(pieces(content), origin_of(content, path or content.decode()))
        if found:
            self.elsewhere.add(sha1(content))

    async def sweep(self, days: int | None = None, limit: int | None = None) -> Swept:
        await self.notices.live(0, self.now, shown=self.shown)
        retention = Retention(days, limit)
        sweep = Sweep(self.vault, retention, self, self.notices, self.disk, lambda: self.now, self._rest)
        swept = await sweep.run()
        self.shown = self.shown or swept.whole
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


async def household(place: Path, disk: Blocking) -> Household:
    made = Household(DirectoryVault(place / "vault", disk, lambda: made.now), disk, place)
    await made.vault.prepare()
    return made


@pytest.fixture
async def home(tmp_path: Path, disk: Blocking) -> AsyncIterator[Household]:
    made = await household(tmp_path, disk)
    yield made
    await made.notices.close()


def test_without_a_figure_everything_is_kept() -> None:
    assert Retention().keeps_everything
    assert not Retention(days=1).keeps_everything
    assert not Retention(limit=0).keeps_everything


async def test_what_is_too_old_goes(home: Household) -> None:
    await home.keep(b"old")
    await home.wait(20 * DAY_SECONDS)
    await home.keep(b"young")
    await home.wait(11 * DAY_SECONDS)

    swept = await home.sweep(days=30)

    assert (swept.objects, swept.freed, await home.announced()) == (1, 3, 0)
    assert await home.kept() == {"young"}
    assert home.gone == [], "other bytes of it are elsewhere"


async def test_what_was_deleted_again_is_as_young_as_that(home: Household) -> None:
    await home.keep(b"old")
    await home.wait(20 * DAY_SECONDS)
    await home.keep(b"old", path="again")
    await home.wait(20 * DAY_SECONDS)

    assert (await home.sweep(days=30)).objects == 0
    assert await home.kept() == {"old", "again"}


async def test_the_oldest_make_room(home: Household) -> None:
    for number in range(6):
        await home.keep(f"photo {number}".encode())
        home.now += 1

    swept = await home.sweep(limit=4 * len(b"photo 0"))

    assert swept.objects == 2
    assert await home.kept() == {f"photo {number}" for number in range(2, 6)}


async def test_an_only_copy_goes_when_it_could_be_seen_for_a_week(home: Household) -> None:
    await home.keep(b"only", found=False)
    await home.keep(b"copied")
    await home.wait(31 * DAY_SECONDS)

    assert (await home.sweep(days=30)).objects == 1
    assert await home.notices.coming() == (1, NOTICE_SECONDS)

    await home.wait(NOTICE_SECONDS - 1)
    assert (await home.sweep(days=30)).objects == 0
    assert await home.notices.coming() == (1, 1)
    assert await home.kept() == {"only"}

    await home.wait(1)
    assert (await home.sweep(days=30)).objects == 1
    assert await home.announced() == 0
    assert home.gone == ["only"]
    assert await home.kept() == set()


async def test_what_came_again_after_it_was_announced_is_announced_anew(home: Household) -> None:
    await home.keep(b"only", found=False)
    await home.wait(31 * DAY_SECONDS)
    await home.sweep(days=30)
    await home.wait(DAY_SECONDS)
    await home.keep(b"only", found=False, path="again")

    await home.wait(31 * DAY_SECONDS)
    assert (await home.sweep(days=30)).objects == 0
    assert await home.notices.coming() == (1, NOTICE_SECONDS)
    assert await home.kept() == {"only", "again"}


@pytest.mark.parametrize("off", [6 * DAY_SECONDS, 60 * DAY_SECONDS, YEAR])
async def test_while_home_assistant_is_off_nobody_could_see_it(home: Household, off: float) -> None:
    await home.keep(b"only", found=False)
    await home.wait(31 * DAY_SECONDS)
    await home.sweep(days=30)
    await home.wait(3 * DAY_SECONDS)

    await home.restart(off)
    for _ in range(3):
        assert (await home.sweep(days=30)).objects == 0
        await home.wait(DAY_SECONDS)
    assert await home.notices.coming() == (1, DAY_SECONDS)

    await home.wait(4 * DAY_SECONDS)
    assert (await home.sweep(days=30)).objects == 1


async def test_it_cannot_be_seen_before_it_is_shown_again(home: Household) -> None:
    await home.keep(b"only", found=False)
    await home.wait(31 * DAY_SECONDS)
    await home.sweep(days=30)
    await home.restart()
    await home.wait(8 * DAY_SECONDS)

    assert (await home.sweep(days=30)).objects == 0
    assert await home.notices.coming() == (1, NOTICE_SECONDS)


async def test_a_machine_that_stood_still_showed_nothing(home: Household) -> None:
    await home.keep(b"only", found=False)
    await home.wait(31 * DAY_SECONDS)
    await home.sweep(days=30)

    home.now += 30 * DAY_SECONDS
    await home.notices.live(30 * DAY_SECONDS, home.now, shown=True)

    assert (await home.sweep(days=30)).objects == 0


async def test_who_begins_with_an_old_vault_lets_nothing_go_for_its_age_for_a_week(home: Household) -> None:
    await home.keep(b"copied")
    home.now += 31 * DAY_SECONDS
    assert (await home.sweep(days=30)).objects == 0
    await home.wait(LEAP_SECONDS)
    assert (await home.sweep(days=30)).objects == 1


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_clock_a_year_ahead_empties_no_vault(home: Household, *, restarted: bool) -> None:
    await home.keep(b"copied")
    await home.keep(b"only", found=False)
    await home.wait(DAY_SECONDS)
    await home.sweep(days=30)

    if restarted:
        await home.restart()
    home.now += YEAR
    for _ in range(6):
        assert (await home.sweep(days=30)).objects == 0
        assert await home.announced() == 1, "its owner sees that something is wrong"
        await home.wait(DAY_SECONDS)
    home.now -= YEAR
    for _ in range(10):
        assert (await home.sweep(days=30)).objects == 0
        assert await home.announced() == 0
        await home.wait(DAY_SECONDS)

    assert await home.kept() == {"copied", "only"}


async def test_a_clock_that_leaps_there_and_back_again_and_again_empties_no_vault(home: Household) -> None:
    await home.keep(b"copied")
    await home.keep(b"only", found=False)
    for _ in range(8):
        home.now += YEAR
        await home.sweep(days=30)
        await home.wait(2 * DAY_SECONDS)
        await home.sweep(days=30)
        home.now -= YEAR
        await home.wait(DAY_SECONDS)
        await home.sweep(days=30)
    assert await home.kept() == {"copied", "only"}


async def test_a_clock_that_was_right_to_leap_is_trusted_after_a_week(home: Household) -> None:
    await home.keep(b"copied")
    await home.wait(DAY_SECONDS)
    home.now += YEAR
    assert (await home.sweep(days=30)).objects == 0
    await home.wait(LEAP_SECONDS)
    assert (await home.sweep(days=30)).objects == 1


async def test_a_clock_set_back_keeps_what_came_while_it_was_ahead(home: Household) -> None:
    await home.wait(DAY_SECONDS)
    home.now += YEAR
    await home.keep(b"from the future", path="future")
    home.now -= YEAR
    for _ in range(5):
        assert (await home.sweep(days=30)).objects == 0
        await home.wait(10 * DAY_SECONDS)
    assert await home.kept() == {"future"}


async def test_too_much_is_too_much_whatever_the_clock_says(home: Household) -> None:
    await home.keep(b"copied")
    await home.wait(DAY_SECONDS)
    home.now += YEAR
    assert (await home.sweep(days=30, limit=0)).objects == 1


async def test_where_notices_cannot_be_noted_nothing_goes(home: Household) -> None:
    await home.keep(b"copied")
    await home.wait(31 * DAY_SECONDS)
    await home.restart()
    (home.place / "notices.sqlite").unlink()
    (home.place / "notices.sqlite").mkdir()

    with pytest.raises(VaultUnavailableError):
        await home.sweep(days=30)

    assert await home.kept() == {"copied"}


async def test_lost_notices_begin_anew(home: Household) -> None:
    await home.keep(b"only", found=False)
    await home.wait(31 * DAY_SECONDS)
    await home.sweep(days=30)
    await home.wait(6 * DAY_SECONDS)
    await home.restart()
    (home.place / "notices.sqlite").write_bytes(b"no database at all" * 1000)

    assert (await home.sweep(days=30)).objects == 0
    await home.wait(6 * DAY_SECONDS)
    assert (await home.sweep(days=30)).objects == 0
    await home.wait(DAY_SECONDS)
    assert (await home.sweep(days=30)).objects == 1


async def test_only_copies_that_wait_for_their_week_spare_the_others(home: Household) -> None:
    await home.keep(b"only", found=False)
    await home.wait(1)
    await home.keep(b"copy")

    swept = await home.sweep(limit=4)

    assert (swept.objects, await home.announced()) == (0, 1)
    assert await home.kept() == {"only", "copy"}


async def test_what_something_waits_for_stays(home: Household) -> None:
    await home.keep(b"asked about")
    home.needed.add(sha1(b"asked about"))
    await home.wait(31 * DAY_SECONDS)

    assert await home.sweep(days=30) == Swept(0, 0)
    assert await home.kept() == {"asked about"}


async def test_what_belongs_to_somebody_else_too_stays(home: Household) -> None:
    await home.keep(b"shared")
    await home.vault.store_stream(pieces(b"shared"), origin_of(b"shared", "theirs", "their folder"))
    await home.wait(31 * DAY_SECONDS)

    assert (await home.sweep(days=30)).objects == 0
    assert await home.kept() == {"shared", "theirs"}


async def test_what_nobody_can_tell_the_origin_of_stays(home: Household) -> None:
    await home.keep(b"unknown")
    [entry] = (home.vault.directory / "entries").glob("*/*.json")
    entry.write_bytes(b"{")
    await home.wait(31 * DAY_SECONDS)

    assert (await home.sweep(days=30)).objects == 0
    assert [one.checksum async for page in home.vault.contents() for one in page] == [sha1(b"unknown")]


async def test_while_immich_cannot_tell_nothing_goes(home: Household) -> None:
    await home.keep(b"old")
    await home.wait(31 * DAY_SECONDS)
    home.unreachable = True

    with pytest.raises(UnreachableError):
        await home.sweep(days=30)

    assert await home.kept() == {"old"}


async def test_a_sweep_that_is_stopped_forgets_no_announcement(home: Household) -> None:
    await home.keep(b"only", found=False)
    await home.wait(31 * DAY_SECONDS)
    await home.sweep(days=30)
    for number in range(AT_ONCE + 10):
        await home.keep(f"photo {number:03}".encode())
    home.now += 1
    await home.keep(b"another", found=False)
    await home.wait(31 * DAY_SECONDS)
    home.needed.add(sha1(b"only"))
    home.steps = 1

    swept = await home.sweep(days=30)

    assert (swept.objects, swept.whole) == (AT_ONCE - 1, False)
    assert await home.announced() == 1
    assert len(await home.kept()) == 13
