"""Add or change an album folder: which of Syncthing's folders, what is copied into it, and how much that is."""

from collections.abc import Mapping
from contextlib import aclosing
from typing import Any, override

import voluptuous as vol
from homeassistant.config_entries import SOURCE_RECONFIGURE, SubentryFlowResult
from homeassistant.const import CONF_PATH
from homeassistant.helpers.selector import TextSelector

from .album_settings import (
    CONF_QUERY,
    CONF_SOURCE,
    SEARCH,
    WHAT,
    album_settings,
    as_stored,
    permissions_for,
    search_stored,
)
from .album_steps import AlbumSteps
from .albums.errors import AlbumSearchMissingError
from .albums.observing import belongs, listed
from .albums.settings import Source
from .const import CONF_FOLDER_ID, CONF_MARKER_NAME
from .errors import RefusedError
from .folder_choice import name_of
from .folder_steps import FolderSteps
from .immich.client import ImmichClient
from .immich.errors import ImmichError
from .markdown import LONG, as_code, as_text
from .quantities import counted, sized
from .root_proof import async_find_root, async_prove_root
from .roots import RootRules, check_root
from .servers import immich_client, syncthing_client
from .syncthing.errors import SyncthingError
from .syncthing.models import FolderConfig, FolderType

RECEIVES = frozenset({FolderType.RECEIVE_ONLY, FolderType.RECEIVE_ENCRYPTED})


class AlbumFlow(FolderSteps, AlbumSteps):
    """Has albums of the entry's account copied into one of Syncthing's folders."""

    _data: dict[str, Any]
    _title: str
    explained = frozenset({"syncthing_folder_paused", "syncthing_unknown_folder"})

    @override
    def _unfit(self, folder: FolderConfig) -> str | None:
        return "folder_receives" if folder.type in RECEIVES else None

    @override
    async def _async_folder_chosen(self) -> SubentryFlowResult:
        return await self.async_step_location()

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
                errors["base"], detail = self._reason(err), str(err)
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

    @override
    async def _async_albums_chosen(self) -> SubentryFlowResult:
        return await self.async_step_confirm()

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
