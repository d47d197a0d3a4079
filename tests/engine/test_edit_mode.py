"""What becomes of the old asset of an edited photo: the most careful of the folders that held it decides."""

from dataclasses import replace

import pytest

from custom_components.immich_syncthing.engine.actions import Record, Supersede
from custom_components.immich_syncthing.engine.model import (
    POLICIES,
    AssetState,
    Base,
    Departure,
    OnEdit,
    Policy,
    Preset,
)
from custom_components.immich_syncthing.engine.outcomes import WAIT, edit_mode
from custom_components.immich_syncthing.engine.plan import decide

from .worlds import CAMERA, PHOTO, TABLET, asset, edited, facts, gone

ACTIVE = asset(AssetState.ACTIVE)
REPLACED = gone(departure=Departure.REPLACED)
MIRROR, BACKUP = POLICIES[Preset.MIRROR], POLICIES[Preset.BACKUP]


def says(policy: Policy, on_edit: OnEdit) -> Policy:
    return replace(policy, on_edit=on_edit)


@pytest.mark.parametrize(
    ("camera", "tablet", "mode"),
    [
        (OnEdit.REPLACE, OnEdit.REPLACE, OnEdit.REPLACE),
        (OnEdit.REPLACE, OnEdit.STACK, OnEdit.STACK),
        (OnEdit.STACK, OnEdit.REPLACE, OnEdit.STACK),
        (OnEdit.REPLACE, OnEdit.KEEP_BOTH, OnEdit.KEEP_BOTH),
        (OnEdit.KEEP_BOTH, OnEdit.STACK, OnEdit.KEEP_BOTH),
    ],
)
def test_the_most_careful_folder_decides(camera: OnEdit, tablet: OnEdit, mode: OnEdit) -> None:
    policies = {CAMERA: says(MIRROR, camera), TABLET: says(MIRROR, tablet)}
    assert edit_mode({CAMERA, TABLET}, [REPLACED], policies) is mode


@pytest.mark.parametrize(
    ("on_edit", "mode"), [(OnEdit.REPLACE, OnEdit.KEEP_BOTH), (OnEdit.STACK, OnEdit.STACK)], ids=["replace", "stack"]
)
def test_where_a_copy_was_deleted_in_a_folder_that_keeps_assets_nothing_is_trashed(
    on_edit: OnEdit, mode: OnEdit
) -> None:
    policies = {CAMERA: says(MIRROR, on_edit), TABLET: says(BACKUP, on_edit)}
    assert edit_mode({CAMERA, TABLET}, [REPLACED, gone("copy.jpg", TABLET)], policies) is mode


def test_an_owner_may_have_edits_replaced_where_deletions_are_not_passed_on() -> None:
    assert edit_mode({CAMERA}, [REPLACED], {CAMERA: says(BACKUP, OnEdit.REPLACE)}) is OnEdit.REPLACE


def test_the_planner_asks_every_folder_that_held_it() -> None:
    one = facts(
        Base.LINKED,
        ACTIVE,
        absent=(REPLACED,),
        successor=edited(),
        presets={CAMERA: Preset.MIRROR, TABLET: Preset.BACKUP},
        holders=frozenset({CAMERA, TABLET}),
    )
    assert decide(one) == Record(PHOTO, Base.RELEASED)
    assert isinstance(decide(replace(one, holders=frozenset({CAMERA}))), Supersede)


@pytest.mark.parametrize(
    ("base", "state", "outcome"),
    [
        (Base.KEPT, AssetState.GONE, Record(PHOTO, Base.RELEASED)),
        (Base.KEPT, AssetState.TRASHED, Record(PHOTO, Base.RELEASED)),
        (Base.NEW, AssetState.TRASHED, WAIT),
        (Base.LINKED, AssetState.TRASHED, WAIT),
        (Base.LINKED, AssetState.UNTOUCHABLE, Record(PHOTO, Base.RELEASED)),
        (Base.REMOVED, AssetState.GONE, WAIT),
    ],
)
def test_nothing_takes_its_place_that_is_not_in_immich(base: Base, state: AssetState, outcome: object) -> None:
    assert decide(facts(Base.LINKED, ACTIVE, absent=(REPLACED,), successor=edited(base, state))) == outcome
