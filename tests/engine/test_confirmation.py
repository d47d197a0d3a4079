"""Which deletions all devices have heard of, and what makes that doubtful again."""

import os
from collections.abc import Callable

import pytest

from custom_components.immich_syncthing.engine.confirmation import ASK_SECONDS, has_heard
from custom_components.immich_syncthing.engine.model import HoldKind
from custom_components.immich_syncthing.syncthing.errors import SyncthingCannotConnectError
from custom_components.immich_syncthing.syncthing.models import Completion

from .latest import life
from .living import CAMERA, CaughtUpSyncthing, Life, ten_photos

__all__ = ["life"]

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD = "Camera/IMG_3.jpg"
ELSEWHERE = "Found/again.jpg"
UNREACHABLE = SyncthingCannotConnectError("refused")


async def deleted(life: Life) -> bytes:
    """Let the third of ten photos be deleted on the phone, and return it."""
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    life.syncthing.deleted += 1
    await life.settle()
    return photos[THIRD]


async def is_asked_about(life: Life, content: bytes) -> bool:
    """Return whether the owner is asked when the photo is added elsewhere; if not, it is taken back."""
    life.phone_adds(ELSEWHERE, content)
    await life.settle()
    holds = [hold.kind for hold in await life.account.holds()]
    assert (content in life.in_immich()) is not bool(holds)
    assert holds in ([], [HoldKind.CAME_BACK])
    return bool(holds)


def tombstones(life: Life) -> list[bool]:
    """Return of each departure whether it is confirmed."""
    ledger = life.account._context.ledger  # noqa: SLF001 - no other way to see it
    found = [ledger.content(checksum) for checksum in ledger.checksums(None, 100)]
    return [gone.confirmed for view in found if view is not None for gone in view.gone]


@pytest.mark.parametrize(
    ("device", "heard"),
    [
        (Completion(100.0, 0, 0, 0, "valid", 7), True),
        (Completion(100.0, 0, 0, 0, "unknown", 7), True),
        (Completion(100.0, 0, 0, 0, "paused", 7), True),
        (Completion(100.0, 0, 0, 0, "", 7), True),
        (Completion(95.0, 0, 1, 0, "valid", 7), False),
        (Completion(95.0, 1, 0, 9, "unknown", 7), False),
        (Completion(100.0, 0, 0, 0, "unknown", 0), False),
        (Completion(100.0, 0, 0, 0, "notSharing", 7), False),
    ],
)
def test_a_device_has_heard_when_it_announced_that_it_needs_nothing(device: Completion, *, heard: bool) -> None:
    assert has_heard(device) is heard


async def test_one_good_answer_is_not_enough(life: Life) -> None:
    content = await deleted(life)
    await life.cycle()
    assert tombstones(life) == [False]
    assert await is_asked_about(life, content)


async def test_two_good_answers_are(life: Life) -> None:
    content = await deleted(life)
    await life.hear()
    assert tombstones(life) == [True]
    assert not await is_asked_about(life, content)


async def test_what_is_confirmed_stays_so_over_a_restart(life: Life) -> None:
    content = await deleted(life)
    await life.hear()
    await life.restart()
    assert not await is_asked_about(life, content)


async def test_devices_are_asked_seldom_and_only_while_something_is_unconfirmed(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []
    answer = CaughtUpSyncthing.completion

    async def counted(self: CaughtUpSyncthing, folder_id: str, device_id: str | None = None) -> Completion:
        asked.append(device_id)
        return await answer(self, folder_id, device_id)

    monkeypatch.setattr(CaughtUpSyncthing, "completion", counted)
    await ten_photos(life)
    assert asked == []
    life.phone_deletes(THIRD)
    for _ in range(10):
        await life.cycle()
    assert asked == ["PHONE"]
    life.clock.skip(ASK_SECONDS)
    await life.cycle()
    assert asked == ["PHONE", "PHONE"]
    life.clock.skip(ASK_SECONDS)
    await life.cycle()
    assert asked == ["PHONE", "PHONE"]


async def test_nothing_is_confirmed_while_files_wait_to_be_looked_at(life: Life) -> None:
    await deleted(life)
    growing = life.root / "Camera/growing.jpg"
    for size in range(1, 5):
        life.clock.skip(ASK_SECONDS)
        growing.write_bytes(b"grows" * size)
        os.utime(growing, (life.clock.wall() + 3600, life.clock.wall() + 3600))
        life.folder.note_change("Camera/growing.jpg", complete=False)
        await life.cycle()
        assert tombstones(life) == [False]


async def test_a_device_that_cannot_be_asked_has_not_heard(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    await deleted(life)

    async def refused(*_: object) -> Completion:
        raise UNREACHABLE

    with monkeypatch.context() as patched:
        patched.setattr(CaughtUpSyncthing, "completion", refused)
        await life.hear()
        await life.hear()
        assert tombstones(life) == [False]
    life.clock.skip(ASK_SECONDS)
    await life.hear()
    assert tombstones(life) == [True]


def added_again(syncthing: CaughtUpSyncthing) -> None:
    """A folder that was removed and added again begins to count anew (measured: 33 becomes 10)."""
    syncthing.sequence = 1


def database_reset(syncthing: CaughtUpSyncthing) -> None:
    """Its sequence may go on (measured with 1.29: 18 becomes 19), but it knows of no deletion any more."""
    syncthing.sequence += 1
    syncthing.deleted = 0
    syncthing.forgetful = True


def new_phone(syncthing: CaughtUpSyncthing) -> None:
    syncthing.sharing = ("PHONE", "NEW")


@pytest.mark.parametrize("happens", [added_again, database_reset, new_phone])
@pytest.mark.parametrize("watched", [True, False], ids=["watched", "while stopped"])
async def test_syncthing_index_reset(
    life: Life, happens: Callable[[CaughtUpSyncthing], None], *, watched: bool
) -> None:
    content = await deleted(life)
    await life.hear()
    happens(life.syncthing)
    if not watched:
        await life.restart()
    await life.cycle()
    assert tombstones(life) == [False]
    assert await is_asked_about(life, content)


async def test_after_a_reset_all_devices_have_to_confirm_again(life: Life) -> None:
    content = await deleted(life)
    await life.hear()
    added_again(life.syncthing)
    await life.cycle()
    life.clock.skip(ASK_SECONDS)
    await life.hear()
    assert tombstones(life) == [True]
    assert not await is_asked_about(life, content)


async def test_a_folder_that_was_missing_meanwhile(life: Life) -> None:
    content = await deleted(life)
    await life.hear()
    life.syncthing.missing = True
    await life.cycle()
    await life.cycle()
    life.syncthing.missing = False
    assert await is_asked_about(life, content)


async def test_a_device_that_left_does_not_count(life: Life) -> None:
    content = await deleted(life)
    life.syncthing.sharing = ("PHONE", "OLD")
    life.syncthing.behind.add("OLD")
    await life.hear()
    await life.hear()
    assert tombstones(life) == [False]
    life.syncthing.sharing = ("PHONE",)
    life.clock.skip(ASK_SECONDS)
    await life.hear()
    assert not await is_asked_about(life, content)


async def test_a_file_that_came_back_is_one_deletion_less_and_no_reset(life: Life) -> None:
    content = await deleted(life)
    life.phone_deletes("Camera/IMG_4.jpg")
    life.syncthing.deleted += 1
    await life.settle()
    await life.hear()
    life.syncthing.deleted -= 1
    assert not await is_asked_about(life, content)
    assert False not in tombstones(life)


async def test_an_index_that_cannot_be_asked_is_looked_at_again(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    content = await deleted(life)
    await life.hear()
    database_reset(life.syncthing)

    async def refused(*_: object) -> None:
        raise UNREACHABLE

    with monkeypatch.context() as patched:
        patched.setattr(CaughtUpSyncthing, "file", refused)
        await life.cycle()
        assert tombstones(life) == [True]
    assert await is_asked_about(life, content)


async def test_a_paused_folder_tells_nothing(life: Life) -> None:
    await deleted(life)
    await life.hear()
    life.syncthing.paused = True
    await life.cycle()
    life.syncthing.paused = False
    await life.cycle()
    assert tombstones(life) == [True]
    index = life.account._context.ledger.index(CAMERA)  # noqa: SLF001 - no other way to see it
    assert index is not None
    assert index.devices == {"SERVER", "PHONE"}
