"""What was done, and small things to remember."""

from pathlib import Path

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import HistoryEntry

from .stories import entry


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


def test_old_entries_are_pruned_by_age_and_by_number(ledger: Ledger) -> None:
    for number in range(6):
        ledger.add_history(entry(f"act-{number}"), float(number))
    ledger.prune_history(10.0, 8.5, 100)
    assert actions(ledger) == ["act-5", "act-4", "act-3", "act-2"]
    ledger.prune_history(10.0, 1e9, 3)
    assert actions(ledger) == ["act-5", "act-4", "act-3"]
    ledger.prune_history(10.0, 1e9, 3)
    assert len(actions(ledger)) == 3
    ledger.prune_history(10.0, 1e9, 0)
    assert actions(ledger) == []


def test_a_pruned_number_is_not_given_again(ledger: Ledger) -> None:
    ledger.add_history(entry(), 1.0)
    number = ledger.history(1)[0].id
    ledger.prune_history(10.0, 0.0, 0)
    ledger.add_history(entry(), 2.0)
    assert ledger.history(1)[0].id > number


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
