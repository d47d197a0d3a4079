"""What no facts whatever may lead to."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given, strategies as st

from custom_components.immich_syncthing.engine.actions import (
    BringBackFile,
    DeleteFiles,
    FreeFiles,
    Record,
    RestoreAsset,
    Supersede,
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
    OnEdit,
    OnFileDeleted,
    Policy,
    Preset,
)
from custom_components.immich_syncthing.engine.outcomes import SETTLED, WAIT, Outcome
from custom_components.immich_syncthing.engine.plan import decide

from .worlds import ASSET, CAMERA, OTHER_ASSET, TABLET, asset, decided, edited, facts, file, gone

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
successors = st.none() | st.builds(
    edited, st.sampled_from(Base), st.sampled_from(AssetState), st.sampled_from([CAMERA, TABLET])
)


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
        suspect=draw(st.booleans()),
        replaced=draw(st.booleans()),
        successor=draw(successors),
        withheld=draw(st.none() | st.frozensets(folders)),
        freeable=draw(st.frozensets(folders)),
        freed=draw(st.frozensets(folders)),
        on_edit=draw(st.none() | st.sampled_from(OnEdit)),
    )


@given(any_facts())
def test_unknown_plans_nothing(one: Facts) -> None:
    if one.asset.state in {AssetState.UNKNOWN, AssetState.DYING} or (one.files is Files.UNKNOWN and not one.hidden):
        assert decide(one) is WAIT


@given(any_facts())
def test_what_its_owner_hides_is_at_most_kept(one: Facts) -> None:
    if one.hidden and decide(one) is not WAIT:
        assert decide(one) in {SETTLED, Record(one.checksum, Base.KEPT)}
        assert decide(one) is SETTLED or one.base is Base.LINKED


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


def destroys(outcome: Outcome) -> bool:
    """Return whether an outcome takes anything away from a side."""
    return isinstance(outcome, TrashAsset | DeleteFiles | FreeFiles) or (
        isinstance(outcome, Supersede) and outcome.mode is OnEdit.REPLACE
    )


TIGHTER: list[Callable[[Facts], Facts]] = [
    lambda one: replace(one, policies=dict.fromkeys(one.policies, POLICIES[Preset.BACKUP])),
    lambda one: replace(one, policies={key: _careful(policy) for key, policy in one.policies.items()}),
    lambda one: replace(one, withheld=frozenset({CAMERA, TABLET})),
    lambda one: replace(one, freeable=frozenset()),
    lambda one: replace(one, freed=frozenset({CAMERA})),
    lambda one: replace(one, deletable=frozenset()),
    lambda one: _hiding(one, CAMERA),
]


def _hiding(one: Facts, folder_id: str) -> Facts:
    """Return what is known once the owner hides all of a folder."""
    present = tuple(
        replace(row, status=FileStatus.EXCLUDED) if row.folder_id == folder_id else row for row in one.present
    )
    settled = any(row.status is FileStatus.SETTLED for row in present)
    return replace(one, present=present, files=Files.YES if settled else Files.UNKNOWN if present else one.files)


def _careful(policy: Policy) -> Policy:
    return replace(policy, on_file_deleted=OnFileDeleted.KEEP, on_edit=OnEdit.KEEP_BOTH)


@given(any_facts(), st.sampled_from(TIGHTER))
def test_tightening_a_setting_never_adds_a_deletion(one: Facts, tighten: Callable[[Facts], Facts]) -> None:
    if destroys(decide(tighten(one))):
        assert destroys(decide(one))


@given(any_facts())
def test_a_file_is_freed_only_while_immich_has_it(one: Facts) -> None:
    outcome = decide(one)
    if isinstance(outcome, FreeFiles):
        assert (one.base, one.asset.state, one.asset.id) == (Base.LINKED, AssetState.ACTIVE, outcome.asset_id)
        assert all(row.folder_id in one.freeable & one.deletable for row in outcome.files)


@given(any_facts(), st.frozensets(folders, min_size=1))
def test_what_a_folder_freed_is_not_trashed_for_what_happens_in_another(one: Facts, freed: frozenset[str]) -> None:
    outcome = decide(replace(one, freed=freed))
    assert not isinstance(outcome, TrashAsset) or one.base is Base.REMOVED
    assert not isinstance(outcome, Supersede) or outcome.mode is not OnEdit.REPLACE


@given(any_facts())
def test_an_edit_takes_nothing_away_before_the_new_photo_is_in_immich(one: Facts) -> None:
    outcome = decide(one)
    if isinstance(outcome, Supersede):
        assert one.successor is not None
        assert (one.successor.base, one.successor.asset.state) == (Base.LINKED, AssetState.ACTIVE)
        assert one.files is Files.NO
        assert outcome.by_asset_id != outcome.asset_id


def test_an_asset_that_is_said_to_have_taken_its_own_place_stays() -> None:
    one = facts(Base.LINKED, asset(AssetState.ACTIVE, OTHER_ASSET), absent=(gone(),), successor=edited())
    assert decide(one) is WAIT
    assert isinstance(decide(replace(one, asset=asset(AssetState.ACTIVE, ASSET))), Supersede)


@given(any_facts())
def test_what_is_suspect_is_never_restored_or_deleted_unasked(one: Facts) -> None:
    outcome = decide(replace(one, suspect=True, decision=None))
    if one.base in {Base.NEW, Base.RELEASED, Base.REMOVED} and one.files is Files.YES:
        assert not destroys(outcome)
        assert not isinstance(outcome, RestoreAsset | Upload)


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
