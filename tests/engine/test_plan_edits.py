"""What becomes of the old version of a photo that was edited in the folder."""

from dataclasses import replace

import pytest

from custom_components.immich_syncthing.engine.actions import Supersede
from custom_components.immich_syncthing.engine.model import AssetState, Base, OnEdit, Preset, Successor
from custom_components.immich_syncthing.engine.outcomes import WAIT
from custom_components.immich_syncthing.engine.plan import decide

from .worlds import ACTIVE, CAMERA, EDITED, RELEASE, TABLET, asset, edited, facts, gone


@pytest.mark.parametrize(
    ("withheld", "mode"), [(frozenset({CAMERA}), OnEdit.STACK), (frozenset({TABLET}), OnEdit.REPLACE), (None, None)]
)
def test_what_is_protected_is_not_trashed_for_an_edit(withheld: frozenset[str] | None, mode: OnEdit | None) -> None:
    outcome = decide(facts(Base.LINKED, ACTIVE, absent=EDITED, successor=edited(), withheld=withheld))
    assert (outcome.mode if isinstance(outcome, Supersede) else None) is mode


@pytest.mark.parametrize(
    "by",
    [
        edited(Base.LINKED, AssetState.TRASHED),
        edited(Base.RELEASED, AssetState.ACTIVE),
        replace(edited(), asset=asset(AssetState.ACTIVE, None)),
    ],
)
def test_an_edit_waits_for_a_successor_that_is_in_immich(by: Successor) -> None:
    assert decide(facts(Base.LINKED, ACTIVE, absent=EDITED, successor=by)) is WAIT


def test_an_edit_needs_only_the_folders_that_have_a_say() -> None:
    one = facts(Base.LINKED, ACTIVE, absent=EDITED, successor=edited(), deletable=frozenset({CAMERA}))
    assert isinstance(decide(one), Supersede)


def test_an_edit_in_one_folder_trashes_nothing_that_was_deleted_in_another_which_keeps_assets() -> None:
    paths = (*EDITED, gone("b.jpg", TABLET))
    by = edited()
    replaces = facts(Base.LINKED, ACTIVE, absent=paths, successor=by, on_edit=OnEdit.REPLACE)
    assert isinstance(decide(replaces), Supersede)
    presets = {CAMERA: Preset.MIRROR, TABLET: Preset.IMMICH_DECIDES}
    keeps = facts(Base.LINKED, ACTIVE, absent=paths, successor=by, presets=presets, on_edit=OnEdit.REPLACE)
    assert decide(keeps) == RELEASE
