"""A second house in a real S3 server: a replica, backups of Immich's database, and the vault moves there, too."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.homeassistant import FlowError
from tests.servers.s3 import REGION, S3Server
from tests.servers.troubled_line import Line, Trouble

from .browser import Browser, browser
from .far_vault import bucket, line, server
from .photos import photo
from .sides import sha1
from .stage import DOMAIN, FOLDER_FLOW, Stage

__all__ = ["bucket", "line", "server"]

ROLL = {f"Summer/IMG_{number}.jpg": photo(number) for number in range(30)}
LATER = {f"Summer/LATE_{number}.jpg": photo(50_000 + number) for number in range(8)}
"""Taken more than a month after the others."""
TWIN = {"Twins/IMG_0.jpg": photo(100)}
"""Another photo of the same month with a name that is taken."""
EVERY = {**ROLL, **LATER, **TWIN}
BACKUPS = ".immich-syncthing-backups"
INTEGRATION_PAGE = f"config/integrations/integration/{DOMAIN}"

type Json = Any  # what Home Assistant answers


@pytest.fixture(scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory, server: S3Server) -> AsyncIterator[Stage]:
    async with Stage(tmp_path_factory.mktemp("house"), debug=True) as stage:
        await stage.phone_takes_photos(EVERY)
        await stage.agree()
        yield stage
        await stage.agree()
    assert stage.complaints() == []
    assert server.secret_key not in stage.home.log


def place(server: S3Server, line: Line, bucket: str, prefix: str) -> dict[str, str]:
    """Return what a person types about a place in the bucket, at the far end of the line."""
    key = {"access_key": server.access_key, "secret_key": server.secret_key}
    return {"endpoint": line.url, "region": REGION, "bucket": bucket, "prefix": prefix, **key}


def stored(server: S3Server, bucket: str, prefix: str) -> dict[str, bytes]:
    """Return all that lies below a prefix."""
    keys = [key for key in server.keys(bucket) if key.startswith(f"{prefix}/")]
    bodies = ((key, server.client.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys)
    return {key.removeprefix(f"{prefix}/"): body for key, body in bodies}


def manifest(files: dict[str, bytes]) -> dict[str, Json]:
    """Return the true line of each checksum."""
    every = [one for name in sorted(files) if name.endswith(".jsonl") for one in files[name].splitlines()]
    return {told["checksum"]: told for told in map(json.loads, every)}


def passes_then_hangs(line: Line, where: str, times: int) -> Trouble:
    """Let so many requests through, and those after them never come to their end."""
    line.trouble(Trouble(where, times=times))
    return line.trouble(Trouble(where, times=-1, hangs=True))


async def act(stage: Stage, action: str, **data: Json) -> Json:
    """Have an action done and return what it answers."""
    return await stage.home.action(DOMAIN, action, data, response=True)


async def of_replica(stage: Stage, action: str, **data: Json) -> Json:
    """Have something done with the second house."""
    [told] = (await act(stage, action, replica="Second house", **data))["replicas"]
    return told


async def test_all_photos_move_into_a_second_house_although_the_power_fails(
    stage: Stage, server: S3Server, line: Line, bucket: str
) -> None:
    ids = {asset["checksum"]: asset["id"] for asset in await stage.immich.assets()}
    await stage.immich.do("make_album", name="Sea", ids=[ids[sha1(content)] for content in LATER.values()])
    await stage.immich.do("describe", id=ids[sha1(LATER["Summer/LATE_0.jpg"])], text="The first swim")
    cut = passes_then_hangs(line, f"PUT /{bucket}/house/originals/", 12)

    what = {"name": "Second house", "originals": "all", "archived": True, "grace_days": 30}
    pace = {"pace": {"verified_share": 3.5}}
    where = place(server, line, bucket, "house")
    answers = (what | pace, {"next_step_id": "store_s3"}, where)
    added = await stage.home.flow(FOLDER_FLOW, [stage.entry_id, "replica"], *answers)
    if added["type"] != "create_entry":
        raise FlowError(added)
    await stage.find_entities("replica_complete")

    async def cut_in_the_middle() -> bool:
        on_disk = (stage.home.config_dir / ".storage" / "core.config_entries").read_text()
        return cut.met.is_set() and "Second house" in on_disk

    await stage.until(cut_in_the_middle, "the line is cut, and Home Assistant has noted that there is a replica")
    await stage.home.kill()
    copied = [key for key in stored(server, bucket, "house") if key.startswith("originals/")]
    assert 0 < len(copied) <= 12
    line.troubles.clear()
    await stage.home.start()
    await stage.shows(replica_complete="100.0", replica_behind_files="0", replica_copies=str(len(EVERY)))

    run = await of_replica(stage, "replicate")
    assert (run["ending"], run["copied"], run["failed"], run["problem"]) == ("complete", 0, 0, None)
    files = stored(server, bucket, "house")
    lines = manifest(files)
    contents = {sha1(content) for content in EVERY.values()}
    assert {checksum: sha1(files[told["key"]]) for checksum, told in lines.items()} == {one: one for one in contents}
    keys = {path: lines[sha1(content)]["key"] for path, content in EVERY.items()}
    assert {keys[path] for path in LATER} == {f"originals/2026/07/{Path(path).name}" for path in LATER}
    twins = {keys["Summer/IMG_0.jpg"], keys["Twins/IMG_0.jpg"]}
    beside = {f"originals/2026/06/IMG_0 ({sha1(EVERY[path])[:10]}).jpg" for path in keys if path.endswith("/IMG_0.jpg")}
    assert "originals/2026/06/IMG_0.jpg" in twins
    assert len(twins & beside) == 1
    assert all(lines[sha1(content)]["albums"] == ["Sea"] for content in LATER.values())
    assert b"The first swim" in files[keys["Summer/LATE_0.jpg"] + ".xmp"]
    sent = [one.split(" ")[1] for one in line.requests if one.startswith(f"PUT /{bucket}/house/originals/")]
    photos_sent = [one for one in sent if ".jpg" in one and ".xmp" not in one]
    assert len(photos_sent) <= len(EVERY) + cut.hits

    checked = await of_replica(stage, "verify_replica", share=100)
    assert (checked["ending"], checked["checked"]) == ("complete", len(EVERY))
    assert (checked["missing"], checked["damaged"]) == (0, 0)
    drill = await of_replica(stage, "restore_drill", count=10)
    assert (drill["passed"], drill["restored"], drill["compared"], drill["failures"]) == (True, 10, 10, [])

    damaged = f"house/{keys['Summer/IMG_7.jpg']}"
    server.client.put_object(Bucket=bucket, Key=damaged, Body=b"x" * len(ROLL["Summer/IMG_7.jpg"]))
    checked = await of_replica(stage, "verify_replica", share=100)
    assert (checked["damaged"], checked["healed"]) == (1, 1)
    await stage.shows(replica_verification_failures="1", replica_complete="100.0")
    healed = server.client.get_object(Bucket=bucket, Key=damaged)["Body"].read()
    assert healed == ROLL["Summer/IMG_7.jpg"]


async def test_a_backup_of_the_database_lies_in_the_media_directory_beside_a_vault_in_a_directory(stage: Stage) -> None:
    made = await act(stage, "backup_database")
    directory = stage.home.config_dir / "media" / BACKUPS / stage.entry_id
    dump = directory / "database" / made["file"]
    assert dump.stat().st_size == made["size"]
    assert b"PostgreSQL database dump complete" in gzip.decompress(dump.read_bytes())

    [listed] = (await act(stage, "database_backups"))["accounts"]
    assert (listed["place"], listed["problem"], listed["unfinished"]) == (str(directory), None, [])
    assert made["file"] in [one["file"] for one in listed["stored"]]
    assert {one["file"]: one["stored"] for one in listed["in_immich"]}[made["file"]] is True
    await stage.shows(last_database_backup=made["made_at"])


async def test_the_vault_moves_into_s3_over_a_restart_and_gives_back_from_there(
    stage: Stage, server: S3Server, line: Line, bucket: str
) -> None:
    gone = list(ROLL)[10:14]
    contents = {sha1(ROLL[path]) for path in gone}
    await stage.immich_changes_many(contents, "trashed")
    for path in gone:
        await stage.on_phone(path, there=False)
    await stage.agree()
    assert {path.name for path in stage.share.rglob("objects/*/*")} >= contents

    to = {"kind": "s3", **place(server, line, bucket, "vault")}
    foreseen = await act(stage, "migrate_vault", **to, dry_run=True)
    assert (foreseen["started"], foreseen["missing_objects"]) == (False, foreseen["objects"])
    assert foreseen["objects"] >= len(contents)
    cut = passes_then_hangs(line, f"PUT /{bucket}/vault/objects/", 2)
    begun = await act(stage, "migrate_vault", **to, concurrency=1)
    assert (begun["started"], begun["to"]) == (True, f"{bucket}/vault (127.0.0.1)")

    async def cut_in_the_middle() -> bool:
        return cut.met.is_set()

    await stage.until(cut_in_the_middle, "the line is cut")
    await stage.home.kill()
    line.troubles.clear()
    await stage.home.start()

    async def at_the_switch() -> bool:
        state = await stage.home.state(stage.entity("vault_migration"))
        return bool(state["attributes"].get("phase") == "finishing")

    await stage.until(at_the_switch, "the places are being switched")
    await stage.home.kill()
    await stage.home.start()
    await stage.shows(vault_migration="100.0")
    in_s3 = {Path(key).name: sha1(body) for key, body in stored(server, bucket, "vault/objects").items()}
    assert in_s3.items() >= {one: one for one in contents}.items()
    assert {path.name for path in stage.share.rglob("objects/*/*")} >= contents

    old = await act(stage, "migrate_vault", remove_old=0, dry_run=True)
    await act(stage, "migrate_vault", remove_old=old["old_objects"])

    async def old_is_gone() -> bool:
        return not list(stage.share.rglob("objects/*/*"))

    await stage.until(old_is_gone, "the old vault is gone")
    await stage.shows(vault_migration="100.0", status="in_agreement")

    told = await act(stage, "restore", checksum=sha1(ROLL[gone[0]]))
    assert [(item["paths"], item["source"]) for item in told["items"]] == [([gone[0]], "vault")]
    await stage.on_phone(gone[0])
    await stage.agree()
    assert (stage.phone_dir / gone[0]).read_bytes() == ROLL[gone[0]]
    assert await stage.is_active(sha1(ROLL[gone[0]]))

    made = await act(stage, "backup_database")
    dump = stored(server, bucket, "vault")[f"database/{made['file']}"]
    assert b"PostgreSQL database dump complete" in gzip.decompress(dump)


@pytest.fixture
async def page(stage: Stage) -> AsyncIterator[Browser]:
    """Home Assistant's web page, of which nothing complained."""
    async with browser(stage.home) as one:
        yield one
    assert one.console == []


async def test_a_replica_and_another_place_of_the_vault_in_the_browser(
    stage: Stage, page: Browser, server: S3Server, line: Line, bucket: str
) -> None:
    kind = "S3-compatible: AWS, MinIO, Garage, R2, B2, Ceph …"
    await page.open(INTEGRATION_PAGE)
    await page.press("Add replica")
    await page.sees("A second house for the photos", "Also what is in Immich's archive", "Pace, hours, verification")
    assert await page.untranslated() == []
    await page.fill(name="Third house")
    await page.press("Submit")
    await page.sees(kind)
    await page.choose(kind)
    await page.sees("The S3 bucket of the replica", "Seldom needed")
    assert await page.untranslated() == []
    await page.fill(**place(server, line, bucket, "third") | {"secret_key": "not this one"})
    await page.press("Submit")
    await page.sees_part("The server does not accept this key")
    await page.fill(secret_key=server.secret_key)
    await page.press("Submit")
    await page.sees_part("The replica was added.")
    assert await page.untranslated() == []
    await page.press("Finish")

    everything = (await stage.sides()).assets

    async def copied() -> bool:
        # In a thread, and only their names: the line to the server needs this loop.
        keys = await asyncio.to_thread(server.keys, bucket)
        return sum(key.startswith("third/originals/") and key.endswith(".jpg") for key in keys) >= len(everything)

    await stage.until(copied, "everything is in the third house")
    files = stored(server, bucket, "third").items()
    assert {sha1(body) for key, body in files if key.startswith("originals/")} >= everything

    await page.open(INTEGRATION_PAGE)
    await page.of_the_account("Reconfigure")
    await page.choose("Where the vault is")
    await page.sees("Where is the vault?", "Beside the first folder (recommended)")
    assert await page.untranslated() == []
    await page.choose(kind)
    await page.sees("The S3 bucket of the vault")
    assert await page.untranslated() == []
    await page.fill(**place(server, line, bucket, "other"))
    await page.press("Submit")
    await page.sees("Reconfiguration was successful")
    assert "README.txt" in stored(server, bucket, "other")
    await stage.agree()
