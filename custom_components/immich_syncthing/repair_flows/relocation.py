"""A folder's directory is gone, unmarked or another one's: look again, or say where it lies now."""

from collections.abc import Mapping

import voluptuous as vol
from homeassistant.components.repairs import RepairsFlowResult
from homeassistant.const import CONF_PATH
from homeassistant.helpers.selector import TextSelector

from ..errors import RefusedError
from ..syncthing.errors import SyncthingError
from .proof import async_propose_path, async_prove, async_refusal
from .target import EntryFlow

_SCHEMA = vol.Schema({vol.Required(CONF_PATH): TextSelector()})


class RelocateFlow(EntryFlow):
    """Asks for the directory, beginning with the one that seems to be it. It is proven before anything is changed."""

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_path()

    async def async_step_path(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask where the folder lies; the same directory again, if it is in order now."""
        entry, folder = self.loaded_entry(), self.loaded_folder()
        if entry is None or folder is None:
            return self.not_loaded()
        if user_input is None:
            return self._form({CONF_PATH: await async_propose_path(self.hass, entry, folder)})
        try:
            root = await async_prove(self.hass, entry, folder, user_input[CONF_PATH])
        except (RefusedError, SyncthingError) as err:
            return self._form(user_input, await async_refusal(self.hass, err))
        if self.loaded_folder() is not folder:
            return self.not_loaded()
        if root == folder.engine.settings.root:
            folder.async_wake()
        else:
            # The entry's update listener takes it up; what was known of the old place is forgotten, nothing deleted.
            self.hass.config_entries.async_update_subentry(
                entry, folder.subentry, data={**folder.subentry.data, CONF_PATH: str(root)}
            )
        return self.async_create_entry(data={})

    def _form(self, values: Mapping[str, str], refusal: str = "") -> RepairsFlowResult:
        return self.async_show_form(
            step_id="path",
            data_schema=self.add_suggested_values_to_schema(_SCHEMA, values),
            errors={CONF_PATH: "refused"} if refusal else {},
            description_placeholders={**self.placeholders, "refusal": refusal},
        )
