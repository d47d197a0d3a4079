"""Add or change a folder: which of Syncthing's, where it lies, who may delete, and what that would do."""

from collections.abc import Mapping, Set as AbstractSet
from typing import Any, override

import voluptuous as vol
from homeassistant.config_entries import SOURCE_RECONFIGURE, SubentryFlowResult
from homeassistant.const import CONF_PATH
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from .const import CONF_ADVANCED, CONF_FOLDER_ID, CONF_LABEL, CONF_MARKER_NAME, CONF_PRESET
from .engine.model import Preset
from .engine.settings import FolderSettings
from .errors import RefusedError
from .features import Lacking, async_feature_words, features_of, in_words, lacking
from .folder_choice import name_of
from .folder_proof import async_prove_folder
from .folder_settings import SETTINGS, as_stored, as_typed, folder_settings, frees, is_default, settings_section
from .folder_steps import FolderSteps
from .immich.errors import ImmichError
from .immich.permissions import Feature
from .markdown import as_code, as_text
from .preview_steps import PreviewSteps
from .root_proof import async_find_root
from .roots import RootRules
from .rule_steps import RuleSteps
from .servers import immich_client, syncthing_client
from .syncthing.errors import SyncthingError
from .syncthing.models import FolderConfig, FolderType

PRESETS = (Preset.BACKUP, Preset.PHONE_DECIDES, Preset.IMMICH_DECIDES, Preset.MIRROR)
"""In the order of the form: the one that deletes nothing first."""

_PRESET = SelectSelector(
    SelectSelectorConfig(
        options=[preset.value for preset in PRESETS], mode=SelectSelectorMode.LIST, translation_key=CONF_PRESET
    )
)


class FolderFlow(FolderSteps, PreviewSteps, RuleSteps):
    """Binds a Syncthing folder to the entry's account."""

    _typed: Mapping[str, Any] = {}
    _data: dict[str, Any]
    _lacking: Lacking
    explained = frozenset(
        {
            "syncthing_cannot_connect",
            "syncthing_certificate",
            "syncthing_folder_paused",
            "syncthing_host_check",
            "syncthing_unknown_folder",
            "syncthing_wrong_key",
        }
    )

    # --- new folder ------------------------------------------------------------------------------------------------

    @override
    def _unfit(self, folder: FolderConfig) -> str | None:
        return "folder_encrypted" if folder.type is FolderType.RECEIVE_ENCRYPTED else None

    @override
    async def _async_folder_chosen(self) -> SubentryFlowResult:
        return await self._warn_or_go_on()

    async def _warn_or_go_on(self) -> SubentryFlowResult:
        """Say first what Syncthing itself will not do with this folder."""
        if self._folder.type is FolderType.RECEIVE_ONLY:
            return await self.async_step_receive_only()
        if self._folder.type is FolderType.SEND_ONLY:
            return await self.async_step_send_only()
        if self._folder.ignore_delete:
            return await self.async_step_ignore_delete()
        return await self.async_step_location()

    async def async_step_receive_only(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Say that deletions made here do not reach the phone."""
        return await self._warn("receive_only", user_input)

    async def async_step_send_only(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Say that nothing arrives from the phone."""
        return await self._warn("send_only", user_input)

    async def async_step_ignore_delete(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Say that the phone's deletions do not arrive."""
        return await self._warn("ignore_delete", user_input)

    async def _warn(self, step_id: str, user_input: dict[str, Any] | None) -> SubentryFlowResult:
        if user_input is not None:
            return await self.async_step_location()
        return self.async_show_form(
            step_id=step_id,
            data_schema=vol.Schema({}),
            description_placeholders={"folder": as_text(name_of(self._folder))},
        )

    async def async_step_location(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask where the folder lies for Home Assistant, and who may delete."""
        rules = RootRules.of(self.hass)
        if user_input is None:
            if not self._typed:
                client = syncthing_client(self.hass, self._get_entry().data)
                found = await async_find_root(self.hass, client, self._folder, rules)
                self._typed = {CONF_PATH: str(found or ""), CONF_PRESET: Preset.BACKUP}
            return self._location_form("location", rules, self._about, self._typed)
        self._typed = user_input
        try:
            settings = as_stored(user_input.get(CONF_ADVANCED, {}))
            path = await self._proven(self._folder.id, user_input, settings, rules)
        except (RefusedError, SyncthingError) as err:
            return self._location_form("location", rules, self._about, user_input, err)
        return await self._say_what_is_lacking(
            {
                CONF_FOLDER_ID: self._folder.id,
                CONF_LABEL: name_of(self._folder),
                CONF_MARKER_NAME: self._folder.marker_name,
                CONF_PATH: path,
                CONF_PRESET: user_input[CONF_PRESET],
                **settings,
            }
        )

    async def async_step_finish(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Add the folder, if it still is what was proven: that may be long ago."""
        rules = RootRules.of(self.hass)
        try:
            await self._proven(self._folder.id, self._data, self._data, rules)
        except (RefusedError, SyncthingError) as err:
            return self._location_form("location", rules, self._about, self._typed, err)
        return self.async_create_entry(
            title=self._data[CONF_LABEL], data=self._data, unique_id=self._data[CONF_FOLDER_ID]
        )

    # --- change of a folder ----------------------------------------------------------------------------------------

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask what is to be changed."""
        folder = as_text(self._get_reconfigure_subentry().title)
        return self.async_show_menu(
            step_id="reconfigure", menu_options=["settings", "rules"], description_placeholders={"folder": folder}
        )

    async def async_step_settings(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change where the folder lies, who may delete, and what else is set.

        To stop all deletions nothing is asked and checked: that works whatever is out of order.
        """
        subentry = self._get_reconfigure_subentry()
        rules = RootRules.of(self.hass, without=subentry.subentry_id)
        about = {"folder": as_text(subentry.title)}
        present = {**subentry.data, CONF_ADVANCED: as_typed(subentry.data)}
        if user_input is None:
            return self._location_form("settings", rules, about, present)
        path = subentry.data[CONF_PATH]
        try:
            settings = as_stored(user_input.get(CONF_ADVANCED, present[CONF_ADVANCED]))
            deletes = user_input[CONF_PRESET] != Preset.BACKUP or frees(settings)
            if user_input[CONF_PATH] != path or deletes:
                path = await self._proven(subentry.data[CONF_FOLDER_ID], user_input, settings, rules)
        except (RefusedError, SyncthingError) as err:
            return self._location_form("settings", rules, about, user_input, err)
        kept = {key: value for key, value in subentry.data.items() if key not in SETTINGS}
        return await self._say_what_is_lacking(
            {**kept, CONF_PATH: path, CONF_PRESET: user_input[CONF_PRESET], **settings}
        )

    @property
    def _previewed(self) -> FolderSettings:
        return folder_settings("", self._data)

    @property
    def _about(self) -> dict[str, str]:
        return {"folder": as_text(name_of(self._folder)), "syncthing_path": as_code(self._folder.path)}

    # --- shared ----------------------------------------------------------------------------------------------------

    async def _say_what_is_lacking(self, data: dict[str, Any]) -> SubentryFlowResult:
        """Say first what of the settings will not work with this API key; they are taken all the same."""
        self._data = data
        self._lacking = await self._ask_what_is_lacking(features_of(folder_settings("", data)))
        if self._lacking:
            return await self.async_step_permissions()
        return await self._go_on()

    async def async_step_permissions(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Say which permissions the API key lacks, and for what."""
        if user_input is not None:
            return await self._go_on()
        words = in_words(self._lacking, await async_feature_words(self.hass))
        return self.async_show_form(
            step_id="permissions", data_schema=vol.Schema({}), description_placeholders={"lacking": words}
        )

    async def _ask_what_is_lacking(self, features: AbstractSet[Feature]) -> Lacking:
        """Return nothing if Immich does not answer: a repair will tell once it does."""
        try:
            key = await immich_client(self.hass, self._get_entry().data).api_key() if features else None
        except ImmichError:
            return {}
        return lacking(key, features) if key is not None else {}

    async def _go_on(self) -> SubentryFlowResult:
        """Change the folder, or show first what adding it would do."""
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_and_abort(self._get_entry(), self._get_reconfigure_subentry(), data=self._data)
        return await self.async_step_look()

    async def _proven(
        self, folder_id: str, user_input: Mapping[str, Any], settings: Mapping[str, Any], rules: RootRules
    ) -> str:
        """Return the real path that was typed; see ``async_prove_folder``. The account may be gone after that."""
        path = await async_prove_folder(
            self.hass,
            self._get_entry().data,
            folder_id,
            user_input[CONF_PATH],
            Preset(user_input[CONF_PRESET]),
            frees=frees(settings),
            rules=rules,
        )
        self._get_entry()
        return path

    def _location_form(
        self,
        step_id: str,
        rules: RootRules,
        about: Mapping[str, str],
        values: Mapping[str, Any],
        err: RefusedError | SyncthingError | None = None,
    ) -> SubentryFlowResult:
        errors = {}
        if isinstance(err, RefusedError):
            errors[err.field] = err.code
        elif err is not None:
            errors["base"] = self._reason(err)
        allowed = ", ".join(f"`{as_code(str(path))}`" for path in rules.allowed)
        advanced = settings_section(collapsed=is_default(values.get(CONF_ADVANCED, {})))
        schema = vol.Schema(
            {
                vol.Required(CONF_PATH): TextSelector(),
                vol.Required(CONF_PRESET): _PRESET,
                vol.Optional(CONF_ADVANCED): advanced,
            }
        )
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
            description_placeholders={**about, "allowed": allowed, "detail": str(err or "")},
        )
