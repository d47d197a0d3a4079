"""What a preview and a dry run of rules tell is what the run does, in a thousand random cases."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from custom_components.immich_syncthing.engine.ruling import PathEffects
from custom_components.immich_syncthing.engine.sorting.model import Effect
from custom_components.immich_syncthing.engine.sorting.parsing import parse_rules
from tests.servers.immich.records import Asset, Visibility

from .living import Life, living
from .rule_life import Stored, albums, at_rest, tags_of, with_rules

pytestmark = pytest.mark.usefixtures("socket_enabled")

ROUNDS, PHOTOS = 10, 100

PATTERNS = ("", "*.jpg", "*/*", "North/**", "*_*.jpg", "**/Roof/*_*_*", "*.mp4")
TEXTS = ("{parent}", "All", "{name}", "{folder} {year}", "fixed/{parent}")


@dataclass(frozen=True)
class Looks:
    """What an owner sees of a photo."""

    albums: frozenset[str]
    tags: frozenset[str]
    favourite: bool
    archived: bool
    description: str
    rating: int | None
    position: tuple[float | None, float | None]
    stack: tuple[str, ...]


def random_rules(chance: Random) -> list[Stored]:
    rules: list[Stored] = []
    for number in range(chance.randint(1, 4)):
        rule: Stored = {"id": str(number), "path": chance.choice(PATTERNS), "favorite": True}
        rule["album"] = chance.choice(["", *TEXTS])
        rule["tags"] = chance.sample(TEXTS, chance.randint(0, 2))
        rule["description"] = chance.choice(["", "", *TEXTS])
        rule["rating"] = chance.choice([0, 2, 5])
        rule["archive"] = chance.random() < 0.3
        rule["favorite"] = chance.random() < 0.5 or not any(rule[key] for key in ("album", "tags", "description"))
        rule["type"] = chance.choice(["", "", "photo", "video"])
        if chance.random() < 0.3:
            rule["taken_to"] = chance.choice(["2023-11-13", "2023-11-14", "2024-01-01"])
        if chance.random() < 0.3:
            rule["location"] = {"latitude": chance.randint(1, 80), "longitude": chance.randint(1, 80)}
        if chance.random() < 0.4:
            rule["stack"] = chance.choice([["raw"], ["bursts"], ["raw", "bursts"]])
        rules.append(rule)
    return rules


def random_path(chance: Random, number: int) -> str:
    directory = chance.choice(["", "North/", "North/Roof/", "South/Roof/", "deep/er/Roof/"])
    if chance.random() < 0.3:
        # Some of one shot or of one burst; each name is there once, so that it tells which photo it is.
        name = chance.choice([f"RAW_{number // 4}", f"IMG_{number // 9}_BURST{number:03}"])
        return f"{('', 'North/', 'South/Roof/')[number // 9 % 3]}{name}.{('jpg', 'dng', 'heic', 'mp4')[number % 4]}"
    return f"{directory}{chance.choice(['IMG', '2024_Ana', 'a_b'])}_{number}.{chance.choice(['jpg', 'jpg', 'mp4'])}"


def stack_of(life: Life, asset: Asset) -> tuple[str, ...]:
    """What is in one stack with a photo, that on top first."""
    tables = life.server.server.world.tables
    stack = tables.stacks.get(asset.stack_id or "")
    return () if stack is None else tuple(tables.assets[one].name for one in stack.asset_ids)


def looks(life: Life) -> dict[str, Looks]:
    inside = albums(life)
    return {
        asset.name: Looks(
            frozenset(name for name, photos in inside.items() if asset.name in photos),
            frozenset(tags_of(life, asset)),
            asset.is_favorite,
            asset.visibility is Visibility.ARCHIVE,
            asset.exif.description,
            asset.exif.rating,
            (asset.exif.latitude, asset.exif.longitude),
            stack_of(life, asset),
        )
        for asset in life.web.assets(trashed=False)
    }


def foretold(before: Looks, shown: PathEffects) -> Looks:
    effects = shown.effects
    return Looks(
        before.albums | {name for name, _ in effects.albums},
        before.tags | {*effects.tags},
        before.favourite or effects.favourite,
        before.archived or effects.archive,
        before.description or effects.description or "",
        before.rating if before.rating is not None else effects.rating,
        before.position if before.position != (None, None) else effects.position or (None, None),
        before.stack or tuple(Path(path).name for path in shown.stacked),
    )


def differences(before: Looks, after: Looks, shown: PathEffects) -> set[Effect]:
    """What happened to a photo; an album and tags count whenever a rule names some."""
    changed = {
        Effect.FAVOURITE: before.favourite != after.favourite,
        Effect.ARCHIVE: before.archived != after.archived,
        Effect.DESCRIPTION: before.description != after.description,
        Effect.RATING: before.rating != after.rating,
        Effect.LOCATION: before.position != after.position,
        Effect.STACK: before.stack != after.stack,
        Effect.ALBUM: bool(shown.effects.albums),
        Effect.TAGS: bool(shown.effects.tags),
    }
    return {effect for effect, happened in changed.items() if happened}


async def a_round(life: Life, chance: Random) -> None:
    for number in range(PHOTOS):
        life.phone_adds(random_path(chance, number))
    await at_rest(life)
    for asset in life.web.assets(trashed=False):
        if chance.random() < 0.2:
            life.web.favourite(asset.id)
        if chance.random() < 0.2:
            life.web.describe(asset.id, "mine")
        if chance.random() < 0.2:
            life.web.rate(asset.id, 1)
    await life.server.server.jobs.settle()
    stored, before = random_rules(chance), looks(life)
    shown = {Path(one.path).name: one for one in await life.folder.preview_rules(parse_rules(stored, "Camera"), 10_000)}
    await with_rules(life, *stored)
    told = await life.folder.apply_rules(dry_run=True, sample=10_000)
    await at_rest(life)
    assert looks(life) == before, "a dry run changed something"
    assert await life.folder.apply_rules(dry_run=False, sample=10_000) == told
    await at_rest(life)
    after = looks(life)
    assert after == {name: foretold(before[name], shown[name]) for name in before}, stored
    happened = {name: differences(before[name], after[name], shown[name]) for name in before}
    assert told.effects == Counter(effect for effects in happened.values() for effect in effects), stored
    assert told.photos == sum(map(bool, happened.values()))
    assert {Path(one.path).name: (one.effects, one.stacked) for one in told.sample} == {
        name: (shown[name].effects, shown[name].stacked) for name, effects in happened.items() if effects
    }
    assert len(before) == PHOTOS


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_what_is_foretold_is_what_happens(tmp_path: Path, seed: int) -> None:
    async with living(tmp_path) as life:
        await a_round(life, Random(seed))
