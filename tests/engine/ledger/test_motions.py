"""Pairs of a photo and its video, kept true by the names of files and by what Immich tells."""

import sqlite3
from contextlib import closing
from pathlib import Path

from custom_components.immich_syncthing.engine.halves import MOTION_BYTES
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.schema import MIGRATIONS
from custom_components.immich_syncthing.engine.model import AssetFact, AssetState, Base, Departure, FileStatus

from .stories import CAT, DOG, OWL, PHONE, content, dirty, linked, photo, row, settle

STILL, VIDEO, OTHER = CAT, DOG, OWL


def stills(ledger: Ledger, video: bytes = VIDEO) -> list[bytes]:
    return [still.checksum for still in content(ledger, video).stills]


def both(ledger: Ledger) -> tuple[str, str]:
    """Let both halves be linked and settled; the ids of their assets."""
    ids = linked(ledger, "DCIM/IMG_1.HEIC", STILL), linked(ledger, "DCIM/IMG_1.MOV", VIDEO)
    settle(ledger, [STILL, VIDEO])
    return ids


def test_files_of_one_stem_beside_each_other_are_a_pair(ledger: Ledger) -> None:
    photo(ledger, "DCIM/IMG_1.HEIC", STILL)
    photo(ledger, "IMG_1.MOV", VIDEO)
    assert stills(ledger) == []
    photo(ledger, "DCIM/img_1.mov", VIDEO)
    assert stills(ledger) == [STILL]
    assert [view.checksum for view in ledger.motions_of(STILL)] == [VIDEO]


def test_a_photo_is_planned_again_when_immich_plays_another_video_for_it(ledger: Ledger) -> None:
    both(ledger)
    for video in ("film", None):
        ledger.set_motions([(STILL, video), (OTHER, video)], 1.0)
        assert STILL in dirty(ledger)
        settle(ledger, [STILL, VIDEO])
        ledger.set_motions([(STILL, video)], 1.0)
        assert dirty(ledger) == []


def test_a_clip_is_no_motion_part(ledger: Ledger) -> None:
    photo(ledger, "IMG_1.HEIC", STILL)
    photo(ledger, "IMG_1.MOV", VIDEO, size=MOTION_BYTES + 1)
    photo(ledger, "IMG_1.mp4", OTHER)
    assert stills(ledger) == []
    assert content(ledger, STILL).beside == ()


def test_new_content_knows_what_lies_beside_it(ledger: Ledger) -> None:
    photo(ledger, "IMG_1.jpg", STILL)
    ledger.apply_observation(PHONE, [row("IMG_1.mov"), row("IMG_1.png"), row("IMG_1.a.mov")], [], 1.0)
    assert [beside.path for beside in content(ledger, STILL).beside] == ["IMG_1.mov"]
    ledger.record(STILL, Base.KEPT, None, 1.0)
    assert content(ledger, STILL).beside == ()


def test_one_half_that_changes_has_the_other_planned_again(ledger: Ledger) -> None:
    both(ledger)
    assert dirty(ledger) == []
    ledger.set_assets([(STILL, AssetFact(AssetState.TRASHED, "asset"))], 1.0)
    assert dirty(ledger) == sorted([STILL, VIDEO])
    settle(ledger, [STILL, VIDEO])
    ledger.apply_observation(PHONE, [], [("DCIM/IMG_1.MOV", Departure.ABSENT)], 1.0)
    assert dirty(ledger) == sorted([STILL, VIDEO])


def test_a_pair_by_name_ends_when_the_files_part(ledger: Ledger) -> None:
    both(ledger)
    photo(ledger, "Clips/other.MOV", VIDEO)
    assert stills(ledger) == [STILL]
    ledger.apply_observation(PHONE, [], [("DCIM/IMG_1.MOV", Departure.ABSENT)], 1.0)
    assert stills(ledger) == []


def test_a_pair_stays_while_a_half_is_away(ledger: Ledger) -> None:
    both(ledger)
    ledger.apply_observation(PHONE, [], [("DCIM/IMG_1.HEIC", Departure.ABSENT)], 1.0)
    assert stills(ledger) == [STILL]


def test_a_pair_that_immich_knows_does_not_end_with_the_names(ledger: Ledger) -> None:
    _, video_id = both(ledger)
    ledger.set_motions([(STILL, video_id), (b"?" * 20, video_id)], 1.0)
    assert content(ledger, STILL).motion_asset_id == ledger.motion_asset(STILL) == video_id
    assert ledger.motion_assets([STILL, VIDEO]) == {STILL}
    photo(ledger, "Clips/other.MOV", VIDEO)
    ledger.apply_observation(PHONE, [], [("DCIM/IMG_1.MOV", Departure.ABSENT)], 1.0)
    assert stills(ledger) == [STILL]


def test_immich_may_tell_before_the_video_is_known(ledger: Ledger) -> None:
    linked(ledger, "a.HEIC", STILL)
    ledger.set_motions([(STILL, "the-video")], 1.0)
    photo(ledger, "b.MOV", VIDEO)
    assert stills(ledger) == []
    ledger.set_assets([(VIDEO, AssetFact(AssetState.ACTIVE, "the-video"))], 1.0)
    assert stills(ledger) == [STILL]


def test_what_was_told_twice_is_no_news(ledger: Ledger) -> None:
    _, video_id = both(ledger)
    ledger.set_motions([(STILL, video_id)], 1.0)
    settle(ledger, [STILL, VIDEO])
    ledger.set_motions([(STILL, video_id)], 1.0)
    assert dirty(ledger) == []


def test_unlinked_in_immich_a_pair_does_not_come_back_by_its_names(ledger: Ledger) -> None:
    _, video_id = both(ledger)
    ledger.set_motions([(STILL, video_id)], 1.0)
    ledger.set_motions([(STILL, None)], 1.0)
    assert stills(ledger) == []
    photo(ledger, "again/IMG_1.MOV", VIDEO)
    photo(ledger, "again/IMG_1.HEIC", STILL)
    assert stills(ledger) == []
    assert ledger.motions_of(STILL) == []
    ledger.set_motions([(STILL, video_id)], 1.0)
    assert stills(ledger) == [STILL]


def test_a_video_that_is_linked_without_its_removed_photo_stands_for_itself(ledger: Ledger) -> None:
    _, video_id = both(ledger)
    ledger.set_motions([(STILL, video_id)], 1.0)
    ledger.apply_observation(PHONE, [], [("DCIM/IMG_1.HEIC", Departure.ABSENT)], 1.0)
    ledger.record(STILL, Base.REMOVED, None, 1.0)
    assert stills(ledger) == [STILL]
    ledger.record(VIDEO, Base.LINKED, video_id, 1.0)
    assert stills(ledger) == []
    ledger.record(STILL, Base.RELEASED, None, 1.0)
    assert stills(ledger) == [STILL], "a photo that comes back has its video again"


def test_a_video_that_another_photo_needs_keeps_all_its_photos(ledger: Ledger) -> None:
    _, video_id = both(ledger)
    linked(ledger, "DCIM/IMG_1.jpg", OTHER)
    assert stills(ledger) == [STILL]
    ledger.apply_observation(PHONE, [], [("DCIM/IMG_1.HEIC", Departure.ABSENT)], 1.0)
    ledger.record(STILL, Base.REMOVED, None, 1.0)
    ledger.record(VIDEO, Base.LINKED, video_id, 1.0)
    assert stills(ledger) == sorted([STILL, OTHER])


def test_only_read_files_are_paired(ledger: Ledger) -> None:
    photo(ledger, "IMG_1.HEIC", STILL)
    ledger.apply_observation(PHONE, [row("IMG_1.MOV", FileStatus.UNSURE, VIDEO)], [], 1.0)
    assert stills(ledger) == []


def test_what_an_earlier_version_sent_as_two_is_a_pair(place: Path) -> None:
    with closing(sqlite3.connect(place, autocommit=True)) as old:
        old.executescript(MIGRATIONS[0])
        old.execute("PRAGMA user_version = 1")
        old.execute("INSERT INTO folders VALUES (1, ?, '/media', NULL)", [PHONE])
        for checksum in (STILL, VIDEO, OTHER):
            old.execute("INSERT INTO contents (checksum, size, dirty) VALUES (?, 10, 0)", [checksum])
        for name, checksum in (
            ("IMG_1.HEIC", STILL),
            ("IMG_1.MOV", VIDEO),
            ("IMG_10.jpg", OTHER),
            ("IMG_10.mov", OTHER),
            ("IMG_1.png", OTHER),
        ):
            old.execute(
                "INSERT INTO files VALUES (1, 'DCIM', ?, 10, 1, 1, 1, 1, 'settled', ?, 1, 0.0)", [name, checksum]
            )
    ledger = Ledger.open(place)
    assert stills(ledger) == [STILL]
    assert dirty(ledger) == [VIDEO]
    ledger.close()
