"""The table of motion parts, row by row, and what no facts whatever may lead to."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from custom_components.immich_syncthing.engine.actions import (
    Ask,
    BringBackFile,
    DeleteFiles,
    FreeFiles,
    PairMotion,
    Plan,
    Record,
    TrashAsset,
    Upload,
)
from custom_components.immich_syncthing.engine.guard import GuardFacts, guard
from custom_components.immich_syncthing.engine.live import Need, need_of, neediest
from custom_components.immich_syncthing.engine.model import (
    AssetFact,
    AssetState,
    Base,
    Facts,
    Files,
    FileStatus,
    HoldKind,
    Preset,
    Still,
)
from custom_components.immich_syncthing.engine.outcomes import SETTLED, WAIT, Outcome, Settled, Waiting
from custom_components.immich_syncthing.engine.plan import decide
from custom_components.immich_syncthing.engine.settings import GuardLimits

from .worlds import ASSET, CAMERA, NEW_PHOTO, OTHER_ASSET, PHOTO, asset, facts, file, gone

HERE, AWAY = Files.YES, Files.NO
ACTIVE, TRASHED, GONE = AssetState.ACTIVE, AssetState.TRASHED, AssetState.GONE
VIDEO = file("IMG_1.MOV")
LEFT = gone("IMG_1.MOV")


def still(base: Base, files: Files, state: AssetState, played: str | None = ASSET) -> Still:
    return Still(NEW_PHOTO, base, files, AssetFact(state, OTHER_ASSET), played)


LINKED = still(Base.LINKED, HERE, ACTIVE)
RELEASED = still(Base.RELEASED, AWAY, ACTIVE)
REMOVED = still(Base.REMOVED, AWAY, TRASHED)
KEPT = still(Base.KEPT, HERE, TRASHED)
KEPT_AND_GONE_UNSEEN = replace(still(Base.KEPT, AWAY, TRASHED), left_unseen=True)
HIDDEN = replace(still(Base.LINKED, Files.UNKNOWN, ACTIVE), hidden=True)
LOCKED = still(Base.LINKED, HERE, AssetState.UNTOUCHABLE)
NEVER_OURS = still(Base.NEW, AWAY, GONE, None)


def here(base: Base, state: AssetState, photo: Still, *, suspect: bool = False) -> Outcome:
    """Decide about a video whose file is there."""
    one = facts(base, asset(state), present=(VIDEO,), still=photo, suspect=suspect)
    return decide(one)


def away(base: Base, state: AssetState, photo: Still, preset: Preset = Preset.MIRROR) -> Outcome:
    """Decide about a video whose file is gone."""
    return decide(facts(base, asset(state), absent=(LEFT,), still=photo, preset=preset))


def record(base: Base, asset_id: str | None = None) -> Record:
    return Record(PHOTO, base, asset_id)


DELETE = DeleteFiles(PHOTO, asset(ACTIVE), (VIDEO,), still=NEW_PHOTO)


@pytest.mark.parametrize(
    "photo",
    [
        still(Base.NEW, HERE, GONE),
        still(Base.LINKED, Files.UNKNOWN, ACTIVE),
        still(Base.LINKED, HERE, AssetState.UNKNOWN),
        still(Base.LINKED, HERE, AssetState.DYING),
        still(Base.LINKED, HERE, TRASHED),
        still(Base.LINKED, AWAY, ACTIVE),
        still(Base.RELEASED, HERE, ACTIVE),
        still(Base.REMOVED, AWAY, ACTIVE),
        still(Base.REMOVED, HERE, TRASHED),
        still(Base.KEPT, AWAY, TRASHED),
        still(Base.KEPT, HERE, ACTIVE),
    ],
)
@pytest.mark.parametrize("base", Base)
def test_while_its_photo_is_not_decided_the_video_waits(photo: Still, base: Base) -> None:
    assert here(base, GONE, photo) is WAIT
    assert away(base, ACTIVE, photo) is WAIT


@pytest.mark.parametrize("photo", [LINKED, RELEASED])
def test_with_its_photo_the_video_is_linked(photo: Still) -> None:
    apart = replace(photo, motion_asset_id=None)
    assert here(Base.LINKED, ACTIVE, photo) is SETTLED
    assert here(Base.NEW, ACTIVE, photo) == record(Base.LINKED, ASSET)
    assert here(Base.NEW, ACTIVE, apart) == PairMotion(PHOTO, ASSET, NEW_PHOTO, OTHER_ASSET, VIDEO)
    assert here(Base.LINKED, ACTIVE, apart) == PairMotion(PHOTO, ASSET, NEW_PHOTO, OTHER_ASSET, VIDEO)
    assert here(Base.NEW, GONE, apart) == Upload(PHOTO, VIDEO)
    assert here(Base.LINKED, GONE, photo) == Upload(PHOTO, VIDEO)
    assert here(Base.REMOVED, GONE, photo, suspect=True) == Upload(PHOTO, VIDEO)
    assert here(Base.LINKED, TRASHED, photo) is SETTLED
    assert here(Base.LINKED, TRASHED, apart) == replace(DELETE, asset=asset(TRASHED), still=None)


def test_halves_are_paired_only_where_their_file_may_be_used() -> None:
    apart = facts(Base.NEW, asset(ACTIVE), present=(VIDEO,), still=replace(LINKED, motion_asset_id=None))
    assert decide(apart) == PairMotion(PHOTO, ASSET, NEW_PHOTO, OTHER_ASSET, VIDEO)
    assert decide(replace(apart, uploadable=frozenset())) is WAIT


@pytest.mark.parametrize("photo", [LINKED, RELEASED])
def test_a_video_that_immich_plays_for_no_photo_is_trashed_by_its_owner(photo: Still) -> None:
    outcome = here(Base.LINKED, TRASHED, replace(photo, motion_asset_id=None))
    assert outcome == DeleteFiles(PHOTO, asset(TRASHED), (VIDEO,))


@pytest.mark.parametrize("photo", [LINKED, RELEASED])
def test_a_video_that_immich_never_played_may_vanish_alone(photo: Still) -> None:
    apart = replace(photo, motion_asset_id=None)
    asked = Ask(PHOTO, HoldKind.VANISHED, (CAMERA,))
    assert here(Base.LINKED, GONE, apart) == asked
    assert here(Base.NEW, GONE, apart, suspect=True) == asked
    one = facts(Base.LINKED, asset(GONE), present=(VIDEO,), still=apart)
    assert decide(replace(one, was_played=True)) == Upload(PHOTO, VIDEO)


def test_beside_a_hidden_photo_nothing_is_passed_on() -> None:
    for state in (ACTIVE, TRASHED, GONE):
        assert here(Base.LINKED, state, HIDDEN) is SETTLED
        assert here(Base.KEPT, state, HIDDEN) is SETTLED
        assert away(Base.LINKED, state, HIDDEN) == record(Base.RELEASED)
        assert away(Base.REMOVED, state, HIDDEN) is SETTLED
    assert here(Base.NEW, GONE, HIDDEN) == Upload(PHOTO, VIDEO)


@pytest.mark.parametrize("photo", [LINKED, RELEASED])
def test_the_videos_file_alone_gone_is_released(photo: Still) -> None:
    assert away(Base.LINKED, ACTIVE, photo) == record(Base.RELEASED)
    assert away(Base.LINKED, GONE, photo) is SETTLED
    assert away(Base.RELEASED, ACTIVE, photo) is SETTLED


def test_the_video_comes_back_with_its_photo() -> None:
    assert away(Base.REMOVED, ACTIVE, LINKED) == BringBackFile(PHOTO, ASSET, LEFT, still=NEW_PHOTO)
    assert away(Base.REMOVED, ACTIVE, LINKED, Preset.PHONE_DECIDES) == record(Base.RELEASED)
    assert away(Base.REMOVED, ACTIVE, RELEASED) == record(Base.RELEASED)


def test_the_video_goes_with_its_photo() -> None:
    assert here(Base.LINKED, ACTIVE, REMOVED) == DELETE
    assert here(Base.NEW, ACTIVE, REMOVED) == DELETE
    assert away(Base.LINKED, ACTIVE, REMOVED) == record(Base.REMOVED, ASSET)
    assert away(Base.RELEASED, GONE, REMOVED) == record(Base.REMOVED, ASSET)
    assert away(Base.REMOVED, ACTIVE, REMOVED) is SETTLED
    assert here(Base.KEPT, ACTIVE, REMOVED) is SETTLED
    kept = facts(Base.LINKED, asset(ACTIVE), present=(VIDEO,), still=REMOVED, preset=Preset.BACKUP)
    assert decide(kept) == record(Base.KEPT)


def test_a_removed_video_added_again_alone_is_sent_once_immich_has_let_it_go() -> None:
    assert here(Base.REMOVED, ACTIVE, REMOVED) is WAIT
    assert here(Base.RELEASED, ACTIVE, REMOVED) is WAIT
    assert here(Base.REMOVED, GONE, REMOVED) == Upload(PHOTO, VIDEO)
    assert here(Base.NEW, GONE, REMOVED) == Upload(PHOTO, VIDEO)


@pytest.mark.parametrize("photo", [KEPT, KEPT_AND_GONE_UNSEEN])
def test_the_video_is_kept_with_its_photo(photo: Still) -> None:
    for base in set(Base) - {Base.KEPT}:
        assert here(base, ACTIVE, photo) == record(Base.KEPT)
    assert here(Base.KEPT, ACTIVE, photo) is SETTLED
    assert away(Base.LINKED, ACTIVE, photo) == record(Base.RELEASED)
    assert away(Base.RELEASED, ACTIVE, photo) is SETTLED
    assert away(Base.KEPT, GONE, photo) == record(Base.REMOVED)
    assert away(Base.REMOVED, ACTIVE, photo) is SETTLED


def test_the_video_of_a_locked_photo_follows_its_own_file_only() -> None:
    assert here(Base.LINKED, ACTIVE, LOCKED) is SETTLED
    assert here(Base.RELEASED, ACTIVE, LOCKED) == record(Base.LINKED, ASSET)
    assert here(Base.RELEASED, GONE, LOCKED) is SETTLED
    assert away(Base.LINKED, ACTIVE, LOCKED) == record(Base.RELEASED)
    assert away(Base.RELEASED, ACTIVE, LOCKED) is SETTLED
    assert here(Base.NEW, GONE, LOCKED) == Upload(PHOTO, VIDEO)


def test_without_a_photo_that_was_ever_ours_the_video_stands_for_itself() -> None:
    assert here(Base.NEW, GONE, NEVER_OURS) == Upload(PHOTO, VIDEO)
    assert away(Base.LINKED, ACTIVE, NEVER_OURS) == TrashAsset(PHOTO, ASSET, (CAMERA,), (LEFT,))


def test_where_immich_plays_another_video_this_one_stands_for_itself() -> None:
    other = replace(REMOVED, motion_asset_id=OTHER_ASSET)
    assert here(Base.LINKED, ACTIVE, other) is SETTLED


def test_a_video_that_its_removed_photo_did_not_play_stands_for_itself() -> None:
    apart = replace(REMOVED, motion_asset_id=None)
    assert here(Base.LINKED, ACTIVE, apart) is SETTLED
    assert here(Base.NEW, ACTIVE, apart) == record(Base.LINKED, ASSET)
    assert here(Base.REMOVED, ACTIVE, apart) == record(Base.LINKED, ASSET)
    assert away(Base.LINKED, ACTIVE, apart) == TrashAsset(PHOTO, ASSET, (CAMERA,), (LEFT,))
    assert away(Base.LINKED, ACTIVE, apart, Preset.IMMICH_DECIDES) == record(Base.RELEASED)


def test_a_freed_photo_takes_its_video_along() -> None:
    one = facts(Base.LINKED, asset(ACTIVE), present=(VIDEO,), still=RELEASED, freeable=frozenset({CAMERA}))
    assert decide(one) == FreeFiles(PHOTO, ASSET, (VIDEO,))
    assert decide(replace(one, still=LINKED)) is SETTLED


def test_of_several_photos_the_one_that_needs_the_video_most_decides() -> None:
    asking = still(Base.NEW, HERE, GONE)
    order = [LINKED, RELEASED, asking, HIDDEN, LOCKED, KEPT, REMOVED, NEVER_OURS]
    assert [need_of(one) for one in order] == list(Need)
    assert neediest(order[::-1]) is LINKED
    assert neediest([]) is None


@pytest.mark.parametrize("photo", [LINKED, RELEASED, REMOVED, KEPT, HIDDEN, NEVER_OURS])
def test_one_that_recovery_found_vanished_is_not_forgotten_when_its_file_goes(photo: Still) -> None:
    """What is forgotten would be sent as new, once a device that speaks late brings it."""
    one = facts(Base.NEW, asset(GONE), absent=(LEFT,), still=photo, suspect=True)
    assert decide(one) == record(Base.REMOVED)
    assert decide(replace(one, asset=asset(ACTIVE))) == record(Base.RELEASED)


def test_the_guard_counts_a_live_photo_once() -> None:
    """Its photo was counted, and asked about; the video follows."""
    everything = GuardFacts(linked_assets=1, linked_files={CAMERA: 1}, applied={})
    assert guard(Plan((DELETE,), 0), everything, GuardLimits()).allowed == (DELETE,)
    alone = replace(DELETE, still=None)
    assert guard(Plan((alone,), 0), everything, GuardLimits()).allowed == ()


# --- whatever the facts ------------------------------------------------------------------------------------------

states = st.sampled_from(AssetState)
stills = st.builds(
    Still,
    st.just(NEW_PHOTO),
    st.sampled_from(Base),
    st.sampled_from(Files),
    st.builds(AssetFact, states, st.just(OTHER_ASSET), st.booleans()),
    st.sampled_from([None, ASSET, OTHER_ASSET]),
    st.booleans(),
)


@st.composite
def videos(draw: st.DrawFn) -> Facts:
    """Draw facts of a motion part."""
    present = (file("IMG_1.MOV", status=draw(st.sampled_from(FileStatus))),) if draw(st.booleans()) else ()
    settled = any(row.status is FileStatus.SETTLED for row in present)
    possible = [HERE] if settled else [Files.UNKNOWN] if present else [AWAY, Files.UNKNOWN]
    return facts(
        draw(st.sampled_from(Base)),
        draw(st.builds(asset, states, seen=st.booleans())),
        present=present,
        absent=(LEFT,) if not present and draw(st.booleans()) else (),
        files=draw(st.sampled_from(possible)),
        preset=draw(st.sampled_from(Preset)),
        base_asset_id=draw(st.sampled_from([ASSET, None])),
        deletable=draw(st.sampled_from([frozenset(), frozenset({CAMERA})])),
        uploadable=draw(st.sampled_from([frozenset(), frozenset({CAMERA})])),
        suspect=draw(st.booleans()),
        freeable=draw(st.sampled_from([frozenset(), frozenset({CAMERA})])),
        still=draw(stills),
    )


@given(videos())
def test_no_video_is_deleted_while_its_photo_is_linked_and_active(one: Facts) -> None:
    assert one.still is not None
    played = one.still.motion_asset_id == one.asset.id or one.asset.state is not ACTIVE
    ours = played if one.still.motion_asset_id is not None else one.asset.state is not TRASHED
    if ours and one.still.base is Base.LINKED and one.still.asset.state is ACTIVE:
        assert not isinstance(decide(one), DeleteFiles | TrashAsset | FreeFiles)


@given(videos())
def test_a_video_follows_only_a_photo_that_was_removed_and_is_nowhere(one: Facts) -> None:
    outcome = decide(one)
    if isinstance(outcome, DeleteFiles) and outcome.still is not None:
        assert one.still is not None
        assert (one.still.base, one.still.files) == (Base.REMOVED, AWAY)
        assert one.still.asset.state in {TRASHED, GONE}
        assert not outcome.granted
        assert all(row.folder_id in one.deletable for row in outcome.files)


def carried_out(one: Facts, outcome: Outcome) -> Facts:
    """Return what the facts are afterwards."""
    assert one.still is not None
    match outcome:
        case Record(base=base, asset_id=asset_id):
            # A video that is linked although its photo was removed stands for itself from now on.
            parted = base is Base.LINKED and one.files is HERE and one.still.base is Base.REMOVED
            dropped = base in {Base.RELEASED, Base.KEPT}
            return replace(
                one,
                base=base,
                base_asset_id=asset_id,
                suspect=False,
                gone=() if dropped else one.gone,
                still=None if parted else one.still,
            )
        case Upload():
            after = replace(one, asset=AssetFact(ACTIVE, ASSET))
            return carried_out(after, Record(PHOTO, Base.LINKED, ASSET))
        case PairMotion():
            after = replace(one, still=replace(one.still, motion_asset_id=ASSET))
            return carried_out(after, Record(PHOTO, Base.LINKED, ASSET))
        case DeleteFiles() | FreeFiles():
            base = Base.REMOVED if isinstance(outcome, DeleteFiles) else Base.RELEASED
            return replace(one, base=base, present=(), files=AWAY, gone=(LEFT,))
        case BringBackFile():
            return replace(one, present=(VIDEO,), files=HERE, gone=())
        case _:
            return one


@given(videos())
def test_it_never_goes_round_in_circles(one: Facts) -> None:
    for _ in range(6):
        outcome = decide(one)
        after = carried_out(one, outcome) if one.still is not None else one
        if isinstance(outcome, Waiting | Settled) or after is one:
            return
        one = after
    pytest.fail(f"still not at rest: {one}")
