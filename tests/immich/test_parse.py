"""Recorded answers of Immich 2.7.5 become values, and whatever is not as recorded is refused by name."""

import asyncio
import base64
import copy
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from custom_components.immich_syncthing.immich import parse, timestamps
from custom_components.immich_syncthing.immich.errors import UnexpectedAnswerError
from custom_components.immich_syncthing.immich.fields import Fields
from custom_components.immich_syncthing.immich.models import (
    Queue,
    ServerStorage,
    ServerVersion,
    TimelineBucket,
    Visibility,
)
from custom_components.immich_syncthing.immich.search import MAX_PAGE, parsed

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "immich_answers" / "answers-2.7.5.json").read_text()
)


def read_asset(value: object) -> object:
    return parse.asset(Fields(value, "asset"))


def test_the_recorded_server_introduces_itself() -> None:
    parse.ping(RECORDED["GET /server/ping"])
    assert parse.version(RECORDED["GET /server/version"]) == ServerVersion(2, 7, 5)
    assert str(ServerVersion(2, 7, 5)) == "2.7.5"
    config = parse.server_config(RECORDED["GET /server/config"])
    assert (config.maintenance_mode, config.trash_days, config.is_initialized) == (False, 30, True)
    features = parse.server_features(RECORDED["GET /server/features"])
    assert (features.trash, features.smart_search) == (True, False)
    media_types = parse.media_types(RECORDED["GET /server/media-types"])
    assert {".avif", ".3gp"} <= media_types.uploadable
    assert media_types.sidecar == {".xmp"}
    about = parse.server_about(RECORDED["GET /server/about"])
    assert about.version == "v2.7.5"
    statistics = parse.server_statistics(RECORDED["GET /server/statistics"])
    assert (statistics.photos, statistics.videos, statistics.usage) == (82, 0, 10357364)
    storage = parse.server_storage(RECORDED["GET /server/storage"])
    assert storage.size == 270553174016
    assert storage.used_percent == pytest.approx(12.97, abs=0.01)
    assert parse.version_check(RECORDED["GET /server/version-check"]).latest is None
    assert parse.version_check({"releaseVersion": "v3.2.3", "checkedAt": "2026-11-20T14:38:11.268Z"}).latest == "3.2.3"
    queues = {queue.name: queue.waiting for queue in parse.queues(RECORDED["GET /queues"])}
    assert queues["thumbnailGeneration"] == 0
    counts = {"active": 1, "completed": 2, "failed": 4, "delayed": 8, "waiting": 16, "paused": 32}
    assert parse.queues([{"name": "sidecar", "isPaused": True, "statistics": counts}]) == (Queue("sidecar", 56),)
    (installed,) = parse.version_history(RECORDED["GET /server/version-history"])
    assert installed.version == "2.7.5"
    assert installed.created_at == datetime(2026, 11, 20, 14, 38, 11, 268000, UTC)


def test_the_recorded_key_and_user() -> None:
    key = parse.api_key(RECORDED["GET /api-keys/me"])
    assert key.name == "ADMIN key"
    assert key.allows("asset.delete")
    user = parse.user(RECORDED["GET /users/me"])
    assert (user.email, user.is_admin, user.quota_size) == ("admin@example.com", True, None)


@pytest.mark.parametrize(
    ("told", "known"), [(None, None), (-5, None), ("7", None), (0, 0), (2**40, 2**40), (2**63, None)]
)
def test_an_odd_quota_does_not_shut_anybody_out(told: object, known: int | None) -> None:
    odd = RECORDED["GET /users/me"] | {"quotaSizeInBytes": told, "quotaUsageInBytes": told}
    user = parse.user(odd)
    assert (user.quota_size, user.quota_usage, user.has_quota) == (known, known, told is not None)


def test_the_recorded_assets() -> None:
    listed = parse.asset(Fields(RECORDED["POST /search/metadata"]["assets"]["items"][0], "asset"))
    assert listed.file_name == "fake.jpg"
    assert listed.checksum == base64.b64decode("AEbpSDzSPHIhOA/zsJkciJlaxAo=")
    assert listed.visibility is Visibility.TIMELINE
    assert listed.updated_at == datetime(2026, 11, 20, 14, 41, 19, 419000, UTC)
    assert not listed.is_trashed
    single = parse.asset(Fields(RECORDED["GET /assets/{id}"], "asset"))
    assert single.library_id is None
    assert parse.asset_counts(RECORDED["GET /assets/statistics"]).total == 79
    assert parse.timeline_buckets(RECORDED["GET /timeline/buckets"])[0] == TimelineBucket("2026-01-01", 48)


def test_in_maintenance_mode_only_the_flag_is_told() -> None:
    config = parse.server_config(RECORDED["GET /server/config in maintenance"])
    assert config.maintenance_mode
    assert config.trash_days is None


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ({"diskSizeRaw": 0, "diskUseRaw": 0, "diskAvailableRaw": 0}, ServerStorage(None, None, None)),
        ({"diskSizeRaw": 2**50, "diskUseRaw": 0, "diskAvailableRaw": 2**50}, ServerStorage(None, None, None)),
        ({"diskSizeRaw": 10, "diskUseRaw": 11, "diskAvailableRaw": 12}, ServerStorage(10, None, None)),
        ({"diskSizeRaw": None, "diskUseRaw": -5, "diskAvailableRaw": "7"}, ServerStorage(None, None, None)),
        ({"diskSizeRaw": 1e15, "diskUseRaw": True, "diskAvailableRaw": 1e999}, ServerStorage(10**15, None, None)),
        ({}, ServerStorage(None, None, None)),
    ],
)
def test_a_disk_that_answers_nonsense_is_unknown_not_an_error(told: object, known: ServerStorage) -> None:
    storage = parse.server_storage(told)
    assert storage == known
    assert storage.used_percent is None


READERS: list[tuple[str, Callable[[Any], object], Any]] = [
    ("ping", parse.ping, RECORDED["GET /server/ping"]),
    ("version", parse.version, RECORDED["GET /server/version"]),
    ("config", parse.server_config, RECORDED["GET /server/config"]),
    ("features", parse.server_features, RECORDED["GET /server/features"]),
    ("media types", parse.media_types, RECORDED["GET /server/media-types"]),
    ("about", parse.server_about, RECORDED["GET /server/about"]),
    ("storage", parse.server_storage, RECORDED["GET /server/storage"]),
    ("version check", parse.version_check, RECORDED["GET /server/version-check"]),
    ("queues", parse.queues, RECORDED["GET /queues"]),
    ("statistics", parse.server_statistics, RECORDED["GET /server/statistics"]),
    ("history", parse.version_history, RECORDED["GET /server/version-history"]),
    ("key", parse.api_key, RECORDED["GET /api-keys/me"]),
    ("user", parse.user, RECORDED["GET /users/me"]),
    ("asset", read_asset, RECORDED["POST /search/metadata"]["assets"]["items"][0]),
    ("details", parse.asset_details, RECORDED["GET /assets/{id}"]),
    ("counts", parse.asset_counts, RECORDED["GET /assets/statistics"]),
    ("buckets", parse.timeline_buckets, RECORDED["GET /timeline/buckets"]),
]


async def test_others_have_their_turn_while_a_full_page_is_read() -> None:
    """Read in one step, a page would hold up all else in Home Assistant, on a small board for a tenth of a second."""
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    row = RECORDED["POST /search/metadata"]["assets"]["items"][0]
    waiting = asyncio.create_task(others())
    page = await parsed([row] * MAX_PAGE)
    waiting.cancel()
    assert page == (read_asset(row),) * MAX_PAGE
    assert turns >= MAX_PAGE // 250


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=8,
)


@pytest.mark.parametrize(("read", "good"), [row[1:] for row in READERS], ids=[row[0] for row in READERS])
@given(data=st.data())
def test_a_spoilt_answer_is_read_or_refused_but_never_crashes(
    read: Callable[[Any], object], good: Any, data: st.DataObject
) -> None:
    spoilt = copy.deepcopy(good)
    row = spoilt[0] if isinstance(spoilt, list) else spoilt
    key = data.draw(st.sampled_from(sorted(row)))
    if data.draw(st.booleans()):
        del row[key]
    else:
        row[key] = data.draw(json_values)
    if data.draw(st.integers(0, 9)) == 0:
        spoilt = data.draw(json_values)
    with suppress(UnexpectedAnswerError):
        read(spoilt)


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("id", "../../etc", "asset.id is '../../etc', not an id"),
        ("checksum", "bad", "asset.checksum is 'bad', not a checksum"),
        ("checksum", "QUJD", "asset.checksum is 'QUJD', not a checksum"),
        ("checksum", 7, "asset.checksum is 7, not a checksum"),
        ("visibility", "everywhere", "asset.visibility is 'everywhere', not a known visibility"),
        ("updatedAt", "2026-11-20T14:41:19", "asset.updatedAt is '2026-11-20T14:41:19', not a moment"),
        ("updatedAt", 5, "asset.updatedAt is 5, not a moment"),
        ("isTrashed", 1, "asset.isTrashed is 1, not true or false"),
        ("isTrashed", "false", "asset.isTrashed is 'false', not true or false"),
        ("originalFileName", "a\ud800.jpg", "not a text of whole characters"),
        ("originalFileName", None, "asset.originalFileName is None, not a text"),
    ],
)
def test_a_refusal_names_the_field(field: str, value: object, complaint: str) -> None:
    asset = {**RECORDED["GET /assets/{id}"], field: value}
    with pytest.raises(UnexpectedAnswerError) as caught:
        read_asset(asset)
    assert complaint in caught.value.detail


def test_a_refusal_is_short_whatever_came() -> None:
    with pytest.raises(UnexpectedAnswerError) as caught:
        parse.version(["x" * 10_000])
    assert len(caught.value.detail) < 200
    with pytest.raises(UnexpectedAnswerError, match=r"version\.major is missing"):
        parse.version({})
    with pytest.raises(UnexpectedAnswerError, match="not a list of texts"):
        parse.media_types({"image": [1], "video": [], "sidecar": []})


@pytest.mark.parametrize(
    ("text", "year"),
    [("-000044-03-15T12:00:00.000Z", 1), ("+010000-01-01T00:00:00.000Z", 9999), ("0099-01-01T00:00:00.000Z", 99)],
)
def test_a_photo_with_an_absurd_date_does_not_hide_the_others(text: str, year: int) -> None:
    asset = {**RECORDED["GET /assets/{id}"], "fileCreatedAt": text}
    assert parse.asset(Fields(asset, "asset")).file_created_at.year == year


@given(st.datetimes(timezones=st.timezones(), min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)))
def test_moments_survive_writing_and_reading_cut_to_milliseconds(moment: datetime) -> None:
    text = timestamps.write(moment)
    assert len(text) == len("2026-01-02T03:04:05.678Z")
    back = timestamps.read(text)
    assert timestamps.to_ms(back) == timestamps.to_ms(moment)
    assert timestamps.from_ms(timestamps.to_ms(moment)) == back


def test_a_moment_without_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        timestamps.write(datetime(2026, 1, 1))
