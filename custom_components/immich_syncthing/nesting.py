"""Which places of vaults, replicas and folders lie in one another, whatever names they are reached by."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from homeassistant.core import HomeAssistant

from .const import CONF_EARLIER_STORES, CONF_STORE, DOMAIN, SUBENTRY_ALBUM_FOLDER, SUBENTRY_FOLDER, SUBENTRY_REPLICA
from .roots import TakenRoot, overlapping
from .store_choice import store_settings
from .stores.settings import StoreKind, StoreSettings
from .vault_choice import earlier_vaults, present_vault


@dataclass(frozen=True, slots=True)
class Placed:
    """Something that has a place. ``owner``: whose it is (an entry's id); ``name``: what a person calls it."""

    owner: str
    name: str
    kind: str
    store: StoreSettings
    is_earlier: bool = False


VAULT = "vault"


def all_placed(hass: HomeAssistant) -> Iterator[Placed]:
    """Yield what all accounts have places of, and where it was before as long as that is known."""
    for entry in hass.config_entries.async_entries(DOMAIN):
        if (vault := present_vault(entry.data)) is not None:
            yield Placed(entry.entry_id, entry.title, VAULT, store_settings(vault))
        for one in earlier_vaults(entry.data):
            yield Placed(entry.entry_id, entry.title, VAULT, store_settings(one), is_earlier=True)
        for subentry in entry.get_subentries_of_type(SUBENTRY_REPLICA):
            about = entry.entry_id, subentry.title, SUBENTRY_REPLICA
            yield Placed(*about, store_settings(subentry.data[CONF_STORE]))
            for one in subentry.data.get(CONF_EARLIER_STORES, ()):
                yield Placed(*about, store_settings(one), is_earlier=True)
        for kind in (SUBENTRY_FOLDER, SUBENTRY_ALBUM_FOLDER):
            for subentry in entry.get_subentries_of_type(kind):
                root = StoreSettings(StoreKind.DIRECTORY, directory=subentry.data["path"])
                yield Placed(entry.entry_id, subentry.title, kind, root)


def nested(one: StoreSettings, other: StoreSettings) -> bool:
    """Return whether two stores are in one place, or one of them below the other. Blocks, for directories."""
    if one.kind is not other.kind:
        return False
    if one.kind is StoreKind.DIRECTORY:
        return overlapping(_directory(one), [TakenRoot("", _directory(other))]) is not None
    if (one.endpoint, one.account, one.bucket) != (other.endpoint, other.account, other.bucket):
        return False
    mine, theirs = _parts(one), _parts(other)
    return mine[: len(theirs)] == theirs or theirs[: len(mine)] == mine


def first_nested(store: StoreSettings, others: Iterable[StoreSettings]) -> StoreSettings | None:
    """Return the first place that lies in a store's, or holds it. Blocks."""
    return next((one for one in others if nested(store, one)), None)


def nested_pairs(placed: Iterable[Placed], owner: str) -> list[tuple[Placed, Placed]]:
    """Return the pairs that should not lie in one another, one of each being the owner's. Blocks.

    Accounts may share a vault. Of two folders, and of two earlier places, others tell.
    """
    known = list(placed)
    found = []
    for number, one in enumerate(known):
        for other in known[number + 1 :]:
            kinds = {one.kind, other.kind}
            if owner not in {one.owner, other.owner} or kinds == {SUBENTRY_FOLDER}:
                continue
            if (one.is_earlier and other.is_earlier) or (kinds == {VAULT} and one.store.place == other.store.place):
                continue
            if nested(one.store, other.store):
                found.append((one, other))
    return found


def _directory(store: StoreSettings) -> Path:
    return Path(store.directory or "", store.prefix)


def _parts(store: StoreSettings) -> list[str]:
    return [part for part in store.prefix.split("/") if part]
