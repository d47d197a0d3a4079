"""The vault, and what waits for a decision, in Home Assistant's media browser.

Identifiers are parts joined with ``/``, each of them escaped: ``<entry>``, ``<entry>/vault``, then folder, month and
page; ``<entry>/held``, then question and page. A photo is ``<entry>/photo/<vault or held>/<checksum>``. No path is in
any as it is: those come from phones.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self, override
from urllib.parse import quote, unquote

import voluptuous as vol
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.media_player.const import MediaClass
from homeassistant.components.media_player.errors import BrowseError
from homeassistant.components.media_source.error import Unresolvable
from homeassistant.components.media_source.models import BrowseMediaSource, MediaSource, MediaSourceItem, PlayMedia
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .engine.errors import EngineError
from .errors import translated
from .hold_actions import position, written
from .markdown import one_line
from .media_types import is_video, media_type
from .media_view import Part, Size, address
from .rights import may, who_asks
from .status import hold_told
from .targets import loaded_account
from .vault.errors import VaultError

PAGE: Final = 200
"""Photos that are shown together: each has a picture."""

BROWSED: Final = (Part.VAULT, Part.HELD)

_PHOTO: Final = "photo"
_CHECKSUM: Final = re.compile(r"[0-9a-f]{40}")
_WORDS: Final = f"component.{DOMAIN}.selector.media_source.options."


async def async_get_media_source(hass: HomeAssistant) -> MediaSource:
    """Set up the media source."""
    return ImmichSyncthingMediaSource(hass)


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the tree: an account, and the parts below it."""

    entry_id: str
    parts: tuple[str, ...] = ()

    @classmethod
    def of(cls, identifier: str) -> Self:
        """Read an identifier."""
        entry_id, *parts = map(unquote, identifier.split("/"))
        return cls(entry_id, tuple(parts))

    def below(self, *parts: str) -> Node:
        """Return what lies below it."""
        return Node(self.entry_id, (*self.parts, *parts))

    def __str__(self) -> str:
        return "/".join(quote(part, safe="") for part in (self.entry_id, *self.parts))


class ImmichSyncthingMediaSource(MediaSource):
    """Shows the vaults and the questions of the accounts that are for whoever looks."""

    name = "Immich Syncthing"

    def __init__(self, hass: HomeAssistant) -> None:
        """Show what there is when somebody looks."""
        super().__init__(DOMAIN)
        self.hass = hass

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        if not item.identifier:
            entries: list[ImmichSyncthingConfigEntry] = self.hass.config_entries.async_loaded_entries(DOMAIN)
            seen = [entry for entry in entries if _is_seen(self.hass, entry.entry_id)]
            found = [_directory(Node(entry.entry_id), entry.title) for entry in seen]
            return _directory(None, self.name, found)
        node = Node.of(item.identifier)
        entry = _entry(self.hass, node.entry_id)
        try:
            return await self._browse(entry, node)
        except (EngineError, VaultError) as err:
            raise BrowseError(**translated(err)) from err

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        node = Node.of(item.identifier)
        match node.parts:
            case (what, part, checksum) if what == _PHOTO and part in BROWSED and _CHECKSUM.fullmatch(checksum):
                try:
                    path = await _path(_entry(self.hass, node.entry_id), Part(part), bytes.fromhex(checksum))
                except (BrowseError, EngineError, VaultError) as err:
                    raise _unresolvable() from err
                if path is not None and (kind := media_type(path)) is not None:
                    return PlayMedia(address(node.entry_id, Part(part), checksum, Size.FULL), kind)
            case _:
                pass
        raise _unresolvable()

    async def _browse(self, entry: ImmichSyncthingConfigEntry, node: Node) -> BrowseMediaSource:
        match node.parts:
            case ():
                words = await _words(self.hass)
                return _directory(node, entry.title, [_directory(node.below(part), words[part]) for part in BROWSED])
            case (Part.VAULT, *below):
                return await self._vault(entry, node, below)
            case (Part.HELD, *below):
                return await self._held(entry, node, below)
            case _:
                raise _not_there()

    async def _vault(self, entry: ImmichSyncthingConfigEntry, node: Node, below: list[str]) -> BrowseMediaSource:
        match below:
            case []:
                return await self._folders(entry, node)
            case [folder_id]:
                return await self._folder(entry, node, folder_id)
            case [folder_id, month]:
                return await self._month(entry, node, folder_id, month)
            case [folder_id, month, page] if page.isascii() and page.isdecimal():
                return await self._page(entry, node, folder_id, month, int(page))
            case _:
                raise _not_there()

    async def _held(self, entry: ImmichSyncthingConfigEntry, node: Node, below: list[str]) -> BrowseMediaSource:
        match below:
            case []:
                holds = await entry.runtime_data.engine.holds()
                told = [(hold.id, (await hold_told(entry, hold))["question"]) for hold in holds]
                children = [_directory(node.below(hold_id), question) for hold_id, question in told]
                return _directory(node, (await _words(self.hass))[Part.HELD], children)
            case [hold_id]:
                return await self._hold(entry, node, hold_id, None)
            case [hold_id, after]:
                return await self._hold(entry, Node(node.entry_id, node.parts[:2]), hold_id, after)
            case _:
                raise _not_there()

    async def _folders(self, entry: ImmichSyncthingConfigEntry, node: Node) -> BrowseMediaSource:
        shown, failure = entry.runtime_data.shown, None
        try:
            await shown.look()
        except VaultError as err:
            failure = err
        found = await shown.index.folders()
        if failure is not None and not found:
            raise failure
        # What was seen of a vault that is away now is shown: Immich may have the pictures.
        children = [_directory(node.below(one.id), f"{one_line(one.name or one.id)} ({one.count})") for one in found]
        return _directory(node, (await _words(self.hass))[Part.VAULT], children)

    async def _folder(self, entry: ImmichSyncthingConfigEntry, node: Node, folder_id: str) -> BrowseMediaSource:
        index = entry.runtime_data.shown.index
        children = [_directory(node.below(one.id), f"{one.id} ({one.count})") for one in await index.months(folder_id)]
        names = {one.id: one.name for one in await index.folders()}
        return _directory(node, one_line(names.get(folder_id) or folder_id), children)

    async def _month(
        self, entry: ImmichSyncthingConfigEntry, node: Node, folder_id: str, month: str
    ) -> BrowseMediaSource:
        """Show the photos of a month, or its pages if they are many."""
        counts = {one.id: one.count for one in await entry.runtime_data.shown.index.months(folder_id)}
        count = counts.get(month, 0)
        if count <= PAGE:
            return await self._page(entry, node, folder_id, month, 0)
        pages = [
            _directory(node.below(str(number)), f"{start + 1}-{min(count, start + PAGE)}")
            for number, start in enumerate(range(0, count, PAGE))
        ]
        return _directory(node, month, pages)

    async def _page(
        self, entry: ImmichSyncthingConfigEntry, node: Node, folder_id: str, month: str, page: int
    ) -> BrowseMediaSource:
        # SQLite counts in 64 bits; there are not so many photos.
        offset = min(page, 1_000_000) * PAGE
        found = await entry.runtime_data.shown.index.entries(folder_id, month, offset, PAGE)
        photos = [_photo(node.entry_id, Part.VAULT, one.checksum, one.path, f"{_day(one.stored_at)} ") for one in found]
        return _directory(node, month, [one for one in photos if one is not None])

    async def _hold(
        self, entry: ImmichSyncthingConfigEntry, node: Node, hold_id: str, after: str | None
    ) -> BrowseMediaSource:
        try:
            begin = None if after is None else position(after)
        except vol.Invalid as err:
            raise _not_there() from err
        engine = entry.runtime_data.engine
        hold = next((one for one in await engine.holds() if one.id == hold_id), None)
        if hold is None:
            raise _not_there()
        items = await engine.hold_items(hold_id, begin, PAGE)
        photos = [_photo(node.entry_id, Part.HELD, item.checksum, item.places[0].path) for item in items if item.places]
        children = [one for one in photos if one is not None]
        if len(items) == PAGE:
            more = (await _words(self.hass))["more"]
            children.append(_directory(node.below(written(items[-1])), more))
        return _directory(node, (await hold_told(entry, hold))["question"], children)


async def _path(entry: ImmichSyncthingConfigEntry, part: Part, checksum: bytes) -> str | None:
    """Return the path of a photo, whose ending tells what it is; ``None`` if it is not there any more."""
    if part is Part.HELD:
        held = await entry.runtime_data.engine.shown(checksum, waiting=True)
        return None if held is None else held.path
    found = await entry.runtime_data.shown.index.find(checksum)
    return None if found is None else found.path


def _photo(entry_id: str, part: Part, checksum: bytes, path: str, before: str = "") -> BrowseMediaSource | None:
    kind = media_type(path)
    if kind is None:
        return None
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=str(Node(entry_id, (_PHOTO, part, checksum.hex()))),
        media_class=MediaClass.VIDEO if is_video(path) else MediaClass.IMAGE,
        media_content_type=kind,
        title=before + one_line(path.rpartition("/")[2]),
        can_play=True,
        can_expand=False,
        thumbnail=address(entry_id, part, checksum.hex(), Size.THUMBNAIL),
    )


def _directory(node: Node | None, title: str, children: Sequence[BrowseMediaSource] | None = None) -> BrowseMediaSource:
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=None if node is None else str(node),
        media_class=MediaClass.DIRECTORY,
        media_content_type=MediaClass.IMAGE,
        title=one_line(title),
        can_play=False,
        can_expand=True,
        children=None if children is None else list(children),
        children_media_class=MediaClass.DIRECTORY,
    )


def _entry(hass: HomeAssistant, entry_id: str) -> ImmichSyncthingConfigEntry:
    """Return a loaded account that is for whoever asks. Raises ``BrowseError``."""
    entry = loaded_account(hass, entry_id)
    if entry is None or not _is_seen(hass, entry_id):
        raise _not_there()
    return entry


def _is_seen(hass: HomeAssistant, entry_id: str) -> bool:
    user = who_asks()
    return user is None or may(hass, user, POLICY_READ, entry_id)


async def _words(hass: HomeAssistant) -> dict[str, str]:
    words = await async_get_translations(hass, hass.config.language, "selector", [DOMAIN])
    return {key.removeprefix(_WORDS): word for key, word in words.items() if key.startswith(_WORDS)}


def _day(moment: float) -> str:
    return dt_util.as_local(dt_util.utc_from_timestamp(moment)).strftime("%m-%d")


def _not_there() -> BrowseError:
    return BrowseError(translation_domain=DOMAIN, translation_key="media_not_there")


def _unresolvable() -> Unresolvable:
    return Unresolvable(translation_domain=DOMAIN, translation_key="media_not_there")
