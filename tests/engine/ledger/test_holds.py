"""Questions to the owner: they wait, grow, shrink, close, and are answered revision by revision."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import UnknownHoldError
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.hold_views import HoldItemView, HoldView
from custom_components.immich_syncthing.engine.ledger.views import Place
from custom_components.immich_syncthing.engine.model import (
    Answer,
    Decision,
    Departure,
    HoldKind,
)

from .stories import CAT, DOG, OWL, PHONE, TABLET, content, dirty, linked, photo, settle, sha

MANY, VANISHED = HoldKind.MANY_ASSETS, HoldKind.VANISHED
NEW = sha("new")


@pytest.fixture
def ledger(ledger: Ledger) -> Ledger:
    """Three linked photos, in agreement."""
    for path, checksum in (("cat.jpg", CAT), ("dog.jpg", DOG), ("owl.jpg", OWL)):
        linked(ledger, path, checksum)
    return ledger


def ask(ledger: Ledger, *checksums: bytes, kind: HoldKind = MANY, folders: tuple[str, ...] = (PHONE,)) -> HoldView:
    ledger.ask([(kind, folders, one) for one in checksums], 2.0)
    return next(hold for hold in ledger.holds() if (hold.kind, set(hold.folder_ids)) == (kind, set(folders)))


def waiting(ledger: Ledger, hold: HoldView) -> list[tuple[bytes, int]]:
    return [(item.checksum, item.revision) for item in ledger.hold_items(hold.id, None, 100)]


def test_a_question_names_what_it_is_about(ledger: Ledger) -> None:
    (hold,) = ledger.ask([(MANY, (PHONE,), CAT), (MANY, (PHONE,), DOG)], 2.5)
    assert (hold.kind, hold.folder_ids, hold.revision, hold.created_at, hold.count) == (MANY, (PHONE,), 1, 2.5, 2)
    assert ledger.holds() == [hold]
    assert ledger.hold_items(hold.id, None, 10) == [
        HoldItemView(CAT, 1, 10, (Place(PHONE, "cat.jpg"),), "00000001/cat.jpg"),
        HoldItemView(DOG, 1, 10, (Place(PHONE, "dog.jpg"),), "00000001/dog.jpg"),
    ]
    assert content(ledger, CAT).held is MANY


def seen(ledger: Ledger, hold: HoldView) -> list[str]:
    """Return the paths of what waits, as people look through them: two at a time."""
    found: list[HoldItemView] = []
    while page := ledger.hold_items(hold.id, found[-1].position if found else None, 2):
        found += page
    return [item.places[0].path if item.places else "" for item in found]


def test_photos_are_looked_through_by_folder_and_path(ledger: Ledger) -> None:
    """Whether they are still there or were there last; what no file is known of comes last."""
    for path in ("DCIM/b.jpg", "DCIM/a.jpg", "a.jpg"):
        linked(ledger, path, sha(path))
    photo(ledger, "DCIM/c.jpg", sha("a.jpg"))
    linked(ledger, "zoo.jpg", sha("first"), folder=TABLET)
    ledger.apply_observation(PHONE, [], [("DCIM/a.jpg", Departure.ABSENT), ("owl.jpg", Departure.ABSENT)], 2.0)
    ledger.add_folder("old", "/media/old", 0.0)
    linked(ledger, "0.jpg", NEW, folder="old")
    ledger.forget_folder("old")
    waiting = [NEW, sha("first"), OWL, CAT, *(sha(path) for path in ("a.jpg", "DCIM/a.jpg", "DCIM/b.jpg"))]
    hold = ask(ledger, *waiting, folders=(PHONE, TABLET))
    assert seen(ledger, hold) == ["DCIM/a.jpg", "DCIM/b.jpg", "a.jpg", "cat.jpg", "owl.jpg", "zoo.jpg", ""]


def test_pages_go_on_where_they_were_though_photos_leave_and_join(ledger: Ledger) -> None:
    for path in ("a.jpg", "e.jpg"):
        linked(ledger, path, sha(path))
    hold = ask(ledger, CAT, DOG, OWL)
    [cat, dog] = ledger.hold_items(hold.id, None, 2)
    assert (cat.checksum, dog.checksum) == (CAT, DOG)
    ledger.retract([CAT, DOG], 3.0)
    ask(ledger, sha("a.jpg"), sha("e.jpg"))
    assert [item.places[0].path for item in ledger.hold_items(hold.id, dog.position, 9)] == ["e.jpg", "owl.jpg"]


def test_asking_again_changes_nothing(ledger: Ledger) -> None:
    hold = ask(ledger, CAT)
    assert ledger.ask([(MANY, (PHONE,), CAT)], 9.0) == []
    assert ledger.holds() == [hold]


def test_what_comes_later_joins_under_a_new_revision(ledger: Ledger) -> None:
    hold = ask(ledger, CAT)
    grown = ask(ledger, CAT, DOG)
    assert (grown.id, grown.revision, grown.count, grown.created_at) == (hold.id, 2, 2, hold.created_at)
    assert waiting(ledger, grown) == [(CAT, 1), (DOG, 2)]


def test_each_kind_and_set_of_folders_is_a_question_of_its_own(ledger: Ledger) -> None:
    ask(ledger, CAT, folders=(PHONE, TABLET))
    ask(ledger, DOG, folders=(TABLET, PHONE, TABLET))
    ask(ledger, OWL, kind=VANISHED)
    assert [(hold.kind, hold.folder_ids, hold.count) for hold in ledger.holds()] == [
        (MANY, (PHONE, TABLET), 2),
        (VANISHED, (PHONE,), 1),
    ]
    assert (ledger.counts(PHONE).held, ledger.counts(TABLET).held) == (3, 2)


def test_content_waits_for_one_answer_at_a_time(ledger: Ledger) -> None:
    old = ask(ledger, CAT, DOG)
    new = ask(ledger, CAT, kind=VANISHED)
    (left, _) = ledger.holds()
    assert (left.id, left.count, left.revision) == (old.id, 1, 2)
    assert waiting(ledger, new) == [(CAT, 1)]
    assert content(ledger, CAT).held is VANISHED


def test_an_answer_decides_over_its_revision_only(ledger: Ledger) -> None:
    hold = ask(ledger, CAT)
    ask(ledger, DOG)
    assert ledger.answer(hold.id, hold.revision, Answer.APPROVE, 3.0) == 1
    assert content(ledger, CAT).decision == Decision(MANY, Answer.APPROVE)
    assert content(ledger, CAT).held is None
    assert content(ledger, DOG).decision is None
    assert dirty(ledger) == [CAT]
    (left,) = ledger.holds()
    assert waiting(ledger, left) == [(DOG, 2)]


@pytest.mark.parametrize("answer", list(Answer))
def test_what_was_answered_since_it_was_planned_is_not_asked_again(ledger: Ledger, answer: Answer) -> None:
    hold = ask(ledger, CAT, DOG)
    planned = ledger.moment()
    ledger.answer(hold.id, hold.revision, answer, 3.0, {CAT})
    [left] = ledger.holds()
    assert ledger.ask([(MANY, (PHONE,), CAT), (MANY, (PHONE,), DOG)], 4.0, planned) == []
    assert (content(ledger, CAT).held, content(ledger, CAT).decision) == (None, Decision(MANY, answer))
    assert (ledger.holds(), waiting(ledger, left)) == ([left], [(DOG, 1)])


def test_an_answer_given_twice_decides_once(ledger: Ledger) -> None:
    hold = ask(ledger, CAT)
    ask(ledger, DOG)
    ledger.answer(hold.id, hold.revision, Answer.APPROVE, 3.0)
    assert ledger.answer(hold.id, hold.revision, Answer.UNDO, 4.0) == 0
    assert content(ledger, CAT).decision == Decision(MANY, Answer.APPROVE)


def test_a_question_answered_in_full_is_closed_and_never_comes_back(ledger: Ledger) -> None:
    hold = ask(ledger, CAT)
    ledger.answer(hold.id, hold.revision, Answer.LEAVE, 3.0)
    assert ledger.holds() == []
    assert ledger.hold_items(hold.id, None, 10) == []
    for unknown in (hold.id, "nonsense", ""):
        with pytest.raises(UnknownHoldError):
            ledger.answer(unknown, 9, Answer.APPROVE, 4.0)
    assert ask(ledger, DOG).id != hold.id


def test_an_answer_to_a_lost_ledger_does_not_meet_the_new_one(ledger: Ledger, tmp_path: Path) -> None:
    hold = ask(ledger, CAT)
    fresh = Ledger.open(tmp_path / "fresh.sqlite")
    fresh.add_folder(PHONE, "/media/phone", 0.0)
    linked(fresh, "cat.jpg", CAT)
    fresh.ask([(MANY, (PHONE,), CAT)], 77.0)
    with pytest.raises(UnknownHoldError):
        fresh.answer(hold.id, hold.revision, Answer.APPROVE, 78.0)
    fresh.close()


def test_questions_without_evidence_are_taken_back_and_say_so_when_they_close(ledger: Ledger) -> None:
    hold = ask(ledger, CAT, DOG)
    ask(ledger, OWL, kind=VANISHED)
    assert ledger.retract([CAT], 3.0) == []
    (closed,) = ledger.retract([DOG, CAT], 4.0)
    assert (closed.id, closed.kind, closed.count) == (hold.id, MANY, 0)
    assert [left.kind for left in ledger.holds()] == [VANISHED]
    assert dirty(ledger) == sorted([CAT, DOG])


def test_what_leaves_a_question_makes_a_new_revision(ledger: Ledger) -> None:
    hold = ask(ledger, CAT, DOG)
    ledger.retract([CAT], 3.0)
    assert ledger.holds()[0].revision == hold.revision + 1
    grown = ask(ledger, CAT)
    assert waiting(ledger, grown) == [(CAT, 3), (DOG, 1)]
    # The answer to the first list does not touch what left it and came back.
    assert ledger.answer(hold.id, hold.revision, Answer.APPROVE, 4.0) == 1


def test_asking_anew_voids_an_older_decision(ledger: Ledger) -> None:
    hold = ask(ledger, CAT)
    ledger.answer(hold.id, hold.revision, Answer.APPROVE, 3.0)
    ask(ledger, CAT, kind=VANISHED)
    assert content(ledger, CAT).decision is None


def test_an_answer_ends_the_waiting_after_a_failure(ledger: Ledger) -> None:
    hold = ask(ledger, CAT)
    ledger.fail(CAT, 2.0, 1e9, "server_error", False)
    ledger.answer(hold.id, hold.revision, Answer.APPROVE, 3.0)
    assert dirty(ledger, 3.0) == [CAT]


def test_unknown_content_is_not_asked_about(ledger: Ledger) -> None:
    assert ledger.ask([(MANY, (PHONE,), b"?" * 20)], 2.0) == []
    assert ledger.holds() == []


def test_questions_survive_a_restart(ledger: Ledger, place: Path) -> None:
    hold = ask(ledger, CAT)
    ledger.close()
    again = Ledger.open(place)
    assert again.holds() == [hold]
    assert again.answer(hold.id, hold.revision, Answer.LEAVE, 3.0) == 1
    again.close()


def test_new_content_that_left_is_forgotten_only_after_its_question_is_taken_back(ledger: Ledger) -> None:
    photo(ledger, "new.jpg", NEW)
    ask(ledger, NEW, kind=HoldKind.TRASHED_BEFORE_FIRST_SYNC)
    ledger.apply_observation(PHONE, [], [("new.jpg", Departure.ABSENT)], 3.0)
    settle(ledger, [NEW])
    assert [hold.count for hold in ledger.holds()] == [1]
    ledger.retract([NEW], 4.0)
    assert dirty(ledger) == [NEW]
    settle(ledger, [NEW])
    assert ledger.content(NEW) is None
