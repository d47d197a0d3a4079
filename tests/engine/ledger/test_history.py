"""What was done, and small things to remember."""

from dataclasses import replace
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import HistoryEntry, HistoryFilter, Told
from custom_components.immich_syncthing.engine.model import Answer, HoldKind

from .stories import CAT, PHONE, TABLET, entry, linked


def actions(ledger: Ledger, limit: int = 10, before_id: int | None = None) -> list[str]:
    return [told.entry.action for told in ledger.history(limit, before_id)]


def test_the_newest_is_told_first_page_by_page(ledger: Ledger) -> None:
    for number in range(5):
        ledger.add_history(entry(f"act-{number}"), float(number))
    first = ledger.history(2)
    assert [(told.at, told.entry) for told in first] == [(4.0, entry("act-4")), (3.0, entry("act-3"))]
    assert actions(ledger, 2, first[-1].id) == ["act-2", "act-1"]
    assert actions(ledger, 10, 1) == []


def test_an_entry_may_leave_open_what_does_not_apply(ledger: Ledger) -> None:
    bare = HistoryEntry("relinked", None, None, None, None, "recovery", "immich", "done")
    ledger.add_history(bare, 1.0)
    assert ledger.history(1)[0].entry == bare


def test_whoever_listens_is_told_once_it_is_on_the_disk_and_what_it_is_about(ledger: Ledger) -> None:
    heard: list[Told] = []
    ledger.listen(heard.append)
    with ledger.together():
        ledger.add_history(entry("first"), 1.0)
        ledger.add_history(replace(entry("second"), folder_id=None), 2.0)
        assert not heard
    assert [told.view for told in heard] == ledger.history_after(0, 9)
    assert [told.folder_ids for told in heard] == [{PHONE}, frozenset()]


def test_old_entries_are_pruned_by_age_and_by_number(ledger: Ledger) -> None:
    for number in range(6):
        ledger.add_history(entry(f"act-{number}"), float(number))
    ledger.prune_history(10.0, 8.5, 100, 100, 99)
    assert actions(ledger) == ["act-5", "act-4", "act-3", "act-2"]
    ledger.prune_history(10.0, 1e9, 3, 3, 99)
    assert actions(ledger) == ["act-5", "act-4", "act-3"]
    ledger.prune_history(10.0, 1e9, 3, 3, 99)
    assert len(actions(ledger)) == 3
    ledger.prune_history(10.0, 1e9, 0, 0, 99)
    assert actions(ledger) == []


def test_a_pruned_number_is_not_given_again(ledger: Ledger) -> None:
    ledger.add_history(entry(), 1.0)
    number = ledger.history(1)[0].id
    ledger.prune_history(10.0, 0.0, 0, 0, 99)
    ledger.add_history(entry(), 2.0)
    assert ledger.history(1)[0].id > number


def test_pruning_takes_a_little_at_a_time_and_says_when_it_is_done(ledger: Ledger) -> None:
    for number in range(6):
        ledger.add_history(entry(f"act-{number}"), float(number))
    assert ledger.prune_history(100.0, 98.5, 3, 3, 2) == 2
    assert actions(ledger) == ["act-5", "act-4", "act-3", "act-2"]
    assert ledger.prune_history(100.0, 98.5, 3, 3, 2) == 1
    assert ledger.prune_history(100.0, 98.5, 3, 3, 2) == 0
    assert actions(ledger) == ["act-5", "act-4", "act-3"]


def test_what_rules_gave_to_many_photos_pushes_out_nothing_else(ledger: Ledger) -> None:
    for action in ("trash", "sort", "upload", *("sort",) * 5, "delete"):
        ledger.add_history(entry(action), 1.0)
    assert ledger.prune_history(1.0, 1e9, 3, 2, 3) == 3
    assert ledger.prune_history(1.0, 1e9, 3, 2, 3) == 1
    assert actions(ledger) == ["delete", "sort", "sort", "upload", "trash"]
    assert ledger.prune_history(1.0, 1e9, 2, 2, 3) == 1
    assert actions(ledger) == ["delete", "sort", "sort", "upload"]


def test_answers_are_pruned_with_the_history(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    [hold] = ledger.ask([(HoldKind.MANY_ASSETS, (PHONE,), CAT)], 1.0)
    ledger.answer(hold.id, hold.revision, Answer.LEAVE, 2.0)
    ledger.prune_history(10.0, 8.0, 99, 99, 99)
    assert len(ledger.answers(9)) == 1
    assert ledger.prune_history(10.0, 7.0, 99, 99, 99) == 1
    assert (ledger.answers(9), ledger.answered(hold.id, None, 9)) == ([], [])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (HistoryFilter(), [4, 3, 2, 1]),
        (HistoryFilter(since=2.0), [4, 3, 2]),
        (HistoryFilter(until=3.0), [2, 1]),
        (HistoryFilter(folder_id=TABLET), [3]),
        (HistoryFilter(action="trash"), [4]),
        (HistoryFilter(prefix="DCIM/"), [2, 1]),
        (HistoryFilter(text="img_2"), [2]),
        (HistoryFilter(text="%"), []),
        (HistoryFilter(since=1.0, until=4.0, prefix="DCIM/", text="1", action="upload", folder_id=PHONE), [1]),
    ],
)
def test_what_is_wanted_is_found(ledger: Ledger, wanted: HistoryFilter, found: list[int]) -> None:
    ledger.add_history(entry(path="DCIM/IMG_1.jpg"), 1.0)
    ledger.add_history(entry(path="DCIM/IMG_2.jpg"), 2.0)
    ledger.add_history(replace(entry(path="b.jpg"), folder_id=TABLET), 3.0)
    ledger.add_history(entry("trash", None), 4.0)
    assert [told.id for told in ledger.history(9, None, wanted)] == found
    assert [told.id for told in ledger.history_after(0, 9, wanted)] == found[::-1]
    assert [told.id for told in ledger.history_after(0, 1, wanted)] == found[::-1][:1]


def test_remembered_texts(ledger: Ledger, place: Path) -> None:
    assert ledger.get("user_id") is None
    ledger.set("user_id", "first")
    ledger.set("user_id", "née 😀\n")
    ledger.set("canary", "bird")
    ledger.set("canary", None)
    ledger.close()
    again = Ledger.open(place)
    assert (again.get("user_id"), again.get("canary")) == ("née 😀\n", None)
    again.close()
