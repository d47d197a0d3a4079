"""What an album folder works with, as data."""

from dataclasses import dataclass, field
from enum import StrEnum

from ..engine.model import Signature
from ..faults.coded import Problem


class State(StrEnum):
    """What is known of a photo's copy."""

    RESERVED = "reserved"
    """A name is given to it; the copy may be there already, if we were stopped before that was noted."""
    HERE = "here"
    AWAY = "away"
    """It was deleted in the folder, and stays away as long as the photo belongs here."""
    TAKEN_OUT = "taken_out"
    """As before, and the photo is to be taken out of its albums."""
    LEAVING = "leaving"
    """We are removing it: that it is not there says nothing of its owner."""
    CHANGED = "changed"
    """Somebody wrote other bytes to it: it is theirs now, and never touched."""
    THEIRS = "theirs"
    """A file that we did not write holds the photo: none is put beside it, and it is never touched."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo that belongs here, as Immich listed it. ``taken`` in seconds since 1970; ``size``: bytes, if known.

    ``checksum``: ``None`` for a file of an external library, whose checksum is not one of its bytes.
    """

    asset_id: str
    name: str
    taken: int
    size: int | None
    checksum: bytes | None
    is_video: bool


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: its path in the folder, the bytes and the date that we gave it, and how the file looked since.

    ``inode``: of the file that we wrote, from before it had its name; ``None`` where we did not write it.
    """

    asset_id: str
    name: str
    state: State
    made_as: str
    checksum: bytes
    mtime_ns: int
    signature: Signature | None = None
    inode: int | None = None


class Evidence(StrEnum):
    """Why a copy may leave."""

    OWN_CHOICE = "own_choice"
    """The photo was listed a moment ago, and the settings leave it out: no room, no videos, another quality."""
    ELSEWHERE = "elsewhere"
    """The photo is active in Immich, and was seen not to belong here any more."""
    NO_MATCH = "no_match"
    """The photo is active, and a search that nobody can confirm does not find it any more."""
    TRASHED = "trashed"
    GONE = "gone"
    """Immich does not show it to us at all."""
    ALBUM_GONE = "album_gone"
    """The photo is active, but an album that was chosen is not there."""

    @property
    def is_certain(self) -> bool:
        """Return whether Immich has the photo for sure, so that no number of them is too many."""
        return self in {Evidence.OWN_CHOICE, Evidence.ELSEWHERE}


@dataclass(frozen=True, slots=True)
class Leaving:
    """A copy that is not wanted any more, and why."""

    copy: Copy
    evidence: Evidence


class Doing(StrEnum):
    """What an album folder is at."""

    NOTHING = "nothing"
    LISTING = "listing"
    COPYING = "copying"
    REMOVING = "removing"


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts. ``left_out``: photos that the settings have no room for; ``away``: deleted in the folder.

    ``failing``: tried in vain; ``no_room``: of them, because they are larger than what is free on the disk.
    """

    copies: int = 0
    size: int = 0
    wanted: int = 0
    left_out: int = 0
    away: int = 0
    changed: int = 0
    failing: int = 0
    no_room: int = 0


@dataclass(slots=True)
class RunReport:
    """One run. ``waits``: Syncthing is at work, so that nothing that is missing is believed and nothing removed.

    ``leaving_held`` and ``deleted_held`` wait for their owner's word, who answers with the digest of those that he
    was shown. ``paused``: we were told to rest; ``paused_there``: the folder is paused in Syncthing.
    """

    copied: int = 0
    copied_bytes: int = 0
    removed: int = 0
    taken_out: int = 0
    failed: int = 0
    leaving_held: int = 0
    leaving_digest: str = ""
    deleted_held: int = 0
    deleted_digest: str = ""
    waits: bool = False
    paused: bool = False
    paused_there: bool = False
    problem: Problem | None = None

    @property
    def changed(self) -> bool:
        """Return whether anything in the folder was changed."""
        return bool(self.copied or self.removed)


@dataclass(frozen=True, slots=True)
class AlbumFolderState:
    """What the owner sees. ``last_change`` in seconds since 1970; ``None`` where nothing was changed yet.

    The others as in ``RunReport``, of the last run that was let work. ``ran``: whether there was one.
    """

    doing: Doing = Doing.NOTHING
    figures: Figures = field(default_factory=Figures)
    last_change: float | None = None
    problem: Problem | None = None
    leaving_held: int = 0
    leaving_digest: str = ""
    deleted_held: int = 0
    deleted_digest: str = ""
    waits: bool = False
    paused: bool = False
    paused_there: bool = False
    ran: bool = False
