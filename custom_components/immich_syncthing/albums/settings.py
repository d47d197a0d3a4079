"""What the owner can say about an album folder."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Source(StrEnum):
    """Which photos are copied."""

    ALBUMS = "albums"
    FAVORITES = "favorites"
    SEARCH = "search"


class SearchBy(StrEnum):
    """Where the words of a search are looked for, as Immich's own search offers it."""

    CONTEXT = "context"
    """What a photo shows; the best hits come first, so their number is limited."""
    DESCRIPTION = "description"
    FILE_NAME = "file_name"
    TEXT = "text"
    """Text that can be read in the photo."""


class Quality(StrEnum):
    """What is copied of a photo."""

    ORIGINAL = "original"
    PREVIEW = "preview"
    """The picture that Immich shows, smaller where a size is given. Videos have none."""


class OnDeletedHere(StrEnum):
    """What it means that a copy was deleted in the folder, e.g. on the tablet. Nothing is ever trashed in Immich."""

    STAY_AWAY = "stay_away"
    BRING_BACK = "bring_back"
    TAKE_OUT = "take_out"
    """The photo is taken out of the chosen albums; it stays in Immich."""


@dataclass(frozen=True, slots=True)
class AlbumFolderSettings:
    """One album folder: ``syncthing_id`` is Syncthing's, ``root`` the directory as seen from here.

    ``albums``: ids, read with ``Source.ALBUMS``; ``query``, ``search_by`` and ``most_found`` with ``Source.SEARCH``.
    ``side``: pixels of the longer side of a preview, ``None`` as Immich makes it. ``most_bytes``: how large all copies
    may be together, ``None`` for no limit; the newest photos come first.
    """

    syncthing_id: str
    root: Path
    marker_name: str = ".stfolder"
    source: Source = Source.ALBUMS
    albums: frozenset[str] = frozenset()
    query: str = ""
    search_by: SearchBy = SearchBy.CONTEXT
    most_found: int = 100
    quality: Quality = Quality.ORIGINAL
    side: int | None = None
    videos: bool = True
    most_bytes: int | None = None
    on_deleted_here: OnDeletedHere = OnDeletedHere.STAY_AWAY

    @property
    def made_as(self) -> str:
        """Return what differs when copies are to be made anew."""
        if self.quality is Quality.ORIGINAL:
            return self.quality.value
        return f"{self.quality.value} {self.side or 'as it is'}"

    @property
    def copies_videos(self) -> bool:
        """Return whether videos are copied: there are no previews that move."""
        return self.videos and self.quality is Quality.ORIGINAL
