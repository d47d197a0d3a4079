"""Putting assets together: into an album, or under a tag. Immich answers for each id (measured on 2.7.5)."""

from collections.abc import Awaitable, Callable, Sequence
from itertools import batched

from .batches import BATCH
from .errors import UnexpectedAnswerError
from .fields import Fields, is_uuid, objects
from .models import BatchResult, GroupResult
from .transport import Transport

_NOT_OURS = frozenset({"no_permission", "not_found"})
_REFUSED = {"success": False, "error": "no_permission"}


async def put_together(transport: Transport, path: str, asset_ids: Sequence[str]) -> GroupResult:
    """Send every different id to the ``path`` of an album's or a tag's assets. May be repeated.

    Raises:
        UnexpectedAnswerError: the answer is about other assets, or names another reason than is known.
    """
    added: list[str] = []
    already: list[str] = []
    refused: list[str] = []
    for asset_id, row in await _answered(transport.put, path, asset_ids):
        error = _error(row)
        if error is None:
            added.append(asset_id)
        elif error == "duplicate":
            already.append(asset_id)
        elif error in _NOT_OURS:
            refused.append(asset_id)
        else:
            detail = f"it could not put assets together: {error}"
            raise UnexpectedAnswerError(detail)
    return GroupResult(tuple(added), tuple(already), tuple(refused))


async def take_apart(transport: Transport, path: str, asset_ids: Sequence[str]) -> BatchResult:
    """Take every different id out of the ``path`` of an album's assets; one that is not in it is done.

    Raises:
        UnexpectedAnswerError: the answer is about other assets.
    """
    rows = await _answered(transport.delete, path, asset_ids)
    errors = [(asset_id, _error(row)) for asset_id, row in rows]
    done = tuple(asset_id for asset_id, error in errors if error in {None, "not_found"})
    return BatchResult(done, tuple(asset_id for asset_id, error in errors if error not in {None, "not_found"}))


async def _answered(
    send: Callable[[str, object], Awaitable[object]], path: str, asset_ids: Sequence[str]
) -> list[tuple[str, Fields]]:
    """Return what Immich answers for each different id; it is not asked about what is none, which it would refuse."""
    wanted = tuple(dict.fromkeys(asset_ids))
    found = [(asset_id, Fields(_REFUSED, "results")) for asset_id in wanted if not is_uuid(asset_id)]
    for batch in batched((asset_id for asset_id in wanted if is_uuid(asset_id)), BATCH, strict=False):
        rows = objects(await send(path, {"ids": list(batch)}), "results")
        if [row.id("id").lower() for row in rows] != [asset_id.lower() for asset_id in batch]:
            detail = f"asked about {len(batch)} assets, it answered about {len(rows)} others"
            raise UnexpectedAnswerError(detail)
        found += zip(batch, rows, strict=True)
    return found


def _error(row: Fields) -> str | None:
    return None if row.flag("success") else row.optional_text("error") or ""
