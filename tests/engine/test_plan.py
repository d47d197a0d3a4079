"""The decision table, row by row, and what no facts whatever may lead to."""

import pytest
from hypothesis import given, strategies as st

from custom_components.immich_syncthing.engine.actions import (
    Ask,
    BringBackFile,
    DeleteFiles,
    Record,
    RestoreAsset,
    TrashAsset,
    Upload,
)
from custom_components.immich_syncthing.engine.model import (
    POLICIES,
    Answer,
    AssetState,
    Base,
    Departure,
    Facts,
    Files,
    FileStatus,
    HoldKind,
    OnAssetDeleted,
    OnFileDeleted,
    Preset,
)
from custom_components.immich_syncthing.engine.outcomes import SETTLED, WAIT, Outcome
from custom_components.immich_syncthing.engine.plan import decide

from .worlds import ASSET, CAMERA, OTHER_ASSET, PHOTO, TABLET, asset, decided, facts, file, gone

HERE = (file(),)
AWAY = (gone(),)
ACTIVE = asset(AssetState.ACTIVE)
TRASHED = asset(AssetState.TRASHED)
GONE = asset(AssetState.GONE)
WITNESSED = asset(AssetState.GONE, seen=True)
LOCKED = asset(AssetState.UNTOUCHABLE)

LINK = Record(PHOTO, Base.LINKED, ASSET)
RELEASE = Record(PHOTO, Base.RELEASED)
KEEP = Record(PHOTO, Base.KEPT)
REMOVE = Record(PHOTO, Base.REMOVED)
REMOVE_TRASHED = Record(PHOTO, Base.REMOVED, ASSET)
TRASH = TrashAsset(PHOTO, ASSET, (CAMERA,), AWAY)
UPLOAD = Upload(PHOTO, file())
RESTORE = RestoreAsset(PHOTO, ASSET, file())
TAKE_BACK = RestoreAsset(PHOTO, ASSET, file(), granted=True)


@pytest.mark.parametrize(
    ("one", "outcome"),
    [
        pytest.param(facts(Base.NEW, GONE, present=HERE), UPLOAD, id="new, file, gone: upload"),
        pytest.param(facts(Base.NEW, ACTIVE, present=HERE), LINK, id="new, file, active: adopted"),
        pytest.param(
            facts(Base.NEW, TRASHED, present=HERE),
            Ask(PHOTO, HoldKind.TRASHED_BEFORE_FIRST_SYNC, (CAMERA,)),
            id="new, file, trashed: ask",
        ),
        pytest.param(facts(Base.NEW, ACTIVE), SETTLED, id="new, no file: not ours"),
        pytest.param(facts(Base.NEW, LOCKED, present=HERE), SETTLED, id="new, untouchable: nothing"),
        pytest.param(facts(Base.LINKED, ACTIVE, present=HERE), SETTLED, id="linked, both: agreement"),
        pytest.param(
            facts(Base.LINKED, asset(AssetState.ACTIVE, OTHER_ASSET), present=HERE),
            Record(PHOTO, Base.LINKED, OTHER_ASSET),
            id="linked, asset uploaded anew by somebody else: the new id",
        ),
        pytest.param(facts(Base.LINKED, ACTIVE, absent=AWAY), TRASH, id="linked, file deleted: trash"),
        pytest.param(facts(Base.LINKED, TRASHED, absent=AWAY), REMOVE_TRASHED, id="linked, both deleted: removed"),
        pytest.param(facts(Base.LINKED, GONE, absent=AWAY), REMOVE, id="linked, both gone: removed"),
        pytest.param(
            facts(Base.LINKED, TRASHED, present=HERE),
            DeleteFiles(PHOTO, TRASHED, HERE),
            id="linked, asset trashed: delete the file",
        ),
        pytest.param(
            facts(Base.LINKED, WITNESSED, present=HERE),
            DeleteFiles(PHOTO, WITNESSED, HERE),
            id="linked, purged after its trash was seen: as trashed",
        ),
        pytest.param(
            facts(Base.LINKED, GONE, present=HERE),
            Ask(PHOTO, HoldKind.VANISHED, (CAMERA,)),
            id="linked, vanished: ask, delete nothing",
        ),
        pytest.param(
            facts(Base.LINKED, asset(AssetState.GONE, locked=True), present=HERE),
            KEEP,
            id="linked, gone after it was untouchable: kept",
        ),
        pytest.param(facts(Base.LINKED, LOCKED, absent=AWAY), RELEASE, id="linked, no file, untouchable: released"),
        pytest.param(facts(Base.LINKED, LOCKED, present=HERE), SETTLED, id="linked, locked folder: nothing"),
        pytest.param(facts(Base.LINKED, ACTIVE), RELEASE, id="linked, folder removed from the settings: released"),
        pytest.param(
            facts(Base.LINKED, ACTIVE, absent=(gone(departure=Departure.REPLACED),)),
            RELEASE,
            id="linked, path holds other bytes: an edit is no deletion",
        ),
        pytest.param(facts(Base.RELEASED, ACTIVE), SETTLED, id="released, active: settled"),
        pytest.param(facts(Base.RELEASED, ACTIVE, present=HERE), LINK, id="released, file back: linked"),
        pytest.param(facts(Base.RELEASED, TRASHED, present=HERE), RESTORE, id="released, re-added, trashed: restore"),
        pytest.param(facts(Base.RELEASED, GONE, present=HERE), UPLOAD, id="released, re-added, gone: upload"),
        pytest.param(facts(Base.RELEASED, TRASHED), REMOVE_TRASHED, id="released, trashed: removed"),
        pytest.param(facts(Base.RELEASED, WITNESSED), REMOVE, id="released, purged as seen: removed"),
        pytest.param(facts(Base.RELEASED, GONE), Ask(PHOTO, HoldKind.VANISHED, ()), id="released, vanished: ask"),
        pytest.param(facts(Base.KEPT, TRASHED, present=HERE), SETTLED, id="kept, trashed: settled"),
        pytest.param(facts(Base.KEPT, GONE, present=HERE), SETTLED, id="kept, gone: never uploaded again"),
        pytest.param(facts(Base.KEPT, ACTIVE, present=HERE), LINK, id="kept, active again: linked"),
        pytest.param(facts(Base.KEPT, ACTIVE, absent=AWAY), RELEASE, id="kept, only in Immich now: released"),
        pytest.param(facts(Base.KEPT, GONE, absent=AWAY), REMOVE, id="kept, deleted: removed"),
        pytest.param(facts(Base.REMOVED, TRASHED, absent=AWAY), SETTLED, id="removed, trashed: settled"),
        pytest.param(facts(Base.REMOVED, GONE, absent=AWAY), SETTLED, id="removed, purged: settled"),
        pytest.param(facts(Base.REMOVED, GONE, present=HERE), UPLOAD, id="removed, re-added, purged: upload"),
        pytest.param(facts(Base.REMOVED, TRASHED, present=HERE), RESTORE, id="removed, re-added, trashed: restore"),
        pytest.param(facts(Base.REMOVED, ACTIVE, present=HERE), LINK, id="removed, both back: linked"),
        pytest.param(
            facts(Base.REMOVED, ACTIVE, absent=AWAY),
            BringBackFile(PHOTO, ASSET, gone()),
            id="removed, restored in Immich: the file comes back",
        ),
        pytest.param(
            facts(Base.REMOVED, ACTIVE, absent=AWAY, preset=Preset.PHONE_DECIDES),
            RELEASE,
            id="removed, restored in Immich, phone decides: released",
        ),
        pytest.param(
            facts(Base.REMOVED, asset(AssetState.ACTIVE, OTHER_ASSET), absent=AWAY),
            RELEASE,
            id="removed, uploaded anew elsewhere: released",
        ),
        pytest.param(
            facts(Base.REMOVED, ACTIVE, absent=AWAY, base_asset_id=None),
            RELEASE,
            id="removed without a trash that we saw, active: released",
        ),
    ],
)
def test_decision_table(one: Facts, outcome: Outcome) -> None:
    assert decide(one) == outcome


@pytest.mark.parametrize(
    ("preset", "outcome"),
    [
        (Preset.MIRROR, TRASH),
        (Preset.PHONE_DECIDES, TRASH),
        (Preset.IMMICH_DECIDES, RELEASE),
        (Preset.BACKUP, RELEASE),
    ],
)
def test_preset_decides_over_deleted_files(preset: Preset, outcome: Outcome) -> None:
    assert decide(facts(Base.LINKED, ACTIVE, absent=AWAY, preset=preset)) == outcome


@pytest.mark.parametrize(
    ("preset", "outcome"),
    [
        (Preset.MIRROR, DeleteFiles(PHOTO, TRASHED, HERE)),
        (Preset.PHONE_DECIDES, KEEP),
        (Preset.IMMICH_DECIDES, DeleteFiles(PHOTO, TRASHED, HERE)),
        (Preset.BACKUP, KEEP),
    ],
)
def test_preset_decides_over_deleted_assets(preset: Preset, outcome: Outcome) -> None:
    assert decide(facts(Base.LINKED, TRASHED, present=HERE, preset=preset)) == outcome


def test_asset_is_trashed_only_if_every_holder_says_so() -> None:
    presets = {CAMERA: Preset.MIRROR, TABLET: Preset.BACKUP}
    both = frozenset({CAMERA, TABLET})
    assert decide(facts(Base.LINKED, ACTIVE, absent=AWAY, presets=presets, holders=both)) == RELEASE


def test_files_are_deleted_folder_by_folder() -> None:
    here, there = file(), file("b.jpg", TABLET)
    presets = {CAMERA: Preset.MIRROR, TABLET: Preset.BACKUP}
    outcome = decide(facts(Base.LINKED, TRASHED, present=(here, there), presets=presets))
    assert outcome == DeleteFiles(PHOTO, TRASHED, (here,), (there,))


def test_a_closed_folder_is_served_later() -> None:
    here, there = file(), file("b.jpg", TABLET)
    outcome = decide(facts(Base.LINKED, TRASHED, present=(here, there), deletable=frozenset({CAMERA})))
    assert outcome == DeleteFiles(PHOTO, TRASHED, (here,), (), (there,))


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(Answer.APPROVE, DeleteFiles(PHOTO, TRASHED, HERE, granted=True)), (Answer.LEAVE, KEEP), (Answer.UNDO, TAKE_BACK)],
)
def test_trashed_before_first_sync_is_answered(answer: Answer, outcome: Outcome) -> None:
    decision = decided(HoldKind.TRASHED_BEFORE_FIRST_SYNC, answer)
    assert decide(facts(Base.NEW, TRASHED, present=HERE, decision=decision)) == outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(Answer.APPROVE, DeleteFiles(PHOTO, GONE, HERE, granted=True)), (Answer.LEAVE, KEEP), (Answer.UNDO, UPLOAD)],
)
def test_vanished_is_answered(answer: Answer, outcome: Outcome) -> None:
    decision = decided(HoldKind.VANISHED, answer)
    assert decide(facts(Base.LINKED, GONE, present=HERE, decision=decision)) == outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer.APPROVE, TrashAsset(PHOTO, ASSET, (CAMERA,), AWAY, granted=True)),
        (Answer.LEAVE, RELEASE),
        (Answer.UNDO, BringBackFile(PHOTO, ASSET, gone(), granted=True)),
    ],
)
def test_many_deleted_files_are_answered(answer: Answer, outcome: Outcome) -> None:
    decision = decided(HoldKind.MANY_ASSETS, answer)
    assert decide(facts(Base.LINKED, ACTIVE, absent=AWAY, decision=decision)) == outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(Answer.APPROVE, DeleteFiles(PHOTO, TRASHED, HERE, granted=True)), (Answer.LEAVE, KEEP), (Answer.UNDO, TAKE_BACK)],
)
def test_many_trashed_assets_are_answered(answer: Answer, outcome: Outcome) -> None:
    decision = decided(HoldKind.MANY_FILES, answer)
    assert decide(facts(Base.LINKED, TRASHED, present=HERE, decision=decision)) == outcome


def test_an_answer_to_another_question_does_not_count() -> None:
    approved = decided(HoldKind.TRASHED_BEFORE_FIRST_SYNC, Answer.APPROVE)
    outcome = decide(facts(Base.LINKED, GONE, present=HERE, decision=approved))
    assert outcome == Ask(PHOTO, HoldKind.VANISHED, (CAMERA,))


def test_closed_gates_make_everything_wait() -> None:
    shut = frozenset[str]()
    assert decide(facts(Base.LINKED, ACTIVE, absent=AWAY, deletable=shut)) is WAIT
    assert decide(facts(Base.LINKED, TRASHED, present=HERE, deletable=shut)) is WAIT
    assert decide(facts(Base.REMOVED, TRASHED, present=HERE, deletable=shut)) is WAIT
    assert decide(facts(Base.REMOVED, ACTIVE, absent=AWAY, deletable=shut)) is WAIT
    assert decide(facts(Base.NEW, GONE, present=HERE, uploadable=shut)) is WAIT


# --- what no facts whatever may lead to ---------------------------------------------------------------------------

folders = st.sampled_from([CAMERA, TABLET])
rows = st.builds(file, st.sampled_from(["a.jpg", "b.jpg", "c/d.jpg"]), folders, st.sampled_from(FileStatus))
paths = st.builds(gone, st.sampled_from(["a.jpg", "b.jpg", "c/d.jpg"]), folders, st.sampled_from(Departure))
assets = st.builds(
    asset,
    st.sampled_from(AssetState),
    st.sampled_from([ASSET, OTHER_ASSET]),
    seen=st.booleans(),
    locked=st.booleans(),
)
decisions = st.none() | st.builds(decided, st.sampled_from(HoldKind), st.sampled_from(Answer))


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    """Draw facts that the ledger can produce: *yes* exactly where a settled path holds the content."""
    present = tuple(draw(st.lists(rows, max_size=3, unique_by=lambda row: (row.folder_id, row.path))))
    settled = any(row.status is FileStatus.SETTLED for row in present)
    possible = [Files.YES] if settled else [Files.UNKNOWN] if present else [Files.NO, Files.UNKNOWN]
    return facts(
        draw(st.sampled_from(Base)),
        draw(assets),
        present=present,
        absent=tuple(draw(st.lists(paths, max_size=3, unique=True))),
        files=draw(st.sampled_from(possible)),
        presets={CAMERA: draw(st.sampled_from(Preset)), TABLET: draw(st.sampled_from(Preset))},
        base_asset_id=draw(st.sampled_from([ASSET, OTHER_ASSET, None])),
        deletable=frozenset(draw(st.sets(folders))),
        uploadable=frozenset(draw(st.sets(folders))),
        decision=draw(decisions),
    )


@given(any_facts())
def test_unknown_plans_nothing(one: Facts) -> None:
    if one.files is Files.UNKNOWN or one.asset.state in {AssetState.UNKNOWN, AssetState.DYING}:
        assert decide(one) is WAIT


@given(any_facts())
def test_untouchable_assets_are_never_touched(one: Facts) -> None:
    if one.asset.state is AssetState.UNTOUCHABLE:
        outcome = decide(one)
        assert outcome in {WAIT, SETTLED} or isinstance(outcome, Record)


@given(any_facts())
def test_an_asset_is_trashed_only_on_positive_evidence(one: Facts) -> None:
    outcome = decide(one)
    if not isinstance(outcome, TrashAsset):
        return
    taken_back = one.base is Base.REMOVED and outcome.granted
    assert taken_back or one.base is Base.LINKED
    assert one.files is Files.NO
    assert one.gone
    assert taken_back or all(path.departure is not Departure.REPLACED for path in one.gone)
    assert one.asset.state is AssetState.ACTIVE
    assert outcome.asset_id == one.asset.id
    for voter in one.holders | {path.folder_id for path in one.gone}:
        assert voter in one.deletable
        assert taken_back or one.policies[voter].on_file_deleted is OnFileDeleted.TRASH


@given(any_facts())
def test_a_file_is_deleted_only_on_positive_evidence(one: Facts) -> None:
    outcome = decide(one)
    if not isinstance(outcome, DeleteFiles):
        return
    assert one.base in {Base.NEW, Base.LINKED} or (outcome.granted and one.base in {Base.RELEASED, Base.REMOVED})
    assert outcome.granted or one.asset.trash_seen
    assert not outcome.granted or (one.decision is not None and one.decision.answer is not Answer.LEAVE)
    assert one.asset.state in {AssetState.TRASHED, AssetState.GONE}
    for row in outcome.files:
        assert row.status is FileStatus.SETTLED
        assert row.folder_id in one.deletable
        approved_by_name = one.decision is not None and one.decision.kind in {
            HoldKind.VANISHED,
            HoldKind.TRASHED_BEFORE_FIRST_SYNC,
            HoldKind.CAME_BACK,
            HoldKind.RESTORED_IN_BULK,
        }
        assert approved_by_name or one.policies[row.folder_id].on_asset_deleted is OnAssetDeleted.DELETE
    assert not {*outcome.files} & {*outcome.stays, *outcome.later}
    assert {*outcome.files, *outcome.stays, *outcome.later} == {*one.present}


@given(any_facts())
def test_tightening_a_setting_never_adds_a_deletion(one: Facts) -> None:
    backup = dict.fromkeys(one.policies, POLICIES[Preset.BACKUP])
    tightened = Facts(
        checksum=one.checksum,
        base=one.base,
        files=one.files,
        asset=one.asset,
        base_asset_id=one.base_asset_id,
        present=one.present,
        gone=one.gone,
        holders=one.holders,
        policies=backup,
        deletable=one.deletable,
        uploadable=one.uploadable,
    )
    assert not isinstance(decide(tightened), TrashAsset | DeleteFiles)


@given(any_facts())
def test_a_trashed_asset_is_never_linked(one: Facts) -> None:
    outcome = decide(one)
    if isinstance(outcome, Record) and outcome.base is Base.LINKED:
        assert one.asset.state is AssetState.ACTIVE
        assert outcome.asset_id == one.asset.id


@given(any_facts())
def test_restoring_and_deleting_never_come_without_an_open_gate(one: Facts) -> None:
    outcome = decide(one)
    if isinstance(outcome, RestoreAsset):
        assert outcome.file.folder_id in one.deletable
    if isinstance(outcome, BringBackFile):
        assert outcome.to.folder_id in one.deletable
    if isinstance(outcome, Upload):
        assert outcome.file.folder_id in one.uploadable
