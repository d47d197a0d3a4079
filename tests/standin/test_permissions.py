"""Keys: which names there are, and what they open."""

import pytest

from tests.servers.immich import ImmichStandIn

from .asking import Asker


async def test_a_version_takes_only_names_that_it_knows(asker2: Asker, asker3: Asker) -> None:
    for asker, known, unknown in (
        (asker2, "asset.replace", "workflow.logs"),
        (asker3, "workflow.logs", "asset.replace"),
    ):
        assert (await asker.ask("POST", "/api-keys", {"name": "x", "permissions": [known]}))[0] == 201
        assert (await asker.ask("POST", "/api-keys", {"name": "x", "permissions": [unknown]}))[0] == 400


async def test_a_key_cannot_grant_more_than_itself(asker: Asker) -> None:
    asker.key = asker.server.make_key("apiKey.create", "asset.read")
    assert (await asker.ask("POST", "/api-keys", {"permissions": ["asset.read"]}))[0] == 201
    assert (await asker.ask("POST", "/api-keys", {"permissions": ["asset.delete"]}))[0] == 400


@pytest.mark.parametrize(
    ("permission", "opened"),
    [
        ("maintenance", "/admin/database-backups"),
        ("job.read", "/jobs"),
        ("queue.read", "/queues"),
        ("backup.list", None),
    ],
)
async def test_the_administrators_keys_open_one_door_each(asker: Asker, permission: str, opened: str | None) -> None:
    asker.key = asker.server.make_key(permission)
    doors = ("/admin/database-backups", "/jobs", "/queues")
    assert [door for door in doors if (await asker.ask("GET", door))[0] == 200] == ([opened] if opened else [])


async def test_what_2_7_had_and_3_dropped_is_not_found(v2: ImmichStandIn, v3: ImmichStandIn, asker2: Asker) -> None:
    asker3 = Asker(v3, asker2.session)
    body = {"deviceAssetIds": [], "deviceId": "x"}
    assert (await asker2.ask("POST", "/assets/exist", body))[0] == 200
    assert await asker3.ask("POST", "/assets/exist", body) == (404, {"message": "Cannot POST /api/assets/exist"})
    assert v2.server.crashes == v3.server.crashes == []
