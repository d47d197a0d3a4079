"""What each answer of the owner leads to."""

from dataclasses import replace

import pytest

from custom_components.immich_syncthing.engine.actions import Ask, BringBackFile, DeleteFiles, Supersede, TrashAsset
from custom_components.immich_syncthing.engine.model import (
    Answer,
    AssetFact,
    AssetState,
    Base,
    Facts,
    Files,
    HoldKind,
    OnEdit,
    Preset,
)
from custom_components.immich_syncthing.engine.outcomes import SETTLED, WAIT, Outcome
from custom_components.immich_syncthing.engine.plan import decide

from .worlds import (
    ACTIVE,
    ASSET,
    AWAY,
    CAMERA,
    EDITED,
    GONE,
    HERE,
    KEEP,
    LINK,
    NEW_PHOTO,
    OTHER_ASSET,
    PHOTO,
    RELEASE,
    REMOVE,
    TAKE_BACK,
    TRASHED,
    UPLOAD,
    WITNESSED,
    asset,
    decided,
    edited,
    facts,
    gone,
)


def answered(kind: HoldKind, expected: dict[Answer, Outcome], one: Facts) -> None:
    """Check that each answer leads to what is expected, and that without one the owner is asked or the guard is."""
    for answer, outcome in expected.items():
        assert decide(replace(one, decision=decided(kind, answer))) == outcome, answer


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer.APPROVE, DeleteFiles(PHOTO, TRASHED, HERE, granted=True, regardless=True)),
        (Answer.LEAVE, KEEP),
        (Answer.UNDO, TAKE_BACK),
    ],
)
def test_trashed_before_first_sync_is_answered(answer: Answer, outcome: Outcome) -> None:
    decision = decided(HoldKind.TRASHED_BEFORE_FIRST_SYNC, answer)
    assert decide(facts(Base.NEW, TRASHED, present=HERE, decision=decision)) == outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer.APPROVE, DeleteFiles(PHOTO, GONE, HERE, granted=True, regardless=True)),
        (Answer.LEAVE, KEEP),
        (Answer.UNDO, UPLOAD),
    ],
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


def test_came_back_is_answered() -> None:
    one = facts(Base.REMOVED, TRASHED, present=HERE, suspect=True)
    delete = DeleteFiles(PHOTO, TRASHED, HERE, granted=True, regardless=True)
    answered(HoldKind.CAME_BACK, {Answer.APPROVE: delete, Answer.LEAVE: KEEP, Answer.UNDO: TAKE_BACK}, one)


def test_came_back_after_the_purge_is_uploaded_again_if_the_owner_says_so() -> None:
    one = facts(Base.REMOVED, GONE, present=HERE, suspect=True)
    answered(HoldKind.CAME_BACK, {Answer.UNDO: UPLOAD}, one)


def test_files_restored_in_bulk_are_answered() -> None:
    one = facts(Base.REMOVED, ACTIVE, absent=AWAY)
    back = BringBackFile(PHOTO, ASSET, gone(), granted=True)
    again = TrashAsset(PHOTO, ASSET, (CAMERA,), AWAY, granted=True)
    answered(HoldKind.RESTORED_IN_BULK, {Answer.APPROVE: back, Answer.LEAVE: RELEASE, Answer.UNDO: again}, one)


def test_assets_restored_in_bulk_are_answered() -> None:
    one = facts(Base.REMOVED, TRASHED, present=HERE)
    again = DeleteFiles(PHOTO, TRASHED, HERE, granted=True, regardless=True)
    answered(HoldKind.RESTORED_IN_BULK, {Answer.APPROVE: TAKE_BACK, Answer.LEAVE: KEEP, Answer.UNDO: again}, one)


def test_changed_in_bulk_is_answered() -> None:
    one = facts(Base.LINKED, ACTIVE, absent=EDITED, successor=edited())
    place = Supersede(PHOTO, ASSET, NEW_PHOTO, OTHER_ASSET, OnEdit.REPLACE, CAMERA, "IMG_1.jpg", granted=True)
    back = BringBackFile(PHOTO, ASSET, EDITED[0], granted=True)
    answered(HoldKind.CHANGED_IN_BULK, {Answer.APPROVE: place, Answer.LEAVE: RELEASE, Answer.UNDO: back}, one)


def test_a_released_photo_that_vanished_is_answered() -> None:
    one = facts(Base.RELEASED, GONE)
    answered(HoldKind.VANISHED, {Answer.APPROVE: REMOVE, Answer.LEAVE: REMOVE, Answer.UNDO: WAIT}, one)


def test_what_a_recovery_offers_is_answered() -> None:
    one = facts(Base.NEW, GONE, present=HERE, suspect=True)
    delete = DeleteFiles(PHOTO, GONE, HERE, granted=True, regardless=True)
    answered(HoldKind.VANISHED, {Answer.APPROVE: delete, Answer.LEAVE: KEEP, Answer.UNDO: UPLOAD}, one)


def test_an_approved_deletion_of_a_protected_photo_is_not_passed_on() -> None:
    one = facts(Base.LINKED, ACTIVE, absent=AWAY, withheld=frozenset({CAMERA}))
    answered(HoldKind.MANY_ASSETS, {Answer.APPROVE: RELEASE}, one)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer.APPROVE, DeleteFiles(PHOTO, WITNESSED, HERE, (), granted=True, regardless=True)),
        (Answer.LEAVE, KEEP),
        (Answer.UNDO, UPLOAD),
    ],
)
def test_vanished_an_answer_holds_when_its_deletion_is_told_of_later(answer: Answer, outcome: Outcome) -> None:
    one = facts(Base.LINKED, WITNESSED, present=HERE, decision=decided(HoldKind.VANISHED, answer))
    assert decide(one) == outcome


@pytest.mark.parametrize("asset_fact", [TRASHED, GONE, WITNESSED, ACTIVE])
@pytest.mark.parametrize("asset_id", [ASSET, OTHER_ASSET, None])
def test_a_deletion_taken_back_brings_the_file_first(asset_fact: AssetFact, asset_id: str | None) -> None:
    undone = decided(HoldKind.MANY_FILES, Answer.UNDO)
    one = facts(Base.REMOVED, asset_fact, absent=AWAY, base_asset_id=asset_id, decision=undone, preset=Preset.BACKUP)
    assert decide(one) == BringBackFile(PHOTO, ASSET, gone(), granted=True, asset_state=asset_fact.state)


def test_a_deletion_taken_back_needs_no_asset_to_bring_the_file() -> None:
    purged = asset(AssetState.GONE, None)
    one = facts(Base.REMOVED, purged, absent=AWAY, decision=decided(HoldKind.MANY_FILES, Answer.UNDO))
    assert decide(one) == BringBackFile(PHOTO, None, gone(), granted=True, asset_state=AssetState.GONE)


@pytest.mark.parametrize("suspect", [False, True])
@pytest.mark.parametrize(
    ("base", "asset_fact", "outcome"),
    [
        (Base.REMOVED, TRASHED, TAKE_BACK),
        (Base.REMOVED, GONE, UPLOAD),
        (Base.REMOVED, ACTIVE, LINK),
        (Base.KEPT, TRASHED, TAKE_BACK),
        (Base.KEPT, GONE, UPLOAD),
        (Base.KEPT, ACTIVE, LINK),
    ],
)
def test_a_deletion_taken_back_brings_the_asset_next(
    base: Base, asset_fact: AssetFact, outcome: Outcome, *, suspect: bool
) -> None:
    undone = decided(HoldKind.MANY_FILES, Answer.UNDO)
    assert decide(facts(base, asset_fact, present=HERE, decision=undone, suspect=suspect)) == outcome


def test_a_deletion_taken_back_waits_for_its_folder_and_ends_with_it() -> None:
    undone = decided(HoldKind.MANY_FILES, Answer.UNDO)
    assert (
        decide(facts(Base.REMOVED, GONE, absent=AWAY, decision=undone, deletable=frozenset(), files=Files.NO)) is WAIT
    )
    assert decide(facts(Base.REMOVED, GONE, decision=undone, files=Files.NO)) is SETTLED
