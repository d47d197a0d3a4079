"""The oldest photos of a folder, which of them may be freed, and how many may not."""

import pytest

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.captures import LONGEST_PUT_OFF
from custom_components.immich_syncthing.engine.ledger.restores import NEVER_FREED
from custom_components.immich_syncthing.engine.ledger.views import AgeCounts, Aged, IntentKind
from custom_components.immich_syncthing.engine.model import AssetFact, AssetState, Base, Departure

from .stories import CAT, DOG, OWL, PHONE, TABLET, linked, photo, sha

NOW = 1_000.0


@pytest.fixture
def three(ledger: Ledger) -> dict[bytes, str]:
    """Three photos, the last of the alphabet being the oldest; their assets."""
    assets = {one: linked(ledger, f"{one.hex()}.jpg", one, size=100) for one in (CAT, DOG, OWL)}
    ledger.set_captured([(CAT, 30.0), (DOG, 20.0), (OWL, 10.0)], NOW)
    return assets


def names(found: list[Aged]) -> list[bytes]:
    return [one.checksum for one in found]


def test_the_oldest_come_first_in_pages(ledger: Ledger, three: dict[bytes, str]) -> None:
    first = ledger.oldest(PHONE, NOW, 2)
    assert first == [Aged(OWL, three[OWL], 10.0, 100, 1), Aged(DOG, three[DOG], 20.0, 100, 1)]
    assert names(ledger.oldest(PHONE, NOW, 2, first[-1])) == [CAT]
    assert ledger.oldest(TABLET, NOW, 2) == []


def test_photos_of_one_moment_are_told_one_after_another(ledger: Ledger, three: dict[bytes, str]) -> None:
    ledger.set_captured([(one, 10.0) for one in three], NOW)
    found: list[bytes] = []
    after: Aged | None = None
    while page := ledger.oldest(PHONE, NOW, 1, after):
        found, after = [*found, *names(page)], page[-1]
    assert found == [CAT, DOG, OWL]


def test_what_was_put_off_waits_unless_it_is_asked_for(ledger: Ledger, three: dict[bytes, str]) -> None:
    ledger.plan_to_free((), (OWL,), NOW + 1)
    ledger.plan_to_free((), (DOG,), NEVER_FREED)
    assert names(ledger.oldest(PHONE, NOW, 9)) == [CAT]
    assert names(ledger.oldest(PHONE, LONGEST_PUT_OFF, 9)) == [OWL, CAT]
    assert ledger.ages(PHONE) == AgeCounts(dated=2, brought_back=1)
    assert three


def test_what_is_in_doubt_or_only_here_is_not_freed(ledger: Ledger, three: dict[bytes, str]) -> None:
    ledger.open_intent(IntentKind.FREE, CAT, PHONE, {}, NOW)
    ledger.set_assets([(DOG, AssetFact(AssetState.TRASHED, three[DOG], trash_seen=True))], NOW)
    photo(ledger, "new.jpg", sha("new"))
    linked(ledger, "undated.jpg", sha("undated"))
    assert names(ledger.oldest(PHONE, NOW, 9)) == [OWL]
    assert ledger.ages(PHONE) == AgeCounts(dated=1, undated=1, busy=2, not_linked=1)
    assert ledger.linked_of(PHONE, [CAT, DOG, OWL, sha("new")]) == {CAT, OWL}
    assert ledger.linked_of(TABLET, [OWL]) == set()


def test_a_video_goes_with_its_photo(ledger: Ledger) -> None:
    linked(ledger, "IMG_1.HEIC", CAT, size=100)
    linked(ledger, "IMG_1.MOV", DOG, size=7)
    ledger.set_captured([(CAT, 10.0), (DOG, 5.0)], NOW)
    [one] = ledger.oldest(PHONE, NOW, 9)
    assert (one.checksum, one.size, one.files) == (CAT, 107, 2)
    assert ledger.ages(PHONE) == AgeCounts(dated=1)
    assert ledger.video_sizes(PHONE, [DOG]) == {}
    ledger.apply_observation(PHONE, [], [("IMG_1.HEIC", Departure.ABSENT)], NOW)
    ledger.record(CAT, Base.RELEASED, None, NOW)
    assert ledger.video_sizes(PHONE, [DOG, OWL]) == {DOG: 7}
    assert names(ledger.oldest(PHONE, NOW, 9)) == [DOG]


@pytest.mark.parametrize("state", [one for one in AssetState if one is not AssetState.ACTIVE])
def test_a_video_stays_if_its_photo_is_not_in_immich_to_stay(ledger: Ledger, state: AssetState) -> None:
    asset_id = linked(ledger, "IMG_1.HEIC", CAT)
    linked(ledger, "IMG_1.MOV", DOG)
    ledger.set_captured([(DOG, 5.0)], NOW)
    ledger.apply_observation(PHONE, [], [("IMG_1.HEIC", Departure.ABSENT)], NOW)
    ledger.record(CAT, Base.RELEASED, None, NOW)
    ledger.set_assets([(CAT, AssetFact(state, asset_id))], NOW)
    assert ledger.oldest(PHONE, NOW, 9) == []
    assert ledger.video_sizes(PHONE, [DOG]) == {}
    assert ledger.ages(PHONE) == AgeCounts()


def test_a_video_stays_for_the_photo_in_another_folder(ledger: Ledger) -> None:
    linked(ledger, "IMG_1.HEIC", CAT, size=100)
    linked(ledger, "IMG_1.MOV", DOG, size=7)
    linked(ledger, "copy.HEIC", CAT, size=100, folder=TABLET)
    ledger.set_captured([(CAT, 10.0)], NOW)
    [one] = ledger.oldest(PHONE, NOW, 9)
    assert (one.checksum, one.size, one.files) == (CAT, 100, 1)
