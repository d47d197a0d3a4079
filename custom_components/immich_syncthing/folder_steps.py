"""The step of a flow that asks which of Syncthing's folders it is about."""

from abc import abstractmethod
from typing import Any, ClassVar

import voluptuous as vol
from homeassistant.config_entries import SubentryFlowResult
from homeassistant.helpers.selector import SelectSelector, SelectSelectorConfig, SelectSelectorMode

from .const import CONF_FOLDER_ID
from .folder_choice import async_folder_options
from .markdown import LONG, as_text
from .removed import EndingSubentryFlow
from .servers import syncthing_client
from .syncthing.errors import SyncthingError
from .syncthing.models import FolderConfig


class FolderSteps(EndingSubentryFlow):
    """Begins with ``async_step_user`` and goes on with ``_async_folder_chosen`` once ``_folder`` is one that fits."""

    _folder: FolderConfig
    explained: ClassVar[frozenset[str]]
    """Codes of Syncthing's errors that the flow has a text of its own for; any other is shown with its detail."""

    @abstractmethod
    def _unfit(self, folder: FolderConfig) -> str | None:
        """Return which error says why a folder does not fit, if it does not."""

    @abstractmethod
    async def _async_folder_chosen(self) -> SubentryFlowResult:
        """Go on with ``_folder``."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask which of Syncthing's folders, of those that nothing of this entry uses."""
        client = syncthing_client(self.hass, self._get_entry().data)
        used = {subentry.unique_id for subentry in self._get_entry().subentries.values()}
        try:
            folders = await client.folders()
        except SyncthingError as err:
            about = {"detail": as_text(str(err), LONG)}
            return self.async_abort(reason=self._reason(err), description_placeholders=about)
        free = {folder.id: folder for folder in folders if folder.id not in used}
        if not free:
            return self.async_abort(reason="no_more_folders" if folders else "no_folders")
        errors = {}
        if user_input is not None:
            folder = free.get(user_input[CONF_FOLDER_ID])
            error = "syncthing_unknown_folder" if folder is None else self._unfit(folder)
            if folder is not None and error is None:
                self._folder = folder
                return await self._async_folder_chosen()
            errors[CONF_FOLDER_ID] = str(error)
        options = await async_folder_options(self.hass, client, tuple(free.values()))
        config = SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST)
        schema = vol.Schema({vol.Required(CONF_FOLDER_ID): SelectSelector(config)})
        return self.async_show_form(step_id="user", data_schema=schema, errors=errors)

    def _reason(self, err: SyncthingError) -> str:
        return err.code if err.code in self.explained else "other"
