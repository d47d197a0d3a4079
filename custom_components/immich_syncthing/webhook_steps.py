"""The step of the options that offers the webhook, explains it, and takes it back."""

from typing import Any

import voluptuous as vol
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlow
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


class WebhookSteps(OptionsFlow):
    """Has the step ``webhook``, where that can be of use."""

    @property
    def _offers_webhook(self) -> bool:
        entry = self.config_entry
        if stored_webhook(entry.data) is not None:
            return True
        return entry.state is ConfigEntryState.LOADED and entry.runtime_data.account.data.version.major >= SINCE

    async def async_step_webhook(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask whether Immich is to call, and where."""
        if self._is_removed():
            return self.async_abort(reason="removed")
        entry, errors, detail = self.config_entry, {}, ""
        stored = stored_webhook(entry.data)
        if user_input is not None:
            try:
                return await self._set_webhook(wanted=user_input[CONF_WANTED], typed=user_input[CONF_URL])
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

    async def _set_webhook(self, *, wanted: bool, typed: str) -> ConfigFlowResult:
        """Have it as it is wanted. Raises ``BadAddressError`` or ``ImmichError``; then nothing has changed."""
        entry = self.config_entry
        stored, base = stored_webhook(entry.data), base_address(typed) if wanted else ""
        if base == (stored["base"] if stored else "") and not self._is_silent:
            return self.async_create_entry(data=dict(entry.options))
        made = {CONF_WEBHOOK: new_webhook(base)} if wanted else {}
        if made:
            await async_make_webhook(immich_client(self.hass, entry.data), made[CONF_WEBHOOK])
        if self._is_removed():
            await async_remove_webhooks(self.hass, entry, {**entry.data, **made})
            return self.async_abort(reason="removed")
        # All else may have changed while Immich was asked, the webhook in another form as well. What is used no more is
        # noted before Immich is told: a power cut in between leaves nothing behind that nobody knows of.
        self.hass.config_entries.async_update_entry(entry, data={**without_webhook(entry.data), **made})
        await async_tell_immich(self.hass, entry)
        return self.async_create_entry(data=dict(entry.options))

    @property
    def _is_silent(self) -> bool:
        """Return whether nobody calls although there are new photos: who sends the form again wants it made anew."""
        entry = self.config_entry
        return entry.state is ConfigEntryState.LOADED and entry.runtime_data.changes.webhook is Webhook.SILENT

    def _is_removed(self) -> bool:
        return self.hass.config_entries.async_get_entry(self.handler) is None

    def _proposed(self) -> str:
        try:
            return get_url(self.hass, prefer_external=False, allow_cloud=False)
        except NoURLAvailableError:
            return ""
