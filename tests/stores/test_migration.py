"""All that one store keeps comes into another, is read there, and whatever breaks off goes on."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from pathlib import Path
from typing import override

import pytest

from custom_components.immich_syncthing.stores.errors import (
    NotInStoreError,
    StoreCredentialsError,
    StoreUnmarkedError,
    StoreUnreachableError,
)
from custom_components.immich_syncthing.stores.migration import MOST_IN_A_ROW, Comparison, Layout, Migration, Progress
from custom_components.immich_syncthing.stores.model import Stored
from custom_components.immich_syncthing.stores.settings import StoreKind, StoreSettings
from custom_components.immich_syncthing.stores.store import Store
from custom_components.immich_syncthing.stores.verified import Verified
from tests.replica.mortal import KilledError, MortalStore
from tests.servers.azure import AzureServer
from tests.servers.s3 import S3Server

from .things import MIB, film, seen

LAYOUT = Layout(("a", "b"), "mark", lambda _: None)
SMALL = {f"{root}/{number:02}/photo.jpg": f"{root} {number}".encode() * number for root in "ab" for number in range(12)}
FILM = 9 * MIB + 17


class WatchedStore(Store):
    """Counts the objects that are read and sent."""

    def __init__(self, inner: Store) -> None:
        super().__init__(inner.settings)
        self.inner = inner
        self.sent: list[str] = []
        self.asked: list[str] = []

    @override
    async def put(self, key: str, chunks: AsyncIterator[bytes], size: int | None = None) -> Stored:
        self.sent.append(key)
        return await self.inner.put(key, chunks, size)

    @override
    async def read(self, key: str, *, offset: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        self.asked.append(key)
        async for block in self.inner.read(key, offset=offset, end=end):
            yield block

    @override
    async def head(self, key: str) -> Stored | None:
        return await self.inner.head(key)

    @override
    async def list(self, prefix: str = "", after: str | None = None) -> AsyncIterator[tuple[Stored, ...]]:
        async for page in self.inner.list(prefix, after):
            yield page


@pytest.fixture
def new_store(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], Store]:
    """Return what makes another empty store of a kind each time."""
    made: list[Path] = []

    def new(kind: str) -> Store:
        if kind == "memory":
            return Store.memory()
        if kind == "directory":
            made.append(tmp_path / f"store {len(made)}")
            made[-1].mkdir()
            return Store(StoreSettings(StoreKind.DIRECTORY, directory=str(made[-1])))
        server: S3Server | AzureServer = request.getfixturevalue(kind)
        return Store(server.settings(server.new_bucket(), prefix="some/where"))

    return new


@pytest.fixture(
    params=[
        ("memory", "directory"),
        ("directory", "memory"),
        ("directory", "moto"),
        ("moto", "moto"),
        ("moto", "azurite"),
        ("azurite", "directory"),
    ],
    ids=" to ".join,
)
async def stores(request: pytest.FixtureRequest, new_store: Callable[[str], Store]) -> tuple[Store, Store]:
    source, destination = map(new_store, request.param)
    await fill(source)
    return source, destination


async def fill(store: Store) -> None:
    await store.put_small("mark", b"a store of ours")
    await store.put_small("c/not moved", b"of somebody else")
    for key, content in SMALL.items():
        await store.put_small(key, content)
    await store.put("b/film.mp4", film(FILM), FILM)


async def content_of(store: Store) -> dict[str, str]:
    keys = [one.key for root in ("a", "b", "c") async for page in store.list(root) for one in page]
    return {key: await seen(store, key) for key in keys}


async def moved(source: Store, destination: Store) -> bool:
    there = {key: content for key, content in (await content_of(source)).items() if not key.startswith("c/")}
    return await content_of(destination) == there


async def test_all_comes_over_and_a_further_pass_has_nothing_to_do(stores: tuple[Store, Store]) -> None:
    source, destination = stores
    count, size = len(SMALL) + 1, sum(map(len, SMALL.values())) + FILM
    migration = Migration(source, destination, LAYOUT, Verified())
    assert await migration.compare() == Comparison(count, size, 0, 0)

    progress = await migration.run()

    assert progress == Progress(count, size, count, size, copied_objects=count, copied_bytes=size)
    assert progress.percent == 100
    assert await moved(source, destination)
    assert await migration.compare() == Comparison(count, size, count, size)
    assert await migration.run() == Progress(count, size, count, size)


async def test_what_is_there_is_read_and_not_sent_again(new_store: Callable[[str], Store]) -> None:
    source, destination = new_store("memory"), new_store("directory")
    await fill(source)
    await Migration(source, destination, LAYOUT, Verified()).run()
    await destination.put_small("a/07/photo.jpg", b"x" * len(SMALL["a/07/photo.jpg"]))

    watched = WatchedStore(destination)
    progress = await Migration(source, watched, LAYOUT, Verified()).run()

    assert watched.sent == ["a/07/photo.jpg"]
    assert set(watched.asked) == {*SMALL, "b/film.mp4"}
    assert (progress.copied_objects, progress.done_objects) == (1, progress.objects)
    assert await moved(source, destination)


async def test_what_was_read_once_is_not_read_again_after_a_restart(
    new_store: Callable[[str], Store], tmp_path: Path
) -> None:
    source, destination, path = new_store("directory"), new_store("moto"), tmp_path / "verified.sqlite"
    await fill(source)
    verified = Verified(path)
    await Migration(source, destination, LAYOUT, verified).run()
    verified.close()
    await source.put_small("a/05/photo.jpg", b"y" * len(SMALL["a/05/photo.jpg"]))

    watched = WatchedStore(destination)
    await Migration(source, watched, LAYOUT, Verified(path)).run()

    assert set(watched.asked) == {"a/05/photo.jpg"}
    assert await moved(source, destination)


async def test_a_spoilt_list_of_what_was_read_costs_only_reading(
    new_store: Callable[[str], Store], tmp_path: Path
) -> None:
    source, destination, path = new_store("memory"), new_store("memory"), tmp_path / "verified.sqlite"
    await fill(source)
    path.write_bytes(b"no database at all" * 100)
    await Migration(source, destination, LAYOUT, Verified(path)).run()
    assert await moved(source, destination)


@pytest.mark.parametrize("why", ["no such directory", "a directory is there", "spoilt meanwhile"])
async def test_a_list_of_what_was_read_that_cannot_be_kept_costs_only_reading(
    new_store: Callable[[str], Store], tmp_path: Path, why: str
) -> None:
    source, destination, path = new_store("memory"), new_store("memory"), tmp_path / "verified.sqlite"
    await fill(source)
    if why == "no such directory":
        path = tmp_path / "gone" / "verified.sqlite"
    elif why == "a directory is there":
        path.mkdir()
    verified = Verified(path)
    if why == "spoilt meanwhile":
        path.write_bytes(b"no database at all" * 1000)
    migration = Migration(source, destination, LAYOUT, verified)

    assert not (await migration.run()).failed
    assert not (await migration.run()).failed
    assert await moved(source, destination)


@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
@pytest.mark.parametrize("kind", ["memory", "directory", "moto"])
async def test_killed_anywhere_it_goes_on(kind: str, *, after: bool, new_store: Callable[[str], Store]) -> None:
    """The plug is pulled at every call of the destination; what a further pass finds is whole or not there."""
    source = new_store("memory")
    await source.put_small("mark", b"a store of ours")
    for key in ("a/1", "a/2", "b/1"):
        await source.put_small(key, key.encode() * 1000)
    dies_at, died = 0, True
    while died:
        died, destination = False, new_store(kind)
        try:
            await Migration(source, MortalStore(destination, dies_at, after=after), LAYOUT, Verified(), at_once=2).run()
        except* KilledError:
            died = True
        for key, content in (await content_of(destination)).items():
            assert content == await seen(source, key), f"half of {key} after {dies_at} calls"
        await Migration(source, destination, LAYOUT, Verified()).run()
        assert await moved(source, destination), f"not all there after {dies_at} calls"
        dies_at += 1
    assert dies_at > 3


async def test_what_fails_is_told_and_stops_nothing_else(new_store: Callable[[str], Store]) -> None:
    source, destination = new_store("memory"), new_store("memory")
    await fill(source)
    wrong = Layout(("a", "b"), "mark", lambda key: b"\0" * 20 if key == "a/03/photo.jpg" else None)

    progress = await Migration(source, destination, wrong, Verified()).run()

    [failure] = progress.failures
    assert (failure.key, failure.code, progress.failed) == ("a/03/photo.jpg", "store_mismatch", 1)
    assert progress.done_objects == progress.objects - 1
    assert progress.percent < 100
    assert await destination.head("a/03/photo.jpg") is None
    assert await destination.head("b/11/photo.jpg") is not None


async def test_a_store_that_refuses_everything_ends_the_pass(new_store: Callable[[str], Store]) -> None:
    class Refusing(WatchedStore):
        @override
        async def put(self, key: str, chunks: AsyncIterator[bytes], size: int | None = None) -> Stored:
            self.sent.append(key)
            raise StoreCredentialsError(key)

    source, destination = new_store("memory"), Refusing(new_store("memory"))
    for number in range(10 * MOST_IN_A_ROW):
        await source.put_small(f"a/{number:04}", b"photo")
    await source.put_small("mark", b"a store of ours")

    with pytest.raises(StoreCredentialsError):
        await Migration(source, destination, LAYOUT, Verified(), at_once=4).run()
    assert MOST_IN_A_ROW <= len(destination.sent) < 2 * MOST_IN_A_ROW


async def test_a_source_without_its_mark_is_no_empty_source(new_store: Callable[[str], Store]) -> None:
    """A disk that is not mounted leaves an empty directory: that must not count as moved."""
    migration = Migration(new_store("directory"), new_store("memory"), LAYOUT, Verified())
    with pytest.raises(NotInStoreError):
        await migration.compare()
    with pytest.raises(NotInStoreError):
        await migration.run()


async def test_a_source_whose_disk_goes_away_meanwhile_is_not_moved(new_store: Callable[[str], Store]) -> None:
    class Leaving(WatchedStore):
        @override
        async def list(self, prefix: str = "", after: str | None = None) -> AsyncIterator[tuple[Stored, ...]]:
            async for page in super().list(prefix, after):
                yield page
            if prefix == "a":
                raise StoreUnreachableError(prefix)

    source = Leaving(new_store("memory"))
    await fill(source.inner)
    with pytest.raises(StoreUnreachableError):
        await Migration(source, new_store("memory"), LAYOUT, Verified()).run()


async def test_what_is_removed_from_the_source_meanwhile_is_no_failure(new_store: Callable[[str], Store]) -> None:
    class Forgetting(WatchedStore):
        @override
        async def read(self, key: str, *, offset: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
            if key == "a/04/photo.jpg":
                await self.inner.delete([key])
            async for block in super().read(key, offset=offset, end=end):
                yield block

    source, destination = Forgetting(new_store("memory")), new_store("memory")
    await fill(source.inner)
    progress = await Migration(source, destination, LAYOUT, Verified()).run()
    assert (progress.failed, progress.percent) == (0, 100)
    assert await moved(source, destination)


async def test_a_disk_that_goes_meanwhile_leaves_its_mount_point_empty(tmp_path: Path) -> None:
    source, disk = Store.memory(), tmp_path / "disk"
    for key, content in {"mark": b"a store", **SMALL}.items():
        await source.put_small(key, content)
    disk.mkdir()
    (disk / "mark").write_bytes(b"a store")
    settings = StoreSettings(StoreKind.DIRECTORY, directory=str(disk))

    class Unmounted(WatchedStore):
        @override
        async def put(self, key: str, chunks: AsyncIterator[bytes], size: int | None = None) -> Stored:
            if len(self.sent) == 3:
                disk.rename(tmp_path / "unmounted")
                disk.mkdir()
            return await super().put(key, chunks, size)

    destination = Unmounted(Store(settings, mark="mark"))
    with pytest.raises(StoreUnmarkedError):
        await Migration(source, destination, LAYOUT, Verified(), at_once=1).run()
    assert len(destination.sent) == 4
    assert list(disk.iterdir()) == []
