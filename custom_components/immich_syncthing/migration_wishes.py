"""What is being moved for which account: kept over restarts, until it is done or called off."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NotRequired, Self, TypedDict

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

VERSION = 1


class Kept(TypedDict):
    """A wish as it is kept."""

    to: dict[str, Any] | None
    at_once: int
    remove: bool
    prepared: NotRequired[bool]
    leaving: NotRequired[list[str]]
    giving_up: NotRequired[int]
    cleared: NotRequired[list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done, ``at_once`` objects at a time.

    ``to``: the place to move to, as a store is stored; ``None``: bring what lies in the earlier places into the present
    one. ``remove``: instead of all that, remove from the earlier places what the present one holds. ``prepared``:
    whether ``to`` was made ready. ``leaving``: each stands for objects that may stay behind (``Migration.lacking``).
    ``giving_up``: how many damaged objects may be removed too that are nowhere else. ``cleared``: the earlier places
    that hold nothing any more.
    """

    to: dict[str, Any] | None = None
    at_once: int = 4
    remove: bool = False
    prepared: bool = False
    leaving: tuple[str, ...] = ()
    giving_up: int = 0
    cleared: tuple[dict[str, Any], ...] = ()

    @classmethod
    def of(cls, kept: Kept) -> Self:
        """Return a wish that was kept."""
        return cls(
            kept["to"],
            kept["at_once"],
            kept["remove"],
            kept.get("prepared", False),
            tuple(kept.get("leaving", ())),
            kept.get("giving_up", 0),
            tuple(kept.get("cleared", ())),
        )


def replica_key(entry_id: str, subentry_id: str) -> str:
    """Return what a replica's wish is kept under; that of an account's vault is under the account's id."""
    return f"{entry_id}/{subentry_id}"


class Wishes:
    """All wishes, in a file that only Home Assistant reads: keys of stores are in it."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Read nothing yet."""
        self._store: Store[dict[str, Kept]] = Store(hass, VERSION, f"{DOMAIN}.migrations", private=True)
        self._kept: dict[str, Kept] | None = None

    async def get(self, key: str) -> Wish | None:
        """Return the wish of a key."""
        kept = (await self._load()).get(key)
        return None if kept is None else Wish.of(kept)

    async def put(self, key: str, wish: Wish | None) -> None:
        """Keep a wish, or none."""
        kept = await self._load()
        if wish is None:
            if kept.pop(key, None) is None:
                return
        else:
            kept[key] = {
                "to": wish.to,
                "at_once": wish.at_once,
                "remove": wish.remove,
                "prepared": wish.prepared,
                "leaving": list(wish.leaving),
                "giving_up": wish.giving_up,
                "cleared": list(wish.cleared),
            }
        await self._save()

    async def forget(self, entry_id: str, but: Collection[str] = ()) -> None:
        """Keep nothing of an account, but what is kept under these keys."""
        kept = await self._load()
        gone = [key for key in kept if key.partition("/")[0] == entry_id and key not in but]
        for key in gone:
            del kept[key]
        if gone:
            await self._save()

    async def _load(self) -> dict[str, Kept]:
        if self._kept is None:
            loaded = await self._store.async_load() or {}
            if self._kept is None:
                self._kept = loaded
        return self._kept

    async def _save(self) -> None:
        if self._kept:
            await self._store.async_save(self._kept)
        else:
            await self._store.async_remove()


_WISHES: HassKey[Wishes] = HassKey(f"{DOMAIN}.migrations")


def wishes_of(hass: HomeAssistant) -> Wishes:
    """Return the wishes of this Home Assistant."""
    if _WISHES not in hass.data:
        hass.data[_WISHES] = Wishes(hass)
    return hass.data[_WISHES]
