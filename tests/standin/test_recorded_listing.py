"""The recorded searches, timeline and server questions, asked again by every kind of caller."""

import json
import re
from dataclasses import replace
from typing import Any

from tests.servers.immich import ImmichStandIn

from .asking import ADMIN_ID, USER2_ID, Asker, install_recorded_people, plant
from .recorded import Entry, NothingReplaysError, check, differences, replayable

SHOWN = "fcff550d-760c-4f40-aca7-acc481cecf03"
TRASHED = "773830f1-7719-4aba-8822-aedce0c8f4c0"
USER2S = "4652e79c-cce2-4ebc-8f11-0df530c86069"


def a_small_library(server: ImmichStandIn) -> None:
    """An asset of each kind that the recorded lists show: January 2026, archive, hidden, trash, another user's."""
    plant(server, SHOWN)
    plant(server, "3582c9b2-0263-4d25-bfa0-33847d4429bc").is_favorite = True
    server.browser.archive(plant(server, "82574d8c-5136-4ecf-a2cc-f38595edae11").id)
    server.browser.hide(plant(server, "0c3eb2eb-0a6e-4c07-b81f-097c02af8a66").id)
    trashed = plant(server, TRASHED)
    trashed.local_date_time = trashed.file_created_at = trashed.file_created_at.replace(year=2024, month=6)
    server.browser.trash(TRASHED)
    plant(server, USER2S, owner_id=USER2_ID)


async def test_every_recorded_search_is_answered_as_it_was(asker2: Asker) -> None:
    keys = install_recorded_people(asker2.server)
    a_small_library(asker2.server)
    for entry in replayable("04-search"):
        minimal = "minimal" in entry.label or entry.label.startswith("search/statistics")
        asker2.key = keys["minimal" if minimal else "all"]
        if entry.request:
            path = entry.path.replace("{id}", SHOWN)
            check(entry, *await asker2.ask(entry.method, path, entry.body))
        else:
            await _search_noted(asker2, entry)


async def _search_noted(asker: Asker, entry: Entry) -> None:
    """Entries whose request is told by the label alone."""
    label = entry.label
    if found := re.match(r"size (\d+)(?: page (\d+))?$", label):
        body = {"size": int(found[1])} | ({"page": int(found[2])} if found[2] else {})
        status, answered = await asker.ask("POST", "/search/metadata", body)
        assert (status, answered["message"]) == (entry.status, entry.body["message"])
    elif label == "order bogus":
        status, answered = await asker.ask("POST", "/search/metadata", {"order": "bogus"})
        assert (status, answered["message"]) == (entry.status, entry.body["message"])
    elif label == "one full item withExif":
        found_item = (await asker.ask("POST", "/search/metadata", {"withExif": True}))[1]["assets"]["items"][0]
        assert list(differences(entry.extra["item"], found_item)) == []
    elif label == "keys with withExif+withPeople+withStacked":
        body = {"withExif": True, "withPeople": True, "withStacked": True}
        found_item = (await asker.ask("POST", "/search/metadata", body))[1]["assets"]["items"][0]
        assert sorted(found_item) == entry.extra["keys"]
    elif label == "GET /assets/{id} with minimal key":
        assert (await asker.ask("GET", f"/assets/{SHOWN}"))[0] == entry.status
    else:
        raise NothingReplaysError(label)


async def test_every_recorded_question_about_the_server_is_answered_as_it_was(asker2: Asker) -> None:
    keys, server = install_recorded_people(asker2.server), asker2.server
    a_small_library(server)
    users = server.world.tables.users
    token = server.world.add_session(users[ADMIN_ID]).token
    server.world.add_session(users[USER2_ID])
    asker2.key = keys["all"]
    await asker2.ask("PUT", "/tags", {"tags": ["probe/tag"]})
    await asker2.ask("POST", "/albums", {"albumName": "probe album", "assetIds": [SHOWN]})
    who = {name: keys[name] for name in ("all", "minimal", "user2")} | {"api key": keys["all"], "no auth": ""}
    for entry in replayable("05-timeline-server"):
        if entry.label.startswith("auth by"):
            await _authenticated_by(asker2, entry, keys, token)
            continue
        caller = re.match(r"\[(user2|[^\]]+)", entry.label)
        name = caller[1] if caller else "all"
        headers = {"x-immich-user-token": token} if name.startswith("session") else {}
        asker2.key = "" if headers else who.get(name, "wrong")
        if entry.request:
            check(entry, *await asker2.ask(entry.method, entry.path, entry.body, headers=headers))
        else:
            await _plain_page(asker2, entry)


async def _authenticated_by(asker: Asker, entry: Entry, keys: dict[str, str], token: str) -> None:
    """Each way to say who one is; the recorder used the minimal key, or the session, or the full key."""
    way, secret = entry.label.removeprefix("auth by "), keys["minimal"]
    sent: dict[str, dict[str, Any]] = {
        "x-api-key": {"headers": {"x-api-key": secret}},
        "Authorization": {"headers": {"Authorization": f"Bearer {secret}"}},
        "x-immich-user-token": {"headers": {"x-immich-user-token": token}},
        "x-immich-session-token": {"headers": {"x-immich-session-token": token}},
        "Cookie": {"headers": {"Cookie": f"immich_access_token={token}"}},
        "query apiKey": {"params": {"apiKey": keys["all"]}},
        "query api_key": {"params": {"api_key": keys["all"]}},
        "query key": {"params": {"key": keys["all"]}},
        "query sessionKey": {"params": {"sessionKey": keys["all"]}},
    }
    nobody = Asker(asker.server, asker.session, "")
    status, answered = await nobody.ask("GET", "/users/me", **sent[way])
    assert status == entry.status, entry.label
    if status != 200:
        assert answered["message"] == json.loads(entry.body)["message"]


async def _plain_page(asker: Asker, entry: Entry) -> None:
    path = {".well-known/immich": "/.well-known/immich", "unknown route": "/api/nope"}[entry.label]
    async with asker.session.get(asker.server.url + path) as answer:
        shown = replace(entry, response=json.loads(entry.body))
        check(shown, answer.status, await answer.json(), frozenset({"endpoint"}))


async def test_a_key_with_one_permission_opens_what_it_opened(asker2: Asker) -> None:
    """The recorder tried the same list of calls with keys of one permission each."""
    server, asker = asker2.server, asker2
    for entry in replayable("05b-permissions"):
        if entry.label.startswith("no auth"):
            asker.key = ""
            status, answered = await asker.ask("GET", entry.label.removeprefix("no auth "))
            assert status == entry.status, entry.label
            assert status == 200 or answered["message"] == json.loads(entry.body)["message"]
            continue
        opened: dict[str, list[str]] = {name: entry.extra[name] for name in entry.extra}
        calls = sorted({call for calls in opened.values() for call in calls} - {"POST /download/info"})
        for permission, expected in opened.items():
            asker.key = server.make_key(permission)
            found = [call for call in calls if await _is_open(asker, call)]
            assert sorted(found) == sorted(set(expected) & set(calls)), permission


async def _is_open(asker: Asker, call: str) -> bool:
    method, path = call.split(" ")
    bodies: dict[str, Any] = {
        "POST /assets/bulk-upload-check": {"assets": [{"id": "1", "checksum": "0" * 40}]},
        "DELETE /assets": {"ids": []},
        "POST /trash/restore/assets": {"ids": []},
        "POST /albums": {"albumName": "x"},
        "PUT /tags": {"tags": ["x"]},
    }
    status, _ = await asker.ask(method, path, bodies.get(call, {} if method != "GET" else None))
    return status < 400
