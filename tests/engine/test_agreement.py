"""Both sides of one agreed world are changed at once, in whatever way: they agree again, and nothing is lost."""

from dataclasses import replace

from hypothesis import given, settings, strategies as st

from custom_components.immich_syncthing.engine.actions import Ask
from custom_components.immich_syncthing.engine.model import (
    POLICIES,
    Answer,
    AssetFact,
    AssetState,
    Base,
    Decision,
    Departure,
    HoldKind,
    OnAssetDeleted,
    OnFileDeleted,
    Preset,
)
from custom_components.immich_syncthing.engine.settings import GuardLimits

from .agreement import Photo, Place, Sides
from .worlds import CAMERA, TABLET

CYCLES = 6

presets = st.fixed_dictionaries({CAMERA: st.sampled_from(Preset), TABLET: st.sampled_from(Preset)})


def checksum(number: int) -> bytes:
    return number.to_bytes(20)


def asset_id(number: int) -> str:
    return checksum(number).hex()


@st.composite
def agreed(draw: st.DrawFn) -> Sides:
    """Draw a world in agreement: photos in one folder or both, some with a second copy."""
    sides = Sides({folder: POLICIES[preset] for folder, preset in draw(presets).items()})
    for number in range(draw(st.integers(1, 5))):
        folders = draw(st.sampled_from([(CAMERA,), (TABLET,), (CAMERA, TABLET)]))
        places: set[Place] = {(folder, f"{number}.jpg") for folder in folders}
        if draw(st.booleans()):
            places.add((folders[0], f"{number} copy.jpg"))
        photo = Photo(frozenset(places), AssetFact(AssetState.ACTIVE, asset_id(number)))
        sides = sides.put(checksum(number), photo.recorded(Base.LINKED, asset_id(number)))
    return sides


FOLDER_ACTS = ("leave", "delete one", "delete all", "rename", "copy", "edit")
IMMICH_ACTS = ("leave", "trash", "trash and purge", "vanish")


def happens_in_folder(sides: Sides, one: bytes, act: str) -> Sides:
    photo = sides.photos[one]
    first = min(photo.places)
    match act:
        case "delete one":
            return sides.put(one, photo.without(first))
        case "delete all":
            for place in sorted(photo.places):
                photo = photo.without(place)
            return sides.put(one, photo)
        case "rename":
            return sides.put(one, photo.without(first).at((first[0], f"moved {first[1]}")))
        case "copy":
            return sides.put(one, photo.at((TABLET, f"copied {first[1]}")))
        case "edit":
            new = bytes([255]) + one[1:]
            sides = sides.put(one, photo.without(first, Departure.REPLACED)).put(new, Photo().at(first))
            return replace(sides, edits={**sides.edits, one: (new, first)})
        case _:
            return sides


def happens_in_immich(sides: Sides, one: bytes, act: str) -> Sides:
    photo = sides.photos[one]
    match act:
        case "trash":
            asset = AssetFact(AssetState.TRASHED, photo.asset.id, trash_seen=True)
        case "trash and purge":
            asset = AssetFact(AssetState.GONE, photo.asset.id, trash_seen=True)
        case "vanish":
            asset = AssetFact(AssetState.GONE, photo.asset.id)
        case _:
            asset = photo.asset
    return sides.put(one, replace(photo, asset=asset))


@st.composite
def perturbed(draw: st.DrawFn) -> tuple[Sides, Sides, dict[bytes, tuple[str, str]]]:
    """Draw an agreed world, and the same after both owners were at work."""
    before = draw(agreed())
    after, acts = before, {}
    for one in before.photos:
        acts[one] = draw(st.sampled_from(FOLDER_ACTS)), draw(st.sampled_from(IMMICH_ACTS))
        after = happens_in_immich(happens_in_folder(after, one, acts[one][0]), one, acts[one][1])
    return before, after, acts


def settled(sides: Sides, draw: st.DataObject | None = None) -> Sides:
    """Run cycles without a guard until nothing is planned but questions; ``draw`` gives the order of the actions."""
    for _ in range(CYCLES):
        actions = [one for one in sides.planned() if not isinstance(one, Ask)]
        if not actions:
            return sides
        sides = sides.applied(draw.draw(st.permutations(actions)) if draw is not None else actions)
    raise AssertionError(sides.planned())


def asked(sides: Sides) -> dict[bytes, HoldKind]:
    """Return the open questions."""
    return {one.checksum: one.kind for one in sides.planned() if isinstance(one, Ask)}


def agrees(photo: Photo) -> bool:
    """Return whether both sides are as the base says."""
    return (photo.base, bool(photo.places), photo.asset.state is AssetState.ACTIVE) in {
        (Base.LINKED, True, True),
        (Base.RELEASED, False, True),
        (Base.KEPT, True, False),
        (Base.REMOVED, False, False),
    }


@given(agreed())
def test_what_agrees_plans_nothing(sides: Sides) -> None:
    verdict = sides.judged(GuardLimits())
    assert (verdict.allowed, verdict.held) == ((), ())


@given(perturbed())
@settings(max_examples=300)
def test_the_sides_agree_again_and_nothing_is_lost(story: tuple[Sides, Sides, dict[bytes, tuple[str, str]]]) -> None:
    before, after, acts = story
    there = {one for one, photo in after.photos.items() if photo.exists}
    end = settled(after)
    assert {one for one in there if not end.photos[one].exists} == set()
    questions = asked(end)
    for one, photo in end.photos.items():
        assert agrees(photo) or one in questions, (acts.get(one), photo)
    assert before.policies == end.policies


@given(perturbed(), st.data())
def test_answers_end_every_question_and_nothing_is_lost(
    story: tuple[Sides, Sides, dict[bytes, tuple[str, str]]], data: st.DataObject
) -> None:
    there = {one for one, photo in story[1].photos.items() if photo.exists}
    end = settled(story[1])
    answers = {}
    for one, kind in asked(end).items():
        answers[one] = data.draw(st.sampled_from(Answer))
        end = end.put(one, replace(end.photos[one], decision=Decision(kind, answers[one])))
    end = settled(end)
    assert asked(end) == {}
    for one in there:
        photo = end.photos[one]
        assert photo.exists
        if one in answers:
            assert agrees(photo)
            assert (answers[one] is Answer.LEAVE) == (photo.base is Base.KEPT)
            assert photo.vaulted == (answers[one] is Answer.APPROVE)


@given(perturbed(), st.data())
def test_the_order_of_the_actions_does_not_matter(
    story: tuple[Sides, Sides, dict[bytes, tuple[str, str]]], data: st.DataObject
) -> None:
    assert settled(story[1], data) == settled(story[1])


@given(perturbed())
def test_deleted_stays_deleted(story: tuple[Sides, Sides, dict[bytes, tuple[str, str]]]) -> None:
    before, after, acts = story
    end = settled(after)
    for one, (in_folder, in_immich) in acts.items():
        policies = [before.policies[folder] for folder, _ in before.photos[one].places]
        if in_folder == "delete all" and all(policy.on_file_deleted is OnFileDeleted.TRASH for policy in policies):
            assert end.photos[one].asset.state is not AssetState.ACTIVE
            assert not end.photos[one].places
        if (
            in_folder == "leave"
            and in_immich in {"trash", "trash and purge"}
            and all(policy.on_asset_deleted is OnAssetDeleted.DELETE for policy in policies)
        ):
            assert not end.photos[one].places


@given(perturbed())
def test_without_evidence_nothing_is_deleted(story: tuple[Sides, Sides, dict[bytes, tuple[str, str]]]) -> None:
    """A lost ledger, after anything whatever: no side loses anything."""
    forgotten = replace(story[1], photos={one: _forgotten(photo) for one, photo in story[1].photos.items()}, edits={})
    end = settled(forgotten)
    for one, photo in forgotten.photos.items():
        assert photo.places <= end.photos[one].places
        if photo.asset.state is AssetState.ACTIVE:
            assert end.photos[one].asset.state is AssetState.ACTIVE


def _forgotten(photo: Photo) -> Photo:
    fact = AssetFact(photo.asset.state, photo.asset.id, trash_seen=photo.asset.state is AssetState.TRASHED)
    return Photo(photo.places, fact)


limits = st.builds(
    GuardLimits,
    number=st.integers(0, 4),
    share=st.just(0.0),
    per_day=st.integers(1, 3),
    folder_share=st.sampled_from([0.0, 0.25, 1.0]),
    folder_number=st.integers(0, 4),
    directory_number=st.integers(1, 5),
)


@given(perturbed(), limits, limits)
def test_a_tighter_guard_never_lets_more_pass(
    story: tuple[Sides, Sides, dict[bytes, tuple[str, str]]], one: GuardLimits, other: GuardLimits
) -> None:
    tighter = GuardLimits(
        number=min(one.number, other.number),
        share=0.0,
        per_day=min(one.per_day, other.per_day),
        folder_share=min(one.folder_share, other.folder_share),
        folder_number=min(one.folder_number, other.folder_number),
        directory_number=min(one.directory_number, other.directory_number),
    )
    assert set(story[1].judged(tighter).allowed) <= set(story[1].judged(one).allowed)
