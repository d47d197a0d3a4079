"""Choosing a store: what is typed, what is stored of it, and what is said when the store does not work."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any, override

import pytest
from homeassistant.components.diagnostics import async_redact_data
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowManager, FlowResult, FlowResultType

from custom_components.immich_syncthing import store_probe
from custom_components.immich_syncthing.store_choice import (
    KINDS,
    SECRETS,
    as_data,
    as_stored,
    as_typed,
    store_schema,
    store_settings,
)
from custom_components.immich_syncthing.store_steps import StoreSteps
from custom_components.immich_syncthing.stores.errors import (
    NotInStoreError,
    StoreCredentialsError,
    StoreError,
    StoreFullError,
    StoreUnreachableError,
)
from custom_components.immich_syncthing.stores.settings import Encryption, StoreKind, StoreSettings
from custom_components.immich_syncthing.typed_store import BadStoreSettingError
from tests.servers.immich import ImmichStandIn
from tests.servers.s3 import S3Server, moto
from tests.servers.syncthing import NOBODY

from .household import Household
from .vaulting import fill_in, option
from .words import WORDS

__all__ = ["moto"]

S3 = {
    "endpoint": "https://s3.example.org/",
    "region": "eu-central-1",
    "bucket": "photos",
    "prefix": "/immich/home/",
    "access_key": "AKIA",
    "secret_key": "very secret",
    "more": {"path_style": False, "verify_ssl": True, "encryption": "kms", "kms_key": "key-1"},
}
GOOGLE = json.dumps({"client_email": "a@example.org", "private_key": "very secret"})
GCS = {"bucket": "photos", "service_account": GOOGLE}
AZURE = {"account": "mine", "bucket": "photos", "account_key": base64.b64encode(b"very secret").decode()}
TYPED: dict[StoreKind, dict[str, Any]] = {
    StoreKind.DIRECTORY: {"directory": "/media/disk"},
    StoreKind.S3: S3,
    StoreKind.GCS: GCS,
    StoreKind.AZURE: AZURE,
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_typed_is_stored_and_read_again_and_shown_without_its_secret(kind: StoreKind) -> None:
    typed = store_schema(kind)(TYPED[kind])
    stored = as_stored(kind, typed)
    assert json.loads(json.dumps(stored)) == stored

    settings = store_settings(stored)
    assert settings.kind is kind
    assert as_data(settings) == stored

    shown = as_typed(stored)
    assert not SECRETS & shown.keys()
    assert store_schema(kind, stored)(shown)
    assert as_stored(kind, shown, stored) == stored
    assert "very secret" not in repr(settings) + repr(async_redact_data(stored, SECRETS))


def test_all_of_an_s3_store_is_meant_as_it_is_typed() -> None:
    assert store_settings(as_stored(StoreKind.S3, S3)) == StoreSettings(
        StoreKind.S3,
        prefix="immich/home",
        endpoint="https://s3.example.org",
        region="eu-central-1",
        bucket="photos",
        access_key="AKIA",
        secret_key="very secret",
        path_style=False,
        encryption=Encryption.KMS,
        kms_key="key-1",
    )


def test_the_fields_of_an_action_are_taken_without_a_section() -> None:
    flat = {**S3, **S3["more"]}  # type: ignore[dict-item]
    del flat["more"]
    assert as_stored(StoreKind.S3, flat) == as_stored(StoreKind.S3, S3)


def test_a_directory_has_no_prefix_whatever_an_action_brings_along() -> None:
    """A vault in a directory lies right there: with a prefix it would be known for another place than it is in."""
    stored = as_stored(StoreKind.DIRECTORY, {"directory": "/media/disk", "prefix": "immich/home"})
    assert stored == {"kind": "directory", "directory": "/media/disk"}


def test_a_new_secret_takes_the_place_of_the_old_one_and_none_goes_to_another_kind() -> None:
    stored = as_stored(StoreKind.S3, S3)
    assert as_stored(StoreKind.S3, S3 | {"secret_key": "newer"}, stored)["secret_key"] == "newer"
    assert "secret_key" not in as_stored(StoreKind.AZURE, AZURE, stored)


def test_settings_of_a_later_release_are_read_as_far_as_they_are_known() -> None:
    assert store_settings({"kind": "directory", "directory": "/media", "colour": "blue"}).directory == "/media"


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        (StoreKind.S3, {"endpoint": "s3.example.org"}, "bad_endpoint"),
        (StoreKind.S3, {"endpoint": "ftp://s3.example.org"}, "bad_endpoint"),
        (StoreKind.S3, {"endpoint": "https://me:secret@s3.example.org"}, "bad_endpoint"),
        (StoreKind.S3, {"endpoint": "https://s3.example.org/?key=secret"}, "bad_endpoint"),
        (StoreKind.S3, {"endpoint": "https://[::1"}, "bad_endpoint"),
        (StoreKind.S3, {"bucket": ""}, "bad_bucket"),
        (StoreKind.S3, {"bucket": "photos/home"}, "bad_bucket"),
        (StoreKind.S3, {"bucket": ".."}, "bad_bucket"),
        (StoreKind.S3, {"prefix": "a//b"}, "bad_prefix"),
        (StoreKind.S3, {"prefix": "a/../b"}, "bad_prefix"),
        (StoreKind.S3, {"prefix": "a\x07b"}, "bad_prefix"),
        (StoreKind.GCS, {"service_account": "not json"}, "bad_service_account"),
        (StoreKind.GCS, {"service_account": "[]"}, "bad_service_account"),
        (StoreKind.GCS, {"service_account": '{"client_email": "a@example.org"}'}, "bad_service_account"),
        (StoreKind.AZURE, {"account_key": "not base 64"}, "bad_account_key"),
        (StoreKind.AZURE, {"account_key": ""}, "bad_account_key"),
    ],
)
def test_what_cannot_be_meant_is_said_at_its_field(kind: StoreKind, typed: dict[str, Any], code: str) -> None:
    with pytest.raises(BadStoreSettingError) as raised:
        as_stored(kind, TYPED[kind] | typed)
    assert raised.value.code == code
    assert raised.value.field in typed


def test_every_encryption_has_words() -> None:
    assert WORDS["selector"]["store_encryption"]["options"].keys() == {one.lower() for one in Encryption.__members__}


# --- in a flow -------------------------------------------------------------------------------------------------------


class Asking(StoreSteps[FlowContext, FlowResult, str]):
    """The shortest flow that there can be."""

    def __init__(self, before: dict[str, Any] | None) -> None:
        self._store_before = before

    @override
    async def _async_store_chosen(self, stored: dict[str, Any]) -> FlowResult:
        return self.async_create_entry(title="", data=stored)


class Flows(FlowManager[FlowContext, FlowResult, str]):
    before: dict[str, Any] | None = None

    @override
    async def async_create_flow(
        self, handler_key: str, *, context: FlowContext | None = None, data: dict[str, Any] | None = None
    ) -> Asking:
        flow = Asking(self.before)
        flow.init_step = "store"
        return flow

    @override
    async def async_finish_flow(
        self, flow: FlowHandler[FlowContext, FlowResult, str], result: FlowResult
    ) -> FlowResult:
        return result


@pytest.fixture
def flows(hass: HomeAssistant) -> Flows:
    return Flows(hass)


async def ask(flows: Flows, kind: StoreKind) -> FlowResult:
    menu = await flows.async_init("store")
    assert menu["menu_options"] == [f"store_{one}" for one in KINDS]
    return await flows.async_configure(menu["flow_id"], {"next_step_id": f"store_{kind}"})


async def answer(flows: Flows, form: FlowResult, **typed: Any) -> FlowResult:
    return await flows.async_configure(form["flow_id"], typed)


def bucket_of(moto: S3Server, **changes: Any) -> dict[str, Any]:
    settings = moto.settings(moto.new_bucket())
    return {
        "endpoint": settings.endpoint,
        "region": settings.region,
        "bucket": settings.bucket,
        "access_key": settings.access_key,
        "secret_key": settings.secret_key,
        "more": {},
    } | changes


async def test_a_bucket_that_works_is_taken_and_left_as_it_was(flows: Flows, moto: S3Server) -> None:
    typed = bucket_of(moto)
    form = await ask(flows, StoreKind.S3)
    done = await answer(flows, form, **typed)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert store_settings(done["data"]) == moto.settings(typed["bucket"])
    assert moto.keys(typed["bucket"]) == []


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({"secret_key": "another"}, {"secret_key": "store_credentials"}),
        ({"access_key": "nobody"}, {"secret_key": "store_credentials"}),
        ({"bucket": "there-is-no-such-bucket"}, {"bucket": "store_bucket_missing"}),
        ({"endpoint": NOBODY}, {"endpoint": "store_unreachable"}),
        ({"bucket": "two/parts"}, {"bucket": "bad_bucket"}),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_can_be_put_right(
    flows: Flows, moto: S3Server, wrong: dict[str, Any], errors: dict[str, str]
) -> None:
    typed = bucket_of(moto)
    form = await answer(flows, await ask(flows, StoreKind.S3), **typed | wrong)
    assert form["errors"] == errors
    assert typed["secret_key"] not in repr(form["description_placeholders"])
    done = await answer(flows, form, **typed)
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_a_changed_store_keeps_its_secret_where_none_is_typed(flows: Flows, moto: S3Server) -> None:
    typed = bucket_of(moto)
    flows.before = as_stored(StoreKind.S3, typed)
    form = await ask(flows, StoreKind.S3)
    assert form["data_schema"] is not None
    suggested = {str(key): (key.description or {}).get("suggested_value") for key in form["data_schema"].schema}
    assert (suggested["bucket"], suggested["secret_key"]) == (typed["bucket"], None)

    del typed["secret_key"]
    done = await answer(flows, form, **typed | {"prefix": "deeper"})
    assert done["data"] == flows.before | {"prefix": "deeper"}


async def test_a_certificate_that_nobody_vouches_for_is_told_from_a_server_that_is_away(
    flows: Flows, moto: S3Server, encrypted_immich: ImmichStandIn
) -> None:
    form = await answer(flows, await ask(flows, StoreKind.S3), **bucket_of(moto, endpoint=encrypted_immich.url))
    assert form["errors"] == {"endpoint": "store_certificate"}


async def test_a_server_that_never_answers_is_given_up(
    hass: HomeAssistant, flows: Flows, moto: S3Server, monkeypatch: pytest.MonkeyPatch, mute: str
) -> None:
    monkeypatch.setattr(store_probe, "PATIENCE_SECONDS", 0.2)
    form = await answer(flows, await ask(flows, StoreKind.S3), **bucket_of(moto, endpoint=mute))
    assert form["errors"] == {"endpoint": "store_unreachable"}


async def test_who_closes_the_form_ends_its_question(
    hass: HomeAssistant, moto: S3Server, mute: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = as_stored(StoreKind.S3, bucket_of(moto, endpoint=mute))
    asking = asyncio.create_task(store_probe.async_probe(hass, stored))
    while not [task for task in asyncio.all_tasks() if task.get_name() == "Check of a store"]:
        await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    async with asyncio.timeout(10):
        while [task for task in asyncio.all_tasks() if task.get_name() == "Check of a store"]:
            await asyncio.sleep(0)


@pytest.fixture
async def mute() -> AsyncIterator[str]:
    """Give the address of a server that takes every connection and never says anything."""
    ends = asyncio.Event()

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ends.wait()
        writer.close()

    server = await asyncio.start_server(keep, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    ends.set()
    server.close()
    await server.wait_closed()


async def test_a_directory_is_taken_by_its_real_path_and_left_empty(flows: Flows, household: Household) -> None:
    disk = household.photos.parent / "disk"
    disk.mkdir()
    (household.photos.parent / "link").symlink_to(disk)
    form = await answer(flows, await ask(flows, StoreKind.DIRECTORY), directory=str(disk.parent / "link"))
    assert form["data"] == {"kind": "directory", "directory": str(disk.resolve())}
    assert [path for path in disk.rglob("*") if path.is_file()] == []


async def test_directories_that_are_not_for_copies_are_refused(flows: Flows, household: Household) -> None:
    await household.set_up()
    media = household.photos.parent
    (media / "file").touch()
    inside = household.photos / "deep"
    inside.mkdir()
    refused = {
        "media": "root_not_absolute",
        str(media / "none"): "root_not_found",
        str(media / "file"): "root_not_directory",
        "/usr": "root_not_allowed",
        household.hass.config.config_dir: "root_not_allowed",
        str(media): "root_taken",
        str(household.photos): "root_taken",
        str(inside): "root_taken",
    }
    form = await ask(flows, StoreKind.DIRECTORY)
    for path, code in refused.items():
        form = await answer(flows, form, directory=path)
        assert (path, form["errors"]) == (path, {"directory": code})


@pytest.mark.parametrize(
    ("kind", "err", "field"),
    [
        (StoreKind.GCS, StoreCredentialsError(), "service_account"),
        (StoreKind.AZURE, StoreCredentialsError(), "account_key"),
        (StoreKind.DIRECTORY, StoreUnreachableError(), "directory"),
        (StoreKind.GCS, StoreUnreachableError(), "base"),
        (StoreKind.S3, StoreFullError(), "base"),
    ],
)
def test_a_refusal_is_said_where_something_can_be_done(kind: StoreKind, err: StoreError, field: str) -> None:
    assert store_probe.form_error(kind, err) == {field: err.code}


def test_a_refusal_without_words_of_its_own_is_one_of_the_store() -> None:
    assert store_probe.form_error(StoreKind.S3, NotInStoreError("probe")) == {"base": "store_error"}


@pytest.mark.parametrize(
    ("kind", "typed", "place"),
    [
        ("gcs", GCS | {"service_account": "not json"}, "service_account"),
        ("azure", AZURE | {"account_key": "not base 64"}, "account_key"),
    ],
)
async def test_what_is_no_key_is_said_in_the_form(
    hass: HomeAssistant, household: Household, kind: str, typed: dict[str, Any], place: str
) -> None:
    await household.set_up(preset="mirror")
    form = await option(hass, household, "store", f"store_{kind}")
    assert (form["step_id"], form["errors"]) == (f"store_{kind}", {})
    refused = await fill_in(hass, form, **typed)
    assert (refused["step_id"], list(refused["errors"] or {})) == (f"store_{kind}", [place])
