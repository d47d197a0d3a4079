"""What waits to be planned, and what Immich holds."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import IntentKind
from custom_components.immich_syncthing.engine.model import (
    AssetFact,
    AssetState,
    Base,
    Departure,
    FileStatus,
)

from .stories import CAT, DOG, OWL, PHONE, content, dirty, linked, look, photo, row, settle, sha

ENDINGS = [AssetState.UNKNOWN, AssetState.GONE, AssetState.DYING]


def test_pages_of_contents_come_in_order_and_miss_none(ledger: Ledger) -> None:
    everything = sorted(sha(str(number)) for number in range(25))
    ledger.apply_observation(
        PHONE, [row(f"{one.hex()}.jpg", FileStatus.SETTLED, one) for one in reversed(everything)], [], 1.0
    )
    seen: list[bytes] = []
    waiting: list[bytes] = []
    after: bytes | None = None
    while page := ledger.checksums(after, 10):
        waiting += [view.checksum for view in ledger.dirty(1.0, after, 10)]
        seen += page
        after = page[-1]
    assert seen == waiting == everything


def test_what_is_known(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    assert ledger.assets([CAT, DOG]).keys() == {CAT}
    assert ledger.content(DOG) is None


def test_what_was_marked_clean_is_planned_again_only_when_marked_dirty(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    linked(ledger, "b.jpg", DOG)
    assert dirty(ledger) == []
    ledger.mark_all_dirty()
    assert dirty(ledger) == sorted([CAT, DOG])


def test_what_changed_while_the_plan_was_made_stays_dirty(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    linked(ledger, "b.jpg", DOG)
    ledger.mark_all_dirty()
    seen = ledger.moment()
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 2.0)
    ledger.settle([CAT], seen)
    ledger.settle([DOG], seen)
    assert dirty(ledger) == [CAT]
    assert len(content(ledger, CAT).gone) == 1


def test_moments_go_on_counting_after_a_restart(ledger: Ledger, place: Path) -> None:
    linked(ledger, "a.jpg", CAT)
    ledger.mark_all_dirty()
    before = ledger.moment()
    ledger.close()
    again = Ledger.open(place)
    assert again.moment() == before
    settle(again, [CAT])
    assert dirty(again) == []
    again.close()


def test_new_content_that_left_before_it_was_linked_was_never_ours(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 2.0)
    ledger.settle([CAT], ledger.moment())
    assert ledger.content(CAT) is None


def test_new_content_is_not_forgotten_while_something_is_under_way(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    intent = ledger.open_intent(IntentKind.UPLOAD, CAT, PHONE, {}, 2.0)
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 2.0)
    ledger.settle([CAT], ledger.moment())
    assert content(ledger, CAT).base is Base.NEW
    ledger.close_intent(intent)
    ledger.settle([CAT], ledger.moment())
    assert ledger.content(CAT) is None


def test_news_of_an_asset_make_its_content_dirty_and_old_news_do_not(ledger: Ledger) -> None:
    asset_id = linked(ledger, "a.jpg", CAT)
    ledger.set_assets([(CAT, AssetFact(AssetState.ACTIVE, asset_id)), (DOG, AssetFact(AssetState.GONE))], 2.0)
    assert dirty(ledger) == []
    assert ledger.content(DOG) is None
    ledger.set_assets([(CAT, AssetFact(AssetState.TRASHED, asset_id))], 2.0)
    assert dirty(ledger) == [CAT]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("named", [True, False])
def test_an_asset_seen_in_the_trash_is_remembered_beyond_its_end(
    ledger: Ledger, ending: AssetState, named: bool
) -> None:
    asset_id = linked(ledger, "a.jpg", CAT)
    ledger.set_assets([(CAT, AssetFact(AssetState.TRASHED, asset_id))], 2.0)
    assert content(ledger, CAT).asset == AssetFact(AssetState.TRASHED, asset_id, trash_seen=True)
    ledger.set_assets([(CAT, AssetFact(ending, asset_id if named else None))], 3.0)
    assert content(ledger, CAT).asset == AssetFact(ending, asset_id, trash_seen=True)


def test_an_asset_that_became_active_again_was_never_in_the_trash(ledger: Ledger) -> None:
    asset_id = linked(ledger, "a.jpg", CAT)
    for state in (AssetState.TRASHED, AssetState.ACTIVE, AssetState.GONE):
        ledger.set_assets([(CAT, AssetFact(state, asset_id))], 2.0)
    assert content(ledger, CAT).asset == AssetFact(AssetState.GONE, asset_id, trash_seen=False)


def test_trash_evidence_is_not_inherited_by_another_asset(ledger: Ledger) -> None:
    asset_id = linked(ledger, "a.jpg", CAT)
    ledger.set_assets([(CAT, AssetFact(AssetState.TRASHED, asset_id))], 2.0)
    ledger.set_assets([(CAT, AssetFact(AssetState.GONE, "another"))], 3.0)
    assert content(ledger, CAT).asset == AssetFact(AssetState.GONE, "another", trash_seen=False)


def test_a_witnessed_deletion_counts_as_seen_in_the_trash(ledger: Ledger) -> None:
    asset_id = linked(ledger, "a.jpg", CAT)
    ledger.set_assets([(CAT, AssetFact(AssetState.GONE, asset_id, trash_seen=True))], 2.0)
    ledger.set_assets([(CAT, AssetFact(AssetState.GONE))], 3.0)
    assert content(ledger, CAT).asset.trash_seen


def test_nothing_makes_an_active_asset_trashed_but_the_trash(ledger: Ledger) -> None:
    asset_id = linked(ledger, "a.jpg", CAT)
    ledger.set_assets([(CAT, AssetFact(AssetState.ACTIVE, asset_id, trash_seen=True))], 2.0)
    assert not content(ledger, CAT).asset.trash_seen


@pytest.mark.parametrize("ending", ENDINGS)
def test_that_an_asset_was_locked_is_remembered_beyond_its_end(ledger: Ledger, ending: AssetState) -> None:
    asset_id = linked(ledger, "a.jpg", CAT)
    ledger.set_assets([(CAT, AssetFact(AssetState.UNTOUCHABLE, asset_id))], 2.0)
    ledger.set_assets([(CAT, AssetFact(AssetState.UNKNOWN))], 3.0)
    ledger.set_assets([(CAT, AssetFact(ending))], 4.0)
    assert content(ledger, CAT).asset.was_untouchable
    ledger.set_assets([(CAT, AssetFact(AssetState.ACTIVE, asset_id))], 5.0)
    ledger.set_assets([(CAT, AssetFact(ending))], 6.0)
    assert not content(ledger, CAT).asset.was_untouchable


@pytest.mark.parametrize("state", AssetState)
@pytest.mark.parametrize("named", [True, False])
def test_when_an_asset_changed_is_remembered_until_a_look_tells_more(
    ledger: Ledger, state: AssetState, named: bool
) -> None:
    asset_id = linked(ledger, "a.jpg", CAT)
    ledger.set_assets([(CAT, AssetFact(AssetState.ACTIVE, asset_id, updated_ms=8))], 2.0)
    assert dirty(ledger) == []
    ledger.set_assets([(CAT, AssetFact(state, asset_id if named else "another"))], 3.0)
    assert content(ledger, CAT).asset.updated_ms == 8
    ledger.set_assets([(CAT, AssetFact(AssetState.TRASHED, asset_id, updated_ms=9))], 4.0)
    assert content(ledger, CAT).asset.updated_ms == 9


def test_a_look_is_older_than_one_that_saw_a_later_change_of_this_asset_or_of_the_next() -> None:
    seen = AssetFact(AssetState.ACTIVE, "asset", updated_ms=8)
    earlier = AssetFact(AssetState.TRASHED, "asset", updated_ms=7)
    assert earlier.is_older_than(seen)
    assert not seen.is_older_than(earlier)
    assert not seen.is_older_than(seen)
    unknown = AssetFact(AssetState.TRASHED, "asset")
    assert not unknown.is_older_than(seen)
    assert not earlier.is_older_than(unknown)
    assert AssetFact(AssetState.TRASHED, "the one before", updated_ms=7).is_older_than(seen)


def test_the_size_is_that_of_the_hashed_bytes(ledger: Ledger) -> None:
    ledger.apply_observation(PHONE, [row("a.jpg", FileStatus.UNHASHED, CAT, signature=look(size=5))], [], 1.0)
    photo(ledger, "b.jpg", CAT, size=8)
    assert content(ledger, CAT).size == 8
    ledger.apply_observation(PHONE, [row("b.jpg", FileStatus.UNSETTLED, CAT, signature=look(2, size=900))], [], 2.0)
    assert content(ledger, CAT).size == 8


def test_what_immich_has_to_be_asked_about_is_among_what_is_planned(ledger: Ledger) -> None:
    for number, one in enumerate(sorted((CAT, DOG, OWL))):
        photo(ledger, f"{number}.jpg", one)
    ledger.set_assets([(CAT, AssetFact(AssetState.ACTIVE, "cat")), (DOG, AssetFact(AssetState.DYING, "dog"))], 1.0)
    assert ledger.unclear(1.0, None, 10) == sorted([DOG, OWL])
    assert ledger.unclear(1.0, sorted([DOG, OWL])[0], 10) == sorted([DOG, OWL])[1:]
    ledger.fail(OWL, 1.0, 9.0, "server_error", False)
    assert ledger.unclear(2.0, None, 10) == [DOG]


@pytest.mark.parametrize("state", [AssetState.ACTIVE, AssetState.TRASHED, AssetState.UNTOUCHABLE])
def test_what_tells_of_an_earlier_time_is_unknown_unless_it_is_believed(ledger: Ledger, state: AssetState) -> None:
    asset_id = linked(ledger, "a.jpg", CAT)
    earlier = AssetFact(state, asset_id, updated_ms=1_000)
    for before in (AssetState.ACTIVE, AssetState.TRASHED):
        ledger.set_assets([(CAT, AssetFact(before, asset_id, updated_ms=2_000))], 2.0)
        ledger.set_assets([(CAT, earlier)], 3.0)
        known = content(ledger, CAT).asset
        trash_seen = before is AssetState.TRASHED
        assert known == AssetFact(AssetState.UNKNOWN, asset_id, trash_seen=trash_seen)
        assert known.updated_ms == 2_000
        assert ledger.unclear(3.0, None, 10) == [CAT]
    ledger.set_assets([(CAT, earlier)], 4.0, believed=True)
    known = content(ledger, CAT).asset
    assert (known.state, known.updated_ms) == (state, 1_000)
