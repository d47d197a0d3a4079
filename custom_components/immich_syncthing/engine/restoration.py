"""What a restore brings back, what stays and why, and what became of it since."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .apply.context import Context
from .apply.sources import Source
from .ledger.rows import CHECKSUM_BYTES
from .ledger.views import ReturnView
from .losses import PAGE
from .way_back import Comeback, Obstacle


@dataclass(frozen=True, slots=True)
class Coming:
    """A photo that comes back. ``paths``: where, within its folder; several where identical files were deleted.

    ``source``: where the bytes of its file are; of the vault's only their size was looked at.
    """

    checksum: bytes
    folder_id: str
    paths: tuple[str, ...]
    source: Source
    comeback: Comeback
    size: int


@dataclass(frozen=True, slots=True)
class Staying:
    """A photo that does not come back, and why."""

    checksum: bytes
    folder_id: str | None
    path: str | None
    why: Obstacle


@dataclass(frozen=True, slots=True)
class Restoration:
    """What comes back, and what does not. The lists are cut off where they get long, the numbers are complete.

    ``checksums``: of all that comes back, 20 bytes each. ``folder_ids``: where to. ``more``: there is more of what was
    wanted than its limit. ``problem``: the code of what kept the vault from telling what it keeps.
    """

    coming: tuple[Coming, ...] = ()
    staying: tuple[Staying, ...] = ()
    comebacks: Mapping[Comeback, int] = field(default_factory=dict)
    obstacles: Mapping[Obstacle, int] = field(default_factory=dict)
    checksums: bytes = b""
    folder_ids: frozenset[str] = frozenset()
    more: bool = False
    problem: str | None = None

    @property
    def count(self) -> int:
        """How many photos and videos come back."""
        return len(self.checksums) // CHECKSUM_BYTES

    def pages(self, start: int = 0) -> Sequence[list[bytes]]:
        """Return the checksums from a number on, in pages."""
        whole = range(start * CHECKSUM_BYTES, len(self.checksums), CHECKSUM_BYTES)
        return [
            [self.checksums[at : at + CHECKSUM_BYTES] for at in whole[first : first + PAGE]]
            for first in range(0, len(whole), PAGE)
        ]


@dataclass(frozen=True, slots=True)
class Returned:
    """What became of a restoration so far: how many are back, how many are still under way, and of how many neither.

    ``failures``: of those under way, the codes with which the last attempts failed. ``listed``: of the photos listed.
    """

    back: int
    under_way: int
    given_up: int
    failures: Mapping[str, int]
    listed: Mapping[bytes, ReturnView]


async def returned(context: Context, restoration: Restoration) -> Returned:
    """Return what became of it so far. Raises ``LedgerError``."""
    back = under_way = 0
    failures: Counter[str] = Counter()
    listed: dict[bytes, ReturnView] = {}
    names = {one.checksum for one in restoration.coming}
    for page in restoration.pages():
        for view in await context.workers.ledger.run(context.ledger.returning, page):
            back, under_way = back + view.back, under_way + view.under_way
            if view.under_way and view.code is not None:
                failures[view.code] += 1
            if view.checksum in names:
                listed[view.checksum] = view
    return Returned(back, under_way, restoration.count - back - under_way, failures, listed)


async def still_under_way(context: Context, restoration: Restoration, start: int) -> int | None:
    """Return the number of the first content, from ``start`` on, that is under way; ``None`` if there is none."""
    for number, page in enumerate(restoration.pages(start)):
        views = await context.workers.ledger.run(context.ledger.returning, page)
        busy = {view.checksum for view in views if view.under_way}
        if busy:
            return start + number * PAGE + next(at for at, one in enumerate(page) if one in busy)
    return None
