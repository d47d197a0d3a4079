"""Small worlds for the planner: contents, files and assets in one line each."""

from custom_components.immich_syncthing.engine.model import (
    POLICIES,
    Answer,
    AssetFact,
    AssetState,
    Base,
    Decision,
    Departure,
    Facts,
    FileRow,
    Files,
    FileStatus,
    GonePath,
    HoldKind,
    Policy,
    Preset,
    Signature,
)

PHOTO = b"\x11" * 20
ASSET = "11111111-1111-4111-8111-111111111111"
OTHER_ASSET = "22222222-2222-4222-8222-222222222222"
CAMERA = "camera"
TABLET = "tablet"


def file(path: str = "IMG_1.jpg", folder: str = CAMERA, status: FileStatus = FileStatus.SETTLED) -> FileRow:
    """Return a file that holds the photo."""
    return FileRow(folder, path, Signature(1000, 1, 1, 1, 1), status, PHOTO)


def gone(path: str = "IMG_1.jpg", folder: str = CAMERA, departure: Departure = Departure.ABSENT) -> GonePath:
    """Return a path that held the photo."""
    return GonePath(folder, path, 1, departure)


def asset(state: AssetState, asset_id: str | None = ASSET, *, seen: bool = False, locked: bool = False) -> AssetFact:
    """Return what Immich holds of the photo."""
    return AssetFact(state, asset_id, trash_seen=seen or state is AssetState.TRASHED, was_untouchable=locked)


def decided(kind: HoldKind, answer: Answer) -> Decision:
    """Return an answered question."""
    return Decision(kind, answer)


def facts(
    base: Base,
    asset_fact: AssetFact,
    *,
    present: tuple[FileRow, ...] = (),
    absent: tuple[GonePath, ...] = (),
    files: Files | None = None,
    preset: Preset = Preset.MIRROR,
    presets: dict[str, Preset] | None = None,
    base_asset_id: str | None = ASSET,
    deletable: frozenset[str] | None = None,
    uploadable: frozenset[str] | None = None,
    decision: Decision | None = None,
    holders: frozenset[str] | None = None,
) -> Facts:
    """Return the photo's facts; *files* follows from ``present`` unless given."""
    chosen = presets or {CAMERA: preset, TABLET: preset}
    policies: dict[str, Policy] = {folder: POLICIES[one] for folder, one in chosen.items()}
    everywhere = frozenset(chosen)
    return Facts(
        checksum=PHOTO,
        base=base,
        files=files or (Files.YES if present else Files.NO),
        asset=asset_fact,
        base_asset_id=base_asset_id,
        present=present,
        gone=absent,
        holders=_folders(present, absent) if holders is None else holders,
        policies=policies,
        deletable=everywhere if deletable is None else deletable,
        uploadable=everywhere if uploadable is None else uploadable,
        decision=decision,
    )


def _folders(present: tuple[FileRow, ...], absent: tuple[GonePath, ...]) -> frozenset[str]:
    return frozenset({row.folder_id for row in present} | {one.folder_id for one in absent})
