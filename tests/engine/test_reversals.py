"""What taking an answer back comes to, row by row."""

from dataclasses import replace

import pytest

from custom_components.immich_syncthing.engine.ledger.hold_views import AnsweredView
from custom_components.immich_syncthing.engine.ledger.views import ContentView
from custom_components.immich_syncthing.engine.model import Answer, AssetFact, AssetState, Base, HoldKind
from custom_components.immich_syncthing.engine.reconsider import Hindrance, Reversal, reversal_of

from .worlds import ASSET, CAMERA, PHOTO, asset, decided, file, gone

ACTIVE, TRASHED = asset(AssetState.ACTIVE), asset(AssetState.TRASHED)
LEAVE, APPROVE, UNDO = Answer.LEAVE, Answer.APPROVE, Answer.UNDO


def content(base: Base, fact: AssetFact = ACTIVE, *, here: bool = False) -> ContentView:
    return ContentView(
        checksum=PHOTO,
        base=base,
        base_asset_id=ASSET,
        size=1000,
        asset=fact,
        present=(file(),) if here else (),
        gone=() if here else (gone(),),
        holders=frozenset({CAMERA}),
        decision=None,
        held=None,
        attempts=0,
    )


def answered(
    view: ContentView, answer: Answer, kind: HoldKind = HoldKind.MANY_ASSETS, before: Base = Base.LINKED
) -> AnsweredView:
    return AnsweredView(view, kind, answer, before, places=True, under_way=False)


IN_IMMICH, KEPT, REMOVED = (
    content(Base.RELEASED),
    content(Base.KEPT, TRASHED, here=True),
    content(Base.REMOVED, TRASHED),
)


@pytest.mark.parametrize(
    ("item", "reversal"),
    [
        pytest.param(answered(IN_IMMICH, LEAVE), Reversal.ASK_AGAIN, id="left in Immich: asked again"),
        pytest.param(
            answered(content(Base.RELEASED, TRASHED), LEAVE), Hindrance.MOVED_ON, id="left, and trashed since: settled"
        ),
        pytest.param(
            answered(content(Base.RELEASED, here=True), LEAVE), Hindrance.MOVED_ON, id="left, and back since: settled"
        ),
        pytest.param(answered(IN_IMMICH, APPROVE), Hindrance.MOVED_ON, id="approved, released otherwise: settled"),
        pytest.param(answered(KEPT, LEAVE), Reversal.ASK_AGAIN, id="left in the folder: asked again"),
        pytest.param(
            answered(KEPT, APPROVE), Reversal.BRING_BACK, id="approved, another folder keeps it: brought back"
        ),
        pytest.param(answered(KEPT, UNDO), Hindrance.MOVED_ON, id="undone, kept otherwise: settled"),
        pytest.param(answered(content(Base.KEPT), LEAVE), Hindrance.MOVED_ON, id="kept, its file gone: settled"),
        pytest.param(
            answered(REMOVED, APPROVE, HoldKind.VANISHED, Base.RELEASED),
            Reversal.ASK_AGAIN,
            id="vanished from Immich alone: asked again",
        ),
        pytest.param(
            answered(content(Base.REMOVED, TRASHED, here=True), APPROVE, HoldKind.VANISHED, Base.RELEASED),
            Hindrance.MOVED_ON,
            id="vanished from Immich, and a file came back: settled",
        ),
        pytest.param(answered(REMOVED, APPROVE), Reversal.BRING_BACK, id="approved and gone: brought back"),
        pytest.param(answered(REMOVED, LEAVE), Hindrance.MOVED_ON, id="left, removed otherwise: settled"),
        pytest.param(
            answered(replace(REMOVED, gone=()), APPROVE), Hindrance.NO_PLACE, id="approved, its folder forgotten"
        ),
        pytest.param(
            answered(REMOVED, UNDO, HoldKind.RESTORED_IN_BULK),
            Reversal.BRING_BACK,
            id="a restoration undone: brought back",
        ),
        pytest.param(
            answered(REMOVED, APPROVE, HoldKind.RESTORED_IN_BULK),
            Hindrance.MOVED_ON,
            id="a restoration approved: settled",
        ),
        pytest.param(answered(content(Base.LINKED), APPROVE), Hindrance.MOVED_ON, id="linked again: settled"),
    ],
)
def test_row(item: AnsweredView, reversal: Reversal | Hindrance) -> None:
    assert reversal_of(item) == reversal


@pytest.mark.parametrize("view", [IN_IMMICH, KEPT])
def test_without_its_folder_there_is_nothing_to_ask_about(view: ContentView) -> None:
    assert reversal_of(replace(answered(view, LEAVE), places=False)) == Hindrance.NO_PLACE


def test_what_is_not_carried_out_yet_is_asked_again() -> None:
    view = replace(content(Base.LINKED), decision=decided(HoldKind.MANY_ASSETS, APPROVE))
    assert reversal_of(answered(view, APPROVE)) == Reversal.ASK_AGAIN


@pytest.mark.parametrize("view", [IN_IMMICH, KEPT, REMOVED, content(Base.LINKED)])
def test_what_is_being_carried_out_is_not_disturbed(view: ContentView) -> None:
    assert reversal_of(replace(answered(view, APPROVE), under_way=True)) == Hindrance.UNDER_WAY
