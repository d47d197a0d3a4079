"""The guard by number and share, in both directions, per folder and per account."""

from collections.abc import Mapping

import pytest
from hypothesis import given, strategies as st

from custom_components.immich_syncthing.engine.actions import (
    Action,
    Ask,
    BringBackFile,
    DeleteFiles,
    Plan,
    RestoreAsset,
    Supersede,
    TrashAsset,
    Upload,
)
from custom_components.immich_syncthing.engine.guard import Direction, Directory, GuardFacts, Tally, guard
from custom_components.immich_syncthing.engine.model import (
    AssetFact,
    AssetState,
    FileRow,
    FileStatus,
    HoldKind,
    OnEdit,
    Signature,
)
from custom_components.immich_syncthing.engine.settings import GuardLimits

from .worlds import ASSET, CAMERA, PHOTO, TABLET, gone

LIMITS = GuardLimits()
TRASHED = AssetFact(AssetState.TRASHED, ASSET, trash_seen=True)


def checksum(number: int) -> bytes:
    return number.to_bytes(20)


def row(number: int, folder: str = CAMERA) -> FileRow:
    return FileRow(folder, f"{number}.jpg", Signature(1, 1, 1, 1, 1), FileStatus.SETTLED, checksum(number))


def trash(number: int, *folders: str, granted: bool = False) -> TrashAsset:
    where = folders or (CAMERA,)
    return TrashAsset(checksum(number), ASSET, where, tuple(gone(folder=one) for one in where), granted)


def delete(number: int, folder: str = CAMERA, *, granted: bool = False) -> DeleteFiles:
    return DeleteFiles(checksum(number), TRASHED, (row(number, folder),), granted=granted)


def judge(
    actions: list[Action],
    *,
    linked: Mapping[str, int] | None = None,
    applied: Mapping[Direction, Tally] | None = None,
    held: frozenset[bytes] = frozenset(),
    limits: GuardLimits = LIMITS,
    directories: Mapping[Directory, int] | None = None,
) -> tuple[list[Action], list[Ask]]:
    files = {CAMERA: 1_000, TABLET: 1_000} if linked is None else linked
    around = {(one, ""): files[one] for one in files} if directories is None else directories
    facts = GuardFacts(sum(files.values()), files, applied or {}, held, around)
    verdict = guard(Plan(tuple(actions), 0), facts, limits)
    return list(verdict.allowed), list(verdict.held)


def test_a_few_deletions_pass() -> None:
    actions: list[Action] = [trash(number) for number in range(20)]
    assert judge(actions) == (actions, [])


def test_one_too_many_holds_them_all() -> None:
    allowed, held = judge([trash(number) for number in range(21)])
    assert allowed == []
    assert held == [Ask(checksum(number), HoldKind.MANY_ASSETS, (CAMERA,)) for number in range(21)]


def test_two_percent_of_a_large_folder_pass() -> None:
    actions: list[Action] = [trash(number) for number in range(100)]
    assert judge(actions, linked={CAMERA: 5_000}) == (actions, [])
    assert judge([*actions, trash(100), trash(101), trash(102)], linked={CAMERA: 5_000})[0] == []


def test_a_quarter_of_a_small_folder_is_the_most() -> None:
    ten: list[Action] = [trash(number) for number in range(10)]
    assert judge(ten, linked={CAMERA: 30})[0] == ten
    assert judge(ten, linked={CAMERA: 29})[0] == []


def test_three_of_a_tiny_folder_pass_but_never_all() -> None:
    three: list[Action] = [trash(number) for number in range(3)]
    assert judge(three, linked={CAMERA: 1})[0] == three
    assert judge(three, linked={CAMERA: 0})[0] == []
    assert judge([trash(0)], linked={CAMERA: 0})[0] == []


def test_files_to_delete_are_still_on_disk() -> None:
    three: list[Action] = [delete(number) for number in range(3)]
    assert judge(three, linked={CAMERA: 4})[0] == three
    allowed, held = judge(three, linked={CAMERA: 3})
    assert allowed == []
    assert {ask.kind for ask in held} == {HoldKind.MANY_FILES}


def test_what_was_applied_within_the_hour_counts() -> None:
    applied = {Direction.ASSET: Tally(15, {CAMERA: 15})}
    assert judge([trash(n) for n in range(5)], applied=applied)[1] == []
    assert judge([trash(n) for n in range(6)], applied=applied)[0] == []


def test_directions_do_not_count_for_each_other() -> None:
    applied = {Direction.FILE: Tally(20, {CAMERA: 20})}
    actions: list[Action] = [trash(number) for number in range(20)]
    assert judge(actions, applied=applied)[0] == actions


def test_one_folder_held_leaves_the_other_alone() -> None:
    many: list[Action] = [trash(number) for number in range(30)]
    one = trash(99, TABLET)
    allowed, held = judge([*many, one])
    assert allowed == [one]
    assert len(held) == 30


def test_the_account_has_a_limit_of_its_own() -> None:
    actions: list[Action] = [*(trash(n) for n in range(15)), *(trash(n, TABLET) for n in range(15, 30))]
    allowed, held = judge(actions, linked={CAMERA: 500, TABLET: 500})
    assert allowed == []
    assert len(held) == 30


def test_a_content_of_two_folders_counts_in_both() -> None:
    actions: list[Action] = [*(trash(n, CAMERA, TABLET) for n in range(10)), *(trash(n) for n in range(10, 21))]
    allowed, held = judge(actions)
    assert allowed == []
    assert len(held) == 21


def test_what_the_owner_approved_passes_in_any_number() -> None:
    actions: list[Action] = [trash(number, granted=True) for number in range(500)]
    assert judge(actions) == (actions, [])
    assert judge([*actions, trash(501)])[0] == [*actions, trash(501)]


def test_what_waits_goes_on_waiting_when_the_window_moves_on() -> None:
    waiting = frozenset(checksum(number) for number in range(5))
    allowed, held = judge([trash(number) for number in range(6)], held=waiting)
    assert allowed == [trash(5)]
    assert {ask.checksum for ask in held} == waiting


def test_uploads_and_questions_pass_through() -> None:
    upload = Upload(checksum(900), row(900))
    ask = Ask(checksum(901), HoldKind.VANISHED, (CAMERA,))
    allowed, held = judge([upload, ask, *[trash(n) for n in range(30)]])
    assert allowed == [upload]
    assert held[0] == ask


@pytest.mark.parametrize("make", [trash, delete])
@given(
    proposed=st.integers(0, 200),
    on_disk=st.integers(0, 10_000),
    applied=st.integers(0, 200),
)
def test_no_numbers_let_more_pass_than_the_limits(
    make: type[TrashAsset | DeleteFiles], proposed: int, on_disk: int, applied: int
) -> None:
    tally = {direction: Tally(applied, {CAMERA: applied}) for direction in Direction}
    actions = [make(number) for number in range(proposed)]  # type: ignore[call-arg,arg-type]
    allowed, held = judge(list(actions), linked={CAMERA: on_disk}, applied=tally)
    assert len(allowed) + len(held) == proposed
    if allowed:
        largest = on_disk + proposed + applied
        assert len(allowed) + applied <= max(LIMITS.number, LIMITS.share * largest)
        assert len(allowed) + applied <= max(LIMITS.folder_number, LIMITS.folder_share * largest)
        assert on_disk > (0 if make is trash else len(allowed))


# --- a day, a directory, and changes that delete nothing ----------------------------------------------------------


def test_three_times_the_number_is_the_most_in_a_day() -> None:
    ten: list[Action] = [trash(number) for number in range(10)]
    applied = {Direction.ASSET: Tally(0, {}, 50, {CAMERA: 50})}
    assert judge(ten, applied=applied)[0] == ten
    assert judge([*ten, trash(10)], applied=applied)[0] == []


def test_a_day_counts_in_the_account_as_well() -> None:
    applied = {Direction.FILE: Tally(0, {}, 120, {TABLET: 60})}
    assert judge([delete(1)], applied=applied)[0] == []


def in_directory(number: int, directory: str) -> TrashAsset:
    return trash_of(number, f"{directory}/{number}.jpg" if directory else f"{number}.jpg")


def trash_of(number: int, *paths: str) -> TrashAsset:
    return TrashAsset(checksum(number), ASSET, (CAMERA,), tuple(gone(path) for path in paths))


def test_a_directory_emptied_at_once_waits() -> None:
    five: list[Action] = [in_directory(number, "DCIM/Paris") for number in range(5)]
    other = in_directory(9, "DCIM")
    allowed, held = judge([*five, other], directories={(CAMERA, "DCIM"): 0})
    assert allowed == [other]
    assert [ask.kind for ask in held] == [HoldKind.MANY_ASSETS] * 5


def test_a_directory_that_keeps_a_file_is_none_that_was_emptied() -> None:
    five: list[Action] = [in_directory(number, "DCIM/Paris") for number in range(5)]
    assert judge(five, directories={(CAMERA, "DCIM/Paris"): 1})[0] == five


def test_a_directory_emptied_in_two_steps_waits_as_well() -> None:
    three: list[Action] = [in_directory(number, "Paris") for number in range(3)]
    applied = {Direction.ASSET: Tally(2, {CAMERA: 2}, 2, {CAMERA: 2}, {(CAMERA, "Paris"): 2})}
    assert judge(three, applied=applied, directories={})[0] == []
    assert judge(three[1:], applied=applied, directories={})[0] == three[1:]


def test_files_of_one_content_are_one_in_each_directory() -> None:
    four: list[Action] = [trash_of(number, f"Paris/{number}.jpg", f"Paris/{number} copy.jpg") for number in range(4)]
    assert judge(four, directories={})[0] == four


def edit(number: int, *, granted: bool = False) -> Supersede:
    path = f"{number}.jpg"
    return Supersede(checksum(number), ASSET, PHOTO, ASSET, OnEdit.REPLACE, CAMERA, path, granted=granted)


def test_many_edits_wait_and_one_of_all_files_does_not() -> None:
    assert judge([edit(1)], linked={CAMERA: 1})[1] == []
    allowed, held = judge([edit(number) for number in range(21)])
    assert allowed == []
    assert {ask.kind for ask in held} == {HoldKind.CHANGED_IN_BULK}


def test_edits_have_an_account_of_their_own() -> None:
    actions: list[Action] = [*(edit(number) for number in range(20)), *(trash(100 + number) for number in range(20))]
    assert judge(actions)[0] == actions


def test_much_that_comes_back_waits() -> None:
    files: list[Action] = [BringBackFile(checksum(number), ASSET, gone(f"{number}.jpg")) for number in range(21)]
    assets: list[Action] = [RestoreAsset(checksum(100 + number), ASSET, row(100 + number)) for number in range(21)]
    for actions in (files, assets):
        allowed, held = judge(actions)
        assert allowed == []
        assert {(ask.kind, ask.folder_ids) for ask in held} == {(HoldKind.RESTORED_IN_BULK, (CAMERA,))}
        assert judge(actions[1:])[0] == actions[1:]


def test_what_the_owner_approved_counts_nowhere() -> None:
    approved: list[Action] = [edit(number, granted=True) for number in range(100)]
    assert judge(approved)[0] == approved


def test_the_video_of_a_live_photo_is_counted_with_its_photo() -> None:
    photos: list[Action] = [delete(number) for number in range(20)]
    videos: list[Action] = [
        DeleteFiles(checksum(100 + number), TRASHED, (row(100 + number),), still=checksum(number))
        for number in range(20)
    ]
    assert judge([*photos, *videos])[0] == [*photos, *videos]
    back: list[Action] = [BringBackFile(checksum(number), ASSET, gone(f"{number}.jpg")) for number in range(20)]
    moving: list[Action] = [
        BringBackFile(checksum(100 + number), ASSET, gone(f"{number}.mov"), still=checksum(number))
        for number in range(20)
    ]
    assert judge([*back, *moving])[0] == [*back, *moving]


# --- figures at their edges ---------------------------------------------------------------------------------------


def test_what_waits_already_goes_on_waiting_beside_many_others() -> None:
    many: list[Action] = [trash(number) for number in range(41)]
    assert judge(many, held=frozenset({checksum(7)}))[0] == []


def test_the_account_counts_files_and_not_contents() -> None:
    both = [DeleteFiles(checksum(number), TRASHED, (row(number), row(number, TABLET))) for number in range(21)]
    assert judge([*both[:20]])[0] == both[:20]
    assert judge([*both])[0] == []


def test_what_the_account_did_within_the_hour_counts_in_full() -> None:
    applied = {Direction.ASSET: Tally(15)}
    six: list[Action] = [trash(number) for number in range(6)]
    assert judge(six, linked={CAMERA: 900}, applied=applied)[0] == []
    assert judge(six[1:], linked={CAMERA: 900}, applied=applied)[0] == six[1:]
    # Two percent of 1,055, which is what was linked before.
    assert judge(six, linked={CAMERA: 1_040}, applied=applied)[0] == six


def test_exactly_three_times_the_number_pass_in_a_day() -> None:
    assert judge([trash(1)], applied={Direction.ASSET: Tally(0, {}, 119)})[1] == []


def test_without_anything_earlier_the_day_begins_at_nothing() -> None:
    twenty: list[Action] = [trash(number) for number in range(20)]
    assert judge(twenty, linked={CAMERA: 900}, limits=GuardLimits(per_day=1))[0] == twenty


def test_the_share_of_a_folder_is_of_what_it_had_before_the_hour() -> None:
    six: list[Action] = [trash(number) for number in range(6)]
    applied = {Direction.ASSET: Tally(5, {CAMERA: 5})}
    assert judge(six, linked={CAMERA: 35}, applied=applied)[0] == six
    applied = {Direction.ASSET: Tally(6, {CAMERA: 6})}
    assert judge(six, linked={CAMERA: 30}, applied=applied)[0] == []


def test_a_folder_without_any_linked_file_passes_nothing_on() -> None:
    assert judge([trash(1, TABLET)], linked={CAMERA: 100})[0] == []


def test_two_directories_emptied_at_once_both_wait() -> None:
    actions: list[Action] = [in_directory(number, "Paris") for number in range(5)]
    actions += [in_directory(10 + number, "Rome") for number in range(5)]
    assert judge(actions, directories={})[0] == []
