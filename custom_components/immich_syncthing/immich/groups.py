"""Putting assets together: into an album, or under a tag. Immich answers for each id (measured on 2.7.5)."""

from collections.abc import Sequence
from itertools import batched

from .batches import BATCH
from .errors import UnexpectedAnswerError
from .fields import is_uuid, objects
from .models import GroupResult
from .transport import Transport

_NOT_OURS = frozenset({"no_permission", "not_found"})


async def put_together(transport: Transport, path: str, asset_ids: Sequence[str]) -> GroupResult:
    """Send every different id to the ``path`` of an album's or a tag's assets. May be repeated.

    Raises:
        UnexpectedAnswerError: the answer is about other assets, or names another reason than is known.
    """
    wanted = tuple(dict.fromkeys(asset_ids))
    added: list[str] = []
    already: list[str] = []
    refused = [asset_id for asset_id in wanted if not is_uuid(asset_id)]
    for batch in batched((asset_id for asset_id in wanted if is_uuid(asset_id)), BATCH, strict=False):
        rows = objects(await transport.put(path, {"ids": list(batch)}), "results")
        if [row.id("id").lower() for row in rows] != [asset_id.lower() for asset_id in batch]:
            detail = f"asked about {len(batch)} assets, it answered about {len(rows)} others"
            raise UnexpectedAnswerError(detail)
        for asset_id, row in zip(batch, rows, strict=True):
            error = None if row.flag("success") else row.optional_text("error")
            if row.flag("success"):
                added.append(asset_id)
            elif error == "duplicate":
                already.append(asset_id)
            elif error in _NOT_OURS:
                refused.append(asset_id)
            else:
                detail = f"it could not put assets together: {error}"
                raise UnexpectedAnswerError(detail)
    return GroupResult(tuple(added), tuple(already), tuple(refused))
