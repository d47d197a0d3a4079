"""A webhook by which Immich tells Home Assistant of new photos: where the key may not listen, that is all it tells.

Immich 3 calls it from a workflow of the key's user. Nothing of what it sends is read: a call is a reason to look.
"""

import asyncio
import hmac
import logging
import secrets
from collections.abc import Mapping
from typing import Any, Final

from aiohttp.hdrs import METH_POST
from aiohttp.web import Request
from homeassistant.components import webhook
from homeassistant.core import HomeAssistant, callback
from homeassistant.loader import async_get_integration
from yarl import URL

from .const import CONF_WEBHOOK, DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .errors import RefusedError
from .immich.client import ImmichClient
from .immich.errors import ImmichError
from .immich.workflows import Webhook
from .issues.board import IssueBoard
from .issues.webhook import TOPIC, left_issue
from .servers import immich_client

_LOGGER = logging.getLogger(__name__)

HEADER: Final = "X-Immich-Syncthing-Secret"

NAME: Final = "Home Assistant: Immich Syncthing"
"""What the workflow is called in Immich."""

PATIENCE_SECONDS: Final = 10.0
"""How long the removal of an account waits for Immich."""

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


async def async_remove_webhook(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, data: Mapping[str, Any]) -> None:
    """Have Immich call the webhook in an entry's ``data`` no more. Whatever it calls nevertheless comes to nothing.

    Where Immich cannot be told, a repair says what is left there.
    """
    if (stored := stored_webhook(data)) is None:
        return
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await immich_client(hass, data).remove_webhook(NAME, _url(stored))
    except (ImmichError, TimeoutError) as err:
        _LOGGER.warning(
            'The workflow "%s" could not be removed in Immich (%s). Remove it there', NAME, type(err).__name__
        )
        board = IssueBoard(hass, entry.entry_id, (await async_get_integration(hass, DOMAIN)).documentation)
        board.show(TOPIC, [left_issue(entry.title, NAME)])


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
