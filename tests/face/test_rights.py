"""Whose accounts the actions and the media browser are about: of a user who may see one account, that one's."""

from typing import Any, cast

import pytest
from aiohttp.test_utils import TestClient
from homeassistant.components.media_player import MediaPlayerEntity
from homeassistant.components.media_player.browse_media import BrowseMedia
from homeassistant.components.media_player.const import DOMAIN as MEDIA_PLAYER, MediaPlayerEntityFeature
from homeassistant.components.media_source import async_browse_media
from homeassistant.components.media_source.const import URI_SCHEME
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.services import Action

from .household import Household
from .test_odd_calls import call
from .test_several_accounts import partner

__all__ = ["partner"]

ROOT = f"{URI_SCHEME}{DOMAIN}"
STOP = "switch.immich_syncthing_stop_everything"


def only(user: MockUser, **entities: Any) -> None:
    """Let a user have nothing to do with other entities."""
    user.groups = []
    user.mock_policy({"entities": {"entity_ids": entities}})


@pytest.fixture
def member(hass: HomeAssistant) -> MockUser:
    """Return who may use one entity of the household's account."""
    user = MockUser().add_to_hass(hass)
    only(user, **{"sensor.phone_status": True})
    return user


def accounts(told: dict[str, Any]) -> set[str]:
    """Return the accounts of which an action told."""
    rows = [told] if "account" in told else next(rows for rows in told.values() if isinstance(rows, list))
    return {row["account"] for row in rows}


@pytest.mark.parametrize(
    "action", [Action.STATUS, Action.DATABASE_BACKUPS, Action.HISTORY, Action.SEARCH, Action.VAULT_LIST]
)
async def test_what_is_told_is_of_ones_own_account(
    hass: HomeAssistant, household: Household, partner: MockConfigEntry, member: MockUser, action: Action
) -> None:
    told = await call(hass, action, Context(user_id=member.id))
    assert accounts(told) == {"Admin @ 127.0.0.1"}
    with pytest.raises(Unauthorized):
        await call(hass, action, Context(user_id=member.id), config_entry_id=partner.entry_id)
    assert accounts(await call(hass, action, config_entry_id=partner.entry_id)) == {"Partner @ 127.0.0.1"}


async def test_another_accounts_folder_is_not_there(
    hass: HomeAssistant, household: Household, partner: MockConfigEntry, member: MockUser
) -> None:
    own = Context(user_id=member.id)
    for action in (Action.PREVIEW, Action.REMOVAL_PREVIEW, Action.SYNC_NOW):
        assert [one["folder"] for one in (await call(hass, action, own))["folders"]] == ["Phone"]
        for target in ({"folder": "Partner"}, {"entity_id": "sensor.partner_status"}):
            with pytest.raises(ServiceValidationError) as refused:
                await call(hass, action, own, **target)
            assert refused.value.translation_key == "no_such_folder"
    assert [one["folder"] for one in (await call(hass, Action.PREVIEW))["folders"]] == ["Phone", "Partner"]


async def test_another_accounts_questions_and_answers_are_not_told(
    hass: HomeAssistant, household: Household, partner: MockConfigEntry, member: MockUser
) -> None:
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    await household.notice()
    stranger = MockUser().add_to_hass(hass)
    only(stranger, **{"sensor.partner_status": True})
    [hold] = (await call(hass, Action.HOLDS, Context(user_id=member.id)))["holds"]
    assert (await call(hass, Action.HOLDS, Context(user_id=stranger.id)))["holds"] == []

    await call(hass, Action.LEAVE, hold_id=hold["hold_id"], revision=hold["revision"])
    assert len((await call(hass, Action.ANSWERS, Context(user_id=member.id)))["answers"]) == 1
    assert (await call(hass, Action.ANSWERS, Context(user_id=stranger.id)))["answers"] == []


async def test_who_may_look_at_one_account_and_use_another_works_on_that(
    hass: HomeAssistant, household: Household, partner: MockConfigEntry, member: MockUser
) -> None:
    only(member, **{"sensor.phone_status": {"read": True}, "sensor.partner_status": True})
    context = Context(user_id=member.id)
    assert len((await call(hass, Action.STATUS, context))["accounts"]) == 2
    assert [one["folder"] for one in (await call(hass, Action.PAUSE, context))["folders"]] == ["Partner"]
    assert household.shown("sensor.phone_status") != "paused"


async def test_the_switch_that_stops_everything_opens_no_account(
    hass: HomeAssistant, household: Household, partner: MockConfigEntry, member: MockUser
) -> None:
    """One of the accounts carries it, and it is about all of them."""
    only(member, **{STOP: True})
    assert (await call(hass, Action.ANSWERS, Context(user_id=member.id)))["answers"] == []
    with pytest.raises(ServiceValidationError) as refused:
        await call(hass, Action.HISTORY, Context(user_id=member.id))
    assert refused.value.translation_key == "no_such_folder"


async def test_the_media_browser_shows_ones_own_account(
    hass: HomeAssistant,
    household: Household,
    partner: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_admin_user: MockUser,
) -> None:
    assert await async_setup_component(hass, "media_source", {})
    assert household.entry is not None
    socket = await hass_ws_client()

    async def ask(what: str, where: str) -> dict[str, Any]:
        await socket.send_json_auto_id({"type": f"media_source/{what}", "media_content_id": where})
        answer: dict[str, Any] = await socket.receive_json()
        return answer

    own, other = f"{ROOT}/{household.entry.entry_id}", f"{ROOT}/{partner.entry_id}"
    only(hass_admin_user, **{"sensor.phone_status": {"read": True}})
    assert titles((await ask("browse_media", ROOT))["result"]) == ["Admin @ 127.0.0.1"]
    assert (await ask("browse_media", f"{own}/vault"))["success"]
    for where in (other, f"{other}/vault", f"{other}/held"):
        assert (await ask("browse_media", where))["error"]["code"] == "browse_media_failed"
    photo = f"{other}/photo/vault/{'0' * 40}"
    assert (await ask("resolve_media", photo))["error"]["code"] == "resolve_media_failed"


class Television(MediaPlayerEntity):
    """A player that shows what Home Assistant's media sources have."""

    _attr_name = "Television"
    _attr_should_poll = False
    _attr_supported_features = MediaPlayerEntityFeature.BROWSE_MEDIA

    async def async_browse_media(
        self, media_content_type: str | None = None, media_content_id: str | None = None
    ) -> BrowseMedia:
        return await async_browse_media(self.hass, media_content_id)


async def test_who_browses_by_an_action_sees_ones_own_account(
    hass: HomeAssistant,
    household: Household,
    partner: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    hass_admin_user: MockUser,
) -> None:
    for component in ("api", "media_source", MEDIA_PLAYER):
        assert await async_setup_component(hass, component, {})
    await hass.data[MEDIA_PLAYER].async_add_entities([Television()])
    client: TestClient[Any, Any] = await hass_client()
    only(hass_admin_user, **{"sensor.phone_status": {"read": True}, "media_player.television": True})
    which = {"entity_id": "media_player.television", "media_content_id": ROOT, "media_content_type": "image"}
    answer = await client.post("/api/services/media_player/browse_media?return_response", json=which)
    told = (await answer.json())["service_response"]["media_player.television"]
    assert titles(told) == ["Admin @ 127.0.0.1"]

    by_nobody = await hass.services.async_call(MEDIA_PLAYER, "browse_media", which, blocking=True, return_response=True)
    assert titles(cast("Any", by_nobody)["media_player.television"].as_dict()) == [
        "Admin @ 127.0.0.1",
        "Partner @ 127.0.0.1",
    ]


def titles(told: dict[str, Any]) -> list[str]:
    return [one["title"] for one in told["children"]]
