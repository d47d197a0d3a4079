"""What leaves one folder to free the phone's space: what its owner asked for, and what goes with it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from .ledger.views import Aged
from .model import FileRow
from .rules import Space


class Stays(StrEnum):
    """Why a photo stays in its folder although space is to be freed."""

    RECENT = "recent"
    """It is not old enough, or there is room for it."""
    UNKNOWN_AGE = "unknown_age"
    """Nobody knows when it was taken."""
    FAVOURITE = "favourite"
    IN_ALBUM = "in_album"
    BROUGHT_BACK = "brought_back"
    """Its owner asked it back."""
    NOT_CONFIRMED = "not_confirmed"
    """Immich did not confirm it just now."""
    NOT_LINKED = "not_linked"
    """Only the folder has it so far, or for good."""
    BUSY = "busy"
    """It is being worked on, or waits for an answer."""
    OVER_LIMIT = "over_limit"
    """So many were not to be freed at once."""


@dataclass(slots=True)
class Request:
    """What its owner asked to leave a folder, and what became of that so far.

    ``chosen``: oldest first. ``left``: those of them that were not tried yet. ``until``: when it is given up, in
    monotonic seconds. ``files`` of ``size`` bytes are gone. ``freed``: photos of which a file has gone. ``refused``:
    photos that stayed, with the code of an error or why. ``videos``: of freed photos, still to go. ``ended``: nothing
    is left to do.
    """

    space: Space
    chosen: tuple[Aged, ...]
    until: float
    left: dict[bytes, None] = field(init=False)
    files: int = 0
    size: int = 0
    freed: set[bytes] = field(default_factory=set)
    refused: dict[bytes, str] = field(default_factory=dict)
    videos: set[bytes] = field(default_factory=set)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Begin with all of it."""
        self.left = dict.fromkeys(one.checksum for one in self.chosen)
        self._look()

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.ended.is_set()

    def concerns(self, checksum: bytes) -> bool:
        """Return whether a content was asked for, or goes with one that was, and has yet to go."""
        return checksum in self.left or checksum in self.videos

    def went(self, checksum: bytes, sizes: list[int], videos: set[bytes]) -> None:
        """Note that files of a content are gone. ``videos``: those that are to follow."""
        self.files, self.size = self.files + len(sizes), self.size + sum(sizes)
        self.freed.add(checksum)
        self.left.pop(checksum, None)
        self.videos = (self.videos | videos) - {checksum}
        self._look()

    def stayed(self, checksum: bytes, why: str) -> None:
        """Note that a content stays."""
        self.refused[checksum] = why
        self.left.pop(checksum, None)
        self.videos.discard(checksum)
        self._look()

    def narrow(self, videos: set[bytes]) -> None:
        """Wait for these videos at most: others cannot go any more."""
        self.videos &= videos
        self._look()

    def give_up(self) -> None:
        """Leave what is left where it is."""
        self.left.clear()
        self.videos.clear()
        self._look()

    def _look(self) -> None:
        if not self.left and not self.videos:
            self.ended.set()


@dataclass(slots=True)
class Leaving:
    """What leaves one folder. ``order``: of what is freed now, oldest first. ``videos``: of photos that were freed.

    ``for_room``: what is freed now for no other reason than that the folder is too full.
    """

    request: Request | None = None
    order: dict[bytes, int] = field(default_factory=dict)
    for_room: frozenset[bytes] = frozenset()
    videos: set[bytes] = field(default_factory=set)

    def asked(self, checksum: bytes) -> bool:
        """Return whether the owner asked for this very photo."""
        return self.request is not None and checksum in self.request.left

    def went(self, checksum: bytes, files: Iterable[FileRow], videos: Iterable[bytes]) -> None:
        """Note that files of a content are gone. ``videos``: those that go with it from now on."""
        sizes = [row.signature.size for row in files]
        found = set(videos)
        self.videos = (self.videos | found) - {checksum}
        if self.request is not None and self.request.concerns(checksum):
            self.request.went(checksum, sizes, found)

    def stayed(self, checksum: bytes, why: str) -> None:
        """Note that a content stays for now."""
        self.videos.discard(checksum)
        if self.request is not None and self.request.concerns(checksum):
            self.request.stayed(checksum, why)
