"""What an earlier life had done, and could not record: it is recorded and told as if nothing had happened."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.actions import DeleteFiles, FreeFiles
from custom_components.immich_syncthing.engine.apply.delete import delete_all
from custom_components.immich_syncthing.engine.apply.free import free_all
from custom_components.immich_syncthing.engine.apply.settle import settle_intents
from custom_components.immich_syncthing.engine.guard import Direction
from custom_components.immich_syncthing.engine.ledger.views import HistoryEntry, IntentKind, Json
from custom_components.immich_syncthing.engine.model import AssetFact, AssetState, Base
from custom_components.immich_syncthing.engine.rules import Rules
from custom_components.immich_syncthing.syncthing.errors import SyncthingCannotConnectError
from custom_components.immich_syncthing.vault.model import VaultOrigin, VaultReason
from tests.checksums import sha1
from tests.servers.immich import FaultKind

from .living import CAMERA, Life, living, ten_photos
from .test_age import aged
from .test_sidecars import says
from .within import context_of, run_as

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD = "Camera/IMG_3.jpg"
CONTENT = f"photo {THIRD}".encode()
EDITED = b"edited"


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    async with living(tmp_path) as one:
        await ten_photos(one)
        yield one


def asset_of(life: Life, content: bytes = CONTENT) -> str:
    [asset] = [asset.id for asset in life.web.assets() if life.web.content(asset.id) == content]
    return asset


async def looked(life: Life) -> None:
    """Let the ledger know of both sides; nothing is done about it."""
    for _ in range(2):
        life.clock.skip(3)
        await life.folder.preview()


async def trashed(life: Life) -> dict[str, Json]:
    life.phone_deletes(THIRD)
    await looked(life)
    life.web.trash(asset_of(life))
    return {"folders": [CAMERA]}


async def restored(life: Life) -> dict[str, Json]:
    life.web.trash(asset_of(life))
    await looked(life)
    life.web.restore(asset_of(life))
    return {}


async def brought_back(life: Life) -> dict[str, Json]:
    life.web.trash(asset_of(life))
    await life.settle()
    life.web.restore(asset_of(life))
    life.phone_adds(THIRD)
    return {}


async def deleted(life: Life) -> dict[str, Json]:
    life.web.trash(asset_of(life))
    await looked(life)
    (life.root / THIRD).unlink()
    return {"files": [[CAMERA, THIRD, "0123"]], "trashed": True}


async def freed(life: Life) -> dict[str, Json]:
    context_of(life).ledger.record(sha1(CONTENT), Base.RELEASED, asset_of(life), life.clock.wall())
    (life.root / THIRD).unlink()
    return {"files": [[CAMERA, THIRD, "0123"]]}


async def replaced(life: Life) -> dict[str, Json]:
    life.phone_adds(THIRD, EDITED)
    await looked(life)
    by = life.web.upload(EDITED, "IMG_3.jpg")
    life.web.trash(asset_of(life))
    return {"by": sha1(EDITED).hex(), "by_asset_id": by, "trashing": True}


@pytest.mark.parametrize("granted", [False, True], ids=["by itself", "approved"])
@pytest.mark.parametrize(
    ("done", "kind", "why", "origin", "direction"),
    [
        (trashed, IntentKind.TRASH, "file_deleted", "folder", Direction.ASSET),
        (restored, IntentKind.RESTORE, "file_back", "folder", Direction.ASSET_BACK),
        (brought_back, IntentKind.BRING_BACK, "asset_back", "immich", Direction.FILE_BACK),
        (deleted, IntentKind.DELETE, "asset_deleted", "immich", Direction.FILE),
        (replaced, IntentKind.SUPERSEDE, "file_edited", "folder", Direction.EDIT),
        (freed, IntentKind.FREE, "old", "folder", None),
    ],
    ids=["trash", "restore", "bring_back", "delete", "replace", "free"],
)
async def test_it_is_told_in_full_and_counted_unless_it_was_approved(
    life: Life,
    done: Callable[[Life], Awaitable[dict[str, Json]]],
    kind: IntentKind,
    why: str,
    origin: str,
    direction: Direction | None,
    *,
    granted: bool,
) -> None:
    asset = asset_of(life)
    payload = await done(life)
    context, run = context_of(life), run_as(life)
    before = 0 if direction is None else context.ledger.applied_since(direction, None, life.clock.wall(), 3600)
    payload |= {"asset_id": asset, "path": THIRD, "granted": granted}
    context.ledger.open_intent(kind, sha1(CONTENT), CAMERA, payload, life.clock.wall())
    assert await settle_intents(context, run) == 0
    assert context.ledger.open_intents() == []

    word = {IntentKind.SUPERSEDE: "replace"}.get(kind, kind.value)
    [last] = await life.account.history(1)
    assert last.entry == HistoryEntry(word, THIRD, CAMERA, sha1(CONTENT), asset, why, origin, "done")
    tallies = run.tallies
    counts = (
        tallies.trashed + tallies.restored + tallies.brought_back + tallies.deleted + tallies.superseded + tallies.freed
    )
    assert counts == 1
    if direction is not None:
        applied = context.ledger.applied_since(direction, None, life.clock.wall(), 3600)
        assert applied == before + (not granted)
        assert context.ledger.applied_since(direction, CAMERA, life.clock.wall(), 3600) == applied


async def test_a_video_that_followed_its_photo_counts_with_it(life: Life) -> None:
    payload = await deleted(life)
    payload |= {"asset_id": asset_of(life), "still": sha1(b"its photo").hex()}
    context = context_of(life)
    context.ledger.open_intent(IntentKind.DELETE, sha1(CONTENT), CAMERA, payload, life.clock.wall())
    assert await settle_intents(context, run_as(life)) == 0
    assert THIRD in [view.entry.path for view in await life.account.history(1)]
    assert context.ledger.applied_since(Direction.FILE, None, life.clock.wall(), 3600) == 0


async def test_a_file_that_went_with_an_asset_which_nobody_knew_is_told_without_one(life: Life) -> None:
    payload = {**await deleted(life), "asset_id": None, "trashed": False}
    context_of(life).ledger.open_intent(IntentKind.DELETE, sha1(CONTENT), CAMERA, payload, life.clock.wall())
    assert await settle_intents(context_of(life), run_as(life)) == 0
    [last] = await life.account.history(1)
    assert (last.entry.action, last.entry.asset_id) == ("delete", None)


@pytest.mark.parametrize(
    ("more", "base"),
    [
        ({}, Base.LINKED),
        ({"stays": True}, Base.KEPT),
        ({"stays": True, "later": True}, Base.LINKED),
    ],
    ids=["the copy was to go as well", "the copy was to stay", "the copy was to go later"],
)
async def test_a_copy_stays_only_if_that_was_planned(life: Life, more: dict[str, Json], base: Base) -> None:
    life.phone_adds("copy.jpg", CONTENT)
    await life.settle()
    payload = {**await deleted(life), **more}
    payload |= {"asset_id": asset_of(life)}
    context = context_of(life)
    context.ledger.open_intent(IntentKind.DELETE, sha1(CONTENT), CAMERA, payload, life.clock.wall())
    assert await settle_intents(context, run_as(life)) == 0
    view = context.ledger.content(sha1(CONTENT))
    assert view is not None
    assert (view.base, [row.path for row in view.present]) == (base, ["copy.jpg"])


async def test_a_restoration_without_its_asset_or_its_folder_is_planned_again(life: Life) -> None:
    context = context_of(life)
    for folder, asset in ((CAMERA, None), ("elsewhere", asset_of(life))):
        payload: dict[str, Json] = {"asset_id": asset, "path": THIRD}
        context.ledger.open_intent(IntentKind.RESTORE, sha1(CONTENT), folder, payload, life.clock.wall())
        assert await settle_intents(context, run_as(life)) == 0
    assert context.ledger.open_intents() == []
    assert "restore" not in [view.entry.action for view in await life.account.history()]


# --- what has to be known for that --------------------------------------------------------------------------------


async def open_payload(life: Life) -> dict[str, Json]:
    [intent] = context_of(life).ledger.open_intents()
    assert (intent.checksum, intent.folder_id) == (sha1(CONTENT), CAMERA)
    return dict(intent.payload)


def the_only(noted: Json) -> list[str]:
    assert isinstance(noted, list)
    [one] = noted
    assert isinstance(one, list)
    return [str(part) for part in one]


async def test_what_is_noted_before_an_asset_is_trashed(life: Life) -> None:
    life.phone_deletes(THIRD)
    life.server.faults.add(FaultKind.RESET_BEFORE, r"/assets$", method="DELETE")
    await life.cycle()
    expected = {"asset_id": asset_of(life), "path": THIRD, "folders": [CAMERA], "granted": False}
    assert await open_payload(life) == expected


async def test_what_is_noted_before_an_asset_is_restored(life: Life) -> None:
    life.phone_deletes(THIRD)
    await life.settle()
    await life.hear()
    life.phone_adds(THIRD, old=False)
    life.server.faults.add(FaultKind.RESET_BEFORE, r"/trash/restore/assets$")
    await life.cycle()
    expected = {"asset_id": asset_of(life), "path": THIRD, "granted": False, "active": False, "motion": False}
    assert await open_payload(life) == expected


async def test_what_is_noted_before_a_file_comes_back(life: Life) -> None:
    life.web.trash(asset_of(life))
    await life.settle()
    life.web.restore(asset_of(life))
    (life.home / "vault").rename(life.home / "elsewhere")
    life.server.faults.add(FaultKind.STATUS, r"/original$", status=500)
    await life.cycle()
    expected = {"asset_id": asset_of(life), "path": THIRD, "granted": False, "active": True, "motion": False}
    assert await open_payload(life) == expected


@pytest.mark.parametrize("later", [False, True])
async def test_what_is_noted_before_a_file_is_deleted(life: Life, *, later: bool) -> None:
    life.phone_adds("copy.jpg", CONTENT)
    life.phone_adds("Camera/IMG_3.xmp", says("a cat"))
    await life.settle()
    life.web.trash(asset_of(life))
    await looked(life)
    ledger = context_of(life).ledger
    row, copy = ledger.file(CAMERA, THIRD), ledger.file(CAMERA, "copy.jpg")
    assert row is not None
    assert copy is not None
    life.syncthing.scan_failure = SyncthingCannotConnectError("refused")
    asset = AssetFact(AssetState.TRASHED, asset_of(life), trash_seen=True)
    stays, after = ((), (copy,)) if later else ((copy,), ())
    await delete_all(context_of(life), run_as(life), [DeleteFiles(sha1(CONTENT), asset, (row,), stays, after)])
    payload = await open_payload(life)
    folder, path, token = the_only(payload.pop("files"))
    beside, sidecar, other, checksum = the_only(payload.pop("sidecars"))
    assert (folder, path, beside, sidecar) == (CAMERA, THIRD, CAMERA, "Camera/IMG_3.xmp")
    assert checksum == sha1(says("a cat")).hex()
    assert len({token, other}) == 2
    assert payload == {
        "asset_id": asset_of(life),
        "trashed": True,
        "stays": not later,
        "later": later,
        "granted": False,
        "still": None,
        "noted": True,
    }


async def test_what_is_noted_before_a_file_is_freed(life: Life) -> None:
    aged(life, 400, "IMG_3.jpg")
    await life.restart(rules=Rules(free_after_days=365))
    life.clock.skip(2 * 3600)
    await looked(life)
    row = context_of(life).ledger.file(CAMERA, THIRD)
    assert row is not None
    (life.root / ".stfolder").rename(life.root / "unplugged")
    await free_all(context_of(life), run_as(life), [FreeFiles(sha1(CONTENT), asset_of(life), (row,))])
    payload = await open_payload(life)
    folder, path, token = the_only(payload.pop("files"))
    assert (folder, path, bool(token)) == (CAMERA, THIRD, True)
    assert payload == {"asset_id": asset_of(life), "stays": False, "sidecars": []}


async def test_what_the_vault_notes_of_a_deleted_file(life: Life) -> None:
    mtime = (life.root / THIRD).stat().st_mtime_ns
    life.web.trash(asset_of(life))
    await life.settle()
    entry = await life.vault.find(sha1(CONTENT))
    assert entry is not None
    assert entry.origin == VaultOrigin(
        checksum=sha1(CONTENT),
        size=len(CONTENT),
        folder_id=CAMERA,
        folder_label="Camera",
        path=THIRD,
        mtime_ns=mtime,
        asset_id=asset_of(life),
        account_id=life.web.user.id,
        reason=VaultReason.ASSET_DELETED,
    )
