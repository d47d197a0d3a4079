"""Emptying a vault: what would go is counted first, and only that goes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import batched

from .model import Vault, VaultContent
from .retention import AT_ONCE, MILLISECOND, Owner


@dataclass(slots=True)
class Emptying:
    """What can go of a vault, and then what went.

    ``contents``: what can go; ``only``: those of it that are nowhere else; ``needed``: how many more would, but
    something waits for them. ``objects`` and ``freed`` grow while ``run`` works.
    """

    vault: Vault
    owner: Owner
    contents: Sequence[VaultContent]
    only: frozenset[bytes]
    needed: int
    objects: int = field(default=0, init=False)
    freed: int = field(default=0, init=False)

    @property
    def bytes(self) -> int:
        """How many bytes can go."""
        return sum(one.size for one in self.contents)

    async def run(self) -> None:
        """Remove it, except what something has come to wait for, or what came again.

        Raises ``VaultError`` and what the owner raises; what has gone by then has gone.
        """
        for batch in batched(self.contents, AT_ONCE, strict=False):
            elsewhere = await self.owner.look([one.checksum for one in batch])
            for one in batch:
                if one.checksum in elsewhere.needed:
                    continue
                entries = await self.vault.entries_of(one.checksum)
                freed = await self.vault.remove(one.checksum, before=one.newest_at + MILLISECOND)
                if freed:
                    self.objects, self.freed = self.objects + 1, self.freed + freed
                    if one.checksum not in elsewhere.found and entries:
                        await self.owner.removed(entries[-1])


async def emptying(vault: Vault, owner: Owner, before: float | None = None) -> Emptying:
    """Return what can go: all that is the owner's alone and came before ``before`` (s since 1970), oldest first.

    Nothing goes by that. Raises ``VaultError`` and what the owner raises.
    """
    # Of a large vault not all entries fit into memory.
    own: dict[bytes, bool] = {}
    async for page in vault.entries():
        for entry in page:
            own[entry.origin.checksum] = owner.owns((entry,)) and own.get(entry.origin.checksum, True)
    theirs = [
        one
        async for page in vault.contents()
        for one in page
        if (before is None or one.newest_at < before) and own.get(one.checksum, False)
    ]
    theirs.sort(key=lambda one: one.newest_at)
    found, needed = set[bytes](), set[bytes]()
    for batch in batched(theirs, AT_ONCE, strict=False):
        elsewhere = await owner.look([one.checksum for one in batch])
        found |= elsewhere.found
        needed |= elsewhere.needed
    going = [one for one in theirs if one.checksum not in needed]
    only = frozenset(one.checksum for one in going) - found
    return Emptying(vault, owner, going, only, len(theirs) - len(going))
