"""What a folder looks like, and which contents left which paths."""

from dataclasses import replace

import pytest

from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import UnsettledRow
from custom_components.immich_syncthing.engine.model import (
    Base,
    Departure,
    FileStatus,
    GonePath,
    Signature,
)

from .stories import CAT, DOG, OWL, PHONE, TABLET, content, dirty, linked, look, photo, row, settle, sha

NAMES = [
    "plain.jpg",
    "two\nlines.jpg",
    "quote'\".jpg",
    "emoji 😀.jpg",
    "nfd e\u0301.jpg",
    "nfc \u00e9.jpg",
    "%_\\*?.jpg",
    " ",
    "\U0010ffff\uffff\x01",
]


def test_a_new_file_waits_to_be_hashed_and_is_no_content_yet(ledger: Ledger) -> None:
    ledger.apply_observation(PHONE, [row("DCIM/a.jpg")], [], 1.0)
    assert ledger.file(PHONE, "DCIM/a.jpg") == row("DCIM/a.jpg")
    assert ledger.unhashed(PHONE, 10) == [row("DCIM/a.jpg")]
    assert ledger.unresolved() == ledger.unresolved_in(PHONE) == 1
    assert ledger.unresolved_in(TABLET) == 0
    assert dirty(ledger) == []


def test_a_hashed_file_is_settled_and_its_content_new(ledger: Ledger) -> None:
    settled = photo(ledger, "DCIM/a.jpg", CAT, size=77)
    assert ledger.file(PHONE, "DCIM/a.jpg") == settled
    assert ledger.unresolved() == 0
    view = content(ledger, CAT)
    assert (view.base, view.size, view.present, view.gone) == (Base.NEW, 77, (settled,), ())
    assert view.holders == {PHONE}
    assert dirty(ledger) == [CAT]


def test_a_hash_of_bytes_that_have_changed_since_is_ignored(ledger: Ledger) -> None:
    ledger.apply_observation(PHONE, [row("a.jpg", signature=look(2))], [], 1.0)
    assert not ledger.set_hash(PHONE, "a.jpg", look(1), CAT, 2.0)
    assert ledger.file(PHONE, "a.jpg") == row("a.jpg", signature=look(2))
    assert ledger.content(CAT) is None


@pytest.mark.parametrize("status", [FileStatus.UNUSABLE, FileStatus.UNSURE])
def test_a_hash_says_nothing_of_a_file_that_cannot_be_used_any_more(ledger: Ledger, status: FileStatus) -> None:
    ledger.apply_observation(PHONE, [row("a.jpg", status)], [], 1.0)
    assert not ledger.set_hash(PHONE, "a.jpg", look(), CAT, 2.0)


def test_a_hash_of_a_file_nobody_knows_is_ignored(ledger: Ledger) -> None:
    assert not ledger.set_hash(PHONE, "a.jpg", look(), CAT, 2.0)
    assert not ledger.set_hash("no-folder", "a.jpg", look(), CAT, 2.0)


def test_many_hashes_are_taken_at_once_and_only_fitting_ones(ledger: Ledger) -> None:
    ledger.apply_observation(PHONE, [row("a.jpg"), row("b.jpg"), row("d.jpg")], [], 1.0)
    hashes = [("a.jpg", look(), CAT), ("b.jpg", look(9), DOG), ("c.jpg", look(), DOG), ("d.jpg", look(), OWL)]
    assert ledger.set_hashes(PHONE, hashes, 2.0) == 2
    assert ledger.assets([CAT, DOG, OWL]).keys() == {CAT, OWL}


def test_an_absent_file_leaves_its_content_a_gone_path(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT, mtime=5)
    settle(ledger, [CAT])
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 2.0)
    assert ledger.file(PHONE, "a.jpg") is None
    view = content(ledger, CAT)
    assert (view.present, view.gone) == ((), (GonePath(PHONE, "a.jpg", 5, Departure.ABSENT),))
    assert dirty(ledger) == [CAT]


def test_an_absent_file_that_was_never_hashed_leaves_nothing(ledger: Ledger) -> None:
    ledger.apply_observation(PHONE, [row("a.jpg")], [], 1.0)
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT), ("never.jpg", Departure.ABSENT)], 2.0)
    assert ledger.directories(PHONE) == []
    assert ledger.checksums(None, 10) == []


def test_an_edit_keeps_the_old_content_unknown_until_the_new_one_is_hashed(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT, mtime=5)
    edited = row("a.jpg", FileStatus.UNHASHED, CAT, signature=look(6, size=99))

    ledger.apply_observation(PHONE, [edited], [], 2.0)
    assert content(ledger, CAT).present == (edited,)
    assert dirty(ledger) == [CAT]

    ledger.set_hash(PHONE, "a.jpg", look(6, size=99), DOG, 3.0)
    assert content(ledger, CAT).present == ()
    # The tombstone carries the mtime of the bytes that left, not of those that came.
    assert content(ledger, CAT).gone == (GonePath(PHONE, "a.jpg", 5, Departure.REPLACED),)
    assert content(ledger, DOG).size == 99
    assert content(ledger, CAT).size == 10
    assert dirty(ledger) == sorted([CAT, DOG])


def test_an_edited_file_that_is_deleted_before_it_was_hashed_leaves_its_old_content_with_its_old_mtime(
    ledger: Ledger,
) -> None:
    linked(ledger, "a.jpg", CAT, mtime=5)
    ledger.apply_observation(PHONE, [row("a.jpg", FileStatus.UNHASHED, CAT, signature=look(6))], [], 2.0)
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 3.0)
    assert content(ledger, CAT).gone == (GonePath(PHONE, "a.jpg", 5, Departure.ABSENT),)


def test_the_last_known_content_survives_a_row_that_does_not_name_it(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    ledger.apply_observation(PHONE, [row("a.jpg", FileStatus.UNSURE)], [], 2.0)
    assert ledger.file(PHONE, "a.jpg") == row("a.jpg", FileStatus.UNSURE, CAT)
    assert content(ledger, CAT).present == (row("a.jpg", FileStatus.UNSURE, CAT),)


def test_content_that_returns_to_its_path_is_gone_from_it_no_more(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 2.0)
    returned = photo(ledger, "a.jpg", CAT)
    assert (content(ledger, CAT).present, content(ledger, CAT).gone) == ((returned,), ())


def test_a_rename_shows_both_the_path_that_holds_and_the_one_that_held_until_it_is_settled(ledger: Ledger) -> None:
    linked(ledger, "old.jpg", CAT, mtime=5)
    ledger.apply_observation(PHONE, [], [("old.jpg", Departure.ABSENT)], 2.0)
    renamed = photo(ledger, "new.jpg", CAT, mtime=5)
    view = content(ledger, CAT)
    assert (view.present, view.gone) == ((renamed,), (GonePath(PHONE, "old.jpg", 5, Departure.ABSENT),))
    settle(ledger, [CAT])
    assert content(ledger, CAT).gone == ()


def test_one_content_at_many_paths_in_many_folders(ledger: Ledger) -> None:
    rows = (
        photo(ledger, "a.jpg", CAT),
        photo(ledger, "z/a.jpg", CAT),
        photo(ledger, "b.jpg", CAT, folder=TABLET),
    )
    assert content(ledger, CAT).present == rows
    assert content(ledger, CAT).holders == {PHONE, TABLET}


def test_an_equal_observation_changes_nothing(ledger: Ledger) -> None:
    settled = photo(ledger, "a.jpg", CAT)
    settle(ledger, [CAT])
    before = ledger.moment()
    ledger.apply_observation(PHONE, [settled], [], 9.0)
    assert ledger.set_hash(PHONE, "a.jpg", settled.signature, CAT, 9.0)
    assert ledger.moment() == before
    assert dirty(ledger) == []


def test_a_disk_with_a_new_number_plans_nothing_anew(ledger: Ledger) -> None:
    settled = photo(ledger, "a.jpg", CAT)
    settle(ledger, [CAT])
    renumbered = replace(settled, signature=replace(settled.signature, device=2065))
    ledger.apply_observation(PHONE, [renumbered], [], 9.0)
    assert ledger.file(PHONE, "a.jpg") == renumbered
    assert dirty(ledger) == []


def test_since_when_a_file_looks_as_it_does(ledger: Ledger) -> None:
    writing = row("a.jpg", FileStatus.UNSETTLED, signature=look(1))
    still_writing = row("a.jpg", FileStatus.UNSETTLED, signature=look(2))
    ledger.apply_observation(PHONE, [writing], [], 10.0)
    ledger.apply_observation(PHONE, [still_writing], [], 11.0)
    ledger.apply_observation(PHONE, [replace(still_writing, status=FileStatus.UNHASHED)], [], 12.0)
    ledger.apply_observation(PHONE, [still_writing], [], 13.0)
    assert ledger.unsettled(PHONE) == [UnsettledRow(still_writing, 11.0)]
    assert ledger.unhashed(PHONE, 10) == []
    assert ledger.unresolved() == 1


def test_the_newest_photos_are_hashed_first(ledger: Ledger) -> None:
    mtimes = {"old.jpg": 1, "new.jpg": 30, "middle.jpg": 20, "before-1970.jpg": -5, "year-2400.jpg": 2**63 + 1}
    ledger.apply_observation(PHONE, [row(path, signature=look(mtime)) for path, mtime in mtimes.items()], [], 1.0)
    order = ["year-2400.jpg", "new.jpg", "middle.jpg", "old.jpg", "before-1970.jpg"]
    assert [file.path for file in ledger.unhashed(PHONE, 10)] == order
    assert [file.path for file in ledger.unhashed(PHONE, 2)] == order[:2]


def test_directories_and_their_files_come_in_binary_order(ledger: Ledger) -> None:
    paths = ["b.jpg", "a/z.jpg", "a/A.jpg", "a/é.jpg", "a-b/x.jpg", "a/b/c.jpg", "a/b/d.jpg", "ä/x.jpg", "Z/x.jpg"]
    ledger.apply_observation(PHONE, [row(path) for path in paths], [], 1.0)
    ledger.apply_observation(TABLET, [row("other/x.jpg", folder=TABLET)], [], 1.0)
    assert ledger.directories(PHONE) == ["", "Z", "a", "a-b", "a/b", "ä"]
    assert [file.path for file in ledger.directory(PHONE, "a")] == ["a/A.jpg", "a/z.jpg", "a/é.jpg"]
    assert [file.path for file in ledger.directory(PHONE, "")] == ["b.jpg"]
    assert ledger.directory(PHONE, "nowhere") == []


@pytest.mark.parametrize("name", NAMES)
def test_names_are_kept_to_the_letter(ledger: Ledger, name: str) -> None:
    photo(ledger, f"{name}/{name}", CAT)
    assert ledger.directories(PHONE) == [name]
    assert [file.path for file in ledger.directory(PHONE, name)] == [f"{name}/{name}"]
    ledger.apply_observation(PHONE, [], [(f"{name}/{name}", Departure.ABSENT)], 2.0)
    assert [gone.path for gone in content(ledger, CAT).gone] == [f"{name}/{name}"]


@pytest.mark.parametrize("path", ["", "/", "/a.jpg", "a/", "nul\0.jpg", "half \ud83d.jpg", "latin1 \udce9.jpg"])
def test_what_is_no_path_is_refused_and_nothing_of_its_batch_is_kept(ledger: Ledger, path: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        ledger.apply_observation(PHONE, [row("good.jpg"), row(path)], [], 1.0)
    assert ledger.file(PHONE, "good.jpg") is None


def test_signatures_use_all_bits_that_file_systems_do(ledger: Ledger) -> None:
    extreme = Signature(size=2**63 - 1, mtime_ns=-(2**70), ctime_ns=2**70, inode=2**64 - 1, device=2**63)
    ledger.apply_observation(PHONE, [row("a.jpg", signature=extreme)], [], 1.0)
    assert ledger.set_hash(PHONE, "a.jpg", extreme, CAT, 1.0)
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 1.0)
    assert content(ledger, CAT).gone[0].mtime_ns == -(2**70)


def test_a_folder_nobody_added_has_no_files_and_takes_none(ledger: Ledger) -> None:
    assert ledger.directories("nobody") == []
    assert ledger.directory("nobody", "") == []
    assert ledger.file("nobody", "a.jpg") is None
    with pytest.raises(LedgerError):
        ledger.apply_observation("nobody", [row("a.jpg", folder="nobody")], [], 1.0)


def test_rows_that_contradict_themselves_are_refused(ledger: Ledger) -> None:
    for wrong in (row("a.jpg", FileStatus.SETTLED, None), row("a.jpg", folder=TABLET)):
        with pytest.raises(ValueError, match="not a row"):
            ledger.apply_observation(PHONE, [wrong], [], 1.0)
    with pytest.raises(ValueError, match="SHA-1"):
        ledger.apply_observation(PHONE, [row("a.jpg", FileStatus.SETTLED, b"short")], [], 1.0)


def replaced_by(ledger: Ledger, checksum: bytes) -> bytes | None:
    successor = content(ledger, checksum).successor
    return None if successor is None else successor.checksum


def test_what_is_now_where_a_content_was_edited_is_its_successor(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    photo(ledger, "a.jpg", DOG, mtime=6)
    assert replaced_by(ledger, CAT) == DOG
    # Edited again, whether the first edit ever became more than a file or not.
    photo(ledger, "a.jpg", sha("fox"), mtime=7)
    assert replaced_by(ledger, CAT) == sha("fox")


def test_an_edit_ends_where_the_file_goes_or_known_bytes_come(ledger: Ledger) -> None:
    linked(ledger, "b.jpg", sha("owl"))
    linked(ledger, "a.jpg", CAT)
    photo(ledger, "a.jpg", DOG, mtime=6)
    photo(ledger, "a.jpg", sha("owl"), mtime=7)
    assert replaced_by(ledger, CAT) is None

    linked(ledger, "c.jpg", sha("cow"))
    photo(ledger, "c.jpg", sha("cow, edited"), mtime=6)
    ledger.apply_observation(PHONE, [], [("c.jpg", Departure.ABSENT)], 8.0)
    photo(ledger, "c.jpg", sha("another photo"), mtime=9)
    assert replaced_by(ledger, sha("cow")) is None
