"""Changes of the ledger alone: the sides already are as agreed."""

from collections.abc import Sequence

from ..actions import Record
from ..model import Base
from .context import Context, Run


async def record_all(context: Context, run: Run, actions: Sequence[Record]) -> None:
    """Record the new bases."""

    def commit() -> None:
        now = context.clock.wall()
        for action in actions:
            context.ledger.record(action.checksum, action.base, action.asset_id, now, found=True)

    if actions:
        await context.commit(commit)
        run.tallies.linked += sum(action.base is Base.LINKED for action in actions)
