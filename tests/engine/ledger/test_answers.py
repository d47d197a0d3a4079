"""Answers: over exactly what was meant, remembered while they are the latest, and taken back as it was before."""

import pytest

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.hold_views import HoldView
from custom_components.immich_syncthing.engine.ledger.views import IntentKind
from custom_components.immich_syncthing.engine.model import Answer, Base, Decision, Departure, HoldKind

from .stories import CAT, DOG, OWL, PHONE, TABLET, content, dirty, linked, photo, settle

MANY = HoldKind.MANY_ASSETS
ALL = sorted([CAT, DOG, OWL])


@pytest.fixture
def hold(ledger: Ledger) -> HoldView:
    """Three photos whose files were deleted; the owner is asked."""
    for number, checksum in enumerate(ALL):
        linked(ledger, f"{number}.jpg", checksum)
        ledger.apply_observation(PHONE, [], [(f"{number}.jpg", Departure.ABSENT)], 2.0)
    [asked] = ledger.ask([(MANY, (PHONE,), one) for one in ALL], 2.0)
    return asked


def given(ledger: Ledger) -> list[tuple[Answer, int]]:
    return [(one.answer, one.count) for one in ledger.answers(10)]


def told(ledger: Ledger) -> list[tuple[str, str, str, str, int]]:
    entries = [view.entry for view in reversed(ledger.history(50))]
    return [(one.action, one.why, one.origin, one.result, one.items) for one in entries]


def test_only_what_is_named_is_answered(ledger: Ledger, hold: HoldView) -> None:
    assert ledger.answer(hold.id, hold.revision, Answer.LEAVE, 3.0, {DOG, b"?" * 20}) == 1
    assert [content(ledger, one).decision for one in ALL] == [
        Decision(MANY, Answer.LEAVE) if one == DOG else None for one in ALL
    ]
    assert ledger.answer(hold.id, hold.revision, Answer.LEAVE, 3.0, set()) == 0
    [left] = ledger.holds()
    assert (left.id, left.count) == (hold.id, 2)


def test_each_content_remembers_its_latest_answer_only(ledger: Ledger, hold: HoldView) -> None:
    ledger.answer(hold.id, hold.revision, Answer.LEAVE, 3.0)
    ledger.ask([(MANY, (PHONE,), DOG)], 4.0)
    [again] = ledger.holds()
    ledger.answer(again.id, again.revision, Answer.APPROVE, 5.0)
    assert given(ledger) == [(Answer.APPROVE, 1), (Answer.LEAVE, 2)]
    [newest, oldest] = ledger.answers(10)
    assert ledger.answers(1) == [newest]
    assert ledger.answers(10, newest.id) == [oldest]
    assert [one.content.checksum for one in ledger.answered(newest.id, None, 10)] == [DOG]
    assert [one.content.checksum for one in ledger.answered(hold.id, None, 10)] == [one for one in ALL if one != DOG]
    assert ledger.answered(hold.id, ALL[-1], 10) == []
    assert ledger.answered("nonsense", None, 10) == []


def test_what_was_left_is_linked_again_with_the_paths_it_had(ledger: Ledger, hold: HoldView) -> None:
    before = {one: content(ledger, one) for one in ALL}
    ledger.answer(hold.id, hold.revision, Answer.LEAVE, 3.0)
    for one in ALL:
        ledger.record(one, Base.RELEASED, None, 4.0)
    settle(ledger, ALL)
    assert [one.before for one in ledger.answered(hold.id, None, 10)] == [Base.LINKED] * 3
    ledger.take_back(ALL, [], [], 5.0)
    assert {one: content(ledger, one) for one in ALL} == before
    assert dirty(ledger) == ALL
    assert ledger.answers(10) == []
    assert ledger.linked_assets() == 3


def test_a_path_that_holds_it_again_is_not_gone_after_taking_back(ledger: Ledger, hold: HoldView) -> None:
    ledger.answer(hold.id, hold.revision, Answer.LEAVE, 3.0)
    ledger.record(ALL[0], Base.RELEASED, None, 4.0)
    photo(ledger, "0.jpg", ALL[0])
    ledger.take_back([ALL[0]], [], [], 5.0)
    assert content(ledger, ALL[0]).gone == ()


def test_what_was_not_carried_out_waits_again_as_it_is_now(ledger: Ledger, hold: HoldView) -> None:
    ledger.answer(hold.id, hold.revision, Answer.APPROVE, 3.0)
    photo(ledger, "0.jpg", ALL[0])
    ledger.take_back(ALL, [], [], 5.0)
    assert content(ledger, ALL[0]).gone == ()
    assert [content(ledger, one).held for one in ALL] == [MANY] * 3
    assert [content(ledger, one).decision for one in ALL] == [None] * 3


def test_what_was_deleted_is_to_be_brought_back(ledger: Ledger, hold: HoldView) -> None:
    ledger.answer(hold.id, hold.revision, Answer.APPROVE, 3.0)
    ledger.record(DOG, Base.REMOVED, "asset", 4.0)
    ledger.take_back([], [DOG], [OWL], 5.0)
    assert content(ledger, DOG).base is Base.REMOVED
    assert content(ledger, DOG).decision == Decision(HoldKind.MANY_FILES, Answer.UNDO)
    assert given(ledger) == [(Answer.APPROVE, 1)]


def test_an_answer_says_what_stands_in_its_way(ledger: Ledger, hold: HoldView) -> None:
    ledger.answer(hold.id, hold.revision, Answer.APPROVE, 3.0)
    ledger.open_intent(IntentKind.TRASH, DOG, PHONE, {}, 4.0)
    assert {one.content.checksum for one in ledger.answered(hold.id, None, 10) if one.under_way} == {DOG}
    assert all(one.places for one in ledger.answered(hold.id, None, 10))
    ledger.forget_folder(PHONE)
    assert not any(one.places for one in ledger.answered(hold.id, None, 10))


def test_a_question_asked_again_names_the_folders_that_are_left(ledger: Ledger) -> None:
    linked(ledger, "cat.jpg", CAT, folder=TABLET)
    [hold] = ledger.ask([(MANY, (PHONE, TABLET), CAT)], 2.0)
    ledger.answer(hold.id, hold.revision, Answer.LEAVE, 3.0)
    ledger.forget_folder(PHONE)
    ledger.take_back([CAT], [], [], 5.0)
    assert [one.folder_ids for one in ledger.holds()] == [(TABLET,)]


def test_questions_and_answers_are_told(ledger: Ledger, hold: HoldView) -> None:
    ledger.retract([OWL], 3.0)
    ledger.answer(hold.id, hold.revision, Answer.APPROVE, 4.0)
    ledger.take_back([CAT], [DOG], [], 5.0)
    ledger.retract([CAT], 6.0)
    assert told(ledger) == [
        ("ask", "many_assets", "folder", "waiting", 3),
        ("answer", "many_assets", "owner", "approve", 2),
        ("reconsider", "many_assets", "owner", "asked_again", 1),
        ("ask", "many_assets", "folder", "waiting", 1),
        ("reconsider", "many_assets", "owner", "bringing_back", 1),
        ("close", "many_assets", "folder", "not_needed", 0),
    ]
    assert {view.entry.folder_id for view in ledger.history(50)} == {PHONE}


def test_a_question_over_two_folders_is_told_of_neither(ledger: Ledger) -> None:
    linked(ledger, "cat.jpg", CAT)
    [hold] = ledger.ask([(MANY, (PHONE, TABLET), CAT)], 2.0)
    ledger.answer(hold.id, hold.revision, Answer.LEAVE, 3.0)
    ledger.take_back([CAT], [], [], 4.0)
    assert {view.entry.folder_id for view in ledger.history(50)} == {None}


def test_nothing_is_told_of_a_question_about_nothing(ledger: Ledger) -> None:
    assert ledger.ask([(MANY, (PHONE,), CAT)], 2.0) == []
    assert (ledger.holds(), ledger.history(10)) == ([], [])


def test_what_was_replaced_keeps_its_successor_when_taken_back(ledger: Ledger) -> None:
    linked(ledger, "cat.jpg", CAT)
    ledger.record(CAT, Base.REMOVED, "asset", 2.0, replaced_by=DOG)
    [hold] = ledger.ask([(HoldKind.CAME_BACK, (PHONE,), CAT)], 2.0)
    ledger.answer(hold.id, hold.revision, Answer.LEAVE, 3.0)
    ledger.record(CAT, Base.KEPT, None, 4.0)
    ledger.take_back([CAT], [], [], 5.0)
    view = content(ledger, CAT)
    assert (view.base, view.base_asset_id, view.replaced_by) == (Base.REMOVED, "asset", DOG)
