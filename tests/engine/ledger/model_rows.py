"""What the plain model of the ledger keeps: one small class per kind of row."""

from dataclasses import dataclass, field

from custom_components.immich_syncthing.engine.model import (
    AssetFact,
    AssetState,
    Base,
    Decision,
    FileRow,
    GonePath,
    HoldKind,
)


@dataclass
class File:
    row: FileRow
    content_mtime: int | None


@dataclass
class Failure:
    attempts: int
    retry_at: float
    permanent: bool


@dataclass
class Question:
    kind: HoldKind
    folders: tuple[str, ...]
    revision: int = 0
    items: dict[bytes, int] = field(default_factory=dict)


@dataclass
class Content:
    size: int
    dirty: int
    base: Base = Base.NEW
    base_asset_id: str | None = None
    asset: AssetFact = field(default_factory=lambda: AssetFact(AssetState.UNKNOWN))
    gone: dict[tuple[str, str], GonePath] = field(default_factory=dict)
    edited: set[tuple[str, str]] = field(default_factory=set)
    suspect: bool = False
    replaced_by: bytes | None = None
    holders: set[str] = field(default_factory=set)
    freed: set[str] = field(default_factory=set)
    decision: Decision | None = None
    failure: Failure | None = None
    before: Before | None = None


@dataclass
class Before:
    """What was agreed of a content when it was answered, and the question."""

    base: Base
    base_asset_id: str | None
    suspect: bool
    replaced_by: bytes | None
    gone: dict[tuple[str, str], GonePath]
    edited: set[tuple[str, str]]
    kind: HoldKind
    folders: tuple[str, ...]
