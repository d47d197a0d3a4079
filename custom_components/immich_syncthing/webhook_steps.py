"""The step of *Reconfigure* that offers the webhook, explains it, and takes it back."""

from typing import Any

import voluptuous as vol
from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_URL
from homeassistant.helpers.network import NoURLAvailableError, get_url
from homeassistant.helpers.selector import BooleanSelector, TextSelector, TextSelectorConfig, TextSelectorType

from .const import CONF_WEBHOOK
from .immich.errors import ImmichError, MissingPermissionError
from .immich.workflows import PERMISSIONS
from .immich_changes import Webhook
from .servers import immich_client
from .webhook import (
    NAME,
    SINCE,
    BadAddressError,
    async_make_webhook,
    async_remove_webhooks,
    async_tell_immich,
    base_address,
    new_webhook,
    stored_webhook,
    without_webhook,
)

CONF_WANTED = "webhook"

_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_WANTED): BooleanSelector(),
        vol.Required(CONF_URL): TextSelector(TextSelectorConfig(type=TextSelectorType.URL)),
    }
)


def offers_webhook(entry: ConfigEntry) -> bool:
    """Return whether the step can be of use for an account."""
    if stored_webhook(entry.data) is not None:
        return True
    return entry.state is ConfigEntryState.LOADED and entry.runtime_data.account.data.version.major >= SINCE


class WebhookSteps(ConfigFlow):
    """Has the step ``webhook``."""

    async def async_step_webhook(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask whether Immich is to call, and where."""
        entry, errors, detail = self._get_reconfigure_entry(), {}, ""
        stored = stored_webhook(entry.data)
        if user_input is not None:
            try:
                return await self._set_webhook(entry, wanted=user_input[CONF_WANTED], typed=user_input[CONF_URL])
            except BadAddressError as err:
                errors[err.field] = err.code
            except MissingPermissionError as err:
                errors["base"], detail = "webhook_missing_permission", f"`{err.permission}`"
            except ImmichError as err:
                errors["base"], detail = "webhook_refused", err.detail or type(err).__name__
        before = {CONF_WANTED: stored is not None, CONF_URL: stored["base"] if stored else self._proposed()}
        return self.async_show_form(
            step_id="webhook",
            data_schema=self.add_suggested_values_to_schema(_SCHEMA, user_input or before),
            errors=errors,
            description_placeholders={
                "detail": detail,
                "permissions": ", ".join(f"`{one}`" for one in PERMISSIONS),
                "workflow": NAME,
            },
        )

    async def _set_webhook(self, entry: ConfigEntry, *, wanted: bool, typed: str) -> ConfigFlowResult:
        """Have it as it is wanted. Raises ``BadAddressError`` or ``ImmichError``; then nothing has changed."""
        stored, base = stored_webhook(entry.data), base_address(typed) if wanted else ""
        if base == (stored["base"] if stored else "") and not _is_silent(entry):
            return self.async_update_and_abort(entry)
        made = {CONF_WEBHOOK: new_webhook(base)} if wanted else {}
        if made:
            await async_make_webhook(immich_client(self.hass, entry.data), made[CONF_WEBHOOK])
        if self.hass.config_entries.async_get_entry(entry.entry_id) is None:
            await async_remove_webhooks(self.hass, entry, {**entry.data, **made})
            return self.async_abort(reason="removed")
        # All else may have changed while Immich was asked, the webhook in another form as well. What is used no more is
        # noted before Immich is told: a power cut in between leaves nothing behind that nobody knows of.
        self.hass.config_entries.async_update_entry(entry, data={**without_webhook(entry.data), **made})
        await async_tell_immich(self.hass, entry)
        return self.async_update_and_abort(self._get_reconfigure_entry())

    def _proposed(self) -> str:
        try:
            return get_url(self.hass, prefer_external=False, allow_cloud=False)
        except NoURLAvailableError:
            return ""


def _is_silent(entry: ConfigEntry) -> bool:
    """Return whether nobody calls although there are new photos: who sends the form again wants it made anew."""
    return entry.state is ConfigEntryState.LOADED and entry.runtime_data.changes.webhook is Webhook.SILENT
