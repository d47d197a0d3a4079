"""Stacks: several assets shown as one."""

from collections.abc import Sequence

from .errors import UnexpectedAnswerError
from .fields import Fields
from .transport import Transport, checked_id


async def stack(transport: Transport, primary_id: str, others: Sequence[str]) -> str:
    """Stack assets under a primary one and return the stack's id; needs ``stack.create`` alone.

    Every stack whose primary asset is among the given ones is dissolved and its members join the new one; an asset
    that was a lesser member of another stack leaves that one (server source, 2.x and 3.x; not measured). So nothing is
    unstacked by repeating it, but the id is a new one each time.

    Raises:
        ValueError: there is nothing to stack with.
        NotFoundError: one of them is unknown, purged, foreign or locked; nothing is done.
    """
    ids = list(dict.fromkeys(checked_id(asset_id) for asset_id in (primary_id, *others)))
    if len(ids) == 1:
        reason = "a stack needs two assets"
        raise ValueError(reason)
    answer = Fields(await transport.post("/stacks", {"assetIds": ids}, accept=(200, 201)), "stack")
    if answer.id("primaryAssetId").lower() != primary_id.lower():
        detail = f"stacked under {primary_id}, it sent {answer.id('primaryAssetId')}"
        raise UnexpectedAnswerError(detail)
    return answer.id("id")
