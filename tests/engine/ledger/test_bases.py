"""What both sides agreed on, and what is forgotten once they do."""

import pytest

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import BaseChange, IntentKind
from custom_components.immich_syncthing.engine.model import (
    Answer,
    AssetFact,
    AssetState,
    Base,
    Departure,
    FileStatus,
    HoldKind,
)

from .stories import CAT, DOG, OWL, PHONE, TABLET, content, dirty, entry, linked, photo, row, settle


def depart(ledger: Ledger, path: str, folder: str = PHONE) -> None:
    ledger.apply_observation(folder, [], [(path, Departure.ABSENT)], 2.0)


def test_a_base_with_its_asset_is_recorded_and_looked_at_once_more(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    settle(ledger, [CAT])
    assert ledger.record(CAT, Base.LINKED, "asset", 2.0)
    view = content(ledger, CAT)
    assert (view.base, view.base_asset_id, view.asset) == (Base.LINKED, "asset", AssetFact(AssetState.UNKNOWN))
    assert dirty(ledger) == [CAT]


def test_many_are_recorded_at_once_and_a_question_about_them_is_over(ledger: Ledger) -> None:
    for path, checksum in (("a.jpg", CAT), ("b.jpg", DOG)):
        photo(ledger, path, checksum)
    ledger.ask([(HoldKind.MANY_ASSETS, (PHONE,), CAT)], 2.0)
    ledger.record_all([BaseChange(one, Base.LINKED, "asset", found=True) for one in (CAT, DOG, OWL)], 3.0)
    assert [(content(ledger, one).base, content(ledger, one).held) for one in (CAT, DOG)] == [(Base.LINKED, None)] * 2
    assert ledger.holds() == []


def test_linked_content_has_no_past(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    photo(ledger, "b.jpg", CAT, folder=TABLET)
    depart(ledger, "b.jpg", TABLET)
    ledger.record(CAT, Base.LINKED, "asset", 2.0)
    view = content(ledger, CAT)
    assert (view.gone, view.holders) == ((), frozenset({PHONE}))


def test_a_path_that_is_being_looked_at_still_counts_as_holding(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    ledger.apply_observation(PHONE, [row("a.jpg", FileStatus.UNSURE, CAT)], [], 2.0)
    ledger.record(CAT, Base.LINKED, "asset", 2.0)
    assert content(ledger, CAT).holders == {PHONE}


def test_a_file_deleted_during_its_upload_is_still_seen_as_deleted(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    depart(ledger, "a.jpg")
    ledger.record(CAT, Base.LINKED, "asset", 2.0)
    view = content(ledger, CAT)
    assert (view.base, [gone.path for gone in view.gone], view.holders) == (Base.LINKED, ["a.jpg"], frozenset({PHONE}))


def test_content_whose_folder_was_forgotten_during_its_upload_is_only_in_immich(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    ledger.open_intent(IntentKind.UPLOAD, CAT, PHONE, {}, 2.0)
    ledger.forget_folder(PHONE)
    ledger.record(CAT, Base.LINKED, "asset", 2.0)
    assert content(ledger, CAT).base is Base.RELEASED


@pytest.mark.parametrize(("base", "remembered"), [(Base.REMOVED, 1), (Base.RELEASED, 0), (Base.KEPT, 0)])
def test_only_a_tombstone_remembers_where_content_was(ledger: Ledger, base: Base, remembered: int) -> None:
    linked(ledger, "a.jpg", CAT)
    depart(ledger, "a.jpg")
    ledger.record(CAT, base, None, 2.0)
    assert len(content(ledger, CAT).gone) == remembered
    settle(ledger, [CAT])
    assert len(content(ledger, CAT).gone) == remembered


def test_settling_keeps_the_deletion_behind_linked_content_without_a_path(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    depart(ledger, "a.jpg")
    settle(ledger, [CAT])
    assert len(content(ledger, CAT).gone) == 1


def test_settling_keeps_the_past_of_content_whose_other_path_is_not_sure_to_hold_it(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    photo(ledger, "b.jpg", CAT)
    depart(ledger, "a.jpg")
    ledger.apply_observation(PHONE, [row("b.jpg", FileStatus.UNSETTLED, CAT)], [], 3.0)
    settle(ledger, [CAT])
    assert [gone.path for gone in content(ledger, CAT).gone] == ["a.jpg"]


def test_recording_ends_questions_decisions_and_failures(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    photo(ledger, "b.jpg", DOG)
    photo(ledger, "c.jpg", OWL)
    items = [(HoldKind.VANISHED, (PHONE,), one) for one in (CAT, DOG, OWL)]
    (hold,) = ledger.ask(items, 2.0)
    ledger.fail(CAT, 2.0, 99.0, "quota", False)
    ledger.record(CAT, Base.KEPT, None, 3.0)
    view = content(ledger, CAT)
    assert (view.held, view.decision, view.attempts) == (None, None, 0)
    (smaller,) = ledger.holds()
    assert (smaller.count, smaller.revision) == (2, hold.revision + 1)

    ledger.answer(hold.id, smaller.revision, Answer.LEAVE, 4.0)
    for one in (DOG, OWL):
        ledger.record(one, Base.KEPT, None, 5.0)
    assert content(ledger, DOG).decision is None
    assert ledger.holds() == []


def test_what_is_in_agreement_needs_no_decision_any_more(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    (hold,) = ledger.ask([(HoldKind.MANY_ASSETS, (PHONE,), CAT)], 2.0)
    ledger.answer(hold.id, hold.revision, Answer.APPROVE, 3.0)
    settle(ledger, [CAT])
    assert content(ledger, CAT).decision is None


def test_an_answer_given_while_the_plan_was_made_is_not_lost(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    (hold,) = ledger.ask([(HoldKind.MANY_ASSETS, (PHONE,), CAT)], 2.0)
    seen = ledger.moment()
    ledger.answer(hold.id, hold.revision, Answer.APPROVE, 3.0)
    ledger.settle([CAT], seen)
    assert content(ledger, CAT).decision is not None


def test_the_story_of_an_action_is_told_with_its_record_even_of_unknown_content(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    assert ledger.record(CAT, Base.LINKED, "asset", 2.0, action=entry("upload"))
    assert not ledger.record(DOG, Base.LINKED, "asset", 3.0, action=entry("link"))
    assert [(told.at, told.entry.action) for told in ledger.history(10)] == [(3.0, "link"), (2.0, "upload")]
    assert ledger.content(DOG) is None


def test_several_steps_are_one_transaction(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)

    def half_way() -> None:
        with ledger.together():
            ledger.record(CAT, Base.LINKED, "asset", 2.0)
            ledger.set("key", "value")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        half_way()
    assert content(ledger, CAT).base is Base.NEW
    assert ledger.get("key") is None
    with ledger.together():
        ledger.record(CAT, Base.LINKED, "asset", 2.0)
        with pytest.raises(ValueError, match="not a path"):
            ledger.apply_observation(PHONE, [row("b.jpg"), row("")], [], 2.0)
        ledger.set("key", "value")
    assert (content(ledger, CAT).base, ledger.get("key")) == (Base.LINKED, "value")
    assert ledger.file(PHONE, "b.jpg") is None


def test_what_its_folder_let_go_and_its_owner_trashed_is_suspect(ledger: Ledger) -> None:
    """A tombstone would tell a file that was added again from one of a device that spoke late; there is none."""
    linked(ledger, "a.jpg", CAT)
    depart(ledger, "a.jpg")
    ledger.record(CAT, Base.RELEASED, "asset", 2.0)
    assert not content(ledger, CAT).suspect
    ledger.record(CAT, Base.REMOVED, "asset", 3.0)
    assert content(ledger, CAT).suspect
    photo(ledger, "a.jpg", CAT)
    ledger.record(CAT, Base.LINKED, "asset", 4.0)
    assert not content(ledger, CAT).suspect


def test_a_tombstone_is_trusted(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    depart(ledger, "a.jpg")
    ledger.record(CAT, Base.REMOVED, "asset", 2.0)
    assert not content(ledger, CAT).suspect


def test_a_file_that_is_there_when_its_asset_is_trashed_was_added_again(ledger: Ledger) -> None:
    """It came after the deletion was noticed, and its tombstone went: that is no reason to ask about it."""
    linked(ledger, "a.jpg", CAT)
    depart(ledger, "a.jpg")
    photo(ledger, "a.jpg", CAT)
    ledger.record(CAT, Base.REMOVED, "asset", 2.0)
    assert (content(ledger, CAT).gone, content(ledger, CAT).suspect) == ((), False)
