"""What was begun and not ended."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import IntentOpenError, LedgerError
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import IntentKind, IntentView, Json

from .stories import CAT, DOG, PHONE, dirty, photo


def test_an_intent_survives_a_restart(ledger: Ledger, place: Path) -> None:
    payload: dict[str, Json] = {"path": "nul-free\n😀 e\u0301", "rows": [{"inode": 2**64 - 1, "mtime": -5}], "id": None}
    intent = ledger.open_intent(IntentKind.DELETE, CAT, PHONE, payload, 2.0)
    ledger.close()
    again = Ledger.open(place)
    assert again.open_intents() == [IntentView(intent, IntentKind.DELETE, CAT, PHONE, payload, 2.0)]
    again.close()


def test_content_under_way_is_not_planned_until_the_intent_is_closed(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    photo(ledger, "b.jpg", DOG)
    intent = ledger.open_intent(IntentKind.UPLOAD, CAT, PHONE, {}, 2.0)
    assert dirty(ledger) == [DOG]
    ledger.settle([CAT], ledger.moment())
    ledger.close_intent(intent)
    assert dirty(ledger) == sorted([CAT, DOG])
    assert ledger.open_intents() == []


def test_one_thing_at_a_time_per_content(ledger: Ledger) -> None:
    first = ledger.open_intent(IntentKind.UPLOAD, CAT, PHONE, {}, 2.0)
    with pytest.raises(IntentOpenError):
        ledger.open_intent(IntentKind.TRASH, CAT, None, {}, 2.0)
    ledger.open_intent(IntentKind.TRASH, DOG, None, {}, 2.0)
    ledger.close_intent(first)
    assert ledger.open_intent(IntentKind.TRASH, CAT, None, {}, 4.0) > first


def test_what_became_known_is_added(ledger: Ledger) -> None:
    intent = ledger.open_intent(IntentKind.UPLOAD, CAT, PHONE, {"path": "a.jpg", "step": 1}, 2.0)
    ledger.amend_intent(intent, {"asset_id": "from-the-server", "step": 2})
    assert ledger.open_intents()[0].payload == {"path": "a.jpg", "step": 2, "asset_id": "from-the-server"}


def test_a_closed_intent_is_over(ledger: Ledger) -> None:
    intent = ledger.open_intent(IntentKind.UPLOAD, CAT, PHONE, {}, 2.0)
    ledger.close_intent(intent)
    ledger.close_intent(intent)
    with pytest.raises(LedgerError, match="not open"):
        ledger.amend_intent(intent, {})
