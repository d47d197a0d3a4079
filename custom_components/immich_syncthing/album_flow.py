"""Add or change an album folder: which of Syncthing's folders, what is copied into it, and how much that is."""

from collections.abc import Mapping
from contextlib import aclosing
from typing import Any, override

import voluptuous as vol
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import CONF_PATH
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from .album_settings import (
    CONF_ALBUMS,
    CONF_QUERY,
    CONF_SOURCE,
    SEARCH,
    WHAT,
    album_settings,
    as_stored,
    permissions_for,
    search_stored,
)
from .albums.errors import AlbumSearchMissingError
from .albums.observing import belongs, listed
from .albums.settings import Source
from .const import CONF_FOLDER_ID, CONF_MARKER_NAME
from .errors import RefusedError
from .folder_choice import async_folder_options, name_of
from .immich.client import ImmichClient
from .immich.errors import ImmichError
from .markdown import LONG, as_code, as_text, one_line
from .quantities import counted, sized
from .removed import ends_with_what_it_is_about
from .root_proof import async_find_root, async_prove_root
from .roots import RootRules, check_root
from .servers import immich_client, syncthing_client
from .syncthing.errors import SyncthingError
from .syncthing.models import FolderConfig, FolderType

EXPLAINED = frozenset({"syncthing_folder_paused", "syncthing_unknown_folder"})
"""Codes of Syncthing's errors that have a text of their own here; any other is shown with its detail."""

RECEIVES = frozenset({FolderType.RECEIVE_ONLY, FolderType.RECEIVE_ENCRYPTED})


class AlbumFlow(ConfigSubentryFlow):
    """Has albums of the entry's account copied into one of Syncthing's folders."""

    _folder: FolderConfig
    _data: dict[str, Any]
    _title: str

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask which of Syncthing's folders."""
        client = syncthing_client(self.hass, self._get_entry().data)
        used = {subentry.unique_id for subentry in self._get_entry().subentries.values()}
        try:
            folders = await client.folders()
        except SyncthingError as err:
            return self.async_abort(reason="other", description_placeholders={"detail": as_text(str(err), LONG)})
        free = {folder.id: folder for folder in folders if folder.id not in used}
        if not free:
            return self.async_abort(reason="no_more_folders")
        errors = {}
        if user_input is not None:
            folder = free.get(user_input[CONF_FOLDER_ID])
            if folder is None:
                errors[CONF_FOLDER_ID] = "syncthing_unknown_folder"
            elif folder.type in RECEIVES:
                errors[CONF_FOLDER_ID] = "folder_receives"
            else:
                self._folder = folder
                return await self.async_step_location()
        options = await async_folder_options(self.hass, client, tuple(free.values()))
        config = SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST)
        schema = vol.Schema({vol.Required(CONF_FOLDER_ID): SelectSelector(config)})
        return self.async_show_form(step_id="user", data_schema=schema, errors=errors)

    async def async_step_location(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask where the folder lies for Home Assistant."""
        rules, folder = RootRules.of(self.hass), self._folder
        client = syncthing_client(self.hass, self._get_entry().data)
        errors, detail = {}, ""
        if user_input is None:
            found = await async_find_root(self.hass, client, folder, rules)
            user_input = {CONF_PATH: str(found or "")}
        else:
            try:
                path = await self._proven(user_input[CONF_PATH], folder, rules)
            except RefusedError as err:
                errors[err.field], detail = err.code, err.detail
            except SyncthingError as err:
                errors["base"], detail = err.code if err.code in EXPLAINED else "other", str(err)
            else:
                self._title = name_of(folder)
                self._data = {CONF_FOLDER_ID: folder.id, CONF_MARKER_NAME: folder.marker_name, CONF_PATH: path}
                return await self.async_step_what()
        allowed = ", ".join(f"`{as_code(str(one))}`" for one in rules.allowed)
        return self.async_show_form(
            step_id="location",
            data_schema=self.add_suggested_values_to_schema(
                vol.Schema({vol.Required(CONF_PATH): TextSelector()}), user_input
            ),
            errors=errors,
            description_placeholders={
                "folder": as_text(name_of(folder)),
                "syncthing_path": as_code(folder.path),
                "allowed": allowed,
                "detail": as_text(detail, LONG),
            },
        )

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask anew what is copied."""
        subentry = self._get_reconfigure_subentry()
        self._title, self._data = subentry.title, dict(subentry.data)
        return await self.async_step_what()

    async def async_step_what(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask what is copied, and as what."""
        if user_input is None:
            return self._what_form({}, {})
        self._data = as_stored(user_input, self._data)
        try:
            key = await self._immich.api_key()
        except ImmichError as err:
            return self._what_form({"base": "other"}, {"detail": as_text(str(err), LONG)})
        if lacking := [one for one in permissions_for(album_settings(self._data)) if not key.allows(one)]:
            return self._what_form({"base": "no_permission"}, {"permission": ", ".join(lacking)})
        match Source(self._data[CONF_SOURCE]):
            case Source.ALBUMS:
                return await self.async_step_albums()
            case Source.SEARCH:
                return await self.async_step_search()
            case Source.FAVORITES:
                return await self.async_step_confirm()

    async def async_step_albums(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for the albums."""
        if user_input is not None and user_input[CONF_ALBUMS]:
            self._data[CONF_ALBUMS] = sorted(user_input[CONF_ALBUMS])
            return await self.async_step_confirm()
        try:
            albums = await self._immich.albums()
        except ImmichError as err:
            return self.async_abort(reason="no_albums", description_placeholders={"detail": as_text(str(err), LONG)})
        language = self.hass.config.language
        known = {one.id: f"{one_line(one.name) or one.id} ({counted(one.asset_count, language)})" for one in albums}
        # An album that is not there any more stays chosen until somebody takes it out.
        known |= {one: one for one in self._data.get(CONF_ALBUMS, ()) if one not in known}
        options = [SelectOptionDict(value=album, label=label) for album, label in known.items()]
        config = SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.DROPDOWN, sort=True)
        schema = vol.Schema({vol.Required(CONF_ALBUMS): SelectSelector(config)})
        return self.async_show_form(
            step_id="albums",
            data_schema=self.add_suggested_values_to_schema(schema, self._data),
            errors={} if user_input is None else {CONF_ALBUMS: "no_album"},
        )

    async def async_step_search(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask what is searched for."""
        errors = {}
        if user_input is not None:
            self._data |= search_stored(user_input)
            if self._data[CONF_QUERY]:
                return await self.async_step_confirm()
            errors = {CONF_QUERY: "no_query"}
        return self._search_form(errors)

    async def async_step_confirm(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Say how many photos that is now, then add or change the album folder."""
        if user_input is not None:
            return await self._finish()
        try:
            photos, size = await self._count()
        except AlbumSearchMissingError as err:
            return self._search_form({"base": err.code})
        except ImmichError as err:
            return self._what_form({"base": "other"}, {"detail": as_text(str(err), LONG)})
        language = self.hass.config.language
        about = {
            "folder": as_text(self._title),
            "photos": counted(photos, language),
            "size": sized(size, language),
        }
        return self.async_show_form(step_id="confirm", data_schema=vol.Schema({}), description_placeholders=about)

    async def _finish(self) -> SubentryFlowResult:
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_and_abort(self._get_entry(), self._get_reconfigure_subentry(), data=self._data)
        try:
            # The form may have been open for long.
            await self._proven(self._data[CONF_PATH], self._folder, RootRules.of(self.hass))
        except RefusedError, SyncthingError:
            return await self.async_step_location({CONF_PATH: self._data[CONF_PATH]})
        self._get_entry()
        return self.async_create_entry(title=self._title, data=self._data, unique_id=self._data[CONF_FOLDER_ID])

    async def _count(self) -> tuple[int, int]:
        """Return how many photos that are now, and how large their originals. Raises ``ImmichError``."""
        immich, settings = self._immich, album_settings(self._data)
        user_id = (await immich.me()).id
        sizes: dict[str, int] = {}
        async with aclosing(listed(immich, settings, user_id, settings.albums)) as pages:
            async for assets, _ in pages:
                sizes |= {one.id: one.size or 0 for one in assets if belongs(one, user_id)}
        return len(sizes), sum(sizes.values())

    async def _proven(self, path: str, folder: FolderConfig, rules: RootRules) -> str:
        """Return the real path of the folder's directory. Raises ``RefusedError``, ``SyncthingError``."""
        client = syncthing_client(self.hass, self._get_entry().data)
        real = await self.hass.async_add_executor_job(
            lambda: check_root(path, rules, marker_name=folder.marker_name, writes=True)
        )
        await async_prove_root(self.hass, client, folder, real)
        return str(real)

    def _what_form(self, errors: dict[str, str], about: Mapping[str, str]) -> SubentryFlowResult:
        return self.async_show_form(
            step_id="what",
            data_schema=self.add_suggested_values_to_schema(WHAT, self._data),
            errors=errors,
            description_placeholders={"folder": as_text(self._title), **about},
        )

    def _search_form(self, errors: dict[str, str]) -> SubentryFlowResult:
        return self.async_show_form(
            step_id="search", data_schema=self.add_suggested_values_to_schema(SEARCH, self._data), errors=errors
        )

    @property
    def _immich(self) -> ImmichClient:
        return immich_client(self.hass, self._get_entry().data)

    @callback
    @override
    def _get_entry(self) -> ConfigEntry:
        with ends_with_what_it_is_about():
            return super()._get_entry()

    @callback
    @override
    def _get_reconfigure_subentry(self) -> ConfigSubentry:
        with ends_with_what_it_is_about():
            return super()._get_reconfigure_subentry()
