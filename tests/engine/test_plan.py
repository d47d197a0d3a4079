"""The decision table, row by row, and what no facts whatever may lead to."""

from dataclasses import replace

import pytest

from custom_components.immich_syncthing.engine.actions import (
    Ask,
    BringBackFile,
    DeleteFiles,
    FreeFiles,
    Record,
    Supersede,
    TrashAsset,
)
from custom_components.immich_syncthing.engine.model import (
    AssetFact,
    AssetState,
    Base,
    Departure,
    Facts,
    Files,
    FileStatus,
    HoldKind,
    OnEdit,
    Preset,
    Still,
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
    LOCKED,
    NEW_PHOTO,
    OTHER_ASSET,
    PHOTO,
    RELEASE,
    REMOVE,
    REMOVE_TRASHED,
    RESTORE,
    TABLET,
    TRASH,
    TRASHED,
    UPLOAD,
    WITNESSED,
    asset,
    edited,
    facts,
    file,
    gone,
)


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
        pytest.param(
            facts(Base.NEW, WITNESSED, present=HERE),
            Ask(PHOTO, HoldKind.TRASHED_BEFORE_FIRST_SYNC, (CAMERA,)),
            id="new, file, trashed and purged since: ask all the same",
        ),
        pytest.param(facts(Base.NEW, ACTIVE), SETTLED, id="new, no file: not ours"),
        pytest.param(facts(Base.NEW, LOCKED, present=HERE), KEEP, id="new, untouchable: not waited for"),
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
            facts(Base.RELEASED, asset(AssetState.GONE, locked=True), present=HERE),
            KEEP,
            id="released, back while it was locked, then gone: kept",
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
            facts(Base.LINKED, ACTIVE, absent=EDITED),
            RELEASE,
            id="linked, path holds other bytes that we knew: no deletion",
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
        pytest.param(
            facts(Base.NEW, ACTIVE, present=HERE, suspect=True), LINK, id="new after a recovery, active: adopted"
        ),
        pytest.param(
            facts(Base.NEW, GONE, present=HERE, suspect=True),
            Ask(PHOTO, HoldKind.VANISHED, (CAMERA,)),
            id="new after a recovery, gone: offered for upload",
        ),
        *(
            pytest.param(
                facts(Base.NEW, state, absent=absent, suspect=True),
                outcome,
                id=f"new after a recovery, its file deleted, {state.state}: {outcome.base}",
            )
            for state, absent, outcome in (
                (GONE, AWAY, REMOVE),
                (GONE, (), REMOVE),
                (TRASHED, AWAY, REMOVE),
                (ACTIVE, AWAY, RELEASE),
            )
        ),
        pytest.param(
            facts(Base.LINKED, ACTIVE, absent=(gone(departure=Departure.BINNED),)),
            TrashAsset(PHOTO, ASSET, (CAMERA,), (gone(departure=Departure.BINNED),)),
            id="linked, in the phone's bin: trash",
        ),
        pytest.param(
            facts(Base.LINKED, ACTIVE, absent=AWAY, withheld=frozenset({CAMERA})),
            RELEASE,
            id="linked, file deleted, too old or protected: released",
        ),
        pytest.param(
            facts(Base.LINKED, ACTIVE, absent=AWAY, withheld=None),
            WAIT,
            id="linked, file deleted, not known yet whether it is protected: wait",
        ),
        pytest.param(
            facts(Base.LINKED, ACTIVE, present=HERE, freeable=frozenset({CAMERA})),
            FreeFiles(PHOTO, ASSET, HERE),
            id="linked, past the free-space age: freed",
        ),
        pytest.param(
            facts(Base.LINKED, ACTIVE, present=(file(), file("b.jpg", TABLET)), freeable=frozenset({CAMERA})),
            FreeFiles(PHOTO, ASSET, HERE, (file("b.jpg", TABLET),)),
            id="linked, past the age of one folder: the other keeps its file",
        ),
        pytest.param(
            facts(Base.LINKED, ACTIVE, absent=EDITED, successor=edited()),
            Supersede(PHOTO, ASSET, NEW_PHOTO, OTHER_ASSET, OnEdit.REPLACE, CAMERA, "IMG_1.jpg"),
            id="linked, edited: the new one takes its place",
        ),
        pytest.param(
            facts(Base.LINKED, ACTIVE, absent=EDITED, successor=edited(), on_edit=OnEdit.STACK),
            Supersede(PHOTO, ASSET, NEW_PHOTO, OTHER_ASSET, OnEdit.STACK, CAMERA, "IMG_1.jpg"),
            id="linked, edited, stack: below the new one",
        ),
        pytest.param(
            facts(Base.LINKED, ACTIVE, absent=EDITED, successor=edited(), on_edit=OnEdit.KEEP_BOTH),
            RELEASE,
            id="linked, edited, keep both: released",
        ),
        pytest.param(
            facts(Base.LINKED, ACTIVE, absent=EDITED, successor=edited(Base.NEW, AssetState.GONE)),
            WAIT,
            id="linked, edited, the new one is not up yet: wait",
        ),
        pytest.param(
            facts(Base.LINKED, TRASHED, absent=EDITED, successor=edited()),
            REMOVE_TRASHED,
            id="linked, edited and trashed: the edit beats the deletion, the old one is removed",
        ),
        pytest.param(
            facts(Base.RELEASED, TRASHED, present=HERE, suspect=True),
            Ask(PHOTO, HoldKind.CAME_BACK, (CAMERA,)),
            id="released when its folder was removed, trashed since: ask",
        ),
        pytest.param(
            facts(Base.REMOVED, GONE, present=HERE, suspect=True),
            Ask(PHOTO, HoldKind.CAME_BACK, (CAMERA,)),
            id="removed, an echo: ask",
        ),
        pytest.param(facts(Base.REMOVED, ACTIVE, present=HERE, suspect=True), LINK, id="removed, both back: linked"),
        pytest.param(
            facts(Base.REMOVED, ACTIVE, absent=AWAY, replaced=True),
            RELEASE,
            id="removed by an edit, restored in Immich: released, no file is written",
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


def test_closed_gates_make_everything_wait() -> None:
    shut = frozenset[str]()
    assert decide(facts(Base.LINKED, ACTIVE, absent=AWAY, deletable=shut)) is WAIT
    assert decide(facts(Base.LINKED, TRASHED, present=HERE, deletable=shut)) is WAIT
    assert decide(facts(Base.REMOVED, TRASHED, present=HERE, deletable=shut)) is WAIT
    assert decide(facts(Base.REMOVED, ACTIVE, absent=AWAY, deletable=shut)) is WAIT
    assert decide(facts(Base.NEW, GONE, present=HERE, uploadable=shut)) is WAIT
    assert decide(facts(Base.LINKED, ACTIVE, present=HERE, freeable=frozenset({CAMERA}), deletable=shut)) is WAIT
    assert decide(facts(Base.LINKED, ACTIVE, absent=EDITED, successor=edited(), deletable=shut)) is WAIT


@pytest.mark.parametrize(
    ("base", "state", "outcome"),
    [
        (Base.LINKED, TRASHED, KEEP),
        (Base.LINKED, WITNESSED, KEEP),
        (Base.LINKED, GONE, SETTLED),
        (Base.LINKED, ACTIVE, SETTLED),
        (Base.LINKED, LOCKED, SETTLED),
        (Base.LINKED, asset(AssetState.DYING, seen=True), WAIT),
        (Base.NEW, GONE, SETTLED),
        (Base.NEW, TRASHED, SETTLED),
        (Base.RELEASED, TRASHED, SETTLED),
        (Base.KEPT, ACTIVE, SETTLED),
        (Base.REMOVED, ACTIVE, SETTLED),
    ],
)
def test_what_its_owner_hides_is_let_be(base: Base, state: AssetFact, outcome: Outcome) -> None:
    """What was deleted in Immich meanwhile is kept, so that it is not deleted either when it is seen again."""
    hidden = (file(status=FileStatus.EXCLUDED), file("b.jpg", TABLET, FileStatus.EXCLUDED))
    assert decide(facts(base, state, present=hidden, absent=(gone("c.jpg"),), files=Files.UNKNOWN)) == outcome
    unsure = (*hidden, file("d.jpg", status=FileStatus.UNSURE))
    assert decide(facts(base, state, present=unsure, files=Files.UNKNOWN)) is WAIT


def test_what_its_owner_hides_in_one_folder_waits_for_nothing_there() -> None:
    """The other folder says what becomes of the photo; that one would wait for a file that nobody looks at."""
    here, hidden = file(), file("b.jpg", TABLET, FileStatus.EXCLUDED)
    keeps = {CAMERA: Preset.PHONE_DECIDES, TABLET: Preset.IMMICH_DECIDES}
    assert decide(facts(Base.LINKED, TRASHED, present=(here, hidden), presets=keeps)) == KEEP
    assert decide(facts(Base.LINKED, ACTIVE, present=(here, hidden), freeable=frozenset({TABLET}))) is SETTLED
    outcome = decide(facts(Base.LINKED, TRASHED, present=(here, hidden)))
    assert isinstance(outcome, DeleteFiles)
    assert (outcome.files, outcome.stays, outcome.later) == ((here,), (hidden,), ())


@pytest.mark.parametrize(
    ("still", "outcome"),
    [
        (Still(NEW_PHOTO, Base.LINKED, Files.YES, ACTIVE), SETTLED),
        (Still(NEW_PHOTO, Base.LINKED, Files.YES, TRASHED), KEEP),
        (Still(NEW_PHOTO, Base.REMOVED, Files.NO, GONE), KEEP),
    ],
)
def test_a_hidden_video_is_kept_when_its_photo_is_deleted(still: Still, outcome: Outcome) -> None:
    hidden = (file("IMG_1.mov", status=FileStatus.EXCLUDED),)
    assert decide(facts(Base.LINKED, ACTIVE, present=hidden, files=Files.UNKNOWN, still=still)) == outcome


def test_a_file_comes_back_under_the_first_of_its_paths() -> None:
    paths = (gone("b.jpg", TABLET), gone("c.jpg"), gone("b.jpg"))
    assert decide(facts(Base.REMOVED, ACTIVE, absent=paths)) == BringBackFile(PHOTO, ASSET, gone("b.jpg"))


def test_who_is_asked_is_where_the_files_are_or_were_and_else_who_held_them() -> None:
    both = frozenset({CAMERA, TABLET})
    vanished = facts(Base.LINKED, GONE, present=HERE, holders=both)
    assert decide(vanished) == Ask(PHOTO, HoldKind.VANISHED, (CAMERA,))
    beside = replace(vanished, gone=(gone("b.jpg", TABLET),))
    assert decide(beside) == Ask(PHOTO, HoldKind.VANISHED, (CAMERA, TABLET))
    released = facts(Base.RELEASED, GONE, holders=both)
    assert decide(released) == Ask(PHOTO, HoldKind.VANISHED, (CAMERA, TABLET))
