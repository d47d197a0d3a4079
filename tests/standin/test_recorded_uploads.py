"""The recorded uploads, sent again."""

import ast
import base64
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from .asking import SENT, UNKNOWN_ID, USER2_ID, Asker, install_recorded_people, jpeg, sha1
from .recorded import Entry, NothingReplaysError, check, replayable

XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 exif:DateTimeOriginal="2019-09-09T09:09:09"><dc:description><rdf:Alt><rdf:li>from sidecar</rdf:li></rdf:Alt>
</dc:description></rdf:Description></rdf:RDF></x:xmpmeta>"""
STATUS = frozenset({"status"})


class Story:
    """Sends what the labels of 01-upload describe; every picture is new unless the label says otherwise."""

    def __init__(self, asker: Asker, keys: dict[str, str]) -> None:
        self.asker, self.keys, self.number = asker, keys, 0
        self.first, self.header_picture, self.last = jpeg(1), jpeg(2), jpeg(1)
        self.ids: dict[str, str] = {}

    def fresh(self) -> bytes:
        self.number += 1
        self.last = jpeg(1000 + self.number)
        return self.last

    async def send(self, entry: Entry) -> tuple[int, Any]:
        """The answer to what the label describes: by its pattern, else by its name."""
        label = entry.label
        if label.startswith("missing "):
            return await self.asker.upload(self.fresh(), fields={label.split()[1]: None})
        if found := re.match(r"date format (.*)", label):
            return await self.asker.upload(self.fresh(), fields={"fileCreatedAt": found[1], "fileModifiedAt": found[1]})
        if found := re.match(r"name (.*)", label):
            return await self.asker.upload(self.fresh(), found[1])
        if found := re.match(r"filename FIELD (.*) len \d+$", label, re.DOTALL):
            return await self.asker.upload(self.fresh(), fields={"filename": ast.literal_eval(found[1])})
        return await self._send_named(label)

    async def _send_named(self, label: str) -> tuple[int, Any]:
        up, checksum = self.asker.upload, sha1(self.header_picture)
        if found := re.match(r"header '(.*)'$", label):
            if "_" in found[1]:
                return await up(self.fresh(), headers={"x-immich-checksum": _urlsafe(checksum)})
            picture = self.fresh() if found[1] == "garbage" else self.last
            return await up(picture, headers={"x-immich-checksum": found[1]})
        plain: dict[str, Any] = {
            "new (minimal key), all 4 fields": lambda: self._as("minimal", self.first),
            "duplicate, same bytes": lambda: up(self.first),
            "duplicate, other name + deviceAssetId": lambda: up(self.first, "b.jpg", fields={"deviceAssetId": "other"}),
            "same bytes by another user": lambda: self._as("user2", self.first),
            "different bytes, same deviceAssetId+deviceId": lambda: up(self.fresh()),
            "empty deviceAssetId/deviceId": lambda: up(self.fresh(), fields={"deviceAssetId": "", "deviceId": ""}),
            "no file part (urlencoded)": lambda: up(None),
            "file in an unexpected field": lambda: up(None, parts=[("other", self.fresh(), "o.jpg")]),
            "only sidecarData": lambda: up(None, parts=[("sidecarData", XMP, "s.xmp")]),
            "two assetData parts": lambda: up(self.fresh(), parts=[("assetData", self.fresh(), "b.jpg")]),
            "unknown extra field": lambda: up(self.fresh(), fields={"extra": "1"}),
            "isFavorite=true visibility=archive duration": lambda: up(
                self.fresh(), fields={"isFavorite": "true", "visibility": "archive", "duration": "0:00:00.000"}
            ),
            "bad visibility": lambda: up(self.fresh(), fields={"visibility": "nowhere"}),
            "visibility=timeline": lambda: up(self.fresh(), fields={"visibility": "timeline"}),
            "visibility=hidden": lambda: up(self.fresh(), fields={"visibility": "hidden"}),
            "new with correct hex header": lambda: up(self.header_picture, headers={"x-immich-checksum": checksum}),
            "dup with hex header": lambda: up(self.header_picture, headers={"x-immich-checksum": checksum}),
            "dup with HEX upper header": lambda: up(self.fresh(), headers={"x-immich-checksum": checksum.upper()}),
            "dup with base64 header": lambda: up(self.fresh(), headers={"x-immich-checksum": _base64(checksum)}),
            "header of existing asset but OTHER body": lambda: up(
                self.fresh(), headers={"x-immich-checksum": checksum}
            ),
            "header of existing asset, no body at all": lambda: self._bare("all", checksum),
            "user2 with the header of admin's asset, no body": lambda: self._bare("user2", checksum),
            "wrong checksum header (of nothing), new body": lambda: up(
                self.fresh(), headers={"x-immich-checksum": "0" * 40}
            ),
            "trash A3": lambda: self._delete(force=False),
            "upload bytes of TRASHED asset, no header": lambda: up(self.header_picture),
            "upload bytes of TRASHED asset, with header": lambda: up(
                self.header_picture, headers={"x-immich-checksum": checksum}
            ),
            "force delete A3 (already trashed)": lambda: self._delete(force=True),
            "upload 2 s after force delete": lambda: up(self.header_picture),
            "with sidecarData": lambda: up(self.fresh(), parts=[("sidecarData", XMP, "s.xmp")]),
            "duplicate with sidecarData": lambda: up(self.last, parts=[("sidecarData", XMP, "s.xmp")]),
            "sidecarData with .txt name": lambda: up(self.fresh(), parts=[("sidecarData", XMP, "s.txt")]),
            "video mp4": lambda: up(b"a video", "v.mp4"),
            "still with livePhotoVideoId of that video": lambda: up(
                self.fresh(), "still.jpg", fields={"livePhotoVideoId": self.ids["video mp4"]}
            ),
            "livePhotoVideoId unknown": lambda: up(self.fresh(), fields={"livePhotoVideoId": UNKNOWN_ID}),
            "livePhotoVideoId of an image": lambda: up(
                self.fresh(), fields={"livePhotoVideoId": self.ids["unknown extra field"]}
            ),
            "livePhotoVideoId not uuid": lambda: up(self.fresh(), fields={"livePhotoVideoId": "abc"}),
            "metadata mobile-app": lambda: up(
                self.fresh(), fields={"metadata": '[{"key": "mobile-app", "value": {"iCloudId": "abc"}}]'}
            ),
            "metadata custom key": lambda: up(
                self.fresh(), fields={"metadata": '[{"key": "ha-backup", "value": {"n": 1, "path": "a/b"}}]'}
            ),
            "metadata []": lambda: up(self.fresh(), fields={"metadata": "[]"}),
            "metadata not json": lambda: up(self.fresh(), fields={"metadata": "nope"}),
            "GET metadata": lambda: self._get("metadata mobile-app", "/metadata"),
            "GET metadata custom": lambda: self._get("metadata custom key", "/metadata"),
            "GET force-deleted id at once": lambda: self._gone("new with correct hex header"),
            "GET force-deleted id 2 s later": lambda: self._gone("new with correct hex header"),
            "noext part name but filename field=real.jpg (field BEFORE file)": lambda: up(
                self.fresh(), "noext", fields={"filename": "real.jpg"}
            ),
            "noext part name, filename field AFTER the file": lambda: up(
                self.fresh(), "noext", after={"filename": "real.jpg"}
            ),
            "part.jpg, other fields AFTER the file, filename=real.jpg": lambda: up(
                self.fresh(),
                "part.jpg",
                fields={"fileCreatedAt": None, "fileModifiedAt": None},
                after={"fileCreatedAt": SENT, "fileModifiedAt": SENT, "filename": "real.jpg"},
            ),
            "zero-byte file": lambda: up(b"", "zero.jpg"),
            "part content-type text/plain but .jpg": lambda: up(self.fresh()),
            "half a JPEG, well-formed request (accepted as another file?)": lambda: up(self.fresh()[:400]),
            "no closing boundary, Content-Length right": self._unfinished,
            "no auth": lambda: Asker(self.asker.server, self.asker.session, "").upload(self.fresh()),
            "wrong key": lambda: Asker(self.asker.server, self.asker.session, "wrong").upload(self.fresh()),
        }
        if label not in plain:
            raise NothingReplaysError(label)
        answer: tuple[int, Any] = await plain[label]()
        return answer

    def observe(self, entry: Entry, answered: Any) -> None:
        """Compare what the recorder looked up after the entry before."""
        assets = self.asker.server.world.tables.assets
        match entry.label.strip():
            case "stored dates":
                asset = assets[answered["id"]]
                assert f"{asset.file_created_at:%Y-%m-%dT%H:%M:%S}.000Z" == entry.extra["fileCreatedAt"]
            case "stored" | "originalFileName":
                assert assets[answered["id"]].name == entry.extra["n"]
            case "stored checksum after wrong header":
                assert assets[answered["id"]].checksum.hex() == sha1(self.last)
            case "GET trashed asset after that":
                assert assets[answered["id"]].is_trashed is entry.extra["isTrashed"]
            case "after link: video":
                assert assets[self.ids["video mp4"]].visibility == entry.extra["visibility"]
            case "after link: still":
                still = self.ids["still with livePhotoVideoId of that video"]
                assert assets[still].live_photo_video_id == self.ids["video mp4"]
            case "sidecar asset: description/date from the XMP":
                asset = assets[self.ids["with sidecarData"]]
                assert asset.exif.description == entry.extra["description"]
                assert f"{asset.file_created_at:%Y-%m-%dT%H:%M:%S}.000Z" == entry.extra["fileCreatedAt"]
            case other:
                raise NothingReplaysError(other)

    async def _as(self, name: str, content: bytes) -> tuple[int, Any]:
        return await Asker(self.asker.server, self.asker.session, self.keys[name]).upload(content)

    async def _bare(self, name: str, checksum: str) -> tuple[int, Any]:
        other = Asker(self.asker.server, self.asker.session, self.keys[name])
        return await other.ask("POST", "/assets", headers={"x-immich-checksum": checksum})

    async def _delete(self, *, force: bool) -> tuple[int, Any]:
        ids = [self.ids["new with correct hex header"]]
        answer = await self.asker.ask("DELETE", "/assets", {"ids": ids, "force": force})
        if force:
            await self.asker.server.settle()
            self.ids["again"] = (await self.asker.upload(self.header_picture))[1]["id"]
        return answer

    async def _get(self, which: str, tail: str) -> tuple[int, Any]:
        return await self.asker.ask("GET", f"/assets/{self.ids[which]}{tail}")

    async def _gone(self, which: str) -> tuple[int, Any]:
        return await self.asker.ask("GET", f"/assets/{self.ids[which]}")

    async def _unfinished(self) -> tuple[int, Any]:
        body = b'--b\r\nContent-Disposition: form-data; name="assetData"; filename="a.jpg"\r\n\r\n' + self.fresh()
        headers = {"Content-Type": "multipart/form-data; boundary=b", "x-api-key": self.asker.key}
        url = f"{self.asker.server.url}/api/assets"
        async with self.asker.session.post(url, data=body, headers=headers) as answer:
            return answer.status, await answer.json()


def _base64(checksum: str) -> str:
    return base64.b64encode(bytes.fromhex(checksum)).decode()


def _urlsafe(checksum: str) -> str:
    return _base64(checksum).replace("+", "-").replace("/", "_")


async def test_every_recorded_upload_is_answered_as_it_was(asker2: Asker) -> None:
    keys = install_recorded_people(asker2.server)
    story, answered = Story(asker2, keys), None
    asker2.key = keys["all"]
    for entry in replayable("01-upload"):
        if entry.label.startswith("aiohttp part filename"):
            await _aiohttp_names(asker2, story, entry)
            continue
        if not entry.request:
            await asker2.server.settle()
            story.observe(entry, answered)
            continue
        status, answered = await story.send(entry)
        check(entry, status, answered, STATUS)
        if isinstance(answered, dict) and "id" in answered:
            story.ids[entry.label] = answered["id"]


async def _aiohttp_names(asker: Asker, story: Story, entry: Entry) -> None:
    """Percent-encoded names are stored as they come."""
    name = entry.extra["name"] if entry.label.endswith("False") else entry.extra["stored"]
    status, answered = await asker.upload(story.fresh(), name)
    assert (status, asker.server.world.tables.assets[answered["id"]].name) == (201, entry.extra["stored"])


async def test_the_recorded_uploads_about_locked_empty_and_too_much(asker2: Asker) -> None:
    keys = install_recorded_people(asker2.server)
    asker2.key = keys["all"]
    user2 = Asker(asker2.server, asker2.session, keys["user2"])
    locked, zero = jpeg(5), (await asker2.upload(b"", "zero.jpg"))[1]["id"]
    await asker2.server.settle()
    asked = {"assets": [{"id": "l", "checksum": sha1(locked)}]}
    play: dict[str, Callable[[], Awaitable[tuple[int, Any]]]] = {
        "visibility=locked": lambda: asker2.upload(locked, fields={"visibility": "locked"}),
        "GET locked asset with key": lambda: asker2.ask("GET", f"/assets/{asker2.server.browser.find('a.jpg').id}"),
        "duplicate of a locked asset": lambda: asker2.upload(locked),
        "bulk-upload-check of a locked asset": lambda: asker2.ask("POST", "/assets/bulk-upload-check", asked),
        "second zero-byte file": lambda: asker2.upload(b"", "other.jpg"),
        "zero-byte asset": lambda: asker2.ask("GET", f"/assets/{zero}"),
        "set quota 10000": lambda: asker2.ask("PUT", f"/admin/users/{USER2_ID}", {"quotaSizeInBytes": 10000}),
        "upload over quota": lambda: user2.upload(b"x" * 10_001),
        "users/me quota": lambda: user2.ask("GET", "/users/me"),
        "server/storage with quota": lambda: asker2.ask("GET", "/server/storage"),
        "server/storage without quota": lambda: asker2.ask("GET", "/server/storage"),
        "media types": lambda: asker2.ask("GET", "/server/media-types"),
        "aiohttp: header only, no body": lambda: _header_only(asker2, sha1(b"")),
        "aiohttp: unknown checksum header, no body": lambda: _header_only(asker2, "0" * 40),
    }
    for entry in replayable("01b-upload-more"):
        status, answered = await play[entry.label]()
        if entry.label == "users/me quota":
            assert answered["quotaSizeInBytes"] == entry.extra["quotaSizeInBytes"]
        elif entry.request:
            check(entry, status, answered, STATUS)
        else:
            check(replace(entry, response=entry.body), status, answered, STATUS)


async def _header_only(asker: Asker, checksum: str) -> tuple[int, Any]:
    return await asker.ask("POST", "/assets", headers={"x-immich-checksum": checksum})
