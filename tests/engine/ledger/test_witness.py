"""Permanent deletions that Immich told of: what they make of the ledger, and which evidence they are."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from custom_components.immich_syncthing.engine.actions import DeleteFiles
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import AssetFact, AssetState, Base
from custom_components.immich_syncthing.engine.plan import decide
from tests.engine.worlds import facts, file

from .stories import CAT, DOG, OWL, PHONE, content, dirty, linked, photo, settle

CONTENTS = [CAT, DOG]
IDS = ["first", "second"]


def told(ledger: Ledger, state: AssetState, asset_id: str | None, checksum: bytes = CAT) -> None:
    ledger.set_assets([(checksum, AssetFact(state, asset_id))], 2.0)


@pytest.fixture
def one(ledger: Ledger) -> Ledger:
    """A ledger with a photo that nothing is to be done for, and whose asset's id is ``first``."""
    linked(ledger, "a.jpg", CAT)
    told(ledger, AssetState.ACTIVE, "first")
    settle(ledger, [CAT])
    return ledger


def test_an_active_asset_is_in_doubt_and_gone_as_if_it_had_been_in_the_trash(one: Ledger) -> None:
    assert one.witness(["first"], 3.0) == {"first"}
    assert content(one, CAT).asset == AssetFact(AssetState.UNKNOWN, "first", trash_seen=True)
    assert one.unclear(3.0, None, 9) == [CAT]
    told(one, AssetState.GONE, None)
    assert content(one, CAT).asset == AssetFact(AssetState.GONE, "first", trash_seen=True)


@pytest.mark.parametrize("asset_id", ["", "second", "FIRST", "first' OR 1 --"])
def test_ids_that_are_not_known_do_nothing(one: Ledger, asset_id: str) -> None:
    before = content(one, CAT)
    assert one.witness([asset_id], 3.0) == frozenset()
    assert (content(one, CAT), dirty(one)) == (before, [])


def test_the_id_that_was_linked_once_is_not_that_of_its_asset_now(one: Ledger) -> None:
    told(one, AssetState.ACTIVE, "second")
    assert content(one, CAT).base_asset_id != "second"
    assert one.witness(["first"], 3.0) == frozenset()
    assert content(one, CAT).asset == AssetFact(AssetState.ACTIVE, "second")


@pytest.mark.parametrize("state", [AssetState.TRASHED, AssetState.DYING])
def test_what_lies_in_the_trash_or_is_being_purged_needs_no_witness(one: Ledger, state: AssetState) -> None:
    told(one, state, "first")
    settle(one, [CAT])
    assert one.witness(["first"], 3.0) == frozenset()
    assert content(one, CAT).asset.state is state
    assert dirty(one) == []


def test_what_is_told_twice_is_no_news(one: Ledger) -> None:
    assert one.witness(["first", "first"], 3.0) == {"first"}
    told(one, AssetState.GONE, None)
    settle(one, [CAT])
    assert one.witness(["first"], 4.0) == frozenset()
    assert dirty(one) == []


def test_what_was_found_to_be_gone_just_before_is_asked_for_once_more(one: Ledger) -> None:
    told(one, AssetState.GONE, None)
    assert one.witness(["first"], 3.0) == {"first"}
    assert content(one, CAT).asset == AssetFact(AssetState.UNKNOWN, "first", trash_seen=True)


def test_an_untouchable_asset_is_in_doubt_without_evidence(one: Ledger) -> None:
    told(one, AssetState.UNTOUCHABLE, "first")
    assert one.witness(["first"], 3.0) == {"first"}
    assert one.witness(["first"], 3.0) == frozenset()
    told(one, AssetState.GONE, None)
    assert content(one, CAT).asset == AssetFact(AssetState.GONE, "first", was_untouchable=True)
    settle(one, [CAT])
    assert one.witness(["first"], 4.0) == frozenset()
    assert dirty(one) == []


def test_what_is_active_again_has_no_evidence_against_it(one: Ledger) -> None:
    one.witness(["first"], 3.0)
    told(one, AssetState.ACTIVE, "first")
    told(one, AssetState.GONE, None)
    assert content(one, CAT).asset == AssetFact(AssetState.GONE, "first")


def test_it_is_on_the_disk(one: Ledger, place: Path) -> None:
    one.witness(["first"], 3.0)
    with_it = Ledger.open(place)
    assert content(with_it, CAT).asset.trash_seen
    with_it.close()


def test_many_ids_are_one_transaction(ledger: Ledger) -> None:
    for number, checksum in enumerate((CAT, DOG, OWL)):
        linked(ledger, f"{number}.jpg", checksum)
        told(ledger, AssetState.ACTIVE, f"asset {number}", checksum)
    before = ledger.moment()
    assert ledger.witness([f"asset {number}" for number in range(5)], 3.0) == {"asset 0", "asset 1", "asset 2"}
    assert ledger.moment() == before + 1


@dataclass(frozen=True)
class Look:
    """What Immich shows of a content, or does not show."""

    checksum: bytes
    state: AssetState
    asset_id: str | None


type Word = list[str]
"""Ids that Immich tells the end of."""

shown = st.builds(Look, st.sampled_from(CONTENTS), st.sampled_from(list(AssetState)), st.sampled_from(IDS))
NOTHING = [AssetState.UNKNOWN, AssetState.GONE, AssetState.DYING]
looks = shown | st.builds(Look, st.sampled_from(CONTENTS), st.sampled_from(NOTHING), st.none())
"""An asset that is there is always seen with its id."""

words = st.lists(st.sampled_from([*IDS, "third"]), max_size=3)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(story=st.lists(looks | words, max_size=12))
def test_evidence_of_one_id_deletes_no_content_that_has_another(story: list[Look | Word]) -> None:
    """Whatever is seen and told in whatever order: a file goes only for what was seen or told of its very asset."""
    with tempfile.TemporaryDirectory() as place:
        ledger = Ledger.open(Path(place) / "ledger.sqlite")
        try:
            _live(ledger, story)
        finally:
            ledger.close()


def _live(ledger: Ledger, story: list[Look | Word]) -> None:
    ledger.add_folder(PHONE, "/media/phone", 0.0)
    evidence: dict[bytes, set[str]] = {one: set() for one in CONTENTS}
    for number, checksum in enumerate(CONTENTS):
        photo(ledger, f"{number}.jpg", checksum)
    for one in story:
        if isinstance(one, Look):
            ledger.set_assets([(one.checksum, AssetFact(one.state, one.asset_id))], 3.0)
            if one.state is AssetState.ACTIVE:
                evidence[one.checksum].clear()
            elif one.state is AssetState.TRASHED and one.asset_id is not None:
                evidence[one.checksum].add(one.asset_id)
        else:
            for checksum in CONTENTS:
                evidence[checksum] |= {content(ledger, checksum).asset.id or ""} & set(one)
            ledger.witness(one, 3.0)
        for checksum in CONTENTS:
            asset = content(ledger, checksum).asset
            outcome = decide(facts(Base.LINKED, asset, present=(file(),)))
            seen = asset.state is AssetState.TRASHED or asset.id in evidence[checksum]
            assert seen or not isinstance(outcome, DeleteFiles)
