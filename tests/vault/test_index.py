"""What lies in vaults is looked through by folder and month; the index is only a picture of them."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import override

import pytest

from custom_components.immich_syncthing.engine.workers import ThreadPool
from custom_components.immich_syncthing.stores.store import Store
from custom_components.immich_syncthing.vault.errors import VaultUnavailableError
from custom_components.immich_syncthing.vault.index import Group, Search, VaultIndex
from custom_components.immich_syncthing.vault.model import VaultContent, VaultEntry
from custom_components.immich_syncthing.vault.object_vault import ObjectVault
from tests.checksums import sha1

from .things import origin_of, pieces

OCTOBER, NOVEMBER = 1_761_000_000.0, 1_763_700_000.0


class WatchedVault(ObjectVault):
    """Counts the contents whose entries are read; may go away in the middle of its list."""

    def __init__(self, disk: ThreadPool, now: Callable[[], float]) -> None:
        super().__init__(Store.memory(), now, disk)
        self.asked: list[bytes] = []
        self.away = False

    @override
    async def entries_of(self, checksum: bytes) -> tuple[VaultEntry, ...]:
        self.asked.append(checksum)
        return await super().entries_of(checksum)

    @override
    async def contents(self) -> AsyncIterator[tuple[VaultContent, ...]]:
        if self.away:
            raise VaultUnavailableError
        async for page in super().contents():
            yield page


class Now:
    def __init__(self) -> None:
        self.at = NOVEMBER

    def __call__(self) -> float:
        self.at += 1
        return self.at


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
async def store_vault(disk: ThreadPool, now: Now) -> WatchedVault:
    vault = WatchedVault(disk, now)
    await vault.prepare()
    return vault


@pytest.fixture
async def index(disk: ThreadPool, tmp_path: Path) -> AsyncIterator[VaultIndex]:
    index = index_in(tmp_path, disk)
    yield index
    await index.close()


def index_in(directory: Path, disk: ThreadPool) -> VaultIndex:
    def month(moment: float) -> str:
        return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m")

    return VaultIndex(directory / "index", disk, lambda origin: not origin.path.endswith(".xmp"), month)


async def keep(vault: ObjectVault, path: str, folder_id: str = "camera", content: bytes | None = None) -> bytes:
    content = path.encode(errors="surrogateescape") if content is None else content
    await vault.store_stream(pieces(content), origin_of(content, path, folder_id))
    return sha1(content)


async def paths(index: VaultIndex, month: str = "2025-11", offset: int = 0, limit: int = 100) -> list[str]:
    return [one.path for one in await index.entries("camera", month, offset, limit)]


async def test_entries_are_found_by_folder_and_month_the_last_first(
    store_vault: WatchedVault, index: VaultIndex, now: Now
) -> None:
    for number in range(5):
        await keep(store_vault, f"2025/IMG_{number}.jpg")
    await keep(store_vault, "a cat.jpg", "other")
    await keep(store_vault, "IMG_1.jpg.xmp")
    now.at = OCTOBER
    first = await keep(store_vault, "old \udce4 name.jpg")

    await index.refresh([store_vault])

    assert await index.folders() == [Group("camera", "Phone Photos", 6), Group("other", "Phone Photos", 1)]
    assert await index.months("camera") == [Group("2025-11", "2025-11", 5), Group("2025-10", "2025-10", 1)]
    assert await paths(index) == [f"2025/IMG_{number}.jpg" for number in (4, 3, 2, 1, 0)]
    assert await paths(index, offset=2, limit=2) == ["2025/IMG_2.jpg", "2025/IMG_1.jpg"]
    assert await paths(index, "2025-10") == ["old \udce4 name.jpg"]
    found = await index.find(first)
    assert found is not None
    assert (found.path, found.size, found.asset_id) == ("old \udce4 name.jpg", 14, origin_of(b"").asset_id)
    assert await index.find(sha1(b"never seen")) is None


async def test_entries_of_all_folders_are_searched_page_by_page_the_last_first(
    store_vault: WatchedVault, index: VaultIndex, now: Now
) -> None:
    for name, folder in (("Äpfel.jpg", "camera"), ("pears.jpg", "other"), ("ÄPFEL 2.jpg", "other")):
        await keep(store_vault, name, folder)
    now.at = OCTOBER
    await keep(store_vault, "old \udce4pfel.jpg")
    await index.refresh([store_vault])

    async def searched(wanted: Search, limit: int = 100) -> list[str]:
        found: list[str] = []
        after = None
        while page := await index.search(wanted, after, limit):
            found += [one.path for one in page]
            after = page[-1].place
        return found

    everything = ["ÄPFEL 2.jpg", "pears.jpg", "Äpfel.jpg", "old \udce4pfel.jpg"]
    for limit in (1, 2, 3, 100):
        assert await searched(Search(), limit) == everything
    assert await searched(Search(text="äpFEL"), 1) == ["ÄPFEL 2.jpg", "Äpfel.jpg"]
    assert await searched(Search(month="2025-10")) == ["old \udce4pfel.jpg"]
    assert await searched(Search(text="pears", month="2025-10")) == []
    assert await index.count(Search()) == [Group("2025-11", "2025-11", 3), Group("2025-10", "2025-10", 1)]
    assert await index.count(Search(text="PEARS")) == [Group("2025-11", "2025-11", 1)]


async def test_only_what_is_new_is_read_also_after_a_restart(
    store_vault: WatchedVault, disk: ThreadPool, tmp_path: Path
) -> None:
    for number in range(20):
        await keep(store_vault, f"IMG_{number}.jpg")
    index = index_in(tmp_path, disk)
    await index.refresh([store_vault])
    await index.close()
    store_vault.asked.clear()
    new = await keep(store_vault, "new.jpg")
    again = await keep(store_vault, "IMG_3 once more.jpg", content=b"IMG_3.jpg")

    index = index_in(tmp_path, disk)
    await index.refresh([store_vault])

    assert set(store_vault.asked) == {new, again}
    assert len(await paths(index)) == 22
    await index.close()


async def test_what_went_is_forgotten(store_vault: WatchedVault, index: VaultIndex) -> None:
    gone = await keep(store_vault, "gone.jpg")
    await keep(store_vault, "stays.jpg")
    await index.refresh([store_vault])
    await store_vault.remove(gone)
    await index.refresh([store_vault])
    assert await paths(index) == ["stays.jpg"]
    assert await index.find(gone) is None


async def test_what_two_vaults_hold_is_shown_once_and_stays_while_one_holds_it(
    store_vault: WatchedVault, index: VaultIndex, disk: ThreadPool, now: Now
) -> None:
    earlier = WatchedVault(disk, now)
    await earlier.prepare()
    both = await keep(earlier, "both.jpg")
    await keep(earlier, "only earlier.jpg")
    await keep(store_vault, "both.jpg")
    await index.refresh([store_vault, earlier])
    assert sorted(await paths(index)) == ["both.jpg", "only earlier.jpg"]
    await store_vault.remove(both)
    await index.refresh([store_vault, earlier])
    assert sorted(await paths(index)) == ["both.jpg", "only earlier.jpg"]


async def test_a_vault_that_is_away_is_not_forgotten(store_vault: WatchedVault, index: VaultIndex) -> None:
    await keep(store_vault, "IMG_1.jpg")
    await index.refresh([store_vault])
    store_vault.away = True
    with pytest.raises(VaultUnavailableError):
        await index.refresh([store_vault])
    assert await paths(index) == ["IMG_1.jpg"]


async def test_a_damaged_index_is_made_anew(store_vault: WatchedVault, tmp_path: Path, disk: ThreadPool) -> None:
    await keep(store_vault, "IMG_1.jpg")
    (tmp_path / "index").write_bytes(b"no database at all" * 100)
    index = index_in(tmp_path, disk)
    await index.refresh([store_vault])
    assert await paths(index) == ["IMG_1.jpg"]
    await index.close()


async def test_an_index_of_another_version_is_read_anew(
    store_vault: WatchedVault, tmp_path: Path, disk: ThreadPool
) -> None:
    await keep(store_vault, "IMG_1.jpg")
    index = index_in(tmp_path, disk)
    await index.refresh([store_vault])
    await index.close()
    with closing(sqlite3.connect(tmp_path / "index")) as database:
        database.executescript("PRAGMA user_version = 0; DROP TABLE entries;")
    index = index_in(tmp_path, disk)
    await index.refresh([store_vault])
    assert await paths(index) == ["IMG_1.jpg"]
    await index.close()
