"""A vault in a real S3 server: what was deleted is there and nowhere else, and all of it comes back."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.s3 import REGION, S3Server
from tests.servers.troubled_line import Line, Trouble

from .far_vault import bucket, line, server
from .photos import photo
from .sides import sha1
from .stage import DOMAIN, Stage

__all__ = ["bucket", "line", "server"]

MANY = 100


@pytest.fixture(scope="module")
async def stage(
    tmp_path_factory: pytest.TempPathFactory, server: S3Server, line: Line, bucket: str
) -> AsyncIterator[Stage]:
    form = {
        "endpoint": line.url,
        "region": REGION,
        "bucket": bucket,
        "prefix": "immich/vault",
        "access_key": server.access_key,
        "secret_key": server.secret_key,
    }
    vault = ({"next_step_id": "store_s3"}, form)
    async with Stage(tmp_path_factory.mktemp("s3"), vault=vault, debug=True) as stage:
        await stage.phone_takes_photos({f"Before/IMG_{number}.jpg": photo(10_000 + number) for number in range(10)})
        await stage.agree()
        yield stage
        await stage.agree()
    assert stage.complaints() == []
    assert server.secret_key not in stage.home.log


def kept(server: S3Server, bucket: str) -> dict[str, str]:
    """Return the checksum of each object of bytes in the vault, by its name."""
    keys = [key for key in server.keys(bucket) if key.startswith("immich/vault/objects/")]
    bodies = ((key, server.client.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys)
    return {Path(key).name: sha1(body) for key, body in bodies}


async def albums(stage: Stage) -> dict[str, set[str]]:
    """Return the checksums of what each album shows."""
    state = await stage.immich.state()
    contents = {asset["id"]: asset["checksum"] for asset in state["assets"]}
    return {album["name"]: {contents[one] for one in album["asset_ids"]} for album in state["albums"]}


async def test_a_hundred_photos_deleted_in_immich_are_all_in_s3_and_all_come_back(
    stage: Stage, server: S3Server, bucket: str
) -> None:
    roll = {f"Holiday/IMG_{number}.jpg": photo(20_000 + number) for number in range(MANY)}
    contents = {sha1(content): path for path, content in roll.items()}
    await stage.phone_takes_photos(roll)
    before = await stage.agree(180)
    ids = {asset["checksum"]: asset["id"] for asset in await stage.immich.assets(trashed=False)}
    await stage.immich.do("make_album", name="Sea", ids=[ids[one] for one in list(contents)[:60]])
    await stage.immich.do("make_album", name="Hills", ids=[ids[one] for one in list(contents)[50:]])
    in_albums = await albums(stage)

    await stage.immich_changes_many(contents, "trashed")
    await stage.home.action(DOMAIN, "sync_now", {"folder": "Phone Photos"}, response=True)
    question = await stage.asked("many_files", MANY)
    assert kept(server, bucket) == {}
    assert (await stage.sides()).phone == before.phone

    await stage.decide(question, "approve")
    for path in roll:
        await stage.on_phone(path, there=False)
    await stage.agree()
    assert kept(server, bucket) == {one: one for one in contents}
    assert server.unfinished(bucket) == []
    assert list(stage.root.rglob("objects/*/*")) == []

    told = await stage.home.action(DOMAIN, "restore", {"pattern": "Holiday/", "limit": MANY}, response=True)
    assert {item["item"] for item in told["items"]} == set(contents)
    for path in roll:
        await stage.on_phone(path)
    after = await stage.agree()
    assert (after.phone, after.server, after.assets) == (before.phone, before.server, before.assets)
    assert await albums(stage) == in_albums
    assert not {asset["checksum"] for asset in await stage.immich.assets(trashed=True)} & contents.keys()


async def killed_in_the_midst(stage: Stage, line: Line, where: str, times: int, action: str, **data: Any) -> None:
    """Begin something, let so many requests through, and kill Home Assistant while a further one is on its way."""
    line.trouble(Trouble(where, times=times))
    cut = line.trouble(Trouble(where, times=-1, hangs=True))
    doing = asyncio.ensure_future(stage.home.action(DOMAIN, action, data, response=True))

    async def met() -> bool:
        return cut.met.is_set()

    await stage.until(met, "it is in the midst of it")
    await stage.home.kill()
    await asyncio.wait([doing])
    assert doing.exception() is not None
    line.troubles.clear()
    await stage.home.start()


async def test_home_assistant_is_killed_while_photos_come_back_from_s3(stage: Stage, line: Line, bucket: str) -> None:
    roll = {f"Later/IMG_{number}.jpg": photo(30_000 + number) for number in range(12)}
    await stage.phone_takes_photos(roll)
    before = await stage.agree()
    await stage.immich_changes_many([sha1(content) for content in roll.values()], "trashed")
    for path in roll:
        await stage.on_phone(path, there=False)
    await stage.agree()

    await killed_in_the_midst(stage, line, f"GET /{bucket}/immich/vault/objects/", 5, "restore", pattern="Later/")

    for path in roll:
        await stage.on_phone(path)
    after = await stage.agree()
    assert (after.phone, after.server, after.assets) == (before.phone, before.server, before.assets)
    again = await stage.home.action(DOMAIN, "restore", {"pattern": "Later/", "dry_run": True}, response=True)
    assert again["items"] == []


async def test_home_assistant_is_killed_while_a_dump_goes_to_s3(
    stage: Stage, server: S3Server, line: Line, bucket: str
) -> None:
    await killed_in_the_midst(stage, line, f"PUT /{bucket}/immich/vault/database/", 1, "backup_database")
    [listed] = (await stage.home.action(DOMAIN, "database_backups", {}, response=True))["accounts"]
    assert listed["stored"] == [], "half of it is no backup"

    made = await stage.home.action(DOMAIN, "backup_database", {}, response=True)
    [listed] = (await stage.home.action(DOMAIN, "database_backups", {}, response=True))["accounts"]
    assert ([one["file"] for one in listed["stored"]], listed["unfinished"]) == ([made["file"]], [])
    dump = server.client.get_object(Bucket=bucket, Key=f"immich/vault/database/{made['file']}")["Body"].read()
    assert b"PostgreSQL database dump complete" in gzip.decompress(dump)
