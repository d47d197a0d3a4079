"""A webhook by which Immich tells Home Assistant of new photos: where the key may not listen, that is all it tells.

Immich 3 calls it from a workflow of the key's user. Nothing of what it sends is read: a call is a reason to look.
"""

import asyncio
import hmac
import logging
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from aiohttp.hdrs import METH_POST
from aiohttp.web import Request
from homeassistant.components import webhook
from homeassistant.core import HomeAssistant, callback
from homeassistant.loader import async_get_integration
from yarl import URL

from .const import CONF_WEBHOOK, CONF_WEBHOOKS_LEFT, DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .errors import RefusedError
from .immich.client import ImmichClient
from .immich.errors import ImmichError
from .immich.workflows import TO_REMOVE, Webhook
from .issues.board import IssueBoard
from .issues.webhook import REMOVED, TOPIC, left_issue, not_told_issues
from .servers import immich_client

_LOGGER = logging.getLogger(__name__)

HEADER: Final = "X-Immich-Syncthing-Secret"

NAME: Final = "Home Assistant: Immich Syncthing"
"""What the workflow is called in Immich."""

PATIENCE_SECONDS: Final = 10.0
"""How long is waited for Immich to remove workflows."""

SINCE: Final = 3
"""The first Immich (major version) with workflows that can call somebody."""


class BadAddressError(RefusedError):
    """This is not a usable web address."""

    code = "webhook_bad_address"
    field = "url"


def base_address(typed: str) -> str:
    """Return the address at which Immich reaches Home Assistant. Raises ``BadAddressError``."""
    try:
        url = URL(typed.strip())
        usable = url.scheme in {"http", "https"} and url.host and url.user is None and not (url.query or url.fragment)
    except ValueError:
        usable = False
    if not usable:
        raise BadAddressError
    return str(url).rstrip("/")


def stored_webhook(data: Mapping[str, Any]) -> Mapping[str, str] | None:
    """Return ``base``, ``id`` and ``secret`` of the webhook that an entry has."""
    return data.get(CONF_WEBHOOK)


def new_webhook(base: str) -> dict[str, str]:
    """Return one that nobody can guess."""
    return {"base": base, "id": webhook.async_generate_id(), "secret": secrets.token_urlsafe(32)}


async def async_make_webhook(client: ImmichClient, stored: Mapping[str, str]) -> None:
    """Have Immich call it. Raises ``ImmichError``; then it does not, unless it cannot be told that either."""
    await client.create_webhook(Webhook(NAME, _url(stored), HEADER, stored["secret"]))


async def async_remove_webhooks(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, data: Mapping[str, Any]
) -> None:
    """Have Immich call none of the webhooks in the ``data`` of a removed entry. What it calls comes to nothing anyway.

    Where Immich cannot be told, a repair says what is left there.
    """
    stored = stored_webhook(data)
    urls = left_behind(data) + ([] if stored is None else [_url(stored)])
    if await _async_take_back(hass, data, urls):
        board = IssueBoard(hass, entry.entry_id, (await async_get_integration(hass, DOMAIN)).documentation)
        board.show(REMOVED, [left_issue(entry.title, NAME)])


def without_webhook(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry's data without the webhook, which is noted as one that Immich has to be told of."""
    stored = stored_webhook(data)
    left = left_behind(data) + ([] if stored is None else [_url(stored)])
    return with_left_behind({key: value for key, value in data.items() if key != CONF_WEBHOOK}, left)


def left_behind(data: Mapping[str, Any]) -> list[str]:
    """Return the addresses that are used no more, and which Immich may call nevertheless."""
    return list(data.get(CONF_WEBHOOKS_LEFT, ()))


def with_left_behind(data: Mapping[str, Any], urls: list[str]) -> dict[str, Any]:
    """Return an entry's data with these as the addresses that are used no more."""
    others = {key: value for key, value in data.items() if key != CONF_WEBHOOKS_LEFT}
    return {**others, CONF_WEBHOOKS_LEFT: urls} if urls else others


async def async_tell_immich(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> None:
    """Have Immich call the webhooks no more that an entry uses no more, and say so while it could not be told."""
    tried = left_behind(entry.data)
    failed = await _async_take_back(hass, entry.data, tried)
    if hass.config_entries.async_get_entry(entry.entry_id) is None:
        return
    # There may be others by now.
    left = [one for one in left_behind(entry.data) if one in failed or one not in tried]
    hass.config_entries.async_update_entry(entry, data=with_left_behind(entry.data, left))
    board = IssueBoard(hass, entry.entry_id, (await async_get_integration(hass, DOMAIN)).documentation)
    board.show(TOPIC, not_told_issues(entry.title, NAME, left))


@callback
def async_go_on_telling_immich(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> Callable[[], None]:
    """Tell Immich what it could not be told so far, each time that it turns out to work; return what ends that."""
    account = entry.runtime_data.account
    telling: asyncio.Task[None] | None = None

    @callback
    def look() -> None:
        nonlocal telling
        if not left_behind(entry.data) or not account.last_update_success:
            return
        if all(account.data.key.allows(one) for one in TO_REMOVE) and (telling is None or telling.done()):
            telling = entry.async_create_background_task(hass, async_tell_immich(hass, entry), "Immich webhooks")

    look()
    return account.async_add_listener(look)


async def _async_take_back(hass: HomeAssistant, data: Mapping[str, Any], urls: list[str]) -> list[str]:
    """Have Immich call these no more; return those of which it could not be told."""
    failed = list(urls)
    client = immich_client(hass, data)
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            for url in urls:
                try:
                    await client.remove_webhook(NAME, url)
                except ImmichError as err:
                    _LOGGER.debug('The workflow "%s" could not be removed in Immich: %s', NAME, type(err).__name__)
                else:
                    failed.remove(url)
    return failed


@callback
def async_answer_webhook(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> None:
    """Heed calls until the entry is unloaded."""
    if (stored := stored_webhook(entry.data)) is None:
        return
    secret = stored["secret"].encode()

    async def handle(_hass: HomeAssistant, _webhook_id: str, request: Request) -> None:
        sent = request.headers.get(HEADER, "").encode(errors="replace")
        if hmac.compare_digest(sent, secret):
            entry.runtime_data.changes.async_hear_webhook()
        else:
            _LOGGER.debug("A call without the secret")

    webhook.async_register(hass, DOMAIN, entry.title, stored["id"], handle, allowed_methods=[METH_POST])
    entry.async_on_unload(lambda: webhook.async_unregister(hass, stored["id"]))


def _url(stored: Mapping[str, str]) -> str:
    return f"{stored['base']}{webhook.async_generate_path(stored['id'])}"
