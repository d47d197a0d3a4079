"""The engine's data: facts in, actions out. Checksums are the 20 raw bytes of a SHA-1.

The words are those of the product: folder, file, asset, checksum, base, hold. A *path* is always relative to
its folder's root and uses ``/``.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Base(StrEnum):
    """What both sides last agreed on for a checksum."""

    NEW = "new"
    LINKED = "linked"
    RELEASED = "released"
    KEPT = "kept"
    REMOVED = "removed"


class Files(StrEnum):
    """Whether a path of the account holds the content. Unknown plans nothing."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class AssetState(StrEnum):
    """What Immich holds of a checksum.

    ``UNKNOWN``: not asked or not answered. ``ACTIVE``: visible to the key and not in the trash. ``TRASHED``: this
    very asset id was seen in the trash. ``GONE``: the oracle would accept an upload. ``UNTOUCHABLE``: the oracle
    knows it, but it is locked, of another owner, or of an external library. ``DYING``: being purged; wait.
    """

    UNKNOWN = "unknown"
    ACTIVE = "active"
    TRASHED = "trashed"
    GONE = "gone"
    UNTOUCHABLE = "untouchable"
    DYING = "dying"


class OnFileDeleted(StrEnum):
    """What a deletion in the folder does to the asset."""

    TRASH = "trash"
    KEEP = "keep"


class OnAssetDeleted(StrEnum):
    """What a deletion in Immich does to the file."""

    DELETE = "delete"
    KEEP = "keep"


class OnEdit(StrEnum):
    """What becomes of the old asset when a file's bytes were changed in the folder."""

    REPLACE = "replace"
    """The new photo takes its place, with its albums and all, and the old one goes to Immich's trash."""
    STACK = "stack"
    """The new photo takes its place, and the old one stays below it in a stack."""
    KEEP_BOTH = "keep_both"
    """Both stay, each by itself."""


class Preset(StrEnum):
    """Who may delete, in one word."""

    MIRROR = "mirror"
    PHONE_DECIDES = "phone_decides"
    IMMICH_DECIDES = "immich_decides"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class Policy:
    """A folder's answer to deletions on either side, and to edits."""

    on_file_deleted: OnFileDeleted
    on_asset_deleted: OnAssetDeleted
    on_edit: OnEdit = OnEdit.KEEP_BOTH

    @property
    def brings_back(self) -> bool:
        """Whether an asset restored in Immich brings its file back: only where Immich decides over files."""
        return self.on_asset_deleted is OnAssetDeleted.DELETE


POLICIES: dict[Preset, Policy] = {
    Preset.MIRROR: Policy(OnFileDeleted.TRASH, OnAssetDeleted.DELETE, OnEdit.REPLACE),
    Preset.PHONE_DECIDES: Policy(OnFileDeleted.TRASH, OnAssetDeleted.KEEP, OnEdit.REPLACE),
    Preset.IMMICH_DECIDES: Policy(OnFileDeleted.KEEP, OnAssetDeleted.DELETE),
    Preset.BACKUP: Policy(OnFileDeleted.KEEP, OnAssetDeleted.KEEP),
}


@dataclass(frozen=True, slots=True)
class Signature:
    """What ``lstat`` says of a file; equal signatures mean that it need not be read again.

    ``ctime_ns`` and ``inode`` are part of it because equal size and mtime do not prove equal bytes: Syncthing
    itself never notices such a rewrite (measured with 1.29.5 and 2.1.3).
    """

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    device: int


class FileStatus(StrEnum):
    """How far a path has been understood."""

    SETTLED = "settled"
    """Present and hashed: ``checksum`` is of the bytes under ``signature``."""
    UNSETTLED = "unsettled"
    """Present, but it may still be written: wait."""
    UNHASHED = "unhashed"
    """Present and still, waiting to be hashed."""
    UNUSABLE = "unusable"
    """Present, yet empty, unreadable, of an unsupported type, or no regular file any more."""
    UNSURE = "unsure"
    """It was there, and now nobody can say: its directory cannot be read, or lies on another device."""
    EXCLUDED = "excluded"
    """It was there, and now a pattern of the owner hides it: nobody looks."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """One path as the ledger knows it. ``checksum`` is the content last known there, ``None`` before any hash."""

    folder_id: str
    path: str
    signature: Signature
    status: FileStatus
    checksum: bytes | None


class Departure(StrEnum):
    """How a content left a path."""

    ABSENT = "absent"
    """``ENOENT`` in a directory that listed without error, on the same device."""
    BINNED = "binned"
    """As absent, and Android's bin held the file under a ``.trashed-`` name when it was last looked at."""
    REPLACED = "replaced"
    """The path holds other bytes now."""


@dataclass(frozen=True, slots=True)
class GonePath:
    """A last-known path of a content that no longer holds it.

    ``confirmed``: every device that shares the folder had heard of the departure, and its index was not reset since.
    ``unbinned``: the file that is under the path again came out of Android's bin.
    """

    folder_id: str
    path: str
    mtime_ns: int
    departure: Departure
    confirmed: bool = False
    unbinned: bool = False


class Answer(StrEnum):
    """The owner's decision over a hold."""

    APPROVE = "approve"
    LEAVE = "leave"
    UNDO = "undo"


class HoldKind(StrEnum):
    """Why the owner is asked."""

    TRASHED_BEFORE_FIRST_SYNC = "trashed_before_first_sync"
    VANISHED = "vanished"
    MANY_ASSETS = "many_assets"
    """Files were deleted in the folder; trashing that many assets is asked for."""
    MANY_FILES = "many_files"
    """Assets were trashed in Immich; deleting that many files is asked for."""
    CAME_BACK = "came_back"
    """What was removed is in a folder again, and most likely a device spoke late: nobody re-added it."""
    RESTORED_IN_BULK = "restored_in_bulk"
    """So many files would come back, or so many assets leave the trash, that it is hardly an owner's wish."""
    CHANGED_IN_BULK = "changed_in_bulk"
    """So many files were changed that it may be a program's fault; the old assets stay until the answer."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An answered hold item that has not been carried out yet."""

    kind: HoldKind
    answer: Answer


@dataclass(frozen=True, slots=True)
class AssetFact:
    """What is known of the content in Immich.

    ``trash_seen``: this very id was seen in the trash, or was put there by us, or Immich told of its deletion, and it
    has not been active since. It is what tells an owner's deletion from a restored server. ``was_untouchable``: it was
    locked or foreign until now, so that its end tells nothing.
    ``updated_ms``: when an own asset of the content changed last by Immich's clock, in milliseconds since 1970, as far
    as that was seen. It says nothing of how the asset is, but which of two looks is the newer.
    """

    state: AssetState
    id: str | None = None
    trash_seen: bool = False
    was_untouchable: bool = False
    updated_ms: int | None = field(default=None, compare=False)

    def is_older_than(self, earlier: AssetFact) -> bool:
        """Return whether this tells of a time before ``earlier``: the content's asset changed last before it did then.

        The ids do not matter: Immich keeps one own asset of a content, and a new one is made after the last one's end.
        """
        if self.updated_ms is None or earlier.updated_ms is None:
            return False
        return self.updated_ms < earlier.updated_ms


@dataclass(frozen=True, slots=True)
class Successor:
    """The content that took the place of another at its path, by an edit."""

    checksum: bytes
    base: Base
    asset: AssetFact
    folder_id: str
    path: str


@dataclass(frozen=True, slots=True)
class Still:
    """The photo of which a video is the motion part. Of several, the one that needs the video most."""

    checksum: bytes
    base: Base
    files: Files
    asset: AssetFact
    motion_asset_id: str | None = None
    """The video that Immich plays for it, as last seen."""
    hidden: bool = False
    """Whether there are files at most where the owner's patterns hide them."""
    left_unseen: bool = False
    """Whether it has left no path in its owner's sight: where it is nowhere, nobody is known to have deleted it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the planner may know of one checksum.

    ``present``: paths that hold it now. ``gone``: last-known paths that do not. ``holders``: folders that held it
    since it was linked. ``policies``: of every folder in ``present``, ``gone`` and ``holders``. ``deletable``: the
    folders whose strong gate (deletions and restores) is open; ``uploadable``: those whose weak gate is open.
    ``all_read``: no file is there, in folders that can be looked at, of which nobody knows yet what it holds.

    ``suspect``: that the file is here proves no wish of its owner: a device spoke late, or what had been agreed was
    forgotten or is in doubt. ``replaced``: this tombstone has a successor. ``withheld``: folders that do not pass this
    photo's deletion on (age rule, favourite, album), ``None`` while that is not known. ``freeable``: folders that
    keep it no longer, because of its age. ``freed``: folders that let go of it so, and have not held it since: they
    never wished it gone. ``was_played``: Immich has played this video for a photo. ``motion``: the
    video file that goes up with this photo. ``half_missing``: the other half of this live photo is there and will be
    read soon.
    """

    checksum: bytes
    base: Base
    files: Files
    asset: AssetFact
    base_asset_id: str | None = None
    present: tuple[FileRow, ...] = ()
    gone: tuple[GonePath, ...] = ()
    holders: frozenset[str] = frozenset()
    policies: dict[str, Policy] = field(default_factory=dict)
    deletable: frozenset[str] = frozenset()
    uploadable: frozenset[str] = frozenset()
    all_read: bool = True
    decision: Decision | None = None
    suspect: bool = False
    replaced: bool = False
    successor: Successor | None = None
    still: Still | None = None
    was_played: bool = False
    motion: FileRow | None = None
    half_missing: bool = False
    withheld: frozenset[str] | None = frozenset()
    freeable: frozenset[str] = frozenset()
    freed: frozenset[str] = frozenset()

    @property
    def hidden(self) -> bool:
        """Whether there are files at most where the owner's patterns hide them."""
        return bool(self.present) and all(row.status is FileStatus.EXCLUDED for row in self.present)


class FolderState(StrEnum):
    """What a folder shows to its owner."""

    IN_AGREEMENT = "in_agreement"
    SCANNING = "scanning"
    UPLOADING = "uploading"
    DELETING = "deleting"
    WAITING_FOR_SYNCTHING = "waiting_for_syncthing"
    WAITING_FOR_IMMICH = "waiting_for_immich"
    WAITING_FOR_DECISION = "waiting_for_decision"
    PAUSED = "paused"
    RECOVERY = "recovery"
    ERROR = "error"
