"""Emptying a vault: what would go is counted first, and only that goes."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from .gathered import Gathered
from .model import Blocking, Vault
from .retention import AT_ONCE, MILLISECOND, Owner


@dataclass(slots=True)
class Emptying:
    """What can go of a vault, and then what went. To be closed.

    ``only``: how many of what can go are nowhere else; ``needed``: how many more would go, but something waits for
    them. ``objects`` and ``freed`` grow while ``run`` works.
    """

    vault: Vault
    owner: Owner
    going: Gathered
    only: int = field(default=0, init=False)
    needed: int = field(default=0, init=False)
    objects: int = field(default=0, init=False)
    freed: int = field(default=0, init=False)

    @property
    def count(self) -> int:
        """How many contents can go."""
        return self.going.count

    @property
    def bytes(self) -> int:
        """How many bytes can go."""
        return self.going.bytes

    async def run(self) -> None:
        """Remove it, except what something has come to wait for, or what came again; then it is closed.

        Raises ``VaultError`` and what the owner raises; what has gone by then has gone.
        """
        try:
            async with aclosing(self.going.pages(AT_ONCE)) as pages:
                async for batch in pages:
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
        finally:
            await self.close()

    async def close(self) -> None:
        """Forget what can go."""
        await self.going.close()


async def emptying(vault: Vault, owner: Owner, blocking: Blocking, before: float | None = None) -> Emptying:
    """Return what can go: all that is the owner's alone and came before ``before`` (s since 1970), oldest first.

    Nothing goes by that. Raises ``VaultError`` and what the owner raises.
    """
    found = Emptying(vault, owner, Gathered(blocking))
    try:
        await _gather(found, before)
        async with aclosing(found.going.pages(AT_ONCE)) as pages:
            async for batch in pages:
                elsewhere = await owner.look([one.checksum for one in batch])
                needed = [one for one in batch if one.checksum in elsewhere.needed]
                await found.going.remove(needed)
                found.needed += len(needed)
                found.only += sum(one.checksum not in elsewhere.found | elsewhere.needed for one in batch)
    except BaseException:
        await found.close()
        raise
    return found


async def _gather(found: Emptying, before: float | None) -> None:
    async with aclosing(_owned(found.vault, found.owner)) as owned:
        own = await anext(owned, None)
        async for page in found.vault.contents():
            theirs = []
            for one in page:
                while own is not None and own < one.checksum:
                    own = await anext(owned, None)
                if own == one.checksum and (before is None or one.newest_at < before):
                    theirs.append(one)
            await found.going.add(theirs)


async def _owned(vault: Vault, owner: Owner) -> AsyncGenerator[bytes]:
    """Yield the contents of which each entry is the owner's, by checksum: of none more than an entry is in memory."""
    last, own = b"", False
    async for page in vault.entries():
        for entry in page:
            checksum = entry.origin.checksum
            if checksum != last:
                if own:
                    yield last
                last, own = checksum, True
            own = own and owner.owns((entry,))
    if own:
        yield last
