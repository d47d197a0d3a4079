"""Sidecars in the ledger: seen, asked for, settled, and remembered with what they went with."""

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import GoneSidecar
from custom_components.immich_syncthing.engine.model import Base, FileStatus

from .stories import CAT, DOG, PHONE, TABLET, linked, look, photo, row


def see(ledger: Ledger, *names: str, directory: str = "DCIM", mtime: int = 1) -> None:
    ledger.see_sidecars(PHONE, directory, {name: look(mtime) for name in names}, None)


def waiting(ledger: Ledger, now: float = 1.0) -> list[str]:
    return [view.path for view in ledger.dirty_sidecars(PHONE, now, 10)]


def done(ledger: Ledger, problem: str | None = None) -> None:
    for view in ledger.dirty_sidecars(PHONE, 1.0, 10):
        ledger.settle_sidecar(view, problem)


def test_what_is_new_or_changed_waits_and_what_is_gone_is_forgotten(ledger: Ledger) -> None:
    assert not ledger.has_sidecars(PHONE)
    see(ledger, "a.xmp", "b.xmp")
    assert ledger.has_sidecars(PHONE)
    assert waiting(ledger) == ["DCIM/a.xmp", "DCIM/b.xmp"]
    done(ledger)
    see(ledger, "a.xmp", "b.xmp")
    assert waiting(ledger) == []
    see(ledger, "a.xmp", mtime=2)
    assert waiting(ledger) == ["DCIM/a.xmp"]
    assert ledger.sidecar_at(PHONE, "DCIM/b.xmp") is None


def test_a_look_at_some_names_tells_nothing_of_others(ledger: Ledger) -> None:
    see(ledger, "a.xmp", "b.xmp")
    ledger.see_sidecars(PHONE, "DCIM", {}, ["a.xmp", "a.jpg"])
    assert waiting(ledger) == ["DCIM/b.xmp"]


def test_a_files_own_sidecar_goes_before_its_stems(ledger: Ledger) -> None:
    for number, name in enumerate(("a.jpg", "a.png", "ab.jpg", "a.b.jpg")):
        photo(ledger, f"DCIM/{name}", bytes([number]) * 20)
    see(ledger, "a.xmp", "a.jpg.xmp", "ab.c.xmp")

    def of(path: str) -> str | None:
        found = ledger.sidecar_for(PHONE, path)
        return None if found is None else found.path

    assert of("DCIM/a.jpg") == "DCIM/a.jpg.xmp"
    assert of("DCIM/a.png") == "DCIM/a.xmp"
    assert of("DCIM/ab.jpg") is None
    assert of("DCIM/a.b.jpg") is None
    assert of("a.jpg") is None
    targets = {view.path: [target.path for target in view.targets] for view in ledger.dirty_sidecars(PHONE, 1.0, 10)}
    assert targets == {"DCIM/a.xmp": ["DCIM/a.png"], "DCIM/a.jpg.xmp": ["DCIM/a.jpg"], "DCIM/ab.c.xmp": []}


def test_targets_tell_what_becomes_of_their_files(ledger: Ledger) -> None:
    asset_id = linked(ledger, "DCIM/a.jpg", CAT)
    ledger.set_applied(CAT, DOG)
    ledger.apply_observation(
        PHONE,
        [row("DCIM/a.png"), row("DCIM/a.mp4", FileStatus.EXCLUDED, DOG), row("DCIM/a.gif", FileStatus.UNUSABLE)],
        [],
        1.0,
    )
    see(ledger, "a.xmp")
    [view] = ledger.dirty_sidecars(PHONE, 1.0, 10)
    told = {target.path: (target.base, target.applied) for target in view.targets}
    assert told == {
        "DCIM/a.gif": (Base.KEPT, None),
        "DCIM/a.jpg": (Base.LINKED, DOG),
        "DCIM/a.mp4": (Base.KEPT, None),
        "DCIM/a.png": (Base.NEW, None),
    }
    [linked_one] = [target for target in view.targets if target.path == "DCIM/a.jpg"]
    assert linked_one.asset is not None
    assert linked_one.asset.id == asset_id


def test_a_file_that_comes_later_has_its_sidecar_looked_at_again(ledger: Ledger) -> None:
    see(ledger, "a.xmp", "b.xmp")
    done(ledger)
    photo(ledger, "DCIM/a.jpg", CAT)
    assert waiting(ledger) == ["DCIM/a.xmp"]


def test_a_bad_one_is_listed_until_it_changes(ledger: Ledger) -> None:
    see(ledger, "a.xmp")
    done(ledger, "no XML")
    photo(ledger, "DCIM/a.jpg", CAT)
    assert (waiting(ledger), ledger.bad_sidecars(PHONE)) == ([], [("DCIM/a.xmp", "no XML")])
    see(ledger, "a.xmp", mtime=2)
    assert (waiting(ledger), ledger.bad_sidecars(PHONE)) == (["DCIM/a.xmp"], [])


def test_one_that_changed_meanwhile_is_not_settled(ledger: Ledger) -> None:
    see(ledger, "a.xmp")
    [old] = ledger.dirty_sidecars(PHONE, 1.0, 10)
    see(ledger, "a.xmp", mtime=2)
    ledger.settle_sidecar(old, None)
    assert waiting(ledger) == ["DCIM/a.xmp"]


def test_one_that_failed_waits(ledger: Ledger) -> None:
    see(ledger, "a.xmp")
    [view] = ledger.dirty_sidecars(PHONE, 1.0, 10)
    ledger.retry_sidecar(view, 30.0)
    assert (waiting(ledger), waiting(ledger, 30.0)) == ([], ["DCIM/a.xmp"])


def test_it_is_left_by_the_last_of_its_files(ledger: Ledger) -> None:
    photo(ledger, "DCIM/a.jpg", CAT)
    photo(ledger, "DCIM/a.png", DOG)
    see(ledger, "a.xmp")
    assert ledger.sidecars_left_by(PHONE, ["DCIM/a.jpg"]) == []
    assert [view.path for view in ledger.sidecars_left_by(PHONE, ["DCIM/a.jpg", "DCIM/a.png"])] == ["DCIM/a.xmp"]


def test_what_went_with_a_content_is_remembered_until_it_is_back(ledger: Ledger) -> None:
    photo(ledger, "DCIM/a.jpg", CAT)
    gone = GoneSidecar(PHONE, "DCIM/a.xmp", DOG, 2**64)
    ledger.keep_sidecars(CAT, [gone])
    ledger.keep_sidecars(CAT, [gone])
    ledger.keep_sidecars(b"?" * 20, [gone])
    assert ledger.gone_sidecars(CAT) == [gone]
    ledger.forget_gone_sidecars(CAT)
    assert ledger.gone_sidecars(CAT) == []


def test_a_forgotten_folder_takes_its_sidecars_along(ledger: Ledger) -> None:
    photo(ledger, "DCIM/a.jpg", CAT)
    photo(ledger, "a.jpg", CAT, folder=TABLET)
    see(ledger, "a.xmp")
    ledger.keep_sidecars(CAT, [GoneSidecar(PHONE, "DCIM/b.xmp", DOG, 1)])
    ledger.forget_folder(PHONE)
    ledger.add_folder(PHONE, "/media/phone", 0.0)
    assert not ledger.has_sidecars(PHONE)
    assert ledger.gone_sidecars(CAT) == []
