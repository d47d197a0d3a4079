"""What a plan consists of: one action per checksum, each carried out by a room of ``apply/``."""

from dataclasses import dataclass

from .model import AssetFact, AssetState, Base, FileRow, GonePath, HoldKind, OnEdit


@dataclass(frozen=True, slots=True)
class Upload:
    """Send the file's bytes; afterwards the content is linked.

    ``motion``: the video of a live photo, sent first.
    """

    checksum: bytes
    file: FileRow
    motion: FileRow | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Change the ledger only: the sides already are as this base says. ``asset_id`` belongs to ``linked``."""

    checksum: bytes
    base: Base
    asset_id: str | None = None


@dataclass(frozen=True, slots=True)
class TrashAsset:
    """Move the asset to Immich's trash because its files were deleted; afterwards the content is removed.

    ``folder_ids`` are the folders where it was deleted: the guard counts it in each.
    """

    checksum: bytes
    asset_id: str
    folder_ids: tuple[str, ...]
    gone: tuple[GonePath, ...]
    granted: bool = False


@dataclass(frozen=True, slots=True)
class DeleteFiles:
    """Vault and delete the files because their asset was deleted.

    ``stays``: paths of folders that keep their files; with any, the content is kept afterwards. ``later``: paths
    whose folder cannot be changed now; with any, the base does not change yet. With neither it is removed.
    ``still``: the photo whose motion part this is: its state is the evidence, and its guard's verdict counts.
    ``regardless`` of their folders' presets: the owner was asked about these very files.
    """

    checksum: bytes
    asset: AssetFact
    files: tuple[FileRow, ...]
    stays: tuple[FileRow, ...] = ()
    later: tuple[FileRow, ...] = ()
    granted: bool = False
    still: bytes | None = None
    regardless: bool = False


@dataclass(frozen=True, slots=True)
class FreeFiles:
    """Delete files that their folder keeps no longer, once Immich confirmed the asset.

    ``stays``: paths of folders that keep theirs; without any, the content is released before the files go.
    """

    checksum: bytes
    asset_id: str
    files: tuple[FileRow, ...]
    stays: tuple[FileRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Supersede:
    """Give what the old asset has to the new one, then trash or stack the old one, as ``mode`` says.

    ``checksum`` and ``asset_id`` are of the old content, ``by`` and ``by_asset_id`` of the new. Afterwards the old
    content is removed with a successor (replace), or released.
    """

    checksum: bytes
    asset_id: str
    by: bytes
    by_asset_id: str
    mode: OnEdit
    folder_id: str
    path: str
    granted: bool = False


@dataclass(frozen=True, slots=True)
class PairMotion:
    """Tell Immich that a video belongs to a photo; afterwards the video is linked. ``file`` holds the video."""

    checksum: bytes
    asset_id: str
    still: bytes
    still_asset_id: str
    file: FileRow


@dataclass(frozen=True, slots=True)
class RestoreAsset:
    """Take the asset out of Immich's trash; afterwards the content is linked."""

    checksum: bytes
    asset_id: str
    file: FileRow
    granted: bool = False


@dataclass(frozen=True, slots=True)
class BringBackFile:
    """Put the file back under its old path, from the vault or Immich; afterwards the content is linked.

    ``asset_state``: as which the asset is planned with. Where it is trashed or gone, the content stays removed until
    the asset is back as well. ``still``: the photo whose motion part this is, and with which it comes back.
    """

    checksum: bytes
    asset_id: str | None
    to: GonePath
    granted: bool = False
    asset_state: AssetState = AssetState.ACTIVE
    still: bytes | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the owner; nothing happens until the answer."""

    checksum: bytes
    kind: HoldKind
    folder_ids: tuple[str, ...]


type Action = (
    Upload | Record | TrashAsset | DeleteFiles | FreeFiles | Supersede | PairMotion | RestoreAsset | BringBackFile | Ask
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What would bring the sides into agreement; at most one action per checksum.

    ``waiting`` counts checksums whose facts are unknown or whose gate is closed: they are looked at again.
    """

    actions: tuple[Action, ...]
    waiting: int

    def of[A](self, kind: type[A]) -> tuple[A, ...]:
        """Return the actions of one kind."""
        return tuple(action for action in self.actions if isinstance(action, kind))
