"""What a real Immich 2.7.5 was asked and answered (2026-11-20), ready to be asked again of the stand-in.

``replayable(file)`` yields the recorded entries in order, except those named in NOT_REPLAYED with the reason. A test
that replays a file must handle every entry that it gets, so that nothing is left out in silence. 14 to 17 hold
observations of bad days: there each test names the entry that it lives through (``entry_of``). Not kept at all: timings
and sizes (10 to 13), and libraries and partners (16), which test_libraries_and_partners.py tells in its own words.
"""

import fnmatch
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "fixtures" / "immich-2.7.5"

_TIMING = "a duration of that machine, no behaviour"
_SIZE = "the size of a list of that world"
_OBSERVED = "an observation of the recorder about the entry before, checked with it or by a test of its own"
_SESSION = "the sync stream for sessions is beyond the stand-in"
_HTTPX = "how another client library writes part names, not what the server does"
_TRIMMED = "ids or bodies were cut when recorded"
_REPLACE = "PUT /assets/{id}/original: deprecated, gone in 3.0, not used here"
_SETTINGS = "settings of the server, which nothing here reads"

NOT_REPLAYED: dict[str, dict[str, str]] = {
    "01-upload": {
        "raw: *": "raw sockets: test_uploads.py has its own",
        "httpx: *": _HTTPX,
        "next request on the same client": _HTTPX,
        "part filename (httpx)*": _HTTPX,
        "filename FIELD '*' len 255": "the name was cut when recorded; test_uploads.py has its own long name",
        "filename FIELD '*' len 304": "the name was cut when recorded; test_uploads.py has its own long name",
        "filename FIELD '*' len 5004": "the name was cut when recorded; test_uploads.py has its own long name",
        "truncated upload *": "raw sockets: test_uploads.py has its own",
        "files on disk vs assets at end": _SIZE,
        "Transfer-Encoding: chunked upload": "test_uploads.py has its own",
        "visibility=locked": "the recorder sent bytes that it had sent before; 01b has the honest one",
        "upload at once after force delete": "a race with the job: 201 here, 200 in another run",
        "new id?": _OBSERVED,
        "header ''": "the recorder sent the bytes of the entry before",
        "video asset": "the real ffprobe looked into the file",
    },
    "01b-upload-more": {
        "aiohttp slow *": "test_uploads.py has its own",
    },
    "02-bulk-upload-check": {
        "* checksums *": "only the limit is behaviour: test_oracle.py has it",
    },
    "03-delete-trash": {
        "asset before / after trash": _OBSERVED,
        "before/after restore": _OBSERVED,
        "trash 300 in one request": _TIMING,
        "restore 300": _TIMING,
        "force-delete 300": _TIMING,
        "time until all 300 checksums are free again": _TIMING,
        "live pair": "test_trash.py has its own live photo",
        "trash the still of a live photo": "test_trash.py has its own live photo",
        "pair after": "test_trash.py has its own live photo",
        "restored still": "test_trash.py has its own live photo",
        "force delete the still": "test_trash.py has its own live photo",
    },
    "04-search": {
        "paged all by 10": "test_search.py has its own lossy paging",
        "order default: which column": _OBSERVED,
        "order asc": _OBSERVED,
        "order desc": _OBSERVED,
        "updatedAt right after upload*": "test_search.py follows updatedAt",
        "updatedAt on *": "test_search.py follows updatedAt",
        "filter *": "matched against eight assets of that world: test_search.py has its own eight",
        "size [1-9]*": _SIZE,
        "envelope": "the empty body replayed shows it",
        "one full item (no withExif)": "the empty body replayed shows it",
        "checksum format": _OBSERVED,
        "trashed item as listed": _OBSERVED,
        "GET trashed: keys": "GET /assets/{id} full shows them",
        "type VIDEO *": _SIZE,
        "hidden": _SIZE,
        "search/random": _SIZE,
        "search/large-assets": _SIZE,
        "updatedAfter == updatedAt exactly": "test_search.py has its own",
    },
    "05-timeline-server": {
        "?all? /system-config": _SETTINGS,
        "?session token? /system-config": _SETTINGS,
        "?minimal? /system-config": _SETTINGS,
        "?user2* /system-config": _SETTINGS,
        "?no auth? *": "the recorder's cookie jar was logged in; 05b-permissions has the honest ones",
        "?wrong key? /system-config": _SETTINGS,
        "bucket columns": _OBSERVED,
        "at once after *": _OBSERVED,
        "after jobs": _OBSERVED,
        "after the job": _OBSERVED,
        "force-deleted, background queue paused": "test_trash.py has its own window",
        "/ without web build": "an installation without its web page",
    },
    "06-sync": {
        "POST /sessions with a session token*": _SESSION,
        "POST ack (last*": _SESSION,
        "GET ack": _SESSION,
        "bogus *": _SESSION,
        "full-sync*": "deprecated, gone in 3.0, not used here",
        "delta-sync*": "deprecated, gone in 3.0, not used here",
    },
    "07-websocket": {
        "upload by user2": "the same event in another room: test_socket.py has the rooms",
        "upload with visibility=archive": "as an upload",
        "system config update": _SETTINGS,
    },
    "08-jobs-backups": {
        "time until the backup is listed": _TIMING,
        "files on disk": _OBSERVED,
        "job queue names": _OBSERVED,
        "download": "bytes of a real dump",
        "list with a foreign*": "files laid into the real server's folder",
        "key with *": "the table of permissions: test_permissions.py has it",
        "PUT /queues": "counts of a busy queue",
        "POST /jobs *-cleanup": "replayed by name below",
        "GET /admin/maintenance/detect-install": "tells folders of the real machine",
    },
    "09-assets-albums-tags": {
        "album add: already in, new, unknown, foreign": _TRIMMED,
        "tags upsert": _TRIMMED,
        "assets listed in album": _SIZE,
        "album count after trash of one": _OBSERVED,
        "and after restore": _OBSERVED,
        "xmp files on disk": _SIZE,
        "tags on the asset": _OBSERVED,
        "original bytes *": _OBSERVED,
        "after bulk": "reverse geocoding needs the real server's data",
        "target after copy": _OBSERVED,
        "replace *": _REPLACE,
        "after replace": _REPLACE,
        "the old bytes after replace": _REPLACE,
        "video *": "no video is decoded here",
        "download/*": "zip archives are not used here",
        "stack*": "test_albums_tags_stacks.py has its own",
        "search finds stacked *": "test_albums_tags_stacks.py has its own",
        "timeline bucket with*": "test_albums_tags_stacks.py has its own",
        "GET /assets/device/*": "deprecated, gone in 3.0",
        "GET /assets/{id}/thumbnail?size=fullsize ": "the redirect's body",
    },
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One request with its answer; ``extra`` holds what the recorder noted beside them."""

    label: str
    request: str
    body: Any
    status: int | None
    response: Any
    extra: dict[str, Any]

    @property
    def method(self) -> str:
        return self.request.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.request.partition(" ")[2]


def recorded(file: str) -> list[Entry]:
    """All entries of one file, in the order of recording."""
    entries = []
    for raw in json.loads((FOLDER / f"{file}.json").read_text()):
        rest = {k: v for k, v in raw.items() if k not in {"label", "request", "body", "status", "response"}}
        label, status = raw["label"], raw.get("status")
        entries.append(Entry(label, raw.get("request", ""), raw.get("body"), status, raw.get("response"), rest))
    return entries


def replayable(file: str) -> Iterator[Entry]:
    """The entries that the stand-in is asked again; an indented label looks at the entry before it."""
    skipped = [pattern for pattern, reason in NOT_REPLAYED.get(file, {}).items() if reason]
    left_out = False
    for entry in recorded(file):
        about_the_one_before = entry.label.startswith("  ")
        left_out = (about_the_one_before and left_out) or any(fnmatch.fnmatchcase(entry.label, p) for p in skipped)
        if not left_out:
            yield entry


class NothingReplaysError(AssertionError):
    """An entry that the fixture loader hands out and the test does not know."""


def entry_of(file: str, label: str) -> Entry:
    return next(entry for entry in recorded(file) if entry.label == label)


def differences(recorded: Any, answered: Any, exact: frozenset[str] = frozenset(), path: str = "$") -> Iterator[str]:
    """Where two answers differ in keys or types, and in the values of the keys in ``exact``. None fits every type."""
    if recorded is None or answered is None or (isinstance(recorded, str) and recorded.endswith("items in all")):
        return
    if isinstance(recorded, dict) and isinstance(answered, dict):
        for key in sorted(recorded.keys() ^ answered.keys()):
            yield f"{path}.{key} only in {'the recording' if key in recorded else 'the answer'}"
        for key in recorded.keys() & answered.keys():
            if key in exact and recorded[key] != answered[key]:
                yield f"{path}.{key}: {answered[key]!r} instead of {recorded[key]!r}"
            yield from differences(recorded[key], answered[key], exact, f"{path}.{key}")
    elif isinstance(recorded, list) and isinstance(answered, list):
        if recorded and not answered:
            yield f"{path}: empty instead of {len(recorded)} items"
        for at, (was, now) in enumerate(zip(recorded, answered, strict=False)):
            yield from differences(was, now, exact, f"{path}.{at}")
    elif _kind(recorded) != _kind(answered):
        yield f"{path}: {answered!r} instead of {recorded!r}"


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, int | float) else type(value).__name__


def check(entry: Entry, status: int | None, answered: Any, exact: frozenset[str] = frozenset()) -> None:
    """Same status; of a refusal the same words, of a success the same shape and the ``exact`` values."""
    where = f"{entry.label}: {entry.request}"
    assert status == entry.status, f"{where}: {status} {answered}"
    if status is not None and status >= 400:
        exact = frozenset({"message", "error", "statusCode"})
        if isinstance(entry.response, dict) and _was_cut(entry.response.get("message")):
            exact -= {"message"}
    assert list(differences(entry.response, answered, exact)) == [], where


def _was_cut(message: Any) -> bool:
    return isinstance(message, list) and any("items in all" in text for text in message)
