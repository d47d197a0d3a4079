"""Let an issue go, as somebody says that it is done: of an account that is removed, nobody here can look."""

import voluptuous as vol
from homeassistant.components.repairs import RepairsFlowResult

from .target import EntryFlow


class DoneFlow(EntryFlow):
    """Believes what is said."""

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask whether it is done."""
        if user_input is not None:
            return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="confirm", data_schema=vol.Schema({}), description_placeholders=dict(self.placeholders)
        )
