"""What an engine tells those who watch: as it happens, in order, and in numbers that survive a restart."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import FolderTotals, Told
from custom_components.immich_syncthing.engine.model import Preset
from custom_components.immich_syncthing.engine.transfer import RATE_SECONDS, Going, Transfer
from tests.servers.immich import FaultKind

from .living import CAMERA, TABLET, Life, RealClock, living, open_account, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")


def listening(life: Life) -> list[Told]:
    heard: list[Told] = []
    life.account.add_history_listener(heard.append)
    return heard


@contextmanager
def own_ledger(life: Life) -> Iterator[Ledger]:
    ledger = Ledger.open(life.home / "ledgers" / "ledger.sqlite")
    yield ledger
    ledger.close()


def words(heard: list[Told]) -> list[tuple[str, str | None]]:
    return [(one.view.entry.action, one.view.entry.path) for one in heard]


async def test_whoever_listens_hears_what_the_history_gets_in_its_order(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        heard = listening(life)
        life.phone_adds("a.jpg")
        await life.settle()
        life.phone_adds("b.jpg")
        await life.settle()
        life.phone_deletes("a.jpg")
        await life.settle()
        await asyncio.sleep(0)
        assert words(heard) == [("upload", "a.jpg"), ("upload", "b.jpg"), ("trash", "a.jpg")]
        assert [one.view for one in heard] == list(reversed(await life.account.history()))
        assert {one.folder_ids for one in heard} == {frozenset({CAMERA})}


async def test_whoever_stops_listening_hears_no_more(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        heard: list[Told] = []
        stop = life.account.add_history_listener(heard.append)
        stop()
        await ten_photos(life)
        assert heard == []


async def test_a_question_over_several_folders_is_told_of_all_of_them(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        heard = listening(life)
        for number in range(10):
            content = f"both {number}".encode()
            life.phone_adds(f"{number}.jpg", content)
            life.tablet_adds(f"{number}.jpg", content)
        await life.settle()
        for number in range(10):
            life.web.trash(life.web.find(f"{number}.jpg").id)
        await life.settle()
        await asyncio.sleep(0)
        [asked] = [one for one in heard if one.view.entry.action == "ask"]
        assert asked.folder_ids == {CAMERA, TABLET}
        assert asked.view.entry.folder_id is None
        assert asked.view.entry.items == 10


async def test_what_was_uploaded_is_counted_over_restarts_and_beyond_the_history(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        photos = await ten_photos(life)
        size = sum(map(len, photos.values()))
        before = life.folder.totals
        assert (before.uploads, before.uploaded_bytes, before.conflicts) == (10, size, 0)
        assert before.changed_at == pytest.approx(life.clock.wall(), abs=300)

        await life.account.close()
        with own_ledger(life) as ledger:
            ledger.prune_history(life.clock.wall() + 1, 0.0, 0, 0, 100)
        life.account = await open_account(life.home, life)
        assert await life.account.history() == []
        assert life.folder.totals == before
        life.phone_adds("another.jpg", b"another")
        report = await life.settle()
        assert (report.totals.uploads, report.totals.uploaded_bytes) == (11, size + len(b"another"))


async def test_a_photo_that_immich_had_is_no_upload(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.web.upload(b"known", "a.jpg")
        life.phone_adds("a.jpg", b"known")
        assert (await life.settle()).totals.uploads == 0


async def test_a_conflict_copy_is_told_once_and_counted_while_it_is_there(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        heard = listening(life)
        copy = "Camera/IMG_1.sync-conflict-20261120-144020-E74PNSZ.jpg"
        life.phone_adds("Camera/IMG_1.jpg", b"won")
        life.phone_adds(copy, b"lost")
        assert (await life.settle()).totals.conflicts == 1
        (life.root / copy).touch()
        life.folder.note_gap()
        await life.settle()
        await asyncio.sleep(0)
        assert words(heard).count(("conflict", copy)) == 1

        life.phone_deletes(copy)
        assert (await life.settle()).totals.conflicts == 0


async def test_a_ledger_that_cannot_be_read_keeps_the_last_numbers(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await ten_photos(life)
        before = life.folder.totals
        folder = life.folder
        await life.account.close()
        assert (await folder.run()).totals == before


async def test_a_full_check_asks_about_every_photo_and_looks_at_every_file(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await ten_photos(life)
        (life.root / "Camera/IMG_4.jpg").unlink()
        asked = len(life.server.requests_of("POST", "/api/assets/bulk-upload-check"))
        assert (await life.settle()).counts.files == 10
        assert len(life.server.requests_of("POST", "/api/assets/bulk-upload-check")) == asked
        life.folder.full_check()
        assert (await life.settle()).counts.files == 9
        assert len(life.server.requests_of("POST", "/api/assets/bulk-upload-check")) > asked


async def test_uploads_show_how_far_they_are(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.server.faults.add(FaultKind.LATENCY, path="/api/assets$", method="POST", seconds=0.5)
        seen: list[tuple[str | None, float | None]] = []
        life.folder.add_listener(lambda: seen.append((life.folder.transfer.current_file, life.folder.transfer.percent)))
        life.phone_adds("a.jpg", b"x" * 1000)
        life.phone_adds("b.jpg", b"y" * 1000)
        await life.settle()
        assert {"a.jpg", "b.jpg", None} == {path for path, _ in seen}
        percents = [percent for _, percent in seen if percent is not None]
        assert percents == sorted(percents)
        assert percents[0] == 0.0
        assert percents[-1] == 100.0
        assert (life.folder.transfer.current_file, life.folder.transfer.percent) == (None, None)


def test_the_rate_is_that_of_the_last_seconds() -> None:
    clock = RealClock()
    transfer = Transfer(clock, lambda: None)
    transfer.expect(3000)
    transfer.begin("a.jpg", 1000, b"a" * 20)
    transfer.sent("a.jpg", 500)
    assert transfer.going == (Going("a.jpg", b"a" * 20, size=1000, sent=500),)
    assert transfer.rate == pytest.approx(500 / RATE_SECONDS)
    clock.skip(RATE_SECONDS + 1)
    assert transfer.rate == 0
    assert transfer.percent == pytest.approx(100 * 500 / 3000)
    transfer.done("a.jpg")
    transfer.end("a.jpg")
    assert transfer.percent == pytest.approx(100 / 3)
    transfer.begin("b.jpg", 2000, b"b" * 20)
    transfer.end("b.jpg")
    assert transfer.percent == 100, "what failed is none of what went up"


def test_a_file_that_is_sent_again_counts_once() -> None:
    transfer = Transfer(RealClock(), lambda: None)
    transfer.expect(1000)
    for _ in range(2):
        transfer.begin("a.jpg", 1000, b"a" * 20)
        transfer.sent("a.jpg", 900)
        transfer.sent("a.jpg", 900)
    assert transfer.percent == 100
    transfer.end("a.jpg")
    transfer.sent("a.jpg", 10)
    transfer.expect(0)
    assert transfer.percent is None
    assert transfer.rate == 0


async def test_an_unknown_folder_has_done_nothing(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        with own_ledger(life) as ledger:
            assert ledger.totals("nobody") == FolderTotals()
