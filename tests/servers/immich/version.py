"""Which Immich is imitated, and what the facts leave open about it.

Trust: what is said about 2.7.5 was measured on a running server; what is said about 3.x was read in the published SDK
(3.0.0, 3.2.2) and in the server's source (3.0.3, about 3.1.0), never measured. Where those two disagree, or a third
party saw something else, :class:`Quirks` can switch between both.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A release of the server, comparable."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``"2.7.5"`` or ``"v3.2.2"``; raises ValueError for anything else."""
        major, minor, patch = (int(part) for part in text.removeprefix("v").split("."))
        return cls(major, minor, patch)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def is_v3(self) -> bool:
        """Whether the rules of 3.x hold (validation, search defaults, dropped fields)."""
        return self.major >= 3

    @property
    def refuses_empty_files(self) -> bool:
        """Server source 3.1: 400 ``File is empty``; 2.7.5 stores one zero-byte asset per owner (measured)."""
        return self >= Version(3, 1, 0)

    @property
    def has_structured_search(self) -> bool:
        """SDK 3.2.2: ``filter``, ``orderBy``, ``cursor``; absent from the SDK 3.0.0 and from 3.1.0."""
        return self >= Version(3, 2, 0)

    @property
    def announces_albums(self) -> bool:
        """Server source 3.1: the websocket event ``on_album_update``; nothing for albums in 2.7.5 (measured)."""
        return self >= Version(3, 1, 0)

    @property
    def dissolves_small_stacks(self) -> bool:
        """Server source 3.1: a stack of one asset is dissolved."""
        return self >= Version(3, 1, 0)


class ErrorStyle(StrEnum):
    """How a 3.x server words a refused body."""

    STRUCTURED = "structured"
    """SDK 3.2.2: ``{"message": "Validation failed", "errors": [{"code", "path", "message"}]}``."""
    FLAT_LIST = "flat_list"
    """Development build before 3.0.0 (measured): 2.7.5's body with messages like ``[ids.0] Invalid UUID``."""


class StorageReport(StrEnum):
    """What GET /server/storage says (upstream issues 27643, 28130, 9602, 24959)."""

    NORMAL = "normal"
    NOT_A_NUMBER = "not_a_number"
    ZEROS = "zeros"
    NULLS = "nulls"
    NEGATIVE = "negative"
    ABSURD = "absurd"
    BEYOND_64_BITS = "beyond_64_bits"
    NOTHING = "nothing"
    """A body that is no object."""
    FAILS = "fails"


@dataclass(frozen=True, slots=True)
class QuotaReport:
    """What ``users/me`` says of the user's quota, in place of the truth: anything that JSON has."""

    size: object
    usage: object


@dataclass(slots=True)
class Quirks:
    """Behaviours that the facts leave open, or that depend on the installation; all may be changed while serving."""

    shuffle_ties: bool = True
    """Rows of equal fileCreatedAt come in another order in every request (measured: 2500 equal ones, pages of 100,
    1599 distinct ids). False is the lucky case that was measured as well (5000 assets with 500 equal ones)."""
    seed: int = 1
    """Makes the shuffling repeatable."""
    error_style: ErrorStyle = ErrorStyle.STRUCTURED
    offset_dates: bool = True
    """3.x takes ``+02:00`` (server source 3.0.3); the development build measured took ``Z`` only."""
    metadata_field: bool = True
    """The upload field ``metadata`` works (measured on 2.7.5); a third party saw 3.1 refuse it."""
    with_deleted: bool = True
    """A third party saw 3.1.0 ignore ``withDeleted``; source and measurement say that it works."""
    empty_oracle_list_fails: bool = True
    """bulk-upload-check of no checksums answers 500 (2.7.5 and the development build, measured)."""
    has_metadata_at_once: bool = True
    """``hasMetadata`` is true right after the upload (measured); False makes it wait for the job."""
    storage: StorageReport = StorageReport.NORMAL
    quota: QuotaReport | None = None
    newest_release: str | None = None
    """What the version check found, e.g. ``v3.2.3``; null where it is off or did not run yet (measured)."""
    trash_enabled: bool = True
    """False: features.trash is false, yet DELETE still only trashes (measured)."""
    trash_days: int = 30
    machine_learning: bool = False
    """Whether smart search and OCR are on; off where it was recorded."""
    dump_bytes: int = 0
    """How large a database backup is at least."""
    dump_seconds: float = 0
    """How long the job works on one; its time in the queue is ``jobs.delays``."""
    half_dumps_listed: bool = False
    """A backup is listed while it is written, and stays when that fails (server source: every file in the folder is
    listed; 2.7.5 writes under another name first, measured)."""
    dumps_fail: bool = False
    """``pg_dump`` does not get to its end."""
