"""The recorded albums, tags, updates and downloads, asked again."""

import ast
import json
import re
from typing import Any

from .asking import ADMIN_ID, UNKNOWN_ID, USER2_ID, Asker, install_recorded_people, jpeg, plant
from .recorded import Entry, NothingReplaysError, check, recorded, replayable

FILE = "09-assets-albums-tags"
FOREIGN = "314ea8de-cc0a-4d58-a699-f6187226cfbd"
EXACT = frozenset({"success", "error", "count", "albumName", "description", "assetCount", "name", "value"})
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Album:
    """Walks through the file; ids that the server makes up are translated from the recording's to ours."""

    def __init__(self, asker: Asker, keys: dict[str, str]) -> None:
        self.asker, self.keys, self.ids = asker, keys, dict[str, str]()
        self.file_id = ""

    async def prepare(self) -> None:
        asked = [json.dumps(entry.body) + entry.path for entry in recorded(FILE)]
        for asset_id in sorted({found for text in asked for found in _ID.findall(text)} - {UNKNOWN_ID, FOREIGN}):
            if not any(f"/{kind}/{asset_id}" in text for text in asked for kind in ("albums", "tags")):
                plant(self.asker.server, asset_id)
        plant(self.asker.server, FOREIGN, owner_id=USER2_ID)
        self.asker.key = self.keys["all"]
        self.file_id = (await self.asker.upload(jpeg(3)))[1]["id"]
        await self.asker.server.settle()

    async def before(self, entry: Entry) -> None:
        """What the recorder did between two recorded requests, or in one that was cut."""
        self.asker.key = self.keys["all"]
        match entry.label:
            case "album add again":
                album_id = next(iter(self.asker.server.world.tables.albums))
                await self.asker.ask("PUT", f"/albums/{album_id}/assets", entry.body)
            case "album add a trashed asset":
                self.asker.server.browser.trash(*entry.body["ids"])
            case "album withoutAssets":
                self.asker.server.browser.restore_everything()
            case "POST /tags existing":
                await self.asker.ask("PUT", "/tags", {"tags": ["solo"]})
            case _:
                pass

    async def play(self, entry: Entry) -> tuple[int, Any]:
        minimal, user2 = "minimal key" in entry.label, "by user2" in entry.label
        self.asker.key = self.keys["minimal" if minimal else "user2" if user2 else "all"]
        path, body = self._ours(entry.path), json.loads(self._ours(json.dumps(entry.body)))
        if not _ID.search(path) and "{id}" in path:
            path = path.replace("{id}", self.file_id)
        answer = await self.asker.ask(entry.method, path, body)
        self._learn(entry.response, answer[1])
        return answer

    def _ours(self, text: str) -> str:
        return _ID.sub(lambda found: self.ids.get(found[0], found[0]), text)

    def _learn(self, was: Any, now: Any) -> None:
        if isinstance(was, dict) and isinstance(now, dict):
            if isinstance(was.get("id"), str) and isinstance(now.get("id"), str):
                self.ids[was["id"]] = now["id"]
        elif isinstance(was, list) and isinstance(now, list):
            for one, other in zip(was, now, strict=False):
                self._learn(one, other)

    async def fetch(self, entry: Entry) -> None:
        """Downloads, which are told by the label: ``GET path {headers}``."""
        found = re.match(r"(GET|HEAD) ?(/\S+|original) ?(\{.*\})?$", entry.label)
        if found is None:
            raise NothingReplaysError(entry.label)
        path = ("/assets/{id}/original" if found[2] == "original" else found[2]).replace("{id}", self.file_id)
        headers = ast.literal_eval(found[3]) if found[3] else {}
        server, session = self.asker.server, self.asker.session
        if "If-None-Match" in headers:
            async with session.head(f"{server.url}/api{path}", headers={"x-api-key": self.keys["all"]}) as head:
                headers["If-None-Match"] = head.headers["ETag"]
        headers["x-api-key"] = self.keys["minimal" if entry.status == 403 else "all"]
        async with session.request(found[1], f"{server.url}/api{path}", headers=headers) as answer:
            assert answer.status == entry.status, entry.label
            content = await answer.read()
        size = len(server.browser.content(self.file_id))
        if "/original" in path and found[1] == "GET" and entry.status in {200, 206}:
            assert size - len(content) in {0, size - 10, 100}, entry.label
        if entry.status in {400, 403}:
            assert json.loads(content)["message"] == json.loads(_whole(entry.extra["text"]))["message"]


def _whole(text: str) -> str:
    """Some refusals were cut at the correlation id."""
    return text if text.endswith("}") else text.partition(',"correlationId')[0] + "}"


async def test_every_recorded_album_tag_update_and_download_is_answered_as_it_was(asker2: Asker) -> None:
    keys = install_recorded_people(asker2.server)
    story = Album(asker2, keys)
    await story.prepare()
    for entry in replayable(FILE):
        await story.before(entry)
        if entry.request:
            check(entry, *await story.play(entry), EXACT)
        else:
            await story.fetch(entry)
    assert asker2.server.admin.id == ADMIN_ID
    assert asker2.server.server.crashes == []
