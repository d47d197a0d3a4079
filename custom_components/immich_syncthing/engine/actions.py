"""What a plan consists of: one action per checksum, each carried out by a room of ``apply/``."""

from dataclasses import dataclass

from .model import AssetFact, Base, FileRow, GonePath, HoldKind


@dataclass(frozen=True, slots=True)
class Upload:
    """Send the file's bytes; afterwards the content is linked."""

    checksum: bytes
    file: FileRow


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
    """

    checksum: bytes
    asset: AssetFact
    files: tuple[FileRow, ...]
    stays: tuple[FileRow, ...] = ()
    later: tuple[FileRow, ...] = ()
    granted: bool = False


@dataclass(frozen=True, slots=True)
class RestoreAsset:
    """Take the asset out of Immich's trash; afterwards the content is linked."""

    checksum: bytes
    asset_id: str
    file: FileRow


@dataclass(frozen=True, slots=True)
class BringBackFile:
    """Put the file back under its old path, from the vault or Immich; afterwards the content is linked."""

    checksum: bytes
    asset_id: str
    to: GonePath


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the owner; nothing happens until the answer."""

    checksum: bytes
    kind: HoldKind
    folder_ids: tuple[str, ...]


type Action = Upload | Record | TrashAsset | DeleteFiles | RestoreAsset | BringBackFile | Ask


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
