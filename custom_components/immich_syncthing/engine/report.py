"""What a cycle did and found, for the face and for tests."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, fields

from ..faults.coded import Problem
from .ledger.views import FolderCounts, FolderTotals
from .model import FolderState


@dataclass(slots=True)
class Tallies:
    """What one cycle changed."""

    uploaded: int = 0
    linked: int = 0
    trashed: int = 0
    deleted: int = 0
    restored: int = 0
    brought_back: int = 0
    superseded: int = 0
    freed: int = 0
    failed: int = 0

    def add(self, other: Tallies) -> None:
        """Count what another cycle changed as well."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


@dataclass(frozen=True, slots=True)
class SortingReport:
    """How far a folder's rules are: photos that wait for them, and of these, those for which something did not work.

    ``missing``: the permissions that the key lacks; ``problem``: another error's code, ``None`` if there is none.
    """

    waiting: int
    failed: int = 0
    missing: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class CycleReport:
    """How a cycle ended. ``successful``: both sides were observed and everything allowed was carried out.

    ``again_in``: seconds after which another cycle is wanted, ``None`` for the usual rhythm. ``wait_reason``: why
    deletions do not pass now, a key of the translations, or ``None``. ``passing``: whether they could pass.
    ``finished_at`` is wall time in seconds. ``sorting`` is ``None`` without rules.
    ``waits_for``: other folders, which have to be looked at before deletions of this one pass.
    """

    folder_id: str
    state: FolderState
    counts: FolderCounts
    finished_at: float
    successful: bool
    problem: Problem | None = None
    wait_reason: str | None = None
    passing: bool = False
    waiting: int = 0
    uploaded: int = 0
    linked: int = 0
    trashed: int = 0
    deleted: int = 0
    restored: int = 0
    brought_back: int = 0
    superseded: int = 0
    freed: int = 0
    failed: int = 0
    again_in: float | None = None
    totals: FolderTotals = field(default_factory=FolderTotals)
    sorting: SortingReport | None = None
    waits_for: frozenset[str] = frozenset()

    @property
    def more(self) -> bool:
        """Whether another cycle is wanted soon."""
        return self.again_in is not None


@dataclass(frozen=True, slots=True)
class Followers:
    """Who follows the cycles that run while another one sends a film.

    ``begins`` is called right before each of them, and returns whether somebody asked for it: then what failed is tried
    again at once. ``ended`` hears how it ended, and what was done since the first cycle began.
    """

    begins: Callable[[], bool]
    ended: Callable[[CycleReport, Tallies], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class PreviewItem:
    """One action that a cycle would take. ``checksum`` is hexadecimal; ``path`` may be empty.

    ``reason``: what makes it necessary, as in the history; of a question, what is asked.
    """

    action: str
    reason: str
    path: str
    folder_id: str
    checksum: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What the next cycle would do if the world stood still; counts are exact, ``items`` are one page.

    ``truncated``: whether there are more behind that page.
    """

    actions: dict[str, int]
    held: dict[str, int]
    upload_bytes: int
    waiting: int
    items: tuple[PreviewItem, ...]
    truncated: bool
    problem: Problem | None = None
