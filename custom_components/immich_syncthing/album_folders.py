"""The album folders of an entry, as it is loaded."""

from homeassistant.core import HomeAssistant

from .album_coordinator import AlbumCoordinator, Around
from .album_place import base_path, forget_other_bases
from .const import SUBENTRY_ALBUM_FOLDER
from .coordinator import ImmichSyncthingConfigEntry


async def async_open_album_folders(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, around: Around
) -> dict[str, AlbumCoordinator]:
    """Return the album folders by subentry id, none of which runs yet; forget what is known of those that are no more.

    What they put into their folders stays there.
    """
    subentries = list(entry.get_subentries_of_type(SUBENTRY_ALBUM_FOLDER))
    bases = {one.subentry_id: base_path(hass, entry.entry_id, one.subentry_id) for one in subentries}
    await hass.async_add_executor_job(forget_other_bases, hass, entry, bases.values())
    return {one.subentry_id: AlbumCoordinator(hass, entry, one, around, bases[one.subentry_id]) for one in subentries}
