"""The history: what is told, how it is found again, given away and kept short."""

import itertools
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine import chronicle
from custom_components.immich_syncthing.engine.errors import DiskFullError, EngineError, ReadOnlyError
from custom_components.immich_syncthing.engine.ledger.views import HistoryFilter
from custom_components.immich_syncthing.engine.model import Answer
from custom_components.immich_syncthing.syncthing.errors import SyncthingCannotConnectError
from custom_components.immich_syncthing.syncthing.models import FileInfo
from tests.servers.immich import FaultKind, Rule

from .living import CAMERA, Life, living, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def told(life: Life) -> list[tuple[str, str | None, str, str, str]]:
    entries = [view.entry for view in reversed(await life.account.history())]
    return [(one.action, one.path, one.why, one.origin, one.result) for one in entries]


async def test_each_change_of_the_world_is_told_once(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.phone_adds("a.jpg")
        life.phone_adds("b.jpg")
        await life.settle()
        life.phone_deletes("a.jpg")
        await life.settle()
        life.web.trash(life.web.find("b.jpg").id)
        await life.settle()
        changes = [(action, path, why) for action, path, why, _, _ in await told(life) if action != "ask"]
        assert sorted(changes[:2]) == [("upload", "a.jpg", "new_file"), ("upload", "b.jpg", "new_file")]
        assert changes[2:3] == [("trash", "a.jpg", "file_deleted")]


async def test_the_history_is_exported_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await ten_photos(life)
        target = tmp_path / "history.jsonl"
        target.write_text("older")
        assert await life.account.export_history(target) == 10
        lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
        assert [line["id"] for line in lines] == sorted(line["id"] for line in lines)
        assert {line["action"] for line in lines} == {"upload"}
        assert {len(line["checksum"]) for line in lines} == {40}
        assert {line["folder_id"] for line in lines} == {CAMERA}
        assert all(line["at"].endswith("+00:00") for line in lines)
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert await life.account.export_history(target, HistoryFilter(action="trash")) == 0
        assert target.read_text() == ""


async def test_long_histories_are_exported_page_by_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chronicle, "_PAGE", 3)
    async with living(tmp_path) as life:
        await ten_photos(life)
        target = tmp_path / "history.jsonl"
        assert await life.account.export_history(target) == 10
        assert len(target.read_text().splitlines()) == 10


async def test_an_export_that_cannot_be_written_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await ten_photos(life)
        (tmp_path / "directory").mkdir()
        before = sorted(tmp_path.rglob("*.tmp"))
        for target in ("missing/history.jsonl", "directory"):
            with pytest.raises(EngineError):
                await life.account.export_history(tmp_path / target)
        assert sorted(tmp_path.rglob("*.tmp")) == before


async def test_an_export_to_a_read_only_disk_is_refused_and_leaves_what_is_there(
    tmp_path: Path, read_only: Callable[[Path], None]
) -> None:
    async with living(tmp_path / "home") as life:
        await ten_photos(life)
        there = tmp_path / "there"
        there.mkdir()
        (there / "history.jsonl").write_text("older")
        read_only(there)
        for name in ("history.jsonl", "new.jsonl"):
            with pytest.raises(ReadOnlyError):
                await life.account.export_history(there / name)
        assert {file.name: file.read_text() for file in there.iterdir()} == {"history.jsonl": "older"}


async def test_an_export_to_a_full_disk_is_refused_and_leaves_what_is_there(tmp_path: Path, small_disk: Path) -> None:
    async with living(tmp_path / "home") as life:
        life.phone_adds("a.jpg")
        await life.settle()
        target = small_disk / "history.jsonl"
        target.write_text("older")
        context = life.account._context  # noqa: SLF001 - the quickest way to a history longer than a disk
        [line] = await life.account.history()
        for _ in range(2_000):
            await context.workers.ledger.run(context.ledger.add_history, line.entry, line.at)
        with pytest.raises(DiskFullError):
            await life.account.export_history(target)
        assert {file.name: file.read_text() for file in small_disk.iterdir()} == {"history.jsonl": "older"}
        assert await life.account.export_history(target, HistoryFilter(until=line.at)) == 0


@pytest.mark.parametrize("name", ["/", "..", "n" * 300])
async def test_an_export_to_what_is_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    async with living(tmp_path / "home") as life:
        life.phone_adds("a.jpg")
        await life.settle()
        with pytest.raises(EngineError):
            await life.account.export_history(tmp_path / name)
        assert {file.name for file in tmp_path.iterdir()} == {"home"}


async def test_the_history_is_kept_short_once_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chronicle, "HISTORY_ROWS", 4)
    monkeypatch.setattr(chronicle, "PRUNED_AT_ONCE", 3)
    async with living(tmp_path) as life:
        await ten_photos(life)
        lengths = []
        for _ in range(4):
            life.clock.skip(24 * 3600)
            await life.cycle()
            lengths.append(len(await life.account.history()))
        assert lengths[-1] == 4
        assert all(earlier - later <= 3 for earlier, later in itertools.pairwise(lengths))
        life.phone_adds("new.jpg")
        await life.settle()
        assert len(await life.account.history()) == 5


async def test_what_fails_is_told_once_however_often_it_is_tried(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.server.faults.rules.append(Rule(FaultKind.TOO_LARGE, r"/assets$", "POST", limit=10))
        life.phone_adds("a.jpg")
        await life.settle()
        for _ in range(3):
            await life.folder.run(retry=True)
        assert [entry for entry in await told(life) if entry[0] == "upload"] == [
            ("upload", "a.jpg", "tried", "folder", "failed:immich_too_large")
        ]


async def test_the_device_that_did_it_is_named_where_syncthing_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(*_: str) -> FileInfo | None:
        raise SyncthingCannotConnectError

    async with living(tmp_path) as life:
        life.syncthing.sharing = ("A",)
        photos = await ten_photos(life)
        life.phone_deletes("Camera/IMG_3.jpg")
        await life.settle()
        monkeypatch.setattr(life.syncthing, "file", silent)
        life.phone_adds("b.jpg")
        life.phone_adds("c.jpg")
        await life.settle()
        changes = [(action, path, origin) for action, path, _, origin, _ in await told(life)]
        assert sorted(changes[:10]) == [("upload", path, "folder: a") for path in sorted(photos)]
        assert changes[10] == ("trash", "Camera/IMG_3.jpg", "folder: a")
        assert sorted(changes[11:]) == [("upload", "b.jpg", "folder"), ("upload", "c.jpg", "folder")]


async def test_what_was_done_although_its_answer_was_lost_is_told_once(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.phone_adds("a.jpg")
        life.server.faults.add(FaultKind.RESET_AFTER, r"/assets$", method="POST", times=1)
        assert not (await life.cycle()).successful
        await life.settle()
        assert await told(life) == [("upload", "a.jpg", "new_file", "folder", "done")]


@pytest.mark.parametrize("lost", [False, True])
async def test_what_the_owner_answered_is_told_as_the_owners_doing(tmp_path: Path, lost: bool) -> None:
    async with living(tmp_path) as life:
        photo = life.phone_adds("a.jpg")
        for number in range(3):
            life.phone_adds(f"{number}.jpg")
        await life.settle()
        life.web.trash(life.web.find("a.jpg").id)
        await life.lose_ledger()
        await life.settle()
        [hold] = await life.account.holds()
        await life.account.answer(hold.id, hold.revision, Answer.UNDO)
        if lost:
            life.server.faults.add(FaultKind.RESET_AFTER, r"/trash/restore", method="POST", times=1)
        await life.settle()
        assert photo in life.in_immich()
        assert [one for one in await told(life) if one[0] == "restore"] == [
            ("restore", "a.jpg", "file_back", "owner", "done")
        ]
