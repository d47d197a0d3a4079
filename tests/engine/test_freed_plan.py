"""What is planned for a photo that one folder freed."""

import pytest

from custom_components.immich_syncthing.engine.actions import BringBackFile, Record, Supersede
from custom_components.immich_syncthing.engine.model import (
    Answer,
    AssetState,
    Base,
    Departure,
    HoldKind,
    OnEdit,
)
from custom_components.immich_syncthing.engine.plan import decide

from .living import TABLET
from .worlds import ASSET, PHOTO as SOME_PHOTO, asset, decided, edited, facts, gone

ACTIVE, AWAY = asset(AssetState.ACTIVE), (gone(),)
EDITED = (gone(departure=Departure.REPLACED),)
RELEASE = Record(SOME_PHOTO, Base.RELEASED)


def test_what_a_folder_freed_stays_whoever_else_deletes_it() -> None:
    freed = frozenset({TABLET})
    assert decide(facts(Base.LINKED, ACTIVE, absent=AWAY, freed=freed)) == RELEASE
    approved = decided(HoldKind.MANY_ASSETS, Answer.APPROVE)
    assert decide(facts(Base.LINKED, ACTIVE, absent=AWAY, freed=freed, decision=approved)) == RELEASE
    undone = decided(HoldKind.MANY_ASSETS, Answer.UNDO)
    outcome = decide(facts(Base.LINKED, ACTIVE, absent=AWAY, freed=freed, decision=undone))
    assert outcome == BringBackFile(SOME_PHOTO, ASSET, AWAY[0], granted=True)


@pytest.mark.parametrize("withheld", [frozenset[str](), None])
def test_what_a_folder_freed_is_not_trashed_for_an_edit(withheld: frozenset[str] | None) -> None:
    edit = facts(Base.LINKED, ACTIVE, absent=EDITED, successor=edited(), freed=frozenset({TABLET}), withheld=withheld)
    outcome = decide(edit)
    assert isinstance(outcome, Supersede)
    assert outcome.mode is OnEdit.STACK
