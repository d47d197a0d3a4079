"""The last step before a folder is added: what adding it would do, and whether Immich has room for it."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .account_settings import account_settings
from .const import DOMAIN
from .engine.errors import EngineError
from .engine.first_look import LOOK_SECONDS, Bases, Fate, FirstLook, first_look
from .engine.model import Base
from .engine.settings import FolderSettings
from .engine.workers import Workers
from .immich.client import ImmichClient
from .immich.errors import ImmichError
from .markdown import LONG, as_text
from .quantities import counted, sized
from .runtime import SystemClock
from .servers import immich_client, syncthing_client
from .syncthing.errors import SyncthingError

WORDS = frozenset(
    {
        "ask",
        "closed",
        "disk",
        "frees",
        "frees_room",
        "keep",
        "quota",
        "receiving",
        "restore",
        "strange",
        "too_large",
        "unlisted",
        "unread",
    }
)
"""What is said beside the numbers where there is a reason to, or instead of them."""


@dataclass(frozen=True, slots=True)
class FirstPreview:
    """What was found out.

    ``quota_left``, ``disk_left``: bytes; ``None`` where there is no limit, or Immich does not tell. ``receiving``: how
    many files Syncthing still expects.
    """

    look: FirstLook
    settings: FolderSettings
    quota_left: int | None
    disk_left: int | None
    receiving: int

    @property
    def is_known(self) -> bool:
        """Return whether there is anything to say about what would happen."""
        return self.look.complete or self.look.compared.files > 0


async def async_first_preview(
    hass: HomeAssistant, entry: ConfigEntry, settings: FolderSettings, progress: Callable[[float], None]
) -> FirstPreview:
    """Look at a folder that is not added yet; takes up to a minute, and nothing is left of it.

    Raises:
        EngineError, ImmichError: it cannot be found out now.
    """
    immich = immich_client(hass, entry.data)
    quota_left, disk_left = await _quota_left(immich), await _disk_left(immich)
    workers = Workers.threads(f"{DOMAIN}-first-preview", hashing=account_settings(entry.options).hashing)
    try:
        look = await first_look(
            settings,
            immich,
            workers,
            clock=SystemClock(),
            random=random.random,
            bases=_memory(entry),
            seconds=LOOK_SECONDS,
            progress=progress,
        )
    finally:
        await hass.async_add_executor_job(workers.close)
    return FirstPreview(look, settings, quota_left, disk_left, await _receiving(hass, entry, settings))


def _memory(entry: ConfigEntry) -> Bases:
    """Return what asks the account for what it remembers; one that is not loaded cannot be asked."""

    async def bases(checksums: Sequence[bytes]) -> Mapping[bytes, Base]:
        if entry.state is not ConfigEntryState.LOADED:
            return {}
        remembered: Mapping[bytes, Base] = await entry.runtime_data.engine.bases(checksums)
        return remembered

    return bases


async def _quota_left(immich: ImmichClient) -> int | None:
    user = await immich.me()
    if user.quota_size is None:
        return None
    return max(0, user.quota_size - (user.quota_usage or 0))


async def _disk_left(immich: ImmichClient) -> int | None:
    """Return ``None`` also where the key may not ask, and for what object stores and the like make up."""
    try:
        storage = await immich.server_storage()
    except ImmichError:
        return None
    is_sound = storage.size is not None and storage.available is not None and 0 <= storage.available <= storage.size
    return storage.available if is_sound and storage.size else None


async def _receiving(hass: HomeAssistant, entry: ConfigEntry, settings: FolderSettings) -> int:
    try:
        return (await syncthing_client(hass, entry.data).folder_status(settings.syncthing_id)).need_files
    except SyncthingError:
        return 0


async def async_placeholders(hass: HomeAssistant, preview: FirstPreview) -> dict[str, str]:
    """Return the numbers and notes in Home Assistant's language, for texts that it shows as Markdown."""
    language, look = hass.config.language, preview.look
    uploads = look.expected(Fate.UPLOAD)
    words = await async_get_translations(hass, language, "selector", [DOMAIN])
    notes = [words[f"{_NOTE}.{note}"].format(**values) for note, values in _notes(preview, language)]
    return {
        "folder": as_text(preview.settings.label),
        "preset": words[f"component.{DOMAIN}.selector.preset.options.{preview.settings.preset}"],
        "found": counted(look.found.files, language),
        "found_size": sized(look.found.size, language),
        "compared": counted(look.compared.files, language),
        "present": counted(look.expected(Fate.PRESENT).files, language),
        "uploads": counted(uploads.files, language),
        "upload_size": sized(uploads.size, language),
        "notes": "\n".join(f"- {note}" for note in notes),
    }


async def async_hindrance(hass: HomeAssistant, why: FirstPreview | EngineError | ImmichError) -> str:
    """Return in Home Assistant's language why nothing is known: an error, or files that take too long to read."""
    language = hass.config.language
    if isinstance(why, FirstPreview):
        found = why.look.found
        words = await async_get_translations(hass, language, "selector", [DOMAIN])
        text = words[f"{_NOTE}.too_large"]
        return text.format(count=counted(found.files, language), size=sized(found.size, language))
    words = await async_get_translations(hass, language, "exceptions", [DOMAIN])
    return words[f"component.{DOMAIN}.exceptions.{why.code}.message"].format(
        **{name: as_text(value, LONG) for name, value in why.placeholders.items()}
    )


_NOTE = f"component.{DOMAIN}.selector.first_preview.options"


def _notes(preview: FirstPreview, language: str) -> Iterator[tuple[str, dict[str, str]]]:
    look, needed = preview.look, preview.look.expected(Fate.UPLOAD).size
    for note, left in (("quota", preview.quota_left), ("disk", preview.disk_left)):
        if left is not None and needed > left:
            yield note, {"left": sized(left, language), "size": sized(needed, language)}
    days = preview.settings.rules.free_after_days
    numbers = {
        "ask": look.expected(Fate.ASK).files,
        "restore": look.expected(Fate.RESTORE).files,
        "keep": look.expected(Fate.KEEP).files,
        "frees": days or 0,
        "receiving": preview.receiving,
        "strange": look.strange,
        "unread": look.unread,
        "closed": look.closed,
    }
    for note, number in numbers.items():
        if number:
            yield note, {"count": counted(number, language)}
    if room := preview.settings.rules.keep_bytes:
        yield "frees_room", {"size": sized(room, language)}
    if not look.listed:
        yield "unlisted", {}
