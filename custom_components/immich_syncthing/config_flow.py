"""Set-up in the user interface: Immich, then Syncthing, then at once the first folder."""

from collections.abc import Iterable, Mapping
from typing import Any, override

import voluptuous as vol
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigFlowResult,
    ConfigSubentryFlow,
    FlowType,
    SubentryFlowContext,
)
from homeassistant.const import CONF_API_KEY, CONF_SOURCE, CONF_URL
from homeassistant.core import callback
from homeassistant.data_entry_flow import FlowResultType
from yarl import URL

from .account_steps import AccountSteps
from .album_flow import AlbumFlow
from .const import (
    CONF_IMMICH_URL,
    CONF_SYNCTHING_URL,
    CONF_VAULT,
    DEFAULT_SYNCTHING_URL,
    DOMAIN,
    SUBENTRY_ALBUM_FOLDER,
    SUBENTRY_FOLDER,
    SUBENTRY_REPLICA,
)
from .features import Lacking, async_feature_words, features_for, in_words, lacking
from .folder_flow import FolderFlow
from .immich.errors import ImmichError, MissingPermissionError, WrongKeyError
from .known_servers import KnownServer, async_known_immich, async_known_syncthing
from .markdown import one_line
from .removed import ends_with_what_it_is_about
from .replica_flow import ReplicaFlow
from .server_forms import (
    CHANGE_SCHEMA,
    EXAMPLES,
    FIELDS,
    FORM_ERRORS,
    IMMICH_KEYS,
    KEY_SCHEMA,
    SERVER_SCHEMA,
    SYNCTHING_KEYS,
    pages,
    source_schema,
)
from .servers import ImmichAccount, async_check_immich, async_check_syncthing
from .syncthing.errors import SyncthingError, SyncthingWrongKeyError


class ImmichSyncthingConfigFlow(AccountSteps, domain=DOMAIN):
    """Binds an Immich account to a Syncthing server."""

    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        """Start with nothing known."""
        self._data: dict[str, Any] = {}
        self._title = ""
        self._errors: dict[str, str] = {}
        self._placeholders: dict[str, str] = {}
        self._lacking: Lacking = {}
        self._types = False

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry) -> dict[str, type[ConfigSubentryFlow]]:
        """Return the flows that add and change folders, replicas and album folders."""
        return {SUBENTRY_FOLDER: FolderFlow, SUBENTRY_REPLICA: ReplicaFlow, SUBENTRY_ALBUM_FOLDER: AlbumFlow}

    # --- new entry -------------------------------------------------------------------------------------------------

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for Immich, unless Home Assistant knows one already."""
        if user_input is None and not self._types and async_known_immich(self.hass):
            return await self.async_step_take_immich()
        if user_input is not None and (account := await self._try_immich(_renamed(user_input, IMMICH_KEYS))):
            return await self._take_account(account)
        return self._form("user", SERVER_SCHEMA, user_input)

    async def async_step_take_immich(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Offer the accounts of core's integration."""
        servers = async_known_immich(self.hass)
        server = None
        if user_input is not None:
            server = _chosen(servers, user_input)
            if server is None:
                self._types = True
                return await self.async_step_user()
            if account := await self._try_immich(server.data):
                return await self._take_account(account)
        links = pages((server or servers[0]).data)
        return self._form("take_immich", source_schema(servers, "immich_source"), user_input, links)

    async def async_step_permissions(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say what the key does not allow of that which only some settings need."""
        if user_input is not None:
            return await self._ask_for_syncthing()
        words = in_words(self._lacking, await async_feature_words(self.hass))
        return self._form("permissions", vol.Schema({}), placeholders={"lacking": words})

    async def async_step_take_syncthing(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Offer the servers of other accounts and of core's integration."""
        servers = async_known_syncthing(self.hass)
        if user_input is not None:
            server = _chosen(servers, user_input)
            if server is None:
                return await self.async_step_syncthing()
            if await self._try_syncthing(server.data):
                return await self.async_step_store()
        return self._form("take_syncthing", source_schema(servers, "syncthing_source"), user_input)

    async def async_step_syncthing(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for Syncthing."""
        if user_input is not None and await self._try_syncthing(_renamed(user_input, SYNCTHING_KEYS)):
            return await self.async_step_store()
        return self._form("syncthing", SERVER_SCHEMA, user_input or {CONF_URL: DEFAULT_SYNCTHING_URL})

    @override
    async def _async_vault_chosen(self, stored: dict[str, Any] | None) -> ConfigFlowResult:
        """Finish a new entry, or store another vault."""
        if self.source == SOURCE_RECONFIGURE:
            return await self._change_vault(stored)
        data = self._data | ({} if stored is None else {CONF_VAULT: stored})
        return self.async_create_entry(title=self._title, data=data)

    async def _take_account(self, account: ImmichAccount) -> ConfigFlowResult:
        await self.async_set_unique_id(account.user.id)
        self._abort_if_unique_id_configured()
        self._title = f"{one_line(account.user.name) or account.user.email} @ {URL(account.api_root).host}"
        self._lacking = lacking(account.key, features_for(account.user))
        return await (self.async_step_permissions() if self._lacking else self._ask_for_syncthing())

    async def _ask_for_syncthing(self) -> ConfigFlowResult:
        known = async_known_syncthing(self.hass)
        return await (self.async_step_take_syncthing() if known else self.async_step_syncthing())

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Go on with the first folder."""
        started = await self.hass.config_entries.subentries.async_init(
            (result["result"].entry_id, SUBENTRY_FOLDER), context=SubentryFlowContext(source=SOURCE_USER)
        )
        if started["type"] is not FlowResultType.ABORT:
            result["next_flow"] = (FlowType.CONFIG_SUBENTRIES_FLOW, started["flow_id"])
        return result

    # --- a key is refused ------------------------------------------------------------------------------------------

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Find out which of the two servers refuses its key."""
        self._data = dict(entry_data)
        try:
            account = await async_check_immich(self.hass, self._data)
            if account.user.id != self._get_reauth_entry().unique_id:
                return await self.async_step_reauth_immich()
        except WrongKeyError, MissingPermissionError:
            return await self.async_step_reauth_immich()
        except ImmichError:
            pass
        try:
            await async_check_syncthing(self.hass, self._data)
        except SyncthingWrongKeyError:
            return await self.async_step_reauth_syncthing()
        except SyncthingError:
            pass
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Let the user choose when the servers do not tell now whose key is refused."""
        return self.async_show_menu(step_id="reauth_confirm", menu_options=["reauth_immich", "reauth_syncthing"])

    async def async_step_reauth_immich(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a new key for Immich."""
        if user_input is not None and (account := await self._try_immich(_renamed(user_input, IMMICH_KEYS))):
            return await self._update_account(self._get_reauth_entry(), account)
        return self._form("reauth_immich", KEY_SCHEMA)

    async def async_step_reauth_syncthing(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a new key for Syncthing."""
        if user_input is not None and await self._try_syncthing(_renamed(user_input, SYNCTHING_KEYS)):
            return self._update(self._get_reauth_entry(), SYNCTHING_KEYS)
        return self._form("reauth_syncthing", KEY_SCHEMA)

    # --- the owner changes something -------------------------------------------------------------------------------

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what is to be changed: a server, or what holds for all folders."""
        entry = self._get_reconfigure_entry()
        self._data = dict(entry.data)
        choices = ["reconfigure_immich", "reconfigure_syncthing", *self._account_choices(entry)]
        return self.async_show_menu(step_id="reconfigure", menu_options=choices)

    async def async_step_reconfigure_immich(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change Immich's address, key or verification; the account stays the same."""
        if user_input is not None and (account := await self._try_immich(_renamed(user_input, IMMICH_KEYS))):
            return await self._update_account(self._get_reconfigure_entry(), account)
        return self._form("reconfigure_immich", CHANGE_SCHEMA, user_input or self._present(IMMICH_KEYS))

    async def async_step_reconfigure_syncthing(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change Syncthing's address, key or verification."""
        if user_input is not None and await self._try_syncthing(_renamed(user_input, SYNCTHING_KEYS)):
            return self._update(self._get_reconfigure_entry(), SYNCTHING_KEYS)
        return self._form("reconfigure_syncthing", CHANGE_SCHEMA, user_input or self._present(SYNCTHING_KEYS))

    # --- shared ----------------------------------------------------------------------------------------------------

    @callback
    @override
    def _get_reauth_entry(self) -> ConfigEntry:
        with ends_with_what_it_is_about():
            return super()._get_reauth_entry()

    @callback
    @override
    def _get_reconfigure_entry(self) -> ConfigEntry:
        with ends_with_what_it_is_about():
            return super()._get_reconfigure_entry()

    async def _try_immich(self, changes: Mapping[str, Any]) -> ImmichAccount | None:
        """Return whose key it is and keep what works, or keep what is wrong for the form."""
        data = {**self._data, **changes}
        try:
            account = await async_check_immich(self.hass, data)
        except ImmichError as err:
            self._explain(err)
            return None
        self._data = {**data, CONF_IMMICH_URL: account.api_root}
        return account

    async def _try_syncthing(self, changes: Mapping[str, Any]) -> bool:
        """Return whether Syncthing answers and keep what works, or keep what is wrong for the form."""
        data = {**self._data, **changes}
        try:
            url = await async_check_syncthing(self.hass, data)
        except SyncthingError as err:
            self._explain(err)
            return False
        self._data = {**data, CONF_SYNCTHING_URL: url}
        return True

    def _explain(self, err: ImmichError | SyncthingError) -> None:
        code = err.code if err.code in FORM_ERRORS else "other"
        self._errors = {FIELDS.get(code, CONF_URL): code}
        self._placeholders = {"detail": str(err), **err.placeholders}

    def _form(
        self,
        step_id: str,
        schema: vol.Schema,
        suggested: Mapping[str, Any] | None = None,
        placeholders: Mapping[str, str] | None = None,
    ) -> ConfigFlowResult:
        """Show a form, once with what was wrong before. Errors about fields that it lacks stand above it."""
        fields = {str(key) for key in schema.schema}
        errors = {field if field in fields else "base": code for field, code in self._errors.items()}
        about = {**EXAMPLES, **pages(self._data), **self._placeholders, **(placeholders or {})}
        self._errors, self._placeholders = {}, {}
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, suggested),
            errors=errors,
            description_placeholders=about,
        )

    def _present(self, keys: Mapping[str, str]) -> dict[str, Any]:
        """Return what a form may show of the present settings: everything but the key."""
        return {field: self._data[key] for field, key in keys.items() if field != CONF_API_KEY}

    async def _update_account(self, entry: ConfigEntry, account: ImmichAccount) -> ConfigFlowResult:
        await self.async_set_unique_id(account.user.id)
        self._abort_if_unique_id_mismatch(reason="other_account")
        return self._update(entry, IMMICH_KEYS)

    def _update(self, entry: ConfigEntry, keys: Mapping[str, str]) -> ConfigFlowResult:
        """Store what works of one server; all else may have changed while the form was open."""
        return self._replace(entry, {**entry.data, **{key: self._data[key] for key in keys.values()}})


def _renamed(user_input: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of a form under the entry's own names."""
    return {keys[field]: value for field, value in user_input.items()}


def _chosen(servers: Iterable[KnownServer], user_input: Mapping[str, Any]) -> KnownServer | None:
    """Return the server that was chosen, ``None`` to type another one, also where it has gone meanwhile."""
    return next((server for server in servers if server.source == user_input[CONF_SOURCE]), None)
