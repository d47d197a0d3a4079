"""A whole archive comes back bit by bit, and what cannot come back keeps nothing else from it."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from custom_components.immich_syncthing.engine import losses
from custom_components.immich_syncthing.engine.apply import restore, sources
from custom_components.immich_syncthing.engine.apply.sources import Source, version_of
from custom_components.immich_syncthing.engine.cycle import FolderEngine
from custom_components.immich_syncthing.engine.model import Answer
from custom_components.immich_syncthing.engine.restoration import Restoration
from custom_components.immich_syncthing.engine.scan import Root
from custom_components.immich_syncthing.engine.selection import Selection
from custom_components.immich_syncthing.engine.versions import kept_versions
from custom_components.immich_syncthing.engine.way_back import Comeback, Obstacle
from tests.checksums import sha1

from .living import CAMERA, Life, ten_photos
from .restores import EVERYTHING, answered, back_in_agreement, preview_is_run, purge

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD = "Camera/IMG_3.jpg"


def spoil(life: Life, content: bytes) -> None:
    """Let the vault's disk turn a content into other bytes of its size."""
    name = sha1(content).hex()
    [found] = (life.home / "vault" / "objects").rglob(name)
    found.unlink()
    found.write_bytes(b"?" * len(content))


async def out_of_the_vault(life: Life) -> tuple[dict[str, bytes], Path]:
    """Let one of ten photos be deleted, and the vault lose it; return them, and the version that Syncthing keeps."""
    photos = await ten_photos(life)
    version = life.root / ".stversions" / THIRD
    version.parent.mkdir(parents=True)
    version.write_bytes(photos[THIRD])
    life.phone_deletes(THIRD)
    await life.settle()
    shutil.rmtree(life.home / "vault")
    await life.vault.prepare()
    return photos, version


async def test_more_than_one_plan_holds_comes_back_in_several(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    figures: dict[str, Any] = vars(FolderEngine)["_draft"].__kwdefaults__
    monkeypatch.setitem(figures, "comebacks", 3)
    photos = await ten_photos(life)
    for path in photos:
        life.phone_deletes(path)
    await life.settle()
    await answered(life, Answer.APPROVE)
    done = await preview_is_run(life, EVERYTHING)
    assert done.count == 10
    assert (await life.folder.preview()).actions == {"bring_back_file": 10}
    report = await life.cycle()
    assert report.more
    assert len(life.on_phone()) == 3
    await back_in_agreement(life, photos, done)


async def test_what_only_the_vault_knows_comes_back_in_several_pages(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = await ten_photos(life)
    for number in range(7):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
        await life.settle()
        life.clock.skip(3 * 24 * 3600)
    await life.lose_ledger()
    await life.settle()
    monkeypatch.setattr(losses, "PAGE", 2)
    monkeypatch.setattr(losses, "GATHERED", 3)
    heard: list[Restoration] = []
    done = await life.account.restore(EVERYTHING, told=heard.append)
    counts = [one.count for one in heard]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1] == done.count == 7
    assert done.comebacks == {Comeback.NOT_KNOWN: 7}
    await back_in_agreement(life, photos, done)


async def test_bytes_that_went_bad_in_the_vault_are_taken_from_immich(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    spoil(life, photos[THIRD])
    await back_in_agreement(life, photos, await preview_is_run(life, EVERYTHING))


async def test_bytes_that_went_bad_everywhere_are_said_and_nothing_of_them_is_written(life: Life) -> None:
    photos = await ten_photos(life)
    for path in (THIRD, "Camera/IMG_4.jpg"):
        life.phone_deletes(path)
    await life.settle()
    await purge(life)
    spoil(life, photos[THIRD])
    wanted = Selection(frozenset({CAMERA}), since=0)
    done = await preview_is_run(life, wanted)
    assert [one.source for one in done.coming] == [Source.VAULT, Source.VAULT]
    await life.settle()
    del photos[THIRD]
    assert life.on_phone() == photos
    became = await life.account.returned(done)
    assert (became.back, became.under_way, became.failures) == (1, 1, {"vault_mismatch": 1})


async def test_a_version_that_syncthing_cleans_away_just_then_is_not_needed(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos, version = await out_of_the_vault(life)

    async def cleaned_away(*args: Any) -> str | None:
        found = await version_of(*args)
        version.unlink(missing_ok=True)
        return found

    monkeypatch.setattr(restore, "version_of", cleaned_away)
    done = await life.account.restore(EVERYTHING)
    assert [one.source for one in done.coming] == [Source.VERSIONS]
    await back_in_agreement(life, photos, done)
    assert not version.exists()


@pytest.mark.parametrize("after", ["listed", "looked at"])
async def test_a_version_that_is_cleaned_away_while_it_is_looked_for_is_none(
    life: Life, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    photos, version = await out_of_the_vault(life)
    look = Root.look

    def listed(*args: Any) -> list[str]:
        found = kept_versions(*args)
        version.unlink(missing_ok=True)
        return found

    def looked_at(root: Root, path: str) -> Any:
        found = look(root, path)
        if path.startswith(".stversions"):
            version.unlink(missing_ok=True)
        return found

    if after == "listed":
        monkeypatch.setattr(sources, "kept_versions", listed)
    else:
        monkeypatch.setattr(Root, "look", looked_at)
    done = await life.account.restore(EVERYTHING)
    assert not version.exists()
    assert [one.source for one in done.coming] == [Source.IMMICH]
    await back_in_agreement(life, photos, done)


async def test_while_the_disk_of_a_folder_is_away_immich_is_counted_on(life: Life) -> None:
    photos, _ = await out_of_the_vault(life)
    away = life.root.with_name("unplugged")
    life.root.rename(away)
    done = await preview_is_run(life, EVERYTHING)
    assert [one.source for one in done.coming] == [Source.IMMICH]
    away.rename(life.root)
    await back_in_agreement(life, photos, done)


async def test_what_is_not_listed_is_counted_all_the_same(life: Life) -> None:
    photos = await ten_photos(life)
    gone = [f"Camera/IMG_{number}.jpg" for number in range(3)]
    for path in gone:
        life.phone_deletes(path)
    await life.settle()
    await purge(life)
    shutil.rmtree(life.home / "vault")
    await life.vault.prepare()
    done = await life.account.restore(EVERYTHING, details=1)
    assert (len(done.staying), done.obstacles) == (1, {Obstacle.NO_BYTES: 3})
    assert life.on_phone() == {path: data for path, data in photos.items() if path not in gone}


async def test_a_checksum_counts_only_if_it_was_deleted_in_the_time_that_is_meant(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    life.clock.skip(3600)
    moment = life.clock.wall()
    life.phone_deletes("Camera/IMG_4.jpg")
    await life.settle()
    both = frozenset(sha1(photos[path]) for path in (THIRD, "Camera/IMG_4.jpg"))
    for wanted in (
        Selection(frozenset({CAMERA}), checksums=both, since=moment),
        Selection(frozenset({CAMERA}), checksums=both, last_operation=True),
    ):
        told = await life.account.restore(wanted, dry_run=True)
        assert [one.paths for one in told.coming] == [("Camera/IMG_4.jpg",)]
    named = Selection(frozenset({CAMERA}), checksums=both, paths=frozenset({"Camera/IMG_5.jpg"}))
    assert (await life.account.restore(named, dry_run=True)).count == 2
