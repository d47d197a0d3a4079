"""What the ledger tells: frozen pictures of its rows. Times are wall seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..model import AssetFact, Base, Decision, FileRow, GonePath, HoldKind, Signature, Successor

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None


@dataclass(frozen=True, slots=True)
class UnsettledRow:
    """A file that may still be written; ``since`` is when this very signature was first seen."""

    row: FileRow
    since: float


@dataclass(frozen=True, slots=True)
class AssetView:
    """What is known of a content's asset, and what was agreed of the content."""

    base: Base
    asset: AssetFact


@dataclass(frozen=True, slots=True)
class ContentView:
    """All that the ledger knows of one content.

    ``present``: every path whose last-known content it is, whatever its status. ``gone``: paths that held it and do
    not any more; of a tombstone also those that hold it again. ``holders``: folders that held it since it was linked.
    ``freed``: folders that let go of it to free space, and have not held it since. ``attempts``: failures in a row.
    ``suspect``: what had been agreed was forgotten or is in doubt. ``replaced_by``: the content that took its place by
    an edit. ``successor``: the content now at a path of its, if it was edited there.
    ``captured_at``: when the photo was taken, in wall seconds. ``stills``: the photos whose motion part it is.
    ``was_played``: Immich has played it for one of them, so that it was hidden there.
    ``beside``: of new content, the files that may be the other half of a live photo, whatever is known of them.
    """

    checksum: bytes
    base: Base
    base_asset_id: str | None
    size: int
    asset: AssetFact
    present: tuple[FileRow, ...]
    gone: tuple[GonePath, ...]
    holders: frozenset[str]
    decision: Decision | None
    held: HoldKind | None
    attempts: int
    suspect: bool = False
    replaced_by: bytes | None = None
    successor: Successor | None = None
    captured_at: float | None = None
    motion_asset_id: str | None = None
    stills: tuple[ContentView, ...] = ()
    was_played: bool = False
    freed: frozenset[str] = frozenset()
    beside: tuple[FileRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Aged:
    """A photo that may be freed. ``size``, ``files``: of all that goes with it from the folder, its video as well."""

    checksum: bytes
    asset_id: str
    captured_at: float
    size: int
    files: int


@dataclass(frozen=True, slots=True)
class AgeCounts:
    """Photos of a folder, without the videos of live photos: ``dated`` are those that ``Ledger.oldest`` tells of.

    ``undated``: nobody knows when they were taken. ``brought_back``: their owner asked them back. ``busy``: they are
    being worked on, or in doubt. ``not_linked``: only the folder has them so far, or for good.
    """

    dated: int = 0
    undated: int = 0
    brought_back: int = 0
    busy: int = 0
    not_linked: int = 0


@dataclass(frozen=True, slots=True)
class IndexView:
    """Syncthing's index of a folder: its ``sequence``, how many deletions it knows, and who shares the folder."""

    sequence: int
    deleted: int
    devices: frozenset[str]


@dataclass(frozen=True, slots=True)
class BaseChange:
    """A content's new base, as ``Ledger.record`` takes it."""

    checksum: bytes
    base: Base
    asset_id: str | None = None
    replaced_by: bytes | None = None
    found: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a content is, or was last."""

    folder_id: str
    path: str


@dataclass(frozen=True, slots=True)
class SidecarTarget:
    """A file that a sidecar belongs to. ``applied``: the sidecar's checksum that its asset was last told of.

    New, while it is not known what becomes of the file; kept, where it is none of ours.
    """

    path: str
    checksum: bytes | None
    base: Base
    asset: AssetFact | None
    applied: bytes | None


@dataclass(frozen=True, slots=True)
class SidecarView:
    """A sidecar as it was last seen; ``problem``: why it cannot be used."""

    folder_id: str
    path: str
    signature: Signature
    problem: str | None
    targets: tuple[SidecarTarget, ...]


@dataclass(frozen=True, slots=True)
class GoneSidecar:
    """A sidecar that went with the last of its files."""

    folder_id: str
    path: str
    checksum: bytes
    mtime_ns: int


class IntentKind(StrEnum):
    """What was about to be done."""

    UPLOAD = "upload"
    TRASH = "trash"
    DELETE = "delete"
    RESTORE = "restore"
    BRING_BACK = "bring_back"
    SUPERSEDE = "supersede"
    FREE = "free"
    PAIR = "pair"


@dataclass(frozen=True, slots=True)
class IntentView:
    """An action that was begun and whose end is not recorded."""

    id: int
    kind: IntentKind
    checksum: bytes
    folder_id: str | None
    payload: Mapping[str, Json]
    opened_at: float


@dataclass(frozen=True, slots=True)
class Given:
    """What rules gave a photo in Immich: ``effects`` by their names, with the albums and tags.

    ``left``: albums that it was taken out of, as a rule puts it elsewhere by now.
    """

    effects: tuple[str, ...]
    albums: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An action that changed the world, or a question about one.

    ``why``: what made it necessary. ``origin``: the side or device where that happened: ``folder`` or
    ``folder: <device>``, ``immich``, ``owner`` (an answer), ``recovery``. ``result``: ``done``, ``failed:<code>``,
    ``found`` (a conflict copy), or, of questions, ``waiting``, the answer, or why they closed. ``items``: of how many
    photos this tells. ``given``: what rules gave a photo.
    """

    action: str
    path: str | None
    folder_id: str | None
    checksum: bytes | None
    asset_id: str | None
    why: str
    origin: str
    result: str
    items: int = 1
    given: Given | None = None


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which entries of the history are wanted; ``None``: any.

    ``since`` (inclusive) and ``until`` (exclusive) are wall seconds. ``prefix``: how a path begins; ``text``: what it
    contains, in upper or lower case.
    """

    since: float | None = None
    until: float | None = None
    folder_id: str | None = None
    action: str | None = None
    prefix: str | None = None
    text: str | None = None


EVERYTHING = HistoryFilter()


@dataclass(frozen=True, slots=True)
class HistoryView:
    """An entry of the history, as number ``id``, recorded ``at``."""

    id: int
    at: float
    entry: HistoryEntry


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the history that has just been recorded, and the folders that it is about."""

    view: HistoryView
    folder_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class RemovalView:
    """What becomes of what the ledger knows of a folder, when that is forgotten; numbers of contents.

    ``released``: linked, and held by no other folder: the photos stay in Immich and their files in the folder.
    ``elsewhere``: linked, and held by another folder too. ``kept``: only in the folder, as decided. ``forgotten``: not
    yet in Immich. ``holds`` are the questions that are dropped; ``asked`` is how many contents wait in them.
    """

    released: int
    elsewhere: int
    kept: int
    forgotten: int
    holds: int
    asked: int


@dataclass(frozen=True, slots=True)
class FolderCounts:
    """Numbers of one folder, in files except ``held`` and ``released``, which are in contents.

    ``files`` and ``bytes`` are of all that is there or may be; linked, kept and failed of settled files. What the
    owner's patterns exclude is in no number: only what was known before could be counted, which is not what is hidden.
    ``to_upload`` are settled files whose content is new and neither held nor failed for good; ``failed`` are those
    that failed last and are not held, whether they are tried again or not; ``unresolved`` are unsettled or unhashed.
    """

    files: int = 0
    bytes: int = 0
    linked: int = 0
    released: int = 0
    kept: int = 0
    to_upload: int = 0
    failed: int = 0
    held: int = 0
    unresolved: int = 0


@dataclass(frozen=True, slots=True)
class FolderTotals:
    """What was done in a folder since it is known; never less than before, however short the history is kept.

    ``uploads`` and ``uploaded_bytes``: files that Immich got from it, both halves of a live photo counted.
    ``changed_at``: when something was last done, in wall seconds. ``conflicts``: conflict copies of Syncthing that
    are there now.
    """

    uploads: int = 0
    uploaded_bytes: int = 0
    changed_at: float | None = None
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class Deletion:
    """A line of the history, number ``id``, that tells of a content that left a path; wall seconds."""

    id: int
    at: float
    checksum: bytes
    folder_id: str | None
    path: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a content, if anything is; whether it is being changed now, and may be a live photo's still."""

    view: ContentView | None
    under_way: bool
    has_motion: bool


@dataclass(frozen=True, slots=True)
class AskedBack:
    """A content that its owner asked back; see :class:`..way_back.Way`. ``size`` counts only where none is known."""

    checksum: bytes
    size: int
    kind: HoldKind
    places: tuple[GonePath, ...]
    removed: bool


@dataclass(frozen=True, slots=True)
class ReturnView:
    """What became of a content that was asked back.

    ``back``: both sides have it. ``under_way``: it still waits for what is to be done. Neither: something else was
    decided since. ``code``: how the last attempt failed. ``places``: where it is, or was.
    """

    checksum: bytes
    back: bool
    under_way: bool
    code: str | None
    places: tuple[Place, ...]
