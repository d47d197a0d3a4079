"""What failed waits, and is tried again."""

import math

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import AssetFact, AssetState, Departure, HoldKind

from .stories import CAT, DOG, PHONE, TABLET, content, dirty, linked, photo, settle


def test_what_failed_is_not_planned_before_its_time(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    photo(ledger, "b.jpg", DOG)
    ledger.fail(CAT, 10.0, 40.0, "server_error", False)
    assert dirty(ledger, 39.0) == [DOG]
    assert dirty(ledger, 40.0) == sorted([CAT, DOG])


def test_failures_in_a_row_are_counted(ledger: Ledger) -> None:
    photo(ledger, "DCIM/a.jpg", CAT)
    photo(ledger, "b.jpg", CAT, folder=TABLET)
    ledger.fail(CAT, 10.0, 40.0, "server_error", False)
    ledger.fail(CAT, 50.0, math.inf, "too_large", True)
    assert content(ledger, CAT).attempts == 2
    assert dirty(ledger, 1e300) == []


def test_a_failure_after_the_file_is_gone_names_where_it_was(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 2.0)
    ledger.fail(CAT, 2.0, 9.0, "vault_full", False, "trash")
    [told] = ledger.history(9)
    assert (told.entry.path, told.entry.folder_id) == ("a.jpg", PHONE)


def test_new_facts_end_the_waiting_even_of_what_failed_for_good(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    ledger.fail(CAT, 10.0, math.inf, "unsupported_type", True)
    photo(ledger, "b.jpg", DOG)
    assert dirty(ledger, 11.0) == [DOG]
    ledger.set_assets([(CAT, AssetFact(AssetState.ACTIVE, "asset"))], 11.0)
    assert dirty(ledger, 11.0) == sorted([CAT, DOG])
    assert content(ledger, CAT).attempts == 1


def test_a_failure_of_something_in_agreement_does_not_matter_any_more(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    ledger.fail(CAT, 10.0, 11.0, "server_error", False)
    settle(ledger, [CAT])
    assert content(ledger, CAT).attempts == 0


def test_a_failure_while_the_plan_was_made_is_not_settled_with_it(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    seen = ledger.moment()
    ledger.fail(CAT, 10.0, 11.0, "server_error", False)
    ledger.settle([CAT], seen)
    assert content(ledger, CAT).attempts == 1
    assert dirty(ledger, 11.0) == [CAT]


def test_unknown_content_cannot_fail(ledger: Ledger) -> None:
    ledger.fail(CAT, 10.0, 11.0, "server_error", False)
    assert ledger.content(CAT) is None
    assert ledger.counts(PHONE).failed == 0


def test_what_failed_and_is_asked_about_now_fails_no_more(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 2.0)
    ledger.fail(CAT, 3.0, 4.0, "server_error", False)
    assert ledger.counts(PHONE).failed == 1
    ledger.ask([(HoldKind.MANY_ASSETS, (PHONE,), CAT)], 5.0)
    assert (ledger.counts(PHONE).failed, ledger.counts(PHONE).held) == (0, 1)


def test_a_failure_is_told_once_until_it_is_another(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    for code in ("server_error", "server_error", "too_large", "too_large"):
        ledger.fail(CAT, 10.0, 40.0, code, False, "upload")
    ledger.fail(CAT, 10.0, 40.0, "waiting", False)
    told = [view.entry for view in reversed(ledger.history(9))]
    assert [(one.action, one.path, one.folder_id, one.result) for one in told] == [
        ("upload", "a.jpg", PHONE, "failed:server_error"),
        ("upload", "a.jpg", PHONE, "failed:too_large"),
    ]


def test_a_failure_without_a_place_is_told_without_one(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    ledger.forget_folder(PHONE)
    ledger.fail(CAT, 10.0, 40.0, "vault_error", False, "delete")
    [told] = ledger.history(9)
    assert (told.entry.path, told.entry.folder_id, told.entry.origin) == (None, None, "immich")
