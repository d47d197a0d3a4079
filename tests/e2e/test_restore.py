"""What was deleted comes back: all of it, on all sides, and over nothing else."""

from typing import Any

from .photos import photo
from .sides import sha1
from .stage import DOMAIN, Stage

MANY = 30
"""More than the 20 that pass in an hour: what is approved uses none of these up."""


async def _album(stage: Stage, name: str) -> set[str]:
    """Return the checksums of what an album shows."""
    state = await stage.immich.state()
    [members] = [album["asset_ids"] for album in state["albums"] if album["name"] == name]
    return {asset["checksum"] for asset in state["assets"] if asset["id"] in members}


async def _restored(stage: Stage, **wanted: Any) -> dict[str, Any]:
    told: dict[str, Any] = await stage.home.action(DOMAIN, "restore", wanted, response=True)
    return told


async def test_photos_deleted_in_immich_come_back_everywhere_with_their_album(stage: Stage) -> None:
    roll = {f"Restored/IMG_{number}.jpg": photo(8000 + number) for number in range(MANY)}
    contents = {sha1(content) for content in roll.values()}
    await stage.phone_takes_photos(roll)
    before = await stage.agree()
    ids = [asset["id"] for asset in await stage.immich.assets(trashed=False) if asset["checksum"] in contents]
    await stage.immich.do("make_album", name="Holiday", ids=ids)

    await stage.immich_changes_many(contents, "trashed")
    await stage.home.action(DOMAIN, "sync_now", {"folder": "Phone Photos"}, response=True)
    await stage.decide(await stage.asked("many_files", MANY), "approve")
    for path in roll:
        await stage.on_phone(path, there=False)
    await stage.agree()
    kept = {path.name for path in stage.share.rglob("objects/*/*")}
    assert contents <= kept
    taken = photo(8900)
    await stage.phone_takes_photo("Restored/IMG_0.jpg", taken)
    await stage.agree()

    foreseen = await _restored(stage, pattern="Restored/", limit=MANY, dry_run=True)
    assert (foreseen["count"], foreseen["immich"]) == (MANY, {"from_trash": MANY})
    assert {(item["paths"][0], item["source"]) for item in foreseen["items"]} == {(path, "vault") for path in roll}
    told = await _restored(stage, pattern="Restored/", limit=MANY)
    assert {item["item"] for item in told["items"]} == contents

    for path in (*roll, "Restored/IMG_0 (restored).jpg"):
        await stage.on_phone(path)
    after = await stage.agree()
    beside = {"Restored/IMG_0.jpg": sha1(taken), "Restored/IMG_0 (restored).jpg": sha1(roll["Restored/IMG_0.jpg"])}
    assert after.phone == {**before.phone, **beside}
    assert not {asset["checksum"] for asset in await stage.immich.assets(trashed=True)} & contents
    assert await _album(stage, "Holiday") == contents
    again = await _restored(stage, pattern="Restored/")
    assert again["count"] == 0
