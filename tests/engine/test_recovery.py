"""Recovery's rules: by which signs it begins, what may be done meanwhile, and what becomes of each row."""

import pytest

from custom_components.immich_syncthing.engine.actions import Record, Upload
from custom_components.immich_syncthing.engine.model import AssetState, Base, Files
from custom_components.immich_syncthing.engine.outcomes import WAIT
from custom_components.immich_syncthing.engine.recovery import (
    Evidence,
    Rewrite,
    Sign,
    decide_meanwhile,
    rewritten,
    signs,
)
from custom_components.immich_syncthing.engine.settings import GuardLimits

from .worlds import PHOTO, asset, facts, file

YES, NO, UNKNOWN = Files.YES, Files.NO, Files.UNKNOWN
ACTIVE, TRASHED, GONE = AssetState.ACTIVE, AssetState.TRASHED, AssetState.GONE
NOT_KNOWN, DYING, LOCKED = AssetState.UNKNOWN, AssetState.DYING, AssetState.UNTOUCHABLE

ASKED = Rewrite(Base.NEW, suspect=True)
RELEASED = Rewrite(Base.RELEASED)
REMOVED = Rewrite(Base.REMOVED, forget_asset=True)


@pytest.mark.parametrize(
    ("evidence", "shown"),
    [
        (Evidence(), ()),
        (Evidence(newest_vanished=True), (Sign.NEWEST_VANISHED,)),
        (Evidence(server_older=True), (Sign.SERVER_OLDER,)),
        (Evidence(released_vanished=20), ()),
        (Evidence(released_vanished=21), (Sign.RELEASED_VANISHED,)),
        (Evidence(removed_active=20), ()),
        (Evidence(removed_active=21), (Sign.REMOVED_ACTIVE,)),
        (Evidence(versions_lost=True), (Sign.VERSIONS_LOST,)),
        (Evidence(newest_vanished=True, versions_lost=True), (Sign.NEWEST_VANISHED, Sign.VERSIONS_LOST)),
    ],
)
def test_signs(evidence: Evidence, shown: tuple[Sign, ...]) -> None:
    assert signs(evidence, linked_assets=100, limits=GuardLimits()) == shown


def test_many_is_the_guards_number() -> None:
    assert signs(Evidence(released_vanished=201), linked_assets=10_000, limits=GuardLimits())
    assert not signs(Evidence(released_vanished=200), linked_assets=10_000, limits=GuardLimits())


ROWS: list[tuple[Base, Files, dict[AssetState, Rewrite | None]]] = [
    (Base.LINKED, YES, {ACTIVE: None, LOCKED: None, TRASHED: ASKED, GONE: ASKED, DYING: ASKED, NOT_KNOWN: ASKED}),
    (
        Base.LINKED,
        NO,
        {ACTIVE: RELEASED, LOCKED: RELEASED, TRASHED: REMOVED, GONE: REMOVED, DYING: REMOVED, NOT_KNOWN: RELEASED},
    ),
    (
        Base.LINKED,
        UNKNOWN,
        {ACTIVE: RELEASED, LOCKED: RELEASED, TRASHED: ASKED, GONE: ASKED, DYING: ASKED, NOT_KNOWN: ASKED},
    ),
    *(
        (
            base,
            files,
            {ACTIVE: active, **dict.fromkeys((LOCKED, TRASHED, GONE, DYING, NOT_KNOWN), Rewrite(base, suspect=True))},
        )
        for base, files, active in [
            (Base.RELEASED, YES, None),
            (Base.RELEASED, UNKNOWN, None),
            (Base.REMOVED, YES, None),
            (Base.REMOVED, UNKNOWN, RELEASED),
        ]
    ),
    (Base.RELEASED, NO, dict.fromkeys(AssetState)),
    (
        Base.REMOVED,
        NO,
        {ACTIVE: RELEASED, NOT_KNOWN: REMOVED, **dict.fromkeys((LOCKED, TRASHED, GONE, DYING))},
    ),
    *((base, files, dict.fromkeys(AssetState)) for base in (Base.NEW, Base.KEPT) for files in Files),
]


@pytest.mark.parametrize(
    ("base", "files", "state", "becomes"),
    [(base, files, state, becomes) for base, files, row in ROWS for state, becomes in row.items()],
)
def test_what_becomes_of_a_row(base: Base, files: Files, state: AssetState, becomes: Rewrite | None) -> None:
    assert rewritten(base, files, state) == becomes


def test_every_row_is_told() -> None:
    told = [(base, files, state) for base, files, row in ROWS for state in row]
    assert sorted(told) == sorted((base, files, state) for base in Base for files in Files for state in AssetState)


@pytest.mark.parametrize("base", sorted(set(Base) - {Base.NEW}))
@pytest.mark.parametrize("state", AssetState)
def test_meanwhile_nothing_happens_to_what_was_agreed(base: Base, state: AssetState) -> None:
    for present in ((), (file(),)):
        assert decide_meanwhile(facts(base, asset(state), present=present)) is WAIT


def test_meanwhile_new_photos_go_up_or_are_found_there() -> None:
    new = facts(Base.NEW, asset(GONE, None), present=(file(),))
    assert decide_meanwhile(new) == Upload(PHOTO, file())
    found = facts(Base.NEW, asset(ACTIVE), present=(file(),))
    assert isinstance(decide_meanwhile(found), Record)


@pytest.mark.parametrize("state", sorted(set(AssetState) - {GONE, ACTIVE}))
def test_meanwhile_nobody_is_asked(state: AssetState) -> None:
    assert decide_meanwhile(facts(Base.NEW, asset(state), present=(file(),))) is WAIT
