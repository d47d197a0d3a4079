"""What a language model may ask: how the exposed folders are, what waits for a decision, and what was done.

It can change nothing, and is told neither keys nor hosts nor accounts. A folder is exposed with its status sensor.
"""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Final, cast, override

import voluptuous as vol
from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.components.llm import LLMTools
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.llm import LLM_API_ASSIST, LLMContext, Tool, ToolAnnotations, ToolInput, ToolResult
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from .const import DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .engine.errors import EngineError
from .engine.ledger.views import HistoryFilter
from .folder_coordinator import FolderCoordinator
from .history_actions import KINDS
from .status import folder_status, hold_told, moment, problem_name
from .targets import label_of, runtime_of

SAMPLE = 5
"""File names told of each question."""
ENTRIES = 20
"""Lines of the history told at once."""
LONGEST_DAYS = 400
USUAL_DAYS = 7

_READ_ONLY: Final = ToolAnnotations(read_only=True, destructive=False, idempotent=True, open_world=False)
_PRIVATE: Final = frozenset({"config_entry_id", "account", "problem", "folder_id"})


class FolderTool(Tool):
    """A question about the folders that are exposed, by their names."""

    annotations = _READ_ONLY
    integration = DOMAIN
    more: ClassVar[Mapping[Any, Any]] = {}

    def __init__(self, folders: Mapping[str, FolderCoordinator]) -> None:
        """Answer about ``folders``."""
        self._folders = folders
        self.parameters = vol.Schema(
            {vol.Optional("folder", description="Only this folder"): vol.In(sorted(folders)), **self.more}
        )

    @override
    async def async_call(self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext) -> ToolResult:
        data = self.parameters(tool_input.tool_args)
        wanted = data.get("folder")
        folders = [folder for name, folder in self._folders.items() if wanted in {None, name}]
        try:
            told = await self.answer(folders, data)
        except EngineError as err:
            return ToolResult(data={"error": err.code}, error=True)
        return ToolResult(data=cast("JsonObjectType", told))

    @abstractmethod
    async def answer(self, folders: list[FolderCoordinator], data: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is told of ``folders``. Raises ``EngineError``."""


class StatusTool(FolderTool):
    """How folders are."""

    name = f"{DOMAIN}__get_status"
    title = "Get the state of photo folders"
    description = (
        "Tells how folders of photos are that are kept in agreement between a phone and Immich: what they do, whether"
        " something is wrong, how many photos are there, wait, failed or await a decision, and when they last worked."
        " Use this to answer questions like 'Are my photos backed up?'"
    )

    @override
    async def answer(self, folders: list[FolderCoordinator], data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "folders": [
                _public(await folder_status(folder)) | {"problem": await problem_name(folder)} for folder in folders
            ]
        }


class DecisionsTool(FolderTool):
    """What waits for the owner."""

    name = f"{DOMAIN}__get_decisions"
    title = "Get decisions about photos that wait"
    description = (
        "Lists what waits for the owner's decision in folders of photos, such as many deletions at once, with some file"
        " names. It cannot be answered by you: the owner does that under Settings, Repairs."
    )

    @override
    async def answer(self, folders: list[FolderCoordinator], data: Mapping[str, Any]) -> dict[str, Any]:
        told = []
        for entry, folder_ids in _by_account(folders):
            engine = runtime_of(entry).engine
            for hold in await engine.holds():
                if not folder_ids.issuperset(hold.folder_ids):
                    continue
                items = await engine.hold_items(hold.id, limit=SAMPLE)
                names = [one.path for item in items for one in item.places[:1] if one.folder_id in folder_ids]
                told.append(_public(await hold_told(entry, hold)) | {"some_files": names})
        return {"decisions": told}


class HistoryTool(FolderTool):
    """What was done."""

    name = f"{DOMAIN}__get_history"
    title = "Get the history of photos"
    description = (
        "Tells what was done to photos lately, newest first: uploaded, deleted, moved to the trash, restored, and why."
        " Use this to answer questions like 'What happened to my photo?'"
    )
    more: ClassVar[Mapping[Any, Any]] = {
        vol.Optional("kind", description="Only what was done in this way"): vol.In(KINDS),
        vol.Optional("path", description="Only file names or paths that contain this"): str,
        vol.Optional("days", description="How far to look back", default=USUAL_DAYS): vol.All(
            int, vol.Range(min=1, max=LONGEST_DAYS)
        ),
    }

    @override
    async def answer(self, folders: list[FolderCoordinator], data: Mapping[str, Any]) -> dict[str, Any]:
        since = (dt_util.utcnow() - timedelta(days=data["days"])).timestamp()
        found = []
        for folder in folders:
            entry, folder_id = folder.config_entry, folder.engine.settings.id
            wanted = HistoryFilter(since=since, folder_id=folder_id, action=data.get("kind"), text=data.get("path"))
            for view in await runtime_of(entry).engine.history(ENTRIES, wanted=wanted):
                line = {
                    "at": moment(view.at),
                    "action": view.entry.action,
                    "path": view.entry.path,
                    "folder": label_of(entry, folder_id),
                    "why": view.entry.why,
                    "origin": view.entry.origin,
                    "result": view.entry.result,
                    "photos": view.entry.items,
                }
                found.append((view.at, line))
        found.sort(key=lambda one: one[0], reverse=True)
        return {"entries": [line for _, line in found[:ENTRIES]]}


@callback
def async_get_tools(hass: HomeAssistant, llm_context: LLMContext, api_id: str) -> LLMTools | None:
    """Return the tools over the folders that are exposed to the assistant, ``None`` if there are none."""
    if api_id != LLM_API_ASSIST:
        return None
    folders = _exposed(hass, llm_context.assistant)
    if not folders:
        return None
    return LLMTools(tools=[StatusTool(folders), DecisionsTool(folders), HistoryTool(folders)])


def _exposed(hass: HomeAssistant, assistant: str) -> dict[str, FolderCoordinator]:
    registry = er.async_get(hass)
    entries: list[ImmichSyncthingConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    found: dict[str, FolderCoordinator] = {}
    for folder in (folder for entry in entries for folder in entry.runtime_data.folders.values()):
        unique_id = f"{folder.config_entry.entry_id}_{folder.subentry.subentry_id}_status"
        entity_id = registry.async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)
        if entity_id is not None and async_should_expose(hass, assistant, entity_id):
            name = folder.subentry.title
            found[name if name not in found else f"{name} ({folder.subentry.subentry_id})"] = folder
    return found


def _by_account(folders: list[FolderCoordinator]) -> list[tuple[ImmichSyncthingConfigEntry, set[str]]]:
    found: dict[str, tuple[ImmichSyncthingConfigEntry, set[str]]] = {}
    for folder in folders:
        entry = folder.config_entry
        found.setdefault(entry.entry_id, (entry, set()))[1].add(folder.engine.settings.id)
    return list(found.values())


def _public(told: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key not in _PRIVATE}
