"""Changes of the ledger alone: the sides already are as agreed."""

from collections.abc import Sequence

from ..actions import Record
from ..ledger.views import BaseChange
from ..model import Base
from .context import Context, Run


async def record_all(context: Context, run: Run, actions: Sequence[Record]) -> None:
    """Record the new bases."""
    changes = [BaseChange(one.checksum, one.base, one.asset_id, found=True) for one in actions]
    if changes:
        await context.commit(lambda: context.ledger.record_all(changes, context.clock.wall()))
        run.tallies.linked += sum(action.base is Base.LINKED for action in actions)
