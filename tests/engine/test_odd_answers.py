"""What Immich may answer besides what everybody expects, and work that is more than fits into one cycle."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine import observe
from custom_components.immich_syncthing.engine.model import AssetFact, AssetState, FolderState, Preset
from custom_components.immich_syncthing.engine.observe_immich import fact_of
from custom_components.immich_syncthing.engine.rules import Rules
from custom_components.immich_syncthing.engine.state import AccountState
from custom_components.immich_syncthing.engine.traits import traits_now
from custom_components.immich_syncthing.engine.wishes import MANY_PATHS, Wishes
from custom_components.immich_syncthing.immich.models import Asset, Visibility
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from tests.checksums import sha1
from tests.immich.test_delta import pages_of
from tests.servers.immich import FaultKind

from .latest import life
from .living import CAMERA, TABLET, Life, RealClock, living, ten_photos
from .test_age import aged
from .within import context_of

__all__ = ["life"]

pytestmark = pytest.mark.usefixtures("socket_enabled")

ME, ASSET = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
THIRD = "Camera/IMG_3.jpg"
MINE = Asset(
    id=ASSET,
    owner_id=ME,
    library_id=None,
    checksum=b"1" * 20,
    file_name="IMG_1.jpg",
    is_trashed=False,
    visibility=Visibility.TIMELINE,
    is_favorite=False,
    has_metadata=True,
    live_photo_video_id=None,
    created_at=NOON,
    updated_at=NOON,
    file_created_at=NOON,
)


@pytest.mark.parametrize(
    ("asset", "fact"),
    [
        (MINE, AssetFact(AssetState.ACTIVE, ASSET)),
        (replace(MINE, is_trashed=True), AssetFact(AssetState.TRASHED, ASSET, trash_seen=True)),
        (replace(MINE, visibility=Visibility.ARCHIVE), AssetFact(AssetState.ACTIVE, ASSET)),
        (replace(MINE, visibility=Visibility.LOCKED), AssetFact(AssetState.UNTOUCHABLE, ASSET)),
        (replace(MINE, owner_id="partner"), AssetFact(AssetState.UNTOUCHABLE, ASSET)),
        (replace(MINE, owner_id="partner", is_trashed=True), AssetFact(AssetState.UNTOUCHABLE, ASSET)),
        (replace(MINE, library_id="external"), AssetFact(AssetState.UNTOUCHABLE, ASSET)),
        (replace(MINE, library_id="external", is_trashed=True), AssetFact(AssetState.UNTOUCHABLE, ASSET)),
    ],
)
def test_what_is_not_ours_is_never_touched(asset: Asset, fact: AssetFact) -> None:
    assert fact_of(asset, ME) == fact


async def test_an_asset_that_holds_other_bytes_now_says_nothing_of_the_old(life: Life) -> None:
    await ten_photos(life)
    context, asset = context_of(life), life.web.find("IMG_3.jpg").id
    other = sha1(b"other bytes")
    assert await context.immich_observer.look(asset, other, life.web.user.id) == AssetFact(AssetState.UNKNOWN)
    assert await traits_now(context, asset, other) is None


async def test_a_moment_in_which_more_happened_than_a_page_holds_is_asked_about_one_by_one(life: Life) -> None:
    await ten_photos(life)
    names = [f"IMG_{number}.jpg" for number in range(3)]
    with pages_of(2):
        life.web.trash(*(life.web.find(name).id for name in names))
        moment = life.web.find(names[0]).updated_at
        for name in names:
            life.web.find(name).updated_at = moment
        await life.settle()
    assert life.on_phone().keys() == {f"Camera/IMG_{number}.jpg" for number in range(3, 10)}


async def test_an_immich_that_goes_away_while_it_confirms_is_waited_for(life: Life) -> None:
    asset = life.web.upload(b"by hand", "by hand.jpg")
    life.server.faults.add(FaultKind.RESET_BEFORE, rf"/assets/{asset}$")
    life.phone_adds("Camera/by hand.jpg", b"by hand")
    assert (await life.cycle()).state is FolderState.WAITING_FOR_IMMICH
    life.server.faults.clear()
    report = await life.settle()
    assert (report.state, report.counts.linked, len(life.web.assets())) == (FolderState.IN_AGREEMENT, 1, 1)


async def test_without_the_right_to_see_albums_what_they_protect_is_not_passed_on(life: Life) -> None:
    photos = await ten_photos(life)
    await life.restart(rules=Rules(protect_albums=True))
    [key] = life.server.server.world.tables.keys.values()
    key.permissions[:] = [one for one in REQUIRED if not one.startswith("album")]
    life.phone_deletes(THIRD)
    await life.settle()
    assert photos[THIRD] in life.in_immich()
    key.permissions[:] = ["all"]
    life.clock.skip(2 * 3600)
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[THIRD]}


async def test_only_the_folder_with_the_rule_frees_its_old_photos(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        await ten_photos(life)
        life.tablet_adds("old.jpg", b"old")
        await life.settle()
        aged(life, 400, "IMG_3.jpg", "old.jpg")
        await life.restart(rules=Rules(free_after_days=365))
        for _ in range(2):
            life.clock.skip(2 * 3600)
            await life.settle()
        assert THIRD not in life.on_phone()
        assert (life.tablet_root / "old.jpg").read_bytes() == b"old"


# --- more than fits into one cycle --------------------------------------------------------------------------------


async def test_what_is_not_read_yet_is_read_in_the_next_cycle_at_once(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observe, "HASH_FILES", 2)
    for number in range(5):
        life.phone_adds(f"Camera/IMG_{number}.jpg")
    report = await life.cycle()
    assert report.again_in == 0
    assert len(life.in_immich()) < 5
    await life.settle()
    assert len(life.in_immich()) == 5


def test_very_many_names_are_one_walk() -> None:
    wishes = Wishes(RealClock())
    wishes.take()
    for number in range(MANY_PATHS):
        wishes.change(f"{number}.jpg", complete=False)
    assert not wishes.take().everything
    for number in range(MANY_PATHS + 1):
        wishes.change(f"{number}.jpg", complete=False)
    assert wishes.take().everything


def test_nothing_goes_up_while_immich_is_not_known_to_be_open() -> None:
    state = AccountState(roots={CAMERA: 1.0, TABLET: 1.0})
    assert state.uploading(2.0) == frozenset()


async def test_whoever_listens_hears_of_each_file_that_goes_up(life: Life) -> None:
    heard: list[str] = []
    stop = life.folder.add_listener(lambda: heard.append(life.folder.state))
    life.phone_adds(THIRD)
    await life.settle()
    assert FolderState.UPLOADING in heard
    stop()
    heard.clear()
    life.phone_adds("Camera/more.jpg")
    await life.settle()
    assert heard == []
