"""Photos that come back in either direction, one by one and in bulk."""

from collections.abc import Callable
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import Answer, FolderState, HoldKind, Preset
from custom_components.immich_syncthing.engine.workers import InlinePool, Workers
from tests.servers.immich import FaultKind, Rule

from .latest import life
from .living import CAMERA, Life, living, ten_photos
from .plugs import PlugPulled

__all__ = ["life"]

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD = "Camera/IMG_3.jpg"
MANY = 25


async def third_deleted_everywhere(life: Life) -> dict[str, bytes]:
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()
    assert THIRD not in life.on_phone()
    return photos


def restore_third(life: Life) -> None:
    life.web.restore(*in_trash(life))


def in_trash(life: Life) -> list[str]:
    return [asset.id for asset in life.web.assets(trashed=True)]


def lose_vault(life: Life) -> None:
    (life.home / "vault").rename(life.home / "lost vault")
    (life.home / "vault").mkdir()


def spoil_vault(life: Life) -> None:
    for file in (life.home / "vault").rglob("*"):
        if file.is_file() and file.read_bytes() == b"photo Camera/IMG_3.jpg":
            file.write_bytes(b"spoilt Camera/IMG_3.jpg")


def answers_500(life: Life) -> Rule:
    return life.server.faults.add(FaultKind.STATUS, r"/original$", status=500)


class TestOne:
    async def test_the_file_comes_back_from_the_vault(self, life: Life) -> None:
        photos = await third_deleted_everywhere(life)
        answers_500(life)
        restore_third(life)
        report = await life.settle()
        assert life.on_phone() == photos
        assert report.counts.linked == 10
        assert (CAMERA, (THIRD,)) in life.syncthing.scans[-1:]

    @pytest.mark.parametrize("loss", [lose_vault, spoil_vault])
    async def test_else_from_immich(self, life: Life, loss: object) -> None:
        photos = await third_deleted_everywhere(life)
        assert callable(loss)
        loss(life)
        restore_third(life)
        report = await life.settle()
        assert life.on_phone() == photos
        assert report.counts.linked == 10

    async def test_with_neither_it_is_tried_again_and_nothing_wrong_is_recorded(self, life: Life) -> None:
        photos = await third_deleted_everywhere(life)
        lose_vault(life)
        fault = answers_500(life)
        restore_third(life)
        report = await life.settle()
        assert THIRD not in life.on_phone()
        assert report.counts.failed == 1
        assert life.in_immich() == set(photos.values())
        life.server.faults.rules.remove(fault)
        life.clock.skip(3600)
        report = await life.settle()
        assert life.on_phone() == photos
        assert (report.counts.linked, report.counts.failed) == (10, 0)

    async def test_a_name_that_is_taken_meanwhile_is_not_overwritten(self, life: Life) -> None:
        photos = await third_deleted_everywhere(life)
        life.phone_adds(THIRD, b"another photo")
        await life.settle()
        restore_third(life)
        report = await life.settle()
        beside = {"Camera/IMG_3 (restored).jpg": photos[THIRD], THIRD: b"another photo"}
        assert life.on_phone() == photos | beside
        assert report.counts.linked == 11

    async def test_its_directory_is_made_anew(self, life: Life) -> None:
        await ten_photos(life)
        content = life.phone_adds("Trip/Day 1/only.jpg")
        await life.settle()
        life.web.trash(life.web.find("only.jpg").id)
        await life.settle()
        (life.root / "Trip/Day 1").rmdir()
        (life.root / "Trip").rmdir()
        life.web.restore(life.web.find("only.jpg").id)
        await life.settle()
        assert life.on_phone()["Trip/Day 1/only.jpg"] == content

    async def test_what_the_phone_deleted_comes_back_as_well_where_immich_decides_over_files(self, life: Life) -> None:
        photos = await ten_photos(life)
        life.phone_deletes(THIRD)
        await life.settle()
        restore_third(life)
        await life.settle()
        assert life.on_phone() == photos
        report = await life.settle()
        assert (report.state, report.counts.linked) == (FolderState.IN_AGREEMENT, 10)

    async def test_trashed_once_more_right_after_it_came_back(self, life: Life) -> None:
        photos = await third_deleted_everywhere(life)
        restore_third(life)
        await life.settle()
        life.web.trash(life.web.find("IMG_3.jpg").id)
        await life.settle()
        deleted = photos.pop(THIRD)
        assert life.on_phone() == photos
        assert life.in_immich(trashed=True) == {deleted}

    async def test_trashed_once_more_before_anybody_looked_again(self, life: Life) -> None:
        """What had come back was unknown until the next cycle: it was taken for re-added, and restored."""
        photos = await third_deleted_everywhere(life)
        restore_third(life)
        await life.cycle()
        assert life.on_phone() == photos
        life.web.trash(life.web.find("IMG_3.jpg").id)
        await life.settle()
        deleted = photos.pop(THIRD)
        assert life.on_phone() == photos
        assert life.in_immich(trashed=True) == {deleted}

    async def test_trashed_once_more_and_hidden_before_anybody_looked_again(self, life: Life) -> None:
        photos = await third_deleted_everywhere(life)
        restore_third(life)
        await life.cycle()
        life.ignore = ("IMG_3.*",)
        await life.restart()
        life.web.trash(life.web.find("IMG_3.jpg").id)
        await life.settle()
        life.ignore = ()
        await life.restart()
        report = await life.settle()
        assert life.on_phone() == photos
        assert life.in_immich(trashed=True) == {photos[THIRD]}
        assert report.counts.kept == 1

    async def test_purged_stays_deleted(self, life: Life) -> None:
        photos = await third_deleted_everywhere(life)
        life.web.purge(*in_trash(life))
        await life.restart()
        await life.settle()
        photos.pop(THIRD)
        assert life.on_phone() == photos
        assert life.in_immich() == set(photos.values())
        assert await life.account.holds() == []


class DiesWithTheFileInPlace(InlinePool):
    """Ends the process when a file that comes back has just got its name."""

    armed = False

    async def run[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        result = function(*args, **kwargs)
        if self.armed and getattr(function, "__name__", "") == "finish":
            raise PlugPulled
        return result


async def test_trashed_once_more_while_nobody_was_alive(tmp_path: Path) -> None:
    """The file was put back, and the process died before it could note that: it was not re-added by anybody."""
    pool = DiesWithTheFileInPlace()
    async with living(tmp_path, workers=Workers(pool, pool)) as life:
        photos = await third_deleted_everywhere(life)
        restore_third(life)
        pool.armed = True
        with pytest.raises(PlugPulled):
            await life.cycle()
        pool.armed = False
        assert life.on_phone() == photos
        life.web.trash(life.web.find("IMG_3.jpg").id)
        await life.restart()
        await life.settle()
        deleted = photos.pop(THIRD)
        assert life.on_phone() == photos
        assert life.in_immich(trashed=True) == {deleted}


async def answer(life: Life, kind: HoldKind, decision: Answer, count: int) -> None:
    """Answer the one question there is."""
    [hold] = await life.account.holds()
    assert (hold.kind, hold.count) == (kind, count)
    await life.account.answer(hold.id, hold.revision, decision)
    await life.settle()


async def many_deleted_in_immich(life: Life, count: int = MANY) -> dict[str, bytes]:
    """Let so many of forty photos be deleted everywhere, as their owner approved; those photos."""
    photos = {f"Camera/IMG_{number}.jpg": b"" for number in range(40)}
    for path in photos:
        photos[path] = life.phone_adds(path)
    await life.settle()
    doomed = dict(list(photos.items())[:count])
    life.web.trash(*(asset.id for asset in life.web.assets() if life.web.content(asset.id) in doomed.values()))
    await life.settle()
    await answer(life, HoldKind.MANY_FILES, Answer.APPROVE, count)
    assert life.in_immich(trashed=True) == set(doomed.values())
    assert not doomed.keys() & life.on_phone().keys()
    return doomed


class TestInBulk:
    @pytest.mark.parametrize("decision", Answer)
    async def test_many_restored_in_immich(self, life: Life, decision: Answer) -> None:
        doomed = await many_deleted_in_immich(life)
        life.web.restore(*in_trash(life))
        await life.settle()
        assert not doomed.keys() & life.on_phone().keys()
        await answer(life, HoldKind.RESTORED_IN_BULK, decision, MANY)
        back = decision is Answer.APPROVE
        assert (doomed.keys() <= life.on_phone().keys()) is back
        assert (set(doomed.values()) <= life.in_immich()) is (decision is not Answer.UNDO)
        assert in_trash(life) == [] or decision is Answer.UNDO
        report = await life.settle()
        assert report.state is FolderState.IN_AGREEMENT
        assert report.counts.released == (MANY if decision is Answer.LEAVE else 0)

    @pytest.mark.parametrize("decision", Answer)
    async def test_many_re_added_on_the_phone(self, life: Life, decision: Answer) -> None:
        doomed = await many_deleted_in_immich(life)
        await life.hear()
        for path, content in doomed.items():
            life.phone_adds(f"Found/{path}", content)
        found = {f"Found/{path}" for path in doomed}
        await life.settle()
        assert not set(doomed.values()) & life.in_immich()
        await answer(life, HoldKind.RESTORED_IN_BULK, decision, MANY)
        assert (found <= life.on_phone().keys()) is (decision is not Answer.UNDO)
        assert (set(doomed.values()) <= life.in_immich()) is (decision is Answer.APPROVE)
        report = await life.settle()
        assert report.state is FolderState.IN_AGREEMENT
        assert report.counts.kept == (MANY if decision is Answer.LEAVE else 0)
        if decision is Answer.UNDO:
            assert all([await life.in_vault(content) for content in doomed.values()])

    async def test_below_the_number_nobody_is_asked(self, life: Life) -> None:
        doomed = await many_deleted_in_immich(life, 20)
        life.web.restore(*in_trash(life))
        await life.settle()
        assert doomed.keys() <= life.on_phone().keys()
        assert await life.account.holds() == []

    async def test_what_trickles_counts_together(self, life: Life) -> None:
        doomed = await many_deleted_in_immich(life)
        for asset_id in in_trash(life):
            life.web.restore(asset_id)
            await life.cycle()
        await life.settle()
        [hold] = await life.account.holds()
        back = doomed.keys() & life.on_phone().keys()
        assert (hold.kind, hold.count, len(back)) == (HoldKind.RESTORED_IN_BULK, MANY - 20, 20)

    async def test_many_echoes_are_one_question(self, life: Life) -> None:
        """Incident 41: the index was reset, and the phone sends everything that we had deleted."""
        doomed = await many_deleted_in_immich(life)
        await life.hear()
        life.syncthing.sequence = 1
        for path, content in doomed.items():
            life.phone_adds(path, content)
        await life.settle()
        await answer(life, HoldKind.CAME_BACK, Answer.APPROVE, MANY)
        assert not doomed.keys() & life.on_phone().keys()
        assert len(in_trash(life)) == MANY


async def test_deleted_on_phone_is_not_restored_where_the_phone_decides(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.PHONE_DECIDES) as life:
        photos = await ten_photos(life)
        life.phone_deletes(THIRD)
        await life.settle()
        restore_third(life)
        await life.settle()
        photos.pop(THIRD)
        assert life.on_phone() == photos
        assert (await life.settle()).counts.released == 1
