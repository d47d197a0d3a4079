"""What a person is told before a folder is added, and that it is what happens then."""

import asyncio
import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from custom_components.immich_syncthing.engine import first_look as room
from custom_components.immich_syncthing.engine.census import Amount, Census
from custom_components.immich_syncthing.engine.errors import (
    LedgerError,
    MarkerMissingError,
    RootMissingError,
    RootUnreadableError,
)
from custom_components.immich_syncthing.engine.first_look import Fate, FirstLook, fate_of, first_look
from custom_components.immich_syncthing.engine.model import Base, Preset
from custom_components.immich_syncthing.engine.patterns import Filter
from custom_components.immich_syncthing.engine.scan import Root
from custom_components.immich_syncthing.engine.settings import FolderSettings
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import WrongKeyError
from tests.checksums import sha1

from .living import CAMERA, Life, living

pytestmark = pytest.mark.usefixtures("socket_enabled")


def client(life: Life, key: str = "") -> ImmichClient:
    return ImmichClient(life.session, f"{life.server.url}/api", key or life.server.key)


async def look(
    life: Life,
    *,
    seconds: float = 600.0,
    key: str = "",
    progress: Callable[[float], None] = lambda _: None,
    **settings: tuple[str, ...],
) -> FirstLook:
    return await first_look(
        FolderSettings("not-added-yet", CAMERA, "Camera", life.root, **settings),  # type: ignore[arg-type]
        client(life, key),
        life.workers,
        clock=life.clock,
        random=Random(1).random,
        bases=life.account.bases,
        seconds=seconds,
        progress=progress,
    )


def put(life: Life, path: str, content: bytes) -> bytes:
    """Let a file lie in the folder that nobody told the engine of."""
    target = life.root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    os.utime(target, (1_700_000_000, 1_700_000_000))
    return content


async def test_what_is_said_is_what_happens(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.without = {CAMERA}
        await life.restart()
        for number in range(4):
            life.web.upload(put(life, f"there/{number}.jpg", b"there %d" % number), f"{number}.jpg")
        news = [put(life, f"new/{number}.jpg", b"new %d" % number * 100) for number in range(3)]
        put(life, "new/again.jpg", news[0])
        life.web.trash(life.web.upload(put(life, "trashed.jpg", b"trashed"), "trashed.jpg"))
        put(life, "notes.txt", b"no photo")
        put(life, "0.jpg.xmp", b"<x:xmpmeta/>")
        put(life, "empty.jpg", b"")
        put(life, ".trashed-1800000000-old.jpg", b"in the bin")

        seen = await look(life)

        assert seen.complete
        assert seen.found == seen.compared == Amount(9, sum(map(len, news)) + len(news[0]) + 4 * 7 + 7)
        assert seen.fates == {
            Fate.PRESENT: Amount(4, 28),
            Fate.UPLOAD: Amount(3, sum(map(len, news))),
            Fate.ASK: Amount(1, 7),
        }
        assert (seen.strange, seen.unread, seen.closed) == (1, 0, 0)

        life.without = set()
        await life.restart()
        life.folder.note_gap()
        uploaded = linked = 0
        for _ in range(5):
            report = await life.cycle()
            uploaded, linked = uploaded + report.uploaded, linked + report.linked
        assert (uploaded, linked) == (3, 4)
        [hold] = await life.account.holds()
        assert hold.count == 1


async def test_nothing_is_left_of_it(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        put(life, "1.jpg", b"one")
        before = sorted(life.root.rglob("*"))
        await look(life)
        assert sorted(life.root.rglob("*")) == before
        assert await life.account.bases([sha1(b"one")]) == {}
        assert life.in_immich() == set()


async def test_what_the_account_remembers_of_a_folder_that_is_added_again_is_said(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.BACKUP) as life:
        kept = life.phone_adds("kept.jpg")
        shared = life.phone_adds("shared.jpg")
        await life.settle()
        life.web.trash(life.web.find("kept.jpg").id)
        await life.settle()
        assert await life.account.bases([sha1(kept), sha1(shared)]) == {
            sha1(kept): Base.KEPT,
            sha1(shared): Base.LINKED,
        }
        seen = await look(life)
        assert {fate: amount.files for fate, amount in seen.fates.items()} == {Fate.KEEP: 1, Fate.PRESENT: 1}


@pytest.mark.parametrize(
    ("base", "active", "trashed", "gone"),
    [
        (Base.NEW, Fate.PRESENT, Fate.ASK, Fate.UPLOAD),
        (Base.LINKED, Fate.PRESENT, Fate.PRESENT, Fate.PRESENT),
        (Base.RELEASED, Fate.PRESENT, Fate.RESTORE, Fate.UPLOAD),
        (Base.KEPT, Fate.PRESENT, Fate.KEEP, Fate.KEEP),
        (Base.REMOVED, Fate.PRESENT, Fate.RESTORE, Fate.UPLOAD),
    ],
)
def test_every_row_of_the_decision_table(base: Base, active: Fate, trashed: Fate, gone: Fate) -> None:
    assert fate_of(base, active=True, trashed=False) is active
    assert fate_of(base, active=False, trashed=True) is trashed
    assert fate_of(base, active=False, trashed=False) is gone


async def test_what_patterns_hide_is_not_counted(life: Life) -> None:
    put(life, "Screenshots/1.jpg", b"private")
    put(life, "DCIM/1.jpg", b"photo")
    put(life, "DCIM/2.png", b"drawing")
    seen = await look(life, ignore=("Screenshots/", "*.png"))
    assert seen.found == Amount(1, 5)


async def test_an_empty_folder(life: Life) -> None:
    seen = await look(life)
    assert (seen.found, seen.fates, seen.complete) == (Amount(), {}, True)


async def test_what_cannot_be_read_is_counted_apart(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    put(life, "1.jpg", b"one")
    put(life, "2.jpg", b"two")
    refused = (life.root / "2.jpg").stat().st_ino
    really = os.fstat

    def fstat(fd: int) -> os.stat_result:
        status = really(fd)
        if status.st_ino == refused:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return status

    monkeypatch.setattr(os, "fstat", fstat)
    seen = await look(life)
    assert (seen.unread, seen.compared.files, seen.complete) == (1, 1, True)


async def test_a_directory_that_cannot_be_listed_is_passed_over(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    put(life, "1.jpg", b"one")
    put(life, "closed/2.jpg", b"two")
    refuse_to_list(life.root / "closed", monkeypatch)
    seen = await look(life)
    assert (seen.closed, seen.found.files, seen.compared.files) == (1, 1, 1)


async def test_a_folder_that_cannot_be_listed(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_to_list(life.root, monkeypatch)
    with pytest.raises(RootUnreadableError):
        await look(life)


def refuse_to_list(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused, really = directory.stat().st_ino, os.scandir

    def scandir(fd: int) -> Any:
        if os.stat(fd).st_ino == refused:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return really(fd)

    monkeypatch.setattr(os, "scandir", scandir)


async def test_a_folder_that_is_not_there(life: Life) -> None:
    (life.root / ".stfolder").rmdir()
    with pytest.raises(MarkerMissingError):
        await look(life)
    life.root.rmdir()
    with pytest.raises(RootMissingError):
        await look(life)


async def test_an_immich_that_refuses(life: Life) -> None:
    put(life, "1.jpg", b"one")
    with pytest.raises(WrongKeyError):
        await look(life, key="not-a-key")


async def test_a_memory_that_cannot_be_read(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked while files are still being read, and all of that ends."""
    monkeypatch.setattr(room, "ASKED_AT_ONCE", 1)
    for number in range(5):
        put(life, f"{number}.jpg", b"photo %d" % number)
    await life.account.close()
    with pytest.raises(LedgerError):
        await look(life)
    await life.restart()


# --- folders that are too large ----------------------------------------------------------------------------------


async def test_a_folder_that_is_too_large_is_estimated_from_a_fair_sample(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time is over when one in four files was read: a quarter of them is new, wherever they lie."""
    for number in range(400):
        content = put(life, f"{number // 100}/{number}.jpg", b"photo %03d" % number)
        if number >= 100:
            life.web.upload(content, f"{number}.jpg")
    read = count_reads(monkeypatch, lambda reads: life.clock.skip(1000 if reads == 100 else 0))
    seen = await look(life)

    assert read() <= 101
    assert not seen.complete
    assert seen.listed
    assert seen.found == Amount(400, 3600)
    assert 98 <= seen.compared.files <= 100
    assert sum(amount.files for amount in seen.fates.values()) == seen.compared.files
    assert 60 <= seen.expected(Fate.UPLOAD).files <= 140
    assert seen.expected(Fate.UPLOAD).size == pytest.approx(9 * seen.expected(Fate.UPLOAD).files, abs=9)
    assert seen.expected(Fate.ASK) == Amount()


async def test_one_file_that_takes_all_the_time_is_not_read_to_its_end(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(life, "film.mp4", b"x" * 3_000_000)
    really = os.posix_fadvise

    def fadvise(*arguments: Any) -> None:
        really(*arguments)
        life.clock.skip(1000)

    monkeypatch.setattr(os, "posix_fadvise", fadvise)
    seen = await look(life)
    assert seen.found == Amount(1, 3_000_000)
    assert (seen.compared, seen.fates, seen.unread, seen.complete) == (Amount(), {}, 0, False)
    assert seen.expected(Fate.UPLOAD) == Amount()


async def test_a_folder_with_more_directories_than_there_is_time_for(life: Life) -> None:
    for number in range(150):
        put(life, f"{number}/1.jpg", b"photo %d" % number)
    steps = iter((False,))
    census = Census(Filter(), frozenset({".jpg"}), Random(1).random)
    with Root.open(life.root, ".stfolder") as root:
        assert not await census.count(root, life.workers, lambda: next(steps))
    assert 0 < census.found.files < 150

    seen = await look(life, seconds=1e-6)
    assert (seen.listed, seen.complete, seen.compared) == (False, False, Amount())


async def test_a_sample_is_no_larger_than_it_may_be(life: Life) -> None:
    for number in range(50):
        put(life, f"{number}.jpg", b"photo %d" % number)
    census = Census(Filter(), frozenset({".jpg"}), Random(1).random, sample=10)
    with Root.open(life.root, ".stfolder") as root:
        assert await census.count(root, life.workers, lambda: True)
    paths = [path for path, _ in census.sample()]
    assert (census.found.files, len(paths), len(set(paths))) == (50, 10, 10)


async def test_progress_grows_to_the_whole(life: Life) -> None:
    for number in range(5):
        put(life, f"{number}.jpg", b"photo %d" % number)
    heard: list[float] = []
    await look(life, progress=heard.append)
    assert heard == sorted(heard)
    assert (len(heard), heard[-1]) == (5, 1.0)


async def test_who_does_not_want_to_wait_ends_the_reading(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(100):
        put(life, f"{number}.jpg", b"photo %d" % number)
    reading, goes_on = threading.Event(), threading.Event()

    def wait(_: int) -> None:
        reading.set()
        goes_on.wait()

    read = count_reads(monkeypatch, wait)
    task = asyncio.create_task(look(life))
    await asyncio.to_thread(reading.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    goes_on.set()
    await asyncio.gather(*(life.workers.disk.run(lambda: None) for _ in range(2)))
    assert read() <= 2


def count_reads(monkeypatch: pytest.MonkeyPatch, then: Callable[[int], object]) -> Callable[[], int]:
    """Count the files that are opened to be read."""
    reads = 0
    lock = threading.Lock()
    really = Root.open_file

    def open_file(root: Root, path: str) -> int:
        nonlocal reads
        with lock:
            reads += 1
            then(reads)
        return really(root, path)

    monkeypatch.setattr(Root, "open_file", open_file)
    return lambda: reads
