"""Freeing the phone's space: the oldest go, by rule or as asked, a dry run says which, and Immich keeps them all."""

from collections.abc import Callable
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine import freeing
from custom_components.immich_syncthing.engine.errors import LedgerError, OneWayFolderError, RecoveryError
from custom_components.immich_syncthing.engine.leaving import Request, Stays
from custom_components.immich_syncthing.engine.model import HoldKind, Preset
from custom_components.immich_syncthing.engine.rules import Rules, Space
from custom_components.immich_syncthing.engine.selection import Selection
from custom_components.immich_syncthing.engine.workers import InlinePool, Workers
from custom_components.immich_syncthing.syncthing.models import FolderType
from tests.checksums import sha1
from tests.servers.immich import FaultKind

from .living import CAMERA, TABLET, Life, living, ten_photos
from .restores import preview_is_run
from .test_age import DAY, HOUR, aged, all_names, freed, history
from .within import context_of

pytestmark = pytest.mark.usefixtures("socket_enabled")

ALL = Space(after_days=0)
MANY = 1_000


async def ten_old_photos(life: Life) -> dict[str, bytes]:
    """Have ten photos in agreement, of which Immich knows the ages: the first is the oldest."""
    photos = await ten_photos(life)
    for number, name in enumerate(all_names()):
        aged(life, 400 - number, name)
    life.clock.skip(2 * HOUR)
    await life.settle()
    return photos


async def free(life: Life, space: Space, most: int = MANY) -> Request:
    """Free what is asked for, and see that it is what a dry run shows."""
    before = life.on_phone()
    choice = await life.folder.to_free(space, most)
    assert life.on_phone() == before
    assert await life.folder.to_free(space, most) == choice
    request = life.folder.free(space, choice)
    await life.settle()
    assert request.done
    assert (request.files, request.size) == (
        sum(one.files for one in choice.chosen),
        sum(x.size for x in choice.chosen),
    )
    assert request.freed >= {one.checksum for one in choice.chosen}
    return request


def numbered(*numbers: int) -> set[str]:
    return {f"Camera/IMG_{number}.jpg" for number in numbers}


def bytes_of(photos: dict[str, bytes], *numbers: int) -> int:
    return sum(len(photos[path]) for path in numbered(*numbers))


# --- as asked -----------------------------------------------------------------------------------------------------


async def test_the_oldest_leave_until_there_is_room(life: Life) -> None:
    photos = await ten_old_photos(life)
    request = await free(life, Space(keep_bytes=bytes_of(photos, *range(3, 10))))
    assert life.on_phone().keys() == numbered(*range(3, 10))
    assert (request.files, request.size) == (3, bytes_of(photos, 0, 1, 2))
    assert life.in_immich() == set(photos.values())
    assert life.in_immich(trashed=True) == set()
    report = await life.cycle()
    assert (report.counts.released, report.counts.linked) == (3, 7)


async def test_what_is_older_leaves(life: Life) -> None:
    photos = await ten_old_photos(life)
    await free(life, Space(after_days=394.5))
    assert life.on_phone().keys() == photos.keys() - numbered(*range(6))


async def test_all_ages_are_asked_before_the_oldest_is_chosen(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freeing, "AGES_AT_ONCE", 3)
    photos = await ten_photos(life)
    for number, name in enumerate(all_names()):
        aged(life, 400 + number, name)
    life.clock.skip(2 * HOUR)
    await free(life, ALL, 1)
    assert life.on_phone().keys() == photos.keys() - numbered(9)


async def test_no_more_leave_than_the_limit(life: Life) -> None:
    await ten_old_photos(life)
    choice = await life.folder.to_free(ALL, 4)
    assert choice.kept == {Stays.OVER_LIMIT: 6}
    await free(life, ALL, 4)
    assert life.on_phone().keys() == numbered(*range(4, 10))


async def test_why_the_others_stay(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freeing, "PAGE", 2)
    photos = await ten_photos(life)
    for number in range(6):
        aged(life, 400 - number, f"IMG_{number}.jpg")
    aged(life, 10, "IMG_6.jpg", "IMG_7.jpg")
    life.web.favourite(life.web.find("IMG_1.jpg").id)
    life.web.make_album("Holiday", life.web.find("IMG_2.jpg").id)
    life.clock.skip(2 * HOUR)
    await life.settle()
    await free(life, Space(after_days=399.5))
    await preview_is_run(life, Selection(frozenset({CAMERA}), paths=frozenset(numbered(0))))
    await life.settle()
    life.web.trash(life.web.find("IMG_3.jpg").id)
    life.server.faults.add(FaultKind.STATUS, f"/assets/{life.web.find('IMG_4.jpg').id}$", status=500)
    await life.restart(rules=Rules(protect_albums=True))
    choice = await life.folder.to_free(Space(after_days=30, favourites_stay=True), MANY)
    assert {one.checksum for one in choice.chosen} == {sha1(photos["Camera/IMG_5.jpg"])}
    assert choice.kept == {
        Stays.FAVOURITE: 1,
        Stays.IN_ALBUM: 1,
        Stays.NOT_CONFIRMED: 2,
        Stays.UNKNOWN_AGE: 2,
        Stays.RECENT: 2,
        Stays.BROUGHT_BACK: 1,
    }


async def test_a_date_that_changed_in_immich_counts(life: Life) -> None:
    photos = await ten_old_photos(life)
    aged(life, 10, "IMG_0.jpg")
    await free(life, Space(after_days=30, favourites_stay=True), 2)
    assert life.on_phone().keys() == photos.keys() - numbered(1, 2)
    aged(life, -1, "IMG_3.jpg")  # after its upload: no date that counts
    choice = await life.folder.to_free(Space(after_days=30), 1)
    assert choice.kept[Stays.UNKNOWN_AGE] == 1


async def test_a_photo_that_was_put_off_is_freed_when_it_is_asked_for(life: Life) -> None:
    await ten_old_photos(life)
    life.web.favourite(life.web.find("IMG_0.jpg").id)
    await life.restart(rules=Rules(free_after_days=399, protect_favourites=True))
    await life.settle()
    assert numbered(0) <= life.on_phone().keys()
    life.web.favourite(life.web.find("IMG_0.jpg").id, on=False)
    await free(life, Space(after_days=399))
    assert not numbered(0) & life.on_phone().keys()


@pytest.mark.parametrize("fault", [True, False])
async def test_what_is_not_so_any_more_stays(life: Life, fault: bool) -> None:
    photos = await ten_old_photos(life)
    choice = await life.folder.to_free(ALL, 2)
    request = life.folder.free(ALL, choice)
    if fault:
        life.syncthing.ignored.add("Camera/IMG_0.jpg")
    else:
        life.syncthing.meanwhile.append(lambda: life.web.favourite(life.web.find("IMG_0.jpg").id))
        life.syncthing.meanwhile.append(lambda: life.web.trash(life.web.find("IMG_0.jpg").id))
    await life.cycle()
    assert request.done
    assert request.refused == {sha1(photos["Camera/IMG_0.jpg"]): "not_carried" if fault else "not_confirmed"}
    assert (life.root / "Camera/IMG_0.jpg").exists()
    assert not (life.root / "Camera/IMG_1.jpg").exists()


async def test_what_is_being_written_stays(life: Life) -> None:
    photos = await ten_old_photos(life)
    choice = await life.folder.to_free(ALL, 1)
    request = life.folder.free(ALL, choice)
    life.syncthing.on_its_way.add("Camera/IMG_0.jpg")
    await life.cycle()
    assert request.refused == {sha1(photos["Camera/IMG_0.jpg"]): Stays.BUSY}
    assert life.on_phone() == photos


async def test_what_left_meanwhile_is_not_waited_for(life: Life) -> None:
    await ten_old_photos(life)
    choice = await life.folder.to_free(ALL, 1)
    request = life.folder.free(ALL, choice)
    life.phone_deletes("Camera/IMG_0.jpg")
    await life.settle()
    assert request.done
    assert list(request.refused.values()) == [Stays.NOT_CONFIRMED]


class OnceFailing(InlinePool):
    """The ledger's thread, whose disk fails once: at the first call for which ``when`` is true."""

    when: Callable[[], bool] | None = None

    async def run[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        if self.when is not None and self.when():
            self.when = None
            reason = "the disk failed"
            raise LedgerError(reason)
        return await super().run(function, *args, **kwargs)


async def test_what_went_is_told_even_if_the_ledger_cannot_take_it_at_once(tmp_path: Path) -> None:
    ledger = OnceFailing()
    async with living(tmp_path, workers=Workers(ledger, InlinePool())) as life:
        photos = await ten_old_photos(life)
        ledger.when = lambda: not (life.root / "Camera/IMG_0.jpg").exists()
        request = await free(life, ALL, 1)
        assert ledger.when is None
        assert (request.freed, request.refused) == ({sha1(photos["Camera/IMG_0.jpg"])}, {})
        assert life.in_immich() == set(photos.values())
        assert life.on_phone().keys() == photos.keys() - numbered(0)


async def test_a_closed_folder_is_waited_for_but_not_for_ever(life: Life) -> None:
    photos = await ten_old_photos(life)
    life.syncthing.state = "scanning"
    request = life.folder.free(ALL, await life.folder.to_free(ALL, 2))
    await life.cycle()
    assert not request.done
    life.clock.skip(freeing.REQUEST_SECONDS)
    life.syncthing.state = "idle"
    await life.settle()
    assert request.done
    assert (request.files, life.on_phone()) == (0, photos)


async def test_who_asks_again_gives_up_what_was_asked_before(life: Life) -> None:
    photos = await ten_old_photos(life)
    first = life.folder.free(ALL, await life.folder.to_free(ALL, 9))
    second = life.folder.free(ALL, await life.folder.to_free(ALL, 1))
    await life.settle()
    assert (first.done, first.files, second.files) == (True, 0, 1)
    assert life.on_phone().keys() == photos.keys() - numbered(0)


async def test_nothing_is_asked_where_it_would_not_reach_the_phone(life: Life) -> None:
    await ten_old_photos(life)
    life.syncthing.type = FolderType.RECEIVE_ONLY
    with pytest.raises(OneWayFolderError):
        await life.folder.to_free(ALL, MANY)


async def test_nothing_is_chosen_while_everything_is_compared_anew(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        await ten_old_photos(life)
        dump = life.server.world.snapshot()
        life.phone_adds("Camera/later.jpg")
        await life.settle()
        life.tablet_root.rename(life.tablet_root.with_name("elsewhere"))
        life.server.world.load(dump)
        for _ in range(4):
            await life.cycle()
            await life.tablet_cycle()
        with pytest.raises(RecoveryError):
            await life.folder.to_free(ALL, MANY)


async def test_a_live_photo_leaves_as_one(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.phone_adds("Camera/IMG_1.MOV", b"the moving part")
        life.phone_adds("Camera/IMG_1.HEIC", b"the still")
        life.phone_adds("Camera/IMG_2.HEIC", b"another")
        await life.settle()
        aged(life, 400, "IMG_1.HEIC")
        aged(life, 10, "IMG_2.HEIC")
        life.clock.skip(2 * HOUR)
        await life.settle()
        choice = await life.folder.to_free(Space(keep_bytes=len(b"another")), MANY)
        assert [(one.files, one.size) for one in choice.chosen] == [(2, len(b"the stillthe moving part"))]
        await free(life, Space(keep_bytes=len(b"another")))
        assert life.on_phone() == {"Camera/IMG_2.HEIC": b"another"}
        assert life.in_immich(trashed=True) == set()
        report = await life.cycle()
        assert (report.counts.released, report.counts.linked) == (2, 1)


async def test_a_video_stays_while_another_folder_has_its_photo(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        life.phone_adds("Camera/IMG_1.MOV", b"the moving part")
        life.phone_adds("Camera/IMG_1.HEIC", b"the still")
        await life.settle()
        life.tablet_adds("copy.HEIC", b"the still")
        await life.settle()
        aged(life, 400, "IMG_1.HEIC")
        life.clock.skip(2 * HOUR)
        await life.settle()
        await free(life, ALL)
        assert life.on_phone() == {"Camera/IMG_1.MOV": b"the moving part"}
        assert (life.tablet_root / "copy.HEIC").exists()
        assert not context_of(life).leaving_of(TABLET).videos


# --- by rule ------------------------------------------------------------------------------------------------------


async def test_a_folder_keeps_to_its_room_by_itself(life: Life) -> None:
    photos = await ten_old_photos(life)
    rules = Rules(keep_bytes=bytes_of(photos, *range(4, 10)))
    await life.restart(rules=rules)
    await life.settle()
    assert life.on_phone().keys() == numbered(*range(4, 10))
    photos["Camera/IMG_10.jpg"] = life.phone_adds("Camera/IMG_10.jpg", b"p" * bytes_of(photos, 4))
    await life.settle()
    assert life.on_phone().keys() == numbered(*range(5, 11))
    assert life.in_immich() == set(photos.values())


async def test_what_is_deleted_makes_room_before_anything_is_freed(life: Life) -> None:
    photos = await ten_old_photos(life)
    await life.restart(rules=Rules(keep_bytes=bytes_of(photos, *range(10))))
    await life.settle()
    photos["Camera/IMG_10.jpg"] = life.phone_adds("Camera/IMG_10.jpg", b"p")
    await life.settle()
    assert life.on_phone().keys() == numbered(*range(1, 11))
    await life.restart(rules=Rules(keep_bytes=bytes_of(photos, *range(1, 9))))
    life.web.trash(life.web.find("IMG_9.jpg").id)
    preview = await life.folder.preview()
    assert preview.actions == {"delete_file": 1}
    before = life.on_phone().keys()
    await life.cycle()
    assert before - life.on_phone().keys() == numbered(9)
    await life.settle()
    assert life.on_phone().keys() == numbered(*range(2, 9), 10)


async def test_room_is_made_only_when_the_oldest_are_known(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freeing, "AGES_AT_ONCE", 6)
    photos = await ten_photos(life)
    aged(life, 10, *all_names())
    aged(life, 400, "IMG_9.jpg")
    await life.restart(rules=Rules(keep_bytes=bytes_of(photos, *range(9))))
    life.clock.skip(2 * HOUR)
    await life.cycle()
    assert life.on_phone() == photos
    await life.settle()
    assert life.on_phone().keys() == numbered(*range(9))


async def test_so_many_a_day_leave_by_themselves_and_what_is_asked_for_besides(life: Life) -> None:
    await ten_old_photos(life)
    await life.restart(rules=Rules(free_after_days=1, freed_per_day=2))
    await life.settle()
    assert life.on_phone().keys() == numbered(*range(2, 10))
    await free(life, ALL, 3)
    assert life.on_phone().keys() == numbered(*range(5, 10))
    life.clock.skip(DAY + HOUR)
    await life.settle()
    assert life.on_phone().keys() == numbered(7, 8, 9)


async def test_many_favourites_hold_nothing_up(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freeing, "FREED_AT_ONCE", 1)
    monkeypatch.setattr(freeing, "PAGE", 1)
    await ten_old_photos(life)
    for number in range(9):
        life.web.favourite(life.web.find(f"IMG_{number}.jpg").id)
    await life.restart(rules=Rules(free_after_days=1, protect_favourites=True))
    await life.cycle()
    assert life.on_phone().keys() == numbered(*range(9))


# --- afterwards ---------------------------------------------------------------------------------------------------


async def test_released_then_purged(life: Life) -> None:
    """Elsewhere, what had been freed on the phone was gone for good when its copy on the server was."""
    photos = await ten_old_photos(life)
    await freed(life, Rules(free_after_days=398.5))  # type: ignore[arg-type]
    assert life.on_phone().keys() == photos.keys() - numbered(0, 1)
    life.web.trash(life.web.find("IMG_0.jpg").id)
    await life.settle()
    life.web.purge(life.web.find("IMG_1.jpg").id)
    life.folder.full_check()
    await life.settle()
    [hold] = await life.account.holds()
    assert (hold.kind, hold.count) == (HoldKind.VANISHED, 1)
    life.phone_adds("Camera/IMG_1.jpg", photos["Camera/IMG_1.jpg"])
    await life.settle()
    assert photos["Camera/IMG_1.jpg"] in life.on_phone().values()
    assert photos["Camera/IMG_0.jpg"] not in life.in_immich()
    assert [one.entry.action for one in await history(life)].count("free") == 2
