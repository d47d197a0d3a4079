"""*Files* is three-valued: yes by sight, no by positive absence everywhere, else unknown."""

from dataclasses import replace

import pytest

from custom_components.immich_syncthing.engine.actions import Record
from custom_components.immich_syncthing.engine.facts import World, facts_of
from custom_components.immich_syncthing.engine.ledger.views import ContentView
from custom_components.immich_syncthing.engine.model import (
    POLICIES,
    AssetFact,
    AssetState,
    Base,
    Departure,
    FileRow,
    Files,
    FileStatus,
    GonePath,
    Preset,
    Still,
)
from custom_components.immich_syncthing.engine.patterns import Filter
from custom_components.immich_syncthing.engine.plan import decide

from .worlds import ASSET, CAMERA, NEW_PHOTO, PHOTO, TABLET, asset, edited, file, gone

POLICY = {CAMERA: POLICIES[Preset.MIRROR], TABLET: POLICIES[Preset.MIRROR]}
BOTH = frozenset({CAMERA, TABLET})


def view(*present: FileRow, absent: tuple[GonePath, ...] = (), base: Base = Base.LINKED) -> ContentView:
    return ContentView(
        checksum=PHOTO,
        base=base,
        base_asset_id=ASSET,
        size=1000,
        asset=asset(AssetState.ACTIVE),
        present=present,
        gone=absent,
        holders=frozenset({CAMERA}),
        decision=None,
        held=None,
        attempts=0,
    )


def world(
    *, deletable: frozenset[str] = BOTH, complete: bool = True, faults: dict[str, frozenset[str]] | None = None
) -> World:
    return World(POLICY, deletable, BOTH, complete, faults or {})


def test_a_settled_path_is_yes() -> None:
    assert facts_of(view(file()), world()).files is Files.YES
    assert facts_of(view(file(), absent=(gone("b.jpg"),)), world(complete=False)).files is Files.YES
    assert facts_of(view(file()), world()).holders == {CAMERA}


@pytest.mark.parametrize("status", [one for one in FileStatus if one is not FileStatus.SETTLED])
def test_a_path_that_is_not_understood_is_unknown(status: FileStatus) -> None:
    assert facts_of(view(file(status=status), absent=(gone("b.jpg"),)), world()).files is Files.UNKNOWN


def test_what_its_owner_hides_is_unknown_unless_another_file_is_seen() -> None:
    hidden = file("hidden/IMG_1.jpg", status=FileStatus.EXCLUDED)
    assert facts_of(view(hidden, absent=(gone(),)), world()).files is Files.UNKNOWN
    assert facts_of(view(hidden, file()), world()).files is Files.YES


def test_what_left_a_path_that_is_hidden_now_was_not_deleted() -> None:
    everything = World(POLICY, BOTH, BOTH, complete=True, filters={CAMERA: Filter.of(["hidden/"], ())})
    paths = (gone("hidden/a.jpg"), gone("hidden/b.jpg", TABLET))
    assert facts_of(view(absent=paths[:1]), everything).gone == ()
    assert facts_of(view(absent=paths[1:]), everything).gone == paths[1:]
    assert facts_of(view(absent=paths, base=Base.REMOVED), everything).gone == paths[1:]


def test_hiding_one_path_does_not_make_another_the_last_file() -> None:
    """It was edited where it is hidden now, so that nobody deleted it."""
    paths = (gone("hidden/a.jpg", departure=Departure.REPLACED), gone("b.jpg"))
    hidden = World(POLICY, BOTH, BOTH, complete=True, filters={CAMERA: Filter.of(["hidden/"], ())})
    for each in (world(), hidden):
        found = facts_of(view(absent=paths), each)
        assert (found.files, decide(found)) == (Files.NO, Record(PHOTO, Base.RELEASED))


def test_absent_everywhere_is_no() -> None:
    paths = (gone("a.jpg"), gone("b.jpg", TABLET))
    assert facts_of(view(absent=paths), world()).files is Files.NO


def test_absent_in_a_closed_folder_is_unknown() -> None:
    paths = (gone("a.jpg"), gone("b.jpg", TABLET))
    assert facts_of(view(absent=paths), world(deletable=frozenset({CAMERA}))).files is Files.UNKNOWN


def test_nothing_is_absent_while_anything_is_unhashed() -> None:
    assert facts_of(view(absent=(gone(),)), world(complete=False)).files is Files.UNKNOWN


def test_other_bytes_at_the_path_are_seen_whatever_the_gate() -> None:
    replaced = (gone(departure=Departure.REPLACED),)
    assert facts_of(view(absent=replaced), world(deletable=frozenset())).files is Files.NO


@pytest.mark.parametrize("fault", ["DCIM", "DCIM/Camera", "DCIM/Camera/IMG_1.jpg"])
def test_a_fault_on_or_above_the_path_closes_its_folder(fault: str) -> None:
    broken = world(faults={CAMERA: frozenset({fault})})
    facts = facts_of(view(absent=(gone("DCIM/Camera/IMG_1.jpg"),)), broken)
    assert facts.files is Files.UNKNOWN
    assert facts.deletable == {TABLET}


@pytest.mark.parametrize("fault", ["DCIM/Cam", "DCIM/Camera/IMG_2.jpg", "Camera"])
def test_a_fault_elsewhere_does_not(fault: str) -> None:
    broken = world(faults={CAMERA: frozenset({fault})})
    assert facts_of(view(absent=(gone("DCIM/Camera/IMG_1.jpg"),)), broken).files is Files.NO


def test_content_without_any_path_is_no() -> None:
    assert facts_of(view(), world(complete=False)).files is Files.NO


def half(base: Base, *present: FileRow, attempts: int = 0, absent: tuple[GonePath, ...] = ()) -> ContentView:
    return replace(view(*present, absent=absent, base=base), checksum=NEW_PHOTO, attempts=attempts)


def test_a_motion_part_knows_the_photo_that_needs_it_most() -> None:
    removed, linked = half(Base.REMOVED, absent=(gone(),)), half(Base.LINKED, file())
    one = facts_of(replace(view(file("a.mov")), stills=(removed, linked)), world())
    assert one.still is not None
    assert (one.still.base, one.still.files) == (Base.LINKED, Files.YES)


def test_a_motion_part_without_a_file_is_no_others_than_what_immich_plays_it_for() -> None:
    video = replace(view(absent=(gone("a.mov"),)), asset=AssetFact(AssetState.ACTIVE, "video"))
    played = replace(half(Base.REMOVED, absent=(gone(),)), motion_asset_id="video")
    beside = half(Base.LINKED, file())

    def base(one: ContentView) -> Base | None:
        still = facts_of(one, world()).still
        return None if still is None else still.base

    assert base(replace(video, stills=(played, beside))) is Base.REMOVED
    assert base(replace(video, stills=(beside,))) is Base.LINKED
    assert base(replace(video, stills=(played, beside), present=(file("a.mov"),))) is Base.LINKED
    assert base(replace(video, stills=(played, beside), asset=AssetFact(AssetState.GONE, None))) is Base.LINKED


@pytest.mark.parametrize(
    ("present", "left", "is_motion"),
    [
        (["a.mov"], [], True),
        (["a.jpg"], [], False),
        (["a.mov", "b.jpg"], [], False),
        (["a.mov"], ["b.jpg"], True),
        (["b.jpg"], ["a.mov"], False),
        (["b.png"], ["a.jpg"], False),
        ([], ["a.mov", "b.jpg"], True),
        ([], ["b.jpg"], False),
        ([], ["a.mov"], True),
    ],
)
def test_what_has_the_name_of_a_photo_is_nobodys_video(present: list[str], left: list[str], is_motion: bool) -> None:
    """Unless that name is gone and the one of a video is not forgotten."""
    one = view(*map(file, present), absent=tuple(map(gone, left)))
    facts = facts_of(replace(one, stills=(half(Base.LINKED, file()),)), world())
    assert (facts.still is not None) is is_motion


def test_its_photos_files_are_three_valued_too() -> None:
    def files(still: ContentView, *, complete: bool = True) -> Files | None:
        one = facts_of(replace(view(file("a.mov")), stills=(still,)), world(complete=complete))
        return None if one.still is None else one.still.files

    assert files(half(Base.LINKED, absent=(gone(),))) is Files.NO
    assert files(half(Base.LINKED, absent=(gone(),)), complete=False) is Files.UNKNOWN
    assert files(half(Base.LINKED, file(status=FileStatus.UNSURE))) is Files.UNKNOWN


def test_a_new_photo_that_failed_does_not_hold_its_video() -> None:
    def still_of(attempts: int) -> Still | None:
        return facts_of(
            replace(view(file("a.mov")), stills=(half(Base.NEW, file(), attempts=attempts),)), world()
        ).still

    assert still_of(0) is not None
    assert still_of(1) is None


def test_a_new_photo_knows_the_video_that_goes_up_with_it() -> None:
    def other_half(*beside: FileRow, uploadable: frozenset[str] = BOTH) -> tuple[str | None, bool]:
        there = replace(world(), uploadable=uploadable)
        one = facts_of(replace(view(file(), base=Base.NEW), beside=beside), there)
        return (one.motion.path if one.motion is not None else None), one.half_missing

    assert other_half() == (None, False)
    assert other_half(file("a.mov"), file("b.mov")) == ("a.mov", False)
    assert other_half(file("a.heic")) == (None, False)
    assert other_half(file("a.mov", status=FileStatus.UNSURE)) == (None, False)
    assert other_half(file("a.mov", status=FileStatus.UNHASHED)) == (None, True)
    assert other_half(file("a.heic", status=FileStatus.UNSETTLED)) == (None, True)
    assert other_half(file("a.mov"), uploadable=frozenset()) == (None, False)


def test_a_successor_counts_only_in_its_owners_sight() -> None:
    edit = replace(view(absent=(gone(departure=Departure.REPLACED),)), successor=edited())
    assert facts_of(edit, world()).successor == edited()
    hidden = replace(world(), filters={CAMERA: Filter.of(("*.jpg",), ())})
    assert facts_of(edit, hidden).successor is None
