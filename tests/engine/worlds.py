"""Small worlds for the planner: contents, files and assets in one line each."""

from dataclasses import replace

from custom_components.immich_syncthing.engine.actions import Record, RestoreAsset, TrashAsset, Upload
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
    OnEdit,
    Policy,
    Preset,
    Signature,
    Still,
    Successor,
)

PHOTO = b"\x11" * 20
NEW_PHOTO = b"\x22" * 20
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


def edited(base: Base = Base.LINKED, state: AssetState = AssetState.ACTIVE, folder: str = CAMERA) -> Successor:
    """Return what took the photo's place by an edit."""
    return Successor(NEW_PHOTO, base, AssetFact(state, OTHER_ASSET), folder, "IMG_1.jpg")


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
    suspect: bool = False,
    replaced: bool = False,
    successor: Successor | None = None,
    still: Still | None = None,
    motion: FileRow | None = None,
    withheld: frozenset[str] | None = frozenset(),
    freeable: frozenset[str] = frozenset(),
    freed: frozenset[str] = frozenset(),
    on_edit: OnEdit | None = None,
) -> Facts:
    """Return the photo's facts; *files* follows from ``present`` unless given."""
    chosen = presets or {CAMERA: preset, TABLET: preset}
    policies: dict[str, Policy] = {folder: POLICIES[one] for folder, one in chosen.items()}
    if on_edit is not None:
        policies = {folder: replace(policy, on_edit=on_edit) for folder, policy in policies.items()}
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
        suspect=suspect,
        replaced=replaced,
        successor=successor,
        still=still,
        motion=motion,
        withheld=withheld,
        freeable=freeable,
        freed=freed,
    )


def _folders(present: tuple[FileRow, ...], absent: tuple[GonePath, ...]) -> frozenset[str]:
    return frozenset({row.folder_id for row in present} | {one.folder_id for one in absent})


HERE = (file(),)
AWAY = (gone(),)
EDITED = (gone(departure=Departure.REPLACED),)
ACTIVE = asset(AssetState.ACTIVE)
TRASHED = asset(AssetState.TRASHED)
GONE = asset(AssetState.GONE)
WITNESSED = asset(AssetState.GONE, seen=True)
LOCKED = asset(AssetState.UNTOUCHABLE)

LINK = Record(PHOTO, Base.LINKED, ASSET)
RELEASE = Record(PHOTO, Base.RELEASED)
KEEP = Record(PHOTO, Base.KEPT)
REMOVE = Record(PHOTO, Base.REMOVED)
REMOVE_TRASHED = Record(PHOTO, Base.REMOVED, ASSET)
TRASH = TrashAsset(PHOTO, ASSET, (CAMERA,), AWAY)
UPLOAD = Upload(PHOTO, file())
RESTORE = RestoreAsset(PHOTO, ASSET, file())
TAKE_BACK = RestoreAsset(PHOTO, ASSET, file(), granted=True)
