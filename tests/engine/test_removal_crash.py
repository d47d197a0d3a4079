"""A process that dies in the midst of something, and an owner who then removes the folder or the whole entry."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import IntentKind
from custom_components.immich_syncthing.engine.model import FolderState, OnEdit, Preset
from custom_components.immich_syncthing.engine.quarantine import leftovers
from custom_components.immich_syncthing.engine.rules import Rules
from custom_components.immich_syncthing.engine.scan import Root
from custom_components.immich_syncthing.engine.workers import InlinePool, Workers

from .living import CAMERA, Life, living, ten_photos
from .plugs import PlugPulled, begin_anew
from .test_age import aged

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD, NAME = "Camera/IMG_3.jpg", "IMG_3.jpg"
ANEW = "camera, added anew"


class DiesInTheMidst(InlinePool):
    """Ends the process so many steps after an intent of this kind was journaled, or a file was put into quarantine."""

    def __init__(self, kind: IntentKind, later: int | None) -> None:
        self.kind = kind
        self.later = later
        self.armed = False
        self.journaled = False
        self.left: int | None = None

    def listen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Notice what is journaled: it shares its commit, and so its step, with what others record."""
        journal = Ledger.open_intent

        def noticed(ledger: Ledger, kind: IntentKind, checksum: bytes, *what: Any) -> int:
            opened = journal(ledger, kind, checksum, *what)
            self.journaled |= self.armed and kind is self.kind
            return opened

        monkeypatch.setattr(Ledger, "open_intent", noticed)

    async def run[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        await asyncio.sleep(0)
        if self.left == 0:
            raise PlugPulled
        result = function(*args, **kwargs)
        if self.left is not None:
            self.left -= 1
        elif self.armed and self._is_met(getattr(function, "__name__", "")):
            self.left = self.later or 0
        return result

    def _is_met(self, name: str) -> bool:
        return name == "quarantine" if self.later is None else self.journaled


async def adds(life: Life) -> None:
    life.phone_adds("Camera/new.jpg")


async def deletes(life: Life) -> None:
    life.phone_deletes(THIRD)


async def trashes(life: Life) -> None:
    life.web.trash(life.web.find(NAME).id)


async def adds_again(life: Life) -> None:
    await deletes(life)
    await life.settle()
    await life.hear()
    life.phone_adds("Found/IMG_3.jpg", b"photo Camera/IMG_3.jpg")


async def restores(life: Life) -> None:
    await trashes(life)
    await life.settle()
    life.web.restore(life.web.find(NAME).id)


async def edits(life: Life) -> None:
    life.phone_adds(THIRD, b"edited")


async def frees(life: Life) -> None:
    aged(life, 100, NAME)
    await life.restart(rules=Rules(free_after_days=30))
    life.clock.skip(2 * 3600)


async def adds_video(life: Life) -> None:
    life.phone_adds("Camera/LIVE.HEIC")
    await life.settle()
    life.phone_adds("Camera/LIVE.MOV")


STORIES: dict[IntentKind, Callable[[Life], Awaitable[None]]] = {
    IntentKind.UPLOAD: adds,
    IntentKind.TRASH: deletes,
    IntentKind.DELETE: trashes,
    IntentKind.RESTORE: adds_again,
    IntentKind.BRING_BACK: restores,
    IntentKind.SUPERSEDE: edits,
    IntentKind.FREE: frees,
    IntentKind.PAIR: adds_video,
}


async def removed(life: Life) -> None:
    """The folder is taken out of the settings, and put back after the other one had some cycles."""
    life.without = {CAMERA}
    await life.restart()
    await life.settle()
    assert open_intents(life) == []
    life.without = set()
    await life.restart()


async def removed_alone(life: Life) -> None:
    """There is no other folder, so that nobody settles anything until it is added under a new id."""
    life.without = {CAMERA, "tablet"}
    await life.restart()
    life.without = {"tablet"}
    life.camera_id = ANEW
    await life.restart()


async def entry_removed(life: Life) -> None:
    await life.lose_ledger()


def open_intents(life: Life) -> list[IntentKind]:
    ledger = Ledger.open(life.home / "ledgers" / "ledger.sqlite")
    try:
        return [intent.kind for intent in ledger.open_intents()]
    finally:
        ledger.close()


async def some_cycles(life: Life) -> None:
    for _ in range(4):
        await life.cycle()


@pytest.mark.parametrize("life_changes", [removed, removed_alone, entry_removed])
@pytest.mark.parametrize(
    ("kind", "later"),
    [*((kind, later) for kind in IntentKind for later in (0, 4)), (IntentKind.DELETE, None), (IntentKind.FREE, None)],
)
async def test_nothing_is_lost_or_deleted_by_that(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: IntentKind,
    later: int | None,
    life_changes: Callable[[Life], Awaitable[None]],
) -> None:
    pool = DiesInTheMidst(kind, later)
    pool.listen(monkeypatch)
    async with living(tmp_path, workers=Workers(pool, pool), tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        life.tablet_adds("other.jpg", b"the tablet's")
        await life.settle()
        life.on_edit = OnEdit.REPLACE
        await STORIES[kind](life)
        pool.armed = True
        with pytest.raises((PlugPulled, BaseExceptionGroup)):
            await some_cycles(life)
        pool.armed, pool.left = False, None
        await begin_anew(life)
        assert later or open_intents(life) == [kind]
        with Root.open(life.root, ".stfolder") as root:
            assert len(leftovers(root)) == (later is None)
        phone, active = life.on_phone(), life.in_immich()

        await life_changes(life)
        report = await life.settle()

        assert open_intents(life) == []
        with Root.open(life.root, ".stfolder") as root:
            assert leftovers(root) == {}
        freed = {THIRD} if kind is IntentKind.FREE else set()
        assert phone.keys() - life.on_phone().keys() <= freed
        assert life.on_phone().items() <= photos.items() | phone.items()
        assert active <= life.in_immich()
        for content in photos.values():
            everywhere = {*life.on_phone().values(), *life.in_immich(), *life.in_immich(trashed=True)}
            assert content in everywhere or await life.in_vault(content)
        assert report.state in {FolderState.IN_AGREEMENT, FolderState.WAITING_FOR_DECISION}
        preview = await life.folder.preview()
        assert (preview.actions, preview.problem) == ({}, None)
